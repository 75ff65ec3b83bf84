"""Tables in partitions: spatially sorted GeoParquet in a folder, and dask-geopandas frames over it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from kosovo_hazards._arrays import Floats, Mask, Positions
from kosovo_hazards._errors import UnreadableSourceError, UsageError
from kosovo_hazards._wording import doing
from kosovo_hazards.schema import CRS
from kosovo_hazards.writing import whole_folder, write_manifest

try:
    import dask
    import dask.dataframe as dd
    import dask_geopandas
    from dask.delayed import Delayed
except ImportError as error:  # pragma: no cover - the tests have it
    raise ImportError("kosovo_hazards.scale needs dask: pip install 'kosovo-hazards[scale]'") from error

__all__ = [
    "ROWS_A_PART",
    "Delayed",
    "PartitionedFrame",
    "computed",
    "frame_of",
    "part_name",
    "parts_of",
    "read_parquet",
    "sort_into",
    "unify",
    "write_parquet",
]

PartitionedFrame: TypeAlias = dask_geopandas.GeoDataFrame
"""A GeoDataFrame in partitions."""

ROWS_A_PART = 100_000
"""So many records are held by a partition; checking them takes some 0.7 GB."""

_WORLD = (-180.0, -90.0, 180.0, 90.0)
# Cells of the curve, 600 m wide at the equator: finer than any partition.
_LEVEL = 16


def read_parquet(folder: str | os.PathLike[str]) -> PartitionedFrame:
    """Open a table in partitions; nothing is read before it is needed.

    Parameters
    ----------
    folder
        What `write_parquet` or `read_hazards` wrote, or any folder of GeoParquet files of one table.

    Returns
    -------
    A dask-geopandas GeoDataFrame, one partition a file, in the order of their names.

    Raises
    ------
    UnreadableSourceError
        If there is no such folder, or no GeoParquet file in it.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import kosovo_hazards as kh
    >>> from kosovo_hazards import scale
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     hazards = scale.write_parquet(kh.demo_data()[0], Path(folder, "register"), rows_a_part=10)
    ...     print(hazards.npartitions, len(hazards))
    4 35
    """
    files = sorted(Path(folder).glob("*.parquet"))
    if not files:
        raise UnreadableSourceError(
            f"{folder} holds no GeoParquet file", hint="write it with scale.write_parquet or scale.read_hazards"
        )
    return frame_of(files)


def write_parquet(
    table: gpd.GeoDataFrame | PartitionedFrame,
    folder: str | os.PathLike[str],
    *,
    rows_a_part: int = ROWS_A_PART,
    overwrite: bool = False,
) -> PartitionedFrame:
    """Write a table as GeoParquet in partitions, sorted so that neighbours stand together.

    Parameters
    ----------
    table
        A GeoDataFrame, in partitions or not, in any CRS.
    folder
        Where to; the one around it must be there. On a cluster all workers must see it.
    rows_a_part
        Records of a partition.
    overwrite
        Whether a folder written so earlier is replaced.

    Returns
    -------
    The table as it now lies in the folder, in EPSG:4326: along a Hilbert curve, records without a polygon first.

    Raises
    ------
    NotWrittenError
        If the folder is there already, or can't be written.
    UsageError
        If `rows_a_part` is below 1.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import kosovo_hazards as kh
    >>> from kosovo_hazards import scale
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = scale.write_parquet(kh.demo_data()[0], Path(folder, "register"))
    ...     print(round(scale.area_m2(written).sum().compute()))
    6265292
    """
    with whole_folder(folder, overwrite=overwrite) as part:
        sort_into(parts_of(table), part, rows_a_part=rows_a_part)
        write_manifest(part, {"table": "GeoParquet in partitions, sorted along a Hilbert curve"})
    return read_parquet(folder)


def sort_into(parts: Sequence[Delayed], folder: Path, *, rows_a_part: int) -> None:
    """Write partitions anew along a Hilbert curve, each piece by the worker that holds it.

    Parameters
    ----------
    parts
        GeoDataFrames to be computed.
    folder
        An empty folder that all workers see.
    rows_a_part
        Records of a partition.
    """
    if rows_a_part < 1:
        raise UsageError(f"rows_a_part is {rows_a_part!r}", hint="give a whole number above 0")
    doing(f"Sorting {len(parts):,} partitions")
    curve = computed(_along_curve, parts)
    lengths = np.array([len(keys) for keys in curve])
    order = np.argsort(np.concatenate(curve), kind="stable")
    count = max(1, -(-int(lengths.sum()) // rows_a_part))
    target = np.empty(len(order), dtype=np.intp)
    target[order] = np.arange(len(order)) * count // max(len(order), 1)
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    pieces = folder / "pieces"
    pieces.mkdir()
    ends = np.cumsum(lengths)[:-1]
    numbered = list(zip(range(len(parts)), np.split(target, ends), np.split(rank, ends), strict=True))
    computed(_write_pieces, parts, numbered, str(pieces))
    computed(_join_pieces, [str(pieces)] * count, range(count), str(folder))
    pieces.rmdir()
    unify(folder)


def parts_of(table: gpd.GeoDataFrame | PartitionedFrame) -> list[Delayed]:
    """The partitions of a table as delayed GeoDataFrames.

    Parameters
    ----------
    table
        A GeoDataFrame, in partitions or not.

    Raises
    ------
    UsageError
        If it is none.
    """
    if hasattr(table, "to_delayed"):
        return list(table.to_delayed())
    if isinstance(table, gpd.GeoDataFrame):
        return [dask.delayed(table, pure=False, traverse=False)]
    raise UsageError(
        f"a table of type {type(table).__name__} has no partitions",
        hint="open a folder with scale.read_parquet, or give a GeoDataFrame",
    )


def frame_of(files: Sequence[Path]) -> Any:
    """A table whose partitions are files with the same columns.

    Parameters
    ----------
    files
        Parquet files, with a geometry or without.
    """
    return dd.from_map(_part, [str(file) for file in files], meta=_part(str(files[0])).iloc[:0])


def part_name(number: int) -> str:
    """Name of the file of a partition.

    Parameters
    ----------
    number
        Its number from 0.
    """
    return f"part.{number:06d}.parquet"


def computed(task: Callable[..., Any], *each: Any) -> list[Any]:
    """Results of a task for each partition, on the cluster whose client is there, or else on this machine.

    Parameters
    ----------
    task
        The function.
    each
        Its arguments: a sequence with one for each partition, or a string that is the same for all.
    """
    count = len(each[0])
    delayed = dask.delayed(task, pure=False)
    rows = [[one if isinstance(one, str) else one[number] for one in each] for number in range(count)]
    return list(dask.compute(*(delayed(*row) for row in rows)))


def unify(folder: Path) -> None:
    """Give all files of a folder the same columns of the same kinds: a partition without a value has none.

    Parameters
    ----------
    folder
        GeoParquet files of one table.
    """
    files = sorted(folder.glob("*.parquet"))
    schemas = [pq.read_schema(file) for file in files]
    plain = [pa.schema(list(schema)) for schema in schemas]
    whole = pa.unify_schemas(plain, promote_options="permissive")
    for file, schema in zip(files, plain, strict=True):
        if schema.equals(whole):
            continue
        table = pq.read_table(file)
        columns = [
            table[kind.name].cast(kind.type) if kind.name in table.column_names else pa.nulls(len(table), kind.type)
            for kind in whole
        ]
        metadata = {key: value for key, value in (table.schema.metadata or {}).items() if key == b"geo"}
        pq.write_table(pa.table(columns, schema=whole.with_metadata(metadata)), file)


def _part(file: str, columns: list[str] | None = None) -> pd.DataFrame:
    geometry = b"geo" in (pq.read_schema(file).metadata or {})
    if geometry and (columns is None or "geometry" in columns):
        return gpd.read_parquet(file, columns=columns)
    return pd.read_parquet(file, columns=columns)


def _along_curve(frame: gpd.GeoDataFrame) -> Positions:
    """Place of each record on the curve, counted from 1; 0 without a polygon."""
    shapes = _in_degrees(frame).geometry
    there: Mask = ~(shapes.isna() | shapes.is_empty).to_numpy()
    place = np.zeros(len(frame), dtype=np.intp)
    place[there] = shapes[there].hilbert_distance(total_bounds=_WORLD, level=_LEVEL).to_numpy().astype(np.intp) + 1
    return place


def _write_pieces(frame: gpd.GeoDataFrame, numbered: tuple[int, Positions, Positions], folder: str) -> None:
    number, target, rank = numbered
    frame = _in_degrees(frame).assign(_rank=rank)
    for part, rows in pd.Series(range(len(frame))).groupby(target):
        place = Path(folder, str(part))
        place.mkdir(exist_ok=True)
        frame.iloc[rows.to_numpy()].to_parquet(place / part_name(number), index=False)


def _join_pieces(pieces: str, number: int, folder: str) -> None:
    place = Path(pieces, str(number))
    files = sorted(place.glob("*.parquet"))
    if files:
        frame = pd.concat([gpd.read_parquet(file) for file in files], ignore_index=True).sort_values("_rank")
        frame.drop(columns="_rank").to_parquet(Path(folder, part_name(number)), index=False)
    for file in files:
        file.unlink()
    if place.exists():
        place.rmdir()


def _in_degrees(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if frame.crs is None or frame.crs.equals(CRS, ignore_axis_order=True):
        return frame
    return frame.to_crs(CRS)


def bounds_of(frame: gpd.GeoDataFrame) -> tuple[Floats, Positions]:
    """Bounds of the parts of each shape, and the row of each part; across 180° a shape has two."""
    parts, row = shapely.get_parts(frame.geometry.to_numpy(), return_index=True)
    bounds = shapely.bounds(parts)
    there = ~np.isnan(bounds[:, 0])
    return bounds[there], row[there]
