"""GeoParquet, and Parquet without a geometry column, which may still hold coordinates."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyproj
from pyproj.exceptions import CRSError

from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards._wording import argument
from kosovo_hazards.reading.files.limits import Request
from kosovo_hazards.reading.formats.gdal import require_all
from kosovo_hazards.reading.formats.wkb import with_shapes
from kosovo_hazards.reading.source_records import Records, records_of, records_of_frame
from kosovo_hazards.schema import CRS

__all__ = ["read_parquet"]


def read_parquet(request: Request) -> Records:
    """Read a Parquet file; a geometry that can't be read is that of one record.

    Raises
    ------
    UnreadableSourceError
        If it is damaged, or holds more columns than it may.
    """
    file = pq.ParquetFile(request.path)
    request.limits.require("columns", len(file.schema_arrow.names), request.name, "columns")
    said = _column_of_geometry(file.schema_arrow.metadata or {}, request)
    if said is None or said[0] not in file.schema_arrow.names:
        records = records_of_frame(_plain(file))
    elif said[1].get("encoding") != "WKB":
        records = records_of_frame(gpd.read_parquet(request.path))
    else:
        records = _with_wkb(_plain(file), *said)
    require_all(records, file.metadata.num_rows, request)
    return records


def _plain(file: pq.ParquetFile) -> pd.DataFrame:
    arrow = file.read()
    try:
        table: pd.DataFrame = arrow.to_pandas()
    except (KeyError, TypeError, AttributeError):
        # What pandas notes of a table for itself may be damaged; all values are there without it.
        table = arrow.to_pandas(ignore_metadata=True)
    named = [name for name in table.index.names if name is not None]
    return table.reset_index() if named else table.reset_index(drop=True)


def _column_of_geometry(metadata: dict[bytes, bytes], request: Request) -> tuple[str, dict[str, Any]] | None:
    """The main column with geometry and what is said of it; None if there is none."""
    if b"geo" not in metadata:
        return None
    about: Any = None
    with contextlib.suppress(ValueError, RecursionError):
        about = json.loads(metadata[b"geo"])
    name = about.get("primary_column") if isinstance(about, dict) else None
    columns = about.get("columns") if isinstance(about, dict) else None
    said = columns.get(name) if isinstance(columns, dict) and isinstance(name, str) else None
    if not isinstance(said, dict):
        raise UnreadableSourceError(
            f"{request.name!r} says in no usable way which column holds its geometry", hint="write it anew"
        )
    return str(name), said


def _with_wkb(table: pd.DataFrame, column: str, said: dict[str, Any]) -> Records:
    cells = table[column].to_numpy(dtype=object)
    is_bytes = np.array([isinstance(cell, bytes) for cell in cells], dtype=bool)
    crs, notes = _system(said)
    records = records_of(table.drop(columns=column), None, crs, notes=notes)
    readable = cells.copy()
    readable[~is_bytes] = None
    records = with_shapes(records, readable)
    odd = ~is_bytes & pd.notna(table[column]).to_numpy()
    return replace(records, problems=np.where(odd, "has a geometry that can't be read", records.problems))


def _system(said: dict[str, Any]) -> tuple[pyproj.CRS | None, list[str]]:
    """The CRS of a column: degrees of WGS 84 if nothing is said, as the standard has it."""
    if "crs" not in said:
        return pyproj.CRS(CRS), []
    if said["crs"] is None:
        return None, []
    try:
        return pyproj.CRS.from_json_dict(said["crs"]), []
    except (CRSError, TypeError, ValueError, AttributeError):
        return None, [
            f"the source names a coordinate reference system that PROJ can't read; {argument('crs')} may name it"
        ]
