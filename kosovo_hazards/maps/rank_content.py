"""The order of urgency on a map: a colour by rank, and what a popup tells of it."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._errors import BadRecordsError, Fault, UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.language import Catalogue
from kosovo_hazards.priorities import Ranking, names_said
from kosovo_hazards.schema import RELEASED_STATUSES

__all__ = ["RANKED", "rank_content", "refuse_beside", "with_ranks"]

RANKED = ("rank", "ties", "score", "in_top", "unknown_criteria", "rank_class")
"""Columns that a ranking adds to the records of a map."""

_CLASSES_BEHIND = 3
_NOTHING = "–"


def with_ranks(hazards: gpd.GeoDataFrame, ranking: Ranking, t: Catalogue) -> gpd.GeoDataFrame:
    """Add to each area its rank, how many share it, score, stability, what is unknown and the class of its rank.

    Parameters
    ----------
    hazards
        The hazards table.
    ranking
        Of these areas.
    t
        The words of reports.

    Raises
    ------
    BadRecordsError
        If the ranking is of other areas.
    """
    closed = hazards["status"].isin(RELEASED_STATUSES) if "status" in hazards.columns else False
    standing = set(hazards.loc[~(closed | pd.Series(False, hazards.index)), "hazard_id"])
    odd = sorted({str(name) for name in standing ^ set(ranking.table["hazard_id"])})
    if odd:
        faults = [Fault(name, None, None, "is in one of the two only") for name in odd]
        raise BadRecordsError("the ranking is of other areas than the map", faults, hint="rank the same table")
    first, last = _limits(ranking)
    at = np.searchsorted(first, ranking.table["rank"].to_numpy(), side="right") - 1
    told = np.array(_told(first, last), dtype=object)
    ranks = ranking.table[["hazard_id", "rank", "ties", "score", "in_top"]].assign(
        unknown_criteria=[names_said(text, t) or _NOTHING for text in ranking.table["unknown"]], rank_class=told[at]
    )
    # A column of the source may have such a name.
    plain = hazards.drop(columns=[name for name in RANKED if name in hazards.columns])
    return plain.merge(ranks, on="hazard_id", how="left").set_index(hazards.index)


def rank_content(ranking: Ranking) -> dict[str, Any]:
    """The classes of ranks, the most urgent first, and how many of the first ranks stand on the map as numbers.

    Parameters
    ----------
    ranking
        What `prioritise` gave.
    """
    return {"classes": _told(*_limits(ranking)), "top": ranking.top}


def refuse_beside(ranking: Ranking | None, *, public: bool, shade: str | None) -> None:
    """Refuse what can't be drawn together with a ranking.

    Parameters
    ----------
    ranking
        As the caller gave it.
    public
        Whether the map is for everyone.
    shade
        What places are shaded by.
    """
    if ranking is None:
        return
    if public:
        raise UsageError("a public map tells nothing of single areas, so no rank", hint=argument("detail", "full"))
    if shade is not None:
        raise UsageError("a map is shaded by rank or by place", hint=f"leave out {argument('shade')}")


def _limits(ranking: Ranking) -> tuple[list[int], list[int]]:
    """First and last rank of each class: the first `top` ranks, and the others in equal parts."""
    ranks = np.unique(ranking.table["rank"])
    behind = ranks[ranks > ranking.top]
    parts = [part for part in np.array_split(behind, _CLASSES_BEHIND) if len(part)]
    groups = [group for group in (ranks[ranks <= ranking.top], *parts) if len(group)]
    return [int(group[0]) for group in groups], [int(group[-1]) for group in groups]


def _told(first: list[int], last: list[int]) -> list[str]:
    return [f"{low}–{high}" if high > low else f"{low}" for low, high in zip(first, last, strict=True)]
