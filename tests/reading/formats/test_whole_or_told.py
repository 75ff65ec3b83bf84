"""A broken file is never an empty one: records, polygons and rings are counted at the source and compared."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards import HazardDataError, ReadingLimits, UnreadableSourceError, UsageError, read_hazards

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def register() -> gpd.GeoDataFrame:
    shapes = [shapely.box(21 + i / 50, 42.6, 21.01 + i / 50, 42.61) for i in range(20)]
    table = {"hazard_id": [f"KS-{i}" for i in range(20)], "hazard_type": "CHA"}
    return gpd.GeoDataFrame(table, geometry=shapes, crs=4326)


# --- cut and damaged -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.25, 0.6, 0.95])
@pytest.mark.parametrize(
    ("name", "driver"),
    [("a.gml", "GML"), ("a.fgb", "FlatGeobuf"), ("a.kml", "LIBKML"), ("a.geojson", "GeoJSON"), ("a.gpkg", "GPKG")],
)
def test_a_file_cut_off_anywhere_says_so(
    name: str, driver: str, share: float, register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    register.to_file(tmp_path / name, driver=driver)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(UnreadableSourceError, match=name):
        read_hazards(tmp_path / name)


@pytest.mark.parametrize("part", [".shp", ".dbf", ".shx"])
def test_a_shapefile_with_a_part_cut_off_says_so(part: str, register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    register.to_file(tmp_path / "a.shp")
    file = tmp_path / f"a{part}"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(UnreadableSourceError):
        read_hazards(tmp_path / "a.shp")


def test_a_geodatabase_with_a_table_cut_off_says_so(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    register.to_file(tmp_path / "a.gdb", driver="OpenFileGDB")
    table = max((tmp_path / "a.gdb").glob("*.gdbtable"), key=lambda path: path.name)
    table.write_bytes(table.read_bytes()[: table.stat().st_size // 2])
    with pytest.raises(UnreadableSourceError, match="shorter than it says"):
        read_hazards(tmp_path / "a.gdb")


def test_nothing_is_said_to_be_nothing(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    register[:0].to_file(tmp_path / "a.gpkg")
    for name in ("a.geojson", "a.gpkg"):
        result = read_hazards(tmp_path / name)
        assert len(result.data) + len(result.rejected) == 0
        assert any("holds no record" in note for note in result.notes)


# --- GeoJSON ---------------------------------------------------------------------------------------------------------

RING = [[21.0, 42.6], [21.01, 42.6], [21.01, 42.61], [21.0, 42.6]]


def feature(**changes: object) -> dict[str, object]:
    properties = {"hazard_id": "KS-1", "hazard_type": "CHA"}
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [RING]},
        **changes,
    }


def read_json(path: Path, content: object) -> kh.ReadResult:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_hazards(path, defaults={"hazard_type": "CHA"})


def test_a_key_of_another_dialect_loses_no_member(tmp_path: Path) -> None:
    content = {"type": "FeatureCollection", "geometryType": "x", "features": [feature(attributes={"a": 1}), feature()]}
    content["features"][1]["properties"] = {"hazard_id": "KS-2", "spatialReference": "x"}  # type: ignore[index]
    result = read_json(tmp_path / "a.geojson", content)
    assert result.data["hazard_id"].tolist() == ["KS-1", "KS-2"]
    assert any("'attributes'" in note for note in result.notes)


def test_a_member_that_stands_twice_rejects_its_record(tmp_path: Path) -> None:
    one = json.dumps(feature())
    twice = one[:-1] + ', "geometry": {"type": "Polygon", "coordinates": []}}'
    result = read_json(tmp_path / "a.geojson", f'{{"type": "FeatureCollection", "features": [{one}, {twice}]}}')
    assert len(result.data) == 1
    assert result.rejected["reason"].str.contains("has a member twice").tolist() == [True]


def test_all_polygons_of_nested_collections_are_read(tmp_path: Path) -> None:
    squares = [[[[x, 42.6], [x + 0.01, 42.6], [x + 0.01, 42.61], [x, 42.61], [x, 42.6]]] for x in (21.0, 21.1, 21.2)]
    inner = {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "coordinates": squares[0]}]}
    parts = [inner, {"type": "MultiPolygon", "coordinates": squares[1:]}]
    nested = {"type": "GeometryCollection", "geometries": parts}
    result = read_json(tmp_path / "a.geojson", {"type": "FeatureCollection", "features": [feature(geometry=nested)]})
    assert len(result.data.geometry.iloc[0].geoms) == 3


# --- KML -------------------------------------------------------------------------------------------------------------

KML = '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>{}</Document></kml>'


def drawn(x: float, inner: str = "") -> str:
    ring = "<LinearRing><coordinates>{0},42.6 {1},42.6 {1},42.61 {0},42.6</coordinates></LinearRing>".format(
        x, x + 0.01
    )
    return f"<Polygon>{inner}<outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>"


def placemark(name: str, geometry: str) -> str:
    return f"<Placemark><name>{name}</name>{geometry}</Placemark>"


def test_what_is_no_record_in_kml_is_left_out_and_told(tmp_path: Path) -> None:
    others = "<GroundOverlay><name>x</name></GroundOverlay><PhotoOverlay/><ScreenOverlay/><gx:Tour/><NetworkLink/>"
    (tmp_path / "a.kml").write_text(KML.format(others + placemark("a", drawn(21))), encoding="utf-8")
    result = read_hazards(tmp_path / "a.kml", defaults={"hazard_type": "CHA"})
    assert len(result.data) == 1
    note = next(note for note in result.notes if "no records" in note)
    assert all(
        word in note for word in ("1 ground overlays", "1 photos", "1 screen overlays", "1 tours", "not fetched")
    )


def test_all_polygons_of_a_placemark_in_any_nesting_are_read(tmp_path: Path) -> None:
    inner = f"<MultiGeometry>{drawn(21.1)}<MultiGeometry>{drawn(21.2)}{drawn(21.3)}</MultiGeometry></MultiGeometry>"
    geometry = f"<MultiGeometry>{drawn(21)}{inner}</MultiGeometry>"
    (tmp_path / "a.kml").write_text(KML.format(placemark("a", geometry)), encoding="utf-8")
    result = read_hazards(tmp_path / "a.kml", defaults={"hazard_type": "CHA"})
    assert len(result.data.geometry.iloc[0].geoms) == 4


def test_a_polygon_without_an_outer_ring_rejects_its_record(tmp_path: Path) -> None:
    inside_out = drawn(21).replace("outer", "inner")
    (tmp_path / "a.kml").write_text(
        KML.format(placemark("a", inside_out) + placemark("b", drawn(21))), encoding="utf-8"
    )
    result = read_hazards(tmp_path / "a.kml", defaults={"hazard_type": "CHA"})
    assert len(result.data) == 1
    assert "0 outer rings" in result.rejected["reason"].iloc[0]


def test_a_ring_without_points_in_gml_rejects_its_record(tmp_path: Path) -> None:
    """A part whose coordinates an exporter lost: what lay there is not known, so the record is not whole."""
    first = "<gml:LinearRing><gml:posList>42.5 21 42.5 21.01 42.51 21.01 42.5 21</gml:posList></gml:LinearRing>"
    second = "<gml:LinearRing><gml:posList/></gml:LinearRing>"
    parts = "".join(
        f"<gml:surfaceMember><gml:Polygon><gml:exterior>{ring}</gml:exterior></gml:Polygon></gml:surfaceMember>"
        for ring in (first, second)
    )
    (tmp_path / "a.gml").write_text(
        "<ogr:FeatureCollection xmlns:ogr='http://ogr.maptools.org/' xmlns:gml='http://www.opengis.net/gml/3.2' "
        "gml:id='c'><ogr:featureMember><ogr:area gml:id='a.0'><ogr:hazard_id>A</ogr:hazard_id>"
        "<ogr:hazard_type>CHA</ogr:hazard_type><ogr:geometryProperty><gml:MultiSurface "
        f"srsName='urn:ogc:def:crs:EPSG::4326'>{parts}</gml:MultiSurface></ogr:geometryProperty></ogr:area>"
        "</ogr:featureMember></ogr:FeatureCollection>",
        encoding="utf-8",
    )
    result = read_hazards(tmp_path / "a.gml")
    assert result.data.empty
    assert "has 2 rings, of which 1 can be read" in result.rejected["reason"].item()


def test_all_documents_of_a_kmz_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.writestr("doc.kml", KML.format(placemark("a", drawn(21))))
        archive.writestr("files/more.kml", KML.format(placemark("b", drawn(21.1))))
    result = read_hazards(tmp_path / "a.kmz", defaults={"hazard_type": "CHA"})
    assert sorted(result.data["name"]) == ["a", "b"]
    assert sorted(result.data["document"]) == ["doc.kml", "files/more.kml"]
    assert any("2 documents were joined" in note for note in result.notes)


# --- sheets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_rows_of_totals_and_notes_are_no_records_and_told(ending: str, tmp_path: Path) -> None:
    wkt = [f"POLYGON (({x} 42.6, {x + 0.01} 42.6, {x + 0.01} 42.61, {x} 42.6))" for x in (21.0, 21.1)]
    rows = [["KS-1", "CHA", 5, wkt[0]], ["KS-2", "SHA", 6, wkt[1]], ["Gjithsej", None, 11, None]]
    rows.append(["Source: survey teams, as of June", None, None, None])
    table = pd.DataFrame(rows, columns=["hazard_id", "hazard_type", "reported_area_m2", "wkt"])
    table.to_csv(tmp_path / "a.csv", index=False)
    table.to_excel(tmp_path / "a.xlsx", index=False)
    result = read_hazards(tmp_path / f"a.{ending}", crs="EPSG:4326")
    assert (result.data["hazard_id"].tolist(), len(result.rejected)) == (["KS-1", "KS-2"], 0)
    note = next(note for note in result.notes if "totals or notes" in note)
    assert "row 3 ('Gjithsej 11" in note
    assert "row 4 ('Source: survey teams" in note


# --- limits ----------------------------------------------------------------------------------------------------------


def test_a_table_of_too_many_columns_names_the_limit(tmp_path: Path) -> None:
    pd.DataFrame({f"c{i}": ["x"] for i in range(5000)}).to_csv(tmp_path / "wide.csv", index=False)
    with pytest.raises(UnreadableSourceError, match=r'5,000 columns; at most 1,000 .*\n.*limits=\{"columns": 5000\}'):
        read_hazards(tmp_path / "wide.csv")
    with pytest.raises(UnreadableSourceError, match="columns"):
        read_hazards(pd.read_csv(tmp_path / "wide.csv"))


def test_a_cell_at_the_far_edge_of_a_sheet_is_named(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["hazard_id", "hazard_type"])  # type: ignore[union-attr]
    book.active["XFD1048576"] = "x"  # type: ignore[index]
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(UnreadableSourceError, match="a cell stands in column XFD"):
        read_hazards(tmp_path / "far.xlsx")


def test_geometry_nested_without_end_rejects_one_record() -> None:
    deep = "GEOMETRYCOLLECTION (" * 40_000 + "POINT (0 0)" + ")" * 40_000
    fine = "POLYGON ((21 42.6, 21.01 42.6, 21.01 42.61, 21 42.6))"
    table = pd.DataFrame({"hazard_id": ["a", "b"], "hazard_type": "CHA", "wkt": [fine, deep]})
    result = read_hazards(table, crs="EPSG:4326")
    assert (result.data["hazard_id"].tolist(), len(result.rejected)) == (["a"], 1)


def test_bytes_nested_without_end_reject_one_record(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    level = b"\x01\x07\x00\x00\x00\x01\x00\x00\x00"
    point = b"\x01\x01\x00\x00\x00" + bytes(16)
    table = register[:2].to_wkb()
    table["geometry"] = [level * 40_000 + point, table["geometry"].iloc[1]]
    import pyarrow as pa
    import pyarrow.parquet as pq

    about = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
    packed = pa.Table.from_pandas(pd.DataFrame(table)).replace_schema_metadata({"geo": json.dumps(about)})
    pq.write_table(packed, tmp_path / "deep.parquet")
    result = read_hazards(tmp_path / "deep.parquet")
    assert (len(result.data), len(result.rejected)) == (1, 1)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_a_pipe_and_links_in_a_circle_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.geojson")
    with pytest.raises(UnreadableSourceError, match="no regular file"):
        read_hazards(tmp_path / "pipe.geojson")
    (tmp_path / "a.geojson").symlink_to(tmp_path / "b.geojson")
    (tmp_path / "b.geojson").symlink_to(tmp_path / "a.geojson")
    with pytest.raises(HazardDataError):
        read_hazards(tmp_path / "a.geojson")
    with pytest.raises(HazardDataError):
        read_hazards("a\x00b.geojson")


def test_a_view_without_end_is_left_in_time(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    register.to_file(tmp_path / "a.gpkg", layer="hazards")
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        database.execute(
            "CREATE VIEW v AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
        )
    database.close()
    assert len(read_hazards(tmp_path / "a.gpkg", layer="hazards").data) == 20


def test_a_view_without_end_holds_up_nothing_that_is_joined_by_keys(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    register.assign(globalid=[f"G-{number}" for number in range(20)]).to_file(tmp_path / "a.gpkg", layer="hazards")
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        database.execute(
            "CREATE VIEW v AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
            "SELECT x, x AS parentglobalid FROM n"
        )
    database.close()
    assert len(read_hazards(tmp_path / "a.gpkg", layer="hazards").data) == 20


def test_a_table_that_reads_other_files_is_refused(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    register.to_file(tmp_path / "a.gpkg", layer="hazards")
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        database.execute("PRAGMA writable_schema = ON")
        sql = "CREATE VIRTUAL TABLE other USING VirtualOGR('/etc/passwd')"
        database.execute("INSERT INTO sqlite_master VALUES ('table', 'other', 'other', 0, ?)", (sql,))
    database.close()
    with pytest.raises(UnreadableSourceError, match="reads other files"):
        read_hazards(tmp_path / "a.gpkg")


def test_limits_that_do_not_exist_are_named() -> None:
    with pytest.raises(UsageError, match="'colums'"):
        read_hazards(pd.DataFrame({"a": [1]}), limits={"colums": 5})
    with pytest.raises(UsageError, match="'columns'"):
        read_hazards(pd.DataFrame({"a": [1]}), limits={"columns": -1})


# --- a process of its own --------------------------------------------------------------------------------------------


def test_a_file_reads_the_same_in_a_process_of_its_own(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    register = register.assign(name=["Gjakovë", None] * 10, reported_area_m2=[1.5, None] * 10)
    register.to_file(tmp_path / "a.gpkg")
    here, there = (read_hazards(tmp_path / "a.gpkg", sandbox=sandbox) for sandbox in (False, True))
    pd.testing.assert_frame_equal(pd.DataFrame(here.data), pd.DataFrame(there.data))
    assert here.notes == there.notes


def test_what_goes_wrong_in_the_process_is_told_here(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text(
        '{"type": "FeatureCollection", "crs": {"type": "link"}, "features": []}', encoding="utf-8"
    )
    with pytest.raises(UnreadableSourceError, match=r"nothing is fetched\n.*name the right one with crs="):
        read_hazards(tmp_path / "a.geojson", sandbox=True)
    shutil.copy(tmp_path / "a.geojson", tmp_path / "b.geojson")
    with pytest.raises(UnreadableSourceError, match=r"takes more than 0.01 s to read\n.*seconds"):
        read_hazards(tmp_path / "b.geojson", sandbox=True, limits=ReadingLimits(seconds=0.01))
