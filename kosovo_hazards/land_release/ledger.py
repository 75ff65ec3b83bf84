"""The ledger: into which parts each release falls, and what a reader should know of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kosovo_hazards._arrays import Column, Objects, Positions
from kosovo_hazards.geometry import sums
from kosovo_hazards.land_release.inputs import Applied, HazardInput, ReleaseInput
from kosovo_hazards.land_release.older_releases import OLDER
from kosovo_hazards.land_release.partition import Partition
from kosovo_hazards.repeats import Repeats

__all__ = ["PARTS", "by_product", "ledger_of"]


PARTS = ("inside_m2", "recorded_later_m2", "released_before_m2", "outside_m2", "not_located_m2", "not_applied_m2")
"""The columns of the ledger that add up to the area of each release."""


def ledger_of(
    releases: pd.DataFrame,
    fields: HazardInput,
    given: ReleaseInput,
    cut: Partition,
    repeats: Repeats,
    shares: pd.DataFrame,
    *,
    older: NDArray[np.bool_],
) -> pd.DataFrame:
    """One row a release, on the caller's index, with the parts that make up its area.

    Parameters
    ----------
    releases
        The caller's table.
    fields, given
        Both tables in the order of credit.
    cut
        The ground of the polygons.
    repeats
        Which releases stand twice.
    shares
        `release`, `hazard`, `m2`, `basis`: what each release took from each hazard.
    older
        Which of them seem to be in the register already.

    Returns
    -------
    The caller's columns but the geometry, and those that `LandRelease` tells of.
    """
    parts = _parts(fields, given, cut, repeats, shares)
    columns: dict[str, Column] = {"release_basis": _basis(given), "area_m2": given.area_m2, **parts}
    columns["lies_in"] = _lies_in(fields, shares, len(given.ids))
    columns["repeats"], columns["may_repeat"] = (_named(given, other) for other in (repeats.same, repeats.alike))
    columns["note"] = _notes(given, columns, older)
    caller = np.argsort(given.rows)
    geometry = [releases.geometry.name] if hasattr(releases, "geometry") else []
    ledger = pd.DataFrame(releases).drop(columns=[*geometry, *(set(columns) & set(releases.columns))])
    for name, values in columns.items():
        text = name in ("release_basis", "lies_in", "repeats", "may_repeat", "note")
        ledger[name] = pd.Series(values[caller], index=releases.index, dtype="str" if text else "float64")
    return ledger


def by_product(ledger: pd.DataFrame, part: str) -> str:
    """What each product has of a part of the ledger, in words and brackets; empty where there is only one product.

    Parameters
    ----------
    ledger
        As `ledger_of` gives it.
    part
        One of its columns of square metres.
    """
    shares = ledger.groupby("product")[part].sum()
    if len(shares) < 2:
        return ""
    amounts = [f"{m2:,.0f} m² {product}" for product, m2 in shares.items() if m2 >= 1]
    return f" (all of it {shares.idxmax()})" if len(amounts) == 1 else f" ({', '.join(amounts)})"


def _parts(
    fields: HazardInput, given: ReleaseInput, cut: Partition, repeats: Repeats, shares: pd.DataFrame
) -> dict[str, Column]:
    area = given.area_m2
    spatial = np.where(given.has_polygon & (given.withheld == ""), area, 0.0)
    later, before, inside = cut.later, cut.before, cut.inside
    outside = np.maximum(spatial - later - before - inside, 0)
    recorded = shares[shares["basis"] == Applied.RECORDED]
    taken = sums(recorded["release"].to_numpy(), recorded["m2"].to_numpy(), len(area))
    # Position -1, no hazard named, meets the day that was put behind.
    established = np.append(fields.established, np.datetime64("NaT"))[given.named]
    too_early = given.recorded & (given.completed < established)
    again = given.recorded & (repeats.same >= 0) & ~too_early
    later, before = np.where(too_early, area, later), np.where(again, area, before)
    # NaN where the area is unknown: unknown is not zero.
    not_located = np.where(given.recorded & ~too_early & ~again, area - taken, 0.0)
    not_applied = np.where(given.withheld == "", 0.0, area)
    parts = (inside + taken, later, before, outside, not_located, not_applied)
    return dict(zip(PARTS, parts, strict=True))


def _basis(given: ReleaseInput) -> Objects:
    basis: Objects = np.where(given.has_polygon, Applied.SPATIAL.value, Applied.RECORDED.value).astype(object)
    basis[np.isnan(given.area_m2)] = None
    return basis


def _lies_in(fields: HazardInput, shares: pd.DataFrame, count: int) -> Objects:
    """Ids of the hazards that each release took ground from, the largest share first."""
    filled = np.full(count, None, dtype=object)
    ordered = shares.sort_values(["release", "m2"], ascending=[True, False], kind="stable")
    ids = pd.Series(fields.keys[ordered["hazard"]])
    joined = ids.groupby(ordered["release"].to_numpy()).agg("; ".join)
    filled[joined.index] = joined.to_numpy()
    return filled


def _named(given: ReleaseInput, positions: Positions) -> Objects:
    """Ids of the releases at these positions; None for -1."""
    named: Objects = np.full(len(positions), None, dtype=object)
    there = positions >= 0
    named[there] = given.ids[positions[there]]
    return named


def _notes(given: ReleaseInput, columns: dict[str, Column], older: NDArray[np.bool_]) -> Objects:
    notes = np.full(len(given.ids), "", dtype=object)
    inside, outside, lies_in = columns["inside_m2"], columns["outside_m2"], columns["lies_in"]
    named = np.array([name is not None for name in given.named_id], dtype=bool)
    elsewhere = named & given.has_polygon & (inside > 0) & (given.named_id != lies_in)
    polygon, no_polygon = given.has_polygon & (given.withheld == ""), given.recorded
    # Where no release has a date, one sentence at reading says so for all.
    undated = np.isnat(given.completed) & (given.withheld == "") & ~np.isnat(given.completed).all()
    for mask, text in (
        (given.withheld != "", given.withheld),
        (undated, "undated"),
        (given.unsure, "its outline can be read in several ways, of which only the ground that all give counts"),
        (np.isnan(given.area_m2), "area unknown"),
        (no_polygon & ~named, "no polygon, and names no hazard"),
        (
            no_polygon & named & (given.named < 0),
            "no polygon, and names a hazard that the register does not have",
        ),
        (
            no_polygon & (given.named >= 0) & (columns["not_located_m2"] > 0),
            "more than was left of the hazard it names",
        ),
        (columns["repeats"] != None, "repeats " + _text(columns["repeats"])),  # noqa: E711  (elementwise)
        (columns["may_repeat"] != None, "may be one record with " + _text(columns["may_repeat"])),  # noqa: E711
        (polygon & (columns["released_before_m2"] > 0), "partly or wholly on ground released before"),
        (polygon & (outside > 0) & (inside == 0), "outside every recorded hazard"),
        (polygon & (outside > 0) & (inside > 0), "partly outside every recorded hazard"),
        (older, OLDER),
        (columns["recorded_later_m2"] > 0, "in a hazard recorded later, which stays"),
        (elsewhere, "names " + _text(given.named_id) + ", lies in " + _text(lies_in)),
    ):
        _append(notes, np.asarray(mask, dtype=bool), text)
    return notes


def _text(values: Objects) -> Objects:
    text: Objects = np.array([str(value) for value in values], dtype=object)
    return text


def _append(notes: Objects, mask: NDArray[np.bool_], text: str | Objects) -> None:
    more = text[mask] if isinstance(text, np.ndarray) else np.full(mask.sum(), text, dtype=object)
    notes[mask] = np.where(notes[mask] == "", more, notes[mask] + "; " + more)
