"""Records as a source holds them, before anything is made of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
from numpy.typing import NDArray

from kosovo_hazards._arrays import Shapes
from kosovo_hazards.reading.column_matching import Matched

__all__ = ["Records", "Shapes", "TableSource", "records_of", "records_of_frame"]


TableSource: TypeAlias = str | os.PathLike[str] | pd.DataFrame | Sequence[str | os.PathLike[str]]
"""A path, a table read from somewhere (a GeoDataFrame is one), or the paths of pages of one answer."""


@dataclass(frozen=True)
class Records:
    """What a source holds, as it stands there.

    Attributes
    ----------
    table
        The attributes, on a range index.
    shapes
        The geometries, None where missing; None as a whole if the source has no geometry column.
    rows
        Number of each record in the source, from 1.
    problems
        Why a record can't be taken, as a clause; empty where it can.
    repairs
        What was done to its geometry while reading, as a clause; empty where nothing was.
    crs
        The CRS that the source names, None if it names none.
    name
        Name of the source without its ending, for ids and the `source` column.
    label
        Name of the source for messages.
    notes
        What the user should know about the source, as sentences.
    matched
        Which of its columns stand for ours; None before they were matched.
    within
        Geometries that lie within what is drawn, for releases, where `shapes` have to reach beyond it (curves); None if
        they are the same.
    groups
        Of a table of points the record and the part that each row belongs to, -1 where it is no point, where that is
        known; shape (n, 2).
    """

    table: pd.DataFrame
    shapes: Shapes | None
    rows: NDArray[np.int64]
    problems: NDArray[np.object_]
    repairs: NDArray[np.object_]
    crs: pyproj.CRS | None
    name: str
    label: str
    notes: tuple[str, ...] = field(default=())
    matched: Matched | None = None
    within: Shapes | None = None
    groups: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.table)


def records_of(
    table: pd.DataFrame, shapes: Shapes | None, crs: Any, *, name: str = "", notes: Sequence[str] = ()
) -> Records:
    """Records of a table in which nothing is known to be wrong.

    Parameters
    ----------
    table
        The attributes, on a range index; headings that stand twice get a number.
    shapes
        Their geometries.
    crs
        Whatever pyproj takes for one, or None.
    name
        Name of the source.
    notes
        What the user should know.
    """
    headings, renamed = _each_once([str(name) for name in table.columns])
    table = table.set_axis(headings, axis=1)
    blank = np.full(len(table), "", dtype=object)
    rows = np.arange(1, len(table) + 1)
    system = None if crs is None else pyproj.CRS(crs)
    return Records(table, shapes, rows, blank, blank.copy(), system, name, "the table", (*notes, *renamed))


def _each_once(names: list[str]) -> tuple[list[str], list[str]]:
    taken, found = set(names), []
    for at, name in enumerate(names):
        number = 2
        while name in names[:at] and f"{name} ({number})" in taken:
            number += 1
        found.append(f"{name} ({number})" if name in names[:at] else name)
        taken.add(found[-1])
    repeated = list(dict.fromkeys(name for name in names if names.count(name) > 1))
    renamed = [f"headings that stand twice got a number: {', '.join(map(repr, repeated))}"] if repeated else []
    return found, renamed


def records_of_frame(source: pd.DataFrame) -> Records:
    """Records of a DataFrame or GeoDataFrame; it is not changed."""
    spatial = isinstance(source, gpd.GeoDataFrame) and source.active_geometry_name is not None
    if not spatial:
        return records_of(pd.DataFrame(source).reset_index(drop=True), None, None, name="table")
    shapes, crs = source.geometry.to_numpy().copy(), source.crs
    at = [position for position, name in enumerate(source.columns) if name != source.active_geometry_name]
    return records_of(pd.DataFrame(source).iloc[:, at].reset_index(drop=True), shapes, crs, name="table")
