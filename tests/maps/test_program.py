"""The page's program: the built file is that of its modules, which keep their own tests and agree with PROJ."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pyproj
import pytest

from kosovo_hazards.maps.page import script

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
    built = tmp_path / "map.js"
    done = run(node, "build.js", str(built))
    assert done.returncode == 0, done.stderr
    assert built.read_text(encoding="utf-8") == script(), "run `npm run build` in js/"


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


def test_the_national_grid_is_that_of_proj(node: str) -> None:
    grid = pyproj.Transformer.from_crs("EPSG:9140", "EPSG:9141", always_xy=True)
    spots = [(20.1, 42.0), (21.0, 42.6), (21.75, 43.2)]
    found = value(node, "geodesy", "given.map(([lon, lat]) => m.kosovoGrid(lat, lon))", spots)
    for spot, point in zip(spots, found, strict=True):
        assert point == pytest.approx(grid.transform(*spot), abs=0.005)


@pytest.mark.parametrize(
    ("lat", "lon", "told"),
    [
        (42.6629, 21.1655, ["42.66290° N 21.16550° E", "EPSG:9141 7513567 E 4724812 N", "MGRS 34T EN 13563 23394"]),
        (44.2, 17.9, ["44.20000° N 17.90000° E", "UTM 33N 731725 E 4898177 N", "MGRS 33T YJ"]),
        (-11.2, 17.88, ["11.20000° S 17.88000° E", "UTM 33S 814532 E 8760370 N", "MGRS 33L"]),
    ],
)
def test_coordinates_are_in_the_national_grid_where_it_is_defined_and_in_utm_elsewhere(
    node: str, lat: float, lon: float, told: list[str]
) -> None:
    parts = value(node, "geodesy", "m.coordinatesTold(...given)", [lat, lon])
    assert [part.startswith(start) for part, start in zip(parts, told, strict=True)] == [True] * 3, parts
