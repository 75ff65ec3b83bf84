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
from kosovo_hazards.telling import by_check, counted, in_options, unrecognised

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
ValueOption = Annotated[
    list[str] | None, typer.Option(help="The file's word and ours, e.g. C.H.A?=CHA; may be repeated.")
]
DefaultOption = Annotated[
    list[str] | None, typer.Option(help="Value for a column the file lacks, e.g. hazard_type=SHA; may be repeated.")
]
SwapOption = Annotated[
    bool | None, typer.Option("--swap-xy/--no-swap-xy", help="The file has latitude first; or it only looks so.")
]
DayOption = Annotated[
    bool | None, typer.Option("--day-first/--month-first", help="How to read dates such as 03/04/2024.")
]
EncodingOption = Annotated[
    str | None, typer.Option(help="Encoding of a shapefile or CSV that names none, e.g. cp1250.")
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
    _errors().print(in_options(text), markup=False, highlight=False, soft_wrap=True)


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
    shade: Annotated[str | None, typer.Option(help="Shade places by area or count.")] = None,
    basemap: Annotated[
        str | None, typer.Option(help="Tiles from a network, e.g. OpenStreetMap; none by default.")
    ] = None,
    places: Annotated[
        Path | None, typer.Option(help="Boundary file, for another country or better boundaries.")
    ] = None,
    crs: CrsOption = None,
    layer: LayerOption = None,
    column: ColumnOption = None,
    value: ValueOption = None,
    default: DefaultOption = None,
    swap_xy: SwapOption = None,
    day_first: DayOption = None,
    encoding: EncodingOption = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> int:
    """A map of a file of hazardous areas: one page that opens anywhere."""
    from kosovo_hazards.assignment import assign_places
    from kosovo_hazards.gazetteer import places as read_places
    from kosovo_hazards.reading import read_hazards, read_releases
    from kosovo_hazards.tables import summarise

    if not out.parent.is_dir():
        raise HazardDataError(f"the folder {out.parent} is not there", hint="make it first, or name another one")
    how: dict[str, Any] = {"layer": layer, "crs": crs, "swap_xy": swap_xy, "day_first": day_first, "encoding": encoding}
    read = read_hazards(file, **how, **_words(column, value, default))
    results = {"hazards": read, **({"releases": read_releases(releases)} if releases else {})}
    if _nothing_left(results, out):
        return WRONG
    units = None if places is None else read_places(source=places)
    placed = {name: assign_places(result.data, units) for name, result in results.items()}
    _tell_outside(placed["hazards"], units)
    summary = summarise(placed["hazards"], by=by)
    options = {"title": title, "as_of": as_of, "language": language, "detail": detail, "shade": shade}
    _write_map(placed["hazards"], placed.get("releases"), out, places=units, basemap=basemap, **options)
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
    value: ValueOption = None,
    default: DefaultOption = None,
    swap_xy: SwapOption = None,
    day_first: DayOption = None,
    encoding: EncodingOption = None,
) -> int:
    """What is wrong with a register: repairs, rejected records and findings by severity."""
    from kosovo_hazards.checks import check as find
    from kosovo_hazards.findings import Severity
    from kosovo_hazards.reading import read_hazards, read_releases

    if out is not None and out.suffix.lower() not in (".geojson", ".json", ".csv"):
        raise HazardDataError(f"--out {out} ends with neither .geojson nor .csv", hint="name it findings.geojson")
    how: dict[str, Any] = {"layer": layer, "crs": crs, "swap_xy": swap_xy, "day_first": day_first, "encoding": encoding}
    read = read_hazards(file, **how, **_words(column, value, default))
    results = {"hazards": read, **({"releases": read_releases(releases)} if releases else {})}
    with _errors().status("Checking …"):
        released = results["releases"].data if releases else None
        findings = find(read.data, released, None if places is None else str(places), as_of=as_of)
    counts = findings["severity"].value_counts()
    lost = sum([_tell_result(result, out or Path(file.name), name) for name, result in results.items()])
    if len(findings):
        where = "all with --out findings.geojson" if out is None else f"all in {out}"
        _print_frame(by_check(findings), f"{len(findings):,} findings by check, with an example of each; {where}")
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
    value: ValueOption = None,
    default: DefaultOption = None,
    swap_xy: SwapOption = None,
    day_first: DayOption = None,
    encoding: EncodingOption = None,
) -> int:
    """Any readable file to any writable one, with ids, words and areas put in order."""
    from kosovo_hazards.gis_files import write_gis
    from kosovo_hazards.reading import read_hazards, read_releases

    how: dict[str, Any] = {"layer": layer, "crs": crs, "swap_xy": swap_xy, "day_first": day_first, "encoding": encoding}
    read = (read_releases if releases else read_hazards)(file, **how, **_words(column, value, default))
    name = "releases" if releases else "hazards"
    if _nothing_left({name: read}, out):
        return WRONG
    write_gis(read.data, out, crs=to_crs, detail=detail, overwrite=overwrite)
    _print_paths([out])
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


def _write_findings(findings: gpd.GeoDataFrame, path: Path) -> Path:
    from kosovo_hazards.writing import write_geojson

    if path.suffix.lower() == ".csv":
        return _list(pd.DataFrame(findings).assign(geometry=findings.geometry.to_wkt()), path)
    return write_geojson(findings, path, overwrite=True)


def _words(column: list[str] | None, value: list[str] | None, default: list[str] | None) -> dict[str, Any]:
    return {
        "columns": _pairs(column, "column"),
        "values": _pairs(value, "value"),
        "defaults": _pairs(default, "default"),
    }


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
    from kosovo_hazards.schema import HAZARDS, RELEASES

    for note in (*result.notes, unrecognised(result.data, HAZARDS if name == "hazards" else RELEASES)):
        if note:
            _say(f"note: {note}")
    if len(result.repairs):
        path = _list(result.repairs, beside.with_suffix(f".repaired-{name}.csv"))
        mended = counted(result.repairs, "what").rename(
            columns={"area_before_m2": "m² before", "area_after_m2": "m² after"}
        )
        _print_frame(mended, f"{len(result.repairs):,} {name} repaired, all listed in {path}")
    lost = len(result.rejected)
    if lost:
        path = _list(result.rejected, beside.with_suffix(f".rejected-{name}.csv"))
        reasons = counted(result.rejected, "reason").head(_MOST_SHOWN)
        reasons["reason"] = reasons["reason"].map(in_options)
        _print_frame(reasons, f"{lost:,} {name} REJECTED, all listed in {path}")
        _say(f"{len(result.data):,} of {len(result.data) + lost:,} {name} taken over; NOT taken over: {lost:,}")
    return lost


def _tell_outside(placed: gpd.GeoDataFrame, units: gpd.GeoDataFrame | None) -> None:
    outside = int((placed["place_source"] == "none").sum())
    if 2 * outside > len(placed):
        whose = "those of Kosovo; name a boundary file with --places" if units is None else "those of --places"
        _say(f"note: {outside:,} of {len(placed):,} areas lie in none of the places known, {whose}")


def _nothing_left(results: dict[str, Any], out: Path) -> bool:
    """Tell where every record of a file was rejected: a map or file without any would look like safe ground."""
    emptied = {name: result for name, result in results.items() if not len(result.data) and len(result.rejected)}
    for name, result in emptied.items():
        _tell_result(result, out, name)
        _say(f"error: none of the {name} could be taken over, so {out} is not written")
    return bool(emptied)


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
    for name in frame.columns[frame.dtypes == "float64"]:
        frame = frame.assign(**{str(name): frame[name].map("{:,.1f}".format, na_action="ignore")})
    texts = frame.astype(object).where(frame.notna(), "").astype(str)
    lines = bool(len(frame)) and texts.map(len).to_numpy().sum(axis=1).max() > _PIPE_WIDTH
    # A title of the table itself would be broken to the table's width.
    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, markup=False, highlight=False)
    console.print(title, style="bold")
    table = Table(show_lines=lines)
    for name in frame.columns:
        numeric = name not in frame.columns[:1] and texts[name].str.fullmatch(r"[\d,.\-]+").all()
        table.add_column(
            str(name).capitalize() if str(name).islower() else str(name), justify="right" if numeric else "left"
        )
    for row in texts.to_numpy():
        table.add_row(*row)
    console.print(table)


def _print_paths(paths: list[Path]) -> None:
    for path in paths:
        print(path)
