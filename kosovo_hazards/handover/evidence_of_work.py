"""What the releases of each area show: finds, depth, samples, beneficiaries; what nobody recorded stays unknown."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.cells import texts
from kosovo_hazards.land_release import LandRelease, dates_of
from kosovo_hazards.language import unfinished
from kosovo_hazards.schema import BENEFICIARIES, FINDS, MET, NOT_MET, UNKNOWN, Product

__all__ = ["NOTHING_CLEARED", "releases_of", "work_of"]

NOTHING_CLEARED = "nothing cleared"
_SAMPLES = ("samples_taken", "samples_passed")
_NUMBERS = (*FINDS, "depth_cleared_cm", "depth_found_cm", *_SAMPLES, *BENEFICIARIES)


def releases_of(result: LandRelease, releases: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """The finished releases of each area: those that name it and those that took ground from it.

    Parameters
    ----------
    result
        What `apply_releases` gave.
    releases
        The releases table.
    day
        Releases after it are none yet; NaT for all.

    Returns
    -------
    `hazard_id`, `inside_m2` (taken from the area), `outside_m2` (of the release outside every area, told once: at the
    area that it names, else at the one it took most from) and the columns of the release.
    """
    table = pd.DataFrame(releases).reset_index(drop=True)
    ids = texts(table["release_id"])
    done = unfinished(table) == ""
    if not pd.isna(day):
        done = done & ~(dates_of(table, "completed", "release_id") > day).to_numpy()
    keys = {name: texts(result.shares[name]) for name in ("hazard_id", "release_id")}
    shares = result.shares.assign(**keys).groupby([*keys], as_index=False)["ground_m2"].sum()
    named = pd.DataFrame({"hazard_id": None, "release_id": ids})
    if "hazard_id" in table.columns:
        named["hazard_id"] = texts(table["hazard_id"])
    named = named[named["hazard_id"].isin(texts(result.remaining["hazard_id"]))].assign(named=True)
    pairs = named.merge(shares, on=["hazard_id", "release_id"], how="outer")
    pairs = pairs.assign(inside_m2=pairs.pop("ground_m2").fillna(0.0), named=pairs["named"].eq(other=True)).sort_values(
        ["named", "inside_m2"], ascending=False, kind="stable"
    )
    outside = pd.Series(result.ledger["outside_m2"].to_numpy(), index=ids.to_numpy())
    first = ~pairs["release_id"].duplicated()
    pairs["outside_m2"] = pairs["release_id"].map(outside[~outside.index.duplicated()]).where(first, 0.0)
    facts = table.drop(columns=["hazard_id", "geometry"], errors="ignore").assign(release_id=ids)[done]
    found = pairs.drop(columns="named").merge(facts, on="release_id", how="inner")
    for name in _NUMBERS:
        given = found[name] if name in found.columns else pd.Series(np.nan, index=found.index)
        found[name] = pd.to_numeric(given, errors="coerce").astype("float64")
    by = ["hazard_id", *(["completed"] if "completed" in found.columns else []), "release_id"]
    return found.sort_values(by, kind="stable", ignore_index=True)


def with_samples(found: pd.DataFrame, samples: pd.DataFrame | None) -> pd.DataFrame:
    """Releases with the samples of a table of its own, which count in place of the columns of the release.

    Parameters
    ----------
    found
        What `releases_of` gave.
    samples
        `release_id`, `samples_taken` and `samples_passed`, one row or several a release.

    Raises
    ------
    UsageError
        If a column is missing.
    """
    if samples is None:
        return found
    missing = [name for name in ("release_id", *_SAMPLES) if name not in samples.columns]
    if missing:
        raise UsageError(
            f"{argument('samples')} has no column {', '.join(missing)}",
            hint="give release_id, samples_taken and samples_passed",
        )
    numbers = {name: pd.to_numeric(samples[name], errors="coerce") for name in _SAMPLES}
    # A sum that lacks one of its numbers is unknown.
    sums = pd.DataFrame(numbers).groupby(texts(samples["release_id"])).agg(lambda column: column.sum(skipna=False))
    told = found["release_id"].isin(sums.index)
    return found.assign(**{name: found[name].mask(told, found["release_id"].map(sums[name])) for name in _SAMPLES})


def work_of(found: pd.DataFrame, required_depth_cm: float) -> pd.DataFrame:
    """What the releases show, area by area.

    Parameters
    ----------
    found
        What `releases_of` gave.
    required_depth_cm
        Depth to which ground has to be cleared.

    Returns
    -------
    By `hazard_id`: `releases`, `outside_m2`, `started`, finds (sums of what is counted), `finds_unknown` (releases of
    worked ground that lack a count), `deepest_cm`, `shallowest_cm`, `depth`, `samples_taken`, `samples_passed`,
    `quality` and beneficiaries.
    """
    cleared = found["product"] == Product.CLEARED.value
    worked = cleared | (found["product"] == Product.REDUCED.value)
    depth, taken, passed = found["depth_cleared_cm"].where(cleared), found["samples_taken"], found["samples_passed"]
    facts = found.assign(
        cleared=cleared,
        finds_unknown=worked & found[list(FINDS)].isna().any(axis=1),
        shallowest_cm=depth,
        too_shallow=depth < required_depth_cm,
        no_depth=cleared & depth.isna(),
        failed=passed < taken,
        no_samples=cleared & ~((taken > 0) & (passed <= taken)),
        started=pd.to_datetime(found["started"]) if "started" in found.columns else pd.NaT,
    )
    grouped = facts.groupby("hazard_id")
    sums = grouped[[*FINDS, *_SAMPLES, *BENEFICIARIES]].sum(min_count=1)
    table = sums.assign(
        releases=grouped.size(),
        outside_m2=grouped["outside_m2"].sum(),
        started=grouped["started"].min(),
        finds_unknown=grouped["finds_unknown"].sum(),
        deepest_cm=grouped["depth_found_cm"].max(),
        shallowest_cm=grouped["shallowest_cm"].min(),
    )
    none = ~grouped["cleared"].any()
    table["depth"] = _verdict(none, grouped["too_shallow"].any(), grouped["no_depth"].any())
    table["quality"] = _verdict(none, grouped["failed"].any(), grouped["no_samples"].any())
    return table


def _verdict(none: pd.Series, failed: pd.Series, lacking: pd.Series) -> pd.Series:
    words = np.select([failed, none, lacking], [NOT_MET, NOTHING_CLEARED, UNKNOWN], MET)
    return pd.Series(words, index=none.index, dtype="str")
