"""One register through every way in which systems of mine action hand it on: always the same table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

import kosovo_hazards as kh

sa = pytest.importorskip("sqlalchemy")
pytest.importorskip("psycopg")

from tests.imsma import field_reports, tables  # noqa: E402

WORDS = {"CHA": "Confirmed hazardous area", "SHA": "Suspected hazardous area"}
PRODUCTS = {"cancelled": "Non-technical survey", "reduced": "Technical survey", "cleared": "Clearance"}
FACTS = ["status", "priority", "contamination", "reported_area_m2"]
COUNTS = ["submunitions", "ap_mines", "av_mines", "other_uxo"]
Register = tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]


class Where(NamedTuple):
    """A folder for files, and a schema of a database."""

    folder: Path
    engine: Any
    schema: str


Way = Callable[[Register, Where], tuple[Any, Any]]


def operational(register: Register, where: Where) -> tuple[Any, Any]:
    tables.of_register(*register).save(where.engine, where.schema)
    read = kh.read_imsma_ng(where.engine, schema=where.schema)
    return read.hazards, read.releases


def staging(register: Register, where: Where) -> tuple[Any, Any]:
    tables.save_staging(*register, where.engine, where.schema)
    read = kh.read_imsma_ng(where.engine, schema=where.schema)
    return read.hazards, read.releases


def maxml(register: Register, where: Where) -> tuple[Any, Any]:
    path = field_reports.of_register(*register, where.folder / "reports.xml")
    return kh.read_hazards(path), kh.read_releases(path)


def sheet(register: Register, where: Where) -> tuple[Any, Any]:
    """The sheet for polygons holds no words; as programmes do, they stand in further columns of each row."""
    hazards, releases = register
    with pytest.warns(kh.WritingWarning, match="filled"):
        path = kh.write_imsma_sheet(hazards, where.folder / "polygons.xlsx")
    words = hazards.drop(columns=["geometry", "area_m2"]).assign(hazard_type=hazards["hazard_type"].map(WORDS))
    rows = pd.read_excel(path).merge(words, left_on="Local ID", right_on="hazard_id").drop(columns="hazard_id")
    rows.to_excel(where.folder / "with-words.xlsx", index=False)
    read = kh.read_hazards(where.folder / "with-words.xlsx", crs="EPSG:4326", columns={"hazard_id": "Local ID"})
    return read, kh.read_releases(releases)


def core_tables(register: Register) -> Register:
    """The layers of IMSMA Core: field names of its own, codes for words, areas in Web Mercator."""
    hazards, releases = register
    made = []
    for table, kind, words in ((hazards, "hazard_type", WORDS), (releases, "product", PRODUCTS)):
        kept = table.drop(columns=["area_m2", "municipality", "district", "region", "source", "operator"])
        kept = kept.assign(**{kind: table[kind].map({word: at for at, word in enumerate(words, 1)}).astype("int32")})
        days = [name for name in ("established", "completed") if name in kept]
        kept = kept.assign(**{name: kept[name].dt.strftime("%Y-%m-%d") for name in days})
        kept["Shape__Area"] = table.set_geometry("geometry").to_crs(3857).geometry.area
        made.append(kept.rename(columns={kind: "f_kind"}))
    return made[0], made[1]


def choices(kind: str) -> dict[str, str]:
    words = WORDS if kind == "hazard_type" else PRODUCTS
    return {str(at): word for at, word in enumerate(words.values(), 1)}


def geodatabase(register: Register, where: Where) -> tuple[Any, Any]:
    path = where.folder / "core.gdb"
    for name, table in zip(("hazards", "releases"), core_tables(register), strict=True):
        plain = table.astype({column: "float64" for column in table.columns if str(table[column].dtype) == "Int64"})
        pyogrio.write_dataframe(
            plain, path, layer=name, driver="OpenFileGDB", append=path.exists(), geometry_type="MultiPolygon",
            promote_to_multi=True,
        )  # fmt: skip
    said = {kind: ({kind: "f_kind"}, {kind: choices(kind)}) for kind in ("hazard_type", "product")}
    return (
        kh.read_hazards(path, layer="hazards", columns=said["hazard_type"][0], values=said["hazard_type"][1]),
        kh.read_releases(path, layer="releases", columns=said["product"][0], values=said["product"][1]),
    )


def esri_json(register: Register, where: Where) -> tuple[Any, Any]:
    """Answers of a feature service: coded values and their words, dates in milliseconds, 20 records a page."""
    for name, table, kind in zip(("h", "r"), core_tables(register), ("hazard_type", "product"), strict=True):
        (where.folder / name).mkdir()
        rows = json.loads(pd.DataFrame(table).drop(columns="geometry").to_json(orient="records"))
        features = [
            {"attributes": {"objectid": at, **row}, **({} if shape is None else {"geometry": {"rings": rings(shape)}})}
            for at, (row, shape) in enumerate(zip(rows, table.geometry, strict=True), 1)
        ]
        coded = [{"code": int(code), "name": word} for code, word in choices(kind).items()]
        fields = [
            {"name": "objectid", "type": "esriFieldTypeOID", "alias": "OBJECTID"},
            {"name": "f_kind", "type": "esriFieldTypeInteger", "alias": kind.replace("_", " "),
             "domain": {"type": "codedValue", "codedValues": coded}},
        ]  # fmt: skip
        for page, start in enumerate(range(0, len(features), 20), 1):
            whole = {
                "objectIdFieldName": "objectid", "geometryType": "esriGeometryPolygon", "fields": fields,
                "spatialReference": {"wkid": 4326}, "features": features[start : start + 20],
                "exceededTransferLimit": start + 20 < len(features),
            }  # fmt: skip
            (where.folder / name / f"page{page}.json").write_text(json.dumps(whole), encoding="utf-8")
    return kh.read_hazards(where.folder / "h"), kh.read_releases(where.folder / "r")


def rings(shape: shapely.Geometry) -> list[Any]:
    """Outer rings clockwise, holes the other way, as Esri has them."""
    turned = shapely.orient_polygons(shape, exterior_cw=True)
    return [
        [list(place) for place in ring.coords]
        for part in shapely.get_parts(turned)
        for ring in (part.exterior, *part.interiors)
    ]


WAYS: dict[str, Way] = {
    "operational database": operational, "staging area": staging, "Excel sheet": sheet, "maXML": maxml,
    "File Geodatabase": geodatabase, "Esri JSON": esri_json,
}  # fmt: skip


@pytest.fixture(scope="module")
def register() -> Register:
    return kh.demo_data()


@pytest.mark.parametrize("way", WAYS)
def test_every_way_gives_the_same_table(way: str, register: Register, tmp_path: Path, engine: Any, schema: str) -> None:
    read = WAYS[way](register, Where(tmp_path, engine, schema))
    for got, want, key, kind in zip(
        read, register, ("hazard_id", "release_id"), ("hazard_type", "product"), strict=True
    ):
        assert len(got.rejected) == 0, got.rejected["reason"].tolist()
        mine, theirs = (table.sort_values(key).reset_index(drop=True) for table in (got.data, want))
        assert mine[key].tolist() == theirs[key].tolist()
        facts = FACTS if key == "hazard_id" else ["hazard_id", "completed", "reported_area_m2", *COUNTS]
        pd.testing.assert_frame_equal(mine[[kind, *facts]], theirs[[kind, *facts]], check_dtype=False)
        drawn = theirs.geometry.notna()
        assert (mine.geometry.notna() == drawn).all()
        there, here = theirs[drawn].geometry.array, mine[drawn].geometry.array
        if way == "Excel sheet" and key == "hazard_id":
            # The sheet knows no holes; they stay hazardous.
            there = [shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(shape)])
                     for shape in there]  # fmt: skip
        area = kh.area_m2(gpd.GeoSeries(there, crs=4326))
        assert (mine[drawn]["area_m2"].to_numpy() - area.to_numpy()).__abs__().max() < 1
        apart = kh.area_m2(gpd.GeoSeries(shapely.symmetric_difference(there, here), crs=4326))
        assert apart.max() < 1
    if way in ("File Geodatabase", "Esri JSON"):
        assert any("'Shape__Area' is the area in Web Mercator" in note for note in read[0].notes)
