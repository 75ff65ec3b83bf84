"""What each criterion adds to the score of an area, as stacked bars; what is only assumed is hatched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kosovo_hazards._errors import UsageError
from kosovo_hazards.charts.layout import FAINT, INK, Chart, foot, legend_below, mathtext_safe, unit_of
from kosovo_hazards.language import catalogue
from kosovo_hazards.priorities import Ranking, criterion_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["contributions_chart"]

# Told apart by the colour-blind (Okabe and Ito 2008) and, by how dark they are, in grey; none of them a hazard's.
_COLOURS = ("#0072b2", "#e6a817", "#009e73", "#cc79a7", "#56b4e9", "#555555", "#b5c47a", "#a6611a")
_WIDTH_IN = 7.6
_BAR = 0.68
_LONGEST_ID = 22


def contributions_chart(
    ranking: Ranking,
    *,
    top: int = 15,
    title: str | None = None,
    source: str = "",
    synthetic: bool = False,
    language: str | Path = "en",
) -> Figure:
    """Draw the score of the first areas of a ranking, by what each criterion adds to it.

    Parameters
    ----------
    ranking
        What `kh.prioritise` gave.
    top
        How many areas, the most urgent first.
    title
        Headline; by default one that says what is drawn, and none if empty.
    source
        Where the figures come from, for the line below.
    synthetic
        Whether to say that the data are made up.
    language
        ``en``, ``sq``, ``sr``, or the path of a catalogue (JSON) of your own.

    Returns
    -------
    A figure that belongs to no window: show it in a notebook, or ``figure.savefig("first.png", dpi=200)``.

    Raises
    ------
    HazardDataError
        If there is no area to draw, `top` is below 1, or there is no such language.

    Notes
    -----
    The legend says the weight of each criterion. What stands in a bar only because something is unknown, which counts
    as most urgent, is hatched on white.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> figure = contributions_chart(kh.prioritise(kh.demo_data()[0]), top=10)
    >>> len(figure.axes[0].get_yticklabels())
    10
    """
    t = catalogue(language, report=True)
    if top < 1 or ranking.table.empty:
        raise UsageError("there is no area to draw", hint="give a ranking of some areas, and top from 1 on")
    from kosovo_hazards.charts.figure import ShownFigure

    shown = ranking.table.head(top)
    count, criteria = len(shown), list(ranking.criteria.index)
    figure = ShownFigure(figsize=(_WIDTH_IN, 1.9 + 0.3 * count + 0.26 * len(criteria)), layout="constrained",
                         facecolor="white")  # fmt: skip
    axes = figure.subplots()
    chart = Chart(figure, axes, unit_of("m²", []), t)
    headline = t.counted("chart.contributions.title", count) if title is None else title
    axes.set_title(mathtext_safe(headline), loc="left", fontsize=12.5, fontweight="bold", color=INK, pad=10)
    handles = _bars(chart, ranking, count)
    for row, (score, share) in enumerate(zip(shown["score"], shown["in_top"], strict=True)):
        told = t.number(score, 2)
        axes.annotate(told, (score, row), xytext=(5, 0), textcoords="offset points", va="center", fontsize=9.5,
                      fontweight="bold" if share >= 1 else "normal")  # fmt: skip
    names = [f"{_rank(place, ties)}  {_short(name)}" for place, ties, name in _places(shown)]
    axes.set_yticks(range(count), names, fontsize=9.5)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(count - 0.4, -0.6)
    axes.set_xlim(0, min(1.12, float(shown["score"].max()) * 1.16 + 0.02))
    axes.xaxis.set_major_formatter(chart.tick)
    axes.set_xlabel(t("chart.score"), fontsize=9.5)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.xaxis.grid(visible=True, color="#e3e3e3", linewidth=0.8)
    axes.set_axisbelow(True)
    legend_below(axes, handles, inches=0.55)
    notes = [t("chart.bold", n=t.number(ranking.top))] if (shown["in_top"] >= 1).any() else []
    if len(ranking.table) > count:
        notes.append(t.counted("chart.more_areas", len(ranking.table) - count))
    foot(chart, source, notes, synthetic=synthetic, letters=105)
    return figure


def _bars(chart: Chart, ranking: Ranking, count: int) -> list[Any]:
    """A stack for each area; the hatched share of each part stands only because something is unknown."""
    from matplotlib.patches import Patch

    left, handles, assumed_any = np.zeros(count), [], False
    for at, name in enumerate(ranking.criteria.index):
        colour = _COLOURS[at % len(_COLOURS)]
        whole = ranking.table[f"by {name}"].to_numpy()[:count]
        assumed = ranking.assumed[name].to_numpy()[:count]
        style: dict[str, Any] = {"height": _BAR, "edgecolor": colour, "linewidth": 0.8}
        told = chart.t(
            "chart.weight",
            name=criterion_name(str(name), chart.t),
            weight=chart.t.percent(float(ranking.criteria["weight"].iloc[at])),
        )
        chart.axes.barh(range(count), whole - assumed, left=left, color=colour, **style)
        handles.append(Patch(facecolor=colour, edgecolor=colour, label=told))
        if (assumed > 0).any():
            assumed_any = True
            chart.axes.barh(range(count), assumed, left=left + whole - assumed, color="white", hatch="/////", **style)
        left = left + whole
    if assumed_any:
        handles.append(Patch(facecolor="white", edgecolor=FAINT, hatch="/////", label=chart.t("chart.assumed")))
    return handles


def _places(shown: Any) -> list[tuple[int, int, str]]:
    return list(zip(shown["rank"], shown["ties"], shown["hazard_id"].astype(str), strict=True))


def _rank(place: int, ties: int) -> str:
    """A place in the order; an equals sign before one that is shared."""
    return f"={place}" if ties > 1 else str(place)


def _short(name: str) -> str:
    safe = mathtext_safe(name)
    return safe if len(safe) <= _LONGEST_ID else f"{safe[: _LONGEST_ID - 1]}…"
