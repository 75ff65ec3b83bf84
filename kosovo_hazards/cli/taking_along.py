"""The command that writes what teams take along."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.cli.printing import print_paths, say, tell_result, working
from kosovo_hazards.cli.program import FINDINGS, FINE, WRONG, app, speaks_plainly
from kosovo_hazards.cli.reading_options import Reading, reads_files
from kosovo_hazards.cli.targets import OverwriteOption, refuse_file_names

__all__ = ["dossier_command"]


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
    language: Annotated[str, typer.Option(help="en, sq, sr, or the path of a catalogue of your own.")] = "en",
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
    found = reading.found()
    lost = sum([tell_result(result, None, name) for name, result in (read | found).items()])
    if not len(hazards.data):
        say("error: no area could be accepted, so no page is written")
        return WRONG
    with working("Drawing"):
        placed = replace(hazards, data=assign_places(hazards.data))
        write_dossiers(
            placed, out, releases=released, evidence=found.get("evidence"), earlier=before, ids=only, grid=grid,
            declination_deg=declination, as_of=as_of, pdf=pdf, maps=maps, language=language, overwrite=overwrite,
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
