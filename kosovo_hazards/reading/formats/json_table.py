"""Members of JSON objects made into the columns of a table, each cell kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kosovo_hazards.reading.files.limits import ReadingLimits

__all__ = ["column_of", "readable", "table_of"]

# Beyond this a floating-point number can't hold every integer.
_LARGEST_INTEGER = 2**53


def table_of(rows: Sequence[Mapping[str, Any]], limits: ReadingLimits, name: str) -> pd.DataFrame:
    """A table of one row for each object, with a column for each of their members in the order they first occur.

    Parameters
    ----------
    rows
        The objects.
    limits
        How many columns there may be.
    name
        Name of the source, for errors.

    Examples
    --------
    >>> table_of([{"a": 1}, {"b": "x"}], ReadingLimits(), "x").columns.tolist()
    ['a', 'b']
    """
    columns: dict[str, list[Any]] = {}
    for at, row in enumerate(rows):
        for key, value in row.items():
            if key not in columns:
                columns[key] = [None] * len(rows)
                limits.require("columns", len(columns), name, "columns")
            columns[key][at] = value
    return pd.DataFrame({readable(key): column_of(values) for key, values in columns.items()}, index=range(len(rows)))


def column_of(values: Sequence[Any]) -> pd.Series:
    """Cells as one column: numbers and truths as such if all are, else text as it would be written."""
    kinds = {type(value) for value in values} - {type(None)}
    if kinds == {bool}:
        return pd.Series(list(values), dtype="bool" if None not in values else "object")
    if kinds and kinds <= {int, float} and _fit(values):
        return pd.Series(
            np.array([np.nan if value is None else value for value in values], dtype=np.float64)
            if float in kinds or None in values
            else np.array(values, dtype=np.int64)
        )
    return pd.Series([_text(value) for value in values], dtype="str" if kinds else "object")


def _fit(values: Sequence[Any]) -> bool:
    return all(value is None or isinstance(value, float) or abs(value) <= _LARGEST_INTEGER for value in values)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return readable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=_as_lists))


def _as_lists(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else str(value)


def readable(text: str) -> str:
    """The text without halves of letters, which no file can hold."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
