"""Zip archives unpacked within bounds: no file outside the folder, no bomb."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath

from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards._wording import argument
from kosovo_hazards.reading.files.failures import in_words
from kosovo_hazards.reading.files.limits import ReadingLimits

__all__ = ["unpack"]

_CHUNK = 1024 * 1024
_SPARE_NAME = "unnamed"


def unpack(path: Path, folder: Path, limits: ReadingLimits, name: str) -> list[str]:
    """Unpack a zip archive into a folder.

    Parameters
    ----------
    path
        The archive.
    folder
        An empty folder.
    limits
        How much it may hold.
    name
        Name of the archive, for errors.

    Returns
    -------
    The names of its files.

    Raises
    ------
    UnreadableSourceError
        If it is damaged, encrypted, holds too much, or holds a path that leads out of the folder or stands twice.
    """
    with in_words(name, "zip archive"), zipfile.ZipFile(path) as archive:
        members = _safe_members(archive, limits, name)
        budget = limits.unpacked_bytes
        for member in members:
            target = folder.joinpath(*_parts(member.filename))
            target.parent.mkdir(parents=True, exist_ok=True)
            budget -= _copy(archive, member, target, budget, limits, name)
        return [member.filename for member in members]


def _safe_members(archive: zipfile.ZipFile, limits: ReadingLimits, name: str) -> list[zipfile.ZipInfo]:
    members = [member for member in archive.infolist() if not member.is_dir()]
    limits.require("unpacked_files", len(members), name, "files")
    seen: set[tuple[str, ...]] = set()
    for member in members:
        parts = _parts(member.filename)
        if ".." in parts or _is_absolute(member.filename) or _is_link(member):
            raise UnreadableSourceError(f"{name!r} holds {member.filename!r}, which leads out of the archive")
        if parts in seen:
            raise UnreadableSourceError(
                f"{name!r} holds {member.filename!r} twice, so that it can be read in two ways", hint="pack it again"
            )
        seen.add(parts)
        if member.flag_bits & 1:
            raise UnreadableSourceError(f"{name!r} has a password", hint="unpack it, or save it without a password")
    return members


def _parts(filename: str) -> tuple[str, ...]:
    parts = tuple(part for part in PurePosixPath(filename.replace("\\", "/")).parts if part != "/")
    return parts or (_SPARE_NAME,)


def _is_absolute(filename: str) -> bool:
    windows = PureWindowsPath(filename)
    return filename.startswith(("/", "\\")) or bool(windows.drive)


def _is_link(member: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(member.external_attr >> 16)


def _copy(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, budget: int, limits: ReadingLimits, name: str
) -> int:
    """Copy one member, and stop at the budget: sizes in the directory may lie, so the bytes are counted."""
    written = 0
    with archive.open(member) as source, target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > budget:
                raise UnreadableSourceError(
                    f"{name!r} unpacks to more than {limits.unpacked_bytes:,} bytes and was left",
                    hint=f"if that is meant, pass {argument('limits', {'unpacked_bytes': 2 * limits.unpacked_bytes})}",
                )
            file.write(chunk)
    return written
