"""Lines that go round an area: closed where the caller says so, and by how much is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyproj
import shapely

from kosovo_hazards._arrays import Floats, Shapes, Texts
from kosovo_hazards._wording import argument
from kosovo_hazards.geometry import as_wkt, simple_parts, to_degrees
from kosovo_hazards.reading.source_records import Records
from kosovo_hazards.schema import CRS

__all__ = ["points_and_lines", "with_lines_closed"]

_LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)
_CORNERS = 3


def with_lines_closed(records: Records) -> Records:
    """Records whose open lines are closed by a straight line from their ends to their beginnings.

    Parameters
    ----------
    records
        What a source holds. Lines with fewer than three places go round nothing and stay as they are.

    Returns
    -------
    The same with closed lines; each gap is among the repairs, in metres where the source names its CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from kosovo_hazards.reading.source_records import records_of_frame
    >>> walked = shapely.LineString([(21, 42.6), (21.01, 42.6), (21.01, 42.61)])
    >>> drawn = gpd.GeoDataFrame({"id": ["KS-1"]}, geometry=[walked], crs="EPSG:4326")
    >>> with_lines_closed(records_of_frame(drawn)).repairs[0]
    'open line closed over a gap of 1,381 m'
    """
    if records.shapes is None:
        return records
    rows = np.flatnonzero(np.isin(shapely.get_type_id(records.shapes), _LINES))
    parts, owner = shapely.get_parts(records.shapes[rows], return_index=True)
    opened = ~shapely.is_closed(parts) & (shapely.get_num_coordinates(shapely.extract_unique_points(parts)) >= _CORNERS)
    if not opened.any():
        return records
    starts, ends = (shapely.get_coordinates(shapely.get_point(parts[opened], at)) for at in (0, -1))
    parts[opened] = _closed(shapely.force_2d(parts[opened]))
    shapes, repairs = records.shapes.copy(), records.repairs.copy()
    joined = shapely.multilinestrings(parts, indices=owner)
    single = shapely.get_num_geometries(joined) == 1
    joined[single] = shapely.get_geometry(joined[single], 0)
    shapes[rows] = joined
    gaps, unit = _gaps(starts, ends, records.crs)
    for row in np.unique(owner[opened]):
        widest = gaps[owner[opened] == row].max()
        text = f"open line closed over a gap of {widest:,.0f}{unit}"
        repairs[rows[row]] = "; ".join(filter(None, (repairs[rows[row]], text)))
    count = len(np.unique(owner[opened]))
    note = (
        f"open lines of {count:,} records were closed by a straight line, as {argument('close_lines', True)} asks; the "
        f"widest gap is {gaps.max():,.0f}{unit}"
    )
    return replace(records, shapes=shapes, repairs=repairs, notes=(*records.notes, note))


def points_and_lines(shapes: Shapes) -> Texts:
    """What is drawn beside the polygons of each record, as WKT; empty where there is nothing or no polygon.

    Examples
    --------
    >>> beside = shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.Point(2, 2)])
    >>> points_and_lines(np.array([beside])).tolist()
    ['POINT (2 2)']
    """
    found = np.full(len(shapes), "", dtype=object)
    rows = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION)
    parts, owner = simple_parts(shapes[rows])
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    beside = ~areal & ~shapely.is_empty(parts) & np.isin(owner, owner[areal & ~shapely.is_empty(parts)])
    alone = np.bincount(owner[beside], minlength=len(rows)) == 1
    others = np.full(len(rows), shapely.GeometryCollection(), dtype=object)
    shapely.geometrycollections(shapely.force_2d(parts[beside]), indices=owner[beside], out=others)
    others[alone] = shapely.get_geometry(others[alone], 0)
    there = ~shapely.is_empty(others)
    found[rows[there]] = as_wkt(others[there], 8)
    return found


def _closed(lines: Shapes) -> Shapes:
    points, owner = shapely.get_coordinates(lines, return_index=True)
    first = np.r_[0, np.flatnonzero(np.diff(owner)) + 1]
    owner = np.r_[owner, owner[first]]
    order = np.argsort(owner, kind="stable")
    closed: Shapes = shapely.linestrings(np.vstack([points, points[first]])[order], indices=owner[order])
    return closed


def _gaps(starts: Floats, ends: Floats, crs: pyproj.CRS | None) -> tuple[Floats, str]:
    """How far ends lie from beginnings, and the unit; that of the coordinates where no CRS is named."""
    if crs is None:
        return np.hypot(*(ends - starts).T), ""
    if not crs.equals(CRS, ignore_axis_order=True):
        starts, ends = (
            shapely.get_coordinates(to_degrees(shapely.points(places), crs)[0]) for places in (starts, ends)
        )
    metres = pyproj.Geod(ellps="WGS84").inv(*starts.T, *ends.T)[2]
    return np.asarray(metres, dtype=np.float64), " m"
