"""Layers written by GDAL: GeoPackage with styles inside, FlatGeobuf; each read again before it counts as written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards.qgis_style import qml, sld
from kosovo_hazards.symbols import symbols_for
from kosovo_hazards.writing import Layer, facts_as_text

__all__ = ["write_flatgeobuf", "write_geopackage", "write_layer"]

# The table as QGIS makes it; it finds styles by these names and by empty catalogue and schema.
_LAYER_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
)"""
_REGISTER_STYLES = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
VALUES ('layer_styles', 'attributes', 'layer_styles', 'Styles that QGIS loads with the layers', 0)"""
_ADD_STYLE = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,
    styleSLD, useAsDefault, description, owner)
VALUES ('', '', ?, ?, ?, ?, ?, 1, ?, '')"""
_FULL = "is the disk full?"
# QGIS of 2022 and ArcGIS open 1.2 without a warning; nothing of ours needs a later one.
_GEOPACKAGE = "1.2"
_STYLE_SOURCE = "Land release symbology after GICHD Technical Note 07.11/01"


def write_geopackage(layers: Sequence[Layer], part: Path, facts: Mapping[str, Any], texts: Mapping[str, str]) -> None:
    """Write layers into one GeoPackage, each with its description and its default style for QGIS.

    Parameters
    ----------
    layers
        At least one layer.
    part
        Where to write.
    facts
        What `about` gave; they become metadata of each layer. (With metadata of the whole file, GDAL would put a file
        beside it at every reading.)
    texts
        Description of each layer by name.
    """
    for number, layer in enumerate(layers):
        names = {"FID": _free("fid", layer.table.columns), "DESCRIPTION": texts[layer.name]}
        if layer.spatial:
            names["GEOMETRY_NAME"] = _free("geom", layer.table.columns)
        write_layer(
            layer,
            part,
            "GPKG",
            append=number > 0,
            dataset_options={"VERSION": _GEOPACKAGE} if number == 0 else {},
            layer_options=names,
            layer_metadata=facts_as_text(facts),
        )
    _add_styles(layers, part)
    for layer in layers:
        _read_again(part, layer)


def write_flatgeobuf(layer: Layer, part: Path, facts: Mapping[str, Any], text: str) -> None:
    """Write one layer as FlatGeobuf; its spatial index sorts the records by place.

    Parameters
    ----------
    layer
        The layer.
    part
        Where to write.
    facts
        What `about` gave.
    text
        Description of the layer.
    """
    shapes = layer.table.geometry.to_numpy()
    # The index has no room for records without a polygon.
    indexed = "NO" if (shapely.is_missing(shapes) | shapely.is_empty(shapes)).any() or not len(shapes) else "YES"
    options = {"SPATIAL_INDEX": indexed, "DESCRIPTION": text, "TITLE": layer.name}
    write_layer(layer, part, "FlatGeobuf", layer_options=options, layer_metadata=facts_as_text(facts))
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
    HazardDataError
        If GDAL can't write it; the message is GDAL's.
    """
    if layer.spatial and "geometry_type" not in options:
        options |= _geometry_type(layer.table.geometry.to_numpy())
    try:
        pyogrio.write_dataframe(layer.table, part, driver=driver, layer=layer.name, use_arrow=True, **options)
    except (DataLayerError, DataSourceError) as error:
        raise HazardDataError(f"{part.name} can't be written: {error}", hint=_FULL) from error


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
    except (DataLayerError, DataSourceError, OSError, ValueError) as error:
        raise HazardDataError(f"{part.name} can't be read again: {error}", hint=_FULL) from error
    if read.num_rows != len(layer.table):
        raise HazardDataError(f"{part.name} holds {read.num_rows} of {len(layer.table)} records", hint=_FULL)


def _add_styles(layers: Sequence[Layer], part: Path) -> None:
    try:
        with closing(sqlite3.connect(part)) as database, database:
            database.execute(_LAYER_STYLES)
            database.execute(_REGISTER_STYLES)
            database.executemany(_ADD_STYLE, [_style(layer) for layer in layers if layer.spatial])
    except sqlite3.Error as error:
        raise HazardDataError(f"{part.name} can't be written: {error}", hint=_FULL) from error


def _style(layer: Layer) -> tuple[str, ...]:
    symbols = symbols_for(layer.attributes.columns)
    label = "name" if layer.name == "places" and "name" in layer.table.columns else None
    geometry = _free("geom", layer.table.columns)
    return (
        layer.name,
        geometry,
        layer.name,
        qml(symbols, label_column=label),
        sld(symbols, layer=layer.name),
        _STYLE_SOURCE,
    )
