"""The map of a report for paper: hazardous areas with borders, names, scale bar, north arrow and legend."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Geod

from kosovo_hazards._arrays import Mask
from kosovo_hazards.charts.glyph_marks import contamination_of, draw_glyphs, glyph_legend
from kosovo_hazards.charts.lettering import draw_names
from kosovo_hazards.charts.underlay import draw_lines, draw_relief, line_handle, relief_handle
from kosovo_hazards.gazetteer import default_places
from kosovo_hazards.geometry import joined_coverage
from kosovo_hazards.language import Catalogue
from kosovo_hazards.reading import rejected_positions, with_rejected_ground
from kosovo_hazards.schema import CRS, RELEASED_STATUSES, HazardType
from kosovo_hazards.sharing import generalise
from kosovo_hazards.surroundings import Context, Relief, context_lines, elevation_of
from kosovo_hazards.symbols import Mark, symbols_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["paper_map"]

_WIDTH_IN = 7.2
_MM_PER_IN = 25.4
_TALLEST = 0.7
_LEGEND_SHARE = 0.16
_FLATTEST = 0.5
_HATCHES = {"solid": "", "hatched": "//////", "horizontal": "---"}
_INK, _SOFT, _LINE, _GROUND, _GRATICULE = "#1d2830", "#4f5b63", "#9aa5ac", "#f2f4f5", "#d9dfe3"
_REJECTED = "#7a0177"
# Areas narrower than this on paper are marked by a sign as well.
_SMALL_MM = 3.5
_SIGNS = {"": "D", HazardType.CHA.value: "o", HazardType.SHA.value: "D"}
# Signs with the contamination inside need more room; a diamond is wider than a disc of the same area.
_ROOMY_PT2 = {"": 34, HazardType.CHA.value: 44, HazardType.SHA.value: 34}
# A report prints this map two thirds as wide, and letters are to be read there too.
_TEXT_PT = 8
_MANY = 2_000
# With more signs than this they would lie in a heap; squares of this width are drawn instead, the darker the more
# areas touch them.
_MOST_SIGNS, _SQUARE_MM = 1_000, 2.0
_SHADES = {1: 0.35, 2: 0.65, 10: 1.0}


def paper_map(
    hazards: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame | None,
    t: Catalogue,
    *,
    public: bool,
    synthetic: bool,
    rejected: gpd.GeoDataFrame | None = None,
    context: Context = None,
    relief: Relief = None,
) -> Figure:
    """Draw the hazardous areas as they are printed.

    Parameters
    ----------
    hazards
        The hazards on the day of the report, in EPSG:4326; closed and handed-over ones are left out.
    units
        Places for borders and names; the shipped ones of Kosovo where hazards lie there and None is given.
    t
        The words.
    public
        Whether kilometre cells are drawn instead of the areas.
    synthetic
        Whether to say that the data are made up.
    rejected
        What `rejected_positions` gave: a sign stands where each lies, or its cells are drawn.
    context
        Rivers and roads as the map takes them: drawn under all hazards, as far as they lie on the sheet.
    relief
        A GeoTIFF of heights: pale hills under all of it.

    Returns
    -------
    A matplotlib figure. An area that would be lost at this scale is marked by a sign that covers it; where that would
    be a heap of signs, every square that an area touches is filled instead.
    """
    from kosovo_hazards.charts.figure import ShownFigure

    shown = hazards[~hazards["status"].isin(RELEASED_STATUSES)] if "status" in hazards.columns else hazards
    lost = rejected_positions(None) if rejected is None else rejected[rejected.geometry.notna()]
    drawn = generalise(with_rejected_ground(shown, lost), crs=CRS) if public else shown
    drawn = drawn[~(drawn.geometry.isna() | drawn.geometry.is_empty)]
    places = (
        units
        if units is not None
        else default_places(drawn)
        if len(drawn)
        else default_places(lost)
        if len(lost)
        else None
    )
    west, south, east, north = _frame(drawn if len(drawn) else lost, places)
    squeeze = float(np.cos(np.radians((south + north) / 2)))
    shape = float(np.clip((north - south) / ((east - west) * squeeze), _FLATTEST, _TALLEST))
    figure = ShownFigure(figsize=(_WIDTH_IN, _WIDTH_IN * shape), facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    # Whichever side is too short for the paper gets more ground.
    wide = max(east - west, (north - south) / shape / squeeze)
    high = wide * squeeze * shape
    axes.set_xlim((west + east - wide) / 2, (west + east + wide) / 2)
    axes.set_ylim((south + north - high) / 2, (south + north + high) / 2)
    axes.set_axis_off()
    degrees_per_mm = high / (figure.get_figheight() * _MM_PER_IN)
    if places is None:
        _graticule(axes, t)
    else:
        _borders(axes, places.to_crs(CRS))
        draw_names(axes, places.to_crs(CRS), drawn, t, np.array([degrees_per_mm / squeeze, degrees_per_mm]))
    hills = draw_relief(axes, elevation_of(relief), (west, south, east, north), zorder=1.5)
    beneath = draw_lines(axes, context_lines(context), degrees_per_mm, zorder=2.5)
    dense = not public and int(_small(drawn, degrees_per_mm).sum()) > _MOST_SIGNS
    if dense:
        _squares(axes, drawn, degrees_per_mm, squeeze)
    else:
        _areas(axes, drawn, degrees_per_mm, public=public)
    signs = len(lost) > 0 and not public
    if signs:
        _rejected(axes, lost)
    words = contamination_of(drawn)
    if words is not None and not public and not dense:
        glyph_legend(axes, words[_small(drawn, degrees_per_mm)].unique(), t)
    further = [*(line_handle(kind, t) for kind in beneath), *([relief_handle(hills, t)] if hills else [])]
    _legend(axes, drawn, t, plain=public or dense, rejected=signs, dense=dense, further=further)
    _scale_bar(axes, t)
    _north(axes)
    if synthetic:
        top = 0.99 if places is not None else 0.965
        axes.text(
            0.01, top, t("notice.synthetic").upper(), transform=axes.transAxes, va="top", fontsize=9,
            fontweight="bold", color="#8a0000",
        )  # fmt: skip
    return figure


def _frame(drawn: gpd.GeoDataFrame, places: gpd.GeoDataFrame | None) -> tuple[float, float, float, float]:
    """Corners of the map: the places where hazards lie among them, else the hazards, with a margin."""
    bounds = [layer.to_crs(CRS).total_bounds for layer in (drawn, places) if layer is not None and len(layer)]
    if not bounds:
        return 20.0, 41.85, 21.8, 43.27
    west, south = np.min([b[:2] for b in bounds], axis=0)
    east, north = np.max([b[2:] for b in bounds], axis=0)
    margin = 0.04 * max(east - west, north - south, 0.01)
    return west - margin, south - margin, east + margin, north + margin


def _borders(axes: Axes, places: gpd.GeoDataFrame) -> None:
    _polygons(axes, places.geometry.to_numpy(), facecolor=_GROUND, edgecolor=_LINE, linewidth=0.5, zorder=1)
    if "district" in places.columns and places["district"].notna().any():
        groups = places[places["district"].notna()].groupby("district").geometry
        joined = np.array([joined_coverage(group.to_numpy()) for _, group in groups], dtype=object)
        _polygons(axes, joined, facecolor="none", edgecolor=_SOFT, linewidth=1.1, zorder=2)


def _graticule(axes: Axes, t: Catalogue) -> None:
    """Lines of round degrees with their numbers at the edge, where no border tells where on earth this is."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    wanted = (north - south) / 3
    power = 10.0 ** np.floor(np.log10(wanted))
    step = max(part * power for part in (1, 2, 5) if part * power <= wanted)
    decimals = max(0, -int(np.floor(np.log10(step) + 1e-9)))
    text: dict[str, Any] = {"fontsize": 6.5, "color": _SOFT, "zorder": 0.6}
    for x in np.arange(np.ceil(west / step), np.floor(east / step) + 1) * step:
        axes.plot([x, x], [south, north], color=_GRATICULE, linewidth=0.6, zorder=0.5)
        axes.text(x, north, f" {t.number(x, decimals)}°", ha="left", va="top", **text)
    for y in np.arange(np.ceil(south / step), np.floor(north / step) + 1) * step:
        axes.plot([west, east], [y, y], color=_GRATICULE, linewidth=0.6, zorder=0.5)
        # Further down stands the legend.
        if y > south + _LEGEND_SHARE * (north - south):
            axes.text(west, y, f" {t.number(y, decimals)}°", ha="left", va="bottom", **text)


def _areas(axes: Axes, drawn: gpd.GeoDataFrame, degrees_per_mm: float, *, public: bool) -> None:
    """Suspected areas below confirmed ones; what is too small to be seen gets a sign."""
    fills = _fills()
    raster, words = len(drawn) > _MANY, contamination_of(drawn)
    drawn = drawn if words is None else drawn.assign(contamination=words)
    for kind in ("", HazardType.SHA.value, HazardType.CHA.value):
        own = drawn[drawn["hazard_type"] == kind] if kind else drawn[~drawn["hazard_type"].isin(list(HazardType))]
        if not len(own):
            continue
        mark = fills[kind]
        style = {"facecolor": _rgba(mark), "edgecolor": "#b00000", "hatch": _HATCHES[mark.pattern], "linewidth": 0.6}
        _polygons(axes, own.geometry.to_numpy(), zorder=4, rasterized=raster, **style)
        bounds, small = own.geometry.bounds.to_numpy(), _small(own, degrees_per_mm)
        if small.any() and not public:
            middle = (bounds[small, :2] + bounds[small, 2:]) / 2
            axes.scatter(
                middle[:, 0], middle[:, 1], s=26 if words is None else _ROOMY_PT2[kind], marker=_SIGNS[kind],
                facecolor=mark.colour, edgecolor=_INK, linewidth=0.6, zorder=5, rasterized=raster,
            )  # fmt: skip
            if words is not None:
                draw_glyphs(axes, middle, own["contamination"][small], zorder=5.5)


def _small(drawn: gpd.GeoDataFrame, degrees_per_mm: float) -> Mask:
    """Which areas would be lost at this scale."""
    bounds = drawn.geometry.bounds.to_numpy()
    small: Mask = (bounds[:, 2:] - bounds[:, :2]).max(axis=1) < _SMALL_MM * degrees_per_mm
    return small


def _squares(axes: Axes, drawn: gpd.GeoDataFrame, degrees_per_mm: float, squeeze: float) -> None:
    """Every square that an area touches, in the colour of confirmed areas if one of them is."""
    size = np.array([degrees_per_mm / squeeze, degrees_per_mm]) * _SQUARE_MM
    shapes, bounds = drawn.geometry.to_numpy(), drawn.geometry.bounds.to_numpy()
    first = np.floor(bounds[:, :2] / size).astype(np.int64)
    count = np.floor(bounds[:, 2:] / size).astype(np.int64) - first + 1
    # All squares within the bounds of each area, then those that it touches.
    owner = np.repeat(np.arange(len(shapes)), count.prod(axis=1))
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(count.prod(axis=1)) - count.prod(axis=1), count.prod(axis=1))
    square = first[owner] + np.column_stack([rank % count[owner, 0], rank // count[owner, 0]])
    boxes = shapely.box(*(square * size).T, *((square + 1) * size).T)
    met = shapely.intersects(boxes, shapes[owner])
    squares, which, areas = np.unique(square[met], axis=0, return_inverse=True, return_counts=True)
    confirmed = np.zeros(len(squares), dtype=bool)
    confirmed[which.reshape(-1)[(drawn["hazard_type"] == HazardType.CHA).to_numpy()[owner[met]]]] = True
    boxes = shapely.box(*(squares * size).T, *((squares + 1) * size).T)
    fills, shade = _fills(), np.searchsorted(list(_SHADES), areas, side="right") - 1
    for kind, own in ((HazardType.SHA, ~confirmed), (HazardType.CHA, confirmed)):
        for step, alpha in enumerate(_SHADES.values()):
            style = {"facecolor": (*_rgba(fills[kind.value])[:3], alpha), "edgecolor": "none"}
            _polygons(axes, boxes[own & (shade == step)], zorder=4, rasterized=True, **style)


def _rejected(axes: Axes, lost: gpd.GeoDataFrame) -> None:
    """What was drawn of rejected records, and a sign on each part: how far they reach is not known."""
    lines = shapely.get_parts(shapely.boundary(lost.geometry.to_numpy()))
    lines = np.concatenate([lines, lost.geometry[lost.geom_type.isin(["LineString", "MultiLineString"])].to_numpy()])
    for line in shapely.get_parts(lines[np.isin(shapely.get_type_id(lines), (1, 2, 5))]):
        axes.plot(*shapely.get_coordinates(line).T, color=_REJECTED, linewidth=1, linestyle=(0, (3, 2)), zorder=6)
    places = shapely.get_coordinates(shapely.point_on_surface(shapely.get_parts(lost.geometry.to_numpy())))
    x, y = places.T
    style: dict[str, Any] = {"edgecolor": _REJECTED, "zorder": 7}
    axes.scatter(x, y, s=40, marker="^", facecolor="white", linewidth=1.1, **style)
    axes.scatter(x, y, s=9, marker="$?$", facecolor=_REJECTED, linewidth=0.4, **style)


def _fills() -> dict[str, Mark]:
    return {symbol.conditions[0].value: symbol.fill for symbol in symbols_for(["hazard_type"]) if symbol.fill}


def _polygons(axes: Axes, shapes: Any, *, zorder: float, rasterized: bool = False, **style: Any) -> None:
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path

    paths = []
    for shape in shapely.get_parts(shapes):
        if shape.geom_type != "Polygon" or shape.is_empty:
            continue
        rings = [np.asarray(ring.coords) for ring in (shape.exterior, *shape.interiors)]
        paths.append(Path.make_compound_path(*[Path(ring[:, :2], closed=True) for ring in rings]))
    collection = PathCollection(paths, zorder=zorder, rasterized=rasterized, **style)
    axes.add_collection(collection, autolim=False)


def _rgba(mark: Mark) -> tuple[float, float, float, float]:
    from matplotlib.colors import to_rgba

    return to_rgba(mark.colour, mark.opacity)


def _legend(
    axes: Axes,
    drawn: gpd.GeoDataFrame,
    t: Catalogue,
    *,
    plain: bool,
    rejected: bool,
    dense: bool,
    further: Sequence[tuple[Any, str]] = (),
) -> None:
    from matplotlib.legend_handler import HandlerTuple
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    fills = _fills()
    handles: list[Any] = []
    labels: list[str] = []
    signs: list[Any] = []
    for kind in HazardType:
        if not (drawn["hazard_type"] == kind).any():
            continue
        mark = fills[kind.value]
        outline: dict[str, Any] = (
            {"edgecolor": "none"} if dense else {"edgecolor": "#b00000", "hatch": _HATCHES[mark.pattern]}
        )
        handles.append(Patch(facecolor=_rgba(mark), **outline))
        labels.append(t(f"hazard_type.{kind}"))
        signs.append(
            Line2D([], [], linestyle="", marker=_SIGNS[kind.value], markerfacecolor=mark.colour,
                   markeredgecolor=_INK, markersize=5.5)
        )  # fmt: skip
    if signs and not plain:
        handles.append(tuple(signs))
        labels.append(t("picture.sign"))
    if dense:
        shown = HazardType.CHA if (drawn["hazard_type"] == HazardType.CHA).any() else HazardType.SHA
        colour = _rgba(fills[shown.value])[:3]
        handles.append(tuple(Patch(facecolor=(*colour, alpha), edgecolor="none") for alpha in _SHADES.values()))
        labels.append(t("picture.squares"))
    if rejected:
        handles.append(
            Line2D([], [], linestyle="", marker="^", markerfacecolor="white", markeredgecolor=_REJECTED, markersize=7)
        )
        labels.append(t("rejected.extent"))
    for handle, words in further:
        handles.append(handle)
        labels.append(words)
    if handles:
        axes.legend(
            handles, [fill(label, 34) for label in labels], loc="lower left", fontsize=_TEXT_PT, frameon=False,
            handlelength=2.2, borderpad=0.2, labelspacing=0.8, handler_map={tuple: HandlerTuple(ndivide=None)},
        )  # fmt: skip


def _scale_bar(axes: Axes, t: Catalogue) -> None:
    """A bar of a round number of kilometres, about a fifth of the map's width, true at its middle latitude."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    middle = (south + north) / 2
    wide_km = Geod(ellps="WGS84").line_length([west, east], [middle, middle]) / 1000
    power = 10 ** np.floor(np.log10(wide_km / 5))
    length_km = max(step * power for step in (1, 2, 5) if step * power <= wide_km / 5)
    share = length_km / wide_km
    left, foot = 0.97 - share, 0.035
    axes.plot([left, 0.97], [foot, foot], transform=axes.transAxes, color=_INK, linewidth=2.4, solid_capstyle="butt")
    for at in (left, left + share / 2, 0.97):
        axes.plot([at, at], [foot, foot + 0.008], transform=axes.transAxes, color=_INK, linewidth=1)
    decimals = 0 if length_km >= 1 else 1
    for at, text in ((left, "0"), (0.97, f"{t.number(length_km, decimals)} km")):
        axes.text(
            at, foot + 0.012, text, transform=axes.transAxes, ha="center", va="bottom", fontsize=_TEXT_PT, color=_INK
        )


def _north(axes: Axes) -> None:
    arrow = {"arrowstyle": "-|>", "color": _INK, "linewidth": 1.2}
    axes.annotate("", (0.955, 0.97), xytext=(0.955, 0.905), xycoords="axes fraction", arrowprops=arrow)
    axes.text(0.955, 0.9, "N", transform=axes.transAxes, ha="center", va="top", fontsize=9, color=_INK, weight="bold")
