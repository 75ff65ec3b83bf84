"""The command that tells what changed between two exports of a register."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kosovo_hazards._errors import UsageError
from kosovo_hazards.cli.messages import by_check
from kosovo_hazards.cli.printing import print_frame, print_paths, say, tell_result, working
from kosovo_hazards.cli.program import FINDINGS, FINE, WRONG, app, speaks_plainly
from kosovo_hazards.cli.reading_options import Reading, reads_files
from kosovo_hazards.cli.targets import OverwriteOption, refuse_file_names

__all__ = ["compare_command"]

_MOST_SHOWN = 20


@app.command(
    "compare",
    epilog="Example: kosovo-hazards compare register-2023.geojson register.geojson --releases releases.geojson",
)
@speaks_plainly
@reads_files
def compare_command(
    before: Annotated[Path, typer.Argument(help="The earlier export, or the records of one owner.")],
    after: Annotated[Path, typer.Argument(help="The later export, or the records of the other owner.")],
    releases: Annotated[Path | None, typer.Option(help="File of survey and clearance results.")] = None,
    before_date: Annotated[str | None, typer.Option(help="Day of the earlier register, YYYY-MM-DD.")] = None,
    after_date: Annotated[str | None, typer.Option(help="Day of the later register, YYYY-MM-DD.")] = None,
    owners: Annotated[
        str | None, typer.Option(help="Names of two owners, as in HALO,KMAC: hold their records of one day together.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for a map, tables and GIS layers of what changed.")] = None,
    language: Annotated[str, typer.Option(help="Language of the map: en, sq, sr.")] = "en",
    places: Annotated[Path | None, typer.Option(help="Boundary file, for another country.")] = None,
    overwrite: OverwriteOption = False,
    *,
    reading: Reading,
) -> int:
    """What changed between two registers: each area, and each square metre of the difference by one cause."""
    from kosovo_hazards.deciding import compare
    from kosovo_hazards.provenance import any_synthetic
    from kosovo_hazards.writing import NOTICE

    names = _two_names(owners)
    if out is not None:
        refuse_file_names(out)
    with working("Reading"):
        old, new = reading.hazards(before), reading.hazards(after)
        released = None if releases is None else reading.releases_beside(releases)
    read = {"areas before": old, "areas after": new, **({} if released is None else {"releases": released})}
    lost = sum([tell_result(result, None, name) for name, result in read.items()])
    if any(not len(result.data) and len(result.rejected) for result in read.values()):
        say("error: nothing in a file could be accepted, so nothing can be compared")
        return WRONG
    with working("Comparing"):
        found = compare(old, new, released, before_date=before_date, after_date=after_date, owners=names)
    changed = found.areas[found.areas["change"] != ("unchanged" if names is None else "alike")]
    columns = [name for name in ("before_id", "after_id", "municipality", "change", "what") if name in changed.columns]
    what = "changed" if names is None else "differ"
    title = f"{len(changed):,} of {len(found.areas):,} areas {what}"
    shown = changed[columns].head(_MOST_SHOWN).astype(object)
    if len(changed):
        more = f", the first {_MOST_SHOWN} of them" if len(changed) > _MOST_SHOWN else ""
        print_frame(shown.where(shown.notna(), ""), title + more)
    if len(found.findings):
        print_frame(by_check(found.findings), f"{len(found.findings):,} findings, with an example of each kind")
    print(found)
    if any_synthetic(old.data) or any_synthetic(new.data):
        print(NOTICE)
    if out is not None:
        from kosovo_hazards.changes import write_comparison

        with working("Drawing the map"):
            write_comparison(found, out, old, new, places=reading.units(places), language=language, overwrite=overwrite)
        print_paths([out / "changes.html"])
    grave = (found.findings["severity"] == "error").any()
    return FINDINGS if lost or grave else FINE


def _two_names(owners: str | None) -> tuple[str, str] | None:
    if owners is None:
        return None
    names = [name.strip() for name in owners.split(",")]
    if len(names) != 2 or not all(names):
        raise UsageError(f"--owners {owners!r} names no two owners", hint="write it as in --owners HALO,KMAC")
    return names[0], names[1]
