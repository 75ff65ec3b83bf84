"""The ground of each group of records before and after: what was gained and lost, and what releases account for."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from kosovo_hazards._arrays import Column, Floats, Mask, Positions, Shapes
from kosovo_hazards.deciding.registers import Released
from kosovo_hazards.geometry import (
    area_m2,
    difference,
    drawn_area,
    in_metres,
    meeting,
    middle_latitude,
    unions,
    without,
)
from kosovo_hazards.schema import CRS

__all__ = ["Changed", "changed_ground"]

# So much of an area is arithmetic and no ground.
_DUST_M2 = 0.01
_MOST_BENT = 0.1
_WGS_84 = pyproj.CRS(CRS)


@dataclass(frozen=True)
class Changed:
    """What became of the ground of each group.

    Attributes
    ----------
    measured
        Whether the group has polygons wherever it has records, so that ground can be compared.
    gained, lost, unreleased
        Polygons in EPSG:4326: only after, only before, and what of the latter no release covers.
    gained_m2, lost_m2, released_m2
        Square metres; the last is what of the lost ground releases cover.
    shift_m
        The farthest that the outline moved; NaN where there is only one.
    """

    measured: Mask
    gained: Shapes
    lost: Shapes
    unreleased: Shapes
    gained_m2: Floats
    lost_m2: Floats
    released_m2: Floats
    shift_m: Floats


def changed_ground(
    before: tuple[Shapes, Positions], after: tuple[Shapes, Positions], releases: Released, since: Column, count: int
) -> Changed:
    """Compare the ground of each group.

    Parameters
    ----------
    before, after
        Valid polygons in EPSG:4326, missing ones without ground, and the group of each.
    releases
        Those that count.
    since
        When the ground of each group was recorded; what was released before that does not explain why it is gone.
    count
        How many groups there are.
    """
    old, new = _joined(*before, count), _joined(*after, count)
    blind = np.zeros(count, dtype=bool)
    for shapes, group in (before, after):
        blind[group[shapely.is_missing(shapes) | shapely.is_empty(shapes)]] = True
    alike = shapely.equals_identical(old, new)
    lost, gained = (np.where(alike, shapely.Polygon(), rest) for rest in (difference(old, new), difference(new, old)))
    lost_m2, gained_m2 = _measured(old, new, lost, gained)
    lost[lost_m2 == 0], gained[gained_m2 == 0] = shapely.Polygon(), shapely.Polygon()
    unreleased, released_m2 = _accounted_for(lost, lost_m2, releases, since)
    return Changed(~blind, gained, lost, unreleased, gained_m2, lost_m2, released_m2, _shift(old, new))


def _joined(shapes: Shapes, group: Positions, count: int) -> Shapes:
    joined: Shapes = np.full(count, shapely.Polygon(), dtype=object)
    there = ~shapely.is_missing(shapes)
    rows, union = unions(shapes[there], group[there])
    joined[rows] = union
    return joined


def _m2(shapes: Shapes) -> Floats:
    area: Floats = area_m2(gpd.GeoSeries(shapes, crs=CRS)).fillna(0).to_numpy()
    return area


def _measured(old: Shapes, new: Shapes, lost: Shapes, gained: Shapes) -> tuple[Floats, Floats]:
    """Square metres lost and gained, as shares of the whole with edges as drawn.

    A geodesic edge bends when a cut puts a corner on it, by some 12 m² on a kilometre. What the two wholes differ by
    beyond lost and gained is that bending: it goes to both, up to a tenth of them, so that a cut is measured exactly.
    """
    old_m2, new_m2 = _m2(old), _m2(new)
    lost_m2, gained_m2 = (_share(part, whole) * m2 for part, whole, m2 in ((lost, old, old_m2), (gained, new, new_m2)))
    moved = lost_m2 + gained_m2
    bent = np.clip(new_m2 - old_m2 - (gained_m2 - lost_m2), -_MOST_BENT * moved, _MOST_BENT * moved)
    bent = np.divide(bent, moved, out=np.zeros(len(moved)), where=moved > 0)
    lost_m2, gained_m2 = lost_m2 * (1 - bent), gained_m2 * (1 + bent)
    lost_m2[lost_m2 <= _DUST_M2], gained_m2[gained_m2 <= _DUST_M2] = 0.0, 0.0
    return lost_m2, gained_m2


def _share(parts: Shapes, wholes: Shapes) -> Floats:
    part, whole = drawn_area(parts, crs=_WGS_84), drawn_area(wholes, crs=_WGS_84)
    return np.divide(part, whole, out=np.zeros(len(parts)), where=whole > 0).clip(0, 1)


def _accounted_for(lost: Shapes, lost_m2: Floats, releases: Released, since: Column) -> tuple[Shapes, Floats]:
    """What no release covers of the lost ground, and the square metres that releases cover."""
    rows = np.flatnonzero(lost_m2 > 0)
    met = meeting(lost[rows], releases.shapes)
    counts = ~(releases.completed[met.right] < since[rows[met.left]])
    rest = lost.copy()
    rest[rows] = without(lost[rows], releases.shapes, met.left[counts], met.right[counts])
    still = lost_m2 * _share(rest, lost)
    still[still <= _DUST_M2] = 0.0
    rest[still == 0] = shapely.Polygon()
    return rest, lost_m2 - still


def _shift(old: Shapes, new: Shapes) -> Floats:
    latitude = middle_latitude(old)
    both = ~(shapely.is_empty(old) | shapely.is_empty(new))
    far = np.full(len(old), np.nan)
    one, other = in_metres(old[both], latitude[both]), in_metres(new[both], latitude[both])
    far[both] = shapely.hausdorff_distance(shapely.boundary(one), shapely.boundary(other))
    return far
