"""Where a source lies: a file, one in a folder or in an archive; never an address on a network or of a database."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards.reading.exchange.pages import are_pages, in_order
from kosovo_hazards.reading.field_tools.forms import main_table
from kosovo_hazards.reading.files import archives
from kosovo_hazards.reading.files.failures import READABLE, in_words
from kosovo_hazards.reading.files.kinds import kind_of, root_is_maxml
from kosovo_hazards.reading.files.limits import Kind, ReadingLimits
from kosovo_hazards.reading.files.staging import private_folder

__all__ = ["data_set", "local_path", "local_paths", "stem"]

# What GDAL would take for something else than a local file.
_ELSEWHERE = re.compile(r"/?vsi[a-z0-9_]*(/|$)|[a-z0-9+]{2,}://", re.IGNORECASE)
# One letter before a colon is a drive of Windows.
_CONNECTION = re.compile(r"[a-z][\w.+-]+\s*:", re.IGNORECASE)
_SUFFIXES = frozenset(
    {".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson", ".jsonl", ".gpkg", ".sqlite", ".shp", ".kml", ".kmz"}
    | {".gml", ".gpx", ".dxf", ".tab", ".mif", ".fgb", ".parquet", ".geoparquet", ".csv", ".tsv", ".xlsx", ".ods"}
)
_LONGEST_SHOWN = 200


def local_paths(source: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> tuple[Path, ...]:
    """The paths of a source: one, or those of pages that are listed.

    Raises
    ------
    UnreadableSourceError
        If one is not there, or several are listed that are no pages of one answer.
    """
    if not isinstance(source, list | tuple):
        return (local_path(source),)  # type: ignore[arg-type]
    paths = tuple(local_path(one) for one in source)
    if len(paths) != 1 and not are_pages([path for path in paths if path.is_file()]):
        raise UnreadableSourceError(
            f"{len(paths)} files are listed that are not the pages of one feature service (Esri JSON)",
            hint="read each by itself, and join the tables with pd.concat",
        )
    return paths


def local_path(source: str | os.PathLike[str]) -> Path:
    """The path of a file or folder that is there.

    Raises
    ------
    UnreadableSourceError
        If it is not, or if the text is an address or a connection.
    """
    text = os.fspath(source) if isinstance(source, str | os.PathLike) else None
    if not isinstance(text, str):
        raise UnreadableSourceError(f"a path or a table is wanted, got {type(source).__name__}")
    if _ELSEWHERE.match(text):
        raise UnreadableSourceError(
            f"{_without_secrets(text)!r} is an address, not a file on this computer; nothing is fetched from a network",
            hint="save the data to a file first and give its path",
        )
    path = Path(text)
    try:
        if path.exists():
            return path.resolve()
        _refuse_circle(path)
    except (OSError, ValueError, RuntimeError):
        pass
    if _CONNECTION.match(text):
        raise UnreadableSourceError(
            f"{_without_secrets(text)!r} is a connection to a database or a service, not a file on this computer",
            hint="export the table to a GeoPackage or GeoJSON file and give its path",
        )
    raise UnreadableSourceError(f"there is no file {_shortened(text)!r}", hint=_near_names(path))


def _refuse_circle(path: Path) -> None:
    if path.is_symlink():
        raise UnreadableSourceError(
            f"{path.name!r} is a link to something that is not there", hint="give the path of the file itself"
        )


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
def data_set(path: Path, limits: ReadingLimits) -> Iterator[tuple[tuple[Path, ...], Kind]]:
    """The data set to read, and its kind: a file itself, or one found in a folder or archive; several if pages of one.

    Parameters
    ----------
    path
        A file or folder that is there.
    limits
        How much an archive may hold.

    Raises
    ------
    UnreadableSourceError
        If there is none, or several.
    """
    kind = kind_of(path)
    if kind is Kind.FOLDER:
        found = _only_data_set(path, path.name, limits)
        path, kind = found[0], kind_of(found[0])
        if kind is not Kind.ZIP:
            yield found, kind
            return
    if kind is not Kind.ZIP:
        yield (path,), kind
        return
    with private_folder() as folder:
        archives.unpack(path, folder, limits, path.name)
        found = _only_data_set(folder, path.name, limits)
        yield found, kind_of(found[0])


def _only_data_set(folder: Path, name: str, limits: ReadingLimits) -> tuple[Path, ...]:
    with in_words(name, "a folder"):
        found = sorted(_data_sets(folder, name, limits, 0)) or _field_reports(folder)
        pages = are_pages(found)
    if len(found) == 1:
        return (found[0],)
    if (main := main_table(found)) is not None:
        return (main,)
    if pages:
        return tuple(in_order(found))
    if not found:
        raise UnreadableSourceError(f"{name!r} holds no file of a kind that can be read", hint=READABLE)
    listed = ", ".join(entry.relative_to(folder).as_posix() for entry in found[:20])
    raise UnreadableSourceError(
        f"{name!r} holds {len(found)} data sets: {listed}", hint="unpack it and name one of them"
    )


def _field_reports(folder: Path) -> list[Path]:
    """Field reports, which are called .xml as what programs keep beside other files."""
    known = sorted(path for path in folder.glob("*.xml") if path.is_file())
    return [path for path in known if root_is_maxml(path)]


def _data_sets(folder: Path, name: str, limits: ReadingLimits, depth: int) -> Iterator[Path]:
    limits.require("nesting", depth, name, "folders one in the other")
    for entry in folder.iterdir():
        # A link may lead anywhere, also round in a circle.
        if entry.name.startswith((".", "__MACOSX")) or (entry.is_symlink() and entry.is_dir()):
            continue
        if entry.is_dir():
            if kind_of(entry) is Kind.GDB:
                yield entry
            else:
                yield from _data_sets(entry, name, limits, depth + 1)
        elif entry.suffix.lower() in _SUFFIXES:
            yield entry
