"""Licences of all that is shipped and installed along are listed, and none binds who uses the library."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / ".ci" / "licences.py"


@pytest.mark.skipif(not SCRIPT.is_file(), reason="the scripts of the repository are not here")
def test_every_dependency_is_listed_under_a_licence_that_does_not_bind() -> None:
    done = subprocess.run([sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(not SCRIPT.is_file(), reason="the scripts of the repository are not here")
def test_everything_shipped_is_listed() -> None:
    page = (ROOT / "LICENSES.md").read_text(encoding="utf-8")
    for folder in (path for path in (ROOT / "geodata").iterdir() if path.is_dir() and path.name != "__pycache__"):
        assert f"`geodata/{folder.name}/" in page, folder
    assert "municipalities.geojson" in page
    assert "Leaflet" in page


def test_what_is_promised_names_tests_that_are_there() -> None:
    import re

    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    for named in set(re.findall(r"`(tests/[\w/.]+)`", text)):
        assert (ROOT / named).exists(), named
    for word in ("report", "promised", "overwrite"):
        assert word in text
