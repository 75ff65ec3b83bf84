"""What is wrong with a register: findings, each with a sentence on what to do and the geometry to look at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd

from kosovo_hazards._wording import doing
from kosovo_hazards.checks.catalogue import CHECKS, Check
from kosovo_hazards.checks.checked_table import Records, Severity, collected
from kosovo_hazards.checks.finds import find_findings
from kosovo_hazards.checks.limits import Days, Limits
from kosovo_hazards.checks.moved import moved_copies, shifted_register
from kosovo_hazards.checks.operators import operator_findings
from kosovo_hazards.checks.pairs import pair_findings
from kosovo_hazards.checks.places import Units, place_findings
from kosovo_hazards.checks.releases import release_findings
from kosovo_hazards.checks.shapes import shape_findings
from kosovo_hazards.checks.uncredited import finished, mended_findings, uncredited_findings
from kosovo_hazards.checks.values import synthetic_findings, value_findings
from kosovo_hazards.gazetteer import BoundarySource
from kosovo_hazards.geometry import counted_retries
from kosovo_hazards.language import catalogue, sentence, speaking, spoken
from kosovo_hazards.reading import ReadResult, accepted
from kosovo_hazards.schema import ACCIDENTS, EVIDENCE, HAZARDS, ITEMS, RELEASES
from kosovo_hazards.validation import require_table

__all__ = ["CHECKS", "Check", "Limits", "Severity", "check", "list_checks"]


def check(
    hazards: gpd.GeoDataFrame | ReadResult,
    releases: pd.DataFrame | ReadResult | None = None,
    places: BoundarySource | None = None,
    *,
    limits: Limits | None = None,
    as_of: str | None = None,
    register_date: str | None = None,
    previous: gpd.GeoDataFrame | None = None,
    evidence: gpd.GeoDataFrame | ReadResult | None = None,
    accidents: gpd.GeoDataFrame | ReadResult | None = None,
    items: gpd.GeoDataFrame | ReadResult | None = None,
    language: str | Path | None = None,
) -> gpd.GeoDataFrame:
    """Find what is wrong with a register, and between it and the results of land release.

    Nothing is repaired and nothing raised for bad data: each fault is a finding. Give what `read_hazards` and
    `read_releases` give: then what they had to mend is found too. Tables are taken as well, also raw ones with the same
    column names, whatever is in them.

    Parameters
    ----------
    hazards
        Hazardous areas in any CRS, with `hazard_id`; other columns may be absent.
    releases
        Results of survey and clearance, with `release_id`; without them the checks between the two are left out.
    places
        Units as `kosovo_hazards.places` gives them, or a boundary file or table that it reads; Kosovo if None.
    limits
        Thresholds, e.g. ``Limits(gap_m=3)``; None takes the usual ones.
    as_of
        Dates after this day lie in the future, ISO 8601; today if None.
    register_date
        Day of the register: releases up to it have been taken off, so they may lie outside. If None, the day that
        best separates releases outside of hazards from those inside, by their dates.
    previous
        An earlier export of the register, in any CRS: whether this one lies moved against it.
    evidence, accidents, items
        Points as `read_evidence`, `read_accidents` and `read_items` give them: whether they lie where hazards and
        releases let expect them, and items not too deep and not too near to the edge of what was searched.
    language
        Language of the messages: ``en``, ``sq``, ``sr`` or the path of a catalogue file; English if None. Names of
        checks and severities are the same in all of them.

    Returns
    -------
    EPSG:4326, one row a finding, sorted by severity, check and record: `check` (stable id, see `list_checks`),
    `severity` (`Severity`), `table` (hazard, release, evidence point, accident or item), `record_id` (``row 7`` where
    there is no id; missing where the whole table is meant), `other_id` (a second record, where one is concerned),
    `message`, `value` (the measured figure) and its `unit`, and the geometry to look at.

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
    >>> check(again, language="sq")["message"][1]
    'Është vizatuar me të njëjtat pika si SYN-N-01, prandaj toka llogaritet dy herë; mbani njërin prej tyre.'
    """
    if language is not None:
        with speaking(catalogue(language, report=True)):
            return check(
                hazards, releases, places, limits=limits, as_of=as_of, register_date=register_date, previous=previous,
                evidence=evidence, accidents=accidents, items=items,
            )  # fmt: skip
    require_table(accepted(hazards), purpose="to check")
    doing(f"Checking {len(accepted(hazards)):,} areas")
    limits = limits or Limits()
    days = Days.of(as_of, register_date)
    hazard_records = Records.of(accepted(hazards), HAZARDS)
    release_records = None if releases is None else Records.of(accepted(releases), RELEASES)
    given = ((EVIDENCE, evidence), (ACCIDENTS, accidents), (ITEMS, items))
    points = [Records.of(accepted(table), kind) for kind, table in given if table is not None]
    with counted_retries() as retries:
        batches = [
            batch for batch in _findings(hazard_records, release_records, places, previous, limits, days) if len(batch)
        ]
        for records, given_table in ((hazard_records, hazards), (release_records, releases)):
            batches += [] if records is None else mended_findings(records, given_table)
        done = None if release_records is None else finished(release_records)
        batches += [batch for batch in find_findings(points, hazard_records, done, limits) if len(batch)]
    if retries.on_grid:
        batches.append(_on_grid(hazard_records, retries.on_grid))
    return collected(
        batches,
        {kind.name: kind.severity.value for kind in CHECKS},
        {kind.name: kind.unit for kind in CHECKS if kind.unit},
    )


def list_checks() -> pd.DataFrame:
    """List every check.

    Returns
    -------
    One row a check: `check`, `severity` (at most), `tests` (what is wrong), `threshold` (fields of `Limits`
    with their defaults, and dates of `check`), `unit` (of `value`), `reason`.

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
                "tests": spoken().texts.get(f"tests.{kind.name}", kind.tests),
                "threshold": ", ".join(f"{name}={_written(getattr(defaults, name, None))}" for name in kind.thresholds),
                "unit": kind.unit,
                "reason": kind.reason,
            }
            for kind in CHECKS
        ]
    )


def _findings(
    hazards: Records,
    releases: Records | None,
    places: BoundarySource | None,
    previous: gpd.GeoDataFrame | None,
    limits: Limits,
    days: Days,
) -> Iterator[pd.DataFrame]:
    units = Units.of(places, limits)
    tables = [hazards] if releases is None else [hazards, releases]
    for records in tables:
        yield from value_findings(records, limits, days)
        yield from shape_findings(records, limits)
        yield from pair_findings(records, limits)
        yield from place_findings(records, units, limits)
    yield from synthetic_findings(tables)
    yield from operator_findings(tables)
    yield from moved_copies(hazards, limits)
    if previous is not None:
        yield from shifted_register(hazards, previous)
    if releases is not None:
        yield from uncredited_findings(releases)
        yield from release_findings(hazards, finished(releases), limits, days)


def _on_grid(hazards: Records, count: int) -> pd.DataFrame:
    return hazards.found_in_table("lines-too-near", sentence("lines-too-near", n=count), value=float(count))


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
