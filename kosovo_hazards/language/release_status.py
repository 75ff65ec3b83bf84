"""Whether a release is one yet: work that is planned, going on or suspended has released nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Objects
from kosovo_hazards.cells import texts
from kosovo_hazards.language.headings import compact, words
from kosovo_hazards.schema import Product, ReleaseStatus

__all__ = ["release_statuses", "unfinished"]

_REASONS = {
    ReleaseStatus.IN_PROGRESS: "not finished: still in progress",
    ReleaseStatus.PLANNED: "not finished: only planned",
    ReleaseStatus.SUSPENDED: "not finished: suspended",
    ReleaseStatus.CALLED_OFF: "called off",
}


def release_statuses(column: pd.Series) -> pd.Series:
    """The status that each cell stands for; "unknown" for a word that nobody knows, missing for a blank cell.

    Parameters
    ----------
    column
        Cells of a column that says how far the work is.

    Examples
    --------
    >>> release_statuses(pd.Series(["Ongoing", "Planifikuar", "Završeno", "phase 2", None])).tolist()
    ['in progress', 'planned', 'completed', 'unknown', nan]
    """
    spellings = words("release_status")
    text = texts(column)
    own = {compact(word): word.value for word in ReleaseStatus}
    known = {cell: own.get(key := compact(cell)) or spellings.get(key) for cell in text.dropna().unique()}
    statuses = text.map({cell: word or ReleaseStatus.UNKNOWN.value for cell, word in known.items()})
    # A cell that says that the status is unknown is no blank one: nobody may take it for a release.
    said_unknown = column.astype("str").str.strip().str.casefold() == ReleaseStatus.UNKNOWN.value
    return statuses.mask(said_unknown, ReleaseStatus.UNKNOWN.value).astype("str")


def unfinished(releases: pd.DataFrame) -> Objects:
    """Why each release is none yet; empty for those that are, or that say nothing of how far the work is.

    Parameters
    ----------
    releases
        The releases table; its column `status` may hold words of any register that the vocabulary knows.

    Examples
    --------
    >>> unfinished(pd.DataFrame({"product": ["cleared", "cleared"], "status": ["completed", "suspended"]})).tolist()
    ['', 'not finished: suspended']
    """
    reasons = np.full(len(releases), "", dtype=object)
    if "status" not in releases.columns:
        return reasons
    status = release_statuses(releases["status"]).to_numpy(dtype=object)
    for word, reason in _REASONS.items():
        reasons[status == word.value] = reason
    unknown = status == ReleaseStatus.UNKNOWN.value
    written = releases["status"].astype("str").to_numpy(dtype=object)[unknown]
    reasons[unknown] = [
        "its status is not understood" if word == ReleaseStatus.UNKNOWN else f"its status {word!r} is not understood"
        for word in written
    ]
    if "product" in releases.columns:
        # Land that survey cancelled is released; work that was called off released none.
        cancelled = (releases["product"] == Product.CANCELLED.value).to_numpy()
        reasons[cancelled & (status == ReleaseStatus.CALLED_OFF.value)] = ""
    return reasons
