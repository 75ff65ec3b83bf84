"""Progress and reconciliation: the published figures come out of the demo, and what can't be known stays unknown."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import kosovo_hazards as kh
from kosovo_hazards.demo import demo_data
from kosovo_hazards.land_release.applying import apply_releases
from kosovo_hazards.land_release.reconciliation import reconcile
from kosovo_hazards.land_release.yearly_series import progress

DAYS = ("2022-12-31", "2023-12-31", "2024-12-31")


@pytest.fixture(scope="module")
def registers() -> dict[str, gpd.GeoDataFrame]:
    return {day: demo_data(day)[0] for day in DAYS}


@pytest.fixture(scope="module")
def releases() -> gpd.GeoDataFrame:
    return demo_data()[1]


@pytest.fixture(scope="module")
def series(registers: dict[str, gpd.GeoDataFrame], releases: gpd.GeoDataFrame) -> pd.DataFrame:
    return progress(registers, releases)


def printed(table: str, **where: str) -> pd.DataFrame:
    return kh.published.figures(table=f"mar-2025-table-{table}", **where)


class TestPublishedFigures:
    def test_clearance_of_five_years(self, series: pd.DataFrame) -> None:
        table = printed("9", measure="area released")
        for year, km2 in zip(table["period"], table["value"], strict=True):
            if len(year) == 4:
                assert round(series.loc[year, "cleared_m2"] / 1e6, 2) == km2

    def test_products_of_2024(self, series: pd.DataFrame) -> None:
        for product, km2 in (("cleared", 1.51), ("reduced", 0.08), ("cancelled", 5.54)):  # table 4
            assert round(series.loc["2024", f"{product}_m2"] / 1e6, 2) == km2

    @pytest.mark.parametrize(("table", "product"), [("5", "cancelled"), ("6", "reduced"), ("7", "cleared")])
    def test_every_row_by_place_and_operator_to_the_square_metre(
        self, registers: dict[str, gpd.GeoDataFrame], releases: gpd.GeoDataFrame, table: str, product: str
    ) -> None:
        split = progress(registers, releases, by=["published_place", "operator"])
        area = printed(table, measure="area released")
        rows = area[area["operator"].notna()]
        for place, operator, m2 in zip(rows["place"], rows["operator"], rows["value"], strict=True):
            assert split.loc[(place, operator, "2024"), f"{product}_m2"] == pytest.approx(m2, abs=0.5)
        total = area.loc[area["operator"].isna(), "value"].item()
        assert split.xs("2024", level="period")[f"{product}_m2"].sum() == pytest.approx(total, abs=0.5)

    def test_submunitions_and_square_metres_to_each(self, series: pd.DataFrame) -> None:
        assert series["submunitions"].loc[["2023", "2024"]].tolist() == [196, 89]
        assert series["m2_per_submunition"].loc[["2023", "2024"]].round().tolist() == [9813, 16967]
        assert series.loc["2024", ["ap_mines", "other_uxo"]].tolist() == [5, 578]

    def test_cleared_without_a_submunition(self, series: pd.DataFrame) -> None:
        assert series.loc["2024", "no_submunitions_m2"] == pytest.approx(198_252, abs=0.5)  # table 8
        assert series.loc["2024", "no_submunitions_share"] == pytest.approx(198_252 / 1_510_087, abs=1e-6)
        # Other ordnance was found on 36,400 and 33,640 of them.
        assert series.loc["2024", "nothing_found_m2"] == pytest.approx(128_212, abs=0.5)

    def test_registers_of_2023_and_2024(self, series: pd.DataFrame) -> None:
        year = series.loc["2024"].astype(float)
        assert year[["opening_m2", "added_m2", "closing_m2"]].round().tolist() == [8_780_000, 151_914, 6_265_292]
        assert year["inside_m2"] == pytest.approx(8_780_000 + 151_914 - 6_265_292, abs=1)
        assert year["outside_m2"] == pytest.approx(4_466_410, abs=1)
        assert year["unexplained_m2"] == 0
        assert series["closing_m2"].round().tolist()[2:] == [10_020_000, 8_780_000, 6_265_292]


class TestLandReleaseOfTheDemo:
    def test_register_of_2023_with_new_areas_and_releases_of_2024_is_that_of_2024(
        self, registers: dict[str, gpd.GeoDataFrame], releases: gpd.GeoDataFrame
    ) -> None:
        before, after = registers["2023-12-31"], registers["2024-12-31"]
        new = after[after["established"] >= "2024"]
        result = apply_releases(pd.concat([before, new]), releases[releases["completed"] >= "2024"])
        register, expected = result.register.set_index("hazard_id"), after.set_index("hazard_id")
        assert len(register) == 35
        assert set(register.index) == set(expected.index)
        assert (register["remaining_m2"] - kh.area_m2(expected)).abs().max() < 0.5
        assert register["remaining_m2"].sum() == pytest.approx(6_265_292, abs=1)
        apart = register.geometry.sort_index().symmetric_difference(expected.geometry.sort_index())
        assert shapely.area(apart.to_numpy()).max() * 9.1e9 < 0.01  # square metres to a square degree here
        assert result.ledger["outside_m2"].sum() == pytest.approx(4_466_410, abs=1)
        balance = result.balance()["polygons_m2"]
        assert balance[["cleared", "reduced", "cancelled"]].round().tolist() == [1_510_087, 79_956, 1_076_579]

    def test_earlier_releases_change_nothing_and_are_told_as_outside(
        self, registers: dict[str, gpd.GeoDataFrame], releases: gpd.GeoDataFrame
    ) -> None:
        before = registers["2023-12-31"]
        of_the_year = apply_releases(before, releases[releases["completed"] >= "2024"])
        of_all = apply_releases(before, releases)
        assert (of_all.remaining["remaining_m2"] - of_the_year.remaining["remaining_m2"]).abs().max() < 1e-3
        earlier = of_all.ledger[releases["completed"] < "2024"]
        assert earlier["outside_m2"].sum() == pytest.approx(earlier["area_m2"].sum(), abs=1)


class TestReconcile:
    def test_published_figures(self) -> None:
        assert reconcile(8.78e6, 6.27e6, 7.13e6).unexplained_m2 == pytest.approx(4.62e6)
        assert round(reconcile(8.78e6, 6.27e6, 7.13e6, 0.151914e6).unexplained_m2 / 1e6, 2) == 4.47

    def test_sentence_says_which_way_it_does_not_add_up(self) -> None:
        assert "4,620,000 m² unexplained, released but not gone" in str(reconcile(8.78e6, 6.27e6, 7.13e6))
        assert "20,000 m² unexplained, gone without a release" in str(reconcile(100_000, 50_000, 30_000))
        assert str(reconcile(100_000, 70_000, 30_000)).endswith("the figures agree.")

    def test_registers_say_that_it_lay_outside(
        self, registers: dict[str, gpd.GeoDataFrame], releases: gpd.GeoDataFrame
    ) -> None:
        of_the_year = releases[releases["completed"] >= "2024"]
        result = reconcile(registers["2023-12-31"], registers["2024-12-31"], of_the_year)
        assert result.added_m2 == pytest.approx(151_914, abs=1)
        assert result.unexplained_m2 == pytest.approx(4_466_410, abs=1)
        assert result.outside_m2 == pytest.approx(result.unexplained_m2, abs=1)
        assert abs(result.left_m2) < 1
        assert result.by_hazard["unexplained_m2"].abs().max() < 0.5
        outside = "4,466,410 m² of the released area lay outside every recorded hazard (all of it cancelled)"
        assert f"{outside}; 0 m² remain" in str(result)
        assert result.ledger["outside_m2"].sum() == pytest.approx(result.outside_m2)

    def test_an_area_recorded_and_worked_on_within_the_year_was_new_with_the_ground_released_from_it(
        self, registers: dict[str, gpd.GeoDataFrame], releases: gpd.GeoDataFrame, series: pd.DataFrame
    ) -> None:
        of_the_year = releases[releases["completed"].dt.year == 2023]
        result = reconcile(registers["2022-12-31"], registers["2023-12-31"], of_the_year)
        # 10.02 km² + new - (1,923,348 m² cleared + 310,000 reduced) = 8.78 km², so 993,348 m² are new.
        assert result.added_m2 == pytest.approx(993_348, abs=1)
        assert (result.unexplained_m2, result.outside_m2) == pytest.approx((0, 0), abs=1)
        assert str(result).endswith("the figures agree.")
        year = series.loc["2023", ["added_m2", "inside_m2", "outside_m2", "unexplained_m2"]].astype(float)
        assert year.tolist() == pytest.approx([993_348, 2_233_348, 0, 0], abs=1)

    def test_ids_may_be_numbers_in_one_register_and_text_in_the_other(self) -> None:
        before, after = table("hazard_id", box(0, 2), hazard_id=[7]), table("hazard_id", box(1, 2), hazard_id=["7"])
        output = table("release_id", box(0, 1), hazard_id=[7.0])
        result = reconcile(before, after, output)
        assert (result.added_m2, result.unexplained_m2) == pytest.approx((0, 0), abs=0.5)

    def test_areas_kept_as_closed_are_not_in_the_register(self) -> None:
        before = table("hazard_id", box(0, 2), box(4, 5), status=["open", "closed"])
        after = table("hazard_id", box(0, 2), box(4, 5), status=["handed over", "closed"])
        output = table("release_id", box(0, 2), completed="2024-05-01")
        result = reconcile(before, after, output)
        area = float(kh.area_m2(output)[0])
        assert (result.opening_m2, result.closing_m2, result.unexplained_m2) == pytest.approx((area, 0, 0), abs=1)
        year = progress({2023: before, 2024: after}, output).loc["2024", ["opening_m2", "closing_m2", "unexplained_m2"]]
        assert year.astype(float).tolist() == pytest.approx([area, 0, 0], abs=1)

    def test_reported_area_counts_without_a_polygon_and_unknown_area_is_told(self) -> None:
        before = table("hazard_id", None, None, reported_area_m2=[5_000.0, None])
        output = table("release_id", None, hazard_id=["h1"], reported_area_m2=[5_000.0])
        result = reconcile(before, before.iloc[1:], output)
        assert (result.opening_m2, result.unexplained_m2, result.without_area) == (5_000, 0, 2)
        assert str(result).startswith("2 records have no area and count in no sum.")

    def test_a_hazard_that_went_without_a_release_is_named(
        self, registers: dict[str, gpd.GeoDataFrame], releases: gpd.GeoDataFrame
    ) -> None:
        after = registers["2024-12-31"]
        lost = after["hazard_id"].iloc[0]
        result = reconcile(registers["2023-12-31"], after.iloc[1:], releases[releases["completed"] >= "2024"])
        area = float(kh.area_m2(after).iloc[0])
        assert result.by_hazard["unexplained_m2"].idxmin() == lost
        assert result.by_hazard.loc[lost, "unexplained_m2"] == pytest.approx(-area, abs=1)
        assert result.left_m2 == pytest.approx(-area, abs=1)

    @pytest.mark.parametrize("figure", [-1.0, float("nan"), float("inf"), "8.78"])
    def test_what_is_no_area_is_refused(self, figure: object) -> None:
        with pytest.raises(kh.HazardDataError, match="closing_m2"):
            reconcile(8.78e6, figure, 7.13e6)

    def test_figures_and_tables_do_not_mix(self, registers: dict[str, gpd.GeoDataFrame]) -> None:
        with pytest.raises(kh.HazardDataError, match="can't be mixed"):
            reconcile(registers["2023-12-31"], 6.27e6, 7.13e6)

    def test_area_can_not_be_new_and_old(
        self, registers: dict[str, gpd.GeoDataFrame], releases: gpd.GeoDataFrame
    ) -> None:
        before, after = registers["2023-12-31"], registers["2024-12-31"]
        with pytest.raises(kh.HazardDataError, match="newly recorded and in the opening register"):
            reconcile(before, after, releases, before.head(1))


def box(left: float, right: float) -> shapely.Polygon:
    return shapely.box(21 + left / 820, 42.6, 21 + right / 820, 42.6 + 1 / 1111)


def table(key: str, *shapes: shapely.Polygon | None, **columns: object) -> gpd.GeoDataFrame:
    data = {key: [f"{key[0]}{number}" for number in range(1, len(shapes) + 1)], "product": "cleared", **columns}
    return gpd.GeoDataFrame(data, geometry=list(shapes), crs="EPSG:4326")


class TestPeriods:
    def test_quarters_and_months_sum_to_the_year(
        self, registers: dict[str, gpd.GeoDataFrame], releases: gpd.GeoDataFrame, series: pd.DataFrame
    ) -> None:
        for freq in ("QE", "ME"):
            fine = progress(registers, releases, freq=freq)
            by_year = fine.groupby(fine.index.year)[["cleared_m2", "cancelled_m2", "releases"]].sum()
            assert by_year.to_numpy() == pytest.approx(series[by_year.columns].to_numpy())
            known = fine["opening_m2"].notna()
            assert (fine["closing_m2"].shift() - fine["opening_m2"])[known].abs().max() < 1e-6

    def test_groups_sum_to_the_whole_and_balance(
        self, registers: dict[str, gpd.GeoDataFrame], releases: gpd.GeoDataFrame, series: pd.DataFrame
    ) -> None:
        for by in ("district", "municipality", "region", "operator", "contamination", ["region", "priority"]):
            split = progress(registers, releases, by=by)
            sums = ["opening_m2", "added_m2", "cleared_m2", "taken_off_m2", "closing_m2", "releases"]
            whole = split.groupby(level="period")[sums].sum(min_count=1)
            assert whole.to_numpy(dtype=float) == pytest.approx(series[sums].to_numpy(dtype=float), abs=1, nan_ok=True)
            flow = split["opening_m2"] + split["added_m2"] - split["taken_off_m2"] + split["unexplained_m2"]
            assert (flow - split["closing_m2"]).abs().max() < 1e-6
            assert (split[["opening_m2", "closing_m2"]].min() >= -1e-6).all()

    def test_products_have_no_opening_and_no_closing(
        self, registers: dict[str, gpd.GeoDataFrame], releases: gpd.GeoDataFrame
    ) -> None:
        split = progress(registers, releases, by="product")
        assert "closing_m2" not in split.columns
        assert split.loc[("cancelled", "2024"), "outside_m2"] == pytest.approx(4_466_410, abs=1)

    def test_cancelled_land_outside_the_register_by_municipality_as_by_overlay(
        self, registers: dict[str, gpd.GeoDataFrame], releases: gpd.GeoDataFrame
    ) -> None:
        split = progress(registers, releases, by=["municipality", "product"])
        found = split.xs(("cancelled", pd.Period("2024", "Y")), level=("product", "period"))["outside_m2"]
        output = releases[(releases["completed"] >= "2024") & (releases["product"] == "cancelled")]
        ever = pd.concat([registers["2023-12-31"], registers["2024-12-31"]])[["geometry"]]
        outside = gpd.overlay(output[output.geometry.notna()], ever, how="difference")
        expected = kh.area_m2(outside).groupby(outside["municipality"]).sum()
        assert found[found > 0.5].to_dict() == pytest.approx(expected[expected > 0.5].to_dict(), abs=1)
        assert set(expected.index) == {"Leposaviq", "Mitrovicë", "Zubin Potok"}  # of table 5
        assert round(expected.sum() / 1e6, 2) == 4.47

    def test_contamination_comes_from_the_hazard(self) -> None:
        hazards = table("hazard_id", box(0, 2), contamination=["anti-personnel mines"])
        output = table("release_id", box(0, 1), box(5, 6), completed=["2024-05-01", "2024-06-01"])
        split = progress(hazards, output, by="contamination", register_date="2023-12-31")
        assert split["releases"].to_dict() == {
            ("anti-personnel mines", pd.Period("2024", "Y")): 1,
            ("unknown", pd.Period("2024", "Y")): 1,
        }

    def test_before_the_register_nothing_is_known_of_the_balance(self, releases: gpd.GeoDataFrame) -> None:
        latest = progress(demo_data()[0], releases)
        balance = ["opening_m2", "added_m2", "taken_off_m2", "inside_m2", "outside_m2"]
        assert latest[balance].isna().all(axis=None)
        assert latest["closing_m2"].isna().tolist() == [True] * 4 + [False]
        assert latest.loc["2024", "closing_m2"] == pytest.approx(6_265_292, abs=1)

    def test_day_of_the_register_is_found_from_the_ground(
        self, registers: dict[str, gpd.GeoDataFrame], releases: gpd.GeoDataFrame
    ) -> None:
        found = progress(registers["2023-12-31"], releases)
        told = progress(registers["2023-12-31"], releases, register_date="2023-12-31")
        pd.testing.assert_frame_equal(found, told)
        assert found.loc["2024", "opening_m2"] == pytest.approx(8_780_000, abs=1)

    def test_what_a_later_register_differs_is_unexplained(self) -> None:
        first, second = table("hazard_id", box(0, 2), box(4, 5)), table("hazard_id", box(1, 2), hazard_id=["h1"])
        output = table("release_id", box(0, 1), completed=["2023-05-01"])
        row = progress({"2022-12-31": first, "2023-12-31": second}, output).loc["2023"]
        one = kh.footprint_m2(second)
        assert row["taken_off_m2"] == pytest.approx(one, rel=1e-3)
        assert row["unexplained_m2"] == pytest.approx(-one, rel=1e-3)  # the second area went without a release
        assert row["closing_m2"] == pytest.approx(one, rel=1e-6)

    def test_new_area_is_added_when_it_was_recorded(self) -> None:
        hazards = table("hazard_id", box(0, 2), box(4, 5), established=[None, "2024-03-01"])
        output = table("release_id", box(0, 1), box(4, 5), completed=["2023-05-01", "2024-09-09"])
        found = progress(hazards, output, register_date="2022-12-31")
        one = kh.footprint_m2(output.head(1))
        assert found["opening_m2"].astype(float).to_numpy() == pytest.approx([2 * one, one], rel=1e-4)
        assert found["added_m2"].astype(float).to_numpy() == pytest.approx([0, one], rel=1e-4)
        assert found["closing_m2"].astype(float).to_numpy() == pytest.approx([one, one], rel=1e-4)


class TestPartialYear:
    def series(self, last: str, **options: object) -> pd.DataFrame:
        output = table("release_id", box(0, 1), box(1, 2), completed=["2024-05-01", last])
        return progress(table("hazard_id", box(0, 4)), output, **options)

    def test_last_year_whose_releases_end_within_it_is_marked(self) -> None:
        assert self.series("2025-05-20")["partial"].tolist() == [False, True]
        # The season is over in November.
        assert self.series("2025-11-28")["partial"].tolist() == [False, False]

    def test_a_register_tells_up_to_when_all_is_known(self) -> None:
        assert self.series("2025-05-20", register_date="2025-12-31")["partial"].tolist() == [False, False]
        field = table("hazard_id", box(0, 4))
        output = table("release_id", box(0, 1), completed=["2025-03-01"])
        for day, partial in (("2025-06-30", True), ("2025-12-31", False)):
            assert progress({"2024-12-31": field, day: field}, output)["partial"].tolist() == [partial]

    def test_quarters_and_groups_are_marked_alike(self) -> None:
        assert self.series("2025-05-20", freq="QE").query("partial").index.astype(str).tolist() == ["2025Q2"]
        marked = self.series("2025-05-20", by="product").query("partial")
        assert marked.index.tolist() == [("cleared", pd.Period("2025", "Y"))]

    def test_a_column_tells_forecast_that_its_last_year_is_none(self) -> None:
        days = [f"{year}-06-30" for year in range(2020, 2026)]
        # The published years, and 60,000 m² so far in 2025.
        areas = [340_000.0, 1_300_000, 1_320_000, 1_920_000, 1_510_000, 60_000]
        figures = pd.DataFrame({"release_id": days, "product": "cleared", "completed": days, "reported_area_m2": areas})
        rates = progress(table("hazard_id", box(0, 4)), figures)["cleared_m2"]
        found = kh.forecast(6_265_292, rates)
        assert (found.start, found.done_m2, found.rates_m2.index.tolist()) == (2025, 60_000, [*range(2020, 2025)])
        whole = kh.forecast(6_265_292, dict(zip(range(2020, 2025), areas, strict=False)), start=2026)
        assert kh.forecast(6_265_292, rates, start=2026).chance == whole.chance

    def test_nothing_at_all_is_not_partial(self) -> None:
        assert progress(table("hazard_id", box(0, 4)), table("release_id"))["partial"].tolist() == []


class TestGroundCountedTwice:
    def test_footprint_stands_beside_the_sum_where_polygons_overlap(self) -> None:
        # Two areas of 2 units share 1; in 2024 the shared unit is released, in 2023 one beside it.
        hazards = table("hazard_id", box(0, 2), box(1, 3), contamination=["mixed", "other ERW"])
        output = table("release_id", box(2, 3), box(1, 2), completed=["2023-05-01", "2024-05-01"])
        found = progress(hazards, output, register_date="2022-12-31")
        one = kh.footprint_m2(output.head(1))
        assert found["closing_m2"].astype(float).to_numpy() == pytest.approx([3 * one, one], rel=1e-4)
        assert found["footprint_m2"].astype(float).to_numpy() == pytest.approx([2 * one, one], rel=1e-4)
        split = progress(hazards, output, by="contamination", register_date="2022-12-31")
        assert split["footprint_m2"].astype(float).to_numpy() == pytest.approx(
            split["closing_m2"].astype(float).to_numpy()
        )

    def test_areas_side_by_side_have_no_second_figure(self) -> None:
        output = table("release_id", box(0, 1), completed=["2024-05-01"])
        assert "footprint_m2" not in progress(table("hazard_id", box(0, 2), box(2, 3)), output).columns


class TestWordsForNothing:
    def test_they_are_one_group(self) -> None:
        words = ["unknown", "nan", "n/a", "-", "E panjohur", "Nepoznato", "", "  ", None]
        shapes = [box(number, number + 1) for number in range(len(words))]
        output = table("release_id", *shapes, completed="2024-05-01", operator=words)
        found = progress(table("hazard_id", box(0, 20)), output, by="operator")
        assert found["releases"].to_dict() == {("unknown", pd.Period("2024", "Y")): len(words)}


class TestCounts:
    def test_unknown_count_stays_unknown_and_is_told(self) -> None:
        output = table(
            "release_id", box(0, 1), box(1, 2), completed=["2023-05-01", "2024-05-01"], submunitions=pd.array([None, 3])
        )
        found = progress(table("hazard_id", box(0, 4)), output)
        assert found["submunitions"].isna().tolist() == [True, False]
        assert found["submunitions"].iloc[1] == 3
        assert found["ap_mines"].isna().all()
        assert found["uncounted"].tolist() == [1, 1]
        assert found["no_submunitions_share"].isna().tolist() == [True, False]

    def test_release_reported_twice_counts_once(self) -> None:
        output = table("release_id", box(0, 1), box(0, 1), completed="2024-05-01", submunitions=[7, 7])
        found = progress(table("hazard_id", box(0, 4)), output).iloc[0]
        assert (found["submunitions"], found["releases"], found["repeats"]) == (7, 2, 1)
        assert found["cleared_m2"] == pytest.approx(kh.footprint_m2(output))

    def test_undated_release_stands_apart(self) -> None:
        output = table("release_id", box(0, 1), box(1, 2), completed=["2024-05-01", None], submunitions=[1, 2])
        found = progress(table("hazard_id", box(0, 4)), output)
        assert found.index.isna().tolist() == [False, True]
        assert found["submunitions"].tolist() == [1, 2]
        assert np.isnan(found["closing_m2"].iloc[1])

    def test_release_without_an_area_is_told(self) -> None:
        output = table("release_id", box(0, 1), None, completed=["2024-05-01", "2024-06-01"])
        found = progress(table("hazard_id", box(0, 4)), output).iloc[0]
        assert (found["releases"], found["without_area"]) == (2, 1)

    def test_published_figures_without_polygons_will_do(self) -> None:
        figures = pd.DataFrame(
            {
                "release_id": ["a", "b"],
                "product": ["cleared", "reduced"],
                "completed": ["2023-12-31", "2024-12-31"],
                "reported_area_m2": [1.92e6, 0.08e6],
            }
        )
        found = progress(table("hazard_id", box(0, 4)), figures)
        assert found["cleared_m2"].tolist() == [1.92e6, 0]
        assert found["reduced_m2"].tolist() == [0, 0.08e6]

    def test_no_releases_give_an_empty_table(self) -> None:
        assert len(progress(table("hazard_id", box(0, 4)), table("release_id"))) == 0

    def test_synthetic_records_mark_the_table(self, series: pd.DataFrame) -> None:
        assert series.attrs["synthetic"] is True
        assert progress(table("hazard_id", box(0, 4)), table("release_id", box(0, 1))).attrs["synthetic"] is False


class TestWrongUse:
    def test_unknown_column_and_frequency_are_named(self, releases: gpd.GeoDataFrame) -> None:
        hazards = demo_data()[0]
        for column in ("county", "geometry"):
            with pytest.raises(kh.HazardDataError, match=f"neither hazards nor releases have {column} to split by"):
                progress(hazards, releases, by=column)
        with pytest.raises(kh.HazardDataError, match="freq 'W' is not one of 'YE', 'QE', 'ME'"):
            progress(hazards, releases, freq="W")

    def test_registers_carry_their_own_days(self, releases: gpd.GeoDataFrame) -> None:
        with pytest.raises(kh.HazardDataError, match="leave register_date out"):
            progress({"2024-12-31": demo_data()[0]}, releases, register_date="2024-12-31")
        with pytest.raises(kh.HazardDataError, match="there is no register"):
            progress({}, releases)


@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(1, 4)), min_size=1, max_size=4),
    st.lists(
        st.tuples(
            st.integers(0, 8), st.integers(1, 4), st.integers(2020, 2023), st.sampled_from(["cleared", "reduced"])
        ),
        max_size=6,
    ),
    st.randoms(use_true_random=False),
)
def test_closing_is_opening_and_added_less_taken_off_whatever_the_order(
    fields: list[tuple[int, int]], output: list[tuple[int, int, int, str]], random: object
) -> None:
    hazards = table("hazard_id", *(box(left, left + width) for left, width in fields))
    days = [f"{year}-06-30" for _, _, year, _ in output]
    shapes = [box(left, left + width) for left, width, *_ in output]
    releases = table("release_id", *shapes, completed=days, product=[product for *_, product in output])
    found = progress(hazards, releases, register_date="2019-12-31")
    flow = found["opening_m2"] + found["added_m2"] - found["taken_off_m2"]
    assert (flow - found["closing_m2"]).abs().sum() < 1
    released = found[["cleared_m2", "reduced_m2", "cancelled_m2"]].sum(axis=1)
    assert (released - found["inside_m2"] - found["outside_m2"]).abs().sum() < 1
    if len(found):
        assert found["closing_m2"].iloc[-1] == pytest.approx(
            apply_releases(hazards, releases).remaining["remaining_m2"].sum(), abs=1
        )
    mixed = [frame.iloc[random.sample(range(len(frame)), len(frame))] for frame in (hazards, releases)]
    pd.testing.assert_frame_equal(found, progress(*mixed, register_date="2019-12-31"), rtol=1e-9)
