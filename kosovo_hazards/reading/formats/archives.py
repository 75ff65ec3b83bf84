"""Zip archives unpacked within bounds: no file outside the folder, no bomb."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath

from kosovo_hazards._errors import HazardDataError

__all__ = ["check_bounds", "unpack"]

MOST_BYTES = 2 * 1024**3
"""The most that an archive may unpack to: 2 GiB, some ten times the largest national register known to the authors."""

MOST_MEMBERS = 10_000
_CHUNK = 1024 * 1024


def unpack(path: Path, folder: Path) -> None:
    """Unpack a zip archive into a folder.

    Parameters
    ----------
    path
        The archive.
    folder
        An empty folder.

    Raises
    ------
    HazardDataError
        If it is damaged, encrypted, holds too much, or holds a path that leads out of the folder.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            budget = MOST_BYTES
            for member in _safe_members(archive, path.name):
                target = folder.joinpath(*_parts(member.filename))
                target.parent.mkdir(parents=True, exist_ok=True)
                budget -= _copy(archive, member, target, budget, path.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise HazardDataError(f"{path.name!r} can't be unpacked: {error}") from error


def check_bounds(path: Path, *, most_bytes: int = MOST_BYTES) -> list[str]:
    """Names of the members of an archive that another program is to read.

    Parameters
    ----------
    path
        The archive.
    most_bytes
        The most that it may unpack to.

    Raises
    ------
    HazardDataError
        If it is damaged, holds too much, or holds a path that leads out of it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = _safe_members(archive, path.name)
            budget = most_bytes
            for member in members:
                # Sizes in the directory may lie, so the bytes are counted.
                budget -= _copy(archive, member, None, budget, path.name)
            return [member.filename for member in members]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise HazardDataError(f"{path.name!r} can't be unpacked: {error}") from error


def _safe_members(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MOST_MEMBERS:
        raise HazardDataError(f"{name!r} holds {len(members):,} files; at most {MOST_MEMBERS:,} are unpacked")
    for member in members:
        if ".." in _parts(member.filename) or _is_absolute(member.filename) or _is_link(member):
            raise HazardDataError(f"{name!r} holds {member.filename!r}, which leads out of the archive")
    return members


def _parts(filename: str) -> tuple[str, ...]:
    return tuple(part for part in PurePosixPath(filename.replace("\\", "/")).parts if part != "/")


def _is_absolute(filename: str) -> bool:
    windows = PureWindowsPath(filename)
    return filename.startswith(("/", "\\")) or bool(windows.drive)


def _is_link(member: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(member.external_attr >> 16)


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path | None, budget: int, name: str) -> int:
    """Copy one member, or only count it, and stop at the budget."""
    written = 0
    with archive.open(member) as source:
        file = None if target is None else target.open("wb")
        try:
            while chunk := source.read(_CHUNK):
                written += len(chunk)
                if written > budget:
                    raise HazardDataError(f"{name!r} unpacks to more than {MOST_BYTES / 1024**3:.0f} GiB and was left")
                if file is not None:
                    file.write(chunk)
        finally:
            if file is not None:
                file.close()
    return written
