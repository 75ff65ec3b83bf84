"""Polygons from the records that demining teams make: benchmark, start point and turning points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Floats, Positions
from kosovo_hazards._errors import UsageError
from kosovo_hazards.geometry import area_m2, crs_named, repaired
from kosovo_hazards.reading.points.columns import (
    PERIMETER,
)
from kosovo_hazards.reading.points.demining_sheets import Known, Sheet, known_degrees
from kosovo_hazards.schema import CRS, Direction
from kosovo_hazards.validation import require_table

__all__ = ["TurningPoints", "polygons_from_turning_points"]

North = Literal["true", "grid", "magnetic"]

_GEOD = pyproj.Geod(ellps="WGS84")
_CORNERS = 3


@dataclass(frozen=True, repr=False)
class TurningPoints:
    """Polygons made of turning points; unpacks into `data`, `rejected`.

    Attributes
    ----------
    data
        One row a polygon, EPSG:4326: `shape_id`, `points` (how many corners), `area_m2`, `perimeter_m`,
        `closing_error_m` and `closing_ratio` (error ÷ length walked; missing if no leg leads back to a known point),
        `what` (what was repaired), geometry.
    rejected
        One row a record that gives no polygon: `shape_id`, `rows` (numbers in the table, from 1), `reason`,
        `closing_error_m`, `closing_ratio`.
    notes
        What else there is to know: the transformation of the coordinates and its stated accuracy.

    Examples
    --------
    >>> import pandas as pd, kosovo_hazards as kh
    >>> corners = [(21.0, 42.6), (21.001, 42.6), (21.001, 42.601)]
    >>> sheet = pd.DataFrame(corners, columns=["longitude", "latitude"]).assign(shape_id="P-1")
    >>> made, rejected = kh.polygons_from_turning_points(sheet, crs="EPSG:4326")
    >>> made["points"].tolist(), len(rejected)
    ([3], 0)
    """

    data: gpd.GeoDataFrame
    rejected: pd.DataFrame
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[pd.DataFrame]:
        return iter((self.data, self.rejected))

    def __repr__(self) -> str:
        lost = f"{len(self.rejected):,} REJECTED and not in .data" if len(self.rejected) else "none rejected"
        lines = [f"<TurningPoints: {len(self.data):,} polygons, {lost}>", *self.notes]
        lines += [f"{shape}: {reason}" for shape, reason in self.rejected[["shape_id", "reason"]].head(10).to_numpy()]
        return "\n  ".join(lines)


def polygons_from_turning_points(
    table: pd.DataFrame,
    *,
    crs: str | None = None,
    columns: Mapping[str, str] | None = None,
    north: North | None = None,
    declination_deg: float | None = None,
    grid_crs: str | None = None,
    bearing_unit: Literal["degrees", "mils"] = "degrees",
    mils_in_circle: int = 6400,
    tolerance: float = 0.02,
    direction: Literal["outward", "inward"] = "outward",
) -> TurningPoints:
    """Make polygons from points that are given by coordinates, or by bearing and distance from another point.

    Parameters
    ----------
    table
        One row a point, in the order walked: `shape_id`, `point_no` (its name: BM, SP, TP1, …) or `point_type`,
        coordinates (`longitude` and `latitude` or `coordinate`) or `bearing` and `distance` (m) from `from_point` (the
        point above where that is empty). Usual headings in English, Albanian and Serbian are recognised. A row that
        leads back to a point known already is a closing leg.
    crs
        CRS of the coordinates, unless their notation (UTM, MGRS) or a column `crs` or `zone` names it.
    columns
        Our column and the table's.
    north
        What bearings are counted from: ``"true"``, ``"grid"`` or ``"magnetic"``; needed if there are any.
    declination_deg
        Degrees by which magnetic north lies east of true north, needed with ``north="magnetic"``.
    grid_crs
        The projected CRS whose north bearings are counted from, needed with ``north="grid"``.
    bearing_unit
        ``"degrees"`` or ``"mils"``.
    mils_in_circle
        6400 as in NATO, 6000 as in armies of the former Yugoslavia and Soviet Union.
    tolerance
        Greatest closing error as a share of the length walked. By default 0.02: a hand compass read to one degree is
        1.7 % of the leg off sideways.
    direction
        To which side outlines that cross themselves are repaired: ``"outward"`` as hazards, which keep all the ground
        they enclose, or ``"inward"`` as releases, which keep only what every reading of the outline gives.

    Returns
    -------
    `TurningPoints`, unpackable into `data` and `rejected`. Benchmarks and reference points are no corners. Nothing is
    adjusted: the closing error stays between the last corner and the first.

    Raises
    ------
    UnreadableSourceError
        If columns are missing.
    MissingCRSError
        If nothing names the CRS of the coordinates.
    UsageError
        If the north of bearings is not named, or an option is out of range.

    Notes
    -----
    Legs are geodesics on WGS 84 of the length measured on the ground; grid bearings are turned by the meridian
    convergence at the point they start from.

    Examples
    --------
    >>> sheet = pd.DataFrame(
    ...     {
    ...         "shape_id": "A",
    ...         "point": ["BM", "SP", "TP1", "TP2", "TP3", "SP"],
    ...         "lon": [21.0, None, None, None, None, None],
    ...         "lat": [42.6, None, None, None, None, None],
    ...         "bearing": [None, 90, 0, 90, 180, 270],
    ...         "distance": [None, 25, 100, 50, 100, 50],
    ...     }
    ... )
    >>> polygons, rejected = polygons_from_turning_points(sheet, crs="EPSG:4326", north="true")
    >>> polygons[["area_m2", "perimeter_m", "closing_error_m"]].round(1).to_numpy().tolist()
    [[5000.0, 300.0, 0.0]]
    """
    require_table(table, purpose="to make polygons of")
    sheet = Sheet(table, columns)
    _check(sheet, north, declination_deg, grid_crs, bearing_unit, tolerance)
    circle = 360.0 / mils_in_circle if bearing_unit == "mils" else 1.0
    bearings = _Bearings(circle, north, declination_deg or 0.0, None if grid_crs is None else crs_named(grid_crs))
    known = known_degrees(sheet, crs)
    return _result(sheet, known, _walk(sheet, known.points, bearings), tolerance, Direction(direction))


def _check(
    sheet: Sheet, north: str | None, declination: float | None, grid: str | None, unit: str, tolerance: float
) -> None:
    if unit not in ("degrees", "mils"):
        raise UsageError(f"bearing_unit={unit!r} is neither 'degrees' nor 'mils'")
    if not tolerance > 0:
        raise UsageError(f"tolerance={tolerance!r} must be above 0")
    if not np.isfinite(sheet.bearing).any():
        return
    if north not in ("true", "grid", "magnetic"):
        raise UsageError(
            f"bearings need to say from which north they are counted, got north={north!r}",
            hint='north="true", north="grid" with grid_crs=, or north="magnetic" with declination_deg=',
        )
    if north == "magnetic" and declination is None:
        raise UsageError("magnetic bearings need declination_deg=, east of true north positive")
    if north == "grid" and grid is None:
        raise UsageError('grid bearings need grid_crs=, for instance "EPSG:9141"')


@dataclass(frozen=True)
class _Bearings:
    degrees: float
    north: str | None
    declination_deg: float
    grid: pyproj.CRS | None

    def true_deg(self, bearing: Floats, lon: Floats, lat: Floats) -> Floats:
        """Bearings from true north at the points where the legs begin."""
        true = bearing * self.degrees
        if self.north == "magnetic":
            true = true + self.declination_deg
        if self.north == "grid" and self.grid is not None and len(lon):
            true = true + np.asarray(pyproj.Proj(self.grid).get_factors(lon, lat).meridian_convergence)
        return true


# --- walking the legs ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Walked:
    points: Floats
    closing_m: Floats
    again: NDArray[np.bool_]


def _walk(sheet: Sheet, given: Floats, bearings: _Bearings) -> _Walked:
    """Where each point lies, and how far from its known place a leg ends that leads back to it."""
    origin, first = _origins(sheet)
    points = given.copy()
    again = first >= 0
    ready = np.isfinite(sheet.bearing) & np.isfinite(sheet.distance) & (origin >= 0)
    ends = np.full_like(points, np.nan)
    # Each round walks every leg whose beginning has become known, in all shapes at once.
    while len(rows := np.flatnonzero(ready & np.isfinite(points[origin]).all(axis=1))):
        lon, lat = points[origin[rows]].T
        azimuth = bearings.true_deg(sheet.bearing[rows], lon, lat)
        ends[rows] = np.column_stack(_GEOD.fwd(lon, lat, azimuth, sheet.distance[rows])[:2])
        new = rows[~again[rows] & ~np.isfinite(given[rows]).all(axis=1)]
        points[new] = ends[new]
        ready[rows] = False
    target = np.where(again[:, None], points[first], given)
    return _Walked(points, _apart_m(ends, target), again)


def _origins(sheet: Sheet) -> tuple[Positions, Positions]:
    """For each row the row its leg begins at, and the row that first named the point it repeats; -1 for none."""
    count = len(sheet.shape)
    origin, first = np.full(count, -1), np.full(count, -1)
    seen: dict[tuple[int, str], int] = {}
    last: dict[int, int] = {}
    for row, (shape, label, start) in enumerate(zip(sheet.shape.tolist(), sheet.label, sheet.origin, strict=True)):
        origin[row] = seen.get((shape, start), -1) if start else last.get(shape, -1)
        known = seen.get((shape, label), -1) if label else -1
        if known >= 0 and sheet.kind[row] in PERIMETER and np.isfinite(sheet.distance[row]):
            first[row] = known
            continue
        if label:
            seen.setdefault((shape, label), row)
        last[shape] = row
    return origin.astype(np.intp), first.astype(np.intp)


def _apart_m(ends: Floats, target: Floats) -> Floats:
    apart = np.full(len(ends), np.nan)
    both = np.isfinite(ends).all(axis=1) & np.isfinite(target).all(axis=1)
    if both.any():
        apart[both] = _GEOD.inv(*ends[both].T, *target[both].T)[2]
    return apart


# --- polygons --------------------------------------------------------------------------------------------------------


def _result(sheet: Sheet, known: Known, walked: _Walked, tolerance: float, direction: Direction) -> TurningPoints:
    count = len(sheet.shape_ids)
    corner = np.isin(sheet.kind, list(PERIMETER)) & ~walked.again
    lost = ~np.isfinite(walked.points).all(axis=1) & ~walked.again
    closing = pd.Series(walked.closing_m).groupby(sheet.shape).max().reindex(range(count)).to_numpy()
    walked_m = pd.Series(sheet.distance).groupby(sheet.shape).sum().reindex(range(count)).to_numpy()
    ratio = np.divide(closing, walked_m, out=np.full(count, np.nan), where=walked_m > 0)
    number = np.bincount(sheet.shape[corner], minlength=count)
    reasons = [
        _reason(sheet, shape, known, lost, int(number[shape]), closing[shape], ratio[shape], tolerance)
        for shape in range(count)
    ]
    good = np.array([reason == "" for reason in reasons], dtype=bool)
    shapes = np.full(count, None, dtype=object)
    use = corner & good[sheet.shape] if count else corner
    order = np.flatnonzero(use)[np.argsort(sheet.shape[use], kind="stable")]
    position_of = np.cumsum(good) - 1
    if len(order):
        rings = shapely.linearrings(walked.points[order], indices=position_of[sheet.shape[order]])
        shapes[good] = shapely.polygons(rings)
    whole_shapes = repaired(shapes, direction)
    problems = np.array(
        [reason or problem for reason, problem in zip(reasons, whole_shapes.problem, strict=True)], dtype=object
    )
    whole = problems == ""
    frame = gpd.GeoDataFrame(
        {"shape_id": pd.Series(sheet.shape_ids, dtype="str"), "points": number},
        geometry=whole_shapes.shapes,
        crs=CRS,
    )
    frame = frame.assign(
        area_m2=area_m2(frame),
        perimeter_m=_perimeter_m(shapes),
        closing_error_m=closing,
        closing_ratio=ratio,
        what=whole_shapes.what,
    )
    rows = [", ".join(str(row + 1) for row in np.flatnonzero(sheet.shape == shape)) for shape in np.flatnonzero(~whole)]
    rejected = pd.DataFrame(frame)[~whole][["shape_id", "closing_error_m", "closing_ratio"]].reset_index(drop=True)
    rejected.insert(1, "rows", pd.Series(rows, dtype="str"))
    rejected.insert(2, "reason", pd.Series(problems[~whole], dtype="str"))
    return TurningPoints(frame[whole].reset_index(drop=True), rejected, known.notes)


def _reason(
    sheet: Sheet,
    shape: int,
    known: Known,
    lost: NDArray[np.bool_],
    corners: int,
    closing: float,
    ratio: float,
    tolerance: float,
) -> str:
    if corners < _CORNERS:
        return f"has {corners} turning points; a polygon needs {_CORNERS}"
    misplaced_rows = np.flatnonzero((known.problems != "") & (sheet.shape == shape))
    if len(misplaced_rows):
        return "; ".join(f"the point of row {row + 1} {known.problems[row]}" for row in misplaced_rows[:3])
    unknown = np.flatnonzero(lost & (sheet.shape == shape))
    if len(unknown):
        named = ", ".join(str(row + 1) for row in unknown[:10])
        return f"the point of row {named} has neither coordinates nor a bearing and distance from a known point"
    if np.isfinite(ratio) and ratio > tolerance:
        return (
            f"does not close: {closing:,.1f} m, or 1 in {1 / ratio:,.0f} of the length walked (at most {tolerance:.1%})"
        )
    return ""


def _perimeter_m(shapes: NDArray[np.object_]) -> Floats:
    """Length of the outline as drawn, along geodesics, in metres."""
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    if len(points) < 2:
        return np.full(len(shapes), np.nan)
    length = np.asarray(_GEOD.inv(*points[:-1].T, *points[1:].T)[2])
    length[owner[1:] != owner[:-1]] = 0
    total = np.bincount(owner[1:], length, minlength=len(shapes)).astype(np.float64)
    total[shapely.is_missing(shapes)] = np.nan
    return total
