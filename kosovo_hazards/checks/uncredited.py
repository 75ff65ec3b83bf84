"""Checks on what is not taken as it was given: mended outlines, releases with several readings or not finished."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Floats
from kosovo_hazards.checks.checked_table import Records, Severity
from kosovo_hazards.geometry import area_m2, repaired
from kosovo_hazards.language import areas, retold, sentence, sentences, spoken, unfinished
from kosovo_hazards.reading import ReadResult
from kosovo_hazards.schema import CRS, RELEASES

__all__ = ["finished", "mended_findings", "uncredited_findings"]

# Ground of less is the rounding of coordinates.
_NOTHING_M2 = 0.01
_CROSSED = r"crossed itself|touched itself|lay wrong"
_JOINED = "parts overlapped"


def mended_findings(records: Records, read: object) -> Iterator[pd.DataFrame]:
    """What was wrong with polygons before they were read; each counts as a warning, for no ground was lost by it.

    Parameters
    ----------
    records
        The records that were accepted.
    read
        The result of which they come; a table of which nobody knows how it was read gives nothing.
    """
    if not isinstance(read, ReadResult) or read.repairs.empty:
        return
    first = pd.Series(np.arange(len(records)), index=pd.Index(records.labels))
    first = first[~first.index.duplicated()]
    repairs = read.repairs[read.repairs["record_id"].astype("str").isin(first.index)]
    rows = first.loc[repairs["record_id"].astype("str")].to_numpy()
    what = repairs["what"].astype("str")
    before, after = (repairs[f"area_{when}_m2"].to_numpy(dtype=np.float64) for when in ("before", "after"))
    crossed = what.str.contains(_CROSSED).to_numpy()
    if records.table is RELEASES:
        unsure = crossed & (before - after > _NOTHING_M2)
        texts = _several_readings(before[unsure], after[unsure])
        yield records.found("release-not-sure", rows[unsure], texts, value=(before - after)[unsure])
        crossed = crossed & ~unsure
    for check, chosen in (("invalid-polygon", crossed), ("parts-overlap", what.str.contains(_JOINED).to_numpy())):
        texts = sentences("mended", how=retold(what[chosen], spoken()))
        yield records.found(check, rows[chosen], texts, severity=Severity.WARNING)


def uncredited_findings(releases: Records) -> Iterator[pd.DataFrame]:
    """What is recorded of releases and takes nothing off.

    Parameters
    ----------
    releases
        The releases.
    """
    yield _not_sure(releases)
    reasons = unfinished(releases.frame)
    rows = np.flatnonzero(reasons != "")
    texts = sentences("release-not-finished", why=retold(reasons[rows], spoken()))
    yield releases.found("release-not-finished", rows, texts)


def finished(releases: Records) -> Records:
    """The releases that are ones; what is not finished is held against no hazard.

    Parameters
    ----------
    releases
        The releases.
    """
    left = unfinished(releases.frame) == ""
    if left.all():
        return releases
    masks = (releases.missing, releases.empty, releases.not_numbers)
    frame = releases.frame[left].reset_index(drop=True)
    return Records(releases.table, frame, releases.drawn[left], *(mask[left] for mask in masks))


def _not_sure(releases: Records) -> pd.DataFrame:
    """Releases of which only a part is surely released, with the ground that another reading would credit."""
    broken = np.flatnonzero(~(shapely.is_missing(releases.drawn) | shapely.is_valid(releases.drawn)))
    fixed = repaired(releases.drawn[broken], releases.table.direction)
    drawn, kept = (
        np.nan_to_num(area_m2(gpd.GeoSeries(shapes, crs=CRS)).to_numpy()) for shapes in (fixed.drawn, fixed.shapes)
    )
    tangled = fixed.problem == "has an outline too tangled to be read"
    more = (drawn - kept > _NOTHING_M2) | tangled
    tangle = sentence("release-not-sure.tangled")
    texts = [
        tangle if hopeless else several
        for several, hopeless in zip(_several_readings(drawn[more], kept[more]), tangled[more], strict=True)
    ]
    return releases.found("release-not-sure", broken[more], texts, value=(drawn - kept)[more])


def _several_readings(most_m2: Floats, sure_m2: Floats) -> list[str]:
    return sentences("release-not-sure.several", most=areas(most_m2), sure=areas(sure_m2))
