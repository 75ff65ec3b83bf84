"""Maps of hazardous areas: one page that opens anywhere, without a network."""

from kosovo_hazards.maps.drawing import hazard_map
from kosovo_hazards.maps.page import HazardMap

__all__ = ["HazardMap", "hazard_map"]
