"""The turning points of an area: degrees, grid, MGRS, and the way from each to the next."""

from __future__ import annotations

import string

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from kosovo_hazards.dossiers.mgrs import mgrs
from kosovo_hazards.schema import CRS

__all__ = ["corners_of", "perimeter_m"]

_GEOD = pyproj.Geod(ellps="WGS84")


def corners_of(area: shapely.Geometry, grid: pyproj.CRS, declination_deg: float | None) -> pd.DataFrame:
    """The turning points of an area, ring by ring.

    Parameters
    ----------
    area
        Polygon or multi-polygon in degrees.
    grid
        The grid of eastings and northings.
    declination_deg
        How far magnetic north lies east of true north; None where nobody says.

    Returns
    -------
    `point` (TP1, or A1, B1 of several rings), `ring` (from 0), `hole`, `longitude`, `latitude`, `east`, `north`,
    `mgrs`, and to the next point of the ring `bearing_deg` from true north, `magnetic_deg` (NaN without a declination)
    and `distance_m`, geodesic.

    Examples
    --------
    >>> corners = corners_of(shapely.box(21, 42, 21.001, 42.001), pyproj.CRS("EPSG:9141"), 4.0)
    >>> corners["point"].tolist(), corners["distance_m"].round(1).tolist()
    (['TP1', 'TP2', 'TP3', 'TP4'], [111.1, 82.8, 111.1, 82.9])
    """
    parts = shapely.get_parts(area)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    last = np.append(ring[1:] != ring[:-1], True)
    start, end = np.flatnonzero(~last), np.flatnonzero(~last) + 1
    places, ring = points[start], ring[start]
    first = np.diff(part, prepend=-1) != 0
    number = pd.Series(ring).groupby(ring).cumcount().to_numpy() + 1
    azimuth, _, metres = _GEOD.inv(*places.T, *points[end].T)
    bearing = np.asarray(azimuth) % 360
    laid = gpd.GeoSeries(shapely.points(places), crs=CRS).to_crs(grid)
    names = [_name(int(one), int(count), len(rings)) for one, count in zip(ring, number, strict=True)]
    return pd.DataFrame(
        {
            "point": names,
            "ring": ring,
            "hole": ~first[ring],
            "longitude": places[:, 0],
            "latitude": places[:, 1],
            "east": laid.x.to_numpy(),
            "north": laid.y.to_numpy(),
            "mgrs": mgrs(places),
            "bearing_deg": bearing,
            "magnetic_deg": np.nan if declination_deg is None else (bearing - declination_deg) % 360,
            "distance_m": metres,
        }
    )


def perimeter_m(corners: pd.DataFrame) -> float:
    """Length of all rings in metres.

    Parameters
    ----------
    corners
        What `corners_of` gave.
    """
    return float(corners["distance_m"].sum())


def _name(ring: int, number: int, rings: int) -> str:
    if rings == 1:
        return f"TP{number}"
    letters = string.ascii_uppercase
    return f"{letters[ring] if ring < len(letters) else f'R{ring + 1}-'}{number}"
