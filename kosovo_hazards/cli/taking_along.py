"""The commands that write what teams take along, and what they hand over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer

from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.cli.printing import made_up_notice, print_paths, say, tell_result, working
from kosovo_hazards.cli.program import FINDINGS, FINE, WRONG, app, speaks_plainly
from kosovo_hazards.cli.reading_options import ContextOption, Reading, reads_files
from kosovo_hazards.cli.targets import OverwriteOption, refuse_file_names

if TYPE_CHECKING:
    pass

__all__ = ["completion_command", "dossier_command"]


@app.command(
    "dossier",
    epilog="Example: kosovo-hazards dossier register.geojson --releases releases.geojson --only SYN-N-05",
)
@speaks_plainly
@reads_files
def dossier_command(
    file: Annotated[Path, typer.Argument(help="File of hazardous areas.")],
    releases: Annotated[Path | None, typer.Option(help="File of survey and clearance results.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the pages and files; made when missing.")] = Path("dossiers"),
    only: Annotated[list[str] | None, typer.Option(help="Id of an area that is wanted; may be repeated.")] = None,
    grid: Annotated[str, typer.Option(help="CRS of eastings and northings in metres.")] = "EPSG:9141",
    declination: Annotated[
        float | None,
        typer.Option(help="Degrees by which magnetic north lies east of true north, negative to the west."),
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="Day of the register, YYYY-MM-DD.")] = None,
    earlier: Annotated[
        list[str] | None,
        typer.Option(help="Earlier export of the register with its day, 2023-12-31=FILE; may be repeated."),
    ] = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print each page into a PDF too, by an installed browser.")
    ] = False,
    maps: Annotated[
        bool,
        typer.Option("--maps", help="Write all areas as a GeoPackage with a QGIS project and as tiles for phones."),
    ] = False,
    places: Annotated[
        Path | None, typer.Option(help="Boundary file, for another country or better boundaries.")
    ] = None,
    language: Annotated[str, typer.Option(help="en, sq, sr, or the path of a catalogue of your own.")] = "en",
    context: ContextOption = None,
    overwrite: OverwriteOption = False,
    *,
    reading: Reading,
) -> int:
    """What a team takes along to each area: a page of A4 with map and turning points, GPX and KML, and maps of all."""
    from kosovo_hazards.dossiers import write_dossiers
    from kosovo_hazards.gazetteer import assign_places

    refuse_file_names(out)
    exports = _by_day(earlier or [])
    with working("Reading"):
        hazards = reading.hazards(file)
        released = None if releases is None else reading.releases_beside(releases)
        before = {day: reading.hazards(path) for day, path in exports.items()}
    read = {"areas": hazards, **({} if released is None else {"releases": released})}
    found, lines = reading.found(), reading.context(context)
    lost = sum([tell_result(result, None, name) for name, result in (read | found | lines).items()])
    if not len(hazards.data):
        say("error: no area could be accepted, so no page is written")
        return WRONG
    with working("Drawing"):
        units = reading.units(places)
        placed = replace(hazards, data=assign_places(hazards.data, units))
        write_dossiers(
            placed, out, releases=released, evidence=found.get("evidence"), earlier=before, ids=only, grid=grid,
            declination_deg=declination, as_of=as_of, places=units, pdf=pdf, maps=maps, language=language,
            overwrite=overwrite, context=lines,
        )  # fmt: skip
    print_paths([out / "index.html"])
    return FINDINGS if lost else FINE


def _by_day(named: list[str]) -> dict[str, Path]:
    """Files by the days that stand before them."""
    found = {}
    for each in named:
        day, sign, path = each.partition("=")
        if not sign or not path:
            raise UsageError(f"{argument('earlier', each)} names no day", hint="write it as 2023-12-31=register.gpkg")
        found[day.strip()] = Path(path)
    return found


@app.command(
    "completion",
    epilog="Example: kosovo-hazards completion register.geojson --releases releases.geojson --only SYN-N-05",
)
@speaks_plainly
@reads_files
def completion_command(
    file: Annotated[Path, typer.Argument(help="File of hazardous areas.")],
    releases: Annotated[Path, typer.Option(help="File of survey and clearance results.")],
    out: Annotated[Path, typer.Option(help="Folder for the pages; made when missing.")] = Path("completion"),
    only: Annotated[
        list[str] | None, typer.Option(help="Id of an area that is wanted, finished or not; may be repeated.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="Day after which releases are left out, YYYY-MM-DD.")] = None,
    register_date: Annotated[
        str | None, typer.Option(help="Day of the register, YYYY-MM-DD: releases up to it have been taken off.")
    ] = None,
    required_depth_cm: Annotated[
        float, typer.Option(help="Depth in cm to which ground has to be cleared; 56 is Kosovo's.")
    ] = 56.0,
    handed_over: Annotated[
        list[str] | None, typer.Option(help="ID=YYYY-MM-DD, day of handover of an area; may be repeated.")
    ] = None,
    residual_note: Annotated[str | None, typer.Option(help="What is said of the risk that remains.")] = None,
    grid: Annotated[str, typer.Option(help="CRS of eastings and northings in metres.")] = "EPSG:9141",
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print each page into a PDF too, by Chromium, Chrome or Edge.")
    ] = False,
    language: Annotated[str, typer.Option(help="en, sq, sr, or the path of a catalogue of your own.")] = "en",
    overwrite: OverwriteOption = False,
    *,
    reading: Reading,
) -> int:
    """Which areas are finished: a report to sign for each, what lacks, and the register after it."""
    from kosovo_hazards.gazetteer import assign_places
    from kosovo_hazards.handover import write_completion_reports
    from kosovo_hazards.language import spoken
    from kosovo_hazards.provenance import any_synthetic

    refuse_file_names(out)
    days = _days(handed_over or [])
    with working("Reading"):
        hazards, released = reading.hazards(file), reading.releases_beside(releases)
    items = reading.found().get("items")
    read = {"areas": hazards, "releases": released, **({} if items is None else {"items": items})}
    lost = sum([tell_result(result, None, name) for name, result in read.items()])
    if not len(hazards.data):
        say("error: no area could be accepted, so no page is written")
        return WRONG
    with working("Drawing"):
        placed = replace(hazards, data=assign_places(hazards.data).drop(columns=["place_source", "place_shares"]))
        write_completion_reports(
            placed, released, out, ids=only, as_of=as_of, register_date=register_date,
            required_depth_cm=required_depth_cm, items=items, handed_over=days or None, residual_note=residual_note,
            grid=grid, pdf=pdf, language=language, overwrite=overwrite,
        )  # fmt: skip
    areas = pd.read_csv(out / "completion.csv", encoding="utf-8-sig", dtype="str", keep_default_na=False)
    finished = areas["finished"] == "True"
    t, notice = spoken(), made_up_notice(synthetic=any_synthetic(hazards.data))
    print(t("terminal.finished", n=t.number(finished.sum()), areas=t.number(len(areas)), made_up=notice))
    early = areas["open_points"].str.contains("handed over while ground remains", regex=False)
    for name in areas.loc[early, "hazard_id"]:
        say(t("terminal.handed_over", id=name))
    print_paths([out / "index.html"])
    return FINDINGS if lost or early.any() else FINE


def _days(given: list[str]) -> dict[str, str]:
    """Days of handover by area, of ``ID=YYYY-MM-DD``."""
    parted = [one.rpartition("=") for one in given]
    wrong = [one for one, (name, sign, _) in zip(given, parted, strict=True) if not (name and sign)]
    if wrong:
        raise UsageError(f"--handed-over {wrong[0]} has no equals sign", hint="write ID=YYYY-MM-DD")
    return {name: day for name, _, day in parted}
