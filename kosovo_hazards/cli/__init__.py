"""The command line: each command is one call of the library, told in plain words.

`commands` holds them, `reading_options` what they all ask about files, `printing` and `messages` how results are shown.
"""

from kosovo_hazards.cli.commands import app, main

__all__ = ["app", "main"]
