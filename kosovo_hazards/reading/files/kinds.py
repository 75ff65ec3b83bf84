"""What kind of file it is: recognised by its first bytes, and by its name where bytes don't say."""

from __future__ import annotations

import codecs
import glob
import re
import stat
import zipfile
from pathlib import Path

from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards.reading.exchange.maxml import is_maxml
from kosovo_hazards.reading.files.encoding import decode
from kosovo_hazards.reading.files.failures import READABLE, in_words
from kosovo_hazards.reading.files.limits import Kind
from kosovo_hazards.reading.files.xml_text import root_of

__all__ = ["kind_of", "root_is_maxml"]

_FIRST_BYTES = {
    b"SQLite format 3\x00": Kind.GPKG,
    b"PAR1": Kind.PARQUET,
    b"fgb\x03fgb": Kind.FLATGEOBUF,
    b"\x00\x00\x27\x0a": Kind.SHAPEFILE,
    b"PK\x03\x04": Kind.ZIP,
}
# What people send by mistake, by its first bytes.
_KNOWN_OTHERS = {
    b"\xd0\xcf\x11\xe0": (
        "an Excel file of the old kind, or one with a password",
        "save it as .xlsx without a password",
    ),
    b"AutoCAD Binary DXF": ("a drawing in the binary kind of DXF", "save it as ASCII DXF"),
    b"AC10": ("a DWG drawing", "save it as DXF"),
    b"%PDF": ("a PDF document", "ask for the data behind it"),
    b"\x89PNG": ("a picture", "ask for the data behind it"),
    b"\xff\xd8\xff": ("a picture", "ask for the data behind it"),
    b"II*\x00": ("a picture", "ask for the data behind it"),
    b"MM\x00*": ("a picture", "ask for the data behind it"),
    b"Rar!": ("a RAR archive", "pack it as zip, or unpack it"),
    b"7z\xbc\xaf": ("a 7z archive", "pack it as zip, or unpack it"),
    b"\x1f\x8b": ("a gzip archive", "unpack it first"),
    b"PK\x05\x06": ("an empty zip archive", "pack it again"),
}
_JSON_NAMES = {".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson", ".jsonl"}
_TABLE_NAMES = {".csv", ".txt", ".tsv", ".dat", ".tab"}
_SHAPEFILE_PARTS = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
# What MapInfo keeps beside a .tab or .mif file; others write tables of text under these names too.
_MAPINFO_PARTS = {".dat": ".tab", ".map": ".tab", ".id": ".tab", ".ind": ".tab", ".mid": ".mif"}
_MIF = re.compile(r"version\s+\d+.*\bcolumns\s+\d", re.IGNORECASE | re.DOTALL)
# No part of these can match in two ways: a text may be made of line ends.
_DXF = re.compile(r"(999[ \t\r]*\n[^\n]*\n[ \t]*)*0[ \t\r]*\n[ \t]*SECTION\b")
_HEAD = 64 * 1024
# Files in which GDAL would find lists of other sources, on a network too.
_POINTERS = frozenset({"ogrvrtdatasource", "vrtdataset", "ogrwfsdatasource", "gdal_wms", "wfs_capabilities"})


def kind_of(path: Path) -> Kind:
    """Tell what kind of file or folder it is.

    Parameters
    ----------
    path
        A file or folder that is there.

    Raises
    ------
    UnreadableSourceError
        If it is empty, no regular file, or of no kind that can be read.

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
        raise UnreadableSourceError(f"{path.name!r} is empty", hint="export it again")
    if known := _known_by_bytes(path, head):
        return known
    if path.suffix.lower() in _MAPINFO_PARTS and (kind := _mapinfo_beside(path)) is not None:
        return kind
    if path.suffix.lower() in _SHAPEFILE_PARTS:
        return Kind.SHAPEFILE
    for first, (what, remedy) in _KNOWN_OTHERS.items():
        if head.startswith(first):
            raise UnreadableSourceError(f"{path.name!r} is {what}", hint=remedy)
    return _kind_of_text(path, head)


def _head(path: Path) -> bytes:
    with in_words(path.name, "a file"):
        # A pipe or a device would keep the reader waiting.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableSourceError(f"{path.name!r} is no regular file", hint="copy what it gives to a file")
        with path.open("rb") as file:
            return file.read(_HEAD)


def _known_by_bytes(path: Path, head: bytes) -> Kind | None:
    for first, kind in _FIRST_BYTES.items():
        if head.startswith(first):
            return _inside_zip(path) if kind is Kind.ZIP else kind
    return None


def _mapinfo_beside(path: Path) -> Kind | None:
    """The kind of the MapInfo file that a part belongs to."""
    main = _MAPINFO_PARTS[path.suffix.lower()]
    for beside in sorted(path.parent.glob(f"{glob.escape(path.stem)}.*")):
        if beside.suffix.lower() == main and beside.is_file():
            kind = _kind_of_text(beside, _head(beside))
            return kind if kind in (Kind.TAB, Kind.MIF) else None
    return None


def _inside_zip(path: Path) -> Kind:
    with in_words(path.name, Kind.ZIP.value), zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if "xl/workbook.bin" in names:
        raise UnreadableSourceError(f"{path.name!r} is an Excel file of the binary kind", hint="save it as .xlsx")
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
    suffix = path.suffix.lower()
    if text.startswith("<"):
        return _kind_of_xml(path)
    if text.startswith("{"):
        return Kind.GEOJSON
    if text[:6].lower() == "!table":
        return Kind.TAB
    if _MIF.match(text):
        return Kind.MIF
    if _DXF.match(text):
        return Kind.DXF
    if suffix in _TABLE_NAMES and "\x00" not in text.rstrip("\x00"):
        return Kind.CSV
    wanted = "GeoJSON" if suffix in _JSON_NAMES else "a file of a kind that can be read"
    begins = text[:40].encode("unicode_escape").decode("ascii")
    raise UnreadableSourceError(f"{path.name!r} isn't {wanted}: it begins {begins!r}", hint=READABLE)


def root_is_maxml(path: Path) -> bool:
    """Whether an XML file holds field reports; not if it can't be read."""
    try:
        return is_maxml(*root_of(path, path.name))
    except UnreadableSourceError:
        return False


def _kind_of_xml(path: Path) -> Kind:
    root = root_of(path, path.name)
    if root.name.lower() in _POINTERS:
        raise UnreadableSourceError(f"{path.name!r} points to other sources ({root.name}), which are not followed")
    if root.name.lower() == "kml":
        return Kind.KML
    if root.name.lower() == "gpx":
        return Kind.GPX
    if is_maxml(*root):
        return Kind.MAXML
    if any("opengis.net/gml" in uri for uri in root.namespaces) or path.suffix.lower() == ".gml":
        return Kind.GML
    raise UnreadableSourceError(
        f"{path.name!r} is XML with the root {root.name!r}, which is none of KML, GML, GPX and maXML", hint=READABLE
    )
