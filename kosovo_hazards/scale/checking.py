"""Checks of registers in partitions: what can be seen from a record and its neighbours."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.checks import Limits, not_fitting, places_do_not_fit
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
from kosovo_hazards.scale.partitions import Delayed, PartitionedFrame, computed, parts_of

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
    # Whether the places are those of another country is seen from all partitions together.
    everywhere = replace(limits, foreign_share=1.0)
    options = {"places": places, "limits": everywhere, "as_of": as_of, "register_date": register_date}
    drawn = {"hazard": sum(int(part.drawn.sum()) for part in known)}
    with working_folder(folder) as place:
        beside = joined(
            near(known, known, apart_deg=_apart_deg(known, limits.gap_m), same=True),
            same_key(known, _HAZARD, known, _HAZARD, same=True),
        )
        write_seen(parts, known, beside, place / "hazards")
        found = []
        if releases is not None:
            given = parts_of(releases)
            seen = outlines(given, _HAZARD, _RELEASE)
            drawn["release"] = sum(int(part.drawn.sum()) for part in seen)
            _exchange_with_releases(parts, known, given, seen, place)
            found = computed(_of_releases, given, [(number, options) for number in range(len(given))], str(place))
        jobs = [(number, options, releases is not None) for number in range(len(parts))]
        found += computed(_of_hazards, parts, jobs, str(place))
    return _fitting(_together(found), drawn, limits)


def _exchange_with_releases(
    parts: list[Delayed], known: list[Outline], given: list[Delayed], seen: list[Outline], place: Path
) -> None:
    beside = joined(
        near(seen, seen, same=True), same_key(seen, _RELEASE, seen, _RELEASE, same=True),
        same_key(seen, _HAZARD, seen, _HAZARD, same=True),
    )  # fmt: skip
    write_seen(given, seen, beside, place / "releases")
    under = joined(near(seen, known), same_key(seen, _HAZARD, known, _HAZARD))
    write_seen(parts, known, under, place / "hazards-of-releases")
    over = joined(near(known, seen), same_key(known, _HAZARD, seen, _HAZARD))
    write_seen(given, seen, over, place / "releases-of-hazards")


def _of_hazards(own: gpd.GeoDataFrame, wanted: tuple[int, dict[str, Any], bool], place: str) -> gpd.GeoDataFrame:
    number, options, with_releases = wanted
    whole, mine = seen_from(own, number, f"{place}/hazards")
    releases = None
    if with_releases:
        releases, _ = seen_from(None, number, f"{place}/releases-of-hazards")
        if _RELEASE not in releases.columns:
            releases = releases.assign(**{name: pd.Series([], dtype="str") for name in (_RELEASE, "product")})
    return _told_of(check_one(whole, releases, **options), "hazard", whole[_HAZARD][mine])


def _of_releases(own: gpd.GeoDataFrame, wanted: tuple[int, dict[str, Any]], place: str) -> gpd.GeoDataFrame:
    number, options = wanted
    whole, mine = seen_from(own, number, f"{place}/releases")
    hazards, _ = seen_from(None, number, f"{place}/hazards-of-releases")
    if _HAZARD not in hazards.columns:
        hazards[_HAZARD] = pd.Series([], dtype="str")
    return _told_of(check_one(hazards, whole, **options), "release", whole[_RELEASE][mine])


def _told_of(found: gpd.GeoDataFrame, table: str, ids: pd.Series) -> gpd.GeoDataFrame:
    """Findings on own records, and on the table as a whole."""
    own = found["record_id"].isna() | found["record_id"].isin(ids.astype("str"))
    return found[(found["table"] == table) & own]


def _fitting(found: gpd.GeoDataFrame, drawn: dict[str, int], limits: Limits) -> gpd.GeoDataFrame:
    """One finding on the places instead of thousands on records, where these lie in another country."""
    for table, count in drawn.items():
        abroad = found["table"].eq(table) & found["check"].eq("outside-country")
        if not places_do_not_fit(outside := int(abroad.sum()), count, limits):
            continue
        first = found[abroad].iloc[[0]].assign(
            check="places-do-not-fit", severity="warning", record_id=None, other_id=None, value=float(outside),
            unit="records", message=not_fitting(outside, count), geometry=None,
        )  # fmt: skip
        border = found["table"].eq(table) & found["check"].isin(["outside-country", "across-country-border"])
        found = _ordered(pd.concat([found[~border], first.astype(found.dtypes.drop("geometry"))]))
    return found


def _together(found: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    full = [some for some in found if len(some)] or found[:1]
    whole = pd.concat(full, ignore_index=True)
    # Records with the same id are seen from each one's partition, and what concerns a table from all of them.
    of_table = whole["record_id"].isna()
    told = whole[of_table].sort_values("value", ascending=False, kind="stable")
    # A number changes the words beside it, which are those of one or of many.
    said = told["message"].str.replace(r"[\d,.]+", "", regex=True).mask(told["check"] == "lines-too-near", "")
    once = told[~told.assign(said=said).duplicated(_OF_TABLE)]
    own = whole[~of_table].drop_duplicates(["check", "table", "record_id", "other_id", "message", "value"])
    whole = pd.concat([own, once]) if len(once) else own
    return _ordered(whole)


def _ordered(whole: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    rank = whole["severity"].map({"error": 0, "warning": 1, "note": 2})
    order = np.lexsort([whole["record_id"].fillna("").to_numpy(str), whole["check"].to_numpy(str), rank.to_numpy()])
    return whole.iloc[order].reset_index(drop=True)


def _apart_deg(known: list[Outline], metres: float) -> float:
    latitude = max((np.abs(part.bounds[:, [1, 3]]).max() for part in known if len(part.bounds)), default=0.0)
    return float(metres / (_DEGREE_M * max(np.cos(np.radians(latitude)), 1e-3)))
