"""Vector tiles in one PMTiles or MBTiles file, and in parts that a page reads from a folder without a server."""

from __future__ import annotations

import base64
import gzip
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio

from kosovo_hazards._errors import NotWrittenError
from kosovo_hazards.tiles.pyramid import EXTENT, MERCATOR, Level

__all__ = ["PART_BYTES", "write_archive", "write_mbtiles", "write_parts"]

PART_BYTES = 1 << 18
"""So much of the archive stands in each part."""

# MBTiles 1.3; the number tells programs that it is such a file.
_MBTILES = """
PRAGMA application_id = 0x4d504258;
CREATE TABLE metadata (name TEXT, value TEXT);
CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);
CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row);
"""

# Nothing may be left out of a tile because it is full.
_OPTIONS = {"FORMAT": "MBTILES", "SIMPLIFICATION": "0", "MAX_SIZE": "500000000", "MAX_FEATURES": "100000000"}


def write_archive(shown: Iterable[Level], path: Path, *, bounds: tuple[float, float, float, float], name: str) -> int:
    """Write what each zoom level shows as Mapbox vector tiles in a PMTiles file.

    Parameters
    ----------
    shown
        The levels.
    path
        The file, whose folder must be there.
    bounds
        West, south, east and north in degrees.
    name
        Name of the map, for other programs.

    Returns
    -------
    How many tiles there are.
    """
    # Loaded by those who write tiles.
    from pmtiles.tile import Compression, TileType, zxy_to_tileid
    from pmtiles.writer import Writer

    with _gathered(shown, path.parent) as (tiles, fields), path.open("wb") as out:
        if not tiles:
            raise NotWrittenError("none of the records has a place that a map could show")
        ordered = sorted((zxy_to_tileid(zoom, x, y), (zoom, x, y)) for zoom, x, y in tiles)
        writer = Writer(out)
        for number, place in ordered:
            writer.write_tile(number, tiles[place]())
        west, south, east, north = (int(degrees * 1e7) for degrees in bounds)
        writer.finalize(
            {
                "tile_type": TileType.MVT, "tile_compression": Compression.GZIP,
                "min_lon_e7": west, "min_lat_e7": south, "max_lon_e7": east, "max_lat_e7": north,
                "center_zoom": 8, "center_lon_e7": (west + east) // 2, "center_lat_e7": (south + north) // 2,
            },
            {"name": name, "vector_layers": _described(fields)},
        )  # fmt: skip
        return len(tiles)


def write_mbtiles(
    shown: Iterable[Level],
    path: Path,
    *,
    bounds: tuple[float, float, float, float],
    facts: Mapping[str, str],
) -> int:
    """Write what each zoom level shows as Mapbox vector tiles in an MBTiles file, a database of SQLite.

    Parameters
    ----------
    shown
        The levels.
    path
        The file, whose folder must be there.
    bounds
        West, south, east and north in degrees.
    facts
        Further metadata: name, description, attribution.

    Returns
    -------
    How many tiles there are.
    """
    west, south, east, north = bounds
    with _gathered(shown, path.parent) as (tiles, fields), closing(sqlite3.connect(path)) as database:
        zooms = [zoom for zoom, _, _ in tiles] or [0]
        metadata = {
            **facts, "format": "pbf", "type": "overlay", "version": "1",
            "bounds": f"{west:.6f},{south:.6f},{east:.6f},{north:.6f}",
            "center": f"{(west + east) / 2:.6f},{(south + north) / 2:.6f},{min(zooms)}",
            "minzoom": str(min(zooms)), "maxzoom": str(max(zooms)),
            "json": json.dumps({"vector_layers": _described(fields)}, ensure_ascii=False),
        }  # fmt: skip
        with database:
            database.executescript(_MBTILES)
            database.executemany("INSERT INTO metadata VALUES (?, ?)", metadata.items())
            # MBTiles counts rows from the south.
            rows = ((zoom, x, 2**zoom - 1 - y, tile()) for (zoom, x, y), tile in sorted(tiles.items()))
            database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
        return len(tiles)


@contextmanager
def _gathered(
    shown: Iterable[Level], folder: Path
) -> Iterator[tuple[dict[tuple[int, int, int], Callable[[], bytes]], dict[str, _Layer]]]:
    """Every tile by zoom, column and row from the north, as what gives its bytes; and the layers in them."""
    layers: dict[str, _Layer] = {}
    with TemporaryDirectory(dir=folder) as place, ExitStack() as stack:
        found: dict[tuple[int, int, int], list[tuple[sqlite3.Connection, int]]] = {}
        for number, level in enumerate(shown):
            file = Path(place, f"{number}.mbtiles")
            _write_level(level, file)
            kinds = _kinds(level.frame)
            first = layers[level.layer].first if level.layer in layers else level.zoom
            layers[level.layer] = _Layer(kinds, first, level.zoom)
            database = stack.enter_context(closing(sqlite3.connect(file)))
            for row, zoom, x, y in database.execute("SELECT rowid, zoom_level, tile_column, tile_row FROM tiles"):
                found.setdefault((zoom, x, 2**zoom - 1 - y), []).append((database, row))
        yield {tile: partial(_merged, parts) for tile, parts in found.items()}, layers


@dataclass(frozen=True)
class _Layer:
    """A layer of the tiles: its columns, and on which levels it is."""

    fields: dict[str, str]
    first: int
    last: int


def _described(layers: Mapping[str, _Layer]) -> list[dict[str, Any]]:
    return [
        {"id": name, "fields": one.fields, "minzoom": one.first, "maxzoom": one.last} for name, one in layers.items()
    ]


def write_parts(archive: Path, folder: Path) -> int:
    """Write an archive as scripts, for pages that are opened from a folder may not read a file.

    Parameters
    ----------
    archive
        The PMTiles file.
    folder
        Where to.

    Returns
    -------
    How many parts there are.
    """
    folder.mkdir()
    count = 0
    with archive.open("rb") as file:
        while data := file.read(PART_BYTES):
            text = base64.b64encode(data).decode("ascii")
            (folder / f"{count:05d}.js").write_text(f'kosovoHazardsPart({count},"{text}");\n', "ascii", newline="\n")
            count += 1
    return count


def _write_level(level: Level, file: Path) -> None:
    zooms = {"MINZOOM": str(level.zoom), "MAXZOOM": str(level.zoom), "EXTENT": str(EXTENT)}
    options = {**_OPTIONS, **zooms}
    if isinstance(level.frame, gpd.GeoDataFrame):
        pyogrio.write_dataframe(level.frame, file, driver="MVT", layer=level.layer, dataset_options=options)
        return
    pyogrio.write_arrow(
        _streamed(level.frame), str(file), driver="MVT", layer=level.layer, dataset_options=options,
        geometry_name="geometry", geometry_type="Unknown", crs=MERCATOR,
    )  # fmt: skip


def _streamed(files: Sequence[Path]) -> pa.RecordBatchReader:
    """The rows of files of GeoParquet, one batch after the other."""
    schema = pq.read_schema(files[0]).remove_metadata()
    batches = (
        pa.RecordBatch.from_arrays(batch.columns, schema=schema)
        for file in files
        for batch in pq.ParquetFile(file).iter_batches(columns=schema.names)
    )
    return pa.RecordBatchReader.from_batches(schema, batches)


def _merged(parts: list[tuple[sqlite3.Connection, int]]) -> bytes:
    """One tile of several: a tile is a sequence of layers, so that those of one may follow those of another."""
    layers = [
        bytes(database.execute("SELECT tile_data FROM tiles WHERE rowid = ?", (row,)).fetchone()[0])
        for database, row in parts
    ]
    return layers[0] if len(layers) == 1 else gzip.compress(b"".join(map(gzip.decompress, layers)), mtime=0)


def _kinds(frame: gpd.GeoDataFrame | tuple[Path, ...]) -> dict[str, str]:
    if isinstance(frame, tuple):
        kinds = {field.name: pa.types.is_floating(field.type) or pa.types.is_integer(field.type)
                 for field in pq.read_schema(frame[0])}  # fmt: skip
    else:
        kinds = {str(name): getattr(kind, "kind", "O") in "if" for name, kind in frame.dtypes.items()}
    return {name: "Number" if number else "String" for name, number in kinds.items() if name != "geometry"}
