"""Land release: ground counts once, every part of every release is told, and no hazard is shown smaller than it is."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

import kosovo_hazards as kh
from kosovo_hazards.land_release.applying import apply_releases
from kosovo_hazards.land_release.ledger import PARTS

PRODUCTS = ["cancelled_m2", "reduced_m2", "cleared_m2"]


def box(left: float, bottom: float, right: float, top: float) -> shapely.Polygon:
    """A field in units of 100 m or so, in the hills of Kosovo."""
    return shapely.box(21 + left / 820, 42.6 + bottom / 1111, 21 + right / 820, 42.6 + top / 1111)


def hazards_of(*shapes: shapely.Geometry | None, **columns: object) -> gpd.GeoDataFrame:
    ids = [f"H-{number}" for number in range(1, len(shapes) + 1)]
    data = {"hazard_id": ids, "hazard_type": "CHA", "status": "open", **columns}
    return gpd.GeoDataFrame(data, geometry=list(shapes), crs="EPSG:4326")


def releases_of(*shapes: shapely.Geometry | None, **columns: object) -> gpd.GeoDataFrame:
    ids = [f"R-{number}" for number in range(1, len(shapes) + 1)]
    data = {"release_id": ids, "product": "cleared", **columns}
    return gpd.GeoDataFrame(data, geometry=list(shapes), crs="EPSG:4326")


def m2(*shapes: shapely.Geometry) -> float:
    return kh.footprint_m2(gpd.GeoSeries(list(shapes), crs="EPSG:4326"))


class TestByPolygon:
    def test_half_a_field_cleared_leaves_the_other_half(self) -> None:
        remaining, ledger = apply_releases(hazards_of(box(0, 0, 2, 1)), releases_of(box(0, 0, 1, 1)))
        assert remaining["remaining_m2"][0] == pytest.approx(m2(box(1, 0, 2, 1)), abs=1)
        assert remaining["cleared_m2"][0] == pytest.approx(m2(box(0, 0, 1, 1)), abs=1)
        assert remaining.geometry[0].equals(box(1, 0, 2, 1))
        assert remaining["progress"][0] == pytest.approx(0.5)
        assert remaining["status"][0] == "open"
        assert remaining["release_basis"][0] == ledger["release_basis"][0] == "spatial"
        assert ledger["inside_m2"][0] == ledger["area_m2"][0]

    def test_result_unpacks_and_leaves_the_arguments_as_they_were(self) -> None:
        hazards, releases = hazards_of(box(0, 0, 2, 1)), releases_of(box(0, 0, 1, 1))
        before = hazards.copy(), releases.copy()
        remaining, ledger = apply_releases(hazards, releases)
        pd.testing.assert_frame_equal(hazards, before[0])
        pd.testing.assert_frame_equal(releases, before[1])
        assert isinstance(remaining, gpd.GeoDataFrame)
        assert remaining.crs == hazards.crs
        assert list(ledger.index) == list(releases.index)

    def test_printed_it_says_at_once_what_lay_outside_and_of_which_product(self) -> None:
        releases = releases_of(box(0, 0, 1, 1), box(7, 7, 9, 8), product=["cleared", "cancelled"])
        result = apply_releases(hazards_of(box(0, 0, 2, 1)), releases)
        inside, outside = (f"{m2(shape):,.0f} m²" for shape in releases.geometry)
        assert f"{inside} inside (all of it cleared), {outside} outside (all of it cancelled)" in str(result)
        assert repr(result) == str(result)
        assert "(" not in str(apply_releases(hazards_of(box(0, 0, 2, 1)), releases.iloc[:1]))

    def test_a_field_cleared_whole_is_closed_and_no_longer_in_the_register(self) -> None:
        result = apply_releases(
            hazards_of(box(0, 0, 1, 1), box(5, 5, 6, 6)), releases_of(box(-1, -1, 2, 2), completed=["2024-05-06"])
        )
        assert result.remaining["status"].tolist() == ["closed", "open"]
        assert result.remaining.geometry.is_empty.tolist() == [True, False]
        assert result.remaining["remaining_m2"][0] == 0
        assert result.remaining["progress"].tolist() == [1.0, 0.0]
        assert result.remaining["last_release"][0] == pd.Timestamp("2024-05-06")
        assert pd.isna(result.remaining["last_release"][1])
        assert result.register["hazard_id"].tolist() == ["H-2"]

    def test_overlapping_releases_count_their_common_ground_once_for_the_earlier(self) -> None:
        releases = releases_of(
            box(0, 0, 2, 1), box(1, 0, 3, 1), completed=["2024-02-01", "2024-01-01"], product=["cleared", "cancelled"]
        )
        remaining, ledger = apply_releases(hazards_of(box(0, 0, 4, 1)), releases)
        one = m2(box(0, 0, 1, 1))
        assert ledger["inside_m2"].to_numpy() == pytest.approx([one, 2 * one], rel=1e-4)
        assert ledger["released_before_m2"].to_numpy() == pytest.approx([one, 0], rel=1e-4)
        assert remaining[PRODUCTS].loc[0].to_numpy() == pytest.approx([2 * one, 0, one], rel=1e-4)

    def test_on_one_day_the_stronger_product_is_credited(self) -> None:
        releases = releases_of(
            box(0, 0, 1, 1), box(0, 0, 1, 1), completed="2024-02-01", product=["cancelled", "cleared"]
        )
        remaining, ledger = apply_releases(hazards_of(box(0, 0, 4, 1)), releases)
        assert remaining["cancelled_m2"][0] == 0
        assert remaining["cleared_m2"][0] == pytest.approx(m2(box(0, 0, 1, 1)), abs=1)
        assert ledger["repeats"].isna().all()  # another product is another report, not the same twice

    def test_undated_release_comes_last(self) -> None:
        releases = releases_of(box(0, 0, 1, 1), box(0, 0, 1, 1), completed=[None, "2024-02-01"])
        _, ledger = apply_releases(hazards_of(box(0, 0, 4, 1)), releases)
        assert ledger["inside_m2"].gt(0).tolist() == [False, True]

    def test_release_repeated_under_another_id_takes_no_ground_and_is_told(self) -> None:
        hazards = hazards_of(box(0, 0, 4, 1))
        turned = shapely.Polygon(np.roll(shapely.get_coordinates(box(0, 0, 1, 1))[:-1], 1, axis=0))
        once = apply_releases(hazards, releases_of(box(0, 0, 1, 1), completed="2024-02-01"))
        twice = apply_releases(hazards, releases_of(box(0, 0, 1, 1), turned, completed="2024-02-01"))
        assert_geodataframe_equal(once.remaining, twice.remaining)
        second = twice.ledger.iloc[1]
        assert (second["repeats"], second["inside_m2"], second["outside_m2"]) == ("R-1", 0, 0)
        assert second["released_before_m2"] == second["area_m2"]
        assert "repeats R-1" in second["note"]

    def test_ground_outside_counts_once_too(self) -> None:
        releases = releases_of(box(8, 8, 9, 9), box(8, 8, 9, 9), completed="2024-02-01", product="cancelled")
        _, ledger = apply_releases(hazards_of(box(0, 0, 1, 1)), releases)
        assert ledger["outside_m2"].tolist() == [ledger["area_m2"][0], 0]
        assert ledger["note"][0] == "outside every recorded hazard"

    def test_release_across_two_hazards_says_how_much_in_each(self) -> None:
        result = apply_releases(hazards_of(box(0, 0, 1, 1), box(2, 0, 3, 1)), releases_of(box(0.5, 0, 2.25, 1)))
        one = m2(box(0, 0, 1, 1))
        assert result.ledger["lies_in"][0] == "H-1; H-2"
        assert result.shares["ground_m2"].to_numpy() == pytest.approx([one / 2, one / 4], rel=1e-4)
        assert result.ledger["inside_m2"][0] == pytest.approx(0.75 * one, rel=1e-4)
        assert result.ledger["outside_m2"][0] == pytest.approx(one, rel=1e-4)
        assert result.ledger["note"][0] == "partly outside every recorded hazard"

    def test_ground_of_two_hazards_is_taken_off_both_and_counts_once_in_the_release(self) -> None:
        result = apply_releases(hazards_of(box(0, 0, 2, 1), box(1, 0, 3, 1)), releases_of(box(1, 0, 2, 1)))
        one = m2(box(1, 0, 2, 1))
        assert result.remaining["cleared_m2"].to_numpy() == pytest.approx([one, one], rel=1e-6)
        assert result.ledger["inside_m2"][0] == pytest.approx(one, rel=1e-6)
        balance = result.balance().loc[["baseline", "cleared", "remaining"]]
        assert balance["polygons_m2"].to_numpy() == pytest.approx([4 * one, 2 * one, 2 * one], rel=1e-4)
        assert balance["ground_m2"].to_numpy() == pytest.approx([3 * one, one, 2 * one], rel=1e-4)

    def test_the_polygon_decides_where_the_named_hazard_differs(self) -> None:
        releases = releases_of(box(2, 0, 2.5, 1), hazard_id=["H-1"])
        remaining, ledger = apply_releases(hazards_of(box(0, 0, 1, 1), box(2, 0, 3, 1)), releases)
        assert remaining["cleared_m2"].gt(0).tolist() == [False, True]
        assert ledger["note"][0] == "names H-1, lies in H-2"

    def test_neighbours_along_an_edge_take_nothing_from_each_other(self) -> None:
        result = apply_releases(
            hazards_of(box(0, 0, 1, 1), box(1, 0, 2, 1)), releases_of(box(0, 0, 1, 1), box(1, 1, 2, 2))
        )
        assert result.remaining["remaining_m2"].round().tolist() == [0, round(m2(box(1, 0, 2, 1)))]
        assert result.ledger["lies_in"].fillna("").tolist() == ["H-1", ""]
        assert result.ledger["released_before_m2"].tolist() == [0, 0]

    def test_a_hole_and_a_second_part_stay(self) -> None:
        field = shapely.MultiPolygon([box(0, 0, 3, 3).difference(box(1, 1, 2, 2)), box(5, 0, 6, 1)])
        remaining, ledger = apply_releases(hazards_of(field), releases_of(box(0, 0, 3, 3)))
        assert remaining.geometry[0].equals(box(5, 0, 6, 1))
        assert ledger["outside_m2"][0] == pytest.approx(m2(box(1, 1, 2, 2)), rel=1e-4)

    def test_metres_of_the_national_grid_give_the_same_figures(self) -> None:
        hazards, releases = hazards_of(box(0, 0, 2, 1), box(1, 0, 3, 1)), releases_of(box(0.3, 0.2, 1.7, 3))
        degrees = apply_releases(hazards, releases)
        grid = apply_releases(hazards.to_crs("EPSG:9141"), releases.to_crs("EPSG:9141"))
        assert grid.remaining.crs == "EPSG:9141"
        for table, columns in (("remaining", ["remaining_m2", "cleared_m2"]), ("ledger", list(PARTS))):
            ours, theirs = (getattr(result, table)[columns] for result in (degrees, grid))
            assert ours.to_numpy() == pytest.approx(theirs.to_numpy(), abs=1)

    def test_any_index_is_kept(self) -> None:
        hazards = hazards_of(box(0, 0, 1, 1), box(2, 0, 3, 1)).set_index(pd.Index(["z", "a"]))
        releases = releases_of(box(2, 0, 3, 1), box(0, 0, 0.5, 1)).set_index(pd.Index([7, 7]))
        remaining, ledger = apply_releases(hazards, releases)
        assert remaining["progress"].round(2).to_dict() == {"z": 0.5, "a": 1.0}
        assert ledger["lies_in"].tolist() == ["H-2", "H-1"]
        assert list(ledger.index) == [7, 7]


class TestByRecordedArea:
    def test_area_is_taken_off_the_named_hazard_and_the_polygon_stays(self) -> None:
        releases = releases_of(None, hazard_id=["H-1"], reported_area_m2=[1000.0])
        remaining, ledger = apply_releases(hazards_of(box(0, 0, 1, 1)), releases)
        assert remaining["cleared_m2"][0] == 1000
        assert remaining["remaining_m2"][0] == pytest.approx(m2(box(0, 0, 1, 1)) - 1000)
        assert remaining.geometry[0].equals(box(0, 0, 1, 1))
        assert remaining["release_basis"][0] == ledger["release_basis"][0] == "recorded area"
        assert ledger["lies_in"][0] == "H-1"

    def test_more_than_is_left_is_told_and_not_taken(self) -> None:
        field = m2(box(0, 0, 1, 1))
        releases = releases_of(
            None, None, hazard_id="H-1", reported_area_m2=[field - 400, 1000.0], completed=["2023-01-01", "2022-01-01"]
        )
        remaining, ledger = apply_releases(hazards_of(box(0, 0, 1, 1)), releases)
        assert ledger["inside_m2"].to_numpy() == pytest.approx([field - 1000, 1000])
        assert ledger["not_located_m2"].to_numpy() == pytest.approx([600, 0])
        assert ledger["note"][0] == "more than was left of the hazard it names"
        assert remaining["status"][0] == "closed"
        assert remaining["remaining_m2"][0] == 0

    def test_polygons_come_first_and_figures_take_what_is_left(self) -> None:
        releases = releases_of(
            None,
            box(0, 0, 0.5, 1),
            hazard_id="H-1",
            reported_area_m2=[1e6, None],
            completed=["2022-01-01", "2023-01-01"],
        )
        remaining, ledger = apply_releases(hazards_of(box(0, 0, 1, 1)), releases)
        half = m2(box(0, 0, 0.5, 1))
        assert ledger["inside_m2"].to_numpy() == pytest.approx([half, half], abs=1)
        assert remaining["release_basis"][0] == "both"
        assert remaining["remaining_m2"][0] == 0

    @pytest.mark.parametrize(
        ("hazard_id", "note"),
        [
            (None, "no polygon, and names no hazard"),
            ("H-99", "no polygon, and names a hazard that the register does not have"),
        ],
    )
    def test_release_that_can_not_be_located_is_taken_off_nothing(self, hazard_id: str | None, note: str) -> None:
        releases = releases_of(None, hazard_id=[hazard_id], reported_area_m2=[500.0])
        remaining, ledger = apply_releases(hazards_of(box(0, 0, 1, 1)), releases)
        assert remaining["remaining_m2"][0] == remaining["baseline_m2"][0]
        assert (ledger["not_located_m2"][0], ledger["note"][0]) == (500, note)

    def test_unknown_area_is_not_zero(self) -> None:
        result = apply_releases(hazards_of(box(0, 0, 1, 1)), releases_of(None, hazard_id=["H-1"]))
        assert np.isnan(result.ledger["area_m2"][0])
        assert np.isnan(result.ledger["not_located_m2"][0])
        assert "area unknown" in result.ledger["note"][0]
        assert "1 of these releases have no area" in str(result)

    def test_table_without_any_geometry_will_do(self) -> None:
        table = pd.DataFrame({"release_id": ["a"], "product": ["reduced"], "hazard_id": ["H-1"], "area_m2": [250.0]})
        remaining, _ = apply_releases(hazards_of(box(0, 0, 1, 1)), table)
        assert remaining["reduced_m2"][0] == 250

    def test_hazard_without_a_polygon_counts_its_reported_area(self) -> None:
        hazards = hazards_of(None, None, reported_area_m2=[5000.0, None])
        remaining, _ = apply_releases(hazards, releases_of(None, hazard_id=["H-1"], reported_area_m2=[2000.0]))
        assert remaining["remaining_m2"][0] == 3000
        assert np.isnan(remaining["remaining_m2"][1])

    def test_the_same_figure_reported_twice_is_taken_off_once(self) -> None:
        columns = {"hazard_id": "H-1", "completed": "2024-05-06"}
        field = hazards_of(box(0, 0, 2, 1))
        twice = releases_of(None, None, None, reported_area_m2=[1000.0, 1000.0, 900.0], **columns)
        remaining, ledger = apply_releases(field, twice)
        assert remaining["cleared_m2"][0] == 1900
        assert ledger["repeats"].fillna("").tolist() == ["", "R-1", ""]
        assert ledger["released_before_m2"].tolist() == [0, 1000, 0]
        # Once with a sketch and once without: the figure adds nothing to the polygon.
        area = round(m2(box(0, 0, 1, 1)))
        drawn = releases_of(None, box(0, 0, 1, 1), reported_area_m2=[area, None], **columns)
        remaining, ledger = apply_releases(field, drawn)
        assert remaining["cleared_m2"][0] == pytest.approx(area, abs=1)
        assert ledger["repeats"].fillna("").tolist() == ["R-2", ""]

    def test_different_work_of_one_size_on_one_day_is_two_and_told(self) -> None:
        # HALO and NPA each cleared 500 m² of one hazard on one day and found 1 and 3 submunitions.
        work = releases_of(
            None, None, hazard_id="H-1", completed="2024-05-06", reported_area_m2=500.0,
            operator=["HALO", "NPA"], submunitions=pd.array([1, 3]),
        )  # fmt: skip
        field = hazards_of(box(0, 0, 2, 1))
        remaining, ledger = apply_releases(field, work)
        assert remaining["cleared_m2"][0] == 1000
        assert ledger["repeats"].isna().all()
        assert ledger["may_repeat"].fillna("").tolist() == ["", "R-1"]
        assert "may be one record with R-1" in ledger["note"][1]
        year = kh.progress(field, work).iloc[0]
        assert (year["cleared_m2"], year["submunitions"], year["repeats"]) == (1000, 4, 0)

    def test_finds_of_different_work_on_one_polygon_all_count(self) -> None:
        work = releases_of(
            box(0, 0, 1, 1), box(0, 0, 1, 1), box(0, 0, 1, 1), completed="2024-05-06",
            operator=["HALO", "NPA", "NPA"], submunitions=pd.array([1, 3, 3]),
        )  # fmt: skip
        field = hazards_of(box(0, 0, 2, 1))
        _, ledger = apply_releases(field, work)
        assert ledger["repeats"].fillna("").tolist() == ["", "", "R-2"]
        assert ledger["may_repeat"].fillna("").tolist() == ["", "R-1", ""]
        year = kh.progress(field, work).iloc[0]
        assert (year["submunitions"], year["repeats"]) == (4, 1)
        assert year["cleared_m2"] == pytest.approx(m2(box(0, 0, 1, 1)), rel=1e-6)  # the ground counts once all the same

    def test_undated_figures_are_never_one(self) -> None:
        work = releases_of(None, None, hazard_id="H-1", reported_area_m2=500.0, completed=None)
        remaining, ledger = apply_releases(hazards_of(box(0, 0, 2, 1)), work)
        assert remaining["cleared_m2"][0] == 1000
        assert ledger["may_repeat"].fillna("").tolist() == ["", "R-1"]

    def test_source_and_writing_make_no_difference(self) -> None:
        work = releases_of(
            None, None, hazard_id="H-1", completed=["2024-05-06", "6.5.2024"], reported_area_m2=[500, 500.0],
            operator=["NPA", " NPA "], source=["quarter.csv", "year.csv"], ap_mines=pd.Series([3, "3"], dtype=object),
        )  # fmt: skip
        assert apply_releases(hazards_of(box(0, 0, 2, 1)), work).ledger["repeats"].fillna("").tolist() == ["", "R-1"]

    @pytest.mark.parametrize("other", [{"product": ["cleared", "reduced"]}, {"hazard_id": ["H-1", "H-2"]},
                                       {"operator": ["NPA", None]}, {"municipality": ["Pejë", "Klinë"]},
                                       {"lane": [1, 2]}, {"reported_area_m2": [1000.0, 1000.3]},
                                       {"completed": ["2024-05-06", "2024-05-07"]}])  # fmt: skip
    def test_figures_that_differ_in_anything_are_two(self, other: dict[str, list[object]]) -> None:
        columns = {"hazard_id": "H-1", "completed": "2024-05-06", "reported_area_m2": 1000.0, **other}
        remaining, ledger = apply_releases(
            hazards_of(box(0, 0, 1, 1), box(2, 0, 3, 1)), releases_of(None, None, **columns)
        )
        assert remaining[PRODUCTS].sum().sum() == pytest.approx(2000, abs=0.5)
        assert ledger["repeats"].isna().all()


class TestIds:
    @pytest.mark.parametrize("named", [[1, 2], [1.0, 2.0], ["1", "2"], [" 1 ", "2"]], ids=repr)
    @pytest.mark.parametrize("own", [[1, 2], [1.0, 2.0], ["1", "2"]], ids=repr)
    def test_numbers_and_text_are_one_id(self, own: list[object], named: list[object]) -> None:
        hazards = hazards_of(box(0, 0, 1, 1), box(2, 0, 3, 1), hazard_id=own)
        releases = releases_of(box(0, 0, 0.5, 1), None, hazard_id=named, reported_area_m2=[None, 100.0])
        result = apply_releases(hazards, releases)
        assert result.ledger["note"].tolist() == ["", ""]
        assert result.ledger["lies_in"].tolist() == ["1", "2"]
        assert result.remaining["cleared_m2"][1] == 100
        assert result.shares["hazard_id"].tolist() == own  # as the caller writes them

    def test_a_hazard_id_that_is_missing_does_not_make_the_others_strange(self) -> None:
        hazards = hazards_of(box(0, 0, 1, 1), box(2, 0, 3, 1), hazard_id=[1, 2])
        releases = releases_of(None, None, hazard_id=[float("nan"), 2.0], reported_area_m2=[50.0, 100.0])
        assert apply_releases(hazards, releases).ledger["inside_m2"].tolist() == [0, 100]

    def test_ids_that_differ_only_in_kind_are_one_twice(self) -> None:
        hazards = hazards_of(box(0, 0, 1, 1), box(2, 0, 3, 1), hazard_id=pd.Series([1, "1"], dtype=object))
        with pytest.raises(kh.HazardDataError, match="record 1: hazard_id stands 2 times"):
            apply_releases(hazards, releases_of())


class TestDates:
    def test_as_of_leaves_later_and_undated_releases_out(self) -> None:
        releases = releases_of(
            box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1), completed=["2023-12-31", "2024-01-01", None]
        )
        remaining, ledger = apply_releases(hazards_of(box(0, 0, 4, 1)), releases, as_of="2023-12-31")
        assert remaining["progress"][0] == pytest.approx(0.25)
        assert ledger["not_applied_m2"].gt(0).tolist() == [False, True, True]
        assert ledger["note"].tolist() == ["", "completed after 2023-12-31", "undated"]

    @pytest.mark.parametrize(
        "year", [2023, "2023", "2023-12-31", dt.date(2023, 12, 31), pd.Timestamp("2023-12-31T12:00Z")]
    )
    def test_a_year_means_its_last_day(self, year: object) -> None:
        releases = releases_of(box(0, 0, 1, 1), box(1, 0, 2, 1), completed=["2023-12-31", "2024-01-01"])
        assert apply_releases(hazards_of(box(0, 0, 4, 1)), releases, as_of=year).ledger["note"].tolist() == [
            "",
            "completed after 2023-12-31",
        ]

    @pytest.mark.parametrize(
        "completed",
        [
            pd.to_datetime(["2024-05-01T23:30:00+02:00", "2024-05-02T00:30:00+02:00"]),
            ["2024-05-01T23:30:00+02:00", "2024-05-02"],
            ["2024-05-01T23:30:00+02:00", "2024-05-02T23:30:00+01:00"],
            pd.Series([dt.date(2024, 5, 1), "2024-05-02"], dtype=object),
        ],
        ids=["in a zone", "with and without a zone", "in two zones", "date and text"],
    )
    def test_the_day_is_that_of_the_place(self, completed: object) -> None:
        releases = releases_of(box(0, 0, 1, 1), box(1, 0, 2, 1), completed=completed)
        remaining, _ = apply_releases(hazards_of(box(0, 0, 4, 1)), releases, as_of="2024-05-01")
        assert remaining["last_release"][0] == pd.Timestamp("2024-05-01")

    def test_register_date_keeps_figures_from_being_taken_off_twice(self) -> None:
        releases = releases_of(
            None, None, hazard_id="H-1", reported_area_m2=[700.0, 300.0], completed=["2023-12-31", "2024-01-01"]
        )
        remaining, ledger = apply_releases(hazards_of(box(0, 0, 1, 1)), releases, register_date="2023-12-31")
        assert remaining["cleared_m2"][0] == 300
        assert ledger["not_applied_m2"].tolist() == [700, 0]
        assert ledger["note"][0] == "completed before the register was drawn"

    def test_hazard_recorded_after_a_release_is_not_cut_by_it(self) -> None:
        hazards = hazards_of(box(0, 0, 1, 1), box(2, 0, 3, 1), established=["2022-05-01", None])
        releases = releases_of(box(0, 0, 3, 1), box(0, 0, 0.5, 1), completed=["2018-01-01", "2023-01-01"])
        remaining, ledger = apply_releases(hazards, releases)
        assert remaining["progress"].to_numpy() == pytest.approx([0.5, 1.0])
        assert ledger["recorded_later_m2"].to_numpy() == pytest.approx([m2(box(0, 0, 1, 1)), 0], rel=1e-4)
        assert ledger["note"][0] == "partly outside every recorded hazard; in a hazard recorded later, which stays"
        assert ledger["released_before_m2"][1] == 0

    def test_figures_older_than_the_record_are_not_taken_off_either(self) -> None:
        hazards = hazards_of(box(0, 0, 1, 1), established=["2022-05-01"])
        releases = releases_of(None, hazard_id="H-1", reported_area_m2=[700.0], completed=["2018-01-01"])
        remaining, ledger = apply_releases(hazards, releases)
        assert remaining["cleared_m2"][0] == 0
        assert ledger["recorded_later_m2"][0] == 700


class TestSlivers:
    def field_and_release(self) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
        # The eastern edge of the release falls 0.4 m short: 100 m by 0.4 m.
        return hazards_of(box(0, 0, 1, 1), box(5, 0, 6, 1)), releases_of(box(0, 0, 0.996, 1))

    def test_strip_of_digitising_noise_is_listed_and_counted_but_no_hazardous_area(self) -> None:
        result = apply_releases(*self.field_and_release())
        assert result.slivers["hazard_id"].tolist() == ["H-1"]
        strip = m2(box(0.996, 0, 1, 1))
        assert result.slivers["area_m2"][0] == pytest.approx(strip, rel=1e-4)
        assert result.slivers.geometry[0].equals(box(0.996, 0, 1, 1))
        assert result.remaining["status"].tolist() == ["closed", "open"]
        assert result.remaining["remaining_m2"][0] == result.remaining["sliver_m2"][0] == pytest.approx(strip, rel=1e-4)
        assert result.balance().loc["slivers", "polygons_m2"] == pytest.approx(strip, rel=1e-4)

    def test_tolerance_of_nothing_keeps_the_strip_in_the_polygon(self) -> None:
        result = apply_releases(*self.field_and_release(), sliver_width_m=0)
        assert result.slivers.empty
        assert result.remaining["status"].tolist() == ["open", "open"]
        assert result.remaining["sliver_m2"].tolist() == [0, 0]

    def test_a_lump_at_the_end_of_a_strip_keeps_it_hazardous(self) -> None:
        # On average the part is narrower than 1 m, but there are 5 m by 5 m that nobody searched.
        cleared = box(0, 0, 1, 1).difference(box(0.997, 0, 1, 1)).difference(box(0.95, 0.95, 1, 1))
        result = apply_releases(hazards_of(box(0, 0, 1, 1)), releases_of(cleared))
        assert result.slivers.empty
        assert result.remaining["status"][0] == "open"

    def test_a_narrow_part_that_no_release_touches_is_the_surveyor_s_and_stays(self) -> None:
        verge = shapely.MultiPolygon([box(0, 0, 1, 1), box(3, 0, 3.005, 1)])
        result = apply_releases(hazards_of(verge), releases_of(box(0, 0, 1, 1)))
        assert result.slivers.empty
        assert result.remaining.geometry[0].equals(box(3, 0, 3.005, 1))


class TestFaults:
    def test_every_bad_record_of_both_tables_is_named(self) -> None:
        bow = shapely.Polygon([(21, 42), (21.1, 42.1), (21.1, 42), (21, 42.1)])
        hazards = hazards_of(bow, shapely.Point(21, 42), hazard_id=["A", "A"])
        releases = releases_of(bow, box(0, 0, 1, 1), release_id=["x", None], product=["searched", "cleared"])
        with pytest.raises(kh.HazardDataError) as error:
            apply_releases(hazards, releases)
        text = str(error.value)
        for said in (
            "record A: hazard_id stands 2 times",
            "record A: geometry crosses itself",
            "record A: geometry is not a polygon",
            "record in row 2: release_id is missing",
            "product 'searched' is not one of cancelled, reduced, cleared",
        ):
            assert said in text

    def test_two_reference_systems_are_both_named(self) -> None:
        with pytest.raises(kh.HazardDataError, match=r"(?s)EPSG:4326.*EPSG:9141.*to_crs"):
            apply_releases(hazards_of(box(0, 0, 1, 1)), releases_of(box(0, 0, 1, 1)).to_crs("EPSG:9141"))

    def test_no_reference_system_is_told(self) -> None:
        bare = gpd.GeoDataFrame({"hazard_id": ["a"]}, geometry=[box(0, 0, 1, 1)])
        with pytest.raises(kh.HazardDataError, match="set_crs"):
            apply_releases(bare, releases_of(box(0, 0, 1, 1)))

    def test_missing_columns_are_listed(self) -> None:
        with pytest.raises(kh.HazardDataError, match="hazard_id needed to take released ground off"):
            apply_releases(hazards_of(box(0, 0, 1, 1)).drop(columns="hazard_id"), releases_of(box(0, 0, 1, 1)))

    def test_areas_that_are_none_are_named_where_they_would_count(self) -> None:
        hazards = hazards_of(None, box(0, 0, 1, 1), reported_area_m2=[-5.0, -5.0])
        releases = releases_of(None, None, None, hazard_id="H-2", reported_area_m2=["-1", "many", "1.000,5"])
        with pytest.raises(kh.HazardDataError) as error:
            apply_releases(hazards, releases)
        assert [(fault.record, fault.column) for fault in error.value.faults] == [
            ("H-1", "reported_area_m2"),
            ("R-1", "reported_area_m2"),
            ("R-2", "reported_area_m2"),
        ]

    def test_a_table_that_lost_its_geometry_type_is_no_table_of_figures(self) -> None:
        with pytest.raises(kh.HazardDataError, match=r"(?s)have polygons, but are a plain table.*GeoDataFrame"):
            apply_releases(hazards_of(box(0, 0, 1, 1)), pd.DataFrame(releases_of(box(0, 0, 1, 1))))
        with pytest.raises(kh.HazardDataError, match=r"(?s)hazards are a table without polygons.*GeoDataFrame"):
            apply_releases(pd.DataFrame(hazards_of(box(0, 0, 1, 1))), releases_of())

    @pytest.mark.parametrize("width", [-1.0, float("nan"), float("inf")])
    def test_sliver_width_is_a_length(self, width: float) -> None:
        with pytest.raises(kh.HazardDataError, match="sliver_width_m"):
            apply_releases(hazards_of(box(0, 0, 1, 1)), releases_of(), sliver_width_m=width)

    @pytest.mark.parametrize("wrong", ["31.12.2024?", "soon", "2024", 2024, 2024.5])
    def test_what_is_no_date_is_named(self, wrong: object) -> None:
        with pytest.raises(kh.HazardDataError, match=f"record R-1: completed '{str(wrong)[:4]}"):
            apply_releases(hazards_of(box(0, 0, 1, 1)), releases_of(box(0, 0, 1, 1), completed=[wrong]))

    @pytest.mark.parametrize("wrong", ["31.12.2024?", "soon", 20241231, 2024.5])
    def test_what_is_no_day_of_the_register_is_named(self, wrong: object) -> None:
        with pytest.raises(kh.HazardDataError, match="is not a date"):
            apply_releases(hazards_of(box(0, 0, 1, 1)), releases_of(box(0, 0, 1, 1)), as_of=wrong)

    def test_empty_tables_give_empty_results(self) -> None:
        nothing = apply_releases(hazards_of(), releases_of())
        assert len(nothing.remaining) == len(nothing.ledger) == len(nothing.slivers) == 0
        only_releases = apply_releases(hazards_of(), releases_of(box(0, 0, 1, 1), None, hazard_id="H-1"))
        assert only_releases.ledger["outside_m2"][0] == pytest.approx(m2(box(0, 0, 1, 1)))
        only_hazards = apply_releases(hazards_of(box(0, 0, 1, 1)), releases_of())
        assert only_hazards.remaining["remaining_m2"][0] == pytest.approx(m2(box(0, 0, 1, 1)))

    @pytest.mark.parametrize("shape", [box(0, 0, 1, 1), None], ids=["polygon", "figure"])
    @pytest.mark.parametrize("status", ["closed", "handed over"])
    def test_closed_area_has_its_history_with_and_without_a_polygon(
        self, shape: shapely.Polygon | None, status: str
    ) -> None:
        area = m2(box(0, 0, 1, 1))
        hazards = hazards_of(shape, box(2, 0, 3, 1), status=[status, "open"], reported_area_m2=[area, None])
        work = releases_of(None, hazard_id="H-1", reported_area_m2=area - 2000, completed="2024-05-06")
        result = apply_releases(hazards, work)
        first = result.remaining.iloc[0]
        assert first[["baseline_m2", "cleared_m2", "closed_m2"]].tolist() == pytest.approx([area, area - 2000, 2000])
        assert (first["remaining_m2"], first["status"]) == (0, status)
        assert result.ledger["not_located_m2"][0] == 0
        assert result.balance().loc["closed without a release", "polygons_m2"] == pytest.approx(2000)
        assert result.balance().loc["remaining"].tolist() == pytest.approx([m2(box(2, 0, 3, 1))] * 2)
        assert result.register["hazard_id"].tolist() == ["H-2"]
        year = kh.progress(hazards, work, register_date="2023-12-31").iloc[0]
        other = m2(box(2, 0, 3, 1))
        assert year[["opening_m2", "taken_off_m2", "closing_m2"]].astype(float).tolist() == (
            pytest.approx([area - 2000 + other, area - 2000, other])
        )

    @pytest.mark.parametrize("shape", [box(0, 0, 1, 1), None], ids=["polygon", "figure"])
    def test_area_that_the_register_closed_without_a_release_is_told_apart(self, shape: shapely.Polygon | None) -> None:
        area = m2(box(0, 0, 1, 1))
        hazards = hazards_of(shape, box(2, 0, 3, 1), status=["closed", "open"], reported_area_m2=[area, None])
        result = apply_releases(hazards, releases_of())
        assert result.register["hazard_id"].tolist() == ["H-2"]
        assert result.remaining["remaining_m2"].tolist() == pytest.approx([0, m2(box(2, 0, 3, 1))])
        assert result.balance().loc["closed without a release", "polygons_m2"] == pytest.approx(area)
        assert f"{area:,.0f} m² closed in the register without a release" in str(result)
        assert kh.summarise(hazards, "status", released=True).loc["Totals", "total_m2"] == pytest.approx(
            result.balance().loc["baseline", "polygons_m2"]
        )

    def test_as_of_leaves_out_what_was_recorded_later(self) -> None:
        hazards = hazards_of(
            box(0, 0, 1, 1), box(2, 0, 3, 1), box(4, 0, 5, 1), established=["2023-01-01", "2024-01-01", None]
        )
        work = releases_of(box(0, 0, 5, 1), completed="2023-06-01")
        result = apply_releases(hazards, work, as_of="2023-12-31")
        assert result.remaining["hazard_id"].tolist() == ["H-1", "H-3"]
        assert result.later["hazard_id"].tolist() == ["H-2"]
        assert "1 hazardous areas were recorded later and are left out" in str(result)
        assert result.ledger["recorded_later_m2"][0] == 0
        assert apply_releases(hazards, work, as_of="2024-01-01").later.empty
        assert apply_releases(hazards, work).later.empty


def test_releases_that_the_register_lacks_already_are_told() -> None:
    after, releases = kh.demo_data("2024-12-31")
    of_2024 = releases[releases["completed"] >= "2024-01-01"]
    result = kh.apply_releases(after, of_2024)
    assert "seem to be older than the register" in result.messages[0]
    assert 'register_date="2024-' in result.messages[0]
    assert result.messages[0] in str(result)
    assert result.ledger["note"].str.contains("taken off the register before").any()
    # From the register that stood before them they are taken off, and there is nothing to say.
    before = kh.apply_releases(kh.demo_data("2023-12-31")[0], of_2024)
    assert before.messages == ()
    assert round(before.ledger["outside_m2"].sum() / 1e6, 2) == 4.47
