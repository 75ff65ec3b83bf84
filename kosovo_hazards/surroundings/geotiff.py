"""Heights from a GeoTIFF, read by Pillow: where each lies, and which are none."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyproj

from kosovo_hazards._arrays import Floats
from kosovo_hazards._errors import MissingCRSError, UnreadableSourceError
from kosovo_hazards.schema import CRS

__all__ = ["Elevation", "read_elevation"]

# Tags and keys of OGC GeoTIFF 1.1, and GDAL's own tag for what is no height.
_SCALE, _TIEPOINT, _TRANSFORMATION, _KEYS, _NODATA = 33550, 33922, 34264, 34735, 42113
_RASTER_TYPE, _GEOGRAPHIC, _PROJECTED = 1025, 2048, 3072
_POINTS, _USER_DEFINED = 2, 32767
_MOST_PIXELS = 40_000_000
_DEEPEST_M, _HIGHEST_M = -12_000.0, 9_000.0


@dataclass(frozen=True, eq=False)
class Elevation:
    """Heights in a grid of pixels.

    Attributes
    ----------
    heights
        Metres, a row from west to east, the northernmost first; NaN where there is none.
    west, north
        Outer corner of the first pixel, in the CRS.
    wide, high
        Size of a pixel, in the units of the CRS.
    crs
        The coordinate reference system.
    """

    heights: Floats
    west: float
    north: float
    wide: float
    high: float
    crs: pyproj.CRS

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Least and greatest coordinates in the CRS."""
        rows, columns = self.heights.shape
        return self.west, self.north - rows * self.high, self.west + columns * self.wide, self.north


def read_elevation(path: str | os.PathLike[str]) -> Elevation:
    """Read heights.

    Parameters
    ----------
    path
        A GeoTIFF of one band, with its CRS by EPSG code, not turned against its grid.

    Raises
    ------
    HazardDataError
        If the file is no such GeoTIFF, names no CRS, lies where its CRS has no ground, or holds no height.
    """
    from PIL import Image, UnidentifiedImageError

    name = Path(path).name
    if not Path(path).is_file():
        raise UnreadableSourceError(f"there is no relief file {os.fspath(path)!r}")
    try:
        with warnings.catch_warnings():
            # Too many pixels are refused below, in words.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=["TIFF"]) as picture:
                _refuse(picture, name)
                tags: dict[int, Any] = dict(picture.tag_v2)  # type: ignore[attr-defined]
                heights: Floats = np.asarray(picture, dtype=np.float32)
    except UnidentifiedImageError as error:
        raise UnreadableSourceError(
            f"{name} is no GeoTIFF", hint="write it as one, for instance: gdal_translate FILE relief.tif"
        ) from error
    except (OSError, SyntaxError, ValueError, KeyError, Image.DecompressionBombError) as error:
        if isinstance(error, UnreadableSourceError):
            raise
        raise UnreadableSourceError(
            f"{name} can't be read: {error}", hint="write it anew: gdal_translate -co COMPRESS=DEFLATE FILE relief.tif"
        ) from error
    west, north, wide, high = _placed(tags, name)
    keys = _keys(tags)
    if keys.get(_RASTER_TYPE) == _POINTS:
        # The place is that of the middle of the first pixel.
        west, north = west - wide / 2, north + high / 2
    found = Elevation(_without(heights, tags.get(_NODATA)), west, north, wide, high, _crs(keys, name))
    _judge(found, name)
    return found


def _refuse(picture: Any, name: str) -> None:
    if len(picture.getbands()) != 1 or picture.mode in ("P", "1"):
        raise UnreadableSourceError(f"{name} is a picture in colours, not heights", hint="give a model of elevation")
    wide, high = picture.size
    if wide * high > _MOST_PIXELS:
        raise UnreadableSourceError(
            f"{name} has {wide:,} × {high:,} pixels, more than {_MOST_PIXELS:,}",
            hint="make it coarser or cut it: gdal_translate -outsize 25% 25% FILE relief.tif",
        )


def _placed(tags: dict[int, Any], name: str) -> tuple[float, float, float, float]:
    """Outer corner and size of pixels, as the tags give them."""
    if _TRANSFORMATION in tags:
        a, b, _, x, d, e, _, y = map(float, tags[_TRANSFORMATION][:8])
        if b or d:
            raise UnreadableSourceError(
                f"{name} is turned against its grid", hint="straighten it: gdalwarp FILE new.tif"
            )
        wide, high, west, north = a, -e, x, y
    elif _SCALE in tags and _TIEPOINT in tags:
        wide, high = map(float, tags[_SCALE][:2])
        column, row, _, x, y = map(float, tags[_TIEPOINT][:5])
        west, north = x - column * wide, y + row * high
    else:
        raise UnreadableSourceError(
            f"{name} does not say where it lies", hint="it has no tags of GeoTIFF: gdal_translate writes them"
        )
    if not (np.isfinite([wide, high, west, north]).all() and wide > 0 and high > 0):
        raise UnreadableSourceError(
            f"{name} has pixels of {wide:g} by {high:g}", hint="make it anew: gdalwarp FILE new.tif"
        )
    return west, north, wide, high


def _keys(tags: dict[int, Any]) -> dict[int, int]:
    """Keys that hold their value themselves."""
    numbers = [int(number) for number in tags.get(_KEYS, ())]
    rows = zip(*(numbers[at::4] for at in range(4)), strict=False)
    return {key: value for key, place, _, value in [*rows][1:] if place == 0}


def _crs(keys: dict[int, int], name: str) -> pyproj.CRS:
    code = keys.get(_PROJECTED) or keys.get(_GEOGRAPHIC)
    if not code:
        raise MissingCRSError(
            f"{name} names no coordinate reference system", hint="write it in: gdal_edit.py -a_srs EPSG:9141 FILE"
        )
    if code == _USER_DEFINED:
        raise MissingCRSError(
            f"{name} names its coordinate reference system by no EPSG code",
            hint="gdalwarp -t_srs EPSG:4326 FILE new.tif",
        )
    try:
        return pyproj.CRS.from_epsg(code)
    except pyproj.exceptions.CRSError as error:
        raise MissingCRSError(
            f"{name}: EPSG:{code} is not known", hint="gdalwarp -t_srs EPSG:4326 FILE new.tif"
        ) from error


def _without(heights: Floats, nodata: Any) -> Floats:
    """NaN for what is no height on this earth, and for what the file says is none."""
    known: Floats = heights.astype(np.float32).astype(float)
    try:
        none = float(np.float32(str(nodata).strip("\x00 "))) if nodata is not None else np.nan
    except ValueError:
        none = np.nan
    known[(known == none) | ~((known > _DEEPEST_M) & (known < _HIGHEST_M))] = np.nan
    return known


def _judge(found: Elevation, name: str) -> None:
    if not np.isfinite(found.heights).any():
        raise UnreadableSourceError(f"{name} holds no height: all of it is marked as none, or no height on earth")
    west, south, east, north = found.bounds
    if found.crs.is_geographic:
        fits = west >= -360 and east <= 360 and south >= -90.01 and north <= 90.01
    else:
        corners = pyproj.Transformer.from_crs(found.crs, CRS, always_xy=True).transform(
            [west, east, west, east], [south, south, north, north]
        )
        fits = bool(np.isfinite(corners).all())
    if not fits:
        raise UnreadableSourceError(
            f"{name} lies at {west:,.0f} to {east:,.0f}, {south:,.0f} to {north:,.0f}, where {found.crs.name} has no "
            "ground: it is in another coordinate reference system",
            hint="write the right one in: gdal_edit.py -a_srs EPSG:… FILE",
        )
