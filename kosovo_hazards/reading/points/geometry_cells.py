"""Tables with one shape a row, in a cell: as text or bytes of a geometry, or as a list of points."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely

from kosovo_hazards.cells import texts
from kosovo_hazards.reading.files.nesting import nested_too_deep
from kosovo_hazards.reading.points.columns import (
    CORNERS,
    notes_on,
    polygons_of,
)
from kosovo_hazards.reading.points.coordinates import Written, read_points
from kosovo_hazards.reading.points.systems import placed_points, placed_shapes, systems_of
from kosovo_hazards.reading.source_records import Records

__all__ = ["holds_geometry", "holds_lists", "shapes_from_geometry", "shapes_from_lists"]

_KINDS = (
    "POLYGON|LINESTRING|POINT|GEOMETRYCOLLECTION|CURVEPOLYGON|COMPOUNDCURVE|CIRCULARSTRING|CURVE|SURFACE|TRIANGLE|TIN|"
    "POLYHEDRALSURFACE"
)
_GEOMETRY_TEXT = re.compile(
    rf"\s*(SRID=\d{{1,9}};)?\s*(MULTI)?({_KINDS})\s*[ZM]{{0,2}}\s*(\(|EMPTY)"
    r'|\s*\{\s*"|0[01][0-9A-F]{2}0[0-9A-F]{5}|0[01]0[0-9A-F]{7}',
    re.I,
)
_SRID = re.compile(r"\s*SRID=(\d{1,9});", re.I)
_SHOWN = 60
# A blob of a GeoPackage begins with this; the bits of its flags tell how long the bounds are that follow.
_GEOPACKAGE = b"GP"
_BOUNDS = (0, 32, 48, 48, 64)


def holds_geometry(column: pd.Series) -> bool:
    """Whether most of the first cells are WKT, WKB or GeoJSON; one that isn't costs its record only."""
    known = [cell for cell in column.dropna().head(50) if isinstance(cell, bytes) or not _says_nothing(cell)]
    found = [isinstance(cell, bytes) or (isinstance(cell, str) and _GEOMETRY_TEXT.match(cell)) for cell in known]
    return sum(map(bool, found)) * 2 > len(known)


def _says_nothing(cell: Any) -> bool:
    return bool(texts(pd.Series([cell], dtype=object)).isna().iloc[0])


def holds_lists(column: pd.Series) -> bool:
    """Whether some of the first cells list the points of a polygon."""
    cells = texts(column).dropna().head(50)
    return any(len(read_points(cell).points) >= CORNERS for cell in cells)


def shapes_from_geometry(records: Records, roles: Mapping[str, str], crs: str | None) -> Records:
    """Records with the shapes that a column holds as WKT, WKB or GeoJSON."""
    name = roles["wkt"]
    read = [_geometry(cell) for cell in records.table[name]]
    shapes = np.empty(len(read), dtype=object)
    shapes[:] = [one.shape for one in read]
    in_column = systems_of(records.table, {"crs": roles["crs"]} if "crs" in roles else {}, None)
    systems = [_system(one.code) or named for one, named in zip(read, in_column, strict=True)]
    placed = placed_shapes(shapes, systems, crs)
    problems = records.problems.copy()
    for row, one in enumerate(read):
        if one.problem:
            problems[row] = f"has a geometry in {name!r} that can't be read: {one.problem}"
        elif placed.problems[row]:
            problems[row] = f"has a geometry in {name!r} that {placed.problems[row]}"
    return replace(
        records,
        table=records.table.drop(columns=[name, *([roles["crs"]] if "crs" in roles else [])]),
        shapes=placed.shapes,
        crs=placed.crs or records.crs,
        problems=problems,
        notes=(*records.notes, f"shapes were read from column {name!r}", *placed.notes),
    )


def _system(code: int) -> str | None:
    """The name of the CRS of an SRID; 0 says that there is none."""
    if code <= 0:
        return None
    # What PostGIS numbers above EPSG's codes are Esri's.
    return f"EPSG:{code}" if code < 100_000 else f"ESRI:{code}"


@dataclass(frozen=True)
class _Cell:
    """The shape of a cell, the SRID that it names (0 for none), and why it can't be read."""

    shape: shapely.Geometry | None = None
    code: int = 0
    problem: str = ""


def _geometry(cell: Any) -> _Cell:
    if not isinstance(cell, bytes) and (not isinstance(cell, str) or _says_nothing(cell)):
        known = cell is None or isinstance(cell, str) or bool(pd.isna(cell))
        return _Cell() if known else _Cell(problem=f"{str(cell)[:_SHOWN]!r} is no geometry")
    if nested_too_deep(cell):
        return _Cell(problem="it is nested too deep")
    try:
        shape, code = _from_bytes(cell) if isinstance(cell, bytes) else _from_text(cell)
    except NotImplementedError:
        return _Cell(problem="it has curves; write it with straight lines that cover the same ground")
    except (shapely.GEOSException, ValueError, TypeError, RecursionError, OverflowError):
        shape, code = None, 0
    if shape is not None:
        return _Cell(shape, code)
    if isinstance(cell, bytes):
        return _Cell(problem="its bytes are no WKB")
    return _Cell(problem=f"{cell.strip()[:_SHOWN]!r} is {_what_it_seems(cell)}")


def _what_it_seems(cell: str) -> str:
    if _GEOMETRY_TEXT.match(cell) is None:
        return "neither WKT nor WKB nor GeoJSON"
    return "cut off or damaged" if len(cell) < 32_000 else "cut off or damaged (spreadsheets cut cells at 32,767 signs)"


def _from_bytes(cell: bytes) -> tuple[shapely.Geometry | None, int]:
    if cell[:2] == _GEOPACKAGE and len(cell) > 8:
        bounds = _BOUNDS[min(cell[3] >> 1 & 0b111, len(_BOUNDS) - 1)]
        code = int.from_bytes(cell[4:8], "little" if cell[3] & 1 else "big", signed=True)
        return shapely.from_wkb(cell[8 + bounds :], on_invalid="fix"), code
    shape = shapely.from_wkb(cell, on_invalid="fix")
    return shape, int(shapely.get_srid(shape))


def _from_text(cell: str) -> tuple[shapely.Geometry | None, int]:
    found = _SRID.match(cell)
    text = (cell[found.end() :] if found else cell).strip()
    if text.startswith("{"):
        return shapely.from_geojson(json.dumps(json.loads(text)), on_invalid="ignore"), 0
    if text[:2] in ("00", "01"):
        shape = shapely.from_wkb(text, on_invalid="fix")
        return shape, int(shapely.get_srid(shape))
    # GEOS reads small letters by the rules of the locale; capitals are the same everywhere.
    return shapely.from_wkt(text.upper(), on_invalid="fix"), int(found.group(1)) if found else 0


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
