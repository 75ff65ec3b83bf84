"""Shapes made of numbered points, all at once, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyproj
import shapely

from kosovo_hazards._arrays import Floats, Mask, Positions, Shapes, Texts
from kosovo_hazards.geometry import difference, intersection, repaired
from kosovo_hazards.reading.exchange.notebook import Notebook
from kosovo_hazards.schema import Direction

__all__ = ["LINE", "POINT", "POLYGON", "Outlines", "drawn_shapes", "ground_of_records"]

POLYGON, LINE, POINT = "polygon", "line", "point"

# Limits of GICHD's geocheck: degrees, metres, share.
_SAME_PLACE = 1e-6
_FAR_M = 5_000.0
_OVERLAP = 0.009
_FEWEST = 3


@dataclass(frozen=True)
class Outlines:
    """Shapes with why one can't be used; empty where it can.

    Attributes
    ----------
    shapes
        As they are drawn, on WGS 84; those with too few points are points and lines.
    problems
        A clause each.
    """

    shapes: Shapes
    problems: Texts


@dataclass(frozen=True)
class _Corners:
    """Points in the order of their shape and number."""

    owner: Positions
    number: Floats
    places: Floats


def drawn_shapes(points: pd.DataFrame, kinds: Texts, labels: Texts, records: Texts, book: Notebook) -> Outlines:
    """Make the shape of each row of `kinds` of its points.

    Parameters
    ----------
    points
        `owner` (position in `kinds`), `pointno`, `longitude`, `latitude` (degrees).
    kinds
        ``polygon``, ``line`` or ``point``.
    labels, records
        Id of each shape and of its record, for what is told.
    book
        Takes what was found.
    """
    problems = np.full(len(kinds), "", dtype=object)
    numbers = pd.to_numeric(points["pointno"], errors="coerce").to_numpy(dtype=float)
    order = np.lexsort((numbers, points["owner"].to_numpy()))
    places = np.column_stack(
        [pd.to_numeric(points[name], errors="coerce").to_numpy(dtype=float) for name in ("longitude", "latitude")]
    )
    corners = _Corners(points["owner"].to_numpy(dtype=np.intp)[order], numbers[order], places[order])
    _judge(corners, kinds, problems)
    known = np.isfinite(corners.places).all(axis=1)
    corners = _Corners(corners.owner[known], corners.number[known], corners.places[known])
    shapes = _shapes_of(corners, kinds)
    distinct = _distinct(corners, len(kinds))
    few = (kinds == POLYGON) & (distinct < _FEWEST)
    problems[few & (problems == "")] = "has a polygon of fewer than three points"
    for at in np.flatnonzero(problems != ""):
        book.tell("outline", "error", records[at], f"Shape {labels[at]} {problems[at]}.", shape=shapes[at])
    _tell_of_steps(corners, kinds, labels, records, book)
    return Outlines(shapes, problems)


def _judge(corners: _Corners, kinds: Texts, problems: Texts) -> None:
    """Say of each shape why the order or place of its points is not known."""
    owner, number, places = corners.owner, corners.number, corners.places
    drawn = kinds[owner] != POINT
    lost = owner[np.isnan(number) & drawn]
    problems[lost] = "has a point without a number, so that its outline is not known"
    again = np.flatnonzero((owner[1:] == owner[:-1]) & (number[1:] == number[:-1]) & drawn[1:]) + 1
    apart = ~(np.abs(places[again] - places[again - 1]).max(axis=1) <= _SAME_PLACE) if len(again) else again == 1
    for at in again[apart]:
        problems[owner[at]] = f"has point {number[at]:g} in several places, so that its outline is not known"
    nowhere = ~np.isfinite(places).all(axis=1)
    for at in np.flatnonzero(nowhere):
        problems[owner[at]] = f"has no usable coordinates for point {number[at]:g}"


def _distinct(corners: _Corners, count: int) -> Positions:
    table = pd.DataFrame({"owner": corners.owner, "x": corners.places[:, 0], "y": corners.places[:, 1]})
    return np.bincount(table.drop_duplicates()["owner"], minlength=count)


def _shapes_of(corners: _Corners, kinds: Texts) -> Shapes:
    """The shapes, rings closed where they are not; None where there is no point."""
    count = len(kinds)
    shapes: Shapes = np.full(count, None, dtype=object)
    number = np.bincount(corners.owner, minlength=count)
    ring = (kinds == POLYGON) & (number >= _FEWEST)
    line = ~ring & (kinds != POINT) & (number > 1)
    single = ~ring & ~line & (number > 0)
    for some, make in ((ring, _polygons), (line, shapely.linestrings), (single, _multipoints)):
        if some.any():
            mine = some[corners.owner]
            at = np.searchsorted(np.flatnonzero(some), corners.owner[mine])
            shapes[some] = make(corners.places[mine], indices=at)
    return shapes


def _polygons(places: Floats, *, indices: Positions) -> Shapes:
    made: Shapes = shapely.polygons(shapely.linearrings(places, indices=indices))
    return made


def _multipoints(places: Floats, *, indices: Positions) -> Shapes:
    made: Shapes = shapely.multipoints(shapely.points(places), indices=indices)
    return made


def _tell_of_steps(corners: _Corners, kinds: Texts, labels: Texts, records: Texts, book: Notebook) -> None:
    """Points entered twice, rings closed by hand, and neighbours too far apart."""
    owner, places = corners.owner, corners.places
    if not len(owner):
        return
    first = np.searchsorted(owner, np.arange(len(kinds)))
    last = np.searchsorted(owner, np.arange(len(kinds)), side="right") - 1
    rings = np.flatnonzero((kinds == POLYGON) & (last - first >= _FEWEST))
    shut = rings[np.abs(places[first[rings]] - places[last[rings]]).max(axis=1) <= _SAME_PLACE]
    for at in shut:
        book.tell("closed-twice", "note", records[at], f"The last point of shape {labels[at]} repeats the first.")
    same = (owner[1:] == owner[:-1]) & (kinds[owner[1:]] != POINT)
    near = same & (np.abs(places[1:] - places[:-1]).max(axis=1) <= _SAME_PLACE)
    twice = np.bincount(owner[1:][near], minlength=len(kinds))
    for at in np.flatnonzero(twice):
        text = f"Shape {labels[at]} has {twice[at]} points that repeat the one before."
        book.tell("point-twice", "note", records[at], text, value=int(twice[at]))
    metres = np.zeros(len(same))
    ellipsoid = pyproj.Geod(ellps="WGS84")
    metres[same] = ellipsoid.inv(*places[:-1][same].T, *places[1:][same].T)[2]
    far = pd.Series(metres[metres > _FAR_M]).groupby(owner[1:][metres > _FAR_M]).max()
    for at, length in far.items():
        text = f"Shape {labels[at]} has neighbouring points {length:,.0f} m apart; look whether one is wrong."
        book.tell("points-far-apart", "warning", records[at], text, value=float(length))


# --- ground of records -----------------------------------------------------------------------------------------------


def ground_of_records(
    outlines: Outlines, holes: Mask, owner: Positions, labels: Texts, ids: Texts, direction: Direction, book: Notebook
) -> Outlines:
    """Join the shapes of each record and take its holes out of them.

    Parameters
    ----------
    outlines
        The shapes.
    holes
        Whether each is taken out of the others of its record.
    owner
        Position of the record of each.
    labels, ids
        Id of each shape, and of each record.
    direction
        To which side ground may err.
    book
        Takes what was found.
    """
    count = len(ids)
    shapes, problems = outlines.shapes, np.full(count, "", dtype=object)
    for at in np.flatnonzero(outlines.problems != "")[::-1]:
        problems[owner[at]] = f"{outlines.problems[at]} (shape {labels[at]})"
    there = ~shapely.is_missing(shapes)
    again = _entered_again(shapes, owner, holes, there)
    for at in np.flatnonzero(again):
        text = f"Shape {labels[at]} stands twice in the record; it counts once."
        book.tell("shape-twice", "warning", ids[owner[at]], text, shape=shapes[at])
    _tell_of_overlaps(shapes, owner, there & ~again & ~holes, labels, ids, book)
    ground = _joined(shapes, owner, there & ~again & ~holes, count)
    cut = there & holes
    if cut.any():
        taken = _joined(shapes, owner, cut, count)
        rows = np.flatnonzero(~shapely.is_missing(taken))
        ground[rows] = _less(ground[rows], taken[rows], direction)
    return Outlines(ground, problems)


def _less(ground: Shapes, holes: Shapes, direction: Direction) -> Shapes:
    """Ground without its holes; of what can be read in two ways the safe reading is taken on both sides."""
    other = Direction.INWARD if direction is Direction.OUTWARD else Direction.OUTWARD
    whole, taken = repaired(ground, direction).shapes, repaired(holes, other).shapes
    left = difference(whole, taken, grow=direction is Direction.OUTWARD)
    # Ground that can't be made whole is left as it is drawn, to be rejected with its reason.
    left[shapely.is_missing(whole)] = ground[shapely.is_missing(whole)]
    return left


def _entered_again(shapes: Shapes, owner: Positions, holes: Mask, there: Mask) -> Mask:
    again = np.zeros(len(shapes), dtype=bool)
    rows = np.flatnonzero(there)
    texts = shapely.to_wkb(shapely.normalize(shapes[rows]))
    again[rows] = pd.DataFrame({"owner": owner[rows], "hole": holes[rows], "shape": texts}).duplicated().to_numpy()
    return again


def _tell_of_overlaps(shapes: Shapes, owner: Positions, some: Mask, labels: Texts, ids: Texts, book: Notebook) -> None:
    rows = np.flatnonzero(some)
    rows = rows[(shapely.get_dimensions(shapes[rows]) == 2) & shapely.is_valid(shapes[rows])]
    table = pd.DataFrame({"record": owner[rows], "row": rows})
    table = table[table.duplicated("record", keep=False)]
    pairs = table.merge(table, on="record")
    pairs = pairs[pairs["row_x"] < pairs["row_y"]]
    left, right = shapes[pairs["row_x"]], shapes[pairs["row_y"]]
    meet = shapely.intersects(left, right)
    pairs, left, right = pairs[meet], left[meet], right[meet]
    share = shapely.area(intersection(left, right)) / np.minimum(shapely.area(left), shapely.area(right))
    for record, one, two, part in zip(pairs["record"], pairs["row_x"], pairs["row_y"], share, strict=True):
        if part > _OVERLAP:
            text = f"Shapes {labels[one]} and {labels[two]} of the record overlap by {part:.1%} of the smaller."
            book.tell("parts-overlap", "warning", ids[record], text, value=float(part))


def _joined(shapes: Shapes, owner: Positions, some: Mask, count: int) -> Shapes:
    """All shapes of each record as one; None where it has none."""
    made: Shapes = np.full(count, None, dtype=object)
    rows = np.flatnonzero(some)
    rows = rows[np.argsort(owner[rows], kind="stable")]
    parts, whose = shapely.get_parts(shapes[rows], return_index=True)
    whose = owner[rows][whose]
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    mixed = np.isin(whose, whose[~areal])
    for join, own in ((shapely.multipolygons, ~mixed), (shapely.geometrycollections, mixed)):
        if own.any():
            join(parts[own], indices=whose[own], out=made)
    return made
