"""CSV files and spreadsheets as people keep them: headings below a title, blank rows, any delimiter."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Mask
from kosovo_hazards._arrays import Positions as Ints
from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards.language import compact, headings
from kosovo_hazards.reading.field_tools.forms import joined_form, mentions_repeats, plain_form, repeats_beside
from kosovo_hazards.reading.files.encoding import decode, encoding_notes
from kosovo_hazards.reading.files.failures import READABLE
from kosovo_hazards.reading.files.limits import Kind, Request
from kosovo_hazards.reading.files.staging import staged
from kosovo_hazards.reading.formats.gdal import read_layer, require_all
from kosovo_hazards.reading.formats.sheet_text import plain_sheets
from kosovo_hazards.reading.source_records import Records, records_of
from kosovo_hazards.schema import HAZARDS, RELEASES

__all__ = ["read_csv", "read_sheet"]

_DELIMITERS = (";", "\t", "|", ",")
# A title and what is printed below it take up some rows.
_MOST_TITLE_ROWS = 20
_FEWEST_KNOWN = 2
# Days between the two beginnings from which workbooks count, and how GDAL writes a cell that is a date.
_DAYS_TO_1904 = 1462
_DATE_OF_GDAL = re.compile(r"\d{4}/\d\d/\d\d(?: \d\d:\d\d:\d\d)?")
_WORKBOOK_PROPERTIES = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*>")
_TOTALS = frozenset(
    {"total", "totals", "grandtotal", "subtotal", "sum", "gjithsej", "totali", "shuma", "ukupno", "zbir", "sveukupno"}
)
# A note is a sentence in a table of several columns.
_FEWEST_COLUMNS, _FEWEST_WORDS = 3, 3
_MOST_SHOWN, _LONGEST_SHOWN = 5, 60
_HEADINGS_BYTES = 64 * 1024


def read_csv(request: Request) -> Records:
    """Read a table of text with any usual delimiter, every cell as text, with the repeats of a form from beside it."""
    records = _table_of_text(request)
    beside = [] if request.encoding else repeats_beside(request.path)
    request.limits.require("layers", len(beside), request.name, "tables")
    tables = {path.stem: path for path in beside if mentions_repeats(path.read_bytes()[:_HEADINGS_BYTES])}
    if not tables:
        return plain_form(records)
    read = {name: _table_of_text(replace(request, path=path)) for name, path in tables.items()}
    return joined_form({request.path.stem: records, **read}, request.layer) or plain_form(records)


def _table_of_text(request: Request) -> Records:
    decoded = decode(request.path.read_bytes(), request.encoding)
    # No program writes this sign on purpose, and readers end at it.
    text = decoded.text.replace("\x00", "")
    delimiter, title_rows, title_lines = _layout(text)
    request.limits.require("columns", _most_cells(text, delimiter), request.name, "columns")
    try:
        table = pd.read_csv(
            io.StringIO(text), sep=delimiter, dtype=str, keep_default_na=False, na_values=[""],
            skiprows=title_lines, header=None, index_col=False, on_bad_lines="error", skip_blank_lines=False,
        )  # fmt: skip
    except (ValueError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise UnreadableSourceError(f"{request.name!r} can't be read as a table: {error}", hint=READABLE) from error
    records = _below_headings(table, 0)
    notes = [*_title_notes(title_rows), *encoding_notes(request.name, decoded, request.encoding), *records.notes]
    if len(text) < len(decoded.text):
        notes.append(f"{len(decoded.text) - len(text):,} NUL signs were left out of its text")
    return replace(records, notes=tuple(notes))


def _most_cells(text: str, delimiter: str) -> int:
    """No line has more cells than delimiters and one."""
    lines = text.split("\n")
    return max(line.count(delimiter) for line in lines) + 1 if len(text) else 0


def _layout(text: str) -> tuple[str, int, int]:
    """The delimiter, and the rows and lines above the headings."""
    found = []
    for rank, delimiter in enumerate(_DELIMITERS):
        reader = csv.reader(io.StringIO(text), delimiter=delimiter)
        rows, lines = [], [0]
        try:
            for row in islice(reader, _MOST_TITLE_ROWS):
                rows.append(row)
                lines.append(reader.line_num)
        except csv.Error:
            pass  # a cell of more than 128 KiB is none of a title
        at = _heading_row(rows)
        known, cells = (_known(rows[at]), len(rows[at])) if rows else (0, 0)
        found.append((known, cells, -rank, delimiter, at, lines[at]))
    *_, delimiter, at, line = max(found)
    return delimiter, at, line


def _heading_row(rows: Sequence[Sequence[Any]]) -> int:
    """The row with the headings: the first, unless a later one of the first few is plainly it."""
    known = [_known(row) for row in rows[:_MOST_TITLE_ROWS]]
    if not known or known[0] >= _FEWEST_KNOWN or max(known) < _FEWEST_KNOWN:
        return 0
    return known.index(max(known))


def _known(cells: Sequence[Any]) -> int:
    return len({compact(cell) for cell in cells if isinstance(cell, str)} & _all_headings())


@lru_cache(maxsize=1)
def _all_headings() -> frozenset[str]:
    own = {compact(name) for table in (HAZARDS, RELEASES) for name in table.names}
    return frozenset(own.union(*(headings(name) for name in ("hazard", "release", "shape"))) - {""})


def _title_notes(rows: int) -> list[str]:
    return [f"the headings stand in row {rows + 1}; what is above them was left out"] if rows else []


def _below_headings(table: pd.DataFrame, at: int) -> Records:
    """Records below the row with the headings; rows without anything in them are none."""
    names = table.iloc[at] if len(table) else pd.Series([None] * table.shape[1], dtype=object)
    named = [f"column {number}" if pd.isna(name) else str(name).strip() for number, name in enumerate(names, start=1)]
    body = table.iloc[at + 1 :]
    filled = body.notna().any(axis=1).to_numpy(dtype=bool)
    blank = int((~filled[: len(filled) - int(np.argmax(filled[::-1]))]).sum()) if filled.any() else 0
    notes = [f"{blank:,} rows between others have nothing in them and were left out"] if blank else []
    used = [number for number, name in enumerate(names) if pd.notna(name) or body.iloc[:, number].notna().any()]
    kept = body.iloc[filled.nonzero()[0], used].set_axis([named[number] for number in used], axis=1)
    rows = np.arange(1, len(body) + 1)[filled]
    no_record = _no_records(kept)
    notes += [_on_left_rows(kept[no_record], rows[no_record])] if no_record.any() else []
    records = records_of(kept[~no_record].reset_index(drop=True), None, None, notes=notes)
    return replace(records, rows=rows[~no_record])


def _no_records(body: pd.DataFrame) -> Mask:
    """Rows of totals, and notes below the last record: text in one cell of a table of several columns."""
    found = np.zeros(len(body), dtype=bool)
    if body.shape[1] < _FEWEST_COLUMNS:
        return found
    first = body.bfill(axis=1).iloc[:, 0]
    # A record that only looks like one fills its row.
    found |= first.map(compact).isin(_TOTALS).to_numpy(dtype=bool) & body.isna().any(axis=1).to_numpy()
    lone = body.notna().sum(axis=1).eq(1).to_numpy()
    for at in range(len(body) - 1, -1, -1):
        is_note = lone[at] and len(str(first.iloc[at]).split()) >= _FEWEST_WORDS
        if not (found[at] or is_note):
            break
        found[at] = True
    return found


def _on_left_rows(left: pd.DataFrame, rows: Ints) -> str:
    said = [
        f"row {row} ({' '.join(map(str, cells.dropna()))[:_LONGEST_SHOWN]!r})"
        for row, (_, cells) in zip(rows[:_MOST_SHOWN], left.iterrows(), strict=False)
    ]
    more = f" and {len(rows) - _MOST_SHOWN:,} more" if len(rows) > _MOST_SHOWN else ""
    return f"rows with totals or notes are no records and were left out: {', '.join(said)}{more}"


def read_sheet(request: Request) -> Records:
    """Read a sheet of an Excel or OpenDocument file, every cell as text.

    Raises
    ------
    UnreadableSourceError
        If it is damaged, holds more than it may, or fewer rows come than are filled.
    """
    with plain_sheets(request) as (plain, filled), staged(replace(request, path=plain)) as place:
        names = [name for name, count in filled.items() if count]
        if len(names) > 1 and mentions_repeats(plain.read_bytes()):
            tables = {name: _of_sheet(replace(request, layer=name), place, filled) for name in names}
            if (joined := joined_form(tables, request.layer)) is not None:
                return joined
        return plain_form(_of_sheet(request, place, filled))


def _of_sheet(request: Request, place: Path, filled: Mapping[str, int]) -> Records:
    records = read_layer(request, place, HEADERS="DISABLE", FIELD_TYPES="STRING")
    table = records.table.where(records.table.map(lambda cell: cell != ""))
    if records.label in filled:
        require_all(replace(records, table=table.dropna(how="all")), filled[records.label], request, "filled rows")
    table, from_1904 = _in_days_of_1900(request, table)
    at = _heading_row(table.head(_MOST_TITLE_ROWS).to_numpy(dtype=object))
    below = _below_headings(table, at)
    return replace(below, notes=(*records.notes, *from_1904, *_title_notes(at), *below.notes))


def _in_days_of_1900(request: Request, table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The table with its dates as they are shown, if the workbook counts its days from 1904, which GDAL passes over."""
    if request.kind is not Kind.XLSX or not _counts_from_1904(request.path):
        return table, []

    def later(cell: Any) -> Any:
        if not (isinstance(cell, str) and _DATE_OF_GDAL.fullmatch(cell)):
            return cell
        return (pd.Timestamp(cell.replace("/", "-")) + pd.Timedelta(days=_DAYS_TO_1904)).strftime("%Y-%m-%d")

    return table.map(later), ["the workbook counts its days from 1904; its dates were read so"]


def _counts_from_1904(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        properties = _WORKBOOK_PROPERTIES.search(archive.read("xl/workbook.xml"))
    return properties is not None and b'date1904="0"' not in properties.group() and b"date1904" in properties.group()
