"""What commands print, and the lists that they leave beside the files they write."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from kosovo_hazards._wording import telling
from kosovo_hazards.cli.messages import counted

if TYPE_CHECKING:
    from kosovo_hazards.reading import ReadResult

__all__ = [
    "Minimum",
    "errors",
    "made_up_notice",
    "minimum_of",
    "named",
    "print_frame",
    "print_minimum",
    "print_paths",
    "print_summary",
    "say",
    "tell_result",
    "working",
    "write_findings",
]

_MOST_SHOWN = 20
# A file or a pipe has no width of its own; this keeps most tables whole.
_PIPE_WIDTH = 160
_HEADINGS = {
    "chas": "CHAs",
    "cha_m2": "CHA m²",
    "shas": "SHAs",
    "sha_m2": "SHA m²",
    "unknown_area": "Area unknown",
    "area_before_m2": "m² before",
    "area_after_m2": "m² after",
}


@cache
def errors() -> Console:
    """Where notes, errors and progress are shown: one console, so that a note never breaks into what moves."""
    return Console(stderr=True)


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show on a terminal what is being done, on how many records, and how long it has taken; nothing in a pipe.

    Parameters
    ----------
    what
        The step that begins; those that the library tells follow it.
    """
    console = errors()
    columns = (SpinnerColumn(), TextColumn("{task.description} …", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(what, total=None)
        with telling(lambda step: shown.update(task, description=step)):
            yield


def say(text: str) -> None:
    """Say a line beside the output.

    Parameters
    ----------
    text
        The line.
    """
    errors().print(text, markup=False, highlight=False, soft_wrap=True)


def lists_of(out: Path) -> dict[str, str]:
    """Where repaired and rejected records stand beside a file, as patterns of what the records are.

    Parameters
    ----------
    out
        The file.
    """
    return {what: str(out.with_suffix(f".{what}-{{}}.csv")) for what in ("repaired", "rejected")}


def write_lists(results: Mapping[str, ReadResult], part: Path) -> None:
    """List what was repaired and rejected beside a file that is being written; the lists move with it.

    Parameters
    ----------
    results
        What was read, by what the records are.
    part
        Where the file is made.
    """
    from kosovo_hazards.writing import save_csv

    for name, result in results.items():
        for what, records in (("repaired", result.repairs), ("rejected", result.rejected)):
            if len(records):
                save_csv(records, Path(lists_of(part)[what].format(name)))


def tell_result(result: ReadResult, lists: Mapping[str, str] | None, name: str) -> int:
    """Print what was read, repaired and rejected, in the language that is spoken.

    Parameters
    ----------
    result
        What was read.
    lists
        Where all repaired and rejected records stand, as `lists_of` gives it; None where nowhere.
    name
        What the records are.

    Returns
    -------
    How many records were not taken over.
    """
    from kosovo_hazards.language import retold, spoken

    t = spoken()
    for note in retold(result.messages(), t):
        say(t("terminal.note", note=note))
    if len(result.repairs):
        repairs = counted(result.repairs, "what")
        title = t("terminal.repaired", records=_many(len(result.repairs), name), where=_where(lists, "repaired", name))
        print_frame(repairs.assign(what=retold(repairs["what"], t)), title)
    lost = len(result.rejected)
    if lost:
        reasons = counted(result.rejected, "reason").head(_MOST_SHOWN)
        title = t("terminal.rejected", records=_many(lost, name), where=_where(lists, "rejected", name))
        print_frame(reasons.assign(reason=retold(reasons["reason"], t)), title)
        taken, whole = t.number(len(result.data)), t.number(len(result.data) + lost)
        say(t("terminal.accepted", n=taken, records=whole, what=named(name), lost=t.number(lost)))
    return lost


def _many(count: int, name: str) -> str:
    """A number and what is counted, which is named in the plural."""
    from kosovo_hazards.language import spoken

    t = spoken()
    key = t.counted_key(f"terminal.many.{name}", count)
    english = name.removesuffix("s") if count == 1 else name
    return t(key, n=t.number(count)) if key in t.texts else f"{t.number(count)} {english}"


def named(name: str) -> str:
    """What records are called in the language that is spoken, in the plural.

    Parameters
    ----------
    name
        Their English name.
    """
    from kosovo_hazards.language import spoken

    return spoken().texts.get(f"terminal.kind.{name}", name)


def _where(lists: Mapping[str, str] | None, what: str, name: str) -> str:
    from kosovo_hazards.language import spoken

    if lists is None:
        return spoken()("terminal.listed_by", command="kosovo-hazards check … --out findings.csv")
    return spoken()("terminal.listed_in", file=lists[what].format(name))


def write_findings(findings: gpd.GeoDataFrame, part: Path) -> None:
    """Write findings as GeoJSON or CSV.

    Parameters
    ----------
    findings
        What `check` gave.
    part
        Where the file is made; its ending says which.
    """
    from kosovo_hazards.writing import save_csv, write_geojson

    if part.suffix == ".csv":
        save_csv(pd.DataFrame(findings).assign(geometry=findings.geometry.to_wkt()), part)
    else:
        write_geojson(findings, part)


def print_summary(summary: pd.DataFrame, title: str, names: Mapping[str, str] | None = None) -> None:
    """Print what `summarise` gave.

    Parameters
    ----------
    summary
        The table.
    title
        What stands above it.
    names
        Names of places in the language that is spoken, by their canonical names.
    """
    from kosovo_hazards.language import spoken
    from kosovo_hazards.summaries import TOTALS, UNKNOWN

    t, shown = spoken(), summary.reset_index()
    own = {**(names or {}), TOTALS: t("totals"), UNKNOWN: t("unknown")}
    first = str(shown.columns[0])
    said = [own.get(name, t.texts.get(f"{first}.{name}", name)) for name in shown[first].astype(str)]
    shown = shown.assign(**{first: said})
    for column in shown.columns[1:]:
        shown[column] = t.numbers(shown[column])
    print_frame(shown, title)


def print_frame(frame: pd.DataFrame, title: str) -> None:
    """Print a table, figures to the right with one decimal.

    Parameters
    ----------
    frame
        The table.
    title
        What stands above it.
    """
    shown = frame.assign(**{str(name): _one_decimal(frame[name]) for name in frame.columns[frame.dtypes == "float64"]})
    cells = shown.astype(object).where(shown.notna(), "").astype(str)
    lines = bool(len(cells)) and cells.map(len).to_numpy().sum(axis=1).max() > _PIPE_WIDTH
    # A title of the table itself would be broken to the table's width.
    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, markup=False, highlight=False)
    console.print(title, style="bold")
    table = Table(show_lines=lines)
    for name in cells.columns:
        numeric = name not in cells.columns[:1] and cells[name].str.fullmatch(r"[\d,.\-−\s]+").all()
        table.add_column(_heading(str(name)), justify="right" if numeric else "left")
    for row in cells.to_numpy():
        table.add_row(*row)
    console.print(table)


def _one_decimal(values: pd.Series) -> pd.Series:
    from kosovo_hazards.language import spoken

    t = spoken()
    return values.map(lambda value: t.number(value, 1), na_action="ignore")


def _heading(name: str) -> str:
    from kosovo_hazards.language import spoken

    t = spoken()
    if t.code != "en":
        found = next((t.texts[key] for key in (f"terminal.column.{name}", f"told.{name}") if key in t.texts), None)
        if found is not None:
            return found
    if name in _HEADINGS:
        return _HEADINGS[name]
    return name.replace("_", " ").replace(" m2", " m²").capitalize() if name.islower() else name


@dataclass(frozen=True)
class Minimum:
    """Which of the minimum data a register has: as a table, perhaps by place, in a sentence, and if it is made up."""

    table: pd.DataFrame
    told: str
    synthetic: bool


def minimum_of(
    hazards: ReadResult,
    releases: ReadResult | None,
    units: gpd.GeoDataFrame | None,
    *,
    by: str | None,
    language: str,
    accidents: ReadResult | None = None,
    items: ReadResult | None = None,
    **_evidence: ReadResult | None,
) -> Minimum:
    """Count the minimum data of what was read.

    Parameters
    ----------
    hazards, releases, accidents, items
        What was read.
    units
        Places, for records that name none.
    by
        Column of places to count by.
    language
        Of the words.
    """
    from kosovo_hazards.gazetteer import assign_places
    from kosovo_hazards.language import catalogue, speaking
    from kosovo_hazards.minimum_data import completeness, completeness_told
    from kosovo_hazards.provenance import any_synthetic

    made_up = any_synthetic(*(read.data for read in (hazards, releases) if read is not None))
    with speaking(catalogue(language, report=True)):
        whole = completeness(hazards, releases, accidents=accidents, items=items)
        if by is None:
            return Minimum(whole, completeness_told(whole), made_up)
        tables = [None if read is None else assign_places(read.data, units) for read in (hazards, releases)]
        return Minimum(completeness(tables[0], tables[1], by=by), completeness_told(whole), made_up)


def print_minimum(minimum: Minimum) -> None:
    """Print which of the minimum data there are.

    Parameters
    ----------
    minimum
        What `minimum_of` gave.
    """
    from kosovo_hazards.language import spoken

    shown = minimum.table.drop(columns=["field", "columns"]).rename(columns={"field_text": "minimum data"})
    t = spoken()
    if t.code != "en":
        shown["table"] = [t.texts.get(f"terminal.kind.{name}s", name) for name in shown["table"]]
    share = shown.pop("filled_share").map("{:.0%}".format, na_action="ignore")
    shown.insert(shown.columns.get_loc("filled") + 1, "share", share.fillna(""))
    print_frame(shown, t("terminal.minimum", made_up=made_up_notice(synthetic=minimum.synthetic)))


def made_up_notice(*, synthetic: bool) -> str:
    """What stands behind a title where records are made up.

    Parameters
    ----------
    synthetic
        Whether they are.
    """
    from kosovo_hazards.language import spoken
    from kosovo_hazards.writing import NOTICE

    t = spoken()
    notice = NOTICE if t.code == "en" else t("notice.synthetic")
    return f" ({notice})" if synthetic else ""


def print_paths(paths: list[Path]) -> None:
    """Print where files are, one a line.

    Parameters
    ----------
    paths
        The files.
    """
    for path in paths:
        print(path)
