"""Registers too large for memory, read piece by piece into a folder of partitions."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dask
import dask.dataframe as dd
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kosovo_hazards._errors import UnreadableSourceError, UsageError
from kosovo_hazards._wording import argument, doing
from kosovo_hazards.reading import ReadResult
from kosovo_hazards.reading import read_hazards as read_hazards_of_one
from kosovo_hazards.reading import read_releases as read_releases_of_one
from kosovo_hazards.scale.partitions import (
    ROWS_A_PART,
    PartitionedFrame,
    computed,
    frame_of,
    part_name,
    sort_into,
    unify,
)
from kosovo_hazards.writing import whole_folder, write_manifest

__all__ = ["PartitionedRead", "read_hazards", "read_releases"]

Source = str | os.PathLike[str]
_TABLES = ("rejected", "repairs", "unread", "positions")
_PARQUET = (".parquet", ".geoparquet")


@dataclass(frozen=True, eq=False)
class PartitionedRead:
    """What came of a source; unpacks into `data`, `rejected`, `repairs`.

    Attributes
    ----------
    data
        The records accepted, in partitions sorted by place, in EPSG:4326 with `area_m2`.
    rejected
        The records not accepted: `file`, `row` (number in it, from 1; -1 where an earlier piece has the id, and the
        record had been accepted before that was seen), `reason`, and their columns as text.
    repairs
        What was done to the polygons of accepted records.
    unread
        Values that could not be taken over although their record was, as in `kosovo_hazards.ReadResult`.
    positions
        Where the rejected records lie, as far as is known. **How far their hazards reach is not known.**
    counts
        Records of the source, accepted, rejected and repaired.
    notes
        What else there is to know, each sentence once.
    """

    data: PartitionedFrame
    rejected: dd.DataFrame
    repairs: dd.DataFrame
    unread: dd.DataFrame
    positions: PartitionedFrame
    counts: dict[str, int]
    notes: tuple[str, ...]

    def __iter__(self) -> Iterator[Any]:
        return iter((self.data, self.rejected, self.repairs))

    def __str__(self) -> str:
        said = ", ".join(f"{count:,} {name}" for name, count in self.counts.items())
        return "\n".join([said, *self.notes])


def read_hazards(
    source: Source | Sequence[Source],
    folder: str | os.PathLike[str],
    *,
    rows_a_part: int = ROWS_A_PART,
    overwrite: bool = False,
    **options: Any,
) -> PartitionedRead:
    """Read a register of any size into a folder of partitions; every record is accepted or rejected with the reason.

    Parameters
    ----------
    source
        A GeoParquet file of any size, which is read in pieces; or several files of any format that
        `kosovo_hazards.read_hazards` reads, each of which fits into memory; or a folder of such files.
    folder
        Where the partitions are written; the one around it must be there. On several machines all must see both.
    rows_a_part
        Records of a piece and of a partition.
    overwrite
        Whether a folder written so earlier is replaced.
    **options
        As `kosovo_hazards.read_hazards` takes them: `columns`, `values`, `defaults`, `crs`, `layer`, …

    Returns
    -------
    `PartitionedRead`, unpackable into `data`, `rejected`, `repairs`.

    Raises
    ------
    HazardDataError
        As from `kosovo_hazards.read_hazards`; or if two pieces have different columns for one of ours.

    Notes
    -----
    Of records with one id in several pieces the first is accepted and the others are rejected, as in one file. Columns
    are recognised piece by piece, and all must come out alike.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import kosovo_hazards as kh
    >>> from kosovo_hazards import scale
    >>> with tempfile.TemporaryDirectory() as place:
    ...     kh.demo_data()[0].to_parquet(Path(place, "register.parquet"))
    ...     read = scale.read_hazards(Path(place, "register.parquet"), Path(place, "partitions"), rows_a_part=10)
    ...     print(read)
    ...     print(read.data.npartitions)
    35 records, 35 accepted, 0 rejected, 0 repaired
    4
    """
    return _read(read_hazards_of_one, "hazard_id", source, folder, rows_a_part, overwrite, options)


def read_releases(
    source: Source | Sequence[Source],
    folder: str | os.PathLike[str],
    *,
    rows_a_part: int = ROWS_A_PART,
    overwrite: bool = False,
    **options: Any,
) -> PartitionedRead:
    """Read results of survey and clearance of any size into a folder of partitions.

    Parameters
    ----------
    source, folder, rows_a_part, overwrite
        As `read_hazards` takes them.
    **options
        As `kosovo_hazards.read_releases` takes them.

    Returns
    -------
    `PartitionedRead`, unpackable into `data`, `rejected`, `repairs`.

    Raises
    ------
    HazardDataError
        As from `read_hazards`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import kosovo_hazards as kh
    >>> from kosovo_hazards import scale
    >>> with tempfile.TemporaryDirectory() as place:
    ...     kh.demo_data()[1].to_parquet(Path(place, "releases.parquet"))
    ...     print(len(scale.read_releases(Path(place, "releases.parquet"), Path(place, "partitions")).data))
    62
    """
    return _read(read_releases_of_one, "release_id", source, folder, rows_a_part, overwrite, options)


@dataclass(frozen=True)
class _How:
    """How pieces are read: the reader, the column of ids, and what the caller said."""

    read: Callable[..., ReadResult]
    key: str
    options: dict[str, Any]


def _read(
    read: Callable[..., ReadResult],
    key: str,
    source: Source | Sequence[Source],
    folder: str | os.PathLike[str],
    rows_a_part: int,
    overwrite: bool,
    options: dict[str, Any],
) -> PartitionedRead:
    if options.get("on_error", "quarantine") != "quarantine":
        raise UsageError(
            f"{argument('on_error', options['on_error'])} is not possible here", hint="look at `rejected` instead"
        )
    pieces = _pieces(_files(source), max(1, rows_a_part))
    if options.get("join_parts") and len(pieces) > 1:
        raise UsageError(
            f"{argument('join_parts', True)} is not possible for {len(pieces):,} pieces: a record may lie in two",
            hint="join them first, by reading the file as a whole with kosovo_hazards.read_hazards",
        )
    with whole_folder(folder, overwrite=overwrite) as out:
        staged = out / "staged"
        for name in ("data", *_TABLES):
            (staged / name).mkdir(parents=True)
        doing(f"Reading {len(pieces):,} pieces")
        how = _How(read, key, options)
        told = computed(_read_piece, pieces, [how] * len(pieces), range(len(pieces)), str(staged))
        _require_alike(pieces, told)
        _reject_repeated(told, pieces, staged, key)
        counts = [pq.read_metadata(file).num_rows for file in sorted((staged / "data").iterdir())]
        data = [dask.delayed(gpd.read_parquet)(str(file)) for file in sorted((staged / "data").iterdir())]
        (out / "data").mkdir()
        sort_into(data, out / "data", rows_a_part=rows_a_part)
        rejected, repaired, unread, _ = (_moved(staged / name, out / name) for name in _TABLES)
        for file in (staged / "data").iterdir():
            file.unlink()
        (staged / "data").rmdir()
        staged.rmdir()
        records = sum(one["records"] for one in told)
        found = {"records": records, "accepted": sum(counts), "rejected": rejected, "repaired": repaired}
        notes = tuple(dict.fromkeys(note for one in told for note in one["notes"]))
        if unread:
            notes = (*notes, f"{unread:,} values could not be taken over (see unread)")
        write_manifest(out, {"table": "a register in partitions", "counts": found, "notes": list(notes)})
    place = Path(folder)
    data_files, *tables = (sorted((place / name).glob("*.parquet")) for name in ("data", *_TABLES))
    return PartitionedRead(
        frame_of(data_files),
        frame_of(tables[0]),
        frame_of(tables[1]),
        frame_of(tables[2]),
        frame_of(tables[3]),
        found,
        notes,
    )


def _files(source: Source | Sequence[Source]) -> list[Path]:
    given = [source] if isinstance(source, str | os.PathLike) else list(source)
    files: list[Path] = []
    for one in map(Path, given):
        if not one.exists():
            raise UnreadableSourceError(f"there is no file {one}")
        files += _files_in(one) if one.is_dir() and one.suffix.lower() != ".gdb" else [one]
    if not files:
        raise UnreadableSourceError("there is no file to read", hint="name files, or a folder that holds some")
    return files


def _files_in(folder: Path) -> list[Path]:
    """The files of a folder but those that belong to a shapefile beside them, and hidden ones."""
    files = sorted(file for file in folder.iterdir() if not file.name.startswith("."))
    shapefiles = {file.stem for file in files if file.suffix.lower() == ".shp"}
    beside = [file for file in files if file.stem.split(".")[0] in shapefiles and file.suffix.lower() != ".shp"]
    return [file for file in files if file not in beside and (file.is_file() or file.suffix.lower() == ".gdb")]


@dataclass(frozen=True)
class _Piece:
    """What is read at once: a file, or rows of a group of rows of a GeoParquet file.

    Attributes
    ----------
    file
        Its path.
    record
        Number of the first record in the file, from 1.
    group, first, count
        The group of rows, the first row in it and how many; a group of -1 is the whole file.
    """

    file: str
    record: int = 1
    group: int = -1
    first: int = 0
    count: int = 0


def _pieces(files: Sequence[Path], rows: int) -> list[_Piece]:
    pieces: list[_Piece] = []
    for file in files:
        if file.suffix.lower() not in _PARQUET:
            pieces.append(_Piece(str(file)))
            continue
        try:
            metadata = pq.read_metadata(file)
        except (pa.ArrowException, OSError) as error:
            raise UnreadableSourceError(f"{file.name} is damaged: {error}") from error
        before = 1
        for group in range(metadata.num_row_groups):
            count = metadata.row_group(group).num_rows
            pieces += [
                _Piece(str(file), before + first, group, first, min(rows, count - first))
                for first in range(0, count, rows)
            ]
            before += count
        if not metadata.num_rows:
            pieces.append(_Piece(str(file)))
    return pieces


def _read_piece(piece: _Piece, how: _How, number: int, staged: str) -> dict[str, Any]:
    if piece.group < 0:
        result = how.read(piece.file, **how.options)
    else:
        with TemporaryDirectory(dir=staged) as place:
            # A file of its own is read by all the rules that hold for files.
            part = Path(place, f"{Path(piece.file).stem}.{piece.record}.parquet")
            group = pq.ParquetFile(piece.file).read_row_group(piece.group)
            pq.write_table(group.slice(piece.first, piece.count), part)
            result = how.read(part, **how.options)
    name = part_name(number)
    result.data.to_parquet(Path(staged, "data", name), index=False)
    told = {"rejected": result.rejected, "repairs": result.repairs, "unread": result.unread}
    for table, rows in (*told.items(), ("positions", result.positions)):
        placed = rows.assign(row=rows["row"] + piece.record - 1)
        placed = placed if table == "positions" else _as_text(placed)
        placed.insert(0, "file", pd.Series(Path(piece.file).name, index=placed.index, dtype="str"))
        placed.to_parquet(Path(staged, table, name), index=False)
    taken = result.recognised
    pairs = {} if taken.empty else dict(taken.dropna(subset=["column"])[["column", "source_column"]].to_numpy())
    keys = pd.util.hash_array(result.data[how.key].astype(str).to_numpy(dtype=object), categorize=False)
    records = len(result.data) + len(result.rejected)
    return {"records": records, "columns": pairs, "keys": keys, "notes": result.notes}


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    """A table as text but for its numbers of rows and areas: sources write one column in many ways."""
    plain = pd.DataFrame(table)
    kept = [name for name in plain.columns if name == "row" or str(name).endswith("_m2")]
    texts = {
        str(name): plain[name].astype(object).where(plain[name].notna(), None).map(_written).astype("str")
        for name in plain.columns
        if name not in kept
    }
    return pd.DataFrame({**{str(name): plain[name] for name in kept}, **texts})


def _written(value: object) -> str | None:
    return None if value is None else str(value)


def _require_alike(pieces: Sequence[_Piece], told: Sequence[dict[str, Any]]) -> None:
    """Refuse pieces of a file of which one takes other columns for ours: nobody would know what the table holds."""
    first: dict[str, tuple[dict[str, str], _Piece]] = {}
    for piece, one in zip(pieces, told, strict=True):
        if not one["records"]:
            continue
        known, where = first.setdefault(piece.file, (one["columns"], piece))
        odd = {ours for ours in {*known, *one["columns"]} if known.get(ours) != one["columns"].get(ours)}
        for ours in sorted(odd):
            one_said, other_said = known.get(ours), one["columns"].get(ours)
            raise UsageError(
                f"{Path(piece.file).name}: for {ours} column {one_said!r} was recognised from record {where.record:,} "
                f"on, and {other_said!r} from record {piece.record:,} on",
                hint=f"say which it is: {argument('columns', {ours: one_said or other_said})}",
            )


def _reject_repeated(told: Sequence[dict[str, Any]], pieces: Sequence[_Piece], staged: Path, key: str) -> None:
    """Move records whose id an earlier piece has to the rejected ones."""
    piece_of = np.repeat(np.arange(len(told)), [len(one["keys"]) for one in told])
    keys = pd.Series(np.concatenate([one["keys"] for one in told]))
    first = pd.Series(piece_of).groupby(keys.to_numpy()).transform("min").to_numpy()
    again = keys.duplicated().to_numpy() & (piece_of > first)
    for number in np.unique(piece_of[again]):
        file = staged / "data" / part_name(int(number))
        data, bad = gpd.read_parquet(file), again[piece_of == number]
        source = Path(pieces[int(number)].file).name
        rows = data[bad]
        owners = [Path(pieces[int(at)].file).name for at in first[piece_of == number][bad]]
        reasons = [
            f"id {name!r} is that of an earlier record of {owner} too – give each its own"
            for name, owner in zip(rows[key], owners, strict=True)
        ]
        told_again = pd.DataFrame({"row": -1, "reason": pd.array(reasons, dtype="str")}, index=rows.index)
        rejected = pd.concat([told_again, _as_text(rows.drop(columns="row", errors="ignore"))], axis=1)
        rejected.insert(0, "file", pd.Series(source, index=rows.index, dtype="str"))
        lie = gpd.GeoDataFrame(
            {"file": source, "row": -1, "record_id": rows[key].astype("str"), "reason": told_again["reason"]},
            geometry=rows.geometry, crs=rows.crs,
        )  # fmt: skip
        for table, more in (("rejected", rejected), ("positions", lie)):
            more.to_parquet(staged / table / part_name(int(number)).replace(".parquet", ".again.parquet"), index=False)
        data[~bad].to_parquet(file, index=False)


def _moved(source: Path, target: Path) -> int:
    """The files of a table, put into their place and made alike; and how many records they hold."""
    unify(source)
    source.rename(target)
    return sum(pq.read_metadata(file).num_rows for file in target.glob("*.parquet"))
