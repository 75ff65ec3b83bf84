"""When the work will be done: by past rates, by target and by capacity, with the chance to meet a deadline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import isfinite

import numpy as np
import pandas as pd

from kosovo_hazards._errors import Fault, HazardDataError
from kosovo_hazards._wording import argument
from kosovo_hazards.forecasting.capacity import Capacity
from kosovo_hazards.forecasting.chances import Chances, chances_of
from kosovo_hazards.forecasting.scenarios import Plan, Workload, left_column
from kosovo_hazards.schema import Priority
from kosovo_hazards.summaries import TOTALS

__all__ = ["Forecast", "forecast"]

# Unknown may be high, so it comes before what is known to be low.
_ORDER = (Priority.HIGH, Priority.MEDIUM, Priority.UNKNOWN, Priority.LOW)
_LIKELY = (0.1, 0.5, 0.9)


@dataclass(frozen=True, eq=False, repr=False)
class Forecast:
    """When the work will be done; printed or shown in a notebook it is a page.

    Attributes
    ----------
    remaining_m2, start, deadline
        What is left at the beginning of `start`, to be done by the end of `deadline`.
    rates_m2
        The past yearly outputs that it rests on.
    scenarios
        One row a scenario: `m2_per_year` (in the first year), `years` of work, `completion_year` (missing: never),
        `meets_deadline`, `left_at_deadline_m2`, of each priority class `left_high_m2` and so on, and where they can be
        told `teams` (in the first year) and `cost`.
    priorities
        One row a priority class, in the order of work: `area_m2`; `cumulative_m2`, with the classes before it, and what
        takes to meet the deadline with these: `required_m2_per_year` and `teams`; `completion_year` and
        `left_at_deadline_m2` at the past average; `chance_by_deadline`. None where no classes were given.
    chances
        Chance to be done by the end of each year.
    required_m2_per_year
        What must be released each year to meet the deadline.
    teams_needed
        Teams that release so much; None without a capacity.
    funded_until
        Last year with money; None: it lasts.
    currency
        Of `cost`.
    assumptions
        What all of it rests on, sentence by sentence.
    """

    remaining_m2: float
    start: int
    deadline: int
    rates_m2: pd.Series
    scenarios: pd.DataFrame
    priorities: pd.DataFrame | None
    chances: Chances
    required_m2_per_year: float
    teams_needed: int | None
    funded_until: int | None
    currency: str
    assumptions: tuple[str, ...]

    @property
    def chance(self) -> float:
        """Chance that all is done by the end of the deadline year."""
        return self.chances.by(self.deadline)

    @property
    def likely_years(self) -> tuple[int | None, int | None, int | None]:
        """Years by whose end the work is done with a chance of 10, 50 and 90 %; None: never."""
        early, middle, late = (self.chances.year_at(chance) for chance in _LIKELY)
        return early, middle, late

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        tables = [f"{title}\n{table.to_string()}" for title, table in self._tables()]
        return "\n\n".join(["\n".join(self._headlines()), *tables, "\n".join(f"- {line}" for line in self.assumptions)])

    def _repr_html_(self) -> str:
        headlines = "".join(f"<p>{escape(line)}</p>" for line in self._headlines())
        tables = "".join(f"<p><b>{escape(title)}</b></p>{table.to_html()}" for title, table in self._tables())
        return f"{headlines}{tables}<ul>{''.join(f'<li>{escape(line)}</li>' for line in self.assumptions)}</ul>"

    def _headlines(self) -> list[str]:
        early, middle, late = (year or "never" for year in self.likely_years)
        rates, bound = self.rates_m2, "" if self.chances.exact else "at least "
        teams = f" or {self.teams_needed:,} teams" if self.teams_needed is not None else ""
        needed = f"{self.required_m2_per_year:,.0f} m² a year{teams}"
        past = f"{rates.min():,.0f} to {rates.max():,.0f} m² a year, on average {rates.mean():,.0f}"
        done = f"done by {middle} in one of two cases, by {early} in one of ten, by {late} in nine of ten"
        lines = [
            f"{self.remaining_m2:,.0f} m² left at the start of {self.start}.",
            f"To be done by the end of {self.deadline}: {needed}.",
            f"At past rates, {past}: {done}.",
            f"Chance to be done by the end of {self.deadline}: {bound}{self.chance:.1%}.",
        ]
        if self.funded_until is not None:
            chance = self.chances.by(self.funded_until)
            lines.append(
                f"Chance to be done while there is money, by the end of {self.funded_until}: {bound}{chance:.1%}."
            )
        return lines

    def _tables(self) -> list[tuple[str, pd.DataFrame]]:
        """Tables as they are printed, with their titles."""
        by_class = [] if self.priorities is None else [left_column(str(name)) for name in self.priorities.index]
        tables = [("Scenarios", self.scenarios.drop(columns=by_class))]
        if self.priorities is not None:
            left = self.scenarios[by_class].set_axis(self.priorities.index.astype(str) + "_m2", axis=1)
            tables += [
                ("Priorities, in the order of work, at the past average", self.priorities),
                (f"Left at the end of {self.deadline} by priority", left),
            ]
        return [(title, _readable(table, self.currency)) for title, table in tables]


def forecast(
    remaining_m2: float | Mapping[str, float] | pd.Series,
    annual_rates_m2: Sequence[float] | Mapping[int, float] | pd.Series,
    *,
    deadline: int = 2030,
    start: int | None = None,
    target_m2: float | None = None,
    capacity: Capacity | None = None,
    scenarios: Mapping[str, Plan] | None = None,
    funded_until: int | None = None,
    new_m2_per_year: float = 0.0,
    cost_per_year: float | None = None,
    currency: str = "EUR",
) -> Forecast:
    """When the remaining area will be released, and the chance that it is by the deadline.

    Parameters
    ----------
    remaining_m2
        Square metres left at the beginning of `start`; or by priority class, ``{"high": …, "medium": …, "low": …}``,
        worked on in this order, unknown before low, as ``kh.summarise(hazards, by="priority")["total_m2"]`` has them.
        Other classes are worked on in the order given.
    annual_rates_m2
        Square metres released in past years, best only ground that was in the register; by year
        ``{2020: 340_000, …}`` or in order of time.
    deadline
        The work is to be done by the end of this year.
    start
        First year of work; by default the year after the last of `annual_rates_m2`.
    target_m2
        Square metres a year that are planned.
    capacity
        Teams, output and season; adds a scenario, and the teams that each scenario needs.
    scenarios
        Further plans by name: square metres a year, a `Capacity`, or either by year, ``{2025: 1_500_000, 2026: 0}``;
        years not named bring nothing.
    funded_until
        Last year with money: each scenario is told a second time with the work ending there, and what is needed to be
        done by then.
    new_m2_per_year
        Area expected to be newly recorded each year.
    cost_per_year
        Cost of a year of work, counted for each year begun.
    currency
        Of the cost.

    Returns
    -------
    `Forecast`.

    Raises
    ------
    HazardDataError
        If an area or rate is missing, negative or not a number, or there is no start.

    Notes
    -----
    The scenarios from past rates are their average, slowest and fastest year, and the straight line through them by
    least squares, never below 0. The chance counts every sequence of years in which each coming year's output is one
    of the past ones, all equally likely and independent of each other (the empirical distribution; no form is
    assumed); for long series it is bounded from below and above instead, see `chances_of`.

    Examples
    --------
    >>> past = {2020: 340_000, 2021: 1_300_000, 2022: 1_320_000, 2023: 1_920_000, 2024: 1_510_000}
    >>> result = forecast(6_265_292, past, target_m2=1_800_000, cost_per_year=3_500_000)
    >>> int(result.scenarios.at["target", "completion_year"])
    2028
    >>> round(result.chance, 3)
    0.86
    """
    areas = _areas(remaining_m2)
    rates, start = _rates(annual_rates_m2, start)
    _refuse(
        {
            "target_m2": target_m2,
            "new_m2_per_year": new_m2_per_year,
            "cost_per_year": cost_per_year,
            "deadline": deadline,
        }
    )
    if deadline < start:
        raise HazardDataError(f"the deadline {deadline} is before the start of work in {start}")
    workload = Workload(areas, start, deadline, new_m2_per_year, capacity, cost_per_year)
    chances = [
        chances_of(area, list(rates), start=start, deadline=deadline, new_m2_per_year=new_m2_per_year)
        for area in areas.cumsum()
    ]
    priorities = None
    if len(areas) > 1:
        by_deadline = [chance.by(deadline) for chance in chances]
        priorities = workload.priorities(float(rates.mean())).assign(chance_by_deadline=by_deadline)
    return Forecast(
        remaining_m2=workload.total_m2,
        start=start,
        deadline=deadline,
        rates_m2=rates,
        scenarios=workload.table({**_plans(rates, target_m2, capacity), **(scenarios or {})}, funded_until),
        priorities=priorities,
        chances=chances[-1],
        required_m2_per_year=workload.needed_m2(workload.total_m2, deadline),
        teams_needed=workload.teams_for(workload.total_m2, deadline),
        funded_until=funded_until,
        currency=currency,
        assumptions=_assumptions(rates, chances[-1], workload),
    )


def _areas(remaining: float | Mapping[str, float] | pd.Series) -> pd.Series:
    """Area by class, in the order of work."""
    if isinstance(remaining, Mapping | pd.Series):
        areas = pd.Series(dict(remaining), dtype="float64").drop(TOTALS, errors="ignore")
        if set(areas.index) <= set(_ORDER):
            areas = areas.reindex([word.value for word in _ORDER if word in areas.index])
    else:
        areas = pd.Series({"all": float(remaining)})
    if areas.empty:
        raise HazardDataError("remaining_m2 names no class", hint='for instance {"high": 1_000_000, "low": 500_000}')
    _refuse({f"remaining_m2 {name}": area for name, area in areas.items()}, missing=False)
    return areas


def _rates(annual: Sequence[float] | Mapping[int, float] | pd.Series, start: int | None) -> tuple[pd.Series, int]:
    """Past outputs by year, and the first year of work."""
    by_year = isinstance(annual, Mapping | pd.Series)
    if isinstance(annual, pd.Series) and isinstance(annual.index, pd.PeriodIndex):
        annual = annual.set_axis(annual.index.year)
    pairs = dict(annual.items()) if isinstance(annual, Mapping | pd.Series) else list(annual)
    rates = pd.Series(pairs, dtype="float64")
    if rates.empty:
        raise HazardDataError("annual_rates_m2 is empty", hint="give at least one past year")
    if by_year:
        rates = rates.set_axis(_years_of(rates.index)).sort_index()
    if start is None and not by_year:
        raise HazardDataError(
            "the first year of work is not known", hint=f"name it with {argument('start')}, or give rates by year"
        )
    _refuse({f"annual_rates_m2 {name}": rate for name, rate in rates.items()}, missing=False)
    first = int(rates.index[-1]) + 1 if start is None else int(start)
    return rates if by_year else rates.set_axis(range(first - len(rates), first)), first


def _years_of(index: pd.Index) -> pd.Index:
    years = pd.to_numeric(pd.Series(index), errors="coerce")
    if odd := [str(value) for value, year in zip(index, years, strict=True) if not year == year // 1 > 0]:
        raise HazardDataError(f"annual_rates_m2 has {', '.join(odd)} for a year", hint="give it like {2024: 1_510_000}")
    return pd.Index(years.astype("int64"))


def _refuse(figures: Mapping[str, float | None], *, missing: bool = True) -> None:
    faults = [
        Fault(None, name, figure, f"is {figure!r}", "give a figure of 0 or more")
        for name, figure in figures.items()
        if not ((figure is None and missing) or (figure is not None and isfinite(figure) and figure >= 0))
    ]
    if faults:
        raise HazardDataError("no forecast can be made from these figures", faults)


def _plans(rates: pd.Series, target_m2: float | None, capacity: Capacity | None) -> dict[str, Plan]:
    plans: dict[str, Plan] = {
        "past average": float(rates.mean()),
        "slowest past year": float(rates.min()),
        "fastest past year": float(rates.max()),
    }
    if len(rates) > 2:
        slope, level = np.polyfit(rates.index.to_numpy(dtype=float) - rates.index[0], rates.to_numpy(), 1)
        plans["straight-line trend"] = lambda year: max(level + slope * (year - rates.index[0]), 0.0)
    if target_m2 is not None:
        plans["target"] = float(target_m2)
    if capacity is not None:
        plans[f"{capacity.teams:g} teams"] = capacity
    return plans


def _assumptions(rates: pd.Series, chances: Chances, workload: Workload) -> tuple[str, ...]:
    count, capacity = len(rates), workload.capacity
    sentences = [
        f"Chance: each coming year brings the output of one of the {count} past years, all equally likely, whatever "
        "the year before brought; "
        + ("every sequence is counted, nothing simulated." if chances.exact else "bounded from below and above."),
        f"{workload.new_m2_per_year:,.0f} m² newly recorded each year; all released ground is ground of the register.",
    ]
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


def _readable(table: pd.DataFrame, currency: str) -> pd.DataFrame:
    """The table as text, with thousands marked and units in the headings."""
    formats = {"years": "{:.1f}", "chance_by_deadline": "{:.1%}", "completion_year": "{:.0f}", "teams": "{:.0f}"}
    shown = pd.DataFrame(index=table.index)
    for name, values in table.items():
        pattern = formats.get(str(name), "{:,.0f}")
        heading = str(name).replace("_m2", " m²").replace("m2_per_year", "m² a year").replace("_", " ")
        heading = f"{heading} {currency}" if name == "cost" else heading
        if values.dtype == bool:
            shown[heading] = np.where(values, "yes", "no")
        else:
            shown[heading] = [pattern.format(value) if pd.notna(value) else "–" for value in values]
    return shown
