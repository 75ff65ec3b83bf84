"""The tables of a report: figures as numbers, and how each column is worded in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kosovo_hazards.checks import list_checks
from kosovo_hazards.deciding import Cause
from kosovo_hazards.geometry import as_wkt
from kosovo_hazards.land_release import ITEMS
from kosovo_hazards.language import spoken
from kosovo_hazards.report.finds import finds_tables, minimum_tables
from kosovo_hazards.report.formatter import ReportTable
from kosovo_hazards.report.results import ReportResults
from kosovo_hazards.schema import Product
from kosovo_hazards.sharing import public_findings
from kosovo_hazards.summaries import TOTALS, UNKNOWN, group_labels, summarise

__all__ = ["LEVELS", "rounded_km2", "tables_of"]

LEVELS = ("region", "district", "municipality")
FEWEST_PUBLIC = 3
"""Of fewer records than this a public report tells no area: it would be that of one or two of them."""

_PUBLIC_STEP_M2 = 100_000.0
_MOST_FINDINGS = 1_000_000
_MOST_OF_A_CHECK, _MOST_SHOWN, _MOST_COLUMNS = 3, 20, 6
_ROUNDING_M2 = 0.5
_ALWAYS = ("opening", "added", "released", "expected", "closing", "unexplained")
_OFTEN_NOTHING = ("outside", "released_before", "recorded_later", "not_located", "shared")
_LAST = "left"
_SEVERITIES = ("error", "warning", "note")


def rounded_km2(area_m2: float | pd.Series, records: int | pd.Series, *, up: bool = False) -> Any:
    """Square kilometres to a tenth; missing where there are so few records that it would be the area of one.

    Parameters
    ----------
    area_m2
        Area of a group of records.
    records
        How many there are; none at all is reported.
    up
        Upwards, for ground that is hazardous: the least of it must not look like none.
    """
    steps = area_m2 / _PUBLIC_STEP_M2
    km2 = (np.ceil(steps) if up else np.round(steps)) / 10
    few = (records > 0) & (records < FEWEST_PUBLIC)
    return km2.mask(few) if isinstance(km2, pd.Series) else (np.nan if few else float(km2))


def tables_of(results: ReportResults, *, public: bool) -> list[ReportTable]:
    """Every table of the report, in its order.

    Parameters
    ----------
    results
        What the report tells.
    public
        Whether areas of places and of single records stay away.

    Returns
    -------
    Those that have something to say.
    """
    made = [
        *_hazards(results, public=public),
        *_releases(results, public=public),
        *_progress(results, public=public),
        *([] if public else finds_tables(results.request.points)),
        *_forecasts(results, public=public),
        *_findings(results, public=public),
        *([] if public else minimum_tables(results)),
        *_changes(results, public=public),
        *_reconciliation(results, public=public),
        *_read(results, public=public),
    ]
    return [table for table in made if len(table.frame)]


# --- what there is ----------------------------------------------------------------------------------------------------


def _hazards(results: ReportResults, *, public: bool) -> Iterable[ReportTable]:
    for level in LEVELS:
        table = summarise(results.standing, level)
        if not set(table.index) <= {UNKNOWN, TOTALS}:
            if public:
                table = table[["chas", "shas", "total_areas"]]
            yield ReportTable(f"hazards_by_{level}", table.reset_index(), total=True)


# --- what was released ------------------------------------------------------------------------------------------------


def _releases(results: ReportResults, *, public: bool) -> Iterable[ReportTable]:
    request, ledger = results.request, results.ledger
    if ledger is None or request.releases is None or request.year is None:
        return
    output = _output(request.releases, ledger)
    yield ReportTable("released", _by_product(output, request.year, public=public), total=True)
    if public:
        return
    of_year = output[output["year"] == request.year]
    for product in Product:
        own = of_year[of_year["product"] == product]
        if len(own):
            yield ReportTable(str(product), _by_place(own, cleared=product is Product.CLEARED), total=True)
    empty = of_year[(of_year["product"] == Product.CLEARED) & (of_year["submunitions"] == 0).fillna(value=False)]
    if len(empty):
        yield ReportTable("without_submunitions", _without_finds(empty), total=True)


def _output(releases: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """One row a release: year, product, place, operator, area counted once, finds; repeats count nothing."""
    given = pd.DataFrame(releases).reset_index(drop=True)
    again = ledger["repeats"].notna().to_numpy()
    output = pd.DataFrame({"product": ledger["product"].to_numpy(), "area_m2": ledger["counted_m2"].to_numpy()})
    completed = pd.to_datetime(given["completed"]) if "completed" in given.columns else pd.Series(pd.NaT, given.index)
    output["year"] = completed.dt.year
    for name in ("district", "municipality", "operator"):
        values = given[name] if name in given.columns else pd.Series(None, given.index)
        output[name] = group_labels(values)
    for item in ITEMS:
        counts = given[item] if item in given.columns else pd.Series(pd.NA, given.index)
        output[item] = counts.astype("Int64").mask(again)
    # One record may stand for several areas, as in printed tables.
    several = given["areas_cleared"] if "areas_cleared" in given.columns else pd.Series(pd.NA, given.index)
    output["areas"] = several.astype("Int64").fillna(1)
    output["releases"] = 1
    return output


def _by_product(output: pd.DataFrame, year: int, *, public: bool) -> pd.DataFrame:
    rows = []
    for product in (*Product, TOTALS):
        own = output if product == TOTALS else output[output["product"] == product]
        areas = {name: _area_in(own, when, output) for name, when in (("area", year), ("before", year - 1))}
        if public:
            counts = {"area": (output["year"] == year).sum(), "before": (output["year"] == year - 1).sum()}
            areas = {name: rounded_km2(area, int(counts[name])) for name, area in areas.items()}
        unit = "km2" if public else "m2"
        rows.append(
            {
                "product": str(product),
                "releases": int((own["year"] == year).sum()),
                **{f"{name}_{unit}": area for name, area in areas.items()},
            }
        )
    return pd.DataFrame(rows)


def _area_in(own: pd.DataFrame, year: int, output: pd.DataFrame) -> float:
    """Area released in a year; not known where no record tells it, or before the first record of all."""
    areas = own.loc[own["year"] == year, "area_m2"]
    known = areas.notna().any() if len(areas) else bool(output["year"].min() <= year)
    return float(areas.sum()) if known else np.nan


def _by_place(output: pd.DataFrame, *, cleared: bool) -> pd.DataFrame:
    keys = ["district", "municipality", "operator"]
    columns = ["areas" if cleared else "releases", "area_m2", *(ITEMS if cleared else ())]
    return _with_totals(output.groupby(keys, sort=True)[columns].sum(min_count=1).reset_index(), output, keys, columns)


def _with_totals(table: pd.DataFrame, output: pd.DataFrame, keys: Sequence[str], columns: list[str]) -> pd.DataFrame:
    totals = {**dict.fromkeys(keys, ""), keys[0]: TOTALS, **output[columns].sum(min_count=1).to_dict()}
    return pd.concat([table, pd.DataFrame([totals]).astype(table.dtypes.to_dict())], ignore_index=True)


def _without_finds(output: pd.DataFrame) -> pd.DataFrame:
    nothing = (output[list(ITEMS)].fillna(1) == 0).all(axis=1)
    output = output.assign(nothing_found_m2=output["area_m2"].where(nothing, 0.0))
    columns = ["areas", "area_m2", "nothing_found_m2", "ap_mines", "av_mines", "other_uxo"]
    table = output.groupby("operator", sort=True)[columns].sum(min_count=1).reset_index()
    return _with_totals(table, output, ["operator"], columns)


# --- over time --------------------------------------------------------------------------------------------------------


def _progress(results: ReportResults, *, public: bool) -> Iterable[ReportTable]:
    if results.series is None:
        return
    table = results.series.copy()
    table.insert(0, "year", table.index.year)
    if public:
        shown = table[["year", "releases", "submunitions"]].copy()
        for name in table.columns[table.columns.str.endswith("_m2")]:
            shown[name.replace("_m2", "_km2")] = table[name] / 1e6
        yield ReportTable("progress", shown.reset_index(drop=True))
        return
    balance = ["opening_m2", "added_m2", "taken_off_m2", "unexplained_m2", "closing_m2"]
    if table[[name for name in balance if name in table.columns]].notna().any(axis=None):
        shown = ["year", *[name for name in balance if name in table.columns]]
        yield ReportTable("balance", table.loc[table["closing_m2"].notna(), shown].reset_index(drop=True))
    output = ["year", "releases", "cleared_m2", "reduced_m2", "cancelled_m2", "outside_m2", "submunitions",
              "m2_per_submunition", "no_submunitions_m2"]  # fmt: skip
    yield ReportTable("progress", table[output].reset_index(drop=True))


def _forecasts(results: ReportResults, *, public: bool) -> Iterable[ReportTable]:
    made = results.forecast
    if made is None:
        return
    scenarios = made.scenarios.reset_index()
    columns = ["scenario", "m2_per_year", "completion_year", "meets_deadline", "left_at_deadline_m2"]
    if public:
        columns = ["scenario", "completion_year", "meets_deadline"]
    scenarios["scenario"] = scenarios["scenario"].where(~scenarios["scenario"].str.startswith("needed"), "needed")
    yield ReportTable("forecast", scenarios[columns])
    if made.priorities is not None and not public:
        columns = ["priority", "area_m2", "completion_year", "left_at_deadline_m2", "chance_by_deadline"]
        yield ReportTable("forecast_by_priority", made.priorities.reset_index()[columns])


# --- what is wrong ----------------------------------------------------------------------------------------------------


def _findings(results: ReportResults, *, public: bool) -> Iterable[ReportTable]:
    counts = public_findings(results.findings)
    counts = counts.merge(list_checks()[["check", "tests"]], on="check", how="left")
    other = counts["check"].map(lambda name: spoken().texts.get(f"structure.{name}"), na_action="ignore")
    counts["tests"] = counts["tests"].where(counts["tests"].notna(), other)
    rank = counts["severity"].map({word: rank for rank, word in enumerate(_SEVERITIES)})
    counts = counts.assign(rank=rank).sort_values(["rank", "findings"], ascending=[True, False], kind="stable")
    yield ReportTable("findings_by_check", counts[["severity", "check", "tests", "findings"]].reset_index(drop=True))
    if not public:
        shown = pd.DataFrame(results.findings.drop(columns="geometry")).head(_MOST_FINDINGS)
        shown = shown[["severity", "check", "table", "record_id", "other_id", "message"]]
        first = shown.groupby("check", sort=False).head(_MOST_OF_A_CHECK).head(_MOST_SHOWN)
        yield ReportTable("findings", shown.reset_index(drop=True), shown=first)


def _changes(results: ReportResults, *, public: bool) -> Iterable[ReportTable]:
    """By how much the register grew and shrank since the one before, by cause."""
    if results.comparison is None:
        return
    causes = results.comparison.causes
    names = [Cause(cause).name.lower() for cause in causes.index]
    table = pd.DataFrame({"changes": names, "areas": causes["areas"].to_numpy(), "area_m2": causes["m2"].to_numpy()})
    table = table[table["area_m2"].abs() >= _ROUNDING_M2]
    changed = int((results.comparison.areas["change"] != "unchanged").sum())
    total = {"changes": TOTALS, "areas": changed, "area_m2": results.comparison.difference_m2}
    if public:
        area, areas = table["area_m2"], table["areas"]
        km2 = rounded_km2(area, areas, up=True).where(area > 0, rounded_km2(area, areas))
        yield ReportTable("changes_by_cause", table.drop(columns="area_m2").assign(area_km2=km2).reset_index(drop=True))
    elif len(table):
        yield ReportTable("changes_by_cause", pd.concat([table, pd.DataFrame([total])], ignore_index=True), total=True)


def _reconciliation(results: ReportResults, *, public: bool) -> Iterable[ReportTable]:
    found = results.reconciliation
    if found is None:
        return
    steps = {name: getattr(found, f"{name}_m2") for name in (*_ALWAYS, *_OFTEN_NOTHING, _LAST)}
    steps["unexplained_without_added"] = found.unexplained_m2 + found.added_m2
    order = (*_ALWAYS, *(["unexplained_without_added"] if found.added_m2 else []), *_OFTEN_NOTHING, _LAST)
    kept = [name for name in order if name not in _OFTEN_NOTHING or abs(steps[name] or 0.0) >= _ROUNDING_M2]
    areas = pd.Series([steps[name] for name in kept], dtype="float64")
    if public:
        records = pd.Series(len(results.standing), areas.index)
        hazardous = pd.Series(kept).isin(["opening", "closing"])
        areas_km2 = rounded_km2(areas, records, up=True).where(hazardous, rounded_km2(areas, records))
        yield ReportTable("reconciliation", pd.DataFrame({"balance": kept, "area_km2": areas_km2}))
        return
    areas = areas.where(areas.abs() >= _ROUNDING_M2, 0.0)
    yield ReportTable("reconciliation", pd.DataFrame({"balance": kept, "area_m2": areas}))
    if found.by_hazard is not None:
        table = found.by_hazard.reset_index()
        changed = table.drop(columns=["hazard_id", "opening_m2", "closing_m2"]).abs().max(axis=1) >= _ROUNDING_M2
        yield ReportTable("reconciliation_by_area", table[changed].reset_index(drop=True), shown=table[:0])


def _read(results: ReportResults, *, public: bool) -> Iterable[ReportTable]:
    read_results = results.request.read_results
    if not read_results:
        return
    rows = [
        {
            "read": name,
            "records": len(result.data) + len(result.rejected),
            "accepted_records": len(result.data),
            "repaired_records": len(result.repairs),
            "rejected_records": len(result.rejected),
        }
        for name, result in read_results.items()
    ]
    yield ReportTable("reading", pd.DataFrame(rows))
    if public:
        return
    for name, result in read_results.items():
        rejected = _plain(result.rejected, ("row", "reason"))
        yield ReportTable(f"rejected_{name}", rejected, shown=rejected.iloc[:_MOST_SHOWN, :_MOST_COLUMNS])
        repaired = _plain(result.repairs, ("row", "record_id", "what"))
        yield ReportTable(f"repaired_{name}", repaired, shown=repaired.head(_MOST_SHOWN))


def _plain(records: pd.DataFrame, first: Sequence[str]) -> pd.DataFrame:
    """Records as text, the telling columns first, shapes as well-known text at the end."""
    names = [*[name for name in first if name in records.columns], *[n for n in records.columns if n not in first]]
    shown = pd.DataFrame(records)[names]
    shapes = shown.columns[shown.dtypes.astype(str) == "geometry"]
    text = {f"{name}_wkt": as_wkt(shown[name].to_numpy()) for name in shapes}
    return shown.drop(columns=shapes).assign(**text).reset_index(drop=True)
