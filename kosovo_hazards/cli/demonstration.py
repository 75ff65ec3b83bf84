"""The commands on what ships: a first look at the synthetic register, files to try it on, and published figures."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from kosovo_hazards.cli.printing import print_frame, print_paths, print_summary, say, working
from kosovo_hazards.cli.program import FINE, app, speaks_plainly
from kosovo_hazards.cli.targets import OverwriteOption, refuse_endings, refuse_file_names

__all__ = ["demo", "published"]


@app.command(epilog="Example: kosovo-hazards demo --out kosovo")
@speaks_plainly
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the files; made when missing.")] = Path("kosovo-hazards-demo"),
    samples: Annotated[
        Path | None, typer.Option(help="Instead of that, put sample files into this folder, to try the commands on.")
    ] = None,
    as_of: Annotated[str, typer.Option(help="2022-12-31, 2023-12-31 or 2024-12-31.")] = "2024-12-31",
    overwrite: OverwriteOption = False,
) -> int:
    """Report, map, tables and GeoJSON of the built-in synthetic register; or sample files."""
    from kosovo_hazards.demo import DEMO_DATES, demo_data
    from kosovo_hazards.maps import hazard_map
    from kosovo_hazards.report import write_report
    from kosovo_hazards.summaries import summarise
    from kosovo_hazards.writing import NOTICE, about, save_csv, whole_folder, write_geojson, write_manifest

    if samples is not None:
        return _write_samples(samples, overwrite=overwrite)
    refuse_file_names(out)
    hazards, releases = demo_data(as_of)
    as_of = next((day for day in DEMO_DATES if day.startswith(as_of)), as_of)
    earlier = {day: demo_data(day)[0] for day in DEMO_DATES if day < as_of}
    with whole_folder(out, overwrite=overwrite) as part:
        with working("Drawing the map"):
            hazard_map(hazards, releases, as_of=as_of, previous=earlier).save(part / "map.html")
        for name in ("region", "district", "municipality"):
            table = summarise(hazards, by=name).round().astype("int64").assign(notice=NOTICE)
            save_csv(table.reset_index(), part / f"hazards_by_{name}.csv")
        write_geojson(hazards, part / "hazards.geojson")
        write_geojson(releases, part / "releases.geojson")
        with working("Writing the report"):
            write_report(hazards, releases, part / "report", as_of=as_of, previous=earlier or None)
        write_manifest(part, about([hazards, releases]))
    tables = [f"hazards_by_{name}.csv" for name in ("region", "district", "municipality")]
    print_summary(summarise(hazards, by="region"), f"Hazardous areas by region, {as_of} ({NOTICE})")
    print_paths([out / name for name in ("map.html", *tables, "hazards.geojson", "releases.geojson", "about.json")])
    print_paths([out / "report" / "report.html"])
    return FINE


def _write_samples(folder: Path, *, overwrite: bool) -> int:
    """Copy the sample files as they are, with what says whose they are and that they are made up."""
    from kosovo_hazards.demo import sample_files
    from kosovo_hazards.writing import NOTICE, whole_folder, write_manifest

    refuse_file_names(folder)
    files = sample_files()
    with whole_folder(folder, overwrite=overwrite) as part:
        for name, path in files.items():
            shutil.copyfile(path, part / name)
        write_manifest(part, {"notice": NOTICE, "licence": "CC0 1.0", "source": "kosovo_hazards sample files"})
    print_paths([folder / name for name in [*files, "about.json"]])
    say(f"{NOTICE}; what each file is stands in {folder / 'README.md'}")
    say(f"try: kosovo-hazards map {folder / 'register.geojson'} --releases {folder / 'releases.geojson'}")
    return FINE


@app.command(epilog="Example: kosovo-hazards published --audit")
@speaks_plainly
def published(
    name: Annotated[str | None, typer.Argument(help="One table; without it, the list of all.")] = None,
    audit: Annotated[bool, typer.Option("--audit", help="Recompute what can be and say what differs.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the table or the audit to this CSV file too.")] = None,
    overwrite: OverwriteOption = False,
) -> int:
    """The published figures on Kosovo, as printed, and whether they add up."""
    from kosovo_hazards import published as figures
    from kosovo_hazards.writing import refuse_taken, save_csv, whole_file

    if out is not None:
        refuse_endings(out, ".csv")
        refuse_taken(out, overwrite=overwrite)
    if audit:
        table = figures.audit()
        found = figures.differences()
        print_frame(found[["where", "printed", "recomputed", "statement"]], "Figures that do not add up")
        counts = table["verdict"].value_counts()
        print(
            f"{len(table)} comparisons: "
            f"{counts.get('agrees', 0)} agree, {counts.get('rounding', 0)} differ by rounding, "
            f"{counts.get('differs', 0)} differ"
        )
    elif name is None:
        table = figures.sources()
        print_frame(table, "Sources")
        print("Tables: " + ", ".join(figures.tables()))
    else:
        table = figures.table(name)
        print_frame(table, name)
    if out is not None:
        with whole_file(out, overwrite=overwrite) as part:
            save_csv(table, part)
        print_paths([out])
    return FINE
