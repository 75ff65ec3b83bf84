"""A report says when it was made, of which file and until when it holds; after that day it says that it is over."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import pytest

import kosovo_hazards as kh


def test_a_report_says_of_which_file_it_was_made_and_that_it_is_too_old(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "register.geojson"
    kh.write_geojson(kh.demo_data()[0], path)
    read = kh.read_hazards(path)
    for expires, over in (("2024-12-31", True), (dt.date.today(), False)):
        folder = tmp_path / f"report-{over}"
        written = kh.write_report(read, None, folder, as_of="2024-12-31", language="sr", expires=expires)
        page, requests = browser.new_page(), []
        page.on("request", lambda request, urls=requests: urls.append(request.url))
        page.goto(written.page.as_uri())
        meta = page.locator("header .meta").inner_text()
        assert hashlib.sha256(path.read_bytes()).hexdigest() in meta
        assert f"{dt.date.today():%Y}." in meta
        told = page.locator(".expired")
        assert told.is_visible() == over
        assert not over or "31. decembra 2024." in told.inner_text()
        assert [url for url in requests if not url.startswith("data:")] == [written.page.as_uri()]
        page.close()


def test_a_public_report_holds_for_a_year(tmp_path: Path) -> None:
    hazards, _ = kh.demo_data()
    page = kh.write_report(hazards, None, tmp_path / "report", as_of="2024-12-31", detail="public").page
    day = dt.date.today() + dt.timedelta(days=365)
    assert f'data-day="{day:%Y-%m-%d}"' in page.read_text(encoding="utf-8")
    with pytest.raises(kh.UsageError, match="is no day"):
        kh.write_report(hazards, None, tmp_path / "other", expires="soon")
    assert not (tmp_path / "other").exists()
