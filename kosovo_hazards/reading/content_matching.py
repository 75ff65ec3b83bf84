"""Columns that no heading tells, recognised by the words that they hold; and what to pass where that is not enough."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from kosovo_hazards._wording import argument
from kosovo_hazards.cells import texts
from kosovo_hazards.reading.column_matching import BY_CONTENT, Matched
from kosovo_hazards.reading.column_values import Values, known_word
from kosovo_hazards.reading.source_records import Records
from kosovo_hazards.schema import HAZARDS, RELEASES, Column, Table

__all__ = ["advice", "matched_by_content"]

# Words of these say plainly what they are; "high" or "open" may be said of anything.
_PLAIN = frozenset({"hazard_type", "product", "contamination", "device_category", "directness", "kind"})
_KNOWN_SHARE = 0.8
# A column of many different texts is a remark, not a kind.
_MOST_WORDS = 200
_SHORTEST_WORD = 3
_MOST_SHOWN = 3
_FEW = 12
_PART = re.compile(r"\w{4,}")


def matched_by_content(matched: Matched, source: pd.DataFrame, table: Table, values: Values | None) -> Matched:
    """Add columns most of whose values are words of one of ours, where nothing else claims that part.

    Parameters
    ----------
    matched
        What the headings showed.
    source
        The attributes as the source has them.
    table
        `HAZARDS` or `RELEASES`.
    values
        The caller's own words.

    Examples
    --------
    >>> from kosovo_hazards.schema import HAZARDS
    >>> sheet = pd.DataFrame({"typeArea": ["Suspected Areas", "Confirmed Areas"], "note": ["wet", "dry"]})
    >>> matched_by_content(Matched({}, {}), sheet, HAZARDS, None).columns
    {'hazard_type': 'typeArea'}
    """
    columns, hows = dict(matched.columns), dict(matched.hows)
    free = {name: _words_in(source[name]) for name in source.columns if name not in columns.values()}
    free = {name: counts for name, counts in free.items() if 0 < len(counts) <= _MOST_WORDS}
    for ours in (column for column in table.columns if column.name in _PLAIN and column.name not in columns):
        fits = [name for name, counts in free.items() if _known_share(counts, ours, values) >= _KNOWN_SHARE]
        if len(fits) == 1:
            columns[ours.name], hows[ours.name] = fits[0], BY_CONTENT
            del free[fits[0]]
    return Matched({name: columns[name] for name in table.names if name in columns}, hows)


def _words_in(column: pd.Series) -> pd.Series:
    """How often each text stands in a column; nothing where it holds other things than texts."""
    if pd.api.types.infer_dtype(column, skipna=True) != "string":
        return pd.Series(dtype="int64")
    return texts(column).dropna().value_counts()


def _known_share(counts: pd.Series, column: Column, values: Values | None) -> float:
    own = _own_words(column, values)
    known = [
        text in own or (len(text) >= _SHORTEST_WORD and known_word(column, text) is not None) for text in counts.index
    ]
    return float(counts[known].sum() / counts.sum())


def _own_words(column: Column, values: Values | None) -> frozenset[str]:
    given = values or {}
    nested = given.get(column.name)
    flat = {text for text, word in given.items() if not isinstance(word, Mapping) and str(word) in column.vocabulary}
    return frozenset(flat | set(nested if isinstance(nested, Mapping) else ()))


def advice(records: Records, table: Table, rejected: pd.DataFrame) -> list[str]:
    """What to pass where all records were rejected because a word that each must have is missing or unknown.

    Parameters
    ----------
    records
        What the source holds, its columns matched.
    table
        `HAZARDS` or `RELEASES`.
    rejected
        The records not accepted.
    """
    required = _kind_column(table)
    if not len(records) or len(rejected) < len(records) or records.matched is None:
        return []
    if not rejected["reason"].str.contains(required.name, regex=False).any():
        return []
    source, columns = records.table, records.matched.columns
    other = RELEASES if table is HAZARDS else HAZARDS
    if len(found := matched_by_content(Matched({}, {}), source, other, None).columns):
        heading = found.get(_kind_column(other).name)
        if heading is not None:
            return [f"the words of {heading!r} are those of {other.name}s: read the file as {other.name}s"]
    if required.name in columns:
        return [_on_words(columns[required.name], source, required)]
    return [
        text for name in source.columns if name not in columns.values() if (text := _on_column(name, source, required))
    ]


def _kind_column(table: Table) -> Column:
    """The column whose word every record must have."""
    return next(column for column in table.columns if column.required and column.vocabulary)


def _on_words(heading: str, source: pd.DataFrame, column: Column) -> str:
    counts = _words_in(source[heading])
    unknown = [str(text) for text in counts.index if known_word(column, str(text)) is None][:_MOST_SHOWN]
    example = argument("values", {text: _likely(text, column) for text in unknown or ["…"]})
    return f"the words of {heading!r} are not known: say what they mean, for instance {example}"


def _likely(text: str, column: Column) -> str:
    """The word that a value probably means, by a known one in it: "confirmed (NTS)" is no suspicion."""
    found = {word for part in _PART.findall(text) if (word := known_word(column, part)) is not None}
    return found.pop() if len(found) == 1 else column.vocabulary[-1]


def _on_column(heading: str, source: pd.DataFrame, column: Column) -> str:
    counts = _words_in(source[heading])
    if not 0 < len(counts) <= _FEW:
        return ""
    shown = [str(text) for text in counts.index[:_MOST_SHOWN]]
    said = ", ".join(f"{text!r} ({counts[text]:,})" for text in shown)
    given: dict[str, Any] = {text: _likely(text, column) for text in shown if known_word(column, text) is None}
    words = f" {argument('values', given)}" if given else ""
    return (
        f"{heading!r} holds {said}; if that is the {column.name}, pass "
        f"{argument('columns', {column.name: heading})}{words} (one of {', '.join(column.vocabulary)} each)"
    )
