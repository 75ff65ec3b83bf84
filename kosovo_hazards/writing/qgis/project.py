"""A QGIS project of the layers of a GeoPackage: what is drawn over what, and a sheet to print."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from kosovo_hazards.geometry import offline
from kosovo_hazards.language import Catalogue
from kosovo_hazards.symbols import Symbol, symbols_for
from kosovo_hazards.writing.layers import Layer
from kosovo_hazards.writing.qgis.layout import MAP_MM, layout_of
from kosovo_hazards.writing.qgis.style import Look, areas_look, signs_look

__all__ = ["LAYOUT", "PROJECT", "Shown", "content_of", "shown_in"]

PROJECT = "map"
"""Name of the project in the file."""

LAYOUT = "A4"
"""Name of its sheet to print."""

# Uppermost first: nothing lies over hazards but what tells of more of them.
_ORDER = ("rejected", "accidents", "evidence", "items", "remaining", "hazards", "findings", "releases", "places")
_TITLES = {
    "rejected": "legend.rejected", "accidents": "points.accidents", "evidence": "points.evidence",
    "items": "points.items", "remaining": "totals.remaining", "hazards": "legend.hazards",
    "findings": "sheet.findings", "releases": "legend.released", "places": "legend.places",
}  # fmt: skip
_LABELS = {"hazards": "hazard_id", "rejected": "record_id", "places": "name"}
_HIDDEN = ("findings",)
_SIGNED = ("rejected", "accidents", "evidence", "items")
_KINDS = {"Point": (0, 4), "Line": (1, 2, 5), "Polygon": (3, 6)}
_OF_OGR = {"Point": "Point", "Line": "LineString", "Polygon": "Polygon"}
_MANY, _LABELS_TO = 1_000, 100_000
_VERSION = "3.22.0"
# Beyond this one zone of a grid is no true picture.
_WIDEST_ZONE_DEG = 8.0
_AROUND, _LEAST_M = 0.05, 500.0
_WHOLE_WORLD = (-180.0, -85.0, 180.0, 85.0)
_LONGEST_SOURCES = 100


@dataclass(frozen=True)
class Shown:
    """What QGIS draws as one layer: a table of the file, or its records of one kind of shape.

    Attributes
    ----------
    name
        Id of the layer, the same in every file; QGIS gives another to one of few letters.
    table
        The table of the file.
    part
        Kind of shape in the words of OGR; empty where all records are polygons, or none has a place.
    look
        How records are drawn; None where none has a place.
    """

    name: str
    table: str
    part: str
    look: Look | None


def shown_in(layer: Layer, t: Catalogue | None = None) -> Iterator[Shown]:
    """What QGIS draws of a table: a layer for each kind of shape, for it gives points no symbol of polygons.

    Parameters
    ----------
    layer
        The table.
    t
        The words of the legend; without them the names of the symbols.
    """
    if not layer.spatial:
        yield Shown(f"layer_{layer.name}_table", layer.name, "", None)
        return
    found = np.unique(shapely.get_type_id(layer.table.geometry.to_numpy()))
    kinds = [kind for kind, numbers in _KINDS.items() if np.isin(found, numbers).any()] or ["Polygon"]
    label = _LABELS.get(layer.name)
    labels: dict[str, Any] = {"label_column": label if label in layer.table.columns else None}
    # QGIS takes minutes to find room for the names of thousands.
    labels["labels_to"] = _LABELS_TO if len(layer.table) > _MANY else None
    for kind in kinds:
        if layer.name in _SIGNED or kind != "Polygon":
            look = signs_look(layer.name, kind, **labels)
        else:
            symbols = symbols_for(layer.attributes.columns)
            said = {} if t is None else {"said": _Said(t)}
            look = areas_look(symbols, **labels | said)
        part = "" if kinds == ["Polygon"] else _OF_OGR[kind]
        yield Shown(f"layer_{layer.name}_{kind.lower()}", layer.name, part, look)


def content_of(layers: Sequence[Layer], file_name: str, metadata: Mapping[str, Any], t: Catalogue) -> tuple[str, str]:
    """Make the project.

    Parameters
    ----------
    layers
        The tables of the file.
    file_name
        Name of the file, beside which QGIS looks for it.
    metadata
        What `about` gave, and `as_of` where the day of the register is known.
    t
        Its words, those of reports among them.

    Returns
    -------
    Metadata and content as QGIS keeps them in its table ``qgis_projects``: JSON, and a zipped project in hexadecimals.
    """
    text = ET.tostring(_project(layers, file_name, metadata, t), encoding="unicode")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        # Of this day, so that the same tables give the same file.
        entry = zipfile.ZipInfo(f"{PROJECT}.qgs", date_time=(1980, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{text}\n")
    changed = datetime.fromisoformat(metadata["date"]).strftime("%Y-%m-%dT%H:%M:%S")
    told = f'{{"last_modified_time": "{changed}", "last_modified_user": "kosovo_hazards" }}'
    return told, packed.getvalue().hex()


@dataclass(frozen=True)
class _Said:
    """The words of a symbol in the language of the reader."""

    t: Catalogue

    def __call__(self, symbol: Symbol) -> str:
        return ", ".join(
            self.t(f"{one.column}.{one.value}" if one.value else f"project.no_{one.column}")
            for one in symbol.conditions
        )


def _project(layers: Sequence[Layer], file_name: str, metadata: Mapping[str, Any], t: Catalogue) -> ET.Element:
    ranked = sorted(layers, key=lambda layer: _ORDER.index(layer.name) if layer.name in _ORDER else 0)
    shown = [(layer, one) for layer in ranked for one in shown_in(layer, t)]
    crs, extent, metres = _view(ranked)
    root = ET.Element("qgis", version=_VERSION, projectname=t("head.title"))
    ET.SubElement(root, "homePath", path="")
    ET.SubElement(root, "title").text = t("head.title")
    ET.SubElement(root, "projectCrs").append(_crs(crs))
    tree, given, order = (ET.Element(name) for name in ("layer-tree-group", "projectlayers", "layerorder"))
    for layer, one in shown:
        source = f"./{file_name}|layername={one.table}" + (f"|geometrytype={one.part}" if one.part else "")
        title = t(_TITLES[layer.name]) if layer.name in _TITLES else layer.name
        seen = layer.name not in _HIDDEN and one.look is not None
        ET.SubElement(
            tree, "layer-tree-layer", id=one.name, name=title, source=source, providerKey="ogr", expanded="1",
            checked="Qt::Checked" if seen else "Qt::Unchecked",
        )  # fmt: skip
        given.append(_map_layer(layer, one, title, source))
        ET.SubElement(order, "layer", id=one.name)
    root.extend([tree, given, order])
    root.append(_properties())
    view = ET.SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    sides = dict(zip(("xmin", "ymin", "xmax", "ymax"), map(repr, extent), strict=True))
    box = ET.SubElement(view, "extent")
    for side, value in sides.items():
        ET.SubElement(box, side).text = value
    ET.SubElement(view, "destinationsrs").append(_crs(crs))
    first = ET.SubElement(ET.SubElement(root, "ProjectViewSettings", UseProjectScales="0"), "DefaultViewExtent", sides)
    first.append(_crs(crs))
    few = sum(len(layer.table) for layer in layers) <= _MANY
    sheet = layout_of(LAYOUT, t("head.title"), _foot(layers, metadata, t), extent, metres_wide=metres, only_drawn=few)
    ET.SubElement(root, "Layouts").append(sheet)
    ET.indent(root, " ")
    return root


def _map_layer(layer: Layer, one: Shown, title: str, source: str) -> ET.Element:
    geometry = "No geometry" if one.look is None else one.look.geometry
    element = ET.Element(
        "maplayer", type="vector", geometry=geometry, hasScaleBasedVisibilityFlag="0", minScale="0", maxScale="0",
        labelsEnabled=str(int(one.look is not None and one.look.labels is not None)), readOnly="0",
        # What is drawn is not simplified: hazards would lose ground.
        simplifyDrawingHints="0", styleCategories="AllStyleCategories",
    )  # fmt: skip
    for name, text in (("id", one.name), ("datasource", source), ("layername", title)):
        ET.SubElement(element, name).text = text
    if one.look is not None:
        ET.SubElement(element, "srs").append(_crs(layer.table.crs))
    ET.SubElement(element, "provider", encoding="UTF-8").text = "ogr"
    if one.look is not None:
        element.append(one.look.renderer)
        if one.look.labels is not None:
            element.append(one.look.labels)
    for name, text in (("blendMode", "0"), ("featureBlendMode", "0"), ("layerOpacity", "1")):
        ET.SubElement(element, name).text = text
    return element


def _properties() -> ET.Element:
    properties = ET.Element("properties")
    ET.SubElement(ET.SubElement(properties, "Paths"), "Absolute", type="bool").text = "false"
    ET.SubElement(ET.SubElement(properties, "SpatialRefSys"), "ProjectionsEnabled", type="int").text = "1"
    ET.SubElement(ET.SubElement(properties, "Measure"), "Ellipsoid", type="QString").text = "EPSG:7030"
    units = ET.SubElement(properties, "Measurement")
    ET.SubElement(units, "DistanceUnits", type="QString").text = "meters"
    ET.SubElement(units, "AreaUnits", type="QString").text = "m2"
    return properties


def _crs(crs: pyproj.CRS) -> ET.Element:
    element = ET.Element("spatialrefsys")
    ET.SubElement(element, "wkt").text = crs.to_wkt()
    if authority := crs.to_authority():
        # QGIS asks for the code only where there is a number of its own list, of which any will do.
        ET.SubElement(element, "srsid").text = "1"
        ET.SubElement(element, "authid").text = ":".join(authority)
    ET.SubElement(element, "description").text = crs.name
    ET.SubElement(element, "geographicflag").text = str(crs.is_geographic).lower()
    return element


# --- where the map is ------------------------------------------------------------------------------------------------


def _view(layers: Sequence[Layer]) -> tuple[pyproj.CRS, tuple[float, float, float, float], float]:
    """CRS of the project, bounds of its map in it, and how many metres that is wide."""
    spatial = [layer for layer in layers if layer.spatial]
    crs = pyproj.CRS(spatial[0].table.crs if spatial else "EPSG:4326")
    box = _bounds(layer for layer in spatial if layer.name not in ("places", "findings"))
    box = _bounds(spatial) if box is None else box
    if box is None:
        box = _WHOLE_WORLD if crs.is_geographic else (0.0, 0.0, _LEAST_M, _LEAST_M)
    elif crs.is_geographic and box[2] - box[0] < _WIDEST_ZONE_DEG:
        # A map in degrees is squeezed.
        corners = gpd.GeoSeries(shapely.points([box[:2], box[2:]]), crs=crs)
        with offline():
            local = corners.estimate_utm_crs()
            box = pyproj.Transformer.from_crs(crs, local, always_xy=True).transform_bounds(*box, densify_pts=21)
        crs = pyproj.CRS(local)
    unit = np.pi / 180 * 6_378_137.0 if crs.is_geographic else float(crs.axis_info[0].unit_conversion_factor)
    least = _LEAST_M / unit
    wide = max(
        (box[2] - box[0]) * (1 + 2 * _AROUND), (box[3] - box[1]) * (1 + 2 * _AROUND) * MAP_MM[0] / MAP_MM[1], least
    )
    middle, high = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), wide * MAP_MM[1] / MAP_MM[0]
    extent = (middle[0] - wide / 2, middle[1] - high / 2, middle[0] + wide / 2, middle[1] + high / 2)
    return crs, extent, wide * unit * (np.cos(np.radians(middle[1])) if crs.is_geographic else 1.0)


def _bounds(layers: Any) -> tuple[float, float, float, float] | None:
    boxes = np.array([layer.table.total_bounds for layer in layers]).reshape(-1, 4)
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    if not len(boxes):
        return None
    west, south = boxes[:, :2].min(axis=0).tolist()
    east, north = boxes[:, 2:].max(axis=0).tolist()
    return west, south, east, north


def _foot(layers: Sequence[Layer], metadata: Mapping[str, Any], t: Catalogue) -> str:
    made = t.day(datetime.fromisoformat(metadata["date"]).date())
    source = str(metadata.get("source", ""))
    if len(source) > _LONGEST_SOURCES:
        source = f"{source[:_LONGEST_SOURCES]}…"
    hazardous = [layer.table.geometry for layer in layers if layer.name in ("hazards", "rejected") and layer.spatial]
    unplaced = sum(int((shapes.isna() | shapes.is_empty).sum()) for shapes in hazardous)
    told = [t("foot.sources", sources=source)] if source else []
    lines = [
        t("notice.synthetic") if metadata["synthetic"] else "",
        t("project.unplaced", n=t.number(unplaced)) if unplaced else "",
        " ".join(filter(None, [t("notice.outside"), t("notice.public") if metadata["detail"] == "public" else ""])),
        " ".join([*told, _as_of(metadata, t), t("foot.made", date=made)]),
        " ".join([t("foot.boundaries"), t("notice.status")] if "boundaries" in metadata else [t("notice.status")]),
    ]
    return "\n".join(filter(None, lines))


def _as_of(metadata: Mapping[str, Any], t: Catalogue) -> str:
    day = metadata.get("as_of")
    said = t("head.as_of", date=t.day(datetime.fromisoformat(day).date())) if day else t("head.as_of_unknown")
    return said.rstrip(".") + "."
