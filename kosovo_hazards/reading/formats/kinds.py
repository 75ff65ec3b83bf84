"""What kind of file it is: told by its first bytes, and by its name where bytes don't tell."""

from __future__ import annotations

import codecs
import re
import zipfile
from enum import Enum
from pathlib import Path

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards.reading.formats.encoding import decode
from kosovo_hazards.reading.formats.geojson_text import is_sequence

__all__ = ["Kind", "kind_of", "refuse_entities", "refuse_pointers"]


class Kind(Enum):
    """Kinds of files that can be read, by the names people call them."""

    GEOJSON = "GeoJSON"
    GEOJSON_SEQUENCE = "newline-delimited GeoJSON"
    ESRI_JSON = "Esri JSON"
    GPKG = "GeoPackage"
    SHAPEFILE = "Shapefile"
    GDB = "File Geodatabase"
    KML = "KML"
    GML = "GML"
    FLATGEOBUF = "FlatGeobuf"
    PARQUET = "GeoParquet"
    CSV = "CSV"
    XLSX = "XLSX"
    ODS = "ODS"
    KMZ = "KMZ"
    ZIP = "zip archive"
    FOLDER = "folder"


_FIRST_BYTES = {
    b"SQLite format 3\x00": Kind.GPKG,
    b"PAR1": Kind.PARQUET,
    b"fgb": Kind.FLATGEOBUF,
    b"\x00\x00\x27\x0a": Kind.SHAPEFILE,
    b"PK\x03\x04": Kind.ZIP,
}
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_JSON_NAMES = {".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson", ".jsonl"}
_TABLE_NAMES = {".csv", ".txt", ".tsv", ".dat", ".tab"}
_SHAPEFILE_PARTS = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
_HEAD = 64 * 1024
# Entities can grow without bound or name files and addresses; no register needs them.
_DOCTYPE = re.compile(rb"<\s*!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
# GDAL would take these for lists of other sources, on a network too, wherever in the text they stand.
_POINTERS = re.compile(r"OGRVRTDataSource|VRTDataset|OGRWFSDataSource|GDAL_WMS|WFS_Capabilities|gdal_streamed_alg")
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")


def kind_of(path: Path) -> Kind:
    """Tell what kind of file or folder it is.

    Parameters
    ----------
    path
        A file or folder that is there.

    Raises
    ------
    HazardDataError
        If it is empty or of no kind that can be read.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "register.txt"
    >>> _ = file.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    >>> kind_of(file).value
    'GeoJSON'
    """
    if path.is_dir():
        return Kind.GDB if any(path.glob("*.gdbtable")) else Kind.FOLDER
    head = _head(path)
    if not head:
        raise HazardDataError(f"{path.name!r} is empty", hint="export it again")
    for first, kind in _FIRST_BYTES.items():
        if head.startswith(first):
            return _inside_zip(path) if kind is Kind.ZIP else kind
    if path.suffix.lower() in _SHAPEFILE_PARTS:
        return Kind.SHAPEFILE
    if head.startswith(_OLD_EXCEL):
        raise HazardDataError(f"{path.name!r} is an Excel file of the old kind", hint="save it as .xlsx")
    return _kind_of_text(path, head)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        raise HazardDataError(f"{path.name!r} can't be opened: {error.strerror}") from error


def _inside_zip(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise HazardDataError(f"{path.name!r} can't be unpacked: {error}") from error
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if {"mimetype", "content.xml"} <= names:
        return Kind.ODS
    return Kind.KMZ if path.suffix.lower() == ".kmz" or "doc.kml" in names else Kind.ZIP


def _text_of(head: bytes) -> str:
    """The first lines of a text whose end may be cut within a letter."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", errors="ignore")
    return decode(head[: head.rfind(b"\n") + 1] or head).text


def _kind_of_text(path: Path, head: bytes) -> Kind:
    text = _text_of(head).lstrip("\ufeff\x1e \t\r\n")
    refuse_pointers(path)
    if text.startswith("<"):
        return _kind_of_xml(path, text)
    if text.startswith("{"):
        return _kind_of_json(path, text)
    suffix = path.suffix.lower()
    if suffix in _TABLE_NAMES and "\x00" not in text:
        return Kind.CSV
    wanted = "GeoJSON" if suffix in _JSON_NAMES else "a file of a kind that can be read"
    begins = text[:40].encode("unicode_escape").decode("ascii")
    raise HazardDataError(f"{path.name!r} isn't {wanted}: it begins {begins!r}", hint="check what was exported")


def refuse_pointers(path: Path) -> None:
    """Refuse a text that makes GDAL read something else, perhaps from a network.

    Parameters
    ----------
    path
        A file.

    Raises
    ------
    HazardDataError
        If it points to other sources.
    """
    if found := _POINTERS.search(_text_of(_head(path))):
        raise HazardDataError(f"{path.name!r} points to other sources ({found.group()}), which are not followed")


def refuse_entities(path: Path) -> None:
    """Refuse XML that declares a document type or entities.

    Parameters
    ----------
    path
        An XML file.

    Raises
    ------
    HazardDataError
        If it does.
    """
    with path.open("rb") as file:
        before = b""
        while chunk := file.read(1024 * 1024):
            # UTF-16 puts a zero byte between letters.
            if _DOCTYPE.search((before + chunk).replace(b"\x00", b"")):
                raise HazardDataError(f"{path.name!r} declares a document type or entities, which are not read")
            before = chunk[-64:]


def _kind_of_xml(path: Path, text: str) -> Kind:
    refuse_entities(path)
    root = _ROOT.search(re.sub(r"<[?!].*?>", "", text, flags=re.DOTALL))
    name = root.group(2).lower() if root else ""
    if name == "kml":
        return Kind.KML
    if "opengis.net/gml" in text or path.suffix.lower() == ".gml":
        return Kind.GML
    raise HazardDataError(f"{path.name!r} is XML with the root {name!r}, which is neither KML nor GML")


def _kind_of_json(path: Path, text: str) -> Kind:
    if path.stat().st_size > _HEAD:
        first = text.split("\n", 1)[0]
        sequence = is_sequence(text) if len(first) < len(text) else False
    else:
        sequence = is_sequence(text)
    if sequence:
        return Kind.GEOJSON_SEQUENCE
    if re.search(r'"(geometryType|esriFieldType\w+|spatialReference|attributes)"\s*:', text):
        return Kind.ESRI_JSON
    return Kind.GEOJSON
