"""Progress over time: what there was, what was added and released, what was found, and what was left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Positions
from kosovo_hazards._errors import UsageError
from kosovo_hazards.cells import is_missing
from kosovo_hazards.land_release.footprints import twice_at_ends
from kosovo_hazards.land_release.history import History, history_of
from kosovo_hazards.land_release.inputs import Day
from kosovo_hazards.provenance import any_synthetic
from kosovo_hazards.schema import Product
from kosovo_hazards.summaries import group_labels, group_order

__all__ = ["ITEMS", "progress", "series_of"]


ITEMS = ("submunitions", "ap_mines", "av_mines", "other_uxo")
"""The columns that count items destroyed."""

# Demining takes place from April to November (Mine Action Review 2025).
_LAST_MONTH = 11
_FREQUENCIES = {"YE": "Y", "QE": "Q", "ME": "M"}
_PRODUCTS = [f"{product}_m2" for product in Product]
_SPLIT = ["inside_m2", "outside_m2"]
_BALANCE = [
    "opening_m2",
    "added_m2",
    *_PRODUCTS,
    *_SPLIT,
    "taken_off_m2",
    "unexplained_m2",
    "closing_m2",
    "footprint_m2",
]


def progress(
    hazards: gpd.GeoDataFrame | Mapping[Day, gpd.GeoDataFrame],
    releases: pd.DataFrame,
    by: str | Sequence[str] | None = None,
    freq: str = "YE",
    *,
    register_date: Day | None = None,
) -> pd.DataFrame:
    """Opening, newly recorded, released and closing area of each period, and what was found in it.

    Parameters
    ----------
    hazards
        The hazards table as it stood on some day; areas `established` later may be appended. Or several such tables by
        their day or year, ``{2022: …, 2023: …}``: then each closing is the register's own where there is one, and areas
        that a register keeps as closed or handed over are none of it.
    releases
        The releases table, of any time.
    by
        A column to split by, or several: places, `operator`, `product`, `contamination`, … A value that a release lacks
        is taken from the hazard that it lies in or names. Records without a value are the group "unknown".
    freq
        Length of a period: "YE" year, "QE" quarter, "ME" month.
    register_date
        The day whose state a single table shows. By default the ground decides: the day before the first release of
        which a tenth or more lies in the hazards, and where there is none, a day after the last release.

    Returns
    -------
    One row a period (index `period`, after the columns of `by`), undated releases last under NaT.

    `opening_m2`, `added_m2` (hazards by the period in which they were `established`), `taken_off_m2`, `closing_m2`: the
    area of the hazards, polygon by polygon; closing = opening + added - taken off + unexplained. `unexplained_m2`, with
    several registers, is what a register differs from this arithmetic. What lies before the first register can't be
    known from it and is missing; all of these are left out when `by` names a column that hazards do not have. Where
    polygons overlap `footprint_m2` stands beside the closing figure: the ground itself, counted once.

    `cancelled_m2`, `reduced_m2`, `cleared_m2`: released area, ground that was released before left out. Of it
    `inside_m2` lay in recorded hazards, `outside_m2` did not; an area recorded and partly released between two
    registers counts as recorded with the ground of the releases that name it.
    `taken_off_m2` differs from `inside_m2` only where hazards overlap, or where a release is recorded under another
    group than the hazard it lies in.

    `releases`, `repeats` (the same release again; its finds are left out), `submunitions`, `ap_mines`, `av_mines`,
    `other_uxo` (items destroyed, missing where no record has a count), `uncounted` (releases that lack one of these
    counts and so add to no sum), `without_area` (releases whose area is unknown), `m2_per_submunition` (cleared area a
    submunition found in clearance), `no_submunitions_m2` and `nothing_found_m2` (cleared without any submunition;
    without any item at all) and their shares of the cleared area for which that is known. `attrs["synthetic"]` says
    whether a record is made up.

    Raises
    ------
    HazardDataError
        If `freq` or a column of `by` is not known, or the tables can't be read (see `apply_releases`).

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> registers = {day: kh.demo_data(day)[0] for day in ("2022-12-31", "2023-12-31", "2024-12-31")}
    >>> series = progress(registers, kh.demo_data()[1])
    >>> series["cleared_m2"].div(1e6).round(2).tolist()
    [0.34, 1.3, 1.32, 1.92, 1.51]
    >>> series.loc["2024", ["opening_m2", "added_m2", "taken_off_m2", "closing_m2"]].astype(float).round().tolist()
    [8780000.0, 151914.0, 2666622.0, 6265292.0]
    """
    return series_of(history_of(hazards, releases, register_date), releases, by, freq)


def series_of(
    history: History, releases: pd.DataFrame, by: str | Sequence[str] | None = None, freq: str = "YE"
) -> pd.DataFrame:
    """The series from a history that is known already; see `progress`.

    Parameters
    ----------
    history
        As `history_of` gives it.
    releases, by, freq
        As `progress` takes them.

    Raises
    ------
    HazardDataError
        If `freq` or a column of `by` is not known.
    """
    keys = [by] if isinstance(by, str) else list(by or [])
    _require_keys(history.hazards, releases, keys)
    periods = _periods(history, freq)
    output = _released(releases, keys, history, periods)
    balanced = all(key in history.hazards.columns for key in keys)
    ground = _ground_events(keys, history, periods) if balanced else None
    table = _table(output, ground, keys, periods)
    if balanced:
        table = _unknown_before(_with_footprint(table, history, keys, periods), history, periods)
    table = _shown(table, several=history.several)
    unfinished = _is_partial(history, periods)
    table["partial"] = unfinished & (table.index.get_level_values("period") == len(periods) - 1)
    table = _named(table, keys, periods)
    # A column keeps what the table says of itself, so that forecast learns it from one.
    table.attrs["partial_period"] = str(periods[-1]) if unfinished else None
    table.attrs["synthetic"] = history.synthetic or any_synthetic(releases)
    return table


def _periods(history: History, freq: str) -> pd.PeriodIndex:
    """Every period from the first release to the last release, register or new area."""
    if freq not in _FREQUENCIES:
        raise UsageError(f"freq {freq!r} is not one of {', '.join(map(repr, _FREQUENCIES))}")
    completed = history.ledger["completed"].dropna()
    if completed.empty:
        return pd.PeriodIndex([], freq=_FREQUENCIES[freq], name="period")
    last = max([completed.max(), *history.events["day"].dropna()])
    return pd.period_range(completed.min(), last, freq=_FREQUENCIES[freq], name="period")


def _is_partial(history: History, periods: pd.PeriodIndex) -> bool:
    """Whether what is known ends within the last period."""
    if not len(periods):
        return False
    last = max([history.ledger["completed"].max(), *history.events["day"].dropna()])
    end = periods[-1].end_time.normalize()
    if pd.notna(history.known_until) and history.known_until >= last:
        return bool(history.known_until < end)
    return bool(last < end) and last.month < _LAST_MONTH


def _position(dates: pd.Series, periods: pd.PeriodIndex) -> Positions:
    """Number of the period of each date, -1 before the first; undated ones one beyond the last."""
    found: Positions = periods.get_indexer(pd.PeriodIndex(dates, freq=periods.freq))
    return np.where(dates.isna(), len(periods), found)


def _require_keys(hazards: pd.DataFrame, releases: pd.DataFrame, keys: list[str]) -> None:
    unknown = [key for key in keys if key == "geometry" or (key not in hazards.columns and key not in releases.columns)]
    if unknown:
        raise UsageError(
            f"neither hazards nor releases have {', '.join(unknown)} to split by",
            hint=f"releases have {', '.join(map(str, releases.columns))}",
        )


def _released(releases: pd.DataFrame, keys: list[str], history: History, periods: pd.PeriodIndex) -> pd.DataFrame:
    """One row a release: its group and period, and what it adds to each sum."""
    ledger = history.ledger
    output = pd.DataFrame({"period": _position(ledger["completed"], periods)})
    for key in keys:
        output[key] = group_labels(_of_releases(releases, key, history))
    counted, product = ledger["counted_m2"].fillna(0.0), ledger["product"]
    for name in Product:
        output[f"{name}_m2"] = counted.where(product == name, 0.0)
    output["inside_m2"] = ledger["inside_m2"].fillna(0.0)
    output["outside_m2"] = (counted - output["inside_m2"]).clip(lower=0)
    output["unplaced"] = ledger["inside_m2"].isna().astype("int64")
    # Work that is not finished, or dated in the future, is counted in no period.
    output["releases"] = (ledger["not_applied_m2"] == 0).astype("int64")
    again = ledger["repeats"].notna()
    output["repeats"] = again.astype("int64")
    output["without_area"] = (ledger["area_m2"].isna() & (output["releases"] > 0)).astype("int64")
    return output.join(_finds(ledger, counted.where(product == Product.CLEARED, 0.0), again))


def _of_releases(releases: pd.DataFrame, key: str, history: History) -> pd.Series:
    """The release's own value, else that of the hazard with the largest share of it, else of the one it names."""
    ledger = history.ledger
    own = pd.Series(None, index=ledger.index, dtype=object)
    if key in releases.columns:
        own = releases[key].reset_index(drop=True).astype(object)
    if key not in history.hazards.columns:
        return own
    shares = history.shares.sort_values("ground_m2", kind="stable").groupby("release_id")["hazard_id"].last()
    hazard = ledger["release_id"].map(shares)
    if "hazard_id" in ledger.columns:
        hazard = hazard.where(hazard.notna(), ledger["hazard_id"])
    return own.where(~is_missing(own), hazard.map(history.hazards[key]))


def _finds(ledger: pd.DataFrame, cleared: pd.Series, again: pd.Series) -> pd.DataFrame:
    """Items destroyed, and cleared area by what was found there; what a repeated record says counts once."""
    counts = ledger.reindex(columns=list(ITEMS)).astype("Float64").mask(again)
    found, known = (counts > 0).fillna(value=False).any(axis=1), counts.notna()
    submunitions = counts["submunitions"]
    finds = counts.fillna(0)
    finds["uncounted"] = (~known.all(axis=1) & ~again).astype("int64")
    for item in ITEMS:
        finds[f"{item}_known"] = known[item].astype("int64")
    finds["submunitions_cleared"] = submunitions.where(ledger["product"] == Product.CLEARED).fillna(0)
    finds["submunitions_known_m2"] = cleared.where(known["submunitions"], 0.0)
    finds["no_submunitions_m2"] = cleared.where((submunitions == 0).fillna(value=False), 0.0)
    finds["finds_known_m2"] = cleared.where(found | known.all(axis=1), 0.0)
    finds["nothing_found_m2"] = cleared.where(known.all(axis=1) & ~found, 0.0)
    return finds.astype("float64")


def _ground_events(keys: list[str], history: History, periods: pd.PeriodIndex) -> pd.DataFrame:
    """What the register gained and lost, by group and period; what came before the first period is there in it."""
    events = history.events.copy()
    position = _position(events["day"], periods)
    early = events["day"].isna() | (position < 0)
    events["there_m2"] += events["added_m2"].where(early, 0.0)
    events["added_m2"] = events["added_m2"].mask(early, 0.0)
    for key in keys:
        events[key] = group_labels(events["hazard_id"].map(history.hazards[key]))
    events["period"] = np.where(early, 0, position)
    return events.drop(columns=["day", "hazard_id"])


def _table(output: pd.DataFrame, ground: pd.DataFrame | None, keys: list[str], periods: pd.PeriodIndex) -> pd.DataFrame:
    """Sums by group and period, and with the ground its running balance."""
    undated = bool((output["period"] == len(periods)).any())
    sums = output.groupby([*keys, "period"]).sum()
    events = sums.iloc[:0, :0] if ground is None else ground.groupby([*keys, "period"]).sum()
    index = _rows(sums, events, keys, range(len(periods) + undated))
    table = sums.reindex(index, fill_value=0)
    if ground is None:
        return table
    table = table.join(events.reindex(index, fill_value=0.0))
    gain = table["added_m2"] - table["taken_off_m2"] + table["unexplained_m2"]
    # Ground that was there before the first period counts from its opening on.
    there = _within(table["there_m2"], keys, "sum") if keys else table["there_m2"].sum()
    closing = there + (_within(gain, keys, "cumsum") if keys else gain.cumsum())
    return table.assign(opening_m2=_rounded(closing - gain), closing_m2=_rounded(closing))


def _with_footprint(table: pd.DataFrame, history: History, keys: list[str], periods: pd.PeriodIndex) -> pd.DataFrame:
    """With the ground itself beside the closing figure, where polygons overlap."""
    twice = twice_at_ends(history, keys, periods)
    if twice is None:
        return table
    return table.assign(footprint_m2=table["closing_m2"] - twice.reindex(table.index).fillna(0.0))


def _within(values: pd.Series, keys: list[str], how: str) -> pd.Series:
    return values.groupby(level=keys).transform(how)


def _rounded(area: pd.Series) -> pd.Series:
    """Without the rounding of sums, which would show as a negative area where nothing is left."""
    return area.where(area.abs() > 1e-6, 0.0)


def _rows(sums: pd.DataFrame, events: pd.DataFrame, keys: list[str], rows: range) -> pd.Index:
    """Every group in every period, groups in order, "unknown" last."""
    if not keys:
        return pd.Index(rows, name="period")
    found = {row[:-1] for frame in (sums, events) for row in frame.index if isinstance(row, tuple)}
    groups = sorted(found, key=lambda group: [group_order(key, label) for key, label in zip(keys, group, strict=True)])
    return pd.MultiIndex.from_tuples([(*group, row) for group in groups for row in rows], names=[*keys, "period"])


def _unknown_before(table: pd.DataFrame, history: History, periods: pd.PeriodIndex) -> pd.DataFrame:
    """Blank out what the first register can't tell."""
    position = table.index.get_level_values("period").to_numpy()
    first = np.count_nonzero(periods.start_time <= history.known_from) if pd.notna(history.known_from) else 0
    dated = position < len(periods)
    table = table.copy()
    table.loc[(position < first) | ~dated, ["opening_m2", "added_m2", "taken_off_m2", "unexplained_m2"]] = np.nan
    closing = ["closing_m2", *(["footprint_m2"] if "footprint_m2" in table.columns else [])]
    table.loc[(position < first - 1) | ~dated, closing] = np.nan
    return table


def _shown(table: pd.DataFrame, *, several: bool) -> pd.DataFrame:
    shown = table[[column for column in _BALANCE if column in table.columns]].copy()
    if not several:
        shown = shown.drop(columns="unexplained_m2", errors="ignore")
    shown[_SPLIT] = shown[_SPLIT].mask(table["unplaced"] > 0)
    for column in ("releases", "repeats"):
        shown[column] = table[column].astype("int64")
    for item in ITEMS:
        known = (table[f"{item}_known"] > 0) | (table["releases"] == 0)
        shown[item] = table[item].round().astype("Int64").where(known)
    for column in ("uncounted", "without_area"):
        shown[column] = table[column].astype("int64")
    shown["m2_per_submunition"] = _ratio(table["submunitions_known_m2"], table["submunitions_cleared"])
    for part, whole in (("no_submunitions", "submunitions_known_m2"), ("nothing_found", "finds_known_m2")):
        shown[f"{part}_m2"] = table[f"{part}_m2"].where((table[whole] > 0) | (table["cleared_m2"] == 0))
        shown[f"{part}_share"] = _ratio(table[f"{part}_m2"], table[whole])
    return shown


def _ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part / whole.where(whole > 0)


def _named(table: pd.DataFrame, keys: list[str], periods: pd.PeriodIndex) -> pd.DataFrame:
    """Periods in place of their numbers; NaT for undated releases."""
    names = periods.append(pd.PeriodIndex(["NaT"], freq=periods.freq))
    period = names[table.index.get_level_values("period")].rename("period")
    if not keys:
        return table.set_axis(period)
    levels = [table.index.get_level_values(key) for key in keys]
    return table.set_axis(pd.MultiIndex.from_arrays([*levels, period], names=[*keys, "period"]))
