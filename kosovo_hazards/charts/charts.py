"""Charts for a meeting: the burn-down of the remaining area, and hazardous areas by district."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill as fill_lines
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._errors import UsageError
from kosovo_hazards.charts.layout import FAINT, INK, Chart, chance_text, fill, foot, group_names, label, page, unit_of
from kosovo_hazards.forecasting import Forecast
from kosovo_hazards.gazetteer import is_home
from kosovo_hazards.language import Catalogue, catalogue
from kosovo_hazards.provenance import any_synthetic
from kosovo_hazards.schema import CRS, HazardType, Product
from kosovo_hazards.summaries import TOTALS, summarise
from kosovo_hazards.symbols import symbols_for
from kosovo_hazards.validation import require_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["district_chart", "progress_chart"]

# Cleared ground stands at the foot of each bar, for it is what the work is measured by.
_STACK = (Product.CLEARED, Product.REDUCED, Product.CANCELLED)
_ROOM_BESIDE = 0.6
_BAR = 0.62
# Letters to a line of the label at the deadline, which stands beside the line.
_LABEL_WIDTH = 30
# In grey the colours of cleared and reduced ground are one; a paler fill behind its hatching keeps the latter apart.
_PALER = {Product.CLEARED: 1.0, Product.REDUCED: 0.45, Product.CANCELLED: 0.45}


def progress_chart(
    series: pd.DataFrame,
    *,
    forecast: Forecast | None = None,
    target_m2: float | None = None,
    title: str | None = None,
    source: str = "",
    unit: str | None = None,
    note: str = "",
    synthetic: bool | None = None,
    language: str | Path = "en",
) -> Figure:
    """Draw what was released in each period, what is left, and where it is going.

    Parameters
    ----------
    series
        What `progress` returned, not split into groups.
    forecast
        Draws the range in which the work is done in eight of ten cases, and the deadline.
    target_m2
        Square metres a year that are planned, drawn as a line from the last closing figure.
    title
        Headline; by default one that says what is drawn, and none if empty.
    source
        Where the figures come from, for the line below.
    unit
        "km²", "ha" or "m²"; by default km² from one square kilometre on, else m².
    note
        A sentence of your own for the line below.
    synthetic
        Whether to say that the data are made up; by default as the table says.
    language
        ``en``, ``sq``, ``sr``, or the path of a catalogue (JSON) of your own.

    Returns
    -------
    A figure that belongs to no window: show it in a notebook, or ``figure.savefig("progress.png", dpi=200)``.

    Raises
    ------
    HazardDataError
        If the table is empty, split into groups, or not in whole years where a forecast or target is to be drawn, or
        there is no such language.

    Notes
    -----
    Every product has a hatching of its own, and every line a style, so that a black and white print tells them apart.
    Undated releases can't be placed on the axis and are named below.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> figure = progress_chart(kh.progress(*kh.demo_data()), source="demo register")
    >>> figure.axes[0].get_ylabel()
    'area, km²'
    """
    require_columns(series, [f"{product}_m2" for product in Product], purpose="to draw progress")
    t = catalogue(language, report=True)
    dated = series[series.index.notna()] if not isinstance(series.index, pd.MultiIndex) else series
    if not isinstance(dated.index, pd.PeriodIndex) or dated.empty:
        raise UsageError(
            "there are no periods to draw", hint="give what kh.progress returned, without by= and with dated releases"
        )
    if (forecast is not None or target_m2 is not None) and not dated.index.freqstr.startswith("Y"):
        raise UsageError("a forecast or target is drawn by year", hint='give kh.progress(…, freq="YE")')
    chosen = unit_of(unit, [*dated[[f"{product}_m2" for product in Product]].sum(axis=1), *_closings(dated)])
    chart = Chart(*page(t("chart.progress.title") if title is None else title), chosen, t)
    _bars(chart, dated)
    _burn_down(chart, dated)
    reach = _outlook(chart, dated, forecast, target_m2)
    _time_axis(chart.axes, dated, reach)
    chart.axes.set_ylabel(t("chart.area", unit=chosen.name))
    chart.axes.yaxis.set_major_formatter(chart.tick)
    chart.axes.set_ylim(bottom=0, top=chart.axes.get_ylim()[1] * 1.06)
    chart.axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, borderaxespad=0)
    made_up = bool(series.attrs.get("synthetic")) if synthetic is None else synthetic
    foot(chart, source, [*([note] if note else []), *_notes(series, dated, t)], synthetic=made_up)
    return chart.figure


def district_chart(
    hazards: gpd.GeoDataFrame,
    *,
    by: str = "district",
    title: str | None = None,
    source: str = "",
    unit: str | None = None,
    synthetic: bool | None = None,
    language: str | Path = "en",
) -> Figure:
    """Draw confirmed and suspected area of each district, or of any other group.

    Parameters
    ----------
    hazards
        The hazards table; areas that are closed or handed over are left out.
    by
        The column to group by.
    title
        Headline; by default one that says what is drawn, and none if empty.
    source
        Where the figures come from, for the line below.
    unit
        "km²", "ha" or "m²"; by default km² from one square kilometre on, else m².
    synthetic
        Whether to say that the data are made up; by default as the table says.
    language
        ``en``, ``sq``, ``sr``, or the path of a catalogue (JSON) of your own.

    Returns
    -------
    A figure that belongs to no window, with the largest group on top.

    Raises
    ------
    HazardDataError
        If a column is missing, there is no area to draw, or there is no such language.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> figure = district_chart(kh.demo_data()[0], source="demo register")
    >>> figure.axes[0].get_xlabel()
    'hazardous area, km²'
    """
    t = catalogue(language, report=True)
    table = summarise(hazards, by).drop(index=TOTALS).sort_values("total_m2")
    if table.empty:
        raise UsageError("there is no hazardous area to draw")
    chosen = unit_of(unit, table["total_m2"])
    group = t.texts.get(f"chart.by.{by}", by.replace("_", " "))
    headline = t("chart.district.title", group=group) if title is None else title
    chart = Chart(*page(headline, rows=len(table)), chosen, t)
    _stacked(chart, table)
    chart.axes.set_yticks(range(len(table)), group_names(table.index, t, home=_about_home(hazards)))
    chart.axes.tick_params(axis="y", length=0)
    chart.axes.set_xlabel(t("chart.hazardous_area", unit=chosen.name))
    chart.axes.xaxis.set_major_formatter(chart.tick)
    # The shortest bars leave room beside them, unless they are about as long as the longest.
    if table["total_m2"].iloc[:2].max() < _ROOM_BESIDE * table["total_m2"].iloc[-1]:
        chart.axes.legend(loc="lower right", frameon=False)
    else:
        chart.figure.legend(loc="outside upper right", ncols=2, frameon=False)
    made_up = any_synthetic(hazards)
    unknown = int(table["unknown_area"].sum()) if "unknown_area" in table.columns else 0
    notes = [t.counted("chart.unknown_size", unknown)] if unknown else []
    foot(chart, source, notes, synthetic=made_up if synthetic is None else synthetic)
    return chart.figure


def _about_home(hazards: pd.DataFrame) -> bool:
    """Whether the areas lie in Kosovo; without any ground nothing says that they don't."""
    located = isinstance(hazards, gpd.GeoDataFrame) and hazards.crs is not None and hazards.geometry.notna().any()
    return is_home(None, hazards.to_crs(CRS)) if located else True


def _stacked(chart: Chart, table: pd.DataFrame) -> None:
    """Confirmed and suspected area of each group, and at the end of the bar what they come to."""
    left = np.zeros(len(table))
    for symbol, kind in zip(symbols_for(["hazard_type"])[:2], HazardType, strict=True):
        area = table[f"{kind.lower()}_m2"].to_numpy() / chart.unit.m2
        style = fill(symbol.fill.colour, symbol.fill.pattern, alpha=symbol.fill.opacity) if symbol.fill else {}
        chart.axes.barh(range(len(table)), area, left=left, height=_BAR, label=chart.t(f"chart.{kind}"), **style)
        left += area
    for row, (end, total, count) in enumerate(zip(left, table["total_m2"], table["total_areas"], strict=True)):
        text = chart.t.counted("chart.bar", count, area=f"{chart.area(total)} {chart.unit.name}")
        chart.axes.annotate(text, (end, row), xytext=(5, 0), textcoords="offset points", va="center")
    chart.axes.set_xlim(0, left.max() * 1.32 or 1)


def _notes(series: pd.DataFrame, dated: pd.DataFrame, t: Catalogue) -> list[str]:
    """What the reader can't see in the chart."""
    notes, known = [], _closings(dated).notna().to_numpy()
    if not known.all():
        some = t("chart.left_unknown", period=dated.index[known.argmax()])
        notes.append(some if known.any() else t("chart.left_never_known"))
    if len(dated) < len(series):
        notes.append(t.counted("chart.undated", int(series.loc[series.index.isna(), "releases"].sum())))
    return notes


def _middle(periods: pd.PeriodIndex) -> np.ndarray:
    """Position of each period on the axis: its number, from the year or from 0."""
    if periods.freqstr.startswith("Y"):
        return np.asarray(periods.year, dtype=float)
    return np.arange(len(periods), dtype=float)


def _closings(series: pd.DataFrame) -> pd.Series:
    return series["closing_m2"] if "closing_m2" in series.columns else pd.Series(np.nan, index=series.index)


def _bars(chart: Chart, series: pd.DataFrame) -> None:
    """Products one on the other, the total above, and beside it what of it lay outside the register."""
    fills = {symbol.label: symbol.fill for symbol in symbols_for(["product"])}
    middle, top = _middle(series.index), np.zeros(len(series))
    for product in _STACK:
        height = series[f"{product}_m2"].to_numpy(dtype=float) / chart.unit.m2
        mark = fills[product.value]
        style = fill(mark.colour, mark.pattern, alpha=_PALER[product]) if mark else {}
        name = chart.t(f"chart.{product}", period=chart.t(f"chart.in_{_noun(series)}"))
        chart.axes.bar(middle, height, _BAR, bottom=top, label=name, **style)
        top += height
    for x, y in zip(middle, top, strict=True):
        if y > 0 and len(series) <= 12:
            label(chart.axes, chart.area(y * chart.unit.m2), (x, y), (0, 4), ha="center")
    outside = series.get("outside_m2", pd.Series(0.0, index=series.index)).fillna(0.0).to_numpy(dtype=float)
    outside = outside / chart.unit.m2
    if (outside > 0).any():
        shown = outside > 0
        chart.axes.bar(
            middle[shown] + _BAR / 2 + 0.05,
            outside[shown],
            0.06,
            bottom=(top - outside)[shown],
            color=INK,
            label=chart.t("chart.outside"),
        )


def _noun(series: pd.DataFrame) -> str:
    return {"Y": "year", "Q": "quarter", "M": "month"}[series.index.freqstr[0]]


def _burn_down(chart: Chart, series: pd.DataFrame) -> None:
    """What is left at the end of each period; before the first register it is not known, and not drawn."""
    left = _closings(series) / chart.unit.m2
    end = _middle(series.index) + 0.5
    if "opening_m2" in series.columns and pd.notna(series["opening_m2"].iloc[0]):
        left = pd.concat([pd.Series([series["opening_m2"].iloc[0] / chart.unit.m2]), left])
        end = np.r_[end[0] - 1, end]
    name = chart.t("chart.left", period=chart.t(f"chart.of_{_noun(series)}"))
    chart.axes.plot(end, left, color=INK, linewidth=2.2, marker="o", markersize=6, label=name)
    if len(series) > 12:
        return
    for x, y in zip(end, left, strict=True):
        if pd.notna(y):
            label(chart.axes, chart.area(y * chart.unit.m2), (x, y), (7, 7), fontweight="bold")


def _outlook(chart: Chart, series: pd.DataFrame, forecast: Forecast | None, target_m2: float | None) -> float:
    """Forecast range, target and deadline; gives the last position that they reach."""
    known = _closings(series).dropna()
    if forecast is None and not target_m2:
        return -np.inf
    if forecast is not None:
        now, left = forecast.start - 0.5, forecast.remaining_m2 / chart.unit.m2
    elif len(known):
        now, left = float(known.index[-1].year) + 0.5, known.iloc[-1] / chart.unit.m2
    else:
        return -np.inf
    reach = -np.inf
    if forecast is not None:
        reach = _fan(chart, forecast, now, left)
    if target_m2:
        done = now + left * chart.unit.m2 / target_m2
        chart.axes.plot(
            [now, done], [left, 0], color=INK, linestyle=(0, (5, 3)), linewidth=1.6,
            label=chart.t("chart.target", area=f"{chart.area(target_m2)} {chart.unit.name}"),
        )  # fmt: skip
        reach = max(reach, done)
    return reach


def _fan(chart: Chart, forecast: Forecast, now: float, left: float) -> float:
    """Straight to nothing left, between the early and the late end of eight cases in ten."""
    early, _, late = forecast.likely_years
    horizon = max(forecast.deadline + 0.5, (late or forecast.deadline) + 0.5)
    if early is not None:
        # What is never done in nine of ten cases may stay as it is.
        far = [late + 0.5, 0.0] if late is not None else [horizon, left]
        corners = np.array([[now, left], [early + 0.5, 0.0], *([[horizon, 0.0]] if late is None else []), far])
        chart.axes.fill(
            *corners.T, facecolor="#d9d9d9", edgecolor=FAINT, hatch="....", linewidth=0.8, alpha=0.7, zorder=0,
            label=chart.t("chart.fan"),
        )  # fmt: skip
    chart.axes.axvline(forecast.deadline + 0.5, color=INK, linestyle=":", linewidth=1.6)
    chart.axes.annotate(
        chart.t(
            "chart.deadline", year=forecast.deadline, chance=fill_lines(chance_text(forecast, chart.t), _LABEL_WIDTH)
        ),
        (forecast.deadline + 0.5, 0.99),
        xycoords=("data", "axes fraction"),
        xytext=(-6, 0),
        textcoords="offset points",
        ha="right",
        va="top",
    )
    return horizon


def _time_axis(axes: Axes, series: pd.DataFrame, reach: float) -> None:
    middle = _middle(series.index)
    first, last = middle[0], max(middle[-1], reach - 0.5)
    axes.set_xlim(first - 0.7, last + 0.95)
    if series.index.freqstr.startswith("Y"):
        years = range(int(first), int(np.ceil(last)) + 1)
        axes.set_xticks(list(years), [str(year) for year in years])
    else:
        step = max(1, len(series) // 12)
        axes.set_xticks(middle[::step], [str(period) for period in series.index[::step]], rotation=45, ha="right")
    axes.tick_params(axis="x", length=0)
    axes.yaxis.grid(visible=True, color="#e3e3e3", linewidth=0.8)
    axes.set_axisbelow(True)
