"""Geometries read from their bytes: unclosed rings closed, unreadable ones reported record by record."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from kosovo_hazards._arrays import Objects, Positions
from kosovo_hazards.reading.field_tools.curved_bytes import are_curved, curved_geometry, kinds_of
from kosovo_hazards.reading.field_tools.curves import CURVES_DRAWN, CURVES_NOT_DRAWN, note_on_curves
from kosovo_hazards.reading.files.nesting import nested_too_deep
from kosovo_hazards.reading.formats.outlines import Geometry, NoPositions, shapes_of
from kosovo_hazards.reading.source_records import Records

__all__ = ["with_shapes"]


def with_shapes(records: Records, wkb: Objects) -> Records:
    """Records with the shapes that stand in bytes beside them.

    Parameters
    ----------
    records
        The attributes.
    wkb
        Bytes of the geometry of each, None where there is none.
    """
    given = np.array([value is not None for value in wkb], dtype=bool)
    deep = np.zeros(len(wkb), dtype=bool)
    # Points, lines and polygons hold no geometries.
    some = np.flatnonzero(given & ~np.isin(kinds_of(wkb), (1, 2, 3)))
    deep[some] = [nested_too_deep(value) for value in wkb[some]]
    wkb = wkb.copy()
    curved = are_curved(wkb) & ~deep
    curves = wkb[curved]
    wkb[deep | curved] = None
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    bad = np.flatnonzero(shapely.is_missing(shapes) & given & ~curved)
    shapes[bad] = shapely.from_wkb(wkb[bad], on_invalid="fix")
    repairs, problems = records.repairs.copy(), records.problems.copy()
    repairs[bad] = np.where(shapely.is_missing(shapes[bad]), "", "unclosed ring closed")
    problems[bad] = np.where(shapely.is_missing(shapes[bad]), "has a geometry that can't be read", "")
    records = replace(records, shapes=shapes, repairs=repairs, problems=problems)
    return _with_curves(records, np.flatnonzero(curved), curves) if curved.any() else records


def _with_curves(records: Records, rows: Positions, cells: Objects) -> Records:
    """Records with what their curves enclose: round all of it, and within it for releases."""
    shapes, repairs, problems = np.array(records.shapes), records.repairs.copy(), records.problems.copy()
    within = shapes.copy()
    outer, inner = ([_drawn(cell, outward=outward) for cell in cells] for outward in (True, False))
    shapes[rows], problems[rows], repairs[rows] = shapes_of([geometry for geometry, _ in outer])
    within[rows] = shapes_of([geometry for geometry, _ in inner])[0]
    drawn = rows[np.array([curved for _, curved in outer], dtype=bool)]
    repairs[drawn] = CURVES_DRAWN
    notes = (*records.notes, note_on_curves(len(drawn))) if len(drawn) else records.notes
    return replace(records, shapes=shapes, within=within, repairs=repairs, problems=problems, notes=notes)


def _drawn(cell: bytes, *, outward: bool) -> tuple[Geometry, bool]:
    try:
        return curved_geometry(cell, outward=outward)
    except NoPositions:
        return Geometry(problem=CURVES_NOT_DRAWN), False
