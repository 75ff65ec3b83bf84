"""The options by which a command is told how to read files; every command that reads has the same."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kosovo_hazards._errors import HazardDataError

if TYPE_CHECKING:
    from kosovo_hazards.reading import ReadResult

__all__ = ["Reading", "reads_files"]


@dataclass(frozen=True)
class Reading:
    """How files are read.

    Attributes
    ----------
    options
        Keywords of `read_hazards` and `read_releases` for the file that a command names first.
    """

    options: dict[str, Any]

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

    def releases_beside(self, path: Path, crs: str | None) -> ReadResult:
        """Read results that stand beside a register: only what a whole office has in common holds for both files.

        Parameters
        ----------
        path
            The file.
        crs
            CRS where the file names none.
        """
        from kosovo_hazards.reading import read_releases

        shared = {name: self.options[name] for name in ("day_first", "encoding")}
        return read_releases(path, crs=crs, **shared)


def reads_files(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options on reading; they reach it together, as its argument `reading`.

    Parameters
    ----------
    command
        A command with a keyword `reading`.
    """
    own = inspect.signature(command, eval_str=True)
    shared = inspect.signature(_reading, eval_str=True).parameters

    @wraps(command)
    def run(**given: Any) -> int:
        options = {name: given.pop(name) for name in shared}
        return command(**given, reading=_reading(**options))

    kept = [parameter for name, parameter in own.parameters.items() if name != "reading"]
    run.__signature__ = own.replace(parameters=[*kept, *shared.values()])  # type: ignore[attr-defined]
    return run


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
) -> Reading:
    words = {
        "columns": _pairs(column, "column"),
        "values": _pairs(value, "value"),
        "defaults": _pairs(default, "default"),
    }
    how = {"swap_xy": swap_xy, "day_first": day_first, "encoding": encoding, "join_parts": join_parts}
    return Reading({"crs": crs, "layer": layer, **words, **how})


def _pairs(texts: list[str] | None, option: str) -> dict[str, str] | None:
    """Read NAME=VALUE options."""
    if not texts:
        return None
    wrong = [text for text in texts if "=" not in text]
    if wrong:
        raise HazardDataError(
            f"--{option} {wrong[0]!r} is not NAME=VALUE", hint=f"for instance --{option} hazard_type=SHA"
        )
    # A word of the file may hold the sign itself, a name of ours never does.
    return dict(text.rsplit("=", 1) if option == "value" else text.split("=", 1) for text in texts)
