"""The rule of Kosovo's strategy, that no task of high or medium priority is left: for each area, and each place."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kosovo_hazards.priorities.placing import NOWHERE, counted
from kosovo_hazards.schema import MET, NOT_MET, UNKNOWN, Priority

__all__ = ["URGENT", "rule_by_area", "rule_by_place", "rule_in_all"]

URGENT = (Priority.HIGH.value, Priority.MEDIUM.value)


def rule_by_area(priority: pd.Series, done: pd.Series) -> pd.Series:
    """Whether each area keeps the rule: done or of low priority, or not, or unknown for want of its priority.

    Parameters
    ----------
    priority
        Recorded priority, anything else than a known word being unknown.
    done
        Whether the plan is through with the area at the deadline.
    """
    left = np.where(priority.isin(URGENT), NOT_MET, np.where(priority == Priority.LOW.value, MET, UNKNOWN))
    return pd.Series(np.where(done, MET, left), index=priority.index)


def rule_in_all(rule: pd.Series, rejected: int) -> str:
    """Whether the rule is kept by all areas; rejected records are hazards of unknown priority.

    Parameters
    ----------
    rule
        What `rule_by_area` gave.
    rejected
        Number of rejected records.
    """
    if rule.eq(NOT_MET).any():
        return NOT_MET
    return UNKNOWN if rejected or rule.eq(UNKNOWN).any() else MET


def rule_by_place(work: pd.DataFrame, of_areas: pd.Series, of_rejected: pd.Series) -> pd.DataFrame:
    """Count areas and rejected records of each place by what the plan leaves of them.

    Parameters
    ----------
    work
        The plan's table.
    of_areas
        Places of each area, by its position in `work`.
    of_rejected
        Place of each rejected record.

    Returns
    -------
    One row a place that has any: `areas`, `done`, `left_urgent`, `left_unknown`, `left_low`, `rejected_records` and
    `rule`. What lies in no known place may lie in any, so nothing is met then but where no such thing is left.
    """
    every = sorted({str(name) for name in (*of_areas.dropna(), *of_rejected.dropna())} - {NOWHERE})
    names = [*every, NOWHERE]

    def count(which: pd.Series) -> pd.Series:
        return counted(of_areas[which.to_numpy()[of_areas.index]], names)

    left, low = ~work["done"].astype(bool), work["priority"] == Priority.LOW.value
    urgent = work["priority"].isin(URGENT)
    table = pd.DataFrame(
        {
            "areas": count(left | ~left),
            "done": count(~left),
            "left_urgent": count(left & urgent),
            "left_unknown": count(left & ~urgent & ~low),
            "left_low": count(left & low),
            "rejected_records": counted(of_rejected, names),
        }
    )
    open_question = (table["left_unknown"] > 0) | (table["rejected_records"] > 0)
    lost = table.loc[NOWHERE, ["left_urgent", "left_unknown", "rejected_records"]].any()
    table["rule"] = np.where(
        table["left_urgent"] > 0, NOT_MET, np.where(open_question | lost, UNKNOWN, MET)
    )  # fmt: skip
    table.index.name = "municipality"
    return table[(table["areas"] > 0) | (table["rejected_records"] > 0)]
