"""Shaded relief below maps: a pale picture of hills, lit from the north-west, of bounded size."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyproj

from kosovo_hazards._arrays import Floats
from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.schema import CRS
from kosovo_hazards.surroundings.geotiff import Elevation, read_elevation

__all__ = ["Relief", "ReliefPicture", "elevation_of", "relief_picture"]

Relief: TypeAlias = str | os.PathLike[str] | Elevation | None
"""A GeoTIFF of heights, or what was read of one."""

_WIDEST_PX = 1_100
_MOST_BYTES = 720_000
# Sun in the north-west, half way up, as maps have it.
_AZIMUTH_DEG, _ALTITUDE_DEG = 315.0, 45.0
# Nothing gets darker than this, so that every colour above keeps its meaning.
_DARKEST = 0.28
_SHADES = 24
# Hills of a country seen from afar are flat: they are raised until one slope in ten is as steep as this.
_STEEP, _MOST_RAISED = 0.35, 12.0
_RADIUS_M = 6_378_137.0
_ALL_OF_IT = 0.995


@dataclass(frozen=True, eq=False)
class ReliefPicture:
    """Shade as darkness over whatever lies below.

    Attributes
    ----------
    shade
        Opacity of black, 0 to 1, the northernmost row first; 0 where no height is known.
    box
        West, south, east and north edge, degrees.
    whole
        Whether all that was asked for has heights.
    """

    shade: Floats
    box: tuple[float, float, float, float]
    whole: bool

    def png(self) -> bytes:
        """Write it as a PNG of few shades, at most 720 kB; a larger one is made coarser."""
        from PIL import Image

        levels = np.round(self.shade / _DARKEST * (_SHADES - 1)).astype(np.uint8)
        picture = Image.fromarray(levels)
        picture.putpalette([0, 0, 0] * _SHADES)
        opacity = bytes(round(255 * _DARKEST * level / (_SHADES - 1)) for level in range(_SHADES))
        while True:
            file = io.BytesIO()
            picture.save(file, "PNG", optimize=True, transparency=opacity)
            if file.tell() <= _MOST_BYTES:
                return file.getvalue()
            picture = picture.resize((picture.width * 3 // 4, picture.height * 3 // 4))


def elevation_of(relief: Relief) -> Elevation | None:
    """Heights that were given as a file, read; those that were read already as they are.

    Parameters
    ----------
    relief
        What the caller gave.
    """
    return read_elevation(relief) if isinstance(relief, str | os.PathLike) else relief


def relief_picture(
    elevation: Elevation, box: Sequence[float], *, mercator: bool, wanted: Sequence[float] | None = None
) -> ReliefPicture:
    """Shade the ground in a box.

    Parameters
    ----------
    elevation
        The heights.
    box
        West, south, east and north edge of what is drawn, degrees.
    mercator
        Whether the picture is in Web Mercator, else in degrees.
    wanted
        The part of the box that shall have heights; without it, all of the box.

    Returns
    -------
    Of as much of the box as has heights, at most 1,100 pixels wide and high.

    Raises
    ------
    HazardDataError
        If the heights lie somewhere else.
    """
    to_degrees = pyproj.Transformer.from_crs(elevation.crs, CRS, always_xy=True)
    there = np.array(to_degrees.transform_bounds(*elevation.bounds))
    aim = np.array(box if wanted is None else wanted, dtype=float)
    if (there[:2] >= aim[2:]).any() or (there[2:] <= aim[:2]).any():
        said = ["{:.2f}–{:.2f}° E, {:.2f}–{:.2f}° N".format(*edges[[0, 2, 1, 3]]) for edges in (there, aim)]
        raise UsageError(
            f"the relief lies at {said[0]}, the map at {said[1]}",
            hint=f"give {argument('relief', Path('relief.tif'))} of the ground that the map shows",
        )
    west, south = np.maximum(np.array(box[:2], dtype=float), there[:2])
    east, north = np.minimum(np.array(box[2:], dtype=float), there[2:])
    x = _middles(np.array([west, east]), _WIDEST_PX)
    top, bottom = _mercator(np.array([north, south])) if mercator else np.array([north, south])
    shape = abs(top - bottom) / (east - west)
    if not mercator:
        shape /= np.cos(np.radians((north + south) / 2))
    count = int(np.clip(round(_WIDEST_PX * shape), 2, 4 * _WIDEST_PX))
    if count > _WIDEST_PX:
        x, count = _middles(np.array([west, east]), max(2, round(_WIDEST_PX / shape))), _WIDEST_PX
    down = _middles(np.array([top, bottom]), count)
    latitudes = _latitude(down) if mercator else down
    lon, lat = np.meshgrid(x, latitudes)
    step_m = (
        np.radians(x[1] - x[0]) * _RADIUS_M * np.cos(np.radians(latitudes)),
        np.abs(np.gradient(np.radians(latitudes))) * _RADIUS_M,
    )
    heights = _heights(elevation, lon, lat)
    known = np.isfinite(heights)
    inside = (lon >= aim[0]) & (lon <= aim[2]) & (lat >= aim[1]) & (lat <= aim[3])
    whole = bool(((there[:2] <= aim[:2] + 1e-6) & (there[2:] >= aim[2:] - 1e-6)).all())
    whole = whole and bool(known[inside].mean() >= _ALL_OF_IT if inside.any() else known.all())
    edges = (float(west), float(south), float(east), float(north))
    return ReliefPicture(_shade(heights, *step_m), edges, whole)


def _middles(ends: Floats, count: int) -> Floats:
    """Middles of so many steps from one end to the other."""
    middles: Floats = ends[0] + (ends[1] - ends[0]) * (np.arange(count) + 0.5) / count
    return middles


def _mercator(latitude: Floats) -> Floats:
    """Web Mercator, in degrees as its longitudes are."""
    up: Floats = np.degrees(np.arctanh(np.sin(np.radians(np.clip(latitude, -85.0, 85.0)))))
    return up


def _latitude(up: Floats) -> Floats:
    latitude: Floats = np.degrees(np.arcsin(np.tanh(np.radians(up))))
    return latitude


def _heights(elevation: Elevation, lon: Floats, lat: Floats) -> Floats:
    """Height at each place, between the four pixels round it; of finer heights the means of as many as fit."""
    to_grid = pyproj.Transformer.from_crs(CRS, elevation.crs, always_xy=True)
    x, y = to_grid.transform(lon, lat)
    column, row = (x - elevation.west) / elevation.wide, (elevation.north - y) / elevation.high
    rows, columns = elevation.heights.shape
    # Only what is looked at, and no finer than the picture.
    first = [int(np.clip(np.floor(np.nanmin(at)) - 2, 0, size - 1)) for at, size in ((row, rows), (column, columns))]
    last = [
        int(np.clip(np.ceil(np.nanmax(at)) + 2, start + 1, size))
        for at, size, start in ((row, rows, first[0]), (column, columns, first[1]))
    ]
    seen = elevation.heights[first[0] : last[0], first[1] : last[1]]
    finer = [max(1, int(np.nanmedian(np.abs(np.diff(at, axis=axis))))) for axis, at in ((0, row), (1, column))]
    seen = _means(seen, *finer)
    down, across = (row - first[0]) / finer[0] - 0.5, (column - first[1]) / finer[1] - 0.5
    outside = (column < 0) | (row < 0) | (column > columns) | (row > rows) | ~np.isfinite(column + row)
    down, across = (
        np.clip(np.nan_to_num(at), 0, size - 1) for at, size in zip((down, across), seen.shape, strict=True)
    )
    top, left = (
        np.minimum(at.astype(int), max(size - 2, 0)) for at, size in zip((down, across), seen.shape, strict=True)
    )
    bottom, right = np.minimum(top + 1, seen.shape[0] - 1), np.minimum(left + 1, seen.shape[1] - 1)
    part_down, part_across = down - top, across - left
    upper = seen[top, left] * (1 - part_across) + seen[top, right] * part_across
    lower = seen[bottom, left] * (1 - part_across) + seen[bottom, right] * part_across
    found: Floats = upper * (1 - part_down) + lower * part_down
    found[outside] = np.nan
    return found


def _means(heights: Floats, down: int, across: int) -> Floats:
    """Means of blocks; a block has none where half of it or more is unknown."""
    if down == across == 1:
        return heights
    rows, columns = -heights.shape[0] % down, -heights.shape[1] % across
    filled = np.pad(heights, ((0, rows), (0, columns)), constant_values=np.nan)
    blocks = filled.reshape(filled.shape[0] // down, down, filled.shape[1] // across, across)
    known = np.isfinite(blocks).sum(axis=(1, 3))
    sums = np.nansum(blocks, axis=(1, 3))
    means: Floats = np.where(known > down * across / 2, sums / np.maximum(known, 1), np.nan)
    return means


def _shade(heights: Floats, east_m: Floats, south_m: Floats) -> Floats:
    """Darkness of a slope lit from one side (Horn 1981, *Hill shading and the reflectance map*)."""
    down, across = np.gradient(heights)
    rise_east, rise_north = across / east_m[:, None], -down / south_m[:, None]
    slope = np.hypot(rise_east, rise_north)
    known = np.isfinite(slope)
    if not known.any():
        return np.zeros(heights.shape)
    raised = float(np.clip(_STEEP / max(float(np.percentile(slope[known], 90)), 1e-9), 1.0, _MOST_RAISED))
    azimuth, altitude = np.radians(_AZIMUTH_DEG), np.radians(_ALTITUDE_DEG)
    towards = np.sin(azimuth) * rise_east + np.cos(azimuth) * rise_north
    light = (np.sin(altitude) - np.cos(altitude) * towards * raised) / np.sqrt(1 + (slope * raised) ** 2)
    # Level ground is a little shaded, so that sunny slopes are lighter than it.
    shade: Floats = np.clip(1 - light, 0, 1) * _DARKEST
    return np.where(known, shade, 0.0)
