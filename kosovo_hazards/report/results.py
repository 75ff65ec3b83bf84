"""What a report tells: the register on its day, what was released, what is left and what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from kosovo_hazards.checks import Severity, check
from kosovo_hazards.deciding import Comparison, compare
from kosovo_hazards.forecasting import Forecast, forecast
from kosovo_hazards.gazetteer import BoundarySource
from kosovo_hazards.land_release import (
    History,
    LandRelease,
    Reconciliation,
    ReleaseTotals,
    apply_releases,
    dates_of,
    history_of,
    reconcile,
    series_of,
    totals_of,
)
from kosovo_hazards.land_release import standing as standing_areas
from kosovo_hazards.language import Note, retold, spoken
from kosovo_hazards.reading import ReadResult
from kosovo_hazards.report.request import Points, Registers, ReportRequest, request_of
from kosovo_hazards.summaries import TOTALS, summarise

__all__ = ["ReportResults", "gather", "land_release_as_reported", "outlook"]

Step = Callable[[str], None]

FEWEST_YEARS = 3
"""Fewer past years than this are no ground for a forecast."""

_ROUNDING_M2 = 1.0
# Strategy for mine action in Kosovo 2025-2030.
_HOME_DEADLINE = 2030
_LOOK_AHEAD_YEARS = 10


@dataclass(frozen=True, eq=False)
class ReportResults:
    """All that the report tells.

    Attributes
    ----------
    request
        What the caller gave.
    standing
        The hazards on the day of the report: releases after the day of the register are taken off.
    opening
        The same at the end of the year before; None where it is not known.
    series
        Progress by year; None without dated releases.
    ledger
        One row a release, with the ground counted once; None without releases.
    reconciliation
        Opening against closing; None where the opening is not known.
    forecast
        None where it has no ground, which a note tells.
    findings
        What the checks found.
    notes
        What was assumed, left out or is not known.
    totals
        The register, what releases took off it and what remains; None where there are no releases.
    comparison
        What changed since the last register before; None where none is given.
    """

    request: ReportRequest
    standing: gpd.GeoDataFrame
    opening: gpd.GeoDataFrame | None
    series: pd.DataFrame | None
    ledger: pd.DataFrame | None
    reconciliation: Reconciliation | None
    forecast: Forecast | None
    findings: gpd.GeoDataFrame
    notes: tuple[Note, ...]
    totals: ReleaseTotals | None = None
    comparison: Comparison | None = None


def gather(
    hazards: gpd.GeoDataFrame | ReadResult,
    releases: pd.DataFrame | ReadResult | None,
    *,
    as_of: str | pd.Timestamp | None = None,
    register_date: str | pd.Timestamp | None = None,
    previous: Registers = None,
    places: BoundarySource | None = None,
    deadline: int | None = None,
    target_m2: float | None = None,
    points: Points | None = None,
    findings: gpd.GeoDataFrame | None = None,
    step: Step = lambda _: None,
) -> ReportResults:
    """Reckon all that the report tells; options are those of `write_report`.

    Raises
    ------
    HazardDataError
        If a table can't be read, a date is none, or the register before is not older than the register.
    """
    step("register")
    request = request_of(
        hazards, releases, as_of=as_of, register_date=register_date, previous=previous, places=places, points=points
    )
    standing, notes, totals = _standing(request)
    opening = _opening(request)
    step("release")
    history = _history(request)
    series, ledger = _series(request, history), _ledger(request, history)
    balance = _reconciliation(request, opening, standing)
    made, assumptions = outlook(request, remaining_by_priority(standing), series, deadline, target_m2)
    step("checks")
    found = check(
        request.as_read("hazards", request.hazards),
        None if request.releases is None else request.as_read("releases", request.releases),
        request.units,
        as_of=None if pd.isna(request.day) else str(request.day.date()),
        register_date=None if pd.isna(request.register_day) else str(request.register_day.date()),
        **request.points,
    )
    found = found if findings is None else _with_findings(found, findings)
    every = (*request.notes, *notes, *assumptions)
    compared = _comparison(request, standing)
    return ReportResults(request, standing, opening, series, ledger, balance, made, found, every, totals, compared)


def _with_findings(found: gpd.GeoDataFrame, others: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """What the checks found and what was known before, the worst first, said in the language of the report."""
    told = others.assign(message=retold(others["message"], spoken()))
    tables = [table for table in (told, found) if len(table)] or [found]
    joined = pd.concat([pd.DataFrame(table) for table in tables], ignore_index=True)
    rank = joined["severity"].map({word.value: rank for rank, word in enumerate(Severity)})
    joined = joined.iloc[rank.argsort(kind="stable")].reset_index(drop=True)
    return gpd.GeoDataFrame(joined.reindex(columns=found.columns), geometry="geometry", crs=found.crs)


# --- the register -----------------------------------------------------------------------------------------------------


def _standing(request: ReportRequest) -> tuple[gpd.GeoDataFrame, list[Note], ReleaseTotals | None]:
    """The hazards on the day of the report, and what of the releases their polygons do not show."""
    if request.releases is None or not len(request.releases):
        return request.hazards, [], None
    result = _applied(request)
    totals = totals_of(result)
    if result.shares.empty:
        return request.hazards, [], totals
    left = result.remaining[~result.remaining.geometry.is_empty]
    undrawn = float(left["area_m2"].sum() - left[["remaining_m2", "closed_m2"]].sum().sum() + left["sliver_m2"].sum())
    notes = [Note("note.undrawn", {"m2": undrawn})] if undrawn >= _ROUNDING_M2 else []
    return left, notes, totals


def _applied(request: ReportRequest) -> LandRelease:
    """Releases after the day of the register taken off, up to the day of the report."""
    return apply_releases(
        request.hazards,
        request.releases,
        None if pd.isna(request.day) else request.day,
        register_date=request.register_day,
    )


def land_release_as_reported(
    hazards: gpd.GeoDataFrame,
    releases: gpd.GeoDataFrame,
    *,
    as_of: str | pd.Timestamp | None = None,
    places: gpd.GeoDataFrame | None = None,
) -> LandRelease:
    """Take off what a report would, so that maps and terminal tell the same totals.

    Parameters
    ----------
    hazards, releases, as_of, places
        As `write_report` takes them.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> register, releases = kh.demo_data(2023)[0], kh.demo_data(2024)[1]
    >>> result = land_release_as_reported(register, releases)
    >>> float(round(result.remaining["remaining_m2"].sum() / 1e6, 2))
    6.11
    """
    request = request_of(hazards, releases, as_of=as_of, register_date=None, previous=None, places=places)
    return _applied(request)


def _comparison(request: ReportRequest, standing: gpd.GeoDataFrame) -> Comparison | None:
    """What changed since the last register before."""
    if not request.previous:
        return None
    last = max(request.previous)
    day = None if pd.isna(request.day) else request.day
    return compare(request.previous[last], standing, request.releases, before_date=last, after_date=day)


def _opening(request: ReportRequest) -> gpd.GeoDataFrame | None:
    """The register at the end of the year before: given, or from the register and the releases since."""
    if request.year is None:
        return None
    end = pd.Timestamp(request.year - 1, 12, 31)
    if request.previous:
        last = max(request.previous)
        return standing_areas(request.previous[last]) if last.year == end.year else None
    if request.releases is None or pd.isna(request.register_day) or request.register_day > end:
        return None
    new = dates_of(request.hazards, "established", "hazard_id") > end
    result = apply_releases(request.hazards[~new], request.releases, end, register_date=request.register_day)
    return standing_areas(result.register)


# --- what was released ------------------------------------------------------------------------------------------------


def _history(request: ReportRequest) -> History | None:
    """Which release cut which area when: the ground of the series and of the ledger."""
    if request.releases is None or not len(request.releases):
        return None
    if request.previous:
        return history_of({**request.previous, request.day: request.hazards}, request.releases)
    return history_of(request.hazards, request.releases, request.register_day)


def _series(request: ReportRequest, history: History | None) -> pd.DataFrame | None:
    if history is None or request.releases is None or history.ledger["completed"].isna().all():
        return None
    series = series_of(history, request.releases)
    kept = series.index.isna() | (series.index.year <= request.year)
    table = series[kept]
    table.attrs = series.attrs
    return table


def _ledger(request: ReportRequest, history: History | None) -> pd.DataFrame | None:
    if history is not None or request.releases is None:
        return None if history is None else history.ledger
    return request.releases.assign(counted_m2=pd.Series(dtype="float64"), repeats=pd.Series(dtype="str"))


def _reconciliation(
    request: ReportRequest, opening: gpd.GeoDataFrame | None, standing: gpd.GeoDataFrame
) -> Reconciliation | None:
    if opening is None or request.releases is None:
        return None
    return reconcile(opening, standing_areas(standing), request.releases[request.of_year(request.year).to_numpy()])


# --- what is left -----------------------------------------------------------------------------------------------------


def outlook(
    request: ReportRequest,
    remaining_m2: float | pd.Series,
    series: pd.DataFrame | None,
    deadline: int | None,
    target_m2: float | None,
) -> tuple[Forecast | None, list[Note]]:
    """The forecast from past rates, and on what it rests or why there is none.

    Parameters
    ----------
    request
        What the caller gave.
    remaining_m2
        Square metres left, in all or by priority.
    series
        Progress by year.
    deadline, target_m2
        As `write_report` takes them.
    """
    rates, basis, so_far = _past_rates(series, request)
    left = remaining_m2.sum() if isinstance(remaining_m2, pd.Series) else remaining_m2
    if pd.isna(left):
        return None, [Note("note.left_unknown", {})]
    if not left > 0:
        return None, [Note("note.nothing_left", {})]
    if len(rates) < FEWEST_YEARS or rates.isna().any():
        return None, [Note("note.no_forecast", {"n": int(rates.count()), "needed": FEWEST_YEARS})]
    begun = so_far is not None and request.year is not None
    start = int(request.year or rates.index[-1].year) + (0 if begun else 1)
    by = deadline if deadline is not None else _HOME_DEADLINE if request.home else start + _LOOK_AHEAD_YEARS - 1
    if start > by:
        return None, [Note("note.deadline_past", {"year": by})]
    past = {int(period.year): float(rate) for period, rate in rates.items()}
    notes = [Note(f"note.rates_{basis}", {"n": len(rates)})]
    if deadline is None and not request.home:
        notes.append(Note("note.no_deadline", {"year": by}))
    if begun:
        past |= {start: float(so_far or 0.0)}
        notes.append(Note("note.partial_year", {"year": start, "date": request.day.date(), "m2": float(so_far or 0.0)}))
    day = request.day.date() if begun else None
    return forecast(remaining_m2, past, deadline=by, start=start, target_m2=target_m2, as_of=day), notes


def _past_rates(series: pd.DataFrame | None, request: ReportRequest) -> tuple[pd.Series, str, float | None]:
    """Output of each whole year, what it is, and what a year that is not over has brought; None where it is over.

    Ground of the register counts where enough years tell it, else what was cleared.
    """
    if series is None or request.year is None:
        return pd.Series(dtype="float64"), "cleared", None
    years = series[series.index.notna()]
    whole = (request.day.month, request.day.day) == (12, 31)
    if not request.stated:
        whole = not years.loc[years.index.year == request.year, "partial"].any()
    past = years[years.index.year <= (request.year if whole else request.year - 1)]
    known = past["inside_m2"].dropna() if "inside_m2" in past.columns else past["cleared_m2"].iloc[:0]
    column = "inside_m2" if len(known) >= FEWEST_YEARS else "cleared_m2"
    so_far = None if whole else float(years.loc[years.index.year == request.year, column].sum())
    return (known, "inside", so_far) if column == "inside_m2" else (past[column], "cleared", so_far)


def remaining_by_priority(standing: gpd.GeoDataFrame) -> float | pd.Series:
    """Square metres left, by priority where areas differ in it.

    Parameters
    ----------
    standing
        The hazards on the day of the report.
    """
    if "priority" in standing.columns and standing["priority"].notna().any():
        by_class = summarise(standing, "priority")["total_m2"].drop(TOTALS)
        if len(by_class) > 1:
            return by_class
    return float(summarise(standing.assign(all="all"), "all").loc[TOTALS, "total_m2"])
