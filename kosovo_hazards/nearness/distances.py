"""Geodesic distances on WGS 84 from points to short edges, right to a millimetre."""

from __future__ import annotations

import numpy as np
import pyproj

from kosovo_hazards._arrays import Floats, Positions

__all__ = ["GEOD", "Located", "edge_to_edge_m", "point_to_edge_m"]

GEOD = pyproj.Geod(ellps="WGS84")
# Farther than this, the series for a chord is off by more than a tenth of a millimetre.
_NEAR_M = 100_000.0


class Located:
    """Places with what measuring from them and to them takes, worked out once.

    Parameters
    ----------
    places
        Longitude and latitude in degrees, shape (n, 2).
    """

    def __init__(self, places: Floats) -> None:
        self.places = places
        lon, lat = np.radians(places).T
        sin_lat, cos_lat = np.sin(lat), np.cos(lat)
        # East, north and up are turned by these.
        self.turned = np.column_stack([np.sin(lon), np.cos(lon), sin_lat, cos_lat])
        bulge = 1 - GEOD.es * sin_lat**2
        across = GEOD.a / np.sqrt(bulge)
        # How much the ellipsoid is curved along the meridian and across it.
        self.curved = np.column_stack([bulge / (across * (1 - GEOD.es)), 1 / across])
        out = across * cos_lat
        # Metres from the middle of the earth along its three axes.
        self.at = np.column_stack([out * self.turned[:, 1], out * self.turned[:, 0], across * (1 - GEOD.es) * sin_lat])


def point_to_edge_m(
    points: tuple[Located, Positions], starts: tuple[Located, Positions], ends: tuple[Located, Positions]
) -> Floats:
    """Distance in metres from each point to the edge beside it.

    Parameters
    ----------
    points, starts, ends
        Places, and which of them are meant, in pairs; edges are geodesics of a kilometre at most, or single points.

    Notes
    -----
    The edge is laid out in the azimuthal equidistant projection centred at the point: there distances from the point
    are geodesic ones, and a short geodesic is straight: on a sphere of radius R, one of length L at distance d bends by
    less than L² d ÷ (8 R²), a tenth of a millimetre for a kilometre at 30 km.

    Examples
    --------
    >>> places = Located(np.array([[21.0, 42.0], [21.001, 41.999], [21.001, 42.001]]))
    >>> first, second, third = (np.array([at]) for at in range(3))
    >>> point_to_edge_m((places, first), (places, second), (places, third)).round(2).tolist()
    [82.85]
    """
    start, end = _equidistant(*points, *starts), _equidistant(*points, *ends)
    along = end - start
    length2 = (along * along).sum(axis=0)
    share = np.divide(-(start * along).sum(axis=0), length2, out=np.zeros(len(length2)), where=length2 > 0).clip(0, 1)
    foot = start + along * share
    distance: Floats = np.sqrt((foot * foot).sum(axis=0))
    return distance


def edge_to_edge_m(first: tuple[Located, Located, Positions], second: tuple[Located, Located, Positions]) -> Floats:
    """Distance in metres between edges that do not cross: an end of one of the two is the nearest.

    Parameters
    ----------
    first, second
        Starts and ends of edges, and which of them are meant, in pairs.

    Examples
    --------
    >>> corners = [21, 42.0], [21, 42.002], [21.001, 42.001], [21.002, 42.001]
    >>> places = [Located(np.array([corner])) for corner in corners]
    >>> only = np.array([0])
    >>> edge_to_edge_m((*places[:2], only), (*places[2:], only)).round(2).tolist()
    [82.85]
    """
    ways = [
        ((end, one[2]), (other[0], other[2]), (other[1], other[2]))
        for one, other in ((first, second), (second, first))
        for end in one[:2]
    ]
    distance: Floats = np.min([point_to_edge_m(*way) for way in ways], axis=0)
    return distance


def _equidistant(points: Located, rows: Positions, others: Located, at: Positions) -> Floats:
    """East and north in metres of other places in the azimuthal equidistant projections centred at points."""
    x, y, z = (others.at[at] - points.at[rows]).T
    sin_lon, cos_lon, sin_lat, cos_lat = points.turned[rows].T
    along, across = points.curved[rows].T
    outward = cos_lon * x + sin_lon * y
    east = cos_lon * y - sin_lon * x
    north = cos_lat * z - sin_lat * outward
    east2, north2 = east * east, north * north
    flat2 = east2 + north2
    chord2 = x * x + y * y + z * z
    there = flat2 > 0
    # Euler: how the ellipsoid is curved towards the place.
    curved = np.divide(north2 * along + east2 * across, flat2, out=np.zeros(len(x)), where=there)
    bent = chord2 * curved * curved
    distance = np.sqrt(chord2) * (1 + bent / 24 + 3 * bent * bent / 640)
    scale = np.divide(distance, np.sqrt(flat2), out=np.ones(len(x)), where=there)
    found: Floats = np.stack([east * scale, north * scale])
    far = np.flatnonzero(chord2 > _NEAR_M**2)
    if len(far):
        azimuth, _, metres = GEOD.inv(*points.places[rows[far]].T, *others.places[at[far]].T)
        angle = np.radians(azimuth)
        found[:, far] = np.stack([np.sin(angle), np.cos(angle)]) * np.asarray(metres)
    return found
