"""Changes: what a comparison of two registers is handed on as.

`changes_map` draws it, `folder` writes it as a map, tables and layers for GIS programs.
"""

from kosovo_hazards.changes.changes_map import changes_map
from kosovo_hazards.changes.folder import write_comparison

__all__ = ["changes_map", "write_comparison"]
