"""Numbers by place that may be shown to everyone: they rest on the cells alone, and small ones are shown together."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from kosovo_hazards.geometry import covering, intersection
from kosovo_hazards.schema import CRS, RELEASED_STATUSES
from kosovo_hazards.sharing.cells import grid_of, squares, touched_cells

__all__ = ["FEW", "MIN_AREAS", "by_cells", "merge_few", "public_places"]

MIN_AREAS = 3
"""Places with fewer areas than this are not shown one by one to everyone."""

FEW = "places with few areas"
"""Label of the places that are shown together."""

LEVELS = ("municipality", "district", "region")
"""Levels of places, the lowest first; each lies in the next."""


def public_places(
    hazards: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame | None,
    *,
    cell_km: int = 1,
    min_areas: int = MIN_AREAS,
    levels: Sequence[str] = LEVELS,
) -> gpd.GeoDataFrame:
    """Give each record the places in which it may be counted for everyone.

    Parameters
    ----------
    hazards
        The hazards table, in any CRS.
    units
        The places table, in any CRS. Without it no place is shown.
    cell_km
        Edge of a cell in whole kilometres.
    min_areas
        Places with fewer areas that are not closed are shown together, as `FEW`.
    levels
        Columns with places that are shown.

    Returns
    -------
    The same records with other places, as `by_cells` and `merge_few` give them.
    """
    known = [name for name in dict.fromkeys([*levels, *LEVELS]) if name in hazards.columns]
    placed = by_cells(hazards, units, cell_km=cell_km, levels=known)
    counted = ~placed["status"].isin(RELEASED_STATUSES) if "status" in placed.columns else placed.index == placed.index
    # Places of one name in different larger ones are different.
    keys = {name: _keys(placed, name) for name in known}
    shown = {}
    for name in (name for name in known if name in levels):
        key, above = keys[name], _above(name, known)
        numbers = pd.Series(counted, index=placed.index).groupby(key).sum().sort_index()
        within = keys[above[0]].groupby(key).first() if above else None
        few = merge_few(numbers, min_areas, within=within)
        shown[name] = placed[name].astype(object).mask(key.isin(list(few)), FEW)
    return placed.assign(**shown)


def _above(level: str, known: list[str]) -> list[str]:
    return [name for name in LEVELS[LEVELS.index(level) + 1 :] if name in known] if level in LEVELS else []


def _keys(placed: pd.DataFrame, level: str) -> pd.Series:
    """Name of a place and of those that it lies in, as one text; missing where the name is."""
    names = [placed[name].astype(object).fillna("").astype(str) for name in (level, *_above(level, list(placed)))]
    return pd.Series(["\n".join(row) for row in zip(*names, strict=True)], placed.index, dtype=object).where(
        placed[level].notna()
    )


def by_cells(
    hazards: gpd.GeoDataFrame, units: gpd.GeoDataFrame | None, *, cell_km: int = 1, levels: Sequence[str] = LEVELS
) -> gpd.GeoDataFrame:
    """Give each record the places in which most of its cells lie, instead of its own.

    Numbers by place then tell nothing that the cells don't: with a record's own place, a cell across a border and a
    place with a single area would together tell on which side of the border the area lies.

    Parameters
    ----------
    hazards
        The hazards table, in any CRS.
    units
        The places table, in any CRS. Without it no place is shown.
    cell_km
        Edge of a cell in whole kilometres.
    levels
        Columns with places.

    Returns
    -------
    The same records; places are those of the unit that holds most of the record's
    cells, or missing where none does. A record without ground keeps its places, which tell no more than themselves.
    """
    shapes = covering(hazards.geometry.to_crs(CRS).to_numpy())
    grid = grid_of(shapes)
    touched = touched_cells(shapes, grid, cell_km)
    owner = _unit_of_most(touched, units, grid, cell_km * 1000) if units is not None else pd.Series(dtype="int64")
    placed = hazards.copy()
    grounded = np.isin(np.arange(len(hazards)), touched["row"])
    for name in levels:
        if name in placed.columns:
            values = placed[name].astype(object).to_numpy(copy=True)
            values[grounded] = None
            if units is not None and (names := _names(units, name)) is not None:
                values[owner.index.to_numpy(dtype=int)] = names.astype(object).to_numpy()[owner.to_numpy()]
            placed[name] = pd.Series(values, index=placed.index).astype(placed[name].dtype)
    return placed


def _names(units: gpd.GeoDataFrame, level: str) -> pd.Series | None:
    if level in units.columns:
        return units[level]
    own = units["level"].iloc[0] if "level" in units.columns and len(units) else LEVELS[0]
    return units["name"] if own == level and "name" in units.columns else None


def _unit_of_most(touched: pd.DataFrame, units: gpd.GeoDataFrame, grid: pyproj.CRS, size_m: int) -> pd.Series:
    """Position of the unit that holds most of a record's cells, by position of the record."""
    cells = touched[["east", "north"]].drop_duplicates().reset_index(drop=True)
    shapes = squares(cells["east"].to_numpy(), cells["north"].to_numpy(), size_m)
    borders = covering(units.geometry.to_crs(grid).to_numpy())
    cell, unit = shapely.STRtree(borders).query(shapes, predicate="intersects")
    # Whole metres: which unit a cell is counted in must not hang on the last digit.
    shared = np.round(shapely.area(intersection(shapes[cell], borders[unit], grow=True)))
    parts = pd.DataFrame({"cell": cell, "unit": unit, "shared": shared})
    pairs = touched.merge(cells.reset_index(names="cell"), on=["east", "north"]).merge(parts, on="cell")
    sums = pairs.groupby(["row", "unit"])["shared"].sum().reset_index()
    most = sums.sort_values(["row", "shared", "unit"], ascending=[True, False, True]).drop_duplicates("row")
    return most[most["shared"] > 0].set_index("row")["unit"]


def merge_few(
    numbers: pd.Series, min_areas: int = MIN_AREAS, *, within: pd.Series | None = None
) -> dict[Hashable, Hashable]:
    """Say which places are shown together, because they have too few areas to be shown one by one.

    Parameters
    ----------
    numbers
        Number of areas by place.
    min_areas
        Places with fewer are shown together.
    within
        The larger place in which each lies, where its number is shown too. What is left of it, and of all, must not be
        few either, so that the smallest of the others may have to join.

    Returns
    -------
    `FEW` by place that is shown with others.

    Examples
    --------
    >>> merge_few(pd.Series({"Deçan": 7, "Istog": 1, "Pejë": 2}))
    {'Istog': 'places with few areas', 'Pejë': 'places with few areas'}
    """
    merged = set(numbers.index[numbers < min_areas])
    groups = [] if within is None else [within.index[within == larger] for larger in within.dropna().unique()]
    for group in [*groups, numbers.index]:
        inside = numbers[numbers.index.isin(group)].sort_values(kind="stable")
        hidden = inside.index.isin(list(merged))
        if 0 < inside[hidden].sum() < min_areas:
            needed = inside[hidden].sum() + inside[~hidden].cumsum().shift(fill_value=0) < min_areas
            merged |= set(inside[~hidden].index[needed])
    return {place: FEW for place in numbers.index if place in merged}
