"""What commands, reports and maps say of a file in Serbian and Albanian: nothing of it stays English."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.language import catalogue
from tests.command_line import run

# Texts of readers and of commands as English says them: the longest words of each, which no value interrupts.
ENGLISH = sorted(
    {
        piece.strip(" ;:,.–()")
        for key, text in catalogue("en", report=True).texts.items()
        if key.startswith(("reader.", "terminal."))
        for piece in re.split(r"\{\w+\}", text)
        if len(piece.strip(" ;:,.–()")) >= 9 and " " in piece.strip(" ;:,.–()")
    }
)


def areas(count: int = 4) -> gpd.GeoDataFrame:
    """Squares beside Prizren, the second with its ring crossed as hand-drawn ones are."""
    boxes = [shapely.box(20.70 + n / 50, 42.2, 20.71 + n / 50, 42.21) for n in range(count)]
    boxes[1] = shapely.Polygon([(20.72, 42.2), (20.73, 42.21), (20.73, 42.2), (20.72, 42.21)])
    names = ["Đeneral Janković", "Čabra", "Šilovo", "Gračanica"][:count]
    return gpd.GeoDataFrame(
        {"Nr": [f"P-{n}" for n in range(count)], "Type": "SHA", "Toponym": names, "Remarks": "wet"},
        geometry=boxes, crs="EPSG:4326",
    )  # fmt: skip


def sheet_of_excel(folder: Path) -> list[str]:
    """As Excel of Central European Windows saves a sheet: semicolons, code page 1250, a title and a line of totals."""
    rows = areas().assign(WKT=lambda frame: frame.to_wkt()["geometry"]).drop(columns="geometry")
    text = pd.DataFrame(rows).to_csv(index=False, sep=";")
    title, total = "Regjistri i zonave;;;;\n\n", "\nTotal;;;;\n"
    (folder / "lista.csv").write_bytes((title + text + total).encode("cp1250"))
    return ["lista.csv"]


def shapefile_without_prj(folder: Path) -> list[str]:
    """The three files that people send of a shapefile: no .prj, and no .cpg for its texts in code page 1250."""
    areas().to_crs("EPSG:9141").to_file(folder / "zone.shp", encoding="cp1250")
    for ending in (".prj", ".cpg"):
        (folder / f"zone{ending}").unlink()
    return ["zone.shp", "--crs", "EPSG:9141"]


def places_of_google_earth(folder: Path) -> list[str]:
    """As Google Earth saves "My places": folders, an overlay, a link, and attributes as a table in the description."""
    marks = "".join(
        f"<Placemark><name>KS {n}</name><description><![CDATA[<table><tr><td>Hazard type</td><td>SHA</td></tr></table>"
        "]]></description><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"20.{n}1,42.2,0 20.{n}2,42.2,0 20.{n}2,42.21,0 20.{n}1,42.2,0"
        "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for n in (5, 6)
    )
    folders = (
        f"<Folder><name>North</name>{marks}</Folder><Folder><name>South</name>{marks.replace('KS', 'PZ')}</Folder>"
    )
    rest = "<GroundOverlay><name>scan</name></GroundOverlay><NetworkLink><name>live</name></NetworkLink>"
    (folder / "places.kml").write_text(
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{folders}{rest}</Document></kml>', encoding="utf-8"
    )
    return ["places.kml"]


def web_service(folder: Path) -> list[str]:
    """As an API answers: members of its own beside the properties, headings of another office, one without shape."""
    features = json.loads(areas().to_json())["features"]
    for feature in features:
        feature.pop("bbox", None)
        feature |= {"links": [], "when": {"start": "2024"}}
        feature["properties"] |= {"Survey date": "31/31/2024", "Size (ha)": "about two"}
    features.append({"type": "Feature", "properties": {"Nr": "P-9", "Type": "maybe"}, "geometry": None})
    (folder / "answer.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return ["answer.geojson"]


def package_of_two_layers(folder: Path) -> list[str]:
    """A project of QGIS: the areas, and beside them a table without geometry that somebody keeps with them."""
    areas().to_crs("EPSG:32634").to_file(folder / "project.gpkg", layer="areas")
    kept = gpd.GeoDataFrame({"who": ["A"], "geometry": [None]}, crs="EPSG:32634")
    kept.to_file(folder / "project.gpkg", layer="contacts", geometry_type=None)
    return ["project.gpkg"]


FILES: dict[str, Callable[[Path], list[str]]] = {
    made.__name__: made
    for made in (sheet_of_excel, shapefile_without_prj, places_of_google_earth, web_service, package_of_two_layers)
}


def english_in(text: str) -> list[str]:
    """The English texts of readers and commands that stand in a text."""
    told = re.sub(r"\s+", " ", re.sub(r"[│┃]", " ", text))
    return [words for words in ENGLISH if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", told)]


def shown(page: Path) -> str:
    """The text of a page with what its program shows, without styles, the program itself, and keys of its texts."""
    html = re.sub(r'"[^"]*":', " ", page.read_text(encoding="utf-8"))
    return unescape(re.sub(r"<style.*?</style>|<script(?![^>]*json).*?</script>|<[^>]+>", " ", html, flags=re.DOTALL))


def test_the_english_texts_are_found_where_they_stand(tmp_path: Path) -> None:
    done = run("check", *web_service(tmp_path), "--language", "en", cwd=tmp_path)
    assert len(english_in(done.stdout + done.stderr)) > 8
    assert len(ENGLISH) > 300


@pytest.mark.parametrize("language", ["sq", "sr"])
@pytest.mark.parametrize("made", FILES)
def test_check_says_nothing_of_a_file_in_english(made: str, language: str, tmp_path: Path) -> None:
    named = FILES[made](tmp_path)
    english = run("check", *named, cwd=tmp_path)
    done = run("check", *named, "--language", language, cwd=tmp_path)
    assert done.returncode == english.returncode, done.stderr
    assert len(done.stderr.splitlines()) == len(english.stderr.splitlines()) > 0
    assert english_in(done.stdout + done.stderr) == []


@pytest.mark.parametrize("language", ["sq", "sr"])
def test_map_and_report_say_nothing_of_a_file_in_english(language: str, tmp_path: Path) -> None:
    named = web_service(tmp_path)
    drawn = run("map", *named, "--language", language, cwd=tmp_path)
    written = run("report", *named, "--language", language, "--as-of", "2024-12-31", cwd=tmp_path)
    for done in (drawn, written):
        assert done.stderr.count("\n") > 3
        assert english_in(done.stdout + done.stderr) == []
    for page in (tmp_path / "map.html", tmp_path / "hazard-report" / "report.html"):
        assert english_in(shown(page)) == []


def test_a_place_that_nobody_knows_is_told_in_the_language(tmp_path: Path) -> None:
    areas().assign(municipality="Prisren X").to_file(tmp_path / "register.geojson")
    done = run("map", "register.geojson", "--language", "sr", cwd=tmp_path)
    assert "4 upisana mesta treba pogledati" in done.stderr
    assert english_in(done.stdout + done.stderr) == []


def test_numbers_and_names_of_the_table_are_written_as_the_language_does(tmp_path: Path) -> None:
    hazards, _ = kh.demo_data()
    hazards.to_file(tmp_path / "register.gpkg")
    done = run("map", "register.gpkg", "--language", "sr", cwd=tmp_path)
    assert "Opasne površine po okruzima, register.gpkg (Sintetički demonstracioni podaci" in done.stdout
    total = next(line for line in done.stdout.splitlines() if "Ukupno" in line)
    assert "6.265.292" in total
    assert "Mitrovica │" in re.sub(r" +", " ", done.stdout)
    assert "Mitrovicë" not in done.stdout
    assert "Totals" not in done.stdout
