"""Shapes across 180° are the same wherever they come in: measured, read, checked and drawn."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.geometry.antimeridian import across_antimeridian, cut_at_antimeridian, round_a_pole, unrolled
from kosovo_hazards.maps.coding import encode_shapes

ACROSS = shapely.Polygon([(179.99, -17), (-179.99, -17), (-179.99, -16.99), (179.99, -16.99)])
# The same ground 169.99 degrees to the west.
ELSEWHERE = shapely.box(10.0, -17, 10.02, -16.99)
ROUND = shapely.Polygon([(lon, 89.0) for lon in range(-180, 180, 30)])
WORLD = shapely.box(-180, -90, 180, 90)


def table(*shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    names = {"hazard_id": [f"KS-{i + 1}" for i in range(len(shapes))], "hazard_type": "SHA"}
    return gpd.GeoDataFrame(names, geometry=list(shapes), crs="EPSG:4326")


def test_only_edges_of_more_than_half_the_earth_are_across() -> None:
    wide = shapely.box(-80, 0, 90, 1)
    shapes = np.array([ACROSS, wide, WORLD, ROUND, None, shapely.Polygon(), shapely.Point(180, 0)], dtype=object)
    assert across_antimeridian(shapes).tolist() == [True, False, False, True, False, False, False]
    assert round_a_pole(shapes).tolist() == [False, False, False, True, False, False, False]


def test_unrolled_shapes_run_on_beyond_180_and_keep_parts_apart() -> None:
    two = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), ACROSS])
    one, other = unrolled(np.array([two, ELSEWHERE]))
    assert [part.bounds for part in one.geoms] == [(0, 0, 1, 1), (179.99, -17, 180.01, -16.99)]
    assert other == ELSEWHERE


def test_cut_shapes_keep_their_ground_within_180_degrees() -> None:
    shapes = np.array([ACROSS, shapely.reverse(ACROSS), shapely.MultiPolygon([ELSEWHERE, ACROSS])])
    cut, mask = cut_at_antimeridian(shapes)
    assert mask.all()
    assert shapely.is_valid(cut).all()
    assert shapely.area(cut) == pytest.approx([2e-4, 2e-4, 4e-4])
    assert np.abs(shapely.get_coordinates(cut)[:, 0]).max() == 180


def test_reading_cuts_and_tells() -> None:
    result = kh.read_hazards(table(ACROSS, ELSEWHERE))
    first, second = result.data["area_m2"]
    assert first == pytest.approx(second, rel=1e-5)
    assert result.data.geometry[0].geom_type == "MultiPolygon"
    assert result.repairs["what"].tolist() == ["drawn across 180°: cut there"]
    assert result.repairs["area_after_m2"].tolist() == [first]


def test_reading_rejects_what_goes_round_a_pole() -> None:
    result = kh.read_hazards(table(ROUND, ELSEWHERE))
    assert result.data["hazard_id"].tolist() == ["KS-2"]
    assert result.rejected["reason"].str.contains("goes round a pole").tolist() == [True]


def test_checks_maps_and_release_take_it_as_two_parts() -> None:
    cut, _ = cut_at_antimeridian(np.array([ACROSS]))
    assert encode_shapes(np.array([ACROSS])) == encode_shapes(cut)
    hazards = kh.read_hazards(table(ACROSS)).data
    work = gpd.GeoDataFrame({"release_id": ["R-1"], "product": ["cleared"]}, geometry=[ACROSS], crs="EPSG:4326")
    left = kh.apply_releases(hazards, kh.read_releases(work).data).remaining
    assert left["remaining_m2"].tolist() == pytest.approx([0], abs=1)
    assert "parts-far-apart" not in set(kh.check(hazards)["check"])


def test_a_vertex_at_infinity_or_nan_is_no_edge_across_180_degrees() -> None:
    hole = [(21.1, 20), (-180, 43.1), (42.1, 20), (np.inf, np.nan), (21.1, 20)]
    with np.errstate(invalid="ignore"):
        nowhere = shapely.Polygon([(20, 20), (21.8, 20), (np.inf, 21.2), (20, 21.5), (20, 20)], [hole])
    source = gpd.GeoDataFrame({"hazard_id": ["A"], "hazard_type": ["CHA"]}, geometry=[nowhere], crs=4326)
    assert not across_antimeridian(np.array([nowhere])).any()
    assert len(kh.read_hazards(source).rejected) == 1
