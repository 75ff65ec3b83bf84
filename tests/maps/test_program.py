"""The page's program: the built file is that of its modules, which keep their own tests and agree with PROJ."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyproj
import pytest
import shapely

from kosovo_hazards import HazardDataError
from kosovo_hazards.geometry import to_degrees
from kosovo_hazards.language.catalogues import catalogue, languages
from kosovo_hazards.language.spelling import lookup_keys, spelling_key
from kosovo_hazards.maps import hazard_map
from kosovo_hazards.maps.grid import grid_content
from kosovo_hazards.maps.page import script

PACKAGE = Path(hazard_map.__code__.co_filename).parents[1]

SOURCES = Path(__file__).parents[2] / "js"


@pytest.fixture(scope="session")
def node() -> str:
    """Node, with what ``npm ci`` installs in ``js``."""
    found = shutil.which("node")
    if found and (SOURCES / "node_modules").is_dir():
        return found
    if os.environ.get("KOSOVO_HAZARDS_REQUIRE_NODE") == "1":
        pytest.fail("KOSOVO_HAZARDS_REQUIRE_NODE=1 asks for Node and for `npm ci` in js/")
    pytest.skip("without Node and `npm ci` in js/, the map's program is not built anew")


def run(node: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [node, *arguments], cwd=SOURCES, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        **options,
    )  # fmt: skip


def value(node: str, module: str, expression: str, given: Any) -> Any:
    """Value of an expression in which `m` is a module of the page and `given` what is passed."""
    program = f"""
        import * as m from "./src/{module}.js";
        import {{ readFileSync }} from "node:fs";
        const given = JSON.parse(readFileSync(0, "utf8"));
        console.log(JSON.stringify({expression}));
    """
    done = run(node, "--input-type=module", "--eval", program, input=json.dumps(given))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_file_that_ships_is_the_one_built_from_the_modules(node: str, tmp_path: Path) -> None:
    done = run(node, "build.js", str(tmp_path))
    assert done.returncode == 0, done.stderr
    for room, name in (("maps", "map"), ("tiles", "tiles")):
        shipped = PACKAGE / room / "assets" / f"{name}.js"
        built = tmp_path / f"{name}.js"
        assert built.read_text(encoding="utf-8") == shipped.read_text(encoding="utf-8"), "run `npm run build` in js/"


def test_the_modules_keep_their_own_tests(node: str) -> None:
    done = run(node, "--test")
    assert done.returncode == 0, done.stdout


def test_the_modules_are_formatted_and_without_lint(node: str) -> None:
    done = run(node, "node_modules/@biomejs/biome/bin/biome", "check", ".")
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_line_is_longer_than_120_signs() -> None:
    for path in [*SOURCES.glob("*.js"), *SOURCES.glob("src/*.js"), *SOURCES.glob("test/*.js")]:
        long = [line for line in path.read_text(encoding="utf-8").splitlines() if len(line) > 120]
        assert long == [], path.name


def test_the_program_adds_one_name_to_the_page_with_one_function() -> None:
    assert script().count("window.kosovoHazards") == 1
    assert "window.kosovoHazards = { start };" in script()
    assert "</script" not in script()


def test_distances_and_areas_are_those_of_geographiclib(node: str) -> None:
    geod = pyproj.Geod(ellps="WGS84")
    pairs = [((20.1, 42.0), (21.7, 43.2)), ((21.0, 42.6), (21.001, 42.6)), ((21.0, 42.6), (21.0, 42.6))]
    points = "([lng, lat]) => ({ lng, lat })"
    measured = value(node, "geodesy", f"given.map((pair) => m.distance(...pair.map({points})))", pairs)
    assert measured == pytest.approx([geod.inv(*a, *b)[2] for a, b in pairs], abs=1e-3)
    ring = [(21.0, 42.6), (21.02, 42.6), (21.02, 42.61), (21.0, 42.615)]
    true = abs(geod.polygon_area_perimeter(*zip(*ring, strict=True))[0])
    assert value(node, "geodesy", f"m.ringArea(given.map({points}))", ring) == pytest.approx(true, rel=1e-5)


@pytest.mark.parametrize(
    ("grid", "spots"),
    [
        ("EPSG:9141", [(20.1, 42.0), (21.0, 42.6), (21.75, 43.26)]),  # transverse Mercator
        ("EPSG:2154", [(-4.4, 48.4), (2.3, 48.9), (7.2, 43.7)]),  # France: conic, with two parallels
        ("EPSG:31276", [(16.9, 44.8), (18.4, 43.9), (19.4, 42.5)]),  # Bosnia and Herzegovina: another datum
        ("EPSG:28992", [(4.9, 52.4), (5.7, 50.85), (6.6, 53.2)]),  # the Netherlands: oblique stereographic
        ("EPSG:2048", [(18.5, -33.9), (19.5, -31.0), (18.1, -29.0)]),  # South Africa: west and south
    ],
)
def test_the_grid_in_the_page_is_that_of_proj(node: str, grid: str, spots: list[tuple[float, float]]) -> None:
    lon, lat = zip(*spots, strict=True)
    content = grid_content(grid, [[min(lat), min(lon)], [max(lat), max(lon)]])
    found = value(
        node, "grid", "given.spots.map(([lon, lat]) => m.gridAt(given.grid, lat, lon))",
        {"grid": content, "spots": spots},
    )  # fmt: skip
    degrees, _ = to_degrees(shapely.points(found), pyproj.CRS(grid))
    off = pyproj.Geod(ellps="WGS84").inv(lon, lat, shapely.get_x(degrees), shapely.get_y(degrees))[2]
    assert max(off) < 0.02


KOSOVO = [[41.85, 20.0], [43.27, 21.8]]


@pytest.mark.parametrize(
    ("lat", "lon", "told"),
    [
        (42.6629, 21.1655, ["42.66290° N 21.16550° E", "EPSG:9141 7513567 E 4724812 N", "MGRS 34T EN 13563 23394"]),
        (44.2, 17.9, ["44.20000° N 17.90000° E", "UTM 33N 731725 E 4898177 N", "MGRS 33T YJ"]),
        (-11.2, 17.88, ["11.20000° S 17.88000° E", "UTM 33S 814532 E 8760370 N", "MGRS 33L"]),
    ],
)
def test_coordinates_are_in_the_grid_where_it_is_used_and_in_utm_elsewhere(
    node: str, lat: float, lon: float, told: list[str]
) -> None:
    grid = grid_content("EPSG:9141", KOSOVO)
    parts = value(node, "geodesy", "m.coordinatesTold(...given)", [lat, lon, grid])
    assert [part.startswith(start) for part, start in zip(parts, told, strict=True)] == [True] * 3, parts


def field(crs: str, lon: float, lat: float) -> gpd.GeoDataFrame:
    shape = shapely.box(lon, lat, lon + 0.01, lat + 0.01)
    table = gpd.GeoDataFrame({"hazard_id": ["1"], "hazard_type": ["CHA"]}, geometry=[shape], crs="EPSG:4326")
    return table.to_crs(crs)


@pytest.mark.parametrize(
    ("crs", "lon", "lat", "label"),
    [
        ("EPSG:4326", 21.0, 42.6, "EPSG:9141"),
        ("EPSG:6316", 21.0, 42.6, "EPSG:6316"),
        ("EPSG:4326", 18.3, 44.2, None),
        ("EPSG:31276", 18.3, 44.2, "EPSG:31276"),
        ("EPSG:32634", 18.3, 44.2, None),
        ("EPSG:3857", 18.3, 44.2, None),
    ],
)
def test_a_country_has_its_own_grid(crs: str, lon: float, lat: float, label: str | None) -> None:
    grid = hazard_map(field(crs, lon, lat)).content["grid"]
    assert (grid and grid["label"]) == label


def test_a_grid_can_be_named_and_must_be_one() -> None:
    table = field("EPSG:4326", 18.3, 44.2)
    assert hazard_map(table, grid=31276).content["grid"]["label"] == "EPSG:31276"
    # The grid of Kosovo is not used in Bosnia.
    assert hazard_map(table, grid="EPSG:9141").content["grid"] is None
    with pytest.raises(HazardDataError, match="no easting and northing"):
        hazard_map(table, grid="EPSG:4326")
    with pytest.raises(HazardDataError, match="no coordinate reference system that PROJ knows"):
        hazard_map(table, grid="EPSG:999999")


def test_spellings_are_folded_as_in_the_library(node: str) -> None:
    letters = [chr(code) for code in (*range(0x20, 0x250), *range(0x370, 0x530)) if chr(code).isalnum()]
    names = [
        "ĐAKOVICA",
        "Ђаковица",
        " djakovica ",
        "Fushë-Kosova",
        "Đeneral Janković",
        "STRAẞE",
        "ΑΣ",
        "İstanbul",
        "_x_",
    ]
    spellings = [*names, *letters, *(f"a{letter}b" for letter in letters), "Ć".lower(), "e\u0308"]
    found = value(node, "folding", "given.map(m.folded)", spellings)
    assert dict(zip(spellings, found, strict=True)) == {text: spelling_key(text) for text in spellings}


@pytest.mark.parametrize("names", [["Đeneral Janković"], ["ĐAKOVICA"], ["Zubin Potok"]])
def test_search_knows_every_variant_that_the_library_knows(node: str, names: list[str]) -> None:
    [keys] = value(node, "folding", "given.map(m.searchKeys)", names)
    assert set(keys) >= set(lookup_keys(names[:1])[0])


@pytest.mark.parametrize("language", languages())
def test_numbers_areas_and_days_are_written_as_in_the_library(node: str, language: str) -> None:
    words = catalogue(language)
    numbers = [0, 0.4, -0.4, 0.5, 1.5, 2.5, -2.5, 0.125, 4.35, 1.005, 999.5, 12345.678, 6_265_292, -1234567.5, 1e-9]
    written = value(
        node, "numbers",
        "given.numbers.map((n) => [0, 1, 2].map((d) => m.speaker(given.texts).number(n, d)))",
        {"texts": words.texts, "numbers": numbers},
    )  # fmt: skip
    assert written == [[words.number(n, decimals) for decimals in (0, 1, 2)] for n in numbers]
    areas = [0, 0.5, 999_999, 1e6, 6_265_292.5]
    given = {"texts": words.texts, "areas": areas}
    found = value(node, "numbers", "given.areas.map(m.speaker(given.texts).area)", given)
    assert found == [words.area(area) for area in areas]
    days = [date(1970, 1, 1), date(1999, 6, 30), date(2024, 2, 29), date(2024, 12, 31)]
    given = {"texts": words.texts, "days": [(day - date(1970, 1, 1)).days for day in days]}
    found = value(node, "numbers", "given.days.map(m.speaker(given.texts).day)", given)
    assert found == [words.day(day) for day in days]
