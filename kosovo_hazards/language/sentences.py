"""Sentences about many records at once: a text of the catalogues, filled for each record in the language spoken.

What is spoken holds for a block, like the surface of messages: checks say their findings in it without being handed a
catalogue each. Amounts are written by `areas`, `numbers`, `percents` and `spoken_words` in the same language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import repeat
from typing import Any

import numpy as np

from kosovo_hazards.language.catalogues import Catalogue, catalogue

__all__ = ["areas", "numbers", "percents", "sentence", "sentences", "speaking", "spoken", "spoken_words"]

_VALUE = re.compile(r"\{(\w+)\}")
_SPOKEN: ContextVar[Catalogue | None] = ContextVar("language", default=None)


@contextmanager
def speaking(t: Catalogue) -> Iterator[None]:
    """Say findings in a language as long as the block runs, in this thread or task only.

    Parameters
    ----------
    t
        Catalogue with the texts of reports.
    """
    token = _SPOKEN.set(t)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def spoken() -> Catalogue:
    """The language that is spoken; English outside of `speaking`."""
    return _SPOKEN.get() or catalogue("en", report=True)


def sentences(key: str | Sequence[str], *, n: Any = None, **given: str | Sequence[str]) -> list[str]:
    """A sentence for each record.

    Parameters
    ----------
    key
        Of the text in the catalogue, without its ``finding.``; one for all or one for each record.
    n
        Number of what each sentence counts, which chooses the form for one, few or many and is filled in as ``{n}``.
    given
        Texts that are filled in, one for all or one for each record.

    Examples
    --------
    >>> sentences("duplicate-polygon", other=["KS-1", "KS-2"])[1]
    'It is drawn with the same points as KS-2, so its ground counts twice; keep one of them.'
    """
    t = spoken()
    lengths = [len(values) for values in (key, *given.values()) if not isinstance(values, str)]
    count = len(n) if n is not None else lengths[0]
    keys = [f"finding.{one}" for one in (repeat(key, count) if isinstance(key, str) else key)]
    if n is not None:
        keys = [t.counted_key(one, number) for one, number in zip(keys, n, strict=True)]
        given = {**given, "n": numbers(n)}
    columns = {name: [text] * count if isinstance(text, str) else list(text) for name, text in given.items()}
    if len(set(keys)) == 1:
        return _filled(t.texts[keys[0]], columns, count)
    texts = np.empty(count, dtype=object)
    each = np.array(keys, dtype=object)
    for one in set(keys):
        rows = np.flatnonzero(each == one)
        some = {name: [values[row] for row in rows] for name, values in columns.items()}
        texts[rows] = _filled(t.texts[one], some, len(rows))
    return list(texts)


def sentence(key: str, *, n: float | None = None, **given: str) -> str:
    """The one sentence for all records, or for the table; arguments are those of `sentences`."""
    return sentences([key], n=None if n is None else [n], **given)[0]


def _filled(text: str, columns: dict[str, list[str]], count: int) -> list[str]:
    # Odd pieces are names of values.
    pieces = _VALUE.split(text)
    filled = [repeat(piece, count) if at % 2 == 0 else columns[piece] for at, piece in enumerate(pieces)]
    said = map("".join, zip(*filled, strict=True))
    return [one[:1].upper() + one[1:] for one in said] if text.startswith("{record}") else list(said)


def areas(values: Iterable[float]) -> list[str]:
    """Areas in m², with two figures if they are small.

    Examples
    --------
    >>> areas([1250.4, 0.123])
    ['1,250 m²', '0.12 m²']
    """
    t = spoken()
    return [f"{t.number(value) if abs(value) >= 10 else t.localised(f'{value:,.2g}')} m²" for value in values]


def numbers(values: Iterable[float], decimals: int = 0) -> list[str]:
    """Numbers with the separators of the language."""
    return spoken().numbers(values, decimals)


def percents(values: Iterable[float], decimals: int = 0, *, signed: bool = False) -> list[str]:
    """Shares, 1 being the whole, as per cent.

    Examples
    --------
    >>> percents([0.4567], 1), percents([0.5, -0.5], signed=True)
    (['45.7%'], ['+50%', '−50%'])
    """
    t = spoken()
    return [t.percent(value, decimals, signed=signed) for value in values]


def spoken_words(group: str, words: Iterable[str]) -> list[str]:
    """Words that stand in sentences, by their keys in the catalogue; nothing where there is none.

    Parameters
    ----------
    group
        First part of the key.
    words
        Second part of the key of each.

    Examples
    --------
    >>> spoken_words("product", ["cleared", ""])
    ['cleared (clearance)', '']
    """
    t = spoken()
    return [t.texts[f"{group}.{word}"] if word else "" for word in words]
