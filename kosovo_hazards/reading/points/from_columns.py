"""Tables that hold shapes in their columns, one row or one cell each, made into records with polygons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.reading.column_matching import Matched, match_columns
from kosovo_hazards.reading.field_tools.form_columns import places_of_form
from kosovo_hazards.reading.points.coarseness import with_coarseness
from kosovo_hazards.reading.points.columns import (
    recognised_roles,
)
from kosovo_hazards.reading.points.geometry_cells import (
    holds_geometry,
    holds_lists,
    shapes_from_geometry,
    shapes_from_lists,
)
from kosovo_hazards.reading.points.rows import shapes_from_points
from kosovo_hazards.reading.source_records import Records
from kosovo_hazards.schema import CRS, Table

__all__ = ["roles_of", "with_shapes_from_columns"]

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
    "north_south",
    "east_west",
    "is_active",
    "shape_kind",
    "bearing",
    "distance",
)
_PLACES = frozenset({"longitude", "latitude", "coordinate", "north_south", "east_west"})


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
        ``point_type``, ``crs``, ``zone``, ``north_south``, ``east_west``, and the source's.
    crs
        CRS of the coordinates, unless their notation or a column names it.

    Returns
    -------
    One record a shape: rows that are points of one shape are joined in the order of their numbers. A record with a
    point that can't be read has the reason in `problems`, as its polygon would not cover what was drawn.

    Raises
    ------
    UnreadableSourceError
        If there are points, and nothing says which belong together.
    """
    if records.shapes is not None or not len(records.table.columns):
        return records
    matched = records.matched or match_columns(list(records.table.columns), table, columns)
    roles = roles_of(records.table, columns, frozenset(matched.columns.values()))
    if len(records) and "wkt" not in roles and not _PLACES & set(columns or {}):
        records, roles, crs = _with_places_of_form(records, roles, frozenset(matched.columns.values()), crs)
    if not len(records) and {"wkt", "longitude", "latitude", "coordinate"} & set(roles):
        return replace(records, shapes=np.empty(0, dtype=object))
    if "wkt" in roles:
        return with_coarseness(shapes_from_geometry(records, roles, crs))
    if not ({"longitude", "latitude"} <= set(roles) or "coordinate" in roles):
        return records
    if "coordinate" in roles and holds_lists(records.table[roles["coordinate"]]):
        return with_coarseness(shapes_from_lists(records, roles, crs))
    return with_coarseness(shapes_from_points(records, table, roles, (records.matched or matched).columns, crs))


def _with_places_of_form(
    records: Records, roles: dict[str, str], taken: frozenset[str], crs: str | None
) -> tuple[Records, dict[str, str], str | None]:
    """The same with the columns in which a survey form keeps its places, if nothing else says where they are."""
    known = {"longitude", "latitude"} <= set(roles) or "coordinate" in roles
    # No other value looks like a trace, whatever its column is called.
    form = places_of_form(records.table, lists_only=True)
    free = records.table[[name for name in records.table.columns if name not in taken]]
    if not form.roles and not known:
        form = places_of_form(free)
    if not form.roles:
        return records, roles, crs
    used = {*form.roles.values()}
    roles = {role: name for role, name in roles.items() if role not in _PLACES and name not in used}
    gone = set(free.columns) - set(form.table.columns) - taken
    table = records.table.drop(columns=list(gone))
    table = table.assign(**{name: form.table[name] for name in used if name not in table.columns})
    on_wgs84 = crs is None and "crs" not in roles and "zone" not in roles
    notes = [*form.notes, "places of the form were taken to be on WGS 84"] if on_wgs84 else form.notes
    groups = records.groups
    if groups is None and not form.lists and not {"point_no", "shape_id"} & set(roles):
        # A form with one point a submission: no two belong together.
        rows = np.arange(len(records))
        groups = np.stack([rows, rows], axis=1)
    matched = records.matched or Matched({}, {})
    left = {ours: theirs for ours, theirs in matched.columns.items() if theirs not in used}
    hows = {ours: how for ours, how in matched.hows.items() if ours in left}
    notes = (*records.notes, *notes)
    found = replace(records, table=table, groups=groups, matched=Matched(left, hows), notes=notes)
    return found, {**roles, **form.roles}, CRS if on_wgs84 else crs


def roles_of(source: pd.DataFrame, columns: Mapping[str, str] | None, taken: frozenset[str]) -> dict[str, str]:
    """Which column plays which part in describing shapes."""
    roles = {role: name for role, name in (columns or {}).items() if role in _ROLES}
    if absent := [name for name in roles.values() if name not in source.columns]:
        raise UsageError(
            f"{argument('columns')} names {', '.join(map(repr, absent))}, which the source does not have",
            hint=f"it has {', '.join(map(str, source.columns))}",
        )
    roles = recognised_roles(source.columns, roles, _ROLES, taken=taken)
    if "wkt" in roles and len(source) and not holds_geometry(source[roles["wkt"]]):
        roles.pop("wkt")
    if "wkt" not in roles:
        found = [name for name in source.columns if holds_geometry(source[name])]
        roles |= {"wkt": found[0]} if found else {}
    return roles
