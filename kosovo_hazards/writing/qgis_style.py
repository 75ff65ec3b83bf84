"""The standard symbols as QGIS (QML) and the Open Geospatial Consortium (SLD) write them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from kosovo_hazards.symbols import Condition, Mark, Symbol

__all__ = ["qml", "sld"]

_LINE_STYLE = {"continuous": "solid", "broken": "dash", "dotted": "dot"}
_DASHES = {"continuous": "", "broken": "8 4", "dotted": "2 3"}
_ANGLE_DEG = {"hatched": "45", "horizontal": "0"}
_OUTLINE_MM, _BOUNDARY_MM = "0.6", "0.2"
_OUTLINE_PX = "2"
_SE, _OGC, _SLD = "http://www.opengis.net/se", "http://www.opengis.net/ogc", "http://www.opengis.net/sld"
# A name of our own under which rules get ids that stay the same from file to file.
_RULES = uuid.uuid5(uuid.NAMESPACE_URL, "kosovo_hazards/symbols")


def qml(symbols: Sequence[Symbol], *, label_column: str | None = None) -> str:
    """Give the symbols as a QGIS layer style.

    Parameters
    ----------
    symbols
        What `symbols_for` gave.
    label_column
        Column whose text is written on the map; none when None.

    Returns
    -------
    A QML document for polygon layers, read by QGIS 3.

    Examples
    --------
    >>> from kosovo_hazards.symbols import symbols_for
    >>> "&quot;hazard_type&quot; = 'CHA'" in qml(symbols_for(["hazard_type"]))
    True
    """
    root = ET.Element(
        "qgis", version="3.22.0", styleCategories="Symbology|Labeling", labelsEnabled=str(int(label_column is not None))
    )
    renderer = ET.SubElement(root, "renderer-v2", type="RuleRenderer", symbollevels="0", forceraster="0")
    rules = ET.SubElement(renderer, "rules", key=_key("root"))
    drawn = ET.SubElement(renderer, "symbols")
    for number, symbol in enumerate(symbols):
        test = " AND ".join(_expression(condition) for condition in symbol.conditions)
        rule = {"key": _key(symbol.label), "symbol": str(number), "label": symbol.label}
        ET.SubElement(rules, "rule", {**rule, **({"filter": test} if test else {})})
        drawn.append(_qml_symbol(str(number), symbol))
    if label_column is not None:
        root.append(_qml_labels(label_column))
    ET.SubElement(root, "layerGeometryType").text = "2"
    ET.indent(root, " ")
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, encoding="unicode") + "\n"


def _key(label: str) -> str:
    return f"{{{uuid.uuid5(_RULES, label)}}}"


def _expression(condition: Condition) -> str:
    column = f'"{condition.column}"'
    if condition.value:
        return f"{column} = '{condition.value}'"
    known = ", ".join(f"'{value}'" for value in condition.known)
    return f"({column} IS NULL OR {column} NOT IN ({known}))"


def _rgba(mark: Mark) -> str:
    return ",".join(map(str, mark.rgba))


def _qml_symbol(name: str, symbol: Symbol) -> ET.Element:
    element = ET.Element("symbol", type="fill", name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    fill, outline = symbol.fill, symbol.outline
    simple = {
        "color": _rgba(fill) if fill else "0,0,0,0",
        "style": "solid" if fill else "no",
        "outline_color": _rgba(outline),
        "outline_style": _LINE_STYLE[outline.pattern],
        "outline_width": _OUTLINE_MM if fill else _BOUNDARY_MM,
        "outline_width_unit": "MM",
        "joinstyle": "miter",
    }
    element.append(_qml_layer("SimpleFill", simple))
    if fill and fill.pattern in _ANGLE_DEG:
        lines = {
            "angle": _ANGLE_DEG[fill.pattern],
            "color": _rgba(Mark(fill.colour, 1, fill.pattern)),
            "distance": "2",
            "distance_unit": "MM",
            "line_width": "0.4",
            "line_width_unit": "MM",
        }
        element.append(_qml_layer("LinePatternFill", lines))
    return element


def _qml_layer(kind: str, properties: dict[str, str]) -> ET.Element:
    layer = ET.Element("layer", {"class": kind, "enabled": "1", "pass": "0", "locked": "0"})
    options = ET.SubElement(layer, "Option", type="Map")
    for key, value in properties.items():
        ET.SubElement(options, "Option", type="QString", name=key, value=value)
    # QGIS before 3.18 reads these instead.
    for key, value in properties.items():
        ET.SubElement(layer, "prop", k=key, v=value)
    return layer


def _qml_labels(column: str) -> ET.Element:
    labeling = ET.Element("labeling", type="simple")
    settings = ET.SubElement(labeling, "settings", calloutType="simple")
    style = ET.SubElement(
        settings, "text-style", fieldName=column, fontSize="9", fontSizeUnit="Point", textColor="60,60,60,255"
    )
    ET.SubElement(
        style, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferSizeUnits="MM", bufferColor="255,255,255,255"
    )
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
