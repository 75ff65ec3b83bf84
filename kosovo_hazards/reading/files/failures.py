"""Whatever GDAL, zipfile, openpyxl, pyarrow, PROJ or the system raises, in the words of the library."""

from __future__ import annotations

import errno
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from pyproj.exceptions import ProjError

from kosovo_hazards._errors import HazardDataError, UnreadableSourceError
from kosovo_hazards._wording import argument

__all__ = ["READABLE", "in_words"]

READABLE = (
    "readable are GeoJSON, GeoPackage, Shapefile, File Geodatabase, KML/KMZ, GML, GPX, maXML, DXF, MapInfo TAB and "
    "MIF, FlatGeobuf, GeoParquet, Esri JSON, CSV, XLSX and ODS, also in a zip archive"
)
"""What can be read, for the last line of errors."""

_BY_ERRNO = {
    errno.EACCES: "ask who keeps the file for the right to read it",
    errno.EPERM: "ask who keeps the file for the right to read it",
    errno.ENOSPC: f"free space in {tempfile.gettempdir()}, where files are unpacked, or set TMPDIR to another folder",
    errno.EDQUOT: f"free space in {tempfile.gettempdir()}, where files are unpacked, or set TMPDIR to another folder",
    errno.ELOOP: "the links of the path lead in a circle; give the path of the file itself",
    errno.ENAMETOOLONG: "give the file a shorter name",
    errno.EMFILE: "too many files are open; close some",
    errno.EIO: "the disk or the network drive does not answer; copy the file to this computer",
}
_AGAIN = "it may be damaged: copy or export it again"
_LONGEST = 300
_PRIVATE = re.compile(r"(/vsi\w+/)?[^\s'\"]*kosovo_hazards_[^\s'\"]*?([/\\]source)?(?=[\s'\",:;]|$)")


@contextmanager
def in_words(name: str, what: str, *, layer: str | None = None) -> Iterator[None]:
    """Turn every foreign exception within into an error of the library that names file, layer and repair.

    Parameters
    ----------
    name
        Name of the source as the user knows it.
    what
        What it is read as, e.g. ``"GeoPackage"``.
    layer
        The layer that is read.

    Raises
    ------
    UnreadableSourceError
        In place of whatever is no `HazardDataError` yet; the first cause stays attached.

    Examples
    --------
    >>> with in_words("a.zip", "zip archive"):
    ...     raise OSError(28, "No space left on device")
    Traceback (most recent call last):
    ...
    kosovo_hazards._errors.UnreadableSourceError: 'a.zip' can't be read as zip archive: No space left on device
    free space in ...
    """
    try:
        yield
    except HazardDataError:
        raise
    except Exception as error:
        of = "" if layer is None else f" (layer {layer!r})"
        raise UnreadableSourceError(
            f"{name!r}{of} can't be read as {what}: {_cause(error)}", hint=_mend(error)
        ) from error


def _cause(error: Exception) -> str:
    """What happened, without the private folders that we made."""
    if isinstance(error, MemoryError):
        return "it needs more memory than there is"
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    text = " ".join(_PRIVATE.sub("the file", said).split())
    text = text.encode("utf-8", "replace").decode("utf-8")
    return (text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…") or type(error).__name__


def _mend(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in _BY_ERRNO:
        return _BY_ERRNO[error.errno]
    if isinstance(error, UnicodeError | LookupError):
        return f"say its encoding: {argument('encoding', 'utf-8')} or {argument('encoding', 'cp1250')}"
    if isinstance(error, ProjError):
        return f"name its coordinate reference system: {argument('crs', 'EPSG:4326')} for degrees"
    if isinstance(error, zipfile.BadZipFile | zlib.error | EOFError):
        return _AGAIN
    return f"{_AGAIN}; {READABLE}"
