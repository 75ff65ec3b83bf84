"""Outlines as vector tiles in one MBTiles file, for QField and other apps of phones that carry no GeoPackage."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from kosovo_hazards._wording import doing
from kosovo_hazards.tiles.archive import write_mbtiles
from kosovo_hazards.tiles.pyramid import Drawn, levels
from kosovo_hazards.tiles.records import bounds_of, records_of

__all__ = ["write_phone_tiles"]

_COARSEST, _FINEST = 6, 16


def write_phone_tiles(
    hazards: gpd.GeoDataFrame, rejected: gpd.GeoDataFrame, path: Path, *, name: str, notes: str, sources: str
) -> int:
    """Write outlines of areas and signs of rejected records as MBTiles.

    Parameters
    ----------
    hazards
        The hazards table, in any CRS.
    rejected
        What `rejected_positions` gave.
    path
        The file, whose folder must be there.
    name, notes, sources
        What apps show of the file.

    Returns
    -------
    How many tiles there are.

    Notes
    -----
    Layers are `hazards` and `rejected`, from level 6 to 16; far out, where a tile would hold more than 12,000 areas,
    `cells`. At every level outlines cover the ground of the areas; at the last they lie at most 1 m outside of it.
    """
    shown = records_of(hazards)
    doing(f"Writing tiles of {len(shown):,} areas")
    facts = {"name": name, "description": notes, "attribution": sources}
    drawn = levels(Drawn.of(shown), rejected, coarsest=_COARSEST, finest=_FINEST)
    return write_mbtiles(drawn, path, bounds=bounds_of(shown, rejected), facts=facts)
