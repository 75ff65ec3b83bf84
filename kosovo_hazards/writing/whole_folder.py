"""A folder that is written whole or not at all, and never over files of somebody else."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards._wording import argument
from kosovo_hazards.writing.whole_files import sweep

__all__ = ["MANIFEST", "whole_folder"]

MANIFEST = "about.json"
"""The file that says what the folder is, and lists under `files` what was written into it."""

# What file managers leave behind.
_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}


@contextmanager
def whole_folder(path: str | os.PathLike[str], *, overwrite: bool) -> Iterator[Path]:
    """Give a folder to write into; it takes its place when all went well.

    Parameters
    ----------
    path
        Where the folder shall be; the one around it must be there.
    overwrite
        Whether a folder that is there already is replaced. It must hold nothing but what an earlier report wrote.

    Yields
    ------
    An empty folder beside the target, on the same disk.

    Raises
    ------
    HazardDataError
        If the folder is there already, holds files of others, can't be moved, or the one around it is not there.
    """
    target = Path(path).resolve()
    _bring_back(target)
    _refuse(target, overwrite=overwrite)
    sweep(target)
    holder = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name[:60]}.", suffix=".part"))
    part = holder / target.name
    part.mkdir()
    try:
        yield part
        _refuse(target, overwrite=overwrite)
        _sync(part)
        _swap(part, target)
    finally:
        shutil.rmtree(holder, ignore_errors=True)


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.before")


def _bring_back(target: Path) -> None:
    """Where a writer was killed between putting the old folder aside and the new one into its place."""
    if _old(target).is_dir():
        if target.exists():
            shutil.rmtree(_old(target), ignore_errors=True)
        else:
            _old(target).rename(target)


def _refuse(target: Path, *, overwrite: bool) -> None:
    if not target.parent.is_dir():
        raise HazardDataError(f"the folder {target.parent} is not there", hint="make it first, or name another one")
    if not target.exists():
        return
    if not target.is_dir():
        raise HazardDataError(f"{target} is a file", hint="name a folder")
    found = {file.relative_to(target).as_posix() for file in target.rglob("*") if not file.is_dir()}
    found = {name for name in found if name.rsplit("/", 1)[-1] not in _LITTER}
    if found and not overwrite:
        raise HazardDataError(
            f"{target} is there already", hint=f"pass {argument('overwrite', True)}, or name another folder"
        )
    if others := sorted(found - _written(target)):
        raise HazardDataError(
            f"{target} holds files that no report wrote: {', '.join(others[:5])}{' …' if len(others) > 5 else ''}",
            hint="move them away, or name another folder",
        )


def _written(target: Path) -> set[str]:
    try:
        about = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
        return {str(name) for name in about["files"]} | {MANIFEST}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _sync(part: Path) -> None:
    for file in part.rglob("*"):
        if file.is_file():
            with file.open("rb+") as opened:
                os.fsync(opened.fileno())


def _swap(part: Path, target: Path) -> None:
    old = _old(target)
    try:
        if target.exists():
            target.rename(old)
        part.rename(target)
    except OSError as error:
        if old.exists() and not target.exists():
            old.rename(target)
        raise HazardDataError(
            f"{target} can't be replaced: {error.strerror}", hint="close its files in other programs and try again"
        ) from error
    shutil.rmtree(old, ignore_errors=True)
