"""Where rejected records lie: kept from every source, believed only where coordinates can be."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.reading import reason_kinds, rejected_positions, with_rejected_ground


def test_every_rejected_record_is_there_with_its_reason_and_those_with_coordinates_where_they_lie(
    damaged_register: Path,
) -> None:
    result = kh.read_hazards(damaged_register)
    found = rejected_positions(result)
    assert found["row"].tolist() == list(range(61, 101))
    assert found["reason"].tolist() == result.rejected["reason"].tolist()
    assert found.crs == "EPSG:4326"
    assert found["row"][found.geometry.isna()].tolist() == list(range(93, 101))
    # As conftest draws them: a place of 0.03 degrees each, from 20.9 E and 42.4 N.
    numbers = np.arange(60, 92)
    west_south = np.column_stack([20.9 + 0.03 * (numbers % 10), 42.4 + 0.03 * (numbers // 10)])
    assert found.geometry[:32].bounds.to_numpy()[:, :2] == pytest.approx(west_south)
    kinds = ["Point", "LineString", "LineString", "LineString", "Point", "Polygon", "Polygon", "Polygon"]
    assert found.geom_type[:32].tolist() == np.repeat(kinds, 4).tolist()


def test_kinds_of_reasons_are_counted_without_the_values_of_records(damaged_register: Path) -> None:
    kinds = reason_kinds(rejected_positions(kh.read_hazards(damaged_register)))
    assert kinds.sum() == 40
    assert kinds["encloses no ground"] == 12
    assert (kinds.drop("encloses no ground") == 4).all()
    assert not kinds.index.str.contains("KS-|swamp|42").any()


def test_a_register_in_a_grid_named_by_the_caller_has_its_positions_in_degrees(tmp_path: Path) -> None:
    path = tmp_path / "grid.csv"
    path.write_text("id,type,wkt\nA,CHA,POINT (7500000 4700000)\n", encoding="utf-8")
    found = rejected_positions(kh.read_hazards(path, crs="EPSG:9141"))
    expected = gpd.GeoSeries([shapely.Point(7500000, 4700000)], crs="EPSG:9141").to_crs("EPSG:4326")
    near = pytest.approx(shapely.get_coordinates(expected), abs=1e-5)
    assert shapely.get_coordinates(found.geometry) == near
    assert shapely.get_coordinates(found.geometry)[0].round(1).tolist() == [21.0, 42.4]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["21.0,42.6"], "POINT (21 42.6)"),
        (["21.0,42.6", "21.1,42.6"], "LINESTRING (21 42.6, 21.1 42.6)"),
        (["21.0,42.6", "21.1,42.6", "21.1,42.7", "x,y"], "POLYGON ((21 42.6, 21.1 42.6, 21.1 42.7, 21 42.6))"),
        (["21.0,42.6", "x,y"], "POINT (21 42.6)"),
        (["x,y"], None),
    ],
)
def test_points_in_rows_that_make_no_polygon_are_positions(tmp_path: Path, rows: list[str], expected: str) -> None:
    path = tmp_path / "points.csv"
    good = [f"B,SHA,{n},{place}" for n, place in enumerate(["21.5,42.5", "21.6,42.5", "21.6,42.6"])]
    own = [f"A,CHA,{n},{place}" for n, place in enumerate(rows)]
    path.write_text("\n".join(["hazard_id,hazard_type,point no,longitude,latitude", *own, *good]), encoding="utf-8")
    result = kh.read_hazards(path, crs="EPSG:4326")
    assert result.data["hazard_id"].tolist() == ["B"]
    assert rejected_positions(result).geometry.to_wkt().tolist() == [expected]


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        ("MULTIPOLYGON (((21 42, 21.1 42, 21 42)), ((22 42, 22.1 42, 22 42)))", "MULTIPOINT"),
        ("LINESTRING (21 42, NaN NaN, 21.2 42)", "LINESTRING (21 42, 21.2 42)"),
        ("POLYGON ((21 42, 21.1 42, NaN NaN, 21 42))", "LINESTRING (21 42, 21.1 42, 21 42)"),
        ("POINT EMPTY", None),
        ("MULTIPOINT (21 42, 21.1 42)", "MULTIPOINT"),
        ("GEOMETRYCOLLECTION (POINT (21 42), LINESTRING (21 42, 21.1 42))", "GEOMETRYCOLLECTION"),
    ],
)
def test_every_kind_of_geometry_keeps_the_places_that_can_be_used(drawn: str, expected: str | None) -> None:
    with np.errstate(invalid="ignore"):  # of what is no number
        shape = shapely.from_wkt(drawn)
    table = gpd.GeoDataFrame({"hazard_id": ["A"], "hazard_type": ["CHA"]}, geometry=[shape], crs="EPSG:4326")
    result = kh.read_hazards(table)
    found = rejected_positions(result).geometry.iloc[0]
    assert len(result.rejected) == 1
    assert found is None if expected is None else found.wkt.startswith(expected)


def test_a_table_and_a_result_made_by_hand_have_none_or_no_positions() -> None:
    hazards = kh.demo_data()[0]
    assert rejected_positions(hazards).empty
    by_hand = kh.ReadResult(hazards, pd.DataFrame({"row": [3], "reason": ["lost"]}), pd.DataFrame())
    found = rejected_positions(by_hand)
    assert (found["row"].tolist(), found["reason"].tolist(), found.geometry.tolist()) == ([3], ["lost"], [None])


def test_ground_with_rejected_records_keeps_all_hazards_and_all_positions(damaged_register: Path) -> None:
    result = kh.read_hazards(damaged_register)
    whole = with_rejected_ground(result.data, rejected_positions(result))
    assert len(whole) == 100
    assert whole["hazard_type"].isna().sum() == 40
    assert whole.geometry[:60].geom_equals(result.data.geometry).all()
    assert whole.geometry.notna().sum() == 92
