"""The page of a report: sections of sentences, tables and pictures in one file that loads nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kosovo_hazards.pages import UNIT_STYLE, policy, with_units
from kosovo_hazards.report.formatter import OFTEN_EMPTY, Formatter, ReportTable, kind_of
from kosovo_hazards.report.key_figures import KeyFigure

if TYPE_CHECKING:
    import jinja2

__all__ = ["Block", "Head", "Image", "Section", "page_of"]

_ASSETS = Path(__file__).parent / "assets"
_TEXT = ("text", "flag", "day")
_MOST_ROWS = 500
# The tables that hold what a picture draws, for those who hear the page.
_FIGURES = {"districts": ("hazards_by_district",), "progress": ("progress", "balance")}


@dataclass(frozen=True)
class Image:
    """A chart or map on the page.

    Attributes
    ----------
    name
        Name of its files.
    address
        The picture itself, as data.
    figures
        What it shows as a table, for those who can't see it.
    tall
        Whether it needs most of a page on paper.
    """

    name: str
    address: str
    figures: ReportTable | None = None
    tall: bool = False


@dataclass(frozen=True)
class Block:
    """A table or a picture with its sentences.

    Attributes
    ----------
    content
        What is shown.
    note
        A line below, maybe empty.
    """

    content: ReportTable | Image
    note: str = ""


@dataclass(frozen=True)
class Section:
    """One section of the page.

    Attributes
    ----------
    name
        Key of its title, and anchor.
    sentences
        What it says first.
    blocks
        Its tables and pictures.
    points
        A list at its end.
    """

    name: str
    sentences: Sequence[str] = ()
    blocks: Sequence[Block] = ()
    points: Sequence[str] = ()


@dataclass(frozen=True)
class Head:
    """What stands at the top of the page.

    Attributes
    ----------
    title, subtitle, sources
        Its lines.
    synthetic, public
        Whether it says that the data are made up, or generalised.
    made
        Day and program, until when the page holds, and the hash of the file.
    expiry
        The day after which it says that it is too old, and the sentence; empty for no day.
    figures
        The key figures.
    rejected
        How many records were rejected, and why; nothing where none was.
    map_page, map_picture
        The map for the screen, as a page of its own, and for paper; a page without a map has none.
    map_link
        File of the map alone, beside the page; empty where there is none.
    """

    title: str
    subtitle: str
    sources: str
    synthetic: bool
    public: bool
    made: str
    figures: Sequence[KeyFigure]
    rejected: Sequence[str] = ()
    expiry: Mapping[str, str] = field(default_factory=dict)
    map_page: str = ""
    map_picture: Image | None = None
    map_link: str = "map.html"


def page_of(head: Head, sections: Sequence[Section], fmt: Formatter) -> str:
    """Write the page.

    Parameters
    ----------
    head
        What stands at the top.
    sections
        All else.
    fmt
        The language.

    Returns
    -------
    HTML with all it needs inside; its policy lets it load nothing, and run nothing but the script of the map.
    """
    numbers = {"table": 0, "picture": 0}
    rendered = [_section(section, fmt, numbers) for section in sections]
    head = replace(head, map_page=head.map_page.replace('<div class="kh"', '<div class="kh kh-inside"', 1))
    text = _template().render(head=head, sections=rendered, t=fmt.t, style=style())
    # The page in the frame is bound by the policy of the page around it.
    return text.replace("<!--policy-->", policy(f"{text}\n{head.map_page}"), 1)


def _section(section: Section, fmt: Formatter, numbers: dict[str, int]) -> dict[str, Any]:
    return {
        "name": section.name,
        "title": fmt.t(f"section.{section.name}"),
        "sentences": section.sentences,
        "blocks": [{**_block(block, fmt, numbers), **_told(block, section, fmt)} for block in section.blocks],
        "points": section.points,
    }


def _told(block: Block, section: Section, fmt: Formatter) -> dict[str, Any]:
    """What stands for a picture where it is not seen: its title, and the tables that hold its figures."""
    if isinstance(block.content, ReportTable):
        return {}
    title = fmt.title("picture", block.content.name)
    there = {one.content.name for one in section.blocks if isinstance(one.content, ReportTable)}
    names = [name for name in _FIGURES.get(block.content.name, ()) if name in there]
    tables = "; ".join(fmt.title("table", name) for name in names)
    alt = fmt.t("picture.figures", title=title, tables=tables) if names else title
    return {"alt": alt, "details": f"table-{names[0]}" if names else ""}


def _block(block: Block, fmt: Formatter, numbers: dict[str, int]) -> dict[str, Any]:
    content = block.content
    kind = "table" if isinstance(content, ReportTable) else "picture"
    numbers[kind] += 1
    title = fmt.title(kind, content.name)
    shown = {
        "kind": kind,
        "name": content.name,
        "number": fmt.t(f"{kind}.number", n=numbers[kind]),
        "title": title,
        "note": block.note,
    }
    if isinstance(content, ReportTable):
        return {**shown, **table_content(content, fmt)}
    figures = None if content.figures is None else table_content(content.figures, fmt)
    return {**shown, "picture": content, "figures": figures}


def table_content(table: ReportTable, fmt: Formatter) -> dict[str, Any]:
    """Headings and cells of a table as the page prints them.

    Parameters
    ----------
    table
        The table.
    fmt
        The language.
    """
    shown = table.frame.head(_MOST_ROWS) if table.shown is None else table.shown
    shown = shown.loc[:, [name not in OFTEN_EMPTY or shown[name].notna().any() for name in shown.columns]]
    names = [str(name) for name in shown.columns]
    columns = [fmt.cells(str(name), shown[name]) for name in shown.columns]
    beside = [fmt.beside(str(name), shown[name]) for name in shown.columns]
    headings = fmt.headings(replace(table, frame=shown))
    more = len(table.frame) - len(shown)
    return {
        "columns": [
            {"heading": heading, "look": _look(name, place)}
            for place, (name, heading) in enumerate(zip(names, headings, strict=True))
        ],
        "rows": [
            list(zip(cells, others, strict=True))
            for cells, others in zip(zip(*columns, strict=True), zip(*beside, strict=True), strict=True)
        ],
        "total": table.total,
        "wide": len(names) > 6,
        "more": fmt.t(table.more, n=fmt.t.number(more)) if more else "",
    }


def _look(name: str, place: int) -> str:
    """Figures to the right, but for the first column, which names the row; ids in one line."""
    if name in ("record_id", "other_id", "hazard_id"):
        return "id"
    if name in ("message", "tests", "reason", "what", "stops", "scale", "missing", "unknown_criteria"):
        return "long"
    return "n" if place and kind_of(name) not in _TEXT else ""


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    import jinja2

    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["with_units"] = with_units
    return environment.from_string((_ASSETS / "page.html").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def style() -> str:
    """Style sheet of the page."""
    return (_ASSETS / "page.css").read_text(encoding="utf-8") + UNIT_STYLE
