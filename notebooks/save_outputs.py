"""Run the notebooks and save them with what they print and draw: ``python notebooks/save_outputs.py``.

A map becomes a picture of its page as a window of 1100 × 700 shows it, so that the notebook can be read where no script
runs. Nothing of the machine is kept, neither paths nor times: a cell with the tag ``not-saved`` keeps no output. With
``--check`` nothing is changed, but said which of them print something else than what is saved. Needs Chromium and the
packages of the tests.
"""

from __future__ import annotations

import base64
import difflib
import html
import io
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(__file__).parent
CHROMIUM = os.environ.get("KOSOVO_HAZARDS_CHROMIUM", "/usr/bin/chromium")
# Flat colours: so few of them look the same as all, at a third of the bytes.
COLOURS = 256
_FRAME = re.compile(r'srcdoc="([^"]*)"', re.S)


def main(arguments: list[str]) -> int:
    """Run every notebook named, or all; gives the exit code."""
    check = "--check" in arguments
    paths = [Path(name) for name in arguments if not name.startswith("-")] or sorted(FOLDER.glob("*.ipynb"))
    code = 0
    with sync_playwright() as playwright:
        browser = None if check else playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for path in paths:
            stored = nbformat.read(path, as_version=4)
            made = executed(stored)
            if check:
                code |= differs(path, stored, made)
            else:
                for cell in code_cells(made):
                    cell["outputs"] = [drawn(output, browser) for output in cell["outputs"]]
                path.write_text(nbformat.writes(made).rstrip() + "\n", encoding="utf-8", newline="\n")
                print(f"{path.name}: {path.stat().st_size / 1e3:,.0f} kB")
    return code


def executed(notebook: Any) -> Any:
    """The notebook run anew in a folder of its own, each output told by what it shows alone."""
    run = nbformat.from_dict(json.loads(json.dumps(notebook)))
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(run, timeout=600, resources={"metadata": {"path": folder}}).execute()
    run["metadata"] = notebook["metadata"]
    for number, cell in enumerate(run["cells"]):
        cell["id"] = f"cell-{number + 1}"
        cell["metadata"] = {name: value for name, value in cell["metadata"].items() if name == "tags"}
    for cell in code_cells(run):
        cell["execution_count"] = None
        kept = [] if "not-saved" in cell["metadata"].get("tags", []) else joined(cell["outputs"])
        cell["outputs"] = [clean(output) for output in kept if output.get("name") != "stderr"]
    return run


def code_cells(notebook: Any) -> list[Any]:
    """The cells that run."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def joined(outputs: list[Any]) -> list[Any]:
    """What is printed piece by piece, as one."""
    found: list[Any] = []
    for output in outputs:
        if (
            found
            and output["output_type"] == found[-1]["output_type"] == "stream"
            and output["name"] == found[-1]["name"]
        ):
            found[-1]["text"] += output["text"]
        else:
            found.append(output)
    return found


def clean(output: Any) -> Any:
    """An output without what is of this run and this machine."""
    if "execution_count" in output:
        output["execution_count"] = None
    if "metadata" in output:
        output["metadata"] = {}
    if output["output_type"] == "stream":
        output["text"] = without_machine(output["text"])
    data = output.get("data", {})
    for kind in ("text/plain", "text/html"):
        if kind in data:
            data[kind] = without_machine(data[kind])
    if "text/html" in data and _FRAME.search(data["text/html"]):
        data["text/plain"] = "a map"
    if "image/png" in data:
        data["text/plain"] = "a chart"
    return output


def without_machine(text: str) -> str:
    """Text without temporary folders and places in memory."""
    text = text.replace(tempfile.gettempdir(), "…")
    text = re.sub(r"…[/\\\\]+tmp\w+", "…", text)
    return re.sub(r" at 0x[0-9a-f]+", "", text)


def drawn(output: Any, browser: Browser | None) -> Any:
    """A map as a picture, a chart in few colours, anything else as it is."""
    data = output.get("data", {})
    page = _FRAME.search(data.get("text/html", ""))
    if page and browser is not None:
        output["data"] = {"image/png": picture(html.unescape(page[1]), browser), "text/plain": "a map"}
    elif "image/png" in data:
        data["image/png"] = in_few_colours(base64.b64decode(data["image/png"]))
    return output


def picture(page: str, browser: Browser) -> str:
    """What a window shows of a page."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "map.html"
        file.write_text(page, encoding="utf-8", newline="\n")
        window = browser.new_page(viewport={"width": 1100, "height": 700})
        window.goto(file.as_uri())
        window.wait_for_selector(".kh-ready", timeout=60_000)
        window.wait_for_timeout(1_000)
        shot = window.screenshot()
        window.close()
    return in_few_colours(shot)


def in_few_colours(shot: bytes) -> str:
    """A picture as text, small."""
    made = io.BytesIO()
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    image.quantize(COLOURS, kmeans=3, dither=Image.Dither.NONE).save(made, format="png", optimize=True)
    return base64.b64encode(made.getvalue()).decode("ascii")


def differs(path: Path, stored: Any, made: Any) -> int:
    """Say where a notebook prints something else than what is saved; pictures are not compared."""
    before, after = (told(notebook) for notebook in (stored, made))
    if before == after:
        return 0
    print(f"{path.name} prints something else than what is saved; run {Path(__file__).name}")
    print("\n".join(difflib.unified_diff(before, after, "saved", "now", lineterm="", n=1)))
    return 1


def told(notebook: Any) -> list[str]:
    """What the outputs say, line by line."""
    lines: list[str] = []
    for number, cell in enumerate(code_cells(notebook)):
        for output in cell["outputs"]:
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            lines += [f"[{number + 1}] {line}" for line in text.splitlines()]
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
