"""Names of places: any spelling to its unit, and the units with their polygons."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd

from kosovo_hazards._errors import UsageError, missing_crs
from kosovo_hazards.gazetteer.boundary_files import BoundarySource
from kosovo_hazards.gazetteer.name_index import LEVELS, Place
from kosovo_hazards.gazetteer.other_sources import units_from_source
from kosovo_hazards.gazetteer.places_table import dissolve, in_regions, shipped_units
from kosovo_hazards.gazetteer.shipped_names import kosovo_index
from kosovo_hazards.reading import LimitsLike
from kosovo_hazards.schema import CRS

__all__ = ["places", "resolve_place", "units_of"]


def places(
    level: str = "municipality",
    source: BoundarySource | None = None,
    *,
    regions: Mapping[str, str] | None = None,
    columns: Mapping[str, str] | None = None,
    layer: str | None = None,
    crs: str | None = None,
    parents: BoundarySource | None = None,
    limits: LimitsLike = None,
    sandbox: bool = False,
) -> gpd.GeoDataFrame:
    """Give the units of one level with their polygons.

    Parameters
    ----------
    level
        ``municipality``, ``district`` or ``region``; the upper two are dissolved exactly from the municipalities. Other
        countries' levels go by the same names from the smallest up, or by the file's own word ("Canton").
    source
        Another boundary file, or a GeoDataFrame read from one: geoBoundaries, GADM, COD-AB, OpenStreetMap or
        Natural Earth layouts are known, of any country and depth; else columns are recognised by headings that name a
        level ("Canton", "opština") or by the names that they hold. Without it, the shipped boundaries of Kosovo.
    regions
        Region of each district where it shall differ: ``{"Ferizaj": "Centre"}``. KMAC's regions are published without a
        definition; the default is an assumption.
    columns
        Columns of the source that hold the names, where its layout is not known:
        ``{"municipality": "NAM", "district": "PROV"}``; or by the country's own levels, the smallest first:
        ``{"Commune": "NAM", "Canton": "CANT", "Entity": "ENT"}``.
    layer
        Layer of the source, where it has several.
    crs
        CRS of a source that names none.
    parents
        A second boundary file or table with the units that these lie in, where their own file does not say.
    limits
        How much a file may hold, where that differs from `ReadingLimits`: ``{"columns": 5000}``.
    sandbox
        True to read files of unknown origin in a process of their own, as `read_hazards` does.

    Returns
    -------
    EPSG:4326, one row a unit: `level`, `name` (canonical), `municipality`, `district`, `region` (what it is or lies in,
    else missing), its name in `sq`, `sr`, `sr_cyrl`, `en`, `aliases` (separated by semicolons), `matched` (whether the
    gazetteer knows it; otherwise the names are the source's own), `reference_area_km2` (full-resolution OpenStreetMap),
    `area_km2` as drawn (both geodesic), `area_error_percent`, `drawn_wrongly` (more than 5 % off, or to an older
    delineation), `boundary_accuracy_m` (metres that an edge may be off; missing where unknown) and the geometry. Levels
    above the third follow as `level_4` and so on. A name that two units have is followed by what each lies in:
    "Novi Grad (Sarajevo)". `attrs["level_words"]` holds the file's own words for its levels, where it has any.

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
    if source is None:
        _require_level(level)
        units = shipped_units() if regions is None else in_regions(shipped_units(), regions)
        return units.copy() if level == "municipality" else dissolve(units, level)
    return units_from_source(
        source,
        level,
        regions=regions,
        parents=parents,
        columns=columns,
        layer=layer,
        crs=crs,
        limits=limits,
        sandbox=sandbox,
    )


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
    kosovo_hazards._errors.UsageError: no place is called 'Gjakowa'; near names: Gjakova (municipality Gjakovë)...
    """
    return kosovo_index().resolve(name, level)


def _require_level(level: str) -> None:
    if level not in LEVELS:
        raise UsageError(f"level {level!r} is not one of {', '.join(LEVELS)}")


def units_of(source: BoundarySource | None) -> gpd.GeoDataFrame:
    """The units that a caller means: a places table as it is, the shipped ones, or those of a boundary file or table.

    Parameters
    ----------
    source
        What functions take that need places.

    Returns
    -------
    EPSG:4326, on positions from 0.
    """
    if source is None:
        return places()
    if isinstance(source, gpd.GeoDataFrame) and {"level", "name", "matched", *LEVELS} <= set(source.columns):
        if source.crs is None:
            raise missing_crs("the places", "places")
        return source.to_crs(CRS).reset_index(drop=True)
    return places(source=source)
