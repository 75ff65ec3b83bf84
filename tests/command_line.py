"""The command line run as a user runs it, each time in a process of its own."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

__all__ = ["run"]

# To load the program takes far longer than most commands; where the system can, each command is a copy of one process
# that has loaded it.
_LOADED = """
import json, os, sys, traceback
import kosovo_hazards.report, kosovo_hazards.maps, kosovo_hazards.charts
from kosovo_hazards.cli import main
for line in sys.stdin:
    job = json.loads(line)
    child = os.fork()
    if child == 0:
        os.chdir(job["cwd"])
        for number, path in enumerate((os.devnull, job["out"], job["error"])):
            os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC), number)
        sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))
        sys.argv = ["kosovo-hazards", *job["arguments"]]
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        except BaseException:
            traceback.print_exc()
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@cache
def _loaded() -> subprocess.Popen[str]:
    program = subprocess.Popen(
        [sys.executable, "-c", _LOADED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    )

    def end() -> None:
        program.communicate()

    atexit.register(end)
    return program


def run(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of ``kosovo-hazards``.

    Parameters
    ----------
    *arguments
        What stands behind the program's name.
    cwd
        The folder in which it runs.
    **environment
        Variables on top of those of this process; with any, and where no process can be copied, the program starts
        anew.
    """
    words = [*map(str, arguments)]
    command = [sys.executable, "-m", "kosovo_hazards", *words]
    if environment or not hasattr(os, "fork"):
        return subprocess.run(
            command, cwd=cwd, capture_output=True, encoding="utf-8", env={**os.environ, **environment}, check=False
        )
    program = _loaded()
    assert program.stdin is not None
    assert program.stdout is not None
    with tempfile.TemporaryDirectory() as folder:
        out, error = Path(folder, "out"), Path(folder, "error")
        job = {"arguments": words, "cwd": str(cwd), "out": str(out), "error": str(error)}
        program.stdin.write(json.dumps(job) + "\n")
        program.stdin.flush()
        code = int(program.stdout.readline())
        return subprocess.CompletedProcess(
            command, code, out.read_text(encoding="utf-8"), error.read_text(encoding="utf-8")
        )
