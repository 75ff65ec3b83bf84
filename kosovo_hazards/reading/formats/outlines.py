"""Polygons made from the rings that a text lists: all rings of a file at once, each part kept, none dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from kosovo_hazards._arrays import Floats, Shapes, Texts

__all__ = ["Geometry", "NoPositions", "positions", "shapes_of"]

_FEWEST = 4
_MOST_AXES = 3


class NoPositions(ValueError):  # noqa: N818 - no error of the library, but a clause for the record
    """What is listed are no positions of numbers."""


@dataclass
class Geometry:
    """What a text draws for one record.

    Attributes
    ----------
    polygons
        For each polygon its rings, the outer one first.
    others
        Points, lines and what else is no polygon.
    is_many
        Whether it is written as something of several parts.
    problem
        Why it can't be read, as a clause; empty where it can.
    """

    polygons: list[list[Floats]] = field(default_factory=list)
    others: list[shapely.Geometry] = field(default_factory=list)
    is_many: bool = False
    problem: str = ""


def positions(listed: Sequence[Any]) -> Floats:
    """Positions of two or three numbers each.

    Raises
    ------
    NoPositions
        If something else is listed.

    Examples
    --------
    >>> positions([[21, 42.5], [21.5, 42, 600]]).tolist()
    [[21.0, 42.5], [21.5, 42.0]]
    """
    if not isinstance(listed, list):
        raise NoPositions
    if not listed:
        return np.empty((0, 2))
    try:
        table = np.array(listed)
    except ValueError:
        table = _ragged(listed)
    if table.ndim != 2 or table.shape[1] < 2 or table.dtype.kind not in "if":
        raise NoPositions
    return np.asarray(table[:, :_MOST_AXES], dtype=np.float64)


def _ragged(listed: list[Any]) -> Any:
    """Positions of which some have heights and others not."""
    if not all(isinstance(position, list) and len(position) >= 2 for position in listed):
        raise NoPositions
    try:
        return np.array([position[:2] for position in listed])
    except ValueError as error:
        raise NoPositions from error


def shapes_of(geometries: Sequence[Geometry | None]) -> tuple[Shapes, Texts, Texts]:
    """The shape of each record, why it has none, and what was done to it.

    Parameters
    ----------
    geometries
        What is drawn for each record; None where nothing is.

    Returns
    -------
    Shapes with all their parts, clauses on problems, clauses on what was repaired.
    """
    count = len(geometries)
    shapes: Shapes = np.full(count, None, dtype=object)
    repairs: Texts = np.full(count, "", dtype=object)
    problems: Texts = np.array([one.problem if one else "" for one in geometries], dtype=object).reshape(count)
    whole = [(row, one) for row, one in enumerate(geometries) if one is not None and not one.problem]
    owners = [row for row, one in whole for _ in one.polygons]
    polygons, unclosed = _polygons([rings for _, one in whole for rings in one.polygons])
    repairs[np.array(owners, dtype=np.intp)[unclosed]] = "unclosed ring closed"
    rest = iter(polygons)
    for row, one in whole:
        parts = [next(rest) for _ in one.polygons]
        shapes[row] = _joined(parts, one)
    return shapes, problems, repairs


def _joined(parts: list[shapely.Geometry], one: Geometry) -> shapely.Geometry:
    if one.others:
        parts = [*parts, *one.others]
        return parts[0] if len(parts) == 1 and not one.is_many else shapely.geometrycollections(parts)
    if len(parts) == 1 and not one.is_many:
        return parts[0]
    return shapely.multipolygons(parts) if parts else shapely.Polygon()


def _polygons(listed: list[list[Floats]]) -> tuple[Shapes, Any]:
    """Polygons with and without heights, and which had rings that were not closed."""
    made: Shapes = np.full(len(listed), None, dtype=object)
    unclosed = np.zeros(len(listed), dtype=bool)
    axes = np.array([min((ring.shape[1] for ring in rings if len(ring)), default=2) for rings in listed], dtype=int)
    for number in (2, _MOST_AXES):
        chosen = np.flatnonzero(axes == number)
        if len(chosen):
            made[chosen], unclosed[chosen] = _of_axes([listed[i] for i in chosen], number)
    return made, unclosed


def _of_axes(listed: list[list[Floats]], axes: int) -> tuple[Shapes, Any]:
    # A hole without positions takes nothing away; an outer ring without any is an empty polygon.
    filled = [[ring[:, :axes] for ring in rings if len(ring)] if rings and len(rings[0]) else [] for rings in listed]
    owner = np.repeat(np.arange(len(filled)), [len(rings) for rings in filled])
    rings = [ring for of_one in filled for ring in of_one]
    open_rings = np.array([not np.array_equal(ring[0], ring[-1]) for ring in rings], dtype=bool)
    # Rings of one or two places enclose nothing; they are kept as they are, so that repair tells of them.
    rings = [_of_fewest(ring) for ring in rings]
    made: Shapes = np.full(len(filled), shapely.Polygon(), dtype=object)
    if rings:
        index = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
        lines = shapely.linearrings(np.concatenate(rings), indices=index)
        present = np.unique(owner)
        made[present] = shapely.polygons(lines, indices=np.searchsorted(present, owner))
    unclosed = np.zeros(len(filled), dtype=bool)
    unclosed[owner[open_rings]] = True
    return made, unclosed


def _of_fewest(ring: Floats) -> Floats:
    closed = ring if np.array_equal(ring[0], ring[-1]) else np.vstack([ring, ring[:1]])
    missing = _FEWEST - len(closed)
    return np.vstack([closed, np.repeat(closed[-1:], missing, axis=0)]) if missing > 0 else closed
