"""Records of mixed nesting in each format: as many records, parts and rings come out as were put in.

``KOSOVO_HAZARDS_HEAVY=1`` tries a thousand. What is put in is known here, shape by shape; GDAL, GeoPandas and hands
write the files, not our writers.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

import kosovo_hazards as kh

MANY = 1_000 if os.environ.get("KOSOVO_HAZARDS_HEAVY") == "1" else 200
# What no record of a hazard can be made of.
NO_GROUND = ("line", "point", "nothing", "empty")


class Made(NamedTuple):
    """A shape, its kind, and what a reader has to give for it."""

    shape: Any
    kind: str
    parts: int
    rings: int


def squares(draw: np.random.Generator, at: int, count: int) -> list[shapely.Polygon]:
    """Squares with up to three holes, none of which touches another."""
    west, south = 20.5 + 0.01 * (at % 60), 42.2 + 0.01 * (at // 60)
    found = []
    for number in range(count):
        x, y = west + 0.002 * (number % 4), south + 0.002 * (number // 4)
        holes = [
            shapely.box(x + 0.0003 * hole + 0.0001, y + 0.0002, x + 0.0003 * hole + 0.0003, y + 0.0008).exterior
            for hole in range(int(draw.integers(0, 4)))
        ]
        found.append(shapely.Polygon(shapely.box(x, y, x + 0.0015, y + 0.001).exterior, holes))
    return found


def made(*, nested: bool) -> list[Made]:
    """Shapes; without nesting those that most formats know: no collections."""
    draw = np.random.default_rng(20_241_231)
    kinds = ["polygon", "polygon", "several", "line", "nothing"]
    kinds += ["collection", "nested", "beside", "point", "empty"] if nested else []
    found = []
    for at in range(MANY):
        kind = str(draw.choice(kinds))
        ground = squares(draw, at, 1 if kind == "polygon" else int(draw.integers(2, 9)))
        first, others = ground[0], shapely.MultiPolygon(ground[1:])
        line = shapely.LineString([(20.5, 42.2), (20.51, 42.21), (20.52, 42.2)])
        shape = {
            "polygon": first,
            "several": shapely.MultiPolygon(ground),
            "collection": shapely.GeometryCollection([first, others]),
            "nested": shapely.GeometryCollection([shapely.GeometryCollection([others]), first]),
            "beside": shapely.GeometryCollection([first, line, others, shapely.Point(20.5, 42.2)]),
            "line": line,
            "point": shapely.Point(20.5, 42.2),
            "empty": shapely.Polygon(),
            "nothing": None,
        }[kind]
        rings = sum(1 + len(part.interiors) for part in ground)
        found.append(Made(shape, kind, *((0, 0) if kind in NO_GROUND else (len(ground), rings))))
    return found


def frame(records: list[Made]) -> gpd.GeoDataFrame:
    ids = [f"KS-{number}" for number in range(len(records))]
    shapes = [record.shape for record in records]
    return gpd.GeoDataFrame({"hazard_id": ids, "hazard_type": "CHA", "status": "open"}, geometry=shapes, crs=4326)


def by_gdal(driver: str, **options: Any) -> Callable[[list[Made], Path], None]:
    def write(records: list[Made], path: Path) -> None:
        pyogrio.write_dataframe(frame(records), path, driver=driver, **options)

    return write


def geojson(records: list[Made], path: Path) -> None:
    features = [
        {
            "type": "Feature",
            "geometry": None if record.shape is None else json.loads(shapely.to_geojson(record.shape)),
            "properties": {"hazard_id": f"KS-{number}", "hazard_type": "CHA", "status": "open"},
        }
        for number, record in enumerate(records)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def lines_of_json(records: list[Made], path: Path) -> None:
    geojson(records, path)
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    path.write_text("\n".join(map(json.dumps, features)), encoding="utf-8")


def esri_json(records: list[Made], path: Path) -> None:
    """As a feature service answers: shells clockwise, holes the other way, all rings of a record in one list."""

    def rings(shape: Any) -> list[Any]:
        parts = shapely.get_parts(shapely.orient_polygons(shape, exterior_cw=True))
        return [shapely.get_coordinates(ring).tolist() for ring in shapely.get_rings(parts)]

    features = [
        {
            "attributes": {"hazard_id": f"KS-{number}", "hazard_type": "CHA", "status": "open"},
            **({"geometry": {"rings": rings(record.shape)}} if record.parts else {}),
        }
        for number, record in enumerate(records)
    ]
    answer = {"geometryType": "esriGeometryPolygon", "spatialReference": {"wkid": 4326}, "features": features}
    path.write_text(json.dumps(answer), encoding="utf-8")


def kml_shape(shape: Any) -> str:
    """In KML collections of every kind are MultiGeometry, and may be nested."""
    if shape is None or shape.is_empty:
        return ""

    def places(of: Any) -> str:
        written = " ".join(f"{x!r},{y!r}" for x, y in shapely.get_coordinates(of).tolist())
        return f"<coordinates>{written}</coordinates>"

    if shape.geom_type == "Polygon":
        inner = "".join(
            f"<innerBoundaryIs><LinearRing>{places(ring)}</LinearRing></innerBoundaryIs>" for ring in shape.interiors
        )
        outer = f"<outerBoundaryIs><LinearRing>{places(shape.exterior)}</LinearRing></outerBoundaryIs>"
        return f"<Polygon>{outer}{inner}</Polygon>"
    if shape.geom_type in ("Point", "LineString"):
        return f"<{shape.geom_type}>{places(shape)}</{shape.geom_type}>"
    return f"<MultiGeometry>{''.join(map(kml_shape, shape.geoms))}</MultiGeometry>"


def kml_text(records: list[Made], first: int = 0) -> str:
    """Folders within folders, as Google Earth saves them."""
    placemarks = [
        f"<Placemark><name>KS-{number}</name><ExtendedData><Data name='hazard_type'><value>CHA</value></Data>"
        f"<Data name='status'><value>open</value></Data></ExtendedData>{kml_shape(record.shape)}</Placemark>"
        for number, record in enumerate(records, first)
    ]
    third = len(placemarks) // 3
    folders = (
        f"{''.join(placemarks[:third])}<Folder><name>a</name>{''.join(placemarks[third : 2 * third])}"
        f"<Folder><name>b</name>{''.join(placemarks[2 * third :])}</Folder></Folder>"
    )
    return f"<kml xmlns='http://www.opengis.net/kml/2.2'><Document>{folders}</Document></kml>"


def kml(records: list[Made], path: Path) -> None:
    path.write_text(kml_text(records), encoding="utf-8")


def kmz(records: list[Made], path: Path) -> None:
    half = len(records) // 2
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("doc.kml", kml_text(records[:half]))
        packed.writestr("more/second.kml", kml_text(records[half:], half))


def cells(records: list[Made]) -> pd.DataFrame:
    table = pd.DataFrame(frame(records).drop(columns="geometry"))
    return table.assign(wkt=[None if record.shape is None else record.shape.wkt for record in records])


def zipped_shapefile(records: list[Made], path: Path) -> None:
    folder = path.parent / "shapefile"
    folder.mkdir()
    pyogrio.write_dataframe(frame(records), folder / "areas.shp", geometry_type="MultiPolygon")
    with zipfile.ZipFile(path, "w") as packed:
        for file in folder.iterdir():
            packed.write(file, file.name)


def only_ground(records: list[Made]) -> list[Made]:
    """For formats that hold polygons and nothing else: the others have no shape there."""
    return [record if record.parts else record._replace(shape=None, kind="nothing") for record in records]


# Name of the file, whether the format knows collections, whether it knows lines, and what writes it.
FORMATS: dict[str, tuple[bool, bool, Callable[[list[Made], Path], None], dict[str, Any]]] = {
    "a.geojson": (True, True, geojson, {}),
    "a.geojsonl": (True, True, lines_of_json, {}),
    "a.json": (False, False, esri_json, {}),
    "a.kml": (True, True, kml, {}),
    "a.kmz": (True, True, kmz, {}),
    "a.gpkg": (True, True, by_gdal("GPKG", geometry_type="Unknown"), {}),
    "a.sqlite": (True, True, by_gdal("SQLite", geometry_type="Unknown", FORMAT="WKB"), {}),
    "a.fgb": (True, True, by_gdal("FlatGeobuf", geometry_type="Unknown", SPATIAL_INDEX="NO"), {}),
    "a.gml": (True, True, by_gdal("GML", geometry_type="Unknown"), {}),
    "a.gdb": (False, False, by_gdal("OpenFileGDB", geometry_type="MultiPolygon"), {}),
    "a.shp": (False, False, by_gdal("ESRI Shapefile", geometry_type="MultiPolygon"), {}),
    "a.zip": (False, False, zipped_shapefile, {}),
    "a.tab": (False, True, by_gdal("MapInfo File", geometry_type="Unknown"), {}),
    "a.mif": (False, True, by_gdal("MapInfo File", geometry_type="Unknown"), {}),
    "a.parquet": (True, True, lambda records, path: frame(records).to_parquet(path), {}),
    "a.csv": (True, True, lambda records, path: cells(records).to_csv(path, index=False), {"crs": "EPSG:4326"}),
    "a.xlsx": (True, True, lambda records, path: cells(records).to_excel(path, index=False), {"crs": "EPSG:4326"}),
    "a.ods": (True, True, lambda records, path: cells(records).to_excel(path, index=False), {"crs": "EPSG:4326"}),
}


@pytest.mark.filterwarnings("ignore:Normalized", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", FORMATS)
def test_every_record_part_and_ring_arrives(name: str, tmp_path: Path) -> None:
    nested, lines, write, options = FORMATS[name]
    records = made(nested=nested)
    if not lines:
        records = only_ground(records)
    write(records, tmp_path / name)
    result = kh.read_hazards(tmp_path / name, **options)

    assert len(result.data) + len(result.rejected) == MANY
    wanted = {f"KS-{number}": (record.parts, record.rings) for number, record in enumerate(records) if record.parts}
    parts, owner = shapely.get_parts(result.data.geometry.to_numpy(), return_index=True)
    rings = np.bincount(owner, 1 + shapely.get_num_interior_rings(parts), minlength=len(result.data))
    found = zip(result.data["hazard_id"], np.bincount(owner).tolist(), rings.astype(int).tolist(), strict=True)
    assert {key: (part, ring) for key, part, ring in found} == wanted
    beside = [f"KS-{number}" for number, record in enumerate(records) if record.kind == "beside"]
    if beside:
        told = result.data.set_index("hazard_id")["points_and_lines"]
        assert sorted(told.index[told.notna()]) == sorted(beside)
