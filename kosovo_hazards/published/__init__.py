"""What has been published on Kosovo: tables and key figures as printed, and whether they add up.

`printed` reads them, `comparisons` holds them against each other with the rounding of what is printed.
"""

from kosovo_hazards.published.printed import audit, differences, figures, sources, table, tables

__all__ = ["audit", "differences", "figures", "sources", "table", "tables"]
