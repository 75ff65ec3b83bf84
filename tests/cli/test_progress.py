"""Long work says on a terminal what it is doing and on how many records, and nothing in a pipe."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kosovo_hazards.demo import sample_files

pty = pytest.importorskip("pty", reason="pseudo-terminals are POSIX")


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    for name, path in sample_files().items():
        (tmp_path / name).write_bytes(path.read_bytes())
    return tmp_path


COMMAND = [
    sys.executable, "-m", "kosovo_hazards", "map", "register-messy.geojson", "--releases", "releases.geojson",
    "--out", "map.html",
]  # fmt: skip


def test_a_terminal_shows_each_step_with_its_counts(samples: Path) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"}
    run = subprocess.Popen(COMMAND, cwd=samples, stdout=subprocess.DEVNULL, stderr=theirs, env=environment)
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 65_536):
            said += piece
    except OSError:  # Linux tells the end of a terminal so
        pass
    assert run.wait(timeout=60) == 1  # some of the messy records are rejected
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said.decode("utf-8"))
    # A step that is over before the line is drawn again is not seen.
    assert re.search(r"Putting (15|62) records of [a-z-]+\.geojson in order|Repairing (15|62) shapes", text)
    assert "Drawing 72 records on the map" in text
    assert re.search(r"Finding the places of \d+ records|Taking 62 releases off \d+ areas", text)
    assert re.search(r"\d:\d\d:\d\d", text)


def test_a_pipe_gets_notes_alone(samples: Path) -> None:
    done = subprocess.run(COMMAND, cwd=samples, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "…" not in done.stderr.replace("check … --out", "")
    assert "\x1b" not in done.stderr
    assert "Drawing" not in done.stdout + done.stderr
