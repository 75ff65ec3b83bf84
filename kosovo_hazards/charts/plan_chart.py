"""A plan by year and month of the season, area by area, and what each year costs against the budget."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kosovo_hazards._errors import UsageError
from kosovo_hazards.charts.layout import FAINT, INK, Chart, foot, legend_below, mathtext_safe, unit_of
from kosovo_hazards.language import catalogue
from kosovo_hazards.priorities import Plan
from kosovo_hazards.schema import Priority

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

__all__ = ["plan_chart"]

_LOOKS = {
    Priority.HIGH.value: ("#8c1d18", ""),
    Priority.MEDIUM.value: ("#d9822b", "///"),
    Priority.LOW.value: ("#9fb8c9", ""),
    "": ("#ffffff", "xxxx"),
}
_WIDTH_IN = 7.6
_LONGEST_ID = 18
_MILLION = 1e6


def plan_chart(
    plan: Plan,
    *,
    top: int = 30,
    title: str | None = None,
    source: str = "",
    synthetic: bool = False,
    language: str | Path = "en",
) -> Figure:
    """Draw when work on each area of a plan begins and ends, and below it what each year costs or releases.

    Parameters
    ----------
    plan
        What `kh.plan` gave.
    top
        How many areas, in the order of work.
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
    A figure that belongs to no window: show it in a notebook, or ``figure.savefig("plan.png", dpi=200)``. Months out of
    season are grey. Below stands the cost of each year beside the budget, or the ground released beside what the
    capacity could, where the plan knows no cost.

    Raises
    ------
    HazardDataError
        If there is no area to draw, `top` is below 1, or there is no such language.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> made = kh.plan(kh.demo_data()[0], kh.Capacity(21, 168), start=2025, cost_eur_per_m2=2.5)
    >>> figure = plan_chart(made)
    >>> figure.axes[1].get_ylabel()
    'cost, million €'
    """
    t = catalogue(language, report=True)
    if top < 1 or plan.table.empty:
        raise UsageError("there is no area to draw", hint="give a plan of some areas, and top from 1 on")
    from kosovo_hazards.charts.figure import ShownFigure

    shown = plan.table.head(top)
    count = len(shown)
    figure = ShownFigure(figsize=(_WIDTH_IN, 3.9 + 0.25 * count), layout="constrained", facecolor="white")
    axes, below = figure.subplots(2, 1, sharex=True, height_ratios=(0.25 * count + 0.6, 1.9))
    chart = Chart(figure, axes, unit_of(None, plan.years["capacity_m2"]), t)
    headline = t("chart.plan.title", year=plan.deadline) if title is None else title
    axes.set_title(mathtext_safe(headline), loc="left", fontsize=12.5, fontweight="bold", color=INK, pad=10)
    legend_below(below, _areas(chart, shown, plan), inches=0.36)
    _years(chart, below, plan)
    first, last = int(plan.years.index[0]), plan.deadline
    axes.set_xlim(first, last + 1 + 0.19 * (last + 1 - first))
    below.set_xticks([year + 0.5 for year in plan.years.index], [str(year) for year in plan.years.index], fontsize=9.5)
    for one in (axes, below):
        one.tick_params(axis="both", length=0)
        one.spines[["top", "right", "left"]].set_visible(False)
        for year in range(first, last + 1):
            one.axvline(year, color="#c9d0d4", linewidth=0.7, zorder=0)
        one.axvline(last + 1, color=INK, linestyle=":", linewidth=1.6, zorder=1)
    left = plan.table[~plan.table["done"]]
    notes = [t.counted("chart.left_sum", len(left), year=plan.deadline, m2=t.number(left["left_m2"].sum()))]
    if len(plan.table) > count:
        notes.append(t.counted("chart.more_areas", len(plan.table) - count))
    foot(chart, source, notes, synthetic=synthetic, letters=105)
    return figure


def _areas(chart: Chart, shown: pd.DataFrame, plan: Plan) -> list[Patch]:
    """A bar from the month in which work begins to that in which it ends; what is left says so at the right."""
    from matplotlib.patches import Patch

    t, axes, end = chart.t, chart.axes, plan.deadline + 1
    begins, ends = (shown[name].to_numpy("datetime64[M]") for name in ("begins", "ends"))
    start, stop = _year(begins), np.where(np.isnat(ends), end, _year(ends) + 1 / 12)
    for row, (priority, done, size) in enumerate(zip(shown["priority"], shown["done"], shown["m2"], strict=True)):
        colour, hatch = _LOOKS.get(str(priority), _LOOKS[""])
        style: dict[str, Any] = {"height": 0.66, "color": colour, "hatch": hatch, "edgecolor": INK, "linewidth": 0.6}
        if not np.isnan(start[row]):
            axes.barh(row, stop[row] - start[row], left=start[row], **style)
        if not done:
            key = "chart.size_unknown" if pd.isna(size) else "chart.left_area"
            text = t(key, m2=t.number(float(shown["left_m2"].iloc[row]))) if key == "chart.left_area" else t(key)
            axes.annotate(text, (end, row), xytext=(5, 0), textcoords="offset points", va="center", fontsize=8.5,
                          color="#8c1d18" if shown["rule"].iloc[row] != "met" else FAINT)  # fmt: skip
    _out_of_season(axes, plan)
    names = [mathtext_safe(str(name)) for name in shown["hazard_id"]]
    axes.set_yticks(
        range(len(shown)),
        [name if len(name) <= _LONGEST_ID else f"{name[: _LONGEST_ID - 1]}…" for name in names],
        fontsize=9,
    )
    axes.set_ylim(len(shown) - 0.4, -0.6)
    # Words of other languages and no words at all are of unknown priority.
    there = shown["priority"].map(lambda word: word if word in _LOOKS else "")
    return [
        Patch(facecolor=_LOOKS[word][0], hatch=_LOOKS[word][1], edgecolor=INK, linewidth=0.6,
              label=t("chart.priority", priority=t(f"priority.{word or 'unknown'}")))
        for word in _LOOKS if (there == word).any()
    ]  # fmt: skip


def _year(months: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Months as years with a fraction; nan where there is none."""
    counted = months.astype("int64") / 12 + 1970
    return np.where(np.isnat(months), np.nan, counted)


def _out_of_season(axes: Axes, plan: Plan) -> None:
    """Months in which nothing is done."""
    for year in plan.years.index:
        for month in range(1, 13):
            if month not in plan.months:
                axes.axvspan(year + (month - 1) / 12, year + month / 12, color="#f0f2f3", linewidth=0, zorder=-1)


def _years(chart: Chart, axes: Axes, plan: Plan) -> None:
    """Cost of each year beside the budget, or ground released beside the capacity."""
    t, years = chart.t, plan.years
    costed = years["cost_eur"].notna().any()
    spent = (years["cost_eur"] if costed else years["worked_m2"]).to_numpy()
    most = (years["budget_eur"] if costed else years["capacity_m2"]).to_numpy()
    size = _MILLION if costed else chart.unit.m2
    middle = years.index.to_numpy() + 0.5
    over = spent > most * (1 + 1e-9)
    axes.bar(middle, spent / size, 0.56, color=np.where(over, "#8c1d18", "#0072b2"), zorder=2)
    for x, value in zip(middle, spent / size, strict=True):
        axes.annotate(t.number(value, 2), (x, value), xytext=(0, 3), textcoords="offset points", ha="center",
                      fontsize=9)  # fmt: skip
    axes.step(np.r_[years.index, plan.deadline + 1], np.r_[most, most[-1:]] / size, where="post", color=INK,
              linewidth=1.6, zorder=3)  # fmt: skip
    key = "chart.budget" if costed else "chart.capacity"
    axes.annotate(t(key, amount=t.number(most[-1] / size, 2)), (plan.deadline + 1, most[-1] / size), xytext=(5, 0),
                  textcoords="offset points", va="center", fontsize=9)  # fmt: skip
    axes.set_ylim(0, float(np.nanmax([*spent, *most]) / size) * 1.22 or 1)
    axes.set_ylabel(t("chart.cost") if costed else t("chart.area", unit=chart.unit.name), fontsize=9.5)
    axes.yaxis.set_major_formatter(chart.tick)
    axes.tick_params(axis="y", labelsize=9)
