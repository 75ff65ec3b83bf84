"""`kosovo-hazards inspect`: what a file is, and a profile and a command to go on with, as a newcomer would."""

from __future__ import annotations

import shlex

import geopandas as gpd
import shapely

from tests.command_line import run

FIELDS = gpd.GeoDataFrame(
    {"Nr i zonës": ["K-1", "K-2", "K-3"], "c3": ["Suspect Areas", "Suspect Areas", "Confirmed Areas"]},
    geometry=[shapely.box(21, 42.5, 21.01, 42.51), shapely.box(21.1, 42.5, 21.11, 42.51), None],
    crs="EPSG:4326",
)


def test_inspect_tells_what_a_file_is_and_how_to_go_on(tmp_path):
    FIELDS.to_file(tmp_path / "register.gpkg")
    seen = run("inspect", "register.gpkg", "--write-profile", "office.toml", cwd=tmp_path)
    assert seen.returncode == 1, seen.stderr
    for said in ("3 records", "2 Polygon, 1 none", "WGS 84", "21.00000, 42.50000, 21.11000, 42.51000",
                 "read as hazards: 2 accepted, 1 rejected", "has no polygon"):  # fmt: skip
        assert said in seen.stdout, said
    profile = (tmp_path / "office.toml").read_text(encoding="utf-8")
    assert 'hazard_id = "Nr i zonës"' in profile
    assert 'hazard_type = "c3"' in profile
    command = next(line for line in seen.stdout.splitlines() if line.startswith("Go on with: "))
    following = shlex.split(command.removeprefix("Go on with: "))
    assert following == ["kosovo-hazards", "map", "register.gpkg", "--profile", "office.toml"]
    drawn = run(*following[1:], cwd=tmp_path)
    assert drawn.returncode == 1, drawn.stderr
    assert (tmp_path / "map.html").is_file()


def test_inspect_of_releases_says_so_and_a_profile_is_not_replaced_unasked(tmp_path):
    FIELDS.assign(c3="Cleared Areas").to_file(tmp_path / "done.geojson")
    (tmp_path / "office.toml").write_text("# mine\n", encoding="utf-8")
    seen = run("inspect", "done.geojson", "--write-profile", "office.toml", cwd=tmp_path)
    assert seen.returncode == 2
    assert "there already" in seen.stderr
    assert (tmp_path / "office.toml").read_text(encoding="utf-8") == "# mine\n"
    seen = run("inspect", "done.geojson", cwd=tmp_path)
    assert "read as releases: 2 accepted, 1 rejected" in seen.stdout
    assert "Go on with: kosovo-hazards map REGISTER --releases done.geojson" in seen.stdout


def test_inspect_of_what_can_not_be_taken_ends_with_advice(tmp_path):
    FIELDS.assign(c3="red").to_file(tmp_path / "register.geojson")
    seen = run("inspect", "register.geojson", cwd=tmp_path)
    assert seen.returncode == 2
    assert "--column hazard_type=c3" in seen.stderr
    assert "--value red=SHA" in seen.stderr


def test_files_of_points_are_told_as_such_and_show_nothing_of_persons(tmp_path):
    """Headings as offices keep lists of items found, accidents and evidence."""
    lists = {
        "items": "Item no,Model,Device category,Quantity,Y,X\nI-1,BLU-97,Submunition,3,42.604,20.904\n",
        "accidents": "Accident no,Type,Date,Killed,Victim name,Y,X\nA-1,Civilian,2001-07-02,1,Anon,42.605,20.906\n",
        "evidence": "Evidence no,Kind,Latitude,Longitude,Informant name\nE-1,Mine signs,42.605,20.905,Anon Ymous\n",
    }
    FIELDS.iloc[:2].to_file(tmp_path / "register.gpkg")
    for kind, text in lists.items():
        (tmp_path / f"{kind}.csv").write_text(text, encoding="utf-8")
        seen = run("inspect", f"{kind}.csv", "--crs", "EPSG:4326", "--write-profile", f"{kind}.toml", cwd=tmp_path)
        assert seen.returncode == 0, seen.stderr
        assert f"read as {kind}: 1 accepted, 0 rejected" in seen.stdout
        assert "Anon" not in seen.stdout
        command = next(line for line in seen.stdout.splitlines() if line.startswith("Go on with: "))
        words = shlex.split(command.removeprefix("Go on with: "))
        assert words == ["kosovo-hazards", "map", "REGISTER", f"--{kind}", f"{kind}.csv", "--profile", f"{kind}.toml"]
        words[words.index("REGISTER")] = "register.gpkg"
        drawn = run(*words[1:], "--out", f"{kind}.html", cwd=tmp_path)
        assert (tmp_path / f"{kind}.html").is_file(), drawn.stderr


def test_of_points_read_with_options_inspect_says_what_keeps_them(tmp_path):
    text = "no;kind;Latitude;Longitude\nE-1;Mine signs;42.605;20.905\n"
    (tmp_path / "e.csv").write_text(text, encoding="utf-8")
    options = ("--crs", "EPSG:4326", "--column", "evidence_id=no")
    seen = run("inspect", "e.csv", *options, cwd=tmp_path)
    assert "Go on with: kosovo-hazards map REGISTER --evidence e.csv --points-crs EPSG:4326" in seen.stdout
    assert "--write-profile" in seen.stderr
    kept = run("inspect", "e.csv", *options, "--write-profile", "e.toml", cwd=tmp_path)
    assert "Go on with: kosovo-hazards map REGISTER --evidence e.csv --profile e.toml" in kept.stdout
    assert 'evidence_id = "no"' in (tmp_path / "e.toml").read_text(encoding="utf-8")
