"""The command that says which area comes first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kosovo_hazards.cli.agenda.asking import (
    CriterionOption,
    NearCrsOption,
    NearOption,
    StrategyOption,
    TopOption,
    WeightOption,
    Wishes,
    WithinOption,
    ranked,
    read_register,
)
from kosovo_hazards.cli.printing import lists_of, print_frame, print_paths, say, tell_result, working, write_lists
from kosovo_hazards.cli.program import FINDINGS, FINE, WRONG, app, speaks_plainly
from kosovo_hazards.cli.reading_options import Reading, reads_files
from kosovo_hazards.cli.targets import OverwriteOption, refuse_endings

if TYPE_CHECKING:
    from kosovo_hazards.priorities import Ranking

__all__ = ["prioritise_command"]

_MOST_SHOWN = 20


@app.command(
    "prioritise",
    epilog="Example: kosovo-hazards prioritise register.geojson --evidence evidence.geojson --out first.html",
)
@speaks_plainly
@reads_files
def prioritise_command(
    register: Annotated[Path, typer.Argument(help="File of hazardous areas.")],
    releases: Annotated[
        Path | None, typer.Option(help="File of survey and clearance results: what they leave is ranked.")
    ] = None,
    criterion: CriterionOption = None,
    strategy: StrategyOption = False,
    near: NearOption = None,
    near_crs: NearCrsOption = None,
    within: WithinOption = 1_000.0,
    weight: WeightOption = None,
    top: TopOption = 10,
    as_of: Annotated[str | None, typer.Option(help="Day of the register, YYYY-MM-DD.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the order here: .html with map and chart, .xlsx, .csv or .gpkg.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of the page.")] = None,
    language: Annotated[
        str, typer.Option(help="Language of page and workbook: en, sq, sr, or the path of a catalogue of your own.")
    ] = "en",
    places: Annotated[Path | None, typer.Option(help="Boundary file, for another country.")] = None,
    overwrite: OverwriteOption = False,
    *,
    reading: Reading,
) -> int:
    """What comes first: areas in order of urgency, by criteria and weights that everyone can see."""
    from kosovo_hazards.agenda import write_ranking
    from kosovo_hazards.provenance import any_synthetic
    from kosovo_hazards.writing import NOTICE, refuse_taken, whole_file

    if out is not None:
        refuse_endings(out, ".csv", ".gpkg", ".html", ".xlsx")
        refuse_taken(out, overwrite=overwrite)
    hazards, read = read_register(reading, register, releases, as_of)
    found = reading.found()
    if not len(hazards.data):
        sum([tell_result(result, None, name) for name, result in (read | found).items()])
        say("error: no area could be accepted, so nothing can be put in order")
        return WRONG
    wishes = Wishes(criterion, strategy, near, near_crs, within, weight, top)
    ranking = ranked(hazards, found, reading, wishes, as_of)
    if out is not None:
        with working("Writing"), whole_file(out, overwrite=overwrite) as part:
            write_ranking(
                ranking, part, hazards, places=reading.units(places), language=language, as_of=as_of, title=title
            )
            write_lists(read | found, part)
    _show(ranking)
    print(ranking)
    if any_synthetic(hazards.data):
        print(NOTICE)
    if out is not None:
        print_paths([out])
    lists = None if out is None else lists_of(out)
    lost = sum([tell_result(result, lists, name) for name, result in (read | found).items()])
    return FINDINGS if lost else FINE


def _show(ranking: Ranking) -> None:
    """Print the first areas with what each criterion adds, and the scales."""
    first = ranking.table.head(_MOST_SHOWN)
    shown = first[["hazard_id", "rank", "ties"]].assign(
        score=first["score"].map("{:.2f}".format),
        **{str(name): first[f"by {name}"].map("{:.2f}".format) for name in ranking.criteria.index},
        unknown=first["unknown"],
        stays=first["in_top"].map("{:.0%}".format),
    )
    more = f", the first {_MOST_SHOWN} of them" if len(ranking.table) > _MOST_SHOWN else ""
    columns = {"stays": f"among the first {ranking.top}"}
    print_frame(shown.rename(columns=columns), f"{len(ranking.table):,} areas in order of urgency{more}")
    about = ranking.criteria.reset_index()
    print_frame(about.assign(weight=about["weight"].map("{:.0%}".format)), "Criteria, with 1 for what is unknown")
