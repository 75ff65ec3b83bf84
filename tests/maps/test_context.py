"""Rivers and roads below a map: under everything it tells, few, and never in place of a hazard."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from PIL import Image
from typer.testing import CliRunner

import kosovo_hazards as kh
from kosovo_hazards.cli import app

Opener = Callable[..., Any]
FIELD = shapely.box(21.0, 42.6, 21.02, 42.61)
# The river crosses the field, the road lies beside it; in the national grid, as an office keeps them.
RIVER = shapely.LineString([(20.95, 42.605), (21.07, 42.605)])
ROAD = shapely.LineString([(20.95, 42.62), (21.07, 42.62)])


def lines(*shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": ["<script>x</script>"] * len(shapes)}, geometry=[*shapes], crs=4326).to_crs(9141)


@pytest.fixture
def hazards() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"hazard_id": ["A"], "hazard_type": ["CHA"]}, geometry=[FIELD], crs="EPSG:4326")


def content_of(shown: Any) -> dict[str, Any]:
    page = shown.get_root().render()
    return json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S)[1])


def pixels(shown: Any) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(shown.page.screenshot())).convert("RGB")).astype(int)


def test_lines_lie_under_the_hazards_and_can_be_hidden(hazards: gpd.GeoDataFrame, open_map: Opener) -> None:
    context = {"rivers": lines(RIVER), "roads": lines(ROAD)}
    bare = open_map(kh.hazard_map(hazards, places=False))
    shown = open_map(kh.hazard_map(hazards, places=False, context=context))
    for one in (bare, shown):
        one.run("app.map.fitBounds([[42.58, 20.97], [42.63, 21.05]], {animate: false})")
    at = """(() => { const box = app.map.getContainer().getBoundingClientRect();
        const p = app.map.latLngToContainerPoint([given[1], given[0]]); return [p.x + box.left, p.y + box.top]; })()"""
    changed = np.abs(pixels(shown) - pixels(bare)).sum(axis=2) > 30
    (x, y), (left, top), (right, bottom) = (
        shown.run(at, place) for place in ((21.04, 42.605), (21, 42.61), (21.02, 42.6))
    )
    assert changed[round(y) - 2 : round(y) + 3, round(x)].any()
    # The hazard is opaque enough to be seen over it: its outline and its own colour stay where they are.
    inside = changed[round(top) + 8 : round(bottom) - 8, round(left) + 8 : round(right) - 8]
    red = pixels(shown)[round(top) + 8 : round(bottom) - 8, round(left) + 8 : round(right) - 8]
    assert inside.mean() < 0.05
    assert (red[..., 0] > red[..., 2]).all()
    assert "Rivers" in shown.text(".kh-panel-legend")
    for kind in ("rivers", "roads"):
        box = f"document.querySelector('[data-kh-switch={kind}] input')"
        shown.run(f"{box}.click()")
    shown.run("app.layers.setAll(true)")
    hidden = np.abs(pixels(shown) - pixels(bare)).sum(axis=2) > 30
    assert not hidden[round(y) - 2 : round(y) + 3, round(x)].any()
    assert (shown.requests, shown.errors) == ([], [])


def test_many_lines_become_few_points_and_far_ones_are_left_out(hazards: gpd.GeoDataFrame) -> None:
    across = np.linspace(20.9, 21.1, 400)
    winding = [
        shapely.LineString(np.column_stack([across, 42.6 + k / 1e4 + 1e-4 * np.sin(900 * across)])) for k in range(400)
    ]
    far = shapely.LineString([(10, 50), (11, 51)])
    many = content_of(kh.hazard_map(hazards, places=False, context={"rivers": lines(*winding), "roads": lines(far)}))
    assert 0 < many["context"]["rivers"]["count"] <= 60_000
    assert many["context"]["roads"]["count"] == 0
    assert content_of(kh.hazard_map(hazards, places=False))["context"] == {}


def test_lakes_count_by_their_edge_and_odd_coordinates_are_left_out(hazards: gpd.GeoDataFrame) -> None:
    lake = shapely.box(21.03, 42.6, 21.04, 42.61)
    odd = gpd.GeoDataFrame(
        geometry=[lake, None, shapely.Point(21, 42.6), shapely.LineString([(21, np.inf), (21.1, 42.6)])], crs=4326
    )
    assert content_of(kh.hazard_map(hazards, places=False, context={"rivers": odd}))["context"]["rivers"]["count"] == 5


def test_a_public_map_takes_them_too(hazards: gpd.GeoDataFrame) -> None:
    page = kh.hazard_map(hazards, places=False, detail="public", context={"roads": lines(ROAD)}).get_root().render()
    assert "script>x" not in page
    assert '"roads":{"count":2' in page.replace(" ", "")


def test_wrong_use_is_told(hazards: gpd.GeoDataFrame) -> None:
    with pytest.raises(kh.UsageError, match="'lakes' can't be drawn below a map: known are rivers and roads"):
        kh.hazard_map(hazards, context={"lakes": lines(RIVER)})
    with pytest.raises(kh.MissingCRSError, match="table of roads"):
        kh.hazard_map(hazards, context={"roads": gpd.GeoDataFrame(geometry=[ROAD])})


def test_the_command_reads_files_and_tells_what_it_could_not(hazards: gpd.GeoDataFrame, tmp_path: Path) -> None:
    kh.write_geojson(hazards, tmp_path / "register.geojson")
    lines(RIVER, shapely.box(21, 42.6, 21.01, 42.61)).to_file(tmp_path / "rivers.gpkg")
    page = tmp_path / "map.html"
    arguments = ["map", str(tmp_path / "register.geojson"), "--context", f"rivers={tmp_path / 'rivers.gpkg'}", "--out"]
    done = CliRunner().invoke(app, [*arguments, str(page)])
    assert done.exit_code == 1, done.output
    assert "1 river REJECTED" in done.output
    assert '"rivers":{"count":2' in page.read_text(encoding="utf-8").replace(" ", "")
    again = CliRunner().invoke(
        app, ["map", str(tmp_path / "register.geojson"), "--context", "rivers", "--out", "x.html"]
    )
    assert again.exit_code == 2
    assert "--context rivers=rivers.gpkg" in again.output
