"""Areas: against geodesic polygons by an independent routine, and ground counted once."""

from __future__ import annotations

import os

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import kosovo_hazards as kh
from kosovo_hazards._errors import BadRecordsError
from kosovo_hazards.geometry import repaired
from kosovo_hazards.geometry.antimeridian import cut_at_antimeridian
from kosovo_hazards.geometry.areas import overlap_groups
from kosovo_hazards.geometry.ellipsoid import ring_area_m2
from kosovo_hazards.geometry.tiles import tiles
from tests.reference.geodesic_areas import geodesic_areas_m2, tangent_areas_m2

HEAVY = os.environ.get("KOSOVO_HAZARDS_HEAVY") == "1"

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
    assert np.abs(error).max() <= 2e-7


SIZES = {
    "half a metre": {"across_m": (0.5, 5)},
    "a field": {"across_m": (5, 200)},
    "half a metre, narrow": {"across_m": (0.5, 200), "thin": 0.1},
    "narrow": {"across_m": (50, 5_000), "thin": 0.01},
    "kilometres, a hair wide": {"across_m": (5_000, 1e6), "thin": 1e-4},
    "a country": {"across_m": (5e3, 1e6)},
    "89.99 degrees": {"across_m": (0.5, 200), "lat": (89.98, 89.9999)},
    "the south pole": {"across_m": (50, 1e6), "lat": (-90, -88)},
    "180 degrees": {"across_m": (50, 1e5), "lon": (179.999, 180.001)},
}


def stars(
    count: int,
    *,
    across_m: tuple[float, float],
    thin: float = 1.0,
    lat: tuple[float, float] = (-80, 80),
    lon: tuple[float, float] = (-170, 170),
    seed: int = 0,
) -> np.ndarray:
    """Corners of star-shaped polygons, in degrees, flattened in some direction to a share of their length."""
    rng = np.random.default_rng(seed)
    radius = np.exp(rng.uniform(*np.log(across_m), count))[:, None] / 2 * rng.uniform(0.4, 1, (count, 8))
    angle = (np.arange(8) + rng.uniform(0, 0.9, (count, 8))) * np.pi / 4
    x, y = radius * np.cos(angle), radius * np.sin(angle) * thin
    turn = rng.uniform(0, 2 * np.pi, (count, 1))
    x, y = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
    middle = [np.repeat(rng.uniform(*at, (count, 1)), 8, axis=1) for at in (lon, lat)]
    east, north, _ = GEOD.fwd(*middle, np.degrees(np.arctan2(x, y)), np.hypot(x, y))
    return np.stack([east, north], axis=-1)


@pytest.mark.parametrize("size", SIZES)
def test_areas_are_right_to_a_fifth_of_a_millionth_for_any_size_and_place(size: str) -> None:
    corners = stars(10_000 if HEAVY else 100, **SIZES[size])
    rings = np.concatenate([corners, corners[:, :1]], axis=1)
    ours = ring_area_m2(rings.reshape(-1, 2), np.full(len(rings), 9), GEOD)
    shapes = shapely.polygons(corners)
    if SIZES[size]["across_m"][1] <= 200:
        error = np.abs(ours - tangent_areas_m2(shapes))
    else:
        # The reference itself rounds to some 1e-5 m² an edge.
        error = (np.abs(ours - geodesic_areas_m2(shapes)) - 5e-4).clip(0)
    assert (error / ours).max() <= 2e-7


def test_a_narrow_shape_with_edges_of_kilometres_is_as_exact_as_any() -> None:
    # One long edge on one side, two on the other: what lies between geodesics and chords does not cancel out.
    slim = shapely.Polygon([(21.0, 42.6), (21.04, 42.6), (21.02, 42.60001)])
    assert kh.area_m2(in_degrees([slim]))[0] == pytest.approx(geodesic_areas_m2(np.array([slim]))[0], rel=2e-7)


def test_vertices_that_are_no_numbers_give_no_area() -> None:
    with np.errstate(invalid="ignore"):
        odd = [shapely.Polygon([(21, 42), (21.1, 42), (bad, 42.1)]) for bad in (np.nan, np.inf)]
    area = kh.area_m2(in_degrees([*odd, shapely.box(21, 42, 21.01, 42.01)]))
    assert area.isna().tolist() == [True, True, False]
    assert np.isnan(kh.footprint_m2(in_degrees(odd)))


@pytest.mark.parametrize("measure", [kh.area_m2, kh.footprint_m2])
@pytest.mark.parametrize("shape", [shapely.box(210_000, 42, 210_001, 43), shapely.box(21, 89, 22, 91)])
def test_coordinates_that_are_no_degrees_are_refused_by_name(measure: object, shape: shapely.Polygon) -> None:
    good = shapely.box(21, 42, 21.01, 42.01)
    with pytest.raises(BadRecordsError, match="record KS-7: geometry has a vertex at"):
        measure(gpd.GeoSeries([good, shape], index=["KS-1", "KS-7"], crs="EPSG:4326"))


def test_a_ring_round_a_pole_has_the_ground_of_its_side_and_no_footprint() -> None:
    ring = shapely.Polygon([(lon, 89.9) for lon in range(-180, 180, 10)])
    # A circle of 11,169 m about the pole (a meridian of 111.694 km a degree there), less what 36 straight edges leave.
    circle = np.pi * 11_169.4**2 * np.sin(np.radians(10)) / np.radians(10)
    assert kh.area_m2(in_degrees([ring]))[0] == pytest.approx(circle, rel=1e-4)
    with pytest.raises(BadRecordsError, match="round a pole"):
        kh.footprint_m2(in_degrees([ring]))


def test_edges_of_many_kilometres_follow_the_geodesic() -> None:
    country = in_degrees([shapely.Polygon([(20.0, 41.8), (21.8, 42.0), (21.7, 43.2), (20.3, 43.1)])])
    assert kh.area_m2(country)[0] == pytest.approx(geodesic_m2(country.to_numpy())[0], rel=1e-6)


def test_a_shape_across_the_antimeridian_is_not_the_rest_of_the_world() -> None:
    across = in_degrees([shapely.Polygon([(179.99, -17), (-179.99, -17), (-179.99, -16.99), (179.99, -16.99)])])
    same = in_degrees([shapely.box(10.0, -17, 10.02, -16.99)])
    assert kh.area_m2(across)[0] == pytest.approx(kh.area_m2(same)[0], rel=1e-9)
    assert kh.footprint_m2(across) == pytest.approx(kh.area_m2(same)[0], rel=1e-9)
    # Half of it again, from the other side: drawn to -180 by one who cut there.
    half = in_degrees([*across, shapely.box(-180, -17, -179.99, -16.99)])
    assert kh.footprint_m2(half) == pytest.approx(kh.area_m2(same)[0], rel=1e-6)


def test_holes_lie_in_their_shell_across_the_antimeridian() -> None:
    hole = [(-179.98, -16.996), (-179.98, -16.993), (179.98, -16.993), (179.98, -16.996)]
    holed = shapely.Polygon([(179.9, -17), (-179.9, -17), (-179.9, -16.99), (179.9, -16.99)], [hole])
    same = shapely.Polygon(
        shapely.box(9.9, -17, 10.1, -16.99).exterior, [shapely.box(9.98, -16.996, 10.02, -16.993).exterior]
    )
    expected = kh.area_m2(in_degrees([same]))[0]
    assert kh.area_m2(in_degrees([holed]))[0] == pytest.approx(expected, rel=1e-9)
    (cut,), mask = cut_at_antimeridian(np.array([holed]))
    assert mask.tolist() == [True]
    assert cut.is_valid
    assert shapely.area(cut) == pytest.approx(same.area, rel=1e-9)
    assert np.abs(shapely.get_coordinates(cut)[:, 0]).max() == 180


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


def test_ground_that_parts_share_counts_once_in_collections_too() -> None:
    one, other = shapely.box(21.00, 42.60, 21.01, 42.61), shapely.box(21.005, 42.60, 21.015, 42.61)
    pair = in_degrees([shapely.GeometryCollection([one, other])])
    # Three halves of a box of 911,579 m².
    assert kh.footprint_m2(pair) == pytest.approx(1_367_368, abs=5)
    assert kh.area_m2(pair)[0] == pytest.approx(1_367_368, abs=5)


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


@pytest.mark.parametrize("spread", [0.003, 0.02])
def test_a_crowd_is_measured_tile_by_tile_as_its_union_is(spread: float) -> None:
    rng = np.random.default_rng(1)
    middles = rng.uniform(0, spread, (1_500, 2)) + np.array([21, 42.6])
    shapes = shapely.buffer(shapely.points(middles), 1e-3, quad_segs=3)
    shapes[::7] = shapely.MultiPolygon([shapely.box(21.1, 42.6, 21.101, 42.601), shapes[0]])
    whole = kh.area_m2(in_degrees([shapely.union_all(shapes)]))[0]
    assert kh.footprint_m2(in_degrees(shapes)) == pytest.approx(whole, rel=2e-8)


def test_tiles_part_shapes_and_lose_none() -> None:
    corner = np.random.default_rng(2).uniform(0, 1, (4_000, 2))
    bounds = np.hstack([corner, corner + 0.01])
    parts = list(tiles(bounds))
    assert max(len(tile.rows) for tile in parts) <= 300
    area = sum((tile.bounds[2] - tile.bounds[0]) * (tile.bounds[3] - tile.bounds[1]) for tile in parts)
    assert area == pytest.approx(np.ptp(bounds[:, [0, 2]]) * np.ptp(bounds[:, [1, 3]]))
    for tile in parts:
        meets = (bounds[:, :2] < tile.bounds[2:]).all(axis=1) & (bounds[:, 2:] > tile.bounds[:2]).all(axis=1)
        assert set(np.flatnonzero(meets)) <= set(tile.rows)


def test_neighbours_that_share_an_edge_are_not_one_group() -> None:
    touching = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(1.5, 0.5, 3, 2)])
    assert overlap_groups(touching).tolist() == [0, 1, 1]
