"""Areas, places and summaries of tables in partitions."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd

from kosovo_hazards.gazetteer import BoundarySource
from kosovo_hazards.gazetteer import assign_places as assign_places_of_one
from kosovo_hazards.geometry import area_m2 as area_of_one
from kosovo_hazards.geometry import footprint_m2 as footprint_of_one
from kosovo_hazards.scale.neighbours import near, outlines, seen_from, working_folder, write_seen
from kosovo_hazards.scale.partitions import PartitionedFrame, computed, parts_of
from kosovo_hazards.summaries import group_sums, groups_counted, summary_table, worth_telling

__all__ = ["area_m2", "assign_places", "footprint_m2", "summarise"]

Folder = str | os.PathLike[str] | None


def area_m2(table: PartitionedFrame) -> pd.Series:
    """Area of each polygon, as `kosovo_hazards.area_m2` gives it.

    Parameters
    ----------
    table
        Polygons in partitions, in any CRS.

    Returns
    -------
    Square metres, a dask Series on the index of the table, computed when they are asked for.

    Examples
    --------
    >>> import dask_geopandas
    >>> import kosovo_hazards as kh
    >>> from kosovo_hazards import scale
    >>> hazards = dask_geopandas.from_geopandas(kh.demo_data()[0], npartitions=4)
    >>> round(scale.area_m2(hazards).sum().compute())
    6265292
    """
    return table.map_partitions(area_of_one, meta=pd.Series([], dtype="float64", name="area_m2"))


def assign_places(table: PartitionedFrame, places: BoundarySource | None = None) -> PartitionedFrame:
    """Say in which place each record lies, as `kosovo_hazards.assign_places` does.

    Parameters
    ----------
    table
        Hazards or releases in partitions.
    places
        Units with polygons, or a file of boundaries that all workers see; Kosovo's if None.

    Returns
    -------
    The table with the columns of places, computed when they are asked for.

    Examples
    --------
    >>> import dask_geopandas
    >>> import kosovo_hazards as kh
    >>> from kosovo_hazards import scale
    >>> hazards = dask_geopandas.from_geopandas(kh.demo_data()[0], npartitions=4)
    >>> scale.assign_places(hazards)["place_source"].value_counts().compute().to_dict()
    {'recorded': 35}
    """
    meta = assign_places_of_one(parts_of(table)[0].compute().iloc[:1], places).iloc[:0]
    return table.map_partitions(_placed, places, meta=meta)


def footprint_m2(table: PartitionedFrame, *, folder: Folder = None) -> float:
    """Area of the ground that the polygons of all partitions cover, each square metre once.

    Parameters
    ----------
    table
        Polygons in partitions, sorted by place.
    folder
        Where partitions exchange what lies across their borders; on several machines one that all see.

    Returns
    -------
    Square metres.

    Examples
    --------
    >>> import dask_geopandas
    >>> import kosovo_hazards as kh
    >>> from kosovo_hazards import scale
    >>> hazards = dask_geopandas.from_geopandas(kh.demo_data()[0], npartitions=4)
    >>> round(scale.footprint_m2(hazards))
    6265292
    """
    parts = parts_of(table)
    with working_folder(folder) as place:
        _exchange(table, place)
        return float(sum(computed(_own_footprint, parts, range(len(parts)), str(place / "seen"))))


def summarise(
    table: PartitionedFrame, by: str | Sequence[str] = "district", *, released: bool = False, folder: Folder = None
) -> pd.DataFrame:
    """Number and area of hazardous areas by group: the table of `kosovo_hazards.summarise`.

    Parameters
    ----------
    table
        Hazards in partitions, sorted by place.
    by, released
        As `kosovo_hazards.summarise` takes them.
    folder
        As for `footprint_m2`.

    Returns
    -------
    One row a group and a last row "Totals", in square metres.

    Raises
    ------
    HazardDataError
        As from `kosovo_hazards.summarise`.

    Examples
    --------
    >>> import dask_geopandas
    >>> import kosovo_hazards as kh
    >>> from kosovo_hazards import scale
    >>> hazards = dask_geopandas.from_geopandas(kh.demo_data()[0], npartitions=4)
    >>> table = scale.summarise(hazards, by="region")
    >>> table.round().astype(int).loc["South"].tolist()
    [3, 346168, 3, 436400, 6, 782568]
    """
    parts = parts_of(table)
    keys = [by] if isinstance(by, str) else list(by)
    with working_folder(folder) as place:
        _exchange(table, place)
        wanted = [(number, keys, released) for number in range(len(parts))]
        found = computed(_sums_of, parts, wanted, str(place / "seen"))
    levels = list(range(len(keys)))
    groups = pd.concat([sums for sums, _, _, _ in found]).groupby(level=levels, sort=True).sum()
    twice_m2, total_m2 = (sum(some[at] for some in found) for at in (2, 3))
    whole = worth_telling(twice_m2, total_m2)
    twice = pd.concat([some for _, some, _, _ in found]).groupby(level=levels).sum() if whole else None
    return summary_table(groups, keys, whole_twice_m2=whole, twice_m2=twice)


def _exchange(table: PartitionedFrame, place: Path) -> None:
    """What each square metre is counted once by: a partition sees what meets it in those before it."""
    parts = parts_of(table)
    known = outlines(parts)
    wanted = {(sees, at): rows for (sees, at), rows in near(known, known, same=True).items() if at < sees}
    write_seen(parts, known, wanted, place / "seen")


def _placed(frame: gpd.GeoDataFrame, places: BoundarySource | None) -> gpd.GeoDataFrame:
    return assign_places_of_one(frame, places)


def _own_footprint(frame: gpd.GeoDataFrame, number: int, folder: str) -> float:
    whole, mine = seen_from(frame, number, folder)
    return _fresh_m2(whole[mine], whole[~mine])


def _fresh_m2(own: gpd.GeoDataFrame, before: gpd.GeoDataFrame) -> float:
    """Ground of the own polygons that those before them do not cover."""
    if not len(before):
        return footprint_of_one(own)
    return footprint_of_one(pd.concat([own.geometry, before.geometry])) - footprint_of_one(before)


def _sums_of(
    frame: gpd.GeoDataFrame, wanted: tuple[int, list[str], bool], folder: str
) -> tuple[pd.DataFrame, pd.Series, float, float]:
    number, keys, released = wanted
    whole, mine = seen_from(frame, number, folder)
    _, counted, labels = groups_counted(whole, keys, released=released)
    own = pd.Series(mine, index=whole.index)[counted.index].to_numpy()
    sums = group_sums(counted[own], [label[own] for label in labels])
    drawn_m2 = area_of_one(counted[own])
    twice = float(drawn_m2.sum()) - _fresh_m2(counted[own], counted[~own])
    rows = pd.Series(range(len(counted))).groupby([label.reset_index(drop=True) for label in labels], sort=True)
    by_group = {
        label: float(area_of_one(counted.iloc[at[own[at]]]).sum())
        - _fresh_m2(counted.iloc[at[own[at]]], counted.iloc[at[~own[at]]])
        for label, at in ((label, some.to_numpy()) for label, some in rows)
        if own[at].any() and abs(twice) > 0
    }
    index = sums.index[:0] if not by_group else pd.MultiIndex.from_tuples([_tuple(label) for label in by_group])
    groups = pd.Series(list(by_group.values()), index=index, dtype="float64")
    if len(keys) == 1 and by_group:
        groups.index = groups.index.get_level_values(0)
    return sums, groups, twice, float(drawn_m2.sum())


def _tuple(label: object) -> tuple[object, ...]:
    return label if isinstance(label, tuple) else (label,)
