"""Points in the columns of a table: the part that each column plays, the CRS, and what kind of point each is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Floats
from kosovo_hazards._wording import argument
from kosovo_hazards.cells import texts
from kosovo_hazards.language import compact, headings, words
from kosovo_hazards.reading.points.axes import Cells, points_of_columns
from kosovo_hazards.reading.points.coordinates import Written, read_point
from kosovo_hazards.reading.points.tokens import quoted

__all__ = [
    "CORNERS",
    "PERIMETER",
    "kind_of_point",
    "notes_on",
    "polygons_of",
    "recognised_roles",
    "written_points",
]


CORNERS = 3
"""The fewest points that a polygon has."""

PERIMETER = frozenset({"turning point", "start point"})
"""Kinds of points that are corners of a shape."""


def recognised_roles(
    names: Iterable[object], roles: Mapping[str, str], known: Sequence[str], *, taken: frozenset[str] = frozenset()
) -> dict[str, str]:
    """Which column plays which part in describing shapes, those named already first.

    Parameters
    ----------
    names
        Headings of the table.
    roles
        Parts and columns that the caller named.
    known
        The parts there are.
    taken
        Headings that stand for something else; they may still be ids of shapes.
    """
    found = dict(roles)
    claims = sorted(
        (rank, role, str(name))
        for name in names
        for role, rank in headings("shape").get(compact(name), {}).items()
        if role in known
    )
    for _, role, name in claims:
        # An id column may number the shapes too; every other heading has one meaning.
        if role not in found and name not in found.values() and (name not in taken or role == "shape_id"):
            found[role] = name
    return found


def kind_of_point(text: str | None) -> str:
    """Kind of a point by its type or its name, a turning point where neither says; TP1 carries number and kind."""
    return words("point_type").get(compact(re.sub(r"[\d\W]+$", "", text or "")), "turning point")


def written_points(source: pd.DataFrame, roles: Mapping[str, str]) -> Cells:
    """The point of each row as it is written, and why a row can't be read."""
    if "longitude" in roles and "latitude" in roles:
        x, y = roles["longitude"], roles["latitude"]
        sides = {
            axis: source[roles[role]] if role in roles else _side_in_heading(name)
            for axis, role, name in (("x", "east_west", x), ("y", "north_south", y))
        }
        return points_of_columns(
            source[x], source[y], hemispheres={axis: side for axis, side in sides.items() if side is not None}
        )
    if "coordinate" not in roles:
        return Cells([None] * len(source), [""] * len(source))
    name = roles["coordinate"]
    cells = texts(source[name], unknown=True)
    known = {cell: read_point(cell) for cell in cells.dropna().unique()}
    each = [known[cell] if isinstance(cell, str) else Written() for cell in cells]
    points = [found.points[0] if found.points else None for found in each]
    return Cells(points, [found.problem for found in each], tuple(notes_on(known, name)))


def _side_in_heading(name: str) -> str | None:
    """South or west if a heading ends with it, as Longitude (W)."""
    words_in = re.findall(r"[^\W\d_]+", name.lower())
    return {"s": "S", "south": "S", "w": "W", "west": "W"}.get(words_in[-1]) if len(words_in) > 1 else None


def notes_on(read: Mapping[str, Written], name: str) -> Iterator[str]:
    """What to tell of the cells of a column: which number was taken for the latitude and why, and what was left out."""
    first: dict[str, tuple[str, Written]] = {}
    for cell, found in read.items():
        if found.points:
            first.setdefault(found.order, (cell, found))
    why = {
        "latitude first": "latitude first, as nothing says otherwise",
        "longitude first": "longitude first, as KML, WKT and GeoJSON have it so",
    }
    for order, how in why.items():
        if order in first:
            cell, found = first[order]
            x, y = found.points[0][:2]
            yield (
                f"numbers in {name!r} were read {how}: {quoted(cell)} lies at latitude {y:g}, longitude {x:g}; "
                f"if it lies at latitude {x:g}, longitude {y:g}, pass {argument('swap_xy', True)}"
            )
    if any(found.left for found in read.values()):
        yield f"heights and accuracies beside the coordinates in {name!r} were left out"
    if coarse := max((found.coarse_m for found in read.values()), default=0) // 10 * 10:
        yield (
            f"squares in {name!r} are given to {coarse:,} m only: the ground may reach that much farther north and "
            "east than is drawn"
        )


def polygons_of(points: Floats, owner: NDArray[np.intp], count: int) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """A polygon for each owner from 0 to count, closed if it is not, and whether there are too few points for one.

    Those with too few are points and lines, so that it is known where they lie.
    """
    shapes: NDArray[np.object_] = np.full(count, None, dtype=object)
    number = np.bincount(owner, minlength=count)
    enough = number >= CORNERS
    keep = enough[owner] if len(owner) else np.array([], dtype=bool)
    if keep.any():
        rings = shapely.linearrings(points[keep], indices=np.searchsorted(np.flatnonzero(enough), owner[keep]))
        shapes[enough] = shapely.polygons(rings)
    for some, made in ((number == 1, shapely.points), (number == 2, _lines)):
        if some.any():
            shapes[some] = made(points[some[owner]])
    return shapes, ~enough


def _lines(ends: Floats) -> NDArray[np.object_]:
    lines: NDArray[np.object_] = shapely.linestrings(ends.reshape(-1, 2, ends.shape[1]))
    return lines
