"""Checks on what releases are not credited with: outlines with several readings, work that is not finished."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards.checks.checked_table import Records, m2
from kosovo_hazards.geometry import area_m2, repaired
from kosovo_hazards.language import unfinished
from kosovo_hazards.schema import CRS

__all__ = ["finished", "uncredited_findings"]

# Ground of less is the rounding of coordinates.
_NOTHING_M2 = 0.01


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
    texts = [f"The release takes nothing off: {why}; mend its status once it is completed." for why in reasons[rows]]
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
    texts = [
        "The outline is too tangled to be read, so nothing is credited; draw it anew."
        if hopeless
        else f"The outline can be read in several ways: {m2(most)} by one, but only {m2(sure)} by all of them, which "
        "is what is credited; draw it anew."
        for most, sure, hopeless in zip(drawn[more], kept[more], tangled[more], strict=True)
    ]
    return releases.found("release-not-sure", broken[more], texts, value=(drawn - kept)[more])
