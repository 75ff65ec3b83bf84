"""Releases: of a broken outline only the ground counts that every reading of it gives."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from kosovo_hazards.geometry.repair import Repaired, repaired, usable
from kosovo_hazards.schema import Direction

SQUARE = "(0 0, 9 0, 9 9, 0 9, 0 0)"
HOLE = "(2 2, 4 2, 4 4, 2 4, 2 2)"


def release(*wkt: str) -> Repaired:
    return repaired(np.array([shapely.from_wkt(text) for text in wkt], dtype=object), Direction.INWARD)


def credited(wkt: str) -> float:
    result = release(wkt)
    assert result.shapes[0] is None or result.shapes[0].is_valid
    return 0.0 if result.shapes[0] is None else result.shapes[0].area


# A lane of 94.67 m round a block, its first and last leg crossing in the corner and running on for 50 m.
WIDTH, BLOCK, ON = 94.67, 1336.62, 50.0
OUTER = BLOCK + 2 * WIDTH
LANE = shapely.Polygon(
    [(-ON, 0), (OUTER, 0), (OUTER, OUTER), (0, OUTER), (0, -ON), (WIDTH, -ON), (WIDTH, OUTER - WIDTH),
     (OUTER - WIDTH, OUTER - WIDTH), (OUTER - WIDTH, WIDTH), (-ON, WIDTH)]
)  # fmt: skip


def test_a_lane_whose_ends_cross_does_not_release_the_block_within_it() -> None:
    [outward], [inward] = (repaired(np.array([LANE]), way).shapes for way in Direction)
    assert outward.area == pytest.approx(2_338_020, rel=1e-4)  # as a hazard: block, lane and both ends
    result = repaired(np.array([LANE]), Direction.INWARD)
    drawn = OUTER**2 - BLOCK**2 + 2 * ON * WIDTH
    assert drawn == pytest.approx(551_467, rel=1e-4)
    assert result.drawn[0].area == pytest.approx(drawn)
    # The corner that both legs cover is wound round twice, which the even-odd rule leaves out.
    assert inward.area == pytest.approx(drawn - WIDTH**2)
    assert not inward.intersects(shapely.Point(OUTER / 2, OUTER / 2))
    assert result.what[0] == "ring crossed itself: only the ground that every reading of the outline gives is kept"


@pytest.mark.parametrize(
    ("wkt", "area"),
    [
        (f"POLYGON ({SQUARE}, {HOLE})", 77),  # whole
        (f"POLYGON ({SQUARE}, {HOLE}, {HOLE})", 77),  # a hole drawn twice, which the even-odd rule would fill
        (f"POLYGON ({SQUARE}, {HOLE}, {HOLE}, {HOLE})", 77),
        (f"POLYGON ({SQUARE}, (20 0, 22 0, 22 2, 20 2, 20 0))", 81),  # a hole outside releases nothing there
        (f"POLYGON ({SQUARE}, (8 1, 11 1, 11 3, 8 3, 8 1))", 79),  # a hole half outside
        (f"POLYGON ({SQUARE}, {HOLE}, (3 3, 6 3, 6 6, 3 6, 3 3))", 81 - 4 - 9 + 1),  # holes that overlap
        (f"POLYGON ({SQUARE}, (1 1, 8 1, 8 8, 1 8, 1 1), (3 3, 4 3, 4 4, 3 4, 3 3))", 81 - 49),  # a hole in a hole
        (f"POLYGON ({SQUARE}, {SQUARE})", 0),  # the outer ring once more as a hole
        ("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))", 2),  # a bow-tie: each lobe is wound round once
        ("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0, 2 2, 7 2, 7 7, 2 7, 2 2, 0 0))", 81 - 25),  # the block, wound twice
        ("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0, 2 2, 2 7, 7 7, 7 2, 2 2, 0 0))", 81 - 25),  # a hole on a bridge
        ("POLYGON ((0 0, 4 0, 4 4, 2 4, 2 8, 2 4, 0 4, 0 0))", 16),  # a spike
        (f"MULTIPOLYGON (({SQUARE}), ((20 0, 22 0, 22 2, 20 2, 20 0)))", 85),
        (f"MULTIPOLYGON (({SQUARE}), ((9 0, 12 0, 12 9, 9 9, 9 0)))", 108),  # parts that share an edge
        (f"MULTIPOLYGON (({SQUARE}), ((8 0, 12 0, 12 9, 8 9, 8 0)))", 81 + 36 - 2 * 9),  # parts that overlap
        (f"MULTIPOLYGON (({SQUARE}, {HOLE}), ((2.5 2.5, 3.5 2.5, 3.5 3.5, 2.5 3.5, 2.5 2.5)))", 78),  # an island
        ("POLYGON ((0 0, 1 1, 2 2, 0 0))", 0),
    ],
)
@pytest.mark.parametrize("reverse", [False, True])
def test_ground_counts_only_where_every_reading_gives_it(wkt: str, area: float, *, reverse: bool) -> None:
    shape = shapely.from_wkt(wkt)
    assert credited((shapely.reverse(shape) if reverse else shape).wkt) == pytest.approx(area)


def test_a_hole_wound_like_its_outer_ring_stays_a_hole() -> None:
    bow = "(0 0, 9 0, 9 9, 0 9, 0 0), (2 2, 4 4, 4 2, 2 4, 2 2)"
    assert credited(f"POLYGON ({bow})") == pytest.approx(81 - 2)


def test_a_bay_shut_off_by_a_hole_that_crosses_itself_is_not_released() -> None:
    # The uncleared ground is drawn as a lane whose ends cross: what it surrounds may be uncleared as well.
    hole = shapely.affinity.translate(LANE, 100, 100)
    shape = shapely.Polygon(shapely.box(0, 0, 2000, 2000).exterior, [hole.exterior])
    [kept] = repaired(np.array([shape]), Direction.INWARD).shapes
    assert not kept.intersects(shapely.Point(100 + OUTER / 2, 100 + OUTER / 2))
    assert kept.area == pytest.approx(2000**2 - OUTER**2 - 2 * ON * WIDTH)


@pytest.mark.parametrize(
    ("wkt", "problem"),
    [
        (
            "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0, 9 0, 9 9, 0 9, 0 0))",  # walked twice
            "has an outline by which no ground is surely released",
        ),
        (f"POLYGON ({SQUARE}, {SQUARE})", "encloses no ground"),
        ("POLYGON ((0 0, 1 1, 2 2, 0 0))", "encloses no ground"),
        ("POINT (1 1)", "is a point, not a polygon"),
        ("POLYGON EMPTY", "has an empty polygon"),
    ],
)
def test_a_release_without_sure_ground_says_why(wkt: str, problem: str) -> None:
    result = release(wkt, f"POLYGON ({SQUARE})")
    assert result.problem.tolist() == [problem, ""]
    assert result.shapes[0] is None
    assert usable(np.array([shapely.from_wkt(wkt)]), Direction.INWARD)[0].area == 0


def test_a_tangle_releases_nothing_and_never_its_hull() -> None:
    tangle = shapely.Polygon(np.random.default_rng(3).uniform(0, 1, (20_000, 2)))
    result = repaired(np.array([tangle, shapely.box(0, 0, 1, 1)]), Direction.INWARD)
    assert result.problem.tolist() == ["has an outline too tangled to be read", ""]
    assert (result.shapes[0], result.drawn[0]) == (None, None)
    assert usable(np.array([tangle]), Direction.INWARD)[0].is_empty


def test_records_do_not_meet_each_others_rings() -> None:
    twice = shapely.from_wkt(f"POLYGON ({SQUARE}, {HOLE}, {HOLE})")
    result = repaired(np.array([LANE, twice, None, twice, LANE], dtype=object), Direction.INWARD)
    assert [None if shape is None else round(shape.area) for shape in result.shapes] == [
        round(LANE_SURE), 77, None, 77, round(LANE_SURE)
    ]  # fmt: skip


LANE_SURE = OUTER**2 - BLOCK**2 + 2 * ON * WIDTH - WIDTH**2
