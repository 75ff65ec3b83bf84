"""A plan in the order of a ranking: months and costs worked out by hand, sums that equal the capacity."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import kosovo_hazards as kh


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
