"""Pages take what stands elsewhere in the project from there, so that nothing is written twice.

A line ``<!-- include FILE shift 1 -->`` becomes that file of the project without its title, its headings one level
lower; ``<!-- help -->`` becomes what ``kosovo-hazards --help`` and that of each command print.
"""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path
from typing import Any

import typer
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from kosovo_hazards.cli import app

_ROOT = Path(__file__).parents[2]
_INCLUDE = re.compile(r"^<!-- include (\S+)(?: shift (\d))? -->$", re.M)
_HELP = re.compile(r"^<!-- help -->$", re.M)
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)(#[^)\s]*)?\)")
_WIDTH = 96
# Where a file of the project is found among the pages.
_PAGES = {
    "CHANGELOG.md": "changes.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "geodata/README.md": "data.md",
    "geodata/places/README.md": "data.md#places-names-and-boundaries-of-kosovos-units",
    "geodata/published/README.md": "data.md#published-figures",
    "geodata/samples/README.md": "data.md#sample-files",
    "geodata/symbols/README.md": "data.md#symbols",
    "geodata/synthetic/README.md": "data.md#the-synthetic-register",
}


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the notebooks, for download.

    Parameters
    ----------
    files
        What lies in ``docs``.
    config
        The configuration.
    """
    for path in sorted((_ROOT / "notebooks").glob("*.ipynb")):
        files.append(File.generated(config, f"notebooks/{path.name}", abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Fill a page in.

    Parameters
    ----------
    markdown
        The page as it stands in ``docs``.
    """
    return _HELP.sub(lambda _: _help(), _INCLUDE.sub(_included, markdown))


def _included(found: re.Match[str]) -> str:
    path, shift = found[1], int(found[2] or 0)
    text = (_ROOT / path).read_text(encoding="utf-8")
    text = re.sub(r"^# .*\n", "", text, count=1)
    text = re.sub(r"^(#+ )", "#" * shift + r"\1", text, flags=re.M) if shift else text
    return _LINK.sub(lambda link: f"]({_page(posixpath.dirname(path), link[1], link[2] or '')})", text)


def _page(folder: str, target: str, anchor: str) -> str:
    path = posixpath.normpath(posixpath.join(folder, target))
    if path.startswith("docs/"):
        return path.removeprefix("docs/") + anchor
    page = _PAGES.get(path, path)
    return page.partition("#")[0] + anchor if anchor else page


def _help() -> str:
    # Pages look the same whatever window they are built in.
    os.environ.update(TERMINAL_WIDTH=str(_WIDTH), NO_COLOR="1")
    program = typer.main.get_command(app)
    top = _context(program, "kosovo-hazards")
    commands = {name: _context(command, name, top) for name, command in program.commands.items()}  # type: ignore[attr-defined]
    return "\n\n".join(
        [_block(top), *(f"## kosovo-hazards {name}\n\n{_block(context)}" for name, context in commands.items())]
    )


def _context(command: Any, name: str, parent: Any = None) -> Any:
    return typer.Context(command, info_name=name, parent=parent, max_content_width=_WIDTH, terminal_width=_WIDTH)


def _block(context: Any) -> str:
    return f"```text\n{context.get_help()}\n```"
