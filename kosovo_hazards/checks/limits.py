"""Thresholds of the checks, and the two days that they depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from math import isfinite

import pandas as pd

from kosovo_hazards._errors import Fault, UsageError
from kosovo_hazards.evidence import FADE_OUT_M

__all__ = ["Days", "Limits"]

_DATES = ("earliest_date",)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Thresholds of `check`: what is beyond one of them is a finding.

    Parameters
    ----------
    near_points_deg
        Degrees; vertices no farther apart count as one. 0.000001, as in geocheck, is 0.1 m, finer than any survey.
    longest_edge_m
        Metres; geocheck's 5,000. Turning points are walked and stand some 50 m apart.
    spike_deg, spike_m
        A corner sharper than 3 degrees with both sides 10 m or longer is a stray vertex: nobody walks such a corner.
    overlap_share
        Share of the smaller record, 0 to 1; geocheck's 0.9 % for parts. Less is within the accuracy of the survey.
    near_duplicate_share
        Shared ÷ joint ground; two surveys of one field by hand agree by some 90 %.
    within_share
        Share of a CHA that lies in an SHA; 90 % is within, but for accuracy.
    gap_m, gap_length_m
        A strip up to 5 m wide and at least 20 m long is two surveys of one line: hand-held receivers are off by
        3 to 5 m.
    parts_apart_m
        Metres between parts of one record; as `longest_edge_m`.
    area_share, area_difference_m2
        A recorded area may differ from the computed one by 5 %, which a hand-held receiver gives on a hectare, or by
        100 m².
    stored_area_share
        `area_m2` may differ by 0.01 %. Computed on the ellipsoid it agrees within 0.0001 %; the grid of UTM is 0.08 %
        off in Kosovo, the national grid 0.02 %.
    smallest_m2, largest_m2
        Least and greatest area in square metres: 10 m² is a spot; 10 km² is more than is left in Kosovo.
    boundary_accuracy_m
        Metres by which a boundary may be off where the places do not say (`boundary_accuracy_m` of each unit).
    border_share
        Share of a record beyond a border that matters; 10 %.
    foreign_share
        If more than this share of the records lies outside all places, the places are those of another country: half.
    named_distance_m
        Metres between a release and the hazard that it names; no survey is 1,000 m off.
    left_share, nothing_left_share
        A closed hazard has ground left from 5 % of its area on (as `area_share`); an open one has none left up to 1 %
        (as `overlap_share`).
    most_items
        Items of one kind in one release; Kosovo found 89 submunitions in all of 2024.
    fade_out_m
        Metres, one or by model of item with ``"*"`` for all others: how far round an item ground is to be searched;
        Kosovo's standard has 50 m, and 25 m round component parts of BLU-97 and BL755.
    searched_depth_cm
        Centimetres to which ground is searched; Kosovo's standard has 56 since 2024, the base of a submunition whose
        top is 50 cm deep (Mine Action Review 2025).
    earliest_date
        ISO 8601; ordnance of before 1945 is not recorded by area.

    Raises
    ------
    UsageError
        If a threshold is negative or no number, a share is above 1, or a date is none.

    Examples
    --------
    >>> Limits(largest_m2=50_000_000, gap_m=3).gap_m
    3
    >>> Limits(overlap_share=9)
    Traceback (most recent call last):
    ...
    kosovo_hazards._errors.UsageError: a threshold can't be used
      overlap_share is 9 – give a share from 0 to 1
    """

    near_points_deg: float = 1e-6
    longest_edge_m: float = 5_000.0
    spike_deg: float = 3.0
    spike_m: float = 10.0
    overlap_share: float = 0.009
    near_duplicate_share: float = 0.9
    within_share: float = 0.9
    gap_m: float = 5.0
    gap_length_m: float = 20.0
    parts_apart_m: float = 5_000.0
    area_share: float = 0.05
    stored_area_share: float = 0.0001
    area_difference_m2: float = 100.0
    smallest_m2: float = 10.0
    largest_m2: float = 10_000_000.0
    boundary_accuracy_m: float = 1_000.0
    border_share: float = 0.1
    foreign_share: float = 0.5
    named_distance_m: float = 1_000.0
    left_share: float = 0.05
    nothing_left_share: float = 0.01
    most_items: int = 5_000
    fade_out_m: float | Mapping[str, float] = field(default_factory=lambda: dict(FADE_OUT_M))
    searched_depth_cm: float = 56.0
    earliest_date: str = "1945-01-01"

    def __post_init__(self) -> None:
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        faults = [
            Fault(None, name, value, f"is {value!r}", remedy)
            for name, value in values.items()
            if (remedy := _remedy(name, value))
        ]
        if faults:
            raise UsageError("a threshold can't be used", faults)


@dataclass(frozen=True)
class Days:
    """The two days that checks depend on.

    Attributes
    ----------
    today
        Later dates lie in the future.
    register
        Day of the register; NaT where the caller did not say.
    """

    today: pd.Timestamp
    register: pd.Timestamp

    @classmethod
    def of(cls, as_of: str | None, register_date: str | None) -> Days:
        """The days that the caller of `check` gave."""
        today = pd.Timestamp.now().normalize() if as_of is None else _day("as_of", as_of)
        return cls(today, pd.NaT if register_date is None else _day("register_date", register_date))


def _day(name: str, value: object) -> pd.Timestamp:
    day = pd.to_datetime(str(value), errors="coerce")
    if pd.isna(day):
        raise UsageError(f"{name}={value!r} is not a date", hint='write it like "2024-12-31"')
    return day


def _remedy(name: str, value: object) -> str:
    if name in _DATES:
        return "" if pd.notna(pd.to_datetime(str(value), errors="coerce")) else 'write it like "1945-01-01"'
    if isinstance(value, Mapping):
        wrong = [each for each in value.values() if _remedy(name, each)]
        return "give a number from 0 up for each kind" if wrong else ""
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else -1
    if name.endswith("_share"):
        return "" if 0 <= number <= 1 else "give a share from 0 to 1"
    return "" if isfinite(number) and number >= 0 else "give a number from 0 up"
