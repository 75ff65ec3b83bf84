"""Shapefiles read: the letters of their texts, their parts, and records that they hide."""

from __future__ import annotations

import codecs
from dataclasses import replace
from pathlib import Path

import pandas as pd

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards.reading.formats.encoding import Decoded, decode, encoding_notes, without_half_letter
from kosovo_hazards.reading.formats.gdal import read_layer
from kosovo_hazards.reading.formats.kinds import Kind
from kosovo_hazards.reading.source_records import Records, records_of

__all__ = ["read_shapefile"]

# The byte in which dBASE says its code page, as far as it is one of the Balkans.
_CODE_PAGES = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x64: "cp852",
    0x65: "cp866",
    0xC8: "cp1250",
    0xC9: "cp1251",
}
_RAW = "iso8859-1"  # gives each byte as one letter


def read_shapefile(path: Path, kind: Kind, layer: str | None, encoding: str | None) -> Records:
    """Read a shapefile by the path of any of its parts.

    Parameters
    ----------
    path
        A part.
    kind, layer
        As for the other readers; a shapefile has one layer.
    encoding
        Encoding of its texts; by default what its parts say, else the likeliest.

    Raises
    ------
    HazardDataError
        If one of the parts .shp, .shx and .dbf is missing.
    """
    path = _main_file(path)
    dbf = _DbfHeader.of(_beside(path, ".dbf"))
    records = read_layer(path, kind, layer, encoding="ISO-8859-1")
    stated = encoding or _stated_encoding(path) or _CODE_PAGES.get(dbf.code_page)
    table, decoded, cut = _decoded(records.table, dbf.widths, stated)
    notes = [*records.notes, *encoding_notes(path.name, decoded, stated)]
    notes += [f"{cut:,} texts ended in half a letter, which was left out"] if cut else []
    hidden = dbf.count - len(table)
    notes += [f"{hidden:,} records that {path.stem}.dbf marks as deleted were left out"] if hidden > 0 else []
    return replace(records_of(table, records.shapes, records.crs, notes=notes), problems=records.problems)


def _main_file(path: Path) -> Path:
    main = _beside(path, ".shp")
    if not main.exists():
        raise HazardDataError(f"{path.name!r} is part of a shapefile, but the .shp file is not beside it")
    missing = [ending for ending in (".shx", ".dbf") if not _beside(main, ending).exists()]
    if missing:
        raise HazardDataError(
            f"{main.name!r} lacks its {' and '.join(missing)} file", hint="a shapefile is copied with all its parts"
        )
    return main


def _beside(path: Path, ending: str) -> Path:
    """Another part of the same shapefile, in whichever case its ending is written."""
    upper = path.with_suffix(ending.upper())
    return upper if upper.exists() else path.with_suffix(ending)


class _DbfHeader:
    """What the first bytes of a .dbf file say: number of records, code page, and the width of each field in bytes."""

    def __init__(self, raw: bytes) -> None:
        self.count = int.from_bytes(raw[4:8], "little")
        self.code_page = raw[29] if len(raw) > 29 else 0
        fields = raw[32 : int.from_bytes(raw[8:10], "little") - 1]
        self.widths = [fields[at + 16] for at in range(0, len(fields) - 31, 32)]

    @classmethod
    def of(cls, path: Path) -> _DbfHeader:
        with path.open("rb") as file:
            return cls(file.read(64 * 1024))


def _stated_encoding(path: Path) -> str | None:
    """The encoding that the .cpg file names, in Python's words."""
    file = _beside(path, ".cpg")
    if not file.exists():
        return None
    said = file.read_text(encoding="ascii", errors="replace").strip().lower()
    for name in (said, f"cp{said}", said.replace("ansi ", "cp"), said.replace("8859", "iso8859-", 1)):
        try:
            return codecs.lookup(name).name
        except LookupError:
            continue
    return None


def _decoded(table: pd.DataFrame, widths: list[int], stated: str | None) -> tuple[pd.DataFrame, Decoded, int]:
    """The table with its texts as they were meant, all of them together, and how many ended in half a letter."""
    text_columns = [at for at, dtype in enumerate(table.dtypes) if pd.api.types.is_string_dtype(dtype)]
    raw = {name: str(name).encode(_RAW, "replace") for name in table.columns}
    whole: dict[tuple[str, int], bytes] = {}
    for at in text_columns:
        width = widths[at] if at < len(widths) else 0
        for text in table.iloc[:, at].dropna().unique():
            whole[text, at] = text.encode(_RAW, "replace")
            # A text that fills its field may have been cut within a letter.
            if len(whole[text, at]) >= width - 3:
                whole[text, at] = without_half_letter(whole[text, at])
    decoded = decode(b"\n".join([*raw.values(), *whole.values()]), stated)
    utf8 = decoded.encoding.startswith("utf-8")
    cut = sum(len(part) < len(text) for (text, _), part in whole.items()) if utf8 else 0
    table = table.rename(columns={name: text.decode(decoded.encoding, "replace") for name, text in raw.items()})
    for at in text_columns:
        column = table.iloc[:, at]
        meant = {
            text: (whole[text, at] if utf8 else text.encode(_RAW, "replace")).decode(decoded.encoding, "replace")
            for text in column.dropna().unique()
        }
        table.isetitem(at, column.map(meant).where(column.notna(), None).astype("str"))
    return table, decoded, cut
