"""The command that tells what a file is and how to go on with it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kosovo_hazards.cli.printing import print_frame, say, tell_result, working
from kosovo_hazards.cli.program import FINDINGS, FINE, WRONG, app, speaks_plainly
from kosovo_hazards.cli.reading_options import Reading, reads_files
from kosovo_hazards.cli.targets import refuse_endings

if TYPE_CHECKING:
    from kosovo_hazards.inspection import Inspection

__all__ = ["inspect_command"]


@app.command("inspect", epilog="Example: kosovo-hazards inspect register-messy.geojson --write-profile office.toml")
@speaks_plainly
@reads_files
def inspect_command(
    file: Annotated[Path, typer.Argument(help="A register, release results, or any other file with records.")],
    write_profile: Annotated[
        Path | None, typer.Option(help="Write how the file is read to this TOML file, for --profile.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a profile that is there already.")] = False,
    *,
    reading: Reading,
) -> int:
    """What a file is: its records, shapes and columns, how it would be read, and the command to go on with."""
    from kosovo_hazards.inspection import inspect_source
    from kosovo_hazards.writing import whole_file

    if write_profile is not None:
        refuse_endings(write_profile, ".toml")
    with working("Reading"):
        seen = inspect_source(file, **reading.options)
    print(f"{file}: {seen.records:,} records")
    for line in _lines(seen):
        print(line)
    print_frame(seen.columns.astype(object).where(seen.columns.notna(), ""), "Columns")
    tell_result(seen.result, None, seen.kind)
    if write_profile is not None:
        with whole_file(write_profile, overwrite=overwrite) as part:
            part.write_text(seen.profile(_own(reading)).as_toml(), encoding="utf-8", newline="\n")
        say(f"{write_profile} written: pass it to any command with --profile")
    if not len(seen.result.data):
        return WRONG
    print(f"Go on with: {_next(file, seen, reading, write_profile)}")
    if _needs_profile(seen, reading, write_profile):
        say("columns, values, defaults, layer and encoding are taken there from a profile: add --write-profile")
    return FINDINGS if len(seen.result.rejected) else FINE


def _lines(seen: Inspection) -> list[str]:
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in seen.shapes.items()) or "none in the file itself"
    lines = [f"geometry: {kinds}", f"coordinate reference system: {seen.crs or 'not named'}"]
    if seen.bounds is not None:
        lines.append("bounds (west, south, east, north): " + ", ".join(f"{edge:,.5f}" for edge in seen.bounds))
    accepted, rejected = len(seen.result.data), len(seen.result.rejected)
    return [*lines, f"read as {seen.kind}: {accepted:,} accepted, {rejected:,} rejected", *seen.notes]


def _own(reading: Reading) -> dict[str, Any]:
    return {name: value for name, value in reading.options.items() if name != "profile"}


def _needs_profile(seen: Inspection, reading: Reading, profile: Path | None) -> bool:
    """Whether the file was inspected with what a command asks for registers and releases only."""
    said = any(reading.options[name] for name in ("columns", "values", "defaults", "layer", "encoding"))
    return said and profile is None and seen.kind not in ("hazards", "releases")


def _next(file: Path, seen: Inspection, reading: Reading, profile: Path | None) -> str:
    """The command that draws the file, with the options that it was inspected with."""
    options = ["--profile", str(profile or reading.options["profile"])] if profile or reading.options["profile"] else []
    pairs = {"column": "columns", "value": "values", "default": "defaults"}
    if profile is None:
        for option, name in pairs.items():
            for ours, theirs in (reading.options[name] or {}).items():
                options += [f"--{option}", f"{ours}={theirs}"]
        for option in ("crs", "layer", "encoding"):
            options += [f"--{option}", reading.options[option]] if reading.options[option] else []
        options += ["--close-lines"] if reading.options["close_lines"] else []
        options += ["--form", str(reading.options["form"])] if reading.options["form"] else []
    if seen.kind == "hazards":
        return shlex.join(["kosovo-hazards", "map", str(file), *options])
    if seen.kind == "releases":
        options = [o if not o.startswith("--") or o == "--profile" else f"--releases-{o[2:]}" for o in options]
    else:
        options = ["--profile", options[1]] if "--profile" in options else []
        options += ["--points-crs", reading.options["crs"]] if reading.options["crs"] and profile is None else []
    return shlex.join(["kosovo-hazards", "map", "REGISTER", f"--{seen.kind}", str(file), *options])
