"""Drawings in DXF: closed polylines and circles are areas, texts within them their names; what else is drawn is told.

The text is read by us, pair by pair: nothing that a drawing refers to is looked up, and arcs keep their ground.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Floats, Shapes
from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards._wording import argument
from kosovo_hazards.geometry import covering
from kosovo_hazards.reading.field_tools.curves import MOST_BESIDE_M, Ring, drawn_ring
from kosovo_hazards.reading.field_tools.ellipses import ellipse
from kosovo_hazards.reading.field_tools.names import meaning_of, with_names_as_ids
from kosovo_hazards.reading.files.encoding import decode, encoding_notes
from kosovo_hazards.reading.files.limits import Request
from kosovo_hazards.reading.formats.outlines import NoPositions
from kosovo_hazards.reading.source_records import Records, records_of

__all__ = ["read_dxf"]

_TEXTS = frozenset({"TEXT", "MTEXT", "ATTRIB", "ATTDEF"})
_OUTLINES = frozenset({"LWPOLYLINE", "POLYLINE", "CIRCLE"})
_SHOWN = {
    "INSERT": ("is a block", "explode it in the drawing program if it is an area"),
    "ELLIPSE": ("is an ellipse, a curve", "convert it to a polyline in the drawing program"),
    "SPLINE": ("is a spline, a curve", "convert it to a polyline in the drawing program"),
    "HATCH": ("is a hatch", "draw its outline as a closed polyline"),
}
"""What may be an area and is not read as one: rejected where it lies."""

_CLOSED, _MESH, _CONTROL = 1, 16 | 64, 16
_MARKS_OF_MTEXT = ("\\P", "\\A1;", "{", "}")


@dataclass
class _Entity:
    kind: str
    cells: dict[int, str] = field(default_factory=dict)
    # Places in their order, each with the bulge of the arc that leaves it.
    places: list[list[float]] = field(default_factory=list)
    broken: bool = False

    def number(self, code: int, otherwise: float = 0.0) -> float:
        """The number under a code."""
        try:
            return float(self.cells.get(code, otherwise))
        except ValueError:
            self.broken = True
            return otherwise


def read_dxf(request: Request) -> Records:
    """Read the entities of a drawing's model space.

    Raises
    ------
    UnreadableSourceError
        If it is not whole, or nothing in it could be an area.
    """
    decoded = decode(request.path.read_bytes(), request.encoding)
    entities = [one for one in _entities(decoded.text, request.name) if one.number(67) == 0]
    drawn = [one for one in entities if one.kind in _OUTLINES or one.kind in _SHOWN]
    if not drawn:
        raise UnreadableSourceError(
            f"{request.name!r} holds no polyline, circle or block: {_counted(entities) or 'nothing at all'}",
            hint="draw areas as closed polylines",
        )
    outlines = [_outline(one) for one in drawn]
    shapes, within = (_array([outline.shapes[side] for outline in outlines]) for side in (0, 1))
    table = _table(drawn, shapes, [one for one in entities if one.kind in _TEXTS])
    notes = [*encoding_notes(request.name, decoded, request.encoding), *_on_the_rest(entities)]
    curved = [outline.curved for outline in outlines]
    if any(curved):
        notes.append(
            f"arcs of {sum(curved):,} records were drawn with straight lines at most {MOST_BESIDE_M:g} m beside them: "
            "round all ground of hazards, and within that of releases"
        )
    notes.append(f"a drawing names no coordinate reference system; {argument('crs')} says which it is drawn in")
    beside = f"arcs drawn with straight lines at most {MOST_BESIDE_M:g} m beside them"
    records = replace(
        records_of(table, shapes, None, notes=notes),
        within=within if any(curved) else None,
        problems=np.array([outline.problem for outline in outlines], dtype=object),
        repairs=np.array([beside if one else "" for one in curved], dtype=object),
    )
    return with_names_as_ids(records, "name")


def _array(shapes: Sequence[shapely.Geometry]) -> Shapes:
    found: Shapes = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found


# --- from text to entities -------------------------------------------------------------------------------------------


def _pairs(text: str, name: str) -> Iterator[tuple[int, str]]:
    lines = text.splitlines()
    for at in range(0, len(lines) - 1, 2):
        code = lines[at].strip()
        if not code.lstrip("-").isdigit():
            raise UnreadableSourceError(
                f"{name!r} is no whole DXF: line {at + 1} has {code[:20]!r} where a code belongs",
                hint="it may be cut off or damaged: save it again as ASCII DXF",
            )
        yield int(code), lines[at + 1].strip()


def _entities(text: str, name: str) -> list[_Entity]:
    """The entities of the section of that name; vertices belong to their polyline."""
    found: list[_Entity] = []
    section, ended, before = "", False, (0, "")
    for code, value in _pairs(text, name):
        if code == 2 and before == (0, "SECTION"):
            section = value
        elif code == 0 and value == "ENDSEC":
            section = ""
        elif code == 0 and value == "EOF":
            ended = True
        elif section == "ENTITIES":
            _take(found, code, value)
        before = (code, value)
    if not ended:
        raise UnreadableSourceError(f"{name!r} is no whole DXF: it has no end", hint="copy or save it again")
    return found


def _take(found: list[_Entity], code: int, value: str) -> None:
    if code == 0:
        if value == "VERTEX" and found and found[-1].kind in ("POLYLINE", "VERTEX"):
            found.append(_Entity(value))
        else:
            _close(found)
            if value != "SEQEND":
                found.append(_Entity(value))
        return
    if not found:
        return
    one = found[-1]
    if one.kind == "LWPOLYLINE" and code in (10, 20, 42):
        _vertex(one, code, value)
    else:
        one.cells.setdefault(code, value)


def _vertex(one: _Entity, code: int, value: str) -> None:
    try:
        number = float(value)
    except ValueError:
        one.broken = True
        return
    if code == 10:
        one.places.append([number, np.nan, 0.0])
    elif one.places:
        one.places[-1][1 if code == 20 else 2] = number


def _close(found: list[_Entity]) -> None:
    """Give the vertices that stand last to the polyline before them."""
    vertices: list[_Entity] = []
    while found and found[-1].kind == "VERTEX":
        vertices.insert(0, found.pop())
    if vertices:
        polyline = found[-1]
        # Of a smoothed line the control points are no places on it.
        kept = [one for one in vertices if not int(one.number(70)) & _CONTROL]
        polyline.places = [[one.number(10, np.nan), one.number(20, np.nan), one.number(42)] for one in kept]
        polyline.broken |= any(one.broken for one in vertices)


# --- from entities to records ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Outline:
    """A shape round all ground, one within it, whether they differ, and why it is no area."""

    shapes: tuple[shapely.Geometry | None, shapely.Geometry | None]
    curved: bool = False
    problem: str = ""


def _outline(one: _Entity) -> _Outline:
    centre = np.array([one.number(10, np.nan), one.number(20, np.nan)])
    if one.kind in _SHOWN:
        place = shapely.Point(centre) if np.isfinite(centre).all() else None
        what, mend = _SHOWN[one.kind]
        return _Outline((place, place), problem=f"{what} – {mend}")
    if one.number(230, 1.0) < 1:
        # Its coordinates are those of another plane, mostly mirrored.
        return _Outline((None, None), problem="is drawn in a plane of its own – flatten it in the drawing program")
    if one.kind == "CIRCLE":
        return _circle(one, centre)
    if int(one.number(70)) & _MESH and one.kind == "POLYLINE":
        return _Outline((None, None), problem="is a mesh, not a polygon")
    places = np.array(one.places, dtype=np.float64).reshape(-1, 3)
    if one.broken or not np.isfinite(places).all() or not len(places):
        return _Outline((None, None), problem="has coordinates that can't be read")
    return _of_polyline(places, closed=bool(int(one.number(70)) & _CLOSED))


def _circle(one: _Entity, centre: Floats) -> _Outline:
    radius = one.number(40)
    if one.broken or not np.isfinite(centre).all() or radius <= 0:
        return _Outline((None, None), problem="has coordinates that can't be read")
    return _Outline(ellipse(centre, radius, radius), curved=True)


def _of_polyline(places: Any, *, closed: bool) -> _Outline:
    closed = closed or (len(places) > 3 and np.array_equal(places[0, :2], places[-1, :2]))
    listed: list[Any] = [places[0, :2].tolist()]
    ends = np.vstack([places[1:], places[:1]]) if closed else places[1:]
    for start, end in zip(places, ends, strict=False):
        if np.array_equal(start[:2], end[:2]):
            continue
        listed.append(_arc(start, end) if start[2] else end[:2].tolist())
    try:
        ring = drawn_ring(listed)
    except NoPositions:
        lying = shapely.multipoints(places[:, :2])
        return _Outline((lying, lying), problem="has arcs that can't be drawn with straight lines – simplify it")
    return _Outline(_both(ring, closed=closed), curved=ring.curved)


def _arc(start: Any, end: Any) -> dict[str, Any]:
    """The arc of a bulge, which is the tangent of a quarter of its angle and positive against the clock."""
    across = end[:2] - start[:2]
    middle = (start[:2] + end[:2]) / 2 + start[2] / 2 * np.array([across[1], -across[0]])
    return {"c": [end[:2].tolist(), middle.tolist()]}


def _both(ring: Ring, *, closed: bool) -> tuple[shapely.Geometry, shapely.Geometry]:
    if not closed:
        line = shapely.LineString(ring.left) if len(ring.left) > 1 else shapely.Point(ring.left[0])
        return line, line
    if len(ring.left) < 3:
        line = shapely.LineString(ring.left) if len(ring.left) > 1 else shapely.Point(ring.left[0])
        return line, line
    left, right = shapely.Polygon(ring.left), shapely.Polygon(ring.right)
    return (left, right) if not left.exterior.is_ccw else (right, left)


def _table(drawn: Sequence[_Entity], shapes: Shapes, texts: Sequence[_Entity]) -> pd.DataFrame:
    layers = pd.Series([one.cells.get(8) for one in drawn], dtype="str")
    table = pd.DataFrame(
        {meaning_of(layers.dropna().tolist(), "layer"): layers, "handle": [one.cells.get(5) for one in drawn]}
    )
    table["handle"] = table["handle"].astype("str")
    return table.assign(name=_names(shapes, texts))


def _names(shapes: Shapes, texts: Sequence[_Entity]) -> pd.Series:
    """For each area the texts written in it."""
    said = [_plain(one) for one in texts]
    places = shapely.points([[one.number(10, np.nan), one.number(20, np.nan)] for one in texts]) if texts else []
    found: dict[int, list[str]] = {}
    if len(places):
        areal = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON)
        tree = shapely.STRtree(places)
        whole = covering(shapes[areal])
        for area, text in sorted(zip(*tree.query(whole, predicate="intersects").tolist(), strict=True)):
            found.setdefault(int(areal[area]), []).append(said[text])
    names = [" ".join(filter(None, found.get(row, []))) or None for row in range(len(shapes))]
    return pd.Series(names, dtype="str")


def _plain(one: _Entity) -> str:
    text = one.cells.get(1, "")
    for mark in _MARKS_OF_MTEXT:
        text = text.replace(mark, " ")
    return " ".join(text.split())


def _counted(entities: Sequence[_Entity]) -> str:
    counts = Counter(one.kind for one in entities)
    return ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items()))


def _on_the_rest(entities: Sequence[_Entity]) -> Iterator[str]:
    texts = sum(one.kind in _TEXTS for one in entities)
    if texts:
        yield f"{texts:,} texts of the drawing were taken for names where they stand in an area, and else left out"
    blocks = sum(one.kind == "INSERT" for one in entities)
    if blocks:
        yield f"{blocks:,} blocks of the drawing are among the rejected records, at the places where they are inserted"
    rest = _counted([one for one in entities if one.kind not in _OUTLINES | _TEXTS | set(_SHOWN)])
    if rest:
        yield f"left out of the drawing, as they enclose nothing: {rest}"
