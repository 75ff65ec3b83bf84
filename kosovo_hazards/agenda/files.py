"""A ranking, a plan or the test of the strategy as a file: a page, a workbook, a table or layers."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd

from kosovo_hazards._errors import UsageError
from kosovo_hazards._version import __version__
from kosovo_hazards._wording import doing
from kosovo_hazards.agenda.page import Asked, plan_page, ranking_page
from kosovo_hazards.agenda.tables import plan_tables, ranking_tables, tolerability_table, with_facts
from kosovo_hazards.gazetteer import BoundarySource
from kosovo_hazards.language import catalogue
from kosovo_hazards.maps import rejected_sentence
from kosovo_hazards.priorities import Plan, Ranking
from kosovo_hazards.provenance import any_synthetic
from kosovo_hazards.reading import ReadResult, accepted, rejected_positions
from kosovo_hazards.report import Formatter, ReportTable, write_workbook
from kosovo_hazards.writing import NOTICE, save_csv, whole_file, write_layers

__all__ = ["ENDINGS", "write_plan", "write_ranking", "write_tolerability"]

ENDINGS = (".csv", ".gpkg", ".html", ".xlsx")
"""What rankings and plans can be written as."""

_TEXTS = {
    "ranking": "Areas in order of urgency, with what each criterion adds to the score",
    "plan": "Areas in the order of work, with the months in which work begins and ends",
    "rejected": "Records that were rejected: position known, extent unknown",
}


def write_ranking(
    ranking: Ranking,
    path: str | os.PathLike[str],
    hazards: gpd.GeoDataFrame | ReadResult,
    *,
    places: BoundarySource | None = None,
    language: str | Path = "en",
    as_of: str | None = None,
    title: str | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a ranking as a page, a workbook, a table or a layer, by the ending of the name.

    Parameters
    ----------
    ranking
        What `kh.prioritise` gave.
    path
        ``….html``: one page that loads nothing, with map, chart of contributions and tables; ``….xlsx``: the tables in
        the reader's language; ``….csv``: one table with the library's names; ``….gpkg``: the areas with rank and score,
        and the rejected records.
    hazards
        The register that was ranked, best as `kh.read_hazards` gave it: rejected records then stand in the page too.
    places
        Units with polygons, or a boundary file; Kosovo's municipalities where areas lie there if None.
    language
        ``en``, ``sq``, ``sr``, or the path of a catalogue (JSON) of your own.
    as_of
        Day of the register, ``YYYY-MM-DD``.
    title
        Title of the page; without it, one in the language.
    overwrite
        Whether a file that is there already is replaced.

    Returns
    -------
    The path written.

    Raises
    ------
    HazardDataError
        If the ending is another, the ranking is of other areas, or the file is there already or can't be written.

    Examples
    --------
    >>> import tempfile, kosovo_hazards as kh
    >>> hazards, _ = kh.demo_data()
    >>> write_ranking(kh.prioritise(hazards), Path(tempfile.mkdtemp()) / "first.csv", hazards).name
    'first.csv'
    """
    asked = Asked.of(hazards, places, language, as_of, title)

    def sheets() -> list[ReportTable]:
        return list(ranking_tables(ranking, asked.table, catalogue(language, report=True)).values())

    def table() -> pd.DataFrame:
        return with_facts(ranking.table, asked.table)

    return _write(
        path, asked, "ranking", lambda: ranking_page(ranking, asked), sheets, table,
        ranking.said(catalogue(language, report=True)), overwrite=overwrite,
    )  # fmt: skip


def write_plan(
    plan: Plan,
    path: str | os.PathLike[str],
    hazards: gpd.GeoDataFrame | ReadResult,
    *,
    places: BoundarySource | None = None,
    language: str | Path = "en",
    as_of: str | None = None,
    title: str | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a plan as a page, a workbook, a table or a layer, by the ending of the name.

    Parameters
    ----------
    plan
        What `kh.plan` gave.
    path
        ``….html``: one page that loads nothing, with the verdict of the rule, the chart of the plan, map and tables;
        ``….xlsx``: the tables in the reader's language; ``….csv``: one row an area with the library's names;
        ``….gpkg``: the areas with the months of work, and the rejected records.
    hazards
        The register that was planned, best as `kh.read_hazards` gave it.
    places, language, as_of, title, overwrite
        As `kh.write_ranking` takes them.

    Returns
    -------
    The path written.

    Raises
    ------
    HazardDataError
        If the ending is another, the plan is of other areas, or the file is there already or can't be written.

    Examples
    --------
    >>> import tempfile, kosovo_hazards as kh
    >>> hazards, _ = kh.demo_data()
    >>> made = kh.plan(hazards, kh.Capacity(21, 168), start=2025)
    >>> write_plan(made, Path(tempfile.mkdtemp()) / "plan.xlsx", hazards).name
    'plan.xlsx'
    """
    asked = Asked.of(hazards, places, language, as_of, title)
    t = catalogue(language, report=True)

    def sheets() -> list[ReportTable]:
        return [*plan_tables(plan).values(), *ranking_tables(plan.ranking, asked.table, t).values()]

    return _write(
        path, asked, "plan", lambda: plan_page(plan, asked), sheets, lambda: plan.table,
        plan.said(t, asked.words().names), overwrite=overwrite,
    )  # fmt: skip


def write_tolerability(
    found: pd.DataFrame,
    path: str | os.PathLike[str],
    hazards: gpd.GeoDataFrame | ReadResult,
    *,
    language: str | Path = "en",
    overwrite: bool = False,
) -> Path:
    """Write what `kh.tolerability` found as a table or a workbook, by the ending of the name.

    Parameters
    ----------
    found
        The table.
    path
        ``….csv``, with the library's names, or ``….xlsx`` in the reader's language.
    hazards
        The register that was judged.
    language
        ``en``, ``sq``, ``sr``, or the path of a catalogue (JSON) of your own.
    overwrite
        Whether a file that is there already is replaced.

    Returns
    -------
    The path written.

    Raises
    ------
    HazardDataError
        If the ending is another, or the file is there already or can't be written.

    Examples
    --------
    >>> import tempfile, kosovo_hazards as kh
    >>> hazards, _ = kh.demo_data()
    >>> found = kh.tolerability(hazards, as_of="2024-12-31")
    >>> write_tolerability(found, Path(tempfile.mkdtemp()) / "tolerable.csv", hazards).name
    'tolerable.csv'
    """
    target = _target(path, (".csv", ".xlsx"))
    t, synthetic = catalogue(language, report=True), any_synthetic(accepted(hazards))
    with whole_file(target, overwrite=overwrite) as part:
        if part.suffix.lower() == ".csv":
            _save(found.reset_index(), part, synthetic=synthetic)
        else:
            fmt = Formatter(t)
            about = _about(t("tolerable.title"), [t("tolerable.text"), t("tolerable.not_free")], hazards, fmt)
            write_workbook([tolerability_table(found, t)], about, part, fmt)
    return target


def _write(
    path: str | os.PathLike[str],
    asked: Asked,
    kind: str,
    page: Callable[[], str],
    sheets: Callable[[], list[ReportTable]],
    table: Callable[[], pd.DataFrame],
    said: list[str],
    *,
    overwrite: bool,
) -> Path:
    target = _target(path, ENDINGS)
    fmt, synthetic = asked.words(), any_synthetic(asked.table)
    with whole_file(target, overwrite=overwrite) as part:
        ending = part.suffix.lower()
        if ending == ".html":
            part.write_bytes(page().encode("utf-8", "replace"))
        elif ending == ".xlsx":
            title = asked.title or fmt.t(f"section.{'rank' if kind == 'ranking' else kind}")
            write_workbook(sheets(), _about(title, said, asked.hazards, fmt), part, fmt)
        elif ending == ".csv":
            _save(table(), part, synthetic=synthetic)
        else:
            doing("Writing the GIS file")
            # The file must not be there yet, and it is put into its place when whole.
            write_layers(_layers(kind, table(), asked), part, texts=_TEXTS)
    return target


def _target(path: str | os.PathLike[str], endings: tuple[str, ...]) -> Path:
    target = Path(path)
    if target.suffix.lower() not in endings:
        raise UsageError(f"{target.name!r} can't be written", hint=f"end it with {', '.join(endings)}")
    return target


def _save(table: pd.DataFrame, part: Path, *, synthetic: bool) -> None:
    save_csv(table.assign(notice=NOTICE) if synthetic else table, part)


def _layers(kind: str, table: pd.DataFrame, asked: Asked) -> dict[str, pd.DataFrame]:
    hazards = asked.table
    added = [name for name in table.columns if name == "hazard_id" or name not in hazards.columns]
    # A column of the source may be called as one of ours; ours is what was asked for.
    taken = [name for name in ("rank", "ties", "score") if name in hazards.columns]
    joined = hazards.drop(columns=taken).merge(table[[*added, *taken]], on="hazard_id", how="inner")
    lost = rejected_positions(asked.hazards)
    layers: dict[str, pd.DataFrame] = {kind: gpd.GeoDataFrame(joined, geometry="geometry", crs=hazards.crs)}
    return {**layers, "rejected": lost} if len(lost) else layers


def _about(title: str, said: list[str], hazards: gpd.GeoDataFrame | ReadResult, fmt: Formatter) -> Mapping[str, str]:
    t, lost = fmt.t, rejected_positions(hazards)
    return {
        t("about.title"): title,
        **({t("about.notice"): t("notice.synthetic")} if any_synthetic(accepted(hazards)) else {}),
        **({t("about.rejected"): rejected_sentence(lost, t, public=False, why=True)} if len(lost) else {}),
        t("about.made"): f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, kosovo_hazards {__version__}",
        **{f"{t('about.note')} {number}": text for number, text in enumerate([*said, t("notice.outside")], start=1)},
        t("about.unknown"): t("method.unknown"),
    }
