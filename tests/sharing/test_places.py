"""What an attacker learns who lays everything public over each other: never less than a whole cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.sharing import FEW, by_cells, generalise, merge_few, public_places

GRID = "EPSG:9141"
HALVES = {"Westland": shapely.box(7_500_000, 4_710_000, 7_500_600, 4_720_000),
          "Eastland": shapely.box(7_500_600, 4_710_000, 7_510_000, 4_720_000)}  # fmt: skip


@pytest.fixture(scope="module")
def halves() -> gpd.GeoDataFrame:
    """Two places whose border runs through cells: 600 metres of the westernmost belong to Westland."""
    names = list(HALVES)
    columns = {"municipality": names, "district": names, "region": names, "name": names}
    return gpd.GeoDataFrame(columns, geometry=list(HALVES.values()), crs=GRID).to_crs(4326)


def fields(corners: list[tuple[float, float]], **columns: Any) -> gpd.GeoDataFrame:
    """Fields of 40 metres, given by their south-western corner in the national grid."""
    shapes = [shapely.box(east, north, east + 40, north + 40) for east, north in corners]
    ids = [f"KS-{n}" for n in range(len(shapes))]
    table = {"hazard_id": ids, "hazard_type": "CHA", "status": "open", "district": None, "region": None, **columns}
    return gpd.GeoDataFrame(table, geometry=shapes, crs=GRID).to_crs(4326)


def test_an_area_counts_where_most_of_its_cell_lies_whatever_place_is_recorded(halves: gpd.GeoDataFrame) -> None:
    hazards = fields([(7_500_100, 4_712_500), (7_500_900, 4_712_500)], municipality=["Westland", "Eastland"])
    placed = by_cells(hazards, halves)
    # 600 of the cell's 1,000 metres lie in Westland.
    assert placed["municipality"].tolist() == ["Westland", "Westland"]
    assert placed["district"].tolist() == ["Westland", "Westland"]
    assert hazards["municipality"].tolist() == ["Westland", "Eastland"]


def test_without_boundaries_no_place_is_told_and_without_ground_the_recorded_one(halves: gpd.GeoDataFrame) -> None:
    hazards = fields([(7_500_100, 4_712_500)] * 2, municipality="Eastland")
    hazards.loc[1, "geometry"] = None
    assert by_cells(hazards, None)["municipality"].isna().tolist() == [True, False]
    assert by_cells(hazards, halves)["municipality"].tolist() == ["Westland", "Eastland"]


def test_what_is_left_of_a_larger_place_is_not_few_either() -> None:
    numbers = pd.Series({"A": 1, "B": 3, "C": 5, "D": 4})
    within = pd.Series({"A": "North", "B": "North", "C": "North", "D": "South"})
    # North less B and C would be the one area of A.
    assert merge_few(numbers, within=within) == {"A": FEW, "B": FEW}
    assert merge_few(numbers, 1, within=within) == {}
    # Of all less the others there would be one, too.
    assert merge_few(pd.Series({"A": 1, "B": 5, "C": 6})) == {"A": FEW, "B": FEW}


# --- the attacker -----------------------------------------------------------------------------------------------------


def smallest_named_m2(
    cells: gpd.GeoDataFrame, numbers: dict[str, int], units: gpd.GeoDataFrame, *, exact: bool
) -> float:
    """The smallest region of which an attacker can say that an area lies in it.

    They know the cells with their numbers, the numbers by municipality, and the boundaries. `exact` numbers are of
    places as recorded, and none is told of a place without an area; else an area counts in the place that holds most
    of its cells, so the attacker can only name whole cells.
    """
    squares = cells.geometry.to_numpy()
    names = [smallest_of_cells(squares)]
    if not exact:
        return min(names)
    borders = dict(zip(units["municipality"], units.geometry.to_numpy(), strict=True))
    here = {
        name: [(square, count) for square, count in zip(squares, cells["areas"], strict=True)
               if shapely.intersection(square, borders[name]).area > 1]
        for name in borders
    }  # fmt: skip
    for name, number in numbers.items():
        pieces = [shapely.intersection(square, borders[name]) for square, _ in here[name]]
        if number >= 1:  # somewhere in what of the cells lies in the place
            names.append(shapely.union_all(pieces).area)
        if number >= 1 and sum(count for _, count in here[name]) == number:  # all that can lie there do
            names += [piece.area for piece in pieces]
    for square in squares:  # all other places that the cell touches have no area
        owners = [name for name in borders if shapely.intersection(square, borders[name]).area > 1]
        with_areas = [name for name in owners if numbers.get(name, 0) > 0]
        if len(with_areas) == 1:
            names.append(shapely.intersection(square, borders[with_areas[0]]).area)
    return min(names)


def smallest_of_cells(squares: Any) -> float:
    return float(shapely.area(squares).min())


def random_registers(count: int) -> Iterator[gpd.GeoDataFrame]:
    """Thirty areas in Kosovo, most of them near borders of municipalities, with the municipality that they lie in."""
    units = kh.places().to_crs(GRID)
    borders = shapely.union_all(shapely.boundary(units.geometry.to_numpy()))
    for seed in range(count):
        rng = np.random.default_rng(seed)
        along = shapely.line_interpolate_point(borders, rng.uniform(0, 1, 30), normalized=True)
        at = np.round(shapely.get_coordinates(along) + rng.uniform(-900, 900, (30, 2)))
        found = fields([tuple(corner) for corner in at], municipality=None)
        yield kh.assign_places(found[found.within(kh.places().union_all())].reset_index(drop=True))


def test_an_attacker_names_no_less_than_a_cell_on_ten_registers(capsys: pytest.CaptureFixture[str]) -> None:
    units = kh.places().to_crs(GRID)
    rows = []
    for hazards in random_registers(10):
        cells = generalise(hazards, crs=GRID)
        cells = cells[cells["cell_id"].notna()]
        recorded = hazards["municipality"].value_counts().to_dict()
        few = {name: number for name, number in recorded.items() if number >= 3}
        told = public_places(hazards, kh.places())["municipality"].value_counts().to_dict()
        assert min((number for name, number in told.items() if name != FEW), default=3) >= 3
        rows.append(
            (
                smallest_named_m2(cells, recorded, units, exact=True),
                # Places with few are left out, and the attacker knows no more than that: neither few nor none.
                smallest_named_m2(cells, few, without_few(units, recorded), exact=True),
                smallest_named_m2(cells, told, units, exact=False),
            )
        )
    with capsys.disabled():
        names = ["recorded places", "few merged", "by cells, few merged"]
        table = pd.DataFrame(rows, columns=names) / 1e6
        print("\nsmallest region named, km²:", table.round(3).to_dict("list"))  # noqa: T201
    assert (table["recorded places"] < 0.5).any()
    assert (table["by cells, few merged"] == 1).all()


def without_few(units: gpd.GeoDataFrame, recorded: dict[str, int]) -> gpd.GeoDataFrame:
    """Boundaries by which an attacker reckons: places that are not told are one."""
    names = units["municipality"].where(units["municipality"].map(recorded).fillna(0) >= 3, "others")
    return units.assign(municipality=names).dissolve("municipality").reset_index()


# --- the proof: nothing public changes when areas move within their cells ---------------------------------------------


@pytest.mark.filterwarnings("ignore::kosovo_hazards.gazetteer.PlacesWarning")
def test_nothing_public_changes_when_areas_move_across_borders_within_their_cells() -> None:
    hazards = next(random_registers(1))
    grid = hazards.to_crs(GRID)
    low = np.floor(grid.bounds[["minx", "miny"]].to_numpy() / 1000) * 1000
    inside = (grid.bounds[["maxx", "maxy"]].to_numpy() < low + 998).all(axis=1)
    hazards, low = hazards[inside].reset_index(drop=True), low[inside]
    pages = {}
    for side, shift in (("south-west", 10), ("north-east", 940)):
        moved = fields([tuple(corner) for corner in low + shift], municipality=None)
        moved = kh.assign_places(moved)
        table = public_places(moved, kh.places())[["municipality", "district", "region"]].astype(object)
        page = kh.hazard_map(moved, detail="public", shade="count", title="t")
        pages[side] = (moved["municipality"].tolist(), table.fillna("").to_numpy().tolist(), page.content["shade"])
    assert pages["south-west"][0] != pages["north-east"][0]  # the true places differ
    assert pages["south-west"][1:] == pages["north-east"][1:]


def test_a_public_map_shades_no_place_with_few_areas(halves: gpd.GeoDataFrame) -> None:
    west = [(7_500_100, 4_712_100 + 1000 * n) for n in range(2)]
    east = [(7_505_100, 4_712_100 + 1000 * n) for n in range(3)]
    hazards = fields(west + east, municipality=None)

    def shaded(**options: int) -> dict[str, float | None]:
        made = kh.hazard_map(hazards, places=halves, detail="public", shade="count", **options)
        assert made.content["shade"]["unplaced"] == 0
        assert "few areas (not listed one by one), or none recorded" in made.get_root().render()
        return {name: place["value"] for name, place in zip(HALVES, made.content["shade"]["places"], strict=True)}

    # Five less the three of Eastland would be the two of Westland.
    assert shaded() == {"Westland": None, "Eastland": None}
    assert shaded(min_areas=2) == {"Westland": 2, "Eastland": 3}
