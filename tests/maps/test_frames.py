"""The map in a frame that has no room for a while: hidden, folded, or not yet laid out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kosovo_hazards as kh

VIEW = """() => {
    const { app } = Object.values(window[document.querySelector(".folium-map").id]._layers).find((layer) => layer.app);
    const middle = app.map.latLngToContainerPoint(L.latLngBounds(app.content.bounds).getCenter());
    const size = app.map.getSize();
    return [middle.x - size.x / 2, middle.y - size.y / 2, app.map.getBounds().contains(app.content.bounds)];
}"""


@pytest.fixture
def frame(browser: Any, tmp_path: Path) -> Iterator[Any]:
    kh.hazard_map(kh.demo_data()[0]).save(str(tmp_path / "map.html"))
    page = tmp_path / "page.html"
    page.write_text('<iframe src="map.html" style="width: 900px; height: 600px; border: 0"></iframe>', encoding="utf-8")
    shown = browser.new_page(viewport={"width": 1280, "height": 800})
    yield shown, page
    shown.close()


def lies_in_the_middle(shown: Any) -> bool:
    across, down, whole = shown.frames[-1].evaluate(VIEW)
    return abs(across) < 30 and abs(down) < 30 and whole


@pytest.mark.parametrize("folded", ["height: 0", "height: 30px", "display: none", "width: 0; height: 0"])
def test_a_frame_that_is_folded_and_opened_again_shows_all(folded: str, frame: Any) -> None:
    shown, page = frame
    shown.goto(page.as_uri())
    shown.frames[-1].wait_for_selector(".kh-ready")
    assert lies_in_the_middle(shown)
    shown.evaluate("given => document.querySelector('iframe').style.cssText += ';' + given", folded)
    shown.wait_for_timeout(250)
    opened = "document.querySelector('iframe').style.cssText = 'width: 900px; height: 600px; border: 0'"
    shown.evaluate(opened)
    shown.wait_for_timeout(250)
    assert lies_in_the_middle(shown)


def test_a_frame_that_begins_folded_shows_all_when_it_is_opened(frame: Any) -> None:
    shown, page = frame
    page.write_text(page.read_text(encoding="utf-8").replace("600px", "20px"), encoding="utf-8")
    shown.goto(page.as_uri())
    shown.frames[-1].wait_for_selector(".kh-ready", state="attached")
    shown.evaluate("document.querySelector('iframe').style.height = '600px'")
    shown.wait_for_timeout(250)
    assert lies_in_the_middle(shown)
