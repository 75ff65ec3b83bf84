"""The one door to GDAL for reading: the kind is known, one driver may open it, and it sees nothing but the file.

GDAL chooses the driver by what it finds in a file. So a file comes here only after its bytes were looked at, lies alone
in a private folder under a name that one driver takes, and is left if another one opened it.
"""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

from kosovo_hazards._arrays import Column, Objects
from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards._wording import argument
from kosovo_hazards.geometry import simple_parts
from kosovo_hazards.language import compact
from kosovo_hazards.reading.exchange.related import KEYS
from kosovo_hazards.reading.field_tools.curved_bytes import are_curved
from kosovo_hazards.reading.files.failures import in_words
from kosovo_hazards.reading.files.limits import Kind, Request
from kosovo_hazards.reading.formats.wkb import with_shapes
from kosovo_hazards.reading.source_records import Records, records_of

__all__ = ["DRIVERS", "read_layer", "related_layers", "require_all", "texts_of", "with_all_drawn"]

DRIVERS = {
    Kind.GPKG: "GPKG",
    Kind.SQLITE: "SQLite",
    Kind.SHAPEFILE: "ESRI Shapefile",
    Kind.GDB: "OpenFileGDB",
    Kind.GML: "GML",
    Kind.FLATGEOBUF: "FlatGeobuf",
    Kind.XLSX: "XLSX",
    Kind.ODS: "ODS",
    Kind.TAB: "MapInfo File",
    Kind.MIF: "MapInfo File",
}
"""The one driver for each kind."""

# The sheet in which `write_gis` tells what a file is, and tables that QGIS and ArcGIS keep beside layers.
_NO_RECORDS = re.compile(r"about|layer_styles|qgis_projects|GDB_\w+|.*__ATTACH(REL)?|T_\d+_\w+|N_\d+_\w+", re.I)
_SETTINGS: Mapping[str, str | None] = {
    # Text that only looks like a number keeps its zeros.
    "GML_FIELDTYPES": "ALWAYS_STRING",
    "GML_DOWNLOAD_SCHEMA": "NO",
    # GDAL forgets options on sheets behind the first.
    "OGR_XLSX_HEADERS": "DISABLE",
    "OGR_XLSX_FIELD_TYPES": "STRING",
    "OGR_ODS_HEADERS": "DISABLE",
    "OGR_ODS_FIELD_TYPES": "STRING",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "GDAL_HTTP_MAX_RETRY": "0",
    # GDAL's own way with records of FlatGeobuf in columns stops at collections.
    "OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES",
}
_lock = threading.RLock()


@contextmanager
def _settings() -> Iterator[None]:
    """Settings of GDAL while a file is read, put back afterwards."""
    with _lock:
        before = {name: pyogrio.get_gdal_config_option(name) for name in _SETTINGS}
        pyogrio.set_gdal_config_options(dict(_SETTINGS))
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options(before)


def read_layer(request: Request, place: Path, *, may_curve: bool = False, **options: Any) -> Records:
    """Read one layer of a data set that lies alone in a private folder.

    Parameters
    ----------
    request
        What is to be read.
    place
        Where `staged` put it.
    may_curve
        Whether the layer may hold true curves, which are then read a second time as they are.
    options
        Of pyogrio and of GDAL's driver.

    Returns
    -------
    Its records, with the name of the layer as their label.

    Raises
    ------
    UnreadableSourceError
        If it can't be read, another driver takes it, or it has several layers with records and none is named.
    """
    with warnings.catch_warnings(record=True) as caught, _settings(), in_words(request.name, request.kind.value):
        warnings.simplefilter("always")
        chosen, notes = _chosen_layer(request, place)
        meta, _, wkb, columns = pyogrio.raw.read(str(place), layer=chosen, datetime_as_string=True, **options)
        if may_curve and wkb is not None:
            wkb = _with_curves(wkb, place, chosen, options)
    request.limits.require("columns", len(columns), request.name, "columns")
    count = len(wkb) if wkb is not None else len(columns[0]) if columns else 0
    table = pd.DataFrame({i: pd.Series(_plain(values)) for i, values in enumerate(columns)}, index=pd.RangeIndex(count))
    table.columns = list(meta["fields"])
    notes += [f"GDAL: {warning.message}" for warning in caught if _worth_telling(warning)]
    crs, note = _system(meta["crs"])
    records = records_of(table, None, crs, notes=tuple(dict.fromkeys([*notes, *note])))
    records = replace(records, label=chosen)
    spatial = wkb is not None and meta["geometry_type"] is not None
    return with_shapes(records, wkb) if spatial else records


def _with_curves(wkb: Objects, place: Path, layer: str, options: Mapping[str, Any]) -> Objects:
    """The bytes with true curves where GDAL has drawn chords, which lie within an arc."""
    _, table = pyogrio.raw.read_arrow(str(place), layer=layer, columns=[], **options)
    cells: Objects = table.column(table.num_columns - 1).to_numpy(zero_copy_only=False)
    if len(cells) != len(wkb):
        raise UnreadableSourceError(f"{place.name!r} gives {len(wkb):,} records, and {len(cells):,} when read again")
    return np.where(are_curved(cells), cells, wkb)


def texts_of(place: Path, table: str, column: str) -> list[str]:
    """The texts in one column of a table that a data set keeps for itself; none if it has no such table.

    Parameters
    ----------
    place
        Where `staged` put the data set.
    table, column
        Their names.
    """
    with _settings():
        try:
            _, _, _, columns = pyogrio.raw.read(str(place), layer=table, columns=[column], LIST_ALL_TABLES="YES")
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError):
            return []
    return [text for text in columns[0] if isinstance(text, str)] if columns else []


def related_layers(place: Path, chosen: str, among: Collection[str] | None = None) -> list[str]:
    """Tables of a data set with keys by which rows of a chosen one belong to others; none if it has no such key.

    Parameters
    ----------
    place
        Where `staged` put the data set.
    chosen
        The layer that was read.
    among
        Those that may be looked at, where not all: views can be without end.
    """
    with _settings():
        names = [str(name) for name, _ in pyogrio.list_layers(str(place))]
        chosen_keys = _keys_of(place, chosen) if chosen in names else frozenset()
        if not chosen_keys:
            return []
        others = [name for name in names if name != chosen and (among is None or name in among)]
        keys = {name: _keys_of(place, name) for name in others}
    return [
        name for name, own in keys.items() if own and len(own | chosen_keys) > 1 and not _NO_RECORDS.fullmatch(name)
    ]


def _keys_of(place: Path, layer: str) -> frozenset[str]:
    return frozenset(compact(field) for field in pyogrio.read_info(str(place), layer=layer)["fields"]) & KEYS


def require_all(records: Records, counted: int, request: Request, what: str = "records") -> None:
    """Refuse a source of which fewer or more records came than were counted in it without GDAL.

    Raises
    ------
    UnreadableSourceError
        If the numbers differ.
    """
    if counted != len(records):
        raise UnreadableSourceError(
            f"{request.name!r} holds {counted:,} {what}, but {len(records):,} could be read",
            hint="it may be cut off or damaged: copy or export it again",
        )


def with_all_drawn(records: Records, rings: Column, polygons: Column | None = None) -> Records:
    """Mark the records of which fewer rings, or polygons, were read than are drawn in the source.

    Parameters
    ----------
    records
        What GDAL gave.
    rings
        Rings of each record as counted without GDAL.
    polygons
        The same for polygons, where the format tells them.
    """
    if records.shapes is None or len(records) != len(rings):
        return records
    parts, owner = simple_parts(records.shapes)
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    drawn, part = shapely.get_rings(parts, return_index=True)
    # An empty polygon still has a ring, without points: what stood there in the source could not be read.
    here = np.bincount(owner[part], shapely.get_num_points(drawn) > 0, len(records))
    pieces = np.bincount(owner, areal, len(records))
    short = (here < rings) | (pieces < (0 if polygons is None else polygons))
    problems = records.problems.copy()
    chosen = np.flatnonzero(short & (problems == ""))
    problems[chosen] = [f"has {rings[at]:,} rings, of which {int(here[at]):,} can be read" for at in chosen]
    return replace(records, problems=problems)


def _system(text: str | None) -> tuple[pyproj.CRS | None, list[str]]:
    try:
        return (None if not text else pyproj.CRS(text)), []
    except CRSError:
        return None, [
            f"the source names a coordinate reference system that PROJ can't read; {argument('crs')} may name it"
        ]


def _worth_telling(warning: warnings.WarningMessage) -> bool:
    # What is done about rings that are not closed is reported record by record.
    return not re.search(r"Non closed ring|SetEncoding|driver .* does not support|Measured", str(warning.message))


def _plain(values: NDArray[Any]) -> NDArray[Any]:
    return values.astype("datetime64[us]") if values.dtype.kind == "M" else values


# --- layers ----------------------------------------------------------------------------------------------------------


def _chosen_layer(request: Request, place: Path) -> tuple[str, list[str]]:
    """The layer that is meant, and what is to be reported of the others."""
    layers = [(str(name), geometry) for name, geometry in pyogrio.list_layers(str(place))]
    names = [name for name, _ in layers]
    request.limits.require("layers", len(names), request.name, "layers")
    if not names:
        raise UnreadableSourceError(f"{request.name!r} holds no layer", hint="look what was exported into it")
    _require_driver(request, place, names[0])
    if request.layer is not None:
        if request.layer not in names:
            raise UnreadableSourceError(f"{request.name!r} has no layer {request.layer!r}; it has {', '.join(names)}")
        return request.layer, []
    candidates = [one for one in layers if not _NO_RECORDS.fullmatch(one[0])] or layers
    spatial = [name for name, geometry in candidates if geometry is not None] or [name for name, _ in candidates]
    if len(spatial) > 1 and len(related := _areas_of_reports(place, candidates)) == 1:
        # The points of reports and of what was found belong to its polygons.
        spatial = related
    if len(spatial) > 1:
        filled = [name for name in spatial if pyogrio.read_info(str(place), layer=name)["features"] != 0]
        spatial = filled or spatial[:1]
    if len(spatial) > 1:
        raise UnreadableSourceError(
            f"{request.name!r} has {len(spatial)} layers with records: {', '.join(spatial)}",
            hint=f"name one with {argument('layer')}",
        )
    return spatial[0], _on_layers_left(request, place, [name for name in names if name != spatial[0]])


def _areas_of_reports(place: Path, layers: list[tuple[str, str | None]]) -> list[str]:
    """Layers of polygons whose rows belong to rows of another layer."""
    areal = [name for name, geometry in layers if geometry is not None and "Polygon" in geometry]
    return [name for name in areal if "parentglobalid" in _keys_of(place, name)] if len(areal) == 1 else []


def _on_layers_left(request: Request, place: Path, left: list[str]) -> list[str]:
    """Say which layers with something in them were not read."""
    filled = [name for name in left if pyogrio.read_info(str(place), layer=name)["features"] != 0]
    names = ", ".join(filled)
    if request.kind in (Kind.XLSX, Kind.ODS):
        return [f"sheets that hold no areas were left out: {names}"] if filled else []
    return [f"layers that hold no areas were left out: {names}"] if filled else []


def _require_driver(request: Request, place: Path, layer: str) -> None:
    found = pyogrio.read_info(str(place), layer=layer)["driver"]
    if found != DRIVERS[request.kind]:
        raise UnreadableSourceError(f"{request.name!r} is no {request.kind.value}: it reads as {found}")
