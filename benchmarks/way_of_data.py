"""How often the way of the data passes from module to module.

Run: ``python benchmarks/way_of_data.py``. Counts the calls that go into a module of the package which was left before
("returns"), for reading a small GeoJSON and for writing the report of the demonstration register. A function that is
called back and forth for each record or cell shows here, whatever the speed of the machine.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import kosovo_hazards as kh

_PACKAGE = str(Path(kh.__file__).parent)
_MOST_SHOWN = 12


def counted(act: Callable[[], object]) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Calls into each module, and returns by the function that calls and the one that is called."""
    entered: Counter[str] = Counter()
    returns: Counter[tuple[str, str]] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event != "call" or not (into := frame.f_code.co_filename).startswith(_PACKAGE):
            return
        caller = frame.f_back
        while caller is not None and not caller.f_code.co_filename.startswith(_PACKAGE):
            caller = caller.f_back
        if caller is None or (origin := caller.f_code.co_filename) == into:
            return
        if into in entered:
            returns[_named(origin, caller), _named(into, frame)] += 1
        entered[into] += 1

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    return entered, returns


def _named(path: str, frame: FrameType) -> str:
    return f"{Path(path).relative_to(_PACKAGE).with_suffix('').as_posix()}.{frame.f_code.co_name}"


def main() -> None:
    """Print the figures of both ways."""
    hazards, releases = kh.demo_data()
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "hazards.geojson"
        kh.write_geojson(hazards.head(5), small)
        ways = {
            "read_hazards": lambda _: kh.read_hazards(small),
            "write_report": lambda name: kh.write_report(hazards, releases, Path(folder) / name),
        }
        for name, act in ways.items():
            act("first")  # tables of facts are read once
            entered, returns = counted(lambda act=act: act("second"))
            rooms = {str(Path(path).relative_to(_PACKAGE).parts[0]) for path in entered}
            print(f"{name}: {len(rooms)} rooms, {len(entered)} modules, {returns.total():,} returns")
            for (origin, into), count in returns.most_common(_MOST_SHOWN):
                print(f"  {count:6,}  {origin} → {into}")


if __name__ == "__main__":
    main()
