"""Evidence: points where something was found, seen or happened, and the ground that they make suspect.

`polygons` suggests hazardous areas round points at a distance by kind of item.
"""

from kosovo_hazards.evidence.polygons import FADE_OUT_M, polygons_from_evidence

__all__ = ["FADE_OUT_M", "polygons_from_evidence"]
