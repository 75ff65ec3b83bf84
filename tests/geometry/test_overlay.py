"""Cutting and joining ground: nothing raises, and what can't be exact errs on the side of the hazard."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import kosovo_hazards as kh
from kosovo_hazards.geometry import (
    counted_retries,
    difference,
    intersection,
    repaired,
    union,
    union_all,
    unions,
    without,
)
from kosovo_hazards.geometry.overlay import _on_grid

# Degrees; a step of the grid is about 6e-11, and lines are moved by two before.
MOVED_DEG = 1e-9
HEAVY = os.environ.get("KOSOVO_HAZARDS_HEAVY") == "1"

# A bow-tie makes GEOS give up, whatever is done with it and this box.
BOW_TIE = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
BOX = shapely.box(0.5, 0.5, 1.5, 3)


def array(*shapes: shapely.Geometry | None) -> np.ndarray:
    return np.array(shapes, dtype=object)


def stars(count: int, seed: int, *, spread_deg: float) -> np.ndarray:
    """Star-shaped polygons of 50 m to 1 km at full precision, some of them moved by nanometres or less."""
    rng = np.random.default_rng(seed)
    middle = np.array([20.9, 42.6]) + rng.uniform(-spread_deg, spread_deg, (count, 2))
    radius = np.exp(rng.uniform(np.log(25), np.log(500), (count, 1))) * rng.uniform(0.4, 1, (count, 12))
    angle = (np.arange(12) + rng.uniform(0, 0.9, (count, 12))) * np.pi / 6
    east = middle[:, :1] + radius * np.cos(angle) / 82_000
    points = np.stack([east, middle[:, 1:] + radius * np.sin(angle) / 110_574], axis=-1)
    points[1::5] = points[::5][: len(points[1::5])] + rng.choice([0, 1e-14, 1e-12, 1e-9], (len(points[1::5]), 1, 1))
    return shapely.polygons(points)


def borders(count: int, seed: int) -> np.ndarray:
    """Fields that share their borders, with a vertex in the middle of each edge, moved by nanometres or less."""
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(count)))
    knots = np.stack(np.meshgrid(np.arange(side + 1), np.arange(side + 1), indexing="ij"), -1)
    knots = (knots + rng.uniform(-0.3, 0.3, knots.shape)) * 0.003 + [20.4, 42.1]
    corners = np.stack([knots[:-1, :-1], knots[1:, :-1], knots[1:, 1:], knots[:-1, 1:]], axis=2).reshape(-1, 4, 2)
    corners = corners[:count] + rng.choice([0, 1e-14, 1e-13, 1e-12, -1e-11, 1e-9], (count, 1, 1))
    middles = (corners + np.roll(corners, -1, axis=1)) / 2
    return shapely.polygons(np.stack([corners, middles], axis=2).reshape(count, 8, 2))


def slivers(count: int, seed: int) -> np.ndarray:
    """Triangles some 100 m long and less than a millimetre wide, all about one line."""
    rng = np.random.default_rng(seed)
    along = np.sort(rng.uniform(0, 1e-3, (count, 3)), axis=1)
    points = np.stack([21 + along, 42.6 + along / 3 + rng.choice([0, 1e-15, 1e-12, 1e-9], (count, 3))], axis=-1)
    drawn = shapely.polygons(points)
    return drawn[shapely.is_valid(drawn)]


# --- who may cut ground ----------------------------------------------------------------------------------------------

OPERATIONS = {
    "intersection", "difference", "symmetric_difference", "union", "union_all", "unary_union", "coverage_union",
    "coverage_union_all", "intersection_all", "make_valid", "disjoint_subset_union", "disjoint_subset_union_all",
}  # fmt: skip
METHODS = {"dissolve", "overlay", "union_all", "unary_union", "make_valid"}
# Each with its reason.
MAY_CUT = {
    "geometry/overlay.py": "it is the one",
    "geometry/repair.py": "takes broken outlines apart, and where that fails keeps all ground around them",
    "geometry/self_crossing.py": "the same",
    "geometry/sure_ground.py": "the same for releases, and where that fails keeps none",
    "gazetteer/boundary_files.py": "mends boundaries of places, which are no hazards",
}


def test_nobody_else_cuts_or_joins_ground() -> None:
    package = Path(kh.__file__).parent
    found = {}
    for path in package.rglob("*.py"):
        nodes = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        called = [node.func for node in nodes if isinstance(node.func, ast.Attribute)]
        bad = {
            call.attr
            for call in called
            if (isinstance(call.value, ast.Name) and call.value.id in ("shapely", "gpd") and call.attr in OPERATIONS)
            or call.attr in METHODS
        }
        if bad:
            found[path.relative_to(package).as_posix()] = bad
    assert set(found) == set(MAY_CUT)


# --- pairs that floating point can't do ------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", [shapely.intersection, shapely.difference, shapely.union])
def test_geos_gives_up_on_the_pair_that_is_tried_here(operation: object) -> None:
    with pytest.raises(shapely.GEOSException):
        operation(BOW_TIE, BOX)


def test_what_geos_gives_up_on_is_done_on_a_grid_and_counted() -> None:
    good = shapely.box(0, 0, 1, 1)
    with counted_retries() as retries:
        common = intersection(array(good, BOW_TIE, good), array(BOX, BOX, None))
        rest = difference(array(good, BOW_TIE, good), array(BOX, BOX, None))
        both = union(array(good, BOW_TIE, good), array(BOX, BOX, None))
    assert (retries.on_grid, retries.given_up) == (3, 0)
    # Both lobes of the bow-tie, triangles of 1 m² each side of the middle, count; of each the box takes 0.25 m².
    assert shapely.area(common[:2]) == pytest.approx([0.25, 0.5], abs=1e-8)
    assert shapely.area(rest) == pytest.approx([0.75, 1.5, 1.0], abs=1e-8)
    assert shapely.area(both) == pytest.approx([3.25, 4.0, 1.0], abs=1e-8)
    assert common[2] is None


def test_a_group_with_a_pair_that_fails_is_joined_all_the_same() -> None:
    apart = shapely.box(10, 10, 11, 11)
    with counted_retries() as retries:
        owners, joined = unions(array(apart, BOW_TIE, BOX, apart, apart), np.array([4, 2, 2, 2, 9]))
    assert owners.tolist() == [2, 4, 9]
    assert shapely.area(joined) == pytest.approx([5.0, 1.0, 1.0], abs=1e-8)
    assert retries.on_grid == 1


def test_nothing_is_not_a_number_to_stumble_over() -> None:
    with np.errstate(invalid="ignore"):
        odd = shapely.Polygon([(0, 0), (np.nan, 1), (1, 1)])
    for operation in (intersection, difference, union):
        operation(array(odd, BOX), array(BOX, odd))


HULLS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=8, unique=True).map(
    lambda points: shapely.transform(shapely.MultiPoint(points).convex_hull, lambda at: 21.3 + at * 1e-4)
)
FIELDS = HULLS.filter(lambda hull: hull.geom_type == "Polygon" and hull.is_valid)


@given(FIELDS, FIELDS, st.sampled_from([0, 1e-15, 3e-13, 1e-11, 1e-9]))
@settings(max_examples=12, deadline=None)
def test_on_the_grid_hazards_only_grow_and_taken_ground_only_shrinks(
    one: shapely.Polygon, other: shapely.Polygon, shift: float
) -> None:
    other = shapely.transform(other, lambda points: points + shift)
    for operation in (shapely.intersection, shapely.difference, shapely.union):
        exact = operation(one, other)
        grown, shrunk = (_on_grid(operation, one, other, grow) for grow in (True, False))
        assert grown.is_valid
        assert shrunk.is_valid
        # By rounding of the comparison itself, 1e-16 square degrees (a millionth of a square metre) may seem lost.
        assert exact.difference(grown).area <= 1e-16
        assert shrunk.difference(exact).area <= 1e-16
        # Outlines of at most 30 edges of 0.004 degrees, moved by a nanodegree.
        assert grown.area - shrunk.area <= 2 * 30 * 4e-3 * MOVED_DEG


@given(st.integers(0, 10**6), st.sampled_from(["stars", "borders", "slivers"]))
@settings(max_examples=8, deadline=None)
def test_pieces_of_neighbours_that_nearly_coincide_add_up(seed: int, kind: str) -> None:
    drawn = {"stars": lambda: stars(60, seed, spread_deg=0.01), "borders": lambda: borders(64, seed),
             "slivers": lambda: slivers(60, seed)}[kind]()  # fmt: skip
    shapes = repaired(drawn).shapes
    shapes = shapes[~shapely.is_missing(shapes)]
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, other = shapes[left], shapes[right]
    common, rest, both = intersection(one, other), difference(one, other), union(one, other)
    for pieces in (common, rest, both):
        assert not shapely.is_missing(pieces).any()
    assert shapely.area(common) + shapely.area(rest) == pytest.approx(shapely.area(one), abs=1e-12)
    assert shapely.area(rest) + shapely.area(other) == pytest.approx(shapely.area(both), abs=1e-12)
    whole = union_all(shapes)
    assert shapely.area(shapes).max() - 1e-12 <= whole.area <= shapely.area(shapes).sum() + 1e-12


# --- whole registers -------------------------------------------------------------------------------------------------


def hazards_of(shapes: np.ndarray) -> gpd.GeoDataFrame:
    table = {"hazard_id": np.arange(len(shapes)).astype(str), "hazard_type": "SHA", "status": "open"}
    return kh.read_hazards(gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")).data


def releases_of(shapes: np.ndarray) -> gpd.GeoDataFrame:
    table = {"release_id": np.arange(len(shapes)).astype(str), "product": "cleared", "completed": "2024-05-05"}
    return kh.read_releases(gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")).data


@pytest.mark.parametrize("kind", ["stars", "borders"])
@pytest.mark.parametrize("seed", range(10) if HEAVY else [2])
def test_registers_with_full_precision_go_through_everything(kind: str, seed: int) -> None:
    count = 100_000 if HEAVY else 400
    spread = 0.5 * np.sqrt(count / 1e5)
    drawn = stars(count, seed, spread_deg=spread) if kind == "stars" else borders(count, seed)
    work = stars(count // 4, seed + 1, spread_deg=spread) if kind == "stars" else borders(count, seed + 1)
    hazards, releases = hazards_of(drawn), releases_of(work)
    kh.check(hazards, releases)
    result = kh.apply_releases(hazards, releases)
    assert (result.remaining["remaining_m2"] <= result.remaining["baseline_m2"]).all()
    assert kh.footprint_m2(hazards) <= kh.area_m2(hazards).sum() * (1 + 1e-9)
    assert kh.assign_places(hazards)["place_source"].notna().all()


# --- shapes that are kept on a grid -----------------------------------------------------------------------------------


@pytest.mark.parametrize("grid", [1.0, 100.0])
def test_a_grid_that_shapes_bring_along_snaps_nothing(grid: float) -> None:
    """`GeoSeries.set_precision` leaves its grid with the shapes; in GEOS it holds for all that is made of them."""
    base = [shapely.box(500_000 + i * 300, 4_712_000, 500_250 + i * 300, 4_712_200) for i in range(5)]
    rounded = gpd.GeoSeries([*base, shapely.box(500_100, 4_712_100, 500_400, 4_712_400)], crs=32634).set_precision(grid)
    assert (shapely.get_precision(rounded.to_numpy()) == grid).all()
    cut = gpd.GeoSeries([shapely.box(500_010.4, 4_712_010.4, 500_100.6, 4_712_100.6)], crs=32634)
    releases = gpd.GeoDataFrame({"release_id": ["R"], "product": "cleared", "completed": "2020-01-01"}, geometry=cut)
    free = gpd.GeoSeries(shapely.set_precision(rounded.to_numpy(), 0), crs=32634)
    narrower = gpd.GeoDataFrame({"hazard_id": list("ABCDEF")}, geometry=free.buffer(-grid / 4, join_style="mitre"))
    results = []
    for shapes in (rounded, free):
        table = gpd.GeoDataFrame({"hazard_id": list("ABCDEF"), "hazard_type": "SHA", "status": "open"}, geometry=shapes)
        remaining = kh.apply_releases(table, releases).remaining
        compared = kh.compare(table, narrower)
        results.append([*remaining["remaining_m2"], kh.footprint_m2(table), *compared.causes["m2"]])
    assert results[0] == pytest.approx(results[1], abs=1e-3)
    assert sum(results[0][:6]) < float(kh.area_m2(rounded).sum()) - 4_000


@pytest.mark.parametrize("operation", [intersection, difference, union])
def test_of_shapes_nearer_than_their_grid_the_difference_stays(operation: Callable[..., Any]) -> None:
    old = shapely.Polygon([(17.0000004, 44), (17.01, 44.0000004), (17.0100003, 44.01), (17, 44.0100002)])
    new = shapely.set_precision(old, 1e-6)
    free = shapely.set_precision(new, 0)
    for left, right in (((new, old), (free, old)), ((old, new), (old, free))):
        found, wanted = (operation(np.array([one]), np.array([other]))[0] for one, other in (left, right))
        assert found.symmetric_difference(wanted).area < 1e-15
    assert difference(np.array([new]), np.array([old]))[0].area > 0


# --- polygons with very many holes ------------------------------------------------------------------------------------


def sieve(side: int) -> shapely.Polygon:
    """A square with holes in rows, which touch nothing."""
    x, y = (axis.ravel() + 0.5 for axis in np.meshgrid(np.arange(side), np.arange(side)))
    holes = shapely.get_exterior_ring(shapely.box(x - 0.25, y - 0.25, x + 0.25, y + 0.25))
    return shapely.polygons(shapely.linearrings([(0, 0), (side, 0), (side, side), (0, side)]), holes)


@pytest.mark.parametrize(
    "taken",
    [
        shapely.box(5.1, 5.1, 9.3, 7.9),
        shapely.box(-1, 20.6, 41, 21.1),
        shapely.MultiPolygon([shapely.box(3, 3, 3.5, 3.5), shapely.Point(30, 30).buffer(2.2)]),
        shapely.box(-1, -1, 41, 41),
        shapely.box(50, 50, 51, 51),
        shapely.Polygon([(-1, -1), (41, -1), (41, 41)], [[(20, 3), (25, 3), (25, 7)]]),
    ],
)
def test_ground_taken_off_a_sieve_is_the_same_with_all_holes_and_with_those_that_count(taken: shapely.Geometry) -> None:
    field = sieve(40)
    rest = difference(array(field), array(taken))[0]
    exact = shapely.difference(field, taken)
    assert shapely.is_valid(rest)
    assert shapely.equals(rest, exact)
    assert shapely.get_num_coordinates(rest) == shapely.get_num_coordinates(exact)


def test_holes_that_touch_each_other_part_the_ground_together_with_what_is_taken_off() -> None:
    # A chain of holes, corner to corner, from one side of the field to the other but for its two ends.
    side = 2_400
    x = np.arange(1, side - 1, dtype=float)
    holes = shapely.linearrings(np.stack([np.c_[x, 0 * x], np.c_[x + 0.5, 0 * x - 0.3], np.c_[x + 1, 0 * x],
                                          np.c_[x + 0.5, 0 * x + 0.3]], axis=1))  # fmt: skip
    field = shapely.polygons(shapely.linearrings([(0, -9), (side, -9), (side, 9), (0, 9)]), holes)
    ends = shapely.MultiPolygon([shapely.box(-1, -1, 1.2, 1), shapely.box(side - 1.2, -1, side + 1, 1)])
    rest = difference(array(field), array(ends))[0]
    assert shapely.is_valid(rest)
    assert shapely.get_num_geometries(rest) == 2
    assert shapely.equals(rest, shapely.difference(field, ends))


def test_what_many_have_in_common_is_taken_off_each() -> None:
    rng = np.random.default_rng(4)
    fields = shapely.buffer(shapely.points(rng.normal(0, 0.02, (30, 2))), 1.0)
    taken = shapely.buffer(shapely.points(rng.normal(0, 0.3, (25, 2))), 0.3)
    at, of = (axis.ravel() for axis in np.meshgrid(np.arange(29), np.arange(25)))
    order = rng.permutation(len(at))
    at, of = np.append(at[order], [29, 29]), np.append(of[order], [3, 7])
    rest = without(fields, taken, at, of)
    for row in (0, 17, 28):
        assert shapely.area(shapely.symmetric_difference(rest[row], fields[row] - shapely.union_all(taken))) < 1e-12
    assert shapely.area(shapely.symmetric_difference(rest[29], fields[29] - taken[3] - taken[7])) < 1e-12
