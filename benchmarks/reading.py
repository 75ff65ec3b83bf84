"""Reading: time and memory of `read_releases` beside `geopandas.read_file` and `make_valid`, on the same file.

Run with ``python benchmarks/reading.py [FILE.geojson]``; without a file, on a synthetic one of 8,000 records of which
one in ten is broken. Figures are ratios within one run.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from measuring import memory_mib

from kosovo_hazards.geometry.areas import area_m2
from kosovo_hazards.reading.registers import read_releases


def synthetic(path: Path, count: int = 8_000) -> None:
    rng = np.random.default_rng(7)
    corners = 14
    angle = (np.arange(corners) + rng.uniform(0, 0.9, (count, corners))) * 2 * np.pi / corners
    broken = rng.uniform(size=count) < 0.1
    angle[broken] = rng.permuted(angle[broken], axis=1)
    middle = np.array([20.9, 42.6]) + rng.uniform(-0.5, 0.5, (count, 2))
    radius = rng.uniform(0.0004, 0.0012, (count, corners))
    points = np.stack([middle[:, :1] + radius * np.cos(angle), middle[:, 1:] + radius * np.sin(angle)], axis=-1)
    table = {"release_id": [f"R-{i}" for i in range(count)], "product": "cleared"}
    gpd.GeoDataFrame(table, geometry=shapely.polygons(points), crs="EPSG:4326").to_file(path, driver="GeoJSON")


def plain(path: Path) -> gpd.GeoDataFrame:
    frame = gpd.read_file(path)
    return frame.set_geometry(frame.geometry.make_valid())


def seconds(work: Callable[[], object], repeats: int = 5) -> float:
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "synthetic.geojson"
        if len(sys.argv) == 1:
            synthetic(path)
        result = read_releases(path, defaults={"product": "cleared"})
        print(f"{len(result.data):,} accepted, {len(result.rejected):,} rejected, {len(result.repairs):,} repaired")
        print(result.rejected["reason"].value_counts().to_string(header=False))
        before, after = result.repairs["area_before_m2"].sum(), result.repairs["area_after_m2"].sum()
        print(f"area of the repaired records: {before:,.0f} m² as drawn, {after:,.0f} m² repaired")
        whole = area_m2(plain(path)).sum()
        print(f"area of all: {result.data['area_m2'].sum():,.0f} m²; after make_valid {whole:,.0f} m²")
        ours, theirs = (
            seconds(lambda: read_releases(path, defaults={"product": "cleared"})),
            seconds(lambda: plain(path)),
        )
        print(f"time: {ours / theirs:.2f} times that of geopandas.read_file and make_valid")
        ours_mib = memory_mib(
            "import geopandas, pandera.pandas\nfrom kosovo_hazards.reading.registers import read_releases",
            f"read_releases({str(path)!r}, defaults={{'product': 'cleared'}})",
        )
        theirs_mib = memory_mib(
            "import geopandas", f"f = geopandas.read_file({str(path)!r})\nf = f.set_geometry(f.geometry.make_valid())"
        )
        ratio = ours_mib / theirs_mib
        print(f"memory beyond the imports: {ours_mib:.0f} MiB beside {theirs_mib:.0f} MiB: {ratio:.2f} times")


if __name__ == "__main__":
    main()
