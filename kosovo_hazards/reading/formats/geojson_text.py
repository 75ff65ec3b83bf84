"""The features of a GeoJSON text, one by one, so that none can be skipped unseen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards._wording import argument

__all__ = ["Members", "Outline", "features_of", "is_sequence"]

Members = dict[str, Any]
Outline = tuple[bool, bool]
"""Whether an element is a feature, and whether it has a geometry."""

_decode = json.JSONDecoder().raw_decode
_BLANK = re.compile(r"[ \t\r\n]*")
_SYSTEMS_BY_NAME = frozenset({"name", "epsg"})
_NOT_SEPARATOR = re.compile(r"[^ \t\r\n\x1e]")


def features_of(text: str, name: str) -> tuple[Members, list[Outline]]:
    """The other members of a feature collection, and of each element whether it is a feature and has a geometry.

    Parameters
    ----------
    text
        A JSON object: feature collection, feature or geometry.
    name
        Name of the file, for the error.

    Raises
    ------
    HazardDataError
        If it is not JSON, or points to its CRS at an address, which GDAL would fetch.

    Examples
    --------
    >>> features_of('{"type": "FeatureCollection", "features": [null, {"type": "Feature", "geometry": null}]}', "x")
    ({'type': 'FeatureCollection'}, [(False, False), (True, False)])
    """
    try:
        members: Members = {}
        found: list[Outline] = []
        for key, value in _members(text):
            if key == "features":
                found = [_outline(_local(element, name)) for element in value]
            else:
                members[key] = value
                _local({key: value}, name)
    except HazardDataError:
        raise
    except (ValueError, RecursionError) as error:
        raise HazardDataError(f"{name!r} isn't whole GeoJSON: {error}") from error
    return members, found


def is_sequence(text: str) -> bool:
    r"""Whether the text holds one JSON object after the other, as newline-delimited GeoJSON does.

    Examples
    --------
    >>> is_sequence('{"type": "Feature"}\n{"type": "Feature"}\n')
    True
    """
    start = _NOT_SEPARATOR.search(text)
    first_line = text[start.start() if start else 0 :].split("\n", 1)
    try:
        first = json.loads(first_line[0].strip("\x1e \r"))
    except (ValueError, RecursionError):
        return False
    return isinstance(first, dict) and (text[0] == "\x1e" or (len(first_line) > 1 and bool(first_line[1].strip())))


def _members(text: str) -> Iterator[tuple[str, Any]]:
    """Members of the outermost object; the features as an iterator, so that one at a time is in memory."""
    at = _expect(text, 0, "{")
    if text.startswith("}", _skip(text, at)):
        return
    while True:
        key, at = _decode(text, _skip(text, at))
        at = _skip(text, _expect(text, at, ":"))
        if key == "features" and text[at : at + 1] == "[":
            ends: list[int] = []
            yield key, _elements(text, at + 1, ends)
            at = ends[0]
        else:
            value, at = _decode(text, at)
            yield key, value
        at = _skip(text, at)
        if text[at : at + 1] != ",":
            break
        at += 1
    at = _skip(text, _expect(text, at, "}"))
    if at != len(text):
        raise ValueError(f"more text follows the end at character {at}")


def _elements(text: str, at: int, ends: list[int]) -> Iterator[Any]:
    at = _skip(text, at)
    while text[at : at + 1] != "]":
        value, at = _decode(text, at)
        yield value
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            raise ValueError(f"the list of features is cut off at character {at}")
    ends.append(at + 1)


def _outline(element: Any) -> Outline:
    if not isinstance(element, dict):
        return False, False
    return element.get("type") == "Feature", element.get("geometry") is not None


def _local(element: Any, name: str) -> Any:
    """The element, unless it or a geometry in it says to look for its CRS elsewhere."""
    inner = [element]
    while inner:
        part = inner.pop()
        if not isinstance(part, dict):
            continue
        system = part.get("crs")
        if isinstance(system, dict) and str(system.get("type")).lower() not in _SYSTEMS_BY_NAME:
            raise HazardDataError(
                f"{name!r} points to its coordinate reference system instead of naming it; nothing is fetched",
                hint=f'take the member "crs" out of the file and name the right one with {argument("crs")}',
            )
        geometries = part.get("geometries")
        inner += [part.get("geometry"), *(geometries if isinstance(geometries, list) else [])]
    return element


def _skip(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _expect(text: str, at: int, sign: str) -> int:
    at = _skip(text, at)
    if text[at : at + 1] != sign:
        raise ValueError(f"{sign!r} wanted at character {at}, got {text[at : at + 10]!r}")
    return at + 1
