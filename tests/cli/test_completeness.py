"""`kosovo-hazards check --completeness` and `kosovo-hazards completion`, run as a user runs them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh
from tests.command_line import run


@pytest.fixture
def register(tmp_path: Path) -> Path:
    table = gpd.GeoDataFrame(
        {
            "id": ["A", "B"], "type": ["CHA", "SHA"], "status": ["open", ""], "Communa": ["x", "y"],
            "contamination": ["UXO", "UXO"], "municipality": ["Pejë", "Gjakovë"], "Femmes": ["3", "viele"],
        },
        geometry=[shapely.box(21 + x, 42.6, 21.01 + x, 42.61) for x in (0, 0.1)],
        crs="EPSG:4326",
    )  # fmt: skip
    table.to_file(tmp_path / "register.geojson")
    return tmp_path / "register.geojson"


def test_check_sums_the_minimum_data_up_and_prints_them_when_asked(register: Path) -> None:
    # Of the seven data of an area two are in both, the status in one; four are in none.
    plain = run("check", register.name, cwd=register.parent)
    assert "Minimum data: 3 of 7 are there in every record, 1 in some and 3 in no record." in plain.stdout
    assert "set out the area" not in plain.stdout
    asked = run("check", register.name, "--completeness", "--by", "municipality", cwd=register.parent)
    assert "set out the area" in asked.stdout
    assert "Gjakovë" in asked.stdout
    assert "'viele' is not a number" in asked.stderr


def test_the_table_is_written_beside_the_findings_and_replaces_nothing(register: Path) -> None:
    folder = register.parent
    run("check", register.name, "--completeness", "--out", "found.csv", cwd=folder)
    table = pd.read_csv(folder / "found.completeness.csv")
    assert table.set_index("field").loc["status", ["records", "filled"]].tolist() == [2, 1]
    again = run("check", register.name, "--completeness", "--out", "found.csv", cwd=folder)
    assert again.returncode == 2
    assert "--overwrite" in again.stderr


def test_a_column_that_is_not_there_ends_with_2_and_leaves_nothing(register: Path) -> None:
    done = run("check", register.name, "--completeness", "--by", "oblast", "--out", "f.csv", cwd=register.parent)
    assert done.returncode == 2
    assert "oblast" in done.stderr
    assert not list(register.parent.glob("f.*"))


def test_made_up_records_say_so(tmp_path: Path) -> None:
    kh.write_gis(kh.demo_data()[0], tmp_path / "demo.gpkg")
    done = run("check", "demo.gpkg", "--completeness", cwd=tmp_path)
    assert "synthetic demonstration data" in done.stdout.split("Minimum data of mine action")[1].splitlines()[0]


# --- completion ------------------------------------------------------------------------------------------------------


@pytest.fixture
def work(register: Path) -> Path:
    table = gpd.GeoDataFrame(
        {"id": ["R", "S"], "product": "cleared", "Clearance depth (m)": [0.6, 0.6]},
        geometry=[shapely.box(21, 42.6, 21.01, 42.61), shapely.box(21.1, 42.6, 21.105, 42.61)],
        crs="EPSG:4326",
    )
    table.to_file(register.parent / "work.geojson")
    return register.parent / "work.geojson"


def test_completion_writes_a_page_for_the_finished_area_only(register: Path, work: Path) -> None:
    done = run("completion", register.name, "--releases", work.name, "--handed-over", "A=2024-11-30", cwd=work.parent)
    assert done.returncode == 0, done.stderr
    assert "1 of 2 areas finished" in done.stdout
    names = {path.name for path in (work.parent / "completion").iterdir()}
    assert names == {"A.html", "index.html", "about.json", "completion.csv", "register.gpkg"}
    areas = pd.read_csv(work.parent / "completion" / "completion.csv").set_index("hazard_id")
    assert areas["new_status"].tolist() == ["handed over", "worked on"]
    assert areas.loc["A", ["shallowest_cm", "depth", "women"]].tolist() == [60.0, "met", 3]


def test_an_area_handed_over_with_ground_left_ends_with_1(register: Path, work: Path) -> None:
    done = run("completion", register.name, "--releases", work.name, "--handed-over", "B=2024-11-30", cwd=work.parent)
    assert done.returncode == 1
    assert "B was handed over, but ground of it remains hazardous" in done.stderr


@pytest.mark.parametrize("wrong", [["--handed-over", "A"], ["--handed-over", "C=2024-01-01"], ["--only", "C"]])
def test_wrong_use_of_completion_ends_with_2_and_leaves_nothing(register: Path, work: Path, wrong: list[str]) -> None:
    done = run("completion", register.name, "--releases", work.name, *wrong, cwd=work.parent)
    assert done.returncode == 2
    assert not (work.parent / "completion").exists()
