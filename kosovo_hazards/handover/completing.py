"""When an area is finished: what was done, what lacks for its completion, and what the register says of it then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Mask, Texts
from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.cells import texts
from kosovo_hazards.handover.evidence_of_work import NOTHING_CLEARED, releases_of, with_samples, work_of
from kosovo_hazards.handover.found_items import items_of
from kosovo_hazards.land_release import Day, apply_releases, as_day
from kosovo_hazards.reading import ReadResult, accepted
from kosovo_hazards.schema import BENEFICIARIES, FINDS, NOT_MET, RELEASED_STATUSES, UNKNOWN, Product, Status
from kosovo_hazards.validation import require_table

__all__ = ["OPEN_POINTS", "REQUIRED_DEPTH_CM", "Completion", "completion"]

REQUIRED_DEPTH_CM = 56.0
"""Depth that Kosovo's standard for land release requires since 2024.

"The required detection depth for munitions was increased from 50cm to 56cm. Detectors are able to locate a submunition
when the top is 50cm subsurface and the base is at 56cm." (Mine Action Review, Clearing Cluster Munition Remnants 2025,
Kosovo)
"""

OPEN_POINTS = (
    "ground remains",
    "closed without a release",
    "handed over while ground remains",
    "released by figures only",
    "depth not met",
    "depth unknown",
    "find below the cleared depth",
    "find after the last release",
    "samples not passed",
    "samples unknown",
    "finds not counted",
    "day of handover unknown",
)
"""What may lack for a completion, in this order."""

_ROUNDING_M2 = 1.0
_OF_REGISTER = ("hazard_id", "hazard_type", "contamination", "name", "municipality", "district", "region", "operator")
_FROM_RELEASE = (
    "baseline_m2", *(f"{product}_m2" for product in Product), "remaining_m2", "sliver_m2", "closed_m2", "last_release",
    "release_basis",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Completion:
    """Where the completion of each area stands.

    Attributes
    ----------
    areas
        One row an area of the register, with its outline before any release, see `completion`.
    register
        The register after it: the hazards table with the new status; finished areas keep their outline, the others
        have what remains.
    releases
        The releases of each area: `hazard_id`, `inside_m2`, `outside_m2` and the columns of the release.
    items
        Items found in each area by category and model, with the deepest and the day of the last; `hazard_id` is missing
        for items of no area.
    required_depth_cm
        Depth that was required.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> found = kh.completion(*kh.demo_data("2024-12-31"))
    >>> found
    <Completion: 0 of 35 areas finished>
    """

    areas: gpd.GeoDataFrame
    register: gpd.GeoDataFrame
    releases: pd.DataFrame
    items: pd.DataFrame
    required_depth_cm: float

    def __repr__(self) -> str:
        return f"<Completion: {int(self.areas['finished'].sum()):,} of {len(self.areas):,} areas finished>"


def completion(
    hazards: gpd.GeoDataFrame | ReadResult,
    releases: pd.DataFrame | ReadResult,
    *,
    as_of: Day | None = None,
    register_date: Day | None = None,
    required_depth_cm: float = REQUIRED_DEPTH_CM,
    samples: pd.DataFrame | None = None,
    items: gpd.GeoDataFrame | ReadResult | None = None,
    handed_over: Mapping[str, str | date] | None = None,
) -> Completion:
    """Say of each area whether it is finished, what was done, what lacks for completion, and its new status.

    Parameters
    ----------
    hazards, releases
        The register and the results of survey and clearance, as for `apply_releases`, or what readers gave.
    as_of, register_date
        As for `apply_releases`.
    required_depth_cm
        Depth to which ground has to be cleared, centimetres; by default the 56 of Kosovo's standard of 2024.
    samples
        Samples of quality assurance, `release_id`, `samples_taken` and `samples_passed`, in place of these columns of
        the releases.
    items
        Items found, as `read_items` gives them. One that names no area of the register belongs to that of its release,
        or to the area that it lies in.
    handed_over
        Day on which areas were handed over, by `hazard_id`; else a column `handed_over` of the hazards.

    Returns
    -------
    `Completion`. Its `areas` have the columns of the register that name an area, its `status`, and: `baseline_m2`,
    `cancelled_m2`, `reduced_m2`, `cleared_m2`, `remaining_m2` (of which `sliver_m2` are strips left by two surveys of
    one line), `closed_m2`, `outside_m2` (of its releases outside every recorded area), `releases`, `started`,
    `last_release`, finds (`submunitions` …; missing where no release counts them) and `finds_unknown` (releases
    that lack a count), `deepest_cm` of a find, `shallowest_cm` of clearance and `depth` (met, not met, unknown, nothing
    cleared), `samples_taken`, `samples_passed` and `quality` (the same words), `women`, `men`, `girls`, `boys`,
    `handed_over`, `finished` (nothing remains), `open_points` (parted by ``; ``) and `new_status`.

    Raises
    ------
    HazardDataError
        If a table can't be used, the depth is no number of centimetres, or a day is none.

    Notes
    -----
    An area becomes ``closed``, or ``handed over`` where a day of handover is given, only if nothing of it remains and
    neither depth nor samples are known to have failed. Otherwise its status stays, or is ``worked on`` where ground was
    released. Unknown depth or samples are open points, never met.

    An item found after the last release of an area of which nothing remains keeps it from being closed: it was missed.

    Finds, samples and beneficiaries of a release that took ground from several areas count in each of them.

    Examples
    --------
    >>> import geopandas as gpd, shapely, kosovo_hazards as kh
    >>> field = shapely.box(21.00, 42.60, 21.01, 42.61)
    >>> hazards = gpd.GeoDataFrame({"hazard_id": ["KS-1"], "status": ["open"]}, geometry=[field], crs="EPSG:4326")
    >>> work = {"release_id": ["R"], "product": ["cleared"], "depth_cleared_cm": [50.0], "completed": ["2024-06-30"]}
    >>> releases = gpd.GeoDataFrame(work, geometry=[field], crs="EPSG:4326")
    >>> found = kh.completion(hazards, releases).areas.iloc[0]
    >>> bool(found["finished"]), found["depth"], found["new_status"]
    (True, 'not met', 'worked on')
    >>> kh.completion(hazards, releases, required_depth_cm=20).areas["new_status"].tolist()
    ['closed']
    """
    if not 0 <= required_depth_cm < np.inf:
        raise UsageError(f"{argument('required_depth_cm', required_depth_cm)} is no depth", hint="give centimetres")
    table, work = accepted(hazards), accepted(releases)
    require_table(table, purpose="to complete areas", geometry=True)
    require_table(work, purpose="to complete areas")
    # On positions, as an index may name several rows alike.
    given = table.reset_index(drop=True)
    result = apply_releases(given, work, as_of, register_date=register_date)
    left = result.remaining.assign(hazard_id=texts(result.remaining["hazard_id"]))
    found = with_samples(releases_of(result, work, as_day(as_of)), samples)
    listed = items_of(items, found, given)
    shown = work_of(found, required_depth_cm).reindex(left["hazard_id"])
    areas = _areas(left, shown.set_index(left.index), given)
    most = listed.groupby("hazard_id")[["deepest_cm", "last_found"]].max().reindex(areas["hazard_id"])
    areas["deepest_cm"] = np.fmax(areas["deepest_cm"], most["deepest_cm"].to_numpy(dtype=np.float64))
    areas["last_found"] = pd.to_datetime(most["last_found"]).to_numpy()
    areas["handed_over"] = _handed_over(given.loc[left.index], handed_over)
    areas["finished"] = (
        (areas["releases"] > 0)
        & (areas["remaining_m2"] - areas["sliver_m2"] < _ROUNDING_M2)
        & (areas["closed_m2"].fillna(0) < _ROUNDING_M2)
    )
    areas["open_points"] = _open_points(areas)
    areas["new_status"] = _new_status(areas, as_day(as_of))
    areas = gpd.GeoDataFrame(areas, geometry=given.geometry.loc[left.index], crs=given.crs)
    register = _register(given.loc[left.index], left, areas)
    names = table.index[left.index]
    return Completion(areas.set_axis(names), register.set_axis(names), found, listed, float(required_depth_cm))


def _areas(left: gpd.GeoDataFrame, shown: pd.DataFrame, given: gpd.GeoDataFrame) -> pd.DataFrame:
    """The figures of each area; what the register says of beneficiaries goes before what releases say."""
    areas = pd.DataFrame(left)[[name for name in (*_OF_REGISTER, *_FROM_RELEASE) if name in left.columns]]
    status = given["status"] if "status" in given.columns else pd.Series(None, index=given.index, dtype="str")
    areas.insert(1, "status", status.loc[left.index])
    counted = shown.assign(releases=shown["releases"].fillna(0), outside_m2=shown["outside_m2"].fillna(0.0))
    counted["finds_unknown"] = counted["finds_unknown"].fillna(0)
    counted[["depth", "quality"]] = counted[["depth", "quality"]].fillna(NOTHING_CLEARED)
    for name in BENEFICIARIES:
        if name in left.columns:
            counted[name] = pd.to_numeric(left[name], errors="coerce").astype("float64").fillna(counted[name])
    whole = [*FINDS, "samples_taken", "samples_passed", *BENEFICIARIES, "releases", "finds_unknown"]
    return pd.concat([areas, counted.astype(dict.fromkeys(whole, "Int64"))], axis=1)


def _handed_over(given: pd.DataFrame, days: Mapping[str, str | date] | None) -> pd.Series:
    ids = texts(given["hazard_id"])
    if days is not None:
        unknown = sorted(set(map(str, days)) - set(ids))
        if unknown:
            raise UsageError(f"no area has the id {', '.join(unknown[:10])}", hint="look the ids up in the register")
        return ids.map({str(name): as_day(day) for name, day in days.items()}).astype("datetime64[us]")
    if "handed_over" not in given.columns:
        return pd.Series(pd.NaT, index=given.index, dtype="datetime64[us]")
    return pd.to_datetime(texts(given["handed_over"]), errors="coerce", format="ISO8601").astype("datetime64[us]")


def _open_points(areas: pd.DataFrame) -> pd.Series:
    remains = (areas["remaining_m2"] - areas["sliver_m2"] >= _ROUNDING_M2) | areas["remaining_m2"].isna()
    closed = areas["closed_m2"].fillna(0) >= _ROUNDING_M2
    given = areas["handed_over"].notna()
    lacks = {
        "ground remains": remains,
        "closed without a release": closed,
        "handed over while ground remains": (given | (areas["status"] == Status.HANDED_OVER)) & (remains | closed),
        "released by figures only": areas["release_basis"].isin(["recorded area", "both"]),
        "depth not met": areas["depth"] == NOT_MET,
        "depth unknown": areas["depth"] == UNKNOWN,
        "find below the cleared depth": areas["deepest_cm"] > areas["shallowest_cm"],
        "find after the last release": _missed(areas),
        "samples not passed": areas["quality"] == NOT_MET,
        "samples unknown": areas["quality"] == UNKNOWN,
        "finds not counted": areas["finds_unknown"] > 0,
        "day of handover unknown": areas["finished"] & ~given,
    }
    table = pd.DataFrame({name: lacks[name].fillna(value=False).astype(bool) for name in OPEN_POINTS})
    said = np.where(table, [f"{name}; " for name in OPEN_POINTS], "").astype(object)
    return pd.Series(said.sum(axis=1), index=table.index, dtype="str").str.removesuffix("; ")


def _missed(areas: pd.DataFrame) -> pd.Series:
    """Where something was found after the last release although nothing was left to be worked on."""
    return areas["finished"] & (areas["last_found"] > areas["last_release"])


def _new_status(areas: pd.DataFrame, day: pd.Timestamp) -> Texts:
    failed = (areas["depth"] == NOT_MET) | (areas["quality"] == NOT_MET) | _missed(areas)
    fine = areas["finished"] & ~failed
    given = areas["handed_over"].notna() & ~(areas["handed_over"] > (pd.Timestamp.now() if pd.isna(day) else day))
    before = areas["status"]
    gone = before.isin(RELEASED_STATUSES)
    worked: Mask = (areas["releases"] > 0).to_numpy(dtype=bool)
    words = np.select(
        [
            fine & (given | (before == Status.HANDED_OVER)),
            fine,
            gone | ~worked,
        ],
        [Status.HANDED_OVER.value, Status.CLOSED.value, before],
        Status.WORKED_ON.value,
    )
    return np.asarray(words, dtype=object)


def _register(given: gpd.GeoDataFrame, left: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Finished areas with their outline and new status, the others with what remains."""
    whole = areas["finished"] | left.geometry.is_empty | left.geometry.isna()
    shapes = given.geometry.where(whole, left.geometry)
    table = given.assign(status=pd.Series(areas["new_status"], index=given.index).astype("str"))
    return table.set_geometry(shapes).assign(area_m2=areas["baseline_m2"].where(whole, left["area_m2"]))
