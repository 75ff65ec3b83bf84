"""Hazards and releases as land release needs them: checked, in the order of credit, as arrays."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Floats, Objects, Positions
from kosovo_hazards._errors import BadRecordsError, MissingCRSError, UsageError, missing_crs
from kosovo_hazards.cells import dates, numbers, texts
from kosovo_hazards.geometry import area_m2, usable, without_hollows
from kosovo_hazards.land_release.input_faults import date_faults, product_faults, record_faults
from kosovo_hazards.language import unfinished
from kosovo_hazards.schema import Direction, Product
from kosovo_hazards.validation import require_columns

__all__ = ["Applied", "Day", "HazardInput", "ReleaseInput", "as_day", "dates_of", "read_inputs"]

Day = str | int | dt.date

# Cleared ground has been searched, reduced ground looked at, cancelled ground only inquired about.
_STRENGTH = {Product.CLEARED: 0, Product.REDUCED: 1, Product.CANCELLED: 2}
_DATE_DTYPE = "datetime64[us]"
_RELEASED_AREA = ["reported_area_m2", "area_m2"]


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
    keys
        The ids as text, by which releases name them: 7, 7.0 and "7" are one.
    drawn_m2
        Area of the polygon; NaN where there is none.
    """

    rows: Positions
    ids: Objects
    keys: Objects
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
        The id that it names, as text; missing where it names none.
    withheld
        Why it does not count; empty where it does.
    unsure
        Whether its outline can be read in several ways, so that only ground that all of them give counts.
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
    unsure: NDArray[np.bool_]


def read_inputs(
    hazards: gpd.GeoDataFrame,
    releases: pd.DataFrame,
    *,
    as_of: Day | None,
    register_date: Day | None,
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
    fields, drawn = _hazard_polygons(hazards), _release_polygons(hazards, releases)
    polygons = gpd.GeoSeries(usable(drawn.to_numpy(), Direction.INWARD), index=drawn.index, crs=drawn.crs)
    unsure = ~(drawn.isna() | drawn.is_valid).to_numpy()
    faults = [
        *record_faults(hazards, "hazard_id", "established", ["reported_area_m2"], fields),
        *record_faults(releases, "release_id", "completed", _RELEASED_AREA, polygons),
        *product_faults(releases),
    ]
    if faults:
        raise BadRecordsError("released ground can't be taken off hazardous areas", faults)
    ground = _hazard_input(hazards)
    given = _release_input(releases, polygons, unsure, ground.keys, as_day(as_of), as_day(register_date))
    return ground, given


def as_day(date: Day | None) -> pd.Timestamp:
    """The day as a timestamp at midnight, of a year its last day; NaT for none.

    Parameters
    ----------
    date
        ISO 8601 text, a date or timestamp, or a year.

    Raises
    ------
    HazardDataError
        If it is no date.
    """
    if date is None or date is pd.NaT:
        return pd.NaT
    written = f"{date}-12-31" if re.fullmatch(r"\d{4}", str(date)) else date
    try:
        if not isinstance(written, str | dt.date | np.datetime64):
            raise TypeError
        return pd.Timestamp(written).tz_localize(None).normalize()
    except (TypeError, ValueError) as error:
        raise UsageError(f"{date!r} is not a date", hint='write it like "2024-12-31"') from error


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
    if faults := [*date_faults(frame, column, texts(frame[key]))]:
        raise BadRecordsError(f"{len(faults):,} of {len(frame):,} records have no proper date", faults)
    return dates(frame[column]).cells.dt.normalize().astype(_DATE_DTYPE)


def _hazard_polygons(hazards: gpd.GeoDataFrame) -> gpd.GeoSeries:
    if not isinstance(hazards, gpd.GeoDataFrame) or hazards.active_geometry_name is None:
        raise UsageError(
            "the hazards are a table without polygons",
            hint="read them with kh.read_hazards, or make a geopandas.GeoDataFrame(hazards, geometry=…, crs=…)",
        )
    if hazards.crs is None:
        raise missing_crs("the hazards", "hazards")
    return hazards.geometry


def _release_polygons(hazards: gpd.GeoDataFrame, releases: pd.DataFrame) -> gpd.GeoSeries:
    if not isinstance(releases, gpd.GeoDataFrame) or releases.active_geometry_name is None:
        loose = releases.get("geometry", pd.Series(dtype=object))
        if shapely.is_geometry(loose.to_numpy(dtype=object)).any():
            raise MissingCRSError(
                "the releases have polygons, but are a plain table that has no coordinate reference system",
                hint="make them a geopandas.GeoDataFrame(releases, geometry=…, crs=…)",
            )
        return gpd.GeoSeries(np.full(len(releases), None, dtype=object), index=releases.index, crs=hazards.crs)
    polygons = releases.geometry
    if shapely.is_missing(polygons.to_numpy()).all():
        return gpd.GeoSeries(polygons.to_numpy(), index=releases.index, crs=hazards.crs)
    if releases.crs is None or not releases.crs.equals(hazards.crs, ignore_axis_order=True):
        raise MissingCRSError(
            f"the hazards are in {hazards.crs.to_string()} and the releases in "
            f"{releases.crs.to_string() if releases.crs else 'no coordinate reference system'}",
            hint="convert them with releases.to_crs(hazards.crs), or name their CRS with releases.set_crs(…) first",
        )
    return polygons


def _hazard_input(hazards: gpd.GeoDataFrame) -> HazardInput:
    keys = texts(hazards["hazard_id"]).to_numpy(dtype=object)
    rows = np.argsort(keys, kind="stable")
    ordered = hazards.iloc[rows]
    status = _column(ordered, "status")
    # GEOS 3.13 ends the process where it asks what a shape covers that has a hole without points.
    shapes = without_hollows(ordered.geometry.to_numpy()).copy()
    drawn = area_m2(ordered).to_numpy()
    no_polygon = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    area = np.where(no_polygon, _figures(ordered, ["reported_area_m2"]), drawn)
    return HazardInput(
        rows=rows,
        ids=ordered["hazard_id"].to_numpy(dtype=object),
        keys=keys[rows],
        status=status,
        shapes=shapes,
        established=dates_of(ordered, "established", "hazard_id").to_numpy(),
        area_m2=area,
        drawn_m2=drawn,
    )


def _release_input(
    releases: pd.DataFrame,
    polygons: gpd.GeoSeries,
    unsure: NDArray[np.bool_],
    hazard_keys: Objects,
    as_of: pd.Timestamp,
    register_date: pd.Timestamp,
) -> ReleaseInput:
    rows = _credit_order(releases)
    ordered, polygons = releases.iloc[rows], polygons.iloc[rows]
    completed, products = dates_of(ordered, "completed", "release_id"), ordered["product"].to_numpy(dtype=object)
    shapes = polygons.to_numpy()
    has_polygon = ~shapely.is_missing(shapes)
    reported = _figures(ordered, _RELEASED_AREA)
    area = np.where(has_polygon, area_m2(polygons).to_numpy(), reported)
    named_id = _text(ordered, "hazard_id")
    withheld = _withheld(completed, as_of, register_date)
    not_one = unfinished(ordered)
    withheld[not_one != ""] = not_one[not_one != ""]
    counting = shapes.copy()
    counting[withheld != ""] = None
    return ReleaseInput(
        rows=rows,
        ids=ordered["release_id"].to_numpy(dtype=object),
        products=products,
        completed=completed.to_numpy(),
        area_m2=area,
        usable=counting,
        has_polygon=has_polygon,
        recorded=(withheld == "") & ~has_polygon,
        named=pd.Index(hazard_keys).get_indexer(pd.Index(named_id)),
        named_id=named_id,
        withheld=withheld,
        unsure=unsure[rows],
    )


def _credit_order(releases: pd.DataFrame) -> Positions:
    """By day, undated last; on one day the stronger product first, then by id."""
    completed = dates_of(releases, "completed", "release_id").fillna(pd.Timestamp.max.floor("D")).to_numpy()
    ids = pd.factorize(texts(releases["release_id"]), sort=True)[0]
    return np.lexsort((ids, releases["product"].map(_STRENGTH).to_numpy(), completed))


def _withheld(completed: pd.Series, as_of: pd.Timestamp, register_date: pd.Timestamp) -> Objects:
    reasons = np.full(len(completed), "", dtype=object)
    if pd.isna(as_of):
        reasons[(completed > pd.Timestamp.now().normalize()).to_numpy()] = "dated in the future"
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


def _text(frame: pd.DataFrame, name: str) -> Objects:
    return _column(pd.DataFrame({name: texts(frame[name])}) if name in frame.columns else frame, name)


def _figures(frame: pd.DataFrame, names: list[str]) -> Floats:
    """The first of the columns that has a figure; NaN where none has."""
    figures = np.full(len(frame), np.nan)
    for name in names:
        if name in frame.columns:
            figures = np.where(np.isnan(figures), numbers(frame[name]).cells.to_numpy(dtype=np.float64), figures)
    return figures
