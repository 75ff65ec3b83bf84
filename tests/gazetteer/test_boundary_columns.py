"""Boundary files of any country and depth: which columns hold the names, in layouts that other tools write.

Where each layout comes from: `gadm` GADM 4.1 (NAME_n, ENGTYPE_n), `cod_ab` UN OCHA's COD-AB (adm2_name, adm2_pcode),
`ocha_services` the same as OCHA's ArcGIS services give them (admin2Name_en, admin2Pcode),
`geoboundaries` (shapeName, shapeType), `osm` QuickOSM's export of OpenStreetMap tags (name, name:bs, admin_level),
`own_words` the headings of this library's tables, `cantons` a cadastral table of three levels in Bosnian, `arabic` a
statistical office's table in Arabic script, `islands` a gazetteer of one level, `FIVE` GADM of five levels.
"""

from __future__ import annotations

import warnings

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.gazetteer import PlacesWarning, level_words
from kosovo_hazards.gazetteer.name_index import LEVELS

# Six units in a row, each a tenth of a degree wide, south of the equator so that none is near Kosovo.
SQUARES = [shapely.box(20 + i / 10, -3.1, 20.1 + i / 10, -3.0) for i in range(6)]
UNITS = ["Ada", "Bor", "Novi Grad", "Dub", "Novi Grad", "Far"]
ABOVE = ["North", "North", "North", "South", "South", "South"]
TOP = ["East", "East", "East", "West", "West", "West"]
UNIQUE = ["Ada", "Bor", "Novi Grad (North)", "Dub", "Novi Grad (South)", "Far"]


def table(columns: dict[str, object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=SQUARES, crs="EPSG:4326")


LAYOUTS = {
    "gadm": (
        {"COUNTRY": "Xyz", "NAME_1": ABOVE, "ENGTYPE_1": "Canton", "NAME_2": UNITS, "ENGTYPE_2": "Commune"},
        {"municipality": "Commune", "district": "Canton"},
    ),
    "cod_ab": (
        {"adm0_name": "Xyz", "adm1_name": ABOVE, "adm1_pcode": "X1", "adm2_name": UNITS, "adm2_pcode": list("abcdef")},
        {"municipality": "ADM2", "district": "ADM1"},
    ),
    "ocha_services": (
        {"admin0Name_en": "Xyz", "admin1Name_en": ABOVE, "admin1Pcode": "X1", "admin2Name_en": UNITS,
         "admin2AltName1_en": None, "admin2Pcode": list("abcdef")},
        {"municipality": "ADM2", "district": "ADM1"},
    ),
    "own_words": (
        {"municipality": UNITS, "district": ABOVE, "region": TOP},
        {"municipality": "Municipality", "district": "District", "region": "Region"},
    ),
    "cantons": (
        {"OBJECTID": range(6), "NAZIV_OPCINE": UNITS, "Kanton": ABOVE, "Entitet": TOP, "SIFRA_OPCINE": range(6)},
        {"municipality": "Opcine", "district": "Kanton", "region": "Entitet"},
    ),
    "arabic": (
        {"محافظة": ABOVE, "مديرية": UNITS, "code": range(6)},
        {"municipality": "مديرية", "district": "محافظة"},
    ),
    "osm": (
        {"osm_id": range(6), "name": UNITS, "name:bs": UNITS, "admin_level": "7", "is_in:province": ABOVE},
        {"district": "Province"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_units_parents_and_words_of_levels_are_found(layout):
    columns, words = LAYOUTS[layout]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PlacesWarning)
        units = kh.places(source=table(columns))
    assert units["name"].tolist() == UNIQUE
    assert units["district"].tolist() == ABOVE
    assert units["region"].tolist() == TOP if "region" in words else units["region"].isna().all()
    assert level_words(units) == words
    assert not units["matched"].any()


ONE_LEVEL = {
    "geoboundaries": {"shapeName": UNITS, "shapeISO": "", "shapeID": list("abcdef"), "shapeType": "ADM2"},
    "islands": {"ISLAND": range(6), "name": UNITS},
}


@pytest.mark.parametrize("layout", ONE_LEVEL)
def test_units_of_one_level_have_no_parents_and_stay_apart(layout):
    units = kh.places(source=table(ONE_LEVEL[layout]))
    assert units["name"].tolist() == ["Ada", "Bor", "Novi Grad 1", "Dub", "Novi Grad 2", "Far"]
    assert units[["district", "region"]].isna().all(axis=None)
    assert level_words(units) == ({"municipality": "ADM2"} if layout == "geoboundaries" else {})


def test_column_of_known_names_is_taken_by_what_it_holds():
    kosovo = kh.places()
    given = gpd.GeoDataFrame({"V1": kosovo["sr"], "V2": range(38)}, geometry=kosovo.geometry, crs=kosovo.crs)
    with pytest.warns(PlacesWarning, match="column 'V1', which holds known names"):
        units = kh.places(source=given)
    assert units["name"].tolist() == kosovo["name"].tolist()
    assert units["matched"].all()
    assert level_words(units) == {}


def test_column_called_municipal_is_one_of_municipalities():
    kosovo = kh.places()
    given = gpd.GeoDataFrame({"Municipal": kosovo["name"]}, geometry=kosovo.geometry, crs=kosovo.crs)
    with pytest.warns(PlacesWarning, match="'Municipal'"):
        units = kh.places(source=given)
    assert units["matched"].all()


def test_only_column_with_a_text_of_its_own_in_each_row_is_taken():
    given = table({"c1": list("abcdef"), "c2": "x", "c3": range(6)})
    with pytest.warns(PlacesWarning, match="'c1'"):
        assert kh.places(source=given)["name"].tolist() == list("abcdef")


def test_two_columns_that_may_be_names_are_proposed_ready_to_paste():
    given = table({"c1": list("abcdef"), "c2": list("uvwxyz")})
    with pytest.raises(
        kh.UnreadableSourceError, match=r"'c1' \(a, b, c, …\) or 'c2'.*columns=\{\"municipality\": \"c1\"\}"
    ):
        kh.places(source=given)


def test_missing_parent_leaves_a_gap_and_moves_nothing_down():
    given = table({"municipality": UNITS, "district": [None, "North", "North", None, "South", "South"], "region": TOP})
    units = kh.places(source=given)
    assert units["district"].isna().tolist() == [True, False, False, True, False, False]
    assert units["region"].tolist() == TOP


def test_same_district_name_in_two_regions_is_two_districts():
    given = table({"municipality": list("abcdef"), "district": ["Centre"] * 6, "region": TOP})
    units = kh.places(source=given)
    assert units["district"].tolist() == ["Centre (East)"] * 3 + ["Centre (West)"] * 3
    assert kh.places("district", source=given)["name"].tolist() == ["Centre (East)", "Centre (West)"]


FIVE = {
    "NAME_1": TOP, "ENGTYPE_1": "Province", "NAME_2": ABOVE, "ENGTYPE_2": "District",
    "NAME_3": ["i", "i", "j", "k", "k", "l"], "ENGTYPE_3": "Sector", "NAME_4": list("abcdef"), "ENGTYPE_4": "Cell",
    "NAME_5": list("uvwxyz"), "ENGTYPE_5": "Village",
}  # fmt: skip


def test_five_levels_all_stay():
    units = kh.places(source=table(FIVE))
    assert units[[*LEVELS, "level_4", "level_5"]].iloc[3].tolist() == ["x", "d", "k", "South", "West"]
    assert list(level_words(units).values()) == ["Village", "Cell", "Sector", "District", "Province"]


def test_any_level_goes_by_the_word_of_the_file():
    assert kh.places("Province", source=table(FIVE))["name"].tolist() == ["East", "West"]
    assert kh.places("sector", source=table(FIVE))["name"].tolist() == ["i", "j", "k", "l"]
    with pytest.raises(
        kh.UsageError, match=r"level 'Canton' is not one of .*Village, Cell, Sector, District, Province"
    ):
        kh.places("Canton", source=table(FIVE))


def test_columns_can_be_named_by_the_country_s_own_levels():
    given = table({"a": UNITS, "b": ABOVE, "c": TOP})
    units = kh.places(source=given, columns={"Commune": "a", "Canton": "b", "Entity": "c"})
    assert units["name"].tolist() == UNIQUE
    assert level_words(units) == {"municipality": "Commune", "district": "Canton", "region": "Entity"}
    assert kh.places("Canton", source=given, columns={"Commune": "a", "Canton": "b"})["name"].tolist() == [
        "North",
        "South",
    ]


def test_what_units_lie_in_can_come_from_a_second_file():
    upper = gpd.GeoDataFrame(
        {"shapeName": ["North", "South"], "shapeType": "ADM1"},
        geometry=[shapely.union_all(SQUARES[:3]), shapely.union_all(SQUARES[3:])],
        crs="EPSG:4326",
    )
    units = kh.places(source=table({"shapeName": UNITS, "shapeType": "ADM2"}), parents=upper)
    assert units["name"].tolist() == UNIQUE
    assert units["district"].tolist() == ABOVE
    assert level_words(units) == {"municipality": "ADM2", "district": "ADM1"}


# --- records in such places ------------------------------------------------------------------------------------------


def register(**columns: object) -> gpd.GeoDataFrame:
    fields = [shapely.box(20.05 + i / 10, -3.06, 20.051 + i / 10, -3.059) for i in range(6)]
    return gpd.GeoDataFrame({"hazard_type": ["SHA"] * 6, **columns}, geometry=fields, crs="EPSG:4326")


def test_units_of_one_name_are_told_apart_by_ground():
    units = kh.places(source=table({"municipality": UNITS, "district": ABOVE}))
    with pytest.warns(PlacesWarning, match="4 recorded places need a look") as told:
        placed = kh.assign_places(register(municipality="Novi Grad"), units)
    assert placed["municipality"].tolist()[2::2] == ["Novi Grad (North)", "Novi Grad (South)"]
    assert told[0].message.names == ("0", "1", "3", "5")


def test_units_of_one_name_are_told_apart_by_the_recorded_unit_above():
    units = kh.places(source=table({"municipality": UNITS, "district": ABOVE}))
    placed = kh.assign_places(register(municipality="Novi Grad", district="South"), units)
    assert placed["municipality"].tolist() == ["Novi Grad (South)"] * 6
    assert placed["place_source"].tolist() == ["recorded"] * 6


def test_units_of_one_name_are_two_rows_of_the_table():
    units = kh.places(source=table({"municipality": UNITS, "district": ABOVE}))
    summary = kh.summarise(kh.assign_places(register(), units), by="municipality")
    assert summary.loc[["Novi Grad (North)", "Novi Grad (South)"], "total_areas"].tolist() == [1, 1]


def test_eight_thousand_units_in_one_file():
    squares = [
        shapely.box(20 + i / 100, -3 + j / 100, 20.01 + i / 100, -2.99 + j / 100) for i in range(100) for j in range(80)
    ]
    given = gpd.GeoDataFrame(
        {"NAME_1": [f"P{i // 400}" for i in range(8000)], "NAME_2": [f"Unit {i % 4000}" for i in range(8000)]},
        geometry=squares, crs="EPSG:4326",
    )  # fmt: skip
    units = kh.places(source=given)
    assert units["name"].is_unique
    assert len(units) == 8000
    hazards = gpd.GeoDataFrame(
        {"municipality": ["Nowhere"]}, geometry=[shapely.Point(20.005, -2.995).buffer(0.001)], crs=4326
    )
    with pytest.warns(PlacesWarning, match="no municipality is called 'Nowhere'"):
        placed = kh.assign_places(pd.concat([hazards] * 3, ignore_index=True), units)
    assert placed["municipality"].tolist() == ["Nowhere"] * 3
