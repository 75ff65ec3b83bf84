"""Layers written by GDAL: GeoPackage with styles inside, FlatGeobuf; each read again before it counts as written."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from kosovo_hazards._errors import NotWrittenError
from kosovo_hazards.language import Catalogue
from kosovo_hazards.symbols import symbols_for
from kosovo_hazards.writing.gdal import _FULL, _free, _read_again, write_layer
from kosovo_hazards.writing.layers import Layer, metadata_as_text
from kosovo_hazards.writing.qgis import PROJECT, content_of, qml, shown_in, sld

__all__ = ["add_project", "write_geopackage"]

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

# As QGIS makes it; it registers the table nowhere, so that no other program takes it for a layer.
_PROJECTS = "CREATE TABLE qgis_projects(name TEXT PRIMARY KEY, metadata BLOB, content BLOB)"

# QGIS of 2022 and ArcGIS open 1.2 without a warning; nothing of ours needs a later one.
_GEOPACKAGE = "1.2"

_STYLE_SOURCE = "Land release symbology after GICHD Technical Note 07.11/01"


def write_geopackage(
    layers: Sequence[Layer], part: Path, metadata: Mapping[str, Any], texts: Mapping[str, str]
) -> None:
    """Write layers into one GeoPackage, each with its description and its default style for QGIS.

    Parameters
    ----------
    layers
        At least one layer.
    part
        Where to write.
    metadata
        What `about` gave; they become metadata of each layer. (With metadata of the whole file, GDAL would put a file
        beside it at every reading.)
    texts
        Description of each layer by name.
    """
    for number, layer in enumerate(layers):
        names = {"FID": _free("fid", layer.table.columns), "DESCRIPTION": texts[layer.name]}
        if layer.spatial:
            names["GEOMETRY_NAME"] = _geometry_column(layer)
        write_layer(
            layer,
            part,
            "GPKG",
            append=number > 0,
            dataset_options={"VERSION": _GEOPACKAGE} if number == 0 else {},
            layer_options=names,
            layer_metadata=metadata_as_text(metadata),
        )
    _add_styles(layers, part)
    for layer in layers:
        _read_again(part, layer)
    _require_indexes(layers, part)


def add_project(part: Path, layers: Sequence[Layer], file_name: str, metadata: Mapping[str, Any], t: Catalogue) -> None:
    """Put a QGIS project into a GeoPackage that `write_geopackage` wrote.

    Parameters
    ----------
    part
        The file.
    layers
        Its layers.
    file_name
        What the file will be called, for QGIS looks for its layers by that name.
    metadata
        What `about` gave, and `as_of` where the day of the register is known.
    t
        The words, those of reports among them.
    """
    with closing(sqlite3.connect(part)) as database, database:
        database.execute(_PROJECTS)
        database.execute(
            "INSERT INTO qgis_projects VALUES (?, ?, ?)", (PROJECT, *content_of(layers, file_name, metadata, t))
        )


def _add_styles(layers: Sequence[Layer], part: Path) -> None:
    with closing(sqlite3.connect(part)) as database, database:
        database.execute(_LAYER_STYLES)
        database.execute(_REGISTER_STYLES)
        database.executemany(_ADD_STYLE, filter(None, map(_style, layers)))


def _require_indexes(layers: Sequence[Layer], part: Path) -> None:
    """On a disk with room for the records alone GDAL leaves the spatial index out, without a word to us."""
    with closing(sqlite3.connect(part)) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    for layer in layers:
        if layer.spatial and f"rtree_{layer.name}_{_geometry_column(layer)}" not in tables:
            raise NotWrittenError(
                f"{part.name} can't be written: there is no spatial index of layer {layer.name!r}", hint=_FULL
            )


def _geometry_column(layer: Layer) -> str:
    return _free("geom", layer.table.columns)


def _style(layer: Layer) -> tuple[str, ...] | None:
    """The style of a layer; none where there are several kinds of shapes, to which QGIS gives signs of its own."""
    shown = list(shown_in(layer))
    if len(shown) > 1 or shown[0].look is None:
        return None
    areal = shown[0].look.geometry == "Polygon"
    described = sld(symbols_for(layer.attributes.columns), layer=layer.name) if areal else ""
    return layer.name, _geometry_column(layer), layer.name, qml(shown[0].look), described, _STYLE_SOURCE
