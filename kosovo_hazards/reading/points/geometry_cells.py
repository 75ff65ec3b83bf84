"""Tables with one shape a row, in a cell: as text or bytes of a geometry, or as a list of points."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards.cells import texts
from kosovo_hazards.reading.points.columns import (
    CORNERS,
    notes_on,
    polygons_of,
)
from kosovo_hazards.reading.points.coordinates import Written, read_points
from kosovo_hazards.reading.points.systems import placed_points, systems_of
from kosovo_hazards.reading.source_records import Records

__all__ = ["holds_geometry", "holds_lists", "shapes_from_geometry", "shapes_from_lists"]

_GEOMETRY_TEXT = re.compile(
    r"^\s*(SRID=\d+;)?\s*((MULTI)?(POLYGON|LINESTRING|POINT)|GEOMETRYCOLLECTION)\s*[ZM]*\s*(\(|EMPTY)"
    r'|^\s*\{\s*"|^0[01]0[0-9A-F]{7}',
    re.I,
)


def holds_geometry(column: pd.Series) -> bool:
    """Whether the first cells are WKT, WKB or GeoJSON."""
    known = column.dropna().head(20)
    if not len(known):
        return False
    return all(isinstance(cell, bytes) or (isinstance(cell, str) and _GEOMETRY_TEXT.match(cell)) for cell in known)


def holds_lists(column: pd.Series) -> bool:
    """Whether some of the first cells list the points of a polygon."""
    cells = texts(column).dropna().head(50)
    return any(len(read_points(cell).points) >= CORNERS for cell in cells)


def shapes_from_geometry(records: Records, name: str) -> Records:
    """Records with the shapes that a column holds as WKT, WKB or GeoJSON."""
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


def shapes_from_lists(records: Records, roles: Mapping[str, str], crs: str | None) -> Records:
    """Records with polygons of the points that a cell of each lists."""
    name = roles["coordinate"]
    cells = texts(records.table[name])
    known = {cell: read_points(cell) for cell in cells.dropna().unique()}
    lists = [known.get(cell, Written()) for cell in cells]
    owner = np.repeat(np.arange(len(lists)), [len(found.points) for found in lists])
    systems = systems_of(records.table, roles, crs)
    points = [point for found in lists for point in found.points]
    placed = placed_points(points, [systems[row] for row in owner], owner)
    problems = records.problems.copy()
    for row, found in enumerate(lists):
        if found.problem:
            problems[row] = f"has points in {name!r} that can't be read: the cell {found.problem}"
    for row in np.unique(owner[placed.problems != ""]):
        reason = next(text for text in placed.problems[owner == row] if text)
        problems[row] = f"has a point in {name!r} that {reason}"
    shapes, few = polygons_of(placed.points, owner, len(cells))
    problems = np.where((problems == "") & few & cells.notna().to_numpy(), "has fewer than three points", problems)
    used = [roles[role] for role in ("crs", "zone") if role in roles]
    return replace(
        records,
        table=records.table.drop(columns=[name, *used]),
        shapes=shapes,
        problems=problems,
        crs=placed.crs,
        notes=(
            *records.notes,
            f"shapes were made of the points listed in column {name!r}",
            *notes_on(known, name),
            *placed.notes,
        ),
    )
