"""Vector tiles in one PMTiles file, and the same in parts that a page reads from a folder without a server."""

from __future__ import annotations

import base64
import gzip
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyogrio

from kosovo_hazards._errors import UsageError
from kosovo_hazards.tiles.pyramid import EXTENT, Level

__all__ = ["PART_BYTES", "write_archive", "write_parts"]

PART_BYTES = 1 << 18
"""So much of the archive stands in each part."""

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

    Raises
    ------
    UsageError
        If the extra is missing.
    """
    try:
        from pmtiles.tile import Compression, TileType, zxy_to_tileid
        from pmtiles.writer import Writer
    except ImportError as error:  # pragma: no cover - the tests have it
        raise UsageError("a map of tiles needs pmtiles", hint="pip install 'kosovo-hazards[tiles]'") from error
    fields: dict[str, dict[str, str]] = {}
    with TemporaryDirectory(dir=path.parent) as place:
        files = []
        for number, level in enumerate(shown):
            file = Path(place, f"{number}.mbtiles")
            _write_level(level, file)
            files.append(file)
            columns = level.frame.drop(columns="geometry").dtypes
            fields[level.layer] = {str(column): _kind(kind) for column, kind in columns.items()}
        tiles: dict[int, list[tuple[Path, int]]] = {}
        for file in files:
            for row, zoom, x, y in _rows(file, "rowid, zoom_level, tile_column, tile_row"):
                tiles.setdefault(zxy_to_tileid(zoom, x, 2**zoom - 1 - y), []).append((file, row))
        open_files = {file: sqlite3.connect(file) for file in files}
        try:
            with path.open("wb") as out:
                writer = Writer(out)
                for tile in sorted(tiles):
                    writer.write_tile(tile, _merged([_data(open_files[file], row) for file, row in tiles[tile]]))
                west, south, east, north = (int(degrees * 1e7) for degrees in bounds)
                writer.finalize(
                    {
                        "tile_type": TileType.MVT, "tile_compression": Compression.GZIP,
                        "min_lon_e7": west, "min_lat_e7": south, "max_lon_e7": east, "max_lat_e7": north,
                        "center_zoom": 8, "center_lon_e7": (west + east) // 2, "center_lat_e7": (south + north) // 2,
                    },
                    {"name": name, "vector_layers": [{"id": layer, "fields": of} for layer, of in fields.items()]},
                )  # fmt: skip
        finally:
            for connection in open_files.values():
                connection.close()
    return len(tiles)


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
    pyogrio.write_dataframe(level.frame, file, driver="MVT", layer=level.layer, dataset_options={**_OPTIONS, **zooms})


def _rows(file: Path, columns: str) -> list[Any]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(f"SELECT {columns} FROM tiles").fetchall()  # noqa: S608 - columns are ours


def _data(connection: sqlite3.Connection, row: int) -> bytes:
    return bytes(connection.execute("SELECT tile_data FROM tiles WHERE rowid = ?", (row,)).fetchone()[0])


def _merged(layers: list[bytes]) -> bytes:
    """One tile of several: a tile is a sequence of layers, so that those of one may follow those of another."""
    if len(layers) == 1:
        return layers[0]
    return gzip.compress(b"".join(gzip.decompress(layer) for layer in layers), mtime=0)


def _kind(kind: Any) -> str:
    return "Number" if getattr(kind, "kind", "O") in "if" else "String"
