"""The chance that a sum of yearly outputs, each drawn from past years, reaches what remains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, lcm

import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Column, Positions

__all__ = ["ROUNDING", "Chances", "chances_of"]

ROUNDING = 1e-9
"""Of what is left; less is the rounding of sums and shares, which must not cost a year or a team."""

_MOST_SUMS = 50_000
# Beyond the deadline this many further sums, about a second's, are counted; then the grid will do.
_MOST_SUMS_LATER = 300_000
_GRID_STEPS = 10_000
_LARGEST = 2**62
_MOST_YEARS = 100


@dataclass(frozen=True)
class Chances:
    """Chance that the work is done by the end of each year.

    Attributes
    ----------
    by_year
        Chance by year, from the first year of work until it is certain or 100 years have gone. Where `exact` is false
        it is a lower bound, and in years long after the deadline it may be one.
    at_most
        Upper bound; equal to `by_year` where that is exact.
    exact
        Whether every sequence up to the deadline was counted.
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


@dataclass(frozen=True)
class _Draw:
    """What is drawn, in whole units so small that every figure given is one.

    Attributes
    ----------
    goal, new
        What remains at the start, and what is newly recorded each year.
    rates, first
        Outputs of the past years, and what each leaves to be done in the first year.
    block
        How many consecutive past years are drawn together.
    """

    goal: int
    new: int
    rates: list[int]
    first: list[int]
    block: int

    @classmethod
    def of(cls, remaining: float, rates: Sequence[float], done: float, new: float, block: int) -> _Draw:
        figures = [Fraction(str(float(figure))) for figure in (remaining, new, done, *rates)]
        units = lcm(*(figure.denominator for figure in figures))
        goal, yearly, taken, *outputs = (int(figure * units) for figure in figures)
        return cls(goal, yearly, outputs, [max(output - taken, 0) for output in outputs], block)

    def outputs(self, year: int) -> list[int]:
        """What each past year would bring in a coming one, counted from 1."""
        return self.first if year == 1 else self.rates

    def needed(self, year: int) -> int:
        """The sum that is enough by the end of a year."""
        return self.goal + year * self.new - self.goal // round(1 / ROUNDING)

    def begins(self, year: int) -> bool:
        """Whether a block begins with a year."""
        return (year - 1) % self.block == 0


def chances_of(
    remaining_m2: float,
    rates_m2: Sequence[float],
    *,
    start: int,
    deadline: int,
    new_m2_per_year: float = 0.0,
    done_m2: float = 0.0,
    block_years: int = 1,
    last: int | None = None,
    exact: bool = True,
) -> Chances:
    """Chance, by the end of each year, that drawn yearly outputs sum to what remains.

    Parameters
    ----------
    remaining_m2
        What is left now.
    rates_m2
        Outputs of past years in order of time; each coming year is one of them, all equally likely.
    start
        First year of work.
    deadline
        A year that is always among those given.
    new_m2_per_year
        Area newly recorded each year, which has to be released too.
    done_m2
        What the first year has brought so far: it is taken from the output of that year.
    block_years
        How many consecutive past years are drawn together, so that a bad year may be followed by the one that followed
        it; the first year follows the last one, so that all are equally likely.
    last
        Year with which the count ends; by default it goes on until the work is certainly done.
    exact
        Whether sequences are counted where there are not too many.

    Returns
    -------
    Exact while there are at most 50,000 different sums: every sequence is counted, with the figures as they are
    written, in whatever unit, and after the deadline as long as that takes about a second. A sum that lacks less than a
    thousand millionth of what remains is enough, as in the scenarios. Beyond that number sums are kept on a grid of a
    ten-thousandth of what is needed, rounded down for the lower bound and up for the upper.

    Notes
    -----
    Drawing blocks in a circle: Politis and Romano, *A circular block-resampling procedure for stationary data* (1992).

    Examples
    --------
    >>> chances_of(3, [1, 2], start=2025, deadline=2026).by_year.to_dict()
    {2025: 0.0, 2026: 0.75, 2027: 1.0}
    >>> chances_of(3, [1, 2], start=2025, deadline=2026, block_years=2).by_year.to_dict()
    {2025: 0.0, 2026: 1.0}
    """
    draw = _Draw.of(remaining_m2, rates_m2, done_m2, new_m2_per_year, block_years)
    most = _MOST_YEARS if last is None else last - start + 1
    years = min(deadline - start + 1, most)
    counted, over = _counted(draw, years, most) if exact else ([], False)
    if over:
        by_year = pd.Series(counted, index=range(start, start + len(counted)))
        return Chances(by_year, by_year, exact=True)
    low, high = (
        _from(start, counted, bound)
        for bound in (_on_grid(draw, years, most, floor, ceil), _on_grid(draw, years, most, ceil, floor))
    )
    return Chances(low, high.reindex(low.index).ffill(), exact=len(counted) >= years)


def _from(start: int, counted: list[float], bound: list[float]) -> pd.Series:
    """By year: what was counted, then a bound that does not fall behind it."""
    least = counted[-1] if counted else 0.0
    chances = [*counted, *(max(chance, least) for chance in bound[len(counted) :])]
    return pd.Series(chances, index=range(start, start + len(chances)))


def _counted(draw: _Draw, years: int, most: int) -> tuple[list[float], bool]:
    """Chances by counting sequences, and whether that came to an end before there were too many different sums."""
    count, later, drawn, done = len(draw.rates), 0, 1, Fraction(0)
    chances: list[float] = []
    sums = _Sums.none_yet(draw, most)
    # No goal can be reached when the slowest year brings nothing, so there must be a last year.
    for year in range(1, most + 1):
        drawn *= count if draw.begins(year) else 1
        reached, sums = sums.after(draw, year)
        done += Fraction(reached, drawn)
        chances.append(float(done))
        if year >= years and not len(sums.totals):
            break
        later += len(sums.totals) if year >= years else 0
        if len(sums.totals) > _MOST_SUMS or later > _MOST_SUMS_LATER:
            return chances, year == most
    return chances, True


@dataclass(frozen=True)
class _Sums:
    """The different sums that are not enough yet, exact whole numbers.

    Attributes
    ----------
    totals
        The sums.
    at
        Position of the past year that was drawn last, where it matters.
    numbers
        By how many sequences each comes about.
    """

    totals: Column
    at: Positions
    numbers: Column

    @classmethod
    def none_yet(cls, draw: _Draw, most: int) -> _Sums:
        """Nothing drawn; numbers beyond 64 bits are Python's own."""
        largest = draw.needed(most) + max(*draw.rates, 0)
        sequences = len(draw.rates) ** ceil(most / draw.block)
        return cls(
            np.zeros(1, dtype=np.int64 if largest < _LARGEST else object),
            np.zeros(1, dtype=np.intp),
            np.ones(1, dtype=np.int64 if sequences < _LARGEST else object),
        )

    def after(self, draw: _Draw, year: int) -> tuple[int, _Sums]:
        """How many sequences are enough with this year, and the sums of the others."""
        outputs, count = np.array(draw.outputs(year), dtype=self.totals.dtype), len(draw.rates)
        if draw.begins(year):
            totals = (self.totals[:, None] + outputs).ravel()
            at = np.tile(np.arange(count), len(self.totals))
            numbers = np.repeat(self.numbers, count)
        else:
            at = (self.at + 1) % count
            totals, numbers = self.totals + outputs[at], self.numbers
        enough = (totals >= draw.needed(year)).astype(bool)
        reached = int(numbers[enough].sum())
        totals, numbers = totals[~enough], numbers[~enough]
        at = at[~enough] if draw.block > 1 else np.zeros(len(totals), dtype=np.intp)
        return reached, _Sums._joined(totals, at, numbers)

    @classmethod
    def _joined(cls, totals: Column, at: Positions, numbers: Column) -> _Sums:
        """Equal sums taken together."""
        order = np.argsort(totals, kind="stable")
        order = order[np.argsort(at[order], kind="stable")]
        totals, at, numbers = totals[order], at[order], numbers[order]
        new = np.r_[True, (totals[1:] != totals[:-1]) | (at[1:] != at[:-1])][: len(totals)].astype(bool)
        starts = np.flatnonzero(new)
        return cls(totals[starts], at[starts], np.add.reduceat(numbers, starts) if len(starts) else numbers)


def _on_grid(
    draw: _Draw, years: int, most: int, of_output: Callable[[Fraction], int], of_need: Callable[[Fraction], int]
) -> list[float]:
    """Chances with outputs and needs rounded to a grid, each one way."""
    count, step = len(draw.rates), Fraction(max(draw.needed(years), draw.goal, 1), _GRID_STEPS)
    needs = [of_need(draw.needed(year) / step) for year in range(1, most + 1)]
    # One row for each past year that may have been drawn last; a single one where that does not matter.
    chance = np.zeros((count if draw.block > 1 else 1, max(needs) + 1))
    chance[0, 0] = 1.0
    done, chances = 0.0, []
    for year, needed in enumerate(needs, start=1):
        following = np.zeros_like(chance)
        for row, output in enumerate(draw.outputs(year)):
            before = chance.sum(axis=0) / count if draw.begins(year) else chance[row - 1]
            shift = min(of_output(output / step), len(before))
            following[row if draw.block > 1 else 0, shift:] += before[: len(before) - shift]
            done += float(before[len(before) - shift :].sum())
        done += float(following[:, needed:].sum())
        following[:, needed:] = 0
        chance = following
        chances.append(min(done, 1.0))
        if following.sum() < 1e-12 and year >= years:
            break
    return chances
