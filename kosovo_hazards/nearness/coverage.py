"""Where a register tells anything: beyond that, nobody has looked or nobody has written it down."""

from __future__ import annotations

from typing import TypeAlias

import geopandas as gpd
import numpy as np
import shapely

from kosovo_hazards._arrays import Mask, Shapes
from kosovo_hazards._errors import NotAnsweredError, UsageError, missing_crs
from kosovo_hazards.geometry import covering, cut_at_antimeridian, only_polygons, union_all
from kosovo_hazards.nearness.outlines import Asked, straight
from kosovo_hazards.schema import CRS

__all__ = ["MARGIN_M", "Coverage", "lies_outside"]

Coverage: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries | shapely.Geometry
"""Polygons; a shape alone is in degrees."""

MARGIN_M = 1_000.0
"""By so much the hull round the areas of a register is widened where nobody says what it covers."""
# Boundaries of neighbours do not always meet; gaps of twice this, some two metres, are none.
_GAP_DEG = 1e-5
_HALF_AROUND_DEG = 180.0


def lies_outside(asked: Asked, coverage: Coverage | None, known: Shapes) -> Mask:
    """Which points and edges lie outside, if only in part.

    Parameters
    ----------
    asked
        Points or edges.
    coverage
        What the caller says; its edges are straight in degrees, as on the maps from which it comes.
    known
        The accepted areas of the register in the plane, for the hull that stands for it else.
    """
    if coverage is None:
        whole = shapely.buffer(shapely.convex_hull(shapely.geometrycollections(known)), MARGIN_M)
        shapes = asked.shapes
    else:
        joined = union_all(_polygons(coverage), grow=False)
        whole = shapely.buffer(shapely.buffer(joined, _GAP_DEG), -_GAP_DEG)
        shapes = _in_degrees(asked)
    shapely.prepare(whole)
    outside: Mask = ~shapely.covers(whole, shapes)
    return outside


def _in_degrees(asked: Asked) -> Shapes:
    starts, ends = asked.starts.places, asked.ends.places
    shapes = straight(starts, ends)
    # An edge across 180° is drawn the long way, but its ends tell as much.
    across = np.flatnonzero(np.abs(ends[:, 0] - starts[:, 0]) > _HALF_AROUND_DEG)
    pairs = np.stack([starts[across], ends[across]], axis=1).reshape(-1, 2)
    shapes[across] = shapely.multipoints(pairs, indices=np.repeat(np.arange(len(across)), 2))
    return shapes


def _polygons(coverage: Coverage) -> Shapes:
    if isinstance(coverage, shapely.Geometry):
        coverage = gpd.GeoSeries([coverage], crs=CRS)
    if not isinstance(coverage, gpd.GeoDataFrame | gpd.GeoSeries):
        raise UsageError(
            f"the coverage is a {type(coverage).__name__}, not polygons",
            hint="give a GeoDataFrame, such as kh.places() or kh.places(source=…)",
        )
    if coverage.crs is None:
        raise missing_crs("the coverage", "coverage")
    shapes, _ = cut_at_antimeridian(coverage.to_crs(CRS).geometry.to_numpy())
    found = only_polygons(covering(shapes[~shapely.is_missing(shapes)]))
    found = found[~shapely.is_empty(found)]
    if not len(found):
        raise NotAnsweredError("the coverage has no polygon", hint="give the ground that was surveyed as polygons")
    return np.asarray(found, dtype=object)
