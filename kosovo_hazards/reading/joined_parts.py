"""Rows that are parts of one record, as IMSMA's views of polygons have them, made into one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Shapes
from kosovo_hazards._wording import argument
from kosovo_hazards.reading.acceptance import Options, recognised_columns
from kosovo_hazards.reading.column_matching import COMPUTED
from kosovo_hazards.reading.source_records import Records
from kosovo_hazards.schema import Table

__all__ = ["with_parts_joined"]


def with_parts_joined(records: Records, table: Table, options: Options) -> Records:
    """Join rows with the same id and the same values in every column that is recognised.

    Parameters
    ----------
    records
        What a source holds.
    table
        `HAZARDS` or `RELEASES`.
    options
        What the caller said.

    Returns
    -------
    The first row of each record with the ground of all of them; rows without a shape, or with other values, stay by
    themselves.
    """
    frame = recognised_columns(records, table, options).frame
    if table.key not in frame.columns or records.shapes is None:
        return records
    values = frame[[name for name in table.names if name in frame.columns and name != COMPUTED]].astype("str")
    alike = values.groupby(frame[table.key]).transform("nunique", dropna=False).le(1).all(axis=1).to_numpy()
    usable = alike & ~shapely.is_missing(records.shapes) & (records.problems == "")
    groups = pd.Series(np.flatnonzero(usable)).groupby(frame[table.key].to_numpy()[usable]).agg(list)
    groups = groups[groups.map(len) > 1]
    shapes, repairs = records.shapes.copy(), records.repairs.copy()
    for rows in groups:
        shapes[rows[0]] = _joined(records.shapes[rows])
        note = f"{len(rows):,} rows ({', '.join(map(str, records.rows[rows][:10]))}) joined as its parts"
        repairs[rows[0]] = "; ".join(dict.fromkeys(filter(None, [note, *records.repairs[rows]])))
    keep = np.ones(len(records), dtype=bool)
    keep[[row for rows in groups for row in rows[1:]]] = False
    asked = argument("join_parts", True)
    note = f"{(~keep).sum():,} rows were joined to others with the same id and values, as {asked} asks"
    return replace(
        records,
        table=records.table[keep].reset_index(drop=True),
        shapes=shapes[keep],
        rows=records.rows[keep],
        problems=records.problems[keep],
        repairs=repairs[keep],
        notes=(*records.notes, note) if len(groups) else records.notes,
    )


def _joined(shapes: Shapes) -> shapely.Geometry:
    """All parts as they were drawn; where they overlap, repairing joins them."""
    parts = shapely.get_parts(shapes)
    areal = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON).all()
    return shapely.multipolygons(parts) if areal else shapely.geometrycollections(parts)
