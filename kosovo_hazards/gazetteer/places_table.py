"""The places table: units with names, areas as drawn and as they should be, dissolved to upper levels."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._data import geodata_path
from kosovo_hazards._errors import Fault, UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.gazetteer.name_index import Place, PlacesWarning
from kosovo_hazards.gazetteer.shipped_names import kosovo_index, reference_areas
from kosovo_hazards.geometry import area_m2, joined_coverage
from kosovo_hazards.schema import CRS

__all__ = ["COLUMNS", "dissolve", "in_regions", "listed", "shipped_units", "table_of"]

COLUMNS = (
    "level", "name", "municipality", "district", "region", "sq", "sr", "sr_cyrl", "en", "aliases", "matched",
    "reference_area_km2", "area_km2", "area_error_percent", "drawn_wrongly", "boundary_accuracy_m", "geometry",
)  # fmt: skip
"""Columns of the places table, in order."""

# A unit whose polygon is farther from its true area than this is drawn wrongly or to an older delineation.
DRAWN_WRONGLY_PERCENT = 5.0


@lru_cache(maxsize=1)
def shipped_units() -> gpd.GeoDataFrame:
    """Read the shipped municipalities; do not change the result."""
    drawn = gpd.read_file(geodata_path("places", "municipalities.geojson"))
    units = table_of([kosovo_index().resolve(name, "municipality") for name in drawn["name"]], drawn.geometry)
    units["drawn_wrongly"] = drawn["drawn_wrongly"].astype("boolean").to_numpy()
    units["boundary_accuracy_m"] = drawn["boundary_accuracy_m"].astype("float64").to_numpy()
    return units


def table_of(units: list[Place], geometry: gpd.GeoSeries, *, matched: list[bool] | None = None) -> gpd.GeoDataFrame:
    """Places table of these units, without knowledge of how accurate the polygons are.

    Parameters
    ----------
    units
        The units.
    geometry
        Their polygons, EPSG:4326.
    matched
        Whether each is a unit of the gazetteer; all are if None.
    """
    known = matched or [True] * len(units)
    reference = reference_areas()
    table = gpd.GeoDataFrame(
        {
            "level": pd.array([unit.level for unit in units], dtype="str"),
            **{field: _texts(units, field) for field in ("name", "municipality", "district", "region")},
            **{field: _texts(units, field) for field in ("sq", "sr", "sr_cyrl", "en")},
            "aliases": pd.array(["; ".join(unit.aliases) for unit in units], dtype="str"),
            "matched": known,
            "reference_area_km2": [
                reference.get((u.level, u.name), np.nan) if m else np.nan for u, m in zip(units, known, strict=True)
            ],
            "boundary_accuracy_m": np.nan,
        },
        geometry=geometry.to_numpy(),
        crs=CRS,
    )
    table["area_km2"] = area_m2(table) / 1e6
    table["area_error_percent"] = 100 * (table["area_km2"] / table["reference_area_km2"] - 1)
    wrong = (table["area_error_percent"].abs() > DRAWN_WRONGLY_PERCENT).astype("boolean")
    table["drawn_wrongly"] = wrong.mask(table["area_error_percent"].isna())
    return table[list(COLUMNS)]


def _texts(units: list[Place], field: str) -> pd.api.extensions.ExtensionArray:
    return pd.array([getattr(unit, field) for unit in units], dtype="str")


def in_regions(units: gpd.GeoDataFrame, regions: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Put districts into the caller's regions.

    Parameters
    ----------
    units
        A places table with districts.
    regions
        Region by district, the names in any spelling.

    Raises
    ------
    UsageError
        If a district is not among the units.
    """
    known = set(units["district"].dropna())
    named = {district: district if district in known else _canonical(district, "district") for district in regions}
    unknown = [district for district, name in named.items() if name not in known]
    if unknown:
        faults = [Fault(None, None, name, f"{name!r} is not a district of these places") for name in unknown]
        raise UsageError(f"{argument('regions')} names unknown districts; there are {', '.join(sorted(known))}", faults)
    mapping = {named[district]: _canonical(region, "region") for district, region in regions.items()}
    region = units["district"].map(mapping).fillna(units["region"]).astype("str")
    return units.assign(region=region)


def _canonical(name: str, level: str) -> str:
    found = kosovo_index().find(name, level)
    return found.name if found else name


def dissolve(units: gpd.GeoDataFrame, level: str) -> gpd.GeoDataFrame:
    """Join municipalities to the units of an upper level; edges that they share vanish exactly.

    Parameters
    ----------
    units
        A places table.
    level
        The column that says what they lie in.

    Raises
    ------
    UsageError
        If none of them says in which unit of that level it lies.
    """
    homeless = units["name"][units[level].isna()]
    if len(homeless) == len(units):
        remedy = ("regions", {"district": "region"}) if level == "region" else ("columns", {level: ...})
        raise UsageError(f"these places do not say in which {level} they lie; pass {argument(*remedy)}")
    if len(homeless):
        warnings.warn(PlacesWarning(f"in no {level}, so left out: {listed(homeless)}", homeless), stacklevel=3)
    grouped = units[units[level].notna()].groupby(level, sort=True)
    joined = [_dissolved_unit(str(name), level, group) for name, group in grouped]
    shapes = gpd.GeoSeries([joined_coverage(group.geometry.to_numpy()) for _, group in grouped], crs=CRS)
    table = table_of([unit for unit, _ in joined], shapes, matched=[known for _, known in joined])
    table["reference_area_km2"] = grouped["reference_area_km2"].sum(skipna=False).to_numpy()
    table["area_error_percent"] = 100 * (table["area_km2"] / table["reference_area_km2"] - 1)
    wrong = (table["area_error_percent"].abs() > DRAWN_WRONGLY_PERCENT).astype("boolean")
    table["drawn_wrongly"] = wrong.mask(table["area_error_percent"].isna())
    table["boundary_accuracy_m"] = grouped["boundary_accuracy_m"].max().to_numpy()
    return table


def _dissolved_unit(name: str, level: str, members: gpd.GeoDataFrame) -> tuple[Place, bool]:
    region = members["region"].dropna().unique()
    found = kosovo_index().find(name, level) if members["matched"].all() else None
    if found:
        return Place(**{**vars(found), "region": _only(region)}), True
    district = name if level == "district" else None
    return Place(level, name, district, name if level == "region" else _only(region)), False


def _only(values: Any) -> str | None:
    return str(values[0]) if len(values) == 1 else None


def listed(names: Any) -> str:
    """Give the first ten names, and how many more there are.

    Parameters
    ----------
    names
        Names in their order.
    """
    shown = [str(name) for name in names]
    return ", ".join(shown[:10]) + (f" and {len(shown) - 10} more" if len(shown) > 10 else "")
