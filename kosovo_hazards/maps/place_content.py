"""Outlines and names of places, as data for the page.

Two places of one name below different parents are two places: `place_keys` tells them apart, here and where records
are counted.
"""

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

__all__ = ["LEVELS", "levels_above", "place_content", "place_keys", "place_level"]

LEVELS = ("municipality", "district", "region")
"""Levels of places, the lowest first; each lies in the next."""

# The name shown small beside the reader's own: Albanian for readers of Serbian, Serbian for all others.
_OTHER = {"sr": "sq", "sr_cyrl": "sq"}

_CENTRED_AT_MOST = 600


def place_content(units: gpd.GeoDataFrame, language: str) -> dict[str, Any]:
    """Outlines of each level, from the lowest up, with names in the reader's language.

    Parameters
    ----------
    units
        A places table in any CRS with at least `name`; other names and the units above may be missing, in a column or
        altogether.
    language
        Language code.
    """
    degrees = units.to_crs(CRS)
    lowest = place_level(units)
    levels = [_level(degrees, lowest, language)]
    if lowest == "municipality" and "district" in degrees.columns and degrees["district"].notna().any():
        levels.append(_level(_districts(degrees), "district", language))
    return {"levels": levels}


def place_level(units: pd.DataFrame) -> str:
    """Level of the units of a places table; without any, municipalities.

    Parameters
    ----------
    units
        A places table.
    """
    known = units["level"].dropna() if "level" in units.columns else pd.Series(dtype=object)
    return str(known.iloc[0]) if len(known) else LEVELS[0]


def levels_above(level: str) -> tuple[str, ...]:
    """Levels above one, the next first; none above a level under a name of its own.

    Parameters
    ----------
    level
        Name of a level.
    """
    return LEVELS[LEVELS.index(level) + 1 :] if level in LEVELS else ()


def place_keys(table: pd.DataFrame, by: str, parents: tuple[str, ...]) -> list[tuple[str, ...] | None]:
    """What tells the place of each row from all others: its name and the names of the units above it.

    Parameters
    ----------
    table
        Records or units.
    by
        Column with the name of the place.
    parents
        Columns with the names of the units above that count.

    Returns
    -------
    None where the name is missing; a missing parent is an empty text.

    Examples
    --------
    >>> place_keys(pd.DataFrame({"name": ["Novi Grad"] * 2, "district": ["Sarajevo", None]}), "name", ("district",))
    [('Novi Grad', 'Sarajevo'), ('Novi Grad', '')]
    """
    names = table[by].astype(object)
    above = [table[p].astype(object).fillna("") if p in table.columns else [""] * len(table) for p in parents]
    return [
        None if pd.isna(name) else (str(name), *map(str, upper))
        for name, *upper in zip(names, *above, strict=True)
    ]  # fmt: skip


def _districts(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    known = {place.name: place for place in gazetteer() if place.level == "district"}
    columns = ["district", "region"] if "region" in units.columns else ["district"]
    rows = []
    for (name, *upper), group in units[units["district"].notna()].groupby(columns, sort=True, dropna=False):
        place = known.get(str(name))
        names = {code: getattr(place, code, name) for code in ("sq", "sr", "sr_cyrl", "en")}
        shapes = group.geometry.to_numpy()
        upper_names = dict(zip(columns[1:], upper, strict=True))
        rows.append({"name": name, **upper_names, **names, "geometry": joined_coverage(shapes)})
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS)


def _level(units: gpd.GeoDataFrame, level: str, language: str) -> dict[str, Any]:
    shapes = units.geometry.to_numpy()
    shown = _names(units, language)
    other = _names(units, _OTHER.get(language, "sr"))
    aliases = _texts(units, "aliases")
    every = [_names(units, code) for code in ("name", "sq", "sr", "sr_cyrl", "en")]
    search = [sorted({*names, *alias.split("; ")} - {""}) for *names, alias in zip(*every, aliases, strict=True)]
    above = [upper for upper in levels_above(level) if upper in units.columns]
    return {
        "level": level,
        "shapes": encode_shapes(shapes),
        "names": _names(units, "name"),
        **{upper: _texts(units, upper) for upper in above},
        "shown": shown,
        "other": [o if o != s else "" for s, o in zip(shown, other, strict=True)],
        "search": search,
        "labels": _label_points(shapes).round(5).tolist(),
    }


def _texts(units: gpd.GeoDataFrame, column: str) -> list[str]:
    """Texts of a column; an empty one where there is none, or no such column."""
    if column not in units.columns:
        return [""] * len(units)
    return ["" if pd.isna(value) else str(value) for value in units[column]]


def _names(units: gpd.GeoDataFrame, column: str) -> list[str]:
    """Names in a language, or else the name that all have."""
    return [value or name for value, name in zip(_texts(units, column), _texts(units, "name"), strict=True)]


def _label_points(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Longitude, latitude and room (degrees of latitude to the nearest edge) of each name; zeros without a shape."""
    points = np.zeros((len(shapes), 3))
    drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    solid = shapes[drawn]
    if len(shapes) > _CENTRED_AT_MOST:
        spots, room = shapely.point_on_surface(solid), np.sqrt(shapely.area(solid)) / 4
    else:
        circles = np.array([shapely.maximum_inscribed_circle(shape, tolerance=0.005) for shape in solid], dtype=object)
        spots, room = shapely.get_point(circles, 0), shapely.length(circles)
    points[drawn] = np.column_stack([shapely.get_x(spots), shapely.get_y(spots), room])
    return points
