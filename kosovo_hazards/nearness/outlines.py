"""Outlines of areas as short straight edges in the plane, and which of them lie nearest to a place."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import shapely

from kosovo_hazards._arrays import Floats, Mask, Positions, Shapes
from kosovo_hazards._errors import NotAnsweredError, UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.geometry import expected_pairs, simple_parts
from kosovo_hazards.nearness.distances import Located, edge_to_edge_m, point_to_edge_m
from kosovo_hazards.nearness.plane import Plane, Spots

__all__ = ["Asked", "Outlines", "Pairs", "in_plane", "pairs_near", "straight"]

_POLYGON, _POINT = shapely.GeometryType.POLYGON, shapely.GeometryType.POINT
# What is taken as straight bends by less; so much farther is looked for what may be nearest.
_SLACK_M = 0.01
_AT_ONCE = 5_000
_SAMPLE = 25
_PAIRS_AT_ONCE = 500_000
# What fits into the caches of a processor is measured faster.
_MEASURED_AT_ONCE = 50_000
_MOST_PAIRS = 500_000_000
_MOST_HELD = 30_000_000

_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Outlines:
    """Areas in the plane.

    Attributes
    ----------
    parts, owner
        Their polygons, lines and points in the plane, and the area that each belongs to.
    starts, ends
        The ends of each edge; a point is an edge without length.
    edge_owner
        The area that each edge belongs to.
    edges
        The edges in the plane.
    """

    parts: Shapes
    owner: Positions
    starts: Located
    ends: Located
    edge_owner: Positions
    edges: Shapes


@dataclass(frozen=True)
class Asked:
    """Points, or short edges of routes, as they are held against outlines.

    Attributes
    ----------
    starts, ends
        The ends of each edge; the same twice for points.
    shapes
        Them in the plane.
    most
        The ends of each edge at which the plane is stretched most, for points the points.
    """

    starts: Located
    ends: Located
    shapes: Shapes
    most: Spots

    @classmethod
    def of(cls, starts: Floats, ends: Floats, plane: Plane) -> Asked:
        """Lay them out."""
        one, other = plane.spots(starts), plane.spots(ends)
        if starts is ends:
            located = Located(starts)
            return cls(located, located, shapely.points(one.xy), one)
        lines = straight(one.xy, other.xy)
        scale = np.maximum(one.scale, other.scale)
        return cls(
            Located(starts), Located(ends), lines, Spots(one.xy, scale, np.maximum(one.half_angle, other.half_angle))
        )

    def __len__(self) -> int:
        return len(self.shapes)

    def to_edges_m(self, at: Positions, outlines: Outlines, edges: Positions) -> Floats:
        """Metres from each to an edge that it does not cross."""
        pieces = range(0, max(len(at), 1), _MEASURED_AT_ONCE)
        parts = [slice(start, start + _MEASURED_AT_ONCE) for start in pieces]
        return np.concatenate([self._measured(at[part], outlines, edges[part]) for part in parts])

    def _measured(self, at: Positions, outlines: Outlines, edges: Positions) -> Floats:
        if self.starts is self.ends:
            return point_to_edge_m((self.starts, at), (outlines.starts, edges), (outlines.ends, edges))
        return edge_to_edge_m((self.starts, self.ends, at), (outlines.starts, outlines.ends, edges))


@dataclass(frozen=True)
class Pairs:
    """Which area lies how far from which of those asked, in order of both; each pair once.

    Attributes
    ----------
    asked, area
        Their positions.
    distance_m
        Metres, 0 inside or where they cross.
    """

    asked: Positions
    area: Positions
    distance_m: Floats

    @classmethod
    def least(cls, asked: Positions, area: Positions, distance_m: Floats) -> Pairs:
        """Pairs of which each may be given several times, each with its least distance."""
        if not len(asked):
            return cls(asked, area, distance_m)
        key = asked * (int(area.max()) + 1) + area
        order = np.argsort(key, kind="stable")
        first = np.flatnonzero(np.diff(key[order], prepend=-1))
        chosen = order[first]
        return cls(asked[chosen], area[chosen], np.minimum.reduceat(distance_m[order], first))

    def nearest(self) -> Pairs:
        """The nearest area of each of those asked that has any."""
        order = np.lexsort((self.area, self.distance_m, self.asked))
        asked = self.asked[order]
        first = order[np.diff(asked, prepend=-1) != 0]
        return Pairs(self.asked[first], self.area[first], self.distance_m[first])

    def __getitem__(self, chosen: Mask) -> Pairs:
        return Pairs(self.asked[chosen], self.area[chosen], self.distance_m[chosen])


def in_plane(shapes: Shapes, plane: Plane) -> Outlines:
    """Lay out areas of any kind, edges along geodesics.

    Parameters
    ----------
    shapes
        Valid shapes in degrees; missing and empty ones are nowhere.
    plane
        Where.
    """
    parts, owner = simple_parts(shapes)
    there = ~shapely.is_empty(parts)
    parts, owner = shapely.force_2d(parts[there]), owner[there]
    areal = shapely.get_type_id(parts) == _POLYGON
    rings, part = shapely.get_rings(parts[areal], return_index=True)
    lines = np.concatenate([rings, parts[~areal]])
    line_part = np.concatenate([np.flatnonzero(areal)[part], np.flatnonzero(~areal)])
    points, line = shapely.get_coordinates(lines, return_index=True)
    points, count = plane.along_geodesics(points, np.bincount(line, minlength=len(lines)).astype(np.intp))
    line = np.repeat(np.arange(len(lines)), count)
    xy = plane.spots(points).xy
    laid: Shapes = np.full(len(parts), None, dtype=object)
    of_ring = line < len(rings)
    if of_ring.any():
        closed = shapely.linearrings(xy[of_ring], indices=line[of_ring])
        laid[areal] = shapely.polygons(closed, indices=part)
    single = shapely.get_type_id(parts) == _POINT
    laid[single] = shapely.points(xy[single[line_part][line]])
    of_line = ~of_ring & ~single[line_part][line]
    if of_line.any():
        _, index = np.unique(line[of_line], return_inverse=True)
        laid[~areal & ~single] = shapely.linestrings(xy[of_line], indices=index)
    start = np.flatnonzero(line[1:] == line[:-1])
    alone = np.flatnonzero(count[line] == 1)
    start, end = np.concatenate([start, alone]), np.concatenate([start + 1, alone])
    edges = straight(xy[start], xy[end])
    return Outlines(laid, owner, Located(points[start]), Located(points[end]), owner[line_part[line[start]]], edges)


def straight(starts: Floats, ends: Floats) -> Shapes:
    """Straight lines; points where both ends are one, for searches pass by a line without length.

    Parameters
    ----------
    starts, ends
        Coordinates, shape (n, 2).
    """
    lines: Shapes = shapely.linestrings(np.stack([starts, ends], axis=1))
    alone = (starts == ends).all(axis=1)
    lines[alone] = shapely.points(starts[alone])
    return lines


def pairs_near(asked: Asked, outlines: Outlines, within_m: float) -> Pairs:
    """The nearest area of each of those asked, and all within a distance.

    Parameters
    ----------
    asked
        Points or edges.
    outlines
        At least one area.
    within_m
        Metres.

    Raises
    ------
    UsageError
        If there would be too many.
    NotAnsweredError
        If one of those asked can't be measured.
    """
    met = _met(asked, outlines)
    inside = np.zeros(len(asked), dtype=bool)
    inside[met.asked] = True
    tree = shapely.STRtree(outlines.edges)
    parts = np.array_split(np.arange(len(asked)), max(1, len(asked) // _AT_ONCE))
    first = np.concatenate(_threaded(lambda at: _nearest_m(asked, outlines, tree, at), parts))
    if not np.isfinite(first).all():
        # Silence would read as no known hazard.
        raise NotAnsweredError(f"{(~np.isfinite(first)).sum():,} points or edges of routes can't be measured")
    reach = asked.most.reach(np.maximum(np.where(inside, 0.0, first), within_m) + _SLACK_M)
    found = _threaded(lambda at: _within(asked, outlines, tree, at, reach), _in_bounds(asked, tree, reach, within_m))
    sides = [(one.asked, one.area, one.distance_m) for one in (met, *found)]
    pairs = Pairs.least(*(np.concatenate(side) for side in zip(*sides, strict=True)))
    nearest = pairs.nearest()
    keep = pairs.distance_m <= within_m + _SLACK_M
    keep[np.searchsorted(_key(pairs, outlines), _key(nearest, outlines))] = True
    return pairs[keep]


def _key(pairs: Pairs, outlines: Outlines) -> Positions:
    return pairs.asked * (int(outlines.edge_owner.max(initial=0)) + 1) + pairs.area


def _threaded(work: Callable[[Positions], _Found], parts: list[Positions]) -> list[_Found]:
    # GEOS lets go of the interpreter lock.
    with ThreadPoolExecutor() as pool:
        return list(pool.map(work, parts))


def _met(asked: Asked, outlines: Outlines) -> Pairs:
    """Areas that hold or touch those asked."""
    expected = expected_pairs(asked.shapes, outlines.parts)
    if expected > _MOST_HELD:
        raise UsageError(
            f"some {expected:,.0f} pairs of places and areas lie on top of each other, and {_MOST_HELD:,} are the most",
            hint="ask about fewer places at once",
        )
    shapely.prepare(outlines.parts)
    left, part = shapely.STRtree(outlines.parts).query(asked.shapes)
    # In one thread: a prepared shape builds its index at the first question.
    meets = shapely.intersects(outlines.parts[part], asked.shapes[left])
    left, part = left[meets], part[meets]
    return Pairs.least(left, outlines.owner[part], np.zeros(len(left)))


def _nearest_m(asked: Asked, outlines: Outlines, tree: shapely.STRtree, at: Positions) -> Floats:
    """Metres to the edge that is nearest in the plane, which is nearly the nearest on the ground."""
    left, edge = tree.query_nearest(asked.shapes[at], all_matches=False)
    distance = np.full(len(at), np.inf)
    distance[left] = asked.to_edges_m(at[left], outlines, edge)
    return distance


def _within(asked: Asked, outlines: Outlines, tree: shapely.STRtree, at: Positions, reach: Floats) -> Pairs:
    left, edge = tree.query(asked.shapes[at], predicate="dwithin", distance=reach[at])
    return Pairs.least(at[left], outlines.edge_owner[edge], asked.to_edges_m(at[left], outlines, edge))


def _in_bounds(asked: Asked, tree: shapely.STRtree, reach: Floats, within_m: float) -> list[Positions]:
    """Those asked, in parts with a bounded number of edges near them, by samples."""
    parts, total = [], 0.0
    for start in range(0, len(asked), _AT_ONCE):
        part = np.arange(start, min(start + _AT_ONCE, len(asked)))
        sample = part[:: max(1, len(part) // _SAMPLE)]
        widened = shapely.bounds(asked.shapes[sample]) + reach[sample, None] * np.array([-1, -1, 1, 1])
        pairs = len(tree.query(shapely.box(*widened.T))[0]) / len(sample) * len(part)
        total += pairs
        parts += np.array_split(part, min(len(part), int(np.ceil(max(pairs, 1) / _PAIRS_AT_ONCE))))
    if total > _MOST_PAIRS:
        raise UsageError(
            f"within {within_m:,.0f} m of the {len(asked):,} places lie some {total:,.0f} edges of areas, counted for "
            f"each place, and {_MOST_PAIRS:,} are the most",
            hint=f"ask about fewer places at once, or with a smaller {argument('buffer_m')}",
        )
    return parts
