"""How a report is set: figures keep their units, ids and days are whole, nothing sticks out, names lie apart."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kosovo_hazards as kh
from kosovo_hazards.charts import paper_map
from kosovo_hazards.language import catalogue
from kosovo_hazards.pages import with_units

LINES = """selector => [...document.querySelectorAll(selector)].map(
    one => [one.textContent, new Set([...one.getClientRects()].map(box => Math.round(box.top))).size])"""
STICKS_OUT = """() => [...document.querySelectorAll('.figures > div')].filter(
    box => [...box.children].some(one => one.scrollWidth > box.clientWidth + 1)).map(box => box.textContent)"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("set") / "report"
    hazards, releases = kh.demo_data()
    kh.write_report(hazards, releases, place, as_of="2024-12-31", previous=kh.demo_data(2023)[0], language="sr")
    return place


@pytest.mark.parametrize("width", [390, 703, 1280])
def test_no_line_ends_between_a_figure_and_its_unit_nor_inside_of_a_day(width: int, folder: Path, browser: Any) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto((folder / "report.html").as_uri())
    if width == 703:
        page.emulate_media(media="print")
    found = page.evaluate(LINES, ".unit")
    assert {"6,27 km²", "2024-12-31", "SYN-2020-01"} <= {text for text, _ in found}
    assert [text for text, lines in found if lines > 1] == []
    page.close()


@pytest.mark.parametrize("width", [390, 703, 1280])
def test_a_long_key_figure_stays_in_its_box(width: int, browser: Any, tmp_path: Path) -> None:
    hazards, _ = kh.demo_data()
    register = kh.of_register(as_of="2024-12-31")
    ranking = kh.prioritise(hazards, criteria=[register["type"]])
    plan = kh.plan(hazards, kh.Capacity(teams=21, m2_per_team_day=168), ranking, start=2025, cost_eur_per_m2=2.5)
    kh.write_plan(plan, tmp_path / "plan.html", hazards, as_of="2024-12-31")
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto((tmp_path / "plan.html").as_uri())
    assert "million" in page.locator(".figures").inner_text()
    assert page.evaluate(STICKS_OUT) == []
    page.close()


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("6.265.292 m² od 7,13 km²", ["6.265.292 m²", "7,13 km²"]),
        ("120\u00a0000 m² i 1.5 ha", ["120\u00a0000 m²", "1.5 ha"]),
        ("1.54 million € a year", ["1.54 million €"]),
        ("35 areas, 12 mines, 3 m", ["3 m"]),
        ("<b>5 km</b> & more", ["5 km"]),
        ("until 2024-12-31.", ["2024-12-31"]),
    ],
)
def test_what_stays_together_is_marked_and_all_text_is_kept(text: str, whole: list[str], browser: Any) -> None:
    page = browser.new_page()
    page.set_content(f"<p>{with_units(text)}</p>")
    assert page.evaluate("document.querySelector('p').textContent") == text
    assert page.evaluate("[...document.querySelectorAll('.unit')].map(one => one.textContent)") == whole
    page.close()


@pytest.mark.parametrize("language", ["en", "sr", "sq"])
def test_no_name_on_the_paper_map_lies_on_another(language: str) -> None:
    hazards = kh.demo_data()[0]
    figure = paper_map(hazards, kh.places(), catalogue(language, report=True), public=False, synthetic=False)
    figure.savefig(io.BytesIO(), format="png")
    names = [text for text in figure.axes[0].texts if text.get_zorder() == 3]
    assert len(names) >= 34
    boxes = np.array([text.get_window_extent().extents for text in names])
    lower = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    upper = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = np.clip(upper - lower, 0, None).prod(axis=2)
    np.fill_diagonal(shared, 0)
    worst = np.unravel_index(shared.argmax(), shared.shape)
    assert shared.max() < 2, [names[at].get_text() for at in worst]
