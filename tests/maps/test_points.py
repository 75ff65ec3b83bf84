"""Evidence, accidents and items on the map: seen, counted, told, switched off, and never on a public map."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image

import kosovo_hazards as kh

Opener = Callable[..., Any]
COLOURS = {"evidence": (29, 79, 158), "accidents": (17, 17, 17), "items": (0, 96, 110)}
PLACES = {
    "evidence": [(20.903, 42.603), (20.905, 42.607)],
    "accidents": [(20.907, 42.603)],
    "items": [(20.913, 42.605), (20.915, 42.605), (20.917, 42.605)],
}


@pytest.fixture
def hazards() -> gpd.GeoDataFrame:
    data = {"hazard_id": ["H-1"], "hazard_type": ["CHA"], "status": ["open"]}
    return gpd.GeoDataFrame(data, geometry=[shapely.box(20.90, 42.60, 20.91, 42.61)], crs=4326)


@pytest.fixture
def points() -> dict[str, gpd.GeoDataFrame]:
    def at(key: str, name: str, **columns: object) -> gpd.GeoDataFrame:
        ids = [f"{name}-{number}" for number in range(1, len(PLACES[name]) + 1)]
        shapes = [shapely.Point(place) for place in PLACES[name]]
        return gpd.GeoDataFrame({key: ids, **columns}, geometry=shapes, crs=4326).to_crs("EPSG:9141")

    accidents = at("accident_id", "accidents", kind=["civilian"], date=pd.to_datetime(["2001-07-02"]), injured=[2])
    nowhere = accidents.assign(accident_id="accidents-2").set_geometry(gpd.GeoSeries([None], crs=accidents.crs))
    return {
        "evidence": at("evidence_id", "evidence", directness=["direct", "indirect"], kind=["crater", "verbal report"]),
        "accidents": pd.concat([accidents, nowhere], ignore_index=True),
        "items": at("item_id", "items", device_model="BLU-97", depth_cm=[5.0, 12.5, None], accuracy_m=0.5),
    }


def near(shown: Any, place: tuple[float, float], colour: tuple[int, int, int]) -> int:
    """How many pixels round a place have a colour."""
    x, y = shown.run(
        """(() => {
            const box = app.map.getContainer().getBoundingClientRect();
            const at = app.map.latLngToContainerPoint([given[1], given[0]]);
            return [at.x + box.left, at.y + box.top];
        })()""",
        list(place),
    )
    picture = np.asarray(Image.open(io.BytesIO(shown.page.screenshot())).convert("RGB")).astype(int)
    around = picture[round(y) - 11 : round(y) + 12, round(x) - 11 : round(x) + 12]
    return int((np.abs(around - colour) < 30).all(axis=2).sum())


@pytest.mark.parametrize("width", [1280, 390])
def test_each_point_is_seen_by_a_sign_of_its_kind(hazards, points, open_map: Opener, width: int) -> None:
    shown = open_map(kh.hazard_map(hazards, places=False, **points), width=width, height=844)
    shown.run("app.map.setView([42.605, 20.909], 14, { animate: false })")
    for kind, places in PLACES.items():
        for place in places:
            assert near(shown, place, COLOURS[kind]) >= 20, (kind, place)
    assert not shown.errors
    assert not shown.requests


def test_a_sign_never_hides_an_area_that_is_as_small(hazards, points, open_map: Opener) -> None:
    on_top = {"items": points["items"].assign(geometry=hazards.to_crs("EPSG:9141").geometry.centroid[0])}
    shown = open_map(kh.hazard_map(hazards, places=False, **on_top))
    shown.run("app.map.setView([42.605, 20.905], 8, { animate: false })")
    assert near(shown, (20.905, 42.605), (255, 38, 38)) >= 10


def test_legend_popup_list_and_switch_tell_them(hazards, points, open_map: Opener) -> None:
    shown = open_map(kh.hazard_map(hazards, places=False, **points))
    legend = " ".join(shown.text(".kh-panel-legend").split())
    assert "Evidence: direct 1 Evidence: indirect 1" in legend
    assert "Accidents 1 Accidents: position not known, not on the map 1 Items found 3" in legend
    shown.page.get_by_role("tab", name="Areas").click()
    shown.page.get_by_role("button", name="items-2", exact=True).click()
    popup = " ".join(shown.text(".kh-popup-body").split())
    assert "Model of device BLU-97" in popup
    assert "Depth 12.5 cm" in popup
    shown.page.keyboard.press("Escape")
    shown.page.get_by_role("button", name="accidents-1", exact=True).click()
    assert "2 July 2001" in shown.text(".kh-popup-body")
    shown.page.keyboard.press("Escape")
    shown.page.get_by_role("tab", name="Layers").click()
    shown.page.locator("[data-kh-points=items] input").uncheck()
    assert "items hidden: 3" in shown.text(".kh-hidden")
    shown.run("app.map.setView([42.605, 20.909], 14, { animate: false })")
    assert near(shown, PLACES["items"][0], COLOURS["items"]) == 0
    shown.page.get_by_role("button", name="Show all").last.click()
    assert near(shown, PLACES["items"][0], COLOURS["items"]) >= 20


def test_the_slider_shows_what_had_happened_by_then(hazards, points, open_map: Opener) -> None:
    data = {
        "release_id": ["R-1", "R-2"],
        "product": "cleared",
        "completed": pd.to_datetime(["2000-05-01", "2003-05-01"]),
    }
    released = gpd.GeoDataFrame(data, geometry=[shapely.box(20.9, 42.6, 20.901, 42.601)] * 2, crs=4326)
    shown = open_map(kh.hazard_map(hazards, released, places=False, **points))
    drawn = "app.scene.points.find((points) => points.kind === 'accidents').isDrawn(0)"
    shown.run("app.time.set(0)")
    assert not shown.run(drawn)
    shown.run("app.time.set(given)", 4)
    assert shown.run(drawn)


def test_a_public_map_holds_nothing_of_them(hazards, points) -> None:
    page = kh.hazard_map(hazards, places=False, detail="public", **points).get_root().render()
    assert kh.hazard_map(hazards, places=False, detail="public").content["points"] == {}
    content = kh.hazard_map(hazards, places=False, detail="public", **points).content
    assert content["points"] == {}
    assert "accidents-1" not in page


def test_words_that_would_run_are_text(hazards, points, open_map: Opener) -> None:
    evil = "<img src=x onerror=alert(1)>"
    items = points["items"].assign(item_id=[evil, "</script>", "c"], device_model="constructor")
    shown = open_map(kh.hazard_map(hazards, places=False, items=items))
    shown.page.get_by_role("tab", name="Areas").click()
    shown.page.get_by_role("button", name=evil, exact=True).click()
    assert evil in shown.text(".kh-popup-body")
    assert not shown.errors


def test_tables_without_their_id_or_crs_are_refused(hazards, points) -> None:
    with pytest.raises(kh.UsageError, match="item_id"):
        kh.hazard_map(hazards, items=points["items"].drop(columns="item_id"))
    with pytest.raises(kh.MissingCRSError):
        kh.hazard_map(hazards, items=points["items"].set_crs(None, allow_override=True))
