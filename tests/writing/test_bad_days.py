"""Bad days of every writer: killed at any moment, raced by another process, on a disk that fills up.

``KOSOVO_HAZARDS_HEAVY=1`` kills each of them fifty times and prints a table.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

import kosovo_hazards as kh
from kosovo_hazards._errors import NotWrittenError
from kosovo_hazards.cli.demonstration import demo
from kosovo_hazards.writing import whole_file, write_gis, write_manifest
from tests.writing.folders import ENDINGS, HEAVY, POSIX, contents, left_behind, register

KILLS, RACES = (50, 200) if HEAVY else (2, 14)
# How a page, picture or list ends when it is whole.
PAGES = {
    "map.html": b"</html>", "chart.png": b"IEND\xaeB`\x82", "chart.svg": b"</svg>", "seven.html": b"</html>",
    "profile.toml": b'crs = "EPSG:9141"',
}  # fmt: skip
FOLDERS = ["report", "demo"]
losses_are_not_the_matter = pytest.mark.filterwarnings("ignore::kosovo_hazards.writing.layers.WritingWarning")


def lengths(folder: Path) -> dict[str, int]:
    """Files by their length; time and day of writing are said in as many letters, but packed in more or fewer bytes."""
    found = {}
    for name, content in contents(folder).items():
        found[name] = len(content)
        if name.endswith(".xlsx") and zipfile.is_zipfile(folder / name):
            with zipfile.ZipFile(folder / name) as packed:
                assert packed.testzip() is None
                found[name] = len(packed.infolist())
    return found


def seen(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")}


def sweep(folder: Path) -> None:
    """Whoever writes next in a folder sweeps."""
    with whole_file(folder / "next.txt", overwrite=True) as part:
        part.write_text("next", encoding="utf-8")


# --- killed, and raced by another process -----------------------------------------------------------------------------

# A program that has loaded everything starts the writers of each line that it reads: it says their numbers as they
# start and how they ended. With "new" two start at once and none may replace what is there.
WRITERS = """
import os, sys, warnings
from pathlib import Path
import kosovo_hazards as kh, geopandas as gpd, shapely, matplotlib.figure, openpyxl
import kosovo_hazards.report, kosovo_hazards.maps, kosovo_hazards.charts, kosovo_hazards.cli.demonstration as commands
from kosovo_hazards.writing import whole_file
warnings.simplefilter("ignore")
hazards, releases = kh.demo_data()
def register(count):
    shapes = [shapely.box(21 + n / 1000, 42.5, 21.0005 + n / 1000, 42.5005) for n in range(count)]
    names = [f"KS-{n}" for n in range(count)]
    return gpd.GeoDataFrame({"hazard_id": names, "hazard_type": "CHA", "status": "open"}, geometry=shapes, crs=4326)
large = register(400)
import pyarrow.parquet, lxml.etree, pyogrio
large.to_crs(9141)
tables = kh.article_7_tables(hazards, releases, year=2024)
chart = kh.progress_chart(kh.progress(hazards, releases))
profile = kh.Profile(hazards={"crs": "EPSG:9141"}).as_toml()
print("ready", flush=True)
def write(path, overwrite):
    if path.name.startswith("map"):
        kh.hazard_map(hazards, releases).save(path, overwrite=overwrite)
    elif path.name.startswith("chart"):
        chart.savefig(path, overwrite=overwrite)
    elif path.name.startswith("seven"):
        kh.write_article_7(tables, path, overwrite=overwrite)
    elif path.name.startswith("profile"):
        with whole_file(path, overwrite=overwrite) as part:
            part.write_text(profile, encoding="utf-8")
    elif path.name.startswith("report"):
        kh.write_report(hazards, releases, path, as_of="2024-12-31", overwrite=overwrite)
    elif path.name.startswith("demo"):
        commands.demo.__wrapped__(path, as_of="2022-12-31", overwrite=overwrite)
    else:
        kh.write_gis(large, path, overwrite=overwrite)
for line in sys.stdin:
    how, path = line.rstrip("\\n").split(" ", 1)
    children = []
    start, go = os.pipe()
    for _ in range(2 if how == "new" else 1):
        child = os.fork()
        if child == 0:
            os.close(go)
            os.read(start, 1)
            os.close(1)
            os.open(os.devnull, os.O_WRONLY)
            os.dup2(1, 2)
            try:
                write(Path(path), how != "new")
            except kh.NotWrittenError:
                os._exit(3)
            except BaseException:
                os._exit(4)
            os._exit(0)
        children.append(child)
    print(*children, flush=True)
    os.close(start)
    os.close(go)
    print(*(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children), flush=True)
"""


class Writers:
    """Starts writers in a process of their own, and kills them after a while."""

    def __init__(self) -> None:
        self.program = subprocess.Popen(
            [sys.executable, "-c", WRITERS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._said() == "ready"

    def _said(self) -> str:
        assert self.program.stdout is not None
        return self.program.stdout.readline().rstrip("\n")

    def _start(self, how: str, path: Path) -> list[int]:
        assert self.program.stdin is not None
        self.program.stdin.write(f"{how} {path}\n")
        self.program.stdin.flush()
        return [int(number) for number in self._said().split()]

    def write(self, path: Path, killed_after_s: float | None = None) -> int:
        """Write over what is there; -9 if it was killed before the end."""
        [child] = self._start("over", path)
        if killed_after_s is not None:
            time.sleep(killed_after_s)
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, 9)
        return int(self._said())

    def race(self, path: Path) -> list[int]:
        """How two ended that wrote to the same place at once: 0 written, 3 refused in words, 4 anything else."""
        self._start("new", path)
        return sorted(int(code) for code in self._said().split())

    def seconds(self, path: Path) -> float:
        start = time.perf_counter()
        assert self.write(path) == 0
        return time.perf_counter() - start

    def end(self) -> None:
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.close()
        self.program.wait(30)
        self.program.stdout.close()


@pytest.fixture(scope="module")
def writers() -> Iterator[Writers]:
    running = Writers()
    yield running
    running.end()


@pytest.fixture(scope="module")
def table() -> Iterator[list[dict[str, object]]]:
    """What came of each kind of output, printed at the end of a long run."""
    rows: list[dict[str, object]] = []
    yield rows
    if HEAVY and rows:
        print(f"\n{pd.DataFrame(rows).to_string(index=False)}")  # noqa: T201


def killed(
    writers: Writers,
    path: Path,
    restore: Callable[[], None],
    is_whole: Callable[[], bool],
    table: list[dict[str, object]],
) -> None:
    """Kill a writer at moments spread over its time; what is there must be the old or the new, and nothing beside."""
    took = max(writers.seconds(path) for _ in range(2))
    beside = seen(path.parent) | {"next.txt"}
    row = {"output": path.name, "kills": 0, "in time": 0, "damaged": 0, "missing": 0, "leftovers": 0}
    for number in range(KILLS):
        restore()
        row["kills"] += 1
        row["in time"] += writers.write(path, took * (number + 0.5) / KILLS) == -9
        sweep(path.parent)
        row["missing"] += not path.exists()
        row["damaged"] += path.exists() and not is_whole()
        row["leftovers"] += bool(left_behind(path.parent)) or seen(path.parent) != beside
    table.append({**row, "took s": round(took, 2)})
    assert (row["damaged"], row["missing"], row["leftovers"]) == (0, 0, 0)
    # How many are killed before they end depends on what else the machine does; of fifty, many are.
    assert not HEAVY or row["in time"] >= KILLS / 4


HOW = {"csv": {"crs": "EPSG:4326"}, "xlsx": {"crs": "EPSG:4326", "layer": "hazards"}, "gpkg": {"layer": "hazards"}}


@POSIX
@losses_are_not_the_matter
@pytest.mark.parametrize("ending", ENDINGS)
def test_killed_at_any_moment_a_file_is_the_old_or_the_new_one_and_nothing_is_left(
    ending: str, writers: Writers, tmp_path: Path, table: list[dict[str, object]]
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / f"hazards.{ending}"
    (tmp_path / "small").mkdir()
    write_gis(register(5), tmp_path / "small" / path.name)
    old = contents(tmp_path / "small")

    def restore() -> None:
        for name, content in old.items():
            (folder / name).write_bytes(content)

    def is_whole() -> bool:
        try:
            return len(kh.read_hazards(path, **HOW.get(ending, {})).data) in (5, 400)
        except kh.HazardDataError:
            return False

    killed(writers, path, restore, is_whole, table)


@POSIX
@pytest.mark.parametrize("name", PAGES if HEAVY else ["map.html", "chart.svg"])
def test_killed_at_any_moment_a_page_or_picture_is_the_old_or_the_new_one(
    name: str, writers: Writers, tmp_path: Path, table: list[dict[str, object]]
) -> None:
    path = tmp_path / name
    killed(
        writers, path, lambda: [path.write_bytes(b"old"), None][1],
        lambda: path.read_bytes() == b"old" or path.read_bytes().rstrip().endswith(PAGES[name]), table,
    )  # fmt: skip


@POSIX
@pytest.mark.skipif(not HEAVY, reason="set KOSOVO_HAZARDS_HEAVY=1; a report that is killed once is in test_report.py")
@pytest.mark.parametrize("name", FOLDERS)
def test_killed_at_any_moment_a_folder_is_the_old_or_the_new_one(
    name: str, writers: Writers, tmp_path: Path, table: list[dict[str, object]]
) -> None:
    path, kept = tmp_path / "out" / name, tmp_path / "kept"
    path.parent.mkdir()
    assert writers.write(path) == 0
    whole = lengths(path)
    kept.mkdir()
    (kept / "old.txt").write_bytes(b"old")
    write_manifest(kept, {})

    def restore() -> None:
        shutil.rmtree(path)
        shutil.copytree(kept, path)

    def is_whole() -> bool:
        found = lengths(path)
        return found.keys() == {"old.txt", "about.json"} or found == whole

    killed(writers, path, restore, is_whole, table)


@POSIX
def test_of_two_processes_at_once_exactly_one_writes(
    writers: Writers, tmp_path: Path, table: list[dict[str, object]]
) -> None:
    names = [*(f"hazards.{ending}" for ending in ENDINGS), *PAGES, *(FOLDERS if HEAVY else [])]
    codes: list[list[int]] = []
    for number in range(RACES):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / names[number % len(names)]
        codes.append(writers.race(path))
        assert path.exists()
        assert left_behind(folder) == []
        shutil.rmtree(folder)
    table.append({"output": f"{RACES} races", "kills": 0, "in time": sum(both == [0, 3] for both in codes)})
    assert codes == [[0, 3]] * RACES


# --- a full disk ------------------------------------------------------------------------------------------------------


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A file system of eight megabytes; to make one takes an administrator."""
    small = tmp_path / "full"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(small)]
    if not hasattr(os, "geteuid") or os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    yield small
    subprocess.run(["umount", str(small)], check=True)


def size_of(path: Path) -> int:
    return sum(file.stat().st_size for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file())


# openpyxl leaves generators open when it fails.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@losses_are_not_the_matter
def test_a_disk_that_fills_up_is_told_by_every_writer_and_harms_nothing(full: Path, tmp_path: Path) -> None:
    """The disk is full before, within and shortly before the end of what is written."""
    hazards, releases = kh.demo_data()
    figure = kh.progress_chart(kh.progress(hazards, releases))
    tables = kh.article_7_tables(hazards, releases, year=2024)
    many = register(2000)
    writes: dict[str, Callable[[Path], object]] = {
        **{f"h.{ending}": lambda path: kh.write_gis(many, path, overwrite=True) for ending in ENDINGS},
        "map.html": lambda path: kh.hazard_map(hazards).save(path, overwrite=True),
        "chart.svg": lambda path: figure.savefig(path, dpi=600, overwrite=True),
        "chart.png": lambda path: figure.savefig(path, dpi=900, overwrite=True),
        "seven.html": lambda path: kh.write_article_7(tables, path, overwrite=True),
    }
    if HEAVY:
        writes |= {
            "report": lambda path: kh.write_report(hazards, releases, path, as_of="2024-12-31", overwrite=True),
            "demo": lambda path: demo.__wrapped__(path, as_of="2022-12-31", overwrite=True),
        }
    tried = 0
    for name, write in writes.items():
        write(tmp_path / name)
        size = size_of(tmp_path / name)
        for share in (0, 0.3, 0.6, 0.9) if HEAVY else (0.5,):
            if "." in name:
                (full / name).write_bytes(b"old")
            space = os.statvfs(full)
            (full / "fill").write_bytes(b"x" * (space.f_bavail * space.f_frsize - int(size * share)))
            before = contents(full)
            with pytest.raises(NotWrittenError, match=r"can't be (written|read again)"):
                write(full / name)
            assert contents(full) == before
            assert left_behind(full) == []
            for file in full.iterdir():
                file.unlink()
            tried += 1
    if HEAVY:
        print(f"\nfull disks: {tried} tried with {len(writes)} outputs, damaged 0, leftovers 0")  # noqa: T201
