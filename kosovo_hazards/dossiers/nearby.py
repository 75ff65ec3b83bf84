"""What lies round each area: other areas, rejected records, points of evidence, and what was released of it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Positions
from kosovo_hazards.cells import texts
from kosovo_hazards.geometry import intersection, meeting, usable
from kosovo_hazards.nearness import near
from kosovo_hazards.reading import ReadResult, accepted, rejected_positions
from kosovo_hazards.schema import CRS, Direction
from kosovo_hazards.validation import in_degrees

__all__ = ["AROUND_M", "evidence_of", "neighbours_of", "releases_of"]

AROUND_M = 200.0
"""Other areas and evidence within so many metres are told."""

# Any day will do where only distances are asked for.
_ANY_DAY = "2000-01-01"


def neighbours_of(
    areas: gpd.GeoDataFrame, rows: Positions, frame: gpd.GeoDataFrame, rejected: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Other areas and rejected records near each area.

    Parameters
    ----------
    areas
        Areas with a polygon in EPSG:4326, on a range index.
    rows
        Where each stands in the whole register.
    frame
        The whole register, on a range index.
    rejected
        Its rejected records, as `rejected_positions` gives them.

    Returns
    -------
    `area` (row of `areas`), `hazard_id`, `rejected`, `distance_m`: 0 where outlines meet or ground overlaps.
    """
    # By their rows, for two records may have one id.
    numbered = frame.assign(hazard_id=frame.index.astype("str"))
    outlines = gpd.GeoDataFrame({"route_id": areas["hazard_id"]}, geometry=areas.boundary, crs=CRS)
    found = near(
        _as_read(outlines),
        numbered,
        rejected=rejected,
        buffer_m=AROUND_M,
        outside="tell",
        as_of=_ANY_DAY,
        asked_on=_ANY_DAY,
    )
    pairs = found.pairs.assign(area=_rows(found.places)[found.pairs["place"]])
    pairs = pairs.groupby(["area", "hazard_id", "rejected"], as_index=False)["distance_m"].min()
    pairs = pairs[pairs["rejected"] | (pairs["hazard_id"] != rows[pairs["area"]].astype("str"))]
    accepted_one = ~pairs["rejected"].to_numpy(dtype=bool)
    names = pairs["hazard_id"].to_numpy(dtype=object)
    names[accepted_one] = frame["hazard_id"].to_numpy(dtype=object)[names[accepted_one].astype(np.intp)]
    return pairs.assign(hazard_id=names).sort_values(["area", "distance_m"], kind="stable")


def _as_read(asked: gpd.GeoDataFrame) -> ReadResult:
    """Records as a reader gives them: none is judged anew by where it lies."""
    nothing = pd.DataFrame({"record_id": [], "row": [], "what": []})
    return ReadResult(asked, pd.DataFrame(), nothing, positions=rejected_positions(None))


def _rows(places: gpd.GeoDataFrame) -> np.ndarray:
    """Row of the record of each place: a new one begins where part and segment begin anew."""
    first = (places["part"] == 1) & (places["segment"].fillna(1) == 1)
    rows: np.ndarray = np.cumsum(first.to_numpy(dtype=bool)) - 1
    return rows


def evidence_of(areas: gpd.GeoDataFrame, evidence: gpd.GeoDataFrame | ReadResult | None) -> pd.DataFrame:
    """Points of evidence in and near each area.

    Parameters
    ----------
    areas
        As for `neighbours_of`.
    evidence
        What `read_evidence` gave.

    Returns
    -------
    `area`, `evidence_id`, `kind`, `date` and `distance_m`, 0 inside.
    """
    columns = ["area", "evidence_id", "kind", "date", "distance_m"]
    points = None if evidence is None else in_degrees(accepted(evidence), "evidence", purpose="to write dossiers")
    points = None if points is None else points[points.geometry.notna()].reset_index(drop=True)
    if points is None or not len(points):
        return pd.DataFrame(columns=columns)
    asked = gpd.GeoDataFrame({"route_id": points["evidence_id"]}, geometry=points.geometry)
    numbered = areas.assign(hazard_id=areas.index.astype("str"))[["hazard_id", "geometry"]]
    found = near(_as_read(asked), numbered, buffer_m=AROUND_M, outside="tell", as_of=_ANY_DAY, asked_on=_ANY_DAY)
    pairs = found.pairs.assign(
        area=found.pairs["hazard_id"].astype(int), point=_rows(found.places)[found.pairs["place"]]
    )
    told = points.reindex(columns=["evidence_id", "kind", "date"]).iloc[pairs["point"]].reset_index(drop=True)
    table = pd.concat([pairs[["area", "distance_m"]].reset_index(drop=True), told], axis=1)
    return table[columns].sort_values(["area", "distance_m"], kind="stable")


def releases_of(areas: gpd.GeoDataFrame, releases: pd.DataFrame | ReadResult | None) -> pd.DataFrame:
    """Releases that name each area, or whose polygon meets it.

    Parameters
    ----------
    areas
        As for `neighbours_of`.
    releases
        What `read_releases` gave.

    Returns
    -------
    `area` and all columns of the releases, by day.
    """
    table = None if releases is None else accepted(releases).reset_index(drop=True)
    if table is None or not len(table):
        return pd.DataFrame(columns=["area", "release_id", "product", "status", "completed", "area_m2"])
    pairs = [pd.DataFrame({"area": np.zeros(0, dtype=int), "release": np.zeros(0, dtype=int)})]
    if "hazard_id" in table.columns:
        named = pd.DataFrame({"hazard_id": texts(table["hazard_id"]), "release": table.index})
        own = pd.DataFrame({"hazard_id": areas["hazard_id"], "area": areas.index})
        pairs.append(own.merge(named.dropna(), on="hazard_id")[["area", "release"]])
    if getattr(table, "active_geometry_name", None) is not None and table.geometry.notna().any():
        table = in_degrees(table, "releases", purpose="to write dossiers")
        shapes = usable(table.geometry.to_numpy(), Direction.INWARD)
        met = meeting(areas.geometry.to_numpy(), shapes)
        overlap = shapely.area(intersection(areas.geometry.to_numpy()[met.left], shapes[met.right])) > 0
        pairs.append(pd.DataFrame({"area": met.left[overlap], "release": met.right[overlap]}))
    both = pd.concat(pairs, ignore_index=True).drop_duplicates()
    found = pd.DataFrame(table.drop(columns="geometry", errors="ignore")).iloc[both["release"]].reset_index(drop=True)
    found.insert(0, "area", both["area"].to_numpy())
    by = [name for name in ("area", "completed") if name in found.columns]
    return found.sort_values(by, kind="stable")
