"""What the caller gives for orientation, below all that maps tell: rivers, roads, in the view and in few points.

`lines` reads and cuts them for web and paper.
"""

from kosovo_hazards.surroundings.lines import CONTEXT, Context, context_lines, few_points, lines_near

__all__ = ["CONTEXT", "Context", "context_lines", "few_points", "lines_near"]
