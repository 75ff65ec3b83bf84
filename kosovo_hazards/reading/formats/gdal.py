"""Layers that GDAL reads: the one meant is found, and each geometry is read or told."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards._wording import argument
from kosovo_hazards.reading.formats.kinds import Kind
from kosovo_hazards.reading.formats.paths import READABLE
from kosovo_hazards.reading.source_records import Records, records_of

__all__ = ["UNREADABLE", "filled_layers", "read_layer"]

UNREADABLE = (DataSourceError, DataLayerError, ValueError, RuntimeError, OSError)
"""What GDAL and pyogrio raise for files that they can't read."""

# The sheet in which `write_gis` tells what a file is.
_ABOUT = "about"
_TOO_LARGE = "OGR_GEOJSON_MAX_OBJ_SIZE"


def read_layer(path: Path, kind: Kind, layer: str | None, **options: Any) -> Records:
    """Read one layer.

    Parameters
    ----------
    path
        A local file or folder.
    kind
        What `kind_of` says of it.
    layer
        The layer, where there are several.
    options
        Of pyogrio and of GDAL's driver.

    Raises
    ------
    HazardDataError
        If it can't be read, or has several layers with records and none is named.
    """
    address = f"GeoJSONSeq:{path}" if kind is Kind.GEOJSON_SEQUENCE else str(path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            # A GeoJSON file has one layer; listing it would read it all.
            chosen = None if kind is Kind.GEOJSON and layer is None else _chosen_layer(address, path, layer)
            meta, _, geometry, columns = pyogrio.raw.read(address, layer=chosen, datetime_as_string=True, **options)
        except UNREADABLE as error:
            if isinstance(error, HazardDataError):
                raise
            raise _unreadable(path, kind, error) from error
    count = len(geometry) if geometry is not None else len(columns[0]) if columns else 0
    table = pd.DataFrame({i: pd.Series(_plain(values)) for i, values in enumerate(columns)}, index=pd.RangeIndex(count))
    table.columns = list(meta["fields"])
    notes = dict.fromkeys(f"GDAL: {warning.message}" for warning in caught if _worth_telling(warning))
    records = records_of(table, None, meta["crs"], notes=tuple(notes))
    spatial = geometry is not None and meta["geometry_type"] is not None
    return _with_shapes(records, geometry) if spatial else records


def _unreadable(path: Path, kind: Kind, error: Exception) -> HazardDataError:
    if _TOO_LARGE in str(error):
        return HazardDataError(
            f"{path.name!r} holds a single record of about 200 MB or more, too large for {kind.value}",
            hint="export it as GeoPackage, or look what made its outline so long",
        )
    return HazardDataError(f"{path.name!r} can't be read as {kind.value}: {error}", hint=READABLE)


def filled_layers(path: Path) -> list[str]:
    """Names of the layers with records; none if the file can't be read, which reading it will tell."""
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(str(path))]
        return [name for name in names if pyogrio.read_info(str(path), layer=name)["features"] != 0]
    except UNREADABLE:
        return []


def _worth_telling(warning: warnings.WarningMessage) -> bool:
    # What is done about rings that are not closed is told record by record.
    return not re.search(r"Non closed ring|SetEncoding|driver .* does not support|Measured", str(warning.message))


def _plain(values: NDArray[Any]) -> NDArray[Any]:
    return values.astype("datetime64[us]") if values.dtype.kind == "M" else values


def _chosen_layer(address: str, path: Path, layer: str | None) -> str | None:
    layers = [(str(name), geometry) for name, geometry in pyogrio.list_layers(address)]
    names = [name for name, _ in layers]
    if layer is not None:
        if layer not in names:
            raise HazardDataError(f"{path.name!r} has no layer {layer!r}; it has {', '.join(names)}")
        return layer
    spatial = [name for name, geometry in layers if geometry is not None] or [n for n in names if n != _ABOUT] or names
    if len(spatial) > 1:
        filled = [name for name in spatial if pyogrio.read_info(address, layer=name)["features"] != 0]
        spatial = filled or spatial[:1]
    if len(spatial) > 1:
        raise HazardDataError(
            f"{path.name!r} has {len(spatial)} layers with records: {', '.join(spatial)}",
            hint=f"name one with {argument('layer')}",
        )
    return spatial[0] if spatial else None


def _with_shapes(records: Records, wkb: NDArray[np.object_]) -> Records:
    """The geometries read from their bytes: unclosed rings closed, unreadable ones told."""
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    bad = np.flatnonzero(shapely.is_missing(shapes) & np.array([value is not None for value in wkb], dtype=bool))
    shapes[bad] = shapely.from_wkb(wkb[bad], on_invalid="fix")
    mended, problems = records.mended.copy(), records.problems.copy()
    mended[bad] = np.where(shapely.is_missing(shapes[bad]), "", "unclosed ring closed")
    problems[bad] = np.where(shapely.is_missing(shapes[bad]), "has a geometry that can't be read", "")
    return replace(records, shapes=shapes, mended=mended, problems=problems)
