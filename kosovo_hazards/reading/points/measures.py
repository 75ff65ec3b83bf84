"""One coordinate by its grammar: degrees[, minutes[, seconds]] with marks in their order, or a number of a grid."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

import numpy as np

from kosovo_hazards.reading.points.tokens import Token, quoted

__all__ = ["AmbiguousError", "CoordinateError", "Measure", "Number", "measure", "separated"]


_ORDER: Final = ("degree", "minute", "second")
_AXES = {"N": "lat", "S": "lat", "E": "lon", "W": "lon", "lat": "lat", "lon": "lon"}
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")
# Whole numbers of a spreadsheet that was too narrow: fewer digits than this have lost the place.
_FEWEST_DIGITS = 6
_FULL_CIRCLE = 360.0


class CoordinateError(ValueError):
    """Why a text is no coordinate, as a clause."""


class AmbiguousError(CoordinateError):
    """Both readings of a text of which neither is more likely, as a clause."""


@dataclass(frozen=True)
class Number:
    """A number as typed, with every way to read it.

    Attributes
    ----------
    raw
        Digits with marks between them.
    """

    raw: str

    @property
    def fraction(self) -> bool:
        """Whether it shows decimals, read as a decimal number."""
        return "." in self.raw or "," in self.raw

    @property
    def whole_digits(self) -> int:
        """How many digits stand before the decimals."""
        return len(re.split(r"[.,]", self.raw, maxsplit=1)[0])

    @property
    def decimal(self) -> float | None:
        """The number if a mark in it is the decimal one; None if there are several marks."""
        if self.raw.count(".") + self.raw.count(",") > 1:
            return None
        value = float(self.raw.replace(",", "."))
        return value if np.isfinite(value) else None

    @property
    def grouped(self) -> float | None:
        """The number if marks in it part thousands; None if they can't."""
        if _GROUPED.fullmatch(self.raw) is None:
            return None
        marks = [sign for sign in self.raw if sign in ".,"]
        digits = self.raw.replace(marks[0], "")
        return float(digits.replace(",", "."))

    @property
    def surely_grouped(self) -> bool:
        """Whether marks in it can only part thousands."""
        return self.decimal is None and self.grouped is not None

    @property
    def cut_short(self) -> bool:
        """Whether a spreadsheet wrote it with an exponent and without the digits that say where."""
        mantissa, exponent, _ = self.raw.lower().partition("e")
        return bool(exponent) and len(re.sub(r"\D", "", mantissa)) < _FEWEST_DIGITS


@dataclass(frozen=True)
class Measure:
    """One coordinate.

    Attributes
    ----------
    value
        Degrees or metres; south and west are negative.
    axis
        ``lat`` or ``lon`` where a letter or name says so, else empty.
    marked
        Whether it can only be an angle.
    number
        The number if it is a single one without marks, else None.
    sign
        -1 for south, west or a minus sign.
    lettered
        Whether a letter of the hemisphere stands beside it.
    """

    value: float
    axis: str = ""
    marked: bool = False
    number: Number | None = None
    sign: int = 1
    lettered: bool = False


@dataclass
class _Item:
    """A coordinate while it is being read."""

    parts: list[Number] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    sign: str = ""
    letter: str = ""
    axis: str = ""
    spelled: bool = False


def measure(
    numbers: Sequence[Number], marks: Sequence[str] = (), *, sign: str = "", letter: str = "", axis: str = ""
) -> Measure:
    """A coordinate of its parts.

    Parameters
    ----------
    numbers
        Degrees, minutes and seconds, or one number of any kind.
    marks
        The mark behind each, empty where there is none.
    sign
        ``-``, ``+`` or empty.
    letter
        Hemisphere, or empty.
    axis
        ``lat`` or ``lon`` if a name says so.

    Raises
    ------
    CoordinateError
        If the parts are no angle.

    Examples
    --------
    >>> measure([Number("42"), Number("30.5")]).value, measure([Number("512345.6")]).value
    (42.50833333333333, 512345.6)
    """
    marks = [*marks, *[""] * (len(numbers) - len(marks))]
    if len(numbers) > len(_ORDER):
        raise CoordinateError("has more parts than degrees, minutes and seconds")
    if wrong := [mark for mark, right in zip(marks, _ORDER, strict=False) if mark not in ("", right)]:
        raise CoordinateError(f"has the mark of {wrong[0]}s where {_ORDER[marks.index(wrong[0])]}s belong")
    if letter and (sign == "-" or (sign == "+" and letter in ("S", "W"))):
        raise CoordinateError("has both a sign and a letter of the hemisphere")
    minus = -1 if sign == "-" or letter in ("S", "W") else 1
    axis = axis or _AXES.get(letter, "")
    if letter and axis != _AXES[letter]:
        raise CoordinateError(f"is called {axis} but has the letter {letter}")
    if len(numbers) == 1 and not any(marks):
        return Measure(minus * _single(numbers[0]), axis, False, numbers[0], minus, bool(letter))
    return Measure(minus * _angle(numbers), axis, True, None, minus, bool(letter))


def _single(number: Number) -> float:
    if number.cut_short:
        raise CoordinateError("was shortened by a spreadsheet, which took the digits that say where")
    value = number.grouped if number.surely_grouped else number.decimal
    if value is None:
        raise CoordinateError("has marks in a number that part neither thousands nor decimals")
    return value


def _angle(numbers: Sequence[Number]) -> float:
    values = [number.decimal for number in numbers]
    if any(number.fraction for number in numbers[:-1]):
        raise CoordinateError("has a fraction in a part that is not the last")
    if None in values or "e" in "".join(number.raw for number in numbers).lower():
        raise CoordinateError("has marks in a number that part neither thousands nor decimals")
    known = [float(value) for value in values if value is not None]
    if known[0] > _FULL_CIRCLE:
        raise CoordinateError("has more degrees than a circle")
    if any(value >= 60 or number.whole_digits > 2 for value, number in zip(known[1:], numbers[1:], strict=True)):
        raise CoordinateError("has 60 or more minutes or seconds")
    return float(sum(value / 60**power for power, value in enumerate(known)))


def separated(found: Sequence[Token], *, commas_inside: bool) -> tuple[list[Measure], list[str]]:
    """The coordinates in the order they stand, and what stands between each two.

    Parameters
    ----------
    found
        Tokens of one point or of several.
    commas_inside
        Whether a comma between two digits belongs to a number; else it stands between two.

    Returns
    -------
    Coordinates, of which bare numbers are single; between them ``blank``, ``comma``, ``glued`` or ``slash``.

    Raises
    ------
    CoordinateError
        If something is no coordinate.
    """
    reader = _Reader(found)
    for token, after in zip_longest(found, found[1:]):
        reader.following = after.kind if after else ""
        reader.following_spaced = after.spaced if after else True
        if token.kind == "number" and not commas_inside and "," in token.text:
            for place, raw in enumerate(token.text.split(",")):
                if place:
                    reader.close("glued")
                reader.number(raw, joins=False)
        else:
            reader.take(token)
    reader.close("")
    return reader.measures, reader.between[: max(0, len(reader.measures) - 1)]


class _Reader:
    """Takes one token after the other; letters stand before all coordinates of a text, or behind all."""

    def __init__(self, found: Sequence[Token]) -> None:
        kinds = [token.kind for token in found if token.kind not in ("open", "sign")]
        self.letters = any(kind in ("N", "S", "E", "W") or kind == "s" for kind in kinds)
        self.before = bool(kinds) and (kinds[0] in ("N", "S", "E", "W") or kinds[0] == "s")
        self.item = _Item()
        self.measures: list[Measure] = []
        self.between: list[str] = []
        self.joiner = ""
        self.after_label = False
        self.following, self.following_spaced = "", False

    def take(self, token: Token) -> None:
        kind = token.kind
        if kind == "number":
            self.number(token.text, joins=True)
        elif kind in _ORDER:
            self._mark(kind, spelled=token.text.isalpha())
        elif kind == "m":
            self._m(token)
        elif kind == "s":
            self._s(token)
        elif kind in ("N", "S", "E", "W"):
            self._letter(kind)
        elif kind in ("lat", "lon"):
            self.close("blank")
            self.item.axis = kind
            self.after_label = True
        elif kind == "colon":
            self.joiner = "" if self.after_label else ":"
        elif kind == "sign":
            self._sign(token)
        elif kind in ("comma", "slash"):
            self.close("glued" if kind == "comma" and not (token.spaced or self.following_spaced) else kind)
        else:
            raise CoordinateError(f"has {quoted(token.text)} in it")

    def number(self, raw: str, *, joins: bool) -> None:
        item = self.item
        open_angle = bool(item.parts) and self.following != "degree"
        # A number goes on with an angle that marks, colons or a letter hold together.
        goes_on = open_angle and joins and (bool(self.joiner) or (item.marks[-1] != "second" and self._held(item)))
        if item.parts and not goes_on:
            self.close("blank")
        self.item.parts.append(Number(raw))
        self.item.marks.append("")
        self.joiner, self.after_label = "", False

    def _held(self, item: _Item) -> bool:
        return any(item.marks) or bool(item.axis) or (self.letters and (bool(item.letter) or not self.before))

    def _mark(self, kind: str, *, spelled: bool) -> None:
        if not self.item.parts or self.item.marks[-1]:
            raise CoordinateError(f"has a mark of {kind}s without a number")
        self.item.marks[-1] = kind
        self.item.spelled |= spelled

    def _m(self, token: Token) -> None:
        """Minutes in an angle, metres behind a single number."""
        if len(self.item.parts) == 1 and not self.item.marks[0] and token.text == "m":
            return
        self._mark("minute", spelled=True)

    def _s(self, token: Token) -> None:
        """Seconds or south."""
        third = len(self.item.parts) == 3 and not self.item.marks[-1] and self.item.spelled
        if third and (token.text == "s" or self.following in ("N", "S", "E", "W", "s")):
            self._mark("second", spelled=True)
        elif third:
            raise CoordinateError("has an S that may be seconds or south: write s, or South")
        else:
            self._letter("S")

    def _letter(self, letter: str) -> None:
        if self.before:
            self.close("blank")
            if self.item.letter:
                raise CoordinateError(f"has the letter {self.item.letter} without a number")
            self.item.letter = letter
            return
        if not self.item.parts or self.item.letter:
            raise CoordinateError(f"has the letter {letter} without a number")
        self.item.letter = letter
        self.close("blank")

    def _sign(self, token: Token) -> None:
        if self.item.parts and not token.spaced and self.following == "number" and not self.following_spaced:
            if token.text == "+" or self.item.parts[-1].fraction:
                self.close("blank")
                self.item.sign = token.text
            else:
                self.joiner = "-"
            return
        if self.item.sign or (self.item.letter and self.item.parts):
            raise CoordinateError("has a sign in a place where none belongs")
        self.close("blank")
        self.item.sign = token.text

    def close(self, separator: str) -> None:
        """End the coordinate that is being read."""
        item = self.item
        if not item.parts:
            if separator in ("comma", "slash", "glued"):
                if not self.between or item.letter or item.sign:
                    raise CoordinateError("has nothing before a comma or stroke")
                self.between[-1] = separator
            elif item.letter and separator == "":
                raise CoordinateError(f"has the letter {item.letter} without a number")
            elif item.sign or item.letter:
                return
            return
        found = measure(item.parts, item.marks, sign=item.sign, letter=item.letter, axis=item.axis)
        self.measures.append(found)
        self.between.append(separator or "blank")
        self.item = _Item()
        self.joiner = ""
