"""Files of unknown origin read in a process of their own: no network, and bounds on time and memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio

from kosovo_hazards import _errors
from kosovo_hazards._errors import HazardDataError, UnreadableSourceError
from kosovo_hazards._wording import argument
from kosovo_hazards.reading.files.limits import ReadingLimits
from kosovo_hazards.reading.files.paths import local_path
from kosovo_hazards.reading.files.staging import private_folder
from kosovo_hazards.reading.formats.gdal import DRIVERS
from kosovo_hazards.reading.formats.opening import open_records
from kosovo_hazards.reading.records_file import read_records, worded
from kosovo_hazards.reading.source_records import Records, TableSource

__all__ = ["open_in_sandbox"]

# The reader needs one room of the package; its maps and charts would take seconds to start.
_PROGRAM = """
import runpy, sys, types
isolate = runpy.run_path(sys.argv[1] + "/reading/files/isolation.py")["isolate"]
isolate(seconds=float(sys.argv[2]), memory_bytes=int(sys.argv[3]))
package = types.ModuleType("kosovo_hazards")
package.__path__ = [sys.argv[1]]
sys.modules["kosovo_hazards"] = package
from kosovo_hazards.reading.records_file import answer
answer(sys.stdin.read(), sys.argv[4])
"""
_PACKAGE = Path(_errors.__file__).parent


def open_in_sandbox(
    source: TableSource,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    limits: ReadingLimits | None = None,
) -> Records:
    """Read all records of a file as `open_records` does, but in a process that can do no harm.

    Where the system allows it the process has no network; it ends when it takes more time or memory than it may, and
    GDAL in it knows the few drivers that reading needs and no other. A table is taken as it is.

    Parameters
    ----------
    source, layer, encoding, limits
        As for `open_records`.

    Raises
    ------
    HazardDataError
        As `open_records` does, and if the process takes too long or fails.
    """
    limits = limits or ReadingLimits()
    if isinstance(source, pd.DataFrame):
        return open_records(source, layer=layer, encoding=encoding, limits=limits)
    path = local_path(source)
    question = {"path": str(path), "layer": layer, "encoding": encoding, "limits": asdict(limits)}
    with private_folder() as folder:
        _run(json.dumps(question), folder, path.name, limits)
        _raise_error(folder / "error.json")
        return read_records(folder)


def _run(question: str, folder: Path, name: str, limits: ReadingLimits) -> None:
    arguments = [str(_PACKAGE), str(limits.seconds), str(limits.memory_bytes), str(folder)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-I", "-c", _PROGRAM, *arguments],
            input=question, capture_output=True, text=True, timeout=limits.seconds, check=False,
            env=_environment(folder),
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise UnreadableSourceError(
            f"{name!r} takes more than {limits.seconds:g} s to read",
            hint=f"if that is meant, pass {argument('limits', {'seconds': 2 * limits.seconds})}",
        ) from error
    if done.returncode:
        raise UnreadableSourceError(
            f"{name!r} made the process that read it fail ({_how(done.returncode)})",
            hint=f"it may be damaged or made to harm, or need more memory: {argument('limits', {'memory_bytes': ...})}",
        )


def _how(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"code {code}"


def _environment(folder: Path) -> dict[str, str]:
    kept = frozenset(DRIVERS.values()) | {"MEM"}
    skipped = ",".join(sorted(set(pyogrio.list_drivers()) - kept))
    return {
        **os.environ,
        "GDAL_SKIP": skipped,
        "PROJ_NETWORK": "OFF",
        "TMPDIR": str(folder),
        "PYTHONPATH": "",
    }


def _raise_error(path: Path) -> None:
    if path.is_file():
        said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        kinds = {kind.__name__: kind for kind in HazardDataError.__subclasses__()}
        raise kinds.get(str(said["kind"]), HazardDataError)(worded(str(said["message"])))
