"""GML: written anew with nothing but elements, text and what they say of themselves, counted, and read by GDAL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards.reading.field_tools.curves import CURVES_DRAWN
from kosovo_hazards.reading.files.limits import Request
from kosovo_hazards.reading.files.staging import private_folder, staged
from kosovo_hazards.reading.files.xml_text import local_name, parse
from kosovo_hazards.reading.formats.gdal import read_layer, require_all, with_all_drawn
from kosovo_hazards.reading.source_records import Records

__all__ = ["read_gml"]

_MEMBERS = frozenset({"featureMember", "featureMembers", "member"})
_POLYGONS = frozenset({"Polygon", "PolygonPatch", "Rectangle", "Triangle"})
_RINGS = frozenset({"LinearRing", "Ring"})
# What would make a reader look elsewhere: schemas, and links that are not within the file.
_LOCATIONS = frozenset({"schemaLocation", "noNamespaceSchemaLocation"})
_SYSTEM = re.compile(
    r"(urn:(x-)?ogc:def:crs:[\w.:,-]+|EPSG:\d+|\d+|urn:EPSG:[\w.:]+|CRS:?84|"
    r"https?://www\.opengis\.net/(gml/srs/epsg\.xml#\d+|def/crs/[\w./-]+))",
    re.IGNORECASE,
)
# GDAL tells kinds of XML apart by what stands in the first kilobytes: there is only the root.
_PAD = " " * 65_536
_FEATURE_DEPTH = 3
_ARCS = frozenset({"Arc", "ArcString", "Circle", "ArcByBulge", "ArcStringByBulge"})
_BY_CENTRE = frozenset({"ArcByCenterPoint", "CircleByCenterPoint"})
_ROUGH = "has a circle given by its centre in degrees – write it as a ring that encloses all its ground"


@dataclass
class _Counted:
    """What stands in a GML text: polygons and rings of each feature, by the name of its type."""

    polygons: dict[str, list[int]] = field(default_factory=dict)
    rings: dict[str, list[int]] = field(default_factory=dict)
    unknown_systems: set[str] = field(default_factory=set)
    by_centre: dict[str, list[bool]] = field(default_factory=dict)
    has_curves: bool = False


def read_gml(request: Request) -> Records:
    """Read a GML file.

    Raises
    ------
    UnreadableSourceError
        If it is not whole, holds no feature, or fewer features come out of it than are in it.
    """
    with private_folder() as folder:
        clean = folder / "clean.gml"
        with clean.open("w", encoding="utf-8") as file:
            counted = _Cleaner(request, file).run()
        if not counted.polygons:
            raise UnreadableSourceError(f"{request.name!r} is GML without any feature", hint="export it again")
        with staged(replace(request, path=clean)) as place:
            records = read_layer(request, place, may_curve=counted.has_curves, WRITE_GFS="NO", DOWNLOAD_SCHEMA="NO")
    found = counted.polygons.get(records.label)
    if found is not None:
        require_all(records, len(found), request, "features")
        records = with_all_drawn(records, np.array(counted.rings[records.label]), np.array(found))
        # In degrees GDAL draws such circles on a sphere and with chords, which leaves ground out.
        in_degrees = records.crs is None or records.crs.is_geographic
        rough = np.array(counted.by_centre[records.label]) & (in_degrees | (records.repairs != CURVES_DRAWN))
        records = replace(records, problems=np.where(rough & (records.problems == ""), _ROUGH, records.problems))
    unknown = [
        f"the name {name!r} of a reference system isn't known and was left out" for name in counted.unknown_systems
    ]
    return replace(records, notes=(*records.notes, *unknown))


class _Cleaner:
    """Copies elements, attributes and text, and counts what it copies."""

    def __init__(self, request: Request, file: IO[str]) -> None:
        self.request = request
        self.write = file.write
        self.open: list[str] = []
        self.counted = _Counted()

    def run(self) -> _Counted:
        path: Path = self.request.path
        parse(path, self.request.name, self.request.limits, start=self.start, end=self.end, text=self.text)
        return self.counted

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = local_name(name)
        if not self.open:
            # Whatever the root is called, it is a collection of features.
            prefix = name[: -len(local)]
            name = f"{prefix}FeatureCollection"
        self.open.append(name)
        self._count(local)
        kept = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items() if self._is_local(key, value))
        self.write(f"<{name}{kept}>{_PAD if len(self.open) == 1 else ''}")

    def end(self, _: str) -> None:
        self.write(f"</{self.open.pop()}>")

    def text(self, text: str) -> None:
        self.write(escape(text))

    def _is_local(self, key: str, value: str) -> bool:
        local = local_name(key)
        if local == "srsName" and not _SYSTEM.fullmatch(value):
            self.counted.unknown_systems.add(value[:100])
            return False
        return local not in _LOCATIONS and (local != "href" or value.startswith("#"))

    def _count(self, local: str) -> None:
        if len(self.open) < _FEATURE_DEPTH or local_name(self.open[1]) not in _MEMBERS:
            return
        kind = local_name(self.open[_FEATURE_DEPTH - 1])
        self.counted.has_curves |= local in _ARCS or local in _BY_CENTRE
        if len(self.open) == _FEATURE_DEPTH:
            self.counted.polygons.setdefault(kind, []).append(0)
            self.counted.rings.setdefault(kind, []).append(0)
            self.counted.by_centre.setdefault(kind, []).append(False)
        elif local in _POLYGONS:
            self.counted.polygons[kind][-1] += 1
        elif local in _RINGS:
            self.counted.rings[kind][-1] += 1
        elif local in _BY_CENTRE:
            self.counted.by_centre[kind][-1] = True
