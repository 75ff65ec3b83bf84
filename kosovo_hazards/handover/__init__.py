"""Handing over: what a finished area has behind it, its page to sign, and the state of the register after it.

`completing` puts the figures together, `evidence_of_work` those of the releases of each area, `found_items` the items
found in it, `reports` writes the folder, `page` the page of one area.
"""

from kosovo_hazards.handover.completing import Completion, completion
from kosovo_hazards.handover.reports import write_completion_reports

__all__ = ["Completion", "completion", "write_completion_reports"]
