"""Files for other people's tools: what every file has in common, and GeoJSON that keeps to its standard."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from kosovo_hazards.schema import Direction, table_of
from kosovo_hazards.sharing import detail_of
from kosovo_hazards.validation import require_table
from kosovo_hazards.writing.layers import Layer, about, layer_of
from kosovo_hazards.writing.whole_files import whole_file

__all__ = ["write_geojson"]

# A tenth of a millimetre: the area of no field of a few kilometres of edge changes by a square metre.
_DECIMALS = 9

_GRID = 10.0**-_DECIMALS


def write_geojson(
    hazards: gpd.GeoDataFrame, path: str | os.PathLike[str], *, detail: str = "full", overwrite: bool = False
) -> Path:
    """Write hazards or releases as GeoJSON after RFC 7946, one feature per record.

    Parameters
    ----------
    hazards
        The hazards or releases table, in any CRS; every column but the geometry becomes a property. `area_m2` is
        computed anew where it is missing.
    path
        The file to write, usually ``….geojson``.
    detail
        ``full`` writes the records; ``public`` writes the kilometre cells they touch and nothing finer, see
        `kosovo_hazards.sharing.generalise`.
    overwrite
        Whether a file that is there already is replaced.

    Returns
    -------
    The path written. Coordinates are WGS 84 longitude and latitude with at most 9 decimals (0.1 mm), outer rings
    run counter-clockwise, missing values are null, dates are ISO 8601 text.

    Raises
    ------
    HazardDataError
        If the table has no CRS, `detail` is unknown, the file is there already, or its folder is not.

    Notes
    -----
    The file is written beside its place and moved there when whole, so a crash leaves an older file as it was.
    Rounding moves no vertex by more than 0.1 mm, and a shape that it would make cross itself is written 0.1 mm
    larger instead (a release 0.1 mm smaller). `area_m2` in the file is that of the polygon before rounding, which
    may change it by the perimeter times a tenth of a millimetre.

    Examples
    --------
    >>> import tempfile, kosovo_hazards as kh
    >>> hazards, _ = kh.demo_data()
    >>> kh.write_geojson(hazards, Path(tempfile.mkdtemp()) / "hazards.geojson").name
    'hazards.geojson'
    """
    level = detail_of(detail)
    require_table(hazards, purpose="to write", geometry=True)
    with whole_file(path, overwrite=overwrite) as part:
        layer = layer_of("hazards", hazards, detail=level)
        metadata = about([hazards], detail=level)
        head = _json({"type": "FeatureCollection", **metadata, "features": []}).removesuffix("]}")
        features = ",\n".join(_features(layer))
        part.write_text(f"{head}\n{features}\n]}}\n", encoding="utf-8", newline="\n")
    return Path(path)


def _rounded(shapes: NDArray[np.object_], direction: Direction) -> NDArray[np.object_]:
    """Coordinates at 9 decimals; what this would break is moved to the safe side by a step of that grid."""
    rounded: NDArray[np.object_] = shapely.transform(shapes, lambda points: np.round(points, _DECIMALS))
    broken = shapely.is_valid(shapes) & ~shapely.is_valid(rounded)
    # Two grid cells wide, no neck or sliver collapses, so no ground is lost.
    step = _GRID if direction is Direction.OUTWARD else -_GRID
    rounded[broken] = shapely.set_precision(shapely.buffer(shapes[broken], step, join_style="mitre"), _GRID)
    return rounded


def _features(layer: Layer) -> list[str]:
    """The JSON text of each record; shapely writes coordinates as text far faster than Python would."""
    direction = table_of(layer.table.columns).direction
    shapes = shapely.orient_polygons(_rounded(layer.table.geometry.to_numpy(), direction))
    columns = {name: _json_values(values) for name, values in layer.attributes.items()}
    names = list(columns)
    rows: Iterator[tuple[Any, ...]] = zip(*columns.values(), strict=True) if names else iter([()] * len(shapes))
    return [
        f'{{"type":"Feature","geometry":{geometry or "null"},"properties":{_json(dict(zip(names, row, strict=True)))}}}'
        for geometry, row in zip(shapely.to_geojson(shapes), rows, strict=True)
    ]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _json_values(values: pd.Series) -> list[Any]:
    """Values that JSON knows: dates as ISO text, anything missing or infinite as null."""
    missing = values.isna()
    if pd.api.types.is_float_dtype(values.dtype):
        missing |= np.isinf(values.astype("float64"))
    return [
        None if unknown else value.isoformat() if hasattr(value, "isoformat") else value
        for value, unknown in zip(values.tolist(), missing, strict=True)
    ]
