"""Checks: what is wrong with a register, as findings that say which record and what to do.

`checking` runs them, `catalogue` lists them with their reasons, `limits` holds the thresholds, `checked_table` is what
they look at; the others hold the checks themselves, by what they look at.
"""

from kosovo_hazards.checks.checked_table import Severity
from kosovo_hazards.checks.checking import check, list_checks
from kosovo_hazards.checks.limits import Limits
from kosovo_hazards.checks.places import not_fitting, places_do_not_fit

__all__ = ["Limits", "Severity", "check", "list_checks", "not_fitting", "places_do_not_fit"]
