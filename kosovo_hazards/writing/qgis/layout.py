"""The sheet of a QGIS project: A4 across, with title, map, legend, scale bar, north and what to know of the data."""

from __future__ import annotations

import math
from base64 import b64encode
from xml.etree import ElementTree as ET

from kosovo_hazards.writing.qgis.style import key_of

__all__ = ["MAP_MM", "layout_of"]

MAP_MM = (198.0, 166.0)
"""Width and height of the map on the sheet."""

_PAGE = (0.0, 0.0, 297.0, 210.0)
_TITLE = (10.0, 8.0, 277.0, 10.0)
_MAP = (10.0, 20.0, *MAP_MM)
_LEGEND = (212.0, 20.0, 75.0, 100.0)
_NORTH = (212.0, 150.0, 14.0, 18.0)
_SCALE = (212.0, 172.0, 75.0, 12.0)
_FOOT = (10.0, 188.0, 277.0, 14.0)

# Numbers by which QGIS knows the kinds of items.
_KINDS = {"page": 65638, "map": 65639, "picture": 65640, "label": 65641, "legend": 65642, "scale": 65646}
_FONT = "Open Sans"
_ARROW = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 14 18" width="14" height="18">'
    '<path d="M7 0 11.5 11 7 8.6 2.5 11z" fill="#1d2830"/>'
    '<path d="M4.6 18v-5.4h1l2.8 3.7v-3.7h1V18h-1l-2.8-3.7V18z" fill="#1d2830"/></svg>'
)
# Steps of a scale bar, of which one is some 20 mm long.
_STEPS = (1.0, 2.0, 5.0)
_BAR_MM = 22.0


def layout_of(
    name: str, title: str, foot: str, extent: tuple[float, float, float, float], *, metres_wide: float, only_drawn: bool
) -> ET.Element:
    """Make the layout.

    Parameters
    ----------
    name
        What QGIS calls it.
    title, foot
        Texts over and under the map.
    extent
        West, south, east and north in the CRS of the project, of the map's shape.
    metres_wide
        Width of the map on the ground.
    only_drawn
        Whether the legend has what the map shows alone; QGIS looks that up record by record.
    """
    layout = ET.Element("Layout", name=name, units="mm", printResolution="300", worldFileMap="")
    pages = ET.SubElement(layout, "PageCollection")
    pages.append(_page_symbol())
    page = _item("page", _PAGE)
    page.append(_page_symbol())
    pages.append(page)
    for number, item in enumerate(
        (_map(extent), _legend(only_drawn=only_drawn), _north(), _scale(metres_wide)), start=1
    ):
        item.set("zValue", str(number))
        layout.append(item)
    layout.append(_label("title", title, _TITLE, points=16, bold=True))
    layout.append(_label("foot", foot, _FOOT, points=7))
    ET.SubElement(layout, "Atlas", enabled="0", coverageLayer="", hideCoverage="0", filterFeatures="0")
    return layout


def _item(kind: str, place: tuple[float, float, float, float], **attributes: str) -> ET.Element:
    left, top, wide, high = place
    shared = {
        "type": str(_KINDS[kind]), "uuid": key_of(f"layout {kind}"), "templateUuid": key_of(f"layout {kind}"),
        "id": kind, "position": f"{left:g},{top:g},mm", "positionOnPage": f"{left:g},{top:g},mm",
        "size": f"{wide:g},{high:g},mm", "referencePoint": "0", "visibility": "1", "opacity": "1", "zValue": "0",
        "frame": "false", "background": "false", "outlineWidthM": "0.2,mm", "positionLock": "false",
    }  # fmt: skip
    item = ET.Element("LayoutItem", {**shared, **attributes})
    ET.SubElement(item, "FrameColor", red="111", green="123", blue="131", alpha="255")
    ET.SubElement(item, "BackgroundColor", red="255", green="255", blue="255", alpha="255")
    return item


def _page_symbol() -> ET.Element:
    symbol = ET.Element("symbol", type="fill", name="", alpha="1", clip_to_extent="1", force_rhr="0")
    layer = ET.SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1", "pass": "0", "locked": "0"})
    options = ET.SubElement(layer, "Option", type="Map")
    for key, value in {"color": "255,255,255,255", "style": "solid", "outline_style": "no"}.items():
        ET.SubElement(options, "Option", type="QString", name=key, value=value)
        ET.SubElement(layer, "prop", k=key, v=value)
    return symbol


def _map(extent: tuple[float, float, float, float]) -> ET.Element:
    item = _item("map", _MAP, frame="true", background="true", followPreset="false", keepLayerSet="false",
                 mapRotation="0", drawCanvasItems="true")  # fmt: skip
    sides = dict(zip(("xmin", "ymin", "xmax", "ymax"), map(repr, extent), strict=True))
    ET.SubElement(item, "Extent", sides)
    ET.SubElement(item, "LayerSet")
    ET.SubElement(item, "AtlasMap", atlasDriven="0", margin="0.1", scalingMode="2")
    return item


def _legend(*, only_drawn: bool) -> ET.Element:
    """A legend; its entries may come and go with what is drawn, and never hide anything."""
    item = _item(
        "legend", _LEGEND, map_uuid=key_of("layout map"), legendFilterByMap=str(int(only_drawn)),
        legendFilterByAtlas="0", title="", columnCount="1", columnSpace="2", boxSpace="0",
        symbolWidth="7", symbolHeight="4", lineSpacing="1", fontColor="#1d2830",
        resizeToContents="1", splitLayer="0", wrapChar="",
    )  # fmt: skip
    styles = ET.SubElement(item, "styles")
    for name, points, bold, above in (
        ("title", 9, True, 0), ("group", 8, True, 2), ("subgroup", 8, True, 2), ("symbol", 7, False, 1),
        ("symbolLabel", 7, False, 1),
    ):  # fmt: skip
        style = ET.SubElement(styles, "style", name=name, alignment="1", indent="0", marginTop=str(above))
        if name == "symbolLabel":
            style.set("marginLeft", "2")
        ET.SubElement(style, "styleFont", description=_font(points, bold=bold), style="")
    return item


def _north() -> ET.Element:
    drawn = b64encode(_ARROW.encode("ascii")).decode("ascii")
    return _item(
        "picture", _NORTH, file=f"base64:{drawn}", mode="0", resizeMode="0", anchorPoint="4", northMode="1",
        northOffset="0", pictureRotation="0", mapUuid=key_of("layout map"),
    )  # fmt: skip


def _scale(metres_wide: float) -> ET.Element:
    wanted = metres_wide * _BAR_MM / MAP_MM[0]
    power = 10.0 ** math.floor(math.log10(wanted))
    length = max((step * power for step in _STEPS if step * power <= wanted), default=power)
    unit, each = ("km", 1000.0) if length >= 1000 else ("m", 1.0)
    item = _item(
        "scale", _SCALE, mapUuid=key_of("layout map"), style="Single Box", height="2.5", numSegments="2",
        numSegmentsLeft="0", numUnitsPerSegment=f"{length:g}", numMapUnitsPerScaleBarUnit=f"{each:g}",
        unitType="meters", unitLabel=unit, segmentSizeMode="0", labelBarSpace="1",
        boxContentSpace="0", outlineWidth="0.2", alignment="0", lineJoinStyle="miter", lineCapStyle="square",
        segmentMillimeters=f"{_BAR_MM:g}",
    )  # fmt: skip
    text = ET.SubElement(item, "text-style", fontFamily=_FONT, fontSize="8", fontSizeUnit="Point",
                         textColor="29,40,48,255", textOpacity="1")  # fmt: skip
    ET.SubElement(text, "text-buffer", bufferDraw="0")
    return item


def _label(
    name: str, text: str, place: tuple[float, float, float, float], *, points: int, bold: bool = False
) -> ET.Element:
    # QGIS would compute what stands in these brackets.
    plain = text.replace("[%", "[ %")
    item = _item("label", place, labelText=plain, htmlState="0", halign="1", valign="32", marginX="0", marginY="0")
    item.attrib |= {"id": name, "uuid": key_of(f"layout {name}"), "templateUuid": key_of(f"layout {name}")}
    item.set("zValue", "9")
    ET.SubElement(item, "LabelFont", description=_font(points, bold=bold), style="")
    ET.SubElement(item, "FontColor", red="29", green="40", blue="48", alpha="255")
    return item


def _font(points: int, *, bold: bool) -> str:
    """A font as Qt writes it: family, size, size in pixels, style hint, weight."""
    return f"{_FONT},{points},-1,5,{75 if bold else 50},0,0,0,0,0"
