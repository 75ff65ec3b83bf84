"""Evidence, accidents and items on a map, as data for its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards.maps.coding import STEPS_PER_DEGREE, encode_columns, pack
from kosovo_hazards.schema import ACCIDENTS, EVIDENCE, ITEMS, Table
from kosovo_hazards.validation import conform, in_degrees, require_columns

__all__ = ["point_content"]

_TABLES = {"evidence": EVIDENCE, "accidents": ACCIDENTS, "items": ITEMS}
# Web Mercator ends here.
_HIGHEST_DEG = 85.05


def point_content(given: Mapping[str, gpd.GeoDataFrame]) -> dict[str, Any]:
    """What the page knows of points, by kind of table.

    Parameters
    ----------
    given
        Evidence, accidents and items, those there are.
    """
    return {name: _layer(table, _TABLES[name]) for name, table in given.items()}


def _layer(table: gpd.GeoDataFrame, kind: Table) -> dict[str, Any]:
    require_columns(table, [kind.key], purpose=f"to draw {kind.name}s")
    shown = conform(in_degrees(table, f"{kind.name} table", purpose=f"to draw {kind.name}s"), kind)
    names = [name for name in kind.names if name == kind.key or (name != "synthetic" and shown[name].notna().any())]
    places, owner = shapely.get_coordinates(shown.geometry.to_numpy(), return_index=True)
    columns = pd.DataFrame(shown)[names]
    # What lies nowhere on earth can't be drawn; the legend counts it.
    there = np.isfinite(places).all(axis=1) & (np.abs(places) <= (180.0, 90.0)).all(axis=1)
    places, owner = places[there], owner[there]
    places[:, 1] = places[:, 1].clip(-_HIGHEST_DEG, _HIGHEST_DEG)
    steps = np.round(places * STEPS_PER_DEGREE).T
    numbers = np.concatenate([owner[None, :], steps]).astype("<i4")
    return {"columns": encode_columns(columns), "at": {"count": len(owner), "data": pack(numbers.tobytes())}}
