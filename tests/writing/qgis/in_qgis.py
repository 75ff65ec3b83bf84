"""QGIS of the system, where it is installed: what its own Python says of a file."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

SYSTEM_PYTHON = Path("/usr/bin/python3")

needs_qgis = pytest.mark.skipif(
    not SYSTEM_PYTHON.exists()
    or subprocess.run([SYSTEM_PYTHON, "-c", "import qgis.core"], capture_output=True, check=False).returncode != 0,
    reason="QGIS is not installed (apt install qgis python3-qgis)",
)

_START = """
import json, os, sys
from qgis.core import *
app = QgsApplication([], False)
app.initQgis()
"""
# Taking QGIS down in order is no matter here, and its objects must not outlive it.
_END = """
os._exit(0)
"""


def run_in_qgis(script: str, *arguments: Path) -> Any:
    """What a script printed as JSON in its last line."""
    with tempfile.TemporaryDirectory() as home:
        run = subprocess.run(
            [SYSTEM_PYTHON, "-c", _START + script + _END, *arguments],
            capture_output=True, text=True, check=True, env={"QT_QPA_PLATFORM": "offscreen", "HOME": home},
        )  # fmt: skip
    return json.loads(run.stdout.splitlines()[-1])
