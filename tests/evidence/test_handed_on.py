"""Evidence, accidents and items in files, reports and commands: counted right, and never at the public level."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh
from tests.command_line import run

EVIDENCE = (
    "Evidence no,Kind,Latitude,Longitude,Informant name\nE-1,Mine signs,42.605,20.905,Anon\nE-2,Verbal,42.7,20.9,Anon\n"
)
ACCIDENTS = (
    "Accident no,Type,Date,Killed,Injured,Y,X\nA-1,Civilian,2001-07-02,1,2,42.605,20.906\n"
    "A-2,Demining,2002-07-02,,1,,\n"
)
ITEMS = (
    "Item no,Model,Device category,Quantity,Depth (cm),Y,X\nI-1,BLU-97,Submunition,3,12,42.604,20.904\n"
    "I-2,BLU-97,Submunition,,60,42.606,20.904\nI-3,PMA-2,AP mine,1,5,forty,20.904\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("evidence", EVIDENCE), ("accidents", ACCIDENTS), ("items", ITEMS)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    data = {"hazard_id": ["H-1"], "hazard_type": ["CHA"], "status": ["open"]}
    field = gpd.GeoDataFrame(data, geometry=[shapely.box(20.90, 42.60, 20.91, 42.61)], crs=4326)
    kh.write_geojson(field, tmp_path / "register.geojson")
    return tmp_path


@pytest.fixture
def read(folder: Path) -> dict[str, kh.ReadResult]:
    readers = {"evidence": kh.read_evidence, "accidents": kh.read_accidents, "items": kh.read_items}
    return {name: reader(folder / f"{name}.csv", crs="EPSG:4326") for name, reader in readers.items()}


def layers(path: Path) -> list[str]:
    return [name for name in gpd.list_layers(path)["name"] if name != "layer_styles"]


FILES = ("--evidence", "evidence.csv", "--accidents", "accidents.csv", "--items", "items.csv")


def test_a_geopackage_has_a_layer_of_each_and_a_public_one_none(folder, read):
    hazards = kh.read_hazards(folder / "register.geojson")
    path = kh.write_gis(hazards, folder / "all.gpkg", crs="EPSG:9141", **read)
    assert layers(path) == ["hazards", "evidence", "accidents", "items"]
    items = gpd.read_file(path, layer="items").to_crs(4326)
    assert items["item_id"].tolist() == ["I-1", "I-2"]
    assert items.geometry[0].distance(shapely.Point(20.904, 42.604)) < 1e-7
    assert gpd.read_file(path, layer="accidents")["accident_id"].tolist() == ["A-1", "A-2"]
    public = kh.write_gis(hazards, folder / "public.gpkg", detail="public", **read)
    assert layers(public) == ["hazards"]
    with pytest.raises(kh.UsageError, match="one table"):
        kh.write_gis(hazards, folder / "all.geojson", **read)


@pytest.mark.parametrize("ending", ["kml", "xlsx"])
def test_other_files_of_many_tables_hold_them_too(folder, read, ending):
    path = kh.write_gis(kh.read_hazards(folder / "register.geojson"), folder / f"all.{ending}", **read)
    names = layers(path) if ending == "kml" else list(pd.read_excel(path, sheet_name=None))
    assert [name for name in names if "evidence" in name.lower()]
    assert "Anon" not in path.read_bytes().decode("latin-1")


def test_a_report_sums_checks_draws_and_hands_them_on(folder, read):
    hazards = kh.read_hazards(folder / "register.geojson")
    report = kh.write_report(hazards, None, folder / "report", as_of="2024-12-31", **read)
    items = pd.read_csv(folder / "report" / "tables" / "items_by_device.csv", encoding="utf-8-sig")
    assert items[["device_model", "points", "quantity", "deepest_cm"]].to_numpy().tolist() == [["BLU-97", 2, 4, 60.0]]
    accidents = pd.read_csv(folder / "report" / "tables" / "accidents_by_kind.csv", encoding="utf-8-sig")
    assert accidents[["kind", "points", "killed", "injured", "uncounted"]].to_numpy().tolist() == [
        ["civilian", 1, 1, 2, 0], ["demining", 1, 0, 1, 1],
    ]  # fmt: skip
    assert {"item-deep", "evidence-outside"} <= set(report.findings["check"])
    page = report.page.read_text(encoding="utf-8")
    assert "Evidence, accidents and items found" in page
    assert "forty" in (folder / "report" / "tables" / "rejected_items.csv").read_text(encoding="utf-8-sig")
    assert "items" in layers(folder / "report" / "hazards.gpkg")


def test_what_was_found_after_the_day_of_a_report_is_told_and_left_out(folder, read):
    """The first accident is of July 2001, the second of July 2002; evidence and items have no dates."""
    hazards = kh.read_hazards(folder / "register.geojson")
    report = kh.write_report(hazards, None, folder / "early", as_of="2001-12-31", **read)
    assert "dated after the day of the report, left out: 1." in report.page.read_text(encoding="utf-8")
    accidents = pd.read_csv(folder / "early" / "tables" / "accidents_by_kind.csv", encoding="utf-8-sig")
    assert accidents[["kind", "points"]].to_numpy().tolist() == [["civilian", 1]]
    later = kh.write_report(hazards, None, folder / "late", as_of="2002-07-02", **read)
    assert "dated after the day of the report" not in later.page.read_text(encoding="utf-8")


def test_a_public_report_tells_nothing_of_them(folder, read):
    hazards = kh.read_hazards(folder / "register.geojson")
    report = kh.write_report(hazards, None, folder / "public", as_of="2024-12-31", detail="public", **read)
    for path in (folder / "public").rglob("*"):
        if path.is_file():
            assert not {b"BLU-97", b"E-1", b"A-1"} & set(path.read_bytes().split(b'"')), path
    assert not list((folder / "public").rglob("items_by_device.csv"))
    assert "Evidence, accidents and items found" not in report.page.read_text(encoding="utf-8")


def test_a_report_in_another_language_words_kinds_and_devices(folder, read):
    hazards = kh.read_hazards(folder / "register.geojson")
    report = kh.write_report(hazards, None, folder / "sr", as_of="2024-12-31", language="sr", **read)
    page = report.page.read_text(encoding="utf-8")
    assert all(word in page for word in ("podmunicija", "usmeni izveštaj", "Nađena sredstva"))


def test_commands_take_them(folder):
    done = run("map", "register.geojson", *FILES, "--points-crs", "EPSG:4326", cwd=folder)
    assert done.returncode == 1, done.stderr
    assert "2 of 3 items accepted; NOT accepted: 1" in done.stdout + done.stderr
    assert "'Informant name'" in done.stderr
    assert (folder / "map.rejected-items.csv").is_file()
    page = (folder / "map.html").read_text(encoding="utf-8")
    assert '"points": {"evidence"' in page or '"points":{"evidence"' in page
    found = run("check", "register.geojson", *FILES, "--points-crs", "EPSG:4326", "--out", "findings.csv", cwd=folder)
    listed = pd.read_csv(folder / "findings.csv", encoding="utf-8-sig")
    assert {"item-deep", "evidence-outside"} <= set(listed["check"]), found.stderr


def test_a_file_without_a_crs_is_told_with_the_option_that_mends_it(folder):
    done = run("map", "register.geojson", "--items", "items.csv", cwd=folder)
    assert done.returncode == 2
    assert "--points-crs" in done.stderr
