"""The summary table: the published layout, any grouping, and nothing counted as zero that is unknown."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.summaries import summarise

# Mine Action Review, Clearing Cluster Munition Remnants, Kosovo, table 1 (KMAC data at end 2024). The printed grand
# total of 6,269,292 m² is not the sum of its rows.
TABLE_1 = {
    "Centre": (5, 363_952, 0, 0, 5, 363_952),
    "East": (1, 320_000, 0, 0, 1, 320_000),
    "North": (5, 2_062_880, 3, 1_391_903, 8, 3_454_783),
    "South": (3, 346_168, 3, 436_400, 6, 782_568),
    "West": (8, 748_614, 7, 595_375, 15, 1_343_989),
    "Totals": (22, 3_841_614, 13, 2_423_678, 35, 6_265_292),
}


def square(side_deg: float, *, west: float = 21.0) -> shapely.Polygon:
    return shapely.box(west, 42.6, west + side_deg, 42.6 + side_deg)


@pytest.fixture
def register() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "hazard_id": ["1", "2", "3", "4"],
            "hazard_type": ["CHA", "SHA", "CHA", "CHA"],
            "status": ["open", "worked on", "closed", "open"],
            "district": ["Pejë", "Pejë", "Prizren", None],
            "municipality": ["Istog", "Klinë", "Prizren", None],
            "reported_area_m2": [1.0, 2.0, 3.0, 4.0],
        },
        geometry=[square(0.01), square(0.02), square(0.01), square(0.03)],
        crs="EPSG:4326",
    )


def test_the_published_table_by_region_to_the_square_metre() -> None:
    hazards, _ = kh.demo_data("2024-12-31")
    table = summarise(hazards, by="region")
    assert {region: tuple(row) for region, row in table.round().astype("int64").T.items()} == TABLE_1


@pytest.mark.parametrize("by", ["district", "municipality", ["region", "district"], ["district", "municipality"]])
def test_every_grouping_has_the_same_totals(by: str | list[str]) -> None:
    hazards, _ = kh.demo_data("2024-12-31")
    table = summarise(hazards, by=by)
    assert table.iloc[-1].round().astype("int64").tolist() == list(TABLE_1["Totals"])
    assert table.iloc[:-1].sum().round().tolist() == table.iloc[-1].round().tolist()


@pytest.mark.parametrize(("year", "areas", "km2"), [(2022, 42, 10.02), (2023, 38, 8.78), (2024, 35, 6.27)])
def test_the_register_of_each_year_has_the_published_areas(year: int, areas: int, km2: float) -> None:
    totals = summarise(kh.demo_data(f"{year}-12-31")[0]).loc["Totals"]
    assert (totals["total_areas"], round(totals["total_m2"] / 1e6, 2)) == (areas, km2)


def test_closed_areas_count_only_when_asked_for(register: gpd.GeoDataFrame) -> None:
    assert summarise(register).loc["Totals", "total_areas"] == 3
    assert summarise(register, released=True).loc["Prizren", "chas"] == 1


def test_records_without_a_place_are_a_group_of_their_own_at_the_end(register: gpd.GeoDataFrame) -> None:
    assert summarise(register).index.tolist() == ["Pejë", "unknown", "Totals"]


def test_priorities_come_in_the_order_of_work(register: gpd.GeoDataFrame) -> None:
    register["priority"] = ["low", None, "high", "medium"]
    table = summarise(register, by="priority", released=True)
    assert table.index.tolist() == ["high", "medium", "low", "unknown", "Totals"]


def test_confirmed_and_suspected_stand_apart(register: gpd.GeoDataFrame) -> None:
    row = summarise(register).loc["Pejë"]
    areas = kh.area_m2(register)
    assert (row["chas"], row["shas"], row["total_areas"]) == (1, 1, 2)
    assert (row["cha_m2"], row["sha_m2"]) == pytest.approx((areas[0], areas[1]))


@pytest.mark.parametrize("nothing", [None, shapely.Polygon()], ids=["missing", "empty"])
def test_a_missing_polygon_counts_by_its_reported_area(
    register: gpd.GeoDataFrame, nothing: shapely.Polygon | None
) -> None:
    register.loc[0, "geometry"] = nothing
    assert summarise(register).loc["Pejë", "cha_m2"] == 1.0


def test_an_unknown_area_is_told_and_not_summed_as_zero(register: gpd.GeoDataFrame) -> None:
    register.loc[0, "geometry"] = None
    register.loc[0, "reported_area_m2"] = None
    table = summarise(register)
    assert table["unknown_area"].to_dict() == {"Pejë": 1, "unknown": 0, "Totals": 1}
    assert table.loc["Pejë", "chas"] == 1


def test_several_columns_make_several_levels(register: gpd.GeoDataFrame) -> None:
    table = summarise(register, by=["district", "municipality"])
    assert table.index.names == ["district", "municipality"]
    assert table.loc[("Pejë", "Klinë"), "shas"] == 1
    assert table.index[-1] == ("Totals", "")


def test_an_empty_register_has_a_totals_row_of_zeros(register: gpd.GeoDataFrame) -> None:
    table = summarise(register.iloc[:0])
    assert table.index.tolist() == ["Totals"]
    assert table.loc["Totals"].tolist() == [0] * 6


def test_the_argument_stays_as_it_was(register: gpd.GeoDataFrame) -> None:
    before = register.copy()
    summarise(register, by=["district", "status"])
    pd.testing.assert_frame_equal(register, before)


def test_a_wrong_column_is_told(register: gpd.GeoDataFrame) -> None:
    with pytest.raises(kh.HazardDataError, match="rayon needed to summarise"):
        summarise(register, by="rayon")
    with pytest.raises(kh.HazardDataError, match="by is empty"):
        summarise(register, by=[])


def test_a_type_that_is_neither_is_not_left_out_in_silence(register: gpd.GeoDataFrame) -> None:
    register.loc[0, "hazard_type"] = "indication"
    with pytest.raises(kh.HazardDataError, match=r"1 of 3 records .* 'indication'"):
        summarise(register)
