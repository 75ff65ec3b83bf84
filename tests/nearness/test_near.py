"""How near: distances against a slow geodesic reference, and verdicts that never call a place safe."""

from __future__ import annotations

import os

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from shapely import affinity

import kosovo_hazards as kh

HEAVY = os.environ.get("KOSOVO_HAZARDS_HEAVY") == "1"
GEOD = pyproj.Geod(ellps="WGS84")
DAYS = {"as_of": "2024-12-31", "asked_on": "2025-01-31"}
METRE = 1 / 111_320
WORLD = shapely.box(-180, -90, 180, 90)


def register(*shapes: shapely.Geometry | None, **columns: object) -> gpd.GeoDataFrame:
    table = {"hazard_id": [f"A{i}" for i in range(len(shapes))], "hazard_type": "SHA", **columns}
    return gpd.GeoDataFrame(table, geometry=list(shapes), crs="EPSG:4326")


def asked(*shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"id": [f"P{i}" for i in range(len(shapes))]}, geometry=list(shapes), crs="EPSG:4326")


def around(*shapes: shapely.Geometry, width_deg: float = 1.0) -> shapely.Geometry:
    """A coverage that holds everything."""
    return shapely.buffer(shapely.box(*shapely.total_bounds(np.array(shapes, dtype=object))), width_deg)


def square(lon: float, lat: float, metres: float = 100.0) -> shapely.Geometry:
    high, wide = metres * METRE / 2, metres * METRE / 2 / np.cos(np.radians(lat))
    return shapely.box(lon - wide, lat - high, lon + wide, lat + high)


# --- a slow second way to the same distances --------------------------------------------------------------------------


def rings_of(shape: shapely.Geometry) -> list[np.ndarray]:
    return [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(shape))]


def to_edges_by_search(places: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Metres to geodesic edges, one each: the least of the distances to points along it, by golden section."""
    azimuth, _, length = GEOD.inv(*starts.T, *ends.T)

    def away(share: np.ndarray) -> np.ndarray:
        lon, lat, _ = GEOD.fwd(*starts.T, azimuth, length * share)
        return np.asarray(GEOD.inv(*places.T, lon, lat)[2])

    low, high, golden = np.zeros(len(places)), np.ones(len(places)), (np.sqrt(5) - 1) / 2
    one, other = high - golden * (high - low), low + golden * (high - low)
    at_one, at_other = away(one), away(other)
    for _ in range(31):
        left = at_one < at_other
        low, high = np.where(left, low, one), np.where(left, other, high)
        one, other = (
            np.where(left, high - golden * (high - low), other),
            np.where(left, one, low + golden * (high - low)),
        )
        new = away(np.where(left, one, other))
        at_one, at_other = np.where(left, new, at_other), np.where(left, at_one, new)
    return np.min([away(share) for share in (low, np.zeros(len(places)), np.ones(len(places)))], axis=0)


def winds_round(place: np.ndarray, rings: list[np.ndarray]) -> bool:
    """Whether a place lies inside: seen from it, edges turn once round the horizon for the shell, back for a hole."""
    turns = 0.0
    for ring in rings:
        # A geodesic never takes up half of the horizon.
        azimuth = np.radians(GEOD.inv(*np.full_like(ring, place).T, *ring.T)[0])
        step = np.diff(np.append(azimuth, azimuth[0]))
        turns += float(((step + np.pi) % (2 * np.pi) - np.pi).sum())
    return abs(round(turns / (2 * np.pi))) % 2 == 1


def distances_by_search(places: np.ndarray, shape: shapely.Geometry) -> np.ndarray:
    """Metres from each place to an area, 0 inside."""
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(shape))]
    starts, ends = (np.concatenate([ring[cut] for ring in rings]) for cut in (slice(None, -1), slice(1, None)))
    length = GEOD.inv(*starts.T, *ends.T)[2]
    lon, lat = (np.repeat(places[:, [axis]], len(starts), axis=1) for axis in (0, 1))
    corner = GEOD.inv(lon, lat, *(np.repeat(starts[None, :, axis], len(places), axis=0) for axis in (0, 1)))[2]
    # No point of an edge is nearer than an end of it less the edge's length.
    place, edge = np.nonzero(corner - length <= corner.min(axis=1, keepdims=True))
    found = (
        pd.Series(to_edges_by_search(places[place], starts[edge], ends[edge])).groupby(place).min().to_numpy(copy=True)
    )
    west, south, east, north = shapely.buffer(shape, 0.01).bounds
    box = (places > (west, south)).all(axis=1) & (places < (east, north)).all(axis=1)
    found[[at for at in np.flatnonzero(box) if winds_round(places[at], rings)]] = 0.0
    return found


def segments_by_search(segments: np.ndarray, areas: list[shapely.Geometry]) -> np.ndarray:
    """Metres between geodesic segments and the nearest area: the least of many points along, sought ever closer."""
    starts, ends = segments[:, 0], segments[:, 1]
    azimuth, _, length = GEOD.inv(*starts.T, *ends.T)

    def away(rows: np.ndarray, shares: np.ndarray, area: shapely.Geometry) -> np.ndarray:
        at = np.repeat(rows, shares.shape[1])
        lon, lat, _ = GEOD.fwd(*starts[at].T, azimuth[at], (length[rows, None] * shares).ravel())
        return distances_by_search(np.c_[lon, lat], area).reshape(shares.shape)

    coarse = np.linspace(0, 1, 25)
    every = np.arange(len(segments))
    first = np.stack([away(every, np.tile(coarse, (len(every), 1)), area) for area in areas])
    best = first.min(axis=(0, 2))
    for area, found in zip(areas, first, strict=True):
        # Between two points nothing is nearer by more than half of what lies between them.
        beside = np.pad(found, ((0, 0), (1, 1)), constant_values=np.inf)
        lowest = (found <= beside[:, :-2]) & (found <= beside[:, 2:])
        row, at = np.nonzero(lowest & (found <= (best + length / 48)[:, None]))
        low, high = coarse[np.maximum(at - 1, 0)], coarse[np.minimum(at + 1, 24)]
        for _ in range(9):
            shares = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, 8)
            closer = away(row, shares, area)
            np.minimum.at(best, row, closer.min(axis=1))
            least = closer.argmin(axis=1)
            step = (high - low) / 7
            low, high = low + step * np.maximum(least - 1, 0), low + step * np.minimum(least + 1, 7)
    return best


def random_areas(rng: np.random.Generator, count: int, middle: tuple[float, float], spread: float) -> list:
    """Stars with long and short edges, some with a hole, some of two parts."""
    areas = []
    for i in range(count):
        number = int(rng.integers(4, 14))
        angle = np.sort(rng.uniform(0, 2 * np.pi, number))
        far = rng.uniform(0.2, 1.0, number) * 10 ** rng.uniform(1.3, 3.8) * METRE
        at = np.array(middle) + rng.uniform(-spread, spread, 2)
        wide = 1 / np.cos(np.radians(at[1]))
        area = shapely.make_valid(shapely.Polygon(np.c_[far * np.cos(angle) * wide, far * np.sin(angle)] + at))
        area = shapely.MultiPolygon([one for one in shapely.get_parts(area) if one.geom_type == "Polygon"])
        if i % 3 == 0:
            area = shapely.difference(area, affinity.scale(area, 0.5, 0.5))
        if i % 5 == 0:
            area = shapely.union(area, affinity.translate(area, 3 * far.max() * wide, 0))
        areas.append(shapely.union_all([one for one in shapely.get_parts(area) if one.geom_type == "Polygon"]))
    return areas


@pytest.mark.parametrize("middle", [(20.9, 42.6), (33.0, -6.0), (15.0, 78.0)], ids=["Kosovo", "south", "far north"])
def test_distances_of_points_agree_with_a_slow_search_along_geodesics(middle: tuple[float, float]) -> None:
    rng = np.random.default_rng(11)
    areas = random_areas(rng, 12, middle, 0.3)
    count = 3_400 if HEAVY else 100
    far, near_by = count // 2, count - count // 2
    wide = [1 / np.cos(np.radians(middle[1])), 1]
    places = np.array(middle) + rng.uniform(-0.5, 0.5, (far, 2)) * wide
    # As many again round the areas, some of them inside or in a hole.
    corners = shapely.get_coordinates(shapely.centroid(np.array(areas))[rng.integers(0, len(areas), near_by)])
    places = np.vstack(
        [places, corners + rng.normal(0, 10 ** rng.uniform(-4, -1.5, (near_by, 1)), (near_by, 2)) * wide]
    )
    points = shapely.points(places)
    found = kh.near(asked(*points), register(*areas), buffer_m=20_000, coverage=around(*points, *areas), **DAYS)
    assert len(found.places) == count
    by_search = np.column_stack([distances_by_search(places, area) for area in areas])
    assert found.places["distance_m"].to_numpy() == pytest.approx(by_search.min(axis=1), abs=0.01)
    nearest = found.places["nearest_id"].str.removeprefix("A").astype(int).to_numpy()
    assert by_search[np.arange(count), nearest] == pytest.approx(by_search.min(axis=1), abs=0.01)
    given = np.full(by_search.shape, np.inf)
    given[found.pairs["place"], found.pairs["hazard_id"].str.removeprefix("A").astype(int)] = found.pairs["distance_m"]
    clear = np.abs(by_search - 20_000) > 0.02
    assert ((given <= 20_001) == (by_search <= 20_000))[clear].all()
    both = np.isfinite(given)
    assert given[both] == pytest.approx(by_search[both], abs=0.01)
    assert (by_search.min(axis=1) == 0).any()


def test_distances_of_routes_agree_with_a_slow_search_along_geodesics() -> None:
    rng = np.random.default_rng(12)
    areas = random_areas(rng, 4, (20.9, 42.6), 0.15)
    routes = []
    for i in range(500 if HEAVY else 20):
        start = shapely.get_coordinates(areas[i % 4].centroid)[0] + rng.normal(0, 0.03, 2)
        steps = rng.normal(0, 10 ** rng.uniform(-3, -1.2), (int(rng.integers(1, 3)), 2))
        routes.append(shapely.LineString(np.vstack([start, start + np.cumsum(steps, axis=0)])))
    found = kh.near(asked(*routes), register(*areas), buffer_m=500, coverage=around(*routes, *areas), **DAYS)
    ends = [np.stack([line[:-1], line[1:]], axis=1) for line in map(shapely.get_coordinates, routes)]
    segments = np.concatenate(ends)
    assert len(found.places) == len(segments)
    assert found.places["segment"].tolist() == [i + 1 for one in ends for i in range(len(one))]
    assert found.places["distance_m"].to_numpy() == pytest.approx(segments_by_search(segments, areas), abs=0.01)
    whole = found.places.groupby("route_id")["distance_m"].min()
    assert found.records.set_index("route_id")["distance_m"].to_dict() == whole.to_dict()
    assert 0 < (found.places["distance_m"] == 0).sum() < len(segments)


# --- where distances are nought, and where coordinates break ----------------------------------------------------------


def test_a_route_that_crosses_between_two_of_its_vertices_is_found() -> None:
    area, ends = square(20.9, 42.6, 20), [(20.8, 42.6), (21.0, 42.6)]
    found = kh.near(asked(shapely.LineString(ends)), register(area), buffer_m=50, coverage=WORLD, **DAYS)
    # The geodesic bulges north of the parallel, by 2.2 m for each square of 10 km: 16.4 km wide, 4.9 m at the middle.
    assert found.places["distance_m"].tolist() == [0.0]
    assert found.places["verdict"].item() == "Within 50 m as of 31 December 2024: A0 (crosses it)"
    beside = affinity.translate(area, 0, -16 * METRE)
    away = kh.near(asked(shapely.LineString(ends)), register(beside), buffer_m=50, coverage=WORLD, **DAYS)
    assert 5 < away.places["distance_m"].item() < 16


def test_a_route_wholly_inside_is_nought_away_and_one_in_a_hole_is_not() -> None:
    whole = square(20.9, 42.6, 1000)
    ring = shapely.difference(whole, square(20.9, 42.6, 500))
    inside = shapely.LineString([(20.9, 42.6 + 300 * METRE), (20.9005, 42.6 + 300 * METRE)])
    hole = shapely.Point(20.9, 42.6)
    found = kh.near(asked(inside, hole), register(ring), buffer_m=300, coverage=WORLD, **DAYS)
    assert found.records["distance_m"].iloc[0] == 0
    # A degree of latitude is 111,070 m long there, one of longitude at its cosine 111,460 m.
    assert found.records["distance_m"].iloc[1] == pytest.approx(250 * 111_070 / 111_320, abs=0.1)
    assert found.records["verdict"].tolist() == [
        "Within 300 m as of 31 December 2024: A0 (crosses it)",
        "Within 300 m as of 31 December 2024: A0 (249 m)",
    ]


@pytest.mark.parametrize("drawn", ["cut", "across"])
def test_the_antimeridian_is_no_border(drawn: str) -> None:
    area = shapely.box(179.999, 10, 180.001, 10.002)
    across = shapely.transform(area, lambda at: np.where(at > 180, at - 360, at))
    cut = shapely.MultiPolygon([shapely.box(179.999, 10, 180, 10.002), shapely.box(-180, 10, -179.999, 10.002)])
    west, east, inside = (179.99, 10.001), (-179.99, 10.001), (-179.9995, 10.001)
    route = shapely.LineString([(179.99, 10.003), (-179.99, 10.003)])
    shapes = [shapely.Point(west), shapely.Point(east), shapely.Point(inside), route]
    hazard = register(cut if drawn == "cut" else across)
    found = kh.near(asked(*shapes), hazard, buffer_m=2000, coverage=None, outside="tell", **DAYS)
    side = GEOD.inv(179.99, 10.001, 179.999, 10.001)[2]
    north = GEOD.inv(180, 10.003, 180, 10.002)[2]
    # The route bulges north by less than 7 cm.
    assert found.records["distance_m"].tolist() == pytest.approx([side, side, 0, north], abs=0.08)
    assert found.records["distance_m"].iloc[:2].tolist() == pytest.approx([side, side], abs=0.01)
    assert found.records["covered"].tolist() == [True, True, True, True]


def test_distances_hold_beside_a_pole_and_an_area_round_it_is_refused() -> None:
    beside = shapely.Polygon([(0, 89.99), (90, 89.99), (45, 89.999)])
    found = kh.near(asked(shapely.Point(-135, 89.9995)), register(beside), buffer_m=10, coverage=WORLD, **DAYS)
    assert found.records["distance_m"].item() == pytest.approx(GEOD.inv(-135, 89.9995, 45, 89.999)[2], abs=0.01)
    cap = shapely.Polygon([(-150, 89), (-30, 89), (90, 89), (-150, 89)])
    with pytest.raises(kh.BadRecordsError, match="goes round a pole"):
        kh.near(asked(shapely.Point(0, 89.5)), register(cap), buffer_m=10, **DAYS)


def test_both_sides_of_the_earth_are_refused_in_one_question() -> None:
    with pytest.raises(kh.UsageError, match="both sides of the earth"):
        kh.near(
            asked(shapely.Point(-159.1, -42.6)),
            register(*[square(20.9, 42.6)] * 9),
            buffer_m=10,
            coverage=WORLD,
            **DAYS,
        )


def test_order_of_areas_and_places_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    areas = register(*random_areas(rng, 30, (20.9, 42.6), 0.2))
    places = asked(*shapely.points(rng.uniform((20.7, 42.4), (21.1, 42.8), (50, 2))))
    one = kh.near(places, areas, buffer_m=3000, outside="tell", **DAYS)
    other = kh.near(places[::-1], areas.sample(frac=1, random_state=1), buffer_m=3000, outside="tell", **DAYS)
    first, second = (found.records.set_index("route_id").sort_index() for found in (one, other))
    pd.testing.assert_frame_equal(first, second, check_exact=False, atol=1e-6)


def test_areas_lying_in_one_place_are_all_told_and_five_named() -> None:
    areas = register(*[affinity.translate(square(20.9, 42.6), i * METRE, 0) for i in range(8)])
    found = kh.near(asked(shapely.Point(20.9, 42.6)), areas, buffer_m=100, **DAYS)
    assert len(found.pairs) == 8
    assert found.records["within"].item() == 8
    assert found.records["verdict"].item().endswith("A4 (inside), 3 more")


def test_printed_distances_are_rounded_down_and_the_buffer_takes_what_touches_it() -> None:
    area = square(20.9, 42.6)
    edge = area.bounds[2]
    lon, lat, _ = GEOD.fwd(edge, 42.6, 90, 41.99)
    found = kh.near(asked(shapely.Point(lon, lat)), register(area), buffer_m=41.99, coverage=WORLD, **DAYS)
    assert found.records["verdict"].item() == "Within 41.99 m as of 31 December 2024: A0 (41 m)"
    lon, lat, _ = GEOD.fwd(edge, 42.6, 90, 0.7)
    found = kh.near(asked(shapely.Point(lon, lat)), register(area), buffer_m=5, coverage=WORLD, **DAYS)
    assert found.records["verdict"].item() == "Within 5 m as of 31 December 2024: A0 (less than 1 m)"
    assert found.records["distance_m"].item() == pytest.approx(0.7, abs=0.001)


def test_segments_edges_and_rejected_lines_without_length_are_measured_like_points() -> None:
    place = (20.9, 42.6)
    still = shapely.LineString([place, place])
    there = shapely.LineString([place, (20.91, 42.6)])
    alone = kh.near(
        asked(still, there, shapely.Point(place)), register(square(20.95, 42.6)), buffer_m=9, outside="tell", **DAYS
    )
    assert alone.records["distance_m"].tolist()[0] == alone.records["distance_m"].tolist()[2]
    lost = gpd.GeoDataFrame(
        {"row": [1, 2], "record_id": ["L", "P"], "reason": ["", ""]},
        geometry=[shapely.LineString([(20.9, 42.601)] * 2), shapely.Point(20.9, 42.601)],
        crs="EPSG:4326",
    )
    found = kh.near(
        asked(still, there), register(square(20.95, 42.6)), rejected=lost, buffer_m=200, outside="tell", **DAYS
    )
    assert found.records["within"].tolist() == [2, 2]
    north = GEOD.inv(*place, 20.9, 42.601)[2]
    assert found.pairs["distance_m"].tolist() == pytest.approx([north] * 4, abs=0.01)


def test_areas_with_a_vertex_nowhere_lie_nobody_knows_where() -> None:
    with np.errstate(invalid="ignore"):
        nowhere = [shapely.Polygon([(20.9, 42.6), (20.91, bad), (20.91, 42.61)]) for bad in (np.nan, np.inf, 95.0)]
    found = kh.near(
        asked(shapely.Point(20.9, 42.6)), register(square(20.95, 42.6), *nowhere), buffer_m=9, outside="tell", **DAYS
    )
    assert "which may lie here too: 3" in found.records["verdict"].item()


def test_a_crowd_of_places_on_a_crowd_of_areas_is_refused_before_it_takes_all_memory() -> None:
    areas = register(*[square(20.9, 42.6)] * 6_000)
    with pytest.raises(kh.UsageError, match="lie on top of each other"):
        kh.near(asked(*[shapely.Point(20.9, 42.6)] * 6_000), areas, buffer_m=9, **DAYS)
    few = kh.near(asked(shapely.Point(20.9, 42.6)), areas, buffer_m=9, **DAYS)
    assert few.records["within"].item() == 6_000


# --- what may be said -------------------------------------------------------------------------------------------------


def test_no_verdict_in_any_language_calls_a_place_safe_or_free() -> None:
    places = asked(shapely.Point(20.9, 42.6), shapely.Point(20.91, 42.602), shapely.Point(30, 42.6))
    lost = kh.read_hazards(register(square(20.9, 42.6), shapely.Point(20.95, 42.61), None))
    for language in ("en", "sq", "sr"):
        found = kh.near(places, lost, buffer_m=100, outside="tell", language=language, **DAYS)
        for verdict in found.records["verdict"]:
            words = verdict.lower()
            bad = ("safe", "free", "clear", "sigurt", "lirë", "pastër", "bezbed", "slobod", "čist", "siguran")
            assert not [word for word in bad if word in words]
        assert len(set(found.records["verdict"])) == 3


def test_rejected_records_count_as_hazards_where_they_lie_and_in_every_verdict_where_they_do_not() -> None:
    read = kh.read_hazards(register(square(20.9, 42.6), shapely.Point(20.95, 42.6), None))
    assert len(read.rejected) == 2
    places = asked(shapely.Point(20.95, 42.6 + 50 * METRE), shapely.Point(20.92, 42.6))
    for given in ({"hazards": read}, {"hazards": read.data, "rejected": read}, {"hazards": read, "rejected": read}):
        found = kh.near(places, buffer_m=100, coverage=WORLD, **given, **DAYS)
        said = "Records of the register without a usable position, which may lie here too: 1"
        assert found.records["verdict"].tolist() == [
            f"Within 100 m as of 31 December 2024: rejected record A1, extent unknown (49 m). {said}",
            f"No known hazard within 100 m as of 31 December 2024. {said}",
        ]
        assert found.pairs["rejected"].tolist() == [True]
        assert "1 rejected records count as hazards where they lie; how far they reach nobody knows" in found.messages


def test_a_register_whose_table_alone_is_given_says_nothing_of_what_it_lost_and_counts_records_without_a_polygon() -> (
    None
):
    found = kh.near(
        asked(shapely.Point(20.9, 42.6)), register(square(20.95, 42.6), None), buffer_m=9, outside="tell", **DAYS
    )
    assert "without a usable position, which may lie here too: 1" in found.records["verdict"].item()


def test_closed_areas_are_left_out_and_that_is_told() -> None:
    areas = register(square(20.9, 42.6), square(20.91, 42.6), status=["open", "handed over"])
    found = kh.near(asked(shapely.Point(20.91, 42.6)), areas, buffer_m=100, coverage=WORLD, **DAYS)
    assert found.records["nearest_id"].tolist() == ["A0"]
    assert "1 areas that the register keeps as closed or handed over were left out" in found.messages


def test_old_registers_and_days_that_cannot_be_are_refused() -> None:
    place, area = asked(shapely.Point(20.9, 42.6)), register(square(20.9, 42.6))
    with pytest.raises(kh.NotAnsweredError, match=r"of 2024-12-31, 31 days before 2025-01-31, and may be 30 days old"):
        kh.near(place, area, buffer_m=9, max_age_days=30, **DAYS)
    assert len(kh.near(place, area, buffer_m=9, max_age_days=31, **DAYS).records) == 1
    # Today is the day of the question where none is named.
    with pytest.raises(kh.NotAnsweredError, match="may be 3650 days old"):
        kh.near(place, area, buffer_m=9, as_of="1999-06-10", max_age_days=3650)
    with pytest.raises(kh.UsageError, match="after 2025-01-31"):
        kh.near(place, area, buffer_m=9, as_of="2025-02-01", asked_on="2025-01-31")
    for buffer in (0, -5, float("nan"), float("inf")):
        with pytest.raises(kh.UsageError, match="no distance"):
            kh.near(place, area, buffer_m=buffer, **DAYS)


def test_places_that_the_register_does_not_cover_are_refused_each_by_its_name() -> None:
    areas = register(square(20.9, 42.6), square(20.95, 42.65), square(20.95, 42.6))
    near_by, far = shapely.Point(20.9, 42.6 - 0.5 / 111.32), shapely.Point(20.9, 42.5)
    route = shapely.LineString([(20.93, 42.61), (20.94, 42.61), (20.94, 42.4)])
    assert kh.near(asked(near_by), areas, buffer_m=9, **DAYS).records["covered"].tolist() == [True]
    with pytest.raises(kh.NotAnsweredError) as caught:
        kh.near(asked(near_by, far, route), areas, buffer_m=9, **DAYS)
    first = "2 of 4 points and segments lie outside the ground that the register covers"
    assert str(caught.value).splitlines()[:3] == [
        f"{first}, taken as the hull round its areas, 1,000 m wider: nothing is known of them",
        "  record P1: lies outside",
        "  record P2: segment 2 of part 1 lies outside",
    ]
    found = kh.near(asked(near_by, far, route), areas, buffer_m=9, outside="tell", **DAYS)
    outside = "Outside the ground that the register covers: nothing is known of it"
    known = "No known hazard within 9 m as of 31 December 2024"
    assert found.places["verdict"].tolist() == [known, outside, known, outside]
    assert found.records["verdict"].tolist() == [known, outside, outside]


def test_a_hazard_beside_a_place_outside_of_the_coverage_is_told_all_the_same() -> None:
    # The coverage ends before the area does.
    cover = gpd.GeoSeries([shapely.box(20, 42, 20.9, 43)], crs="EPSG:4326")
    place, area = asked(shapely.Point(20.9001, 42.6)), register(square(20.9, 42.6))
    with pytest.raises(kh.NotAnsweredError, match=r"lies outside – .*A0 \(inside\)"):
        kh.near(place, area, buffer_m=9, coverage=cover, **DAYS)
    found = kh.near(place, area, buffer_m=9, coverage=cover, outside="tell", **DAYS)
    assert "nothing is known of it. Within 9 m as of 31 December 2024: A0 (inside)" in found.records["verdict"].item()


def test_neighbouring_places_as_coverage_leave_no_gap_between_them() -> None:
    route = asked(shapely.LineString([(20.5, 42.6), (21.3, 42.6)]))
    found = kh.near(route, kh.demo_data()[0], buffer_m=100, coverage=kh.places(), **DAYS)
    assert found.records["covered"].item()


def test_a_rejected_record_that_lies_astray_does_not_widen_what_the_register_covers() -> None:
    read = kh.read_hazards(register(square(20.9, 42.6), shapely.Point(21.9, 42.6)))
    with pytest.raises(kh.NotAnsweredError, match="record P0: lies outside"):
        kh.near(asked(shapely.Point(21.4, 42.6)), read, buffer_m=9, **DAYS)


def test_a_register_without_any_position_answers_nothing() -> None:
    with pytest.raises(kh.NotAnsweredError, match="no record of the register lies anywhere"):
        kh.near(asked(shapely.Point(20.9, 42.6)), register(None), buffer_m=9, **DAYS)


def test_what_is_asked_about_and_cannot_be_read_has_no_answer_and_stays_in_the_list() -> None:
    sheet = pd.DataFrame({"Name": ["Camp", "Bridge"], "Lat": ["42.6", "forty"], "Lon": ["20.9", "20.9"]})
    read = kh.read_routes(sheet, crs="EPSG:4326")
    found = kh.near(read, register(square(20.9, 42.6)), buffer_m=9, **DAYS)
    assert found.records[["route_id", "kind"]].to_numpy().tolist() == [["Camp", "point"], ["Bridge", "unread"]]
    assert found.records["verdict"].iloc[1].startswith("Not answered: has coordinates that can't be read")
    assert "1 of the 2 records asked about could not be read and have no answer" in found.messages
    area = kh.read_routes(asked(square(20.9, 42.6)))
    assert area.rejected["reason"].str.startswith("is an area, not points or a line").all()


def test_arguments_are_not_changed() -> None:
    places, areas = asked(shapely.Point(20.9, 42.6)), register(square(20.9, 42.6))
    before = places.copy(), areas.copy()
    kh.near(places, areas, buffer_m=9, **DAYS)
    pd.testing.assert_frame_equal(places, before[0])
    pd.testing.assert_frame_equal(areas, before[1])
