"""Sheets of turning points in every notation and kind of file read back to the same register; their dirt is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pyproj
import pytest
import shapely
from pyproj.transformer import TransformerGroup

import kosovo_hazards as kh
from kosovo_hazards import HazardDataError
from kosovo_hazards.geometry.areas import area_m2
from kosovo_hazards.reading.registers import read_hazards

WGS84 = "EPSG:4326"
UTM = "EPSG:32634"


@pytest.fixture(scope="module")
def register() -> gpd.GeoDataFrame:
    """Ten fields of some 200 m, corners on whole metres of UTM, so that MGRS of ten digits holds them exactly."""
    corners = np.array([(0, 0), (180, 11), (214, 96), (127, 169), (21, 137)])
    origins = [np.array([465_000 + 6_000 * i, 4_690_000 + 5_003 * i]) for i in range(10)]
    shapes = [shapely.Polygon(corners + origin) for origin in origins]
    words = {
        "hazard_id": [f"KS-{i:02d}" for i in range(10)],
        "hazard_type": ["CHA", "SHA"] * 5,
        "status": ["open", "worked on", "closed", None, "handed over"] * 2,
        "name": ["Gjakovë", "Đakovica", "Шара", 'Fusha "e madhe"', "O'Neill; 50 %"] * 2,
        "established": pd.to_datetime(["2015-06-30", None, "2021-01-02", "1999-12-31", "2024-02-29"] * 2),
        "reported_area_m2": [23456.5, None, 25000.0, 100.0, 7.0] * 2,
    }
    return gpd.GeoDataFrame(words, geometry=shapes, crs=UTM).to_crs(WGS84)


# --- the notations ---------------------------------------------------------------------------------------------------


def rows(register: gpd.GeoDataFrame, x: np.ndarray, y: np.ndarray) -> pd.DataFrame:
    """One row a corner, the words of a record beside each, as people copy them down."""
    count = [len(shape.exterior.coords) - 1 for shape in register.geometry]
    table = pd.DataFrame(register.drop(columns="geometry")).loc[register.index.repeat(count)].reset_index(drop=True)
    table["established"] = table["established"].dt.strftime("%d.%m.%Y")
    table["PointNo"] = table.groupby("hazard_id").cumcount() + 1
    return table.assign(x=x, y=y)


def corners(register: gpd.GeoDataFrame, crs: Any) -> tuple[np.ndarray, np.ndarray]:
    rings = [np.array(shape.exterior.coords)[:-1] for shape in register.to_crs(crs).geometry]
    x, y = np.concatenate(rings).T
    return x, y


def decimal_degrees(register: gpd.GeoDataFrame) -> pd.DataFrame:
    return rows(register, *corners(register, WGS84)).rename(columns={"x": "Longitude", "y": "Latitude"})


def sexagesimal(value: float, letter: str, *, seconds: bool) -> str:
    degrees, rest = divmod(value, 1)
    if not seconds:
        return f"{int(degrees)}° {rest * 60:.7f}' {letter}"
    tenths = round(rest * 3600, 5)
    return f"{letter} {int(degrees)}°{int(tenths // 60):02d}'{tenths % 60:08.5f}\""


def degrees_minutes(register: gpd.GeoDataFrame) -> pd.DataFrame:
    return in_words(register, lambda value, letter: sexagesimal(value, letter, seconds=False))


def degrees_minutes_seconds(register: gpd.GeoDataFrame) -> pd.DataFrame:
    return in_words(register, lambda value, letter: sexagesimal(value, letter, seconds=True))


def in_words(register: gpd.GeoDataFrame, write: Callable[[float, str], str]) -> pd.DataFrame:
    table = decimal_degrees(register)
    written = {"Longitude": [write(value, "E") for value in table["Longitude"]]}
    return table.assign(**written, Latitude=[write(value, "N") for value in table["Latitude"]])


def utm(register: gpd.GeoDataFrame) -> pd.DataFrame:
    x, y = corners(register, UTM)
    table = rows(register, x, y).drop(columns=["x", "y"])
    return table.assign(UTM=[f"34T {e:.3f} {n:.3f}" for e, n in zip(x, y, strict=True)])


def mgrs(register: gpd.GeoDataFrame) -> pd.DataFrame:
    x, y = (np.round(values).astype(int) for values in corners(register, UTM))
    # Zone 34, of even number: columns A to H, rows five letters on.
    squares = [
        "34T" + "ABCDEFGH"[e // 100_000 - 1] + "ABCDEFGHJKLMNPQRSTUV"[(n // 100_000 + 5) % 20]
        for e, n in zip(x, y, strict=True)
    ]
    cells = [f"{s} {e % 100_000:05d} {n % 100_000:05d}" for s, e, n in zip(squares, x, y, strict=True)]
    return rows(register, x, y).drop(columns=["x", "y"]).assign(MGRS=cells)


def national_grid(register: gpd.GeoDataFrame) -> pd.DataFrame:
    table = rows(register, *corners(register, "EPSG:9141")).rename(columns={"x": "Easting", "y": "Northing"})
    return table.assign(CRS="KOSOVAREF01 / Balkans zone 7")


def old_grid(code: int) -> Callable[[gpd.GeoDataFrame], pd.DataFrame]:
    def written(register: gpd.GeoDataFrame) -> pd.DataFrame:
        # By the published transformation for all of the former Yugoslavia, which EPSG says is good to 5 m.
        known = TransformerGroup(6316, 4326, always_xy=True).transformers
        published = next(way for way in known if "MGI 1901 to WGS 84 (1) " in way.description)
        x, y = published.transform(*corners(register, WGS84), direction="INVERSE")
        return rows(register, x, y).rename(columns={"x": "E", "y": "N"}).assign(CRS=f"EPSG:{code}")

    return written


def in_one_cell(register: gpd.GeoDataFrame) -> pd.DataFrame:
    cells = ["; ".join(f"{y:.9f}, {x:.9f}" for x, y in shape.exterior.coords) for shape in register.geometry]
    table = pd.DataFrame(register.drop(columns="geometry")).assign(**{"Turning points": cells})
    return table.assign(established=table["established"].dt.strftime("%d.%m.%Y"))


def well_known_text(register: gpd.GeoDataFrame) -> pd.DataFrame:
    cells = [shapely.to_wkt(shape, rounding_precision=-1) for shape in register.geometry]
    return in_one_cell(register).drop(columns="Turning points").assign(wkt=cells)


NOTATIONS: dict[str, Callable[[gpd.GeoDataFrame], pd.DataFrame]] = {
    "decimal degrees": decimal_degrees,
    "degrees and minutes": degrees_minutes,
    "degrees, minutes, seconds": degrees_minutes_seconds,
    "UTM": utm,
    "MGRS": mgrs,
    "EPSG:9141": national_grid,
    "EPSG:6316": old_grid(6316),
    "EPSG:31277": old_grid(31277),
    "points in one cell": in_one_cell,
    "WKT": well_known_text,
}


def write(table: pd.DataFrame, path: Path) -> Path:
    if path.suffix == ".csv":
        table.to_csv(path, index=False, encoding="utf-8")
    else:
        pyogrio.write_dataframe(table, path, driver=path.suffix[1:].upper())
    return path


@pytest.mark.parametrize("ending", ["csv", "xlsx", "ods"])
@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.filterwarnings("ignore:'crs' was not provided:UserWarning")
def test_a_register_reads_back_from_a_sheet_in_every_notation(
    notation: str, ending: str, register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    table = NOTATIONS[notation](register)
    names_its_system = "CRS" in table or notation in ("UTM", "MGRS")
    path = write(table, tmp_path / f"points.{ending}")
    result = read_hazards(path, crs=None if names_its_system else WGS84)
    assert len(result.rejected) == 0
    for column in ("hazard_id", "hazard_type", "status", "name", "established", "reported_area_m2"):
        expected = register[column].astype(result.data[column].dtype)
        pd.testing.assert_series_equal(result.data[column], expected)
    assert result.data["area_m2"].tolist() == pytest.approx(area_m2(register).tolist(), abs=1)
    apart_m = result.data.to_crs(9141).hausdorff_distance(register.to_crs(9141))
    # What is published for MGI 1901 differs by up to 9 m here.
    assert apart_m.max() < (10 if notation in ("EPSG:6316", "EPSG:31277") else 0.01)
    assert "CRS" not in result.data.columns


def test_degrees_of_the_old_datum_read_as_wgs_84_lie_some_435_metres_off(register: gpd.GeoDataFrame) -> None:
    old = gpd.GeoDataFrame(register, crs=WGS84).to_crs(9141)
    known = TransformerGroup(3906, 4326, always_xy=True).transformers
    published = next(way for way in known if "MGI 1901 to WGS 84 (1)" in way.description)
    x, y = published.transform(*corners(register, WGS84), direction="INVERSE")
    sheet = rows(register, x, y).rename(columns={"x": "lon", "y": "lat"})
    wrong = read_hazards(sheet, crs=WGS84).data.to_crs(9141).centroid.distance(old.centroid)
    right = read_hazards(sheet, crs="MGI 1901").data.to_crs(9141).centroid.distance(old.centroid)
    assert wrong.between(425, 445).all()
    assert right.max() < 10


def test_the_transformation_and_its_accuracy_are_told(register: gpd.GeoDataFrame) -> None:
    points = national_grid(register).rename(columns={"hazard_id": "shape_id"})
    for notes in (read_hazards(national_grid(register)).notes, kh.polygons_from_turning_points(points).notes):
        (told,) = [note for note in notes if "was transformed to WGS 84" in note]
        assert "KOSOVAREF01 to WGS 84 (1)" in told
        assert "its stated accuracy is 1 m" in told


@pytest.mark.parametrize("notation", ["UTM", "MGRS", "EPSG:9141"])
def test_turning_points_take_the_notation_that_names_its_grid(notation: str, register: gpd.GeoDataFrame) -> None:
    table = NOTATIONS[notation](register).rename(columns={"hazard_id": "shape_id"})
    polygons, rejected = kh.polygons_from_turning_points(table)
    assert len(rejected) == 0
    assert polygons["area_m2"].tolist() == pytest.approx(area_m2(register).tolist(), abs=1)


def test_mgrs_on_wgs_84_is_not_taken_for_degrees(register: gpd.GeoDataFrame) -> None:
    """As IMSMA writes it: the datum in one column, the grid reference in another."""
    table = mgrs(register).rename(columns={"MGRS": "user_entered_mgrs"}).assign(coordrefsys="WGS 84")
    assert read_hazards(table).data["area_m2"].tolist() == pytest.approx(area_m2(register).tolist(), abs=1)


# --- wrong grids -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notation", "change", "crs", "message"),
    [
        ("EPSG:9141", {}, WGS84, "no degrees; they fit EPSG:9141 or EPSG:6316"),
        ("EPSG:9141", {}, UTM, "far outside the area for which WGS 84 / UTM zone 34N is made; they fit EPSG:9141"),
        (
            "EPSG:9141",
            {"Easting": "N", "Northing": "E"},
            "EPSG:9141",
            "northing are probably swapped: pass swap_xy=True",
        ),
        ("decimal degrees", {}, "EPSG:6316", 'or crs="EPSG:3906" if they are degrees of MGI 1901'),
        ("decimal degrees", {"Longitude": "lat", "Latitude": "lon"}, WGS84, "the two are probably swapped"),
    ],
)
def test_a_wrong_grid_is_told_with_the_likely_cause(
    notation: str, change: dict[str, str], crs: str, message: str, register: gpd.GeoDataFrame
) -> None:
    table = NOTATIONS[notation](register).drop(columns="CRS", errors="ignore").rename(columns=change)
    result = read_hazards(table, crs=crs)
    assert len(result.data) == 0
    assert result.rejected["reason"].str.contains(message, regex=False).all()


def test_eastings_without_the_number_of_their_zone_are_told(register: gpd.GeoDataFrame) -> None:
    table = national_grid(register)
    result = read_hazards(table.assign(Easting=table["Easting"] - 7e6))
    assert result.rejected["reason"].str.contains("the number of the zone, 7, may be left out").all()


def test_a_neighbouring_zone_is_told(register: gpd.GeoDataFrame) -> None:
    x, y = corners(register, UTM)
    table = rows(register, x, y).rename(columns={"x": "E", "y": "N"})
    assert any(
        "6 degrees west of Kosovo: was it another zone" in n for n in read_hazards(table, crs="EPSG:32633").notes
    )


def test_the_number_of_a_zone_alone_names_no_grid(register: gpd.GeoDataFrame) -> None:
    x, y = corners(register, UTM)
    table = rows(register, x, y).rename(columns={"x": "E", "y": "N"})
    with pytest.raises(HazardDataError, match="column 'Zone' says zone 34, but not of which grid"):
        read_hazards(table.assign(Zone=34))
    assert len(read_hazards(table.assign(Zone="34N")).data) == 10


# --- Excel as people keep it -----------------------------------------------------------------------------------------


FIELD = "POLYGON ((21 42.6, 21.01 42.6, 21.01 42.61, 21 42.61, 21 42.6))"
MEADOW = "POLYGON ((21.2 42.6, 21.21 42.6, 21.21 42.61, 21.2 42.61, 21.2 42.6))"


def workbook(path: Path, *lines: list[Any]) -> Path:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    book.save(path)
    return path


def test_a_sheet_with_a_title_blank_rows_real_dates_and_a_total(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "register.xlsx",
        ["Regjistri i zonave të rrezikshme"],
        ["printed", dt.date(2024, 12, 31)],
        [],
        ["Nr i zonës", "Lloji", "Statusi", "Data", "Sipërfaqja (ha)", "Komuna", "WKT"],
        ["KS-1", "Zonë e konfirmuar", "Hapur", dt.datetime(2024, 3, 4), 91.2, "Gjakovë", FIELD],
        [],
        ["KS-2", "Zonë e dyshuar", "I mbyllur", dt.date(2021, 12, 1), 91, "Pejë", MEADOW],
        ["Gjithsej", None, None, None, 182.2],
    )
    result = read_hazards(path, crs=WGS84)
    table = result.data
    assert table["hazard_id"].tolist() == ["KS-1", "KS-2"]
    assert table["hazard_type"].tolist() == ["CHA", "SHA"]
    assert table["established"].tolist() == [pd.Timestamp("2024-03-04"), pd.Timestamp("2021-12-01")]
    assert table["reported_area_m2"].tolist() == [912_000, 910_000]
    assert len(result.rejected) == 0
    assert any("rows with totals or notes are no records and were left out" in note for note in result.notes)
    assert any("Gjithsej" in note for note in result.notes)
    assert any("the headings stand in row 4" in note for note in result.notes)
    assert any("1 rows between others have nothing in them" in note for note in result.notes)
    assert "hazard_id from 'Nr i zonës'" in repr(result)


def test_a_title_above_the_headings_of_a_csv_file(tmp_path: Path) -> None:
    text = f'Register of hazardous areas;;\nprinted 2024;;\nid;type;wkt\nKS-1;CHA;"{FIELD}"\n'
    (tmp_path / "register.csv").write_text(text, encoding="utf-8")
    assert read_hazards(tmp_path / "register.csv", crs=WGS84).data["hazard_id"].tolist() == ["KS-1"]


def test_a_row_with_more_cells_than_the_headings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "register.csv").write_text(f'id,type,wkt\nKS-1,CHA,"{FIELD}"\nKS-2,CHA,x,y\n', encoding="utf-8")
    with pytest.raises(HazardDataError, match=r"can't be read as a table: .*line 3, saw 4"):
        read_hazards(tmp_path / "register.csv", crs=WGS84)


@pytest.mark.parametrize("headings", ["id,type,wkt", "id,type,point,lon,lat", "id,type,turning points"])
def test_headings_alone_are_an_empty_register(headings: str, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text(f"{headings}\n", encoding="utf-8")
    assert [len(table) for table in read_hazards(tmp_path / "empty.csv")] == [0, 0, 0]


def test_headings_that_stand_twice_keep_both_columns(tmp_path: Path) -> None:
    (tmp_path / "twice.csv").write_text(f'id,type,type,wkt\nKS-1,CHA,old,"{FIELD}"\n', encoding="utf-8")
    result = read_hazards(tmp_path / "twice.csv", crs=WGS84)
    assert result.data[["hazard_type", "type (2)"]].to_numpy().tolist() == [["CHA", "old"]]
    assert any("stand twice got a number: 'type'" in note for note in result.notes)


# --- points as IMSMA and surveyors keep them -------------------------------------------------------------------------


SQUARE = [(0, 0), (0.01, 0), (0.01, 0.01), (0, 0.01)]


def imsma_points() -> pd.DataFrame:
    """`hazard` joined to `geospatialinfo` and `geopoint` of IMSMA NG: several shapes, one of them replaced."""
    lines = []
    shapes = [
        ("KS-1", "s1", 21.0, "Active", "Polygon"), ("KS-1", "s2", 21.1, "Active", "Polygon"),
        ("KS-1", "s3", 21.5, "Inactive", "Polygon"), ("KS-2", "s4", 21.2, "Active", "Polygon"),
        ("KS-2", "s5", 21.3, "Active", "Polyline"),
    ]  # fmt: skip
    for hazard, shape, west, active, kind in shapes:
        for number, (east, north) in enumerate([(-0.02, -0.02), *SQUARE, SQUARE[0]]):
            lines.append({
                "hazard_guid": f"{{{hazard}}}", "hazard_localid": hazard, "areatype_enum": "SHA", "status_enum": "Open",
                "calculatedareasize": 200, "shape_id": shape, "shapeenum": kind, "isactive": active,
                "pointlocal_id": f"P{number}", "pointno": number,
                "pointtypeenum": "Turning Point" if number else "Benchmark",
                "latitude": 42.6 + north, "longitude": west + east, "coordrefsys": "WGS 84", "bearing": None,
                "distance": None,
            })  # fmt: skip
    return pd.DataFrame(lines)


def test_points_of_imsma_become_hazards_with_all_their_shapes(tmp_path: Path) -> None:
    imsma_points().to_csv(tmp_path / "points.csv", index=False)
    result = read_hazards(tmp_path / "points.csv")
    assert len(result.rejected) == 0
    hazards = result.data.set_index("hazard_id")
    # One square of 0.01° is 911,579 m² at 42.605°.
    assert hazards["area_m2"].tolist() == pytest.approx([2 * 911_579, 911_579], rel=1e-5)
    assert hazards["shape_id"].tolist() == ["s1, s2, s3", "s4, s5"]
    assert hazards["hazard_type"].tolist() == ["SHA", "SHA"]
    # Of 30 points five are benchmarks, and five corners each belong to a replaced shape and to a line.
    assert any("15 rows that are no corners" in note for note in result.notes)


def test_the_view_of_polygons_counts_the_figures_of_a_hazard_once() -> None:
    """In IMSMA's staging area the figures of a hazard repeat on each of its polygons."""
    boxes = [shapely.box(21 + i / 20, 42.6, 21.01 + i / 20, 42.61) for i in range(4)]
    view = gpd.GeoDataFrame(
        {
            "hazard_localid": ["KS-1", "KS-1", "KS-2", "KS-2"],
            "areatype_enum": "CHA",
            "areasize": [200.0, 200.0, 7.0, 8.0],
            "polygon_id": ["p1", "p2", "p3", "p4"],
        },
        geometry=boxes,
        crs=WGS84,
    )
    apart = read_hazards(view)
    assert apart.rejected["row"].tolist() == [2, 4]
    assert apart.rejected["reason"].str.contains("join_parts=True").all()
    joined = read_hazards(view, join_parts=True)
    assert joined.data["hazard_id"].tolist() == ["KS-1", "KS-2"]
    assert joined.data["reported_area_m2"].sum() == 207
    assert joined.data["area_m2"].tolist() == pytest.approx([2 * 911_579, 911_579], rel=1e-5)
    assert "2 rows (1, 2) joined as its parts" in joined.repairs["what"][0]
    # The rows of KS-2 say different things, so they may be two hazards.
    assert joined.rejected["row"].tolist() == [4]
    assert len(view) == 4


def sheet(points: list[tuple[str | None, float, float]], **columns: Any) -> pd.DataFrame:
    names, x, y = zip(*points, strict=True)
    words = {"id": "KS-1", "type": "CHA", "TP": names, "lon": 21 + np.array(x), "lat": 42.6 + np.array(y)}
    return pd.DataFrame({**words, **columns})


def test_a_benchmark_that_only_its_name_tells_is_no_corner() -> None:
    points = [("BM", -0.5, -0.5), ("SP", *SQUARE[0]), *[(f"TP{i}", *SQUARE[i]) for i in (1, 2, 3)]]
    assert read_hazards(sheet(points), crs=WGS84).data["area_m2"][0] == pytest.approx(911_579, rel=1e-5)


def test_points_without_a_number_keep_their_place() -> None:
    points = [("SP", *SQUARE[0]), ("TP1", *SQUARE[1]), ("IP", 0.01, 0.005), ("TP2", *SQUARE[2]), ("EP", *SQUARE[3])]
    result = read_hazards(sheet(points), crs=WGS84)
    assert result.data["area_m2"][0] == pytest.approx(911_579, rel=1e-5)
    assert len(result.repairs) == 0


def test_intermediate_points_come_between_two_others() -> None:
    points = [("1", *SQUARE[0]), ("2", *SQUARE[1]), ("3", *SQUARE[2]), ("4", *SQUARE[3])]
    between = [("1.1", 0.002, 0.0), ("1.2", 0.004, 0.0), ("1.3", 0.006, 0.0), ("3.1", 0.005, 0.01)]
    result = read_hazards(sheet([*points, *between]), crs=WGS84)
    assert result.data["area_m2"][0] == pytest.approx(911_579, rel=1e-5)
    assert len(result.repairs) == 0


def test_one_number_in_two_places_leaves_the_order_unknown() -> None:
    once = [(str(i), *SQUARE[i - 1]) for i in (1, 2, 3, 4)]
    again = [(name, x + 0.1, y) for name, x, y in once]
    table = sheet([*once, *again])
    result = read_hazards(table, crs=WGS84)
    assert "has point 1 in several places: name the column that tells its shapes apart" in result.rejected["reason"][0]
    named = read_hazards(table.assign(shape_id=["a"] * 4 + ["b"] * 4), crs=WGS84)
    assert named.data["area_m2"][0] == pytest.approx(2 * 911_579, rel=1e-5)
    # The last point may repeat the first.
    closed = read_hazards(sheet([*once, ("1", *SQUARE[0])]), crs=WGS84)
    assert closed.data["area_m2"][0] == pytest.approx(911_579, rel=1e-5)


def test_rows_of_one_record_that_differ_are_told() -> None:
    points = [(str(i), *SQUARE[i - 1]) for i in (1, 2, 3, 4)]
    result = read_hazards(sheet(points, type=["CHA", "CHA", "SHA", "CHA"]), crs=WGS84)
    assert any("rows of 1 records differ in 'type', and the first counts: KS-1" in note for note in result.notes)


def test_bearings_are_for_turning_points_and_that_is_told() -> None:
    points = [("SP", 0.0, 0.0), ("TP1", np.nan, np.nan), ("TP2", np.nan, np.nan)]
    table = sheet(points, bearing=[None, 0, 90], distance=[None, 100, 100])
    assert "kh.polygons_from_turning_points" in read_hazards(table, crs=WGS84).rejected["reason"][0]


def test_a_turning_point_that_cannot_lie_there_costs_its_polygon_only(register: gpd.GeoDataFrame) -> None:
    table = national_grid(register).rename(columns={"hazard_id": "shape_id"})
    table.loc[2, "Easting"] -= 7e6
    polygons, rejected = kh.polygons_from_turning_points(table)
    assert len(polygons) == 9
    assert "the point of row 3 lies at x" in rejected["reason"][0]
    assert "KS-00: the point of row 3" in repr(kh.polygons_from_turning_points(table))
    assert pyproj.CRS(polygons.crs) == pyproj.CRS(WGS84)


def test_a_zone_with_the_letter_of_its_band_is_utm_and_s_is_not_guessed(tmp_path: Path) -> None:
    # As GPS units of Garmin write positions: "48 P 0601234 1642310"; here the zone in a column of its own.
    corners = [(601234, 1642310), (601534, 1642312), (601533, 1642611), (601231, 1642609)]
    for zone, epsg in (("48N", 32648), ("48 P", 32648), ("UTM zone 48P", 32648), ("33K", 32733)):
        sheet = pd.DataFrame({"id": "A", "type": "CHA", "no": range(4), "easting": [x for x, _ in corners],
                              "northing": [y for _, y in corners], "utm zone": zone})  # fmt: skip
        sheet.to_csv(tmp_path / "points.csv", index=False)
        read = kh.read_hazards(tmp_path / "points.csv")
        drawn = gpd.GeoSeries([shapely.Polygon(corners)], crs=epsg).to_crs(4326)
        assert read.data.geometry.iloc[0].hausdorff_distance(drawn.iloc[0]) < 1e-7
    sheet["utm zone"] = "34S"
    sheet.to_csv(tmp_path / "points.csv", index=False)
    with pytest.raises(HazardDataError, match="34S"):
        kh.read_hazards(tmp_path / "points.csv")
