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
    placed_points,
    polygons_of,
    systems_of,
)
from kosovo_hazards.reading.points.coordinates import positions_in
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
    points = [positions_in(cell) for cell in cells]
    return any(found is not None and len(found) >= CORNERS for found in points)


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
    lists = [None if pd.isna(cell) else positions_in(cell) for cell in cells]
    points = [(row, point) for row, found in enumerate(lists) if found for point in found]
    owner = np.array([row for row, _ in points], dtype=np.intp)
    systems = systems_of(records.table, roles, crs)
    placed = placed_points([point for _, point in points], [systems[row] for row in owner])
    unread = np.array([found is None for found in lists], dtype=bool) & cells.notna().to_numpy()
    problems = np.where(unread, f"has points in {name!r} that can't be read", records.problems)
    shapes, few = polygons_of(placed.points, owner, len(cells))
    problems = np.where((problems == "") & few & cells.notna().to_numpy(), "has fewer than three points", problems)
    return replace(
        records,
        table=records.table.drop(columns=[name, *(roles[role] for role in ("crs", "zone") if role in roles)]),
        shapes=shapes,
        problems=problems,
        crs=placed.crs,
        notes=(*records.notes, f"shapes were made of the points listed in column {name!r}", *placed.notes),
    )
