"""The forecast against every sequence written out in fractions, on fresh random figures each run."""

from __future__ import annotations

import itertools
import os
import random
from fractions import Fraction

import pytest

from kosovo_hazards.forecasting import forecast

HEAVY = os.environ.get("KOSOVO_HAZARDS_HEAVY") == "1"
# The same in every process of a run; other ones with KOSOVO_HAZARDS_SEED=N.
_DICE = random.Random(int(os.environ.get("KOSOVO_HAZARDS_SEED", "20241231")))
SEEDS = [_DICE.randrange(2**32) for _ in range(400 if HEAVY else 25)]


def chance(
    left: Fraction, rates: list[Fraction], years: int, *, new: Fraction, done: Fraction = Fraction(0), block: int = 1
) -> Fraction:
    """Share of all sequences of past years, drawn in blocks, of which some sum is enough."""
    enough = total = 0
    for starts in itertools.product(range(len(rates)), repeat=-(-years // block)):
        drawn = [rates[(at + step) % len(rates)] for at in starts for step in range(block)][:years]
        drawn[0] = max(drawn[0] - done, Fraction(0))
        sums = itertools.accumulate(drawn)
        enough += any(total_m2 >= left + new * year for year, total_m2 in enumerate(sums, start=1))
        total += 1
    return Fraction(enough, total)


@pytest.mark.parametrize("seed", SEEDS)
def test_chance_range_and_blocks(seed: int) -> None:
    dice = random.Random(seed)
    unit = dice.choice([1.0, 1e4, 1e6])
    count, years = dice.randint(2, 5), dice.randint(1, 5)
    # Some figures are alike, so that sums meet what is needed exactly.
    rates = [dice.choice([dice.random() * 2, dice.randint(0, 4) / 2]) * unit for _ in range(count)]
    left, new = dice.choice([dice.random() * 6, dice.randint(0, 12) / 2]) * unit, dice.choice([0.0, 0.125]) * unit
    result = forecast(left, rates, start=2025, deadline=2024 + years, new_m2_per_year=new)
    exact, wanted = [Fraction(rate) for rate in rates], Fraction(left) * (1 - Fraction(1, 10**9))
    assert result.chance == pytest.approx(float(chance(wanted, exact, years, new=Fraction(new))), abs=1e-12)
    without = [chance(wanted, exact[:at] + exact[at + 1 :], years, new=Fraction(new)) for at in range(count)]
    assert result.chance_range == pytest.approx((float(min(without)), float(max(without))), abs=1e-12)
    for block in (block for block in (2, 3) if block < count):
        found = result.sensitivity.loc[f"{block} consecutive years together", "chance_by_deadline"]
        assert found == pytest.approx(float(chance(wanted, exact, years, new=Fraction(new), block=block)), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_year_that_has_begun_and_the_table(seed: int) -> None:
    dice = random.Random(seed)
    years = dice.randint(1, 4)
    rates = {2021 + at: dice.random() * 2e6 for at in range(4)}
    left, done = dice.random() * 6e6, dice.random() * 2.5e6
    result = forecast(left, {**rates, 2025: done}, deadline=2024 + years, as_of="2025-07-31")
    exact = [Fraction(rate) for rate in rates.values()]
    expected = chance(Fraction(left), exact, years, new=Fraction(0), done=Fraction(done))
    assert result.chance == pytest.approx(float(expected), abs=1e-12)
    for case, rate in (
        ("past average", sum(exact) / 4),
        ("slowest past year", min(exact)),
        ("fastest past year", max(exact)),
    ):
        total = max(rate - Fraction(done), Fraction(0)) + rate * (years - 1)
        assert bool(result.scenarios.loc[case, "meets_deadline"]) is (total >= left)
