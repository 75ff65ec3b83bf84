"""Forecast: chances against counting every sequence; targets, teams and money against their arithmetic."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kosovo_hazards as kh
from kosovo_hazards.forecasting import chances as chances_module
from kosovo_hazards.forecasting.capacity import Capacity
from kosovo_hazards.forecasting.chances import chances_of
from kosovo_hazards.forecasting.forecasts import forecast

LEFT = 6_265_292.0  # end of 2024, the sum of the places in the published table
TABLE_9 = {2020: 340_000, 2021: 1_300_000, 2022: 1_320_000, 2023: 1_920_000, 2024: 1_510_000}


def counted(remaining: float, rates: list[float], years: int, new: float = 0, done_so_far: float = 0) -> float:
    """Every sequence written out: those that are done by the end of some year, over all."""
    done = total = 0
    for first, *later in itertools.product(rates, repeat=years):
        sequence = [max(first - done_so_far, 0), *later]
        sums = itertools.accumulate(sequence)
        done += any(released >= remaining + new * number for number, released in enumerate(sums, start=1))
        total += 1
    return done / total


class TestChance:
    def test_published_rates_against_every_one_of_15625_sequences(self) -> None:
        result = forecast(LEFT, TABLE_9)
        assert result.chances.exact
        assert result.chance == pytest.approx(counted(LEFT, list(TABLE_9.values()), 6), abs=1e-12)

    def test_every_year_until_the_deadline(self) -> None:
        by_year = forecast(LEFT, TABLE_9).chances.by_year
        for years in range(1, 7):
            assert by_year[2024 + years] == pytest.approx(counted(LEFT, list(TABLE_9.values()), years), abs=1e-12)

    def test_published_rates_are_those_of_the_table(self) -> None:
        table = kh.published.figures(table="mar-2025-table-9", measure="area released")
        printed = {
            int(year): km2 * 1e6 for year, km2 in zip(table["period"], table["value"], strict=True) if len(year) == 4
        }
        assert printed == pytest.approx(TABLE_9)

    @given(
        st.lists(st.integers(0, 9), min_size=1, max_size=4), st.integers(0, 30), st.integers(1, 5), st.integers(0, 2)
    )
    @settings(max_examples=200, deadline=None)
    def test_any_rates_against_every_sequence(self, rates: list[int], left: int, years: int, new: int) -> None:
        found = chances_of(left, rates, start=2025, deadline=2024 + years, new_m2_per_year=new)
        assert found.by(2024 + years) == pytest.approx(counted(left, rates, years, new), abs=1e-12)

    @given(
        st.lists(st.floats(0, 3), min_size=1, max_size=4), st.floats(0, 9), st.integers(1, 5), st.floats(0, 1),
        st.sampled_from([1.0, 0.01, 1e4, 1e6]),
    )  # fmt: skip
    @settings(max_examples=100, deadline=None)
    def test_figures_of_any_unit_against_every_sequence_of_fractions(
        self, rates: list[float], left: float, years: int, new: float, unit: float
    ) -> None:
        rates, left, new = [rate * unit for rate in rates], left * unit, new * unit
        exact = [Fraction(rate) for rate in rates]
        enough = Fraction(left) * (1 - Fraction(1, 10**9))
        found = chances_of(left, rates, start=2025, deadline=2024 + years, new_m2_per_year=new)
        assert found.by(2024 + years) == pytest.approx(counted(enough, exact, years, Fraction(new)), abs=1e-12)

    def test_square_kilometres_come_out_as_square_metres_do(self) -> None:
        result = forecast(6.265, [0.34, 1.3, 1.32, 1.92, 1.51], start=2025)
        assert result.chance == pytest.approx(0.86016)
        assert result.scenarios.loc["past average", "completion_year"] == 2029
        assert "remaining_m2 6.265, annual_rates_m2 (the largest) 1.92: so small that it looks like km² or ha" in str(
            result
        )
        assert forecast(LEFT, TABLE_9).messages == ()

    def test_two_units_at_once_are_told(self) -> None:
        assert "looks like km² or ha" in forecast(LEFT, [1.3, 1.9], start=2025).messages[0]
        assert "looks like km² or ha" in forecast(LEFT, TABLE_9, target_m2=1.8).messages[0]
        assert "is one of remaining_m2 and annual_rates_m2 in km² or ha?" in str(forecast(4e9, [1e3], start=2025))

    def test_half_a_square_metre_is_not_rounded_away(self) -> None:
        result = forecast(3_000_001, [1_500_000.5], start=2025, deadline=2026)
        assert result.chance == 1
        assert bool(result.scenarios.loc["past average", "meets_deadline"])

    @given(st.lists(st.floats(0, 3e6), min_size=1, max_size=3), st.integers(1, 5))
    @settings(max_examples=20, deadline=None)
    def test_the_sum_of_the_same_year_over_and_over_is_enough_in_table_and_chance_alike(
        self, rates: list[float], years: int
    ) -> None:
        # A single past year leaves no chance: what the table says of it is certain.
        rate = rates[0]
        for left in (rate * years, sum([rate] * years), rate * years * (1 + 1e-12), rate * years * 1.001):
            result = forecast(left, [rate], start=2025, deadline=2024 + years)
            assert result.chance == float(result.scenarios.loc["past average", "meets_deadline"])

    @given(st.lists(st.integers(0, 9_000), min_size=2, max_size=4), st.integers(1, 30_000), st.integers(1, 5))
    @settings(max_examples=60, deadline=None)
    def test_bounds_hold_the_exact_chance_where_sums_are_too_many(
        self, rates: list[int], left: int, years: int
    ) -> None:
        patch = pytest.MonkeyPatch()
        patch.setattr(chances_module, "_MOST_SUMS", 0)
        patch.setattr(chances_module, "_GRID_STEPS", 100)
        found = chances_of(left, rates, start=2025, deadline=2024 + years)
        patch.undo()
        exact = counted(left, rates, years)
        assert found.by(2024 + years) <= exact + 1e-9
        assert found.at_most.loc[: 2024 + years].iloc[-1] >= exact - 1e-9

    def test_a_long_series_is_bounded_closely(self) -> None:
        rates = [300_000 + int(1_700_000 * math.sin(number) ** 2) for number in range(30)]
        found = chances_of(12_000_000, rates, start=2025, deadline=2036)
        assert not found.exact
        assert (found.at_most - found.by_year).max() < 0.02

    def test_chance_never_falls_from_year_to_year_and_ends_at_one(self) -> None:
        by_year = forecast(LEFT, TABLE_9).chances.by_year
        assert by_year.is_monotonic_increasing
        assert by_year.iloc[-1] == 1
        assert by_year.index[-1] == 2024 + math.ceil(LEFT / 340_000)  # the slowest year over and over

    def test_work_that_brings_nothing_is_never_done(self) -> None:
        result = forecast(LEFT, {2024: 0})
        assert result.chance == 0
        assert result.likely_years == (None, None, None)
        assert pd.isna(result.scenarios.loc["past average", "completion_year"])
        assert "never" in str(result)

    def test_nothing_left_is_done_at_once(self) -> None:
        result = forecast(0, TABLE_9)
        assert result.chance == 1
        assert result.scenarios["meets_deadline"].all()


class TestSensitivity:
    def test_each_year_left_out_in_turn(self) -> None:
        result = forecast(LEFT, TABLE_9)
        found = [counted(LEFT, [rate for year, rate in TABLE_9.items() if year != out], 6) for out in TABLE_9]
        assert result.sensitivity.loc[[f"without {year}" for year in TABLE_9], "chance_by_deadline"].tolist() == (
            pytest.approx(found)
        )
        assert result.chance_range == pytest.approx((0.65478515625, 1.0))
        assert forecast(LEFT, {2024: 1e6}).chance_range is None

    @pytest.mark.parametrize("block", [2, 3])
    def test_consecutive_years_drawn_together_against_every_sequence_of_blocks(self, block: int) -> None:
        rates = list(TABLE_9.values())
        blocks = [[rates[(at + step) % 5] for step in range(block)] for at in range(5)]
        done = total = 0
        for chosen in itertools.product(blocks, repeat=math.ceil(6 / block)):
            done += sum(itertools.islice(itertools.chain.from_iterable(chosen), 6)) >= LEFT
            total += 1
        row = forecast(LEFT, TABLE_9).sensitivity.loc[f"{block} consecutive years together"]
        assert row["chance_by_deadline"] == pytest.approx(done / total, abs=1e-12)

    def test_bad_years_in_a_row_widen_what_may_happen(self) -> None:
        past = {2019: 0.0, 2020: 0.0, 2021: 0.0, 2022: 2e6, 2023: 2e6, 2024: 2e6}
        table = forecast(2e6, past, deadline=2026).sensitivity["chance_by_deadline"]
        assert table["all past years"] == 0.75
        assert table["2 consecutive years together"] == pytest.approx(4 / 6)  # two of six pairs are bad throughout

    def test_bounds_of_blocks_hold_the_exact_chance(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rates, left = list(TABLE_9.values()), LEFT
        exact = chances_of(left, rates, start=2025, deadline=2030, block_years=2)
        monkeypatch.setattr(chances_module, "_MOST_SUMS", 0)
        found = chances_of(left, rates, start=2025, deadline=2030, block_years=2)
        assert exact.exact
        assert not found.exact
        assert found.by(2030) <= exact.by(2030) + 1e-12
        assert found.at_most.loc[:2030].iloc[-1] >= exact.by(2030) - 1e-12

    def test_a_long_series_is_told_in_a_moment(self) -> None:
        rates = {1995 + at: 300_000 + int(1_700_000 * math.sin(at) ** 2) for at in range(30)}
        result = forecast(12_000_000, rates, deadline=2036)
        assert result.chance_range[0] <= result.chance <= result.chance_range[1]

    def test_a_trend_beyond_every_past_year_is_told(self) -> None:
        said = " ".join(forecast(LEFT, TABLE_9).assumptions)
        assert (
            "The straight-line trend begins with 2,166,000 m² in 2025, more than any past year (1,920,000 m²)" in said
        )
        even = {2021: 1e6, 2022: 2e6, 2023: 1e6, 2024: 2e6, 2025: 1e6}
        assert "trend" not in " ".join(forecast(LEFT, even).assumptions)

    def test_nearly_certain_is_not_called_certain(self) -> None:
        said = str(forecast(1_000_000, {**dict.fromkeys(range(2010, 2019), 1e6), 2019: 0.0}, start=2025, deadline=2027))
        assert "2027: >99% (>99–100% depending" in said


class TestYearThatIsNotOver:
    def test_it_is_no_rate_and_its_output_is_taken_from_this_years_work(self) -> None:
        rates = {**TABLE_9, 2025: 60_000}
        result = forecast(LEFT, rates, as_of="2025-06-30")
        assert (result.start, result.done_m2, result.rates_m2.index.tolist()) == (2025, 60_000, list(TABLE_9))
        assert result.chance == pytest.approx(counted(LEFT, list(TABLE_9.values()), 6, done_so_far=60_000), abs=1e-12)
        assert "60,000 m² that it has brought are taken from its output" in str(result)
        # 1,278,000 a year: after 60,000 this year brings 1,218,000 more.
        row = result.scenarios.loc["past average"]
        assert row["completion_year"] == 2029
        assert forecast(1_218_000, rates, as_of="2025-06-30").scenarios.loc["past average", "completion_year"] == 2025
        assert forecast(1_218_001, rates, as_of="2025-06-30").scenarios.loc["past average", "completion_year"] == 2026

    def test_what_is_needed_is_enough_with_what_is_done(self) -> None:
        for done in (60_000, 3_000_000):
            result = forecast(LEFT, {**TABLE_9, 2025: done}, as_of="2025-06-30")
            row = result.scenarios.loc["needed for 2030"]
            assert (row["completion_year"], row["left_at_deadline_m2"]) == (2030, pytest.approx(0, abs=1e-3))
        # 3 km² are more than a sixth of 9.27, so that the rest is shared by the five years after.
        assert result.required_m2_per_year == pytest.approx(LEFT / 5)

    def test_work_that_starts_after_it_leaves_it_out(self) -> None:
        result = forecast(LEFT, {**TABLE_9, 2025: 60_000}, start=2026, as_of="2025-06-30")
        assert result.chance == forecast(LEFT, TABLE_9, start=2026).chance
        assert "2025 is not over" in str(result)

    def test_whole_years_stay_whole(self) -> None:
        assert forecast(LEFT, TABLE_9, as_of="2024-12-31").chance == forecast(LEFT, TABLE_9).chance
        with pytest.raises(kh.HazardDataError, match="what was released in 2025 up to 2025-06-30 is not told"):
            forecast(LEFT, TABLE_9, as_of="2025-06-30")
        with pytest.raises(kh.HazardDataError, match="has 2024, which is after 2023-12-31"):
            forecast(LEFT, TABLE_9, as_of=2023)
        with pytest.raises(kh.HazardDataError, match="2024 is not over, and there is no other year"):
            forecast(LEFT, {2024: 1e6}, as_of="2024-06-30")


class TestScenarios:
    def test_target_is_plain_arithmetic(self) -> None:
        row = forecast(LEFT, TABLE_9, target_m2=1_800_000).scenarios.loc["target"]
        assert row["years"] == pytest.approx(LEFT / 1_800_000, abs=0.01)  # 3.48: three whole years and part of 2028
        assert row["completion_year"] == 2028
        assert bool(row["meets_deadline"])

    def test_average_slowest_and_fastest_year(self) -> None:
        rows = forecast(LEFT, TABLE_9).scenarios
        assert rows.loc["past average", "m2_per_year"] == 6_390_000 / 5
        assert rows.loc[["past average", "slowest past year", "fastest past year"], "completion_year"].tolist() == [
            2024 + math.ceil(LEFT / rate) for rate in (1_278_000, 340_000, 1_920_000)
        ]
        assert rows.loc["slowest past year", "left_at_deadline_m2"] == pytest.approx(LEFT - 6 * 340_000)

    def test_straight_line_rises_by_its_slope(self) -> None:
        # Deviations -2..2 times the rates: -0.68 - 1.30 + 1.92 + 3.02 = 2.96 km², over 10.
        row = forecast(LEFT, TABLE_9).scenarios.loc["straight-line trend"]
        assert row["m2_per_year"] == pytest.approx(1_278_000 + 3 * 296_000)
        assert row["completion_year"] == 2027  # 2.166 + 2.462 + 2.758 = 7.386 km²

    def test_falling_line_stops_at_nothing(self) -> None:
        row = forecast(LEFT, {2022: 900_000, 2023: 600_000, 2024: 300_000}).scenarios.loc["straight-line trend"]
        assert pd.isna(row["completion_year"])
        assert row["left_at_deadline_m2"] == pytest.approx(LEFT)

    def test_exactly_what_is_needed_meets_the_deadline(self) -> None:
        result = forecast(LEFT, TABLE_9, cost_per_year=3_500_000)
        row = result.scenarios.loc["needed for 2030"]
        assert row["completion_year"] == 2030
        assert result.required_m2_per_year == pytest.approx(LEFT / 6)
        assert row["cost"] == 21_000_000  # as the strategy reckons for 2025 to 2030

    def test_money_that_ends_in_2026_leaves_the_rest(self) -> None:
        rows = forecast(LEFT, TABLE_9, target_m2=1_800_000, funded_until=2026, cost_per_year=3_500_000).scenarios
        row = rows.loc["target, money to 2026"]
        assert row["left_at_deadline_m2"] == pytest.approx(LEFT - 3_600_000)
        assert pd.isna(row["completion_year"])
        assert row["cost"] == 7_000_000
        assert rows.loc["target", "cost"] == 14_000_000

    def test_what_would_be_needed_while_there_is_money_and_the_chance_of_it(self) -> None:
        result = forecast(LEFT, TABLE_9, funded_until=2026)
        row = result.scenarios.loc["needed for 2026"]
        assert (row["m2_per_year"], row["completion_year"]) == (LEFT / 2, 2026)
        # Two of the fastest years release 3.84 km².
        assert "Chance to be done while there is money, by the end of 2026: 0%" in str(result)
        small = forecast(2_700_000, TABLE_9, funded_until=2026)
        chance = counted(2_700_000, list(TABLE_9.values()), 2)
        assert f"by the end of 2026: {chance * 100:.0f}%" in str(small)

    @given(st.floats(1, 1e9), st.integers(2025, 2060), st.sampled_from([0.0, 1 / 3, 150_000.0]))
    @settings(max_examples=100, deadline=None)
    def test_whatever_is_left_what_is_needed_is_enough(self, left: float, deadline: int, new: float) -> None:
        rates = {2024: 1e9}
        row = forecast(left, rates, deadline=deadline, new_m2_per_year=new).scenarios.loc[f"needed for {deadline}"]
        assert (row["completion_year"], row["left_at_deadline_m2"]) == (deadline, 0)

    def test_plans_by_year_and_of_several_kinds_stand_side_by_side(self) -> None:
        plans = {"stop and go": {2025: 1_000_000, 2027: Capacity(10, 400)}, "steady": 2_000_000.0}
        rows = forecast(LEFT, TABLE_9, scenarios=plans).scenarios
        days_2027 = 174  # April to November 2027: 35 weeks less one day
        assert rows.loc["stop and go", "left_at_deadline_m2"] == pytest.approx(LEFT - 1_000_000 - 4_000 * days_2027)
        assert rows.loc["steady", "completion_year"] == 2028

    def test_newly_recorded_area_has_to_be_released_too(self) -> None:
        row = forecast(LEFT, TABLE_9, target_m2=1_800_000, new_m2_per_year=150_000).scenarios.loc["target"]
        assert row["years"] == pytest.approx(3.81, abs=0.005)  # 3 years leave 865,292 + 450,000, and 150,000 more come
        assert forecast(LEFT, TABLE_9, new_m2_per_year=150_000).chance < forecast(LEFT, TABLE_9).chance


def season_days(year: int) -> int:
    """Mondays to Fridays from April to November."""
    return int((pd.date_range(f"{year}-04-01", f"{year}-11-30").day_of_week < 5).sum())


class TestCapacity:
    def test_season_of_2025_has_its_mondays_to_fridays(self) -> None:
        days = pd.date_range("2025-04-01", "2025-11-30")
        assert Capacity(1, 100).days_in(2025) == (days.day_of_week < 5).sum()
        assert Capacity(1, 100, season=(12, 12)).days_in(2025) == 23
        assert Capacity(1, 100, share_worked=0.5).days_in(2025) == (days.day_of_week < 5).sum() / 2

    def test_capacity_from_a_past_year_gives_back_its_output(self) -> None:
        capacity = Capacity.from_output(1_510_087, teams=21, year=2024)
        assert capacity.m2_in(2024) == pytest.approx(1_510_087)

    def test_teams_needed_are_just_enough(self) -> None:
        capacity = Capacity.from_output(1_510_087, teams=21, year=2024)
        result = forecast(LEFT, TABLE_9, capacity=capacity)
        teams = result.teams_needed
        for number, enough in ((teams, True), (teams - 1, False)):
            plan = {"so many": Capacity(number, capacity.m2_per_team_day)}
            assert bool(forecast(LEFT, TABLE_9, scenarios=plan).scenarios.loc["so many", "meets_deadline"]) is enough
        assert result.scenarios.loc["21 teams", "teams"] == 21
        assert f"or {teams} teams" in str(result)

    def test_a_plan_of_other_teams_tells_their_number(self) -> None:
        plans = {"machines": Capacity(4, 1_500), "later": {2025: Capacity(2, 411), 2026: Capacity(30, 411)}}
        rows = forecast(LEFT, TABLE_9, capacity=Capacity(21, 411), scenarios=plans).scenarios
        assert rows.loc[["machines", "later"], "teams"].tolist() == [4, 2]

    def test_without_teams_nothing_is_done(self) -> None:
        result = forecast(LEFT, TABLE_9, capacity=Capacity(0, 411))
        assert pd.isna(result.scenarios.loc["0 teams", "completion_year"])
        assert result.scenarios.loc["0 teams", "teams"] == 0
        assert result.teams_needed == math.ceil(LEFT / (411 * sum(season_days(year) for year in range(2025, 2031))))

    @pytest.mark.parametrize(
        "wrong",
        [{"season": (11, 4)}, {"season": (0, 4)}, {"share_worked": 0.0}, {"m2_per_team_day": 0.0}, {"teams": -1}],
    )
    def test_what_is_no_capacity_is_refused(self, wrong: dict[str, object]) -> None:
        with pytest.raises(kh.HazardDataError):
            Capacity(**{"teams": 1, "m2_per_team_day": 100.0, **wrong})


AREAS = {"low": 1_765_292.0, "medium": 2_500_000.0, "high": 2_000_000.0}


class TestPriorities:
    def test_high_then_medium_then_low(self) -> None:
        table = forecast(AREAS, TABLE_9).priorities
        assert table.index.tolist() == ["high", "medium", "low"]
        assert table["cumulative_m2"].tolist() == [2_000_000, 4_500_000, LEFT]
        assert table["completion_year"].tolist() == [2026, 2028, 2029]

    def test_chance_of_a_class_is_that_of_all_up_to_it(self) -> None:
        table = forecast(AREAS, TABLE_9).priorities
        expected = [counted(area, list(TABLE_9.values()), 6) for area in (2e6, 4.5e6, LEFT)]
        assert table["chance_by_deadline"].tolist() == pytest.approx(expected, abs=1e-12)

    def test_what_is_left_is_of_the_last_classes(self) -> None:
        table = forecast(AREAS, {2024: 500_000}, deadline=2030).priorities
        assert table["left_at_deadline_m2"].tolist() == [0, 1_500_000, 1_765_292]  # 3 km² of 6.27 are released

    def test_rate_and_teams_that_meet_the_deadline_class_by_class(self) -> None:
        table = forecast(AREAS, TABLE_9, capacity=Capacity(21, 411)).priorities
        days = sum(season_days(year) for year in range(2025, 2031))
        for name, area in (("high", 2e6), ("medium", 4.5e6), ("low", LEFT)):
            assert table.loc[name, "required_m2_per_year"] == pytest.approx(area / 6)
            assert table.loc[name, "teams"] == math.ceil(area / (411 * days))

    def test_each_scenario_tells_what_is_left_of_each_class(self) -> None:
        rows = forecast(AREAS, TABLE_9, target_m2=1_800_000, funded_until=2026).scenarios
        left = rows[["left_high_m2", "left_medium_m2", "left_low_m2"]]
        # 3.6 km² are done by the end of 2026: the high class and 1.6 km² of the medium one.
        assert left.loc["target, money to 2026"].tolist() == pytest.approx([0, 900_000, 1_765_292])
        assert left.loc["target"].tolist() == [0, 0, 0]
        assert left.sum(axis=1).to_numpy() == pytest.approx(rows["left_at_deadline_m2"].to_numpy())

    def test_unknown_priority_comes_before_low(self) -> None:
        table = forecast({"unknown": 1.0, "low": 1.0, "high": 1.0}, TABLE_9).priorities
        assert table.index.tolist() == ["high", "unknown", "low"]

    def test_the_table_of_the_register_will_do(self) -> None:
        table = kh.summarise(kh.demo_data()[0], by="priority")["total_m2"]
        result = forecast(table, TABLE_9)
        assert result.remaining_m2 == pytest.approx(LEFT, abs=1)  # the Totals row counts nothing twice
        assert result.priorities.index.tolist() == ["high", "medium", "low"]

    def test_classes_of_another_kind_keep_their_order(self) -> None:
        areas = pd.Series({"schools": 100.0, "fields": 200.0, "forest": 300.0})
        assert forecast(areas, TABLE_9).priorities.index.tolist() == ["schools", "fields", "forest"]


class TestInput:
    def test_start_follows_the_last_year_or_is_named(self) -> None:
        assert forecast(LEFT, TABLE_9).start == 2025
        listed = forecast(LEFT, list(TABLE_9.values()), start=2025)
        assert listed.scenarios.equals(forecast(LEFT, TABLE_9).scenarios)
        with pytest.raises(kh.HazardDataError, match="name it with start="):
            forecast(LEFT, list(TABLE_9.values()))

    def test_a_column_of_the_progress_table_will_do(self) -> None:
        rates = pd.Series(TABLE_9).set_axis(pd.period_range("2020", "2024", freq="Y"))
        assert forecast(LEFT, rates).chance == forecast(LEFT, TABLE_9).chance

    def test_years_may_be_text_and_in_any_order(self) -> None:
        told = forecast(LEFT, {"2024": 1_510_000, "2020": 340_000, "2022": 1_320_000})
        assert told.start == 2025
        assert told.rates_m2.index.tolist() == [2020, 2022, 2024]
        with pytest.raises(kh.HazardDataError, match="annual_rates_m2 has 2024/25, spring for a year"):
            forecast(LEFT, {"2024/25": 1.0, "spring": 1.0})

    def test_every_wrong_figure_is_named(self) -> None:
        with pytest.raises(kh.HazardDataError, match=r"(?s)annual_rates_m2 2021.*annual_rates_m2 2022"):
            forecast(LEFT, {2020: 1.0, 2021: float("nan"), 2022: -5.0})
        with pytest.raises(kh.HazardDataError, match="remaining_m2"):
            forecast(-1, TABLE_9)
        with pytest.raises(kh.HazardDataError, match="target_m2"):
            forecast(LEFT, TABLE_9, target_m2=-1)
        with pytest.raises(kh.HazardDataError, match="before the start"):
            forecast(LEFT, TABLE_9, deadline=2020)
        with pytest.raises(kh.HazardDataError, match="empty"):
            forecast(LEFT, {})

    @pytest.mark.parametrize("wrong", [-1.0, float("nan"), {2025: float("nan")}, {2025: -1.0}, lambda _: -1.0, "fast"])
    def test_scenarios_are_checked_like_everything_else(self, wrong: object) -> None:
        with pytest.raises(kh.HazardDataError, match="scenarios 'mine'"):
            forecast(LEFT, TABLE_9, scenarios={"mine": wrong})

    def test_years_that_stand_twice_are_refused(self) -> None:
        twice = pd.Series([1e6, 2e6, 3e6], index=[2023, 2024, 2024])
        with pytest.raises(kh.HazardDataError, match="2024 more than once"):
            forecast(LEFT, twice)
        with pytest.raises(kh.HazardDataError, match="2024 more than once"):
            forecast(LEFT, {2024: 1e6, "2024": 2e6})
        with pytest.raises(kh.HazardDataError, match="high more than once"):
            forecast(pd.Series([1.0, 2.0], index=["high", "high"]), TABLE_9)

    def test_years_are_whole(self) -> None:
        assert forecast(LEFT, TABLE_9, deadline=2030.0, start=2025.0).chance == forecast(LEFT, TABLE_9).chance
        for name in ("deadline", "start", "funded_until"):
            for wrong in (2030.5, "2030", float("nan"), True):
                with pytest.raises(kh.HazardDataError, match=f"{name} is .* not a year"):
                    forecast(LEFT, TABLE_9, **{name: wrong})

    def test_work_starts_after_the_past(self) -> None:
        for start in (2020, 2023, 2024):
            with pytest.raises(kh.HazardDataError, match=f"start in {start}, but annual_rates_m2 goes on to 2024"):
                forecast(LEFT, TABLE_9, start=start)

    def test_years_that_are_missing_are_told(self) -> None:
        result = forecast(LEFT, {2020: 340_000, 2023: 1_920_000, 2024: 1_510_000})
        assert result.messages == ("annual_rates_m2 lacks 2021, 2022: a year without an output is no year of 0 m².",)

    def test_page_says_what_it_rests_on(self) -> None:
        page = str(forecast(LEFT, TABLE_9, target_m2=1_800_000, cost_per_year=3_500_000, currency="€"))
        for said in (
            "86% (65–100% depending on which single year is left out)",
            "by 2029 in one of two cases",
            "cost €",
            "every sequence is counted",
            "1,278,000",
        ):
            assert said in page

    def test_a_notebook_shows_the_page_with_its_tables(self) -> None:
        plans = {"<b>5 & 6</b>": 2_000_000.0}
        result = forecast(AREAS, TABLE_9, scenarios=plans, cost_per_year=3_500_000)
        page = result._repr_html_()
        assert page.count("<table") == 4
        assert "&lt;b&gt;5 &amp; 6&lt;/b&gt;" in page
        assert "<b>5" not in page
        assert "17,500,000" in page
        assert repr(result) == str(result)
