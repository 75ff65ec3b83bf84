"""A field report as elements: its values under headings, its points, and the rows of devices within it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from kosovo_hazards.language import compact, headings
from kosovo_hazards.reading.files.xml_text import local_name

__all__ = ["DrawnShape", "Element", "Point", "columns_of", "devices_of", "shapes_of"]

# Elements that only hold the value of the one around them, and those that only group others.
_VALUE = frozenset({"value", "enumvalue", "enumerationvalue", "text"})
_GROUP = re.compile(r"info|general|detail|data|identif|section|group", re.I)
_SPATIAL = re.compile(r"geospatial", re.I)
_FINER = frozenset({"subcategory", "ordnancesubcategory", "ordsubcategory", "devicesubcategory"})
_PROPERTY = re.compile(r"property|polyprop", re.I)
_SCHEMA = re.compile(r"xmlns(:|$)|xsi:", re.I)


@dataclass(slots=True)
class Element:
    """An element of XML.

    Attributes
    ----------
    name
        Without its prefix.
    children
        Those within it, attributes among them.
    text
        What it says itself.
    """

    name: str
    children: list[Element] = field(default_factory=list)
    text: str = ""

    @property
    def is_leaf(self) -> bool:
        """Whether it holds a value and nothing else; attributes of a value stand beside it."""
        return not self.children or all(compact(child.name) in _VALUE for child in self.children)

    @property
    def value(self) -> str:
        """What a leaf says."""
        return self.text.strip() or ", ".join(filter(None, (child.value for child in self.children)))

    @property
    def is_spatial(self) -> bool:
        """Whether it draws shapes."""
        return _SPATIAL.search(self.name) is not None

    @classmethod
    def opened(cls, name: str, attributes: Mapping[str, str]) -> Element:
        """An element as its first tag has it."""
        said = [cls(local_name(key), [], value) for key, value in attributes.items() if not _SCHEMA.match(key)]
        return cls(local_name(name), said)


def leaves_of(element: Element) -> Iterator[Element]:
    """The values within an element, those of shapes too."""
    if element.is_leaf:
        yield element
        return
    if element.text.strip():
        yield Element(element.name, [], element.text)
    for child in element.children:
        yield from leaves_of(child)


# --- values ----------------------------------------------------------------------------------------------------------


def columns_of(report: Element, table: str) -> dict[str, str]:
    """What a report says, under its headings; values that stand several times are listed.

    Parameters
    ----------
    report
        The element ``Hazard`` or ``HazardReduction``, or what stands beside it.
    table
        ``hazard`` or ``release``: whose headings are known.

    Notes
    -----
    A value below another element is called by both names, as ``Hazard LocalID``; by its own if the other only groups
    (``GeneralInfo``) and it is known.
    """
    known = headings(table)
    found: dict[str, list[str]] = {}
    for around, leaf in _named(report, ""):
        heading = f"{around} {leaf.name}".strip()
        if around and _GROUP.search(around) and compact(heading) not in known and compact(leaf.name) in known:
            heading = leaf.name
        if leaf.value:
            found.setdefault(heading, []).append(leaf.value)
    return {heading: ", ".join(values) for heading, values in found.items()}


def _named(element: Element, around: str) -> Iterator[tuple[str, Element]]:
    for child in element.children:
        if child.is_spatial:
            continue
        if child.is_leaf:
            yield around, child
            continue
        if child.text.strip():
            yield around, Element(child.name, [], child.text)
        yield from _named(child, child.name)


def devices_of(report: Element) -> Iterator[tuple[str, str, str, str]]:
    """Quantity, category, finer category and model of each kind of device that a report lists."""
    known = headings("item")
    for child in report.children:
        if child.is_spatial or child.is_leaf:
            continue
        own = {compact(leaf.name): leaf.value for leaf in child.children if leaf.is_leaf}
        roles = {role: value for name, value in own.items() for role in known.get(name, {})}
        finer = next((value for name, value in own.items() if name in _FINER), "")
        below = [row for one in child.children if not one.is_leaf for row in devices_of(Element("", [one]))]
        if "quantity" in roles and (below or finer or roles.get("device_category") or roles.get("device_model")):
            for _, category, fine, model in below or [("", roles.get("device_category", ""), finer, "")]:
                yield roles["quantity"], category, fine, model or roles.get("device_model", "")
        elif finer or {"device_category", "device_model"} & set(roles):
            yield roles.get("quantity", ""), roles.get("device_category", ""), finer, roles.get("device_model", "")
        else:
            yield from devices_of(child)


# --- shapes ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """A point of a shape.

    Attributes
    ----------
    name
        Of its element.
    roles
        What it says: ``longitude``, ``latitude``, ``point_no``, ``point_type`` …
    """

    name: str
    roles: dict[str, str]


@dataclass(frozen=True)
class DrawnShape:
    """A shape with its points.

    Attributes
    ----------
    names
        Of the elements round its points, the innermost first.
    roles
        What they say: ``shape_id``, ``shape_kind``, ``is_active``, ``property`` …
    points
        In the order in which they are given.
    """

    names: tuple[str, ...]
    roles: dict[str, str]
    points: tuple[Point, ...]


def roles_in(leaves: Sequence[Element]) -> dict[str, str]:
    """Which part in describing shapes each value plays, by its name; the plainest name counts."""
    claims = sorted(
        (rank, role, leaf.value) for leaf in leaves for role, rank in _roles_of(leaf.name).items() if leaf.value
    )
    roles: dict[str, str] = {}
    for _, role, value in claims:
        roles.setdefault(role, value)
    said = [leaf.value for leaf in leaves if leaf.value and _PROPERTY.search(leaf.name)]
    return {**roles, "property": said[0]} if said else roles


@lru_cache(maxsize=10_000)
def _roles_of(name: str) -> Mapping[str, int]:
    return headings("shape").get(compact(name), {})


def shapes_of(report: Element) -> Iterator[DrawnShape]:
    """The shapes that a report draws; one of which no place is known has no points."""
    for child in report.children:
        if child.is_spatial:
            yield from _shapes_in(child, (), {})
        elif not child.is_leaf:
            yield from shapes_of(child)


def _shapes_in(element: Element, around: tuple[str, ...], above: Mapping[str, str]) -> Iterator[DrawnShape]:
    """A point is as much of the tree as holds one place; what holds several is a shape, or several shapes."""
    names = (element.name, *around)
    own = [child for child in element.children if child.is_leaf]
    inner = [child for child in element.children if not child.is_leaf]
    said = {**above, **{role: value for role, value in roles_in(own).items() if role not in _PLACE}}
    places = {id(child): _places(child) for child in inner}
    lists = [child for child in inner if places[id(child)] > 1 or _is_list(child)]
    names_of_points = {child.name for child in inner if places[id(child)] == 1 and child not in lists}
    # A point without a place is one too: without it the outline would be another.
    points = [
        Point(child.name, roles_in(list(leaves_of(child))))
        for child in element.children
        if child.name in names_of_points and child not in lists
    ]
    points += _points_in_a_row(own)
    if points:
        yield DrawnShape(names, said, tuple(points))
    for child in lists:
        yield from _shapes_in(child, names, said)
    if not points and not lists and (_is_list(element) or _POLYGON in (said.get("shape_kind"), *names)):
        yield DrawnShape(names, said, ())


_PLACE = frozenset({"longitude", "latitude", "point_no", "point_type"})
_POLYGON = "Polygon"


def _is_list(element: Element) -> bool:
    """Whether several elements of one name stand in it, each with values of its own."""
    names = [child.name for child in element.children if not child.is_leaf]
    return len(names) > len(set(names))


def _points_in_a_row(leaves: Sequence[Element]) -> list[Point]:
    """Points whose values stand one after the other in one element; each begins where a name comes again."""
    if not {"longitude", "latitude"} <= {role for leaf in leaves for role in _roles_of(leaf.name)}:
        return []
    rows: list[list[Element]] = [[]]
    for leaf in leaves:
        if leaf.name in {one.name for one in rows[-1]}:
            rows.append([])
        rows[-1].append(leaf)
    return [Point("", roles_in(row)) for row in rows]


def _places(element: Element) -> int:
    """How many places stand in an element: as often as it names latitude and longitude in one way."""
    names = Counter(leaf.name for leaf in leaves_of(element))
    often = [
        max((count for name, count in names.items() if role in _roles_of(name)), default=0)
        for role in ("longitude", "latitude")
    ]
    return min(often)
