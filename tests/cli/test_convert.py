"""`convert`: any readable file to any writable one, on and on, without losing ground or words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import kosovo_hazards as kh
from kosovo_hazards.cli import app

# In turn, so that each format is read once and written once.
CHAIN = ["gpkg", "shp", "kml", "fgb", "csv", "parquet", "xlsx", "kmz", "shp.zip", "geojson"]
WORDS = ["hazard_type", "status", "contamination", "municipality", "name", "established", "reported_area_m2"]


def convert(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["convert", *map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.filterwarnings("ignore::kosovo_hazards.WritingWarning")
def test_a_register_goes_through_every_format_and_comes_back_the_same(tmp_path: Path) -> None:
    hazards, _ = kh.demo_data()
    hazards["name"] = [f'Đakovica / Пећ "{number}" O\'Neill' for number in range(len(hazards))]
    path = kh.write_geojson(hazards, tmp_path / "start.geojson")
    for ending in CHAIN:
        target = tmp_path / f"register.{ending}"
        named = ["--crs", "EPSG:4326"] if path.suffix in (".csv", ".xlsx") else []
        convert(path, target, *named)
        path = target
    ours = hazards.set_index("hazard_id").sort_index()
    theirs = kh.read_hazards(path).data.set_index("hazard_id").sort_index()
    for column in WORDS:
        pd.testing.assert_series_equal(theirs[column], ours[column])
    assert (theirs["area_m2"] - ours["area_m2"]).abs().max() < 1
    assert theirs["synthetic"].all()


@pytest.mark.filterwarnings("ignore::kosovo_hazards.WritingWarning")
def test_releases_without_polygons_are_converted_too(tmp_path: Path) -> None:
    told = pd.DataFrame({"release_id": ["R-1", "R-2"], "method": ["BAC", "NTS"], "area_ha": [1.5, 2]})
    told.to_csv(tmp_path / "figures.csv", index=False)
    convert(tmp_path / "figures.csv", tmp_path / "figures.gpkg", "--releases")
    back = kh.read_releases(tmp_path / "figures.gpkg").data
    assert back["reported_area_m2"].tolist() == [15_000, 20_000]
    assert back["product"].tolist() == ["cleared", "cancelled"]


def test_a_national_grid_is_written_and_read_again(tmp_path: Path) -> None:
    hazards, _ = kh.demo_data()
    kh.write_geojson(hazards, tmp_path / "start.geojson")
    convert(tmp_path / "start.geojson", tmp_path / "grid.gpkg", "--to-crs", "EPSG:9141")
    convert(tmp_path / "grid.gpkg", tmp_path / "back.geojson")
    apart = kh.read_hazards(tmp_path / "back.geojson").data.set_index("hazard_id").to_crs(9141)
    ours = hazards.set_index("hazard_id").to_crs(9141).loc[apart.index]
    assert apart.hausdorff_distance(ours).max() < 0.02


def test_what_is_rejected_is_listed_and_ends_with_code_1(tmp_path: Path) -> None:
    (tmp_path / "register.csv").write_text(
        'id,type,wkt\nKS-1,CHA,"POLYGON ((21 42.6, 21.01 42.6, 21.01 42.61, 21 42.6))"\nKS-2,CHA,\n', encoding="utf-8"
    )
    told = convert(tmp_path / "register.csv", tmp_path / "register.gpkg", "--crs", "EPSG:4326", code=1)
    assert "hazard_id from 'id'" in told
    listed = pd.read_csv(tmp_path / "register.rejected-hazards.csv", encoding="utf-8-sig")
    assert listed["row"].tolist() == [2]
    assert listed["reason"].str.contains("has no polygon").all()
