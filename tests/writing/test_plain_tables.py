"""Columns of types that every format knows, and text that no spreadsheet runs."""

from __future__ import annotations

import datetime as dt
import decimal

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from kosovo_hazards.writing.plain_tables import as_written, formula_safe, plain, printable


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(sign: str) -> None:
    assert formula_safe(f"{sign}cmd|' /C calc'!A0") == f"'{sign}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["", "Prizren", "'quoted'", "a=1", " =1", "KS-12", "…"])
def test_other_text_stays(text: str) -> None:
    assert formula_safe(text) == text


@given(st.text(alphabet="'=+-@\t\rab") | st.text())
def test_every_text_can_be_read_back(text: str) -> None:
    assert as_written(formula_safe(text)) == text
    assert not formula_safe(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text())
def test_printable_text_stands_in_xml(text: str) -> None:
    from xml.etree import ElementTree as ET

    text = text.replace("\r", "")
    element = ET.Element("a")
    element.text = printable(text)
    back = ET.fromstring(ET.tostring(element, encoding="unicode")).text or ""  # noqa: S314 - our own text
    assert back == printable(text)
    assert len(back) == len(text)


def test_objects_become_what_they_are() -> None:
    table = pd.DataFrame(
        {
            "flag": pd.Series([True, None], dtype=object),
            "count": pd.Series([1, None], dtype=object),
            "number": pd.Series([1.5, None], dtype=object),
            "day": pd.Series([dt.date(2024, 5, 1), None], dtype=object),
            "exact": pd.Series([decimal.Decimal("1.10"), None], dtype=object),
            "mixed": pd.Series([1, "x"], dtype=object),
            "kind": pd.Series(["a", None], dtype="category"),
            "time": pd.to_datetime(["2024-05-01 10:30", None]),
            "zone": pd.to_datetime(["2024-05-01 12:30+02:00", None], utc=True),
            "span": pd.to_timedelta(["1 day", None]),
            "nothing": pd.Series([None, None], dtype=object),
        }
    )
    got = plain(table)
    assert got.dtypes.astype(str).to_dict() == {
        "flag": "boolean", "count": "Int64", "number": "float64", "day": "date32[day][pyarrow]", "exact": "str",
        "mixed": "str", "kind": "str", "time": "datetime64[ms]", "zone": "datetime64[ms]", "span": "str",
        "nothing": "str",
    }  # fmt: skip
    assert got["exact"][0] == "1.10"
    assert got["zone"][0] == pd.Timestamp("2024-05-01 10:30")
    assert got.drop(columns="mixed").iloc[1].isna().all()


def test_names_differ_in_more_than_case_and_the_geometry_is_last() -> None:
    table = gpd.GeoDataFrame(
        [[1, 2, 3, 4, shapely.Point(0, 0, 5)]], columns=["Name", "name", "NAME", "WKT", "shape"], geometry="shape"
    )
    got = plain(table)
    assert list(got.columns) == ["Name", "name_2", "NAME_3", "WKT_2", "geometry"]
    assert got.iloc[0, :4].tolist() == [1, 2, 3, 4]
    assert not got.geometry.has_z.any()


def test_a_column_given_twice_is_kept_twice() -> None:
    got = plain(pd.DataFrame([[1, "a"]], columns=["x", "x"]))
    assert got.to_dict("list") == {"x": [1], "x_2": ["a"]}
