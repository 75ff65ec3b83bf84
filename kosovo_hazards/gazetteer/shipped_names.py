"""The shipped gazetteer of Kosovo: every unit with its names, and the index that finds them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import pandas as pd

from kosovo_hazards._data import geodata_path
from kosovo_hazards.gazetteer.name_index import Place, PlaceIndex

__all__ = ["gazetteer", "gazetteer_table", "kosovo_index", "reference_areas"]


@lru_cache(maxsize=1)
def gazetteer() -> tuple[Place, ...]:
    """Every unit of the shipped gazetteer: 38 municipalities, 7 districts, 5 regions.

    Returns
    -------
    Places, with the default mapping of districts to KMAC's regions, an assumption (``geodata/places/README.md``).

    Examples
    --------
    >>> len(gazetteer())
    50
    """
    table = gazetteer_table()
    regions = table[table["level"] == "district"].set_index("name")["region"].to_dict()
    return tuple(_place(row, regions) for row in table.to_dict("records"))


@lru_cache(maxsize=1)
def gazetteer_table() -> pd.DataFrame:
    """Read the shipped gazetteer as it stands in its file; do not change the result."""
    return pd.read_csv(geodata_path("places", "gazetteer.csv"), encoding="utf-8", na_values=[""], keep_default_na=False)


@lru_cache(maxsize=1)
def kosovo_index() -> PlaceIndex:
    """Index of the shipped gazetteer."""
    return PlaceIndex(gazetteer())


def _place(row: Mapping[str, object], regions: Mapping[str, str]) -> Place:
    text = {key: value for key, value in row.items() if isinstance(value, str)}
    district = text["name"] if text["level"] == "district" else text.get("district")
    return Place(
        level=text["level"],
        name=text["name"],
        district=district,
        region=regions[district] if district else text["name"],
        sq=text["sq"],
        sr=text["sr"],
        sr_cyrl=text["sr_cyrl"],
        en=text["en"],
        aliases=tuple(text.get("aliases", "").split(";")) if text.get("aliases") else (),
    )


@lru_cache(maxsize=1)
def reference_areas() -> dict[tuple[str, str], float]:
    """Reference areas in km², by level and name: of municipalities, and of districts and regions by default."""
    table = gazetteer_table()
    towns = table[table["level"] == "municipality"]
    region = table[table["level"] == "district"].set_index("name")["region"]
    areas = towns["reference_area_km2"]
    keyed = {
        "municipality": areas.groupby(towns["name"]).sum(),
        "district": areas.groupby(towns["district"]).sum(),
        "region": areas.groupby(towns["district"].map(region)).sum(),
    }
    return {(level, str(name)): float(area) for level, sums in keyed.items() for name, area in sums.items()}
