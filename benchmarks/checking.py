"""Checking: time and memory of `check` on registers of 10,000 and 100,000 polygons, a tenth of which overlap.

Run with ``python benchmarks/checking.py``. What matters is the growth from one to the other: 10 is as it should be.
"""

from __future__ import annotations

import time

import geopandas as gpd
import numpy as np
import shapely
from measuring import memory_mib

from kosovo_hazards.checks.checking import check


def register(count: int) -> gpd.GeoDataFrame:
    """Fields of twelve corners on a grid; every tenth is moved onto its neighbour."""
    rng = np.random.default_rng(5)
    across = int(np.ceil(np.sqrt(count)))
    middle = np.stack(np.divmod(np.arange(count), across), axis=1) * (0.9 / across) + [20.4, 42.1]
    middle[::10, 1] += 0.9 / across * 0.6
    angle = (np.arange(12) + rng.uniform(0, 0.9, (count, 12))) * 2 * np.pi / 12
    radius = rng.uniform(0.25, 0.45, (count, 12)) * 0.9 / across
    points = middle[:, None] + np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    words = {"hazard_type": "SHA", "status": "open", "contamination": "unknown", "established": "2020-01-01"}
    table = {"hazard_id": [f"KS-{i}" for i in range(count)], **words}
    return gpd.GeoDataFrame(table, geometry=shapely.polygons(points), crs="EPSG:4326")


def main() -> None:
    seconds = []
    for count in (10_000, 100_000):
        table = register(count)
        start = time.perf_counter()
        found = check(table)
        seconds.append(time.perf_counter() - start)
        before = f"from checking import register\nfrom kosovo_hazards import check\ntable = register({count})"
        memory = memory_mib(before, "check(table)")
        overlaps = (found["check"] == "overlap").sum()
        print(f"{count:,} polygons: {seconds[-1]:.1f} s, {memory:.0f} MiB; {overlaps:,} overlaps found")
    print(f"ten times the polygons take {seconds[1] / seconds[0]:.1f} times as long")


if __name__ == "__main__":
    main()
