"""Land release: time, memory and result of `apply_releases` beside an overlay with the dissolved releases.

Run with ``python benchmarks/land_release.py [number of hazards]``; each way runs in a process of its own, and figures
are ratios within one run. The obvious way, an overlay with the releases dissolved into one shape, compares every hazard
with that whole shape, so that 100,000 hazards take hours: it runs with all releases and one hazard in a hundred, and
with a tenth of both. All hazards run against the dissolved shape split into its parts, the best that can be done with
geopandas in two lines. A last line takes a crowded and messy country: releases drawn twice, in two parts, without day.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import kosovo_hazards as kh

ACROSS_M = 60.0
Tables = tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]


def scattered(count: int, *, seed: int, crowd: float = 1.0) -> np.ndarray:
    """Star-shaped polygons of 12 corners, so many to a square kilometre that about one in ten meets a second layer."""
    rng = np.random.default_rng(seed)
    corners, side_m = 12, 242.0 * np.sqrt(count / crowd)
    middle = rng.uniform(-side_m / 2, side_m / 2, (count, 2))
    radius = ACROSS_M / 2 * rng.uniform(0.4, 1, (count, corners))
    angle = (np.arange(corners) + rng.uniform(0, 0.9, (count, corners))) * 2 * np.pi / corners
    lon = 20.9 + (middle[:, :1] + radius * np.cos(angle)) / (111_320 * np.cos(np.radians(42.6)))
    lat = 42.6 + (middle[:, 1:] + radius * np.sin(angle)) / 110_574
    return shapely.polygons(np.stack([lon, lat], axis=-1))


def tables(count: int, *, part: int = 1) -> Tables:
    fields, work = scattered(count, seed=1)[::part], scattered(count, seed=2)
    hazards = gpd.GeoDataFrame({"hazard_id": np.arange(len(fields)).astype(str)}, geometry=fields, crs=4326)
    releases = gpd.GeoDataFrame(
        {
            "release_id": np.arange(count).astype(str),
            "product": np.resize(["cleared", "reduced", "cancelled"], count),
            "completed": pd.date_range("2020-01-01", periods=1_800).to_numpy()[np.arange(count) % 1_800],
        },
        geometry=work,
        crs=4326,
    )
    return hazards, releases


def messy(count: int) -> Tables:
    """Hazards made by widening a third of the releases, of which many overlap and some are drawn again a hand off."""
    _, releases = tables(count)
    shapes = scattered(count, seed=3, crowd=12)
    shapes[::10] = shapely.union(shapes[::10], shapely.transform(shapes[::10], lambda at: at + 0.002))
    shapes[5::20] = shapely.transform(shapes[4::20], lambda at: at + 4e-7)
    releases = releases.set_geometry(shapes, crs=4326)
    releases.loc[::7, "completed"] = pd.NaT
    fields = shapely.buffer(shapes[::3], 2e-4)
    return gpd.GeoDataFrame({"hazard_id": np.arange(len(fields)).astype(str)}, geometry=fields, crs=4326), releases


def ours(hazards: gpd.GeoDataFrame, releases: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return kh.apply_releases(hazards, releases, sliver_width_m=0).remaining


def obvious(hazards: gpd.GeoDataFrame, releases: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.overlay(hazards, releases[["geometry"]].dissolve(), how="difference")


def split(hazards: gpd.GeoDataFrame, releases: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.overlay(hazards, releases[["geometry"]].dissolve().explode(), how="difference")


WAYS: dict[str, Callable[[gpd.GeoDataFrame, gpd.GeoDataFrame], gpd.GeoDataFrame]] = {
    "apply_releases": ours,
    "overlay after dissolve": obvious,
    "overlay after dissolve and explode": split,
}


@dataclass(frozen=True)
class Run:
    """Seconds by the clock and of all processors, megabytes before and at the peak, and square metres left."""

    seconds: float
    cpu: float
    before_mb: float
    peak_mb: float
    left_m2: float


def peak_mb() -> float:
    """Highest use of memory until now; macOS counts bytes, Linux kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def measured(way: str, make: Callable[..., Tables], options: dict[str, int]) -> Run:
    hazards, releases = make(**options)
    kh.area_m2(hazards.head(10))
    before, start, cpu = peak_mb(), time.perf_counter(), time.process_time()
    left = WAYS[way](hazards, releases)
    seconds, cpu, peak = time.perf_counter() - start, time.process_time() - cpu, peak_mb()
    return Run(seconds, cpu, before, peak, float(kh.area_m2(left).sum()))


def run(way: str, make: Callable[..., Tables], **options: int) -> Run:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measured, (way, make, options))


def compare(what: str, mine: Run, other_way: str, other: Run) -> None:
    print(
        f"{what}: apply_releases is {other.seconds / mine.seconds:.1f} times as fast as {other_way} "
        f"({mine.seconds:.2f} s to {other.seconds:.2f} s; of processors {mine.cpu:.2f} s to {other.cpu:.2f} s), "
        f"peak of memory {mine.peak_mb:.0f} MB to {other.peak_mb:.0f} MB, of which {mine.before_mb:.0f} MB were there "
        f"before; remaining area differs by {abs(mine.left_m2 / other.left_m2 - 1):.1e}",
        flush=True,
    )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    hazards, releases = tables(count)
    met = np.unique(shapely.STRtree(releases.geometry).query(hazards.geometry, predicate="intersects")[0])
    print(f"{count:,} hazards and {count:,} releases, {len(met) / count:.1%} of the hazards met by a release")
    mine, obvious_way, best = WAYS
    tenth, whole = (run(mine, tables, count=size) for size in (count // 10, count))
    print(
        f"ten times the records take {whole.seconds / tenth.seconds:.1f} times as long by the clock, "
        f"{whole.cpu / tenth.cpu:.1f} times of processors",
        flush=True,
    )
    compare(f"{count:,} each", whole, best, run(best, tables, count=count))
    few = f"{count // 100:,} hazards and {count:,} releases"
    compare(few, run(mine, tables, count=count, part=100), obvious_way, run(obvious_way, tables, count=count, part=100))
    compare(f"{count // 10:,} each", tenth, obvious_way, run(obvious_way, tables, count=count // 10))
    crowd = f"{count // 30:,} hazards and {count // 10:,} releases, crowded and messy"
    compare(crowd, run(mine, messy, count=count // 10), best, run(best, messy, count=count // 10))


if __name__ == "__main__":
    main()
