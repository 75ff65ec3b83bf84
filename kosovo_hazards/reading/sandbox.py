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

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from kosovo_hazards import _errors
from kosovo_hazards._errors import Fault, HazardDataError, UnreadableSourceError
from kosovo_hazards._wording import argument
from kosovo_hazards.reading.files.limits import LimitsLike, ReadingLimits, limits_of
from kosovo_hazards.reading.files.paths import local_paths
from kosovo_hazards.reading.files.staging import private_folder
from kosovo_hazards.reading.formats.gdal import DRIVERS
from kosovo_hazards.reading.formats.opening import open_records
from kosovo_hazards.reading.records_file import read_records, worded
from kosovo_hazards.reading.source_records import Records, TableSource

__all__ = ["open_in_sandbox", "open_table", "opened", "why_no_sandbox"]

_ISOLATE = """
import runpy, sys, types
isolate = runpy.run_path(sys.argv[1] + "/reading/files/isolation.py")["isolate"]
isolate(seconds=float(sys.argv[2]), memory_bytes=int(sys.argv[3]))
"""
# What opens files needs few modules of the package; maps, charts and the recognising of columns take seconds to start.
_PROGRAM = f"""{_ISOLATE}
for name, folder in (("kosovo_hazards", ""), ("kosovo_hazards.reading", "/reading")):
    package = types.ModuleType(name)
    package.__path__ = [sys.argv[1] + folder]
    sys.modules[name] = package
from kosovo_hazards.reading.records_file import answer
answer(sys.stdin.read(), sys.argv[4])
"""
_LONGEST_START_S = 60.0
_PACKAGE = Path(_errors.__file__).parent


def opened(
    source: TableSource,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    limits: ReadingLimits | None = None,
    close_lines: bool = False,
    sandbox: bool = False,
    wanted: str = "",
) -> Records:
    """Read all records of a source, here or in a process that can do no harm.

    Parameters
    ----------
    source, layer, encoding, limits, close_lines, wanted
        As for `open_records`.
    sandbox
        Whether a file is read in a process of its own.

    Raises
    ------
    HazardDataError
        As `open_records` and `open_in_sandbox` do.
    """
    way = open_in_sandbox if sandbox else open_records
    return way(source, layer=layer, encoding=encoding, limits=limits, close_lines=close_lines, wanted=wanted)


def open_table(
    source: TableSource,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    limits: LimitsLike = None,
    sandbox: bool = False,
) -> gpd.GeoDataFrame:
    """Read a file of shapes that are no register, as boundaries are.

    Parameters
    ----------
    source, layer, encoding, limits, sandbox
        As for `read_hazards`.

    Returns
    -------
    A row for each record, in the CRS of the source; without one if it names none.

    Raises
    ------
    HazardDataError
        If it can't be read, has no shapes, or one of them can't be read.
    """
    records = opened(source, layer=layer, encoding=encoding, limits=limits_of(limits), sandbox=sandbox)
    if records.shapes is None:
        raise UnreadableSourceError(f"{records.label} has no geometry; a file with polygons is wanted")
    unread = np.flatnonzero((records.problems != "") & shapely.is_missing(records.shapes))
    if len(unread):
        faults = [Fault(int(records.rows[at]), None, None, str(records.problems[at])) for at in unread]
        raise UnreadableSourceError(
            f"{len(faults):,} of {len(records):,} records of {records.label} can't be read", faults
        )
    return gpd.GeoDataFrame(records.table, geometry=records.shapes, crs=records.crs)


def open_in_sandbox(
    source: TableSource,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    limits: ReadingLimits | None = None,
    close_lines: bool = False,
    wanted: str = "",
) -> Records:
    """Read all records of a file as `open_records` does, but in a process that can do no harm.

    Where the system allows it the process has no network; it ends when it takes more time or memory than it may, and
    GDAL in it knows the few drivers that reading needs and no other. A table is taken as it is.

    Parameters
    ----------
    source, layer, encoding, limits, close_lines, wanted
        As for `open_records`.

    Raises
    ------
    HazardDataError
        As `open_records` does, and if the process takes too long or fails.
    """
    limits = limits or ReadingLimits()
    if isinstance(source, pd.DataFrame):
        return open_records(
            source, layer=layer, encoding=encoding, limits=limits, close_lines=close_lines, wanted=wanted
        )
    paths = local_paths(source)
    path = paths[0]
    named = str(path) if len(paths) == 1 else list(map(str, paths))
    question: dict[str, Any] = {"path": named, "layer": layer, "encoding": encoding, "limits": asdict(limits)}
    question |= {"close_lines": close_lines, "wanted": wanted}
    with private_folder() as folder:
        _run(json.dumps(question), folder, path.name, limits)
        _raise_error(folder / "error.json")
        return read_records(folder)


def why_no_sandbox() -> str:
    """Why no process of its own can be started here, as a clause; empty where it can."""
    limits = ReadingLimits()
    arguments = [str(_PACKAGE), str(limits.seconds), str(limits.memory_bytes)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-I", "-c", _ISOLATE, *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_LONGEST_START_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        return f"no process can be started ({error})"
    return f"a process without a network fails to start ({_how(done.returncode)})" if done.returncode else ""


def _run(question: str, folder: Path, name: str, limits: ReadingLimits) -> None:
    arguments = [str(_PACKAGE), str(limits.seconds), str(limits.memory_bytes), str(folder)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-I", "-c", _PROGRAM, *arguments],
            input=question, capture_output=True, text=True, timeout=limits.seconds, check=False,
            env=_environment(folder),
        )  # fmt: skip
    except OSError as error:
        raise UnreadableSourceError(
            f"no process can be started to read {name!r} ({error})",
            hint=f"pass {argument('sandbox', False)} to read it in this one, if you trust the file",
        ) from error
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
