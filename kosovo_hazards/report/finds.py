"""Sums of evidence, accidents and items found, and which of the minimum data there are, for a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import geopandas as gpd
import pandas as pd

from kosovo_hazards.language import Catalogue, speaking
from kosovo_hazards.minimum_data import completeness, completeness_told
from kosovo_hazards.report.formatter import ReportTable
from kosovo_hazards.report.results import ReportResults
from kosovo_hazards.schema import ACCIDENTS, EVIDENCE, ITEMS
from kosovo_hazards.validation import conform

__all__ = ["FINDS", "finds_tables", "minimum_tables", "minimum_told"]

FINDS = ("evidence_by_kind", "accidents_by_kind", "items_by_device")
"""Names of the tables."""

_UNKNOWN = "unknown"
_SHOWN = ["table", "field_text", "records", "filled", "filled_share", "stops"]
_BY = "municipality"


def finds_tables(points: Mapping[str, gpd.GeoDataFrame]) -> Iterator[ReportTable]:
    """Evidence by directness and kind, accidents by whom they happened to, items by device.

    Parameters
    ----------
    points
        Evidence, accidents and items, those there are.

    Notes
    -----
    An item without a number counts as one. People killed or injured are summed over the accidents that say them, and
    `uncounted` says how many do not.
    """
    if "evidence" in points:
        table = conform(points["evidence"], EVIDENCE)
        yield ReportTable("evidence_by_kind", _counted(table, ["directness", "kind"], points=(EVIDENCE.key, "size")))
    if "accidents" in points:
        table = conform(points["accidents"], ACCIDENTS)
        table = table.assign(said=table[["killed", "injured"]].isna().any(axis=1))
        sums = {"killed": ("killed", "sum"), "injured": ("injured", "sum"), "uncounted": ("said", "sum")}
        yield ReportTable("accidents_by_kind", _counted(table, ["kind"], points=(ACCIDENTS.key, "size"), **sums))
    if "items" in points:
        table = conform(points["items"], ITEMS)
        table = table.assign(quantity=table["quantity"].fillna(1))
        sums = {"quantity": ("quantity", "sum"), "deepest_cm": ("depth_cm", "max")}
        names = ["device_category", "device_model"]
        yield ReportTable("items_by_device", _counted(table, names, points=(ITEMS.key, "size"), **sums))


def _counted(table: gpd.GeoDataFrame, names: list[str], **sums: tuple[str, str]) -> pd.DataFrame:
    """Sums by columns, the most first; what says nothing is unknown."""
    keyed = pd.DataFrame(table).assign(**{name: table[name].fillna(_UNKNOWN) for name in names})
    found = keyed.groupby(names, sort=True).agg(**sums).reset_index()
    return found.sort_values("points", ascending=False, kind="stable", ignore_index=True)


def minimum_tables(results: ReportResults) -> Iterator[ReportTable]:
    """Which of the minimum data there are: of the whole on the page, by municipality in the files.

    Parameters
    ----------
    results
        What the report tells.
    """
    request = results.request
    points = {name: table for name, table in request.points.items() if name in ("accidents", "items")}
    whole = completeness(results.standing, request.releases, **points)[_SHOWN]
    yield ReportTable("minimum_data", whole, shown=whole[_SHOWN[1:]])
    if _BY in results.standing.columns and results.standing[_BY].notna().any():
        by_place = completeness(results.standing, request.releases, by=_BY)
        yield ReportTable("minimum_data_by_place", by_place[[*_SHOWN[:2], _BY, *_SHOWN[2:-1]]], shown=by_place[:0])


def minimum_told(results: ReportResults, t: Catalogue) -> list[str]:
    """What the section says first.

    Parameters
    ----------
    results
        What the report tells.
    t
        The language.
    """
    with speaking(t):
        return [completeness_told(completeness(results.standing, results.request.releases)), t("minimum_data.text")]
