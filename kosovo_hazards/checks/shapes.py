"""Checks on the shape of each record by itself: whether it is ground at all, its rings, vertices and parts."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Floats, Mask, Positions, Shapes
from kosovo_hazards._wording import only_in_python
from kosovo_hazards.checks.checked_table import Records, Severity
from kosovo_hazards.checks.limits import Limits
from kosovo_hazards.geometry import covering, in_metres, middle_latitude, only_polygons, simple_parts, unions
from kosovo_hazards.language import numbers, percents, sentence, sentences, spoken, spoken_words
from kosovo_hazards.schema import HAZARDS

__all__ = ["shape_findings"]

_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7
_KINDS = {0: "point", 1: "line", 2: "ring", 4: "points", 5: "lines"}
# What shapely says of a broken polygon, with the spot in brackets behind.
_REASON = r"^(?P<reason>[^\[]+)(?:\[(?P<x>\S+) (?P<y>\S+)\])?"
_REASONS = (
    "Self-intersection", "Ring Self-intersection", "Hole lies outside shell", "Holes are nested", "Nested shells",
    "Interior is disconnected", "Duplicate Rings",
)  # fmt: skip
# Coordinates with so few decimals are 80 to 110 m apart.
_COARSE_DECIMALS = 3
# Points alike to the millimetre were entered twice; others may be a survey's.
_SAME_DEG = 1e-8
# Ground of less is the rounding of coordinates.
_NOTHING_M2 = 0.01
# A municipality of Kosovo is some 17 km across, by the median of their areas.
_ACROSS_MUNICIPALITY_M = 20_000.0
# Parts of one record are kept apart from those of others by moving them this far for each record.
_ASIDE_M = 1e8


def shape_findings(records: Records, limits: Limits) -> Iterator[pd.DataFrame]:
    """What is wrong with the shape of each record.

    Parameters
    ----------
    records
        Hazards or releases.
    limits
        The thresholds.
    """
    yield from _no_shape(records)
    yield from _misplaced(records)
    usable = ~shapely.is_missing(records.drawn) & ~records.not_degrees
    parts = _Parts.of(records, usable)
    few = yield from _too_few_vertices(records, parts)
    flat = yield from _no_ground(records, usable & ~few)
    twice = yield from _part_twice(records, parts)
    overlapping = yield from _parts_overlap(records, parts, limits, ~(few | flat))
    yield _invalid(records, usable & ~few & ~flat, overlapping | twice, parts)
    yield from _far_parts(records, parts, limits)
    vertices = _Vertices.of(parts, limits.near_points_deg)
    yield _repeated_points(records, vertices, ~few, limits)
    yield _long_edges(records, vertices, limits)
    yield _spikes(records, vertices, limits, ~(few | flat))
    yield _coarse(records, usable)


# --- no ground, or nobody knows where --------------------------------------------------------------------------------


def _no_shape(records: Records) -> Iterator[pd.DataFrame]:
    kinds = shapely.get_type_id(records.drawn)
    if records.table is HAZARDS:
        text = sentence("missing-geometry.hazard")
        yield records.found("missing-geometry", records.missing, text)
    else:
        unknown = records.missing & np.isnan(records.recorded_m2())
        text = sentence("missing-geometry.release")
        yield records.found("missing-geometry", unknown, text, severity=Severity.WARNING)
    yield records.found("empty-geometry", records.empty, sentence("empty-geometry"))
    yield records.found("bad-coordinates", records.not_numbers, sentence("bad-coordinates"))
    rows = np.flatnonzero(np.isin(kinds, list(_KINDS)))
    texts = sentences("not-a-polygon", kind=spoken_words("drawn", [_KINDS[int(kind)] for kind in kinds[rows]]))
    yield records.found("not-a-polygon", rows, texts)
    mixed = np.flatnonzero(kinds == _COLLECTION)
    others = [
        sum(part.geom_type not in ("Polygon", "MultiPolygon") for part in records.drawn[row].geoms) for row in mixed
    ]
    texts = sentences("mixed-geometry", n=others)
    yield records.found("mixed-geometry", mixed, texts)


def _misplaced(records: Records) -> Iterator[pd.DataFrame]:
    odd = records.odd_place
    beyond = records.not_degrees
    texts = sentences("bad-coordinates.beyond", problem=odd[beyond].tolist())
    yield records.found("bad-coordinates", beyond, texts)
    swapped = (odd != "") & ~beyond
    texts = sentences("swapped-axes", problem=odd[swapped].tolist())
    yield records.found("swapped-axes", swapped, texts)


# --- polygons --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Parts:
    """The polygons of the records, one by one, in degrees and in metres about the middle of each record."""

    shapes: Shapes
    metric: Shapes
    owner: Positions
    count: Positions

    @classmethod
    def of(cls, records: Records, usable: Mask) -> _Parts:
        rows = np.flatnonzero(usable)
        shapes, owner = simple_parts(records.drawn[rows])
        keep = (shapely.get_type_id(shapes) == _POLYGON) & ~shapely.is_empty(shapes)
        shapes, owner = shapes[keep], rows[owner[keep]]
        metric = in_metres(shapes, middle_latitude(records.drawn)[owner])
        return cls(shapes, metric, owner, np.bincount(owner, minlength=len(records)))

    @property
    def several(self) -> Positions:
        """Positions of the parts of records that have more than one."""
        return np.flatnonzero(self.count[self.owner] > 1)


def _of_rows(rows: Positions, length: int) -> Mask:
    mask: Mask = np.isin(np.arange(length), rows)
    return mask


def _too_few_vertices(records: Records, parts: _Parts) -> Generator[pd.DataFrame, None, Mask]:
    points, part = shapely.get_coordinates(shapely.get_exterior_ring(parts.shapes), return_index=True)
    points = np.round(points, 9) + 0.0
    order = np.lexsort((points[:, 1], points[:, 0], part))
    points, part = points[order], part[order]
    new = np.ones(len(part), dtype=bool)
    new[1:] = (points[1:] != points[:-1]).any(axis=1) | (part[1:] != part[:-1])
    distinct = np.bincount(part[new], minlength=len(parts.shapes))
    few = np.flatnonzero(distinct < 3)
    rows, first = np.unique(parts.owner[few], return_index=True)
    texts = sentences("too-few-vertices", n=distinct[few[first]])
    yield records.found("too-few-vertices", rows, texts, value=distinct[few[first]])
    return _of_rows(rows, len(records))


def _no_ground(records: Records, usable: Mask) -> Generator[pd.DataFrame, None, Mask]:
    areal = usable & np.isin(shapely.get_type_id(records.drawn), (_POLYGON, _MULTIPOLYGON, _COLLECTION))
    # Not the area on the ellipsoid: the geodesics of long and short edges along one line part by decimetres.
    flat = in_metres(records.ground, middle_latitude(records.ground))
    no_area = shapely.is_missing(records.ground) | (shapely.area(flat) < _NOTHING_M2)
    nothing: Mask = areal & (records.odd_place == "") & no_area
    yield records.found("no-ground", nothing, sentence("no-ground"), value=0.0)
    return nothing


def _invalid(records: Records, usable: Mask, explained: Mask, parts: _Parts) -> pd.DataFrame:
    """Broken polygons; those whose parts are whole and only overlap are reported as that."""
    broken = usable & ~shapely.is_valid(records.drawn)
    broken_part = np.zeros(len(records), dtype=bool)
    broken_part[parts.owner[~shapely.is_valid(parts.shapes)]] = True
    rows = np.flatnonzero(broken & (broken_part | ~explained))
    reasons = pd.Series(shapely.is_valid_reason(records.drawn[rows]), dtype="str").str.extract(_REASON)
    spots = reasons[["x", "y"]].astype(np.float64).to_numpy()
    known = np.isfinite(spots).all(axis=1)
    at: Shapes = records.drawn[rows]
    at[known] = shapely.points(spots[known])
    reader = "kh.read_hazards" if records.table is HAZARDS else "kh.read_releases"
    t = spoken()
    where = [t("broken.at", x=f"{x:.6f}", y=f"{y:.6f}") if np.isfinite(x) else "" for x, y in spots]
    broken_as = [
        t.texts[f"broken.{reason}"] if reason in _REASONS else t("broken.other", reason=reason)
        for reason in reasons["reason"].astype(str)
    ]
    texts = sentences("invalid-polygon", how=broken_as, where=where, reader=only_in_python(f" ({reader})"))
    return records.found("invalid-polygon", rows, texts, at=at)


# --- parts of one record ---------------------------------------------------------------------------------------------


def _aside(parts: _Parts, several: Positions) -> Shapes:
    """Parts moved so that those of different records never meet."""
    owner = np.unique(parts.owner[several], return_inverse=True)[1]
    points, part = shapely.get_coordinates(parts.metric[several], return_index=True)
    points[:, 0] += owner[part] * _ASIDE_M
    moved: Shapes = shapely.set_coordinates(parts.metric[several], points)
    return moved


def _part_twice(records: Records, parts: _Parts) -> Generator[pd.DataFrame, None, Mask]:
    several = parts.several
    normal = shapely.normalize(shapely.set_precision(parts.shapes[several], 0))
    keys = pd.DataFrame({"owner": parts.owner[several], "shape": shapely.to_wkb(normal)})
    again = keys.duplicated().to_numpy()
    rows, first, count = np.unique(parts.owner[several][again], return_index=True, return_counts=True)
    texts = sentences("part-twice", n=count)
    yield records.found("part-twice", rows, texts, value=count, at=parts.shapes[several][again][first])
    return _of_rows(rows, len(records))


def _parts_overlap(records: Records, parts: _Parts, limits: Limits, sound: Mask) -> Generator[pd.DataFrame, None, Mask]:
    """Ground that parts of one record share, as a share of the ground of the record."""
    several = parts.several
    several = several[sound[parts.owner[several]]]
    shapes = only_polygons(covering(parts.shapes[several]))
    owner = parts.owner[several]
    rows = np.unique(owner)
    drawn = np.bincount(owner, shapely.area(shapes), minlength=len(records))[rows]
    once = shapely.area(unions(shapes, owner)[1])
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(once > 0, drawn / once - 1, 0)
    over = share > limits.overlap_share
    texts = sentences("parts-overlap", share=percents(share[over], 1))
    yield records.found("parts-overlap", rows[over], texts, value=100 * share[over])
    return _of_rows(rows[share > 0], len(records))


def _cut_at_180(parts: _Parts, count: int) -> Mask:
    """Records with parts on both sides of the antimeridian, which are neighbours."""
    west, _, east, _ = shapely.bounds(parts.shapes).T
    return _of_rows(parts.owner[west == -180.0], count) & _of_rows(parts.owner[east == 180.0], count)


def _far_parts(records: Records, parts: _Parts, limits: Limits) -> Iterator[pd.DataFrame]:
    """Parts that lie farther than allowed from every other part of their record."""
    several = parts.several
    shapes, owner = _aside(parts, several), parts.owner[several]
    tree = shapely.STRtree(shapes)
    (one, other), apart = tree.query_nearest(shapes, exclusive=True, return_distance=True, all_matches=False)
    far = (apart > limits.parts_apart_m) & (owner[one] == owner[other]) & ~_cut_at_180(parts, len(records))[owner[one]]
    rows, first = np.unique(owner[one[far]], return_index=True)
    metres = apart[far][first]
    severity = np.where(metres > _ACROSS_MUNICIPALITY_M, Severity.WARNING.value, Severity.NOTE.value)
    texts = sentences("parts-far-apart", metres=numbers(metres))
    at = parts.shapes[several[one[far][first]]]
    yield records.found("parts-far-apart", rows, texts, value=metres, at=at, severity=severity)


# --- vertices --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Vertices:
    """The vertices of all rings in order, the closing one left out.

    Attributes
    ----------
    degrees, metres
        Where each lies.
    owner, ring
        The record and the ring.
    before, after
        Position of its neighbours in the ring.
    repeated
        Whether it lies where the one before does.
    """

    degrees: Floats
    metres: Floats
    owner: Positions
    ring: Positions
    before: Positions
    after: Positions
    repeated: NDArray[np.bool_]

    @classmethod
    def of(cls, parts: _Parts, near_deg: float) -> _Vertices:
        rings, part = shapely.get_rings(parts.shapes, return_index=True)
        degrees, ring = shapely.get_coordinates(rings, return_index=True)
        metres = shapely.get_coordinates(shapely.get_rings(parts.metric))
        closing = np.append(ring[1:] != ring[:-1], True) if len(ring) else np.zeros(0, dtype=bool)
        degrees, metres, ring = degrees[~closing], metres[~closing], ring[~closing]
        before, after = _neighbours(ring)
        # A hair more, for differences of decimal fractions.
        repeated = (np.abs(degrees - degrees[before]) <= near_deg * (1 + 1e-6)).all(axis=1)
        return cls(degrees, metres, parts.owner[part[ring]], ring, before, after, repeated)

    def without_repeated(self) -> _Vertices:
        """The same with one vertex for those that lie in one place."""
        keep = ~self.repeated
        before, after = _neighbours(self.ring[keep])
        return _Vertices(
            self.degrees[keep],
            self.metres[keep],
            self.owner[keep],
            self.ring[keep],
            before,
            after,
            self.repeated[keep],
        )


def _neighbours(ring: Positions) -> tuple[Positions, Positions]:
    """Positions of the vertices before and after each in its ring."""
    at = np.arange(len(ring))
    first = np.append(True, ring[1:] != ring[:-1]) if len(ring) else np.zeros(0, dtype=bool)
    last = np.append(first[1:], True) if len(ring) else first
    starts, ends = at[first], at[last]
    before, after = at - 1, at + 1
    before[starts], after[ends] = ends, starts
    return before, after


def _repeated_points(records: Records, vertices: _Vertices, sound: Mask, limits: Limits) -> pd.DataFrame:
    at = np.flatnonzero(vertices.repeated & sound[vertices.owner] & (vertices.before != np.arange(len(vertices.owner))))
    rows, first, count = np.unique(vertices.owner[at], return_index=True, return_counts=True)
    texts = sentences("repeated-points", n=count, degrees=spoken().number(limits.near_points_deg, 6))
    spots = shapely.points(vertices.degrees[at[first]])
    apart = np.abs(vertices.degrees - vertices.degrees[vertices.before])
    exactly = apart.max(axis=1) < _SAME_DEG
    same = np.isin(rows, vertices.owner[at[exactly[at]]])
    severity = np.where(same, Severity.WARNING.value, Severity.NOTE.value)
    return records.found("repeated-points", rows, texts, value=count, at=spots, severity=severity)


def _long_edges(records: Records, vertices: _Vertices, limits: Limits) -> pd.DataFrame:
    length = np.linalg.norm(vertices.metres - vertices.metres[vertices.after], axis=1)
    at = np.flatnonzero(length > limits.longest_edge_m)
    at = at[np.lexsort((-length[at], vertices.owner[at]))]
    rows, first, count = np.unique(vertices.owner[at], return_index=True, return_counts=True)
    worst = at[first]
    texts = sentences("long-edge", n=count, limit=spoken().number(limits.longest_edge_m), metres=numbers(length[worst]))
    ends = np.stack([vertices.degrees[worst], vertices.degrees[vertices.after[worst]]], axis=1)
    lines = shapely.linestrings(ends) if len(worst) else []
    return records.found("long-edge", rows, texts, value=length[worst], at=lines)


def _spikes(records: Records, vertices: _Vertices, limits: Limits, sound: Mask) -> pd.DataFrame:
    v = vertices.without_repeated()
    back, on = v.metres[v.before] - v.metres, v.metres[v.after] - v.metres
    long = np.minimum(np.linalg.norm(back, axis=1), np.linalg.norm(on, axis=1))
    with np.errstate(invalid="ignore"):
        turn = np.abs(np.arctan2(back[:, 0] * on[:, 1] - back[:, 1] * on[:, 0], (back * on).sum(axis=1)))
    at = np.flatnonzero((np.degrees(turn) < limits.spike_deg) & (long >= limits.spike_m) & sound[v.owner])
    at = at[np.lexsort((-long[at], v.owner[at]))]
    rows, first, count = np.unique(v.owner[at], return_index=True, return_counts=True)
    worst = at[first]
    texts = sentences(
        [f"spike.{'several' if number > 1 else 'single'}" for number in count], more=numbers(count - 1),
        metres=numbers(long[worst]), angle=numbers(np.degrees(turn)[worst], 1),
    )  # fmt: skip
    return records.found("spike", rows, texts, value=long[worst], at=shapely.points(v.degrees[worst]))


def _coarse(records: Records, usable: Mask) -> pd.DataFrame:
    rows = np.flatnonzero(usable)
    points, owner = shapely.get_coordinates(records.drawn[rows], return_index=True)
    fine = (np.abs(points - np.round(points, _COARSE_DECIMALS)) > 1e-9).any(axis=1)
    coarse = np.bincount(owner, fine, minlength=len(rows)) == 0
    text = sentence("coarse-coordinates", n=_COARSE_DECIMALS)
    return records.found("coarse-coordinates", rows[coarse], text, value=float(_COARSE_DECIMALS))
