"""What rings enclose, however they cross themselves: the ground of each, with bounded work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Mask, Shapes

__all__ = [
    "MOST_PAIRS",
    "Enclosed",
    "each",
    "each_pair",
    "enclosed",
    "grouped",
    "inner_points",
    "joined",
    "joined_faces",
    "layered",
    "too_tangled",
    "windings",
]


_POLYGON, _MULTIPOLYGON = 3, 6
MOST_PAIRS = 50_000_000
"""Above this many pairs of a face and an edge, winding is not computed and the safe side is taken."""

_PAIRS_AT_ONCE = 5_000_000
# An outline that somebody drew crosses itself a few times; faces and work grow with the crossings.
_MOST_CROSSINGS = 50_000
_FEWEST_EDGES = 300
_SAMPLE = 20_000
_FIRST_EDGES = 50
# Rings wound many times over the same ground hardly cross, yet every pass over them costs edges times windings.
_FEWEST_WOUND = 50_000
_MOST_WOUND = 30_000_000
_MOST_WOUND_UNSEEN = 100_000_000
_SCANS = 32
# A point this near to the edge of its face, in roots of its area, may be on the other side by rounding.
_TIGHT = 1e-6


@dataclass(frozen=True)
class Enclosed:
    """What rings enclose: ground to keep, ground they wind round, ground by the even-odd rule; whether they cross."""

    kept: Shapes
    wound: Shapes
    odd: Shapes
    crossed: Mask


def enclosed(rings: Shapes) -> Enclosed:
    """What each ring encloses; None where the ring can't be taken apart."""
    noded = each(shapely.node, rings)
    # Where lines meet too flat for that, a noder that snaps them together takes far longer and does not give up.
    amiss = shapely.is_missing(noded)
    noded[amiss] = each(lambda many: shapely.union_all(many[:, None], axis=1), rings[amiss])
    faces, ring = shapely.get_parts(each(lambda many: shapely.polygonize(many[:, None]), noded), return_index=True)
    winding = _winding(inner_points(faces), ring, rings)
    # At a true crossing three consecutive winding numbers meet, so they cannot all be 0 and 1, or 0 and -1.
    most, least = np.zeros(len(rings), dtype=np.int64), np.zeros(len(rings), dtype=np.int64)
    np.maximum.at(most, ring, winding)
    np.minimum.at(least, ring, winding)
    crossed = most - least >= 2
    wound = joined_faces(faces, ring, winding != 0, len(rings))
    keep = (winding != 0) | crossed[ring]
    keep[~keep] = _shut_in(faces[~keep], wound[ring[~keep]])
    ground = joined_faces(faces, ring, keep, len(rings))
    odd = joined_faces(faces, ring, winding % 2 == 1, len(rings))
    for shapes in (ground, wound, odd):
        shapes[shapely.is_missing(noded)] = None
    return Enclosed(ground, wound, odd, crossed)


def _shut_in(faces: Shapes, wound: Shapes) -> Mask:
    """Whether a spike, not the ground itself, shuts off a bay that the ring does not wind round."""
    open_side = each_pair(shapely.difference, shapely.boundary(faces), shapely.boundary(wound))
    shut: Mask = shapely.is_missing(open_side) | (shapely.length(open_side) > 0)
    return shut


def inner_points(faces: Shapes) -> Shapes:
    """A point within each face, away from its edges.

    Parameters
    ----------
    faces
        Polygons with some ground; two edges that lie on each other but for rounding make a spike of no width.

    Examples
    --------
    >>> spiked = shapely.from_wkt("POLYGON ((0 0, 1 0, 1 1, 1 9, 1 1, 0 1, 0 0))")
    >>> shapely.distance(inner_points(np.array([spiked])), spiked.boundary) > 0.4
    array([ True])
    """
    points: Shapes = shapely.point_on_surface(faces)
    tight = ~(shapely.distance(points, shapely.boundary(faces)) > _TIGHT * np.sqrt(shapely.area(faces)))
    # GEOS looks on one line across the face, which may meet nothing but the spike.
    middle = shapely.get_point(each(shapely.maximum_inscribed_circle, faces[tight]), 0)
    points[tight] = np.where(shapely.is_missing(middle), points[tight], middle)
    return points


def joined_faces(faces: Shapes, owner: NDArray[np.intp], keep: Mask, count: int) -> Shapes:
    """The kept faces of each owner as one shape; faces share their edges exactly, so joining them is quick."""
    groups = grouped(faces[keep], owner[keep], count)
    many = shapely.get_num_geometries(groups) > 1
    whole = each(lambda some: shapely.coverage_union_all(some[:, None], axis=1), groups[many])
    amiss = shapely.is_missing(whole) | ~shapely.is_valid(whole)
    whole[amiss] = each(lambda some: shapely.union_all(some[:, None], axis=1), groups[many][amiss])
    groups[many] = whole
    return groups


def joined(shapes: Shapes, owner: NDArray[np.intp], count: int) -> Shapes:
    """The joined ground of the polygons of each owner from 0 to count; None where that of one of them is not known."""
    groups = _polygons_of(shapes, owner, count)
    groups[owner[shapely.is_missing(shapes)]] = None
    many = shapely.get_num_geometries(groups) > 1
    groups[many] = each(lambda some: shapely.union_all(some[:, None], axis=1), groups[many])
    return groups


def grouped(polygons: Shapes, owner: NDArray[np.intp], count: int) -> Shapes:
    """One multi-polygon, or polygon where it is the only one, for each owner from 0 to count."""
    result: Shapes = np.full(count, shapely.Polygon(), dtype=object)
    order = np.argsort(owner, kind="stable")
    shapely.multipolygons(polygons[order], indices=owner[order], out=result)
    single = (shapely.get_type_id(result) == _MULTIPOLYGON) & (shapely.get_num_geometries(result) == 1)
    result[single] = shapely.get_geometry(result[single], 0)
    return result


def _polygons_of(shapes: Shapes, owner: NDArray[np.intp], count: int) -> Shapes:
    """One multi-polygon for each owner out of polygons and multi-polygons; missing ones are skipped."""
    parts, of = shapely.get_parts(shapes, return_index=True)
    areal = shapely.get_type_id(parts) == _POLYGON
    return grouped(parts[areal], owner[of[areal]], count)


def _winding(points: Shapes, ring: NDArray[np.intp], rings: Shapes) -> NDArray[np.int64]:
    """How often each ring winds round the point that belongs to it."""
    pairs = (shapely.get_num_coordinates(rings) - 1).clip(0)[ring].sum()
    if pairs > MOST_PAIRS:
        # Opposite signs let every face count as enclosed by a ring that crosses itself.
        return np.where(np.arange(len(ring)) % 2 == 0, 2, -2).astype(np.int64)
    return windings(points, ring, rings)


def windings(points: Shapes, ring: NDArray[np.intp], rings: Shapes) -> NDArray[np.int64]:
    """How often a ring winds round a point, counter-clockwise counting up.

    Parameters
    ----------
    points
        Points.
    ring
        For each point the position of the ring.
    rings
        Closed rings in the direction in which they were drawn.
    """
    corners, owner = shapely.get_coordinates(rings, return_index=True)
    count = np.bincount(owner, minlength=len(rings))
    start = np.cumsum(count) - count
    edges = np.maximum(count - 1, 0)
    at = shapely.get_coordinates(points)
    if not len(ring):
        return np.zeros(0, dtype=np.int64)
    pairs = np.cumsum(edges[ring])
    chunks = np.split(np.arange(len(ring)), np.flatnonzero(np.diff(pairs // _PAIRS_AT_ONCE)) + 1)
    return np.concatenate([_winding_of(at[c], corners, start[ring[c]], edges[ring[c]]) for c in chunks])


def _winding_of(
    at: NDArray[np.float64], corners: NDArray[np.float64], start: NDArray[np.intp], edges: NDArray[np.intp]
) -> NDArray[np.int64]:
    face = np.repeat(np.arange(len(at)), edges)
    edge = np.arange(len(face)) - np.repeat(np.cumsum(edges) - edges, edges) + np.repeat(start, edges)
    (x0, y0), (x1, y1), (px, py) = corners[edge].T, corners[edge + 1].T, at[face].T
    side = (x1 - x0) * (py - y0) - (px - x0) * (y1 - y0)
    upward = (y0 <= py) & (py < y1) & (side > 0)
    downward = (y1 <= py) & (py < y0) & (side < 0)
    turns: NDArray[np.int64] = np.bincount(face, upward.astype(np.int64) - downward, minlength=len(at)).astype(np.int64)
    return turns


def each(operation: Callable[[Shapes], Shapes], shapes: Shapes) -> Shapes:
    """Do it for all at once; where that fails, one by one, with None for those that can't be done."""
    try:
        return operation(shapes) if len(shapes) else shapes.copy()
    except (shapely.GEOSException, ValueError):
        return _one_by_one(operation, shapes)


def _one_by_one(operation: Callable[[Shapes], Shapes], shapes: Shapes) -> Shapes:
    done: Shapes = np.full(len(shapes), None, dtype=object)
    for i in range(len(shapes)):
        try:
            done[i] = operation(shapes[i : i + 1])[0]
        except (shapely.GEOSException, ValueError):
            continue
    return done


def each_pair(operation: Callable[[Shapes, Shapes], Shapes], left: Shapes, right: Shapes) -> Shapes:
    """The same for work on two shapes each."""
    pairs: Shapes = np.empty((len(left), 2), dtype=object)
    pairs[:, 0], pairs[:, 1] = left, right
    return each(lambda many: operation(many[:, 0], many[:, 1]), pairs) if len(left) else left


def too_tangled(shapes: Shapes) -> Mask:
    """Whether rings cross themselves, or holes lie on each other, so often that untangling them would take hours.

    Parameters
    ----------
    shapes
        Polygons and multi-polygons; missing ones are not tangled.
    """
    rings, owner = shapely.get_rings(shapes, return_index=True)
    beyond: Mask = np.zeros(len(shapes), dtype=bool)
    edges = shapely.get_num_coordinates(rings) - 1
    for at in np.flatnonzero(edges > _FEWEST_EDGES):
        points = shapely.get_coordinates(rings[at])
        beyond[owner[at]] |= _layers(points) > _MOST_WOUND or _crosses_too_often(points)
    for row in np.flatnonzero((np.bincount(owner, minlength=len(shapes)) > _FEWEST_EDGES) & ~beyond):
        beyond[row] = _meet_too_often(rings[owner == row], usual=1)
    return beyond


def layered(shapes: Shapes) -> Mask:
    """Whether rings lie over themselves in so many layers that even to ask whether they are valid takes minutes.

    Parameters
    ----------
    shapes
        Geometry of any kind.
    """
    beyond: Mask = np.zeros(len(shapes), dtype=bool)
    for at in np.flatnonzero(shapely.get_num_coordinates(shapes) > _FEWEST_WOUND):
        rings = shapely.get_rings(shapely.get_parts(shapes[at]))
        long = rings[shapely.get_num_coordinates(rings) > _FEWEST_WOUND]
        beyond[at] = any(_layers(shapely.get_coordinates(ring)) > _MOST_WOUND_UNSEEN for ring in long)
    return beyond


def _layers(points: NDArray[np.float64]) -> float:
    """Edges of a long ring times the layers in which it lies over itself; 0 for others."""
    if len(points) <= _FEWEST_WOUND:
        return 0.0
    # A zigzag meets many scan lines one way and few the other; layers are many both ways.
    return len(points) * min(_met_by_scans(points[:, 0]), _met_by_scans(points[:, 1]))


def _met_by_scans(at: NDArray[np.float64]) -> float:
    """How many edges a straight line across the ring meets, on average over lines from one side to the other."""
    scans = np.linspace(at.min(), at.max(), _SCANS + 2)[1:-1]
    return float(np.mean([np.count_nonzero(np.diff(at > scan)) for scan in scans]))


def _crosses_too_often(points: NDArray[np.float64]) -> bool:
    # Each edge meets itself and its two neighbours.
    return _meet_too_often(shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1)), usual=3)


def _meet_too_often(lines: Shapes, *, usual: int) -> bool:
    """Whether more pairs of lines meet than can be dealt with, by a sample in random order."""
    tree = shapely.STRtree(lines)
    sample = np.random.default_rng(0).permutation(len(lines))[:_SAMPLE]
    done, met, size = 0, 0, _FIRST_EDGES
    while done < len(sample):
        some = sample[done : done + size]
        met += tree.query(lines[some], predicate="intersects").shape[1] - usual * len(some)
        done += len(some)
        if met / done * len(lines) > 2 * _MOST_CROSSINGS and met > _FIRST_EDGES:
            return True
        size = int(np.clip(_MOST_CROSSINGS * done / max(met, 1), _FIRST_EDGES, _SAMPLE))
    return False
