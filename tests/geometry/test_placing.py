"""Coordinates are judged against the CRS that is named for them, against the country, and against each other."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from kosovo_hazards.reading.registers import read_hazards

# A field of some 200 m in the north-west of Kosovo, one in Angola, one in Cambodia.
KOSOVO, ANGOLA, CAMBODIA = (20.90, 42.60), (17.50, -12.10), (104.10, 13.20)


def field(place: tuple[float, float], crs: str | int = 4326) -> shapely.Polygon:
    corners = np.array([(0, 0), (0.002, 0.0001), (0.0021, 0.0016), (0, 0.0015)]) + np.array(place)
    return shapely.Polygon(
        np.column_stack(pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform(*corners.T))
    )


def times(shape: shapely.Polygon, factor: float) -> shapely.Polygon:
    return shapely.transform(shape, lambda points: points * factor)


def turned(shape: shapely.Polygon) -> shapely.Polygon:
    return shapely.transform(shape, lambda points: points[:, ::-1])


def reading(shape: shapely.Geometry, crs: str | int, **options: bool) -> tuple[str, tuple[str, ...]]:
    """The reason against a register of one field (empty if it is accepted), and the notes."""
    table = gpd.GeoDataFrame({"hazard_id": ["A"], "hazard_type": ["CHA"]}, geometry=[shape], crs=crs)
    read = read_hazards(table, **options)
    return "".join(read.rejected["reason"]), read.notes


@pytest.mark.parametrize("crs", [32634, 9141, 3857, 6316, 3035])
def test_degrees_labelled_as_metres_are_no_field_of_nothing(crs: int) -> None:
    reason, _ = reading(field(KOSOVO), crs)
    assert "they look like degrees" in reason


def test_degrees_labelled_as_metres_elsewhere_and_with_latitude_first() -> None:
    assert "they look like degrees" in reading(field(ANGOLA), 32733)[0]
    assert "with swap_xy=True as latitude comes first" in reading(turned(field(ANGOLA)), 32733)[0]
    assert "they look like degrees" in reading(field(CAMBODIA), 32648)[0]


@pytest.mark.parametrize(("place", "crs"), [(KOSOVO, 32634), (KOSOVO, 9141), (ANGOLA, 32733), (CAMBODIA, 32648)])
def test_another_unit_than_that_of_the_grid_is_told(place: tuple[float, float], crs: int) -> None:
    drawn = field(place, crs)
    assert reading(drawn, crs)[0] == ""
    assert "they fit if they are kilometres" in reading(times(drawn, 0.001), crs)[0]
    assert "they fit if they are thousandths" in reading(times(drawn, 1000), crs)[0]
    assert "they fit if they are feet" in reading(times(drawn, 1 / 0.3048), crs)[0]


def test_metres_on_a_grid_in_feet_are_told() -> None:
    # New York's grid counts US survey feet; 0.3048 differs from them by 2 in a million.
    new_york = field((-73.90, 40.70), 2263)
    assert reading(new_york, 2263)[0] == ""
    assert "they fit if they are metres while the grid counts feet" in reading(times(new_york, 0.3048), 2263)[0]


@pytest.mark.parametrize(("place", "crs"), [(KOSOVO, 9141), (ANGOLA, 32733), (CAMBODIA, 32648), ((-74.0, 4.6), 3116)])
def test_swapped_metres_are_told_in_any_country(place: tuple[float, float], crs: int) -> None:
    swapped = turned(field(place, crs))
    reason = reading(swapped, crs)[0]
    if crs == 3116:  # Both numbers are near a million, so either order lies in Colombia.
        return
    assert "easting and northing are probably swapped: pass swap_xy=True" in reason
    assert reading(swapped, crs, swap_xy=True)[0] == ""


def test_swapped_degrees_of_a_national_datum_are_told() -> None:
    colombia = turned(field((-74.0, 4.6)))
    reason = reading(colombia, 4686)[0]  # MAGNA-SIRGAS, made for Colombia
    assert "the two are probably swapped, as it would then lie in Colombia" in reason
    assert reading(colombia, 4686, swap_xy=True)[0] == ""


def test_a_crs_made_for_somewhere_else_is_told_or_refused() -> None:
    # Kosovo's datum is that of Europe, so degrees in Angola are hardly off, but the label can't be right.
    reason, notes = reading(field(ANGOLA), 9140)
    assert reason == ""
    assert any("outside Kosovo, for which KOSOVAREF01 is made" in note for note in notes)
    # A grid is of no use there.
    bosnia = reading(field((16, 44), 9141), 9141)[0]
    assert "far outside the area for which KOSOVAREF01 / Balkans zone 7 is made" in bosnia
    # Just beside its area a grid may be used.
    reason, notes = reading(field((22.3, 42.6), 9141), 9141)
    assert reason == ""
    assert any("lies outside Kosovo, for which KOSOVAREF01 / Balkans zone 7 is made" in note for note in notes)


@pytest.mark.parametrize(("parts", "told"), [(1e7, "10,000,000"), (1e6, "1,000,000")])
def test_degrees_kept_as_whole_numbers_are_told(parts: float, told: str) -> None:
    whole = shapely.transform(field(KOSOVO), lambda points: np.round(points * parts))
    reason = reading(whole, 4326)[0]
    assert f"degrees times {told}" in reason


def test_a_grid_near_its_origin_may_have_small_coordinates() -> None:
    # The origin of the Swiss grid LV03C lies in Bern.
    bern = shapely.box(20, 30, 120, 80)
    assert reading(bern, 21780)[0] == ""


def test_one_record_of_another_grid_is_rejected_alone() -> None:
    fields = [field((20.90 + i / 50, 42.60), 9141) for i in range(5)]
    table = gpd.GeoDataFrame(
        {"hazard_id": list("ABCDEF"), "hazard_type": "CHA"}, geometry=[*fields, field(KOSOVO)], crs=9141
    )
    read = read_hazards(table)
    assert read.data["hazard_id"].tolist() == list("ABCDE")
    assert "they look like degrees" in read.rejected["reason"][0]


@pytest.mark.parametrize(("place", "country"), [((-74.0, 4.6), "Colombia"), ((-86.3, 12.1), "Nicaragua")])
def test_degrees_swapped_throughout_are_told_where_they_would_lie_in_no_country(
    place: tuple[float, float], country: str
) -> None:
    fields = [field((place[0] + i / 50, place[1])) for i in range(5)]
    table = gpd.GeoDataFrame({"hazard_id": list("ABCDE"), "hazard_type": "CHA"}, geometry=fields, crs=4326)
    assert len(read_hazards(table).data) == 5
    swapped = read_hazards(table.set_geometry([turned(shape) for shape in fields], crs=4326))
    assert len(swapped.data) == 0
    assert f"it would then lie in or near {country}" in swapped.rejected["reason"][0]
