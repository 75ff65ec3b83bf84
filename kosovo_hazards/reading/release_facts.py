"""Notes on releases that are read: those that are none yet, have no date, or one that is still to come."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Mask
from kosovo_hazards._wording import argument
from kosovo_hazards.language import compact, release_statuses, unfinished
from kosovo_hazards.reading.column_values import Recognised
from kosovo_hazards.schema import ReleaseStatus

__all__ = ["release_notes", "with_release_status"]

# Columns that may say how far the work is; "state" and its like may be a part of a country as well.
_STATUS_LIKE = re.compile(r"stat(us|ut|e|o)|stanje|gjendj|etat|progres|avancement|situacion|stage|phase|faza")
# The status of the hazard says nothing of that of the release.
_OF_HAZARDS = re.compile(r"hazard|land|zone|zona|podruc|area")
_SAYS_UNFINISHED = (ReleaseStatus.IN_PROGRESS, ReleaseStatus.PLANNED, ReleaseStatus.SUSPENDED, ReleaseStatus.CALLED_OFF)
_MOST_NAMED = 5


def with_release_status(recognised: Recognised, source: pd.DataFrame) -> pd.DataFrame:
    """The recognised columns with the status of each release, from every column that says how far the work is.

    Parameters
    ----------
    recognised
        What was recognised in the source.
    source
        The attributes as the source has them.

    Returns
    -------
    A word that nobody knows in the column for it makes the status "unknown". In other columns whose heading is like
    that of a status only words count that say that the work is not finished: the more careful of two wins.
    """
    frame = recognised.frame
    taken = recognised.report.loc[recognised.report["column"].notna(), "source_column"]
    others = [name for name in source.columns if name not in set(taken) and _is_status_like(name)]
    if "status" not in frame.columns and not others:
        return frame
    blank = pd.Series(None, index=frame.index, dtype="str")
    status = frame["status"].copy() if "status" in frame.columns else blank
    unread = recognised.unread.loc[recognised.unread["column"] == "status", "position"]
    status.iloc[unread] = ReleaseStatus.UNKNOWN.value
    for name in others:
        said = release_statuses(source[name].set_axis(frame.index))
        careful = said.isin([word.value for word in _SAYS_UNFINISHED])
        status = status.mask(careful & ~status.isin([word.value for word in _SAYS_UNFINISHED]), said)
    return frame.assign(status=status) if status.notna().any() else frame


def _is_status_like(heading: object) -> bool:
    key = compact(heading)
    return bool(_STATUS_LIKE.search(key)) and not _OF_HAZARDS.search(key)


def release_notes(releases: pd.DataFrame, accepted: Mask) -> Iterator[str]:
    """Sentences on releases that take nothing off, or not always.

    Parameters
    ----------
    releases
        The releases table with every record.
    accepted
        Which records are in the result.
    """
    shown = releases[accepted]
    reasons = pd.Series(unfinished(shown))
    if (why := reasons[reasons != ""]).size:
        counts = ", ".join(f"{count:,} {reason}" for reason, count in why.value_counts().head(_MOST_NAMED).items())
        yield f"{len(why):,} releases are none yet and take nothing off: {counts}"
    if (shown["status"] == ReleaseStatus.UNKNOWN).any():
        option = argument("values", {"status": {"…": "completed"}})
        yield f"a status that is not understood can be explained with {option}"
    completed = shown["completed"]
    if undated := int(completed.isna().sum()):
        yield f"{undated:,} releases have no date: where a day is asked for (as_of) they are not taken off"
    if future := int((completed > pd.Timestamp.now().normalize()).sum()):
        yield f"{future:,} releases are dated in the future and take nothing off before their day"
    if "geometry" in shown.columns:
        bare = shown["geometry"].isna().to_numpy()
        if bare.any() and not bare.all():
            yield (
                f"{np.count_nonzero(bare):,} releases have no polygon, though others have one: they count by their "
                "reported area, off the hazard that they name"
            )
