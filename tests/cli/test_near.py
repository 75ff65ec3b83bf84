"""kosovo-hazards near, with points and routes as receivers and offices keep them."""

from __future__ import annotations

import json
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
CAMP, BRIDGE = (20.85, 42.90), (20.87, 42.95)

# A waypoint and a route as Garmin BaseCamp 4.7 exports them, with the extensions that it adds.
GPX = """<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<gpx xmlns="http://www.topografix.com/GPX/1/1" xmlns:gpxx="http://www.garmin.com/xmlschemas/GpxExtensions/v3"
 creator="BaseCamp 4.7.4" version="1.1">
  <metadata><time>2025-01-20T08:00:00Z</time></metadata>
  <wpt lat="42.9" lon="20.85"><ele>612.3</ele><name>Camp</name><sym>Campground</sym></wpt>
  <rte><name>Tour</name><extensions><gpxx:RouteExtension/></extensions>
    <rtept lat="42.9" lon="20.85"><name>Camp</name></rtept>
    <rtept lat="42.92" lon="20.87"/><rtept lat="42.95" lon="20.87"><name>Bridge</name></rtept></rte>
</gpx>"""
# A pin and a path as Google Earth Pro 7.3 saves them.
KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document><name>tour.kml</name>
<Placemark><name>Camp</name><Point><gx:drawOrder>1</gx:drawOrder><coordinates>20.85,42.9,0</coordinates></Point>
</Placemark><Placemark><name>Tour</name><LineString><tessellate>1</tessellate><coordinates>
20.85,42.9,0 20.87,42.92,0 20.87,42.95,0 </coordinates></LineString></Placemark></Document></kml>"""


@pytest.fixture
def office(tmp_path: Path) -> Path:
    (tmp_path / "register.geojson").write_bytes(sample_files()["register.geojson"].read_bytes())
    return tmp_path


def tour() -> gpd.GeoDataFrame:
    line = shapely.LineString([CAMP, (20.87, 42.92), BRIDGE])
    return gpd.GeoDataFrame({"name": ["Camp", "Tour"]}, geometry=[shapely.Point(CAMP), line], crs="EPSG:4326")


def written(office: Path, name: str) -> tuple[str, ...]:
    """A file of the same point and route in each format, and the options that it needs."""
    path = office / name
    if name.endswith(".gpx"):
        path.write_text(GPX, encoding="utf-8")
    elif name.endswith(".kml"):
        path.write_text(KML, encoding="utf-8")
    elif name.endswith(".geojson"):
        pyogrio.write_dataframe(tour(), path)
    elif name.endswith(".gpkg"):
        # QGIS keeps points and lines in layers of their own; a project that names no CRS leaves it out.
        lines = tour().iloc[1:].to_crs("EPSG:9141")
        pyogrio.write_dataframe(tour().iloc[:1].to_crs("EPSG:9141"), path, layer="stops")
        pyogrio.write_dataframe(lines, path, layer="ways", append=True)
        return ("--file-layer", "ways")
    else:
        # As Excel saves a list where the comma is the decimal sign.
        path.write_text("Emri;Gjerësia gjeografike;Gjatësia gjeografike\nCamp;42,9;20,85\n", encoding="cp1250")
        return ("--file-crs", "EPSG:4326")
    return ()


@pytest.mark.parametrize("name", ["tour.gpx", "tour.kml", "tour.geojson", "tour.gpkg", "camp.csv"])
def test_points_and_routes_of_every_usual_format_give_the_same_answer(name: str, office: Path) -> None:
    options = written(office, name)
    done = run(
        "near",
        name,
        "register.geojson",
        *options,
        "--buffer",
        4000,
        *DAY,
        "--out",
        "near.csv",
        "--no-sandbox",
        cwd=office,
    )
    assert done.returncode in (0, 1), done.stderr
    table = pd.read_csv(office / "near.csv", encoding="utf-8-sig", dtype={"segment": "Int64"})
    expected = kh.near(tour(), kh.demo_data()[0], buffer_m=4000, as_of="2024-12-31").places
    lines, points = (expected[expected["segment"].notna() == of].reset_index(drop=True) for of in (True, False))
    got_lines, got_points = (table[table["segment"].notna() == of].reset_index(drop=True) for of in (True, False))
    for got, wanted in ((got_lines, lines), (got_points, points)):
        assert len(got) in (0, len(wanted))
        # A datum and back leaves some millimetres.
        assert got["distance_m"].tolist() == pytest.approx(wanted["distance_m"].tolist()[: len(got)], abs=0.01)
        assert got["verdict"].tolist() == wanted["verdict"].tolist()[: len(got)]
    assert len(table) == {"tour.gpkg": 2, "camp.csv": 1}.get(name, 3)
    assert done.returncode == (1 if len(got_lines) else 0)


def test_what_is_near_is_printed_with_the_age_of_the_register_and_fails_a_script(office: Path) -> None:
    written(office, "tour.gpx")
    done = run("near", "tour.gpx", "register.geojson", "--buffer", 4000, *DAY, cwd=office)
    assert done.returncode == 1
    assert "No known hazard within 4,000 m as of 31 December 2024" in done.stdout
    assert "2 of 2 segments have areas near" in done.stdout
    assert "The register is of 2024-12-31" in done.stderr
    assert "synthetic demonstration data" in done.stdout
    # Files are read in a process of their own by default.
    done = run("near", "tour.gpx", "register.geojson", "--buffer", 50, "--as-of", "2024-12-31", cwd=office)
    assert done.returncode == 0


def test_refusals_name_the_option_to_go_on_with(office: Path) -> None:
    written(office, "tour.gpx")
    old = run("near", "tour.gpx", "register.geojson", "--buffer", 50, *DAY, "--max-age-days", 90, cwd=office)
    assert old.returncode == 2
    assert "may be 90 days old at most" in old.stderr
    (office / "far.csv").write_text("Name,Lat,Lon\nSkopje,42.0,21.43\n", encoding="utf-8")
    far = ("near", "far.csv", "register.geojson", "--buffer", 50, *DAY)
    unnamed = run(*far, cwd=office)
    assert unnamed.returncode == 2
    assert "--file-crs EPSG:4326" in unnamed.stderr
    outside = run(*far, "--file-crs", "EPSG:4326", cwd=office)
    assert outside.returncode == 2
    assert "record Skopje: lies outside" in outside.stderr
    assert "--coverage, or pass --outside tell" in outside.stderr
    told = run(*far, "--file-crs", "EPSG:4326", "--outside", "tell", cwd=office)
    assert told.returncode == 1
    assert "nothing is known of it" in told.stdout


def test_coverage_comes_from_a_file_and_answers_are_layers_and_features(office: Path) -> None:
    written(office, "tour.gpx")
    cover = gpd.GeoDataFrame(geometry=[shapely.box(20.84, 42.89, 20.88, 42.93)], crs="EPSG:4326")
    pyogrio.write_dataframe(cover, office / "cover.geojson")
    asked = ("near", "tour.gpx", "register.geojson", "--buffer", 50, *DAY, "--coverage", "cover.geojson")
    assert run(*asked, cwd=office).returncode == 2
    for name in ("near.gpkg", "near.geojson"):
        done = run(*asked, "--outside", "tell", "--out", name, cwd=office)
        assert done.returncode == 1, done.stderr
    places = pyogrio.read_dataframe(office / "near.gpkg", layer="places")
    assert places["covered"].tolist() == [True, True, False]
    assert pyogrio.read_dataframe(office / "near.gpkg", layer="records")["covered"].tolist() == [True, False]
    features = json.loads((office / "near.geojson").read_text(encoding="utf-8"))
    assert features["synthetic"] is True
    assert "area_m2" not in features["features"][0]["properties"]
    assert [one["geometry"]["type"] for one in features["features"]] == ["Point", "LineString", "LineString"]


def test_rejected_records_of_the_register_fail_a_script_and_stand_in_the_verdict(office: Path) -> None:
    written(office, "tour.gpx")
    (office / "messy.geojson").write_bytes(sample_files()["register-messy.geojson"].read_bytes())
    done = run("near", "tour.gpx", "messy.geojson", "--buffer", 5, *DAY, "--outside", "tell", cwd=office)
    assert done.returncode == 1
    assert "5 areas REJECTED" in done.stdout
    assert "without a usable position, which may lie here too: 2" in " ".join(done.stdout.split())
