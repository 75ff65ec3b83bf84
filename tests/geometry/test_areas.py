"""Areas: against geodesic polygons by an independent routine, and ground counted once."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import kosovo_hazards as kh
from kosovo_hazards.geometry import repaired
from kosovo_hazards.geometry.areas import overlap_groups

GEOD = pyproj.Geod(ellps="WGS84")
KOSOVO, BOSNIA, UKRAINE = (20.9, 42.6), (17.8, 44.0), (37.0, 48.5)
CAMBODIA, COLOMBIA, ANGOLA = (104.0, 13.0), (-74.0, 4.5), (18.0, -12.0)


def strike_footprints(count: int, centre: tuple[float, float], *, seed: int, corners: int = 12) -> np.ndarray:
    """Star-shaped polygons of 50 m to 5 km across, scattered some 50 km around the centre."""
    rng = np.random.default_rng(seed)
    middle = np.array(centre) + rng.uniform(-0.5, 0.5, (count, 2))
    across_m = np.exp(rng.uniform(np.log(50), np.log(5_000), count))
    sectors = 2 * np.pi / corners
    angle = np.arange(corners) * sectors + rng.uniform(0, 0.9 * sectors, (count, corners))
    radius = across_m[:, None] / 2 * rng.uniform(0.4, 1, (count, corners))
    lon = middle[:, :1] + radius * np.cos(angle) / (111_320 * np.cos(np.radians(middle[:, 1:])))
    lat = middle[:, 1:] + radius * np.sin(angle) / 110_574
    shapes = shapely.polygons(np.stack([lon, lat], axis=-1))
    return shapes[shapely.is_valid(shapes)]


def geodesic_m2(shapes: np.ndarray) -> np.ndarray:
    """Area by pyproj's routine, which needs rings wound the right way."""
    return np.array([GEOD.geometry_area_perimeter(shape)[0] for shape in shapely.orient_polygons(shapes)])


def in_degrees(shapes: object) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapes, crs="EPSG:4326")


def test_area_equals_geodesic_area_on_four_continents_in_one_call() -> None:
    places = [(6_000, KOSOVO), *((600, centre) for centre in (BOSNIA, UKRAINE, CAMBODIA, COLOMBIA, ANGOLA))]
    shapes = np.concatenate([strike_footprints(n, centre, seed=i) for i, (n, centre) in enumerate(places)])
    wound = np.where(np.arange(len(shapes)) % 2, shapes, shapely.reverse(shapes))
    error = kh.area_m2(in_degrees(wound)).to_numpy() / geodesic_m2(shapes) - 1
    assert np.abs(error).max() <= 1e-6


def test_edges_of_many_kilometres_follow_the_geodesic() -> None:
    country = in_degrees([shapely.Polygon([(20.0, 41.8), (21.8, 42.0), (21.7, 43.2), (20.3, 43.1)])])
    assert kh.area_m2(country)[0] == pytest.approx(geodesic_m2(country.to_numpy())[0], rel=1e-6)


def test_a_shape_across_the_antimeridian_is_not_the_rest_of_the_world() -> None:
    across = in_degrees([shapely.Polygon([(179.99, -17), (-179.99, -17), (-179.99, -16.99), (179.99, -16.99)])])
    same = in_degrees([shapely.box(10.0, -17, 10.02, -16.99)])
    assert kh.area_m2(across)[0] == pytest.approx(kh.area_m2(same)[0], rel=1e-6)


def test_holes_are_taken_off_and_parts_added() -> None:
    outer, hole, apart = (
        shapely.box(21, 42, 21.02, 42.02),
        shapely.box(21.005, 42.005, 21.01, 42.01),
        shapely.box(21.1, 42, 21.11, 42.01),
    )
    holed = shapely.Polygon(outer.exterior, [hole.exterior])
    area = kh.area_m2(in_degrees([outer, hole, apart, holed, shapely.MultiPolygon([holed, apart])]))
    assert area[3] == pytest.approx(area[0] - area[1], abs=1e-3)
    assert area[4] == pytest.approx(area[3] + area[2], abs=1e-3)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (shapely.Point(21, 42), 0.0),
        (shapely.LineString([(21, 42), (21.1, 42)]), 0.0),
        (shapely.Polygon(), 0.0),
        (shapely.MultiPolygon(), 0.0),
        (None, np.nan),
    ],
    ids=["point", "line", "empty polygon", "empty multi-polygon", "missing"],
)
def test_what_has_no_ground_counts_zero_and_what_is_missing_is_unknown(shape: object, expected: float) -> None:
    area = kh.area_m2(in_degrees([shape, shapely.box(21, 42, 21.01, 42.01)]))
    assert area[0] == pytest.approx(expected, nan_ok=True)
    assert area[1] > 0


def test_collections_count_their_polygons_only() -> None:
    box = shapely.box(21, 42, 21.01, 42.01)
    nested = shapely.GeometryCollection([shapely.GeometryCollection([shapely.Point(0, 0), box]), shapely.Point(1, 1)])
    area = kh.area_m2(in_degrees([nested, box]))
    assert area[0] == pytest.approx(area[1])


@pytest.mark.parametrize("east", [21.01, 21.2], ids=["short edges", "edges of 16 km"])
@pytest.mark.parametrize("heights_m", [[900.0] * 5, [500.0, 7.0, 1_300.0, -3.0, 500.0]], ids=["level", "steep"])
def test_height_does_not_change_the_area(east: float, heights_m: list[float]) -> None:
    flat = shapely.box(21, 42, east, 42.01)
    high = shapely.Polygon(np.column_stack([shapely.get_coordinates(flat), heights_m]))
    assert kh.area_m2(in_degrees([high]))[0] == kh.area_m2(in_degrees([flat]))[0]


def test_a_ring_that_crosses_itself_counts_both_lobes() -> None:
    bow = shapely.Polygon([(21.00, 42.00), (21.02, 42.02), (21.02, 42.00), (21.00, 42.02)])
    lobes = [shapely.Polygon([(x, 42.00), (21.01, 42.01), (x, 42.02)]) for x in (21.00, 21.02)]
    area = kh.area_m2(in_degrees([bow, *lobes]))
    assert area[0] == pytest.approx(area[1] + area[2], rel=1e-6)


def test_a_broken_outline_measures_what_its_repair_keeps() -> None:
    corners = [(21.0009, 42.6098), (21.007, 42.6093), (21.0033, 42.6008), (21.0032, 42.6098), (21.0046, 42.6004)]
    drawn = in_degrees([shapely.Polygon([*corners, (21.0072, 42.6098)])])
    assert kh.area_m2(drawn)[0] == pytest.approx(212_225, abs=1)
    assert kh.footprint_m2(drawn) == pytest.approx(212_225, abs=1)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_no_random_ring_measures_otherwise_than_its_repair(seed: int) -> None:
    corners = np.random.default_rng(seed).integers(0, 100, (120, 6, 2)) / 1e4 + [21.0, 42.6]
    drawn = shapely.polygons(corners)
    drawn = drawn[~shapely.is_valid(drawn)]
    kept = kh.area_m2(in_degrees(repaired(drawn).shapes)).fillna(0)
    np.testing.assert_allclose(kh.area_m2(in_degrees(drawn)), kept, rtol=1e-9)
    assert kh.footprint_m2(in_degrees(drawn[:1])) == pytest.approx(kept[0], rel=1e-9)


def test_area_keeps_the_index_and_leaves_the_argument_alone() -> None:
    frame = gpd.GeoDataFrame({"id": [1, 2]}, geometry=[shapely.box(21, 42, 21.01, 42.01)] * 2, crs=4326, index=[9, 3])
    before = frame.copy()
    assert kh.area_m2(frame).index.tolist() == [9, 3]
    pd.testing.assert_frame_equal(frame, before)


def test_the_national_grid_gives_the_same_area_as_degrees() -> None:
    shapes = in_degrees(strike_footprints(50, KOSOVO, seed=7))
    by_grid = kh.area_m2(shapes.to_crs("EPSG:9141"))
    assert np.abs(by_grid / kh.area_m2(shapes) - 1).max() < 1e-6


def test_without_crs_the_error_says_how_to_name_it() -> None:
    with pytest.raises(kh.HazardDataError, match="set_crs"):
        kh.area_m2(gpd.GeoSeries([shapely.box(0, 0, 1, 1)]))
    with pytest.raises(kh.HazardDataError, match="set_crs"):
        kh.footprint_m2(gpd.GeoSeries([shapely.box(0, 0, 1, 1)]))


def test_nothing_covers_nothing() -> None:
    assert len(kh.area_m2(in_degrees([]))) == 0
    assert kh.footprint_m2(in_degrees([])) == 0
    assert kh.footprint_m2(in_degrees([None, shapely.Polygon()])) == 0


def test_more_shapes_than_one_chunk_come_back_in_order() -> None:
    shapes = strike_footprints(20_000, KOSOVO, seed=3, corners=4)
    assert kh.area_m2(in_degrees(shapes)).iloc[[0, 9_000, -1]].tolist() == pytest.approx(
        geodesic_m2(shapes[[0, 9_000, len(shapes) - 1]]).tolist(), rel=1e-6
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 60))
def test_footprint_is_the_area_of_the_union(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    corner = rng.uniform([20.9, 42.6], [20.96, 42.66], (count, 2))
    size = rng.uniform(0.001, 0.02, (count, 2))
    shapes = in_degrees(shapely.box(*corner.T, *(corner + size).T))
    whole = kh.area_m2(in_degrees([shapes.union_all()]))[0]
    assert kh.footprint_m2(shapes) == pytest.approx(whole, rel=1e-9)
    assert kh.footprint_m2(shapes) <= kh.area_m2(shapes).sum() * (1 + 1e-9)


def test_neighbours_that_share_an_edge_are_not_one_group() -> None:
    touching = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(1.5, 0.5, 3, 2)])
    assert overlap_groups(touching).tolist() == [0, 1, 1]
