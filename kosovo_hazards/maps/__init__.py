"""Maps of hazardous areas: one page that opens anywhere, without a network.

`drawing` is the way in, `content`, `place_content`, `shading` and `rank_content` are what a map shows,
`context_content` lines for orientation, `rejected_content` what could not be taken over, `coding` packs shapes without
losing ground, `page` puts all into one file; `assets` holds the page's scripts and style.
"""

from kosovo_hazards.maps.drawing import hazard_map
from kosovo_hazards.maps.leaflet import leaflet_icons, leaflet_script, leaflet_style
from kosovo_hazards.maps.rejected_content import rejected_sentence

__all__ = ["hazard_map", "leaflet_icons", "leaflet_script", "leaflet_style", "rejected_sentence"]
