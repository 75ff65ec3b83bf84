"""What a report contains: tables put in order, and the days they are of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import geopandas as gpd
import pandas as pd

from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.gazetteer import BoundarySource, assign_places, is_home, units_of
from kosovo_hazards.land_release import as_day, dates_of, inferred_date
from kosovo_hazards.language import Note
from kosovo_hazards.provenance import any_synthetic
from kosovo_hazards.reading import ReadResult, accepted
from kosovo_hazards.schema import ACCIDENTS, EVIDENCE, HAZARDS, ITEMS, RELEASES
from kosovo_hazards.validation import in_degrees, require_columns, with_shapes

__all__ = ["Points", "Registers", "ReportRequest", "request_of"]

Points: TypeAlias = Mapping[str, gpd.GeoDataFrame | ReadResult | None]
"""Evidence, accidents and items by name."""

Registers: TypeAlias = gpd.GeoDataFrame | ReadResult | Mapping[str | pd.Timestamp, gpd.GeoDataFrame] | None


_KEYS = {"evidence": EVIDENCE.key, "accidents": ACCIDENTS.key, "items": ITEMS.key}


@dataclass(frozen=True, eq=False)
class ReportRequest:
    """What the caller gave, in degrees and with places.

    Attributes
    ----------
    hazards, releases
        The tables; no releases if None.
    previous
        Earlier states of the register by day.
    day
        The day that the report is of; NaT where nothing tells it.
    stated
        Whether the caller named that day.
    register_day
        The day whose state `hazards` shows; NaT: unknown.
    units
        Places for the map and the checks; the shipped ones where None.
    results
        What became of the files that were read, by name.
    notes
        What had to be assumed so far.
    points
        Evidence, accidents and items, those there are.
    """

    hazards: gpd.GeoDataFrame
    releases: gpd.GeoDataFrame | None
    previous: dict[pd.Timestamp, gpd.GeoDataFrame]
    day: pd.Timestamp
    stated: bool
    register_day: pd.Timestamp
    units: gpd.GeoDataFrame | None
    read_results: dict[str, ReadResult]
    notes: tuple[Note, ...]
    points: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)

    @property
    def year(self) -> int | None:
        """The year reported on."""
        return None if pd.isna(self.day) else int(self.day.year)

    @cached_property
    def home(self) -> bool:
        """Whether it is about Kosovo."""
        return is_home(self.units, self.hazards)

    @property
    def synthetic(self) -> bool:
        """Whether a record is made up."""
        return any_synthetic(self.hazards, self.releases, *self.points.values())

    def as_read(self, name: str, table: gpd.GeoDataFrame) -> gpd.GeoDataFrame | ReadResult:
        """A table together with what else came of reading it: the records that were rejected, and repairs."""
        read = self.read_results.get(name)
        return table if read is None else replace(read, data=table)

    def of_year(self, year: int | None) -> pd.Series:
        """Whether each release was completed in a year."""
        if self.releases is None or year is None:
            return pd.Series(dtype=bool)
        return dates_of(self.releases, "completed", "release_id").dt.year == year


def request_of(
    hazards: gpd.GeoDataFrame | ReadResult,
    releases: pd.DataFrame | ReadResult | None,
    *,
    as_of: str | pd.Timestamp | None,
    register_date: str | pd.Timestamp | None,
    previous: Registers,
    places: BoundarySource | None,
    points: Points | None = None,
) -> ReportRequest:
    """Put the tables in order and settle of which days they are.

    Parameters
    ----------
    hazards, releases, as_of, register_date, previous, places
        As `write_report` takes them.
    points
        Evidence, accidents and items by name.

    Raises
    ------
    HazardDataError
        If a table has no CRS or lacks its key columns, a date is none, or a register before is not older.
    """
    found = {name: given for name, given in (points or {}).items() if given is not None}
    read_results = {
        name: given
        for name, given in (("hazards", hazards), ("releases", releases), *found.items())
        if isinstance(given, ReadResult)
    }
    of_points = {name: accepted(given) for name, given in found.items()}
    units = None if places is None else units_of(places)
    areas = _placed(_placed_table(hazards, HAZARDS.key), units)
    work = None if releases is None else _placed(_placed_table(releases, RELEASES.key), units)
    require_columns(areas, ["hazard_id", "hazard_type"], purpose="to report")
    day, notes = as_day(as_of), []
    if work is not None:
        require_columns(work, ["release_id", "product"], purpose="to report")
        work, late = _up_to(work, day)
        notes += [Note("note.late_releases", {"n": late})] if late else []
    stated = not pd.isna(day)
    if stated:
        late_areas = (dates_of(areas, "established", "hazard_id") > day).to_numpy()
        areas = areas[~late_areas]
        notes += [Note("note.late_hazards", {"n": int(late_areas.sum())})] if late_areas.any() else []
        here = {name: _known_on(day, name, table) for name, table in of_points.items()}
        late = sum(len(of_points[name]) - len(table) for name, table in here.items())
        notes += [Note("note.late_points", {"n": late})] if late else []
        of_points = here
    registered = as_day(register_date)
    if not stated:
        day = _newest(areas, work, registered)
        inferred = Note("note.day_inferred", {"date": day.date()})
        notes.append(Note("note.day_unknown", {}) if pd.isna(day) else inferred)
    before = _previous(previous, day, units)
    if pd.isna(registered):
        registered, how = _register_day(areas, work, day, given=bool(before))
        notes += [how] if how else []
    return ReportRequest(areas, work, before, day, stated, registered, units, read_results, tuple(notes), of_points)


def _known_on(day: pd.Timestamp, name: str, table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Points up to a day; those without a date stay."""
    later = dates_of(table, "date", _KEYS[name]) > day
    return table[~later.to_numpy()]


def _placed_table(given: Any, key: str) -> gpd.GeoDataFrame:
    table = accepted(given)
    if key == RELEASES.key:
        table = with_shapes(table, purpose="to report")
    return in_degrees(table, "hazards" if key == HAZARDS.key else "releases", purpose="to report")


def _placed(table: gpd.GeoDataFrame, units: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """With municipality, district and region; what the records say wins over where they lie."""
    if not len(table):
        empty = {name: pd.Series(dtype="str") for name in ("municipality", "district", "region")}
        return table.assign(**{name: table.get(name, column) for name, column in empty.items()})
    return assign_places(table, units).drop(columns=["place_source", "place_shares"])


def _up_to(releases: gpd.GeoDataFrame, day: pd.Timestamp) -> tuple[gpd.GeoDataFrame, int]:
    """Releases up to the day, undated ones too, and how many are later."""
    if pd.isna(day):
        return releases, 0
    late = (dates_of(releases, "completed", "release_id") > day).to_numpy()
    return releases[~late], int(late.sum())


def _newest(hazards: gpd.GeoDataFrame, releases: gpd.GeoDataFrame | None, registered: pd.Timestamp) -> pd.Timestamp:
    days = [registered, dates_of(hazards, "established", "hazard_id").max()]
    if releases is not None:
        days.append(dates_of(releases, "completed", "release_id").max())
    return pd.Series(days, dtype="datetime64[us]").max()


def _previous(
    given: Registers, day: pd.Timestamp, units: gpd.GeoDataFrame | None
) -> dict[pd.Timestamp, gpd.GeoDataFrame]:
    """Earlier registers by day; a single one is of the end of the year before."""
    if given is None:
        return {}
    if pd.isna(day):
        raise UsageError("the day of the report is not known", hint=f"name it: {argument('as_of', '2024-12-31')}")
    if not isinstance(given, Mapping):
        given = {pd.Timestamp(day.year - 1, 12, 31): given}
    earlier = {as_day(when): _placed(_placed_table(table, HAZARDS.key), units) for when, table in given.items()}
    late = [when for when in earlier if not when < day]
    if late:
        raise UsageError(f"the register before is of {late[0]:%Y-%m-%d}, not before {day:%Y-%m-%d}")
    return dict(sorted(earlier.items()))


def _register_day(
    hazards: gpd.GeoDataFrame, releases: gpd.GeoDataFrame | None, day: pd.Timestamp, *, given: bool
) -> tuple[pd.Timestamp, Note | None]:
    """The day whose state the register shows: where the releases lie tells it."""
    if given or releases is None or not len(releases) or pd.isna(day):
        return day, None
    completed = dates_of(releases, "completed", "release_id")
    found = min(inferred_date(hazards, releases), day)
    # Where nothing was released since, it is the register of the end of the year before as well.
    year_end = pd.Timestamp(found.year - 1, 12, 31)
    found = found if ((completed > year_end) & (completed <= found)).any() else year_end
    later = completed > found
    if later.any():
        return found, Note("note.register_before", {"date": found.date(), "n": int(later.sum())})
    return day, Note("note.register_after", {})
