"""How layers look in QGIS (QML) and by the Open Geospatial Consortium's styles (SLD)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from kosovo_hazards.schema import HazardType
from kosovo_hazards.symbols import Condition, Mark, Symbol

__all__ = ["Look", "areas_look", "key_of", "qml", "signs_look", "sld"]

_LINE_STYLE = {"continuous": "solid", "broken": "dash", "dotted": "dot"}
_DASHES = {"continuous": "", "broken": "8 4", "dotted": "2 3"}
_ANGLE_DEG = {"hatched": "45", "horizontal": "0"}
_OUTLINE_MM, _RELEASED_MM, _BOUNDARY_MM = "0.6", "0.3", "0.2"
_OUTLINE_PX = "2"
_SE, _OGC, _SLD = "http://www.opengis.net/se", "http://www.opengis.net/ogc", "http://www.opengis.net/sld"
# A name of our own under which parts get ids that stay the same from file to file.
_KEYS = uuid.uuid5(uuid.NAMESPACE_URL, "kosovo_hazards/symbols")
# Areas narrower than this on the screen or on paper have a sign as well.
_SMALL_MM = 3.5
_SIGN_OF_TYPE = {HazardType.CHA.value: "circle"}
_INK = "29,40,48,255"
_REJECTED = "122,1,119,255"
# Sign and colour as on the map.
_SIGNS = {
    "evidence": ("pentagon", "29,79,158,255"),
    "accidents": ("star", "17,17,17,255"),
    "items": ("circle", "0,96,110,255"),
}
_OTHER_SIGN = ("square", "79,91,99,255")
_NUMBERS = {"Point": "0", "Line": "1", "Polygon": "2"}


@dataclass(frozen=True)
class Look:
    """How the records of a layer are drawn.

    Attributes
    ----------
    geometry
        ``Point``, ``Line`` or ``Polygon``: QGIS draws each by symbols of its own kind.
    renderer
        Which record has which symbol.
    labels
        What is written beside them; None for nothing.
    """

    geometry: str
    renderer: ET.Element
    labels: ET.Element | None


def areas_look(
    symbols: Sequence[Symbol],
    *,
    label_column: str | None = None,
    labels_to: int | None = None,
    said: Callable[[Symbol], str] = lambda symbol: symbol.label,
) -> Look:
    """Give polygons their standard symbols, and small ones a sign, so that none is lost at a small scale.

    Parameters
    ----------
    symbols
        What `symbols_for` gave.
    label_column
        Column whose text is written on the map; none when None.
    labels_to
        The smallest scale at which it is, as the number that follows 1:; at any scale when None.
    said
        What the legend calls a symbol.
    """
    labels = None if label_column is None else _labels(label_column, labels_to)
    if len(symbols) == 1 and not symbols[0].conditions:
        return Look("Polygon", _single(_area_symbol("0", symbols[0])), labels)
    renderer = ET.Element("renderer-v2", type="RuleRenderer", symbollevels="0", forceraster="0")
    rules = ET.SubElement(renderer, "rules", key=key_of("root"))
    drawn = ET.SubElement(renderer, "symbols")
    for number, symbol in enumerate(symbols):
        test = " AND ".join(_expression(condition) for condition in symbol.conditions)
        rule = {"key": key_of(symbol.label), "symbol": str(number), "label": said(symbol)}
        ET.SubElement(rules, "rule", {**rule, **({"filter": test} if test else {})})
        drawn.append(_area_symbol(str(number), symbol))
    return Look("Polygon", renderer, labels)


def signs_look(name: str, geometry: str, *, label_column: str | None = None, labels_to: int | None = None) -> Look:
    """Give all records of a layer one sign: points, and records whose extent is not known.

    Parameters
    ----------
    name
        Name of the layer.
    geometry
        ``Point``, ``Line`` or ``Polygon``.
    label_column
        Column whose text is written on the map; none when None.
    """
    return Look(
        geometry,
        _single(_sign_symbol(name, geometry)),
        None if label_column is None else _labels(label_column, labels_to),
    )


def qml(look: Look) -> str:
    """Give a look as a QGIS layer style.

    Parameters
    ----------
    look
        What `areas_look` or `signs_look` gave.

    Returns
    -------
    A QML document, read by QGIS 3.

    Examples
    --------
    >>> from kosovo_hazards.symbols import symbols_for
    >>> "&quot;hazard_type&quot; = 'CHA'" in qml(areas_look(symbols_for(["hazard_type"])))
    True
    """
    root = ET.Element(
        "qgis", version="3.22.0", styleCategories="Symbology|Labeling", labelsEnabled=str(int(look.labels is not None))
    )
    root.append(look.renderer)
    if look.labels is not None:
        root.append(look.labels)
    ET.SubElement(root, "layerGeometryType").text = _NUMBERS[look.geometry]
    ET.indent(root, " ")
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, encoding="unicode") + "\n"


def key_of(name: str) -> str:
    """The id of a part of a style or a layout: the same for a name in every file.

    Parameters
    ----------
    name
        What the part is.
    """
    return f"{{{uuid.uuid5(_KEYS, name)}}}"


def _single(symbol: ET.Element) -> ET.Element:
    renderer = ET.Element("renderer-v2", type="singleSymbol", symbollevels="0", forceraster="0")
    ET.SubElement(renderer, "symbols").append(symbol)
    return renderer


def _expression(condition: Condition) -> str:
    column = f'"{condition.column}"'
    if condition.value:
        return f"{column} = '{condition.value}'"
    known = ", ".join(f"'{value}'" for value in condition.known)
    return f"({column} IS NULL OR {column} NOT IN ({known}))"


def _rgba(mark: Mark) -> str:
    return ",".join(map(str, mark.rgba))


def _area_symbol(name: str, symbol: Symbol) -> ET.Element:
    element = _symbol("fill", name)
    fill, outline = symbol.fill, symbol.outline
    first = symbol.conditions[0] if symbol.conditions else None
    hazardous = fill is not None and first is not None and first.column == "hazard_type"
    simple = {
        "color": _rgba(fill) if fill else "0,0,0,0",
        "style": "solid" if fill else "no",
        "outline_color": _rgba(outline),
        "outline_style": _LINE_STYLE[outline.pattern],
        # At a small scale thick lines round what was released would hide what is hazardous.
        "outline_width": _OUTLINE_MM if hazardous else _RELEASED_MM if fill else _BOUNDARY_MM,
        "outline_width_unit": "MM",
        "joinstyle": "miter",
    }
    element.append(_layer("SimpleFill", simple))
    if fill and fill.pattern in _ANGLE_DEG:
        lines = {
            "angle": _ANGLE_DEG[fill.pattern],
            "color": _rgba(Mark(fill.colour, 1, fill.pattern)),
            "distance": "2",
            "distance_unit": "MM",
            "line_width": "0.4",
            "line_width_unit": "MM",
        }
        element.append(_layer("LinePatternFill", lines))
    if fill and first and hazardous:
        shape = _SIGN_OF_TYPE.get(first.value, "diamond")
        small = f"sqrt($area) / @map_scale * 1000 < {_SMALL_MM}"
        sign = _marker(f"@{name}@{len(element)}", shape, _rgba(Mark(fill.colour, 1, "solid")), _rgba(outline))
        element.append(_on_each(sign, enabled=small))
    return element


def _sign_symbol(name: str, geometry: str) -> ET.Element:
    rejected = name == "rejected"
    shape, colour = _SIGNS.get(name, _OTHER_SIGN)
    sign = _question("@0@1" if geometry != "Point" else "0") if rejected else _marker("0", shape, colour, _INK)
    if geometry == "Point":
        return sign
    line = {"line_color": _REJECTED if rejected else colour, "line_style": "dash", "line_width": "0.5"}
    if geometry == "Line":
        drawn = _symbol("line", "0")
        drawn.append(_layer("SimpleLine", line))
    else:
        drawn = _symbol("fill", "0")
        outline = {"outline_color": line["line_color"], "outline_style": "dash", "outline_width": "0.5"}
        drawn.append(_layer("SimpleFill", {"color": "0,0,0,0", "style": "no", **outline}))
    if rejected:
        sign.set("name", "@0@1")
        drawn.append(_on_each(sign) if geometry == "Polygon" else _on_lines(sign))
    return drawn


def _question(name: str) -> ET.Element:
    """A triangle with a question mark: how far it reaches is not known."""
    sign = _marker(name, "triangle", "255,255,255,255", _REJECTED, size="5")
    mark = {"chr": "?", "color": _REJECTED, "font": "Sans", "size": "2.6", "size_unit": "MM", "offset": "0,0.6"}
    sign.append(_layer("FontMarker", {**mark, "offset_unit": "MM", "outline_color": _REJECTED}))
    return sign


def _marker(name: str, shape: str, colour: str, outline: str, *, size: str = "2.4") -> ET.Element:
    sign = _symbol("marker", name)
    values = {"name": shape, "color": colour, "outline_color": outline, "outline_width": "0.3", "size": size}
    sign.append(_layer("SimpleMarker", {**values, "size_unit": "MM", "outline_width_unit": "MM"}))
    return sign


def _on_each(sign: ET.Element, *, enabled: str | None = None) -> ET.Element:
    """A sign inside each part of a polygon."""
    layer = _layer("CentroidFill", {"point_on_surface": "1", "point_on_all_parts": "1"}, enabled=enabled)
    layer.append(sign)
    return layer


def _on_lines(sign: ET.Element) -> ET.Element:
    layer = _layer("MarkerLine", {"placement": "centralpoint", "rotate": "0"})
    layer.append(sign)
    return layer


def _symbol(kind: str, name: str) -> ET.Element:
    return ET.Element("symbol", type=kind, name=name, alpha="1", clip_to_extent="1", force_rhr="0")


def _layer(kind: str, properties: Mapping[str, str], *, enabled: str | None = None) -> ET.Element:
    layer = ET.Element("layer", {"class": kind, "enabled": "1", "pass": "0", "locked": "0"})
    options = ET.SubElement(layer, "Option", type="Map")
    for key, value in properties.items():
        ET.SubElement(options, "Option", type="QString", name=key, value=value)
    # QGIS before 3.18 reads these instead.
    for key, value in properties.items():
        ET.SubElement(layer, "prop", k=key, v=value)
    if enabled is not None:
        defined = ET.SubElement(ET.SubElement(layer, "data_defined_properties"), "Option", type="Map")
        ET.SubElement(defined, "Option", type="QString", name="name", value="")
        named = ET.SubElement(ET.SubElement(defined, "Option", type="Map", name="properties"), "Option", type="Map",
                              name="enabled")  # fmt: skip
        ET.SubElement(named, "Option", type="bool", name="active", value="true")
        ET.SubElement(named, "Option", type="QString", name="expression", value=enabled)
        ET.SubElement(named, "Option", type="int", name="type", value="3")
        ET.SubElement(defined, "Option", type="QString", name="type", value="collection")
    return layer


def _labels(column: str, farthest: int | None) -> ET.Element:
    labeling = ET.Element("labeling", type="simple")
    settings = ET.SubElement(labeling, "settings", calloutType="simple")
    style = ET.SubElement(
        settings, "text-style", fieldName=column, fontSize="9", fontSizeUnit="Point", textColor="60,60,60,255"
    )
    ET.SubElement(
        style, "text-buffer", bufferDraw="1", bufferSize="0.5", bufferSizeUnits="MM", bufferColor="255,255,255,255"
    )
    # Round the middle, not over it: a small area would be covered by its name.
    ET.SubElement(settings, "placement", placement="0", dist="2", distUnits="MM", priority="5")
    if farthest is not None:
        ET.SubElement(settings, "rendering", scaleVisibility="1", scaleMin="1", scaleMax=str(farthest))
    return labeling


# --- SLD -------------------------------------------------------------------------------------------------------------


def sld(symbols: Sequence[Symbol], *, layer: str) -> str:
    """Give the symbols as a Styled Layer Descriptor 1.1, for GeoServer and others; patterns become plain colours.

    Parameters
    ----------
    symbols
        What `symbols_for` gave.
    layer
        Name of the layer.

    Examples
    --------
    >>> from kosovo_hazards.symbols import symbols_for
    >>> "#FF0000" in sld(symbols_for(["hazard_type"]), layer="hazards")
    True
    """
    for prefix, uri in (("se", _SE), ("ogc", _OGC), ("", _SLD)):
        ET.register_namespace(prefix, uri)
    root = ET.Element(f"{{{_SLD}}}StyledLayerDescriptor", version="1.1.0")
    named = ET.SubElement(root, f"{{{_SLD}}}NamedLayer")
    ET.SubElement(named, f"{{{_SE}}}Name").text = layer
    style = ET.SubElement(ET.SubElement(named, f"{{{_SLD}}}UserStyle"), f"{{{_SE}}}FeatureTypeStyle")
    for symbol in symbols:
        style.append(_sld_rule(symbol))
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _sld_rule(symbol: Symbol) -> ET.Element:
    rule = ET.Element(f"{{{_SE}}}Rule")
    ET.SubElement(rule, f"{{{_SE}}}Name").text = symbol.label
    if symbol.conditions:
        parent = ET.SubElement(rule, f"{{{_OGC}}}Filter")
        if len(symbol.conditions) > 1:
            parent = ET.SubElement(parent, f"{{{_OGC}}}And")
        parent.extend(_sld_test(condition) for condition in symbol.conditions)
    drawn = ET.SubElement(rule, f"{{{_SE}}}PolygonSymbolizer")
    if symbol.fill:
        fill = ET.SubElement(drawn, f"{{{_SE}}}Fill")
        _sld_values(fill, {"fill": symbol.fill.colour, "fill-opacity": f"{symbol.fill.opacity:g}"})
    outline = {"stroke": symbol.outline.colour, "stroke-width": _OUTLINE_PX}
    dashes = _DASHES[symbol.outline.pattern]
    _sld_values(
        ET.SubElement(drawn, f"{{{_SE}}}Stroke"), {**outline, **({"stroke-dasharray": dashes} if dashes else {})}
    )
    return rule


def _sld_values(parent: ET.Element, values: dict[str, str]) -> None:
    for name, value in values.items():
        ET.SubElement(parent, f"{{{_SE}}}SvgParameter", name=name).text = value


def _sld_test(condition: Condition) -> ET.Element:
    if condition.value:
        return _equals(condition.column, condition.value)
    outside = ET.Element(f"{{{_OGC}}}Not")
    parent = ET.SubElement(outside, f"{{{_OGC}}}Or") if len(condition.known) > 1 else outside
    parent.extend(_equals(condition.column, value) for value in condition.known)
    return outside


def _equals(column: str, value: str) -> ET.Element:
    test = ET.Element(f"{{{_OGC}}}PropertyIsEqualTo")
    ET.SubElement(test, f"{{{_OGC}}}PropertyName").text = column
    ET.SubElement(test, f"{{{_OGC}}}Literal").text = value
    return test
