"""Ranking by criteria: scores worked out by hand, stability held against all draws one by one, distances by pyproj."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

import kosovo_hazards as kh

METRE = 1 / 111_320


def register(**columns: object) -> gpd.GeoDataFrame:
    """Ten areas of 100 m by 100 m in a row on the equator, 1,000 m apart."""
    shapes = [shapely.box(10 + i * 1000 * METRE, 0, 10 + (i * 1000 + 100) * METRE, 100 * METRE) for i in range(10)]
    table = {"hazard_id": [f"A-{i}" for i in range(10)], "hazard_type": ["CHA", "SHA"] * 5, "status": "open", **columns}
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")


PRIORITIES = ["high", "high", "medium", "medium", "low", "low", None, "unknown", "high", "low"]
CONTAMINATION = ["anti-personnel mines", "other ERW"] * 4 + ["cluster munition remnants", None]

# By hand: weights 2, 1, 1 of priority, type, contamination; unknown counts 1.
BY_HAND = {
    "A-0": (2 * 1.0 + 1.0 + 1.0) / 4,
    "A-1": (2 * 1.0 + 0.5 + 0.4) / 4,
    "A-2": (2 * 0.5 + 1.0 + 1.0) / 4,
    "A-3": (2 * 0.5 + 0.5 + 0.4) / 4,
    "A-4": (2 * 0.0 + 1.0 + 1.0) / 4,
    "A-5": (2 * 0.0 + 0.5 + 0.4) / 4,
    "A-6": (2 * 1.0 + 1.0 + 1.0) / 4,
    "A-7": (2 * 1.0 + 0.5 + 0.4) / 4,
    "A-8": (2 * 1.0 + 1.0 + 0.8) / 4,
    "A-9": (2 * 0.0 + 0.5 + 1.0) / 4,
}
WEIGHTS = {"recorded priority": 2.0, "type": 1.0, "contamination": 1.0}


def ranked(hazards: gpd.GeoDataFrame, **options: object) -> kh.Ranking:
    return kh.prioritise(hazards, weights=WEIGHTS, top=4, **options)


def test_ten_areas_by_hand() -> None:
    found = ranked(register(priority=PRIORITIES, contamination=CONTAMINATION)).table.set_index("hazard_id")
    assert found["score"].to_dict() == pytest.approx(BY_HAND)
    assert found["rank"].to_dict() == {
        "A-0": 1, "A-6": 1, "A-8": 3, "A-2": 4, "A-1": 5, "A-7": 5, "A-4": 7, "A-3": 8, "A-9": 9, "A-5": 10,
    }  # fmt: skip
    assert found["ties"].to_dict() == {name: 2 if name in ("A-0", "A-6", "A-1", "A-7") else 1 for name in BY_HAND}
    parts = found[[name for name in found.columns if name.startswith("by ")]]
    np.testing.assert_allclose(parts.sum(axis=1), found["score"])
    unknown = found["unknown"]
    assert unknown[unknown != ""].to_dict() == {
        "A-6": "recorded priority", "A-7": "recorded priority", "A-9": "contamination",
    }  # fmt: skip


def test_the_order_of_rows_changes_nothing() -> None:
    hazards = register(priority=PRIORITIES, contamination=CONTAMINATION)
    first = ranked(hazards)
    for seed in range(5):
        pd.testing.assert_frame_equal(ranked(hazards.sample(frac=1, random_state=seed)).table, first.table)


def test_stability_is_what_each_draw_by_itself_gives() -> None:
    hazards = register(priority=PRIORITIES, contamination=CONTAMINATION)
    found = ranked(hazards, draws=300, spread=0.9, seed=3).table.set_index("hazard_id").sort_index()
    values = found[[name for name in found.columns if name.startswith("by ")]].to_numpy()
    share = np.array([1, 1, 2]) / 4
    draws = np.random.default_rng(3).uniform(0.1, 1.9, (300, 3))
    held = np.zeros(10)
    for draw in draws:
        scores = values / share @ (share * draw / (share * draw).sum())
        held += scores >= np.sort(scores)[-4] - 1e-12
    np.testing.assert_allclose(found["in_top"], held / 300)
    assert len(set(found["in_top"])) > 2


def test_distances_and_counts_are_true_metres() -> None:
    geod = Geod(ellps="WGS84")
    hazards = gpd.GeoDataFrame(
        {"hazard_id": ["N", "E", "far"], "hazard_type": "SHA"},
        geometry=[shapely.box(x, y, x + 0.001, y + 0.001) for x, y in ((21, 60), (21.1, 60), (30, 10))],
        crs="EPSG:4326",
    )
    ends = (geod.fwd(21.0005, 60.001, 0, 300), geod.fwd(21.101, 60.0005, 90, 300))
    points = [shapely.Point(end[:2]) for end in ends]
    layer = gpd.GeoDataFrame({"people": [40, 5]}, geometry=points, crs="EPSG:4326").to_crs("EPSG:3857")
    near = kh.near_to(layer, "houses", within_m=1000).values(hazards)
    assert near.tolist() == pytest.approx([0.7, 0.7, 0.0], abs=0.003)
    for metres, expected in ((290, [0, 0, 0]), (310, [1.0, 0.125, 0])):
        count = kh.count_within(layer, "people", within_m=metres, most=40, column="people")
        assert count.values(hazards).tolist() == pytest.approx(expected)


def test_an_area_without_a_polygon_is_unknown_and_so_most_urgent() -> None:
    hazards = register()
    hazards.loc[3, "geometry"] = None
    school = gpd.GeoDataFrame(geometry=[shapely.Point(10, 0)], crs="EPSG:4326")
    found = kh.prioritise(hazards, criteria=[kh.near_to(school, "schools", within_m=500)]).table
    assert found.loc[found["score"] == 1, "hazard_id"].tolist() == ["A-0", "A-3"]
    assert found.set_index("hazard_id")["unknown"]["A-3"] == "schools"


def test_closed_areas_are_left_out() -> None:
    hazards = register()
    hazards.loc[:3, "status"] = "closed"
    assert len(kh.prioritise(hazards).table) == 6


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"weights": {"type": -1}}, "has the weight -1"),
        ({"weights": {"wind": 1}}, "is no criterion given"),
        ({"weights": {"type": 0, "contamination": 0, "recorded priority": 0}}, "all weights are 0"),
        ({"criteria": []}, "no criterion"),
        ({"criteria": [kh.of_register()["type"]] * 2}, "stands twice"),
        ({"criteria": [kh.Criterion("x", "", lambda table: pd.Series(2.0, table.index))]}, "not from 0 to 1"),
        ({"top": 0}, "top is 0"),
    ],
)
def test_wrong_use_is_told(options: dict[str, object], said: str) -> None:
    with pytest.raises(kh.UsageError, match=said):
        kh.prioritise(register(), **options)


def test_repeated_ids_are_told() -> None:
    with pytest.raises(kh.UsageError, match="A-0"):
        kh.prioritise(pd.concat([register(), register().head(1)]))
