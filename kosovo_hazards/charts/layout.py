"""What charts have in common: the page, its words and units, fills that a black and white print tells apart."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kosovo_hazards._errors import UsageError
from kosovo_hazards.forecasting import Forecast, percent
from kosovo_hazards.language import Catalogue
from kosovo_hazards.summaries import UNKNOWN
from kosovo_hazards.writing import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "FAINT",
    "INK",
    "Chart",
    "Unit",
    "chance_text",
    "fill",
    "foot",
    "group_names",
    "label",
    "legend_below",
    "mathtext_safe",
    "page",
    "unit_of",
]

# What each pattern of the map's symbols is called by matplotlib.
_HATCHES = {"solid": "", "hatched": "////", "horizontal": "---"}
INK, FAINT = "#202020", "#606060"


@dataclass(frozen=True)
class Unit:
    """The unit in which areas are shown.

    Attributes
    ----------
    name
        As it is written.
    m2
        How many square metres it is.
    """

    name: str
    m2: float

    def text(self, area_m2: float, t: Catalogue) -> str:
        """The figure without the unit."""
        value = area_m2 / self.m2
        return t.number(value, 2 if self.m2 > 1 and value < 100 else 0)


_UNITS = {unit.name: unit for unit in (Unit("km²", 1e6), Unit("ha", 1e4), Unit("m²", 1.0))}


@dataclass(frozen=True)
class Chart:
    """A chart in the making.

    Attributes
    ----------
    figure, axes
        What is drawn on.
    unit
        The unit in which areas are shown.
    t
        The words.
    """

    figure: Figure
    axes: Axes
    unit: Unit
    t: Catalogue

    def area(self, area_m2: float) -> str:
        """An area without its unit."""
        return self.unit.text(area_m2, self.t)

    def tick(self, value: float, _: float = 0) -> str:
        """A figure on an axis."""
        decimals = len(f"{value:.2f}".rstrip("0").partition(".")[2])
        return self.t.number(value, decimals)


def page(title: str, *, rows: int = 8) -> tuple[Figure, Axes]:
    """An empty chart with its headline; it is as high as its rows need.

    Parameters
    ----------
    title
        The headline, maybe empty.
    rows
        Number of bars side by side or one above the other.
    """
    from kosovo_hazards.charts.figure import ShownFigure

    figure = ShownFigure(figsize=(10.5, max(2.6 + 0.42 * rows, 3.6)), layout="constrained", facecolor="white")
    axes = figure.subplots()
    axes.set_title(mathtext_safe(title), loc="left", fontsize=14, fontweight="bold", color=INK, pad=12)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def fill(colour: str, pattern: str, *, alpha: float = 1.0) -> dict[str, Any]:
    """Look of a filled shape.

    Parameters
    ----------
    colour, pattern
        As the standard symbols have them.
    alpha
        Opacity, 0 to 1.
    """
    from matplotlib.colors import to_rgba

    return {"facecolor": to_rgba(colour, alpha), "hatch": _HATCHES[pattern], "edgecolor": INK, "linewidth": 0.7}


def chance_text(made: Forecast, t: Catalogue) -> str:
    """The chance to be done by the deadline, with the range behind it.

    Parameters
    ----------
    made
        The forecast.
    t
        The words.
    """
    chance, between = percent(made.chance), made.chance_range
    if between is None:
        return t("chance.alone", chance=chance)
    return t("chance.range", chance=chance, low=percent(between[0]), high=percent(between[1]))


def group_names(labels: Iterable[object], t: Catalogue, *, home: bool) -> list[str]:
    """Names of places in the reader's language; other labels as they are.

    Parameters
    ----------
    labels
        Labels of groups.
    t
        The words.
    home
        Whether it is about Kosovo.
    """
    from kosovo_hazards.gazetteer import place_names

    names = {**place_names(None, t.code, home=home), UNKNOWN: t("unknown")}
    return [
        mathtext_safe((home and t.texts.get(f"region.{label}")) or names.get(str(label), str(label)))
        for label in labels
    ]


def mathtext_safe(text: str) -> str:
    """Text in which matplotlib sees no formula, and no sign that has no letter.

    Parameters
    ----------
    text
        Any text.
    """
    return printable(text).replace("$", r"\$")


def label(axes: Axes, text: str, at: tuple[float, float], offset: tuple[float, float], **style: Any) -> None:
    """Write a figure on white, above every line.

    Parameters
    ----------
    axes
        What is drawn on.
    text
        The figure.
    at, offset
        The point it belongs to, and how far from it, in points.
    **style
        Look of the text.
    """
    white = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.9}
    axes.annotate(text, at, xytext=offset, textcoords="offset points", bbox=white, zorder=5, **style)


def unit_of(name: str | None, areas_m2: Iterable[float]) -> Unit:
    """The unit of that name, or the one that suits the areas.

    Parameters
    ----------
    name
        "km²", "ha", "m²" or None.
    areas_m2
        What is drawn.

    Raises
    ------
    HazardDataError
        If there is no such unit.
    """
    if name is None:
        return _UNITS["km²" if np.nanmax([0.0, *areas_m2]) >= 1e6 else "m²"]
    if name not in _UNITS:
        raise UsageError(f"unit {name!r} is not one of {', '.join(_UNITS)}")
    return _UNITS[name]


def legend_below(axes: Axes, handles: list[Any], *, inches: float) -> None:
    """Put the legend under the axes, two entries a line.

    Parameters
    ----------
    axes
        What is drawn on.
    handles
        The entries, with their labels.
    inches
        Room for what stands between.
    """
    from matplotlib.transforms import ScaledTranslation

    under = axes.transAxes + ScaledTranslation(0, -inches, axes.figure.dpi_scale_trans)
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, 0), bbox_transform=under, ncols=2, frameon=False,
                fontsize=9, borderaxespad=0, borderpad=0)  # fmt: skip


def foot(chart: Chart, source: str, notes: list[str], *, synthetic: bool, letters: int | None = None) -> None:
    """Write source and notes below the chart; what is made up says so above it.

    Parameters
    ----------
    chart
        The chart.
    source
        Where the figures come from, maybe empty.
    notes
        What the reader can't see.
    synthetic
        Whether the data are made up.
    letters
        Letters to a line, on a narrow chart.
    """
    line = ". ".join([*([chart.t("chart.source", source=source)] if source else []), *notes])
    if letters is not None:
        line = textwrap.fill(line, letters)
    if line:
        chart.figure.supxlabel(mathtext_safe(line), x=0.01, ha="left", fontsize=9, color=FAINT)
    if synthetic:
        chart.figure.suptitle(
            chart.t("notice.synthetic").upper(), x=0.01, ha="left", fontsize=10, fontweight="bold", color="#8a0000",
        )  # fmt: skip
