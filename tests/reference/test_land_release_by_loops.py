"""Ledger and progress against plain loops over polygons in an equal-area projection, on fresh random registers."""

from __future__ import annotations

import os
import random
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

import kosovo_hazards as kh

HEAVY = os.environ.get("KOSOVO_HAZARDS_HEAVY") == "1"
# The same in every process of a run; other ones with KOSOVO_HAZARDS_SEED=N.
_DICE = random.Random(int(os.environ.get("KOSOVO_HAZARDS_SEED", "20241231")))
SEEDS = [_DICE.randrange(2**32) for _ in range(150 if HEAVY else 8)]
TO_METRES = pyproj.Transformer.from_crs(
    "EPSG:4326", "+proj=laea +lat_0=42.6 +lon_0=21 +datum=WGS84 +units=m", always_xy=True
).transform
STRENGTH = {"cleared": 0, "reduced": 1, "cancelled": 2}
PRODUCTS = list(STRENGTH)
PARTS = ("inside_m2", "recorded_later_m2", "released_before_m2", "outside_m2", "not_located_m2")
# Of 0.1 km²; edges bend where they are cut.
NEAR_M2 = 2.0


def field(dice: random.Random) -> shapely.Polygon:
    left, bottom = (dice.randint(0, 6) for _ in range(2))
    size = dice.randint(1, 3), dice.randint(1, 3)
    return shapely.box(
        21 + left / 820, 42.6 + bottom / 1111, 21 + (left + size[0]) / 820, 42.6 + (bottom + size[1]) / 1111
    )


def register(seed: int) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    dice = random.Random(seed)
    areas, work = dice.randint(1, 5), dice.randint(1, 8)
    hazards = gpd.GeoDataFrame(
        {
            "hazard_id": [f"H{at}" for at in range(areas)],
            "hazard_type": "CHA",
            "status": [dice.choice(["open", "open", "closed"]) for _ in range(areas)],
            "established": [dice.choice([None, None, "2021-07-01"]) for _ in range(areas)],
        },
        geometry=[field(dice) for _ in range(areas)],
        crs="EPSG:4326",
    )
    drawn = [dice.random() < 0.7 for _ in range(work)]
    releases = gpd.GeoDataFrame(
        {
            "release_id": [f"R{at}" for at in range(work)],
            "product": [dice.choice(PRODUCTS) for _ in range(work)],
            "hazard_id": [f"H{dice.randrange(areas)}" for _ in range(work)],
            "completed": [f"{dice.randint(2020, 2023)}-06-{dice.randint(1, 2):02d}" for _ in range(work)],
            "operator": [dice.choice(["HALO", "NPA"]) for _ in range(work)],
            "reported_area_m2": [None if there else dice.choice([500.0, 900.0, 12_345.6]) for there in drawn],
        },
        geometry=[field(dice) if there else None for there in drawn],
        crs="EPSG:4326",
    )
    return hazards, releases


def in_metres(shape: Any) -> Any:
    return shapely.transform(shape, lambda points: np.column_stack(TO_METRES(*points.T)))


def by_loops(hazards: gpd.GeoDataFrame, releases: gpd.GeoDataFrame) -> tuple[dict[str, dict], dict[str, dict]]:
    """Each release by its parts and each hazard by what is left of it, square metre by square metre."""
    ground = {row.hazard_id: in_metres(row.geometry) for row in hazards.itertuples()}
    since = {row.hazard_id: "" if pd.isna(row.established) else row.established for row in hazards.itertuples()}
    left = dict(ground)
    parts: dict[str, dict] = {}
    gone = shapely.Polygon()
    order = sorted(releases.itertuples(), key=lambda row: (row.completed, STRENGTH[row.product], row.release_id))
    for row in order:
        if row.geometry is None:
            continue
        shape = in_metres(row.geometry)
        valid = shape
        for hazard, area in ground.items():
            if row.completed < since[hazard]:
                valid = valid.difference(area)
        fresh = valid.difference(gone)
        cut = [hazard for hazard in ground if not row.completed < since[hazard]]
        inside = fresh.intersection(shapely.union_all([ground[hazard] for hazard in cut])).area
        parts[row.release_id] = {
            "inside_m2": inside, "recorded_later_m2": shape.area - valid.area, "not_located_m2": 0.0,
            "released_before_m2": valid.area - fresh.area, "outside_m2": fresh.area - inside,
        }  # fmt: skip
        for hazard in cut:
            left[hazard] = left[hazard].difference(valid)
        gone = gone.union(valid)
    m2 = {hazard: shape.area for hazard, shape in left.items()}
    seen: set[tuple] = set()
    for row in order:
        if row.geometry is not None:
            continue
        told = (row.product, row.hazard_id, row.completed, row.operator, row.reported_area_m2)
        part = dict.fromkeys(
            ("inside_m2", "recorded_later_m2", "released_before_m2", "outside_m2", "not_located_m2"), 0.0
        )
        if row.completed < since[row.hazard_id]:
            part["recorded_later_m2"] = row.reported_area_m2
        elif told in seen:
            part["released_before_m2"] = row.reported_area_m2
        else:
            part["inside_m2"] = min(row.reported_area_m2, m2[row.hazard_id])
            part["not_located_m2"] = row.reported_area_m2 - part["inside_m2"]
            m2[row.hazard_id] -= part["inside_m2"]
        seen.add(told)
        parts[row.release_id] = part
    return parts, {hazard: {"baseline_m2": ground[hazard].area, "left_m2": m2[hazard]} for hazard in ground}


@pytest.mark.parametrize("seed", SEEDS)
def test_ledger_and_what_is_left(seed: int) -> None:
    hazards, releases = register(seed)
    result = kh.apply_releases(hazards, releases, sliver_width_m=0)
    parts, left = by_loops(hazards, releases)
    ledger, remaining = result.ledger.set_index("release_id"), result.remaining.set_index("hazard_id")
    for release, part in parts.items():
        assert ledger.loc[release, list(part)].tolist() == pytest.approx(list(part.values()), abs=NEAR_M2), release
    for hazard, expected in left.items():
        row = remaining.loc[hazard]
        assert row["baseline_m2"] == pytest.approx(expected["baseline_m2"], abs=NEAR_M2)
        closed = hazards.set_index("hazard_id").loc[hazard, "status"] == "closed"
        assert row["closed_m2" if closed else "remaining_m2"] == pytest.approx(expected["left_m2"], abs=NEAR_M2)
        assert row["remaining_m2" if closed else "closed_m2"] == 0
    balance = remaining[["cancelled_m2", "reduced_m2", "cleared_m2", "closed_m2", "remaining_m2"]].sum(axis=1)
    assert (balance - remaining["baseline_m2"]).abs().max() < 1e-3


@pytest.mark.parametrize("seed", SEEDS)
def test_progress_year_by_year(seed: int) -> None:
    hazards, releases = register(seed)
    hazards = hazards.assign(status="open", established=None)
    series = kh.progress(hazards, releases, register_date="2019-12-31")
    whole, _ = by_loops(hazards, releases)
    for period, row in series.iterrows():
        done = releases[releases["completed"] <= f"{period.year}-12-31"]
        _, left = by_loops(hazards, done)
        assert row["closing_m2"] == pytest.approx(sum(area["left_m2"] for area in left.values()), abs=5 * NEAR_M2)
        of_year = releases[releases["completed"].str.startswith(str(period.year))]
        for product in PRODUCTS:
            own = of_year.loc[of_year["product"] == product, "release_id"]
            fresh = sum(
                part for release in own for name, part in whole[release].items() if name != "released_before_m2"
            )
            assert row[f"{product}_m2"] == pytest.approx(fresh, abs=5 * NEAR_M2)
        shapes = [in_metres(shape) for shape in hazards.geometry]
        gone = shapely.union_all([in_metres(shape) for shape in done.geometry.dropna()])
        kept = [shape.difference(gone) for shape in shapes]
        twice = sum(shape.area for shape in kept) - shapely.union_all(kept).area
        if twice > 5 * NEAR_M2:
            assert row["closing_m2"] - row["footprint_m2"] == pytest.approx(twice, abs=5 * NEAR_M2)


def test_different_work_of_one_size_is_no_repeat() -> None:
    # The loops above tell a repeat by all that is told; a register in which that matters must occur.
    hazards, releases = register(1)
    pair = pd.concat([releases.head(1)] * 2).assign(
        release_id=["A", "B"], hazard_id="H0", reported_area_m2=500.0, operator=["HALO", "NPA"], geometry=None
    )
    parts, _ = by_loops(hazards.assign(established=None), pair)
    assert [part["released_before_m2"] for part in parts.values()] == [0, 0]
