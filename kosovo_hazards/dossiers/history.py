"""What is known of an area's past: when it was recorded, and what earlier exports of the register say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument, doing
from kosovo_hazards.cells import texts
from kosovo_hazards.deciding import compare
from kosovo_hazards.land_release import Day, as_day
from kosovo_hazards.reading import ReadResult, accepted

__all__ = ["Earlier", "history_of"]

Earlier = Mapping[Any, gpd.GeoDataFrame | ReadResult]
"""Exports of one register by their day."""

_COLUMNS = ["area", "day", "hazard_id", "hazard_type", "status", "priority", "area_m2"]
_CHANGED = ["gained_m2", "lost_m2", "released_m2"]


def history_of(
    areas: gpd.GeoDataFrame,
    hazards: gpd.GeoDataFrame | ReadResult,
    earlier: Earlier | None,
    releases: pd.DataFrame | ReadResult | None,
    as_of: Day | None,
) -> pd.DataFrame:
    """What earlier exports of the register hold of each area, found by id or by ground.

    Parameters
    ----------
    areas
        Areas that get a page, on a range index.
    hazards
        The whole register.
    earlier
        Earlier exports by their day.
    releases
        What was released.
    as_of
        Day of the register.

    Returns
    -------
    A row for each area and export, for each record where it was several: `area`, `day`, `hazard_id` (missing where the
    export does not know the area), `hazard_type`, `status`, `priority`, `area_m2`, and what changed since: `gained_m2`,
    `lost_m2` and how much of that went with a release, `released_m2`.

    Raises
    ------
    UsageError
        If an export has no day, or one after the register's.
    """
    rows: list[dict[str, object]] = []
    now = as_day(as_of)
    for day, export in sorted(
        ((as_day(day), export) for day, export in (earlier or {}).items()), key=lambda one: one[0]
    ):
        if pd.isna(day) or pd.isna(now) or day >= now:
            raise UsageError(
                "an earlier export of the register needs a day before the register's own",
                hint=f"give {argument('as_of', 'YYYY-MM-DD')} and the day of each export",
            )
        doing("Looking up what earlier exports say")
        found = compare(export, hazards, releases, before_date=day, after_date=as_of).areas
        before = accepted(export)
        before = before.assign(hazard_id=texts(before["hazard_id"]).astype("str")).drop_duplicates("hazard_id")
        known = before.set_index("hazard_id").reindex(columns=_COLUMNS[3:])
        for area, name in areas["hazard_id"].items():
            for told in found[[_names(both, str(name)) for both in found["after_id"]]].to_dict("records"):
                changed = {column: told[column] for column in _CHANGED}
                ids = [one for one in known.index if _names(told["before_id"], one)] or [None]
                for one in ids:
                    state = {} if one is None else known.loc[one].to_dict()
                    rows.append({"area": area, "day": day, "hazard_id": one, **state, **changed})
    return pd.DataFrame(rows, columns=[*_COLUMNS, *_CHANGED])


def _names(listed: object, name: str) -> bool:
    """Whether ids parted by commas hold one, which may hold commas too."""
    return isinstance(listed, str) and f", {name}, " in f", {listed}, "
