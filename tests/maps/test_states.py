"""The slider shows the register of its date where that is known, and says what it shows where it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh


def move_to(opened: Any, day: str) -> str:
    """Move the slider to a day; gives the title line."""
    epoch = (pd.Timestamp(day) - pd.Timestamp("1970-01-01")).days
    opened.run("app.time.setDay(given)", epoch)
    return opened.text(".kh-subtitle")


def register(**shapes: tuple[shapely.Geometry, str | None]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "hazard_id": list(shapes),
            "hazard_type": "CHA",
            "status": "open",
            "established": pd.to_datetime([day for _, day in shapes.values()]),
        },
        geometry=[shape for shape, _ in shapes.values()],
        crs="EPSG:4326",
    )


def drawn(opened: Any) -> list[str]:
    script = """[...Array(app.layer("hazards").count).keys()].filter((row) => app.layer("hazards").isDrawn(row))
        .map((row) => app.layer("hazards").value(row, "hazard_id"))"""
    return sorted(opened.run(script))


A = shapely.box(21.0, 42.6, 21.02, 42.61)
A_LEFT = shapely.box(21.01, 42.6, 21.02, 42.61)
B, C = shapely.box(21.1, 42.6, 21.11, 42.61), shapely.box(21.2, 42.6, 21.21, 42.61)
RELEASES = gpd.GeoDataFrame(
    {"release_id": ["R1", "R2"], "product": "cleared", "completed": pd.to_datetime(["2023-05-01", "2024-05-01"])},
    geometry=[shapely.box(21.3, 42.6, 21.31, 42.61), shapely.box(21.0, 42.6, 21.01, 42.61)],
    crs="EPSG:4326",
)


def test_an_earlier_date_shows_the_register_that_was_published_then(open_map: Callable[..., Any]) -> None:
    hazards, releases = kh.demo_data("2024-12-31")
    previous = {day: kh.demo_data(day)[0] for day in ("2022-12-31", "2023-12-31")}
    opened = open_map(kh.hazard_map(hazards, releases, as_of="2024-12-31", previous=previous))
    # Mine Action Review: 6.27 and 8.78 km², 38 areas; NPA factsheet: 10.02 km², 42 areas
    assert "35 areas: 22 CHA, 13 SHA · 6.27 km²" in opened.text(".kh-subtitle")
    for day, said in (("2023-12-31", "38 areas: 24 CHA, 14 SHA · 8.78 km²"), ("2022-12-31", "42 areas")):
        assert said in move_to(opened, day)
        assert drawn(opened) == sorted(previous[day]["hazard_id"])
        assert "not yet released then" not in opened.text(".kh-panel-legend")
    assert "10.02 km²" in opened.text(".kh-subtitle")
    assert "24 · 5.26 km²" not in opened.text(".kh-panel-legend")
    move_to(opened, "2023-12-31")
    assert "24 · 5.26 km²" in opened.text(".kh-panel-legend")
    assert "the register of that date was not given" in move_to(opened, "2021-12-31")
    # Its notice stands beside the map, on no ground.
    notice, ground = (opened.page.locator(name).bounding_box() for name in (".kh-hidden", ".kh-map"))
    assert notice["height"] > 0
    assert notice["y"] + notice["height"] <= ground["y"] + 0.5
    assert opened.run("app.map.getBounds().contains(app.content.bounds)")
    move_to(opened, "1990-01-01")  # no stop: all records
    assert "6.27 km²" in opened.text(".kh-subtitle")
    assert (opened.errors, opened.requests) == ([], [])


def test_without_earlier_states_the_title_says_what_is_shown(open_map: Callable[..., Any]) -> None:
    opened = open_map(kh.hazard_map(register(A=(A, "2020-01-01"), B=(B, "2024-02-01")), RELEASES, as_of="2024-12-31"))
    assert "the register of that date was not given" in move_to(opened, "2023-12-31")
    assert drawn(opened) == ["A"]
    assert "not yet released then" in opened.text(".kh-panel-legend")
    assert "not given" not in move_to(opened, "2024-12-31")


def test_between_two_states_nothing_is_shown_too_late(open_map: Callable[..., Any]) -> None:
    before = register(A=(A, "2020-01-01"), B=(B, "2020-01-01"))
    now = register(A=(A_LEFT, "2020-01-01"), B=(B, "2020-01-01"), C=(C, "2024-03-10"))
    page = kh.hazard_map(now, RELEASES, as_of="2024-12-31", time="month", previous={"2023-12-31": before})
    opened = open_map(page)
    assert drawn(opened) == ["A", "B", "C"]
    assert "register of 31 December 2023" in move_to(opened, "2024-02-29")
    assert drawn(opened) == ["A", "B"]
    move_to(opened, "2024-03-31")
    assert drawn(opened) == ["A", "B", "C"]
    # Ground of before, until the later state tells which of it was released.
    wide = "app.layer('hazards').sum(app.layer('hazards').rowsWhere(() => true)).area"
    assert opened.run(wide) == pytest.approx(float(kh.area_m2(gpd.GeoSeries([A, B, C], crs=4326)).sum()), abs=3)
    # B stays as it was and stands once.
    assert opened.run("app.layer('hazards').count") == 4


def test_a_state_that_is_not_older_is_told() -> None:
    now = register(A=(A, "2020-01-01"))
    with pytest.raises(kh.HazardDataError, match="not all older"):
        kh.hazard_map(now, RELEASES, as_of="2023-12-31", previous={"2024-12-31": now})
