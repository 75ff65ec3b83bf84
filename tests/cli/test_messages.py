"""The command line tells a planner what became of a file that is not as the library expects it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards._wording import argument, speaking_to
from kosovo_hazards.cli.options import CommandLine
from tests.command_line import run

SHELL = CommandLine(frozenset({"crs", "column", "value", "swap_xy", "layer", "overwrite", "releases_crs", "to_crs"}))


@pytest.mark.parametrize(
    ("name", "value", "keyword", "option"),
    [
        ("overwrite", (True,), "overwrite=True", "--overwrite"),
        ("swap_xy", (False,), "swap_xy=False", "--no-swap-xy"),
        ("columns", ({"longitude": "X"},), 'columns={"longitude": "X"}', "--column longitude=X"),
        ("values", ({"C.H.A?": "CHA"},), 'values={"C.H.A?": "CHA"}', '--value "C.H.A?=CHA"'),
        ("values", ({"hazard_type": {"1": "CHA"}},), 'values={"hazard_type": {"1": "CHA"}}', "--value 1=CHA"),
        ("columns", ({"district": ...},), 'columns={"district": …}', "--column district=…"),
        ("layer", (), "layer=", "--layer"),
        ("grid_crs", ("EPSG:9141",), 'grid_crs="EPSG:9141"', 'grid_crs="EPSG:9141" in Python'),
    ],
)
def test_an_argument_is_named_as_each_surface_has_it(
    name: str, value: tuple[object, ...], keyword: str, option: str
) -> None:
    assert argument(name, *value) == keyword
    with speaking_to(SHELL):
        assert argument(name, *value) == option
    assert argument(name, *value) == keyword


def test_each_file_of_a_command_has_its_own_options() -> None:
    assert SHELL.on("releases").argument("crs", ("EPSG:9141",)) == "--releases-crs EPSG:9141"
    assert SHELL.on("to").argument("crs", ()) == "--to-crs"
    # The option of another file would not help.
    assert SHELL.on("releases").argument("swap_xy", (True,)) == "swap_xy=True in Python"
    assert SHELL.on("releases").argument("overwrite", (True,)) == "--overwrite"


def test_no_message_spells_an_argument_by_hand() -> None:
    """What is written out would be wrong on one surface; advice in code alone stands in `only_in_python`."""
    spelt = re.compile(
        r"\b(crs|layer|columns|values|defaults|swap_xy|day_first|encoding|join_parts|close_lines|overwrite)=(?!utf)"
    )
    found = []
    # The command line names its own options.
    paths = [path for path in Path(kh.__file__).parent.rglob("*.py") if path.parent.name != "cli"]
    for path in paths:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
        docs = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
        texts = [
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        found += [f"{path.name}: {text}" for text in texts if text not in docs and spelt.search(text)]
    assert [text for text in found if "GeoDataFrame(" not in text and "<" not in text] == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shapefile in the national grid with cut names and no .prj, as offices have them."""
    fields = [shapely.box(7_500_000 + n * 1000, 4_700_000, 7_500_100 + n * 1000, 4_700_200) for n in range(40)]
    table = gpd.GeoDataFrame(
        {"Lloji_i_zo": ["C.H.A?"] * 30 + ["SHA"] * 10, "Shenim_i_r": [f"shënim {n}" for n in range(40)]},
        geometry=fields,
        crs="EPSG:9141",
    )
    table.to_file(tmp_path / "zonat.shp", encoding="utf-8")
    (tmp_path / "zonat.prj").unlink()
    return tmp_path


def test_a_shapefile_without_prj_is_taken_with_two_options_that_the_messages_name(folder: Path) -> None:
    first = run("map", "zonat.shp", cwd=folder)
    assert first.returncode == 2
    assert "--crs EPSG:9141" in first.stderr
    second = run("map", "zonat.shp", "--crs", "EPSG:9141", cwd=folder)
    assert second.returncode == 1
    # One line for the thirty, not thirty.
    assert second.stdout.count("C.H.A?") == 1
    assert "map it with --value" in second.stdout
    assert "10 of 40 hazards accepted; NOT accepted: 30" in second.stderr
    assert "not recognised: 'Shenim_i_r'" in second.stderr
    third = run("map", "zonat.shp", "--crs", "EPSG:9141", "--value", "C.H.A?=CHA", "--overwrite", cwd=folder)
    assert third.returncode == 0


def test_a_file_of_which_nothing_can_be_taken_gives_no_empty_map(tmp_path: Path) -> None:
    fields = gpd.GeoDataFrame(
        {"typeArea": ["x"] * 3}, geometry=[shapely.box(18, 44, 18.01, 44.01)] * 3, crs="EPSG:4326"
    )
    fields.to_file(tmp_path / "cleared.geojson")
    for command in (("map", "cleared.geojson"), ("convert", "cleared.geojson", "out.gpkg")):
        done = run(*command, cwd=tmp_path)
        assert done.returncode == 2
        assert "--default hazard_type=…" in done.stdout
        assert "is not written" in done.stderr
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {"cleared.geojson"}
    done = run("map", "cleared.geojson", "--default", "hazard_type=SHA", cwd=tmp_path)
    assert done.returncode == 0
    assert "3 of 3 areas lie in none of the places known, those of Kosovo; name a boundary file" in done.stderr


def test_check_counts_findings_and_ends_with_code_1_at_an_error(tmp_path: Path) -> None:
    hazards, releases = kh.demo_data()
    kh.write_geojson(hazards, tmp_path / "register.geojson")
    kh.write_geojson(releases, tmp_path / "releases.geojson")
    fine = run("check", "register.geojson", "--releases", "releases.geojson", cwd=tmp_path)
    assert fine.returncode == 0
    assert "35 areas: 0 of severity error, 0 of severity warning" in fine.stdout
    # A finding of the whole table has no record.
    hazards["status"] = None
    copies = hazards.assign(hazard_id=[f"copy {n}" for n in range(35)])
    kh.write_geojson(pd.concat([hazards, copies]), tmp_path / "twice.geojson")
    done = run("check", "twice.geojson", "--out", "findings.csv", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.count("duplicate-polygon") == 1
    assert "missing-column" in done.stdout
    assert "70 areas: 35 of severity error" in done.stdout
    listed = pd.read_csv(tmp_path / "findings.csv", encoding="utf-8-sig")
    assert (listed["check"] == "duplicate-polygon").sum() == 35


def test_what_the_file_has_the_wrong_way_round_is_read_with_an_option(tmp_path: Path) -> None:
    hazards, _ = kh.demo_data()
    turned = hazards[["hazard_id", "hazard_type", "geometry"]].set_geometry(
        shapely.transform(hazards.geometry.to_numpy(), lambda points: points[:, ::-1])
    )
    turned.to_file(tmp_path / "turned.gpkg")
    first = run("convert", "turned.gpkg", "right.gpkg", cwd=tmp_path)
    assert first.returncode == 2
    assert "--swap-xy" in first.stdout + first.stderr
    assert run("convert", "turned.gpkg", "right.gpkg", "--swap-xy", cwd=tmp_path).returncode == 0
    assert len(gpd.read_file(tmp_path / "right.gpkg", layer="hazards")) == 35


def test_advice_on_releases_and_boundaries_works_as_given(tmp_path: Path) -> None:
    hazards, releases = kh.demo_data()
    kh.write_geojson(hazards, tmp_path / "register.geojson")
    plain = releases.head(5)[["release_id", "geometry"]]
    plain.to_crs("EPSG:9141").to_file(tmp_path / "work.shp")
    (tmp_path / "work.prj").unlink()
    kh.places()[["name", "geometry"]].to_crs("EPSG:9141").to_file(tmp_path / "units.shp")
    (tmp_path / "units.prj").unlink()
    command = ["check", "register.geojson", "--releases", "work.shp"]
    first = run(*command, cwd=tmp_path)
    assert first.returncode == 2
    assert "--releases-crs EPSG:9141" in first.stderr
    command += ["--releases-crs", "EPSG:9141"]
    second = run(*command, cwd=tmp_path)
    assert "--releases-default product=…" in second.stdout
    command += ["--releases-default", "product=cleared", "--places", "units.shp"]
    third = run(*command, cwd=tmp_path)
    assert third.returncode == 2
    assert "--places-crs" in third.stderr
    fourth = run(*command, "--places-crs", "EPSG:9141", cwd=tmp_path)
    assert "NOT accepted" not in fourth.stderr, fourth.stdout + fourth.stderr
    assert "35 areas" in fourth.stdout
