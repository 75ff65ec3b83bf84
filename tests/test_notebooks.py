"""Notebooks as they are stored: without outputs, which would go stale and weigh megabytes; CI runs them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_clean_and_leads_to_others_that_are_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    cells = json.loads(text)["cells"]
    assert cells[0]["source"][0].startswith(f"# {path.stem[0]}. ")
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert not [cell for cell in code if cell["outputs"] or cell["execution_count"]]
    assert all((path.parent / link).is_file() for link in re.findall(r"\]\(([^)]+\.ipynb)\)", text))
    # Files go to a temporary folder, never beside the notebook.
    assert "write" not in text or "tempfile.mkdtemp()" in text


def test_the_notebooks_are_those_that_the_readme_lists() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\(notebooks/([^)]+)\)", readme) == [path.name for path in NOTEBOOKS]
