"""Tables with one record a row and its place in one or two columns, as forms and lists of finds have it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Shapes, Texts
from kosovo_hazards.cells import texts
from kosovo_hazards.reading.column_matching import Matched, match_columns
from kosovo_hazards.reading.points.columns import written_points
from kosovo_hazards.reading.points.from_columns import roles_of
from kosovo_hazards.reading.points.geometry_cells import shapes_from_geometry
from kosovo_hazards.reading.points.systems import placed_points, systems_of
from kosovo_hazards.reading.source_records import Records
from kosovo_hazards.schema import CRS, Table

__all__ = ["with_single_points"]

_ROLES = ("wkt", "longitude", "latitude", "coordinate", "crs", "zone", "north_south", "east_west")
# Forms part a geopoint into columns whose headings begin alike: ODK Central by "-", KoboToolbox by "_".
_PART = re.compile(r"^(?P<stem>.*?)[\s_./:-]*(?P<part>latitude|longitude|altitude|precision|accuracy)$", re.I)
# Or leave it in one cell: latitude, longitude, height, accuracy.
_GEOPOINT = re.compile(
    r"\s*-?\d{1,2}(?:\.\d+)?[\s,;]+-?\d{1,3}(?:\.\d+)?(?P<more>[\s,;]+-?\d+(?:\.\d+)?[\s,;]+(?P<accuracy>\d+(?:\.\d+)?))?\s*"
)
_MOST = 0.8
_SHOWN = 60


def with_single_points(
    records: Records, table: Table, *, columns: Mapping[str, str] | None = None, crs: str | None = None
) -> Records:
    """Records of a source without geometry, each with the point that its row tells.

    Parameters
    ----------
    records
        What the source holds, its columns matched; as it is if it has geometry.
    table
        A table of points.
    columns
        Our column, or ``longitude``, ``latitude``, ``coordinate``, ``wkt``, ``crs``, ``zone``, ``north_south``,
        ``east_west``, and the source's.
    crs
        CRS of the coordinates, unless their notation or a column names it.

    Returns
    -------
    One record a row. A row with coordinates that can't be read has the reason in `problems`; one without any has no
    shape.
    """
    if records.shapes is not None or not len(records.table.columns):
        return records
    matched = records.matched or match_columns(list(records.table.columns), table, columns)
    taken = frozenset(matched.columns.values())
    roles = {role: name for role, name in roles_of(records.table, columns, taken).items() if role in _ROLES}
    if "wkt" in roles:
        return shapes_from_geometry(records, roles, crs)
    if {"longitude", "latitude"} <= set(roles) or "coordinate" in roles:
        return _from_columns(_with_accuracy(records, _of_cell(records, roles)), roles, crs)
    for found in (_parts(records.table), _cell(records.table, taken)):
        if found:
            told = replace(records, notes=(*records.notes, "geopoints of the form were taken to be on WGS 84"))
            return _from_columns(_with_accuracy(told, _of_cell(records, found)), found, crs or CRS)
    return records


def _parts(source: pd.DataFrame) -> dict[str, str]:
    """Longitude, latitude and accuracy of the first geopoint that headings part."""
    stems: dict[str, dict[str, str]] = {}
    for name in source.columns:
        if match := _PART.match(str(name)):
            stems.setdefault(match["stem"].casefold(), {})[match["part"].casefold()] = name
    full = [parts for parts in stems.values() if {"latitude", "longitude"} <= set(parts)]
    if not full:
        return {}
    accuracy = full[0].get("precision") or full[0].get("accuracy")
    roles = {"longitude": full[0]["longitude"], "latitude": full[0]["latitude"]}
    return roles | ({"accuracy": accuracy} if accuracy else {})


def _cell(source: pd.DataFrame, taken: frozenset[str]) -> dict[str, str]:
    """The first column whose cells are geopoints."""
    for name in source.columns:
        if name in taken or pd.api.types.is_numeric_dtype(source[name].dtype):
            continue
        cells = texts(source[name]).dropna()
        if len(cells) and float(cells.str.fullmatch(_GEOPOINT).mean()) >= _MOST:
            return {"coordinate": name}
    return {}


def _of_cell(records: Records, roles: Mapping[str, str]) -> pd.Series | None:
    """The accuracy beside each point: in a column of its own, or behind the height in its cell."""
    if "accuracy" in roles:
        return records.table[roles["accuracy"]]
    if "coordinate" not in roles:
        return None
    found = texts(records.table[roles["coordinate"]]).str.extract(f"^{_GEOPOINT.pattern}$", flags=re.I)["accuracy"]
    return found if found.notna().any() else None


def _with_accuracy(records: Records, accuracy: pd.Series | None) -> Records:
    """With the accuracy as a column of ours, unless there is one."""
    matched = records.matched or Matched({}, {})
    if accuracy is None or "accuracy_m" in matched.columns or "accuracy_m" in records.table.columns:
        return records
    name = str(accuracy.name) if accuracy.name in records.table.columns else "accuracy_m"
    hows = {**matched.hows, "accuracy_m": "accuracy of the geopoint"}
    return replace(
        records,
        table=records.table if name != "accuracy_m" else records.table.assign(accuracy_m=accuracy),
        matched=Matched({**matched.columns, "accuracy_m": name}, hows),
    )


def _from_columns(records: Records, roles: Mapping[str, str], crs: str | None) -> Records:
    source = records.table
    written = written_points(source, roles)
    there = np.flatnonzero([point is not None for point in written.points])
    systems = systems_of(source, roles, crs)
    placed = placed_points([written.points[row] for row in there], [systems[row] for row in there])  # type: ignore[misc]
    shapes: Shapes = np.full(len(source), None, dtype=object)
    shapes[there] = shapely.points(placed.points)
    used = [roles[role] for role in _ROLES if role in roles]
    accounted = {*((records.matched.columns.values()) if records.matched else ())}
    told = ", ".join(f"{roles[role]!r} as {role}" for role in _ROLES if role in roles)
    return replace(
        records,
        table=source.drop(columns=[name for name in dict.fromkeys(used) if name not in accounted]),
        shapes=shapes,
        problems=_problems(records, roles, written.problems, there, placed.problems),
        crs=placed.crs,
        notes=(*records.notes, f"points were made of {told}", *written.notes, *placed.notes),
    )


def _problems(
    records: Records, roles: Mapping[str, str], of_cells: list[str], there: np.ndarray, of_places: Texts
) -> Texts:
    problems = records.problems.copy()
    reasons = {row: reason for row, reason in enumerate(of_cells) if reason}
    reasons |= {int(row): reason for row, reason in zip(there, of_places, strict=True) if reason}
    names = [roles[role] for role in ("longitude", "latitude", "coordinate") if role in roles]
    for row, reason in reasons.items():
        cells = ", ".join(f"{name} {str(records.table[name].iloc[row])[:_SHOWN]}" for name in names)
        problems[row] = f"has coordinates that can't be read ({cells}): {reason}"
    return problems
