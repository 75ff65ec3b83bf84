"""Units from boundary files of other makers and countries, matched with the gazetteer where they are Kosovo's."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Mask, Positions
from kosovo_hazards._errors import UsageError
from kosovo_hazards.gazetteer.boundary_files import BoundarySource, read_boundaries
from kosovo_hazards.gazetteer.name_index import LEVELS, Place, PlacesWarning
from kosovo_hazards.gazetteer.places_table import dissolve, in_regions, listed, shipped_units, table_of
from kosovo_hazards.gazetteer.shipped_names import gazetteer, kosovo_index
from kosovo_hazards.geometry import union_all

__all__ = ["level_words", "units_from_source"]

_WORDS = "level_words"


def units_from_source(
    source: BoundarySource,
    level: str,
    *,
    regions: Mapping[str, str] | None,
    parents: BoundarySource | None,
    **options: Any,
) -> gpd.GeoDataFrame:
    """Read units from any boundary file and give those of one level.

    Parameters
    ----------
    source
        The file or table.
    level
        One of `LEVELS`, or the file's own word for a level.
    regions
        Region of each district.
    parents
        A second file with the units that these lie in.
    **options
        Further arguments of `read_boundaries`.

    Raises
    ------
    UsageError
        If the file has no such level.
    """
    role = level if level in LEVELS else LEVELS[0]
    boundaries = read_boundaries(source, role, known=_share_known, **options)
    if parents is not None:
        boundaries = _within(
            boundaries, read_boundaries(parents, LEVELS[0], limits=options["limits"], sandbox=options["sandbox"])
        )
    boundaries["parents"] = _unique_parents(boundaries["parents"])
    words = dict(zip(_columns(role), boundaries.attrs["labels"], strict=False))
    wanted = level if level in LEVELS else _column_of(level, words)
    table = _units(boundaries, wanted, parted=wanted not in LEVELS or level not in LEVELS)
    table = table if regions is None else in_regions(table, regions)
    has_lower = len(table) > 0 and table["level"].iloc[0] != wanted
    table = dissolve(table, wanted) if has_lower else table
    table.attrs[_WORDS] = _from_level(words, wanted)
    return table


def level_words(units: gpd.GeoDataFrame | None) -> dict[str, str]:
    """The country's own words for its levels, by column of the places table, the smallest level first.

    Parameters
    ----------
    units
        A places table, or None.

    Returns
    -------
    Empty where the words of Kosovo's levels serve: for the shipped units and for files that have no words of their own.
    """
    return dict(units.attrs.get(_WORDS, {})) if units is not None else {}


def _columns(lowest: str) -> list[str]:
    """Columns of the places table for the levels of a file, from its rows upwards."""
    return [*LEVELS[LEVELS.index(lowest) :], *(f"level_{number}" for number in range(4, 10))]


def _column_of(level: str, words: Mapping[str, str]) -> str:
    column = next((column for column, word in words.items() if word.casefold() == level.casefold()), None)
    if column is None:
        own = f" or the file's own ({', '.join(filter(None, words.values()))})" if any(words.values()) else ""
        raise UsageError(f"level {level!r} is not one of {', '.join(LEVELS)}{own}")
    return column


def _from_level(words: Mapping[str, str], lowest: str) -> dict[str, str]:
    columns = list(words)
    kept = columns[columns.index(lowest) :] if lowest in columns else columns
    return {column: words[column] for column in kept if words[column]}


# --- units -----------------------------------------------------------------------------------------------------------


def _units(boundaries: gpd.GeoDataFrame, level: str, *, parted: bool) -> gpd.GeoDataFrame:
    """The rows of the file as units: at `level`, or below it where the file says what they lie in."""
    own_level = level if level in LEVELS and not parted else LEVELS[0]
    own = _matches(boundaries, own_level)
    below = _matches(boundaries, LEVELS[0]) if own_level != LEVELS[0] and None in own else []
    lower = own_level != LEVELS[0] and (any(below) or any(any(row) for row in boundaries["parents"]))
    rows_level, matches = (LEVELS[0], below or own) if lower else (own_level, own)
    names = _unique_names(boundaries, matches)
    units = [
        found or _own_unit(name, row, rows_level)
        for found, name, row in zip(matches, names, boundaries.itertuples(), strict=True)
    ]
    table = table_of(units, boundaries.geometry, matched=[found is not None for found in matches])
    _tell_differences(table, rows_level)
    return _with_further_levels(table, boundaries["parents"], LEVELS.index(rows_level))


def _with_further_levels(table: gpd.GeoDataFrame, parents: pd.Series, start: int) -> gpd.GeoDataFrame:
    """Levels above the third, each in a column of its own."""
    upper = len(LEVELS) - 1 - start
    deepest = max(map(len, parents), default=0)
    further = {
        f"level_{number + len(LEVELS) + 1}": pd.array([row[upper + number] for row in parents], dtype="str")
        for number in range(deepest - upper)
    }
    return table.assign(**further)


def _unique_names(boundaries: gpd.GeoDataFrame, matches: Sequence[Place | None]) -> list[str]:
    """Names that mean one unit each: a name that stands twice is followed by what it lies in, or by a number."""
    names = boundaries["name"].to_numpy(dtype=object)
    unknown = np.array([found is None for found in matches], dtype=bool)
    shared = unknown & pd.Series(names).duplicated(keep=False).to_numpy()
    full = pd.Series(names, dtype="str")
    full[shared] = [
        f"{name} ({parent})" if (parent := next(filter(None, row), None)) else name
        for name, row in zip(names[shared], boundaries["parents"][shared], strict=True)
    ]
    again = unknown & full.duplicated(keep=False).to_numpy()
    number = full[again].groupby(full[again]).cumcount() + 1
    full[again] = [f"{name} {n}" for name, n in zip(full[again], number, strict=True)]
    return list(full)


def _unique_parents(parents: pd.Series) -> pd.Series:
    """Upper units of one name in different units above are different ones: each is followed by what it lies in."""
    above: dict[tuple[int, str | None], set[tuple[str | None, ...]]] = {}
    for chain in set(parents):
        for depth, name in enumerate(chain):
            above.setdefault((depth, name), set()).add(chain[depth + 1 :])
    shared = {key for key, chains in above.items() if key[1] is not None and len(chains) > 1}
    if not shared:
        return parents
    known = {chain: _distinct(chain, shared) for chain in set(parents)}
    return pd.Series([known[chain] for chain in parents], index=parents.index, dtype=object)


def _distinct(chain: tuple[str | None, ...], shared: set[tuple[int, str | None]]) -> tuple[str | None, ...]:
    further = [next(filter(None, chain[depth + 1 :]), None) for depth in range(len(chain))]
    return tuple(
        f"{name} ({upper})" if (depth, name) in shared and upper else name
        for depth, (name, upper) in enumerate(zip(chain, further, strict=True))
    )


def _own_unit(name: str, row: Any, level: str) -> Place:
    """Make a unit with the source's own names."""
    above = dict(zip(LEVELS[LEVELS.index(level) + 1 :], row.parents, strict=False))
    own = {"district": name} if level == "district" else {"region": name} if level == "region" else {}
    aliases = row.others if name == row.name else (row.name, *row.others)
    return Place(level, name, **{**above, **own}, aliases=tuple(aliases))


def _within(units: gpd.GeoDataFrame, upper: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Units with what they lie in after a second file, above whatever their own file says."""
    position = _unit_above(units, upper)
    names, above = upper["name"].to_numpy(dtype=object), upper["parents"].to_numpy(dtype=object)
    nothing = (None,) * (1 + max(map(len, above), default=0))
    found = [(names[at], *above[at]) if at >= 0 else nothing for at in position]
    joined = [(*own, *rest) for own, rest in zip(units["parents"], found, strict=True)]
    result = units.assign(parents=pd.Series(joined, index=units.index, dtype=object))
    result.attrs["labels"] = (*_padded(units), *_padded(upper))
    return result


def _padded(units: gpd.GeoDataFrame) -> tuple[str, ...]:
    depth = 1 + max(map(len, units["parents"]), default=0)
    labels = tuple(units.attrs["labels"])
    return (*labels, *("",) * (depth - len(labels)))


def _unit_above(units: gpd.GeoDataFrame, upper: gpd.GeoDataFrame) -> Positions:
    """Position of the upper unit that holds a point of the unit, else of one that it touches; -1 for none."""
    position = np.full(len(units), -1, dtype=np.intp)
    tree = shapely.STRtree(upper.geometry.to_numpy())
    shapes = units.geometry.to_numpy()
    for probes in (shapes, shapely.point_on_surface(shapes)):
        row, at = tree.query(probes, predicate="intersects")
        position[row[::-1]] = at[::-1]
    return position


# --- Kosovo's units --------------------------------------------------------------------------------------------------


def _share_known(names: pd.Series) -> float:
    found = kosovo_index().resolve_all(names, LEVELS[0])
    return float(found.notna().mean()) if len(names) else 0.0


def _matches(boundaries: gpd.GeoDataFrame, level: str) -> list[Place | None]:
    """Unit of the gazetteer for each row: one of its names says so and it lies there (Bosnia has a Kamenica too)."""
    ground = _ground(level)
    found: list[Place | None] = [None] * len(boundaries)
    near = np.flatnonzero(_in_kosovo(boundaries.geometry.to_numpy()))
    for at, row in zip(near, boundaries.iloc[near].itertuples(), strict=True):
        units = [kosovo_index().find(name, level) for name in (row.name, *row.others)]
        found[at] = next((u for u in units if u and ground[u.name].intersects(row.geometry)), None)
    return found


def _in_kosovo(shapes: Any) -> Mask:
    return np.asarray(shapely.intersects(_kosovo(), shapes))


@lru_cache(maxsize=1)
def _kosovo() -> Any:
    joined = union_all(np.array(list(_ground("region").values()), dtype=object))
    shapely.prepare(joined)
    return joined


@lru_cache(maxsize=3)
def _ground(level: str) -> dict[str, Any]:
    units = shipped_units() if level == LEVELS[0] else dissolve(shipped_units(), level)
    return dict(zip(units["name"], units.geometry, strict=True))


def _tell_differences(table: gpd.GeoDataFrame, level: str) -> None:
    """Warn of units in Kosovo that the gazetteer does not know, and of units that a source of Kosovo lacks."""
    here = _in_kosovo(table.representative_point().to_numpy())
    unknown = table["name"][here & ~table["matched"]]
    wanted = [place.name for place in gazetteer() if place.level == level]
    absent = [name for name in wanted if name not in set(table["name"][table["matched"]])] if here.any() else []
    differences = [f"not known to the gazetteer, so under its own name: {listed(unknown)}"] if len(unknown) else []
    differences += [f"missing from the source: {listed(absent)}"] if absent else []
    if differences:
        message = f"boundaries of {level} level differ from the gazetteer; " + "; ".join(differences)
        warnings.warn(PlacesWarning(message, [*unknown, *absent]), stacklevel=5)
