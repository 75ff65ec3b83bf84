"""What of a report may be shown to everyone: sums of the register and of years, rounded, and numbers by place."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kosovo_hazards.gazetteer import default_places
from kosovo_hazards.language import Note
from kosovo_hazards.report.results import ReportResults, outlook
from kosovo_hazards.report.tables import rounded_km2
from kosovo_hazards.schema import Product
from kosovo_hazards.sharing import public_places
from kosovo_hazards.summaries import TOTALS, summarise

__all__ = ["public_results"]


def public_results(
    results: ReportResults, *, deadline: int | None, target_m2: float | None, min_areas: int
) -> ReportResults:
    """Results whose sums over time, and the forecast from them, are rounded before anything is drawn or written.

    Parameters
    ----------
    results
        What is known.
    deadline, target_m2, min_areas
        As `write_report` takes them.

    Returns
    -------
    The same with `series` in tenths of a square kilometre; sums of fewer than three records are missing. Each area
    counts in the places that hold most of its cells, and places with fewer than `min_areas` are shown together.
    """
    series = None if results.series is None else _rounded(results.series, len(results.standing))
    totals = summarise(results.standing.assign(whole="whole"), "whole").loc[TOTALS]
    left_m2 = rounded_km2(float(totals["total_m2"]), int(totals["total_areas"]), up=True) * 1e6
    made, assumptions = outlook(results.request, left_m2, series, deadline, target_m2)
    kept = tuple(
        note for note in results.notes if note.key not in _TELL_AREAS and not note.key.startswith("note.rates")
    )
    units = results.request.units
    if units is None:
        units = default_places(results.standing)
    standing = public_places(results.standing, units, min_areas=min_areas)
    about_places = (
        [Note("note.few_areas", {"n": min_areas})] if units is not None else [Note("note.no_public_places", {})]
    )
    notes = (*kept, *assumptions, *about_places)
    return replace(results, standing=standing, series=series, forecast=made, notes=notes)


_TELL_AREAS = ("note.undrawn", "note.nothing_left", "note.no_forecast", "note.deadline_past")


def _rounded(series: pd.DataFrame, areas: int) -> pd.DataFrame:
    rounded = series[["releases", "submunitions"]].copy()
    for product in Product:
        rounded[f"{product}_m2"] = rounded_km2(series[f"{product}_m2"], series["releases"]) * 1e6
    if "closing_m2" in series.columns:
        rounded["closing_m2"] = rounded_km2(series["closing_m2"], pd.Series(areas, series.index), up=True) * 1e6
    rounded.attrs = series.attrs
    return rounded
