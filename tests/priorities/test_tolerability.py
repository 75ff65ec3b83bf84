"""The strategy's own test, worked out by hand on Kosovo's municipalities."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh

LAST = "2035-12-31"


def inside(name: str, size: float = 0.001) -> shapely.Geometry:
    units = kh.places().set_index("name").geometry
    middle = shapely.point_on_surface(units[name])
    return shapely.box(middle.x, middle.y, middle.x + size, middle.y + size)


def register(**rows: str | None) -> gpd.GeoDataFrame:
    """An area with a priority in each municipality named."""
    return gpd.GeoDataFrame(
        {"hazard_id": list(rows), "hazard_type": "SHA", "status": "open", "priority": list(rows.values())},
        geometry=[inside(name) for name in rows], crs="EPSG:4326",
    )  # fmt: skip


def accidents(*rows: tuple[str, str | None]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"accident_id": [str(at) for at in range(len(rows))], "date": pd.to_datetime([day for _, day in rows])},
        geometry=[shapely.centroid(inside(name)) for name, _ in rows], crs="EPSG:4326",
    )  # fmt: skip


HAZARDS = register(Prizren="high", Pejë="low", Gjilan=None, Deçan="medium")


def test_each_municipality_by_hand() -> None:
    harmed = accidents(("Pejë", "2032-05-01"), ("Klinë", "2030-12-31"), ("Istog", "2036-01-01"))
    found = kh.tolerability(HAZARDS, harmed, as_of=LAST)
    assert found["tolerable"].to_dict() == {
        **dict.fromkeys(found.index, "met"),
        "Prizren": "not met", "Deçan": "not met", "Pejë": "not met", "Gjilan": "unknown",
    }  # fmt: skip
    assert found.loc["Pejë", ["tasks", "incidents", "accidents"]].tolist() == ["met", "not met", 1]
    assert found.loc["Gjilan", "missing"] == "the priority of 1 area or rejected record"
    assert len(found) == 39


def test_before_the_years_are_over_nothing_is_met() -> None:
    found = kh.tolerability(HAZARDS, accidents(), as_of="2035-12-30")
    assert set(found["tolerable"]) == {"unknown", "not met"}
    assert "the 5 years after 2030 are not over" in found.loc["Klinë", "missing"]
    assert "no accidents were given" in kh.tolerability(HAZARDS, as_of=LAST).loc["Klinë", "missing"]


def test_what_nobody_can_place_or_date_leaves_every_answer_open() -> None:
    assert "met" not in set(kh.tolerability(HAZARDS, accidents(("Klinë", None)), as_of=LAST)["tolerable"])
    bad = pd.concat([HAZARDS, HAZARDS.head(1).assign(hazard_id="X", geometry=None)])
    read = kh.read_hazards(bad)
    assert len(read.rejected) == 1
    found = kh.tolerability(read, accidents(), as_of=LAST)
    assert "met" not in set(found["tolerable"])
    assert "places of some areas or rejected records are unknown" in found.loc["Klinë", "missing"]


def test_a_rejected_record_counts_where_it_lies() -> None:
    read = kh.read_hazards(pd.concat([HAZARDS, register(Klinë="low").assign(hazard_type="burnt")]))
    found = kh.tolerability(read, accidents(), as_of=LAST)
    assert found.loc["Klinë", "tolerable"] == "unknown"
    assert found.loc["Istog", "tolerable"] == "met"


def test_an_area_across_a_border_counts_on_both_sides() -> None:
    units = kh.places().set_index("name").geometry
    border = shapely.intersection(units["Prizren"], units["Dragash"])
    middle = shapely.line_interpolate_point(shapely.get_parts(shapely.line_merge(border))[0], 0.5, normalized=True)
    area = register(Prizren="high").set_geometry([shapely.buffer(middle, 0.002)], crs="EPSG:4326")
    for said in ("Prizren", "Dragash", None):
        found = kh.tolerability(area.assign(municipality=said), accidents(), as_of=LAST)
        assert found.index[found["tolerable"] == "not met"].tolist() == ["Dragash", "Prizren"]


def test_a_day_that_is_none_is_told() -> None:
    with pytest.raises(kh.UsageError, match="is no day"):
        kh.tolerability(HAZARDS, as_of="soon")


def test_elsewhere_recorded_places_are_judged_and_what_is_missing_is_said_in_the_language() -> None:
    hazards = gpd.GeoDataFrame(
        {"hazard_id": ["A", "B"], "hazard_type": "SHA", "status": "open", "priority": ["high", "low"],
         "municipality": ["Goražde", "Foča"]},
        geometry=[shapely.box(18.5, 43.5, 18.51, 43.51)] * 2, crs="EPSG:4326",
    )  # fmt: skip
    found = kh.tolerability(hazards, as_of=LAST, language="sr")
    assert found["tolerable"].to_dict() == {"Foča": "unknown", "Goražde": "not met", "unknown": "unknown"}
    assert found.loc["Foča", "missing"] == "nesreće nisu date"
