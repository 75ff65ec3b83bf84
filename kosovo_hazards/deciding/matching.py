"""Which records of two registers are the same areas: by id, and where ids changed by the ground they lie on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from kosovo_hazards._arrays import Objects, Positions, Shapes
from kosovo_hazards.geometry import difference, intersection, meeting, unions

__all__ = ["Groups", "matched"]

# Two records are one area if they share more than half of the smaller one.
_SAME_GROUND = 0.5


@dataclass(frozen=True)
class Groups:
    """Records of two registers that belong together.

    Attributes
    ----------
    before, after
        The group of each record, from 0.
    count
        How many groups there are.
    """

    before: Positions
    after: Positions
    count: int


def matched(ids: tuple[Objects, Objects], shapes: tuple[Shapes, Shapes]) -> Groups:
    """Put the records of two registers into groups.

    Parameters
    ----------
    ids
        Of the records before and after, as texts; missing ones match none.
    shapes
        Their valid polygons in one CRS; missing ones have no ground.

    Notes
    -----
    A record without a partner of its id is held against others without one, and against the ground that others gained
    or lost: so an area that was split keeps its parts, and a new one drawn inside of another stays new.
    """
    same = _same_ids(*ids)
    ground = np.hstack(list(_same_ground(shapes[0], shapes[1], same)))
    first = len(ids[0])
    edges = np.hstack([same, ground])
    ones = np.ones(edges.shape[1])
    size = first + len(ids[1])
    graph = coo_matrix((ones, (edges[0], edges[1] + first)), shape=(size, size))
    count, group = connected_components(graph, directed=False)
    return Groups(group[:first], group[first:], count)


def _same_ids(before: Objects, after: Objects) -> Positions:
    left = pd.DataFrame({"id": before, "left": np.arange(len(before))}).dropna(subset="id")
    right = pd.DataFrame({"id": after, "right": np.arange(len(after))}).dropna(subset="id")
    pairs = left.merge(right, on="id")
    return np.stack([pairs[side].to_numpy(dtype=np.intp) for side in ("left", "right")])


def _same_ground(before: Shapes, after: Shapes, same: Positions) -> Iterator[Positions]:
    """Pairs of a record without partner and one that has the same ground, or had, or will have it."""
    gone = np.setdiff1d(np.arange(len(before)), same[0])
    new = np.setdiff1d(np.arange(len(after)), same[1])
    one, other = _sharing(before[gone], after[new])
    yield np.stack([gone[one], new[other]])
    # What each area lost, for records that may be parts of it; and gained, for those that may have gone into it.
    kept, lost = _without_partners(before, after, same)
    one, other = _sharing(after[new], lost, whole=True)
    yield np.stack([kept[other], new[one]])
    grown, gained = _without_partners(after, before, same[::-1])
    one, other = _sharing(before[gone], gained, whole=True)
    yield np.stack([gone[one], grown[other]])


def _without_partners(shapes: Shapes, others: Shapes, pairs: Positions) -> tuple[Positions, Shapes]:
    there = ~shapely.is_missing(others[pairs[1]])
    rows, cover = unions(others[pairs[1][there]], pairs[0][there])
    rest = difference(shapes[rows], cover)
    full = ~(shapely.is_missing(rest) | shapely.is_empty(rest))
    return rows[full], rest[full]


def _sharing(left: Shapes, right: Shapes, *, whole: bool = False) -> tuple[Positions, Positions]:
    """Pairs that share more than half of the smaller one; with `whole`, of the left one."""
    met = meeting(left, right)
    shared = shapely.area(intersection(left[met.left], right[met.right]))
    of_left, of_right = shapely.area(left[met.left]), shapely.area(right[met.right])
    enough = shared > _SAME_GROUND * (of_left if whole else np.minimum(of_left, of_right))
    return met.left[enough], met.right[enough]
