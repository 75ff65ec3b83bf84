"""A report about another country: its own words for its levels, and nothing of Kosovo."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh

# Its places, its grid, its plan's last year, and what its regions are called in the other languages.
KOSOVO = re.compile(r"Kosov|KMAC|\b2030\b|EPSG:9141|Prizren|Mitrovic|\bVeri\b|\bSever\b")
pytestmark = pytest.mark.filterwarnings("ignore:taken as names of the units:kosovo_hazards.PlacesWarning")


@pytest.fixture(scope="module")
def cantons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Units of two levels as the statistical office of a federation names their columns; one entity is called North."""
    west, south = np.meshgrid(17.0 + np.arange(3) * 0.3, 44.0 + np.arange(2) * 0.3)
    shapes = shapely.box(west.ravel(), south.ravel(), west.ravel() + 0.3, south.ravel() + 0.3)
    frame = {"Canton": [f"Canton {number}" for number in range(1, 7)], "Entity": ["South"] * 3 + ["North"] * 3}
    path = tmp_path_factory.mktemp("boundaries") / "cantons.gpkg"
    gpd.GeoDataFrame(frame, geometry=shapes, crs=4326).to_file(path)
    return path


@pytest.fixture(scope="module")
def tables() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    rng = np.random.default_rng(7)
    west, south = rng.uniform(17.02, 17.85, 30), rng.uniform(44.02, 44.55, 30)
    areas = {"hazard_id": [f"BA-{n}" for n in range(30)], "hazard_type": ["SHA", "CHA"] * 15}
    hazards = gpd.GeoDataFrame(areas, geometry=shapely.box(west, south, west + 0.004, south + 0.004), crs=4326)
    done = hazards.iloc[:12]
    west, south, _, north = shapely.bounds(done.geometry.to_numpy()).T
    strips = shapely.box(west, south, west + 0.002, north)
    work = {
        "release_id": [f"R-{n}" for n in range(12)], "hazard_id": list(done["hazard_id"]), "product": "cleared",
        "completed": [f"{2019 + n % 6}-06-30" for n in range(12)],
    }  # fmt: skip
    return hazards, gpd.GeoDataFrame(work, geometry=strips, crs=4326)


@pytest.mark.parametrize("language", ["sq", "sr"])
def test_the_words_of_the_boundary_file_stand_in_every_table_and_nothing_of_kosovo(
    cantons: Path, tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame], tmp_path: Path, language: str
) -> None:
    folder = tmp_path / "report"
    kh.write_report(*tables, folder, places=cantons, as_of="2024-12-31", language=language)
    page = (folder / "report.html").read_text(encoding="utf-8")
    text = re.sub(
        r"<[^>]+>", " ", re.sub(r"(?s)<(style|script|iframe).*?(</\1>|/>)| (srcdoc|src)=\"[^\"]*\"", " ", page)
    )
    assert "Canton" in text
    assert "Entity" in text
    assert KOSOVO.findall(text) == []
    assert KOSOVO.findall((folder / "map.html").read_text(encoding="utf-8")) == []
    # Ten years from 2025, the year after that of the last results.
    assert "2034" in text
    book = openpyxl.load_workbook(folder / "tables.xlsx")
    sheet = next(name for name in book.sheetnames if "Canton" in name)
    assert "Canton" in [cell.value for cell in next(book[sheet].iter_rows())]
    names = pd.read_csv(folder / "tables" / "hazards_by_municipality.csv", encoding="utf-8-sig")["municipality"]
    assert names.str.startswith("Canton").sum() == names.nunique() - 1


def test_a_deadline_that_is_given_is_the_deadline(
    cantons: Path, tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame], tmp_path: Path
) -> None:
    kh.write_report(*tables, tmp_path / "report", places=cantons, as_of="2024-12-31", deadline=2027)
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "2027" in page
    assert "No deadline was given" not in page
