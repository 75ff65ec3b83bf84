"""Checks for shapes that stand twice, moved by the same amount: one datum taken for another."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Floats, Mask, Positions, Shapes
from kosovo_hazards.checks.checked_table import Records
from kosovo_hazards.checks.limits import Limits
from kosovo_hazards.geometry import in_metres, middle_latitude
from kosovo_hazards.language import numbers, sentence, sentences, spoken, spoken_words
from kosovo_hazards.schema import HAZARDS

__all__ = ["moved_copies", "shifted_register"]

# Squares and cells of a grid are alike by nature.
_FEWEST_CORNERS = 5
# Two datums differ by a turn and a scale too: some centimetres on a shape of a kilometre.
_SAME_SHAPE_M = 0.5
_SAME_AREA = 1e-3
# ED50 lies 118 m from WGS 84 in Kosovo; what PROJ prefers for the old Yugoslav datum puts it 1,170 m off.
_FARTHEST_M = 1_500.0
_NEAREST_M = 1.0
_MOST_PAIRS = 200_000
_PLAIN_POINTS = 16
_FEWEST_MOVED = 3
_MOST_SHARE = 0.8
_SAME_WAY_M = 3.0


def moved_copies(records: Records, limits: Limits) -> Iterator[pd.DataFrame]:
    """Records with the shape of another, moved by up to 1.5 km.

    Parameters
    ----------
    records
        Hazards.
    limits
        The thresholds; parts nearer than `gap_m` are two surveys of one field, which is another finding.
    """
    rows = np.flatnonzero(records.has_ground & (records.first == np.arange(len(records))))
    rows = rows[_corners(records.ground[rows]) >= _FEWEST_CORNERS]
    one, other, left_out = _near_pairs(records.ground[rows])
    one, other = rows[one], rows[other]
    move = _move_m(records.ground[one], records.ground[other])
    distance = np.hypot(*move.T)
    keep = (distance > max(_NEAREST_M, limits.gap_m)) & (distance <= _FARTHEST_M)
    one, other, move, distance = one[keep], other[keep], move[keep], distance[keep]
    same = _same_shape(records.ground[one], records.ground[other], move)
    texts = sentences(
        "moved-copy", other=records.labels[one[same]].tolist(), metres=numbers(distance[same]),
        way=spoken_words("compass", [_compass(*way) for way in move[same]]),
    )  # fmt: skip
    yield records.found(
        "moved-copy", other[same], texts, value=distance[same], other=records.labels[one[same]],
    )  # fmt: skip
    if left_out:
        text = sentence("not-all-compared.alike", n=left_out)
        yield records.found_in_table("not-all-compared", text, value=float(left_out))


def shifted_register(records: Records, previous: gpd.GeoDataFrame) -> Iterator[pd.DataFrame]:
    """Whether most records lie moved by one amount against an earlier export.

    Parameters
    ----------
    records
        Hazards.
    previous
        An earlier export, with the same ids.
    """
    before = Records.of(previous, HAZARDS)
    ids = pd.Series(np.arange(len(before)), index=before.ids)
    ids = ids[~ids.index.duplicated() & ids.index.notna()]
    at = ids.reindex(records.ids).fillna(-1).to_numpy(dtype=np.intp)
    rows = np.flatnonzero((at >= 0) & records.has_ground)
    rows = rows[before.has_ground[at[rows]]]
    move = _move_m(before.ground[at[rows]], records.ground[rows])
    same = _same_shape(before.ground[at[rows]], records.ground[rows], move)
    if same.sum() < _FEWEST_MOVED:
        return
    middle = np.median(move[same], axis=0)
    together = same & (np.hypot(*(move - middle).T) <= _SAME_WAY_M)
    distance = float(np.hypot(*middle))
    if together.sum() < max(_FEWEST_MOVED, _MOST_SHARE * same.sum()) or distance <= _NEAREST_M:
        return
    t = spoken()
    text = sentence(
        "register-shifted", count=t.number(together.sum()), all=t.number(len(rows)), metres=t.number(distance),
        way=t.texts[f"compass.{_compass(*middle)}"],
    )  # fmt: skip
    yield records.found_in_table("register-shifted", text, value=distance)


def _corners(shapes: Shapes) -> Positions:
    """Number of different vertices of each."""
    count: Positions = shapely.get_num_coordinates(shapely.simplify(shapes, 0)) - 1
    return count


def _near_pairs(shapes: Shapes) -> tuple[Positions, Positions, int]:
    """Pairs of shapes of one size whose middles lie near each other, each once; and how many were not held against all.

    Points of as many dimensions as two copies have in common are neighbours: where the middle lies, how large the
    shape is, and how many corners it has.
    """
    from scipy.spatial import KDTree

    none = np.zeros(0, dtype=np.intp)
    if not len(shapes):
        return none, none, 0
    latitude = middle_latitude(shapes)
    area, corners = shapely.area(in_metres(shapes, latitude)), shapely.get_num_coordinates(shapes)
    middles = shapely.get_coordinates(in_metres(shapely.centroid(shapes), np.full(len(shapes), np.median(latitude))))
    size = np.log(np.maximum(area, np.finfo(float).tiny)) / np.log1p(_SAME_AREA)
    spots = np.column_stack([middles / (_FARTHEST_M * 1.5), size, 2.0 * corners])
    tree = KDTree(spots)
    most = max(_MOST_PAIRS * min(1.0, _PLAIN_POINTS / corners.mean()), len(shapes))
    # Each is its own neighbour, and each pair stands there twice.
    found = (tree.count_neighbors(tree, 1.0, p=np.inf) - len(shapes)) / 2
    if found <= most:
        pairs = tree.query_pairs(1.0, p=np.inf, output_type="ndarray")
        return pairs[:, 0], pairs[:, 1], 0
    near = tree.query_ball_point(spots, 1.0, p=np.inf, return_length=True) - 1
    each = max(int(most / len(shapes)), 1)
    _, at = tree.query(spots, k=each + 1, p=np.inf, distance_upper_bound=1.0)
    first = np.repeat(np.arange(len(shapes)), each + 1)
    first, second = first[at.ravel() < len(shapes)], at.ravel()[at.ravel() < len(shapes)]
    pairs = np.unique(np.sort(np.column_stack([first, second])[first != second], axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1], int((near > each).sum())


def _move_m(one: Shapes, other: Shapes) -> Floats:
    """From the middle of one to that of the other, metres east and north."""
    latitude = middle_latitude(one)
    start = shapely.get_coordinates(in_metres(shapely.centroid(one), latitude))
    end = shapely.get_coordinates(in_metres(shapely.centroid(other), latitude))
    move: Floats = end - start
    return move


def _same_shape(one: Shapes, other: Shapes, move: Floats) -> Mask:
    """Whether one covers the other when it is moved."""
    if not len(one):
        return np.zeros(0, dtype=bool)
    latitude = middle_latitude(one)
    metric, others = in_metres(one, latitude), in_metres(other, latitude)
    points, owner = shapely.get_coordinates(metric, return_index=True)
    moved = shapely.set_coordinates(metric.copy(), points + move[owner])
    same: Mask = shapely.hausdorff_distance(moved, others) <= _SAME_SHAPE_M
    return same


def _compass(east: float, north: float) -> str:
    way = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
    return way[round(np.degrees(np.arctan2(east, north)) / 45) % 8]
