"""When the risk of a place may be called tolerable: the test that Kosovo's strategy sets itself."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.cells import texts
from kosovo_hazards.gazetteer import BoundarySource, assign_places, shares_of_ground, units_of
from kosovo_hazards.reading import ReadResult, accepted, rejected_positions
from kosovo_hazards.schema import CRS, RELEASED_STATUSES, Priority
from kosovo_hazards.validation import require_table

__all__ = ["tolerability"]

_MET, _NOT_MET, _UNKNOWN = "met", "not met", "unknown"
_URGENT = (Priority.HIGH.value, Priority.MEDIUM.value)


def tolerability(
    hazards: gpd.GeoDataFrame | ReadResult,
    accidents: gpd.GeoDataFrame | ReadResult | None = None,
    *,
    as_of: str,
    places: BoundarySource | None = None,
    deadline: int = 2030,
    years: int = 5,
) -> pd.DataFrame:
    """Say of each municipality whether its risk may be called tolerable: met, not met, or unknown and what is missing.

    Parameters
    ----------
    hazards
        The register, in any CRS, best as `read_hazards` gave it: rejected records are tasks of unknown priority.
    accidents
        What `read_accidents` gave.
    as_of
        Day of the register and of the accidents, ``YYYY-MM-DD``.
    places
        Units with polygons, or a boundary file; Kosovo's municipalities if None.
    deadline, years
        No task of high or medium priority may stand, and no accident may happen in so many years after the end of the
        deadline's year.

    Returns
    -------
    One row a unit: `tasks_left` (high and medium priority), `priority_unknown` (areas and rejected records),
    `accidents` (after the deadline), `tasks`, `incidents` and `tolerable` (each ``met``, ``not met`` or ``unknown``),
    and `missing`: what an answer lacks. A last row "unknown" has what lies in no unit.

    Raises
    ------
    HazardDataError
        If `as_of` is no day, or places can't be read.

    Notes
    -----
    Kosovo's Mine Action Strategy 2025–30 calls the risk tolerable once all tasks of high and medium priority have been
    completed by 2030, provided that there are no incidents for five years thereafter (Mine Action Review, *Clearing
    Cluster Munition Remnants* 2025). **Tolerable is not free of hazards**: tasks of low priority may stand. An area
    that lies across a border counts in every unit that holds some of its ground.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> found = tolerability(kh.demo_data()[0], as_of="2024-12-31")
    >>> found["tolerable"].value_counts().to_dict()
    {'unknown': 24, 'not met': 15}
    """
    try:
        day = pd.Timestamp(as_of)
    except ValueError as error:
        raise UsageError(f"{argument('as_of', as_of)} is no day", hint='write it as "2030-12-31"') from error
    units = units_of(places)
    table = accepted(hazards)
    require_table(table, purpose="to judge", geometry=True)
    standing = table if "status" not in table.columns else table[~table["status"].isin(RELEASED_STATUSES)]
    placed = _units_of(standing, units)
    said = texts(standing["priority"]) if "priority" in standing.columns else pd.Series(None, index=standing.index)
    priority = said.astype(object)
    names = [*units["name"].astype(str), _UNKNOWN]
    left = _counted(placed.loc[placed.index.isin(np.flatnonzero(priority.isin(_URGENT)))], names)
    unsure = _counted(placed.loc[placed.index.isin(np.flatnonzero(priority.isna()))], names)
    rejected = rejected_positions(hazards)
    unsure = unsure + _counted(_places_of(rejected, units), names)
    found = pd.DataFrame({"tasks_left": left, "priority_unknown": unsure})
    nowhere = bool(found.loc[_UNKNOWN].any())
    begin = pd.Timestamp(deadline + 1, 1, 1)
    end = pd.Timestamp(deadline + 1 + years, 1, 1)
    happened, undated, unplaced = _accidents(accidents, units, names, begin, end)
    found["accidents"] = happened
    found["tasks"] = np.where(
        found["tasks_left"] > 0, _NOT_MET, np.where(found["priority_unknown"] > 0, _UNKNOWN, _MET)
    )
    over = day >= end - pd.Timedelta(days=1)
    found["incidents"] = np.where(
        found["accidents"] > 0,
        _NOT_MET,
        _MET if over and accidents is not None and not undated and not unplaced else _UNKNOWN,
    )
    if nowhere:
        found.loc[found["tasks"] == _MET, "tasks"] = _UNKNOWN
    both = found[["tasks", "incidents"]]
    found["tolerable"] = np.where(
        both.eq(_NOT_MET).any(axis=1), _NOT_MET, np.where(both.eq(_MET).all(axis=1), _MET, _UNKNOWN)
    )
    general = [
        text
        for holds, text in (
            (nowhere, "places of some areas or rejected records are unknown"),
            (accidents is None, "no accidents were given"),
            (accidents is not None and not over, f"the {years} years after {deadline} are not over"),
            (undated > 0, f"{undated:,} accidents have no date"),
            (unplaced > 0, f"{unplaced:,} accidents have no place"),
        )
        if holds
    ]
    found["missing"] = [_missing(row, general) for row in found.itertuples()]
    found.index.name = "municipality"
    return found


def _missing(row: object, general: list[str]) -> str:
    unsure = int(getattr(row, "priority_unknown", 0))
    if getattr(row, "tolerable", "") != _UNKNOWN:
        return ""
    own = [f"the priority of {unsure:,} areas or rejected records"] if unsure else []
    return "; ".join([*own, *general])


def _units_of(hazards: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> pd.Series:
    """Units of each area, by its position: the recorded one, and every other in which some of its ground lies."""
    placed = assign_places(hazards, units)["municipality"].astype(object).reset_index(drop=True)
    shares = shares_of_ground(hazards.geometry, units)
    touched = pd.Series(units["name"].astype(object).to_numpy()[shares["unit"]], index=shares["row"].to_numpy())
    both = pd.concat([placed[placed.notna()], touched])
    both = both[~pd.MultiIndex.from_arrays([both.index, both]).duplicated()]
    nowhere = placed.index.difference(both.index)
    return pd.concat([both, pd.Series(None, index=nowhere, dtype=object)])


def _counted(places: pd.Series, names: list[str]) -> pd.Series:
    known = places.where(places.isin(names), _UNKNOWN)
    return known.value_counts().reindex(names, fill_value=0).astype("int64")


def _places_of(points: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> pd.Series:
    """The unit in which each shape lies by a point on it; missing where it lies in none, or nobody knows where."""
    found = pd.Series(None, index=points.index, dtype=object)
    if not len(points):
        return found
    shapes = points.to_crs(CRS).geometry.to_numpy()
    there = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    inside = shapely.point_on_surface(shapes[there])
    row, unit = shapely.STRtree(units.to_crs(CRS).geometry.to_numpy()).query(inside, predicate="intersects")
    found.iloc[there[row]] = units["name"].astype(str).to_numpy()[unit]
    return found


def _accidents(
    accidents: gpd.GeoDataFrame | ReadResult | None,
    units: gpd.GeoDataFrame,
    names: list[str],
    begin: pd.Timestamp,
    end: pd.Timestamp,
) -> tuple[pd.Series, int, int]:
    """Accidents of the years by unit, how many have no date, and how many of the years or undated no place."""
    none = pd.Series(0, index=names, dtype="int64")
    if accidents is None:
        return none, 0, 0
    table = accepted(accidents)
    lost = len(rejected_positions(accidents))
    date = pd.to_datetime(table["date"], errors="coerce") if "date" in table.columns else pd.Series(pd.NaT, table.index)
    counted = table[(date >= begin) & (date < end)]
    recorded = (
        counted["municipality"].astype(object) if "municipality" in counted.columns else pd.Series(None, counted.index)
    )
    where = recorded.where(recorded.isin(names), _places_of(counted, units))
    by_unit = _counted(where, names)
    return by_unit, int(date.isna().sum()) + lost, int(by_unit[_UNKNOWN])
