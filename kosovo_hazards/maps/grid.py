"""The grid whose coordinates the page tells, as polynomials fitted to PROJ: any projection, any datum."""

from __future__ import annotations

import warnings
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from kosovo_hazards._errors import UsageError
from kosovo_hazards.geometry import crs_named, to_degrees
from kosovo_hazards.schema import CRS

__all__ = ["grid_content", "grid_in_use"]

Floats = NDArray[np.float64]

HOME_GRID = "EPSG:9141"
"""KOSOVAREF01 / Balkans zone 7, the national grid of Kosovo."""

# The page tells whole metres; this is what the polynomials may be off.
_TOLERANCE_M = 0.01
_DEGREES = (4, 6, 8, 10, 12)
# Around the first view people still want coordinates.
_MARGIN = 0.5
# Areas of use are stated in rounded degrees: that of Kosovo's grid ends before the country does.
_EDGE_DEG = 0.05
_LETTERS = {"east": "E", "west": "W", "north": "N", "south": "S"}


def grid_in_use(hazards: gpd.GeoDataFrame, *, home: bool) -> pyproj.CRS | None:
    """The grid of the register's own coordinates, or that of Kosovo at home; None for UTM, which the page knows itself.

    Parameters
    ----------
    hazards
        The hazards table in its own CRS.
    home
        Whether the map shows Kosovo.
    """
    crs: pyproj.CRS | None = hazards.crs
    if crs is not None and _is_grid(crs):
        return crs
    return pyproj.CRS(HOME_GRID) if home else None


def grid_content(grid: str | int | pyproj.CRS, view: list[list[float]]) -> dict[str, Any] | None:
    """Easting and northing of a grid by longitude and latitude, for the page.

    Parameters
    ----------
    grid
        A projected CRS.
    view
        South-west and north-east corner of the first view, (latitude, longitude).

    Returns
    -------
    `label` of the grid, `letters` of its axes, its unit where it is not the metre; the `box` (west, south, east, north,
    degrees of WGS 84) in which it is shown: around the view and inside the grid's area of use; and per axis the `sums`
    of products of Chebyshev polynomials over that box, which agree with PROJ within a centimetre. None where the view
    lies outside the area of use.

    Raises
    ------
    HazardDataError
        If the CRS is unknown, or no grid.

    Examples
    --------
    >>> grid_content("EPSG:9141", [[42.0, 20.5], [43.0, 21.5]])["label"]
    'EPSG:9141'
    """
    crs = crs_named(grid) if not isinstance(grid, pyproj.CRS) else grid
    if not crs.is_projected:
        raise UsageError(f"grid {crs.name!r} has no easting and northing", hint='pass a projected CRS: "EPSG:9141"')
    box = _box(crs, view)
    if box is None:
        return None
    samples, degrees = _samples(crs, box)
    fitted = _fitted(samples, degrees, box)
    if fitted is None:
        return None
    code = crs.to_authority(min_confidence=100)
    unit = crs.axis_info[0].unit_name
    return {
        "label": ":".join(code) if code else crs.name,
        "letters": _letters(crs),
        "unit": "" if unit == "metre" else unit,
        "box": box.round(6).tolist(),
        "sums": fitted.round(5).tolist(),
    }


def _is_grid(crs: pyproj.CRS) -> bool:
    """Whether field teams would use it: not the Mercator of web maps, nor UTM on WGS 84."""
    if not crs.is_projected or (crs.utm_zone and "WGS 84" in crs.name):
        return False
    operation = crs.coordinate_operation
    return operation is None or "Pseudo-Mercator" not in f"{crs.name} {operation.method_name}"


def _letters(crs: pyproj.CRS) -> list[str]:
    """Letters of the axes, the one across first, as coordinates are given."""
    found = [_LETTERS.get(axis.direction, "") for axis in crs.axis_info[:2]]
    return found[::-1] if found[0] in ("N", "S") else found


def _box(crs: pyproj.CRS, view: list[list[float]]) -> Floats | None:
    (south, west), (north, east) = view
    wide, high = max(east - west, 0.2) * _MARGIN, max(north - south, 0.2) * _MARGIN
    box = np.array([west - wide, max(south - high, -85), east + wide, min(north + high, 85)])
    if (use := crs.area_of_use) is not None and use.west < use.east:
        box[:2] = np.maximum(box[:2], np.array([use.west, use.south]) - _EDGE_DEG)
        box[2:] = np.minimum(box[2:], np.array([use.east, use.north]) + _EDGE_DEG)
    return box if (box[:2] < box[2:]).all() else None


def _samples(crs: pyproj.CRS, box: Floats) -> tuple[Floats, Floats]:
    """Points of the grid that lie densest along the edges of the box, and where they are in degrees."""
    nodes = np.cos(np.pi * (np.arange(32) + 0.5) / 32)
    lon, lat = np.meshgrid(_scaled(nodes, box[0], box[2]), _scaled(nodes, box[1], box[3]))
    # Where a point is in the grid is computed the way a register is read, so that both shift the datum alike.
    with warnings.catch_warnings():
        # Finer shifts of the datum may need files that are not there: the next best does for whole metres.
        warnings.filterwarnings("ignore", message="Best transformation is not available")
        rough = np.column_stack(
            pyproj.Transformer.from_crs(CRS, crs, always_xy=True).transform(lon.ravel(), lat.ravel())
        )
        known = rough[np.isfinite(rough).all(axis=1)]
        places, _ = to_degrees(shapely.points(known), crs)
    return known, shapely.get_coordinates(places)


def _scaled(share: Floats, low: float, high: float) -> Floats:
    return (low + high) / 2 + share * (high - low) / 2


def _fitted(samples: Floats, degrees: Floats, box: Floats) -> Floats | None:
    """Sums of the lowest degree that does for points it was not fitted to."""
    if len(samples) < 4 * _DEGREES[0] ** 2 or not np.isfinite(degrees).all():
        return None
    middle, half = (box[:2] + box[2:]) / 2, (box[2:] - box[:2]) / 2
    x, y = ((degrees - middle) / half).T
    fit = np.arange(len(x)) % 2 == 0
    for degree in _DEGREES:
        terms = np.polynomial.chebyshev.chebvander2d(x, y, [degree, degree])
        if degree**2 > fit.sum() / 2:
            return None
        sums = np.linalg.lstsq(terms[fit], samples[fit], rcond=None)[0].round(5)
        if np.abs(terms[~fit] @ sums - samples[~fit]).max() <= _TOLERANCE_M:
            return np.asarray(sums.T.reshape(2, degree + 1, degree + 1))
    return None
