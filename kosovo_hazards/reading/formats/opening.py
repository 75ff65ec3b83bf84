"""Files of every usual format opened, told by content and name, each record accounted for."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Shapes
from kosovo_hazards.language import compact, words
from kosovo_hazards.reading.formats import archives
from kosovo_hazards.reading.formats.gdal import filled_layers, read_layer
from kosovo_hazards.reading.formats.geojson import read_geojson, read_geojson_sequence
from kosovo_hazards.reading.formats.kinds import Kind, refuse_entities
from kosovo_hazards.reading.formats.paths import local_path, stem, unpacked
from kosovo_hazards.reading.formats.shapefile import read_shapefile
from kosovo_hazards.reading.formats.spreadsheet import read_csv, read_parquet, read_sheet
from kosovo_hazards.reading.source_records import Records, TableSource, records_of_frame
from kosovo_hazards.schema import HAZARDS, RELEASES

__all__ = ["open_records"]

# How Google Earth is to draw a record, not what it is.
_KML_SETTINGS = frozenset({"altitudeMode", "tessellate", "extrude", "visibility", "drawOrder"})
_KML_OFTEN_EMPTY = frozenset({"id", "description", "timestamp", "begin", "end", "icon", "snippet"})


def open_records(source: TableSource, *, layer: str | None = None, encoding: str | None = None) -> Records:
    """Read all records of a file, a folder, a zip archive or a table.

    Parameters
    ----------
    source
        Path or table; never an address on a network or of a database.
    layer
        Layer, table or sheet, where the source has several.
    encoding
        Encoding of the text of a shapefile or CSV file that does not say it rightly.

    Raises
    ------
    HazardDataError
        If there is no such file, it can't be read, or it has several layers and none is named.
    """
    if isinstance(source, pd.DataFrame):
        return records_of_frame(source)
    path = local_path(source)
    with unpacked(path) as (file, kind):
        records = _READERS.get(kind, _read_other)(file, kind, layer, encoding)
    return replace(records, name=stem(path), label=repr(path.name))


def _read_other(path: Path, kind: Kind, layer: str | None, encoding: str | None) -> Records:  # noqa: ARG001
    return read_layer(path, kind, layer)


def _read_gml(path: Path, kind: Kind, layer: str | None, encoding: str | None) -> Records:  # noqa: ARG001
    # GDAL would otherwise write a file of its own beside the user's, and fetch the schema that the file names.
    return read_layer(path, kind, layer, WRITE_GFS="NO", DOWNLOAD_SCHEMA="NO")


# --- KML -------------------------------------------------------------------------------------------------------------


def _read_kmz(path: Path, kind: Kind, layer: str | None, encoding: str | None) -> Records:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder) / "inside"
        archives.unpack(path, place)
        for document in place.rglob("*.kml"):
            refuse_entities(document)
        # GDAL knows the format by this ending only.
        named = Path(shutil.copyfile(path, Path(folder) / "source.kmz")) if path.suffix != ".kmz" else path
        return _read_kml(named, kind, layer, encoding)


def _read_kml(path: Path, kind: Kind, layer: str | None, encoding: str | None) -> Records:  # noqa: ARG001
    """All the folders one after the other, unless one is named: they are how people group, not different tables."""
    names = [] if layer else filled_layers(path)
    if len(names) < 2 or len(set(names)) < len(names):
        return _without_settings(read_layer(path, kind, layer))
    parts = [read_layer(path, kind, name) for name in names]
    drawn = [
        name for name, part in zip(names, parts, strict=True) if not shapely.is_missing(_shapes_or_none(part)).all()
    ]
    column = _meaning_of_folders(drawn)
    tables = [
        part.table.assign(**{column: part.table.get(column, name if name in drawn or column == "folder" else None)})
        for part, name in zip(parts, names, strict=True)
    ]
    note_on_folders = (
        f"the records of {len(names)} folders were joined ({', '.join(names)}); column {column!r} says which"
    )
    joined = replace(
        parts[0],
        table=pd.concat(tables, ignore_index=True),
        shapes=np.concatenate([_shapes_or_none(part) for part in parts]),
        rows=np.arange(1, sum(map(len, parts)) + 1),
        problems=np.concatenate([part.problems for part in parts]),
        mended=np.concatenate([part.mended for part in parts]),
        notes=tuple(dict.fromkeys([note_on_folders, *(note for part in parts for note in part.notes)])),
    )
    return _without_settings(joined)


def _meaning_of_folders(names: list[str]) -> str:
    """The column that folders stand for: the type or product if each of them is a word for one."""
    for table in (HAZARDS, RELEASES):
        column = table.columns[1]
        known = {**words(column.name), **{compact(word): word for word in column.vocabulary}}
        if names and all(compact(name) in known for name in names):
            return column.name
    return "folder"


def _without_settings(records: Records) -> Records:
    empty = {name for name in records.table.columns if records.table[name].isna().all()}
    return replace(
        records, table=records.table.drop(columns=[*_KML_SETTINGS & set(records.table), *_KML_OFTEN_EMPTY & empty])
    )


def _shapes_or_none(records: Records) -> Shapes:
    return np.full(len(records), None, dtype=object) if records.shapes is None else records.shapes


_READERS: dict[Kind, Callable[[Path, Kind, str | None, str | None], Records]] = {
    Kind.GEOJSON: read_geojson,
    Kind.ESRI_JSON: read_geojson,
    Kind.GEOJSON_SEQUENCE: read_geojson_sequence,
    Kind.SHAPEFILE: read_shapefile,
    Kind.KML: _read_kml,
    Kind.KMZ: _read_kmz,
    Kind.GML: _read_gml,
    Kind.PARQUET: read_parquet,
    Kind.CSV: read_csv,
    Kind.XLSX: read_sheet,
    Kind.ODS: read_sheet,
}
