"""When the work will be done: by past rates, by target and by capacity, with the chance to meet a deadline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from kosovo_hazards._errors import UsageError
from kosovo_hazards.forecasting.capacity import Capacity
from kosovo_hazards.forecasting.chances import Chances, chances_of
from kosovo_hazards.forecasting.past_rates import (
    PastRates,
    in_figures,
    past_rates,
    refuse_figures,
    unit_messages,
    whole_year,
)
from kosovo_hazards.forecasting.scenarios import Plan, Workload, left_column, require_plans
from kosovo_hazards.forecasting.sensitivity import chance_text, left_out_range, percent, sensitivity_of
from kosovo_hazards.forecasting.wording import assumptions_of, in_m2, readable
from kosovo_hazards.land_release import Day
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
        What is left at the beginning of `start`, or now where that year has begun, to be done by the end of `deadline`.
    rates_m2
        The outputs of whole past years that it rests on.
    done_m2
        What `start` has brought so far.
    scenarios
        One row a scenario: `m2_per_year` (in the first year), `years` of work, `completion_year` (missing: never),
        `meets_deadline`, `left_at_deadline_m2`, of each priority class `left_high_m2` and so on, and where they can be
        given `teams` (in the first year) and `cost`.
    priorities
        One row a priority class, in the order of work: `area_m2`; `cumulative_m2`, with the classes before it, and what
        takes to meet the deadline with these: `required_m2_per_year` and `teams`; `completion_year` and
        `left_at_deadline_m2` at the past average; `chance_by_deadline`. None where no classes were given.
    chances
        Chance to be done by the end of each year.
    sensitivity
        The chance to meet the deadline under other readings of the past years: `past_years`, `chance_by_deadline` with
        each year left out in turn, with consecutive years drawn together, and with the last few years only.
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
    messages
        What looks wrong in the figures given.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> made = kh.forecast(6_000_000, {2022: 1_000_000, 2023: 1_000_000, 2024: 1_000_000}, deadline=2030)
    >>> made.start, made.required_m2_per_year, made.chance
    (2025, 1000000.0, 1.0)
    """

    remaining_m2: float
    start: int
    deadline: int
    rates_m2: pd.Series
    done_m2: float
    scenarios: pd.DataFrame
    priorities: pd.DataFrame | None
    chances: Chances
    sensitivity: pd.DataFrame
    required_m2_per_year: float
    teams_needed: int | None
    funded_until: int | None
    currency: str
    assumptions: tuple[str, ...]
    messages: tuple[str, ...]

    @property
    def chance(self) -> float:
        """Chance that all is done by the end of the deadline year."""
        return self.chances.by(self.deadline)

    @property
    def chance_range(self) -> tuple[float, float] | None:
        """Lowest and highest chance when one past year is left out; None where there is only one."""
        return left_out_range(self.sensitivity)

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
        needed = f"{in_m2(self.required_m2_per_year)} a year{teams}"
        past = f"{in_m2(rates.min())} to {in_m2(rates.max())} a year, on average {in_m2(rates.mean())}"
        done = f"done by {middle} in one of two cases, by {early} in one of ten, by {late} in nine of ten"
        now = f"at the start of {self.start}"
        if self.done_m2:
            now = f"in {self.start}, which has brought {in_m2(self.done_m2)} so far"
        lines = [
            *self.messages,
            f"{in_m2(self.remaining_m2)} left {now}.",
            f"To be done by the end of {self.deadline}: {needed}.",
            f"At past rates, {past}: {done}.",
            f"Chance to be done by the end of {self.deadline}: {bound}{chance_text(self.chance, self.chance_range)}.",
        ]
        if self.funded_until is not None:
            chance = percent(self.chances.by(self.funded_until))
            lines.append(
                f"Chance to be done while there is money, by the end of {self.funded_until}: {bound}{chance}%."
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
        tables.append(
            (f"Chance by the end of {self.deadline} under other readings of the past years", self.sensitivity)
        )
        return [(title, readable(table, self.currency)) for title, table in tables]


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
    as_of: Day | None = None,
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
        ``{2020: 340_000, …}``, as a column of `progress`, or in order of time. A year that is not over is no past year:
        it is left out, and what it has brought is taken from the output of `start` where that is the same year.
    deadline
        The work is to be done by the end of this year.
    start
        First year of work; by default the year after the last of `annual_rates_m2`, or the one that is not over.
    target_m2
        Square metres a year that are planned.
    capacity
        Teams, output and season; adds a scenario, and the teams that each scenario needs.
    scenarios
        Further plans by name: square metres a year, a `Capacity`, or either by year, ``{2025: 1_500_000, 2026: 0}``;
        years not named bring nothing.
    funded_until
        Last year with money: each scenario is given a second time with the work ending there, and what is needed to be
        done by then.
    new_m2_per_year
        Area expected to be newly recorded each year.
    cost_per_year
        Cost of a year of work, counted for each year begun.
    currency
        Of the cost.
    as_of
        Day up to which `annual_rates_m2` are known; a year that ends after it is not over. By default as `progress`
        marks its last period, else every year is whole.

    Returns
    -------
    `Forecast`. Areas may be in any unit if all are in one; what looks like km² or ha is reported in `messages`.

    Raises
    ------
    BadRecordsError
        If an area, rate or plan is missing, negative or not a number.
    UsageError
        If a year is none or stands twice, the start is not after the last whole year or not known, or the deadline is
        before it.

    Notes
    -----
    The scenarios from past rates are their average, slowest and fastest year, and the straight line through them by
    least squares, never below 0. The chance counts every sequence of years in which each coming year's output is one
    of the past ones, all equally likely and independent of each other (the empirical distribution; no form is
    assumed); for long series it is bounded from below and above instead, see `chances_of`. A few years say little:
    `sensitivity` gives the chance with each year left out in turn, with consecutive years drawn together (a bad year
    may follow another), and with the last few years only.

    Examples
    --------
    >>> past = {2020: 340_000, 2021: 1_300_000, 2022: 1_320_000, 2023: 1_920_000, 2024: 1_510_000}
    >>> result = forecast(6_265_292, past, target_m2=1_800_000, cost_per_year=3_500_000)
    >>> int(result.scenarios.at["target", "completion_year"])
    2028
    >>> round(result.chance, 3)
    0.86
    """
    areas, past = _areas(remaining_m2), past_rates(annual_rates_m2, start, as_of)
    figures = {"target_m2": target_m2, "new_m2_per_year": new_m2_per_year}
    refuse_figures({**figures, "cost_per_year": cost_per_year})
    deadline = whole_year("deadline", deadline)
    funded_until = None if funded_until is None else whole_year("funded_until", funded_until)
    if deadline < past.start:
        raise UsageError(f"the deadline {deadline} is before the start of work in {past.start}")
    plans = {**_plans(past.rates_m2, target_m2, capacity), **(scenarios or {})}
    require_plans(plans, range(past.start, deadline + 1))
    workload = Workload(areas, past.start, deadline, new_m2_per_year, capacity, cost_per_year, past.done_m2)
    chances = [_chances(past, workload, area, list(past.rates_m2)) for area in areas.cumsum()]
    return Forecast(
        remaining_m2=workload.total_m2,
        start=past.start,
        deadline=deadline,
        rates_m2=past.rates_m2,
        done_m2=past.done_m2,
        scenarios=workload.table(plans, funded_until),
        priorities=_priorities(past, workload, chances),
        chances=chances[-1],
        sensitivity=_sensitivity(past, workload, chances[-1]),
        required_m2_per_year=workload.needed_m2(workload.total_m2, deadline),
        teams_needed=workload.teams_for(workload.total_m2, deadline),
        funded_until=funded_until,
        currency=currency,
        assumptions=assumptions_of(past, chances[-1], workload, trend=plans.get("straight-line trend")),
        messages=(*unit_messages(workload.total_m2, past.rates_m2, figures), *past.messages),
    )


def _chances(
    past: PastRates, workload: Workload, area_m2: float, rates: list[float], *, block: int = 1,
    last: int | None = None, exact: bool = True,
) -> Chances:  # fmt: skip
    return chances_of(
        area_m2, rates, start=past.start, deadline=workload.deadline, new_m2_per_year=workload.new_m2_per_year,
        done_m2=past.done_m2, block_years=block, last=last, exact=exact,
    )  # fmt: skip


def _priorities(past: PastRates, workload: Workload, chances: list[Chances]) -> pd.DataFrame | None:
    if len(workload.areas) < 2:
        return None
    by_deadline = [chance.by(workload.deadline) for chance in chances]
    return workload.priorities(float(past.rates_m2.mean())).assign(chance_by_deadline=by_deadline)


def _sensitivity(past: PastRates, workload: Workload, whole: Chances) -> pd.DataFrame:
    def chance(rates: list[float], block: int) -> float:
        found = _chances(
            past, workload, workload.total_m2, rates, block=block, last=workload.deadline, exact=whole.exact
        )
        return found.by(workload.deadline)

    return sensitivity_of(past.rates_m2, chance)


def _areas(remaining: float | Mapping[str, float] | pd.Series) -> pd.Series:
    """Area by class, in the order of work."""
    if isinstance(remaining, Mapping | pd.Series):
        with in_figures("remaining_m2"):
            areas = pd.Series(remaining if isinstance(remaining, pd.Series) else dict(remaining), dtype="float64")
        areas = areas.drop(TOTALS, errors="ignore")
        if areas.index.has_duplicates:
            twice = ", ".join(map(str, areas.index[areas.index.duplicated()].unique()))
            raise UsageError(f"remaining_m2 has {twice} more than once", hint="add them up")
        if set(areas.index) <= set(_ORDER):
            areas = areas.reindex([word.value for word in _ORDER if word in areas.index])
    else:
        with in_figures("remaining_m2"):
            areas = pd.Series({"all": float(remaining)})
    if areas.empty:
        raise UsageError("remaining_m2 names no class", hint='for instance {"high": 1_000_000, "low": 500_000}')
    refuse_figures({f"remaining_m2 {name}": area for name, area in areas.items()}, missing=False)
    return areas


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
