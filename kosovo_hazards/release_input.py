"""Hazards and releases as land release needs them: checked, in the order of credit, as arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from kosovo_hazards._errors import Fault, HazardDataError
from kosovo_hazards.measure import area_m2
from kosovo_hazards.schema import Product, Status, require_columns

__all__ = ["Applied", "HazardInput", "ReleaseInput", "as_day", "dates_of", "read_inputs"]

Floats = NDArray[np.float64]
Objects = NDArray[np.object_]
Positions = NDArray[np.intp]

# Cleared ground has been searched, reduced ground looked at, cancelled ground asked about.
_STRENGTH = {Product.CLEARED: 0, Product.REDUCED: 1, Product.CANCELLED: 2}
_DATE_DTYPE = "datetime64[us]"


class Applied(StrEnum):
    """By what a release was taken off."""

    SPATIAL = "spatial"
    RECORDED = "recorded area"


@dataclass(frozen=True)
class HazardInput:
    """Hazards in the order of their ids.

    Attributes
    ----------
    rows
        Position of each in the caller's table.
    ids, status, shapes, established, area_m2
        Its columns; the area is that of the polygon, else the reported one, else NaN.
    drawn_m2
        Area of the polygon; NaN where there is none.
    """

    rows: Positions
    ids: Objects
    status: Objects
    shapes: Objects
    established: NDArray[np.datetime64]
    area_m2: Floats
    drawn_m2: Floats


@dataclass(frozen=True)
class ReleaseInput:
    """Releases in the order in which ground is credited.

    Attributes
    ----------
    rows
        Position of each in the caller's table.
    ids, products, completed, area_m2
        Its columns; the area is that of the polygon, else the reported one, else NaN.
    usable
        Polygons of the releases that count; missing for the others.
    has_polygon, recorded
        Whether there is a polygon; whether it counts by its recorded area instead.
    named
        Position of the hazard that it names; -1 where it names none of them.
    named_id
        The id that it names; missing where it names none.
    withheld
        Why it does not count; empty where it does.
    """

    rows: Positions
    ids: Objects
    products: Objects
    completed: NDArray[np.datetime64]
    area_m2: Floats
    usable: Objects
    has_polygon: NDArray[np.bool_]
    recorded: NDArray[np.bool_]
    named: Positions
    named_id: Objects
    withheld: Objects


def read_inputs(
    hazards: gpd.GeoDataFrame,
    releases: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp | None,
    register_date: str | pd.Timestamp | None,
) -> tuple[HazardInput, ReleaseInput]:
    """Both tables as arrays, or one error that names every bad record.

    Parameters
    ----------
    hazards, releases, as_of, register_date
        As `apply_releases` takes them.

    Raises
    ------
    HazardDataError
        If an id is missing or repeated, a product or date is not one, a polygon is invalid, or the CRS differ.
    """
    require_columns(hazards, ["hazard_id"], purpose="to take released ground off")
    require_columns(releases, ["release_id", "product"], purpose="to take released ground off")
    polygons = _release_polygons(hazards, releases)
    faults = [
        *_id_faults(hazards["hazard_id"]),
        *_polygon_faults(hazards["hazard_id"], hazards.geometry),
        *_id_faults(releases["release_id"]),
        *_polygon_faults(releases["release_id"], polygons),
        *_product_faults(releases),
    ]
    if faults:
        raise HazardDataError("released ground can't be taken off hazardous areas", faults)
    ground = _hazard_input(hazards)
    return ground, _release_input(releases, polygons, ground.ids, as_day(as_of), as_day(register_date))


def as_day(date: str | pd.Timestamp | None) -> pd.Timestamp:
    """The day as a timestamp at midnight; NaT for none.

    Parameters
    ----------
    date
        ISO 8601 text or a timestamp.

    Raises
    ------
    HazardDataError
        If it is no date.
    """
    try:
        day = pd.Timestamp(date) if date is not None else pd.NaT
    except ValueError as error:
        raise HazardDataError(f"{date!r} is not a date", hint='write it like "2024-12-31"') from error
    return day if pd.isna(day) else day.tz_localize(None).normalize()


def dates_of(frame: pd.DataFrame, column: str, key: str) -> pd.Series:
    """A column of dates; NaT where the table has none.

    Parameters
    ----------
    frame
        Any table.
    column
        Name of the column; it may be missing.
    key
        Column that names the records, for the message.

    Raises
    ------
    HazardDataError
        If a value is no date.
    """
    if column not in frame.columns:
        return pd.Series(np.datetime64("NaT"), index=frame.index, dtype=_DATE_DTYPE)
    values = frame[column]
    dates = pd.to_datetime(values, errors="coerce", format=None if values.dtype.kind == "M" else "ISO8601")
    odd = dates.isna() & values.notna()
    if odd.any():
        faults = [
            Fault(str(record), column, value, f"{value!r} is not a date", 'write it like "2024-12-31"')
            for record, value in zip(frame.loc[odd, key], values[odd], strict=True)
        ]
        raise HazardDataError(f"{len(faults):,} of {len(frame):,} records have no proper date", faults)
    return dates.dt.tz_localize(None).dt.normalize().astype(_DATE_DTYPE)


def _release_polygons(hazards: gpd.GeoDataFrame, releases: pd.DataFrame) -> gpd.GeoSeries:
    if hazards.crs is None:
        raise HazardDataError(
            "the hazards have no coordinate reference system",
            hint='name it first, for instance hazards.set_crs("EPSG:4326")',
        )
    nothing = np.full(len(releases), None, dtype=object)
    if not isinstance(releases, gpd.GeoDataFrame) or shapely.is_missing(releases.geometry.to_numpy()).all():
        return gpd.GeoSeries(nothing, index=releases.index, crs=hazards.crs)
    if releases.crs is None or not releases.crs.equals(hazards.crs, ignore_axis_order=True):
        raise HazardDataError(
            f"the hazards are in {hazards.crs.to_string()} and the releases in "
            f"{releases.crs.to_string() if releases.crs else 'no coordinate reference system'}",
            hint="convert them with releases.to_crs(hazards.crs), or name their CRS with releases.set_crs(…) first",
        )
    polygons = releases.geometry
    return polygons.where(~polygons.is_empty, None)


def _id_faults(ids: pd.Series) -> Iterator[Fault]:
    for row in np.flatnonzero(ids.isna()):
        yield Fault(f"in row {row + 1}", str(ids.name), None, "is missing", "every record needs an id of its own")
    for value, count in ids[ids.duplicated(keep=False)].value_counts().items():
        yield Fault(str(value), str(ids.name), value, f"stands {count} times", "ids must be unique")


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


def _product_faults(releases: pd.DataFrame) -> Iterator[Fault]:
    odd = ~releases["product"].isin(list(Product))
    for record, value in zip(releases.loc[odd, "release_id"], releases.loc[odd, "product"], strict=True):
        yield Fault(str(record), "product", value, f"{value!r} is not one of {', '.join(Product)}", "mend it")


def _hazard_input(hazards: gpd.GeoDataFrame) -> HazardInput:
    rows = np.argsort(hazards["hazard_id"].astype(str).to_numpy(dtype=object), kind="stable")
    ordered = hazards.iloc[rows]
    status = _column(ordered, "status")
    shapes = ordered.geometry.to_numpy().copy()
    drawn = area_m2(ordered).to_numpy()
    no_polygon = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    area = np.where(no_polygon, _numbers(ordered, "reported_area_m2"), drawn)
    # An area that is closed and has no polygon left holds no ground, whatever was once reported.
    area[no_polygon & np.asarray(pd.Series(status).isin([Status.CLOSED, Status.HANDED_OVER]))] = 0
    return HazardInput(
        rows=rows,
        ids=ordered["hazard_id"].to_numpy(dtype=object),
        status=status,
        shapes=shapes,
        established=dates_of(ordered, "established", "hazard_id").to_numpy(),
        area_m2=area,
        drawn_m2=drawn,
    )


def _release_input(
    releases: pd.DataFrame,
    polygons: gpd.GeoSeries,
    hazard_ids: Objects,
    as_of: pd.Timestamp,
    register_date: pd.Timestamp,
) -> ReleaseInput:
    completed = dates_of(releases, "completed", "release_id")
    ids = releases["release_id"].astype(str).to_numpy(dtype=object)
    dated = completed.fillna(pd.Timestamp.max.floor("D")).to_numpy()
    rows = np.lexsort((pd.factorize(ids, sort=True)[0], releases["product"].map(_STRENGTH).to_numpy(), dated))
    ordered, completed, polygons = releases.iloc[rows], completed.iloc[rows], polygons.iloc[rows]
    shapes = polygons.to_numpy()
    has_polygon = ~shapely.is_missing(shapes)
    recorded_m2 = _numbers(ordered, "reported_area_m2")
    recorded_m2 = np.where(np.isnan(recorded_m2), _numbers(ordered, "area_m2"), recorded_m2)
    named_id = _column(ordered, "hazard_id")
    withheld = _withheld(completed, as_of, register_date)
    usable = shapes.copy()
    usable[withheld != ""] = None
    return ReleaseInput(
        rows=rows,
        ids=ordered["release_id"].to_numpy(dtype=object),
        products=ordered["product"].to_numpy(dtype=object),
        completed=completed.to_numpy(),
        area_m2=np.where(has_polygon, area_m2(polygons).to_numpy(), recorded_m2),
        usable=usable,
        has_polygon=has_polygon,
        recorded=(withheld == "") & ~has_polygon,
        named=pd.Index(hazard_ids).get_indexer(pd.Index(named_id)),
        named_id=named_id,
        withheld=withheld,
    )


def _withheld(completed: pd.Series, as_of: pd.Timestamp, register_date: pd.Timestamp) -> Objects:
    reasons = np.full(len(completed), "", dtype=object)
    for limit, beyond, what in (
        (as_of, completed > as_of, f"completed after {as_of:%Y-%m-%d}" if pd.notna(as_of) else ""),
        (register_date, completed <= register_date, "completed before the register was drawn"),
    ):
        if pd.notna(limit):
            reasons[beyond.to_numpy()] = what
            reasons[completed.isna().to_numpy()] = "undated"
    return reasons


def _column(frame: pd.DataFrame, name: str) -> Objects:
    if name not in frame.columns:
        return np.full(len(frame), None, dtype=object)
    values = frame[name].astype(object)
    column: Objects = values.where(values.notna(), None).to_numpy(dtype=object)
    return column


def _numbers(frame: pd.DataFrame, name: str) -> Floats:
    if name not in frame.columns:
        return np.full(len(frame), np.nan)
    numbers: Floats = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return numbers
