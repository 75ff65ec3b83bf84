"""What readers say of records – why one was rejected, how a polygon was mended – told in the language of who reads it.

Tables keep it in English, as scripts look for it there. Where it is shown, each clause is recognised by its English
text in the catalogue, and said by the text of the other language with the same values. A clause that no text fits stays
as it is: nothing of it is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from kosovo_hazards.language.catalogues import READER, Catalogue, catalogue

__all__ = ["retold"]

_VALUE = re.compile(r"\{(\w+)\}")
# Between clauses, and between what is wrong and what to do; not within a value in quotation marks.
_BETWEEN = re.compile(r"""((?<![^\s(\[{:=])(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))|(; | – )""")
_NUMBER = re.compile(r"-?\d{1,3}(,\d{3})*(\.\d+)?|-?\d+\.\d+")
# Values that are clauses themselves.
_CLAUSES = frozenset({"problem", "cause", "where"})


@dataclass(frozen=True)
class _Known:
    """A text of the catalogue: its key, the pattern of what it says in English, and the longest words in that."""

    key: str
    pattern: re.Pattern[str]
    words: str


def retold(texts: Iterable[str], t: Catalogue) -> list[str]:
    """Say in a language what readers said in English.

    Parameters
    ----------
    texts
        Reasons of rejected records, what was done to polygons, why values were not taken over; clauses joined by
        semicolons and dashes.
    t
        Catalogue of the language; with the words of maps it is enough.

    Examples
    --------
    >>> said = "id 'K-8' is that of row 1,200 too – give each its own, or pass join_parts=True; encloses no ground"
    >>> retold([said], catalogue("sr"))
    ["oznaku 'K-8' ima i red 1.200 – dajte svakom svoju, ili navedite join_parts=True; ne zatvara nikakvo zemljište"]
    """
    listed = list(texts)
    words = _words(t)
    if all(words[one.key] == english for one, english in _known()):
        return listed
    said = {text: _told(text, words, t) for text in set(listed)}
    return [said[text] for text in listed]


def _words(t: Catalogue) -> dict[str, str]:
    """The texts on reading in the language of a catalogue."""
    return {one.key: t.texts.get(one.key, english) for one, english in _known()}


def _told(text: str, words: dict[str, str], t: Catalogue) -> str:
    pieces = _pieces(text)
    pieces[::2] = [_clause(piece, words, t) for piece in pieces[::2]]
    return "".join(pieces)


def _pieces(text: str) -> list[str]:
    """Clauses, and in between what joins them."""
    pieces, end = [], 0
    for found in _BETWEEN.finditer(text):
        if found.group(2):
            pieces += [text[end : found.start()], found.group(2)]
            end = found.end()
    return [*pieces, text[end:]]


def _clause(clause: str, words: dict[str, str], t: Catalogue) -> str:
    for one, _ in _known():
        found = one.pattern.fullmatch(clause) if one.words in clause else None
        if found:
            values = found.groupdict().items()
            return _filled(words[one.key], {name: _value(name, value, words, t) for name, value in values})
    return clause


def _filled(text: str, given: dict[str, str]) -> str:
    return _VALUE.sub(lambda at: given.get(at.group(1), ""), text)


def _value(name: str, value: str, words: dict[str, str], t: Catalogue) -> str:
    if name in _CLAUSES:
        return _clause(value, words, t)
    return t.localised(value) if _NUMBER.fullmatch(value) else value


@lru_cache(maxsize=1)
def _known() -> tuple[tuple[_Known, str], ...]:
    """The English texts with their patterns, those that say most first."""
    texts = {key: text for key, text in catalogue("en").texts.items() if key.startswith(READER)}
    said = {key: len(_VALUE.sub("", text)) for key, text in texts.items()}
    return tuple((_of(key, texts[key]), texts[key]) for key in sorted(texts, key=lambda key: -said[key]))


def _of(key: str, text: str) -> _Known:
    # Odd pieces are names of values.
    pieces = _VALUE.split(text)
    parts = [f"(?P<{piece}>.*?)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)]
    return _Known(key, re.compile("".join(parts), re.DOTALL), max(pieces[::2], key=len))
