"""What a plan of work comes to: when it is done, what is left at the deadline, how many teams it takes and its cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Floats
from kosovo_hazards.forecasting.capacity import Capacity
from kosovo_hazards.forecasting.chances import ROUNDING
from kosovo_hazards.forecasting.past_rates import refuse_figures, whole_year

__all__ = ["Plan", "Rate", "Workload", "left_column", "require_plans"]

Rate = Callable[[int], float]
Plan = float | Capacity | Mapping[int, float | Capacity] | Rate

_MOST_YEARS = 200


def left_column(name: str) -> str:
    """Column of the scenario table that tells what is left of a class at the deadline.

    Parameters
    ----------
    name
        Of the class.
    """
    return f"left_{name}_m2"


def require_plans(plans: Mapping[str, Plan], years: range) -> None:
    """Raise an error that names every plan that is none.

    Parameters
    ----------
    plans
        By name.
    years
        The years of work.

    Raises
    ------
    BadRecordsError
        If an output is missing, negative or not a number.
    UsageError
        If a year of a plan is none.
    """
    figures: dict[str, object] = {}
    for name, plan in plans.items():
        if isinstance(plan, Mapping):
            named = {whole_year(f"scenarios {name!r} year", year): output for year, output in plan.items()}
            figures |= {f"scenarios {name!r} {year}": output for year, output in named.items()}
        elif callable(plan):
            figures |= {f"scenarios {name!r} {year}": plan(year) for year in years}
        else:
            figures[f"scenarios {name!r}"] = plan
    refuse_figures(
        {name: figure for name, figure in figures.items() if not isinstance(figure, Capacity)}, missing=False
    )


@dataclass(frozen=True)
class Workload:
    """What is to be done, and by when.

    Attributes
    ----------
    areas
        Square metres left by class, in the order of work.
    start, deadline
        First year of work; the year by whose end all is to be done.
    new_m2_per_year
        Area newly recorded each year, computed with the first class.
    capacity
        By whose output teams are counted; None counts none.
    cost_per_year
        Cost of each year begun; None tells no cost.
    done_m2
        What `start` has brought so far, which its output includes.
    """

    areas: pd.Series
    start: int
    deadline: int
    new_m2_per_year: float
    capacity: Capacity | None
    cost_per_year: float | None
    done_m2: float = 0.0

    @property
    def total_m2(self) -> float:
        """What is left at the start."""
        return float(self.areas.sum())

    def needed_m2(self, area_m2: float, until: int) -> float:
        """Square metres a year that release an area, and what is newly recorded, by the end of a year.

        Parameters
        ----------
        area_m2
            What is to be released.
        until
            The year.
        """
        years = until - self.start + 1
        yearly = (area_m2 + self.done_m2) / years
        if yearly < self.done_m2 and years > 1:
            # The first year has brought more than its share already.
            yearly = area_m2 / (years - 1)
        return yearly + self.new_m2_per_year

    def teams_for(self, area_m2: float, until: int) -> int | None:
        """Teams that release an area, and what is newly recorded, by the end of a year; None without a capacity.

        Parameters
        ----------
        area_m2
            What is to be released.
        until
            The year.
        """
        if self.capacity is None:
            return None
        years = range(self.start, until + 1)
        return self.capacity.teams_for(area_m2 + self.done_m2 + self.new_m2_per_year * len(years), years)

    def table(self, plans: Mapping[str, Plan], funded_until: int | None) -> pd.DataFrame:
        """One row a plan, and a second one of each for money that ends.

        Parameters
        ----------
        plans
            By name.
        funded_until
            Last year with money; None: it lasts.
        """
        rows = {name: self._row(plan) for name, plan in plans.items()}
        ends = [self.deadline]
        if funded_until is not None:
            rows |= {f"{name}, money to {funded_until}": self._row(plan, funded_until) for name, plan in plans.items()}
            ends += [funded_until] if funded_until >= self.start else []
        rows |= {f"needed for {year}": self._row(self.needed_m2(self.total_m2, year)) for year in ends}
        table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("scenario")
        table = table.astype({"completion_year": "Int64", "meets_deadline": "bool"})
        return table.astype({"teams": "Int64"}) if "teams" in table.columns else table

    def priorities(self, plan: Plan) -> pd.DataFrame:
        """One row a class under a plan, in the order of work.

        Parameters
        ----------
        plan
            What is done each year.
        """
        rate, reach = self._to_come(_rate(plan)), self.areas.cumsum()
        table = pd.DataFrame({"area_m2": self.areas, "cumulative_m2": reach}).rename_axis("priority")
        table["required_m2_per_year"] = [self.needed_m2(area, self.deadline) for area in reach]
        if self.capacity is not None:
            table["teams"] = pd.array([self.teams_for(area, self.deadline) for area in reach], dtype="Int64")
        table["completion_year"] = pd.array(
            [self._completion(self._years(rate, area)) for area in reach], dtype="Int64"
        )
        table["left_at_deadline_m2"] = self._left(rate)
        return table

    def _row(self, plan: Plan, funded_until: int | None = None) -> dict[str, object]:
        rate = _rate(plan) if funded_until is None else _funded(_rate(plan), funded_until)
        to_come = self._to_come(rate)
        years = self._years(to_come, self.total_m2)
        completion = self._completion(years)
        left = self._left(to_come)
        row: dict[str, object] = {
            "m2_per_year": rate(self.start),
            "years": np.nan if years is None else round(years, 2),
            "completion_year": completion,
            "meets_deadline": completion is not None and completion <= self.deadline,
            "left_at_deadline_m2": float(left.sum()),
        }
        if len(left) > 1:
            row |= {left_column(name): area for name, area in zip(self.areas.index, left, strict=True)}
        if self.capacity is not None:
            row["teams"] = _teams(plan, rate, self.capacity, self.start)
        if self.cost_per_year is not None:
            # Where money ends before the work does, its years still cost.
            last = completion if completion is not None else funded_until
            row["cost"] = np.nan if last is None else self.cost_per_year * max(last - self.start + 1, 0)
        return row

    def _to_come(self, rate: Rate) -> Rate:
        """What each year still brings: of the first one, what has been done is gone."""
        return lambda year: max(rate(year) - self.done_m2, 0.0) if year == self.start else rate(year)

    def _completion(self, years: float | None) -> int | None:
        return None if years is None else self.start + max(ceil(years), 1) - 1

    def _years(self, rate: Rate, area_m2: float) -> float | None:
        """Years of work until nothing is left of an area; None if that is never."""
        left = area_m2
        for number in range(_MOST_YEARS):
            left += self.new_m2_per_year
            output = rate(self.start + number)
            if left <= output + area_m2 * ROUNDING:
                return number + (min(left / output, 1.0) if output else 0.0)
            left -= output
        return None

    def _left(self, rate: Rate) -> Floats:
        """Of each class, at the end of the deadline year."""
        years = range(self.start, self.deadline + 1)
        done = sum(rate(year) for year in years) - self.new_m2_per_year * len(years)
        completions = [self._completion(self._years(rate, area)) for area in self.areas.cumsum()]
        # What was once done stays so, whatever is recorded after.
        met = np.array([year is not None and year <= self.deadline for year in completions])
        left = np.where(met, 0.0, self.areas.cumsum().to_numpy() - done).clip(0)
        # What is left of all classes up to one, less what is left of those before it.
        return np.diff(left, prepend=0.0).clip(0)


def _rate(plan: Plan) -> Rate:
    """Square metres in a year under a plan."""
    if isinstance(plan, Capacity):
        return plan.m2_in
    if isinstance(plan, Mapping):
        return lambda year: _rate(plan[year])(year) if year in plan else 0.0
    if callable(plan):
        return plan
    return lambda _: float(plan)


def _funded(rate: Rate, until: int) -> Rate:
    return lambda year: rate(year) if year <= until else 0.0


def _teams(plan: Plan, rate: Rate, capacity: Capacity, start: int) -> int:
    """Teams at work in the first year: the plan's own, else as many as the capacity takes for its output."""
    first = plan.get(start, 0.0) if isinstance(plan, Mapping) else plan
    if isinstance(first, Capacity):
        return ceil(first.teams)
    return ceil(rate(start) / (capacity.m2_per_team_day * capacity.days_in(start)) - ROUNDING)
