"""Pages as PDF, printed by a browser that this computer has: the same page on screen and on paper."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from kosovo_hazards._errors import NotWrittenError, UsageError
from kosovo_hazards._wording import doing

__all__ = ["browsers", "print_pages"]

_NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
    "microsoft-edge-stable", "msedge", "brave-browser",
)  # fmt: skip
# Where programs lie that are on no path: Edge comes with Windows.
_PLACES = {
    "win32": (
        r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
        r"%ProgramFiles%\Microsoft\Edge\Application\msedge.exe",
        r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
        r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
        r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
    ),
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
}
# No window, nothing of the user's own settings, no network; older versions know the first of the last two.
_SWITCHES = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--print-to-pdf-no-header", "--no-pdf-header-footer",
)  # fmt: skip
_LONGEST_S = 120
_MOST_AT_ONCE = 4


def browsers() -> list[str]:
    """Browsers on this computer that print: Chromium, Chrome, Edge.

    Raises
    ------
    UsageError
        If there is none.
    """
    lying = [os.path.expandvars(place) for place in _PLACES.get(sys.platform, ())]
    named = [shutil.which(name) for name in _NAMES]
    found = list(dict.fromkeys(place for place in [*named, *lying] if place and Path(place).is_file()))
    if not found:
        raise UsageError(
            "there is no browser on this computer that can make a PDF",
            hint="install Chromium, Chrome or Edge, or open the pages in any browser and print them",
        )
    return found


def print_pages(pages: Sequence[Path]) -> list[Path]:
    """Print pages, each into a PDF of the same name beside it.

    Parameters
    ----------
    pages
        Pages of HTML that load nothing from elsewhere.

    Returns
    -------
    The files, in the same order.

    Raises
    ------
    UsageError
        If there is no browser that prints.
    NotWrittenError
        If none of those there are prints one of the pages.
    """
    found = browsers()
    with ThreadPoolExecutor(min(_MOST_AT_ONCE, os.cpu_count() or 1)) as pool:
        made: Iterator[Path] = pool.map(lambda page: _printed(page, found), pages)
        files = []
        for number, file in enumerate(made, start=1):
            doing(f"Printing page {number:,} of {len(pages):,}")
            files.append(file)
    return files


def _printed(page: Path, programs: Sequence[str]) -> Path:
    said = ""
    # A name may have points of its own.
    target = page.with_name(f"{page.name.removesuffix('.html')}.pdf")
    for program in programs:
        with TemporaryDirectory(prefix="kosovo-hazards-", ignore_cleanup_errors=True) as profile:
            # One that is open already would take the page over, and print nothing.
            switches = [*_SWITCHES, f"--user-data-dir={profile}", f"--print-to-pdf={target}"]
            if hasattr(os, "geteuid") and os.geteuid() == 0:
                switches.append("--no-sandbox")  # it refuses to start otherwise; the pages hold no script
            try:
                run = subprocess.run(  # noqa: S603 - a browser found by its name
                    [program, *switches, page.resolve().as_uri()],
                    capture_output=True, timeout=_LONGEST_S, check=False,
                )  # fmt: skip
            except (OSError, subprocess.TimeoutExpired) as error:
                said = str(error)
                continue
        if target.is_file() and target.read_bytes()[:5] == b"%PDF-":
            return target
        said = run.stderr.decode(errors="replace").strip().rpartition("\n")[2] or f"it ended with {run.returncode}"
    raise NotWrittenError(
        f"{Path(programs[-1]).name} made no PDF of {page.name}: {said}",
        hint="open the page in a browser and print it",
    )
