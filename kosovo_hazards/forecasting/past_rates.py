"""The past outputs on which a forecast rests: by year, whole years only, and what looks wrong in the figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite

import numpy as np
import pandas as pd

from kosovo_hazards._errors import BadRecordsError, Fault, UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.land_release import Day, as_day

__all__ = ["PastRates", "in_figures", "past_rates", "refuse_figures", "unit_messages", "whole_year"]

# Square metres that no country has left or releases in its best year; hectares and square kilometres are so few.
_FEWEST_M2 = 1_000.0
# Years of work; more or less of them come from two units.
_YEARS = (1e-3, 1e3)


@dataclass(frozen=True)
class PastRates:
    """Outputs of whole past years, and what the year that has begun has brought.

    Attributes
    ----------
    rates_m2
        By year, in order.
    start
        First year of work.
    done_m2
        What `start` has brought so far; 0 where it has not begun.
    partial_year, partial_m2
        The year that was left out because it is not over, and what it has brought; None where there is none.
    messages
        What a reader should know of the series.
    """

    rates_m2: pd.Series
    start: int
    done_m2: float
    partial_year: int | None
    partial_m2: float | None
    messages: tuple[str, ...]


def past_rates(
    annual: Sequence[float] | Mapping[int, float] | pd.Series, start: int | None, as_of: Day | None
) -> PastRates:
    """Take whole years as rates, and a year that is not over as the beginning of the coming work.

    Parameters
    ----------
    annual
        Square metres by year, or in order of time.
    start
        First year of work; by default the year after the last one, or the one that is not over.
    as_of
        Up to which day the outputs are known; by default as a column of `progress` says.

    Raises
    ------
    UsageError
        If a year is none, stands twice or is before the last rate, no year is whole, or there is no start.
    BadRecordsError
        If an output is missing, negative or not a number.
    """
    rates, first = _by_year(annual), None if start is None else whole_year("start", start)
    if rates is None:
        if first is None:
            hint = f"name it with {argument('start')}, or give rates by year"
            raise UsageError("the first year of work is not known", hint=hint)
        with in_figures("annual_rates_m2"):
            listed = pd.Series(list(annual), dtype="float64")
        rates = listed.set_axis(range(first - len(listed), first))
    if rates.empty:
        raise UsageError("annual_rates_m2 is empty", hint="give at least one past year")
    refuse_figures({f"annual_rates_m2 {name}": rate for name, rate in rates.items()}, missing=False)
    partial = _partial_year(annual, rates, as_of)
    so_far = None if partial is None else float(rates[partial])
    rates = rates if partial is None else rates.drop(partial)
    if rates.empty:
        raise UsageError(f"{partial} is not over, and there is no other year", hint="give at least one whole year")
    first = first if first is not None else partial if partial is not None else int(rates.index[-1]) + 1
    if first <= rates.index[-1]:
        raise UsageError(
            f"work is to start in {first}, but annual_rates_m2 goes on to {rates.index[-1]}",
            hint="leave out what is not past, or name a later start",
        )
    done = so_far if so_far is not None and first == partial else 0.0
    return PastRates(rates, first, done, partial, so_far, tuple(_messages(rates, first, partial, so_far)))


def _by_year(annual: Sequence[float] | Mapping[int, float] | pd.Series) -> pd.Series | None:
    """The outputs in order of their years; None where no years are given."""
    if not isinstance(annual, Mapping | pd.Series):
        return None
    if isinstance(annual, pd.Series):
        named, figures = list(annual.index), list(annual)
    else:
        named, figures = list(annual.keys()), list(annual.values())
    years = [name.year if isinstance(name, pd.Period) else name for name in named]
    numbers = pd.to_numeric(pd.Series(years, dtype=object), errors="coerce")
    if odd := [str(name) for name, year in zip(named, numbers, strict=True) if not year == year // 1 > 0]:
        raise UsageError(f"annual_rates_m2 has {', '.join(odd)} for a year", hint="give it like {2024: 1_510_000}")
    with in_figures("annual_rates_m2"):
        outputs = [float(figure) for figure in figures]
    rates = pd.Series(outputs, index=pd.Index(numbers.astype("int64")), dtype="float64")
    if twice := list(dict.fromkeys(rates.index[rates.index.duplicated()])):
        raise UsageError(
            f"annual_rates_m2 has {', '.join(map(str, twice))} more than once", hint="add them up, or leave one out"
        )
    return rates.sort_index()


def _partial_year(annual: object, rates: pd.Series, as_of: Day | None) -> int | None:
    if as_of is None:
        period = annual.attrs.get("partial_period") if isinstance(annual, pd.Series) else None
        year = None if period is None else pd.Period(period).year
        return year if year in rates.index else None
    day = as_day(as_of)
    if (later := rates.index[rates.index > day.year]).size:
        raise UsageError(f"annual_rates_m2 has {later[0]}, which is after {day:%Y-%m-%d}", hint="leave it out")
    if day >= pd.Timestamp(day.year, 12, 31):
        return None
    if day.year not in rates.index:
        raise UsageError(
            f"what was released in {day.year} up to {day:%Y-%m-%d} is not told",
            hint=f"give it among annual_rates_m2, {{{day.year}: …}}",
        )
    return int(day.year)


def _messages(rates: pd.Series, start: int, partial: int | None, so_far: float | None) -> Iterator[str]:
    years = set(rates.index)
    if gaps := [year for year in range(min(years), max(years)) if year not in years]:
        yield f"annual_rates_m2 lacks {', '.join(map(str, gaps))}: a year without an output is no year of 0 m²."
    if partial is not None and start == partial:
        yield (
            f"{partial} is not over: it is no past year, and the {so_far:,.0f} m² that it has brought are taken from "
            "its output."
        )
    elif partial is not None:
        yield f"{partial} is not over, so its {so_far:,.0f} m² are no past year."


def unit_messages(remaining_m2: float, rates: pd.Series, others: Mapping[str, float | None]) -> Iterator[str]:
    """Figures that look like hectares or square kilometres where square metres are meant.

    Parameters
    ----------
    remaining_m2
        What is left.
    rates
        Past outputs.
    others
        Further areas by the name of their argument.
    """
    figures = {"remaining_m2": remaining_m2, "annual_rates_m2 (the largest)": float(rates.max()), **others}
    odd = [f"{name} {figure:,g}" for name, figure in figures.items() if figure and 0 < figure < _FEWEST_M2]
    if odd:
        yield (
            f"{', '.join(odd)}: so small that it looks like km² or ha; areas are square metres, and figures of another "
            "unit come out right only if all are in it."
        )
    elif rates.mean() > 0 and remaining_m2 > 0 and not _YEARS[0] <= remaining_m2 / rates.mean() <= _YEARS[1]:
        yield (
            f"{remaining_m2 / rates.mean():,.4g} years of work at the past average: is one of remaining_m2 and "
            "annual_rates_m2 in km² or ha?"
        )


def whole_year(name: str, year: object) -> int:
    """A year as a whole number, also from 2030.0.

    Parameters
    ----------
    name
        Of the argument.
    year
        What was given.

    Raises
    ------
    UsageError
        If it is no whole number.
    """
    number = _number(year)
    if number is not None and number.is_integer():
        return int(number)
    raise UsageError(f"{name} is {year!r}, which is not a year", hint=f"give it like {name}=2030")


@contextmanager
def in_figures(argument_name: str) -> Iterator[None]:
    """Say of which argument something is no number.

    Parameters
    ----------
    argument_name
        As the caller wrote it.

    Raises
    ------
    UsageError
        In place of what turning it into numbers raises.
    """
    try:
        yield
    except (TypeError, ValueError) as error:
        raise UsageError(f"{argument_name} must be figures: {error}", hint="give numbers of square metres") from error


def refuse_figures(figures: Mapping[str, object], *, missing: bool = True) -> None:
    """Raise one error that names every figure that is no number of 0 or more.

    Parameters
    ----------
    figures
        By name.
    missing
        Whether None will do.

    Raises
    ------
    BadRecordsError
        If there is such a figure.
    """
    faults = [
        Fault(None, name, figure, f"is {figure!r}", "give a figure of 0 or more")
        for name, figure in figures.items()
        if not (figure is None and missing) and not _is_figure(figure)
    ]
    if faults:
        raise BadRecordsError("no forecast can be made from these figures", faults)


def _is_figure(figure: object) -> bool:
    number = _number(figure)
    return number is not None and number >= 0


def _number(value: object) -> float | None:
    """A finite number; None for anything else, truth values among it."""
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool) and isfinite(value):
        return float(value)
    return None
