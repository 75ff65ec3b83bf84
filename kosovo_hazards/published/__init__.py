"""What has been published on Kosovo: tables and key figures as printed, and whether they add up."""

from kosovo_hazards.published.printed import audit, differences, figures, sources, table, tables

__all__ = ["audit", "differences", "figures", "sources", "table", "tables"]
