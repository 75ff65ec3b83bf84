"""Records that are points – evidence, accidents, items, boxes – read from files and tables, each accounted for."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from kosovo_hazards._arrays import Shapes, Texts
from kosovo_hazards._errors import Fault
from kosovo_hazards._wording import argument
from kosovo_hazards.geometry import crs_named
from kosovo_hazards.reading.acceptance import (
    Options,
    error_of,
    in_degrees,
    positions,
    recognised_columns,
    rejected_table,
    repeated_ids,
    unread_of,
    with_ids,
)
from kosovo_hazards.reading.files.failures import in_words
from kosovo_hazards.reading.point_lists.places import with_single_points
from kosovo_hazards.reading.registers import matched_records, name_of
from kosovo_hazards.reading.result import ReadResult
from kosovo_hazards.reading.source_records import Records, TableSource
from kosovo_hazards.schema import CRS, Table
from kosovo_hazards.validation import conform, faults_in

__all__ = ["read_points"]

_POINTS = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_WHAT = ("point", "line", "ring", "polygon", "set of points", "set of lines", "set of polygons", "collection")


def read_points(
    source: TableSource, table: Table, options: Options, prepare: Callable[[Records], Records]
) -> tuple[ReadResult, pyproj.CRS | None]:
    """Read records that are points; every record is accepted or rejected with the reason.

    Parameters
    ----------
    source
        A path or table, as for `read_hazards`.
    table
        `EVIDENCE`, `ACCIDENTS`, `ITEMS` or `BOXES`.
    options
        What the caller said.
    prepare
        What is done to the records before anything is recognised.

    Returns
    -------
    What was read, and the CRS of the source, None where nothing names one.

    Raises
    ------
    HazardDataError
        As `read_hazards` does.
    """
    with np.errstate(all="ignore"), in_words(name_of(source), f"a list of {table.name}s"):
        records = matched_records(source, table, options, prepare)
        records = with_single_points(records, table, columns=options.columns, crs=options.crs)
        crs = records.crs if options.crs is None else crs_named(options.crs)
        return _account(records, table, options), crs


def _account(records: Records, table: Table, options: Options) -> ReadResult:
    recognised = recognised_columns(records, table, options)
    frame, notes = with_ids(recognised.frame, records, table)
    placed, place_notes = in_degrees(records, options)
    points = _only(placed.shapes, _wanted(table))
    name = frame["source"].fillna(records.name).astype("str") if "source" in frame.columns else records.name
    spatial = gpd.GeoDataFrame(frame.assign(source=name), geometry=points, crs=CRS)
    accepted_frame = conform(spatial, table)
    problems = _problems(records, placed.shapes, placed.problems, accepted_frame, table)
    fine = problems == ""
    rejected = rejected_table(records, problems)
    if len(rejected) and options.on_error == "raise":
        raise error_of(accepted_frame, problems, records, table)
    ids = accepted_frame[table.key]
    return ReadResult(
        accepted_frame[fine].reset_index(drop=True),
        rejected,
        pd.DataFrame({"record_id": [], "row": [], "what": [], "area_before_m2": [], "area_after_m2": []}),
        recognised.report,
        unread_of(recognised.unread, ids, records.rows, fine),
        (*records.notes, *notes, *place_notes, *_on_places(records, accepted_frame[fine])),
        positions(records, placed, ids, problems),
    )


def _wanted(table: Table) -> tuple[int, ...]:
    return (*_POINTS, *_POLYGONS) if table.or_polygons else _POINTS


def _only(shapes: Shapes, kinds: tuple[int, ...]) -> Shapes:
    flat: Shapes = shapely.force_2d(shapes)
    flat[~np.isin(shapely.get_type_id(flat), kinds) | shapely.is_empty(flat)] = None
    return flat


def _problems(records: Records, shapes: Shapes, misplaced: Texts, frame: gpd.GeoDataFrame, table: Table) -> Texts:
    """All reasons against each record, joined by semicolons; one about its place first."""
    kinds = shapely.get_type_id(shapes)
    other = np.array(
        [
            f"is a {_WHAT[kind]}, not a point – give its place, or read it as hazardous areas"
            if kind >= 0 and kind not in _wanted(table)
            else ""
            for kind in kinds
        ],
        dtype=object,
    ).reshape(len(kinds))
    if table.geometry_required:
        other = np.where(shapely.is_missing(shapes) | shapely.is_empty(shapes), "has no position – give it", other)
    places, owner = shapely.get_coordinates(shapes, return_index=True)
    nowhere = np.isin(np.arange(len(shapes)), owner[~np.isfinite(places).all(axis=1)])
    other[nowhere] = "has coordinates that are no numbers – give its place"
    place = np.where(records.problems != "", records.problems, np.where(misplaced != "", misplaced, other))
    found: list[list[str]] = [[text] if text else [] for text in place]
    for position, fault in faults_in(frame, table):
        if fault.column == "geometry" or (fault.column == table.key and "more than once" in fault.problem):
            continue
        found[position].append(str(Fault(None, fault.column, fault.value, fault.problem, fault.remedy)))
    texts: Texts = np.array(["; ".join(reasons) for reasons in found], dtype=object).reshape(len(found))
    repeated = repeated_ids(frame[table.key], texts == "", records.rows)
    both: Texts = np.where(texts == "", repeated, texts)
    return both


def _on_places(records: Records, frame: gpd.GeoDataFrame) -> list[str]:
    """How many accepted records lie nowhere that is known, and why."""
    missing = int(frame.geometry.isna().sum())
    if not missing:
        return []
    if records.shapes is None and len(frame) == missing:
        columns = argument("columns", {"longitude": "X", "latitude": "Y"})
        return [f"no column holds coordinates, so nothing can be drawn; name them, for instance {columns}"]
    return [f"{missing:,} records have no position: they are in the sums, but not on a map"]
