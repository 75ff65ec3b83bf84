"""Shapefiles: what the format of 1998 cuts is reported, and what was shortened stands in a table beside it."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._data import geodata_path
from kosovo_hazards._errors import NotWrittenError
from kosovo_hazards.writing.gdal import write_layer
from kosovo_hazards.writing.layers import Layer, write_metadata_beside

__all__ = ["short_names", "write_shapefile", "write_zipped_shapefile"]

_LONGEST_NAME = 10
_LONGEST_TEXT_BYTES = 254
_SHOWN = 5


def write_shapefile(layer: Layer, part: Path, metadata: Mapping[str, Any]) -> list[str]:
    """Write a layer as a shapefile, with ``….shp.fields.txt`` and ``….shp.about.txt`` beside it.

    Parameters
    ----------
    layer
        The layer; its shapes must be polygons.
    part
        Where to write, ``….shp``.
    metadata
        What `about` gave.

    Returns
    -------
    What the format could not hold: names and texts that were cut, times written as text, gaps that other programs read
    as 0.

    Raises
    ------
    HazardDataError
        If a shape is not a polygon.
    """
    shapes = layer.table.geometry.to_numpy()
    kinds = shapely.get_type_id(shapes[~shapely.is_missing(shapes)])
    if not np.isin(kinds, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)).all():
        raise NotWrittenError("a shapefile holds polygons alone, not points or lines beside them", hint="write a .gpkg")
    names = short_names(list(layer.attributes.columns))
    table, losses = _cut(layer.table)
    renamed = Layer(part.stem, table.rename(columns=names))
    write_layer(
        renamed, part, "ESRI Shapefile", geometry_type="Polygon", layer_options={"ENCODING": "UTF-8", "RESIZE": "YES"}
    )
    fields = pd.DataFrame({"shapefile": list(names.values()), "column": list(names)})
    # Not .csv: in an archive, programs would take that for a second layer.
    table_of_names = part.with_name(f"{part.name}.fields.txt")
    fields.to_csv(table_of_names, index=False, sep="\t", encoding="utf-8", lineterminator="\n")
    write_metadata_beside(part, metadata)
    shortened = [f"{column} → {short}" for column, short in names.items() if short != column]
    if shortened:
        losses.insert(0, f"names of columns hold 10 letters ({part.name}.fields.txt): {', '.join(shortened)}")
    return losses


def write_zipped_shapefile(layer: Layer, part: Path, metadata: Mapping[str, Any]) -> list[str]:
    """Write a layer as a zip archive that holds a shapefile.

    Parameters
    ----------
    layer
        The layer.
    part
        Where to write, ``….zip`` or ``….shp.zip``.
    metadata
        What `about` gave.

    Returns
    -------
    What the format could not hold.
    """
    folder = part.with_name(f"{part.name}.unpacked")
    folder.mkdir()
    stem = part.name.removesuffix(part.suffix).removesuffix(".shp")
    losses = write_shapefile(layer, folder / f"{stem}.shp", metadata)
    files = sorted(folder.iterdir())
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
            file.unlink()
    folder.rmdir()
    return losses


def short_names(columns: list[str]) -> dict[str, str]:
    """Give every column a name of at most 10 plain letters, digits and underscores.

    Parameters
    ----------
    columns
        Names of columns.

    Returns
    -------
    The short name by column, each once; those of the library's own columns stand in
    ``geodata/symbols/shapefile_names.csv``.

    Examples
    --------
    >>> short_names(["hazard_type", "Lloji i tokës bujqësore", "Lloji i tokës"])
    {'hazard_type': 'hazard_typ', 'Lloji i tokës bujqësore': 'Lloji_i_to', 'Lloji i tokës': 'Lloji_i__2'}
    """
    known = _known_names()
    reserved = {known[column].casefold() for column in columns if column in known}
    result = {}
    for column in columns:
        result[column] = known.get(column) or _free_name(column, reserved)
        reserved.add(result[column].casefold())
    return result


@lru_cache(maxsize=1)
def _known_names() -> dict[str, str]:
    table = pd.read_csv(geodata_path("symbols", "shapefile_names.csv"), dtype=str, encoding="utf-8")
    return dict(zip(table["column"], table["shapefile"], strict=True))


def _free_name(column: str, taken: set[str]) -> str:
    ascii_only = unicodedata.normalize("NFKD", column).encode("ascii", "ignore").decode("ascii")
    plain = re.sub(r"\W+", "_", ascii_only).strip("_") or "field"
    name, number = plain[:_LONGEST_NAME], 2
    while name.casefold() in taken:
        end = f"_{number}"
        name, number = plain[: _LONGEST_NAME - len(end)] + end, number + 1
    return name


def _cut(table: Any) -> tuple[Any, list[str]]:
    """The table as a shapefile can hold it, and what it loses."""
    held = table.copy()
    losses = []
    for name in table.columns.drop("geometry"):
        values = table[name]
        if isinstance(values.dtype, np.dtype) and values.dtype.kind == "M":
            held[name] = values.map(lambda time: time.isoformat(), na_action="ignore").astype("str")
            losses.append(f"{name}: a date has no time of day there, so both are written as text")
        elif pd.api.types.is_string_dtype(values.dtype):
            held[name] = values.map(_cut_text, na_action="ignore").astype("str")
            losses += _text_losses(name, values, held[name])
        elif pd.api.types.is_bool_dtype(values.dtype):
            held[name] = values.astype("Int64")
        if pd.api.types.is_numeric_dtype(values.dtype) and values.isna().any():
            losses.append(
                f"{name}: {int(values.isna().sum()):,} missing numbers are blank, which some programs read as 0"
            )
    return held, losses


def _cut_text(text: str) -> str:
    return text.encode("utf-8")[:_LONGEST_TEXT_BYTES].decode("utf-8", "ignore")


def _text_losses(name: str, values: pd.Series, held: pd.Series) -> list[str]:
    losses = []
    rows = np.flatnonzero(((values != held) & values.notna()).to_numpy(dtype=bool))
    if len(rows):
        shown = ", ".join(str(row + 1) for row in rows[:_SHOWN]) + (", …" if len(rows) > _SHOWN else "")
        losses.append(f"{name}: text over 254 bytes is cut in {len(rows):,} records (rows {shown})")
    if (values == "").any():
        losses.append(f"{name}: empty text becomes missing")
    return losses
