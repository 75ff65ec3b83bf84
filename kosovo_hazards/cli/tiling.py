"""The command that writes a map of tiles, for registers of hundreds of thousands of areas."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kosovo_hazards.cli.printing import print_paths, say, tell_result, working
from kosovo_hazards.cli.program import FINDINGS, FINE, WRONG, app, speaks_plainly
from kosovo_hazards.cli.reading_options import Reading, reads_files
from kosovo_hazards.cli.targets import OverwriteOption, refuse_file_names

__all__ = ["tiles_command"]


@app.command("tiles", epilog="Example: kosovo-hazards tiles register.geojson --out map-of-tiles")
@speaks_plainly
@reads_files
def tiles_command(
    file: Annotated[Path, typer.Argument(help="File of hazardous areas.")],
    out: Annotated[Path, typer.Option(help="Folder to write: the page, the tiles, and both for a folder.")] = Path(
        "map-of-tiles"
    ),
    title: Annotated[str | None, typer.Option(help="Title on the map.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Reference date of the register, YYYY-MM-DD.")] = None,
    expires: Annotated[str | None, typer.Option(help="Last day on which the page holds, YYYY-MM-DD.")] = None,
    language: Annotated[str, typer.Option(help="Language of the map: en, sq, sr.")] = "en",
    places: Annotated[Path | None, typer.Option(help="Boundary file, for another country.")] = None,
    overwrite: OverwriteOption = False,
    *,
    reading: Reading,
) -> int:
    """A map of any number of areas: vector tiles in one PMTiles file, and a page that draws them."""
    from kosovo_hazards.tiles import write_tile_map

    refuse_file_names(out)
    with working("Reading"):
        read = reading.hazards(file)
    lost = tell_result(read, None, "hazardous areas")
    if not len(read.data) and len(read.rejected):
        say("error: nothing in the file could be accepted, so there is nothing to draw")
        return WRONG
    with working("Writing tiles"):
        write_tile_map(
            read, out, places=reading.units(places), language=language, title=title, as_of=as_of, expires=expires,
            overwrite=overwrite,
        )  # fmt: skip
    print_paths([out / "index.html", out / "hazards.pmtiles"])
    return FINDINGS if lost else FINE
