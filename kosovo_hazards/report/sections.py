"""The sections of a report: which tables, charts and sentences stand where."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from kosovo_hazards._version import __version__
from kosovo_hazards.charts import chance_text
from kosovo_hazards.forecasting import Forecast, percent
from kosovo_hazards.gazetteer import default_places
from kosovo_hazards.language import Catalogue, retold
from kosovo_hazards.maps import rejected_sentence
from kosovo_hazards.pages import sources_line
from kosovo_hazards.reading import reason_kinds, rejected_positions
from kosovo_hazards.report.finds import FINDS, minimum_told
from kosovo_hazards.report.formatter import Formatter, ReportTable
from kosovo_hazards.report.page import Block, Image, Section
from kosovo_hazards.report.results import FEWEST_YEARS, ReportResults
from kosovo_hazards.report.tables import LEVELS
from kosovo_hazards.schema import RELEASED_STATUSES, Product
from kosovo_hazards.sharing import PUBLIC_NOTE
from kosovo_hazards.summaries import TOTALS, summarise

__all__ = ["about_of", "rejections", "sections_of", "sources_of", "subtitle"]

_MOST_REASONS = 12


def subtitle(results: ReportResults, fmt: Formatter, *, public: bool) -> str:
    """Reference date, number of areas and what they come to.

    Parameters
    ----------
    results
        What the report tells.
    fmt
        The language.
    public
        Whether areas stay away.
    """
    t, request = fmt.t, results.request
    totals = summarise(results.standing.assign(whole="whole"), "whole").loc[TOTALS]
    when = t("head.as_of", date=t.day(request.day.date())) if request.stated else t("head.as_of_unknown")
    kinds = {name: t.number(totals[name]) for name in ("chas", "shas")}
    count = t.counted("head.areas", totals["total_areas"], **kinds)
    areas = [] if public else [t.area(float(totals["total_m2"]))]
    if results.totals is not None and not public:
        areas.append(results.totals.said(t))
    return " · ".join([when, count, *areas])


def rejections(results: ReportResults, fmt: Formatter, *, public: bool) -> list[str]:
    """How many records were rejected, with how many of them are on the map, and then each kind of reason.

    Parameters
    ----------
    results
        What the report tells.
    fmt
        The language.
    public
        Whether the report is for everyone.
    """
    t, read = fmt.t, results.request.read_results
    lost = rejected_positions(read.get("hazards"))
    lines = [rejected_sentence(lost, t, public=public)] if len(lost) else []
    if releases := len(rejected_positions(read.get("releases"))):
        lines.append(f"{t('rejected.releases')}: {t.number(releases)}")
    kinds = reason_kinds(lost).head(_MOST_REASONS) if len(lost) else pd.Series(dtype="int64")
    reasons = zip(kinds, retold(kinds.index, t), strict=True)
    return [*lines, *(f"{t.number(count)} × {reason}" for count, reason in reasons)]


def sources_of(results: ReportResults, fmt: Formatter, *, public: bool) -> str:
    """Where records and borders come from; a name of a file may tell a place, so a public report leaves it out.

    Parameters
    ----------
    results
        What the report tells.
    fmt
        The language.
    public
        Whether the report is for everyone.
    """
    t, request = fmt.t, results.request
    units = request.units if request.units is not None else default_places(results.standing)
    return sources_line(t, request.hazards, request.releases, places=units, public=public)


def about_of(results: ReportResults, fmt: Formatter, title: str, *, public: bool, made: pd.Timestamp) -> dict[str, str]:
    """What the first sheet of the workbook says.

    Parameters
    ----------
    results
        What the report tells.
    fmt
        The language.
    title
        Title of the report.
    public
        Whether the report is for everyone.
    made
        The moment it was made, UTC.
    """
    t = fmt.t
    lines = {
        t("about.title"): title,
        t("about.state"): subtitle(results, fmt, public=public),
        **({t("about.notice"): t("notice.synthetic")} if results.request.synthetic else {}),
        **({t("about.rejected"): "; ".join(lost)} if (lost := rejections(results, fmt, public=public)) else {}),
        t("about.sources"): sources_of(results, fmt, public=public) or t("unknown"),
        t("about.made"): f"{made:%Y-%m-%d %H:%M} UTC, kosovo_hazards {__version__}",
        t("about.note"): t("notice.outside"),
        t("about.status"): t("notice.status"),
        t("about.unknown"): t("method.unknown"),
    }
    return {**lines, t("about.public"): t("notice.public_report")} if public else lines


def sections_of(
    results: ReportResults, tables: Sequence[ReportTable], images: Mapping[str, Image], fmt: Formatter, *, public: bool
) -> list[Section]:
    """The sections after the map.

    Parameters
    ----------
    results
        What the report tells.
    tables
        Those that have something to say.
    images
        The charts that were drawn, by name.
    fmt
        The language.
    public
        Whether the report is for everyone.
    """
    t = fmt.t
    have: dict[str, Any] = {table.name: table for table in tables}
    have |= {f"chart_{name}": image for name, image in images.items()}

    def blocks(*names: str, **notes: str) -> list[Block]:
        return [Block(have[name], notes.get(name, "")) for name in names if name in have and _shown(have[name])]

    places = [f"hazards_by_{level}" for level in LEVELS]
    twice = "" if public else _counted_twice(results, fmt)
    chapters = [
        Section(
            "hazards", _on_hazards(results, fmt, public=public),
            blocks(*places[:2], "chart_districts", places[2], **dict.fromkeys(places, twice)),
        ),
        Section("releases", _on_releases(results, fmt), blocks(
            "released", Product.CLEARED, "without_submunitions", Product.REDUCED, Product.CANCELLED,
            cleared=t("note.finds_unknown"),
        )),
        Section("progress", _on_progress(results, fmt), blocks("chart_progress", "balance", "progress")),
        *_on_finds(results, fmt, blocks, public=public),
        *_on_changes(results, fmt, blocks, public=public),
        Section("reconciliation", _on_reconciliation(results, fmt), blocks("reconciliation")),
        Section(
            "forecast", _on_forecast(results, fmt), blocks("forecast", "forecast_by_priority"), _assumed(results, fmt)
        ),
        Section("findings", _on_findings(results, fmt), blocks("findings_by_check", "findings")),
        *([] if public else [Section("minimum_data", minimum_told(results, t), blocks("minimum_data"))]),
    ]  # fmt: skip
    if results.request.read_results:
        names = [name for name in have if name.startswith(("rejected_", "repaired_"))]
        chapters.append(Section("reading", [t("reading.text")], blocks("reading", *names)))
    return [*chapters, Section("method", [], [], _method(results, fmt, public=public))]


def _on_finds(
    results: ReportResults, fmt: Formatter, blocks: Callable[..., list[Block]], *, public: bool
) -> list[Section]:
    """The section on evidence, accidents and items; none where there are none, or where everyone reads."""
    if public or not results.request.points:
        return []
    return [Section("finds", [fmt.t("finds.text")], blocks(*FINDS))]


def _on_changes(
    results: ReportResults, fmt: Formatter, blocks: Callable[..., list[Block]], *, public: bool
) -> list[Section]:
    """The section on what changed since the register before; none where there is none."""
    if results.comparison is None:
        return []
    lines = [fmt.t("changes.text")]
    gone = float(results.comparison.findings["value"].sum())
    if gone and not public:
        lines.append(fmt.t("changes.without", m2=fmt.t.number(gone)))
    return [Section("changes", lines, blocks("changes_by_cause"))]


def _shown(content: Any) -> bool:
    return not isinstance(content, ReportTable) or content.shown is None or len(content.shown) > 0


def _on_hazards(results: ReportResults, fmt: Formatter, *, public: bool) -> list[str]:
    t, standing = fmt.t, results.standing
    gone = int(standing["status"].isin(RELEASED_STATUSES).sum()) if "status" in standing.columns else 0
    placed = [level for level in LEVELS if standing[level].notna().any()]
    lines = (
        [t("hazards.text"), t("hazards.counts" if public else "hazards.sizes")]
        if len(standing)
        else [t("hazards.none")]
    )
    if gone:
        lines.append(t("hazards.gone", n=t.number(gone)))
    if len(standing) and not placed:
        lines.append(t("hazards.no_places"))
    return lines


def _counted_twice(results: ReportResults, fmt: Formatter) -> str:
    """What stands under a total that counts overlapping ground more than once; empty where none overlaps."""
    totals = summarise(results.standing.assign(whole="whole"), "whole").loc[TOTALS]
    if "footprint_m2" not in totals.index:
        return ""
    twice, footprint = totals["total_m2"] - totals["footprint_m2"], totals["footprint_m2"]
    return fmt.t("hazards.twice", twice=fmt.t.area(float(twice)), footprint=fmt.t.area(float(footprint)))


def _on_releases(results: ReportResults, fmt: Formatter) -> list[str]:
    t, request, ledger = fmt.t, results.request, results.ledger
    if ledger is None:
        return [t("releases.not_given")]
    if request.year is None:
        return [t("releases.no_year")]
    of_year = int(request.of_year(request.year).sum())
    lines = [t("releases.text", year=request.year) if of_year else t("releases.none", year=request.year)]
    undated = int(pd.to_datetime(ledger["completed"]).isna().sum()) if "completed" in ledger.columns else len(ledger)
    if undated:
        lines.append(t("releases.undated", n=t.number(undated)))
    return lines


def _on_progress(results: ReportResults, fmt: Formatter) -> list[str]:
    t, series = fmt.t, results.series
    if series is None:
        return [t("progress.none")]
    lines = [t("progress.text")]
    if series["closing_m2"].isna().any():
        lines.append(t("progress.unknown_before"))
    return lines


def _on_reconciliation(results: ReportResults, fmt: Formatter) -> list[str]:
    t, found = fmt.t, results.reconciliation
    if found is None:
        return [t("reconciliation.none")]
    return [t("reconciliation.text")]


def _on_forecast(results: ReportResults, fmt: Formatter) -> list[str]:
    t, made = fmt.t, results.forecast
    if made is None:
        return []
    early, middle, late = (str(year or t("never")) for year in made.likely_years)
    chance = chance_text(made, t)
    return [t("forecast.text", year=made.deadline, chance=chance, early=early, middle=middle, late=late)]


def _assumed(results: ReportResults, fmt: Formatter) -> list[str]:
    t, made = fmt.t, results.forecast
    lines = [note.said(t) for note in results.notes if note.key in _OF_FORECAST]
    if made is None:
        return lines
    totals = summarise(results.standing.assign(whole="whole"), "whole").loc[TOTALS]
    if unknown := int(totals.get("unknown_area", 0)):
        lines.append(t("forecast.unknown_area", n=t.number(unknown)))
    lines.append(t("forecast.chance", n=len(made.rates_m2)))
    lines += _on_sensitivity(made, t)
    lines.append(t("forecast.constant", start=made.start))
    lines += _on_trend(made, t)
    if len(made.rates_m2) < 10:
        lines.append(t("forecast.few", n=len(made.rates_m2)))
    return lines


def _on_sensitivity(made: Forecast, t: Catalogue) -> list[str]:
    """The chance if bad years come together, and with fewer years."""
    found, count = made.sensitivity["chance_by_deadline"], len(made.rates_m2)
    lines = []
    if (case := "2 consecutive years together") in found.index:
        lines.append(t("forecast.blocks", n=2, chance=percent(found[case])))
    if (case := "last 3 years only") in found.index and count > FEWEST_YEARS:
        lines.append(t("forecast.last", n=FEWEST_YEARS, chance=percent(found[case])))
    return lines


def _on_trend(made: Forecast, t: Catalogue) -> list[str]:
    """Where the straight line begins, if that is beyond every past year."""
    if (case := "straight-line trend") not in made.scenarios.index:
        return []
    first = float(made.scenarios.loc[case, "m2_per_year"])
    if made.rates_m2.min() <= first <= made.rates_m2.max():
        return []
    key = "forecast.trend_above" if first > made.rates_m2.max() else "forecast.trend_below"
    return [t(key, m2=t.area(first), year=made.start)]


_OF_FORECAST = (
    "note.partial_year",
    "note.left_unknown",
    "note.nothing_left",
    "note.no_forecast",
    "note.deadline_past",
    "note.no_deadline",
    "note.rates_inside",
    "note.rates_cleared",
)


def _on_findings(results: ReportResults, fmt: Formatter) -> list[str]:
    t, counts = fmt.t, results.findings["severity"].value_counts()
    if results.findings.empty:
        return [t("findings.none")]
    numbers = {word: t.number(int(counts.get(word, 0))) for word in ("error", "warning", "note")}
    return [t("findings.text", errors=numbers["error"], warnings=numbers["warning"], notes=numbers["note"])]


def _method(results: ReportResults, fmt: Formatter, *, public: bool) -> list[str]:
    t = fmt.t
    lines = [note.said(t) for note in results.notes if note.key not in _OF_FORECAST]
    lines += [t("method.area"), t("method.once"), t("method.unknown")]
    lines += [t("method.regions")] if results.request.home and results.standing["region"].notna().any() else []
    lines.append(t("method.symbols"))
    if public:
        lines += [t("method.public", note=PUBLIC_NOTE)]
    if results.request.synthetic:
        lines.append(t("method.synthetic"))
    return [*lines, t("notice.outside"), t("notice.status"), t("method.made", version=__version__)]
