"""Area inside rings whose edges are geodesics of the ellipsoid, exact to some 1e-7 for any shape and size."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyproj

from kosovo_hazards._arrays import Floats, Mask, Positions

__all__ = ["authalic_radius_m", "bend", "follow_geodesics", "ring_area_m2", "sin_authalic"]

# Longer edges get points along their geodesic first; up to this, an arc is described well enough by its middle.
_LONGEST_ARC_M = 4_000.0
# No geodesic is bent more than this in the projection, per metre, at its centre; away from that, by distance ÷ radius².
_BENT_PER_M = 1.5e-9
_RADIUS_M = 6_371_000.0
# Of a ring's area; what arcs make up together below this is left out.
_NEGLIGIBLE = 1e-7
# The longest degree there is.
_DEGREE_M = 111_700.0


def ring_area_m2(points: Floats, count: Positions, geod: pyproj.Geod) -> Floats:
    """Square metres inside each ring, whichever way it is wound; of a ring round a pole, the side of its middle.

    Parameters
    ----------
    points
        Longitude and latitude in degrees of all rings in order, each with its first point again at its end.
    count
        Number of points of each ring.
    geod
        The ellipsoid.

    Notes
    -----
    Each ring is projected by itself with the Lambert azimuthal equal-area projection on the authalic sphere (Snyder
    1987, *Map projections: a working manual*, pp. 16 and 182–190), centred on it. Between the chord and the projected
    geodesic of an edge lies two thirds of the parallelogram that its middle spans (a parabola); the middle of a
    geodesic of a few kilometres is that of the straight line through the earth, taken down the ellipsoid's normal.
    """
    full = count > 0
    if not full.all():
        # A ring without points encloses nothing, and sums between its ends would be those of its neighbour.
        area = np.zeros(len(count))
        area[full] = ring_area_m2(points, count[full], geod) if full.any() else 0.0
        return area
    points, count = follow_geodesics(points, count, geod, _LONGEST_ARC_M)
    starts = np.cumsum(count) - count
    ring_of = np.repeat(np.arange(len(count)), count)
    beta = _authalic(points[:, 1], geod.es)
    plane = _Plane(points[:, 0], beta[0], count, geod)
    x, y = plane.project(points[:, 0], beta, ring_of)
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    inner = np.ones(len(points) - 1, dtype=bool)
    # Rings are closed, so what joins one ring's last point to the next ring's first is left out.
    inner[starts[1:] - 1] = False
    cross[~inner] = 0
    area = np.add.reduceat(cross, starts) / 2
    edges = _bent_edges(x, y, inner, count, np.abs(area))
    if len(edges):
        ring, middle = ring_of[edges], _middles(points[edges], points[edges + 1], geod)
        middle_x, middle_y = plane.project(middle[:, 0], _authalic(middle[:, 1], geod.es), ring)
        arc = (middle_x - x[edges]) * (y[edges + 1] - middle_y) - (x[edges + 1] - middle_x) * (middle_y - y[edges])
        area += np.bincount(ring, arc, minlength=len(count)) * (2 / 3)
    inside: Floats = np.abs(area)
    return inside


def _bent_edges(x: Floats, y: Floats, inner: Mask, count: Positions, area: Floats) -> Positions:
    """Edges of those rings whose arcs could make up more than is negligible."""
    length = np.sqrt(np.diff(x) ** 2 + np.diff(y) ** 2)
    away = np.abs(x[:-1]) + np.abs(y[:-1]) + length
    most = np.where(inner, length * length * length * (_BENT_PER_M + away / _RADIUS_M**2) / 12, 0.0)
    starts = np.cumsum(count) - count
    bent = np.add.reduceat(most, starts) > _NEGLIGIBLE * area
    return np.flatnonzero(np.repeat(bent, count)[:-1] & inner)


class _Plane:
    """An equal-area plane in metres for each ring, centred on it."""

    def __init__(self, lon: Floats, sin_beta: Floats, count: Positions, geod: pyproj.Geod) -> None:
        starts = np.cumsum(count) - count
        self._first = lon[starts]
        east = _around(lon - np.repeat(self._first, count))
        self._east = np.add.reduceat(east, starts) / count
        middle = np.arcsin(np.clip(np.add.reduceat(sin_beta, starts) / count, -1, 1))
        self._sin, self._cos = np.sin(middle), np.cos(middle)
        self._radius = authalic_radius_m(geod.a, geod.es)

    def project(self, lon: Floats, beta: tuple[Floats, Floats], ring: Positions) -> tuple[Floats, Floats]:
        lon = np.radians(_around(lon - self._first[ring]) - self._east[ring])
        sin_beta, cos_beta = beta
        sin_0, cos_0 = self._sin[ring], self._cos[ring]
        north = cos_beta * np.cos(lon)
        # The clip keeps a point opposite to the centre finite; only shapes larger than half the earth have one.
        facing = np.clip(1 + sin_0 * sin_beta + cos_0 * north, 1e-12, None)
        scale = self._radius * np.sqrt(2 / facing)
        return scale * cos_beta * np.sin(lon), scale * (cos_0 * sin_beta - sin_0 * north)


def _around(degrees: Floats) -> Floats:
    """Differences of longitude the short way, without rounding those that go it already."""
    far = np.abs(degrees) > 180
    if far.any():
        degrees = np.where(far, (degrees + 180) % 360 - 180, degrees)
    return degrees


def _middles(start: Floats, end: Floats, geod: pyproj.Geod) -> Floats:
    """Longitude and latitude halfway along each short geodesic: the chord's middle, down the ellipsoid's normal."""
    half = np.radians(_around(end[:, 0] - start[:, 0])) / 2
    (r1, z1), (r2, z2) = _meridian(start[:, 1], geod), _meridian(end[:, 1], geod)
    # In the frame of the meridian between both, so that the longitude loses no digits.
    along, across = (r1 + r2) * np.cos(half) / 2, (r2 - r1) * np.sin(half) / 2
    r, z = np.sqrt(along * along + across * across), (z1 + z2) / 2
    # Bowring's formula, exact for a few metres above or below the ellipsoid.
    side, height = r * geod.b, z * geod.a
    slant = np.sqrt(side * side + height * height)
    sine, cosine = height / slant, side / slant
    up = z + geod.es / (1 - geod.es) * geod.b * sine * sine * sine
    out = r - geod.es * geod.a * cosine * cosine * cosine
    lon = start[:, 0] + np.degrees(half + np.arctan2(across, along))
    return np.column_stack([lon, np.copysign(90 - np.degrees(np.arctan2(out, np.abs(up))), up)])


def _meridian(latitude_deg: Floats, geod: pyproj.Geod) -> tuple[Floats, Floats]:
    """Distance in metres from the axis and from the equator's plane."""
    short = np.radians(90 - np.abs(latitude_deg))
    sine, cosine = np.copysign(np.cos(short), latitude_deg), np.sin(short)
    normal = geod.a / np.sqrt(1 - geod.es * sine**2)
    return normal * cosine, normal * (1 - geod.es) * sine


def follow_geodesics(points: Floats, count: Positions, geod: pyproj.Geod, longest_m: float) -> tuple[Floats, Positions]:
    """Insert points along the geodesic of each edge that is longer than `longest_m`.

    Parameters
    ----------
    points, count, geod
        As `ring_area_m2` takes them.
    longest_m
        Metres.

    Returns
    -------
    The same with more points.
    """
    step = np.abs(np.diff(points, axis=0))
    # A cheap first look: most registers have no edge that could be long.
    least = longest_m / _DEGREE_M / 1.5
    long = (step[:, 0] > least) | (step[:, 1] > least)
    long[np.cumsum(count[count > 0])[:-1] - 1] = False
    suspect = np.flatnonzero(long)
    if not len(suspect):
        return points, count
    start, end = points[suspect], points[suspect + 1]
    azimuth, _, length = geod.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    pieces = np.ceil(length / longest_m).clip(1).astype(np.int64)
    edge = np.repeat(np.arange(len(suspect)), pieces - 1)
    first = np.cumsum(pieces - 1) - (pieces - 1)
    share = (np.arange(len(edge)) - first[edge] + 1) / pieces[edge]
    lon, lat, _ = geod.fwd(start[edge, 0], start[edge, 1], azimuth[edge], length[edge] * share)
    # On the side of the antimeridian where the edge begins.
    lon = start[edge, 0] + _around(np.asarray(lon) - start[edge, 0])
    ring = np.repeat(np.arange(len(count)), count)
    more = np.bincount(ring[suspect], pieces - 1, minlength=len(count)).astype(np.int64)
    return np.insert(points, suspect[edge] + 1, np.c_[lon, lat], axis=0), count + more


def bend(start: Floats, end: Floats, geod: pyproj.Geod) -> Floats:
    """Square metres between the geodesic of each short edge and its straight line in degrees, as ground left of it.

    Parameters
    ----------
    start, end
        Longitude and latitude in degrees.
    geod
        The ellipsoid.

    Notes
    -----
    A geodesic has, with the longitude as parameter, the second derivative −sin φ cos φ − 2 tan φ (dφ/dλ)²; between it
    and its chord lies a twelfth of that times the cube of the difference of longitudes.
    """
    lon, lat = np.radians(end - start).T
    middle = np.radians(start[:, 1] + end[:, 1]) / 2
    arc = np.sin(middle) * (lon**3 * np.cos(middle) ** 2 + 2 * lon * lat**2) / 12
    ground: Floats = -arc * authalic_radius_m(geod.a, geod.es) ** 2
    return ground


def sin_authalic(latitude_deg: Floats, es: float) -> Floats:
    """Sine of the authalic latitude.

    Parameters
    ----------
    latitude_deg
        Geographic latitude.
    es
        Square of the ellipsoid's eccentricity.
    """
    return _authalic(latitude_deg, es)[0]


def _authalic(latitude_deg: Floats, es: float) -> tuple[Floats, Floats]:
    """Sine and cosine of the authalic latitude."""
    short = _short_of_pole(np.radians(90 - np.abs(latitude_deg)), es)
    return np.copysign(1 - short, latitude_deg), np.sqrt(short * (2 - short))


def _short_of_pole(colatitude: Floats, es: float) -> Floats:
    """What the sine of the authalic latitude lacks to 1, with all its digits at the poles too."""
    lack = 2 * np.sin(colatitude / 2) ** 2
    if es == 0:
        return lack
    e, sine = float(np.sqrt(es)), 1 - lack
    below = 1 - es * sine**2
    lost = lack * (1 + es * sine) / below + (1 - es) / e * np.arctanh(e * lack / (1 - es * sine))
    short: Floats = lost / _pole(es)
    return short


@lru_cache(maxsize=8)
def _pole(es: float) -> float:
    """Snyder's q at the pole."""
    e = float(np.sqrt(es))
    return float(1 + (1 - es) / e * np.arctanh(e)) if es else 2.0


@lru_cache(maxsize=8)
def authalic_radius_m(semi_major_m: float, es: float) -> float:
    """Radius of the sphere whose surface equals the ellipsoid's.

    Parameters
    ----------
    semi_major_m
        Equatorial radius.
    es
        Square of the eccentricity.
    """
    return float(semi_major_m * np.sqrt(_pole(es) / 2))
