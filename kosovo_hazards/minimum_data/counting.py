"""Which of the minimum data a register has: counted for each of them, by place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd

from kosovo_hazards.language import catalogue, speaking, spoken
from kosovo_hazards.minimum_data.fields import FIELDS, Field
from kosovo_hazards.reading import ReadResult, accepted
from kosovo_hazards.summaries import TOTALS, group_labels, group_order
from kosovo_hazards.validation import require_columns, require_table

__all__ = ["completeness", "completeness_told"]


def completeness(
    hazards: gpd.GeoDataFrame | ReadResult,
    releases: pd.DataFrame | ReadResult | None = None,
    *,
    by: str | Sequence[str] | None = None,
    accidents: gpd.GeoDataFrame | ReadResult | None = None,
    items: gpd.GeoDataFrame | ReadResult | None = None,
    language: str | Path | None = None,
) -> pd.DataFrame:
    """Count which of the minimum data of mine action a register has, and say what the missing ones stop.

    Parameters
    ----------
    hazards, releases
        The tables, or what `read_hazards` and `read_releases` gave: then the accepted records count.
    by
        A column of places, or several, such as ``"municipality"``, that every table given has; by default the whole
        register.
    accidents, items
        Points, as `read_accidents` and `read_items` give them.
    language
        Language of `field_text` and `stops`: ``en``, ``sq``, ``sr`` or the path of a catalogue file; English if None.

    Returns
    -------
    One row for each datum and place, with a last row Totals for each datum where places are asked for: `table`
    (hazard, release, item or accident), `field` (stable name), `field_text` (in words), the columns of `by`, `records`
    (to how many records it applies), `filled` (how many have it), `filled_share` (1 being all; missing where it applies
    to none), `columns` (where it stands) and `stops` (what is not possible without it; empty where nothing lacks).

    Raises
    ------
    HazardDataError
        If what is given is no table, or a table lacks a column of `by`.

    Notes
    -----
    The minimum data are those that GICHD proposes beside IMSMA Core: of a contaminated area benchmark, perimeter,
    status, type, category of devices, evidence and beneficiaries; of a release product also depth and devices; of
    work organisation, method, days and status; of an item found its place, category, model, condition and depth; of an
    accident place, date, category of device and whether it was in demining. "Unknown" counts as not filled. Depth of
    clearance applies to cleared land only, model and depth of finds to releases that do not say that nothing was
    found. Nothing about persons is among them.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> table = completeness(*kh.demo_data("2024-12-31"))
    >>> table.set_index(["table", "field"])["filled_share"].round(2)[[("hazard", "perimeter"), ("hazard", "benchmark")]]
    table   field
    hazard  perimeter    1.0
            benchmark    0.0
    Name: filled_share, dtype: float64
    """
    if language is not None:
        with speaking(catalogue(language, report=True)):
            return completeness(hazards, releases, by=by, accidents=accidents, items=items)
    given = {"hazard": hazards, "release": releases, "item": items, "accident": accidents}
    tables = {name: accepted(table) for name, table in given.items() if table is not None}
    places = [by] if isinstance(by, str) else list(by or ())
    for table in tables.values():
        require_table(table, purpose="to count the minimum data")
        require_columns(table, places, purpose="to count the minimum data by place")
    rows = [row for field in FIELDS if field.table in tables for row in _counted(field, tables[field.table], places)]
    names = ["table", "field", "field_text", *places, "records", "filled", "filled_share", "columns", "stops"]
    return pd.DataFrame(rows, columns=names).astype({"records": "int64", "filled": "int64", "filled_share": "float64"})


def completeness_told(table: pd.DataFrame) -> str:
    """How many of the minimum data every record has, some have and none has, in a sentence.

    Parameters
    ----------
    table
        What `completeness` gave, for the whole register.
    """
    t, some = spoken(), table[table["records"] > 0]
    full, none = int((some["filled"] == some["records"]).sum()), int((some["filled"] == 0).sum())
    if some.empty:
        return t("minimum.no_record")
    if full == len(some):
        return t("minimum.all")
    part = len(some) - full - none
    return t("minimum.summary", full=full, part=part, none=none, all=len(some))


def _counted(field: Field, given: pd.DataFrame, places: list[str]) -> Iterator[dict[str, object]]:
    frame = _plain(given)
    facts = pd.DataFrame({"records": field.applies(frame), "filled": field.applies(frame) & field.has(frame)})
    if places:
        labels = {name: group_labels(frame[name]) for name in places}
        grouped = facts.groupby([labels[name] for name in places]).sum()
        keys = [key if isinstance(key, tuple) else (key,) for key in grouped.index]
        order = sorted(
            range(len(keys)), key=lambda row: [group_order(*pair) for pair in zip(places, keys[row], strict=True)]
        )
        for row in order:
            yield _row(field, dict(zip(places, keys[row], strict=True)), grouped.iloc[row])
    totals = {name: TOTALS if name == places[0] else "" for name in places}
    yield _row(field, totals, facts.sum())


def _plain(given: pd.DataFrame) -> pd.DataFrame:
    """The table on positions, with its shapes in the column `geometry`."""
    active = getattr(given, "active_geometry_name", None)
    frame = pd.DataFrame(given).reset_index(drop=True)
    return frame if active is None else frame.assign(geometry=frame[active])


def _row(field: Field, places: dict[str, str], sums: pd.Series) -> dict[str, object]:
    t, records, filled = spoken(), int(sums["records"]), int(sums["filled"])
    return {
        "table": field.table,
        "field": field.name,
        "field_text": t.texts[f"minimum.{field.table}.{field.name}"],
        **places,
        "records": records,
        "filled": filled,
        "filled_share": filled / records if records else float("nan"),
        "columns": ", ".join(field.columns),
        "stops": t.texts[f"lacking.{field.table}.{field.name}"] if filled < records else "",
    }
