"""Carriage returns and NUL bytes in ids: every table of text that we write is read back whole and runs nothing."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
import pytest
import shapely

import kosovo_hazards as kh

IDS = ["K\r=1+1", "\r=cmd|' /C calc'!A0", "K\x00=2+2", "\x00=1+1", "K\n@SUM(A1)", "plain"]
STARTS = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture
def register() -> gpd.GeoDataFrame:
    shapes = [shapely.box(21 + i / 50, 42.6, 21.01 + i / 50, 42.61) for i in range(len(IDS))]
    drawn = gpd.GeoDataFrame({"hazard_id": IDS, "hazard_type": "CHA", "name": IDS}, geometry=shapes, crs=4326)
    return kh.read_hazards(drawn).data


def test_a_csv_file_has_neither_nul_bytes_nor_cells_that_run(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    kh.write_gis(register, tmp_path / "a.csv")
    assert b"\x00" not in (tmp_path / "a.csv").read_bytes()
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == len(IDS) + 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not [cell for row in rows for cell in row if cell.startswith(STARTS)]
    # Only in quotes does a bare carriage return end no row.
    assert '"K\r=1+1"' in (tmp_path / "a.csv").read_bytes().decode("utf-8-sig")
    assert len(kh.read_hazards(tmp_path / "a.csv", crs="EPSG:4326").data) == len(register)


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "fgb", "parquet", "shp", "zip", "kml", "kmz", "xlsx", "csv"])
@pytest.mark.filterwarnings("ignore::kosovo_hazards.writing.layers.WritingWarning")
def test_every_format_is_read_back_whole_here_and_by_gdal(
    ending: str, register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = tmp_path / f"a.{ending}"
    kh.write_gis(register, path)
    again = kh.read_hazards(path, crs="EPSG:4326" if ending in ("csv", "xlsx") else None)
    assert (len(again.data), len(again.rejected)) == (len(IDS), 0)
    # What a control sign made of an id differs between formats, but it is the id of one record.
    assert again.data["hazard_id"].is_unique
    assert "plain" in set(again.data["hazard_id"])
    if ending not in ("csv", "xlsx", "parquet", "kmz"):
        place = f"/vsizip/{path}" if ending == "zip" else path
        assert len(pyogrio.read_dataframe(place, layer=0)) == len(IDS)


def test_a_workbook_opens_and_has_no_formula(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    kh.write_gis(register, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) >= 2 * len(IDS)
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert not [cell.value for cell in cells if isinstance(cell.value, str) and "\x00" in cell.value]
    assert len(kh.read_hazards(tmp_path / "a.xlsx", crs="EPSG:4326").data) == len(register)
