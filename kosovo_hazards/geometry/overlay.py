"""Set operations on hazard ground that never fail: what floating point can't do is done on a fine grid and counted.

Valid polygons can have lines so near to each other that their crossings can't be computed in floating point, and GEOS
gives up. Such pairs are done again on a grid finer than a hundredth of a millimetre. Where that moves a line, `grow`
says which way: the result covers the exact one (ground that stays hazardous), or lies within it (ground that is
taken off).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import numpy as np
import shapely

from kosovo_hazards._arrays import Mask, Positions, Shapes
from kosovo_hazards.geometry.parts import floating, simple_parts, with_holes, without_far_holes
from kosovo_hazards.geometry.repair import covering

__all__ = [
    "Retries",
    "counted_retries",
    "difference",
    "intersection",
    "joined_coverage",
    "only_polygons",
    "union",
    "union_all",
    "unions",
    "without",
]

Pairwise = Callable[..., Shapes]

_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7
_CHUNK = 1_024
# Steps of the grid as a share of the largest coordinate: about 0.01 mm in degrees or metres, then 1 mm.
_STEPS = (2.0**-40, 2.0**-33)
# Offset before snapping, in steps: snapping moves a line by less than one.
_OFFSET = 2
_UNIONS_AT_ONCE = 512
# Outlines with more points, or with more taken off that others share, are cut once, by the union of what is taken off.
_FEW_POINTS = 200
_FEW_SHARED = 16
# Of polygons with more holes, those that the other shape does not meet are left aside.
_FEW_HOLES = 1_000


@dataclass
class Retries:
    """How many operations could not be done in floating point.

    Attributes
    ----------
    on_grid
        Done on a fine grid instead.
    given_up
        Of these, not done at all: the ground as it was, all ground around both, or none was taken, whichever is safe.
    """

    on_grid: int = 0
    given_up: int = 0


_RETRIES: ContextVar[Retries | None] = ContextVar("retries", default=None)


@contextmanager
def counted_retries() -> Iterator[Retries]:
    """Count the operations inside that are done on a grid.

    Examples
    --------
    >>> with counted_retries() as retries:
    ...     ground = union_all(np.array([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)]))
    >>> ground.area, retries.on_grid
    (7.0, 0)
    """
    before, retries = _RETRIES.get(), Retries()
    token = _RETRIES.set(retries)
    try:
        yield retries
    finally:
        _RETRIES.reset(token)
        if before is not None:
            before.on_grid += retries.on_grid
            before.given_up += retries.given_up


def intersection(left: Shapes, right: Shapes, *, grow: bool = True) -> Shapes:
    """Ground that each pair shares.

    Parameters
    ----------
    left, right
        Valid shapes in one CRS; missing ones give missing ones.
    grow
        Whether a result that can't be exact covers the exact one; otherwise it lies within it.

    Returns
    -------
    Polygons and multi-polygons, empty where nothing is shared; where the left shape is a line, lines.
    """
    common = _pairwise(shapely.intersection, left, right, grow)
    areal = (shapely.get_dimensions(left) == 2) & ~shapely.is_missing(common)
    common[areal] = only_polygons(common[areal])
    return common


def difference(left: Shapes, right: Shapes, *, grow: bool = True) -> Shapes:
    """Ground of each left shape without its right one.

    Parameters
    ----------
    left, right
        Valid shapes in one CRS; a missing right one takes nothing off.
    grow
        Whether a result that can't be exact covers the exact one; otherwise it lies within it.
    """
    rest = left.copy()
    both = ~(shapely.is_missing(left) | shapely.is_missing(right))
    holed = both & (shapely.get_num_interior_rings(left) > _FEW_HOLES)
    for row in np.flatnonzero(holed):
        rest[row] = _difference_of_holed(left[row], right[row], grow)
    both &= ~holed
    rest[both] = _pairwise(shapely.difference, left[both], right[both], grow)
    return rest


def union(left: Shapes, right: Shapes, *, grow: bool = True) -> Shapes:
    """Ground of each pair together.

    Parameters
    ----------
    left, right
        Valid polygons in one CRS; of a pair with a missing one, the other.
    grow
        Whether a result that can't be exact covers the exact one; otherwise it lies within it.
    """
    joined = np.where(shapely.is_missing(left), right, left)
    both = ~(shapely.is_missing(left) | shapely.is_missing(right))
    joined[both] = _pairwise(shapely.union, left[both], right[both], grow)
    return joined


def unions(shapes: Shapes, owner: Positions, *, grow: bool = True) -> tuple[Positions, Shapes]:
    """Join the shapes of each owner.

    Parameters
    ----------
    shapes
        Valid polygons in one CRS.
    owner
        Number of the owner of each.
    grow
        Whether a result that can't be exact covers the exact one; otherwise it lies within it.

    Returns
    -------
    The owners that have a shape, in ascending order, and the union of each one's shapes.
    """
    order = np.argsort(owner, kind="stable")
    shapes = floating(shapes[order])
    owners, start, count = np.unique(owner[order], return_index=True, return_counts=True)
    joined = shapes[start]
    two = count == 2
    joined[two] = union(shapes[start[two]], shapes[start[two] + 1], grow=grow)
    more = np.flatnonzero(count > 2)
    if len(more):
        at = np.repeat(np.arange(len(more)), count[more])
        joined[more] = _union_groups(shapes[np.repeat(count > 2, count)], at, len(more), grow)
    return owners, joined


def without(shapes: Shapes, others: Shapes, at: Positions, of: Positions, *, grow: bool = True) -> Shapes:
    """Ground of each shape without all the others that it is paired with.

    Parameters
    ----------
    shapes, others
        Valid polygons in one CRS.
    at, of
        For each pair the position in `shapes` and in `others`.
    grow
        Whether a result that can't be exact covers the exact one; otherwise it lies within it.
    """
    rest = shapes.copy()
    rows, group, alike, size = _sets(at, of, len(others))
    shared = (np.bincount(alike)[alike] > 1) & (size > _FEW_SHARED)
    at_once = (shapely.get_num_coordinates(shapes[rows]) > _FEW_POINTS) | shared
    # One of those from which the same is taken off stands for all.
    first = np.isin(group, np.unique(alike, return_index=True)[1]) & at_once[group]
    sets, cover = unions(others[of[first]], alike[group[first]], grow=not grow)
    cut = np.flatnonzero(at_once)
    rest[rows[cut]] = difference(rest[rows[cut]], cover[np.searchsorted(sets, alike[cut])], grow=grow)
    at, of = at[~at_once[group]], of[~at_once[group]]
    # The largest first: of what lies in a crowd nothing is left soon. One after the other is quicker than their union.
    order = np.lexsort((of, -shapely.area(others)[of], at))
    at, of = at[order], of[order]
    rank = np.arange(len(at)) - np.searchsorted(at, at)
    by_rank = np.argsort(rank, kind="stable")
    for turn in np.split(by_rank, np.cumsum(np.bincount(rank))[:-1]) if len(at) else []:
        left = turn[~shapely.is_empty(rest[at[turn]])]
        rest[at[left]] = difference(rest[at[left]], others[of[left]], grow=grow)
    return rest


def _sets(at: Positions, of: Positions, count: int) -> tuple[Positions, Positions, Positions, Positions]:
    """Who is paired, the place of each pair among them, and for each the number of its set of partners and how many."""
    rows, group, size = np.unique(at, return_inverse=True, return_counts=True)
    # Sets are alike if random numbers of their members add up to the same, twice.
    marks = np.random.default_rng(0).integers(0, 2**63, (count, 2), dtype=np.uint64)
    totals = np.zeros((len(rows), 2), dtype=np.uint64)
    np.add.at(totals, group, marks[of])
    return rows, group, np.unique(totals, axis=0, return_inverse=True)[1].reshape(-1), size


def union_all(shapes: Shapes, *, grow: bool = True) -> shapely.Geometry:
    """Ground of all shapes together.

    Parameters
    ----------
    shapes
        Valid polygons in one CRS; missing ones have no ground.
    grow
        Whether a result that can't be exact covers the exact one; otherwise it lies within it.
    """
    there = shapes[~shapely.is_missing(shapes)]
    if not len(there):
        return shapely.Polygon()
    return unions(there, np.zeros(len(there), dtype=np.intp), grow=grow)[1][0]


def joined_coverage(shapes: Shapes) -> shapely.Geometry:
    """Units that share their borders exactly, as one; joined as any other polygons where they do not.

    Parameters
    ----------
    shapes
        Valid polygons in one CRS.
    """
    shapes = floating(shapes)
    if shapely.coverage_is_valid(shapes):
        return shapely.coverage_union_all(shapes)
    return union_all(shapes)


def only_polygons(shapes: Shapes) -> Shapes:
    """Shapes with lines, points and missing ones replaced by empty polygons, collections by their polygons.

    Parameters
    ----------
    shapes
        Geometry of any kind.
    """
    kinds = shapely.get_type_id(shapes)
    odd = np.flatnonzero((kinds != _POLYGON) & (kinds != _MULTIPOLYGON))
    if not len(odd):
        return shapes
    areal = shapes.copy()
    areal[odd] = shapely.Polygon()
    mixed = odd[kinds[odd] == _COLLECTION]
    parts, owner = simple_parts(shapes[mixed])
    keep = shapely.get_type_id(parts) == _POLYGON
    shapely.multipolygons(parts[keep], indices=mixed[owner[keep]], out=areal)
    return areal


# --- in floating point -----------------------------------------------------------------------------------------------


def _pairwise(operation: Pairwise, left: Shapes, right: Shapes, grow: bool) -> Shapes:
    """The operation on each pair, in threads where there are many: GEOS lets go of the interpreter lock."""
    left, right = floating(left), floating(right)
    if len(left) <= _CHUNK:
        result, failed = _attempt(operation, left, right)
    else:
        ends = np.arange(_CHUNK, len(left), _CHUNK)
        with ThreadPoolExecutor() as pool:
            parts = list(
                pool.map(
                    lambda one, other: _attempt(operation, one, other), np.split(left, ends), np.split(right, ends)
                )
            )
        result, failed = np.concatenate([part for part, _ in parts]), np.concatenate([mask for _, mask in parts])
    for row in np.flatnonzero(failed):
        result[row] = _on_grid(operation, left[row], right[row], grow)
    return result


def _difference_of_holed(left: shapely.Polygon, right: shapely.Geometry, grow: bool) -> shapely.Geometry:
    """The same with only those holes that count; the others are put back as they were."""
    plain, holes = without_far_holes(left, right)
    if len(holes) > _FEW_HOLES // 2:
        rest = only_polygons(_pairwise(shapely.difference, np.array([plain]), np.array([right]), grow))[0]
        # Holes that touch each other can part the ground together with what is taken off.
        if (whole := with_holes(rest, holes)) is not None:
            return whole
    return _pairwise(shapely.difference, np.array([left]), np.array([right]), grow)[0]


def _attempt(operation: Pairwise, left: Shapes, right: Shapes) -> tuple[Shapes, Mask]:
    """The results, and which pairs failed; those are found by halving."""
    failed = np.zeros(len(left), dtype=bool)
    try:
        with np.errstate(invalid="ignore"):
            return operation(left, right), failed
    except shapely.GEOSException:
        if len(left) == 1:
            return np.array([None], dtype=object), ~failed
    half = len(left) // 2
    first, second = _attempt(operation, left[:half], right[:half]), _attempt(operation, left[half:], right[half:])
    return np.concatenate([first[0], second[0]]), np.concatenate([first[1], second[1]])


def _union_groups(shapes: Shapes, at: Positions, count: int, grow: bool) -> Shapes:
    """The union of each of `count` groups, whose members stand together in order."""
    groups: Shapes = np.empty(count, dtype=object)
    shapely.geometrycollections(shapes, indices=at, out=groups)
    chunks = np.array_split(groups, max(1, min(count, len(shapes) // _UNIONS_AT_ONCE)))
    with ThreadPoolExecutor() as pool:
        parts = list(pool.map(_attempt_unions, chunks))
    result, failed = np.concatenate([part for part, _ in parts]), np.concatenate([mask for _, mask in parts])
    for row in np.flatnonzero(failed):
        result[row] = _union_by_halves(shapes[at == row], grow)
    return result


def _attempt_unions(groups: Shapes) -> tuple[Shapes, Mask]:
    return _attempt(lambda many, _: shapely.union_all(many[:, None], axis=1), groups, groups)


def _union_by_halves(shapes: Shapes, grow: bool) -> shapely.Geometry:
    """Join half of a group and the other half, so that only the pair that fails is done on a grid."""
    if len(shapes) == 1:
        return shapes[0]
    left, right = (_union_of(half, grow) for half in np.array_split(shapes, 2))
    return _pairwise(shapely.union, np.array([left]), np.array([right]), grow)[0]


def _union_of(shapes: Shapes, grow: bool) -> shapely.Geometry:
    result, failed = _attempt_unions(np.array([shapely.geometrycollections(shapes)], dtype=object))
    return _union_by_halves(shapes, grow) if failed[0] else result[0]


# --- on a fine grid --------------------------------------------------------------------------------------------------


def _on_grid(operation: Pairwise, left: shapely.Geometry, right: shapely.Geometry, grow: bool) -> shapely.Geometry:
    """The same on a grid, with both shapes moved out or in so far that snapping can't turn the result unsafe."""
    retries = _RETRIES.get() or Retries()
    retries.on_grid += 1
    largest = float(np.abs(np.nan_to_num(shapely.bounds([left, right]), posinf=0, neginf=0)).max())
    for share in _STEPS:
        step = share * 2.0 ** np.ceil(np.log2(max(largest, 1e-300)))
        try:
            with np.errstate(invalid="ignore"):
                result = _snapped(operation, left, right, step, grow)
        except (shapely.GEOSException, ValueError):
            continue
        if shapely.is_valid(result):
            return result
    retries.given_up += 1
    return _bound(operation, left, right, grow)


def _snapped(
    operation: Pairwise, left: shapely.Geometry, right: shapely.Geometry, step: float, grow: bool
) -> shapely.Geometry:
    out = _OFFSET * step if grow else -_OFFSET * step
    # What is taken off moves the other way.
    against = -out if operation is shapely.difference else out
    return operation(_moved(left, out), _moved(right, against), grid_size=step)


def _moved(shape: shapely.Geometry, distance: float) -> shapely.Geometry:
    """The shape with its outline moved outwards, or inwards if negative; lines stay."""
    if shapely.get_dimensions(shape) != 2:
        return shape
    if not shapely.is_valid(shape):
        shape = covering(np.array([shape]))[0] if distance > 0 else shapely.make_valid(shape)
    return shapely.buffer(shape, distance, join_style="mitre")


def _bound(operation: Pairwise, left: shapely.Geometry, right: shapely.Geometry, grow: bool) -> shapely.Geometry:
    """What is safe without reckoning: all that the result could be, or none of it."""
    if operation is shapely.difference:
        return left if grow else shapely.Polygon()
    smaller, larger = sorted((left, right), key=shapely.area)
    if operation is shapely.intersection:
        return smaller if grow else shapely.Polygon()
    both = shapely.geometrycollections([left, right])
    try:
        return shapely.convex_hull(both) if grow else larger
    except shapely.GEOSException:
        return both  # coordinates that are no numbers
