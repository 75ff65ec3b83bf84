"""Defects planted in a clean register: each is found by the right check on the right records; else all is quiet."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import affinity

import kosovo_hazards as kh
from kosovo_hazards.checks.catalogue import CHECKS
from kosovo_hazards.checks.checked_table import Severity
from kosovo_hazards.checks.checking import check, list_checks

Tables = tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]
Plant = Callable[[gpd.GeoDataFrame, gpd.GeoDataFrame], tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, set[str]]]

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
REGISTER = "2023-12-31"
TODAY = "2024-12-31"
# Single polygons in three regions, whose releases do not concern them.
SOME = ["SYN-N-06", "SYN-C-02", "SYN-W-05"]
METRE = 1 / 111_000


def _check(hazards: gpd.GeoDataFrame, releases: gpd.GeoDataFrame | None = None, **options: object) -> gpd.GeoDataFrame:
    return check(hazards, releases, **{"as_of": TODAY, "register_date": REGISTER, **options})


def _loud(findings: gpd.GeoDataFrame) -> pd.DataFrame:
    return findings[findings["severity"] != Severity.NOTE][["check", "record_id", "message"]]


@pytest.fixture(scope="module")
def clean() -> Tables:
    """The register at the end of 2023, its releases up to then, and one more on each of three hazards in 2024."""
    hazards, releases = kh.demo_data(REGISTER)
    new = [_release(hazards, name, f"R-{name}") for name in SOME]
    return hazards, gpd.GeoDataFrame(pd.concat([releases, *new], ignore_index=True), crs=releases.crs)


@pytest.fixture(scope="module")
def found_in_clean(clean: Tables) -> gpd.GeoDataFrame:
    return _check(*clean)


def _release(hazards: gpd.GeoDataFrame, name: str, release_id: str, **values: object) -> gpd.GeoDataFrame:
    """Clearance of the western third of a hazard in 2024."""
    hazard = hazards.set_index("hazard_id").loc[name]
    west, south, east, north = hazard.geometry.bounds
    ground = hazard.geometry.intersection(shapely.box(west, south, west + (east - west) / 3, north))
    row = {
        "release_id": release_id, "hazard_id": name, "product": "cleared", "operator": "NPA",
        "completed": pd.Timestamp("2024-03-01"), "submunitions": 1, "municipality": hazard["municipality"],
        "district": hazard["district"], "region": hazard["region"], "synthetic": True, **values,
    }  # fmt: skip
    geometry = row.pop("geometry", ground)
    return gpd.GeoDataFrame([row], geometry=[geometry], crs=hazards.crs)


# --- planting --------------------------------------------------------------------------------------------------------


def _set(column: str, value: object, *, table: str = "hazard") -> Plant:
    def plant(hazards, releases):
        frame, key = (hazards, "hazard_id") if table == "hazard" else (releases, "release_id")
        names = SOME if table == "hazard" else [f"R-{name}" for name in SOME]
        frame = frame.copy()
        if column not in frame.columns:
            frame[column] = None
        values = frame[column].astype(object)
        values[frame[key].isin(names)] = value
        frame[column] = values
        return (frame, releases, set(names)) if table == "hazard" else (hazards, frame, set(names))

    return plant


def _redraw(change: Callable[[shapely.Geometry], shapely.Geometry | None], *, table: str = "hazard") -> Plant:
    def plant(hazards, releases):
        frame, key = (hazards, "hazard_id") if table == "hazard" else (releases, "release_id")
        names = SOME if table == "hazard" else [f"R-{name}" for name in SOME]
        shapes = [
            change(shape) if name in names else shape for shape, name in zip(frame.geometry, frame[key], strict=True)
        ]
        frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
        frame["area_m2"] = np.nan
        frame["reported_area_m2"] = np.nan
        return (frame, releases, set(names)) if table == "hazard" else (hazards, frame, set(names))

    return plant


def _twin(
    change: Callable[[shapely.Geometry], shapely.Geometry] = lambda shape: shape,
    *,
    rename: Callable[[str], str | None] = lambda name: f"{name}-again",
    found: Callable[[str], str] = lambda name: f"{name}-again",
    **values: object,
) -> Plant:
    """A second hazard made from each of three."""

    def plant(hazards, releases):
        more = hazards[hazards["hazard_id"].isin(SOME)].copy()
        names = more["hazard_id"].tolist()
        more = more.set_geometry(gpd.GeoSeries([change(s) for s in more.geometry], index=more.index, crs=more.crs))
        more["hazard_id"] = [rename(name) for name in names]
        more = more.assign(area_m2=np.nan, reported_area_m2=np.nan, **values)
        return pd.concat([hazards, more], ignore_index=True), releases, {found(name) for name in names}

    return plant


def _more_releases(**values: object) -> Plant:
    """Another release on the eastern third of three hazards, with something wrong in it."""

    def plant(hazards, releases):
        shapes = hazards.set_index("hazard_id").geometry
        told = {key: value for key, value in values.items() if key not in ("geometry", "other")}
        new = []
        for name in SOME:
            change = values.get("geometry", _eastern_third)
            geometry = change(shapes[name]) if change is not None else None
            new.append(_release(hazards, values.get("other", {}).get(name, name), f"X-{name}", geometry=geometry))
            new[-1] = new[-1].assign(**told)
        frame = gpd.GeoDataFrame(pd.concat([releases, *new], ignore_index=True), crs=releases.crs)
        return hazards, frame, {f"X-{name}" for name in SOME}

    return plant


def _figures_alike(**values: object) -> Plant:
    """Two releases of 500 m² without a polygon on one hazard and day."""

    def plant(hazards, releases):
        new = [_release(hazards, SOME[0], name, geometry=None) for name in ("X-1", "X-2")]
        pair = pd.concat(new).assign(reported_area_m2=500.0, **values)
        return hazards, gpd.GeoDataFrame(pd.concat([releases, pair], ignore_index=True), crs=releases.crs), {"X-2"}

    return plant


def _eastern_third(shape: shapely.Geometry) -> shapely.Geometry:
    west, south, east, north = shape.bounds
    return shape.intersection(shapely.box(east - (east - west) / 3, south, east, north))


def _points(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[shapely.Geometry], shapely.Geometry]:
    """Change the outer ring, given without its closing point."""
    return lambda shape: shapely.Polygon(change(np.array(shape.exterior.coords)[:-1, :2]))


def _beside(shape: shapely.Geometry, gap_m: float) -> shapely.Geometry:
    """A strip of ground along a rectangle's eastern side."""
    west, south, east, north = shape.bounds
    gap = gap_m * METRE / np.cos(np.radians(south))
    return shapely.box(east + gap, south, east + gap + (east - west), north)


def _box(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.box(*shape.centroid.buffer(0.0005).bounds)


def _confirmed_in_suspected(hazards, releases):
    suspected, _, _ = _set("hazard_type", "SHA")(hazards, releases)
    return _twin(lambda shape: affinity.scale(shape, 0.3, 0.3), hazard_type="CHA")(suspected, releases)


def _and_neighbour(gap_m: float) -> Plant:
    def plant(hazards, releases):
        boxed, releases, names = _redraw(_box)(hazards, releases)
        frame, releases, _ = _twin(lambda shape: _beside(shape, gap_m))(boxed, releases)
        return frame, releases, names

    return plant


def _two_releases_of_one_ground(hazards, releases):
    frames = [_release(hazards, name, f"X-{name}", product="reduced", submunitions=0) for name in SOME]
    shrunk = [frame.set_geometry(frame.geometry.scale(0.9, 0.9)) for frame in frames]
    frame = gpd.GeoDataFrame(pd.concat([releases, *shrunk], ignore_index=True), crs=releases.crs)
    return hazards, frame, {f"R-{name}" for name in SOME}


def _whole_released(hazards, releases):
    shapes = hazards.set_index("hazard_id").geometry
    rest = [_release(hazards, n, f"X-{n}", geometry=shapes[n].difference(_western_third(shapes[n]))) for n in SOME]
    frame = gpd.GeoDataFrame(pd.concat([releases, *rest], ignore_index=True), crs=releases.crs)
    # By the day of the register: what is released later is no fault of it.
    frame.loc[frame["hazard_id"].isin(SOME), "completed"] = pd.Timestamp("2023-11-30")
    return hazards, frame, set(SOME)


def _western_third(shape: shapely.Geometry) -> shapely.Geometry:
    west, south, east, north = shape.bounds
    return shape.intersection(shapely.box(west, south, west + (east - west) / 3, north))


def _too_much_without_polygon(hazards, releases):
    frames = [_release(hazards, name, f"X-{name}", geometry=None, reported_area_m2=5e6) for name in SOME]
    return hazards, gpd.GeoDataFrame(pd.concat([releases, *frames], ignore_index=True), crs=releases.crs), set(SOME)


def _recorded_after_release(hazards, releases):
    hazards = hazards.copy()
    hazards.loc[hazards["hazard_id"].isin(SOME), "established"] = pd.Timestamp("2024-06-01")
    return hazards, releases, set(releases.loc[releases["hazard_id"].isin(SOME), "release_id"])


def _renamed_hazard(change: Callable[[str], str]) -> Plant:
    def plant(hazards, releases):
        frame = releases.copy()
        mine = frame["release_id"].isin([f"R-{name}" for name in SOME])
        frame.loc[mine, "hazard_id"] = [change(name) for name in frame.loc[mine, "hazard_id"]]
        return hazards, frame, {f"R-{name}" for name in SOME}

    return plant


def _without_ids(hazards, releases):
    hazards = hazards.copy()
    rows = np.flatnonzero(hazards["hazard_id"].isin(SOME))
    hazards.loc[rows, "hazard_id"] = [None, "", "  "]
    return hazards, releases[~releases["hazard_id"].isin(SOME)], {f"row {row + 1}" for row in rows}


def _shape_ids(ids: list[str]) -> Plant:
    def plant(hazards, releases):
        others = hazards.loc[~hazards["hazard_id"].isin(SOME), "hazard_id"].head(3).tolist()
        told = hazards["hazard_id"].map(dict(zip([*others, *SOME], ids, strict=True)))
        order = np.argsort(hazards["hazard_id"].isin(SOME), kind="stable")
        return hazards.assign(polygon_id=told).iloc[order], releases, set(SOME)

    return plant


def _blanked(column: str, *, table: str = "hazard") -> Plant:
    return _set(column, None, table=table)


def _spelling_of_operator(hazards, releases):
    hazards = hazards.copy()
    hazards["operator"] = np.where(hazards["hazard_id"].isin(SOME[:1]), "N.P.A. ", hazards["operator"])
    return hazards, releases, set(SOME[:1])


def _operator_with_letters_exchanged(hazards, releases):
    hazards = hazards.assign(operator=np.where(hazards["hazard_id"] == SOME[0], "HALO Trsut", "HALO Trust"))
    return hazards, releases, {SOME[0]}


def _area_of_utm(column: str) -> Plant:
    def plant(hazards, releases):
        hazards = hazards.copy()
        mine = hazards["hazard_id"].isin(SOME)
        hazards.loc[mine, column] = hazards[mine].to_crs("EPSG:32634").area.round()
        return hazards, releases, set(SOME)

    return plant


def _split(apart_deg: float) -> Callable[[shapely.Geometry], shapely.Geometry]:
    return lambda shape: shapely.MultiPolygon([shape, affinity.translate(shape, apart_deg, 0)])


def _far_point(points: np.ndarray) -> np.ndarray:
    points[0] += [0.1, 0.1]
    return points


def _spike(points: np.ndarray) -> np.ndarray:
    """A vertex 30 m out of the middle of the longest edge, with a metre's foot."""
    edges = np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1)
    at = int(edges.argmax())
    one, other = points[at], points[(at + 1) % len(points)]
    middle, along = (one + other) / 2, (other - one) / edges[at]
    out = np.array([along[1], -along[0]])
    foot = along * 0.4 * METRE
    return np.insert(points, at + 1, [middle - foot, middle + out * 40 * METRE, middle + foot], axis=0)


def _crossed(points: np.ndarray) -> np.ndarray:
    points[[1, 2]] = points[[2, 1]]
    return points


def _hole_outside(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.Polygon(shape.exterior, [affinity.translate(shape, 0.1, 0).exterior.coords])


def _abroad(shape: shapely.Geometry) -> shapely.Geometry:
    return affinity.translate(shape, 2.0, 0)


PLANTS: dict[str, tuple[str, Severity, Plant]] = {
    # what geocheck tests
    "ring that crosses itself": ("invalid-polygon", ERROR, _redraw(lambda s: _points(_crossed)(_box(s)))),
    "hole outside": ("invalid-polygon", ERROR, _redraw(_hole_outside)),
    "release that crosses itself": (
        "invalid-polygon", ERROR, _redraw(lambda s: _points(_crossed)(_box(s)), table="release"),
    ),
    "two vertices": ("too-few-vertices", ERROR, _redraw(_points(lambda p: p[[0, 1, 0]]))),
    "points on one line": (
        "no-ground", ERROR, _redraw(_points(lambda p: np.linspace(p[0], p[0] + 0.01, 5))),
    ),
    "same polygon": ("duplicate-polygon", ERROR, _twin()),
    "same polygon from another vertex": (
        "duplicate-polygon", ERROR, _twin(_points(lambda p: np.roll(p, 3, 0))),
    ),
    "same polygon the other way round": ("duplicate-polygon", ERROR, _twin(_points(lambda p: p[::-1]))),
    "id twice": ("duplicate-id", ERROR, _twin(_abroad, rename=str, found=str)),
    "id with blanks": (
        "similar-id", WARNING, _twin(_abroad, rename=lambda n: f" {n} ", found=lambda n: f" {n} "),
    ),
    "id in small letters": ("similar-id", WARNING, _twin(_abroad, rename=str.lower, found=str.lower)),
    "polygon id twice": ("duplicate-shape-id", WARNING, _shape_ids(["S-1", "S-2", "S-3"] * 2)),
    "polygon id with blanks": ("similar-shape-id", WARNING, _shape_ids(["S-1", "S-2", "S-3", " s-1", "S-2 ", "S -3"])),
    "vertex twice": ("repeated-points", WARNING, _redraw(_points(lambda p: np.insert(p, 1, p[0], axis=0)))),
    "last vertex repeats the first": ("repeated-points", WARNING, _redraw(_points(lambda p: np.r_[p, p[:1], p[:1]]))),
    "vertices within 0.000001 degrees": (
        "repeated-points", NOTE, _redraw(_points(lambda p: np.insert(p, 1, p[0] + [9e-7, 0], axis=0))),
    ),
    "vertex far off": ("long-edge", WARNING, _redraw(_points(_far_point))),
    "part twice": ("part-twice", ERROR, _redraw(_split(0.0))),
    "parts that overlap": ("parts-overlap", WARNING, _redraw(_split(40 * METRE))),
    "hazards that overlap": ("overlap", WARNING, _and_neighbour(-20.0)),
    # and what it does not
    "no id": ("missing-id", ERROR, _without_ids),
    "no type": ("missing-field", ERROR, _blanked("hazard_type")),
    "no status": ("missing-field", WARNING, _blanked("status")),
    "no contamination": ("missing-field", WARNING, _blanked("contamination")),
    "no date of release": ("missing-field", WARNING, _blanked("completed", table="release")),
    "type unknown": ("unknown-word", ERROR, _set("hazard_type", "C.H.A?")),
    "status in capitals": ("unknown-word", WARNING, _set("status", "OPEN")),
    "product unknown": ("unknown-word", ERROR, _set("product", "released", table="release")),
    "area as text": ("not-a-number", ERROR, _set("reported_area_m2", "2 ha")),
    "negative area": ("negative-number", ERROR, _set("reported_area_m2", -5.0)),
    "negative count": ("negative-number", ERROR, _set("submunitions", -1, table="release")),
    "count too large": ("implausible-count", WARNING, _set("submunitions", 120_000, table="release")),
    "half an item": ("implausible-count", WARNING, _set("ap_mines", 1.5, table="release")),
    "no date": ("unreadable-date", ERROR, _set("established", "spring 2015")),
    "day zero": ("implausible-date", WARNING, _set("established", "1970-01-01")),
    "recorded in the future": ("future-date", ERROR, _set("established", "2031-01-01")),
    "released in the future": ("future-date", ERROR, _set("completed", "2042-03-01", table="release")),
    "hectares for square metres": ("area-differs", WARNING, _set("reported_area_m2", 12.5)),
    "computed area of another polygon": ("stored-area-stale", WARNING, _set("area_m2", 1_000.0)),
    "area of the UTM grid": ("area-in-grid", NOTE, _area_of_utm("reported_area_m2")),
    "computed area of the UTM grid": ("stored-area-stale", WARNING, _area_of_utm("area_m2")),
    "recorded after the register": ("recorded-after-register", WARNING, _set("established", "2024-06-01")),
    "operator with letters exchanged": ("operator-nearly-alike", NOTE, _operator_with_letters_exchanged),
    "same polygon in another datum": ("moved-copy", WARNING, _twin(lambda s: affinity.translate(s, 0.0047, 0.0011))),
    "a spot": ("implausible-size", WARNING, _redraw(lambda s: shapely.box(*s.centroid.buffer(METRE).bounds))),
    "a district": ("implausible-size", WARNING, _redraw(lambda s: s.centroid.buffer(0.02, quad_segs=32))),
    "real among synthetic": ("synthetic-mixed", ERROR, _set("synthetic", False)),
    "operator spelt otherwise": ("operator-spelt-differently", NOTE, _spelling_of_operator),
    "no polygon": ("missing-geometry", ERROR, _redraw(lambda _: None)),
    "release without polygon and area": ("missing-geometry", WARNING, _redraw(lambda _: None, table="release")),
    "empty polygon": ("empty-geometry", ERROR, _redraw(lambda _: shapely.Polygon())),
    "a point": ("not-a-polygon", ERROR, _redraw(lambda s: s.centroid)),
    "a line": ("not-a-polygon", ERROR, _redraw(lambda s: shapely.LineString(s.exterior.coords[:4]))),
    "polygon and point": (
        "mixed-geometry", WARNING, _redraw(lambda s: shapely.GeometryCollection([s, s.centroid])),
    ),
    "grid metres": ("bad-coordinates", ERROR, _redraw(lambda s: affinity.translate(_box(s), 7_500_000, 4_700_000))),
    "swapped axes": ("swapped-axes", ERROR, _redraw(_points(lambda p: p[:, ::-1]))),
    "stray vertex": ("spike", WARNING, _redraw(_points(_spike))),
    "parts in two districts": ("parts-far-apart", WARNING, _redraw(_split(0.35))),
    "parts 8 km apart": ("parts-far-apart", NOTE, _redraw(lambda s: _split(0.1)(_box(s)))),
    "rounded coordinates": ("coarse-coordinates", NOTE, _redraw(lambda s: shapely.box(*np.round(s.bounds, 3)))),
    "corners to 100 m": ("coarse-corners", WARNING, _set("corners_given_to_m", 100.0)),
    "drawn anew": ("near-duplicate", WARNING, _twin(lambda s: affinity.scale(s, 1.02, 1.02), found=str)),
    "CHA in SHA": ("cha-in-sha", WARNING, _confirmed_in_suspected),
    "strip between hazards": ("gap", WARNING, _and_neighbour(3.0)),
    "misspelt place": ("unknown-place", WARNING, _set("municipality", "Gjakowa")),
    "municipality not in the district": ("places-contradict", WARNING, _set("district", "Gjilan")),
    "in another municipality": ("other-municipality", WARNING, _set("municipality", "Dragash")),
    "in another country": ("outside-country", ERROR, _redraw(_abroad)),
    "release names no hazard": ("no-hazard-named", WARNING, _blanked("hazard_id", table="release")),
    "release names an unknown hazard": ("unknown-hazard", WARNING, _renamed_hazard(lambda n: f"{n}-X")),
    "release names a hazard with a blank": ("unknown-hazard", WARNING, _renamed_hazard(lambda n: f"{n} ")),
    "cleared outside": (
        "release-outside-hazards", WARNING, _more_releases(geometry=lambda s: affinity.translate(_box(s), 0, 0.1)),
    ),
    "cancelled outside": (
        "release-outside-hazards", NOTE,
        _more_releases(geometry=lambda s: affinity.translate(_box(s), 0, 0.1), product="cancelled", submunitions=0),
    ),
    "in another hazard": (
        "release-in-other-hazard", WARNING, _more_releases(other=dict(zip(SOME, SOME[1:] + SOME[:1], strict=True))),
    ),
    "far from its hazard": (
        "release-far-from-hazard", WARNING, _more_releases(geometry=lambda s: affinity.translate(_box(s), 0, 0.1)),
    ),
    "released before it was recorded": ("release-before-hazard", ERROR, _recorded_after_release),
    "release given again": ("repeated-release", ERROR, _more_releases(geometry=_western_third)),
    "release given again by another operator": (
        "alike-releases", WARNING, _more_releases(geometry=_western_third, operator="HALO"),
    ),
    "figure given again with other finds": ("alike-releases", WARNING, _figures_alike(submunitions=[1, 3])),
    "undated figure given again": ("alike-releases", WARNING, _figures_alike(completed=pd.NaT)),
    "figure given again": ("repeated-release", ERROR, _figures_alike()),
    "ground released twice": ("released-twice", WARNING, _two_releases_of_one_ground),
    "more released than there was": ("release-exceeds-hazard", WARNING, _too_much_without_polygon),
    "released before the register's date": (
        "released-ground-still-recorded", WARNING, _more_releases(completed=pd.Timestamp("2023-06-01")),
    ),
    "closed with ground left": ("closed-with-ground-left", WARNING, _set("status", "closed")),
    "handed over with ground left": ("closed-with-ground-left", WARNING, _set("status", "handed over")),
    "open with nothing left": ("open-with-nothing-left", WARNING, _whole_released),
    "cleared by survey": (
        "method-does-not-fit", WARNING, _set("method", "Non-technical survey", table="release"),
    ),
    "items on cancelled land": ("finds-on-cancelled-land", WARNING, _set("product", "cancelled", table="release")),
}  # fmt: skip


@pytest.mark.parametrize("defect", PLANTS)
def test_each_planted_defect_is_found_by_the_right_check_on_the_right_records(
    defect: str, clean: Tables, found_in_clean: gpd.GeoDataFrame
) -> None:
    name, severity, plant = PLANTS[defect]
    hazards, releases, wanted = plant(*clean)
    known = _keys(found_in_clean, name)
    found = _check(hazards, releases)
    assert _keys(found, name) - known == wanted
    new = found[(found["check"] == name) & found["record_id"].isin(wanted)]
    assert set(new["severity"]) == {severity}
    assert new["message"].str.endswith((".", "?")).all()
    where = new.geometry.isna().to_numpy()
    figures = ("missing-geometry", "empty-geometry", "release-exceeds-hazard", "alike-releases", "repeated-release")
    assert not where.any() or name in figures


def _keys(findings: gpd.GeoDataFrame, name: str) -> set[str]:
    return set(findings.loc[findings["check"] == name, "record_id"])


def test_every_check_is_planted_but_those_on_whole_tables_and_borders() -> None:
    tried_elsewhere = {
        "missing-column", "places-do-not-fit", "across-country-border", "across-municipalities", "not-all-compared",
        "register-shifted",
        "lines-too-near", "release-not-finished", "release-not-sure",
        "evidence-outside", "accident-on-released-land", "find-on-released-land", "item-deep", "item-near-edge",
    }  # fmt: skip
    assert {name for name, _, _ in PLANTS.values()} == {kind.name for kind in CHECKS} - tried_elsewhere


@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_a_clean_register_has_notes_only(year: int) -> None:
    hazards, releases = kh.demo_data(year)
    for options in ({}, {"register_date": f"{year}-12-31"}):
        assert _loud(check(hazards, releases, **options)).empty
    assert _loud(check(hazards)).empty


def test_the_clean_register_with_new_releases_has_notes_only(clean: Tables) -> None:
    assert _loud(_check(*clean)).empty


# --- the table of findings -------------------------------------------------------------------------------------------


def test_findings_are_sorted_and_say_everything(clean: Tables) -> None:
    hazards, releases, _ = PLANTS["swapped axes"][2](*clean)
    found = _check(hazards, releases)
    assert list(found.columns) == [
        "check", "severity", "table", "record_id", "other_id", "message", "value", "unit", "geometry",
    ]  # fmt: skip
    assert found.crs == "EPSG:4326"
    rank = found["severity"].map({word.value: rank for rank, word in enumerate(Severity)})
    assert rank.is_monotonic_increasing
    for _, group in found.groupby("severity"):
        assert group["check"].is_monotonic_increasing
    units = list_checks().set_index("check")["unit"]
    assert (found["unit"].fillna("") == found["check"].map(units)).all()


def test_nothing_to_find_gives_an_empty_table_of_the_same_kind() -> None:
    nothing = check(kh.demo_data()[0].head(0))
    some = check(kh.demo_data()[0].assign(status="opn"))
    assert nothing.empty
    assert nothing.crs == some.crs
    assert dict(nothing.dtypes.astype(str)) == dict(some.dtypes.astype(str))


def test_arguments_stay_as_they_were(clean: Tables) -> None:
    hazards, releases = clean
    before = hazards.copy(), releases.copy()
    _check(hazards, releases)
    pd.testing.assert_frame_equal(pd.DataFrame(hazards), pd.DataFrame(before[0]))
    pd.testing.assert_frame_equal(pd.DataFrame(releases), pd.DataFrame(before[1]))


def test_order_and_index_of_rows_change_nothing(clean: Tables) -> None:
    hazards, releases, _ = PLANTS["id with blanks"][2](*clean)
    one = _check(hazards, releases)
    turned = hazards.sample(frac=1, random_state=3), releases.sample(frac=1, random_state=4)
    other = _check(*(frame.set_index(pd.Index(["x"] * len(frame))) for frame in turned))
    loud = [
        {tuple(sorted((str(row.record_id).strip(), row.check))) for row in _loud(found).itertuples()}
        for found in (one, other)
    ]
    assert loud[0] == loud[1]


def test_the_same_register_in_the_national_grid_has_the_same_findings(clean: Tables) -> None:
    hazards, releases, _ = PLANTS["strip between hazards"][2](*clean)
    one, other = _check(hazards, releases), _check(hazards.to_crs("EPSG:9141"), releases.to_crs("EPSG:9141"))
    assert _loud(one)[["check", "record_id"]].equals(_loud(other)[["check", "record_id"]])
