"""Every notation of the table reads as it says, and the table in the documentation is this one.

Plus codes are those of the test data of Open Location Code (github.com/google/open-location-code, decoding.csv).

``python tests/reading/points/test_notations.py`` writes the table into ``docs/notations.md`` anew.
"""

from __future__ import annotations

import csv
import datetime as dt
import time
from itertools import groupby
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import kosovo_hazards as kh
from kosovo_hazards.reading.points.axes import angles, points_of_columns
from kosovo_hazards.reading.points.coordinates import read_points
from kosovo_hazards.reading.registers import read_hazards

ROOT = Path(__file__).parents[3]
TABLE = ROOT / "tests" / "data" / "notations.csv"
PAGE = ROOT / "docs" / "notations.md"
BEGIN, END = "<!-- notations -->\n", "<!-- end of notations -->\n"


def notations() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", notations(), ids=lambda row: row["written"])
def test_a_notation_reads_as_the_table_says(row: dict[str, str]) -> None:
    found = read_points(row["written"])
    assert found.problem == row["refused"]
    if not row["refused"]:
        point = found.points[0]
        assert (point.x, point.y) == pytest.approx((float(row["x"]), float(row["y"])), abs=1e-9)
        assert str(point.epsg or "") == row["epsg"]


# --- the page --------------------------------------------------------------------------------------------------------


def page_table() -> str:
    lines = []
    for notation, rows in groupby(notations(), key=lambda row: row["notation"]):
        refused = notation == "not read"
        lines += [f"### {notation[0].upper()}{notation[1:]}", ""]
        lines += ["| written | why not |" if refused else "| written | x | y | CRS |"]
        lines += ["| --- | --- |" if refused else "| --- | --- | --- | --- |"]
        for row in rows:
            written = f"`{row['written']}`".replace("|", "\\|")
            epsg = f"EPSG:{row['epsg']}" if row["epsg"] else ""
            rest = [row["refused"]] if refused else [row["x"], row["y"], epsg]
            lines.append(f"| {' | '.join([written, *rest])} |")
        lines.append("")
    return "\n".join(lines)


def test_the_page_shows_the_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.partition(BEGIN)[2].partition(END)[0] == page_table()


def write_page() -> None:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(before + BEGIN + page_table() + END + rest.partition(END)[2], encoding="utf-8")


def test_corners_in_plus_codes_are_told_to_be_coarse() -> None:
    cell = "8FVC2222+22; 8FVC2222+2G; 8FVC2232+2G"
    typed = pd.DataFrame({"hazard_id": ["KS-7"], "hazard_type": ["SHA"], "Plus codes": [cell]})
    result = read_hazards(typed)
    assert result.data.total_bounds[:2] == pytest.approx((8, 47))
    assert any("squares in 'Plus codes' are given to 10 m only" in note for note in result.notes)
    assert "coarse-corners" in kh.check(result, places=None)["check"].tolist()


# --- lists -----------------------------------------------------------------------------------------------------------


def test_a_list_has_all_its_points_in_their_order() -> None:
    corners = [(21.5, 42.6), (21.6, 42.6), (21.6, 42.7)]
    listed = [row for row in notations() if row["notation"].startswith("lists, ") and row["x"] == "21.5"]
    assert len(listed) > 8
    for row in listed:
        found = [point[:2] for point in read_points(row["written"]).points]
        assert np.allclose(found, corners, rtol=0, atol=1e-9), row["written"]


def test_heights_and_accuracies_of_field_forms_are_left_out_and_that_is_told() -> None:
    cell = "42.6000 21.0000 540.2 4.5;42.6000 21.0100 541.0 5.0;42.6100 21.0100 542.3 4.0"
    register = pd.DataFrame({"hazard_id": ["A"], "hazard_type": ["CHA"], "Turning points": [cell]})
    read = read_hazards(register, crs="EPSG:4326")
    expected = shapely.Polygon([(21, 42.6), (21.01, 42.6), (21.01, 42.61)])
    assert read.data.geometry.iloc[0].equals(expected)
    assert any(
        "heights and accuracies beside the coordinates in 'Turning points' were left out" in n for n in read.notes
    )
    assert any("were read latitude first, as nothing says otherwise" in note for note in read.notes)


def test_both_readings_of_a_list_are_told_with_what_decided() -> None:
    cell = "18.50 -12.10, 18.51 -12.10, 18.51 -12.09"
    register = pd.DataFrame({"hazard_id": ["A"], "hazard_type": ["CHA"], "Turning points": [cell]})
    read = read_hazards(register, crs="EPSG:4326")
    (note,) = (note for note in read.notes if "KML, WKT and GeoJSON" in note)
    assert (
        "lies at latitude -12.1, longitude 18.5; if it lies at latitude 18.5, longitude -12.1, pass swap_xy=True"
        in note
    )


def test_squares_of_100_metres_tell_how_coarse_they_are() -> None:
    cell = "34T EN 123 123; 34T EN 125 123; 34T EN 125 126"
    register = pd.DataFrame({"hazard_id": ["A"], "hazard_type": ["CHA"], "MGRS": [cell]})
    assert any("are given to 100 m only" in note for note in read_hazards(register).notes)


@pytest.mark.parametrize(
    ("cell", "metres"),
    [
        ("34T EN 123 123; 34T EN 125 123; 34T EN 125 126", 100),
        ("34T EN 1231 1231; 34T EN 1251 1231; 34T EN 1252 1261", 10),
        ("34T EN 12310 12310; 34T EN 12511 12310; 34T EN 12520 12610", 0),
        ("42.60 21.50; 42.61 21.51; 42.63 21.50", 1_112),
        ("42.6001 21.5002; 42.6011 21.5103; 42.6302 21.5", 11),
        ("42.60012 21.50023; 42.60111 21.51034; 42.63021 21.5", 0),
        ("42°36'12\"N 21°30'05\"E; 42°36'13\"N 21°30'25\"E; 42°36'42\"N 21°30'05\"E", 31),
        ("N42 36.1 E21 30.2; N42 36.3 E21 30.2; N42 36.3 E21 30.9", 185),
        ("N42 36.123 E21 30.234; N42 36.345 E21 30.234; N42 36.345 E21 30.9", 0),
    ],
)
def test_corners_given_coarsely_are_told_and_found_by_check(cell: str, metres: int) -> None:
    """A degree of a meridian is 111.2 km long; a second 30.9 m, a tenth of a minute 185 m."""
    register = pd.DataFrame({"hazard_id": ["A"], "hazard_type": ["CHA"], "corners": [cell]})
    result = read_hazards(register, columns={"coordinate": "corners"}, crs=None if "EN" in cell else "EPSG:4326")
    found = kh.check(result.data)
    told = [note for note in result.notes if "the true edge may lie that far from the one drawn" in note]
    coarse = found[found["check"] == "coarse-corners"]
    if not metres:
        assert not told
        assert coarse.empty
        assert "corners_given_to_m" not in result.data.columns
        return
    assert f"at worst to {metres:,} m (record 1)" in told[0]
    assert not any("corners_given_to_m" in message for message in result.messages() if "not recognised" in message)
    assert result.data["corners_given_to_m"].tolist() == [metres]
    assert coarse[["severity", "record_id", "value"]].to_numpy().tolist() == [["warning", "A", metres]]


# --- columns ---------------------------------------------------------------------------------------------------------


def columns(first: list[object], second: list[object], side: str | None = None) -> list[tuple[float, float] | str]:
    sides = {"y": pd.Series([side])} if side is not None else {}
    x, y = (pd.Series(cells, dtype=object).infer_objects() for cells in (first, second))
    cells = points_of_columns(x, y, hemispheres=sides)
    return [
        problem if point is None else (point.x, point.y)
        for point, problem in zip(cells.points, cells.problems, strict=True)
    ]


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        ("21.5", "42.6", (21.5, 42.6)),
        ("21,5", "42,6", (21.5, 42.6)),
        ("21°30'E", "42°36'N", (21.5, 42.6)),
        ("21 30 00", "42 36 00", (21.5, 42.6)),
        ("21d 30m 00s", "42d 36m 00s", (21.5, 42.6)),
        ("E21 30.000", "N42 36.000", (21.5, 42.6)),
        ("٢١٫٥", "٤٢٫٦", (21.5, 42.6)),
        ("0213000E", "423600N", (21.5, 42.6)),
        # A spreadsheet takes degrees with colons for a time; over a day it is one all the same.
        (dt.time(21, 30, 0), dt.timedelta(days=1, hours=18, minutes=36), (21.5, 42.6)),
        (dt.datetime(1899, 12, 31, 0, 30), "42.6", "is a time of day, which a spreadsheet made of it: "),
        ("9:30:00 PM", "42.6", "is a time of day, which a spreadsheet made of it: "),
        ("512,345", "4,712,345", (512345, 4712345)),
        ("512.345", "4.712.345", (512345, 4712345)),
        ("512 345", "4 712 345", (512345, 4712345)),
        ("512'345.5", "4'712'345.5", (512345.5, 4712345.5)),
        ("512345,25", "4712345,75", (512345.25, 4712345.75)),
        ("512,345", "4712345", "has 512,345, which may be 512,345 or 512.345"),
        ("5.12E+05", "4712345", "was shortened by a spreadsheet"),
        # Letters count more than headings.
        ("42.6 N", "21.5 E", (21.5, 42.6)),
        ("21.5 N", "42.6 N", "has two coordinates of latitude"),
        ("21°45\"", "42.6", "has the mark of seconds where minutes belong"),
        ("n/a", "42.6", ""),
        ("wet", "42.6", "has 'wet' in it"),
    ],
)  # fmt: skip
def test_two_columns_read_as_one_point(x: object, y: object, expected: tuple[float, float] | str) -> None:
    (found,) = columns([x], [y])
    if isinstance(expected, str):
        assert isinstance(found, str)
        assert found.startswith(expected)
    else:
        assert found == pytest.approx(expected, abs=1e-9)


def test_marks_mean_in_one_row_what_they_surely_mean_in_another() -> None:
    assert columns(["512,345", "98,765"], ["4,712,345", "712,345"])[1] == (98765, 712345)


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        ("S", (18.5, -12.1)), ("south", (18.5, -12.1)), ("N", (18.5, 12.1)), ("", (18.5, 12.1)),
        ("E", "has 'E' for the side of its latitude, not N and S"), ("?", "has '?' for the side of its latitude"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", [float, str])
def test_the_hemisphere_may_stand_in_a_column_of_its_own(
    side: str, expected: tuple[float, float] | str, kind: type
) -> None:
    (found,) = columns([18.5], [kind(12.1)], side)
    assert found == pytest.approx(expected) if isinstance(expected, tuple) else str(found).startswith(expected)
    assert "a sign" in str(columns([18.5], [kind(-12.1)], "S")[0])


def test_hemispheres_beside_the_coordinates_are_found_by_their_headings() -> None:
    corners = [(18.50, 12.10), (18.51, 12.10), (18.51, 12.11)]
    table = pd.DataFrame({"hazard_id": "A", "hazard_type": "CHA", "PointNo": [1, 2, 3]})
    table = table.assign(Longitude=[x for x, _ in corners], Latitude=[y for _, y in corners])
    expected = shapely.Polygon([(x, -y) for x, y in corners])
    beside = table.assign(**{"N/S": "S", "E/W": "E"})
    assert read_hazards(beside, crs="EPSG:4326").data.geometry.iloc[0].equals(expected)
    headed = table.rename(columns={"Latitude": "Latitude (S)"})
    assert read_hazards(headed, crs="EPSG:4326").data.geometry.iloc[0].equals(expected)


def test_an_angle_may_go_round_the_circle() -> None:
    assert angles(pd.Series(["315°30'", "270", "x"])).tolist() == pytest.approx([315.5, 270, float("nan")], nan_ok=True)


# --- hostile cells ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    ["1" * 50_000, "1 " * 25_000, "1," * 25_000, "1.1" * 17_000, "(" * 50_000, "[1" * 25_000, "-" * 50_000,
     "°" * 50_000, "42°" * 16_000, "N" * 50_000, "1 N " * 12_000, " " * 50_000, "1;" * 25_000,
     "9" * 25_000 + "," + "9" * 25_000, "34T " + "1" * 50_000, "1e+9" * 12_000, "٤" * 50_000],
)  # fmt: skip
def test_a_long_cell_takes_time_in_proportion(cell: str) -> None:
    start = time.perf_counter()
    problem = read_points(cell).problem
    assert time.perf_counter() - start < 20  # a tenth of that alone; quadratic time would take many minutes
    assert len(problem) < 200


@given(st.text(alphabet="0123456789.,;:°'\"NSEWnsewdm -+/()[]T\n٤’", max_size=40))
def test_no_text_raises_anything(text: str) -> None:
    found = read_points(text)
    assert bool(found.points) != bool(found.problem)


@given(st.floats(-89.9, 89.9), st.floats(-179.9, 179.9))
def test_a_place_in_decimal_degrees_reads_back_in_any_notation_of_lists(lat: float, lon: float) -> None:
    x, y = f"{lon:.7f}", f"{lat:.7f}"
    expected = pytest.approx((float(x), float(y)))
    for text in (f"{x},{y},5 {x},{y},5 {x},{y},5", f"[[{x}, {y}], [{x}, {y}], [{x}, {y}]]"):
        assert read_points(text).points[0][:2] == expected or abs(float(x)) <= 90 < abs(float(y))


# --- one corner in another CRS ---------------------------------------------------------------------------------------


def sheet_of(corners: list[tuple[float, float, str]]) -> pd.DataFrame:
    rows = [{"hazard_id": "A", "PointNo": i, "x": x, "y": y, "CRS": crs} for i, (x, y, crs) in enumerate(corners, 1)]
    other = [
        {"hazard_id": "B", "PointNo": i, "x": x, "y": y, "CRS": "EPSG:4326"}
        for i, (x, y) in enumerate([(20.8, 42.5), (20.81, 42.5), (20.81, 42.51)], 1)
    ]
    return pd.DataFrame([*rows, *other]).assign(hazard_type="CHA")


@pytest.mark.parametrize(
    ("corner", "reason"),
    [
        # By EPSG, degrees of the old Yugoslav datum lie some 435 m from those of WGS 84 in Kosovo.
        ((20.91, 42.61, "EPSG:3906"), "m apart, and nothing tells which is right"),
        ((20.91, 42.61, "EPSG:32634"), "lies among the other corners of its record only if it is WGS 84 as they are"),
        ((20.91, 42.61, "UTM zone 71"), "names 'UTM zone 71' as its coordinate reference system, which PROJ does not"),
        ((20.91, 42.61, ""), "names no coordinate reference system while others do"),
        ((500_000, 4_800_000, "EPSG:32633"), "km from the other corners of its record"),
    ],
)
def test_one_corner_in_another_crs_costs_its_record_only(corner: tuple[float, float, str], reason: str) -> None:
    first = [(20.9, 42.6, "EPSG:4326"), (20.91, 42.6, "EPSG:4326")]
    read = read_hazards(sheet_of([*first, corner]))
    assert read.data["hazard_id"].tolist() == ["B"]
    assert "row 3 (" in read.rejected["reason"][0]
    assert reason in read.rejected["reason"][0]


def test_a_corner_written_in_a_grid_among_degrees_is_read_where_it_lies() -> None:
    corner = gpd.GeoSeries([shapely.Point(20.91, 42.61)], crs=4326).to_crs(32634).iloc[0]
    first = [(20.9, 42.6, "EPSG:4326"), (20.91, 42.6, "EPSG:4326")]
    read = read_hazards(sheet_of([*first, (corner.x, corner.y, "EPSG:32634")]))
    expected = shapely.Polygon([(20.9, 42.6), (20.91, 42.6), (20.91, 42.61)])
    assert read.data.geometry.iloc[0].hausdorff_distance(expected) < 1e-8
    assert any("1 records have corners in several coordinate reference systems" in note for note in read.notes)


if __name__ == "__main__":
    write_page()
