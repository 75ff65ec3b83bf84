"""What a command may write: names whose endings it can't write are refused before anything is read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kosovo_hazards._errors import UsageError

__all__ = ["OverwriteOption", "refuse_endings", "refuse_file_names"]

OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace what is there already.")]

# Endings of files; a folder may have a point in its name, such as report.2024.
_OF_FILES = {".csv", ".docx", ".geojson", ".gpkg", ".htm", ".html", ".json", ".kml", ".kmz", ".odt", ".pdf", ".png",
             ".shp", ".svg", ".txt", ".xlsx", ".zip"}  # fmt: skip


def refuse_endings(out: Path, *can: str) -> None:
    """Refuse a name whose ending the command can't write.

    Parameters
    ----------
    out
        The file that was named.
    *can
        Endings that it writes.

    Raises
    ------
    UsageError
        If the name ends otherwise.
    """
    if out.suffix.lower() not in can:
        ending = f"ends with {out.suffix}" if out.suffix else "has no ending"
        raise UsageError(f"{out} {ending}, which can't be written", hint=f"end it with {', '.join(can)}")


def refuse_file_names(out: Path) -> None:
    """Refuse the name of a file where a folder is written.

    Parameters
    ----------
    out
        The folder that was named.

    Raises
    ------
    UsageError
        If it ends as files do.
    """
    if out.suffix.lower() in _OF_FILES:
        raise UsageError(f"{out} ends with {out.suffix}, but a folder is written", hint=f"name it {out.stem or 'out'}")
