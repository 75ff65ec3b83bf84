"""Survey boxes: read from points or polygons, covering what they stand for, joined by outcome.

Layouts, all with invented records: an operator's workbook with the centre of each 50 m box in UTM (the cluster munition
remnants survey colours boxes red, green, grey); a grid of squares as QGIS's "Create grid" writes it, with `id`, `left`,
`top`, `right`, `bottom`.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

import kosovo_hazards as kh

GEOD = Geod(ellps="WGS84")
UTM = "EPSG:32634"


def sheet(places: list[tuple[float, float]], results: list[str | None]) -> pd.DataFrame:
    x, y = zip(*places, strict=True)
    return pd.DataFrame({"Box no": range(1, len(x) + 1), "Result": results, "X": x, "Y": y})


def edges_in_degrees(west: float, south: float, size_m: float, crs: str = UTM) -> shapely.MultiPoint:
    """Places along the edges of a box, by the grid."""
    along = np.linspace(0, size_m, 50)
    ring = [*((west + d, south) for d in along), *((west + size_m, south + d) for d in along),
            *((west + d, south + size_m) for d in along), *((west, south + d) for d in along)]  # fmt: skip
    return gpd.GeoSeries([shapely.MultiPoint(ring)], crs=crs).to_crs(4326)[0]


def test_workbook_of_centres_gives_the_boxes_with_their_results(tmp_path):
    path = tmp_path / "boxes.xlsx"
    places = [(491_000, 4_716_000), (491_050, 4_716_000), (491_100, 4_716_000), (491_150, 4_716_000)]
    sheet(places, ["Red", "Green", "Grey", None]).to_excel(path, index=False)
    read = kh.read_boxes(path, size_m=50, crs=UTM)
    assert read.rejected.empty
    assert read.data["result"].tolist() == ["positive", "negative", "not searched", "not searched"]
    assert any("1 boxes do not say what was found" in note for note in read.notes)
    for box, (x, y) in zip(read.data.geometry, places, strict=True):
        assert box.covers(edges_in_degrees(x - 25, y - 25, 50))
    assert kh.area_m2(read.data).to_numpy() == pytest.approx(2500, rel=0.005)


@settings(deadline=None, max_examples=20)
@given(st.floats(460_000, 540_000), st.floats(100_000, 7_500_000), st.sampled_from([1, 25, 50, 1000]))
def test_a_box_covers_its_square_and_is_hardly_larger(x, y, size_m):
    read = kh.read_boxes(sheet([(x, y)], ["positive"]), size_m=size_m, at="south-west", crs=UTM)
    (box,) = read.data.geometry
    assert box.covers(edges_in_degrees(x, y, size_m))
    # The square itself on the ellipsoid, reckoned along its edges.
    true = gpd.GeoSeries([shapely.box(x, y, x + size_m, y + size_m).segmentize(size_m / 20)], crs=UTM).to_crs(4326)[0]
    grown = abs(GEOD.geometry_area_perimeter(box)[0]) / abs(GEOD.geometry_area_perimeter(true)[0])
    assert 1 <= grown < 1 + 0.05 / size_m + 0.005


def test_boxes_in_degrees_are_drawn_along_utm_and_that_is_said():
    table = sheet([(20.9, 42.6)], ["positive"])
    read = kh.read_boxes(table, size_m=50, crs="EPSG:4326")
    assert any("UTM zone 34N" in note for note in read.notes)
    other = kh.read_boxes(table, size_m=50, crs="EPSG:4326", grid="EPSG:9141")
    assert other.data.geometry[0].centroid.distance(shapely.Point(20.9, 42.6)) < 1e-8
    assert not any("UTM" in note for note in other.notes)
    with pytest.raises(kh.UsageError, match="in degrees"):
        kh.read_boxes(table, size_m=50, crs="EPSG:4326", grid="EPSG:4326")


def test_squares_of_a_grid_layer_stay_as_they_are_drawn(tmp_path):
    cells = [shapely.box(491_000 + 50 * i, 4_716_000, 491_050 + 50 * i, 4_716_050) for i in range(2)]
    cells.append(shapely.box(492_000, 4_716_000, 492_100, 4_716_100))
    data = {
        "id": [1, 2, 3],
        "left": 0.0,
        "top": 0.0,
        "right": 0.0,
        "bottom": 0.0,
        "status": ["found", "clear", "found"],
    }
    gpd.GeoDataFrame(data, geometry=cells, crs=UTM).to_file(tmp_path / "grid.gpkg")
    read = kh.read_boxes(tmp_path / "grid.gpkg", size_m=50)
    assert read.data["result"].tolist() == ["positive", "negative", "positive"]
    assert any("1 boxes are drawn smaller or larger than 50 m" in note for note in read.notes)
    assert kh.area_m2(read.data).to_numpy() == pytest.approx([2500, 2500, 10000], rel=0.002)


def test_a_box_without_a_place_is_rejected():
    table = sheet([(491_000, 4_716_000), (491_050, 4_716_000)], ["Red", "Red"]).astype(object)
    table.loc[1, ["X", "Y"]] = None
    read = kh.read_boxes(table, size_m=50, crs=UTM)
    assert len(read.data) == 1
    assert "no position" in read.rejected["reason"].iloc[0]


@pytest.mark.parametrize("size_m", [0, -1, 20_000, float("nan")])
def test_impossible_sizes_are_refused(size_m):
    with pytest.raises(kh.UsageError, match="a box is more than 0"):
        kh.read_boxes(sheet([(491_000, 4_716_000)], ["Red"]), size_m=size_m, crs=UTM)


def grid(results: dict[tuple[int, int], str]) -> gpd.GeoDataFrame:
    places = [(491_000 + 50 * column, 4_716_000 + 50 * row) for column, row in results]
    return kh.read_boxes(sheet(places, list(results.values())), size_m=50, at="south-west", crs=UTM).data


def test_positive_boxes_that_touch_make_one_area_and_those_not_searched_another():
    boxes = grid({(0, 0): "red", (1, 1): "red", (2, 1): "green", (5, 5): "red", (0, 1): "grey", (0, 2): "grey"})
    areas = kh.polygons_from_boxes(boxes).set_index("box_ids")
    assert areas["boxes"].to_dict() == {"1; 2": 2, "4": 1, "5; 6": 2}
    assert areas["suggested_type"].to_dict() == {"1; 2": "CHA", "4": "CHA", "5; 6": "SHA"}
    assert areas["suggestion_reasons"]["5; 6"] == "2 boxes not searched"
    assert (areas["hazard_type"] == "SHA").all()
    assert areas["estimated"].all()
    assert areas["area_m2"].to_numpy() == pytest.approx([5000, 2500, 5000], rel=0.005)


def test_ground_round_positive_boxes_covers_each_place_within_the_distance():
    boxes = grid({(0, 0): "red", (1, 0): "red", (3, 0): "grey"})
    (area,) = kh.polygons_from_boxes(boxes, fade_out_m=50).query("outcome == 'positive'").geometry
    corners = shapely.get_coordinates(boxes.geometry.to_numpy()[:2])
    for x, y in corners:
        bearings = np.arange(0, 360, 5)
        lon, lat, _ = GEOD.fwd([x] * 72, [y] * 72, bearings, [50.0] * 72)
        assert area.covers(shapely.MultiPoint(np.column_stack([lon, lat])))
    true = 100 * 50 + 2 * (100 + 50) * 50 + np.pi * 50**2
    assert true <= abs(GEOD.geometry_area_perimeter(area)[0]) <= 1.01 * true


def test_without_boxes_there_is_no_area_and_points_are_refused():
    boxes = grid({(0, 0): "green"})
    assert kh.polygons_from_boxes(boxes).empty
    points = boxes.assign(result="positive").set_geometry(boxes.representative_point())
    with pytest.raises(kh.BadRecordsError, match="is no polygon"):
        kh.polygons_from_boxes(points)
    with pytest.raises(kh.UsageError, match="from 0 to"):
        kh.polygons_from_boxes(boxes, fade_out_m=-1)
