"""Shapes in metres near enough for distances: degrees scaled at the latitude of each shape."""

from __future__ import annotations

import numpy as np
import shapely

from kosovo_hazards._arrays import Floats, Shapes

__all__ = ["in_metres", "middle_latitude"]

_DEGREE_M = 111_320.0


def in_metres(shapes: Shapes, latitude_deg: Floats, *, back: bool = False) -> Shapes:
    """Shapes scaled from degrees to metres at a latitude each, near enough for distances; or back.

    Parameters
    ----------
    shapes
        Geometry in degrees (or, with `back`, in metres).
    latitude_deg
        Where each shape lies.
    back
        Whether to turn metres into degrees.
    """
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    scale = _DEGREE_M * np.column_stack([np.cos(np.radians(latitude_deg)), np.ones(len(shapes))])[owner]
    # set_coordinates writes into the array that it is given.
    moved: Shapes = shapely.set_coordinates(shapes.copy(), points / scale if back else points * scale)
    return moved


def middle_latitude(shapes: Shapes) -> Floats:
    """Latitude of the middle of each shape, 0 where there is none."""
    bounds = shapely.bounds(shapes)
    latitude: Floats = np.nan_to_num((bounds[:, 1] + bounds[:, 3]) / 2).clip(-89, 89)
    return latitude
