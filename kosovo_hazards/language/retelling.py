"""What readers say of a file and its records, told in the language of who reads it.

Why a record was rejected, how a polygon was mended, what was assumed or left out:
Tables keep it in English, as scripts look for it there. Where it is shown, each clause is recognised by its English
text in the catalogue, and said by the text of the other language with the same values. A clause that no text fits stays
as it is: nothing of it is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, reduce

from kosovo_hazards.language.catalogues import READER, Catalogue, catalogue

__all__ = ["retold"]

_VALUE = re.compile(r"\{(\w+)\}")
_QUOTED = r"""(?<![^\s(\[{:=])(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
# Between clauses, and between what is wrong and what to do; not within a value in quotation marks.
_BETWEEN = re.compile(f"({_QUOTED})|(; | – |\\n *)")
_COMMA = re.compile(f"({_QUOTED})|(, )")
# A fault may hold commas and semicolons, so faults are parted where the next row begins.
_NEXT_ROW = re.compile(f"({_QUOTED})|(, )(?=row [\\d,]+ )")
_MORE = re.compile(r"(.*) and ([\d,]+) more", re.DOTALL)
_NUMBER = re.compile(r"-?\d{1,3}(,\d{3})*(\.\d+)?|-?\d+\.\d+")
# Values that are clauses themselves, and those that are one of a few words.
_CLAUSES = frozenset({"problem", "cause", "where"})
_WORDS = frozenset({"what", "else", "remark", "role"})
_FAULTS = "faults"
# A value that lists what may stand somewhere, "CHA or SHA".
_CHOICES = "choices"
# Kinds of texts by how their keys begin: items of a list (by the name that the list has as a value), and words.
_ITEM, _WORD = f"{READER}item-", f"{READER}word-"
# What stands around another clause is taken off before that is looked at.
_AROUND = frozenset(f"{READER}note-{name}" for name in ("same-kind", "of-row", "of-hazards", "of-releases"))


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
        semicolons and dashes; notes on what was read.
    t
        Catalogue of the language; with the words of maps it is enough.

    Examples
    --------
    >>> said = "id 'K-8' is that of row 1,200 too – give each its own, or pass join_parts=True; encloses no ground"
    >>> retold([said], catalogue("sr"))
    ["oznaku 'K-8' ima i red 1.200 – dajte svakom svoju, ili navedite join_parts=True; ne zatvara nikakvo zemljište"]
    """
    listed = list(texts)
    if all(t.texts.get(key) == english and f"{key}|other" not in t.texts for key, english in _english().items()):
        return listed
    said = {text: _told(text, t) for text in set(listed)}
    return [said[text] for text in listed]


def _told(text: str, t: Catalogue) -> str:
    whole = _matched(text, _known(_FAULTS), t)
    if whole is not None:
        return whole
    pieces = _parted(text, _BETWEEN)
    pieces[::2] = [_clause(piece, t) for piece in pieces[::2]]
    return "".join(pieces)


def _parted(text: str, between: re.Pattern[str]) -> list[str]:
    """What stands between the marks, and in between the marks themselves."""
    pieces, end = [], 0
    for found in between.finditer(text):
        if found.group(2):
            pieces += [text[end : found.start()], found.group(2)]
            end = found.end()
    return [*pieces, text[end:]]


def _clause(clause: str, t: Catalogue) -> str:
    said = _matched(clause, _known(""), t)
    return clause if said is None else said


def _matched(text: str, known: tuple[_Known, ...], t: Catalogue) -> str | None:
    """A text said by the first pattern that it fits; None where there is none."""
    for one in known:
        found = one.pattern.fullmatch(text) if one.words in text else None
        if found:
            values = found.groupdict()
            return _filled(_text(one.key, values.get("n"), t), {name: _value(name, values[name], t) for name in values})
    return None


def _text(key: str, number: str | None, t: Catalogue) -> str:
    """The text of a key, in the form for the number that it counts."""
    if number is not None and _NUMBER.fullmatch(number):
        key = t.counted_key(key, float(number.replace(",", "")))
    return t.texts.get(f"{key}|other", t.texts[key])


def _filled(text: str, given: dict[str, str]) -> str:
    return _VALUE.sub(lambda at: given.get(at.group(1), ""), text)


def _value(name: str, value: str, t: Catalogue) -> str:
    if name in _CLAUSES:
        return _told(value, t)
    if name in _WORDS:
        said = _matched(value, _known(_WORD), t)
        return value if said is None else said
    if name == _CHOICES:
        either = _text(f"{READER}note-either", None, t)
        return reduce(lambda items, last: _filled(either, {"items": items, "last": last}), value.split(" or "))
    if name in _lists():
        return _list(name, value, t)
    return t.localised(value) if _NUMBER.fullmatch(value) else value


def _list(name: str, value: str, t: Catalogue) -> str:
    """A list with each item said, and how many more there are."""
    found = _MORE.fullmatch(value)
    shown = found.group(1) if found else value
    pieces = _parted(shown, _NEXT_ROW if name == _FAULTS else _COMMA)
    known = _known(f"{_ITEM}{name}-")
    for at, item in enumerate(pieces[::2]):
        said = _matched(item, known, t)
        pieces[2 * at] = item if said is None else said
    listed = "".join(pieces)
    if not found:
        return listed
    return _filled(_text(f"{READER}note-and-more", None, t), {"items": listed, "n": t.localised(found.group(2))})


@lru_cache(maxsize=1)
def _english() -> dict[str, str]:
    return {key: text for key, text in catalogue("en").texts.items() if key.startswith(READER)}


@lru_cache(maxsize=1)
def _lists() -> frozenset[str]:
    """Names of values that are lists whose items are said too; in others only how many more there are."""
    return frozenset(
        {"listed"} | {key.removeprefix(_ITEM).split("-")[0] for key in _english() if key.startswith(_ITEM)}
    )


@lru_cache(maxsize=32)
def _known(kind: str) -> tuple[_Known, ...]:
    """The English texts of a kind with their patterns: what stands around others first, then those that say most."""
    said = {key: len(_VALUE.sub("", text)) for key, text in _english().items() if _kind(key, text, kind)}
    keys = sorted(said, key=lambda key: (key not in _AROUND, -said[key]))
    return tuple(_of(key, _english()[key]) for key in keys)


def _kind(key: str, text: str, kind: str) -> bool:
    if kind == _FAULTS:
        return f"{{{_FAULTS}}}" in text
    return key.startswith(kind) if kind else not key.startswith((_ITEM, _WORD))


def _of(key: str, text: str) -> _Known:
    # Odd pieces are names of values.
    pieces = _VALUE.split(text)
    parts = [_of_value(key, piece) if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)]
    return _Known(key, re.compile("".join(parts), re.DOTALL), max(pieces[::2], key=len))


def _of_value(key: str, name: str) -> str:
    # Items are short, so that what they count has to be a number.
    counts = key.startswith(_ITEM) and name in ("n", "row")
    return f"(?P<{name}>[\\d,]+)" if counts else f"(?P<{name}>.*?)"
