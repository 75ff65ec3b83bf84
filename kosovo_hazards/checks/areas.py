"""Checks on recorded areas: against the polygon, against what is likely, and against the grid they were taken from."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Floats, Mask, Positions
from kosovo_hazards._wording import only_in_python
from kosovo_hazards.checks.checked_table import Records
from kosovo_hazards.checks.limits import Limits
from kosovo_hazards.geometry import middle_latitude
from kosovo_hazards.language import areas, percents, sentences, spoken_words
from kosovo_hazards.schema import CRS

__all__ = ["area_findings"]

# Recorded ÷ computed area, where a unit or a projection explains it.
_LIKELY_CAUSES = (
    (1e-4, "hectares"),
    (1e-6, "square kilometres"),
    (1e-3, "dunams"),
    (1e4, "times 10,000"),
)
_CAUSE_WITHIN = 0.1
# UTM is 0.08 % too small in the middle of a zone and some 0.1 % too large at its edge.
_GRID_OFF = (1e-4, 2e-3)
# What rounding to whole metres leaves, and the difference from which on it tells one area from another.
_ROUNDED_M2, _TELLS_M2, _GRID_AGREES = 0.51, 1.5, 1e-5


def area_findings(records: Records, limits: Limits) -> Iterator[pd.DataFrame]:
    """What is wrong with the areas of one table.

    Parameters
    ----------
    records
        Hazards or releases.
    limits
        The thresholds.
    """
    drawn, reported, stored = records.area_m2, records.numbers("reported_area_m2"), records.numbers("area_m2")
    yield _area_differs(records, drawn, reported, limits)
    yield _area_in_grid(records, drawn, reported)
    yield _stored_area(records, drawn, stored, limits)
    yield _size(records, np.where(np.isnan(drawn), records.recorded_m2(), drawn), limits)


def _off(recorded: Floats, drawn: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        off: Floats = np.where(drawn > 0, recorded / drawn - 1, np.nan)
    return off


def _area_differs(records: Records, drawn: Floats, reported: Floats, limits: Limits) -> pd.DataFrame:
    off = _off(reported, drawn)
    large = np.abs(reported - drawn) > limits.area_difference_m2
    rows = np.flatnonzero((np.abs(off) > limits.area_share) & large & (reported >= 0))
    mercator = 1 / np.cos(np.radians(middle_latitude(records.drawn[rows]))) ** 2
    causes = [_cause(off[row] + 1, factor) for row, factor in zip(rows, mercator, strict=True)]
    text = sentences(
        "area-differs", drawn=areas(drawn[rows]), recorded=areas(reported[rows]),
        off=percents(off[rows], signed=True), cause=spoken_words("cause", causes),
    )  # fmt: skip
    return records.found("area-differs", rows, text, value=100 * off[rows])


def _cause(ratio: float, mercator: float) -> str:
    causes = (*_LIKELY_CAUSES, (mercator, "web mercator"))
    near = [
        cause for factor, cause in causes if abs(ratio / factor - 1) < (_CAUSE_WITHIN if factor != mercator else 0.01)
    ]
    return near[0] if near else ""


def _area_in_grid(records: Records, drawn: Floats, reported: Floats) -> pd.DataFrame:
    off = _off(reported, drawn)
    rows = np.flatnonzero(_like_a_grid(off) & (np.abs(reported - drawn) > _TELLS_M2))
    rows = rows[_is_of_utm(records, rows, reported)]
    text = sentences(
        "area-in-grid", recorded=areas(reported[rows]), drawn=areas(drawn[rows]),
        off=percents(off[rows], 2, signed=True),
    )  # fmt: skip
    return records.found("area-in-grid", rows, text, value=100 * off[rows])


def _like_a_grid(off: Floats) -> Mask:
    size = np.abs(off)
    return (size > _GRID_OFF[0]) & (size < _GRID_OFF[1])


def _is_of_utm(records: Records, rows: Positions, recorded: Floats) -> Mask:
    """Whether a recorded area is that of the polygon in the UTM zone where it lies."""
    shapes = gpd.GeoSeries(records.ground[rows], crs=CRS)
    bounds = shapes.bounds.to_numpy()
    zone = np.floor((bounds[:, 0] + bounds[:, 2]) / 2 / 6 + 31).astype(int)
    codes = np.where(bounds[:, 1] >= 0, 32600, 32700) + np.clip(zone, 1, 60)
    area = np.full(len(rows), np.nan)
    for code in np.unique(codes):
        area[codes == code] = shapes[codes == code].to_crs(int(code)).area.to_numpy()
    same: Mask = np.abs(recorded[rows] - area) <= np.maximum(_ROUNDED_M2, _GRID_AGREES * area)
    return same


def _stored_area(records: Records, drawn: Floats, stored: Floats, limits: Limits) -> pd.DataFrame:
    off = _off(stored, drawn)
    rows = np.flatnonzero((np.abs(off) > limits.stored_area_share) & (np.abs(stored - drawn) > 1))
    in_grid = np.zeros(len(rows), dtype=bool)
    likely = _like_a_grid(off[rows])
    in_grid[likely] = _is_of_utm(records, rows[likely], stored)
    anew = only_in_python(" (kh.area_m2)")
    text = sentences(
        "stored-area-stale", stored=areas(stored[rows]), drawn=areas(drawn[rows]),
        off=percents(off[rows], 2, signed=True), anew=anew,
        cause=spoken_words("cause", ["utm grid" if grid else "" for grid in in_grid]),
    )  # fmt: skip
    return records.found("stored-area-stale", rows, text, value=100 * off[rows])


def _size(records: Records, size: Floats, limits: Limits) -> pd.DataFrame:
    # Nothing cancelled is a result; and a polygon that encloses nothing is another finding.
    small, large = (size >= 0.01) & (size < limits.smallest_m2), size > limits.largest_m2
    rows = np.flatnonzero(small | large)
    text = sentences(
        [f"implausible-size.{'small' if small[row] else 'large'}" for row in rows],
        size=areas(size[rows]), limit=areas(np.where(small[rows], limits.smallest_m2, limits.largest_m2)),
    )  # fmt: skip
    return records.found("implausible-size", rows, text, value=size[rows])
