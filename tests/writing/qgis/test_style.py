"""Styles: every record has one symbol, also in QGIS itself where it is installed."""

from __future__ import annotations

import itertools
import sqlite3
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.schema import HazardType, Product, Status
from kosovo_hazards.symbols import symbols_for
from kosovo_hazards.writing.gis import write_gis
from kosovo_hazards.writing.qgis.style import areas_look, qml, sld
from tests.writing.qgis.in_qgis import needs_qgis, run_in_qgis

TYPES = [*(word.value for word in HazardType), None, "other"]
STATUSES = [*(word.value for word in Status), None, "other"]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A GeoPackage with a record of every type and status that can occur."""
    kinds = list(itertools.product(TYPES, STATUSES))
    register = gpd.GeoDataFrame(
        {
            "hazard_id": [f"KS-{n}" for n in range(len(kinds))],
            "hazard_type": [kind for kind, _ in kinds],
            "status": [status for _, status in kinds],
        },
        geometry=[shapely.box(21 + n / 100, 42, 21.005 + n / 100, 42.005) for n in range(len(kinds))],
        crs="EPSG:4326",
    )
    return write_gis(register, tmp_path / "hazards.gpkg")


def test_every_record_meets_exactly_one_rule_and_the_one_that_names_it(package: Path) -> None:
    database = sqlite3.connect(package)
    ((style,),) = database.execute("SELECT styleQML FROM layer_styles")
    drawn: dict[str, list[str]] = {}
    for rule in ET.fromstring(style).iter("rule"):  # noqa: S314 - our own file
        # The expressions of QGIS that rules use are SQL too.
        for (key,) in database.execute(f"SELECT hazard_id FROM hazards WHERE {rule.get('filter')}"):
            drawn.setdefault(key, []).append(rule.get("label", ""))
    for key, kind, status in database.execute("SELECT hazard_id, hazard_type, status FROM hazards"):
        what = kind if kind in tuple(HazardType) else "type not known"
        state = status if status in tuple(Status) else "status not known"
        assert drawn[key] == [f"{what}, {state}"]


def test_suspected_areas_differ_in_more_than_colour() -> None:
    confirmed, suspected, unknown = symbols_for(["hazard_type"])
    assert {confirmed.fill.pattern, suspected.fill.pattern} == {"solid", "hatched"}
    assert unknown.fill.pattern == "hatched"
    assert qml(areas_look(symbols_for(["hazard_type"]))).count('"LinePatternFill"') == 2


def test_layers_are_drawn_by_what_they_have() -> None:
    assert [symbol.label for symbol in symbols_for(["product"])][:3] == [word.value for word in Product]
    assert len(symbols_for(["hazard_type", "status"])) == 3 * 5
    assert [symbol.fill for symbol in symbols_for(["municipality"])] == [None]


def test_every_sld_rule_draws_and_filters() -> None:
    root = ET.fromstring(sld(symbols_for(["hazard_type", "status"]), layer="hazards"))  # noqa: S314
    rules = list(root.iter("{http://www.opengis.net/se}Rule"))
    assert len(rules) == 15
    assert all(rule.find("{http://www.opengis.net/ogc}Filter") is not None for rule in rules)
    assert all(rule.find("{http://www.opengis.net/se}PolygonSymbolizer") is not None for rule in rules)


IN_QGIS = """
from qgis.PyQt.QtGui import QColor
layer = QgsVectorLayer(sys.argv[1] + "|layername=hazards", "hazards", "ogr")
rules = layer.renderer().rootRule().children() if layer.renderer().type() == "RuleRenderer" else []
found = {}
for rule in rules:
    parts = rule.symbol().symbolLayers()
    found[rule.label()] = [part.layerType() + " " + part.color().name(QColor.HexArgb) for part in parts]
print(json.dumps(found), flush=True)
"""


@needs_qgis
def test_qgis_opens_the_layer_with_the_standard_symbols(package: Path) -> None:
    found = run_in_qgis(IN_QGIS, package)
    assert found["CHA, open"] == ["SimpleFill #80ff0000", "CentroidFill #ffff0000"]
    assert found["SHA, worked on"] == ["SimpleFill #80f4a718", "LinePatternFill #fff4a718", "CentroidFill #fff4a718"]
    assert len(found) == 15


POINTS_IN_QGIS = """
layer = QgsVectorLayer(sys.argv[1] + "|layername=evidence", "evidence", "ogr")
print(json.dumps([part.layerType() for part in layer.renderer().symbol().symbolLayers()]), flush=True)
"""


@needs_qgis
def test_qgis_opens_points_with_a_sign_that_is_seen(tmp_path: Path) -> None:
    points = pd.DataFrame({"Evidence no": ["E1"], "Latitude": [42.6], "Longitude": [20.9]})
    hazards = kh.demo_data("2024-12-31")[0]
    found = kh.read_evidence(points, crs="EPSG:4326")
    path = kh.write_gis(hazards, tmp_path / "a.gpkg", evidence=found)
    assert run_in_qgis(POINTS_IN_QGIS, path) == ["SimpleMarker"]
