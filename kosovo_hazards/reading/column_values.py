"""What the columns of a source hold, in our words and units; nothing is taken over unseen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.cells import Parsed, by_value, dates, flags, metres_of, numbers, texts, unit_factor
from kosovo_hazards.language import compact, not_hazardous_areas, words
from kosovo_hazards.reading.column_matching import (
    COMPUTED,
    CORNERS_GIVEN_TO,
    LEFT,
    LENGTHS,
    Matched,
    is_computed,
    match_columns,
    without_length,
    without_unit,
)
from kosovo_hazards.schema import COUNT, DATE, FLAG, NUMBER, SEVERAL, Column, Evidence, Table

__all__ = ["Recognised", "Values", "known_word", "recognise"]

Values = Mapping[str, Any]
"""Values of the source and ours, for all columns or column by column: ``{"C.H.A?": "CHA"}``."""

_SEVERAL = re.compile(r"\s*[,;]\s*")
# Between several words of one cell; answers of a form are parted by blanks alone.
_PARTED = re.compile(r"\s*[,;|/\n+&]\s*")
_MIXED, _UNKNOWN = "mixed", "unknown"
# Columns that are no content of a source's own.
_OWN_BUSINESS = {
    COMPUTED: "computed anew from the polygon",
    CORNERS_GIVEN_TO: "kept: to how many metres corners are given",
}
# A question mark says that whoever typed it was not sure either.
_DOUBT = "?"
# Depths with decimals that all are less than this may be metres.
_DEEPEST_M = 3.0
_OWN_UNIT = "depth_cm"


@dataclass(frozen=True)
class Recognised:
    """The columns of our table taken from a source, and what was left of it.

    Attributes
    ----------
    frame
        Columns of the table that were found or filled, then those of the source that stand for none of them.
    report
        One row for each column of the source: `source_column`, `column` (ours, missing if left as it is), `how`.
    unread
        One row for each value that could not be taken over: `position`, `column`, `value`, `problem`.
    reasons
        For some words that are no hazardous area, by position, why.
    """

    frame: pd.DataFrame
    report: pd.DataFrame
    unread: pd.DataFrame
    reasons: dict[int, str]


def recognise(
    source: pd.DataFrame,
    table: Table,
    *,
    matched: Matched | None = None,
    values: Values | None = None,
    defaults: Mapping[str, Any] | None = None,
    day_first: bool | None = None,
    units: Mapping[str, str] | None = None,
) -> Recognised:
    """Take over the columns of a source that stand for columns of a table.

    Parameters
    ----------
    source
        The attributes as the source has them, on a range index.
    table
        `HAZARDS` or `RELEASES`.
    matched
        What `matched_columns` found; None to match the columns here.
    values
        The source's values and ours, for all columns or column by column.
    defaults
        Our column and what it holds where the source has nothing.
    day_first
        How to read dates such as 03/04/2024.
    units
        Our column and the unit of length of its numbers, where neither heading nor cells say it.

    Raises
    ------
    HazardDataError
        If an option names a word that does not exist.

    Examples
    --------
    >>> from kosovo_hazards.schema import HAZARDS
    >>> sheet = pd.DataFrame({"Nr i zonës": ["KS-1"], "Lloji": ["Zonë e dyshuar"], "Sipërfaqja (ha)": ["1,5"]})
    >>> recognise(sheet, HAZARDS).frame.iloc[0].to_dict()
    {'hazard_id': 'KS-1', 'hazard_type': 'SHA', 'reported_area_m2': 15000.0}
    """
    matched = matched or match_columns(list(source.columns), table)
    # What held coordinates is gone once they are shapes.
    chosen = {ours: theirs for ours, theirs in matched.columns.items() if theirs in source.columns}
    lookup = _Lookup(table, values)
    taken: dict[str, pd.Series] = {}
    kept: dict[str, pd.Series] = {}
    unread: list[tuple[int, str, Any, str]] = []
    for name, heading in chosen.items():
        original = source[heading]
        parsed = _parse(original, table[name], heading, lookup, day_first, (units or {}).get(name))
        taken[name] = parsed.cells
        bad = np.flatnonzero(parsed.problems.to_numpy() != "")
        unread += [(int(i), name, original.iloc[i], parsed.problems.iloc[i]) for i in bad]
        if len(bad):
            kept[_free_name(f"{name}_in_source", source.columns)] = original.where(parsed.problems != "", None)
    _fill(taken, table, defaults, lookup, source.index)
    left = [name for name in source.columns if name not in chosen.values() and not is_computed(name, table)]
    frame = pd.DataFrame({**taken, **kept}, index=source.index)
    for name in left:
        frame[_free_name(name, [*table.names, "geometry", *frame.columns])] = source[name]
    return Recognised(frame, _report(source, chosen, matched.hows), _unread(unread), _reasons(taken, table))


# --- values ----------------------------------------------------------------------------------------------------------


class _Lookup:
    """Finds our word for a value of the source, the caller's own mapping first."""

    def __init__(self, table: Table, values: Values | None) -> None:
        self._given: dict[str, dict[str, Any]] = {}
        flat = {key: word for key, word in (values or {}).items() if not isinstance(word, Mapping)}
        for column in table.columns:
            own = (values or {}).get(column.name)
            given = {**flat, **(own if isinstance(own, Mapping) else {})}
            self._given[column.name] = {str(k): w for k, w in given.items() if _fits(w, column)}
        self._check(table, values or {})

    def _check(self, table: Table, values: Values) -> None:
        known = {column.name: column for column in table.columns}
        nested = {name: own for name, own in values.items() if isinstance(own, Mapping)}
        wrong = [
            (key, known.get(name))
            for name, own in nested.items()
            for key, word in own.items()
            if name not in known or not _fits(word, known[name])
        ]
        if wrong:
            allowed = ", ".join(word for _, column in wrong if column for word in column.vocabulary)
            raise UsageError(
                f"{argument('values')} maps {', '.join(repr(key) for key, _ in wrong)} to words that are not in use",
                hint=f"in use are {allowed or ', '.join(known)}",
            )

    def of_caller(self, column: Column) -> dict[str, Any]:
        """What the caller wants for values of a column."""
        return self._given[column.name]

    def word(self, column: Column, value: str) -> str | None:
        """Our word for a value, None if it is not known."""
        if (given := self._given[column.name].get(value)) is not None:
            return known_word(column, str(given))
        if (known := known_word(column, value)) is not None:
            return known
        parts = {known_word(column, part) for part in _SEVERAL.split(value)}
        if None in parts or _MIXED not in column.vocabulary:
            return None
        return parts.pop() if len(parts) == 1 else _MIXED


def _fits(word: Any, column: Column) -> bool:
    return not column.vocabulary or known_word(column, str(word)) is not None


def known_word(column: Column, value: str) -> str | None:
    """Our word for a value by the shipped vocabulary, also of several ("Suspected Areas"); None if it is not known."""
    if value in column.vocabulary:
        return value
    if _DOUBT in value:
        return None
    known, key = _vocabulary_of(column), compact(value)
    return known.get(key) or known.get(key.removesuffix("s"))


@lru_cache(maxsize=64)
def _vocabulary_of(column: Column) -> dict[str, str]:
    return {**words(column.spellings or column.name), **{compact(word): word for word in column.vocabulary}}


def _parse(
    original: pd.Series,
    column: Column,
    heading: str,
    lookup: _Lookup,
    day_first: bool | None,
    unit: str | None = None,
) -> Parsed:
    if column.vocabulary:
        return (_several_words if column.several else _words)(original, column, lookup)
    if column.dtype == DATE:
        return dates(original, day_first=day_first)
    if column.dtype == NUMBER:
        return _within(_measures(original, column, heading, unit), column)
    if column.dtype == COUNT:
        return _whole(numbers(original, whole=True), column)
    if column.dtype == FLAG:
        return flags(original)
    text = texts(original)
    wanted = lookup.of_caller(column)
    mapped = text.map(lambda value: wanted.get(value, value), na_action="ignore") if wanted else text
    return Parsed(mapped.where(text.notna(), None).astype("str"), _no_problem(text.index))


def _measures(original: pd.Series, column: Column, heading: str, unit: str | None) -> Parsed:
    """Areas in m² and lengths in the unit of the column, by the unit of the cell, of the caller or of the heading."""
    if column.name not in LENGTHS:
        return numbers(original, factor=unit_factor(without_unit(heading)[1]) or 1.0)
    own_m = LENGTHS[column.name]

    def factor(text: str) -> float | None:
        metres = metres_of(text)
        return None if metres is None else metres / own_m

    said = metres_of(unit or without_length(heading)[1])
    parsed = numbers(original, factor=(said or own_m) / own_m, unit=factor)
    if said is not None or own_m == 1 or heading == column.name:
        return parsed
    bare = pd.to_numeric(texts(original), errors="coerce")
    if not (bare % 1 > 0).any() or not bare.max() <= _DEEPEST_M:
        return parsed
    told = bare.notna() & (bare > 0)
    # Readers of releases take no units, but the heading can name one.
    remedy = (
        f"pass {argument('units', {column.name: 'm'})}" if column.name == _OWN_UNIT else "name the unit in the heading"
    )
    says = [f"{cell:g} may be metres or centimetres – {remedy}" for cell in bare[told]]
    problems = parsed.problems.copy()
    problems[told] = says
    return Parsed(parsed.cells.mask(told), problems)


def _no_problem(index: pd.Index) -> pd.Series:
    return pd.Series("", index=index, dtype=object)


def _several_words(original: pd.Series, column: Column, lookup: _Lookup) -> Parsed:
    """Several words of a cell as ours, in the order of the vocabulary; what nobody knows is "unknown" among them."""
    text = texts(original, unknown=True)
    read = {value: _each_word(value, column, lookup) for value in text.dropna().unique()}
    cells = text.map({value: SEVERAL.join(words) or None for value, (words, _) in read.items()})
    problems = [read[value][1] if value in read else "" for value in text]
    return Parsed(cells.astype("str"), pd.Series(problems, index=text.index, dtype=object))


def _each_word(value: str, column: Column, lookup: _Lookup) -> tuple[list[str], str]:
    whole = lookup.word(column, value)
    parts = [value] if whole else [part for part in _PARTED.split(value) if part]
    found = {part: lookup.word(column, part) for part in parts}
    if (
        len(parts) == 1
        and not whole
        and all(pieces := {part: lookup.word(column, part) for part in value.split()}.values())
    ):
        found = dict(enumerate(pieces))
    unknown = [str(part) for part, word in found.items() if word is None]
    words = {word or _UNKNOWN for word in found.values()}
    problem = f"{', '.join(map(repr, unknown))} is not one of {', '.join(column.vocabulary)}" if unknown else ""
    return [word for word in column.vocabulary if word in words], problem


def _words(original: pd.Series, column: Column, lookup: _Lookup) -> Parsed:
    text = texts(original, unknown=True)
    if Evidence.NO_EVIDENCE in column.vocabulary:
        # IMSMA's own word for it, which elsewhere means that a cell is empty.
        says_none = original.map(lambda cell: isinstance(cell, str) and cell.strip().casefold() == "none")
        text = text.mask(says_none.astype(bool), Evidence.NO_EVIDENCE.value)
    found = by_value(text, lambda value: lookup.word(column, value))
    unknown = text.notna() & found.isna()
    problems = _no_problem(text.index)
    if column.required:
        # The record can't be taken without it, so the word stays for the reason to name it.
        return Parsed(found.where(~unknown, text).astype("str"), problems)
    problems[unknown] = [f"{value!r} is not one of {', '.join(column.vocabulary)}" for value in text[unknown]]
    return Parsed(found.astype("str"), problems)


def _within(parsed: Parsed, column: Column) -> Parsed:
    below, above = parsed.cells < column.lowest, parsed.cells > column.highest
    problems = parsed.problems.mask(below, "is negative" if column.lowest == 0 else f"is below {column.lowest:g}")
    return Parsed(parsed.cells.mask(below | above), problems.mask(above, f"is above {column.highest:g}"))


def _whole(parsed: Parsed, column: Column) -> Parsed:
    parsed = _within(parsed, column)
    broken = parsed.cells.notna() & (parsed.cells != parsed.cells.round())
    values = parsed.cells.mask(broken | (parsed.cells.abs() >= 2**53)).astype("Int64")
    return Parsed(values, parsed.problems.mask(broken, "is not a whole number"))


def _fill(
    taken: dict[str, pd.Series], table: Table, defaults: Mapping[str, Any] | None, lookup: _Lookup, index: pd.Index
) -> None:
    for name, value in (defaults or {}).items():
        given = pd.Series([value] * len(index), index=index)
        parsed = _parse(given, table[name], name, lookup, None)
        bad = (parsed.problems != "").any() or not _fits(value, table[name])
        if len(index) and bad:
            allowed = f", not one of {', '.join(table[name].vocabulary)}" if table[name].vocabulary else ""
            raise UsageError(f"{argument('defaults', {name: value})} can't be used{allowed}")
        old = taken.get(name)
        taken[name] = parsed.cells if old is None else old.where(old.notna(), parsed.cells).astype(old.dtype)


def _free_name(name: str, taken: Iterable[str]) -> str:
    names = set(taken)
    while name in names:
        name = f"{name}_in_source" if not name.endswith("_in_source") else f"{name}_"
    return name


def _reasons(taken: dict[str, pd.Series], table: Table) -> dict[int, str]:
    column = table.names[1]
    if column not in taken or not table.geometry_required:
        return {}
    other = by_value(taken[column], lambda word: not_hazardous_areas().get(compact(word)))
    return {int(i): f"is {other.iloc[i]}" for i in np.flatnonzero(other.notna())}


def _report(source: pd.DataFrame, chosen: Mapping[str, str], hows: Mapping[str, str]) -> pd.DataFrame:
    ours = {theirs: name for name, theirs in chosen.items()}
    return pd.DataFrame(
        {
            "source_column": list(source.columns),
            "column": pd.Series([ours.get(name) for name in source.columns], dtype="str"),
            "how": [hows[ours[name]] if name in ours else _OWN_BUSINESS.get(name, LEFT) for name in source.columns],
        }
    )


def _unread(found: list[tuple[int, str, Any, str]]) -> pd.DataFrame:
    table = pd.DataFrame(found, columns=["position", "column", "value", "problem"])
    return table.astype({"position": "int64", "column": "str", "problem": "str"})
