"""MapInfo tables: TAB with its parts, and MIF with MID; nothing else that they may name is opened."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards.reading.field_tools.ellipses import with_ellipses_covered
from kosovo_hazards.reading.files.encoding import encoding_notes
from kosovo_hazards.reading.files.limits import Kind, Request
from kosovo_hazards.reading.files.staging import private_folder, put_part
from kosovo_hazards.reading.formats.gdal import read_layer, require_all
from kosovo_hazards.reading.formats.shapefile import decoded_table
from kosovo_hazards.reading.source_records import Records, records_of

__all__ = ["read_mapinfo"]

_MAIN = {Kind.TAB: ".tab", Kind.MIF: ".mif"}
_NEEDED = {Kind.TAB: (".dat",), Kind.MIF: (".mid",)}
_PARTS = {Kind.TAB: (".dat", ".map", ".id", ".ind"), Kind.MIF: (".mid",)}
_CHARSETS = {
    "windowslatin1": "cp1252", "windowslatin2": "cp1250", "windowscyrillic": "cp1251", "windowsgreek": "cp1253",
    "windowsturkish": "cp1254", "windowsarabic": "cp1256", "windowsbalticrim": "cp1257", "windowsvietnamese": "cp1258",
    "windowsthai": "cp874", "codepage437": "cp437", "codepage850": "cp850", "codepage852": "cp852",
    "codepage866": "cp866", "iso8859_1": "iso8859-1", "iso8859_2": "iso8859-2", "iso8859_5": "iso8859-5",
    "utf-8": "utf-8",
}  # fmt: skip
_CHARSET = re.compile(rb'(charset[ \t]+)("?)([\w-]+)("?)', re.IGNORECASE)
_NATIVE = re.compile(rb"^[ \t]*type[ \t]+native\b", re.IGNORECASE | re.MULTILINE)
_ELSEWHERE = re.compile(
    rb'^[ \t]*(create[ \t]+view|open[ \t]+table|file[ \t]+"|'
    rb"type[ \t]+(linked|odbc|raster|wms|wfs|dbf|xls\w*|access|ascii|shapefile))|"
    rb'isseamless"[ \t]{0,9}=[ \t]{0,9}"true',
    re.IGNORECASE | re.MULTILINE,
)
_DELIMITER = re.compile(rb'^[ \t]*delimiter[ \t]+"(.)"', re.IGNORECASE | re.MULTILINE)
_DATA = re.compile(rb"^[ \t]*data[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
_OBJECT = re.compile(
    rb"^[ \t]*(region|pline|line|point|arc|text|rect|roundrect|ellipse|multipoint|collection|none)\b", re.I | re.M
)
_MOST_WIDTH = 1 << 30


def read_mapinfo(request: Request) -> Records:
    """Read a MapInfo table by the path of any of its parts.

    Raises
    ------
    UnreadableSourceError
        If a part is missing, the table only points to other data, or fewer records come than it holds.
    """
    main, parts = _parts(request)
    header = main.read_bytes()
    if request.kind is Kind.TAB and (_ELSEWHERE.search(header) or not _NATIVE.search(header)):
        raise UnreadableSourceError(
            f"{request.name!r} points to other data, which are not followed",
            hint="export the table as a MapInfo table of its own (Save Copy As), or as MIF",
        )
    said = _CHARSET.search(header)
    stated = request.encoding or _CHARSETS.get(said.group(3).decode("ascii").lower() if said else "")
    with _staged(request, header, parts) as place:
        records = read_layer(replace(request, layer=None), place, encoding="ISO-8859-1")
    counted = _of_tab(parts[".dat"]) if request.kind is Kind.TAB else _of_mif(header, parts[".mid"])
    require_all(records, counted, request)
    table, decoded, _ = decoded_table(records.table, [_MOST_WIDTH] * records.table.shape[1], stated)
    notes = [*records.notes, *encoding_notes(main.name, decoded, stated)]
    made = records_of(table, records.shapes, records.crs, notes=notes)
    return with_ellipses_covered(replace(made, problems=records.problems, repairs=records.repairs))


def _parts(request: Request) -> tuple[Path, dict[str, Path]]:
    """The main file and its parts by ending, in whichever case they are written."""
    beside = {one.suffix.lower(): one for one in sorted(request.path.parent.iterdir()) if one.stem == request.path.stem}
    main = beside.get(_MAIN[request.kind])
    if main is None:
        raise UnreadableSourceError(f"{request.name!r} is part of a MapInfo table, but its main file is not beside it")
    missing = [ending for ending in _NEEDED[request.kind] if ending not in beside]
    if missing:
        raise UnreadableSourceError(
            f"{main.name!r} lacks its {' and '.join(missing)} file", hint="a MapInfo table is copied with all its parts"
        )
    return main, {ending: beside[ending] for ending in _PARTS[request.kind] if ending in beside}


@contextmanager
def _staged(request: Request, header: bytes, parts: dict[str, Path]) -> Iterator[Path]:
    with private_folder() as folder:
        place = folder / f"source{_MAIN[request.kind]}"
        # Texts are decoded by us: MapInfo's names of code pages are not always those of the bytes.
        place.write_bytes(_CHARSET.sub(rb"\1\2Neutral\4", header, count=2))
        for ending, part in parts.items():
            put_part(part, place.with_suffix(ending), request.name)
        yield place


def _of_tab(dat: Path) -> int:
    """Records in a .dat file that are not deleted."""
    raw = dat.read_bytes()
    if len(raw) < 32:
        raise UnreadableSourceError(f"{dat.name!r} is cut off", hint="copy all parts of the table again")
    count, start, width = (int.from_bytes(raw[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12)))
    marks = raw[start : start + count * width : width] if width else b""
    return count - marks.count(b"*")


def _of_mif(header: bytes, mid: Path) -> int:
    """Objects in a .mif file, or rows of its .mid file where those are more."""
    data = _DATA.search(header)
    objects = len(_OBJECT.findall(header[data.end() :])) if data else 0
    delimiter = _DELIMITER.search(header)
    sign = delimiter.group(1).decode("latin-1") if delimiter else "\t"
    try:
        rows = sum(bool(row) for row in csv.reader(io.StringIO(mid.read_text("latin-1"), newline=""), delimiter=sign))
    except csv.Error:
        rows = objects
    return max(objects, rows)
