"""What keeps records of hazards and releases from being counted, record by record."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._errors import Fault
from kosovo_hazards.cells import dates, numbers, texts
from kosovo_hazards.schema import Product

__all__ = ["date_faults", "product_faults", "record_faults"]

_HALF_AROUND_DEG = 180.0


def record_faults(
    frame: pd.DataFrame, key: str, day: str, areas: list[str], polygons: gpd.GeoSeries
) -> Iterator[Fault]:
    """Ids that are missing or repeated, polygons that can't be cut, areas and dates that are none.

    Parameters
    ----------
    frame
        Hazards or releases.
    key
        The column of their ids.
    day
        A column of dates; it may be missing.
    areas
        Columns of square metres, which count where there is no polygon; they may be missing.
    polygons
        The polygon of each record, or nothing.
    """
    ids = texts(frame[key])
    yield from _id_faults(ids, key)
    yield from _polygon_faults(ids, polygons)
    yield from _area_faults(frame, ids, areas, polygons)
    if day in frame.columns:
        yield from date_faults(frame, day, ids)


def _id_faults(ids: pd.Series, key: str) -> Iterator[Fault]:
    for row in np.flatnonzero(ids.isna()):
        yield Fault(f"in row {row + 1}", key, None, "is missing", "every record needs an id of its own")
    for value, count in ids[ids.duplicated(keep=False)].value_counts().items():
        yield Fault(str(value), key, value, f"stands {count} times", "ids must be unique")


def _polygon_faults(ids: pd.Series, polygons: gpd.GeoSeries) -> Iterator[Fault]:
    shapes = polygons.to_numpy()
    there = ~shapely.is_missing(shapes)
    kinds = shapely.get_type_id(shapes)
    areal = (kinds == shapely.GeometryType.POLYGON) | (kinds == shapely.GeometryType.MULTIPOLYGON)
    for row in np.flatnonzero(there & ~areal):
        yield Fault(str(ids.iloc[row]), "geometry", None, "is not a polygon", "ground is released by polygons")
    for row in np.flatnonzero(areal & ~shapely.is_valid(shapes)):
        remedy = "redraw it, or read the file with kh.read_hazards or kh.read_releases, which mend it and tell"
        yield Fault(str(ids.iloc[row]), "geometry", None, "crosses itself", remedy)
    if polygons.crs is not None and polygons.crs.is_geographic:
        parts, owner = shapely.get_parts(shapes, return_index=True)
        west, _, east, _ = shapely.bounds(parts).T
        for row in np.unique(owner[east - west > _HALF_AROUND_DEG]):
            remedy = "cut it at the antimeridian into two parts, as RFC 7946 asks"
            yield Fault(str(ids.iloc[row]), "geometry", None, "goes more than half around the earth", remedy)


def _area_faults(frame: pd.DataFrame, ids: pd.Series, columns: list[str], polygons: gpd.GeoSeries) -> Iterator[Fault]:
    """Areas that are no areas, in records that have no polygon to go by."""
    shapes = polygons.to_numpy()
    needed = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    for column in [name for name in columns if name in frame.columns]:
        area = numbers(frame[column])
        below = (area.cells < 0).to_numpy()
        problems = np.where(below, "is below 0", area.problems.to_numpy(dtype=object))
        for row in np.flatnonzero(needed & (problems != "")):
            value = frame[column].iloc[row]
            yield Fault(str(ids.iloc[row]), column, value, f"{problems[row]}", "give square metres, or nothing")


def date_faults(frame: pd.DataFrame, column: str, ids: pd.Series) -> Iterator[Fault]:
    """Values that are no dates.

    Parameters
    ----------
    frame
        Any table.
    column
        The column of dates.
    ids
        What to call each record.
    """
    problems = dates(frame[column]).problems.to_numpy(dtype=object)
    for row in np.flatnonzero(problems != ""):
        value = frame[column].iloc[row]
        yield Fault(str(ids.iloc[row]), column, value, str(problems[row]), 'write it like "2024-12-31"')


def product_faults(releases: pd.DataFrame) -> Iterator[Fault]:
    """Words that are no product of land release.

    Parameters
    ----------
    releases
        The releases table.
    """
    odd = ~releases["product"].isin(list(Product))
    for record, value in zip(releases.loc[odd, "release_id"], releases.loc[odd, "product"], strict=True):
        yield Fault(str(record), "product", value, f"{value!r} is not one of {', '.join(Product)}", "mend it")
