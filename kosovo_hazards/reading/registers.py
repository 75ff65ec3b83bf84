"""Registers and release results read from files and tables; each record is accepted, repaired or rejected."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument, doing
from kosovo_hazards.reading.acceptance import OnError, Options, account
from kosovo_hazards.reading.column_matching import matched_columns
from kosovo_hazards.reading.column_values import Values
from kosovo_hazards.reading.content_matching import matched_by_content
from kosovo_hazards.reading.exchange.choices import read_form, with_form_words
from kosovo_hazards.reading.exchange.layer_areas import notes_on_layer_areas
from kosovo_hazards.reading.files.failures import in_words
from kosovo_hazards.reading.files.limits import LimitsLike, limits_of
from kosovo_hazards.reading.joined_parts import with_parts_joined
from kosovo_hazards.reading.points.from_columns import with_shapes_from_columns
from kosovo_hazards.reading.profiles import ProfileSource, options_with_profile, read_profile
from kosovo_hazards.reading.result import ReadResult
from kosovo_hazards.reading.sandbox import opened
from kosovo_hazards.reading.source_records import Records, TableSource
from kosovo_hazards.schema import HAZARDS, RELEASES, Direction, Table

__all__ = ["ReadResult", "matched_records", "name_of", "read_hazards", "read_records", "read_releases"]


def read_hazards(
    source: TableSource,
    *,
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
    values: Values | None = None,
    defaults: Mapping[str, Any] | None = None,
    crs: str | None = None,
    on_error: OnError = "quarantine",
    swap_xy: bool | None = None,
    day_first: bool | None = None,
    encoding: str | None = None,
    join_parts: bool = False,
    close_lines: bool = False,
    form: str | PathLike[str] | None = None,
    profile: ProfileSource | None = None,
    limits: LimitsLike = None,
    sandbox: bool = False,
) -> ReadResult:
    """Read a register of hazardous areas; every record is accepted or rejected with the reason.

    Parameters
    ----------
    source
        Path of a file (GeoJSON, GeoPackage, Shapefile, File Geodatabase, KML/KMZ, GML, GPX, maXML, DXF, MapInfo TAB and
        MIF, FlatGeobuf, GeoParquet, Esri JSON, CSV, XLSX, ODS; in a folder or zip archive or not), a DataFrame or a
        GeoDataFrame; the pages of a feature service also as a folder, a zip archive or a list of paths. Nothing is ever
        fetched from a network or database.
    layer
        Layer, table or sheet, where the source has several.
    columns
        Our column and the source's, e.g. ``{"hazard_id": "Nr"}``; usual headings in English, Albanian and Serbian and
        those of IMSMA are recognised.
    values
        The source's values and ours, e.g. ``{"C.H.A?": "CHA"}`` or ``{"hazard_type": {"1": "CHA"}}``.
    defaults
        What holds where the source has nothing, e.g. ``{"hazard_type": "SHA"}``.
    crs
        CRS of a source that names none or a wrong one, e.g. ``"EPSG:9141"``.
    on_error
        ``"quarantine"`` puts bad records into `rejected`; ``"raise"`` raises an error that names them all.
    swap_xy
        True if the source has latitude where longitude belongs, False if coordinates that look swapped are right.
    day_first
        How to read dates such as 03/04/2024; by default they are left, not guessed.
    encoding
        Encoding of the text of a shapefile or CSV file that says none or a wrong one.
    join_parts
        True if rows with the same id and the same values are parts of one record, as in IMSMA's views of polygons.
    close_lines
        True if open lines (tracks, routes, polylines) go round areas, and waypoints do in the order of the file.
    form
        Path of the XLSForm (.xlsx) from which a survey was made: its choice lists give the words for codes, its labels
        the headings that names of fields don't tell.
    profile
        A profile of the office's files, or the path of one (``kosovo-hazards inspect FILE --write-profile PATH`` makes
        it): what it says holds where the call says nothing.
    limits
        How much the source may hold, where that differs from `ReadingLimits`: ``{"columns": 5000}``.
    sandbox
        True to read a file of unknown origin in a process of its own: without a network where the system allows it,
        and within the limits of time and memory.

    Returns
    -------
    `ReadResult`, unpackable into `data`, `rejected`, `repairs`. Coordinates are degrees (EPSG:4326), areas m².

    Raises
    ------
    HazardDataError
        If the source can't be read, names no CRS, has several layers, or with ``on_error="raise"`` a record is bad.

    Notes
    -----
    Repaired polygons cover at least the ground that was drawn. Ids that the source lacks are made from its name and
    the number of the record, so they are the same from read to read. Of records with the same id the first that can
    be accepted keeps it and the others are rejected, unless `join_parts` says that they are parts of it; areas that the
    source repeats with each part count once.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> drawn = gpd.GeoDataFrame(
    ...     {"id": ["KS-1", "KS-2"], "type": ["Confirmed Hazardous Area", "SHA"]},
    ...     geometry=[shapely.box(21.0, 42.6, 21.01, 42.61), None],
    ...     crs="EPSG:4326",
    ... )
    >>> hazards, rejected, repairs = read_hazards(drawn)
    >>> hazards["hazard_type"].tolist(), rejected["reason"].tolist()
    (['CHA'], ['has no polygon – draw it or leave the record out'])
    """
    options: dict[str, Any] = {
        "layer": layer, "columns": columns, "values": values, "defaults": defaults, "crs": crs, "on_error": on_error,
        "swap_xy": swap_xy, "day_first": day_first, "encoding": encoding, "join_parts": join_parts,
        "close_lines": close_lines,
        "limits": limits_of(limits), "sandbox": sandbox,
        "form": None if form is None else read_form(form, limits_of(limits)),
    }  # fmt: skip
    if profile is not None:
        options = options_with_profile(options, read_profile(profile).hazards)
    return _read(source, HAZARDS, Options(**options))


def read_releases(
    source: TableSource,
    *,
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
    values: Values | None = None,
    defaults: Mapping[str, Any] | None = None,
    crs: str | None = None,
    on_error: OnError = "quarantine",
    swap_xy: bool | None = None,
    day_first: bool | None = None,
    encoding: str | None = None,
    join_parts: bool = False,
    close_lines: bool = False,
    form: str | PathLike[str] | None = None,
    profile: ProfileSource | None = None,
    limits: LimitsLike = None,
    sandbox: bool = False,
) -> ReadResult:
    """Read results of survey and clearance; every record is accepted or rejected with the reason.

    Parameters
    ----------
    source
        Path, DataFrame or GeoDataFrame, as for `read_hazards`.
    layer
        Layer, table or sheet, where the source has several.
    columns
        Our column and the source's.
    values
        The source's values and ours, e.g. ``{"Phase 2": "cleared"}``.
    defaults
        What holds where the source has nothing, e.g. ``{"product": "cleared"}``.
    crs
        CRS of a source that names none or a wrong one.
    on_error
        ``"quarantine"`` puts bad records into `rejected`; ``"raise"`` raises an error that names them all.
    swap_xy
        True if the source has latitude where longitude belongs, False if coordinates that look swapped are right.
    day_first
        How to read dates such as 03/04/2024; by default they are left, not guessed.
    encoding
        Encoding of the text of a shapefile or CSV file that says none or a wrong one.
    join_parts
        True if rows with the same id and the same values are parts of one record, as in IMSMA's views of polygons.
    close_lines
        True if open lines (tracks, routes, polylines) go round areas, and waypoints do in the order of the file.
    form
        Path of the XLSForm (.xlsx) from which a survey was made: its choice lists give the words for codes, its labels
        the headings that names of fields don't tell.
    profile
        A profile of the office's files, or the path of one (``kosovo-hazards inspect FILE --write-profile PATH`` makes
        it): what it says holds where the call says nothing.
    limits
        How much the source may hold, where that differs from `ReadingLimits`: ``{"columns": 5000}``.
    sandbox
        True to read a file of unknown origin in a process of its own: without a network where the system allows it,
        and within the limits of time and memory.

    Returns
    -------
    `ReadResult`, unpackable into `data`, `rejected`, `repairs`. Coordinates are degrees (EPSG:4326), areas m².

    Raises
    ------
    HazardDataError
        If the source can't be read, names no CRS, has several layers, or with ``on_error="raise"`` a record is bad.

    Notes
    -----
    A release may lack a polygon if it says an area or a count: published figures have none.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"release_id": ["R-1", "R-2"], "method": ["BAC", "NTS"], "area_ha": [1.5, None]})
    >>> releases, rejected, _ = read_releases(table)
    >>> releases[["product", "reported_area_m2"]].to_numpy().tolist(), len(rejected)
    ([['cleared', 15000.0]], 1)
    """
    options: dict[str, Any] = {
        "layer": layer, "columns": columns, "values": values, "defaults": defaults, "crs": crs, "on_error": on_error,
        "swap_xy": swap_xy, "day_first": day_first, "encoding": encoding, "join_parts": join_parts,
        "close_lines": close_lines,
        "limits": limits_of(limits), "sandbox": sandbox,
        "form": None if form is None else read_form(form, limits_of(limits)),
    }  # fmt: skip
    if profile is not None:
        options = options_with_profile(options, read_profile(profile).releases)
    return _read(source, RELEASES, Options(**options))


def _read(source: TableSource, table: Table, options: Options) -> ReadResult:
    # Numbers that are none make numpy warn; they are reported record by record.
    with np.errstate(all="ignore"), in_words(name_of(source), f"a register (one {table.name} a record)"):
        records = matched_records(source, table, options)
        records = with_shapes_from_columns(records, table, columns=options.columns, crs=options.crs)
        if options.join_parts:
            records = with_parts_joined(records, table, options)
        result = account(records, table, options)
        notes = (*result.notes, *notes_on_layer_areas(result.data, table.key))
        return replace(result, notes=notes, sha256=_sha256(source))


def _sha256(source: TableSource) -> str:
    if not isinstance(source, str | PathLike) or not Path(source).is_file():
        return ""
    with Path(source).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_records(records: Records, table: Table, options: Options) -> ReadResult:
    """Accept, repair or reject records that were read elsewhere, such as from a database.

    Parameters
    ----------
    records
        They, with their shapes.
    table
        `HAZARDS` or `RELEASES`.
    options
        What the caller said.
    """
    with np.errstate(all="ignore"), in_words(records.label, f"a register (one {table.name} a record)"):
        matched = matched_columns(records.table, table, options.columns, options.defaults)
        matched = matched_by_content(matched, records.table, table, options.values)
        return account(replace(records, matched=matched), table, options)


def matched_records(
    source: TableSource, table: Table, options: Options, prepare: Callable[[Records], Records] = lambda records: records
) -> Records:
    """Open a source and find which of its columns are ours.

    Parameters
    ----------
    source
        A path or table.
    table
        What its records are.
    options
        What the caller said.
    prepare
        What is done to the records before anything is recognised.
    """
    if options.on_error not in ("quarantine", "raise"):
        raise UsageError(f'{argument("on_error", options.on_error)} is neither "quarantine" nor "raise"')
    doing(f"Reading {name_of(source)}")
    records = opened(
        source,
        layer=options.layer,
        encoding=options.encoding,
        limits=options.limits,
        close_lines=options.close_lines,
        sandbox=options.sandbox,
        wanted=table.name,
    )
    if records.within is not None:
        inward = table.direction is Direction.INWARD
        records = replace(records, shapes=records.within if inward else records.shapes, within=None)
    records = prepare(records if options.form is None else with_form_words(records, options.form))
    if not len(records):
        records = replace(records, notes=(*records.notes, f"{records.label} holds no record"))
    doing(f"Putting {len(records):,} records of {name_of(source)} in order")
    matched = matched_columns(records.table, table, options.columns, options.defaults)
    return replace(records, matched=matched_by_content(matched, records.table, table, options.values))


def name_of(source: TableSource) -> str:
    """What messages call a source."""
    if isinstance(source, list | tuple) and source and isinstance(source[0], str | PathLike):
        return f"{Path(source[0]).name} and {len(source) - 1} more"
    return Path(source).name if isinstance(source, str | PathLike) else "the table"
