"""Round signs that count areas: every area is in one, is a sign of its own or drawn as it is, at every zoom."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from PIL import Image

import kosovo_hazards as kh

Opener = Callable[..., Any]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
COUNTS = """[...document.querySelectorAll(".kh-cluster")].map(
    (one) => [Number(one.dataset.khCount), one.getAttribute("aria-label")])"""


def told(shown: Any) -> tuple[list[int], dict[str, int]]:
    """Numbers of the round signs as a screen reader says them, and how the picture tells each area."""
    counts = []
    for count, label in shown.run(COUNTS):
        whole, *parts = (int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", label))
        assert whole == sum(parts) == count, label
        counts.append(count)
    return counts, shown.run("app.canvas.told")


def at_zoom(shown: Any, zoom: float) -> None:
    shown.run("app.map.setView(L.latLngBounds(app.content.bounds).getCenter(), given, {animate: false})", zoom)


def kobo(path: Path) -> Path:
    """Areas in the layout of KoboToolbox: a form's CSV, shapes as "latitude longitude altitude accuracy; …".

    240 squares of 25 m round eight villages in Savannakhet, and one of 900 m.
    """
    rng = np.random.default_rng(3)
    villages = np.column_stack([rng.uniform(106.20, 106.24, 8), rng.uniform(16.70, 16.73, 8)])
    middles = np.repeat(villages, 30, axis=0) + rng.normal(0, 0.0012, (240, 2))
    boxes = [
        *shapely.box(*(middles - 0.00012).T, *(middles + 0.00012).T),
        shapely.box(106.25, 16.70, 106.2585, 16.7082),
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, delimiter=";")
        lines.writerow(["start", "end", "Hazard ID", "Type of hazard", "area_shape", "_id", "_uuid", "_submitted"])
        for row, box in enumerate(boxes):
            shape = ";".join(f"{lat:.7f} {lon:.7f} 0 0" for lon, lat in box.exterior.coords)
            kind = "CHA" if row % 3 == 0 else "SHA"
            day = "2024-02-03T09:30:00.000+07:00"
            lines.writerow([day, day, f"SVK-{row:03}", kind, shape, 5000 + row, f"u{row}", day])
    return path


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_numbers_add_up_to_all_areas_of_the_demo_register(open_map: Opener, size: dict[str, int]) -> None:
    hazards, releases = kh.demo_data()
    shown = open_map(kh.hazard_map(hazards, releases), **size)
    seen = set()
    for zoom in (3, 4, 5, 6, 7, 7.5):
        at_zoom(shown, zoom)
        counts, ways = told(shown)
        assert sum(counts) == ways["grouped"]
        assert sum(ways.values()) == len(hazards)
        seen.add(len(counts))
    assert len(seen) > 2
    # From afar all lie in few signs, and none is lost.
    at_zoom(shown, 3)
    assert len(told(shown)[0]) <= 2
    assert (shown.requests, shown.errors) == ([], [])


def test_numbers_add_up_to_all_areas_of_a_form_of_another_country(open_map: Opener, tmp_path: Path) -> None:
    read = kh.read_hazards(kobo(tmp_path / "form.csv"))
    assert len(read.data) == 241, read.messages()
    shown = open_map(kh.hazard_map(read, places=False), width=1400, height=1000)
    parted = []
    for zoom in (4, 7, 9, 10, 11, 12, 13, 13.5):
        at_zoom(shown, zoom)
        counts, ways = told(shown)
        assert sum(counts) == ways["grouped"]
        assert sum(ways.values()) == 241, zoom
        parted.append(len(counts) + ways["signs"] + ways["shapes"])
    # The nearer, the more signs.
    assert parted == sorted(parted)
    assert parted[0] == 1
    assert parted[-1] > 25


def pair(**second: str) -> gpd.GeoDataFrame:
    """Two small areas beside each other, and one far away, so that the view is wide."""
    shapes = [shapely.box(x, 42.6, x + 0.0005, 42.6005) for x in (21.0, 21.001, 21.4)]
    table = {"hazard_id": ["A", "B", "C"], "hazard_type": ["SHA", "CHA", "SHA"], "status": ["closed"] * 3}
    for name, value in second.items():
        table[name][1] = value
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")


@pytest.mark.parametrize(
    ("second", "colour", "said"),
    [
        ({"status": "open", "hazard_type": "CHA"}, "red", "1 CHA, 1 closed or handed over"),
        ({"status": "worked on", "hazard_type": "SHA"}, "orange", "1 SHA, 1 closed or handed over"),
        ({"status": "handed over"}, "green", "2 closed or handed over"),
    ],
)
def test_a_sign_has_the_colour_of_the_gravest_and_is_never_green_with_a_hazard_in_it(
    second: dict[str, str], colour: str, said: str, open_map: Opener
) -> None:
    shown = open_map(kh.hazard_map(pair(**second), places=False))
    at_zoom(shown, 9)
    ((count, label),) = shown.run(COUNTS)
    assert (count, label) == (2, f"Areas close together: 2: {said}")
    box = shown.page.locator(".kh-cluster").bounding_box()
    picture = np.asarray(Image.open(io.BytesIO(shown.page.screenshot())).convert("RGB")).astype(int)
    x, y = round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)
    red, green, blue = picture[y - 7, x]
    found = "red" if green < 0.5 * red else "orange" if green < 0.95 * red else "green"
    assert found == colour, (red, green, blue)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("by", ["click", "key"])
def test_a_click_or_a_key_goes_nearer_until_the_areas_lie_apart(
    by: str, size: dict[str, int], open_map: Opener
) -> None:
    shown = open_map(kh.hazard_map(pair(status="open"), places=False), **size)
    at_zoom(shown, 9)
    sign = shown.page.locator(".kh-cluster")
    if by == "key":
        sign.focus()
        shown.page.keyboard.press("Enter")
    else:
        box = sign.bounding_box()
        assert min(box["width"], box["height"]) >= 24
        shown.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    shown.wait("!app.map._animatingZoom && app.map.getZoom() > 12 && app.canvas.told.grouped === 0")
    inside = "app.map.getBounds().contains(app.layer('hazards').bounds(given))"
    assert shown.run(inside, 0)
    assert shown.run(inside, 1)
    assert shown.errors == []


def test_areas_that_no_zoom_parts_are_told_one_by_one(open_map: Opener) -> None:
    """Two records on one square metre, as a copied row gives them."""
    spot = shapely.box(21.0, 42.6, 21.000005, 42.600005)
    twice = gpd.GeoDataFrame(
        {"hazard_id": ["A", "B"], "hazard_type": ["CHA", "SHA"]}, geometry=[spot, spot], crs="EPSG:4326"
    )
    shown = open_map(kh.hazard_map(twice, places=False))
    shown.run("app.map.setView([42.6, 21.0], 20, {animate: false})")
    assert told(shown) == ([2], {"grouped": 2, "signs": 0, "shapes": 0})
    shown.page.locator(".kh-cluster").focus()
    shown.page.keyboard.press("Enter")
    assert "1 of 2" in shown.text(".leaflet-popup")


def test_a_rejected_record_beside_a_sign_is_told_first(open_map: Opener, tmp_path: Path) -> None:
    """What could not be accepted lies above: a click there tells it and does not zoom past it."""
    table = pair(status="open").assign(hazard_type=["SHA", "CHA", "mistyped"])
    table.geometry = [*table.geometry[:2], table.geometry[0]]
    table.to_file(tmp_path / "register.gpkg")
    read = kh.read_hazards(tmp_path / "register.gpkg")
    assert len(read.rejected) == 1
    shown = open_map(kh.hazard_map(read, places=False))
    at_zoom(shown, 10)
    assert told(shown)[0] == [2]
    box = shown.page.locator(".kh-cluster").bounding_box()
    shown.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert "extent unknown" in shown.text(".leaflet-popup")
    assert shown.run("app.map.getZoom()") == 10


def test_a_public_map_counts_no_cells_as_areas(open_map: Opener) -> None:
    shown = open_map(kh.hazard_map(kh.demo_data()[0], detail="public"))
    at_zoom(shown, 6)
    assert told(shown)[0] == []
    assert "close together" not in shown.text(".kh-panel-legend")
