"""IMSMA's Excel sheet: what is written reads back as the same ground, and holes never make it smaller."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely

import kosovo_hazards as kh


def test_a_register_reads_back_from_the_sheet(tmp_path: Path) -> None:
    hazards, _ = kh.demo_data()
    with pytest.warns(kh.WritingWarning, match="filled"):
        path = kh.write_imsma_sheet(hazards.to_crs("EPSG:9141"), tmp_path / "polygons.xlsx")
    kinds = dict(zip(hazards["hazard_id"], hazards["hazard_type"], strict=True))
    read = kh.read_hazards(path, crs="EPSG:4326", defaults={"hazard_type": "SHA"})
    assert len(read.rejected) == 0
    assert set(read.data["hazard_id"]) == set(kinds)
    got = read.data.set_index("hazard_id").geometry.loc[hazards["hazard_id"]].array
    lost = kh.area_m2(gpd.GeoSeries(shapely.difference(hazards.geometry.array, got), crs=4326))
    assert lost.max() < 1
    whole = [shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(shape)])
             for shape in hazards.geometry]  # fmt: skip
    more = kh.area_m2(gpd.GeoSeries(shapely.symmetric_difference(whole, got), crs=4326))
    assert more.max() < 1


def test_the_sheet_has_one_row_a_point_with_the_start_point_first(tmp_path: Path) -> None:
    two = shapely.MultiPolygon([shapely.box(20, 42, 20.1, 42.1), shapely.box(20.2, 42, 20.3, 42.1)])
    hazards = gpd.GeoDataFrame({"hazard_id": ["=1+1"], "hazard_type": ["CHA"]}, geometry=[two], crs=4326)
    rows = list(openpyxl.load_workbook(kh.write_imsma_sheet(hazards, tmp_path / "p.xlsx")).active.values)
    assert rows[0] == ("PolyID", "PointNo", "PointID", "Longitude", "Latitude", "Local ID")
    assert [row[:3] for row in rows[1:6]] == [
        ("=1+1/1", 1, "SP"), ("=1+1/1", 2, "TP2"), ("=1+1/1", 3, "TP3"), ("=1+1/1", 4, "TP4"), ("=1+1/2", 1, "SP"),
    ]  # fmt: skip
    cells = openpyxl.load_workbook(tmp_path / "p.xlsx").active
    assert {cell.data_type for cell in cells["A"]} == {"s"}


def test_other_endings_and_files_that_are_there_are_refused(tmp_path: Path) -> None:
    hazards = kh.demo_data()[0].head(2)
    undrawn = hazards.assign(geometry=[hazards.geometry.iloc[0], None])
    with pytest.raises(kh.UsageError, match=hazards["hazard_id"].iloc[1]):
        kh.write_imsma_sheet(undrawn, tmp_path / "polygons.xlsx")
    with pytest.raises(kh.UsageError, match="xlsx"):
        kh.write_imsma_sheet(hazards, tmp_path / "polygons.csv")
    path = kh.write_imsma_sheet(hazards, tmp_path / "polygons.xlsx")
    with pytest.raises(kh.NotWrittenError):
        kh.write_imsma_sheet(hazards, path)
