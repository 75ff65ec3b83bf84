"""Tables whose columns every format knows: text, numbers, flags, dates; and text that no spreadsheet runs."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely

__all__ = ["as_written", "formula_safe", "plain", "printable", "readable", "save_csv", "sheet_texts"]

# Columns that writers add themselves.
_TAKEN = ("geometry", "wkt")
# A spreadsheet takes text that begins so for a formula; full-width signs too, in some languages. The apostrophes let
# text that began with one be distinguished from text that got one.
_RUNS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
# Characters that XML 1.0 has no way to hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# NUL ends a text for GDAL and spoils a CSV file; half a character of UTF-16 has no place in UTF-8.
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
_DATE = pd.ArrowDtype(pa.date32())


def plain(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give every column a type that every format knows, and a name of its own.

    Parameters
    ----------
    table
        Any table; a column may hold anything.

    Returns
    -------
    A copy on a new index: flags, whole numbers, floats, dates (days without time), times, and text; other values as
    their text. The geometry, if any, is last, called `geometry`, and without heights. Names are text that differ in
    more than case; those that did not have a number added.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> days = pd.to_datetime(["2024-05-01", None])
    >>> plain(gpd.GeoDataFrame({"day": days, "Day": [1, 2], 7: [["a"], None]})).dtypes.astype(str).to_dict()
    {'day': 'date32[day][pyarrow]', 'Day_2': 'int64', '7': 'str'}
    """
    key = table.active_geometry_name if isinstance(table, gpd.GeoDataFrame) else None
    where = [place for place, name in enumerate(table.columns) if name != key]
    names = _one_name_each([readable(str(table.columns[place])) for place in where])
    frame = pd.DataFrame(table)
    columns = {name: _typed(frame.iloc[:, place]) for name, place in zip(names, where, strict=True)}
    data = pd.DataFrame(columns, index=table.index).reset_index(drop=True)
    if key is None:
        return data
    return gpd.GeoDataFrame(data, geometry=shapely.force_2d(table.geometry.to_numpy()), crs=table.crs)


def _one_name_each(names: list[str]) -> list[str]:
    taken = set(_TAKEN)
    result = []
    for name in names:
        free, number = name, 2
        while free.casefold() in taken:
            free, number = f"{name}_{number}", number + 1
        taken.add(free.casefold())
        result.append(free)
    return result


def _typed(values: pd.Series) -> pd.Series:
    kind = pd.api.types.infer_dtype(values, skipna=True) if values.dtype == object else ""
    if kind in ("boolean", "integer", "floating", "mixed-integer-float", "date", "datetime", "datetime64"):
        dtypes = {"boolean": "boolean", "integer": "Int64", "floating": "float64", "mixed-integer-float": "float64"}
        values = values.astype(dtypes.get(kind, "datetime64[us]"))
    if isinstance(values.dtype, pd.CategoricalDtype):
        return _typed(values.astype(values.cat.categories.dtype))
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return _day_or_time(values)
    if pd.api.types.is_bool_dtype(values.dtype):
        return values.astype("boolean") if values.isna().any() else values.astype("bool")
    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_complex_dtype(values.dtype):
        return values
    return _text(values)


def _day_or_time(values: pd.Series) -> pd.Series:
    known = values.dropna()
    if values.dt.tz is not None:
        return values.dt.tz_convert("UTC").dt.tz_localize(None).astype("datetime64[ms]")
    if (known == known.dt.normalize()).all():
        return values.astype("datetime64[us]").astype(_DATE)
    return values.astype("datetime64[ms]")


def _text(values: pd.Series) -> pd.Series:
    missing = values.isna()
    return pd.Series(
        [None if unknown else readable(str(value)) for value, unknown in zip(values, missing, strict=True)],
        index=values.index,
        dtype="str",
    )


def readable(text: str) -> str:
    r"""Replace what no file of ours can hold, NUL and halves of characters, by the sign for an unknown character.

    Parameters
    ----------
    text
        Any text.

    Examples
    --------
    >>> readable("KS-1\x00")
    'KS-1�'
    """
    return _UNREADABLE.sub("\ufffd", text)


def save_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as comma-separated text in UTF-8, in which no cell runs and each is read as one.

    Parameters
    ----------
    table
        The table; its index is left out.
    path
        Where to write.

    Notes
    -----
    All text stands in quotes: a bare carriage return would else end a row for some programs.
    """
    held = pd.DataFrame(table).rename(columns=lambda name: _harmless(str(name)))
    for place, dtype in enumerate(held.dtypes):
        if not (pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_datetime64_any_dtype(dtype)):
            column = held.iloc[:, place].astype(object).map(_harmless, na_action="ignore")
            held.isetitem(place, column)
    # The mark at the start lets spreadsheets know that the letters are UTF-8.
    held.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)


def _harmless(cell: object) -> object:
    return formula_safe(readable(cell)) if isinstance(cell, str) else cell


def printable(text: str) -> str:
    r"""Replace the characters that XML can't hold by the sign for an unknown one.

    Parameters
    ----------
    text
        Any text.

    Examples
    --------
    >>> printable("a\x00b")
    'a�b'
    """
    return _UNPRINTABLE.sub("\ufffd", text)


def formula_safe(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run; `as_written` takes it away again.

    Parameters
    ----------
    text
        Text of a cell, not a number.

    Notes
    -----
    The signs are those of the OWASP page on CSV injection.

    Examples
    --------
    >>> formula_safe("=1+1"), formula_safe("Prizren"), formula_safe("'=1+1")
    ("'=1+1", 'Prizren', "''=1+1")
    """
    return f"'{text}" if _RUNS.match(text) else text


def sheet_texts(values: Iterable[Any]) -> list[Any]:
    r"""Values of a sheet of a workbook, whose texts can neither run nor break the file; all else stays.

    Parameters
    ----------
    values
        The cells.

    Examples
    --------
    >>> sheet_texts(["=1+1", "a\x00b", 3, None])
    ["'=1+1", 'a�b', 3, None]
    """
    return [printable(formula_safe(value)) if isinstance(value, str) else value for value in values]


def as_written(text: str) -> str:
    """Take away the apostrophe that `formula_safe` put before a text.

    Parameters
    ----------
    text
        Text of a cell as it stands in the file.

    Examples
    --------
    >>> as_written("'=1+1"), as_written("'Prizren'")
    ('=1+1', "'Prizren'")
    """
    return text[1:] if text.startswith("'") and _RUNS.match(text) else text
