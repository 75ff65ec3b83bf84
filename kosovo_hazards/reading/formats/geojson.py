"""GeoJSON and newline-delimited GeoJSON: every element of the file is a record, taken or rejected with the reason.

The text is read by us, not by GDAL: names are compared as the standard writes them, and nothing that a file names is
looked up elsewhere.
"""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyproj
import shapely

from kosovo_hazards._errors import HazardDataError, UnreadableSourceError
from kosovo_hazards._wording import argument
from kosovo_hazards.geometry import crs_named
from kosovo_hazards.reading.exchange.pages import MORE, joined_pages, layers_among, says_more
from kosovo_hazards.reading.exchange.related import with_related
from kosovo_hazards.reading.files.limits import Request
from kosovo_hazards.reading.formats.esri_json import is_esri_json, read_esri_json
from kosovo_hazards.reading.formats.json_table import table_of
from kosovo_hazards.reading.formats.outlines import Geometry, NoPositions, positions, shapes_of
from kosovo_hazards.reading.source_records import Records, records_of
from kosovo_hazards.schema import CRS

__all__ = ["read_geojson"]

Members: TypeAlias = dict[str, Any]

_GEOMETRIES = frozenset(
    {"GeometryCollection", "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}
)
_TYPES = _GEOMETRIES | {"FeatureCollection", "Feature"}
_SYSTEMS_BY_NAME = frozenset({"name", "epsg"})
_OF_FEATURE = frozenset({"type", "properties", "geometry", "id", "bbox", "crs"})
_SEPARATOR = re.compile(r"[ \t\r\n\x1e]*")
_NO_FEATURE = 'is not a GeoJSON feature (no "type": "Feature")'
_EARTH_M = 6_378_137.0
_DEGREES = re.compile(r"CRS:?84", re.IGNORECASE)


def read_geojson(request: Request) -> Records:
    """Read GeoJSON, one feature after the other if there are several objects, or Esri JSON.

    Raises
    ------
    UnreadableSourceError
        If it is not whole, not in UTF-8, or names a CRS that isn't known or lies elsewhere.
    """
    if request.parts:
        return _of_pages(request)
    objects = _objects_of(request.path, request.name)
    first = objects[0]
    if is_esri_json(first):
        return read_esri_json(first, request)
    if not isinstance(first.get("type"), str) or first["type"] not in _TYPES:
        raise UnreadableSourceError(
            f"{request.name!r} isn't GeoJSON: its type is {first.get('type')!r}", hint="export it as GeoJSON"
        )
    if first["type"] != "FeatureCollection":
        # A geometry by itself is a feature without properties; among features it is none.
        lone = [JSONObject([("type", "Feature"), ("geometry", one)]) if one.geometry else one for one in objects]
        return _records({}, lone, request)
    if len(objects) > 1:
        raise UnreadableSourceError(
            f"{request.name!r} isn't whole GeoJSON: {len(objects):,} objects stand one after the other",
            hint="give each a file of its own",
        )
    features = first.get("features")
    if not isinstance(features, list) or first.twice:
        raise UnreadableSourceError(f"{request.name!r} isn't GeoJSON: it has no list of features, or members twice")
    return _records(first, features, request)


def _of_pages(request: Request) -> Records:
    """Records of an answer that a service gave in several pages."""
    names = [path.name for path in request.parts]
    twice = len(set(names)) < len(names)
    keys = [f"{path.parent.name}/{path.name}" if twice else path.name for path in request.parts]
    pages = {key: _objects_of(path, key)[0] for key, path in zip(keys, request.parts, strict=True)}
    first, *others = [_of_layer(layer, request) for layer in layers_among(pages)]
    bare = [replace(one, shapes=None) if _is_bare(one) else one for one in others]
    return with_related(first, {other.label: other for other in bare})


def _is_bare(records: Records) -> bool:
    return records.shapes is not None and bool(shapely.is_missing(records.shapes).all())


def _of_layer(pages: Mapping[str, Mapping[str, Any]], request: Request) -> Records:
    joined = joined_pages(pages, request.name)
    members = joined.members
    esri = is_esri_json(members)
    records = read_esri_json(members, request) if esri else _records(members, members["features"], request)
    return replace(records, notes=(*joined.notes, *records.notes), label=Path(next(iter(pages))).stem)


def _objects_of(path: Path, name: str) -> list[JSONObject]:
    text = _utf8(path, name)
    try:
        objects = list(_objects(text))
    except (ValueError, RecursionError) as error:
        cause = "it is nested too deep" if isinstance(error, RecursionError) else error
        raise UnreadableSourceError(
            f"{name!r} isn't whole GeoJSON: {cause}", hint="it may be cut off: copy or export it again"
        ) from error
    if not objects:
        raise UnreadableSourceError(f"{name!r} is empty", hint="export it again")
    return objects


def _utf8(path: Path, name: str) -> str:
    raw = path.read_bytes()
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableSourceError(f"{name!r} is in UTF-16; GeoJSON is in UTF-8: save it so")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableSourceError(
            f"{name!r} is not in UTF-8 as GeoJSON must be: byte {error.start:,} is not", hint="save it in UTF-8"
        ) from error


# --- from text to objects --------------------------------------------------------------------------------------------


class JSONObject(dict[str, Any]):
    """An object of a JSON text, with what it draws if it is a geometry.

    Attributes
    ----------
    twice
        Whether a member stands in it twice; what it says is then uncertain.
    geometry
        What it draws; its positions stand in arrays then, as lists of numbers need much memory.
    """

    __slots__ = ("geometry", "twice")

    def __init__(self, pairs: Sequence[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.twice = len(self) < len(pairs)
        self.geometry: Geometry | None = None
        if self.get("type") in _GEOMETRIES if isinstance(self.get("type"), str) else False:
            self.geometry = _geometry(self)
            if not self.geometry.problem and self.geometry.polygons and "coordinates" in self:
                self["coordinates"] = self.geometry.polygons


_decode = json.JSONDecoder(object_pairs_hook=JSONObject).raw_decode


def _objects(text: str) -> Iterator[JSONObject]:
    """The objects that stand one after the other in a text."""
    at = _after_blanks(text, 0)
    while at < len(text):
        value, at = _decode(text, at)
        if not isinstance(value, JSONObject):
            raise ValueError(f"an object is wanted before character {at:,}")
        yield value
        at = _after_blanks(text, at)


def _after_blanks(text: str, at: int) -> int:
    found = _SEPARATOR.match(text, at)
    return found.end() if found else at


def _geometry(members: Mapping[str, Any]) -> Geometry:
    """What a geometry draws; the parts of a collection in any nesting are its parts."""
    kind, listed = members["type"], members.get("coordinates")
    try:
        if kind == "Polygon":
            return Geometry([[positions(ring) for ring in _list(listed)]])
        if kind == "MultiPolygon":
            rings = [[positions(ring) for ring in _list(polygon)] for polygon in _list(listed)]
            return Geometry(rings, is_many=True)
        if kind == "GeometryCollection":
            return _collection(_list(members.get("geometries")))
        return Geometry(others=_points_or_lines(kind, _list(listed)))
    except (NoPositions, ValueError, shapely.GEOSException):
        return Geometry(problem="has a geometry that can't be read")


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise NoPositions
    return value


def _collection(parts: list[Any]) -> Geometry:
    joined = Geometry(is_many=True)
    for part in parts:
        drawn = part.geometry if isinstance(part, JSONObject) and not part.twice else None
        if drawn is None or drawn.problem:
            return Geometry(problem="has a part that can't be read")
        joined.polygons += drawn.polygons
        joined.others += drawn.others
    return joined


def _points_or_lines(kind: str, listed: list[Any]) -> list[shapely.Geometry]:
    if not listed:
        return [shapely.from_wkt(f"{kind.upper()} EMPTY")]
    if kind == "Point":
        return [shapely.Point(positions([listed])[0])]
    if kind == "MultiPoint":
        return [shapely.MultiPoint(positions(listed))]
    if kind == "LineString":
        return [shapely.LineString(positions(listed))]
    return [shapely.MultiLineString([positions(line) for line in listed])]


# --- from objects to records -----------------------------------------------------------------------------------------


def _records(members: Mapping[str, Any], elements: list[Any], request: Request) -> Records:
    """A record for each element, also for one that is no feature."""
    _refuse_links(members, elements, request.name)
    features = [_feature(element) for element in elements]
    shapes, problems, repairs = shapes_of([_drawn(feature) for feature in features])
    reasons = [_problem(feature) for feature in features]
    problems = np.where(np.array(reasons, dtype=object) == "", problems, reasons) if reasons else problems
    table = table_of([_row(feature) for feature in features], request.limits, request.name)
    notes = [*_notes(features), *([MORE] if says_more(members) else [])]
    records = records_of(table, shapes, _system(members, request.name), notes=notes)
    return replace(records, problems=problems.astype(object), repairs=repairs)


def _feature(element: Any) -> JSONObject | None:
    return element if isinstance(element, JSONObject) and element.get("type") == "Feature" else None


def _drawn(feature: JSONObject | None) -> Geometry | None:
    geometry = None if feature is None else feature.get("geometry")
    return geometry.geometry if isinstance(geometry, JSONObject) else None


def _problem(feature: JSONObject | None) -> str:
    if feature is None:
        return _NO_FEATURE
    geometry, properties = feature.get("geometry"), feature.get("properties")
    drawn = geometry if isinstance(geometry, JSONObject) else JSONObject([])
    found = {
        "has a member twice, so that it can be read in two ways": feature.twice or drawn.twice,
        "has a geometry that names a coordinate reference system of its own": "crs" in drawn,
        "has a geometry that can't be read": geometry is not None and drawn.geometry is None,
        "has properties that are no JSON object": properties is not None and not isinstance(properties, JSONObject),
        'has its geometry in the member "place" of JSON-FG, which is not read': not geometry and feature.get("place"),
    }
    return next((problem for problem, there in found.items() if there), "")


def _row(feature: JSONObject | None) -> Members:
    properties = None if feature is None else feature.get("properties")
    row: Members = dict(properties) if isinstance(properties, JSONObject) else {}
    given = None if feature is None else feature.get("id")
    # A number is the place in the table it came from, as programs write it; a text was meant as a name.
    if isinstance(given, str):
        row.setdefault("id", given)
    return row


def _notes(features: Sequence[JSONObject | None]) -> list[str]:
    foreign = Counter(key for feature in features if feature is not None for key in feature.keys() - _OF_FEATURE)
    if not foreign:
        return []
    names = ", ".join(repr(name) for name, _ in foreign.most_common(10))
    return [f"members of features that are no properties were left out: {names}"]


# --- coordinate reference systems ------------------------------------------------------------------------------------


def _refuse_links(members: Mapping[str, Any], elements: list[Any], name: str) -> None:
    """Refuse a text that says, at any place where a reader may look, to find its CRS at an address."""
    waiting: list[Any] = [*elements, dict(members) | {"features": None}]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, dict):
            continue
        for key, value in part.items():
            if key.lower() == "crs" and isinstance(value, dict) and _is_link(value):
                raise UnreadableSourceError(
                    f"{name!r} points to its coordinate reference system instead of naming it; nothing is fetched",
                    hint=f'take the member "crs" out of the file and name the right one with {argument("crs")}',
                )
        geometries = part.get("geometries")
        waiting += [part.get("geometry"), *(geometries if isinstance(geometries, list) else [])]


def _is_link(system: Mapping[str, Any]) -> bool:
    return str(system.get("type")).lower() not in _SYSTEMS_BY_NAME


def _system(members: Mapping[str, Any], name: str) -> pyproj.CRS | None:
    """The CRS of a collection: degrees of WGS 84 by the standard, what an older file names, none if it says so."""
    said = members.get("crs", CRS)
    if said is None or said == CRS:
        return None if said is None else pyproj.CRS(CRS)
    properties = said.get("properties") if isinstance(said, dict) else None
    properties = properties if isinstance(properties, dict) else {}
    named = str(properties.get("name") or properties.get("code") or "")
    if _DEGREES.search(named):
        return pyproj.CRS(CRS)
    cause = None
    try:
        found = crs_named(named)
        if _is_of_the_earth(found):
            return found
    except HazardDataError as error:
        cause = error
    raise UnreadableSourceError(
        f"{name!r} names a coordinate reference system that isn't known: {named or said!r}",
        hint=f'take the member "crs" out of the file and name the right one with {argument("crs")}',
    ) from cause


def _is_of_the_earth(system: pyproj.CRS) -> bool:
    return system.ellipsoid is None or abs(system.ellipsoid.semi_major_metre - _EARTH_M) < _EARTH_M / 100
