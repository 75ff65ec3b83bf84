"""KML and KMZ for Google Earth: the standard colours, folders by district, any name as it is written."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import shapely

from kosovo_hazards.symbols import Mark, Symbol, symbols_for
from kosovo_hazards.writing.layers import Layer, metadata_as_text
from kosovo_hazards.writing.plain_tables import printable

__all__ = ["kml", "write_kml", "write_kmz"]

_NAMESPACE = "http://www.opengis.net/kml/2.2"
_OUTLINE_PX = "2"
_NO_DISTRICT = "no district recorded"
# Archives made on the same day from the same data shall be the same; zip knows no time before 1980.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_TITLE_COLUMNS = ("hazard_id", "release_id", "cell_id", "name", "record_id", "check", "row")


def write_kml(layers: Sequence[Layer], part: Path, metadata: Mapping[str, Any], texts: Mapping[str, str]) -> None:
    """Write layers as KML.

    Parameters
    ----------
    layers
        Layers in EPSG:4326.
    part
        Where to write.
    metadata
        What `about` gave.
    texts
        Description of each layer by name.
    """
    part.write_bytes(kml(layers, metadata, texts))


def write_kmz(layers: Sequence[Layer], part: Path, metadata: Mapping[str, Any], texts: Mapping[str, str]) -> None:
    """Write layers as KMZ, a zip archive with one KML file.

    Parameters
    ----------
    layers
        Layers in EPSG:4326.
    part
        Where to write.
    metadata
        What `about` gave.
    texts
        Description of each layer by name.
    """
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("doc.kml", _NO_TIME), kml(layers, metadata, texts), zipfile.ZIP_DEFLATED)


def kml(layers: Sequence[Layer], metadata: Mapping[str, Any], texts: Mapping[str, str]) -> bytes:
    """Give layers as a KML 2.2 document.

    Parameters
    ----------
    layers
        Layers in EPSG:4326.
    metadata
        What `about` gave.
    texts
        Description of each layer by name.

    Returns
    -------
    XML in UTF-8. Every layer is a folder, with a folder for each district in it. KML knows neither hatching nor broken
    lines, so the type stands in the name of every area.
    """
    root = ET.Element("kml", xmlns=_NAMESPACE)
    document = _add(root, "Document")
    _add(document, "name", layers[0].name)
    _add(document, "description", "\n".join(f"{name}: {value}" for name, value in metadata_as_text(metadata).items()))
    for layer in layers:
        for number, symbol in enumerate(symbols_for(layer.attributes.columns)):
            document.append(_style(f"{layer.name}-{number}", symbol))
    for layer in layers:
        top = document if len(layers) == 1 else _folder(document, layer.name, texts[layer.name])
        _add_records(top, layer)
    ET.indent(root, " ")
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes)
    element.text = None if text is None else printable(text)
    return element


def _style(name: str, symbol: Symbol) -> ET.Element:
    style = ET.Element("Style", id=name)
    line = _add(style, "LineStyle")
    _add(line, "color", _aabbggrr(symbol.outline))
    _add(line, "width", _OUTLINE_PX)
    area = _add(style, "PolyStyle")
    if symbol.fill:
        _add(area, "color", _aabbggrr(symbol.fill))
    else:
        _add(area, "fill", "0")
    return style


def _aabbggrr(mark: Mark) -> str:
    red, green, blue, opacity = mark.rgba
    return f"{opacity:02x}{blue:02x}{green:02x}{red:02x}"


def _folder(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    folder = _add(parent, "Folder")
    _add(folder, "name", name)
    if text is not None:
        _add(folder, "description", text)
    return folder


def _add_records(top: ET.Element, layer: Layer) -> None:
    attributes = layer.attributes
    if "district" not in attributes.columns:
        top.extend(_placemarks(layer))
        return
    where = attributes["district"].astype("str").fillna(_NO_DISTRICT)
    folders = {district: _folder(top, district) for district in sorted(set(where))}
    for record, district in zip(_placemarks(layer), where, strict=True):
        folders[district].append(record)


def _placemarks(layer: Layer) -> Iterator[ET.Element]:
    attributes = layer.attributes
    texts = {printable(str(name)): _as_text(values) for name, values in attributes.items()}
    styles = _style_numbers(attributes)
    shapes = _geometries(layer)
    for row, (style, geometry) in enumerate(zip(styles, shapes, strict=True)):
        record = ET.Element("Placemark")
        _add(record, "name", _title(texts, row))
        _add(record, "styleUrl", f"#{layer.name}-{style}")
        # Typed data would need a schema, which GDAL doesn't find inside a KMZ.
        data = _add(record, "ExtendedData")
        for name, values in texts.items():
            if values[row] is not None:
                _add(_add(data, "Data", name=name), "value", values[row])
        if geometry is not None:
            record.append(geometry)
        yield record


def _as_text(values: pd.Series) -> list[str | None]:
    missing = values.isna()
    return [None if unknown else _word(value) for value, unknown in zip(values.tolist(), missing, strict=True)]


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def _title(texts: Mapping[str, list[str | None]], row: int) -> str:
    title = next((column for column in _TITLE_COLUMNS if column in texts), "")
    words = [texts[column][row] for column in ("hazard_type", title) if column in texts]
    return " ".join(word for word in words if word) or str(row + 1)


def _style_numbers(attributes: pd.DataFrame) -> list[int]:
    numbers = np.full(len(attributes), -1)
    for number, symbol in enumerate(symbols_for(attributes.columns)):
        meets = np.ones(len(attributes), dtype=bool)
        for condition in symbol.conditions:
            values = attributes[condition.column].astype("object")
            meets &= values.map(condition.holds).to_numpy(dtype=bool)
        numbers[meets & (numbers < 0)] = number
    return numbers.tolist()


# --- geometry --------------------------------------------------------------------------------------------------------


def _geometries(layer: Layer) -> list[ET.Element | None]:
    if not layer.spatial:
        return [None] * len(layer.table)
    shapes = shapely.orient_polygons(layer.table.geometry.to_numpy())
    shapes[shapely.is_empty(shapes)] = None
    parts, owner = shapely.get_parts(shapes, return_index=True)
    found: list[list[ET.Element]] = [[] for _ in shapes]
    for part, row in zip(parts, owner, strict=True):
        found[row].append(_geometry(part))
    return [_joined(elements) for elements in found]


def _joined(parts: list[ET.Element]) -> ET.Element | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    many = ET.Element("MultiGeometry")
    many.extend(parts)
    return many


def _geometry(part: shapely.Geometry) -> ET.Element:
    if part.geom_type == "Polygon":
        polygon = ET.Element("Polygon")
        for number, ring in enumerate(shapely.get_rings(part)):
            boundary = _add(polygon, "innerBoundaryIs" if number else "outerBoundaryIs")
            _add(_add(boundary, "LinearRing"), "coordinates", _coordinates(ring))
        return polygon
    if part.geom_type in ("Point", "LineString", "LinearRing"):
        element = ET.Element(part.geom_type)
        _add(element, "coordinates", _coordinates(part))
        return element
    inner = _joined([_geometry(piece) for piece in shapely.get_parts(part)])
    return ET.Element("MultiGeometry") if inner is None else inner


def _coordinates(line: shapely.Geometry) -> str:
    text: str = shapely.to_wkt(line, rounding_precision=-1)
    inside = text[text.index("(") + 1 : -1]
    return inside.replace(", ", ";").replace(" ", ",").replace(";", " ")
