"""To how many metres the corners of a record are given: squares of MGRS and Plus codes, few decimals, whole seconds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyproj
import shapely

from kosovo_hazards._arrays import Floats, Shapes
from kosovo_hazards.reading.column_matching import CORNERS_GIVEN_TO
from kosovo_hazards.reading.source_records import Records

__all__ = ["given_to_m", "with_coarseness"]

# Along a meridian.
_METRES_PER_DEGREE = 111_195.0
# Decimals of degrees, of minutes, whole seconds, and Plus codes of ten signs; the finest here is 0.0001°, 11 m.
_STEPS_DEG = (*(10.0**-k for k in range(5)), *(10.0**-k / 60 for k in range(3)), 1 / 3600, 1 / 8000)
_STEPS_M = (1_000.0, 100.0, 10.0)
_EXACT = 1e-6
_FEWEST_PLACES = 3


def with_coarseness(records: Records) -> Records:
    """Records with a column that says to how many metres their corners are given, where that is 10 m or more.

    Parameters
    ----------
    records
        Records whose shapes were made of coordinates in cells, in the CRS in which those were written.
    """
    if records.shapes is None or records.crs is None:
        return records
    metres = given_to_m(records.shapes, records.crs)
    coarse = ~np.isnan(metres)
    if not coarse.any() or CORNERS_GIVEN_TO in records.table.columns:
        return records
    worst = np.nanmax(metres)
    some = ", ".join(str(row) for row in records.rows[coarse][:5])
    note = (
        f"corners of {coarse.sum():,} records are given to {np.nanmin(metres):,.0f} m or coarser, at worst to "
        f"{worst:,.0f} m (record {some}): the true edge may lie that far from the one drawn; column "
        f"{CORNERS_GIVEN_TO!r} says which"
    )
    table = records.table.assign(**{CORNERS_GIVEN_TO: metres.round()})
    return replace(records, table=table, notes=(*records.notes, note))


def given_to_m(shapes: Shapes, crs: pyproj.CRS) -> Floats:
    """The coarsest step, in metres, of which all coordinates of a shape are multiples; NaN where it is below 10 m.

    Parameters
    ----------
    shapes
        Geometry as it was written.
    crs
        Their CRS.

    Examples
    --------
    >>> field = shapely.Polygon([(21.5, 42.6), (21.52, 42.6), (21.52, 42.63)])
    >>> given_to_m(np.array([field]), pyproj.CRS("EPSG:4326")).round().tolist()
    [1112.0]
    """
    places, owner = shapely.get_coordinates(shapes, return_index=True)
    found = np.full(len(shapes), np.nan)
    factor = crs.axis_info[0].unit_conversion_factor if crs.axis_info else 1.0
    steps = (
        [(step, step * _METRES_PER_DEGREE) for step in _STEPS_DEG]
        if crs.is_geographic
        else [(step / (factor or 1.0), step) for step in _STEPS_M]
    )
    enough = np.bincount(owner, minlength=len(shapes)) >= _FEWEST_PLACES
    for step, metres in sorted(steps, key=lambda pair: pair[1]):
        off = np.abs(places / step - np.round(places / step)).max(axis=1, initial=0.0) > _EXACT
        fits = (np.bincount(owner, off, minlength=len(shapes)) == 0) & enough
        found[fits] = metres
    return found
