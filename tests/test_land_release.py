"""Land release: ground counts once, every part of every release is told, and no hazard is shown smaller than it is."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st

import kosovo_hazards as kh
from kosovo_hazards.ground import narrow
from kosovo_hazards.land_release import LandRelease, apply_releases
from kosovo_hazards.measure import drawn_area
from kosovo_hazards.release_ledger import PARTS

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


def assert_balanced(result: LandRelease) -> None:
    """Every identity that holds for whatever is put in."""
    remaining, ledger = result
    assert (remaining[["baseline_m2", *PRODUCTS, "remaining_m2", "sliver_m2"]].min() >= 0).all()
    gap = remaining["baseline_m2"] - remaining[PRODUCTS].sum(axis=1) - remaining["remaining_m2"]
    assert gap.abs().max() < 1e-6
    assert not (ledger[list(PARTS)] < 0).any(axis=None)
    known = ledger[ledger["area_m2"].notna()]
    assert (known["area_m2"] - known[list(PARTS)].sum(axis=1)).abs().sum() < 1e-2
    polygons = result.balance()["polygons_m2"]
    assert polygons["baseline"] == pytest.approx(polygons[["cancelled", "reduced", "cleared", "remaining"]].sum())
    by_hazard = result.shares.groupby("hazard_id")["ground_m2"].sum()
    released = remaining.set_index("hazard_id")[PRODUCTS].sum(axis=1)
    assert by_hazard.reindex(released.index, fill_value=0).to_numpy() == pytest.approx(released.to_numpy(), abs=1e-6)


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


class TestDates:
    def test_as_of_leaves_later_and_undated_releases_out(self) -> None:
        releases = releases_of(
            box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1), completed=["2023-12-31", "2024-01-01", None]
        )
        remaining, ledger = apply_releases(hazards_of(box(0, 0, 4, 1)), releases, as_of="2023-12-31")
        assert remaining["progress"][0] == pytest.approx(0.25)
        assert ledger["not_applied_m2"].gt(0).tolist() == [False, True, True]
        assert ledger["note"].tolist() == ["", "completed after 2023-12-31", "undated"]

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

    @pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:9141", "EPSG:2263"])
    def test_width_is_in_metres_in_any_crs(self, crs: str) -> None:
        start = gpd.GeoSeries([shapely.Point(-74, 40.7) if crs == "EPSG:2263" else shapely.Point(21, 42.6)], crs=4326)
        metric = start.to_crs(start.estimate_utm_crs())
        x, y = metric.x[0], metric.y[0]
        strips = gpd.GeoSeries([shapely.box(x, y, x + 80, y + w) for w in (0.9, 1.1)], crs=metric.crs).to_crs(crs)
        assert narrow(strips.to_numpy(), 1.0, crs=strips.crs).tolist() == [True, False]


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
            "record x: geometry crosses itself",
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

    @pytest.mark.parametrize("wrong", ["31.12.2024?", "soon"])
    def test_what_is_no_date_is_named(self, wrong: str) -> None:
        with pytest.raises(kh.HazardDataError, match=f"record R-1: completed '{wrong[:4]}"):
            apply_releases(hazards_of(box(0, 0, 1, 1)), releases_of(box(0, 0, 1, 1), completed=[wrong]))
        with pytest.raises(kh.HazardDataError, match="is not a date"):
            apply_releases(hazards_of(box(0, 0, 1, 1)), releases_of(box(0, 0, 1, 1)), as_of=wrong)

    def test_empty_tables_give_empty_results(self) -> None:
        nothing = apply_releases(hazards_of(), releases_of())
        assert len(nothing.remaining) == len(nothing.ledger) == len(nothing.slivers) == 0
        only_releases = apply_releases(hazards_of(), releases_of(box(0, 0, 1, 1), None, hazard_id="H-1"))
        assert only_releases.ledger["outside_m2"][0] == pytest.approx(m2(box(0, 0, 1, 1)))
        only_hazards = apply_releases(hazards_of(box(0, 0, 1, 1)), releases_of())
        assert only_hazards.remaining["remaining_m2"][0] == pytest.approx(m2(box(0, 0, 1, 1)))

    def test_area_that_the_register_closed_without_a_release_is_told_apart(self) -> None:
        result = apply_releases(hazards_of(box(0, 0, 1, 1), box(2, 0, 3, 1), status=["closed", "open"]), releases_of())
        assert result.register["hazard_id"].tolist() == ["H-2"]
        closed = result.balance().loc["closed without a release", "polygons_m2"]
        assert closed == pytest.approx(m2(box(0, 0, 1, 1)))


COORDINATE = st.integers(0, 24).map(lambda step: step / 4)


@st.composite
def shapes(draw: st.DrawFn) -> shapely.Polygon:
    """Triangles and quadrilaterals that often share corners and edges, up to 600 m across."""
    points = draw(st.lists(st.tuples(COORDINATE, COORDINATE), min_size=3, max_size=6, unique=True))
    hull = shapely.MultiPoint([(21 + x / 820, 42.6 + y / 1111) for x, y in points]).convex_hull
    return hull if hull.geom_type == "Polygon" else box(*points[0], points[0][0] + 1, points[0][1] + 1)


DATES = st.sampled_from([None, "2019-06-01", "2021-03-05", "2021-03-05", "2023-09-09"])


@st.composite
def registers(draw: st.DrawFn) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    fields = draw(st.lists(shapes(), min_size=1, max_size=4))
    hazards = hazards_of(*fields, established=draw(st.lists(DATES, min_size=len(fields), max_size=len(fields))))
    work = draw(st.lists(st.one_of(shapes(), shapes(), st.none()), max_size=6))
    some = st.lists(st.sampled_from(["H-1", "H-2", "H-9", None]), min_size=len(work), max_size=len(work))
    areas = st.lists(st.one_of(st.none(), st.floats(0, 1e5)), min_size=len(work), max_size=len(work))
    releases = releases_of(
        *work,
        product=draw(
            st.lists(st.sampled_from(["cleared", "reduced", "cancelled"]), min_size=len(work), max_size=len(work))
        ),
        completed=draw(st.lists(DATES, min_size=len(work), max_size=len(work))),
        hazard_id=draw(some),
        reported_area_m2=np.array(draw(areas), dtype=float),
    )
    return hazards, releases


@given(registers())
@settings(max_examples=80, deadline=None)
def test_everything_balances_and_nothing_is_negative(tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]) -> None:
    result = apply_releases(*tables)
    assert_balanced(result)
    remaining = result.remaining
    spatial = remaining["release_basis"].fillna("spatial") == "spatial"
    drawn = remaining["area_m2"].fillna(0) + remaining["sliver_m2"]
    # The polygon and its slivers are what the figures say, and where figures without polygons were taken off, more.
    assert (drawn - remaining["remaining_m2"])[spatial].abs().sum() < 1
    assert (drawn - remaining["remaining_m2"]).min() > -1


@given(registers())
@settings(max_examples=60, deadline=None)
def test_what_remains_and_what_was_released_cover_the_baseline(
    tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
) -> None:
    hazards, releases = tables
    result = apply_releases(hazards, releases)
    for (_, hazard), (_, left) in zip(hazards.iterrows(), result.remaining.iterrows(), strict=True):
        if left["release_basis"] != "spatial":
            continue
        own = result.slivers.loc[result.slivers["hazard_id"] == hazard["hazard_id"], "geometry"]
        young = pd.to_datetime(releases["completed"]) < pd.Timestamp(hazard["established"] or "1900-01-01")
        cover = shapely.union_all([left.geometry, *own, *releases.geometry[~young].dropna()])
        assert hazard.geometry.difference(cover).area * 9.1e9 < 1e-3  # square metres to a square degree here


@given(registers(), st.randoms())
@settings(max_examples=40, deadline=None)
def test_order_of_rows_changes_nothing(tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame], random: object) -> None:
    hazards, releases = tables
    mixed = [frame.iloc[random.sample(range(len(frame)), len(frame))] for frame in tables]
    straight, shuffled = apply_releases(hazards, releases), apply_releases(*mixed)
    assert_geodataframe_equal(straight.remaining, shuffled.remaining.sort_index())
    pd.testing.assert_frame_equal(straight.ledger, shuffled.ledger.sort_index())
    pd.testing.assert_frame_equal(straight.shares, shuffled.shares)


@given(registers())
@settings(max_examples=40, deadline=None)
def test_giving_every_polygon_twice_changes_nothing(tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]) -> None:
    hazards, releases = tables
    releases = releases[releases.geometry.notna()]
    again = releases.assign(release_id=[f"again-{release}" for release in releases["release_id"]])
    once, twice = (apply_releases(hazards, table) for table in (releases, pd.concat([releases, again])))
    figures = [result.remaining.drop(columns="geometry") for result in (once, twice)]
    pd.testing.assert_frame_equal(*figures, rtol=0, atol=0.1)
    assert twice.ledger["inside_m2"].sum() == pytest.approx(once.ledger["inside_m2"].sum(), abs=0.1)
    assert twice.ledger["outside_m2"].sum() == pytest.approx(once.ledger["outside_m2"].sum(), abs=0.1)


@given(registers())
@settings(max_examples=40, deadline=None)
def test_ledger_equals_crediting_one_release_after_the_other_in_the_plane(
    tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
) -> None:
    """The definition, written out: what is fresh, and of that what lies in any hazard, in metres of a plane."""
    hazards, releases = (frame.to_crs("EPSG:9141") for frame in tables)
    hazards["established"] = None
    strength = {"cleared": 0, "reduced": 1, "cancelled": 2}
    order = releases[releases.geometry.notna()].assign(strong=lambda frame: frame["product"].map(strength))
    order = order.sort_values(["completed", "strong", "release_id"], na_position="last")
    ledger = apply_releases(hazards, releases).ledger
    recorded, done = hazards.union_all(), shapely.Polygon()
    for row, shape in order.geometry.items():
        fresh = shape.difference(done)
        done = done.union(shape)
        inside = fresh.intersection(recorded).area
        expected = [inside, shape.area - fresh.area, fresh.area - inside]
        found = ledger.loc[row, ["inside_m2", "released_before_m2", "outside_m2"]].to_numpy(dtype=float)
        # The grid shortens lengths by up to 1 in 2,500.
        assert found == pytest.approx(expected, rel=1e-3, abs=1)


@given(shapes(), shapes())
@settings(max_examples=60, deadline=None)
def test_drawn_area_of_parts_adds_up_to_the_whole(one: shapely.Polygon, other: shapely.Polygon) -> None:
    parts = np.array([one, one.intersection(other), one.difference(other)], dtype=object)
    for crs in (gpd.GeoSeries(crs=4326).crs, gpd.GeoSeries(crs=9141).crs):
        whole, *rest = drawn_area(parts, crs=crs)
        assert sum(rest) == pytest.approx(whole, rel=1e-9)


def test_drawn_area_is_the_true_area_where_edges_are_short() -> None:
    ring = shapely.Point(21, 42.6).buffer(0.001, quad_segs=64)
    holed = ring.difference(shapely.Point(21, 42.6).buffer(0.0005, quad_segs=64))
    both = np.array([ring, holed, shapely.MultiPolygon([holed, box(9, 9, 10, 10)])], dtype=object)
    ours = drawn_area(both, crs=gpd.GeoSeries(crs=4326).crs)
    true = kh.area_m2(gpd.GeoSeries(both, crs=4326)).to_numpy()
    assert ours / ours[0] == pytest.approx(true / true[0], rel=1e-6)
