"""Tables that hold shapes as text or as turning points, one row or one cell each, made into records with polygons."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards.coordinates import positions_in
from kosovo_hazards.point_columns import (
    PERIMETER,
    kind_of_point,
    placed_points,
    recognised_roles,
    systems_of,
    written_points,
)
from kosovo_hazards.recognition import match_columns
from kosovo_hazards.records import Records
from kosovo_hazards.schema import Table
from kosovo_hazards.values import texts
from kosovo_hazards.vocabulary import compact

__all__ = ["with_shapes_from_columns"]

Floats = NDArray[np.float64]

_GEOMETRY_TEXT = re.compile(
    r"^\s*(SRID=\d+;)?\s*((MULTI)?(POLYGON|LINESTRING|POINT)|GEOMETRYCOLLECTION)\s*[ZM]*\s*(\(|EMPTY)"
    r'|^\s*\{\s*"|^0[01]0[0-9A-F]{7}',
    re.I,
)
_ROLES = (
    "wkt",
    "longitude",
    "latitude",
    "coordinate",
    "shape_id",
    "point_no",
    "point_type",
    "crs",
    "zone",
    "is_active",
    "shape_kind",
    "bearing",
    "distance",
)
_NO = frozenset({"0", "false", "no", "f", "n", "jo", "ne", "inactive", "jo aktiv", "neaktivan"})
_NOT_POLYGONS = frozenset({"point", "points", "polyline", "line"})
_LAST_NUMBER = re.compile(r"(\d+)\D*$")
_WALKED = frozenset({"bearing", "distance"})
_CORNERS = 3


def with_shapes_from_columns(
    records: Records, table: Table, *, columns: Mapping[str, str] | None = None, crs: str | None = None
) -> Records:
    """Records of a source without geometry, with the shapes that its columns describe.

    Parameters
    ----------
    records
        What the source holds; as it is if it has geometry, or if no column describes one.
    table
        `HAZARDS` or `RELEASES`.
    columns
        Our column, or ``longitude``, ``latitude``, ``coordinate``, ``wkt``, ``shape_id``, ``point_no``,
        ``point_type``, ``crs``, ``zone``, and the source's.
    crs
        CRS of the coordinates, unless their notation or a column names it.

    Returns
    -------
    One record a shape: rows that are points of one shape are joined in the order of their numbers. A record with a
    point that can't be read has the reason in `problems`, as its polygon would not cover what was drawn.

    Raises
    ------
    HazardDataError
        If there are points, and nothing says which belong together.
    """
    if records.shapes is not None or not len(records.table.columns):
        return records
    roles = _roles(records.table, table, columns)
    if not len(records) and {"wkt", "longitude", "latitude", "coordinate"} & set(roles):
        return replace(records, shapes=np.empty(0, dtype=object))
    if "wkt" in roles:
        return _from_geometry_text(records, roles["wkt"])
    if not ({"longitude", "latitude"} <= set(roles) or "coordinate" in roles):
        return records
    if "coordinate" in roles and _holds_lists(records.table[roles["coordinate"]]):
        return _from_lists(records, roles, crs)
    return _from_points(records, table, roles, columns, crs)


def _roles(source: pd.DataFrame, table: Table, columns: Mapping[str, str] | None) -> dict[str, str]:
    """Which column plays which part in describing shapes."""
    roles = {role: name for role, name in (columns or {}).items() if role in _ROLES}
    if absent := [name for name in roles.values() if name not in source.columns]:
        raise HazardDataError(
            f"columns= names {', '.join(map(repr, absent))}, which the source does not have",
            hint=f"it has {', '.join(map(str, source.columns))}",
        )
    taken = frozenset(match_columns(list(source.columns), table, columns)[0].values())
    roles = recognised_roles(source.columns, roles, _ROLES, taken=taken)
    if "wkt" in roles and len(source) and not _is_geometry_text(source[roles["wkt"]]):
        roles.pop("wkt")
    if "wkt" not in roles:
        found = [name for name in source.columns if _is_geometry_text(source[name])]
        roles |= {"wkt": found[0]} if found else {}
    return roles


def _is_geometry_text(column: pd.Series) -> bool:
    known = column.dropna().head(20)
    if not len(known):
        return False
    return all(isinstance(cell, bytes) or (isinstance(cell, str) and _GEOMETRY_TEXT.match(cell)) for cell in known)


def _holds_lists(column: pd.Series) -> bool:
    cells = texts(column).dropna().head(50)
    points = [positions_in(cell) for cell in cells]
    return any(found is not None and len(found) >= _CORNERS for found in points)


# --- one cell a shape ------------------------------------------------------------------------------------------------


def _from_geometry_text(records: Records, name: str) -> Records:
    cells = records.table[name]
    shapes, codes = zip(*map(_geometry, cells), strict=True) if len(cells) else ((), ())
    unread = cells.notna().to_numpy() & np.array([shape is None for shape in shapes], dtype=bool)
    stated = {code for code in codes if code}
    if len(stated) > 1:
        raise HazardDataError(f"{records.label} has geometry in {len(stated)} reference systems in one column")
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return replace(
        records,
        table=records.table.drop(columns=name),
        shapes=array,
        crs=pyproj.CRS.from_epsg(stated.pop()) if stated else records.crs,
        problems=np.where(unread, f"has a geometry in {name!r} that can't be read", records.problems),
        notes=(*records.notes, f"shapes were read from column {name!r}"),
    )


def _geometry(cell: Any) -> tuple[shapely.Geometry | None, int | None]:
    try:
        if isinstance(cell, bytes):
            return shapely.from_wkb(cell, on_invalid="fix"), None
        if not isinstance(cell, str) or not cell.strip():
            return None, None
        code = re.match(r"\s*SRID=(\d+);", cell)
        text = cell[code.end() :] if code else cell
        return _from_text(text.strip()), int(code.group(1)) if code else None
    except (shapely.GEOSException, ValueError, TypeError, RecursionError):
        return None, None


def _from_text(text: str) -> shapely.Geometry | None:
    if text.startswith("{"):
        return shapely.from_geojson(json.dumps(json.loads(text)), on_invalid="ignore")
    if text[:2] in ("00", "01"):
        return shapely.from_wkb(text, on_invalid="fix")
    return shapely.from_wkt(text, on_invalid="fix")


def _from_lists(records: Records, roles: Mapping[str, str], crs: str | None) -> Records:
    name = roles["coordinate"]
    cells = texts(records.table[name])
    lists = [None if pd.isna(cell) else positions_in(cell) for cell in cells]
    points = [(row, point) for row, found in enumerate(lists) if found for point in found]
    owner = np.array([row for row, _ in points], dtype=np.intp)
    systems = systems_of(records.table, roles, crs)
    placed = placed_points([point for _, point in points], [systems[row] for row in owner])
    unread = np.array([found is None for found in lists], dtype=bool) & cells.notna().to_numpy()
    problems = np.where(unread, f"has points in {name!r} that can't be read", records.problems)
    shapes, few = _polygons(placed.points, owner, len(cells))
    problems = np.where((problems == "") & few & cells.notna().to_numpy(), "has fewer than three points", problems)
    return replace(
        records,
        table=records.table.drop(columns=name),
        shapes=shapes,
        problems=problems,
        crs=placed.crs,
        notes=(*records.notes, f"shapes were made of the points listed in column {name!r}", *placed.notes),
    )


# --- one row a point -------------------------------------------------------------------------------------------------


def _from_points(
    records: Records, table: Table, roles: Mapping[str, str], columns: Mapping[str, str] | None, crs: str | None
) -> Records:
    source = records.table
    rows = np.flatnonzero(_on_perimeter(source, roles))
    key, shape_key, key_notes = _keys(source, table, roles, columns)
    points = written_points(source, roles)
    order = np.lexsort((np.arange(len(rows)), _numbers(source, roles)[rows], shape_key[rows], key[rows]))
    rows = rows[order]
    bad = np.array([points[row] is None for row in rows], dtype=bool)
    systems = systems_of(source, roles, crs)
    placed = placed_points([points[row] for row in rows[~bad]], [systems[row] for row in rows[~bad]])
    first = np.sort(np.unique(key, return_index=True)[1])
    records_of = {value: number for number, value in enumerate(key[first])}
    part, part_owner = _parts(key, shape_key, rows[~bad], records_of)
    shapes, few = _polygons(placed.points, part, len(part_owner))
    problems = np.full(len(first), "", dtype=object)
    few_in = {int(part_owner[i]) for i in np.flatnonzero(few)} | (set(range(len(first))) - set(part_owner.tolist()))
    problems[list(few_in)] = "has fewer than three turning points"
    for number, cells in _unreadable(source, roles, rows[bad], key, records_of):
        problems[number] = f"has coordinates that can't be read: {cells}"
    dropped = [
        roles[role] for role in ("longitude", "latitude", "coordinate", "point_no", "point_type") if role in roles
    ]
    left = len(source) - len(rows)
    used = ", ".join(f"{name!r} as {role.replace('_', ' ')}" for role, name in roles.items())
    notes = [f"{len(first):,} shapes were made of {len(rows):,} rows with points: {used}", *key_notes, *placed.notes]
    notes += (
        [f"{left:,} rows that are not points of a perimeter (benchmarks and the like) were left out"] if left else []
    )
    return replace(
        records,
        table=_first_known(source.drop(columns=list(dict.fromkeys(dropped))), key, first),
        shapes=_joined(shapes, part_owner, len(first)),
        rows=records.rows[first],
        problems=problems,
        mended=np.full(len(first), "", dtype=object),
        crs=placed.crs,
        notes=(*records.notes, *notes),
    )


def _on_perimeter(source: pd.DataFrame, roles: Mapping[str, str]) -> NDArray[np.bool_]:
    """Rows that are corners of a polygon in use, not benchmarks, evidence points, lines or replaced shapes."""
    wanted = np.ones(len(source), dtype=bool)
    if "point_type" in roles:
        kinds = texts(source[roles["point_type"]]).map(kind_of_point, na_action="ignore")
        wanted &= (kinds.isna() | kinds.isin(PERIMETER)).to_numpy()
    if "shape_kind" in roles:
        wanted &= ~texts(source[roles["shape_kind"]]).map(compact, na_action="ignore").isin(_NOT_POLYGONS).to_numpy()
    if "is_active" in roles:
        wanted &= ~texts(source[roles["is_active"]]).str.lower().isin(_NO).to_numpy()
    return wanted


def _keys(
    source: pd.DataFrame, table: Table, roles: Mapping[str, str], columns: Mapping[str, str] | None
) -> tuple[NDArray[np.intp], NDArray[np.intp], list[str]]:
    """Number of the record and of the shape within it that each row belongs to."""
    matched = match_columns(list(source.columns), table, columns)[0]
    notes = []
    named = matched.get(table.key) or roles.get("shape_id")
    if named is None:
        numbers = _numbers(source, roles)
        if "point_no" not in roles:
            raise HazardDataError(
                "the table has points, but no column says which of them belong to one shape",
                hint=f'name it, for instance columns={{"{table.key}": "…"}}, or "point_no" where numbers start anew',
            )
        starts = np.r_[True, np.diff(numbers) <= 0]
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
    """Order of each point: its number, 0 for a start point without one."""
    if "point_no" not in roles:
        return np.zeros(len(source))
    text = texts(source[roles["point_no"]])
    found = text.map(_LAST_NUMBER.search, na_action="ignore")
    numbers: Floats = np.array([float(m.group(1)) if isinstance(m, re.Match) else 0.0 for m in found])
    return numbers


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
    rows: NDArray[np.intp],
    key: NDArray[np.intp],
    records_of: Mapping[Any, int],
) -> Iterator[tuple[int, str]]:
    names = [roles[role] for role in ("longitude", "latitude", "coordinate") if role in roles]
    walked = " – make polygons of bearings with kh.polygons_from_turning_points" if set(roles) >= _WALKED else ""
    by_record: dict[int, list[str]] = {}
    for row in rows:
        cells = ", ".join(f"{name} {source[name].iloc[row]}" for name in names)
        by_record.setdefault(records_of[key[row]], []).append(f"row {row + 1} ({cells})")
    for number, told in by_record.items():
        yield number, "; ".join(told[:5]) + walked


def _first_known(source: pd.DataFrame, key: NDArray[np.intp], first: NDArray[np.intp]) -> pd.DataFrame:
    """For each record the first value that its rows have in each column."""
    grouped = source.groupby(key, sort=False).first()
    return grouped.loc[key[first]].reset_index(drop=True)


# --- points to polygons ----------------------------------------------------------------------------------------------


def _polygons(points: Floats, owner: NDArray[np.intp], count: int) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """A polygon for each owner from 0 to count, closed if it is not, and whether there are too few points for one."""
    shapes: NDArray[np.object_] = np.full(count, None, dtype=object)
    number = np.bincount(owner, minlength=count)
    enough = number >= _CORNERS
    keep = enough[owner] if len(owner) else np.array([], dtype=bool)
    if keep.any():
        rings = shapely.linearrings(points[keep], indices=np.searchsorted(np.flatnonzero(enough), owner[keep]))
        shapes[enough] = shapely.polygons(rings)
    return shapes, ~enough


def _joined(parts: NDArray[np.object_], owner: NDArray[np.intp], count: int) -> NDArray[np.object_]:
    """The parts of each record as one shape."""
    shapes: NDArray[np.object_] = np.full(count, None, dtype=object)
    known = ~shapely.is_missing(parts)
    parts, owner = parts[known], owner[known]
    order = np.argsort(owner, kind="stable")
    shapely.multipolygons(parts[order], indices=owner[order], out=shapes)
    single = shapely.get_num_geometries(shapes) == 1
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    return shapes
