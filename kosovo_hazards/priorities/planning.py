"""Which area is worked on when, in the order of a ranking and at a given capacity, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Floats
from kosovo_hazards._errors import BadRecordsError, Fault, UsageError
from kosovo_hazards.cells import texts
from kosovo_hazards.forecasting import Capacity
from kosovo_hazards.gazetteer import BoundarySource
from kosovo_hazards.language import Catalogue, catalogue
from kosovo_hazards.priorities.placing import NOWHERE, places_of_areas, places_of_records, units_in_use
from kosovo_hazards.priorities.ranking import Ranking, prioritise
from kosovo_hazards.priorities.rule import rule_by_area, rule_by_place, rule_in_all
from kosovo_hazards.reading import ReadResult, accepted, rejected_positions
from kosovo_hazards.schema import NOT_MET, RELEASED_STATUSES
from kosovo_hazards.summaries import ground_m2

__all__ = ["BUDGET_EUR", "Plan", "plan"]

BUDGET_EUR = 3_500_000.0
"""Needed a year for Kosovo's strategy (Mine Action Review 2025, funding for survey and clearance)."""
_MOST_YEARS = 200
_SAME_M2 = 1e-6


@dataclass(frozen=True, eq=False)
class Plan:
    """What is worked on when.

    Attributes
    ----------
    table
        One row an area in the order of work: `hazard_id`, `municipality`, `rank`, `ties`, `priority`, `m2` (still to be
        released), `begins` and `ends` (first day of the month; missing where the plan does not come to it, or its size
        is unknown), `done` (by the deadline), `left_m2` (of it at the end of the deadline) and `rule`: ``met`` if it is
        done or of low priority, ``not met`` if it is of high or medium priority and left, ``unknown`` if it is left and
        its priority is not recorded.
    years
        One row a year up to the deadline: `capacity_m2`, `worked_m2`, `areas_done`, `cost_eur`, `budget_eur` and
        `within_budget` (the last three missing without a cost).
    places
        One row a municipality: `areas`, `done`, `left_urgent` (of high and medium priority), `left_unknown` (of unknown
        priority), `left_low`, `rejected_records` and `rule`, as above. An area across a border counts in each.
    months
        Months of the year in which work is done, 1 to 12.
    deadline
        The last year.
    kept
        Whether no area of high or medium priority is left at the end of it: ``met``, ``not met``, or ``unknown``, where
        the priority of an area that is left is not recorded, or records were rejected.
    ranking
        The order in which areas are worked on.
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
    places: pd.DataFrame
    months: tuple[int, ...]
    deadline: int
    kept: str
    ranking: Ranking
    rejected: int = 0

    def __str__(self) -> str:
        return "\n".join(self.said(catalogue("en", report=True)))

    def said(self, t: Catalogue, names: Mapping[str, str] = MappingProxyType({})) -> list[str]:
        """What is to be known of the plan, in a language.

        Parameters
        ----------
        t
            The words of reports.
        names
            Names of places in the language, by those of the table.

        Examples
        --------
        >>> import kosovo_hazards as kh
        >>> from kosovo_hazards.language import catalogue
        >>> kh.plan(kh.demo_data()[0], kh.Capacity(21, 400), start=2025).said(catalogue("sr", report=True))[-1]
        'Nijedna površina visokog ili srednjeg prioriteta nije preostala krajem 2030: ispunjeno'
        """
        table = self.table
        done = int(table["done"].sum())
        figures = {"m2": t.number(table["m2"].sum()), "done": t.number(done), "left": t.number(len(table) - done)}
        lines = [t.counted("plan.areas", len(table), year=self.deadline, **figures)]
        if unknown := int(table["m2"].isna().sum()):
            lines.append(t.counted("plan.no_size", unknown))
        if self.rejected:
            lines.append(t.counted("plan.rejected", self.rejected))
        if tied := int((table["ties"] > 1).sum()):
            lines.append(t.counted("plan.tied", tied))
        lines += self.verdict(t, names)
        if self.years["cost_eur"].notna().any():
            over = self.years.index[~self.years["within_budget"].astype(bool)]
            lines.append(t("plan.over", years=", ".join(map(str, over))) if len(over) else t("plan.within"))
        return lines

    def verdict(self, t: Catalogue, names: Mapping[str, str] = MappingProxyType({})) -> list[str]:
        """Whether the rule is kept, how many areas break it, and where, in a language.

        Parameters
        ----------
        t
            The words of reports.
        names
            Names of places in the language, by those of the table.

        Examples
        --------
        >>> import kosovo_hazards as kh
        >>> from kosovo_hazards.language import catalogue
        >>> kh.plan(kh.demo_data()[0], kh.Capacity(21, 168), start=2025).verdict(catalogue("en", report=True))[0]
        'No area of high or medium priority left at the end of 2030: not met, 5 are left'
        """
        given = {"year": self.deadline, "verdict": t(f"rule.{self.kept}")}
        left = int((self.table["rule"] == NOT_MET).sum())
        lines = [t.counted("plan.rule_left", left, **given) if left else t("plan.rule", **given)]
        unmet = self.places.index[self.places["rule"] == NOT_MET]
        if len(unmet):
            told = ", ".join(t("unknown") if name == NOWHERE else names.get(name, str(name)) for name in unmet)
            lines.append(t("plan.not_met_in", places=told))
        return lines


def plan(
    hazards: gpd.GeoDataFrame | ReadResult,
    capacity: Capacity | Sequence[Capacity],
    priorities: Ranking | None = None,
    *,
    start: int,
    deadline: int = 2030,
    cost_eur_per_m2: float | None = None,
    budget_eur: float = BUDGET_EUR,
    places: BoundarySource | None = None,
) -> Plan:
    """Say which area is worked on in which year and month, one after the other in the order of their rank.

    Parameters
    ----------
    hazards
        The hazards table, in any CRS, or the remaining land of `apply_releases`, of which `remaining_m2` is planned.
        Areas that are closed or handed over are left out.
    capacity
        Teams, what each releases in a day, and the season; for the rates that Mine Action Review prints for 2023,
        ``Capacity(teams=…, m2_per_team_day=168)`` with the Scorpion system and 82 with the Large Loop Detector. Several
        for teams with different tools or seasons, which add up.
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
    places
        Units with polygons, or a boundary file. Without them Kosovo's municipalities where areas lie there; elsewhere
        the municipality that is recorded.

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
    Not met in Gjakovë, Leposaviq, Pejë, Prizren, Zubin Potok
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
    months, can = _months([capacity] if isinstance(capacity, Capacity) else list(capacity), start, deadline)
    through = np.cumsum(work["m2"].fillna(0.0).to_numpy())
    begin, end = through - work["m2"].fillna(0.0).to_numpy(), through
    up_to = np.cumsum(can)
    known = work["m2"].notna().to_numpy()
    first = np.searchsorted(up_to, begin + _SAME_M2)
    last = np.searchsorted(up_to, end - _SAME_M2)
    work["begins"] = _day(months, np.where(known, first, len(months)))
    work["ends"] = _day(months, np.where(known, last, len(months)))
    work["done"] = known & (last < len(months))
    work["left_m2"] = np.where(known, np.clip(end - max(up_to[-1], 0.0), 0.0, work["m2"]), np.nan)
    work["rule"] = rule_by_area(work["priority"], work["done"])
    years = _years(months, can, end[-1] if len(end) else 0.0, work, cost_eur_per_m2, budget_eur)
    lost = rejected_positions(hazards)
    units = units_in_use(places, standing, lost)
    ordered = standing.set_index("hazard_id", drop=False).loc[work["hazard_id"]].reset_index(drop=True)
    of_areas = places_of_areas(ordered, units)
    nowhere = pd.Series(None, index=range(rejected - len(lost)), dtype=object)
    by_place = rule_by_place(work, of_areas, pd.concat([places_of_records(lost, units), nowhere], ignore_index=True))
    work.insert(1, "municipality", of_areas[~of_areas.index.duplicated()].reindex(work.index))
    in_season = tuple(sorted({int(month) for month in months.month}))
    return Plan(work, years, by_place, in_season, deadline, rule_in_all(work["rule"], rejected), ranking, rejected)


def _months(capacities: list[Capacity], start: int, deadline: int) -> tuple[pd.DatetimeIndex, Floats]:
    """First days of the months of the seasons, and the square metres of each."""
    if not capacities:
        raise UsageError("there is no capacity", hint="give at least one kh.Capacity")
    worked = sorted({month for one in capacities for month in range(one.season[0], one.season[1] + 1)})
    months = pd.DatetimeIndex([pd.Timestamp(year, month, 1) for year in range(start, deadline + 1) for month in worked])
    days = np.busday_count(
        months.to_numpy().astype("datetime64[D]"),
        (months + pd.offsets.MonthBegin(1)).to_numpy().astype("datetime64[D]"),
    )
    a_day = [
        np.where((months.month >= one.season[0]) & (months.month <= one.season[1]), one.teams, 0.0)
        * (one.m2_per_team_day * one.share_worked)
        for one in capacities
    ]
    can: Floats = days * np.sum(a_day, axis=0)
    return months, can


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


def _refuse_others(ids: pd.Series, ranked: pd.Series) -> None:
    odd = sorted({str(name) for name in set(ids) ^ set(ranked)})
    if odd:
        faults = [Fault(name, None, None, "is in one of the two only") for name in odd]
        raise BadRecordsError("the ranking is of other areas than the register", faults, hint="rank the same table")
