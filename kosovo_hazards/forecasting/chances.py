"""The chance that a sum of yearly outputs, each drawn from past years, reaches what remains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np
import pandas as pd

__all__ = ["Chances", "chances_of"]

_MOST_SUMS = 50_000
_GRID_STEPS = 10_000
_MOST_YEARS = 100


@dataclass(frozen=True)
class Chances:
    """Chance that the work is done by the end of each year.

    Attributes
    ----------
    by_year
        Chance by year, from the first year of work until it is certain or 100 years have gone. Where `exact` is false
        it is a lower bound.
    at_most
        Upper bound; equal to `by_year` where that is exact.
    exact
        Whether every sequence was counted.
    """

    by_year: pd.Series
    at_most: pd.Series
    exact: bool

    def by(self, year: int) -> float:
        """Chance that the work is done by the end of a year.

        Parameters
        ----------
        year
            Any; before the first year of work nothing is done, after the last one listed the chance stays.
        """
        if year < self.by_year.index[0]:
            return 0.0
        return float(self.by_year.loc[:year].iloc[-1])

    def year_at(self, chance: float) -> int | None:
        """First year by whose end the chance is reached; None if it never is.

        Parameters
        ----------
        chance
            From 0 to 1.
        """
        reached = self.by_year[self.by_year >= chance]
        return int(reached.index[0]) if len(reached) else None


def chances_of(
    remaining_m2: float, rates_m2: Sequence[float], *, start: int, deadline: int, new_m2_per_year: float = 0.0
) -> Chances:
    """Chance, by the end of each year, that drawn yearly outputs sum to what remains.

    Parameters
    ----------
    remaining_m2
        What is left at the start.
    rates_m2
        Outputs of past years; each coming year is one of them, all equally likely, whatever the year before was.
    start
        First year of work.
    deadline
        A year that is always among those told.
    new_m2_per_year
        Area newly recorded each year, which has to be released too.

    Returns
    -------
    Exact while there are at most 50,000 different sums: every sequence is counted, with whole square metres (what
    remains rounded up, outputs down). Beyond that sums are kept on a grid of a ten-thousandth of what remains, rounded
    down for the lower bound and up for the upper.

    Examples
    --------
    >>> chances_of(3, [1, 2], start=2025, deadline=2026).by_year.to_dict()
    {2025: 0.0, 2026: 0.75, 2027: 1.0}
    """
    goal, new = ceil(remaining_m2), ceil(new_m2_per_year)
    counted = _counted(goal, [floor(rate) for rate in rates_m2], new, deadline - start + 1)
    if counted is not None:
        by_year = pd.Series(counted, index=range(start, start + len(counted)))
        return Chances(by_year, by_year, exact=True)
    step = max(goal / _GRID_STEPS, 1.0)
    bounds = [
        _on_grid(ceil(goal / step), [rounded(rate / step) for rate in rates_m2], new / step, deadline - start + 1)
        for rounded in (floor, ceil)
    ]
    low, high = (pd.Series(bound, index=range(start, start + len(bound))) for bound in bounds)
    return Chances(low, high.reindex(low.index).ffill(), exact=False)


def _counted(goal: int, rates: list[int], new: int, years: int) -> list[float] | None:
    """Chances by counting sequences; None where there are too many different sums."""
    sums, done, chances = Counter({0: 1}), Fraction(0), []
    # No goal can be reached when the slowest year brings nothing, so there must be a last year.
    for year in range(1, _MOST_YEARS + 1):
        following: Counter[int] = Counter()
        for total, count in sums.items():
            for rate in rates:
                following[total + rate] += count
        needed = goal + year * new
        reached = sum(count for total, count in following.items() if total >= needed)
        done += Fraction(reached, len(rates) ** year)
        chances.append(float(done))
        sums = Counter({total: count for total, count in following.items() if total < needed})
        if len(sums) > _MOST_SUMS:
            return None
        if not sums and year >= years:
            break
    return chances


def _on_grid(goal: int, rates: list[int], new: float, years: int) -> list[float]:
    chance = np.zeros(goal + ceil(_MOST_YEARS * new) + 1)
    chance[0] = 1.0
    done, chances = 0.0, []
    for year in range(1, _MOST_YEARS + 1):
        following, needed = np.zeros_like(chance), goal + ceil(year * new)
        for rate in rates:
            shift = min(rate, len(chance))
            following[shift:] += chance[: len(chance) - shift] / len(rates)
            done += chance[len(chance) - shift :].sum() / len(rates)
        done += following[needed:].sum()
        following[needed:] = 0
        chance = following
        chances.append(min(done, 1.0))
        if following.sum() < 1e-12 and year >= years:
            break
    return chances
