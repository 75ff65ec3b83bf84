"""Priorities: which area comes first, by criteria that everyone can see.

`criteria` holds what an area is judged by, each scaled in a documented way; `ranking` adds them up by weights and says
how stable the order is; `planning` says which area is worked on when,
`tolerable` whether a place passes the test of the strategy.
"""

from kosovo_hazards.priorities.criteria import Criterion, count_within, from_column, near_to, of_register
from kosovo_hazards.priorities.planning import Plan, plan
from kosovo_hazards.priorities.ranking import Ranking, prioritise
from kosovo_hazards.priorities.tolerable import tolerability

__all__ = [
    "Criterion",
    "Plan",
    "Ranking",
    "count_within",
    "from_column",
    "near_to",
    "of_register",
    "plan",
    "prioritise",
    "tolerability",
]
