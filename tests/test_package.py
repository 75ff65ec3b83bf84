"""The package as a user gets it: its public names, its wheel, its README."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import kosovo_hazards as kh

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")

# The names that other people's scripts call.
CONTRACT = {
    "read_hazards", "read_releases", "demo_data", "places", "resolve_place", "assign_places", "area_m2",
    "footprint_m2", "summarise", "published", "hazard_map", "write_geojson", "write_gis",
    "apply_releases", "progress", "reconcile", "forecast", "progress_chart", "check", "Limits", "WrittenReport",
    "polygons_from_turning_points",
    "write_report", "article_7_tables", "write_article_7", "district_chart",
    "HazardDataError",
}  # fmt: skip


def test_the_public_names_are_those_of_the_contract_and_are_listed_once() -> None:
    assert set(kh.__all__) >= CONTRACT
    assert len(kh.__all__) == len(set(kh.__all__))
    assert all(hasattr(kh, name) for name in kh.__all__)


def test_every_public_function_says_what_it_takes_and_gives() -> None:
    for name in kh.__all__:
        thing = getattr(kh, name)
        if callable(thing) and thing.__module__.startswith("kosovo_hazards"):
            assert thing.__doc__, name
            if not isinstance(thing, type):
                assert "Returns\n    -------" in thing.__doc__, name
                assert ">>>" in thing.__doc__, name


def test_importing_the_package_is_silent_and_leaves_heavy_libraries_alone() -> None:
    heavy = ("matplotlib", "pandera", "mapclassify", "openpyxl")
    code = f"import sys, kosovo_hazards; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert (run.stdout.strip(), run.stderr) == ("[]", "")


IN_A_LOCALE = """
import locale, sys, warnings, pathlib
locale.setlocale(locale.LC_ALL, "")
assert locale.localeconv()["decimal_point"] == ",", locale.localeconv()
import kosovo_hazards as kh
warnings.simplefilter("ignore")
hazards, releases = kh.demo_data()
for ending in ("geojson", "gpkg", "shp", "kml", "fgb", "parquet", "csv", "xlsx"):
    path = pathlib.Path(sys.argv[1], f"I\u0131\u0130i.{ending}")
    kh.write_gis(hazards, path)
    read = kh.read_hazards(path, crs="EPSG:4326" if ending in ("csv", "xlsx") else None)
    print(ending, len(read.data), len(read.rejected), round(read.data["area_m2"].sum()))
page = kh.hazard_map(hazards, releases).get_root().render()
print(kh.resolve_place("PRISTINA").name, kh.resolve_place("FERIZAJ").name, "6.27 km" in page)
"""


def test_a_locale_with_decimal_commas_and_dotless_letters_changes_nothing(tmp_path: Path) -> None:
    """In Turkish a comma parts decimals for programs in C, and the small letter of I is not i."""
    make = ["localedef", "-i", "tr_TR", "-f", "UTF-8", str(tmp_path / "tr_TR.UTF-8")]
    if shutil.which("localedef") is None or subprocess.run(make, check=False, capture_output=True).returncode > 1:
        pytest.skip("no Turkish locale can be made here")
    environment = {**os.environ, "LOCPATH": str(tmp_path), "LC_ALL": "tr_TR.UTF-8"}
    command = [sys.executable, "-c", IN_A_LOCALE, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)
    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()
    # Mine Action Review, table 1: 35 areas, 6,265,292 m².
    assert [line.split()[1:3] for line in told[:-1]] == [["35", "0"]] * 8
    assert all(abs(int(line.split()[3]) - 6_265_292) <= 1 for line in told[:-1])
    assert told[-1] == "Prishtinë Ferizaj True"


def test_the_wheel_holds_the_data(tmp_path: Path) -> None:
    build = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    pytest.importorskip("hatchling")
    run = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    files = zipfile.ZipFile(tmp_path / run.stdout.split()[-1]).namelist()
    tracked = {path.relative_to(ROOT).as_posix() for path in (ROOT / "geodata").rglob("*.csv")}
    assert {f"kosovo_hazards/{path}" for path in tracked} <= set(files)
    assert "kosovo_hazards/geodata/places/municipalities.geojson" in files
    assert "kosovo_hazards/py.typed" in files
    assert not [file for file in files if file.startswith(("tests", "geodata", "benchmarks"))]


def test_versions_agree() -> None:
    assert "version" in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dynamic"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", kh.__version__)


def test_the_readme_has_its_two_commands_and_its_pictures() -> None:
    assert re.search(r"^python -m pip install \. && kosovo-hazards demo$", README, re.M)
    assert re.search(r"^python -m pip install -e \"\.\[test\]\" && python -m pytest.*$", README, re.M)
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)


def test_the_commands_of_the_first_page_need_no_extra(tmp_path: Path) -> None:
    """Pages, tiles and QR codes of the README are made where nothing but the dependencies is installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [
        line for name in ("imsma", "pluscodes", "scale", "shade") for line in project["optional-dependencies"][name]
    ]
    missing = {re.split(r"[\[><=]", line)[0].replace("-", "_") for line in extras} | {"psycopg"}
    script = f"""
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {missing!r}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
import kosovo_hazards as kh
hazards, releases = kh.demo_data()
kh.write_dossiers(hazards, "dossiers", releases=releases, ids=["SYN-N-05"])
kh.write_tile_map(hazards, "tiles")
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "tiles" / "hazards.pmtiles").is_file()
