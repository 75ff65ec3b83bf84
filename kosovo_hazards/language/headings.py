"""The headings and words that registers use, in English, Albanian, Serbian and IMSMA's own, looked up by spelling."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from kosovo_hazards._data import geodata_path
from kosovo_hazards.language.spelling import spelling_key

__all__ = ["compact", "cut_headings", "headings", "not_hazardous_areas", "words"]

# Field names in a shapefile end here.
CUT = 10


def compact(text: object) -> str:
    """Key of a heading or word that ignores case, letters' marks, script, blanks and punctuation.

    Examples
    --------
    >>> compact("Hazard_ID"), compact("Zonë e konfirmuar")
    ('hazardid', 'zoneekonfirmuar')
    """
    return spelling_key(str(text)).replace(" ", "")


@lru_cache(maxsize=8)
def headings(table: str) -> dict[str, dict[str, int]]:
    """For each key of a heading the columns it may stand for, with its rank (lower is better).

    Parameters
    ----------
    table
        ``hazard``, ``release``, ``evidence point``, ``accident``, ``item``, ``survey box`` or ``shape``.
    """
    rows = _read("columns.csv")
    rows = rows[rows["table"].isin([table] if table == "shape" else [_several(table), "*"])]
    found: dict[str, dict[str, int]] = {}
    for rank, (column, heading) in enumerate(rows[["column", "heading"]].itertuples(index=False)):
        found.setdefault(compact(heading), {}).setdefault(column, rank)
    return found


def _several(table: str) -> str:
    return f"{table}es" if table.endswith("x") else f"{table}s"


@lru_cache(maxsize=8)
def cut_headings(table: str) -> dict[str, dict[str, int]]:
    """The same for headings of more than ten letters as a shapefile cuts them."""
    rows = _read("columns.csv")
    rows = rows[rows["table"].isin([_several(table), "*"])]
    found: dict[str, dict[str, int]] = {}
    for rank, (column, heading) in enumerate(rows[["column", "heading"]].itertuples(index=False)):
        key = spelling_key(heading)
        for whole in (key.replace(" ", "_"), key.replace(" ", "")):
            if len(whole) > CUT:
                found.setdefault(whole[:CUT], {}).setdefault(column, rank)
    return found


@lru_cache(maxsize=16)
def words(column: str) -> dict[str, str]:
    """For each key of a spelling the word of our vocabulary that it stands for.

    Examples
    --------
    >>> words("hazard_type")[compact("Potvrđena opasna zona")]
    'CHA'
    """
    rows = _read("values.csv")
    rows = rows[rows["column"] == column]
    return {compact(spelling): word for spelling, word in zip(rows["spelling"], rows["value"], strict=True)}


@lru_cache(maxsize=1)
def personal_words() -> dict[str, frozenset[str]]:
    """Words in headings of columns that tell who a person is or how to reach one, by what they say.

    ``contact`` tells by itself; ``name`` does beside a word for a ``person``; ``person name`` is one in two words.
    """
    rows = _read("personal.csv")
    return {str(kind): frozenset(map(spelling_key, words)) for kind, words in rows.groupby("kind")["word"]}


@lru_cache(maxsize=1)
def not_hazardous_areas() -> dict[str, str]:
    """Kinds of land that IMSMA keeps beside hazardous areas, each with what it is."""
    rows = _read("not_hazardous_areas.csv")
    return {compact(spelling): meaning for spelling, meaning in zip(rows["spelling"], rows["meaning"], strict=True)}


@lru_cache(maxsize=4)
def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(geodata_path("vocabulary", name), encoding="utf-8", dtype=str, keep_default_na=False)
