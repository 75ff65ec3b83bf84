"""True areas on the ellipsoid: of each polygon, and of the ground that many cover once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Floats, Positions, Shapes
from kosovo_hazards._errors import HazardDataError
from kosovo_hazards.geometry.overlay import only_polygons, unions
from kosovo_hazards.geometry.repair import covering

__all__ = ["area_m2", "drawn_area", "footprint_m2", "overlap_groups", "sums"]


# Edges up to this length differ from geodesics by less than 1e-7 of the area, in a projection centred on the shape.
_LONGEST_STRAIGHT_EDGE_M = 4_000.0
_CHUNK = 8_192


def area_m2(geometries: gpd.GeoSeries | gpd.GeoDataFrame, *, ellipsoid: str = "WGS84") -> pd.Series:
    """Area of each polygon on the ellipsoid, with edges along geodesics.

    Parameters
    ----------
    geometries
        Polygons and multi-polygons in any CRS, wound either way; lines, points and empty shapes count 0. A ring that
        crosses itself counts all the ground it encloses.
    ellipsoid
        A name that PROJ knows; the vertices are taken on it after a transformation to EPSG:4326.

    Returns
    -------
    Square metres, float64, on the index of `geometries`; missing geometry gives NaN.

    Raises
    ------
    HazardDataError
        If `geometries` has no CRS.

    Notes
    -----
    Each shape is projected by itself with the Lambert azimuthal equal-area projection on the authalic sphere
    (Snyder 1987, *Map projections: a working manual*, pp. 182–190), centred on it; edges over 4 km get points along
    their geodesic first. Relative error against geodesic polygons (Karney 2013) ≤ 1e-6.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> field = gpd.GeoSeries([shapely.box(21.00, 42.60, 21.01, 42.61)], crs="EPSG:4326")
    >>> area_m2(field).round().tolist()
    [911579.0]
    """
    series = _to_degrees(geometries)
    shapes = series.to_numpy()
    area = _polygonal_area(shapes, pyproj.Geod(ellps=ellipsoid))
    area[shapely.is_missing(shapes)] = np.nan
    return pd.Series(area, index=series.index, name="area_m2")


def footprint_m2(geometries: gpd.GeoSeries | gpd.GeoDataFrame, *, ellipsoid: str = "WGS84") -> float:
    """Area of the ground that the polygons cover, each square metre counted once.

    Parameters
    ----------
    geometries
        Polygons and multi-polygons in any CRS; missing and empty ones cover nothing.
    ellipsoid
        A name that PROJ knows.

    Returns
    -------
    Square metres.

    Raises
    ------
    HazardDataError
        If `geometries` has no CRS.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> twice = gpd.GeoSeries([shapely.box(21.00, 42.60, 21.01, 42.61)] * 2, crs="EPSG:4326")
    >>> round(footprint_m2(twice))
    911579
    """
    series = _to_degrees(geometries)
    shapes = _ground(series.to_numpy())
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    # One union a group: joining what lies apart only costs time.
    _, joined = unions(shapes, overlap_groups(shapes))
    return float(_polygonal_area(joined, pyproj.Geod(ellps=ellipsoid)).sum())


def overlap_groups(shapes: NDArray[np.object_]) -> NDArray[np.intp]:
    """Number the groups of polygons whose interiors overlap, directly or through others.

    Parameters
    ----------
    shapes
        Valid polygons in one CRS; missing and empty ones stand alone.

    Returns
    -------
    For each shape the number of its group, from 0 in order of first appearance.

    Examples
    --------
    >>> import numpy as np, shapely
    >>> overlap_groups(np.array([shapely.box(0, 0, 2, 2), shapely.box(5, 5, 6, 6), shapely.box(1, 1, 3, 3)]))
    array([0, 1, 0])
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    # Neighbours that share only an edge cover nothing twice.
    overlapping = shapely.relate_pattern(shapes[left], shapes[right], "T********")
    left, right = left[overlapping], right[overlapping]
    graph = coo_array((np.ones(len(left), dtype=bool), (left, right)), shape=(len(shapes), len(shapes)))
    groups: NDArray[np.intp] = pd.factorize(connected_components(graph, directed=False)[1])[0]
    return groups


def drawn_area(shapes: Shapes, *, crs: pyproj.CRS) -> Floats:
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
    if not crs.is_geographic:
        return sums(owner, shapely.area(parts), len(shapes))
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    area = np.abs(sums(ring[:-1], _under_edges(points, ring), len(rings))) if len(rings) else np.zeros(0)
    shell = np.diff(part, prepend=-1) != 0
    return sums(owner[part], np.where(shell, area, -area), len(shapes))


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


def _to_degrees(geometries: gpd.GeoSeries | gpd.GeoDataFrame) -> gpd.GeoSeries:
    """The geometry column in EPSG:4326, or an error that says how to name the CRS."""
    series = geometries.geometry
    if series.crs is None:
        raise HazardDataError(
            "these geometries have no coordinate reference system, so their area is unknown",
            hint='name it first, for instance geometries.set_crs("EPSG:4326") for degrees or "EPSG:9141" for the '
            "national grid of Kosovo",
        )
    return series if series.crs.equals("EPSG:4326", ignore_axis_order=True) else series.to_crs("EPSG:4326")


def _polygonal_area(shapes: NDArray[np.object_], geod: pyproj.Geod) -> Floats:
    """Square metres of each shape's polygons; 0 for everything else."""
    if len(shapes) == 0:
        return np.zeros(0)
    if len(shapes) <= _CHUNK:
        return _area_of_chunk(shapes, geod)
    chunks = np.split(shapes, np.arange(_CHUNK, len(shapes), _CHUNK))
    # shapely and numpy let go of the interpreter lock, and a chunk stays in the processor's cache.
    with ThreadPoolExecutor() as pool:
        return np.concatenate(list(pool.map(lambda chunk: _area_of_chunk(chunk, geod), chunks)))


def _area_of_chunk(shapes: NDArray[np.object_], geod: pyproj.Geod) -> Floats:
    kind, points, offsets = shapely.to_ragged_array(_ground(shapes), include_z=False)
    ring_ends, polygon_ends = offsets[0], offsets[1]
    if len(ring_ends) < 2:
        return np.zeros(len(shapes))
    ring_area = np.abs(_signed_ring_area(points, np.diff(ring_ends), geod))
    # The first ring of each polygon encloses ground, the others are holes in it.
    is_shell = np.zeros(len(ring_area), dtype=bool)
    is_shell[polygon_ends[:-1][np.diff(polygon_ends) > 0]] = True
    area = _sums_between(np.where(is_shell, ring_area, -ring_area), polygon_ends)
    return _sums_between(area, offsets[2]) if kind == shapely.GeometryType.MULTIPOLYGON else area


def _sums_between(values: Floats, ends: NDArray[np.int64]) -> Floats:
    """Sum of the values of each run that `ends` marks off; 0 for an empty run."""
    owner = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
    return sums(owner, values, len(ends) - 1)


def _ground(shapes: Shapes) -> Shapes:
    """The valid polygons that count: of collections those in them, of broken outlines all the ground they enclose."""
    # What encloses nothing is mended to a line.
    return only_polygons(covering(only_polygons(shapes)))


def _signed_ring_area(points: Floats, count: NDArray[np.int64], geod: pyproj.Geod) -> Floats:
    """Square metres inside each ring of `count` points in degrees, negative for one of the two ways of winding."""
    points, count = _follow_geodesics(points, count, geod)
    x, y = _project_by_ring(points, count, geod)
    # Rings are closed, so the product that joins one ring's last point to the next ring's first is left out.
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    cross[np.cumsum(count)[:-1] - 1] = 0
    return np.add.reduceat(cross, np.r_[0, np.cumsum(count)[:-1]]) / 2


def _follow_geodesics(points: Floats, count: NDArray[np.int64], geod: pyproj.Geod) -> tuple[Floats, NDArray[np.int64]]:
    """Insert points along the geodesic of each edge that is too long to count as straight."""
    step = np.diff(points, axis=0)
    # A cheap first look: most registers have no edge that could be long. 111.7 km is the longest degree there is.
    suspect = np.flatnonzero((np.abs(step) > _LONGEST_STRAIGHT_EDGE_M / 111_700 / 1.5).any(axis=1))
    suspect = suspect[~np.isin(suspect, np.cumsum(count) - 1)]
    if not len(suspect):
        return points, count
    start, end = points[suspect], points[suspect + 1]
    azimuth, _, length = geod.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    pieces = np.ceil(length / _LONGEST_STRAIGHT_EDGE_M).clip(1).astype(np.int64)
    edge = np.repeat(np.arange(len(suspect)), pieces - 1)
    first = np.cumsum(pieces - 1) - (pieces - 1)
    share = (np.arange(len(edge)) - first[edge] + 1) / pieces[edge]
    lon, lat, _ = geod.fwd(start[edge, 0], start[edge, 1], azimuth[edge], length[edge] * share)
    ring = np.repeat(np.arange(len(count)), count)
    more = sums(ring[suspect], pieces - 1.0, len(count)).astype(np.int64)
    return np.insert(points, suspect[edge] + 1, np.c_[lon, lat], axis=0), count + more


def _project_by_ring(points: Floats, count: NDArray[np.int64], geod: pyproj.Geod) -> tuple[Floats, Floats]:
    """Equal-area coordinates in metres, each ring in a projection centred on itself."""
    starts = np.cumsum(count) - count
    lon = points[:, 0] - np.repeat(points[starts, 0], count)
    if np.abs(lon).max() > 180:
        lon = (lon + 180) % 360 - 180
    lon = np.radians(lon - np.repeat(np.add.reduceat(lon, starts) / count, count))
    sin_beta = _sin_authalic(points[:, 1], geod.es)
    cos_beta = np.sqrt(np.clip(1 - sin_beta**2, 0, 1))
    centre = np.arcsin(np.clip(np.add.reduceat(sin_beta, starts) / count, -1, 1))
    sin_0, cos_0 = np.repeat(np.sin(centre), count), np.repeat(np.cos(centre), count)
    east, north = cos_beta * np.sin(lon), cos_beta * np.cos(lon)
    # The clip keeps a point opposite to the centre finite; only shapes larger than half the earth have one.
    facing = np.clip(1 + sin_0 * sin_beta + cos_0 * north, 1e-12, None)
    scale = _authalic_radius_m(geod.a, geod.es) * np.sqrt(2 / facing)
    return scale * east, scale * (cos_0 * sin_beta - sin_0 * north)


def _under_edges(points: Floats, ring: Positions) -> Floats:
    """Signed ground between each edge and the equator; 0 between the last point of a ring and the next ring."""
    lat, es = points[:, 1], pyproj.Geod(ellps="WGS84").es
    sine, middle = _sin_authalic(lat, es), _sin_authalic((lat[:-1] + lat[1:]) / 2, es)
    under: Floats = np.diff(np.radians(points[:, 0])) * (sine[:-1] + 4 * middle + sine[1:]) / 6
    under[ring[:-1] != ring[1:]] = 0
    return under


def _sin_authalic(latitude_deg: Floats, es: float) -> Floats:
    """Sine of the authalic latitude, `es` being the square of the ellipsoid's eccentricity."""
    sine: Floats = _authalic_q(np.sin(np.radians(latitude_deg)), es) / _authalic_q(np.array([1.0]), es)[0]
    return sine


def _authalic_q(sin_phi: Floats, es: float) -> Floats:
    if es == 0:
        return 2 * sin_phi
    e = float(np.sqrt(es))
    q: Floats = (1 - es) * (sin_phi / (1 - es * sin_phi**2) + np.arctanh(e * sin_phi) / e)
    return q


@lru_cache(maxsize=8)
def _authalic_radius_m(semi_major_m: float, es: float) -> float:
    """Radius of the sphere whose surface equals the ellipsoid's."""
    return float(semi_major_m * np.sqrt(_authalic_q(np.array([1.0]), es)[0] / 2))
