"""Points and routes to be held against a register: read from GPX, KML, GIS files and tables, each accounted for."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Texts
from kosovo_hazards.geometry import simple_parts
from kosovo_hazards.reading.acceptance import (
    Options,
    in_degrees,
    positions,
    recognised_columns,
    rejected_table,
    unread_of,
    with_ids,
)
from kosovo_hazards.reading.files.failures import in_words
from kosovo_hazards.reading.files.limits import LimitsLike, limits_of
from kosovo_hazards.reading.point_lists.places import with_single_points
from kosovo_hazards.reading.registers import matched_records, name_of
from kosovo_hazards.reading.result import ReadResult
from kosovo_hazards.reading.source_records import Records, TableSource
from kosovo_hazards.schema import CRS, Column, Direction, Table

__all__ = ["read_routes"]

_ROUTES = Table(
    "route",
    "route_id",
    (
        Column("route_id", "str", "id or name of the point or route", required=True),
        Column("source", "str", "file or table the record came from"),
    ),
    geometry_required=True,
    direction=Direction.OUTWARD,
    of_points=True,
)
_TAKEN = (shapely.GeometryType.POINT, shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING)


def read_routes(
    source: TableSource,
    *,
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
    crs: str | None = None,
    swap_xy: bool | None = None,
    encoding: str | None = None,
    limits: LimitsLike = None,
    sandbox: bool = False,
) -> ReadResult:
    """Read points and routes that are to be held against a register; every record is accepted or rejected.

    Parameters
    ----------
    source
        Path, DataFrame or GeoDataFrame: waypoints, routes and tracks of GPX, points and lines of KML, GeoJSON,
        GeoPackage and the like, or a table with a place in one or two columns of each row.
    layer
        Layer, table or sheet, where the source has several; of GPX ``waypoints``, ``routes`` or ``tracks``.
    columns
        ``route_id``, ``longitude``, ``latitude``, ``coordinate`` or ``wkt``, and the source's column.
    crs
        CRS of a source that names none or a wrong one.
    swap_xy
        True if the source has latitude where longitude belongs, False if coordinates that look swapped are right.
    encoding
        Encoding of the text of a shapefile or CSV file that says none or a wrong one.
    limits
        How much the source may hold, where that differs from `ReadingLimits`.
    sandbox
        True to read a file of unknown origin in a process of its own.

    Returns
    -------
    `ReadResult`. `data` has one row a record in EPSG:4326 with `route_id`, which may stand several times, and the
    columns of the source.

    Raises
    ------
    HazardDataError
        If the source can't be read, names no CRS or has several layers.

    Examples
    --------
    >>> import pandas as pd
    >>> sheet = pd.DataFrame({"Name": ["Camp", "Bridge"], "Lat": [42.6, 42.61], "Lon": [20.9, 200.9]})
    >>> read = read_routes(sheet, crs="EPSG:4326")
    >>> read.data["route_id"].tolist(), len(read.rejected)
    (['Camp'], 1)
    """
    options = Options(
        layer=layer, columns=columns, values=None, defaults=None, crs=crs, on_error="quarantine", swap_xy=swap_xy,
        day_first=None, encoding=encoding, limits=limits_of(limits), sandbox=sandbox,
    )  # fmt: skip
    with np.errstate(all="ignore"), in_words(name_of(source), "points and routes"):
        records = matched_records(source, _ROUTES, options)
        records = with_single_points(records, _ROUTES, columns=columns, crs=crs)
        return _account(records, options)


def _account(records: Records, options: Options) -> ReadResult:
    recognised = recognised_columns(records, _ROUTES, options)
    frame, notes = with_ids(recognised.frame, records, _ROUTES)
    placed, place_notes = in_degrees(records, options)
    problems = np.where(records.problems != "", records.problems, placed.problems)
    problems = np.where(problems != "", problems, _unfit(placed.shapes))
    fine = problems == ""
    frame = frame if "source" in frame.columns else frame.assign(source=records.name)
    spatial = gpd.GeoDataFrame(frame, geometry=shapely.force_2d(placed.shapes), crs=CRS)
    return ReadResult(
        spatial[fine].reset_index(drop=True),
        rejected_table(records, problems),
        _repairs(records, frame, fine),
        recognised.report,
        unread_of(recognised.unread, frame["route_id"], records.rows, fine),
        (*records.notes, *notes, *place_notes),
        positions(records, placed, frame["route_id"], problems),
    )


def _unfit(shapes: np.ndarray) -> Texts:
    """Why a record is neither points nor lines, empty where it is."""
    problems = np.full(len(shapes), "", dtype=object)
    parts, owner = simple_parts(shapes)
    other = ~np.isin(shapely.get_type_id(parts), _TAKEN)
    problems[owner[other]] = "is an area, not points or a line – draw its edge as a line, or its middle as a point"
    problems[shapely.is_missing(shapes) | shapely.is_empty(shapes)] = "has no position – give it"
    places, place_owner = shapely.get_coordinates(shapes, return_index=True)
    problems[place_owner[~np.isfinite(places).all(axis=1)]] = "has coordinates that are no numbers – give its place"
    return problems


def _repairs(records: Records, frame: pd.DataFrame, fine: np.ndarray) -> pd.DataFrame:
    rows = np.flatnonzero((records.repairs != "") & fine)
    return pd.DataFrame(
        {
            "record_id": frame["route_id"].to_numpy()[rows],
            "row": records.rows[rows],
            "what": pd.Series(records.repairs[rows], dtype="str"),
            "area_before_m2": np.nan,
            "area_after_m2": np.nan,
        }
    )
