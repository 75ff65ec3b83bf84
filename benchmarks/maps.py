"""The map against `GeoDataFrame.explore`, side by side in one browser and one run: size, opening, zoom, pan, heap.

Run it as ``python benchmarks/maps.py [16000 | 100000]``. With ``--cdn FOLDER``, a folder that holds explore's files of
a CDN by their names, both are opened; without it explore's map is only built and weighed.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from playwright.sync_api import Browser, Route, sync_playwright

from kosovo_hazards.maps import hazard_map
from kosovo_hazards.schema import Contamination, HazardType, Priority, Status

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--enable-precise-memory-info",
    "--js-flags=--expose-gc",
]
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def register(count: int, points: int) -> gpd.GeoDataFrame:
    """Areas of 100 to 500 m with `points` turning points, across Kosovo."""
    rng = np.random.default_rng(count)
    angle = np.sort(rng.uniform(0, 2 * np.pi, (count, points)), axis=1)
    radius = rng.uniform(0.5, 1, (count, points)) * rng.uniform(50, 250, (count, 1))
    lon = rng.uniform(20.2, 21.6, (count, 1)) + radius * np.cos(angle) / 82_000
    lat = rng.uniform(41.95, 43.1, (count, 1)) + radius * np.sin(angle) / 111_000
    columns = {
        "hazard_id": [f"KS-{number:06}" for number in range(count)],
        "hazard_type": rng.choice(list(HazardType), count),
        "status": rng.choice(list(Status), count),
        "contamination": rng.choice(list(Contamination), count),
        "priority": rng.choice(list(Priority), count),
        "municipality": rng.choice(["Prizren", "Pejë", "Istog", "Gjakovë", "Leposaviq"], count),
    }
    shapes = shapely.make_valid(shapely.polygons(np.stack([lon, lat], axis=2)))
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def measured(browser: Browser, page_file: Path, ready: str, map_name: str, cdn: Path | None) -> dict[str, float]:
    """Seconds to open, zoom by two levels and pan, and megabytes of heap, of one page in a fresh context."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(300_000)
    context.route(lambda url: not url.startswith("file:"), lambda route: answer(route, cdn))
    begin = time.perf_counter()
    page.goto(page_file.as_uri(), timeout=300_000)
    page.wait_for_function(ready)
    page.evaluate(SETTLED)
    page.screenshot()
    found = {"open_s": time.perf_counter() - begin}
    page.evaluate(f"() => {{ window.theMap = {map_name}; }}")
    found["heap_mb"] = page.evaluate("() => { gc(); return performance.memory.usedJSHeapSize / 1e6; }")
    for name, act in (
        ("zoom_s", "theMap.setZoom(theMap.getZoom() + 2, {animate: false})"),
        ("pan_s", "theMap.panBy([200, 100], {animate: false})"),
    ):
        begin = time.perf_counter()
        page.evaluate(f"() => {{ {act}; }}")
        page.evaluate(SETTLED)
        found[name] = time.perf_counter() - begin
    context.close()
    return found


def answer(route: Route, cdn: Path | None) -> None:
    name = route.request.url.split("?")[0].rsplit("/", 1)[-1]
    if cdn is not None and (cdn / name).is_file():
        route.fulfill(path=cdn / name)
    else:
        route.abort()


def build(name: str, hazards: gpd.GeoDataFrame, path: Path) -> dict[str, float]:
    begin = time.perf_counter()
    made = hazard_map(hazards) if name == "hazard_map" else hazards.explore(prefer_canvas=True)
    made.save(str(path))
    return {"build_s": time.perf_counter() - begin, "file_mb": path.stat().st_size / 1e6}


OPENED: dict[str, tuple[str, str]] = {
    "hazard_map": ("() => document.querySelector('.kh-ready')", "Object.values(kosovoHazards.maps)[0].app.map"),
    "explore": (
        """() => {
            const name = Object.keys(window).find((key) => key.startsWith("map_"));
            return name && window.L && Object.keys(window[name]._layers).length > 2;
        }""",
        "window[Object.keys(window).find((key) => key.startsWith('map_'))]",
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=16_000)
    parser.add_argument("--points", type=int, default=None)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cdn", type=Path, default=None)
    options = parser.parse_args()
    hazards = register(options.count, options.points or (13 if options.count >= 100_000 else 8))
    results: dict[str, list[dict[str, float]]] = {"hazard_map": [], "explore": []}
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for _ in range(options.runs):
            for name, runs in results.items():
                path = Path(folder) / f"{name}.html"
                found = build(name, hazards, path)
                if name == "hazard_map" or options.cdn is not None:
                    found |= measured(browser, path, *OPENED[name], options.cdn)
                runs.append(found)
        browser.close()
    tell(options.count, results)


def tell(count: int, results: dict[str, list[dict[str, float]]]) -> None:
    medians: dict[str, Any] = {
        name: {key: statistics.median(run[key] for run in runs) for key in runs[0]} for name, runs in results.items()
    }
    print(f"{count:,} areas, medians of {len(results['explore'])} runs")
    for key, ours in medians["hazard_map"].items():
        theirs = medians["explore"].get(key)
        ratio = "" if theirs is None else f"  explore {theirs:9.2f}  ratio 1/{theirs / ours:.1f}"
        print(f"  {key:8} hazard_map {ours:8.2f}{ratio}")


if __name__ == "__main__":
    main()
