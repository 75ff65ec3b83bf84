"""Time and memory of `kosovo_hazards.scale`, each step in a process of its own.

Run: ``python benchmarks/partitions.py --areas 5000000 --folder FOLDER``, with ``--steps read,areas`` for some of them.
The register is that of `table.py`, written piece by piece, with a release for every ten areas; what is there already is
used again. Without a cluster, as here, dask's threads do the work on all cores of the machine. Memory is the most that
the process held, libraries and all.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from table import stars

PIECE = 250_000
ROWS_A_PART = 100_000
_SCRIPT = """
import os, time, warnings
warnings.simplefilter("ignore")
from pathlib import Path
import kosovo_hazards as kh
from kosovo_hazards import scale
def opened(name):
    return scale.read_parquet(Path(name) / "data")
wall, start = time.perf_counter(), time.process_time()
{work}
status = Path("/proc/self/status").read_text().splitlines()
peak = int(next(line for line in status if line.startswith("VmHWM")).split()[1])
print(time.perf_counter() - wall, time.process_time() - start, peak / 1024)
"""
STEPS = {
    "read": f'scale.read_hazards("hazards.parquet", "register", rows_a_part={ROWS_A_PART})',
    "read releases": f'scale.read_releases("releases.parquet", "work", rows_a_part={ROWS_A_PART})',
    "areas": 'scale.area_m2(opened("register")).sum().compute()',
    "places": 'scale.assign_places(opened("register"))["municipality"].value_counts().compute()',
    "footprint": 'scale.footprint_m2(opened("register"))',
    "summary": 'scale.summarise(opened("register"), by="hazard_type")',
    "land release": 'scale.apply_releases(opened("register"), opened("work"), folder="left").balance()',
    "check": 'scale.check(opened("register")).groupby("check").size()',
    "tiles": 'scale.write_tile_map(opened("register"), "map")',
}


def write_source(path: Path, count: int, kind: str) -> None:
    """One GeoParquet file of any size, written piece by piece."""
    rng = np.random.default_rng(5 if kind == "H" else 6)
    # As dense as a million are in table.py, in a rectangle that keeps to the latitudes of the Balkans.
    side = 1.25 * (count * (1 if kind == "H" else 10) / 1e6) ** 0.5
    writer = None
    for first in range(0, count, PIECE):
        size = min(PIECE, count - first)
        number = np.arange(first, first + size)
        columns = (
            {"hazard_id": [f"H-{i}" for i in number], "hazard_type": rng.choice(["CHA", "SHA"], size), "status": "open"}
            if kind == "H"
            else {"release_id": [f"R-{i}" for i in number], "product": "cleared", "completed": "2024-06-01"}
        )
        frame = gpd.GeoDataFrame(columns, geometry=stars(rng, size, side), crs="EPSG:4326")
        piece = path.with_suffix(".piece")
        frame.to_parquet(piece)
        table = pq.read_table(piece)
        piece.unlink()
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(pa.table(table.columns, schema=writer.schema))
    if writer is not None:
        writer.close()


def main() -> None:
    """Measure the steps that are asked for and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--areas", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, required=True, help="Where the tables lie; made when missing.")
    parser.add_argument("--steps", default=",".join(STEPS))
    given = parser.parse_args()
    folder = given.folder / str(given.areas)
    folder.mkdir(parents=True, exist_ok=True)
    for name, count, kind in (("hazards", given.areas, "H"), ("releases", given.areas // 10, "R")):
        if not (folder / f"{name}.parquet").exists():
            write_source(folder / f"{name}.parquet", count, kind)
    print("| step | areas | wall | processor | memory |\n| --- | ---: | ---: | ---: | ---: |", flush=True)
    for step in given.steps.split(","):
        script = _SCRIPT.format(work=STEPS[step])
        run = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - ours
        if run.returncode:
            print(f"| {step} | {given.areas:,} | failed: {' '.join(run.stderr.split()[-100:])} | | |", flush=True)
            continue
        wall, used, peak = map(float, run.stdout.split()[-3:])
        print(f"| {step} | {given.areas:,} | {wall:,.0f} s | {used:,.0f} s | {peak:,.0f} MiB |", flush=True)


if __name__ == "__main__":
    started = time.perf_counter()
    main()
    print(f"\n{time.perf_counter() - started:,.0f} s in all")
