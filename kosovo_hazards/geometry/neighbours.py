"""Which shapes meet which, with bounded work however many lie on top of each other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Floats, Mask, Positions, Shapes

__all__ = ["Meeting", "crowded", "distinct", "expected_pairs", "first_alike", "in_chunks", "meeting", "pairs_that"]


# A register has some neighbours a record; a million records on top of each other would have 10^12 pairs.
_MOST_PAIRS_A_SHAPE = 10
_FEWEST = 200_000
# What is done with a pair takes longer the more points both have; up to so many it hardly shows.
_PLAIN_POINTS, _FEWEST_DETAILED = 16, 2_000
_SAMPLE = 200
# Each sample is so many times as large as the one before; fewer hits than this tell little of a crowd.
_LARGER = 4
_ENOUGH_HITS = 8
_HUNDREDS = 500
_AT_ONCE = 5_000
# Outlines with more points are prepared, which only one thread may use; for others that takes longer than asking.
_FEW_POINTS = 100


@dataclass(frozen=True)
class Meeting:
    """Pairs of shapes that meet.

    Attributes
    ----------
    left, right
        Position of both, ordered by left and right.
    crowded
        Positions on the left that lie in such a crowd that they were held against some of the others only.
    unsure
        Positions on the right that may meet more than is given, for they are among the others left out.
    """

    left: Positions
    right: Positions
    crowded: Positions
    unsure: Positions


def meeting(
    left: Shapes,
    right: Shapes,
    *,
    apart_deg: float = 0.0,
    most_pairs: int | None = None,
    of_crowd: int | None = None,
) -> Meeting:
    """Pairs of shapes whose interiors or edges meet, or whose bounds come near.

    Parameters
    ----------
    left, right
        Valid shapes; missing ones meet nothing.
    apart_deg
        If above 0, pairs whose bounds are not farther apart than this are given, whether they meet or not.
    most_pairs
        At most so many pairs of meeting bounds are looked at beside those of a crowd; by default 10 a shape, and
        200,000 at least.
    of_crowd
        About so many pairs are looked at of those that lie in a crowd; by default as many. Whoever gives it tells what
        was not looked at: then fewer pairs are looked at where outlines have many points.
    """
    plain = max(_FEWEST, _MOST_PAIRS_A_SHAPE * max(len(left), len(right)))
    bearable = most_pairs or (plain if of_crowd is None else _bearable(left, right))
    boxes = shapely.box(*(shapely.bounds(left) + np.array([-1, -1, 1, 1]) * apart_deg).T)
    boxes[shapely.is_missing(left)] = None
    most = bearable / max(len(left), 1)
    expected = _counted(boxes, right, most)
    crowded = np.flatnonzero(expected > most)
    if expected.sum() <= bearable:
        crowded = crowded[:0]
    queries = boxes if apart_deg else left
    predicate = None if apart_deg else "intersects"
    rest = np.setdiff1d(np.arange(len(left)), crowded, assume_unique=True)
    pairs = _pairs(queries, rest, right, np.arange(len(right)), predicate)
    unsure = crowded[:0]
    if len(crowded):
        step = int(np.ceil(expected[crowded].sum() / (of_crowd or bearable)))
        some = np.arange(0, len(right), step)
        pairs = np.hstack([pairs, _pairs(queries, crowded, right, some, predicate)])
        crowd = shapely.box(*shapely.total_bounds(boxes[crowded]))
        unsure = np.setdiff1d(np.flatnonzero(shapely.intersects(right, crowd)), some)
    order = np.lexsort((pairs[1], pairs[0]))
    return Meeting(pairs[0][order], pairs[1][order], crowded, unsure)


def crowded(shapes: Shapes, neighbours: int) -> bool:
    """Whether so many shapes lie on top of each other that looking at each pair would take long.

    Parameters
    ----------
    shapes
        Valid shapes, none missing.
    neighbours
        More than so many a shape, on average and itself among them, are too many; some hundreds of shapes never are.
    """
    if not len(shapes):
        return False
    return expected_pairs(shapes, shapes) > neighbours * max(len(shapes), _HUNDREDS)


def expected_pairs(left: Shapes, right: Shapes) -> float:
    """About how many pairs of shapes have bounds that meet, by a sample.

    Parameters
    ----------
    left, right
        Valid shapes; missing and empty ones meet nothing.
    """
    if not len(left) or not len(right):
        return 0.0
    return float(_expected(shapely.box(*shapely.bounds(left).T), right).sum())


def distinct(shapes: Shapes) -> Shapes:
    """Shapes without those that are drawn with the same points in the same order as an earlier one.

    Parameters
    ----------
    shapes
        Shapes, none missing.
    """
    once: Shapes = shapes[first_alike(shapes) == np.arange(len(shapes))]
    return once


def first_alike(shapes: Shapes) -> Positions:
    """Position of the first shape with the same points in the same order; its own where there is none.

    Parameters
    ----------
    shapes
        Shapes; missing and empty ones are like no other.
    """
    first = np.arange(len(shapes))
    # Nearly always the bounds tell that shapes differ.
    bounds = pd.DataFrame(shapely.bounds(shapes))
    rows = np.flatnonzero(bounds.duplicated(keep=False) & bounds[0].notna())
    group = pd.factorize(shapely.to_wkb(shapes[rows]))[0]
    _, start = np.unique(group, return_index=True)
    first[rows] = rows[start[group]]
    return first


def in_chunks(operation: Callable[[Shapes, Shapes], NDArray[Any]], left: Shapes, right: Shapes) -> NDArray[Any]:
    """An answer or shape for each pair, in threads: GEOS lets go of the interpreter lock.

    Parameters
    ----------
    operation
        What gives the answers.
    left, right
        Shapes.
    """
    ends = np.arange(_AT_ONCE, len(left), _AT_ONCE)
    with ThreadPoolExecutor() as pool:
        return np.concatenate(list(pool.map(operation, np.split(left, ends), np.split(right, ends))))


def pairs_that(
    predicate: Callable[[Shapes, Shapes], Mask], left: Shapes, right: Shapes, at: Positions, of: Positions
) -> tuple[Positions, Positions]:
    """Those of some pairs for which a predicate holds, asked in threads.

    Parameters
    ----------
    predicate
        What is asked.
    left, right
        Shapes.
    at, of
        Position in `left` and in `right` of each pair.
    """
    holds = in_chunks(predicate, left[at], right[of]) if len(at) else np.zeros(0, dtype=bool)
    return at[holds], of[holds]


def _bearable(left: Shapes, right: Shapes) -> float:
    points = shapely.get_num_coordinates(left).sum() + shapely.get_num_coordinates(right).sum()
    plain = min(1.0, _PLAIN_POINTS * (len(left) + len(right)) / max(int(points), 1))
    return max(_FEWEST * plain, _FEWEST_DETAILED, _MOST_PAIRS_A_SHAPE * max(len(left), len(right)))


def _expected(boxes: Shapes, right: Shapes) -> Floats:
    """About how many of the right each left one's bounds meet, by a sample."""
    step = max(1, len(right) // _SAMPLE)
    return _hits(boxes, np.arange(len(boxes)), right[::step]) * step


def _counted(boxes: Shapes, right: Shapes, most: float) -> Floats:
    """How many of the right each left one's bounds meet: exactly up to `most`, else by a sample."""
    found, rows, step = np.zeros(len(boxes)), np.arange(len(boxes)), max(1, len(right) // _SAMPLE)
    while len(rows):
        hits = _hits(boxes, rows, right[::step])
        found[rows] = hits * step
        if step == 1:
            break
        # A sample that meets nothing says little where thousands lie on top of each other in one corner.
        rows = rows[(hits * step <= most) | (hits < _ENOUGH_HITS)]
        step = max(1, step // _LARGER)
    return found


def _hits(boxes: Shapes, rows: Positions, right: Shapes) -> Floats:
    tree, hits = shapely.STRtree(right), np.zeros(len(rows))
    for start in range(0, len(rows), _AT_ONCE):
        some = boxes[rows[start : start + _AT_ONCE]]
        hits[start : start + _AT_ONCE] = np.bincount(tree.query(some)[0], minlength=len(some))
    return hits


def _pairs(queries: Shapes, rows: Positions, right: Shapes, of: Positions, predicate: str | None) -> Positions:
    tree = shapely.STRtree(right[of])
    if predicate is None:
        return _found(tree, queries, rows, of, None)
    many = shapely.get_num_coordinates(queries[rows]) > _FEW_POINTS
    detailed = _found(tree, queries, rows[many], of, predicate)
    one, other = _found(tree, queries, rows[~many], of, None)
    return np.hstack([detailed, np.stack(pairs_that(shapely.intersects, queries, right, one, other))])


def _found(tree: shapely.STRtree, queries: Shapes, rows: Positions, of: Positions, predicate: str | None) -> Positions:
    found = [np.empty((2, 0), dtype=np.intp)]
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        one, other = tree.query(queries[some], predicate=predicate)
        found.append(np.stack([some[one], of[other]]))
    return np.hstack(found)
