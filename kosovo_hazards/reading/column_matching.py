"""Which column of a source stands for which of ours, by its heading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

from kosovo_hazards._errors import Fault, UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.language import CUT, compact, cut_headings, headings
from kosovo_hazards.schema import Table

__all__ = [
    "BY_CONTENT", "COMPUTED", "CORNERS_GIVEN_TO", "CUT_SHORT", "LEFT", "LENGTHS", "OWN_NAME", "Matched", "is_computed",
    "match_columns", "matched_columns", "without_length", "without_unit",
]  # fmt: skip

# How a column was recognised, or that it was not.
OWN_NAME, CUT_SHORT, LEFT = "its own name", "heading cut short", "left as it is"
BY_CONTENT = "the words that it holds"

COMPUTED = "area_m2"
"""The column that the library computes, whatever the source says."""
CORNERS_GIVEN_TO = "corners_given_to_m"
"""The column of a reader that says to how many metres corners are given, for records of 10 m or more."""

_UNIT_BEHIND = re.compile(r"^(.*?)[\s_(\[]*(sq\s?km|km2|km²|sq\s?m|sqm|m2|m²|ha|hectares?|hektar\w*)[\s)\].]*$", re.I)
_AREA_COLUMNS = frozenset({"reported_area_m2"})
_LENGTH_BEHIND = re.compile(
    r"^(.*?)(?:[\s_(\[]+|(?<=[a-z]))(mm|cm|cms|m|metres?|meters?|metra|in|inch(?:es)?|ft|м|цм|см)[\s)\].]*$", re.I
)
LENGTHS = MappingProxyType({"accuracy_m": 1.0, "depth_cm": 0.01, "depth_cleared_cm": 0.01, "depth_found_cm": 0.01})
"""Columns that hold lengths, with the metres of their unit."""

# No heading with a unit is longer; a made one could keep the search busy.
_LONGEST_HEADING = 200
# Headings that are known whole come before those cut short.
_CUT_RANK = 1_000_000


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


def _claims(name: str, table: Table) -> Iterable[tuple[int, str, str]]:
    """Rank, our column and this heading, for each column that the heading may stand for."""
    targets = [ours for ours in table.names if ours != COMPUTED]
    if name in targets:
        yield -2, name, name
        return
    key = compact(name)
    if own := [ours for ours in targets if ours.replace("_", "") == key]:
        yield -1, own[0], name
        return
    for ours, rank in headings(table.name).get(key, {}).items():
        if ours in targets:
            yield rank, ours, name
    bare, unit = without_unit(name)
    for ours, rank in headings(table.name).get(compact(bare), {}).items() if unit else ():
        if ours in _AREA_COLUMNS:
            yield rank, ours, name
    bare, unit = without_length(name)
    for ours, rank in headings(table.name).get(compact(bare), {}).items() if unit else ():
        if ours in LENGTHS and ours in targets:
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


def without_unit(name: str) -> tuple[str, str]:
    """A heading and the unit of area behind it, empty where there is none."""
    match = _UNIT_BEHIND.match(name.strip()) if len(name) <= _LONGEST_HEADING else None
    return (match.group(1), match.group(2)) if match and match.group(1).strip(" _") else (name, "")


def without_length(name: str) -> tuple[str, str]:
    """A heading and the unit of length behind it, empty where there is none.

    Examples
    --------
    >>> without_length("Depth (cm)"), without_length("depth_m"), without_length("precision")
    (('Depth', 'cm'), ('depth', 'm'), ('precision', ''))
    """
    match = _LENGTH_BEHIND.match(name.strip()) if len(name) <= _LONGEST_HEADING else None
    return (match.group(1), match.group(2)) if match and match.group(1).strip(" _") else (name, "")


def is_computed(name: str, table: Table) -> bool:
    """Whether the library computes what stands in a column."""
    return name == COMPUTED and COMPUTED in table.names


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
