"""A file that is written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards._wording import argument

__all__ = ["sweep", "whole_file"]

# What a writer that was killed left behind is swept away once it is this old.
_ABANDONED_S = 3600


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
    A path of the same name in a folder beside the target. Files that are put beside it move with it.

    Raises
    ------
    HazardDataError
        If the file, or one that comes with it, is there already, or the folder is not.
    """
    target = Path(path)
    _refuse(target, overwrite=overwrite)
    # A link stays a link: what it points to is replaced.
    target = target.resolve()
    sweep(target)
    folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=_prefix(target), suffix=".part"))
    try:
        yield folder / target.name
        _move(folder, target, overwrite=overwrite)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refuse(target: Path, *, overwrite: bool) -> None:
    if target.is_dir():
        raise HazardDataError(f"{target} is a folder", hint="name a file in it")
    if target.exists() and not overwrite:
        raise HazardDataError(
            f"{target} is there already", hint=f"pass {argument('overwrite', True)}, or name another file"
        )
    if not target.parent.is_dir():
        raise HazardDataError(f"the folder {target.parent} is not there", hint="make it first, or name another one")


def _prefix(target: Path) -> str:
    return f".{target.name[:60]}."


def sweep(target: Path) -> None:
    """Remove what a writer of this file or folder left when it was killed: it may hold true outlines.

    Parameters
    ----------
    target
        What it was to become.
    """
    for left in target.parent.glob(f"{_glob_literal(_prefix(target))}*.part"):
        if left.is_dir() and time.time() - left.stat().st_mtime > _ABANDONED_S:
            shutil.rmtree(left, ignore_errors=True)


def _glob_literal(text: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in text)


def _move(folder: Path, target: Path, *, overwrite: bool) -> None:
    # The file itself goes last: when it is there, what belongs to it is there too.
    parts = sorted(folder.iterdir(), key=lambda part: part.name == target.name)
    for part in parts:
        _refuse(target.with_name(part.name), overwrite=overwrite)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
    for part in parts:
        part.replace(target.with_name(part.name))
