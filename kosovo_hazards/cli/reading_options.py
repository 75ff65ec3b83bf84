"""The options on how files are read; every command that reads has the same."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from kosovo_hazards._wording import speaking_to
from kosovo_hazards.cli.options import CommandLine, numbers, pairs
from kosovo_hazards.cli.printing import say

if TYPE_CHECKING:
    import geopandas as gpd

    from kosovo_hazards.reading import ReadResult

__all__ = ["ContextOption", "Reading", "ReliefOption", "reads_files"]

ContextOption = Annotated[
    list[str] | None, typer.Option(help="Lines for orientation: rivers=FILE or roads=FILE, repeatable.")
]

ReliefOption = Annotated[Path | None, typer.Option(help="GeoTIFF of heights: pale hills under the map.")]

_COMMON = ("day_first", "encoding", "profile")
_OF_ALL_FILES = ("limits", "sandbox")
# Files whose places stand in columns, or are waypoints.
_LISTS = {".csv", ".gpx", ".ods", ".tsv", ".txt", ".xls", ".xlsx"}


@dataclass(frozen=True)
class Reading:
    """How the files of a command are read.

    Attributes
    ----------
    options
        Keywords of `read_hazards` and `read_releases` for the file that the command names first.
    beside
        The same for the file of releases that stands beside it; what is common to an office, the order of dates and the
        encoding, holds for both unless said otherwise.
    places
        Keywords of `places` for the boundary file.
    points
        Files of evidence, accidents and items, and `crs`, that of those that name none.
    shell
        The options of the command, in which messages speak.
    """

    options: dict[str, Any]
    beside: dict[str, Any]
    places: dict[str, Any]
    points: dict[str, Any]
    shell: CommandLine

    def hazards(self, path: Path) -> ReadResult:
        """Read a register.

        Parameters
        ----------
        path
            The file.
        """
        from kosovo_hazards.reading import read_hazards

        return read_hazards(path, **self.options)

    def releases(self, path: Path) -> ReadResult:
        """Read results of survey and clearance as the file that the command names first.

        Parameters
        ----------
        path
            The file.
        """
        from kosovo_hazards.reading import read_releases

        return read_releases(path, **self.options)

    def releases_beside(self, path: Path) -> ReadResult:
        """Read results that stand beside a register.

        Parameters
        ----------
        path
            The file.
        """
        from kosovo_hazards.reading import read_releases

        common = {name: self.options[name] for name in _COMMON if self.beside.get(name) is None}
        common |= {name: self.options[name] for name in _OF_ALL_FILES}
        with speaking_to(self.shell.on("releases")):
            return read_releases(path, **{**self.beside, **common})

    def routes(self, path: Path, of_file: Mapping[str, Any]) -> ReadResult:
        """Read points and routes.

        Parameters
        ----------
        path
            The file.
        of_file
            Its own options: `crs`, `layer`, `column` and `swap_xy`.
        """
        from kosovo_hazards.reading import read_routes

        how = {name: of_file[name] for name in ("crs", "layer", "swap_xy")}
        how |= {name: self.options[name] for name in ("encoding", *_OF_ALL_FILES)}
        with speaking_to(self.shell.on("file")):
            return read_routes(path, columns=pairs(of_file["column"], "file-column"), **how)

    def context(self, given: list[str] | None) -> dict[str, ReadResult]:
        """Read lines for orientation.

        Parameters
        ----------
        given
            Files by what they hold, as ``rivers=rivers.gpkg``.
        """
        from kosovo_hazards.reading import read_routes

        files = pairs(given, "context") or {}
        how = {name: self.options[name] for name in _OF_ALL_FILES}
        with speaking_to(self.shell.on("file")):
            return {name: read_routes(path, **how) for name, path in files.items()}

    def polygons(self, path: Path, crs: str | None) -> gpd.GeoDataFrame:
        """Read a file of polygons that are no register.

        Parameters
        ----------
        path
            The file.
        crs
            Its CRS, if it names none.
        """
        from kosovo_hazards.geometry import crs_named
        from kosovo_hazards.reading import open_table

        with speaking_to(self.shell.on("coverage")):
            table = open_table(path, **{name: self.options[name] for name in _OF_ALL_FILES})
            return table if crs is None else table.set_crs(crs_named(crs), allow_override=True)

    def layer(self, path: Path, crs: str | None) -> tuple[gpd.GeoDataFrame, int]:
        """Read what lies round about: points, lines or polygons of any file, or a list of places.

        Parameters
        ----------
        path
            The file.
        crs
            Its CRS, if it names none. One that it names holds: taken for another, it would lie far from every area.

        Returns
        -------
        What it holds, and how many of its records can't be read.
        """
        from kosovo_hazards._errors import missing_crs
        from kosovo_hazards.geometry import crs_named
        from kosovo_hazards.reading import open_table, read_routes

        how = {name: self.options[name] for name in _OF_ALL_FILES}
        with speaking_to(self.shell.on("near")):
            if path.suffix.lower() in _LISTS:
                listed = read_routes(path, crs=crs, encoding=self.options["encoding"], **how)
                return listed.data, len(listed.rejected)
            table = open_table(path, **how)
            if table.crs is not None:
                return table, 0
            if crs is None:
                raise missing_crs(str(path))
            return table.set_crs(crs_named(crs)), 0

    def accidents(self, path: Path, crs: str | None) -> ReadResult:
        """Read a file of accidents.

        Parameters
        ----------
        path
            The file.
        crs
            Its CRS, if it names none.
        """
        from kosovo_hazards.evidence import read_accidents

        common = {name: self.options[name] for name in (*_COMMON, *_OF_ALL_FILES)}
        with speaking_to(self.shell.on("accidents")):
            return read_accidents(path, crs=crs, **common)

    def found(self) -> dict[str, Any]:
        """Read evidence, accidents and items, by name; those there are."""
        from kosovo_hazards.evidence import read_accidents, read_evidence, read_items

        readers = {"evidence": read_evidence, "accidents": read_accidents, "items": read_items}
        common = {name: self.options[name] for name in (*_COMMON, *_OF_ALL_FILES)}
        with speaking_to(self.shell.on("points")):
            return {
                name: reader(self.points[name], crs=self.points["crs"], **common)
                for name, reader in readers.items()
                if self.points.get(name) is not None
            }

    def units(self, path: Path | None) -> gpd.GeoDataFrame | None:
        """Read a boundary file; None where there is none.

        Parameters
        ----------
        path
            The file.
        """
        from kosovo_hazards.gazetteer import places
        from kosovo_hazards.reading import options_with_profile, read_profile

        given: dict[str, Any] = {"source": path, **self.places}
        given |= {name: self.options[name] for name in _OF_ALL_FILES}
        if (profile := self.options.get("profile")) is not None:
            given = options_with_profile(given, read_profile(profile).places)
        if given["source"] is None:
            return None
        with speaking_to(self.shell.on("places")):
            return places(**given)


def reads_files(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options on reading; they reach it together, as its argument `reading`.

    Parameters
    ----------
    command
        A command with a keyword `reading`; one with a file of releases or of boundaries gets their options too.
    """
    own = inspect.signature(command, eval_str=True)
    first = inspect.signature(_reading, eval_str=True).parameters
    # Some commands name a file of releases, others say by a flag that their only file is one.
    beside = _beside(first) if _names_file(own, "releases") else {}
    boundaries = inspect.signature(_boundaries, eval_str=True).parameters if _names_file(own, "places") else {}
    points = inspect.signature(_points, eval_str=True).parameters if beside else {}
    kept = [parameter for name, parameter in own.parameters.items() if name != "reading"]
    shared = [*points.values(), *first.values(), *beside.values(), *boundaries.values()]
    shell = CommandLine(frozenset(parameter.name for parameter in (*kept, *shared)))

    @wraps(command)
    def run(**given: Any) -> int:
        options = {name: given.pop(name) for name in first}
        of_releases = {name.removeprefix("releases_"): given.pop(name) for name in beside}
        of_points = {name.removeprefix("points_"): given.pop(name) for name in points}
        of_places = {name.removeprefix("places_"): given.pop(name) for name in boundaries}
        how = (_reading(**options), _reading(**of_releases) if beside else {}, _boundaries_of(of_places))
        with speaking_to(shell):
            how[0]["sandbox"] = how[0]["sandbox"] and _has_sandbox()
            return command(**given, reading=Reading(*how, of_points, shell))

    run.__signature__ = own.replace(parameters=[*kept, *shared])  # type: ignore[attr-defined]
    return run


def _has_sandbox() -> bool:
    """Whether files can be read in a process of their own; where they can't, that is said once."""
    from kosovo_hazards.reading import why_no_sandbox

    why = why_no_sandbox()
    if why:
        say(f"note: {why}; files are read in this one, so read only those that you trust")
    return not why


def _names_file(command: inspect.Signature, name: str) -> bool:
    return name in command.parameters and get_args(command.parameters[name].annotation)[0] == Path | None


def _beside(first: Mapping[str, inspect.Parameter]) -> dict[str, inspect.Parameter]:
    """The options of the first file, for the file of releases."""
    found = {}
    for name, parameter in first.items():
        if name in ("profile", "limit", "sandbox"):
            # One profile tells of all files of an office, one set of bounds holds for all.
            continue
        kind, option = get_args(parameter.annotation)
        flags = [
            re.sub(r"--(no-)?", r"--\1releases-", flag)
            for flag in option.param_decls or (f"--{name.replace('_', '-')}",)
        ]
        said = typer.Option(*flags, help=f"As --{name.replace('_', '-')}, for --releases.")
        found[f"releases_{name}"] = parameter.replace(name=f"releases_{name}", annotation=Annotated[kind, said])
    return found


def _points(
    *,
    evidence: Annotated[Path | None, typer.Option(help="A file of points of evidence.")] = None,
    accidents: Annotated[
        Path | None, typer.Option(help="A file of accidents; nothing of persons is taken over.")
    ] = None,
    items: Annotated[Path | None, typer.Option(help="A file of items found.")] = None,
    points_crs: Annotated[
        str | None, typer.Option(help="CRS of files of evidence, accidents and items that name none.")
    ] = None,
) -> None:
    """Options on files of points."""


def _boundaries(
    *,
    places_crs: Annotated[str | None, typer.Option(help="CRS of a boundary file that names none.")] = None,
    places_layer: Annotated[str | None, typer.Option(help="Layer of a boundary file that has several.")] = None,
    places_column: Annotated[
        list[str] | None, typer.Option(help="Level and the boundary file's column, e.g. municipality=NAME_2.")
    ] = None,
) -> None:
    """Options on the boundary file."""


def _boundaries_of(given: dict[str, Any]) -> dict[str, Any]:
    if not given:
        return {}
    return {"crs": given["crs"], "layer": given["layer"], "columns": pairs(given["column"], "places-column")}


def _reading(
    *,
    crs: Annotated[str | None, typer.Option(help="CRS of a file that names none, e.g. EPSG:9141.")] = None,
    layer: Annotated[str | None, typer.Option(help="Layer of a file that has several.")] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="Our column and the file's, e.g. hazard_id=ID; may be repeated.")
    ] = None,
    value: Annotated[
        list[str] | None, typer.Option(help="The file's word and ours, e.g. 'C.H.A?=CHA'; may be repeated.")
    ] = None,
    default: Annotated[
        list[str] | None,
        typer.Option(help="Value for a column the file lacks, e.g. hazard_type=SHA; may be repeated."),
    ] = None,
    swap_xy: Annotated[
        bool | None,
        typer.Option("--swap-xy/--no-swap-xy", help="The file has latitude first; or it only looks so."),
    ] = None,
    day_first: Annotated[
        bool | None, typer.Option("--day-first/--month-first", help="How to read dates such as 03/04/2024.")
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(help="Encoding of a shapefile or CSV file that says none or a wrong one, e.g. cp1250."),
    ] = None,
    join_parts: Annotated[
        bool, typer.Option("--join-parts", help="Rows with the same id and values are parts of one record.")
    ] = False,
    close_lines: Annotated[
        bool, typer.Option("--close-lines", help="Open lines and waypoints in their order go round areas.")
    ] = False,
    form: Annotated[
        Path | None, typer.Option(help="The XLSForm (.xlsx) of a survey, for the words that its codes stand for.")
    ] = None,
    profile: Annotated[
        Path | None, typer.Option(help="A profile (TOML) that says how the office's files are read; see inspect.")
    ] = None,
    limit: Annotated[
        list[str] | None,
        typer.Option(help="How much a file may hold, where it is more than usual: columns=5000; may be repeated."),
    ] = None,
    sandbox: Annotated[
        bool,
        typer.Option(
            "--sandbox/--no-sandbox",
            envvar="KOSOVO_HAZARDS_SANDBOX",
            help="Read files in a process without a network, within bounds of time and memory; off is faster.",
        ),
    ] = True,
) -> dict[str, Any]:
    words = {
        "columns": pairs(column, "column"),
        "values": pairs(value, "value"),
        "defaults": pairs(default, "default"),
    }
    how: dict[str, Any] = {"swap_xy": swap_xy, "day_first": day_first, "encoding": encoding, "join_parts": join_parts}
    how |= {"close_lines": close_lines, "form": form}
    how |= {"limits": numbers(limit), "sandbox": sandbox}
    return {"crs": crs, "layer": layer, **words, **how, "profile": profile}
