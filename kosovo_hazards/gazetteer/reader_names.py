"""Names of places in the reader's language, and whether the shipped places are the ones in use."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards.gazetteer.boundary_files import BoundarySource
from kosovo_hazards.gazetteer.shipped_names import gazetteer
from kosovo_hazards.gazetteer.units import places as shipped_places
from kosovo_hazards.gazetteer.units import units_of
from kosovo_hazards.schema import CRS

__all__ = ["default_places", "is_home", "is_shipped", "place_names", "places_drawn"]

_MOST = 0.5


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


def places_drawn(places: BoundarySource | bool | None, hazards: gpd.GeoDataFrame) -> gpd.GeoDataFrame | None:
    """The places whose outlines and names a map draws; None for none.

    Parameters
    ----------
    places
        A places table, or a boundary file or table. None and True take the shipped municipalities where hazards lie
        among them; False draws none.
    hazards
        In any CRS.
    """
    if places is False:
        return None
    if places is None or places is True:
        return default_places(hazards.to_crs(CRS))
    # To be drawn, units need no more than names.
    units = places if isinstance(places, gpd.GeoDataFrame) and "name" in places.columns else units_of(places)
    return units if len(units) else None


def is_shipped(units: gpd.GeoDataFrame) -> bool:
    """Whether these are the shipped boundaries, whose sources a map must name.

    Parameters
    ----------
    units
        A places table.
    """
    ours = shipped_places()
    return bool(len(ours) == len(units) and np.allclose(ours.total_bounds, units.to_crs(CRS).total_bounds, atol=1e-9))


def is_home(units: gpd.GeoDataFrame | None, hazards: gpd.GeoDataFrame) -> bool:
    """Whether it is about Kosovo, so that its names, its grid and the words of its plans are in place.

    Parameters
    ----------
    units
        A places table: home are the shipped one and any other most of whose names are names of Kosovo's places.
    hazards
        In EPSG:4326; asked without units, home is where one lies among the shipped ones.
    """
    if units is None:
        return default_places(hazards) is not None
    return is_shipped(units) or bool(units["name"].isin([place.name for place in gazetteer()]).mean() > _MOST)


def place_names(units: gpd.GeoDataFrame | None, language: str, *, home: bool = True) -> dict[str, str]:
    """Name in the reader's language by canonical name, where it differs.

    Parameters
    ----------
    units
        A places table, or None for the names of the gazetteer alone.
    language
        Language code.
    home
        Whether names of Kosovo are among them: "North" of another country is not called as here.
    """
    known = {place.name: getattr(place, language, place.name) for place in reversed(gazetteer())} if home else {}
    if units is not None and language in units.columns:
        names, shown = (units[column].astype(object) for column in ("name", language))
        named = pd.DataFrame({"name": names, "shown": shown.where(shown.notna(), names)}).dropna().drop_duplicates()
        # Two places of one name that are called differently: neither name is sure.
        sure = named.drop_duplicates("name", keep=False)
        known = {name: text for name, text in known.items() if name not in set(named["name"])}
        known |= dict(zip(sure["name"].map(str), sure["shown"].map(str), strict=True))
    return {name: shown for name, shown in known.items() if shown and shown != name}
