"""In which places a hazard lies: what the register says, else where most of its ground is."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry.polygon import orient

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards.gazetteer import assignment
from kosovo_hazards.gazetteer.assignment import assign_places, shares_of_ground
from kosovo_hazards.gazetteer.name_index import PlacesWarning
from kosovo_hazards.gazetteer.units import places

KOSOVO = places()
PRIZREN = shapely.box(20.73, 42.20, 20.74, 42.21)
ABROAD = shapely.box(22.5, 43.5, 22.51, 43.51)
PLACED = ["municipality", "district", "region", "place_source"]


def register(*shapes, crs="EPSG:4326", **columns) -> gpd.GeoDataFrame:
    ids = [f"KS-{number}" for number in range(1, len(shapes) + 1)]
    return gpd.GeoDataFrame({"hazard_id": ids, **columns}, geometry=list(shapes), crs=crs)


# Three fields side by side on the equator, of two provinces; one degree-minute square each.
WEST, MIDDLE, EAST = (shapely.box(x, 0, x + 1, 1) for x in (0, 1, 2))
COUNTRY = gpd.GeoDataFrame(
    {"NAME_1": ["Left", "Left", "Right"], "NAME_2": ["West", "Middle", "East"]},
    geometry=[WEST, MIDDLE, EAST],
    crs="EPSG:4326",
)


def one_row(placed: gpd.GeoDataFrame) -> list:
    return placed[PLACED].astype(object).where(placed[PLACED].notna(), None).iloc[0].tolist()


# --- from the polygon ------------------------------------------------------------------------------------------------


def test_polygon_alone_decides():
    assert one_row(assign_places(register(PRIZREN))) == ["Prizren", "Prizren", "South", "spatial"]


def test_every_municipality_finds_itself():
    inside = KOSOVO.geometry.representative_point().to_crs(9141).buffer(20).to_crs(4326)
    placed = assign_places(register(*inside))
    assert placed[["municipality", "district", "region"]].equals(KOSOVO[["municipality", "district", "region"]])
    assert placed["place_shares"].tolist() == [f"{name} 1.000" for name in KOSOVO["name"]]


def test_ground_outside_all_units_is_none_and_never_the_nearest():
    just_outside = shapely.box(3.001, 0.4, 3.01, 0.5)
    for hazard, units in ((ABROAD, None), (just_outside, COUNTRY)):
        placed = assign_places(register(hazard), units)
        assert one_row(placed) == [None, None, None, "none"]
        assert placed["place_shares"].isna().all()


def test_touching_the_border_from_outside_is_outside():
    assert one_row(assign_places(register(shapely.box(3, 0.4, 3.1, 0.5)), COUNTRY)) == [None, None, None, "none"]


@pytest.mark.parametrize("nothing", [None, shapely.Polygon(), shapely.MultiPolygon(), shapely.GeometryCollection()])
def test_no_geometry_is_none(nothing):
    placed = assign_places(register(PRIZREN, nothing))
    assert one_row(placed.iloc[1:]) == [None, None, None, "none"]
    assert placed["place_shares"].isna().tolist() == [False, True]


def test_largest_share_decides_and_all_shares_are_kept():
    # On the equator a strip of equal height: 7 of 10 parts in Middle, 2 in West, 1 in East.
    across = shapely.union_all(
        [shapely.box(0.8, 0.10, 1.0, 0.11), shapely.box(1.15, 0.10, 1.85, 0.11), shapely.box(2.0, 0.10, 2.1, 0.11)]
    )
    placed = assign_places(register(across), COUNTRY)
    assert placed["municipality"].tolist() == ["Middle"]
    assert placed["place_shares"].tolist() == ["Middle 0.700; West 0.200; East 0.100"]


def test_ground_beyond_the_units_is_told_as_outside():
    placed = assign_places(register(shapely.box(2.5, 0.1, 3.5, 0.2)), COUNTRY)
    assert placed["municipality"].tolist() == ["East"]
    assert re.fullmatch(r"(East 0\.500; outside 0\.500|outside 0\.500; East 0\.500)", placed["place_shares"].iloc[0])


def test_shares_are_of_true_area_not_of_degrees():
    # Far north a degree of longitude shrinks quickly: the half nearer the pole has less ground.
    units = gpd.GeoDataFrame(
        {"name": ["south", "north"]}, geometry=[shapely.box(0, 60, 2, 70), shapely.box(0, 70, 2, 80)], crs=4326
    )
    placed = assign_places(register(shapely.box(0.5, 65, 1.5, 75)), units)
    geod = Geod(ellps="WGS84")
    south, north = (geod.geometry_area_perimeter(shapely.box(0.5, low, 1.5, low + 5))[0] for low in (65, 70))
    share = south / (south + north)
    assert share > 0.55
    assert placed["place_shares"].tolist() == [f"south {share:.3f}; north {1 - share:.3f}"]


def test_very_small_share_is_still_named():
    placed = assign_places(register(shapely.box(1.5, 0.1, 2.00001, 0.2)), COUNTRY)
    assert placed["place_shares"].tolist() == ["Middle 1.000; East 0.001"]


def test_enclave_does_not_belong_to_what_surrounds_it():
    kllokot = KOSOVO.set_index("name").geometry["Kllokot"]
    placed = assign_places(register(kllokot.buffer(-0.001)))
    assert placed["municipality"].tolist() == ["Kllokot"]


@pytest.mark.parametrize(
    "shape",
    [
        shapely.Polygon([(0.1, 0.1), (0.2, 0.2), (0.2, 0.1), (0.1, 0.2)]),  # crosses itself
        shapely.MultiPolygon([shapely.box(0.1, 0.1, 0.2, 0.2), shapely.box(0.15, 0.1, 0.3, 0.2)]),  # parts overlap
        shapely.force_3d(shapely.box(0.1, 0.1, 0.2, 0.2)),
        shapely.box(0.1, 0.1, 0.2, 0.2, ccw=False),
        shapely.Point(0.1, 0.1),
        shapely.LineString([(0.1, 0.1), (0.2, 0.2)]),
        shapely.GeometryCollection([shapely.Point(0.1, 0.1), shapely.box(0.1, 0.1, 0.2, 0.2)]),
    ],
    ids=["bow-tie", "overlapping parts", "3D", "clockwise", "point", "line", "collection"],
)
def test_any_kind_of_geometry_finds_its_place(shape):
    placed = assign_places(register(shape), COUNTRY)
    assert one_row(placed) == ["West", "Left", None, "spatial"]
    assert shapely.equals_identical(placed.geometry.iloc[0], shape)


def test_invalid_hazard_across_a_border_is_measured_not_refused():
    bow = shapely.Polygon([(0.9, 0.1), (1.2, 0.2), (1.2, 0.1), (0.9, 0.2)])
    assert assign_places(register(bow), COUNTRY)["place_source"].tolist() == ["spatial"]


@pytest.mark.parametrize("crs", ["EPSG:9141", "EPSG:32634", "EPSG:3857"])
def test_crs_of_hazards_and_places_may_differ(crs):
    hazards = register(PRIZREN, ABROAD)
    expected = assign_places(hazards)
    moved = assign_places(hazards.to_crs(crs))
    assert moved.crs == crs
    assert moved[[*PLACED, "place_shares"]].equals(expected[[*PLACED, "place_shares"]])
    assert assign_places(hazards, KOSOVO.to_crs(crs))[PLACED].equals(expected[PLACED])


def test_no_crs_is_an_error():
    with pytest.raises(HazardDataError, match="the hazards name no coordinate reference system"):
        assign_places(register(PRIZREN, crs=None))
    with pytest.raises(HazardDataError, match="the places name no coordinate reference system"):
        assign_places(register(PRIZREN), KOSOVO.set_crs(None, allow_override=True))


# --- what the register says ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["Gjakova", "Ђаковица", "DJAKOVICA", "Komuna e Gjakovës", " Gjakovë "])
def test_recorded_municipality_wins_over_the_polygon(written):
    placed = assign_places(register(PRIZREN, municipality=[written]))
    assert one_row(placed) == ["Gjakovë", "Gjakovë", "West", "recorded"]
    assert placed["place_shares"].tolist() == ["Prizren 1.000"]


def test_recorded_place_needs_no_geometry():
    placed = assign_places(register(None, None, municipality=["Zvecan", None], district=[None, "Peja"]))
    assert one_row(placed) == ["Zveçan", "Mitrovicë", "North", "recorded"]
    assert one_row(placed.iloc[1:]) == [None, "Pejë", "West", "recorded"]
    bare = register(None, municipality=["Zvecan"], crs=None)
    assert one_row(assign_places(bare)) == ["Zveçan", "Mitrovicë", "North", "recorded"]


def test_unknown_recorded_name_stays_and_is_told():
    hazards = register(PRIZREN, PRIZREN, municipality=["Prizrenn", "Peja"])
    with pytest.warns(
        PlacesWarning, match=r"1 recorded places need a look.*\n.*KS-1: municipality .*'Prizrenn'.*Prizren"
    ) as told:
        placed = assign_places(hazards)
    assert placed["municipality"].tolist() == ["Prizrenn", "Pejë"]
    assert one_row(placed)[1:] == [None, None, "recorded"]
    assert told[0].message.names == ("KS-1",)
    assert told[0].filename == __file__


@pytest.mark.parametrize("blank", [None, "", "  ", np.nan])
def test_blank_is_not_a_recorded_name(blank):
    hazards = register(PRIZREN, PRIZREN, municipality=pd.Series([blank, "Peja"], dtype=object))
    assert assign_places(hazards)["place_source"].tolist() == ["spatial", "recorded"]


def test_recorded_district_is_kept_and_its_municipality_found():
    placed = assign_places(register(PRIZREN, district=["Призрен"]))
    assert one_row(placed) == ["Prizren", "Prizren", "South", "spatial"]


def test_municipality_is_sought_within_the_recorded_district():
    # Nine tenths lie in Middle (Left), but the register says Right, where only East has some of it.
    across = shapely.box(1.1, 0.1, 2.1, 0.2)
    assert one_row(assign_places(register(across), COUNTRY))[:2] == ["Middle", "Left"]
    assert one_row(assign_places(register(across, district=["Right"]), COUNTRY))[:2] == ["East", "Right"]


def test_recorded_district_without_ground_there_leaves_the_municipality_open():
    assert one_row(assign_places(register(PRIZREN, district=["Gjilan"]))) == [None, "Gjilan", "East", "recorded"]


def test_recorded_region_limits_the_search_too():
    assert one_row(assign_places(register(PRIZREN, region=["Jug"]))) == ["Prizren", "Prizren", "South", "spatial"]
    assert one_row(assign_places(register(PRIZREN, region=["Veri"]))) == [None, None, "North", "recorded"]


def test_unknown_district_rules_nothing_out_but_stays():
    with pytest.warns(PlacesWarning, match="KS-1: district .*'Dukagjini'"):
        placed = assign_places(register(PRIZREN, district=["Dukagjini"]))
    assert one_row(placed) == ["Prizren", "Dukagjini", "South", "spatial"]


def test_names_that_contradict_each_other_are_kept_and_told():
    hazards = register(PRIZREN, municipality=["Klina"], district=["Prizren"])
    with pytest.warns(
        PlacesWarning, match="KS-1: municipality Klinë lies in Pejë, not in the recorded district Prizren"
    ):
        placed = assign_places(hazards)
    assert one_row(placed)[:2] == ["Klinë", "Prizren"]


def test_regions_of_the_caller_are_used_for_recorded_names_too():
    units = places(regions={"Prizren": "Centre"})
    placed = assign_places(register(PRIZREN, None, municipality=[None, "Dragash"]), units)
    assert placed["region"].tolist() == ["Centre", "Centre"]


def test_releases_are_named_by_their_own_id():
    releases = register(PRIZREN, municipality=["Nowhere at all"]).rename(columns={"hazard_id": "release_id"})
    with pytest.warns(PlacesWarning, match="record KS-1: municipality no municipality is called 'Nowhere at all'"):
        assign_places(releases)


def test_many_unknown_names_are_told_once_in_a_list_that_ends():
    hazards = register(*[None] * 30, municipality=[f"Nowhere {number}" for number in range(30)])
    with pytest.warns(PlacesWarning, match=r"(?s)30 recorded places need a look.*and 10 more") as told:
        assign_places(hazards)
    assert len(told[0].message.names) == 30


# --- another country -------------------------------------------------------------------------------------------------


def test_another_country_keeps_its_names_in_any_spelling():
    hazards = register(shapely.box(0.1, 0.1, 0.2, 0.2), WEST, municipality=[None, "MÍDDLE"])
    placed = assign_places(hazards, COUNTRY)
    assert placed["municipality"].tolist() == ["West", "Middle"]
    assert placed["district"].tolist() == ["Left", "Left"]
    assert placed["place_source"].tolist() == ["spatial", "recorded"]


def test_gazetteer_of_kosovo_is_not_asked_about_another_country():
    with pytest.warns(PlacesWarning, match="no municipality is called 'Prizren'"):
        placed = assign_places(register(WEST, municipality=["Prizren"]), COUNTRY)
    assert one_row(placed) == ["Prizren", None, None, "recorded"]


def test_units_may_be_districts_only():
    placed = assign_places(register(PRIZREN), places("district"))
    assert one_row(placed) == [None, "Prizren", "South", "spatial"]


def test_boundary_file_can_be_given_by_its_path(tmp_path):
    COUNTRY.to_file(tmp_path / "country.gpkg")
    assert assign_places(register(MIDDLE), tmp_path / "country.gpkg")["municipality"].tolist() == ["Middle"]


# --- promises of any result ------------------------------------------------------------------------------------------


def test_index_columns_and_argument_stay_as_they_were():
    hazards = register(PRIZREN, ABROAD, municipality=["Peja", None], remark=["a", "b"])
    hazards.index = pd.Index([7, 7], name="row")
    before = hazards.copy(deep=True)
    units = KOSOVO.copy(deep=True)
    placed = assign_places(hazards, units)
    assert_geodataframe_equal(hazards, before)
    assert_geodataframe_equal(units, KOSOVO)
    assert placed.index.equals(hazards.index)
    assert placed["remark"].tolist() == ["a", "b"]
    assert placed.columns.tolist()[: len(hazards.columns)] == hazards.columns.tolist()


def test_empty_register_stays_empty_with_all_columns():
    placed = assign_places(register(PRIZREN).iloc[:0])
    assert len(placed) == 0
    assert {*PLACED, "place_shares"} <= set(placed.columns)


def test_result_survives_a_file(tmp_path):
    placed = assign_places(register(PRIZREN, ABROAD))
    placed.to_file(tmp_path / "placed.gpkg")
    back = gpd.read_file(tmp_path / "placed.gpkg")
    assert back["place_shares"].iloc[0] == "Prizren 1.000"
    assert back["place_source"].tolist() == ["spatial", "none"]


CENTRE = (st.floats(19.8, 22.0), st.floats(41.7, 43.4))
SHAPE = (st.floats(0.0005, 0.08), st.integers(3, 12), st.floats(0, 6.28), st.floats(0.3, 1.0))
FIELDS = st.lists(st.tuples(*CENTRE, *SHAPE), min_size=1, max_size=8)


def drawn_fields(parameters) -> gpd.GeoDataFrame:
    shapes = []
    for x, y, radius, corners, turn, flat in parameters:
        angle = turn + np.linspace(0, 2 * np.pi, corners, endpoint=False)
        shapes.append(shapely.Polygon(np.column_stack([x + radius * np.cos(angle), y + flat * radius * np.sin(angle)])))
    return register(*shapes)


@given(FIELDS)
def test_shares_equal_geodesic_areas_of_the_pieces(parameters):
    hazards = drawn_fields(parameters)
    shares = shares_of_ground(hazards.geometry, KOSOVO)
    geod = Geod(ellps="WGS84")

    def area(shape):
        parts = [part for part in shapely.get_parts(shape.segmentize(0.005)) if part.geom_type == "Polygon"]
        return sum(geod.geometry_area_perimeter(orient(part))[0] for part in parts)

    for row, unit, share in shares[["row", "unit", "share"]].itertuples(index=False):
        hazard = hazards.geometry.iloc[int(row)]
        piece = hazard.intersection(KOSOVO.geometry.iloc[int(unit)])
        assert share == pytest.approx(area(piece) / area(hazard), abs=2e-5)
    assert (shares.groupby("row")["share"].sum() <= 1 + 1e-5).all()


@given(FIELDS, st.randoms())
def test_order_of_rows_changes_nothing(parameters, random):
    hazards = drawn_fields(parameters)
    order = list(hazards.index)
    random.shuffle(order)
    expected, shuffled = assign_places(hazards), assign_places(hazards.loc[order])
    assert_geodataframe_equal(shuffled.loc[expected.index], expected)


@given(FIELDS)
def test_assigning_twice_changes_no_place(parameters):
    once = assign_places(drawn_fields(parameters))
    twice = assign_places(once)
    levels = ["municipality", "district", "region", "place_shares"]
    assert twice[levels].equals(once[levels])


@pytest.mark.parametrize("seed", [1, 2])
def test_a_large_area_in_pieces_has_the_shares_it_has_whole(seed, monkeypatch):
    """One area over some thirty municipalities with thousands of holes, on none of whose lines anybody thought."""
    rng = np.random.default_rng(seed)
    middle = np.stack(np.meshgrid(np.linspace(20.4, 21.4, 50), np.linspace(42.2, 43.0, 50)), axis=-1).reshape(-1, 1, 2)
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * rng.uniform(0.002, 0.007, (2_500, 4, 1))
    shell = shapely.linearrings([(20.37, 42.17), (21.43, 42.17), (21.43, 43.03), (20.37, 43.03)])
    field = gpd.GeoSeries([shapely.polygons(shell, shapely.linearrings(middle + corners)), PRIZREN], crs="EPSG:4326")
    pieces = shares_of_ground(field, KOSOVO)
    monkeypatch.setattr(assignment, "_MANY_POINTS", 10**9)
    whole = shares_of_ground(field, KOSOVO)
    assert len(whole) > 30
    assert pieces[["row", "unit"]].equals(whole[["row", "unit"]])
    np.testing.assert_allclose(pieces["share"], whole["share"], rtol=1e-9)
