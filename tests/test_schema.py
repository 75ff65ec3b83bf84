"""The tables keep to their words, and an error tells every fault at once."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from kosovo_hazards import HazardDataError
from kosovo_hazards.schema import HAZARDS, RELEASES
from kosovo_hazards.validation import conform, faults_in, require_columns, validate

FIELD = shapely.box(21.00, 42.60, 21.01, 42.61)
BOW = shapely.Polygon([(21, 42), (21.01, 42.01), (21.01, 42), (21, 42.01)])


def register(**columns: list[object]) -> gpd.GeoDataFrame:
    data = {"hazard_id": ["KS-1", "KS-2"], "hazard_type": ["CHA", "SHA"], "geometry": [FIELD, FIELD], **columns}
    return gpd.GeoDataFrame(data, geometry="geometry", crs="EPSG:4326")


def test_a_right_table_passes_and_gets_every_column_of_its_type() -> None:
    table = validate(register(established=pd.to_datetime(["2022-05-01", None])), HAZARDS)
    always = [column for column in HAZARDS.columns if not column.optional]
    assert list(table.columns) == [*(column.name for column in always), "geometry"]
    assert {column.name: str(table[column.name].dtype) for column in always} == {
        column.name: column.dtype for column in always
    }


def test_optional_columns_are_there_only_where_a_source_has_them() -> None:
    with_accuracy = validate(register(accuracy_m=[5, None]), HAZARDS)
    assert with_accuracy["accuracy_m"].dtype == "float64"
    assert "survey_method" not in with_accuracy.columns
    with pytest.raises(HazardDataError, match="negative"):
        validate(register(accuracy_m=[5, -1]), HAZARDS)


def test_columns_the_schema_does_not_know_are_kept() -> None:
    assert conform(register(imsma_link=["a", "b"]), HAZARDS)["imsma_link"].tolist() == ["a", "b"]


def test_conforming_leaves_the_argument_alone() -> None:
    table = register()
    before = table.copy()
    conform(table, HAZARDS)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    ("column", "values", "problem"),
    [
        ("hazard_id", ["KS-1", "KS-1"], "KS-1.*more than once"),
        ("hazard_id", [None, "KS-2"], "row 1.*hazard_id is missing"),
        ("hazard_type", ["CHA", "C.H.A?"], r"KS-2.*'C\.H\.A\?' is not one of CHA, SHA"),
        ("hazard_type", ["CHA", None], "KS-2.*hazard_type is missing"),
        ("status", ["opened", "closed"], "KS-1.*open, worked on, closed, handed over"),
        ("contamination", ["mines", None], "KS-1.*anti-personnel mines"),
        ("priority", ["urgent", "low"], "KS-1.*high, medium, low, unknown"),
        ("reported_area_m2", [-5.0, 10.0], "KS-1.*reported_area_m2.*negative"),
        ("geometry", [FIELD, None], "KS-2.*geometry is missing"),
        ("geometry", [FIELD, shapely.Polygon()], "KS-2.*geometry is empty"),
        ("geometry", [shapely.Point(21, 42), FIELD], "KS-1.*not a polygon"),
        ("geometry", [BOW, FIELD], "KS-1.*crosses itself"),
    ],
)
def test_each_broken_rule_names_the_record_and_the_column(column: str, values: list[object], problem: str) -> None:
    with pytest.raises(HazardDataError, match=problem):
        validate(register(**{column: values}), HAZARDS)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(HazardDataError) as caught:
        validate(register(status=["x", "open"], priority=["low", "y"], geometry=[None, FIELD]), HAZARDS)
    assert sorted(fault.column for fault in caught.value.faults) == ["geometry", "priority", "status"]
    assert str(caught.value).startswith("2 of 2 hazard records")


def test_positions_of_faults_do_not_depend_on_the_index() -> None:
    table = conform(register(status=["open", "x"]).set_axis([70, 7]), HAZARDS)
    assert [position for position, _ in faults_in(table, HAZARDS)] == [1]


def test_a_release_may_lack_a_polygon_but_not_a_product() -> None:
    releases = gpd.GeoDataFrame(
        {"release_id": ["R1", "R2"], "product": ["cleared", None]}, geometry=[None, None], crs="EPSG:4326"
    )
    with pytest.raises(HazardDataError, match="R2: product is missing") as caught:
        validate(releases, RELEASES)
    assert len(caught.value.faults) == 1


def test_unknown_counts_stay_unknown() -> None:
    releases = gpd.GeoDataFrame(
        {"release_id": ["R1", "R2"], "product": "cleared", "submunitions": [3, None]}, geometry=[FIELD, FIELD], crs=4326
    )
    counts = validate(releases, RELEASES)["submunitions"]
    assert counts.isna().tolist() == [False, True]
    assert counts.sum() == 3


@pytest.mark.parametrize("crs", [None, "EPSG:9141"])
def test_another_crs_or_none_is_told_with_the_call_that_mends_it(crs: str | None) -> None:
    with pytest.raises(HazardDataError, match="to_crs"):
        validate(register().set_crs(crs, allow_override=True), HAZARDS)


def test_values_of_the_wrong_kind_are_told_by_column() -> None:
    with pytest.raises(HazardDataError, match="area_m2 holds values that are not float64"):
        conform(register(area_m2=["much", "little"]), HAZARDS)


def test_a_missing_column_is_told_with_its_purpose() -> None:
    with pytest.raises(HazardDataError, match="district needed to summarise"):
        require_columns(register(), ["hazard_type", "district"], purpose="to summarise")


def test_a_long_list_of_faults_is_cut_in_print_and_whole_in_the_error() -> None:
    many = gpd.GeoDataFrame(
        {"hazard_id": [f"KS-{i}" for i in range(50)], "hazard_type": "?"}, geometry=[FIELD] * 50, crs=4326
    )
    with pytest.raises(HazardDataError, match="… and 30 more") as caught:
        validate(many, HAZARDS)
    assert len(caught.value.faults) == 50
