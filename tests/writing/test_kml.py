"""KML: well-formed whatever the names are, in the standard colours, in folders."""

from __future__ import annotations

import zipfile
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

import kosovo_hazards as kh
from kosovo_hazards.writing.gis import write_gis
from kosovo_hazards.writing.layers import NOTICE

KML = "{http://www.opengis.net/kml/2.2}"


def table(**columns: list) -> gpd.GeoDataFrame:
    count = len(next(iter(columns.values())))
    shapes = [shapely.box(21 + n / 10, 42, 21.01 + n / 10, 42.01) for n in range(count)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def document(path: Path) -> ET.Element:
    root = ET.fromstring(path.read_bytes())  # noqa: S314 - our own file
    (found,) = root
    assert (root.tag, found.tag) == (f"{KML}kml", f"{KML}Document")
    return found


@pytest.mark.parametrize("detail", ["full", "public"])
@pytest.mark.parametrize("ending", ["kml", "kmz"])
def test_the_schema_of_the_open_geospatial_consortium_accepts_it(ending: str, detail: str, tmp_path: Path) -> None:
    hazards, releases = kh.demo_data()
    tables = {"remaining": hazards, "releases": releases, "findings": kh.check(hazards), "places": kh.places()}
    path = write_gis(hazards, tmp_path / f"a.{ending}", detail=detail, **tables)
    text = zipfile.ZipFile(path).read("doc.kml") if ending == "kmz" else path.read_bytes()
    schema = etree.XMLSchema(etree.parse(str(files("fastkml") / "schema" / "ogckml22.xsd")))
    schema.assertValid(etree.fromstring(text))


@pytest.mark.parametrize(
    ("hazard_type", "status", "fill", "outline"),
    [
        ("CHA", "open", "800000ff", "ff0000ff"),  # aabbggrr: #FF0000 half transparent, outline red
        ("SHA", "worked on", "8018a7f4", "ff18a7f4"),  # #F4A718
        ("SHA", "closed", "8018a7f4", "ff00ff99"),  # CMYK 40 0 100 0
    ],
)
def test_colours_are_those_of_the_standard(
    hazard_type: str, status: str, fill: str, outline: str, tmp_path: Path
) -> None:
    path = write_gis(table(hazard_id=["KS-1"], hazard_type=[hazard_type], status=[status]), tmp_path / "a.kml")
    found = document(path)
    name = found.find(f".//{KML}Placemark/{KML}styleUrl").text.removeprefix("#")
    style = found.find(f"{KML}Style[@id='{name}']")
    assert style.find(f"{KML}PolyStyle/{KML}color").text == fill
    assert style.find(f"{KML}LineStyle/{KML}color").text == outline


def test_every_style_that_is_used_is_there_also_for_what_is_not_known(tmp_path: Path) -> None:
    odd = table(hazard_id=["a", "b", "c"], hazard_type=["CHA", None, "?"], status=[None, "open", "??"])
    found = document(write_gis(odd, tmp_path / "a.kml"))
    ids = [style.get("id") for style in found.findall(f"{KML}Style")]
    assert len(ids) == len(set(ids))
    assert {url.text.removeprefix("#") for url in found.iter(f"{KML}styleUrl")} <= set(ids)


def test_hazards_lie_in_folders_by_district(tmp_path: Path) -> None:
    path = write_gis(
        table(hazard_id=["1", "2", "3"], hazard_type=["CHA"] * 3, district=["Pejë", None, "Pejë"]), tmp_path / "a.kml"
    )
    folders = {
        folder.find(f"{KML}name").text: [mark.find(f"{KML}name").text for mark in folder.findall(f"{KML}Placemark")]
        for folder in document(path).findall(f"{KML}Folder")
    }
    assert folders == {"Pejë": ["CHA 1", "CHA 3"], "no district recorded": ["CHA 2"]}


def test_several_tables_are_folders_of_folders(tmp_path: Path) -> None:
    hazards = table(hazard_id=["1"], hazard_type=["CHA"], district=["Pejë"])
    releases = table(release_id=["r"], product=["cleared"])
    found = document(write_gis(hazards, tmp_path / "a.kml", releases=releases))
    tops = found.findall(f"{KML}Folder")
    assert [top.find(f"{KML}name").text for top in tops] == ["hazards", "releases"]
    assert tops[0].find(f"{KML}Folder/{KML}name").text == "Pejë"
    assert len(tops[1].findall(f"{KML}Placemark")) == 1


def test_a_kmz_holds_the_same_and_says_what_it_is(tmp_path: Path) -> None:
    hazards = table(hazard_id=["1"], hazard_type=["CHA"], synthetic=[True])
    with zipfile.ZipFile(write_gis(hazards, tmp_path / "a.kmz")) as archive:
        (name,) = archive.namelist()
        root = ET.fromstring(archive.read(name))  # noqa: S314
    assert name == "doc.kml"
    assert f"notice: {NOTICE}" in root.find(f"{KML}Document/{KML}description").text


def test_holes_and_parts_are_drawn_and_rings_are_closed(tmp_path: Path) -> None:
    shape = shapely.MultiPolygon(
        [
            shapely.box(21, 42, 21.1, 42.1).difference(shapely.box(21.02, 42.02, 21.03, 42.03)),
            shapely.box(22, 42, 23, 43),
        ]
    )
    hazards = table(hazard_id=["1"], hazard_type=["CHA"]).set_geometry([shape])
    found = document(write_gis(hazards, tmp_path / "a.kml"))
    assert len(found.findall(f".//{KML}MultiGeometry/{KML}Polygon/{KML}outerBoundaryIs")) == 2
    assert len(found.findall(f".//{KML}innerBoundaryIs/{KML}LinearRing")) == 1
    for ring in found.iter(f"{KML}coordinates"):
        points = ring.text.split()
        assert points[0] == points[-1]
        assert all(20 < float(point.split(",")[0]) < 24 and point.count(",") == 1 for point in points)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(exclude_categories=["Cs"]), max_size=20), column=st.text("<&\"'>]\x01é ", max_size=5))
def test_any_name_gives_well_formed_xml(name: str, column: str, tmp_path: Path) -> None:
    hazards = table(hazard_id=[name], hazard_type=[name], district=[name], **{f"x{column}": [name]})
    found = document(write_gis(hazards, tmp_path / "a.kml", overwrite=True))
    assert len(found.findall(f".//{KML}Placemark")) == 1


def test_names_are_text_not_markup(tmp_path: Path) -> None:
    name = '<script>alert("1")</script> & ]]> Шт'
    found = document(write_gis(table(hazard_id=[name], name=[name]), tmp_path / "a.kml"))
    assert not list(found.iter("script"))
    assert [data.text for data in found.iter(f"{KML}value")][:2] == [name, name]
