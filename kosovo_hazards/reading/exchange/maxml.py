"""maXML: field reports of IMSMA, each hazard or hazard reduction a record, its shapes made of the points it lists.

What stands in a report differs between programmes and from the generic schema, so no element is wanted but those that
frame it (``MineActionFieldReport``, ``FieldReport``, ``Hazard``, ``HazardReduction``, ``GeospatialInfo``); values are
known by their names as headings of a table are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
import pandas as pd
import pyproj

from kosovo_hazards._arrays import Texts
from kosovo_hazards._errors import HazardDataError, UnreadableSourceError
from kosovo_hazards._wording import argument
from kosovo_hazards.geometry import crs_named
from kosovo_hazards.language import compact, words
from kosovo_hazards.reading.exchange.devices import counted_devices
from kosovo_hazards.reading.exchange.notebook import Notebook
from kosovo_hazards.reading.exchange.numbered_points import POINT, POLYGON, Outlines, drawn_shapes, ground_of_records
from kosovo_hazards.reading.exchange.report_elements import (
    DrawnShape,
    Element,
    Point,
    columns_of,
    devices_of,
    shapes_of,
)
from kosovo_hazards.reading.exchange.shape_words import are_holes, are_in_use, kinds_of_shapes
from kosovo_hazards.reading.files.limits import Request
from kosovo_hazards.reading.files.xml_text import parse
from kosovo_hazards.reading.points.axes import points_of_columns
from kosovo_hazards.reading.points.columns import CORNERS, PERIMETER, kind_of_point
from kosovo_hazards.reading.source_records import Records, records_of
from kosovo_hazards.schema import CRS, Direction

__all__ = ["is_maxml", "read_maxml"]

HAZARD, REDUCTION = "Hazard", "HazardReduction"
_KINDS = {"hazard": HAZARD, "hazardreduction": REDUCTION}
_TABLES = {HAZARD: "hazard", REDUCTION: "release"}
_REPORT, _HEADER = "fieldreport", "documentheader"
_ROOTS = frozenset({"mineactionfieldreport", "fieldreport"})
_BESIDE = ("fieldreportinfo", "attachment")
_WGS84 = re.compile(r"wgs\s*_?(19)?84", re.I)
_MOST_SHOWN = 5


def is_maxml(root: str, namespaces: Sequence[str] = ()) -> bool:
    """Whether XML with this root holds field reports.

    Examples
    --------
    >>> is_maxml("MineActionFieldReport"), is_maxml("kml")
    (True, False)
    """
    return compact(root) in _ROOTS or any("maxml" in uri.lower() for uri in namespaces)


def read_maxml(request: Request) -> Records:
    """Read the reports of hazards, or of hazard reductions, that a maXML file holds.

    Raises
    ------
    UnreadableSourceError
        If it is not whole, declares entities, holds more than it may, or no report of the kind that is wanted.
    """
    read = _Reports(request)
    parse(request.path, request.name, request.limits, start=read.start, end=read.end, text=read.text)
    kind = _chosen(read, request)
    reports = [one for one in read.reports if one.kind == kind]
    crs, notes = _system(read.header)
    book, ids = Notebook(_TABLES[kind]), np.array([f"row {one.row}" for one in reports], dtype=object)
    table = _table(reports, book, notes)
    request.limits.require("columns", table.shape[1], request.name, "columns")
    ground = _ground(reports, ids, Direction.OUTWARD, book)
    within = _ground(reports, ids, Direction.INWARD, Notebook(_TABLES[kind]))
    others = Counter(one.kind for one in read.reports if one.kind != kind) + read.others
    if others:
        counts = ", ".join(f"{count:,} {name}" for name, count in others.items())
        notes.append(f"reports of other kinds are not among these records: {counts}")
    records = records_of(table, ground.shapes, crs, notes=[*notes, *_told(book)])
    rows = np.array([one.row for one in reports], dtype=np.int64)
    return replace(records, rows=rows, problems=ground.problems, within=within.shapes, label=kind)


# --- elements --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Report:
    row: int
    kind: str
    columns: dict[str, str]
    devices: tuple[tuple[str, str, str, str], ...]
    shapes: tuple[DrawnShape, ...]


@dataclass
class _Reports:
    """Takes reports from elements as they come, each as soon as it is whole."""

    request: Request
    reports: list[_Report] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    header: Element | None = None
    row: int = 0
    leaves: int = 0
    _open: list[Element] = field(default_factory=list)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.leaves += 1
        self.request.limits.require("cells", self.leaves, self.request.name, "elements")
        element = Element.opened(name, attributes)
        if self._open:
            self._open[-1].children.append(element)
        self._open.append(element)

    def text(self, text: str) -> None:
        self._open[-1].text += text

    def end(self, _: str) -> None:
        element = self._open.pop()
        name = compact(element.name)
        if name == _HEADER and self.header is None:
            self.header = element
        if name == _REPORT:
            self._take(element)
        if self._open and len(self._open) == 1:
            # What was taken is not needed any more.
            self._open[-1].children.clear()

    def _take(self, report: Element) -> None:
        self.row += 1
        about = [child for child in report.children if compact(child.name).startswith(_BESIDE)]
        rest = [child for child in report.children if child not in about]
        for child in rest:
            kind = _KINDS.get(compact(child.name))
            if kind is None:
                self.others[child.name] += 1
                continue
            table = _TABLES[kind]
            columns = columns_of(child, table)
            for heading, value in columns_of(Element("", about), table).items():
                columns.setdefault(heading, value)
            found = _Report(self.row, kind, columns, tuple(devices_of(child)), tuple(shapes_of(child)))
            self.reports.append(found)


def _chosen(read: _Reports, request: Request) -> str:
    """The kind of report that is wanted: named as a layer, else that of the table, else the only one."""
    there = list(dict.fromkeys(one.kind for one in read.reports))
    if not there:
        others = ", ".join(read.others) or "none at all"
        raise UnreadableSourceError(
            f"{request.name!r} is maXML without reports of hazards or hazard reductions; it holds {others}",
            hint="export those reports too",
        )
    wanted = request.layer or next((kind for kind, table in _TABLES.items() if table == request.wanted), None)
    if wanted is None and len(there) > 1:
        raise UnreadableSourceError(
            f"{request.name!r} has {len(there)} layers with records: {', '.join(there)}",
            hint=f"name one with {argument('layer')}",
        )
    found = there[0] if wanted is None else _KINDS.get(compact(wanted))
    if found not in there:
        raise UnreadableSourceError(
            f"{request.name!r} holds no reports of the kind {wanted}; it holds {', '.join(there)}",
            hint="hazard reductions are releases, and hazards are hazards: read them as what they are",
        )
    return found


def _system(header: Element | None) -> tuple[pyproj.CRS | None, list[str]]:
    """The CRS that the header of the document names; WGS 84, on which IMSMA keeps places, if it names none."""
    system = _below(header, "documentcoordinatereferencesystem")
    said = [] if system is None else [child.value for child in system.children if child.value]
    named = ", ".join(said)
    if not said:
        return pyproj.CRS(CRS), ["the file names no coordinate reference system; degrees were taken to be on WGS 84"]
    if _WGS84.search(named):
        return pyproj.CRS(CRS), []
    for one in said:
        try:
            return crs_named(one), []
        except HazardDataError:
            continue
    return None, [f"the file names a coordinate reference system that isn't known: {named}"]


def _below(element: Element | None, name: str) -> Element | None:
    children = [] if element is None else element.children
    return next((child for child in children if compact(child.name) == name), None)


# --- values ----------------------------------------------------------------------------------------------------------


def _table(reports: Sequence[_Report], book: Notebook, notes: list[str]) -> pd.DataFrame:
    table = pd.DataFrame([one.columns for one in reports], index=range(len(reports)), dtype="str")
    beside = _places_beside(reports)
    table = pd.concat([table, beside[[name for name in beside.columns if name not in table.columns]]], axis=1)
    listed = [(at, *device) for at, one in enumerate(reports) for device in one.devices]
    if not listed:
        return table
    devices = pd.DataFrame(listed, columns=["report", "qty", "category", "subcategory", "model"])
    devices = devices.replace("", None).assign(ordnance_guid=[device[2:] for device in listed])
    rows = {at: f"row {one.row}" for at, one in enumerate(reports)}
    counts = counted_devices(devices, "report", rows, {}, book).reindex(range(len(reports)))
    taken = [name for name in counts.columns if name in table.columns]
    counts = counts.drop(columns=taken).dropna(axis=1, how="all")
    notes += [f"devices that the reports list were counted by category, in {', '.join(counts.columns)}"]
    return pd.concat([table, counts], axis=1)


def _places_beside(reports: Sequence[_Report]) -> pd.DataFrame:
    """Benchmarks and other points that are no corners, in a column for each kind: latitude and longitude."""
    found: list[dict[str, str]] = []
    for one in reports:
        row: dict[str, list[str]] = {}
        for shape in one.shapes:
            for point in shape.points:
                kind = kind_of_point(point.roles.get("point_type") or point.name)
                place = [point.roles.get(axis, "") for axis in ("latitude", "longitude")]
                if kind not in PERIMETER and all(place):
                    row.setdefault(kind, []).append(", ".join(place))
        found.append({kind: "; ".join(places) for kind, places in row.items()})
    return pd.DataFrame(found, index=range(len(reports)), dtype="str")


# --- ground ----------------------------------------------------------------------------------------------------------


def _ground(reports: Sequence[_Report], ids: Texts, direction: Direction, book: Notebook) -> Outlines:
    """The ground of each report, erring to one side."""
    shapes = [_Shape(at, *one) for at, report in enumerate(reports) for one in _joined(report.shapes)]
    infos = pd.DataFrame(
        [(one.owner, one.drawn.roles.get("is_active"), one.drawn.roles.get("property"), _kind(one)) for one in shapes],
        columns=["owner", "active", "property", "kind"],
    ).astype({"owner": "int64", "active": "str", "property": "str", "kind": "str"})
    used = are_in_use(infos["active"], ids[infos["owner"]], direction, book)
    for at in np.flatnonzero(~used):
        book.tell("shape-replaced", "note", ids[infos["owner"].iloc[at]], "A shape no longer in use is left out.")
    shapes = [one for one, keep in zip(shapes, used, strict=True) if keep]
    infos = infos[used].reset_index(drop=True)
    owners = infos["owner"].to_numpy(dtype=np.intp)
    records = ids[owners]
    labels = np.array([one.label for one in shapes], dtype=object)
    kinds = kinds_of_shapes(infos["kind"], labels, records, book)
    outlines = drawn_shapes(_points(shapes), kinds, labels, records, book)
    holes = are_holes(infos["property"], kinds, labels, records, direction, book)
    # A point or line by itself is said in words beside the record; it would keep its polygon from being read.
    areal = kinds == POLYGON
    outlines = Outlines(outlines.shapes[areal], outlines.problems[areal])
    return ground_of_records(outlines, holes[areal], owners[areal], labels[areal], ids, direction, book)


@dataclass(frozen=True)
class _Shape:
    owner: int
    number: int
    drawn: DrawnShape

    @property
    def label(self) -> str:
        return self.drawn.roles.get("shape_id") or str(self.number)


def _joined(shapes: Sequence[DrawnShape]) -> Iterator[tuple[int, DrawnShape]]:
    """The shapes of a report with their numbers; those that are one point each and name one shape are that shape."""
    single: dict[str, list[DrawnShape]] = {}
    for shape in shapes:
        if len(shape.points) == 1 and ("shape_id" in shape.roles or "point_no" in shape.points[0].roles):
            single.setdefault(shape.roles.get("shape_id", ""), []).append(shape)
    groups = {id(several[0]): several for several in single.values() if len(several) > 1}
    inside = {id(shape) for several in groups.values() for shape in several[1:]}
    for number, shape in enumerate((one for one in shapes if id(one) not in inside), start=1):
        several = groups.get(id(shape), [shape])
        yield number, replace(shape, points=tuple(point for one in several for point in one.points))


def _kind(shape: _Shape) -> str:
    """What a shape is said to be, by a value or by the name of an element; else by how many corners it has."""
    drawn = shape.drawn
    said = drawn.roles.get("shape_kind")
    # "Points" may be all that is written round the corners of a polygon.
    named = [name for name in drawn.names if words("shape_kind").get(compact(name), POINT) != POINT]
    corners = _corners(drawn)
    if said or named:
        return said or named[0]
    some = any("point_type" in point.roles for point in corners)
    return POLYGON if len(corners) >= CORNERS or (corners and some) else POINT


@lru_cache(maxsize=10_000)
def _is_corner(text: str) -> bool:
    return kind_of_point(text) in PERIMETER


def _corners(drawn: DrawnShape) -> list[Point]:
    return [point for point in drawn.points if _is_corner(point.roles.get("point_type") or point.name)]


def _points(shapes: Sequence[_Shape]) -> pd.DataFrame:
    """The corners of all shapes, in the order of their numbers if each has one, else as they are given."""
    rows = [
        (owner, point.roles.get("point_no"), point.roles.get("longitude"), point.roles.get("latitude"))
        for owner, shape in enumerate(shapes)
        for point in _corners(shape.drawn)
    ]
    table = pd.DataFrame(rows, columns=["owner", "said", "x", "y"]).astype({"owner": "int64"})
    given = table.groupby("owner").cumcount() + 1
    numbers = pd.to_numeric(table["said"], errors="coerce")
    numbered = numbers.notna().groupby(table["owner"]).transform("all")
    places = points_of_columns(table["x"].astype("str"), table["y"].astype("str")).points
    xy = np.array([(np.nan, np.nan) if one is None else one[:2] for one in places], dtype=float).reshape(-1, 2)
    return pd.DataFrame(
        {
            "owner": table["owner"],
            "pointno": numbers.where(numbered, given),
            "longitude": xy[:, 0],
            "latitude": xy[:, 1],
        }
    )


def _told(book: Notebook) -> list[str]:
    """What was found, one sentence for each kind of finding."""
    first: dict[str, str] = {}
    records: dict[str, list[str]] = {}
    for check, _, _, record, _, message, *_ in book.rows:
        first.setdefault(check, f"{record}: {message}" if record else message)
        records.setdefault(check, []).append(str(record))
    told = []
    for check, text in first.items():
        rest = list(dict.fromkeys(records[check][1:]))
        more = "" if len(rest) <= _MOST_SHOWN else f" and {len(rest) - _MOST_SHOWN:,} more"
        told.append(text + (f" (The same kind in {', '.join(rest[:_MOST_SHOWN])}{more}.)" if rest else ""))
    return told
