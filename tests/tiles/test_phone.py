"""Tiles for apps of phones: an MBTiles file that others read, which loses no ground at any zoom."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.tiles import write_phone_tiles
from tests.tiles.reading_back import lost_m2, read_tiles

HOSTILE = "<script>'\"\u0437\u043e\u043d\u0430 \u0645"


@pytest.fixture(scope="module")
def register() -> kh.ReadResult:
    """Ten areas of the demonstration, one far away with a hole, and a record that is rejected."""
    hole = shapely.box(104.91, 11.55, 104.93, 11.57).difference(shapely.box(104.915, 11.555, 104.916, 11.556))
    further = {"hazard_id": [HOSTILE, "R1"], "hazard_type": ["SHA", "CHA"], "status": "open"}
    extra = gpd.GeoDataFrame(further, geometry=[hole, shapely.Point(20.9, 42.6)], crs="EPSG:4326")
    return kh.read_hazards(pd.concat([kh.demo_data("2024-12-31")[0].iloc[:10], extra]))


@pytest.fixture(scope="module")
def tiles(register: kh.ReadResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("phone") / "areas.mbtiles"
    write_phone_tiles(register.data, register.positions, path, name="Areas", notes=HOSTILE, sources="us")
    return path


def test_no_zoom_loses_ground_and_the_last_shows_little_more(register: kh.ReadResult, tiles: Path) -> None:
    lost = lost_m2(tiles, register.data)
    assert sorted(lost) == list(range(6, 17))
    assert max(lost.values()) == 0
    shown = {place[0]: set[str]() for place, _ in read_tiles(tiles)}
    for (zoom, _, _), tile in read_tiles(tiles):
        shown[zoom] |= {one["properties"]["hazard_id"] for one in tile.get("hazards", {"features": []})["features"]}
    assert all(ids == set(register.data["hazard_id"]) for ids in shown.values())
    signs = {place[0] for place, tile in read_tiles(tiles) if "rejected" in tile}
    assert signs == set(range(6, 17))


def test_gdal_reads_outlines_within_a_metre_of_the_register(register: kh.ReadResult, tiles: Path) -> None:
    read = pyogrio.read_dataframe(tiles, layer="hazards").to_crs("EPSG:32634")
    read = read[read.intersects(shapely.box(3e5, 4.5e6, 7e5, 5e6))]
    own = register.data.iloc[:10].to_crs("EPSG:32634")
    shown, true = shapely.union_all(read.geometry.to_numpy()), shapely.union_all(own.geometry.to_numpy())
    assert shapely.area(shapely.difference(true, shapely.buffer(shown, 0.05))) == 0
    assert shapely.area(shapely.difference(shown, shapely.buffer(true, 1.2))) < 1


def test_the_file_says_what_it_is(tiles: Path) -> None:
    with closing(sqlite3.connect(tiles)) as database:
        told = dict(database.execute("SELECT name, value FROM metadata").fetchall())
        assert database.execute("PRAGMA application_id").fetchone() == (0x4D504258,)
    assert (told["name"], told["description"], told["attribution"]) == ("Areas", HOSTILE, "us")
    assert (told["format"], told["minzoom"], told["maxzoom"]) == ("pbf", "6", "16")
    west, south, east, north = map(float, told["bounds"].split(","))
    assert west < 20.9
    assert east > 104.929
    assert south < 11.56
    assert north > 42.6
    layers = {layer["id"]: layer for layer in json.loads(told["json"])["vector_layers"]}
    assert set(layers) == {"hazards", "rejected"}
    assert layers["hazards"]["fields"]["area_m2"] == "Number"
    assert (layers["hazards"]["minzoom"], layers["hazards"]["maxzoom"]) == (6, 16)


def test_a_register_without_any_polygon_makes_a_file_without_tiles(tmp_path: Path) -> None:
    nothing = gpd.GeoDataFrame({"hazard_id": ["A"], "hazard_type": ["SHA"]}, geometry=[None], crs="EPSG:4326")
    read = kh.read_hazards(nothing.iloc[:0])
    path = tmp_path / "a.mbtiles"
    assert write_phone_tiles(nothing, read.positions, path, name="", notes="", sources="") == 0
    assert list(read_tiles(path)) == []
