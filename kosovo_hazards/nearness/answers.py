"""How far points and routes lie from the nearest hazardous area, and what may be said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Floats, Mask, Positions, Texts
from kosovo_hazards._errors import Fault, NotAnsweredError, UsageError
from kosovo_hazards._wording import argument, doing
from kosovo_hazards.land_release import Day, as_day
from kosovo_hazards.language import catalogue, retold
from kosovo_hazards.nearness.asked import Places, Question, asked_about
from kosovo_hazards.nearness.coverage import MARGIN_M, Coverage, lies_outside
from kosovo_hazards.nearness.known import Known
from kosovo_hazards.nearness.outlines import Asked, Pairs, in_plane, pairs_near
from kosovo_hazards.nearness.plane import Plane
from kosovo_hazards.nearness.verdicts import Wording
from kosovo_hazards.reading import ReadResult, TableSource
from kosovo_hazards.schema import CRS

__all__ = ["Nearness", "near"]

_MOST_SHOWN = 20
# What lies this little beyond the buffer is within it, for distances are not surer.
_SURE_M = 0.01


@dataclass(frozen=True, eq=False, repr=False)
class Nearness:
    """What lies near points and routes.

    Attributes
    ----------
    records
        One row for each record asked about, in EPSG:4326: `route_id`, `kind` (point, points, route, points and routes;
        unread), `distance_m` to the edge of the nearest area (0 inside or where it is crossed), `nearest_id`, `within`,
        the number of areas within the buffer, `covered`, whether the register covers all of it, and `verdict`. Records
        that could not be read stand at the end, without a distance.
    places
        The same for each point and each segment: `route_id`, `part` and `segment` (from 1; missing for points),
        `distance_m`, `nearest_id`, `within`, `covered`, `verdict`.
    pairs
        Each area within the buffer of each place: `place` (row of `places`), `hazard_id`, `rejected` (a rejected
        record, of which nobody knows how far it reaches), `distance_m`.
    buffer_m, as_of
        As they were given.
    messages
        What a reader should know: the age of the register, rejected records, what its coverage was taken to be.

    Examples
    --------
    >>> import geopandas as gpd, kosovo_hazards as kh, shapely
    >>> hazards = kh.demo_data("2024-12-31")[0]
    >>> way = shapely.LineString([(20.85, 42.90), (20.87, 42.92)])
    >>> tour = gpd.GeoDataFrame({"name": ["Tour"]}, geometry=[way], crs="EPSG:4326")
    >>> found = kh.near(tour, hazards, buffer_m=5000, as_of="2024-12-31", asked_on="2025-01-31")
    >>> found.places["segment"].tolist(), found.pairs["hazard_id"].tolist(), found.pairs["distance_m"].round().tolist()
    ([1], ['SYN-N-05'], [3715.0])
    """

    records: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    pairs: pd.DataFrame
    buffer_m: float
    as_of: pd.Timestamp
    messages: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        verdicts = zip(self.records["route_id"], self.records["verdict"], strict=True)
        lines = [f"{name}: {verdict}" for (name, verdict), _ in zip(verdicts, range(_MOST_SHOWN), strict=False)]
        if len(self.records) > _MOST_SHOWN:
            lines.append(f"… and {len(self.records) - _MOST_SHOWN:,} more (see .records)")
        return "\n".join([*lines, *self.messages])


def near(
    points_or_routes: TableSource | ReadResult,
    hazards: gpd.GeoDataFrame | ReadResult,
    *,
    buffer_m: float,
    as_of: Day,
    rejected: ReadResult | gpd.GeoDataFrame | None = None,
    coverage: Coverage | None = None,
    outside: Literal["refuse", "tell"] = "refuse",
    max_age_days: float | None = None,
    asked_on: Day | None = None,
    language: str | Path = "en",
) -> Nearness:
    """Say how far points and routes lie from the edge of the nearest hazardous area, and which areas lie near.

    Parameters
    ----------
    points_or_routes
        Path or table with points or lines, or what `read_routes` gave.
    hazards
        Hazardous areas in any CRS, or what `read_hazards` gave; then the records that it rejected count as hazards
        where they lie, and those that lie nobody knows where are told in every verdict. Areas that the register keeps
        as closed or handed over count no longer.
    buffer_m
        Areas within so many metres are told.
    as_of
        Day of the register.
    rejected
        Where `hazards` is a table made of what was read: what `read_hazards` gave, or its `positions`.
    coverage
        The ground of which the register tells, as polygons: ``kh.places()`` for a register of all Kosovo, or what was
        surveyed. By default the convex hull of its areas, a kilometre wider.
    outside
        ``"refuse"`` raises an error if a place lies outside the coverage; ``"tell"`` says in its verdict that nothing
        is known there.
    max_age_days
        The register may be so many days old; by default its age is told and never refused.
    asked_on
        The day on which this is asked; today by default.
    language
        Language of the verdicts: ``"en"``, ``"sq"``, ``"sr"``, or the path of a catalogue of your own.

    Returns
    -------
    `Nearness`; printed, it gives the verdict on each record. A verdict says that no hazard is known within the buffer
    as of the day, or what lies within it; never that a place is safe.

    Raises
    ------
    NotAnsweredError
        If the register is too old, has no area with a position, or a place lies outside its coverage.
    HazardDataError
        If a table has no ids, geometry or CRS, a date is none, or the places can't be read.

    Notes
    -----
    Distances are geodesics on WGS 84 from the point, or the nearest point of the segment, to the edge, right to a
    centimetre; edges and segments are geodesics too. Printed distances are rounded down. Outlines are taken as they are
    drawn: how far an area may reach by the accuracy of its survey, `accuracy_margins` tells.

    Examples
    --------
    >>> import kosovo_hazards as kh, pandas as pd
    >>> hazards = kh.demo_data("2024-12-31")[0]
    >>> camps = pd.DataFrame({"Name": ["Camp"], "Lat": [42.9], "Lon": [20.85]})
    >>> camps = kh.read_routes(camps, crs="EPSG:4326")
    >>> print(kh.near(camps, hazards, buffer_m=500, as_of="2024-12-31", asked_on="2025-01-31", coverage=kh.places()))
    Camp: No known hazard within 500 m as of 31 December 2024
    The register is of 2024-12-31, 31 days before 2025-01-31
    """
    day = _day_of(as_of, asked_on, max_age_days)
    if not (np.isfinite(buffer_m) and buffer_m > 0):
        raise UsageError(f"{argument('buffer_m', buffer_m)} is no distance", hint="give metres above 0")
    if outside not in ("refuse", "tell"):
        raise UsageError(f'{argument("outside", outside)} is neither "refuse" nor "tell"')
    question, read = asked_about(points_or_routes)
    known = Known.of(hazards, rejected)
    wording = Wording(catalogue(language, report=True), known, buffer_m, day)
    doing(f"Measuring {len(question.places):,} points and segments against {len(known.shapes):,} areas")
    pairs, beyond = _measured(question.places, known, coverage, buffer_m)
    if outside == "refuse" and beyond.any():
        raise _outside(question, beyond, pairs, wording, given=coverage is not None)
    places = _places(question, pairs, beyond, wording)
    return Nearness(
        records=_records(question, places, pairs, beyond, wording),
        places=places,
        pairs=_within(pairs, wording),
        buffer_m=buffer_m,
        as_of=day,
        messages=(*read, *_messages(question, known, day, as_day(asked_on), covered=coverage is not None)),
    )


def _day_of(as_of: Day, asked_on: Day | None, max_age_days: float | None) -> pd.Timestamp:
    """Day of the register, if it is young enough."""
    day = as_day(as_of)
    if pd.isna(day):
        raise UsageError("the day of the register is not known", hint=f"name it: {argument('as_of', '2024-12-31')}")
    today = _today(as_day(asked_on))
    age = (today - day).days
    if age < 0:
        raise UsageError(f"the register is of {day:%Y-%m-%d}, after {today:%Y-%m-%d}", hint="give the right day of it")
    if max_age_days is not None and age > max_age_days:
        raise NotAnsweredError(
            f"the register is of {day:%Y-%m-%d}, {age:,} days before {today:%Y-%m-%d}, and may be "
            f"{max_age_days:g} days old at most",
            hint="get a newer export from the mine action centre and name its day",
        )
    return day


def _today(asked_on: pd.Timestamp) -> pd.Timestamp:
    return pd.Timestamp.now().normalize() if pd.isna(asked_on) else asked_on


# --- distances -------------------------------------------------------------------------------------------------------


def _measured(places: Places, known: Known, coverage: Coverage | None, buffer_m: float) -> tuple[Pairs, Mask]:
    """The nearest area of each place and all within the buffer, and which places lie outside the coverage."""
    plane = Plane(np.concatenate([shapely.get_coordinates(known.shapes), places.starts, places.ends]))
    outlines = in_plane(known.shapes, plane)
    rows = np.flatnonzero(places.is_point)
    points = places.starts[rows]
    starts, ends, of_edge = places.edges(plane)
    # A rejected record may lie far astray, so it does not tell how far the register reaches.
    accepted = outlines.parts[~known.rejected[outlines.owner]]
    found, beyond = [], np.zeros(len(places), dtype=bool)
    for asked, place in ((Asked.of(points, points, plane), rows), (Asked.of(starts, ends, plane), of_edge)):
        if len(asked):
            near_by = pairs_near(asked, outlines, buffer_m)
            found.append((place[near_by.asked], near_by.area, near_by.distance_m))
            beyond[place[lies_outside(asked, coverage, accepted)]] = True
    if not found:
        nothing = np.zeros(0, dtype=np.intp)
        return Pairs(nothing, nothing, np.zeros(0)), beyond
    return Pairs.least(*(np.concatenate(side) for side in zip(*found, strict=True))), beyond


def _close(pairs: Pairs, buffer_m: float) -> Pairs:
    return pairs[pairs.distance_m <= buffer_m + _SURE_M]


# --- tables ----------------------------------------------------------------------------------------------------------


def _columns(pairs: Pairs, beyond: Mask, is_point: Mask, wording: Wording) -> dict[str, Floats | Texts | Positions]:
    """Nearest area, number within the buffer and verdict of each place."""
    count = len(beyond)
    nearest, within = pairs.nearest(), _close(pairs, wording.buffer_m)
    distance = np.full(count, np.nan)
    distance[nearest.asked] = nearest.distance_m
    name = np.full(count, None, dtype=object)
    name[nearest.asked] = wording.known.ids[nearest.area]
    return {
        "distance_m": distance,
        "nearest_id": name,
        "within": np.bincount(within.asked, minlength=count),
        "covered": ~beyond,
        "verdict": wording.verdicts(within, beyond, is_point),
    }


_SHARED = ("distance_m", "nearest_id", "within", "covered", "verdict")
_TYPES = {"route_id": "str", "nearest_id": "str", "verdict": "str"}


def _places(question: Question, pairs: Pairs, beyond: Mask, wording: Wording) -> gpd.GeoDataFrame:
    places = question.places
    table = pd.DataFrame(
        {
            "route_id": question.records["route_id"].to_numpy()[places.record],
            "part": places.part,
            "segment": pd.Series(places.segment, dtype="Int64").mask(places.is_point),
            **_columns(pairs, beyond, places.is_point, wording),
        }
    )
    return gpd.GeoDataFrame(table.astype(_TYPES), geometry=places.shapes())


def _records(
    question: Question, answered: gpd.GeoDataFrame, pairs: Pairs, beyond: Mask, wording: Wording
) -> gpd.GeoDataFrame:
    places, count = question.places, len(question.records)
    points, lines = (np.isin(np.arange(count), places.record[of]) for of in (places.is_point, ~places.is_point))
    several = np.bincount(places.record, minlength=count) > 1
    kind = np.select([points & lines, lines, several], ["points and routes", "route", "points"], "point")
    whole = Pairs.least(places.record[pairs.asked], pairs.area, pairs.distance_m)
    outside = np.isin(np.arange(count), places.record[beyond])
    if several.any() or len(places) < count:
        columns = _columns(whole, outside, ~lines, wording)
    else:
        columns = {name: answered[name].to_numpy() for name in _SHARED}
    table = pd.DataFrame({"route_id": question.records["route_id"].to_numpy(), "kind": kind, **columns})
    unread = question.unread
    reasons = [wording.t("near.unread", reason=reason) for reason in retold(unread["reason"], wording.t)]
    lost = pd.DataFrame(
        {"route_id": unread["record_id"], "kind": "unread", "distance_m": np.nan, "within": 0, "covered": False}
    )
    shapes = np.concatenate([question.records.geometry.to_numpy(), unread.geometry.to_numpy()])
    lost = lost.assign(nearest_id=None, verdict=reasons)
    both = pd.concat([table, lost], ignore_index=True) if len(lost) else table
    return gpd.GeoDataFrame(both.astype({**_TYPES, "kind": "str"}), geometry=gpd.GeoSeries(shapes, crs=CRS))


def _within(pairs: Pairs, wording: Wording) -> pd.DataFrame:
    within = _close(pairs, wording.buffer_m)
    return pd.DataFrame(
        {
            "place": within.asked,
            "hazard_id": pd.array(wording.known.ids[within.area], dtype="str"),
            "rejected": wording.known.rejected[within.area],
            "distance_m": within.distance_m,
        }
    )


# --- what else to say ------------------------------------------------------------------------------------------------


def _outside(question: Question, beyond: Mask, pairs: Pairs, wording: Wording, *, given: bool) -> NotAnsweredError:
    """The error that names each place outside, and what is known there all the same."""
    table = _places(question, pairs, beyond, wording)[beyond]
    faults = [
        Fault(
            name,
            None,
            None,
            f"{'lies' if pd.isna(segment) else f'segment {segment} of part {part} lies'} outside",
            "" if not within else verdict,
        )
        for name, part, segment, within, verdict in table[
            ["route_id", "part", "segment", "within", "verdict"]
        ].itertuples(index=False)
    ]
    what = "the ground that the register covers"
    what += "" if given else f", taken as the hull round its areas, {MARGIN_M:,.0f} m wider"
    return NotAnsweredError(
        f"{len(faults):,} of {len(beyond):,} points and segments lie outside {what}: nothing is known of them",
        faults,
        hint=f"name what the register covers with {argument('coverage')}, or pass {argument('outside', 'tell')}",
    )


def _messages(
    question: Question, known: Known, day: pd.Timestamp, asked_on: pd.Timestamp, *, covered: bool
) -> Iterator[str]:
    today = _today(asked_on)
    yield f"The register is of {day:%Y-%m-%d}, {(today - day).days:,} days before {today:%Y-%m-%d}"
    if len(question.unread):
        asked = len(question.unread) + len(question.records)
        yield f"{len(question.unread):,} of the {asked:,} records asked about could not be read and have no answer"
    if placed := int(known.rejected.sum()):
        yield f"{placed:,} rejected records count as hazards where they lie; how far they reach nobody knows"
    if known.unplaced:
        yield f"{known.unplaced:,} records of the register lie nobody knows where; every verdict says so"
    if known.closed:
        yield f"{known.closed:,} areas that the register keeps as closed or handed over were left out"
    if not covered:
        yield (
            f"The register was taken to cover the hull round its areas, {MARGIN_M:,.0f} m wider; name what it covers "
            f"with {argument('coverage')}"
        )
