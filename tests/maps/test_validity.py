"""Every page says when it was made and of which file; one with a last day says by itself that it is over."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kosovo_hazards as kh


def test_the_page_says_that_it_is_too_old(open_map: Callable[..., Any]) -> None:
    hazards, _ = kh.demo_data()
    old = open_map(kh.hazard_map(hazards, places=False, expires="2024-12-31"))
    assert "This page held until 31 December 2024" in old.text(".kh-expired")
    assert old.errors == []
    assert old.requests == []
    day = dt.date.today() + dt.timedelta(days=2)
    fresh = open_map(kh.hazard_map(hazards, places=False, expires=day))
    assert fresh.page.query_selector(".kh-expired") is None
    assert f"Holds until {day.day} {day:%B %Y}." in fresh.text(".kh-sources")


def test_the_page_names_the_file_it_was_made_of(open_map: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "register.geojson"
    kh.write_geojson(kh.demo_data()[0], path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    read = kh.read_hazards(path)
    assert read.sha256 == digest
    opened = open_map(kh.hazard_map(read, places=False, detail="public"))
    told = opened.text(".kh-sources")
    assert digest in told
    assert f"Made on {dt.date.today().day} " in told
    assert f"{dt.date.today() + dt.timedelta(days=365):%Y}" in told
    assert kh.read_hazards(kh.demo_data()[0]).sha256 == ""


def test_a_last_day_that_is_none_is_told() -> None:
    with pytest.raises(kh.UsageError, match="is no day"):
        kh.hazard_map(kh.demo_data()[0], expires="soon")
