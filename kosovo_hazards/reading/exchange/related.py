"""Tables of one data set that belong together by their keys, as IMSMA Core stores reports, their shapes and lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Mask, Positions, Shapes
from kosovo_hazards.language import compact, headings
from kosovo_hazards.reading.exchange.devices import counted_devices
from kosovo_hazards.reading.exchange.layer_areas import AREAS_OF_LAYERS
from kosovo_hazards.reading.exchange.notebook import Notebook
from kosovo_hazards.reading.field_tools.coded_values import code_key
from kosovo_hazards.reading.field_tools.forms import beside, link_to_parent
from kosovo_hazards.reading.source_records import Records

__all__ = ["KEYS", "with_related"]

KEYS = frozenset({"globalid", "parentglobalid"})
"""Headings, in their `compact` spelling, by which tables are related."""

# What ArcGIS keeps for itself says nothing of a record.
_SYSTEM = frozenset(
    {"globalid", "parentglobalid", "objectid", "fid", "ogcfid", "creationdate", "creator", "createduser", "createddate",
     "editdate", "editor", "lastediteduser", "lastediteddate", "shapearea", "shapelength", "uniquerowid"}
)  # fmt: skip


def with_related(records: Records, tables: Mapping[str, Records]) -> Records:
    """Records with what the tables that they are related to say.

    Parameters
    ----------
    records
        The shapes, whose label is the name of their table.
    tables
        The other tables of the data set, by name.

    Returns
    -------
    Shapes of a report get its columns; several of one report are one record, unless each has an id of its own: sizes
    are summed, other values in which they differ stand one after the other. A report without a shape is a record
    without one. Lists that belong to a record stand in its row, devices counted by category. As they are if nothing is
    related.

    Notes
    -----
    Tables with shapes of their own, and lists of lists, are not joined, and told.
    """
    name = records.label
    known = {name: records, **tables}
    links = {table: link for table in known if (link := link_to_parent(table, known)) is not None}
    parent = links[name].parent if name in links else None
    left = []
    for child, link in links.items():
        if child == name:
            continue
        if link.parent in (name, parent) and known[child].shapes is None:
            known[link.parent] = _with_list(known[link.parent], known[child], link.rows, child)
        else:
            left.append(f"{child!r} with {len(known[child]):,} rows")
    found = known[name] if parent is None else _with_reports(known[name], known[parent], links[name].rows, parent)
    notes = [f"related tables that are no lists of these records were left out: {', '.join(left)}"] if left else []
    return replace(found, notes=(*found.notes, *notes))


# --- lists -----------------------------------------------------------------------------------------------------------


def _with_list(records: Records, listed: Records, rows: Positions, name: str) -> Records:
    """Records with the rows of a list that belong to each: devices counted, every column as a list of its values."""
    table, content = records.table, listed.table[[c for c in listed.table.columns if compact(c) not in _SYSTEM]]
    notes = [f"{len(listed):,} rows of {name!r} were put into the rows of the records that they belong to"]
    if lost := int((rows < 0).sum()):
        notes.append(f"{lost:,} rows of {name!r} name no record that is there and were left out")
    counts = _counted(content, rows, len(table))
    new = {column: counts[column] for column in counts.columns if column not in table.columns}
    for column in content.columns:
        said = content[column][rows >= 0].dropna().map(code_key)
        lists = said.groupby(rows[said.index]).agg(", ".join).reindex(range(len(table)))
        new[f"{column} ({name})"] = lists.astype("str")
    return replace(records, table=table.assign(**new), notes=(*records.notes, *notes))


def _counted(content: pd.DataFrame, rows: Positions, count: int) -> pd.DataFrame:
    """Devices by category for each record; no column if the list is none of devices."""
    roles: dict[str, str] = {}
    for column in map(str, content.columns):
        for role in headings("item").get(compact(column), {}):
            roles.setdefault(role, column)
    if "quantity" not in roles or not {"device_category", "device_model"} & set(roles):
        return pd.DataFrame(index=range(count))
    empty = pd.Series(None, index=content.index, dtype="str")
    category, model = (content[roles[role]] if role in roles else empty for role in ("device_category", "device_model"))
    devices = pd.DataFrame(
        {"record": rows, "qty": content[roles["quantity"]], "category": category, "subcategory": empty, "model": model}
    )
    devices["ordnance_guid"] = category.astype("str") + model.astype("str")
    counts = counted_devices(devices[rows >= 0], "record", {}, {}, Notebook("item"))
    return counts.reindex(range(count)).dropna(axis=1, how="all")


# --- reports ---------------------------------------------------------------------------------------------------------


def _with_reports(records: Records, reports: Records, owner: Positions, name: str) -> Records:
    """Shapes with the columns of the reports that they belong to, and the reports that have none."""
    above = reports.table
    if reports.shapes is not None:
        points = pd.Series(shapely.to_wkt(reports.shapes, rounding_precision=7), index=above.index, dtype="str")
        above = above.assign(**{f"place of {name}": points})
    taken = {compact(column) for column in above.columns}
    own = {c: f"{c} ({records.label})" for c in records.table.columns if compact(c) in taken and c not in above.columns}
    shapes = replace(records, table=beside(records.table.rename(columns=own), above, owner, records.label))
    notes = [f"the rows of {name!r} were joined to the shapes in {records.label!r} that belong to them"]
    if lost := int((owner < 0).sum()):
        notes.append(f"{lost:,} shapes of {records.label!r} name no row of {name!r} that is there")
    if not _has_own_id(records.table):
        shapes, joined = _as_one(shapes, owner)
        notes += [f"{joined:,} shapes were joined to others of the same row of {name!r}"] if joined else []
    bare = np.setdiff1d(np.arange(len(reports)), owner)
    if len(bare):
        notes.append(f"{len(bare):,} rows of {name!r} have no shape")
        shapes = _with_bare(shapes, above.iloc[bare])
    return replace(shapes, notes=(*shapes.notes, *notes))


def _has_own_id(table: pd.DataFrame) -> bool:
    keys = {compact(column) for column in table.columns} - _SYSTEM
    return any(f"{kind}_id" in headings(kind).get(key, {}) for key in keys for kind in ("hazard", "release"))


def _as_one(records: Records, owner: Positions) -> tuple[Records, int]:
    """Shapes of one owner as parts of one record; how many were joined to others."""
    if records.shapes is None:
        return records, 0
    # Shapes of no report stay by themselves: below 0 no report is numbered.
    group = np.where(owner >= 0, owner, -1 - np.arange(len(owner)))
    first = np.flatnonzero(~pd.Series(group).duplicated().to_numpy())
    at = pd.Series(np.arange(len(first)), index=group[first])
    where = at.loc[group].to_numpy()
    several = np.bincount(where, minlength=len(first)) > 1
    missing = shapely.is_missing(records.shapes) & (records.problems == "") & several[where]
    problems = np.where(
        missing, "has a shape that is missing, so that not all of its ground is known", records.problems
    )
    texts = [
        pd.Series(column).groupby(where).agg(lambda cells: "; ".join(dict.fromkeys(filter(None, cells)))).to_numpy()
        for column in (problems, records.repairs)
    ]
    joined = [
        None if shapes is None else _joined(shapes, where, several) for shapes in (records.shapes, records.within)
    ]
    shapes, within = joined
    table = pd.concat([_said_by_parts(cells, where) for _, cells in records.table.items()], axis=1)
    found = replace(
        records, table=table, shapes=shapes, within=within,
        rows=records.rows[first], problems=texts[0].astype(object), repairs=texts[1].astype(object),
    )  # fmt: skip
    return found, len(owner) - len(first)


def _said_by_parts(cells: pd.Series, where: Positions) -> pd.Series:
    """A column of parts as one of records: sizes summed, other values that differ one after the other."""
    grouped = cells.groupby(where)
    if _is_size(str(cells.name)) and pd.api.types.is_numeric_dtype(cells.dtype):
        return grouped.sum(min_count=1)
    said = grouped.first()
    known = cells.notna().to_numpy()
    other = known & (cells.to_numpy(dtype=object) != said.to_numpy(dtype=object)[where])
    if not other.any():
        return said
    rows = known & np.isin(where, where[other])
    lists = cells[rows].map(code_key).groupby(where[rows]).agg(lambda values: ", ".join(dict.fromkeys(values)))
    said = said.astype(object)
    said.loc[lists.index] = lists.astype(object)
    return said


def _is_size(heading: str) -> bool:
    key = compact(heading)
    return key in AREAS_OF_LAYERS or "reported_area_m2" in headings("hazard").get(key, {})


def _joined(shapes: Shapes, where: Positions, several: Mask) -> Shapes:
    """The parts of each record as one shape; a lone shape as it is."""
    made: Shapes = np.full(len(several), None, dtype=object)
    lone = ~several[where]
    made[where[lone]] = shapes[lone]
    rest = np.flatnonzero(~lone & ~shapely.is_missing(shapes))
    rest = rest[np.argsort(where[rest], kind="stable")]
    parts, of = shapely.get_parts(shapes[rest], return_index=True)
    whose = where[rest][of]
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    mixed = np.isin(whose, whose[~areal])
    for join, own in ((shapely.multipolygons, ~mixed), (shapely.geometrycollections, mixed)):
        if own.any():
            join(parts[own], indices=whose[own], out=made)
    return made


def _with_bare(records: Records, reports: pd.DataFrame) -> Records:
    count = len(reports)
    nothing, blank = np.full(count, None, dtype=object), np.full(count, "", dtype=object)
    return replace(
        records,
        table=pd.concat([records.table, reports], ignore_index=True),
        shapes=None if records.shapes is None else np.r_[records.shapes, nothing],
        within=None if records.within is None else np.r_[records.within, nothing],
        rows=np.r_[records.rows, records.rows.max(initial=0) + 1 + np.arange(count)],
        problems=np.r_[records.problems, blank],
        repairs=np.r_[records.repairs, blank],
    )
