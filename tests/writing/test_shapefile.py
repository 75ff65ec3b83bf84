"""Shapefiles: what they cut is told, what was shortened is in a table, and numbers are right."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.schema import HAZARDS, RELEASES
from kosovo_hazards.writing.gis import write_gis
from kosovo_hazards.writing.layers import WritingWarning
from kosovo_hazards.writing.shapefile import short_names


@pytest.fixture
def register() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "hazard_id": ["KS-1", "KS-2"],
            "reported_area_m2": [123_456_789_012.25, None],
            "established": pd.to_datetime(["2022-05-01", None]),
            "remark": ["ë" * 200, ""],
            "visited": pd.to_datetime(["2022-05-01 10:30", None]),
        },
        geometry=[shapely.box(21, 42, 21.01, 42.01), shapely.box(21.1, 42, 21.11, 42.01)],
        crs="EPSG:4326",
    )


def test_every_loss_is_told(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with pytest.warns(WritingWarning) as warned:
        write_gis(register, tmp_path / "hazards.shp")
    (told,) = [str(warning.message) for warning in warned]
    assert "reported_area_m2 → reported_a" in told
    assert "remark: text over 254 bytes is cut in 1 records (rows 1)" in told
    assert "remark: empty text becomes missing" in told
    assert "visited: a date has no time of day" in told
    assert "reported_area_m2: 1 missing numbers" in told
    assert warned[0].filename == __file__


def test_what_is_written_reads_back(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with pytest.warns(WritingWarning):
        path = write_gis(register, tmp_path / "hazards.shp")
    back = pyogrio.read_dataframe(path)
    assert back["remark"][0] == "ë" * 127  # two bytes each, never half a letter
    assert back["reported_a"][0] == 123_456_789_012.25
    assert pd.isna(back["reported_a"][1])
    assert back["establishe"][0] == pd.Timestamp("2022-05-01")
    assert back["visited"][0] == "2022-05-01T10:30:00"
    assert path.with_suffix(".cpg").read_text(encoding="ascii").strip() == "UTF-8"


def test_the_table_of_names_and_the_facts_stand_beside_it(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with pytest.warns(WritingWarning):
        path = write_gis(register, tmp_path / "hazards.shp")
    fields = pd.read_csv(tmp_path / "hazards.shp.fields.txt", sep="\t", encoding="utf-8").set_index("shapefile")[
        "column"
    ]
    back = pyogrio.read_dataframe(path, read_geometry=False).rename(columns=fields)
    assert list(back.columns) == [*register.columns.drop("geometry"), "area_m2"]
    facts = (tmp_path / "hazards.shp.about.txt").read_text(encoding="utf-8").splitlines()
    assert {"records: 2", "synthetic: false"} <= set(facts)


def test_the_archive_holds_all_parts(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with pytest.warns(WritingWarning):
        path = write_gis(register, tmp_path / "hazards.shp.zip")
    with zipfile.ZipFile(path) as archive:
        endings = {name.removeprefix("hazards") for name in archive.namelist()}
    assert endings == {".shp", ".shx", ".dbf", ".prj", ".cpg", ".shp.fields.txt", ".shp.about.txt"}
    assert [file.name for file in tmp_path.iterdir()] == ["hazards.shp.zip"]


def test_points_are_refused(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    points = register.set_geometry([shapely.Point(21, 42), *register.geometry[1:]])
    with pytest.raises(kh.HazardDataError, match="polygons alone"):
        write_gis(points, tmp_path / "hazards.shp")
    assert not list(tmp_path.iterdir())


def test_short_names_are_short_plain_and_each_once() -> None:
    columns = [
        *HAZARDS.names, *RELEASES.names, "baseline_m2", "Përshkrimi i rrezikut", "Përshkrimi i punës", "описание",
        "сокращение", "reported_m2_total", "reported_a", "HAZARD_ID ", "-", "1st column of all",
    ]  # fmt: skip
    names = short_names(list(dict.fromkeys(columns)))
    assert all(1 <= len(name) <= 10 and name.isascii() for name in names.values())
    assert len({name.casefold() for name in names.values()}) == len(names)
    assert names["hazard_id"] == "hazard_id"
    assert names["reported_a"] != names["reported_area_m2"]
