"""Geometry nested so deep that a reader that calls itself for each level would end the whole process."""

from __future__ import annotations

import re

import numpy as np

__all__ = ["nested_too_deep"]

_DEEPEST = 100
# Kinds of a collection in WKB: plain, with heights, with measures, with both.
_KINDS = (7, 1007, 2007, 3007)
_FLAGS = (0x00, 0x20, 0x40, 0x60, 0x80, 0xA0, 0xC0, 0xE0)
_HEADERS = re.compile(
    b"|".join(
        re.escape(header)
        for kind in _KINDS
        for flag in _FLAGS
        for header in (
            b"\x01" + kind.to_bytes(3, "little") + bytes([flag]),
            b"\x00" + bytes([flag]) + kind.to_bytes(3, "big"),
        )
    )
)
_HEX = re.compile(r"\s*0[01][0-9A-Fa-f]{8}")
# Each level of a collection takes at least nine bytes, each of a text one bracket.
_SHORTEST = 9 * _DEEPEST


def nested_too_deep(cell: str | bytes, *, deepest: int = _DEEPEST) -> bool:
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
