"""Shapes and tables as compact bytes for the page, never less than the ground they stand for."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from kosovo_hazards.geometry import cut_at_antimeridian, in_chunks, simple_parts, usable
from kosovo_hazards.schema import Direction

__all__ = [
    "COARSE_STEP",
    "STEPS_PER_DEGREE",
    "encode_columns",
    "encode_shapes",
    "order_for_coding",
    "pack",
    "step_for",
    "unpack",
]

STEPS_PER_DEGREE = 10_000_000
"""Coordinates are whole steps of 1e-7 degree: at most 1.1 cm, so rounding moves a point by less than 8 mm."""

COARSE_STEP = 200
"""Of very large registers, points are multiples of so many steps: 2.2 m. Hazards then reach 2 to 5 m farther."""

# With more points than this a page would be larger than browsers and mail bear.
_MOST_FINE_POINTS = 3_000_000
# Numbers of so many records are written as bytes, if they are not few that repeat.
_MANY = 10_000
# Registers draw straight edges in degrees, the page in Mercator's projection; up to this length they differ by < 5 mm.
_LONGEST_EDGE_DEG = 0.005
_ORDER_BITS = 16
_SIGNS = np.array([code for code in range(35, 127) if chr(code) not in "&<>\\"][:85], dtype=np.uint8)
_POWERS = 85 ** np.arange(4, -1, -1)


def pack(data: bytes) -> str:
    """Compress bytes and write them as text that is safe anywhere in a page.

    Parameters
    ----------
    data
        Any bytes.

    Returns
    -------
    The number of zlib's bytes and the bytes, filled up with zeros, as little-endian numbers of four bytes each: five
    digits to base 85, highest first, written as the signs 35 (``#``) to 126 without ``&``, ``<``, ``>`` and backslash.
    A quarter longer than the bytes, where base 64 would be a third.

    Examples
    --------
    >>> unpack(pack(b"ground"))
    b'ground'
    """
    packed = zlib.compress(data, 6)
    filled = len(packed).to_bytes(4, "little") + packed + bytes(-len(packed) % 4)
    rest = np.frombuffer(filled, dtype="<u4")
    signs = np.empty((len(rest), len(_POWERS)), dtype=np.uint8)
    for digit in range(len(_POWERS) - 1, -1, -1):
        higher = rest // np.uint32(85)
        signs[:, digit] = _SIGNS[rest - higher * np.uint32(85)]
        rest = higher
    return str(signs.tobytes(), "ascii")


def unpack(text: str) -> bytes:
    """Give back the bytes that `pack` took.

    Parameters
    ----------
    text
        What `pack` gave.
    """
    digits = np.searchsorted(_SIGNS, np.frombuffer(text.encode("ascii"), dtype=np.uint8)).reshape(-1, 5)
    numbers = (digits @ _POWERS).astype("<u4")
    return zlib.decompress(numbers[1:].tobytes()[: int(numbers[0])])


def step_for(shapes: NDArray[np.object_]) -> int:
    """How fine shapes are written: 1, or `COARSE_STEP` where they have millions of points together.

    Parameters
    ----------
    shapes
        Polygons; None allowed.
    """
    return 1 if int(shapely.get_num_coordinates(shapes).sum()) <= _MOST_FINE_POINTS else COARSE_STEP


def encode_shapes(
    shapes: NDArray[np.object_], direction: Direction = Direction.OUTWARD, step: int = 1
) -> dict[str, Any]:
    """Rings of polygons as differences of whole steps, byte by byte, compressed.

    Parameters
    ----------
    shapes
        Polygons and multi-polygons in EPSG:4326; None and empty ones have no ring. What crosses itself is made valid
        first, to the safe side.
    direction
        Outward for hazards, which keep all the ground they enclose; inward for releases, which keep only what is sure.
    step
        Points are written as multiples of so many steps. Where it is not 1, hazards are widened and releases narrowed
        first, so that no rounding turns them unsafe; each is held against what it was.

    Returns
    -------
    `records`, `rings`, `points`: how many; `step`; `data`: unsigned 32-bit numbers (rings of each record, points of
    each ring, differences in longitude, in latitude; zigzag-coded, modulo 2³²), stored as all lowest bytes, then all
    second, and so on. Shells run counter-clockwise, holes clockwise; the closing point is left out.

    Examples
    --------
    >>> coded = encode_shapes(np.array([shapely.box(21, 42, 21.001, 42.001), None]))
    >>> coded["records"], coded["rings"], coded["points"]
    (2, 1, 4)
    """
    flat = shapely.force_2d(shapes) if shapely.has_z(shapes).any() else shapes
    drawn = _valid(flat, direction)
    drawn = _with_short_edges(drawn) if step == 1 else in_chunks(
        lambda some, _: _coarse(some, direction, step / STEPS_PER_DEGREE), drawn, drawn
    )  # fmt: skip
    parts, record = shapely.get_parts(drawn, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    shell = np.diff(part, prepend=-1) != 0
    points, ring = _wound(points, ring, shell)
    steps = np.round(points * (STEPS_PER_DEGREE / step)).astype(np.int64)
    numbers = np.concatenate(
        [
            np.bincount(record[part], minlength=len(shapes)),
            np.bincount(ring, minlength=len(rings)),
            _zigzag(steps[:, 0]),
            _zigzag(steps[:, 1]),
        ]
    ).astype("<u4")
    data = _pack_numbers(numbers)
    return {"records": len(shapes), "rings": len(rings), "points": len(steps), "step": step, "data": data}


def encode_columns(table: pd.DataFrame) -> str:
    """Columns of a table as compressed JSON: each value once where values repeat.

    Parameters
    ----------
    table
        Text, numbers, flags and dates; missing stays missing.

    Returns
    -------
    Packed JSON: per column its `name`, `kind` (``text``, ``number``, ``date``: days since 1970) and either `cells`, or
    `values` with `codes` that point into it, -1 for missing. Of thousands of whole numbers, or of words that end in
    one, the numbers stand in `data` as those of shapes do, with `count`, and for words the `prefix` and the `width` to
    which zeros fill the number up.

    Examples
    --------
    >>> text = encode_columns(pd.DataFrame({"status": ["open", None, "open"]}))
    >>> json.loads(unpack(text))
    [{'name': 'status', 'kind': 'text', 'values': ['open'], 'codes': [0, -1, 0]}]
    """
    coded = [_column(str(name), table[name]) for name in table.columns]
    return pack(json.dumps(coded, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8"))


def order_for_coding(shapes: NDArray[np.object_]) -> NDArray[np.intp]:
    """Order in which neighbours follow each other, so that differences are small; those without ground come last.

    Parameters
    ----------
    shapes
        Polygons; None and empty ones allowed.
    """
    bounds = shapely.bounds(shapes)
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    known = np.isfinite(middle).all(axis=1)
    if not known.any():
        return np.arange(len(shapes))
    low, high = middle[known].min(axis=0), middle[known].max(axis=0)
    cell = ((np.nan_to_num(middle) - low) / np.where(high > low, high - low, 1) * (2**_ORDER_BITS - 1)).clip(0)
    code = _interleaved(cell.astype(np.uint64))
    return np.lexsort((code, ~known))


def _valid(shapes: NDArray[np.object_], direction: Direction) -> NDArray[np.object_]:
    shapes, _ = cut_at_antimeridian(shapes)
    broken = ~(shapely.is_valid(shapes) | shapely.is_missing(shapes))
    fixed = usable(shapes, direction)
    fixed[broken] = [_areal(shape) for shape in fixed[broken]]
    return fixed


def _coarse(shapes: NDArray[np.object_], direction: Direction, unit_deg: float) -> NDArray[np.object_]:
    """Shapes with their points on a grid, so that they cover what they were, or lie within it."""
    outward = direction is Direction.OUTWARD
    done = np.full(len(shapes), shapely.Polygon(), dtype=object)
    left = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    # Rounding moves a point by less than 0.71 of a step, and an edge by no more than its points.
    for far in (0.71, 1.5, 3.0):
        moved = shapely.buffer(shapes[left], (far if outward else -far) * unit_deg, join_style="mitre", mitre_limit=2)
        moved = _with_short_edges(moved)
        snapped = shapely.transform(moved, lambda points: np.round(points / unit_deg) * unit_deg)
        if far > 1:
            snapped = shapely.set_precision(moved, unit_deg)
        good = shapely.is_valid(snapped)
        big, small = (snapped, shapes[left]) if outward else (shapes[left], snapped)
        good[good] = shapely.covers(big[good], small[good])
        # Of a release nothing may be left; a hazard that is gone covers nothing.
        good |= shapely.is_empty(snapped) & (not outward)
        done[left[good]] = snapped[good]
        left = left[~good]
        if not len(left):
            break
    # A release that no rounding keeps within its outline is not drawn as one; a hazard as all ground round it.
    if outward and len(left):
        hulls = shapely.convex_hull(shapely.buffer(shapes[left], unit_deg))
        done[left] = shapely.transform(hulls, lambda points: np.round(points / unit_deg) * unit_deg)
    return done


def _wound(
    points: NDArray[np.float64], ring: NDArray[np.int64], shell: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Points without the closing ones, shells counter-clockwise and holes clockwise."""
    count = np.bincount(ring, minlength=len(shell))
    first = np.cumsum(count) - count
    x, y = (points - points[first[ring]]).T
    along = ring[1:] == ring[:-1]
    twice = np.bincount(ring[1:][along], (x[:-1] * y[1:] - x[1:] * y[:-1])[along], minlength=len(shell))
    # The closing point is the first, so that it is left out at either end.
    open_ = np.r_[along, False] if len(ring) else np.zeros(0, dtype=bool)
    at, of = np.flatnonzero(open_), ring[open_]
    turned = ((twice > 0) != shell)[of]
    at[turned] = (2 * first + count - 1)[of[turned]] - at[turned]
    return points[at], of


def _with_short_edges(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    bounds = shapely.bounds(shapes)
    large = np.hypot(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) > _LONGEST_EDGE_DEG
    divided = shapes.copy()
    divided[large] = shapely.segmentize(shapes[large], _LONGEST_EDGE_DEG)
    return divided


def _areal(shape: Any) -> Any:
    parts, _ = simple_parts(np.array([shape], dtype=object))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def _zigzag(steps: NDArray[np.int64]) -> NDArray[np.int64]:
    change = np.diff(steps, prepend=0).astype(np.int32).astype(np.int64)
    return np.asarray(((change << 1) ^ (change >> 63)) & 0xFFFFFFFF, dtype=np.int64)


def _interleaved(cell: NDArray[np.uint64]) -> NDArray[np.uint64]:
    code = np.zeros(len(cell), dtype=np.uint64)
    for bit in range(_ORDER_BITS):
        for axis in (0, 1):
            code |= ((cell[:, axis] >> np.uint64(bit)) & np.uint64(1)) << np.uint64(2 * bit + axis)
    return code


def _column(name: str, values: pd.Series) -> dict[str, Any]:
    kind, cells = _cells(values)
    codes, known = pd.factorize(cells)
    if len(known) > _MANY // 10 and len(cells) > _MANY and kind != "date" and (numbered := _numbered(kind, cells)):
        return {"name": name, "kind": kind, **numbered}
    if len(known) * 2 > len(cells) + 1:
        return {"name": name, "kind": kind, "cells": cells.astype(object).where(cells.notna(), None).tolist()}
    return {"name": name, "kind": kind, "values": _plain(known), "codes": codes.tolist()}


def _numbered(kind: str, cells: pd.Series) -> dict[str, Any] | None:
    """Whole numbers, or words that differ only in a number at their end, as bytes."""
    if cells.isna().any():
        return None
    if kind != "text":
        numbers = cells.to_numpy(dtype=np.float64)
        words = {}
    else:
        ends = cells.str.extract(r"^(.*?)([0-9]{1,9})$")
        if ends[1].isna().any() or (ends[0] != ends[0].iloc[0]).any():
            return None
        numbers = ends[1].astype("int64").to_numpy()
        prefix, width = str(ends[0].iloc[0]), int(ends[1].str.len().min())
        if not (prefix + ends[1].astype("int64").astype("str").str.zfill(width) == cells).all():
            return None
        words = {"prefix": prefix, "width": width}
    if (numbers % 1 != 0).any() or numbers.min() < 0 or numbers.max() >= 2**32:
        return None
    return {**words, "count": len(numbers), "data": _pack_numbers(numbers.astype("<u4"))}


def _pack_numbers(numbers: NDArray[np.uint32]) -> str:
    return pack(numbers.view(np.uint8).reshape(-1, 4).T.tobytes())


def _cells(values: pd.Series) -> tuple[str, pd.Series]:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        days = values.dt.tz_localize(None).astype("datetime64[s]").astype("int64") // 86_400
        return "date", days.astype("Int64").mask(values.isna())
    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        finite = values.astype("Float64").mask(np.isinf(values.astype("float64")))
        whole = bool((finite.dropna() % 1 == 0).all())
        return "number", finite.astype("Int64") if whole else finite.round(6)
    if isinstance(values.dtype, pd.StringDtype):
        return "text", values
    return "text", values.astype(object).map(str, na_action="ignore")


def _plain(values: Sequence[Any]) -> list[Any]:
    return [value.item() if hasattr(value, "item") else value for value in values]
