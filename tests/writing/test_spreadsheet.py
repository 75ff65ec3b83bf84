"""CSV and XLSX: nothing runs, every value can be read back."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from openpyxl import load_workbook

import kosovo_hazards as kh
from kosovo_hazards.writing.gis import write_gis
from kosovo_hazards.writing.layers import NOTICE, WritingWarning
from kosovo_hazards.writing.plain_tables import as_written

DANGEROUS = ["=1+1", "+383 44", "-12", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''x", "Prizren", 'a "b", c;=d']


@pytest.fixture
def register() -> gpd.GeoDataFrame:
    shapes = [shapely.box(21 + n / 10, 42, 21.01 + n / 10, 42.01) for n in range(len(DANGEROUS))]
    return gpd.GeoDataFrame(
        {
            "hazard_id": DANGEROUS,
            "=name": DANGEROUS,
            "balance": [-1.5, *range(1, len(DANGEROUS))],
            "established": pd.to_datetime(["2022-05-01", *[None] * (len(DANGEROUS) - 1)]),
            "synthetic": [True] * len(DANGEROUS),
        },
        geometry=shapes,
        crs="EPSG:4326",
    )


def starts_a_formula(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_no_cell_of_a_csv_runs_and_text_reads_back(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = write_gis(register, tmp_path / "hazards.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *lines = csv.reader(file)
    assert not starts_a_formula(header[1])
    assert not [line for line in lines if starts_a_formula(line[0]) or starts_a_formula(line[1])]
    assert [as_written(line[0]) for line in lines] == DANGEROUS
    assert [as_written(name) for name in header[:2]] == ["hazard_id", "=name"]


def test_negative_numbers_stay_numbers(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    table = pd.read_csv(write_gis(register, tmp_path / "hazards.csv"), encoding="utf-8-sig")
    assert table["balance"].tolist() == register["balance"].tolist()
    assert table["established"].iloc[0] == "2022-05-01"
    shapes = gpd.GeoSeries.from_wkt(table["WKT"])
    assert shapely.equals(shapes.to_numpy(), register.geometry.to_numpy()).all()


def test_the_facts_stand_beside_a_csv(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    write_gis(register, tmp_path / "hazards.csv", crs="EPSG:9141")
    facts = (tmp_path / "hazards.csv.about.txt").read_text(encoding="utf-8").splitlines()
    assert {"crs: EPSG:9141", f"notice: {NOTICE}", "synthetic: true"} <= set(facts)


def test_no_cell_of_a_workbook_runs_and_values_keep_their_types(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    book = load_workbook(write_gis(register, tmp_path / "hazards.xlsx", releases=register))
    assert book.sheetnames == ["hazards", "releases", "about"]
    cells = list(book["hazards"].iter_rows())
    assert not [cell for row in cells for cell in row if cell.data_type == "f" or starts_a_formula(cell.value)]
    rows = [[cell.value for cell in row] for row in cells]
    # XML has no way to hold a carriage return at the start of a cell as it was.
    assert [as_written(row[0]).replace("\n", "\r") for row in rows[1:]] == DANGEROUS
    assert rows[1][2] == -1.5
    assert rows[1][3].date().isoformat() == "2022-05-01"
    assert rows[2][3] is None
    assert rows[1][4] is True
    assert dict(book["about"].values)["notice"] == NOTICE


def test_what_no_cell_holds_is_told(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    circle = shapely.Point(21, 42).buffer(0.01, quad_segs=2000)
    long = register.iloc[:2].set_geometry([register.geometry[0], circle]).assign(remark=["x" * 40_000, None])
    with pytest.warns(WritingWarning) as warned:
        path = write_gis(long, tmp_path / "hazards.xlsx")
    told = str(warned[0].message)
    assert "remark: 1 cells" in told
    assert "(rows 2)" in told
    assert "WKT: 1 cells" in told
    assert "(rows 3)" in told
    sheet = pd.read_excel(path, sheet_name="hazards")
    assert sheet["WKT"].isna().tolist() == [False, True]
    # A CSV has room for both.
    assert pd.read_csv(write_gis(long, tmp_path / "hazards.csv"))["WKT"].notna().all()


def test_releases_without_a_polygon_keep_their_row(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    releases = pd.DataFrame({"release_id": ["R-1", "R-2"], "product": ["cleared", "reduced"], "area_m2": [1.0, None]})
    path = write_gis(register, tmp_path / "hazards.xlsx", releases=releases)  # type: ignore[arg-type]
    sheet = pd.read_excel(path, sheet_name="releases")
    assert sheet["release_id"].tolist() == ["R-1", "R-2"]
    assert sheet["area_m2"].isna().tolist() == [False, True]


def test_more_records_than_a_sheet_has_rows_are_refused(
    register: gpd.GeoDataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kosovo_hazards.writing.spreadsheet._MOST_ROWS", len(register))
    with pytest.raises(kh.HazardDataError, match="hazards has 10 records; a sheet has 10 rows"):
        write_gis(register, tmp_path / "hazards.xlsx")
    assert not list(tmp_path.iterdir())
