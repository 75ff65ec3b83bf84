"""A folder that is written whole or not at all, and never over files of somebody else."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kosovo_hazards._errors import NotWrittenError
from kosovo_hazards.writing.placing import in_words, is_there, swap_folders, sync
from kosovo_hazards.writing.staging import private_folder
from kosovo_hazards.writing.whole_files import named

__all__ = ["MANIFEST", "whole_folder", "write_manifest"]

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
        Whether a folder that is there already is replaced. It must hold nothing but what was written so earlier.

    Yields
    ------
    An empty folder inside a private one beside the target, on the same disk.

    Raises
    ------
    NotWrittenError
        If the folder is there already, holds files of others, can't be moved, the one around it is not there, or the
        system can't write.
    """
    given = named(path)
    with in_words(given):
        if given.is_symlink() and not given.exists():
            raise NotWrittenError(f"{given} is a link to nothing", hint="remove the link, or name another folder")
        target = given.resolve()
        _bring_back(target)
        _refuse(target, overwrite=overwrite)
        with private_folder(target.parent) as staged:
            part = staged / "folder"
            part.mkdir()
            with in_words(given, part):
                yield part
            _refuse(target, overwrite=overwrite)
            for file in part.rglob("*"):
                sync(file)
            _place(part, target, overwrite=overwrite)
            sync(target.parent)


def write_manifest(folder: Path, facts: Mapping[str, Any]) -> list[str]:
    """Write what a folder is, and list its files, so that it may be replaced later.

    Parameters
    ----------
    folder
        The folder, with all its files.
    facts
        What `about` gave, and more that JSON can hold.

    Returns
    -------
    Names of all files, this one last.
    """
    files = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    text = json.dumps({**facts, "files": files}, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8", newline="\n")
    return [*files, MANIFEST]


def _refuse(target: Path, *, overwrite: bool) -> None:
    if not target.parent.is_dir():
        raise NotWrittenError(f"the folder {target.parent} is not there", hint="make it first, or name another one")
    if not target.exists():
        return
    if not target.is_dir():
        raise NotWrittenError(f"{target} is a file", hint="name a folder")
    if target in (here := Path.cwd()).parents or target == here:
        raise NotWrittenError(f"{target} holds the folder you work in, so it can't be replaced", hint="name one in it")
    found = {file.relative_to(target).as_posix() for file in target.rglob("*") if not file.is_dir()}
    found = {name for name in found if name.rsplit("/", 1)[-1] not in _LITTER}
    if found and not overwrite:
        raise is_there(target)
    if others := sorted(found - _written(target)):
        raise NotWrittenError(
            f"{target} holds files that no report wrote: {', '.join(others[:5])}{' …' if len(others) > 5 else ''}",
            hint="move them away, or name another folder",
        )


def _written(target: Path) -> set[str]:
    try:
        about = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
        return {str(name) for name in about["files"]} | {MANIFEST}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _place(part: Path, target: Path, *, overwrite: bool) -> None:
    try:
        if not overwrite or not target.exists():
            if sys.platform == "win32" and target.exists():
                target.rmdir()
            part.rename(target)  # replaces an empty folder, and never one that holds something
        elif not swap_folders(part, target):
            _put_aside_and_place(part, target)
    except OSError as error:
        if target.exists() and part.exists():  # another writer was faster
            raise is_there(target) from error
        raise


# --- where no system call changes two names at once -------------------------------------------------------------------


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.before")


def _bring_back(target: Path) -> None:
    """Where a writer was killed between putting the old folder aside and the new one into its place."""
    if _old(target).is_dir():
        if target.exists():
            shutil.rmtree(_old(target), ignore_errors=True)
        else:
            _old(target).rename(target)


def _put_aside_and_place(part: Path, target: Path) -> None:
    old = _old(target)
    try:
        target.rename(old)
        part.rename(target)
    except OSError as error:
        if old.exists() and not target.exists():
            old.rename(target)
        raise NotWrittenError(
            f"{target} can't be replaced: {error.strerror}", hint="close its files in other programs and try again"
        ) from error
    shutil.rmtree(old, ignore_errors=True)
