"""Charts for a meeting: the burn-down of the remaining area, and hazardous areas by district."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards.forecasting import Forecast
from kosovo_hazards.schema import HazardType, Product, require_columns
from kosovo_hazards.symbols import symbols_for
from kosovo_hazards.tables import TOTALS, summarise

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["district_chart", "progress_chart"]

SYNTHETIC = "Synthetic demonstration data – not real locations"

# What each pattern of the map's symbols is called by matplotlib.
_HATCHES = {"solid": "", "hatched": "////", "horizontal": "---"}
_INK, _FAINT = "#202020", "#606060"
# Cleared ground stands at the foot of each bar, for it is what the work is measured by.
_STACK = (Product.CLEARED, Product.REDUCED, Product.CANCELLED)
_BAR = 0.62
# In grey the colours of cleared and reduced ground are one; a paler fill behind its hatching keeps the latter apart.
_PALER = {Product.CLEARED: 1.0, Product.REDUCED: 0.45, Product.CANCELLED: 0.45}


@dataclass(frozen=True)
class _Unit:
    """In what areas are told."""

    name: str
    m2: float

    def text(self, area_m2: float) -> str:
        value = area_m2 / self.m2
        return f"{value:,.2f}" if self.m2 > 1 and value < 100 else f"{value:,.0f}"


_UNITS = {unit.name: unit for unit in (_Unit("km²", 1e6), _Unit("ha", 1e4), _Unit("m²", 1.0))}


def progress_chart(
    series: pd.DataFrame,
    *,
    forecast: Forecast | None = None,
    target_m2: float | None = None,
    title: str | None = None,
    source: str = "",
    unit: str | None = None,
    synthetic: bool | None = None,
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
        Headline; by default one that says what is drawn.
    source
        Where the figures come from, for the line below.
    unit
        "km²", "ha" or "m²"; by default km² from one square kilometre on, else m².
    synthetic
        Whether to say that the data are made up; by default as the table says.

    Returns
    -------
    A figure that belongs to no window: show it in a notebook, or ``figure.savefig("progress.png", dpi=200)``.

    Raises
    ------
    HazardDataError
        If the table is empty, split into groups, or not in whole years where a forecast or target is to be drawn.

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
    dated = series[series.index.notna()] if not isinstance(series.index, pd.MultiIndex) else series
    if not isinstance(dated.index, pd.PeriodIndex) or dated.empty:
        raise HazardDataError(
            "there are no periods to draw", hint="give what kh.progress returned, without by= and with dated releases"
        )
    if (forecast is not None or target_m2 is not None) and not dated.index.freqstr.startswith("Y"):
        raise HazardDataError("a forecast or target is drawn by year", hint='give kh.progress(…, freq="YE")')
    chosen = _unit(unit, [*dated[[f"{product}_m2" for product in Product]].sum(axis=1), *_closings(dated)])
    figure, axes = _page(title or "Land released and hazardous area left")
    _bars(axes, dated, chosen)
    _burn_down(axes, dated, chosen)
    reach = _outlook(axes, dated, chosen, forecast, target_m2)
    _time_axis(axes, dated, reach)
    axes.set_ylabel(f"area, {chosen.name}")
    axes.yaxis.set_major_formatter(_thousands)
    axes.set_ylim(bottom=0, top=axes.get_ylim()[1] * 1.06)
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, borderaxespad=0)
    _foot(
        figure,
        source,
        _notes(series, dated),
        synthetic=bool(series.attrs.get("synthetic")) if synthetic is None else synthetic,
    )
    return figure


def district_chart(
    hazards: gpd.GeoDataFrame,
    *,
    by: str = "district",
    title: str | None = None,
    source: str = "",
    unit: str | None = None,
    synthetic: bool | None = None,
) -> Figure:
    """Draw confirmed and suspected area of each district, or of any other group.

    Parameters
    ----------
    hazards
        The hazards table; areas that are closed or handed over are left out.
    by
        The column to group by.
    title
        Headline; by default one that says what is drawn.
    source
        Where the figures come from, for the line below.
    unit
        "km²", "ha" or "m²"; by default km² from one square kilometre on, else m².
    synthetic
        Whether to say that the data are made up; by default as the table says.

    Returns
    -------
    A figure that belongs to no window, with the largest group on top.

    Raises
    ------
    HazardDataError
        If a column is missing, or there is no area to draw.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> figure = district_chart(kh.demo_data()[0], source="demo register")
    >>> figure.axes[0].get_xlabel()
    'hazardous area, km²'
    """
    table = summarise(hazards, by).drop(index=TOTALS).sort_values("total_m2")
    if table.empty:
        raise HazardDataError("there is no hazardous area to draw")
    chosen = _unit(unit, table["total_m2"])
    figure, axes = _page(title or f"Hazardous area by {by.replace('_', ' ')}", rows=len(table))
    left = np.zeros(len(table))
    for symbol, kind in zip(symbols_for(["hazard_type"])[:2], HazardType, strict=True):
        area = table[f"{kind.lower()}_m2"].to_numpy() / chosen.m2
        style = _fill(symbol.fill.colour, symbol.fill.pattern, alpha=symbol.fill.opacity) if symbol.fill else {}
        label = {"CHA": "confirmed (CHA)", "SHA": "suspected (SHA)"}[kind]
        axes.barh(range(len(table)), area, left=left, height=_BAR, label=label, **style)
        left += area
    for row, (end, total, count) in enumerate(zip(left, table["total_m2"], table["total_areas"], strict=True)):
        areas = "area" if count == 1 else "areas"
        axes.annotate(
            f"{chosen.text(total)} {chosen.name} in {count} {areas}",
            (end, row),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
        )
    axes.set_yticks(range(len(table)), [str(label) for label in table.index])
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(f"hazardous area, {chosen.name}")
    axes.xaxis.set_major_formatter(_thousands)
    axes.set_xlim(0, left.max() * 1.32 or 1)
    axes.legend(loc="lower right", frameon=False)
    made_up = "synthetic" in hazards.columns and bool(hazards["synthetic"].any())
    unknown = int(table["unknown_area"].sum()) if "unknown_area" in table.columns else 0
    notes = [f"{unknown} areas of unknown size are not drawn"] if unknown else []
    _foot(figure, source, notes, synthetic=made_up if synthetic is None else synthetic)
    return figure


def _notes(series: pd.DataFrame, dated: pd.DataFrame) -> list[str]:
    """What the reader can't see in the chart."""
    notes, known = [], _closings(dated).notna().to_numpy()
    if not known.all():
        when = f"before the end of {dated.index[known.argmax()]}" if known.any() else "at any time"
        notes.append(f"What was left {when} is not known")
    if len(dated) < len(series):
        notes.append(f"{int(series.loc[series.index.isna(), 'releases'].sum())} undated releases are not drawn")
    return notes


def _unit(name: str | None, areas_m2: Iterable[float]) -> _Unit:
    if name is None:
        return _UNITS["km²" if np.nanmax([0.0, *areas_m2]) >= 1e6 else "m²"]
    if name not in _UNITS:
        raise HazardDataError(f"unit {name!r} is not one of {', '.join(_UNITS)}")
    return _UNITS[name]


def _thousands(value: float, _: float = 0) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _page(title: str, *, rows: int = 8) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10.5, max(2.6 + 0.42 * rows, 3.6)), layout="constrained", facecolor="white")
    axes = figure.subplots()
    axes.set_title(title, loc="left", fontsize=14, fontweight="bold", color=_INK, pad=12)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _fill(colour: str, pattern: str, *, alpha: float = 1.0) -> dict[str, Any]:
    from matplotlib.colors import to_rgba

    return {"facecolor": to_rgba(colour, alpha), "hatch": _HATCHES[pattern], "edgecolor": _INK, "linewidth": 0.7}


def _middle(periods: pd.PeriodIndex) -> np.ndarray:
    """Position of each period on the axis: its number, from the year or from 0."""
    if periods.freqstr.startswith("Y"):
        return np.asarray(periods.year, dtype=float)
    return np.arange(len(periods), dtype=float)


def _closings(series: pd.DataFrame) -> pd.Series:
    return series["closing_m2"] if "closing_m2" in series.columns else pd.Series(np.nan, index=series.index)


def _bars(axes: Axes, series: pd.DataFrame, unit: _Unit) -> None:
    """Products one on the other, the total above, and beside it what of it lay outside the register."""
    fills = {symbol.label: symbol.fill for symbol in symbols_for(["product"])}
    middle, foot = _middle(series.index), np.zeros(len(series))
    for product in _STACK:
        height = series[f"{product}_m2"].to_numpy(dtype=float) / unit.m2
        fill = fills[product.value]
        style = _fill(fill.colour, fill.pattern, alpha=_PALER[product]) if fill else {}
        axes.bar(middle, height, _BAR, bottom=foot, label=f"{product.value} in the {_noun(series)}", **style)
        foot += height
    for x, top in zip(middle, foot, strict=True):
        if top > 0 and len(series) <= 12:
            _label(axes, unit.text(top * unit.m2), (x, top), (0, 4), ha="center")
    outside = series.get("outside_m2", pd.Series(0.0, index=series.index)).fillna(0.0).to_numpy(dtype=float) / unit.m2
    if (outside > 0).any():
        shown = outside > 0
        axes.bar(
            middle[shown] + _BAR / 2 + 0.05,
            outside[shown],
            0.06,
            bottom=(foot - outside)[shown],
            color=_INK,
            label="of it outside every\nrecorded hazard",
        )


def _noun(series: pd.DataFrame) -> str:
    return {"Y": "year", "Q": "quarter", "M": "month"}[series.index.freqstr[0]]


def _burn_down(axes: Axes, series: pd.DataFrame, unit: _Unit) -> None:
    """What is left at the end of each period; before the first register it is not known, and not drawn."""
    left = _closings(series) / unit.m2
    end = _middle(series.index) + 0.5
    if "opening_m2" in series.columns and pd.notna(series["opening_m2"].iloc[0]):
        left = pd.concat([pd.Series([series["opening_m2"].iloc[0] / unit.m2]), left])
        end = np.r_[end[0] - 1, end]
    axes.plot(
        end, left, color=_INK, linewidth=2.2, marker="o", markersize=6, label=f"left at the end of\nthe {_noun(series)}"
    )
    if len(series) > 12:
        return
    for x, y in zip(end, left, strict=True):
        if pd.notna(y):
            _label(axes, unit.text(y * unit.m2), (x, y), (7, 7), fontweight="bold")


def _label(axes: Axes, text: str, at: tuple[float, float], offset: tuple[float, float], **style: Any) -> None:
    """A figure on white, above every line."""
    white = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.9}
    axes.annotate(text, at, xytext=offset, textcoords="offset points", bbox=white, zorder=5, **style)


def _outlook(
    axes: Axes, series: pd.DataFrame, unit: _Unit, forecast: Forecast | None, target_m2: float | None
) -> float:
    """Forecast range, target and deadline; gives the last position that they reach."""
    known = _closings(series).dropna()
    if forecast is None and not target_m2:
        return -np.inf
    if forecast is not None:
        now, left = forecast.start - 0.5, forecast.remaining_m2 / unit.m2
    elif len(known):
        now, left = float(known.index[-1].year) + 0.5, known.iloc[-1] / unit.m2
    else:
        return -np.inf
    reach = -np.inf
    if forecast is not None:
        reach = _fan(axes, forecast, now, left)
    if target_m2:
        done = now + left * unit.m2 / target_m2
        axes.plot(
            [now, done], [left, 0], color=_INK, linestyle=(0, (5, 3)), linewidth=1.6,
            label=f"target: {unit.text(target_m2)} {unit.name} a year",
        )  # fmt: skip
        reach = max(reach, done)
    return reach


def _fan(axes: Axes, forecast: Forecast, now: float, left: float) -> float:
    """Straight to nothing left, between the early and the late end of eight cases in ten."""
    early, _, late = forecast.likely_years
    horizon = max(forecast.deadline + 0.5, (late or forecast.deadline) + 0.5)
    if early is not None:
        # What is never done in nine of ten cases may stay as it is.
        far = [late + 0.5, 0.0] if late is not None else [horizon, left]
        corners = np.array([[now, left], [early + 0.5, 0.0], *([[horizon, 0.0]] if late is None else []), far])
        axes.fill(
            *corners.T, facecolor="#d9d9d9", edgecolor=_FAINT, hatch="....", linewidth=0.8, alpha=0.7, zorder=0,
            label="at past rates, in\n8 of 10 cases",
        )  # fmt: skip
    axes.axvline(forecast.deadline + 0.5, color=_INK, linestyle=":", linewidth=1.6)
    axes.annotate(
        f"deadline: end of {forecast.deadline}\nchance {forecast.chance:.0%}",
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


def _foot(figure: Figure, source: str, notes: list[str], *, synthetic: bool) -> None:
    """Source and notes below the chart; what is made up says so above it."""
    line = ". ".join([*([f"Source: {source}"] if source else []), *notes])
    if line:
        figure.supxlabel(line, x=0.01, ha="left", fontsize=9, color=_FAINT)
    if synthetic:
        figure.suptitle(
            SYNTHETIC.upper(), x=0.01, ha="left", fontsize=10, fontweight="bold", color="#8a0000",
        )  # fmt: skip
