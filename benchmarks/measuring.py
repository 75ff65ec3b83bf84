"""Memory of a piece of work in a process of its own, for the other scripts here."""

from __future__ import annotations

import subprocess
import sys

_SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, {folder!r})
def peak():
    status = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in status if line.startswith("VmHWM")).split()[1])
{before}
start = peak()
{work}
print(peak() - start)
"""


def memory_mib(before: str, work: str) -> float:
    """Memory that work needs beyond what the process had at its greatest `before` (imports, data made); Linux only."""
    script = _SCRIPT.format(folder=sys.path[0], before=before, work=work)
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    return int(run.stdout.split()[-1]) / 1024
