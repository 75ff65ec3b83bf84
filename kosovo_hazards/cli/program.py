"""The program: what all commands have in common, from the exit code to the errors in words."""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Annotated, ParamSpec

import typer

from kosovo_hazards import _version
from kosovo_hazards._errors import HazardDataError
from kosovo_hazards._wording import speaking_to
from kosovo_hazards.cli.options import CommandLine
from kosovo_hazards.cli.printing import say

__all__ = ["FINDINGS", "FINE", "WRONG", "app", "main", "speaks_plainly"]

FINE, FINDINGS, WRONG = 0, 1, 2

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


def main() -> None:
    """Run the command line."""
    # Names in Albanian and Cyrillic must print on consoles that are set to an older code page.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    warnings.showwarning = _show_warning
    app()


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    """Tell a warning without the line of code it came from, in the language of the command."""
    from kosovo_hazards.language import retold, spoken

    t = spoken()
    say(t("terminal.note", note=retold([str(message)], t)[0]))


def _in_language(language: object) -> AbstractContextManager[None]:
    """Speak the language that a command was asked for."""
    if language in (None, "en"):
        return nullcontext()
    from kosovo_hazards.language import catalogue, speaking

    return speaking(catalogue(str(language), report=True))


def speaks_plainly(command: Callable[_Params, int]) -> Callable[_Params, None]:
    """Turn what a command returns into the exit code, and an error of the data into its message.

    Parameters
    ----------
    command
        It gives its exit code.
    """
    shell = CommandLine(frozenset(inspect.signature(command).parameters))

    @wraps(command)
    def run(*args: _Params.args, **kwargs: _Params.kwargs) -> None:
        try:
            with speaking_to(shell), _in_language(kwargs.get("language")):
                code = command(*args, **kwargs)
        except HazardDataError as error:
            say(f"error: {error}")
            code = WRONG
        except BrokenPipeError:
            # The reader of a pipe, such as head, has seen enough.
            code = FINE
        except OSError as error:
            say(f"error: {error.strerror}: {error.filename}")
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
