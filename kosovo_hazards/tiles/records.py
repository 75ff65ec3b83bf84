"""What tiles hold of each area, and how far they reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards.schema import CRS, HAZARDS, RELEASED_STATUSES, HazardType
from kosovo_hazards.summaries import ground_m2
from kosovo_hazards.validation import conform, in_degrees

__all__ = ["Told", "bounds_of", "records_of", "together", "told_of"]

_SHOWN = ("hazard_id", "hazard_type", "status", "contamination", "priority", "municipality", "area_m2")


def records_of(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """What a popup tells of each area, as texts and numbers that tiles can hold.

    Parameters
    ----------
    table
        The hazards table, in any CRS.
    """
    degrees = conform(in_degrees(table, "hazards", purpose="to draw a map"), HAZARDS)
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


@dataclass(frozen=True)
class Told:
    """What a page says of a register, or of a piece of one.

    Attributes
    ----------
    records
        All records, those of released areas too.
    areas, chas, shas, unknown, undrawn
        Areas that are not released: all, confirmed and suspected ones, those whose area is unknown, and those without
        a polygon.
    area_m2
        What those that are not released measure together.
    origins
        The columns `source` and `synthetic`, each pair once.
    reach
        Bounds of what is drawn, in EPSG:4326: one box a piece.
    """

    records: int
    areas: int
    chas: int
    shas: int
    unknown: int
    undrawn: int
    area_m2: float
    origins: pd.DataFrame
    reach: gpd.GeoDataFrame


def told_of(table: pd.DataFrame, shown: gpd.GeoDataFrame) -> Told:
    """What a page says of a table.

    Parameters
    ----------
    table
        The hazards table.
    shown
        What `records_of` made of it.
    """
    standing = shown[~shown["status"].isin(RELEASED_STATUSES)] if "status" in shown.columns else shown
    kinds = standing["hazard_type"]
    columns = [name for name in ("source", "synthetic") if name in table.columns]
    box = shown.total_bounds
    return Told(
        records=len(table),
        areas=len(standing),
        chas=int((kinds == HazardType.CHA.value).sum()),
        shas=int((kinds == HazardType.SHA.value).sum()),
        unknown=int(standing["area_m2"].isna().sum()),
        undrawn=int((standing.geometry.isna() | standing.geometry.is_empty).sum()),
        area_m2=float(standing["area_m2"].sum()),
        origins=pd.DataFrame(table[columns]).drop_duplicates(),
        reach=gpd.GeoDataFrame(geometry=[shapely.box(*box)] if np.isfinite(box).all() else [], crs=CRS),
    )


def together(pieces: Sequence[Told]) -> Told:
    """What a page says of a register of several pieces.

    Parameters
    ----------
    pieces
        What `told_of` gave for each; at least one.
    """
    return Told(
        **{
            name: sum(getattr(piece, name) for piece in pieces)
            for name in ("records", "areas", "chas", "shas", "unknown", "undrawn", "area_m2")
        },
        origins=pd.concat([piece.origins for piece in pieces]).drop_duplicates(),
        reach=gpd.GeoDataFrame(geometry=pd.concat([piece.reach.geometry for piece in pieces]), crs=CRS),
    )
