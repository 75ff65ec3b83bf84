"""The synthetic register carries the published figures to the square metre, and its own years close."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import re
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards._data import geodata_path
from kosovo_hazards.schema import HAZARDS, RELEASES
from kosovo_hazards.validation import validate

# Mine Action Review, Kosovo, table 1 (end 2024): region -> CHAs, m², SHAs, m²
BY_REGION = {
    "South": (3, 346_168, 3, 436_400),
    "North": (5, 2_062_880, 3, 1_391_903),
    "Centre": (5, 363_952, 0, 0),
    "East": (1, 320_000, 0, 0),
    "West": (8, 748_614, 7, 595_375),
}
# Tables 5, 6 and 7 (2024): place as printed, operator -> m²
CANCELLED = {
    ("Mitrovica", "NPA"): 2_417_021,
    ("Gracanica", "NPA"): 0,
    ("Leposavic", "NPA"): 1_831_558,
    ("Zubin Potok", "NPA"): 1_294_410,
}
REDUCED = {("Pejë", "HALO"): 47_216, ("Prizren", "HALO"): 32_740}
# place, operator -> areas cleared, m², submunitions, AP mines, other UXO
CLEARED = {
    ("East", "KSF"): (1, 36_400, 0, 0, 185),
    ("South", "KSF"): (2, 66_100, 8, 0, 0),
    ("Mitrovica", "NPA"): (3, 606_700, 11, 0, 63),
    ("Gracanica", "NPA"): (1, 35_940, 2, 5, 328),
    ("Prishtina", "NPA"): (1, 33_640, 0, 0, 1),
    ("Zubin Potok", "NPA"): (1, 302_815, 20, 0, 1),
    ("Gjakovë", "HALO"): (3, 217_186, 38, 0, 0),
    ("Pejë", "HALO"): (2, 18_522, 1, 0, 0),
    ("Prishtinë", "HALO"): (2, 64_572, 9, 0, 0),
    ("Prizren", "HALO"): (3, 128_212, 0, 0, 0),
}
M2_PER_SQUARE_DEGREE = 111_320**2 * np.cos(np.radians(42.6))


@pytest.fixture(scope="module")
def releases() -> gpd.GeoDataFrame:
    return kh.demo_data("2024-12-31")[1]


def of(releases: gpd.GeoDataFrame, year: int, product: str) -> gpd.GeoDataFrame:
    return releases[(releases["completed"].dt.year == year) & (releases["product"] == product)]


def registers() -> dict[int, gpd.GeoDataFrame]:
    return {year: kh.demo_data(year)[0] for year in (2022, 2023, 2024)}


@pytest.mark.parametrize(
    ("year", "areas", "m2"), [(2022, 42, 10_020_000), (2023, 38, 8_780_000), (2024, 35, 6_265_292)]
)
def test_each_register_has_the_published_number_and_ground(year: int, areas: int, m2: int) -> None:
    hazards, _ = kh.demo_data(year)
    assert len(validate(hazards, HAZARDS)) == areas
    assert round(kh.area_m2(hazards).sum()) == m2
    assert round(kh.footprint_m2(hazards)) == m2


def test_areas_by_region_and_type_as_in_table_1() -> None:
    hazards, _ = kh.demo_data()
    area, of_type = kh.area_m2(hazards), {kind: hazards["hazard_type"] == kind for kind in ("CHA", "SHA")}
    for region, row in BY_REGION.items():
        cells = [area[(hazards["region"] == region) & of_type[kind]] for kind in ("CHA", "SHA")]
        assert tuple(figure for cell in cells for figure in (len(cell), round(cell.sum()))) == row


def test_every_area_is_whole_so_any_grouping_is(releases: gpd.GeoDataFrame) -> None:
    for table in (*registers().values(), releases):
        area = kh.area_m2(table[table.geometry.notna()])
        assert (area - area.round()).abs().max() < 0.05
        assert (table["reported_area_m2"] == table["area_m2"].round()).all()


@pytest.mark.parametrize(("year", "km2"), [(2020, 0.34), (2021, 1.30), (2022, 1.32), (2023, 1.92), (2024, 1.51)])
def test_cleared_by_year_as_in_table_9(year: int, km2: float, releases: gpd.GeoDataFrame) -> None:
    assert round(of(releases, year, "cleared").pipe(kh.area_m2).sum() / 1e6, 2) == km2


def test_cancelled_and_reduced_by_place_and_operator_as_in_tables_5_and_6(releases: gpd.GeoDataFrame) -> None:
    for product, printed in (("cancelled", CANCELLED), ("reduced", REDUCED)):
        rows = of(releases, 2024, product).groupby(["published_place", "operator"])["area_m2"].sum().round()
        assert rows.to_dict() == printed


def test_cleared_by_place_and_operator_as_in_table_7(releases: gpd.GeoDataFrame) -> None:
    columns = ["areas_cleared", "area_m2", "submunitions", "ap_mines", "other_uxo"]
    rows = of(releases, 2024, "cleared").groupby(["published_place", "operator"])[columns].sum().round().astype("int64")
    assert {key: tuple(row) for key, row in zip(rows.index, rows.to_numpy().tolist(), strict=True)} == CLEARED


def test_clearance_of_2024_in_all_as_in_table_7(releases: gpd.GeoDataFrame) -> None:
    cleared = of(releases, 2024, "cleared")
    columns = ["areas_cleared", "area_m2", "submunitions", "ap_mines", "other_uxo"]
    assert cleared[columns].sum().round().tolist() == [19, 1_510_087, 89, 5, 578]
    # Each area is a polygon of its own.
    assert (shapely.get_num_geometries(cleared.geometry) == cleared["areas_cleared"]).all()


def test_cleared_with_nothing_found_as_in_table_8(releases: gpd.GeoDataFrame) -> None:
    cleared = of(releases, 2024, "cleared")
    nothing = cleared[cleared["submunitions"] == 0].groupby("operator")["area_m2"].sum().round()
    assert nothing.to_dict() == {"NPA": 33_640, "HALO": 128_212, "KSF": 36_400}


def test_submunitions_and_ground_for_each(releases: gpd.GeoDataFrame) -> None:
    for year, found, m2_each in ((2024, 89, 16_967), (2023, 196, 9_813)):
        cleared = of(releases, year, "cleared")
        assert cleared["submunitions"].sum() == found
        assert round(cleared["area_m2"].sum() / found) == m2_each


def test_2023_as_far_as_it_is_published(releases: gpd.GeoDataFrame) -> None:
    assert round(of(releases, 2023, "reduced")["area_m2"].sum() / 1e6, 2) == 0.31
    assert len(of(releases, 2023, "cancelled")) == 0
    npa = releases[(releases["completed"].dt.year == 2023) & (releases["operator"] == "NPA")]
    # NPA factsheet 2024: land released, items destroyed
    assert round(npa["area_m2"].sum()) == 1_192_676
    assert npa[["submunitions", "ap_mines", "av_mines", "other_uxo"]].sum().sum() == 460


def test_what_is_not_published_stays_unknown(releases: gpd.GeoDataFrame) -> None:
    early = releases[releases["completed"] < "2023"]
    assert early[["operator", "submunitions", "ap_mines", "av_mines", "other_uxo"]].isna().all(axis=None)
    assert early["assumption"].notna().all()
    assert releases.loc[releases["completed"].dt.year == 2023, "assumption"].notna().all()
    # Of 2023 only the submunitions of all and the items of NPA are published; table 6 names no items.
    others = (releases["completed"].dt.year == 2023) & (releases["operator"] != "NPA")
    survey = (releases["completed"].dt.year == 2024) & (releases["product"] == "reduced")
    assert releases.loc[others | survey, ["ap_mines", "av_mines", "other_uxo"]].isna().all(axis=None)
    assert releases.loc[releases["completed"] >= "2023", "submunitions"].notna().all()


def test_only_what_is_assumed_to_be_new_in_2023_says_so() -> None:
    before, after = kh.demo_data(2022)[0], kh.demo_data(2023)[0]
    new = ~after["hazard_id"].isin(before["hazard_id"])
    assert (after["assumption"].notna() == new).all()
    assert before["assumption"].isna().all()


@pytest.mark.parametrize(("year", "added_m2", "inside_m2"), [(2023, 993_348, 2_233_348), (2024, 151_914, 2_666_622)])
def test_last_year_and_added_less_released_is_this_year(
    year: int, added_m2: int, inside_m2: int, releases: gpd.GeoDataFrame
) -> None:
    before, after = kh.demo_data(year - 1)[0], kh.demo_data(year)[0]
    added = after[~after["hazard_id"].isin(before["hazard_id"])]
    of_year = releases[(releases["completed"].dt.year == year) & releases.geometry.notna()]
    # An area recorded in the year may have lost ground in the same year, so its first extent is what remains and that.
    own = of_year[of_year["hazard_id"].isin(added["hazard_id"])]
    first = pd.concat([added.geometry, own.geometry])
    assert round(kh.area_m2(gpd.GeoSeries(first, crs=4326)).sum()) == added_m2
    opening = shapely.union_all([*before.geometry, *first])
    left = shapely.difference(opening, of_year.union_all())
    gap = shapely.symmetric_difference(left, after.union_all())
    assert gap.area * M2_PER_SQUARE_DEGREE < 0.01
    inside = shapely.intersection(of_year.union_all(), opening)
    assert round(kh.area_m2(gpd.GeoSeries([inside], crs=4326))[0]) == pytest.approx(inside_m2, abs=1)


@pytest.mark.parametrize("year", [2023, 2024])
def test_each_area_less_its_own_releases_is_what_the_next_register_holds(year: int, releases: gpd.GeoDataFrame) -> None:
    before, after = (kh.demo_data(date)[0].set_index("hazard_id").geometry for date in (year - 1, year))
    work = releases[(releases["completed"].dt.year == year) & releases.geometry.notna()]
    own = work.dissolve("hazard_id").geometry.reindex(before.index)
    left = before.difference(own.where(own.notna(), shapely.Polygon()))
    expected = after.reindex(before.index)
    expected = expected.where(expected.notna(), shapely.Polygon())
    gap = shapely.symmetric_difference(left.to_numpy(), expected.to_numpy())
    assert shapely.area(gap).max() * M2_PER_SQUARE_DEGREE < 0.01
    # No sliver is left: as many parts as drawn.
    assert (shapely.get_num_geometries(left) == shapely.get_num_geometries(expected)).all()
    together = before.intersection(own.where(own.notna(), shapely.Polygon())).union(left)
    assert shapely.area(together.symmetric_difference(before)).max() * M2_PER_SQUARE_DEGREE < 0.01


@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_an_area_is_worked_on_once_ground_beside_it_was_released(year: int) -> None:
    hazards, done = kh.demo_data(year)
    # Released ground of a strike touches what is left of it; strikes lie apart.
    beside = shapely.intersects(hazards.geometry.to_numpy(), shapely.union_all(done.geometry))
    assert hazards["status"].tolist() == np.where(beside, "worked on", "open").tolist()
    assert beside[hazards["hazard_id"].isin(done["hazard_id"])].all()


def test_ground_released_before_2023_lies_beside_the_register(releases: gpd.GeoDataFrame) -> None:
    register = shapely.union_all(kh.demo_data(2022)[0].geometry)
    early = releases.loc[releases["completed"] < "2023", "geometry"].to_numpy()
    assert not shapely.area(shapely.intersection(early, register)).any()
    beside = shapely.length(shapely.intersection(early, register)) > 0
    assert beside.sum() > len(early) / 2
    # What shares no edge with an area lies behind ground that does, or beside an area recorded in 2023.
    rest = shapely.union_all(
        [*early[beside], *kh.demo_data(2023)[0].geometry, *releases.dropna(subset="hazard_id").geometry]
    )
    assert (shapely.length(shapely.intersection(early[~beside], rest)) > 0).all()


def test_days_are_plausible(releases: gpd.GeoDataFrame) -> None:
    in_the_field = releases[releases["product"] != "cancelled"]
    assert in_the_field["completed"].dt.month.between(4, 11).all()  # demining takes place from April to November
    for year, hazards in registers().items():
        assert (hazards["established"].dt.year <= year).all()
    established = pd.concat(registers().values()).drop_duplicates("hazard_id").set_index("hazard_id")["established"]
    of_area = releases.dropna(subset="hazard_id")
    assert (of_area["completed"] > of_area["hazard_id"].map(established)).all()
    new = established[established.dt.year == 2024].index
    hazards = registers()[2024].set_index("hazard_id").loc[new]
    assert set(hazards["municipality"]) == {"Leposaviq", "Mitrovicë", "Zubin Potok"}  # the survey of 2024
    assert round(hazards["area_m2"].sum()) == 151_914


def test_what_lies_outside_the_register_is_cancelled_land_only(releases: gpd.GeoDataFrame) -> None:
    ever = shapely.union_all([*kh.demo_data(2023)[0].geometry, *kh.demo_data(2024)[0].geometry])
    this_year = releases[(releases["completed"].dt.year == 2024) & releases.geometry.notna()]
    outside = kh.area_m2(gpd.GeoSeries(shapely.difference(this_year.geometry, ever), crs=4326))
    # 4.47 km²: what opening, added and closing leave of the 7.13 km² released
    assert outside.groupby(this_year["product"]).sum().round().to_dict() == {
        "cancelled": 4_466_410, "cleared": 0, "reduced": 0,
    }  # fmt: skip


def test_releases_are_those_completed_by_then(releases: gpd.GeoDataFrame) -> None:
    validate(releases, RELEASES)
    assert kh.demo_data(2022)[1]["completed"].max() <= pd.Timestamp("2022-12-31")
    assert len(kh.demo_data(2022)[1]) < len(kh.demo_data(2023)[1]) < len(releases)


def test_every_row_is_marked_and_lies_well_inside_its_municipality(releases: gpd.GeoDataFrame) -> None:
    places = kh.places().set_index("municipality")
    units = places.geometry.to_crs("EPSG:9141").buffer(-1_200)
    for table in (*registers().values(), releases):
        assert table["synthetic"].all()
        assert (table["source"] == "kosovo_hazards synthetic register").all()
        assert (
            table[["district", "region"]] == places.loc[table["municipality"], ["district", "region"]].to_numpy()
        ).all(axis=None)
        drawn = table[table.geometry.notna()].to_crs("EPSG:9141")
        assert shapely.covers(units[drawn["municipality"]].to_numpy(), drawn.geometry.to_numpy()).all()


def test_an_area_keeps_its_id_type_and_place_through_the_years() -> None:
    facts = pd.concat(registers().values())[["hazard_id", "hazard_type", "municipality", "established"]]
    assert facts.drop_duplicates()["hazard_id"].is_unique


def test_shapes_are_such_as_deminers_draw() -> None:
    hazards, _ = kh.demo_data()
    parts = shapely.get_parts(hazards.geometry.to_numpy())
    rings = shapely.get_rings(parts)
    corners = shapely.get_num_coordinates(rings) - 1
    assert corners.min() >= 5
    assert corners.max() <= 40
    assert hazards.geometry.is_valid.all()
    assert len(parts) > len(hazards)  # some are of two parts
    assert len(rings) > len(parts)  # some have a hole
    flat = hazards.to_crs("EPSG:9141").explode().geometry
    # 1 is a circle, 0.1 a ribbon thirty times as long as wide.
    assert (4 * np.pi * flat.area / flat.length**2).between(0.3, 0.95).all()
    box = flat.minimum_rotated_rectangle()
    assert (box.length**2 / box.area).median() > 18  # 16 is a square, 18 twice as long as wide
    edges = np.concatenate([np.hypot(*np.diff(ring.coords, axis=0).T) for ring in shapely.get_rings(flat.to_numpy())])
    assert edges.min() > 5


def test_files_say_what_they_are_and_are_the_same_on_every_system() -> None:
    for path in sorted(geodata_path("synthetic").glob("*.geojson")):
        raw = path.read_bytes()
        assert b"\r" not in raw
        content = json.loads(raw)
        assert content["notice"] == "synthetic demonstration data – not real locations"
        assert not re.search(rb"\d\.\d{8}", raw)  # at most 7 decimals
        assert all(feature["properties"]["synthetic"] is True for feature in content["features"])


@pytest.mark.parametrize(
    "as_of", [2023, "2023", np.int64(2023), "2023-12-31", dt.date(2023, 12, 31), pd.Timestamp("2023-12-31")]
)
def test_the_date_may_be_given_in_any_usual_way(as_of: object) -> None:
    assert len(kh.demo_data(as_of)[0]) == 38


@pytest.mark.parametrize("as_of", ["2021-12-31", 2025, "someday", "2023-06-30", None, ["2023"]])
def test_other_dates_are_told(as_of: object) -> None:
    with pytest.raises(kh.HazardDataError, match="2022-12-31, 2023-12-31, 2024-12-31"):
        kh.demo_data(as_of)


def test_callers_may_change_what_they_get() -> None:
    hazards, _ = kh.demo_data()
    hazards["hazard_type"] = "SHA"
    assert kh.demo_data()[0]["hazard_type"].nunique() == 2


def test_the_generator_gives_the_shipped_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("build_synthetic", geodata_path("build_synthetic.py"))
    generator = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "build_synthetic", generator)
    spec.loader.exec_module(generator)
    generator.main(tmp_path)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == geodata_path("synthetic", path.name).read_bytes(), path.name
