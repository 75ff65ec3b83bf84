"""Small registers of every format that is read, as real programs write them (GDAL, pandas, pyarrow)."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely


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
