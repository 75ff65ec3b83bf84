"""What came of reading a source, and what there is to tell of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from kosovo_hazards.reading.column_matching import BY_CONTENT, CUT_SHORT, LEFT, OWN_NAME

__all__ = ["ReadResult"]

_MOST_COLUMNS = 20
_MOST_VALUES = 3
_SEVERAL = 2


@dataclass(frozen=True, repr=False)
class ReadResult:
    """What came of a source; unpacks into `data`, `rejected`, `repairs`.

    Attributes
    ----------
    data
        The records accepted: a hazards or releases table in EPSG:4326 with `area_m2` computed; further columns of the
        source follow.
    rejected
        The records not accepted, with the columns of the source as they were, `row` (number of the record in the
        source, from 1) and `reason`. **A hazardous area among them is not on any map made from `data`**: give maps,
        reports and files the result itself, and they show where it lies.
    repairs
        What was done to the polygons of accepted records: `record_id`, `row`, `what`, `area_before_m2`,
        `area_after_m2` (m²).
    recognised
        Each column of the source (`source_column`), the column of the table it was taken for (`column`, missing if it
        was left as it is), and `how` it was recognised.
    unread
        Values that could not be taken over although their record was: `record_id`, `row`, `column`, `value`,
        `problem`. The value stays beside it in the column `…_in_source`.
    notes
        What else there is to know: ids made, transformation used and its accuracy, encoding, odd places.
    positions
        Where the rejected records lie, in EPSG:4326: `row`, `record_id`, `reason` and the point, line or polygon that
        the source draws, missing where its coordinates can't be used.
    sha256
        SHA-256 of the file that was named, in hexadecimal digits; empty for a table or a folder.

    Examples
    --------
    >>> import pandas as pd, kosovo_hazards as kh
    >>> sheet = pd.DataFrame({"release_id": ["R-1", "R-2"], "product": ["cleared", "burnt"], "area_ha": [1.5, 2]})
    >>> releases, rejected, repairs = kh.read_releases(sheet)
    >>> len(releases), rejected["row"].tolist(), len(repairs)
    (1, [2], 0)
    """

    data: gpd.GeoDataFrame
    rejected: pd.DataFrame
    repairs: pd.DataFrame
    recognised: pd.DataFrame = field(default_factory=pd.DataFrame)
    unread: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[str, ...] = ()
    positions: gpd.GeoDataFrame = field(default_factory=gpd.GeoDataFrame)
    sha256: str = ""

    def __iter__(self) -> Iterator[pd.DataFrame]:
        return iter((self.data, self.rejected, self.repairs))

    def __repr__(self) -> str:
        counts = f"{len(self.data):,} accepted, {len(self.repairs):,} of them repaired"
        lost = f", {len(self.rejected):,} REJECTED and not in .data" if len(self.rejected) else ", none rejected"
        lines = [f"<ReadResult: {counts}{lost}>", *self.messages()]
        lines += [f"row {row}: {reason}" for row, reason in self.rejected[["row", "reason"]].head(10).to_numpy()]
        return "\n  ".join(lines)

    def messages(self) -> list[str]:
        """Say what was recognised, what was left as it is, and what else there is to know.

        Returns
        -------
        Sentences; those on columns only where they have other names than ours.

        Examples
        --------
        >>> import pandas as pd
        >>> from kosovo_hazards import read_releases
        >>> sheet = pd.DataFrame({"Nr": ["R-1"], "Method": ["BAC"], "Area (ha)": [1.5], "Remarks": ["wet"]})
        >>> read_releases(sheet, columns={"release_id": "Nr"}).messages()
        ["columns taken: release_id from 'Nr', product from 'Method', reported_area_m2 from 'Area (ha)'",
         "columns left as they are, not recognised: 'Remarks'",
         '1 releases have no date: where a day is asked for (as_of) they are not taken off']
        """
        return [*self._on_rejections(), *self._on_columns(), *self._on_values(), *self.notes]

    def _on_rejections(self) -> list[str]:
        """Where nothing could be taken, the reason that most records share."""
        if len(self.data) or len(self.rejected) < _SEVERAL:
            return []
        counts = self.rejected["reason"].value_counts()
        return [f"all {len(self.rejected):,} records were rejected, {counts.iloc[0]:,} of them: {counts.index[0]}"]

    told = messages
    """The same under its former name."""

    def _on_columns(self) -> list[str]:
        if self.recognised.empty:
            return []
        rows = self.recognised
        taken = rows[rows["column"].notna() & (rows["how"] != OWN_NAME)]
        left = [repr(name) for name in rows["source_column"][rows["how"] == LEFT]]
        by_content = {theirs for theirs, how in taken[["source_column", "how"]].to_numpy() if how == BY_CONTENT}
        pairs = [
            f"{ours} from {theirs!r} by the words that it holds" if theirs in by_content else f"{ours} from {theirs!r}"
            for ours, theirs in taken[["column", "source_column"]].to_numpy()
        ]
        cut = taken["how"].eq(CUT_SHORT).any()
        messages = (
            [f"columns taken: {', '.join(pairs)}" + (" (some by headings cut short)" if cut else "")] if pairs else []
        )
        return messages + ([f"columns left as they are, not recognised: {_first(left)}"] if left else [])

    def _on_values(self) -> list[str]:
        return [
            f"{len(rows):,} values of {column} could not be taken over (see unread): "
            + _first([f"row {row} {problem}" for row, problem in rows[["row", "problem"]].to_numpy()], _MOST_VALUES)
            for column, rows in (self.unread.groupby("column") if len(self.unread) else ())
        ]


def _first(texts: list[str], most: int = _MOST_COLUMNS) -> str:
    more = f" and {len(texts) - most:,} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more
