"""Places as ten digits of the Military Grid Reference System, squares of one metre."""

from __future__ import annotations

import numpy as np
import pyproj

from kosovo_hazards._arrays import Floats, Positions, Texts
from kosovo_hazards.schema import CRS

__all__ = ["mgrs"]

_BANDS = "CDEFGHJKLMNPQRSTUVWXX"
_COLUMNS = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")
_ROWS = "ABCDEFGHJKLMNPQRSTUV"
_SOUTHERNMOST, _NORTHERNMOST = -80.0, 84.0
# Zones round Svalbard that are wider than six degrees: where each begins, east of Greenwich.
_SVALBARD = ((0.0, 31), (9.0, 33), (21.0, 35), (33.0, 37))


def mgrs(places: Floats) -> Texts:
    """Square of one metre in which each place lies.

    Parameters
    ----------
    places
        Longitude and latitude in degrees of WGS 84, shape (n, 2).

    Returns
    -------
    Texts as ``34T DN 12345 67890``; empty beyond 80° south and 84° north, which other grids cover.

    Notes
    -----
    DMA Technical Manual 8358.1 (1990), chapter 3; figures are cut, not rounded, so that the square holds the place.

    Examples
    --------
    >>> mgrs(np.array([[21.0, 42.6], [5.0, 60.0]])).tolist()
    ['34T EN 00000 16397', '32V KM 76979 58157']
    """
    lon = (places[:, 0] + 180) % 360 - 180
    lat = places[:, 1]
    found: Texts = np.full(len(places), "", dtype=object)
    within = (lat >= _SOUTHERNMOST) & (lat <= _NORTHERNMOST)
    zones = _zones(lon, lat)
    for code in np.unique(np.where(lat < 0, 32700, 32600)[within] + zones[within]):
        rows = np.flatnonzero(within & (np.where(lat < 0, 32700, 32600) + zones == code))
        transformer = pyproj.Transformer.from_crs(CRS, int(code), always_xy=True)
        east, north = transformer.transform(lon[rows], lat[rows])
        # A millimetre of arithmetic must not move a place into the square before.
        east, north = (np.floor(np.asarray(side) + 1e-4).astype(np.int64) for side in (east, north))
        for row, x, y in zip(rows, east, north, strict=True):
            found[row] = _square(int(zones[row]), float(lat[row]), int(x), int(y))
    return found


def _zones(lon: Floats, lat: Floats) -> Positions:
    zone = np.floor((lon + 180) / 6).astype(np.intp).clip(0, 59) + 1
    # South-western Norway lies in zone 32 as a whole, Svalbard in four zones.
    zone[(lat >= 56) & (lat < 64) & (lon >= 3) & (lon < 12)] = 32
    north = (lat >= 72) & (lon >= 0) & (lon < 42)
    for least, number in _SVALBARD:
        zone[north & (lon >= least)] = number
    return zone


def _square(zone: int, lat: float, east: int, north: int) -> str:
    band = _BANDS[int((lat + 80) // 8)]
    column = _COLUMNS[(zone - 1) % 3][east // 100_000 - 1]
    row = _ROWS[(north // 100_000 + (5 if zone % 2 == 0 else 0)) % 20]
    return f"{zone}{band} {column}{row} {east % 100_000:05d} {north % 100_000:05d}"
