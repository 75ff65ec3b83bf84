"""The chart of a plan: bars from month to month, what is left in words, each year beside the budget."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

import kosovo_hazards as kh

# Two teams of 100 m² a day: April 2025 has 22 working days, May 22, June 21.
CAPACITY = kh.Capacity(teams=2, m2_per_team_day=100, season=(4, 6))


def made(**options: object) -> kh.Plan:
    hazards = gpd.GeoDataFrame(
        {"hazard_id": ["A", "B", "C", "D"], "hazard_type": "SHA", "priority": ["high", "medium", None, "low"],
         "reported_area_m2": [3_000.0, 10_000.0, 50_000.0, None]},
        geometry=[None] * 4, crs="EPSG:4326",
    )  # fmt: skip
    order = kh.from_column("hazard_id", {"A": 1, "B": 0.9, "C": 0.8, "D": 0.7})
    ranking = kh.prioritise(hazards, criteria=[order])
    return kh.plan(hazards, CAPACITY, ranking, start=2025, deadline=2026, **options)


def test_bars_go_from_the_first_to_the_end_of_the_last_month() -> None:
    figure = kh.plan_chart(made())
    bars = {round(patch.get_y() + 0.33): patch for patch in figure.axes[0].patches if patch.get_height() < 0.7}
    # By hand: A in April 2025; B from April (1,400 m²) to the end of June; C all of 2026.
    spans = {row: (bar.get_x(), bar.get_x() + bar.get_width()) for row, bar in bars.items()}
    assert spans[0] == pytest.approx((2025 + 3 / 12, 2025 + 4 / 12))
    assert spans[1] == pytest.approx((2025 + 3 / 12, 2025 + 6 / 12))
    assert spans[2] == pytest.approx((2026 + 3 / 12, 2027))
    assert 3 not in spans
    assert [bool(bars[row].get_hatch()) for row in range(3)] == [False, True, True]
    said = [text.get_text() for text in figure.axes[0].texts]
    # 13,000 m² of 2026 go to C.
    assert said == ["left: 37,000 m²", "size unknown"]


def test_years_stand_beside_the_budget_and_what_is_over_it_stands_out() -> None:
    plan = made(cost_eur_per_m2=100, budget_eur=1_200_000)
    figure = kh.plan_chart(plan, synthetic=True, source="office")
    below = figure.axes[1]
    assert [bar.get_height() for bar in below.patches] == pytest.approx([1.3, 1.3])
    assert {bar.get_facecolor()[:3] for bar in below.patches} == {(0x8C / 255, 0x1D / 255, 0x18 / 255)}
    assert "budget 1.20" in [text.get_text() for text in below.texts]
    assert "Left at the end of 2026: 2 areas, 37,000 m²" in figure.get_supxlabel()
    figure.draw_without_rendering()


def test_without_a_cost_ground_stands_beside_the_capacity() -> None:
    below = kh.plan_chart(made()).axes[1]
    assert [bar.get_height() for bar in below.patches] == pytest.approx([13_000, 13_000])
    assert "capacity 13,000.00" in [text.get_text() for text in below.texts]


@pytest.mark.parametrize("language", ["sq", "sr"])
def test_words_are_in_the_language(language: str) -> None:
    english = kh.plan_chart(made(cost_eur_per_m2=1), top=2)
    other = kh.plan_chart(made(cost_eur_per_m2=1), top=2, language=language)
    for one, two in zip(texts(english), texts(other), strict=True):
        assert one != two


def texts(figure: object) -> list[str]:
    axes, below = figure.axes
    words = [below.get_ylabel(), figure.get_supxlabel(), axes.get_title(loc="left")]
    return words + [text.get_text() for text in below.get_legend().get_texts()]


def test_wrong_use_is_told() -> None:
    nothing = kh.plan(made_empty(), CAPACITY, start=2025)
    with pytest.raises(kh.UsageError, match="no area"):
        kh.plan_chart(nothing)


def made_empty() -> gpd.GeoDataFrame:
    table = {"hazard_id": pd.Series(dtype=str), "hazard_type": pd.Series(dtype=str)}
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries([], crs="EPSG:4326"))
