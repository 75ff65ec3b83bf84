"""Charts: figures for a meeting, and maps for paper.

`charts` draws progress and districts, `contributions` a ranking, `plan_chart` a plan, `paper_map` the map of a report,
`area_map` that of one area and where it lies, `underlay` what lies under both, `layout` what they share; `figure` shows
itself in a notebook, `svg` makes pictures for pages.
"""

from kosovo_hazards.charts.area_map import area_map, locator_map
from kosovo_hazards.charts.charts import district_chart, progress_chart
from kosovo_hazards.charts.contributions import contributions_chart
from kosovo_hazards.charts.layout import chance_text
from kosovo_hazards.charts.paper_map import paper_map
from kosovo_hazards.charts.plan_chart import plan_chart
from kosovo_hazards.charts.svg import address_of, svg_of
from kosovo_hazards.charts.underlay import lines_in_grid

__all__ = [
    "address_of",
    "area_map",
    "chance_text",
    "contributions_chart",
    "district_chart",
    "lines_in_grid",
    "locator_map",
    "paper_map",
    "plan_chart",
    "progress_chart",
    "svg_of",
]
