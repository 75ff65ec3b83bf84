"""Earlier states of a register in one table, so that the slider shows the register of the day that it is moved to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.cells import texts
from kosovo_hazards.land_release import as_day, standing
from kosovo_hazards.schema import CRS

__all__ = ["Earlier", "earlier_states", "in_one_table", "newest_day"]

Earlier = Mapping[Any, gpd.GeoDataFrame] | None

FROM, UNTIL, AGAIN = "there_from", "there_until", "there_again"
"""First day that shows a row (missing: its day of record tells), day that no longer does (missing: none), and 1 where
the state before has a row of the same hazard."""


def earlier_states(previous: Earlier, newest: pd.Timestamp) -> dict[pd.Timestamp, gpd.GeoDataFrame]:
    """Earlier registers by day, the oldest first.

    Parameters
    ----------
    previous
        Registers by the day of each.
    newest
        The day of the present one; NaT where nothing tells it.

    Raises
    ------
    UsageError
        If the day of the present register is not known or one of them is not older.
    """
    if not previous:
        return {}
    states = {as_day(day): standing(table).to_crs(CRS) for day, table in previous.items()}
    if pd.isna(newest) or any(pd.isna(day) or day >= newest for day in states):
        raise UsageError(
            "the registers before are not all older than that of the map",
            hint=f"name the day of the map: {argument('as_of', '2024-12-31')}",
        )
    return dict(sorted(states.items()))


def newest_day(as_of: pd.Timestamp, hazards: pd.DataFrame, releases: pd.DataFrame | None) -> pd.Timestamp:
    """The day that the map is of: as stated, or that of the newest record.

    Parameters
    ----------
    as_of
        As stated, or NaT.
    hazards, releases
        As the map shows them.
    """
    if pd.notna(as_of):
        return as_of
    tables = ((hazards, "established"), (releases, "completed"))
    days = [table[name].max() for table, name in tables if table is not None and name in table.columns]
    return pd.Series(days, dtype="datetime64[us]").max()


def in_one_table(
    present: gpd.GeoDataFrame, earlier: Mapping[pd.Timestamp, gpd.GeoDataFrame], day: pd.Timestamp
) -> gpd.GeoDataFrame:
    """All states below each other; a row that stays as it was stands once.

    Parameters
    ----------
    present
        The register as the map shows it.
    earlier
        Earlier ones in the same columns, the oldest first.
    day
        Of the present one.

    Returns
    -------
    With the columns that say when a row is there. Between two states the earlier one is shown, and with it what the
    later one recorded anew, from the day of its record on: hazardous ground is never shown too late.
    """
    tables, days = [*earlier.values(), present], [*earlier, day]
    rows: list[gpd.GeoDataFrame] = []
    before: gpd.GeoDataFrame | None = None
    for number, table in enumerate(tables):
        state = table.reset_index(drop=True)
        state[UNTIL] = pd.NaT if number + 1 == len(days) else days[number + 1]
        state[FROM], state[AGAIN] = pd.NaT, np.nan
        if before is not None:
            known = texts(state["hazard_id"]).isin(texts(before["hazard_id"])).to_numpy()
            new_from = _recorded(state, days[number - 1], days[number])
            state[FROM], state[AGAIN] = new_from.where(~known, days[number]), np.where(known, 1.0, np.nan)
            state = _merged(rows, state)
        rows.append(state)
        before = table
    return pd.concat(rows, ignore_index=True).astype({FROM: "datetime64[us]", UNTIL: "datetime64[us]"})


def _recorded(state: gpd.GeoDataFrame, after: pd.Timestamp, until: pd.Timestamp) -> pd.Series:
    """The day from which a hazard that the state before lacks is shown: of its record, where that lies between."""
    first = after + pd.Timedelta(days=1)
    if "established" not in state.columns:
        return pd.Series(first, index=state.index)
    recorded = state["established"]
    return recorded.where((recorded > after) & (recorded <= until), first)


def _merged(rows: list[gpd.GeoDataFrame], state: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """What of a state is not as in the one before; what is, stays there until this one ends."""
    live = rows[-1]
    old, new = _fingerprints(live), _fingerprints(state)
    same = np.isin(new, old)
    live.loc[np.isin(old, new), UNTIL] = state[UNTIL].iloc[0] if len(state) else pd.NaT
    # Rows that stay are live in this state too, so that the next one finds them there.
    kept = live[np.isin(old, new)]
    rows[-1] = live[~np.isin(old, new)]
    return pd.concat([kept, state[~same]], ignore_index=True)


def _fingerprints(state: gpd.GeoDataFrame) -> np.ndarray[Any, np.dtype[np.uint64]]:
    told = pd.DataFrame(state.drop(columns=[state.geometry.name, FROM, UNTIL, AGAIN])).astype("str")
    told["shape"] = shapely.to_wkb(state.geometry.to_numpy(), hex=True)
    found: np.ndarray[Any, np.dtype[np.uint64]] = pd.util.hash_pandas_object(told, index=False).to_numpy()
    return found
