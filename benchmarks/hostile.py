"""Hostile geometry: processor time and memory of every step on registers made to be slow, each step by itself.

Run: ``python benchmarks/hostile.py`` for all, ``--case stacked --step check map`` for some, ``--write docs/speed.md``
to write the table into the page. A register is made, read once, and what was read goes through each step in a process
of its own. Seconds are processor time, all threads together. A step that takes more than ``--most`` seconds is ended
and told. What a step gives, or why it refused, is printed beside its figures.
"""

from __future__ import annotations

import argparse
import pickle
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

_BEGIN, _END = "<!-- hostile -->", "<!-- end of hostile -->"
_MEMORY = 16 * 2**30
_SCRIPT = """
import os, pickle, sys, time, warnings
warnings.simplefilter("ignore")
import folium, kosovo_hazards as kh
kh.write_report(*kh.demo_data(), "small", overwrite=True)  # loads the libraries
def peak():
    status = open("/proc/self/status").read().splitlines()
    return int(next(line for line in status if line.startswith("VmHWM")).split()[1])
raw, told = pickle.load(open("raw.pickle", "rb")), ""
if os.path.exists("read.pickle"):
    read, done = pickle.load(open("read.pickle", "rb"))
else:
    read, done = raw
h, r = (read.data, done.data) if hasattr(read, "data") else raw
start, memory = time.process_time(), peak()
try:
    {work}
except kh.HazardDataError as error:
    told = "refused: " + str(error)
seconds, memory = time.process_time() - start, peak() - memory
print("\\n".join(["", "=" * 8, str(seconds), str(memory), str(told)]))
"""
STEPS = {
    "read": "read, done = kh.read_hazards(raw[0]), kh.read_releases(raw[1]); "
    "told = '\\n'.join([*read.messages(), *dict.fromkeys(read.rejected['reason'].astype(str).head(5)), "
    "*dict.fromkeys(read.repairs['what'].astype(str).head(3))])\n"
    "    seconds = time.process_time() - start; pickle.dump((read, done), open('read.pickle', 'wb'))\n"
    "    start += time.process_time() - start - seconds",
    "check": "found = kh.check(read, done); "
    "told = '\\n'.join(found.loc[found['check'].str.contains('look|crowd|many'), 'message'].head(5)) "
    "+ '\\n' + str(found['check'].value_counts().to_dict())",
    "areas": "told = f'{kh.area_m2(h).sum():,.0f} m²'",
    "footprint": "told = f'{kh.footprint_m2(h):,.0f} m²'",
    "land release": "told = str(kh.apply_releases(h, r))",
    "places": "told = '\\n'.join(kh.assign_places(h)['place_shares'].fillna('').str.slice(0, 200).head(1))",
    "map": "kh.hazard_map(read, done).save('map.html', overwrite=True); "
    "told = f\"{os.path.getsize('map.html') / 1e6:.1f} MB\"",
    "report": "told = kh.write_report(read, done, 'report', overwrite=True).folder",
}


def _register(shapes: np.ndarray, releases: np.ndarray | None = None) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    numbers = pd.Series(np.arange(len(shapes))).astype(str)
    hazards = gpd.GeoDataFrame(
        {"hazard_id": "H-" + numbers, "hazard_type": np.where(np.arange(len(shapes)) % 2, "CHA", "SHA")},
        geometry=shapes, crs="EPSG:4326",
    ).assign(status="open", priority="medium")  # fmt: skip
    done = np.array([shapely.box(21.0, 42.5, 21.001, 42.501)]) if releases is None else releases
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(len(done)) % 1500, unit="D")
    work = gpd.GeoDataFrame(
        {"release_id": "R-" + pd.Series(np.arange(len(done))).astype(str), "product": "cleared"},
        geometry=done, crs="EPSG:4326",
    ).assign(completed=days)  # fmt: skip
    return hazards, work


def _discs(middle: np.ndarray, radius: np.ndarray, corners: int) -> np.ndarray:
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    around = np.stack([np.cos(turn) / 82_000, np.sin(turn) / 111_000], axis=1)
    return shapely.polygons(middle[:, None] + radius[:, None, None] * around)


def holes(count: int = 100_000) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """One area over many municipalities with 100,000 holes."""
    side = int(np.ceil(count**0.5))
    x, y = np.meshgrid(np.linspace(20.4, 21.4, side), np.linspace(42.2, 43.0, side))
    middle = np.c_[x.ravel(), y.ravel()][:count]
    wide = 0.3 / side
    rings = shapely.linearrings(
        middle[:, None] + wide * np.array([(-1.0, -0.8), (0.9, -1.0), (1.0, 0.7), (-0.8, 1.0)])[None]
    )
    shell = shapely.linearrings([(20.39, 42.19), (21.41, 42.19), (21.41, 43.01), (20.39, 43.01)])
    return _register(np.array([shapely.polygons(shell, rings)]), _discs(middle[:100], np.full(100, 900.0), 8))


def thrown(count: int = 30_000) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """30,000 areas of 200 m thrown over 5 km, and 3,000 releases."""
    rng = np.random.default_rng(1)
    middle = [21.0, 42.6] + rng.random((count, 2)) * [0.061, 0.045]
    return _register(
        _discs(middle, rng.uniform(80, 120, count), 12),
        _discs(middle[: count // 10] + 0.0003, rng.uniform(30, 100, count // 10), 12),
    )


def stacked(count: int = 5_000) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """5,000 circles of 64 corners, slightly different, on top of each other, and 500 releases."""
    rng = np.random.default_rng(2)
    middle = rng.normal(0, 2e-5, (count, 2)) + np.array([21.0, 42.6])
    return _register(
        _discs(middle, rng.uniform(195, 205, count), 64), _discs(middle[: count // 10], np.full(count // 10, 80.0), 64)
    )


def alike(count: int = 50_000) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """50,000 areas that are the same, and 5,000 releases that are."""
    one = _discs(np.array([[21.0, 42.6]]), np.array([200.0]), 12)
    return _register(
        np.repeat(one, count), np.repeat(_discs(np.array([[21.001, 42.6]]), np.array([90.0]), 12), count // 10)
    )


def wound(count: int = 1_000_000) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """A ring of a million corners that winds round a hundred times."""
    turn = np.linspace(0, 200 * np.pi, count, endpoint=False)
    far = 0.05 + 0.01 * np.linspace(0, 1, count)
    return _register(np.array([shapely.Polygon(np.c_[21 + far * np.cos(turn), 42.6 + far * np.sin(turn)])]))


def nested(count: int = 1_000, depth: int = 60) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """1,000 collections of collections, sixty deep, with two polygons in each."""
    shapes = _discs(np.c_[21 + np.arange(count) * 1e-3, np.full(count, 42.6)], np.full(count, 100.0), 12)
    for level in range(depth):
        beside = shapely.transform(shapes, lambda points, by=level: points + 1e-5 * by) if level == 0 else None
        shapes = np.array([
            shapely.GeometryCollection([shape] if beside is None else [shape, beside[row]])
            for row, shape in enumerate(shapes)
        ])  # fmt: skip
    return _register(shapes)


def odd_places() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """No numbers, endless ones, 180 and 90 degrees, rings round poles, the whole world."""
    round_pole = [(lon, 80 + lon % 7) for lon in range(-180, 180, 20)]
    shapes = [
        shapely.Polygon([(21, 42), (np.nan, 42), (21.1, 42.1)]),
        shapely.Polygon([(21, 42), (np.inf, 42), (21.1, 42.1)]),
        shapely.box(-180, -90, 180, 90), shapely.box(179, 42, 181, 43), shapely.box(-180, 42, -179, 43),
        shapely.Polygon([(179, 10), (-179, 10), (-179, 11), (179, 11)]), shapely.Polygon(round_pole),
        shapely.box(-180, 89, 180, 90), shapely.box(-180, -90, 180, -89), shapely.box(0, 89.9999999, 1e-7, 90),
        shapely.box(1e300, 1e300, 2e300, 2e300), shapely.box(21, 42, 21 + 1e-300, 42 + 1e-300), shapely.box(0, 0, 0, 0),
        shapely.box(21, 42.5, 21.01, 42.51),
    ]  # fmt: skip
    return _register(np.array(shapes), np.array([*shapes[2:8], shapely.box(21, 42.5, 21.005, 42.51)]))


CASES: dict[str, Callable[[], tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]]] = {
    "holes": holes, "thrown": thrown, "stacked": stacked, "alike": alike, "wound": wound, "nested": nested,
    "odd places": odd_places,
}  # fmt: skip


def measured(folder: Path, work: str, most: int) -> tuple[float, float, str]:
    """Processor seconds, MiB beyond what the process had before, and what was told."""

    def bounded() -> None:
        # Some seconds go to starting and to reading the tables.
        resource.setrlimit(resource.RLIMIT_CPU, (most + 12, most + 12))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))

    run = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", _SCRIPT.format(work=work)], capture_output=True, text=True, check=False, cwd=folder,
        preexec_fn=bounded,
    )  # fmt: skip
    if run.returncode:
        lines = run.stderr.strip().splitlines()
        return np.inf, np.nan, f"ended with {run.returncode}: {lines[-1] if lines else 'too long'}"
    seconds, kib, *told = run.stdout.rsplit("=" * 8, 1)[1].strip().splitlines()
    return float(seconds), int(kib) / 1024, "\n".join(told)


def as_table(found: list[dict[str, object]]) -> str:
    """Seconds and MiB by step and case, as a table of the documentation."""
    table = pd.DataFrame(found)
    cell = [
        "ended" if np.isinf(row["seconds"]) else f"{row['seconds']:.1f} s, {row['mib']:,.0f} MiB"
        + (" (refused)" if row["told"].startswith("refused") else "")
        for row in found
    ]  # fmt: skip
    wide = table.assign(cell=cell).pivot_table(index="case", columns="step", values="cell", aggfunc="first")
    wide = wide.reindex(index=table["case"].unique(), columns=table["step"].unique()).fillna("–")
    lines = ["| case | " + " | ".join(wide.columns) + " |", "| --- |" + " ---: |" * wide.shape[1]]
    said = {name: (make.__doc__ or "").rstrip(".") for name, make in CASES.items()}
    lines += [
        f"| {said[name]} | " + " | ".join(row) + " |" for name, row in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    return "\n".join(lines)


def main() -> None:
    """Print each figure as it comes, then the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", nargs="*", choices=list(CASES), default=list(CASES))
    parser.add_argument("--step", nargs="*", choices=list(STEPS), default=list(STEPS))
    parser.add_argument("--most", type=int, default=120)
    parser.add_argument("--as-given", action="store_true", help="the steps after reading take the table as it was made")
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    found: list[dict[str, object]] = []
    for case in given.case:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with (folder / "raw.pickle").open("wb") as file:
                pickle.dump(CASES[case](), file)
            for step in given.step if given.as_given else dict.fromkeys(["read", *given.step]):
                seconds, mib, told = measured(folder, STEPS[step], given.most)
                found.append({"case": case, "step": step, "seconds": seconds, "mib": mib, "told": told})
                print(f"{case:10} {step:12} {seconds:8.2f} s {mib:7,.0f} MiB  {told[:600]}", flush=True)
    table = as_table(found)
    print(table)
    if given.write:
        page = given.write.read_text("utf-8")
        block = f"{_BEGIN}\n\n{table}\n\n{_END}"
        given.write.write_text(re.sub(f"{_BEGIN}.*{_END}", lambda _: block, page, flags=re.DOTALL), "utf-8")


if __name__ == "__main__":
    main()
