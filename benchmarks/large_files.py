"""Large and hostile files: time and memory of reading a polygon of 200 MB, a tangle, and tables of a million rows.

Run with ``python benchmarks/large_files.py``; it needs some 600 MB on disk and 4 GB of memory.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from measuring import memory_mib

from kosovo_hazards import HazardDataError
from kosovo_hazards.reading.registers import read_hazards

_ROWS = 1_000_000
_VERTICES = 5_000_000


def outline(vertices: int, *, crossed: bool = False) -> shapely.Polygon:
    turn = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    radius = 0.05 * (1 + 0.02 * np.sin(997 * turn))
    points = np.column_stack([21 + radius * np.cos(turn), 42.6 + radius * np.sin(turn)])
    if crossed:
        points[[10, 14]] = points[[14, 10]]
    return shapely.Polygon(points)


def write_polygon(path: Path, shape: shapely.Polygon) -> None:
    register = gpd.GeoDataFrame({"hazard_id": ["KS-1"], "hazard_type": ["CHA"]}, geometry=[shape], crs="EPSG:4326")
    if path.suffix == ".geojson":
        ring = ",".join(f"[{x:.14f},{y:.14f}]" for x, y in shape.exterior.coords)
        properties = '{"hazard_id":"KS-1","hazard_type":"CHA"}'
        path.write_text(
            '{"type":"FeatureCollection","features":[{"type":"Feature","properties":' + properties
            + ',"geometry":{"type":"Polygon","coordinates":[[' + ring + "]]}}]}", encoding="utf-8",
        )  # fmt: skip
    else:
        register.to_file(path)


def write_rows(path: Path, *, points: bool) -> None:
    number = np.arange(_ROWS // 4 if points else _ROWS)
    south, west = np.stack(np.divmod(number, 1_000)) / 1_000 + [[42.0], [20.5]]
    corners = [(0, 0), (0.0005, 0), (0.0005, 0.0005), (0, 0.0005)]
    ids = "KS-" + pd.Series(number).astype(str)
    if points:
        parts = [
            pd.DataFrame({
                "hazard_id": ids, "hazard_type": "CHA", "point": at, "longitude": west + x, "latitude": south + y,
            })
            for at, (x, y) in enumerate(corners, start=1)
        ]  # fmt: skip
        table = pd.concat(parts).sort_values(["hazard_id", "point"])
    else:
        boxes = shapely.box(west, south, west + 0.0005, south + 0.0005)
        wkt = shapely.to_wkt(boxes, rounding_precision=5)
        table = pd.DataFrame({"hazard_id": ids, "hazard_type": "CHA", "established": "2020-01-31", "wkt": wkt})
    table.round(6).to_csv(path, index=False)


def read(path: Path) -> None:
    crs = "EPSG:4326" if path.suffix == ".csv" else None
    start = time.perf_counter()
    try:
        result = read_hazards(path, crs=crs)
        told = f"{len(result.data):,} accepted, {len(result.rejected):,} rejected"
        told += "".join(f"; {what}" for what in result.repairs["what"].head(1))
    except HazardDataError as error:
        told = f"error: {str(error).splitlines()[0]}"
    seconds = time.perf_counter() - start
    work = f"try:\n    read_hazards({str(path)!r}, crs={crs!r})\nexcept HazardDataError:\n    pass"
    before = "from kosovo_hazards import HazardDataError\nfrom kosovo_hazards.reading.registers import read_hazards"
    memory = memory_mib(before, work)
    print(f"{path.name} ({path.stat().st_size / 1e6:.0f} MB): {seconds:.1f} s, {memory:,.0f} MiB; {told}", flush=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_polygon(folder / "polygon.geojson", outline(_VERTICES))
        write_polygon(folder / "polygon.gpkg", outline(_VERTICES))
        write_polygon(folder / "crossed polygon.gpkg", outline(_VERTICES, crossed=True))
        tangle = shapely.Polygon(21 + np.random.default_rng(1).uniform(0, 0.1, (200_000, 2)))
        write_polygon(folder / "tangle.gpkg", tangle)
        write_rows(folder / "million rows.csv", points=False)
        write_rows(folder / "million points.csv", points=True)
        for path in sorted(folder.iterdir()):
            read(path)


if __name__ == "__main__":
    main()
