"""The map as people meet it: in a browser without a network, on a desk and on a phone, by mouse and keyboard."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import escape
from itertools import combinations
from pathlib import Path
from typing import Any

import folium
import folium.plugins
import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.maps import coding, hazard_map
from kosovo_hazards.schema import Contamination, HazardType, Priority, Product, Status
from kosovo_hazards.sharing import FEW, public_places

Opener = Callable[..., Any]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}

HOSTILE = [
    "<script>document.title='run'</script>", '<img src=x onerror="document.title=\'run\'">',
    "</script><script>document.title='run'</script>", "${document.title='run'}", "`;document.title='run';`", '\\',
    '\\u003cscript\\u003e', '\\201', 'C:\\new\\table', "'", '"', '"\'`', "javascript:document.title='run'",
    '<a href="javascript:document.title=\'run\'">x</a>', '{{ 7 * 7 }}', '{% raw %}', '{% endraw %}{{ 7*7 }}',
    '<!--', '-->', ']]>', "<svg onload=document.title='run'>", '&lt;b&gt;', '&amp;', 'a\nb', 'a\tb', '\u2028\u2029',
    'Ђаковица', 'Gjakovë', '𝔘𝔫𝔦', '__proto__', 'constructor',
]  # fmt: skip


@pytest.fixture(scope="module")
def demo() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    return kh.demo_data("2024-12-31")


@pytest.fixture(scope="module")
def demo_page(demo: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("maps") / "demo.html"
    hazard_map(*demo, as_of="2024-12-31").save(str(path))
    return path


def register(count: int, *, seed: int = 7, size_deg: float = 0.004, **columns: Any) -> gpd.GeoDataFrame:
    """Random areas of 5 to 16 turning points across Kosovo."""
    rng = np.random.default_rng(seed)
    shapes = []
    for _ in range(count):
        points = rng.integers(5, 17)
        angle, radius = np.sort(rng.uniform(0, 2 * np.pi, points)), rng.uniform(0.3, 1, points) * size_deg
        lon, lat = rng.uniform(20.3, 21.5), rng.uniform(42.0, 43.0)
        shapes.append(shapely.Polygon(np.c_[lon + radius * np.cos(angle), lat + radius * np.sin(angle)]))
    given = {
        "hazard_id": [f"KS-{number:05}" for number in range(count)],
        "hazard_type": rng.choice(list(HazardType), count),
        "status": rng.choice(list(Status), count),
        "contamination": rng.choice(list(Contamination), count),
        "priority": rng.choice(list(Priority), count),
        **columns,
    }
    return gpd.GeoDataFrame(given, geometry=shapely.make_valid(np.array(shapes)), crs="EPSG:4326")


def one(**columns: Any) -> gpd.GeoDataFrame:
    return register(1, **{name: [value] for name, value in columns.items()})


# --- opens anywhere --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_demo_map_opens_without_a_request_and_every_control_works(
    demo_page: Path, open_map: Opener, size: dict[str, int]
) -> None:
    shown = open_map(demo_page, **size)
    page = shown.page
    assert demo_page.stat().st_size <= 440_000
    use_tools(shown)
    use_layers(shown, step=2 if size == DESK else 5)
    use_list(shown)
    assert page.evaluate(
        "document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight"
    )
    assert (shown.requests, shown.errors) == ([], [])


def open_tab(shown: Any, name: str) -> None:
    tab = shown.page.locator(f"[data-kh-tab={name}]")
    if tab.get_attribute("aria-selected") != "true":
        tab.click()


def use_tools(shown: Any) -> None:
    before = shown.run("app.map.getZoom()")
    shown.page.locator("[data-kh-tool=in]").click()
    shown.wait(f"app.map.getZoom() >= {before + 0.99}")
    shown.page.locator("[data-kh-tool=out]").click()
    shown.page.locator("[data-kh-tool=all]").click()
    shown.wait("!app.map._animatingZoom")
    measure = shown.page.locator("[data-kh-tool=measure]")
    measure.click()
    for x, y in ((120, 300), (180, 330), (150, 360)):
        shown.page.locator(".kh-map").click(position={"x": x, "y": y})
    assert re.search(r"Distance [\d.,]+ k?m · Area [\d.,]+ k?m²", shown.text(".kh-measure"))
    measure.click()
    assert not shown.page.locator(".kh-measure").is_visible()


def open_all(shown: Any) -> None:
    """Open every group and every branch of the tree of places, from the top down."""
    for closed in (".kh-facet:not([open]) > summary", ".kh-toggle[aria-expanded=false]"):
        while shown.page.locator(closed).count():
            shown.page.locator(closed).first.click()


def use_layers(shown: Any, *, step: int) -> None:
    """Switch off and on the boxes; the map tells each time how much is hidden."""
    open_tab(shown, "layers")
    open_all(shown)
    boxes = shown.page.locator(".kh-panel-layers label.kh-check").all()
    assert len(boxes) > 40
    drawn = shown.run("app.canvas.drawnCount")
    for label in boxes[::step]:
        amount = label.locator(".kh-amount")
        number = int(re.match(r"[\d,]+", amount.inner_text())[0].replace(",", "")) if amount.count() else 0
        box = label.locator("input")
        box.uncheck()
        hidden = re.findall(r"(?:Areas|releases) hidden: (\d+)", shown.text(".kh-hidden"))
        assert hidden == ([str(number)] if number else []), label.inner_text()
        box.check()
    assert shown.text(".kh-hidden") == ""
    assert shown.run("app.canvas.drawnCount") == drawn
    shown.page.locator("[data-kh-all=off]").click()
    assert shown.run("app.canvas.drawnCount") == 0
    assert "empty ground may hold them" in shown.text(".kh-hidden")
    shown.page.locator(".kh-hidden button").click()
    assert shown.run("app.canvas.drawnCount") == drawn


def use_list(shown: Any) -> None:
    open_tab(shown, "areas")
    for head in shown.page.locator(".kh-sort").all():
        if head.is_visible():
            head.click()
            assert head.locator("..").get_attribute("aria-sort") == "ascending"
    shown.page.locator(".kh-widen").click()
    assert shown.page.locator("th.kh-col-contamination").is_visible()
    shown.page.locator(".kh-widen").click()
    shown.page.locator(".kh-search").fill("prizren")
    found = shown.page.locator(".kh-table tbody tr")
    assert found.count() > 0
    shown.page.locator(".kh-place").first.click()
    open_tab(shown, "areas")
    shown.page.locator(".kh-search").fill("SYN-N-01")
    found.first.locator("button").click()
    assert shown.page.locator(".kh-popup-title").is_visible()
    shown.page.keyboard.press("Escape")
    shown.page.wait_for_selector(".leaflet-popup", state="detached")


def test_the_page_tells_what_a_reader_must_know(demo: Any, demo_page: Path, open_map: Opener) -> None:
    shown = open_map(demo_page)
    head, foot, legend = shown.text(".kh-head"), shown.text(".kh-foot"), shown.text(".kh-panel-legend")
    # Mine Action Review, table 1: 22 CHAs with 3,841,614 m² and 13 SHAs with 2,423,678 m² at end 2024.
    assert "As of 31 December 2024 · 35 areas: 22 CHA, 13 SHA · 6.27 km²" in head
    assert "Synthetic demonstration data – not real locations" in head
    assert "Ground outside the areas shown is not thereby safe." in foot
    assert "express no opinion on the status" in foot
    assert "© OpenStreetMap contributors (ODbL)" in foot
    assert re.search(r"Confirmed hazardous area \(CHA\)\s+22 · 3\.84 km²", legend)
    assert re.search(r"Suspected hazardous area \(SHA\)\s+13 · 2\.42 km²", legend)
    sums = demo[1].groupby("product")["hazard_id"].size()
    for product in Product:
        assert re.search(rf"{product} \([\w -]+\)\s+{sums[product]} · ", legend)
    assert set(re.findall(r"· (?:< )?[\d.,]+ (\S+)", legend)) == {"km²"}
    assert shown.page.locator(".leaflet-control-scale-line").inner_text().endswith("km")
    assert shown.page.title() == "Map of hazardous areas"


def test_a_popup_tells_an_area_with_separators_and_says_unknown(open_map: Opener) -> None:
    hazards = one(hazard_type="CHA", status="open", priority=None, municipality="Gjakovë", name="Ura e re")
    shown = open_map(hazard_map(hazards))
    centre = hazards.geometry[0].representative_point()
    spot = shown.run("app.map.latLngToContainerPoint([given[1], given[0]])", [centre.x, centre.y])
    shown.page.locator(".kh-map").hover(position=spot)
    shown.page.wait_for_selector(".kh-tip")
    shown.page.locator(".kh-map").click(position=spot)
    rows = shown.page.locator(".kh-popup-body tr").all_inner_texts()
    told = dict(row.split("\t") for row in rows)
    assert list(told)[:4] == ["Area ID", "Type", "Status", "Area"]
    assert told["Area ID"] == "KS-00000"
    assert told["Type"] == "Confirmed hazardous area (CHA)"
    assert (told["Priority"], told["Municipality"]) == ("unknown", "Gjakova")
    # No record has one, so that countries without districts are not asked for them.
    assert "District" not in told
    assert f"Area\t{kh.area_m2(hazards)[0]:,.0f} m²" in rows


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_an_area_opened_from_the_list_is_not_behind_its_popup(
    demo_page: Path, open_map: Opener, size: dict[str, int]
) -> None:
    shown = open_map(demo_page, **size)
    for row in (0, 7, 20):
        inside = shown.run(
            """(() => {
                const records = app.layer("hazards");
                app.show(records, given);
                const at = app.map.latLngToContainerPoint(records.bounds(given).getCenter());
                const map = app.map.getContainer().getBoundingClientRect();
                const popup = app.popups.popup.getElement().getBoundingClientRect();
                return [popup.bottom - map.top <= at.y, at.y < map.height, popup.top >= map.top - 1];
            })()""",
            row,
        )
        assert inside == [True, True, True], row


def test_the_first_view_is_the_country_or_the_few_areas_of_a_corner(demo: Any) -> None:
    west, south, east, north = kh.places().total_bounds
    assert np.allclose(hazard_map(*demo).first_view, [[south, west], [north, east]], atol=2e-4)
    corner = demo[0][demo[0]["municipality"] == "Prizren"]
    (south, west), (north, east) = hazard_map(corner).first_view
    assert np.allclose([west, south, east, north], corner.total_bounds, atol=2e-4)


def test_areas_on_the_same_ground_are_all_told(open_map: Opener) -> None:
    hazards = pd.concat([one(hazard_id="below"), one(hazard_id="above")], ignore_index=True)
    shown = open_map(hazard_map(hazards, places=False))
    centre = hazards.geometry[0].representative_point()
    shown.page.locator(".kh-map").click(
        position=shown.run("app.map.latLngToContainerPoint([given[1], given[0]])", [centre.x, centre.y])
    )
    first = shown.text(".kh-popup-title")
    shown.page.locator(".kh-next").click()
    assert {first, shown.text(".kh-popup-title")} == {"below", "above"}
    assert shown.text(".kh-turner span") == "2 of 2 here"


@pytest.mark.parametrize("language", ["en", "sq", "sr"])
def test_a_phone_shows_what_matters_of_an_area_without_scrolling(demo: Any, open_map: Opener, language: str) -> None:
    shown = open_map(hazard_map(*demo, language=language), **PHONE)
    for kind, rows in (("hazards", (0, 7, 20)), ("releases", (0, 30))):
        for row in rows:
            hidden = shown.run(
                """(() => {
                    const records = app.layer(given[0]);
                    app.show(records, given[1]);
                    const content = document.querySelector(".leaflet-popup-content");
                    return [content.scrollHeight - content.clientHeight, content.querySelectorAll("tr").length];
                })()""",
                [kind, row],
            )
            assert hidden[0] <= 0, (kind, row)
            assert hidden[1] >= 7


@pytest.mark.parametrize("size", [DESK, PHONE, {"width": 1920, "height": 1080}], ids=["desk", "phone", "wall"])
def test_neither_the_time_bar_nor_a_notice_crops_the_country(
    demo_page: Path, open_map: Opener, size: dict[str, int]
) -> None:
    shown = open_map(demo_page, **size)
    whole = "app.map.getBounds().contains(app.content.bounds)"
    fills = """(() => {
        const [a, b] = app.content.bounds.map((corner) => app.map.latLngToContainerPoint(corner));
        const size = app.map.getSize();
        return Math.max((b.x - a.x) / (size.x - 32), (a.y - b.y) / (size.y - 42));
    })()"""
    assert shown.run(whole)
    # All of the window that is not margin, but for a twentieth of a zoom level.
    assert 0.96 <= shown.run(fills) <= 1.01
    shown.run("app.time.set(1)")
    assert shown.page.locator(".kh-hidden button").is_visible()
    shown.wait(whole)
    shown.page.locator(".kh-hidden button").click()
    shown.wait(f"{whole} && {fills} >= 0.96")
    # Who has chosen a view keeps it.
    shown.run("app.map.setView([42.3, 20.7], 12, {animate: false})")
    shown.run("app.time.set(1)")
    shown.page.wait_for_timeout(100)
    assert shown.run("app.map.getZoom()") == 12


# --- never less than the hazard --------------------------------------------------------------------------------------


@pytest.mark.parametrize("coarse", [False, True])
def test_what_is_drawn_covers_the_area_at_every_zoom(
    open_map: Opener, ground: Any, coarse: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if coarse:
        # As registers of millions of points are.
        monkeypatch.setattr(coding, "_MOST_FINE_POINTS", 100)
    hazards = register(60, size_deg=0.01)
    holes = [shape.difference(shape.representative_point().buffer(0.0007)) for shape in hazards.geometry[:20]]
    hazards.loc[:19, "geometry"] = holes
    shown = open_map(hazard_map(hazards, places=False))
    assert ("drawn coarsely" in shown.text(".kh-subtitle")) == coarse
    world = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    circumference_m, coding_m = 2 * np.pi * 6378137, 0.0 if coarse else 0.015
    farther_m = 10.0 if coarse else coding_m
    for zoom in range(6, 21):
        drawn = shown.run(
            """(() => {
                const records = app.layer("hazards"), rows = records.rowsWhere(() => true);
                const drawn = (row) => app.canvas.drawnRings(records.shapes, row, given);
                return Object.fromEntries(rows.map((row) => [records.value(row, "hazard_id"), drawn(row)]));
            })()""",
            zoom,
        )
        fewer = 0
        for hazard_id, true in zip(hazards["hazard_id"], hazards.geometry, strict=True):
            rings = [
                np.array(ring) * [1, -1] * circumference_m + [-circumference_m / 2, circumference_m / 2]
                for ring in drawn[hazard_id]
            ]
            drawn_ground = ground.filled(rings)
            projected = shapely.transform(true.segmentize(0.005), lambda xy: np.c_[world.transform(xy[:, 0], xy[:, 1])])
            # Mercator stretches a centimetre on the ground to 1.4 at this latitude.
            assert projected.buffer(-coding_m).difference(drawn_ground).area < 1e-9, (zoom, hazard_id)
            fewer += sum(map(len, rings)) < shapely.get_num_coordinates(true) - 1
            pixel_m = circumference_m / 256 / 2**zoom
            assert drawn_ground.difference(projected.buffer(3 * pixel_m + farther_m)).area < 1e-9, (zoom, hazard_id)
        assert fewer or zoom > 10


@pytest.mark.parametrize("count", [60, 4000])
def test_no_release_looks_larger_than_it_is_at_any_zoom(open_map: Opener, count: int) -> None:
    released = register(count, size_deg=0.004)
    releases = released[["geometry"]].assign(release_id=[f"R-{i}" for i in range(count)], product="cleared")
    away = register(1, size_deg=0.002).translate(3, 3)
    hazards = gpd.GeoDataFrame({"hazard_id": ["far"], "hazard_type": ["CHA"]}, geometry=away.to_numpy(), crs=4326)
    shown = open_map(hazard_map(hazards, releases, places=False))
    shapes = releases.geometry.to_numpy()
    joined = shapely.union_all(shapes)
    drawn = 0
    for zoom in (9, 11, 13, 15):
        pixel_deg = 360 / 256 / 2**zoom
        # Where a release of few pixels has its sign, which is hollow, nothing is said of its edge.
        size_px = (shapely.bounds(shapes)[:, 2:] - shapely.bounds(shapes)[:, :2]).max(axis=1) / pixel_deg
        signs = shapely.union_all(shapely.buffer(shapely.centroid(shapes[size_px < 14]), 16 * pixel_deg))
        ring = shapely.buffer(shapes[:60], 2.5 * pixel_deg).tolist()
        corners = shapely.get_coordinates(ring)
        free = ~shapely.intersects_xy(shapely.buffer(joined, 2 * pixel_deg), corners)
        free &= ~shapely.intersects_xy(signs, corners)
        middle = shapely.get_coordinates(shapely.point_on_surface(shapes[:60]))
        shown.run("app.map.setView([42.5, 20.9], given, {animate: false})", zoom)
        alphas = """given.map(([lng, lat]) => {
            const canvas = app.canvas._container, pen = canvas.getContext("2d"), corner = app.canvas._bounds.min;
            const exact = app.map.project([lat, lng]).subtract(app.map.getPixelOrigin()).subtract(corner);
            const x = Math.floor(exact.x), y = Math.floor(exact.y);
            if (x < 0 || y < 0 || x >= canvas.width || y >= canvas.height) return -1;
            return pen.getImageData(x, y, 1, 1).data[3];
        })"""
        outside = np.array(shown.run(alphas, corners[free].tolist()))
        assert not (outside > 0).any(), (zoom, corners[free][outside > 0][:3])
        drawn += (np.array(shown.run(alphas, middle.tolist())) > 60).sum()
    assert drawn >= 10


@pytest.mark.parametrize("count", [200, 9000])
def test_no_area_looks_like_free_ground_at_any_zoom(open_map: Opener, count: int) -> None:
    hazards = register(count, size_deg=0.002, status=["open"] * count)
    shown = open_map(hazard_map(hazards, places=False))
    inside = shapely.get_coordinates(hazards.geometry.representative_point())
    for zoom in (8, 9, 10.25, 11, 12, 13, 15):
        shown.run("app.map.setView([42.5, 20.9], given, {animate: false})", zoom)
        blank = shown.run(
            """(() => {
                const canvas = app.canvas._container, pen = canvas.getContext("2d"), corner = app.canvas._bounds.min;
                const picture = pen.getImageData(0, 0, canvas.width, canvas.height);
                let seen = 0;
                const blank = given.filter(([lng, lat]) => {
                    const at = app.map.latLngToLayerPoint([lat, lng]).subtract(corner);
                    const exact = app.map.project([lat, lng]).subtract(app.map.getPixelOrigin()).subtract(corner);
                    const x = Math.floor(exact.x), y = Math.floor(exact.y);
                    if (x < 0 || y < 0 || x >= canvas.width || y >= canvas.height) return false;
                    seen += 1;
                    return picture.data[4 * (y * canvas.width + x) + 3] < 60;
                });
                return { blank, seen };
            })()""",
            inside.tolist(),
        )
        assert blank["seen"] > 0
        assert blank["blank"] == [], zoom


def test_nothing_looks_hazardous_far_from_any_area(open_map: Opener) -> None:
    count = 9000
    hazards = register(count, size_deg=0.002, status=["open"] * count)
    shown = open_map(hazard_map(hazards, places=False))
    mercator = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    shapes = shapely.transform(hazards.geometry.to_numpy(), lambda xy: np.c_[mercator.transform(xy[:, 0], xy[:, 1])])
    areas = shapely.STRtree(shapes)
    for zoom in (9, 10, 11, 12, 13):
        shown.run("app.map.setView([42.5, 20.9], given, {animate: false})", zoom)
        coloured, size, corner, origin = shown.run(
            """(() => {
                const canvas = app.canvas._container, pen = canvas.getContext("2d");
                const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
                const coloured = [];
                for (let i = 3; i < data.length; i += 4) if (data[i]) coloured.push((i - 3) / 4);
                const { min } = app.canvas._bounds, origin = app.map.getPixelOrigin();
                return [coloured, [canvas.width, canvas.height], [min.x, min.y], [origin.x, origin.y]];
            })()"""
        )
        lines, across = np.divmod(np.array(coloured), size[0])
        world = np.c_[across + corner[0] + origin[0], lines + corner[1] + origin[1]] + 0.5
        half_m, pixel_m = np.pi * 6378137, 2 * np.pi * 6378137 / 256 / 2**zoom
        spots = shapely.points(world[:, 0] * pixel_m - half_m, half_m - world[:, 1] * pixel_m)
        # Signs that cover the box of an area, outlines and whole pixels reach some pixels beyond it.
        _, away_m = areas.query_nearest(spots, return_distance=True, all_matches=False)
        assert len(spots) > 1000
        assert away_m.max() <= 12 * pixel_m, zoom


def test_records_without_a_polygon_are_told_and_listed(open_map: Opener) -> None:
    hazards = register(3, hazard_type=["CHA"] * 3, status=["open"] * 3, reported_area_m2=[np.nan, 5000.0, 100.0])
    hazards.loc[[0, 1], "geometry"] = None
    shown = open_map(hazard_map(hazards, places=False))
    head = shown.text(".kh-subtitle")
    assert "3 areas: 3 CHA, 0 SHA" in head
    assert "area of 1 unknown" in head
    assert "2 without a polygon, only in the list" in head
    open_tab(shown, "areas")
    assert shown.page.locator(".kh-table tbody tr").all_inner_texts()[0].split("\t")[-1] == "unknown"
    shown.page.locator(".kh-open").first.click()
    assert "has no polygon" in shown.text(".kh-hidden")


def test_a_country_with_gaps_is_counted_and_fits(open_map: Opener, tmp_path: Path) -> None:
    count = 100_000
    rng = np.random.default_rng(3)
    angle = np.sort(rng.uniform(0, 2 * np.pi, (count, 13)), axis=1)
    middle = np.c_[rng.uniform(20.3, 21.5, count), rng.uniform(42.0, 43.0, count)]
    ring = middle[:, None] + rng.uniform(0.001, 0.002, (count, 13, 1)) * np.dstack([np.cos(angle), np.sin(angle)])
    shapes = shapely.polygons(ring)
    shapes[:700], shapes[700:1000] = None, shapely.Polygon()
    place = np.where(np.arange(count) % 10 == 0, None, "Prizren")
    kinds = np.where(np.arange(count) % 4 == 0, "SHA", "CHA")
    given = {"hazard_id": [f"KS-{n:06}" for n in range(count)], "hazard_type": kinds, "municipality": place}
    hazards = gpd.GeoDataFrame({**given, "status": "open"}, geometry=shapes, crs="EPSG:4326")
    path = tmp_path / "country.html"
    hazard_map(hazards, shade="count").save(str(path))
    assert path.stat().st_size <= 8_000_000
    shown = open_map(path)
    head = shown.text(".kh-subtitle")
    assert "100,000 areas: 75,000 CHA, 25,000 SHA" in head
    assert "area of 1,000 unknown" in head
    assert "1,000 without a polygon, only in the list" in head
    assert "none of these places: 10,000" in shown.text(".kh-panel-legend")
    open_tab(shown, "areas")
    shown.page.locator(".kh-search").fill("KS-000650")
    assert shown.page.locator(".kh-table tbody tr").all_inner_texts()[0].split("\t")[0] == "KS-000650"
    assert shown.errors == []


def test_an_empty_register_gives_a_map(open_map: Opener) -> None:
    shown = open_map(hazard_map(register(3).iloc[:0]))
    assert "0 areas" in shown.text(".kh-subtitle")
    assert shown.errors == []


def test_tables_in_other_coordinate_systems_lie_in_the_same_place() -> None:
    hazards = register(5)
    here, there = (hazard_map(table, places=False).first_view for table in (hazards, hazards.to_crs("EPSG:9141")))
    assert np.allclose(here, there, atol=2e-4)


# --- safe to show ----------------------------------------------------------------------------------------------------


def test_hostile_texts_are_read_and_never_run(open_map: Opener) -> None:
    count = len(HOSTILE)
    texts = dict.fromkeys(
        (
            "hazard_id",
            "name",
            "municipality",
            "district",
            "region",
            "operator",
            "source",
            "status",
            "contamination",
            "priority",
            "extra",
            HOSTILE[1],
        ),
        HOSTILE,
    )
    hazards = register(count, **texts)
    released = register(count, seed=9, **{**texts, "release_id": HOSTILE, "product": HOSTILE}).drop(
        columns="hazard_type"
    )
    places = gpd.GeoDataFrame(
        {"name": HOSTILE, "district": HOSTILE, "geometry": shapely.buffer(hazards.geometry.to_numpy(), 0.01)},
        crs=hazards.crs,
    )
    shown = open_map(
        hazard_map(
            hazards,
            released,
            places=places,
            title=HOSTILE[2] + HOSTILE[14] + HOSTILE[3],
            sources=HOSTILE[0],
            columns=["extra", HOSTILE[1]],
        )
    )
    page = shown.page
    assert page.locator("h1").inner_text() == HOSTILE[2] + HOSTILE[14] + HOSTILE[3]
    assert page.title() == HOSTILE[2] + HOSTILE[14] + HOSTILE[3]
    open_tab(shown, "layers")
    open_tab(shown, "areas")
    for row in range(count):
        popup = shown.run(
            """(() => {
                const records = app.layer("hazards");
                app.show(records, given);
                const cells = [...app.popups.popup.getElement().querySelectorAll("td")];
                return [records.value(given, "hazard_id"), cells.map((cell) => cell.textContent)];
            })()""",
            row,
        )
        assert popup[0] in HOSTILE
        assert popup[1].count(popup[0]) >= 7  # places may stand there by their names in English
    for text in HOSTILE:
        page.locator(".kh-search").fill(text)
    assert "run" not in page.title().replace("='run'", "")
    assert (
        page.evaluate("document.querySelectorAll('.kh img, .kh-panel a, .kh-popup-body a, .kh-popup-body svg').length")
        == 0
    )
    assert shown.requests == []
    assert shown.errors == []


def test_the_policy_stops_a_script_that_gets_in(demo_page: Path, open_map: Opener) -> None:
    shown = open_map(demo_page)
    shown.page.evaluate(
        """document.body.insertAdjacentHTML("beforeend",
            "<img src=x: onerror='document.title=1'><img src=https://out.example/x.png>")"""
    )
    shown.page.evaluate(
        """(() => {
            const made = document.createElement("script");
            made.textContent = "document.title = 2";
            document.body.append(made);
        })()"""
    )
    shown.page.wait_for_timeout(200)
    assert shown.page.title() == "Map of hazardous areas"
    assert shown.requests == []


def test_a_public_map_has_cells_that_cover_and_nothing_finer(open_map: Opener, ground: Any) -> None:
    hazards = register(
        40, name=[f"secret {n}" for n in range(40)], source=["secret.gpkg"] * 40, municipality=["Gjakovë"] * 40
    )
    made = hazard_map(hazards, places=False, detail="public", as_of="2024-12-31")
    text = made.get_root().render()
    rings = ground.decoded(made.content["hazards"]["shapes"])
    cells = [shapely.Polygon(ring) for [ring] in rings]
    assert shapely.union_all(cells).buffer(1e-7).covers(shapely.union_all(hazards.geometry.to_numpy()))
    assert all(cell.area * 111_320 * 82_000 > 0.98e6 for cell in cells)
    edges = gpd.GeoSeries(cells, crs="EPSG:4326").to_crs("EPSG:9141").bounds.to_numpy() / 1000
    assert np.abs(edges - np.round(edges)).max() < 1e-4
    from kosovo_hazards.maps.coding import unpack

    columns = unpack(made.content["hazards"]["columns"]).decode()
    assert "secret" not in text + columns
    assert "KS-000" not in text + columns
    assert {column["name"] for column in json.loads(columns)} == {
        "cell_id",
        "hazard_type",
        "status",
        "contamination",
        "areas",
        "chas",
        "shas",
    }
    shown = open_map(made)
    assert "40 areas, shown by" in shown.text(".kh-subtitle")
    assert "Generalised for sharing" in shown.text(".kh-foot")
    assert (shown.requests, shown.errors) == ([], [])


def test_a_public_page_is_the_same_wherever_in_its_cells_the_ground_lies() -> None:
    def page(east_m: float, north_m: float, size_m: float) -> str:
        corners = [(7_512_000, 4_690_000), (7_530_000, 4_655_000), (7_498_000, 4_722_000)]
        fields = [
            shapely.box(e + east_m, n + north_m, e + east_m + size_m, n + north_m + size_m / 2) for e, n in corners
        ]
        told = {"hazard_id": list("abc"), "hazard_type": ["CHA", "SHA", "CHA"], "name": [f"{east_m}"] * 3}
        places = {"municipality": ["Prizren", "Prizren", "Pejë"], "reported_area_m2": [size_m] * 3}
        hazards = gpd.GeoDataFrame({**told, **places}, geometry=fields, crs="EPSG:9141")
        released = hazards.assign(release_id=list("abc"), product="cleared", completed=pd.Timestamp(f"20{int(size_m)}"))
        made = hazard_map(hazards, released, detail="public", as_of="2024-12-31", shade="count")
        return made.get_root().render().replace(made.get_name(), "map")

    one, other = page(150, 220, 14), page(700.3, 801.7, 23)
    policy = re.compile(r"<meta http-equiv=.Content-Security-Policy[^>]*>")
    assert policy.sub("", one) == policy.sub("", other)


def test_a_public_map_shades_by_two_digits_places_that_have_more_than_a_few(demo: Any) -> None:
    public = shaded(hazard_map(*demo, shade="area", detail="public"))
    counted = public_places(demo[0], kh.places(), levels=["municipality"])
    true = kh.area_m2(counted).groupby(counted["municipality"]).sum()
    told = {name: place["value"] for name, place in public.items() if place["value"] is not None}
    assert set(told) == set(true.index) - {FEW}
    for name, value in told.items():
        assert true[name] <= value <= 1.11 * true[name]
        assert len(str(int(value)).rstrip("0")) <= 2


# --- a folium map ----------------------------------------------------------------------------------------------------


def test_markers_tiles_and_plugins_can_be_added(demo: Any, open_map: Opener) -> None:
    made = hazard_map(*demo)
    assert isinstance(made, folium.Map)
    folium.Marker([42.66, 21.16], popup="Office").add_to(made)
    folium.Marker([42.5, 21.0]).add_to(made)
    folium.TileLayer("https://{s}.tiles.example/{z}/{x}/{y}.png", attr="tiles", name="tiles").add_to(made)
    folium.plugins.Fullscreen().add_to(made)
    folium.LayerControl().add_to(made)
    jquery = """window.$ = (text) => {
        const box = document.createElement("div");
        box.innerHTML = text;
        return [box.firstElementChild];
    };"""
    fullscreen = """L.Control.FullScreen = L.Control.extend({
        onAdd: () => Object.assign(document.createElement("i"), { id: "plugged" }),
    });
    L.control.fullscreen = (given) => new L.Control.FullScreen(given);"""
    answers = {"https://code.jquery.com/jquery": jquery, "https://cdn.jsdelivr.net/npm/leaflet.fullscreen": fullscreen}
    shown = open_map(made, answers=answers)
    markers = shown.page.locator("img.leaflet-marker-icon")
    assert markers.count() == 2
    assert markers.first.get_attribute("src").startswith("data:image/png")
    markers.first.click()
    shown.page.wait_for_selector("text=Office")
    assert shown.page.locator("#plugged").count() == 1
    hosts = {re.sub(r"^https://([^/]+).*", r"\1", url) for url in shown.requests}
    assert {"a.tiles.example", "code.jquery.com"} <= hosts
    assert all(host.endswith(".tiles.example") or host in ("code.jquery.com", "cdn.jsdelivr.net") for host in hosts)
    policy = shown.page.locator("meta[http-equiv='Content-Security-Policy']").get_attribute("content")
    assert "img-src data: https://*.tiles.example" in policy
    assert not [error for error in shown.errors if "Content Security Policy" in error]
    shown.page.evaluate("document.body.append(Object.assign(new Image(), { src: 'https://else.example/x.png' }))")
    shown.page.wait_for_timeout(100)
    assert not [url for url in shown.requests if "else.example" in url]


def test_tiles_added_later_are_seen_through_the_places(demo: Any, open_map: Opener) -> None:
    made = hazard_map(*demo)
    blank = """(() => {
        const { canvas } = app, at = app.map.latLngToLayerPoint([42.4, 21.02]).subtract(canvas._bounds.min);
        return canvas._container.getContext("2d").getImageData(at.x, at.y, 1, 1).data[3];
    })()"""
    assert open_map(made).run(blank) == 255
    folium.TileLayer("https://tiles.example/{z}/{x}/{y}.png", attr="tiles").add_to(made)
    assert open_map(made).run(blank) == 0


def test_a_map_without_additions_allows_no_host_and_saving_twice_gives_the_same(demo: Any) -> None:
    made = hazard_map(*demo)
    first, second = made.get_root().render(), made.get_root().render()
    assert first == second
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', first)[1]
    assert "http" not in policy
    assert "unsafe" not in policy


def test_a_basemap_allows_its_tile_host_alone(demo: Any) -> None:
    page = hazard_map(demo[0], basemap="OpenStreetMap").get_root().render()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert re.findall(r"https://[^\s;&]+", policy) == ["https://tile.openstreetmap.org"]


def test_a_notebook_shows_the_whole_page(demo: Any, browser: Any) -> None:
    html = hazard_map(*demo)._repr_html_()
    page = browser.new_page(viewport=DESK)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_content(html)
    page.frame_locator("iframe").locator(".kh-ready .kh-legend-list").first.wait_for(timeout=20_000)
    page.close()
    assert errors == []


def test_a_report_can_hold_the_page_in_a_frame(demo: Any, browser: Any, tmp_path: Path) -> None:
    page_text = hazard_map(*demo, as_of="2024-12-31").get_root().render()
    report = tmp_path / "report.html"
    frame = f'<iframe srcdoc="{escape(page_text)}" style="width:1000px;height:640px" title="map"></iframe>'
    report.write_text(f"<!DOCTYPE html><title>Report</title><p>Before</p>{frame}{frame}", encoding="utf-8")
    page = browser.new_page(viewport=DESK)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type in ("error", "warning") else None)
    page.goto(report.as_uri() + "#chapter")
    for number in range(2):
        inside = page.frame_locator("iframe").nth(number)
        inside.locator(".kh-ready").wait_for(timeout=20_000)
        # The map has the whole width, its panel is folded below it, and nothing is cut off.
        assert not inside.locator(".kh-panel-legend").is_visible()
        assert inside.locator(".kh-map").bounding_box()["width"] == pytest.approx(1000, abs=6)
        whole = "(root) => root.scrollWidth <= root.clientWidth && root.scrollHeight <= root.clientHeight"
        assert inside.locator("html").evaluate(whole)
        inside.locator("[data-kh-tool=in]").click()
        inside.locator("[data-kh-tab=layers]").click()
        inside.locator("[data-kh-facet='hazards:hazard_type'] input").first.uncheck()
        assert "Areas hidden: 22" in inside.locator(".kh-hidden").inner_text()
    # The report's own address stays as it was.
    assert page.evaluate("location.hash") == "#chapter"
    page.close()
    assert errors == []


# --- tools -----------------------------------------------------------------------------------------------------------


def test_the_slider_shows_the_register_as_of_a_date(open_map: Opener) -> None:
    hazards = register(
        3, hazard_type=["CHA"] * 3, status=["open"] * 3, established=pd.to_datetime(["2020-05-01", "2023-05-01", None])
    )
    released = register(3, seed=3).drop(columns=["hazard_type", "status"]).rename(columns={"hazard_id": "release_id"})
    released = released.assign(
        product=list(Product), completed=pd.to_datetime(["2021-06-01", "2022-12-31", "2024-03-01"])
    )
    shown = open_map(hazard_map(hazards, released, places=False))
    slider = shown.page.locator(".kh-time input")
    days = shown.run("app.time.days.map((day) => new Date(day * 864e5).toISOString().slice(0, 10))")
    assert days == ["2020-12-31", "2021-12-31", "2022-12-31", "2023-12-31", "2024-12-31"]
    slider.focus()
    for _ in range(3):
        slider.press("ArrowLeft")
    assert shown.text(".kh-time-told") == "31 December 2022"
    assert "Areas hidden: 1" in shown.text(".kh-hidden")
    legend = shown.text(".kh-panel-legend")
    # The third release came later: its ground was not released then and must not look so.
    assert "Released after the date shown: not yet released then" in legend
    assert re.search(r"reduced \(technical survey\)\s+1 · ", legend)
    assert shown.run("app.layer('releases').rowsWhere((row) => app.layer('releases').isDrawn(row)).length") == 3
    assert shown.errors == []


def test_the_slider_goes_by_months_where_asked(demo: Any, open_map: Opener) -> None:
    shown = open_map(hazard_map(*demo, time="month"))
    days = shown.run("app.time.days.map((day) => new Date(day * 864e5).toISOString().slice(0, 10))")
    assert {"2024-02-29", "2024-12-31"} <= set(days)
    shown.run("app.time.set(given)", days.index("2024-02-29"))
    assert shown.text(".kh-time-told") == "29 February 2024"
    assert "day=2024-02-29" in shown.page.evaluate("location.hash")


def shaded(made: Any) -> dict[str, Any]:
    """Value and class of each municipality by its name."""
    return dict(zip(made.content["places"]["levels"][0]["names"], made.content["shade"]["places"], strict=True))


def test_shading_keeps_unknown_apart_from_low(demo: Any, open_map: Opener) -> None:
    hazards = demo[0].assign(remaining_m2=1000.0, baseline_m2=2000.0)
    hazards.loc[hazards["municipality"] == "Prizren", "remaining_m2"] = np.nan
    shade = shaded(hazard_map(hazards, shade="remaining"))
    assert shade["Prizren"] == {"value": None, "class": -1}
    assert shade["Novobërdë"] == {"value": None, "class": -2}
    count = shaded(hazard_map(demo[0], shade="count"))
    numbers = demo[0]["municipality"].value_counts()
    assert {name: place["value"] for name, place in count.items() if place["value"]} == numbers.to_dict()
    shown = open_map(hazard_map(hazards, shade="remaining"))
    legend = shown.text(".kh-panel-legend")
    assert "Remaining area by place" in legend
    assert "No area recorded does not mean that there is none." in legend
    with pytest.raises(kh.HazardDataError, match="remaining_m2, baseline_m2 needed to shade"):
        hazard_map(demo[0], shade="progress")


@pytest.mark.parametrize("asked", ["gjakove", "ĐAKOVICA", "Ђаковица", "gjakovë"])
def test_search_finds_places_with_and_without_marks(demo_page: Path, open_map: Opener, asked: str) -> None:
    shown = open_map(demo_page)
    open_tab(shown, "areas")
    shown.page.locator(".kh-search").fill(asked)
    assert "Gjakova (municipality)" in shown.page.locator(".kh-place").all_inner_texts()


def test_a_view_travels_in_its_address(demo_page: Path, open_map: Opener) -> None:
    first = open_map(demo_page)
    first.run("app.map.setView([42.3, 20.7], 12, {animate: false})")
    open_tab(first, "layers")
    first.page.locator("[data-kh-facet='hazards:hazard_type'] input").first.uncheck()
    first.run("app.time.set(2)")
    fragment = first.page.evaluate("location.hash")
    second = open_map(demo_page, fragment=fragment)
    assert second.run("[app.map.getZoom(), app.map.getCenter().lat, app.map.getCenter().lng]") == pytest.approx(
        [12, 42.3, 20.7], abs=1e-3
    )
    assert second.text(".kh-hidden") == first.text(".kh-hidden")
    assert second.text(".kh-time-told") == first.text(".kh-time-told")
    for broken in ("#view=x/y/z", "#view=9/42/21&off=[[", "#view=9/42/21&off=5&day=never"):
        assert open_map(demo_page, fragment=broken).errors == []


def test_a_position_is_asked_for_only_where_the_map_was_made_for_it(demo: Any, open_map: Opener) -> None:
    assert open_map(hazard_map(*demo)).page.locator("[data-kh-tool=locate]").count() == 0
    assert open_map(hazard_map(*demo, locate=True)).page.locator("[data-kh-tool=locate]").count() == 1


# --- languages, keyboard, paper --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "tab", "place", "notice"),
    [
        ("sq", "Legjenda", "Gjakovë", "nuk janë vende të vërteta"),
        ("sr", "Legenda", "Đakovica", "nisu stvarne lokacije"),
    ],
)
def test_the_whole_map_speaks_the_language(
    demo: Any, open_map: Opener, language: str, tab: str, place: str, notice: str
) -> None:
    shown = open_map(hazard_map(*demo, language=language, as_of="2024-12-31"))
    assert shown.page.evaluate("document.documentElement.lang") == language
    assert shown.text("[data-kh-tab=legend]") == tab
    assert notice in shown.text(".kh-synthetic")
    open_tab(shown, "layers")
    open_all(shown)
    open_tab(shown, "areas")
    assert place in shown.text(".kh-table")
    everything = shown.page.locator(".kh").inner_text() + shown.page.evaluate(
        "[...document.querySelectorAll('[aria-label]')].map((e) => e.getAttribute('aria-label')).join(' ')"
    )
    for english in ("Legend ", "hazardous", "unknown", "Priority", "municipality", "Close", "Zoom", "Search", "open\n"):
        assert english not in everything, english


def test_all_is_reached_by_keyboard(demo_page: Path, open_map: Opener) -> None:
    shown = open_map(demo_page)
    page = shown.page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("prizren")
    page.locator(".kh-open").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.className") == "kh-popup-title"
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "(({ dataset, className }) => dataset.khTool ?? dataset.khTab ?? className)(document.activeElement)"
            )
        )
    assert {"in", "out", "all", "print", "measure", "areas", "kh-search", "kh-open", "kh-sort"} <= reached
    assert any("kh-map" in name for name in reached)
    page.locator("[data-kh-tab=areas]").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator("[data-kh-tab=layers]").get_attribute("aria-selected") == "true"


def faults_of_accessibility(shown: Any) -> list[Any]:
    found = shown.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [
        (fault["id"], [node["html"][:90] for node in fault["nodes"][:3]])
        for fault in found
        if fault["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(
    ("options", "size"),
    [
        ({"shade": "area"}, DESK), ({"shade": "area", "language": "sq"}, PHONE), ({"language": "sr"}, DESK),
        ({"detail": "public", "locate": True}, PHONE),
    ],
    ids=["shaded-desk", "sq-phone", "sr-desk", "public-phone"],
)  # fmt: skip
def test_no_serious_fault_of_accessibility(
    demo: Any, open_map: Opener, options: dict[str, Any], size: dict[str, int]
) -> None:
    from axe_playwright_python.base import AXE_FILE_PATH

    shown = open_map(hazard_map(*demo, as_of="2024-12-31", **options), **size)
    # The page's own policy lets no foreign script in, so the checker comes in by the debugger.
    session = shown.page.context.new_cdp_session(shown.page)
    session.send("Runtime.evaluate", {"expression": Path(AXE_FILE_PATH).read_text(encoding="utf-8")})
    for tab in ("legend", "layers", "areas"):
        open_tab(shown, tab)
        if tab == "layers":
            open_all(shown)
        assert faults_of_accessibility(shown) == [], tab
    shown.page.locator(".kh-widen").click()
    assert faults_of_accessibility(shown) == [], "all columns"
    shown.page.locator(".kh-widen").click()
    shown.page.locator(".kh-open").first.click()
    # What fades in has no contrast of its own yet.
    shown.wait("getComputedStyle(document.querySelector('.leaflet-popup')).opacity === '1'")
    assert faults_of_accessibility(shown) == [], "popup"
    shown.page.keyboard.press("Escape")
    shown.page.wait_for_selector(".leaflet-popup", state="detached")
    if shown.run("Boolean(app.time)"):
        shown.run("app.time.set(1)")
        assert faults_of_accessibility(shown) == [], "as of a date"


def test_symbols_are_told_apart_without_any_colour(demo_page: Path, open_map: Opener) -> None:
    shown = open_map(demo_page)
    grey = shown.run(
        """(() => {
            const { symbols } = app.scene;
            const hazards = ["open", "worked on"].flatMap((status) =>
                ["CHA", "SHA"].map((type) => symbols.hazard(type, status)));
            const released = ["cancelled", "reduced", "cleared"].map((product) => symbols.released(product));
            const picture = (symbol, sign) => {
                const canvas = symbols.swatch(symbol, sign), pen = canvas.getContext("2d");
                pen.globalCompositeOperation = "destination-over";
                pen.fillStyle = "#fff";
                pen.fillRect(0, 0, 99, 99);
                const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
                return Array.from({ length: data.length / 4 }, (_, i) =>
                    0.2126 * data[4 * i] + 0.7152 * data[4 * i + 1] + 0.0722 * data[4 * i + 2]);
            };
            const areas = [...hazards, ...released, symbols.notYetReleased()].map((symbol) => picture(symbol, false));
            return [areas, [...hazards, ...released].map((symbol) => picture(symbol, true))];
        })()"""
    )
    for pictures in grey:
        for one, other in combinations(np.array(pictures), 2):
            assert np.sqrt(np.mean((one - other) ** 2)) > 8


def test_a_printed_map_is_one_landscape_sheet_with_legend_and_notices(
    demo_page: Path, open_map: Opener, tmp_path: Path
) -> None:
    shown = open_map(demo_page)
    open_tab(shown, "areas")
    data = shown.page.pdf(path=str(tmp_path / "map.pdf"), prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == 1
    box = [float(number) for number in re.search(rb"/MediaBox\s*\[([^\]]+)\]", data)[1].split()]
    # A4 is 297 mm by 210 mm, at 72 points to 25.4 mm.
    assert box[2:] == pytest.approx([297 / 25.4 * 72, 210 / 25.4 * 72], abs=1)
    assert shown.page.locator("[data-kh-tab=areas]").get_attribute("aria-selected") == "true"
    shown.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    shown.page.emulate_media(media="print")
    for part in (".kh-head h1", ".kh-synthetic", ".kh-panel-legend", ".kh-warning", ".kh-canvas"):
        assert shown.page.locator(part).is_visible(), part
    assert not shown.page.locator(".kh-tools").is_visible()


@pytest.mark.parametrize("language", ["en", "sq", "sr"])
def test_a_long_legend_is_printed_to_its_end(demo: Any, open_map: Opener, language: str) -> None:
    shown = open_map(hazard_map(*demo, as_of="2024-12-31", language=language, shade="area"))
    shown.page.emulate_media(media="print")
    shown.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    lowest = (
        "Math.max(...[...document.querySelectorAll('.kh-panel-legend *')].map((e) => e.getBoundingClientRect().bottom))"
    )
    assert shown.run(f"{lowest} <= document.querySelector('.kh-side').getBoundingClientRect().bottom + 1")
    assert shown.run("app.map.getBounds().contains(app.content.bounds)")
    shown.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert shown.run("document.querySelector('.kh-panel-legend').style.zoom") == ""


def test_a_sheet_of_a3_is_filled(demo_page: Path, open_map: Opener) -> None:
    shown = open_map(demo_page)
    data = shown.page.pdf(format="A3", landscape=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == 1
    box = [float(number) for number in re.search(rb"/MediaBox\s*\[([^\]]+)\]", data)[1].split()]
    # A3 is 420 mm by 297 mm.
    assert box[2:] == pytest.approx([420 / 25.4 * 72, 297 / 25.4 * 72], abs=1.5)


# --- clear errors ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"language": "xx"}, "no map in the language 'xx'"),
        ({"detail": "secret"}, "detail is 'secret'"),
        ({"time": "week"}, "time is 'week'"),
        ({"shade": "colour"}, "shade is 'colour'"),
        ({"shade": "count", "places": False}, "there are no places"),
        ({"as_of": "yesterday-ish"}, "not a date"),
        ({"basemap": "https://tiles.example/{z}/{x}/{y}.png"}, "pass folium.TileLayer"),
        ({"detail": "public", "columns": ["name"]}, "tells no further columns"),
    ],
)
def test_a_wrong_option_is_told_with_the_way_out(change: dict[str, Any], message: str) -> None:
    with pytest.raises(kh.HazardDataError, match=re.escape(message)):
        hazard_map(register(2), **change)


def test_tables_that_can_not_be_drawn_are_told() -> None:
    hazards = register(2)
    with pytest.raises(kh.HazardDataError, match="no coordinate reference system"):
        hazard_map(hazards.set_crs(None, allow_override=True))
    with pytest.raises(kh.HazardDataError, match="hazard_type needed to draw a map"):
        hazard_map(hazards.drop(columns="hazard_type"))
    with pytest.raises(kh.HazardDataError, match="product needed to draw a map"):
        hazard_map(hazards, hazards.rename(columns={"hazard_id": "release_id"}))


def test_the_tables_stay_as_they_were(demo: Any) -> None:
    before = [table.copy() for table in demo]
    hazard_map(*demo, shade="area", detail="full")
    hazard_map(*demo, detail="public")
    for table, old in zip(demo, before, strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(old))
