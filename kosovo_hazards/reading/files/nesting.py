"""Geometry nested so deep that a reader that calls itself for each level would end the whole process."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

__all__ = ["DEEPEST", "headers_of", "nested_too_deep"]

DEEPEST = 100
"""Levels of geometry in each other that can be read."""

_FLAGS = (0x00, 0x20, 0x40, 0x60, 0x80, 0xA0, 0xC0, 0xE0)


def headers_of(kinds: Iterable[int]) -> re.Pattern[bytes]:
    r"""What finds the headers of kinds of geometry in well-known bytes, in both orders of bytes.

    Parameters
    ----------
    kinds
        Their numbers for plain geometry; those with heights, measures and both are meant too.

    Examples
    --------
    >>> headers_of([7]).findall(bytes.fromhex("010700000000000000"))
    [b'\x01\x07\x00\x00\x00']
    """
    headers = (
        header
        for kind in kinds
        for code in (kind, kind + 1000, kind + 2000, kind + 3000)
        for flag in _FLAGS
        for header in (
            b"\x01" + code.to_bytes(3, "little") + bytes([flag]),
            b"\x00" + bytes([flag]) + code.to_bytes(3, "big"),
        )
    )
    return re.compile(b"|".join(map(re.escape, headers)))


_HEADERS = headers_of([7])
_HEX = re.compile(r"\s*0[01][0-9A-Fa-f]{8}")
# Each level of a collection takes at least nine bytes, each of a text one bracket.
_SHORTEST = 9 * DEEPEST


def nested_too_deep(cell: str | bytes, *, deepest: int = DEEPEST) -> bool:
    """Whether a cell with WKT, WKB or GeoJSON has more levels than can be read.

    Parameters
    ----------
    cell
        The text or bytes of a geometry.
    deepest
        Levels that may stand in each other.

    Examples
    --------
    >>> nested_too_deep("GEOMETRYCOLLECTION (" * 200 + "POINT (0 0)" + ")" * 200), nested_too_deep("POINT (0 0)")
    (True, False)
    """
    if len(cell) <= deepest:
        return False
    if isinstance(cell, str):
        if not _HEX.match(cell):
            return _depth(cell.encode("utf-8", "replace")) > deepest
        try:
            cell = bytes.fromhex(cell.strip())
        except ValueError:
            return True
    # Coordinates look like such a header once in many millions, so their number bounds the depth.
    return len(cell) > _SHORTEST and _collections(cell) > deepest


def _depth(text: bytes) -> int:
    signs = np.frombuffer(text, dtype=np.uint8)
    steps = np.isin(signs, (40, 91, 123)).astype(np.int64) - np.isin(signs, (41, 93, 125))
    return int(np.cumsum(steps).max(initial=0))


def _collections(cell: bytes) -> int:
    return sum(1 for _ in _HEADERS.finditer(cell))
