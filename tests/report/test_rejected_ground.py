"""Rejected records in files and reports: each with coordinates is in every one, and all are counted."""

from __future__ import annotations

import html
import re
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
from typer.testing import CliRunner

import kosovo_hazards as kh
from kosovo_hazards.cli import app
from kosovo_hazards.reading import rejected_positions
from kosovo_hazards.writing import WritingWarning


@pytest.fixture(scope="module")
def read(damaged_register: Path) -> kh.ReadResult:
    return kh.read_hazards(damaged_register)


@pytest.fixture(scope="module", params=["full", "public"])
def report(request: pytest.FixtureRequest, read: kh.ReadResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rejected") / request.param
    return kh.write_report(read, None, folder, as_of="2024-12-31", detail=request.param).path


def test_the_geopackage_has_each_rejected_record_with_its_reason(read: kh.ReadResult, tmp_path: Path) -> None:
    path = kh.write_gis(read, tmp_path / "register.gpkg", crs="EPSG:9141")
    layer = gpd.read_file(path, layer="rejected")
    assert layer["row"].tolist() == list(range(61, 101))
    assert layer["reason"].tolist() == read.rejected["reason"].tolist()
    drawn = rejected_positions(read).to_crs("EPSG:9141").geometry
    assert layer.geometry[:32].geom_equals_exact(drawn[:32], 0.001).all()
    assert layer.geometry[32:].isna().all()
    assert len(gpd.read_file(path, layer="hazards")) == 60


def test_sheets_and_kml_have_them_too_and_a_format_of_one_table_warns(read: kh.ReadResult, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(kh.write_gis(read, tmp_path / "register.xlsx"))["rejected"]
    assert sum(1 for _ in sheet.iter_rows()) == 41
    kml = kh.write_gis(read, tmp_path / "register.kml").read_text(encoding="utf-8")
    assert all(f"<value>{row}</value>" in kml for row in range(61, 101))
    for name in ("register.geojson", "register.csv", "register.fgb"):
        with pytest.warns(WritingWarning, match="40 rejected records are not in it"):
            kh.write_gis(read, tmp_path / name)


@pytest.mark.parametrize("name", ["cells.gpkg", "cells.geojson"])
def test_at_the_public_level_the_cells_of_rejected_records_count_as_touched(
    read: kh.ReadResult, tmp_path: Path, name: str
) -> None:
    path = kh.write_gis(read, tmp_path / name, detail="public")
    cells = gpd.read_file(path, layer="hazards" if name.endswith("gpkg") else None).geometry.dropna().union_all()
    positions = rejected_positions(read).geometry.dropna()
    assert positions.covered_by(cells).all()
    plain = kh.write_gis(read.data, tmp_path / f"plain-{name}", detail="public")
    hazards = gpd.read_file(plain, layer="hazards" if name.endswith("gpkg") else None).geometry.dropna().union_all()
    assert not positions.intersects(hazards).any()
    assert "rejected" not in pyogrio.list_layers(path)[:, 0]


def test_the_first_page_says_how_many_were_rejected_and_why(report: Path) -> None:
    page = (report / "report.html").read_text(encoding="utf-8")
    first = page[: page.index('<section id="map">')]
    assert "40 records rejected" in first
    assert re.search(r"32 drawn in place" if report.name == "full" else r"the cells of 32 are shown", first)
    assert "8 with no usable position" in first
    counts = [int(count) for count in re.findall(r"<li>(\d+) × ", first)]
    assert sum(counts) == 40
    assert "12 × encloses no ground" in first
    assert "KS-061" not in first


def test_maps_files_and_lists_of_a_report_hold_each_record_with_coordinates(report: Path, read: kh.ReadResult) -> None:
    positions = rejected_positions(read).geometry.dropna()
    if report.name == "public":
        cells = gpd.read_file(report / "hazards.gpkg", layer="hazards").geometry.dropna().union_all()
        assert positions.covered_by(cells).all()
        assert not list(report.glob("tables/rejected*"))
        return
    assert gpd.read_file(report / "hazards.gpkg", layer="rejected").geometry.notna().sum() == 32
    listed = pd.read_csv(report / "tables" / "rejected_hazards.csv")
    assert listed["row"].tolist() == list(range(61, 101))
    assert (report / "map.html").read_text(encoding="utf-8").count('"reason":') == 40
    about = openpyxl.load_workbook(report / "tables.xlsx").worksheets[0]
    assert any("40 records rejected" in str(cell) for row in about.iter_rows(values_only=True) for cell in row)


def test_pages_tell_why_in_their_language_and_tables_for_scripts_in_english(
    damaged_register: Path, read: kh.ReadResult, tmp_path: Path
) -> None:
    report = kh.write_report(read, None, tmp_path / "izvestaj", as_of="2024-12-31", language="sr").path
    for page in ("report.html", "map.html"):
        text = html.unescape((report / page).read_text(encoding="utf-8"))
        assert "ne zatvara nikakvo zemljište" in text
        assert not re.search("encloses no ground|is a point, not|is not one of|give each its own", text)
    listed = pd.read_csv(report / "tables" / "rejected_hazards.csv")
    assert listed["reason"].str.startswith("encloses no ground").sum() == 12
    done = CliRunner().invoke(app, ["check", str(damaged_register), "--language", "sq"], env={"COLUMNS": "400"})
    assert "nuk mbyll asnjë tokë – vizatojeni rishtas" in done.output
    assert not re.search("encloses no ground|is a point, not", done.output)


def test_the_paper_map_has_a_sign_for_each(read: kh.ReadResult) -> None:
    from kosovo_hazards.charts import paper_map
    from kosovo_hazards.language import catalogue

    t = catalogue("en", report=True)
    rejected = rejected_positions(read)
    figure = paper_map(read.data, None, t, public=False, synthetic=False, rejected=rejected)
    offsets = [len(c.get_offsets()) for c in figure.axes[0].collections if c.get_zorder() == 7]
    assert offsets == [32, 32]
    labels = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert "Position known, extent unknown" in labels


def test_commands_hand_the_rejected_records_on(damaged_register: Path, tmp_path: Path) -> None:
    page, package = tmp_path / "map.html", tmp_path / "register.gpkg"
    done = CliRunner().invoke(app, ["map", str(damaged_register), "--out", str(page)])
    assert done.exit_code == 1, done.output
    assert page.read_text(encoding="utf-8").count('"reason":') == 40
    done = CliRunner().invoke(app, ["convert", str(damaged_register), str(package)])
    assert done.exit_code == 1, done.output
    assert len(gpd.read_file(package, layer="rejected")) == 40
