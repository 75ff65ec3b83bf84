"""Hills below maps: heights as GDAL wrote them, lit from the north-west, pale, bounded, and told where they lack."""

from __future__ import annotations

import io
import json
import re
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin
from typer.testing import CliRunner

import kosovo_hazards as kh
from kosovo_hazards.charts import paper_map, svg_of
from kosovo_hazards.cli import app
from kosovo_hazards.language import catalogue
from kosovo_hazards.surroundings import elevation_of, relief_picture

Opener = Callable[..., Any]
# Written by GDAL 3.10 in UTM 34N: whole metres, in tiles, deflated, differences of neighbours, places of the middles of
# pixels; two round hills on a plain of 300 m, and a square without heights. The summits are at row 50, column 40 and at
# row 30, column 85.
GDAL_MADE = Path(__file__).parents[1] / "data" / "heights_of_kosovo_made_up.tif"
SUMMIT = (400_000 + 40.5 * 2_000, 4_830_000 - 50.5 * 2_000)
KOSOVO = (20.0, 41.85, 21.8, 43.27)
TO_DEGREES = pyproj.Transformer.from_crs(32634, 4326, always_xy=True)


def written(
    path: Path, heights: NDArray[Any], *, code: int | None = 4326, corner: tuple[float, float], step: float
) -> Path:
    """A GeoTIFF by hand: tags as OGC GeoTIFF 1.1 has them."""
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[33550], tags.tagtype[33550] = (step, step, 0.0), 12
    tags[33922], tags.tagtype[33922] = (0.0, 0.0, 0.0, *corner, 0.0), 12
    if code is not None:
        projected = pyproj.CRS.from_epsg(code).is_projected if code != 32767 else True
        keys = (1, 1, 0, 2, 1024, 0, 1, 1 if projected else 2, 3072 if projected else 2048, 0, 1, code)
        tags[34735], tags.tagtype[34735] = keys, 3
    Image.fromarray(heights).save(path, tiffinfo=tags)
    return path


def hills(high: int = 60, wide: int = 80) -> NDArray[np.float32]:
    y, x = np.mgrid[0:high, 0:wide]
    return (500 + 400 * np.sin(x / 5) * np.cos(y / 7)).astype(np.float32)


def test_heights_are_those_that_gdal_wrote() -> None:
    elevation = elevation_of(GDAL_MADE)
    assert elevation is not None
    assert elevation.heights[[50, 30, 0], [40, 85, 0]].tolist() == [1800, 1011, 300]
    assert np.argwhere(np.isnan(elevation.heights)).tolist() == [[y, x] for y in range(70, 80) for x in range(10, 20)]
    assert elevation.bounds == (400_000, 4_638_000, 620_000, 4_830_000)
    assert elevation.crs.to_epsg() == 32634


@pytest.mark.parametrize("mercator", [True, False])
def test_a_hill_is_lit_from_the_north_west_where_it_stands(mercator: bool) -> None:
    elevation = elevation_of(GDAL_MADE)
    assert elevation is not None
    drawn = relief_picture(elevation, KOSOVO, mercator=mercator)
    west, south, east, north = drawn.box
    up = (lambda lat: np.arctanh(np.sin(np.radians(lat)))) if mercator else (lambda lat: lat)

    def shade(away: float) -> float:
        lon, lat = TO_DEGREES.transform(SUMMIT[0] + away, SUMMIT[1] - away)
        rows, columns = drawn.shade.shape
        row, column = (up(north) - up(lat)) / (up(north) - up(south)) * rows, (lon - west) / (east - west) * columns
        return float(drawn.shade[int(row), int(column)])

    sunny, level, dark = shade(-25_000), shade(0), shade(25_000)
    assert sunny < level - 0.02
    assert dark > level + 0.02
    # Whatever is drawn above keeps its meaning: nothing loses more than a third of its light.
    assert 0 <= drawn.shade.min() <= drawn.shade.max() <= 0.3
    assert not drawn.whole


def test_the_picture_is_bounded_however_rough_the_ground_is(tmp_path: Path) -> None:
    noise = np.random.default_rng(5).uniform(0, 3_000, (1_800, 2_200)).astype(np.float32)
    elevation = elevation_of(written(tmp_path / "rough.tif", noise, corner=(20.0, 43.3), step=0.0008))
    assert elevation is not None
    drawn = relief_picture(elevation, (20.1, 42.0, 21.7, 43.2), mercator=True)
    assert drawn.whole
    assert len(drawn.png()) <= 720_000
    assert max(Image.open(io.BytesIO(drawn.png())).size) <= 1_100


def content_of(page: str) -> dict[str, Any]:
    return json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S)[1])


def test_the_web_map_has_hills_under_all_it_tells_and_can_hide_them(open_map: Opener) -> None:
    hazards = kh.demo_data()[0]
    shown = open_map(kh.hazard_map(hazards, relief=GDAL_MADE))
    lon, lat = TO_DEGREES.transform(SUMMIT[0] + 25_000, SUMMIT[1] - 25_000)
    spot = """(() => { const box = app.map.getContainer().getBoundingClientRect();
        const p = app.map.latLngToContainerPoint([given[1], given[0]]); return [p.x + box.left, p.y + box.top]; })()"""
    x, y = shown.run(spot, [lon, lat])

    def light() -> float:
        clip = {"x": round(x) - 5, "y": round(y) - 5, "width": 10, "height": 10}
        return float(np.median(np.asarray(Image.open(io.BytesIO(shown.page.screenshot(clip=clip))).convert("L"))))

    with_hills = light()
    assert "Relief" in shown.text(".kh-panel-legend")
    shown.run("document.querySelector('[data-kh-switch=relief] input').click()")
    without = light()
    assert 0.6 * without < with_hills < 0.97 * without
    assert (shown.requests, shown.errors) == ([], [])


@pytest.mark.parametrize(
    ("language", "whole", "part"),
    [
        ("en", "Relief", "Relief (heights are not known everywhere)"),
        ("sr", "Reljef", "Reljef (visine nisu svuda poznate)"),
        ("sq", "Relievi", "Relievi (lartësitë nuk dihen kudo)"),
    ],
)
def test_the_legend_says_where_heights_lack(language: str, whole: str, part: str, tmp_path: Path) -> None:
    hazards, t = kh.demo_data()[0], catalogue(language, report=True)
    full = written(tmp_path / "full.tif", hills(200, 240), corner=(19.5, 43.6), step=0.0125)
    half = written(tmp_path / "half.tif", hills(200, 120), corner=(19.5, 43.6), step=0.0125)
    for file, said in ((full, whole), (half, part)):
        figure = paper_map(hazards, kh.places(), t, public=False, synthetic=True, relief=file)
        legend = [text.get_text().replace("\n", " ") for text in figure.axes[0].get_legend().get_texts()]
        assert legend[-1] == said
        assert 'id="context-relief"' in svg_of(figure).decode()
        picture = next(one for one in figure.axes[0].images if one.get_gid() == "context-relief")
        assert picture.get_zorder() < min(one.get_zorder() for one in figure.axes[0].collections if one.get_hatch())
    content = content_of(kh.hazard_map(hazards, relief=half).get_root().render())
    assert content["relief"]["whole"] is False
    assert len(b64decode(content["relief"]["data"])) <= 720_000


def test_commands_take_a_file_for_map_and_report(tmp_path: Path) -> None:
    field = gpd.GeoDataFrame(
        {"hazard_id": ["A"], "hazard_type": ["CHA"]}, geometry=[shapely.box(21.0, 42.6, 21.1, 42.7)], crs=4326
    )
    kh.write_geojson(field, tmp_path / "register.geojson")
    for command, out in (("map", "map.html"), ("report", "report")):
        arguments = [command, str(tmp_path / "register.geojson"), "--relief", str(GDAL_MADE)]
        done = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path / out)])
        assert done.exit_code == 0, done.output
    for page in ("map.html", "report/map.html"):
        assert content_of((tmp_path / page).read_text(encoding="utf-8"))["relief"]["whole"]
    assert 'id="context-relief"' in (tmp_path / "report/charts/map.svg").read_text(encoding="utf-8")


def no_tags(path: Path) -> None:
    Image.fromarray(hills()).save(path)


def colours(path: Path) -> None:
    Image.new("RGB", (20, 20)).save(path)


def cut(path: Path) -> None:
    path.write_bytes(GDAL_MADE.read_bytes()[:3_000])


FAULTS: dict[str, tuple[Callable[[Path], Any], type[Exception], str]] = {
    "no CRS": (
        lambda path: written(path, hills(), code=None, corner=(20, 43), step=0.02),
        kh.MissingCRSError,
        "names no coordinate reference system",
    ),
    "a CRS without code": (
        lambda path: written(path, hills(), code=32767, corner=(20, 43), step=0.02),
        kh.MissingCRSError,
        "by no EPSG code",
    ),
    "metres called degrees": (
        lambda path: written(path, hills(), corner=(480_000, 4_750_000), step=30),
        kh.UnreadableSourceError,
        "has no ground: it is in another coordinate reference system",
    ),
    "elsewhere": (
        lambda path: written(path, hills(), corner=(105, 16), step=0.02),
        kh.UsageError,
        r"the relief lies at 105.00–106.60° E, 14.80–16.00° N, the map at 20\.",
    ),
    "no height": (
        lambda path: written(path, np.full((30, 30), -32768, dtype=np.int32), corner=(20, 43), step=0.02),
        kh.UnreadableSourceError,
        "holds no height",
    ),
    "no place": (no_tags, kh.UnreadableSourceError, "does not say where it lies"),
    "colours": (colours, kh.UnreadableSourceError, "a picture in colours"),
    "cut off": (cut, kh.UnreadableSourceError, "can't be read"),
    "no picture": (lambda path: path.write_text("hills"), kh.UnreadableSourceError, "is no GeoTIFF"),
    "no file": (lambda path: path, kh.UnreadableSourceError, "there is no relief file"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_can_not_be_used_is_told(fault: str, tmp_path: Path) -> None:
    make, kind, message = FAULTS[fault]
    make(tmp_path / "relief.tif")
    hazards = kh.demo_data()[0]
    with pytest.raises(kind, match=message):
        kh.hazard_map(hazards, relief=tmp_path / "relief.tif")
    with pytest.raises(kind, match=message):
        kh.write_report(hazards, None, tmp_path / "report", relief=tmp_path / "relief.tif")
    assert not (tmp_path / "report").exists()
