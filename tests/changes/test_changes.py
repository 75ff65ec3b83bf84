"""What a comparison is handed on as: the map in a browser, the folder and its files, and the command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import affinity

import kosovo_hazards as kh
from kosovo_hazards.deciding import Cause
from tests.command_line import run

RUNS = "<img src=x onerror=\"document.title='run'\">"


@pytest.fixture(scope="module")
def registers() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """The demonstration register before and after, with a change of every cause, and releases."""
    before, (after, releases) = kh.demo_data("2023-12-31")[0], kh.demo_data("2024-12-31")
    after = after[after["hazard_id"] != "SYN-S-04"].copy()
    for name, size in (("SYN-W-12", 0.6), ("SYN-E-01", 1.6)):
        row = after["hazard_id"] == name
        after.loc[row, "geometry"] = [affinity.scale(shape, size, size) for shape in after.loc[row, "geometry"]]
    return before, after, releases


def test_map_shows_each_cause_with_its_area_and_asks_nothing_of_a_network(
    registers: Any, open_map: Callable[..., Any]
) -> None:
    before, after, releases = registers
    found = kh.compare(before, after, releases)
    for width in (1280, 390):
        shown = open_map(kh.changes_map(found, before, after), width=width, height=844)
        assert (shown.requests, shown.errors) == ([], [])
        named = shown.page.locator(".leaflet-control-layers-overlays label").all_inner_texts()
        said = {text.strip().split(" ", 1)[1] for text in named}
        assert {text.split(":")[0] for text in said} == {
            "New", "Redrawn outward", "Removed with a release", "Removed without any release", "Redrawn inward",
            "Outlines before",
        }  # fmt: skip
        assert "Removed without any release: 0.18 km²" in said
        assert "8.78 km²" in shown.page.locator("h1").first.inner_text()
        box = shown.page.locator(".leaflet-control-layers").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


@pytest.mark.parametrize("language", ["sq", "sr"])
def test_map_speaks_other_languages(language: str, registers: Any) -> None:
    before, after, releases = registers
    page = kh.changes_map(kh.compare(before, after, releases), before, after, language=language).get_root().render()
    assert "Removed with a release" not in page
    assert {"sq": "Hequr me lirim toke", "sr": "Uklonjeno uz oslob"}[language] in page


def test_ids_and_owners_never_run_in_the_page(registers: Any, open_map: Callable[..., Any]) -> None:
    before = registers[0].assign(hazard_id=[f"{RUNS}{row}" for row in range(len(registers[0]))])
    found = kh.compare(before, registers[1].iloc[:5], owners=(RUNS, "KMAC"))
    shown = open_map(kh.changes_map(found, before, registers[1].iloc[:5]))
    shown.page.locator("path.leaflet-interactive").last.dispatch_event("mouseover")
    assert shown.page.locator("img[src=x]").count() == 0
    assert shown.page.title() != "run"


def test_folder_holds_map_tables_and_layers(registers: Any, tmp_path: Path) -> None:
    before, after, releases = registers
    found = kh.compare(before, after, releases)
    folder = kh.write_comparison(found, tmp_path / "changes", before, after)
    assert {file.name for file in folder.iterdir()} == {
        "changes.html", "changes.gpkg", "areas.csv", "causes.csv", "findings.csv", "summary.txt", "about.json",
    }  # fmt: skip
    areas = pd.read_csv(folder / "areas.csv")
    assert areas["after_m2"].sum() - areas["before_m2"].sum() == pytest.approx(found.difference_m2, abs=0.1)
    assert str(found) in (folder / "summary.txt").read_text(encoding="utf-8")
    layers = {name for name, _ in pyogrio.list_layers(folder / "changes.gpkg")}
    assert {"changed_ground", "before", "after", "findings"} <= layers
    ground = gpd.read_file(folder / "changes.gpkg", layer="changed_ground")
    causes = ground.groupby("cause")["area_m2"].sum()
    assert causes[Cause.RELEASED] == pytest.approx(-found.causes.loc[Cause.RELEASED.value, "m2"], abs=0.1)
    assert set(causes.index) == set(Cause) - {Cause.RECALCULATED}
    with pytest.raises(kh.NotWrittenError, match="there already"):
        kh.write_comparison(found, folder, before, after)


def test_command_says_what_changed_and_ends_by_how_grave_it_is(registers: Any, tmp_path: Path) -> None:
    for name, table in zip(("old", "new"), registers[:2], strict=True):
        kh.write_geojson(table, tmp_path / f"{name}.geojson")
    kh.write_gis(registers[0].iloc[:0], tmp_path / "none.gpkg", releases=registers[2])
    shown = run("compare", "old.geojson", "new.geojson", "--releases", "none.gpkg", "--releases-layer", "releases",
                "--before-date", "2023-12-31", "--after-date", "2024-12-31", "--out", "changes",
                cwd=tmp_path)  # fmt: skip
    assert shown.returncode == 1, shown.stderr
    for said in ("-181,000 m² removed without any release", "gone-without-release", "changes.html", "SYN-S-04"):
        assert said in shown.stdout, said
    assert (tmp_path / "changes" / "changes.gpkg").is_file()
    alike = run("compare", "old.geojson", "old.geojson", "--owners", "HALO, KMAC", cwd=tmp_path)
    assert alike.returncode == 0, alike.stderr
    assert "38 areas: 38 alike" in alike.stdout
    wrong = run("compare", "old.geojson", "old.geojson", "--owners", "HALO", cwd=tmp_path)
    assert wrong.returncode == 2
    assert "--owners HALO,KMAC" in wrong.stderr
