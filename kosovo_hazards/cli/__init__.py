"""The command line: each command is one call of the library, in plain words.

`demonstration`, `commands`, `agenda`, `comparing`, `databases`, `nearing`, `taking_along`, `tiling` and `inspecting`
hold them, `program` what they have in common, `reading_options` what they all ask about files, `targets` what they may
write, `options` how messages name options, `printing` and `messages` how results are shown.
"""

from kosovo_hazards.cli import agenda, comparing, databases, demonstration, inspecting, nearing, taking_along, tiling
from kosovo_hazards.cli.commands import app, main

__all__ = [
    "agenda",
    "app",
    "comparing",
    "databases",
    "demonstration",
    "inspecting",
    "main",
    "nearing",
    "taking_along",
    "tiling",
]
