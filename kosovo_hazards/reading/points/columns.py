"""Points in the columns of a table: the part that each column plays, the CRS, and what kind of point each is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Floats
from kosovo_hazards._errors import HazardDataError
from kosovo_hazards._wording import argument
from kosovo_hazards.cells import texts
from kosovo_hazards.geometry import crs_named, to_degrees
from kosovo_hazards.language import compact, headings, words
from kosovo_hazards.reading.points.coordinates import Position, angles, position
from kosovo_hazards.schema import CRS

__all__ = [
    "CORNERS",
    "PERIMETER",
    "Placed",
    "kind_of_point",
    "placed_points",
    "polygons_of",
    "recognised_roles",
    "systems_of",
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


def written_points(source: pd.DataFrame, roles: Mapping[str, str]) -> list[Position | None]:
    """The point of each row as it is written, None where there is none that can be read."""
    if "longitude" not in roles or "latitude" not in roles:
        if "coordinate" not in roles:
            return [None] * len(source)
        return [None if pd.isna(cell) else position(cell) for cell in texts(source[roles["coordinate"]])]
    x, y = angles(source[roles["longitude"]]).to_numpy(), angles(source[roles["latitude"]]).to_numpy()
    known = np.isfinite(x) & np.isfinite(y)
    return [Position(a, b) if fine else None for a, b, fine in zip(x.tolist(), y.tolist(), known, strict=True)]


def systems_of(source: pd.DataFrame, roles: Mapping[str, str], crs: str | None) -> list[str | None]:
    """For each row the name of the CRS that the caller or a column gives, None where neither does.

    Raises
    ------
    HazardDataError
        If a column gives the number of a zone and nothing says of which grid.
    """
    if crs is not None:
        return [str(crs)] * len(source)
    named = roles.get("crs") or roles.get("zone")
    if named is None:
        return [None] * len(source)
    systems = [None if pd.isna(name) else str(name) for name in texts(source[named])]
    if "crs" not in roles and (bare := next((name for name in systems if name and name.isdigit()), None)):
        raise HazardDataError(
            f"column {named!r} says zone {bare}, but not of which grid",
            hint=f'pass {argument("crs")}, for instance "EPSG:32634" for UTM zone 34 north, or "EPSG:6316" for zone 7 '
            "of the old Yugoslav grid",
        )
    return systems


@dataclass(frozen=True)
class Placed:
    """Points in one CRS.

    Attributes
    ----------
    points
        x and y.
    crs
        The one that all share, else that of the library; None if nothing names one.
    notes
        What the user should know.
    """

    points: Floats
    crs: pyproj.CRS | None
    notes: tuple[str, ...]


def placed_points(points: Sequence[Position], systems: Sequence[str | None]) -> Placed:
    """Points in the one CRS that all share, else brought to degrees.

    Parameters
    ----------
    points
        As written.
    systems
        Name of the CRS of each, None where only its notation may name one.

    Raises
    ------
    HazardDataError
        If some name a CRS and others don't.
    """
    xy = np.array([point[:2] for point in points], dtype=np.float64).reshape(-1, 2)
    names = [_system(point, name) for point, name in zip(points, systems, strict=True)]
    notes = ["UTM and MGRS coordinates were taken to be on WGS 84"] if any(point.epsg for point in points) else []
    which, distinct = pd.factorize(np.array(names, dtype=object))
    if len(distinct) <= 1:
        return Placed(xy, crs_named(distinct[0]) if len(distinct) and distinct[0] else None, tuple(notes))
    if "" in distinct:
        raise HazardDataError(
            f"some points name their coordinate reference system and others don't; pass {argument('crs')}"
        )
    degrees = xy.copy()
    for i, name in enumerate(distinct):
        moved, note = to_degrees(shapely.points(xy[which == i]), crs_named(name))
        degrees[which == i] = shapely.get_coordinates(moved)
        notes += [note] if note else []
    return Placed(degrees, pyproj.CRS(CRS), tuple(notes))


def _system(point: Position, named: str | None) -> str:
    """The CRS of a point; the zone in its notation says more than that it is on WGS 84."""
    if point.epsg and (named is None or crs_named(named).equals(CRS, ignore_axis_order=True)):
        return f"EPSG:{point.epsg}"
    return named or ""


def polygons_of(points: Floats, owner: NDArray[np.intp], count: int) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """A polygon for each owner from 0 to count, closed if it is not, and whether there are too few points for one."""
    shapes: NDArray[np.object_] = np.full(count, None, dtype=object)
    number = np.bincount(owner, minlength=count)
    enough = number >= CORNERS
    keep = enough[owner] if len(owner) else np.array([], dtype=bool)
    if keep.any():
        rings = shapely.linearrings(points[keep], indices=np.searchsorted(np.flatnonzero(enough), owner[keep]))
        shapes[enough] = shapely.polygons(rings)
    return shapes, ~enough
