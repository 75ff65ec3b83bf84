"""Checks between records: the same ground twice, overlaps, confirmed in suspected ground, and narrow gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Floats, Mask, Positions, Shapes, Texts
from kosovo_hazards.checks.checked_table import Records, Severity
from kosovo_hazards.checks.limits import Limits
from kosovo_hazards.geometry import (
    Meeting,
    area_m2,
    difference,
    in_chunks,
    in_metres,
    intersection,
    meeting,
    middle_latitude,
    union,
)
from kosovo_hazards.language import areas, numbers, percents, sentence, sentences, spoken
from kosovo_hazards.repeats import differing, repeats_among
from kosovo_hazards.schema import CRS, HAZARDS, HazardType

__all__ = ["Overlaps", "pair_findings", "pairs_of_crowd"]

# A record that overlaps more than this is reported with the largest ones and the number of the others.
_MOST_REPORTED = 10
# Of records that lie on top of each other so many pairs are looked at, or one a record.
_PAIRS_OF_CROWD = 20_000
_DEGREE_M = 111_320.0
# Coordinates of six decimals are rounded to this.
_NARROWEST_M = 0.1


@dataclass(frozen=True)
class Overlaps:
    """Pairs of records that share ground, each pair once, exact duplicates left out but for the first.

    Attributes
    ----------
    left, right
        Positions, left before right.
    shape
        The ground that they share.
    of_left, of_right, of_both
        How much of each and of their joint ground that is, 0 to 1.
    crowded
        Positions that were held against some of the others only.
    """

    left: Positions
    right: Positions
    shape: Shapes
    of_left: Floats
    of_right: Floats
    of_both: Floats
    crowded: Positions

    @classmethod
    def among(cls, records: Records) -> Overlaps:
        """Find them; exact duplicates stand for each other."""
        shapes = _representatives(records)
        met = meeting(shapes, shapes, of_crowd=pairs_of_crowd(len(shapes)))
        left, right = _each_once(met, len(shapes))
        shape = intersection(shapes[left], shapes[right])
        size, shared = shapely.area(shapes), shapely.area(shape)
        keep = shared > 0
        left, right, shape, shared = left[keep], right[keep], shape[keep], shared[keep]
        return cls(
            left, right, shape, shared / size[left], shared / size[right],
            shared / (size[left] + size[right] - shared), met.crowded,
        )  # fmt: skip

    @property
    def of_smaller(self) -> Floats:
        """Share of the smaller one of the two."""
        return np.maximum(self.of_left, self.of_right)

    def positions(self, chosen: Mask) -> Positions:
        """Positions of the chosen pairs, for each left record the largest few only."""
        at = np.flatnonzero(chosen)
        at = at[np.lexsort((self.right[at], -self.of_smaller[at], self.left[at]))]
        rank = pd.Series(at).groupby(self.left[at]).cumcount().to_numpy()
        few: Positions = at[rank < _MOST_REPORTED]
        return few

    def untold(self, chosen: Mask) -> tuple[Positions, Positions]:
        """Left records with more chosen pairs than are reported, and how many more."""
        rows, count = np.unique(self.left[chosen], return_counts=True)
        many = count > _MOST_REPORTED
        return rows[many], count[many] - _MOST_REPORTED


def pairs_of_crowd(records: int) -> int:
    """How many pairs are looked at of records that lie on top of each other.

    Parameters
    ----------
    records
        How many there are in the table.
    """
    return max(_PAIRS_OF_CROWD, records)


def pair_findings(records: Records, limits: Limits) -> Iterator[pd.DataFrame]:
    """What is wrong between the records of one table.

    Parameters
    ----------
    records
        Hazards or releases.
    limits
        The thresholds.
    """
    overlaps = Overlaps.among(records)
    crowded = overlaps.crowded
    if records.table is HAZARDS:
        yield _duplicates(records)
        yield from _shared_ground(records, overlaps, limits)
        near = _near(records, limits)
        crowded = np.union1d(crowded, near.crowded)
        yield from _gaps(records, overlaps, near, limits)
    else:
        yield from _repeated_releases(records)
        yield from _released_twice(records, overlaps, limits)
    if count := len(crowded):
        yield records.found_in_table("not-all-compared", sentence("not-all-compared", n=count), value=float(count))


def _representatives(records: Records) -> Shapes:
    shapes = records.ground.copy()
    shapes[records.first != np.arange(len(records))] = None
    return shapes


def _duplicates(records: Records) -> pd.DataFrame:
    rows = np.flatnonzero((records.first != np.arange(len(records))) & ~shapely.is_missing(records.drawn))
    first = records.labels[records.first[rows]]
    texts = sentences("duplicate-polygon", other=first.tolist())
    return records.found("duplicate-polygon", rows, texts, other=first)


def _shared_ground(records: Records, overlaps: Overlaps, limits: Limits) -> Iterator[pd.DataFrame]:
    kind, gone = records.texts("hazard_type"), records.gone
    near = overlaps.of_both >= limits.near_duplicate_share
    confirmed, suspected = kind == HazardType.CHA.value, kind == HazardType.SHA.value
    left_in = confirmed[overlaps.left] & suspected[overlaps.right] & (overlaps.of_left >= limits.within_share)
    right_in = confirmed[overlaps.right] & suspected[overlaps.left] & (overlaps.of_right >= limits.within_share)
    one_gone = gone[overlaps.left] | gone[overlaps.right]
    within = (left_in | right_in) & ~near & ~one_gone
    over = (overlaps.of_smaller > limits.overlap_share) & ~near & ~within
    yield _pair_findings(
        records, overlaps, overlaps.positions(near), "near-duplicate", overlaps.of_both,
    )  # fmt: skip
    at = overlaps.positions(within)
    turned = right_in[at]
    yield _pair_findings(
        records, overlaps, at, "cha-in-sha", np.where(right_in, overlaps.of_right, overlaps.of_left),
        turned=turned,
    )  # fmt: skip
    at = overlaps.positions(over)
    yield _pair_findings(
        records, overlaps, at, "overlap", overlaps.of_smaller,
        decimals=1, severity=np.where(one_gone[at], Severity.NOTE.value, Severity.WARNING.value),
    )  # fmt: skip
    rows, more = overlaps.untold(over)
    texts = sentences("overlap.more", n=more)
    yield records.found("overlap", rows, texts, severity=Severity.WARNING)


def _pair_findings(
    records: Records,
    overlaps: Overlaps,
    at: Positions,
    check: str,
    share: Floats,
    *,
    decimals: int = 0,
    turned: Mask | None = None,
    severity: Texts | None = None,
) -> pd.DataFrame:
    """Findings on pairs; with `turned`, on the right record of the pair."""
    turned = np.zeros(len(at), dtype=bool) if turned is None else turned
    rows = np.where(turned, overlaps.right[at], overlaps.left[at])
    other = records.labels[np.where(turned, overlaps.left[at], overlaps.right[at])]
    shared = area_m2(gpd.GeoSeries(overlaps.shape[at], crs=CRS)).to_numpy()
    texts = sentences(check, share=percents(share[at], decimals), shared=areas(shared), other=other.tolist())
    return records.found(
        check, rows, texts, value=100 * share[at], other=other, at=overlaps.shape[at], severity=severity
    )


# --- gaps ------------------------------------------------------------------------------------------------------------


def _near(records: Records, limits: Limits) -> Meeting:
    """Standing hazards whose bounds come as near as a gap is wide."""
    shapes = _standing(records)
    latitude = np.abs(middle_latitude(shapes)).max() if len(shapes) else 0.0
    apart = limits.gap_m / (_DEGREE_M * np.cos(np.radians(latitude)))
    return meeting(shapes, shapes, apart_deg=apart, of_crowd=pairs_of_crowd(len(shapes)))


def _standing(records: Records) -> Shapes:
    shapes = _representatives(records)
    shapes[records.gone] = None
    return shapes


def _gaps(records: Records, overlaps: Overlaps, met: Meeting, limits: Limits) -> Iterator[pd.DataFrame]:
    """Strips between two hazards that closing the two together fills, and closing each by itself does not."""
    shapes = _standing(records)
    left, right = _close_pairs(met, overlaps, limits, len(shapes))
    latitude = middle_latitude(shapes[left])
    one, other = in_metres(shapes[left], latitude), in_metres(shapes[right], latitude)
    near = shapely.dwithin(one, other, limits.gap_m)
    left, right, latitude, one, other = left[near], right[near], latitude[near], one[near], other[near]
    # Only the ground around the place where they meet, for large outlines take long.
    around = (
        shapely.buffer(shapely.envelope(one), 2 * limits.gap_m),
        shapely.buffer(shapely.envelope(other), 2 * limits.gap_m),
    )
    window = shapely.envelope(intersection(*around))
    one, other = intersection(one, window), intersection(other, window)
    both = union(one, other)
    filled = union(_closed(one, limits.gap_m), _closed(other, limits.gap_m))
    strip = intersection(difference(difference(_closed(both, limits.gap_m), filled), both), window)
    yield from _strips(records, left, right, strip, latitude, limits)


def _close_pairs(near: Meeting, overlaps: Overlaps, limits: Limits, count: int) -> tuple[Positions, Positions]:
    left, right = _each_once(near, count)
    # Hazards that share ground are reported already, and between those in a crowd there is hardly any that is free.
    overlapping = overlaps.of_smaller > limits.overlap_share
    known = overlaps.left[overlapping] * count + overlaps.right[overlapping]
    fresh = ~np.isin(left * count + right, known)
    if len(near.crowded):
        fresh &= ~(np.isin(left, near.crowded) & np.isin(right, near.crowded))
    return left[fresh], right[fresh]


def _each_once(met: Meeting, count: int) -> tuple[Positions, Positions]:
    """The pairs of different shapes, the earlier first, in order."""
    first, second = np.minimum(met.left, met.right), np.maximum(met.left, met.right)
    keys = np.unique((first * count + second)[first < second])
    return keys // max(count, 1), keys % max(count, 1)


def _closed(shapes: Shapes, gap_m: float) -> Shapes:
    """Shapes with all filled that is narrower than the gap."""

    def closed(some: Shapes, _: Shapes) -> Shapes:
        wider = shapely.buffer(some, gap_m / 2, join_style="mitre", mitre_limit=2)
        back: Shapes = shapely.buffer(wider, -gap_m / 2, join_style="mitre", mitre_limit=2)
        return back

    return in_chunks(closed, shapes, shapes)


def _strips(
    records: Records, left: Positions, right: Positions, strip: Shapes, latitude: Floats, limits: Limits
) -> Iterator[pd.DataFrame]:
    parts, owner = shapely.get_parts(strip, return_index=True)
    # A strip is about half as long as its outline, and wider than the rounding of coordinates.
    length = shapely.length(parts) / 2
    long = (length >= limits.gap_length_m) & (shapely.area(parts) >= length * _NARROWEST_M)
    parts, owner = parts[long], owner[long]
    length = np.bincount(owner, shapely.length(parts) / 2, minlength=len(strip))
    size = np.bincount(owner, shapely.area(parts), minlength=len(strip))
    at = np.unique(owner)
    shapes = np.array(
        [shapely.multipolygons(group) for group in np.split(parts, np.flatnonzero(np.diff(owner)) + 1)]
        if len(at)
        else [],
        dtype=object,
    )
    names = records.labels[right[at]]
    texts = sentences(
        "gap", area=areas(size[at]), metres=numbers(length[at]), wide=spoken().localised(f"{limits.gap_m:g}"),
        other=names.tolist(),
    )  # fmt: skip
    back = in_metres(shapes, latitude[at], back=True)
    yield records.found("gap", left[at], texts, value=size[at], other=names, at=back)


# --- releases --------------------------------------------------------------------------------------------------------


def _repeated_releases(records: Records) -> Iterator[pd.DataFrame]:
    drawn = np.flatnonzero(~shapely.is_missing(records.drawn))
    ground = np.full(len(records), -1, dtype=np.intp)
    ground[drawn] = records.first[drawn]
    area = np.where(ground >= 0, records.area_m2, records.recorded_m2())
    found = repeats_among(records.frame, area, ground, np.ones(len(records), dtype=bool))
    rows = np.flatnonzero(found.same >= 0)
    first = records.labels[found.same[rows]]
    texts = sentences("repeated-release", other=first.tolist())
    yield records.found("repeated-release", rows, texts, other=first)
    rows = np.flatnonzero(found.alike >= 0)
    first = records.labels[found.alike[rows]]
    apart = differing(records.frame, area, ground, rows, found.alike[rows])
    texts = sentences(
        [f"alike-releases.{'differing' if names else 'undated'}" for names in apart], other=first.tolist(),
        columns=[", ".join(names) for names in apart],
    )  # fmt: skip
    yield records.found("alike-releases", rows, texts, other=first)
    other = drawn[(records.first[drawn] != drawn) & (found.same[drawn] < 0) & (found.alike[drawn] < 0)]
    first = records.labels[records.first[other]]
    texts = sentences("duplicate-polygon.release", other=first.tolist())
    yield records.found("duplicate-polygon", other, texts, other=first, severity=Severity.WARNING)


def _released_twice(records: Records, overlaps: Overlaps, limits: Limits) -> Iterator[pd.DataFrame]:
    chosen = overlaps.of_smaller > limits.overlap_share
    yield _pair_findings(
        records, overlaps, overlaps.positions(chosen), "released-twice", overlaps.of_smaller, decimals=1,
    )  # fmt: skip
    rows, more = overlaps.untold(chosen)
    texts = sentences("released-twice.more", n=more)
    yield records.found("released-twice", rows, texts)
