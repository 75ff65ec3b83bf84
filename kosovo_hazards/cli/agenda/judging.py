"""The command that says where the risk may be called tolerable."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kosovo_hazards.cli.printing import lists_of, print_frame, print_paths, say, tell_result, working, write_lists
from kosovo_hazards.cli.program import FINDINGS, FINE, WRONG, app, speaks_plainly
from kosovo_hazards.cli.reading_options import Reading, reads_files
from kosovo_hazards.cli.targets import OverwriteOption, refuse_endings

__all__ = ["tolerability_command"]


@app.command(
    "tolerability",
    epilog="Example: kosovo-hazards tolerability register.geojson --as-of 2024-12-31 --out tolerable.xlsx",
)
@speaks_plainly
@reads_files
def tolerability_command(
    register: Annotated[Path, typer.Argument(help="File of hazardous areas.")],
    as_of: Annotated[str, typer.Option(help="Day of the register and of the accidents, YYYY-MM-DD.")],
    accidents: Annotated[
        Path | None, typer.Option(help="A file of accidents; nothing of persons is taken over.")
    ] = None,
    accidents_crs: Annotated[str | None, typer.Option(help="CRS of the accidents, if their file names none.")] = None,
    deadline: Annotated[int, typer.Option(help="By the end of this year no urgent task may be left.")] = 2030,
    years: Annotated[int, typer.Option(help="Years without an incident after the deadline.", min=1)] = 5,
    out: Annotated[Path | None, typer.Option(help="Write the table here: .csv or .xlsx.")] = None,
    language: Annotated[
        str, typer.Option(help="Language of what is missing, and of a workbook: en, sq, sr, or a catalogue's path.")
    ] = "en",
    places: Annotated[Path | None, typer.Option(help="Boundary file, for another country.")] = None,
    overwrite: OverwriteOption = False,
    *,
    reading: Reading,
) -> int:
    """Where the risk may be called tolerable by the strategy's own test: met, not met or unknown, place by place."""
    from kosovo_hazards.agenda import write_tolerability
    from kosovo_hazards.priorities import tolerability
    from kosovo_hazards.provenance import any_synthetic
    from kosovo_hazards.writing import NOTICE, refuse_taken, whole_file

    if out is not None:
        refuse_endings(out, ".csv", ".xlsx")
        refuse_taken(out, overwrite=overwrite)
    with working("Reading"):
        hazards = reading.hazards(register)
        harmed = None if accidents is None else reading.accidents(accidents, accidents_crs)
    read = {"hazards": hazards, **({} if harmed is None else {"accidents": harmed})}
    if not len(hazards.data) and len(hazards.rejected):
        tell_result(hazards, None, "hazards")
        say("error: no area could be accepted, so nothing can be judged")
        return WRONG
    with working("Judging"):
        found = tolerability(
            hazards, harmed, as_of=as_of, places=reading.units(places), deadline=deadline, years=years,
            language=language,
        )  # fmt: skip
    if out is not None:
        with whole_file(out, overwrite=overwrite) as part:
            write_tolerability(found, part, hazards, language=language)
            write_lists(read, part)
    counts = found["tolerable"].value_counts()
    print_frame(found.reset_index(), f"May the risk be called tolerable on {as_of}?")
    print(", ".join(f"{word}: {int(counts.get(word, 0)):,}" for word in ("met", "not met", "unknown")))
    print("Tolerable is not free of hazards: tasks of low priority may stand.")
    if any_synthetic(hazards.data):
        print(NOTICE)
    if out is not None:
        print_paths([out])
    lists = None if out is None else lists_of(out)
    lost = sum([tell_result(result, lists, name) for name, result in read.items()])
    return FINDINGS if lost or (found["tolerable"] == "not met").any() else FINE
