"""True areas on the ellipsoid: of each polygon, and of the ground that many cover once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Floats, Mask, Positions, Shapes
from kosovo_hazards._errors import BadRecordsError, Fault, missing_crs
from kosovo_hazards.geometry.antimeridian import round_a_pole, unrolled
from kosovo_hazards.geometry.ellipsoid import authalic_radius_m, bend, follow_geodesics, ring_area_m2, sin_authalic
from kosovo_hazards.geometry.neighbours import crowded, distinct, in_chunks, pairs_that
from kosovo_hazards.geometry.overlay import only_polygons, unions
from kosovo_hazards.geometry.repair import covering, is_broken
from kosovo_hazards.geometry.tiles import tiled_m2
from kosovo_hazards.validation import require_table

__all__ = ["area_m2", "box_area_km2", "drawn_area", "footprint_m2", "overlap_groups", "repaired_area_m2", "sums"]


_CHUNK = 8_192
_HALF_AROUND_DEG = 180.0
# Of a sphere with the surface of WGS84.
_MEAN_RADIUS_KM = 6_371.0072
# Longitudes may count from 0 to 360.
_FARTHEST_DEG = np.array([360.0, 90.0, 360.0, 90.0])
# More that overlap are measured tile by tile.
_MOST_JOINED = 1_000
_MOST_NEIGHBOURS = 50
# An edge of this length that is cut anew is off by 1e-5 of a shape as large, to one side as often as to the other.
_LONGEST_CUT_M = 1_000.0
_ON_SIDE_DEG = 1e-11


def area_m2(geometries: gpd.GeoSeries | gpd.GeoDataFrame, *, ellipsoid: str = "WGS84") -> pd.Series:
    """Area of each polygon on the ellipsoid, with edges along geodesics.

    Parameters
    ----------
    geometries
        Polygons and multi-polygons in any CRS, wound either way; lines, points and empty shapes count 0. A ring that
        crosses itself counts all the ground it encloses; ground that parts share counts once. An edge drawn more than
        half way round the earth goes the short way, across 180°.
    ellipsoid
        A name that PROJ knows; the vertices are taken on it after a transformation to EPSG:4326.

    Returns
    -------
    Square metres, float64, on the index of `geometries`; missing geometry, and one with a vertex that is not a number,
    gives NaN.

    Raises
    ------
    MissingCRSError
        If `geometries` has no CRS.
    BadRecordsError
        If coordinates in degrees lie beyond 360 or 90, so that they are none.

    Notes
    -----
    Each ring is projected by itself with the Lambert azimuthal equal-area projection on the authalic sphere
    (Snyder 1987, *Map projections: a working manual*, pp. 182–190), centred on it; edges over 4 km get points along
    their geodesic first, and what lies between a geodesic and its chord is added. Relative error against geodesic
    polygons (Karney 2013) ≤ 2e-7 from 0.5 m to 1,000 km, also of thin shapes, at the poles and across 180°.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> field = gpd.GeoSeries([shapely.box(21.00, 42.60, 21.01, 42.61)], crs="EPSG:4326")
    >>> area_m2(field).round().tolist()
    [911579.0]
    """
    series = _to_degrees(geometries)
    return _areas(series, _placed(series), ellipsoid)


def repaired_area_m2(geometries: gpd.GeoSeries) -> pd.Series:
    """The same of what `repaired` gave, in degrees: it is not looked at once more, which takes as long as measuring.

    Parameters
    ----------
    geometries
        Valid polygons in EPSG:4326, missing ones among them.
    """
    return _areas(geometries, _placed(geometries, sound=True), "WGS84")


def _areas(series: gpd.GeoSeries, placed: tuple[Shapes, Mask], ellipsoid: str) -> pd.Series:
    shapes, unknown = placed
    area = _polygonal_area(shapes, pyproj.Geod(ellps=ellipsoid))
    area[unknown | shapely.is_missing(series.to_numpy())] = np.nan
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
    Square metres; NaN if a vertex is not a number.

    Raises
    ------
    MissingCRSError
        If `geometries` has no CRS.
    BadRecordsError
        If coordinates in degrees lie beyond 360 or 90.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> twice = gpd.GeoSeries([shapely.box(21.00, 42.60, 21.01, 42.61)] * 2, crs="EPSG:4326")
    >>> round(footprint_m2(twice))
    911579
    """
    series = _to_degrees(geometries)
    shapes, unknown = _placed(series)
    if unknown.any():
        return np.nan
    if (around := round_a_pole(shapes)).any():
        names = [
            Fault(str(name), "geometry", None, "goes round a pole", "cut it at 180°") for name in series.index[around]
        ]
        raise BadRecordsError("nobody can say which side of these outlines is ground", names)
    return _covered_m2(_side_by_side(distinct(shapes[~shapely.is_empty(shapes)])), pyproj.Geod(ellps=ellipsoid))


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

    left, right = shapely.STRtree(shapes).query(shapes)
    left, right = left[left < right], right[left < right]
    left, right = pairs_that(shapely.intersects, shapes, shapes, left, right)
    # Neighbours that share only an edge cover nothing twice.
    touching = in_chunks(shapely.touches, shapes[left], shapes[right])
    left, right = left[~touching], right[~touching]
    graph = coo_array((np.ones(len(left), dtype=bool), (left, right)), shape=(len(shapes), len(shapes)))
    groups: NDArray[np.intp] = pd.factorize(connected_components(graph, directed=False)[1])[0]
    return groups


def box_area_km2(shapes: Shapes) -> Floats:
    """Area on the sphere of the boxes of longitude and latitude round the parts of each shape, in km².

    Parameters
    ----------
    shapes
        Shapes in degrees, broken or not; missing and empty ones, and those with endless coordinates, span 0.

    Examples
    --------
    >>> [round(km2 / 1e6) for km2 in box_area_km2(np.array([shapely.box(-180, -90, 180, 90)]))]
    [510]
    """
    simple = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    several = np.flatnonzero(~simple)
    parts, owner = shapely.get_parts(shapes[several], return_index=True)
    found = np.zeros(len(shapes))
    found[simple] = _boxes_km2(shapes[simple])
    found[several] = np.bincount(owner, _boxes_km2(parts), minlength=len(several))
    return found


def _boxes_km2(shapes: Shapes) -> Floats:
    west, south, east, north = np.radians(shapely.bounds(shapes)).T
    boxes = _MEAN_RADIUS_KM**2 * (east - west) * (np.sin(north) - np.sin(south))
    found: Floats = np.nan_to_num(boxes, posinf=0.0)
    return found


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
    Geodesic edges, as in `area_m2`, bend when a vertex is put on them: 12 m² on an edge of 1 km. A share computed from
    them could fall below 0. In degrees each edge contributes the integral of the authalic sine along it, by Simpson's
    rule, whose error on edges below 10 km is under 1e-12 of the area.
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    polygons = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, owner = parts[polygons], owner[polygons]
    if not crs.is_geographic:
        return sums(owner, shapely.area(parts), len(shapes))
    return _authalic_area(shapes, pyproj.Geod(ellps="WGS84"))


def _authalic_area(shapes: Shapes, geod: pyproj.Geod) -> Floats:
    parts, owner = shapely.get_parts(shapes, return_index=True)
    polygons = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, owner = parts[polygons], owner[polygons]
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    area = np.abs(sums(ring[:-1], _under_edges(points, ring, geod.es), len(rings))) if len(rings) else np.zeros(0)
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
    if not isinstance(geometries, gpd.GeoSeries):
        require_table(geometries, purpose="to measure", geometry=True)
    series = geometries.geometry
    if series.crs is None:
        raise missing_crs("these geometries", "geometries")
    return series if series.crs.equals("EPSG:4326", ignore_axis_order=True) else series.to_crs("EPSG:4326")


def _polygonal_area(shapes: Shapes, geod: pyproj.Geod) -> Floats:
    """Square metres of each shape's polygons; 0 for everything else."""
    if len(shapes) == 0:
        return np.zeros(0)
    if len(shapes) <= _CHUNK:
        return _area_of_chunk(shapes, geod)
    chunks = np.split(shapes, np.arange(_CHUNK, len(shapes), _CHUNK))
    # shapely and numpy let go of the interpreter lock, and a chunk stays in the processor's cache.
    with ThreadPoolExecutor() as pool:
        return np.concatenate(list(pool.map(lambda chunk: _area_of_chunk(chunk, geod), chunks)))


def _area_of_chunk(shapes: Shapes, geod: pyproj.Geod) -> Floats:
    kind, points, offsets = shapely.to_ragged_array(shapes, include_z=False)
    ring_ends, polygon_ends = offsets[0], offsets[1]
    if len(ring_ends) < 2:
        return np.zeros(len(shapes))
    ring_area = ring_area_m2(points, np.diff(ring_ends), geod)
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
    """The valid polygons that count: of broken outlines all the ground that they enclose."""
    broken = np.flatnonzero(is_broken(shapes))
    # In degrees, a ring round a pole looks broken and is not.
    broken = broken[~round_a_pole(shapes[broken])]
    if not len(broken):
        return shapes
    ground = shapes.copy()
    # What encloses nothing is repaired to a line.
    ground[broken] = only_polygons(covering(shapes[broken]))
    return ground


def _side_by_side(shapes: Shapes) -> Shapes:
    """Where shapes run on beyond 180°, those on the other side moved next to them."""
    east = shapely.bounds(shapes)[:, 2]
    if not (east > _HALF_AROUND_DEG).any():
        return shapes
    moved = shapes.copy()
    far = east < -_HALF_AROUND_DEG / 2
    moved[far] = shapely.transform(moved[far], lambda points: points + np.array([2 * _HALF_AROUND_DEG, 0]))
    return moved


def _covered_m2(shapes: Shapes, geod: pyproj.Geod) -> float:
    """Ground that valid polygons cover, by groups that overlap; large groups tile by tile."""
    if crowded(shapes, _MOST_NEIGHBOURS):
        return tiled_m2(_with_short_edges(shapes, geod), lambda ground, frame: _straight_m2(ground, frame, geod))
    group = overlap_groups(shapes)
    many = np.bincount(group)[group] > _MOST_JOINED if len(group) else np.zeros(0, dtype=bool)
    # One union a group: joining what lies apart only costs time.
    _, joined = unions(shapes[~many], group[~many])
    area = float(_polygonal_area(joined, geod).sum())
    if many.any():
        crowd = _with_short_edges(shapes[many], geod)
        area += tiled_m2(crowd, lambda ground, frame: _straight_m2(ground, frame, geod))
    return area


def _with_short_edges(shapes: Shapes, geod: pyproj.Geod) -> Shapes:
    """Shapes whose edges over a kilometre have points along their geodesic, so that pieces of them lie on it."""
    kind, points, offsets = shapely.to_ragged_array(shapes, include_z=False)
    longer, count = follow_geodesics(points, np.diff(offsets[0]), geod, _LONGEST_CUT_M)
    if len(longer) == len(points):
        return shapes
    return _ground(shapely.from_ragged_array(kind, longer, (np.r_[0, np.cumsum(count)], *offsets[1:])))


def _straight_m2(shapes: Shapes, frame: Floats, geod: pyproj.Geod) -> Floats:
    """Square metres of parts within a frame, whose sides are straight in degrees and whose other edges geodesics."""
    area = _authalic_area(shapes, geod) * authalic_radius_m(geod.a, geod.es) ** 2
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    start, end, same = points[:-1], points[1:], ring[:-1] == ring[1:]
    south, north = (np.abs(points[:, 1] - side) < _ON_SIDE_DEG for side in frame[[1, 3]])
    along = (south[:-1] & south[1:]) | (north[:-1] & north[1:])
    arcs = np.where(same & ~along, bend(start, end, geod), 0.0)
    return area + sums(owner[part[ring[:-1]]], arcs, len(shapes))


def _placed(series: gpd.GeoSeries, *, sound: bool = False) -> tuple[Shapes, Mask]:
    """The ground of each in degrees, and which have a vertex that is no place, so that their area is unknown."""
    shapes = only_polygons(series.to_numpy())
    unknown = np.zeros(len(shapes), dtype=bool)
    bounds = shapely.bounds(shapes)
    # Where a vertex is not a number, there may be bounds all the same, but never a valid shape.
    odd_ones = (np.abs(bounds) > _FARTHEST_DEG).any(axis=1)
    suspect = np.flatnonzero(odd_ones if sound else odd_ones | in_chunks(lambda one, _: is_broken(one), shapes, shapes))
    points, owner = shapely.get_coordinates(shapes[suspect], return_index=True)
    odd = ~np.isfinite(points).all(axis=1)
    beyond = (np.abs(points) > _FARTHEST_DEG[:2]).any(axis=1) & ~odd
    if beyond.any():
        raise _no_degrees(series, points[beyond], suspect[owner[beyond]])
    unknown[suspect[owner[odd]]] = True
    if unknown.any():
        shapes = shapes.copy()
        shapes[unknown] = shapely.Polygon()
    ground = unrolled(shapes)
    across = np.flatnonzero(bounds[:, 2] - bounds[:, 0] > _HALF_AROUND_DEG)
    drawn_badly = np.union1d(suspect, across)
    ground[drawn_badly] = _ground(ground[drawn_badly])
    return ground, unknown


def _no_degrees(series: gpd.GeoSeries, points: Floats, owner: Positions) -> BadRecordsError:
    rows, first = np.unique(owner, return_index=True)
    faults = [
        Fault(str(series.index[row]), "geometry", None, f"has a vertex at {x:.10g}, {y:.10g}, which is not in degrees")
        for row, (x, y) in zip(rows, points[first], strict=True)
    ]
    return BadRecordsError(
        f"{len(rows):,} of {len(series):,} geometries have no place on earth, so their area is unknown",
        faults,
        hint="name the CRS that they are in: geometries.set_crs(…, allow_override=True)",
    )


def _under_edges(points: Floats, ring: Positions, es: float) -> Floats:
    """Signed ground between each edge and the equator; 0 between the last point of a ring and the next ring."""
    lat = points[:, 1]
    sine, middle = sin_authalic(lat, es), sin_authalic((lat[:-1] + lat[1:]) / 2, es)
    under: Floats = np.diff(np.radians(points[:, 0])) * (sine[:-1] + 4 * middle + sine[1:]) / 6
    under[ring[:-1] != ring[1:]] = 0
    return under
