"""The private folder in which GDAL finds one data set and nothing else, under a neutral name."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards.reading.files.limits import Kind, Request

__all__ = ["private_folder", "put_part", "staged"]

_ENDINGS = {
    Kind.GPKG: ".gpkg",
    Kind.SQLITE: ".sqlite",
    Kind.SHAPEFILE: ".shp",
    Kind.GDB: ".gdb",
    Kind.GML: ".gml",
    Kind.FLATGEOBUF: ".fgb",
    Kind.XLSX: ".xlsx",
    Kind.ODS: ".ods",
}
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# What SQLite keeps beside a database that was not closed: records are in it.
_JOURNALS = ("-wal", "-journal")
_GDB_PART = re.compile(
    r"a[0-9a-f]{8}\.(gdbtable|gdbtablx|gdbindexes|freelist|spx|atx|horizon|cdf)|gdb|timestamps", re.I
)


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that only this user can enter, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kosovo_hazards_", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def staged(request: Request) -> Iterator[Path]:
    """The data set alone in a private folder, with the parts it needs.

    Parameters
    ----------
    request
        What is to be read; its kind decides the name.

    Raises
    ------
    UnreadableSourceError
        If a part of it is a link or no regular file.
    """
    with private_folder() as folder:
        place = folder / f"source{_ENDINGS[request.kind]}"
        if request.kind is Kind.GDB:
            place.mkdir()
            for part in request.path.iterdir():
                if _GDB_PART.fullmatch(part.name):
                    put_part(part, place / part.name, request.name)
        elif request.kind is Kind.SHAPEFILE:
            for ending, part in shapefile_parts(request.path).items():
                put_part(part, place.with_suffix(ending), request.name)
        elif request.kind in (Kind.GPKG, Kind.SQLITE):
            _put_database(request.path, place, request.name)
        else:
            put_part(request.path, place, request.name)
        yield place


def shapefile_parts(path: Path) -> dict[str, Path]:
    """The parts of a shapefile that lie beside one of them, by ending, in whichever case they are written."""
    beside = {entry.name: entry for entry in path.parent.iterdir() if entry.stem == path.stem}
    found = {}
    for ending in _SHAPEFILE_PARTS:
        same = sorted(entry for entry in beside.values() if entry.suffix.lower() == ending)
        # Of two that differ by case the one written like the part that was named belongs to it.
        exact = [entry for entry in same if entry.suffix.isupper() == path.suffix.isupper()]
        if same:
            found[ending] = (exact or same)[0]
    return found


def _put_database(path: Path, place: Path, name: str) -> None:
    journals = [path.with_name(path.name + ending) for ending in _JOURNALS]
    open_journals = [one for one in journals if one.is_file() and one.stat().st_size]
    if not open_journals:
        put_part(path, place, name)
        return
    shutil.copyfile(path, place)
    for one in open_journals:
        shutil.copyfile(one, place.with_name(place.name + one.name[len(path.name) :]))


def put_part(path: Path, place: Path, name: str) -> None:
    """Link a file, or copy it where the system has no links."""
    if path.is_symlink() and path.resolve().parent != path.parent.resolve():
        raise UnreadableSourceError(
            f"{name!r} has a part that is a link to another folder: {path.name}", hint="copy the file itself"
        )
    if not path.is_file():
        raise UnreadableSourceError(f"{name!r} has a part that is no regular file: {path.name}", hint="copy it again")
    try:
        place.symlink_to(path.resolve())
    except OSError:
        try:
            os.link(path, place)
        except OSError:
            shutil.copyfile(path, place)
