"""Names on the map: every seat of a district, on no other name, at every zoom and size."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.maps import hazard_map

SIZES = {"phone": (390, 844), "desk": (1280, 800), "wall": (1920, 1080)}

# Names in the page, their boxes in pixels of the map, and the seats whose place is in view.
LABELS = """(() => {
    const corner = app.map.containerPointToLayerPoint([0, 0]), size = app.map.getSize();
    const [level] = app.places.levels;
    const inView = [...level.names.keys()].filter((row) => level.names[row] === level.district[row]).filter((row) => {
        const at = app.map.latLngToContainerPoint([level.labels[row][1], level.labels[row][0]]).round();
        return at.x >= 0 && at.y >= 0 && at.x <= size.x && at.y <= size.y;
    });
    return {
        labels: app.canvas.labels.map(({ text, seat, box }) =>
            ({ text, seat, box: box.map((side, i) => side - (i % 2 ? corner.y : corner.x)) })),
        seats: inView.map((row) => level.shown[row]),
        size: [size.x, size.y],
        controls: [...document.querySelectorAll(".leaflet-control")].map((control) => {
            const one = control.getBoundingClientRect(), map = app.map.getContainer().getBoundingClientRect();
            return [one.left - map.left, one.top - map.top, one.right - map.left, one.bottom - map.top];
        }),
    };
})()"""


# How much of each name lies under signs.
COVERED = """(() => {
    const corner = app.map.getPixelOrigin(), world = 256 * 2 ** app.map.getZoom();
    const signs = app.scene.layers.flatMap((records) =>
        [...Array(records.shapes.count).keys()].map((row) => {
            const [west, north, east, south] = [0, 1, 2, 3].map((i) =>
                records.shapes.box[4 * row + i] * world - (i % 2 ? corner.y : corner.x));
            return [(west + east) / 2 - 5, (north + south) / 2 - 5, (west + east) / 2 + 5, (north + south) / 2 + 5];
        }));
    return app.canvas.labels.map(({ box: [west, north, east, south] }) => signs.reduce((sum, sign) => {
        const wide = Math.min(east, sign[2]) - Math.max(west, sign[0]);
        const high = Math.min(south, sign[3]) - Math.max(north, sign[1]);
        return sum + (wide > 0 && high > 0 ? wide * high : 0);
    }, 0) / ((east - west) * (south - north)));
})()"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("labels") / "demo.html"
    hazard_map(*kh.demo_data("2024-12-31"), as_of="2024-12-31").save(str(path))
    return path


def overlapping(boxes: list[list[float]]) -> list[Any]:
    shapes = [shapely.box(*box) for box in boxes]
    return [(a.bounds, b.bounds) for a, b in combinations(shapes, 2) if a.intersection(b).area > 1e-6]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_every_seat_of_a_district_in_view_is_named_and_no_name_lies_on_another(
    page: Path, open_map: Any, size: tuple[int, int]
) -> None:
    shown = open_map(page, width=size[0], height=size[1])
    home = shown.run("app.map.getZoom()")
    for zoom in (home, home + 0.5, 10, 11, 12.5):
        shown.run("app.map.setZoom(given, {animate: false})", zoom)
        found = shown.run(LABELS)
        boxes = [label["box"] for label in found["labels"]]
        assert overlapping(boxes) == [], zoom
        assert set(found["seats"]) <= {label["text"] for label in found["labels"] if label["seat"]}, zoom
        wide, high = found["size"]
        assert all(w >= 0 and n >= 0 and e <= wide and s <= high for w, n, e, s in boxes), zoom
        under = [
            shapely.box(*box).intersection(shapely.box(*control)).area for box in boxes for control in found["controls"]
        ]
        assert max(under, default=0) == 0, zoom


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_at_first_sight_all_seven_seats_are_named_and_most_municipalities(
    page: Path, open_map: Any, size: tuple[int, int]
) -> None:
    shown = open_map(page, width=size[0], height=size[1])
    labels = shown.run("app.canvas.labels")
    seats = {"Pristina", "Mitrovica", "Peja", "Gjakova", "Prizren", "Ferizaj", "Gjilan"}
    assert {label["text"] for label in labels if label["seat"]} == seats
    # Signs lie beside names, not on them.
    covered = shown.run(COVERED)
    assert sum(covered) / len(covered) < 0.02
    assert sum(share > 0.05 for share in covered) <= 4
    # Of 38; the smallest are narrower than their names.
    assert len(labels) >= {390: 22, 1280: 30, 1920: 33}[size[0]]


def test_a_district_without_a_seat_of_its_name_is_named_itself(open_map: Any) -> None:
    shapes = [
        shapely.box(17 + 0.02 * i, 44 + 0.02 * k, 17.02 + 0.02 * i, 44.02 + 0.02 * k)
        for i in range(30)
        for k in range(30)
    ]
    districts = [f"District {i // 450}" for i in range(900)]
    units = gpd.GeoDataFrame({"name": [f"{i}" for i in range(900)], "district": districts}, geometry=shapes, crs=4326)
    field = shapely.box(17.001, 44.001, 17.01, 44.01)
    hazards = gpd.GeoDataFrame({"hazard_id": ["1"], "hazard_type": ["CHA"]}, geometry=[field], crs=4326)
    shown = open_map(hazard_map(hazards, places=units))
    shown.run("app.map.fitBounds([[44, 17], [44.6, 17.6]], {animate: false})")
    texts = {label["text"] for label in shown.run("app.canvas.labels")}
    assert {"District 0", "District 1"} <= texts
