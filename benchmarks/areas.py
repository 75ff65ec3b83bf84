"""Areas: speed and error of `area_m2` beside a loop over `pyproj.Geod`, and of `footprint_m2` beside a full union.

Run with ``python benchmarks/areas.py``; figures are ratios within one run.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pyproj
import shapely

import kosovo_hazards as kh

GEOD = pyproj.Geod(ellps="WGS84")
CENTRES = {
    "Kosovo": (20.9, 42.6, 50_000),
    "Bosnia": (17.8, 44.0, 5_000),
    "Ukraine": (37.0, 48.5, 5_000),
    "Cambodia": (104.0, 13.0, 5_000),
    "Colombia": (-74.0, 4.5, 5_000),
    "Angola": (18.0, -12.0, 5_000),
}


def footprints(
    count: int, lon: float, lat: float, across_m: tuple[float, float], *, spread_deg: float, seed: int
) -> np.ndarray:
    rng = np.random.default_rng(seed)
    corners = 12
    middle = np.array([lon, lat]) + rng.uniform(-spread_deg, spread_deg, (count, 2))
    radius = np.exp(rng.uniform(*np.log(across_m), count))[:, None] / 2 * rng.uniform(0.4, 1, (count, corners))
    angle = (np.arange(corners) + rng.uniform(0, 0.9, (count, corners))) * 2 * np.pi / corners
    east = middle[:, :1] + radius * np.cos(angle) / (111_320 * np.cos(np.radians(middle[:, 1:])))
    return shapely.polygons(np.stack([east, middle[:, 1:] + radius * np.sin(angle) / 110_574], axis=-1))


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def geodesic_loop(shapes: np.ndarray) -> np.ndarray:
    return np.array([GEOD.geometry_area_perimeter(shape)[0] for shape in shapes])


def main() -> None:
    samples = [
        footprints(n, lon, lat, (50, 5_000), spread_deg=0.5, seed=i) for i, (lon, lat, n) in enumerate(CENTRES.values())
    ]
    shapes = shapely.orient_polygons(np.concatenate(samples))
    error = np.abs(kh.area_m2(gpd.GeoSeries(shapes, crs=4326)).to_numpy() / geodesic_loop(shapes) - 1)
    ends = np.cumsum([len(sample) for sample in samples])[:-1]
    for name, part in zip(CENTRES, np.split(error, ends), strict=True):
        print(f"greatest relative error, {len(part):,} polygons of 50 m to 5 km in {name}: {part.max():.1e}")
    for across in ((50, 1_000), (50, 5_000)):
        many = shapely.orient_polygons(footprints(100_000, 20.9, 42.6, across, spread_deg=0.5, seed=9))
        series = gpd.GeoSeries(many, crs=4326)
        ours, loop = seconds(lambda s=series: kh.area_m2(s)), seconds(lambda m=many: geodesic_loop(m))
        print(
            f"100,000 polygons of {across[0]} m to {across[1]:,} m: "
            f"area_m2 is {loop / ours:.1f} times as fast as the loop"
        )
    crowd = footprints(100_000, 20.9, 42.6, (50, 58), spread_deg=0.5, seed=4)
    hits = shapely.STRtree(crowd).query(crowd, predicate="intersects")
    sharing = len(np.unique(hits[0][hits[0] != hits[1]])) / len(crowd)
    series = gpd.GeoSeries(crowd, crs=4326)
    ours, union = seconds(lambda: kh.footprint_m2(series)), seconds(series.union_all, 1)
    whole = kh.area_m2(gpd.GeoSeries([series.union_all()], crs=4326))[0]
    print(
        f"100,000 polygons, {sharing:.1%} overlapping: footprint_m2 is {union / ours:.1f} times as fast as union_all, "
        f"relative difference {abs(kh.footprint_m2(series) / whole - 1):.1e}"
    )


if __name__ == "__main__":
    main()
