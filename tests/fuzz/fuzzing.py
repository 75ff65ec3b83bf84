"""Files gone wrong: small registers of every format mutated, texts built at random with known numbers of records.

Run for as long as you like: ``python tests/fuzz/fuzzing.py --seconds 3600``. Finds are left in a folder.
"""

from __future__ import annotations

import argparse
import faulthandler
import io
import json
import random
import tempfile
import time
import traceback
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

import kosovo_hazards as kh
from kosovo_hazards import HazardDataError

SLOW_S = 10.0
# Behind an error of ours, these are faults of ours that were only caught at the last door.
HIDDEN = (AttributeError, IndexError, KeyError, NameError, AssertionError, TypeError, ZeroDivisionError)
TOKENS = [
    b"null", b"-1", b"1e999", b"NaN", b'"', b"'", b"{", b"}", b"[", b"]", b"<", b">", b"&", b"\x00", b"\xff\xfe",
    b"<![CDATA[", b"-->", b"<kml>", b"</Placemark>", b"<MultiGeometry>", b'{"type":"Feature"}', b"[[[[", b"]]]]",
    b"99999999999999999999", b",,", b";", b"\n", b"\r", b"\t", b"EPSG:4326", b"EPSG:0", b"\xef\xbb\xbf", b"PK\x03\x04",
    b"POLYGON EMPTY", b"GEOMETRYCOLLECTION(", b"\xf0\x9f\x92\xa3", b"\\ud800", b"crs", b"0x10", b"=cmd|' /C x'!A0",
]  # fmt: skip


# --- small registers of every format ---------------------------------------------------------------------------------


def register(rng: random.Random, count: int = 5) -> gpd.GeoDataFrame:
    corners = [(0, 0), (0.012, 0.001), (0.014, 0.006), (0.007, 0.009)]
    shapes = [shapely.Polygon([(20.6 + x + i / 10, 42.5 + y) for x, y in corners]) for i in range(count)]
    shapes[1] = shapely.Polygon(shapes[1].exterior, [shapely.box(20.705, 42.503, 20.707, 42.505).exterior])
    shapes[2] = shapely.MultiPolygon([shapes[2], shapely.affinity.translate(shapes[2], 0.02, 0)])
    table = {
        "hazard_id": [f"KS-{i}" for i in range(count)],
        "hazard_type": [rng.choice(["CHA", "SHA"]) for _ in range(count)],
        "name": [rng.choice(["Gjakovë", "Đakovica", "Пећ", None]) for _ in range(count)],
        "established": ["2015-06-30"] * count,
        "reported_area_m2": [rng.choice([1e6, 0.5, None]) for _ in range(count)],
    }
    return gpd.GeoDataFrame(table, geometry=shapes, crs=4326)


def zip_of(folder: Path, pattern: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob(pattern)):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    return packed.getvalue()


def by_gdal(driver: str, ending: str) -> Callable[[random.Random, Path], bytes]:
    def write(rng: random.Random, folder: Path) -> bytes:
        register(rng).to_file(folder / f"seed.{ending}", driver=driver)
        return (folder / f"seed.{ending}").read_bytes()

    return write


def shapefile(rng: random.Random, folder: Path) -> bytes:
    register(rng).to_file(folder / "seed.shp", encoding="utf-8")
    return zip_of(folder, "seed.*")


def geodatabase(rng: random.Random, folder: Path) -> bytes:
    register(rng).to_file(
        folder / "seed.gdb", driver="OpenFileGDB", geometry_type="MultiPolygon", promote_to_multi=True
    )
    return zip_of(folder, "*")


def csv(rng: random.Random, folder: Path) -> bytes:  # noqa: ARG001
    table = register(rng)
    return pd.DataFrame(table.drop(columns="geometry")).assign(wkt=table.geometry.to_wkt()).to_csv(index=False).encode()


def points(rng: random.Random, folder: Path) -> bytes:  # noqa: ARG001
    rows = [
        {"hazard_id": f"KS-{i}", "hazard_type": "CHA", "point": j + 1, "longitude": x, "latitude": y}
        for i, shape in enumerate(register(rng, 3).geometry)
        for j, (x, y) in enumerate(shapely.get_coordinates(shape))
    ]
    return pd.DataFrame(rows).to_csv(index=False, sep=rng.choice(",;\t")).encode()


def sheet(driver: str) -> Callable[[random.Random, Path], bytes]:
    def write(rng: random.Random, folder: Path) -> bytes:
        table = register(rng)
        plain = pd.DataFrame(table.drop(columns="geometry")).assign(wkt=table.geometry.to_wkt())
        path = folder / f"seed.{driver.lower()}"
        pyogrio.write_dataframe(plain, path, driver=driver)
        return path.read_bytes()

    return write


def parquet(rng: random.Random, folder: Path) -> bytes:
    register(rng).to_parquet(folder / "seed")
    return (folder / "seed").read_bytes()


def kmz(rng: random.Random, folder: Path) -> bytes:
    register(rng).to_file(folder / "doc.kml", driver="LIBKML")
    return zip_of(folder, "doc.kml")


SEEDS: dict[str, Callable[[random.Random, Path], bytes]] = {
    "geojson": by_gdal("GeoJSON", "geojson"),
    "geojsonl": by_gdal("GeoJSONSeq", "geojsonl"),
    "kml": by_gdal("LIBKML", "kml"),
    "kmz": kmz,
    "gml": by_gdal("GML", "gml"),
    "gpkg": by_gdal("GPKG", "gpkg"),
    "fgb": by_gdal("FlatGeobuf", "fgb"),
    "zip": shapefile,
    "gdb.zip": geodatabase,
    "parquet": parquet,
    "csv": csv,
    "points.csv": points,
    "xlsx": sheet("XLSX"),
    "ods": sheet("ODS"),
}


def mutated(rng: random.Random, data: bytes) -> bytes:
    """The bytes with one to four things wrong; half of the archives are packed anew with a member gone wrong."""
    if data[:2] == b"PK" and rng.random() < 0.6:
        return _with_member_mutated(rng, data)
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(6)
        if kind == 0:
            data = data[:at]
        elif kind == 1:
            data = data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
        elif kind == 2:
            data = data[:at] + rng.choice(TOKENS) + data[at:]
        elif kind == 3:
            data = data[:at] + data[at + rng.randint(1, 40) :]
        elif kind == 4:
            end = min(len(data), at + rng.randint(1, 200))
            data = data[:end] + data[at:end] * rng.randint(1, 3) + data[end:]
        else:
            data = data[:at] + rng.choice(TOKENS) + data[at + rng.randint(1, 8) :]
    return data


def _with_member_mutated(rng: random.Random, data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w") as target:
        names = source.namelist()
        chosen = rng.choice(names)
        for name in names:
            text = source.read(name)
            if name != chosen:
                target.writestr(name, text)
            elif rng.random() < 0.9:
                target.writestr(
                    rng.choice([name] * 9 + ["a/" * 300, ".", "a" * 300]), mutated(rng, text) if text else b"x"
                )
    return packed.getvalue()


# --- texts built at random -------------------------------------------------------------------------------------------


def some_json(rng: random.Random, depth: int = 0) -> object:
    kind = rng.randrange(9 if depth < 3 else 6)
    if kind == 6:
        return [some_json(rng, depth + 1) for _ in range(rng.randrange(4))]
    if kind > 6:
        keys = ["type", "id", "crs", "name", "coordinates", "attributes", "geometry", "x" * rng.randrange(3)]
        return {rng.choice(keys): some_json(rng, depth + 1) for _ in range(rng.randrange(4))}
    return rng.choice([None, True, 0, -1.5, 10**30, "", "CHA", "Đ", "\ud800", "2024-01-01", "Polygon", float("inf")])


def some_ring(rng: random.Random) -> list[object]:
    x, y = rng.uniform(20, 21), rng.uniform(42, 43)
    ring: list[object] = [[x, y], [x + 0.01, y], [x + 0.01, y + 0.01], [x, y]]
    if rng.random() < 0.2:
        ring = ring[: rng.randrange(5)]
    if rng.random() < 0.1:
        ring.insert(rng.randrange(len(ring) + 1), some_json(rng))
    return ring


def some_geometry(rng: random.Random, depth: int = 0) -> object:
    kind = rng.randrange(7)
    rings = [some_ring(rng) for _ in range(rng.randrange(1, 3))]
    if kind < 3:
        return {"type": "Polygon", "coordinates": rings}
    if kind == 3:
        return {"type": "MultiPolygon", "coordinates": [rings, [some_ring(rng)]]}
    if kind == 4 and depth < 4:
        parts = [some_geometry(rng, depth + 1) for _ in range(rng.randrange(4))]
        return {"type": "GeometryCollection", "geometries": parts}
    if kind == 5:
        return {"type": "LineString", "coordinates": some_ring(rng)}
    return some_json(rng)


def random_geojson(rng: random.Random) -> tuple[bytes, int]:
    """A collection whose elements may be anything; each is a record."""
    elements: list[object] = []
    for i in range(rng.randrange(12)):
        feature: dict[str, object] = {
            "type": "Feature",
            "properties": {"id": f"J-{i}", "type": "CHA", "x": some_json(rng)},
        }
        feature["geometry"] = some_geometry(rng)
        if rng.random() < 0.2:
            feature[rng.choice(["properties", "id", "geometry", "attributes"])] = some_json(rng)
        elements.append(feature if rng.random() < 0.85 else some_json(rng))
    return json.dumps({"type": "FeatureCollection", "features": elements}).encode(), len(elements)


def random_wkt(rng: random.Random, depth: int = 0) -> str:
    x, y = rng.uniform(20, 21), rng.uniform(42, 43)
    ring = f"({x} {y}, {x + 0.01} {y}, {x + 0.01} {y + 0.01}, {x} {y})"
    kind = rng.randrange(9)
    if kind < 4:
        return f"POLYGON {rng.choice(['', 'Z ', ''])}({ring})"
    if kind == 4:
        return f"MULTIPOLYGON (({ring}), ({ring}))"
    if kind == 5 and depth < 5:
        return f"GEOMETRYCOLLECTION ({random_wkt(rng, depth + 1)}, {random_wkt(rng, depth + 1)})"
    return rng.choice(["POLYGON EMPTY", "POINT (1 2)", "n/a", "", f"POLYGON ({ring}", f"SRID=4326;POLYGON ({ring})",
                       "GEOMETRYCOLLECTION (" * 300, "CURVEPOLYGON (CIRCULARSTRING (0 0, 1 1, 0 0))"])  # fmt: skip


def random_csv(rng: random.Random) -> tuple[bytes, int]:
    """A table with outlines as text; each row is a record."""
    rows = [
        {
            "hazard_id": f"C-{i}",
            "hazard_type": rng.choice(["CHA", "SHA", "x", 'a "b"', "a;b\nc"]),
            "wkt": random_wkt(rng),
        }
        for i in range(rng.randrange(1, 12))
    ]
    if not any(str(row["wkt"]).startswith("POLYGON (") for row in rows[:1]):
        rows[0]["wkt"] = "POLYGON ((20 42, 20.01 42, 20.01 42.01, 20 42))"
    text = pd.DataFrame(rows).to_csv(index=False, sep=rng.choice(",;\t|"), lineterminator=rng.choice(["\n", "\r\n"]))
    return text.encode(rng.choice(["utf-8", "utf-8-sig", "utf-16"])), len(rows)


def random_kml(rng: random.Random) -> tuple[bytes, int]:
    """Folders in folders; each placemark is a record, overlays and links are none."""
    count = 0

    def polygon() -> str:
        x, y = rng.uniform(20, 21), rng.uniform(42, 43)
        places = f"{x},{y},0 {x + 0.01},{y},0 {x + 0.01},{y + 0.01},0 {x},{y},0"
        ring = f"<LinearRing><coordinates>{rng.choice([places] * 8 + ['', 'x', '1,2'])}</coordinates></LinearRing>"
        return f"<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>"

    def geometry(depth: int) -> str:
        if depth < 4 and rng.random() < 0.3:
            return f"<MultiGeometry>{''.join(geometry(depth + 1) for _ in range(rng.randrange(4)))}</MultiGeometry>"
        return rng.choice([polygon(), polygon(), "<Point><coordinates>21,42</coordinates></Point>", "<Model/>", ""])

    def inside(depth: int) -> str:
        nonlocal count
        parts = []
        for _ in range(rng.randrange(1, 5)):
            kind = rng.randrange(6)
            if kind == 0 and depth < 4:
                parts.append(f"<Folder><name>{rng.choice(['CHA', 'North', ''])}</name>{inside(depth + 1)}</Folder>")
            elif kind == 1:
                parts.append(rng.choice(["<GroundOverlay/>", "<NetworkLink/>", "<ScreenOverlay/>", "<!-- x -->"]))
            else:
                count += 1
                data = f'<ExtendedData><Data name="hazard_id"><value>K-{count}</value></Data></ExtendedData>'
                parts.append(f"<Placemark><name>a{count}</name>{data}{geometry(0)}</Placemark>")
        return "".join(parts)

    text = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inside(0)}</Document></kml>'
    return text.encode(), count


RANDOM: dict[str, tuple[str, Callable[[random.Random], tuple[bytes, int]]]] = {
    "random geojson": ("geojson", random_geojson),
    "random csv": ("csv", random_csv),
    "random kml": ("kml", random_kml),
}


# --- running ---------------------------------------------------------------------------------------------------------


@dataclass
class Tally:
    """What came of one format."""

    executions: int = 0
    read: int = 0
    refused: int = 0
    foreign: int = 0
    hidden: int = 0
    slow: int = 0
    lost: int = 0
    unexplained: int = 0
    finds: list[str] = field(default_factory=list)


def try_file(path: Path, tally: Tally, expected: int | None = None) -> None:
    """Read a file and note what came of it."""
    tally.executions += 1
    started = time.process_time()
    try:
        result = kh.read_hazards(path, crs="EPSG:4326" if path.suffix in (".csv", ".xlsx", ".ods") else None,
                                 defaults={"hazard_type": "CHA"})  # fmt: skip
        tally.read += 1
        got = len(result.data) + len(result.rejected)
        if expected is not None and got != expected:
            tally.lost += 1
            tally.finds.append(f"{got} of {expected} records")
        if got == 0 and not any("no record" in note for note in result.notes):
            tally.unexplained += 1
            tally.finds.append("nothing, without a word")
    except HazardDataError as error:
        tally.refused += 1
        if isinstance(error.__cause__, HIDDEN):
            tally.hidden += 1
            tally.finds.append("".join(traceback.format_exception(error.__cause__)[-3:]))
    except Exception:
        tally.foreign += 1
        tally.finds.append(traceback.format_exc(limit=-3))
    if time.process_time() - started > SLOW_S:
        tally.slow += 1
        tally.finds.append(f"{time.process_time() - started:.0f} s")


def fuzz(seed: int, folder: Path, *, rounds: int | None = None, seconds: float | None = None,
         formats: list[str] | None = None) -> dict[str, Tally]:  # fmt: skip
    """Try so many rounds over all formats, or for so long; finds are kept in the folder."""
    rng = random.Random(seed)  # noqa: S311 - no secrets
    warnings.simplefilter("ignore")
    chosen = formats or [*SEEDS, *RANDOM]
    seeds: dict[str, bytes] = {}
    for name in chosen:
        if name in SEEDS:
            with tempfile.TemporaryDirectory() as made:
                seeds[name] = SEEDS[name](rng, Path(made))
    tallies = {name: Tally() for name in chosen}
    # The first read loads libraries, which is no slowness of a file.
    (folder / "first.csv").write_bytes(csv(rng, folder))
    try_file(folder / "first.csv", Tally())
    until = time.monotonic() + (seconds or 0)
    number = 0
    while (rounds is not None and number < rounds) or (seconds is not None and time.monotonic() < until):
        number += 1
        for name in chosen:
            expected = None
            if name in SEEDS:
                ending, data = name, mutated(rng, seeds[name])
            else:
                ending, build = RANDOM[name]
                data, expected = build(rng)
            path = folder / f"file.{ending}"
            path.write_bytes(data)
            before = len(tallies[name].finds)
            faulthandler.dump_traceback_later(120, exit=True)
            try_file(path, tallies[name], expected)
            faulthandler.cancel_dump_traceback_later()
            if len(tallies[name].finds) > before:
                (folder / f"find-{seed}-{number}.{ending}").write_bytes(data)
    return tallies


def main() -> None:
    """Fuzz by hand."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--formats", nargs="*")
    given = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    tallies = fuzz(given.seed, folder, seconds=given.seconds, formats=given.formats)
    table = pd.DataFrame({name: vars(tally) for name, tally in tallies.items()}).T.drop(columns="finds")
    print(table.to_string(), f"\n{int(table['executions'].sum()):,} executions; finds in {folder}")  # noqa: T201
    for find, count in Counter(find[-600:] for tally in tallies.values() for find in tally.finds).most_common(15):
        print(f"--- {count}×\n{find}")  # noqa: T201


if __name__ == "__main__":
    main()
