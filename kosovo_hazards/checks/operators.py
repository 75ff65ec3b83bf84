"""Checks on the names of operators: spellings that are probably one name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from kosovo_hazards.checks.checked_table import Records
from kosovo_hazards.language import numbers, sentences, spelling_key

__all__ = ["operator_findings"]

# In shorter words a letter makes another name: NPA and NPD, Team A and Team B.
_SHORTEST_WORD = 4
_LONGEST = 60


def operator_findings(tables: Sequence[Records]) -> Iterator[pd.DataFrame]:
    """Operators spelt nearly like a more frequent one, in the same table or the other.

    Two spellings are near if they become one by leaving out at most one letter of each, which covers a letter too many,
    too few, wrong or exchanged with its neighbour.

    Parameters
    ----------
    tables
        Hazards, and releases if there are any.
    """
    texts = [pd.Series(records.texts("operator"), dtype=object) for records in tables]
    counts = pd.concat([column.dropna() for column in texts]).value_counts() if texts else pd.Series(dtype="int64")
    meant = _meant(counts)
    for records, column in zip(tables, texts, strict=True):
        first = column.dropna().drop_duplicates()
        odd = first[first.isin(list(meant))]
        messages = sentences(
            "operator-nearly-alike", name=[repr(name) for name in odd], n=[counts[name] for name in odd],
            other=[repr(meant[name]) for name in odd], others=numbers(counts[meant[name]] for name in odd),
        )  # fmt: skip
        values = counts.reindex(odd).to_numpy(dtype="float64")
        yield records.found("operator-nearly-alike", odd.index.to_numpy(), messages, value=values)


def _meant(counts: pd.Series) -> dict[str, str]:
    """For each odd spelling the more frequent one that it resembles; of equally frequent ones the first by letters."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    seen: dict[str, tuple[str, str]] = {}
    meant: dict[str, str] = {}
    for name, _ in ordered:
        key = spelling_key(name)[:_LONGEST]
        variants = _variants(key)
        # The same key is another finding: blanks, case or punctuation.
        near = next((seen[variant] for variant in variants if variant in seen and seen[variant][0] != key), None)
        if near is not None:
            meant[name] = near[1]
            continue
        for variant in variants:
            seen.setdefault(variant, (key, name))
    return meant


def _variants(key: str) -> list[str]:
    """The key, and what it becomes without any one letter of a longer word; figures count as they stand."""
    found, start = [key], 0
    for word in key.split(" "):
        if len(word) >= _SHORTEST_WORD:
            places = (start + at for at, letter in enumerate(word) if letter.isalpha())
            found += [key[:place] + key[place + 1 :] for place in places]
        start += len(word) + 1
    return found
