"""Files for other people's tools: GeoJSON that keeps to its standard."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards._version import __version__
from kosovo_hazards.measure import area_m2
from kosovo_hazards.schema import CRS

__all__ = ["NOTICE", "write_geojson"]

NOTICE = "synthetic demonstration data – not real locations"
"""What every file made from synthetic records says."""

GROUND_NOTE = "Ground outside the polygons is not thereby safe."
"""What every file and map says about the ground it does not show."""

_DECIMALS = 7
_GRID = 10.0**-_DECIMALS


def write_geojson(hazards: gpd.GeoDataFrame, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
    """Write hazards or releases as GeoJSON after RFC 7946, one feature per record.

    Parameters
    ----------
    hazards
        The hazards or releases table, in any CRS; every column but the geometry becomes a property. `area_m2` is
        reckoned anew where it is missing.
    path
        The file to write, usually ``….geojson``.
    overwrite
        Whether a file that is there already is replaced.

    Returns
    -------
    The path written. Coordinates are WGS 84 longitude and latitude with at most 7 decimals (about 1 cm), outer rings
    run counter-clockwise, missing values are null, dates are ISO 8601 text.

    Raises
    ------
    HazardDataError
        If the table has no CRS, the file is there already, or its folder is not.

    Notes
    -----
    The file is written beside its place and moved there when whole, so a crash leaves an older file as it was. Rounding
    moves no vertex by more than 0.8 cm, and a shape that it would make cross itself is written 1 cm larger instead.
    `area_m2` in the file is that of the polygon before rounding.

    Examples
    --------
    >>> import tempfile, kosovo_hazards as kh
    >>> hazards, _ = kh.demo_data()
    >>> kh.write_geojson(hazards, Path(tempfile.mkdtemp()) / "hazards.geojson").name
    'hazards.geojson'
    """
    target = Path(path)
    if target.exists() and not overwrite:
        raise HazardDataError(f"{target} is there already", hint="pass overwrite=True, or name another file")
    if not target.parent.is_dir():
        raise HazardDataError(f"the folder {target.parent} is not there", hint="make it first, or name another one")
    measured = _with_area(hazards)
    collection = {"type": "FeatureCollection", **_about(hazards), "features": _features(measured)}
    _write_whole(target, json.dumps(collection, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n")
    return target


def _with_area(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    computed = area_m2(table)
    known = table["area_m2"].astype("float64") if "area_m2" in table.columns else computed
    return table.assign(area_m2=known.fillna(computed)).to_crs(CRS)


def _about(table: gpd.GeoDataFrame) -> dict[str, Any]:
    """Foreign members that tell a reader what the file is (RFC 7946, section 6.1)."""
    synthetic = "synthetic" in table.columns and bool(table["synthetic"].any())
    return {
        "generator": f"kosovo_hazards {__version__}",
        **({"notice": NOTICE} if synthetic else {}),
        "note": GROUND_NOTE,
    }


def _features(table: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    shapes = shapely.orient_polygons(_rounded(table.geometry.to_numpy()))
    properties = pd.DataFrame(table).drop(columns=table.geometry.name)
    columns = {str(name): _plain(properties[name]) for name in properties.columns}
    geometries = (None if text is None else json.loads(text) for text in shapely.to_geojson(shapes))
    return [
        {"type": "Feature", "geometry": geometry, "properties": dict(zip(columns, values, strict=True))}
        for geometry, values in zip(geometries, zip(*columns.values(), strict=True), strict=True)
    ]


def _rounded(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Coordinates at 7 decimals; what this would break grows by a centimetre and is snapped to that grid."""
    flat = shapely.force_2d(shapes)
    rounded: NDArray[np.object_] = shapely.transform(flat, lambda points: np.round(points, _DECIMALS))
    broken = shapely.is_valid(flat) & ~shapely.is_valid(rounded)
    # Two grid cells wide, no neck or sliver collapses, so no ground is lost.
    grown = shapely.buffer(flat[broken], _GRID, join_style="mitre")
    rounded[broken] = shapely.set_precision(grown, _GRID)
    return rounded


def _plain(values: pd.Series) -> list[Any]:
    """Values that JSON knows: dates as ISO text, anything missing as null."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        midnight = (values.dropna() == values.dropna().dt.normalize()).all()
        values = values.dt.strftime("%Y-%m-%d" if midnight else "%Y-%m-%dT%H:%M:%S")
    plain = [_scalar(value) for value in values.tolist()]
    return [None if known else value for value, known in zip(plain, values.isna(), strict=True)]


def _scalar(value: Any) -> Any:
    if isinstance(value, (bool, int, str)) or (isinstance(value, float) and np.isfinite(value)):
        return value
    if isinstance(value, np.generic):
        return _scalar(value.item())
    return str(value)


def _write_whole(target: Path, text: str) -> None:
    """Write beside the target and move into place, so that nobody meets half a file."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
