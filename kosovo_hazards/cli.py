"""The command line: each command is one call of the library, told in plain words."""

from __future__ import annotations

import sys
import warnings
import webbrowser
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import geopandas as gpd
import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from kosovo_hazards import _version
from kosovo_hazards._errors import HazardDataError

__all__ = ["main"]

FINE, FINDINGS, WRONG = 0, 1, 2
_MOST_SHOWN = 20
# A file or a pipe has no width of its own; this keeps most tables whole.
_PIPE_WIDTH = 160

app = typer.Typer(
    name="kosovo-hazards",
    help="Maps, tables and files from registers of explosive hazards.",
    epilog="Exit codes: 0 fine, 1 rejected records or findings of severity error, 2 wrong use or unreadable input.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
_Params = ParamSpec("_Params")

FileArgument = Annotated[Path, typer.Argument(help="File of hazardous areas: GeoJSON, GeoPackage, Shapefile, …")]
CrsOption = Annotated[str | None, typer.Option(help="CRS of a file that names none, e.g. EPSG:9141.")]
LayerOption = Annotated[str | None, typer.Option(help="Layer of a file that has several.")]
ColumnOption = Annotated[
    list[str] | None, typer.Option(help="Our column and the file's, e.g. hazard_id=ID; may be repeated.")
]
DefaultOption = Annotated[
    list[str] | None, typer.Option(help="Value for a column the file lacks, e.g. hazard_type=SHA; may be repeated.")
]


def main() -> None:
    """Run the command line."""
    # Names in Albanian and Cyrillic must print on consoles that are set to an older code page.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    warnings.showwarning = _show_warning
    app()


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    """Tell a warning without the line of code it came from."""
    _say(f"note: {message}")


def _say(text: str) -> None:
    _errors().print(text, markup=False, highlight=False, soft_wrap=True)


def _speaks_plainly(command: Callable[_Params, int]) -> Callable[_Params, None]:
    """Turn what a command returns into the exit code, and an error of the data into its message."""

    @wraps(command)
    def run(*args: _Params.args, **kwargs: _Params.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
        except HazardDataError as error:
            _say(f"error: {error}")
            code = WRONG
        except BrokenPipeError:
            # The reader of a pipe, such as head, has seen enough.
            code = FINE
        except OSError as error:
            _say(f"error: {error.strerror}: {error.filename}")
            code = WRONG
        raise typer.Exit(code)

    return run


@app.callback(invoke_without_command=True)
def _version_option(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        print(f"kosovo-hazards {_version.__version__}")
        raise typer.Exit(FINE)


@app.command(epilog="Example: kosovo-hazards demo --out kosovo")
@_speaks_plainly
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the files; made when missing.")] = Path("kosovo-hazards-demo"),
    as_of: Annotated[str, typer.Option(help="2022-12-31, 2023-12-31 or 2024-12-31.")] = "2024-12-31",
) -> int:
    """Map, tables and GeoJSON of the built-in synthetic register."""
    from kosovo_hazards.demo import demo_data
    from kosovo_hazards.tables import summarise
    from kosovo_hazards.writing import NOTICE, write_geojson

    hazards, releases = demo_data(as_of)
    out.mkdir(parents=True, exist_ok=True)
    paths = [_write_map(hazards, releases, out / "map.html", as_of=as_of)]
    for name in ("region", "district", "municipality"):
        path = out / f"hazards_by_{name}.csv"
        table = summarise(hazards, by=name).round().astype("int64").assign(notice=NOTICE)
        # The mark at the start lets spreadsheets know that the letters are UTF-8.
        table.to_csv(path, encoding="utf-8-sig", lineterminator="\n")
        paths.append(path)
    paths.append(write_geojson(hazards, out / "hazards.geojson", overwrite=True))
    paths.append(write_geojson(releases, out / "releases.geojson", overwrite=True))
    _print_summary(summarise(hazards, by="region"), f"Hazardous areas by region, {as_of} ({NOTICE})")
    _print_paths(paths)
    return FINE


@app.command("map", epilog="Example: kosovo-hazards map register.gpkg --releases clearance.geojson --out map.html")
@_speaks_plainly
def map_command(
    file: FileArgument,
    releases: Annotated[Path | None, typer.Option(help="File of survey and clearance results.")] = None,
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("map.html"),
    title: Annotated[str | None, typer.Option(help="Title on the map.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Reference date of the register, YYYY-MM-DD.")] = None,
    by: Annotated[str, typer.Option(help="Column of the table that is printed.")] = "district",
    language: Annotated[str, typer.Option(help="en, sq, sr, or the path of a catalogue of your own.")] = "en",
    detail: Annotated[str, typer.Option(help="full, or public: kilometre cells instead of outlines.")] = "full",
    shade: Annotated[
        str | None,
        typer.Option(help="Shade places by area or count; with --releases also by remaining (m² left) or progress."),
    ] = None,
    shade_by: Annotated[str, typer.Option(help="Shaded places: municipality, district or region.")] = "municipality",
    time: Annotated[str, typer.Option(help="Step of the slider over --releases: year, month or none.")] = "year",
    basemap: Annotated[
        str | None, typer.Option(help="Tiles from a network, e.g. OpenStreetMap; none by default.")
    ] = None,
    places: Annotated[
        Path | None, typer.Option(help="Boundary file, for another country or better boundaries.")
    ] = None,
    crs: CrsOption = None,
    layer: LayerOption = None,
    column: ColumnOption = None,
    default: DefaultOption = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> int:
    """A map of a file of hazardous areas: one page that opens anywhere."""
    from kosovo_hazards.assignment import assign_places
    from kosovo_hazards.gazetteer import places as read_places
    from kosovo_hazards.reading import read_hazards, read_releases
    from kosovo_hazards.tables import summarise

    if not out.parent.is_dir():
        raise HazardDataError(f"the folder {out.parent} is not there", hint="make it first, or name another one")
    read = read_hazards(
        file, layer=layer, crs=crs, columns=_pairs(column, "column"), defaults=_pairs(default, "default")
    )
    results = {"hazards": read, **({"releases": read_releases(releases)} if releases else {})}
    units = None if places is None else read_places(source=places)
    placed = {name: assign_places(result.data, units) for name, result in results.items()}
    summary = summarise(placed["hazards"], by=by)
    drawn = _to_shade(placed["hazards"], placed.get("releases"), shade, as_of)
    options = {"title": title, "as_of": as_of, "language": language, "detail": detail, "basemap": basemap}
    shading = {"shade": shade, "shade_by": shade_by, "time": None if time == "none" else time}
    _write_map(drawn, placed.get("releases"), out, places=units, **options, **shading)
    _print_summary(summary, f"Hazardous areas by {by}, {file.name}")
    _print_paths([out])
    lost = sum([_tell_result(result, out, name) for name, result in results.items()])
    if open_page:
        webbrowser.open(out.resolve().as_uri())
    return FINDINGS if lost else FINE


@app.command(epilog="Example: kosovo-hazards check register.gpkg --releases clearance.geojson --out findings.geojson")
@_speaks_plainly
def check(
    file: FileArgument,
    releases: Annotated[Path | None, typer.Option(help="File of survey and clearance results.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write all findings here: .geojson or .csv.")] = None,
    places: Annotated[
        Path | None, typer.Option(help="Boundary file, for another country or better boundaries.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="Day after which a date is in the future; today by default.")
    ] = None,
    crs: CrsOption = None,
    layer: LayerOption = None,
    column: ColumnOption = None,
    default: DefaultOption = None,
) -> int:
    """What is wrong with a register: repairs, rejected records and findings by severity."""
    from kosovo_hazards.checks import check as find
    from kosovo_hazards.findings import Severity
    from kosovo_hazards.reading import read_hazards, read_releases

    if out is not None and out.suffix.lower() not in (".geojson", ".json", ".csv"):
        raise HazardDataError(f"--out {out} ends with neither .geojson nor .csv", hint="name it findings.geojson")
    read = read_hazards(
        file, layer=layer, crs=crs, columns=_pairs(column, "column"), defaults=_pairs(default, "default")
    )
    results = {"hazards": read, **({"releases": read_releases(releases)} if releases else {})}
    with _errors().status("Checking …"):
        released = results["releases"].data if releases else None
        findings = find(read.data, released, None if places is None else str(places), as_of=as_of)
    counts = findings["severity"].value_counts()
    lost = sum([_tell_result(result, out or Path(file.name), name) for name, result in results.items()])
    shown = findings[["severity", "check", "record_id", "message"]].head(_MOST_SHOWN)
    if len(findings):
        _print_frame(shown, f"Findings, the first {len(shown)} of {len(findings):,}")
    print(f"{len(read.data):,} areas: " + ", ".join(f"{counts.get(word, 0):,} of severity {word}" for word in Severity))
    if out is not None:
        _print_paths([_write_findings(findings, out)])
    return FINDINGS if lost or counts.get(Severity.ERROR, 0) else FINE


@app.command(epilog="Example: kosovo-hazards convert register.shp register.gpkg --crs EPSG:9141")
@_speaks_plainly
def convert(
    file: FileArgument,
    out: Annotated[Path, typer.Argument(help="File to write; its ending names the format: .gpkg, .geojson, .kmz, …")],
    releases: Annotated[
        bool, typer.Option("--releases", help="The file holds results of survey and clearance.")
    ] = False,
    to_crs: Annotated[str, typer.Option(help="CRS of the file written, e.g. EPSG:9141.")] = "EPSG:4326",
    detail: Annotated[str, typer.Option(help="full, or public: kilometre cells instead of outlines.")] = "full",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there already.")] = False,
    crs: CrsOption = None,
    layer: LayerOption = None,
    column: ColumnOption = None,
    default: DefaultOption = None,
) -> int:
    """Any readable file to any writable one, with ids, words and areas put in order."""
    from kosovo_hazards.gis_files import write_gis
    from kosovo_hazards.reading import read_hazards, read_releases

    read = (read_releases if releases else read_hazards)(
        file, layer=layer, crs=crs, columns=_pairs(column, "column"), defaults=_pairs(default, "default")
    )
    write_gis(read.data, out, crs=to_crs, detail=detail, overwrite=overwrite)
    _print_paths([out])
    name = "releases" if releases else "hazards"
    return FINDINGS if _tell_result(read, out, name) else FINE


@app.command(epilog="Example: kosovo-hazards published --audit")
@_speaks_plainly
def published(
    name: Annotated[str | None, typer.Argument(help="One table; without it, the list of all.")] = None,
    audit: Annotated[bool, typer.Option("--audit", help="Recompute what can be and say what differs.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the table or the audit to this CSV file too.")] = None,
) -> int:
    """The published figures on Kosovo, as printed, and whether they add up."""
    from kosovo_hazards import published as figures

    if audit:
        table = figures.audit()
        found = figures.differences()
        _print_frame(found[["where", "printed", "recomputed", "statement"]], "Figures that do not add up")
        counts = table["verdict"].value_counts()
        print(
            f"{len(table)} comparisons: "
            + ", ".join(f"{counts.get(v, 0)} {v}" for v in ("agrees", "rounding", "differs"))
        )
    elif name is None:
        table = figures.sources()
        _print_frame(table, "Sources")
        print("Tables: " + ", ".join(figures.tables()))
    else:
        table = figures.table(name)
        _print_frame(table, name)
    if out is not None:
        table.to_csv(out, index=False, encoding="utf-8-sig", lineterminator="\n")
        _print_paths([out])
    return FINE


def _write_map(hazards: gpd.GeoDataFrame, releases: gpd.GeoDataFrame | None, path: Path, **options: Any) -> Path:
    from kosovo_hazards.maps import hazard_map
    from kosovo_hazards.writing import whole_file

    with _errors().status("Drawing the map …"), whole_file(path, overwrite=True) as part:
        hazard_map(hazards, releases, **options).save(str(part))
    return path


def _to_shade(
    hazards: gpd.GeoDataFrame, releases: gpd.GeoDataFrame | None, shade: str | None, as_of: str | None
) -> gpd.GeoDataFrame:
    """Give what is left of the hazards where places are to be shaded by it, and the hazards as they are otherwise."""
    from kosovo_hazards.land_release import apply_releases

    if shade not in ("remaining", "progress"):
        return hazards
    if releases is None:
        raise HazardDataError(f"--shade {shade} needs what was released", hint="name its file with --releases")
    with _errors().status("Taking released ground off the areas …"):
        return apply_releases(hazards, releases, as_of=as_of).remaining


def _write_findings(findings: gpd.GeoDataFrame, path: Path) -> Path:
    from kosovo_hazards.writing import write_geojson

    if path.suffix.lower() == ".csv":
        return _list(pd.DataFrame(findings).assign(geometry=findings.geometry.to_wkt()), path)
    return write_geojson(findings, path, overwrite=True)


def _pairs(texts: list[str] | None, option: str) -> dict[str, str] | None:
    """Read NAME=VALUE options."""
    if not texts:
        return None
    wrong = [text for text in texts if "=" not in text]
    if wrong:
        raise HazardDataError(
            f"--{option} {wrong[0]!r} is not NAME=VALUE", hint=f"for instance --{option} hazard_type=SHA"
        )
    return dict(text.split("=", 1) for text in texts)


def _tell_result(result: Any, beside: Path, name: str) -> int:
    """Print what was read, repaired and rejected; list repairs and rejections in files beside the one written."""
    for note in result.notes:
        _say(f"note: {note}")
    if len(result.repairs):
        path = _list(result.repairs, beside.with_suffix(f".repaired-{name}.csv"))
        _print_frame(result.repairs.head(_MOST_SHOWN), f"{len(result.repairs):,} {name} repaired, all listed in {path}")
    lost = len(result.rejected)
    if lost:
        path = _list(result.rejected, beside.with_suffix(f".rejected-{name}.csv"))
        reasons = result.rejected[["row", "reason"]].head(_MOST_SHOWN)
        _print_frame(reasons, f"{lost:,} {name} REJECTED, all listed in {path}")
        _say(f"{len(result.data):,} of {len(result.data) + lost:,} {name} taken over; NOT taken over: {lost:,}")
    return lost


def _list(records: pd.DataFrame, path: Path) -> Path:
    from kosovo_hazards.plain_tables import harmless

    # A spreadsheet must not run what somebody wrote into a name.
    texts = pd.DataFrame(records).astype(object).map(lambda cell: harmless(cell) if isinstance(cell, str) else cell)
    texts.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
    return path


def _errors() -> Console:
    return Console(stderr=True)


def _print_summary(summary: pd.DataFrame, title: str) -> None:
    shown = summary.reset_index()
    for column in shown.columns[1:]:
        shown[column] = shown[column].map("{:,.0f}".format)
    names = {"chas": "CHAs", "cha_m2": "CHA m²", "shas": "SHAs", "sha_m2": "SHA m²", "total_areas": "Total areas"}
    _print_frame(shown.rename(columns={**names, "total_m2": "Total m²", "unknown_area": "Area unknown"}), title)


def _print_frame(frame: pd.DataFrame, title: str) -> None:
    lines = bool(len(frame)) and frame.astype(str).map(len).to_numpy().sum(axis=1).max() > _PIPE_WIDTH
    # A title of the table itself would be broken to the table's width.
    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, markup=False, highlight=False)
    console.print(title, style="bold")
    table = Table(show_lines=lines)
    for name in frame.columns:
        numeric = name not in frame.columns[:1] and frame[name].astype(str).str.fullmatch(r"[\d,.\-]+").all()
        table.add_column(
            str(name).capitalize() if str(name).islower() else str(name), justify="right" if numeric else "left"
        )
    for name in frame.columns[frame.dtypes == "float64"]:
        frame = frame.assign(**{str(name): frame[name].map("{:,.1f}".format, na_action="ignore")})
    for row in frame.astype(object).where(frame.notna(), "").astype(str).to_numpy():
        table.add_row(*row)
    console.print(table)


def _print_paths(paths: list[Path]) -> None:
    for path in paths:
        print(path)
