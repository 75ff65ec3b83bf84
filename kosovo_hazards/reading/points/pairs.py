"""Two coordinates made into one point: which is the latitude, and what a mark in one of them means by the other."""

from __future__ import annotations

from typing import NamedTuple

from kosovo_hazards.reading.points.measures import AmbiguousError, CoordinateError, Measure, Number, measure

__all__ = ["HALF_CIRCLE", "QUARTER", "Position", "agreed", "paired"]


HALF_CIRCLE, QUARTER = 180.0, 90.0
"""The most degrees of longitude and of latitude."""

# Digits of degrees, minutes and seconds written without marks: latitude and longitude.
_COMPACT = {(4, 5): 2, (6, 7): 4}


class Position(NamedTuple):
    """A point as written, as x and y of a CRS.

    Attributes
    ----------
    x, y
        Easting or longitude, northing or latitude.
    epsg
        The CRS that the notation itself names (UTM, MGRS), else None.
    """

    x: float
    y: float
    epsg: int | None = None


def paired(first: Measure, second: Measure, order: str = "latitude first") -> tuple[Position, str]:
    """One point of two coordinates, and what showed which is the latitude.

    Parameters
    ----------
    first, second
        In the order they stand.
    order
        What comes first if nothing says otherwise.

    Raises
    ------
    CoordinateError
        If they can't be a point.
    """
    a, b = agreed(first, second)
    if first.axis and first.axis == second.axis:
        raise CoordinateError(f"has two coordinates of {'latitude' if first.axis == 'lat' else 'longitude'}")
    if first.axis or second.axis:
        longitude_first = first.axis == "lon" or second.axis == "lat"
        return _placed(a, b, longitude_first, first.marked or second.marked), "letters"
    if first.marked or second.marked:
        if max(abs(a), abs(b)) > HALF_CIRCLE:
            raise CoordinateError("has more than 180 degrees")
    elif abs(a) > HALF_CIRCLE or abs(b) > HALF_CIRCLE:
        # Eastings of a grid come before northings; only degrees are written latitude first.
        return Position(a, b), "grid"
    if max(abs(a), abs(b)) > QUARTER:
        return _placed(a, b, abs(a) > QUARTER, True), "range"
    return _placed(a, b, order == "longitude first", False), order


def _placed(a: float, b: float, longitude_first: bool, degrees: bool) -> Position:
    x, y = (a, b) if longitude_first else (b, a)
    if degrees and (abs(y) > QUARTER or abs(x) > HALF_CIRCLE):
        raise CoordinateError("has a latitude beyond 90 degrees or a longitude beyond 180")
    return Position(x, y)


def agreed(first: Measure, second: Measure, *, grouped: bool = False) -> tuple[float, float]:
    """The two values of a point, once the one has shown how marks in the other are meant.

    Parameters
    ----------
    first, second
        The coordinates.
    grouped
        Whether marks are known to part thousands, from other points.

    Raises
    ------
    CoordinateError
        If a number can be read in two ways.
    """
    if (compact := _compact(first, second)) is not None:
        return compact
    numbers = (first.number, second.number)
    grouped = grouped or any(number is not None and number.surely_grouped for number in numbers)
    values = []
    for one, other in ((first, second), (second, first)):
        value, number = one.value, one.number
        if number is not None and number.grouped is not None and not number.surely_grouped:
            if grouped:
                value = one.sign * number.grouped
            elif "," in number.raw and abs(one.value) > HALF_CIRCLE and not (other.number and other.number.fraction):
                raise AmbiguousError(f"has {number.raw}, which may be {number.grouped:,.0f} or {number.decimal}")
        values.append(value)
    return values[0], values[1]


def _compact(first: Measure, second: Measure) -> tuple[float, float] | None:
    """Degrees, minutes and seconds without marks, as 423600N 0210000E; None where they aren't."""
    a, b = first.number, second.number
    if a is None or b is None or not (first.lettered and second.lettered) or first.axis == second.axis:
        return None
    lat, lon = (a, b) if first.axis == "lat" else (b, a)
    digits = _COMPACT.get((lat.whole_digits, lon.whole_digits))
    if digits is None:
        return None
    both = []
    for sign, number in ((first.sign, a), (second.sign, b)):
        raw, cut = number.raw, number.whole_digits - digits
        pieces = [raw[:cut], raw[cut : cut + 2], raw[cut + 2 :]] if digits == 4 else [raw[:cut], raw[cut:]]
        both.append(sign * measure([Number(piece) for piece in pieces]).value)
    return both[0], both[1]
