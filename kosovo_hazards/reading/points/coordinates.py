"""Points as people write them in a cell, one or many, in every notation of the field; see docs/notations.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kosovo_hazards.reading.points.grids import grid_point
from kosovo_hazards.reading.points.measures import (
    AmbiguousError,
    CoordinateError,
    Measure,
    Number,
    measure,
    separated,
)
from kosovo_hazards.reading.points.pairs import HALF_CIRCLE, QUARTER, Position, paired
from kosovo_hazards.reading.points.tokens import Token, plain, quoted, tokens

__all__ = ["Position", "Written", "position", "positions_in", "read_point", "read_points"]


# Corners of one area lie within this of each other; numbers that don't are not pairs of latitude and longitude.
_ONE_AREA_DEG, _ONE_AREA_M = 2.0, 200_000.0
_CORNERS = 3


@dataclass(frozen=True)
class Written:
    """What stands in a cell.

    Attributes
    ----------
    points
        The points, empty if the cell can't be read.
    problem
        Why it can't, as a clause; empty if it can.
    order
        What says which number is the latitude: ``letters``, ``range``, ``grid``, ``latitude first`` where nothing says
        otherwise, or ``longitude first`` where the notation has it so.
    left
        Whether heights or accuracies were left out.
    coarse_m
        To how many metres the coarsest point is given, 0 if that is not said.
    """

    points: tuple[Position, ...] = ()
    problem: str = ""
    order: str = ""
    left: bool = False
    coarse_m: int = 0


def position(text: str) -> Position | None:
    """Read one point; latitude comes first where no letter says otherwise (ISO 6709).

    Examples
    --------
    >>> position("42.6021, 21.0032")
    Position(x=21.0032, y=42.6021, epsg=None)
    >>> position("21°E 42°30'N")
    Position(x=21.0, y=42.5, epsg=None)
    >>> position("34T 512345 4712345")
    Position(x=512345.0, y=4712345.0, epsg=32634)
    >>> position("34T EN 12345 12345")
    Position(x=512345.0, y=4712345.0, epsg=32634)
    """
    found = read_point(text).points
    return found[0] if found else None


def positions_in(text: str) -> list[Position] | None:
    """Read the points listed in one cell; see `read_points`.

    Returns
    -------
    The points; None if one of them can't be read.

    Examples
    --------
    >>> len(positions_in("42.60 21.00; 42.60 21.01; 42.61 21.01"))
    3
    """
    return list(read_points(text).points) or None


def read_point(text: str) -> Written:
    """Read a cell that holds one point.

    Examples
    --------
    >>> read_point("42.39'45 N 21 E").problem
    'has the mark of minutes where degrees belong'
    """
    found = read_points(text)
    if len(found.points) > 1:
        return Written(problem=f"holds {len(found.points)} points where one belongs")
    return found


def read_points(text: str) -> Written:
    """Read the points listed in one cell.

    Parameters
    ----------
    text
        Points parted by semicolons, bars, lines or brackets; longitude,latitude[,height] parted by blanks as in KML;
        pairs parted by commas as in WKT; or numbers alone, latitude first, as in GML.

    Examples
    --------
    >>> [point[:2] for point in read_points("21.0,42.6,0 21.1,42.6,0 21.1,42.7,0").points]
    [(21.0, 42.6), (21.1, 42.6), (21.1, 42.7)]
    """
    simple = plain(text)
    if not any(sign.isdigit() for sign in simple):
        return Written(problem="has no number in it")
    try:
        if (at_once := _grid(simple)) is not None:
            return at_once
        return _together(*_parts(tokens(simple), simple))
    except CoordinateError as error:
        return Written(problem=str(error))


def _grid(simple: str) -> Written | None:
    """Points of UTM or MGRS, or Plus codes, alone or in a list; None if the first is none."""
    pieces = [piece.strip(" ,()[]") for piece in re.split(r"[;\n|]", simple)]
    pieces = [piece for piece in pieces if piece]
    if not pieces or grid_point(pieces[0]) is None:
        return None
    points, coarse = [], 0
    for piece in pieces:
        found = grid_point(piece)
        if found is None:
            raise CoordinateError(f"has {quoted(piece)} in a list of points of UTM or MGRS, or of Plus codes")
        points.append(Position(*found[:3]))
        coarse = max(coarse, found[3])
    return Written(tuple(points), order="grid", coarse_m=coarse)


# --- lists -----------------------------------------------------------------------------------------------------------


def _parts(found: Sequence[Token], simple: str) -> tuple[list[list[Token]], str]:
    """The points of a list, each as its tokens, and the kind of bracket round them."""
    brackets = "".join(dict.fromkeys(sign for sign in simple if sign in "(["))
    if len(brackets) > 1:
        raise CoordinateError("has brackets of two kinds")
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in found:
        if token.kind == "semi" or (token.kind == "open" and parts[-1] and parts[-1][-1].kind != "comma"):
            parts.append([])
        elif token.kind == "open" and parts[-1]:
            # A comma between two brackets belongs to neither.
            parts[-1].pop()
            parts.append([])
        if token.kind in ("open", "close"):
            depth += 1 if token.kind == "open" else -1
            if depth < 0:
                raise CoordinateError("has a bracket that nothing opens")
        elif token.kind != "semi":
            parts[-1].append(token)
    if depth:
        raise CoordinateError("has a bracket that nothing closes")
    return [part for part in parts if part], brackets


def _together(parts: Sequence[Sequence[Token]], brackets: str) -> Written:
    """The points of a list, its commas read as decimal marks if that gives points, else as separators."""
    first: CoordinateError | None = None
    for commas_inside in (True, False):
        try:
            return _placed_all(_pairs(parts, brackets, commas_inside=commas_inside))
        except AmbiguousError:
            raise
        except CoordinateError as error:
            first = first or error
            if not any("," in token.text for part in parts for token in part if token.kind == "number"):
                break
    if (alternating := _alternating(parts)) is not None:
        return _placed_all(alternating)
    raise first or CoordinateError("has no number in it")


@dataclass(frozen=True)
class _Pairs:
    """Two coordinates a point, what comes first if nothing says otherwise, and whether heights were left out."""

    pairs: Sequence[tuple[Measure, Measure]]
    order: str = "latitude first"
    left: bool = False


def _placed_all(found: _Pairs) -> Written:
    """The points, in the order that the range of one of them may decide for all."""
    order = found.order
    read = [paired(first, second, order) for first, second in found.pairs]
    if any(how == "range" for _, how in read):
        firsts = {abs(first.value) > QUARTER for (first, _), (_, how) in zip(found.pairs, read, strict=True)
                  if how == "range"}  # fmt: skip
        if len(firsts) > 1:
            raise CoordinateError("has points of which some can only have latitude first and others longitude")
        order = "longitude first" if firsts.pop() else "latitude first"
        read = [(paired(first, second, order)[0], "range") for first, second in found.pairs]
    orders = {how for _, how in read}
    if len(orders) > 1 and "grid" in orders:
        raise CoordinateError("has degrees and metres in one list")
    return Written(
        tuple(point for point, _ in read), order=orders.pop() if len(orders) == 1 else "letters", left=found.left
    )


def _alternating(parts: Sequence[Sequence[Token]]) -> _Pairs | None:
    """Points such as 42,6021,21,0032, in which each second comma is a decimal mark."""
    pairs = []
    for part in parts:
        pieces = part[0].text.split(",") if len(part) == 1 else []
        if len(pieces) != 4 or "." in part[0].text or min(len(pieces[1]), len(pieces[3])) < _CORNERS:
            return None
        pairs.append((measure([Number(f"{pieces[0]}.{pieces[1]}")]), measure([Number(f"{pieces[2]}.{pieces[3]}")])))
    return _Pairs(pairs)


def _pairs(parts: Sequence[Sequence[Token]], brackets: str, *, commas_inside: bool) -> _Pairs:
    read = [separated(part, commas_inside=commas_inside) for part in parts]
    order = "longitude first" if brackets == "[" else "latitude first"
    if len(parts) == 2 and all(len(found) == 1 for found, _ in read):
        return _Pairs([(read[0][0][0], read[1][0][0])], order)
    if len(parts) > 1 and any(len(found) == 1 for found, _ in read):
        raise CoordinateError("has semicolons between single numbers, so nobody can tell which of them are pairs")
    if len(parts) > 1 and all(len(found) == 4 and _bare(found) for found, _ in read):
        return _of_fours([found for found, _ in read], order)
    each = [_of_one_part(found, between, order) for found, between in read]
    if len(parts) == 1:
        return each[0]
    if any(len(one.pairs) != 1 for one in each):
        raise CoordinateError("has several points between two semicolons")
    return _Pairs([one.pairs[0] for one in each], order, any(one.left for one in each))


def _bare(found: Sequence[Measure]) -> bool:
    return all(item.number is not None and not item.axis for item in found)


def _fraction(item: Measure) -> bool:
    return item.number is not None and item.number.fraction


def _of_fours(quadruples: Sequence[Sequence[Measure]], order: str) -> _Pairs:
    """Points of four bare numbers: latitude, longitude, height and accuracy of field forms, or degrees and minutes."""
    if any(_fraction(found[0]) for found in quadruples):
        return _Pairs([(found[0], found[1]) for found in quadruples], order, left=True)
    if not any(_fraction(item) for found in quadruples for item in found):
        raise CoordinateError(
            "holds four whole numbers a point: degrees and minutes twice, or latitude, longitude, height and accuracy"
        )
    return _Pairs([_two_angles(found) for found in quadruples], order)


def _two_angles(found: Sequence[Measure]) -> tuple[Measure, Measure]:
    """Degrees and minutes, or degrees, minutes and seconds, twice without marks."""
    half = len(found) // 2
    halves = []
    for group in (found[:half], found[half:]):
        if any(item.sign < 0 for item in group[1:]):
            raise CoordinateError("has a sign within an angle")
        numbers = [item.number for item in group if item.number is not None]
        halves.append(measure(numbers, sign="-" if group[0].sign < 0 else ""))
    return halves[0], halves[1]


# --- one part --------------------------------------------------------------------------------------------------------


def _of_one_part(found: Sequence[Measure], between: Sequence[str], order: str) -> _Pairs:
    """The points of numbers between which no semicolon stands."""
    count = len(found)
    if count < 2:
        raise CoordinateError("is one number; a point needs two")
    if count == 2:
        return _Pairs([(found[0], found[1])], order)
    if not _bare(found):
        return _of_angles(found, order)
    if count == 3:
        return _of_three(found, order)
    if count in (4, 6) and not _fraction(found[0]) and _halved(between):
        return _Pairs([_two_angles(found)])
    if count == 4 and len(set(between)) == 1 and not (_like(found[0], found[2]) and _like(found[1], found[3])):
        if not _fraction(found[0]):
            raise CoordinateError("holds four numbers, and nothing says what they are")
        return _Pairs([(found[0], found[1])], order, left=True)
    return _of_many(found, between, order)


def _of_angles(found: Sequence[Measure], order: str) -> _Pairs:
    """Points of angles with marks or letters, one after the other."""
    if len(found) % 2:
        raise CoordinateError(f"holds {len(found)} coordinates, which are no pairs")
    return _Pairs(list(zip(found[::2], found[1::2], strict=True)), order)


def _of_three(found: Sequence[Measure], order: str) -> _Pairs:
    """Latitude, longitude and height."""
    if not (_fraction(found[0]) and _fraction(found[1])) and abs(found[0].value) <= HALF_CIRCLE:
        raise CoordinateError("holds three numbers, and nothing says what they are")
    return _Pairs([(found[0], found[1])], order, left=True)


def _halved(between: Sequence[str]) -> bool:
    """Whether blanks part the numbers, and perhaps something else in the middle."""
    middle = len(between) // 2
    return {*between[:middle], *between[middle + 1 :]} == {"blank"}


def _like(a: Measure, b: Measure) -> bool:
    return abs(a.value - b.value) <= _ONE_AREA_DEG


def _of_many(found: Sequence[Measure], between: Sequence[str], order: str) -> _Pairs:
    """Points one after the other: as in KML, as in WKT, or as numbers alone."""
    kinds = set(between)
    for inner, outer in (("glued", "blank"), ("blank", "comma"), ("blank", "glued"), ("comma", "blank")):
        if kinds == {inner, outer} and (size := _even(between, outer)) in (2, 3, 4):
            # KML and WKT have longitude first by their standards.
            return _grouped(found, size, order if (inner, outer) == ("comma", "blank") else "longitude first")
    sizes = [size for size in (2, 3, 4) if len(found) % size == 0 and _coherent(found, size)]
    if len(kinds) > 1 or not sizes:
        raise CoordinateError("has numbers that nothing parts into points")
    return _grouped(found, sizes[0], order)


def _grouped(found: Sequence[Measure], size: int, order: str) -> _Pairs:
    return _Pairs([(found[i], found[i + 1]) for i in range(0, len(found), size)], order, left=size > 2)


def _even(between: Sequence[str], outer: str) -> int:
    """How many numbers stand in each group, 0 if not always as many."""
    at = [place for place, kind in enumerate(between) if kind == outer]
    sizes = set(np.diff([-1, *at, len(between)]).tolist())
    return int(sizes.pop()) if len(sizes) == 1 else 0


def _coherent(found: Sequence[Measure], size: int) -> bool:
    """Whether numbers in groups of this size are points of one area."""
    values = np.array([item.value for item in found]).reshape(-1, size)[:, :2]
    metres = np.abs(values).min() > HALF_CIRCLE
    return bool(np.ptp(values, axis=0).max() <= (_ONE_AREA_M if metres else _ONE_AREA_DEG))
