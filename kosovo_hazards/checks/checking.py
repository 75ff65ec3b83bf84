"""What is wrong with a register: findings, each with a sentence on what to do and the geometry to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import geopandas as gpd
import pandas as pd

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards.checks.catalogue import CHECKS, Check, Limits
from kosovo_hazards.checks.checked_table import Records, Severity, collected, hazards_and_releases
from kosovo_hazards.checks.pairs import pair_findings
from kosovo_hazards.checks.places import Units, place_findings
from kosovo_hazards.checks.releases import release_findings
from kosovo_hazards.checks.shapes import shape_findings
from kosovo_hazards.checks.values import synthetic_findings, value_findings
from kosovo_hazards.gazetteer import BoundarySource

__all__ = ["CHECKS", "Check", "Severity", "check", "list_checks"]


def check(
    hazards: gpd.GeoDataFrame,
    releases: pd.DataFrame | None = None,
    places: BoundarySource | None = None,
    *,
    as_of: str | None = None,
    register_date: str | None = None,
    near_points_deg: float = 1e-6,
    longest_edge_m: float = 5_000.0,
    spike_deg: float = 3.0,
    spike_m: float = 10.0,
    overlap_share: float = 0.009,
    near_duplicate_share: float = 0.9,
    within_share: float = 0.9,
    gap_m: float = 5.0,
    gap_length_m: float = 20.0,
    parts_apart_m: float = 5_000.0,
    area_share: float = 0.05,
    stored_area_share: float = 0.001,
    area_difference_m2: float = 100.0,
    smallest_m2: float = 10.0,
    largest_m2: float = 10_000_000.0,
    boundary_accuracy_m: float = 1_000.0,
    border_share: float = 0.1,
    named_distance_m: float = 1_000.0,
    left_share: float = 0.05,
    nothing_left_share: float = 0.01,
    most_items: int = 5_000,
    earliest_date: str = "1945-01-01",
) -> gpd.GeoDataFrame:
    """Find what is wrong with a register, and between it and the results of land release.

    Nothing is mended and nothing raised for bad data: each fault is a finding. The tables may be what `read_hazards`
    and `read_releases` give, or raw ones with the same column names, whatever is in them.

    Parameters
    ----------
    hazards
        Hazardous areas in any CRS, with `hazard_id`; other columns may be absent.
    releases
        Results of survey and clearance, with `release_id`; without them the checks between the two are left out.
    places
        Units as `kosovo_hazards.places` gives them, or a boundary file or table that it reads; Kosovo if None.
    as_of
        Day after which a date is in the future, ISO 8601; today if None.
    register_date
        Day at which the register stands: releases up to it have been taken off, so they may lie outside. If None, the
        day that best parts releases outside of hazards from those inside, by their dates.
    near_points_deg
        Degrees; vertices not farther apart are one. 0.000001, as in geocheck, is 0.1 m, below any survey's accuracy.
    longest_edge_m
        Metres; geocheck's 5,000. Turning points are walked and stand some 50 m apart.
    spike_deg, spike_m
        A corner sharper than 3 degrees with both sides 10 m or more is a stray vertex: nobody walks such a corner.
    overlap_share
        Share of the smaller one, 0 to 1; geocheck's 0.9 % for parts. Below that it is the accuracy of the survey.
    near_duplicate_share
        Shared ÷ joint ground; two surveys of one field by hand agree by some 90 %.
    within_share
        Share of a CHA that lies in an SHA; 90 % is within, but for accuracy.
    gap_m, gap_length_m
        A strip not wider than 5 m and at least 20 m long is two surveys of one line: hand-held receivers are off by
        3 to 5 m.
    parts_apart_m
        Metres between parts of one record; as `longest_edge_m`.
    area_share, area_difference_m2
        A recorded area may differ from the computed one by 5 %, which a hand-held receiver gives on a hectare, or
        100 m².
    stored_area_share
        `area_m2` may differ by 0.1 %: UTM is 0.08 % off, anything more is another polygon or projection.
    smallest_m2, largest_m2
        Square metres that an area has at least and at most: 10 m² is a spot; 10 km² is more than is left in Kosovo.
    boundary_accuracy_m
        Metres that a boundary may be off where the places do not say (`boundary_accuracy_m` of each unit).
    border_share
        Share of the ground beyond a border that matters; 10 %.
    named_distance_m
        Metres between a release and the hazard that it names; 1,000 is more than any survey is off.
    left_share, nothing_left_share
        Share of its ground from which on a closed hazard has ground left (5 %, as `area_share`), and up to which an
        open one has none (1 %, as `overlap_share`).
    most_items
        Items of one kind in one release; Kosovo found 89 submunitions in all of 2024.
    earliest_date
        ISO 8601; ordnance of before 1945 is not recorded by area.

    Returns
    -------
    EPSG:4326, one row a finding, sorted by severity, check and record: `check` (stable id, see `list_checks`),
    `severity` (`Severity`), `table` (hazard or release), `record_id` (``row 7`` where there is no id; missing where
    the whole table is meant), `other_id` (a second record, where one is concerned), `message`, `value` (the measured
    figure) and its `unit`, and the geometry to look at.

    Raises
    ------
    HazardDataError
        If a table has no id column, hazards have no geometry, a CRS is missing, a date given is none, or the places
        can't be read.

    Notes
    -----
    The tests of GICHD's *geocheck* (SQL views for IMSMA NG) are among them, in metres and between records too. Each
    check with its severity at most:

    {checks}

    Examples
    --------
    >>> from kosovo_hazards.demo import demo_data
    >>> hazards, releases = demo_data("2024-12-31")
    >>> check(hazards, releases)["severity"].unique().tolist()
    ['note']
    >>> again = pd.concat([hazards, hazards.head(1)])
    >>> check(again)[["check", "severity", "record_id"]].head(2).to_numpy().tolist()
    [['duplicate-id', 'error', 'SYN-N-01'], ['duplicate-polygon', 'error', 'SYN-N-01']]
    """
    given = locals()
    limits = Limits(**{field.name: given[field.name] for field in fields(Limits)})
    _require_dates(limits)
    hazard_records, release_records = hazards_and_releases(hazards, releases)
    batches = [batch for batch in _findings(hazard_records, release_records, places, limits) if len(batch)]
    return collected(
        batches,
        {kind.name: kind.severity.value for kind in CHECKS},
        {kind.name: kind.unit for kind in CHECKS if kind.unit},
    )


def list_checks() -> pd.DataFrame:
    """List every check.

    Returns
    -------
    One row a check: `check`, `severity` (at most), `tests` (what is wrong), `threshold` (arguments of `check` with
    their defaults), `unit` (of `value`), `reason`.

    Examples
    --------
    >>> list_checks().set_index("check").loc["long-edge", ["severity", "threshold", "unit"]].tolist()
    ['warning', 'longest_edge_m=5000', 'm']
    """
    defaults = Limits()
    return pd.DataFrame(
        [
            {
                "check": kind.name,
                "severity": kind.severity.value,
                "tests": kind.tests,
                "threshold": ", ".join(f"{name}={_written(getattr(defaults, name))}" for name in kind.thresholds),
                "unit": kind.unit,
                "reason": kind.reason,
            }
            for kind in CHECKS
        ]
    )


def _findings(
    hazards: Records, releases: Records | None, places: BoundarySource | None, limits: Limits
) -> Iterator[pd.DataFrame]:
    units = Units.of(places, limits)
    tables = [hazards] if releases is None else [hazards, releases]
    for records in tables:
        yield from value_findings(records, limits)
        yield from shape_findings(records, limits)
        yield from pair_findings(records, limits)
        yield from place_findings(records, units, limits)
    yield from synthetic_findings(tables)
    if releases is not None:
        yield from release_findings(hazards, releases, limits)


def _require_dates(limits: Limits) -> None:
    for name in ("as_of", "register_date", "earliest_date"):
        value = getattr(limits, name)
        if value is not None and pd.isna(pd.to_datetime(str(value), errors="coerce")):
            raise HazardDataError(f"{name}={value!r} is not a date", hint='write it like "2024-12-31"')


def _written(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value) if value is not None else "None"


def _as_lines() -> str:
    return "\n".join(
        f"    * ``{kind.name}`` ({kind.severity}): {kind.tests}"
        + (f" [{', '.join(kind.thresholds)}]" if kind.thresholds else "")
        + f" – {kind.reason}."
        for kind in CHECKS
    )


# The list stands in one place and is shown in the documentation too.
if check.__doc__:
    check.__doc__ = check.__doc__.replace("    {checks}", _as_lines())
