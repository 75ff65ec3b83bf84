"""Who released which ground first: overlapping polygons cut into parts that count once."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Dates, Floats, Positions, Shapes
from kosovo_hazards.geometry import area_m2, difference, drawn_area, intersection, sums, unions

__all__ = ["Partition", "narrow", "partition"]


# Of a release's area; below this, a part is the rounding of coordinates.
_DUST = 1e-9
# Of the area of a part; a larger difference between geodesic and drawn edges says that the part is a thin strip.
_BENDING = 1e-3
# A degree of latitude in metres, near enough to tell a narrow strip from a wide one.
_DEGREE_M = 111_320.0


@dataclass(frozen=True)
class Partition:
    """The ground of releases, cut along hazards and along releases before them; areas in m².

    Attributes
    ----------
    later, before, inside
        Of each release: what a hazard recorded later covers; what an earlier release covers; what lies in hazards for
        the first time, each square metre once.
    release, hazard, piece
        For each pair that shares fresh ground: the position of both, and how much they share.
    remaining
        What is left of each hazard.
    repeats
        Position of the first earlier release with the same ground; -1 where there is none.
    """

    later: Floats
    before: Floats
    inside: Floats
    release: Positions
    hazard: Positions
    piece: Floats
    remaining: Shapes
    repeats: Positions


def partition(hazards: gpd.GeoSeries, established: Dates, releases: gpd.GeoSeries, completed: Dates) -> Partition:
    """Cut releases and hazards so that no ground counts twice.

    Parameters
    ----------
    hazards
        Valid polygons in any CRS; missing ones have no ground.
    established
        When each hazard was recorded; a release completed before that leaves it whole. NaT: unknown, releases cut it.
    releases
        Valid polygons in the CRS of the hazards and in the order of credit; missing ones release nothing.
    completed
        When each release was completed.
    """
    hazard_shapes, release_shapes = hazards.to_numpy(), releases.to_numpy()
    ruler = _Ruler(releases)
    release, hazard = shapely.STRtree(hazard_shapes).query(release_shapes, predicate="intersects")
    too_early = completed[release] < established[hazard]
    valid = _without(release_shapes, hazard_shapes, release[too_early], hazard[too_early], grow=False)
    kept = ruler.less(ruler.whole, valid, release[too_early])
    release, hazard = release[~too_early], hazard[~too_early]
    second, first = _earlier_neighbours(valid)
    fresh = _without(valid, valid, second, first, grow=False)
    new = ruler.less(kept, fresh, second)
    release, hazard = release[new[release] > 0], hazard[new[release] > 0]
    pieces = intersection(fresh[release], hazard_shapes[hazard], grow=False)
    piece = ruler.m2(pieces, release)
    remaining = _without(hazard_shapes, valid, hazard, release, grow=True)
    return Partition(
        later=ruler.whole - kept,
        before=kept - new,
        inside=_covered_once(pieces[piece > 0], release[piece > 0], fresh, new, ruler),
        release=release[piece > 0],
        hazard=hazard[piece > 0],
        piece=piece[piece > 0],
        remaining=_never_too_little(remaining, hazard_shapes, pieces, hazard, crs=hazards.crs),
        repeats=_repeats(release_shapes, ruler.whole, second, first),
    )


class _Ruler:
    """Measures the parts of releases in m², so that they never add up to more than the release."""

    def __init__(self, releases: gpd.GeoSeries) -> None:
        self.crs = releases.crs
        self.whole = area_m2(releases).fillna(0).to_numpy()
        drawn = drawn_area(releases.to_numpy(), crs=self.crs)
        self._per_unit = np.divide(self.whole, drawn, out=np.zeros(len(drawn)), where=drawn > 0)

    def m2(self, parts: Shapes, release: Positions) -> Floats:
        """Area of parts of these releases."""
        drawn = self.drawn(parts, release)
        true = area_m2(gpd.GeoSeries(parts, crs=self.crs)).to_numpy()
        # Along a thin part the bending of geodesics outweighs the ground, so there the edges count as drawn.
        area: Floats = np.where(np.abs(true - drawn) <= drawn * _BENDING, true, drawn)
        area[area <= self.whole[release] * _DUST] = 0
        return area

    def drawn(self, parts: Shapes, release: Positions) -> Floats:
        """Area of parts of these releases with straight edges."""
        area: Floats = drawn_area(parts, crs=self.crs) * self._per_unit[release]
        return area

    def less(self, before: Floats, parts: Shapes, cut: Positions) -> Floats:
        """Area after a cut in some rows, never more than before."""
        rows = np.unique(cut)
        after = before.copy()
        after[rows] = np.minimum(before[rows], self.m2(parts[rows], rows))
        after[after >= before * (1 - _DUST)] = before[after >= before * (1 - _DUST)]
        return after


def narrow(parts: Shapes, width_m: float, *, crs: pyproj.CRS) -> NDArray[np.bool_]:
    """Whether each polygon is nowhere as wide as `width_m`.

    Parameters
    ----------
    parts
        Valid polygons, not empty.
    width_m
        Metres, across the widest place.
    crs
        That of the polygons.
    """
    metric = _in_metres(parts, crs=crs)
    # No shape is larger than the radius of its largest inner circle times its outline: a cheap first look.
    thin = shapely.area(metric) < shapely.length(metric) * width_m / 2
    thin[thin] = shapely.is_empty(shapely.buffer(metric[thin], -width_m / 2))
    return np.asarray(thin, dtype=bool)


def _without(shapes: Shapes, others: Shapes, at: Positions, of: Positions, *, grow: bool) -> Shapes:
    """Each shape without the others that it is paired with; one union a shape.

    Of what can't be cut exactly, hazards grow and releases shrink.
    """
    order = np.lexsort((of, at))
    rows, cover = unions(others[of[order]], at[order], grow=not grow)
    result = shapes.copy()
    result[rows] = difference(shapes[rows], cover, grow=grow)
    return result


def _earlier_neighbours(shapes: Shapes) -> tuple[Positions, Positions]:
    """Pairs of touching shapes, the later in order first."""
    second, first = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    return second[first < second], first[first < second]


def _covered_once(pieces: Shapes, release: Positions, fresh: Shapes, new: Floats, ruler: _Ruler) -> Floats:
    """Ground of each release that its pieces cover; where hazards overlap, their pieces do too."""
    rows, cover = unions(pieces, release, grow=False)
    inside = np.zeros(len(new))
    inside[rows] = np.minimum(ruler.m2(cover, rows), new[rows])
    all_of_it = rows[ruler.drawn(cover, rows) >= ruler.drawn(fresh[rows], rows) * (1 - _DUST)]
    inside[all_of_it] = new[all_of_it]
    return inside


def _never_too_little(
    remaining: Shapes, hazards: Shapes, pieces: Shapes, hazard: Positions, *, crs: pyproj.CRS
) -> Shapes:
    """Give back the whole hazard where the cut took more ground than the releases hold."""
    touched = np.unique(hazard)
    released = sums(hazard, drawn_area(pieces, crs=crs), len(hazards))[touched]
    before = drawn_area(hazards[touched], crs=crs)
    short = before - released - drawn_area(remaining[touched], crs=crs) > before * 1e-7
    kept = remaining.copy()
    kept[touched[short]] = hazards[touched[short]]
    return kept


def _repeats(releases: Shapes, whole: Floats, second: Positions, first: Positions) -> Positions:
    alike = np.isclose(whole[second], whole[first], rtol=1e-9, atol=0)
    second, first = second[alike], first[alike]
    same = shapely.equals(releases[second], releases[first])
    repeats = np.full(len(releases), -1, dtype=np.intp)
    # Written from the last to the first, so that the first earlier one stays.
    order = np.argsort(first[same])[::-1]
    repeats[second[same][order]] = first[same][order]
    return repeats


def _in_metres(parts: Shapes, *, crs: pyproj.CRS) -> Shapes:
    """Polygons in metres near enough for widths, each about its own middle."""
    points, owner = shapely.get_coordinates(parts, return_index=True)
    if not crs.is_geographic:
        scale = np.full((len(parts), 2), crs.axis_info[0].unit_conversion_factor)
    else:
        bounds = shapely.bounds(parts)
        east = np.cos(np.radians((bounds[:, 1] + bounds[:, 3]) / 2))
        scale = _DEGREE_M * np.column_stack([east, np.ones(len(parts))])
    # set_coordinates writes into the array that it is given.
    moved: Shapes = shapely.set_coordinates(parts.copy(), points * scale[owner])
    return moved
