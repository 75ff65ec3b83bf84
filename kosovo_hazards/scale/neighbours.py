"""Records of other partitions that a partition must see, so that its own come out as if all were together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Column, Floats, Mask, Positions, Shapes
from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import doing
from kosovo_hazards.cells import texts
from kosovo_hazards.scale.partitions import Delayed, bounds_of, computed, part_name

__all__ = ["Outline", "Wanted", "joined", "near", "outlines", "same_key", "seen_from", "working_folder", "write_seen"]

# Partitions that are not sorted by place see most of the others.
_MOST_SEEN = 2.0
_FEW = 10_000

Wanted = dict[tuple[int, int], Positions]
"""Rows of a partition (second) that another (first) must see."""


@dataclass(frozen=True)
class Outline:
    """What is known of a partition without holding it.

    Attributes
    ----------
    bounds
        Of the parts of its shapes, in degrees.
    row
        Row of each part.
    count
        Number of rows.
    keys
        For each column of keys a number for each row, 0 where it has none.
    drawn
        Which rows have a shape.
    """

    bounds: Floats
    row: Positions
    count: int
    keys: dict[str, Column]
    drawn: Mask

    @property
    def whole(self) -> Floats:
        """Bounds of the partition."""
        if not len(self.bounds):
            return np.full(4, np.nan)
        whole: Floats = np.r_[self.bounds[:, :2].min(axis=0), self.bounds[:, 2:].max(axis=0)]
        return whole


def outlines(parts: Sequence[Delayed], *columns: str) -> list[Outline]:
    """What is known of each partition.

    Parameters
    ----------
    parts
        The partitions.
    columns
        Columns of keys by which records belong together.
    """
    return computed(_outline, parts, [columns] * len(parts))


def near(parts: Sequence[Outline], others: Sequence[Outline], *, apart_deg: float = 0.0, same: bool = False) -> Wanted:
    """Rows of other partitions whose bounds come near to those of a partition's own.

    Parameters
    ----------
    parts, others
        The partitions that see, and those that are seen.
    apart_deg
        How near.
    same
        Whether both are one table, of which a partition need not see itself.
    """
    wanted: Wanted = {}
    for number, part in enumerate(parts):
        if not len(part.bounds):
            continue
        frame = part.whole + np.array([-1, -1, 1, 1]) * apart_deg
        tree = None
        for at, other in enumerate(others):
            if (same and at == number) or not _meet(other.whole[None], frame)[0]:
                continue
            there = np.flatnonzero(_meet(other.bounds, frame))
            if not len(there):
                continue
            tree = tree or shapely.STRtree(_diagonals(part.bounds, apart_deg))
            found = np.unique(tree.query(_diagonals(other.bounds[there], 0.0))[0])
            if len(found):
                wanted[number, at] = np.unique(other.row[there[found]])
    return wanted


def same_key(
    parts: Sequence[Outline], column: str, others: Sequence[Outline], other_column: str, *, same: bool = False
) -> Wanted:
    """Rows of other partitions with a key that a partition's own rows have.

    Parameters
    ----------
    parts, others
        The partitions that see, and those that are seen.
    column, other_column
        Columns of keys of both.
    same
        Whether both are one table.
    """
    own, seen = _keys(parts, column), _keys(others, other_column)
    pairs = own.drop(columns="row").drop_duplicates().merge(seen, on="key", suffixes=("", "_seen"))
    if same:
        pairs = pairs[pairs["part"] != pairs["part_seen"]]
    return {
        (int(part), int(at)): np.unique(rows.to_numpy())
        for (part, at), rows in pairs.groupby(["part", "part_seen"])["row"]
    }


def joined(*wanted: Wanted) -> Wanted:
    """All that any of them wants."""
    rows: dict[tuple[int, int], list[Positions]] = defaultdict(list)
    for some in wanted:
        for pair, found in some.items():
            rows[pair].append(found)
    return {pair: np.unique(np.concatenate(found)) for pair, found in rows.items()}


def write_seen(parts: Sequence[Delayed], own: Sequence[Outline], wanted: Wanted, folder: Path) -> None:
    """Let each partition write the rows that others must see, each into the folder of the one that sees it.

    Parameters
    ----------
    parts, own
        The partitions that are seen.
    wanted
        Which rows.
    folder
        Where to.
    """
    seen, all_rows = sum(map(len, wanted.values())), sum(part.count for part in own)
    if seen > max(_MOST_SEEN * all_rows, _FEW):
        raise UsageError(
            f"the partitions lie across each other: {seen:,} records of others would have to be looked at for "
            f"{all_rows:,}",
            hint="sort the table by place first, with scale.write_parquet",
        )
    doing(f"Exchanging {seen:,} records between {len(parts):,} partitions")
    folder.mkdir(parents=True, exist_ok=True)
    by_part: dict[int, list[tuple[int, Positions]]] = defaultdict(list)
    for (sees, at), rows in wanted.items():
        by_part[at].append((sees, rows))
    chosen = sorted(by_part)
    computed(_write_rows, [parts[at] for at in chosen], [(at, by_part[at]) for at in chosen], str(folder))


def seen_from(own: gpd.GeoDataFrame | None, number: int, folder: str) -> tuple[gpd.GeoDataFrame, Mask]:
    """A partition with all that it must see, in the order of the whole table, and which rows are its own.

    Parameters
    ----------
    own
        The partition; None where others are seen only.
    number
        Its number.
    folder
        Where the others wrote.
    """
    frames = [] if own is None else [_placed(own, number)]
    frames += [gpd.read_parquet(file) for file in sorted(Path(folder, str(number)).glob("*.parquet"))]
    if not frames:
        return gpd.GeoDataFrame(geometry=[], crs="EPSG:4326"), np.zeros(0, dtype=bool)
    # A frame without rows would change the kinds of columns.
    full = [frame for frame in frames if len(frame)] or frames[:1]
    whole = pd.concat(full, ignore_index=True).sort_values(["_part", "_row"], ignore_index=True)
    mine: Mask = (whole["_part"] == (number if own is not None else -1)).to_numpy()
    return whole.drop(columns=["_part", "_row"]), mine


@contextmanager
def working_folder(folder: object) -> Iterator[Path]:
    """A folder for what partitions exchange, gone afterwards.

    Parameters
    ----------
    folder
        One in which it lies, that all workers see; None for the system's.
    """
    with TemporaryDirectory(prefix="kosovo-hazards-", dir=None if folder is None else str(folder)) as place:
        yield Path(place)


def _outline(frame: gpd.GeoDataFrame, columns: Sequence[str]) -> Outline:
    bounds, row = bounds_of(frame)
    drawn = np.zeros(len(frame), dtype=bool)
    drawn[row] = True
    return Outline(bounds, row, len(frame), {name: _numbers(frame, name) for name in columns}, drawn)


def _numbers(frame: gpd.GeoDataFrame, column: str) -> Column:
    numbers = np.zeros(len(frame), dtype=np.uint64)
    if column in frame.columns:
        said = texts(frame[column])
        there = said.notna().to_numpy()
        names = said[there].astype(str).to_numpy(dtype=object)
        numbers[there] = np.maximum(pd.util.hash_array(names, categorize=False), 1)
    return numbers


def _keys(parts: Sequence[Outline], column: str) -> pd.DataFrame:
    frames = [
        pd.DataFrame({"key": part.keys[column], "part": number, "row": np.arange(part.count)})
        for number, part in enumerate(parts)
    ]
    table = pd.concat(frames, ignore_index=True)
    return table[table["key"] > 0]


def _meet(bounds: Floats, frame: Floats) -> Mask:
    found: Mask = (
        (bounds[:, 0] <= frame[2])
        & (bounds[:, 2] >= frame[0])
        & (bounds[:, 1] <= frame[3])
        & (bounds[:, 3] >= frame[1])
    )
    return found


def _diagonals(bounds: Floats, apart: float) -> Shapes:
    """Lines with these bounds, which take less than boxes."""
    wider = bounds + np.array([-1, -1, 1, 1]) * apart
    lines: Shapes = shapely.linestrings(wider.reshape(-1, 2, 2))
    return lines


def _placed(frame: gpd.GeoDataFrame, number: int) -> gpd.GeoDataFrame:
    return frame.assign(_part=number, _row=np.arange(len(frame)))


def _write_rows(frame: gpd.GeoDataFrame, wanted: tuple[int, list[tuple[int, Positions]]], folder: str) -> None:
    number, rows_of = wanted
    frame = _placed(frame, number)
    for sees, rows in rows_of:
        place = Path(folder, str(sees))
        place.mkdir(exist_ok=True)
        frame.iloc[rows].to_parquet(place / part_name(number), index=False)
