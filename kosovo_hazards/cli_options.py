"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "ColumnOption",
    "CrsOption",
    "DayFirstOption",
    "DefaultOption",
    "EncodingOption",
    "FileArgument",
    "JoinOption",
    "LayerOption",
    "PlacesOption",
    "ReleasesOption",
    "SwapOption",
    "ValueOption",
]

FileArgument = Annotated[Path, typer.Argument(help="File of hazardous areas: GeoJSON, GeoPackage, Shapefile, …")]
CrsOption = Annotated[str | None, typer.Option(help="CRS of a file that names none, e.g. EPSG:9141.")]
LayerOption = Annotated[str | None, typer.Option(help="Layer of a file that has several.")]
ColumnOption = Annotated[
    list[str] | None, typer.Option(help="Our column and the file's, e.g. hazard_id=ID; may be repeated.")
]
DefaultOption = Annotated[
    list[str] | None, typer.Option(help="Value for a column the file lacks, e.g. hazard_type=SHA; may be repeated.")
]
ValueOption = Annotated[
    list[str] | None, typer.Option(help="The file's word and ours, e.g. 'C.H.A?=CHA'; may be repeated.")
]
EncodingOption = Annotated[
    str | None, typer.Option(help="Encoding of a shapefile or CSV file that says none or a wrong one, e.g. cp1250.")
]
SwapOption = Annotated[
    bool | None, typer.Option("--swap-xy/--no-swap-xy", help="The file has latitude where longitude belongs, or not.")
]
DayFirstOption = Annotated[
    bool | None, typer.Option("--day-first/--month-first", help="How to read dates such as 03/04/2024.")
]
JoinOption = Annotated[
    bool, typer.Option("--join-parts", help="Rows with the same id and values are parts of one record.")
]
ReleasesOption = Annotated[Path | None, typer.Option(help="File of survey and clearance results.")]
PlacesOption = Annotated[Path | None, typer.Option(help="Boundary file, for another country or better boundaries.")]
