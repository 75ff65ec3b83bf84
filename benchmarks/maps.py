"""The map against `GeoDataFrame.explore`, side by side in one browser and one run: size, opening, zoom, pan, heap.

Run it as ``python benchmarks/maps.py`` for a national register (16,000 areas with 124,000 turning points) and as
``python benchmarks/maps.py 100000`` for 100,000 areas of 13. The files that explore's page loads from a CDN come from
their npm packages (``npm`` must be there) and are answered from the disk.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import statistics
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
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


# What the map promises, as shares of explore's figure; megabytes and seconds where they are absolute.
PROMISED: dict[int, dict[str, tuple[str, float]]] = {
    16_000: {"file_mb": ("at most", 1.5), "open_s": ("1 /", 3), "zoom_s": ("1 /", 3), "heap_mb": ("1 /", 2)},
    100_000: {
        "file_mb": ("at most", 8),
        "build_s": ("1 /", 6),
        "open_s": ("1 /", 15),
        "heap_mb": ("1 /", 5),
        "zoom_s": ("at most", 0.25),
        "pan_s": ("at most", 0.25),
    },
}
NPM = ("leaflet@1.9.3", "jquery@3.7.1", "bootstrap@5.2.2", "leaflet.awesome-markers@2.0.5")


def country(count: int) -> gpd.GeoDataFrame:
    """The register measured: 16,000 areas with 124,000 turning points in all, or `count` with 13 each."""
    if count != 16_000:
        return register(count, 13)
    parts = [register(4_000, 7), register(12_000, 8)]
    together = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=parts[0].crs)
    return together.assign(hazard_id=[f"KS-{number:06}" for number in range(count)])


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
    shapes = shapely.polygons(np.stack([lon, lat], axis=2))
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def measured(browser: Browser, page_file: Path, ready: str, map_name: str, cdn: Path) -> dict[str, float]:
    """Seconds to open, zoom by two levels and pan, and megabytes of heap, of one page in a fresh context."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(300_000)
    context.route(lambda url: not url.startswith("file:"), lambda route: answer(route, cdn))
    # What was measured before is put away, and the browser's process for this page is there.
    page.goto("about:blank")
    time.sleep(2)
    begin = time.perf_counter()
    page.goto(page_file.as_uri(), timeout=300_000)
    page.wait_for_function(ready)
    page.evaluate(SETTLED)
    page.screenshot()
    found = {"open_s": time.perf_counter() - begin}
    page.evaluate(f"() => {{ window.theMap = {map_name}; }}")
    page.evaluate("() => gc()")
    # Arrays of numbers lie outside the heap of objects; both count.
    heap = context.new_cdp_session(page).send("Runtime.getHeapUsage")
    found["heap_mb"] = (heap["usedSize"] + heap.get("backingStorageSize", 0)) / 1e6
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


def answer(route: Route, cdn: Path) -> None:
    name = route.request.url.split("?")[0].rsplit("/", 1)[-1].replace("jquery-3.7.1", "jquery")
    if (cdn / name).is_file():
        route.fulfill(path=cdn / name)
    else:
        route.abort()


def cdn_files(folder: Path) -> Path:
    """The scripts and style sheets of the npm packages, by their names."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is missing: explore's page can't be opened without the files it brings")
    subprocess.run([npm, "pack", "--silent", *NPM], cwd=folder, check=True, capture_output=True)  # noqa: S603
    for packed in folder.glob("*.tgz"):
        with tarfile.open(packed) as archive:
            for member in archive.getmembers():
                name = Path(member.name)
                if member.isfile() and name.parts[1] == "dist" and name.suffix in (".js", ".css"):
                    (folder / name.name).write_bytes(archive.extractfile(member).read())  # type: ignore[union-attr]
    return folder


def build(name: str, hazards: gpd.GeoDataFrame, path: Path) -> dict[str, float]:
    gc.collect()
    time.sleep(2)
    begin = time.perf_counter()
    made = hazard_map(hazards) if name == "hazard_map" else hazards.explore(prefer_canvas=True)
    made.save(str(path))
    return {"build_s": time.perf_counter() - begin, "file_mb": path.stat().st_size / 1e6}


OPENED: dict[str, tuple[str, str]] = {
    "hazard_map": ("() => document.querySelector('.kh-ready')", "window[document.querySelector('.folium-map').id]"),
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
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    hazards = country(options.count)
    results: dict[str, list[dict[str, float]]] = {"hazard_map": [], "explore": []}
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        cdn = cdn_files(Path(folder))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for _ in range(options.runs):
            for name, runs in results.items():
                path = Path(folder) / f"{name}.html"
                runs.append(build(name, hazards, path) | measured(browser, path, *OPENED[name], cdn))
        browser.close()
    tell(hazards, results)


def tell(hazards: gpd.GeoDataFrame, results: dict[str, list[dict[str, float]]]) -> None:
    points = shapely.get_num_coordinates(hazards.geometry.to_numpy()).sum() - len(hazards)
    ours, theirs = ({key: statistics.median(run[key] for run in runs) for key in runs[0]} for runs in results.values())
    print(f"{len(hazards):,} areas, {points:,} turning points, medians of {len(results['explore'])} runs")
    print("           hazard_map    explore    share  promised")
    for key, value in ours.items():
        kind, bound = PROMISED.get(len(hazards), {}).get(key, ("", 0))
        holds = value <= bound if kind == "at most" else value * bound <= theirs[key]
        promised = f"{kind} {bound:g}  {'holds' if holds else 'MISSED'}" if kind else ""
        print(f"  {key:8} {value:10.2f} {theirs[key]:10.2f}  1 /{theirs[key] / value:6.1f}  {promised}")


if __name__ == "__main__":
    main()
