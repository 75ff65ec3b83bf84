"""Files of every usual format opened, told by content and name, each record accounted for."""

from __future__ import annotations

import codecs
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError

from kosovo_hazards import archives
from kosovo_hazards._errors import HazardDataError
from kosovo_hazards.file_kinds import Kind, kind_of, refuse_entities
from kosovo_hazards.json_features import features_of
from kosovo_hazards.text_encoding import WESTERN_LOOKALIKES, decode

__all__ = ["Records", "TableSource", "open_records"]

Shapes = NDArray[np.object_]

TableSource: TypeAlias = str | os.PathLike[str] | pd.DataFrame
"""A path, or a table read from somewhere (a GeoDataFrame is one)."""

# What GDAL would take for something else than a local file.
_ELSEWHERE = re.compile(r"/?vsi[a-z0-9_]*(/|$)|[a-z0-9+]{2,}://", re.IGNORECASE)
_CONNECTION = re.compile(
    r"(PG|PGEO|MYSQL|MSSQL|OCI|ODBC|WFS|WFS3|OAPIF|MONGODBV3|HANA|CARTO|ES|CSW)\s*:", re.IGNORECASE
)
# The sheet in which `write_gis` tells what a file is.
_ABOUT = "about"
# Signs that the layer below GDAL would read as part of an address.
_ADDRESS_SIGNS = re.compile(r"[!?#;]")
_TYPED_AS_TEXT = {"GeoJSON": {"DATE_AS_STRING": "YES"}, "GeoJSONSeq": {"DATE_AS_STRING": "YES"}}


@dataclass(frozen=True)
class Records:
    """What a source holds, as it stands there.

    Attributes
    ----------
    table
        The attributes, on a range index.
    shapes
        The geometries, None where missing; None as a whole if the source has no geometry column.
    rows
        Number of each record in the source, from 1.
    problems
        Why a record can't be taken, as a clause; empty where it can.
    mended
        What was done to its geometry while reading, as a clause; empty where nothing was.
    crs
        The CRS that the source names, None if it names none.
    name
        Name of the source without its ending, for ids and the `source` column.
    label
        Name of the source for messages.
    notes
        What the user should know about the source, as sentences.
    """

    table: pd.DataFrame
    shapes: Shapes | None
    rows: NDArray[np.int64]
    problems: NDArray[np.object_]
    mended: NDArray[np.object_]
    crs: pyproj.CRS | None
    name: str
    label: str
    notes: tuple[str, ...] = field(default=())


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
        return _of_table(source)
    path = _local_path(source)
    with _unpacked(path) as (file, kind):
        records = _READERS.get(kind, _read_gdal)(file, kind, layer, encoding)
    return Records(**{**vars(records), "name": _stem(path), "label": repr(path.name)})


def _of_table(source: pd.DataFrame) -> Records:
    spatial = isinstance(source, gpd.GeoDataFrame) and source.active_geometry_name is not None
    shapes = source.geometry.to_numpy().copy() if spatial else None
    table = pd.DataFrame(source).drop(columns=source.geometry.name) if spatial else source
    table = pd.DataFrame(table).reset_index(drop=True)
    table.columns = [str(name) for name in table.columns]
    return _records(table, shapes, source.crs if spatial else None, name="table")


def _records(
    table: pd.DataFrame, shapes: Shapes | None, crs: Any, *, name: str = "", notes: tuple[str, ...] = ()
) -> Records:
    blank = np.full(len(table), "", dtype=object)
    rows = np.arange(1, len(table) + 1)
    return Records(
        table, shapes, rows, blank, blank.copy(), None if crs is None else pyproj.CRS(crs), name, "the table", notes
    )


def _stem(path: Path) -> str:
    name = path.name
    while (stem := Path(name).stem) != name:
        name = stem
    return name


# --- paths -----------------------------------------------------------------------------------------------------------


def _local_path(source: str | os.PathLike[str]) -> Path:
    text = os.fspath(source)
    if not isinstance(text, str):
        raise HazardDataError(f"a path or a table is wanted, got {type(source).__name__}")
    if _ELSEWHERE.match(text):
        raise HazardDataError(
            f"{_without_secrets(text)!r} is an address, not a file on this computer; nothing is fetched from a network",
            hint="save the data to a file first and give its path",
        )
    path = Path(text)
    try:
        there = path.exists()
    except (OSError, ValueError):
        there = False
    if there:
        return path.resolve()
    if _CONNECTION.match(text):
        raise HazardDataError(
            f"{_without_secrets(text)!r} is a connection to a database or a service, not a file on this computer",
            hint="export the table to a GeoPackage or GeoJSON file and give its path",
        )
    raise HazardDataError(f"there is no file {_shortened(text)!r}", hint=_near_names(path))


def _without_secrets(text: str) -> str:
    """The address without what may hold a password."""
    kept = re.split(r"[:@?]", text, maxsplit=1)[0]
    return kept if kept == text else f"{kept}…"


def _shortened(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}…"


def _near_names(path: Path) -> str:
    """Files of the same name with another ending, or the same folder's near names."""
    import difflib

    try:
        names = sorted(entry.name for entry in path.parent.iterdir()) if path.parent.is_dir() else []
    except OSError:
        names = []
    near = difflib.get_close_matches(path.name, names, n=3)
    return f"near it: {', '.join(near)}" if near else "check the path"


@contextmanager
def _unpacked(path: Path) -> Iterator[tuple[Path, Kind]]:
    """The data set to read, and its kind: a file itself, or one found in a folder or archive."""
    kind = kind_of(path)
    if kind is Kind.FOLDER:
        path = _only_data_set(path, path.name)
        kind = kind_of(path)
    if kind is not Kind.ZIP and not _ADDRESS_SIGNS.search(str(path)):
        yield path, kind
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder) / "source"
        if kind is Kind.ZIP:
            place.mkdir()
            archives.unpack(path, place)
            found = _only_data_set(place, path.name)
        else:
            found = _copied(path, place)
        yield found, kind_of(found)


def _copied(path: Path, place: Path) -> Path:
    """A copy under a plain name, with the files that belong to it."""
    if path.is_dir():
        return Path(shutil.copytree(path, place / "source.gdb"))
    place.mkdir()
    for part in path.parent.iterdir():
        if part.is_file() and part.stem == path.stem:
            shutil.copyfile(part, place / f"source{part.suffix}")
    return place / f"source{path.suffix}"


def _only_data_set(folder: Path, name: str) -> Path:
    found = sorted(_data_sets(folder))
    if len(found) == 1:
        return found[0]
    if not found:
        raise HazardDataError(f"{name!r} holds no file of a kind that can be read", hint=_READABLE)
    listed = ", ".join(entry.relative_to(folder).as_posix() for entry in found[:20])
    raise HazardDataError(f"{name!r} holds {len(found)} data sets: {listed}", hint="unpack it and name one of them")


def _data_sets(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name.startswith((".", "__MACOSX")):
            continue
        if entry.is_dir():
            if kind_of(entry) is Kind.GDB:
                yield entry
            else:
                yield from _data_sets(entry)
        elif entry.suffix.lower() in _SUFFIXES:
            yield entry


_READABLE = (
    "readable are GeoJSON, GeoPackage, Shapefile, File Geodatabase, KML/KMZ, GML, FlatGeobuf, GeoParquet, Esri JSON, "
    "CSV, XLSX and ODS, also in a zip archive"
)
_SUFFIXES = frozenset(
    {".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson", ".jsonl", ".gpkg", ".sqlite", ".shp", ".kml", ".kmz"}
    | {".gml", ".fgb", ".parquet", ".geoparquet", ".csv", ".tsv", ".xlsx", ".ods"}
)


# --- formats that GDAL reads -----------------------------------------------------------------------------------------


def _read_gdal(path: Path, kind: Kind, layer: str | None, encoding: str | None = None, /, **options: Any) -> Records:  # noqa: ARG001
    address = f"GeoJSONSeq:{path}" if kind is Kind.GEOJSON_SEQUENCE else str(path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            # A GeoJSON file has one layer; listing it would read it all.
            chosen = None if kind is Kind.GEOJSON and layer is None else _chosen_layer(address, path, layer)
            meta, _, geometry, columns = pyogrio.raw.read(address, layer=chosen, datetime_as_string=True, **options)
        except (DataSourceError, DataLayerError, ValueError, RuntimeError, OSError) as error:
            if isinstance(error, HazardDataError):
                raise
            raise HazardDataError(f"{path.name!r} can't be read as {kind.value}: {error}", hint=_READABLE) from error
    count = len(geometry) if geometry is not None else len(columns[0]) if columns else 0
    table = pd.DataFrame({i: pd.Series(_plain(values)) for i, values in enumerate(columns)}, index=pd.RangeIndex(count))
    table.columns = [str(name) for name in meta["fields"]]
    shapes = None if geometry is None or meta["geometry_type"] is None else geometry
    notes = tuple(dict.fromkeys(f"GDAL: {warning.message}" for warning in caught if _worth_telling(warning)))
    records = _records(table, None, meta["crs"], notes=notes)
    return records if shapes is None else _with_shapes(records, shapes)


def _worth_telling(warning: warnings.WarningMessage) -> bool:
    # What is done about rings that are not closed is told record by record.
    return not re.search(r"Non closed ring|SetEncoding|driver .* does not support|Measured", str(warning.message))


def _plain(values: NDArray[Any]) -> NDArray[Any]:
    return values.astype("datetime64[us]") if values.dtype.kind == "M" else values


def _chosen_layer(address: str, path: Path, layer: str | None) -> str | None:
    layers = [(str(name), geometry) for name, geometry in pyogrio.list_layers(address)]
    names = [name for name, _ in layers]
    if layer is not None:
        if layer not in names:
            raise HazardDataError(f"{path.name!r} has no layer {layer!r}; it has {', '.join(names)}")
        return layer
    spatial = [name for name, geometry in layers if geometry is not None] or [n for n in names if n != _ABOUT] or names
    if len(spatial) > 1:
        filled = [name for name in spatial if pyogrio.read_info(address, layer=name)["features"] != 0]
        spatial = filled or spatial[:1]
    if len(spatial) > 1:
        raise HazardDataError(
            f"{path.name!r} has {len(spatial)} layers with records: {', '.join(spatial)}", hint="name one with layer="
        )
    return spatial[0] if spatial else None


def _with_shapes(records: Records, wkb: NDArray[np.object_]) -> Records:
    """The geometries read from their bytes: unclosed rings closed, unreadable ones told."""
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    bad = np.flatnonzero(shapely.is_missing(shapes) & np.array([value is not None for value in wkb], dtype=bool))
    shapes[bad] = shapely.from_wkb(wkb[bad], on_invalid="fix")
    mended, problems = records.mended.copy(), records.problems.copy()
    mended[bad] = np.where(shapely.is_missing(shapes[bad]), "", "unclosed ring closed")
    problems[bad] = np.where(shapely.is_missing(shapes[bad]), "has a geometry that can't be read", "")
    return Records(**{**vars(records), "shapes": shapes, "mended": mended, "problems": problems})


def _read_geojson(path: Path, kind: Kind, layer: str | None, encoding: str | None) -> Records:
    text = _utf8(path)
    members, elements = features_of(text, path.name)
    del text
    if kind is Kind.ESRI_JSON:
        return _read_gdal(path, kind, layer, encoding)
    if members.get("type") not in _GEOJSON_TYPES:
        raise HazardDataError(f"{path.name!r} isn't GeoJSON: its type is {members.get('type')!r}")
    records = _read_gdal(path, kind, layer, encoding, **_TYPED_AS_TEXT["GeoJSON"])
    return _with_skipped(records, elements) if elements else records


_GEOJSON_TYPES = frozenset(
    {"FeatureCollection", "Feature", "GeometryCollection", "Point", "MultiPoint", "LineString", "MultiLineString"}
    | {"Polygon", "MultiPolygon"}
)


def _with_skipped(records: Records, elements: list[tuple[bool, bool]]) -> Records:
    """Put back, as records that can't be taken, what GDAL leaves out because it is not a feature."""
    is_feature, has_geometry = np.array(elements, dtype=bool).T
    if is_feature.sum() != len(records.table):
        raise HazardDataError(
            f"the file holds {is_feature.sum():,} features, but {len(records.table):,} were read",
            hint="export it again, for instance as GeoPackage",
        )
    place = np.full(len(elements), -1)
    place[is_feature] = np.arange(is_feature.sum())
    table = records.table.reindex(place).reset_index(drop=True)
    shapes = np.full(len(elements), None, dtype=object)
    problems = np.full(len(elements), 'is not a GeoJSON feature (no "type": "Feature")', dtype=object)
    mended = np.full(len(elements), "", dtype=object)
    shapes[is_feature] = None if records.shapes is None else records.shapes
    unread = has_geometry[is_feature] & shapely.is_missing(shapes[is_feature])
    problems[is_feature] = np.where(unread, "has a geometry that can't be read", records.problems)
    mended[is_feature] = records.mended
    rows = np.arange(1, len(elements) + 1)
    return Records(table, shapes, rows, problems, mended, records.crs, records.name, records.label, records.notes)


def _read_sequence(path: Path, kind: Kind, layer: str | None, encoding: str | None) -> Records:
    lines = [line for line in re.split(r"[\n\x1e]", _utf8(path)) if line.strip()]
    elements = [features_of(line, f"{path.name} line {i}")[0] for i, line in enumerate(lines, start=1)]
    records = _read_gdal(path, kind, layer, encoding, **_TYPED_AS_TEXT["GeoJSONSeq"])
    return _with_skipped(records, [(e.get("type") == "Feature", e.get("geometry") is not None) for e in elements])


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


def _read_kml_or_gml(path: Path, kind: Kind, layer: str | None, encoding: str | None) -> Records:
    # GDAL would otherwise write a file of its own beside the user's.
    options = {"WRITE_GFS": "NO", "DOWNLOAD_SCHEMA": "NO"} if kind is Kind.GML else {}
    if kind is Kind.KML and layer is None:
        return _read_folders(path, kind, encoding)
    return _read_gdal(path, kind, layer, encoding, **options)


def _read_folders(path: Path, kind: Kind, encoding: str | None) -> Records:
    """All the folders of a KML file one after the other: they are how people group, not different tables."""
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(str(path))]
        filled = [name for name in names if pyogrio.read_info(str(path), layer=name)["features"] != 0]
    except (DataSourceError, DataLayerError, ValueError, RuntimeError, OSError):
        filled = []  # the reader says what is wrong
    if len(filled) < 2 or len(set(filled)) < len(filled):
        return _read_gdal(path, kind, None, encoding)
    parts = [_read_gdal(path, kind, name, encoding) for name in filled]
    told = f"the records of {len(filled)} folders were joined: {', '.join(filled)}"
    return Records(
        **{
            **vars(parts[0]),
            "table": pd.concat([part.table for part in parts], ignore_index=True),
            "shapes": np.concatenate([_shapes_or_none(part) for part in parts]),
            "rows": np.arange(1, sum(len(part.table) for part in parts) + 1),
            "problems": np.concatenate([part.problems for part in parts]),
            "mended": np.concatenate([part.mended for part in parts]),
            "notes": tuple(dict.fromkeys([told, *(note for part in parts for note in part.notes)])),
        }
    )


def _shapes_or_none(records: Records) -> Shapes:
    return np.full(len(records.table), None, dtype=object) if records.shapes is None else records.shapes


def _read_kmz(path: Path, kind: Kind, layer: str | None, encoding: str | None) -> Records:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder) / "inside"
        archives.unpack(path, place)
        for document in place.rglob("*.kml"):
            refuse_entities(document)
        # GDAL knows the format by this ending only.
        named = Path(shutil.copyfile(path, Path(folder) / "source.kmz")) if path.suffix != ".kmz" else path
        return _read_gdal(named, kind, layer, encoding) if layer else _read_folders(named, kind, encoding)


def _read_shapefile(path: Path, kind: Kind, layer: str | None, encoding: str | None) -> Records:
    path = _main_file(path)
    records = _read_gdal(path, kind, layer, encoding, encoding="ISO-8859-1")
    told = encoding or _stated_encoding(path)
    texts = [*records.table.columns, *_texts(records.table)]
    raw = "\n".join(texts).encode("iso-8859-1", errors="replace")
    decoded = decode(raw, told)
    # Each text is decoded by itself, as a name cut at its byte limit may end within a letter.
    decoder = {text: text.encode("iso-8859-1", errors="replace").decode(decoded.encoding, "replace") for text in texts}
    table = records.table.rename(columns=decoder)
    for position in np.flatnonzero([pd.api.types.is_string_dtype(dtype) for dtype in table.dtypes]):
        column = table.iloc[:, position]
        table.isetitem(position, column.map(decoder).where(column.notna(), None).astype("str"))
    notes = [*records.notes, *_encoding_notes(path.name, decoded.text, decoded.encoding, told, guessed=decoded.guessed)]
    notes += _deleted_records(path, len(table))
    return Records(**{**vars(records), "table": table, "notes": tuple(notes)})


def _main_file(path: Path) -> Path:
    main = next((path.with_suffix(ending) for ending in (".shp", ".SHP") if path.with_suffix(ending).exists()), None)
    if main is None:
        raise HazardDataError(f"{path.name!r} is part of a shapefile, but the .shp file is not beside it")
    missing = [
        ending for ending in (".shx", ".dbf") if not any(main.with_suffix(e).exists() for e in (ending, ending.upper()))
    ]
    if missing:
        raise HazardDataError(
            f"{main.name!r} lacks its {' and '.join(missing)} file", hint="a shapefile is copied with all its parts"
        )
    return main


def _texts(table: pd.DataFrame) -> list[str]:
    return [
        text
        for position, dtype in enumerate(table.dtypes)
        if pd.api.types.is_string_dtype(dtype)
        for text in table.iloc[:, position].dropna().unique()
        if isinstance(text, str)
    ]


def _stated_encoding(path: Path) -> str | None:
    """The encoding that the .cpg file names, in Python's words."""
    for file in (path.with_suffix(".cpg"), path.with_suffix(".CPG")):
        if file.exists():
            said = file.read_text(encoding="ascii", errors="replace").strip().lower()
            for name in (said, f"cp{said}", said.replace("ansi ", "cp"), said.replace("8859", "iso8859-", 1)):
                try:
                    return codecs.lookup(name).name
                except LookupError:
                    continue
    return None


def _encoding_notes(name: str, text: str, encoding: str, told: str | None, *, guessed: bool) -> list[str]:
    if text.isascii():
        return []
    if guessed:
        said = f"says {told}, which its text is not" if told else "does not say its encoding"
        return [f"{name} {said}; its text was read as {encoding}: check the names, or pass encoding="]
    if told not in (None, "utf-8") and WESTERN_LOOKALIKES & set(text):
        return [f"{name} says {told}; letters like è, æ or ð may stand for č, ć, đ: if so, pass encoding='cp1250'"]
    return []


def _deleted_records(path: Path, count: int) -> list[str]:
    """A note if the .dbf file holds more records than were read: those marked as deleted."""
    dbf = next(file for file in (path.with_suffix(".dbf"), path.with_suffix(".DBF")) if file.exists())
    with dbf.open("rb") as file:
        header = file.read(8)
    recorded = int.from_bytes(header[4:8], "little")
    return [f"{recorded - count:,} records that {dbf.name} marks as deleted were left out"] if recorded > count else []


# --- formats that others read ----------------------------------------------------------------------------------------


def _read_parquet(path: Path, kind: Kind, layer: str | None, encoding: str | None) -> Records:  # noqa: ARG001
    try:
        try:
            return _of_table(gpd.read_parquet(path))
        except ValueError:
            # Parquet without a geometry column; the table may still hold coordinates.
            return _of_table(pd.read_parquet(path))
    except Exception as error:
        # pyarrow raises errors of many kinds on damaged files.
        raise HazardDataError(f"{path.name!r} can't be read as {kind.value}: {error}", hint=_READABLE) from error


def _read_csv(path: Path, kind: Kind, layer: str | None, encoding: str | None) -> Records:  # noqa: ARG001
    import io

    decoded = decode(path.read_bytes(), encoding)
    try:
        table = pd.read_csv(
            io.StringIO(decoded.text), sep=_delimiter(decoded.text), dtype=str, keep_default_na=False, na_values=[""]
        )
    except (ValueError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise HazardDataError(f"{path.name!r} can't be read as a table: {error}", hint=_READABLE) from error
    if not isinstance(table.index, pd.RangeIndex):
        raise HazardDataError(f"{path.name!r} has rows with more cells than its first line has headings")
    table.columns = [str(name).strip() for name in table.columns]
    notes = _encoding_notes(path.name, decoded.text, decoded.encoding, encoding, guessed=decoded.guessed)
    return _records(table, None, None, notes=tuple(notes))


def _delimiter(text: str) -> str:
    heading = text.split("\n", 1)[0]
    return max((";", "\t", "|", ","), key=heading.count)


def _read_sheet(path: Path, kind: Kind, layer: str | None, encoding: str | None) -> Records:
    archives.check_bounds(path, most_bytes=archives.MOST_BYTES // 4)
    return _read_gdal(path, kind, layer, encoding, HEADERS="FORCE", FIELD_TYPES="STRING")


_READERS = {
    Kind.GEOJSON: _read_geojson,
    Kind.ESRI_JSON: _read_geojson,
    Kind.GEOJSON_SEQUENCE: _read_sequence,
    Kind.SHAPEFILE: _read_shapefile,
    Kind.KML: _read_kml_or_gml,
    Kind.KMZ: _read_kmz,
    Kind.GML: _read_kml_or_gml,
    Kind.PARQUET: _read_parquet,
    Kind.CSV: _read_csv,
    Kind.XLSX: _read_sheet,
    Kind.ODS: _read_sheet,
}
