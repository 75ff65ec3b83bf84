"""Ground that thousands of polygons cover together, measured tile by tile without ever joining all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely

from kosovo_hazards._arrays import Floats, Mask, Positions, Shapes
from kosovo_hazards.geometry.overlay import intersection, only_polygons, union_all

__all__ = ["Tile", "tiled_m2", "tiles"]

# So many shapes are joined at once.
_FEW = 300
# A split that leaves more than this in both halves together gains nothing: the shapes lie on top of each other.
_GAIN = 1.3
_DEEPEST = 40
# Borders run beside the middle, where no regular pattern of fields has its own.
_BESIDE = 0.4871


@dataclass(frozen=True)
class Tile:
    """A rectangle, and positions of the shapes whose bounds meet it."""

    bounds: Floats
    rows: Positions


def tiles(bounds: Floats) -> Iterator[Tile]:
    """Split the ground until few shapes lie in each rectangle, or no split parts them.

    Parameters
    ----------
    bounds
        West, south, east and north of each shape.
    """
    whole = np.r_[bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)]
    waiting = [(Tile(whole, np.arange(len(bounds))), 0)]
    while waiting:
        tile, depth = waiting.pop()
        halves = _halves(tile, bounds) if len(tile.rows) > _FEW and depth < _DEEPEST else []
        if halves and sum(len(half.rows) for half in halves) <= _GAIN * len(tile.rows):
            waiting += [(half, depth + 1) for half in halves if len(half.rows)]
        else:
            yield tile


def _halves(tile: Tile, bounds: Floats) -> list[Tile]:
    axis = int(tile.bounds[3] - tile.bounds[1] > tile.bounds[2] - tile.bounds[0])
    own = bounds[tile.rows]
    middle = float(np.quantile((own[:, axis] + own[:, axis + 2]) / 2, _BESIDE))
    if not tile.bounds[axis] < middle < tile.bounds[axis + 2]:
        return []
    low, high = tile.bounds.copy(), tile.bounds.copy()
    low[axis + 2] = high[axis] = middle
    return [Tile(low, tile.rows[own[:, axis] < middle]), Tile(high, tile.rows[own[:, axis + 2] > middle])]


def tiled_m2(shapes: Shapes, measure: Callable[[Shapes, Floats], Floats]) -> float:
    """Ground that the shapes cover, each square metre once.

    Parameters
    ----------
    shapes
        Valid polygons.
    measure
        Square metres of shapes within bounds, additive across the borders of tiles.
    """
    bounds = shapely.bounds(shapes)
    # GEOS lets go of the interpreter lock.
    with ThreadPoolExecutor() as pool:
        return float(sum(pool.map(lambda tile: _tile_m2(shapes, bounds, tile, measure), tiles(bounds))))


def _tile_m2(shapes: Shapes, bounds: Floats, tile: Tile, measure: Callable[[Shapes, Floats], Floats]) -> float:
    box, bounds = shapely.box(*tile.bounds), bounds[tile.rows]
    within = np.c_[(bounds >= tile.bounds)[:, :2], (bounds <= tile.bounds)[:, 2:]]
    inside: Mask = within.all(axis=1)
    own, across = shapes[tile.rows[inside]], shapes[tile.rows[~inside]]
    shapely.prepare(box)
    across = across[shapely.intersects(box, across)]
    if len(across) and shapely.covers(across, box).any():
        return float(measure(np.array([box]), tile.bounds)[0])
    ground = union_all(np.concatenate([own, _clipped(across, box, tile.bounds)]))
    return float(measure(np.array([ground]), tile.bounds)[0])


def _clipped(shapes: Shapes, box: shapely.Geometry, bounds: Floats) -> Shapes:
    """Parts of the shapes in the box; the quick way can leave outlines that touch themselves."""
    pieces = only_polygons(shapely.clip_by_rect(shapes, *bounds))
    amiss = ~shapely.is_valid(pieces)
    pieces[amiss] = intersection(shapes[amiss], np.full(int(amiss.sum()), box))
    full: Shapes = pieces[~shapely.is_empty(pieces)]
    return full
