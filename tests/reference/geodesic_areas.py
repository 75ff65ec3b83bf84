"""Areas of polygons one by one with `pyproj.Geod`: slow, and independent of the library."""

from __future__ import annotations

import numpy as np
import pyproj
import shapely


def geodesic_areas_m2(shapes: np.ndarray, ellipsoid: str = "WGS84") -> np.ndarray:
    """Square metres of each polygon or multi-polygon, edges along geodesics (Karney 2013), whichever way it is wound.

    Each ring counts the smaller of the two parts into which it cuts the earth.
    """
    geod = pyproj.Geod(ellps=ellipsoid)
    return np.array([sum(_polygon_m2(part, geod) for part in shapely.get_parts(shape)) for shape in shapes])


def _polygon_m2(polygon: shapely.Polygon, geod: pyproj.Geod) -> float:
    outer, *holes = (_ring_m2(ring, geod) for ring in (polygon.exterior, *polygon.interiors))
    return outer - sum(holes)


def _ring_m2(ring: shapely.LinearRing, geod: pyproj.Geod) -> float:
    earth = 4 * np.pi * (geod.a**2 / 2 + geod.b**2 / 2 * np.arctanh(np.sqrt(geod.es)) / np.sqrt(geod.es))
    area = abs(geod.polygon_area_perimeter(*shapely.get_coordinates(ring)[:-1].T)[0])
    return float(min(area, earth - area))


def tangent_areas_m2(shapes: np.ndarray, ellipsoid: str = "WGS84") -> np.ndarray:
    """Square metres of polygons of at most some 200 m, without holes, on the plane that touches the ellipsoid there.

    In extended precision: the routine above rounds to about 1e-5 m² an edge, which shows on a few square metres.
    """
    geod = pyproj.Geod(ellps=ellipsoid)
    return np.array([_tangent_m2(shapely.get_coordinates(shape)[:-1], geod) for shape in shapes])


def _tangent_m2(points: np.ndarray, geod: pyproj.Geod) -> float:
    degree, es = np.arctan(np.longdouble(1)) / 45, np.longdouble(geod.f) * (2 - np.longdouble(geod.f))
    lon, lat = (points.astype(np.longdouble) * degree).T
    normal = np.longdouble(geod.a) / np.sqrt(1 - es * np.sin(lat) ** 2)
    space = np.stack(
        [normal * np.cos(lat) * np.cos(lon), normal * np.cos(lat) * np.sin(lon), normal * (1 - es) * np.sin(lat)],
        axis=1,
    )
    middle = space.mean(axis=0)
    up = middle / np.array([1, 1, 1 - es])
    up /= np.sqrt((up**2).sum())
    space = space - middle
    return float(abs(np.cross(space, np.roll(space, -1, axis=0)).sum(axis=0) @ up) / 2)
