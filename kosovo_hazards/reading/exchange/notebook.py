"""Findings of structure: what is wrong with rows, points and links of a source, told record by record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from kosovo_hazards.schema import CRS

__all__ = ["Notebook", "differ_in_blanks_only", "findings_of"]

_COLUMNS = ("check", "severity", "table", "record_id", "other_id", "message", "value")


@dataclass
class Notebook:
    """Findings as they are made, in the columns that `kosovo_hazards.check` gives.

    Attributes
    ----------
    table
        `hazard` or `release`.
    rows
        What was found.
    """

    table: str
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def tell(
        self, check: str, severity: str, record: Any, message: str, *, other: Any = None, value: Any = None,
        shape: Any = None,
    ) -> None:  # fmt: skip
        """Note one finding.

        Parameters
        ----------
        check, severity, record, message, other, value, shape
            As the columns of findings.
        """
        self.rows.append((check, severity, self.table, record, other, message, value, shape))

    def tell_all(
        self, check: str, severity: str, records: Iterable[Any], message: str, values: Sequence[Any] | None = None
    ) -> None:
        """Note the same of several records.

        Parameters
        ----------
        check, severity, message
            As for `tell`.
        records
            Their ids.
        values
            The value of each, put where the message has ``{}``.
        """
        for at, record in enumerate(records):
            value = None if values is None else values[at]
            self.tell(check, severity, record, message.format(value), value=value)


def findings_of(*books: Notebook) -> gpd.GeoDataFrame:
    """All findings as one table."""
    rows = [row for book in books for row in book.rows]
    frame = pd.DataFrame([row[:-1] for row in rows], columns=list(_COLUMNS)).astype(dict.fromkeys(_COLUMNS[:-1], "str"))
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([row[-1] for row in rows], crs=CRS), crs=CRS)


def differ_in_blanks_only(ids: pd.Series) -> pd.Series:
    """Whether each id differs from another by blanks alone.

    Examples
    --------
    >>> differ_in_blanks_only(pd.Series(["KS-1", "KS-1 ", "KS-2"])).tolist()
    [True, True, False]
    """
    plain = ids.astype("str").str.replace(r"\s+", "", regex=True)
    return ids.notna() & (ids.groupby(plain).transform("nunique") > 1)
