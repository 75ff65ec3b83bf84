"""Vector tiles read back by packages that know nothing of the library, and what ground they show."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import mapbox_vector_tile
import numpy as np
import shapely
from pmtiles.reader import MmapSource, Reader, all_tiles

WORLD = 2 * np.pi * 6_378_137.0
STEPS = 4_096


def read_tiles(archive: Path) -> Iterator[tuple[tuple[int, int, int], dict[str, Any]]]:
    """Every tile by zoom, column and row from the north, of PMTiles or MBTiles."""
    if archive.suffix == ".mbtiles":
        with closing(sqlite3.connect(archive)) as database:
            for zoom, x, y, data in database.execute("SELECT * FROM tiles"):
                yield (zoom, x, 2**zoom - 1 - y), decoded(data)
        return
    with archive.open("rb") as file:
        for place, data in all_tiles(Reader(MmapSource(file)).get_bytes):
            yield place, decoded(data)


def decoded(data: bytes) -> dict[str, Any]:
    tile: dict[str, Any] = mapbox_vector_tile.decode(gzip.decompress(data), default_options={"y_coord_down": True})
    return tile


def drawn(archive: Path) -> dict[int, shapely.Geometry]:
    """All that each zoom shows as hazardous, each tile cut off at its edge, in metres of the projection."""
    parts: dict[int, list[shapely.Geometry]] = {}
    for (zoom, x, y), tile in read_tiles(archive):
        size = WORLD / 2**zoom
        west, north = x * size - WORLD / 2, WORLD / 2 - y * size
        edge = shapely.box(west, north - size, west + size, north)
        for layer in ("cells", "hazards"):
            for feature in tile.get(layer, {"features": []})["features"]:
                shape = shapely.make_valid(shapely.geometry.shape(feature["geometry"]))
                placed = shapely.transform(shape, lambda at, w=west, n=north, s=size: at * [s, -s] / STEPS + [w, n])
                parts.setdefault(zoom, []).append(shapely.intersection(placed, edge))
    return {zoom: shapely.union_all(shapes) for zoom, shapes in parts.items()}


def lost_m2(archive: Path, hazards: gpd.GeoDataFrame) -> dict[int, float]:
    """Ground that a zoom does not show, beyond what rounding of the check itself makes."""
    ground = gpd.GeoSeries(shapely.segmentize(hazards.geometry.to_numpy(), 0.005), crs=hazards.crs).to_crs(3857)
    whole = shapely.union_all(ground.to_numpy())
    return {
        zoom: shapely.area(shapely.difference(whole, shapely.buffer(shown, 1e-3)))
        for zoom, shown in drawn(archive).items()
    }
