"""The commands: each is one call of the library, and its exit code says whether all went well."""

from __future__ import annotations

import webbrowser
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import geopandas as gpd
import pandas as pd
import typer

from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import doing, speaking_to
from kosovo_hazards.cli.messages import by_check
from kosovo_hazards.cli.printing import (
    lists_of,
    made_up_notice,
    minimum_of,
    named,
    print_frame,
    print_minimum,
    print_paths,
    print_summary,
    say,
    tell_result,
    working,
    write_findings,
    write_lists,
)
from kosovo_hazards.cli.program import FINDINGS, FINE, WRONG, app, main, speaks_plainly
from kosovo_hazards.cli.reading_options import ContextOption, Reading, ReliefOption, reads_files
from kosovo_hazards.cli.targets import OverwriteOption, refuse_endings, refuse_file_names

if TYPE_CHECKING:
    from kosovo_hazards.land_release import ReleaseTotals
    from kosovo_hazards.reading import ReadResult

__all__ = ["app", "main"]

_STEPS = {
    "register": "Putting the register in order",
    "release": "Computing what was released",
    "checks": "Checking the records",
    "map": "Drawing the map",
    "charts": "Drawing the charts",
    "tables": "Writing the tables",
    "files": "Writing the GIS files",
    "page": "Writing the page",
}

FileArgument = Annotated[Path, typer.Argument(help="File of hazardous areas: GeoJSON, GeoPackage, Shapefile, …")]
ReleasesOption = Annotated[Path | None, typer.Option(help="File of survey and clearance results.")]
PlacesOption = Annotated[Path | None, typer.Option(help="Boundary file, for another country or better boundaries.")]
RegisterDateOption = Annotated[
    str | None, typer.Option(help="Day of the register, YYYY-MM-DD: releases up to it have been taken off.")
]
LanguageOption = Annotated[str, typer.Option(help="en, sq, sr, or the path of a catalogue of your own.")]
DetailOption = Annotated[str, typer.Option(help="full, or public: kilometre cells instead of outlines.")]
ExpiresOption = Annotated[
    str | None, typer.Option(help="Last day on which the page holds, YYYY-MM-DD; then it says so itself.")
]
OpenOption = Annotated[bool, typer.Option("--open", help="Open the page in the browser.")]


@app.command(
    "map", epilog="Example: kosovo-hazards map register-2023.geojson --releases releases.geojson --out map.html"
)
@speaks_plainly
@reads_files
def map_command(
    file: FileArgument,
    releases: ReleasesOption = None,
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("map.html"),
    title: Annotated[str | None, typer.Option(help="Title on the map.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Reference date of the register, YYYY-MM-DD.")] = None,
    by: Annotated[str, typer.Option(help="Column of the table that is printed.")] = "district",
    language: LanguageOption = "en",
    detail: DetailOption = "full",
    shade: Annotated[
        str | None,
        typer.Option(help="Shade places by area or count; with --releases also by remaining (m² left) or progress."),
    ] = None,
    shade_by: Annotated[str, typer.Option(help="Shaded places: municipality, district or region.")] = "municipality",
    expires: ExpiresOption = None,
    time: Annotated[str, typer.Option(help="Step of the slider over --releases: year, month or none.")] = "year",
    margin: Annotated[
        bool, typer.Option("--margin", help="Draw how far areas may reach by the accuracy of survey.")
    ] = False,
    previous: Annotated[
        Path | None, typer.Option(help="The register at the end of the year before --as-of, for the slider.")
    ] = None,
    basemap: Annotated[
        str | None, typer.Option(help="Tiles from a network, e.g. OpenStreetMap; none by default.")
    ] = None,
    context: ContextOption = None,
    relief: ReliefOption = None,
    places: PlacesOption = None,
    overwrite: OverwriteOption = False,
    open_page: OpenOption = False,
    *,
    reading: Reading,
) -> int:
    """A map of a file of hazardous areas: one page that opens anywhere."""
    from kosovo_hazards.gazetteer import assign_places, is_home, place_names
    from kosovo_hazards.language import spoken
    from kosovo_hazards.provenance import any_synthetic
    from kosovo_hazards.summaries import summarise
    from kosovo_hazards.writing import refuse_taken, whole_file

    refuse_endings(out, ".html", ".htm")
    refuse_taken(out, overwrite=overwrite)
    results = _read(reading, file, releases)
    if _nothing_left(results, out):
        return WRONG
    found, units = reading.found(), reading.units(places)
    before = None if previous is None else reading.hazards(previous)
    with working("Finding places"):
        placed = {name: assign_places(result.data, units) for name, result in results.items()}
    _tell_outside(placed["hazards"], units)
    summary = summarise(placed["hazards"], by=by)
    drawn, totals = _released(placed["hazards"], placed.get("releases"), shade, as_of, units)
    totals = None if detail == "public" else totals
    options = {"title": title, "as_of": as_of, "language": language, "detail": detail, "basemap": basemap}
    shading: dict[str, Any] = {"shade": shade, "shade_by": shade_by, "time": None if time == "none" else time}
    shading["margin"] = margin
    lines = reading.context(context)
    shading |= {"expires": expires, "context": lines, "relief": relief}
    shading["previous"] = None if before is None else {_year_before(as_of): assign_places(before.data, units)}
    # Lists of records tell ids and outlines, so none is put beside a public file.
    lists = None if detail == "public" else lists_of(out)
    with whole_file(out, overwrite=overwrite) as part:
        shown = replace(results["hazards"], data=drawn)
        released = replace(results["releases"], data=placed["releases"]) if releases else None
        _write_map(shown, released, part, totals, places=units, **options, **shading, **found)
        write_lists(results | found if lists else {}, part)
    t = spoken()
    level = t.texts.get(f"chart.by.{by}", by)
    made_up = made_up_notice(synthetic=any_synthetic(placed["hazards"]))
    names = {} if t.code == "en" else place_names(units, t.code, home=is_home(units, placed["hazards"]))
    names = names if by in ("municipality", "district", "region") else {}
    print_summary(summary, t("terminal.summary", level=level, file=file.name, made_up=made_up), names)
    if totals is not None:
        print(totals.said(t))
    print_paths([out])
    lost = sum([tell_result(result, lists, name) for name, result in (results | found).items()])
    lost += sum([tell_result(result, None, name) for name, result in lines.items()])
    if open_page:
        webbrowser.open(out.resolve().as_uri())
    return FINDINGS if lost else FINE


@app.command(epilog="Example: kosovo-hazards report register.geojson --releases releases.geojson --as-of 2024-12-31")
@speaks_plainly
@reads_files
def report(
    file: FileArgument,
    releases: ReleasesOption = None,
    previous: Annotated[Path | None, typer.Option(help="The register at the end of the year before.")] = None,
    out: Annotated[Path, typer.Option(help="Folder of the report; made when missing.")] = Path("hazard-report"),
    title: Annotated[str | None, typer.Option(help="Title of the report.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Day of the report, YYYY-MM-DD.")] = None,
    register_date: RegisterDateOption = None,
    language: LanguageOption = "en",
    detail: Annotated[str, typer.Option(help="full, or public: no outline, id, name or size of an area.")] = "full",
    deadline: Annotated[
        int | None, typer.Option(help="The work is to be done by the end of this year; for Kosovo 2030.")
    ] = None,
    expires: ExpiresOption = None,
    context: ContextOption = None,
    relief: ReliefOption = None,
    places: PlacesOption = None,
    overwrite: OverwriteOption = False,
    open_page: OpenOption = False,
    *,
    reading: Reading,
) -> int:
    """A report for a meeting: a page to read and print, with its map, tables, charts and files."""
    from kosovo_hazards.language import spoken
    from kosovo_hazards.report import write_report

    refuse_file_names(out)
    results = _read(reading, file, releases)
    found, before = reading.found(), None if previous is None else reading.hazards(previous)
    lines = reading.context(context)
    with working("Reading"):
        written = write_report(
            results["hazards"], results.get("releases"), out, as_of=as_of, register_date=register_date,
            previous=before, places=reading.units(places), title=title, language=language,
            detail=detail, deadline=deadline, expires=expires, overwrite=overwrite, context=lines,
            relief=relief,
            step=lambda name: doing(_STEPS[name]), **found,
        )  # fmt: skip
    read = {**results, **found, **({} if before is None else {"previous": before})}
    listed = {what: str(out / "tables" / f"{what}_{{}}.csv") for what in ("repaired", "rejected")}
    lists = None if detail == "public" else listed
    lost = sum([tell_result(result, lists, name) for name, result in read.items()])
    lost += sum([tell_result(result, None, name) for name, result in lines.items()])
    grave = written.counts["error"]
    if grave:
        say(spoken().counted("terminal.grave", grave))
    print_paths([written.page])
    if open_page:
        webbrowser.open(written.page.resolve().as_uri())
    return FINDINGS if lost or grave else FINE


@app.command(epilog="Example: kosovo-hazards check register.geojson --releases releases.geojson --out findings.geojson")
@speaks_plainly
@reads_files
def check(
    file: FileArgument,
    releases: ReleasesOption = None,
    out: Annotated[Path | None, typer.Option(help="Write all findings here: .geojson or .csv.")] = None,
    places: PlacesOption = None,
    as_of: Annotated[
        str | None, typer.Option(help="Day after which a date is in the future; today by default.")
    ] = None,
    register_date: RegisterDateOption = None,
    previous: Annotated[Path | None, typer.Option(help="An earlier export: does the register lie moved?")] = None,
    language: LanguageOption = "en",
    completeness: Annotated[bool, typer.Option("--completeness", help="Print which minimum data there are.")] = False,
    by: Annotated[
        str | None, typer.Option(help="With --completeness: column of places to count by, e.g. municipality.")
    ] = None,
    overwrite: OverwriteOption = False,
    *,
    reading: Reading,
) -> int:
    """What is wrong with a register: repairs, rejected records and findings by severity."""
    from kosovo_hazards.checks import Severity
    from kosovo_hazards.checks import check as find
    from kosovo_hazards.language import spoken
    from kosovo_hazards.writing import refuse_taken, save_csv, whole_file

    if out is not None:
        refuse_endings(out, ".geojson", ".json", ".csv")
        refuse_taken(out, overwrite=overwrite)
    results, found = _read(reading, file, releases), reading.found()
    hazards = results["hazards"]
    with working(f"Checking {len(hazards.data):,} areas"):
        released = results["releases"] if releases else None
        before = None if previous is None else reading.hazards(previous).data
        units = reading.units(places)
        days: dict[str, Any] = {"as_of": as_of, "register_date": register_date}
        findings = find(hazards, released, units, previous=before, language=language, **days, **found)
        minimum = minimum_of(hazards, released, units, by=by, language=language, **found)
    results |= found
    counts = findings["severity"].value_counts()
    if out is not None:
        with whole_file(out, overwrite=overwrite) as part:
            write_findings(findings, part)
            write_lists(results, part)
            if completeness:
                save_csv(minimum.table, part.with_suffix(".completeness.csv"))
    lists = None if out is None else lists_of(out)
    t = spoken()
    lost = sum([tell_result(result, lists, name) for name, result in results.items()])
    if len(findings):
        all_in = t("terminal.all_in", file=str(out))
        where = all_in if out is not None else t("terminal.all_with", command="--out findings.geojson")
        print_frame(by_check(findings), t.counted("terminal.findings", len(findings), where=where))
    told = [t(f"terminal.severity.{word}", n=t.number(counts.get(word, 0))) for word in Severity]
    print(t("terminal.areas", n=t.number(len(hazards.data)), counts=", ".join(told)))
    if completeness:
        print_minimum(minimum)
    print(minimum.told)
    if out is not None:
        print_paths([out])
    return FINDINGS if lost or counts.get(Severity.ERROR, 0) else FINE


@app.command(epilog="Example: kosovo-hazards convert register.geojson register.gpkg --to-crs EPSG:9141")
@speaks_plainly
@reads_files
def convert(
    file: FileArgument,
    out: Annotated[Path, typer.Argument(help="File to write; its ending names the format: .gpkg, .geojson, .kmz, …")],
    releases: Annotated[
        bool, typer.Option("--releases", help="The file holds results of survey and clearance.")
    ] = False,
    to_crs: Annotated[str, typer.Option(help="CRS of the file written, e.g. EPSG:9141.")] = "EPSG:4326",
    detail: DetailOption = "full",
    qgis_project: Annotated[
        bool, typer.Option("--qgis-project", help="Put a project for QGIS into the GeoPackage, with a sheet to print.")
    ] = False,
    as_of: Annotated[str | None, typer.Option(help="Day of the register, YYYY-MM-DD.")] = None,
    language: LanguageOption = "en",
    overwrite: OverwriteOption = False,
    *,
    reading: Reading,
) -> int:
    """Any readable file to any writable one, with ids, words and areas put in order."""
    from kosovo_hazards.writing import ENDINGS, refuse_taken, whole_file, write_gis

    refuse_endings(out, *ENDINGS)
    refuse_taken(out, overwrite=overwrite)
    with working("Reading"):
        read = (reading.releases if releases else reading.hazards)(file)
    name = "releases" if releases else "hazards"
    if _nothing_left({name: read}, out):
        return WRONG
    lists = None if detail == "public" else lists_of(out)
    with (
        working(f"Writing {len(read.data):,} records"),
        speaking_to(reading.shell.on("to")),
        whole_file(out, overwrite=overwrite) as part,
    ):
        write_gis(
            read, part, crs=to_crs, detail=detail, qgis_project=out.name if qgis_project else False, as_of=as_of,
            language=language,
        )  # fmt: skip
        write_lists({name: read} if lists else {}, part)
    print_paths([out])
    return FINDINGS if tell_result(read, lists, name) else FINE


def _read(reading: Reading, file: Path, releases: Path | None) -> dict[str, ReadResult]:
    with working("Reading"):
        read = {"hazards": reading.hazards(file)}
        return read if releases is None else {**read, "releases": reading.releases_beside(releases)}


def _write_map(
    hazards: gpd.GeoDataFrame | ReadResult,
    releases: gpd.GeoDataFrame | ReadResult | None,
    part: Path,
    totals: ReleaseTotals | None = None,
    **options: Any,
) -> None:
    from kosovo_hazards.maps import hazard_map

    with working("Drawing the map"):
        drawn = hazard_map(hazards, releases, **options)
        if totals is not None:
            drawn.say_totals(totals)
        drawn.save(part)


def _released(
    hazards: gpd.GeoDataFrame,
    releases: gpd.GeoDataFrame | None,
    shade: str | None,
    as_of: str | None,
    units: gpd.GeoDataFrame | None,
) -> tuple[gpd.GeoDataFrame, ReleaseTotals | None]:
    """The hazards, or what is left of them where places are to be shaded by it; and the totals with releases."""
    from kosovo_hazards.land_release import totals_of
    from kosovo_hazards.report import land_release_as_reported

    by_what_is_left = shade in ("remaining", "progress")
    if releases is None:
        if by_what_is_left:
            raise UsageError(f"--shade {shade} needs what was released", hint="name its file with --releases")
        return hazards, None
    with working("Taking released ground off the areas"):
        result = land_release_as_reported(hazards, releases, as_of=as_of, places=units)
    return result.remaining if by_what_is_left else hazards, totals_of(result)


def _year_before(as_of: str | None) -> str:
    """The last day of the year before, of which the register before is."""
    if as_of is None:
        raise UsageError("the day of the map is not known", hint="name it: --as-of 2024-12-31")
    return f"{pd.Timestamp(as_of).year - 1}-12-31"


def _tell_outside(placed: gpd.GeoDataFrame, units: gpd.GeoDataFrame | None) -> None:
    from kosovo_hazards.language import spoken

    outside = int((placed["place_source"] == "none").sum())
    if 2 * outside > len(placed):
        t = spoken()
        key = "terminal.outside" if units is None else "terminal.outside_given"
        told = t(key, n=t.number(outside), records=t.number(len(placed)), option="--places")
        say(t("terminal.note", note=told))


def _nothing_left(results: dict[str, Any], out: Path) -> bool:
    """Tell where every record of a file was rejected: a map or file without any would look like safe ground."""
    from kosovo_hazards.language import spoken

    emptied = {name: result for name, result in results.items() if not len(result.data) and len(result.rejected)}
    for name, result in emptied.items():
        tell_result(result, None, name)
        say(spoken()("terminal.nothing", what=named(name), file=str(out)))
    return bool(emptied)
