"""Names of places, the shipped boundaries, and boundary files of other makers."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry.polygon import orient

from kosovo_hazards._data import geodata_path
from kosovo_hazards._errors import HazardDataError
from kosovo_hazards.gazetteer.name_index import LEVELS, Place, PlaceIndex, PlacesWarning
from kosovo_hazards.gazetteer.shipped_names import gazetteer, gazetteer_table, kosovo_index
from kosovo_hazards.gazetteer.units import places, resolve_place
from kosovo_hazards.language.spelling import cyrillic_to_latin, spelling_key

SPELLINGS = pd.read_csv(Path(__file__).parents[1] / "data" / "spellings.csv", keep_default_na=False, encoding="utf-8")

# Every name in the published documents that is one of these units, as it is printed there.
IN_DOCUMENTS = {
    "Leposavic": "Leposaviq",
    "Zubin Potok": "Zubin Potok",
    "Zvecan": "Zveçan",
    "Mitrovica": "Mitrovicë",
    "Mitrovica North": "Mitrovicë e Veriut",
    "Gracanica": "Graçanicë",
    "Prishtina": "Prishtinë",
    "Prishtinë": "Prishtinë",
    "Pristina": "Prishtinë",
    "Gjakovë": "Gjakovë",
    "Pejë": "Pejë",
    "Prizren": "Prizren",
    "Podujevo": "Podujevë",
    "Istok": "Istog",
    "North": "North",
    "South": "South",
    "Centre": "Centre",
    "East": "East",
    "West": "West",
    "Northern Kosovo": "North",
}
# Other places named there: countries and towns abroad, and a pass and a village that are no unit.
NOT_UNITS = [
    "Albania",
    "Macedonia",
    "Serbia",
    "Montenegro",
    "Skopje",
    "Belgrade",
    "Dubrovnik",
    "Dulie Pass",
    "Blace",
    "Kosovo",
]


# --- names -----------------------------------------------------------------------------------------------------------


def test_table_of_spellings_holds_300_and_every_unit():
    assert len(SPELLINGS) >= 300
    listed = set(zip(SPELLINGS["expected_level"], SPELLINGS["expected"], strict=True))
    assert listed == {(place.level, place.name) for place in gazetteer()}


@pytest.mark.parametrize("expected", sorted(set(SPELLINGS["expected"])))
def test_every_spelling_resolves(expected):
    rows = SPELLINGS[SPELLINGS["expected"] == expected]
    found = [resolve_place(row.spelling, row.level or None) for row in rows.itertuples()]
    assert [(place.level, place.name) for place in found] == list(
        rows[["expected_level", "expected"]].itertuples(index=False)
    )


@pytest.mark.parametrize(("written", "expected"), IN_DOCUMENTS.items())
def test_names_in_the_published_documents_resolve(written, expected):
    assert resolve_place(written).name == expected


@pytest.mark.parametrize("name", NOT_UNITS)
def test_other_places_in_the_documents_are_not_taken_for_units(name):
    with pytest.raises(HazardDataError, match="no place is called"):
        resolve_place(name)


def test_municipality_comes_before_district_and_region():
    assert resolve_place("Prizren").level == "municipality"
    assert resolve_place("Prizren", "district").level == "district"
    assert resolve_place("Istok").name == "Istog"
    assert resolve_place("Istok", "region").name == "East"


def test_word_beside_the_name_decides_unless_level_does():
    assert resolve_place("Peja District").level == "district"
    assert resolve_place("Municipality of Peja").level == "municipality"
    assert resolve_place("Peja District", "municipality").level == "municipality"


def test_unit_knows_what_it_lies_in():
    assert resolve_place("Zvecan") == Place(
        "municipality",
        "Zveçan",
        "Mitrovicë",
        "North",
        "Zveçan",
        "Zvečan",
        "Звечан",
        "Zveçan",
        resolve_place("Zvecan").aliases,
    )
    district = resolve_place("Peja", "district")
    assert (district.municipality, district.district, district.region) == (None, "Pejë", "West")
    assert resolve_place("Jug").region == "South"


def test_place_can_be_kept_as_a_key_and_not_changed():
    place = resolve_place("Klina")
    assert {place: 1}[resolve_place("Klinë")] == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        place.name = "other"


@pytest.mark.parametrize(
    ("wrong", "suggested"),
    [("Gjakowa", "Gjakovë"), ("Prisztina", "Prishtinë"), ("Mitrovic", "Mitrovicë"), ("Kamanica", "Kamenicë"),
     ("Vushtrii", "Vushtrri"), ("Skenderej", "Skenderaj"), ("Fush Kosov", "Fushë Kosovë"), ("Урошеватс", "Ferizaj"),
     ("Komuna e Rahovekut", "Rahovec"), ("Orahovic", "Rahovec")],
)  # fmt: skip
def test_wrong_name_suggests_the_right_one(wrong, suggested):
    with pytest.raises(HazardDataError, match=re.escape(f"municipality {suggested}")):
        resolve_place(wrong)


def test_name_of_another_level_is_said_so():
    with pytest.raises(HazardDataError, match="'Junik' is the municipality Junik, not a district"):
        resolve_place("Junik", "district")


def test_two_places_in_one_name_are_not_one():
    with pytest.raises(HazardDataError, match="more than one place"):
        resolve_place("Pejë/Prizren")


@pytest.mark.parametrize("nothing", [None, "", "  ", 7, float("nan"), "-"])
def test_no_name_is_an_error(nothing):
    with pytest.raises(HazardDataError, match="a place name is wanted"):
        resolve_place(nothing)


def test_unknown_level_is_an_error():
    with pytest.raises(HazardDataError, match="'village' is not one of municipality, district, region"):
        resolve_place("Peja", "village")
    with pytest.raises(HazardDataError, match="'village' is not one of"):
        places("village")


def test_no_spelling_means_two_units_of_one_level():
    keys = [(p.level, key) for p in gazetteer() for key in {spelling_key(spelling) for spelling in p.spellings}]
    assert len(keys) == len(set(keys))


def test_same_name_twice_is_told_with_where_each_lies():
    index = PlaceIndex(
        [Place("municipality", "Villanueva", "Bolívar"), Place("municipality", "Villanueva", "Casanare")]
    )
    assert index.find("Villanueva") is None
    with pytest.raises(HazardDataError, match=r"Villanueva in Bolívar; municipality Villanueva in Casanare"):
        index.resolve("villanueva")


def test_whole_column_is_resolved_on_its_index():
    names = pd.Series(["Peć", None, "Nowhere", "Peć"], index=[3, 1, 4, 1], dtype="str")
    found = kosovo_index().resolve_all(names, "municipality")
    assert found.index.tolist() == [3, 1, 4, 1]
    assert [place and place.name for place in found] == ["Pejë", None, None, "Pejë"]


def test_cyrillic_names_are_the_latin_ones():
    for place in gazetteer():
        assert cyrillic_to_latin(place.sr_cyrl) == place.sr


@given(st.sampled_from([s for p in gazetteer() for s in p.spellings if p.level == "municipality"]), st.data())
def test_case_spaces_and_hyphens_never_matter(spelling, data):
    changed = "".join(data.draw(st.sampled_from([letter.upper(), letter.lower()])) for letter in spelling)
    changed = data.draw(st.sampled_from(["", " ", "\t"])) + changed.replace(
        " ", data.draw(st.sampled_from([" ", "  ", "-", "_"]))
    )
    assert resolve_place(changed, "municipality") == resolve_place(spelling, "municipality")


@given(st.text())
def test_any_text_is_a_unit_or_a_clear_error(text):
    found = kosovo_index().find(text)
    if found:
        assert resolve_place(text) == found
    else:
        with pytest.raises(HazardDataError, match="place"):
            resolve_place(text)


# --- shipped boundaries ----------------------------------------------------------------------------------------------


def geodesic_km2(shape) -> float:
    geod = Geod(ellps="WGS84")
    return sum(geod.geometry_area_perimeter(orient(part))[0] for part in shapely.get_parts(shape)) / 1e6


def test_38_municipalities_7_districts_5_regions():
    assert [len(places(level)) for level in LEVELS] == [38, 7, 5]
    for level in LEVELS:
        units = places(level)
        assert units["name"].tolist() == units[level].tolist()
        assert set(units["name"]) == {place.name for place in gazetteer() if place.level == level}
        assert units.crs == "EPSG:4326"
        assert units[["sq", "sr", "sr_cyrl", "en", "region"]].notna().all(axis=None)


def test_columns_above_the_unit_are_filled_and_those_below_missing():
    assert places()[["municipality", "district", "region"]].notna().all(axis=None)
    assert places("district")["municipality"].isna().all()
    assert places("region")[["municipality", "district"]].isna().all(axis=None)


@pytest.mark.parametrize("level", LEVELS)
def test_boundaries_are_a_coverage_without_gaps(level):
    shapes = places(level).geometry
    assert shapes.is_valid.all()
    assert shapes.geom_type.isin(["Polygon", "MultiPolygon"]).all()
    assert shapely.coverage_is_valid(shapes.to_numpy())
    assert shapely.is_empty(shapely.coverage_invalid_edges(shapes.to_numpy())).all()
    kosovo = shapely.union_all(shapes.to_numpy())
    assert kosovo.geom_type == "Polygon"
    assert len(kosovo.interiors) == 0


def test_upper_units_are_exactly_their_municipalities():
    municipalities = places()
    for level in ("district", "region"):
        upper = places(level).set_index("name")
        for name, members in municipalities.groupby(level):
            assert shapely.equals(upper.geometry[name], shapely.union_all(members.geometry.to_numpy()))


def test_coordinates_have_at_most_7_decimals_and_outer_rings_turn_left():
    document = json.loads(geodata_path("places", "municipalities.geojson").read_text(encoding="utf-8"))
    corners = shapely.get_coordinates([shapely.geometry.shape(f["geometry"]) for f in document["features"]])
    assert np.array_equal(corners, corners.round(7))
    parts = shapely.get_parts([shapely.geometry.shape(f["geometry"]) for f in document["features"]])
    assert shapely.is_ccw(shapely.get_exterior_ring(parts)).all()
    assert "crs" not in document


def test_accuracy_is_the_difference_from_the_reference():
    shipped = gpd.read_file(geodata_path("places", "municipalities.geojson")).set_index("name")
    reference = gazetteer_table().query("level == 'municipality'").set_index("name")["reference_area_km2"]
    area = shipped.geometry.map(geodesic_km2)
    error = 100 * (area / reference - 1)
    np.testing.assert_allclose(shipped["area_km2"], area[shipped.index], atol=0.006)
    np.testing.assert_allclose(shipped["area_error_percent"], error[shipped.index], atol=0.006)
    units = places().set_index("name")
    np.testing.assert_allclose(units["area_km2"], area[units.index], rtol=1e-6)
    np.testing.assert_allclose(units["area_error_percent"], error[units.index], atol=1e-3)
    assert set(error.index[error.abs() > 5]) <= set(units.index[units["drawn_wrongly"]])


def test_reference_areas_sum_to_the_country():
    assert places()["reference_area_km2"].sum() == pytest.approx(10_907, abs=1)
    assert places("district")["reference_area_km2"].sum() == pytest.approx(10_907, abs=1)


def test_older_delineations_are_flagged():
    wrong = places().query("drawn_wrongly").set_index("name")
    assert {"Novobërdë", "Gjilan", "Kamenicë"} <= set(wrong.index)
    # 122 km² of Novobërdë are drawn elsewhere: in one lump they reach 11 km.
    assert wrong.loc["Novobërdë", "boundary_accuracy_m"] >= 11_000
    assert (places()["boundary_accuracy_m"] >= 1000).all()


def test_readme_prints_the_measured_accuracy():
    table = geodata_path("places", "README.md").read_text(encoding="utf-8").split("<!-- accuracy: begin -->")[1]
    rows = [
        [cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines() if line.startswith("| ")
    ][2:]
    units = places().set_index("name")
    assert [row[0] for row in rows] == units.index.tolist()
    for name, reference, drawn, error, accuracy, wrong in rows:
        unit = units.loc[name]
        printed = (float(reference), float(drawn), float(error), float(accuracy), wrong == "yes")
        expected = (
            unit["reference_area_km2"],
            unit["area_km2"],
            unit["area_error_percent"],
            unit["boundary_accuracy_m"],
        )
        assert printed == pytest.approx((*expected, bool(unit["drawn_wrongly"])), abs=0.006)


def test_callers_copy_does_not_change_the_next_one():
    first = places()
    first["name"] = "spoilt"
    first.geometry = shapely.buffer(first.geometry.to_numpy(), 0.1)
    assert places()["name"].tolist() != first["name"].tolist()
    assert places().geometry.iloc[0].area < first.geometry.iloc[0].area


def test_places_survive_a_geopackage_and_a_geojson(tmp_path):
    for name in ("units.gpkg", "units.geojson"):
        places().to_file(tmp_path / name)
        back = places(source=tmp_path / name)
        assert back["matched"].all()
        assert back[["name", "district", "region"]].equals(places()[["name", "district", "region"]])


# --- regions ---------------------------------------------------------------------------------------------------------


def test_default_regions_are_the_stated_assumption():
    lies_in = places("district").groupby("region")["name"].agg(set).to_dict()
    assert lies_in == {
        "North": {"Mitrovicë"},
        "West": {"Pejë", "Gjakovë"},
        "South": {"Prizren"},
        "Centre": {"Prishtinë"},
        "East": {"Gjilan", "Ferizaj"},
    }


def test_caller_can_replace_the_regions():
    units = places("region", regions={"Uroševac": "centar", "Prizren": "Dukagjin"})
    assert units["name"].tolist() == ["Centre", "Dukagjin", "East", "North", "West"]
    whole = places("district").set_index("name")["area_km2"]
    assert units.set_index("name")["area_km2"]["Centre"] == pytest.approx(whole["Prishtinë"] + whole["Ferizaj"])
    assert set(places(regions={"Ferizaj": "Centre"}).query("district == 'Ferizaj'")["region"]) == {"Centre"}


def test_regions_of_an_unknown_district_are_an_error():
    with pytest.raises(HazardDataError, match="'Atlantis' is not a district"):
        places("region", regions={"Atlantis": "South"})


# --- other boundary files --------------------------------------------------------------------------------------------

SHIPPED = places()
SERBIAN_DISTRICT = SHIPPED["district"].map(lambda name: resolve_place(name, "district").sr)
BY_LAYOUT = {
    "geoBoundaries": {
        "shapeName": "Municipality of " + SHIPPED["en"],
        "shapeISO": "",
        "shapeID": "46174442B1",
        "shapeGroup": "XKX",
        "shapeType": "ADM2",
    },
    "GADM": {
        "GID_0": "XKO",
        "NAME_0": "Kosovo",
        "GID_1": "XKO.1_1",
        "NAME_1": SERBIAN_DISTRICT,
        "GID_2": "XKO.1.1_1",
        "NAME_2": SHIPPED["sr"],
        "VARNAME_2": SHIPPED["en"] + "|" + SHIPPED["sq"],
        "TYPE_2": "Opština",
    },
    "OpenStreetMap": {
        "osm_id": "1",
        "admin": "6",
        "name": "Komuna e " + SHIPPED["sq"] + " / Opština " + SHIPPED["sr"],
        "name:sr": "Општина " + SHIPPED["sr_cyrl"],
    },
    "OpenStreetMap for shapefiles": {"name": SHIPPED["sr_cyrl"], "name_sq": SHIPPED["sq"], "name_en": SHIPPED["en"]},
    "COD-AB": {
        "ADM0_EN": "Kosovo",
        "ADM0_PCODE": "XK",
        "ADM1_EN": SHIPPED["district"],
        "ADM1_PCODE": "XK1",
        "ADM2_EN": SHIPPED["en"],
        "ADM2_PCODE": "XK101",
    },
    "COD-AB since 2025": {
        "adm0_name": "Kosovo",
        "adm1_name": SHIPPED["district"],
        "adm2_name": SHIPPED["en"],
        "adm2_name1": SHIPPED["sr_cyrl"],
    },
}


def boundary_file(path: Path, columns: dict, units: gpd.GeoDataFrame = SHIPPED, crs: str = "EPSG:4326") -> Path:
    table = gpd.GeoDataFrame({**columns}, geometry=units.geometry.to_numpy(), crs=units.crs, index=units.index)
    pyogrio.write_dataframe(table.to_crs(crs), path, encoding="utf-8")
    return path


@pytest.mark.parametrize("layout", BY_LAYOUT)
@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp"])
# A shapefile cuts names of columns to ten characters and says so.
@pytest.mark.filterwarnings("ignore:Normalized/laundered", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_known_layouts_are_recognised(tmp_path, layout, ending):
    found = places(source=boundary_file(tmp_path / f"units.{ending}", BY_LAYOUT[layout]))
    assert found["matched"].all()
    assert found[["name", "municipality", "district", "region"]].equals(
        SHIPPED[["name", "municipality", "district", "region"]]
    )
    assert found["reference_area_km2"].equals(SHIPPED["reference_area_km2"])
    assert found["boundary_accuracy_m"].isna().all()


def test_district_of_another_source_is_dissolved(tmp_path):
    source = boundary_file(tmp_path / "gadm.gpkg", BY_LAYOUT["GADM"])
    found, shipped = places("district", source=source), places("district")
    assert found["name"].tolist() == shipped["name"].tolist()
    assert found["matched"].all()
    assert shapely.equals(found.geometry.to_numpy(), shipped.geometry.to_numpy()).all()
    assert places("region", source=source)["name"].tolist() == ["Centre", "East", "North", "South", "West"]


def test_file_of_districts_is_taken_as_such(tmp_path):
    districts = places("district")
    source = boundary_file(tmp_path / "adm1.geojson", {"shapeName": "Rajoni i " + districts["name"]}, districts)
    found = places("district", source=source)
    assert found["name"].tolist() == districts["name"].tolist()
    assert found["matched"].all()


def test_source_in_the_national_grid_comes_back_in_degrees(tmp_path):
    found = places(source=boundary_file(tmp_path / "grid.gpkg", BY_LAYOUT["COD-AB"], crs="EPSG:9141"))
    assert found.crs == "EPSG:4326"
    assert found["name"].tolist() == SHIPPED["name"].tolist()
    assert shapely.hausdorff_distance(found.geometry.to_numpy(), SHIPPED.geometry.to_numpy()).max() < 1e-6


def test_geoparquet_is_read(tmp_path):
    SHIPPED[["sr_cyrl", "geometry"]].rename(columns={"sr_cyrl": "shapeName"}).to_parquet(tmp_path / "units.parquet")
    assert places(source=tmp_path / "units.parquet")["name"].tolist() == SHIPPED["name"].tolist()


def test_units_unknown_or_missing_are_told_and_kept():
    table = gpd.GeoDataFrame({"shapeName": SHIPPED["en"]}, geometry=SHIPPED.geometry)
    table.loc[table["shapeName"] == "Peja", "shapeName"] = "Rugova"
    table = table[table["shapeName"] != "Junik"]
    with pytest.warns(PlacesWarning, match=r"own name: Rugova; missing from the source: Junik, Pejë") as told:
        found = places(source=table)
    assert told[0].message.names == ("Rugova", "Junik", "Pejë")
    assert told[0].filename == __file__
    assert len(found) == 37
    assert found.loc[found["name"] == "Rugova", ["matched", "municipality", "district"]].to_numpy().tolist()[0][:2] == [
        False,
        "Rugova",
    ]


def test_wrongly_drawn_unit_of_a_source_is_flagged():
    table = gpd.GeoDataFrame({"shapeName": SHIPPED["en"]}, geometry=SHIPPED.geometry)
    table.geometry = shapely.buffer(table.geometry.to_numpy(), np.where(table["shapeName"] == "Klina", -0.01, 0))
    found = places(source=table).set_index("name")
    assert found.loc["Klinë", "drawn_wrongly"]
    assert not found.loc["Podujevë", "drawn_wrongly"]


# Two provinces with districts of their own, one of them called like a municipality of Kosovo; near Battambang.
ELSEWHERE = gpd.GeoDataFrame(
    {
        "NAME_0": "Cambodge",
        "NAME_1": ["Bätdâmbâng", "Bätdâmbâng", "Pailin"],
        "NAME_2": ["Ratanak Mondol", "Kamenica", "Sala Krau"],
        "VARNAME_2": ["Rotonak Mondol", None, None],
    },
    geometry=[
        shapely.box(102.9, 12.8, 103.1, 13.0),
        shapely.box(103.1, 12.8, 103.3, 13.0),
        shapely.box(102.6, 12.8, 102.9, 13.0),
    ],
    crs="EPSG:4326",
)


def test_another_country_keeps_its_own_names(tmp_path, recwarn):
    ELSEWHERE.to_file(tmp_path / "gadm41_KHM_2.gpkg")
    found = places(source=tmp_path / "gadm41_KHM_2.gpkg")
    assert found["municipality"].tolist() == ["Ratanak Mondol", "Kamenica", "Sala Krau"]
    assert found["district"].tolist() == ["Bätdâmbâng", "Bätdâmbâng", "Pailin"]
    assert found["region"].isna().all()
    assert found["aliases"].tolist() == ["Rotonak Mondol", "", ""]
    assert not found["matched"].any()
    assert found[["reference_area_km2", "area_error_percent", "drawn_wrongly"]].isna().all(axis=None)
    assert len(recwarn) == 0


def test_another_country_has_districts_and_regions_when_it_says_so():
    assert places("district", source=ELSEWHERE)["name"].tolist() == ["Bätdâmbâng", "Pailin"]
    found = places("region", source=ELSEWHERE, regions={"Pailin": "North-West", "Bätdâmbâng": "North-West"})
    assert found["name"].tolist() == ["North-West"]
    assert found["area_km2"].iloc[0] == pytest.approx(sum(map(geodesic_km2, ELSEWHERE.geometry)), rel=1e-6)
    with pytest.raises(HazardDataError, match="pass regions="):
        places("region", source=ELSEWHERE)


def test_columns_of_an_unknown_layout_can_be_named():
    table = ELSEWHERE.drop(columns=["NAME_0", "VARNAME_2"]).rename(columns={"NAME_1": "PRV", "NAME_2": "SRK"})
    table["NOTE"] = ["a", "b", "c"]
    found = places(source=table, columns={"municipality": "SRK", "district": "PRV"})
    assert found[["municipality", "district"]].equals(places(source=ELSEWHERE)[["municipality", "district"]])
    with pytest.raises(HazardDataError, match=r"no column with the names .* PRV, SRK.*columns="):
        places(source=table)
    with pytest.raises(HazardDataError, match="must name the column of the municipality"):
        places(source=table, columns={"municipality": "SREI"})


def test_source_is_not_changed():
    before = ELSEWHERE.copy()
    places("district", source=ELSEWHERE)
    pd.testing.assert_frame_equal(ELSEWHERE, before)


def test_source_without_a_crs_is_refused_unless_it_is_named(tmp_path):
    bare = gpd.GeoDataFrame({"shapeName": SHIPPED["en"]}, geometry=SHIPPED.geometry.to_numpy())
    with pytest.raises(HazardDataError, match=r'(?s)name no coordinate reference system.*crs="EPSG:4326"'):
        places(source=bare)
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        bare.to_file(tmp_path / "bare.shp")
    assert places(source=tmp_path / "bare.shp", crs="EPSG:4326")["name"].tolist() == SHIPPED["name"].tolist()


def test_missing_empty_and_wrong_files_are_told_plainly(tmp_path):
    with pytest.raises(HazardDataError, match="there is no boundary file"):
        places(source=tmp_path / "absent.gpkg")
    for name, text in (("empty.geojson", ""), ("text.geojson", "not geojson"), ("text.parquet", "not parquet")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(HazardDataError, match=f"'{name}' (is empty|isn't)"):
            places(source=tmp_path / name)
    (tmp_path / "table.csv").write_text("name\nPejë\n", encoding="utf-8")
    with pytest.raises(HazardDataError, match="has no geometry"):
        places(source=tmp_path / "table.csv")


def test_layer_must_be_named_where_there_are_several(tmp_path):
    path = tmp_path / "several.gpkg"
    ELSEWHERE.to_file(path, layer="districts")
    ELSEWHERE.dissolve("NAME_1", as_index=False).to_file(path, layer="provinces")
    with pytest.raises(HazardDataError, match=r"2 layers with records: districts, provinces\nname one with layer="):
        places(source=path)
    assert len(places(source=path, layer="districts")) == 3


def test_rows_that_are_no_polygons_are_told():
    extra = gpd.GeoDataFrame(
        {"NAME_1": "Pailin", "NAME_2": "label"}, geometry=[shapely.Point(103, 13)], index=[7], crs="EPSG:4326"
    )
    with pytest.warns(PlacesWarning, match="1 rows of the boundaries are not polygons and were left out: 7"):
        found = places(source=pd.concat([ELSEWHERE, extra]))
    assert len(found) == 3
    with pytest.raises(HazardDataError, match="none of the 1 rows"):
        places(source=extra)


def test_unit_without_a_name_is_refused_with_its_row():
    table = ELSEWHERE.assign(NAME_2=["Ratanak Mondol", None, " "])
    with pytest.raises(HazardDataError, match="2 of 3 boundaries have no name") as told:
        places(source=table)
    assert [fault.record for fault in told.value.faults] == ["row 1", "row 2"]


def test_name_in_another_language_stands_in_for_a_missing_one():
    columns = {
        "name": ["Sala Krau", None, "NA"],
        "name:en": ["Sala Krau", "Samlout", None],
        "alt_name": [None, None, "Kamrieng"],
    }
    found = places(source=ELSEWHERE[["geometry"]].assign(**columns))
    assert found["name"].tolist() == ["Sala Krau", "Samlout", "Kamrieng"]


def test_invalid_polygon_of_a_source_is_repaired():
    bow = shapely.Polygon([(102.9, 12.8), (103.1, 13.0), (103.1, 12.8), (102.9, 13.0)])
    found = places(source=ELSEWHERE.assign(geometry=[bow, *ELSEWHERE.geometry[1:]]))
    assert found.geometry.is_valid.all()
    assert found.geometry.iloc[0].area == pytest.approx(0.02)
