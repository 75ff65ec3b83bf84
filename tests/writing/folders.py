"""What the tests of whole files write, and how they look at what lies in a folder."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

__all__ = ["ENDINGS", "HEAVY", "POSIX", "contents", "left_behind", "register"]

HEAVY = os.environ.get("KOSOVO_HAZARDS_HEAVY") == "1"
ENDINGS = ["geojson", "gpkg", "shp", "zip", "kml", "kmz", "fgb", "parquet", "csv", "xlsx"]
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals, links and rights are those of POSIX")


def register(count: int) -> gpd.GeoDataFrame:
    shapes = [shapely.box(21 + n / 1000, 42.5, 21.0005 + n / 1000, 42.5005) for n in range(count)]
    names = [f"KS-{n}" for n in range(count)]
    return gpd.GeoDataFrame({"hazard_id": names, "hazard_type": "CHA", "status": "open"}, geometry=shapes, crs=4326)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def left_behind(folder: Path) -> list[Path]:
    """What lies hidden there; a folder without any file of ours in it, which a kill in its first or last moment leaves,
    tells nothing and goes a minute later."""
    return [path for path in folder.glob(".*") if not path.is_dir() or {p.name for p in path.iterdir()} - {"lock.new"}]
