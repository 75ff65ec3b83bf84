"""The minimum data of a register where a source spreads them: benchmarks as written, answers to yes and no, kinds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pyproj
import shapely

from kosovo_hazards._arrays import Mask
from kosovo_hazards.cells import texts
from kosovo_hazards.geometry import crs_named, to_degrees
from kosovo_hazards.language import compact, headings, words
from kosovo_hazards.reading.column_matching import BY_CONTENT, LEFT, Matched
from kosovo_hazards.reading.column_values import Recognised, Values, recognise
from kosovo_hazards.reading.points.axes import points_of_columns
from kosovo_hazards.reading.points.coordinates import read_point
from kosovo_hazards.reading.points.pairs import HALF_CIRCLE, QUARTER, Position
from kosovo_hazards.schema import SEVERAL, Column, Table

__all__ = ["with_minimum_data"]

_BENCHMARK = ("benchmark_longitude", "benchmark_latitude")
_MODELS = "device_models"
_CATEGORIES, _CONTAMINATION = "device_categories", "contamination"
_EVIDENCE, _KINDS = "evidence", "evidence_kinds"


def with_minimum_data(
    recognised: Recognised,
    source: pd.DataFrame,
    table: Table,
    crs: pyproj.CRS | str | None,
    values: Values | None = None,
) -> Recognised:
    """What was recognised, with what a source tells of the minimum data in other ways than one column for one of ours.

    Parameters
    ----------
    recognised
        What was recognised in the source.
    source
        The attributes as the source has them.
    table
        `HAZARDS` or `RELEASES`.
    crs
        CRS of coordinates that are no degrees.
    values
        The caller's own words.

    Returns
    -------
    Benchmarks that are written in degrees and minutes, in a grid or in one cell are degrees; answers of yes to a kind
    of evidence or of device (``ev_marking``, as in the forms of IMSMA Core) and further columns of the same meaning
    are among the kinds. What can't be read stays told.
    """
    if not set(_BENCHMARK) <= set(table.names):
        return recognised
    found = _with_benchmarks(recognised, source, crs)
    for column in table.columns:
        if column.several or column.name == _MODELS:
            found = _with_further(found, source, column, table, values)
    found = _with_kinds_of_evidence(found, table)
    return _with_contamination(found, source, table, values)


# --- benchmarks ------------------------------------------------------------------------------------------------------


def _with_benchmarks(recognised: Recognised, source: pd.DataFrame, crs: pyproj.CRS | str | None) -> Recognised:
    """With benchmarks that are not plain degrees."""
    taken = _taken(recognised)
    frame, unread = recognised.frame, recognised.unread
    if set(_BENCHMARK) <= set(taken):
        rows = np.flatnonzero(
            frame[list(_BENCHMARK)].isna().any(axis=1)
            & source[[taken[name] for name in _BENCHMARK]].notna().all(axis=1)
        )
        written = points_of_columns(*(source[taken[name]].iloc[rows] for name in _BENCHMARK))
        points, report = written.points, recognised.report
    elif (heading := _benchmark_heading(recognised)) is not None:
        cells = texts(source[heading])
        rows = np.flatnonzero(cells.notna())
        read = [read_point(cell) for cell in cells.iloc[rows]]
        points = [one.points[0] if one.points else None for one in read]
        if not any(points):
            return recognised
        problems = [
            (int(row), _BENCHMARK[0], cells.iloc[row], one.problem) for row, one in zip(rows, read, strict=True)
        ]
        more = pd.DataFrame([each for each in problems if each[3]], columns=["position", "column", "value", "problem"])
        unread = pd.concat([unread, more.astype(unread.dtypes)], ignore_index=True)
        missing = pd.Series(np.nan, index=frame.index)
        frame = frame.assign(**dict.fromkeys(_BENCHMARK, missing))
        report = _reported(recognised.report, heading, _BENCHMARK[0], "a benchmark in one cell")
    else:
        return recognised
    degrees = np.array([_degrees(point, crs) for point in points], dtype=np.float64).reshape(-1, 2)
    known: Mask = np.asarray(np.isfinite(degrees).all(axis=1))
    beyond = [row for row, point, fine in zip(rows, points, known, strict=True) if point is not None and not fine]
    for axis, name in enumerate(_BENCHMARK):
        cells = frame[name].to_numpy(dtype=np.float64, copy=True)
        cells[rows[known]] = degrees[known, axis]
        frame = frame.assign(**{name: cells})
    settled = unread["column"].isin(_BENCHMARK) & unread["position"].isin(rows[known])
    frame, unread = _without_settled(frame, unread[~settled])
    told = set(unread.loc[unread["column"].isin(_BENCHMARK), "position"])
    lost = [(int(row), _BENCHMARK[0], "", "lies in a grid that nothing names") for row in beyond if row not in told]
    more = pd.DataFrame(lost, columns=["position", "column", "value", "problem"]).astype(unread.dtypes)
    return replace(recognised, frame=frame, unread=pd.concat([unread, more], ignore_index=True), report=report)


def _benchmark_heading(recognised: Recognised) -> str | None:
    known = headings("benchmark")
    left = recognised.report.loc[recognised.report["column"].isna(), "source_column"]
    return next((name for name in left if "benchmark" in known.get(compact(name), {})), None)


def _degrees(point: Position | None, crs: pyproj.CRS | str | None) -> tuple[float, float]:
    nowhere = (np.nan, np.nan)
    if point is None:
        return nowhere
    if point.epsg is None and abs(point.x) <= HALF_CIRCLE and abs(point.y) <= QUARTER:
        return point.x, point.y
    system = point.epsg or crs
    if system is None:
        return nowhere
    named = crs_named(f"EPSG:{system}" if isinstance(system, int) else system)
    moved, _ = to_degrees(np.array([shapely.Point(point.x, point.y)], dtype=object), named)
    x, y = shapely.get_x(moved[0]), shapely.get_y(moved[0])
    return (float(x), float(y)) if abs(x) <= HALF_CIRCLE and abs(y) <= QUARTER else nowhere


def _without_settled(frame: pd.DataFrame, unread: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Without the columns that keep what could not be read, where all of it could be read after all."""
    gone = [f"{name}_in_source" for name in _BENCHMARK if not (unread["column"] == name).any()]
    return frame.drop(columns=[name for name in gone if name in frame.columns]), unread


# --- several columns of one meaning ----------------------------------------------------------------------------------


def _with_further(
    recognised: Recognised, source: pd.DataFrame, column: Column, table: Table, values: Values | None
) -> Recognised:
    """With further columns of the source that tell the same as one of ours, and answers of yes to one of its words."""
    report, frame = recognised.report, recognised.frame
    each = [frame[column.name]] if column.name in frame.columns else []
    unread = [recognised.unread]
    for name in _free(recognised):
        key = compact(name)
        if column.name in headings(table.name).get(key, {}):
            found = _alone(source[[name]], column.name, table, values)
            each.append(found.frame[column.name])
            unread.append(found.unread)
        elif (word := words(column.spellings).get(key) if column.several else None) and (
            says := _says_yes(source[name])
        ) is not None:
            each.append(pd.Series(word, index=frame.index, dtype="str").where(says))
        else:
            continue
        report = _reported(report, name, column.name, "tells the same as another column")
    if len(each) <= (column.name in frame.columns):
        return recognised
    joined = pd.Series([_joined(cells, column) for cells in zip(*each, strict=True)], index=frame.index, dtype="str")
    ours = frame.assign(**{column.name: joined})
    return replace(recognised, frame=ours, report=report, unread=pd.concat(unread, ignore_index=True))


def _joined(cells: tuple[object, ...], column: Column) -> str | None:
    found = list(dict.fromkeys(part for cell in cells if isinstance(cell, str) for part in cell.split(SEVERAL)))
    if column.several:
        found = [word for word in column.vocabulary if word in found]
    return SEVERAL.join(found) or None


def _says_yes(column: pd.Series) -> Mask | None:
    """Whether each cell says yes; None where the column holds anything else than yes, no and don't know."""
    if pd.api.types.is_bool_dtype(column.dtype):
        says: Mask = column.fillna(value=False).to_numpy(dtype=bool)
        return says
    if pd.api.types.is_numeric_dtype(column.dtype):
        return None
    cells = texts(column, unknown=True)
    answers = cells.map(lambda cell: words("yes_no").get(compact(cell)), na_action="ignore")
    if cells.isna().all() or (cells.notna() & answers.isna()).any():
        return None
    return np.asarray(answers.eq("yes"))


# --- evidence and contamination --------------------------------------------------------------------------------------


def _with_kinds_of_evidence(recognised: Recognised, table: Table) -> Recognised:
    """With the kinds that a column of evidence names in place of direct or indirect."""
    unread, frame = recognised.unread, recognised.frame
    rows = unread[unread["column"] == _EVIDENCE]
    if rows.empty:
        return recognised
    cells = pd.DataFrame({_KINDS: rows["value"].astype("str").to_numpy()})
    found = _alone(cells, _KINDS, table)
    fine = ~np.isin(np.arange(len(rows)), found.unread["position"])
    kinds = frame[_KINDS].copy() if _KINDS in frame.columns else pd.Series(None, index=frame.index, dtype="str")
    positions = rows["position"].to_numpy()[fine]
    named = found.frame[_KINDS].to_numpy(dtype=object)[fine]
    both = [_joined((kinds.iloc[row], kind), table[_KINDS]) for row, kind in zip(positions, named, strict=True)]
    kinds.iloc[positions] = both
    frame = frame.assign(**{_KINDS: kinds}) if len(positions) else frame
    return replace(recognised, frame=frame, unread=unread.drop(index=rows.index[fine]).reset_index(drop=True))


def _with_contamination(
    recognised: Recognised, source: pd.DataFrame, table: Table, values: Values | None
) -> Recognised:
    """With the contamination that a column of devices names, where no other tells it."""
    heading = _taken(recognised).get(_CATEGORIES)
    if _CONTAMINATION not in table.names or _CONTAMINATION in recognised.frame.columns or heading is None:
        return recognised
    found = _alone(source[[heading]], _CONTAMINATION, table, values)
    cells = found.frame[_CONTAMINATION]
    return (
        replace(recognised, frame=recognised.frame.assign(**{_CONTAMINATION: cells}))
        if cells.notna().any()
        else recognised
    )


# --- what is left of the source --------------------------------------------------------------------------------------


def _alone(column: pd.DataFrame, ours: str, table: Table, values: Values | None = None) -> Recognised:
    """What is recognised in one column of the source if it stands for a column of ours."""
    return recognise(column, table, matched=Matched({ours: column.columns[0]}, {ours: ""}), values=values)


def _taken(recognised: Recognised) -> dict[str, str]:
    rows = recognised.report[recognised.report["column"].notna()]
    return dict(zip(rows["column"], rows["source_column"], strict=True))


def _free(recognised: Recognised) -> Iterator[str]:
    """Columns that no heading tells; what only their words told may tell more."""
    rows = recognised.report
    yield from rows.loc[rows["how"].isin([LEFT, BY_CONTENT]), "source_column"]


def _reported(report: pd.DataFrame, heading: str, ours: str, how: str) -> pd.DataFrame:
    """The report that a column was taken too; it stays among the columns as it is."""
    here = report["source_column"] == heading
    free = here & (report["how"] == LEFT)
    return report.assign(column=report["column"].mask(free, ours), how=report["how"].mask(free, how))
