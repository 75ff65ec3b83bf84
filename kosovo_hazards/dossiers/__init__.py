"""Dossiers: what a team takes along to each area, as a page to print and files for handheld receivers.

`folder` writes them, `corners` tells the turning points in every notation, `mgrs` squares of the military grid,
`nearby` what lies round an area, `history` what is known of its past, `sheet` the page, `handheld` the files.
"""

from kosovo_hazards.dossiers.corners import corners_of, perimeter_m
from kosovo_hazards.dossiers.folder import grid_of, stems_of, write_dossiers
from kosovo_hazards.dossiers.sheet import grid_name, sheet_style

__all__ = ["corners_of", "grid_name", "grid_of", "perimeter_m", "sheet_style", "stems_of", "write_dossiers"]
