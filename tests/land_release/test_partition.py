"""Ground that counts once: properties of random registers, and the same figures by overlays of geopandas."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given
from hypothesis import strategies as st

import kosovo_hazards as kh
from kosovo_hazards.geometry.areas import drawn_area
from kosovo_hazards.land_release.applying import LandRelease, apply_releases
from kosovo_hazards.land_release.ledger import PARTS
from kosovo_hazards.land_release.partition import narrow

Tables = tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]

PRODUCTS = ["cancelled_m2", "reduced_m2", "cleared_m2"]
M2_PER_SQUARE_DEGREE = 111_320 * 111_080 * np.cos(np.radians(42.6))
CRS = ["EPSG:4326", "EPSG:9141", "EPSG:3035"]
STEP_M = 25


def on_ground(points_m: list[tuple[float, float]]) -> shapely.Polygon:
    """The hull of points given in metres east and north of a place in Kosovo; a square where that is a line."""
    spots = [(21 + x / 82_000, 42.6 + y / 111_100) for x, y in points_m]
    hull = shapely.MultiPoint(spots).convex_hull
    # Points on one line can make a hull of no width, by rounding.
    return hull if hull.area > 1e-12 else shapely.box(*spots[0], spots[0][0] + 1e-3, spots[0][1] + 1e-3)


STEPS = st.tuples(st.integers(0, 24), st.integers(0, 24)).map(lambda at: (at[0] * STEP_M, at[1] * STEP_M))
HULLS = st.lists(STEPS, min_size=3, max_size=6, unique=True).map(on_ground)
# Strips from a hand to two metres wide, as digitising leaves them.
STRIPS = st.tuples(STEPS, st.sampled_from([0.1, 0.5, 2.0])).map(
    lambda strip: on_ground([strip[0], (strip[0][0] + strip[1], strip[0][1]), (strip[0][0], strip[0][1] + 150)])
)
# The same lines drawn anew, a hand to a step beside.
REDRAWN = st.tuples(HULLS, st.sampled_from([1e-6, 3e-6, -9e-6])).map(
    lambda hull: shapely.transform(hull[0], lambda points: points + hull[1])
)
PAIRS = st.tuples(HULLS, HULLS).map(lambda pair: pair[0].union(pair[1]))
HOLED = st.tuples(HULLS, HULLS).map(
    lambda pair: pair[0] if pair[1].covers(pair[0]) else pair[0].difference(pair[1]).buffer(0)
)
SHAPES = st.one_of(HULLS, HULLS, REDRAWN, STRIPS, PAIRS, HOLED)
DATES = st.sampled_from([None, "2019-06-01", "2021-03-05", "2021-03-05", "2023-09-09"])


@st.composite
def registers(draw: st.DrawFn) -> Tables:
    """Hazards and releases that overlap in all ways, some without polygon, area, day or a hazard that there is."""
    fields = draw(st.lists(st.one_of(SHAPES, SHAPES, SHAPES, st.none()), min_size=1, max_size=4))
    work = draw(st.lists(st.one_of(SHAPES, SHAPES, st.none(), st.just(shapely.Polygon())), max_size=6))

    def column(values: st.SearchStrategy[object], length: int) -> list[object]:
        return draw(st.lists(values, min_size=length, max_size=length))

    figures = st.one_of(st.none(), st.floats(0, 1e5))
    hazards = gpd.GeoDataFrame(
        {
            "hazard_id": [f"H-{number}" for number in range(1, len(fields) + 1)],
            "established": column(DATES, len(fields)),
            "reported_area_m2": np.array(column(figures, len(fields)), dtype=float),
        },
        geometry=fields,
        crs="EPSG:4326",
    )
    releases = gpd.GeoDataFrame(
        {
            "release_id": [f"R-{number}" for number in range(1, len(work) + 1)],
            "product": column(st.sampled_from(["cleared", "reduced", "cancelled"]), len(work)),
            "completed": column(DATES, len(work)),
            "hazard_id": column(st.sampled_from(["H-1", "H-2", "H-9", None]), len(work)),
            "reported_area_m2": np.array(column(figures, len(work)), dtype=float),
        },
        geometry=work,
        crs="EPSG:4326",
    )
    crs = draw(st.sampled_from(CRS))
    return mended(hazards.to_crs(crs)), mended(releases.to_crs(crs))


def mended(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Rounding of another CRS can make rings cross that only touched."""
    odd = has_ground(table) & ~table.geometry.is_valid
    table.loc[odd, "geometry"] = table.geometry[odd].buffer(0)
    return table


def has_ground(table: gpd.GeoDataFrame) -> np.ndarray:
    return ~(shapely.is_missing(table.geometry.to_numpy()) | shapely.is_empty(table.geometry.to_numpy()))


def square_metres(shapes: np.ndarray, crs: object) -> np.ndarray:
    return shapely.area(shapes) * (M2_PER_SQUARE_DEGREE if crs == "EPSG:4326" else 1)


def assert_balanced(result: LandRelease) -> None:
    """Every identity that holds for whatever is put in."""
    remaining, ledger = result
    figures = remaining[["baseline_m2", *PRODUCTS, "remaining_m2", "sliver_m2"]]
    assert not (figures < 0).any(axis=None)
    gap = remaining["baseline_m2"] - remaining[PRODUCTS].sum(axis=1) - remaining["remaining_m2"]
    assert not (gap.abs() > 1e-6).any()
    assert (remaining["baseline_m2"].isna() == remaining["remaining_m2"].isna()).all()
    assert not (ledger[list(PARTS)] < 0).any(axis=None)
    known = ledger[ledger["area_m2"].notna()]
    assert (known["area_m2"] - known[list(PARTS)].sum(axis=1)).abs().sum() < 1e-2
    polygons = result.balance()["polygons_m2"]
    assert polygons["baseline"] == pytest.approx(polygons[["cancelled", "reduced", "cleared", "remaining"]].sum())
    by_hazard = result.shares.groupby("hazard_id")["ground_m2"].sum()
    released = remaining.set_index("hazard_id")[PRODUCTS].sum(axis=1)
    assert by_hazard.reindex(released.index, fill_value=0).to_numpy() == pytest.approx(released.to_numpy(), abs=1e-6)


@given(registers())
def test_everything_balances_and_nothing_is_negative(tables: Tables) -> None:
    result = apply_releases(*tables)
    assert_balanced(result)
    remaining = result.remaining[~shapely.is_missing(result.remaining.geometry.to_numpy())]
    spatial = remaining["release_basis"].fillna("spatial") == "spatial"
    drawn = remaining["area_m2"].fillna(0) + remaining["sliver_m2"]
    # The polygon and its slivers are what the figures say, and where figures without polygons were taken off, more.
    assert (drawn - remaining["remaining_m2"])[spatial].abs().sum() < 1
    assert not ((drawn - remaining["remaining_m2"]) < -1).any()


@given(registers())
def test_no_polygon_covers_less_than_the_baseline_without_the_releases(tables: Tables) -> None:
    hazards, releases = tables
    result = apply_releases(hazards, releases)
    completed, established = (
        pd.to_datetime(frame[column]) for frame, column in ((releases, "completed"), (hazards, "established"))
    )
    for row, hazard in hazards[has_ground(hazards)].iterrows():
        left, later = result.remaining.loc[row], ~(completed < established[row])
        if left.geometry.is_empty and left["release_basis"] != "spatial":
            continue  # released by its figures
        strips = result.slivers.loc[result.slivers["hazard_id"] == hazard["hazard_id"], "geometry"]
        cover = shapely.union_all([left.geometry, *strips, *releases.geometry[later & has_ground(releases)]])
        bare = hazard.geometry.difference(cover), left.geometry.difference(hazard.geometry)
        assert square_metres(np.array(bare), hazards.crs).max() < 1e-2


@given(registers(), st.randoms())
def test_order_of_rows_changes_nothing(tables: Tables, random: object) -> None:
    hazards, releases = tables
    mixed = [frame.iloc[random.sample(range(len(frame)), len(frame))] for frame in tables]
    straight, shuffled = apply_releases(hazards, releases), apply_releases(*mixed)
    assert_geodataframe_equal(straight.remaining, shuffled.remaining.sort_index())
    pd.testing.assert_frame_equal(straight.ledger, shuffled.ledger.sort_index())
    pd.testing.assert_frame_equal(straight.shares, shuffled.shares)


@given(registers())
def test_giving_every_release_twice_changes_nothing(tables: Tables) -> None:
    hazards, releases = tables
    releases = releases[has_ground(releases) | releases["hazard_id"].notna()]
    again = releases.assign(release_id=[f"again-{release}" for release in releases["release_id"]])
    once, twice = (apply_releases(hazards, table) for table in (releases, pd.concat([releases, again])))
    figures = [result.remaining.drop(columns="geometry") for result in (once, twice)]
    pd.testing.assert_frame_equal(*figures, rtol=0, atol=0.1)
    for part in ("inside_m2", "outside_m2"):
        assert twice.ledger[part].sum() == pytest.approx(once.ledger[part].sum(), abs=0.1)


@given(registers())
def test_ledger_equals_crediting_one_release_after_the_other_in_the_plane(tables: Tables) -> None:
    """The definition, written out: what is fresh, and of that what lies in any hazard, in metres of a plane."""
    hazards, releases = (mended(frame.to_crs("EPSG:9141")) for frame in tables)
    hazards["established"] = None
    strength = {"cleared": 0, "reduced": 1, "cancelled": 2}
    drawn = releases[has_ground(releases)]
    order = drawn.assign(strong=drawn["product"].map(strength))
    order = order.sort_values(["completed", "strong", "release_id"], na_position="last")
    ledger = apply_releases(hazards, releases).ledger
    recorded, done = hazards.union_all(), shapely.Polygon()
    for row, shape in order.geometry.items():
        fresh = shape.difference(done)
        done = done.union(shape)
        inside = fresh.intersection(recorded).area
        expected = [inside, shape.area - fresh.area, fresh.area - inside]
        found = ledger.loc[row, ["inside_m2", "released_before_m2", "outside_m2"]].to_numpy(dtype=float)
        # The grid shortens lengths by up to 1 in 2,500.
        assert found == pytest.approx(expected, rel=1e-3, abs=1)


def test_a_cut_that_took_too_much_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault put in on purpose: the geometry engine cuts a hand beyond the release."""
    exact = shapely.difference
    monkeypatch.setattr(shapely, "difference", lambda shape, cover: exact(shape, shapely.buffer(cover, 2e-6)))
    field = gpd.GeoDataFrame({"hazard_id": ["1"]}, geometry=[shapely.box(21, 42.6, 21.01, 42.61)], crs=4326)
    work = gpd.GeoDataFrame(
        {"release_id": ["1"], "product": "cleared"}, geometry=[shapely.box(21, 42.6, 21.005, 42.61)], crs=4326
    )
    assert apply_releases(field, work).remaining.geometry[0].equals(field.geometry[0])


def test_ground_that_can_not_be_cut_stays_and_the_rest_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault put in on purpose: the geometry engine gives up on one of three hazards, and on a grid too."""
    exact, stubborn = shapely.difference, shapely.box(21.02, 42.6, 21.03, 42.61)

    def gives_up(shapes: np.ndarray, covers: np.ndarray, **on_grid: float) -> np.ndarray:
        if on_grid or any(shape.equals(stubborn) for shape in np.atleast_1d(shapes)):
            raise shapely.errors.GEOSException("side location conflict")
        return exact(shapes, covers)

    monkeypatch.setattr(shapely, "difference", gives_up)
    fields = [shapely.box(21, 42.6, 21.01, 42.61), stubborn, shapely.box(21.04, 42.6, 21.05, 42.61)]
    hazards = gpd.GeoDataFrame({"hazard_id": ["1", "2", "3"]}, geometry=fields, crs=4326)
    work = gpd.GeoDataFrame(
        {"release_id": ["1"], "product": "cleared"}, geometry=[shapely.box(20.9, 42.6, 21.1, 42.605)], crs=4326
    )
    remaining = apply_releases(hazards, work).remaining
    assert remaining["progress"].to_numpy() == pytest.approx([0.5, 0, 0.5], abs=1e-4)
    assert remaining.geometry[1].equals(stubborn)


def messy(count: int = 1_500) -> Tables:
    """Releases as a country's file has them, and hazards made by widening or narrowing a third of them.

    Stars of 10 to 500 m, crowded so that many overlap; one in ten drawn again a few centimetres off, one in twenty
    again exactly, one in ten in two parts, one in fifty without a polygon.
    """
    rng = np.random.default_rng(11)
    middle = np.array([7_450_000.0, 4_720_000.0]) + rng.normal(0, 2_500, (count, 2))
    corners = rng.uniform(0.4, 1, (count, 12)) * np.exp(rng.uniform(np.log(5), np.log(250), (count, 1)))
    turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    points = middle[:, None] + corners[..., None] * np.column_stack([np.cos(turn), np.sin(turn)])
    shapes = shapely.polygons(points)
    pairs = np.arange(0, count, 10)
    shapes[pairs] = shapely.union(
        shapes[pairs], shapely.transform(shapes[pairs], lambda at: at + np.array([600.0, 0.0]))
    )
    nudged = shapely.transform(shapes[1::10], lambda at: at + 0.04)
    shapes = np.concatenate([shapes, nudged, shapes[2::20]])
    fields = shapely.buffer(shapes[::3], rng.uniform(-15, 40, len(shapes[::3])))
    shapes[3::50] = None
    hazards = gpd.GeoDataFrame(geometry=fields[~shapely.is_empty(fields)], crs="EPSG:9141")
    releases = gpd.GeoDataFrame(geometry=shapes, crs="EPSG:9141")
    releases["product"] = rng.choice(["cleared", "reduced", "cancelled"], len(releases))
    releases["completed"] = pd.to_datetime("2015-01-01") + pd.to_timedelta(rng.integers(0, 3_000, len(releases)), "D")
    releases.loc[rng.random(len(releases)) < 0.1, "completed"] = pd.NaT
    return (
        hazards.assign(hazard_id=[f"H-{row}" for row in range(len(hazards))]),
        releases.assign(release_id=[f"R-{row}" for row in range(len(releases))]),
    )


@pytest.mark.parametrize("crs", ["EPSG:9141", "EPSG:4326"])
def test_a_messy_country_comes_out_as_by_overlay(crs: str) -> None:
    hazards, releases = (mended(frame.to_crs(crs)) for frame in messy())
    result = apply_releases(hazards, releases)
    assert_balanced(result)
    dissolved = gpd.GeoDataFrame(geometry=[releases.union_all()], crs=crs).explode()
    expected = gpd.overlay(hazards, dissolved, how="difference").set_index("hazard_id").geometry
    assert result.remaining["remaining_m2"].sum() == pytest.approx(
        kh.area_m2(expected).sum(), rel=1e-9, abs=0.05 * len(result.slivers)
    )
    polygons = pd.concat([result.remaining[["hazard_id", "geometry"]], result.slivers[["hazard_id", "geometry"]]])
    ours = polygons.dissolve("hazard_id").geometry.reindex(expected.index)
    apart = shapely.symmetric_difference(ours.to_numpy(), expected.to_numpy())
    assert square_metres(apart, crs).max() < 1e-2
    gone = result.remaining.loc[~result.remaining["hazard_id"].isin(expected.index)]
    assert gone.geometry.is_empty.all()
    once = result.ledger[["inside_m2", "outside_m2"]].sum().sum()
    assert once == pytest.approx(kh.footprint_m2(dissolved), rel=2e-6)
    assert len(result.slivers) > 10  # of lines drawn twice; each is listed


def test_ground_at_the_antimeridian_is_cut_in_two_parts_and_no_other_way() -> None:
    def across(west: float, east: float) -> shapely.MultiPolygon:
        return shapely.MultiPolygon([shapely.box(west, -17, 180, -16.99), shapely.box(-180, -17, east, -16.99)])

    fiji = gpd.GeoDataFrame({"hazard_id": ["F"]}, geometry=[across(179.99, -179.99)], crs=4326)
    work = gpd.GeoDataFrame({"release_id": ["1"], "product": "cleared"}, geometry=[across(179.995, -179.995)], crs=4326)
    remaining, ledger = apply_releases(fiji, work)
    assert remaining["progress"][0] == pytest.approx(0.5, rel=1e-5)
    assert ledger["outside_m2"][0] == 0
    ring = shapely.Polygon([(179.99, -17), (-179.99, -17), (-179.99, -16.99), (179.99, -16.99)])
    with pytest.raises(kh.HazardDataError, match=r"record F: geometry goes more than half around .* antimeridian"):
        apply_releases(fiji.set_geometry([ring], crs=4326), work)


@pytest.mark.parametrize("place", [(17.8, 44.0), (37.0, 48.5), (104.0, 13.0), (-74.0, 4.5), (18.0, -12.0)])
def test_any_country(place: tuple[float, float]) -> None:
    east, north = place
    hazards = gpd.GeoDataFrame(
        {"hazard_id": ["1"]}, geometry=[shapely.box(east, north, east + 0.01, north + 0.01)], crs=4326
    )
    releases = gpd.GeoDataFrame(
        {"release_id": ["1"], "product": "reduced"},
        geometry=[shapely.box(east - 0.01, north, east + 0.0025, north + 0.01)],
        crs=4326,
    )
    remaining, ledger = apply_releases(hazards, releases)
    assert remaining["progress"][0] == pytest.approx(0.25, rel=1e-4)
    assert ledger["outside_m2"][0] == pytest.approx(0.8 * ledger["area_m2"][0], rel=1e-4)


@given(HULLS, HULLS)
def test_drawn_area_of_parts_adds_up_to_the_whole(one: shapely.Polygon, other: shapely.Polygon) -> None:
    parts = np.array([one, one.intersection(other), one.difference(other)], dtype=object)
    for crs in (gpd.GeoSeries(crs=4326).crs, gpd.GeoSeries(crs=9141).crs):
        whole, *rest = drawn_area(parts, crs=crs)
        assert sum(rest) == pytest.approx(whole, rel=1e-9)


def test_drawn_area_is_the_true_area_where_edges_are_short() -> None:
    ring = shapely.Point(21, 42.6).buffer(0.001, quad_segs=64)
    holed = ring.difference(shapely.Point(21, 42.6).buffer(0.0005, quad_segs=64))
    both = np.array([ring, holed, shapely.MultiPolygon([holed, on_ground([(900, 900)])])], dtype=object)
    ours = drawn_area(both, crs=gpd.GeoSeries(crs=4326).crs)
    true = kh.area_m2(gpd.GeoSeries(both, crs=4326)).to_numpy()
    assert ours / ours[0] == pytest.approx(true / true[0], rel=1e-6)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:9141", "EPSG:2263"])
def test_width_of_slivers_is_in_metres_in_any_crs(crs: str) -> None:
    start = gpd.GeoSeries([shapely.Point(-74, 40.7) if crs == "EPSG:2263" else shapely.Point(21, 42.6)], crs=4326)
    metric = start.to_crs(start.estimate_utm_crs())
    x, y = metric.x[0], metric.y[0]
    strips = gpd.GeoSeries([shapely.box(x, y, x + 80, y + w) for w in (0.9, 1.1)], crs=metric.crs).to_crs(crs)
    assert narrow(strips.to_numpy(), 1.0, crs=strips.crs).tolist() == [True, False]
