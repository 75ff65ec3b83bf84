"""Ground tile by tile: what thousands of polygons cover together, and large polygons in handy pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely

from kosovo_hazards._arrays import Floats, Mask, Positions, Shapes
from kosovo_hazards.geometry.overlay import intersection, only_polygons, union_all

__all__ = ["Tile", "subdivided", "tiled_m2", "tiles"]

# So many shapes are joined at once.
_FEW = 300
# A split that leaves more than this in both halves together gains nothing: the shapes lie on top of each other.
_GAIN = 1.3
_DEEPEST = 40
# A half of a shape that is cut has fewer points than this share of it.
_LEAST_GAIN = 0.9
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


def subdivided(shapes: Shapes, *, most_points: int = 1_000) -> tuple[Shapes, Positions]:
    """Cut polygons with many points into pieces with few, which together are the same ground.

    Parameters
    ----------
    shapes
        Valid polygons, none missing.
    most_points
        What has more points is cut, until no piece has or cutting gains nothing.

    Returns
    -------
    The pieces, in any order, and the position of the shape that each belongs to.

    Examples
    --------
    >>> ring = shapely.Point(0, 0).buffer(1, quad_segs=1_000)
    >>> pieces, owner = subdivided(np.array([ring, shapely.box(5, 5, 6, 6)]))
    >>> len(pieces) > 4, int(shapely.get_num_coordinates(pieces).max()) <= 1_000, owner[-1].item()
    (True, True, 1)
    >>> round(float(shapely.area(pieces[owner == 0]).sum() / ring.area), 12)
    1.0
    """
    done: list[tuple[Shapes, Positions, Floats]] = [(shapes[:0], np.zeros(0, dtype=np.intp), np.zeros((0, 4)))]
    pieces, owner, frames = shapes, np.arange(len(shapes)), shapely.bounds(shapes)
    while len(pieces):
        many = np.flatnonzero(shapely.get_num_coordinates(pieces) > most_points)
        halves = [_halves_of(piece) for piece in pieces[many]]
        many = many[[half is not None for half in halves]]
        kept = np.setdiff1d(np.arange(len(pieces)), many)
        done.append((pieces[kept], owner[kept], frames[kept]))
        cut = [half for half in halves if half is not None]
        owner = np.repeat(owner[many], 2)
        pieces = np.concatenate([np.zeros(0, dtype=object), *(shapes for shapes, _ in cut)])
        frames = np.concatenate([np.zeros((0, 4)), *(both for _, both in cut)])
        there = ~shapely.is_empty(pieces)
        pieces, owner, frames = pieces[there], owner[there], frames[there]
    every, owners, within = (np.concatenate(side) for side in zip(*done, strict=True))
    amiss = ~shapely.is_valid(every)
    every[amiss] = intersection(shapes[owners[amiss]], shapely.box(*within[amiss].T))
    order = np.argsort(owners, kind="stable")
    return every[order], owners[order]


def _halves_of(shape: shapely.Geometry) -> tuple[Shapes, Floats] | None:
    """Halves of a shape, by number of points and through none of them, and their bounds; None if that gains nothing.

    Points that lie on each other are parted by no line, and a box has as many corners as its halves.
    """
    low, high = shapely.bounds(shape).reshape(2, 2)
    for axis in np.argsort(low - high):
        at = np.unique(shapely.get_coordinates(shape)[:, axis])
        middle = at[(len(at) - 1) // 2 : (len(at) - 1) // 2 + 2].mean()
        if low[axis] < middle < high[axis]:
            first, second = high.copy(), low.copy()
            first[axis] = second[axis] = middle
            frames = np.array([[*low, *first], [*second, *high]])
            halves = only_polygons(np.array([shapely.clip_by_rect(shape, *frame) for frame in frames], dtype=object))
            if shapely.get_num_coordinates(halves).max() < shapely.get_num_coordinates(shape) * _LEAST_GAIN:
                return halves, frames
    return None


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
