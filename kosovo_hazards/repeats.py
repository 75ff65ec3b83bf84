"""Records of land release that stand twice: those that tell the same in everything, and those that are merely alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Floats, Mask, Positions
from kosovo_hazards.cells import dates, numbers, texts

__all__ = ["Repeats", "differing", "repeats_among"]

# What makes no difference: the id, the origin, and what was computed from the polygon.
_NOT_COMPARED = frozenset({"release_id", "source", "synthetic", "area_m2", "geometry"})
_AREA, _DAY = "reported_area_m2", "completed"


@dataclass(frozen=True)
class Repeats:
    """For each release the position of an earlier one that it repeats or may repeat; -1 where there is none.

    Attributes
    ----------
    same
        The first one that tells the same in every field, so that one piece of work was recorded twice.
    alike
        The first one of the same product, day and ground, or without a polygon of the same hazard, product, day and
        area, that differs in something else: whether it is one piece of work or two can't be known.
    """

    same: Positions
    alike: Positions


def repeats_among(releases: pd.DataFrame, area_m2: Floats, ground: Positions, counts: Mask) -> Repeats:
    """Find the releases that stand twice.

    Parameters
    ----------
    releases
        The releases table, in the order in which the first of several counts.
    area_m2
        Area of each, m²: of the polygon, else as reported.
    ground
        Number of the polygon of each, the same for equal polygons; -1 where there is none.
    counts
        Which records are compared at all.

    Notes
    -----
    A repeat agrees in every column but id, source and polygon; a figure without a polygon also needs a hazard, a day
    and an area, for undated figures of one size are often different work. A figure may repeat a release with a polygon.
    """
    drawn, recorded = ground >= 0, _recorded(releases, area_m2, ground >= 0)
    every = _number(recorded)
    like = _number(recorded.reindex(columns=["hazard_id", "product", _DAY]).assign(m2=np.round(recorded[_AREA])))
    event = _number(recorded.reindex(columns=["product", _DAY]))
    hazard = recorded.get("hazard_id", pd.Series(None, index=recorded.index, dtype=object))
    sized = counts & (drawn | (hazard.notna() & (recorded[_AREA] > 0)).to_numpy())
    dated = sized & (drawn | recorded[_DAY].notna().to_numpy()) if _DAY in recorded.columns else sized & drawn
    same = np.where(drawn, _first([ground, every], sized & drawn), _first_drawn([every], drawn, dated))
    alike = np.where(drawn, _first([ground, event], sized & drawn), _first_drawn([like], drawn, sized))
    return Repeats(same, np.where(same >= 0, -1, alike))


def differing(
    releases: pd.DataFrame, area_m2: Floats, ground: Positions, one: Positions, other: Positions
) -> list[list[str]]:
    """Name the columns in which pairs of releases differ.

    Parameters
    ----------
    releases, area_m2, ground
        As for `repeats_among`.
    one, other
        Positions of both of each pair.
    """
    if not len(one):
        return []
    recorded = _recorded(releases, area_m2, ground >= 0)
    codes = np.column_stack([_number(recorded[[name]]) for name in recorded.columns])
    apart = codes[one] != codes[other]
    return [list(recorded.columns[row]) for row in apart]


def _recorded(releases: pd.DataFrame, area_m2: Floats, drawn: Mask) -> pd.DataFrame:
    """What each record tells, column by column, however it is written."""
    columns: dict[str, pd.Series] = {}
    for name in releases.columns:
        if name in _NOT_COMPARED or releases[name].dtype == "geometry":
            continue
        values = releases[name].reset_index(drop=True)
        columns[str(name)] = dates(values).cells.dt.normalize() if name == _DAY else texts(values)
    # Areas are recorded in whole square metres, so that is how a polygon's compares with a recorded one.
    area = pd.Series(np.where(drawn, np.round(area_m2), area_m2))
    if _AREA in releases.columns:
        area = numbers(releases[_AREA].reset_index(drop=True)).cells.fillna(area)
    columns[_AREA] = area
    return pd.DataFrame(columns)


def _number(recorded: pd.DataFrame) -> Positions:
    """A number for each row, the same for equal rows; missing equals missing."""
    numbered: Positions = recorded.groupby(list(recorded.columns), dropna=False, sort=False).ngroup().to_numpy()
    return numbered


def _first(keys: list[Positions], among: Mask) -> Positions:
    """Position of the first row with the same keys; -1 where that is the row itself or it is not among them."""
    return _first_drawn(keys, np.zeros(len(among), dtype=bool), among)


def _first_drawn(keys: list[Positions], drawn: Mask, among: Mask) -> Positions:
    """The same, those that are drawn before all others."""
    rows = np.flatnonzero(among)
    rows = rows[np.argsort(~drawn[rows], kind="stable")]
    group = _number(pd.DataFrame({str(at): key[rows] for at, key in enumerate(keys)}))
    first = rows[np.unique(group, return_index=True)[1]][group] if len(rows) else rows
    found = np.full(len(among), -1, dtype=np.intp)
    found[rows[first != rows]] = first[first != rows]
    return found
