"""Releases that the register lacks already: work that is older than the register it is to be taken off."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Shapes
from kosovo_hazards._wording import argument
from kosovo_hazards.land_release.inputs import ReleaseInput

__all__ = ["OLDER", "older_releases", "older_releases_told"]

OLDER = "beside a recorded hazard, as if taken off the register before"
"""What the ledger notes of such a release."""

# A release of which this share lies in the register is still to be taken off it; less can be noise along an edge.
_TENTH = 0.1


def older_releases(
    hazards: Shapes, given: ReleaseInput, inside_m2: NDArray[np.float64], later_m2: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which releases seem to be in the register already: they share an edge with its areas and lie in none.

    Parameters
    ----------
    hazards
        Polygons of the register.
    given
        The releases, in the order of credit.
    inside_m2
        Square metres that each took off the register.
    later_m2
        Square metres of each in areas recorded after it, which the register has and keeps.

    Returns
    -------
    Whether each release is one of them. None is where a release of that time still lies in the register, for then the
    register is older than the release.
    """
    nothing = np.zeros(len(given.ids), dtype=bool)
    dated = ~np.isnat(given.completed)
    in_register = given.has_polygon & dated & (inside_m2 >= _TENTH * given.area_m2) & (inside_m2 > 0)
    outside = given.has_polygon & dated & (given.withheld == "") & (inside_m2 == 0)
    outside &= later_m2 < _TENTH * given.area_m2
    if in_register.any():
        # What was completed after the first release that the register still has tells nothing of its day.
        outside &= given.completed < given.completed[in_register].min()
    rows = np.flatnonzero(outside)
    if not len(rows):
        return nothing
    tree = shapely.STRtree(hazards[~shapely.is_missing(hazards)])
    meeting = np.unique(tree.query(given.usable[rows], predicate="intersects")[0])
    nothing[rows[meeting]] = True
    return nothing


def older_releases_told(given: ReleaseInput, older: NDArray[np.bool_]) -> str | None:
    """Say so, with the day from which the register seems to be; None where there is nothing to say.

    Parameters
    ----------
    given
        The releases.
    older
        What `older_releases` found.
    """
    if not older.any():
        return None
    day = pd.Timestamp(given.completed[older].max())
    m2 = np.nansum(given.area_m2[older])
    return (
        f"{older.sum():,} releases of {m2:,.0f} m², completed up to {day:%Y-%m-%d}, seem to be older than the register:"
        " they share an edge with its areas and nothing of that time lies in them, so it lacks their ground already and"
        f" nothing is taken off; say of which day the register is ({argument('register_date', f'{day:%Y-%m-%d}')}), or"
        " give it as it stood before them"
    )
