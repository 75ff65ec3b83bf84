"""Who released which ground first: overlapping polygons cut into parts that count once."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Dates, Floats, Mask, Positions, Shapes
from kosovo_hazards._errors import BadRecordsError
from kosovo_hazards.geometry import (
    area_m2,
    drawn_area,
    expected_pairs,
    first_alike,
    intersection,
    sums,
    unions,
    without,
)

__all__ = ["Partition", "narrow", "partition"]


# Of a release's area; below this, a part is the rounding of coordinates.
_DUST = 1e-9
_MOST_PAIRS, _MOST_PAIRS_A_SHAPE = 1_000_000, 50
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
    valid, later = _without_later_hazards(release_shapes, completed, hazard_shapes, established)
    kept = ruler.less(ruler.whole, valid, later)
    # What is drawn with the same points as an earlier one has no fresh ground.
    alike = first_alike(valid)
    once = np.flatnonzero(alike == np.arange(len(valid)))
    second, first = _earlier_neighbours(valid, once)
    fresh = without(valid, valid, second, first, grow=False)
    fresh[np.setdiff1d(np.arange(len(valid)), once)] = shapely.Polygon()
    new = ruler.less(kept, fresh, np.union1d(second, np.flatnonzero(alike != np.arange(len(valid)))))
    rows = np.flatnonzero(new > 0)
    at, hazard = _pairs(hazard_shapes, fresh[rows])
    release = rows[at]
    counts = ~(completed[release] < established[hazard])
    release, hazard = release[counts], hazard[counts]
    pieces, whole = _pieces(fresh, release, hazard_shapes, hazard)
    drawn = np.where(whole, drawn_area(fresh, crs=hazards.crs)[release], 0.0)
    drawn[~whole] = drawn_area(pieces[~whole], crs=hazards.crs)
    piece = new[release]
    piece[~whole] = ruler.m2(pieces[~whole], release[~whole], drawn=drawn[~whole])
    remaining = without(hazard_shapes, valid, hazard, release, grow=True)
    return Partition(
        later=ruler.whole - kept,
        before=kept - new,
        inside=_covered_once(pieces, release, piece, whole, fresh, new, ruler),
        release=release[piece > 0],
        hazard=hazard[piece > 0],
        piece=piece[piece > 0],
        remaining=_never_too_little(remaining, hazard_shapes, drawn, hazard, crs=hazards.crs),
        repeats=_repeats(release_shapes, ruler.whole, second, first, alike),
    )


class _Ruler:
    """Measures the parts of releases in m², so that they never add up to more than the release."""

    def __init__(self, releases: gpd.GeoSeries) -> None:
        self.crs = releases.crs
        self.whole = area_m2(releases).fillna(0).to_numpy()
        drawn = drawn_area(releases.to_numpy(), crs=self.crs)
        self._per_unit = np.divide(self.whole, drawn, out=np.zeros(len(drawn)), where=drawn > 0)

    def m2(self, parts: Shapes, release: Positions, *, drawn: Floats | None = None) -> Floats:
        """Area of parts of these releases; `drawn` is what `drawn_area` gives, where that is known."""
        drawn = self.drawn(parts, release) if drawn is None else drawn * self._per_unit[release]
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


def _without_later_hazards(
    releases: Shapes, completed: Dates, hazards: Shapes, established: Dates
) -> tuple[Shapes, Positions]:
    """Releases without hazards that were recorded after them, and which were cut."""
    known = established[~np.isnat(established)]
    early = np.flatnonzero(completed < known.max()) if len(known) else np.zeros(0, dtype=np.intp)
    at, hazard = _pairs(hazards, releases[early])
    too_early = completed[early[at]] < established[hazard]
    release = early[at[too_early]]
    return without(releases, hazards, release, hazard[too_early], grow=False), release


def _earlier_neighbours(shapes: Shapes, rows: Positions) -> tuple[Positions, Positions]:
    """Pairs of touching shapes among some rows, the later in order first."""
    second, first = _pairs(shapes[rows], shapes[rows])
    return rows[second[first < second]], rows[first[first < second]]


def _pairs(shapes: Shapes, queries: Shapes) -> tuple[Positions, Positions]:
    """Positions of queries and of the shapes that they touch."""
    expected = expected_pairs(queries, shapes)
    if expected > max(_MOST_PAIRS, _MOST_PAIRS_A_SHAPE * max(len(shapes), len(queries))):
        raise BadRecordsError(
            f"hazards and releases lie so thickly on top of each other that {expected:,.0f} pairs would have to be cut",
            hint="take out what is repeated (kh.check names it), or work on a part of the register at a time",
        )
    at, of = shapely.STRtree(shapes).query(queries, predicate="intersects")
    return at, of


def _pieces(fresh: Shapes, release: Positions, hazards: Shapes, hazard: Positions) -> tuple[Shapes, Mask]:
    """What each pair shares, and whether that is all of the release."""
    shapely.prepare(hazards[np.unique(hazard)])
    whole = shapely.covers(hazards[hazard], fresh[release])
    pieces = fresh[release]
    pieces[~whole] = intersection(pieces[~whole], hazards[hazard[~whole]], grow=False)
    return pieces, whole


def _covered_once(
    pieces: Shapes, release: Positions, piece: Floats, whole: Mask, fresh: Shapes, new: Floats, ruler: _Ruler
) -> Floats:
    """Ground of each release that its pieces cover; where hazards overlap, their pieces do too."""
    inside = np.zeros(len(new))
    within = np.unique(release[whole])
    inside[within] = new[within]
    # In a crowd most releases lie wholly in one hazard or another, and need no union of all that they share.
    rest = (piece > 0) & ~np.isin(release, within)
    rows, cover = unions(pieces[rest], release[rest], grow=False)
    inside[rows] = np.minimum(ruler.m2(cover, rows), new[rows])
    all_of_it = rows[ruler.drawn(cover, rows) >= ruler.drawn(fresh[rows], rows) * (1 - _DUST)]
    inside[all_of_it] = new[all_of_it]
    return inside


def _never_too_little(
    remaining: Shapes, hazards: Shapes, drawn: Floats, hazard: Positions, *, crs: pyproj.CRS
) -> Shapes:
    """Give back the whole hazard where the cut took more ground than the releases hold."""
    touched = np.unique(hazard)
    released = sums(hazard, drawn, len(hazards))[touched]
    before = drawn_area(hazards[touched], crs=crs)
    short = before - released - drawn_area(remaining[touched], crs=crs) > before * 1e-7
    kept = remaining.copy()
    kept[touched[short]] = hazards[touched[short]]
    return kept


def _repeats(releases: Shapes, whole: Floats, second: Positions, first: Positions, drawn_alike: Positions) -> Positions:
    alike = np.isclose(whole[second], whole[first], rtol=1e-9, atol=0)
    second, first = second[alike], first[alike]
    same = shapely.equals(releases[second], releases[first])
    repeats = np.full(len(releases), -1, dtype=np.intp)
    # Written from the last to the first, so that the first earlier one stays.
    order = np.argsort(first[same])[::-1]
    repeats[second[same][order]] = first[same][order]
    again = np.flatnonzero((drawn_alike != np.arange(len(releases))) & (whole > 0))
    again = again[shapely.equals(releases[again], releases[drawn_alike[again]])]
    model = drawn_alike[again]
    repeats[again] = np.where(repeats[model] >= 0, repeats[model], model)
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
