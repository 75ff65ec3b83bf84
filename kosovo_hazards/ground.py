"""Who released which ground first: overlapping polygons cut into parts that count once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

__all__ = ["Partition", "drawn_area", "narrow", "partition", "sums"]

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]
Shapes = NDArray[np.object_]
Dates = NDArray[np.datetime64]

# Square of the eccentricity of WGS 84.
_ES = 0.0066943799901413165
# A degree of latitude in metres, near enough to tell a narrow strip from a wide one.
_DEGREE_M = 111_320.0


@dataclass(frozen=True)
class Partition:
    """The ground of releases, cut along hazards and along releases before them.

    Attributes
    ----------
    whole, later, before, inside
        Of each release, as `drawn_area`: all its ground; what a hazard recorded later covers; what an earlier release
        covers; what lies in hazards for the first time, each square metre once.
    release, hazard, piece
        For each pair that shares fresh ground: the position of both, and how much they share.
    remaining
        What is left of each hazard.
    repeats
        Position of the first earlier release with the same ground; -1 where there is none.
    """

    whole: Floats
    later: Floats
    before: Floats
    inside: Floats
    release: Positions
    hazard: Positions
    piece: Floats
    remaining: Shapes
    repeats: Positions


def partition(
    hazards: Shapes, established: Dates, releases: Shapes, completed: Dates, *, crs: pyproj.CRS | None
) -> Partition:
    """Cut releases and hazards so that no ground counts twice.

    Parameters
    ----------
    hazards
        Valid polygons; missing ones have no ground.
    established
        When each hazard was recorded; a release completed before that leaves it whole. NaT: unknown, releases cut it.
    releases
        Valid polygons in the order in which ground is credited; missing ones release nothing.
    completed
        When each release was completed.
    crs
        That of both.
    """
    release, hazard = shapely.STRtree(hazards).query(releases, predicate="intersects")
    too_early = completed[release] < established[hazard]
    release_cut = release[too_early]
    valid = _without(releases, hazards, release_cut, hazard[too_early])
    release, hazard = release[~too_early], hazard[~too_early]
    second, first = _earlier_neighbours(valid)
    fresh = _without(valid, valid, second, first)
    pieces = _intersection(fresh[release], hazards[hazard])
    piece = drawn_area(pieces, crs=crs)
    whole = drawn_area(releases, crs=crs)
    kept = _measured_anew(whole, valid, release_cut, crs=crs)
    new = _measured_anew(kept, fresh, second, crs=crs)
    remaining = _without(hazards, valid, hazard, release)
    return Partition(
        whole=whole,
        later=whole - kept,
        before=kept - new,
        inside=_covered_once(pieces, piece, release, len(releases), crs=crs),
        release=release[piece > 0],
        hazard=hazard[piece > 0],
        piece=piece[piece > 0],
        remaining=_never_too_little(remaining, hazards, hazard, piece, crs=crs),
        repeats=_repeats(releases, whole, second, first),
    )


def drawn_area(shapes: Shapes, *, crs: pyproj.CRS | None) -> Floats:
    """Area with edges straight as drawn in the CRS, so that parts add up to the whole exactly; for shares only.

    Parameters
    ----------
    shapes
        Valid polygons and collections of them; anything else counts 0.
    crs
        Degrees are measured on the ellipsoid, in units of the squared radius of the authalic sphere; for projected
        coordinates the area is the planar one.

    Notes
    -----
    Geodesic edges, as in `area_m2`, bend when a vertex is put on them: 12 m² on an edge of 1 km. A share reckoned from
    them could fall below 0. In degrees each edge contributes the integral of the authalic sine along it, by Simpson's
    rule, whose error on edges below 10 km is under 1e-12 of the area.
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    polygons = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, owner = parts[polygons], owner[polygons]
    if crs is not None and not crs.is_geographic:
        return sums(owner, shapely.area(parts), len(shapes))
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    area = np.abs(sums(ring[:-1], _under_edges(points, ring), len(rings))) if len(rings) else np.zeros(0)
    shell = np.diff(part, prepend=-1) != 0
    return sums(owner[part], np.where(shell, area, -area), len(shapes))


def narrow(parts: Shapes, width_m: float, *, crs: pyproj.CRS | None) -> NDArray[np.bool_]:
    """Whether each polygon is nowhere as wide as `width_m`.

    Parameters
    ----------
    parts
        Valid polygons, not empty.
    width_m
        Metres, across the widest place.
    crs
        That of the polygons.
    """
    metric = _in_metres(parts, crs=crs)
    # No shape is larger than the radius of its largest inner circle times its outline: a cheap first look.
    thin = shapely.area(metric) < shapely.length(metric) * width_m / 2
    thin[thin] = shapely.is_empty(shapely.buffer(metric[thin], -width_m / 2))
    return np.asarray(thin, dtype=bool)


def sums(owner: Positions, values: Floats, length: int) -> Floats:
    """Sum of the values of each owner; 0 for an owner without any.

    Parameters
    ----------
    owner
        Position of the owner of each value.
    values
        What to add up.
    length
        Number of owners.
    """
    return np.bincount(owner, weights=values, minlength=length).astype(np.float64)


def _measured_anew(area: Floats, shapes: Shapes, rows: Positions, *, crs: pyproj.CRS | None) -> Floats:
    """The areas, reckoned anew in the rows that were cut."""
    rows = np.unique(rows)
    measured = area.copy()
    measured[rows] = drawn_area(shapes[rows], crs=crs)
    return measured


def _without(shapes: Shapes, others: Shapes, at: Positions, of: Positions) -> Shapes:
    """Each shape without the others that it is paired with; one union a shape."""
    order = np.lexsort((of, at))
    at, of = at[order], of[order]
    rows, start, count = np.unique(at, return_index=True, return_counts=True)
    cover = others[of[start]]
    many = np.flatnonzero(count > 1)
    cover[many] = [shapely.union_all(others[of[start[row] : start[row] + count[row]]]) for row in many]
    result = shapes.copy()
    result[rows] = _difference(shapes[rows], cover)
    return result


def _earlier_neighbours(shapes: Shapes) -> tuple[Positions, Positions]:
    """Pairs of touching shapes, the later in order first."""
    second, first = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    return second[first < second], first[first < second]


def _difference(shapes: Shapes, cover: Shapes) -> Shapes:
    try:
        result: Shapes = shapely.difference(shapes, cover)
    except shapely.errors.GEOSException:
        if len(shapes) == 1:
            return shapes  # ground that can't be cut stays
        halves = np.array_split(np.arange(len(shapes)), 2)
        result = np.concatenate([_difference(shapes[half], cover[half]) for half in halves])
    return result


def _intersection(shapes: Shapes, others: Shapes) -> Shapes:
    try:
        result: Shapes = shapely.intersection(shapes, others)
    except shapely.errors.GEOSException:
        if len(shapes) == 1:
            return np.array([shapely.Polygon()], dtype=object)  # ground that can't be found is not released
        halves = np.array_split(np.arange(len(shapes)), 2)
        result = np.concatenate([_intersection(shapes[half], others[half]) for half in halves])
    return result


def _covered_once(pieces: Shapes, piece: Floats, release: Positions, length: int, *, crs: pyproj.CRS | None) -> Floats:
    """Ground of each release that its pieces cover; where hazards overlap, their pieces do too."""
    inside = sums(release, piece, length)
    several = np.flatnonzero(np.bincount(release[piece > 0], minlength=length) > 1)
    shared = np.isin(release, several) & (piece > 0)
    order = np.argsort(release[shared], kind="stable")
    groups = np.split(pieces[shared][order], np.flatnonzero(np.diff(release[shared][order])) + 1)
    joined = np.array([shapely.union_all(group) for group in groups if len(group)], dtype=object)
    inside[several] = np.minimum(inside[several], drawn_area(joined, crs=crs))
    return inside


def _never_too_little(
    remaining: Shapes, hazards: Shapes, hazard: Positions, piece: Floats, *, crs: pyproj.CRS | None
) -> Shapes:
    """Give back the whole hazard where the cut took more ground than the releases hold."""
    touched = np.unique(hazard)
    released = sums(hazard, piece, len(hazards))[touched]
    before = drawn_area(hazards[touched], crs=crs)
    short = before - released - drawn_area(remaining[touched], crs=crs) > before * 1e-7
    kept = remaining.copy()
    kept[touched[short]] = hazards[touched[short]]
    return kept


def _repeats(releases: Shapes, whole: Floats, second: Positions, first: Positions) -> Positions:
    alike = np.isclose(whole[second], whole[first], rtol=1e-9, atol=0)
    second, first = second[alike], first[alike]
    same = shapely.equals(releases[second], releases[first])
    repeats = np.full(len(releases), -1, dtype=np.intp)
    # Written from the last to the first, so that the first earlier one stays.
    order = np.argsort(first[same])[::-1]
    repeats[second[same][order]] = first[same][order]
    return repeats


def _under_edges(points: Floats, ring: Positions) -> Floats:
    """Signed ground between each edge and the equator; 0 between the last point of a ring and the next ring."""
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    sine, middle = _authalic_sine(lat), _authalic_sine((lat[:-1] + lat[1:]) / 2)
    under: Floats = np.diff(lon) * (sine[:-1] + 4 * middle + sine[1:]) / 6
    under[ring[:-1] != ring[1:]] = 0
    return under


def _authalic_sine(lat: Floats) -> Floats:
    """Sine of the authalic latitude on WGS 84 (Snyder 1987, eq. 3-11 and 3-12)."""
    sine: Floats = _authalic_q(np.sin(lat)) / _authalic_q(np.ones(1))[0]
    return sine


def _authalic_q(sine: Floats) -> Floats:
    e = float(np.sqrt(_ES))
    q: Floats = (1 - _ES) * (sine / (1 - _ES * sine**2) + np.arctanh(e * sine) / e)
    return q


def _in_metres(parts: Shapes, *, crs: pyproj.CRS | None) -> Shapes:
    """Polygons in metres near enough for widths, each about its own middle."""
    points, owner = shapely.get_coordinates(parts, return_index=True)
    if crs is not None and not crs.is_geographic:
        scale = np.full((len(parts), 2), crs.axis_info[0].unit_conversion_factor)
    else:
        bounds = shapely.bounds(parts)
        east = np.cos(np.radians((bounds[:, 1] + bounds[:, 3]) / 2))
        scale = _DEGREE_M * np.column_stack([east, np.ones(len(parts))])
    # set_coordinates writes into the array that it is given.
    moved: Shapes = shapely.set_coordinates(parts.copy(), points * scale[owner])
    return moved
