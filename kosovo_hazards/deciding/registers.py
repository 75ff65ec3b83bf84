"""Two registers and the releases between them, as they are compared: what stands, in degrees, to the safe side."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Floats, Mask, Objects, Shapes
from kosovo_hazards._errors import missing_crs
from kosovo_hazards.cells import texts
from kosovo_hazards.geometry import covering, usable
from kosovo_hazards.land_release import dates_of
from kosovo_hazards.language import unfinished
from kosovo_hazards.reading import ReadResult, accepted
from kosovo_hazards.schema import CRS, RELEASED_STATUSES, Direction
from kosovo_hazards.summaries import ground_m2
from kosovo_hazards.validation import require_columns, require_table

__all__ = ["Register", "released_figures", "released_ground"]


@dataclass(frozen=True)
class Register:
    """The areas that stand in a register.

    Attributes
    ----------
    frame
        Their records in EPSG:4326; one without an id is called by its row.
    ids
        Their ids as texts; None where they are missing.
    shapes
        Their polygons, valid, what is broken repaired outward.
    m2
        Their areas; NaN where they are not known.
    closed
        Ids of the areas that the register keeps as closed or handed over.
    """

    frame: gpd.GeoDataFrame
    ids: Objects
    shapes: Shapes
    m2: Floats
    closed: frozenset[str]

    @classmethod
    def of(cls, given: gpd.GeoDataFrame | ReadResult, name: str) -> Register:
        """Take over a table; `name` says which it is, for errors."""
        frame = accepted(given)
        require_table(frame, purpose="to compare", geometry=True)
        require_columns(frame, ["hazard_id"], purpose="to compare")
        if frame.crs is None and frame.geometry.notna().any():
            raise missing_crs(f"the register {name}", name)
        frame = (frame.set_crs(CRS) if frame.crs is None else frame.to_crs(CRS)).reset_index(drop=True)
        ids = texts(frame["hazard_id"]).to_numpy(dtype=object)
        ids[pd.isna(ids)] = None
        rows = "row " + pd.Series(np.arange(1, len(frame) + 1)).astype("str")
        frame = frame.assign(hazard_id=pd.Series(ids, dtype="str").fillna(rows))
        closed = np.zeros(len(frame), dtype=bool)
        if "status" in frame.columns:
            closed = frame["status"].isin(RELEASED_STATUSES).to_numpy()
        over = frozenset(str(word) for word in ids[closed] if word is not None)
        frame = frame[~closed].reset_index(drop=True)
        area = ground_m2(frame).to_numpy(dtype=np.float64)
        return cls(frame, ids[~closed], covering(frame.geometry.to_numpy()), area, over)


def released_ground(releases: pd.DataFrame | None, until: pd.Timestamp) -> Shapes:
    """Polygons in EPSG:4326 of the releases that count, what is broken repaired inward.

    Parameters
    ----------
    releases
        The releases table, if there is one.
    until
        Day after which they don't count; today if NaT.
    """
    if releases is None or getattr(releases, "active_geometry_name", None) is None or not len(releases):
        return np.array([], dtype=object)
    chosen = releases[_counting(releases, until)]
    if chosen.crs is None and chosen.geometry.notna().any():
        raise missing_crs("the releases", "releases")
    shapes = (chosen if chosen.crs is None else chosen.to_crs(CRS)).geometry.to_numpy()
    return usable(shapes, Direction.INWARD)


def _counting(releases: pd.DataFrame, until: pd.Timestamp) -> Mask:
    require_columns(releases, ["release_id"], purpose="to compare")
    completed = dates_of(releases, "completed", "release_id")
    last = pd.Timestamp.now().normalize() if pd.isna(until) else until
    return np.asarray((unfinished(releases) == "") & ~(completed > last).to_numpy())


def released_figures(releases: pd.DataFrame | None, until: pd.Timestamp) -> pd.Series:
    """Square metres of the releases that count and have no polygon, by the id of the hazard that they name.

    Parameters
    ----------
    releases, until
        As `released_ground` takes them.
    """
    if releases is None or "hazard_id" not in releases.columns or not len(releases):
        return pd.Series(dtype="float64")
    drawn = releases.geometry.notna() if getattr(releases, "active_geometry_name", None) else False
    chosen = releases[_counting(releases, until) & ~np.asarray(drawn, dtype=bool)]
    area = pd.Series(np.nan, index=chosen.index)
    for name in ("reported_area_m2", "area_m2"):
        if name in chosen.columns:
            area = area.fillna(pd.to_numeric(chosen[name], errors="coerce"))
    return area.clip(lower=0).groupby(texts(chosen["hazard_id"]).to_numpy(dtype=object)).sum()
