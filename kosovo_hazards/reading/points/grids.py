"""Notations that name their grid themselves: UTM with its zone, squares of MGRS, Plus codes; all on WGS 84."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import pyproj

from kosovo_hazards.reading.points.measures import CoordinateError, Number, measure

__all__ = ["grid_point"]


_BANDS = "CDEFGHJKLMNPQRSTUVWX"
_COLUMNS = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")
_ROWS = "ABCDEFGHJKLMNPQRSTUV"
_NUMBER = r"(\d{5,8}(?:[.,]\d+)?|\d{1,3}(?:[.,]\d{3})+(?:[.,]\d+)?)"
_NORTH = r"(\d{1,8}(?:[.,]\d+)?|\d{1,3}(?:[.,]\d{3})+(?:[.,]\d+)?)"
_PAIR = rf"(?:E ?)?{_NUMBER} ?m?E? ?[,/;]? ?(?:N ?)?{_NORTH} ?m?N?"
_ZONE = r"(?:UTM ?)?(?:ZONE ?)?(\d{1,2}) ?([A-Z])"
# Blanks are single ones here, so that no part of these has two ways to match.
_UTM = re.compile(rf"{_ZONE}[ ,:]{{1,2}}{_PAIR}")
_UTM_ZONE_LAST = re.compile(rf"{_PAIR},? {_ZONE}")
_MGRS = re.compile(r"(?:MGRS:?)?(\d{1,2})([A-Z])([A-Z])([A-Z])(\d{0,12})")
_POLAR = re.compile(r"(?:MGRS:?)?[ABYZ][A-Z][A-Z]\d{2,10}")
_EASTINGS = (100_000.0, 900_000.0)
# The band S reaches from 32 to 40 degrees north; some write S for the southern half of the earth.
_BAND_S = (3_500_000.0, 4_450_000.0)
_COARSEST_M = 100
# Degrees by which a point may lie outside its band or zone: programmes use one zone for a whole country.
_BESIDE_BAND_DEG = 0.01
_BESIDE_ZONE_DEG = 1.0
_BESIDE_UTM_BAND_DEG = 1.0
# Zones 31V, 32V and 31X to 37X are wider or narrower than 6 degrees.
_IRREGULAR = "VX"
# Open Location Code 1.0 (github.com/google/open-location-code): whole codes have eight signs before the plus.
_PLUS_CODE = re.compile(r"([2-9CFGHJMPQRVWX]{4,8})\+[2-9CFGHJMPQRVWX]{2,7}")
_PLUS_CODE_INSIDE = re.compile(rf"(?<![\w+.]){_PLUS_CODE.pattern}(?![\w+.])")
_WGS_84 = 4326
_METRES_PER_DEGREE = 111_195.0


def grid_point(text: str) -> tuple[float, float, int, int] | None:
    """Read a point of UTM or MGRS, or a Plus code.

    Parameters
    ----------
    text
        As `tokens.plain` gives it.

    Returns
    -------
    Easting, northing, EPSG code, and to how many metres it is given (0 for UTM); None if it is of another notation. Of
    a square its south-western corner.

    Raises
    ------
    CoordinateError
        If it is of one of them and fixes no point.

    Examples
    --------
    >>> grid_point("34T 512345 4712345"), grid_point("34T EN 1234 1234")
    ((512345.0, 4712345.0, 32634, 0), (512340.0, 4712340.0, 32634, 10))
    """
    upper = " ".join(text.upper().split())
    if len(upper) > 60:
        return None
    if match := _UTM.fullmatch(upper):
        zone, band, east, north = match.groups()
        return _utm(int(zone), band, east, north)
    if match := _UTM_ZONE_LAST.fullmatch(upper):
        east, north, zone, band = match.groups()
        return _utm(int(zone), band, east, north)
    packed = upper.replace(" ", "")
    if match := _PLUS_CODE.fullmatch(packed):
        return _plus_code(packed, match[1])
    if _PLUS_CODE_INSIDE.search(upper):
        raise CoordinateError("has a Plus code beside other signs; write codes alone, parted by semicolons")
    if match := _MGRS.fullmatch(packed):
        return _mgrs(upper, *match.groups())
    if _POLAR.fullmatch(packed):
        raise CoordinateError("is a square near a pole, which is not read")
    return None


def _plus_code(code: str, before: str) -> tuple[float, float, int, int]:
    if len(before) < 8:
        raise CoordinateError(
            "is a short Plus code, which says only how far it lies from a place; write the whole code"
        )
    try:
        from openlocationcode import openlocationcode
    except ImportError as error:
        raise CoordinateError(
            "is a Plus code, which is read with kosovo-hazards[pluscodes] (python -m pip install openlocationcode)"
        ) from error
    if not openlocationcode.isFull(code):
        raise CoordinateError("is no Plus code of a place on earth")
    square = openlocationcode.decode(code)
    metres = round((square.latitudeHi - square.latitudeLo) * _METRES_PER_DEGREE)
    return square.longitudeLo, square.latitudeLo, _WGS_84, metres


def _utm(zone: int, band: str, east: str, north: str) -> tuple[float, float, int, int]:
    _check_zone(zone, band)
    first, second = Number(east), Number(north)
    grouped = first.surely_grouped or second.surely_grouped
    x, y = (_metres(number, grouped=grouped) for number in (first, second))
    south = band < "N" or (band == "S" and not _BAND_S[0] <= y <= _BAND_S[1])
    if not _EASTINGS[0] <= x <= _EASTINGS[1]:
        raise CoordinateError(f"has the easting {x:,.0f}; those of UTM lie between 100,000 and 900,000")
    if not 0 <= y <= 10_000_000:
        raise CoordinateError(f"has the northing {y:,.0f}; those of UTM lie between 0 and 10,000,000")
    code = (32700 if south else 32600) + zone
    if band not in "NS":
        low = -80 + 8 * _BANDS.index(band)
        latitude = _to_degrees(code).transform(x, y)[1]
        if not low - _BESIDE_UTM_BAND_DEG <= latitude <= _top(band) + _BESIDE_UTM_BAND_DEG:
            raise CoordinateError(
                f"lies at latitude {latitude:.2f}, and the band {band} reaches from {low} to {_top(band)}"
            )
    return x, y, code, 0


def _metres(number: Number, *, grouped: bool) -> float:
    """Metres of one number; marks part thousands if they do in the other."""
    if grouped and number.grouped is not None:
        return number.grouped
    return measure([number]).value


def _check_zone(zone: int, band: str) -> None:
    if not 1 <= zone <= 60:
        raise CoordinateError(f"names zone {zone} of UTM; there are zones 1 to 60")
    if band not in _BANDS:
        raise CoordinateError(f"names the band {band} of UTM; there are bands C to X without I and O")


def _top(band: str) -> int:
    return 84 if band == "X" else -72 + 8 * _BANDS.index(band)


def _mgrs(text: str, zone: str, band: str, column: str, row: str, digits: str) -> tuple[float, float, int, int]:
    number = int(zone)
    _check_zone(number, band)
    letters = _COLUMNS[(number - 1) % 3]
    if column not in letters:
        raise CoordinateError(f"names the column {column}, which zone {number} has not ({letters[0]} to {letters[-1]})")
    if row not in _ROWS:
        raise CoordinateError(f"names the row {row}; there are rows A to V without I and O")
    half = len(digits) // 2
    groups = text.split()[-2:]
    if len(digits) % 2 or len(digits) > 10 or (len(groups[0]) != len(groups[1]) if _both_digits(groups) else False):
        raise CoordinateError("has not as many digits for the easting as for the northing")
    size = 10 ** (5 - half)
    if size > _COARSEST_M:
        raise CoordinateError(f"fixes a point only to {size // 1_000} km; a corner needs six digits or more")
    east = (letters.index(column) + 1) * 100_000 + int(digits[:half]) * size
    offset = 5 if number % 2 == 0 else 0
    north = ((_ROWS.index(row) - offset) % 20) * 100_000 + int(digits[half:]) * size
    least = _least_northing(number, band)
    north += max(0, int(np.ceil((least - 100_000 - north) / 2_000_000))) * 2_000_000
    code = (32600 if band >= "N" else 32700) + number
    _check_square(number, band, column + row, code, float(east), float(north), size)
    return float(east), float(north), code, size


def _both_digits(groups: list[str]) -> bool:
    return len(groups) == 2 and all(group.isdigit() for group in groups)


def _check_square(zone: int, band: str, square: str, code: int, east: float, north: float, size: int) -> None:
    """Refuse a point that can't lie where its zone and band are."""
    x, y = np.array([0, size, 0, size]) + east, np.array([0, 0, size, size]) + north
    lon, lat = _to_degrees(code).transform(x, y)
    low, top = -80 + 8 * _BANDS.index(band), _top(band)
    if lat.max() < low - _BESIDE_BAND_DEG or lat.min() > top + _BESIDE_BAND_DEG:
        raise CoordinateError(
            f"lies at latitude {lat[0]:.2f} by its square {square}, and the band {band} reaches from {low} to {top}"
        )
    west = zone * 6 - 186
    if band not in _IRREGULAR and (lon.max() < west - _BESIDE_ZONE_DEG or lon.min() > west + 6 + _BESIDE_ZONE_DEG):
        raise CoordinateError(f"lies outside zone {zone} by its square {square}")


@lru_cache(maxsize=120)
def _to_degrees(code: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(code, "EPSG:4326", always_xy=True)


@lru_cache(maxsize=1200)
def _least_northing(zone: int, band: str) -> float:
    """Northing at which a band of 8 degrees of latitude begins."""
    code = (32600 if band >= "N" else 32700) + zone
    return float(_to_degrees(code).transform(zone * 6 - 183, -80 + 8 * _BANDS.index(band), direction="INVERSE")[1])
