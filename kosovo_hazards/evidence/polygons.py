"""Hazardous areas suggested round points of evidence, at a distance by kind of item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Floats, Mask, Positions, Shapes, Texts
from kosovo_hazards._errors import BadRecordsError, Fault, MissingCRSError, UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.geometry import area_m2, cut_at_antimeridian, unions
from kosovo_hazards.language import compact
from kosovo_hazards.schema import CRS, HAZARDS, HazardType
from kosovo_hazards.validation import conform, require_table

__all__ = ["FADE_OUT_M", "components", "discs", "fade_outs", "joined", "on_earth", "polygons_from_evidence"]

FADE_OUT_M: Mapping[str, float] = {"BLU-97": 25.0, "BL755": 25.0, "*": 50.0}
"""Distances of Kosovo's standard, m: 50, and 25 round component parts of BLU-97 and BL755; see docs/method."""

OTHERWISE = "*"
_KINDS = ("device_model", "device_category", "kind")
_DIRECT = "direct"
_CORNERS = 32
# WGS 84.
_EQUATOR_M, _ECCENTRICITY_2 = 6_378_137.0, 0.006_694_379_990_14
_POINTS = (shapely.GeometryType.POINT.value, shapely.GeometryType.MULTIPOINT.value)
_NORTHERNMOST_DEG = 85
_FARTHEST_M = 5_000.0
# Edge of a cell as a share of the least distance: two of them touching are less than twice that distance across.
_CELL = 0.7
_ROWS = 1 << 32


def polygons_from_evidence(
    points: gpd.GeoDataFrame,
    *,
    fade_out_m: float | Mapping[str, float],
    kind: str | None = None,
    strike: str | None = None,
    with_accuracy: bool = True,
) -> gpd.GeoDataFrame:
    """Suggest hazardous areas round points of evidence.

    Parameters
    ----------
    points
        Points or multi-points in any CRS, as `read_evidence` or `read_items` gives them; the index names them where
        they have no id.
    fade_out_m
        How far from an item ground is still suspected, m: one distance, or one by kind of item with ``"*"`` for all
        others: ``{"BLU-97": 25, "*": 50}``. `FADE_OUT_M` are those of Kosovo's standard.
    kind
        The column that says which kind of item each point is; the first there is of `device_model`,
        `device_category`, `kind` if None.
    strike
        The column that says which strike or find each point belongs to; points of one strike make one area. Points
        whose ground meets make one area where it is missing.
    with_accuracy
        Whether the stated accuracy of each point (`accuracy_m`) is added to its distance.

    Returns
    -------
    A hazards table, EPSG:4326: `hazard_type` is SHA always, `estimated` true; `evidence_ids` (separated by
    semicolons), `evidence_points`, `fade_out_m` (the largest), `suggested_type` and, where that is CHA,
    `suggestion_reasons`: a suggestion that only a survey can confirm.

    Raises
    ------
    MissingCRSError
        If the points have no CRS.
    UsageError
        If a distance is not more than 0 and at most 5 km, or a column is not there.
    BadRecordsError
        If a point is missing or lies beyond 85° of latitude, or a kind has no distance; the message names each.

    Notes
    -----
    Each point gets a polygon of 32 corners round the circle, so the ground covers the geodesic disc and is at most 1 %
    larger. 100,000 points take some 5 s.

    Examples
    --------
    >>> at = gpd.GeoSeries([shapely.Point(20.9, 42.6), shapely.Point(20.9003, 42.6), shapely.Point(21, 42.6)], crs=4326)
    >>> found = gpd.GeoDataFrame({"device_model": ["BLU-97", "BLU-97", "M75"]}, geometry=at)
    >>> areas = polygons_from_evidence(found, fade_out_m={"BLU-97": 25, "*": 50})
    >>> areas[["hazard_type", "evidence_points", "fade_out_m"]].to_numpy().tolist()
    [['SHA', 2, 25.0], ['SHA', 1, 50.0]]
    """
    at = _in_degrees(points)
    ids = _ids(points)
    distance_m = _distances(points, fade_out_m, kind, ids)
    if with_accuracy and "accuracy_m" in points.columns:
        distance_m = distance_m + points["accuracy_m"].astype("float64").fillna(0.0).to_numpy()
    _require_distances(distance_m)
    _require_points(at, ids)
    owner, round_each = discs(at, distance_m)
    group, shapes = _grounds(round_each, owner, distance_m, points, strike)
    grouped = pd.DataFrame({"m": distance_m, "direct": _direct(points)}).groupby(group)
    facts = grouped.agg(evidence_points=("m", "size"), fade_out_m=("m", "max"), direct=("direct", "sum"))
    facts.insert(0, "evidence_ids", joined(ids, group))
    return _as_hazards(facts, on_earth(shapes), points)


# --- points ----------------------------------------------------------------------------------------------------------


def _in_degrees(points: gpd.GeoDataFrame) -> Shapes:
    require_table(points, purpose="to make polygons of", geometry=True)
    if points.crs is None:
        hint = f"pass {argument('crs')} when reading, or points.set_crs(…)"
        raise MissingCRSError("the points of evidence name no coordinate reference system", hint=hint)
    return np.asarray(points.geometry.to_crs(CRS), dtype=object)


def _ids(points: gpd.GeoDataFrame) -> Texts:
    key = next((name for name in ("evidence_id", "item_id", "accident_id") if name in points.columns), None)
    labels = points[key] if key else points.index.to_series()
    return np.asarray(labels.astype("str"), dtype=object)


def _require_points(at: Shapes, ids: Texts) -> None:
    kinds = shapely.get_type_id(at)
    bounds = shapely.bounds(at)
    problems = (
        (shapely.is_missing(at) | shapely.is_empty(at), "has no position"),
        (~np.isin(kinds, (0, 4, -1)), "is not a point"),
        (
            ~(np.abs(bounds[:, [1, 3]]).max(axis=1, initial=0) < 85) & ~shapely.is_missing(at),
            "lies beyond 85° of latitude",
        ),
    )
    faults = [
        Fault(str(ids[row]), None, None, problem, "mend it or leave it out")
        for mask, problem in problems
        for row in np.flatnonzero(mask & ~shapely.is_empty(at) | (mask & (problem == "has no position")))
    ]
    if faults:
        raise BadRecordsError(f"{len(faults):,} of {len(at):,} points of evidence can't be used", faults)


def _distances(
    points: gpd.GeoDataFrame, fade_out_m: float | Mapping[str, float], kind: str | None, ids: Texts
) -> Floats:
    if not isinstance(fade_out_m, Mapping):
        return np.full(len(points), float(fade_out_m))
    column = kind or next((name for name in _KINDS if name in points.columns), None)
    if column is None or column not in points.columns:
        raise UsageError(
            f"no column says which kind of item each point is ({', '.join(map(str, points.columns))})",
            hint=f"name it: {argument('kind', 'model')}, or give one distance: {argument('fade_out_m', 50)}",
        )
    found = fade_outs(points[column], fade_out_m)
    lacking = found.isna().to_numpy()
    if lacking.any():
        names = points[column].fillna("unknown").astype(str).to_numpy(dtype=object)
        faults = [
            Fault(str(ids[i]), column, names[i], f"{names[i]!r} has no distance") for i in np.flatnonzero(lacking)
        ]
        hint = f"give one for it, or for all others: {argument('fade_out_m', {OTHERWISE: 50})}"
        raise BadRecordsError(f"{lacking.sum():,} points are of a kind without a distance", faults, hint=hint)
    return np.asarray(found, dtype=np.float64)


def fade_outs(kinds: pd.Series, fade_out_m: float | Mapping[str, float]) -> pd.Series:
    """Distance at which ground is still suspected, m, by kind of item; missing for a kind without one.

    Parameters
    ----------
    kinds
        The kind of each item in any spelling.
    fade_out_m
        One distance, or one by kind with ``"*"`` for all others.

    Examples
    --------
    >>> fade_outs(pd.Series(["blu 97", None]), FADE_OUT_M).tolist()
    [25.0, 50.0]
    """
    if not isinstance(fade_out_m, Mapping):
        return pd.Series(float(fade_out_m), index=kinds.index)
    known = {compact(name) if name != OTHERWISE else OTHERWISE: float(m) for name, m in fade_out_m.items()}
    by_kind = {name: known.get(compact(name), np.nan) for name in kinds.dropna().unique()}
    return kinds.map(by_kind).astype("float64").fillna(known.get(OTHERWISE, np.nan))


def _require_distances(distance_m: Floats) -> None:
    if len(distance_m) and not ((distance_m > 0) & (distance_m <= _FARTHEST_M)).all():
        raise UsageError(f"distances must be more than 0 and at most {_FARTHEST_M:,.0f} m")


# --- ground ----------------------------------------------------------------------------------------------------------


def discs(at: Shapes, distance_m: Floats) -> tuple[Positions, Shapes]:
    """A polygon round each single point that covers the geodesic disc, and whose it is."""
    places, owner = shapely.get_coordinates(at, return_index=True)
    longitude, latitude = places.T
    radians = np.radians(latitude)
    bent = 1 - _ECCENTRICITY_2 * np.sin(radians) ** 2
    meridian_m = _EQUATOR_M * (1 - _ECCENTRICITY_2) / bent**1.5
    parallel_m = _EQUATOR_M / np.sqrt(bent) * np.cos(radians)
    reach = distance_m[owner]
    # Corners outside the circle, and a little for the change of scale across it.
    reach = reach / np.cos(np.pi / _CORNERS) * (1 + 1e-5 + 0.6 * reach / _EQUATOR_M * (1 + np.abs(np.tan(radians))))
    angles = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
    x = longitude[:, None] + np.degrees(reach / parallel_m)[:, None] * np.cos(angles)
    y = latitude[:, None] + np.degrees(reach / meridian_m)[:, None] * np.sin(angles)
    return owner, shapely.polygons(np.stack([x, y], axis=2))


def _grounds(
    discs: Shapes, owner: Positions, distance_m: Floats, points: gpd.GeoDataFrame, strike: str | None
) -> tuple[Positions, Shapes]:
    """The area that each point belongs to, that of its strike or else of all points whose ground meets; and each."""
    if strike is not None and strike not in points.columns:
        raise UsageError(f"{argument('strike', strike)}: the points have no such column", hint=_named(points.columns))
    codes = np.full(len(points), -1) if strike is None else pd.factorize(points[strike])[0]
    free = codes < 0
    near = codes.copy()
    near[free] = codes.max(initial=-1) + 1 + _close_together(discs, owner, distance_m, free)
    _, grounds = unions(discs, near[owner])
    # Of points of one multi-point all ground is one's own; groups without a strike are joined where they meet.
    known, group = np.unique(near, return_inverse=True)
    open_ones = np.flatnonzero(known > codes.max(initial=-1))
    first, second = shapely.STRtree(grounds[open_ones]).query(grounds[open_ones], predicate="intersects")
    whole = components(open_ones[first], open_ones[second], len(known))
    return whole[group], unions(grounds, whole)[1]


def _close_together(discs: Shapes, owner: Positions, distance_m: Floats, free: Mask) -> Positions:
    """Group of each free point with those so near that their ground surely meets, found without looking at pairs."""
    at = np.flatnonzero(free[owner])
    count, rank = int(free.sum()), np.cumsum(free) - 1
    if not len(at):
        return np.arange(count)
    west, south, east, north = shapely.bounds(discs[at]).T
    # Any two points in cells that touch lie nearer than twice the least distance.
    scale = _CELL * distance_m[owner[at]].min() / distance_m[owner[at]]
    column = np.floor((west + east) / 2 / ((east - west) / 2 * scale).min()).astype(np.int64)
    row = np.floor((south + north) / 2 / ((north - south) / 2 * scale).min()).astype(np.int64)
    cells, cell = np.unique(np.column_stack([column, row]), axis=0, return_inverse=True)
    keys = pd.Index(cells[:, 0] * _ROWS + cells[:, 1])
    links = [(rank[owner[at]], count + cell.ravel())]
    for step in (1, _ROWS - 1, _ROWS, _ROWS + 1):
        beside = keys.get_indexer(keys + step)
        links.append((count + np.flatnonzero(beside >= 0), count + beside[beside >= 0]))
    left, right = (np.concatenate(parts) for parts in zip(*links, strict=True))
    return components(left, right, count + len(cells))[:count]


def on_earth(shapes: Shapes) -> Shapes:
    """Shapes that reach beyond 180° cut there, as two parts."""
    bounds = shapely.bounds(shapes)
    beyond = np.flatnonzero((bounds[:, 0] < -180) | (bounds[:, 2] > 180))
    if not len(beyond):
        return shapes
    wrapped = shapes.copy()
    wrapped[beyond] = shapely.transform(
        wrapped[beyond], lambda at: np.column_stack([(at[:, 0] + 180) % 360 - 180, at[:, 1]])
    )
    return cut_at_antimeridian(wrapped)[0]


def components(left: Positions, right: Positions, count: int) -> Positions:
    """Number of the group that each of `count` things belongs to by links between them."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(left), dtype=bool), (left, right)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.intp)


def joined(ids: Texts, group: Positions) -> Texts:
    """The ids of each group in their order; most groups have one."""
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(group[order]) != 0]) if len(group) else np.array([], dtype=np.intp)
    texts = ids[order[starts]]
    ends = np.r_[starts[1:], len(group)]
    for at in np.flatnonzero(ends - starts > 1):
        texts[at] = "; ".join(ids[order[starts[at] : ends[at]]])
    return texts


def _named(columns: Sequence[Any]) -> str:
    return f"there are {', '.join(map(str, columns))}"


def _direct(points: gpd.GeoDataFrame) -> Any:
    if "directness" not in points.columns:
        return np.zeros(len(points), dtype=bool)
    return points["directness"].eq(_DIRECT).fillna(False).to_numpy(dtype=bool)


def _as_hazards(facts: pd.DataFrame, shapes: Shapes, points: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    synthetic = bool(points["synthetic"].fillna(False).any()) if "synthetic" in points.columns else False
    direct = facts.pop("direct").to_numpy()
    suggested = np.where(direct > 0, HazardType.CHA.value, HazardType.SHA.value)
    reasons = [
        f"{n} of {of} points are direct evidence" if n else None
        for n, of in zip(direct, facts["evidence_points"], strict=True)
    ]
    table = gpd.GeoDataFrame(
        {
            "hazard_id": [f"EV-{name.split('; ')[0]}" for name in facts["evidence_ids"]],
            "hazard_type": HazardType.SHA.value,
            "source": "polygons from evidence",
            "synthetic": synthetic,
            "estimated": True,
            **{name: facts[name].to_numpy() for name in facts.columns},
            "suggested_type": suggested,
            "suggestion_reasons": pd.array(reasons, dtype="str"),
        },
        geometry=shapes,
        crs=CRS,
    )
    return conform(table.assign(area_m2=area_m2(table)), HAZARDS)
