"""The tables of an Article 7 report as a page or a workbook."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from kosovo_hazards._errors import UsageError
from kosovo_hazards._version import __version__
from kosovo_hazards.language import Catalogue, catalogue
from kosovo_hazards.report.article_7 import Article7
from kosovo_hazards.report.files import write_workbook
from kosovo_hazards.report.formatter import Formatter, ReportTable
from kosovo_hazards.report.page import Block, Head, Section, page_of
from kosovo_hazards.writing import whole_file

__all__ = ["write_article_7"]


def write_article_7(
    tables: Article7, path: str | os.PathLike[str], *, language: str | Path = "en", overwrite: bool = False
) -> Path:
    """Write the tables of an Article 7 report as a page or a workbook, by the ending of the name.

    Parameters
    ----------
    tables
        What `article_7_tables` gave.
    path
        ``….html``, a page to read and print that loads nothing; or ``….xlsx``, a sheet a table.
    language
        ``en``, ``sq``, ``sr``, or the path of a catalogue (JSON) of your own.
    overwrite
        Whether a file that is there already is replaced.

    Returns
    -------
    The path written. It says what the tables are modelled on, and claims no conformity with the form in force.

    Raises
    ------
    HazardDataError
        If the ending is another, there is no such language, or the file is there already or its folder is not.

    Examples
    --------
    >>> import tempfile, kosovo_hazards as kh
    >>> tables = kh.article_7_tables(*kh.demo_data(), year=2024)
    >>> kh.write_article_7(tables, Path(tempfile.mkdtemp()) / "article_7.xlsx").name
    'article_7.xlsx'
    """
    writers: dict[str, Callable[[Article7, Path, Formatter], None]] = {".html": _write_page, ".xlsx": _write_book}
    ending = Path(path).suffix.lower()
    if ending not in writers:
        raise UsageError(f"{Path(path).name!r} ends with neither {' nor '.join(writers)}")
    fmt = Formatter(catalogue(language, report=True))
    with whole_file(path, overwrite=overwrite) as part:
        writers[ending](tables, part, fmt)
    return Path(path)


def _report_tables(tables: Article7) -> list[ReportTable]:
    return [
        ReportTable("article_status", tables.status),
        ReportTable("article_contaminated", tables.contaminated, total=True),
        ReportTable("article_released", tables.released, total=True),
        ReportTable("article_items", tables.items),
        ReportTable("article_areas", tables.areas),
    ]


def _statements(tables: Article7, t: Catalogue) -> list[str]:
    return [
        t("article.model"),
        t("article.no_conformity"),
        t("article.not_told"),
        *(note.said(t) for note in tables.notes),
    ]


def _write_page(tables: Article7, part: Path, fmt: Formatter) -> None:
    t = fmt.t
    status, contaminated, released, items, areas = (Block(table) for table in _report_tables(tables))
    head = Head(
        title=t("article.title", year=tables.year),
        subtitle=t("article.subtitle", year=tables.year),
        sources="",
        synthetic=tables.synthetic,
        public=False,
        made=t("head.made", date=t.day(datetime.now(UTC).date())),
        figures=(),
    )
    sections = [
        Section("article_basis", points=_statements(tables, t)),
        Section("article_status", blocks=[status]),
        Section("article_contaminated", blocks=[contaminated]),
        Section("article_released", blocks=[released, items]),
        Section("article_areas", blocks=[areas]),
    ]
    part.write_bytes(page_of(head, sections, fmt).encode("utf-8", "replace"))


def _write_book(tables: Article7, part: Path, fmt: Formatter) -> None:
    t = fmt.t
    about = {
        t("about.title"): t("article.title", year=tables.year),
        **({t("about.notice"): t("notice.synthetic")} if tables.synthetic else {}),
        t("about.made"): f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, kosovo_hazards {__version__}",
        **{f"{t('about.note')} {number}": text for number, text in enumerate(_statements(tables, t), start=1)},
    }
    write_workbook(_report_tables(tables), about, part, fmt)
