"""The bounds of countries with their seas: generous boxes, enough to tell that coordinates are exchanged."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Floats, Texts
from kosovo_hazards._data import geodata_path

__all__ = ["countries_at"]


def countries_at(places: Floats) -> Texts:
    """The country with the smallest bounds in which each place lies, empty where there is none.

    Parameters
    ----------
    places
        Longitude and latitude in degrees.

    Examples
    --------
    >>> countries_at(np.array([[-74.0, 4.6], [4.6, -74.0]])).tolist()
    ['Colombia', '']
    """
    table = _countries()
    west, south, east, north = table[["west", "south", "east", "north"]].to_numpy().T
    x, y = places[:, :1], places[:, 1:]
    across = ((x >= west) & (x <= east)) | ((x + 360 >= west) & (x + 360 <= east))
    inside = across & (y >= south) & (y <= north)
    names: Texts = np.where(inside.any(axis=1), table["name"].to_numpy(dtype=object)[inside.argmax(axis=1)], "")
    return names


@lru_cache(maxsize=1)
def _countries() -> pd.DataFrame:
    """The bounds as EPSG has them, smallest first."""
    table = pd.read_csv(geodata_path("vocabulary", "country_extents.csv"), encoding="utf-8")
    size = (table["east"] - table["west"]) * (table["north"] - table["south"])
    return table.iloc[np.argsort(size.to_numpy(), kind="stable")].reset_index(drop=True)
