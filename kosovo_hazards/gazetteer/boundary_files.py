"""Boundary files of other makers: which column holds the names, and the polygons in degrees.

Knows the layouts of geoBoundaries, GADM, COD-AB, OpenStreetMap and Natural Earth, of any country
(``geodata/places/name_columns.csv``).
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from kosovo_hazards._data import geodata_path
from kosovo_hazards._errors import Fault, HazardDataError
from kosovo_hazards._wording import argument
from kosovo_hazards.gazetteer.name_index import LEVELS, PlacesWarning
from kosovo_hazards.reading import refuse_pointers
from kosovo_hazards.schema import CRS

__all__ = ["BoundarySource", "read_boundaries"]

BoundarySource: TypeAlias = str | PathLike[str] | gpd.GeoDataFrame
"""A path to a boundary file, or the table read from it."""

# Administrative levels that a file can hold side by side; GADM goes down to 5.
_DEEPEST_LEVEL = 5
_SEVERAL_NAMES = re.compile(r"[|;]")


def read_boundaries(
    source: BoundarySource,
    level: str,
    *,
    columns: Mapping[str, str] | None = None,
    layer: str | None = None,
    crs: str | None = None,
) -> gpd.GeoDataFrame:
    """Read units from any boundary file.

    Parameters
    ----------
    source
        Path of a file that GDAL or geopandas (GeoParquet) reads, or a GeoDataFrame.
    level
        The level of its units, for `columns`.
    columns
        Which column of the source holds which name: ``{"municipality": "NAM", "district": "PROV"}``.
        Not needed for known layouts.
    layer
        Layer to read, where the file has several.
    crs
        CRS of a source that names none.

    Returns
    -------
    EPSG:4326, one row a unit in the order of the source: `name`, `parents` (names of the units above it, the nearest
    first), `others` (its other names), and the geometry, repaired if it was invalid.

    Raises
    ------
    HazardDataError
        If the file can't be read, names no CRS, has no column with names, or units lack a name.

    Warns
    -----
    PlacesWarning
        If rows that are not polygons were left out.
    """
    table = _with_crs(_read(source, layer) if not isinstance(source, gpd.GeoDataFrame) else source, crs)
    table = _only_polygons(table)
    names, parents, others = _chosen_columns(table, level, columns) if columns else _known_columns(table)
    name = _first_text(table, [*names, *others])
    _require_names(name, names[0])
    result = gpd.GeoDataFrame(
        {
            "name": name,
            "parents": _texts(table, parents),
            "others": _texts(table, [*names[1:], *others]),
        },
        geometry=shapely.make_valid(table.geometry.to_numpy(), method="structure"),
        crs=table.crs,
    )
    return result.reset_index(drop=True).to_crs(CRS)


# --- reading ---------------------------------------------------------------------------------------------------------


def _read(source: str | PathLike[str], layer: str | None) -> gpd.GeoDataFrame:
    path = Path(source)
    if not path.exists():
        raise HazardDataError(
            f"there is no boundary file {str(path)!r}; give the path of one, or leave {argument('source')} out"
        )
    if path.is_file():
        refuse_pointers(path)
    try:
        if path.suffix.lower() in {".parquet", ".geoparquet"}:
            return gpd.read_parquet(path)
        table = gpd.read_file(path, layer=layer or _only_layer(path))
    except (DataSourceError, DataLayerError, ValueError) as error:
        if isinstance(error, HazardDataError):
            raise
        raise HazardDataError(f"{path.name!r} can't be read as a boundary file: {error}") from error
    if not isinstance(table, gpd.GeoDataFrame):
        raise HazardDataError(f"{path.name!r} has no geometry; a boundary file with polygons is wanted")
    return table


def _only_layer(path: Path) -> str:
    layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    if len(layers) != 1:
        raise HazardDataError(
            f"{path.name!r} has {len(layers)} layers ({', '.join(layers)}); name one with {argument('layer')}"
        )
    return layers[0]


def _with_crs(table: gpd.GeoDataFrame, crs: str | None) -> gpd.GeoDataFrame:
    if table.crs is not None:
        return table
    if crs is None:
        raise HazardDataError(
            f"the boundaries name no CRS; if they are in degrees of WGS 84, pass {argument('crs', 'EPSG:4326')}"
        )
    return table.set_crs(crs)


def _only_polygons(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    polygonal = table.geometry.geom_type.isin(["Polygon", "MultiPolygon"]) & ~table.geometry.is_empty
    if not polygonal.any():
        raise HazardDataError(
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
        raise HazardDataError(f"{len(nameless)} of {len(names)} boundaries have no name", faults)


# --- columns ---------------------------------------------------------------------------------------------------------


def _chosen_columns(
    table: gpd.GeoDataFrame, level: str, columns: Mapping[str, str]
) -> tuple[list[str], list[str], list[str]]:
    absent = {column for column in columns.values() if column not in table.columns} | set(columns) - set(LEVELS)
    if absent or level not in columns:
        raise HazardDataError(
            f"{argument('columns', dict(columns))} can't be used: it must name the column of the {level}, its keys be "
            f"among {', '.join(LEVELS)}, and its columns among {', '.join(map(str, table.columns))}"
        )
    above = [columns[parent] for parent in LEVELS[LEVELS.index(level) + 1 :] if parent in columns]
    return [columns[level]], above, []


def _known_columns(table: gpd.GeoDataFrame) -> tuple[list[str], list[str], list[str]]:
    """Columns of the name, of the units above and of other names; the deepest level that has names counts."""
    present = {str(column).casefold(): column for column in table.columns if column != table.geometry.name}
    for depth in range(_DEEPEST_LEVEL, -1, -1):
        names = [column for column in _present(present, "name", depth) if (_text(table[column]) != "").any()]
        if names:
            parents = [_present(present, "name", above)[:1] for above in range(depth - 1, 0, -1)] if depth else []
            return names, [column for found in parents for column in found], _present(present, "other", depth)
    raise HazardDataError(
        f"no column with the names of the units among {', '.join(map(str, table.columns))}; "
        f"say which it is: {argument('columns', {'municipality': ..., 'district': ...})}"
    )


def _present(present: Mapping[str, str], holds: str, depth: int) -> list[str]:
    """Columns of that kind in the table: of a layout that numbers levels at `depth`, of any other at depth 0."""
    patterns = _layouts()[holds]
    wanted = [p.format(n=depth).casefold() for p in patterns if "{n}" in p] if depth else []
    plain = [p.casefold() for p in patterns if "{n}" not in p] + [
        p.format(n=0).casefold() for p in patterns if "{n}" in p
    ]
    return [present[column] for column in (wanted if depth else plain) if column in present]


@lru_cache(maxsize=1)
def _layouts() -> dict[str, list[str]]:
    table = pd.read_csv(geodata_path("places", "name_columns.csv"), encoding="utf-8")
    return {str(holds): list(group["column"]) for holds, group in table.groupby("holds")}


def _text(column: pd.Series) -> pd.Series:
    # GADM writes NA where it has no name.
    return column.astype("str").where(column.notna() & (column != "NA"), "").str.strip()


def _first_text(table: gpd.GeoDataFrame, columns: list[str]) -> pd.Series:
    texts = pd.concat([_text(table[column]) for column in columns], axis=1)
    return texts.where(texts != "").bfill(axis=1).iloc[:, 0].fillna("").astype("str")


def _texts(table: gpd.GeoDataFrame, columns: list[str]) -> list[tuple[str, ...]]:
    """Texts of several columns, row by row, without blanks; a cell may hold several names."""
    texts = (
        np.column_stack([_text(table[column]) for column in columns]) if columns else np.empty((len(table), 0), object)
    )
    return [tuple(part.strip() for cell in row for part in _SEVERAL_NAMES.split(cell) if part.strip()) for row in texts]
