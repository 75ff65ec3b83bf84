"""Two registers and the releases between them, as they are compared: what stands, in degrees, to the safe side."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Floats, Mask, Objects, Shapes
from kosovo_hazards._errors import missing_crs
from kosovo_hazards.cells import texts
from kosovo_hazards.geometry import covering, usable
from kosovo_hazards.land_release import dates_of
from kosovo_hazards.language import unfinished
from kosovo_hazards.reading import ReadResult, accepted
from kosovo_hazards.repeats import repeats_among
from kosovo_hazards.schema import CRS, RELEASED_STATUSES, Direction
from kosovo_hazards.summaries import ground_m2
from kosovo_hazards.validation import in_degrees, require_columns

__all__ = ["Register", "Released", "counting"]


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
    established
        When they were recorded; NaT where it is not known.
    closed
        Ids of the areas that the register keeps as closed or handed over.
    """

    frame: gpd.GeoDataFrame
    ids: Objects
    shapes: Shapes
    m2: Floats
    established: NDArray[np.datetime64]
    closed: frozenset[str]

    @classmethod
    def of(cls, given: gpd.GeoDataFrame | ReadResult, name: str) -> Register:
        """Take over a table; `name` says which it is, for errors."""
        frame = accepted(given)
        require_columns(frame, ["hazard_id"], purpose="to compare")
        frame = in_degrees(frame, name, purpose="to compare").reset_index(drop=True)
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
        established = dates_of(frame, "established", "hazard_id").to_numpy()
        return cls(frame, ids[~closed], covering(frame.geometry.to_numpy()), area, established, over)


@dataclass(frozen=True)
class Released:
    """The releases by which ground may have gone, each once.

    Attributes
    ----------
    shapes
        Their polygons in EPSG:4326, what is broken repaired inward; missing where there is none.
    completed
        Their days; NaT where they are not known.
    hazard
        The id of the hazard that each names, as text; None where it names none.
    m2
        The recorded area of those without a polygon; 0 of the others.
    """

    shapes: Shapes
    completed: NDArray[np.datetime64]
    hazard: Objects
    m2: Floats

    @classmethod
    def of(cls, given: pd.DataFrame | ReadResult | None, days: tuple[pd.Timestamp, pd.Timestamp]) -> Released:
        """Take over those that count: finished, between the days of the registers where these are known."""
        if given is None:
            nothing = np.array([], dtype=object)
            return cls(nothing, np.array([], dtype="datetime64[us]"), nothing, np.array([]))
        releases = accepted(given)
        require_columns(releases, ["release_id"], purpose="to compare")
        releases = releases[counting(releases, days)].reset_index(drop=True)
        shapes: Shapes = np.full(len(releases), None, dtype=object)
        if getattr(releases, "active_geometry_name", None) is not None:
            if releases.crs is None and releases.geometry.notna().any():
                raise missing_crs("the releases", "releases")
            drawn = releases if releases.crs is None else releases.to_crs(CRS)
            shapes = usable(drawn.geometry.to_numpy(), Direction.INWARD)
        hazard: Objects = np.full(len(releases), None, dtype=object)
        if "hazard_id" in releases.columns:
            hazard = texts(releases["hazard_id"]).to_numpy(dtype=object)
        return cls(shapes, dates_of(releases, "completed", "release_id").to_numpy(), hazard, _figures(releases, shapes))


def counting(releases: pd.DataFrame, days: tuple[pd.Timestamp, pd.Timestamp]) -> Mask:
    """Whether each release is finished and may explain what changed between two days.

    What was released up to the first day was gone from the register of that day. An undated release may be as old.

    Parameters
    ----------
    releases
        The releases table.
    days
        Days of the registers; NaT where they are not known.
    """
    completed = dates_of(releases, "completed", "release_id")
    first, last = days
    counts = (unfinished(releases) == "") & ~(completed > (pd.Timestamp.now().normalize() if pd.isna(last) else last))
    if pd.notna(first):
        counts &= completed > first
    return np.asarray(counts, dtype=bool)


def _figures(releases: pd.DataFrame, shapes: Shapes) -> Floats:
    """Recorded areas of releases without a polygon; what stands twice counts once."""
    area = pd.Series(np.nan, index=releases.index)
    for name in ("reported_area_m2", "area_m2"):
        if name in releases.columns:
            area = area.fillna(pd.to_numeric(releases[name], errors="coerce"))
    figures: Floats = area.fillna(0.0).clip(lower=0).to_numpy(dtype=np.float64, copy=True)
    figures[~shapely.is_missing(shapes)] = 0.0
    again = repeats_among(releases, figures, np.full(len(releases), -1), np.ones(len(releases), dtype=bool)).same >= 0
    figures[again | releases["release_id"].duplicated().to_numpy()] = 0.0
    return figures
