"""The accuracy of a survey: kept, told, in no total, and drawn as a band that covers what it stands for."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pyproj import Geod

import kosovo_hazards as kh

GEOD = Geod(ellps="WGS84")
FIELD = shapely.box(20.90, 42.60, 20.901, 42.601)


def register(shape: shapely.Geometry = FIELD, **columns: object) -> gpd.GeoDataFrame:
    data = {"hazard_id": ["H-1"], "hazard_type": ["CHA"], "status": ["open"], **columns}
    return gpd.GeoDataFrame(data, geometry=[shape], crs=4326)


def test_columns_of_survey_are_read_in_three_languages_and_kept(tmp_path):
    for headings in (
        ["Accuracy (m)", "Survey method"],
        ["Saktësia (m)", "Metoda e matjes"],
        ["Тачност (m)", "Начин мерења"],
    ):
        path = tmp_path / "list.xlsx"
        cells = ["H-1", "CHA", FIELD.wkt, 5.5, "handheld GNSS"]
        pd.DataFrame([cells], columns=["Hazard id", "Type", "WKT", *headings]).to_excel(path, index=False)
        found = kh.read_hazards(path, crs="EPSG:4326").data
        assert found[["accuracy_m", "survey_method"]].to_numpy().tolist() == [[5.5, "handheld GNSS"]]
    released = pd.DataFrame({"release_id": ["R"], "product": ["cleared"], "area_ha": [1], "gps accuracy": ["0,3 m"]})
    assert kh.read_releases(released).data["accuracy_m"].tolist() == [0.3]


def test_tables_without_them_are_as_before():
    assert not {"accuracy_m", "survey_method"} & set(kh.read_hazards(register()).data.columns)


@pytest.mark.parametrize(
    ("columns", "by_method", "metres"),
    [
        ({"accuracy_m": [5.0]}, None, 5.0),
        ({"accuracy_m": [5.0], "survey_method": ["map 1:25000"]}, None, 5.0),
        ({"survey_method": ["digitised from map 1:25 000"]}, None, 12.5),
        ({"survey_method": ["Topographic map, 1:50,000"]}, None, 25.0),
        ({"survey_method": ["Handheld GNSS"]}, {"handheld gnss": 10}, 10.0),
        ({"survey_method": ["handheld GNSS"]}, None, None),
        ({}, None, None),
    ],
)
def test_the_width_is_what_the_record_states_or_its_method_tells(columns, by_method, metres):
    found = kh.accuracy_margins(register(**columns), by_method=by_method)["margin_m"].iloc[0]
    assert pd.isna(found) if metres is None else found == metres


@settings(deadline=None, max_examples=30)
@given(
    st.floats(-179, 179),
    st.floats(-80, 80),
    st.floats(10, 2000),
    st.floats(0.1, 500),
    st.integers(3, 8),
    st.integers(0, 99),
)
def test_the_widened_ground_covers_all_within_the_width_and_hardly_more(x, y, size_m, width_m, corners, seed):
    turns = np.sort(np.random.default_rng(seed).uniform(0, 360, corners))
    lon, lat, _ = GEOD.fwd([x] * corners, [y] * corners, turns, [size_m] * corners)
    shape = shapely.convex_hull(shapely.MultiPoint(np.column_stack([lon, lat])))
    if shape.geom_type != "Polygon":
        return
    margin = kh.accuracy_margins(register(shape, accuracy_m=[width_m]))
    widened = margin.geometry[0]
    around = np.arange(0, 360, 10)
    for a, b in shapely.get_coordinates(shape):
        at = GEOD.fwd([a] * 36, [b] * 36, around, [width_m] * 36)
        assert widened.covers(shapely.MultiPoint(np.column_stack(at[:2])))
        beyond = GEOD.fwd([x], [y], [GEOD.inv(x, y, a, b)[0]], [size_m + 1.03 * width_m])
        assert not widened.contains(shapely.Point(beyond[0][0], beyond[1][0]))
    assert margin["band_m2"][0] > 0


def test_no_total_holds_the_margin():
    table = register(accuracy_m=[50.0])
    before = kh.area_m2(table)[0]
    margin = kh.accuracy_margins(table)
    assert kh.area_m2(table)[0] == before
    edge = 2 * (GEOD.inv(20.9, 42.6, 20.901, 42.6)[2] + GEOD.inv(20.9, 42.6, 20.9, 42.601)[2])
    assert margin["band_m2"][0] == pytest.approx(50 * edge + np.pi * 50**2, rel=0.02)
    shown = kh.hazard_map(table, places=False, margin=True)
    assert shown.content["subtitle"] == kh.hazard_map(table, places=False).content["subtitle"]


def test_an_accuracy_that_can_not_be_is_refused():
    with pytest.raises(kh.UsageError, match="negative or above"):
        kh.accuracy_margins(register(accuracy_m=[-3.0]))
    with pytest.raises(kh.MissingCRSError):
        kh.accuracy_margins(register().set_crs(None, allow_override=True))


@pytest.mark.parametrize("width", [1280, 390])
def test_the_map_draws_a_band_round_the_area_and_tells_its_width(open_map: Callable[..., Any], width: int):
    table = register(accuracy_m=[20.0], survey_method=["handheld GNSS"])
    pages = [open_map(kh.hazard_map(table, places=False, margin=on), width=width, height=800) for on in (True, False)]
    pictures = []
    for shown in pages:
        shown.run("app.map.setView([42.6005, 20.9005], 17, { animate: false })")
        box = shown.run(
            "(({ x, y, width, height }) => ({ x, y, width, height }))(app.map.getContainer().getBoundingClientRect())"
        )
        pictures.append(np.asarray(Image.open(io.BytesIO(shown.page.screenshot(clip=box))).convert("RGB")).astype(int))
    x, y = pages[0].run("(({ x, y }) => [x, y])(app.map.latLngToContainerPoint([42.6005, given]))", 20.9 - 10 / 81_900)
    with_band, without = (picture[round(y), round(x)] for picture in pictures)
    assert np.abs(with_band - without).sum() > 20
    legend = pages[0].text(".kh-panel-legend") if width > 720 else ""
    assert ("in no total" in legend) == (width > 720)
    pages[0].run("app.popups.open([{ records: app.layer('hazards'), row: 0 }], 0, app.layer('hazards').top(0))")
    popup = " ".join(pages[0].page.locator(".kh-popup-body").text_content().split())
    assert "± 20 m" in popup
    assert "handheld GNSS" in popup
    assert not pages[0].errors


def test_a_public_map_holds_no_margin():
    content = kh.hazard_map(register(accuracy_m=[20.0]), places=False, margin=True, detail="public").content
    assert "margins" not in content["hazards"]
