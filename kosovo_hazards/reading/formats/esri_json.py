"""Esri JSON: attributes and rings as the services of ArcGIS give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely

from kosovo_hazards._errors import HazardDataError, UnreadableSourceError
from kosovo_hazards._wording import argument
from kosovo_hazards.geometry import covering, crs_named
from kosovo_hazards.reading.exchange.pages import MORE, says_more
from kosovo_hazards.reading.field_tools.coded_values import domains_in, with_aliases, with_words
from kosovo_hazards.reading.field_tools.curves import (
    CURVES_DRAWN,
    CURVES_NOT_DRAWN,
    Ring,
    drawn_path,
    drawn_ring,
    note_on_curves,
)
from kosovo_hazards.reading.files.limits import Request
from kosovo_hazards.reading.formats.json_table import table_of
from kosovo_hazards.reading.formats.outlines import Geometry, NoPositions, positions, shapes_of
from kosovo_hazards.reading.source_records import Records, records_of

__all__ = ["is_esri_json", "read_esri_json"]

_LISTS = ("paths", "points")
_UNREAD = "has a geometry that can't be read"


def is_esri_json(members: Mapping[str, Any]) -> bool:
    """Whether an object is a feature set of ArcGIS and not of GeoJSON.

    Examples
    --------
    >>> is_esri_json({"features": [{"attributes": {"OBJECTID": 1}}]})
    True
    >>> is_esri_json({"type": "FeatureCollection", "features": [{"attributes": {}}]})
    False
    """
    features = members.get("features")
    if "type" in members or not isinstance(features, list):
        return False
    return any(isinstance(one, dict) and "attributes" in one for one in features) or "geometryType" in members


def read_esri_json(members: Mapping[str, Any], request: Request) -> Records:
    """Records of a feature set.

    Parameters
    ----------
    members
        The object with the features.
    request
        What is read.
    """
    features: list[Any] = members["features"]
    attributes = [_member(feature, "attributes") for feature in features]
    table = table_of([one if isinstance(one, dict) else {} for one in attributes], request.limits, request.name)
    drawn = [_member(feature, "geometry") for feature in features]
    shapes, problems, repairs = shapes_of([_drawn(one) for one in drawn])
    table, notes = with_words(table, domains_in(_fields(members)))
    table, renamed = with_aliases(_with_dates(table, members), _aliases(members))
    notes += [*renamed, *([MORE] if says_more(members) else [])]
    curved = np.array([isinstance(one, Mapping) and "curveRings" in one for one in drawn], dtype=bool)
    within = None
    if curved.any():
        within = shapes_of([_drawn(one, outward=False) for one in drawn])[0]
        repairs[curved & (problems == "")] = CURVES_DRAWN
        notes.append(note_on_curves(int(curved.sum())))
    odd = np.array([not isinstance(one, dict) for one in attributes], dtype=bool)
    problems = np.where(odd, "is no feature of Esri JSON (no attributes)", problems)
    records = records_of(table, shapes, _system(members, request.name), notes=notes)
    return replace(records, problems=problems.astype(object), repairs=repairs, within=within)


def _fields(members: Mapping[str, Any]) -> list[Any]:
    fields = members.get("fields")
    return fields if isinstance(fields, list) else []


def _aliases(members: Mapping[str, Any]) -> dict[str, str]:
    """The names that people see, by the names of fields."""
    aliases = {_member(field, "name"): _member(field, "alias") for field in _fields(members)}
    listed = members.get("fieldAliases")
    aliases = {**(listed if isinstance(listed, Mapping) else {}), **aliases}
    return {name: said for name, said in aliases.items() if isinstance(name, str) and isinstance(said, str) and said}


def _member(parent: Any, name: str) -> Any:
    return parent.get(name) if isinstance(parent, Mapping) else None


def _with_dates(table: pd.DataFrame, members: Mapping[str, Any]) -> pd.DataFrame:
    """The table with dates for milliseconds since 1970, where the file says that a field holds dates."""
    dates = {
        _member(field, "name")
        for field in _fields(members)
        if _member(field, "type") == "esriFieldTypeDate" and isinstance(_member(field, "name"), str)
    }
    for name in dates & set(table.columns):
        if pd.api.types.is_numeric_dtype(table[name]):
            table[name] = pd.to_datetime(table[name], unit="ms", errors="coerce").fillna(table[name].astype("object"))
    return table


def _system(members: Mapping[str, Any], name: str) -> pyproj.CRS | None:
    said = members.get("spatialReference")
    if not isinstance(said, Mapping):
        return None
    codes = [said.get(key) for key in ("latestWkid", "wkid", "wkt", "wkt2")]
    for code in codes:
        if not isinstance(code, int | str) or isinstance(code, bool):
            continue
        for named in (code, f"ESRI:{code}"):
            try:
                return crs_named(named)
            except HazardDataError:
                continue
    if any(code is not None for code in codes):
        raise UnreadableSourceError(
            f"{name!r} names a coordinate reference system that isn't known: {dict(said)!r}",
            hint=f'take "spatialReference" out of the file and name the right one with {argument("crs")}',
        )
    return None


# --- geometry --------------------------------------------------------------------------------------------------------


def _drawn(geometry: Any, *, outward: bool = True) -> Geometry | None:
    if geometry is None:
        return None
    try:
        if "curveRings" in geometry or "curvePaths" in geometry:
            return _of_curves(geometry, outward=outward)
        if "rings" in geometry:
            return _of_rings([positions(ring) for ring in _list(geometry["rings"])])
        if "x" in geometry and "y" in geometry:
            return Geometry(others=[shapely.Point(positions([[geometry["x"], geometry["y"]]])[0])])
        for name in _LISTS:
            if name in geometry:
                return _of_lists(name, _list(geometry[name]))
    except (NoPositions, TypeError, ValueError, shapely.GEOSException):
        pass
    curved = isinstance(geometry, Mapping) and ("curveRings" in geometry or "curvePaths" in geometry)
    return Geometry(problem=CURVES_NOT_DRAWN if curved else _UNREAD)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise NoPositions
    return value


def _of_lists(name: str, listed: list[Any]) -> Geometry:
    if name == "points":
        return Geometry(others=[shapely.MultiPoint(positions(listed))])
    return Geometry(others=[shapely.MultiLineString([positions(line) for line in listed])])


def _of_curves(geometry: Mapping[str, Any], *, outward: bool) -> Geometry:
    """Polygons whose outer rings reach as far as the curves or farther, and holes less far; inward the other way."""
    if "curveRings" not in geometry:
        return Geometry(others=[shapely.MultiLineString([drawn_path(path) for path in _list(geometry["curvePaths"])])])
    rings: list[Ring] = [drawn_ring(ring) for ring in _list(geometry["curveRings"])]
    if not rings:
        return Geometry([[]])
    clockwise = [_twice_area(ring.left) <= 0 for ring in rings]
    wide = [ring.left if right else ring.right for ring, right in zip(rings, clockwise, strict=True)]
    narrow = [ring.right if right else ring.left for ring, right in zip(rings, clockwise, strict=True)]
    shells, holes = (wide, narrow) if outward else (narrow, wide)
    grouped = _grouped(wide)
    return Geometry(
        [[shells[first], *(holes[at] for at in rest)] for first, *rest in grouped], is_many=len(grouped) > 1
    )


def _of_rings(rings: list[Any]) -> Geometry:
    rings = [ring for ring in rings if len(ring)]
    if not rings:
        return Geometry([[]])
    grouped = _grouped(rings)
    return Geometry([[rings[at] for at in polygon] for polygon in grouped], is_many=len(grouped) > 1)


def _grouped(rings: list[Any]) -> list[list[int]]:
    """Outer rings run clockwise; the others are holes of the smallest outer ring that holds them."""
    areas = [_twice_area(ring) for ring in rings]
    outer = [at for at, area in enumerate(areas) if area <= 0] or list(range(len(rings)))
    polygons = {at: [at] for at in outer}
    bounds = np.array([[*ring[:, :2].min(axis=0), *ring[:, :2].max(axis=0)] for ring in rings])
    for at in set(range(len(rings))) - set(outer):
        holders = [one for one in outer if _holds(rings[one], bounds[one], rings[at], bounds[at])]
        if holders:
            polygons[min(holders, key=lambda one: abs(areas[one]))].append(at)
        else:
            # A hole in nothing: wound the wrong way, it was meant as ground.
            polygons[at] = [at]
    return list(polygons.values())


def _twice_area(ring: Any) -> float:
    x, y = (ring[:, :2] - ring[0, :2]).T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def _holds(outer: Any, box: Any, inner: Any, inner_box: Any) -> bool:
    if (inner_box[:2] < box[:2]).any() or (inner_box[2:] > box[2:]).any() or len(outer) < 3:
        return False
    area = covering(np.array([shapely.Polygon(outer[:, :2])]))[0]
    return bool(shapely.intersects_xy(area, *inner[:, :2].T).all())
