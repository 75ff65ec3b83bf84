"""Which column of a source holds what, and which of our words its values stand for; nothing is taken over unseen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kosovo_hazards._errors import Fault, HazardDataError, UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.cells import Parsed, dates, flags, numbers, texts, unit_factor
from kosovo_hazards.language import CUT, compact, cut_headings, headings, not_hazardous_areas, words
from kosovo_hazards.schema import COUNT, DATE, FLAG, NUMBER, Column, Table

__all__ = [
    "CUT_SHORT",
    "LEFT",
    "OWN_NAME",
    "Matched",
    "Recognised",
    "Values",
    "match_columns",
    "matched_columns",
    "recognise",
]

Values = Mapping[str, Any]
"""Values of the source and ours, for all columns or column by column: ``{"C.H.A?": "CHA"}``."""

# How a column was recognised, or that it was not.
OWN_NAME, CUT_SHORT, LEFT = "its own name", "heading cut short", "left as it is"

_UNIT_BEHIND = re.compile(r"^(.*?)[\s_(\[]*(sq\s?km|km2|km²|sq\s?m|sqm|m2|m²|ha|hectares?|hektar\w*)[\s)\].]*$", re.I)
_AREA_COLUMNS = frozenset({"reported_area_m2"})
_COMPUTED = "area_m2"
_SEVERAL = re.compile(r"\s*[,;]\s*")
_MIXED = "mixed"
# A question mark says that whoever typed it was not sure either.
_DOUBT = "?"


class Matched(NamedTuple):
    """Which column of a source stands for which of ours; found once for a source and carried with its records.

    Attributes
    ----------
    columns
        Our column and the source's.
    hows
        How each of ours was recognised.
    """

    columns: Mapping[str, str]
    hows: Mapping[str, str]


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
        parsed = _parse(original, table[name], heading, lookup, day_first)
        taken[name] = parsed.cells
        bad = np.flatnonzero(parsed.problems.to_numpy() != "")
        unread += [(int(i), name, original.iloc[i], parsed.problems.iloc[i]) for i in bad]
        if len(bad):
            kept[_free_name(f"{name}_in_source", source.columns)] = original.where(parsed.problems != "", None)
    _fill(taken, table, defaults, lookup, source.index)
    left = [name for name in source.columns if name not in chosen.values() and not _is_computed(name, table)]
    frame = pd.DataFrame({**taken, **kept}, index=source.index)
    for name in left:
        frame[_free_name(name, [*table.names, "geometry", *frame.columns])] = source[name]
    return Recognised(frame, _report(source, chosen, matched.hows), _unread(unread), _reasons(taken, table))


def matched_columns(
    source: pd.DataFrame,
    table: Table,
    columns: Mapping[str, str] | None = None,
    defaults: Mapping[str, Any] | None = None,
) -> Matched:
    """Match the columns of a source once, and refuse options that do not fit it.

    Parameters
    ----------
    source
        The attributes as the source has them.
    table
        `HAZARDS` or `RELEASES`.
    columns
        Our column and the source's; overrules what would be recognised.
    defaults
        Our column and what it holds where the source has nothing.

    Raises
    ------
    UsageError
        If an option names a column that does not exist.

    Examples
    --------
    >>> from kosovo_hazards.schema import HAZARDS
    >>> matched_columns(pd.DataFrame({"Nr i zonës": ["KS-1"], "remarks": [""]}), HAZARDS).columns
    {'hazard_id': 'Nr i zonës'}
    """
    _check_options(source, table, columns, defaults)
    # A heading that the caller gave a part in describing shapes has no other meaning, but for ids of shapes.
    parts = {theirs for ours, theirs in (columns or {}).items() if ours not in table.names and ours != "shape_id"}
    return match_columns([name for name in source.columns if name not in parts], table, columns)


def match_columns(names: list[str], table: Table, columns: Mapping[str, str] | None = None) -> Matched:
    """Our columns with the source's that stand for them, and how each was recognised.

    Examples
    --------
    >>> from kosovo_hazards.schema import HAZARDS
    >>> match_columns(["hazard_localid", "status_enum", "hazard_typ", "remarks"], HAZARDS)[0]
    {'hazard_id': 'hazard_localid', 'hazard_type': 'hazard_typ', 'status': 'status_enum'}
    """
    chosen = {ours: theirs for ours, theirs in (columns or {}).items() if ours in table.names}
    hows = dict.fromkeys(chosen, f"named by {argument('columns')}")
    claims = sorted(claim for name in names for claim in _claims(name, table))
    for rank, ours, theirs in claims:
        if ours not in chosen and theirs not in chosen.values():
            chosen[ours] = theirs
            hows[ours] = OWN_NAME if rank < 0 else "usual heading" if rank < _CUT_RANK else CUT_SHORT
    return Matched({name: chosen[name] for name in table.names if name in chosen}, hows)


_CUT_RANK = 1_000_000


def _claims(name: str, table: Table) -> Iterable[tuple[int, str, str]]:
    """Rank, our column and this heading, for each column that the heading may stand for."""
    targets = [ours for ours in table.names if ours != _COMPUTED]
    if name in targets:
        yield -2, name, name
        return
    if name.casefold() in targets or compact(name) in map(compact, targets):
        ours = next(ours for ours in targets if compact(ours) == compact(name))
        yield -1, ours, name
        return
    for ours, rank in headings(table.name).get(compact(name), {}).items():
        yield rank, ours, name
    bare, unit = _without_unit(name)
    for ours, rank in headings(table.name).get(compact(bare), {}).items() if unit else ():
        if ours in _AREA_COLUMNS:
            yield rank, ours, name
    if len(name) == CUT:
        yield from _claims_of_cut(name, table, targets)


def _claims_of_cut(name: str, table: Table, targets: list[str]) -> Iterable[tuple[int, str, str]]:
    """The same for a heading that a shapefile may have cut to ten letters."""
    for ours in targets:
        if len(ours) > CUT and ours[:CUT] == name.casefold():
            yield -1, ours, name
    for ours, rank in cut_headings(table.name).get(name.casefold(), {}).items():
        yield _CUT_RANK + rank, ours, name


def _without_unit(name: str) -> tuple[str, str]:
    match = _UNIT_BEHIND.match(name.strip())
    return (match.group(1), match.group(2)) if match and match.group(1).strip(" _") else (name, "")


def _is_computed(name: str, table: Table) -> bool:
    return name == _COMPUTED and _COMPUTED in table.names


def _check_options(
    source: pd.DataFrame, table: Table, columns: Mapping[str, str] | None, defaults: Mapping[str, Any] | None
) -> None:
    headings_ = ", ".join(map(str, source.columns)) or "none"
    faults = [
        Fault(None, None, theirs, f"{argument('columns', {ours: theirs})}: the source has no such column", headings_)
        for ours, theirs in (columns or {}).items()
        if theirs not in source.columns and ours in table.names
    ]
    faults += [
        Fault(
            None,
            None,
            ours,
            f"{argument(option)} names {ours!r}, which is no column of a {table.name}",
            ", ".join(known),
        )
        for option, given, known in (
            ("columns", columns, [*table.names, *sorted({c for found in headings("shape").values() for c in found})]),
            ("defaults", defaults, list(table.names)),
        )
        for ours in given or {}
        if ours not in known
    ]
    if faults:
        raise UsageError("the options don't fit the source", faults)


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
            raise HazardDataError(
                f"{argument('values')} maps {', '.join(repr(key) for key, _ in wrong)} to words that are not in use",
                hint=f"in use are {allowed or ', '.join(known)}",
            )

    def given(self, column: Column, value: str) -> Any:
        """What the caller wants for a value; None if nothing was said about it."""
        return self._given[column.name].get(value)

    def word(self, column: Column, value: str) -> str | None:
        """Our word for a value, None if it is not known."""
        if (given := self.given(column, value)) is not None:
            return _known_word(column, str(given))
        if (known := _known_word(column, value)) is not None:
            return known
        parts = {_known_word(column, part) for part in _SEVERAL.split(value)}
        if None in parts or _MIXED not in column.vocabulary:
            return None
        return parts.pop() if len(parts) == 1 else _MIXED


def _fits(word: Any, column: Column) -> bool:
    return not column.vocabulary or _known_word(column, str(word)) is not None


def _known_word(column: Column, value: str) -> str | None:
    if value in column.vocabulary:
        return value
    return None if _DOUBT in value else _vocabulary_of(column).get(compact(value))


def _vocabulary_of(column: Column) -> dict[str, str]:
    return {**words(column.name), **{compact(word): word for word in column.vocabulary}}


def _parse(original: pd.Series, column: Column, heading: str, lookup: _Lookup, day_first: bool | None) -> Parsed:
    if column.vocabulary:
        return _words(original, column, lookup)
    if column.dtype == DATE:
        return dates(original, day_first=day_first)
    if column.dtype == NUMBER:
        factor = unit_factor(_without_unit(heading)[1]) or 1.0
        return _not_negative(numbers(original, factor=factor))
    if column.dtype == COUNT:
        return _whole(numbers(original, whole=True))
    if column.dtype == FLAG:
        return flags(original)
    text = texts(original)
    mapping = {value: lookup.given(column, value) for value in text.dropna().unique()}
    mapped = text.map({value: value if given is None else given for value, given in mapping.items()})
    return Parsed(mapped.where(text.notna(), None).astype("str"), _no_problem(text.index))


def _no_problem(index: pd.Index) -> pd.Series:
    return pd.Series("", index=index, dtype=object)


def _words(original: pd.Series, column: Column, lookup: _Lookup) -> Parsed:
    text = texts(original)
    known = {value: lookup.word(column, value) for value in text.dropna().unique()}
    found = text.map(known)
    unknown = text.notna() & found.isna()
    problems = _no_problem(text.index)
    if column.required:
        # The record can't be taken without it, so the word stays for the reason to name it.
        return Parsed(found.where(~unknown, text).astype("str"), problems)
    problems[unknown] = [f"{value!r} is not one of {', '.join(column.vocabulary)}" for value in text[unknown]]
    return Parsed(found.astype("str"), problems)


def _not_negative(parsed: Parsed) -> Parsed:
    negative = parsed.cells < 0
    problems = parsed.problems.mask(negative, "is negative")
    return Parsed(parsed.cells.mask(negative), problems)


def _whole(parsed: Parsed) -> Parsed:
    parsed = _not_negative(parsed)
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
            raise HazardDataError(f"{argument('defaults', {name: value})} can't be used{allowed}")
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
    other = taken[column].map(lambda word: not_hazardous_areas().get(compact(word)), na_action="ignore")
    return {int(i): f"is {other.iloc[i]}" for i in np.flatnonzero(other.notna())}


def _report(source: pd.DataFrame, chosen: Mapping[str, str], hows: Mapping[str, str]) -> pd.DataFrame:
    ours = {theirs: name for name, theirs in chosen.items()}
    return pd.DataFrame(
        {
            "source_column": list(source.columns),
            "column": pd.Series([ours.get(name) for name in source.columns], dtype="str"),
            "how": [hows[ours[name]] if name in ours else _how_left(name) for name in source.columns],
        }
    )


def _how_left(name: str) -> str:
    return "computed anew from the polygon" if name == _COMPUTED else LEFT


def _unread(found: list[tuple[int, str, Any, str]]) -> pd.DataFrame:
    table = pd.DataFrame(found, columns=["position", "column", "value", "problem"])
    return table.astype({"position": "int64", "column": "str", "problem": "str"})
