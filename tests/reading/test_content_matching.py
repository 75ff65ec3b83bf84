"""Columns that no heading tells, recognised by what they hold; and advice that is ready to paste."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

import kosovo_hazards as kh

SQUARES = [shapely.box(21 + i / 10, 42.5, 21.01 + i / 10, 42.51) for i in range(5)]


def table(**columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=SQUARES, crs="EPSG:4326")


def test_column_of_words_of_a_type_is_taken_and_said_so():
    result = kh.read_hazards(table(c3=["Suspect Areas", "Confirmed Areas", "SHA", "Sumnjiva zona", "Minefields"]))
    assert result.data["hazard_type"].tolist() == ["SHA", "CHA", "SHA", "SHA", "CHA"]
    assert "columns taken: hazard_type from 'c3' by the words that it holds" in result.messages()


def test_four_fifths_of_known_words_are_enough_and_the_fifth_is_told():
    result = kh.read_hazards(table(x1=["SHA", "SHA", "CHA", "CHA", "blue"]))
    assert len(result.data) == 4
    assert "'blue' is not one of CHA, SHA" in result.rejected["reason"].iloc[0]


def test_fewer_known_words_are_not():
    result = kh.read_hazards(table(x1=["SHA", "SHA", "CHA", "blue", "blue"]))
    assert len(result.data) == 0


def test_two_columns_of_such_words_are_left_to_the_caller():
    result = kh.read_hazards(table(x1=["SHA"] * 5, x2=["CHA"] * 5))
    assert len(result.data) == 0
    advice = [message for message in result.messages() if "if that is the hazard_type" in message]
    assert [message.split(" ")[0] for message in advice] == ["'x1'", "'x2'"]


def test_a_heading_comes_before_content():
    result = kh.read_hazards(table(hazard_type=["SHA"] * 5, x1=["CHA"] * 5))
    assert result.data["hazard_type"].tolist() == ["SHA"] * 5
    assert result.data["x1"].tolist() == ["CHA"] * 5


def test_words_that_may_be_said_of_anything_claim_nothing():
    result = kh.read_hazards(table(hazard_type=["SHA"] * 5, growth=["high", "low", "low", "high", "medium"]))
    assert result.data["priority"].isna().all()


def test_words_of_the_caller_count_as_known():
    result = kh.read_hazards(table(x1=["red", "amber", "red", "red", "amber"]), values={"red": "CHA", "amber": "SHA"})
    assert result.data["hazard_type"].tolist() == ["CHA", "SHA", "CHA", "CHA", "SHA"]


def test_advice_can_be_pasted():
    given = table(zone_kind=["red", "red", "amber", "red", "red"])
    (advice,) = [message for message in kh.read_hazards(given).messages() if "'zone_kind' holds" in message]
    assert "'zone_kind' holds 'red' (4), 'amber' (1)" in advice
    assert 'columns={"hazard_type": "zone_kind"} values={"red": "SHA", "amber": "SHA"}' in advice
    read = kh.read_hazards(given, columns={"hazard_type": "zone_kind"}, values={"red": "SHA", "amber": "SHA"})
    assert len(read.data) == 5


def test_reason_that_all_records_share_is_said_once():
    messages = kh.read_hazards(table(zone_kind=["red"] * 5)).messages()
    assert sum("5 records were rejected, 5 of them: hazard_type is missing" in message for message in messages) == 1


@pytest.mark.parametrize(("words", "kind"), [("Cleared Areas", "release"), ("Suspect Areas", "hazard")])
def test_file_of_the_other_kind_is_told_to_be_one(words, kind):
    reader = kh.read_hazards if kind == "release" else kh.read_releases
    result = reader(table(x1=[words] * 5))
    assert len(result.data) == 0
    assert f"the words of 'x1' are those of {kind}s: read the file as {kind}s" in result.messages()
