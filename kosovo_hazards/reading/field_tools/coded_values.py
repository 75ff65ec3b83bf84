"""Words for codes, and headings for names of fields, as ArcGIS keeps them beside the records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from kosovo_hazards.language import compact, headings

__all__ = ["code_key", "domains_in", "with_aliases", "with_words"]

_MOST_SHOWN = 5
_TABLES = ("hazard", "release")


def with_words(table: pd.DataFrame, domains: Mapping[str, Mapping[str, str]]) -> tuple[pd.DataFrame, list[str]]:
    """The table with the words that codes stand for, and what to tell of it.

    Parameters
    ----------
    table
        The attributes.
    domains
        For each field its codes, as `code_key` writes them, with the words.

    Returns
    -------
    The table; codes that the list does not have stay as they are.

    Examples
    --------
    >>> found, notes = with_words(pd.DataFrame({"type": [1.0, 7.0]}), {"type": {"1": "CHA", "2": "SHA"}})
    >>> found["type"].tolist(), notes[1]
    (['CHA', '7'], "codes in 'type' without a word in the file's list stay as they are: 7")
    """
    coded = [name for name in domains if name in table.columns and domains[name] and table[name].notna().any()]
    notes = [f"codes in {', '.join(map(repr, coded))} were replaced by the words that the file gives"] if coded else []
    for name in coded:
        keys = table[name].map(code_key, na_action="ignore")
        known = keys.map(domains[name].get, na_action="ignore")
        unknown = keys[keys.notna() & known.isna()]
        # A table that has the words already says nothing new.
        unknown = unknown[~unknown.isin(list(domains[name].values()))]
        table = table.assign(**{name: known.where(known.notna(), keys).astype("str")})
        if len(unknown):
            some = ", ".join(dict.fromkeys(unknown.tolist()[: 20 * _MOST_SHOWN]))
            notes.append(f"codes in {name!r} without a word in the file's list stay as they are: {some}")
    return table, notes


def code_key(code: Any) -> str:
    """A code as text: 1 and 1.0 are the same.

    Examples
    --------
    >>> code_key(1.0), code_key("A1")
    ('1', 'A1')
    """
    if isinstance(code, float) and code.is_integer():
        code = int(code)
    return str(code).strip()


def domains_in(fields: Sequence[Any]) -> dict[str, dict[str, str]]:
    """Codes and words of each field, from a list of fields as ArcGIS writes it."""
    return dict(_domains(fields))


def _domains(fields: Sequence[Any]) -> Iterator[tuple[str, dict[str, str]]]:
    for field in fields:
        domain = field.get("domain") if isinstance(field, Mapping) else None
        listed = domain.get("codedValues") if isinstance(domain, Mapping) else None
        if isinstance(listed, list) and isinstance(field.get("name"), str):
            pairs = [one for one in listed if isinstance(one, Mapping) and "code" in one and "name" in one]
            yield field["name"], {code_key(one["code"]): str(one["name"]) for one in pairs}


def with_aliases(table: pd.DataFrame, aliases: Mapping[str, str]) -> tuple[pd.DataFrame, list[str]]:
    """The table with aliases for headings where only the alias says what stands below, and what to tell of it.

    Parameters
    ----------
    table
        The attributes.
    aliases
        For each field the name that people see.

    Examples
    --------
    >>> with_aliases(pd.DataFrame({"f_3": ["CHA"]}), {"f_3": "Hazard type"})
    (  Hazard type
    0         CHA, ["'f_3' is called 'Hazard type' in the file's list of fields, and stands under that"])
    """
    renamed: dict[str, str] = {}
    taken = {compact(name) for name in table.columns}
    for name, alias in aliases.items():
        key = compact(alias)
        if name in table.columns and _is_known(alias) and not _is_known(name) and key not in taken:
            renamed[name] = alias
            taken.add(key)
    return table.rename(columns=renamed), [
        f"{name!r} is called {alias!r} in the file's list of fields, and stands under that"
        for name, alias in renamed.items()
    ]


def _is_known(heading: str) -> bool:
    return any(compact(heading) in headings(table) for table in _TABLES)
