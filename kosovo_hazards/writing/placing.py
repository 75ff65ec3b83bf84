"""Files and folders put into their place in one step: only where nothing is, or instead of what is there."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from kosovo_hazards._errors import HazardDataError, NotWrittenError
from kosovo_hazards._wording import argument

__all__ = ["in_words", "is_there", "place_new", "replace", "swap_folders", "sync"]

_FULL = "is the disk full?"
_HINTS = {
    errno.ENOSPC: _FULL,
    errno.EFBIG: _FULL,
    getattr(errno, "EDQUOT", errno.ENOSPC): _FULL,
    errno.EACCES: "name a place where you may write; if another program has the file open, close it there",
    errno.EPERM: "name a place where you may write",
    errno.EROFS: "name a place where you may write",
    errno.ENAMETOOLONG: "give it a shorter name",
    errno.EBUSY: "name a new folder in it, or another one",
}
# Libraries that write for us and have errors of their own.
_WRITERS = ("lxml", "openpyxl", "pyarrow", "pyogrio", "sqlite3", "zipfile")
# File systems that know no second name for a file: FAT, some network drives.
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES, errno.EINVAL}


def is_there(target: Path) -> HazardDataError:
    """Give the error for something that would be replaced unasked.

    Parameters
    ----------
    target
        What is there already.
    """
    kind = "folder" if target.is_dir() else "file"
    return NotWrittenError(
        f"{target} is there already", hint=f"pass {argument('overwrite', True)}, or name another {kind}"
    )


@contextmanager
def in_words(target: Path, part: Path | None = None) -> Iterator[None]:
    """Raise the error of this library where the system or a library that writes has one of its own.

    Parameters
    ----------
    target
        What is written, as the caller named it.
    part
        Where it is made meanwhile; messages name the target instead.

    Raises
    ------
    NotWrittenError
        If the disk is full, the place is not to be written to, the name too long, or a library can't write.
    """
    try:
        yield
    except NotWrittenError as error:
        if part is None or str(part) not in str(error):
            raise
        raise NotWrittenError(str(error).replace(str(part), str(target))) from error
    except HazardDataError:
        raise
    except Exception as error:
        writer = type(error).__module__.split(".")[0] in _WRITERS
        if not writer and not isinstance(error, OSError):
            raise
        code = error.errno if isinstance(error, OSError) else None
        reason = os.strerror(code) if code else str(error)
        if part is not None:
            reason = reason.replace(str(part), str(target))
        hint = _HINTS.get(code, "") if code else _FULL
        raise NotWrittenError(f"{target} can't be written: {reason}", hint=hint) from error


def place_new(part: Path, target: Path) -> None:
    """Move a file to where nothing is; of two writers at once one succeeds.

    Parameters
    ----------
    part
        The file.
    target
        Its place on the same disk.

    Raises
    ------
    NotWrittenError
        If something is there.
    """
    try:
        if sys.platform == "win32":
            part.rename(target)  # never replaces there
        else:
            _link(part, target)
    except FileExistsError as error:
        raise is_there(target) from error


def _link(part: Path, target: Path) -> None:
    try:
        os.link(part, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        part.replace(target)
    else:
        part.unlink()


def replace(part: Path, target: Path) -> None:
    """Move a file to its place, instead of one that may be there; the rights of that one stay.

    Parameters
    ----------
    part
        The file.
    target
        Its place on the same disk.

    Raises
    ------
    NotWrittenError
        If the file there is not to be written to.
    """
    if target.exists():
        if not os.access(target, os.W_OK):
            raise NotWrittenError(f"{target} is read-only", hint="allow it to be written to, or name another file")
        shutil.copymode(target, part)
    part.replace(target)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk.

    Parameters
    ----------
    path
        A file or folder.
    """
    if path.is_file():
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    elif sys.platform != "win32":  # which opens no folders
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EROFS):  # some network drives sync no folders
                raise
        finally:
            os.close(descriptor)


def swap_folders(one: Path, other: Path) -> bool:
    """Let two folders change their names in one step.

    Parameters
    ----------
    one, other
        Folders on the same disk.

    Returns
    -------
    Whether they did; not every system and disk knows how.
    """
    call, extra = _exchange()
    return call is not None and call(*extra, os.fsencode(one), *extra, os.fsencode(other), 2) == 0


@lru_cache(maxsize=1)
def _exchange() -> tuple[Any, tuple[int, ...]]:
    """The system's call; flag 2 stands for exchange on Linux (``RENAME_EXCHANGE``) and macOS (``RENAME_SWAP``)."""
    name, extra = {"linux": ("renameat2", (-100,)), "darwin": ("renamex_np", ())}.get(sys.platform, ("", ()))
    try:
        return (getattr(ctypes.CDLL(None), name) if name else None), extra
    except (AttributeError, OSError):
        return None, extra
