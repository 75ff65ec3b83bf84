"""The map for paper: a dense register becomes squares that hold every area, a sparse one keeps its signs."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from matplotlib.figure import Figure

import kosovo_hazards as kh
from kosovo_hazards.charts import paper_map
from kosovo_hazards.language import catalogue


def register(count: int) -> gpd.GeoDataFrame:
    """Areas of 20 m to 2 km all over Kosovo, and one of 30 km."""
    rng = np.random.default_rng(count)
    x, y = rng.uniform(20.2, 21.6, count), rng.uniform(42.0, 43.1, count)
    shapes = shapely.buffer(shapely.points(x, y), rng.uniform(0.0001, 0.01, count), quad_segs=3)
    shapes[0] = shapely.Polygon([(20.6, 42.3), (20.95, 42.32), (20.7, 42.55)])
    return gpd.GeoDataFrame(
        {
            "hazard_id": [f"A-{row}" for row in range(count)],
            "hazard_type": np.where(np.arange(count) % 5 == 0, "CHA", "SHA"),
            "status": "open",
        },
        geometry=shapes,
        crs="EPSG:4326",
    )


def drawn(hazards: gpd.GeoDataFrame) -> Figure:
    return paper_map(hazards, kh.places(), catalogue("en", report=True), public=False, synthetic=False)


def filled(figure: Figure) -> list[shapely.Geometry]:
    """What is filled as hazardous."""
    return [
        shapely.polygons(path.vertices[:5])
        for collection in figure.axes[0].collections
        if collection.get_zorder() == 4
        for path in collection.get_paths()
    ]


def told(figure: Figure) -> str:
    return " ".join(text.get_text() for text in figure.axes[0].get_legend().get_texts()).replace("\n", " ")


def test_every_area_of_a_dense_register_lies_in_squares_that_are_filled() -> None:
    hazards = register(3_000)
    figure = drawn(hazards)
    squares = filled(figure)
    assert 100 < len(squares) < 3_000
    ground = shapely.union_all(squares, grid_size=1e-9)
    outside = shapely.area(shapely.difference(hazards.geometry.to_numpy(), ground))
    assert outside.max() < 1e-12
    assert "square that 1, 2 to 9, or 10 and more areas touch" in told(figure)
    # The big one fills its squares by its ground, not by its bounds.
    assert not shapely.contains_properly(shapely.union_all(squares), shapely.box(20.2, 42.0, 21.6, 43.1))


def test_a_square_is_confirmed_where_a_confirmed_area_touches_it() -> None:
    hazards = register(3_000)
    figure = drawn(hazards)
    red = [c for c in figure.axes[0].collections if c.get_zorder() == 4 and c.get_facecolor()[0][1] < 0.5]
    ground = shapely.union_all([shapely.polygons(p.vertices[:5]) for c in red for p in c.get_paths()], grid_size=1e-9)
    confirmed = hazards.geometry[hazards["hazard_type"] == "CHA"].to_numpy()
    assert shapely.area(shapely.difference(confirmed, ground)).max() < 1e-12


def test_where_no_border_tells_the_place_lines_of_round_degrees_do() -> None:
    """Two areas in Laos, whose borders nobody gave: lines a fifth of a degree apart, in the language's numbers."""
    fields = [shapely.box(105.52, 14.81, 105.53, 14.82), shapely.box(106.31, 15.22, 106.32, 15.23)]
    hazards = gpd.GeoDataFrame({"hazard_id": ["A", "B"], "hazard_type": "CHA"}, geometry=fields, crs="EPSG:4326")
    figure = paper_map(hazards, None, catalogue("sr", report=True), public=False, synthetic=False)
    numbers = {text.get_text().strip() for text in figure.axes[0].texts}
    assert {"105,6°", "106,0°", "106,2°", "15,0°", "15,2°"} <= numbers
    lines = [line for line in figure.axes[0].lines if line.get_zorder() < 1]
    assert any(np.allclose(line.get_xdata(), 106.0) for line in lines)
    assert all(
        line.get_zorder() < collection.get_zorder() for line in lines for collection in figure.axes[0].collections
    )
    # With borders there are none.
    assert not [line for line in drawn(register(50)).axes[0].lines if line.get_zorder() < 1]


@pytest.mark.parametrize("count", [40, 900])
def test_a_register_with_room_keeps_its_areas_and_signs(count: int) -> None:
    figure = drawn(register(count))
    signs = sum(len(c.get_offsets()) for c in figure.axes[0].collections if c.get_zorder() == 5)
    assert signs > count / 2
    assert "square" not in told(figure)
