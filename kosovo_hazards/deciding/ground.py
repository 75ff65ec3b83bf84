"""The ground of each group of records before and after: what was gained and lost, and what releases account for."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from kosovo_hazards._arrays import Floats, Mask, Positions, Shapes
from kosovo_hazards.geometry import (
    area_m2,
    difference,
    drawn_area,
    in_metres,
    intersection,
    meeting,
    middle_latitude,
    unions,
    without,
)
from kosovo_hazards.schema import CRS

__all__ = ["Changed", "changed_ground"]

# Cutting moves edges by less than the thickness of a line; so much of an area is arithmetic and no ground.
_DUST = 1e-9
_DUST_M2 = 0.01
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
    before: tuple[Shapes, Positions], after: tuple[Shapes, Positions], releases: Shapes, count: int
) -> Changed:
    """Compare the ground of each group.

    Parameters
    ----------
    before, after
        Valid polygons in EPSG:4326, missing ones without ground, and the group of each.
    releases
        Valid polygons of the releases that count.
    count
        How many groups there are.
    """
    old, new = _joined(*before, count), _joined(*after, count)
    blind = np.zeros(count, dtype=bool)
    for shapes, group in (before, after):
        blind[group[shapely.is_missing(shapes) | shapely.is_empty(shapes)]] = True
    lost, gained = difference(old, new), difference(new, old)
    common = _m2(intersection(old, new))
    old_m2, new_m2 = _m2(old), _m2(new)
    alike = shapely.equals_identical(old, new)
    lost_m2, gained_m2 = (_ground(whole, common, alike) for whole in (old_m2, new_m2))
    lost[lost_m2 == 0], gained[gained_m2 == 0] = shapely.Polygon(), shapely.Polygon()
    unreleased, released_m2 = _accounted_for(lost, lost_m2, releases)
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


def _ground(whole: Floats, common: Floats, alike: Mask) -> Floats:
    rest = np.where(alike, 0.0, np.maximum(whole - common, 0.0))
    rest[rest <= np.maximum(whole * _DUST, _DUST_M2)] = 0.0
    return rest


def _accounted_for(lost: Shapes, lost_m2: Floats, releases: Shapes) -> tuple[Shapes, Floats]:
    """What no release covers of the lost ground, and the square metres that releases cover."""
    rows = np.flatnonzero(lost_m2 > 0)
    met = meeting(lost[rows], releases)
    rest = lost.copy()
    rest[rows] = without(lost[rows], releases, met.left, met.right)
    # Measured as drawn, so that the parts of one area add up.
    drawn, left = drawn_area(lost, crs=_WGS_84), drawn_area(rest, crs=_WGS_84)
    share = np.divide(left, drawn, out=np.ones(len(lost)), where=drawn > 0).clip(0, 1)
    still = lost_m2 * share
    still[still <= np.maximum(lost_m2 * 1e-6, _DUST_M2)] = 0.0
    rest[still == 0] = shapely.Polygon()
    return rest, lost_m2 - still


def _shift(old: Shapes, new: Shapes) -> Floats:
    latitude = middle_latitude(old)
    both = ~(shapely.is_empty(old) | shapely.is_empty(new))
    far = np.full(len(old), np.nan)
    one, other = in_metres(old[both], latitude[both]), in_metres(new[both], latitude[both])
    far[both] = shapely.hausdorff_distance(shapely.boundary(one), shapely.boundary(other))
    return far
