"""What people type for coordinates, made into a few kinds of signs; each letter is looked at once."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

__all__ = ["Token", "plain", "quoted", "tokens"]


_SAME = {
    "°": "º˚ᵒ⁰*",
    "'": "’‘′ʹ´`ʼ",
    '"': "”“″ʺ„",
    "-": "−–—‒‐‑",
    " ": "\t\u00a0\u202f\u2009\u2007\u2008\u2002\u2003\u3000",
    ", ": "،，",
    ".": "٫",
    ";": "؛；",
    "": "٬\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\r",
}
_ARABIC_COMMA = re.compile(r"(?<=\d)،(?=\d)")
_TABLE = str.maketrans({sign: one for one, signs in _SAME.items() for sign in signs})
# Russian and Ukrainian for northern and southern latitude, eastern and western longitude.
_CYRILLIC = {
    "с.ш.": "N", "ю.ш.": "S", "в.д.": "E", "з.д.": "W", "пн.ш.": "N", "пд.ш.": "S", "сх.д.": "E", "зх.д.": "W",
}  # fmt: skip
_KINDS = {
    "degree": "d deg degs degree degrees",
    "minute": "min mins minute minutes",
    "second": "sec secs second seconds",
    "N": "n north northern",
    "S": "south southern",
    "E": "e east eastern",
    "W": "w west western",
    # One letter that means two things: seconds or south, minutes or metres.
    "s": "s",
    "m": "m",
    "lat": "lat latitude gjerësia širina",
    "lon": "lon long lng longitude gjatësia dužina",
    "nothing": "gps wgs coordinates coordinate",
}
_WORDS = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_SIGNS = {"°": "degree", "'": "minute", '"': "second", ";": "semi", "\n": "semi", "|": "semi", ",": "comma",
          "/": "slash", ":": "colon", "=": "colon", "(": "open", "[": "open", ")": "close", "]": "close", "-": "sign",
          "+": "sign"}  # fmt: skip
_PIECE = re.compile(r"(\d+(?:[.,]\d+)*(?:[eE][-+]\d{1,3}(?![\d.]))?|\.\d+)|([^\W\d_]+)|( +)|(.)", re.DOTALL)
# No coordinate has more digits; what has is reported, not computed with.
_LONGEST_NUMBER = 40
_SHOWN = 60


class Token(NamedTuple):
    """A piece of a coordinate.

    Attributes
    ----------
    kind
        ``number``, a mark (``degree``, ``minute``, ``second``), a letter (``N``, ``S``, ``E``, ``W``, ``s``, ``m``), a
        name of an axis (``lat``, ``lon``), ``sign``, something between (``comma``, ``slash``, ``semi``, ``colon``), a
        bracket (``open``, ``close``), or ``other``.
    text
        As typed, after `plain`.
    spaced
        Whether a blank stands before it.
    """

    kind: str
    text: str
    spaced: bool


def plain(text: str) -> str:
    """The same text in one set of digits and marks.

    Examples
    --------
    >>> plain("٤٢٫٦ 21º36”")
    '42.6 21°36"'
    """
    if not text.isascii():
        lower = text.lower()
        if any(spelled in lower for spelled in _CYRILLIC):
            for spelled, letter in _CYRILLIC.items():
                lower = lower.replace(spelled, letter)
            text = lower
        # Between two digits the Arabic comma may be the decimal one, as the Latin comma may.
        text = _ARABIC_COMMA.sub(",", text).translate(_TABLE)
        text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    return text.translate(_TABLE).replace("''", '"').strip()


def quoted(text: str) -> str:
    """A text for a message, cut if it is long.

    Examples
    --------
    >>> quoted("42.6 x")
    "'42.6 x'"
    """
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def tokens(text: str) -> list[Token]:
    """The pieces of a text that `plain` gave.

    Examples
    --------
    >>> [token.kind for token in tokens("N42.5 21,25E")]
    ['N', 'number', 'number', 'E']
    """
    found: list[Token] = []
    spaced = False
    for number, word, blank, sign in _PIECE.findall(text):
        if blank:
            spaced = True
            continue
        if number:
            short = max(map(len, number.split(","))) <= _LONGEST_NUMBER
            found.append(Token("number" if short else "other", number, spaced))
        elif word:
            found += _words(word, spaced=spaced)
        elif sign != ".":
            found.append(Token(_SIGNS.get(sign, "other"), sign, spaced))
        spaced = False
    return found


def _words(word: str, *, spaced: bool) -> list[Token]:
    """A word, or the letters that are written together such as sN and mE."""
    kind = _WORDS.get(word.lower())
    if kind is None and len(word) == 2 and all(letter.lower() in _WORDS for letter in word):
        return [Token(_WORDS[letter.lower()], letter, spaced and not at) for at, letter in enumerate(word)]
    if kind == "nothing":
        return []
    return [Token(kind or "other", word, spaced)]
