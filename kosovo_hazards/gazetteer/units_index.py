"""The index of the names that the units of one places table answer to."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import geopandas as gpd

from kosovo_hazards.gazetteer.name_index import LEVELS, Place, PlaceIndex
from kosovo_hazards.gazetteer.shipped_names import gazetteer

__all__ = ["index_of"]


def index_of(units: gpd.GeoDataFrame) -> PlaceIndex:
    """Index of the units, of what they lie in, and of gazetteer units that a source of the same country lacks.

    Parameters
    ----------
    units
        A places table.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> index_of(kh.places()).find("Đakovica").name
    'Gjakovë'
    """
    spelt = {(place.level, place.name): place for place in gazetteer()} if units["matched"].any() else {}
    drawn = [_place(row.level, row, spelt) for row in units.itertuples()]
    above = [_place(level, row, spelt) for level in LEVELS[1:] for row in _upper_units(units, level)]
    have = {(place.level, place.name) for place in [*drawn, *above]}
    return _index((*drawn, *above, *(place for key, place in spelt.items() if key not in have)))


@lru_cache(maxsize=8)
def _index(places: tuple[Place, ...]) -> PlaceIndex:
    """Made once: assignment, checks and maps look in the same units, and an index never changes."""
    return PlaceIndex(places)


def _upper_units(units: gpd.GeoDataFrame, level: str) -> Any:
    below = units[(units["level"] != level) & units[level].notna()]
    return below.assign(name=below[level], aliases="").drop_duplicates([level, "region"]).itertuples()


def _place(level: str, row: Any, spelt: dict[tuple[str, str], Place]) -> Place:
    """Unit with the district and region that this table puts it in, and the spellings of the gazetteer."""
    name, region = str(row.name), _text(row.region)
    district = None if level == "region" else _text(row.district)
    known = spelt.get((level, name)) if row.matched else None
    spellings = known.spellings if known else tuple(filter(None, str(row.aliases).split("; ")))
    return Place(level, name, district, region, aliases=spellings)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
