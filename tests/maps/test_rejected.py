"""Rejected records on the map: seen at every zoom, told, and never taken for free ground."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from PIL import Image
from scipy import ndimage

import kosovo_hazards as kh
from kosovo_hazards.reading import rejected_positions

Opener = Callable[..., Any]
_SIGN = (122, 1, 119)


@pytest.fixture(scope="module")
def read(damaged_register: Path) -> kh.ReadResult:
    return kh.read_hazards(damaged_register)


def content_of(shown: Any) -> dict[str, Any]:
    page = shown.get_root().render()
    return json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S)[1])


def purple(shown: Any) -> np.ndarray:
    """Where a screenshot has the colour of the sign."""
    picture = np.asarray(Image.open(io.BytesIO(shown.page.screenshot())).convert("RGB")).astype(int)
    return (np.abs(picture - _SIGN) < 40).all(axis=2)


def signs(shown: Any) -> int:
    """How many patches of that colour there are, those of one sign taken together."""
    return int(ndimage.label(ndimage.binary_dilation(purple(shown), iterations=4))[1])


def places_in_view(shown: Any, positions: gpd.GeoSeries) -> np.ndarray:
    """Pixels of a place on each position, of those well inside of the map and under no button."""
    points = shapely.get_coordinates(shapely.point_on_surface(positions.to_numpy()))
    x, y = shown.run(
        """(() => {
            const box = app.map.getContainer().getBoundingClientRect();
            const at = given.map(([lon, lat]) => app.map.latLngToContainerPoint([lat, lon]));
            return [at.map((p) => p.x + box.left), at.map((p) => p.y + box.top)];
        })()""",
        points.tolist(),
    )
    places = np.column_stack([x, y])
    west, north, east, south = shown.run(
        "(({ left, top, right, bottom }) => [left, top, right, bottom])(app.map.getContainer().getBoundingClientRect())"
    )
    inside = (places > [west + 15, north + 15]).all(axis=1) & (places < [east - 90, south - 40]).all(axis=1)
    return places[inside]


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desk", "phone"])
def test_each_rejected_record_with_coordinates_is_seen_at_every_zoom(
    read: kh.ReadResult, open_map: Opener, size: tuple[int, int]
) -> None:
    width, height = size
    shown = open_map(kh.hazard_map(read, places=False), width=width, height=height)
    without = open_map(kh.hazard_map(read.data, places=False), width=width, height=height)
    positions = rejected_positions(read).geometry.dropna()
    seen = 0
    for zoom, centre in ((6, (42.55, 21.03)), (10, (42.62, 21.03)), (15, (42.64, 20.9)), (18, (42.58, 21.14))):
        for page in (shown, without):
            page.run("app.map.setView(given[1], given[0], { animate: false })", [zoom, centre])
        found, before = purple(shown), purple(without)
        places = places_in_view(shown, positions).round().astype(int)
        for x, y in places:
            box = np.s_[y - 12 : y + 12, x - 12 : x + 12]
            assert found[box].sum() >= 20, (zoom, x, y)
            assert before[box].sum() == 0, (zoom, x, y)
        seen += len(places)
    assert seen >= 32
    assert not shown.errors


def test_the_page_holds_every_rejected_record_with_its_reason_and_counts_them(read: kh.ReadResult) -> None:
    content = content_of(kh.hazard_map(read))
    rejected = content["rejected"]
    assert (rejected["count"], rejected["drawn"], rejected["undrawn"]) == (40, 32, 8)
    assert sum(count for _, count in rejected["reasons"]) == 40
    assert [record["row"] for record in rejected["records"]] == list(range(61, 101))
    assert [record["reason"] for record in rejected["records"]] == read.rejected["reason"].tolist()
    assert sum(bool(record["signs"]) for record in rejected["records"]) == 32
    # Rows 81 to 92 are whole polygons without a type or with an id that is taken.
    assert [record["row"] for record in rejected["records"] if record["area"]] == list(range(81, 93))
    assert "40 records rejected: 32 drawn" in content["subtitle"]
    assert "8 with no usable position" in content["subtitle"]
    assert "60 areas" in content["subtitle"]


def test_nothing_is_said_where_nothing_was_rejected(read: kh.ReadResult) -> None:
    content = content_of(kh.hazard_map(read.data))
    assert content["rejected"] is None
    assert "rejected" not in content["subtitle"]


def test_legend_popup_and_list_tell_count_reason_and_that_the_extent_is_not_known(
    read: kh.ReadResult, open_map: Opener
) -> None:
    shown = open_map(kh.hazard_map(read, places=False))
    legend = shown.text(".kh-panel-legend")
    assert re.search(r"Position known, extent unknown\s+32", legend)
    assert re.search(r"No usable position: not on the map\s+8", legend)
    assert "12 × encloses no ground" in legend
    shown.page.get_by_role("tab", name="Areas").click()
    shown.page.get_by_role("button", name="KS-061", exact=True).click()
    popup = shown.text(".kh-popup-body")
    assert "is a point, not a polygon" in popup
    assert "Position known, extent unknown" in popup
    shown.page.keyboard.press("Escape")
    shown.page.get_by_role("button", name="KS-093", exact=True).click()
    assert "KS-093 has no polygon" in shown.text(".kh-hidden")
    assert not shown.errors


def test_neither_hiding_all_areas_nor_a_date_hides_what_was_rejected(read: kh.ReadResult, open_map: Opener) -> None:
    shown = open_map(kh.hazard_map(read, places=False))
    before = signs(shown)
    shown.run("app.layers.setAll(false)")
    # The one in the legend is among them.
    assert signs(shown) == before == 33


def test_a_click_on_a_sign_or_line_tells_the_record(read: kh.ReadResult, open_map: Opener) -> None:
    shown = open_map(kh.hazard_map(read, places=False))
    # Row 65 is a line from 21.02 E, 42.58 N to 21.025, 42.582: near its end there is no sign.
    shown.run("app.map.setView([42.581, 21.0225], 16, { animate: false })")
    x, y = shown.run("(({ x, y }) => [x, y])(app.map.latLngToContainerPoint([42.5819, 21.02475]))")
    box = shown.page.locator(".kh-map").bounding_box()
    shown.page.mouse.click(box["x"] + x, box["y"] + y)
    assert "is an open line, not a polygon" in shown.text(".kh-popup-body")


def test_the_public_map_shows_the_cells_of_rejected_records_and_neither_place_nor_id(
    read: kh.ReadResult, open_map: Opener
) -> None:
    made = kh.hazard_map(read, detail="public", places=False)
    content = content_of(made)
    assert content["rejected"]["records"] == []
    assert (content["rejected"]["drawn"], content["rejected"]["undrawn"]) == (32, 8)
    assert "KS-0" not in json.dumps(content["rejected"])
    shown = open_map(made)
    covered = shown.run(
        """given.map(([lon, lat]) => app.canvas.rowsAt(L.latLng(lat, lon), 0).length > 0)""",
        shapely.get_coordinates(shapely.point_on_surface(rejected_positions(read).geometry.dropna())).tolist(),
    )
    assert covered == [True] * 32


def test_a_map_of_nothing_but_rejected_records_shows_them_in_its_first_view(
    read: kh.ReadResult, open_map: Opener
) -> None:
    none = replace(read, data=read.data[:0])
    shown = open_map(kh.hazard_map(none))
    points = shapely.get_coordinates(rejected_positions(none).geometry.dropna()).tolist()
    assert shown.run("given.every(([lon, lat]) => app.map.getBounds().contains([lat, lon]))", points)
    assert purple(shown).any()


def test_one_far_from_all_others_does_not_shrink_the_first_view(read: kh.ReadResult) -> None:
    far = read.positions.copy()
    far.loc[0, "geometry"] = shapely.Point(100.0, -30.0)
    (south, west), (north, east) = content_bounds(replace(read, positions=far))
    assert 20 < west < east < 22
    assert 42 < south < north < 43.5


def content_bounds(read: kh.ReadResult) -> list[list[float]]:
    return content_of(kh.hazard_map(read, places=False))["bounds"]


def test_rejected_releases_are_counted_and_their_ground_stays_hazardous(read: kh.ReadResult) -> None:
    field = read.data.geometry[:1]
    table = gpd.GeoDataFrame({"release_id": ["R"], "product": ["vanished"]}, geometry=field.to_list(), crs="EPSG:4326")
    releases = kh.read_releases(table)
    content = content_of(kh.hazard_map(read, releases))
    assert content["rejected"]["releases"] == 1
    assert len(content["rejected"]["records"]) == 40


def test_a_rejected_release_beside_hazards_that_were_all_accepted_is_counted() -> None:
    demo, _ = kh.demo_data()
    field = demo.geometry[:1].to_list()
    table = gpd.GeoDataFrame({"release_id": ["R"], "product": ["vanished"]}, geometry=field, crs=demo.crs)
    rejected = content_of(kh.hazard_map(kh.read_hazards(demo.head(3)), kh.read_releases(table)))["rejected"]
    assert (rejected["count"], rejected["releases"], rejected["reasons"]) == (0, 1, [])
