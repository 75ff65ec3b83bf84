"""What a shape is made of, however deep its parts lie in collections."""

from __future__ import annotations

import numpy as np
import shapely

from kosovo_hazards._arrays import Positions, Shapes

__all__ = ["simple_parts"]

_SIMPLE = (
    shapely.GeometryType.MISSING,
    shapely.GeometryType.POINT,
    shapely.GeometryType.LINESTRING,
    shapely.GeometryType.LINEARRING,
    shapely.GeometryType.POLYGON,
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
        simple = np.isin(shapely.get_type_id(parts), _SIMPLE)
        done.append((parts[simple], owner[simple]))
        inner, parent = shapely.get_parts(parts[~simple], return_index=True)
        parts, owner = inner, owner[~simple][parent]
    if not done:
        return parts, owner
    every, owners = (np.concatenate(side) for side in zip(*done, strict=True))
    order = np.argsort(owners, kind="stable")
    return every[order], owners[order]
