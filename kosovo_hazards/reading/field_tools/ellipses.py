"""Ellipses and circles that a program drew with chords, which lie within them: drawn round all their ground."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from kosovo_hazards._arrays import Floats
from kosovo_hazards.reading.field_tools.curves import MOST_BESIDE_M, drawn_ring
from kosovo_hazards.reading.source_records import Records

__all__ = ["ellipse", "with_ellipses_covered"]

_FEWEST_CORNERS = 24
_AS_GOOD_AS_EQUAL = 1e-4


def ellipse(centre: Floats, east: float, north: float) -> tuple[shapely.Polygon, shapely.Polygon]:
    """Polygons round an ellipse and within it.

    Parameters
    ----------
    centre
        Its centre.
    east, north
        Its half axes along x and y, in the units of the coordinates.

    Examples
    --------
    >>> wide, narrow = ellipse(np.array([500_000.0, 4_700_000.0]), 50, 50)
    >>> narrow.area < np.pi * 50**2 < wide.area
    True
    """
    x, y = centre
    major, minor = max(east, north), min(east, north)
    how = [1, 1, 0.0 if east >= north else np.pi / 2, major, minor / major]
    west, other = [x - east, y], [x + east, y]
    ring = drawn_ring([west, {"a": [other, [x, y], *how]}, {"a": [west, [x, y], *how]}])
    return shapely.Polygon(ring.left), shapely.Polygon(ring.right)


def with_ellipses_covered(records: Records) -> Records:
    """Records whose polygons with all corners on an upright ellipse are drawn round it.

    Parameters
    ----------
    records
        What a file holds.

    Returns
    -------
    The same, with `within` for releases; each is among the repairs.
    """
    if records.shapes is None:
        return records
    found = {
        row: axes
        for row in np.flatnonzero(shapely.get_type_id(records.shapes) == shapely.GeometryType.POLYGON)
        if (axes := _axes(records.shapes[row])) is not None
    }
    if not found:
        return records
    shapes, within, repairs = records.shapes.copy(), records.shapes.copy(), records.repairs.copy()
    for row, (centre, east, north) in found.items():
        shapes[row], within[row] = ellipse(centre, east, north)
        repairs[row] = f"ellipse drawn with straight lines at most {MOST_BESIDE_M:g} m beside it"
    note = (
        f"ellipses of {len(found):,} records were drawn with straight lines at most {MOST_BESIDE_M:g} m beside them: "
        "round all ground of hazards, and within that of releases"
    )
    return replace(records, shapes=shapes, within=within, repairs=repairs, notes=(*records.notes, note))


def _axes(polygon: shapely.Polygon) -> tuple[Floats, float, float] | None:
    """Centre and half axes of the ellipse on which all corners of a polygon lie evenly; None if there is none."""
    corners = shapely.get_coordinates(polygon.exterior)[:-1]
    if len(corners) < _FEWEST_CORNERS or len(polygon.interiors):
        return None
    least, most = corners.min(axis=0), corners.max(axis=0)
    middle, reach = (least + most) / 2, (most - least) / 2
    if reach.min() <= 0:
        return None
    # No corner need lie where the ellipse reaches farthest, so it is fitted: a x² + b y² + c x + d y = 1.
    x, y = ((corners - middle) / reach).T
    a, b, c, d = np.linalg.lstsq(np.stack([x * x, y * y, x, y], axis=1), np.ones(len(x)), rcond=None)[0]
    if min(a, b) <= 0:
        return None
    full = 1 + c * c / (4 * a) + d * d / (4 * b)
    centre = middle + reach * np.array([-c / (2 * a), -d / (2 * b)])
    half = reach * np.sqrt(full / np.array([a, b]))
    unit = (corners - centre) / half
    off = np.abs(np.hypot(*unit.T) - 1)
    steps = np.diff(np.unwrap(np.arctan2(unit[:, 1], unit[:, 0])))
    even = np.abs(np.abs(steps) - 2 * np.pi / len(corners)).max() < 1e-2
    return (centre, float(half[0]), float(half[1])) if even and off.max() < 2 * _AS_GOOD_AS_EQUAL else None
