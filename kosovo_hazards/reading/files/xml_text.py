"""XML read within bounds: no document types, no entities, no depth without end; nothing but the file itself is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import NamedTuple, TypeAlias
from xml.parsers import expat

from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards.reading.files.limits import ReadingLimits

__all__ = ["Start", "local_name", "parse", "root_of"]

Start: TypeAlias = Callable[[str, Mapping[str, str]], None]
_CHUNK = 1024 * 1024


class _RootFound(Exception):  # noqa: N818 - no error
    pass


class Root(NamedTuple):
    """The outermost element: its local name, and the namespaces that it declares."""

    name: str
    namespaces: tuple[str, ...]


def local_name(name: str) -> str:
    """Name of an element or attribute without its prefix.

    Examples
    --------
    >>> local_name("kml:Placemark")
    'Placemark'
    """
    return name.rsplit(":", 1)[-1]


def root_of(path: Path, name: str) -> Root:
    """The outermost element of an XML file.

    Raises
    ------
    UnreadableSourceError
        If it declares a document type or entities, or isn't XML.
    """
    found: list[Root] = []

    def start(element: str, attributes: Mapping[str, str]) -> None:
        namespaces = tuple(value for key, value in attributes.items() if key.split(":")[0] == "xmlns")
        found.append(Root(local_name(element), namespaces))
        raise _RootFound

    try:
        parse(path, name, ReadingLimits(), start=start)
    except _RootFound:
        return found[0]
    raise UnreadableSourceError(f"{name!r} is XML without any element")


def parse(
    source: Path | bytes,
    name: str,
    limits: ReadingLimits,
    *,
    start: Start | None = None,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Read an XML file from beginning to end and call back at each element, as `xml.parsers.expat` does.

    Parameters
    ----------
    source
        The file, or what stands in it.
    name
        Its name, for errors.
    limits
        How deep elements may stand in each other.
    start, end, text
        Called with name and attributes at the start of an element, with the name at its end, and with text between.

    Raises
    ------
    UnreadableSourceError
        If it declares a document type or entities, is nested too deep, or isn't whole XML.
    """
    # Files drawn by hand use prefixes that they don't declare, so namespaces are not resolved.
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def doctype(*_: object) -> None:
        raise UnreadableSourceError(f"{name!r} declares a document type or entities, which are not read")

    def opened(element: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        limits.require("nesting", depth, name, "elements one in the other")
        if start is not None:
            start(element, attributes)

    def closed(element: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(element)

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = text
    try:
        with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UnreadableSourceError(
            f"{name!r} isn't whole XML: {error}", hint="it may be cut off or damaged: copy or export it again"
        ) from error
