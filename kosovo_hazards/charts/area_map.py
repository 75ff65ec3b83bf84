"""The map of one area for paper: its outline and turning points with what lies round it, on a grid in metres."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from kosovo_hazards._arrays import Floats
from kosovo_hazards.charts.layout import mathtext_safe
from kosovo_hazards.charts.underlay import draw_lines, line_handle
from kosovo_hazards.geometry import intersection, usable
from kosovo_hazards.language import Catalogue
from kosovo_hazards.schema import Direction, HazardType
from kosovo_hazards.symbols import symbols_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kosovo_hazards.charts.figure import ShownFigure

__all__ = ["area_map", "locator_map"]

_SIZE_IN = (4.8, 3.9)
_LOCATOR_IN = 0.95
_INK, _SOFT, _GRID, _EDGE, _REJECTED = "#1d2830", "#4f5b63", "#b4bdc3", "#b00000", "#7a0177"
_GROUND = "#eef1f2"
_HATCHES = {"solid": "", "hatched": "//////", "horizontal": "---"}
_LEAST_AROUND_M = 120.0
_MOST_LABELS = 80
_MOST_POINTS = 5_000
_STEPS = (1, 2, 5)


def area_map(
    area: shapely.Geometry,
    kind: str | None,
    corners: Floats,
    labels: list[str],
    around: gpd.GeoDataFrame,
    t: Catalogue,
    *,
    released: gpd.GeoDataFrame | None = None,
    remaining: shapely.Geometry | None = None,
    context: Mapping[str, gpd.GeoDataFrame] | None = None,
) -> ShownFigure:
    """Draw an area.

    Parameters
    ----------
    area
        Its polygon in a grid in metres.
    kind
        Its `hazard_type`.
    corners, labels
        Easting and northing of its turning points, and what they are called.
    around
        Other areas and rejected records in the same grid: `label`, `hazard_type`, `rejected`.
    t
        The words.
    released
        What was released of it, in the same grid, with `product`: then only what remains is filled as hazardous.
    remaining
        What remains of it beside `released`; None: nothing.
    context
        Rivers and roads in the same grid, for orientation.

    Returns
    -------
    A matplotlib figure, a grid of round metres on it, with the length of its squares, a scale bar and the grid's north.
    """
    from kosovo_hazards.charts.figure import ShownFigure

    figure = ShownFigure(figsize=_SIZE_IN, facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    west, south, east, north = area.bounds
    margin = max(_LEAST_AROUND_M, 0.25 * max(east - west, north - south))
    shape = _SIZE_IN[1] / _SIZE_IN[0]
    wide = max(east - west + 2 * margin, (north - south + 2 * margin) / shape)
    axes.set_xlim((west + east - wide) / 2, (west + east + wide) / 2)
    axes.set_ylim((south + north - wide * shape) / 2, (south + north + wide * shape) / 2)
    axes.set_axis_off()
    _grid(axes, t)
    _beneath(axes, context or {}, t)
    for other in around.itertuples():
        _other(axes, other.geometry, str(other.label), other.hazard_type, rejected=bool(other.rejected))
    if released is None:
        _polygon(axes, area, kind, zorder=5, linewidth=1.6)
    else:
        for work in released.itertuples():
            _polygon(axes, work.geometry, work.product, zorder=4, linewidth=0.7, column="product", edge=_SOFT)
        if remaining is not None:
            # Over what was released, so that no ground that remains is hidden.
            _polygon(axes, remaining, kind, zorder=4.5, linewidth=0.7)
        _polygon(axes, area, None, zorder=5, linewidth=1.6, column="")
    _corners(axes, corners, labels)
    _scale_bar(axes, t)
    _north(axes, t)
    return figure


def locator_map(country: shapely.Geometry, place: shapely.Geometry) -> ShownFigure:
    """Draw where in the country a place lies.

    Parameters
    ----------
    country
        Ground of all places, in degrees.
    place
        The area, in degrees; a ring stands round its middle.

    Returns
    -------
    A small matplotlib figure: the outline of the country and the ring.
    """
    from kosovo_hazards.charts.figure import ShownFigure

    middle = shapely.centroid(shapely.box(*place.bounds))
    corners = np.vstack([np.reshape(country.bounds, (2, 2)), shapely.get_coordinates(middle)])
    (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
    squeeze = float(np.cos(np.radians((south + north) / 2)))
    half = 0.56 * max((east - west) * squeeze, north - south, 1e-3)
    figure = ShownFigure(figsize=(_LOCATOR_IN, _LOCATOR_IN), facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim((west + east) / 2 - half / squeeze, (west + east) / 2 + half / squeeze)
    axes.set_ylim((south + north) / 2 - half, (south + north) / 2 + half)
    axes.set_axis_off()
    for part in shapely.get_parts(shapely.simplify(country, half / 200)):
        axes.fill(*shapely.get_coordinates(part.exterior).T, facecolor=_GROUND, edgecolor=_SOFT, linewidth=0.7)
    x, y = shapely.get_coordinates(middle)[0]
    axes.scatter([x], [y], s=70, facecolor="none", edgecolor=_EDGE, linewidth=1.4, zorder=5)
    axes.scatter([x], [y], s=6, facecolor=_EDGE, edgecolor="none", zorder=6)
    return figure


def _grid(axes: Axes, t: Catalogue) -> None:
    """Lines at round metres with their numbers at the edge."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    step = _round_length((east - west) / 2.5)
    halo = {"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.85}
    style: dict[str, Any] = {"fontsize": 6.5, "color": _SOFT, "zorder": 8, "bbox": halo}
    for x in np.arange(np.ceil(west / step), np.floor(east / step) + 1) * step:
        axes.plot([x, x], [south, north], color=_GRID, linewidth=0.5, zorder=1)
        if (east - west) * 0.08 < x - west < (east - west) * 0.92:
            axes.text(x, south, t.number(x), ha="center", va="bottom", **style)
    for y in np.arange(np.ceil(south / step), np.floor(north / step) + 1) * step:
        axes.plot([west, east], [y, y], color=_GRID, linewidth=0.5, zorder=1)
        if y - south > (north - south) * 0.06:
            axes.text(west, y, t.number(y), ha="left", va="center", **style)


def _beneath(axes: Axes, context: Mapping[str, gpd.GeoDataFrame], t: Catalogue) -> None:
    """Rivers and roads, and what they are."""
    (west, east) = axes.get_xlim()
    seen = draw_lines(axes, context, (east - west) / (_SIZE_IN[0] * 25.4), zorder=2, most=_MOST_POINTS)
    if seen:
        handles, labels = zip(*(line_handle(kind, t) for kind in seen), strict=True)
        legend = axes.legend(handles, labels, loc="upper left", fontsize=7, framealpha=0.85, edgecolor="none")
        legend.set_zorder(8)


def _round_length(length: float) -> float:
    """The longest of 1, 2, 5, 10, 20, … that is not longer."""
    power = 10 ** np.floor(np.log10(length))
    return float(max(step * power for step in _STEPS if step * power <= length))


def _polygon(
    axes: Axes,
    shape: shapely.Geometry,
    kind: Any,
    *,
    zorder: float,
    linewidth: float,
    column: str = "hazard_type",
    edge: str = _EDGE,
) -> None:
    from matplotlib.collections import PathCollection
    from matplotlib.colors import to_rgba
    from matplotlib.path import Path

    fills = (
        {symbol.conditions[0].value: symbol.fill for symbol in symbols_for([column]) if symbol.fill} if column else {}
    )
    mark = fills.get(str(kind)) or fills.get(HazardType.SHA.value)
    paths = [
        Path.make_compound_path(
            *[Path(shapely.get_coordinates(ring), closed=True) for ring in (part.exterior, *part.interiors)]
        )
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
    ]
    axes.add_collection(
        PathCollection(
            paths, facecolor=to_rgba(mark.colour, mark.opacity) if mark else "none", edgecolor=edge,
            hatch=_HATCHES[mark.pattern] if mark else "", linewidth=linewidth, zorder=zorder,
        ),
        autolim=False,
    )  # fmt: skip


def _other(axes: Axes, shape: shapely.Geometry, label: str, kind: Any, *, rejected: bool) -> None:
    if not rejected:
        _polygon(axes, shape, kind, zorder=3, linewidth=0.7)
    else:
        for part in shapely.get_parts(shape):
            line = shapely.get_coordinates(part)
            axes.plot(*line.T, color=_REJECTED, linewidth=1.1, linestyle=(0, (3, 2)), marker="^", zorder=4)
    # Named where it can be seen.
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    ground = usable(np.array([shape], dtype=object), Direction.OUTWARD)
    seen = intersection(ground, np.array([shapely.box(west, south, east, north)], dtype=object))[0]
    if not shapely.is_empty(seen):
        x, y = shapely.get_coordinates(shapely.point_on_surface(seen))[0]
        colour = _REJECTED if rejected else _INK
        axes.text(
            x, y, mathtext_safe(label), fontsize=7, color=colour, ha="center", va="center", zorder=7, clip_on=True,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.75},
        )  # fmt: skip


def _corners(axes: Axes, corners: Floats, labels: list[str]) -> None:
    from matplotlib import patheffects

    x, y = corners.T
    axes.scatter(x, y, s=12, facecolor="white", edgecolor=_INK, linewidth=0.9, zorder=6)
    axes.scatter(x[:1], y[:1], s=34, facecolor=_INK, edgecolor="white", linewidth=0.9, zorder=6.5)
    middle = corners.mean(axis=0)
    halo = [patheffects.withStroke(linewidth=2.2, foreground="white")]
    for (east, north), label in zip(corners[:_MOST_LABELS], labels, strict=False):
        away = np.array([east, north]) - middle
        shift = 8 * away / max(float(np.hypot(*away)), 1e-9)
        axes.annotate(
            label, (east, north), xytext=tuple(shift), textcoords="offset points", fontsize=7, color=_INK, ha="center",
            va="center", zorder=9, path_effects=halo,
        )  # fmt: skip


def _scale_bar(axes: Axes, t: Catalogue) -> None:
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    length = _round_length((east - west) / 5)
    right, foot = east - 0.03 * (east - west), south + 0.07 * (north - south)
    left = right - length
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.85}
    axes.plot([left, right], [foot, foot], color=_INK, linewidth=2.6, solid_capstyle="butt", zorder=9)
    for at, text in ((left, "0"), (right - 0.02 * (east - west), f"{t.number(length)} m")):
        axes.text(at, foot + 0.015 * (north - south), text, ha="center", va="bottom", fontsize=7, color=_INK, zorder=9,
                  bbox=box)  # fmt: skip


def _north(axes: Axes, t: Catalogue) -> None:
    arrow = {"arrowstyle": "-|>", "color": _INK, "linewidth": 1.4}
    axes.annotate("", (0.955, 0.965), xytext=(0.955, 0.86), xycoords="axes fraction", arrowprops=arrow, zorder=9)
    axes.text(
        0.985, 0.85, t("sheet.grid_north"), transform=axes.transAxes, ha="right", va="top", fontsize=7, color=_INK,
        weight="bold", zorder=9, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.85},
    )  # fmt: skip
