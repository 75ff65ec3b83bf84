"""Priorities: which area comes first, by criteria that everyone can see.

`criteria` holds what an area is judged by, each scaled in a documented way, `strategy` the set that Kosovo's mine
action centre names; `ranking` adds them up by weights and says how stable the order is; `planning` says which area is
worked on when, `rule` what that leaves in each place, `tolerable` whether a place passes the test of the strategy;
`placing` says in which places an area counts.
"""

from kosovo_hazards.priorities.criteria import (
    Criterion,
    combined,
    count_within,
    criterion_name,
    from_column,
    names_said,
    near_to,
    of_register,
)
from kosovo_hazards.priorities.planning import BUDGET_EUR, Plan, plan
from kosovo_hazards.priorities.ranking import Ranking, prioritise
from kosovo_hazards.priorities.strategy import STRATEGY, strategy_criteria
from kosovo_hazards.priorities.tolerable import tolerability

__all__ = [
    "BUDGET_EUR",
    "STRATEGY",
    "Criterion",
    "Plan",
    "Ranking",
    "combined",
    "count_within",
    "criterion_name",
    "from_column",
    "names_said",
    "near_to",
    "of_register",
    "plan",
    "prioritise",
    "strategy_criteria",
    "tolerability",
]
