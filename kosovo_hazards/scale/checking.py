"""Checks of registers in partitions: what can be seen from a record and its neighbours."""

from __future__ import annotations

import os
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.checks import Limits
from kosovo_hazards.checks import check as check_one
from kosovo_hazards.gazetteer import BoundarySource
from kosovo_hazards.scale.neighbours import (
    Outline,
    joined,
    near,
    outlines,
    same_key,
    seen_from,
    working_folder,
    write_seen,
)
from kosovo_hazards.scale.partitions import PartitionedFrame, computed, parts_of

__all__ = ["check"]

_DEGREE_M = 111_320.0
_HAZARD, _RELEASE = "hazard_id", "release_id"
_OF_TABLE = ["check", "table", "said"]


def check(
    hazards: PartitionedFrame,
    releases: PartitionedFrame | None = None,
    places: BoundarySource | None = None,
    *,
    limits: Limits | None = None,
    as_of: str | None = None,
    register_date: str | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> gpd.GeoDataFrame:
    """Find what is wrong with a register in partitions, as `kosovo_hazards.check` does.

    Parameters
    ----------
    hazards, releases
        Tables in partitions, sorted by place.
    places
        Units with polygons, or a file of boundaries that all workers see; Kosovo's if None.
    limits, as_of
        As `kosovo_hazards.check` takes them.
    register_date
        Day of the register, ISO 8601; needed with releases, for it can't be guessed from a part of them.
    folder
        Where partitions exchange what lies across their borders; on several machines one that all see.

    Returns
    -------
    The findings of all partitions together, in the columns and the order of `kosovo_hazards.check`.

    Raises
    ------
    HazardDataError
        As from `kosovo_hazards.check`, or if releases are given and no `register_date`.

    Notes
    -----
    Each partition sees the records of others that come near to its own or have one of their ids, so that whatever is
    told of a record and its neighbours is told across borders too. What concerns a table as a whole (two kinds of data
    mixed, names of operators written in two ways) is told as far as one partition shows it.

    Examples
    --------
    >>> import dask_geopandas
    >>> import kosovo_hazards as kh
    >>> from kosovo_hazards import scale
    >>> hazards, _ = kh.demo_data()
    >>> twice = pd.concat([hazards, hazards.head(1)], ignore_index=True)
    >>> register = dask_geopandas.from_geopandas(twice, npartitions=4)
    >>> scale.check(register)[["check", "record_id"]].head(2).to_numpy().tolist()
    [['duplicate-id', 'SYN-N-01'], ['duplicate-polygon', 'SYN-N-01']]
    """
    if releases is not None and register_date is None:
        raise UsageError(
            "the day of the register can't be guessed from a part of the releases",
            hint=f"give it: {argument('register_date', '2024-12-31')}",
        )
    limits = limits or Limits()
    parts = parts_of(hazards)
    known = outlines(parts, _HAZARD)
    options = {"places": places, "limits": limits, "as_of": as_of, "register_date": register_date}
    with working_folder(folder) as place:
        apart = _apart_deg(known, limits.gap_m)
        wanted = joined(
            near(known, known, apart_deg=apart, same=True), same_key(known, _HAZARD, known, _HAZARD, same=True)
        )
        write_seen(parts, known, wanted, place / "hazards")
        found = computed(_of_hazards, parts, [(number, options) for number in range(len(parts))], str(place))
        if releases is not None:
            found += _with_releases(parts, known, releases, options, place)
    return _together(found)


def _with_releases(
    parts: list[Any], known: list[Outline], releases: PartitionedFrame, options: dict[str, Any], place: Any
) -> list[gpd.GeoDataFrame]:
    """Findings on releases, from the partition of each; and on hazards that only releases give rise to."""
    given = parts_of(releases)
    outside = outlines(given, _HAZARD, _RELEASE)
    of_releases = joined(
        near(outside, outside, same=True), same_key(outside, _RELEASE, outside, _RELEASE, same=True),
        same_key(outside, _HAZARD, outside, _HAZARD, same=True),
    )  # fmt: skip
    write_seen(given, outside, of_releases, place / "releases")
    met = joined(near(outside, known), same_key(outside, _HAZARD, known, _HAZARD))
    write_seen(parts, known, met, place / "hazards-of-releases")
    of_hazards = joined(near(known, outside), same_key(known, _HAZARD, outside, _HAZARD))
    write_seen(given, outside, of_hazards, place / "releases-of-hazards")
    numbers = [(number, options) for number in range(len(given))]
    found = computed(_of_releases, given, numbers, str(place))
    return found + computed(_of_both, parts, [(number, options) for number in range(len(parts))], str(place))


def _of_hazards(own: gpd.GeoDataFrame, wanted: tuple[int, dict[str, Any]], place: str) -> gpd.GeoDataFrame:
    number, options = wanted
    whole, mine = seen_from(own, number, f"{place}/hazards")
    return _told_of(check_one(whole, **options), "hazard", whole[_HAZARD][mine])


def _of_releases(own: gpd.GeoDataFrame, wanted: tuple[int, dict[str, Any]], place: str) -> gpd.GeoDataFrame:
    number, options = wanted
    whole, mine = seen_from(own, number, f"{place}/releases")
    hazards, _ = seen_from(None, number, f"{place}/hazards-of-releases")
    if _HAZARD not in hazards.columns:
        hazards[_HAZARD] = pd.Series([], dtype="str")
    return _told_of(check_one(hazards, whole, **options), "release", whole[_RELEASE][mine])


def _of_both(own: gpd.GeoDataFrame, wanted: tuple[int, dict[str, Any]], place: str) -> gpd.GeoDataFrame:
    """What releases say of hazards: what is told without them is told already."""
    number, options = wanted
    releases, _ = seen_from(None, number, f"{place}/releases-of-hazards")
    if not len(releases):
        return check_one(own.iloc[:0], **options)
    alone, both = check_one(own, **options), check_one(own, releases, **options)
    columns = ["check", "table", "record_id", "message"]
    merged = both[columns].merge(alone[columns].drop_duplicates(), how="left", indicator=True)
    fresh = both[(merged["_merge"] == "left_only").to_numpy()]
    return _told_of(fresh, "hazard", own[_HAZARD])


def _told_of(found: gpd.GeoDataFrame, table: str, ids: pd.Series) -> gpd.GeoDataFrame:
    """Findings on own records, and on the table as a whole."""
    own = found["record_id"].isna() | found["record_id"].isin(ids.astype("str"))
    return found[(found["table"] == table) & own]


def _together(found: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    full = [some for some in found if len(some)] or found[:1]
    whole = pd.concat(full, ignore_index=True)
    # Records with the same id are seen from each one's partition, and what concerns a table from all of them.
    of_table = whole["record_id"].isna()
    told = whole[of_table].sort_values("value", ascending=False, kind="stable")
    once = told[~told.assign(said=told["message"].str.replace(r"[\d,.]+", "", regex=True)).duplicated(_OF_TABLE)]
    own = whole[~of_table].drop_duplicates(["check", "table", "record_id", "other_id", "message", "value"])
    whole = pd.concat([own, once]) if len(once) else own
    rank = whole["severity"].map({"error": 0, "warning": 1, "note": 2})
    order = np.lexsort([whole["record_id"].fillna("").to_numpy(str), whole["check"].to_numpy(str), rank.to_numpy()])
    return whole.iloc[order].reset_index(drop=True)


def _apart_deg(known: list[Outline], metres: float) -> float:
    latitude = max((np.abs(part.bounds[:, [1, 3]]).max() for part in known if len(part.bounds)), default=0.0)
    return float(metres / (_DEGREE_M * max(np.cos(np.radians(latitude)), 1e-3)))
