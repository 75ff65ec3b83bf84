"""Workbooks packed anew with nothing but their sheets, the filled rows of each counted."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards.reading.files import archives
from kosovo_hazards.reading.files.limits import Kind, Request
from kosovo_hazards.reading.files.staging import private_folder
from kosovo_hazards.reading.files.xml_text import local_name, parse

__all__ = ["plain_sheets"]

_KEPT = re.compile(
    r"mimetype|META-INF/manifest\.xml|(content|styles|meta|settings)\.xml|\[Content_Types\]\.xml|_rels/\.rels|"
    r"docProps/.*\.xml|xl/(workbook|styles|sharedStrings)\.xml|xl/_rels/workbook\.xml\.rels|"
    r"xl/worksheets/[^/]+\.xml"
)
_PLACE = re.compile(r"([A-Z]{1,4})(\d+)")
_ENCRYPTED = b"encryption-data"


@contextmanager
def plain_sheets(request: Request) -> Iterator[tuple[Path, dict[str, int]]]:
    """A workbook with the sheets of another and nothing else, and how many rows of each are filled.

    Parameters
    ----------
    request
        What is read.

    Raises
    ------
    UnreadableSourceError
        If it is damaged, has a password, or holds more sheets, columns or cells than it may.
    """
    with private_folder() as folder:
        inside, plain = folder / "inside", folder / "plain.zip"
        archives.unpack(request.path, inside, request.limits, request.name)
        manifest = inside / "META-INF" / "manifest.xml"
        if manifest.is_file() and _ENCRYPTED in manifest.read_bytes():
            raise UnreadableSourceError(f"{request.name!r} has a password", hint="save it without one")
        filled = _filled_of_ods(inside, request) if request.kind is Kind.ODS else _filled_of_xlsx(inside, request)
        _pack(inside, plain, request)
        yield plain, filled


def _pack(inside: Path, plain: Path, request: Request) -> None:
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(inside.rglob("*")):
            name = path.relative_to(inside).as_posix()
            if path.is_file() and _KEPT.fullmatch(name):
                if path.suffix in (".xml", ".rels"):
                    parse(path, request.name, request.limits)
                archive.write(path, name)


# --- Excel -----------------------------------------------------------------------------------------------------------


def _filled_of_xlsx(inside: Path, request: Request) -> dict[str, int]:
    """Filled rows of each sheet by its name."""
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(name: str, attributes: Mapping[str, str]) -> None:
        if local_name(name) == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(name: str, attributes: Mapping[str, str]) -> None:
        if local_name(name) == "sheet":
            ids = [value for key, value in attributes.items() if local_name(key) == "id"]
            sheets[attributes.get("name", "")] = ids[0] if ids else ""

    parse(inside / "xl" / "workbook.xml", request.name, request.limits, start=sheet)
    request.limits.require("layers", len(sheets), request.name, "sheets")
    relations = inside / "xl" / "_rels" / "workbook.xml.rels"
    if relations.is_file():
        parse(relations, request.name, request.limits, start=relation)
    empty = _empty_strings(inside / "xl" / "sharedStrings.xml", request)
    found = {}
    for name, key in sheets.items():
        target = targets.get(key, "")
        path = inside / target.lstrip("/") if target.startswith("/") else inside / "xl" / target
        if path.is_file() and path.resolve().is_relative_to(inside.resolve()) and "worksheets" in path.parts:
            found[name] = _FilledRows(request, empty).count(path)
    return found


def _empty_strings(path: Path, request: Request) -> frozenset[int]:
    """Numbers of shared texts in which nothing stands."""
    lengths: list[int] = []

    def start(name: str, _: Mapping[str, str]) -> None:
        if local_name(name) == "si":
            lengths.append(0)

    def text(text: str) -> None:
        if lengths:
            lengths[-1] += len(text.strip("\r\n"))

    if path.is_file():
        parse(path, request.name, request.limits, start=start, text=text)
    return frozenset(at for at, length in enumerate(lengths) if not length)


class _FilledRows:
    """Counts the rows of an Excel sheet in which a cell has a value."""

    def __init__(self, request: Request, empty: frozenset[int]) -> None:
        self.request, self.empty = request, empty
        self.rows = self.cells = 0
        self.row_filled = False
        self.type = self.value = ""
        self.in_value = False

    def count(self, path: Path) -> int:
        """The number of filled rows of a sheet."""
        limits, name = self.request.limits, self.request.name
        parse(path, name, limits, start=self._start, end=self._end, text=self._text)
        return self.rows

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = local_name(name)
        if local == "row":
            self.row_filled = False
        elif local == "c":
            self.type, self.value = attributes.get("t", ""), ""
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self.place = place.group(1) if place else ""
        self.in_value = local == "v" or (local == "t" and self.type == "inlineStr")

    def _text(self, text: str) -> None:
        if self.in_value:
            self.value += text

    def _end(self, name: str) -> None:
        local = local_name(name)
        if local == "c" and self._has_value():
            self.row_filled = True
            self.cells += 1
            limits = self.request.limits
            column = _number_of(self.place)
            if column > limits.columns:
                limits.require("columns", column, self.request.name, f"columns (a cell stands in column {self.place})")
            limits.require("cells", self.cells, self.request.name, "cells")
        elif local == "row":
            self.rows += self.row_filled
        self.in_value = self.in_value and local not in ("v", "t")

    def _has_value(self) -> bool:
        if self.type == "s" and self.value.strip().isdigit():
            return int(self.value) not in self.empty
        return bool(self.value)


def _number_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


# --- OpenDocument ----------------------------------------------------------------------------------------------------


def _filled_of_ods(inside: Path, request: Request) -> dict[str, int]:
    """Filled rows of each table by its name."""
    counter = _FilledOds(request)
    parse(inside / "content.xml", request.name, request.limits, start=counter.start, end=counter.end, text=counter.text)
    return counter.found


class _FilledOds:
    """Counts the rows of the tables of an OpenDocument text in which a cell has a value."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.found: dict[str, int] = {}
        self.table = ""
        self.depth = 0
        self.rows_repeated = self.cells_repeated = 1
        self.column = self.cells = 0
        self.filled_in_row = 0
        self.has_value = self.in_text = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """See `xml_text.parse`."""
        local = local_name(name)
        if name == "table:table":
            self.depth += 1
            if self.depth == 1:
                self.table = attributes.get("table:name", "")
                self.found[self.table] = 0
                self.request.limits.require("layers", len(self.found), self.request.name, "sheets")
        elif local == "table-row":
            self.rows_repeated = _repeated(attributes, "table:number-rows-repeated")
            self.column = self.filled_in_row = 0
        elif local in ("table-cell", "covered-table-cell"):
            self.cells_repeated = _repeated(attributes, "table:number-columns-repeated")
            self.has_value = any(local_name(key) in _VALUES for key in attributes)
        self.in_text = local in ("p", "span", "a") or (self.in_text and local == "s")

    def text(self, text: str) -> None:
        """See `xml_text.parse`."""
        self.has_value |= self.in_text and bool(text)

    def end(self, name: str) -> None:
        """See `xml_text.parse`."""
        local = local_name(name)
        if name == "table:table":
            self.depth -= 1
        elif local in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif local == "table-row" and self.filled_in_row:
            self.found[self.table] = self.found.get(self.table, 0) + self.rows_repeated
            self.cells += self.rows_repeated * self.filled_in_row
            self.request.limits.require("cells", self.cells, self.request.name, "cells")

    def _end_cell(self) -> None:
        self.column += self.cells_repeated
        if self.has_value:
            self.request.limits.require("columns", self.column, self.request.name, "columns")
            self.filled_in_row += self.cells_repeated
        self.has_value = False


_VALUES = frozenset({"value", "date-value", "time-value", "boolean-value", "string-value"})


def _repeated(attributes: Mapping[str, str], name: str) -> int:
    said = attributes.get(name, "1")
    return int(said) if said.isdigit() and len(said) < 10 else 1
