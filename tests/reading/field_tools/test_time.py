"""What a file may hold to keep a reader busy: each is read or refused in a time in proportion to its length."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import kosovo_hazards as kh

MANY = 200_000
FILES: dict[str, Callable[[], tuple[str, str]]] = {
    "drawing of line ends": lambda: ("a.dxf", "0" + "\n" * MANY + "x"),
    "drawing of comments": lambda: ("a.dxf", "999\nx\n" * (MANY // 6) + "1"),
    "table of line ends": lambda: ("a.tab", "!table\n" + "\n" * MANY),
    "interchange file of line ends": lambda: ("a.mif", "Version 300\nColumns 1\n id Char(9)\n" + "\n \n" * MANY),
    "waypoint with a long name": lambda: ("a.gpx", f"<gpx><wpt lat='1' lon='2'><name>{'_-' * MANY}</name></wpt></gpx>"),
    "description of tags": lambda: (
        "a.kml",
        f"<kml><Placemark><description><![CDATA[{'<table><tr><td>' * (MANY // 20)}]]></description></Placemark></kml>",
    ),
    "description of marks": lambda: (
        "a.kml", f"<kml><Placemark><description><![CDATA[<b>{'<!' * (MANY // 5)}]]></description></Placemark></kml>",
    ),
    "long heading": lambda: ("a.csv", f"id,{'_' * MANY}1\n1,2\n"),
    "cell of blanks": lambda: ("a.csv", f"id,place\n1,42.6 21.5{' ' * MANY};x\n"),
}  # fmt: skip


@pytest.mark.parametrize("what", FILES)
def test_no_file_takes_long(what: str, tmp_path: Path) -> None:
    name, text = FILES[what]()
    (tmp_path / name).write_text(text, encoding="utf-8")
    if name.endswith(".mif"):
        (tmp_path / "a.mid").write_text("1\n", encoding="utf-8")
    started = time.process_time()
    with suppress(kh.HazardDataError):
        kh.read_hazards(tmp_path / name, crs="EPSG:4326")
    assert time.process_time() - started < 5
