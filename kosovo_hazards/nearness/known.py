"""What a register knows of hazards: the areas that stand in it, and the records that were rejected from it."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Mask, Shapes, Texts
from kosovo_hazards._errors import BadRecordsError, Fault, NotAnsweredError, missing_crs
from kosovo_hazards.cells import texts
from kosovo_hazards.geometry import covering, cut_at_antimeridian, round_a_pole
from kosovo_hazards.reading import ReadResult, accepted, rejected_positions
from kosovo_hazards.schema import CRS, RELEASED_STATUSES
from kosovo_hazards.validation import require_columns, require_table

__all__ = ["Known"]

# Longitudes may count from 0 to 360.
_FARTHEST_DEG = (360.0, 90.0)


@dataclass(frozen=True)
class Known:
    """Where hazards are known.

    Attributes
    ----------
    shapes
        Valid areas, and what is drawn of rejected records, in degrees; none is missing or empty.
    ids
        Their ids; of a record without one its row.
    rejected
        Which are rejected records, that reach nobody knows how far.
    unplaced
        How many records of the register lie nobody knows where.
    closed
        How many areas it keeps as closed or handed over; they are none of the shapes.
    """

    shapes: Shapes
    ids: Texts
    rejected: Mask
    unplaced: int
    closed: int

    @classmethod
    def of(cls, hazards: gpd.GeoDataFrame | ReadResult, rejected: ReadResult | gpd.GeoDataFrame | None) -> Known:
        """Take over a register, and rejected records beside those that it brings along.

        Raises
        ------
        HazardDataError
            If it is no table with ids and a CRS, an area goes round a pole, or nothing lies anywhere.
        """
        frame = accepted(hazards)
        require_table(frame, purpose="to say what is near", geometry=True)
        require_columns(frame, ["hazard_id"], purpose="to say what is near")
        closed = np.zeros(len(frame), dtype=bool)
        if "status" in frame.columns:
            closed = frame["status"].isin(RELEASED_STATUSES).to_numpy()
        shapes, ids = _areas(frame[~closed], "hazard_id", "hazards")
        others = [hazards] if rejected is None or rejected is hazards else [hazards, rejected]
        lost = [_areas(_lost(given), "record_id", "rejected") for given in others]
        every = np.concatenate([shapes, *(found for found, _ in lost)])
        named = np.concatenate([ids, *(names for _, names in lost)])
        there = ~(shapely.is_missing(every) | shapely.is_empty(every))
        if not there.any():
            raise NotAnsweredError(
                "no record of the register lies anywhere that is known, so nothing can be said of what is near",
                hint="give a register with polygons",
            )
        beyond = np.arange(len(every)) >= len(shapes)
        return cls(every[there], named[there], beyond[there], int((~there).sum()), int(closed.sum()))


def _lost(given: gpd.GeoDataFrame | ReadResult) -> gpd.GeoDataFrame:
    """Rejected records with their positions; a table of positions is one already."""
    is_table = not isinstance(given, ReadResult) and "record_id" in given.columns and "hazard_id" not in given.columns
    return given if is_table else rejected_positions(given)


def _areas(frame: gpd.GeoDataFrame, key: str, name: str) -> tuple[Shapes, Texts]:
    if frame.crs is None and frame.geometry.notna().any():
        raise missing_crs(f"the {name}", name)
    shapes, _ = cut_at_antimeridian((frame if frame.crs is None else frame.to_crs(CRS)).geometry.to_numpy())
    rows = frame["row"] if "row" in frame.columns else pd.Series(np.arange(1, len(frame) + 1), index=frame.index)
    ids: Texts = texts(frame[key]).fillna("row " + rows.astype("str")).to_numpy(dtype=object)
    around = np.flatnonzero(round_a_pole(shapes))
    if len(around):
        faults = [Fault(ids[at], None, None, "goes round a pole", "cut it along 180°") for at in around]
        raise BadRecordsError(f"{len(around):,} areas go round a pole, so nobody can say which side is ground", faults)
    return covering(_on_earth(shapes)), ids


def _on_earth(shapes: Shapes) -> Shapes:
    """Without those of which a vertex lies nowhere: what is left of one would not be all of it."""
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    kept = shapes.copy()
    kept[owner[~(np.abs(points) <= _FARTHEST_DEG).all(axis=1)]] = None
    return kept
