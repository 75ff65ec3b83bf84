"""Spellings of a place name that mean the same, reduced to one key.

Case, diacritics, script and punctuation carry no meaning in a register typed by many hands: "ĐAKOVICA", "Ђаковица"
and "Djakovica" have one key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["cyrillic_to_latin", "lookup_keys", "spelling_key"]

# Serbian Cyrillic and its official Latin letters; one letter may become two.
_LETTERS = dict(
    zip(
        "абвгдђежзијклљмнњопрстћуфхцчџш",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "đ",
            "e",
            "ž",
            "z",
            "i",
            "j",
            "k",
            "l",
            "lj",
            "m",
            "n",
            "nj",
            "o",
            "p",
            "r",
            "s",
            "t",
            "ć",
            "u",
            "f",
            "h",
            "c",
            "č",
            "dž",
            "š",
        ],
        strict=True,
    )
)
_CYRILLIC = str.maketrans(_LETTERS | {small.upper(): latin.capitalize() for small, latin in _LETTERS.items()})
# Letters that carry their stroke inside and so do not decompose; dj is how đ is typed without it.
_STROKES = str.maketrans({"đ": "dj", "ð": "dj", "ł": "l", "ø": "o", "ı": "i"})
_WITHOUT_STROKE = str.maketrans("đĐ", "dD")
_NOT_WORD = re.compile(r"[\W_]+")


def cyrillic_to_latin(text: str) -> str:
    """Write Serbian Cyrillic in Serbian Latin letters; other letters stay.

    Examples
    --------
    >>> cyrillic_to_latin("Ђаковица")
    'Đakovica'
    """
    return text.translate(_CYRILLIC)


def spelling_key(text: str) -> str:
    """Reduce a spelling to the key that it shares with every other way of typing it.

    Examples
    --------
    >>> {spelling_key(name) for name in ("Ђаковица", "ĐAKOVICA", " djakovica ")}
    {'djakovica'}
    >>> spelling_key("Fushë-Kosova")
    'fushe kosova'
    """
    latin = cyrillic_to_latin(unicodedata.normalize("NFC", text)).casefold().translate(_STROKES)
    decomposed = unicodedata.normalize("NFKD", latin)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _NOT_WORD.sub(" ", plain).strip()


def lookup_keys(spellings: Iterable[str]) -> list[tuple[str, ...]]:
    """Keys under which each spelling is looked up: its own, and that with a bare d where the stroke of đ is left away.

    Examples
    --------
    >>> lookup_keys(["Đeneral Janković", "Prizren"])
    [('djeneral jankovic', 'deneral jankovic'), ('prizren',)]
    """
    written = [(text, text.translate(_WITHOUT_STROKE)) for text in spellings]
    return [tuple(spelling_key(text) for text in dict.fromkeys(variants)) for variants in written]
