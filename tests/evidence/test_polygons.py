"""Ground round points of evidence: covering, hardly larger, joined, and never confirmed by itself."""

from __future__ import annotations

import os
import time

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

import kosovo_hazards as kh
from kosovo_hazards.evidence import FADE_OUT_M, polygons_from_evidence

GEOD = Geod(ellps="WGS84")


def table(places: list[tuple[float, float]], **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapely.points(places), crs="EPSG:4326")


def disc(longitude: float, latitude: float, radius_m: float, corners: int = 360) -> shapely.Polygon:
    """The geodesic disc, drawn just inside itself."""
    bearings = np.linspace(0, 360, corners, endpoint=False)
    x, y, _ = GEOD.fwd([longitude] * corners, [latitude] * corners, bearings, [radius_m] * corners)
    return shapely.Polygon(np.column_stack([x, y]))


@settings(deadline=None, max_examples=60)
@given(st.floats(-179, 179), st.floats(-80, 80), st.floats(1, 5000))
def test_ground_covers_the_geodesic_disc_and_is_at_most_one_percent_larger(longitude, latitude, radius_m):
    (area,) = polygons_from_evidence(table([(longitude, latitude)]), fade_out_m=radius_m).geometry
    true = disc(longitude, latitude, radius_m)
    assert area.covers(true)
    assert abs(GEOD.geometry_area_perimeter(area)[0]) <= 1.01 * np.pi * radius_m**2


def test_points_whose_ground_meets_make_one_area_that_covers_the_slow_union():
    rng = np.random.default_rng(7)
    places = np.column_stack([20.9 + rng.random(60) / 100, 42.6 + rng.random(60) / 100])
    areas = polygons_from_evidence(table(places), fade_out_m=50)
    slow = shapely.union_all([disc(x, y, 50) for x, y in places])
    joined = shapely.union_all(areas.geometry.to_numpy())
    assert joined.covers(slow)
    assert areas["area_m2"].sum() <= 1.01 * abs(GEOD.geometry_area_perimeter(slow)[0])
    assert len(areas) == len(shapely.get_parts(slow))
    assert sorted(int(i) for ids in areas["evidence_ids"] for i in ids.split("; ")) == list(range(60))


@pytest.mark.parametrize("spread_deg", [0.01, 0.05, 1.0])
def test_each_area_is_in_one_piece_and_meets_no_other_however_dense_the_points_lie(spread_deg):
    rng = np.random.default_rng(3)
    places = np.column_stack([20.9 + rng.random(3000) * spread_deg, 42.6 + rng.random(3000) * spread_deg])
    points = table(places, device_model=rng.choice(["BLU-97", "M75"], 3000))
    areas = polygons_from_evidence(points, fade_out_m=FADE_OUT_M)
    shapes = areas.geometry.to_numpy()
    assert (shapely.get_num_geometries(shapes) == 1).all()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    assert (first == second).all()
    assert sorted(int(i) for ids in areas["evidence_ids"] for i in ids.split("; ")) == list(range(3000))
    assert areas["evidence_points"].sum() == 3000


def test_points_in_one_place_or_on_one_line_make_one_area():
    areas = polygons_from_evidence(table([(20.9, 42.6)] * 50), fade_out_m=50)
    assert areas["area_m2"].tolist() == [pytest.approx(np.pi * 50**2, rel=0.01)]
    line = polygons_from_evidence(table([(20.9 + i / 2000, 42.6) for i in range(50)]), fade_out_m=50)
    assert line["evidence_points"].tolist() == [50]


@pytest.mark.skipif(not os.environ.get("KOSOVO_HAZARDS_HEAVY"), reason="takes a while")
@pytest.mark.parametrize("spread_deg", [0.03, 0.3, 3.0])
def test_a_hundred_thousand_points_take_less_than_ten_seconds(spread_deg):
    rng = np.random.default_rng(3)
    places = np.column_stack([20.5 + rng.random(100_000) * spread_deg, 42.2 + rng.random(100_000) * spread_deg])
    start = time.perf_counter()
    assert polygons_from_evidence(table(places), fade_out_m=50)["evidence_points"].sum() == 100_000
    assert time.perf_counter() - start < 10


def test_distance_is_that_of_the_kind_and_a_kind_without_one_is_refused():
    points = table([(20.9, 42.6), (21.0, 42.6), (21.1, 42.6)], device_model=["blu 97", "BL755", "M75"])
    areas = polygons_from_evidence(points, fade_out_m=FADE_OUT_M)
    assert areas["fade_out_m"].tolist() == [25.0, 25.0, 50.0]
    assert areas["area_m2"].to_numpy() == pytest.approx(np.pi * np.array([25, 25, 50]) ** 2, rel=0.01)
    with pytest.raises(kh.BadRecordsError, match=r"record 2: device_model 'M75' has no distance"):
        polygons_from_evidence(points, fade_out_m={"BLU-97": 25, "BL755": 25})
    with pytest.raises(kh.UsageError, match="no column says which kind"):
        polygons_from_evidence(points.drop(columns="device_model"), fade_out_m=FADE_OUT_M)


def test_points_of_one_strike_are_one_area_however_far_apart():
    points = table([(20.9, 42.6), (20.95, 42.6), (21.0, 42.6)], strike=["S1", "S1", None])
    areas = polygons_from_evidence(points, fade_out_m=50, strike="strike")
    assert areas["evidence_ids"].tolist() == ["0; 1", "2"]


def test_stated_accuracy_widens_the_ground_unless_it_shall_not():
    points = table([(20.9, 42.6)], accuracy_m=[10.0])
    assert polygons_from_evidence(points, fade_out_m=50)["area_m2"].iloc[0] == pytest.approx(np.pi * 60**2, rel=0.01)
    bare = polygons_from_evidence(points, fade_out_m=50, with_accuracy=False)
    assert bare["area_m2"].iloc[0] == pytest.approx(np.pi * 50**2, rel=0.01)


def test_direct_evidence_suggests_a_cha_and_makes_none():
    points = table([(20.9, 42.6), (20.9001, 42.6), (21.0, 42.6)], directness=["direct", "indirect", None])
    areas = polygons_from_evidence(points, fade_out_m=50)
    assert areas["hazard_type"].tolist() == ["SHA", "SHA"]
    assert areas["estimated"].tolist() == [True, True]
    assert areas["suggested_type"].tolist() == ["CHA", "SHA"]
    assert areas["suggestion_reasons"].iloc[0] == "1 of 2 points are direct evidence"
    assert areas["suggestion_reasons"].isna().iloc[1]


def test_points_that_can_not_be_used_are_named():
    shapes = [None, shapely.Point(), shapely.LineString([(20, 42), (21, 42)]), shapely.Point(20, 89)]
    points = gpd.GeoDataFrame({"evidence_id": list("abcd")}, geometry=shapes, crs="EPSG:4326")
    with pytest.raises(kh.BadRecordsError) as told:
        polygons_from_evidence(points, fade_out_m=50)
    assert [(fault.record, fault.problem) for fault in told.value.faults] == [
        ("a", "has no position"),
        ("b", "has no position"),
        ("c", "is not a point"),
        ("d", "lies beyond 85° of latitude"),
    ]
    with pytest.raises(kh.MissingCRSError):
        polygons_from_evidence(points.set_crs(None, allow_override=True), fade_out_m=50)


@pytest.mark.parametrize("distance_m", [0, -5, float("nan"), float("inf"), 20_000])
def test_impossible_distances_are_refused(distance_m):
    with pytest.raises(kh.UsageError, match="more than 0 and at most 5,000 m"):
        polygons_from_evidence(table([(20.9, 42.6)]), fade_out_m=distance_m)


def test_no_points_make_an_empty_table_of_hazards():
    assert len(polygons_from_evidence(table([(20, 42)]).iloc[:0], fade_out_m=50)) == 0


def test_ground_across_180_degrees_is_cut_there():
    areas = polygons_from_evidence(table([(179.9999, 10), (-179.9999, 10), (0, 10)]), fade_out_m=50)
    west, _, east, _ = areas.total_bounds
    assert (west, east) == (-180, 180)
    for x in (179.9999, -179.9999):
        for lon, lat in shapely.get_coordinates(disc(x, 10, 50, 36)):
            at = shapely.Point((lon + 180) % 360 - 180, lat)
            assert shapely.distance(areas.geometry.to_numpy(), at).min() < 1e-12
    assert areas["area_m2"].to_numpy() == pytest.approx(np.pi * 50**2, rel=0.01)
