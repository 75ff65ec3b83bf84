"""The same register in every format reads the same, letters and all."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pyproj
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards import HazardDataError
from kosovo_hazards.geometry.areas import area_m2
from kosovo_hazards.reading.registers import read_hazards
from kosovo_hazards.reading.result import ReadResult

# The libraries that write what is tested warn of limits of the formats.
pytestmark = pytest.mark.filterwarnings("ignore")

NAMES = [
    "Gjakovë", "Đakovica", 'Fusha "e madhe"', "Štrpce", "Шара", "Peć", "<script>alert(1)</script>", "O'Neill; 50 %",
    "Ćuška", "Deçan",
]  # fmt: skip


@pytest.fixture(scope="module")
def register() -> gpd.GeoDataFrame:
    corners = [(0, 0), (0.012, 0.001), (0.014, 0.006), (0.007, 0.009), (0.001, 0.007)]
    shapes = [shapely.Polygon([(20.5 + x + i / 10, 42.5 + y + i / 50) for x, y in corners]) for i in range(10)]
    shapes[2] = shapely.Polygon(shapes[2].exterior, [shapely.box(20.705, 42.543, 20.707, 42.545).exterior])
    shapes[5] = shapely.MultiPolygon([shapes[5], shapely.affinity.translate(shapes[5], 0.02, 0)])
    return gpd.GeoDataFrame(
        {
            "hazard_id": [f"KS-{i:02d}" for i in range(10)],
            "hazard_type": ["CHA", "SHA"] * 5,
            "status": ["open", "worked on", "closed", None, "handed over"] * 2,
            "contamination": ["cluster munition remnants", "mixed", None, "anti-personnel mines", "other ERW"] * 2,
            "name": NAMES,
            "established": ["2015-06-30", None, "2021-01-02", "1999-12-31", "2024-02-29"] * 2,
            "reported_area_m2": [1234567.5, None, 0.25, 100.0, 7.0] * 2,
        },
        geometry=shapes,
        crs="EPSG:4326",
    )


def with_wkt(register: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(register.drop(columns="geometry")).assign(wkt=register.geometry.to_wkt(rounding_precision=-1))


def zipped(path: Path, *files: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in files:
            archive.write(file, f"export/{file.name}")
    return path


def write_zipped_shapefile(register: gpd.GeoDataFrame, path: Path) -> None:
    register.to_file(path.parent / "inside.shp", encoding="utf-8")
    zipped(path, *path.parent.glob("inside.*"))


def write_folder(register: gpd.GeoDataFrame, path: Path) -> None:
    path.mkdir()
    register.to_file(path / "hazards.shp", encoding="utf-8")


def write_without(ending: str) -> Callable[[gpd.GeoDataFrame, Path], None]:
    def write(register: gpd.GeoDataFrame, path: Path) -> None:
        register.to_file(path, encoding="utf-8")
        path.with_suffix(ending).unlink()

    return write


def write_gdb(register: gpd.GeoDataFrame, path: Path) -> None:
    register.to_file(path, driver="OpenFileGDB", geometry_type="MultiPolygon", promote_to_multi=True)


def write_zipped(name: str, write: Callable[[gpd.GeoDataFrame, Path], Any]) -> Callable[[gpd.GeoDataFrame, Path], None]:
    def written(register: gpd.GeoDataFrame, path: Path) -> None:
        write(register, path.parent / "to zip" / name)
        shutil.make_archive(str(path.with_suffix("")), "zip", path.parent / "to zip")

    return written


def write_esri_json(register: gpd.GeoDataFrame, path: Path) -> None:
    fields = [name for name in register.columns if name != "geometry"]
    plain = register[fields].astype(object).where(register[fields].notna(), None)
    features = [
        {
            "attributes": row,
            "geometry": {"rings": [[*map(list, ring.coords)] for ring in shapely.get_rings(shapely.get_parts(shape))]},
        }
        # Outer rings run clockwise there.
        for row, shape in zip(
            plain.to_dict("records"), shapely.orient_polygons(register.geometry, exterior_cw=True), strict=True
        )
    ]
    kinds = {"reported_area_m2": "esriFieldTypeDouble"}
    content = {
        "geometryType": "esriGeometryPolygon",
        "spatialReference": {"wkid": 4326},
        "fields": [{"name": name, "type": kinds.get(name, "esriFieldTypeString")} for name in fields],
        "features": features,
    }
    path.write_text(json.dumps(content), encoding="utf-8")


WRITERS: dict[str, Callable[[gpd.GeoDataFrame, Path], Any]] = {
    "register.geojson": lambda r, p: r.to_file(p, driver="GeoJSON"),
    "register.geojsonl": lambda r, p: r.to_file(p, driver="GeoJSONSeq"),
    "lines.json": lambda r, p: r.to_file(p, driver="GeoJSONSeq"),
    "register.gpkg": lambda r, p: r.to_file(p),
    "register.shp": lambda r, p: r.to_file(p, encoding="utf-8"),
    "register.zip": write_zipped_shapefile,
    "folder": write_folder,
    "no crs.shp": write_without(".prj"),
    "no encoding.shp": write_without(".cpg"),
    "register.gdb": write_gdb,
    "gdb.zip": write_zipped("register.gdb", write_gdb),
    "gpkg.zip": write_zipped("register.gpkg", lambda r, p: r.to_file(p)),
    "register.kml": lambda r, p: r.to_file(p, driver="LIBKML"),
    "register.kmz": lambda r, p: r.to_file(p, driver="LIBKML"),
    "register.gml": lambda r, p: r.to_file(p, driver="GML"),
    "register.fgb": lambda r, p: r.to_file(p, driver="FlatGeobuf"),
    "register.parquet": lambda r, p: r.to_parquet(p),
    "esri.json": write_esri_json,
    "register.csv": lambda r, p: with_wkt(r).to_csv(p, index=False),
    "semicolon.csv": lambda r, p: with_wkt(r).to_csv(p, index=False, sep=";", encoding="utf-16"),
    "register.xlsx": lambda r, p: pyogrio.write_dataframe(with_wkt(r), p, driver="XLSX"),
    "register.ods": lambda r, p: pyogrio.write_dataframe(with_wkt(r), p, driver="ODS"),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_register_reads_back_the_same_from_every_format(
    name: str, register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    (tmp_path / "to zip").mkdir()
    WRITERS[name](register, tmp_path / name)
    files = sorted(tmp_path.rglob("*"))
    hazards, rejected, repairs = read_hazards(tmp_path / name, crs="EPSG:4326")
    assert (len(rejected), len(repairs)) == (0, 0)
    hazards = hazards.sort_values("hazard_id", ignore_index=True)  # FlatGeobuf sorts by place
    for column in ("hazard_id", "hazard_type", "status", "contamination", "name", "established", "reported_area_m2"):
        expected = register[column].astype(hazards[column].dtype)
        pd.testing.assert_series_equal(hazards[column], expected)
    assert hazards["area_m2"].tolist() == pytest.approx(area_m2(register).tolist(), abs=1)
    assert sorted(tmp_path.rglob("*")) == files, "reading leaves nothing behind"


@pytest.mark.parametrize("crs", ["EPSG:9141", "EPSG:32634", "EPSG:3857"])
def test_a_register_reads_back_the_same_from_every_grid(crs: str, register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    register.to_crs(crs).to_file(tmp_path / "grid.gpkg")
    result = read_hazards(tmp_path / "grid.gpkg")
    assert result.data["area_m2"].tolist() == pytest.approx(area_m2(register).tolist(), abs=1)
    assert any("its stated accuracy is" in note for note in result.notes)


@pytest.mark.parametrize("crs", ["EPSG:6316", "EPSG:31277"])
def test_the_old_yugoslav_grid_is_moved_by_some_435_metres(
    crs: str, register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    # The same degrees on Bessel's ellipsoid, in the projection of zone 7.
    zone = pyproj.CRS("+proj=tmerc +lat_0=0 +lon_0=21 +k=0.9999 +x_0=7500000 +y_0=0 +ellps=bessel")
    unshifted = register.set_crs(zone.geodetic_crs, allow_override=True).to_crs(zone)
    old = unshifted.set_crs(crs, allow_override=True)
    old.to_file(tmp_path / "old.gpkg")
    for source in (old, tmp_path / "old.gpkg"):
        result = read_hazards(source)
        # Published candidates differ by up to 6 m; EPSG's entry for Kosovo alone would move it by 1,177 m.
        here, there = (table.to_crs(9141).centroid for table in (result.data, register))
        assert here.distance(there).between(425, 445).all()
        assert any("which PROJ prefers, lies" in note for note in result.notes)


def test_several_layers_are_listed_until_one_is_named(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "both.gpkg"
    register.to_file(path, layer="hazards")
    register[:3].to_file(path, layer="old hazards")
    with pytest.raises(HazardDataError, match=r"'both.gpkg' has 2 layers with records: hazards, old hazards"):
        read_hazards(path)
    assert len(read_hazards(path, layer="old hazards").data) == 3
    with pytest.raises(HazardDataError, match="no layer 'new'; it has hazards, old hazards"):
        read_hazards(path, layer="new")


def test_styles_beside_the_only_layer_are_no_second_layer(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "styled.gpkg"
    register.to_file(path, layer="hazards")
    pyogrio.write_dataframe(pd.DataFrame({"styleName": ["x"]}), path, layer="layer_styles", append=True)
    assert len(read_hazards(path).data) == 10


def test_a_folder_or_archive_of_several_data_sets_lists_them(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    for name in ("a.geojson", "b.geojson"):
        register.to_file(tmp_path / name, driver="GeoJSON")
    archive = zipped(tmp_path / "both.zip", tmp_path / "a.geojson", tmp_path / "b.geojson")
    with pytest.raises(HazardDataError, match=r"'both.zip' holds 2 data sets: export/a.geojson, export/b.geojson"):
        read_hazards(archive)


# --- letters ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stated", [True, False])
@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("CP1250", ["Gjakovë", "Đakovica", "Štrpce", "Žegra", "Ćuška", "Deçan"]),
        ("ISO-8859-2", ["Gjakovë", "Đakovica", "Štrpce", "Žegra", "Ćuška", "Deçan"]),
        ("UTF-8", NAMES),
    ],
)
def test_names_in_a_shapefile_are_right_or_a_note_says_so(
    encoding: str, names: list[str], stated: bool, register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    source = register[: len(names)].assign(name=names)
    source.to_file(tmp_path / "old.shp", encoding=encoding)
    if not stated:
        (tmp_path / "old.cpg").unlink()
        dbf = bytearray((tmp_path / "old.dbf").read_bytes())
        dbf[29] = 0
        (tmp_path / "old.dbf").write_bytes(bytes(dbf))
    result = read_hazards(tmp_path / "old.shp")
    assert result.data["name"].tolist() == names
    guessed = not stated and encoding != "UTF-8"
    assert any("does not say its encoding" in note for note in result.notes) == guessed


def test_a_wrong_encoding_statement_is_told_and_can_be_overruled(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    names = ["Đakovica", "Peć", "Kačanik"]
    register[:3].assign(name=names).to_file(tmp_path / "old.shp", encoding="CP1250")
    (tmp_path / "old.cpg").write_text("1252", encoding="ascii")
    assert any('encoding="cp1250"' in note for note in read_hazards(tmp_path / "old.shp").notes)
    assert read_hazards(tmp_path / "old.shp", encoding="cp1250").data["name"].tolist() == names
    (tmp_path / "old.cpg").write_text("UTF-8", encoding="ascii")
    result = read_hazards(tmp_path / "old.shp")
    assert any("says utf-8, which its text is not" in note for note in result.notes)
    assert result.data["name"].tolist() == names


def old_shapefile(
    register: gpd.GeoDataFrame, path: Path, names: list[str], *, encoding: str, code_page: int = 0
) -> ReadResult:
    """A shapefile without .cpg, whose .dbf names a code page or, with 0, none."""
    register[: len(names)].assign(name=names).to_file(path, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    dbf[29] = code_page
    path.with_suffix(".dbf").write_bytes(bytes(dbf))
    return read_hazards(path)


@pytest.mark.parametrize(
    ("encoding", "code_page", "told"), [("CP852", 0x64, False), ("CP1250", 0xC8, False), ("CP1251", 0, True)]
)
def test_the_code_page_in_a_dbf_file_and_cyrillic_letters_are_recognised(
    encoding: str, code_page: int, told: bool, register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    names = ["Пећ", "Шара планина"] if encoding == "CP1251" else ["Đakovica", "Štrpce", "Gjakovë"]
    names = ["Печ" if name == "Пећ" else name for name in names]
    result = old_shapefile(register, tmp_path / "old.shp", names, encoding=encoding, code_page=code_page)
    assert result.data["name"].tolist() == names
    assert any("does not say its encoding" in note for note in result.notes) is told


def test_a_name_cut_within_a_letter_does_not_turn_the_others_into_nonsense(
    register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "cut.shp"
    register[:2].assign(name=["Gjakovë", "Đ" * 127]).to_file(path, encoding="utf-8")
    dbf = path.with_suffix(".dbf").read_bytes()
    # A name of 255 bytes in the widest field there is, 254: a program that counts bytes cuts the last letter in half.
    path.with_suffix(".dbf").write_bytes(dbf.replace("Đ".encode() * 127, b"x" + "Đ".encode() * 126 + b"\xc4"))
    result = read_hazards(path)
    assert result.data["name"].tolist() == ["Gjakovë", "x" + "Đ" * 126]
    assert any("1 texts ended in half a letter" in note for note in result.notes)


def test_short_names_of_old_code_pages_are_not_taken_for_cut_ones(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    names = ["Peć", "Deč"]
    result = old_shapefile(register, tmp_path / "old.shp", names, encoding="CP1250")
    assert result.data["name"].tolist() == names


@pytest.mark.parametrize(("stated", "written"), [("1252", "ISO-8859-2"), ("ISO-8859-1", "CP1250")])
def test_western_encodings_that_are_none_are_told(
    stated: str, written: str, register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    register[:2].assign(name=["Štrpce", "Žegra"]).to_file(tmp_path / "old.shp", encoding=written)
    (tmp_path / "old.cpg").write_text(stated, encoding="ascii")
    result = read_hazards(tmp_path / "old.shp")
    right = result.data["name"].tolist() == ["Štrpce", "Žegra"]
    assert right or any("if so, pass encoding=" in note for note in result.notes)


def test_a_csv_in_an_old_code_page_is_told(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with_wkt(register[:4]).to_csv(tmp_path / "old.csv", index=False, encoding="cp1250")
    result = read_hazards(tmp_path / "old.csv", crs="EPSG:4326")
    assert result.data["name"].tolist() == NAMES[:4]
    assert any("old.csv does not say its encoding" in note for note in result.notes)


# --- paths and sizes --------------------------------------------------------------------------------------------------


def test_odd_letters_in_a_path_are_part_of_the_path(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    register.to_file(tmp_path / "plain.gpkg")
    for name in ("zona!1.gpkg", "a;b.gpkg", "what?.gpkg", "no#1.gpkg", "Đakovica 50%.gpkg"):
        shutil.copyfile(tmp_path / "plain.gpkg", tmp_path / name)
        assert len(read_hazards(tmp_path / name).data) == 10


def test_a_polygon_of_many_vertices_is_read(tmp_path: Path) -> None:
    import numpy as np

    turn = np.linspace(0, 2 * np.pi, 300_000, endpoint=False)
    circle = shapely.Polygon(np.column_stack([21 + 0.01 * np.cos(turn), 42.6 + 0.01 * np.sin(turn)]))
    gpd.GeoDataFrame({"hazard_type": ["CHA"]}, geometry=[circle], crs=4326).to_file(tmp_path / "circle.geojson")
    assert len(read_hazards(tmp_path / "circle.geojson").data) == 1


@pytest.mark.parametrize("ending", ["kml", "kmz", "xlsx", "gpkg", "fgb", "parquet", "shp.zip", "csv", "geojson"])
@pytest.mark.filterwarnings("ignore::kosovo_hazards.WritingWarning")
def test_what_the_library_writes_it_reads_without_being_told_how(ending: str, tmp_path: Path) -> None:
    hazards, _ = kh.demo_data()
    path = kh.write_gis(hazards, tmp_path / f"register.{ending}")
    back = kh.read_hazards(path, crs="EPSG:4326" if ending in ("xlsx", "csv") else None)
    assert len(back.rejected) == 0
    ours = hazards.set_index("hazard_id").sort_index()
    theirs = back.data.set_index("hazard_id").sort_index()
    assert theirs.index.tolist() == ours.index.tolist()
    for column in ("hazard_type", "status", "municipality", "established"):
        assert theirs[column].tolist() == ours[column].tolist(), column
    assert (theirs["area_m2"] - ours["area_m2"]).abs().max() < 1


FOLDERS = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>"""
PLACEMARK = (
    "<Folder><name>{}</name><Placemark><name>{}</name><Polygon><tessellate>1</tessellate><outerBoundaryIs><LinearRing>"
    "<coordinates>21,42.6,0 21.01,42.6,0 21.01,42.61,0 21,42.6,0</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    "</Placemark></Folder>"
)


def test_folders_of_a_kml_file_drawn_by_hand_say_the_type(tmp_path: Path) -> None:
    drawn = PLACEMARK.format("CHA", "Gjakovë") + PLACEMARK.format("Suspected", "Пећ")
    (tmp_path / "drawn.kml").write_text(FOLDERS.format(drawn), encoding="utf-8")
    result = read_hazards(tmp_path / "drawn.kml")
    assert result.data[["hazard_type", "name"]].to_numpy().tolist() == [["CHA", "Gjakovë"], ["SHA", "Пећ"]]
    assert any("column 'hazard_type' says which" in note for note in result.notes)
    assert not {"tessellate", "extrude", "visibility", "timestamp"} & set(result.data.columns)


def test_folders_that_mean_something_else_are_a_column(tmp_path: Path) -> None:
    drawn = PLACEMARK.format("North", "a") + PLACEMARK.format("South", "b")
    (tmp_path / "drawn.kml").write_text(FOLDERS.format(drawn), encoding="utf-8")
    result = read_hazards(tmp_path / "drawn.kml", defaults={"hazard_type": "SHA"})
    assert result.data["folder"].tolist() == ["North", "South"]
