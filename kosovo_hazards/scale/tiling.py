"""Maps of tiles of tables in partitions: each worker prepares its own areas, one process writes the tiles."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from kosovo_hazards.gazetteer import BoundarySource
from kosovo_hazards.reading import rejected_positions
from kosovo_hazards.scale.neighbours import working_folder
from kosovo_hazards.scale.partitions import PartitionedFrame, computed, part_name, parts_of
from kosovo_hazards.scale.reading import PartitionedRead
from kosovo_hazards.tiles import Content, Drawn, Told, records_of, together, told_of, write_folder
from kosovo_hazards.validation import require_columns

__all__ = ["write_tile_map"]


def write_tile_map(
    hazards: PartitionedFrame | PartitionedRead,
    folder: str | os.PathLike[str],
    *,
    places: BoundarySource | bool | None = None,
    language: str | Path = "en",
    title: str | None = None,
    as_of: str | None = None,
    expires: str | None = None,
    overwrite: bool = False,
    exchange: str | os.PathLike[str] | None = None,
) -> Path:
    """Write a map of areas in partitions as vector tiles with a page: that of `kosovo_hazards.write_tile_map`.

    Parameters
    ----------
    hazards
        Hazards in partitions, in any CRS, or what `read_hazards` gave: then rejected records are shown and counted.
    folder, places, language, title, as_of, expires, overwrite
        As `kosovo_hazards.write_tile_map` takes them.
    exchange
        Where workers leave what they prepared; on several machines a folder that all see.

    Returns
    -------
    The folder.

    Raises
    ------
    HazardDataError
        As from `kosovo_hazards.write_tile_map`.

    Examples
    --------
    >>> import tempfile
    >>> import dask_geopandas
    >>> import kosovo_hazards as kh
    >>> from kosovo_hazards import scale
    >>> hazards = dask_geopandas.from_geopandas(kh.demo_data()[0], npartitions=4)
    >>> folder = scale.write_tile_map(hazards, Path(tempfile.mkdtemp()) / "map")
    >>> sorted(path.name for path in folder.iterdir())
    ['about.json', 'hazards.pmtiles', 'index.html', 'parts']
    """
    read = isinstance(hazards, PartitionedRead)
    table = hazards.data if read else hazards
    rejected = hazards.positions.compute().reset_index(drop=True) if read else rejected_positions(None)
    parts = parts_of(table)
    with working_folder(exchange) as place:
        ground = _Ground(place, tuple(place / part_name(number) for number in range(len(parts))))
        told = computed(_prepare, parts, [str(file) for file in ground.files])
        content = Content(
            ground=ground, told=together(told), rejected=rejected, places=places, language=language, title=title,
            as_of=as_of, expires=expires,
        )  # fmt: skip
        return write_folder(content, folder, overwrite=overwrite)


@dataclass(frozen=True)
class _Ground:
    """Areas of many pieces, each a file of what `Drawn` draws."""

    place: Path
    files: tuple[Path, ...]

    def crowd(self) -> pd.Series:
        counts = pd.concat(computed(_crowd, [str(file) for file in self.files]))
        return counts.groupby(level=0).sum()

    def cells(self, zoom: int) -> pd.DataFrame:
        sums = pd.concat(computed(_cells, [str(file) for file in self.files], [zoom] * len(self.files)))
        return sums.groupby(level=0).sum()

    def outlines(self, zoom: int) -> tuple[Path, ...]:
        folder = self.place / "outlines"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        written = [str(folder / file.name) for file in self.files]
        computed(_outlines, [str(file) for file in self.files], [zoom] * len(self.files), written)
        return tuple(map(Path, written))


def _prepare(frame: gpd.GeoDataFrame, file: str) -> Told:
    require_columns(frame, ("hazard_id", "hazard_type"), purpose="to draw a map")
    shown = records_of(frame)
    Drawn.of(shown).frame.to_parquet(file, index=False)
    return told_of(frame, shown)


def _crowd(file: str) -> pd.Series:
    return _drawn(file).crowd()


def _cells(file: str, zoom: int) -> pd.DataFrame:
    return _drawn(file).cells(zoom)


def _outlines(file: str, zoom: int, written: str) -> None:
    _drawn(file).outlines(zoom).to_parquet(written, index=False)


def _drawn(file: str) -> Drawn:
    return Drawn(gpd.read_parquet(file))
