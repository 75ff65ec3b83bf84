"""CSV and XLSX: tables with the shape as well-known text, in which nothing runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from kosovo_hazards._errors import NotWrittenError
from kosovo_hazards.geometry import as_wkt
from kosovo_hazards.writing.layers import Layer, metadata_as_text, write_metadata_beside
from kosovo_hazards.writing.plain_tables import formula_safe, printable, save_csv

__all__ = ["with_wkt", "write_csv", "write_xlsx"]

_LONGEST_CELL = 32_767
_MOST_ROWS = 1_048_576
_WIDEST = 40
_SHOWN = 5


def write_csv(layer: Layer, part: Path, metadata: Mapping[str, Any]) -> None:
    """Write a layer as CSV in UTF-8, the shapes in a last column ``WKT``, with ``….csv.about.txt`` beside it.

    Parameters
    ----------
    layer
        The layer.
    part
        Where to write.
    metadata
        What `about` gave.
    """
    save_csv(with_wkt(layer), part)
    write_metadata_beside(part, metadata)


def with_wkt(layer: Layer) -> pd.DataFrame:
    """Give the table of a layer with its shapes as well-known text in a last column ``WKT``.

    Parameters
    ----------
    layer
        The layer; one without geometry stays as it is.

    Returns
    -------
    Every digit of the coordinates is kept, so that areas are too.
    """
    table = layer.attributes
    if not layer.spatial:
        return table
    text = as_wkt(layer.table.geometry.to_numpy())
    return table.assign(WKT=pd.Series(text, index=table.index, dtype="str"))


def _text_columns(table: pd.DataFrame) -> list[str]:
    return [name for name in table.columns if pd.api.types.is_string_dtype(table[name].dtype)]


def write_xlsx(layers: Sequence[Layer], part: Path, metadata: Mapping[str, Any], texts: Mapping[str, str]) -> list[str]:
    """Write layers as the sheets of a workbook, with a sheet ``about`` at the end.

    Parameters
    ----------
    layers
        The layers.
    part
        Where to write.
    metadata
        What `about` gave.
    texts
        Description of each layer by name.

    Returns
    -------
    What it could not hold: texts and shapes longer than a cell.

    Raises
    ------
    HazardDataError
        If openpyxl is not installed, or a table has more rows than a sheet.
    """
    try:
        from openpyxl import Workbook
    except ImportError as error:
        raise NotWrittenError("XLSX files need openpyxl", hint="python -m pip install openpyxl") from error
    losses = []
    book = Workbook(write_only=True)
    for layer in layers:
        if len(layer.table) >= _MOST_ROWS:
            raise NotWrittenError(f"{layer.name} has {len(layer.table):,} records; a sheet has {_MOST_ROWS:,} rows")
        losses += _add_sheet(book, layer.name, with_wkt(layer))
    notes = {**metadata_as_text(metadata), **{layer.name: texts[layer.name] for layer in layers}}
    _add_sheet(book, "about", pd.DataFrame({"what": list(notes), "says": list(notes.values())}, dtype="str"))
    book.save(part)
    return losses


def _add_sheet(book: Any, name: str, table: pd.DataFrame) -> list[str]:
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(table.columns, start=1):
        longest = max([len(str(column)), *table[column].head(200).astype("str").str.len().fillna(0).astype(int)])
        sheet.column_dimensions[get_column_letter(number)].width = min(longest + 2, _WIDEST)
    sheet.append([_cell(sheet, str(column), bold=True) for column in table.columns])
    columns = [_cells(table[column]) for column in table.columns]
    for values in zip(*columns, strict=True):
        sheet.append([_cell(sheet, value) if isinstance(value, str) else value for value in values])
    return _too_long(name, table)


def _cells(values: pd.Series) -> Iterator[Any]:
    finite = ~values.isna()
    if pd.api.types.is_float_dtype(values.dtype):
        finite &= values.astype("float64").abs() != float("inf")
    return (value if known else None for value, known in zip(values.tolist(), finite, strict=True))


def _cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    if len(text) > _LONGEST_CELL:
        return None
    cell = WriteOnlyCell(sheet, value=printable(formula_safe(text)))
    # Text that begins with an equals sign would be taken for a formula.
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _too_long(sheet: str, table: pd.DataFrame) -> list[str]:
    losses = []
    for name in _text_columns(table):
        rows = (table[name].str.len() > _LONGEST_CELL).fillna(value=False).to_numpy(dtype=bool).nonzero()[0]
        if len(rows):
            shown = ", ".join(str(row + 2) for row in rows[:_SHOWN]) + (", …" if len(rows) > _SHOWN else "")
            losses.append(
                f"sheet {sheet}, {name}: {len(rows):,} cells of over {_LONGEST_CELL:,} letters were left empty "
                f"(rows {shown})"
            )
    return losses
