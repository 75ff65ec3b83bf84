"""The documentation: its figures come out, no public name is missing, and reading it makes no request."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import kosovo_hazards as kh
from kosovo_hazards.demo import sample_files

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_figures_of_a_page_come_out(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, shipped in sample_files().items():
        (tmp_path / name).write_bytes(shipped.read_bytes())
    options = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failed, _ = doctest.testfile(str(page), module_relative=False, optionflags=options, encoding="utf-8")
    assert failed == 0


def test_no_public_name_is_missing_from_the_reference() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "reference").glob("*.md"))
    listed = re.findall(r"^::: kosovo_hazards\.(\S+)$", text, re.M)
    assert len(listed) == len(set(listed))
    assert set(kh.__all__) - {"__version__"} <= set(listed)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not all(find_spec(name) for name in ("mkdocs", "mkdocstrings", "material")):
        if os.environ.get("KOSOVO_HAZARDS_REQUIRE_DOCS") == "1":
            pytest.fail("mkdocs is missing, and KOSOVO_HAZARDS_REQUIRE_DOCS=1 asks for it")
        pytest.skip('the documentation is built with python -m pip install -e ".[docs]"')
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


def test_the_built_reference_describes_every_name_and_every_command(site: Path) -> None:
    reference = "".join(page.read_text(encoding="utf-8") for page in (site / "reference").rglob("*.html"))
    missing = [name for name in kh.__all__ if f'id="kosovo_hazards.{name}"' not in reference]
    assert missing == ["__version__"]
    commands = (site / "command-line" / "index.html").read_text(encoding="utf-8")
    printed = subprocess.run(
        [sys.executable, "-m", "kosovo_hazards", "--help"], capture_output=True, encoding="utf-8", check=True
    ).stdout
    names = re.findall(r"^  ([a-z]+)  ", printed.partition("Commands:")[2], re.M)
    assert {"demo", "map", "check"} <= set(names)
    assert [name for name in names if f'id="kosovo-hazards-{name}"' not in commands] == []


def test_reading_the_documentation_makes_no_request(site: Path, browser: Any) -> None:
    context = browser.new_context()
    outside: list[str] = []
    context.on("request", lambda request: outside.append(request.url) if request.url.startswith("http") else None)
    page = context.new_page()
    for path in (site / "index.html", site / "maps" / "index.html", site / "reference" / "release" / "index.html"):
        page.goto(path.as_uri())
        page.wait_for_load_state("networkidle")
    context.close()
    assert outside == []
    assert not [path for path in site.rglob("*.html") if "fonts.g" in path.read_text(encoding="utf-8")]
