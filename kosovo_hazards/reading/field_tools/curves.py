"""True curves drawn with straight lines: once round all their ground, once within it.

A curve is cut into pieces that bend one way only. A chord lies on the inner side of such a piece, and the tangents at
its ends meet on its outer side; so both outlines are safe by construction, and close because the pieces are short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from kosovo_hazards._arrays import Floats
from kosovo_hazards.reading.formats.outlines import NoPositions

__all__ = [
    "CURVES_DRAWN",
    "CURVES_NOT_DRAWN",
    "MOST_BESIDE_M",
    "Ring",
    "drawn_path",
    "drawn_ring",
    "note_on_curves",
]

MOST_BESIDE_M = 0.1
"""Metres by which a drawn line may lie beside a curve."""

CURVES_DRAWN = f"curves drawn with straight lines at most {MOST_BESIDE_M:g} m beside them"
CURVES_NOT_DRAWN = (
    "has curves that can't be drawn with straight lines – simplify or densify them where the data are kept"
)

# Half of it in metres, and in degrees on the equator, where they are longest.
_TOLERANCE_M = MOST_BESIDE_M / 2
_TOLERANCE_DEG = _TOLERANCE_M / 111_320
_HALF_CIRCLE_DEG = 360.0
# The widest angle of one piece of an arc, and how many pieces a curve may have.
_WIDEST_RAD = np.pi / 8
_MOST_PIECES = 20_000


class Ring(NamedTuple):
    """A ring of straight lines for one with curves.

    Attributes
    ----------
    left, right
        Positions of lines that nowhere lie to the right, or to the left, of the curve in its direction.
    curved
        Whether it has curves; if not, both are the ring itself.
    """

    left: Floats
    right: Floats
    curved: bool


class _Arc(NamedTuple):
    """A curve as a function of a parameter, with its direction, between two values, and where it may be cut."""

    place: Callable[[Floats], Floats]
    direction: Callable[[Floats], Floats]
    cuts: Floats


def drawn_ring(listed: Sequence[Any]) -> Ring:
    """Draw a ring or path whose parts are positions and curves.

    Parameters
    ----------
    listed
        Positions, and objects with the member ``c`` (circular arc by a place on it), ``a`` (elliptic or circular arc by
        its centre) or ``b`` (Bézier curve), as in Esri's description of curve objects.

    Raises
    ------
    NoPositions
        If something else stands there.

    Examples
    --------
    >>> half_a_circle = [[0, 0], {"c": [[20, 0], [10, 10]]}, [0, 0]]
    >>> ring = drawn_ring(half_a_circle)
    >>> ring.curved, float(ring.left[:, 1].max()) >= 10, float(ring.right[:, 1].max()) <= 10
    (True, True, True)
    """
    if not isinstance(listed, list) or not listed:
        raise NoPositions
    start = _place(listed[0])
    left, right = [start[None]], [start[None]]
    curved = False
    for part in listed[1:]:
        if isinstance(part, dict):
            end, arc = _curve(start, part)
            outer, inner = _both_sides(arc, start, end)
            left.append(outer)
            right.append(inner)
            curved = True
        else:
            end = _place(part)
            left.append(end[None])
            right.append(end[None])
        start = end
    return Ring(np.vstack(left), np.vstack(right), curved)


def drawn_path(listed: Sequence[Any]) -> Floats:
    """Draw a path with curves, which encloses nothing: places on it and between.

    Raises
    ------
    NoPositions
        If something else than positions and curves stands there.
    """
    return drawn_ring(listed).left


def note_on_curves(count: int) -> str:
    """What is told of a file of which so many records have curves."""
    return (
        f"curves of {count:,} records were drawn with straight lines at most {MOST_BESIDE_M:g} m beside them: round "
        "all ground of hazards, and within that of releases"
    )


def _place(listed: Any) -> Floats:
    try:
        place = np.array(listed[:2], dtype=np.float64)
    except (TypeError, ValueError, KeyError) as error:
        raise NoPositions from error
    if place.shape != (2,) or not np.isfinite(place).all():
        raise NoPositions
    return place


def _curve(start: Floats, part: dict[str, Any]) -> tuple[Floats, _Arc]:
    for kind, read in (("c", _through), ("a", _round), ("b", _bezier)):
        said = part.get(kind)
        if isinstance(said, list) and len(said) >= 2:
            return _place(said[0]), read(start, said)
    raise NoPositions


# --- kinds of curves -------------------------------------------------------------------------------------------------


def _ellipse(centre: Floats, axes: Floats, first: float, last: float) -> _Arc:
    """Part of the ellipse whose half axes are the columns of a matrix, between two angles of its parameter."""

    def place(at: Floats) -> Floats:
        return np.asarray(centre + np.stack([np.cos(at), np.sin(at)], axis=1) @ axes.T, dtype=np.float64)

    def direction(at: Floats) -> Floats:
        along = np.stack([-np.sin(at), np.cos(at)], axis=1) @ axes.T
        return np.asarray(np.sign(last - first) * along, dtype=np.float64)

    reach = float(np.linalg.norm(axes, 2))
    # Where tangents of a circle meet that is cut at an angle t, they lie r (1 / cos(t / 2) - 1) beyond it.
    step = 2 * np.arccos(1 / (1 + _tolerance(centre, reach) / max(reach, 1e-300)))
    count = int(np.ceil(abs(last - first) / min(max(step, 1e-9), _WIDEST_RAD)))
    return _Arc(place, direction, np.linspace(first, last, _within(count) + 1))


def _through(start: Floats, said: list[Any]) -> _Arc:
    """The arc of a circle through three places."""
    end, between = _place(said[0]), _place(said[1])
    if np.array_equal(start, end):
        # A whole circle: the place between lies opposite.
        centre = (start + between) / 2
        first = float(np.arctan2(*(start - centre)[::-1]))
        return _ellipse(centre, np.eye(2) * np.linalg.norm(start - centre), first, first - 2 * np.pi)
    a, b = between - start, end - start
    cross = a[0] * b[1] - a[1] * b[0]
    if abs(cross) <= 1e-12 * max(float(a @ a), float(b @ b)):
        return _straight(start, end)
    square = np.array([a @ a, b @ b])
    middle = np.array([b[1] * square[0] - a[1] * square[1], a[0] * square[1] - b[0] * square[0]]) / (2 * cross)
    radius = float(np.linalg.norm(middle))
    first = float(np.arctan2(-middle[1], -middle[0]))
    last = float(np.arctan2(*(b - middle)[::-1]))
    # The place between lies to the left of the chord where the arc runs with the clock.
    turn = _turned(last - first, clockwise=cross < 0)
    return _ellipse(start + middle, np.eye(2) * radius, first, first - turn if cross < 0 else first + turn)


def _round(start: Floats, said: list[Any]) -> _Arc:
    """The arc of an ellipse or circle round a centre."""
    end, centre = _place(said[0]), _place(said[1])
    try:
        minor, clockwise = bool(said[2]), bool(said[3])
        rotation, major, ratio = (float(value) for value in said[4:7]) if len(said) >= 7 else (0.0, 0.0, 1.0)
    except (IndexError, TypeError, ValueError) as error:
        raise NoPositions from error
    if major <= 0 or not 0 < ratio <= 1:
        rotation, major, ratio = 0.0, float(np.linalg.norm(start - centre)), 1.0
    turn = np.array([[np.cos(rotation), -np.sin(rotation)], [np.sin(rotation), np.cos(rotation)]])
    axes = turn @ np.diag([major, major * ratio])
    angles = [float(np.arctan2(*np.linalg.solve(axes, place - centre)[::-1])) for place in (start, end)]
    if np.array_equal(start, end):
        swept = 2 * np.pi
    else:
        swept = _turned(angles[1] - angles[0], clockwise=clockwise)
        # The two say the same; where they do not, the smaller or larger part counts as it is named.
        if minor != (swept <= np.pi) and abs(swept - np.pi) > 1e-6:
            clockwise, swept = not clockwise, 2 * np.pi - swept
    return _ellipse(centre, axes, angles[0], angles[0] - swept if clockwise else angles[0] + swept)


def _bezier(start: Floats, said: list[Any]) -> _Arc:
    """A cubic curve, cut where it changes the way it bends."""
    if len(said) < 3:
        raise NoPositions
    p = np.array([start, _place(said[1]), _place(said[2]), _place(said[0])])
    first, second = 3 * np.diff(p, axis=0), 6 * np.diff(p, n=2, axis=0)

    def place(at: Floats) -> Floats:
        t = at[:, None]
        weights = np.concatenate([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], axis=1)
        return np.asarray(weights @ p, dtype=np.float64)

    def direction(at: Floats) -> Floats:
        t = at[:, None]
        along = (1 - t) ** 2 * first[0] + 2 * t * (1 - t) * first[1] + t**2 * first[2]
        # Where a control point falls on an end, the curve sets out towards the next one.
        still = np.linalg.norm(along, axis=1) <= 1e-9 * np.abs(first).max()
        outward = np.where(t < 0.5, (1 - t) * second[0] + t * second[1], -(1 - t) * second[0] - t * second[1])
        return np.asarray(np.where(still[:, None], outward, along), dtype=np.float64)

    # A chord over a step h lies at most |p''| h² / 8 beside the curve, and tangents meet no farther than twice that.
    bend = float(np.linalg.norm(second, axis=1).max())
    step = np.sqrt(4 * _tolerance(p.mean(axis=0), float(np.ptp(p, axis=0).max())) / bend) if bend > 0 else 1.0
    cuts = np.linspace(0, 1, _within(int(np.ceil(1 / min(step, 0.125)))) + 1)
    return _Arc(place, direction, np.unique(np.r_[cuts, _inflections(p)]))


def _inflections(p: Floats) -> Floats:
    """Where p' × p'' is 0."""
    a, b, c = p[1] - p[0], p[2] - 2 * p[1] + p[0], p[3] - 3 * p[2] + 3 * p[1] - p[0]
    terms = [b[0] * c[1] - b[1] * c[0], a[0] * c[1] - a[1] * c[0], a[0] * b[1] - a[1] * b[0]]
    roots = np.roots(terms)
    real = roots[np.isreal(roots)].real
    return np.asarray(real[(real > 0) & (real < 1)], dtype=np.float64)


def _straight(start: Floats, end: Floats) -> _Arc:
    def place(at: Floats) -> Floats:
        return start + at[:, None] * (end - start)

    def direction(at: Floats) -> Floats:
        return np.broadcast_to(end - start, (len(at), 2))

    return _Arc(place, direction, np.array([0.0, 1.0]))


def _turned(angle: float, *, clockwise: bool) -> float:
    """How far an arc turns, between 0 and a full circle."""
    return float((-angle if clockwise else angle) % (2 * np.pi))


def _tolerance(centre: Floats, reach: float) -> float:
    """Half of what is allowed, in degrees where the coordinates can be no metres."""
    return _TOLERANCE_DEG if np.abs(centre).max() + reach <= _HALF_CIRCLE_DEG else _TOLERANCE_M


def _within(count: int) -> int:
    if count > _MOST_PIECES:
        raise NoPositions
    return max(count, 1)


# --- straight lines on both sides ------------------------------------------------------------------------------------


def _both_sides(arc: _Arc, start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """Positions behind the start, to the left of the curve or on it, and to its right or on it.

    Raises
    ------
    NoPositions
        If tangents meet too far away, as they do at a cusp.
    """
    places = arc.place(arc.cuts)
    places[0], places[-1] = start, end
    tangents = arc.direction(arc.cuts)
    meeting, bends = _meetings(places, tangents)
    limit = 2 * _tolerance(places.mean(axis=0), float(np.ptp(places, axis=0).max()))
    if (_beside(meeting, places) > limit)[bends != 0].any():
        raise NoPositions
    sides = []
    for outer in (bends < 0, bends > 0):
        # On the outer side of a bend the tangents' meeting comes before the end of the piece.
        steps = np.stack([np.where(outer[:, None], meeting, places[1:]), places[1:]], axis=1).reshape(-1, 2)
        keep = np.ones(len(steps), dtype=bool)
        keep[::2] = outer
        sides.append(steps[keep])
    return sides[0], sides[1]


def _beside(meeting: Floats, places: Floats) -> Floats:
    """How far tangents meet beside the chord of their piece."""
    chord = np.diff(places, axis=0)
    away = meeting - places[:-1]
    length = np.maximum(np.linalg.norm(chord, axis=1), 1e-300)
    beside: Floats = np.abs(chord[:, 0] * away[:, 1] - chord[:, 1] * away[:, 0]) / length
    return beside


def _meetings(places: Floats, tangents: Floats) -> tuple[Floats, Floats]:
    """Where tangents at both ends of each piece meet, and the side to which each bends: 1 left, -1 right, 0 none."""
    chord = np.diff(places, axis=0)
    a, b = tangents[:-1], tangents[1:]
    cross = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    size = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    bent = np.abs(cross) > 1e-12 * size
    along = (chord[:, 0] * b[:, 1] - chord[:, 1] * b[:, 0]) / np.where(bent, cross, 1.0)
    meeting = places[:-1] + along[:, None] * a
    return meeting, np.where(bent, np.sign(cross), 0.0)
