"""When the work will be done: by past rates, by target and by capacity, with the chance to meet a deadline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
import pandas as pd

from kosovo_hazards._errors import Fault, HazardDataError
from kosovo_hazards.capacity import Capacity
from kosovo_hazards.chances import Chances, chances_of
from kosovo_hazards.schema import Priority

__all__ = ["Forecast", "forecast"]

Plan = float | Capacity | Mapping[int, float | Capacity]
Rate = Callable[[int], float]

# Unknown may be high, so it comes before what is known to be low.
_ORDER = (Priority.HIGH, Priority.MEDIUM, Priority.UNKNOWN, Priority.LOW)
_MOST_YEARS = 200
_LIKELY = (0.1, 0.5, 0.9)


@dataclass(frozen=True, eq=False)
class Forecast:
    """When the work will be done; printed it is a page.

    Attributes
    ----------
    remaining_m2, start, deadline
        What is left at the beginning of `start`, to be done by the end of `deadline`.
    rates_m2
        The past yearly outputs that it rests on.
    scenarios
        One row a scenario: `m2_per_year` (in the first year), `years` of work, `completion_year` (missing: never),
        `meets_deadline`, `left_at_deadline_m2`, and where they can be told `teams` and `cost`.
    priorities
        One row a priority class, in the order of work: `area_m2`, `cumulative_m2`, `completion_year` and
        `left_at_deadline_m2` at the past average, `chance_by_deadline`; None where no classes were given.
    chances
        Chance to be done by the end of each year.
    required_m2_per_year
        What must be released each year to meet the deadline.
    teams_needed
        Teams that release so much; None without a capacity.
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

    def __str__(self) -> str:
        early, middle, late = (year or "never" for year in self.likely_years)
        rates = self.rates_m2
        bound = "" if self.chances.exact else "at least "
        lines = [
            f"{self.remaining_m2:,.0f} m² left at the start of {self.start}; done by the end of {self.deadline} takes "
            f"{self.required_m2_per_year:,.0f} m² a year"
            + (f" or {self.teams_needed} teams" if self.teams_needed is not None else ""),
            f"At past rates, {rates.min():,.0f} to {rates.max():,.0f} m² a year, on average {rates.mean():,.0f}:",
            f"done by {middle} in one of two cases, by {early} in one of ten, by {late} in nine of ten",
            f"Chance to be done by the end of {self.deadline}: {bound}{self.chance:.1%}",
            "",
            _printed(self.scenarios, self.currency),
        ]
        if self.priorities is not None:
            lines += ["", _printed(self.priorities, self.currency)]
        return "\n".join([*lines, "", *(f"- {sentence}" for sentence in self.assumptions)])


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
        worked on in this order, unknown before low. Other classes are worked on in the order given.
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
        Last year with money: each scenario is told a second time with the work ending there.
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
    total, years = float(areas.sum()), range(start, deadline + 1)
    if not len(years):
        raise HazardDataError(f"the deadline {deadline} is before the start of work in {start}")
    needed = total + new_m2_per_year * len(years)
    plans: dict[str, Plan | Rate] = {**_plans(rates, target_m2, capacity), **(scenarios or {})}
    plans[f"needed for {deadline}"] = needed / len(years)
    table = _Reckoning(total, start, deadline, new_m2_per_year, capacity, cost_per_year).table(plans, funded_until)
    chances = [
        chances_of(area, list(rates), start=start, deadline=deadline, new_m2_per_year=new_m2_per_year)
        for area in areas.cumsum()
    ]
    return Forecast(
        remaining_m2=total,
        start=start,
        deadline=deadline,
        rates_m2=rates,
        scenarios=table,
        priorities=_priorities(areas, rates, chances, start, deadline, new_m2_per_year) if len(areas) > 1 else None,
        chances=chances[-1],
        required_m2_per_year=needed / len(years),
        teams_needed=capacity.teams_for(needed, years) if capacity else None,
        currency=currency,
        assumptions=_assumptions(rates, chances[-1], capacity, new_m2_per_year, cost_per_year),
    )


def _areas(remaining: float | Mapping[str, float] | pd.Series) -> pd.Series:
    """Area by class, in the order of work."""
    if isinstance(remaining, Mapping | pd.Series):
        areas = pd.Series(dict(remaining), dtype="float64")
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
    rates = pd.Series(pairs, dtype="float64").sort_index()
    if rates.empty:
        raise HazardDataError("annual_rates_m2 is empty", hint="give at least one past year")
    if start is None and not by_year:
        raise HazardDataError("the first year of work is not known", hint="name it with start=, or give rates by year")
    _refuse({f"annual_rates_m2 {name}": rate for name, rate in rates.items()}, missing=False)
    first = int(rates.index[-1]) + 1 if start is None else int(start)
    return rates if by_year else rates.set_axis(range(first - len(rates), first)), first


def _refuse(figures: Mapping[str, float | None], *, missing: bool = True) -> None:
    faults = [
        Fault(None, name, figure, f"is {figure!r}", "give a figure of 0 or more")
        for name, figure in figures.items()
        if not ((figure is None and missing) or (figure is not None and isfinite(figure) and figure >= 0))
    ]
    if faults:
        raise HazardDataError("no forecast can be made from these figures", faults)


def _plans(rates: pd.Series, target_m2: float | None, capacity: Capacity | None) -> dict[str, Plan | Rate]:
    plans: dict[str, Plan | Rate] = {
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


def _rate(plan: Plan | Rate) -> Rate:
    """Square metres in a year under a plan."""
    if isinstance(plan, Capacity):
        return plan.m2_in
    if isinstance(plan, Mapping):
        return lambda year: _rate(plan[year])(year) if year in plan else 0.0
    if callable(plan):
        return plan
    return lambda _: float(plan)


@dataclass(frozen=True)
class _Reckoning:
    """What a plan comes to, year by year."""

    remaining_m2: float
    start: int
    deadline: int
    new_m2_per_year: float
    capacity: Capacity | None
    cost_per_year: float | None

    def table(self, plans: Mapping[str, Plan | Rate], funded_until: int | None) -> pd.DataFrame:
        rows = {name: self._row(_rate(plan)) for name, plan in plans.items()}
        if funded_until is not None:
            ends = {name: _funded(_rate(plan), funded_until) for name, plan in plans.items()}
            rows |= {f"{name}, money to {funded_until}": self._row(rate, funded_until) for name, rate in ends.items()}
        table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("scenario")
        table = table.astype({"completion_year": "Int64", "meets_deadline": "bool"})
        return table.astype({"teams": "Int64"}) if "teams" in table.columns else table

    def _row(self, rate: Rate, funded_until: int | None = None) -> dict[str, object]:
        years = self._years(rate)
        completion = None if years is None else self.start + max(int(np.ceil(years)), 1) - 1
        work = range(self.start, self.deadline + 1)
        left = max(self.remaining_m2 + sum(self.new_m2_per_year - rate(year) for year in work), 0.0)
        meets = completion is not None and completion <= self.deadline
        row: dict[str, object] = {
            "m2_per_year": rate(self.start),
            "years": np.nan if years is None else round(years, 2),
            "completion_year": completion,
            "meets_deadline": meets,
            "left_at_deadline_m2": 0.0 if meets else left,
        }
        if self.capacity is not None:
            row["teams"] = int(
                np.ceil(rate(self.start) / (self.capacity.m2_in(self.start) / self.capacity.teams) - 1e-9)
            )
        if self.cost_per_year is not None:
            # Where money ends before the work does, its years still cost.
            last = completion if completion is not None else funded_until
            row["cost"] = np.nan if last is None else self.cost_per_year * max(last - self.start + 1, 0)
        return row

    def _years(self, rate: Rate) -> float | None:
        """Years of work until nothing is left; None if that is never."""
        left = self.remaining_m2
        for number in range(_MOST_YEARS):
            left += self.new_m2_per_year
            output = rate(self.start + number)
            # Rounding of shares must not cost a year.
            if left <= output * (1 + 1e-12):
                return number + (left / output if output else 0.0)
            left -= output
        return None


def _funded(rate: Rate, until: int) -> Rate:
    return lambda year: rate(year) if year <= until else 0.0


def _priorities(
    areas: pd.Series, rates: pd.Series, chances: list[Chances], start: int, deadline: int, new_m2: float
) -> pd.DataFrame:
    average = _rate(float(rates.mean()))
    rows = [_Reckoning(total, start, deadline, new_m2, None, None)._row(average) for total in areas.cumsum()]
    left = np.array([float(str(row["left_at_deadline_m2"])) for row in rows])
    table = pd.DataFrame({"area_m2": areas, "cumulative_m2": areas.cumsum()}).rename_axis("priority")
    table["completion_year"] = pd.array([row["completion_year"] for row in rows], dtype="Int64")
    # What is left of all classes up to this one, less what is left of those before it.
    table["left_at_deadline_m2"] = np.diff(left, prepend=0).clip(0)
    table["chance_by_deadline"] = [chance.by(deadline) for chance in chances]
    return table


def _assumptions(
    rates: pd.Series, chances: Chances, capacity: Capacity | None, new_m2: float, cost: float | None
) -> tuple[str, ...]:
    count = len(rates)
    told = [
        f"Chance: each coming year brings the output of one of the {count} past years, all equally likely, whatever "
        "the year before brought; "
        + ("every sequence is counted, nothing simulated." if chances.exact else "bounded from below and above."),
        f"{new_m2:,.0f} m² newly recorded each year; all released ground is ground of the register.",
    ]
    if count < 10:
        told.append(f"{count} past years say little of years that are slower or faster than all of them.")
    if capacity is not None:
        first, last = capacity.season
        told.append(
            f"A team releases {capacity.m2_per_team_day:,.0f} m² a day, on {capacity.share_worked:.0%} of the Mondays "
            f"to Fridays from month {first} to {last}, in all ground alike."
        )
    if cost is not None:
        told.append("Each year begun costs the same, whatever is released in it.")
    return tuple(told)


def _printed(table: pd.DataFrame, currency: str) -> str:
    """The table with thousands marked and units in the headings."""
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
    return str(shown.to_string())
