"""Private folders in which files are made; what a killed program left in one is swept away by the next that writes."""

from __future__ import annotations

import json
import os
import platform
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

__all__ = ["note_moves", "private_folder"]

# Neutral: the name of a file may tell a place, or mean something to a shell or to GDAL.
_PREFIX, _SUFFIX = ".kosovo-hazards-", ".part"
_LOCK, _MOVES, _INSIDE = "lock", "moves.json", "new"
# Where no lock tells whether the writer lives: nobody needs a minute to lock a new folder, nor a day to fill one.
_EMPTY_S, _ABANDONED_S = 60, 86_400


@contextmanager
def private_folder(parent: Path) -> Iterator[Path]:
    """Give an empty folder that others may not open; it is gone afterwards.

    Parameters
    ----------
    parent
        Where it lies: beside what is written, so that files move in one step. What killed writers left there goes
        first.

    Yields
    ------
    The folder, with rights for its owner alone.
    """
    _sweep(parent)
    # Rights of mkdtemp are those of the owner alone.
    folder = Path(tempfile.mkdtemp(dir=parent, prefix=_PREFIX, suffix=_SUFFIX))
    lock = None
    try:
        lock = _lock(folder)
        inside = folder / _INSIDE
        inside.mkdir()
        yield inside
    finally:
        # What may tell places goes first, while the lock still says whose it is: a kill in between leaves nothing else.
        shutil.rmtree(folder / _INSIDE, ignore_errors=True)
        if lock is not None:
            lock.close()
        shutil.rmtree(folder, ignore_errors=True)


def note_moves(inside: Path, targets: Mapping[str, Path]) -> None:
    """Note where files are about to go, so that the next writer can end what a killed one began.

    Parameters
    ----------
    inside
        The folder that `private_folder` gave.
    targets
        Where each of its files goes, by name; all beside the private folder.
    """
    moves = {name: [target.name, _identity(target)] for name, target in targets.items()}
    with (inside.parent / _MOVES).open("w", encoding="utf-8") as file:
        json.dump(moves, file)
        file.flush()
        os.fsync(file.fileno())


def _identity(path: Path) -> list[int] | None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return [found.st_ino, found.st_mtime_ns, found.st_size]


# --- what killed writers left ----------------------------------------------------------------------------------------


def _sweep(parent: Path) -> None:
    for left in parent.glob(f"{_PREFIX}*{_SUFFIX}"):
        try:
            if _ours(left) and _abandoned(left):
                _end_moves(left)
                shutil.rmtree(left / _INSIDE, ignore_errors=True)
                shutil.rmtree(left, ignore_errors=True)
        except OSError:
            continue  # another writer has swept it, or it is not ours to look into


def _ours(folder: Path) -> bool:
    """Whether it is a folder of this user: one of somebody else could make us move files for them."""
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and (not hasattr(os, "geteuid") or found.st_uid == os.geteuid())


def _end_moves(folder: Path) -> None:
    """Put into place what is left of files that belong together, unless somebody has touched those there since."""
    try:
        moves = json.loads((folder / _MOVES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return  # no move had begun
    left = {name: move for name, move in moves.items() if (folder / _INSIDE / name).exists()}
    if all(_identity(folder.with_name(target)) == was for target, was in left.values()):
        for name, (target, _) in left.items():
            (folder / _INSIDE / name).replace(folder.with_name(target))


# --- whether a writer lives -------------------------------------------------------------------------------------------


def _lock(folder: Path) -> TextIOWrapper | None:
    """Hold a file as long as this program lives; None where the file system knows no locks."""
    if sys.platform == "win32":
        return (folder / _LOCK).open("x", encoding="utf-8")  # nobody else can remove a file that is open
    import fcntl

    fresh = folder / f"{_LOCK}.new"
    file = fresh.open("x", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    file.write(platform.node())
    file.flush()
    # It has its name only now that it is locked: nobody can take it for one whose writer is dead.
    fresh.rename(folder / _LOCK)
    return file


def _abandoned(folder: Path) -> bool:
    lock = folder / _LOCK
    free = _is_free(lock) if lock.is_file() else None
    if free is not None:
        return free
    empty = not any((folder / name).exists() for name in (_LOCK, _INSIDE))
    return time.time() - folder.lstat().st_mtime > (_EMPTY_S if empty else _ABANDONED_S)


def _is_free(lock: Path) -> bool | None:
    """Whether the program that held a lock is gone; None where it can't be known, as from another machine."""
    if sys.platform == "win32":
        try:
            lock.unlink()
        except PermissionError:
            return False
        return True
    import fcntl

    with lock.open("r+", encoding="utf-8") as file:
        if file.read() != platform.node():
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return None
    return True
