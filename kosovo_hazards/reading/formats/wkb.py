"""Geometries read from their bytes: unclosed rings closed, unreadable ones reported record by record."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from kosovo_hazards._arrays import Objects
from kosovo_hazards.reading.files.nesting import nested_too_deep
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
    deep = np.array([value is not None and nested_too_deep(value) for value in wkb], dtype=bool)
    given = np.array([value is not None for value in wkb], dtype=bool)
    wkb = wkb.copy()
    wkb[deep] = None
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    bad = np.flatnonzero(shapely.is_missing(shapes) & given)
    shapes[bad] = shapely.from_wkb(wkb[bad], on_invalid="fix")
    repairs, problems = records.repairs.copy(), records.problems.copy()
    repairs[bad] = np.where(shapely.is_missing(shapes[bad]), "", "unclosed ring closed")
    problems[bad] = np.where(shapely.is_missing(shapes[bad]), "has a geometry that can't be read", "")
    return replace(records, shapes=shapes, repairs=repairs, problems=problems)
