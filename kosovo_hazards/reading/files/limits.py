"""How much a source may hold before it is refused, and the request that carries this to the readers of formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from pathlib import Path
from typing import TypeAlias

from kosovo_hazards._errors import UnreadableSourceError, UsageError
from kosovo_hazards._wording import argument

__all__ = ["Kind", "LimitsLike", "ReadingLimits", "Request", "limits_of"]


class Kind(Enum):
    """Kinds of files that can be read, by the names people call them."""

    GEOJSON = "GeoJSON"
    ESRI_JSON = "Esri JSON"
    GPKG = "GeoPackage"
    SQLITE = "SQLite"
    SHAPEFILE = "Shapefile"
    GDB = "File Geodatabase"
    KML = "KML"
    GML = "GML"
    GPX = "GPX"
    MAXML = "maXML"
    DXF = "DXF"
    TAB = "MapInfo TAB"
    MIF = "MapInfo MIF"
    FLATGEOBUF = "FlatGeobuf"
    PARQUET = "GeoParquet"
    CSV = "CSV"
    XLSX = "XLSX"
    ODS = "ODS"
    KMZ = "KMZ"
    ZIP = "zip archive"
    FOLDER = "folder"


@dataclass(frozen=True)
class ReadingLimits:
    """How much a source may hold; what holds more is refused in words that name the limit, never read in part.

    The defaults lie well above any register the authors know. They bound the time that a hostile file can take.

    Attributes
    ----------
    columns
        Columns of a table.
    cells
        Filled cells of a workbook.
    layers
        Layers, tables, sheets or KML documents of a source.
    nesting
        How deep collections, folders and elements may stand in each other.
    unpacked_bytes
        Bytes that an archive may unpack to, and that a file that is read as a whole may have.
    unpacked_files
        Files in an archive.
    extent_km2
        Area in km² of the box round a record, or the boxes round its parts together; a record that spans more is
        rejected, for its ground can't be meant. Kosovo has 10,900 km².
    seconds
        Time for counting the records of a database, and for a read with ``sandbox=True``.
    memory_bytes
        Memory for a read with ``sandbox=True``.

    Examples
    --------
    >>> ReadingLimits(columns=5000).columns
    5000
    """

    columns: int = 1_000
    cells: int = 20_000_000
    layers: int = 200
    nesting: int = 100
    unpacked_bytes: int = 2 * 1024**3
    unpacked_files: int = 10_000
    extent_km2: float = 100_000.0
    seconds: float = 600.0
    memory_bytes: int = 8 * 1024**3

    def require(self, limit: str, count: float, name: str, what: str) -> None:
        """Refuse a source that holds more than it may.

        Parameters
        ----------
        limit
            Name of the limit.
        count
            How much there is, as far as it was counted.
        name
            Name of the source.
        what
            What is counted, in the plural.

        Raises
        ------
        UnreadableSourceError
            If there is more than the limit.
        """
        most = getattr(self, limit)
        if count > most:
            raise UnreadableSourceError(
                f"{name!r} holds {count:,} {what}; at most {most:,} are read",
                hint=f"if they are meant, pass {argument('limits', {limit: count})}",
            )


LimitsLike: TypeAlias = ReadingLimits | Mapping[str, float] | None
"""Limits, or those of them by name that differ from the defaults."""


def limits_of(given: LimitsLike) -> ReadingLimits:
    """The limits that a caller wants.

    Raises
    ------
    UsageError
        If there is no limit of a name, or it is no number above 0.
    """
    if isinstance(given, ReadingLimits):
        return given
    known = {field.name for field in fields(ReadingLimits)}
    wrong = [name for name, most in (given or {}).items() if name not in known or not _is_positive(most)]
    if wrong:
        raise UsageError(
            f"{argument('limits', dict(given or {}))} can't be used because of {', '.join(map(repr, wrong))}",
            hint=f"limits are numbers above 0 for {', '.join(sorted(known))}",
        )
    return replace(ReadingLimits(), **dict(given or {}))  # type: ignore[arg-type]


def _is_positive(most: object) -> bool:
    return isinstance(most, int | float) and not isinstance(most, bool) and most > 0


@dataclass(frozen=True)
class Request:
    """One file that is to be read.

    Attributes
    ----------
    path
        The file or folder.
    kind
        What it is, by its bytes.
    name
        Its name as the user knows it, for messages.
    layer
        Layer, table or sheet that is wanted, where there are several.
    encoding
        Encoding of its text, where the user says it.
    limits
        How much it may hold.
    close_lines
        Whether open lines, and waypoints in their order, go round areas.
    wanted
        ``hazard`` or ``release``, where a file that holds both tells them apart; empty if both are wanted.
    parts
        The files, if several are pages of one answer.
    """

    path: Path
    kind: Kind
    name: str
    layer: str | None = None
    encoding: str | None = None
    limits: ReadingLimits = ReadingLimits()
    close_lines: bool = False
    wanted: str = ""
    parts: tuple[Path, ...] = ()
