"""When the risk of a place may be called tolerable: the test that Kosovo's strategy sets itself."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.cells import texts
from kosovo_hazards.gazetteer import BoundarySource, units_of
from kosovo_hazards.language import Catalogue, catalogue
from kosovo_hazards.priorities.placing import NOWHERE, counted, places_of_areas, places_of_records, units_in_use
from kosovo_hazards.priorities.rule import URGENT
from kosovo_hazards.reading import ReadResult, accepted, rejected_positions
from kosovo_hazards.schema import MET, NOT_MET, RELEASED_STATUSES, UNKNOWN
from kosovo_hazards.validation import in_degrees

__all__ = ["tolerability"]


def tolerability(
    hazards: gpd.GeoDataFrame | ReadResult,
    accidents: gpd.GeoDataFrame | ReadResult | None = None,
    *,
    as_of: str,
    places: BoundarySource | None = None,
    deadline: int = 2030,
    years: int = 5,
    language: str | Path = "en",
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
        Units with polygons, or a boundary file. Without them Kosovo's municipalities; those that are recorded where no
        area lies in Kosovo.
    deadline, years
        No task of high or medium priority may stand, and no accident may happen in so many years after the end of the
        deadline's year.
    language
        Of what is missing: ``en``, ``sq``, ``sr``, or the path of a catalogue (JSON) of your own.

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
    t = catalogue(language, report=True)
    table = in_degrees(accepted(hazards), "hazards", purpose="to judge")
    standing = table if "status" not in table.columns else table[~table["status"].isin(RELEASED_STATUSES)]
    rejected = rejected_positions(hazards)
    units = _units(places, standing, rejected)
    placed = places_of_areas(standing, units)
    said = texts(standing["priority"]) if "priority" in standing.columns else pd.Series(None, index=standing.index)
    priority = said.astype(object)
    names = [*(_recorded(placed) if units is None else units["name"].astype(str)), NOWHERE]
    left = counted(placed.loc[placed.index.isin(np.flatnonzero(priority.isin(URGENT)))], names)
    unsure = counted(placed.loc[placed.index.isin(np.flatnonzero(priority.isna()))], names)
    unsure = unsure + counted(places_of_records(rejected, units), names)
    found = pd.DataFrame({"tasks_left": left, "priority_unknown": unsure})
    nowhere = bool(found.loc[NOWHERE].any())
    begin = pd.Timestamp(deadline + 1, 1, 1)
    end = pd.Timestamp(deadline + 1 + years, 1, 1)
    happened, undated, unplaced = _accidents(accidents, units, names, begin, end)
    found["accidents"] = happened
    found["tasks"] = np.where(found["tasks_left"] > 0, NOT_MET, np.where(found["priority_unknown"] > 0, UNKNOWN, MET))
    over = day >= end - pd.Timedelta(days=1)
    found["incidents"] = np.where(
        found["accidents"] > 0,
        NOT_MET,
        MET if over and accidents is not None and not undated and not unplaced else UNKNOWN,
    )
    if nowhere:
        found.loc[found["tasks"] == MET, "tasks"] = UNKNOWN
    both = found[["tasks", "incidents"]]
    found["tolerable"] = np.where(
        both.eq(NOT_MET).any(axis=1), NOT_MET, np.where(both.eq(MET).all(axis=1), MET, UNKNOWN)
    )
    general = [
        text
        for holds, text in (
            (nowhere, t("tolerable.places")),
            (accidents is None, t("tolerable.no_accidents")),
            (accidents is not None and not over, t("tolerable.years", years=years, year=deadline)),
            (undated > 0, t.counted("tolerable.undated", undated)),
            (unplaced > 0, t.counted("tolerable.unplaced", unplaced)),
        )
        if holds
    ]
    found["missing"] = [_missing(row, general, t) for row in found.itertuples()]
    found.index.name = "municipality"
    return found


def _units(
    places: BoundarySource | None, standing: gpd.GeoDataFrame, rejected: gpd.GeoDataFrame
) -> gpd.GeoDataFrame | None:
    """The units to judge; none where areas lie outside Kosovo and no others were given."""
    found = units_in_use(places, standing, rejected)
    lying = standing.geometry.notna().any() or rejected.geometry.notna().any()
    return found if found is not None or lying else units_of(None)


def _recorded(placed: pd.Series) -> list[str]:
    return sorted({str(name) for name in placed.dropna()} - {NOWHERE})


def _missing(row: object, general: list[str], t: Catalogue) -> str:
    unsure = int(getattr(row, "priority_unknown", 0))
    if getattr(row, "tolerable", "") != UNKNOWN:
        return ""
    own = [t.counted("tolerable.priority", unsure)] if unsure else []
    return "; ".join([*own, *general])


def _accidents(
    accidents: gpd.GeoDataFrame | ReadResult | None,
    units: gpd.GeoDataFrame | None,
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
    of_years = table[(date >= begin) & (date < end)]
    known = "municipality" in of_years.columns
    recorded = of_years["municipality"].astype(object) if known else pd.Series(None, of_years.index)
    where = recorded.where(recorded.isin(names), places_of_records(of_years, units))
    by_unit = counted(where, names)
    return by_unit, int(date.isna().sum()) + lost, int(by_unit[NOWHERE])
