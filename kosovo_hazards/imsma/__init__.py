"""IMSMA: registers read from the database that a mine action centre works with.

`reading_ng` is the way in. `database` alone speaks with the server, `operational` and `staging` know the tables of the
two layouts. Shapes are made of points and devices counted as in field reports, and what stands in a record is accepted,
repaired or rejected as that of any file. `sheet` writes what the program takes back in.
"""

from kosovo_hazards.imsma.reading_ng import ImsmaRegister, read_imsma_ng
from kosovo_hazards.imsma.sheet import write_imsma_sheet

__all__ = ["ImsmaRegister", "read_imsma_ng", "write_imsma_sheet"]
