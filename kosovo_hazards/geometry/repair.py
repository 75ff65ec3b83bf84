"""Broken polygons made whole to the safe side: hazards lose no ground, releases gain none; each is reported."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Mask, Positions, Shapes, Texts
from kosovo_hazards._wording import doing
from kosovo_hazards.geometry.parts import floating, is_hollow, simple_parts, without_hollows
from kosovo_hazards.geometry.self_crossing import each, each_pair, enclosed, grouped, joined, layered, too_tangled
from kosovo_hazards.geometry.sure_ground import sure_ground
from kosovo_hazards.schema import Direction

__all__ = ["Repaired", "covering", "is_broken", "repaired", "usable"]

_POINT, _LINE, _RING, _POLYGON, _MULTIPOINT, _MULTILINE, _MULTIPOLYGON, _COLLECTION = range(8)
_KINDS = {_POINT: "a point", _LINE: "an open line", _RING: "a ring", _MULTIPOINT: "points", _MULTILINE: "open lines"}


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
        For the area before the repair: of hazards the ground that outer rings wind round, less holes; of releases the
        ground that any reading of the outline gives. None where it is not known.
    turned
        How many had rings wound the other way; that changes no ground.
    """

    shapes: Shapes
    drawn: Shapes
    what: Texts
    problem: Texts
    turned: int


def repaired(shapes: Shapes, direction: Direction = Direction.OUTWARD) -> Repaired:
    """Make polygons valid so that they cover at least the ground that was drawn, or at most what surely was.

    Parameters
    ----------
    shapes
        Geometry of any kind, valid or not; it is not changed.
    direction
        Outward for hazards, inward for releases.

    Returns
    -------
    One shape for each that came in. Lines that close become polygons; points and lines beside polygons in a collection
    are left out and reported.

    Outward, a ring that only touches itself keeps the ground it winds round. A ring that crosses itself keeps all the
    ground it encloses: bow-ties keep both lobes. Overlapping and nested parts are joined, holes stay where they lie
    within their shell, and whatever counts as ground by the even-odd rule is ground too. A tangle too costly to be
    taken apart becomes its convex hull.

    Inward, only ground is kept that every reading of the outlines gives, see `sure_ground`. A tangle is refused.

    Examples
    --------
    >>> import numpy as np, shapely
    >>> bow_tie = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
    >>> result = repaired(np.array([bow_tie]))
    >>> result.shapes[0].area, result.what[0]
    (2.0, 'ring crossed itself: all the ground it encloses is kept')
    >>> lane = shapely.from_wkt("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0, 1 1, 8 1, 8 8, 1 8, 1 1, 0 0))")
    >>> repaired(np.array([lane]), Direction.INWARD).shapes[0].area  # wound the same way twice
    32.0
    """
    doing(f"Repairing {len(shapes):,} shapes")
    with np.errstate(invalid="ignore", over="ignore"):
        return _repaired(shapes, direction)


def covering(shapes: Shapes) -> Shapes:
    """Shapes as they may be drawn or counted: broken ones cover at least the ground that was drawn.

    Parameters
    ----------
    shapes
        Geometry of any kind, valid or not; it is not changed.

    Returns
    -------
    Valid geometry; what encloses no ground keeps its place as a line or point, and what has a vertex that is no number
    has no place: it is empty.
    """
    broken = np.flatnonzero(is_broken(shapes))
    whole = floating(shapes).copy()
    if len(broken):
        fixed = repaired(shapes[broken]).shapes
        nowhere = _not_finite(shapes[broken])
        fixed[nowhere] = shapely.Polygon()
        amiss = shapely.is_missing(fixed)
        fixed[amiss] = shapely.make_valid(shapes[broken[amiss]])
        whole[broken] = fixed
    return whole


def usable(shapes: Shapes, direction: Direction) -> Shapes:
    """Shapes as they may be drawn, counted or written: what is broken is repaired to the safe side.

    Parameters
    ----------
    shapes
        Geometry of any kind, valid or not; it is not changed.
    direction
        Outward for hazards, see `covering`. Inward for releases: those of which no ground is sure become empty.
    """
    if direction is Direction.OUTWARD:
        return covering(shapes)
    broken = np.flatnonzero(is_broken(shapes))
    whole = floating(shapes).copy()
    if len(broken):
        fixed = repaired(shapes[broken], direction).shapes
        fixed[shapely.is_missing(fixed)] = shapely.Polygon()
        whole[broken] = fixed
    return whole


def is_broken(shapes: Shapes) -> Mask:
    """Which shapes are not valid, or cost too much to be looked at; missing ones are not broken.

    Parameters
    ----------
    shapes
        Geometry of any kind.
    """
    broken: Mask = layered(shapes) | is_hollow(shapes)
    broken[~broken] = ~(shapely.is_valid(shapes[~broken]) | shapely.is_missing(shapes[~broken]))
    return broken


def _repaired(shapes: Shapes, direction: Direction) -> Repaired:
    what = np.full(len(shapes), "", dtype=object)
    problem = np.full(len(shapes), "", dtype=object)
    fixed = without_hollows(_without_heights(floating(shapes), what))
    _note(what, is_hollow(shapes), "holes without points and empty parts left out")
    _refuse(fixed, problem, shapely.is_missing(fixed), "has no polygon")
    _refuse(fixed, problem, _not_finite(fixed), "has coordinates that are not numbers")
    _close_lines(fixed, what)
    _take_polygons(fixed, what)
    kinds = shapely.get_type_id(fixed)
    for kind, name in _KINDS.items():
        _refuse(fixed, problem, (kinds == kind) & ~shapely.is_empty(fixed), f"is {name}, not a polygon")
    _refuse(fixed, problem, shapely.is_empty(fixed) & ~shapely.is_empty(shapes), "holds points or lines, no polygon")
    _refuse(fixed, problem, shapely.is_empty(fixed), "has an empty polygon")
    _refuse(fixed, problem, kinds > _COLLECTION, "is a curve, not a polygon")
    _drop_repeated_points(fixed, what)
    drawn = fixed.copy()
    broken = np.flatnonzero(is_broken(fixed))
    if len(broken) and direction is Direction.OUTWARD:
        _cover_broken(fixed, broken, drawn, what)
    elif len(broken):
        _keep_sure(fixed, broken, drawn, what, problem)
    _refuse(fixed, problem, shapely.is_empty(fixed), "encloses no ground")
    turned, rows = _oriented(fixed, broken, direction)
    _refuse(turned, problem, shapely.is_empty(turned), "encloses no ground")
    what[problem != ""] = ""
    return Repaired(turned, drawn, what, problem, len(rows))


def _oriented(shapes: Shapes, mended: Positions, direction: Direction) -> tuple[Shapes, Positions]:
    """The shapes with their rings wound as GeoJSON has them, and the rows of those that were wound otherwise."""
    turned: Shapes = shapely.orient_polygons(shapes)
    rows = np.flatnonzero(~(shapely.equals_exact(shapes, turned, 0) | shapely.is_missing(shapes)))
    # With coordinates as small as 1e-40 whether a shape is valid hangs on where its rings begin.
    amiss = np.union1d(rows, mended)
    amiss = amiss[~(shapely.is_valid(turned[amiss]) | shapely.is_missing(turned[amiss]))]
    turned[amiss] = shapely.normalize(shapes[amiss])
    amiss = amiss[~shapely.is_valid(turned[amiss])]
    turned[amiss] = shapely.convex_hull(shapes[amiss]) if direction is Direction.OUTWARD else shapely.Polygon()
    return turned, rows


def _note(what: Texts, mask: Mask, text: str | Texts) -> None:
    texts = np.full(len(what), text, dtype=object) if isinstance(text, str) else text
    what[mask] = [f"{old}; {new}" if old else new for old, new in zip(what[mask], texts[mask], strict=True)]


def _refuse(shapes: Shapes, problem: Texts, mask: Mask, text: str) -> None:
    new = mask & (problem == "")
    problem[new] = text
    shapes[new] = None


def _without_heights(shapes: Shapes, what: Texts) -> Shapes:
    flat = shapes.copy()
    # Most files have neither heights nor measures, and copying each shape takes time.
    more = shapely.has_z(shapes) | shapely.has_m(shapes) | shapely.is_empty(shapes)
    flat[more] = shapely.force_2d(shapes[more])
    high = np.flatnonzero(shapely.has_z(shapes))
    points, owner = shapely.get_coordinates(shapes[high], include_z=True, return_index=True)
    # Many programs write a height of 0 where they know none; leaving that out loses nothing.
    affected = np.isin(np.arange(len(shapes)), high[np.unique(owner[np.nan_to_num(points[:, 2]) != 0])])
    _note(what, affected, "heights left out")
    return flat


def _not_finite(shapes: Shapes) -> Mask:
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    finite = np.isfinite(points)
    return np.isin(np.arange(len(shapes)), owner[~(finite[:, 0] & finite[:, 1])])


def _close_lines(shapes: Shapes, what: Texts) -> None:
    """Take lines that end where they began for outlines of polygons."""
    rows = np.flatnonzero(np.isin(shapely.get_type_id(shapes), (_LINE, _RING, _MULTILINE)))
    parts, owner = shapely.get_parts(shapes[rows], return_index=True)
    outline = shapely.is_closed(parts) & (shapely.get_num_coordinates(parts) >= 4)
    whole = np.bincount(owner, ~outline, minlength=len(rows)) == 0
    rows_whole = np.flatnonzero(whole & (np.bincount(owner, minlength=len(rows)) > 0))
    keep = np.isin(owner, rows_whole)
    position = np.searchsorted(rows_whole, owner[keep])
    shapes[rows[rows_whole]] = grouped(_polygons_from(parts[keep]), position, len(rows_whole))
    affected = np.isin(np.arange(len(shapes)), rows[rows_whole])
    _note(what, affected, "closed line taken for the outline of a polygon")


def _polygons_from(lines: Shapes) -> Shapes:
    points, owner = shapely.get_coordinates(lines, return_index=True)
    rings = shapely.linearrings(points, indices=owner) if len(lines) else np.array([], dtype=object)
    polygons: Shapes = shapely.polygons(rings)
    return polygons


def _take_polygons(shapes: Shapes, what: Texts) -> None:
    """Replace collections by the polygons in them."""
    rows = np.flatnonzero(shapely.get_type_id(shapes) == _COLLECTION)
    parts, owner = simple_parts(shapes[rows])
    parts, owner = parts[~shapely.is_empty(parts)], owner[~shapely.is_empty(parts)]
    areal = shapely.get_type_id(parts) == _POLYGON
    others = np.bincount(owner[~areal], minlength=len(rows))
    has_ground = np.bincount(owner[areal], minlength=len(rows)) > 0
    shapes[rows] = grouped(parts[areal], owner[areal], len(rows))
    messages = np.full(len(shapes), "", dtype=object)
    messages[rows] = [_of_collection(int(count)) for count in others]
    _note(what, np.isin(np.arange(len(shapes)), rows[has_ground]), messages)


def _of_collection(others: int) -> str:
    left = f", {others} points or lines left out" if others else ""
    return f"polygons taken from a collection{left}"


def _drop_repeated_points(shapes: Shapes, what: Texts) -> None:
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    same = points[1:] == points[:-1]
    repeated = same[:, 0] & same[:, 1] & (owner[1:] == owner[:-1])
    rows = np.unique(owner[1:][repeated])
    # GEOS refuses rings whose points all fall together; those enclose nothing, which is reported later.
    fewer = each(lambda many: shapely.remove_repeated_points(many, 0), shapes[rows])
    changed = shapely.get_num_coordinates(fewer) < shapely.get_num_coordinates(shapes[rows])
    changed &= ~(shapely.is_missing(fewer) | shapely.is_empty(fewer))
    shapes[rows[changed]] = fewer[changed]
    _note(what, np.isin(np.arange(len(shapes)), rows[changed]), "repeated vertices left out")


# --- broken polygons -------------------------------------------------------------------------------------------------


def _cover_broken(shapes: Shapes, broken: Positions, drawn: Shapes, what: Texts) -> None:
    """Replace broken polygons by the ground to keep, and in `drawn` by the ground that their rings wind round."""
    before = shapes[broken]
    hopeless = too_tangled(before)
    parts, owner = shapely.get_parts(_but(before, hopeless), return_index=True)
    ground, wound, crossed = _ground_of_parts(parts)
    covered = _only_areal(joined(ground, owner, len(before)))
    tangled = hopeless | shapely.is_missing(covered) | ~shapely.is_valid(covered)
    covered[tangled] = _hulls(before[tangled])
    shapes[broken] = _only_areal(covered)
    # How much ground a tangle was meant to be is unknown.
    drawn[broken] = _but(joined(wound, owner, len(before)), hopeless)
    texts = _reasons(before, parts, owner, crossed, shapely.is_empty(ground))
    texts[tangled] = "outline could not be untangled: all the ground around it is kept"
    messages = np.full(len(shapes), "", dtype=object)
    messages[broken] = texts
    _note(what, np.isin(np.arange(len(shapes)), broken), messages)


def _keep_sure(shapes: Shapes, broken: Positions, drawn: Shapes, what: Texts, problem: Texts) -> None:
    """Replace broken polygons by the ground that is sure, and in `drawn` by what any reading of them gives."""
    before = shapes[broken]
    hopeless = too_tangled(before)
    sure = sure_ground(_but(before, hopeless))
    hopeless |= shapely.is_missing(sure.ground)
    shapes[broken], drawn[broken] = _but(sure.ground, hopeless), _but(sure.drawn, hopeless)
    whole, most = shapely.area(sure.ground), shapely.area(sure.drawn)
    texts = _causes(_but(before, hopeless), sure.crossed) + np.where(whole < most * _SAME, _ONLY_SURE, _SAME_GROUND)
    messages = np.full(len(shapes), "", dtype=object)
    messages[broken] = texts
    _note(what, np.isin(np.arange(len(shapes)), broken), messages)
    _refuse(shapes, problem, _among(broken[hopeless], len(shapes)), "has an outline too tangled to be read")
    none_sure = broken[(whole <= 0) & (most > 0)]
    _refuse(shapes, problem, _among(none_sure, len(shapes)), "has an outline by which no ground is surely released")


_SAME = 1 - 1e-9
_ONLY_SURE = ": only the ground that every reading of the outline gives is kept"
_SAME_GROUND = ": made valid, its ground is the same"


def _causes(drawn: Shapes, crossed: Mask) -> Texts:
    parts, owner = shapely.get_parts(drawn, return_index=True)
    broken_parts = np.bincount(owner, ~shapely.is_valid(parts), minlength=len(drawn)) > 0
    wrong = np.where(broken_parts, "ring touched itself or a hole lay wrong", "parts overlapped")
    causes: Texts = np.where(crossed, "ring crossed itself", wrong).astype(object)
    return causes


def _among(rows: NDArray[np.intp], length: int) -> Mask:
    mask: Mask = np.isin(np.arange(length), rows)
    return mask


def _but(shapes: Shapes, left_out: Mask) -> Shapes:
    kept = shapes.copy()
    kept[left_out] = None
    return kept


def _ground_of_parts(parts: Shapes) -> tuple[Shapes, Shapes, Mask]:
    """The ground to keep of each polygon, that which rings wind round, and whether the outer ring crosses itself."""
    rings, of = shapely.get_rings(parts, return_index=True)
    is_shell = np.r_[True, of[1:] != of[:-1]] if len(of) else np.array([], dtype=bool)
    kept: Shapes = np.full(len(parts), shapely.Polygon(), dtype=object)
    wound, crossed = kept.copy(), np.zeros(len(parts), dtype=bool)
    shells = enclosed(rings[is_shell])
    kept[of[is_shell]], wound[of[is_shell]], crossed[of[is_shell]] = shells.kept, shells.wound, shells.crossed
    holed, hole_owner = np.unique(of[~is_shell], return_inverse=True)
    free, beyond = _holes(rings[~is_shell], hole_owner, len(holed))
    # Where a shell winds round ground that is kept twice or not at all, a hole is ground by the even-odd rule.
    odd = kept.copy()
    odd[of[is_shell]] = shells.odd
    twisted = shapely.area(kept[holed]) != shapely.area(odd[holed])
    free[twisted] = each(_only_areal, each_pair(shapely.intersection, free[twisted], odd[holed][twisted]))
    # A hole counts only within its shell and where no other hole lies; whatever else it encloses is ground.
    cut = each_pair(shapely.difference, kept[holed], free)
    beyond = each_pair(shapely.difference, beyond, kept[holed])
    # A hole that would leave nothing, or that can't be cut out, is not one.
    whole = shapely.is_missing(cut) | shapely.is_empty(cut)
    kept[holed] = each_pair(shapely.union, np.where(whole, kept[holed], cut), beyond)
    wound[holed] = each_pair(shapely.difference, wound[holed], free)
    return kept, wound, crossed


def _holes(rings: Shapes, owner: NDArray[np.intp], count: int) -> tuple[Shapes, Shapes]:
    """For each polygon the ground that is in just one of its holes, and all that its holes enclose."""
    holes = enclosed(rings)
    odd = holes.odd
    left, right = shapely.STRtree(odd).query(odd, predicate="intersects")
    pairs = (left < right) & (owner[left] == owner[right])
    left, right = left[pairs], right[pairs]
    twice = each(_only_areal, each_pair(shapely.intersection, odd[left], odd[right]))
    once = each_pair(shapely.difference, joined(odd, owner, count), joined(twice, owner[left], count))
    return once, joined(holes.kept, owner, count)


def _hulls(shapes: Shapes) -> Shapes:
    """The convex hull of all that is drawn; GEOS by itself leaves out holes, which may lie beyond their shell."""
    rings, owner = shapely.get_rings(shapes, return_index=True)
    hulls: Shapes = shapely.convex_hull(shapely.geometrycollections(rings, indices=owner))
    return hulls


def _reasons(drawn: Shapes, parts: Shapes, owner: NDArray[np.intp], crossed: Mask, lost: Mask) -> Texts:
    """What was wrong with each broken polygon, and what became of it."""
    count = len(drawn)
    crosses = np.bincount(owner, crossed, minlength=count) > 0
    empty = np.bincount(owner, lost, minlength=count)
    broken_parts = np.bincount(owner, ~shapely.is_valid(parts), minlength=count) > 0
    texts = np.full(count, "", dtype=object)
    _note(texts, crosses, "ring crossed itself: all the ground it encloses is kept")
    _note(texts, broken_parts & ~crosses, "ring touched itself or a hole lay wrong: made valid, no ground lost")
    _note(texts, (shapely.get_num_geometries(drawn) > 1) & ~broken_parts, "parts overlapped: joined")
    _note(texts, empty > 0, "part that enclosed no ground left out")
    return texts


def _only_areal(shapes: Shapes) -> Shapes:
    """Collections that overlay leaves behind, reduced to their polygons."""
    areal = shapes.copy()
    _take_polygons(areal, np.full(len(shapes), "", dtype=object))
    linear = ~np.isin(shapely.get_type_id(areal), (_POLYGON, _MULTIPOLYGON, -1))
    areal[linear] = shapely.Polygon()
    return areal
