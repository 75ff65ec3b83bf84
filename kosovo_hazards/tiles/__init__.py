"""Tiles: a map of a million areas as vector tiles in one PMTiles file, with a page that draws them.

`pyramid` says what each zoom level shows, `archive` writes it, `folder` puts the page beside it; `assets` holds the
page's program, built from ``js/src/tiles``. Needs the extra ``tiles``.
"""

from kosovo_hazards.tiles.folder import write_tile_map

__all__ = ["write_tile_map"]
