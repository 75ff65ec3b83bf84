"""Deciding: what changed between two registers.

`comparison` says it for each area, `causes` for each square metre; `registers` is what they compare, `matching` finds
which records are one area, `ground` compares their polygons, `differences` their columns.
"""

from kosovo_hazards.deciding.causes import Cause
from kosovo_hazards.deciding.comparison import Comparison, compare

__all__ = ["Cause", "Comparison", "compare"]
