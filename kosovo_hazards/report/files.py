"""The files of a report: workbook, comma-separated tables, pictures of charts."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from kosovo_hazards.charts import svg_of
from kosovo_hazards.report.formatter import Formatter, ReportTable, kind_of
from kosovo_hazards.writing import NOTICE, save_csv, sheet_texts

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["write_chart", "write_csvs", "write_workbook"]

_FORMATS = {"m2": "#,##0", "km2": "#,##0.0", "count": "#,##0", "share": "0.0%", "chance": "0.0%",
            "year": "0", "decimal": "#,##0.0", "score": "0.00",
            "day": "yyyy-mm-dd"}  # fmt: skip
_WIDEST = 60
_A4 = 9
_LONGEST_CELL = 32_767
_LONGEST_TITLE = 31
_NOT_IN_TITLES = re.compile(r"[\\*?:/\[\]]")
_PNG_DPI = 160


def write_workbook(tables: Sequence[ReportTable], metadata: Mapping[str, str], path: Path, fmt: Formatter) -> None:
    """Write the tables as the sheets of a workbook in the reader's language, after a sheet that says what it is.

    Parameters
    ----------
    tables
        The tables of the report.
    metadata
        What the first sheet says.
    path
        Where to write.
    fmt
        The language.
    """
    from openpyxl import Workbook

    about = pd.DataFrame({"what": list(metadata), "says": list(metadata.values())})
    book = Workbook(write_only=True)
    for table in (ReportTable("about", about, labels={"what": "", "says": ""}), *tables):
        _add_sheet(book, table, fmt)
    book.save(path)


def _add_sheet(book: Any, table: ReportTable, fmt: Formatter) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(_sheet_title(fmt.title("sheet", table.name), book.sheetnames))
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    sheet.print_title_rows = "1:1"
    kinds = [kind_of(str(name)) for name in table.frame.columns]
    columns = [
        sheet_texts(_values(table.frame[name], str(name), kind, fmt))
        for name, kind in zip(table.frame.columns, kinds, strict=True)
    ]
    headings = sheet_texts(fmt.headings(table))
    for number, (heading, values) in enumerate(zip(headings, columns, strict=True), start=1):
        longest = max([len(heading), *(len(_shown(value)) for value in values[:300])])
        sheet.column_dimensions[get_column_letter(number)].width = min(max(longest + 2, 8), _WIDEST)
    head = {"font": Font(bold=True), "fill": PatternFill("solid", fgColor="E6EAEC"),
            "alignment": Alignment(vertical="top", wrap_text=True)}  # fmt: skip
    sheet.append([_cell(sheet, heading, **head) for heading in headings])
    formats = [_FORMATS.get(kind) for kind in kinds]
    rows = list(zip(*columns, strict=True))
    for place, row in enumerate(rows, start=1):
        last = table.total and place == len(rows)
        style = {"font": Font(bold=True), "border": Border(top=Side("thin"))} if last else {}
        sheet.append([_cell(sheet, value, form, **style) for value, form in zip(row, formats, strict=True)])


def _values(column: pd.Series, name: str, kind: str, fmt: Formatter) -> list[Any]:
    """Numbers as numbers, days as days, words in the reader's language, nothing where it is not known."""
    known = column.notna()
    if kind in ("text", "flag"):
        texts = fmt.cells(name, column)
        return [text if there else None for text, there in zip(texts, known, strict=True)]
    if kind == "day":
        return [pd.Timestamp(value).date() if there else None for value, there in zip(column, known, strict=True)]
    whole = kind in ("m2", "count", "year")
    return [
        (round(float(value)) if whole else float(value)) if there else None
        for value, there in zip(column, known, strict=True)
    ]


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value if value is not None else "")


def _sheet_title(title: str, taken: Collection[str]) -> str:
    """A title that a workbook takes: a word of a boundary file may be long, stand twice, or hold signs of formulas."""
    whole = _NOT_IN_TITLES.sub(" ", title)
    # Excel takes no two titles that differ only in capitals.
    known = {name.casefold() for name in taken}
    endings = ["", *map(str, range(2, len(known) + 3))]
    titles = (whole[: _LONGEST_TITLE - len(ending)] + ending for ending in endings)
    return next(short for short in titles if short.casefold() not in known)


def _cell(sheet: Any, value: Any, number_format: str | None = None, **style: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    text = isinstance(value, str)
    cell = WriteOnlyCell(sheet, value=value[:_LONGEST_CELL] if text else value)
    if text:
        # Text that begins with an equals sign would be taken for a formula.
        cell.data_type = "s"
    elif number_format:
        cell.number_format = number_format
    for name, look in style.items():
        setattr(cell, name, look)
    return cell


def write_csvs(tables: Sequence[ReportTable], folder: Path, *, synthetic: bool) -> list[Path]:
    """Write each table as a file for programs: columns and words of the library, figures as they were computed.

    Parameters
    ----------
    tables
        The tables of the report.
    folder
        Where to write.
    synthetic
        Whether each file says in a last column that its records are made up.

    Returns
    -------
    The paths written.
    """
    folder.mkdir()
    paths = []
    for table in tables:
        frame = table.frame.copy()
        for name in frame.columns[[kind_of(str(name)) == "text" for name in frame.columns]]:
            frame[name] = frame[name].astype(object).map(str, na_action="ignore")
        for name in frame.columns[[kind_of(str(name)) == "m2" for name in frame.columns]]:
            frame[name] = frame[name].astype("float64").round(2)
        if synthetic:
            frame["notice"] = NOTICE
        path = folder / f"{table.name}.csv"
        save_csv(frame, path)
        paths.append(path)
    return paths


def write_chart(figure: Figure, path: Path) -> bytes:
    """Write a figure as SVG and PNG, and give what the SVG holds.

    Parameters
    ----------
    figure
        A chart or map.
    path
        Where to write, without ending.
    """
    drawn = svg_of(figure)
    path.with_suffix(".svg").write_bytes(drawn)
    figure.savefig(path.with_suffix(".png"), dpi=_PNG_DPI)
    return drawn
