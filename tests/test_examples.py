"""What README and pages tell people to type: run from top to bottom in the folder of the sample files, to the end."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from kosovo_hazards.cli import app

ROOT = Path(__file__).parents[1]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
# Ends with 1 because it finds errors, rejected records, hazards near by or a rule that is not met, as the page says.
_FINDS = (
    "check register-messy.geojson",
    "inspect register-messy.geojson",
    "map register-messy.geojson",
    "near tour.gpx",
    "plan register.geojson --capacity 21x168",
    "tolerability register.geojson",
)


def blocks(page: Path) -> Iterator[tuple[str, str, str]]:
    """Language, text and, where a block of text follows at once, what it says is printed."""
    text = page.read_text(encoding="utf-8")
    found = list(_FENCE.finditer(text))
    for number, block in enumerate(found):
        following = found[number + 1] if number + 1 < len(found) else None
        printed = following and following[1] == "text" and not text[block.end() : following.start()].strip()
        yield block[1], block[2], following[2] if printed else ""


def commands(text: str) -> list[list[str]]:
    """The commands of a block, without what is said about them."""
    lines = [shlex.split(part, comments=True) for line in text.splitlines() for part in line.split(" && ")]
    return [words for words in lines if words[:1] in (["kosovo-hazards"], ["cd"])]


# There is no such server here; `tests/imsma` tries the command on one that it starts.
_NEEDS_SERVER = ["imsma", "postgresql://reader@server/imsma"]


def run(words: list[str]) -> str:
    if words[1:3] == _NEEDS_SERVER:
        return ""
    done = CliRunner().invoke(app, words[1:])
    expected = 1 if " ".join(words[1:]).startswith(_FINDS) else 0
    assert done.exit_code == expected, f"{shlex.join(words)}\n{done.output}"
    return done.output


def follow(page: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Do all that a page tells, in the folder that one is in; gives what the commands print."""
    names: dict[str, Any] = {}
    told = ""
    for language, text, printed in blocks(page):
        if language == "python":
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(text, page.name, "exec"), names)  # noqa: S102 - the example as it stands
            assert not printed or words_of(out.getvalue()) == words_of(printed), out.getvalue()
        elif language == "":
            for words in commands(text):
                if words[0] == "cd":
                    monkeypatch.chdir(words[1])
                else:
                    told += run(words)
    return told


def words_of(text: str) -> list[str]:
    return text.split()


@pytest.fixture
def samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    run(["kosovo-hazards", "demo", "--samples", "samples"])
    monkeypatch.chdir("samples")
    return tmp_path / "samples"


def test_the_readme_holds_from_top_to_bottom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_map: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    told = follow(ROOT / "README.md", monkeypatch)
    folder = tmp_path / "samples"
    said = "Register 8.78 km², taken off 2.67 km², remaining 6.11 km²"
    assert said in told
    assert f"`{said}`" in (ROOT / "README.md").read_text(encoding="utf-8")
    pages = {page.relative_to(folder).as_posix(): page for page in folder.rglob("*.html")}
    assert {"map.html", "progress.html", "country.html", "public.html", "areas.html", "meeting/map.html"} <= set(pages)
    shown = {}
    for name, areas in (("progress.html", 38), ("country.html", 48), ("areas.html", 35)):
        page = open_map(pages[name])
        shown[name] = page.text(".kh-subtitle")
        assert page.run("app.layer('hazards').count") == areas
        assert (page.requests, page.errors) == ([], [])
    assert said in shown["progress.html"]


@pytest.mark.parametrize(
    "page", [page for page in sorted((ROOT / "docs").glob("*.md")) if page.stem != "index"], ids=lambda page: page.stem
)
def test_the_commands_of_a_page_work(page: Path, samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    follow(page, monkeypatch)
    assert samples.is_dir()


def test_the_example_of_each_command_works(samples: Path) -> None:
    program: Any = typer.main.get_command(app)
    assert len(program.commands) >= 7
    assert (samples / "register.geojson").is_file()
    for command in program.commands.values():
        words = shlex.split(command.epilog.removeprefix("Example: "))
        run(words)


def test_every_sample_file_says_that_it_is_made_up(samples: Path) -> None:
    for path in samples.iterdir():
        text = path.read_text(encoding="utf-8").lower()
        assert "synthetic demonstration data – not real locations" in text, path.name
    listed = re.findall(r"`([\w-]+\.geojson)`", (samples / "README.md").read_text(encoding="utf-8"))
    assert {path.name for path in samples.glob("*.geojson")} <= set(listed)
    assert "CC0 1.0" in (samples / "README.md").read_text(encoding="utf-8")
