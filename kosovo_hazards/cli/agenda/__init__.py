"""The commands that say what comes first, what is done when, and when the risk may be called tolerable.

`asking` holds the options on criteria, layers and weights that the first two share, `prioritising`, `planning` and
`judging` the commands.
"""

from kosovo_hazards.cli.agenda import judging, planning, prioritising

__all__ = ["judging", "planning", "prioritising"]
