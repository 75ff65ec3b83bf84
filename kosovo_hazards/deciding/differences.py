"""What the columns of two registers say differently of one area, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Floats, Objects, Positions
from kosovo_hazards.cells import texts
from kosovo_hazards.deciding.matching import Groups

__all__ = ["Tables", "described", "told_apart"]

# What is compared as ground, says where a record is from, or follows from the outline.
_NOT_COMPARED = frozenset({
    "geometry", "hazard_id", "area_m2", "source", "synthetic", "place_source", "place_shares", "corners_given_to_m",
})  # fmt: skip
_LABELS = {"hazard_type": "type", "reported_area_m2": "reported m²"}
_FIRST = ("hazard_type", "status", "priority", "municipality", "district", "region")


@dataclass(frozen=True)
class Tables:
    """Both registers and their groups.

    Attributes
    ----------
    before, after
        Their records.
    groups
        The group of each record.
    """

    before: gpd.GeoDataFrame
    after: gpd.GeoDataFrame
    groups: Groups

    @property
    def single(self) -> tuple[Positions, Positions]:
        """Positions before and after of groups with one record on both sides."""
        groups = self.groups
        one = np.bincount(groups.before, minlength=groups.count) == 1
        one &= np.bincount(groups.after, minlength=groups.count) == 1
        left, right = np.flatnonzero(one[groups.before]), np.flatnonzero(one[groups.after])
        return left[np.argsort(groups.before[left])], right[np.argsort(groups.after[right])]

    def ids(self, side: str) -> Objects:
        """Ids of each group, several parted by commas; missing where it has no record on that side."""
        return self._joined("hazard_id", side)

    def column(self, name: str) -> Objects | None:
        """A column for each group, as it is after, else as it was; None where neither table has it."""
        if name not in self.before.columns and name not in self.after.columns:
            return None
        after, before = (self._joined(name, side) for side in ("after", "before"))
        return np.where(pd.isna(after), before, after)

    def _joined(self, name: str, side: str) -> Objects:
        frame, group = (self.before, self.groups.before) if side == "before" else (self.after, self.groups.after)
        joined: Objects = np.full(self.groups.count, None, dtype=object)
        if name in frame.columns:
            said = pd.Series(texts(frame[name]).to_numpy(dtype=object)).dropna()
            once = pd.DataFrame({"group": group[said.index], "said": said.to_numpy()}).drop_duplicates()
            joined[once["group"]] = once["said"]
            # Few groups have several, and joining texts takes long.
            several = once[once["group"].duplicated(keep=False)].groupby("group")["said"].agg(", ".join)
            joined[several.index.to_numpy()] = several.to_numpy(dtype=object)
        return joined


def described(tables: Tables, columns: Sequence[str] | None, *, redrawn: Floats, released: Floats) -> Objects:
    """What changed of each group, in words; empty where nothing did.

    Parameters
    ----------
    tables
        Both registers.
    columns
        Columns to compare; None for all that both have.
    redrawn
        Metres that the outline was moved; NaN where it was not.
    released
        Square metres that went with releases.
    """
    words: Objects = np.full(tables.groups.count, "", dtype=object)
    left, right = tables.single
    at = tables.groups.before[left]
    both = [name for name in tables.before.columns if name in tables.after.columns]
    chosen = [name for name in both if name not in _NOT_COMPARED] if columns is None else list(columns)
    _add(words, at, "id", tables.before["hazard_id"].iloc[left], tables.after["hazard_id"].iloc[right])
    as_drawn = np.isnan(redrawn[at]) & (released[at] == 0)
    for name in sorted(chosen, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)):
        # A figure that follows the outline says nothing of its own.
        rows = as_drawn if name == "reported_area_m2" else np.ones(len(at), dtype=bool)
        if name in both:
            one, other = tables.before[name].iloc[left[rows]], tables.after[name].iloc[right[rows]]
            _add(words, at[rows], _LABELS.get(name, name.replace("_", " ")), one, other)
    for row in np.flatnonzero(~np.isnan(redrawn)):
        _append(words, row, f"redrawn by up to {redrawn[row]:,.1f} m")
    for row in np.flatnonzero(released >= 0.5):
        _append(words, row, f"{released[row]:,.0f} m² released")
    return words


def _add(words: Objects, at: Positions, name: str, before: pd.Series, after: pd.Series) -> None:
    one, other = (_written(values) for values in (before, after))
    for row in np.flatnonzero(one != other):
        _append(words, at[row], f"{name} {one[row] or 'missing'} → {other[row] or 'missing'}")


def _append(words: Objects, row: np.integer[Any], said: str) -> None:
    words[row] = f"{words[row]}; {said}" if words[row] else said


def _written(values: pd.Series) -> Objects:
    """Values as texts that are alike where the values are; empty where they are missing."""
    if values.dtype.kind == "M":
        values = values.dt.strftime("%Y-%m-%d")
    elif values.dtype.kind == "f":
        values = values.map(lambda number: f"{number:,.10g}", na_action="ignore")
    written: Objects = texts(values).to_numpy(dtype=object)
    written[pd.isna(written)] = ""
    return written


def told_apart(tables: Tables, closed: tuple[frozenset[str], frozenset[str]]) -> Objects:
    """Kind of each group that is not one record on both sides; empty for those that are.

    Parameters
    ----------
    tables
        Both registers.
    closed
        Ids of areas that the one and the other register keep as closed.
    """
    groups = tables.groups
    old = np.bincount(groups.before, minlength=groups.count)
    new = np.bincount(groups.after, minlength=groups.count)
    kind: Objects = np.full(groups.count, "", dtype=object)
    for there, word, side, over, other in (
        (old == 0, "new", "after", closed[0], "reopened"),
        (new == 0, "gone", "before", closed[1], "closed"),
    ):
        kind[there] = word
        kind[there & np.isin(tables.ids(side).astype(str), list(over))] = other
    kind[(old == 1) & (new > 1)] = "split"
    kind[(old > 1) & (new == 1)] = "merged"
    kind[(old > 1) & (new > 1)] = "split and merged"
    return kind
