"""One table of all steps: our time and memory beside the obvious way with geopandas and folium, and how both grow.

Run: ``python benchmarks/table.py`` for 1,000 to 100,000 areas, ``--largest 1000000`` for a million, ``--write FILE.md``
to write the table as a page. With ``pip install duckdb==1.5.5 duckdb-extension-spatial==1.5.5 duckdb-extensions``
DuckDB is measured too. Each figure is of a process of its own, both ways one after the other; seconds are processor
time, which other work on the machine changes least. The register is a Poisson field of outlines of eight corners, of
which one in five square metres lies in two areas: dense, and nobody chose where they overlap. There is a release for
every ten areas.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.util
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

_LIBRARIES = ("geopandas", "shapely", "pandas", "pyogrio", "folium", "duckdb")
SIZES = (1_000, 10_000, 100_000, 1_000_000)
_PREPARE = "import geopandas as gpd, pandas as pd, shapely, kosovo_hazards as kh, folium"
_HAZARDS = 'h = gpd.read_parquet("hazards.parquet")'
# DuckDB takes latitude before longitude on the spheroid.
_DUCK = (
    "import duckdb, duckdb_extensions as x; x.import_extension('spatial'); c = duckdb.connect(); c.load_extension("
    "'spatial'); c.sql(\"create table t as select ST_FlipCoordinates(geometry) g from 'hazards.parquet'\")"
)
_BOTH = f'{_HAZARDS}; r = gpd.read_parquet("releases.parquet")'
_SCRIPT = """
import os, time, warnings
warnings.simplefilter("ignore")
def peak():
    status = open("/proc/self/status").read().splitlines()
    return int(next(line for line in status if line.startswith("VmHWM")).split()[1])
{prepare}
for folder in ({small!r}, "."):  # the small register first, which loads the libraries
    here = os.getcwd()
    os.chdir(folder)
    {before}
    start, memory = time.process_time(), peak()
    {work}
    seconds = time.process_time() - start
    os.chdir(here)
print(seconds, peak() - memory)
"""


@dataclass(frozen=True)
class Step:
    """What is measured: our way, the obvious one, and up to which size that is bearable."""

    name: str
    before: str
    ours: str
    obvious: str
    said: str
    most: int = 1_000_000
    needs: str = "geopandas"


STEPS = (
    Step(
        "read", "", 'kh.read_hazards("hazards.gpkg")', 'gpd.read_file("hazards.gpkg")', "`geopandas.read_file`",
    ),
    Step(
        "areas", _HAZARDS, "kh.area_m2(h)", "h.to_crs(h.estimate_utm_crs()).area",
        "`to_crs(estimate_utm_crs()).area`, off by up to 8e-4",
    ),
    Step(
        "areas, exact", _HAZARDS, "kh.area_m2(h)",
        "from pyproj import Geod; g = Geod(ellps='WGS84'); [abs(g.geometry_area_perimeter(s)[0]) for s in h.geometry]",
        "a loop over `pyproj.Geod`", 100_000,
    ),
    Step(
        "areas, DuckDB", f"{_HAZARDS}; {_DUCK}", "kh.area_m2(h)",
        "c.sql('select ST_Area_Spheroid(g) from t').fetchnumpy()", "DuckDB's `ST_Area_Spheroid`", needs="duckdb",
    ),
    Step(
        "footprint", _HAZARDS, "kh.footprint_m2(h)", "h.to_crs(3035).union_all().area",
        "`to_crs(3035).union_all().area`",
    ),
    Step(
        "footprint, DuckDB", f"{_HAZARDS}; {_DUCK}", "kh.footprint_m2(h)",
        "c.sql('select ST_Area_Spheroid(ST_Union_Agg(g)) from t').fetchall()",
        "DuckDB's `ST_Area_Spheroid(ST_Union_Agg(…))`", 100_000, "duckdb",
    ),
    Step(
        "places", f"{_HAZARDS}; p = kh.places()", "kh.assign_places(h)",
        "gpd.overlay(h[['hazard_id', 'geometry']], p[['municipality', 'geometry']])", "`geopandas.overlay`",
    ),
    Step("summary", f"{_HAZARDS}; h['district'] = h['hazard_id'].str[-1]", "kh.summarise(h)",
         "h.assign(a=h.to_crs(3035).area).groupby(['district', 'hazard_type'])['a'].agg(['size', 'sum'])",
         "`groupby`, without the ground that areas share"),
    Step(
        "check", _BOTH, "kh.check(h, r)",
        "h.is_valid; h['hazard_id'].duplicated(); gpd.sjoin(h, h, predicate='overlaps')",
        "`is_valid`, `duplicated` and `sjoin`: 3 of our 77 checks",
    ),
    Step(
        "land release", _BOTH, "kh.apply_releases(h, r)", "gpd.overlay(h, r, how='difference')",
        "`overlay(how='difference')`, without a ledger",
    ),
    Step(
        "map", f"{_HAZARDS}; [os.remove(name) for name in os.listdir() if name == 'ours.html']",
        'kh.hazard_map(h).save("ours.html")',
        "folium.GeoJson(h, popup=folium.GeoJsonPopup(['hazard_id'])).add_to(m := folium.Map()); m.save('theirs.html')",
        "`folium.GeoJson`", 100_000,
    ),
)  # fmt: skip


def stars(rng: np.random.Generator, count: int, side: float) -> np.ndarray:
    """Outlines of eight corners, some 100 m wide, strewn over a square."""
    # In this way no outline crosses itself, for the obvious way would stop at one that does.
    angle = (np.arange(8) + rng.uniform(0, 0.9, (count, 8))) * 2 * np.pi / 8
    far = 6e-4 * (0.5 + rng.random((count, 8)))
    middle = np.c_[20.3 + rng.random(count) * side, 42.0 + rng.random(count) * side]
    points = np.stack([middle[:, :1] + far * np.cos(angle), middle[:, 1:] + far * np.sin(angle)], axis=2)
    return shapely.polygons(points)


def write_register(folder: Path, count: int) -> None:
    """Hazards as GeoPackage and GeoParquet, and a tenth as many releases."""
    rng = np.random.default_rng(5)
    side = 1.25 * (count / 1e6) ** 0.5
    hazards = gpd.GeoDataFrame(
        {"hazard_id": [f"H-{i}" for i in range(count)], "hazard_type": rng.choice(["CHA", "SHA"], count)},
        geometry=stars(rng, count, side), crs="EPSG:4326",
    ).assign(status="open", priority="medium")  # fmt: skip
    many = count // 10
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 1500, many), unit="D")
    releases = gpd.GeoDataFrame(
        {"release_id": [f"R-{i}" for i in range(many)], "product": rng.choice(["cleared", "reduced"], many)},
        geometry=stars(rng, many, side), crs="EPSG:4326",
    ).assign(completed=days)  # fmt: skip
    hazards.to_file(folder / "hazards.gpkg", driver="GPKG")
    hazards.to_parquet(folder / "hazards.parquet")
    releases.to_parquet(folder / "releases.parquet")


def measured(folder: Path, small: Path, before: str, work: str, repeats: int) -> tuple[float, float]:
    """Least seconds of a processor, all threads together, and MiB beyond what the process had before."""
    runs = []
    for _ in range(repeats):
        script = _SCRIPT.format(prepare=_PREPARE, small=str(small), before=before or "pass", work=work)
        run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=folder)  # noqa: S603 - ours
        seconds, kib = run.stdout.split()[-2:]
        runs.append((float(seconds), int(kib) / 1024))
    return min(seconds for seconds, _ in runs), min(mib for _, mib in runs)


def rows(sizes: list[int]) -> list[dict[str, object]]:
    """Every step at every size, both ways."""
    found = []
    for count in sizes:
        with tempfile.TemporaryDirectory() as name:
            small, folder = Path(name, "small"), Path(name, "register")
            small.mkdir()
            folder.mkdir()
            write_register(small, SIZES[0])
            write_register(folder, count)
            for step in STEPS:
                if importlib.util.find_spec(step.needs) is None:
                    continue
                repeats = 2 if count <= 10_000 else 1
                theirs = (
                    measured(folder, small, step.before, step.obvious, repeats)
                    if count <= step.most
                    else (np.nan, np.nan)
                )
                ours = measured(folder, small, step.before, step.ours, repeats)
                found.append({"step": step.name, "count": count, "ours": ours, "theirs": theirs})
                print(f"{step.name:14} {count:>9,}  {ours[0]:8.2f} s {ours[1]:7.0f} MiB   "
                      f"{theirs[0]:8.2f} s {theirs[1]:7.0f} MiB   {ours[0] / theirs[0]:6.2f}", flush=True)  # fmt: skip
            page = folder / "ours.html"
            print(f"{'size of map':14} {count:>9,}  {page.stat().st_size / 1e6:8.1f} MB", flush=True)
            found.append({"step": "page", "count": count, "ours": (page.stat().st_size / 1e6, 0.0), "theirs": None})
    return found


def as_page(found: list[dict[str, object]], sizes: list[int]) -> str:
    """The table as a page of the documentation."""
    lines = [
        "# Speed and memory",
        "",
        f"Measured on {dt.date.today():%d %B %Y} by `python benchmarks/table.py --largest {sizes[-1]} --write "
        f"docs/speed.md` on {platform.machine()} with two cores, Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in _LIBRARIES if importlib.util.find_spec(name))
        + ". The register is a dense field of overlapping outlines of eight corners with a release for every ten "
        "areas; each figure is of a process of its own, after the same on 1,000 areas. Seconds are processor time, all "
        "threads together, which other work on the machine changes least. *Ratio* is our time ÷ that of "
        f"the obvious way; *growth* is the exponent of our time from {sizes[1]:,} areas to the most that are shown, 1 "
        "being in proportion. A dash stands where the obvious way was not tried.",
        "",
        "| step | areas | ours | memory | the obvious way | memory | ratio | growth |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for step in (step for step in STEPS if any(row["step"] == step.name for row in found)):
        own = {row["count"]: row for row in found if row["step"] == step.name}
        there = [size for size in sizes if size in own]
        last = there[-1]
        growth = np.log(own[last]["ours"][0] / own[sizes[1]]["ours"][0]) / np.log(last / sizes[1])
        for count in there:
            ours, theirs = own[count]["ours"], own[count]["theirs"]
            both = not np.isnan(theirs[0])
            name = f"{step.name}: {step.said}" if count == sizes[0] else ""
            lines.append(
                f"| {name} | {count:,} | {ours[0]:,.2f} s | {ours[1]:,.0f} MiB | "
                + (
                    f"{theirs[0]:,.2f} s | {theirs[1]:,.0f} MiB | {ours[0] / theirs[0]:.2f} | "
                    if both
                    else "– | – | – | "
                )
                + (f"{growth:.2f} |" if count == last else "|")
            )
    pages = [row for row in found if row["step"] == "page"]
    said = ", ".join(f"{row['ours'][0]:,.1f} MB for {row['count']:,}" for row in pages)
    lines += ["", f"Size of the map page: {said} areas.", ""]
    return "\n".join(lines)


def main() -> None:
    """Print the table, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=100_000)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    sizes = [size for size in SIZES if size <= given.largest]
    found = rows(sizes)
    if given.write:
        # What hostile.py wrote stays.
        _, begin, rest = (
            given.write.read_text("utf-8").partition("\n## Hostile geometry") if given.write.exists() else [""] * 3
        )
        given.write.write_text(as_page(found, sizes) + begin + rest, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
