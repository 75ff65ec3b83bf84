"""Why the total of a register is not what it was: each square metre of the difference by one cause."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Floats, Mask
from kosovo_hazards.deciding.ground import Changed
from kosovo_hazards.deciding.matching import Groups
from kosovo_hazards.deciding.registers import Register, Released
from kosovo_hazards.geometry import sums

__all__ = ["Cause", "Figures"]


class Cause(StrEnum):
    """Why the total of a register is not what it was."""

    NEW = "new"
    OUTWARD = "redrawn outward"
    RELEASED = "removed with a release"
    UNRELEASED = "removed without any release"
    INWARD = "redrawn inward"
    RECALCULATED = "recalculated"


@dataclass(frozen=True)
class Figures:
    """Square metres of each group.

    Attributes
    ----------
    before, after
        Areas of its records.
    has_before, has_after
        Whether it has records there.
    parts
        What each cause adds to the total; together after less before.
    """

    before: Floats
    after: Floats
    has_before: Mask
    has_after: Mask
    parts: dict[Cause, Floats]

    @classmethod
    def of(cls, old: Register, new: Register, groups: Groups, changed: Changed, releases: Released) -> Figures:
        """Work them out."""
        before = sums(groups.before, np.nan_to_num(old.m2), groups.count)
        after = sums(groups.after, np.nan_to_num(new.m2), groups.count)
        has_before = np.bincount(groups.before, minlength=groups.count) > 0
        has_after = np.bincount(groups.after, minlength=groups.count) > 0
        both = has_before & has_after & changed.measured
        # Figures that grew or shrank without polygons to compare are gained and lost ground too.
        unseen = has_before & has_after & ~changed.measured
        gained = np.where(both, changed.gained_m2, np.where(unseen, np.maximum(after - before, 0.0), 0.0))
        lost = np.where(both, changed.lost_m2, np.where(has_after, 0.0, before))
        lost = np.where(unseen, np.maximum(before - after, 0.0), lost)
        named = _named(old, groups, releases)
        released = np.where(changed.measured, changed.released_m2, 0.0).clip(0, lost)
        released = np.minimum(released + named, lost)
        left = lost - released
        parts = {
            Cause.NEW: np.where(has_before, 0.0, after),
            Cause.OUTWARD: gained,
            Cause.RELEASED: -released,
            Cause.UNRELEASED: -np.where(has_after, 0.0, left),
            Cause.INWARD: -np.where(has_after, left, 0.0),
        }
        parts[Cause.RECALCULATED] = after - before - sum(parts.values())
        return cls(before, after, has_before, has_after, parts)

    @property
    def unreleased(self) -> Floats:
        """What went without a release."""
        return -(self.parts[Cause.UNRELEASED] + self.parts[Cause.INWARD])

    def causes(self) -> pd.DataFrame:
        """Totals by cause."""
        rows = {
            cause: {"m2": float(part.sum()), "areas": int((np.abs(part) >= 0.01).sum())}
            for cause, part in self.parts.items()
        }
        index = pd.Index([cause.value for cause in rows], name="cause", dtype="str")
        return pd.DataFrame(list(rows.values()), index=index)


def _named(old: Register, groups: Groups, releases: Released) -> Floats:
    """Square metres of the releases without a polygon that name an area of each group, each once."""
    # An id that stands twice is named once.
    first = pd.Series(np.arange(len(old.ids)), index=pd.Index(old.ids, dtype=object))
    first = first[first.index.notna() & ~first.index.duplicated()]
    at = first.reindex(releases.hazard).to_numpy(dtype=np.float64)
    known = np.flatnonzero(~np.isnan(at) & (releases.m2 > 0))
    rows = at[known].astype(np.intp)
    counts = ~(releases.completed[known] < old.established[rows])
    return sums(groups.before[rows[counts]], releases.m2[known[counts]], groups.count)
