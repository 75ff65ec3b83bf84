"""The command line, run as a user runs it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
import shapely

import kosovo_hazards as kh
from tests.command_line import run


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("demo")
    return folder / "kosovo", run("demo", "--out", "kosovo", cwd=folder)


def test_demo_prints_the_published_table_and_where_the_files_are(
    demo: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, done = demo
    assert (done.returncode, done.stderr) == (0, "")
    # Mine Action Review, table 1, row North
    assert next(part for part in done.stdout.splitlines() if "North" in part).replace("│", " ").split() == [
        "North", "5", "2,062,880", "3", "1,391,903", "8", "3,454,783",
    ]  # fmt: skip
    assert "synthetic demonstration data – not real locations" in done.stdout
    for path in folder.iterdir():
        assert path.name in done.stdout


def test_demo_leaves_a_map_tables_and_geojson(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = demo
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "map.html", "hazards.geojson", "releases.geojson",
        "hazards_by_region.csv", "hazards_by_district.csv", "hazards_by_municipality.csv", "report", "about.json",
    }  # fmt: skip
    assert len(pyogrio.read_dataframe(folder / "hazards.geojson")) == 35
    table = pd.read_csv(folder / "hazards_by_municipality.csv", encoding="utf-8-sig", index_col=0)
    # Sum of the rows of table 1; the printed grand total differs by 4,000 m²
    assert table.loc["Totals", "total_m2"] == 6_265_292
    assert (table["notice"] == "synthetic demonstration data – not real locations").all()


def test_demo_of_a_date_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = run("demo", "--as-of", "2019-01-01", cwd=tmp_path)
    assert done.returncode == 2
    assert "2022-12-31" in done.stderr
    assert "Traceback" not in done.stderr


def test_map_of_a_file(tmp_path: Path) -> None:
    hazards, releases = kh.demo_data()
    kh.write_geojson(hazards, tmp_path / "register.geojson")
    kh.write_geojson(releases, tmp_path / "released.geojson")
    done = run("map", "register.geojson", "--releases", "released.geojson", "--out", "kosova.html", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "kosova.html" in done.stdout
    assert "synthetic demonstration data – not real locations" in done.stdout
    assert (tmp_path / "kosova.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_rejected_records_are_listed_and_end_with_code_1(tmp_path: Path) -> None:
    collection = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"hazard_id": name, "hazard_type": kind},
                "geometry": shape,
            }
            for name, kind, shape in [
                ("KS-1", "CHA", json.loads(shapely.to_geojson(shapely.box(21.0, 42.6, 21.01, 42.61)))),
                ("KS-2", "nonsense", json.loads(shapely.to_geojson(shapely.box(21.1, 42.6, 21.11, 42.61)))),
                ("KS-3", "SHA", None),
            ]
        ],
    }
    (tmp_path / "register.geojson").write_text(json.dumps(collection), encoding="utf-8")
    done = run("map", "register.geojson", cwd=tmp_path)
    assert done.returncode == 1
    listed = pd.read_csv(tmp_path / "map.rejected-hazards.csv", encoding="utf-8-sig")
    assert listed["hazard_id"].tolist() == ["KS-2", "KS-3"]
    assert "nonsense" in listed["reason"][0]
    assert (tmp_path / "map.html").is_file()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.geojson", None),
        ("empty.geojson", b""),
        ("text.geojson", b"not a GeoJSON file"),
        ("binary.gpkg", bytes(range(256))),
        ("nocrs.csv", b"a,b\n1,2\n"),
    ],
)
def test_unreadable_input_ends_with_code_2_and_a_sentence(name: str, content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = run("map", name, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "map.html").exists()


def test_published_prints_tables_and_the_audit(tmp_path: Path) -> None:
    listing = run("published", cwd=tmp_path)
    assert listing.returncode == 0, listing.stderr
    audit = run("published", "--audit", "--out", "audit.csv", cwd=tmp_path)
    assert audit.returncode == 0, audit.stderr
    assert "6,269,292" in audit.stdout
    table = pd.read_csv(tmp_path / "audit.csv", encoding="utf-8-sig")
    assert set(table["verdict"]) <= {"agrees", "rounding", "differs"}


def test_wrong_use_ends_with_code_2(tmp_path: Path) -> None:
    assert run("map", cwd=tmp_path).returncode == 2
    assert run("fly", cwd=tmp_path).returncode == 2
    assert run("map", "x.geojson", "--default", "hazard_type", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize("command", ["demo", "map", "report", "published"])
def test_help_has_an_example(command: str, tmp_path: Path) -> None:
    done = run(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert f"Example: kosovo-hazards {command}" in done.stdout


def test_albanian_and_cyrillic_names_print_on_an_old_console(tmp_path: Path) -> None:
    hazards, _ = kh.demo_data()
    kh.write_geojson(hazards.assign(district="Митровица – Shtërpcë"), tmp_path / "register.geojson")
    done = run("map", "register.geojson", cwd=tmp_path, PYTHONIOENCODING="cp1252", PYTHONUTF8="0", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    assert "Shtërpcë" in done.stdout
