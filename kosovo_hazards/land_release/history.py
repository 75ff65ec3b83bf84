"""The history of a register: which releases cut it after which day, and what it gained and lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._errors import UsageError
from kosovo_hazards.cells import texts
from kosovo_hazards.geometry import union, unions
from kosovo_hazards.land_release.applying import LandRelease, apply_releases
from kosovo_hazards.land_release.inputs import Day, as_day, dates_of
from kosovo_hazards.provenance import any_synthetic
from kosovo_hazards.schema import RELEASED_STATUSES
from kosovo_hazards.validation import require_columns

__all__ = ["History", "first_extent", "history_of", "inferred_date", "recorded_m2", "standing"]

State = tuple[pd.Timestamp, pd.Timestamp, gpd.GeoDataFrame, pd.DataFrame]
Registers = list[tuple[pd.Timestamp, gpd.GeoDataFrame]]

# A release of which this share lies in the register is still to be taken off it; less can be noise along an edge.
_TENTH = 0.1
# Registers are kept in whole square metres.
_ROUNDING_M2 = 0.5
_BEGINNING, _END = pd.Timestamp("1677-09-22"), pd.Timestamp("2262-04-11")


@dataclass(frozen=True, eq=False)
class History:
    """Releases and the events of the register between its known states.

    Attributes
    ----------
    ledger
        One row a release, in the caller's order on a fresh index, with `counted_m2` (ground that no other release of
        the time had released; nothing where it is no release yet); `inside_m2` is missing where no register says what
        it was.
    shares
        Which release took how much off which hazard.
    states
        The registers with the hazards recorded until the next one, and the releases of that time: first day, last day,
        hazards, releases.
    events
        One row an event: `day` (NaT: always there), `hazard_id`, `there_m2`, `added_m2`, `taken_off_m2`,
        `unexplained_m2`.
    hazards
        The newest record of each hazard, by its id.
    known_from
        After this day all is known; NaT: always.
    known_until
        Day of the newest register, where it is known; NaT where it is not.
    several, synthetic
        Whether there is more than one register; whether a hazard is made up.
    """

    ledger: pd.DataFrame
    shares: pd.DataFrame
    states: tuple[State, ...]
    events: pd.DataFrame
    hazards: pd.DataFrame
    known_from: pd.Timestamp
    known_until: pd.Timestamp
    several: bool
    synthetic: bool


def history_of(
    hazards: gpd.GeoDataFrame | Mapping[Day, gpd.GeoDataFrame],
    releases: pd.DataFrame,
    register_date: Day | None = None,
) -> History:
    """Take each release off the register that stood before it.

    Parameters
    ----------
    hazards, releases, register_date
        As `progress` takes them.

    Raises
    ------
    HazardDataError
        If there is no register, several with a `register_date`, or a table can't be read.
    """
    for register in hazards.values() if isinstance(hazards, Mapping) else [hazards]:
        require_columns(register, ["hazard_id"], purpose="to follow land release")
    require_columns(releases, ["release_id", "product"], purpose="to follow land release")
    dated = isinstance(hazards, Mapping) or not pd.isna(as_day(register_date))
    registers, releases = _registers(hazards, releases, register_date), _by_text(releases)
    completed = dates_of(releases, "completed", "release_id").reset_index(drop=True)
    earlier = (completed <= registers[0][0]) | completed.isna()
    before = apply_releases(registers[0][1].iloc[:0], releases[earlier.to_numpy()])
    ledgers = [_ledger(before, np.flatnonzero(earlier)).assign(inside_m2=np.nan)]
    shares, events, states = [before.shares], [], []
    for number, (day, register) in enumerate(registers):
        until, following = registers[number + 1] if number + 1 < len(registers) else (_END, None)
        window = ((completed > day) & (completed <= until)).to_numpy()
        new = register.iloc[:0] if following is None else first_extent(following, register, releases[window])
        stock = pd.concat([register, new], ignore_index=True) if len(new) else register
        result = apply_releases(stock, releases[window], sliver_width_m=0)
        states.append((day, until, stock, releases[window]))
        ledgers.append(_ledger(result, np.flatnonzero(window)))
        shares.append(result.shares)
        if number == 0:
            events.append(_first_events(registers[0], completed[earlier].max(), _closed_m2(result)))
        events.extend([_taken(result), _added(result, day, until, new)])
        if following is not None:
            events.append(_corrections(result, following, until))
    newest = pd.concat([pd.DataFrame(register) for _, register in registers])
    return History(
        ledger=pd.concat(ledgers).sort_index(),
        shares=pd.concat(shares, ignore_index=True),
        states=tuple(states),
        events=_complete(events),
        hazards=newest.drop_duplicates("hazard_id", keep="last").set_index("hazard_id"),
        known_from=completed[earlier].max(),
        known_until=registers[-1][0] if dated else pd.NaT,
        several=len(registers) > 1,
        synthetic=any_synthetic(newest),
    )


def first_extent(following: gpd.GeoDataFrame, register: gpd.GeoDataFrame, releases: pd.DataFrame) -> gpd.GeoDataFrame:
    """The hazards that only the following register has, each with the ground of the releases that name it.

    Parameters
    ----------
    following, register
        Two registers.
    releases
        Those between them. A hazard was recorded with the ground that they had taken off it when the register was
        drawn.

    Returns
    -------
    Rows of the following register.
    """
    new = following[~texts(following["hazard_id"]).isin(texts(register["hazard_id"]))].copy()
    if new.empty or "hazard_id" not in releases.columns or not isinstance(releases, gpd.GeoDataFrame):
        return new
    shapes = new.geometry.to_numpy().copy()
    position = pd.Index(texts(new["hazard_id"])).get_indexer(pd.Index(texts(releases["hazard_id"])))
    outlines = releases.geometry.to_numpy()
    early = (
        dates_of(releases, "completed", "release_id").to_numpy()
        < dates_of(new, "established", "hazard_id").to_numpy()[position]
    )
    own = np.flatnonzero((position >= 0) & ~early & shapely.is_valid(outlines) & shapely.is_valid(shapes)[position])
    rows, taken = unions(outlines[own], position[own])
    shapes[rows] = union(shapes[rows], taken)
    return new.set_geometry(gpd.GeoSeries(shapes, index=new.index, crs=new.crs))


def _registers(
    hazards: gpd.GeoDataFrame | Mapping[Day, gpd.GeoDataFrame],
    releases: pd.DataFrame,
    register_date: Day | None,
) -> Registers:
    if isinstance(hazards, Mapping):
        if not hazards:
            raise UsageError("there is no register", hint='give a table, or tables by day: {"2024-12-31": …}')
        if register_date is not None:
            raise UsageError("several registers carry their own days", hint="leave register_date out")
        return sorted(
            ((as_day(day), standing(register)) for day, register in hazards.items()), key=lambda item: item[0]
        )
    day = as_day(register_date)
    return [(inferred_date(hazards, releases) if pd.isna(day) else day, _by_text(hazards))]


def standing(register: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """What a register holds: without the areas that it keeps as closed or handed over; ids as text.

    Parameters
    ----------
    register
        A hazards table.
    """
    require_columns(register, ["hazard_id"], purpose="to compare registers")
    register = _by_text(register)
    return register[~register["status"].isin(RELEASED_STATUSES)] if "status" in register.columns else register


def recorded_m2(register: gpd.GeoDataFrame) -> pd.Series:
    """Area of each hazard: of the polygon, else as reported; NaN where neither is known.

    Parameters
    ----------
    register
        A hazards table.
    """
    nothing = pd.DataFrame({"release_id": [], "product": []})
    return apply_releases(register, nothing).remaining.set_index("hazard_id")["baseline_m2"]


def _by_text(table: pd.DataFrame) -> pd.DataFrame:
    """Ids as text, so that registers and releases which keep them in different ways mean the same."""
    return table.assign(**{key: texts(table[key]) for key in ("hazard_id", "release_id") if key in table.columns})


def inferred_date(hazards: gpd.GeoDataFrame, releases: pd.DataFrame) -> pd.Timestamp:
    """The day before the first release that lies in the register; where none does, the day of the last.

    Parameters
    ----------
    hazards, releases
        As `progress` takes them.
    """
    ledger = apply_releases(hazards, releases, sliver_width_m=0).ledger
    completed = dates_of(ledger, "completed", "release_id")
    inside = (ledger["release_basis"] == "spatial") & (ledger["inside_m2"] >= _TENTH * ledger["area_m2"])
    first = completed[inside & (ledger["inside_m2"] > 0)].min()
    if pd.notna(first):
        return first - pd.Timedelta(days=1)
    return completed.max() if completed.notna().any() else _BEGINNING


def _ledger(result: LandRelease, positions: np.ndarray) -> pd.DataFrame:
    ledger = result.ledger.set_axis(positions)
    ledger["completed"] = dates_of(ledger, "completed", "release_id")
    ledger["counted_m2"] = ledger["area_m2"] - ledger["released_before_m2"] - ledger["not_applied_m2"]
    return ledger


def _closed_m2(result: LandRelease) -> pd.Series:
    """By hazard, what the register holds closed and no release accounts for: it is none of the register's ground."""
    return result.remaining.set_index("hazard_id")["closed_m2"].fillna(0.0)


def _first_events(
    register: tuple[pd.Timestamp, gpd.GeoDataFrame], known_from: pd.Timestamp, closed_m2: pd.Series
) -> pd.DataFrame:
    """The first register: what was recorded up to the day from which all is known was always there."""
    day, hazards = register
    established = dates_of(hazards, "established", "hazard_id")
    recorded = established.where(
        (established <= day) & (established > (known_from if pd.notna(known_from) else _BEGINNING))
    )
    there = recorded_m2(hazards).fillna(0.0)
    there -= closed_m2.reindex(there.index).fillna(0.0)
    events = pd.DataFrame({"day": recorded, "hazard_id": hazards["hazard_id"], "m2": there.to_numpy()})
    events = events[~(established > day)]
    return events.assign(added_m2=events["m2"].where(events["day"].notna(), 0.0)).assign(
        there_m2=events["m2"].where(events["day"].isna(), 0.0)
    )


def _taken(result: LandRelease) -> pd.DataFrame:
    shares = result.shares
    completed = dates_of(result.ledger, "completed", "release_id").set_axis(result.ledger["release_id"])
    return pd.DataFrame(
        {
            "day": completed.reindex(shares["release_id"]).to_numpy(),
            "hazard_id": shares["hazard_id"],
            "taken_off_m2": shares["ground_m2"],
        }
    )


def _added(result: LandRelease, day: pd.Timestamp, until: pd.Timestamp, new: gpd.GeoDataFrame) -> pd.DataFrame:
    """Hazards recorded in the interval, on the day of their record, or of the first release on them if earlier."""
    hazards = result.remaining
    established = dates_of(hazards, "established", "hazard_id")
    fresh = (established > day) | hazards["hazard_id"].isin(new["hazard_id"])
    recorded = established.where((established > day) & (established <= until), until)
    first = _taken(result).groupby("hazard_id")["day"].min().reindex(hazards["hazard_id"]).set_axis(hazards.index)
    added = pd.DataFrame({"day": recorded.where(~(first < recorded), first), "hazard_id": hazards["hazard_id"]})
    return added.assign(added_m2=(hazards["baseline_m2"] - hazards["closed_m2"]).fillna(0.0))[fresh]


def _corrections(result: LandRelease, following: gpd.GeoDataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """What the following register differs from what was left of this one."""
    there = recorded_m2(following).fillna(0.0)
    left = result.remaining.set_index("hazard_id")["remaining_m2"].fillna(0.0)
    difference = there.sub(left, fill_value=0.0)
    difference = difference.where(difference.abs() >= _ROUNDING_M2, 0.0)
    return pd.DataFrame({"day": until, "hazard_id": difference.index, "unexplained_m2": difference.to_numpy()})


def _complete(events: list[pd.DataFrame]) -> pd.DataFrame:
    columns = ["there_m2", "added_m2", "taken_off_m2", "unexplained_m2"]
    frames = [frame.reindex(columns=["day", "hazard_id", *columns]) for frame in events if len(frame)]
    if not frames:
        frames = [pd.DataFrame({"day": pd.Series(dtype="datetime64[us]"), "hazard_id": pd.Series(dtype="str")})]
    together = pd.concat(frames, ignore_index=True).reindex(columns=["day", "hazard_id", *columns])
    together[columns] = together[columns].astype("float64").fillna(0.0)
    return together.astype({"day": "datetime64[us]"})
