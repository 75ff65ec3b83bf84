"""Coordinates as people write them: degrees with or without minutes and seconds, UTM, MGRS, metres of a grid."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyproj

__all__ = ["Position", "angles", "position", "positions_in"]


_NUMBER = r"\d+(?:[.,]\d+)?"
_HEMISPHERES = {"N": 1, "E": 1, "S": -1, "W": -1}
# Whatever is typed for degrees, minutes and seconds.
_MARKS = re.compile(r"[°º˚*'’′‘\"”″“]|deg(?:rees?)?|min|sec", re.IGNORECASE)
_SHAPE_OF_ANGLE = re.compile(
    rf"^([NSEW])?\s*([-+])?\s*({_NUMBER}(?:[\s:]+{_NUMBER}){{0,2}})\s*([NSEW])?$", re.IGNORECASE
)
_UTM = re.compile(
    rf"^(?:UTM\s*)?(\d{{1,2}})\s*([C-HJ-NP-X])\s+(?:E\s*)?({_NUMBER})\s*(?:m?E)?[\s,/;]+(?:N\s*)?({_NUMBER})\s*(?:m?N)?$",
    re.IGNORECASE,
)
_MGRS = re.compile(r"^(\d{1,2})([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])(\d*)$", re.IGNORECASE)
_BETWEEN_POINTS = re.compile(r"[;\n|]+|\)\s*,?\s*\(|\]\s*,\s*\[")
_BRACKETS = re.compile(r"^[\s(\[]+|[\s)\]]+$")
_LETTER_IN_PAIR = re.compile(r"[NSEW]", re.IGNORECASE)

_BANDS = "CDEFGHJKLMNPQRSTUVWX"
_COLUMNS = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")
_ROWS = "ABCDEFGHJKLMNPQRSTUV"


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
    >>> angles(pd.Series(["42.5", "42°30'N", "42 30 00", "N 42° 30.0'", "0 30 W", "4.712.345,5", "x"])).tolist()
    [42.5, 42.5, 42.5, 42.5, -0.5, 4712345.5, nan]
    """
    plain = pd.to_numeric(column, errors="coerce").astype("float64")
    rest = plain.isna() & column.notna()
    if rest.any():
        text = column[rest].astype("str")
        known = {cell: _angle(cell) for cell in text.unique()}
        plain = plain.copy()
        plain[rest] = text.map(known).astype("float64")
    return plain.where(np.isfinite(plain))


def _angle(cell: str) -> float:
    match = _SHAPE_OF_ANGLE.match(" ".join(_MARKS.sub(" ", cell).split()))
    if match is None:
        return _metres(cell)
    before, sign, digits, after = match.groups()
    letter = (before or after or "").upper()
    parts = [float(part.replace(",", ".")) for part in re.split(r"[\s:]+", digits)]
    if any(part >= 60 for part in parts[1:]) or (before and after) or (sign and letter):
        return _metres(cell) if not letter else np.nan
    value = float(sum(part / 60**power for power, part in enumerate(parts)))
    return value * _HEMISPHERES.get(letter, 1) * (-1 if sign == "-" else 1)


def _metres(cell: str) -> float:
    """Metres with marks between the thousands."""
    from kosovo_hazards.cells import numbers

    # A lone mark in seven digits of metres parts thousands only if there is another one.
    return float(numbers(pd.Series([cell])).cells.iloc[0])


def position(text: str) -> Position | None:
    """Read one point; latitude comes first where no letter says otherwise (ISO 6709).

    Examples
    --------
    >>> position("42.6021, 21.0032")
    Position(x=21.0032, y=42.6021, epsg=None)
    >>> position("21°E 42°30'N")
    Position(x=21.0, y=42.5, epsg=None)
    >>> position("34T 512345 4712345")
    Position(x=512345.0, y=4712345.0, epsg=32634)
    >>> position("34T EN 12345 12345")
    Position(x=512345.0, y=4712345.0, epsg=32634)
    """
    text = _BRACKETS.sub("", text)
    if match := _UTM.match(text):
        zone, band, east, north = match.groups()
        return Position(_plain(east), _plain(north), _utm_code(int(zone), band.upper(), _plain(north)))
    if match := _MGRS.match(re.sub(r"\s+", "", text)):
        return _from_mgrs(match)
    return _pair(text)


def _plain(number: str) -> float:
    return float(number.replace(",", "."))


def _utm_code(zone: int, band: str, northing: float) -> int | None:
    if not 1 <= zone <= 60:
        return None
    # S is the band of 32 to 40 degrees north and what some write for the southern hemisphere.
    south = band < "N" or (band == "S" and not 3_500_000 <= northing <= 4_450_000)
    return (32700 if south else 32600) + zone


def _from_mgrs(match: re.Match[str]) -> Position | None:
    zone, band, column, row, digits = match.groups()
    number, band = int(zone), band.upper()
    letters = _COLUMNS[(number - 1) % 3]
    if len(digits) % 2 or not 1 <= number <= 60 or column.upper() not in letters:
        return None
    size = 10 ** (5 - len(digits) // 2)
    half = len(digits) // 2
    east = (letters.index(column.upper()) + 1) * 100_000 + int(digits[:half] or 0) * size
    offset = 5 if number % 2 == 0 else 0
    north = ((_ROWS.index(row.upper()) - offset) % 20) * 100_000 + int(digits[half:] or 0) * size
    least = _least_northing(number, band)
    north += max(0, int(np.ceil((least - 100_000 - north) / 2_000_000))) * 2_000_000
    return Position(float(east), float(north), (32600 if band >= "N" else 32700) + number)


@lru_cache(maxsize=1200)
def _least_northing(zone: int, band: str) -> float:
    """Northing at which a band of 8 degrees of latitude begins."""
    code = (32600 if band >= "N" else 32700) + zone
    project = pyproj.Transformer.from_crs("EPSG:4326", code, always_xy=True)
    return float(project.transform(zone * 6 - 183, -80 + 8 * _BANDS.index(band))[1])


def _pair(text: str) -> Position | None:
    halves = _halves(text)
    if halves is None:
        return None
    first, second = (_angle(half) for half in halves)
    if not np.isfinite([first, second]).all():
        return None
    letters = [set(_LETTER_IN_PAIR.findall(half.upper())) for half in halves]
    longitude_first = bool(letters[0] & {"E", "W"} or letters[1] & {"N", "S"})
    # Eastings of a grid come before northings; only degrees are written latitude first.
    grid = abs(first) > 360 and abs(second) > 360
    return Position(first, second) if longitude_first or grid else Position(second, first)


def _halves(text: str) -> tuple[str, str] | None:
    for split in (r"\s*[;/]\s*", r"\s*,\s+", r"(?<=[NSEW])[\s,]+(?=\S)", r"[\s,]+(?=[NSEW])", r"\s*,\s*", r"\s+"):
        parts = [part for part in re.split(split, text.strip(), flags=re.IGNORECASE) if part]
        if len(parts) == 2 and all(re.search(r"\d", part) for part in parts):
            return parts[0], parts[1]
    words = text.split()
    if len(words) in (4, 6):
        return " ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])
    return None


def positions_in(text: str) -> list[Position] | None:
    """Read the points listed in one cell, parted by semicolons, lines, bars or brackets.

    Returns
    -------
    The points; None if one of them can't be read.

    Examples
    --------
    >>> len(positions_in("42.60 21.00; 42.60 21.01; 42.61 21.01"))
    3
    """
    parts = [part for part in _BETWEEN_POINTS.split(text) if _BRACKETS.sub("", part)]
    points = [position(_BRACKETS.sub("", part)) for part in parts]
    return None if None in points else [point for point in points if point is not None]
