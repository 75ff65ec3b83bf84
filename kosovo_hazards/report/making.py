"""From tables to the folder of a report: computed, drawn, written, and put in its place when whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from kosovo_hazards.charts import address_of, district_chart, paper_map, progress_chart, svg_of
from kosovo_hazards.gazetteer import BoundarySource, default_places
from kosovo_hazards.language import catalogue, speaking
from kosovo_hazards.maps import hazard_map
from kosovo_hazards.pages import Validity
from kosovo_hazards.reading import ReadResult, rejected_positions, sha256_of
from kosovo_hazards.report.article_7 import article_7_tables
from kosovo_hazards.report.article_7_form import write_article_7
from kosovo_hazards.report.files import write_chart, write_csvs, write_workbook
from kosovo_hazards.report.formatter import Formatter
from kosovo_hazards.report.key_figures import key_figures
from kosovo_hazards.report.page import Head, Image, page_of
from kosovo_hazards.report.public import public_results
from kosovo_hazards.report.results import ReportResults, gather
from kosovo_hazards.report.sections import about_of, rejections, sections_of, sources_of, subtitle
from kosovo_hazards.report.tables import tables_of
from kosovo_hazards.report.written import WrittenReport
from kosovo_hazards.schema import Product
from kosovo_hazards.sharing import MIN_AREAS, Detail, detail_of
from kosovo_hazards.summaries import summarise
from kosovo_hazards.surroundings import Context, Relief, context_lines, elevation_of
from kosovo_hazards.writing import about, whole_folder, write_gis, write_manifest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["write_report"]


def write_report(
    hazards: gpd.GeoDataFrame | ReadResult,
    releases: pd.DataFrame | ReadResult | None,
    folder: str | os.PathLike[str],
    *,
    as_of: str | pd.Timestamp | None = None,
    register_date: str | pd.Timestamp | None = None,
    previous: gpd.GeoDataFrame | ReadResult | Mapping[str | pd.Timestamp, gpd.GeoDataFrame] | None = None,
    places: BoundarySource | None = None,
    language: str | Path = "en",
    title: str | None = None,
    detail: str = "full",
    min_areas: int = MIN_AREAS,
    deadline: int | None = None,
    target_m2: float | None = None,
    expires: str | date | None = None,
    evidence: gpd.GeoDataFrame | ReadResult | None = None,
    accidents: gpd.GeoDataFrame | ReadResult | None = None,
    items: gpd.GeoDataFrame | ReadResult | None = None,
    findings: gpd.GeoDataFrame | None = None,
    context: Context = None,
    relief: Relief = None,
    overwrite: bool = False,
    step: Callable[[str], None] = lambda _: None,
) -> WrittenReport:
    """Write a report for a meeting: one page to read and print, with its map, tables, charts and GIS files beside it.

    ============================ ======================================================================================
    ``report.html``              the page: key figures, map, tables, charts, findings, method; it loads nothing
    ``map.html``                 the map alone
    ``tables.xlsx``              every table as a sheet, for people: in the language of the report
    ``tables/….csv``             the same for programs: names and words of the library, UTF-8 with a mark
    ``charts/….svg``, ``….png``  every chart, and the map for paper
    ``hazards.gpkg``             GeoPackage: hazards, releases, findings, places
    ``article_7.html``, ``….xlsx`` tables for a voluntary Convention report, see `write_article_7`
    ``about.json``               source, date, version, sharing level, whether synthetic, and the list of files
    ============================ ======================================================================================

    Parameters
    ----------
    hazards
        The hazards table, or what `read_hazards` gave; then rejected and repaired records are listed too, and rejected
        ones are on the maps and in the GeoPackage where it is known where they lie.
    releases
        The releases table, or what `read_releases` gave; None if there is none, and what was released is "unknown".
    folder
        Where the report shall be; the folder around it must be there.
    as_of
        Day of the report, ``YYYY-MM-DD``. Later releases are left out. Without it the newest record counts, which the
        report says.
    register_date
        The day whose state `hazards` shows. Without it the releases tell it, as in `progress`: a register at the end
        of the year, with the releases up to it, is taken as it is; from last year's register this year's releases are
        taken off. The report says which was assumed.
    previous
        The register at the end of the year before, or several by day, ``{"2022-12-31": …, "2023-12-31": …}``; then
        change, balance and reconciliation rest on them, and `hazards` is the register on the day of the report.
    places
        Units as `kosovo_hazards.places` gives them, or a boundary file; the shipped ones of Kosovo if None.
    language
        ``en``, ``sq``, ``sr``, or the path of a catalogue (JSON) of your own. Sentences of the checks are English.
    title
        Title of the report; without it, one in the language.
    detail
        ``full``, or ``public``, see Notes.
    min_areas
        At the public level, places with fewer areas are shown together.
    deadline
        The work is to be done by the end of this year. Without it 2030 for Kosovo, as its strategy says; for any other
        country a forecast then looks ten years ahead and says so.
    target_m2
        Square metres a year that are planned.
    expires
        Last day on which the page holds, ``YYYY-MM-DD``; after it the page says by itself that it is too old. Without
        it a public report holds for a year, and any other says none.
    evidence, accidents, items
        Points as `read_evidence`, `read_accidents` and `read_items` give them: checked, summed, drawn on the map and
        put into the GeoPackage; at the public level only checked.
    findings
        What is known to be wrong beside what the checks find, in their columns, such as the findings of structure of
        `read_imsma_ng`; listed with theirs, and put into the GeoPackage.
    context
        Rivers and roads, ``{"rivers": …, "roads": …}``, each a table or a file: thin lines under the hazards on the map
        for the screen and that for paper.
    relief
        A GeoTIFF of heights, for pale hills under both maps.
    overwrite
        Whether a report that is there already is replaced. A folder that holds any other file never is.
    step
        Called with the name of each step before it begins.

    Returns
    -------
    `WrittenReport`: the folder, its files and the findings; it can be used as the path of the folder. Areas
    are square metres on the ellipsoid; a figure that is not known is "unknown", never zero.

    Raises
    ------
    HazardDataError
        If a table can't be read, an option is unknown, or the folder is there already or holds files of others.

    Notes
    -----
    All is written into a folder beside the place and moved there when whole, so a crash leaves an older report as it
    was.

    ``detail="public"`` follows the public map and files, which tell cells and numbers but no size, name or id of an
    area: areas are numbered by region, district and municipality, but measured only for the register as a whole and
    for each year, to a tenth of a square kilometre, and only where at least three records make up the sum; findings
    are numbered by check; releases by place and operator, single records and the Convention tables, which require the
    size and place of each area, are left out.

    The forecast rests on the ground released in the register where three whole years tell it, else on the ground
    cleared; of fewer years it is not made.

    Examples
    --------
    >>> import tempfile, kosovo_hazards as kh
    >>> hazards, releases = kh.demo_data()
    >>> before, _ = kh.demo_data(2023)
    >>> place = Path(tempfile.mkdtemp()) / "report"
    >>> report = kh.write_report(hazards, releases, place, as_of="2024-12-31", previous=before)
    >>> report.page.name, report.counts["error"]
    ('report.html', 0)
    """
    public = detail_of(detail) is Detail.PUBLIC
    t = catalogue(language, report=True)
    validity = Validity.of(expires, sha256=sha256_of(hazards), public=public)
    beneath: dict[str, Any] = {"context": context_lines(context), "relief": elevation_of(relief)}
    with whole_folder(folder, overwrite=overwrite) as part, speaking(t):
        results = gather(
            hazards, releases, as_of=as_of, register_date=register_date, previous=previous, places=places,
            deadline=deadline, target_m2=target_m2,
            points={"evidence": evidence, "accidents": accidents, "items": items}, findings=findings, step=step,
        )  # fmt: skip
        if public:
            results = public_results(results, deadline=deadline, target_m2=target_m2, min_areas=min_areas)
        name = title or t("report.title")
        fmt = Formatter(t, results.request.units, home=results.request.home)
        step("map")
        map_page = _map(results, name, language, detail, validity, beneath)
        (part / "map.html").write_bytes(map_page.encode("utf-8", "replace"))
        step("charts")
        images = _images(
            results, fmt, part / "charts", language=language, public=public, target_m2=target_m2, beneath=beneath
        )
        step("tables")
        made = datetime.now(UTC)
        tables = tables_of(results, public=public)
        stamp = pd.Timestamp(made)
        write_workbook(tables, about_of(results, fmt, name, public=public, made=stamp), part / "tables.xlsx", fmt)
        write_csvs(tables, part / "tables", synthetic=results.request.synthetic)
        if not public:
            _convention(results, part, language)
        step("files")
        _gis(results, part / "hazards.gpkg", detail, language)
        step("page")
        head = Head(
            title=name,
            subtitle=subtitle(results, fmt, public=public),
            sources=sources_of(results, fmt, public=public),
            synthetic=results.request.synthetic,
            public=public,
            made=validity.said(t, "head.made"),
            expiry=validity.content(t),
            rejected=rejections(results, fmt, public=public),
            figures=key_figures(results, t, public=public),
            map_page=map_page,
            map_picture=images.pop("map"),
        )
        page = page_of(head, sections_of(results, tables, images, fmt, public=public), fmt)
        (part / "report.html").write_bytes(page.encode("utf-8", "replace"))
        names = _write_about(results, part, detail)
    return WrittenReport(Path(folder), results.findings, tuple(Path(folder) / name for name in names))


def _map(
    results: ReportResults,
    title: str,
    language: str | Path,
    detail: str,
    validity: Validity,
    beneath: Mapping[str, Any],
) -> str:
    request = results.request
    drawn = hazard_map(
        request.as_read("hazards", results.standing),
        None if request.releases is None else request.as_read("releases", request.releases),
        places=request.units,
        language=language,
        title=title,
        as_of=str(request.day.date()) if request.stated else None,
        detail=detail,
        previous=request.previous or None,
        expires=validity.expires,
        **beneath,
        **request.points,
    )
    if results.totals is not None and detail == Detail.FULL:
        drawn.say_totals(results.totals)
    return str(drawn.get_root().render())


def _images(
    results: ReportResults,
    fmt: Formatter,
    folder: Path,
    *,
    language: str | Path,
    public: bool,
    target_m2: float | None,
    beneath: Mapping[str, Any],
) -> dict[str, Image]:
    """Charts of what is known, and the map for paper; on the page the titles stand above them."""
    folder.mkdir()
    request, t = results.request, fmt.t
    rejected = rejected_positions(request.read_results.get("hazards"))
    paper = paper_map(
        results.standing, request.units, t, public=public, synthetic=request.synthetic, rejected=rejected,
        **beneath,
    )  # fmt: skip
    drawn = {"map": write_chart(paper, folder / "map")}
    for name, draw in _charts(results, language=language, public=public, target_m2=target_m2).items():
        drawn[name] = svg_of(draw(title=""))
        write_chart(draw(title=fmt.title("picture", name)), folder / name)
    return {name: Image(name, address_of(picture)) for name, picture in drawn.items()}


def _charts(
    results: ReportResults, *, language: str | Path, public: bool, target_m2: float | None
) -> dict[str, Callable[..., Figure]]:
    """How to draw each chart for which there is anything to draw."""
    request, series = results.request, results.series
    charts: dict[str, Callable[..., Figure]] = {}
    note = results.totals.said(catalogue(language)) if results.totals is not None and not public else ""
    products = [f"{product}_m2" for product in Product]
    if series is not None and series.index.notna().any() and series[products].notna().all(axis=None):
        charts["progress"] = partial(
            progress_chart, series, forecast=results.forecast, target_m2=target_m2, language=language, note=note,
            synthetic=request.synthetic,
        )  # fmt: skip
    if not public and results.standing["district"].notna().any() and len(summarise(results.standing)) > 1:
        charts["districts"] = partial(district_chart, results.standing, language=language)
    return charts


def _convention(results: ReportResults, part: Path, language: str | Path) -> None:
    request = results.request
    if request.year is None:
        return
    tables = article_7_tables(results.standing, request.releases, year=request.year, opening=results.opening)
    for ending in (".html", ".xlsx"):
        write_article_7(tables, part / f"article_7{ending}", language=language)


def _gis(results: ReportResults, path: Path, detail: str, language: str | Path) -> None:
    request = results.request
    hazards = request.as_read("hazards", request.hazards)
    if not len(request.hazards) and rejected_positions(hazards).empty:
        return
    units = request.units if request.units is not None else default_places(request.hazards)
    remaining = None if results.standing is request.hazards else results.standing
    write_gis(
        hazards, path, remaining=remaining, releases=request.releases, findings=results.findings, places=units,
        detail=detail, totals=results.totals, qgis_project=True, language=language,
        as_of=str(request.day.date()) if request.stated else None, **request.points,
    )  # fmt: skip


def _write_about(results: ReportResults, part: Path, detail: str) -> list[str]:
    """Write the manifest, and say which files there are."""
    request = results.request
    tables = [request.hazards, *([request.releases] if request.releases is not None else [])]
    manifest = about(tables, detail=detail_of(detail))
    manifest["as_of"] = None if pd.isna(request.day) else str(request.day.date())
    return write_manifest(part, manifest)
