"""Land release on tables in partitions, right across their borders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dask.dataframe as dd
import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Column, Mask, Texts
from kosovo_hazards._errors import BadRecordsError, Fault
from kosovo_hazards._wording import doing
from kosovo_hazards.cells import texts
from kosovo_hazards.land_release import LEDGER_PARTS, OLDER, SLIVER_WIDTH_M, Day
from kosovo_hazards.land_release import apply_releases as apply_to_one
from kosovo_hazards.scale.neighbours import (
    Outline,
    Wanted,
    joined,
    near,
    outlines,
    same_key,
    seen_from,
    working_folder,
    write_seen,
)
from kosovo_hazards.scale.partitions import (
    Delayed,
    PartitionedFrame,
    computed,
    frame_of,
    part_name,
    parts_of,
    unify,
)
from kosovo_hazards.schema import Product
from kosovo_hazards.writing import whole_folder, write_manifest

__all__ = ["LandRelease", "apply_releases"]

_HAZARD, _RELEASE = "hazard_id", "release_id"
_BALANCE = ("baseline_m2", *(f"{product}_m2" for product in Product), "closed_m2", "remaining_m2", "sliver_m2")


@dataclass(frozen=True, eq=False)
class LandRelease:
    """What is left of the hazardous areas, and what became of each release; unpacks as ``remaining, ledger``.

    Attributes
    ----------
    remaining
        Every hazard, in partitions, with the columns of `kosovo_hazards.LandRelease.remaining`.
    ledger
        Every release, in partitions, with those of its `ledger`.
    shares, slivers, later
        As there, in partitions; None where there are none.
    """

    remaining: PartitionedFrame
    ledger: dd.DataFrame
    shares: dd.DataFrame | None
    slivers: PartitionedFrame | None
    later: PartitionedFrame | None

    def __iter__(self) -> Iterator[Any]:
        return iter((self.remaining, self.ledger))

    def balance(self) -> pd.Series:
        """Sums over all hazards, one by one, in m².

        Returns
        -------
        Rows `baseline`, `cancelled`, `reduced`, `cleared`, `closed`, `remaining`, `sliver`.
        """
        sums = self.remaining[list(_BALANCE)].sum().compute()
        return sums.rename(index=lambda name: name.removesuffix("_m2"))

    def released(self) -> pd.Series:
        """The parts that all releases together fall into, in m².

        Returns
        -------
        Rows `inside`, `recorded_later`, `released_before`, `outside`, `not_located`, `not_applied`.
        """
        sums = self.ledger[list(LEDGER_PARTS)].sum().compute()
        return sums.rename(index=lambda name: name.removesuffix("_m2"))


def apply_releases(
    hazards: PartitionedFrame,
    releases: PartitionedFrame,
    as_of: Day | None = None,
    *,
    folder: str | os.PathLike[str],
    register_date: Day | None = None,
    sliver_width_m: float = SLIVER_WIDTH_M,
    overwrite: bool = False,
) -> LandRelease:
    """Take released ground off hazardous areas in partitions, as `kosovo_hazards.apply_releases` does.

    Parameters
    ----------
    hazards, releases
        Tables in partitions, each sorted by place, in EPSG:4326.
    as_of, register_date, sliver_width_m
        As `kosovo_hazards.apply_releases` takes them.
    folder
        Where the results are written; the one around it must be there. On several machines one that all see.
    overwrite
        Whether a folder written so earlier is replaced.

    Returns
    -------
    `LandRelease`, whose tables lie in the folder. Figures are square metres, the same as of one machine.

    Raises
    ------
    HazardDataError
        As from `kosovo_hazards.apply_releases`; ids that stand in several partitions are named too.

    Notes
    -----
    A partition of hazards sees every release that meets or names one of its own, and a partition of releases every
    hazard and every other release that its own meet. The note that releases seem older than the register is left out,
    for it takes all releases together.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import dask_geopandas
    >>> import kosovo_hazards as kh
    >>> from kosovo_hazards import scale
    >>> hazards, releases = (dask_geopandas.from_geopandas(table, npartitions=4) for table in kh.demo_data())
    >>> with tempfile.TemporaryDirectory() as place:
    ...     left = scale.apply_releases(hazards, releases, folder=Path(place, "left"))
    ...     print(round(left.balance()["remaining"]), len(left.remaining), len(left.ledger))
    6265292 35 62
    """
    fields, given = parts_of(hazards), parts_of(releases)
    known, seen = outlines(fields, _HAZARD), outlines(given, _HAZARD, _RELEASE)
    _refuse_repeated(fields, known, _HAZARD)
    _refuse_repeated(given, seen, _RELEASE)
    options = {"as_of": as_of, "register_date": register_date, "sliver_width_m": sliver_width_m}
    with whole_folder(folder, overwrite=overwrite) as out, working_folder(out.parent) as place:
        for name in ("remaining", "ledger", "shares", "slivers", "later"):
            (out / name).mkdir()
        on_hazards = joined(near(known, seen), same_key(known, _HAZARD, seen, _HAZARD))
        write_seen(given, seen, on_hazards, place / "releases-of-hazards")
        under = joined(near(seen, known), same_key(seen, _HAZARD, known, _HAZARD))
        write_seen(fields, known, under, place / "hazards-of-releases")
        beside = joined(near(seen, seen, same=True), same_key(seen, _HAZARD, seen, _HAZARD, same=True), _nameless(seen))
        write_seen(given, seen, beside, place / "releases")
        doing(f"Taking {sum(s.count for s in seen):,} releases off {sum(k.count for k in known):,} areas")
        job = (str(place), str(out), options)
        computed(_of_hazards, fields, [(number, *job) for number in range(len(fields))])
        computed(_of_releases, given, [(number, *job) for number in range(len(given))])
        written = [_tidied(out / name) for name in ("remaining", "ledger", "shares", "slivers", "later")]
        write_manifest(out, {"table": "land release in partitions"})
    return _opened(Path(folder), written)


def _opened(folder: Path, written: Sequence[bool]) -> LandRelease:
    remaining, ledger, shares, slivers, later = (
        sorted((folder / name).glob("*.parquet")) if there else []
        for name, there in zip(("remaining", "ledger", "shares", "slivers", "later"), written, strict=True)
    )
    return LandRelease(
        frame_of(remaining), frame_of(ledger), frame_of(shares) if shares else None,
        frame_of(slivers) if slivers else None, frame_of(later) if later else None,
    )  # fmt: skip


def _of_hazards(own: gpd.GeoDataFrame, job: tuple[int, str, str, dict[str, Any]]) -> None:
    """What is left of a partition's hazards; and what became of the figures without a polygon that name them."""
    number, place, folder, options = job
    releases, _ = seen_from(None, number, f"{place}/releases-of-hazards")
    result = apply_to_one(own, releases if len(releases) else _no_releases(own), **options)
    _write(result.remaining, folder, "remaining", number)
    _write(result.shares, folder, "shares", number)
    _write(result.slivers, folder, "slivers", number)
    _write(result.later, folder, "later", number)
    if len(releases):
        figures = _no_polygon(releases) & _names_one_of(releases, own)
        _write(_ledger(result.ledger[figures]), folder, "ledger", number, "figures")


def _of_releases(own: gpd.GeoDataFrame, job: tuple[int, str, str, dict[str, Any]]) -> None:
    number, place, folder, options = job
    releases, mine = seen_from(own, number, f"{place}/releases")
    hazards, _ = seen_from(None, number, f"{place}/hazards-of-releases")
    if not len(hazards):
        hazards = gpd.GeoDataFrame({_HAZARD: pd.Series([], dtype="str")}, geometry=[], crs=own.crs)
    result = apply_to_one(hazards, releases, **options)
    # What is left of the hazard that a figure names is known where all releases on that hazard are.
    elsewhere = _no_polygon(releases) & _names_one_of(releases, hazards)
    _write(_ledger(result.ledger[mine & ~elsewhere]), folder, "ledger", number, "polygons")


def _ledger(ledger: pd.DataFrame) -> pd.DataFrame:
    note = ledger["note"].fillna("").str.replace(OLDER, "", regex=False).str.replace("; ; ", "; ", regex=False)
    return ledger.assign(note=note.str.removeprefix("; ").str.removesuffix("; "))


def _names_one_of(releases: gpd.GeoDataFrame, hazards: gpd.GeoDataFrame) -> Mask:
    """Which releases name one of the hazards."""
    if _HAZARD not in releases.columns:
        return np.zeros(len(releases), dtype=bool)
    named: Mask = texts(releases[_HAZARD]).isin(texts(hazards[_HAZARD]).dropna()).to_numpy()
    return named


def _no_polygon(releases: gpd.GeoDataFrame) -> Mask:
    shapes = releases.geometry
    none: Mask = (shapes.isna() | shapes.is_empty).to_numpy()
    return none


def _no_releases(own: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    texts = {name: pd.Series([], dtype="str") for name in (_RELEASE, "product")}
    return gpd.GeoDataFrame(texts, geometry=[], crs=own.crs)


def _write(table: pd.DataFrame, folder: str, name: str, number: int, kind: str = "") -> None:
    if not len(table):
        return
    file = part_name(number) if not kind else part_name(number).replace(".parquet", f".{kind}.parquet")
    table.to_parquet(Path(folder, name, file), index=False)


def _tidied(folder: Path) -> bool:
    """Make the files of a table alike; whether there are any."""
    there = any(folder.glob("*.parquet"))
    if there:
        unify(folder)
    return there


def _nameless(seen: Sequence[Outline]) -> Wanted:
    """Figures that name no hazard: whether one stands twice is seen only among all of them."""
    rows = [np.flatnonzero(~part.drawn & (part.keys[_HAZARD] == 0)) for part in seen]
    return {
        (number, at): there
        for number, own in enumerate(rows)
        for at, there in enumerate(rows)
        if at != number and len(own) and len(there)
    }


def _refuse_repeated(parts: Sequence[Delayed], known: Sequence[Outline], column: str) -> None:
    keys = np.concatenate([part.keys[column] for part in known])
    repeated = pd.Series(keys[keys > 0])
    repeated = repeated[repeated.duplicated()].unique()
    if not len(repeated):
        return
    found = computed(_named, parts, [(part.keys[column], repeated, column) for part in known])
    counts = pd.Series(np.concatenate(found)).value_counts()
    names = counts.index[counts > 1].tolist()
    faults = [
        Fault(str(name), column, name, f"stands {counts[name]:,} times", "give each record its own") for name in names
    ]
    raise BadRecordsError(f"{len(names):,} ids in {column} stand more than once", faults)


def _named(frame: gpd.GeoDataFrame, wanted: tuple[Column, Column, str]) -> Texts:
    keys, repeated, column = wanted
    names: Texts = frame[column][np.isin(keys, repeated)].astype(str).to_numpy(dtype=object)
    return names
