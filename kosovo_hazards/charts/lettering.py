"""Names of places on the map for paper: beside signs, and never one upon another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from kosovo_hazards._arrays import Floats
from kosovo_hazards.charts.layout import mathtext_safe
from kosovo_hazards.gazetteer import is_home, place_names
from kosovo_hazards.language import Catalogue

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_names"]

_SOFT, _GROUND = "#4f5b63", "#f2f4f5"
_MOST_NAMES = 60
# A report prints this map two thirds as wide, and letters are to be read there too.
_NAME_PT = 7.2
# Half of a letter's width and of its height, of a sign, and from which half size on an area leaves room for a name.
_LETTER_HALF_MM, _NAME_HALF_MM, _SIGN_HALF_MM, _LARGE_MM = 0.72, 1.35, 1.3, 12.0
# Where a name may go when its place is covered, from the middle outwards.
_SHIFTS_MM = np.array([[0, 0], [0, 2.5], [0, -2.5], [4, 1.5], [-4, 1.5], [4, -1.5], [-4, -1.5], [0, 4.5], [0, -4.5]])


def draw_names(axes: Axes, places: gpd.GeoDataFrame, drawn: gpd.GeoDataFrame, t: Catalogue, per_mm: Floats) -> None:
    """Write the name of each place where it covers neither a hazard nor another name; none where there is no room.

    Parameters
    ----------
    axes
        The map.
    places
        Places with names, in its plane.
    drawn
        What lies above names.
    t
        The words.
    per_mm
        Units of the map in a millimetre of the sheet, across and upwards.
    """
    from matplotlib import patheffects

    if len(places) > _MOST_NAMES:
        return
    names = place_names(places, t.code, home=is_home(places, drawn))
    # The larger first: a small place gives way.
    places = places.iloc[np.argsort(-shapely.area(places.geometry.to_numpy()), kind="stable")]
    points = shapely.get_coordinates(shapely.point_on_surface(places.geometry.to_numpy())) / per_mm
    bounds = drawn.geometry.bounds.to_numpy().reshape(-1, 4)
    signs = np.column_stack(
        [
            (bounds[:, :2] + bounds[:, 2:]) / 2 / per_mm,
            np.maximum((bounds[:, 2:] - bounds[:, :2]) / 2 / per_mm, _SIGN_HALF_MM),
        ]
    )
    signs = signs[signs[:, 2:].max(axis=1) < _LARGE_MM]
    written = np.empty((0, 4))
    halo = [patheffects.withStroke(linewidth=2, foreground=_GROUND)]
    style: dict[str, Any] = {"fontsize": _NAME_PT, "color": _SOFT, "ha": "center", "va": "center"}
    for name, point in zip(places["name"], points, strict=True):
        text = str(names.get(name, name))
        half = np.array([_LETTER_HALF_MM * len(text) + 0.4, _NAME_HALF_MM])
        beside = np.array([[half[0] + 2, 0], [-half[0] - 2, 0]])
        spots = point + np.vstack([_SHIFTS_MM, beside])
        # A name upon another can't be read; one below a sign still tells where it is.
        cost = [100 * _covered(at, half, written) + _covered(at, half, signs) for at in spots]
        best = int(np.argmin(cost))
        if cost[best] < 100:
            written = np.vstack([written, [*spots[best], *half]])
            at = spots[best] * per_mm
            axes.text(at[0], at[1], mathtext_safe(text), zorder=3, path_effects=halo, **style)


def _covered(at: Floats, half: Floats, others: Floats) -> int:
    """How many boxes, of middle and half size, a box meets."""
    return int((np.abs(others[:, :2] - at) < others[:, 2:] + half).all(axis=1).sum())
