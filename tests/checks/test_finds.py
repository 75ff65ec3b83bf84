"""What is found where: each check on the smallest register that shows it, figures reckoned by hand or by geodesics."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pyproj import Geod

import kosovo_hazards as kh

GEOD = Geod(ellps="WGS84")
FIELD = shapely.box(20.90, 42.60, 20.91, 42.61)
EMPTY = ("evidence-outside", "accident-on-released-land", "find-on-released-land", "item-deep", "item-near-edge")


def hazards(shape: shapely.Geometry = FIELD, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"hazard_id": ["H-1"], "hazard_type": ["CHA"], **columns}, geometry=[shape], crs=4326)


def releases(shape: shapely.Geometry, completed: str | None = "2023-05-01", product: str = "cleared") -> pd.DataFrame:
    data = {"release_id": ["R-1"], "product": [product], "completed": pd.to_datetime([completed])}
    return gpd.GeoDataFrame(data, geometry=[shape], crs=4326)


def points(key: str, *places: tuple[float, float], **columns: object) -> gpd.GeoDataFrame:
    ids = [f"P-{number}" for number in range(1, len(places) + 1)]
    return gpd.GeoDataFrame({key: ids, **columns}, geometry=[shapely.Point(place) for place in places], crs=4326)


def found(*tables: object, **given: object) -> pd.DataFrame:
    table = kh.check(*tables, places=None, **given)
    return table[table["check"].isin(EMPTY)].reset_index(drop=True)


def east_of(place: tuple[float, float], metres: float) -> tuple[float, float]:
    return GEOD.fwd(*place, 90, metres)[:2]


def test_evidence_outside_tells_how_far_it_is_from_which_area():
    edge = (20.91, 42.605)
    at = points("evidence_id", east_of(edge, 80), (20.905, 42.605), directness=["direct", "direct"])
    (row,) = found(hazards(), evidence=at).to_dict("records")
    assert (row["check"], row["severity"], row["table"], row["record_id"]) == (
        "evidence-outside", "warning", "evidence point", "P-1",
    )  # fmt: skip
    assert row["value"] == pytest.approx(80, rel=0.01)
    assert "80 m from H-1" in row["message"]


def test_indirect_evidence_outside_is_a_note_and_what_may_be_inside_is_none():
    near = east_of((20.91, 42.605), 8)
    at = points("evidence_id", near, near, directness=["indirect", "direct"], accuracy_m=[5.0, 10.0])
    rows = found(hazards(), evidence=at)
    assert rows[["record_id", "severity"]].to_numpy().tolist() == [["P-1", "note"]]


def test_points_on_released_land_are_not_outside_and_those_without_a_place_are_not_looked_at():
    at = points("item_id", (20.95, 42.65))
    beside = releases(shapely.box(20.94, 42.64, 20.96, 42.66))
    assert found(hazards(), beside, items=at).empty
    nowhere = at.set_geometry(gpd.GeoSeries([None], crs=4326))
    assert found(hazards(), items=nowhere).empty
    assert found(hazards().iloc[:0], items=at)["value"].isna().sum() == 0


@pytest.mark.parametrize(
    ("date", "completed", "severity"),
    [("2024-01-01", "2023-05-01", "error"), (None, "2023-05-01", "warning"), ("2024-01-01", None, "warning"),
     ("2023-01-01", "2023-05-01", None)],
)  # fmt: skip
def test_accident_on_released_land(date, completed, severity):
    at = points("accident_id", (20.905, 42.605), date=pd.to_datetime([date]))
    rows = found(hazards(), releases(FIELD, completed), accidents=at)
    assert rows["severity"].tolist() == ([severity] if severity else [])
    if severity == "error":
        assert rows["other_id"].tolist() == ["R-1"]
        assert rows["value"].tolist() == [245.0]
        assert "R-1, 245 days after it was completed" in rows["message"].iloc[0]


def test_work_that_is_not_finished_has_released_nothing():
    at = points("accident_id", (20.905, 42.605), date=pd.to_datetime(["2024-01-01"]))
    going_on = releases(FIELD).assign(status="in progress")
    assert found(hazards(), going_on, accidents=at).empty


def test_items_found_in_the_work_itself_are_no_finding_and_later_ones_are():
    dates = pd.to_datetime(["2023-04-01", "2024-04-01", "2024-04-01", None])
    at = points("item_id", *[(20.905, 42.605)] * 4, date=dates, release_id=["R-1", "R-1", None, None])
    rows = found(hazards(), releases(FIELD), items=at)
    assert rows[["check", "record_id"]].to_numpy().tolist() == [["find-on-released-land", "P-3"]]


def test_item_deeper_than_is_searched():
    at = points("item_id", *[(20.905, 42.605)] * 4, depth_cm=[56.0, 56.5, 80.0, None])
    rows = found(hazards(), items=at)
    assert rows[["check", "record_id", "value", "unit"]].to_numpy().tolist() == [
        ["item-deep", "P-2", 56.5, "cm"], ["item-deep", "P-3", 80.0, "cm"],
    ]  # fmt: skip
    assert found(hazards(), items=at, limits=kh.Limits(searched_depth_cm=100)).empty


@pytest.mark.parametrize(
    ("model", "metres", "is_found"),
    [("BLU-97", 20, True), ("BLU-97", 27, False), ("M75", 27, True), ("M75", 48, True), ("M75", 52, False)],
)
def test_item_nearer_to_the_edge_of_searched_ground_than_its_fade_out_distance(model, metres, is_found):
    at = points("item_id", east_of((20.91, 42.605), -metres), device_model=[model])
    rows = found(hazards(status=["closed"]), releases(FIELD), items=at)
    assert rows["check"].tolist() == (["item-near-edge"] if is_found else [])
    if is_found:
        assert rows["value"].iloc[0] == pytest.approx(metres, abs=0.5)


def test_ground_beyond_the_edge_that_is_still_hazardous_is_no_finding():
    at = points("item_id", east_of((20.905, 42.605), -10))
    half = shapely.box(20.90, 42.60, 20.905, 42.61)
    assert found(hazards(), releases(half), items=at).empty
    assert len(found(hazards(status=["closed"]), releases(half), items=at)) == 1
    cancelled = pd.concat([releases(half), releases(FIELD, product="cancelled").assign(release_id="R-2")])
    assert len(found(hazards(status=["closed"]), cancelled, items=at)) == 1


def test_an_item_in_a_corner_of_three_clearances_lies_in_searched_ground():
    corner = (20.905, 42.605)
    parts = [shapely.box(20.90, 42.60, *corner), shapely.box(20.905, 42.60, 20.91, 42.605),
             shapely.box(20.90, 42.605, 20.91, 42.61)]  # fmt: skip
    data = {"release_id": ["A", "B", "C"], "product": "cleared", "completed": pd.Timestamp("2023-05-01")}
    searched = gpd.GeoDataFrame(data, geometry=parts, crs=4326)
    at = points("item_id", east_of(corner, -5))
    assert found(hazards(status=["closed"]), searched, items=at).empty
    assert len(found(hazards(status=["closed"]), searched.iloc[:2], items=at)) == 1


def test_other_fade_out_distances_are_for_the_programme_to_say():
    at = points("item_id", east_of((20.91, 42.605), -8), device_model=["BLU-97"])
    ground = (hazards(status=["closed"]), releases(FIELD))
    assert len(found(*ground, items=at, limits=kh.Limits(fade_out_m=10))) == 1
    assert found(*ground, items=at, limits=kh.Limits(fade_out_m={"M75": 50})).empty
    with pytest.raises(kh.UsageError, match="for each kind"):
        kh.Limits(fade_out_m={"*": -1})


def test_what_was_read_may_be_given_as_it_is():
    read = kh.read_items(points("item_id", (20.95, 42.65)))
    assert found(hazards(), items=read)["check"].tolist() == ["evidence-outside"]


def test_the_nearest_area_is_that_by_metres_not_by_degrees():
    # At 60° N a degree of longitude is half as long as one of latitude.
    north, east = shapely.box(20.0, 60.010, 20.001, 60.011), shapely.box(20.016, 60.0, 20.017, 60.001)
    data = {"hazard_id": ["north", "east"], "hazard_type": "CHA"}
    table = gpd.GeoDataFrame(data, geometry=[north, east], crs=4326)
    (row,) = found(table, evidence=points("evidence_id", (20.0005, 60.0005))).to_dict("records")
    assert "from east" in row["message"]
    assert row["value"] == pytest.approx(GEOD.inv(20.0005, 60.0005, 20.016, 60.0005)[2], rel=0.01)
