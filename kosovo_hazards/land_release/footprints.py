"""The ground itself at the end of each period, where polygons overlap and their sum counts it twice."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kosovo_hazards.land_release.applying import apply_releases
from kosovo_hazards.land_release.history import History, State
from kosovo_hazards.land_release.inputs import dates_of
from kosovo_hazards.schema import RELEASED_STATUSES
from kosovo_hazards.summaries import counted_twice_m2, group_labels

__all__ = ["twice_at_ends"]


def twice_at_ends(history: History, keys: Sequence[str], periods: pd.PeriodIndex) -> pd.Series | None:
    """What the closing figures count more than once, by group and number of the period; None where nothing overlaps.

    Parameters
    ----------
    history
        The registers and their releases.
    keys
        Columns of the groups.
    periods
        The periods.
    """
    if not any(counted_twice_m2(hazards) for _, _, hazards, _ in history.states):
        return None
    rows = {}
    for number, end in enumerate(periods.end_time.normalize()):
        state = next((state for state in reversed(history.states) if state[0] <= end), None)
        if state is None:
            continue
        left = _left_on(end, state, history)
        groups = left.groupby([group_labels(left[key]) for key in keys]) if keys else [((), left)]
        for group, members in groups:
            rows[(*group, number) if keys else number] = counted_twice_m2(members)
    index = pd.MultiIndex.from_tuples(list(rows), names=[*keys, "period"]) if keys else pd.Index(rows, name="period")
    return pd.Series(list(rows.values()), index=index, dtype="float64")


def _left_on(end: pd.Timestamp, state: State, history: History) -> pd.DataFrame:
    """Polygons of the hazards that were in the register on a day, less what had been released by then."""
    _, _, hazards, releases = state
    added = history.events[history.events["added_m2"] > 0].groupby("hazard_id")["day"].min()
    there = hazards[~hazards["hazard_id"].isin(added[added > end].index)]
    done = releases[(dates_of(releases, "completed", "release_id") <= end).to_numpy()]
    left = apply_releases(there, done, sliver_width_m=0).remaining
    return left[~left["status"].isin(RELEASED_STATUSES)]
