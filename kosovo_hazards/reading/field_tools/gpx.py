"""GPX of GNSS receivers and field apps: each track, route and waypoint is a record, in the order of the file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Texts
from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards._wording import argument
from kosovo_hazards.language import compact, words
from kosovo_hazards.reading.field_tools.names import with_names_as_ids
from kosovo_hazards.reading.files.limits import Request
from kosovo_hazards.reading.files.xml_text import local_name, parse
from kosovo_hazards.reading.formats.json_table import readable, table_of
from kosovo_hazards.reading.points.columns import CORNERS, PERIMETER, kind_of_point
from kosovo_hazards.reading.source_records import Records, records_of
from kosovo_hazards.schema import CRS

__all__ = ["read_gpx"]

_KINDS = {"wpt": "waypoint", "rte": "route", "trk": "track"}
_LAYERS = {"waypoints": "waypoint", "routes": "route", "tracks": "track"}
_POINTS = frozenset({"wpt", "rtept", "trkpt"})
_FIELDS = frozenset({"name", "cmt", "desc", "src", "number", "type", "sym", "time"})
_LEAST_POINTS = 2
_LONGEST_NAME = 100
_LABEL = re.compile(r"(?:(.*?)[\s_./-]+)?([^\W\d_]+)[\s_.-]*(\d*)", re.DOTALL)


@dataclass
class _Drawn:
    kind: str
    cells: dict[str, str] = field(default_factory=dict)
    segments: list[list[tuple[float, float]]] = field(default_factory=list)
    problem: str = ""


def read_gpx(request: Request) -> Records:
    """Read a GPX file of version 1.0 or 1.1.

    Tracks and routes become lines, waypoints points, unless the names of all waypoints say that they are turning
    points: then the points of one area are joined in the order of their numbers.

    Raises
    ------
    UnreadableSourceError
        If it is not whole, or a layer is wanted that is none of waypoints, routes and tracks.
    """
    drawn = _Document(request).read()
    found = [one for one in drawn if request.layer is None or one.kind == _kind(request)]
    notes = [f"{_counted(drawn)} in the file"]
    if found and all(one.kind == "waypoint" for one in found):
        return _of_waypoints(found, request, notes)
    shapes = np.array([_shape(one) for one in found], dtype=object)
    records = records_of(_table(found, request), shapes, CRS, notes=notes)
    records = replace(records, problems=_problems(found), repairs=_lone_fixes(found))
    return with_names_as_ids(records, "name")


def _kind(request: Request) -> str:
    if request.layer not in _LAYERS:
        raise UnreadableSourceError(f"{request.name!r} has no layer {request.layer!r}; it has {', '.join(_LAYERS)}")
    return _LAYERS[request.layer]


def _counted(drawn: Sequence[_Drawn]) -> str:
    counts = {kind: sum(one.kind == kind for one in drawn) for kind in ("track", "route", "waypoint")}
    listed = [f"{count:,} {kind}s" for kind, count in counts.items() if count]
    return ", ".join(listed) or "no track, route or waypoint"


class _Document:
    """The text from beginning to end."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.drawn: list[_Drawn] = []
        self.open: list[str] = []
        self.texts: list[str] = []

    def read(self) -> list[_Drawn]:
        """Everything that it draws."""
        parse(
            self.request.path, self.request.name, self.request.limits,
            start=self._start, end=self._end, text=self.texts.append,
        )  # fmt: skip
        return self.drawn

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = local_name(name)
        self.texts.clear()
        self.open.append(local)
        if len(self.open) == 2 and local in _KINDS:
            self.drawn.append(_Drawn(_KINDS[local], segments=[] if local == "trk" else [[]]))
        if local == "trkseg" and self.drawn:
            self.drawn[-1].segments.append([])
        if local in _POINTS and self.drawn and self.open[1] in _KINDS:
            self._point(self.drawn[-1], attributes)

    def _point(self, drawn: _Drawn, attributes: Mapping[str, str]) -> None:
        try:
            place = float(attributes["lon"]), float(attributes["lat"])
            drawn.segments[-1].append(place)
        except (KeyError, ValueError, IndexError):
            drawn.problem = "has a point whose lat or lon is no number"

    def _end(self, _: str) -> None:
        local = self.open.pop()
        text = "".join(self.texts).strip()
        self.texts.clear()
        if not text or len(self.open) < 2 or self.open[1] not in _KINDS:
            return
        # Fields of the track itself, not of its points; and plain fields that programs add.
        if (len(self.open) == 2 and local in _FIELDS) or self.open[2:] == ["extensions"]:
            self.drawn[-1].cells.setdefault(local, readable(text))


def _table(found: Sequence[_Drawn], request: Request) -> pd.DataFrame:
    rows = [{"name": None, **one.cells, "drawn as": one.kind} for one in found]
    return table_of(rows, request.limits, request.name)


def _problems(found: Sequence[_Drawn]) -> Texts:
    return np.array([one.problem for one in found], dtype=object).reshape(len(found))


def _lone_fixes(found: Sequence[_Drawn]) -> Texts:
    """What is left out: a receiver that finds no satellite for a moment leaves a segment of one fix."""
    counts = [
        sum(len(segment) == 1 for segment in one.segments) if any(len(s) > 1 for s in one.segments) else 0
        for one in found
    ]
    said = [f"{count} segments of a single fix left out" if count else "" for count in counts]
    return np.array(said, dtype=object).reshape(len(found))


def _shape(one: _Drawn) -> shapely.Geometry | None:
    """The lines of a track or route; a segment of a single fix is a point."""
    segments = [segment for segment in one.segments if segment]
    lines = [shapely.LineString(segment) for segment in segments if len(segment) >= _LEAST_POINTS]
    points = [shapely.Point(segment[0]) for segment in segments if len(segment) < _LEAST_POINTS]
    if not lines:
        return points[0] if len(points) == 1 else shapely.MultiPoint(points) if points else None
    return lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)


# --- waypoints -------------------------------------------------------------------------------------------------------


def _of_waypoints(found: Sequence[_Drawn], request: Request, notes: list[str]) -> Records:
    names = [one.cells.get("name", "") for one in found]
    labels = [_label(name) for name in names]
    problems = _problems(found)
    corners = sum(label is not None and kind_of_point(label[1]) in PERIMETER for label in labels)
    if corners < CORNERS or any(problems):
        if request.close_lines and not any(problems):
            return _one_ring(found, request, notes)
        shapes = np.array([_shape(one) for one in found], dtype=object)
        hint = (
            f"the waypoints are points without an order; if they are the corners of one area in the order of the file, "
            f"pass {argument('close_lines', True)}"
        )
        records = records_of(_table(found, request), shapes, CRS, notes=[*notes, hint])
        return with_names_as_ids(replace(records, problems=problems), "name")
    table = _table(found, request).drop(columns=["name", "drawn as"])
    places = np.array([one.segments[0][0] for one in found])
    # A waypoint that is none of an area, as "Camp", belongs to no corner; it goes with the points before it.
    ids = pd.Series([None if label is None else label[0] or "1" for label in labels], dtype="str").ffill().bfill()
    if any(label and label[0] for label in labels):
        table.insert(0, "id", ids)
    kinds = ["other" if label is None else kind_of_point(label[1]) for label in labels]
    points = [name if label is None else label[1] for name, label in zip(names, labels, strict=True)]
    table = table.assign(shape_id=ids, point_no=points, point_type=kinds)
    table = table.assign(longitude=places[:, 0], latitude=places[:, 1], crs=CRS)
    notes.append(
        "the waypoints are turning points by their names; those of one area were joined in the order of their numbers"
    )
    if left := [name or "without a name" for name, kind in zip(names, kinds, strict=True) if kind not in PERIMETER]:
        notes.append(f"waypoints that are no corners were left out: {', '.join(left[:20])}")
    return records_of(table, None, CRS, notes=notes)


def _label(name: str) -> tuple[str, str] | None:
    """The area and the label of a point called as KS-12 TP3; None if the name does not say what the point is."""
    found = _LABEL.fullmatch(name.strip()) if len(name) <= _LONGEST_NAME else None
    if found is None or compact(found.group(2)) not in words("point_type"):
        return None
    return (found.group(1) or "").strip(" _-./"), found.group(2) + found.group(3)


def _one_ring(found: Sequence[_Drawn], request: Request, notes: list[str]) -> Records:
    places = [one.segments[0][0] for one in found]
    names = [one.cells.get("name", "") for one in found]
    line = shapely.LineString(places) if len(places) >= _LEAST_POINTS else shapely.Point(places[0])
    about = f"{names[0]} to {names[-1]}"
    note = f"{len(found):,} waypoints ({about}) were joined to one area in the order of the file"
    table = table_of([{"waypoints": about}], request.limits, request.name)
    return records_of(table, np.array([line], dtype=object), CRS, notes=[*notes, note])
