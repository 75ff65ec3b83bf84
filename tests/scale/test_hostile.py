"""Registers made to be slow go through every step, and no record and no ground is lost on the way.

They are those of ``benchmarks/hostile.py``: an area full of holes, areas thrown on one spot, stacked and repeated, a
ring wound round and round, collections in collections, and places that are none. KOSOVO_HAZARDS_HEAVY=1 takes them
in full.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import shapely

import kosovo_hazards as kh

HEAVY = os.environ.get("KOSOVO_HAZARDS_HEAVY") == "1"
FEWER: dict[str, tuple[int, ...]] = {
    "holes": (2_500,), "thrown": (1_500,), "stacked": (300,), "alike": (2_000,), "wound": (20_000,), "nested": (50, 10),
    "odd places": (),
}  # fmt: skip


def _benchmark() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "hostile.py"
    spec = importlib.util.spec_from_file_location("hostile", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["hostile"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=list(FEWER))
def case(request: pytest.FixtureRequest) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # coordinates that are no numbers are meant
        hazards, releases = _benchmark().CASES[request.param](*(() if HEAVY else FEWER[request.param]))
    return hazards, kh.read_hazards(hazards), kh.read_releases(releases)


def test_every_record_is_accepted_or_rejected_and_keeps_its_ground(case: Any) -> None:
    drawn, read, _ = case
    assert len(read.data) + len(read.rejected) == len(drawn)
    ground = read.data.geometry.to_numpy()
    assert shapely.is_valid(ground).all()
    ids = drawn["hazard_id"].isin(read.data["hazard_id"]).to_numpy()
    points, owner = shapely.get_coordinates(drawn.geometry.to_numpy()[ids], return_index=True)
    near = np.abs(points[:, 0]) < 179
    for row in np.unique(owner)[:20]:
        own = points[(owner == row) & near][:: 1 + len(points) // 50_000]
        if len(own):
            shapely.prepare(ground[row])
            assert shapely.dwithin(ground[row], shapely.points(own), 1e-9).all()


def test_areas_places_and_land_release_agree(case: Any) -> None:
    _, read, done = case
    areas, covered = kh.area_m2(read.data), kh.footprint_m2(read.data)
    assert areas.max() * (1 - 1e-6) <= covered <= areas.sum() * (1 + 1e-6)
    placed = kh.assign_places(read.data)
    assert placed.index.equals(read.data.index)
    left = kh.apply_releases(read.data, done.data)
    gone = left.remaining[["cancelled_m2", "reduced_m2", "cleared_m2"]].sum(axis=1)
    np.testing.assert_allclose(left.remaining["baseline_m2"], left.remaining["remaining_m2"] + gone, rtol=1e-9)
    parts = left.ledger[["inside_m2", "recorded_later_m2", "released_before_m2", "outside_m2", "not_located_m2"]]
    np.testing.assert_allclose(left.ledger["area_m2"], parts.sum(axis=1), rtol=1e-6, atol=1e-6)
    # No more is taken off than was released, and each hazard lies within what it was.
    assert left.ledger["inside_m2"].sum() <= kh.footprint_m2(done.data) * (1 + 1e-5)
    assert (left.remaining["remaining_m2"] >= -1e-6).all()


def test_checks_end_and_say_what_they_did_not_look_at(case: Any, request: pytest.FixtureRequest) -> None:
    _, read, done = case
    found = kh.check(read, done)
    told = found[found["check"] == "not-all-compared"]
    name = request.node.callspec.params["case"]
    if HEAVY:
        assert (len(told) > 0) == (name in ("thrown", "stacked"))
    assert (told["value"] > 0).all()


def test_the_map_shows_every_record(case: Any) -> None:
    drawn, read, done = case
    page = kh.hazard_map(read, done).get_root().render()
    accepted = len(read.data)
    assert f"{accepted:,} area" in page
    if rejected := len(drawn) - accepted:
        assert f"{rejected:,} record" in page
