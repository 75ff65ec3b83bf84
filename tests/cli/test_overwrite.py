"""No command replaces anything unasked; one that ends with 2 leaves nothing behind, one that ends with 1 says what."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import kosovo_hazards as kh
from kosovo_hazards.cli import app


def run(*arguments: object, code: int) -> str:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A register of 35 areas, one of which no command can take."""
    hazards, _ = kh.demo_data()
    kh.write_geojson(hazards.assign(hazard_type=["odd", *hazards["hazard_type"][1:]]), tmp_path / "register.geojson")
    monkeypatch.chdir(tmp_path)
    return tmp_path


COMMANDS = {
    "map": ("map", "register.geojson", "--out", "out.html"),
    "check": ("check", "register.geojson", "--out", "out.csv"),
    "convert": ("convert", "register.geojson", "out.gpkg"),
    "published": ("published", "--audit", "--out", "out.csv"),
    "report": ("report", "register.geojson", "--out", "out"),
    "demo": ("demo", "--out", "out"),
    "tiles": ("tiles", "register.geojson", "--out", "out"),
    "prioritise": ("prioritise", "register.geojson", "--out", "out.csv"),
    "plan": ("plan", "register.geojson", "--capacity", "21x168", "--start", "2025", "--out", "out.csv"),
    "tolerability": ("tolerability", "register.geojson", "--as-of", "2024-12-31", "--out", "out.csv"),
    "compare": ("compare", "register.geojson", "register.geojson", "--out", "out"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_there_is_replaced_only_when_asked(name: str, folder: Path) -> None:
    command = COMMANDS[name]
    target = folder / next(word for word in command if word.split(".")[0] == "out")
    if target.suffix:
        target.write_bytes(b"precious")
    else:
        target.mkdir()
        (target / "minutes.docx").write_bytes(b"precious")
    before = sorted(folder.rglob("*"))
    told = run(*command, code=2)
    assert "is there already" in told
    assert "--overwrite" in told
    assert sorted(folder.rglob("*")) == before
    if target.suffix:
        run(*command, "--overwrite", code=0 if name == "published" else 1)
        assert target.read_bytes() != b"precious"
    else:  # files of others are not replaced at all
        assert "minutes.docx" in run(*command, "--overwrite", code=2)
        assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("name", ["map", "check", "convert"])
def test_a_list_of_rejected_records_is_replaced_only_when_asked_either(name: str, folder: Path) -> None:
    rejected = folder / "out.rejected-hazards.csv"
    rejected.write_bytes(b"of another register")
    assert "out.rejected-hazards.csv is there already" in run(*COMMANDS[name], code=2)
    assert {path.name for path in folder.iterdir()} == {"register.geojson", rejected.name}
    told = run(*COMMANDS[name], "--overwrite", code=1)
    assert "all listed in out.rejected-hazards.csv" in told
    assert pd.read_csv(rejected, encoding="utf-8-sig")["hazard_type"].tolist() == ["odd"]


def test_a_check_that_writes_nothing_says_how_to_list(folder: Path) -> None:
    assert "--out findings.csv" in run("check", "register.geojson", code=1)
    assert [path.name for path in folder.iterdir()] == ["register.geojson"]


def test_no_list_of_records_stands_beside_a_public_file(folder: Path) -> None:
    run("map", "register.geojson", "--out", "public.html", "--detail", "public", code=1)
    run("convert", "register.geojson", "public.gpkg", "--detail", "public", code=1)
    assert {path.name for path in folder.iterdir()} == {"register.geojson", "public.html", "public.gpkg"}


@pytest.mark.parametrize(
    ("arguments", "can"),
    [
        (("map", "register.geojson", "--out", "map.pdf"), ".html"),
        (("check", "register.geojson", "--out", "findings.xlsx"), ".geojson"),
        (("convert", "register.geojson", "register.dwg"), ".gpkg"),
        (("convert", "register.geojson", "register"), ".gpkg"),
        (("published", "--out", "figures.xlsx"), ".csv"),
        (("report", "register.geojson", "--out", "report.pdf"), "name it report"),
        (("demo", "--out", "demo.html"), "name it demo"),
    ],
)
def test_endings_that_a_command_cannot_write_are_refused_with_those_it_can(
    arguments: tuple[str, ...], can: str, folder: Path
) -> None:
    assert can in run(*arguments, code=2)
    assert [path.name for path in folder.iterdir()] == ["register.geojson"]


def test_a_command_that_fails_half_way_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kosovo_hazards.report.write_report", full)
    assert "demo can't be written: No space left on device" in run("demo", code=2)
    monkeypatch.setattr("kosovo_hazards.writing.save_csv", full)
    for command in ("map", "convert", "check"):
        assert "is the disk full?" in run(*COMMANDS[command], code=2)
    assert [path.name for path in folder.iterdir()] == ["register.geojson"]
