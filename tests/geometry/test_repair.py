"""Broken polygons: whole afterwards, never smaller than what was drawn, and what was done is told."""

from __future__ import annotations

import os
import time

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import kosovo_hazards as kh
from kosovo_hazards.geometry.repair import Repaired, covering, is_broken, repaired
from kosovo_hazards.geometry.self_crossing import too_tangled
from kosovo_hazards.schema import Direction


def mend(*wkt: str | None) -> Repaired:
    # What is not a number makes numpy warn while it is read, which is the test's doing.
    with np.errstate(invalid="ignore"):
        shapes = [None if text is None else shapely.from_wkt(text) for text in wkt]
    return repaired(np.array(shapes, dtype=object))


def one(wkt: str) -> tuple[shapely.Geometry, str]:
    result = mend(wkt)
    assert result.problem[0] == ""
    return result.shapes[0], result.what[0]


SQUARE = "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"


def test_a_whole_polygon_stays_as_it_is() -> None:
    shape, what = one("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 2, 2 2, 2 1, 1 1))")
    assert what == ""
    assert shape.equals(shapely.from_wkt("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 2, 2 2, 2 1, 1 1))"))


def test_a_bow_tie_keeps_both_lobes() -> None:
    shape, what = one("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
    # two triangles of base 2 and height 1
    assert shape.area == pytest.approx(2)
    assert what == "ring crossed itself: all the ground it encloses is kept"


def test_ground_that_a_ring_winds_round_twice_stays() -> None:
    # The middle pentagon of a star has winding number 2, which the even-odd rule would leave out.
    corners = [(np.sin(k * 4 * np.pi / 5), np.cos(k * 4 * np.pi / 5)) for k in range(5)]
    result = repaired(np.array([shapely.Polygon(corners)]))
    assert result.shapes[0].covers(shapely.Point(0, 0))
    assert result.shapes[0].geom_type == "Polygon"


def test_ground_shut_in_by_a_ring_that_crosses_itself_stays() -> None:
    # A loop of three lobes round a middle that is wound round 0 times.
    ring = "POLYGON ((0 0, 6 0, 6 6, 4 6, 4 2, 2 2, 2 5, 5 5, 5 7, 0 7, 0 0))"
    shape, _ = one(ring)
    assert shape.covers(shapely.Point(3, 3))


def test_a_hole_that_hangs_on_a_bridge_stays_a_hole() -> None:
    shape, what = one("POLYGON ((0 0, 10 0, 10 10, 0 10, 0 5, 3 5, 3 7, 7 7, 7 3, 3 3, 3 5, 0 5, 0 0))")
    assert shape.area == 100 - 16
    assert "no ground lost" in what


@pytest.mark.parametrize(
    ("wkt", "area"),
    [
        ("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((1 1, 2 1, 2 2, 1 2, 1 1)))", 16),  # nested
        ("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((2 2, 6 2, 6 6, 2 6, 2 2)))", 28),  # overlapping
        ("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((4 0, 8 0, 8 4, 4 4, 4 0)))", 32),  # sharing an edge
        ("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((0 0, 4 0, 4 4, 0 4, 0 0)))", 16),  # twice the same
        ("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 3 1, 3 3, 1 3, 1 1)), ((2 2, 5 2, 5 3, 2 3, 2 2)))", 14),
    ],
)
def test_overlapping_parts_are_joined(wkt: str, area: float) -> None:
    shape, what = one(wkt)
    assert shape.area == area
    assert what == "parts overlapped: joined"


def test_a_part_inside_the_hole_of_another_is_no_fault() -> None:
    wkt = "MULTIPOLYGON (((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 1 8, 8 8, 8 1, 1 1)), ((3 3, 4 3, 4 4, 3 4, 3 3)))"
    assert one(wkt)[1] == ""


@pytest.mark.parametrize(
    ("hole", "area"),
    [
        ("(5 5, 6 5, 6 6, 5 6, 5 5)", 17),  # outside its shell: more likely a part than a hole
        ("(3 1, 5 1, 5 3, 3 3, 3 1)", 16),  # half outside: 2 within cut out, 2 outside kept
        ("(1 1, 3 1, 3 3, 1 3, 1 1), (2 2, 3.5 2, 3.5 3.5, 2 3.5, 2 2)", 11.75),  # 16 - 4 - 2.25 + 2 × 1 in both
        ("(0 0, 4 0, 4 4, 0 4, 0 0)", 16),  # the shell once more
    ],
)
def test_a_hole_is_free_only_where_every_rule_says_so(hole: str, area: float) -> None:
    shape, _ = one(f"POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), {hole})")
    # In the last case the square of 1 in both holes is ground by the even-odd rule.
    assert shape.area == pytest.approx(area)


@pytest.mark.parametrize(
    ("wkt", "area", "what"),
    [
        ("POLYGON ((0 0, 4 0, 4 4, 2 4, 2 8, 2 4, 0 4, 0 0))", 16, "touched itself"),  # a spike
        ("POLYGON ((0 0, 4 0, 4 0, 4 4, 0 4, 0 0))", 16, "repeated vertices left out"),
        ("POLYGON Z ((0 0 9, 4 0 9, 4 4 9, 0 4 9, 0 0 9))", 16, "heights left out"),
        ("POLYGON Z ((0 0 0, 4 0 0, 4 4 0, 0 4 0, 0 0 0))", 16, ""),  # heights of 0 say nothing
        ("LINESTRING (0 0, 4 0, 4 4, 0 4, 0 0)", 16, "closed line taken for the outline"),
        ("MULTILINESTRING ((0 0, 4 0, 4 4, 0 0), (9 9, 10 9, 10 10, 9 9))", 8.5, "closed line taken"),
        ("GEOMETRYCOLLECTION (POINT (1 1), POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0)))", 16, "1 points or lines left out"),
        (
            "GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POLYGON ((0 0, 4 0, 4 4, 0 0))), POLYGON((9 9, 8 9, 8 8, 9 9)))",
            8.5,
            "polygons taken from a collection",
        ),
        ("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((8 8, 9 9, 10 10, 8 8)))", 16, "enclosed no ground left out"),
    ],
)
def test_what_is_mended_is_told(wkt: str, area: float, what: str) -> None:
    shape, told = one(wkt)
    assert shape.area == pytest.approx(area)
    assert what in told
    assert bool(told) == bool(what)
    assert not shape.has_z


@pytest.mark.parametrize(
    ("wkt", "problem"),
    [
        (None, "has no polygon"),
        ("POLYGON EMPTY", "has an empty polygon"),
        ("MULTIPOLYGON EMPTY", "has an empty polygon"),
        ("GEOMETRYCOLLECTION EMPTY", "has an empty polygon"),
        ("GEOMETRYCOLLECTION (POINT (1 1))", "holds points or lines, no polygon"),
        ("POINT (1 1)", "is a point, not a polygon"),
        ("MULTIPOINT ((1 1), (2 2))", "is points, not a polygon"),
        ("LINESTRING (0 0, 1 0, 1 1)", "is an open line, not a polygon"),
        ("MULTILINESTRING ((0 0, 1 0), (0 0, 1 0, 1 1, 0 0))", "is open lines, not a polygon"),
        ("POLYGON ((0 0, 1 1, 2 2, 0 0))", "encloses no ground"),
        ("POLYGON ((1 1, 1 1, 1 1, 1 1))", "encloses no ground"),
        ("POLYGON ((0 0, 1 0, nan 1, 0 0))", "has coordinates that are not numbers"),
    ],
)
def test_what_cannot_be_mended_says_why(wkt: str | None, problem: str) -> None:
    result = mend(wkt, SQUARE)
    assert result.shapes[0] is None
    assert result.problem.tolist() == [problem, ""]


def test_winding_is_turned_and_counted() -> None:
    result = mend("POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))", SQUARE)
    assert shapely.is_ccw(shapely.get_exterior_ring(result.shapes)).all()
    assert (result.turned, result.what.tolist()) == (1, ["", ""])


def test_nothing_at_all_is_fine() -> None:
    assert len(repaired(np.array([], dtype=object)).shapes) == 0


def test_an_outline_of_many_crossings_is_bounded_work() -> None:
    rng = np.random.default_rng(3)
    tangle = shapely.Polygon(rng.uniform(0, 1, (300, 2)))
    result = repaired(np.array([tangle]))
    assert shapely.is_valid(result.shapes[0])
    assert result.shapes[0].covers(shapely.Point(0.5, 0.5))


# Few and coarse coordinates meet, overlap and fall on one line far more often than real ones do.
grid = st.integers(0, 6).map(float)
fine = st.floats(-50, 50, allow_nan=False, width=32)
points = st.one_of(st.tuples(grid, grid), st.tuples(fine, fine))
rings = st.lists(points, min_size=3, max_size=9)
polygons = st.builds(shapely.Polygon, rings, st.lists(rings, max_size=2))
shapes = st.one_of(
    polygons,
    st.lists(polygons, min_size=1, max_size=3).map(shapely.MultiPolygon),
    st.lists(st.one_of(polygons, points.map(shapely.Point)), max_size=3).map(shapely.GeometryCollection),
    st.none(),
)


def ground_by_any_rule(shape: shapely.Geometry) -> shapely.Geometry:
    """What is drawn by the even-odd rule, and what each shell without holes winds round."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    lobes = [shapely.make_valid(shapely.Polygon(part.exterior)) for part in parts if not part.interiors]
    return shapely.union_all([lobe for lobe in lobes if lobe.area > 0])


def lobes_of_rings(shape: shapely.Geometry | None) -> shapely.Geometry:
    """What each ring by itself encloses; rings together may enclose more, by lines that no ground lies along."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"] if shape is not None else []
    return shapely.union_all([shapely.make_valid(shapely.Polygon(ring)) for ring in shapely.get_rings(parts)])


@settings(max_examples=200, deadline=None)
@given(st.lists(shapes, max_size=5))
def test_any_shape_becomes_whole_or_is_told_and_no_ground_is_lost(drawn: list[shapely.Geometry | None]) -> None:
    given_shapes: NDArray[np.object_] = np.empty(len(drawn), dtype=object)
    given_shapes[:] = drawn
    before = given_shapes.copy()
    result = repaired(given_shapes)
    assert all(a is b for a, b in zip(before, given_shapes, strict=True))
    assert ((result.problem == "") == ~shapely.is_missing(result.shapes)).all()
    for shape, whole in zip(drawn, result.shapes, strict=True):
        if whole is None:
            assert lobes_of_rings(shape).area < 1e-9
            continue
        assert whole.is_valid
        assert whole.geom_type in {"Polygon", "MultiPolygon"}
        scale = max(1.0, float(np.abs(whole.bounds).max())) ** 2
        assert ground_by_any_rule(shape).difference(whole).area <= 1e-9 * scale


def test_a_tangle_that_would_take_hours_keeps_all_the_ground_around_it() -> None:
    rng = np.random.default_rng(3)
    tangle = shapely.Polygon(rng.uniform(0, 1, (20_000, 2)))
    holes = shapely.Polygon(shapely.box(0, 0, 3, 3).exterior, [shapely.box(1, 1, 2, 2).exterior] * 1_000)
    result = repaired(np.array([tangle, holes]))
    assert result.shapes[0].equals(tangle.convex_hull)
    assert result.shapes[1].equals(shapely.box(0, 0, 3, 3))
    assert set(result.what) == {"outline could not be untangled: all the ground around it is kept"}
    assert list(result.drawn) == [None, None], "how much was meant is unknown, not zero"


def test_all_the_ground_around_a_tangle_is_around_its_holes_too() -> None:
    tangle = np.random.default_rng(3).uniform(0, 1, (20_000, 2))
    drawn = shapely.Polygon(tangle, [shapely.box(4, 4, 5, 5).exterior])
    assert repaired(np.array([drawn])).shapes[0].covers(shapely.box(4, 4, 5, 5))


def test_a_long_outline_with_one_crossing_is_untangled() -> None:
    turn = np.linspace(0, 2 * np.pi, 100_000, endpoint=False)
    points = np.column_stack([np.cos(turn), np.sin(turn)])
    points[[10, 14]] = points[[14, 10]]
    result = repaired(np.array([shapely.Polygon(points)]))
    assert result.what[0] == "ring crossed itself: all the ground it encloses is kept"
    assert result.shapes[0].area == pytest.approx(np.pi, abs=1e-6)


@pytest.mark.parametrize("direction", list(Direction))
def test_a_long_ring_wound_hundreds_of_times_takes_seconds(direction: Direction) -> None:
    """Without a bound, a million vertices wound 100 times take minutes in every pass; see KOSOVO_HAZARDS_HEAVY."""
    count, windings = (1_000_000, 100) if os.environ.get("KOSOVO_HAZARDS_HEAVY") else (120_000, 450)
    turn = np.linspace(0, 2 * np.pi * windings, count)
    reach = 1 + 0.001 * np.arange(count) / count
    drawn = shapely.Polygon(np.column_stack([reach * np.cos(turn), reach * np.sin(turn)]))
    start = time.perf_counter()
    result = repaired(np.array([drawn, shapely.box(0, 0, 1, 1)]), direction)
    assert time.perf_counter() - start < 10
    assert result.problem[1] == ""
    if direction is Direction.OUTWARD:
        assert result.shapes[0].equals(drawn.convex_hull)
        assert result.what[0] == "outline could not be untangled: all the ground around it is kept"
    else:
        assert result.problem[0] == "has an outline too tangled to be read"
        assert result.shapes[0] is None


def test_long_zigzags_and_detailed_coasts_are_no_tangles() -> None:
    tooth = np.arange(60_000)
    comb = np.column_stack([tooth, tooth % 2])
    comb = shapely.Polygon(np.vstack([comb, [tooth[-1], -1], [0, -1]]))
    turn = np.linspace(0, 2 * np.pi, 200_000, endpoint=False)
    reach = 1 + np.random.default_rng(1).uniform(0, 1e-3, len(turn))
    coast = np.column_stack([reach * np.cos(turn), reach * np.sin(turn)])
    assert not too_tangled(np.array([comb, shapely.Polygon(coast)])).any()
    assert not is_broken(np.array([comb, shapely.Polygon(coast), None])).any()


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_what_has_no_place_stops_neither_map_nor_places(number: float) -> None:
    amiss = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, np.array([[21, 42.5], [number, 42.5], [21.1, 42.6], [21, 42.5]]),
        (np.array([0, 4]), np.array([0, 1])),
    )[0]  # fmt: skip
    sound = shapely.box(20.73, 42.20, 20.74, 42.21)
    assert shapely.is_empty(covering(np.array([amiss, sound]))).tolist() == [True, False]
    table = gpd.GeoDataFrame({"hazard_id": ["A", "B"], "hazard_type": "CHA"}, geometry=[amiss, sound], crs="EPSG:4326")
    placed = kh.assign_places(table)
    assert placed["place_source"].tolist() == ["none", "spatial"]
    page = kh.hazard_map(table).get_root().render()
    assert "2 areas" in page
