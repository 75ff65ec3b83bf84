"""Land release: time, memory and result of `apply_releases` beside an overlay with the dissolved releases.

Run with ``python benchmarks/land_release.py [number of hazards]``; figures are ratios within one run. Against releases
dissolved into one shape an overlay of 100,000 hazards takes hours, so it runs with a tenth of them; with all of them
the dissolved shape is split into its parts first, which is the best that can be done with geopandas in two lines.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import kosovo_hazards as kh
from kosovo_hazards.land_release import apply_releases

ACROSS_M = 60.0


def scattered(count: int, *, seed: int) -> np.ndarray:
    """Star-shaped polygons of 12 corners, so many to a square kilometre that about one in ten meets a second layer."""
    rng = np.random.default_rng(seed)
    corners, side_m = 12, 242.0 * np.sqrt(count)
    middle = rng.uniform(-side_m / 2, side_m / 2, (count, 2))
    radius = ACROSS_M / 2 * rng.uniform(0.4, 1, (count, corners))
    angle = (np.arange(corners) + rng.uniform(0, 0.9, (count, corners))) * 2 * np.pi / corners
    lon = 20.9 + (middle[:, :1] + radius * np.cos(angle)) / (111_320 * np.cos(np.radians(42.6)))
    lat = 42.6 + (middle[:, 1:] + radius * np.sin(angle)) / 110_574
    return shapely.polygons(np.stack([lon, lat], axis=-1))


def tables(count: int) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    hazards = gpd.GeoDataFrame({"hazard_id": np.arange(count).astype(str)}, geometry=scattered(count, seed=1), crs=4326)
    releases = gpd.GeoDataFrame(
        {
            "release_id": np.arange(count).astype(str),
            "product": np.resize(["cleared", "reduced", "cancelled"], count),
            "completed": pd.date_range("2020-01-01", periods=1_800).to_numpy()[np.arange(count) % 1_800],
        },
        geometry=scattered(count, seed=2),
        crs=4326,
    )
    return hazards, releases


def ours(hazards: gpd.GeoDataFrame, releases: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return apply_releases(hazards, releases, sliver_width_m=0).remaining


def obvious(hazards: gpd.GeoDataFrame, releases: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.overlay(hazards, releases[["geometry"]].dissolve(), how="difference")


def split(hazards: gpd.GeoDataFrame, releases: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.overlay(hazards, releases[["geometry"]].dissolve().explode(), how="difference")


WAYS: dict[str, Callable[[gpd.GeoDataFrame, gpd.GeoDataFrame], gpd.GeoDataFrame]] = {
    "ours": ours,
    "obvious": obvious,
    "split": split,
}


def measured(way: str, count: int) -> tuple[float, float, float]:
    """Seconds, megabytes at the peak with all libraries and tables, and square metres left; in a process of its own."""
    hazards, releases = tables(count)
    kh.area_m2(hazards.head(10))
    start = time.perf_counter()
    left = WAYS[way](hazards, releases)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return seconds, peak, float(kh.area_m2(left).sum())


def run(way: str, count: int) -> tuple[float, float, float]:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measured, (way, count))


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    hazards, releases = tables(count)
    met = np.unique(shapely.STRtree(releases.geometry).query(hazards.geometry, predicate="intersects")[0])
    print(f"{count:,} hazards and {count:,} releases, {len(met) / count:.1%} of the hazards met by a release")
    tenth, whole = run("ours", count // 10), run("ours", count)
    compare("overlay after dissolve", count // 10, tenth, run("obvious", count // 10))
    compare("overlay after dissolve and explode", count, whole, run("split", count))
    print(f"ten times the records take {whole[0] / tenth[0]:.1f} times as long")


def compare(name: str, count: int, mine: tuple[float, float, float], other: tuple[float, float, float]) -> None:
    print(
        f"{count:,}: apply_releases is {other[0] / mine[0]:.1f} times as fast as {name} "
        f"({mine[0]:.1f} s to {other[0]:.1f} s), with {mine[1] / other[1]:.2f} times its memory "
        f"({mine[1]:.0f} MB to {other[1]:.0f} MB); remaining area differs by {abs(mine[2] / other[2] - 1):.1e}"
    )


if __name__ == "__main__":
    main()
