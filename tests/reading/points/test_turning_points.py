"""Polygons of benchmark, start point and turning points, with the error by which they fail to close."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kosovo_hazards import HazardDataError
from kosovo_hazards.reading.points.turning_points import polygons_from_turning_points

WGS84 = "EPSG:4326"
START = (21.0, 42.6)


def rectangle(**changes: list[object]) -> pd.DataFrame:
    """Benchmark, then 50 m by 100 m from a start point 25 m east of it, and back."""
    columns: dict[str, list[object]] = {
        "shape_id": ["A"] * 6,
        "point": ["BM", "SP", "TP1", "TP2", "TP3", "SP"],
        "longitude": [START[0]] + [None] * 5,
        "latitude": [START[1]] + [None] * 5,
        "bearing": [None, 90, 0, 90, 180, 270],
        "distance": [None, 25, 100, 50, 100, 50],
    }
    return pd.DataFrame({**columns, **changes})


def test_a_rectangle_of_bearings_and_distances() -> None:
    polygons, rejected = polygons_from_turning_points(rectangle(), crs=WGS84, north="true")
    (made,) = polygons.to_dict("records")
    assert len(rejected) == 0
    assert (made["shape_id"], made["points"]) == ("A", 4)
    assert made["area_m2"] == pytest.approx(5000, abs=0.1)
    assert made["perimeter_m"] == pytest.approx(300, abs=0.01)
    assert made["closing_error_m"] < 0.01
    # 25 m east of the benchmark
    west = polygons.total_bounds[0]
    assert pyproj.Geod(ellps="WGS84").inv(*START, west, START[1])[2] == pytest.approx(25, abs=0.01)


@pytest.mark.parametrize(
    ("options", "turn"),
    [
        ({"north": "magnetic", "declination_deg": 5.0}, -5.0),
        ({"north": "magnetic", "declination_deg": -3.5}, 3.5),
        # West of the meridian of 21° the grid's north lies west of true north: convergence -0.5° × sin 42.6°
        ({"north": "grid", "grid_crs": "EPSG:9141"}, 0.5 * np.sin(np.radians(42.6))),
    ],
)
def test_bearings_from_another_north_give_the_same_polygon(options: dict[str, object], turn: float) -> None:
    true = rectangle(longitude=[20.5] + [None] * 5)
    turned = true.assign(bearing=[None if pd.isna(b) else (b + turn) % 360 for b in true["bearing"]])
    expected, _ = polygons_from_turning_points(true, crs=WGS84, north="true")
    made, _ = polygons_from_turning_points(turned, crs=WGS84, **options)  # type: ignore[arg-type]
    assert made.to_crs(9141).hausdorff_distance(expected.to_crs(9141))[0] < 0.01


@pytest.mark.parametrize("circle", [6400, 6000])
def test_bearings_in_mils(circle: int) -> None:
    mils = rectangle(bearing=[None, circle / 4, 0, circle / 4, circle / 2, circle * 3 / 4])
    polygons, _ = polygons_from_turning_points(
        mils, crs=WGS84, north="true", bearing_unit="mils", mils_in_circle=circle
    )
    assert polygons["area_m2"][0] == pytest.approx(5000, abs=0.1)


def test_a_record_that_does_not_close_is_rejected_with_the_figure() -> None:
    # The last leg is 20 m short; 325 m were walked but 20 are missing: 20 of 305
    short = rectangle(distance=[None, 25, 100, 50, 100, 30])
    polygons, rejected = polygons_from_turning_points(short, crs=WGS84, north="true")
    assert len(polygons) == 0
    assert rejected["closing_error_m"][0] == pytest.approx(20, abs=0.01)
    assert rejected["closing_ratio"][0] == pytest.approx(20 / 305, abs=1e-4)
    assert "does not close: 20.0 m, or 1 in 15 of the length walked" in rejected["reason"][0]
    assert rejected["rows"][0] == "1, 2, 3, 4, 5, 6"
    polygons, _ = polygons_from_turning_points(short, crs=WGS84, north="true", tolerance=0.1)
    assert polygons["area_m2"][0] == pytest.approx(5000, abs=0.1)


def test_without_a_closing_leg_the_error_is_unknown_not_zero() -> None:
    polygons, _ = polygons_from_turning_points(rectangle()[:5], crs=WGS84, north="true")
    assert polygons["area_m2"][0] == pytest.approx(5000, abs=0.1)
    assert np.isnan(polygons["closing_error_m"][0])


def test_legs_may_begin_at_any_point_named() -> None:
    fan = pd.DataFrame(
        {
            "point": ["BM", "SP", "TP1", "TP2"],
            "from point": [None, "BM", "BM", "bm"],
            "lon": [START[0], None, None, None],
            "lat": [START[1], None, None, None],
            "bearing": [None, 0, 120, 240],
            "distance": [None, 100, 100, 100],
        }
    )
    polygons, _ = polygons_from_turning_points(fan, crs=WGS84, north="true")
    # A triangle with corners 100 m from its middle: 3 √3 / 4 × 100²
    assert polygons["area_m2"][0] == pytest.approx(3 * np.sqrt(3) / 4 * 100**2, abs=0.5)


def test_coordinates_alone_make_polygons_too() -> None:
    points = pd.DataFrame(
        {
            "PolyID": ["a"] * 4 + ["b"] * 4 + ["c"] * 2,
            "PointNo": [1, 2, 3, 4] * 2 + [1, 2],
            "x": [7500000, 7500100, 7500100, 7500000, 7500000, 7500100, 7500000, 7500100, 0, 1],
            "y": [4700000, 4700000, 4700100, 4700100, 4700000, 4700100, 4700100, 4700000, 0, 1],
        }
    )
    polygons, rejected = polygons_from_turning_points(points, crs="EPSG:9141")
    assert polygons["shape_id"].tolist() == ["a", "b"]
    # The grid is 1 in 10,000 smaller than the ground at its middle: 100² ÷ 0.9999²
    assert polygons["area_m2"][0] == pytest.approx(10_002, abs=0.5)
    assert "ring crossed itself" in polygons["what"][1]
    assert polygons["area_m2"][1] == pytest.approx(5_001, abs=0.5)
    assert rejected["reason"].tolist() == ["has 2 turning points; a polygon needs 3"]


def test_a_point_that_hangs_on_nothing_is_told() -> None:
    lost = rectangle(bearing=[None, 90, 0, None, 180, 270])
    _, rejected = polygons_from_turning_points(lost, crs=WGS84, north="true")
    assert "the point of row 4, 5 has neither coordinates nor a bearing" in rejected["reason"][0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"crs": WGS84}, "from which north they are counted"),
        ({"crs": WGS84, "north": "magnetic"}, "need declination_deg"),
        ({"crs": WGS84, "north": "grid"}, "need grid_crs"),
        ({"north": "true"}, "name no coordinate reference system"),
        ({"crs": WGS84, "north": "true", "bearing_unit": "gon"}, "neither 'degrees' nor 'mils'"),
        ({"crs": WGS84, "north": "true", "tolerance": 0}, "must be above 0"),
        ({"crs": "EPSG:9141", "north": "true", "columns": {"bearing": "b"}}, "'b' is no column"),
    ],
)
def test_what_the_caller_must_name(options: dict[str, object], message: str) -> None:
    with pytest.raises(HazardDataError, match=message):
        polygons_from_turning_points(rectangle(), **options)  # type: ignore[arg-type]


def test_a_table_without_points_says_so() -> None:
    with pytest.raises(HazardDataError, match="no columns with coordinates or with bearing and distance among a, b"):
        polygons_from_turning_points(pd.DataFrame({"a": [1], "b": [2]}))


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.floats(0, 360), st.floats(1, 500)), min_size=2, max_size=8),
    st.floats(-60, 60),
    st.floats(-170, 170),
)
def test_walking_back_to_the_start_closes(legs: list[tuple[float, float]], lat: float, lon: float) -> None:
    geod = pyproj.Geod(ellps="WGS84")
    x, y = lon, lat
    for bearing, distance in legs:
        x, y, _ = geod.fwd(x, y, bearing, distance)
    back, _, far = geod.inv(x, y, lon, lat)
    table = pd.DataFrame(
        {
            "point": ["SP", *(f"TP{i + 1}" for i in range(len(legs))), "SP"],
            "lon": [lon] + [None] * (len(legs) + 1),
            "lat": [lat] + [None] * (len(legs) + 1),
            "bearing": [None, *(bearing for bearing, _ in legs), back % 360],
            "distance": [None, *(distance for _, distance in legs), far],
        }
    )
    before = table.copy(deep=True)
    polygons, rejected = polygons_from_turning_points(table, crs=WGS84, north="true")
    assert len(polygons) + len(rejected) == 1
    assert [*polygons["closing_error_m"], *rejected["closing_error_m"]][0] < 0.001
    pd.testing.assert_frame_equal(table, before)
