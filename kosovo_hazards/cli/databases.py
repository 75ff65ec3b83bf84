"""The command that reads IMSMA's database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import geopandas as gpd
import pandas as pd
import typer

from kosovo_hazards.cli.messages import by_check
from kosovo_hazards.cli.printing import print_frame, print_paths, say, tell_result, working, write_findings
from kosovo_hazards.cli.program import FINDINGS, FINE, WRONG, app, speaks_plainly
from kosovo_hazards.cli.targets import OverwriteOption, refuse_file_names

if TYPE_CHECKING:
    from kosovo_hazards.imsma import ImsmaRegister

__all__ = ["imsma_command"]


@app.command(
    "imsma",
    epilog="Example: kosovo-hazards imsma postgresql://reader@server/imsma --out register",
)
@speaks_plainly
def imsma_command(
    url: Annotated[str, typer.Argument(help="Address of the database: postgresql://USER@SERVER:PORT/DATABASE.")],
    out: Annotated[Path, typer.Option(help="Folder for register, lists and report; made when missing.")] = Path(
        "imsma"
    ),
    schema: Annotated[str, typer.Option(help="Schema with the tables of IMSMA NG.")] = "public",
    as_of: Annotated[str | None, typer.Option(help="Leave out what is dated after this day, YYYY-MM-DD.")] = None,
    report: Annotated[bool, typer.Option("--report/--no-report", help="Write the report too.")] = True,
    language: Annotated[str, typer.Option(help="Language of the report: en, sq, sr.")] = "en",
    overwrite: OverwriteOption = False,
) -> int:
    """A register from the database of IMSMA NG: GeoPackage, findings, lists of what was not taken over, report."""
    from kosovo_hazards.checks import check
    from kosovo_hazards.gazetteer import assign_places
    from kosovo_hazards.imsma import read_imsma_ng
    from kosovo_hazards.report import write_report
    from kosovo_hazards.writing import about, whole_folder, write_gis, write_manifest

    refuse_file_names(out)
    with working("Reading"):
        register = read_imsma_ng(url, schema=schema, as_of=as_of)
    lost = _tell(register, out)
    if not len(register.hazards.data):
        say("error: no area could be accepted, so nothing is written")
        return WRONG
    with working("Writing"), whole_folder(out, overwrite=overwrite) as part:
        hazards = replace(register.hazards, data=assign_places(register.hazards.data))
        releases = register.releases if len(register.releases.data) + len(register.releases.rejected) else None
        found = check(hazards.data, None if releases is None else releases.data)
        tables = [table for table in (register.findings, found) if len(table)] or [found]
        findings = gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), geometry="geometry", crs=hazards.data.crs)
        write_gis(hazards, part / "register.gpkg", releases=releases, findings=findings)
        write_findings(findings, part / "findings.geojson")
        _write_lists(register, part)
        if report:
            write_report(hazards, releases, part / "report", as_of=as_of, language=language, findings=register.findings)
        write_manifest(part, about([hazards.data]))
    if len(findings):
        print_frame(by_check(findings), f"{len(findings):,} findings by check, all in {out / 'findings.geojson'}")
    pages = ["report/report.html"] if report else []
    print_paths([out / name for name in ["register.gpkg", "findings.geojson", *pages]])
    return FINDINGS if lost or (findings["severity"] == "error").any() else FINE


def _tell(register: ImsmaRegister, out: Path) -> int:
    """Print what was read of both tables; how many records were not taken over."""
    lists = {what: str(out / f"{what}-{{}}.csv") for what in ("repaired", "rejected")}
    for name, rows in register.later.items():
        if len(rows):
            say(f"note: {len(rows):,} {name}s are dated later and are left out")
    other = len(register.other_land)
    if other:
        say(f"note: {other:,} of the rejected are land of other kinds, no hazardous areas")
    return sum([
        tell_result(result, lists, name)
        for name, result in (("hazards", register.hazards), ("releases", register.releases))
    ])  # fmt: skip


def _write_lists(register: ImsmaRegister, part: Path) -> None:
    """Everything that was repaired, rejected, or is dated later than asked for."""
    from kosovo_hazards.writing import save_csv

    for name, result in (("hazards", register.hazards), ("releases", register.releases)):
        late = register.later[name.removesuffix("s")]
        for what, rows in (("repaired", result.repairs), ("rejected", result.rejected), ("later", late)):
            if len(rows):
                save_csv(pd.DataFrame(rows), part / f"{what}-{name}.csv")
