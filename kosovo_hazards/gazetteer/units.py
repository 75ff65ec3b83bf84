"""Names of places: any spelling to its unit, and the units with their polygons."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._data import geodata_path
from kosovo_hazards._errors import Fault, HazardDataError
from kosovo_hazards._wording import argument
from kosovo_hazards.gazetteer.boundary_files import BoundarySource, read_boundaries
from kosovo_hazards.gazetteer.name_index import LEVELS, Place, PlaceIndex, PlacesWarning
from kosovo_hazards.geometry import area_m2, joined_coverage, union_all
from kosovo_hazards.schema import CRS

__all__ = ["Place", "PlacesWarning", "gazetteer", "places", "resolve_place"]

COLUMNS = (
    "level", "name", "municipality", "district", "region", "sq", "sr", "sr_cyrl", "en", "aliases", "matched",
    "reference_area_km2", "area_km2", "area_error_percent", "drawn_wrongly", "boundary_accuracy_m", "geometry",
)  # fmt: skip
"""Columns of the places table, in order."""

# A unit whose polygon is farther from its true area than this is drawn wrongly or to an older delineation.
DRAWN_WRONGLY_PERCENT = 5.0


def places(
    level: str = "municipality",
    source: BoundarySource | None = None,
    *,
    regions: Mapping[str, str] | None = None,
    columns: Mapping[str, str] | None = None,
    layer: str | None = None,
    crs: str | None = None,
) -> gpd.GeoDataFrame:
    """Give the units of one level with their polygons.

    Parameters
    ----------
    level
        ``municipality``, ``district`` or ``region``; the upper two are dissolved exactly from the municipalities.
    source
        Another boundary file, or a GeoDataFrame read from one: geoBoundaries, GADM, COD-AB, OpenStreetMap or
        Natural Earth layouts are known, of any country. Without it, the shipped boundaries of Kosovo.
    regions
        Region of each district where it shall differ: ``{"Ferizaj": "Centre"}``. KMAC's regions are published without a
        definition; the default is an assumption.
    columns
        Columns of the source that hold the names, where its layout is not known:
        ``{"municipality": "NAM", "district": "PROV"}``.
    layer
        Layer of the source, where it has several.
    crs
        CRS of a source that names none.

    Returns
    -------
    EPSG:4326, one row a unit: `level`, `name` (canonical), `municipality`, `district`, `region` (what it is or lies in,
    else missing), its name in `sq`, `sr`, `sr_cyrl`, `en`, `aliases` (separated by semicolons), `matched` (whether the
    gazetteer knows it; otherwise the names are the source's own), `reference_area_km2` (full-resolution OpenStreetMap),
    `area_km2` as drawn (both geodesic), `area_error_percent`, `drawn_wrongly` (more than 5 % off, or to an older
    delineation), `boundary_accuracy_m` (metres that an edge may be off; missing where unknown) and the geometry.

    Raises
    ------
    HazardDataError
        If `level` or `regions` is unknown, or the source can't be read (no CRS, no names, no polygons).

    Warns
    -----
    PlacesWarning
        If a source within Kosovo has units that the gazetteer does not know, or lacks units; the message names them.

    Notes
    -----
    Shipped boundaries © OpenStreetMap contributors (ODbL 1.0), by way of geoBoundaries XKX ADM2 (CC BY-SA 2.0); how
    they were made and how good they are: ``geodata/places/README.md``. They express no opinion on status.

    Examples
    --------
    >>> units = places()
    >>> len(units), int(units["drawn_wrongly"].sum())
    (38, 6)
    >>> places("region")["name"].tolist()
    ['Centre', 'East', 'North', 'South', 'West']
    """
    _require_level(level)
    if source is None:
        units = _shipped() if regions is None else _in_regions(_shipped(), regions)
        return units.copy() if level == "municipality" else _dissolve(units, level)
    return _from_source(source, level, regions, columns=columns, layer=layer, crs=crs)


def resolve_place(name: str, level: str | None = None) -> Place:
    """Find the unit that a name means, in any language, script or spelling.

    Case, diacritics, Cyrillic or Latin letters, ``dj`` for ``đ``, hyphens and words like "Municipality of", "Komuna e"
    or "Okrug" make no difference; neither does naming a place twice ("Pejë/Peć").

    Parameters
    ----------
    name
        The name as someone wrote it.
    level
        ``municipality``, ``district`` or ``region``. Without it the name is taken for a municipality if there is one of
        that name, else for a district, else for a region: "Prizren" is the municipality and "Istok" is Istog, not the
        East. A word in the name decides too: "Prizren District" is the district.

    Returns
    -------
    The unit: its level, canonical name, district, region and names.

    Raises
    ------
    HazardDataError
        If no unit, or more than one, has that name; the message lists near names.

    Notes
    -----
    Names and spellings: ``geodata/places/gazetteer.csv``. Serbia's districts ("Pećki okrug", "Kosovski okrug") are
    other units than Kosovo's and are not resolved.

    Examples
    --------
    >>> resolve_place("Косовска Митровица").name
    'Mitrovicë'
    >>> resolve_place("Peć", level="district").region
    'West'
    >>> resolve_place("Gjakowa")
    Traceback (most recent call last):
    ...
    kosovo_hazards._errors.HazardDataError: no place is called 'Gjakowa'; near names: Gjakova (municipality Gjakovë)...
    """
    return kosovo_index().resolve(name, level)


# --- the shipped gazetteer -------------------------------------------------------------------------------------------


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


# --- units with polygons ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _shipped() -> gpd.GeoDataFrame:
    """Read the shipped municipalities; callers get copies."""
    drawn = gpd.read_file(geodata_path("places", "municipalities.geojson"))
    units = _table([kosovo_index().resolve(name, "municipality") for name in drawn["name"]], drawn.geometry)
    units["drawn_wrongly"] = drawn["drawn_wrongly"].astype("boolean").to_numpy()
    units["boundary_accuracy_m"] = drawn["boundary_accuracy_m"].astype("float64").to_numpy()
    return units


def _table(units: list[Place], geometry: gpd.GeoSeries, *, matched: list[bool] | None = None) -> gpd.GeoDataFrame:
    """Places table of these units, without knowledge of how accurate the polygons are."""
    known = matched or [True] * len(units)
    reference = _reference_areas()
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


@lru_cache(maxsize=1)
def _reference_areas() -> dict[tuple[str, str], float]:
    """Reference areas in km² of municipalities, and of districts and regions in their default extent."""
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


def _in_regions(units: gpd.GeoDataFrame, regions: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Put districts into the caller's regions; names of districts in any spelling."""
    known = set(units["district"].dropna())
    named = {district: district if district in known else _canonical(district, "district") for district in regions}
    unknown = [district for district, name in named.items() if name not in known]
    if unknown:
        faults = [Fault(None, None, name, f"{name!r} is not a district of these places") for name in unknown]
        raise HazardDataError(
            f"{argument('regions')} names unknown districts; there are {', '.join(sorted(known))}", faults
        )
    mapping = {named[district]: _canonical(region, "region") for district, region in regions.items()}
    region = units["district"].map(mapping).fillna(units["region"]).astype("str")
    return units.assign(region=region)


def _canonical(name: str, level: str) -> str:
    found = kosovo_index().find(name, level)
    return found.name if found else name


def _dissolve(units: gpd.GeoDataFrame, level: str) -> gpd.GeoDataFrame:
    """Join municipalities to the units of an upper level; edges that they share vanish exactly."""
    homeless = units["name"][units[level].isna()]
    if len(homeless) == len(units):
        remedy = ("regions", {"district": "region"}) if level == "region" else ("columns", {level: ...})
        raise HazardDataError(f"these places do not say in which {level} they lie; pass {argument(*remedy)}")
    if len(homeless):
        warnings.warn(PlacesWarning(f"in no {level}, so left out: {_listed(homeless)}", homeless), stacklevel=3)
    grouped = units[units[level].notna()].groupby(level, sort=True)
    joined = [_dissolved_unit(str(name), level, group) for name, group in grouped]
    shapes = gpd.GeoSeries([joined_coverage(group.geometry.to_numpy()) for _, group in grouped], crs=CRS)
    table = _table([unit for unit, _ in joined], shapes, matched=[known for _, known in joined])
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


# --- another source --------------------------------------------------------------------------------------------------


def _from_source(
    source: BoundarySource, level: str, regions: Mapping[str, str] | None, **options: Any
) -> gpd.GeoDataFrame:
    boundaries = read_boundaries(source, level, **options)
    own = _matches(boundaries, level)
    below = _matches(boundaries, "municipality") if level != "municipality" and None in own else []
    has_lower = any(below) or (level != "municipality" and boundaries["parents"].str.len().gt(0).any())
    rows_level = "municipality" if has_lower else level
    matches = below if has_lower else own
    units = [found or _own_unit(row, rows_level) for found, row in zip(matches, boundaries.itertuples(), strict=True)]
    table = _table(units, boundaries.geometry, matched=[found is not None for found in matches])
    _tell_differences(table, rows_level)
    table = table if regions is None else _in_regions(table, regions)
    return _dissolve(table, level) if has_lower else table


def _matches(boundaries: gpd.GeoDataFrame, level: str) -> list[Place | None]:
    """Unit of the gazetteer for each row: one of its names says so and it lies there (Bosnia has a Kamenica too)."""
    ground = _ground(level)
    found: list[Place | None] = []
    for row in boundaries.itertuples():
        units = [kosovo_index().find(name, level) for name in (row.name, *row.others)]
        found.append(next((u for u in units if u and ground[u.name].intersects(row.geometry)), None))
    return found


@lru_cache(maxsize=3)
def _ground(level: str) -> dict[str, Any]:
    units = places(level)
    return dict(zip(units["name"], units.geometry, strict=True))


def _own_unit(row: Any, level: str) -> Place:
    """Make a unit with the source's own names."""
    above = dict(zip(LEVELS[LEVELS.index(level) + 1 :], row.parents, strict=False))
    own = {"district": row.name} if level == "district" else {"region": row.name} if level == "region" else {}
    return Place(level, row.name, **{**above, **own}, aliases=tuple(row.others))


def _tell_differences(table: gpd.GeoDataFrame, level: str) -> None:
    """Warn of units in Kosovo that the gazetteer does not know, and of units that a source of Kosovo lacks."""
    kosovo = union_all(np.array(list(_ground("region").values()), dtype=object))
    here = shapely.intersects(kosovo, table.representative_point().to_numpy())
    unknown = table["name"][here & ~table["matched"]]
    wanted = [place.name for place in gazetteer() if place.level == level]
    absent = [name for name in wanted if name not in set(table["name"][table["matched"]])] if here.any() else []
    differences = [f"not known to the gazetteer, so under its own name: {_listed(unknown)}"] if len(unknown) else []
    differences += [f"missing from the source: {_listed(absent)}"] if absent else []
    if differences:
        message = f"boundaries of {level} level differ from the gazetteer; " + "; ".join(differences)
        warnings.warn(PlacesWarning(message, [*unknown, *absent]), stacklevel=4)


def _listed(names: Any) -> str:
    shown = [str(name) for name in names]
    return ", ".join(shown[:10]) + (f" and {len(shown) - 10} more" if len(shown) > 10 else "")


def _require_level(level: str) -> None:
    if level not in LEVELS:
        raise HazardDataError(f"level {level!r} is not one of {', '.join(LEVELS)}")
