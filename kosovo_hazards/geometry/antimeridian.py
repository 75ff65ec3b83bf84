"""Shapes drawn across 180° without a cut: known by their edges, unrolled for measuring, cut for everything else."""

from __future__ import annotations

import numpy as np
import shapely

from kosovo_hazards._arrays import Floats, Mask, Positions, Shapes
from kosovo_hazards.geometry.overlay import intersection

__all__ = ["across_antimeridian", "cut_at_antimeridian", "round_a_pole", "unrolled"]

_HALF, _WHOLE = 180.0, 360.0


def across_antimeridian(shapes: Shapes) -> Mask:
    """Whether an edge is drawn more than half way round the earth, which nobody means: the short way crosses 180°.

    Parameters
    ----------
    shapes
        Shapes in degrees; edges all the way round, from -180 to 180, stay what they are. One with a vertex that is
        nowhere, at infinity or NaN, crosses nothing.
    """
    bounds = shapely.bounds(shapes)
    wide = np.flatnonzero(bounds[:, 2] - bounds[:, 0] > _HALF)
    points, ring, owner = _rings(shapes[wide])
    step = np.abs(np.diff(points[:, 0]))
    jump = (step > _HALF) & (step < _WHOLE) & (ring[1:] == ring[:-1])
    across = np.zeros(len(shapes), dtype=bool)
    across[wide[owner[ring[1:][jump]]]] = True
    across[wide[owner[ring[~np.isfinite(points).all(axis=1)]]]] = False
    return across


def round_a_pole(shapes: Shapes) -> Mask:
    """Whether a ring goes once round the earth, so that nobody can say on which side its ground lies.

    Parameters
    ----------
    shapes
        Shapes in degrees.
    """
    rows = np.flatnonzero(across_antimeridian(shapes))
    points, ring, owner = _rings(shapes[rows])
    turns = _turns(points, ring)
    last = np.append(ring[1:] != ring[:-1], True) if len(ring) else np.zeros(0, dtype=bool)
    around = np.zeros(len(shapes), dtype=bool)
    around[rows[owner[ring[last & (turns != 0)]]]] = True
    return around


def unrolled(shapes: Shapes) -> Shapes:
    """Shapes across 180° with longitudes that run on beyond it; all others as they are.

    Parameters
    ----------
    shapes
        Polygons and multi-polygons in degrees.
    """
    rows = np.flatnonzero(across_antimeridian(shapes) & ~round_a_pole(shapes))
    result = shapes.copy()
    if not len(rows):
        return result
    polygons, owner = shapely.get_parts(shapes[rows], return_index=True)
    rings, part = shapely.get_rings(polygons, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    points[:, 0] += _WHOLE * _turns(points, ring)
    west, _, east, _ = shapely.bounds(shapely.linearrings(points, indices=ring)).T
    shell = np.diff(part, prepend=-1) != 0
    # Holes move to their shell, and each shell to where its west side has a longitude.
    home = -np.floor((west[shell] + _HALF) / _WHOLE)[part]
    beside = np.round((((west + east) / 2)[shell][part] - (west + east) / 2) / _WHOLE)
    points[:, 0] += _WHOLE * (home + np.where(shell, 0, beside))[ring]
    moved = shapely.set_coordinates(polygons, points)
    many = np.empty(len(rows), dtype=object)
    shapely.multipolygons(moved, indices=owner, out=many)
    single = np.bincount(owner, minlength=len(rows)) == 1
    many[single] = moved[np.isin(owner, np.flatnonzero(single))]
    result[rows] = many
    return result


def cut_at_antimeridian(shapes: Shapes) -> tuple[Shapes, Mask]:
    """Shapes drawn across 180° as two parts, one on each side, as RFC 7946 requires.

    Parameters
    ----------
    shapes
        Shapes in degrees; broken ones are cut as they are drawn, if they can be.

    Returns
    -------
    The shapes, and which were cut. Rings round a pole can't be cut and stay as they are.

    Examples
    --------
    >>> drawn = shapely.from_wkt("POLYGON ((179 10, -179 10, -179 11, 179 11, 179 10))")
    >>> shapes, cut = cut_at_antimeridian(np.array([drawn]))
    >>> sorted(part.bounds for part in shapes[0].geoms), cut.tolist()
    ([(-180.0, 10.0, -179.0, 11.0), (179.0, 10.0, 180.0, 11.0)], [True])
    """
    shapes = shapes.copy()
    areal = np.isin(shapely.get_type_id(shapes), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    cut = areal & across_antimeridian(shapes) & ~round_a_pole(shapes)
    rows = np.flatnonzero(cut)
    if len(rows):
        run_on = unrolled(shapes[rows])
        sides = [
            shapely.transform(intersection(run_on, _strip(turn, len(rows))), lambda at, turn=turn: at - [turn, 0])
            for turn in (0.0, _WHOLE)
        ]
        parts = np.concatenate([shapely.get_parts(side) for side in sides])
        owner = np.concatenate([shapely.get_parts(side, return_index=True)[1] for side in sides])
        full = ~shapely.is_empty(parts)
        parts, owner = parts[full], owner[full]
        order = np.argsort(owner, kind="stable")
        shapely.multipolygons(parts[order], indices=rows[owner[order]], out=shapes)
    return shapes, cut


def _strip(turn: float, count: int) -> Shapes:
    return np.full(count, shapely.box(turn - _HALF, -90, turn + _HALF, 90))


def _rings(shapes: Shapes) -> tuple[Floats, Positions, Positions]:
    """Points of all rings, the ring of each, and the shape of each ring."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, part = shapely.get_rings(parts[areal], return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    return points, ring, owner[areal][part]


def _turns(points: Floats, ring: Positions) -> Floats:
    """How many turns to add to each longitude, so that no edge goes the long way."""
    step = np.diff(points[:, 0], prepend=points[:1, 0])
    jump = np.where((np.abs(step) > _HALF) & (np.abs(step) < _WHOLE), -np.sign(step), 0.0)
    if len(ring):
        jump[1:][ring[1:] != ring[:-1]] = 0
    total = np.cumsum(jump)
    first = np.flatnonzero(np.diff(ring, prepend=-1) != 0)
    turns: Floats = total - np.repeat(total[first], np.diff(np.append(first, len(ring))))
    return turns
