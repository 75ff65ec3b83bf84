"""Where shapes lie: brought to degrees of WGS 84, and told when that is plainly not where they were drawn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError
from pyproj.network import is_network_enabled, set_network_enabled  # type: ignore[attr-defined, unused-ignore]
from pyproj.transformer import TransformerGroup

from kosovo_hazards._arrays import Floats, Shapes
from kosovo_hazards._data import geodata_path
from kosovo_hazards._errors import HazardDataError
from kosovo_hazards._wording import argument
from kosovo_hazards.schema import CRS

__all__ = ["Misplaced", "beyond_area", "crs_named", "likely_crs", "misplaced", "swapped", "to_degrees"]


# Records of one register lie within some degrees of each other; a stray further off than this is told.
_FAR_DEG = 5.0
_NEAR_DEG = 1.5
# A grid is used for a whole country though part of it lies in the next zone, but not farther away.
_BEYOND_AREA_DEG = 6.0
# Eastings of the zones of the old Yugoslav grid begin with their number, which is often left out.
_ZONE_DIGITS = (5, 6, 7, 8)
# Fewer records than this say nothing about where the others should lie.
_ENOUGH = 4
_MOST_NAMED = 10
# Published transformations between two datums agree within metres. EPSG's "MGI 1901 to WGS 84 (14)" for Kosovo moves a
# point by 1,177 m where all others move it by some 435 m: its rotations read as seconds of arc and position vector,
# but agree with the neighbours' only as centesimal seconds and coordinate frame.
_DISAGREEMENT_M = 100.0
_ENOUGH_TRANSFORMATIONS = 3


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


def crs_named(name: object) -> pyproj.CRS:
    """The CRS of an EPSG code, a name that PROJ knows, or one that people use.

    Raises
    ------
    HazardDataError
        If nobody knows it.

    Examples
    --------
    >>> crs_named("KOSOVAREF01 / Balkans zone 7").to_epsg(), crs_named("Gauss-Krüger zone 7").to_epsg()
    (9141, 6316)
    """
    from kosovo_hazards.language import compact

    if (code := _spellings().get(compact(name))) is not None:
        return pyproj.CRS.from_epsg(code)
    try:
        with _offline():
            return pyproj.CRS.from_user_input(int(str(name)) if str(name).isdigit() else name)
    except (CRSError, ValueError, TypeError) as error:
        raise HazardDataError(
            f"{name!r} is no coordinate reference system that PROJ knows",
            hint='give a code such as "EPSG:4326" (degrees) or "EPSG:9141" (national grid of Kosovo)',
        ) from error


def to_degrees(shapes: Shapes, crs: pyproj.CRS) -> tuple[Shapes, str]:
    """Shapes in longitude and latitude of WGS 84, and a sentence on the transformation used.

    Parameters
    ----------
    shapes
        Geometry in `crs`; it is not changed.
    crs
        Any CRS; x is easting or longitude whatever its axis order.

    Returns
    -------
    The shapes in EPSG:4326 with their heights as they were; the sentence is empty if nothing was transformed.
    """
    if crs.equals(CRS, ignore_axis_order=True):
        return shapes, ""
    with _offline():
        transformer, note = _transformer(shapes, crs)
        moved = shapes.copy()
        for heights in (False, True):
            rows = shapely.has_z(shapes) == heights
            moved[rows] = shapely.transform(shapes[rows], lambda xyz: _moved(transformer, xyz), include_z=heights)
    return moved, note


def _moved(transformer: pyproj.Transformer, points: Floats) -> Floats:
    x, y = transformer.transform(points[:, 0], points[:, 1])
    return np.column_stack([x, y, points[:, 2:]])


def _transformer(shapes: Shapes, crs: pyproj.CRS) -> tuple[pyproj.Transformer, str]:
    """The transformation that PROJ prefers at the middle of the data, for all alike, unless it is an outlier."""
    named = crs.name
    code = crs.to_epsg(min_confidence=100)
    # Read from a table, a CRS no longer knows that its code was withdrawn.
    crs = crs if code is None else pyproj.CRS.from_epsg(code)
    if crs.is_deprecated and (successors := crs.get_non_deprecated()):
        # PROJ knows no datum shift for withdrawn codes such as EPSG:31277, only for their successors.
        crs = successors[0]
    # PROJ would choose point by point, and a polygon across two areas of use would be torn by metres.
    best = pyproj.Transformer.from_crs(crs, CRS, always_xy=True)
    middles = _known_middles(shapes)
    remark = ""
    if len(middles):
        middle = np.median(middles, axis=0)
        if np.isfinite(best.transform(*middle)).all():
            best = best.get_last_used_operation()
            best, remark = _without_outlier(best, crs, middle)
    stated = f"{best.accuracy:g} m" if best.accuracy is not None and best.accuracy >= 0 else "unknown"
    if "Ballpark" in best.description:
        remark += "; PROJ knows no shift between the two datums, so positions may be off by hundreds of metres"
    return best, f"{named} was transformed to WGS 84 by {best.description}; its stated accuracy is {stated}{remark}"


def _without_outlier(best: pyproj.Transformer, crs: pyproj.CRS, middle: Floats) -> tuple[pyproj.Transformer, str]:
    """The transformation preferred, or the most accurate of the others if it lies far from where they all agree."""
    place = np.array(best.transform(*middle))
    others = [
        candidate
        for candidate in TransformerGroup(crs, CRS, always_xy=True).transformers
        if candidate.accuracy is not None and candidate.accuracy >= 0 and _covers(candidate, place)
    ]
    if len(others) < _ENOUGH_TRANSFORMATIONS:
        return best, ""
    places = np.array([candidate.transform(*middle) for candidate in others])
    off_m = _distance_m(places, np.median(places, axis=0))
    agreed = [candidate for candidate, off in zip(others, off_m, strict=True) if off <= _DISAGREEMENT_M]
    if not agreed or _distance_m(place[None], np.median(places, axis=0))[0] <= _DISAGREEMENT_M:
        return best, ""
    chosen = min(agreed, key=lambda candidate: candidate.accuracy)
    apart = _distance_m(place[None], np.array(chosen.transform(*middle)))[0]
    return (
        chosen,
        f" ({best.description}, which PROJ prefers, lies {apart:,.0f} m from where {len(agreed)} others agree)",
    )


def _covers(candidate: pyproj.Transformer, place: Floats) -> bool:
    area = candidate.area_of_use
    return area is None or bool(area.west <= place[0] <= area.east and area.south <= place[1] <= area.north)


def _distance_m(places: Floats, other: Floats) -> Floats:
    lon, lat = places[:, 0], places[:, 1]
    geod = pyproj.Geod(ellps="WGS84")
    distance: Floats = geod.inv(lon, lat, np.full(len(lon), other[0]), np.full(len(lat), other[1]))[2]
    return distance


def _known_middles(shapes: Shapes) -> Floats:
    middles = _middles(shapes)
    return middles[np.isfinite(middles).all(axis=1)]


@contextmanager
def _offline() -> Iterator[None]:
    """Keep PROJ from fetching grids, whatever the environment says."""
    before = is_network_enabled()
    set_network_enabled(active=False)
    try:
        yield
    finally:
        set_network_enabled(active=before)


def swapped(shapes: Shapes) -> Shapes:
    """Shapes with x and y exchanged."""
    turned: Shapes = shapely.transform(shapes, lambda points: points[:, ::-1])
    return turned


# --- plainly wrong places --------------------------------------------------------------------------------------------


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
    beyond = (np.abs(points) > [180.0, 90.0]).any(axis=1)
    return np.isin(np.arange(len(shapes)), owner[beyond])


def _middles(shapes: Shapes) -> Floats:
    bounds = shapely.bounds(shapes)
    middles: Floats = (bounds[:, :2] + bounds[:, 2:]) / 2
    return middles


def _cause_of_no_degrees(middle: Floats) -> str:
    x, y = np.median(middle, axis=0)
    if abs(x) <= 90 and abs(y) <= 180:
        return f"latitude and longitude are probably swapped: pass {argument('swap_xy', True)}"
    return _likely_grid(x, y) or f"they are probably metres of a grid: pass {argument('crs')} with its EPSG code"


def _likely_grid(x: float, y: float) -> str:
    """What the CRS should be for coordinates in metres, as a clause; empty if nothing fits."""
    digits = [digit for digit in _ZONE_DIGITS if abs(x) < 1e6 and likely_crs(x + digit * 1e6, y)]
    fitting = likely_crs(x, y)
    causes = [f"they fit {' or '.join(fitting)}: pass {argument('crs')} with the one it is"] if fitting else []
    causes += [f"the number of the zone, {digit}, may be left out before the eastings" for digit in digits]
    return "; or ".join(causes)


def beyond_area(shapes: Shapes, moved: Shapes, crs: pyproj.CRS) -> NDArray[np.object_]:
    """Why records of a grid can't lie where its coordinates say; empty where they can.

    Parameters
    ----------
    shapes
        Geometry in the grid.
    moved
        The same in degrees.
    crs
        The grid; for one in degrees, or whose area of use is not known, only what can't be transformed is told.
    """
    middle, place = _middles(shapes), _middles(moved)
    drawn = np.isfinite(middle).all(axis=1)
    lost = drawn & ~np.isfinite(place).all(axis=1)
    area = crs.area_of_use
    if crs.is_projected and area is not None:
        far = np.array([-1, -1, 1, 1]) * _BEYOND_AREA_DEG + [area.west, area.south, area.east, area.north]
        lost |= drawn & ((place < far[:2]) | (place > far[2:])).any(axis=1)
    problems = np.full(len(shapes), "", dtype=object)
    if lost.any():
        x, y = np.median(middle[lost], axis=0)
        degrees = abs(x) <= 180 and abs(y) <= 90
        cause = _degrees_of(crs) if degrees else _likely_grid(x, y) or f"is {argument('crs')} right?"
        message = f"its coordinates lie far outside the area for which {crs.name} is made; {cause}"
        problems[lost] = [f"lies at x {x:,.1f}, y {y:,.1f}: {message}" for x, y in middle[lost]]
    return problems


def _degrees_of(grid: pyproj.CRS) -> str:
    datum = grid.geodetic_crs
    code = datum.to_epsg() if datum else None
    other = f", or {argument('crs', f'EPSG:{code}')} if they are degrees of {datum.name}" if datum and code else ""
    return f"they look like degrees: pass {argument('crs', 'EPSG:4326')} if of WGS 84{other}"


def likely_crs(x: float, y: float) -> list[str]:
    """Grids in which a point would lie in a country whose extent ships with the library.

    Examples
    --------
    >>> likely_crs(7_512_000, 4_724_000)
    ['EPSG:9141', 'EPSG:6316', 'EPSG:31277']
    """
    found = []
    with _offline():
        for code, transformer in _grids():
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
    if centre is None:
        return turned, ""
    far = np.abs(middle - centre).max(axis=1) > _FAR_DEG
    near_when_turned = np.abs(middle[:, ::-1] - centre).max(axis=1) < _NEAR_DEG
    return inside & far & near_when_turned, "among the other records"


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
    return f"record{'s' if len(rows) > 1 else ''} {listed}{more} lie{'' if len(rows) > 1 else 's'}"


def _home(middle: Floats) -> NDArray[np.bool_]:
    inside = np.zeros(len(middle), dtype=bool)
    for west, south, east, north in _extents()[["west", "south", "east", "north"]].to_numpy():
        x, y = middle[:, 0], middle[:, 1]
        inside |= (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return inside


@lru_cache(maxsize=1)
def _extents() -> pd.DataFrame:
    return pd.read_csv(geodata_path("vocabulary", "extents.csv"), encoding="utf-8")


@lru_cache(maxsize=1)
def _spellings() -> dict[str, int]:
    from kosovo_hazards.language import compact

    table = pd.read_csv(geodata_path("vocabulary", "crs.csv"), encoding="utf-8", dtype=str)
    return {
        compact(spelling): int(code)
        for code, name, spellings in table.itertuples(index=False)
        for spelling in [name, *spellings.split(";")]
    }


@lru_cache(maxsize=1)
def _grids() -> tuple[tuple[int, pyproj.Transformer], ...]:
    """Codes of the grids in metres in which registers come, with the way from each to degrees."""
    table = pd.read_csv(geodata_path("vocabulary", "crs.csv"), encoding="utf-8", dtype=str)
    grids = [code for code in table["epsg"].astype(int) if pyproj.CRS.from_epsg(code).is_projected]
    return tuple((code, pyproj.Transformer.from_crs(code, CRS, always_xy=True)) for code in grids)
