"""The tables of a ranking, a plan and the test of the strategy, worded in the reader's language."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from kosovo_hazards.language import Catalogue
from kosovo_hazards.priorities import Plan, Ranking, criterion_name, names_said
from kosovo_hazards.report import ReportTable
from kosovo_hazards.summaries import ground_m2

__all__ = ["plan_tables", "ranking_tables", "tolerability_table", "with_facts"]

_MOST_ROWS = 300
_MORE = "table.more_in_files"
_FACTS = ("municipality", "hazard_type", "contamination", "priority")


def with_facts(table: pd.DataFrame, hazards: gpd.GeoDataFrame) -> pd.DataFrame:
    """Add what the register says of each area: place, type, contamination, priority and size.

    Parameters
    ----------
    table
        One row an area, with `hazard_id`.
    hazards
        The hazards table.
    """
    facts = pd.DataFrame(hazards[[name for name in ("hazard_id", *_FACTS) if name in hazards.columns]])
    facts = facts.assign(area_m2=ground_m2(hazards).to_numpy())
    facts = facts[["hazard_id", *(name for name in facts.columns if name not in table.columns)]]
    return table.merge(facts, on="hazard_id", how="left")


def ranking_tables(ranking: Ranking, hazards: gpd.GeoDataFrame, t: Catalogue) -> dict[str, ReportTable]:
    """The order, what each criterion adds to it, and the criteria with their weights and scales.

    Parameters
    ----------
    ranking
        What `prioritise` gave.
    hazards
        The areas.
    t
        The words.
    """
    table = with_facts(ranking.table, hazards)
    # A column that says the same of every area takes room from the others.
    there = [name for name in _FACTS if name in table.columns and len(table[name].unique()) > 1]
    order = table[["hazard_id", "rank", "ties", *there, "area_m2", "score"]].assign(
        in_top_share=table["in_top"], unknown_criteria=[names_said(names, t) for names in table["unknown"]]
    )
    labels = {"in_top_share": t("told.in_top_share", n=t.number(ranking.top))}
    names = {f"{at}_score": str(name) for at, name in enumerate(ranking.criteria.index)}
    parts = table[["hazard_id", "rank", "score"]].assign(
        **{column: table[f"by {name}"] for column, name in names.items()},
        unknown_score=ranking.assumed.sum(axis=1).to_numpy(),
    )
    said = {column: criterion_name(name, t) for column, name in names.items()}
    about = pd.DataFrame(
        {
            "criterion": [criterion_name(str(name), t) for name in ranking.criteria.index],
            "weight_share": ranking.criteria["weight"].to_numpy(),
            "scale": [criterion.said(t) for criterion in ranking.given],
            "unknown_areas_records": ranking.criteria["unknown"].to_numpy(),
        }
    )
    return {
        "ranking": _long("ranking", order, labels),
        "contributions": _long("contributions", parts, said),
        "criteria": ReportTable("criteria", about),
    }


def plan_tables(plan: Plan) -> dict[str, ReportTable]:
    """When each area is worked on, what each year comes to, and what is left of each place.

    Parameters
    ----------
    plan
        What `kh.plan` gave.
    """
    work = plan.table
    months = {name: work[name].dt.strftime("%Y-%m") for name in ("begins", "ends")}
    rows = work[["hazard_id", "rank", "ties", "municipality", "priority"]].assign(
        m2_m2=work["m2"], **months, left_m2=work["left_m2"], rule=work["rule"]
    )
    # An end that never comes is nothing that is unknown.
    rows["ends"] = rows["ends"].where(work["done"] | work["m2"].isna(), "–").where(rows["ends"].isna(), rows["ends"])
    rows["begins"] = rows["begins"].where(rows["begins"].notna() | work["m2"].isna(), "–")
    years = plan.years.reset_index()
    costed = years["cost_eur"].notna().any()
    columns = ["year", "capacity_m2", "worked_m2", "areas_done", *(["cost_eur", "budget_eur"] if costed else [])]
    shown = years[columns].rename(columns={"areas_done": "areas_done_records"})
    if costed:
        shown["within_budget"] = years["within_budget"].astype(bool)
    places = plan.places.reset_index().rename(columns=_COUNTS)
    return {
        "plan": _long("plan", rows, {}),
        "plan_years": ReportTable("plan_years", shown),
        "plan_places": ReportTable("plan_places", places),
    }


_COUNTS = {
    "areas": "areas_records",
    "done": "done_records",
    "left_urgent": "left_urgent_records",
    "left_unknown": "left_unknown_records",
    "left_low": "left_low_records",
    "tasks_left": "left_urgent_records",
    "priority_unknown": "priority_unknown_records",
    "accidents": "accidents_records",
}


def tolerability_table(found: pd.DataFrame, t: Catalogue) -> ReportTable:
    """The test of the strategy, place by place.

    Parameters
    ----------
    found
        What `tolerability` gave.
    t
        The words.
    """
    words = {name: [t(f"rule.{word}") for word in found[name]] for name in ("tasks", "incidents", "tolerable")}
    return ReportTable("tolerability", found.assign(**words).reset_index().rename(columns=_COUNTS))


def _long(name: str, frame: pd.DataFrame, labels: dict[str, str]) -> ReportTable:
    shown = frame.head(_MOST_ROWS) if len(frame) > _MOST_ROWS else None
    return ReportTable(name, frame, labels=labels, shown=shown, more=_MORE)
