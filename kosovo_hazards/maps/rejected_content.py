"""Rejected records on a map: where each lies, as far as that is known, how many there are and why."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from kosovo_hazards.geometry import simple_parts
from kosovo_hazards.language import Catalogue, retold
from kosovo_hazards.reading import reason_kinds

__all__ = ["rejected_content", "rejected_sentence", "with_near"]

_DIGITS = 7
_MOST_REASONS = 12
# Web Mercator ends here.
_HIGHEST_DEG = 85.05
_AREAL = (3, 6, 7)


def rejected_content(
    rejected: gpd.GeoDataFrame, releases: gpd.GeoDataFrame, t: Catalogue, *, public: bool
) -> dict[str, Any] | None:
    """What the page knows of rejected records; None where there are none.

    Parameters
    ----------
    rejected, releases
        What `rejected_positions` gave for hazards and for releases. Rejected releases are counted only: what they
        released still looks hazardous.
    t
        The language of the reasons.
    public
        Whether places and ids stay away.
    """
    if rejected.empty and releases.empty:
        return None
    drawn = int(rejected.geometry.notna().sum())
    kinds = reason_kinds(rejected).head(_MOST_REASONS)
    return {
        "count": len(rejected),
        "drawn": drawn,
        "undrawn": len(rejected) - drawn,
        "releases": len(releases),
        "reasons": [[reason, int(count)] for reason, count in zip(retold(kinds.index, t), kinds, strict=True)],
        "records": [] if public else _records(rejected, t),
    }


def _records(rejected: gpd.GeoDataFrame, t: Catalogue) -> list[dict[str, Any]]:
    shapes = rejected.geometry.to_numpy()
    areal = np.isin(shapely.get_type_id(shapes), _AREAL)
    columns = zip(rejected["row"], rejected["record_id"], retold(rejected["reason"], t), shapes, areal, strict=True)
    return [
        {
            "row": int(row),
            "record_id": record_id,
            "reason": reason,
            "lines": [] if shape is None else _lines(shape),
            "signs": [] if shape is None else [_places(part)[0] for part in _sign_places(shape)],
            "area": bool(is_area),
        }
        for row, record_id, reason, shape, is_area in columns
    ]


def _lines(shape: shapely.Geometry) -> list[list[list[float]]]:
    """Every ring and line as it is drawn: a hole would say that its ground is free."""
    parts = _parts(shape)
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    lines = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    return [_places(line) for line in (*shapely.get_exterior_ring(parts[areal]), *parts[lines])]


def _sign_places(shape: shapely.Geometry) -> Any:
    """A place on each part."""
    return shapely.point_on_surface(_parts(shape))


def _parts(shape: shapely.Geometry) -> Any:
    parts, _ = simple_parts(np.array([shape], dtype=object))
    return parts[~shapely.is_empty(parts)]


def _places(shape: shapely.Geometry) -> list[list[float]]:
    places = shapely.get_coordinates(shape)
    places[:, 1] = places[:, 1].clip(-_HIGHEST_DEG, _HIGHEST_DEG)
    found: list[list[float]] = places.round(_DIGITS).tolist()
    return found


def rejected_sentence(rejected: gpd.GeoDataFrame, t: Catalogue, *, public: bool, why: bool = False) -> str:
    """How many records were rejected and how many of them are drawn; empty for none.

    Parameters
    ----------
    rejected
        What `rejected_positions` gave.
    t
        The words.
    public
        Whether cells are drawn instead of signs.
    why
        Whether to add the most frequent reason.
    """
    if rejected.empty:
        return ""
    drawn = int(rejected.geometry.notna().sum())
    counts = {"drawn": t.number(drawn), "undrawn": t.number(len(rejected) - drawn)}
    told = t.counted("head.rejected_cells" if public else "head.rejected", len(rejected), **counts)
    if not why:
        return told
    return f"{told}; {t('head.rejected_why', reason=retold(reason_kinds(rejected).index[:1], t)[0])}"


def with_near(drawn: gpd.GeoDataFrame, rejected: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Shapes that the first view is to show: those drawn, and rejected records among or near them.

    Parameters
    ----------
    drawn
        Hazards as the map tells them, in EPSG:4326.
    rejected
        What `rejected_positions` gave. One that lies far from all others would shrink the map to nothing; it stays
        where it is, and the list leads there.
    """
    boxes = rejected.geometry.bounds.to_numpy()
    box = drawn.total_bounds
    if np.isfinite(box).all():
        margin = np.maximum(box[2:] - box[:2], 0.05)
        near = (boxes[:, :2] >= box[:2] - margin).all(axis=1) & (boxes[:, 2:] <= box[2:] + margin).all(axis=1)
    else:
        near = rejected.geometry.notna().to_numpy()
    shapes = np.concatenate([drawn.geometry.to_numpy(), rejected.geometry.to_numpy()[near]])
    return gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs=drawn.crs))
