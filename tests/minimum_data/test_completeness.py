"""Which of the minimum data a register has, counted by hand on the smallest tables that show it."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh

FIELD = shapely.box(21.00, 42.60, 21.01, 42.61)


def register(**columns: list[object]) -> gpd.GeoDataFrame:
    data = {
        "hazard_id": ["A", "B", "C"],
        "hazard_type": ["CHA", "SHA", "SHA"],
        "status": ["open", None, "closed"],
        "contamination": ["unknown", "anti-personnel mines", None],
        "municipality": ["Pejë", "Pejë", None],
        **columns,
    }
    return gpd.GeoDataFrame(data, geometry=[FIELD, None, FIELD], crs="EPSG:4326")


def work(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "release_id": ["R1", "R2", "R3"],
            "product": ["cleared", "reduced", "cancelled"],
            "submunitions": [2, 0, None],
            "ap_mines": [0, 0, None],
            "av_mines": [0, 0, None],
            "other_uxo": [0, 0, None],
            **columns,
        }
    )


def counts(table: pd.DataFrame) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (table_, field): (records, filled)
        for table_, field, records, filled in table[["table", "field", "records", "filled"]].itertuples(index=False)
    }


def test_each_datum_of_an_area_is_counted() -> None:
    found = counts(
        kh.completeness(
            register(
                benchmark_longitude=[21.0, 21.0, None],
                benchmark_latitude=[42.6, None, None],
                evidence=["unknown", "no evidence", None],
                evidence_kinds=[None, None, "crater; unknown"],
                device_categories=["unknown", None, "submunition"],
                women=[1, 2, 3], men=[0, None, 1], girls=[0, 0, 0], boys=[0, 0, 0],
            )
        )
    )  # fmt: skip
    assert found == {
        ("hazard", "benchmark"): (3, 1),
        ("hazard", "perimeter"): (3, 2),
        ("hazard", "status"): (3, 2),
        ("hazard", "type"): (3, 3),
        ("hazard", "devices"): (3, 2),
        ("hazard", "evidence"): (3, 2),
        ("hazard", "beneficiaries"): (3, 2),
    }


def test_a_datum_counts_only_where_it_applies() -> None:
    found = counts(
        kh.completeness(register(), work(depth_cleared_cm=[None, None, 50.0], device_models=["KB-1", "", ""]))
    )
    # Only R1 was cleared; cancelled land was not worked on; nothing was found in R2.
    assert found["release", "depth_cleared"] == (1, 0)
    assert found["release", "finds"] == (2, 2)
    assert found["release", "models"] == (1, 1)
    assert found["release", "perimeter"] == (3, 0)


def test_what_counts_nothing_may_have_found_something() -> None:
    found = counts(kh.completeness(register(), work(submunitions=[2, None, None])))
    assert found["release", "models"] == (2, 0)


def test_by_place_with_totals_and_what_says_no_place_last() -> None:
    table = kh.completeness(register(), by="municipality")
    status = table[table["field"] == "status"]
    assert status[["municipality", "records", "filled"]].to_numpy().tolist() == [
        ["Pejë", 2, 1],
        ["unknown", 1, 1],
        ["Totals", 3, 2],
    ]
    assert status["filled_share"].tolist() == [0.5, 1.0, 2 / 3]


def test_what_is_missing_says_what_it_stops_and_what_is_there_does_not() -> None:
    table = kh.completeness(register()).set_index("field")
    assert table.loc["type", "stops"] == ""
    assert "closed" not in table.loc["status", "stops"]
    assert "finished" in table.loc["status", "stops"]
    for language in ("sq", "sr"):
        other = kh.completeness(register(), language=language).set_index("field")
        assert (other["field_text"] != table["field_text"]).all()
        assert other["filled"].tolist() == table["filled"].tolist()


def test_an_empty_register_has_no_share() -> None:
    table = kh.completeness(register().iloc[:0], work().iloc[:0])
    assert table["filled_share"].isna().all()
    assert (table["records"] == 0).all()


def test_items_and_accidents_count_when_they_are_given() -> None:
    point = shapely.Point(21, 42)
    items = gpd.GeoDataFrame(
        {"item_id": ["I", "J"], "device_model": ["BLU-97", None], "depth_cm": [0.0, None]},
        geometry=[point, None], crs="EPSG:4326",
    )  # fmt: skip
    accidents = pd.DataFrame(
        {"accident_id": ["X"], "kind": ["unknown"], "date": ["2001-05-01"], "victim name": ["N. N."]}
    )
    table = kh.completeness(register(), items=items, accidents=accidents)
    found = counts(table)
    assert found["item", "position"] == (2, 1)
    assert found["item", "model"] == (2, 1)
    assert found["item", "depth"] == (2, 1)
    assert found["accident", "kind"] == (1, 0)
    assert found["accident", "date"] == (1, 1)
    assert (
        not table.astype("str")
        .apply(lambda column: column.str.contains("N. N.|victim name", regex=True))
        .any(axis=None)
    )


def test_a_geometry_of_another_name_and_a_strange_index_change_nothing() -> None:
    table = register()
    other = table.rename_geometry("ground").set_index(pd.Index([7, 7, 3]))
    pd.testing.assert_frame_equal(kh.completeness(other), kh.completeness(table))


def test_a_column_that_a_table_lacks_is_told() -> None:
    with pytest.raises(kh.HazardDataError, match="oblast needed to count"):
        kh.completeness(register(), by="oblast")


# --- report and command line -----------------------------------------------------------------------------------------


def test_the_report_tells_them_and_the_public_one_does_not(tmp_path: Path) -> None:
    hazards, releases = kh.demo_data()
    full = kh.write_report(hazards, releases, tmp_path / "full", as_of="2024-12-31", language="sq")
    page = full.page.read_text(encoding="utf-8")
    assert 'id="minimum_data"' in page
    assert "Të dhënat minimale" in page
    table = pd.read_csv(tmp_path / "full" / "tables" / "minimum_data.csv", comment="#")
    assert table["records"].max() == len(releases)
    by_place = pd.read_csv(tmp_path / "full" / "tables" / "minimum_data_by_place.csv", comment="#")
    assert (by_place["municipality"] == "Totals").any()
    public = kh.write_report(hazards, releases, tmp_path / "public", as_of="2024-12-31", detail="public")
    assert "minimum_data" not in public.page.read_text(encoding="utf-8")
    assert not list((tmp_path / "public").rglob("*minimum*"))
