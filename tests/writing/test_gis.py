"""Files for GIS programs: each opens elsewhere, reads back equal, and is whole or not there."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.reading.registers import read_hazards
from kosovo_hazards.schema import HAZARDS
from kosovo_hazards.writing.gis import write_gis
from kosovo_hazards.writing.layers import NOTICE

NAMES = ["Shtërpcë – Štrpce", 'Митровица "e Veriut"', "<script>alert(1)</script> & ]]>", "=HYPERLINK(1)", "a;b,c\nd"]
ONE_TABLE = ("geojson", "json", "shp", "shp.zip", "zip", "fgb", "parquet", "csv")
MANY_TABLES = ("gpkg", "kml", "kmz", "xlsx")
losses_are_not_the_matter = pytest.mark.filterwarnings("ignore::kosovo_hazards.writing.layers.WritingWarning")


@pytest.fixture
def register() -> gpd.GeoDataFrame:
    rng = np.random.default_rng(3)
    middles = [(21 + n / 30, 42.5) for n in range(5)]
    shapes = [shapely.Polygon(np.add(rng.normal(0, 0.002, (9, 2)), middle)).convex_hull for middle in middles]
    shapes[1] = shapes[1].difference(shapely.buffer(shapes[1].centroid, 0.0004))
    shapes[2] = shapely.MultiPolygon([shapes[2], shapely.box(21.3, 42.1, 21.3012345, 42.1012345)])
    return gpd.GeoDataFrame(
        {
            "hazard_id": ["KS-1", "007", "-12", "@KS", "КС-5"],
            "hazard_type": ["CHA", "SHA", "SHA", "CHA", "CHA"],
            "status": ["open", "worked on", "closed", "handed over", None],
            "district": ["Pejë", "Gjilan", None, "Pejë", "Prizren"],
            "name": NAMES,
            "established": pd.to_datetime(["2022-05-01", None, "2015-09-30", "1999-06-12", "2024-12-31"]),
            "reported_area_m2": [100.0, None, 250_000.5, 0.0, 1e9],
            "submunitions": pd.array([3, None, 0, 7, 12], dtype="Int64"),
            "source": ["register 2024"] * 5,
            "synthetic": [False, True, False, False, False],
        },
        geometry=shapes,
        crs="EPSG:4326",
        index=[10, 11, 12, 13, 14],
    )


@pytest.fixture
def releases() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"release_id": ["R-1", "R-2"], "product": ["cleared", "cancelled"], "area_m2": [None, 1234.0]},
        geometry=[shapely.box(21, 42.5, 21.001, 42.501), None],
        crs="EPSG:4326",
    )


@pytest.fixture
def findings() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"check": ["overlap", "id"], "severity": ["error", "note"], "message": ["m", "Ћ"], "value": [1.5, "x"]},
        geometry=[shapely.box(21, 42.5, 21.001, 42.501), None],
        crs="EPSG:4326",
    )


def read_back(path: Path, crs: str = "EPSG:4326") -> gpd.GeoDataFrame:
    """The hazards of a file as GDAL (or for Parquet geopandas) gives them, sorted as in the register."""
    name = path.name
    if name.endswith("parquet"):
        table = gpd.read_parquet(path)
    elif name.endswith("xlsx"):
        attributes = pyogrio.read_dataframe(path, layer="hazards", read_geometry=False)
        table = gpd.GeoDataFrame(attributes, geometry=gpd.GeoSeries.from_wkt(attributes["WKT"], crs=crs))
    elif name.endswith(("kml", "kmz")):
        layers = [layer for layer, _ in pyogrio.list_layers(path)]
        table = pd.concat([pyogrio.read_dataframe(path, layer=layer) for layer in layers], ignore_index=True)
    elif name.endswith("csv"):
        table = pyogrio.read_dataframe(path).set_crs(crs, allow_override=True)
    else:
        table = pyogrio.read_dataframe(path, layer="hazards" if name.endswith("gpkg") else None)
    return table


@losses_are_not_the_matter
@pytest.mark.parametrize("ending", [*ONE_TABLE, *MANY_TABLES])
def test_every_file_reads_back_equal(ending: str, register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    back = read_back(write_gis(register, tmp_path / f"hazards.{ending}"))
    assert len(back) == len(register)
    ids = back["hazard_id"].str.replace(r"^'(?=[-@])", "", regex=True)
    back = back.set_index(ids).loc[register["hazard_id"]]
    assert kh.area_m2(back).to_numpy() == pytest.approx(kh.area_m2(register).to_numpy(), abs=1.0)
    assert shapely.hausdorff_distance(back.geometry.to_numpy(), register.geometry.to_numpy()).max() < 1e-7
    name = "Name" if ending in ("kml", "kmz") else "name"
    assert back[name].str.replace("'=", "=").tolist() == NAMES
    short = {"hazard_type": "hazard_typ", "reported_area_m2": "reported_a", "submunitions": "submunitio"}
    for column in ("hazard_type", "status", "reported_area_m2", "submunitions"):
        got, wanted = back[column if column in back.columns else short[column]], register[column]
        for value, expected in zip(got, wanted, strict=True):
            if pd.isna(expected):
                assert pd.isna(value) or value == ""
            else:
                assert str(value) == str(expected) or float(value) == pytest.approx(float(expected))


@losses_are_not_the_matter
@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp", "shp.zip", "fgb", "parquet", "csv", "xlsx"])
def test_our_own_reader_takes_every_record_with_its_words(ending: str, tmp_path: Path) -> None:
    hazards, _ = kh.demo_data()
    path = write_gis(hazards, tmp_path / f"hazards.{ending}")
    # A table has no way to name its CRS.
    told = {"csv": {"crs": "EPSG:4326"}, "xlsx": {"crs": "EPSG:4326", "layer": "hazards"}}.get(ending, {})
    back, rejected, _ = read_hazards(path, **told)
    assert len(rejected) == 0
    back = back.set_index("hazard_id").loc[hazards["hazard_id"]]
    names = [column.name for column in HAZARDS.columns if not column.optional]
    words = [name for name in names if name not in ("hazard_id", "source", "area_m2")]
    expected = pd.DataFrame(hazards[words])
    pd.testing.assert_frame_equal(pd.DataFrame(back[words]).reset_index(drop=True), expected.reset_index(drop=True))


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "parquet"])
def test_binary_formats_keep_every_digit_and_every_type(
    ending: str, register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    back = read_back(write_gis(register, tmp_path / f"hazards.{ending}"))
    back = back.set_index("hazard_id").loc[register["hazard_id"]]
    assert shapely.equals(back.geometry.to_numpy(), register.geometry.to_numpy()).all()
    assert back["established"].dtype.kind == "M"
    assert back["established"].astype("datetime64[us]").tolist() == register["established"].tolist()
    assert back["synthetic"].tolist() == register["synthetic"].tolist()
    assert back["area_m2"].to_numpy() == pytest.approx(kh.area_m2(register).to_numpy(), rel=1e-14)


@losses_are_not_the_matter
@pytest.mark.parametrize("ending", ["gpkg", "fgb", "parquet", "shp", "csv", "xlsx"])
def test_the_national_grid_is_written_when_asked(ending: str, register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    back = read_back(write_gis(register, tmp_path / f"hazards.{ending}", crs="EPSG:9141"), crs="EPSG:9141")
    assert back.crs.to_epsg() == 9141
    back = back.set_index(back["hazard_id"].str.lstrip("'")).loc[register["hazard_id"]].to_crs("EPSG:4326")
    assert kh.area_m2(back).to_numpy() == pytest.approx(kh.area_m2(register).to_numpy(), abs=1.0)


def test_a_register_in_the_national_grid_becomes_degrees(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    back = read_back(write_gis(register.to_crs("EPSG:9141"), tmp_path / "hazards.gpkg"))
    assert back.crs.to_epsg() == 4326
    assert kh.area_m2(back).to_numpy() == pytest.approx(kh.area_m2(register).to_numpy(), abs=0.01)


@pytest.mark.parametrize("ending", ["geojson", "kml", "kmz"])
def test_formats_of_degrees_refuse_other_grids(ending: str, register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with pytest.raises(kh.HazardDataError, match=r"EPSG:4326, not in EPSG:9141"):
        write_gis(register, tmp_path / f"hazards.{ending}", crs="EPSG:9141")


def test_the_argument_is_unchanged(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    before = register.copy(deep=True)
    write_gis(register, tmp_path / "hazards.gpkg", crs="EPSG:9141")
    assert register.crs == before.crs
    pd.testing.assert_frame_equal(register, before)


# --- GeoPackage ------------------------------------------------------------------------------------------------------


@pytest.fixture
def package(
    register: gpd.GeoDataFrame, releases: gpd.GeoDataFrame, findings: gpd.GeoDataFrame, tmp_path: Path
) -> sqlite3.Connection:
    path = tmp_path / "kosovo.gpkg"
    write_gis(register, path, remaining=register, releases=releases, findings=findings, places=kh.places())
    assert [file.name for file in tmp_path.iterdir()] == ["kosovo.gpkg"]
    return sqlite3.connect(path)


def rows(database: sqlite3.Connection, query: str) -> list[tuple]:
    return database.execute(query).fetchall()


def test_a_geopackage_holds_every_table_as_a_layer_with_its_description(package: sqlite3.Connection) -> None:
    contents = rows(package, "SELECT table_name, data_type, description, srs_id FROM gpkg_contents")
    assert [(name, kind) for name, kind, *_ in contents] == [
        *((name, "features") for name in ("hazards", "remaining", "releases", "findings", "places")),
        ("layer_styles", "attributes"),
    ]
    assert all(NOTICE in text and srs == 4326 for _, kind, text, srs in contents if kind == "features")
    assert rows(package, "SELECT count(*) FROM releases WHERE geom IS NULL") == [(1,)]
    assert rows(package, "PRAGMA integrity_check") == [("ok",)]
    assert rows(package, "SELECT count(*) FROM places") == [(38,)]


def test_a_geopackage_is_of_a_version_that_older_programs_know(package: sqlite3.Connection) -> None:
    # GDAL 3.6 and QGIS 3.22 warn of 1.4; OGC 12-128r14 names the number of version 1.2.
    assert rows(package, "PRAGMA user_version") == [(10_200,)]
    assert rows(package, "PRAGMA application_id") == [(int.from_bytes(b"GPKG", "big"),)]


@pytest.mark.parametrize("ending", ["gpkg", "kml", "xlsx"])
def test_releases_handed_over_alone_are_not_called_hazards(
    ending: str, releases: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = write_gis(releases.iloc[:1], tmp_path / f"clearance.{ending}")
    assert pyogrio.list_layers(path)[0, 0] == "releases"


def test_styles_stand_where_qgis_looks_for_them(package: sqlite3.Connection) -> None:
    columns = [(name, bool(key)) for _, name, _, _, _, key in rows(package, "PRAGMA table_info(layer_styles)")]
    assert columns == [
        ("id", True),
        *((name, False) for name in (
            "f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column", "styleName", "styleQML",
            "styleSLD", "useAsDefault", "description", "owner", "ui", "update_time",
        )),
    ]  # fmt: skip
    geometry_columns = rows(package, "SELECT table_name, column_name FROM gpkg_geometry_columns ORDER BY 1")
    found = rows(
        package,
        "SELECT f_table_name, f_geometry_column FROM layer_styles "
        "WHERE f_table_catalog = '' AND f_table_schema = '' AND useAsDefault ORDER BY 1",
    )
    assert found == geometry_columns


def test_styles_are_well_formed_and_in_the_standard_colours(package: sqlite3.Connection) -> None:
    for qml, sld in rows(package, "SELECT styleQML, styleSLD FROM layer_styles"):
        ET.fromstring(qml)  # noqa: S314 - our own file
        ET.fromstring(sld)  # noqa: S314
    ((qml,),) = rows(package, "SELECT styleQML FROM layer_styles WHERE f_table_name = 'hazards'")
    root = ET.fromstring(qml)  # noqa: S314
    symbols = {symbol.get("name"): symbol for symbol in root.iter("symbol")}
    fills = {}
    for rule in root.iter("rule"):
        if rule.get("symbol"):
            options = {option.get("name"): option.get("value") for option in symbols[rule.get("symbol")].iter("Option")}
            fills[rule.get("label")] = (options["color"][:-4], options["outline_color"], options["outline_style"])
    # GICHD Technical Note 07.11/01: #FF0000 and #F4A718, half transparent; outlines red, #F4A718 broken, green.
    assert "255,0,0,128" in qml
    assert "244,167,24,128" in qml
    assert fills["CHA, open"] == ("255,0,0", "255,0,0,255", "solid")
    assert fills["CHA, worked on"] == ("255,0,0", "244,167,24,255", "dash")
    assert fills["CHA, closed"] == ("255,0,0", "153,255,0,255", "solid")


def test_metadata_say_source_date_version_and_that_records_are_synthetic(
    register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = write_gis(register, tmp_path / "hazards.gpkg")
    facts = pyogrio.read_info(path, layer="hazards")["layer_metadata"]
    assert (facts["source"], facts["synthetic"], facts["notice"]) == ("register 2024", "true", NOTICE)
    assert facts["generator"] == f"kosovo_hazards {kh.__version__}"
    assert facts["date"].startswith("20")
    real = write_gis(register.assign(synthetic=False), tmp_path / "real.gpkg")
    assert "notice" not in pyogrio.read_info(real, layer="hazards")["layer_metadata"]


@losses_are_not_the_matter
@pytest.mark.parametrize(
    ("ending", "where"),
    [
        ("geojson", "."), ("fgb", "."), ("parquet", "."), ("kml", "."), ("shp", ".about.txt"), ("csv", ".about.txt"),
    ],
)  # fmt: skip
def test_every_format_says_that_records_are_synthetic(
    ending: str, where: str, register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = write_gis(register, tmp_path / f"hazards.{ending}")
    file = path if where == "." else path.with_name(path.name + where)
    text = file.read_bytes().decode("utf-8", "ignore")
    assert NOTICE in text
    assert "register 2024" in text
    assert f"kosovo_hazards {kh.__version__}" in text


def test_columns_that_a_geopackage_uses_itself_are_kept(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    odd = register.assign(fid=["a", "b", "c", "d", "e"], geom="x", ogc_fid=1, Name="other", **{"order by": 2, "": 3})
    odd["list"] = [[1, 2], None, {"a": 1}, "x", 5]
    back = read_back(write_gis(odd, tmp_path / "hazards.gpkg"))
    assert back["fid"].tolist() == ["a", "b", "c", "d", "e"]
    assert back["geom"].tolist() == ["x"] * 5
    assert back["Name_2"].tolist() == ["other"] * 5
    assert back["name"].tolist() == NAMES
    assert back["list"].dropna().tolist() == ["[1, 2]", "{'a': 1}", "x", "5"]


@losses_are_not_the_matter
@pytest.mark.parametrize("ending", [e for e in (*ONE_TABLE, *MANY_TABLES) if e != "json"])
@pytest.mark.parametrize("case", ["no records", "no polygon", "empty polygon", "heights"])
def test_tables_at_the_edge_are_written(ending: str, case: str, register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    if case == "no records":
        register = register.iloc[:0]
    elif case == "heights":
        register = register.set_geometry(shapely.force_3d(register.geometry.to_numpy(), 500.0))
    else:
        gap = None if case == "no polygon" else shapely.Polygon()
        register = register.set_geometry([gap, *register.geometry.iloc[1:]])
    path = write_gis(register, tmp_path / f"hazards.{ending}")
    if case == "no records" and ending in ("kml", "kmz", "xlsx"):
        # GDAL has no layer to show then.
        assert path.stat().st_size > 0
        return
    back = read_back(path)
    assert len(back) == len(register)
    known = ~(shapely.is_missing(back.geometry.to_numpy()) | shapely.is_empty(back.geometry.to_numpy()))
    assert known.sum() == len(register) - (case in ("no polygon", "empty polygon"))


# --- FlatGeobuf, GeoParquet ------------------------------------------------------------------------------------------


def test_geoparquet_keeps_to_version_1_1(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = write_gis(register, tmp_path / "hazards.parquet", crs="EPSG:9141")
    metadata = pq.read_schema(path).metadata
    geo = json.loads(metadata[b"geo"])
    column = geo["columns"][geo["primary_column"]]
    assert geo["version"] == "1.1.0"
    assert column["encoding"] == "WKB"
    assert set(column["geometry_types"]) == {"Polygon", "MultiPolygon"}
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 9141}
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    facts = json.loads(metadata[b"kosovo_hazards"])
    assert (facts["synthetic"], facts["notice"]) == (True, NOTICE)


def test_flatgeobuf_has_an_index_by_place(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = write_gis(register, tmp_path / "hazards.fgb")
    assert pyogrio.read_info(path)["capabilities"]["fast_spatial_filter"]
    bounds = tuple(register.geometry.iloc[0].bounds)
    assert pyogrio.read_dataframe(path, bbox=bounds)["hazard_id"].tolist() == ["KS-1"]


# --- wrong use -------------------------------------------------------------------------------------------------------


def test_wrong_use_is_told(register: gpd.GeoDataFrame, releases: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with pytest.raises(kh.HazardDataError, match=r"no format that can be written\n.*\.gpkg"):
        write_gis(register, tmp_path / "hazards.dxf")
    with pytest.raises(kh.HazardDataError, match="holds one table, not hazards, releases"):
        write_gis(register, tmp_path / "hazards.shp", releases=releases)
    with pytest.raises(kh.HazardDataError, match="'EPSG:1', which PROJ does not know"):
        write_gis(register, tmp_path / "hazards.gpkg", crs="EPSG:1")
    with pytest.raises(kh.HazardDataError, match="no coordinate reference system"):
        write_gis(register.set_crs(None, allow_override=True), tmp_path / "hazards.gpkg")
    with pytest.raises(kh.HazardDataError, match=r"folder .* is not there"):
        write_gis(register, tmp_path / "nowhere" / "hazards.gpkg")
    (tmp_path / "folder.gpkg").mkdir()
    with pytest.raises(kh.HazardDataError, match="is a folder"):
        write_gis(register, tmp_path / "folder.gpkg")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.gpkg"]


@losses_are_not_the_matter
@pytest.mark.parametrize("ending", [*ONE_TABLE, *MANY_TABLES])
def test_a_file_that_is_there_is_replaced_only_when_asked(
    ending: str, register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = tmp_path / f"hazards.{ending}"
    path.write_bytes(b"precious")
    with pytest.raises(kh.HazardDataError, match="overwrite=True"):
        write_gis(register, path)
    assert path.read_bytes() == b"precious"
    write_gis(register, path, overwrite=True)
    assert len(read_back(path)) == len(register)


@losses_are_not_the_matter
def test_what_comes_with_a_file_is_not_replaced_unasked_either(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    (tmp_path / "hazards.dbf").write_bytes(b"precious")
    with pytest.raises(kh.HazardDataError, match=r"hazards\.dbf is there already"):
        write_gis(register, tmp_path / "hazards.shp")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"hazards.dbf": b"precious"}


def test_a_geopackage_that_is_open_elsewhere_is_left_alone(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = write_gis(register, tmp_path / "hazards.gpkg")
    other = sqlite3.connect(path)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("UPDATE layer_styles SET owner = 'officer'")
    other.commit()
    with pytest.raises(kh.HazardDataError, match="open in another program"):
        write_gis(register, path, overwrite=True)
    assert other.execute("SELECT owner FROM layer_styles").fetchone() == ("officer",)
    other.close()


# --- whole or not at all ---------------------------------------------------------------------------------------------

LARGE = """
import sys, warnings, numpy as np, geopandas as gpd, shapely
from pathlib import Path
from kosovo_hazards.writing.gis import write_gis
from kosovo_hazards.reading.registers import read_hazards
from kosovo_hazards.schema import HAZARDS
warnings.simplefilter("ignore")
def large(count):
    at = np.random.default_rng(0).uniform((20.1, 41.9), (21.7, 43.2), (count, 2))
    shapes = shapely.buffer(shapely.points(at), 0.001, quad_segs=8)
    names = [f"KS-{n:09}" for n in range(count)]
    return gpd.GeoDataFrame({"hazard_id": names, "hazard_type": "CHA", "status": "open"}, geometry=shapes, crs=4326)
"""
FULL = """
import resource
folder, endings = Path(sys.argv[1]), sys.argv[2].split()
table = large(800)
for ending in endings:
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, resource.RLIM_INFINITY))
    try:
        write_gis(table, folder / f"hazards.{ending}", overwrite=True)
    except (ValueError, OSError) as error:
        print(ending, "refused")
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
"""


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LARGE + textwrap.dedent(code), *arguments], capture_output=True, text=True, check=True
    )


@pytest.mark.skipif(sys.platform == "win32", reason="limits on the size of files are of POSIX")
def test_on_a_full_disk_the_old_file_stays_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    endings = [e for e in (*ONE_TABLE, *MANY_TABLES) if e != "json"]
    for ending in endings:
        (tmp_path / f"hazards.{ending}").write_bytes(b"old " + ending.encode())
    told = run(FULL, str(tmp_path), " ".join(endings)).stdout.split("\n")
    assert told[:-1] == [f"{ending} refused" for ending in endings]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        f"hazards.{ending}": b"old " + ending.encode() for ending in endings
    }


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only the administrator can mount")
def test_on_a_full_file_system_the_old_file_stays_whole(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=120k", "tmpfs", str(small)], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        endings = [e for e in (*ONE_TABLE, *MANY_TABLES) if e != "json"]
        for ending in endings:
            (small / f"hazards.{ending}").write_bytes(b"old")
        told = run(FULL.replace("40_000", "10**9"), str(small), " ".join(endings)).stdout.split("\n")
        assert told[:-1] == [f"{ending} refused" for ending in endings]
        assert {path.name: path.read_bytes() for path in small.iterdir()} == {f"hazards.{e}": b"old" for e in endings}
    finally:
        subprocess.run(["umount", str(small)], check=True)


@pytest.mark.parametrize("crs", ["EPSG:6316", "EPSG:31277"])
def test_the_old_yugoslav_grid_is_not_written_hundreds_of_metres_off(crs: str, tmp_path: Path) -> None:
    # EPSG's "MGI 1901 to WGS 84 (14)" moves a point in Kosovo by some 1.2 km, the operations around it by 0.43 km.
    with pytest.raises(kh.HazardDataError, match="m off: its preferred datum shift"):
        kh.write_gis(kh.demo_data()[0], tmp_path / "register.gpkg", crs=crs)


@pytest.mark.parametrize("crs", ["EPSG:9141", "EPSG:32634", "EPSG:3035", "EPSG:3857"])
def test_other_grids_are_written_where_they_belong(crs: str, tmp_path: Path) -> None:
    hazards, _ = kh.demo_data()
    back = kh.read_hazards(kh.write_gis(hazards, tmp_path / "register.gpkg", crs=crs), layer="hazards").data
    was, now = (table.geometry.reset_index(drop=True).to_crs("EPSG:9141") for table in (hazards, back))
    assert was.hausdorff_distance(now).max() < 0.01
    assert (back["area_m2"] - hazards["area_m2"].reset_index(drop=True)).abs().max() < 1
