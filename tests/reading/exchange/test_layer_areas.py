"""Areas that ArcGIS keeps beside shapes are compared with the true ones, whatever the projection of the layer."""

from __future__ import annotations

import re

import geopandas as gpd
import pytest
import shapely

import kosovo_hazards as kh


def layer(crs: str, north: float = 42.6, name: str = "Shape__Area", **changed: float) -> gpd.GeoDataFrame:
    boxes = [shapely.box(20.9 + at / 50, north, 20.902 + at / 50, north + 0.002) for at in range(5)]
    table = gpd.GeoDataFrame(
        {"hazard_id": [f"KS-{at}" for at in range(5)], "hazard_type": "CHA"}, geometry=boxes, crs=4326
    )
    areas = table.to_crs(crs).geometry.area if crs != "EPSG:4326" else shapely.area(table.geometry.array)
    table[name] = [area * changed.get(key, 1) for area, key in zip(areas, table["hazard_id"].str[-1], strict=True)]
    return table


def told(table: gpd.GeoDataFrame) -> list[str]:
    result = kh.read_hazards(table)
    assert result.data["reported_area_m2"].isna().all()
    return [note for note in result.notes if "Area" in note or "AREA" in note]


def test_web_mercator_is_told_with_how_far_it_is_off() -> None:
    # 1 / cos² of the latitude, by hand: 42.601° gives 1.846, 60.001° gives 4.000 on the sphere.
    (note,) = told(layer("EPSG:3857"))
    assert note.startswith("'Shape__Area' is the area in Web Mercator, at latitude 42.6 1.85 times the true one")
    north = re.search(r"([\d.]+) times", told(layer("EPSG:3857", 60.0, "Shape_Area"))[0])
    # On the ellipsoid a little less.
    assert north is not None
    assert 3.97 < float(north[1]) < 4


@pytest.mark.parametrize("name", ["Shape__Area", "SHAPE.AREA", "Shape.STArea()", "SHAPE_Area"])
def test_degrees_and_grids_are_told_and_true_areas_are_not(name: str) -> None:
    assert "square degrees" in told(layer("EPSG:4326", name=name))[0]
    assert told(layer("EPSG:9141", name=name)) == []
    # The national grid of Sweden is made for elsewhere.
    assert "times the true area" in told(layer("EPSG:3006", name=name))[0]


def test_a_shape_that_was_changed_since_is_named() -> None:
    notes = told(layer("EPSG:3857", **{"3": 0.5}))
    assert len(notes) == 2
    assert notes[1].startswith("'Shape__Area' of 1 records is not that of the shape drawn")
    assert notes[1].endswith("KS-3")


def test_what_is_no_number_says_nothing() -> None:
    table = layer("EPSG:3857").assign(Shape__Area=["", "x", None, "-1", "0"])
    assert told(table) == []
