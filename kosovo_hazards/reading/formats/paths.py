"""Where a source lies: a file, one in a folder or in an archive; never an address on a network or of a database."""

from __future__ import annotations

import difflib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards.reading.formats import archives
from kosovo_hazards.reading.formats.kinds import Kind, kind_of

__all__ = ["READABLE", "local_path", "stem", "unpacked"]

READABLE = (
    "readable are GeoJSON, GeoPackage, Shapefile, File Geodatabase, KML/KMZ, GML, FlatGeobuf, GeoParquet, Esri JSON, "
    "CSV, XLSX and ODS, also in a zip archive"
)
"""What can be read, for the last line of errors."""

# What GDAL would take for something else than a local file.
_ELSEWHERE = re.compile(r"/?vsi[a-z0-9_]*(/|$)|[a-z0-9+]{2,}://", re.IGNORECASE)
# One letter before a colon is a drive of Windows.
_CONNECTION = re.compile(r"[a-z][\w.+-]+\s*:", re.IGNORECASE)
# Signs that the layer below GDAL would read as part of an address.
_ADDRESS_SIGNS = re.compile(r"[!?#;]")
_SUFFIXES = frozenset(
    {".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson", ".jsonl", ".gpkg", ".sqlite", ".shp", ".kml", ".kmz"}
    | {".gml", ".fgb", ".parquet", ".geoparquet", ".csv", ".tsv", ".xlsx", ".ods"}
)
_LONGEST_SHOWN = 200


def local_path(source: str | os.PathLike[str]) -> Path:
    """The path of a file or folder that is there.

    Raises
    ------
    HazardDataError
        If it is not, or if the text is an address or a connection.
    """
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
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _near_names(path: Path) -> str:
    """The same folder's near names."""
    try:
        names = sorted(entry.name for entry in path.parent.iterdir()) if path.parent.is_dir() else []
    except OSError:
        names = []
    near = difflib.get_close_matches(path.name, names, n=3)
    return f"near it: {', '.join(near)}" if near else "check the path"


def stem(path: Path) -> str:
    """Name of a file without any of its endings."""
    name = path.name
    while (shorter := Path(name).stem) != name:
        name = shorter
    return name


@contextmanager
def unpacked(path: Path) -> Iterator[tuple[Path, Kind]]:
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
        raise HazardDataError(f"{name!r} holds no file of a kind that can be read", hint=READABLE)
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
