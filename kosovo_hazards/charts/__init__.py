"""Charts: figures for a meeting, and the map for paper.

`charts` draws progress and districts, `paper_map` the map of a report, `layout` what they share, `figure` shows
itself in a notebook.
"""

from kosovo_hazards.charts.charts import district_chart, progress_chart
from kosovo_hazards.charts.layout import chance_text
from kosovo_hazards.charts.paper_map import paper_map

__all__ = ["chance_text", "district_chart", "paper_map", "progress_chart"]
