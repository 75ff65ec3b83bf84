"""A plane without seams for all shapes of a question, in which circles stay circles and short geodesics straight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kosovo_hazards._arrays import Floats, Positions
from kosovo_hazards._errors import UsageError
from kosovo_hazards.geometry import follow_geodesics
from kosovo_hazards.nearness.distances import GEOD

__all__ = ["Plane", "Spots"]

# Opposite to its centre the plane reaches to infinity.
_FARTHEST_DEG = 170.0
_LONGEST_EDGE_M = 1_000.0
# Edges may bend by so much where they are taken as straight.
_BEND_M = 0.001
_RADIUS_M = 6_371_000.0
# The ellipsoid is nowhere curved more than a sphere of this radius.
_LEAST_RADIUS_M = 6_335_000.0
# By so much a radian the scale can change through the flattening, e² sin φ cos φ at most.
_FLATTENING = 0.004
_NEAR_POLE_DEG = 89.99


@dataclass(frozen=True)
class Spots:
    """Places in the plane.

    Attributes
    ----------
    xy
        Metres of the plane, shape (n, 2).
    scale
        Metres of the plane for one on the ground, the same in all directions.
    half_angle
        Half of how far they lie from the centre of the plane, in radians.
    """

    xy: Floats
    scale: Floats
    half_angle: Floats

    def reach(self, distance_m: Floats) -> Floats:
        """How far in the plane whatever lies within a distance on the ground can be.

        Parameters
        ----------
        distance_m
            Metres on the ground.
        """
        angle = distance_m / _LEAST_RADIUS_M
        outer = np.minimum(self.half_angle + angle / 2, np.pi / 2 - 1e-3)
        grown = (np.cos(self.half_angle) / np.cos(outer)) ** 2 * (1 + _FLATTENING * angle)
        farthest: Floats = distance_m * self.scale * grown
        return farthest

    def __getitem__(self, at: Positions) -> Spots:
        return Spots(self.xy[at], self.scale[at], self.half_angle[at])


class Plane:
    """The oblique stereographic projection of the ellipsoid, centred on the places of a question.

    Parameters
    ----------
    places
        Longitude and latitude in degrees of all that will lie in it.

    Raises
    ------
    UsageError
        If the places lie on both sides of the earth.

    Notes
    -----
    Snyder 1987, *Map projections: a working manual*, p. 160. It is conformal, so that what is nearest on the ground
    lies within a known circle in the plane, and has no seam at 180° or a pole.
    """

    def __init__(self, places: Floats) -> None:
        lon, lat = np.radians(places).T
        out = np.cos(lat)
        middle = np.array([np.mean(out * np.cos(lon)), np.mean(out * np.sin(lon)), np.mean(np.sin(lat))])
        self._lon = np.arctan2(middle[1], middle[0])
        latitude = np.degrees(np.arctan2(middle[2], np.hypot(middle[0], middle[1])))
        latitude = np.clip(latitude, -_NEAR_POLE_DEG, _NEAR_POLE_DEG)
        self._sin, self._cos = _conformal(np.array([latitude]))
        self._size = float(1 / _to_sphere(np.array([latitude]))[0])
        farthest = 2 * self.spots(places).half_angle.max(initial=0.0)
        if np.degrees(farthest) > _FARTHEST_DEG:
            raise UsageError(
                "the hazards and the places asked about lie on both sides of the earth",
                hint="ask country by country, each with its own register",
            )
        bend = max(float(np.tan(farthest / 2)), 1e-9)
        self.longest_edge_m = min(_LONGEST_EDGE_M, float(np.sqrt(8 * _BEND_M * _RADIUS_M / bend)))

    def spots(self, places: Floats) -> Spots:
        """Lay places out.

        Parameters
        ----------
        places
            Longitude and latitude in degrees, shape (n, 2).
        """
        around = np.radians(places[:, 0]) - self._lon
        sine, cosine = _conformal(places[:, 1])
        facing = 1 + self._sin * sine + self._cos * cosine * np.cos(around)
        facing = np.maximum(facing, 1e-12)
        out = 2 * GEOD.a * self._size / facing
        x = out * cosine * np.sin(around)
        y = out * (self._cos * sine - self._sin * cosine * np.cos(around))
        scale = 2 * self._size / facing * _to_sphere(places[:, 1])
        half_angle = np.arccos(np.sqrt(np.minimum(facing / 2, 1.0)))
        return Spots(np.column_stack([x, y]), scale, half_angle)

    def along_geodesics(self, points: Floats, count: Positions) -> tuple[Floats, Positions]:
        """Points of lines or rings, with more along edges that would bend in the plane.

        Parameters
        ----------
        points
            Longitude and latitude in degrees of all lines in order.
        count
            Number of points of each line.
        """
        return follow_geodesics(points, count, GEOD, self.longest_edge_m)


def _conformal(latitude_deg: Floats) -> tuple[Floats, Floats]:
    """Sine and cosine of the conformal latitude."""
    latitude = np.radians(latitude_deg)
    eccentricity = np.sqrt(GEOD.es)
    # The isometric latitude is the inverse Gudermannian function of the conformal one.
    isometric = np.arcsinh(np.tan(latitude)) - eccentricity * np.arctanh(eccentricity * np.sin(latitude))
    return np.tanh(isometric), 1 / np.cosh(isometric)


def _to_sphere(latitude_deg: Floats) -> Floats:
    """By how much the conformal sphere of the ellipsoid's equatorial radius is larger than the ellipsoid."""
    latitude = latitude_deg.clip(-_NEAR_POLE_DEG, _NEAR_POLE_DEG)
    sine, cosine = np.sin(np.radians(latitude)), np.cos(np.radians(latitude))
    larger: Floats = _conformal(latitude)[1] * np.sqrt(1 - GEOD.es * sine**2) / cosine
    return larger
