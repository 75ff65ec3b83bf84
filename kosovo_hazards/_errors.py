"""The errors of the library: each tells every fault at once, in the planner's words; all are `HazardDataError`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kosovo_hazards._wording import argument

__all__ = [
    "BadRecordsError",
    "Fault",
    "HazardDataError",
    "MissingCRSError",
    "NotAnsweredError",
    "NotWrittenError",
    "UnreadableSourceError",
    "UsageError",
    "missing_crs",
]

_MOST_SHOWN = 20


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with one record.

    Attributes
    ----------
    record
        Id of the record, or its row number in the source; None when the whole source is meant.
    column
        Column of the table; None when the record as a whole is meant.
    value
        The value found.
    problem
        What is wrong, as a clause.
    remedy
        What to do about it, as a clause.

    Examples
    --------
    >>> print(Fault("KS-7", "status", "opn", "'opn' is not a status", "write open"))
    record KS-7: status 'opn' is not a status – write open
    """

    record: str | int | None
    column: str | None
    value: Any
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        where = "" if self.record is None else f"record {self.record}: "
        what = f"{self.column} {self.problem}" if self.column else self.problem
        return f"{where}{what}" + (f" – {self.remedy}" if self.remedy else "")


class HazardDataError(ValueError):
    """Data that the library can't take as they are, with every fault and its remedy.

    Parameters
    ----------
    message
        One sentence that sums up.
    faults
        Each fault found; at most 20 are printed, all are kept in `faults`.
    hint
        A last line: what lets the caller go on.

    Examples
    --------
    >>> raise HazardDataError("1 of 2 records can't be read", [Fault("KS-7", "status", "opn", "'opn' is not a status")])
    Traceback (most recent call last):
    ...
    kosovo_hazards._errors.HazardDataError: 1 of 2 records can't be read
      record KS-7: status 'opn' is not a status
    """

    def __init__(self, message: str, faults: Sequence[Fault] = (), *, hint: str = "") -> None:
        self.faults = tuple(faults)
        lines = [message, *(f"  {fault}" for fault in self.faults[:_MOST_SHOWN])]
        if len(self.faults) > _MOST_SHOWN:
            lines.append(f"  … and {len(self.faults) - _MOST_SHOWN:,} more (see .faults)")
        if hint:
            lines.append(hint)
        super().__init__("\n".join(lines))


class UnreadableSourceError(HazardDataError):
    """A file or table that can't be opened, or of which nothing can be taken.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> try:
    ...     kh.places(source="no such file.gpkg")
    ... except kh.UnreadableSourceError as error:
    ...     print(str(error).partition(";")[0])
    there is no boundary file 'no such file.gpkg'
    """


class MissingCRSError(HazardDataError):
    """Shapes without a coordinate reference system, or in one that can't be used.

    Examples
    --------
    >>> import geopandas as gpd, kosovo_hazards as kh, shapely
    >>> try:
    ...     kh.area_m2(gpd.GeoSeries([shapely.box(21, 42, 22, 43)]))
    ... except kh.MissingCRSError as error:
    ...     print(str(error).splitlines()[0])
    these geometries name no coordinate reference system
    """


class BadRecordsError(HazardDataError):
    """Records that are wrong in themselves; `faults` holds each.

    Examples
    --------
    >>> import kosovo_hazards as kh, pandas as pd
    >>> table = pd.DataFrame({"release_id": ["R-1", "R-2"], "product": ["cleared", "burnt"], "area_m2": [500, 500]})
    >>> try:
    ...     kh.read_releases(table, on_error="raise")
    ... except kh.BadRecordsError as error:
    ...     print([fault.record for fault in error.faults])
    ['2 (R-2)']
    """


class UsageError(HazardDataError):
    """A call for something that does not exist or does not go together.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> try:
    ...     kh.resolve_place("Atlantis")
    ... except kh.UsageError as error:
    ...     print(str(error).partition(";")[0])
    no place is called 'Atlantis'
    """


class NotAnsweredError(HazardDataError):
    """A question that the data can't answer: they are too old, or tell nothing of the place asked about.

    Examples
    --------
    >>> import kosovo_hazards as kh, pandas as pd
    >>> hazards, camp = kh.demo_data()[0], pd.DataFrame({"Name": ["Camp"], "Lat": [42.9], "Lon": [20.9]})
    >>> days = {"as_of": "2024-12-31", "asked_on": "2026-03-01", "max_age_days": 90}
    >>> try:
    ...     kh.near(kh.read_routes(camp, crs="EPSG:4326"), hazards, buffer_m=100, **days)
    ... except kh.NotAnsweredError as error:
    ...     print(str(error).splitlines()[0])
    the register is of 2024-12-31, 425 days before 2026-03-01, and may be 90 days old at most
    """


class NotWrittenError(HazardDataError):
    """A file that was not written: it is there already, its folder is not, the disk is full.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> try:
    ...     kh.write_geojson(kh.demo_data()[0], "no such folder/hazards.geojson")
    ... except kh.NotWrittenError as error:
    ...     print(str(error).splitlines()[0])
    the folder no such folder is not there
    """


def missing_crs(what: str, variable: str | None = None, *, guess: str = "") -> MissingCRSError:
    """The error for a table or source of which nobody says in which reference system it is.

    Parameters
    ----------
    what
        The table or source.
    variable
        How its table may be called in a script; None for a source that is being read, whose reader takes `crs`.
    guess
        What is known of it, as a clause.

    Examples
    --------
    >>> print(missing_crs("the hazards", "hazards"))
    the hazards name no coordinate reference system
    name it: hazards.set_crs("EPSG:4326") for degrees of WGS 84, hazards.set_crs("EPSG:9141") for the grid of Kosovo
    """
    codes = ("EPSG:4326", "EPSG:9141")
    degrees, grid = (f'{variable}.set_crs("{code}")' if variable else argument("crs", code) for code in codes)
    verb = "name" if what.endswith("s") else "names"
    return MissingCRSError(
        f"{what} {verb} no coordinate reference system{guess}",
        hint=f"name it: {degrees} for degrees of WGS 84, {grid} for the grid of Kosovo",
    )
