"""A plan in the order of a ranking: months and costs worked out by hand, sums that equal the capacity."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import kosovo_hazards as kh
from kosovo_hazards.language import catalogue


def register(m2: list[float | None], priority: list[str | None]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "hazard_id": [f"A-{i}" for i in range(len(m2))],
            "hazard_type": "SHA",
            "status": "open",
            "priority": priority,
            "reported_area_m2": m2,
        },
        geometry=[None] * len(m2),
        crs="EPSG:4326",
    )


def first_by_priority(hazards: gpd.GeoDataFrame) -> kh.Ranking:
    return kh.prioritise(hazards, criteria=[kh.of_register()["recorded priority"]])


# Two teams of 100 m² a day: April 2025 has 22 working days (Mondays to Fridays), May 22, June 21.
CAPACITY = kh.Capacity(teams=2, m2_per_team_day=100, season=(4, 6))


def test_months_years_and_costs_by_hand() -> None:
    hazards = register([4_000.0, 3_000.0, 10_000.0, None], ["low", "high", "medium", "low"])
    found = kh.plan(
        hazards, CAPACITY, first_by_priority(hazards), start=2025, deadline=2026, cost_eur_per_m2=2.0, budget_eur=25_000
    )
    table = found.table.set_index("hazard_id")
    assert table.index.tolist() == ["A-1", "A-2", "A-0", "A-3"]
    # 3,000 in April (of 4,400); 10,000 from April on: 1,400 + 4,400 + 4,200 = 10,000 to the end of June.
    months = [[str(day.date()) if pd.notna(day) else None for day in table[name]] for name in ("begins", "ends")]
    assert months == [
        ["2025-04-01", "2025-04-01", "2026-04-01", None],
        ["2025-04-01", "2025-06-01", "2026-04-01", None],
    ]
    assert table["done"].tolist() == [True, True, True, False]
    years = found.years
    assert years["capacity_m2"].tolist() == [13_000, 13_000]
    assert years["worked_m2"].tolist() == [13_000, 4_000]
    assert years["cost_eur"].tolist() == [26_000, 8_000]
    assert years["within_budget"].tolist() == [False, True]
    assert years["areas_done"].tolist() == [2, 1]
    assert found.kept == "met"
    assert "no known size" in str(found)
    assert "Over budget in 2025" in str(found)


def test_what_is_left_is_told_and_an_unknown_priority_is_not_taken_for_low() -> None:
    hazards = register([50_000.0, 10.0], ["high", "low"])
    found = kh.plan(hazards, CAPACITY, first_by_priority(hazards), start=2025, deadline=2025)
    assert found.kept == "not met"
    assert found.table["done"].tolist() == [False, False]
    hazards = register([10.0, 50_000.0], ["high", None])
    ranking = first_by_priority(hazards)
    assert ranking.table["ties"].tolist() == [2, 2]
    assert kh.plan(hazards, CAPACITY, ranking, start=2025, deadline=2025).kept == "unknown"
    assert pd.isna(found.years["cost_eur"]).all()


def test_yearly_sums_are_the_capacity_until_the_work_is_done() -> None:
    hazards, _ = kh.demo_data()
    capacity = kh.Capacity(teams=10, m2_per_team_day=168)
    found = kh.plan(hazards, capacity, start=2025)
    for year, row in found.years.iterrows():
        assert row["capacity_m2"] == pytest.approx(capacity.m2_in(int(year)))
        assert row["worked_m2"] == pytest.approx(row["capacity_m2"])
    whole = kh.plan(hazards, capacity, start=2025, deadline=2090)
    assert whole.years["worked_m2"].sum() == pytest.approx(hazards["area_m2"].sum())
    assert whole.table["done"].all()
    assert (np.diff(whole.table["ends"].to_numpy().astype("int64")) >= 0).all()


def test_remaining_land_is_planned_by_what_remains() -> None:
    before, releases = kh.demo_data("2023-12-31")[0], kh.demo_data()[1]
    left = kh.apply_releases(before, releases).remaining
    found = kh.plan(left, kh.Capacity(teams=21, m2_per_team_day=400), start=2025)
    standing = left[~left["status"].isin(["closed", "handed over"])]
    assert found.table["m2"].sum() == pytest.approx(standing["remaining_m2"].sum())


def test_rejected_records_are_told_and_leave_the_rule_open() -> None:
    hazards = kh.demo_data()[0]
    read = kh.read_hazards(pd.concat([hazards, hazards.head(2).assign(hazard_id=["X", "Y"], hazard_type="burnt")]))
    ranking = kh.prioritise(read)
    assert ranking.rejected == 2
    assert "2 rejected records are hazards too" in str(ranking)
    many = kh.Capacity(teams=100, m2_per_team_day=400)
    assert kh.plan(hazards, many, start=2025).kept == "met"
    for found in (kh.plan(read, many, start=2025), kh.plan(read.data, many, ranking, start=2025)):
        assert (found.kept, found.rejected) == ("unknown", 2)
        assert "2 rejected records are hazards too" in str(found)


def test_a_ranking_of_other_areas_is_refused() -> None:
    hazards = register([10.0, 20.0], ["high", "low"])
    with pytest.raises(kh.BadRecordsError, match="A-1"):
        kh.plan(hazards, CAPACITY, first_by_priority(hazards.head(1)), start=2025)
    with pytest.raises(kh.UsageError):
        kh.plan(hazards, CAPACITY, start=2031)


def test_the_rule_by_area_and_by_municipality_by_hand() -> None:
    hazards = register([4_400.0, 4_200.0, 4_200.0, 100.0, 100.0], ["high", "high", "medium", None, "low"])
    hazards["municipality"] = ["Omarska", "Omarska", "Brčko", "Doboj", "Doboj"]
    ranking = kh.prioritise(hazards, criteria=[kh.from_column("hazard_id", {f"A-{i}": 1 - i / 10 for i in range(5)})])
    found = kh.plan(hazards, CAPACITY, ranking, start=2025, deadline=2025)
    # 13,000 m² of 2025 go to the first three; the third is through by 200 m² more than there are.
    table = found.table.set_index("hazard_id")
    assert table["done"].tolist() == [True, True, True, True, True]
    less = kh.plan(
        hazards, kh.Capacity(teams=1, m2_per_team_day=100, season=(4, 6)), ranking, start=2025, deadline=2025
    )
    table = less.table.set_index("hazard_id")
    # 6,500 m²: the first, 2,100 of the second, nothing of the others.
    assert table["left_m2"].tolist() == pytest.approx([0, 2_100, 4_200, 100, 100])
    assert table["rule"].tolist() == ["met", "not met", "not met", "unknown", "met"]
    assert table["municipality"].tolist() == ["Omarska", "Omarska", "Brčko", "Doboj", "Doboj"]
    counts = ["areas", "done", "left_urgent", "left_unknown", "left_low", "rejected_records"]
    assert less.places[counts].T.to_dict("list") == {
        "Brčko": [1, 0, 1, 0, 0, 0], "Doboj": [2, 0, 0, 1, 1, 0], "Omarska": [2, 1, 1, 0, 0, 0],
    }  # fmt: skip
    assert less.places["rule"].to_dict() == {"Brčko": "not met", "Doboj": "unknown", "Omarska": "not met"}
    assert "Not met in Brčko, Omarska" in str(less)
    assert less.kept == "not met"


def test_rejected_records_leave_the_rule_open_where_they_lie_or_everywhere() -> None:
    hazards = kh.demo_data()[0]
    many = kh.Capacity(teams=100, m2_per_team_day=400)
    bad = hazards.head(1).assign(hazard_id="X", hazard_type="burnt")
    there = kh.plan(kh.read_hazards(pd.concat([hazards, bad])), many, start=2025).places
    assert there.index[there["rule"] == "unknown"].tolist() == ["Mitrovicë"]
    assert there.loc["Mitrovicë", "rejected_records"] == 1
    nowhere = kh.plan(kh.read_hazards(pd.concat([hazards, bad.assign(geometry=None)])), many, start=2025).places
    assert set(nowhere["rule"]) == {"unknown"}
    assert nowhere.loc["unknown", ["areas", "rejected_records"]].tolist() == [0, 1]


def test_capacities_of_several_tools_add_up_each_in_its_season() -> None:
    hazards = register([100_000.0], ["high"])
    tools = [CAPACITY, kh.Capacity(teams=1, m2_per_team_day=50, season=(6, 7))]
    found = kh.plan(hazards, tools, start=2025, deadline=2025)
    # April, May and June at 200 m² a day; June (21 days) and July (23) at 50 besides.
    assert found.years.loc[2025, "capacity_m2"] == 65 * 200 + (21 + 23) * 50
    assert found.months == (4, 5, 6, 7)
    with pytest.raises(kh.UsageError, match="no capacity"):
        kh.plan(hazards, [], start=2025)


def test_sums_over_years_equal_the_capacity_whatever_the_areas() -> None:
    random = np.random.default_rng(5)
    for _ in range(5):
        m2 = random.integers(1, 30_000, 12).astype(float).tolist()
        hazards = register(m2, random.choice(["high", "medium", "low"], 12).tolist())
        found = kh.plan(hazards, CAPACITY, start=2025, deadline=2029, cost_eur_per_m2=1.5)
        worked = min(sum(m2), found.years["capacity_m2"].sum())
        assert found.years["worked_m2"].sum() == pytest.approx(worked)
        assert found.table["left_m2"].sum() == pytest.approx(sum(m2) - worked)
        assert found.years["cost_eur"].sum() == pytest.approx(1.5 * worked)


def test_the_statements_of_a_plan_are_said_in_every_language() -> None:
    hazards = register([50_000.0, None, 10.0], ["high", "low", None])
    found = kh.plan(hazards, CAPACITY, start=2025, deadline=2025, cost_eur_per_m2=1000)
    texts = {code: found.said(catalogue(code, report=True)) for code in ("en", "sq", "sr")}
    assert len({line for lines in texts.values() for line in lines}) == 3 * len(texts["en"])
    assert texts["en"] == str(found).split("\n")
