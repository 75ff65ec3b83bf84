"""True curves in well-known bytes (ISO SQL/MM), drawn with straight lines on the safe side of them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Floats, Mask, Objects
from kosovo_hazards.reading.field_tools.curves import drawn_path, drawn_ring
from kosovo_hazards.reading.files.nesting import DEEPEST, headers_of
from kosovo_hazards.reading.formats.outlines import Geometry, NoPositions

__all__ = ["are_curved", "curved_geometry", "kinds_of"]

_POINT, _LINE, _POLYGON, _COLLECTION = 1, 2, 3, 7
_ARCS, _COMPOUND, _CURVED_POLYGON = 8, 9, 10
_LINES = (_LINE, _ARCS, _COMPOUND)
# What has parts of its own: of points, lines, polygons and of all, of curves and of surfaces.
_OF_PARTS = (4, 5, 6, _COLLECTION, 11, 12)
# CircularString to MultiSurface, and the two abstract kinds.
_CURVES = range(_ARCS, 15)
_HEADERS_OF_CURVES = headers_of(_CURVES)
_HEADER = 5


def are_curved(cells: Objects) -> Mask:
    """Which bytes are of a kind that may hold curves, or of a collection with such a kind in it.

    Parameters
    ----------
    cells
        Well-known bytes, None where there are none.

    Examples
    --------
    >>> are_curved(np.array([bytes.fromhex("010a00000000000000"), shapely.to_wkb(shapely.Point(0, 0)), None])).tolist()
    [True, False, False]
    """
    kinds = kinds_of(cells)
    found = np.isin(kinds, list(_CURVES))
    for at in np.flatnonzero(kinds == _COLLECTION):
        # Coordinates look like such a header once in many millions; then a straight one is read in the same way.
        found[at] = _HEADERS_OF_CURVES.search(bytes(cells[at])) is not None
    return found


def kinds_of(cells: Objects) -> NDArray[np.uint32]:
    """The kind of geometry that bytes begin with, 1 (point) to 17, whatever dimensions it has; 0 for none.

    Parameters
    ----------
    cells
        Well-known bytes, None where there are none.

    Examples
    --------
    >>> kinds_of(np.array([shapely.to_wkb(shapely.Point(0, 0)), None, b"?"], dtype=object)).tolist()
    [1, 0, 0]
    """
    given = np.where(cells == None, b"", cells)  # noqa: E711 - of each cell
    heads = np.frombuffer(given.astype(f"S{_HEADER}").tobytes(), dtype=np.uint8).reshape(-1, _HEADER)
    numbers = np.where(heads[:, :1] == 1, heads[:, 1:], heads[:, :0:-1]).copy().view("<u4").ravel()
    short = np.fromiter(map(len, given), dtype=np.int64, count=len(given)) < _HEADER
    return np.where(short, 0, (numbers & 0x0FFF_FFFF) % 1000)


def curved_geometry(cell: bytes, *, outward: bool) -> tuple[Geometry, bool]:
    """What a cell of well-known bytes draws: outer rings round their curves and holes within theirs, or the other way.

    Parameters
    ----------
    cell
        The bytes, with heights and measures or without, which are left out.
    outward
        Whether the lines lie round the ground, as they have to for hazards, or within it.

    Returns
    -------
    What is drawn, and whether there is a curve in it; databases keep straight polygons as kinds for curves too.

    Raises
    ------
    NoPositions
        If the bytes are damaged, or a curve can't be drawn.
    """
    try:
        parts = list(_Bytes(cell).parts(DEEPEST))
    except (struct.error, IndexError) as error:
        raise NoPositions from error
    drawn = Geometry(is_many=len(parts) != 1)
    for part in parts:
        if part.kind == _POINT:
            drawn.others.append(shapely.Point(part.lines[0][0]))
        elif part.kind in _LINES:
            drawn.others.append(shapely.LineString(drawn_path(part.lines[0])))
        else:
            drawn.polygons.append([_side(line, wide=outward == (at == 0)) for at, line in enumerate(part.lines)])
    return drawn, any(isinstance(place, dict) for part in parts for line in part.lines for place in line)


def _side(line: list[Any], *, wide: bool) -> Floats:
    if not line:
        return np.empty((0, 2))
    ring = drawn_ring(line)
    x, y = (ring.left - ring.left[0]).T
    clockwise = float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) <= 0
    return ring.left if clockwise == wide else ring.right


class _Part(NamedTuple):
    """A point, a line or a polygon with its rings: positions and curves in the notation of `drawn_ring`."""

    kind: int
    lines: list[list[Any]]


class _Bytes:
    """Bytes that are read from front to back."""

    def __init__(self, cell: bytes) -> None:
        self.cell, self.at = bytes(cell), 0

    def parts(self, deepest: int) -> Iterator[_Part]:
        kind, order, width = self._head()
        if deepest == 0:
            raise NoPositions
        if kind in _OF_PARTS:
            for _ in range(self._count(order)):
                yield from self.parts(deepest - 1)
        elif kind == _POINT:
            yield _Part(kind, [self._positions(order, width, 1)])
        elif kind in _LINES:
            yield _Part(kind, [self._line(kind, order, width)])
        elif kind == _POLYGON:
            rings = [self._positions(order, width, self._count(order)) for _ in range(self._count(order))]
            yield _Part(kind, rings)
        elif kind == _CURVED_POLYGON:
            yield _Part(kind, [self._line(*self._head()) for _ in range(self._count(order))])
        else:
            raise NoPositions

    def _head(self) -> tuple[int, str, int]:
        """Kind, order of bytes, and numbers a position."""
        order = "<" if self.cell[self.at] == 1 else ">"
        (code,) = struct.unpack_from(f"{order}I", self.cell, self.at + 1)
        self.at += _HEADER + (4 if code & 0x2000_0000 else 0)
        kind = code & 0x0FFF_FFFF
        heights = kind // 1000 in (1, 3) or bool(code & 0x8000_0000)
        measures = kind // 1000 in (2, 3) or bool(code & 0x4000_0000)
        return kind % 1000, order, 2 + heights + measures

    def _count(self, order: str) -> int:
        (count,) = struct.unpack_from(f"{order}I", self.cell, self.at)
        self.at += 4
        # Each takes at least four bytes.
        if 4 * count > len(self.cell) - self.at:
            raise NoPositions
        return int(count)

    def _positions(self, order: str, width: int, count: int) -> list[Any]:
        numbers = count * width
        if 8 * numbers > len(self.cell) - self.at:
            raise NoPositions
        listed = np.frombuffer(self.cell, dtype=f"{order}f8", count=numbers, offset=self.at).reshape(-1, width)
        self.at += 8 * numbers
        places: list[Any] = listed[:, :2].tolist()
        return places

    def _line(self, kind: int, order: str, width: int) -> list[Any]:
        if kind == _COMPOUND:
            whole: list[Any] = []
            for _ in range(self._count(order)):
                piece = self._line(*self._simple())
                # Each piece begins where the one before it ends.
                whole += piece[1:] if whole and piece else piece
            return whole
        if kind not in (_LINE, _ARCS):
            raise NoPositions
        places = self._positions(order, width, self._count(order))
        if kind == _LINE or not places:
            return places
        if len(places) % 2 == 0:
            raise NoPositions
        arcs = pairwise(places[::2])
        return [places[0], *({"c": [end, between]} for (_, end), between in zip(arcs, places[1::2], strict=True))]

    def _simple(self) -> tuple[int, str, int]:
        head = self._head()
        if head[0] == _COMPOUND:
            raise NoPositions
        return head
