"""Tiles: a map of a million areas as vector tiles in one PMTiles file, with a page that draws them.

`pyramid` says what each zoom level shows of `records`, `archive` writes it, `folder` puts the page beside it, `phone`
makes a file for apps of phones; `assets` holds the page's program, built from ``js/src/tiles``.
"""

from kosovo_hazards.tiles.folder import Content, write_folder, write_tile_map
from kosovo_hazards.tiles.phone import write_phone_tiles
from kosovo_hazards.tiles.pyramid import Drawn
from kosovo_hazards.tiles.records import Told, records_of, together, told_of

__all__ = [
    "Content",
    "Drawn",
    "Told",
    "records_of",
    "together",
    "told_of",
    "write_folder",
    "write_phone_tiles",
    "write_tile_map",
]
