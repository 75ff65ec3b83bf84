"""The CRS of each point of a table: named for all, in a column, or by the notation; one stray name costs one record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Floats, Positions, Shapes, Texts
from kosovo_hazards._errors import HazardDataError, MissingCRSError
from kosovo_hazards._wording import argument
from kosovo_hazards.cells import texts
from kosovo_hazards.geometry import crs_named, to_degrees
from kosovo_hazards.reading.points.pairs import Position
from kosovo_hazards.reading.points.tokens import quoted
from kosovo_hazards.schema import CRS

__all__ = ["Placed", "PlacedShapes", "placed_points", "placed_shapes", "systems_of"]


# Corners of one record lie within this of each other, whichever grid each was read from.
_ONE_RECORD_M = 50_000.0
# Datums closer than this are one for any map.
_SAME_PLACE_M = 1.0
# "48N", "UTM zone 34 T": a number and the letter of a hemisphere or band.
_ZONE = re.compile(r"(?:utm)?\s*(?:zone)?\s*(\d{1,2})\s*([C-HJ-NP-X])", re.IGNORECASE)
_ZONES = range(1, 61)


def systems_of(source: pd.DataFrame, roles: Mapping[str, str], crs: str | None) -> list[str | None]:
    """For each row the name of the CRS that the caller or a column gives, None where neither does.

    Raises
    ------
    MissingCRSError
        If a column gives the number of a zone and nothing says of which grid.
    """
    if crs is not None:
        return [str(crs)] * len(source)
    named = roles.get("crs") or roles.get("zone")
    if named is None:
        return [None] * len(source)
    systems = [None if pd.isna(name) else str(name) for name in texts(source[named], unknown=True)]
    known = [name for name in systems if name]
    if "crs" not in roles and known and all(name.isdigit() for name in known):
        raise MissingCRSError(
            f"column {named!r} says zone {known[0]}, but not of which grid",
            hint=f'pass {argument("crs")}, for instance "EPSG:32634" for UTM zone 34 north, or "EPSG:6316" for zone 7 '
            "of the old Yugoslav grid",
        )
    return systems if "crs" in roles else [name and _grid_of_zone(name) for name in systems]


def _grid_of_zone(name: str) -> str:
    """UTM on WGS 84 for a zone with its letter; as it is where that says nothing for sure."""
    found = _ZONE.fullmatch(name.strip())
    # S is the southern hemisphere to one writer and a band of the northern one to the other.
    if found is None or found[2].upper() == "S" or int(found[1]) not in _ZONES:
        return name
    return f"EPSG:{326 if found[2].upper() >= 'N' else 327}{int(found[1]):02d}"


@dataclass(frozen=True)
class Placed:
    """Points in one CRS.

    Attributes
    ----------
    points
        x and y.
    crs
        The one that all share, else that of the library; None if nothing names one.
    problems
        Why a point can't be placed, as a clause; empty where it can.
    notes
        What the user should know.
    """

    points: Floats
    crs: pyproj.CRS | None
    problems: NDArray[np.object_]
    notes: tuple[str, ...]


def placed_points(
    points: Sequence[Position], systems: Sequence[str | None], owner: Sequence[int] | Positions | None = None
) -> Placed:
    """Points in the one CRS that all share, else brought to degrees.

    Parameters
    ----------
    points
        As written.
    systems
        Name of the CRS of each, None where only its notation may name one.
    owner
        Number of the record of each, so that one corner in another CRS than the others is looked at.

    Raises
    ------
    MissingCRSError
        If no point is in a CRS that is known.
    """
    xy = np.array([point[:2] for point in points], dtype=np.float64).reshape(-1, 2)
    names = [_system(point, name) for point, name in zip(points, systems, strict=True)]
    notes = ["UTM and MGRS coordinates were taken to be on WGS 84"] if any(point.epsg for point in points) else []
    which, distinct = pd.factorize(np.array(names, dtype=object))
    problems = np.full(len(xy), "", dtype=object)
    if len(distinct) <= 1:
        return Placed(xy, crs_named(distinct[0]) if len(distinct) and distinct[0] else None, problems, tuple(notes))
    if not any(distinct):
        return Placed(xy, None, problems, tuple(notes))
    found = {i: _crs_or_none(name) for i, name in enumerate(distinct)}
    for i, crs in found.items():
        if crs is None:
            problems[which == i] = _unknown(distinct[i])
    known = [(i, crs) for i, crs in found.items() if crs is not None]
    if not known:
        crs_named(distinct[0])
    if len(known) == 1:
        return Placed(xy, known[0][1], problems, tuple(notes))
    degrees = np.full_like(xy, np.nan)
    for i, crs in known:
        moved, note = to_degrees(shapely.points(xy[which == i]), crs)
        degrees[which == i] = shapely.get_coordinates(moved)
        notes += [note] if note else []
    if owner is not None:
        notes += _judge_mixed(np.asarray(owner), which, xy, degrees, dict(known), problems)
    return Placed(degrees, pyproj.CRS(CRS), problems, tuple(notes))


@dataclass(frozen=True)
class PlacedShapes:
    """Shapes in one CRS.

    Attributes
    ----------
    shapes
        As they were if all share a CRS, else in degrees.
    crs
        The one that all share, else that of the library; None if nothing names one.
    problems
        Why a shape can't be placed, as a clause; empty where it can.
    notes
        What the user should know.
    """

    shapes: Shapes
    crs: pyproj.CRS | None
    problems: Texts
    notes: tuple[str, ...]


def placed_shapes(shapes: Shapes, systems: Sequence[str | None], crs: str | None) -> PlacedShapes:
    """Shapes in the one CRS that all share, else brought to degrees.

    Parameters
    ----------
    shapes
        As written; None where there is none.
    systems
        Name of the CRS of each, None where nothing names one.
    crs
        The CRS that the caller named for all, or None; what names none is in that.
    """
    problems = np.full(len(shapes), "", dtype=object)
    drawn = ~shapely.is_missing(shapes)
    names = np.array([name or crs or "" for name in systems], dtype=object)
    distinct = pd.unique(names[drawn])
    found = {name: _crs_or_none(name) for name in distinct}
    known = {name: system for name, system in found.items() if system is not None}
    if not known:
        named = next((name for name in distinct if name), None)
        return PlacedShapes(shapes, None if named is None else crs_named(named), problems, ())
    for name in set(distinct) - set(known):
        problems[drawn & (names == name)] = _unknown(name)
    if len(known) == 1:
        return PlacedShapes(shapes, next(iter(known.values())), problems, ())
    if crs is not None:
        # The caller's word holds for all; what names another one contradicts it.
        for name in set(known) - {crs}:
            problems[drawn & (names == name)] = f"names {name}, while {argument('crs', crs)} is said of all"
        return PlacedShapes(shapes, None, problems, ())
    degrees, notes = shapes.copy(), []
    for name, system in known.items():
        rows = drawn & (names == name)
        degrees[rows], note = to_degrees(shapes[rows], system)
        notes += [note] if note else []
    summary = f"shapes name {len(known)} coordinate reference systems ({', '.join(known)}); each was read in its own"
    return PlacedShapes(degrees, pyproj.CRS(CRS), problems, (summary, *notes))


@lru_cache(maxsize=256)
def _crs_or_none(name: str) -> pyproj.CRS | None:
    try:
        return crs_named(name) if name else None
    except HazardDataError:
        return None


def _unknown(name: str) -> str:
    if not name:
        return "names no coordinate reference system while others do"
    return f"names {quoted(name)} as its coordinate reference system, which PROJ does not know"


@lru_cache(maxsize=256)
def _is_wgs84(name: str) -> bool:
    crs = _crs_or_none(name)
    return crs is not None and bool(crs.equals(CRS, ignore_axis_order=True))


def _system(point: Position, named: str | None) -> str:
    """The CRS of a point; the zone in its notation says more than that it is on WGS 84."""
    if point.epsg and (named is None or _is_wgs84(named)):
        return f"EPSG:{point.epsg}"
    return named or ""


# --- one corner in another CRS ---------------------------------------------------------------------------------------


def _judge_mixed(
    owner: Positions, which: Positions, xy: Floats, degrees: Floats, known: Mapping[int, pyproj.CRS], problems: Texts
) -> Iterator[str]:
    """Look at records whose corners are in several CRS; set what speaks against a corner, and say what does not."""
    several = pd.Series(which).groupby(owner).nunique()
    mixed = 0
    for record in several.index[several > 1]:
        rows = np.flatnonzero((owner == record) & (problems == ""))
        if len(kinds := pd.Series(which[rows]).value_counts()) < 2:
            continue
        most = int(kinds.index[0])
        others = rows[which[rows] != most]
        middle = np.median(degrees[rows[which[rows] == most]], axis=0)
        own_m = _distance_m(degrees[others], middle)
        as_most = shapely.get_coordinates(to_degrees(shapely.points(xy[others]), known[most])[0])
        alike_m = _distance_m(as_most, middle)
        apart_m = _distance_m(degrees[others], as_most)
        for row, own, alike, apart in zip(others, own_m, alike_m, apart_m, strict=True):
            problems[row] = _against(known[int(which[row])].name, known[most].name, own, alike, apart)
        mixed += 1
    if mixed:
        yield f"{mixed:,} records have corners in several coordinate reference systems; each was read in its own"


def _against(name: str, most: str, own_m: float, alike_m: float, apart_m: float) -> str:
    """What speaks against a corner in `name` among others in `most`; empty if nothing does."""
    near, near_alike = own_m <= _ONE_RECORD_M, alike_m <= _ONE_RECORD_M
    if near and (not near_alike or apart_m <= _SAME_PLACE_M):
        return ""
    if near:
        return (
            f"names {name} where the other corners of its record name {most}; the two lie {apart_m:,.0f} m apart, and "
            "nothing tells which is right"
        )
    if near_alike:
        return f"names {name}, but lies among the other corners of its record only if it is {most} as they are"
    return f"names {name} and lies {own_m / 1_000:,.0f} km from the other corners of its record"


def _distance_m(places: Floats, others: Floats) -> Floats:
    """Metres from each place to each other, or to the one other; infinite where one is unknown."""
    lon, lat = np.broadcast_to(others, places.shape).T
    found = pyproj.Geod(ellps="WGS84").inv(places[:, 0], places[:, 1], lon, lat)[2]
    distance: Floats = np.where(np.isfinite(found), found, np.inf)
    return distance
