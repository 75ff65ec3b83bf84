"""Areas that ArcGIS keeps beside shapes, in the square units of their layer: compared with the true ones, and told."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards.language import compact

__all__ = ["AREAS_OF_LAYERS", "notes_on_layer_areas"]

AREAS_OF_LAYERS = frozenset({"shapearea", "shapestarea", "stareashape"})
"""Headings of such areas, in their `compact` spelling."""

# Shares by which an area may differ from the true one unsaid, and from what the projection makes of it.
_SAME, _ONE_CAUSE = 0.001, 0.01
# Nothing but square degrees makes a square metre this small.
_DEGREES = 1e-6
_MOST_SHOWN = 5


def notes_on_layer_areas(data: gpd.GeoDataFrame, key: str) -> Iterator[str]:
    """What to tell of columns such as ``Shape__Area``, which hold the area in the projection of the layer.

    Parameters
    ----------
    data
        Records with `area_m2`, in EPSG:4326.
    key
        Column of their ids.
    """
    for name in map(str, data.columns):
        if compact(name) not in AREAS_OF_LAYERS:
            continue
        said = pd.to_numeric(data[name], errors="coerce")
        ratio = (said / data["area_m2"]).where((said > 0) & (data["area_m2"] > 0)).dropna()
        if ratio.empty:
            continue
        latitude = data.geometry.loc[ratio.index].bounds[["miny", "maxy"]].mean(axis=1)
        stretched = 1 / np.cos(np.radians(latitude)) ** 2
        mercator = bool(abs((ratio / stretched).median() - 1) < _ONE_CAUSE)
        expected = stretched if mercator else pd.Series(ratio.median(), index=ratio.index)
        yield from _on_all(name, float(ratio.median()), float(latitude.median()), mercator=mercator)
        other = data.loc[ratio.index[(ratio / expected - 1).abs() > _ONE_CAUSE], key].astype("str").tolist()
        if other:
            more = f" and {len(other) - _MOST_SHOWN:,} more" if len(other) > _MOST_SHOWN else ""
            yield (
                f"{name!r} of {len(other):,} records is not that of the shape drawn, which may have changed since: "
                f"{', '.join(other[:_MOST_SHOWN])}{more}"
            )


def _on_all(name: str, ratio: float, latitude: float, *, mercator: bool) -> Iterator[str]:
    if abs(ratio - 1) <= _SAME:
        return
    if ratio < _DEGREES:
        yield f"{name!r} is in square degrees, which are no area; area_m2 holds the true one"
    elif mercator:
        yield (
            f"{name!r} is the area in Web Mercator, at latitude {latitude:.1f} {ratio:.2f} times the true one; area_m2 "
            "holds the true one"
        )
    else:
        yield f"{name!r} is {ratio:.4g} times the true area, which area_m2 holds; it is that of the layer's projection"
