"""The `map` command: the same map, from files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import kosovo_hazards as kh
from kosovo_hazards.cli import app


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("files")
    releases = kh.demo_data("2024-12-31")[1]
    return (
        kh.write_geojson(kh.demo_data("2023-12-31")[0], folder / "register.geojson"),
        kh.write_geojson(releases[releases["completed"] >= "2024-01-01"], folder / "released.geojson"),
    )


def content_of(page: Path) -> dict[str, Any]:
    text = page.read_text(encoding="utf-8")
    return json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', text, re.S)[1])


@pytest.mark.parametrize("measure", ["remaining", "progress"])
def test_places_are_shaded_by_what_releases_left(measure: str, files: tuple[Path, Path], tmp_path: Path) -> None:
    register, released = files
    out = tmp_path / "map.html"
    done = CliRunner().invoke(
        app, ["map", str(register), "--releases", str(released), "--shade", measure, "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    content = content_of(out)
    shaded = content["shade"]
    row = content["places"]["levels"][0]["names"].index("Zubin Potok")
    opening, closing = (kh.demo_data(f"{year}-12-31")[0] for year in (2023, 2024))
    # What is left of an area is what the register at end 2024 holds of it; one area was recorded only then.
    remaining = closing[closing["hazard_id"].isin(opening["hazard_id"])]
    left, before = (kh.area_m2(t[t["municipality"] == "Zubin Potok"]).sum() for t in (remaining, opening))
    expected = left if measure == "remaining" else 1 - left / before
    assert shaded["measure"] == measure
    assert shaded["places"][row]["value"] == pytest.approx(expected, rel=1e-3)


def test_shading_by_what_is_left_needs_what_was_released(files: tuple[Path, Path], tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["map", str(files[0]), "--shade", "progress", "--out", str(tmp_path / "map.html")])
    assert done.exit_code == 2
    assert "--releases" in done.output
    assert not (tmp_path / "map.html").exists()


def test_the_slider_goes_by_month_or_is_left_out(files: tuple[Path, Path], tmp_path: Path) -> None:
    register, released = files
    steps = {}
    for step in ("month", "none"):
        out = tmp_path / f"{step}.html"
        given = ["map", str(register), "--releases", str(released), "--time", step, "--out", str(out)]
        assert CliRunner().invoke(app, given).exit_code == 0
        steps[step] = content_of(out)["time"]
    assert steps["month"]["step"] == "month"
    assert steps["none"] is None
