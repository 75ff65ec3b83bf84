"""Attributes that programs put into the HTML of a description: tables of two columns, and bold names before values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

__all__ = ["Described", "described"]

# No balloon is longer; what is stays a text.
_LONGEST = 100_000
# Comments and declarations say nothing, and some parsers take long over broken ones.
_DECLARATIONS = re.compile(r"<[!?][^<>]*>?")
_TABLE_MARKS = ("<table", "<b>", "<strong>")
_CELLS = frozenset({"td", "th"})
_BOLD = frozenset({"b", "strong"})
_LINE_ENDS = frozenset({"br", "div", "p", "li", "tr", "td", "th", "table", "ul"})
_UNSEEN = frozenset({"style", "script", "title", "head"})
_NULLS = frozenset({"", "<null>", "null"})


@dataclass
class Described:
    """What a description says.

    Attributes
    ----------
    pairs
        Names and values in their order; values that say that there is none are left out.
    rest
        The text besides, without marks.
    """

    pairs: list[tuple[str, str]] = field(default_factory=list)
    rest: str = ""


def described(html: str) -> Described | None:
    """Read the attributes that stand in the HTML of a description.

    Parameters
    ----------
    html
        The description.

    Returns
    -------
    None if it holds no such attributes.

    Notes
    -----
    Read are tables with a name and a value a row (ArcGIS, "Layer to KML"; Google Earth Pro), tables of one row below
    its headings, and lines such as ``<b>name:</b> value<br>`` (Google's info windows).

    Examples
    --------
    >>> described("<table><tr><td>TYPE</td><td>CHA</td></tr><tr><td>NOTE</td><td>&lt;Null&gt;</td></tr></table>").pairs
    [('TYPE', 'CHA')]
    """
    if len(html) > _LONGEST or not any(mark in html.lower() for mark in _TABLE_MARKS):
        return None
    reader = _Reader()
    try:
        reader.feed(_DECLARATIONS.sub(" ", html))
        reader.close()
    except (AssertionError, ValueError):
        # The parser of the standard library gives up on some declarations.
        return None
    found = reader.finished()
    return found if found.pairs else None


@dataclass
class _Table:
    rows: list[list[str]] = field(default_factory=list)
    in_cell: bool = False
    # A cell with a table in it is a frame.
    frames: set[int] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[_Table] = []
        self.pairs: list[tuple[str, str]] = []
        self.lines: list[str] = []
        self.line = ""
        self.key = ""
        self.bold: str | None = None
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - by the base class
        self._ends_line(tag)
        if tag in _UNSEEN:
            self.unseen += 1
        elif tag == "table":
            if self.open and self.open[-1].in_cell:
                self.open[-1].frames.add(len(self.open[-1].rows) - 1)
            self.open.append(_Table())
        elif tag == "tr" and self.open:
            self.open[-1].rows.append([])
            self.open[-1].in_cell = False
        elif tag in _CELLS and self.open:
            table = self.open[-1]
            table.rows = table.rows or [[]]
            table.rows[-1].append("")
            table.in_cell = True
        elif tag in _BOLD:
            self._close_pair()
            self.bold = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag in _BOLD and self.bold is not None:
            self._bold_ended()
        elif tag in _CELLS and self.open:
            self.open[-1].in_cell = False
        elif tag == "table" and self.open:
            self._table_ended(self.open.pop())
        self._ends_line(tag)

    def handle_data(self, data: str) -> None:
        if self.unseen:
            return
        if self.open and self.open[-1].in_cell:
            self.open[-1].rows[-1][-1] += data
        elif self.bold is not None:
            self.bold += data
        else:
            self.line += data

    def _ends_line(self, tag: str) -> None:
        if tag in _LINE_ENDS and not (self.open and self.open[-1].in_cell):
            self._close_pair()

    def _bold_ended(self) -> None:
        text = _plain(self.bold or "")
        self.bold = None
        if self.open and self.open[-1].in_cell:
            return
        if text.endswith(":"):
            self._close_pair()
            self.key = text.rstrip(": ")
        else:
            self.line += f" {text} "

    def _close_pair(self) -> None:
        text, key = _plain(self.line), self.key
        self.line = self.key = ""
        if key:
            self.pairs.append((key, text.removeprefix(":").strip()))
        elif text:
            self.lines.append(text)

    def _table_ended(self, table: _Table) -> None:
        rows = [[_plain(cell) for cell in row] for row in table.rows]
        kept = [row for at, row in enumerate(rows) if at not in table.frames and any(row)]
        if len(kept) == 2 and len(kept[0]) == len(kept[1]) > 2 and all(kept[0]):
            self.pairs += zip(*kept, strict=True)
            return
        for row in kept:
            if len(row) == 2 and row[0]:
                self.pairs.append((row[0].rstrip(": "), row[1]))
            else:
                self.lines += [cell for cell in row if cell]

    def finished(self) -> Described:
        """All of it, once the text has ended."""
        while self.open:
            self._table_ended(self.open.pop())
        self._close_pair()
        pairs = [(key, value) for key, value in self.pairs if value.lower() not in _NULLS]
        return Described(pairs, "\n".join(dict.fromkeys(self.lines)))


def _plain(text: str) -> str:
    return " ".join(text.split())
