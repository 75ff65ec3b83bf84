"""Registers and release results read from files and tables; each record is taken, mended and told, or rejected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from kosovo_hazards._errors import Fault, HazardDataError
from kosovo_hazards.coordinate_tables import with_shapes_from_columns
from kosovo_hazards.formats import open_records
from kosovo_hazards.location import beyond_area, crs_named, likely_crs, misplaced, swapped, to_degrees
from kosovo_hazards.measure import area_m2
from kosovo_hazards.recognition import Recognised, Values, recognise
from kosovo_hazards.records import Records, TableSource
from kosovo_hazards.repair import Repaired, repaired
from kosovo_hazards.schema import COUNT, CRS, HAZARDS, RELEASES, Table, conform, faults_in

__all__ = ["ReadResult", "read_hazards", "read_releases"]

Shapes = NDArray[np.object_]
Texts = NDArray[np.object_]
OnError = Literal["quarantine", "raise"]


@dataclass(frozen=True, repr=False)
class ReadResult:
    """What came of a source; unpacks into `data`, `rejected`, `repairs`.

    Attributes
    ----------
    data
        The records accepted: a hazards or releases table in EPSG:4326 with `area_m2` reckoned; further columns of the
        source follow.
    rejected
        The records not accepted, with the columns of the source as they were, `row` (number of the record in the
        source, from 1) and `reason`. **A hazardous area among them is not on any map made from `data`.**
    repairs
        What was done to the polygons of accepted records: `record_id`, `row`, `what`, `area_before_m2`,
        `area_after_m2` (m²).
    recognised
        Each column of the source (`source_column`), the column of the table it was taken for (`column`, missing if it
        was left as it is), and `how` it was recognised.
    unread
        Values that could not be taken over although their record was: `record_id`, `row`, `column`, `value`,
        `problem`. The value stays beside it in the column `…_in_source`.
    notes
        What else there is to know: ids made, transformation used and its accuracy, encoding, odd places.
    """

    data: gpd.GeoDataFrame
    rejected: pd.DataFrame
    repairs: pd.DataFrame
    recognised: pd.DataFrame = field(default_factory=pd.DataFrame)
    unread: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[pd.DataFrame]:
        return iter((self.data, self.rejected, self.repairs))

    def __repr__(self) -> str:
        counts = f"{len(self.data):,} accepted, {len(self.repairs):,} of them repaired"
        lost = f", {len(self.rejected):,} REJECTED and not in .data" if len(self.rejected) else ", none rejected"
        lines = [f"<ReadResult: {counts}{lost}>", *self.notes]
        lines += [f"row {row}: {reason}" for row, reason in self.rejected[["row", "reason"]].head(10).to_numpy()]
        return "\n  ".join(lines)


@dataclass(frozen=True)
class _Options:
    layer: str | None
    columns: Mapping[str, str] | None
    values: Values | None
    defaults: Mapping[str, Any] | None
    crs: str | None
    on_error: OnError
    swap_xy: bool | None
    day_first: bool | None
    encoding: str | None


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
) -> ReadResult:
    """Read a register of hazardous areas; every record is accepted or rejected with the reason.

    Parameters
    ----------
    source
        Path of a file (GeoJSON, GeoPackage, Shapefile, File Geodatabase, KML/KMZ, GML, FlatGeobuf, GeoParquet, Esri
        JSON, CSV, XLSX, ODS; in a folder or zip archive or not), a DataFrame or a GeoDataFrame. Nothing is ever fetched
        from a network or database.
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
    be accepted keeps it and the others are rejected.

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
    options = _Options(layer, columns, values, defaults, crs, on_error, swap_xy, day_first, encoding)
    return _read(source, HAZARDS, options)


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
    >>> told = pd.DataFrame({"release_id": ["R-1", "R-2"], "method": ["BAC", "NTS"], "area_ha": [1.5, None]})
    >>> releases, rejected, _ = read_releases(told)
    >>> releases[["product", "reported_area_m2"]].to_numpy().tolist(), len(rejected)
    ([['cleared', 15000.0]], 1)
    """
    options = _Options(layer, columns, values, defaults, crs, on_error, swap_xy, day_first, encoding)
    return _read(source, RELEASES, options)


def _read(source: TableSource, table: Table, options: _Options) -> ReadResult:
    if options.on_error not in ("quarantine", "raise"):
        raise HazardDataError(f'on_error={options.on_error!r} is neither "quarantine" nor "raise"')
    # Numbers that are none make numpy warn; they are told record by record.
    with np.errstate(all="ignore"):
        records = open_records(source, layer=options.layer, encoding=options.encoding)
        records = with_shapes_from_columns(records, table, columns=options.columns, crs=options.crs)
        return _account(records, table, options)


def _account(records: Records, table: Table, options: _Options) -> ReadResult:
    recognised = recognise(
        records.table,
        table,
        columns=options.columns,
        values=options.values,
        defaults=options.defaults,
        day_first=options.day_first,
    )
    _require_something(records, recognised, table)
    frame, notes = _with_ids(recognised.frame, records, table)
    placed, place_notes = _in_degrees(records, options)
    notes = [*records.notes, *notes, *place_notes]
    mended = _repair(placed, table)
    frame = _as_table(frame, mended, records.name, table)
    problems = _join_problems(records, mended, frame, recognised, table)
    accepted = problems == ""
    rejected = _rejected(records, problems)
    if len(rejected) and options.on_error == "raise":
        raise _error(frame, problems, records, table)
    if mended.turned:
        notes.append(f"{mended.turned:,} polygons had rings wound the other way; that changes no ground")
    ids = frame[table.key]
    return ReadResult(
        frame[accepted].reset_index(drop=True),
        rejected,
        _repairs(records, mended, frame, accepted, table),
        recognised.report,
        _unread(recognised.unread, ids, records.rows, accepted),
        tuple(notes),
    )


def _require_something(records: Records, recognised: Recognised, table: Table) -> None:
    """Refuse a table that has neither geometry nor, for releases, anything that says how much."""
    if records.shapes is not None:
        return
    said = [c.name for c in table.columns if c.dtype == COUNT or c.name == "reported_area_m2"]
    if table.geometry_required or not set(said) & set(recognised.frame.columns):
        raise HazardDataError(
            f"{records.label} has no geometry, and none of its columns holds coordinates: "
            f"{', '.join(map(str, records.table.columns)) or 'it has no columns'}",
            hint='name the columns, for instance columns={"longitude": "X", "latitude": "Y"}',
        )


# --- ids -------------------------------------------------------------------------------------------------------------


def _with_ids(frame: pd.DataFrame, records: Records, table: Table) -> tuple[pd.DataFrame, list[str]]:
    """Fill ids that are missing with the name of the source and the number of the record."""
    made = pd.Series([f"{records.name}-{row}" for row in records.rows], index=frame.index, dtype="str")
    if table.key not in frame.columns:
        return frame.assign(**{table.key: made}), ["the source has no ids; they were made from its name and the row"]
    missing = frame[table.key].isna()
    if not missing.any():
        return frame, []
    note = f"{missing.sum():,} records had no id; it was made from the name of the source and the row"
    return frame.assign(**{table.key: frame[table.key].where(~missing, made)}), [note]


# --- geometry --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Placed:
    shapes: Shapes
    problems: Texts


def _in_degrees(records: Records, options: _Options) -> tuple[_Placed, list[str]]:
    blank = np.full(len(records.table), "", dtype=object)
    if records.shapes is None or shapely.is_missing(records.shapes).all():
        return _Placed(np.full(len(blank), None, dtype=object), blank), []
    crs, notes = _crs_of(records, options.crs)
    shapes = swapped(records.shapes) if options.swap_xy else records.shapes
    if options.swap_xy:
        notes.append("x and y were exchanged, as swap_xy=True asks")
    moved, note = to_degrees(shapes, crs)
    check = misplaced(moved, check_swapped=options.swap_xy is None, projected=crs.is_projected)
    notes += [note] if note else []
    beyond = beyond_area(shapes, moved, crs)
    problems = np.where(beyond != "", beyond, check.problems)
    return _Placed(moved, problems), [*notes, *check.notes]


def _crs_of(records: Records, given: str | None) -> tuple[pyproj.CRS, list[str]]:
    named = None if given is None else crs_named(given)
    if named is None:
        if records.crs is not None:
            return records.crs, []
        middle = np.nanmedian(shapely.bounds(records.shapes), axis=0)
        fits = likely_crs(*middle[:2]) if np.isfinite(middle).all() and np.abs(middle).max() > 360 else []
        guess = f"; its coordinates fit {' or '.join(fits)}" if fits else ""
        raise HazardDataError(
            f"{records.label} names no coordinate reference system{guess}",
            hint='name it: crs="EPSG:4326" for degrees of WGS 84, crs="EPSG:9141" for the national grid of Kosovo',
        )
    if records.crs is not None and not records.crs.equals(named, ignore_axis_order=True):
        return named, [f"the source says {records.crs.name}; {named.name} was used, as crs= says"]
    return named, []


def _repair(placed: _Placed, table: Table) -> Repaired:
    mended = repaired(_only(placed.shapes, placed.problems == ""))
    problems = np.where(placed.problems == "", mended.problem, placed.problems)
    if not table.geometry_required:
        # A release may do without a polygon; whether it says anything else is looked at later.
        problems = np.where(np.isin(problems, _NO_SHAPE), "", problems)
    return replace(mended, problem=problems)


def _only(shapes: Shapes, mask: NDArray[np.bool_]) -> Shapes:
    chosen = shapes.copy()
    chosen[~mask] = None
    return chosen


_NO_SHAPE = ["has no polygon", "has an empty polygon"]


def _as_table(frame: pd.DataFrame, mended: Repaired, name: str, table: Table) -> gpd.GeoDataFrame:
    spatial = gpd.GeoDataFrame(frame, geometry=mended.shapes, crs=CRS)
    spatial = spatial.assign(area_m2=area_m2(spatial))
    known = spatial["source"].fillna(name).astype("str") if "source" in spatial.columns else name
    return conform(spatial.assign(source=known), table)


# --- what is wrong ---------------------------------------------------------------------------------------------------


def _join_problems(
    records: Records, mended: Repaired, frame: gpd.GeoDataFrame, recognised: Recognised, table: Table
) -> Texts:
    """All reasons against each record, joined by semicolons; those about its shape first."""
    found: list[list[str]] = [[] for _ in range(len(frame))]
    shape_told = np.zeros(len(frame), dtype=bool)
    for problems in (records.problems, mended.problem, _no_ground(frame), _says_nothing(frame, table)):
        new = (problems != "") & ~shape_told
        shape_told |= new
        for i in np.flatnonzero(new):
            found[i].append(_with_remedy(str(problems[i])))
    for position, fault in faults_in(frame, table):
        if fault.column == "geometry" or (fault.column == table.key and "more than once" in fault.problem):
            continue
        other = recognised.reasons.get(position) if fault.column == table.names[1] else None
        found[position].append(other or str(Fault(None, fault.column, fault.value, fault.problem, fault.remedy)))
    texts = np.array(["; ".join(reasons) for reasons in found], dtype=object)
    repeated = _repeated_ids(frame[table.key], texts == "", records.rows)
    texts[texts == ""] = repeated[texts == ""]
    return texts


def _no_ground(frame: gpd.GeoDataFrame) -> Texts:
    return np.where(frame["area_m2"].to_numpy() <= 0, "encloses no ground", "").astype(object)


def _says_nothing(frame: gpd.GeoDataFrame, table: Table) -> Texts:
    """Why a release without a polygon can't be used: it says neither how much ground nor what was found."""
    if table.geometry_required:
        return np.full(len(frame), "", dtype=object)
    said = ["reported_area_m2", *(column.name for column in table.columns if column.dtype == COUNT)]
    nothing = frame.geometry.isna().to_numpy() & frame[said].isna().all(axis=1).to_numpy()
    return np.where(nothing, "has no polygon, and says no area and no count", "").astype(object)


_REMEDIES = {
    "has no polygon": "draw it or leave the record out",
    "has an empty polygon": "draw it or leave the record out",
    "encloses no ground": "redraw it",
}


def _with_remedy(problem: str) -> str:
    return f"{problem} – {_REMEDIES[problem]}" if problem in _REMEDIES else problem


def _repeated_ids(ids: pd.Series, fine: NDArray[np.bool_], rows: NDArray[np.int64]) -> Texts:
    """For each record whose id an earlier good one has, the sentence that names that one."""
    reasons = np.full(len(ids), "", dtype=object)
    good = ids[fine]
    first = pd.Series(rows[fine], index=good.index).groupby(good).transform("first")
    for position in good.index[good.duplicated()]:
        key, row = good[position], first[position]
        reasons[position] = f"id {key!r} is that of row {row} too – give each its own, or join the parts of one hazard"
    return reasons


def _rejected(records: Records, problems: Texts) -> pd.DataFrame:
    bad = problems != ""
    table = records.table[bad].rename(columns={name: f"{name}_in_source" for name in ("row", "reason")})
    table.insert(0, "row", records.rows[bad])
    table.insert(1, "reason", pd.Series(problems[bad], index=table.index, dtype="str"))
    table = table.reset_index(drop=True)
    if records.shapes is None:
        return table
    name = "geometry" if "geometry" not in table.columns else "geometry_of_source"
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(records.shapes[bad], crs=records.crs).rename(name))


def _repairs(
    records: Records,
    mended: Repaired,
    frame: gpd.GeoDataFrame,
    accepted: NDArray[np.bool_],
    table: Table,
) -> pd.DataFrame:
    whats = [f"{a}; {b}" if a and b else a or b for a, b in zip(records.mended, mended.what, strict=True)]
    told = np.flatnonzero((np.array(whats, dtype=object) != "") & accepted)
    drawn = gpd.GeoSeries(mended.drawn[told], crs=CRS)
    return pd.DataFrame(
        {
            "record_id": frame[table.key].to_numpy()[told],
            "row": records.rows[told],
            "what": pd.Series([whats[i] for i in told], dtype="str"),
            "area_before_m2": area_m2(drawn).to_numpy(),
            "area_after_m2": frame["area_m2"].to_numpy()[told],
        }
    ).astype({"record_id": "str"})


def _unread(unread: pd.DataFrame, ids: pd.Series, rows: NDArray[np.int64], accepted: NDArray[np.bool_]) -> pd.DataFrame:
    told = unread[accepted[unread["position"]]]
    positions = told["position"].to_numpy()
    table = told.drop(columns="position").reset_index(drop=True)
    table.insert(0, "record_id", ids.to_numpy()[positions])
    table.insert(1, "row", rows[positions])
    return table


def _error(frame: gpd.GeoDataFrame, problems: Texts, records: Records, table: Table) -> HazardDataError:
    bad = np.flatnonzero(problems != "")
    ids = frame[table.key]
    faults = [Fault(f"{records.rows[i]} ({ids.iloc[i]})", None, None, str(problems[i])) for i in bad]
    return HazardDataError(
        f"{len(bad):,} of {len(frame):,} records can't be read",
        faults,
        hint='pass on_error="quarantine" to go on without them',
    )
