"""The ground that broken outlines give however one reads them: what a release may be credited with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Mask, Positions, Shapes
from kosovo_hazards.geometry.self_crossing import MOST_PAIRS, each, enclosed, inner_points, joined_faces, windings

__all__ = ["Sure", "sure_ground"]

# Records are moved this many times their joint width apart, so that none meets the rings of another.
_APART = 2.0
# A box that is a little too large costs a pair more, one too small would lose a ring.
_ROOM = 1e-6


@dataclass(frozen=True)
class Sure:
    """What broken polygons give.

    Attributes
    ----------
    ground
        What every reading gives, valid; empty where the readings share nothing, None where it can't be computed.
    drawn
        What any reading gives; None where it can't be computed.
    crossed
        Whether an outer ring crosses itself.
    """

    ground: Shapes
    drawn: Shapes
    crossed: Mask


def sure_ground(shapes: Shapes) -> Sure:
    """Ground that counts by every reading of the outlines.

    Parameters
    ----------
    shapes
        Polygons and multi-polygons, usually invalid ones.

    Returns
    -------
    A point is ground if an odd number of windings of all rings of the record goes round it (the even-odd rule; then
    the windings in the direction drawn can't cancel to zero either, which is the non-zero rule), if it lies in an
    outer ring, and in none of the holes of that ring, whatever is taken for the inside of a hole. So a hole drawn
    twice stays a hole, one outside its outer ring is no ground, and what a ring winds round twice is none.

    Examples
    --------
    >>> hole = shapely.box(2, 2, 4, 4).exterior
    >>> sure = sure_ground(np.array([shapely.Polygon(shapely.box(0, 0, 9, 9).exterior, [hole, hole])]))
    >>> sure.ground[0].area, sure.drawn[0].area
    (77.0, 81.0)
    """
    rings = _Rings.of(shapes)
    faces, record, lost = _faces(rings, len(shapes))
    points = inner_points(faces)
    face, ring = _pairs(points, record, rings)
    cost = np.bincount(record[face], shapely.get_num_coordinates(rings.lines)[ring], minlength=len(shapes))
    lost |= cost > MOST_PAIRS
    use = ~lost[record[face]]
    face, ring = face[use], ring[use]
    winding = windings(points[face], ring, rings.lines)
    every, some = _readings(face, ring, winding, len(faces), points, rings)
    ground, drawn = (joined_faces(faces, record, keep, len(shapes)) for keep in (every, some))
    lost |= shapely.is_missing(ground) | ~shapely.is_valid(ground)
    ground[lost] = drawn[lost] = None
    return Sure(ground, drawn, _crossed(ring, winding, rings, len(shapes)))


@dataclass(frozen=True)
class _Rings:
    """All rings as lines in the direction drawn; for each its polygon and record, and whether it is a hole."""

    lines: Shapes
    part: Positions
    record: Positions
    hole: Mask

    @classmethod
    def of(cls, shapes: Shapes) -> _Rings:
        parts, owner = shapely.get_parts(shapes, return_index=True)
        rings, part = shapely.get_rings(parts, return_index=True)
        points, at = shapely.get_coordinates(rings, return_index=True)
        lines = shapely.linestrings(points, indices=at) if len(rings) else rings
        hole = np.r_[False, part[1:] == part[:-1]] if len(part) else np.zeros(0, dtype=bool)
        return cls(lines, part, owner[part], hole)


def _faces(rings: _Rings, count: int) -> tuple[Shapes, Positions, Mask]:
    """The pieces into which the rings of each record cut the plane, and which records can't be cut."""
    together: Shapes = np.full(count, shapely.MultiLineString(), dtype=object)
    shapely.multilinestrings(rings.lines, indices=rings.record, out=together)
    noded = each(lambda many: shapely.union_all(many[:, None], axis=1), together)
    collections = each(lambda many: shapely.polygonize(many[:, None]), noded)
    faces, record = shapely.get_parts(collections, return_index=True)
    return faces, record, shapely.is_missing(noded) | shapely.is_missing(collections)


def _pairs(points: Shapes, record: Positions, rings: _Rings) -> tuple[Positions, Positions]:
    """Each face with each ring of its record whose box it lies in; no other ring can wind round it."""
    at = shapely.get_coordinates(points)
    boxes = shapely.bounds(rings.lines)
    if not len(at) or not len(boxes):
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    apart = _APART * (np.ptp(boxes[:, [0, 2]]) + 1)
    shift, room = rings.record * apart, _ROOM * np.abs(boxes).max() + _ROOM
    west, south, east, north = boxes.T
    tree = shapely.STRtree(shapely.box(west + shift - room, south - room, east + shift + room, north + room))
    face, ring = tree.query(shapely.points(at[:, 0] + record * apart, at[:, 1]))
    own = record[face] == rings.record[ring]
    return face[own], ring[own]


def _readings(
    face: Positions, ring: Positions, winding: NDArray[np.int64], count: int, points: Shapes, rings: _Rings
) -> tuple[Mask, Mask]:
    """Which faces every reading, and which any reading, takes for ground."""
    odd = np.bincount(face, winding % 2, minlength=count).astype(np.int64) % 2 == 1
    hole = rings.hole[ring]
    place, of = np.unique(np.column_stack([face, rings.part[ring]]), axis=0, return_inverse=True)
    shell_odd, shell_wound, in_hole, may_be_hole = (
        np.bincount(of.ravel(), mask, minlength=len(place)) > 0
        for mask in (
            ~hole & (winding % 2 == 1),
            ~hole & (winding != 0),
            hole & (winding != 0),
            hole & ((winding != 0) | _shut_in_hole(points[face], ring, rings)),
        )
    )
    every = odd & _any_part(place, shell_odd & ~may_be_hole, count)
    return every, odd | _any_part(place, shell_wound & ~in_hole, count)


def _any_part(place: NDArray[np.intp], mask: Mask, count: int) -> Mask:
    found: Mask = np.bincount(place[:, 0], mask, minlength=count) > 0
    return found


def _shut_in_hole(points: Shapes, ring: Positions, rings: _Rings) -> Mask:
    """Whether a point lies in a bay that a hole which crosses itself shuts off: that may be uncleared ground too."""
    tangled = rings.hole & ~shapely.is_simple(rings.lines)
    if not tangled.any():
        return np.zeros(len(ring), dtype=bool)
    kept = np.full(len(rings.lines), None, dtype=object)
    kept[tangled] = enclosed(rings.lines[tangled]).kept
    missing = tangled & shapely.is_missing(kept)
    kept[missing] = shapely.convex_hull(rings.lines[missing])
    shut: Mask = shapely.intersects(kept[ring], points)
    return shut


def _crossed(ring: Positions, winding: NDArray[np.int64], rings: _Rings, count: int) -> Mask:
    """Whether an outer ring of each record crosses itself: else its winding numbers are all 0 and 1, or 0 and -1."""
    most, least = np.zeros(len(rings.lines), dtype=np.int64), np.zeros(len(rings.lines), dtype=np.int64)
    np.maximum.at(most, ring, winding)
    np.minimum.at(least, ring, winding)
    crossed = (most - least >= 2) & ~rings.hole
    return np.bincount(rings.record, crossed, minlength=count) > 0
