"""Large polygons in pieces: the same ground, whatever holes they have and wherever they are cut."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from kosovo_hazards.geometry import drawn_area, subdivided
from kosovo_hazards.geometry.crs import crs_named

WGS_84 = crs_named("EPSG:4326")


def sieve(side: int, *, seed: int | None = None) -> shapely.Polygon:
    """A square with holes in rows, or strewn; in rows many points lie on one line, where a careless cut would go."""
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(side) + 0.5, np.arange(side) + 0.5))
    if seed is not None:
        x, y = np.stack([x, y]) + np.random.default_rng(seed).uniform(-0.2, 0.2, (2, side * side))
    corners = np.array([(-0.25, -0.2), (0.25, -0.25), (0.2, 0.25), (-0.25, 0.2)])
    holes = shapely.linearrings((np.c_[x, y][:, None] + corners) / side / 10 + [21, 42.5])
    return shapely.polygons(shapely.linearrings([(21, 42.5), (21.1, 42.5), (21.1, 42.6), (21, 42.6)]), holes)


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_pieces_of_a_sieve_are_its_ground(seed: int | None) -> None:
    shape = sieve(40, seed=seed)
    pieces, owner = subdivided(np.array([shape]), most_points=200)
    assert shapely.is_valid(pieces).all()
    assert shapely.get_num_coordinates(pieces).max() <= 200
    assert (owner == 0).all()
    whole = drawn_area(np.array([shape]), crs=WGS_84)[0]
    assert drawn_area(pieces, crs=WGS_84).sum() == pytest.approx(whole, rel=1e-11)
    left, right = shapely.STRtree(pieces).query(pieces, predicate="overlaps")
    assert shapely.area(shapely.intersection(pieces[left], pieces[right])).sum() < 1e-15
    # Cut outlines are off by no more than the last digit of a coordinate.
    assert shapely.covers(shapely.buffer(shapely.union_all(pieces), 1e-12), shape)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(20, 400))
def test_pieces_of_any_outline_are_its_ground(seed: int, most: int) -> None:
    rng = np.random.default_rng(seed)
    turn = np.sort(rng.random(3_000)) * 2 * np.pi
    far = 0.01 * (1 + rng.random(3_000))
    star = shapely.make_valid(shapely.Polygon(np.c_[21 + far * np.cos(turn), 42.6 + far * np.sin(turn)]))
    shapes = np.array([star, shapely.box(20, 42, 20.5, 42.5), shapely.MultiPolygon()])
    pieces, owner = subdivided(shapes, most_points=most)
    sums = np.bincount(owner, drawn_area(pieces, crs=WGS_84), minlength=3)
    np.testing.assert_allclose(sums, drawn_area(shapes, crs=WGS_84), rtol=1e-10)


def test_what_cutting_does_not_part_is_left_in_the_end() -> None:
    # All points of this one lie within the last digits of one place, so no line goes between them.
    turn = np.linspace(0, 2 * np.pi, 500, endpoint=False)
    dot = shapely.Polygon(np.c_[21 + 4e-15 * np.cos(turn), 42.6 + 8e-15 * np.sin(turn)]).buffer(0)
    pieces, _ = subdivided(np.array([dot, shapely.box(0, 0, 1, 1)]), most_points=4)
    assert shapely.area(pieces).sum() >= 1
