"""The command that tells what lies near points and routes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import geopandas as gpd
import pandas as pd
import typer

from kosovo_hazards.cli.printing import print_frame, print_paths, say, tell_result, working
from kosovo_hazards.cli.program import FINDINGS, FINE, WRONG, app, speaks_plainly
from kosovo_hazards.cli.reading_options import Reading, reads_files
from kosovo_hazards.cli.targets import OverwriteOption, refuse_endings

if TYPE_CHECKING:
    from kosovo_hazards.nearness import Nearness

__all__ = ["near_command"]

_MOST_SHOWN = 20
_TEXTS = {
    "records": "Points and routes with the distance to the nearest hazardous area and what may be said of it",
    "places": "Each point and each segment of each route, with the same",
}


@app.command(
    "near",
    epilog="Example: kosovo-hazards near tour.gpx register.geojson --buffer 2000 --as-of 2024-12-31",
)
@speaks_plainly
@reads_files
def near_command(
    file: Annotated[Path, typer.Argument(help="Points or routes: GPX, KML, GeoJSON, GeoPackage, CSV, …")],
    register: Annotated[Path, typer.Argument(help="File of hazardous areas.")],
    buffer: Annotated[float, typer.Option(help="Tell areas within so many metres.", min=0.01)],
    as_of: Annotated[str, typer.Option(help="Day of the register, YYYY-MM-DD.")],
    max_age_days: Annotated[int | None, typer.Option(help="Refuse a register that is older than this.")] = None,
    coverage: Annotated[
        Path | None, typer.Option(help="Polygons of the ground that the register covers; by default round its areas.")
    ] = None,
    outside: Annotated[
        str, typer.Option(help="What to do with places that the register does not cover: refuse or tell.")
    ] = "refuse",
    out: Annotated[Path | None, typer.Option(help="Write the answers here: .csv, .geojson or .gpkg.")] = None,
    language: Annotated[str, typer.Option(help="Language of the verdicts: en, sq, sr.")] = "en",
    file_crs: Annotated[str | None, typer.Option(help="CRS of the points or routes, if FILE names none.")] = None,
    file_layer: Annotated[str | None, typer.Option(help="Layer of FILE; of GPX waypoints, routes or tracks.")] = None,
    file_column: Annotated[
        list[str] | None, typer.Option(help="Our column and that of FILE, e.g. longitude=X; may be repeated.")
    ] = None,
    file_swap_xy: Annotated[
        bool | None, typer.Option("--file-swap-xy/--no-file-swap-xy", help="FILE has latitude first; or only looks so.")
    ] = None,
    coverage_crs: Annotated[str | None, typer.Option(help="CRS of the coverage, if its file names none.")] = None,
    overwrite: OverwriteOption = False,
    *,
    reading: Reading,
) -> int:
    """How far points and routes lie from the nearest hazardous area, and which areas lie within a distance."""
    from kosovo_hazards.nearness import near
    from kosovo_hazards.provenance import any_synthetic
    from kosovo_hazards.writing import NOTICE, refuse_taken, whole_file

    if out is not None:
        refuse_endings(out, ".csv", ".geojson", ".json", ".gpkg")
        refuse_taken(out, overwrite=overwrite)
    with working("Reading"):
        hazards = reading.hazards(register)
        of_file = {"crs": file_crs, "layer": file_layer, "column": file_column, "swap_xy": file_swap_xy}
        asked = reading.routes(file, of_file)
        covered = None if coverage is None else reading.polygons(coverage, coverage_crs)
    lost = sum([tell_result(read, None, name) for read, name in ((hazards, "areas"), (asked, "places"))])
    if not len(asked.data):
        say(f"error: {file} holds no point or route that can be read")
        return WRONG
    with working("Measuring"):
        found = near(
            asked, hazards, buffer_m=buffer, as_of=as_of, coverage=covered, outside=outside,  # type: ignore[arg-type]
            max_age_days=max_age_days, language=language,
        )  # fmt: skip
    _show(found)
    for message in found.messages:
        say(f"note: {message}")
    if any_synthetic(hazards.data):
        print(NOTICE)
    if out is not None:
        with whole_file(out, overwrite=overwrite) as part:
            _write(found, part, synthetic=any_synthetic(hazards.data))
        print_paths([out])
    return FINDINGS if lost or found.records["within"].any() or not found.places["covered"].all() else FINE


def _show(found: Nearness) -> None:
    """Print the verdict on each record, those with the nearest hazards first."""
    order = found.records.sort_values("distance_m", kind="stable")
    shown = pd.DataFrame(order.head(_MOST_SHOWN))[["route_id", "kind", "verdict"]]
    more = f", the nearest {_MOST_SHOWN} of them" if len(order) > _MOST_SHOWN else ""
    print_frame(shown.rename(columns={"route_id": "id"}), f"{len(order):,} points and routes{more}")
    segments = found.places[found.places["segment"].notna() & (found.places["within"] > 0)]
    if len(segments):
        table = pd.DataFrame(segments)[["route_id", "part", "segment", "verdict"]].head(_MOST_SHOWN)
        more = f", the first {_MOST_SHOWN} of them" if len(segments) > _MOST_SHOWN else ""
        title = f"{len(segments):,} of {int(found.places['segment'].notna().sum()):,} segments have areas near{more}"
        print_frame(table.rename(columns={"route_id": "id"}), title)


def _write(found: Nearness, part: Path, *, synthetic: bool) -> None:
    """Every point and segment with its verdict; the records that could not be read too."""
    from kosovo_hazards.writing import save_csv, write_geojson, write_layers

    unread = found.records[found.records["kind"] == "unread"].drop(columns="kind")
    every = pd.concat([found.places, unread], ignore_index=True) if len(unread) else found.places
    made_up = {"synthetic": True} if synthetic else {}
    table = gpd.GeoDataFrame(every, geometry="geometry", crs=found.places.crs).assign(**made_up)
    if part.suffix == ".csv":
        save_csv(pd.DataFrame(table).assign(geometry=table.geometry.to_wkt()), part)
    elif part.suffix == ".gpkg":
        write_layers({"records": found.records.assign(**made_up), "places": table}, part, texts=_TEXTS)
    else:
        write_geojson(table, part)
