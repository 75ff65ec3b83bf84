"""Inspection: what a file is before anything is made of it; `sources` tries it as every kind of records."""

from kosovo_hazards.inspection.sources import Inspection, inspect_source

__all__ = ["Inspection", "inspect_source"]
