"""What tiles hold of each area, and how far they reach."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np

from kosovo_hazards._errors import missing_crs
from kosovo_hazards.schema import CRS, HAZARDS
from kosovo_hazards.summaries import ground_m2
from kosovo_hazards.validation import conform

__all__ = ["bounds_of", "records_of"]

_SHOWN = ("hazard_id", "hazard_type", "status", "contamination", "priority", "municipality", "area_m2")


def records_of(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """What a popup tells of each area, as texts and numbers that tiles can hold.

    Parameters
    ----------
    table
        The hazards table, in any CRS.
    """
    if table.crs is None:
        raise missing_crs("the table", "table")
    degrees = conform(table.to_crs(CRS), HAZARDS)
    columns: dict[str, Any] = {
        name: degrees[name].astype(object).where(degrees[name].notna(), "").astype(str)
        for name in _SHOWN[:-1]
        if name in degrees.columns
    }
    # Of a record without a polygon the reported area counts, as in every other total.
    columns["area_m2"] = ground_m2(degrees).round(1).to_numpy()
    return gpd.GeoDataFrame(columns, geometry=degrees.geometry.to_numpy(), crs=CRS)


def bounds_of(shown: gpd.GeoDataFrame, rejected: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    """West, south, east and north of all that is drawn, in degrees; the whole world of nothing.

    Parameters
    ----------
    shown
        Areas in EPSG:4326.
    rejected
        Positions of rejected records.
    """
    box = shown.total_bounds
    if not np.isfinite(box).all():
        box = rejected.total_bounds
    if not np.isfinite(box).all():
        return (-180.0, -85.0, 180.0, 85.0)
    west, south, east, north = (float(degrees) for degrees in box)
    return west, south, east, north
