"""`check`: figures worked out by hand, thresholds on both sides, borders, dates, and whatever comes in."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity

import kosovo_hazards as kh
from kosovo_hazards.checks import moved, pairs
from kosovo_hazards.checks.catalogue import CHECKS
from kosovo_hazards.checks.checking import check, list_checks
from kosovo_hazards.checks.limits import Limits
from kosovo_hazards.geometry import neighbours

METRE = 1 / 111_000


def _register(*shapes: shapely.Geometry | None, **columns: object) -> gpd.GeoDataFrame:
    ids = [f"KS-{number}" for number in range(1, len(shapes) + 1)]
    words = {"hazard_type": "SHA", "status": "open", "contamination": "unknown"}
    return gpd.GeoDataFrame({"hazard_id": ids, **words, **columns}, geometry=list(shapes), crs="EPSG:4326")


def _of(findings: gpd.GeoDataFrame, name: str) -> pd.Series:
    assert (findings["check"] == name).sum() == 1, findings["check"].tolist()
    return findings[findings["check"] == name].iloc[0]


def test_an_overlap_tells_its_share_and_shows_its_ground() -> None:
    # A tenth of the first, and a fifth of the second, half as wide.
    found = check(_register(shapely.box(21.0, 42.5, 21.01, 42.51), shapely.box(21.009, 42.5, 21.014, 42.51)))
    overlap = _of(found, "overlap")
    assert overlap["value"] == pytest.approx(20, rel=1e-6)
    assert overlap.geometry.bounds == pytest.approx((21.009, 42.5, 21.01, 42.51))
    assert (overlap["record_id"], overlap["other_id"]) == ("KS-1", "KS-2")


@pytest.mark.parametrize(("share", "told"), [(0.008, False), (0.010, True)])
def test_overlap_of_nine_in_a_thousand_is_the_limit(share: float, told: bool) -> None:
    second = shapely.box(21.01 - share / 100, 42.5, 21.02, 42.51)
    found = check(_register(shapely.box(21.0, 42.5, 21.01, 42.51), second))
    assert ("overlap" in set(found["check"])) is told


def test_overlap_with_a_closed_hazard_is_a_note() -> None:
    shapes = shapely.box(21.0, 42.5, 21.01, 42.51), shapely.box(21.005, 42.5, 21.015, 42.51)
    assert _of(check(_register(*shapes, status=["open", "closed"])), "overlap")["severity"] == "note"


@pytest.mark.parametrize(("metres", "told"), [(4_900, False), (5_100, True)])
def test_an_edge_of_five_kilometres_is_the_limit(metres: float, told: bool) -> None:
    # One degree of latitude is 111.07 km here.
    found = check(_register(shapely.box(21.0, 42.5, 21.001, 42.5 + metres / 111_070)))
    assert ("long-edge" in set(found["check"])) is told


def test_recorded_hectares_are_recognised() -> None:
    field = _register(shapely.box(21.0, 42.5, 21.01, 42.51))
    hectares = kh.area_m2(field).to_numpy() / 1e4
    found = _of(check(field.assign(reported_area_m2=hectares)), "area-differs")
    assert "looks like hectares" in found["message"]
    assert found["value"] == pytest.approx(-99.99)


def test_area_in_web_mercator_is_recognised() -> None:
    field = _register(shapely.box(21.0, 42.5, 21.01, 42.51))
    found = _of(check(field.assign(reported_area_m2=field.to_crs(3857).area)), "area-differs")
    assert "Web Mercator" in found["message"]


def test_recorded_area_may_differ_as_a_receiver_does() -> None:
    field = _register(shapely.box(21.0, 42.5, 21.01, 42.51))
    for factor, told in ((1.04, False), (0.96, False), (1.06, True), (0.94, True)):
        found = check(field.assign(reported_area_m2=kh.area_m2(field) * factor))
        assert ("area-differs" in set(found["check"])) is told


@pytest.mark.parametrize(("gap_m", "told"), [(0.0, False), (3.0, True), (12.0, False)])
def test_a_gap_is_a_strip_that_nobody_left_on_purpose(gap_m: float, told: bool) -> None:
    field = shapely.box(21.0, 42.5, 21.002, 42.502)
    gap_deg = gap_m * METRE / np.cos(np.radians(42.5))
    found = check(_register(field, affinity.translate(field, 0.002 + gap_deg, 0)))
    assert ("gap" in set(found["check"])) is told
    if told:
        # 3 m wide and 0.002 degrees, 222 m, long
        assert _of(found, "gap")["value"] == pytest.approx(3 * 222, rel=0.03)


def test_a_crossing_is_shown_where_it_is() -> None:
    bow_tie = shapely.Polygon([(21.0, 42.5), (21.02, 42.52), (21.02, 42.5), (21.0, 42.52)])
    found = _of(check(_register(bow_tie)), "invalid-polygon")
    assert found.geometry.equals_exact(shapely.Point(21.01, 42.51), 1e-9)
    assert "longitude 21.010000, latitude 42.510000" in found["message"]


@pytest.mark.parametrize("kind", ["duplicate-polygon", "near-duplicate", "cha-in-sha", "overlap"])
def test_a_pair_of_hazards_is_told_of_once(kind: str) -> None:
    field = shapely.box(21.0, 42.5, 21.01, 42.51)
    others = {
        "duplicate-polygon": field,
        "near-duplicate": affinity.translate(field, 0.0002, 0),
        "cha-in-sha": affinity.scale(field, 0.5, 0.5),
        "overlap": affinity.translate(field, 0.005, 0),
    }
    found = check(_register(field, others[kind], hazard_type=["SHA", "CHA"]))
    assert [name for name in found["check"] if name in others] == [kind]


def test_a_column_of_the_minimum_data_that_is_not_there_is_told_once() -> None:
    found = check(_register(FIELD, affinity.translate(FIELD, 0.1, 0)).drop(columns="hazard_type"))
    told = _of(found[found["severity"] == "error"], "missing-column")
    assert (told["value"], told["message"][:50]) == (2, "The column hazard_type (confirmed or suspected) is")
    assert "missing-field" not in set(found["check"])


# --- places ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("inside_m", "told"), [(500, False), (4_000, True)])
def test_a_border_zone_does_not_cry_wolf(inside_m: float, told: bool) -> None:
    """Recorded in Suharekë, drawn in Prizren, so far from the border between the two."""
    units = kh.places().set_index("name")
    prizren, suhareke = units.geometry["Prizren"], units.geometry["Suharekë"]
    border = prizren.intersection(suhareke)
    inner = prizren.buffer(-inside_m / 82_000)
    spot = shapely.get_point(shapely.shortest_line(inner, border), 0)
    assert units["boundary_accuracy_m"][["Prizren", "Suharekë"]].max() == 1_000
    field = _register(spot.buffer(0.0005), municipality="Suharekë")
    assert ("other-municipality" in set(check(field)["check"])) is told


def test_ground_in_two_municipalities_is_a_note() -> None:
    units = kh.places().set_index("name")
    border = units.geometry["Prizren"].intersection(units.geometry["Suharekë"])
    found = _of(check(_register(border.interpolate(0.5, normalized=True).buffer(0.005))), "across-municipalities")
    assert found["severity"] == "note"
    assert "Prizren" in found["message"]
    assert "Suharekë" in found["message"]


def test_ground_far_across_the_border_of_the_country_is_a_warning() -> None:
    country = kh.places().union_all()
    spot = shapely.Point(country.exterior.coords[0])
    across = check(_register(spot.buffer(0.05)), limits=Limits(largest_m2=1e12))
    assert _of(across, "across-country-border")["severity"] == "warning"
    # 300 m across is within what the boundary may be off.
    assert "across-country-border" not in set(check(_register(spot.buffer(0.002)))["check"])


def test_a_register_of_another_country_is_told_once() -> None:
    shapes = [shapely.box(17 + step / 100, 44, 17.005 + step / 100, 44.005) for step in range(20)]
    found = check(_register(*shapes))
    assert _of(found, "places-do-not-fit")["value"] == 20
    assert "outside-country" not in set(found["check"])


# --- releases --------------------------------------------------------------------------------------------------------


def _work(*shapes: shapely.Geometry | None, **columns: object) -> gpd.GeoDataFrame:
    ids = [f"R-{number}" for number in range(1, len(shapes) + 1)]
    words = {"product": "cleared", "completed": "2024-03-01", "operator": "NPA"}
    return gpd.GeoDataFrame({"release_id": ids, **words, **columns}, geometry=list(shapes), crs="EPSG:4326")


FIELD = shapely.box(21.0, 42.5, 21.01, 42.51)


def test_releases_older_than_the_register_may_lie_outside() -> None:
    """Without a date given, those outside before the first inside are taken to be off the register already."""
    inside, outside = affinity.scale(FIELD, 0.2, 0.2), affinity.translate(FIELD, 0.05, 0)
    apart = [affinity.translate(affinity.scale(FIELD, 0.1, 0.1), 0.05, step / 50) for step in range(2)]
    work = _work(*apart, inside, outside, completed=["2021-05-01", "2022-05-01", "2023-05-01", "2023-06-01"])
    found = check(_register(FIELD), work).query("check == 'release-outside-hazards'").set_index("record_id")
    assert found["severity"].to_dict() == {"R-1": "note", "R-2": "note", "R-4": "warning"}
    assert "up to 2022-05-01" in found["message"]["R-1"]
    given = check(_register(FIELD), work, register_date="2021-12-31").query("check == 'release-outside-hazards'")
    assert given.set_index("record_id")["severity"].to_dict() == {"R-1": "note", "R-2": "warning", "R-4": "warning"}


def test_closed_hazard_with_all_its_ground_released_is_in_order() -> None:
    whole = check(_register(FIELD, status="closed"), _work(FIELD, hazard_id="KS-1"))
    assert not {"closed-with-ground-left", "open-with-nothing-left"} & set(whole["check"])
    half = _work(shapely.box(21.0, 42.5, 21.005, 42.51), hazard_id="KS-1")
    left = _of(check(_register(FIELD, status="closed"), half), "closed-with-ground-left")
    assert left["value"] == pytest.approx(kh.area_m2(gpd.GeoSeries([FIELD], crs=4326)).iloc[0] / 2, rel=1e-4)
    assert left.geometry.bounds == pytest.approx((21.005, 42.5, 21.01, 42.51))


def test_release_without_a_polygon_accounts_for_its_recorded_area() -> None:
    area = kh.area_m2(gpd.GeoSeries([FIELD], crs=4326)).to_numpy()
    work = pd.DataFrame(_work(None, hazard_id="KS-1", reported_area_m2=area).drop(columns="geometry"))
    assert "closed-with-ground-left" not in set(check(_register(FIELD, status="closed"), work)["check"])
    assert "open-with-nothing-left" in set(check(_register(FIELD), work)["check"])


def test_a_release_before_the_hazard_does_not_account_for_its_ground() -> None:
    field = _register(FIELD, status="closed", established="2024-06-01")
    found = check(field, _work(FIELD, hazard_id="KS-1"))
    assert {"closed-with-ground-left", "release-before-hazard"} <= set(found["check"])
    assert _of(found, "release-before-hazard")["value"] == 92  # days from 1 March to 1 June


def test_a_method_that_fits_or_is_unknown_is_in_order() -> None:
    for method in ("clearance", "BAC", "Battle Area Clearance", "something else", None):
        assert "method-does-not-fit" not in set(check(_register(FIELD), _work(FIELD, method=[method]))["check"])


# --- whatever comes in -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hazards", "words"),
    [
        (_register(FIELD).drop(columns="hazard_id"), "hazard_id needed to check hazards"),
        (pd.DataFrame({"hazard_id": ["KS-1"]}), "no geometry"),
        (_register(FIELD).set_crs(None, allow_override=True), "no coordinate reference system"),
    ],
)
def test_only_a_missing_id_geometry_or_crs_is_refused(hazards: pd.DataFrame, words: str) -> None:
    with pytest.raises(kh.HazardDataError, match=words):
        check(hazards)


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(kh.HazardDataError, match="register_date='soon' is not a date"):
        check(_register(FIELD), register_date="soon")


KINDS = [
    None, shapely.Point(), shapely.Polygon(), shapely.Point(21, 42.5), shapely.LineString([(21, 42.5), (21.1, 42.6)]),
    shapely.MultiPoint([(21, 42.5), (21.1, 42.6)]), FIELD, shapely.force_3d(FIELD, 500),
    shapely.MultiPolygon([FIELD, FIELD]), shapely.GeometryCollection([FIELD, FIELD.centroid]),
    shapely.GeometryCollection(), shapely.MultiPolygon(),
    shapely.GeometryCollection([shapely.GeometryCollection([FIELD])]), shapely.Point(np.nan, np.nan),
    shapely.Polygon([(21, 42), (np.inf, 42), (21, 43)]), affinity.scale(FIELD, 1e6, 1e6),
    affinity.scale(FIELD, 1e-9, 1e-9),
]  # fmt: skip


def test_every_kind_of_geometry_is_taken_and_no_record_lost() -> None:
    found = check(_register(*KINDS), _work(*KINDS))
    odd = {number for number, shape in enumerate(KINDS, start=1) if shape is None or shape.geom_type != "Polygon"}
    assert {f"KS-{number}" for number in odd} <= set(found["record_id"])


POINT = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda p: (21 + p[0] / 1000, 42.5 + p[1] / 1000))
RING = st.lists(POINT, min_size=3, max_size=7)
SHAPE = st.one_of(
    RING.map(shapely.Polygon),
    st.lists(RING.map(shapely.Polygon), min_size=1, max_size=3).map(shapely.MultiPolygon),
    st.tuples(RING, RING).map(lambda rings: shapely.Polygon(rings[0], [rings[1]])),
    st.sampled_from(KINDS),
)
SOME_COLUMNS = [
    "status", "hazard_type", "product", "completed", "established", "reported_area_m2", "area_m2", "submunitions",
    "municipality", "synthetic", "operator", "method", "district",
]  # fmt: skip
JUNK = st.one_of(st.none(), st.text(max_size=6), st.integers(-5, 5), st.floats(), st.dates(), st.booleans())


@given(st.lists(st.tuples(SHAPE, JUNK, JUNK, JUNK), min_size=1, max_size=6), st.data())
def test_whatever_is_in_the_tables_nothing_is_raised_and_nothing_changed(rows: list, data: st.DataObject) -> None:
    columns = data.draw(st.lists(st.sampled_from(SOME_COLUMNS), min_size=2, max_size=2, unique=True))
    shapes = [row[0] for row in rows]
    values = {name: pd.Series([row[at + 2] for row in rows], dtype=object) for at, name in enumerate(columns)}
    ids = pd.Series([row[1] for row in rows], dtype=object)
    hazards = gpd.GeoDataFrame({"hazard_id": ids, **values}, geometry=shapes, crs="EPSG:4326")
    releases = gpd.GeoDataFrame({"release_id": ids, "hazard_id": ids, **values}, geometry=shapes[::-1], crs="EPSG:4326")
    before = hazards.to_wkb(), releases.to_wkb()
    found = check(hazards, releases)
    pd.testing.assert_frame_equal(hazards.to_wkb(), before[0])
    pd.testing.assert_frame_equal(releases.to_wkb(), before[1])
    assert set(found["check"]) <= {kind.name for kind in CHECKS}
    broken = {row for row, shape in enumerate(shapes) if shape is not None and not shapely.is_valid(shape)}
    told = {row for row in broken if str(ids[row]).strip() and ids[row] is not None and ids[row] == ids[row]}
    assert {str(ids[row]) for row in told} <= {str(name) for name in found["record_id"]} | {
        str(pd.Timestamp(ids[row]).date()) for row in told if hasattr(ids[row], "isoformat")
    }


@pytest.mark.parametrize("offset_m", [0.0, 0.1])
def test_a_thousand_hazards_on_top_of_each_other_are_told_with_bounded_findings(offset_m: float) -> None:
    moves = np.random.default_rng(5).normal(0, offset_m * METRE, (1_000, 2))
    register = _register(*[affinity.translate(FIELD, *move) for move in moves])
    found = check(register)
    told = found[found["check"].isin(["duplicate-polygon", "near-duplicate"])]
    assert set(told["record_id"]) | set(told["other_id"]) == set(register["hazard_id"])
    assert len(told) <= 10 * len(register)


def test_a_crowd_in_which_not_all_were_compared_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_FEWEST", 5_000)
    moves = np.random.default_rng(5).normal(0, METRE, (300, 2))
    found = check(_register(*[affinity.translate(FIELD, *move) for move in moves]))
    assert _of(found, "not-all-compared")["value"] == 300


def test_releases_in_a_crowd_are_told_and_never_called_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_FEWEST", 5_000)
    monkeypatch.setattr(pairs, "_PAIRS_OF_CROWD", 500)
    moves = np.random.default_rng(5).normal(0, METRE, (2_000, 2))
    register = _register(*[affinity.translate(FIELD, *move) for move in moves])
    work = gpd.GeoDataFrame(
        {"release_id": [f"R-{n}" for n in range(200)], "product": "cleared"},
        geometry=[affinity.scale(FIELD, 0.5, 0.5)] * 200, crs=4326,
    )  # fmt: skip
    found = check(register, work)
    told = found[(found["check"] == "not-all-compared") & (found["table"] == "release")]
    assert 200 in told["value"].tolist()
    assert not found["check"].isin(["release-outside-hazards", "release-in-other-hazard"]).any()


def test_so_many_of_one_size_that_moved_copies_are_sought_among_the_nearest_only_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shape = shapely.Polygon([(0, 0), (2, 0), (3, 1), (2, 3), (1, 2.5), (0, 2)])
    fields = [affinity.translate(affinity.scale(shape, 1e-5, 1e-5), 21 + n % 20 / 5e3, 42.6 + n // 20 / 5e3)
              for n in range(400)]  # fmt: skip
    found = check(_register(*fields))
    assert not (found["check"] == "not-all-compared").any()
    assert (found["check"] == "moved-copy").sum() > 10_000
    monkeypatch.setattr(moved, "_MOST_PAIRS", 2_000)
    found = check(_register(*fields))
    assert _of(found, "not-all-compared")["value"] == 400
    assert 0 < (found["check"] == "moved-copy").sum() <= 2_000


# --- operators, areas of a grid, datums, the day of the register ------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "odd"),
    [
        (["HALO Trust", "HALO Trust", "HALO Trsut"], "HALO Trsut"),
        (["HALO Trust", "HALO Trust", "HALO Trusst"], "HALO Trusst"),
        (["HALO Trust", "HALO Trust", "HALO Trus"], "HALO Trus"),
        (["Kosovo Security Force", "Kosovo Security Force", "Kosova Security Force"], "Kosova Security Force"),
        # Short names, numbers and letters of teams tell operators apart.
        (["NPA", "NPA", "NPD"], None),
        (["Platoon 1", "Platoon 1", "Platoon 2"], None),
        (["Team A", "Team A", "Team B"], None),
        (["HALO Trust", "Norwegian People's Aid", "Mines Advisory Group"], None),
    ],
)
def test_a_slip_in_the_name_of_an_operator_is_found_and_another_name_is_not(names: list[str], odd: str | None) -> None:
    fields = [affinity.translate(FIELD, n / 10, 0) for n in range(3)]
    found = check(_register(*fields, operator=names))
    near = found[found["check"] == "operator-nearly-alike"]
    assert near["record_id"].tolist() == ([f"KS-{names.index(odd) + 1}"] if odd else [])
    if odd:
        assert f"'{odd}'" in near["message"].iloc[0]
        assert f"nearly like '{names[0]}'" in near["message"].iloc[0]


def test_the_frequent_spelling_of_both_tables_counts() -> None:
    work = _work(FIELD, hazard_id="KS-1", operator="Norwegian Poeple's Aid")
    found = check(_register(FIELD, affinity.translate(FIELD, 0.1, 0), operator="Norwegian People's Aid"), work)
    assert _of(found, "operator-nearly-alike")["table"] == "release"


def test_an_area_of_utm_is_told_from_a_survey_that_is_as_far_off() -> None:
    field = _register(FIELD)
    true, grid = kh.area_m2(field).iloc[0], field.to_crs("EPSG:32634").area.iloc[0]
    # 0.08 % in the middle of a zone (scale 0.9996 along each axis).
    assert grid / true - 1 == pytest.approx(-0.0008, abs=1e-5)
    for column, name in (("reported_area_m2", "area-in-grid"), ("area_m2", "stored-area-stale")):
        found = _of(check(field.assign(**{column: round(grid)})), name)
        assert found["value"] == pytest.approx(-0.08, abs=1e-3)
        assert "grid of UTM" in found["message"]
    surveyed = check(field.assign(reported_area_m2=true * (1 - 0.0006)))
    assert "area-in-grid" not in set(surveyed["check"])


RAGGED = shapely.Polygon([(21, 42.5), (21.004, 42.501), (21.006, 42.5), (21.007, 42.504), (21.003, 42.506)])


@pytest.mark.parametrize("datum", ["EPSG:4230", "EPSG:4312", "EPSG:3906"])
def test_a_copy_in_another_datum_is_found_and_squares_of_a_grid_are_not(datum: str) -> None:
    """ED50, MGI, and the old Yugoslav one as PROJ takes it, each read as WGS 84."""
    old = gpd.GeoSeries([RAGGED], crs=datum).to_crs("EPSG:4326")
    moved = _of(check(_register(RAGGED, old.iloc[0])), "moved-copy")
    start, end = RAGGED.centroid, old.iloc[0].centroid
    assert moved["value"] == pytest.approx(pyproj.Geod(ellps="WGS84").inv(start.x, start.y, end.x, end.y)[2], rel=0.01)
    assert (moved["record_id"], moved["other_id"]) == ("KS-2", "KS-1")
    squares = [affinity.translate(shapely.box(21, 42.5, 21.001, 42.501), n * 0.002, 0) for n in range(4)]
    assert "moved-copy" not in set(check(_register(*squares))["check"])
    assert "moved-copy" not in set(check(_register(RAGGED, affinity.translate(RAGGED, 0.1, 0)))["check"])


def test_a_register_that_lies_moved_against_an_earlier_export_is_told_once() -> None:
    before = kh.demo_data(2023)[0]
    now = kh.demo_data(2024)[0]
    assert "register-shifted" not in set(check(now, previous=before)["check"])
    # 100 m east at latitude 42.6: 0.00122 degrees.
    moved = now.set_geometry(now.geometry.translate(0.00122, 0))
    found = _of(check(moved, previous=before.to_crs("EPSG:9141")), "register-shifted")
    assert found["value"] == pytest.approx(100, abs=2)
    assert "100 m east of where" in found["message"]
    assert pd.isna(found["record_id"])


def test_a_register_that_was_right_on_its_date_has_no_hazard_with_nothing_left() -> None:
    field, work = _register(FIELD), _work(FIELD, hazard_id="KS-1", completed="2024-03-01")
    assert "open-with-nothing-left" not in set(check(field, work, register_date="2023-12-31")["check"])
    late = _of(check(field, work, register_date="2024-06-30"), "open-with-nothing-left")
    assert late["severity"] == "warning"
    # Nobody says of which day the register is.
    assert _of(check(field, work), "open-with-nothing-left")["severity"] == "note"


def test_hazards_recorded_after_the_day_of_their_register_are_told() -> None:
    field = _register(FIELD, established="2024-01-10")
    assert _of(check(field, register_date="2023-12-31", as_of="2024-12-31"), "recorded-after-register")["value"] == 10
    for day in ("2024-01-10", None):
        assert "recorded-after-register" not in set(check(field, register_date=day, as_of="2024-12-31")["check"])


# --- the list of checks ----------------------------------------------------------------------------------------------


def test_the_list_names_each_check_once_with_its_reason_and_thresholds() -> None:
    listed = list_checks()
    assert listed["check"].is_unique
    assert len(listed) == len(CHECKS)
    assert set(listed["severity"]) == {"error", "warning", "note"}
    assert (listed["reason"].str.len() > 0).all()
    known = {field.name for field in fields(Limits)} | set(inspect.signature(check).parameters)
    assert {name for kind in CHECKS for name in kind.thresholds} <= known
    assert all(kind.name in (check.__doc__ or "") for kind in CHECKS)


def test_every_threshold_is_explained_and_used_by_a_check() -> None:
    documented = re.findall(r"^    ([a-z_0-9, ]+)$", Limits.__doc__ or "", re.M)
    names = {name for line in documented for name in line.split(", ")}
    used = {name for kind in CHECKS for name in kind.thresholds}
    assert {field.name for field in fields(Limits)} <= names & used


def test_a_threshold_given_is_the_one_that_counts() -> None:
    field = shapely.box(21.0, 42.5, 21.01, 42.51)
    strip = _register(field, affinity.translate(field, 0.01 + 4 * METRE / 0.737, 0))
    assert "gap" in set(check(strip)["check"])
    assert "gap" not in set(check(strip, limits=Limits(gap_m=3))["check"])


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"gap_m": -1}, "gap_m is -1"),
        ({"area_share": 5}, "area_share is 5 – give a share from 0 to 1"),
        ({"largest_m2": float("nan")}, "largest_m2 is nan"),
        ({"spike_m": "ten"}, "spike_m is 'ten'"),
        ({"earliest_date": "long ago"}, "earliest_date is 'long ago'"),
    ],
)
def test_thresholds_that_mean_nothing_are_refused(given: dict[str, object], named: str) -> None:
    with pytest.raises(kh.UsageError, match=named):
        Limits(**given)


@pytest.mark.parametrize("word", ["unknown", "E panjohur", "Nepoznato", "n/a", "-"])
def test_a_word_for_not_known_is_no_place_that_is_missing_from_the_gazetteer(word: str) -> None:
    hazards = kh.demo_data()[0].assign(municipality=word)
    assert "unknown-place" not in set(check(hazards)["check"])
    assert "unknown-place" in set(check(hazards.assign(municipality="Nowhere"))["check"])


# --- what was mended when it was read --------------------------------------------------------------------------------


def test_what_a_reader_mended_is_found_too() -> None:
    """The lane crosses itself: its lobes count by every reading, so it is whole; a bow tie of two turns is not."""
    bow = shapely.Polygon([(21, 42.5), (21.002, 42.502), (21.002, 42.5), (21, 42.502)])
    twice = shapely.Polygon([(21, 42.5), (21.004, 42.5), (21.004, 42.504), (21.001, 42.504), (21.001, 42.501),
                             (21.003, 42.501), (21.003, 42.503), (21, 42.503)])  # fmt: skip
    whole = shapely.box(21.1, 42.5, 21.101, 42.501)
    apart = shapely.MultiPolygon([whole, shapely.box(21.1005, 42.5005, 21.102, 42.502)])
    read = kh.read_hazards(_register(bow, whole, apart))
    found = kh.check(read)
    told = found[found["check"].isin(["invalid-polygon", "parts-overlap"])]
    assert told[["check", "record_id", "severity"]].to_numpy().tolist() == [
        ["invalid-polygon", "KS-1", "warning"], ["parts-overlap", "KS-3", "warning"],
    ]  # fmt: skip
    assert told["message"].str.contains("mended when it was read").all()
    assert kh.check(read.data)["check"].isin(["invalid-polygon", "parts-overlap"]).sum() == 0

    work = gpd.GeoDataFrame({"release_id": ["R-1"], "product": ["cleared"]}, geometry=[twice], crs="EPSG:4326")
    done = kh.read_releases(work)
    found = kh.check(read, done).set_index("check")
    assert list(found.loc[["release-not-sure"], "record_id"]) == ["R-1"]
    assert found.loc["release-not-sure", "value"] == pytest.approx(
        (done.repairs["area_before_m2"] - done.repairs["area_after_m2"]).item()
    )


def test_places_that_do_not_say_how_accurate_they_are_take_the_limit() -> None:
    places = kh.places().drop(columns="boundary_accuracy_m")
    # 3 km and 300 m beyond the western border.
    west = places.union_all().bounds[0]
    latitude = places.union_all().intersection(shapely.LineString([(west + 1e-3, 41), (west + 1e-3, 44)])).centroid.y
    far, near = (
        shapely.box(west - metres * METRE * 1.36 - 1e-4, latitude, west - metres * METRE * 1.36, latitude + 1e-4)
        for metres in (3_000, 300)
    )
    findings = check(_register(far, near), places=places)
    outside = findings[findings["check"] == "outside-country"]
    assert outside["record_id"].tolist() == ["KS-1"]
