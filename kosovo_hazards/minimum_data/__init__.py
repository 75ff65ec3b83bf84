"""The minimum data of mine action: which of them a register has, and what is not possible without the others.

`fields` says what they are and when a record has one, `counting` counts them by place.
"""

from kosovo_hazards.minimum_data.counting import completeness, completeness_told

__all__ = ["completeness", "completeness_told"]
