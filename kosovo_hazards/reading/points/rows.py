"""Tables with one point a row, as IMSMA and surveyors keep them: rows of one shape joined in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Floats
from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards._wording import argument
from kosovo_hazards.cells import texts
from kosovo_hazards.language import compact
from kosovo_hazards.reading.points.columns import (
    PERIMETER,
    kind_of_point,
    polygons_of,
    written_points,
)
from kosovo_hazards.reading.points.pairs import Position
from kosovo_hazards.reading.points.systems import placed_points, systems_of
from kosovo_hazards.reading.source_records import Records
from kosovo_hazards.schema import Table

__all__ = ["shapes_from_points"]


_NO = frozenset({"0", "false", "no", "f", "n", "jo", "ne", "inactive", "jo aktiv", "neaktivan"})
_NOT_POLYGONS = frozenset({"point", "points", "polyline", "line"})
_LAST_NUMBER = re.compile(r"(\d+)(?:[.,](\d+))?\D*$")
# What says where points lie means nothing any more once they are joined, in one CRS.
_USED = ("longitude", "latitude", "coordinate", "point_no", "point_type", "crs", "zone", "north_south", "east_west")
_SHOWN = 60
_WALKED = frozenset({"bearing", "distance"})


def shapes_from_points(
    records: Records, table: Table, roles: Mapping[str, str], matched: Mapping[str, str], crs: str | None
) -> Records:
    """Records with polygons of the points that stand in their rows; see `with_shapes_from_columns`."""
    source = records.table
    corner = _on_perimeter(source, roles)
    if records.groups is None:
        key, shape_key, key_notes = _keys(source, table, roles, matched)
    else:
        key, shape_key, key_notes = *(pd.factorize(column)[0] for column in records.groups.T), []
        corner &= records.groups[:, 1] >= 0
    rows = np.flatnonzero(corner)
    written = written_points(source, roles)
    points = written.points
    numbers = _numbers(source, roles)
    sequence = _in_sequence(numbers, _kinds(source, roles), key, shape_key)
    order = np.lexsort((np.arange(len(rows)), sequence[rows], shape_key[rows], key[rows]))
    rows = rows[order]
    bad = np.array([points[row] is None for row in rows], dtype=bool)
    systems = systems_of(source, roles, crs)
    good = rows[~bad]
    placed = placed_points([points[row] for row in good], [systems[row] for row in good], key[good])
    first = np.sort(np.unique(key, return_index=True)[1])
    records_of = {value: number for number, value in enumerate(key[first])}
    part, part_owner = _parts(key, shape_key, good, records_of)
    shapes, few = polygons_of(placed.points, part, len(part_owner))
    problems = np.full(len(first), "", dtype=object)
    few_in = {int(part_owner[i]) for i in np.flatnonzero(few)} | (set(range(len(first))) - set(part_owner.tolist()))
    problems[list(few_in)] = "has fewer than three turning points"
    for number, messages in _repeated_numbers(numbers, points, rows, key, shape_key):
        problems[records_of[number]] = messages
    reasons = {row: written.problems[row] for row in rows[bad]}
    reasons |= {row: placed.problems[i] for i, row in enumerate(good) if placed.problems[i]}
    for number, cells in _unreadable(source, roles, reasons, key, records_of):
        problems[number] = f"has coordinates that can't be read: {cells}"
    dropped = [roles[role] for role in _USED if role in roles]
    used = ", ".join(f"{name!r} as {role.replace('_', ' ')}" for role, name in roles.items())
    notes = [
        f"{len(first):,} shapes were made of {len(rows):,} rows with points: {used}",
        *key_notes,
        *written.notes,
        *placed.notes,
    ]
    notes += _disagreements(source, table, matched, key, first)
    alone = 0 if records.groups is None else int((records.groups[:, 1] < 0).sum())
    if left := len(source) - len(rows) - alone:
        notes.append(f"{left:,} rows that are no corners (benchmarks, shapes no longer in use, …) were left out")
    return replace(
        records,
        table=_first_known(source.drop(columns=list(dict.fromkeys(dropped))), key, first, roles.get("shape_id")),
        shapes=_joined(shapes, part_owner, len(first)),
        rows=records.rows[first],
        problems=problems,
        repairs=np.full(len(first), "", dtype=object),
        groups=None,
        crs=placed.crs,
        notes=(*records.notes, *notes),
    )


def _on_perimeter(source: pd.DataFrame, roles: Mapping[str, str]) -> NDArray[np.bool_]:
    """Rows that are corners of a polygon in use, not benchmarks, evidence points, lines or replaced shapes."""
    wanted = np.ones(len(source), dtype=bool)
    kinds = _kinds(source, roles)
    wanted &= (kinds.isna() | kinds.isin(PERIMETER)).to_numpy()
    if "shape_kind" in roles:
        wanted &= ~texts(source[roles["shape_kind"]]).map(compact, na_action="ignore").isin(_NOT_POLYGONS).to_numpy()
    if "is_active" in roles:
        wanted &= ~texts(source[roles["is_active"]]).str.lower().isin(_NO).to_numpy()
    return wanted


def _kinds(source: pd.DataFrame, roles: Mapping[str, str]) -> pd.Series:
    """Kind of each point; where no type is given, its name says it: BM, SP, TP1."""
    named = [texts(source[roles[role]]) for role in ("point_type", "point_no") if role in roles]
    if not named:
        return pd.Series(None, index=source.index, dtype="str")
    return named[0].fillna(named[-1]).map(kind_of_point, na_action="ignore")


def _keys(
    source: pd.DataFrame, table: Table, roles: Mapping[str, str], matched: Mapping[str, str]
) -> tuple[NDArray[np.intp], NDArray[np.intp], list[str]]:
    """Number of the record and of the shape within it that each row belongs to."""
    notes = []
    named = matched.get(table.key) or roles.get("shape_id")
    if named is None:
        numbers = _numbers(source, roles)
        if "point_no" not in roles:
            raise UnreadableSourceError(
                "the table has points, but no column says which of them belong to one shape",
                hint=f"name it, for instance {argument('columns', {table.key: ...})}, or point_no "
                "where numbers start anew",
            )
        before = pd.Series(numbers).ffill().shift().to_numpy()
        starts = np.isnan(before) | (numbers <= before)
        starts[0] = True
        return (
            np.cumsum(starts) - 1,
            np.zeros(len(source), dtype=np.intp),
            ["a new shape begins where numbers start anew"],
        )
    ids = texts(source[named])
    if ids.isna().any() and ids.notna().any():
        notes.append(f"empty cells of {named!r} were taken to repeat the id above them")
    key = pd.factorize(ids.ffill().fillna(""))[0]
    shape = texts(source[roles["shape_id"]]) if "shape_id" in roles else pd.Series("", index=source.index)
    return key, pd.factorize(shape.ffill().fillna(""))[0], notes


def _numbers(source: pd.DataFrame, roles: Mapping[str, str]) -> Floats:
    """Number of each point; intermediate points such as 3.1 come between two others. NaN where it has none."""
    if "point_no" not in roles:
        return np.full(len(source), np.nan)
    found = texts(source[roles["point_no"]]).map(_LAST_NUMBER.search, na_action="ignore")
    numbers: Floats = np.array([
        int(m[1]) + int(m[2] or 0) / 1_000 if isinstance(m, re.Match) else np.nan for m in found
    ])  # fmt: skip
    return numbers


def _in_sequence(numbers: Floats, kinds: pd.Series, key: NDArray[np.intp], shape_key: NDArray[np.intp]) -> Floats:
    """The numbers; a start point without one comes first, any other point behind the one in the row above."""
    known = pd.Series(numbers).mask(np.isnan(numbers) & (kinds == "start point").to_numpy(), -1)
    filled: Floats = known.groupby([key, shape_key]).ffill().fillna(-1).to_numpy()
    return filled


def _repeated_numbers(
    numbers: Floats,
    points: list[Position | None],
    rows: NDArray[np.intp],
    key: NDArray[np.intp],
    shape_key: NDArray[np.intp],
) -> Iterator[tuple[Any, str]]:
    """Records in which one number stands for several places, so that nobody knows the order."""
    numbered = rows[~np.isnan(numbers[rows])]
    table = pd.DataFrame({"key": key[numbered], "shape": shape_key[numbered], "number": numbers[numbered]})
    places = [points[row] for row in numbered]
    each = table.assign(place=pd.factorize(pd.Series(places, dtype=object))[0]).drop_duplicates()
    again = each[each.duplicated(["key", "shape", "number"])].drop_duplicates("key")
    for record, number in again[["key", "number"]].itertuples(index=False):
        yield record, f"has point {number:g} in several places: name the column that tells its shapes apart (shape_id)"


def _parts(
    key: NDArray[np.intp], shape_key: NDArray[np.intp], rows: NDArray[np.intp], records_of: Mapping[Any, int]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Number of the ring each row belongs to, and of the record each ring belongs to."""
    if not len(rows):
        return np.array([], dtype=np.intp), np.array([], dtype=np.intp)
    pairs = np.stack([key[rows], shape_key[rows]], axis=1)
    starts = np.r_[True, (np.diff(pairs, axis=0) != 0).any(axis=1)]
    return np.cumsum(starts) - 1, np.array([records_of[value] for value in pairs[starts, 0]], dtype=np.intp)


def _unreadable(
    source: pd.DataFrame,
    roles: Mapping[str, str],
    reasons: Mapping[int, str],
    key: NDArray[np.intp],
    records_of: Mapping[Any, int],
) -> Iterator[tuple[int, str]]:
    """For each record with rows that can't be read those rows, their cells and the reason."""
    names = [roles[role] for role in ("longitude", "latitude", "coordinate") if role in roles]
    walked = " – make polygons of bearings with kh.polygons_from_turning_points" if set(roles) >= _WALKED else ""
    by_record: dict[int, list[str]] = {}
    for row, reason in reasons.items():
        cells = ", ".join(f"{name} {str(source[name].iloc[row])[:_SHOWN]}" for name in names)
        by_record.setdefault(records_of[key[row]], []).append(f"row {row + 1} ({cells}) {reason}".rstrip())
    for number, messages in by_record.items():
        yield number, "; ".join(messages[:5]) + walked


def _disagreements(
    source: pd.DataFrame,
    table: Table,
    matched: Mapping[str, str],
    key: NDArray[np.intp],
    first: NDArray[np.intp],
) -> list[str]:
    """What to tell of records whose rows say different things; the first counts."""
    names = source[matched[table.key]].iloc[first] if table.key in matched else pd.Series(first + 1)
    messages = []
    for ours, theirs in matched.items():
        several = source[theirs].groupby(key).nunique().loc[key[first]].to_numpy() > 1
        if several.any() and ours != table.key:
            some = ", ".join(map(str, names.to_numpy()[several][:5]))
            messages.append(f"rows of {several.sum():,} records differ in {theirs!r}, and the first counts: {some}")
    return messages


def _first_known(
    source: pd.DataFrame, key: NDArray[np.intp], first: NDArray[np.intp], shape_id: str | None
) -> pd.DataFrame:
    """For each record the first value that its rows have in each column, and the ids of all its shapes."""
    grouped = source.groupby(key, sort=False)
    table = grouped.first()
    if shape_id in source.columns:
        table[shape_id] = texts(source[shape_id]).groupby(key, sort=False).agg(_listed)
    found: pd.DataFrame = table.loc[key[first]].reset_index(drop=True)
    return found


def _listed(ids: pd.Series) -> str | None:
    return ", ".join(dict.fromkeys(ids.dropna())) or None


def _joined(parts: NDArray[np.object_], owner: NDArray[np.intp], count: int) -> NDArray[np.object_]:
    """The parts of each record as one shape."""
    shapes: NDArray[np.object_] = np.full(count, None, dtype=object)
    known = ~shapely.is_missing(parts)
    parts, owner = parts[known], owner[known]
    order = np.argsort(owner, kind="stable")
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    mixed = np.isin(owner, owner[~areal])
    for join, own in ((shapely.multipolygons, ~mixed), (shapely.geometrycollections, mixed)):
        kept = order[own[order]]
        join(parts[kept], indices=owner[kept], out=shapes)
    single = shapely.get_num_geometries(shapes) == 1
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    return shapes
