"""Rivers and roads that the caller gives, for orientation: thin lines under everything that a map tells.

They are no records: they are cut to what is looked at, simplified, and bounded in number.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import shapely

from kosovo_hazards._arrays import Shapes
from kosovo_hazards._errors import UsageError, missing_crs
from kosovo_hazards._wording import argument
from kosovo_hazards.geometry import simple_parts
from kosovo_hazards.reading import ReadResult, accepted, read_routes
from kosovo_hazards.schema import CRS
from kosovo_hazards.validation import require_table

__all__ = ["CONTEXT", "Context", "context_lines", "few_points", "lines_near"]

Context: TypeAlias = Mapping[str, gpd.GeoDataFrame | ReadResult | str | os.PathLike[str]] | None
"""Lines by what they are: a table, a file, or what `read_routes` gave."""

CONTEXT = ("rivers", "roads")

_LINEAR = (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING)
_MOST_POINTS = 60_000
# At most a kilometre is left out of a line to have few points.
_COARSEST_DEG = 1e-2


def context_lines(context: Context) -> dict[str, gpd.GeoDataFrame]:
    """Lines in degrees, by what they are; they can be given again as context.

    Parameters
    ----------
    context
        What the caller gave; areas count by their edges, points not at all.

    Raises
    ------
    HazardDataError
        If a kind is unknown, or a table has no geometry or names no CRS.

    Examples
    --------
    >>> import shapely
    >>> road = gpd.GeoDataFrame(geometry=[shapely.LineString([(21, 42.6), (21.1, 42.7)])], crs="EPSG:4326")
    >>> [len(lines) for lines in context_lines({"roads": road}).values()]
    [1]
    """
    unknown = [str(name) for name in context or () if name not in CONTEXT]
    if unknown:
        raise UsageError(
            f"{', '.join(map(repr, unknown))} can't be drawn below a map: known are {' and '.join(CONTEXT)}",
            hint=f"give lines as {argument('context', {CONTEXT[0]: ..., CONTEXT[1]: ...})}",
        )
    return {name: _lines(name, given) for name, given in (context or {}).items()}


def _lines(name: str, given: Any) -> gpd.GeoDataFrame:
    table = read_routes(given).data if isinstance(given, str | os.PathLike) else accepted(given)
    require_table(table, purpose=f"to draw {name}", geometry=True)
    if table.crs is None:
        raise missing_crs(f"the table of {name}", "table")
    parts, _ = simple_parts(table.to_crs(CRS).geometry.to_numpy())
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    lines: Shapes = np.concatenate([parts[~areal], shapely.get_rings(parts[areal])])
    lines = shapely.force_2d(lines[np.isin(shapely.get_type_id(lines), _LINEAR) & ~shapely.is_empty(lines)])
    places, owner = shapely.get_coordinates(lines, return_index=True)
    nowhere = ~(np.isfinite(places).all(axis=1) & (np.abs(places) <= (180.0, 90.0)).all(axis=1))
    kept = np.delete(lines, np.unique(owner[nowhere]))
    return gpd.GeoDataFrame(geometry=gpd.GeoSeries(kept, crs=CRS))


def lines_near(lines: Shapes, box: tuple[float, float, float, float]) -> Shapes:
    """Lines as far as they lie in a box.

    Parameters
    ----------
    lines
        As `context_lines` gives them, or in any other plane.
    box
        Least and greatest coordinates, in the plane of the lines.
    """
    parts, _ = simple_parts(shapely.clip_by_rect(lines, *box))
    near: Shapes = parts[np.isin(shapely.get_type_id(parts), _LINEAR) & ~shapely.is_empty(parts)]
    return near


def few_points(lines: Shapes, finest: float, most: int = _MOST_POINTS) -> Shapes:
    """Lines simplified until they have few points; where they are too many for that, the longest.

    Parameters
    ----------
    lines
        The lines, in degrees.
    finest
        How far a line may be moved at first; doubled until there are few enough points.
    most
        How many points there may be.
    """
    tolerance = finest
    fewer = shapely.simplify(lines, tolerance)
    while shapely.get_num_coordinates(fewer).sum() > most and tolerance < _COARSEST_DEG:
        tolerance *= 2
        fewer = shapely.simplify(lines, tolerance)
    longest = np.argsort(-shapely.length(fewer), kind="stable")
    count = np.cumsum(shapely.get_num_coordinates(fewer)[longest])
    kept: Shapes = fewer[np.sort(longest[count <= most])]
    return kept
