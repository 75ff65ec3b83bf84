"""kosovo-hazards prioritise, plan and tolerability: on the demonstration and on a register in words of its own."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.demo import sample_files
from tests.command_line import run

DAY = ("--as-of", "2024-12-31", "--no-sandbox")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    for name in ("register.geojson", "releases.geojson", "register-2023.geojson"):
        (tmp_path / name).write_bytes(sample_files()[name].read_bytes())
    (tmp_path / "schools.csv").write_text("Name;Lat;Lon\nNjë;42,89;20,86\nDy;42,70;21,10\n", encoding="utf-8")
    ends = shapely.get_coordinates(shapely.centroid(kh.demo_data()[0].geometry.to_numpy()[[0, 20]]))
    roads = gpd.GeoDataFrame(geometry=[shapely.LineString(ends)], crs="EPSG:4326")
    pyogrio.write_dataframe(roads.to_crs("EPSG:9141"), tmp_path / "roads.gpkg")
    return tmp_path


@pytest.fixture
def abroad(tmp_path: Path) -> Path:
    """Ukraine's words in columns of a spreadsheet, with polygons as text, no priority and no municipality."""
    rows = [
        (f"ХМ-{i}", kind, f"POLYGON((36.{i} 49, 36.{i}1 49, 36.{i}1 49.01, 36.{i} 49.01, 36.{i} 49))")
        for i, kind in enumerate(["підтверджена", "підозріла", "підозріла"], start=1)
    ]
    table = pd.DataFrame(rows, columns=["Код", "Тип зони", "Контур"])
    table.to_csv(tmp_path / "ділянки.csv", index=False, encoding="utf-8")
    return tmp_path


ABROAD = ("ділянки.csv", "--column", "hazard_id=Код", "--column", "hazard_type=Тип зони", "--column", "wkt=Контур",
          "--value", "підтверджена=CHA", "--value", "підозріла=SHA", "--crs", "EPSG:4326", "--no-sandbox")  # fmt: skip


def test_the_order_on_the_command_line_is_that_of_the_library(office: Path) -> None:
    # The roads name a CRS of their own, which holds.
    done = run(
        "prioritise", "register.geojson", "--near", "development=roads.gpkg", "--near", "development=schools.csv",
        "--near-crs", "EPSG:4326", "--weight", "climate=2", "--weight", "risk=1", "--out", "first.csv", *DAY,
        cwd=office,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    roads = pyogrio.read_dataframe(office / "roads.gpkg")
    points = [shapely.Point(20.86, 42.89), shapely.Point(21.10, 42.70)]
    layers = {"roads": roads, "schools": gpd.GeoDataFrame(geometry=points, crs="EPSG:4326")}
    expected = kh.prioritise(
        kh.read_hazards(office / "register.geojson"),
        criteria=kh.strategy_criteria(development=layers),
        weights={"environment and climate": 2, "risk reduction": 1},
    )
    table = pd.read_csv(office / "first.csv", encoding="utf-8-sig")
    assert table["hazard_id"].tolist() == expected.table["hazard_id"].tolist()
    assert table["score"].tolist() == pytest.approx(expected.table["score"].tolist())
    assert table["by development"].max() > 0.1
    assert "poverty: unknown of every area" in done.stdout
    assert "synthetic demonstration data" in done.stdout
    assert str(expected) in done.stdout


def test_lists_of_places_are_layers_too_and_one_that_can_not_be_read_is_told(office: Path) -> None:
    command = ("prioritise", "register.geojson", "--near", "schools=schools.csv", *DAY)
    assert "--near-crs EPSG:4326" in run(*command, cwd=office).stderr
    done = run(*command, "--near-crs", "EPSG:4326", "--within", 20_000, "--criterion", "size", cwd=office)
    assert done.returncode == 0, done.stderr
    assert "areas by size 50%, schools 50%" in done.stdout


def test_what_is_left_of_a_register_is_ranked(office: Path) -> None:
    done = run(
        "prioritise", "register-2023.geojson", "--releases", "releases.geojson", *DAY, "--out", "left.csv", cwd=office
    )
    assert done.returncode == 0, done.stderr
    before, releases = kh.demo_data("2023-12-31")[0], kh.demo_data()[1]
    left = kh.apply_releases(before, releases, as_of="2024-12-31").remaining
    standing = left[~left["status"].isin(["closed", "handed over"])]
    assert set(pd.read_csv(office / "left.csv", encoding="utf-8-sig")["hazard_id"]) == set(standing["hazard_id"])


@pytest.mark.parametrize("name", ["plan.html", "plan.xlsx", "plan.csv", "plan.gpkg"])
def test_a_plan_is_written_in_each_format_and_a_broken_rule_fails_a_script(name: str, office: Path) -> None:
    command = ("plan", "register.geojson", "--capacity", "21x168", "--start", 2025, "--cost", 2.5, *DAY, "--out", name)
    done = run(*command, cwd=office)
    assert done.returncode == 1, done.stderr
    assert "No area of high or medium priority left at the end of 2030: not met, 5 are left" in done.stdout
    assert "Within budget in every year" in done.stdout
    assert (office / name).stat().st_size > 2_000
    assert "is there already" in run(*command, cwd=office).stderr
    kept = run(
        "plan", "register.geojson", "--capacity", "21x168", "--capacity", "20×240", "--season", "3-11", "--start", 2025,
        *DAY, cwd=office,
    )  # fmt: skip
    assert kept.returncode == 0, kept.stderr
    assert "2030: met" in kept.stdout


def test_a_register_in_other_words_without_priorities(abroad: Path) -> None:
    done = run("prioritise", *ABROAD, "--out", "first.html", "--language", "sr", cwd=abroad)
    assert done.returncode == 0, done.stderr
    assert "contamination, recorded priority: unknown of every area" in done.stdout
    assert "ХМ-1" in (abroad / "first.html").read_text(encoding="utf-8")
    done = run(
        "plan", *ABROAD, "--capacity", "1x10", "--start", 2025, "--deadline", 2026, "--out", "p.html", cwd=abroad
    )
    assert done.returncode == 0, done.stderr
    assert "2026: unknown" in done.stdout
    done = run("tolerability", *ABROAD, "--as-of", "2035-12-31", cwd=abroad)
    assert done.returncode == 0, done.stderr
    assert "met: 0, not met: 0, unknown: 1" in done.stdout


def test_tolerability_reads_accidents_and_says_met_only_where_all_is_known(office: Path) -> None:
    hazards = kh.demo_data()[0]
    kh.write_geojson(hazards.assign(priority="low"), office / "low.geojson")
    (office / "harm.csv").write_text("Accident ID,Date,Lat,Lon\nA1,2032-05-01,42.66,21.16\n", encoding="utf-8")
    command = ("tolerability", "low.geojson", "--accidents", "harm.csv", "--as-of", "2035-12-31", "--no-sandbox")
    unnamed = run(*command, cwd=office)
    assert unnamed.returncode == 2
    assert "--accidents-crs EPSG:4326" in unnamed.stderr
    done = run(*command, "--accidents-crs", "EPSG:4326", "--out", "t.csv", cwd=office)
    assert done.returncode == 1, done.stderr
    table = pd.read_csv(office / "t.csv", encoding="utf-8-sig").set_index("municipality")
    assert table.index[table["tolerable"] == "not met"].tolist() == ["Prishtinë"]
    assert (table["tolerable"] == "met").sum() == 38
    assert "not free of hazards" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("prioritise", "register.geojson", "--weight", "wind=2"), "the criteria are type, contamination"),
        (("prioritise", "register.geojson", "--weight", "type=much"), "--weight type=2"),
        (("prioritise", "register.geojson", "--criterion", "wind"), "choose of type, contamination"),
        (("prioritise", "register.geojson", "--near", "schools"), "--near schools=schools.geojson"),
        (("prioritise", "register.geojson", "--near", "a=roads.gpkg", "--near", "a=roads.gpkg"), "is given twice"),
        (("prioritise", "register.geojson", "--within", "0"), "metres above 0"),
        (("prioritise", "register.geojson", "--out", "first.pdf"), ".html"),
        (("plan", "register.geojson", "--capacity", "many"), "--capacity 21x168"),
        (("plan", "register.geojson", "--capacity", "1x9", "--season", "11-4"), "--season 4-11"),
        (("plan", "register.geojson", "--capacity", "1x9", "--start", "2040"), "--deadline"),
        (("plan", "register.geojson", "--capacity", "1x9", "--share-worked", "2"), "is no share"),
        (("tolerability", "register.geojson", "--as-of", "soon"), "--as-of soon is no day"),
        (("tolerability", "register.geojson", "--as-of", "2030-12-31", "--out", "t.html"), ".xlsx"),
    ],
)
def test_wrong_use_says_what_to_type_and_leaves_nothing(arguments: tuple[str, ...], said: str, office: Path) -> None:
    before = sorted(office.iterdir())
    done = run(*arguments, "--no-sandbox", cwd=office)
    assert done.returncode == 2, done.stdout
    assert said in done.stderr
    assert sorted(office.iterdir()) == before


def test_rejected_records_fail_a_script_and_are_listed_beside_the_file(office: Path) -> None:
    (office / "messy.geojson").write_bytes(sample_files()["register-messy.geojson"].read_bytes())
    done = run("prioritise", "messy.geojson", "--out", "first.html", *DAY, cwd=office)
    assert done.returncode == 1
    assert "rejected records are hazards too" in done.stdout
    assert (office / "first.rejected-hazards.csv").is_file()
