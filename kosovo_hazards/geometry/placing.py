"""Places judged against what is said of them: their CRS, the country, the other records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import ProjError

from kosovo_hazards._arrays import Floats, Mask, Shapes, Texts
from kosovo_hazards._data import geodata_path
from kosovo_hazards._wording import argument
from kosovo_hazards.geometry.countries import countries_at
from kosovo_hazards.geometry.crs import grids, horizontal, offline
from kosovo_hazards.schema import CRS

__all__ = ["Misplaced", "judged", "likely_crs", "misplaced"]


# Records of one register lie within some degrees of each other; a stray further off than this is reported.
_FAR_DEG = 5.0
_NEAR_DEG = 1.5
# A grid is used for a whole country though part of it lies beside its area of use, but not farther away than the area
# is wide, and never farther than a zone of UTM.
_BEYOND_AREA_DEG = (1.0, 6.0)
# Areas of use are drawn generously; what lies less than this outside is not worth a word.
_BESIDE_AREA_DEG = 0.25
# What is made for the whole world says nothing about where data lie.
_WORLD_DEG = 359.0
# Within this of 0° N 0° E there is no land: coordinates that small are none of a grid.
_NO_LAND_DEG = 0.1
# What people write instead of the unit of the grid, and what turns it into that.
_UNITS = (
    (1_000.0, "kilometres", "multiply them by 1,000 (or mend marks that part thousands)"),
    (0.001, "thousandths of the unit of the grid", "divide them by 1,000"),
    (0.01, "hundredths of the unit of the grid", "divide them by 100"),
    (0.3048, "feet", "multiply them by 0.3048"),
    (1 / 0.3048, "metres while the grid counts feet", "divide them by 0.3048"),
)
# Devices and web formats keep degrees as whole numbers of these parts.
_PARTS_OF_DEGREE = (10_000_000, 1_000_000, 100_000)
# No grid counts farther than this.
_LONGEST_M = 2.1e7
# Eastings of the zones of the old Yugoslav grid begin with their number, which is often left out.
_ZONE_DIGITS = (5, 6, 7, 8)
# Fewer records than this say nothing about where the others should lie.
_ENOUGH = 4
_MOST_NAMED = 10


@dataclass(frozen=True)
class Misplaced:
    """Records that lie where they can't, or can hardly, have been drawn.

    Attributes
    ----------
    problems
        Why a record can't lie where it is said to, with the likely cause; empty where it can.
    notes
        What else is odd, as sentences.
    """

    problems: NDArray[np.object_]
    notes: tuple[str, ...]


def judged(drawn: Shapes, moved: Shapes, crs: pyproj.CRS, *, check_swapped: bool = True) -> Misplaced:
    """Tell which records cannot lie where their coordinates and the label of their CRS say, and which lie oddly.

    Parameters
    ----------
    drawn
        Geometry in `crs`.
    moved
        The same in degrees of WGS 84.
    crs
        The CRS that was named for it.
    check_swapped
        Whether the two coordinates may have been exchanged; False if the caller says that they are right.
    """
    problems, notes = _against_area(_middles(drawn), moved, crs, check_swapped=check_swapped)
    fine = moved.copy()
    fine[problems != ""] = None
    check = misplaced(fine, check_swapped=check_swapped, projected=crs.is_projected)
    return Misplaced(np.where(problems != "", problems, check.problems), (*notes, *check.notes))


# --- against the area for which a CRS is made ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Area:
    """Where a CRS may be used, in degrees."""

    name: str
    west: float
    south: float
    east: float
    north: float

    def outside_deg(self, places: Floats) -> Floats:
        """How far outside each place lies, 0 inside; infinite where it is unknown."""
        turns = places[:, :1] + np.array([-360.0, 0.0, 360.0])
        across = np.maximum(self.west - turns, turns - self.east).min(axis=1)
        along = np.maximum(self.south - places[:, 1], places[:, 1] - self.north)
        outside = np.maximum(np.maximum(across, along), 0.0)
        far: Floats = np.where(np.isfinite(outside), outside, np.inf)
        return far

    @property
    def margin_deg(self) -> float:
        return float(np.clip(min(self.east - self.west, self.north - self.south), *_BEYOND_AREA_DEG))


def _area_of(crs: pyproj.CRS) -> _Area | None:
    """The area of use; a CRS read from a file is looked up, as files don't name it."""
    found = horizontal(crs)
    if found.area_of_use is None and (code := found.to_epsg(min_confidence=70)):
        found = pyproj.CRS.from_epsg(code)
    area = found.area_of_use
    if area is None:
        return None
    turn = 360.0 if area.west > area.east else 0.0
    return _Area(area.name.partition(" - ")[0].rstrip("."), area.west, area.south, area.east + turn, area.north)


def _against_area(
    middle: Floats, moved: Shapes, crs: pyproj.CRS, *, check_swapped: bool
) -> tuple[Texts, tuple[str, ...]]:
    """Why records can't lie in the area of use of their CRS or near it, and what is odd about it."""
    place = _middles(moved)
    problems = np.full(len(middle), "", dtype=object)
    drawn = np.isfinite(middle).all(axis=1)
    area = _area_of(crs)
    if area is None:
        lost = drawn & ~np.isfinite(place).all(axis=1)
        problems[lost] = _say_lost(middle[lost], crs, _no_cause(middle[lost]))
        return problems, ()
    outside = np.where(drawn, area.outside_deg(place), 0.0)
    if crs.is_projected:
        nowhere = drawn & (np.abs(place) < _NO_LAND_DEG).all(axis=1)
        suspect = (outside > 0) | nowhere
        causes = np.full(len(middle), "", dtype=object)
        causes[suspect] = _causes(middle[suspect], crs, area, check_swapped=check_swapped)
        lost = suspect & ((outside > area.margin_deg) | nowhere)
        unexplained = lost & (causes == "")
        causes[unexplained] = _no_cause(middle[unexplained])
        bad = causes != ""
        problems[bad] = _say_lost(middle[bad], crs, causes[bad])
    elif check_swapped and area.east - area.west < _WORLD_DEG:
        turned = (outside > _BESIDE_AREA_DEG) & (area.outside_deg(place[:, ::-1]) == 0)
        where = f"in {area.name}, for which {crs.name} is made"
        problems[turned] = [_say_swapped(x, y, where) for x, y in place[turned]]
    beside = np.flatnonzero((problems == "") & (outside > _BESIDE_AREA_DEG) & np.isfinite(outside))
    note = f"{_rows(beside)} outside {area.name}, for which {crs.name} is made: is that its CRS?" if len(beside) else ""
    return problems, (note,) if note else ()


def _causes(middle: Floats, crs: pyproj.CRS, area: _Area, *, check_swapped: bool) -> Texts:
    """What the coordinates would be, if that would put them where the CRS is made for; empty where nothing does."""
    causes = np.full(len(middle), "", dtype=object)
    if not len(middle):
        return causes
    degrees = (np.abs(middle) <= 180).all(axis=1) & (np.abs(middle) <= 90).any(axis=1)
    causes[degrees & (area.outside_deg(middle) == 0)] = _degrees_of(crs)
    turned = degrees & (causes == "") & (area.outside_deg(middle[:, ::-1]) == 0)
    causes[turned] = f"{_degrees_of(crs)}, with {argument('swap_xy', True)} as latitude comes first"
    fits = _fitting(middle, crs, area, check_swapped=check_swapped)
    explained = (causes == "") & (fits != "")
    causes[explained] = fits[explained]
    causes[degrees & (causes == "")] = _degrees_of(crs)
    unknown = causes == ""
    causes[unknown] = [_likely_grid(x, y) for x, y in middle[unknown]] if unknown.sum() <= _ENOUGH else ""
    return causes


def _fitting(middle: Floats, crs: pyproj.CRS, area: _Area, *, check_swapped: bool) -> Texts:
    """Every other way to read the coordinates that would put them where the CRS is made for."""
    found: list[list[str]] = [[] for _ in middle]
    swap = f"easting and northing are probably swapped: pass {argument('swap_xy', True)}"
    ways = [(middle[:, ::-1], swap)] if check_swapped else []
    ways += [(middle * factor, f"they fit if they are {unit}: {remedy}") for factor, unit, remedy in _UNITS]
    with offline():
        transformer = pyproj.Transformer.from_crs(crs, CRS, always_xy=True)
        for points, cause in ways:
            for row in np.flatnonzero(_lies_in(area, transformer, points)):
                found[row].append(cause)
    return np.array(["; or ".join(causes) for causes in found], dtype=object)


def _lies_in(area: _Area, way: pyproj.Transformer, points: Floats) -> Mask:
    try:
        places = np.column_stack(way.transform(points[:, 0], points[:, 1]))
    except ProjError:
        return np.zeros(len(points), dtype=bool)
    nowhere = (np.abs(places) < _NO_LAND_DEG).all(axis=1)
    inside: Mask = (area.outside_deg(places) == 0) & ~nowhere
    return inside


def _no_cause(middle: Floats) -> str:
    """The likely cause for coordinates that lie nowhere near, from the middle of them all."""
    if not len(middle):
        return ""
    x, y = np.median(middle, axis=0)
    return _likely_grid(x, y) or f"is {argument('crs')} right?"


def _say_lost(middle: Floats, crs: pyproj.CRS, causes: Texts | str) -> list[str]:
    message = f"its coordinates lie far outside the area for which {crs.name} is made"
    each = [causes] * len(middle) if isinstance(causes, str) else causes
    return [f"lies at x {x:,.1f}, y {y:,.1f}: {message}; {cause}" for (x, y), cause in zip(middle, each, strict=True)]


def _degrees_of(grid: pyproj.CRS) -> str:
    datum = grid.geodetic_crs
    code = datum.to_epsg() if datum else None
    other = f", or {argument('crs', f'EPSG:{code}')} if they are degrees of {datum.name}" if datum and code else ""
    return f"they look like degrees: pass {argument('crs', 'EPSG:4326')} if of WGS 84{other}"


# --- against the country and the other records -----------------------------------------------------------------------


def misplaced(shapes: Shapes, *, check_swapped: bool = True, projected: bool = False) -> Misplaced:
    """Tell which shapes cannot lie where their degrees say, and which lie oddly.

    Parameters
    ----------
    shapes
        Geometry that is said to be in degrees of WGS 84.
    check_swapped
        Whether latitude and longitude may have been exchanged; False if the caller says that they are right.
    projected
        Whether they were transformed from metres, so that a zone may be wrong.
    """
    middle = _middles(shapes)
    problems = np.full(len(shapes), "", dtype=object)
    known = np.isfinite(middle).all(axis=1)
    outside = known & _beyond_degrees(shapes)
    if outside.any():
        cause = _cause_of_no_degrees(middle[outside])
        problems[outside] = [f"lies at x {x:,.1f}, y {y:,.1f}: no degrees; {cause}" for x, y in middle[outside]]
    inside = known & ~outside
    if check_swapped:
        turned, where = _turned(middle, inside)
        problems[turned] = [_say_swapped(x, y, where) for x, y in middle[turned]]
        inside &= ~turned
    return Misplaced(problems, tuple(_oddities(middle, inside, projected=projected)))


def _beyond_degrees(shapes: Shapes) -> NDArray[np.bool_]:
    # The bounds that GEOS gives leave holes out.
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    beyond = (np.abs(points[:, 0]) > 180.0) | (np.abs(points[:, 1]) > 90.0)
    return np.isin(np.arange(len(shapes)), owner[beyond])


def _middles(shapes: Shapes) -> Floats:
    bounds = shapely.bounds(shapes)
    middles: Floats = (bounds[:, :2] + bounds[:, 2:]) / 2
    return middles


def _cause_of_no_degrees(middle: Floats) -> str:
    x, y = np.median(middle, axis=0)
    if abs(x) <= 90 and abs(y) <= 180:
        return f"latitude and longitude are probably swapped: pass {argument('swap_xy', True)}"
    unknown = f"they are probably metres of a grid: pass {argument('crs')} with its EPSG code"
    return _likely_grid(x, y) or _parts_of_degree(middle) or unknown


def _parts_of_degree(middle: Floats) -> str:
    """Say of which part of a degree coordinates are that are longer than those of any grid; empty for others."""
    longest = np.abs(middle).max(axis=0)
    if longest.max() <= _LONGEST_M:
        return ""
    fits = [part for part in _PARTS_OF_DEGREE if (longest / part <= [180.0, 90.0]).all()]
    if not fits:
        return "they are longer than those of any grid: were they made whole numbers (quantised)?"
    part = fits[-1]
    return f"they are probably degrees times {part:,}, as some devices keep them: divide them by that"


def _likely_grid(x: float, y: float) -> str:
    """What the CRS should be for coordinates in metres, as a clause; empty if nothing fits."""
    digits = [digit for digit in _ZONE_DIGITS if abs(x) < 1e6 and likely_crs(x + digit * 1e6, y)]
    fitting = likely_crs(x, y)
    causes = [f"they fit {' or '.join(fitting)}: pass {argument('crs')} with the one it is"] if fitting else []
    causes += [f"the number of the zone, {digit}, may be left out before the eastings" for digit in digits]
    return "; or ".join(causes)


def likely_crs(x: float, y: float) -> list[str]:
    """Grids in which a point would lie in a country whose extent ships with the library.

    Examples
    --------
    >>> likely_crs(7_512_000, 4_724_000)
    ['EPSG:9141', 'EPSG:6316', 'EPSG:31277']
    """
    found = []
    with offline():
        for code, transformer in grids():
            for first, second, how in ((x, y, ""), (y, x, f" with {argument('swap_xy', True)}")):
                if _home(np.array([transformer.transform(first, second)]))[0]:
                    found.append(f"EPSG:{code}{how}")
    return [code for code in found if code.replace(":", "").isalnum()] or found


def _turned(middle: Floats, inside: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], str]:
    """Records that would lie where they belong with the two numbers exchanged, and where that is."""
    at_home, turned_home = _home(middle), _home(middle[:, ::-1])
    turned = inside & ~at_home & turned_home
    if turned.any():
        return turned, f"in {_extents()['name'].iloc[0]}"
    centre = _centre(middle[inside])
    if centre is None or not inside.any():
        return turned, ""
    if not _any_in_a_country(middle[inside]):
        elsewhere = countries_at(middle[inside][:, ::-1])
        if (elsewhere != "").all():
            # All lie where no country has land or sea, and would lie in one.
            return inside, f"in or near {', '.join(np.unique(elsewhere)[:3])}, and as they are in no country"
    far = np.abs(middle - centre).max(axis=1) > _FAR_DEG
    near_when_turned = np.abs(middle[:, ::-1] - centre).max(axis=1) < _NEAR_DEG
    return inside & far & near_when_turned, "among the other records"


def _any_in_a_country(places: Floats) -> bool:
    # The first few nearly always tell.
    return any((countries_at(places[at : at + 1_000]) != "").any() for at in range(0, len(places), 1_000))


def _say_swapped(x: float, y: float, where: str) -> str:
    return (
        f"lies at longitude {x:.4f}, latitude {y:.4f}; the two are probably swapped, as it would then lie {where}: "
        f"pass {argument('swap_xy', True)} (or {argument('swap_xy', False)} if they are right)"
    )


def _centre(middle: Floats) -> Floats | None:
    """Where the records lie, None if they are few or lie far apart."""
    if len(middle) < _ENOUGH:
        return None
    centre: Floats = np.median(middle, axis=0)
    near = np.abs(middle - centre).max(axis=1) <= _FAR_DEG
    return centre if near.mean() >= 0.75 else None


def _oddities(middle: Floats, inside: NDArray[np.bool_], *, projected: bool) -> Iterator[str]:
    home = inside & _home(middle)
    name = _extents()["name"].iloc[0]
    rows = np.flatnonzero(inside)
    if home.sum() > inside.sum() / 2:
        strays = rows[~home[inside]]
        if len(strays):
            yield f"{_rows(strays)} outside {name}, where the others lie: check the coordinates"
    elif (centre := _centre(middle[inside])) is not None:
        strays = rows[np.abs(middle[inside] - centre).max(axis=1) > _FAR_DEG]
        if len(strays):
            yield f"{_rows(strays)} more than {_FAR_DEG:g} degrees from where the others lie: check the coordinates"
    if projected and len(rows) and not home.any():
        for shift in (-6, -3, 3, 6):
            if _home(middle[inside] + [shift, 0]).all():
                side = "east" if shift < 0 else "west"
                yield f"all records lie {abs(shift)} degrees {side} of {name}: was it another zone of the grid?"


def _rows(rows: NDArray[np.intp]) -> str:
    listed = ", ".join(str(row + 1) for row in rows[:_MOST_NAMED])
    more = f" and {len(rows) - _MOST_NAMED:,} more" if len(rows) > _MOST_NAMED else ""
    return f"records {listed}{more} lie" if len(rows) > 1 else f"record {listed} lies"


def _home(middle: Floats) -> NDArray[np.bool_]:
    inside = np.zeros(len(middle), dtype=bool)
    for west, south, east, north in _extents()[["west", "south", "east", "north"]].to_numpy():
        x, y = middle[:, 0], middle[:, 1]
        inside |= (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return inside


@lru_cache(maxsize=1)
def _extents() -> pd.DataFrame:
    return pd.read_csv(geodata_path("vocabulary", "extents.csv"), encoding="utf-8")
