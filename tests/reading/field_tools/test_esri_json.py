"""What services of ArcGIS and Survey123 put into JSON: words for codes, aliases, dates, and true curves.

Layouts: a query of a feature service with ``f=json`` and ``returnTrueCurves=true``
(developers.arcgis.com/rest/services-reference/enterprise/query-feature-service-layer/); domains as
developers.arcgis.com/rest/services-reference/enterprise/domain-objects/ describes them; curves as
developers.arcgis.com/documentation/common-data-types/geometry-objects.htm does: ``c`` end and a place between, ``a``
end, centre, minor, clockwise[, rotation, axis, ratio], ``b`` end and two control places.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import kosovo_hazards as kh
from kosovo_hazards.reading import ReadResult
from kosovo_hazards.reading.field_tools.curves import drawn_ring

FIELD = [[500000, 4712000], [500000, 4712300], [500400, 4712200], [500000, 4712000]]
FIELDS = [
    {"name": "objectid", "type": "esriFieldTypeOID", "alias": "OBJECTID"},
    {"name": "field_2", "type": "esriFieldTypeString", "alias": "Hazard ID", "length": 255, "domain": None},
    {"name": "haz_cat", "type": "esriFieldTypeInteger", "alias": "Hazard type", "domain": {
        "type": "codedValue", "name": "cat_1",
        "codedValues": [{"name": "Confirmed hazardous area", "code": 1},
                        {"name": "Suspected hazardous area", "code": 2}],
    }},
    {"name": "status", "type": "esriFieldTypeString", "alias": "Status of work", "domain": {
        "type": "codedValue", "name": "cvd_status",
        "codedValues": [{"name": "Open", "code": "st_1"}, {"name": "Closed", "code": "st_2"}],
    }},
    {"name": "depth", "type": "esriFieldTypeDouble", "alias": "Depth", "domain": {
        "type": "range", "name": "depth", "range": [0, 5]}},
    {"name": "established", "type": "esriFieldTypeDate", "alias": "Established", "length": 8},
]  # fmt: skip


def feature(geometry: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    known = {
        "objectid": 1,
        "field_2": "KS-1",
        "haz_cat": 2,
        "status": "st_1",
        "depth": 0.5,
        "established": 1714521600000,
    }
    return {"attributes": {**known, **attributes}, "geometry": geometry}


def saved(path: Path, features: list[dict[str, Any]], **members: Any) -> Path:
    whole = {
        "objectIdFieldName": "objectid", "geometryType": "esriGeometryPolygon",
        "spatialReference": {"wkid": 32634, "latestWkid": 32634}, "fields": FIELDS, "features": features, **members,
    }  # fmt: skip
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def test_words_of_coded_values_and_aliases_are_understood(tmp_path: Path) -> None:
    file = saved(
        tmp_path / "survey.json",
        [
            feature({"rings": [FIELD]}),
            feature({"rings": [FIELD]}, field_2="KS-2", haz_cat=1, status="st_2"),
        ],
    )
    result = kh.read_hazards(file)
    assert result.data[["hazard_id", "hazard_type", "status"]].to_numpy().tolist() == [
        ["KS-1", "SHA", "open"],
        ["KS-2", "CHA", "closed"],
    ]
    assert result.data["established"].dt.strftime("%Y-%m-%d").tolist() == ["2024-05-01"] * 2
    assert result.data["depth"].tolist() == [0.5, 0.5]
    assert "codes in 'haz_cat', 'status' were replaced by the words that the file gives" in result.notes
    assert any("'haz_cat' is called 'Hazard type'" in note for note in result.notes)
    drawn = gpd.GeoSeries(result.data.geometry, crs="EPSG:4326").to_crs(32634)
    assert shapely.hausdorff_distance(drawn[0], shapely.Polygon(FIELD)) < 0.01


def test_a_code_without_a_word_rejects_its_record_by_the_code(tmp_path: Path) -> None:
    file = saved(tmp_path / "survey.json", [feature({"rings": [FIELD]}), feature({"rings": [FIELD]}, haz_cat=9)])
    result = kh.read_hazards(file)
    assert len(result.data) == 1
    assert "'9' is not one of CHA, SHA" in result.rejected["reason"][0]
    assert "codes in 'haz_cat' without a word in the file's list stay as they are: 9" in result.notes


# --- curves ----------------------------------------------------------------------------------------------------------


def circle(centre: tuple[float, float], radius: float, first: float, last: float) -> NDArray[np.float64]:
    at = np.linspace(first, last, 2_001)
    return np.stack([centre[0] + radius * np.cos(at), centre[1] + radius * np.sin(at)], axis=1)


def bezier(p: list[list[float]]) -> NDArray[np.float64]:
    t = np.linspace(0, 1, 2_001)[:, None]
    a, b, c, d = (np.array(place, dtype=float) for place in p)
    return np.asarray((1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t**2 * (1 - t) * c + t**3 * d)


X, Y, R = 500000.0, 4712000.0, 250.0
HALF = circle((X, Y), R, np.pi, 0)  # over the north, clockwise
OVAL = np.array([X, Y]) + np.stack(
    [300 * np.cos(t := np.linspace(np.pi, 0, 2_001)), 120 * np.sin(t)], axis=1
) @ np.array([[np.cos(0.3), np.sin(0.3)], [-np.sin(0.3), np.cos(0.3)]])  # fmt: skip
WAVE = [[X, Y], [X + 100, Y + 300], [X + 200, Y - 300], [X + 300, Y + 50]]
CASES = {
    "circular arc by a place on it": ([[X - R, Y], {"c": [[X + R, Y], [X, Y + R]]}, [X - R, Y]], HALF),
    "circular arc by its centre": ([[X - R, Y], {"a": [[X + R, Y], [X, Y], 1, 1]}, [X - R, Y]], HALF),
    "arc of more than half": (
        [[X, Y + R], {"a": [[X - R, Y], [X, Y], 0, 1]}, [X, Y + R]],
        circle((X, Y), R, np.pi / 2, -np.pi),
    ),
    "elliptic arc": (
        [OVAL[0].tolist(), {"a": [OVAL[-1].tolist(), [X, Y], 1, 1, 0.3, 300, 0.4]}, OVAL[0].tolist()],
        OVAL,
    ),
    "whole circle": ([[X + R, Y], {"c": [[X + R, Y], [X - R, Y]]}], circle((X, Y), R, 0, -2 * np.pi)),
    "curve that bends both ways": ([WAVE[0], {"b": [WAVE[3], WAVE[1], WAVE[2]]}, [X + 150, Y - 500], WAVE[0]],
                                   np.vstack([bezier(WAVE), [[X + 150, Y - 500]]])),
    "arc cut into the ground": (
        [[X - 400, Y + 400], [X + 400, Y + 400], [X + 400, Y], [X + R, Y], {"c": [[X - R, Y], [X, Y + R]]},
         [X - 400, Y], [X - 400, Y + 400]],
        np.vstack([[[X - 400, Y + 400], [X + 400, Y + 400], [X + 400, Y]], HALF[::-1], [[X - 400, Y]]]),
    ),
}  # fmt: skip


def read_both(path: Path, ring: list[Any], **members: Any) -> tuple[shapely.Geometry, shapely.Geometry, ReadResult]:
    file = saved(path, [feature({"curveRings": [ring]}, product="cleared")], **members)
    hazards, releases = kh.read_hazards(file), kh.read_releases(file, columns={"release_id": "Hazard ID"})
    to = members.get("to", 32634)
    drawn = [gpd.GeoSeries(one.data.geometry, crs="EPSG:4326").to_crs(to)[0] for one in (hazards, releases)]
    return drawn[0], drawn[1], hazards


@pytest.mark.parametrize("case", CASES)
def test_curves_are_drawn_outside_of_hazards_and_inside_of_releases(case: str, tmp_path: Path) -> None:
    ring, truth = CASES[case]
    true = shapely.Polygon(truth)
    hazard, release, result = read_both(tmp_path / "curves.json", ring)
    # Degrees with seven figures and more behind the point, and a truth of 2,000 chords, which lie up to 2e-4 m inside.
    assert true.difference(hazard.buffer(1e-3)).is_empty
    assert release.difference(true.buffer(1e-3)).is_empty
    assert shapely.hausdorff_distance(hazard.exterior, true.exterior) < 0.1
    assert shapely.hausdorff_distance(release.exterior, true.exterior) < 0.1
    assert hazard.area > true.area > release.area
    assert result.repairs["what"].tolist() == ["curves drawn with straight lines at most 0.1 m beside them"]
    assert any("curves of 1 records were drawn" in note for note in result.notes)


def test_a_hole_with_curves_keeps_less_ground_out_of_a_hazard(tmp_path: Path) -> None:
    outer = [[X - 500, Y - 500], [X - 500, Y + 500], [X + 500, Y + 500], [X + 500, Y - 500], [X - 500, Y - 500]]
    hole = [[X - R, Y], {"a": [[X + R, Y], [X, Y], 1, 0]}, {"a": [[X - R, Y], [X, Y], 1, 0]}]
    file = saved(tmp_path / "hole.json", [feature({"curveRings": [outer, hole]})])
    hazard = gpd.GeoSeries(kh.read_hazards(file).data.geometry, crs="EPSG:4326").to_crs(32634)[0]
    true = shapely.Polygon(circle((X, Y), R, 0, 2 * np.pi))
    (inner,) = hazard.interiors
    assert shapely.Polygon(inner).difference(true.buffer(1e-3)).is_empty
    assert shapely.hausdorff_distance(inner, true.exterior) < 0.1


def test_curves_in_degrees_are_as_near(tmp_path: Path) -> None:
    degrees = [[21.0, 42.6], {"c": [[21.01, 42.6], [21.005, 42.603]]}, [21.0, 42.6]]
    file = saved(tmp_path / "degrees.json", [feature({"curveRings": [degrees]})], spatialReference={"wkid": 4326})
    drawn = kh.read_hazards(file).data.geometry[0]
    # The circle through three places of equal weight: worked out with radius (h² + c²/4) / 2h.
    h, c = 0.003, 0.01
    radius = (h * h + c * c / 4) / (2 * h)
    centre = (21.005, 42.603 - radius)
    half = np.arcsin(c / 2 / radius)
    truth = shapely.Polygon(circle(centre, radius, np.pi / 2 + half, np.pi / 2 - half))
    assert truth.difference(drawn.buffer(1e-11)).is_empty
    assert shapely.hausdorff_distance(drawn, truth) < 0.1 / 111_320


@pytest.mark.parametrize(
    "ring",
    [
        [[X, Y], {"q": [[X + 1, Y]]}, [X, Y]],
        [[X, Y], {"b": [[X, Y]]}, [X, Y]],
        [[X, Y], {"c": [[X, "a"], [1, 2]]}],
        [[X, Y], {"a": [[X, Y], [X, Y + 1e9], 0, 1]}],
    ],
    ids=["unknown", "cut off", "no number", "a radius beyond the earth"],
)
def test_curves_that_cannot_be_drawn_say_so(ring: list[Any], tmp_path: Path) -> None:
    result = kh.read_hazards(saved(tmp_path / "curves.json", [feature({"curveRings": [ring]})]))
    if len(result.data):
        pytest.fail("it was drawn")
    assert "curves" in result.rejected["reason"][0]


def test_the_process_apart_hands_both_outlines_over(tmp_path: Path) -> None:
    file = saved(tmp_path / "curves.json", [feature({"curveRings": [CASES["whole circle"][0]]}, product="cleared")])
    for reader in (kh.read_hazards, kh.read_releases):
        apart, here = reader(file, sandbox=True), reader(file)
        assert apart.data.geometry.equals(here.data.geometry)


coordinate = st.floats(-500, 500, allow_nan=False).map(lambda value: round(value, 3))
place = st.tuples(coordinate, coordinate)


@settings(max_examples=60, deadline=None)
@given(st.tuples(place, place, place, place))
def test_any_curve_lies_between_its_two_sides(p: tuple[Any, ...]) -> None:
    """The two outlines of a curve never swap sides: what lies between them is thinner than 0.2 m and holds it."""
    control = [[X + x, Y + y] for x, y in p]
    try:
        ring = drawn_ring([control[0], {"b": [control[3], control[1], control[2]]}])
    except ValueError:
        # Only where its direction turns round on the spot or nearly so.
        return
    truth = shapely.linestrings(bezier(control)[::5])
    for side in (ring.left, ring.right):
        assert shapely.hausdorff_distance(shapely.linestrings(side), truth, densify=0.2) < 0.1 + truth.length / 400
