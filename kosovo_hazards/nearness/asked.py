"""What is asked about: points, and routes segment by segment, in short edges along their geodesics."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Floats, Mask, Positions
from kosovo_hazards.geometry import simple_parts
from kosovo_hazards.nearness.plane import Plane
from kosovo_hazards.reading import ReadResult, TableSource, read_routes
from kosovo_hazards.schema import CRS

__all__ = ["Places", "Question", "asked_about"]

_POINT = shapely.GeometryType.POINT


@dataclass(frozen=True)
class Question:
    """The records asked about.

    Attributes
    ----------
    records
        With `route_id`, in EPSG:4326.
    unread
        Those that could not be read, with `record_id` and `reason`.
    places
        Every point and every segment.
    """

    records: gpd.GeoDataFrame
    unread: gpd.GeoDataFrame
    places: Places


@dataclass(frozen=True)
class Places:
    """Points and segments, in order of their records.

    Attributes
    ----------
    record
        Position of the record of each.
    part, segment
        Number of its part of the record, and of a segment in the line, from 1; 0 for points.
    starts, ends
        Longitude and latitude; both the same for points.
    is_point
        Which are points.
    """

    record: Positions
    part: Positions
    segment: Positions
    starts: Floats
    ends: Floats
    is_point: Mask

    def __len__(self) -> int:
        return len(self.record)

    def shapes(self) -> gpd.GeoSeries:
        """Points and lines in degrees."""
        found = np.empty(len(self), dtype=object)
        found[self.is_point] = shapely.points(self.starts[self.is_point])
        ends = np.stack([self.starts, self.ends], axis=1)[~self.is_point]
        found[~self.is_point] = shapely.linestrings(ends)
        return gpd.GeoSeries(found, crs=CRS)

    def edges(self, plane: Plane) -> tuple[Floats, Floats, Positions]:
        """Starts and ends of short edges along all segments, and the place of each."""
        rows = np.flatnonzero(~self.is_point)
        ends = np.stack([self.starts[rows], self.ends[rows]], axis=1).reshape(-1, 2)
        points, count = plane.along_geodesics(ends, np.full(len(rows), 2, dtype=np.intp))
        segment = np.repeat(np.arange(len(rows)), count)
        first = np.flatnonzero(segment[1:] == segment[:-1])
        return points[first], points[first + 1], rows[segment[first]]


def asked_about(given: TableSource | ReadResult) -> tuple[Question, tuple[str, ...]]:
    """Take over what is asked about, and what there is to tell of reading it.

    Parameters
    ----------
    given
        A path or table, or what `read_routes` gave.
    """
    read = given if isinstance(given, ReadResult) else read_routes(given)
    messages = tuple(read.notes) if isinstance(given, str | PathLike) else ()
    messages += tuple(f"{name}: {what}" for name, what in read.repairs[["record_id", "what"]].itertuples(index=False))
    return Question(read.data, read.positions, _places(read.data)), messages


def _places(records: gpd.GeoDataFrame) -> Places:
    parts, record = simple_parts(records.geometry.to_numpy())
    there = ~shapely.is_empty(parts)
    parts, record = parts[there], record[there]
    number = pd.Series(record).groupby(record).cumcount().to_numpy() + 1
    points, owner = shapely.get_coordinates(parts, return_index=True)
    single = shapely.get_type_id(parts) == _POINT
    alone = np.flatnonzero(single[owner])
    starts = np.flatnonzero(owner[1:] == owner[:-1])
    start, end = np.concatenate([alone, starts]), np.concatenate([alone, starts + 1])
    order = np.argsort(start, kind="stable")
    start, end = start[order], end[order]
    part = owner[start]
    of_part = pd.Series(part).groupby(part).cumcount().to_numpy() + 1
    is_point = single[part]
    return Places(record[part], number[part], np.where(is_point, 0, of_part), points[start], points[end], is_point)
