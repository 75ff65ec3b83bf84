"""GeoPackage, SQLite, File Geodatabase and FlatGeobuf: counted by themselves, read by GDAL, and compared."""

from __future__ import annotations

import re
import sqlite3
import struct
import time
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely

from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards._wording import argument
from kosovo_hazards.reading.exchange.related import with_related
from kosovo_hazards.reading.field_tools.geodatabase_items import with_geodatabase_words
from kosovo_hazards.reading.field_tools.package_schema import with_package_words
from kosovo_hazards.reading.files.failures import in_words
from kosovo_hazards.reading.files.limits import Kind, Request
from kosovo_hazards.reading.files.staging import staged
from kosovo_hazards.reading.formats.gdal import read_layer, related_layers, require_all, texts_of
from kosovo_hazards.reading.source_records import Records

__all__ = ["read_flatgeobuf", "read_geodatabase", "read_sqlite"]


# --- GeoPackage and SQLite -------------------------------------------------------------------------------------------

# Indexes that come with layers; other virtual tables read files.
_HARMLESS_MODULES = re.compile(r"rtree|rtree_i32|fts[345]|virtualspatialindex|virtualelementary|virtualknn2?", re.I)
_VIRTUAL = re.compile(r"create\s+virtual\s+table\s+.*?\busing\s+(\w+)", re.IGNORECASE | re.DOTALL)
_LONGEST_DEFINITION = 100_000
_STEPS_BETWEEN_LOOKS = 10_000


def read_sqlite(request: Request) -> Records:
    """Read a layer of a GeoPackage or of another SQLite database.

    Raises
    ------
    UnreadableSourceError
        If it is damaged, holds tables that read other files, or gives fewer records than are in it.
    """
    with staged(request) as package:
        with _database(request, package) as database:
            _look_at_schema(database, request)
            is_package = _has(database, "gpkg_contents")
        place = package if is_package else package.rename(package.with_suffix(".sqlite"))
        if not is_package:
            request = replace(request, kind=Kind.SQLITE)
        options = {} if not is_package or _has_journal(place) else {"IMMUTABLE": "YES"}
        records = read_layer(request, place, may_curve=is_package, **options)
        with _database(request, place) as database:
            counted = _count(database, records.label)
            stored = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if is_package:
                records = with_package_words(records, database)
            tables = {
                name: with_package_words(table, database) if is_package else table
                for name, table in _related(records, request, place, stored)
            }
    if counted is not None:
        require_all(records, counted[0], request)
        shapes = 0 if records.shapes is None else int((~shapely.is_missing(records.shapes)).sum())
        unread = int((records.problems != "").sum())
        if shapes + unread < counted[1]:
            note = f"{counted[1] - shapes - unread:,} records hold something as geometry that can't be read"
            records = replace(records, notes=(*records.notes, note))
    return with_related(records, tables)


def _has_journal(place: Path) -> bool:
    return any(place.with_name(place.name + ending).exists() for ending in ("-wal", "-journal"))


@contextmanager
def _database(request: Request, place: Path) -> Iterator[sqlite3.Connection]:
    """The database, for reading only, left when a question takes too long."""
    until = time.monotonic() + request.limits.seconds
    mode = "mode=rw" if _has_journal(place) else "mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(f"{place.as_uri()}?{mode}", uri=True)) as database:
            database.text_factory = lambda raw: raw.decode("utf-8", "replace")
            database.execute("PRAGMA trusted_schema = OFF")
            database.set_progress_handler(lambda: time.monotonic() > until, _STEPS_BETWEEN_LOOKS)
            yield database
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise _damaged(request, error) from error
        raise UnreadableSourceError(
            f"{request.name!r} has a table or view that takes more than {request.limits.seconds:g} s to count",
            hint=f"export the layer to a file of its own, or pass {argument('limits', {'seconds': ...})}",
        ) from error
    except sqlite3.Error as error:
        raise _damaged(request, error) from error


def _damaged(request: Request, error: Exception) -> UnreadableSourceError:
    return UnreadableSourceError(
        f"{request.name!r} can't be read as {request.kind.value}: {error}",
        hint="it may be cut off or damaged: copy or export it again",
    )


def _has(database: sqlite3.Connection, table: str) -> bool:
    found = database.execute("SELECT count(*) FROM sqlite_master WHERE lower(name) = ?", (table,)).fetchone()
    return bool(found[0])


def _look_at_schema(database: sqlite3.Connection, request: Request) -> None:
    """Refuse tables that read other files, views that call functions of others, and damaged pages."""
    rows = database.execute("SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
    request.limits.require("layers", sum(kind == "view" for kind, *_ in rows), request.name, "views")
    # Each layer of a GeoPackage has up to some ten tables of its own.
    request.limits.require("layers", len(rows) / 10, request.name, "layers (tables / 10)")
    for kind, name, definition in rows:
        virtual = _VIRTUAL.match((definition or "")[:_LONGEST_DEFINITION])
        if virtual and not _HARMLESS_MODULES.fullmatch(virtual.group(1)):
            raise UnreadableSourceError(
                f"{request.name!r} has a table {name!r} that reads other files, which is refused"
            )
        if kind == "view":
            _look_at_view(database, name, request)


def _look_at_view(database: sqlite3.Connection, name: str, request: Request) -> None:
    try:
        database.execute(f"SELECT * FROM {_quoted(name)} LIMIT 0")  # noqa: S608 - quoted
    except sqlite3.Error as error:
        raise UnreadableSourceError(
            f"{request.name!r} has a view {name!r} that can't be read without functions of another program: {error}",
            hint="export it to a table of its own",
        ) from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _count(database: sqlite3.Connection, layer: str) -> tuple[int, int] | None:
    """Records of a layer, and how many of them have a geometry; None if no table has its name."""
    if not _has(database, layer.lower()):
        return None
    column = (
        database.execute("SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (layer,)).fetchone()
        if _has(database, "gpkg_geometry_columns")
        else None
    )
    of = f"count({_quoted(column[0])})" if column else "0"
    found = database.execute(f"SELECT count(*), {of} FROM {_quoted(layer)}").fetchone()  # noqa: S608 - quoted
    return int(found[0]), int(found[1])


# --- File Geodatabase ------------------------------------------------------------------------------------------------


def read_geodatabase(request: Request) -> Records:
    """Read a layer of a File Geodatabase.

    Raises
    ------
    UnreadableSourceError
        If a table is damaged, or fewer records come than some table of that name says to hold.
    """
    with staged(request) as place:
        counts = [_rows_of(table, request) for table in sorted(place.glob("*.gdbtable"))]
        records = read_layer(request, place, may_curve=True)
        with in_words(request.name, request.kind.value):
            items = texts_of(place, "GDB_Items", "Definition")
        records = with_geodatabase_words(records, items, request.limits)
        tables = {
            name: with_geodatabase_words(table, items, request.limits)
            for name, table in _related(records, request, place)
        }
    found = with_related(records, tables)
    if len(records) not in counts:
        nearest = min((count for count in counts if count > len(records)), default=max(counts, default=0))
        require_all(records, nearest, request)
    return found


def _related(
    records: Records, request: Request, place: Path, among: Collection[str] | None = None
) -> Iterator[tuple[str, Records]]:
    """The tables that may belong to what was read."""
    with in_words(request.name, request.kind.value):
        names = related_layers(place, records.label, among)
    for name in names:
        yield name, read_layer(replace(request, layer=name), place)


def _rows_of(table: Path, request: Request) -> int:
    """The number of rows that a table says to hold; its file must be as long as it says."""
    with table.open("rb") as file:
        head = file.read(40)
    if len(head) < 40:
        raise UnreadableSourceError(f"{request.name!r} is damaged: {table.name} is cut off", hint="copy it again")
    rows, size = struct.unpack_from("<i", head, 4)[0], struct.unpack_from("<q", head, 24)[0]
    if size > table.stat().st_size:
        raise UnreadableSourceError(
            f"{request.name!r} is damaged: {table.name} is shorter than it says", hint="copy the whole folder again"
        )
    return int(rows)


# --- FlatGeobuf ------------------------------------------------------------------------------------------------------

_FGB_HEADER_AT = 12
_MOST_HEADER = 2**24
_FIELD_COUNT, _FIELD_NODE_SIZE = 8, 9
_NODE_BYTES = 40


def read_flatgeobuf(request: Request) -> Records:
    """Read a FlatGeobuf file.

    Raises
    ------
    UnreadableSourceError
        If it is cut off, or fewer records come than are in it.
    """
    with in_words(request.name, request.kind.value):
        counted = _walk(request)
    with staged(request) as place:
        records = read_layer(request, place, may_curve=True)
    require_all(records, counted, request)
    return records


def _walk(request: Request) -> int:
    """Features in a FlatGeobuf file, counted by walking from one to the next."""
    octets = np.memmap(request.path, dtype=np.uint8, mode="r")
    raw = memoryview(octets)  # type: ignore[arg-type]
    size = struct.unpack_from("<I", raw, 8)[0]
    if size >= _MOST_HEADER:
        raise UnreadableSourceError(f"{request.name!r} has a header of {size:,} bytes, which is no list of columns")
    said, node_size = _header(raw)
    at = _FGB_HEADER_AT + size + _index_bytes(said, node_size)
    found = 0
    while at + 4 <= len(raw):
        length = struct.unpack_from("<I", raw, at)[0]
        at += 4 + length
        if at > len(raw):
            break
        found += 1
    if at != len(raw) or (said and found != said):
        raise UnreadableSourceError(
            f"{request.name!r} says to hold {said:,} records, of which {found:,} are whole",
            hint="it is cut off or damaged: copy or export it again",
        )
    return found


def _header(raw: memoryview) -> tuple[int, int]:
    """The number of features, and how many entries a node of the index has."""
    table = _FGB_HEADER_AT + struct.unpack_from("<I", raw, _FGB_HEADER_AT)[0]
    offsets = table - struct.unpack_from("<i", raw, table)[0]
    length = struct.unpack_from("<H", raw, offsets)[0]

    def at(field: int) -> int:
        place = 4 + 2 * field
        return int(struct.unpack_from("<H", raw, offsets + place)[0]) if place + 2 <= length else 0

    count = struct.unpack_from("<Q", raw, table + at(_FIELD_COUNT))[0] if at(_FIELD_COUNT) else 0
    node_size = struct.unpack_from("<H", raw, table + at(_FIELD_NODE_SIZE))[0] if at(_FIELD_NODE_SIZE) else 16
    return int(count), int(node_size)


def _index_bytes(count: int, node_size: int) -> int:
    """Size of the tree of boxes that stands before the features."""
    if not count or node_size < 2:
        return 0
    nodes = level = count
    # Even a single record has a root above it.
    while level > 1 or nodes == 1:
        level = -(-level // node_size)
        nodes += level
    return nodes * _NODE_BYTES
