"""Layers written by GDAL, FlatGeobuf among them; each is read again before it counts as written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from kosovo_hazards._errors import NotWrittenError
from kosovo_hazards.writing.layers import Layer, metadata_as_text

__all__ = ["write_flatgeobuf", "write_layer"]

_FULL = "is the disk full?"


def write_flatgeobuf(layer: Layer, part: Path, metadata: Mapping[str, Any], text: str) -> None:
    """Write one layer as FlatGeobuf; its spatial index sorts the records by place.

    Parameters
    ----------
    layer
        The layer.
    part
        Where to write.
    metadata
        What `about` gave.
    text
        Description of the layer.
    """
    shapes = layer.table.geometry.to_numpy()
    # The index has no room for records without a polygon.
    indexed = "NO" if (shapely.is_missing(shapes) | shapely.is_empty(shapes)).any() or not len(shapes) else "YES"
    options = {"SPATIAL_INDEX": indexed, "DESCRIPTION": text, "TITLE": layer.name}
    write_layer(layer, part, "FlatGeobuf", layer_options=options, layer_metadata=metadata_as_text(metadata))
    _read_again(part, layer)


def write_layer(layer: Layer, part: Path, driver: str, **options: Any) -> None:
    """Write one layer with GDAL.

    Parameters
    ----------
    layer
        The layer.
    part
        Where to write.
    driver
        Name of the driver.
    **options
        Further arguments of `pyogrio.write_dataframe`.

    Raises
    ------
    DataSourceError, DataLayerError
        If GDAL can't write it; `whole_file` puts it into words.
    """
    if layer.spatial and "geometry_type" not in options:
        options |= _geometry_type(layer.table.geometry.to_numpy())
    pyogrio.write_dataframe(layer.table, part, driver=driver, layer=layer.name, use_arrow=True, **options)


def _geometry_type(shapes: Any) -> dict[str, Any]:
    kinds = np.unique(shapely.get_type_id(shapes[~shapely.is_missing(shapes)]))
    areal = {int(shapely.GeometryType.POLYGON), int(shapely.GeometryType.MULTIPOLYGON)}
    if set(kinds.tolist()) <= areal:
        return {"geometry_type": "MultiPolygon", "promote_to_multi": True}
    return {"geometry_type": "Unknown"}


def _free(name: str, columns: Iterable[str]) -> str:
    taken = {column.casefold() for column in columns}
    while name in taken:
        name = f"{name}_"
    return name


def _read_again(part: Path, layer: Layer) -> None:
    """Read the layer as others will: on a full disk not every driver says that it failed."""
    try:
        _, read = pyogrio.read_arrow(part, layer=layer.name)
    except (OSError, ValueError) as error:
        raise NotWrittenError(f"{part.name} can't be read again: {error}", hint=_FULL) from error
    if read.num_rows != len(layer.table):
        raise NotWrittenError(f"{part.name} holds {read.num_rows} of {len(layer.table)} records", hint=_FULL)
