"""In which places an area or a record counts: the recorded one, and every other in which some of its ground lies."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards.gazetteer import BoundarySource, assign_places, default_places, shares_of_ground, units_of
from kosovo_hazards.schema import CRS

__all__ = ["NOWHERE", "counted", "places_of_areas", "places_of_records", "units_in_use"]

NOWHERE = "unknown"
"""Row of what lies in no place that is known."""


def units_in_use(places: BoundarySource | None, *tables: gpd.GeoDataFrame) -> gpd.GeoDataFrame | None:
    """The units of a boundary source; without one Kosovo's where something lies there, else none.

    Parameters
    ----------
    places
        As the caller gave it.
    tables
        What is to be placed, in any CRS.
    """
    if places is not None:
        return units_of(places)
    found = (default_places(table.to_crs(CRS)) for table in tables if table.geometry.notna().any())
    return next((units for units in found if units is not None), None)


def places_of_areas(hazards: gpd.GeoDataFrame, units: gpd.GeoDataFrame | None) -> pd.Series:
    """Names of the places of each area, by its position; one that lies in none stands once, with a missing name.

    Parameters
    ----------
    hazards
        The hazards table, in any CRS.
    units
        Units with polygons; without them only what is recorded counts.
    """
    if units is None:
        recorded = hazards["municipality"] if "municipality" in hazards.columns else pd.Series(None, hazards.index)
        said = recorded.astype(object).reset_index(drop=True)
        return said.where(said.notna(), None)
    placed = assign_places(hazards, units)["municipality"].astype(object).reset_index(drop=True)
    shares = shares_of_ground(hazards.geometry, units)
    touched = pd.Series(units["name"].astype(object).to_numpy()[shares["unit"]], index=shares["row"].to_numpy())
    both = pd.concat([placed[placed.notna()], touched])
    both = both[~pd.MultiIndex.from_arrays([both.index, both]).duplicated()]
    nowhere = placed.index.difference(both.index)
    return pd.concat([both, pd.Series(None, index=nowhere, dtype=object)])


def places_of_records(shapes: gpd.GeoDataFrame, units: gpd.GeoDataFrame | None) -> pd.Series:
    """The unit in which each shape lies by a point on it; missing where it lies in none, or nobody knows where.

    Parameters
    ----------
    shapes
        Points, lines or polygons in any CRS.
    units
        Units with polygons; without them nothing has a place.
    """
    found = pd.Series(None, index=shapes.index, dtype=object)
    if not len(shapes) or units is None:
        return found
    points = shapes.to_crs(CRS).geometry.to_numpy()
    there = np.flatnonzero(~(shapely.is_missing(points) | shapely.is_empty(points)))
    inside = shapely.point_on_surface(points[there])
    row, unit = shapely.STRtree(units.to_crs(CRS).geometry.to_numpy()).query(inside, predicate="intersects")
    found.iloc[there[row]] = units["name"].astype(str).to_numpy()[unit]
    return found


def counted(places: pd.Series, names: list[str]) -> pd.Series:
    """How many there are in each place; what has none of these names counts as `NOWHERE`.

    Parameters
    ----------
    places
        A name for each.
    names
        All places, `NOWHERE` among them.
    """
    known = places.where(places.isin(names), NOWHERE)
    return known.value_counts().reindex(names, fill_value=0).astype("int64")
