"""A release counts only if it is one: its status is read, and what is not finished or not readable is told."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh

FIELD = shapely.box(21.00, 42.60, 21.01, 42.61)
HAZARDS = gpd.GeoDataFrame(
    {"hazard_id": ["KS-1"], "hazard_type": ["CHA"], "established": pd.to_datetime(["2020-01-01"])},
    geometry=[FIELD],
    crs="EPSG:4326",
)
PARTS = [shapely.box(21.000 + 0.001 * i, 42.60, 21.001 + 0.001 * i, 42.61) for i in range(10)]


FOUR = ["completed", "in progress", "planned", "suspended"]


def sheet(**columns: list[object]) -> gpd.GeoDataFrame:
    count = len(next(iter(columns.values())))
    given = {"release_id": [f"R-{i}" for i in range(count)], "product": "cleared", "completed": "2024-06-30"}
    return gpd.GeoDataFrame({**given, **columns}, geometry=PARTS[:count], crs="EPSG:4326")


@pytest.mark.parametrize(
    ("heading", "cells", "expected"),
    [
        ("status", ["Completed", "In progress", "Planned", "suspended"], FOUR),
        ("Statusi", ["Përfunduar", "Në vazhdim", "Planifikuar", "E pezulluar"], FOUR),
        ("Стање радова", ["Завршено", "У току", "Планирано", "Обустављено"], FOUR),
        ("statut", ["Terminé", "En cours", "Prévu", "Suspendu"], FOUR),
        ("estado de la tarea", ["Terminado", "En curso", "Planificado", "Suspendido"], FOUR),
        ("hazreduc_status", ["Closed", "Ongoing", "Not started", "On hold"], FOUR),
        # Not the usual headings: only words that say that work goes on are taken from them.
        ("Phase of work", ["done", "ongoing", "planned", "on hold"], [None, "in progress", "planned", "suspended"]),
        ("State", ["Kano", "ongoing", "Borno", "Yobe"], [None, "in progress", None, None]),
    ],
)  # fmt: skip
def test_status_words_are_read_and_only_finished_work_is_taken_off(
    heading: str, cells: list[object], expected: list[str | None]
) -> None:
    result = kh.read_releases(sheet(**{heading: cells}))
    status = result.data["status"].astype(object).where(result.data["status"].notna(), None).tolist()
    assert status == expected
    remaining, ledger = kh.apply_releases(HAZARDS, result.data)
    counts = [word in (None, "completed") for word in expected]
    assert (ledger["inside_m2"] > 0).tolist() == counts
    assert (ledger["not_applied_m2"] > 0).tolist() == [not count for count in counts]
    one = kh.area_m2(gpd.GeoSeries([PARTS[0]], crs="EPSG:4326")).iloc[0]
    assert remaining["cleared_m2"].iloc[0] == pytest.approx(sum(counts) * one, rel=1e-4)
    assert any("take nothing off" in note for note in result.notes)
    found = kh.check(HAZARDS, result.data)
    told = found[found["check"] == "release-not-finished"]
    assert len(told) == len(cells) - sum(counts)


def test_the_more_careful_of_two_columns_wins() -> None:
    result = kh.read_releases(sheet(status=["completed", "completed"], task_phase=["QA", "suspended"]))
    assert result.data["status"].tolist() == ["completed", "suspended"]


def test_a_status_nobody_knows_takes_nothing_off_until_it_is_explained() -> None:
    table = sheet(status=["fase II", "completed"])
    result = kh.read_releases(table)
    assert result.data["status"].tolist() == ["unknown", "completed"]
    ledger = kh.apply_releases(HAZARDS, result.data).ledger
    assert ledger["note"].tolist() == ["its status is not understood", ""]
    assert any("values=" in note for note in result.notes)
    explained = kh.read_releases(table, values={"status": {"fase II": "completed"}})
    assert explained.data["status"].tolist() == ["completed", "completed"]


def test_the_status_of_the_hazard_is_not_that_of_the_release() -> None:
    result = kh.read_releases(sheet(hazard_status=["Open", "worked on"]))
    assert result.data["status"].isna().all()


def test_called_off_work_released_nothing_but_cancelled_land_is_released() -> None:
    table = sheet(status=["Cancelled", "Cancelled"]).assign(product=["cleared", "cancelled"])
    ledger = kh.apply_releases(HAZARDS, kh.read_releases(table).data).ledger
    assert (ledger["inside_m2"] > 0).tolist() == [False, True]
    assert ledger["note"].iloc[0] == "called off"


def test_unread_tables_follow_the_same_words() -> None:
    ledger = kh.apply_releases(HAZARDS, sheet(status=["U toku", "Završeno"])).ledger
    assert ledger["note"].tolist() == ["not finished: still in progress", ""]
    series = kh.progress(HAZARDS, sheet(status=["U toku", "Završeno"]))
    one = kh.area_m2(gpd.GeoSeries([PARTS[1]], crs="EPSG:4326")).iloc[0]
    assert series["cleared_m2"].sum() == pytest.approx(one, rel=1e-4)
    assert series["releases"].sum() == 1


@pytest.mark.parametrize("unreadable", ["POLYGON ((21 42, oops", "POINT (21.005 42.605)", "POLYGON EMPTY"])
def test_a_release_whose_polygon_cannot_be_read_does_not_count_by_its_area(tmp_path: Path, unreadable: str) -> None:
    path = tmp_path / "releases.csv"
    rows = pd.DataFrame(
        {
            "release_id": ["R-1", "R-2"],
            "hazard_id": "KS-1",
            "product": "cleared",
            "reported_area_m2": 5000,
            "wkt": [unreadable, PARTS[0].wkt],
        }
    )
    rows.to_csv(path, index=False)
    result = kh.read_releases(path, crs="EPSG:4326")
    assert result.data["release_id"].tolist() == ["R-2"]
    assert len(result.rejected) == 1


def test_a_release_that_never_had_a_polygon_counts_by_its_area_and_is_told() -> None:
    table = sheet(hazard_id=["KS-1", "KS-1"], reported_area_m2=[None, 5000.0])
    table.loc[1, "geometry"] = None
    result = kh.read_releases(table)
    assert len(result.data) == 2
    assert any("have no polygon, though others have one" in note for note in result.notes)


def test_undated_and_future_releases_are_told_and_not_taken_off_beyond_the_day() -> None:
    table = sheet(completed=["2024-06-30", None, "2035-01-01", "2019-05-01"])
    result = kh.read_releases(table)
    assert any("1 releases have no date" in note for note in result.notes)
    assert any("1 releases are dated in the future" in note for note in result.notes)
    ledger = kh.apply_releases(HAZARDS, result.data).ledger
    assert ledger["note"].tolist() == [
        "", "undated", "dated in the future", "in a hazard recorded later, which stays"
    ]  # fmt: skip
    assert (ledger["inside_m2"] > 0).tolist() == [True, True, False, False]
    by_day = kh.apply_releases(HAZARDS, result.data, as_of="2024-12-31").ledger
    assert (by_day["inside_m2"] > 0).tolist() == [True, False, False, False]
    found = set(kh.check(HAZARDS, result.data)["check"])
    assert {"missing-field", "future-date", "release-before-hazard"} <= found


def test_an_unread_release_that_crosses_itself_is_credited_with_what_is_sure_and_told() -> None:
    # Wound round twice in the middle: 100 by 100 steps of 1e-4 degree drawn, of which the inner 50 by 50 are not sure.
    ring = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0), (25, 25), (75, 25), (75, 75), (25, 75), (25, 25), (0, 0)]
    spiral = shapely.Polygon([(21.0 + x * 1e-4, 42.6 + y * 1e-4) for x, y in ring])
    releases = gpd.GeoDataFrame({"release_id": ["R"], "product": ["cleared"]}, geometry=[spiral], crs="EPSG:4326")
    remaining, ledger = kh.apply_releases(HAZARDS, releases)
    middle = shapely.Point(21.005, 42.605)
    assert remaining.geometry.iloc[0].covers(middle)
    assert "read in several ways" in ledger["note"].iloc[0]
    assert remaining["cleared_m2"].iloc[0] / remaining["baseline_m2"].iloc[0] == pytest.approx(0.75, rel=1e-4)
    found = kh.check(HAZARDS, releases).set_index("check")
    assert found.loc["release-not-sure", "value"] == pytest.approx(remaining["baseline_m2"].iloc[0] / 4, rel=1e-3)
    read = kh.read_releases(releases)
    assert read.repairs["area_before_m2"].iloc[0] / read.repairs["area_after_m2"].iloc[0] == pytest.approx(
        4 / 3, rel=1e-3
    )
