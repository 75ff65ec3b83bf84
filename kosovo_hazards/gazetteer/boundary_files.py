"""Boundary files of other makers: names, parents and polygons in degrees, of any country and depth."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._errors import (
    BadRecordsError,
    Fault,
    UnreadableSourceError,
    missing_crs,
)
from kosovo_hazards._wording import argument
from kosovo_hazards.gazetteer.boundary_columns import KnownNames, chosen_columns, recognised_columns, text_of
from kosovo_hazards.gazetteer.name_index import PlacesWarning
from kosovo_hazards.geometry import without_hollows
from kosovo_hazards.reading import LimitsLike, open_table
from kosovo_hazards.schema import CRS
from kosovo_hazards.validation import require_table

__all__ = ["BoundarySource", "read_boundaries"]

BoundarySource: TypeAlias = str | PathLike[str] | gpd.GeoDataFrame
"""A path to a boundary file, or the table read from it."""

_SEVERAL_NAMES = re.compile(r"[|;]")


def read_boundaries(
    source: BoundarySource,
    level: str,
    *,
    columns: Mapping[str, str] | None = None,
    layer: str | None = None,
    crs: str | None = None,
    known: KnownNames | None = None,
    limits: LimitsLike = None,
    sandbox: bool = False,
) -> gpd.GeoDataFrame:
    """Read units from any boundary file.

    Parameters
    ----------
    source
        Path of a file of any kind that `read_hazards` reads, or a GeoDataFrame.
    level
        The level of its units, for `columns`.
    columns
        Which column of the source holds which name: ``{"municipality": "NAM", "district": "PROV"}``.
        Not needed for known layouts.
    layer
        Layer to read, where the file has several.
    crs
        CRS of a source that names none.
    known
        Gives the share of texts that are names of known places, for files whose headings say nothing.
    limits
        How much the file may hold, where that differs from `ReadingLimits`.
    sandbox
        True to read the file in a process of its own.

    Returns
    -------
    EPSG:4326, one row a unit in the order of the source: `name`, `parents` (names of the units above it, the nearest
    first, None where missing), `others` (its other names), and the geometry, repaired if it was invalid. `attrs` hold
    `labels`: the file's own words for its levels, the smallest first.

    Raises
    ------
    HazardDataError
        If the file can't be read, names no CRS, has no column with names, or units lack a name.

    Warns
    -----
    PlacesWarning
        If rows that are not polygons were left out, or columns were recognised by headings or content.
    """
    if isinstance(source, pd.DataFrame):
        require_table(source, purpose="to read places", geometry=True)
    if not isinstance(source, gpd.GeoDataFrame):
        source = _read(source, layer, limits, sandbox=sandbox)
    table = _with_crs(source, crs)
    table = _only_polygons(table)
    found = chosen_columns(table, columns, level) if columns else recognised_columns(table, known or _none_known)
    if found.note:
        warnings.warn(PlacesWarning(f"{found.note}; if that is wrong, say so with {argument('columns')}"), stacklevel=3)
    name = _first_text(table, [*found.names, *found.others])
    _require_names(name, found.names[0])
    result = gpd.GeoDataFrame(
        {
            "name": name,
            "parents": _each_text(table, found.parents),
            "others": _every_name(table, [*found.names[1:], *found.others]),
        },
        geometry=shapely.make_valid(without_hollows(table.geometry.to_numpy()), method="structure"),
        crs=table.crs,
    )
    result = result.reset_index(drop=True).to_crs(CRS)
    result.attrs["labels"] = found.labels
    return result


def _none_known(names: pd.Series) -> float:  # noqa: ARG001 - without a gazetteer no name is known
    return 0.0


# --- reading ---------------------------------------------------------------------------------------------------------


def _read(source: str | PathLike[str], layer: str | None, limits: LimitsLike, *, sandbox: bool) -> gpd.GeoDataFrame:
    if isinstance(source, str | PathLike) and not Path(source).exists():
        raise UnreadableSourceError(
            f"there is no boundary file {str(source)!r}; give the path of one, or leave {argument('source')} out"
        )
    return open_table(source, layer=layer, limits=limits, sandbox=sandbox)


def _with_crs(table: gpd.GeoDataFrame, crs: str | None) -> gpd.GeoDataFrame:
    if table.crs is not None:
        return table
    if crs is None:
        raise missing_crs("the boundaries")
    return table.set_crs(crs)


def _only_polygons(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    polygonal = table.geometry.geom_type.isin(["Polygon", "MultiPolygon"]) & ~table.geometry.is_empty
    if not polygonal.any():
        raise UnreadableSourceError(
            f"none of the {len(table)} rows of the boundaries is a polygon; a file of areas is wanted"
        )
    if not polygonal.all():
        rows = [str(label) for label in table.index[~polygonal]]
        message = f"{len(rows)} rows of the boundaries are not polygons and were left out: {', '.join(rows[:10])}"
        warnings.warn(PlacesWarning(message, rows), stacklevel=2)
    return table[polygonal]


def _require_names(names: pd.Series, column: str) -> None:
    nameless = names.index[names == ""]
    if len(nameless):
        faults = [
            Fault(f"row {label}", column, None, "has no name", "fill it or leave the row out") for label in nameless
        ]
        raise BadRecordsError(f"{len(nameless)} of {len(names)} boundaries have no name", faults)


# --- names -----------------------------------------------------------------------------------------------------------


def _first_text(table: gpd.GeoDataFrame, columns: Sequence[str]) -> pd.Series:
    texts = pd.concat([text_of(table[column]) for column in columns], axis=1)
    return texts.where(texts != "").bfill(axis=1).iloc[:, 0].fillna("").astype("str")


def _each_text(table: gpd.GeoDataFrame, columns: Sequence[str]) -> list[tuple[str | None, ...]]:
    """Text of each column, row by row; a blank keeps its place, or a missing district would make a region of one."""
    if not columns:
        return [()] * len(table)
    blank = pd.Series("", index=table.index)
    texts = np.column_stack([text_of(table[column]) if column else blank for column in columns])
    return [tuple(cell or None for cell in row) for row in texts]


def _every_name(table: gpd.GeoDataFrame, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """Texts of several columns, row by row, without blanks; a cell may hold several names."""
    cells = _each_text(table, columns)
    return [
        tuple(part.strip() for cell in row if cell for part in _SEVERAL_NAMES.split(cell) if part.strip())
        for row in cells
    ]
