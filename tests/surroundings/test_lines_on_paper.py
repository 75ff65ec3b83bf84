"""Rivers and roads on paper: under every hazard, cut to the sheet, named in the legend, in report and dossier."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from matplotlib.figure import Figure
from PIL import Image
from typer.testing import CliRunner

import kosovo_hazards as kh
from kosovo_hazards.charts import paper_map
from kosovo_hazards.cli import app
from kosovo_hazards.language import catalogue
from kosovo_hazards.surroundings import context_lines, few_points, lines_near

FIELD = shapely.box(21.0, 42.5, 21.3, 42.7)
RIVER = shapely.LineString([(15.0, 42.6), (25.0, 42.6)])
ROAD = shapely.LineString([(15.0, 42.75), (25.0, 42.75)])
FAR = shapely.LineString([(105.0, 15.0), (106.0, 15.0)])


def lines(*shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[*shapes], crs="EPSG:4326")


@pytest.fixture
def hazards() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"hazard_id": ["A"], "hazard_type": ["CHA"]}, geometry=[FIELD], crs="EPSG:4326")


def drawn(hazards: gpd.GeoDataFrame, context: dict[str, gpd.GeoDataFrame], language: str = "en") -> Figure:
    words = catalogue(language, report=True)
    return paper_map(hazards, kh.places(), words, public=False, synthetic=False, context=context)


def told(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def pixels(figure: Figure) -> np.ndarray:
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=figure.dpi)
    return np.asarray(Image.open(picture).convert("RGB")).astype(int)


def at(figure: Figure, lon: float, lat: float) -> tuple[int, int]:
    x, y = figure.axes[0].transData.transform((lon, lat))
    return round(figure.bbox.height - y), round(x)


@pytest.mark.parametrize("language", ["en", "sr", "sq"])
def test_the_legend_names_what_lies_on_the_sheet_and_only_that(hazards: gpd.GeoDataFrame, language: str) -> None:
    names = {"en": ("Rivers", "Roads"), "sr": ("Reke", "Putevi"), "sq": ("Lumenj", "Rrugë")}[language]
    assert told(drawn(hazards, {"rivers": lines(RIVER), "roads": lines(ROAD)}, language))[-2:] == [*names]
    # What lies in Laos is not on a sheet of Kosovo.
    assert not set(names) & set(told(drawn(hazards, {"rivers": lines(FAR)}, language)))


def test_lines_are_cut_to_the_sheet_and_lie_under_every_hazard(hazards: gpd.GeoDataFrame) -> None:
    figure, bare = drawn(hazards, {"rivers": lines(RIVER), "roads": lines(ROAD)}), drawn(hazards, {})
    axes = figure.axes[0]
    beneath = [one for one in axes.collections if str(one.get_gid()).startswith("context-")]
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    places = np.vstack([path.vertices for one in beneath for path in one.get_paths()])
    assert (places >= [west - 1e-9, south - 1e-9]).all()
    assert (places <= [east + 1e-9, north + 1e-9]).all()
    above = [one.get_zorder() for one in axes.collections if one not in beneath and one.get_hatch() is not None]
    assert max(one.get_zorder() for one in beneath) < min(above)
    changed = np.abs(pixels(figure) - pixels(bare)).sum(axis=2)
    row, column = at(figure, 20.6, 42.6)
    assert changed[row - 2 : row + 3, column].max() > 60
    # Half of the red lies over the river, so ground in the area stays red, with it and without it.
    top, left = at(figure, *FIELD.bounds[::3])
    bottom, right = at(figure, FIELD.bounds[2], FIELD.bounds[1])
    inside = pixels(figure)[top + 4 : bottom - 3, left + 4 : right - 3]
    assert len(inside) > 10
    assert (inside[..., 0] > inside[..., 2] + 40).all()


def test_many_points_become_few_and_the_longest_lines_are_kept() -> None:
    across = np.linspace(20.9, 21.1, 400)
    winding = [np.column_stack([across, 42.6 + k / 1e4 + 1e-4 * np.sin(900 * across)]) for k in range(100)]
    table = context_lines({"rivers": lines(*shapely.linestrings(np.array(winding)), RIVER)})["rivers"]
    near = lines_near(table.geometry.to_numpy(), (20.0, 42.0, 22.0, 43.0))
    few = few_points(near, 1e-6, 1_000)
    assert shapely.get_num_coordinates(few).sum() <= 1_000
    assert shapely.length(few).max() == pytest.approx(2.0)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Rivers and roads in the layout of Geofabrik's extracts of OpenStreetMap: Shapefiles, all values as text."""
    layout = {"osm_id": ["22794961"], "code": [8101], "width": [0]}
    lines(RIVER).assign(**layout, fclass="river", name="Sitnica").to_file(tmp_path / "gis_osm_waterways_free_1.shp")
    road = lines(ROAD).assign(**layout, fclass="trunk", name=None, ref="M-9", oneway="B", maxspeed=80, bridge="F")
    road.to_file(tmp_path / "gis_osm_roads_free_1.shp")
    named = {"rivers": "waterways", "roads": "roads"}
    return [
        part for kind, name in named.items() for part in ("--context", f"{kind}={tmp_path}/gis_osm_{name}_free_1.shp")
    ]


def test_report_and_dossier_take_them_from_files(hazards: gpd.GeoDataFrame, files: list[str], tmp_path: Path) -> None:
    register = tmp_path / "register.geojson"
    kh.write_geojson(hazards, register)
    done = CliRunner().invoke(app, ["report", str(register), *files, "--out", str(tmp_path / "report")])
    assert done.exit_code == 0, done.output
    picture = (tmp_path / "report/charts/map.svg").read_text(encoding="utf-8")
    assert {"context-rivers", "context-roads"} <= set(re.findall(r'id="([\w-]+)"', picture))
    assert '"rivers":{"count":2' in (tmp_path / "report/map.html").read_text(encoding="utf-8").replace(" ", "")
    done = CliRunner().invoke(app, ["dossier", str(register), *files, "--out", str(tmp_path / "dossiers")])
    assert done.exit_code == 0, done.output
    page = (tmp_path / "dossiers/A.html").read_text(encoding="utf-8")
    picture = base64.b64decode(re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', page)[0]).decode()
    assert "context-rivers" in picture
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_wrong_use_is_told_before_anything_is_written(hazards: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with pytest.raises(kh.UsageError, match="'lakes' can't be drawn below a map"):
        kh.write_report(hazards, None, tmp_path / "report", context={"lakes": lines(RIVER)})
    with pytest.raises(kh.MissingCRSError, match="table of roads"):
        kh.write_dossiers(hazards, tmp_path / "dossiers", context={"roads": gpd.GeoDataFrame(geometry=[ROAD])})
    assert not [*tmp_path.iterdir()]
