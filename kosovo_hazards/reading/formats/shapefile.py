"""Shapefiles read: the letters of their texts, their parts, and records that they hide."""

from __future__ import annotations

import codecs
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kosovo_hazards._arrays import Positions as Ints
from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards.reading.files.encoding import Decoded, decode, encoding_notes, without_half_letter
from kosovo_hazards.reading.files.failures import in_words
from kosovo_hazards.reading.files.limits import Request
from kosovo_hazards.reading.files.staging import shapefile_parts, staged
from kosovo_hazards.reading.formats.gdal import read_layer, require_all, with_all_drawn
from kosovo_hazards.reading.source_records import Records, records_of

__all__ = ["decoded_table", "read_shapefile"]

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
_SHORTEST_DBF = 32


def read_shapefile(request: Request) -> Records:
    """Read a shapefile by the path of any of its parts.

    Raises
    ------
    UnreadableSourceError
        If one of the parts .shp, .shx and .dbf is missing, or one is cut off or damaged.
    """
    name = request.name
    main = _main_file(request.path, name)
    with staged(replace(request, path=main)) as place, in_words(name, request.kind.value):
        dbf = _DbfHeader(place.with_suffix(".dbf").read_bytes())
        request.limits.require("columns", len(dbf.widths), name, "columns")
        counted = _Counted.of(place, name)
        records = read_layer(replace(request, layer=None), place, encoding="ISO-8859-1")
        stated, notes = _stated_encoding(place.with_suffix(".cpg"), main.with_suffix(".cpg").name)
        stated = request.encoding or stated or _CODE_PAGES.get(dbf.code_page)
        table, decoded, cut = decoded_table(records.table, dbf.widths, stated)
    notes = [*records.notes, *notes, *encoding_notes(main.name, decoded, stated)]
    notes += [f"{cut:,} texts ended in half a letter, which was left out"] if cut else []
    deleted = int(dbf.is_deleted.sum())
    notes += [f"{deleted:,} records that {main.stem}.dbf marks as deleted were left out"] if deleted else []
    if dbf.count != counted.records:
        raise UnreadableSourceError(
            f"{main.stem}.dbf holds {dbf.count:,} records, but {main.name} {counted.records:,} shapes",
            hint="the parts of the shapefile do not belong together: copy them all again",
        )
    require_all(records, counted.records - deleted, request)
    decoded_records = replace(
        records_of(table, records.shapes, records.crs, notes=notes), problems=records.problems, repairs=records.repairs
    )
    return with_all_drawn(decoded_records, counted.rings[~dbf.is_deleted])


def _main_file(path: Path, name: str) -> Path:
    parts = shapefile_parts(path)
    if ".shp" not in parts:
        raise UnreadableSourceError(f"{name!r} is part of a shapefile, but the .shp file is not beside it")
    missing = [ending for ending in (".shx", ".dbf") if ending not in parts]
    if missing:
        raise UnreadableSourceError(
            f"{parts['.shp'].name!r} lacks its {' and '.join(missing)} file",
            hint="a shapefile is copied with all its parts",
        )
    return parts[".shp"]


class _Counted:
    """How many shapes a .shp file holds, and how many rings each of them."""

    _HEADER = 100
    _NO_SHAPE = 0
    _OF_RINGS = (5, 15, 25)

    def __init__(self, kinds: Ints, rings: Ints) -> None:
        self.records = len(kinds)
        self.kinds = kinds
        self.rings = rings

    @classmethod
    def of(cls, place: Path, name: str) -> _Counted:
        """Walk the index and look at the beginning of each shape.

        Raises
        ------
        UnreadableSourceError
            If shapes lie beyond the end of the file.
        """
        raw = np.memmap(place, dtype=np.uint8, mode="r")
        index = place.with_suffix(".shx").read_bytes()[cls._HEADER :]
        said = 2 * int.from_bytes(raw[24:28].tobytes(), "big")
        entries = np.frombuffer(index[: len(index) // 8 * 8], dtype=">i4").reshape(-1, 2).astype(np.int64) * 2
        ends = entries[:, 0] + 8 + entries[:, 1]
        if said > len(raw) or (len(ends) and (ends.max() > len(raw) or entries.min() < 0)):
            raise UnreadableSourceError(
                f"{name!r} is cut off or damaged: shapes lie beyond the end of the .shp file", hint="copy it again"
            )
        kinds = _numbers_at(raw, entries[:, 0] + 8)
        is_rings = np.isin(kinds, cls._OF_RINGS)
        rings = np.zeros(len(kinds), dtype=np.int64)
        rings[is_rings] = _numbers_at(raw, entries[is_rings, 0] + 44)
        return cls(kinds, rings)


def _numbers_at(octets: NDArray[np.uint8], places: Ints) -> Ints:
    """The little-endian whole numbers of four bytes at these places."""
    inside = places + 4 <= len(octets)
    found = np.full(len(places), -1, dtype=np.int64)
    four = octets[places[inside, None] + np.arange(4)]
    found[inside] = np.ascontiguousarray(four).view("<i4").ravel()
    return found


class _DbfHeader:
    """What a .dbf file says: its records and which are deleted, its code page, the width of each field in bytes."""

    def __init__(self, raw: bytes) -> None:
        if len(raw) < _SHORTEST_DBF:
            raise UnreadableSourceError("the .dbf file is cut off", hint="copy all parts of the shapefile again")
        self.count = int.from_bytes(raw[4:8], "little")
        self.code_page = raw[29]
        start, width = int.from_bytes(raw[8:10], "little"), int.from_bytes(raw[10:12], "little")
        fields = raw[32 : start - 1]
        self.widths = [fields[at + 16] for at in range(0, len(fields) - 31, 32)]
        marks = raw[start : start + self.count * width : width] if width else b""
        self.is_deleted = np.frombuffer(marks, dtype="S1") == b"*"


def _stated_encoding(file: Path, name: str) -> tuple[str | None, list[str]]:
    """The encoding that the .cpg file names, in Python's words, and what is to be reported if it names none."""
    if not file.exists():
        return None, []
    said = file.read_bytes()[:100].decode("ascii", errors="replace").strip("\x00 \t\r\n").lower()
    for spelling in (said, f"cp{said}", said.replace("ansi ", "cp"), said.replace("8859", "iso8859-", 1)):
        try:
            found = codecs.lookup(spelling).name
            # Python knows encodings that are none of texts.
            b"".decode(found)
        except (LookupError, ValueError):
            continue
        return found, []
    return None, [f"{name} names an encoding that isn't known: {said!r}"] if said else []


def decoded_table(table: pd.DataFrame, widths: list[int], stated: str | None) -> tuple[pd.DataFrame, Decoded, int]:
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
