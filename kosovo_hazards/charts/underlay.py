"""Rivers, roads and relief on maps for paper, under all that a map tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from kosovo_hazards._arrays import Shapes
from kosovo_hazards.language import Catalogue
from kosovo_hazards.schema import CRS
from kosovo_hazards.surroundings import Elevation, few_points, lines_near, relief_picture

if TYPE_CHECKING:
    import pyproj
    from matplotlib.axes import Axes

__all__ = ["draw_lines", "draw_relief", "line_handle", "lines_in_grid", "relief_handle"]

# A river is one line, a road two with white between, so that a print without colours tells them apart.
_LOOKS = {"rivers": ("#86b3d6", 1.1), "roads": ("#b3a081", 1.9)}
_CORE = 0.8
# A tenth of a millimetre can't be seen.
_FINEST_MM = 0.1


def draw_lines(
    axes: Axes, context: Mapping[str, gpd.GeoDataFrame], per_mm: float, *, zorder: float, most: int = 30_000
) -> list[str]:
    """Draw lines as far as they lie on the sheet.

    Parameters
    ----------
    axes
        The map, with its limits set.
    context
        Lines by what they are, in the plane of the map.
    per_mm
        Units of the map in a millimetre of the sheet.
    zorder
        How far up they lie.
    most
        How many points there may be of each kind.

    Returns
    -------
    The kinds of which something lies on the sheet.
    """
    from matplotlib.collections import LineCollection

    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    seen = []
    for kind, table in context.items():
        near: Shapes = lines_near(table.geometry.to_numpy(), (west, south, east, north))
        near = few_points(near, _FINEST_MM * per_mm, most)
        if not len(near):
            continue
        seen.append(kind)
        places, owner = shapely.get_coordinates(near, return_index=True)
        parts = np.split(places, np.flatnonzero(np.diff(owner)) + 1)
        for look in _strokes(kind):
            lines = LineCollection(parts, zorder=zorder, capstyle="round", joinstyle="round", **look)
            lines.set_gid(f"context-{kind}")
            axes.add_collection(lines, autolim=False)
    return seen


def _strokes(kind: str) -> list[dict[str, Any]]:
    colour, width = _LOOKS[kind]
    core = [{"colors": "white", "linewidths": _CORE}] if kind == "roads" else []
    return [{"colors": colour, "linewidths": width}, *core]


def line_handle(kind: str, t: Catalogue) -> tuple[Any, str]:
    """What the legend shows for a kind of lines, and says.

    Parameters
    ----------
    kind
        What they are.
    t
        The words.
    """
    from matplotlib import patheffects
    from matplotlib.lines import Line2D

    (outer, *core) = _strokes(kind)
    top = core[0] if core else outer
    below = [patheffects.Stroke(linewidth=outer["linewidths"], foreground=outer["colors"]), patheffects.Normal()]
    handle = Line2D([], [], color=top["colors"], linewidth=top["linewidths"], path_effects=below)
    return handle, t(f"context.{kind}")


def draw_relief(axes: Axes, elevation: Elevation | None, wanted: Sequence[float], *, zorder: float) -> str | None:
    """Shade the hills of the sheet.

    Parameters
    ----------
    axes
        The map in degrees, with its limits set.
    elevation
        The heights, if there are any.
    wanted
        West, south, east and north edge of what the map is about.
    zorder
        How far up they lie.

    Returns
    -------
    Key of what the legend says.
    """
    if elevation is None:
        return None
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    drawn = relief_picture(elevation, (west, south, east, north), mercator=False, wanted=wanted)
    shown = np.zeros((*drawn.shade.shape, 4))
    shown[..., 3] = drawn.shade
    left, low, right, top = drawn.box
    axes.imshow(
        shown, extent=(left, right, low, top), aspect="auto", interpolation="bilinear", zorder=zorder,
        gid="context-relief",
    )  # fmt: skip
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    return "context.relief" if drawn.whole else "context.relief_part"


def relief_handle(key: str, t: Catalogue) -> tuple[Any, str]:
    """What the legend shows for relief, and says.

    Parameters
    ----------
    key
        What `draw_relief` gave.
    t
        The words.
    """
    from matplotlib.patches import Patch

    sides = tuple(Patch(facecolor=(0, 0, 0, shade), edgecolor="none") for shade in (0.06, 0.3, 0.12))
    return sides, t(key)


def lines_in_grid(
    context: Mapping[str, gpd.GeoDataFrame], bounds: tuple[float, float, float, float], grid: pyproj.CRS
) -> dict[str, gpd.GeoDataFrame]:
    """Lines round a place, in a grid in metres.

    Parameters
    ----------
    context
        Lines by what they are, in degrees.
    bounds
        Of the ground that is looked at, in the grid.
    grid
        The grid.
    """
    if not context:
        return {}
    corners = gpd.GeoSeries([shapely.segmentize(shapely.box(*bounds), max(bounds[2] - bounds[0], 1) / 8)], crs=grid)
    box = tuple(corners.to_crs(CRS).total_bounds)
    return {
        kind: gpd.GeoDataFrame(geometry=gpd.GeoSeries(lines_near(table.geometry.to_numpy(), box), crs=CRS)).to_crs(grid)
        for kind, table in context.items()
    }
