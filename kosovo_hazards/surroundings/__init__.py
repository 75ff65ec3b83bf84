"""What the caller gives for orientation, below all that maps tell: rivers, roads, relief, in the view and bounded.

`lines` reads and cuts rivers and roads, `geotiff` reads heights, `relief` shades them, for web and paper.
"""

from kosovo_hazards.surroundings.geotiff import Elevation
from kosovo_hazards.surroundings.lines import CONTEXT, Context, context_lines, few_points, lines_near
from kosovo_hazards.surroundings.relief import Relief, ReliefPicture, elevation_of, relief_picture

__all__ = [
    "CONTEXT",
    "Context",
    "Elevation",
    "Relief",
    "ReliefPicture",
    "context_lines",
    "elevation_of",
    "few_points",
    "lines_near",
    "relief_picture",
]
