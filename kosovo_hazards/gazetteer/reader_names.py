"""Names of places in the reader's language, and whether the shipped places are the ones in use."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards.gazetteer.shipped_names import gazetteer
from kosovo_hazards.gazetteer.units import places as shipped_places
from kosovo_hazards.schema import CRS

__all__ = ["default_places", "is_shipped", "place_names"]


def default_places(hazards: gpd.GeoDataFrame) -> gpd.GeoDataFrame | None:
    """The shipped municipalities, if any of the hazards lies among them.

    Parameters
    ----------
    hazards
        In EPSG:4326.
    """
    units = shipped_places()
    west, south, east, north = units.total_bounds
    near = hazards.geometry.intersects(shapely.box(west, south, east, north)).any()
    return units if near else None


def is_shipped(units: gpd.GeoDataFrame) -> bool:
    """Whether these are the shipped boundaries, whose sources a map must name.

    Parameters
    ----------
    units
        A places table.
    """
    ours = shipped_places()
    return bool(len(ours) == len(units) and np.allclose(ours.total_bounds, units.to_crs(CRS).total_bounds, atol=1e-9))


def place_names(units: gpd.GeoDataFrame | None, language: str) -> dict[str, str]:
    """Name in the reader's language by canonical name, where it differs.

    Parameters
    ----------
    units
        A places table, or None for the names of the gazetteer alone.
    language
        Language code.
    """
    known = {place.name: getattr(place, language, place.name) for place in reversed(gazetteer())}
    if units is not None and language in units.columns:
        names, shown = (units[column].astype(object) for column in ("name", language))
        named = pd.DataFrame({"name": names, "shown": shown.where(shown.notna(), names)}).dropna().drop_duplicates()
        # Two places of one name that are called differently: neither name is sure.
        sure = named.drop_duplicates("name", keep=False)
        known = {name: text for name, text in known.items() if name not in set(named["name"])}
        known |= dict(zip(sure["name"].map(str), sure["shown"].map(str), strict=True))
    return {name: shown for name, shown in known.items() if shown and shown != name}
