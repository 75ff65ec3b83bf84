"""What changed between two exports of one register, or between two owners of it: each area, and each square metre once.

The total of a register is the sum of the areas that stand in it. Its difference falls into causes that add up to it:
areas that are new, outlines redrawn outward or inward, ground that went with a release or without any, and figures that
were computed anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Shapes
from kosovo_hazards._errors import BadRecordsError
from kosovo_hazards._wording import doing
from kosovo_hazards.checks import Severity
from kosovo_hazards.deciding.causes import Cause, Figures
from kosovo_hazards.deciding.differences import Tables, described, told_apart
from kosovo_hazards.deciding.ground import Changed, changed_ground
from kosovo_hazards.deciding.matching import Groups, matched
from kosovo_hazards.deciding.registers import Register, Released, counting
from kosovo_hazards.geometry import difference
from kosovo_hazards.land_release import SLIVER_WIDTH_M, Day, as_day, dates_of, narrow, reconcile
from kosovo_hazards.reading import ReadResult, accepted
from kosovo_hazards.schema import CRS

__all__ = ["Comparison", "compare"]

_LEAST_M2 = 0.5

Owners = tuple[str, str] | None


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """What changed between two registers.

    Attributes
    ----------
    areas
        One row for each area of either register, or for areas that were split or merged together: `before_id`,
        `after_id` (several parted by commas), `change` (new, reopened, gone, closed, split, merged, split and merged,
        changed, unchanged), `what` (in words: id, type, status, priority, place and other columns, outline),
        `before_m2`, `after_m2`, `gained_m2`, `lost_m2`, `released_m2` (of the lost ground, with a release),
        `recalculated_m2`, `shift_m` (the farthest that an outline was redrawn) and, where the tables have it,
        `municipality`.
    causes
        By `kosovo_hazards.deciding.Cause`: `m2`, what it adds to the total (they sum to the difference), and `areas`,
        how many it concerns.
    ground
        The changed ground in EPSG:4326: `cause`, `before_id`, `after_id`, `area_m2`.
    findings
        Ground that is gone without a release, in the columns of `kh.check`.
    before_m2, after_m2
        The totals: areas that a register keeps as closed or handed over are none of them.
    messages
        What a reader should know: records without an area, rejected records, and what releases took off nothing.
    owners
        Names of the two owners, where their records were held against each other.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> before, (after, releases) = kh.demo_data("2023-12-31")[0], kh.demo_data("2024-12-31")
    >>> found = kh.compare(before, after, releases, before_date="2023-12-31", after_date="2024-12-31")
    >>> round(found.before_m2), round(found.after_m2), len(found.findings)
    (8780000, 6265292, 0)
    """

    areas: pd.DataFrame
    causes: pd.DataFrame
    ground: gpd.GeoDataFrame
    findings: gpd.GeoDataFrame
    before_m2: float
    after_m2: float
    messages: tuple[str, ...] = ()
    owners: Owners = None

    @property
    def difference_m2(self) -> float:
        """After less before."""
        return self.after_m2 - self.before_m2

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        counts = self.areas["change"].value_counts()
        said = ", ".join(f"{count:,} {word}" for word, count in counts.sort_index().items())
        one, other = ("before", "after") if self.owners is None else (f"of {owner}" for owner in self.owners)
        lines = [
            f"{self.before_m2:,.0f} m² {one}, {self.after_m2:,.0f} m² {other}: {self.difference_m2:+,.0f} m²",
            *(f"  {m2:+,.0f} m² {cause}" for cause, m2 in self.causes["m2"].items() if abs(m2) >= _LEAST_M2),
            f"{len(self.areas):,} areas: {said or 'none'}",
        ]
        if len(self.findings):
            what = "that is gone without a release" if self.owners is None else "that only one of the two holds"
            number = len(self.findings)
            lines.append(f"{number:,} finding{'s' * (number != 1)} on ground {what}")
        return "\n".join([*lines, *self.messages])


def compare(
    before: gpd.GeoDataFrame | ReadResult,
    after: gpd.GeoDataFrame | ReadResult,
    releases: pd.DataFrame | ReadResult | None = None,
    *,
    before_date: Day | None = None,
    after_date: Day | None = None,
    columns: Sequence[str] | None = None,
    owners: Owners = None,
) -> Comparison:
    """Say what changed between two exports of one register, or what two owners hold differently.

    Parameters
    ----------
    before, after
        Hazardous areas in any CRS, or what `read_hazards` gave; `hazard_id` is needed, other columns may be missing.
    releases
        Results of survey and clearance, by which ground may have gone. Without them all that is gone went without.
    before_date, after_date
        Days of the registers. Releases count that are completed after the first and up to the second: what was
        released before is gone from the first register already, and undated work may be as old.
    columns
        Columns whose changes are listed; by default all that both tables have, except areas and where a record is from.
    owners
        Names of two owners, such as ``("HALO", "KMAC")``, whose records of one day are held against each other: then
        the causes say who has more, and the findings what one holds and the other lacks.

    Returns
    -------
    `Comparison`; printed, it says the totals, the causes and what else to know.

    Raises
    ------
    HazardDataError
        If a table has no ids, geometry or CRS, or a date is none.

    Notes
    -----
    Records are matched by id, then by ground: more than half of the smaller one shared. A record's ground before and
    after is compared with its own partner only, so ground that two records of one register share counts for both, as it
    does in the totals. Square metres are those of `area_m2`; less than 0.01 m² is none.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> hazards = kh.demo_data("2024-12-31")[0]
    >>> print(kh.compare(hazards, hazards.iloc[1:]))
    6,265,292 m² before, 5,652,912 m² after: -612,380 m²
      -612,380 m² removed without any release
    35 areas: 1 gone, 34 unchanged
    1 finding on ground that is gone without a release
    No releases were given, so all ground that is gone went without one
    """
    days = as_day(before_date), as_day(after_date)
    old, new = Register.of(before, "before"), Register.of(after, "after")
    doing(f"Comparing {len(old.frame):,} areas with {len(new.frame):,}")
    groups = matched((old.ids, new.ids), (old.shapes, new.shapes))
    released = Released.of(releases, days)
    since = _recorded_since(old, groups)
    changed = changed_ground((old.shapes, groups.before), (new.shapes, groups.after), released, since, groups.count)
    figures = Figures.of(old, new, groups, changed, released)
    tables = Tables(old.frame, new.frame, groups)
    areas = _areas(tables, figures, changed, columns, (old.closed, new.closed))
    found, ground = _findings(areas, figures, changed, owners), _ground(areas, figures, changed)
    causes = figures.causes()
    if owners is not None:
        causes.index = causes.index.map(_of_owners(owners))
        ground["cause"] = ground["cause"].map(_of_owners(owners)).astype("str")
        areas["change"] = areas["change"].replace(_of_owners(owners))
    messages = [*_on_records(before, after), *_on_areas(old, new), *_on_releases(before, after, releases, days, owners)]
    return Comparison(
        areas=areas,
        causes=causes,
        ground=ground,
        findings=found,
        before_m2=float(np.nansum(old.m2)),
        after_m2=float(np.nansum(new.m2)),
        messages=tuple(messages),
        owners=owners,
    )


def _recorded_since(old: Register, groups: Groups) -> NDArray[np.datetime64]:
    """The last day on which an area of each group was recorded; NaT where that is not known."""
    days = pd.Series(old.established).groupby(groups.before).max()
    since: NDArray[np.datetime64] = days.reindex(range(groups.count)).to_numpy(dtype="datetime64[us]")
    return since


def _of_owners(owners: tuple[str, str]) -> dict[str, str]:
    """Causes and kinds of change in words for two owners."""
    one, other = owners
    return {
        Cause.NEW.value: f"only in {other}",
        Cause.UNRELEASED.value: f"only in {one}",
        Cause.OUTWARD.value: f"{other} draws wider",
        Cause.INWARD.value: f"{one} draws wider",
        Cause.RELEASED.value: f"released according to {other}",
        Cause.RECALCULATED.value: "computed differently",
        "gone": f"only in {one}",
        "closed": f"closed by {other}",
        "reopened": f"closed by {one}",
        "changed": "differing",
        "unchanged": "alike",
    }


# --- tables ----------------------------------------------------------------------------------------------------------


def _areas(
    tables: Tables,
    figures: Figures,
    changed: Changed,
    columns: Sequence[str] | None,
    closed: tuple[frozenset[str], frozenset[str]],
) -> pd.DataFrame:
    both = figures.has_before & figures.has_after
    moved = ((changed.gained_m2 > 0) | (changed.lost_m2 > changed.released_m2)) & changed.measured & both
    shift = np.where(moved, changed.shift_m, np.nan)
    change = np.full(len(moved), "unchanged", dtype=object)
    what = described(tables, columns, redrawn=shift, released=-figures.parts[Cause.RELEASED])
    change[what != ""] = "changed"
    recalculated = np.abs(figures.parts[Cause.RECALCULATED]) >= 0.5
    what = np.where(recalculated & (what == ""), "area computed anew", what)
    change[recalculated & (change == "unchanged")] = "changed"
    kind = told_apart(tables, closed)
    change = np.where(kind != "", kind, change)
    table = pd.DataFrame(
        {
            "before_id": pd.array(tables.ids("before"), dtype="str"),
            "after_id": pd.array(tables.ids("after"), dtype="str"),
            "change": pd.array(change, dtype="str"),
            "what": pd.array(what, dtype="str"),
            "before_m2": np.where(figures.has_before, figures.before, np.nan),
            "after_m2": np.where(figures.has_after, figures.after, np.nan),
            "gained_m2": figures.parts[Cause.OUTWARD] + figures.parts[Cause.NEW],
            "lost_m2": figures.unreleased - figures.parts[Cause.RELEASED],
            "released_m2": -figures.parts[Cause.RELEASED],
            "recalculated_m2": figures.parts[Cause.RECALCULATED],
            "shift_m": shift,
        }
    )
    place = tables.column("municipality")
    return table if place is None else table.assign(municipality=pd.array(place, dtype="str"))


def _ground(areas: pd.DataFrame, figures: Figures, changed: Changed) -> gpd.GeoDataFrame:
    """The changed ground of each group, by cause."""
    both = figures.has_before & figures.has_after
    gone_with = np.flatnonzero((changed.released_m2 > 0) & changed.measured)
    with_release = _released_part(changed, gone_with)
    left = (changed.lost_m2 - changed.released_m2 > 0) & changed.measured
    pieces = [
        (Cause.NEW, np.flatnonzero(~figures.has_before & changed.measured), changed.gained),
        (Cause.OUTWARD, np.flatnonzero(both & (changed.gained_m2 > 0) & changed.measured), changed.gained),
        (Cause.RELEASED, gone_with, with_release),
        (Cause.UNRELEASED, np.flatnonzero(left & ~figures.has_after), changed.unreleased),
        (Cause.INWARD, np.flatnonzero(left & both), changed.unreleased),
    ]
    rows = np.concatenate([chosen for _, chosen, _ in pieces])
    size = {
        Cause.RELEASED: changed.released_m2,
        Cause.UNRELEASED: changed.lost_m2 - changed.released_m2,
        Cause.INWARD: changed.lost_m2 - changed.released_m2,
    }
    return gpd.GeoDataFrame(
        {
            "cause": pd.array([cause.value for cause, chosen, _ in pieces for _ in chosen], dtype="str"),
            "before_id": areas["before_id"].to_numpy()[rows],
            "after_id": areas["after_id"].to_numpy()[rows],
            "area_m2": np.concatenate([size.get(cause, changed.gained_m2)[chosen] for cause, chosen, _ in pieces]),
        },
        geometry=np.concatenate([shapes[chosen] for _, chosen, shapes in pieces]),
        crs=CRS,
    )


def _released_part(changed: Changed, rows: Any) -> Shapes:
    shapes = changed.lost.copy()
    shapes[rows] = difference(changed.lost[rows], changed.unreleased[rows], grow=False)
    return shapes


def _findings(areas: pd.DataFrame, figures: Figures, changed: Changed, owners: Owners) -> gpd.GeoDataFrame:
    """Ground that went without a release, an error that names the place; of two owners what one of them lacks."""
    gone = np.flatnonzero(figures.unreleased >= _LEAST_M2)
    added = figures.parts[Cause.NEW] + figures.parts[Cause.OUTWARD]
    more = np.flatnonzero(added >= _LEAST_M2) if owners else gone[:0]
    rows = np.concatenate([gone, more])
    size = np.concatenate([figures.unreleased[gone], added[more]])
    shapes = np.concatenate([changed.unreleased[gone], changed.gained[more]])
    strip = (figures.has_after & figures.has_before)[rows] & ~shapely.is_empty(shapes)
    strip[strip] = narrow(shapes[strip], SLIVER_WIDTH_M, crs=pyproj.CRS(CRS))
    place = areas["municipality"].to_numpy()[rows] if "municipality" in areas.columns else np.full(len(rows), None)
    said = ["went from the register without a release"] * len(rows), "name the release, or draw the ground in again"
    if owners:
        held = [f"are held by {owners[0]} only"] * len(gone) + [f"are held by {owners[1]} only"] * len(more)
        said = held, "agree on the outline"
    texts = [
        f"{m2:,.0f} m² of it{'' if pd.isna(where) else f' in {where}'} {words}"
        f"{', a strip along the outline' * bool(thin)}; {said[1]}."
        for m2, where, thin, words in zip(size, place, strip, said[0], strict=True)
    ]
    shapes[shapely.is_empty(shapes)] = None
    grave = Severity.WARNING if owners else Severity.ERROR
    found = gpd.GeoDataFrame(
        {
            "check": pd.array(["one-owner-only" if owners else "gone-without-release"] * len(rows), dtype="str"),
            "severity": pd.array([(Severity.NOTE if thin else grave).value for thin in strip], dtype="str"),
            "table": pd.array(["hazard"] * len(rows), dtype="str"),
            "record_id": areas["before_id"].fillna(areas["after_id"]).to_numpy()[rows],
            "other_id": areas["after_id"].to_numpy()[rows],
            "message": pd.array(texts, dtype="str"),
            "value": size,
            "unit": pd.array(["m²"] * len(rows), dtype="str"),
        },
        geometry=shapes,
        crs=CRS,
    )
    rank = found["severity"].map({word.value: rank for rank, word in enumerate(Severity)})
    return found.iloc[np.lexsort((-found["value"], rank))].reset_index(drop=True)


# --- what else to know -----------------------------------------------------------------------------------------------


def _on_records(*given: gpd.GeoDataFrame | ReadResult) -> Iterator[str]:
    for name, register in zip(("before", "after"), given, strict=True):
        if lost := len(getattr(register, "rejected", ())):
            yield (
                f"{lost:,} records of the register {name} were rejected when it was read and are not compared: what "
                f"they hold may be counted as {'new' if name == 'before' else 'gone'}"
            )


def _on_areas(old: Register, new: Register) -> Iterator[str]:
    for name, register in (("before", old), ("after", new)):
        if unknown := int(np.isnan(register.m2).sum()):
            yield f"{unknown:,} areas of the register {name} have neither a polygon nor a reported area, and count 0 m²"


def _on_releases(
    before: gpd.GeoDataFrame | ReadResult,
    after: gpd.GeoDataFrame | ReadResult,
    releases: pd.DataFrame | ReadResult | None,
    days: tuple[pd.Timestamp, pd.Timestamp],
    owners: Owners,
) -> Iterator[str]:
    """What became of the releases of the period, and why some of them took off nothing."""
    if owners is not None:
        return
    if releases is None:
        yield "No releases were given, so all ground that is gone went without one"
        return
    table = accepted(releases)
    counts = counting(table, days)
    completed = dates_of(table, "completed", "release_id")
    unsure = int((~counts & ~((completed <= days[0]) | (completed > days[1])).to_numpy()).sum())
    if unsure:
        yield f"{unsure:,} releases are not finished, have no date or lie in the future, and account for nothing"
    if not counts.any():
        return
    try:
        found = reconcile(accepted(before), accepted(after), table[counts])
    except BadRecordsError as error:
        yield f"What became of each release can't be said: {str(error).splitlines()[0]} (kh.check names the records)"
        return
    parts = {
        "lay outside every recorded hazard": found.outside_m2,
        "lay on ground released before": found.released_before_m2,
        "lay in hazards recorded after the release": found.recorded_later_m2,
        "had no polygon and no hazard to take them off": found.not_located_m2,
    }
    said = [f"{part:,.0f} m² {why}" for why, part in parts.items() if part is not None and part >= 0.5]
    if said:
        yield (
            f"Of {found.released_m2:,.0f} m² released, {' and '.join(said)}: they were in neither total, so they "
            "change nothing"
        )
