"""Every output is whole or not there, and only where nobody else's is: killed, raced, on a full disk, oddly named."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pyogrio
import pytest

import kosovo_hazards as kh
from kosovo_hazards._errors import NotWrittenError, UsageError
from kosovo_hazards.writing import whole_file, whole_folder, write_gis
from kosovo_hazards.writing.staging import note_moves, private_folder
from tests.writing.folders import ENDINGS, HEAVY, POSIX, contents, left_behind, register

RACES = 200 if HEAVY else 20
losses_are_not_the_matter = pytest.mark.filterwarnings("ignore::kosovo_hazards.writing.layers.WritingWarning")


def text(path: Path, words: str, *, overwrite: bool = False) -> None:
    with whole_file(path, overwrite=overwrite) as part:
        part.write_text(words, encoding="utf-8")


# --- names ------------------------------------------------------------------------------------------------------------


NAMES = ["a!b", "a;b", "a|b", "a?b", "q'\"q", "new\nline", "$(touch x)", "`x`", "-rf", "*", "[a]", " ", "con", "a:b",
         "PG: x", "vsizip", "ж 漢字", "x" * 240]  # fmt: skip


@POSIX
@losses_are_not_the_matter
@pytest.mark.parametrize("ending", ENDINGS)
def test_odd_names_are_only_names(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "b.gpkg").write_bytes(b"precious")
    monkeypatch.chdir(elsewhere)
    for number, name in enumerate(NAMES if ending in ("geojson", "gpkg") else NAMES[:7]):
        folder = tmp_path / f"{number} {name[:20]}"  # the folder is as odd as the file
        folder.mkdir()
        path = write_gis(register(3), folder / f"{name}.{ending}")
        assert path.is_file()
        assert left_behind(folder) == []
    assert contents(elsewhere) == {"b.gpkg": b"precious"}


@losses_are_not_the_matter
def test_what_comes_with_an_oddly_named_file_bears_its_name(tmp_path: Path) -> None:
    write_gis(register(3), tmp_path / "a;b.SHP")
    names = {path.name for path in tmp_path.iterdir()}
    assert {"a;b.SHP", "a;b.dbf", "a;b.shx", "a;b.prj", "a;b.SHP.about.txt"} <= names
    assert all(name.startswith("a;b.") for name in names)


@pytest.mark.parametrize("name", ["nul\0byte.geojson", ""])
def test_what_can_be_no_name_is_refused_in_words(name: str) -> None:
    with pytest.raises(UsageError, match="is no name for a file"):
        write_gis(register(1), name + ("" if name else ".geojson")) if name else text(name, "x")  # type: ignore[arg-type]


@POSIX
def test_a_name_that_is_too_long_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(NotWrittenError, match=r"File name too long\ngive it a shorter name"):
        write_gis(register(1), tmp_path / f"{'x' * 300}.geojson")
    assert list(tmp_path.iterdir()) == []


# --- links and other things that are there ----------------------------------------------------------------------------


@POSIX
def test_links_are_not_written_through_unasked(tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    link.symlink_to(real)
    for overwrite in (False, True):
        with pytest.raises(NotWrittenError, match="is a link to nothing"):
            text(link, "new", overwrite=overwrite)
    assert not real.exists()
    real.write_text("old", encoding="utf-8")
    with pytest.raises(NotWrittenError, match="is there already"):
        text(link, "new")
    text(link, "new", overwrite=True)
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "new"
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(NotWrittenError, match="is a link to nothing"):
        text(tmp_path / "loop", "new", overwrite=True)


@POSIX
def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for odd in (tmp_path / "pipe", Path("/dev/null")):
        with pytest.raises(NotWrittenError, match="no ordinary file"):
            text(odd, "x", overwrite=True)


@POSIX
def test_rights_are_those_of_any_file_or_of_the_one_replaced_and_private_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    (tmp_path / "ordinary").touch()
    with whole_file(path, overwrite=False) as part:
        part.write_text("x", encoding="utf-8")
        assert stat.S_IMODE(part.parent.parent.stat().st_mode) == 0o700
    assert path.stat().st_mode == (tmp_path / "ordinary").stat().st_mode
    path.chmod(0o600)
    text(path, "y", overwrite=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_no_writer_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotWrittenError, match="was not written"), whole_file(tmp_path / "out.txt", overwrite=False):
        pass


def test_of_files_that_belong_together_none_is_placed_if_one_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.z.txt").write_text("precious", encoding="utf-8")
    life = contextlib.ExitStack()
    part = life.enter_context(whole_file(tmp_path / "a.csv", overwrite=False))
    for name in ("a.csv", "a.b.txt", "a.z.txt"):
        part.with_name(name).write_text("new", encoding="utf-8")
    with pytest.raises(NotWrittenError, match="is there already"):
        life.close()
    assert contents(tmp_path) == {"a.z.txt": b"precious"}


def test_a_list_that_says_the_same_may_belong_to_two_files(tmp_path: Path) -> None:
    for name in ("a.html", "a.gpkg"):
        with whole_file(tmp_path / name, overwrite=False) as part:
            part.write_text("x", encoding="utf-8")
            part.with_suffix(".rejected.csv").write_text("the same", encoding="utf-8")
    assert contents(tmp_path) == {"a.html": b"x", "a.gpkg": b"x", "a.rejected.csv": b"the same"}


def test_where_no_second_name_can_be_given_a_file_is_still_placed_and_none_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")  # as FAT says

    monkeypatch.setattr(os, "link", no_links)
    text(tmp_path / "out.txt", "first")
    life = contextlib.ExitStack()
    life.enter_context(whole_file(tmp_path / "new.txt", overwrite=False)).write_text("second", encoding="utf-8")
    # It appears after all has been looked at, in the last moment.
    monkeypatch.setattr(os.path, "lexists", lambda _: False)
    (tmp_path / "new.txt").write_text("theirs", encoding="utf-8")
    with pytest.raises(NotWrittenError, match="is there already"):
        life.close()
    assert contents(tmp_path) == {"out.txt": b"first", "new.txt": b"theirs"}


def test_a_figure_and_a_map_replace_nothing_unasked(tmp_path: Path) -> None:
    hazards, releases = kh.demo_data()
    figure = kh.progress_chart(kh.progress(hazards, releases))
    page = kh.hazard_map(hazards, places=False)
    for path, save in ((tmp_path / "chart.png", figure.savefig), (tmp_path / "map.html", page.save)):
        path.write_bytes(b"precious")
        with pytest.raises(NotWrittenError, match="overwrite=True"):
            save(path)
        assert path.read_bytes() == b"precious"
        save(path, overwrite=True)
        assert path.stat().st_size > 1000
    with (tmp_path / "open.html").open("wb") as file:
        page.save(file, close_file=False)
    assert (tmp_path / "open.html").read_bytes() == (tmp_path / "map.html").read_bytes()
    figure.savefig(tmp_path / "without_ending")
    assert (tmp_path / "without_ending.png").is_file()


# --- two at once ------------------------------------------------------------------------------------------------------


def race(write: Callable[[int], None]) -> int:
    """How many of two writers that start together succeed; the other must say why not."""
    start, won = threading.Barrier(2), []

    def one(number: int) -> None:
        start.wait()
        with contextlib.suppress(NotWrittenError):
            write(number)
            won.append(number)

    both = [threading.Thread(target=one, args=(number,)) for number in (0, 1)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    return len(won)


@losses_are_not_the_matter
def test_of_two_writers_at_once_exactly_one_succeeds(tmp_path: Path) -> None:
    tables = register(3), register(4)
    endings = ["txt", "csv", "geojson", "shp"]
    for number in range(RACES):
        path = tmp_path / f"{number}.{endings[number % 4]}"

        def write(who: int, path: Path = path) -> None:
            if path.suffix == ".txt":
                text(path, str(who))
            else:
                write_gis(tables[who], path)

        assert race(write) == 1
        if path.suffix in (".shp", ".geojson"):
            assert len(pyogrio.read_dataframe(path)) in (3, 4)
    assert left_behind(tmp_path) == []


def test_of_two_folders_at_once_exactly_one_is_placed(tmp_path: Path) -> None:
    for number in range(RACES):

        def write(who: int, number: int = number) -> None:
            with whole_folder(tmp_path / str(number), overwrite=False) as part:
                (part / "a.txt").write_text(str(who), encoding="utf-8")

        assert race(write) == 1
    assert left_behind(tmp_path) == []


# --- killed -----------------------------------------------------------------------------------------------------------


@POSIX
def test_a_writer_that_lives_is_not_swept(tmp_path: Path) -> None:
    with whole_file(tmp_path / "slow.txt", overwrite=False) as part:
        text(tmp_path / "quick.txt", "x")
        part.write_text("y", encoding="utf-8")
    assert contents(tmp_path) == {"slow.txt": b"y", "quick.txt": b"x"}


@POSIX
def test_what_another_machine_holds_is_swept_after_a_day_only(tmp_path: Path) -> None:
    left = tmp_path / ".kosovo-hazards-abc.part"
    left.mkdir()
    (left / "lock").write_text("another machine", encoding="utf-8")
    text(tmp_path / "a.txt", "x")
    assert left.exists()
    os.utime(left, (0, 0))
    text(tmp_path / "b.txt", "x")
    assert not left.exists()


def killed_between_moves(folder: Path) -> Path:
    """What a writer leaves that is killed when one of two files has moved."""
    with contextlib.ExitStack() as life:
        inside = life.enter_context(private_folder(folder))
        for name in ("a.dbf", "a.shp"):
            (folder / name).write_bytes(b"old")
            (inside / name).write_bytes(b"new")
        note_moves(inside, {name: folder / name for name in ("a.dbf", "a.shp")})
        (inside / "a.dbf").replace(folder / "a.dbf")
        left = folder / ".kosovo-hazards-dead.part"
        shutil.copytree(inside.parent, left)
    return left


@POSIX
def test_files_that_belong_together_are_completed_by_the_next_run(tmp_path: Path) -> None:
    killed_between_moves(tmp_path)
    text(tmp_path / "next.txt", "x")
    assert contents(tmp_path) == {"a.dbf": b"new", "a.shp": b"new", "next.txt": b"x"}


@POSIX
def test_what_somebody_has_written_since_is_not_touched(tmp_path: Path) -> None:
    killed_between_moves(tmp_path)
    (tmp_path / "a.shp").write_bytes(b"theirs")
    text(tmp_path / "next.txt", "x")
    assert contents(tmp_path) == {"a.dbf": b"new", "a.shp": b"theirs", "next.txt": b"x"}
