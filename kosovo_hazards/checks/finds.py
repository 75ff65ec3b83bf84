"""Checks of evidence, accidents and items found against hazards and releases: what was found where, and how deep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Floats, Mask, Positions, Shapes, Texts
from kosovo_hazards.checks.checked_table import Records, Severity, products
from kosovo_hazards.checks.limits import Limits
from kosovo_hazards.evidence import discs, fade_outs
from kosovo_hazards.geometry import difference, in_metres, union_all
from kosovo_hazards.language import numbers, sentences, spoken
from kosovo_hazards.schema import ACCIDENTS, EVIDENCE, ITEMS, Directness, Product

__all__ = ["find_findings"]

# Nearer than the distance by less than this is the rounding of a map.
_EDGE_M = 0.5
_SEARCHED = (Product.CLEARED.value, Product.REDUCED.value)
_WHAT = {EVIDENCE.name: "evidence", ACCIDENTS.name: "accident", ITEMS.name: "item"}


def find_findings(
    tables: Sequence[Records], hazards: Records, releases: Records | None, limits: Limits
) -> Iterator[pd.DataFrame]:
    """What is wrong between points and the ground of hazards and releases.

    Parameters
    ----------
    tables
        Evidence, accidents and items, those there are.
    hazards, releases
        Both tables; releases that are finished only.
    limits
        The thresholds.
    """
    ground = [hazards] if releases is None else [hazards, releases]
    for points in tables:
        yield _outside(points, ground)
        if releases is not None:
            yield from _after_release(points, releases)
        if points.table is ITEMS:
            yield _deep(points, limits)
            if releases is not None:
                yield _near_edge(points, hazards, releases, limits)


# --- outside ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Nearest:
    """The nearest ground of each point that lies in none: rows, its label, and how far it is, m."""

    rows: Positions
    labels: Texts
    metres: Floats


def _outside(points: Records, ground: Sequence[Records]) -> pd.DataFrame:
    nearest = _nearest(points, ground)
    stated = np.nan_to_num(points.numbers("accuracy_m"))[nearest.rows]
    far = ~(nearest.metres <= stated)
    rows, metres, labels = nearest.rows[far], nearest.metres[far], nearest.labels[far]
    known = np.isfinite(metres)
    texts = sentences(
        [f"evidence-outside.{'near' if near else 'alone'}" for near in known], record=_subject(points),
        metres=numbers(np.where(known, metres, 0)), other=labels.tolist(),
    )  # fmt: skip
    mild = points.texts("directness")[rows] == Directness.INDIRECT.value
    severity = np.where(mild, Severity.NOTE.value, Severity.WARNING.value).astype(object)
    return points.found("evidence-outside", rows, texts, value=metres, severity=severity)


def _subject(points: Records) -> str:
    """What stands at the beginning of a sentence on a point."""
    return spoken().texts[f"record.{_WHAT[points.name]}"]


def _nearest(points: Records, ground: Sequence[Records]) -> _Nearest:
    shapes = np.concatenate([records.ground for records in ground])
    labels = np.concatenate([records.labels for records in ground])
    there = np.flatnonzero(~shapely.is_missing(points.drawn) & (points.odd_place == ""))
    tree = shapely.STRtree(shapes)
    inside = np.unique(tree.query(points.drawn[there], predicate="intersects")[0])
    rows = np.delete(there, inside)
    if not len(rows) or shapely.is_missing(shapes).all():
        return _Nearest(rows, np.full(len(rows), "", dtype=object), np.full(len(rows), np.inf))
    # Degrees are no distance: of all within the box that holds the nearest by degrees, the nearest by metres.
    first, nearest = tree.query_nearest(points.drawn[rows], all_matches=False)
    latitude = shapely.bounds(points.drawn[rows])[:, 1]
    near = _metres(points.drawn[rows], shapes[nearest[np.argsort(first)]], latitude)
    reach = near / _DEGREE_M / np.cos(np.radians(latitude)) * 1.01
    boxes = shapely.box(*(shapely.bounds(points.drawn[rows]) + np.outer(reach, [-1, -1, 1, 1])).T)
    point, shape = tree.query(boxes)
    pairs = pd.DataFrame({"point": point, "shape": shape})
    pairs["metres"] = _metres(points.drawn[rows][point], shapes[shape], latitude[point])
    best = pairs.loc[pairs.groupby("point")["metres"].idxmin()].set_index("point").reindex(range(len(rows)))
    return _Nearest(rows, labels[best["shape"].to_numpy(dtype=np.intp)], best["metres"].to_numpy())


_DEGREE_M = 110_500.0


def _metres(left: Shapes, right: Shapes, latitude: Floats) -> Floats:
    metres: Floats = shapely.distance(in_metres(left, latitude), in_metres(right, latitude))
    return metres


# --- on released land ------------------------------------------------------------------------------------------------


def _after_release(points: Records, releases: Records) -> Iterator[pd.DataFrame]:
    """Points on ground that had been released by then; evidence before it is why the work was done."""
    first, second = shapely.STRtree(releases.ground).query(points.drawn, predicate="intersects")
    completed, happened = releases.dates("completed").to_numpy(), points.dates("date").to_numpy()
    days = (happened[first] - completed[second]) / np.timedelta64(1, "D")
    own = points.texts("release_id")[first] == releases.ids[second]
    indirect = points.texts("directness")[first] == Directness.INDIRECT.value
    odd = ~(days <= 0) & ~own & ~indirect
    if points.table is not ACCIDENTS:
        # Items and evidence without dates may well be what was found in that work.
        odd &= ~np.isnan(days)
    # The latest release of each point says it.
    latest = pd.DataFrame({"point": first[odd], "release": second[odd], "days": days[odd]}).sort_values("days")
    latest = latest.drop_duplicates("point")
    rows, on, after = latest["point"].to_numpy(), latest["release"].to_numpy(), latest["days"].to_numpy()
    texts = sentences(
        [f"on-released-land.{'after' if late > 0 else 'undated'}" for late in after], record=_subject(points),
        release=releases.labels[on].tolist(), n=np.nan_to_num(after),
    )  # fmt: skip
    known = np.where(after > 0, Severity.ERROR.value, Severity.WARNING.value).astype(object)
    name = "accident-on-released-land" if points.table is ACCIDENTS else "find-on-released-land"
    severity = known if points.table is ACCIDENTS else Severity.WARNING.value
    yield points.found(name, rows, texts, value=after, other=releases.labels[on], severity=severity)


# --- depth and distance ----------------------------------------------------------------------------------------------


def _deep(items: Records, limits: Limits) -> pd.DataFrame:
    depth = items.numbers("depth_cm")
    rows = np.flatnonzero(depth > limits.searched_depth_cm)
    texts = sentences(
        "item-deep", depth=numbers(depth[rows]), searched=spoken().localised(f"{limits.searched_depth_cm:g}")
    )
    return items.found("item-deep", rows, texts, value=depth[rows])


def _near_edge(items: Records, hazards: Records, releases: Records, limits: Limits) -> pd.DataFrame:
    """Items in searched ground whose fade-out distance reaches beyond it, to ground that nobody holds for hazardous."""
    searched = releases.ground[np.isin(products(releases), _SEARCHED)]
    rows = _rows_in(items, searched)
    models = pd.Series(items.texts("device_model")[rows], dtype="str")
    distance_m = fade_outs(models, limits.fade_out_m).to_numpy()
    rows, distance_m = rows[distance_m > 0], distance_m[distance_m > 0]
    if not len(rows):
        return items.found("item-near-edge", rows, [])
    held = np.concatenate([searched, hazards.ground[~hazards.gone]])
    parts = shapely.get_parts(union_all(held[~shapely.is_missing(held)]))
    owner, round_each = discs(items.drawn[rows], distance_m)
    within = np.unique(shapely.STRtree(parts).query(round_each, predicate="covered_by")[0])
    left = np.setdiff1d(np.arange(len(round_each)), within)
    free = _without(round_each[left], parts)
    centre = shapely.centroid(round_each[left])
    metres = _metres(centre, free, shapely.get_y(centre))
    near = metres < distance_m[owner[left]] - _EDGE_M
    found = pd.DataFrame({"row": rows[owner[left[near]]], "m": metres[near], "of": distance_m[owner[left[near]]]})
    found["shape"] = free[near]
    found = found.sort_values("m").drop_duplicates("row").sort_values("row")
    texts = sentences(
        "item-near-edge", metres=numbers(found["m"]), limit=[spoken().localised(f"{of:g}") for of in found["of"]]
    )
    at = found["shape"].to_numpy(dtype=object)
    return items.found("item-near-edge", found["row"].to_numpy(), texts, value=found["m"].to_numpy(), at=at)


def _rows_in(points: Records, ground: Shapes) -> Positions:
    rows: Positions = np.unique(shapely.STRtree(ground).query(points.drawn, predicate="intersects")[0])
    return rows


def _without(shapes: Shapes, parts: Shapes) -> Shapes:
    """Each shape without all the parts that it meets; the parts share no ground."""
    left, right = shapely.STRtree(parts).query(shapes, predicate="intersects")
    rest = shapes.copy()
    rank = pd.Series(left).groupby(left).cumcount().to_numpy()
    # Rarely more than one part is met.
    for turn in range(int(rank.max(initial=-1)) + 1):
        now: Mask = rank == turn
        rest[left[now]] = difference(rest[left[now]], parts[right[now]])
    return rest
