"""What commands print, and the lists that they leave beside the files they write."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
from rich.console import Console
from rich.table import Table

from kosovo_hazards.cli.messages import counted

if TYPE_CHECKING:
    from kosovo_hazards.reading import ReadResult

__all__ = [
    "errors",
    "print_frame",
    "print_paths",
    "print_summary",
    "say",
    "tell_result",
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


def errors() -> Console:
    """Where notes, errors and progress are shown."""
    return Console(stderr=True)


def say(text: str) -> None:
    """Say a line beside the output.

    Parameters
    ----------
    text
        The line.
    """
    errors().print(text, markup=False, highlight=False, soft_wrap=True)


def tell_result(result: ReadResult, beside: Path, name: str) -> int:
    """Print what was read, repaired and rejected; list repairs and rejections in files beside the one written.

    Parameters
    ----------
    result
        What was read.
    beside
        The file written.
    name
        What the records are.

    Returns
    -------
    How many records were not taken over.
    """
    for note in result.messages():
        say(f"note: {note}")
    if len(result.repairs):
        path = _listed(result.repairs, beside.with_suffix(f".repaired-{name}.csv"))
        print_frame(counted(result.repairs, "what"), f"{len(result.repairs):,} {name} repaired, all listed in {path}")
    lost = len(result.rejected)
    if lost:
        path = _listed(result.rejected, beside.with_suffix(f".rejected-{name}.csv"))
        reasons = counted(result.rejected, "reason").head(_MOST_SHOWN)
        print_frame(reasons, f"{lost:,} {name} REJECTED, all listed in {path}")
        say(f"{len(result.data):,} of {len(result.data) + lost:,} {name} taken over; NOT taken over: {lost:,}")
    return lost


def write_findings(findings: gpd.GeoDataFrame, path: Path) -> Path:
    """Write findings as GeoJSON or CSV.

    Parameters
    ----------
    findings
        What `check` gave.
    path
        Its ending says which; a file that is there is replaced.
    """
    from kosovo_hazards.writing import write_geojson

    if path.suffix.lower() == ".csv":
        return _listed(pd.DataFrame(findings).assign(geometry=findings.geometry.to_wkt()), path)
    return write_geojson(findings, path, overwrite=True)


def _listed(records: pd.DataFrame, path: Path) -> Path:
    from kosovo_hazards.writing import formula_safe

    # A spreadsheet must not run what somebody wrote into a name.
    texts = pd.DataFrame(records).astype(object).map(lambda cell: formula_safe(cell) if isinstance(cell, str) else cell)
    texts.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
    return path


def print_summary(summary: pd.DataFrame, title: str) -> None:
    """Print what `summarise` gave.

    Parameters
    ----------
    summary
        The table.
    title
        What stands above it.
    """
    shown = summary.reset_index()
    for column in shown.columns[1:]:
        shown[column] = shown[column].map("{:,.0f}".format)
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
        numeric = name not in cells.columns[:1] and cells[name].str.fullmatch(r"[\d,.\-]+").all()
        table.add_column(_heading(str(name)), justify="right" if numeric else "left")
    for row in cells.to_numpy():
        table.add_row(*row)
    console.print(table)


def _one_decimal(values: pd.Series) -> pd.Series:
    return values.map("{:,.1f}".format, na_action="ignore")


def _heading(name: str) -> str:
    if name in _HEADINGS:
        return _HEADINGS[name]
    return name.replace("_", " ").replace(" m2", " m²").capitalize() if name.islower() else name


def print_paths(paths: list[Path]) -> None:
    """Print where files are, one a line.

    Parameters
    ----------
    paths
        The files.
    """
    for path in paths:
        print(path)
