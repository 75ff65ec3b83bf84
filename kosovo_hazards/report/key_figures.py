"""The key figures at the head of a report, each with its change on the year before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards.forecasting import Forecast, percent
from kosovo_hazards.land_release import ITEMS
from kosovo_hazards.language import Catalogue
from kosovo_hazards.report.results import ReportResults
from kosovo_hazards.report.tables import rounded_km2
from kosovo_hazards.schema import Product
from kosovo_hazards.summaries import TOTALS, summarise

__all__ = ["KeyFigure", "key_figures"]

Say = Callable[[float], str]
_KM2 = 1e6


@dataclass(frozen=True)
class KeyFigure:
    """One key figure.

    Attributes
    ----------
    label, value
        What it is, and the figure with its unit.
    detail
        A line below, maybe empty.
    change
        Against the year before; says so when that is not known, and is empty where nothing can be compared.
    """

    label: str
    value: str
    detail: str = ""
    change: str = ""


def key_figures(results: ReportResults, t: Catalogue, *, public: bool) -> list[KeyFigure]:
    """Key figures of the register and of the year's work.

    Parameters
    ----------
    results
        What the report tells.
    t
        The words.
    public
        Whether areas are given to a tenth of a square kilometre only.
    """
    figures = [*_register(results, t, public=public), *_work(results, t, public=public)]
    if results.forecast is not None:
        figures.append(_outlook(results.forecast, t))
    return figures


def _totals(register: gpd.GeoDataFrame | None) -> pd.Series:
    """Numbers and areas of the whole register; missing where there is none or an area is not known."""
    names = ["chas", "cha_m2", "shas", "sha_m2", "total_areas", "total_m2"]
    if register is None:
        return pd.Series(np.nan, index=[*names, "unknown_area"])
    totals = summarise(register.assign(whole="whole"), "whole").loc[TOTALS]
    return totals.reindex([*names, "unknown_area"]).fillna(0.0)


def _register(results: ReportResults, t: Catalogue, *, public: bool) -> list[KeyFigure]:
    now, before = _totals(results.standing), _totals(results.opening)
    say = _say_area(t, public=public)
    figures = []
    for kind in ("cha", "sha"):
        count = now[f"{kind}s"]
        detail = "" if public else say(now[f"{kind}_m2"])
        change = _change(results, t, count, before[f"{kind}s"], t.number)
        figures.append(KeyFigure(t(f"figure.{kind}"), t.number(count), detail, change))
    area, earlier = now["total_m2"], before["total_m2"]
    if public:
        area, earlier = (rounded_km2(total[0], int(total[1]), up=True) * 1e6 if pd.notna(total[1]) else np.nan
                         for total in ((area, now["total_areas"]), (earlier, before["total_areas"])))  # fmt: skip
    detail = t("figure.exact", m2=t.number(area)) if not public and area >= 1e6 else ""
    if now["unknown_area"]:
        detail = t.counted("figure.unknown_area", now["unknown_area"])
    figures.append(KeyFigure(t("figure.area"), say(area), detail, _change(results, t, area, earlier, say)))
    return figures


def _work(results: ReportResults, t: Catalogue, *, public: bool) -> list[KeyFigure]:
    year, series, ledger = results.request.year, results.series, results.ledger
    label = t("figure.released", year=year) if year else t("figure.released_at_all")
    if ledger is None or year is None or series is None:
        return [KeyFigure(label, t("unknown"), t("figure.no_releases" if ledger is None else "figure.no_dates"))]
    now, before = (_of_year(series, when) for when in (year, year - 1))
    say = _say_area(t, public=public)
    products = {product: _area(now, product, public=public) for product in reversed(Product)}
    released, earlier = (_released(when, public=public) for when in (now, before))
    same = _say_area(t, public=public, km2=released >= _KM2)
    parts = "\n".join(f"{t(f'product.{product}.short')} {same(area)}" for product, area in products.items())
    figures = [KeyFigure(label, say(released), parts, _change(results, t, released, earlier, say, during=True))]
    figures.append(_items(results, t, now, before))
    if not public:
        figures += _yield(results, t, now, before)
    return figures


def _of_year(series: pd.DataFrame, year: int) -> pd.Series:
    """The year's row: zeros where other years have releases before it, nothing before the first of all."""
    found = series[series.index.year == year]
    if len(found):
        return found.iloc[0]
    if not series.index.year.min() < year:
        return pd.Series(dtype="object")
    return pd.Series({"releases": 0, **{f"{product}_m2": 0.0 for product in Product}, **dict.fromkeys(ITEMS, 0)})


def _area(row: pd.Series, product: Product | None, *, public: bool) -> float:
    value = row.get(f"{product}_m2", np.nan)
    if pd.isna(value):
        return np.nan
    return float(rounded_km2(float(value), int(row["releases"])) * 1e6) if public else float(value)


def _released(row: pd.Series, *, public: bool) -> float:
    if row.empty:
        return np.nan
    areas = [row[f"{product}_m2"] for product in Product]
    if any(pd.isna(area) for area in areas):
        return np.nan
    total = float(sum(areas))
    return float(rounded_km2(total, int(row["releases"])) * 1e6) if public else total


def _items(results: ReportResults, t: Catalogue, now: pd.Series, before: pd.Series) -> KeyFigure:
    found, earlier = (_count(row, "submunitions") for row in (now, before))
    others = [
        t(f"figure.{item}", n=t.number(count))
        for item in ITEMS[1:]
        if not pd.isna(count := _count(now, item)) and count
    ]
    value = t("unknown") if pd.isna(found) else t.number(found)
    change = _change(results, t, found, earlier, t.number, during=True)
    return KeyFigure(t("figure.submunitions"), value, "\n".join(others), change)


def _count(row: pd.Series, item: str) -> float:
    value = row.get(item, np.nan)
    return np.nan if pd.isna(value) else float(value)


def _yield(results: ReportResults, t: Catalogue, now: pd.Series, before: pd.Series) -> list[KeyFigure]:
    say = _say_area(t, public=False)
    figures = []
    per, earlier = (_count(row, "m2_per_submunition") for row in (now, before))
    if not pd.isna(per):
        change = _change(results, t, per, earlier, say, during=True)
        figures.append(KeyFigure(t("figure.per_submunition"), t("figure.m2", m2=t.number(per)), "", change))
    empty, before_empty = (_count(row, "no_submunitions_m2") for row in (now, before))
    if not pd.isna(empty):
        share = _count(now, "no_submunitions_share")
        detail = "" if pd.isna(share) else t("figure.share", share=t.number(share * 100, 1))
        change = _change(results, t, empty, before_empty, say, during=True)
        figures.append(KeyFigure(t("figure.no_submunitions"), say(empty), detail, change))
    return figures


def _outlook(made: Forecast, t: Catalogue) -> KeyFigure:
    early, middle, late = (year or t("never") for year in made.likely_years)
    bounds = made.chance_range
    between = [t("figure.chance_range", low=percent(bounds[0]), high=percent(bounds[1]))] if bounds else []
    return KeyFigure(
        t("figure.chance", year=made.deadline),
        t("chance.alone", chance=percent(made.chance)),
        "\n".join([*between, t("figure.likely", early=early, middle=middle, late=late)]),
    )


def _say_area(t: Catalogue, *, public: bool, km2: bool = False) -> Say:
    def say(area_m2: float) -> str:
        if pd.isna(area_m2):
            return t("not_given") if public else t("unknown")
        if public:
            return f"{t.number(area_m2 / 1e6, 1)} km²"
        if km2:
            return f"{t.number(area_m2 / _KM2, 2)} km²"
        sign = "−" if area_m2 < 0 else ""
        return sign + t.area(abs(area_m2))

    return say


def _change(results: ReportResults, t: Catalogue, now: float, before: float, say: Say, *, during: bool = False) -> str:
    """How a figure changed on the year before: from its end, or as the sum of the year."""
    year = results.request.year
    if year is None:
        return ""
    key = "change.year" if during else "change.end"
    if pd.isna(now) or pd.isna(before):
        return t(f"{key}.unknown", year=year - 1)
    difference = now - before
    text = say(difference).replace("−", "")
    if not text.strip("0,. km²"):
        return t(f"{key}.same", year=year - 1)
    return t(key, change=t("change.up" if difference > 0 else "change.down", n=text), year=year - 1)
