"""Where rejected records lie: their ground must not look free, although nobody knows how far it reaches."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Shapes
from kosovo_hazards.geometry import cut_at_antimeridian
from kosovo_hazards.reading.result import ReadResult
from kosovo_hazards.schema import CRS

__all__ = ["accepted", "positions_of", "reason_kinds", "rejected_positions", "sha256_of", "with_rejected_ground"]

_COLUMNS = ("row", "record_id", "reason")
# What encloses less than a square centimetre is drawn as the line or point that it is.
_NO_GROUND_DEG2 = 1e-14
_AREAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
# Values of single records, which would make a kind of its own of each.
_VALUES = re.compile(r"'(?:[^'\\]|\\.)*'|\"[^\"]*\"|(?<![\w:])-?\d[\d.,]*")


def accepted(given: pd.DataFrame | ReadResult) -> gpd.GeoDataFrame:
    """The table itself, or the records that a reader accepted.

    Parameters
    ----------
    given
        A table, or what `read_hazards` or `read_releases` gave.

    Examples
    --------
    >>> from kosovo_hazards import demo_data
    >>> hazards, _ = demo_data()
    >>> accepted(hazards) is hazards
    True
    """
    return given.data if isinstance(given, ReadResult) else given


def sha256_of(given: pd.DataFrame | ReadResult) -> str:
    """SHA-256 of the file that was read; empty where that is not known.

    Parameters
    ----------
    given
        A table, or what a reader gave.
    """
    return given.sha256 if isinstance(given, ReadResult) else ""


def rejected_positions(given: pd.DataFrame | ReadResult | None) -> gpd.GeoDataFrame:
    """The rejected records of what was read, each with its reason and, where that is known, where it lies.

    Parameters
    ----------
    given
        What `read_hazards` or `read_releases` gave. A table, of which nothing was rejected, gives none.

    Returns
    -------
    EPSG:4326, one row a rejected record: `row` (number in the source, from 1), `record_id`, `reason`, and as geometry
    the point, line or polygon that the source draws; missing where its coordinates can't be used. **How far the
    hazard reaches is not known.**

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from kosovo_hazards import read_hazards
    >>> drawn = gpd.GeoDataFrame(
    ...     {"id": ["KS-1", "KS-2"], "type": ["CHA", "SHA"]},
    ...     geometry=[shapely.Point(21.0, 42.6), None],
    ...     crs="EPSG:4326",
    ... )
    >>> found = rejected_positions(read_hazards(drawn))
    >>> found[["row", "record_id"]].values.tolist(), found.geometry.notna().tolist()
    ([[1, 'KS-1'], [2, 'KS-2']], [True, False])
    """
    if not isinstance(given, ReadResult) or given.rejected.empty:
        return _table(pd.DataFrame(columns=[*_COLUMNS]), np.empty(0, dtype=object))
    if len(given.positions) == len(given.rejected):
        return given.positions
    # A result made by hand says no more than this.
    rejected = pd.DataFrame(given.rejected)
    known = rejected.reindex(columns=[*_COLUMNS])
    return _table(known, np.full(len(known), None, dtype=object))


def positions_of(
    rows: NDArray[np.int64], ids: pd.Series, reasons: NDArray[np.object_], shapes: Shapes
) -> gpd.GeoDataFrame:
    """The table that `rejected_positions` gives.

    Parameters
    ----------
    rows
        Number of each rejected record in the source.
    ids
        Their ids.
    reasons
        Why they were rejected.
    shapes
        What the source draws of each, in degrees; None where it lies nowhere that can be believed.
    """
    frame = pd.DataFrame({"row": rows, "record_id": ids.to_numpy(), "reason": reasons})
    return _table(frame, _as_drawn(shapes))


def reason_kinds(rejected: pd.DataFrame) -> pd.Series:
    """How many records were rejected for each kind of reason, the most frequent first.

    Parameters
    ----------
    rejected
        Rejected records with their `reason`.

    Returns
    -------
    Numbers by the reason without remedies and without the values of single records.

    Examples
    --------
    >>> import pandas as pd
    >>> reasons = ["id 'K-8' is that of row 8 too – give …", "id 'K-9' is that of row 9 too – give …", "has no polygon"]
    >>> reason_kinds(pd.DataFrame({"reason": reasons})).to_dict()
    {'id … is that of row … too': 2, 'has no polygon': 1}
    """
    plain = rejected["reason"].astype("str").str.split(" – ", n=1).str[0]
    return plain.str.replace(_VALUES, "…", regex=True).value_counts()


def with_rejected_ground(hazards: gpd.GeoDataFrame, positions: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Hazards and rejected records as rows without words, for what tells everyone where hazards may be.

    Parameters
    ----------
    hazards
        The hazards table, in any CRS.
    positions
        What `rejected_positions` gave.

    Examples
    --------
    >>> from kosovo_hazards import demo_data
    >>> hazards, _ = demo_data()
    >>> with_rejected_ground(hazards, rejected_positions(hazards)) is hazards
    True
    """
    if positions.empty:
        return hazards
    degrees = hazards.to_crs(CRS).reset_index(drop=True)
    # Columns that the others lack become missing, in the types they have.
    whole = degrees.reindex(range(len(degrees) + len(positions)))
    shapes = np.concatenate([degrees.geometry.to_numpy(), positions.geometry.to_numpy()])
    if "synthetic" in whole.columns:
        whole["synthetic"] = whole["synthetic"].fillna(bool(degrees["synthetic"].any())).astype(bool)
    return whole.set_geometry(gpd.GeoSeries(shapes, index=whole.index, crs=CRS))


def _table(frame: pd.DataFrame, shapes: Shapes) -> gpd.GeoDataFrame:
    types = {"row": "int64", "record_id": "str", "reason": "str"}
    return gpd.GeoDataFrame(frame.reset_index(drop=True).astype(types), geometry=gpd.GeoSeries(shapes, crs=CRS))


def _as_drawn(shapes: Shapes) -> Shapes:
    """Each shape as it can be shown: without places that are none; as line or point where it encloses nothing."""
    shown, _ = cut_at_antimeridian(shapely.force_2d(shapes))
    places, owner = shapely.get_coordinates(shown, return_index=True)
    usable = np.isfinite(places).all(axis=1) & (np.abs(places) <= (180.0, 90.0)).all(axis=1)
    broken = np.zeros(len(shown), dtype=bool)
    broken[owner[~usable]] = True
    areal = np.isin(shapely.get_type_id(shown), _AREAL)
    flat = areal & ~broken
    flat[flat] = shapely.area(shown[flat]) < _NO_GROUND_DEG2
    for i in np.flatnonzero(broken | flat):
        parts = 1 if broken[i] else shapely.get_num_geometries(shown[i])
        shown[i] = _through(places[(owner == i) & usable], apart=parts > 1)
    shown[shapely.is_empty(shown)] = None
    return shown


def _through(places: NDArray[np.float64], *, apart: bool) -> shapely.Geometry | None:
    """The line through places in their order, points where they belong to several parts, or the one point."""
    each = np.unique(places, axis=0)
    if len(each) < 2:
        return shapely.Point(each[0]) if len(each) else None
    return shapely.multipoints(each) if apart else shapely.linestrings(places)
