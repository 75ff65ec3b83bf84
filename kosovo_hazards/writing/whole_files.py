"""A file that is written whole or not at all, and only where nobody else's is."""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kosovo_hazards._errors import NotWrittenError, UsageError
from kosovo_hazards.writing.placing import in_words, is_there, place_new, replace, sync
from kosovo_hazards.writing.staging import note_moves, private_folder

__all__ = ["named", "refuse_taken", "whole_file"]

# What no shell and no GDAL takes for more than a name; others are written under a name of ours and renamed.
_PLAIN_STEM = re.compile(r"\w([\w .()+-]*[\w)])?")
_PLAIN_ENDING = re.compile(r"(\.[a-z0-9]{1,12})?")
_PLAIN_PATH = re.compile(r"[\w ./:()+,@~#-]+")
_LONGEST_STEM_BYTES = 100
# Names of devices on Windows, with any ending.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@contextmanager
def whole_file(path: str | os.PathLike[str], *, overwrite: bool) -> Iterator[Path]:
    """Give a path to write to; what was written there moves into its place when all went well.

    Parameters
    ----------
    path
        Where the file shall be.
    overwrite
        Whether a file that is there already is replaced.

    Yields
    ------
    A path in a private folder, with the same ending and a name that is plain to every program. Files that are put
    beside it, whose names begin like its own, move with it and are named after the target.

    Raises
    ------
    NotWrittenError
        If the file, or one that comes with it, is there already, the folder is not, or the system can't write.
    """
    target = named(path)
    with in_words(target):
        real = _checked(target, overwrite=overwrite)
        with private_folder(real.parent) as staged, _plain_folder(staged) as folder:
            part = folder / _working_name(target)
            with in_words(target, part):
                yield part
            _move(part, staged, real, overwrite=overwrite)


def refuse_taken(path: str | os.PathLike[str], *, overwrite: bool) -> None:
    """Refuse a place where nothing can be written, before the work that would be in vain.

    Parameters
    ----------
    path
        Where a file shall be.
    overwrite
        Whether a file that is there already may be replaced.

    Raises
    ------
    NotWrittenError
        As `whole_file` would raise.
    """
    target = named(path)
    with in_words(target):
        _checked(target, overwrite=overwrite)


def named(path: str | os.PathLike[str]) -> Path:
    """Give a path that a caller named, or say what is wrong with the name.

    Parameters
    ----------
    path
        Where something shall be written.

    Raises
    ------
    UsageError
        If it can be no name.
    """
    text = os.fsdecode(path)
    if not text or "\0" in text:
        raise UsageError(f"{text!r} is no name for a file or folder", hint="name another one")
    return Path(text)


def _checked(target: Path, *, overwrite: bool) -> Path:
    """Where the file really goes; a link stays a link, and what it points to is replaced if that is wanted."""
    if target.is_dir():
        raise NotWrittenError(f"{target} is a folder", hint="name a file in it")
    if not target.parent.is_dir():
        raise NotWrittenError(f"the folder {target.parent} is not there", hint="make it first, or name another one")
    if target.is_symlink() and not target.exists():
        raise NotWrittenError(f"{target} is a link to nothing", hint="remove the link, or name another file")
    if not target.exists():
        return target.parent.resolve() / target.name
    if not target.is_file():
        raise NotWrittenError(f"{target} is no ordinary file", hint="name another one")
    if not overwrite:
        raise is_there(target)
    return target.resolve()


@contextmanager
def _plain_folder(staged: Path) -> Iterator[Path]:
    """The folder itself, or one elsewhere if GDAL would take signs in its path for more than a name."""
    if _PLAIN_PATH.fullmatch(staged.as_posix()):
        yield staged
        return
    elsewhere = Path(tempfile.gettempdir()).resolve()
    if not _PLAIN_PATH.fullmatch(elsewhere.as_posix()):
        hint = "name a folder without such signs as ! ; ? in TMPDIR"
        raise NotWrittenError(f"nothing can be written by way of {elsewhere}", hint=hint)
    with private_folder(elsewhere) as folder:
        yield folder


def _working_name(target: Path) -> str:
    stem, ending = target.stem, target.suffix.lower()
    plain = _PLAIN_STEM.fullmatch(stem) and not _DEVICES.fullmatch(stem)
    short = plain and len(os.fsencode(stem)) <= _LONGEST_STEM_BYTES
    return (stem if short else "data") + (ending if _PLAIN_ENDING.fullmatch(ending) else "")


def _move(part: Path, staged: Path, target: Path, *, overwrite: bool) -> None:
    if not part.exists():
        raise NotWrittenError(f"{target} was not written", hint="try another format")
    # The file itself goes last: when it is there, what belongs to it is there too.
    made = sorted(part.parent.iterdir(), key=lambda file: (file.name == part.name, file.name))
    targets = {file.name: target.with_name(_final_name(file.name, part, target)) for file in made}
    for file in made:
        there = targets[file.name]
        if file != part and not overwrite and _says_the_same(there, file):
            del targets[file.name]
            continue
        if there.is_dir() or (os.path.lexists(there) and not overwrite):
            raise is_there(there)
        if file.parent != staged:
            shutil.move(file, staged / file.name)
        sync(staged / file.name)
    if overwrite:
        if len(made) > 1:
            note_moves(staged, targets)
        for name, there in targets.items():
            replace(staged / name, there)
    else:
        _place_all_new({staged / name: there for name, there in targets.items()})
    sync(target.parent)


def _says_the_same(there: Path, file: Path) -> bool:
    """Whether what comes with a file is there already, as a list of rejected records that belongs to two files."""
    return there.is_file() and not there.is_symlink() and filecmp.cmp(there, file, shallow=False)


def _final_name(name: str, part: Path, target: Path) -> str:
    if name.startswith(part.name):
        return target.name + name.removeprefix(part.name)
    return target.stem + name.removeprefix(part.stem) if name.startswith(part.stem) else name


def _place_all_new(moves: dict[Path, Path]) -> None:
    """All of the files or none; they go in the same order always, so that of two writers one gets the first."""
    placed: list[Path] = []
    try:
        for file, there in moves.items():
            place_new(file, there)
            placed.append(there)
    except BaseException:
        for there in placed:
            there.unlink(missing_ok=True)
        raise
