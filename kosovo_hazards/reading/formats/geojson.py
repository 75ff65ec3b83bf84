"""GeoJSON, newline-delimited GeoJSON and Esri JSON: GDAL reads them, and each element that it skips is put back."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards._wording import argument
from kosovo_hazards.reading.formats.gdal import read_layer
from kosovo_hazards.reading.formats.geojson_text import Members, Outline, features_of
from kosovo_hazards.reading.formats.kinds import Kind
from kosovo_hazards.reading.source_records import Records
from kosovo_hazards.schema import CRS

__all__ = ["read_geojson", "read_geojson_sequence"]

_TYPES = frozenset(
    {"FeatureCollection", "Feature", "GeometryCollection", "Point", "MultiPoint", "LineString", "MultiLineString"}
    | {"Polygon", "MultiPolygon"}
)
_DEGREES = re.compile(r"CRS:?84|\b4326\b|WGS.?(19)?84", re.IGNORECASE)


def read_geojson(path: Path, kind: Kind, layer: str | None, encoding: str | None) -> Records:  # noqa: ARG001
    """Read a GeoJSON or Esri JSON file; elements that are no features are records that can't be taken."""
    members, elements = features_of(_utf8(path), path.name)
    if kind is Kind.ESRI_JSON:
        records = read_layer(path, kind, layer)
        return replace(records, notes=(*records.notes, *_if_a_page(members)))
    if members.get("type") not in _TYPES:
        raise HazardDataError(f"{path.name!r} isn't GeoJSON: its type is {members.get('type')!r}")
    records = read_layer(path, kind, layer, DATE_AS_STRING="YES")
    records = replace(records, crs=_system(records, members.get("crs"), path.name))
    return _with_skipped(records, elements) if elements else records


def read_geojson_sequence(path: Path, kind: Kind, layer: str | None, encoding: str | None) -> Records:  # noqa: ARG001
    """Read a file with one GeoJSON feature a line."""
    lines = [line for line in re.split(r"[\n\x1e]", _utf8(path)) if line.strip()]
    elements = [features_of(line, f"{path.name} line {i}")[0] for i, line in enumerate(lines, start=1)]
    records = read_layer(path, kind, layer, DATE_AS_STRING="YES")
    return _with_skipped(records, [(e.get("type") == "Feature", e.get("geometry") is not None) for e in elements])


def _if_a_page(members: Members) -> list[str]:
    cut = members.get("exceededTransferLimit") or _member(members.get("properties"), "exceededTransferLimit")
    if not cut:
        return []
    return ["the service that made the file says that it holds more records than it gave: ask for the others too"]


def _member(parent: Any, name: str) -> Any:
    return parent.get(name) if isinstance(parent, Mapping) else None


def _system(records: Records, said: Any, name: str) -> Any:
    """The CRS that GDAL read; it takes one that it does not know for degrees of WGS 84."""
    named = str(_member(_member(said, "properties"), "name") or "")
    if (
        said is None
        or records.crs is None
        or _DEGREES.search(named)
        or not records.crs.equals(CRS, ignore_axis_order=True)
    ):
        return records.crs
    raise HazardDataError(
        f"{name!r} names a coordinate reference system that isn't known: {named or said!r}",
        hint=f'take the member "crs" out of the file and name the right one with {argument("crs")}',
    )


def _with_skipped(records: Records, elements: list[Outline]) -> Records:
    """Put back, as records that can't be taken, what GDAL leaves out because it is not a feature."""
    is_feature, has_geometry = np.array(elements, dtype=bool).T
    if is_feature.sum() != len(records):
        raise HazardDataError(
            f"the file holds {is_feature.sum():,} features, but {len(records):,} were read",
            hint="export it again, for instance as GeoPackage",
        )
    place = np.full(len(elements), -1)
    place[is_feature] = np.arange(is_feature.sum())
    shapes = np.full(len(elements), None, dtype=object)
    problems = np.full(len(elements), 'is not a GeoJSON feature (no "type": "Feature")', dtype=object)
    mended = np.full(len(elements), "", dtype=object)
    shapes[is_feature] = None if records.shapes is None else records.shapes
    unread = has_geometry[is_feature] & shapely.is_missing(shapes[is_feature])
    problems[is_feature] = np.where(unread, "has a geometry that can't be read", records.problems)
    mended[is_feature] = records.mended
    table: pd.DataFrame = records.table.reindex(place).reset_index(drop=True)
    rows = np.arange(1, len(elements) + 1)
    return replace(records, table=table, shapes=shapes, rows=rows, problems=problems, mended=mended)


def _utf8(path: Path) -> str:
    raw = path.read_bytes()
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise HazardDataError(f"{path.name!r} is in UTF-16; GeoJSON is in UTF-8: save it so")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise HazardDataError(
            f"{path.name!r} is not in UTF-8 as GeoJSON must be: byte {error.start:,} is not", hint="save it in UTF-8"
        ) from error
