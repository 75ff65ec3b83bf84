"""The command that says which area is worked on when."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kosovo_hazards._errors import UsageError
from kosovo_hazards.cli.agenda.asking import (
    CriterionOption,
    NearCrsOption,
    NearOption,
    StrategyOption,
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
    from kosovo_hazards.forecasting import Capacity
    from kosovo_hazards.priorities import Plan

__all__ = ["plan_command"]

_MOST_SHOWN = 20
_TEAMS = re.compile(r"\s*(\d+(?:\.\d+)?)\s*[xX×*]\s*(\d+(?:\.\d+)?)\s*")
_SEASON = re.compile(r"\s*(\d{1,2})\s*[-–]\s*(\d{1,2})\s*")
_TOP = 10


@app.command(
    "plan",
    epilog="Example: kosovo-hazards plan register.geojson --capacity 21x168 --start 2025 --cost 2.5 --out plan.html",
)
@speaks_plainly
@reads_files
def plan_command(
    register: Annotated[Path, typer.Argument(help="File of hazardous areas.")],
    capacity: Annotated[
        list[str], typer.Option(help="Teams and m² that each releases in a day, e.g. 21x168 or 5x82; repeatable.")
    ],
    season: Annotated[str, typer.Option(help="First and last month of work.")] = "4-11",
    share_worked: Annotated[
        float, typer.Option(help="Share of the working days on which work is done; weather takes the rest.")
    ] = 1.0,
    start: Annotated[int | None, typer.Option(help="First year of work; next year if not given.")] = None,
    deadline: Annotated[int, typer.Option(help="Last year; 2030 is that of Kosovo's strategy.")] = 2030,
    cost: Annotated[float | None, typer.Option(help="Cost of releasing a square metre, €.")] = None,
    budget: Annotated[
        float, typer.Option(help="Money of a year, €, to hold --cost against; needed for Kosovo's strategy.")
    ] = 3_500_000.0,
    releases: Annotated[
        Path | None, typer.Option(help="File of survey and clearance results: what they leave is planned.")
    ] = None,
    criterion: CriterionOption = None,
    strategy: StrategyOption = False,
    near: NearOption = None,
    near_crs: NearCrsOption = None,
    within: WithinOption = 1_000.0,
    weight: WeightOption = None,
    as_of: Annotated[str | None, typer.Option(help="Day of the register, YYYY-MM-DD.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the plan here: .html with map and charts, .xlsx, .csv or .gpkg.")
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
    """What is done when: areas in order of urgency by year and month, and whether any urgent one is left."""
    from kosovo_hazards.agenda import write_plan
    from kosovo_hazards.priorities import plan
    from kosovo_hazards.provenance import any_synthetic
    from kosovo_hazards.writing import NOTICE, refuse_taken, whole_file

    if out is not None:
        refuse_endings(out, ".csv", ".gpkg", ".html", ".xlsx")
        refuse_taken(out, overwrite=overwrite)
    teams = _capacities(capacity, season, share_worked)
    first = dt.date.today().year + 1 if start is None else start
    _refuse_years_and_money(first, deadline, cost, budget)
    hazards, read = read_register(reading, register, releases, as_of)
    found = reading.found()
    if not len(hazards.data):
        sum([tell_result(result, None, name) for name, result in (read | found).items()])
        say("error: no area could be accepted, so nothing can be planned")
        return WRONG
    wishes = Wishes(criterion, strategy, near, near_crs, within, weight, _TOP)
    ranking = ranked(hazards, found, reading, wishes, as_of)
    units = reading.units(places)
    with working("Planning"):
        made = plan(
            hazards, teams, ranking, start=first, deadline=deadline, cost_eur_per_m2=cost, budget_eur=budget,
            places=units,
        )  # fmt: skip
    if out is not None:
        with working("Writing"), whole_file(out, overwrite=overwrite) as part:
            write_plan(made, part, hazards, places=units, language=language, as_of=as_of, title=title)
            write_lists(read | found, part)
    _show(made)
    print(made)
    if any_synthetic(hazards.data):
        print(NOTICE)
    if out is not None:
        print_paths([out])
    lists = None if out is None else lists_of(out)
    lost = sum([tell_result(result, lists, name) for name, result in (read | found).items()])
    return FINDINGS if lost or made.kept == "not met" else FINE


def _capacities(texts: Sequence[str], season: str, share_worked: float) -> list[Capacity]:
    from kosovo_hazards.forecasting import Capacity

    months = _SEASON.fullmatch(season)
    first, last = (int(month) for month in months.groups()) if months else (0, 0)
    if not 1 <= first <= last <= 12:
        raise UsageError(f"--season {season} is not a first and a last month", hint="for instance --season 4-11")
    found = [_TEAMS.fullmatch(text) for text in texts]
    wrong = [text for text, match in zip(texts, found, strict=True) if match is None or not float(match[2])]
    if wrong:
        raise UsageError(f"--capacity {wrong[0]!r} is not TEAMSxM2", hint="for instance --capacity 21x168")
    if not 0 < share_worked <= 1:
        raise UsageError(f"--share-worked {share_worked:g} is no share", hint="give more than 0, up to 1")
    return [Capacity(float(one[1]), float(one[2]), (first, last), share_worked) for one in found if one is not None]


def _refuse_years_and_money(start: int, deadline: int, cost: float | None, budget: float) -> None:
    if start > deadline:
        raise UsageError(
            f"work would begin in {start}, after the deadline of {deadline}", hint="pass --start or --deadline"
        )
    if budget <= 0 or (cost is not None and cost <= 0):
        raise UsageError("--cost and --budget must be above 0")


def _show(made: Plan) -> None:
    """Print the first areas with their months, the years, and the rule by place."""
    table = made.table.head(_MOST_SHOWN)
    shown = table[["hazard_id", "rank", "municipality", "priority", "m2"]].assign(
        m2=table["m2"].map("{:,.0f}".format, na_action="ignore").fillna("unknown"),
        begins=table["begins"].dt.strftime("%Y-%m"),
        ends=table["ends"].dt.strftime("%Y-%m"),
        left_m2=table["left_m2"].map("{:,.0f}".format, na_action="ignore").fillna("unknown"),
        rule=table["rule"],
    )
    more = f", the first {_MOST_SHOWN} of them" if len(made.table) > _MOST_SHOWN else ""
    shown = shown.rename(columns={"m2": "area m²", "left_m2": f"left in {made.deadline}, m²"})
    print_frame(shown, f"{len(made.table):,} areas in the order of work{more}")
    years = made.years.reset_index().dropna(axis=1, how="all")
    figures = {name: years[name].map("{:,.0f}".format) for name in years.columns if name.endswith(("_m2", "_eur"))}
    print_frame(years.assign(**figures).rename(columns={"cost_eur": "cost €", "budget_eur": "budget €"}), "By year")
    print_frame(made.places.reset_index(), f"What is left of each municipality at the end of {made.deadline}")
