"""The command line: each command is one call of the library, told in plain words."""

from kosovo_hazards.cli.commands import app, main

__all__ = ["app", "main"]
