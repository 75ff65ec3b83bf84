"""Dossiers: what a team takes along to each area, as a page to print and files for handheld receivers.

`folder` writes them, `corners` tells the turning points in every notation, `mgrs` squares of the military grid,
`nearby` what lies round an area, `history` what is known of its past, `sheet` the page, `handheld` the files.
"""

from kosovo_hazards.dossiers.folder import write_dossiers

__all__ = ["write_dossiers"]
