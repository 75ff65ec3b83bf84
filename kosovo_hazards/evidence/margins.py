"""The ground within the accuracy of a survey: how far outside its outline a hazardous area may reach."""

from __future__ import annotations

import re
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Floats, Shapes
from kosovo_hazards._errors import UsageError, missing_crs
from kosovo_hazards._wording import argument
from kosovo_hazards.evidence.polygons import on_earth
from kosovo_hazards.geometry import area_m2, usable
from kosovo_hazards.language import compact
from kosovo_hazards.schema import CRS, Direction
from kosovo_hazards.validation import require_columns

__all__ = ["accuracy_margins", "margin_widths"]

# What is drawn on paper is known to half a millimetre.
_ON_PAPER_M = 0.0005
_SCALE = re.compile(r"1\s?[:/]\s?(\d{1,3}(?:[ .,']?\d{3})+|\d{3,7})")
_SIDES = 8
# A buffer leaves out bends of the outline up to a hundredth of its width.
_SLACK = 1.011
# WGS 84.
_EQUATOR_M, _ECCENTRICITY_2 = 6_378_137.0, 0.006_694_379_990_14
_WIDEST_M = 5_000.0


def accuracy_margins(hazards: gpd.GeoDataFrame, *, by_method: Mapping[str, float] | None = None) -> gpd.GeoDataFrame:
    """Widen each hazardous area by the accuracy of its survey.

    Parameters
    ----------
    hazards
        Polygons in any CRS, with `hazard_id`.
    by_method
        Accuracy of survey methods, m, for records that state none: ``{"handheld GNSS": 10}``.

    Returns
    -------
    EPSG:4326, on the index of `hazards`: `hazard_id`, `margin_m` (missing where nothing tells it), `band_m2` (area that
    the margin adds, m²) and the widened ground. **None of it is in any total**: the outline stays as it was surveyed.

    Raises
    ------
    HazardDataError
        If the table has no CRS or id, or a width is negative or above 5 km.

    Notes
    -----
    The width is `accuracy_m` where a record states it; else that of its `survey_method` in `by_method`; else, where the
    method names the scale of a map (``digitised from 1:25,000``), half a millimetre on that map. The widened ground
    covers all within the width, on the ellipsoid; for areas a few kilometres across it reaches at most 2 % farther.

    Examples
    --------
    >>> field = shapely.box(20.9, 42.6, 20.901, 42.601)
    >>> data = {"hazard_id": ["K-1", "K-2"], "survey_method": ["digitised from map 1:25 000", None]}
    >>> hazards = gpd.GeoDataFrame(data, geometry=[field, field], crs=4326)
    >>> accuracy_margins(hazards)["margin_m"].tolist()
    [12.5, nan]
    """
    require_columns(hazards, ["hazard_id"], purpose="to widen hazards")
    if hazards.crs is None:
        raise missing_crs("the hazards table", "hazards")
    width_m = margin_widths(hazards, by_method)
    ground = gpd.GeoSeries(
        usable(hazards.to_crs(CRS).geometry.to_numpy(), Direction.OUTWARD), index=hazards.index, crs=CRS
    )
    widened = gpd.GeoSeries(_widened(ground.to_numpy(), width_m.fillna(0).to_numpy()), index=hazards.index, crs=CRS)
    band = (area_m2(widened) - area_m2(ground)).where(width_m.notna())
    data = {"hazard_id": hazards["hazard_id"], "margin_m": width_m, "band_m2": band}
    return gpd.GeoDataFrame(data, geometry=widened, crs=CRS)


def margin_widths(table: pd.DataFrame, by_method: Mapping[str, float] | None = None) -> pd.Series:
    """How accurate the position of each record is, m; missing where nothing tells it.

    Parameters
    ----------
    table
        Records, with `accuracy_m` or `survey_method` or neither.
    by_method
        As for `accuracy_margins`.
    """
    unknown = pd.Series(np.nan, index=table.index, dtype="float64")
    stated = table["accuracy_m"].astype("float64") if "accuracy_m" in table.columns else unknown
    widths = stated
    if "survey_method" in table.columns:
        methods = table["survey_method"].astype("str")
        given = {compact(name): float(metres) for name, metres in (by_method or {}).items()}
        named = {method: given.get(compact(method), _of_scale(method)) for method in methods.dropna().unique()}
        widths = stated.fillna(methods.map(named).astype("float64"))
    if not widths.dropna().between(0, _WIDEST_M).all():
        raise UsageError(
            f"an accuracy is negative or above {_WIDEST_M:,.0f} m",
            hint=f"mend accuracy_m, or {argument('by_method')}",
        )
    return widths


def _of_scale(method: str) -> float:
    found = _SCALE.search(method)
    return float(re.sub(r"\D", "", found[1])) * _ON_PAPER_M if found else np.nan


def _widened(shapes: Shapes, width_m: Floats) -> Shapes:
    """Each shape with all ground within a distance, in metres of its own middle."""
    wide = np.flatnonzero((width_m > 0) & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    if not len(wide):
        return shapes
    _, south, _, north = shapely.bounds(shapes[wide]).T
    middle = np.radians((south + north) / 2)
    bent = 1 - _ECCENTRICITY_2 * np.sin(middle) ** 2
    meridian = np.radians(_EQUATOR_M * (1 - _ECCENTRICITY_2) / bent**1.5)
    parallel = np.radians(_EQUATOR_M / np.sqrt(bent) * np.cos(middle))
    places, owner = shapely.get_coordinates(shapes[wide], return_index=True)
    scale = np.column_stack([parallel, meridian])
    metres = shapely.set_coordinates(shapely.force_2d(shapes[wide]), places * scale[owner])
    # Corners of a buffer are cut, and away from the middle a degree is longer or shorter.
    reach = width_m[wide] * _SLACK / np.cos(np.pi / (4 * _SIDES))
    height = np.radians(north - south) / 2 + reach / _EQUATOR_M
    reach = reach * (1 + height * (0.02 + 1.1 * np.abs(np.tan(middle))))
    grown = shapely.buffer(metres, reach, quad_segs=_SIDES)
    back, of = shapely.get_coordinates(grown, return_index=True)
    widened = shapes.copy()
    widened[wide] = on_earth(shapely.set_coordinates(grown, back / scale[of]))
    return widened
