"""Outlines and names of places, as data for the page."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from kosovo_hazards.gazetteer import gazetteer
from kosovo_hazards.geometry import joined_coverage
from kosovo_hazards.maps.coding import encode_shapes
from kosovo_hazards.schema import CRS

__all__ = ["place_content"]

LEVELS = ("municipality", "district", "region")

# The name shown small beside the reader's own: Albanian for readers of Serbian, Serbian for all others.
_OTHER = {"sr": "sq", "sr_cyrl": "sq"}

_CENTRED_AT_MOST = 600


def place_content(units: gpd.GeoDataFrame, language: str) -> dict[str, Any]:
    """Outlines of each level, from the lowest up, with names in the reader's language.

    Parameters
    ----------
    units
        A places table in any CRS with at least `name`.
    language
        Language code.
    """
    degrees = units.to_crs(CRS)
    lowest = str(degrees["level"].iloc[0]) if "level" in degrees.columns and len(degrees) else "municipality"
    levels = [_level(degrees, lowest, language)]
    if lowest == "municipality" and "district" in degrees.columns and degrees["district"].notna().any():
        levels.append(_level(_districts(degrees), "district", language))
    return {"levels": levels}


def _districts(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    known = {place.name: place for place in gazetteer() if place.level == "district"}
    grouped = units[units["district"].notna()].groupby("district", sort=True)
    rows = []
    for name, group in grouped:
        place = known.get(str(name))
        names = {code: getattr(place, code, name) for code in ("sq", "sr", "sr_cyrl", "en")}
        shapes = group.geometry.to_numpy()
        rows.append({"name": name, **names, "geometry": joined_coverage(shapes)})
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS)


def _level(units: gpd.GeoDataFrame, level: str, language: str) -> dict[str, Any]:
    shapes = units.geometry.to_numpy()
    shown = _texts(units, language)
    other = _texts(units, _OTHER.get(language, "sr"))
    aliases = units["aliases"].fillna("") if "aliases" in units.columns else pd.Series("", index=units.index)
    every = [_texts(units, code) for code in ("name", "sq", "sr", "sr_cyrl", "en")]
    search = [sorted({*names, *alias.split("; ")} - {""}) for *names, alias in zip(*every, aliases, strict=True)]
    return {
        "level": level,
        "shapes": encode_shapes(shapes),
        "names": _texts(units, "name"),
        **{upper: units[upper].tolist() for upper in ("district", "region") if upper in units.columns},
        "shown": shown,
        "other": [o if o != s else "" for s, o in zip(shown, other, strict=True)],
        "search": search,
        "labels": _label_points(shapes).round(5).tolist(),
    }


def _texts(units: gpd.GeoDataFrame, column: str) -> list[str]:
    names = units["name"].fillna("").astype(str)
    values = units[column] if column in units.columns else names
    return [str(value) for value in values.where(values.notna(), names)]


def _label_points(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Longitude, latitude and room (degrees of latitude to the nearest edge) of each name."""
    if len(shapes) > _CENTRED_AT_MOST:
        points = shapely.point_on_surface(shapes)
        room = np.sqrt(shapely.area(shapes)) / 4
        return np.column_stack([shapely.get_x(points), shapely.get_y(points), room])
    circles = np.array([shapely.maximum_inscribed_circle(shape, tolerance=0.005) for shape in shapes])
    centres = shapely.get_point(circles, 0)
    return np.column_stack([shapely.get_x(centres), shapely.get_y(centres), shapely.length(circles)])
