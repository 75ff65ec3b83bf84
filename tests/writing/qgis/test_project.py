"""The QGIS project in a GeoPackage: what it holds, and that QGIS opens and prints it where it is installed."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh
from tests.writing.qgis.in_qgis import needs_qgis, run_in_qgis

HAZARDS = "layer_hazards_polygon"
HOSTILE = "[% env('HOME') %] <b>&\"'"


def with_rejected() -> kh.ReadResult:
    """The demonstration register and four records that are rejected, each drawn in another way."""
    shapes = [
        shapely.Point(20.9, 42.6),
        shapely.LineString([(21.2, 42.5), (21.3, 42.55)]),
        shapely.box(20.7, 42.2, 20.8, 42.25),
        shapely.GeometryCollection([shapely.Point(21, 42.3), shapely.LineString([(21, 42.2), (21.1, 42.22)])]),
    ]
    lost = {"hazard_id": ["R1", "R2", "R3", "R4"], "hazard_type": ["SHA", "SHA", "no idea", "SHA"], "source": HOSTILE}
    hazards = kh.demo_data("2024-12-31")[0]
    return kh.read_hazards(pd.concat([hazards, gpd.GeoDataFrame(lost, geometry=shapes, crs="EPSG:4326")]))


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    points = pd.DataFrame({"Evidence no": ["E1"], "Latitude": [42.6], "Longitude": [20.9]})
    return kh.write_gis(
        with_rejected(), tmp_path_factory.mktemp("qgis") / "my register.gpkg", crs="EPSG:9141", as_of="2024-12-31",
        releases=kh.demo_data("2024-12-31")[1], places=kh.places(), qgis_project=True,
        evidence=kh.read_evidence(points, crs="EPSG:4326"),
    )  # fmt: skip


def project_of(path: Path) -> ET.Element:
    with sqlite3.connect(path) as database:
        ((name, told, content),) = database.execute("SELECT name, metadata, content FROM qgis_projects").fetchall()
    assert name == "map"
    assert set(json.loads(told)) == {"last_modified_time", "last_modified_user"}
    with zipfile.ZipFile(io.BytesIO(bytes.fromhex(content))) as archive:
        assert archive.namelist() == ["map.qgs"]
        return ET.fromstring(archive.read("map.qgs"))  # noqa: S314 - our own file


def test_hazards_lie_over_releases_and_rejected_ground_over_all(package: Path) -> None:
    project = project_of(package)
    order = [layer.get("id", "").split("_")[1] for layer in project.iter("layer-tree-layer")]
    assert order == ["rejected"] * 3 + ["evidence", "hazards", "releases", "places"]
    assert {layer.get("checked") for layer in project.iter("layer-tree-layer")} == {"Qt::Checked"}
    listed = [layer.findtext("id") for layer in project.iter("maplayer")]
    assert listed == [layer.get("id") for layer in project.iter("layer-tree-layer")]


def test_layers_are_found_beside_the_file_and_none_is_filtered(package: Path) -> None:
    project = project_of(package)
    tables = set(gpd.list_layers(package)["name"])
    assert "qgis_projects" not in tables
    parts: dict[str, list[str]] = {}
    for layer in project.iter("maplayer"):
        source = layer.findtext("datasource", "")
        found = re.fullmatch(r"\./my register\.gpkg\|layername=(\w+)(?:\|geometrytype=(\w+))?", source)
        assert found, source
        assert found[1] in tables
        parts.setdefault(found[1], []).append(found[2])
        assert layer.get("hasScaleBasedVisibilityFlag") == "0"
        assert layer.get("simplifyDrawingHints") == "0"
        assert layer.find("subsetString") is None
    # Every kind of shape that the rejected records have is drawn.
    rejected = gpd.read_file(package, layer="rejected")
    assert set(rejected.geom_type.str.removeprefix("Multi")) == set(parts.pop("rejected"))
    assert rejected["record_id"].tolist() == ["R1", "R2", "R3", "R4", "R4"]
    assert parts == {"evidence": ["Point"], "hazards": [None], "releases": [None], "places": [None]}


def test_every_hazard_has_a_rule_whatever_it_says(package: Path) -> None:
    hazards = next(one for one in project_of(package).iter("maplayer") if one.findtext("id") == HAZARDS)
    rules = [rule.get("filter", "") for rule in hazards.iter("rule")]
    with sqlite3.connect(package) as database:
        for kind, status in (("CHA", "open"), ("SHA", "handed over"), ("x", None), (None, "y"), (None, None)):
            row = "(SELECT ? AS hazard_type, ? AS status)"
            met = [
                database.execute(f"SELECT count(*) FROM {row} WHERE {rule}", (kind, status)).fetchone()[0]
                for rule in rules
            ]
            assert sum(met) == 1, (kind, status)


def test_the_sheet_has_all_that_a_map_on_paper_needs(package: Path) -> None:
    project = project_of(package)
    (layout,) = project.iter("Layout")
    items = {item.get("id", ""): item for item in layout.iter("LayoutItem")}
    assert set(items) == {"page", "map", "legend", "scale", "picture", "title", "foot"}
    assert items["page"].get("size") == "297,210,mm"
    (map_id,) = {items["scale"].get("mapUuid"), items["legend"].get("map_uuid"), items["picture"].get("mapUuid")}
    assert items["map"].get("uuid") == map_id
    assert items["title"].get("labelText") == "Map of hazardous areas"
    foot = items["foot"].get("labelText", "")
    for said in (
        "Synthetic demonstration data",
        "not thereby safe",
        "As of 31 December 2024",
        "Sources: ",
        "© OpenStreetMap",
    ):
        assert said in foot
    extent = items["map"].find("Extent")
    assert extent is not None
    west, south, east, north = (float(extent.get(side, "nan")) for side in ("xmin", "ymin", "xmax", "ymax"))
    bounds = gpd.read_file(package, layer="hazards").total_bounds
    assert (west, south) < tuple(bounds[:2])
    assert (east, north) > tuple(bounds[2:])
    wide, high = (float(part) for part in items["map"].get("size", "").split(",")[:2])
    assert (east - west) / (north - south) == pytest.approx(wide / high)


def test_what_records_say_is_no_expression_that_qgis_would_run(tmp_path: Path) -> None:
    hazards = kh.demo_data("2024-12-31")[0].assign(source=HOSTILE)
    project = project_of(kh.write_gis(hazards, tmp_path / "a.gpkg", qgis_project=True))
    for item in project.iter("LayoutItem"):
        assert "[%" not in item.get("labelText", "")
    assert "env('HOME')" in next(i for i in project.iter("LayoutItem") if i.get("id") == "foot").get("labelText", "")


def test_the_same_tables_give_the_same_project_and_no_place_of_this_machine(tmp_path: Path) -> None:
    hazards = kh.demo_data("2024-12-31")[0]
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        kh.write_gis(hazards, tmp_path / folder / "a.gpkg", qgis_project=True)
    one, two = (ET.tostring(project_of(tmp_path / folder / "a.gpkg")) for folder in ("one", "two"))
    assert one == two
    assert str(tmp_path).encode() not in one


def test_other_formats_hold_none_and_another_name_can_be_told(tmp_path: Path) -> None:
    hazards = kh.demo_data("2024-12-31")[0]
    with pytest.raises(kh.UsageError, match="no project of QGIS"):
        kh.write_gis(hazards, tmp_path / "a.kml", qgis_project=True)
    assert not list(tmp_path.iterdir())
    path = kh.write_gis(hazards, tmp_path / "a.gpkg", qgis_project="зона 7.gpkg", language="sr")
    project = project_of(path)
    assert "./зона 7.gpkg|layername=hazards" in [one.text for one in project.iter("datasource")]
    assert project.findtext("title") == "Karta opasnih površina"
    labels = [rule.get("label", "") for rule in project.iter("rule")]
    assert labels
    assert not [label for label in labels if "project." in label or "hazard_type" in label]


def test_records_without_a_position_are_told_and_thousands_stay_quick(tmp_path: Path) -> None:
    west = 20 + 0.001 * (pd.RangeIndex(1_200) % 40).to_numpy()
    south = 42 + 0.001 * (pd.RangeIndex(1_200) // 40).to_numpy()
    drawn = [*shapely.box(west, south, west + 5e-4, south + 5e-4)[:-2], None, shapely.Polygon()]
    table = {"hazard_id": [f"H{number}" for number in range(1_200)], "hazard_type": "SHA"}
    read = kh.read_hazards(gpd.GeoDataFrame(table, geometry=drawn, crs="EPSG:4326"))
    project = project_of(kh.write_gis(read, tmp_path / "a.gpkg", qgis_project=True))
    items = {item.get("id"): item for item in project.iter("LayoutItem")}
    assert "Records without a usable position, not on the map: 2" in items["foot"].get("labelText", "")
    # Names are what is left out far away, never areas.
    (labels,) = (one.find("labeling") for one in project.iter("maplayer") if one.findtext("id") == HAZARDS)
    assert labels is not None
    assert [one.get("scaleVisibility") for one in labels.iter("rendering")] == ["1"]
    assert {one.get("hasScaleBasedVisibilityFlag") for one in project.iter("maplayer")} == {"0"}
    assert items["legend"].get("legendFilterByMap") == "0"


def one_far_away() -> gpd.GeoDataFrame:
    table = {"hazard_id": ["KH-1"], "hazard_type": ["SHA"]}
    return gpd.GeoDataFrame(table, geometry=[shapely.box(104.91, 11.55, 104.912, 11.552)], crs="EPSG:4326")


def without_polygons() -> gpd.GeoDataFrame:
    table = {"hazard_id": ["X"], "hazard_type": ["SHA"]}
    return gpd.GeoDataFrame(table, geometry=[None], crs="EPSG:4326")


def across_the_world() -> gpd.GeoDataFrame:
    shapes = [shapely.box(-170, -50, -169, -49), shapely.box(170, 60, 171, 61)]
    return gpd.GeoDataFrame({"hazard_id": ["A", "B"], "hazard_type": "CHA"}, geometry=shapes, crs="EPSG:4326")


@pytest.mark.parametrize(
    ("register", "crs"),
    [(one_far_away, "EPSG:32648"), (without_polygons, "EPSG:4326"), (across_the_world, "EPSG:4326")],
)
def test_registers_of_any_place_get_a_project(
    register: Callable[[], gpd.GeoDataFrame], crs: str, tmp_path: Path
) -> None:
    path = kh.write_gis(register(), tmp_path / "a.gpkg", qgis_project=True)
    assert project_of(path).findtext("projectCrs/spatialrefsys/authid") == crs


IN_QGIS = """
project = QgsProject.instance()
found = {"read": project.read("geopackage:" + sys.argv[1] + "?projectName=map"), "crs": project.crs().authid()}
found["layers"] = [
    [layer.id(), layer.isValid(), layer.featureCount(), layer.crs().authid(), layer.source()]
    for layer in project.layerTreeRoot().layerOrder()
]
sheet = project.layoutManager().layoutByName("A4")
found["scale"] = sheet.itemById("scale").unitsPerSegment()
found["pdf"] = QgsLayoutExporter(sheet).exportToPdf(sys.argv[2], QgsLayoutExporter.PdfExportSettings())
print(json.dumps(found), flush=True)
"""


@needs_qgis
def test_qgis_opens_it_with_valid_layers_and_prints_its_sheet(package: Path, tmp_path: Path) -> None:
    pdf = tmp_path / "map.pdf"
    found: dict[str, Any] = run_in_qgis(IN_QGIS, package, pdf)
    assert found["read"] is True
    assert found["crs"] == "EPSG:9141"
    assert all(layer[1] for layer in found["layers"])
    counts = {layer[0].removeprefix("layer_"): layer[2] for layer in found["layers"]}
    assert counts["hazards_polygon"] == 35
    assert sum(count for name, count in counts.items() if name.startswith("rejected")) == 5
    assert {layer[3] for layer in found["layers"]} == {"EPSG:9141"}
    assert {layer[4].split("|")[0] for layer in found["layers"]} == {str(package)}
    assert found["pdf"] == 0
    assert pdf.read_bytes().startswith(b"%PDF")
    if subprocess.run(["which", "pdftoppm"], capture_output=True, check=False).returncode == 0:
        subprocess.run(["pdftoppm", "-r", "60", "-png", pdf, tmp_path / "drawn"], check=True)
        from matplotlib.image import imread

        picture = imread(next(tmp_path.glob("drawn*.png")))[..., :3]
        inside = picture[:, : int(picture.shape[1] * 0.69)]
        red = (inside[..., 0] > 0.9) & (inside[..., 1:] < 0.2).all(axis=-1)
        purple = (abs(inside - [122 / 255, 1 / 255, 119 / 255]) < 0.15).all(axis=-1)
        # Confirmed areas have signs of red, rejected records of purple, in the map and not only in the legend.
        assert red.sum() > 50
        assert purple.sum() > 50
