"""Notebooks as they are saved: with what they print and draw, so that they can be read where they lie; CI runs them."""

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
    # What is saved is of no run and no machine.
    assert not [cell for cell in code if cell["execution_count"]]
    assert not re.search(r"/tmp/|/home/|/root/|[A-Z]:\\\\|0x[0-9a-f]{6}|Traceback", text)  # noqa: S108
    kinds = [kind for cell in code for output in cell["outputs"] for kind in output.get("data", {})]
    assert "image/png" in kinds
    maps = [cell for cell in code if cell["source"][-1].startswith(("kh.hazard_map(", "page", "kh.progress_chart("))]
    assert maps
    for cell in maps:
        if ".save(" not in cell["source"][-1]:
            assert [list(output["data"]) for output in cell["outputs"]] == [["image/png", "text/plain"]]
    assert "<script" not in text
    assert "<iframe" not in text
    assert path.stat().st_size < 300_000
    assert all((path.parent / link).is_file() for link in re.findall(r"\]\(([^)]+\.ipynb)\)", text))
    # Files go to a temporary folder, never beside the notebook.
    assert "write" not in text or "tempfile.mkdtemp()" in text


def test_the_notebooks_are_those_that_the_readme_lists() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\(notebooks/([^)]+)\)", readme) == [path.name for path in NOTEBOOKS]
