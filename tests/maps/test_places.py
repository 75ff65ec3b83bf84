"""Places on the map: names and units above may be missing, and one name may stand for several places."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from kosovo_hazards.maps import hazard_map


def squares(**columns: list[Any]) -> gpd.GeoDataFrame:
    """Units of a tenth of a degree side by side, from 17.0° E and 44.0° N eastwards."""
    count = len(next(iter(columns.values())))
    shapes = [shapely.box(17 + 0.1 * i, 44, 17.1 + 0.1 * i, 44.1) for i in range(count)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def hazards(**columns: list[Any]) -> gpd.GeoDataFrame:
    """Small areas in the same squares."""
    count = len(next(iter(columns.values())))
    shapes = [shapely.box(17.04 + 0.1 * i, 44.04, 17.05 + 0.1 * i, 44.05) for i in range(count)]
    given = {"hazard_id": [f"BA-{i}" for i in range(count)], "hazard_type": ["CHA"] * count, "status": ["open"] * count}
    return gpd.GeoDataFrame({**given, **columns}, geometry=shapes, crs="EPSG:4326")


TWINS = squares(name=["Novi Grad", "Novi Grad", "Zenica"], district=["Sarajevo", "Banja Luka", "Zenica-Doboj"])


def page_data(made: Any) -> Any:
    text = made.get_root().render()
    start = text.index('-data">') + len('-data">')
    return json.loads(text[start : text.index("</script>", start)])


def counts(made: Any) -> list[float | None]:
    return [place["value"] for place in made.content["shade"]["places"]]


def test_two_places_of_one_name_are_shaded_each_by_its_own_areas() -> None:
    recorded = hazards(municipality=["Novi Grad", "Novi Grad", "Novi Grad"], district=["Sarajevo"] * 2 + ["Banja Luka"])
    assert counts(hazard_map(recorded, places=TWINS, shade="count")) == [2, 1, None]


def test_an_area_that_may_lie_in_either_of_two_places_is_shaded_in_neither_and_counted() -> None:
    recorded = hazards(municipality=["Novi Grad", "Zenica"], district=[None, None])
    made = hazard_map(recorded, places=TWINS, shade="count")
    assert counts(made) == [None, None, 1]
    assert made.content["shade"]["unplaced"] == 1


def test_a_place_alone_of_its_name_is_found_whatever_stands_above_it() -> None:
    recorded = hazards(municipality=["Zenica"] * 3, district=["Zenica-Doboj", None, "Zenica-Doboj Canton"])
    assert counts(hazard_map(recorded, places=TWINS, shade="count")) == [None, None, 3]


def test_districts_of_one_name_in_two_regions_are_two() -> None:
    units = squares(name=["a", "b", "c"], district=["Centar"] * 3, region=["North", "North", "South"])
    districts = hazard_map(hazards(municipality=["a"]), places=units).content["places"]["levels"][1]
    assert districts["names"] == ["Centar", "Centar"]
    assert districts["region"] == ["North", "South"]


def test_both_places_of_one_name_are_found_with_what_is_above_them(open_map: Any) -> None:
    recorded = hazards(municipality=["Novi Grad", "Novi Grad"], district=["Sarajevo", "Banja Luka"])
    shown = open_map(hazard_map(recorded, places=TWINS))
    shown.page.locator("[data-kh-tab=areas]").click()
    shown.page.locator(".kh-search").fill("novi")
    found = shown.page.locator(".kh-place").all_inner_texts()
    assert found == ["Novi Grad, Sarajevo (municipality)", "Novi Grad, Banja Luka (municipality)"]
    places = shown.page.locator(".kh-table tbody .kh-col-place").all_inner_texts()
    assert places == ["Novi Grad, Sarajevo", "Novi Grad, Banja Luka"]


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT], ids=["None", "NaN", "NA", "NaT"])
@pytest.mark.parametrize("column", ["name", "district", "region", "sr", "sr_cyrl", "en", "aliases", "level"])
def test_whatever_is_missing_of_a_place_the_page_has_no_number_that_is_none(column: str, missing: Any) -> None:
    given = {name: ["x", "y", "z"] for name in ("name", "district", "region", "sr", "sr_cyrl", "en", "aliases")}
    given["level"] = ["municipality"] * 3
    for rows in ([0], [0, 1, 2]):
        columns = {name: list(values) for name, values in given.items()}
        for row in rows:
            columns[column][row] = missing
        made = hazard_map(hazards(municipality=["x", None]), places=squares(**columns), shade="count")
        for texts in (*page_data(made)["places"]["levels"], page_data(made)["placeNames"]):
            assert "null" not in json.dumps(texts)
            assert "NaN" not in json.dumps(texts)


def test_places_with_names_alone_are_drawn(open_map: Any) -> None:
    shown = open_map(hazard_map(hazards(municipality=["x", "y"]), places=squares(name=["x", "y"]), shade="count"))
    assert shown.run("app.places.levels.length") == 1
    assert shown.errors == []


def test_levels_are_called_as_the_country_calls_them(open_map: Any) -> None:
    units = squares(name=["a", "b"], district=["Una", "Una"])
    units.attrs["level_words"] = {"municipality": "Općina", "district": "Kanton"}
    shown = open_map(hazard_map(hazards(municipality=["a"], district=["Una"]), places=units))
    assert {"Općina", "Kanton"} <= set(shown.text(".kh-panel-legend").split("\n"))
    shown.run("app.show(app.layer('hazards'), 0)")
    rows = dict(row.split("\t") for row in shown.page.locator(".kh-popup-body tr").all_inner_texts())
    assert (rows["Općina"], rows["Kanton"]) == ("a", "Una")
