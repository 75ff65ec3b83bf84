"""What a shape is made of, however deep its parts lie in collections, and how it is written as text."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from kosovo_hazards._arrays import Mask, Positions, Shapes, Texts

__all__ = [
    "as_wkt",
    "floating",
    "is_hollow",
    "simple_parts",
    "with_holes",
    "without_far_holes",
    "without_hollows",
]

# Whatever else there is, curves too, is a part of its own.
_OF_SEVERAL = (
    shapely.GeometryType.MULTIPOINT,
    shapely.GeometryType.MULTILINESTRING,
    shapely.GeometryType.MULTIPOLYGON,
    shapely.GeometryType.GEOMETRYCOLLECTION,
)


def simple_parts(shapes: Shapes) -> tuple[Shapes, Positions]:
    """Give every point, line and polygon in shapes of any kind and nesting, empty ones too.

    Parameters
    ----------
    shapes
        Geometry of any kind; missing ones have no parts.

    Returns
    -------
    The parts, and for each the position of the shape that it belongs to, in order.

    Examples
    --------
    >>> inner = shapely.GeometryCollection([shapely.Point(1, 2), shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])])
    >>> parts, owner = simple_parts(np.array([None, shapely.GeometryCollection([inner, shapely.Point(3, 4)])]))
    >>> shapely.to_wkt(parts[:2]).tolist(), len(parts), owner.tolist()
    (['POINT (3 4)', 'POINT (1 2)'], 3, [1, 1, 1])
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    done: list[tuple[Shapes, Positions]] = []
    while len(parts):
        simple = ~np.isin(shapely.get_type_id(parts), _OF_SEVERAL)
        done.append((parts[simple], owner[simple]))
        inner, parent = shapely.get_parts(parts[~simple], return_index=True)
        parts, owner = inner, owner[~simple][parent]
    if not done:
        return parts, owner
    every, owners = (np.concatenate(side) for side in zip(*done, strict=True))
    order = np.argsort(owners, kind="stable")
    return every[order], owners[order]


def is_hollow(shapes: Shapes) -> Mask:
    """Whether a shape has a hole without any point, or an empty part, at which GEOS 3.14 may end the process.

    Parameters
    ----------
    shapes
        Geometry of any kind. What is empty as a whole is not hollow.
    """
    found: Mask = np.zeros(len(shapes), dtype=bool)
    several = np.isin(shapely.get_type_id(shapes), _OF_SEVERAL) & ~shapely.is_empty(shapes)
    rows = np.flatnonzero(several | (shapely.get_num_interior_rings(shapes) > 0))
    if not len(rows):
        return found
    parts, owner = simple_parts(shapes[rows])
    found[rows[owner[shapely.is_empty(parts)]]] = True
    holed = np.flatnonzero(shapely.get_num_interior_rings(parts) > 0)
    rings, part = shapely.get_rings(parts[holed], return_index=True)
    found[rows[owner[holed[part[shapely.is_empty(rings)]]]]] = True
    return found


def without_hollows(shapes: Shapes) -> Shapes:
    """Shapes without holes that have no point, and without empty parts.

    Parameters
    ----------
    shapes
        Geometry of any kind; it is not changed.

    Examples
    --------
    >>> odd = shapely.from_wkt("POLYGON ((0 0, 1 0, 1 1, 0 0), EMPTY)")
    >>> shapely.to_wkt(without_hollows(np.array([odd]))).tolist()
    ['POLYGON ((0 0, 1 0, 1 1, 0 0))']
    """
    rows = np.flatnonzero(is_hollow(shapes))
    if not len(rows):
        return shapes
    whole = shapes.copy()
    for row in rows:
        whole[row] = _filled(shapes[row])
    return whole


def floating(shapes: Shapes) -> Shapes:
    """Shapes that are kept on a grid, freed of it; none of their points moves.

    Whoever rounds with `shapely.set_precision` leaves the grid with the shapes, and GEOS then snaps what it computes of
    them: of two shapes that differ by less than a step nothing is left.

    Parameters
    ----------
    shapes
        Geometry of any kind; it is not changed.

    Examples
    --------
    >>> rounded = shapely.set_precision(shapely.box(0, 0, 1, 1), 0.5)
    >>> shapely.get_precision([rounded, floating(np.array([rounded]))[0]]).tolist()
    [0.5, 0.0]
    """
    on_grid = shapely.get_precision(shapes) > 0
    if not on_grid.any():
        return shapes
    free = shapes.copy()
    free[on_grid] = shapely.set_precision(shapes[on_grid], 0)
    return free


def _filled(shape: Any) -> Any:
    if shape.geom_type == "Polygon":
        return shapely.Polygon(shape.exterior, [ring for ring in shape.interiors if not ring.is_empty])
    if hasattr(shape, "geoms"):
        return type(shape)([_filled(part) for part in shape.geoms if not part.is_empty])
    return shape


def without_far_holes(shape: shapely.Polygon, other: shapely.Geometry) -> tuple[shapely.Polygon, Shapes]:
    """A polygon with only those holes that another shape meets, and the other holes.

    Parameters
    ----------
    shape
        A valid polygon.
    other
        A valid shape.
    """
    rings = shapely.get_rings(shape)
    holes = shapely.polygons(rings[1:])
    met, far = np.zeros(len(holes), dtype=bool), shapely.STRtree(holes)
    met[far.query(shapely.get_parts(other), predicate="intersects")[1]] = True
    return shapely.polygons(rings[0], rings[1:][met]), holes[~met]


def with_holes(shape: shapely.Geometry, holes: Shapes) -> shapely.Geometry | None:
    """Polygons with holes put into them; None where that gives no valid shape.

    Parameters
    ----------
    shape
        Valid polygons.
    holes
        Polygons, each within one of them.
    """
    parts = shapely.get_parts(shape)
    hole, part = shapely.STRtree(parts).query(shapely.point_on_surface(holes), predicate="within")
    if len(hole) != len(holes) or len(np.unique(hole)) != len(holes):
        return None
    rings, owner = shapely.get_exterior_ring(holes)[hole], part
    for at in np.unique(owner):
        shell, *own = shapely.get_rings(parts[at])
        parts[at] = shapely.polygons(shell, [*own, *rings[owner == at]])
    whole = parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
    return whole if shapely.is_valid(whole) else None


def as_wkt(shapes: Shapes, digits: int = -1) -> Texts:
    """Write shapes as well-known text.

    Parameters
    ----------
    shapes
        Geometry of any kind.
    digits
        Decimals; all where -1.

    Returns
    -------
    Texts in capitals; None for missing shapes.

    Examples
    --------
    >>> as_wkt(np.array([shapely.Point(21.5, 42.6), None])).tolist()
    ['POINT (21.5 42.6)', None]
    """
    # In a Turkish locale GEOS writes "MULTiPOLYGON", which nothing reads.
    texts = [text if text is None else text.upper() for text in shapely.to_wkt(shapes, rounding_precision=digits)]
    return np.array(texts, dtype=object)
