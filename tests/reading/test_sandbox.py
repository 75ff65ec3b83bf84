"""A process of its own for files of unknown origin: no network in it, and every way of reading can use it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards import HazardDataError, UnreadableSourceError
from kosovo_hazards.reading import sandbox, why_no_sandbox

ISOLATION = Path(sandbox.__file__).parent / "files" / "isolation.py"
CALLS = """
import runpy, socket, sys
isolate = runpy.run_path(sys.argv[1])["isolate"]
cut_off = isolate(seconds=60, memory_bytes=8 * 1024**3) if sys.argv[3] == "isolated" else False
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[2])), timeout=5).close()
    reached = True
except OSError:
    reached = False
print(cut_off, reached)
"""


@pytest.fixture
def register(tmp_path: Path) -> Path:
    shapes = [shapely.box(21 + i / 50, 42.6, 21.01 + i / 50, 42.61) for i in range(3)]
    table = {"hazard_id": ["K-1", "K-2", "K-3"], "hazard_type": "CHA"}
    path = tmp_path / "register.geojson"
    gpd.GeoDataFrame(table, geometry=shapes, crs=4326).to_file(path)
    return path


def call_home(how: str) -> tuple[list[str], bool]:
    """What a process that calls a server on this machine prints, and whether the server heard it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = str(server.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-I", "-c", CALLS, str(ISOLATION), port, how],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        try:
            server.accept()[0].close()
        except TimeoutError:
            return done.stdout.split(), False
        return done.stdout.split(), True


def test_nothing_is_heard_from_a_process_that_gave_up_its_network() -> None:
    assert call_home("as it is") == (["False", "True"], True), "the server can be reached at all"
    (cut_off, reached), heard = call_home("isolated")
    if cut_off == "False":
        pytest.skip("this system does not let a process give up its network")
    assert (reached, heard) == ("False", False)


def test_the_process_that_reads_has_no_network(register: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The same from within the very program that reads, by code put where it opens files."""
    if call_home("isolated")[0][0] == "False":
        pytest.skip("this system does not let a process give up its network")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        calls = f"""
import socket
try:
    socket.create_connection(("127.0.0.1", {server.getsockname()[1]}), timeout=5)
    said = "reached"
except OSError as error:
    said = type(error).__name__
open({str(tmp_path / "said")!r}, "w").write(said)
answer("""
        monkeypatch.setattr(sandbox, "_PROGRAM", sandbox._PROGRAM.replace("\nanswer(", calls))
        assert len(kh.read_hazards(register, sandbox=True).data) == 3
        with pytest.raises(TimeoutError):
            server.accept()
    assert (tmp_path / "said").read_text() not in ("reached", "")


def test_inspections_and_boundaries_are_read_in_a_process_of_their_own(
    register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    run = sandbox._run
    monkeypatch.setattr(sandbox, "_run", lambda *given: started.append(given[2]) or run(*given))
    seen = kh.inspect_source(register, sandbox=True, limits={"columns": 50})
    assert (seen.records, seen.kind) == (3, "hazards")
    assert started, "the file was opened in this process"
    assert "sandbox" not in seen.profile({"sandbox": True, "limits": {"columns": 50}}).as_toml()
    started.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        units = kh.places(source=register, columns={"municipality": "hazard_id"}, sandbox=True)
    assert len(units) == 3
    assert started == ["register.geojson"]


def test_inspections_and_boundaries_are_bounded(register: Path) -> None:
    with pytest.raises(UnreadableSourceError, match=r"3 columns|2 columns"):
        kh.inspect_source(register, limits={"columns": 1})
    with pytest.raises(UnreadableSourceError, match=r"3 columns|2 columns"):
        kh.places(source=register, limits={"columns": 1})


def test_where_no_process_can_be_started_that_is_said(register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert why_no_sandbox() == ""
    monkeypatch.setattr(sys, "executable", str(register.parent / "missing"))
    assert "no process can be started" in why_no_sandbox()
    with pytest.raises(HazardDataError, match=r"no process can be started.*\n.*sandbox=False"):
        kh.read_hazards(register, sandbox=True)


def test_commands_go_on_in_their_own_process_with_a_note(register: Path) -> None:
    program = "import sys; sys.executable = '/nowhere/python'; from kosovo_hazards.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "inspect", str(register)],
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        env={**os.environ, "KOSOVO_HAZARDS_SANDBOX": "1"},
    )  # fmt: skip
    assert "note: no process can be started" in done.stderr
    assert "3 records" in done.stdout
    assert done.returncode == 0


def test_a_table_needs_no_process() -> None:
    table = pd.DataFrame({"release_id": ["R-1"], "method": ["BAC"], "area_ha": [1.5]})
    assert len(kh.read_releases(table, sandbox=True).data) == 1
