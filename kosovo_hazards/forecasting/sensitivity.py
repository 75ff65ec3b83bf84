"""How much a chance hangs on the few past years behind it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

__all__ = ["chance_text", "left_out_range", "percent", "sensitivity_of"]

# Blocks of consecutive years: two are the least that carries a bad year on, three about as far as five years tell.
_BLOCKS = (2, 3)
_LAST = (3, 4, 5, 10)

Chance = Callable[[list[float], int], float]


def sensitivity_of(rates: pd.Series, chance: Chance) -> pd.DataFrame:
    """The chance by the deadline under other readings of the past years.

    Parameters
    ----------
    rates
        Past outputs by year.
    chance
        Gives it from outputs and the number of consecutive years drawn together.

    Returns
    -------
    One row a case: `past_years` (how many), `chance_by_deadline`. All past years; each of them left out in turn (the
    delete-one jackknife: Efron and Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 11); consecutive years
    drawn together in blocks, so that a bad year may follow another (Künsch 1989; in a circle, Politis and Romano 1992);
    only the last few.
    """
    figures, years = list(rates), list(rates.index)
    rows = {"all past years": (len(figures), chance(figures, 1))}
    if len(figures) > 1:
        for at, year in enumerate(years):
            rest = figures[:at] + figures[at + 1 :]
            rows[f"without {year}"] = (len(rest), chance(rest, 1))
    for block in _BLOCKS:
        if block < len(figures):
            rows[f"{block} consecutive years together"] = (len(figures), chance(figures, block))
    for number in (last for last in _LAST if last < len(figures)):
        rows[f"last {number} years only"] = (number, chance(figures[-number:], 1))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["past_years", "chance_by_deadline"])
    return table.rename_axis("case").astype({"past_years": "int64", "chance_by_deadline": "float64"})


def left_out_range(sensitivity: pd.DataFrame) -> tuple[float, float] | None:
    """Lowest and highest chance when one past year is left out; None where there is only one.

    Parameters
    ----------
    sensitivity
        As `sensitivity_of` gives it.
    """
    chances = sensitivity.loc[sensitivity.index.str.startswith("without "), "chance_by_deadline"]
    return (float(chances.min()), float(chances.max())) if len(chances) else None


def percent(chance: float) -> str:
    """A chance in whole per cent; what is nearly certain or impossible is not called so.

    Parameters
    ----------
    chance
        From 0 to 1.

    Examples
    --------
    >>> [percent(chance) for chance in (0.86016, 0.999, 0.001, 1.0, 0.0)]
    ['86', '>99', '<1', '100', '0']
    """
    if 0 < chance < 0.01:
        return "<1"
    return ">99" if 0.99 < chance < 1 else f"{chance * 100:.0f}"


def chance_text(chance: float, between: tuple[float, float] | None) -> str:
    """The chance with the range behind it, in English.

    Parameters
    ----------
    chance
        From 0 to 1.
    between
        Lowest and highest, when one past year is left out.

    Examples
    --------
    >>> chance_text(0.86016, (0.66, 1.0))
    '86% (66–100% depending on which single year is left out)'
    """
    if between is None:
        return f"{percent(chance)}%"
    low, high = (percent(bound) for bound in between)
    found = low if low == high else f"{low}–{high}"
    return f"{percent(chance)}% ({found}% depending on which single year is left out)"
