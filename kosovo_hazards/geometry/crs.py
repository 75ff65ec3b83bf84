"""Coordinate reference systems: known by the names people use, and the way from each to degrees of WGS 84."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
import pandas as pd
import pyproj
import shapely
from pyproj.exceptions import CRSError, ProjError
from pyproj.network import is_network_enabled, set_network_enabled  # type: ignore[attr-defined, unused-ignore]
from pyproj.transformer import TransformerGroup

from kosovo_hazards._arrays import Floats, Shapes
from kosovo_hazards._data import geodata_path
from kosovo_hazards._errors import MissingCRSError
from kosovo_hazards.schema import CRS

__all__ = ["crs_named", "grids", "horizontal", "offline", "swapped", "to_degrees"]


# Published transformations between two datums agree within metres. EPSG's "MGI 1901 to WGS 84 (14)" for Kosovo moves a
# point by 1,177 m where all others move it by some 435 m: its rotations read as seconds of arc and position vector,
# but agree with the neighbours' only as centesimal seconds and coordinate frame.
_DISAGREEMENT_M = 100.0
_ENOUGH_TRANSFORMATIONS = 3


def crs_named(name: object) -> pyproj.CRS:
    """The CRS of an EPSG code, a name that PROJ knows, or one that people use.

    Raises
    ------
    MissingCRSError
        If nobody knows it, or it gives no places on the ground (heights alone, a frame of a building site).

    Examples
    --------
    >>> crs_named("KOSOVAREF01 / Balkans zone 7").to_epsg(), crs_named("Gauss-Krüger zone 7").to_epsg()
    (9141, 6316)
    """
    from kosovo_hazards.language import compact

    if (code := _spellings().get(compact(name))) is not None:
        return pyproj.CRS.from_epsg(code)
    try:
        with offline():
            found = pyproj.CRS.from_user_input(int(str(name)) if _is_code(name) else name)
    except (CRSError, ValueError, TypeError) as error:
        raise MissingCRSError(
            f"{_short(name)} is no coordinate reference system that PROJ knows",
            hint='give a code such as "EPSG:4326" (degrees) or "EPSG:9141" (national grid of Kosovo)',
        ) from error
    horizontal(found)
    return found


def _is_code(name: object) -> bool:
    text = str(name)
    return text.isdecimal() and len(text) <= 9


def _short(name: object) -> str:
    text = repr(name)
    return text if len(text) <= 80 else f"{text[:80]}…"


def horizontal(crs: pyproj.CRS) -> pyproj.CRS:
    """The part of a CRS that says where on the ground a place lies, without its heights.

    Raises
    ------
    MissingCRSError
        If it has none: heights alone, places counted from the middle of the earth, a local frame.

    Examples
    --------
    >>> horizontal(pyproj.CRS("EPSG:9707")).name
    'WGS 84'
    """
    found = crs
    while (inner := found.sub_crs_list[0] if found.is_compound else None) is not None:
        found = inner
    if not (found.is_projected or found.is_geographic):
        raise MissingCRSError(
            f"{crs.name} is a {crs.type_name}, which gives no places in degrees or on a grid",
            hint='name the one of the places, such as "EPSG:4326" (degrees) or "EPSG:9141" (national grid of Kosovo)',
        )
    return found


def to_degrees(shapes: Shapes, crs: pyproj.CRS) -> tuple[Shapes, str]:
    """Shapes in longitude and latitude of WGS 84, and a sentence on the transformation used.

    Parameters
    ----------
    shapes
        Geometry in `crs`; it is not changed.
    crs
        Any CRS of places; x is easting or longitude whatever its axis order.

    Returns
    -------
    The shapes in EPSG:4326 with their heights as they were; the sentence is empty if nothing was transformed.

    Raises
    ------
    MissingCRSError
        If there is no way from `crs` to WGS 84: heights alone, a local frame, another planet.
    """
    if crs.equals(CRS, ignore_axis_order=True):
        return shapes, ""
    places = horizontal(crs)
    try:
        with offline():
            transformer, note = _transformer(shapes, places)
            moved = shapes.copy()
            for heights in (False, True):
                rows = shapely.has_z(shapes) == heights
                moved[rows] = shapely.transform(shapes[rows], lambda xyz: _moved(transformer, xyz), include_z=heights)
    except ProjError as error:
        raise MissingCRSError(
            f"PROJ knows no way between {crs.name} and degrees of WGS 84",
            hint="transform the data in a program that knows it, and name the CRS they are in then",
        ) from error
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
    middles = _known_middles(shapes)
    if crs.is_deprecated:
        crs = next((other for other in crs.get_non_deprecated() if _same_grid(crs, other, middles)), crs)
    # PROJ would choose point by point, and a polygon across two areas of use would be torn by metres.
    best = pyproj.Transformer.from_crs(crs, CRS, always_xy=True)
    remark = ""
    if len(middles):
        middle = np.median(middles, axis=0)
        if np.isfinite(best.transform(*middle)).all():
            best, remark = _without_outlier(_used(best), crs, middle)
    stated = f"{best.accuracy:g} m" if best.accuracy is not None and best.accuracy >= 0 else "unknown"
    if "Ballpark" in best.description:
        remark += "; PROJ knows no shift between the two datums, so positions may be off by hundreds of metres"
    return best, f"{named} was transformed to WGS 84 by {best.description}; its stated accuracy is {stated}{remark}"


def _same_grid(crs: pyproj.CRS, other: pyproj.CRS, middles: Floats) -> bool:
    """Whether a withdrawn CRS and its successor differ by their datum only, for which PROJ may know no shift but here.

    Others were withdrawn because their numbers were wrong; data in them are in those numbers.
    """
    if not len(middles) or crs.geodetic_crs is None or other.geodetic_crs is None:
        return True
    middle = np.median(middles, axis=0)
    here, there = (
        pyproj.Transformer.from_crs(one, one.geodetic_crs, always_xy=True).transform(*middle) for one in (crs, other)
    )
    return bool(np.allclose(here, there, rtol=0, atol=1e-7))


def _used(transformer: pyproj.Transformer) -> pyproj.Transformer:
    """The one of several operations that was used last."""
    try:
        return transformer.get_last_used_operation()
    except ProjError:
        # An operation that moves nothing is not noted as used; then it is the only one.
        return transformer


def _without_outlier(best: pyproj.Transformer, crs: pyproj.CRS, middle: Floats) -> tuple[pyproj.Transformer, str]:
    """The transformation preferred, or the most accurate of the others if it lies far from where they all agree."""
    place = np.array(best.transform(*middle))
    with warnings.catch_warnings():
        # PROJ warns of grids that are not installed; the accuracy of what is used instead is reported.
        warnings.simplefilter("ignore", UserWarning)
        known = TransformerGroup(crs, CRS, always_xy=True).transformers
    others = [
        candidate
        for candidate in known
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
    bounds = shapely.bounds(shapes)
    middles: Floats = (bounds[:, :2] + bounds[:, 2:]) / 2
    return middles[np.isfinite(middles).all(axis=1)]


@contextmanager
def offline() -> Iterator[None]:
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
def grids() -> tuple[tuple[int, pyproj.Transformer], ...]:
    """Codes of the grids in metres in which registers come, with the way from each to degrees."""
    table = pd.read_csv(geodata_path("vocabulary", "crs.csv"), encoding="utf-8", dtype=str)
    codes = [code for code in table["epsg"].astype(int) if pyproj.CRS.from_epsg(code).is_projected]
    return tuple((code, pyproj.Transformer.from_crs(code, CRS, always_xy=True)) for code in codes)
