"""Which shapes meet: every pair in an ordinary register, bounded work in a crowd, and who was not held against all."""

from __future__ import annotations

import numpy as np
import shapely

from kosovo_hazards.geometry import meeting


def boxes(west: np.ndarray, south: np.ndarray, side: float = 0.001) -> np.ndarray:
    return shapely.box(west, south, west + side, south + side)


def test_a_stack_that_a_sample_misses_is_a_crowd_all_the_same() -> None:
    # 60,000 fields far apart, and 900 on top of each other at places in the table that no sample of 200 hits.
    number = np.arange(60_000)
    shapes = boxes(20 + number % 300 / 100, 40 + number // 300 / 100)
    stack = np.flatnonzero(number % (len(shapes) // 200))[:900]
    shapes[stack] = boxes(25 + np.arange(900) * 1e-7, np.full(900, 45.0))
    met = meeting(shapes, shapes, most_pairs=len(shapes) * 2, of_crowd=5_000)
    assert set(met.crowded) == set(stack)
    assert len(met.left) < len(shapes) + 15_000
    assert set(met.unsure) <= set(stack)
    own = met.left == met.right
    assert set(met.left[own]) >= set(np.setdiff1d(number, stack))


def test_all_pairs_are_found_where_there_is_no_crowd() -> None:
    rng = np.random.default_rng(3)
    shapes = boxes(*(np.array([[20.0], [42.0]]) + rng.random((2, 5_000)) * 0.05))
    met = meeting(shapes, shapes)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    assert not len(met.crowded)
    assert set(zip(met.left, met.right, strict=True)) == set(zip(left, right, strict=True))


def test_detailed_outlines_are_a_crowd_sooner() -> None:
    turn = np.linspace(0, 2 * np.pi, 4_000, endpoint=False)
    ring = np.c_[np.cos(turn), np.sin(turn)] * 0.001
    plain = shapely.polygons([ring[::500] + np.array([21 + n * 1e-6, 42]) for n in range(300)])
    detailed = shapely.polygons([ring + np.array([21 + n * 1e-6, 42]) for n in range(300)])
    assert not len(meeting(plain, plain).crowded)
    met = meeting(detailed, detailed, of_crowd=1_000)
    assert len(met.crowded) == 300
    assert len(met.left) <= 1_500
    # Who does not tell what was not looked at gets every pair of so small a stack.
    assert len(meeting(detailed, detailed).left) == 300**2
