"""Coordinates in two columns, and single angles: read cell by cell, each row by what both of its cells say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Floats, Mask
from kosovo_hazards.cells import texts
from kosovo_hazards.reading.points.measures import CoordinateError, Measure, Number, measure, separated
from kosovo_hazards.reading.points.pairs import Position, agreed
from kosovo_hazards.reading.points.tokens import plain, tokens

__all__ = ["Cells", "angles", "points_of_columns"]


# Hours of a spreadsheet, which takes 42:36:00 for a time longer than a day.
_LONG_TIME = re.compile(r"(\d{1,3}) days?,? (\d{1,2}):(\d{2}):(\d{2})(?:\.0+)?")
_TIME_OF_DAY = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2})? ?[AaPp]\.?[Mm]\.?|(?:1899|190[0-9])-\d\d-\d\d .*|\d+/\d+/19\d\d .*"
)
_BLANK_GROUPS = re.compile(r"[-+]?[1-9]\d{0,2}(?:[ ']\d{3})+(?:[.,]\d+)?")
_LETTERS = {"n": "N", "north": "N", "s": "S", "south": "S", "e": "E", "east": "E", "w": "W", "west": "W"}
_AXIS_OF = {"N": "lat", "S": "lat", "E": "lon", "W": "lon"}


@dataclass(frozen=True)
class Cells:
    """The points of a table, row by row.

    Attributes
    ----------
    points
        A point for each row, None where there is none or it can't be read.
    problems
        Why a row can't be read, as a clause; empty where it can or where there is nothing.
    notes
        What the user should know.
    """

    points: list[Position | None]
    problems: list[str]
    notes: tuple[str, ...] = ()


def angles(column: pd.Series) -> pd.Series:
    """Degrees, or metres of a grid, from numbers and from text with minutes and seconds.

    Parameters
    ----------
    column
        Numbers or text; letters of the hemisphere and signs count.

    Returns
    -------
    float64 on the index of `column`; missing where nothing can be read.

    Examples
    --------
    >>> angles(pd.Series(["42.5", "42°30'N", "42:30:00", "N 42° 30.0'", "0 30 W", "4.712.345,5", "x"])).tolist()
    [42.5, 42.5, 42.5, 42.5, -0.5, 4712345.5, nan]
    """
    if pd.api.types.is_numeric_dtype(column.dtype):
        numbers = column.astype("float64")
        return numbers.where(np.isfinite(numbers))
    text = texts(column, unknown=True)
    known = {cell: _value(cell) for cell in text.dropna().unique()}
    return text.map(known).astype("float64")


def _value(cell: str) -> float:
    try:
        return _measure_of(cell).value
    except CoordinateError:
        return float("nan")


def _measure_of(cell: str) -> Measure:
    """The one coordinate of a cell."""
    simple = plain(cell)
    if match := _LONG_TIME.fullmatch(simple):
        days, hours, minutes, seconds = match.groups()
        return measure([Number(str(int(days) * 24 + int(hours))), Number(minutes), Number(seconds)])
    if _TIME_OF_DAY.fullmatch(simple):
        raise CoordinateError(
            "is a time of day, which a spreadsheet made of it: format the cells as text and type anew"
        )
    if _BLANK_GROUPS.fullmatch(simple):
        try:
            return _only(simple)
        except CoordinateError:
            return measure([Number(re.sub("[ '+-]", "", simple))], sign="-" if simple[0] == "-" else "")
    return _only(simple)


def _only(simple: str) -> Measure:
    found, between = separated(tokens(simple), commas_inside=True)
    if len(found) in (2, 3) and set(between) == {"blank"} and all(item.number is not None for item in found):
        # Degrees, minutes and seconds without marks, in a cell that holds nothing else.
        numbers = [item.number for item in found if item.number is not None]
        letters = {item.axis for item in found}
        if letters == {""} and all(item.sign > 0 for item in found[1:]):
            return measure(numbers, sign="-" if found[0].sign < 0 else "")
    if len(found) != 1:
        raise CoordinateError(f"holds {len(found)} numbers where one belongs")
    return found[0]


def points_of_columns(x: pd.Series, y: pd.Series, *, hemispheres: Mapping[str, pd.Series | str] | None = None) -> Cells:
    """The points of two columns of a table.

    Parameters
    ----------
    x, y
        Longitude or easting, and latitude or northing.
    hemispheres
        For ``x`` and ``y`` a column that says on which side of the equator or of Greenwich each lies, or one letter
        for all.
    """
    sides = {axis: _letters(side, x.index) for axis, side in (hemispheres or {}).items()}
    if all(pd.api.types.is_numeric_dtype(column.dtype) for column in (x, y)):
        return _of_numbers(x.to_numpy(np.float64, na_value=np.nan), y.to_numpy(np.float64, na_value=np.nan), sides)
    first, second = texts(x, unknown=True), texts(y, unknown=True)
    plain_numbers = _plain_numbers(first), _plain_numbers(second)
    if plain_numbers[0] is not None and plain_numbers[1] is not None:
        return _of_numbers(plain_numbers[0], plain_numbers[1], sides)
    return _of_texts(first, second, sides)


def _letters(side: pd.Series | str, index: pd.Index) -> pd.Series:
    if isinstance(side, str):
        return pd.Series(side, index=index, dtype=object)
    lower = texts(side, unknown=True).str.lower().str.strip(".")
    return lower.map(_LETTERS).fillna(lower)


def _plain_numbers(column: pd.Series) -> Floats | None:
    """The column as numbers if every cell is a plain one, without exponents, which may have lost digits."""
    known = column.dropna()
    if known.str.contains(r"[^\d.\-]", regex=True).any():
        return None
    values = pd.to_numeric(column, errors="coerce")
    return None if values.isna().sum() > column.isna().sum() else values.to_numpy(np.float64, na_value=np.nan)


def _of_numbers(x: Floats, y: Floats, sides: Mapping[str, pd.Series]) -> Cells:
    problems = np.full(len(x), "", dtype=object)
    values = {"x": x.copy(), "y": y.copy()}
    for axis, side in sides.items():
        numbers = values[axis]
        letters = side.to_numpy(dtype=object, na_value="")
        minus = np.isin(letters, ["S", "W"])
        right = np.isin(letters, ["E", "W", ""] if axis == "x" else ["N", "S", ""])
        problems[~right] = [_wrong_side(letter, axis) for letter in letters[~right]]
        problems[(numbers < 0) & (letters != "")] = "has both a sign and a letter of the hemisphere"
        numbers[minus] *= -1
    known: Mask = np.isfinite(values["x"]) & np.isfinite(values["y"]) & (problems == "")
    rows = zip(values["x"].tolist(), values["y"].tolist(), known.tolist(), strict=True)
    return Cells([Position(a, b) if fine else None for a, b, fine in rows], problems.tolist())


def _wrong_side(letter: str, axis: str) -> str:
    right = "E and W" if axis == "x" else "N and S"
    return f"has {letter!r} for the side of its {'longitude' if axis == 'x' else 'latitude'}, not {right}"


def _of_texts(x: pd.Series, y: pd.Series, sides: Mapping[str, pd.Series]) -> Cells:
    known = {cell: _read(cell) for cell in pd.concat([x, y]).dropna().unique()}
    grouped = any(
        found.number is not None and found.number.surely_grouped
        for found in known.values()
        if isinstance(found, Measure)
    )
    given = [side.to_numpy(dtype=object, na_value="") for side in (sides.get("x"), sides.get("y")) if side is not None]
    rows = zip(x, y, *given, strict=True)
    read = _Rows(known, grouped, tuple(sides))
    found = [read.point(*row) for row in rows]
    notes = ["letters in the cells say that latitude and longitude stand in each other's column; the letters count"]
    return Cells([point for point, _ in found], [problem for _, problem in found], tuple(notes if read.turned else ()))


def _read(cell: str) -> Measure | str:
    try:
        return _measure_of(cell)
    except CoordinateError as error:
        return str(error)


class _Rows:
    """Reads rows, each kind of row once."""

    def __init__(self, known: Mapping[str, Measure | str], grouped: bool, sides: tuple[str, ...]) -> None:
        self.known, self.grouped, self.sides = known, grouped, sides
        self.turned = False
        self.seen: dict[tuple[object, ...], tuple[Position | None, str]] = {}

    def point(self, *row: object) -> tuple[Position | None, str]:
        if any(isinstance(cell, float) for cell in row[:2]):
            return None, ""
        if row not in self.seen:
            try:
                self.seen[row] = self._point(row), ""
            except CoordinateError as error:
                self.seen[row] = None, str(error)
        return self.seen[row]

    def _point(self, row: tuple[object, ...]) -> Position:
        pair = []
        for cell, axis in zip(row[:2], "xy", strict=True):
            found = self.known[str(cell)]
            if isinstance(found, str):
                raise CoordinateError(found)
            pair.append(self._on_side(found, axis, row))
        first, second = pair
        if first.axis and first.axis == second.axis:
            raise CoordinateError(f"has two coordinates of {'latitude' if first.axis == 'lat' else 'longitude'}")
        a, b = agreed(first, second, grouped=self.grouped)
        if (first.marked or second.marked) and max(abs(a), abs(b)) > 180:
            raise CoordinateError("has more than 180 degrees")
        if first.axis == "lat" or second.axis == "lon":
            self.turned = True
            return Position(b, a)
        return Position(a, b)

    def _on_side(self, found: Measure, axis: str, row: tuple[object, ...]) -> Measure:
        """The coordinate on the side that a column of its own says."""
        letter = str(row[2 + self.sides.index(axis)]) if axis in self.sides else ""
        if not letter:
            return found
        if _AXIS_OF.get(letter) != ("lon" if axis == "x" else "lat"):
            raise CoordinateError(_wrong_side(letter, axis))
        if found.lettered or found.sign < 0:
            raise CoordinateError("has a sign or a letter of the hemisphere in the cell and in a column of its own")
        sign = -1 if letter in "SW" else 1
        return Measure(sign * found.value, _AXIS_OF[letter], found.marked, found.number, sign, True)
