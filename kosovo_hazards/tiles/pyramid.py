"""What each zoom level of a tiled map shows: cells where areas are too many, outlines where there is room.

Every level covers the ground of every hazard: cells are those that an area's bounds touch, and outlines are simplified
and rounded to the steps of a tile only after they were moved outwards by more than that can take off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Floats, Shapes
from kosovo_hazards.geometry import in_chunks, usable
from kosovo_hazards.schema import RELEASED_STATUSES, Direction, HazardType

__all__ = ["CROWD", "EXTENT", "FINEST", "MERCATOR", "Drawn", "Ground", "Level", "levels"]

EXTENT = 4_096
"""Steps across a tile."""

FINEST = 13
"""The last zoom level: a step is 1.2 m at the equator, and what is drawn nearer is drawn from it."""

CROWD = FINEST - 1
"""The level by whose tiles areas are counted: at the next there are outlines however many they are."""

MERCATOR = "EPSG:3857"
"""The projection of tiles."""

_WORLD_M = 2 * np.pi * 6_378_137.0
_HIGHEST_DEG = 85.05
_CELLS_A_TILE = 32
# More areas in one tile take a browser long.
_MOST_A_TILE = 12_000
# Steps by which an outline is simplified, and by which it is moved outwards beyond what that took off. A point that is
# rounded moves by up to one and a half, and so may both ends of an edge that is cut at the border of a tile.
_SIMPLIFIED, _ROUNDED = 3.0, 2.5
# Registers draw straight edges in degrees, tiles in Mercator's projection; up to this length they differ by < 5 mm.
_LONGEST_EDGE_DEG = 0.005
# An area of more cells is held against each of them.
_FEW_CELLS = 64


@dataclass(frozen=True)
class Level:
    """What a zoom level shows.

    Attributes
    ----------
    zoom
        Number of the level; a tile is the 2^zoom-th part of the world's width.
    layer
        ``cells`` or ``hazards``, or ``rejected``.
    frame
        EPSG:3857, with the columns that the page reads. Or files of GeoParquet with the rows of such a frame, together
        too many for memory.
    """

    zoom: int
    layer: str
    frame: gpd.GeoDataFrame | tuple[Path, ...]


class Ground(Protocol):
    """Areas as a pyramid asks for them, of one table or of many pieces."""

    def crowd(self) -> pd.Series:
        """How many areas lie in each tile of level `CROWD`, by its number: row × 2^`CROWD` + column."""

    def cells(self, zoom: int) -> pd.DataFrame:
        """`areas` and `confirmed` ones that touch each cell of a level, by its number."""

    def outlines(self, zoom: int) -> gpd.GeoDataFrame | tuple[Path, ...]:
        """Outlines moved outwards as a level needs it, in EPSG:3857, with what a popup tells."""


class Drawn:
    """Areas of one table.

    Attributes
    ----------
    frame
        Those with a polygon, in EPSG:3857, with what a popup tells.
    """

    def __init__(self, frame: gpd.GeoDataFrame) -> None:
        self.frame = frame
        self.facts = pd.DataFrame(frame.drop(columns=frame.geometry.name))
        self.shapes: Shapes = frame.geometry.to_numpy()

    @classmethod
    def of(cls, records: gpd.GeoDataFrame) -> Drawn:
        """What a table has to draw.

        Parameters
        ----------
        records
            EPSG:4326, with `hazard_id`, `hazard_type`, `status`, `municipality` and `area_m2` as texts and numbers.
        """
        there = records[~(records.geometry.isna() | records.geometry.is_empty)].reset_index(drop=True)
        return cls(there.set_geometry(_in_mercator(there.geometry.to_numpy()), crs=MERCATOR))

    def crowd(self) -> pd.Series:
        """How many areas lie in each tile of level `CROWD`."""
        middle = shapely.get_coordinates(shapely.centroid(self.shapes))
        column, row = np.floor((middle / _WORLD_M + 0.5) * 2**CROWD).astype(np.int64).T
        number, count = np.unique(row * 2**CROWD + column, return_counts=True)
        return pd.Series(count, index=number)

    def cells(self, zoom: int) -> pd.DataFrame:
        """Areas that touch each cell; those released are left out, for a cell says that there are hazards."""
        standing = np.ones(len(self.facts), dtype=bool)
        if "status" in self.facts.columns:
            standing = ~self.facts["status"].isin(RELEASED_STATUSES).to_numpy()
        confirmed = (self.facts["hazard_type"] == HazardType.CHA.value).to_numpy()
        return _touched(self.shapes[standing], confirmed[standing], zoom)

    def outlines(self, zoom: int) -> gpd.GeoDataFrame:
        """Outlines moved outwards as a level needs it."""
        return gpd.GeoDataFrame(self.facts, geometry=_outward(self.shapes, zoom), crs=MERCATOR)


def levels(ground: Ground, rejected: gpd.GeoDataFrame, *, coarsest: int = 3, finest: int = FINEST) -> Iterator[Level]:
    """What every zoom level shows, one after the other, so that only one is held.

    Parameters
    ----------
    ground
        The areas.
    rejected
        Positions of rejected records, with `record_id` and `reason`.
    coarsest, finest
        The first level and the last.
    """
    crowd = ground.crowd()
    first = _first_with_outlines(crowd)
    signs = _signs(rejected)
    for zoom in range(coarsest, finest + 1):
        if len(signs):
            yield Level(zoom, "rejected", signs)
        if crowd.empty:
            continue
        if zoom < first:
            # Nearer, outlines tell what was released.
            yield Level(zoom, "cells", _boxes_of(ground.cells(zoom), zoom))
        else:
            yield Level(zoom, "hazards", ground.outlines(zoom))


def step_m(zoom: int) -> float:
    """Length of a step of a tile, in metres of the projection.

    Parameters
    ----------
    zoom
        The level.
    """
    return float(_WORLD_M / 2**zoom / EXTENT)


def _first_with_outlines(crowd: pd.Series) -> int:
    """The first level no tile of which would hold too many areas."""
    row, column = np.divmod(crowd.index.to_numpy(dtype=np.int64), 2**CROWD)
    for zoom in range(FINEST):
        # Tiles of a nearer level that lie in one of this.
        shift = CROWD - zoom
        held = crowd.groupby((row >> shift) * 2**zoom + (column >> shift)).sum()
        if held.max() <= _MOST_A_TILE:
            return zoom
    return FINEST


def _in_mercator(shapes: Shapes) -> Shapes:
    """Valid polygons of the projection, cut off where it ends."""
    shapes = usable(shapes, Direction.OUTWARD)
    long = shapely.length(shapes) > _LONGEST_EDGE_DEG
    if long.any():
        shapes = shapes.copy()
        shapes[long] = shapely.segmentize(shapes[long], _LONGEST_EDGE_DEG)
    projected: Shapes = shapely.transform(shapes, _project)
    return projected


def _project(degrees: Floats) -> Floats:
    latitude = np.radians(degrees[:, 1].clip(-_HIGHEST_DEG, _HIGHEST_DEG))
    north = np.arctanh(np.sin(latitude))
    return np.column_stack([np.radians(degrees[:, 0]), north]) * (_WORLD_M / 2 / np.pi)


def _outward(shapes: Shapes, zoom: int) -> Shapes:
    step = step_m(zoom)

    def wider(some: Shapes, _: Shapes) -> Shapes:
        simple = shapely.simplify(some, _SIMPLIFIED * step, preserve_topology=True)
        # GEOS can leave out the first point of a ring although it lies farther away than the tolerance.
        away = shapely.hausdorff_distance(some, simple)
        grown: Shapes = shapely.buffer(simple, away + _ROUNDED * step, join_style="mitre", mitre_limit=2)
        return grown

    return in_chunks(wider, shapes, shapes)


def _touched(shapes: Shapes, confirmed: np.ndarray, zoom: int) -> pd.DataFrame:
    """The cells that areas touch, with how many touch each and whether a confirmed one does."""
    across = 2**zoom * _CELLS_A_TILE
    size = _WORLD_M / across
    bounds = np.floor((shapely.bounds(shapes) + _WORLD_M / 2) / size).astype(np.int64).clip(0, across - 1)
    wide, high = bounds[:, 2] - bounds[:, 0] + 1, bounds[:, 3] - bounds[:, 1] + 1
    count = wide * high
    owner = np.repeat(np.arange(len(shapes)), count)
    at = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    x, y = bounds[owner, 0] + at % wide[owner], bounds[owner, 1] + at // wide[owner]
    # Bounds of a large area touch cells that it does not.
    large = np.flatnonzero(count[owner] > _FEW_CELLS)
    if len(large):
        boxes = _boxes(x[large], y[large], size)
        apart = np.ones(len(owner), dtype=bool)
        apart[large] = shapely.intersects(shapes[owner[large]], boxes)
        x, y, owner = x[apart], y[apart], owner[apart]
    cell, place = np.unique(y * across + x, return_inverse=True)
    table = {
        "areas": np.bincount(place, minlength=len(cell)),
        "confirmed": np.bincount(place, confirmed[owner], minlength=len(cell)).astype(np.int64),
    }
    return pd.DataFrame(table, index=cell)


def _boxes_of(cells: pd.DataFrame, zoom: int) -> gpd.GeoDataFrame:
    across = 2**zoom * _CELLS_A_TILE
    row, column = np.divmod(cells.index.to_numpy(dtype=np.int64), across)
    boxes = _boxes(column, row, _WORLD_M / across)
    return gpd.GeoDataFrame(cells.reset_index(drop=True), geometry=boxes, crs=MERCATOR)


def _boxes(x: np.ndarray, y: np.ndarray, size: float) -> Shapes:
    west, south = x * size - _WORLD_M / 2, y * size - _WORLD_M / 2
    boxes: Shapes = shapely.box(west, south, west + size, south + size)
    return boxes


def _signs(rejected: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A place on each part of what rejected records draw: how far they reach is not known."""
    parts, owner = shapely.get_parts(rejected.geometry.to_numpy(), return_index=True)
    full = ~(shapely.is_missing(parts) | shapely.is_empty(parts))
    places = shapely.transform(shapely.point_on_surface(parts[full]), _project)
    facts = pd.DataFrame(rejected.drop(columns=rejected.geometry.name)).iloc[owner[full]].reset_index(drop=True)
    return gpd.GeoDataFrame(facts, geometry=places, crs=MERCATOR)
