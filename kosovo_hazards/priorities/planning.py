"""Which area is worked on when, in the order of a ranking and at a given capacity, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Floats
from kosovo_hazards._errors import BadRecordsError, Fault, UsageError
from kosovo_hazards.cells import texts
from kosovo_hazards.forecasting import Capacity
from kosovo_hazards.priorities.ranking import Ranking, prioritise
from kosovo_hazards.reading import ReadResult, accepted, rejected_positions
from kosovo_hazards.schema import RELEASED_STATUSES, Priority
from kosovo_hazards.summaries import ground_m2

__all__ = ["Plan", "plan"]

_BUDGET_EUR = 3_500_000.0
_MOST_YEARS = 200
_SAME_M2 = 1e-6


@dataclass(frozen=True, eq=False)
class Plan:
    """What is worked on when.

    Attributes
    ----------
    table
        One row an area in the order of work: `hazard_id`, `rank`, `ties`, `priority`, `m2` (still to be released),
        `begins` and `ends` (first day of the month; missing where the plan does not come to it, or its size is
        unknown) and `done` (by the deadline).
    years
        One row a year up to the deadline: `capacity_m2`, `worked_m2`, `areas_done`, `cost_eur`, `budget_eur` and
        `within_budget` (the last three missing without a cost).
    deadline
        The last year.
    kept
        Whether no area of high or medium priority is left at the end of it: ``met``, ``not met``, or ``unknown``, where
        the priority of an area that is left is not recorded, or records were rejected.
    rejected
        Records that were rejected when the register was read: hazards that the plan never comes to.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> done = kh.plan(kh.demo_data()[0], kh.Capacity(teams=21, m2_per_team_day=400), start=2025)
    >>> done.kept
    'met'
    """

    table: pd.DataFrame
    years: pd.DataFrame
    deadline: int
    kept: str
    rejected: int = 0

    def __str__(self) -> str:
        left = self.table[~self.table["done"]]
        urgent = left["priority"].isin([Priority.HIGH.value, Priority.MEDIUM.value])
        done = int(self.table["done"].sum())
        first = f"{len(self.table):,} areas of {self.table['m2'].sum():,.0f} m², in order of rank: "
        lines = [f"{first}{done:,} done by the end of {self.deadline}, {len(left):,} left"]
        if left["m2"].isna().any():
            lines.append(
                f"{int(left['m2'].isna().sum()):,} areas have no known size, so nobody can say when they are done"
            )
        if self.rejected:
            lines.append(f"{self.rejected:,} rejected records are hazards too and are in no part of the plan")
        tied = self.table["ties"] > 1
        if tied.any():
            lines.append(f"{int(tied.sum()):,} areas share their rank with others; among them the id decides")
        lines.append(
            f"No area of high or medium priority left at the end of {self.deadline}: {self.kept}"
            + (f", {int(urgent.sum()):,} are left" if urgent.any() else "")
        )
        if self.years["cost_eur"].notna().any():
            over = self.years[~self.years["within_budget"].astype(bool)]
            told = ", ".join(f"{year}" for year in over.index)
            lines.append(f"Over budget in {told}" if told else "Within budget in every year")
        return "\n".join(lines)


def plan(
    hazards: gpd.GeoDataFrame | ReadResult,
    capacity: Capacity,
    priorities: Ranking | None = None,
    *,
    start: int,
    deadline: int = 2030,
    cost_eur_per_m2: float | None = None,
    budget_eur: float = _BUDGET_EUR,
) -> Plan:
    """Say which area is worked on in which year and month, one after the other in the order of their rank.

    Parameters
    ----------
    hazards
        The hazards table, in any CRS, or the remaining land of `apply_releases`, of which `remaining_m2` is planned.
        Areas that are closed or handed over are left out.
    capacity
        Teams, what each releases in a day, and the season; for the rates that Mine Action Review prints for 2023,
        ``Capacity(teams=…, m2_per_team_day=168)`` with the Scorpion system and 82 with the Large Loop Detector.
    priorities
        What `kh.prioritise` gave for the same areas; by type, contamination and recorded priority if None.
    start
        First year of work.
    deadline
        Last year; 2030 is that of Kosovo's strategy.
    cost_eur_per_m2
        Cost of releasing a square metre, €; without it there is no cost in the plan.
    budget_eur
        Money of a year, €; 3.5 million is what Mine Action Review 2025 gives as needed for Kosovo's strategy.

    Returns
    -------
    `Plan`. Nothing is optimised: areas of one rank follow by id, and how many share a rank is told.

    Raises
    ------
    HazardDataError
        If the ranking is of other areas, or a figure can't be used.

    Notes
    -----
    All teams work on one area after the other, so that months of beginning and end are those of the order, not of a
    detailed schedule. Work beyond a month's capacity goes on in the next month of the season.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> found = plan(
    ...     kh.demo_data()[0], kh.Capacity(teams=21, m2_per_team_day=168), start=2025, cost_eur_per_m2=2.5
    ... )
    >>> print(found)
    35 areas of 6,265,292 m², in order of rank: 19 done by the end of 2030, 16 left
    35 areas share their rank with others; among them the id decides
    No area of high or medium priority left at the end of 2030: not met, 5 are left
    Within budget in every year
    """
    if not start <= deadline < start + _MOST_YEARS:
        raise UsageError(f"start {start} and deadline {deadline} are no years of work", hint="let start come first")
    if budget_eur <= 0 or (cost_eur_per_m2 is not None and cost_eur_per_m2 <= 0):
        raise UsageError("cost and budget must be above 0")
    table = accepted(hazards)
    ranking = prioritise(hazards) if priorities is None else priorities
    rejected = max(len(rejected_positions(hazards)), ranking.rejected)
    standing = table if "status" not in table.columns else table[~table["status"].isin(RELEASED_STATUSES)]
    work = ranking.table[["hazard_id", "rank", "ties"]].reset_index(drop=True)
    _refuse_others(standing["hazard_id"], work["hazard_id"])
    m2 = standing["remaining_m2"] if "remaining_m2" in standing.columns else ground_m2(standing)
    facts = pd.DataFrame({"m2": m2.to_numpy(dtype=np.float64)}, index=standing["hazard_id"].to_numpy())
    said = texts(standing["priority"]) if "priority" in standing.columns else pd.Series(None, index=standing.index)
    facts["priority"] = said.astype("str").to_numpy()
    work = work.assign(
        priority=facts["priority"].loc[work["hazard_id"]].to_numpy(), m2=facts["m2"].loc[work["hazard_id"]].to_numpy()
    )
    months, can = _months(capacity, start, deadline)
    through = np.cumsum(work["m2"].fillna(0.0).to_numpy())
    begin, end = through - work["m2"].fillna(0.0).to_numpy(), through
    up_to = np.cumsum(can)
    known = work["m2"].notna().to_numpy()
    first = np.searchsorted(up_to, begin + _SAME_M2)
    last = np.searchsorted(up_to, end - _SAME_M2)
    work["begins"] = _day(months, np.where(known, first, len(months)))
    work["ends"] = _day(months, np.where(known, last, len(months)))
    work["done"] = known & (last < len(months))
    years = _years(months, can, end[-1] if len(end) else 0.0, work, cost_eur_per_m2, budget_eur)
    return Plan(work, years, deadline, _kept(work, rejected), rejected)


def _months(capacity: Capacity, start: int, deadline: int) -> tuple[pd.DatetimeIndex, Floats]:
    """First days of the months of the seasons, and the square metres of each."""
    first, last = capacity.season
    months = pd.DatetimeIndex(
        [pd.Timestamp(year, month, 1) for year in range(start, deadline + 1) for month in range(first, last + 1)]
    )
    days = np.busday_count(
        months.to_numpy().astype("datetime64[D]"),
        (months + pd.offsets.MonthBegin(1)).to_numpy().astype("datetime64[D]"),
    )
    return months, days * capacity.teams * capacity.m2_per_team_day * capacity.share_worked


def _day(months: pd.DatetimeIndex, at: np.ndarray) -> pd.Series:
    known = at < len(months)
    days = pd.Series(pd.NaT, index=range(len(at)), dtype="datetime64[us]")
    days[known] = months[at[known]].as_unit("us")
    return days


def _years(
    months: pd.DatetimeIndex, can: Floats, all_m2: float, work: pd.DataFrame, cost: float | None, budget: float
) -> pd.DataFrame:
    worked = np.diff(np.minimum(np.cumsum(can), all_m2), prepend=0.0)
    years = pd.DataFrame({"capacity_m2": can, "worked_m2": worked}).groupby(months.year).sum()
    done = work.loc[work["done"], "ends"].dt.year.value_counts()
    years["areas_done"] = done.reindex(years.index, fill_value=0).astype("int64")
    years["cost_eur"] = years["worked_m2"] * cost if cost is not None else np.nan
    years["budget_eur"] = budget if cost is not None else np.nan
    within = pd.Series(pd.NA, index=years.index, dtype="boolean")
    years["within_budget"] = (years["cost_eur"] <= budget).astype("boolean") if cost is not None else within
    years.index.name = "year"
    return years


def _kept(work: pd.DataFrame, rejected: int) -> str:
    left = work.loc[~work["done"], "priority"]
    if left.isin([Priority.HIGH.value, Priority.MEDIUM.value]).any():
        return "not met"
    return "unknown" if rejected or (left != Priority.LOW.value).any() else "met"


def _refuse_others(ids: pd.Series, ranked: pd.Series) -> None:
    odd = sorted({str(name) for name in set(ids) ^ set(ranked)})
    if odd:
        faults = [Fault(name, None, None, "is in one of the two only") for name in odd]
        raise BadRecordsError("the ranking is of other areas than the register", faults, hint="rank the same table")
