"""What a forecast says: its assumptions sentence by sentence, and its tables as text."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kosovo_hazards.forecasting.chances import Chances
from kosovo_hazards.forecasting.past_rates import PastRates
from kosovo_hazards.forecasting.scenarios import Plan, Workload
from kosovo_hazards.forecasting.sensitivity import percent

__all__ = ["assumptions_of", "in_m2", "readable"]


def in_m2(area_m2: float) -> str:
    """An area in whole square metres; one so small that it must be of another unit keeps its decimals.

    Parameters
    ----------
    area_m2
        Square metres.
    """
    return f"{area_m2:,.0f} m²" if area_m2 >= 1000 or area_m2 == 0 else f"{area_m2:,.6g} m²"


def assumptions_of(past: PastRates, chances: Chances, workload: Workload, *, trend: Plan | None) -> tuple[str, ...]:
    """What a forecast rests on.

    Parameters
    ----------
    past
        The past years.
    chances
        The chance by year.
    workload
        What is to be done.
    trend
        The straight line through the past years; None where there is none.
    """
    count, capacity = len(past.rates_m2), workload.capacity
    sentences = [
        f"Chance: each coming year brings the output of one of the {count} past years, all equally likely, whatever "
        "the year before brought; "
        + ("every sequence is counted, nothing simulated." if chances.exact else "bounded from below and above."),
        f"{in_m2(workload.new_m2_per_year)} newly recorded each year; all released ground is ground of the register.",
        *_on_trend(past, trend),
    ]
    if past.done_m2:
        sentences.append(
            f"{past.start} brings in all what a past year brought, so that after {in_m2(past.done_m2)} the rest of it "
            "is to come; the part of the year that is over does not matter."
        )
    if len(workload.areas) > 1:
        sentences.append(
            f"Work goes {', then '.join(map(str, workload.areas.index))}; what is newly recorded comes first."
        )
    if count < 10:
        sentences.append(f"{count} past years say little of years that are slower or faster than all of them.")
    if capacity is not None:
        first, last = capacity.season
        sentences.append(
            f"A team releases {capacity.m2_per_team_day:,.0f} m² a day, on {capacity.share_worked:.0%} of the Mondays "
            f"to Fridays from month {first} to {last}, in all ground alike."
        )
    if workload.cost_per_year is not None:
        sentences.append("Each year begun costs the same, whatever is released in it.")
    return tuple(sentences)


def _on_trend(past: PastRates, trend: Plan | None) -> list[str]:
    """Where the straight line begins, if that is beyond anything that was done so far."""
    if not callable(trend):
        return []
    first, rates = trend(past.start), past.rates_m2
    if rates.min() <= first <= rates.max():
        return []
    beyond, bound = ("more", rates.max()) if first > rates.max() else ("less", rates.min())
    beginning = f"The straight-line trend begins with {in_m2(first)} in {past.start}"
    return [f"{beginning}, {beyond} than any past year ({in_m2(bound)}), and goes on from there."]


def readable(table: pd.DataFrame, currency: str) -> pd.DataFrame:
    """The table as text, with thousands marked and units in the headings.

    Parameters
    ----------
    table
        Figures.
    currency
        Of the cost.
    """
    formats = {"years": "{:.1f}", "completion_year": "{:.0f}", "teams": "{:.0f}"}
    shown = pd.DataFrame(index=table.index)
    for name, values in table.items():
        pattern = formats.get(str(name), "{:,.0f}")
        heading = str(name).replace("_m2", " m²").replace("m2_per_year", "m² a year").replace("_", " ")
        heading = f"{heading} {currency}" if name == "cost" else heading
        # Areas in another unit would all be 0 or 1.
        if str(name).endswith(("_m2", "m2_per_year")) and values.abs().max() < 1000:
            pattern = "{:,.6g}"
        if name == "chance_by_deadline":
            shown[heading] = [f"{percent(value)}%" for value in values]
        elif values.dtype == bool:
            shown[heading] = np.where(values, "yes", "no")
        else:
            shown[heading] = [pattern.format(value) if pd.notna(value) else "–" for value in values]
    return shown
