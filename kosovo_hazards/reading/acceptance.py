"""Each record of a source accounted for: accepted, repaired and reported, or rejected with the reason."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Shapes, Texts
from kosovo_hazards._errors import BadRecordsError, Fault, HazardDataError, UnreadableSourceError, missing_crs
from kosovo_hazards._wording import argument
from kosovo_hazards.geometry import (
    Repaired,
    area_m2,
    box_area_km2,
    crs_named,
    cut_at_antimeridian,
    judged,
    likely_crs,
    repaired,
    repaired_area_m2,
    round_a_pole,
    swapped,
    to_degrees,
)
from kosovo_hazards.reading.column_values import Recognised, Values, recognise
from kosovo_hazards.reading.content_matching import advice
from kosovo_hazards.reading.exchange.choices import FormWords
from kosovo_hazards.reading.field_tools.lines import points_and_lines
from kosovo_hazards.reading.files.limits import ReadingLimits
from kosovo_hazards.reading.minimum_data import with_minimum_data
from kosovo_hazards.reading.rejected_positions import positions_of
from kosovo_hazards.reading.release_facts import release_notes, with_release_status
from kosovo_hazards.reading.result import ReadResult
from kosovo_hazards.reading.source_records import Records
from kosovo_hazards.schema import CRS, FINDS, RELEASES, Table
from kosovo_hazards.validation import conform, faults_in

__all__ = [
    "OnError", "Options", "account", "error_of", "in_degrees", "positions", "recognised_columns", "rejected_table",
    "repeated_ids", "unread_of", "with_ids",
]  # fmt: skip

OnError = Literal["quarantine", "raise"]


@dataclass(frozen=True)
class Options:
    """What the caller of a reader said; see `kosovo_hazards.read_hazards`."""

    layer: str | None
    columns: Mapping[str, str] | None
    values: Values | None
    defaults: Mapping[str, Any] | None
    crs: str | None
    on_error: OnError
    swap_xy: bool | None
    day_first: bool | None
    encoding: str | None
    join_parts: bool = False
    close_lines: bool = False
    limits: ReadingLimits = ReadingLimits()  # noqa: RUF009 - frozen
    sandbox: bool = False
    units: Mapping[str, str] | None = None
    form: FormWords | None = None


def account(records: Records, table: Table, options: Options) -> ReadResult:
    """Accept each record, repaired and reported, or reject it with the reason.

    Parameters
    ----------
    records
        What a source holds.
    table
        `HAZARDS` or `RELEASES`.
    options
        What the caller said.
    """
    recognised = recognised_columns(records, table, options)
    _require_something(records, recognised, table)
    columns = with_release_status(recognised, records.table) if table is RELEASES else recognised.frame
    frame, notes = with_ids(columns, records, table)
    placed, place_notes = in_degrees(records, options)
    notes = [*records.notes, *notes, *place_notes]
    frame = _with_beside(frame, placed)
    whole = _repair(placed, table, options.limits)
    frame = _as_table(frame, whole, records.name, table)
    problems = _join_problems(records, whole, frame, recognised, table)
    accepted = problems == ""
    rejected = rejected_table(records, problems)
    if len(rejected) and options.on_error == "raise":
        raise error_of(frame, problems, records, table)
    if whole.turned:
        notes.append(f"{whole.turned:,} polygons had rings wound the other way; that changes no ground")
    notes += advice(records, table, rejected)
    notes += release_notes(frame, accepted) if table is RELEASES else ()
    ids = frame[table.key]
    return ReadResult(
        frame[accepted].reset_index(drop=True),
        rejected,
        _repairs(records, whole, frame, accepted, table),
        recognised.report,
        unread_of(recognised.unread, ids, records.rows, accepted),
        tuple(notes),
        positions(records, placed, ids, problems),
    )


def recognised_columns(records: Records, table: Table, options: Options) -> Recognised:
    """The columns that stand for ours, with the words of the caller."""
    found = recognise(
        records.table,
        table,
        matched=records.matched,
        values=options.values,
        defaults=options.defaults,
        day_first=options.day_first,
        units=options.units,
    )
    return with_minimum_data(found, records.table, table, options.crs or records.crs, options.values)


def _require_something(records: Records, recognised: Recognised, table: Table) -> None:
    """Refuse a table that has neither geometry nor, for releases, anything that says how much."""
    if records.shapes is not None:
        return
    if table.geometry_required or not {*FINDS, "reported_area_m2"} & set(recognised.frame.columns):
        raise UnreadableSourceError(
            f"{records.label} has no geometry, and none of its columns holds coordinates: "
            f"{', '.join(map(str, records.table.columns)) or 'it has no columns'}",
            hint=f"name the columns, for instance {argument('columns', {'longitude': 'X', 'latitude': 'Y'})}",
        )


# --- ids -------------------------------------------------------------------------------------------------------------


def with_ids(frame: pd.DataFrame, records: Records, table: Table) -> tuple[pd.DataFrame, list[str]]:
    """Fill ids that are missing with the name of the source and the number of the record."""
    ids = frame[table.key] if table.key in frame.columns else pd.Series(None, index=frame.index, dtype="str")
    missing = ids.isna()
    if table.key in frame.columns and not missing.any():
        return frame, []
    made = pd.Series([f"{records.name}-{row}" for row in records.rows[missing]], index=ids[missing].index, dtype="str")
    if table.key in frame.columns:
        note = f"{missing.sum():,} records had no id; it was made from the name of the source and the row"
    else:
        note = f"the source has no ids; they were made from its name and the row{_maybe_ids(records, table)}"
    return frame.assign(**{table.key: ids.fillna(made)}), [note]


def _maybe_ids(records: Records, table: Table) -> str:
    """What to pass if the first unrecognised column with another text in each record holds the ids."""
    taken = set(records.matched.columns.values()) if records.matched is not None else set()
    for name in records.table.columns:
        column = records.table[name]
        if name not in taken and len(column) > 1 and column.map(type).eq(str).all() and column.is_unique:
            return f"; if {name!r} holds them, pass {argument('columns', {table.key: name})}"
    return ""


def _with_beside(frame: pd.DataFrame, placed: Placed) -> pd.DataFrame:
    """The table with what is drawn beside polygons, if anything is: it is no ground, and yet not lost."""
    beside = points_and_lines(placed.shapes)
    if not (beside != "").any():
        return frame
    name = "points_and_lines" if "points_and_lines" not in frame.columns else "points_and_lines_drawn"
    return frame.assign(**{name: pd.Series(beside, index=frame.index, dtype="str").replace("", None)})


# --- geometry --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Placed:
    shapes: Shapes
    problems: Texts


def in_degrees(records: Records, options: Options) -> tuple[Placed, list[str]]:
    """The shapes in degrees, why one can't lie where it is said to, and what to tell of their CRS."""
    blank = np.full(len(records.table), "", dtype=object)
    if records.shapes is None or shapely.is_missing(records.shapes).all():
        return Placed(np.full(len(blank), None, dtype=object), blank), []
    crs, notes = _crs_of(records, options.crs)
    shapes = swapped(records.shapes) if options.swap_xy else records.shapes
    if options.swap_xy:
        notes.append(f"x and y were exchanged, as {argument('swap_xy', True)} asks")
    moved, note = to_degrees(shapes, crs)
    check = judged(shapes, moved, crs, check_swapped=options.swap_xy is None)
    notes += [note] if note else []
    return Placed(moved, check.problems), [*notes, *check.notes]


def _crs_of(records: Records, given: str | None) -> tuple[pyproj.CRS, list[str]]:
    named = None if given is None else crs_named(given)
    if named is None:
        if records.crs is not None:
            return records.crs, []
        middle = np.nanmedian(shapely.bounds(records.shapes), axis=0)
        fits = likely_crs(*middle[:2]) if np.isfinite(middle).all() and np.abs(middle).max() > 360 else []
        guess = f"; its coordinates fit {' or '.join(fits)}" if fits else ""
        raise missing_crs(records.label, guess=guess)
    if records.crs is not None and not records.crs.equals(named, ignore_axis_order=True):
        return named, [f"the source says {records.crs.name}; {named.name} was used, as {argument('crs')} says"]
    return named, []


def _repair(placed: Placed, table: Table, limits: ReadingLimits) -> Repaired:
    shapes, cut = cut_at_antimeridian(_only(placed.shapes, placed.problems == ""))
    beyond = _beyond(shapes, limits)
    shapes = _only(shapes, beyond == "")
    whole = repaired(shapes, table.direction)
    problems = np.where(placed.problems == "", whole.problem, placed.problems)
    problems = np.where(
        round_a_pole(shapes), "goes round a pole, so that nobody can say which side is ground", problems
    )
    what = whole.what.copy()
    what[cut] = [f"drawn across 180°: cut there{f'; {text}' if text else ''}" for text in what[cut]]
    problems = np.where(beyond == "", problems, beyond)
    if not table.geometry_required:
        # A release may do without a polygon; whether it says anything else is looked at later.
        problems = np.where(problems == _NO_SHAPE, "", problems)
    return replace(whole, problem=problems, what=what)


def _beyond(shapes: Shapes, limits: ReadingLimits) -> Texts:
    """Why a record spans too much to be meant; empty where it does not."""
    extent = box_area_km2(shapes)
    problems = np.full(len(shapes), "", dtype=object)
    for at in np.flatnonzero(extent > limits.extent_km2):
        meant = argument("limits", {"extent_km2": math.ceil(extent[at])})
        problems[at] = (
            f"spans a box of {extent[at]:,.0f} km², more than the {limits.extent_km2:,.0f} km² that one record may – "
            f"redraw it, or pass {meant} if it is meant"
        )
    return problems


def _only(shapes: Shapes, mask: NDArray[np.bool_]) -> Shapes:
    chosen = shapes.copy()
    chosen[~mask] = None
    return chosen


_NO_SHAPE = "has no polygon"


def _as_table(frame: pd.DataFrame, whole: Repaired, name: str, table: Table) -> gpd.GeoDataFrame:
    spatial = gpd.GeoDataFrame(frame, geometry=whole.shapes, crs=CRS)
    spatial = spatial.assign(area_m2=repaired_area_m2(spatial.geometry))
    known = spatial["source"].fillna(name).astype("str") if "source" in spatial.columns else name
    return conform(spatial.assign(source=known), table)


# --- what is wrong ---------------------------------------------------------------------------------------------------


def _join_problems(
    records: Records, whole: Repaired, frame: gpd.GeoDataFrame, recognised: Recognised, table: Table
) -> Texts:
    """All reasons against each record, joined by semicolons; those about its shape first."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    shape_reported = np.zeros(len(frame), dtype=bool)
    for problems in (records.problems, whole.problem, _no_ground(frame), _says_nothing(frame, table)):
        new = (problems != "") & ~shape_reported
        shape_reported |= new
        for i in np.flatnonzero(new).tolist():
            found[i].append(_with_remedy(str(problems[i])))
    for position, fault in faults_in(frame, table, geometry=False):
        if fault.column == table.key and "more than once" in fault.problem:
            continue
        other = recognised.reasons.get(position) if fault.column == table.names[1] else None
        found[position].append(other or str(Fault(None, fault.column, fault.value, fault.problem, fault.remedy)))
    texts = np.full(len(frame), "", dtype=object)
    texts[list(found)] = ["; ".join(reasons) for reasons in found.values()]
    repeated = repeated_ids(frame[table.key], texts == "", records.rows)
    texts[texts == ""] = repeated[texts == ""]
    return texts


def _no_ground(frame: gpd.GeoDataFrame) -> Texts:
    return np.where(frame["area_m2"].to_numpy() <= 0, "encloses no ground", "").astype(object)


def _says_nothing(frame: gpd.GeoDataFrame, table: Table) -> Texts:
    """Why a release without a polygon can't be used: it says neither how much ground nor what was found."""
    if table.geometry_required:
        return np.full(len(frame), "", dtype=object)
    nothing = frame.geometry.isna().to_numpy() & frame[["reported_area_m2", *FINDS]].isna().all(axis=1).to_numpy()
    return np.where(nothing, "has no polygon, and says no area and no count", "").astype(object)


_REMEDIES = {
    "has no polygon": "draw it or leave the record out",
    "has an empty polygon": "draw it or leave the record out",
    "encloses no ground": "redraw it",
    "goes round a pole, so that nobody can say which side is ground": "cut it along 180°",
    "has an outline too tangled to be read": "redraw it",
    "has an outline by which no ground is surely released": "redraw it",
}


_OPEN_LINES = frozenset({"is an open line, not a polygon", "is open lines, not a polygon"})


def _with_remedy(problem: str) -> str:
    if problem in _OPEN_LINES:
        return f"{problem} – if it goes round the area, pass {argument('close_lines', True)}"
    return f"{problem} – {_REMEDIES[problem]}" if problem in _REMEDIES else problem


def repeated_ids(ids: pd.Series, fine: NDArray[np.bool_], rows: NDArray[np.int64]) -> Texts:
    """For each record whose id an earlier good one has, the sentence that names that one."""
    reasons = np.full(len(ids), "", dtype=object)
    good = ids[fine]
    first = pd.Series(rows[fine], index=good.index).groupby(good).transform("first")
    for position in good.index[good.duplicated()]:
        key, row = good[position], first[position]
        reasons[position] = (
            f"id {key!r} is that of row {row} too – give each its own, or pass {argument('join_parts', True)}"
        )
    return reasons


def rejected_table(records: Records, problems: Texts) -> pd.DataFrame:
    """The rejected records as the source has them, with row and reason."""
    bad = problems != ""
    table = records.table[bad].rename(columns={name: f"{name}_in_source" for name in ("row", "reason")})
    table.insert(0, "row", records.rows[bad])
    table.insert(1, "reason", pd.Series(problems[bad], index=table.index, dtype="str"))
    table = table.reset_index(drop=True)
    if records.shapes is None:
        return table
    name = "geometry" if "geometry" not in table.columns else "geometry_of_source"
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(records.shapes[bad], crs=records.crs).rename(name))


def positions(records: Records, placed: Placed, ids: pd.Series, problems: Texts) -> gpd.GeoDataFrame:
    """Where the rejected records lie."""
    bad = problems != ""
    # What can't lie where its coordinates say lies nowhere that is known.
    shapes = _only(placed.shapes[bad], placed.problems[bad] == "")
    return positions_of(records.rows[bad], ids[bad], problems[bad], shapes)


def _repairs(
    records: Records,
    whole: Repaired,
    frame: gpd.GeoDataFrame,
    accepted: NDArray[np.bool_],
    table: Table,
) -> pd.DataFrame:
    whats = [f"{a}; {b}" if a and b else a or b for a, b in zip(records.repairs, whole.what, strict=True)]
    repaired_rows = np.flatnonzero((np.array(whats, dtype=object) != "") & accepted)
    drawn = gpd.GeoSeries(whole.drawn[repaired_rows], crs=CRS)
    return pd.DataFrame(
        {
            "record_id": frame[table.key].to_numpy()[repaired_rows],
            "row": records.rows[repaired_rows],
            "what": pd.Series([whats[i] for i in repaired_rows], dtype="str"),
            "area_before_m2": area_m2(drawn).to_numpy(),
            "area_after_m2": frame["area_m2"].to_numpy()[repaired_rows],
        }
    ).astype({"record_id": "str"})


def unread_of(
    unread: pd.DataFrame, ids: pd.Series, rows: NDArray[np.int64], accepted: NDArray[np.bool_]
) -> pd.DataFrame:
    """Values of accepted records that could not be taken over."""
    values_left = unread[accepted[unread["position"]]]
    positions = values_left["position"].to_numpy()
    table = values_left.drop(columns="position").reset_index(drop=True)
    table.insert(0, "record_id", ids.to_numpy()[positions])
    table.insert(1, "row", rows[positions])
    return table


def error_of(frame: gpd.GeoDataFrame, problems: Texts, records: Records, table: Table) -> HazardDataError:
    """The error that names every bad record."""
    bad = np.flatnonzero(problems != "")
    ids = frame[table.key]
    faults = [Fault(f"{records.rows[i]} ({ids.iloc[i]})", None, None, str(problems[i])) for i in bad]
    return BadRecordsError(
        f"{len(bad):,} of {len(frame):,} records can't be read",
        faults,
        hint=f"pass {argument('on_error', 'quarantine')} to go on without them",
    )
