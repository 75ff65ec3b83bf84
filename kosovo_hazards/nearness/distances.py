"""Geodesic distances on WGS 84 from points to short edges, right to a millimetre."""

from __future__ import annotations

import numpy as np
import pyproj

from kosovo_hazards._arrays import Floats

__all__ = ["GEOD", "edge_to_edge_m", "point_to_edge_m"]

GEOD = pyproj.Geod(ellps="WGS84")
# Farther than this, the series for a chord is off by more than a tenth of a millimetre.
_NEAR_M = 100_000.0


def point_to_edge_m(places: Floats, starts: Floats, ends: Floats) -> Floats:
    """Distance in metres from each point to the edge beside it.

    Parameters
    ----------
    places, starts, ends
        Longitude and latitude in degrees, shape (n, 2); edges are geodesics of a kilometre at most, or single points.

    Notes
    -----
    The edge is laid out in the azimuthal equidistant projection centred at the point: there distances from the point
    are geodesic ones, and a short geodesic is straight: on a sphere of radius R, one of length L at distance d bends by
    less than L² d ÷ (8 R²), a tenth of a millimetre for a kilometre at 30 km.

    Examples
    --------
    >>> one = np.array([[21.0, 42.0]])
    >>> point_to_edge_m(one, np.array([[21.001, 41.999]]), np.array([[21.001, 42.001]])).round(2).tolist()
    [82.85]
    """
    frame = _Frame(places)
    start, end = frame.equidistant(starts), frame.equidistant(ends)
    along = end - start
    length2 = (along * along).sum(axis=1)
    share = np.divide(-(start * along).sum(axis=1), length2, out=np.zeros(len(along)), where=length2 > 0).clip(0, 1)
    foot = start + along * share[:, None]
    distance: Floats = np.hypot(foot[:, 0], foot[:, 1])
    return distance


def edge_to_edge_m(first: tuple[Floats, Floats], second: tuple[Floats, Floats]) -> Floats:
    """Distance in metres between edges that do not cross: an end of one of the two is the nearest.

    Parameters
    ----------
    first, second
        Starts and ends of edges, as `point_to_edge_m` takes them.

    Examples
    --------
    >>> across = np.array([[21.0, 42.0]]), np.array([[21.0, 42.002]])
    >>> edge_to_edge_m(across, (np.array([[21.001, 42.001]]), np.array([[21.002, 42.001]]))).round(2).tolist()
    [82.85]
    """
    ways = [(end, *other) for one, other in ((first, second), (second, first)) for end in one]
    distance: Floats = np.min([point_to_edge_m(*way) for way in ways], axis=0)
    return distance


class _Frame:
    """East, north and up at each of many places."""

    def __init__(self, places: Floats) -> None:
        self._places = places
        lon, lat = np.radians(places).T
        self._sin_lon, self._cos_lon, self._sin_lat, self._cos_lat = np.sin(lon), np.cos(lon), np.sin(lat), np.cos(lat)
        bulge = 1 - GEOD.es * self._sin_lat**2
        self._across = GEOD.a / np.sqrt(bulge)
        self._along = self._across * (1 - GEOD.es) / bulge
        self._at = _through_the_earth(places)

    def equidistant(self, places: Floats) -> Floats:
        """East and north in metres of one place each in the azimuthal equidistant projection."""
        x, y, z = (_through_the_earth(places) - self._at).T
        outward = self._cos_lon * x + self._sin_lon * y
        east = self._cos_lon * y - self._sin_lon * x
        north = self._cos_lat * z - self._sin_lat * outward
        flat2 = east * east + north * north
        chord2 = x * x + y * y + z * z
        # Euler: how the ellipsoid is curved towards the place.
        curved = north * north / self._along + east * east / self._across
        curved = np.divide(curved, flat2, out=np.zeros(len(x)), where=flat2 > 0)
        bent = chord2 * curved * curved
        distance = np.sqrt(chord2) * (1 + bent / 24 + 3 * bent * bent / 640)
        scale = np.divide(distance, np.sqrt(flat2), out=np.ones(len(x)), where=flat2 > 0)
        found: Floats = np.column_stack([east, north]) * scale[:, None]
        far = np.flatnonzero(chord2 > _NEAR_M**2)
        if len(far):
            azimuth, _, metres = GEOD.inv(*self._places[far].T, *places[far].T)
            angle = np.radians(azimuth)
            found[far] = np.column_stack([np.sin(angle), np.cos(angle)]) * np.asarray(metres)[:, None]
        return found


def _through_the_earth(places: Floats) -> Floats:
    """Metres from the middle of the earth along its three axes."""
    lon, lat = np.radians(places).T
    sin_lat, cos_lat = np.sin(lat), np.cos(lat)
    normal = GEOD.a / np.sqrt(1 - GEOD.es * sin_lat**2)
    out = normal * cos_lat
    return np.column_stack([out * np.cos(lon), out * np.sin(lon), normal * (1 - GEOD.es) * sin_lat])
