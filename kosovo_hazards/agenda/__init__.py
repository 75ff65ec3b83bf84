"""Agenda: what a ranking, a plan and the test of the strategy are handed on as.

`tables` words them, `page` makes the page with chart and map, `files` writes page, workbook, table or layers by the
ending of the name.
"""

from kosovo_hazards.agenda.files import write_plan, write_ranking, write_tolerability

__all__ = ["write_plan", "write_ranking", "write_tolerability"]
