"""Broken polygons made whole without losing ground, with a word on what was done to each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["Repaired", "repaired"]

Shapes = NDArray[np.object_]
Texts = NDArray[np.object_]
Mask = NDArray[np.bool_]

_POINT, _LINE, _RING, _POLYGON, _MULTIPOINT, _MULTILINE, _MULTIPOLYGON, _COLLECTION = range(8)
_KINDS = {_POINT: "a point", _LINE: "an open line", _RING: "a ring", _MULTIPOINT: "points", _MULTILINE: "open lines"}
# Above this many pairs of a face and an edge, winding is not reckoned and all that a ring encloses is kept.
_MOST_PAIRS = 200_000_000
_PAIRS_AT_ONCE = 5_000_000


@dataclass(frozen=True)
class Repaired:
    """Polygons that are whole, and what became of the others.

    Attributes
    ----------
    shapes
        Valid polygons and multi-polygons without heights, outer rings counter-clockwise; None where there is none.
    what
        What was done to each, as clauses joined by semicolons; empty where it was whole already.
    problem
        Why there is no polygon, as a clause; empty where there is one.
    drawn
        The ground that outer rings wind round, less holes, to reckon the area before the repair.
    turned
        How many had rings wound the other way; that changes no ground.
    """

    shapes: Shapes
    drawn: Shapes
    what: Texts
    problem: Texts
    turned: int


def repaired(shapes: Shapes) -> Repaired:
    """Make polygons valid so that they cover at least the ground that was drawn.

    Parameters
    ----------
    shapes
        Geometry of any kind, valid or not; it is not changed.

    Returns
    -------
    One shape for each that came in. A ring that only touches itself keeps the ground it winds round. A ring that
    crosses itself keeps all the ground it encloses: bow-ties keep both lobes. Overlapping and nested parts are
    joined, holes stay where they lie within their shell, and whatever counts as ground by the even-odd rule is ground
    too. Lines that close become polygons; points and lines beside polygons in a collection are left out and told.

    Examples
    --------
    >>> import numpy as np, shapely
    >>> bow_tie = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
    >>> result = repaired(np.array([bow_tie]))
    >>> result.shapes[0].area, result.what[0]
    (2.0, 'ring crossed itself: all the ground it encloses is kept')
    """
    with np.errstate(invalid="ignore", over="ignore"):
        return _repaired(shapes)


def _repaired(shapes: Shapes) -> Repaired:
    what = np.full(len(shapes), "", dtype=object)
    problem = np.full(len(shapes), "", dtype=object)
    mended = _without_heights(shapes, what)
    _refuse(mended, problem, shapely.is_missing(mended), "has no polygon")
    _refuse(mended, problem, _not_finite(mended), "has coordinates that are not numbers")
    _close_lines(mended, what)
    _take_polygons(mended, what)
    kinds = shapely.get_type_id(mended)
    for kind, name in _KINDS.items():
        _refuse(mended, problem, (kinds == kind) & ~shapely.is_empty(mended), f"is {name}, not a polygon")
    _refuse(mended, problem, shapely.is_empty(mended) & ~shapely.is_empty(shapes), "holds points or lines, no polygon")
    _refuse(mended, problem, shapely.is_empty(mended), "has an empty polygon")
    _refuse(mended, problem, kinds > _COLLECTION, "is a curve, not a polygon")
    _drop_repeated_points(mended, what)
    drawn = mended.copy()
    _cover_broken(mended, drawn, what)
    _refuse(mended, problem, shapely.is_empty(mended), "encloses no ground")
    turned = _oriented(mended)
    what[problem != ""] = ""
    return Repaired(turned, drawn, what, problem, _count_turned(mended, turned))


def _oriented(shapes: Shapes) -> Shapes:
    turned: Shapes = shapely.orient_polygons(shapes)
    # With coordinates as small as 1e-40 whether a shape is valid hangs on where its rings begin.
    amiss = ~(shapely.is_valid(turned) | shapely.is_missing(turned))
    turned[amiss] = shapely.normalize(shapes[amiss])
    amiss = ~(shapely.is_valid(turned) | shapely.is_missing(turned))
    turned[amiss] = shapely.convex_hull(shapes[amiss])
    return turned


def _tell(what: Texts, mask: Mask, text: str | Texts) -> None:
    texts = np.full(len(what), text, dtype=object) if isinstance(text, str) else text
    what[mask] = [f"{old}; {new}" if old else new for old, new in zip(what[mask], texts[mask], strict=True)]


def _refuse(shapes: Shapes, problem: Texts, mask: Mask, text: str) -> None:
    new = mask & (problem == "")
    problem[new] = text
    shapes[new] = None


def _without_heights(shapes: Shapes, what: Texts) -> Shapes:
    flat: Shapes = shapely.force_2d(shapes)
    high = np.flatnonzero(shapely.has_z(shapes))
    points, owner = shapely.get_coordinates(shapes[high], include_z=True, return_index=True)
    # Many programs write a height of 0 where they know none; leaving that out loses nothing.
    told = np.isin(np.arange(len(shapes)), high[np.unique(owner[np.nan_to_num(points[:, 2]) != 0])])
    _tell(what, told, "heights left out")
    return flat


def _not_finite(shapes: Shapes) -> Mask:
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    return np.isin(np.arange(len(shapes)), owner[~np.isfinite(points).all(axis=1)])


def _close_lines(shapes: Shapes, what: Texts) -> None:
    """Take lines that end where they began for outlines of polygons."""
    rows = np.flatnonzero(np.isin(shapely.get_type_id(shapes), (_LINE, _RING, _MULTILINE)))
    parts, owner = shapely.get_parts(shapes[rows], return_index=True)
    outline = shapely.is_closed(parts) & (shapely.get_num_coordinates(parts) >= 4)
    whole = np.bincount(owner, ~outline, minlength=len(rows)) == 0
    rows_whole = np.flatnonzero(whole & (np.bincount(owner, minlength=len(rows)) > 0))
    keep = np.isin(owner, rows_whole)
    position = np.searchsorted(rows_whole, owner[keep])
    shapes[rows[rows_whole]] = _grouped(_polygons_from(parts[keep]), position, len(rows_whole))
    told = np.isin(np.arange(len(shapes)), rows[rows_whole])
    _tell(what, told, "closed line taken for the outline of a polygon")


def _polygons_from(lines: Shapes) -> Shapes:
    points, owner = shapely.get_coordinates(lines, return_index=True)
    rings = shapely.linearrings(points, indices=owner) if len(lines) else np.array([], dtype=object)
    polygons: Shapes = shapely.polygons(rings)
    return polygons


def _take_polygons(shapes: Shapes, what: Texts) -> None:
    """Replace collections by the polygons in them."""
    rows = np.flatnonzero(shapely.get_type_id(shapes) == _COLLECTION)
    parts, owner = shapely.get_parts(shapes[rows], return_index=True)
    while (nested := shapely.get_type_id(parts) > _POLYGON).any():
        inner, parent = shapely.get_parts(parts[nested], return_index=True)
        owner = np.r_[owner[~nested], owner[nested][parent]]
        parts = np.r_[parts[~nested], inner]
    parts, owner = parts[~shapely.is_empty(parts)], owner[~shapely.is_empty(parts)]
    areal = shapely.get_type_id(parts) == _POLYGON
    others = np.bincount(owner[~areal], minlength=len(rows))
    has_ground = np.bincount(owner[areal], minlength=len(rows)) > 0
    shapes[rows] = _grouped(parts[areal], owner[areal], len(rows))
    told = np.full(len(shapes), "", dtype=object)
    told[rows] = [_of_collection(int(count)) for count in others]
    _tell(what, np.isin(np.arange(len(shapes)), rows[has_ground]), told)


def _of_collection(others: int) -> str:
    left = f", {others} points or lines left out" if others else ""
    return f"polygons taken from a collection{left}"


def _grouped(polygons: Shapes, owner: NDArray[np.intp], count: int) -> Shapes:
    """One multi-polygon, or polygon where it is the only one, for each owner from 0 to count."""
    result: Shapes = np.full(count, shapely.Polygon(), dtype=object)
    order = np.argsort(owner, kind="stable")
    shapely.multipolygons(polygons[order], indices=owner[order], out=result)
    single = (shapely.get_type_id(result) == _MULTIPOLYGON) & (shapely.get_num_geometries(result) == 1)
    result[single] = shapely.get_geometry(result[single], 0)
    return result


def _drop_repeated_points(shapes: Shapes, what: Texts) -> None:
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    repeated = (points[1:] == points[:-1]).all(axis=1) & (owner[1:] == owner[:-1])
    rows = np.unique(owner[1:][repeated])
    # GEOS refuses rings whose points all fall together; those enclose nothing, which is told later.
    fewer = _each(lambda many: shapely.remove_repeated_points(many, 0), shapes[rows])
    changed = shapely.get_num_coordinates(fewer) < shapely.get_num_coordinates(shapes[rows])
    changed &= ~(shapely.is_missing(fewer) | shapely.is_empty(fewer))
    shapes[rows[changed]] = fewer[changed]
    _tell(what, np.isin(np.arange(len(shapes)), rows[changed]), "repeated vertices left out")


def _count_turned(before: Shapes, after: Shapes) -> int:
    shapes = ~shapely.is_missing(before)
    return int((~shapely.equals_exact(before[shapes], after[shapes], 0)).sum())


# --- broken polygons -------------------------------------------------------------------------------------------------


def _cover_broken(shapes: Shapes, drawn: Shapes, what: Texts) -> None:
    """Replace broken polygons by the ground to keep, and in `drawn` by the ground that their rings wind round."""
    broken = np.flatnonzero(~(shapely.is_valid(shapes) | shapely.is_missing(shapes)))
    if not len(broken):
        return
    before = shapes[broken]
    parts, owner = shapely.get_parts(before, return_index=True)
    ground, wound, crossed = _ground_of_parts(parts)
    covered = _only_areal(_union(ground, owner, len(before)))
    tangled = shapely.is_missing(covered) | ~shapely.is_valid(covered)
    tangled |= np.bincount(owner, shapely.is_missing(ground), minlength=len(before)) > 0
    covered[tangled] = shapely.convex_hull(before[tangled])
    shapes[broken] = _only_areal(covered)
    drawn[broken] = _union(wound, owner, len(before))
    texts = _reasons(before, parts, owner, crossed, shapely.is_empty(ground))
    texts[tangled] = "outline could not be untangled: all the ground around it is kept"
    told = np.full(len(shapes), "", dtype=object)
    told[broken] = texts
    _tell(what, np.isin(np.arange(len(shapes)), broken), told)


def _ground_of_parts(parts: Shapes) -> tuple[Shapes, Shapes, Mask]:
    """The ground to keep of each polygon, that which rings wind round, and whether the outer ring crosses itself."""
    rings, of = shapely.get_rings(parts, return_index=True)
    is_shell = np.r_[True, of[1:] != of[:-1]] if len(of) else np.array([], dtype=bool)
    kept: Shapes = np.full(len(parts), shapely.Polygon(), dtype=object)
    wound, crossed = kept.copy(), np.zeros(len(parts), dtype=bool)
    shells = _enclosed(rings[is_shell])
    kept[of[is_shell]], wound[of[is_shell]], crossed[of[is_shell]] = shells.kept, shells.wound, shells.crossed
    holed, hole_owner = np.unique(of[~is_shell], return_inverse=True)
    free, beyond = _holes(rings[~is_shell], hole_owner, len(holed))
    # A hole counts only within its shell and where no other hole lies; whatever else it encloses is ground.
    cut = _each_pair(shapely.difference, kept[holed], free)
    beyond = _each_pair(shapely.difference, beyond, kept[holed])
    # A hole that would leave nothing, or that can't be cut out, is not one.
    whole = shapely.is_missing(cut) | shapely.is_empty(cut)
    kept[holed] = _each_pair(shapely.union, np.where(whole, kept[holed], cut), beyond)
    wound[holed] = _each_pair(shapely.difference, wound[holed], free)
    return kept, wound, crossed


def _holes(rings: Shapes, owner: NDArray[np.intp], count: int) -> tuple[Shapes, Shapes]:
    """For each polygon the ground that is in just one of its holes, and all that its holes enclose."""
    holes = _enclosed(rings)
    odd = holes.odd
    left, right = shapely.STRtree(odd).query(odd, predicate="intersects")
    pairs = (left < right) & (owner[left] == owner[right])
    left, right = left[pairs], right[pairs]
    twice = _each(_only_areal, _each_pair(shapely.intersection, odd[left], odd[right]))
    once = _each_pair(shapely.difference, _union(odd, owner, count), _union(twice, owner[left], count))
    return once, _union(holes.kept, owner, count)


@dataclass(frozen=True)
class _Enclosed:
    """What rings enclose: ground to keep, ground they wind round, ground by the even-odd rule; whether they cross."""

    kept: Shapes
    wound: Shapes
    odd: Shapes
    crossed: Mask


def _enclosed(rings: Shapes) -> _Enclosed:
    noded = _each(shapely.node, rings)
    faces, ring = shapely.get_parts(_each(lambda many: shapely.polygonize(many[:, None]), noded), return_index=True)
    winding = _winding(shapely.point_on_surface(faces), ring, rings)
    # At a true crossing three consecutive winding numbers meet, so they cannot all be 0 and 1, or 0 and -1.
    most, least = np.zeros(len(rings), dtype=np.int64), np.zeros(len(rings), dtype=np.int64)
    np.maximum.at(most, ring, winding)
    np.minimum.at(least, ring, winding)
    crossed = most - least >= 2
    wound = _joined_faces(faces, ring, winding != 0, len(rings))
    keep = (winding != 0) | crossed[ring]
    keep[~keep] = _shut_in(faces[~keep], wound[ring[~keep]])
    ground = _joined_faces(faces, ring, keep, len(rings))
    ground[shapely.is_missing(noded)] = None
    odd = _joined_faces(faces, ring, winding % 2 == 1, len(rings))
    return _Enclosed(ground, wound, odd, crossed)


def _shut_in(faces: Shapes, wound: Shapes) -> Mask:
    """Whether a spike, not the ground itself, shuts off a bay that the ring does not wind round."""
    open_side = _each_pair(shapely.difference, shapely.boundary(faces), shapely.boundary(wound))
    shut: Mask = shapely.is_missing(open_side) | (shapely.length(open_side) > 0)
    return shut


def _joined_faces(faces: Shapes, ring: NDArray[np.intp], keep: Mask, count: int) -> Shapes:
    """The kept faces of each ring as one shape; faces share their edges exactly, so joining them is quick."""
    groups = _grouped(faces[keep], ring[keep], count)
    many = shapely.get_num_geometries(groups) > 1
    joined = _each(lambda some: shapely.coverage_union_all(some[:, None], axis=1), groups[many])
    amiss = shapely.is_missing(joined) | ~shapely.is_valid(joined)
    joined[amiss] = _each(lambda some: shapely.union_all(some[:, None], axis=1), groups[many][amiss])
    groups[many] = joined
    return groups


def _union(shapes: Shapes, owner: NDArray[np.intp], count: int) -> Shapes:
    """The joined ground of the polygons of each owner from 0 to count."""
    groups = _grouped_any(shapes, owner, count)
    many = shapely.get_num_geometries(groups) > 1
    groups[many] = _each(lambda some: shapely.union_all(some[:, None], axis=1), groups[many])
    return groups


def _winding(points: Shapes, ring: NDArray[np.intp], rings: Shapes) -> NDArray[np.int64]:
    """How often each ring winds round the point that belongs to it."""
    corners, owner = shapely.get_coordinates(rings, return_index=True)
    count = np.bincount(owner, minlength=len(rings))
    start = np.cumsum(count) - count
    edges = np.maximum(count - 1, 0)
    at = shapely.get_coordinates(points)
    pairs = np.cumsum(edges[ring])
    if not len(pairs) or pairs[-1] > _MOST_PAIRS:
        # Opposite signs let every face count as enclosed by a ring that crosses itself.
        return np.where(np.arange(len(ring)) % 2 == 0, 2, -2).astype(np.int64)
    chunks = np.split(np.arange(len(ring)), np.flatnonzero(np.diff(pairs // _PAIRS_AT_ONCE)) + 1)
    return np.concatenate([_winding_of(at[c], corners, start[ring[c]], edges[ring[c]]) for c in chunks])


def _winding_of(
    at: NDArray[np.float64], corners: NDArray[np.float64], start: NDArray[np.intp], edges: NDArray[np.intp]
) -> NDArray[np.int64]:
    face = np.repeat(np.arange(len(at)), edges)
    edge = np.arange(len(face)) - np.repeat(np.cumsum(edges) - edges, edges) + np.repeat(start, edges)
    (x0, y0), (x1, y1), (px, py) = corners[edge].T, corners[edge + 1].T, at[face].T
    side = (x1 - x0) * (py - y0) - (px - x0) * (y1 - y0)
    upward = (y0 <= py) & (py < y1) & (side > 0)
    downward = (y1 <= py) & (py < y0) & (side < 0)
    turns: NDArray[np.int64] = np.bincount(face, upward.astype(np.int64) - downward, minlength=len(at)).astype(np.int64)
    return turns


def _reasons(drawn: Shapes, parts: Shapes, owner: NDArray[np.intp], crossed: Mask, lost: Mask) -> Texts:
    """What was wrong with each broken polygon, and what became of it."""
    count = len(drawn)
    crosses = np.bincount(owner, crossed, minlength=count) > 0
    empty = np.bincount(owner, lost, minlength=count)
    broken_parts = np.bincount(owner, ~shapely.is_valid(parts), minlength=count) > 0
    texts = np.full(count, "", dtype=object)
    _tell(texts, crosses, "ring crossed itself: all the ground it encloses is kept")
    _tell(texts, broken_parts & ~crosses, "ring touched itself or a hole lay wrong: made valid, no ground lost")
    _tell(texts, (shapely.get_num_geometries(drawn) > 1) & ~broken_parts, "parts overlapped: joined")
    _tell(texts, empty > 0, "part that enclosed no ground left out")
    return texts


def _only_areal(shapes: Shapes) -> Shapes:
    """Collections that overlay leaves behind, reduced to their polygons."""
    areal = shapes.copy()
    _take_polygons(areal, np.full(len(shapes), "", dtype=object))
    linear = ~np.isin(shapely.get_type_id(areal), (_POLYGON, _MULTIPOLYGON, -1))
    areal[linear] = shapely.Polygon()
    return areal


def _grouped_any(shapes: Shapes, owner: NDArray[np.intp], count: int) -> Shapes:
    """One multi-polygon for each owner out of polygons and multi-polygons; missing ones are skipped."""
    parts, of = shapely.get_parts(shapes, return_index=True)
    areal = shapely.get_type_id(parts) == _POLYGON
    return _grouped(parts[areal], owner[of[areal]], count)


def _each(work: Callable[[Shapes], Shapes], shapes: Shapes) -> Shapes:
    """Do it for all at once; where that fails, one by one, with None for those that can't be done."""
    try:
        return work(shapes) if len(shapes) else shapes.copy()
    except (shapely.GEOSException, ValueError):
        return _one_by_one(work, shapes)


def _one_by_one(work: Callable[[Shapes], Shapes], shapes: Shapes) -> Shapes:
    done: Shapes = np.full(len(shapes), None, dtype=object)
    for i in range(len(shapes)):
        try:
            done[i] = work(shapes[i : i + 1])[0]
        except (shapely.GEOSException, ValueError):
            continue
    return done


def _each_pair(work: Callable[[Shapes, Shapes], Shapes], left: Shapes, right: Shapes) -> Shapes:
    pairs: Shapes = np.empty((len(left), 2), dtype=object)
    pairs[:, 0], pairs[:, 1] = left, right
    return _each(lambda many: work(many[:, 0], many[:, 1]), pairs) if len(left) else left
