"""Cells become numbers and dates only where one reading is left."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from kosovo_hazards.cells import dates
from kosovo_hazards.reading.registers import read_hazards


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        # 1 Farvardin 1403 was 20 March 2024; the Islamic year 1403 began on 18 October 1982.
        ("1403-05-12", "the year 1403 is 2024/25 in the Persian one and about 1982 in the Islamic one"),
        ("12.05.1403", "the year 1403 is 2024/25 in the Persian one and about 1982 in the Islamic one"),
        # The Islamic year 1445 began on 19 July 2023.
        ("1445/03/12", "is 2066/67 in the Persian one and about 2023 in the Islamic one"),
        ("2567-05-12", "in the Buddhist one the year 2567 is 2024"),
        ("15 mars 2567", "in the Buddhist one the year 2567 is 2024"),
        ("0001-01-01", "is in the year 1, and dates from 1900 to 2100 are read"),
        ("2204-01-01", "is in the year 2204, and dates from 1900 to 2100 are read"),
    ],
)
def test_dates_of_other_calendars_are_left_saying_so(cell: str, problem: str) -> None:
    parsed = dates(pd.Series([cell, "2024-03-31"]))
    assert parsed.cells.isna().tolist() == [True, False]
    assert problem in parsed.problems[0]
    assert parsed.problems[1] == ""


def test_dates_that_are_no_text_are_looked_at_too() -> None:
    column = pd.Series(["1403-05-12", "2024-03-31", None]).astype("datetime64[us]")
    parsed = dates(column)
    assert parsed.cells.isna().tolist() == [True, False, True]
    assert "in the Persian one" in parsed.problems[0]
    assert column.notna().tolist() == [True, True, False]


def test_a_workbook_that_counts_its_days_from_1904_keeps_its_dates(tmp_path: Path) -> None:
    field = "POLYGON ((21 42.6, 21.01 42.6, 21.01 42.61, 21 42.61, 21 42.6))"
    for epoch in (CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900):
        book = openpyxl.Workbook()
        book.epoch = epoch
        book.active.append(["hazard_id", "hazard_type", "established", "wkt"])
        book.active.append(["A", "CHA", dt.date(2015, 6, 30), field])
        book.save(tmp_path / "register.xlsx")
        read = read_hazards(tmp_path / "register.xlsx", crs="EPSG:4326")
        assert read.data["established"][0] == pd.Timestamp("2015-06-30")
        assert any("from 1904" in note for note in read.notes) == (epoch == CALENDAR_MAC_1904)
