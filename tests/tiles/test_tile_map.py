"""Maps of tiles: no ground is lost at any zoom, and the page draws it from a server by ranges and from a folder.

Tiles are read back by the packages ``mapbox-vector-tile`` and ``pmtiles``, which know nothing of the library; outlines
are those of hypothesis and of a generated field of thousands that overlap.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pmtiles.reader import MmapSource, Reader

import kosovo_hazards as kh
from tests.tiles.reading_back import drawn, lost_m2, read_tiles

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def stars(count: int, side: float) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(4)
    angle = np.sort(rng.random((count, 8)), axis=1) * 2 * np.pi
    far = 1e-3 * (0.2 + rng.random((count, 8)))
    middle = np.c_[20.9 + rng.random(count) * side, 42.5 + rng.random(count) * side]
    points = np.stack([middle[:, :1] + far * np.cos(angle), middle[:, 1:] + far * np.sin(angle)], axis=2)
    table = {"hazard_id": [f"H-{number}" for number in range(count)], "hazard_type": rng.choice(["CHA", "SHA"], count)}
    return gpd.GeoDataFrame(table, geometry=shapely.polygons(points), crs="EPSG:4326")


@given(
    west=st.floats(-179, 178), south=st.floats(-80, 79), size=st.sampled_from([1e-5, 3e-4, 0.02, 0.9]),
    corners=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=3, max_size=7),
)  # fmt: skip
def test_no_zoom_loses_ground(
    tmp_path_factory: pytest.TempPathFactory,
    west: float,
    south: float,
    size: float,
    corners: list[tuple[float, float]],
) -> None:
    shape = shapely.convex_hull(shapely.MultiPoint([(west + x * size, south + y * size) for x, y in corners]))
    if shape.geom_type != "Polygon" or not shape.area:
        return
    hazards = gpd.GeoDataFrame({"hazard_id": ["A"], "hazard_type": ["SHA"]}, geometry=[shape], crs="EPSG:4326")
    folder = kh.write_tile_map(hazards, tmp_path_factory.mktemp("tiles") / "map", places=False)
    lost = lost_m2(folder / "hazards.pmtiles", hazards)
    assert sorted(lost) == list(range(3, 14))
    assert max(lost.values()) == 0


def test_a_crowd_is_cells_far_out_and_outlines_near_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kosovo_hazards.tiles import pyramid

    monkeypatch.setattr(pyramid, "_MOST_A_TILE", 200)
    hazards = stars(3_000, 0.5)
    folder = kh.write_tile_map(hazards, tmp_path / "map", places=False)
    layers: dict[int, set[str]] = {}
    ids: dict[int, set[str]] = {}
    for (zoom, _, _), tile in read_tiles(folder / "hazards.pmtiles"):
        layers.setdefault(zoom, set()).update(tile)
        found = {feature["properties"]["hazard_id"] for feature in tile.get("hazards", {"features": []})["features"]}
        ids.setdefault(zoom, set()).update(found)
    first = min(zoom for zoom, names in layers.items() if "hazards" in names)
    assert 3 < first < 13
    assert all(names == ({"hazards"} if zoom >= first else {"cells"}) for zoom, names in layers.items())
    assert all(len(found) == len(hazards) for zoom, found in ids.items() if zoom >= first)
    assert max(lost_m2(folder / "hazards.pmtiles", hazards).values()) == 0


class _Ranges(SimpleHTTPRequestHandler):
    """A static server that answers ranges of bytes, as nginx, Apache and object stores do (RFC 9110, section 14)."""

    asked: list[str]
    ranges = True

    def do_GET(self) -> None:
        path = Path(self.directory, self.path.lstrip("/"))
        self.asked.append(self.path)
        wanted = self.headers.get("Range")
        if not wanted or not self.ranges:
            super().do_GET()
            return
        first, last = (int(end) for end in wanted.removeprefix("bytes=").split("-"))
        data = path.read_bytes()[first : last + 1]
        self.send_response(206)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def served(folder: Path, *, ranges: bool) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    handler = type("Handler", (_Ranges,), {"asked": asked, "ranges": ranges})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/index.html", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[tuple[Page, list[str]]]:
    page = browser.new_page(viewport={"width": 1000, "height": 700})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    try:
        page.goto(address)
        page.wait_for_selector(".leaflet-tile-loaded")
        page.wait_for_timeout(600)
        yield page, wrong
    finally:
        page.close()


def coloured(page: Page) -> int:
    """How many points of the tiles have a colour."""
    return int(
        page.evaluate(
            """() => [...document.querySelectorAll("canvas.leaflet-tile-loaded")].reduce((sum, canvas) => {
                const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
                let count = 0;
                for (let at = 3; at < data.length; at += 4) count += data[at] > 0;
                return sum + count;
            }, 0)"""
        )
    )


HOSTILE = "<img src=x onerror=\"document.title='run'\">"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    hazards = kh.demo_data()[0]
    hazards.loc[hazards.index[0], ["hazard_id", "contamination"]] = [HOSTILE, None]
    bad = hazards.tail(2).assign(hazard_id=["Ž-Митровица", HOSTILE + "2"], hazard_type="burnt")
    read = kh.read_hazards(pd.concat([hazards, bad]))
    return kh.write_tile_map(read, tmp_path_factory.mktemp("tiles") / "map", title=HOSTILE)


@pytest.mark.parametrize("way", ["ranges", "no ranges", "folder"])
def test_the_page_draws_from_a_server_and_from_a_folder(browser: Browser, folder: Path, way: str) -> None:
    with served(folder, ranges=way == "ranges") as (address, asked):
        target = (folder / "index.html").as_uri() if way == "folder" else address
        with opened(browser, target) as (page, wrong):
            assert coloured(page) > 300
            assert page.title() == HOSTILE
            assert wrong == []
    names = {path.lstrip("/").split("/")[0] for path in asked} - {"favicon.ico"}
    expected = {"ranges": {"index.html", "hazards.pmtiles"}, "no ranges": {"index.html", "hazards.pmtiles", "parts"}}
    assert names == expected.get(way, set())


def test_a_click_tells_what_lies_there_and_runs_none_of_it(browser: Browser, folder: Path) -> None:
    with opened(browser, (folder / "index.html").as_uri()) as (page, wrong):
        hazards = kh.demo_data()[0]
        place = shapely.point_on_surface(hazards.geometry.iloc[0])
        page.evaluate(
            """([lat, lon]) => {
                const map = document.getElementById("map").map;
                map.setView([lat, lon], 15, { animate: false });
                map.fire("click", { latlng: L.latLng(lat, lon) });
            }""",
            [place.y, place.x],
        )
        page.wait_for_selector(".kh-popup")
        told = page.inner_text(".leaflet-popup-content")
        assert HOSTILE in told
        assert "unknown" in told
        assert wrong == []
        assert page.title() == HOSTILE


def test_squares_that_cannot_be_read_do_not_look_free(browser: Browser, folder: Path, tmp_path: Path) -> None:
    import shutil

    broken = Path(shutil.copytree(folder, tmp_path / "broken"))
    for part in (broken / "parts").iterdir():
        part.unlink()
    with opened(browser, (broken / "index.html").as_uri()) as (page, _):
        assert "can't be read" in page.inner_text(".kh-failed")
        assert coloured(page) > 100_000


def test_the_head_tells_what_was_rejected_and_the_archive_what_it_is(folder: Path) -> None:
    text = (folder / "index.html").read_text(encoding="utf-8")
    assert "2 records rejected: 2 drawn in place" in text
    assert "Synthetic demonstration data" in text
    with (folder / "hazards.pmtiles").open("rb") as file:
        reader = Reader(MmapSource(file))
        layers = {layer["id"] for layer in reader.metadata()["vector_layers"]}
        header = reader.header()
    assert layers == {"hazards", "rejected"}
    assert (header["min_zoom"], header["max_zoom"]) == (3, 13)
    assert json.loads((folder / "about.json").read_text(encoding="utf-8"))["synthetic"] is True


def test_totals_are_those_of_the_map_of_one_page_and_cells_hold_no_released_land(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kosovo_hazards.tiles import pyramid

    monkeypatch.setattr(pyramid, "_MOST_A_TILE", 0)
    hazards = kh.demo_data()[0]
    hazards.loc[hazards.index[:3], "status"] = "closed"
    hazards.loc[hazards.index[3], "geometry"] = None
    hazards.loc[hazards.index[4], ["geometry", "reported_area_m2"]] = [None, np.nan]
    folder = kh.write_tile_map(hazards, tmp_path / "map", places=False)
    page = kh.hazard_map(hazards, places=False).get_root().render()
    text = (folder / "index.html").read_text(encoding="utf-8")
    assert "area of 1 unknown" in text
    assert "area of 1 unknown" in page
    total = hazards.iloc[3:]["area_m2"].sum() - hazards["area_m2"].iloc[4]
    assert f"{total / 1e6:,.2f} km²" in text
    near = drawn(folder / "hazards.pmtiles")[12]
    ground = hazards.to_crs(3857).geometry
    assert ground.iloc[5:].within(near).all()
    assert not ground.iloc[:3].intersects(near).any()


def test_nothing_is_replaced_unasked(folder: Path) -> None:
    with pytest.raises(kh.NotWrittenError):
        kh.write_tile_map(kh.demo_data()[0], folder)
