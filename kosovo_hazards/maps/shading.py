"""Places shaded by what lies in them: values, classes and what is not known."""

from __future__ import annotations

import warnings
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards.measure import area_m2
from kosovo_hazards.schema import Status, require_columns

__all__ = ["MEASURES", "shade_content"]

MEASURES = ("area", "count", "remaining", "progress")
"""What places can be shaded by."""

_RELEASED = (Status.CLOSED, Status.HANDED_OVER)


def shade_content(
    hazards: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame | None,
    measure: str | None,
    *,
    by: str,
    scheme: str,
    classes: int,
) -> dict[str, Any] | None:
    """Value and class of each place.

    Parameters
    ----------
    hazards
        The hazards table, or remaining land.
    units
        The places table.
    measure
        One of `MEASURES`, or None for no shading.
    by
        Column that says where a record counts.
    scheme
        Classifier of mapclassify.
    classes
        Number of classes.

    Returns
    -------
    `measure`, `by`, the upper `limits` of the classes, and per place its `values` (None where unknown) and `classes`
    (-1 unknown, -2 no record there).

    Raises
    ------
    HazardDataError
        If there are no places, a column is missing, or mapclassify has no such scheme.
    """
    if measure is None:
        return None
    if units is None:
        raise HazardDataError("nothing to shade: there are no places", hint="pass places=kh.places(source=…)")
    values = _values(hazards, measure, by)
    limits = _limits(values.dropna().to_numpy(dtype=float), scheme, classes)
    names = units[by] if by in units.columns else units["name"]
    return {
        "measure": measure,
        "by": by,
        "limits": limits,
        "places": {str(name): _cell(values, str(name), limits) for name in names.dropna().unique()},
    }


def _cell(values: pd.Series, name: str, limits: list[float]) -> dict[str, Any]:
    if name not in values.index:
        return {"value": None, "class": -2}
    value = values[name]
    if pd.isna(value):
        return {"value": None, "class": -1}
    return {"value": float(value), "class": min(int(np.searchsorted(limits, value)), len(limits) - 1)}


def _values(hazards: gpd.GeoDataFrame, measure: str, by: str) -> pd.Series:
    """Value by place; where one record's is unknown, so is the sum: it must not look small."""
    needed = {"remaining": ["remaining_m2"], "progress": ["remaining_m2", "baseline_m2"]}.get(measure, [])
    require_columns(hazards, [by, *needed], purpose=f"to shade by {measure}")
    counted = hazards
    if measure in ("area", "count") and "status" in hazards.columns:
        counted = hazards[~hazards["status"].isin(_RELEASED)]
    groups = counted[by]
    if measure == "count":
        return groups.value_counts().astype("float64")
    if measure == "area":
        return area_m2(counted).groupby(groups).sum(skipna=False)
    remaining = counted["remaining_m2"].groupby(groups).sum(skipna=False)
    if measure == "remaining":
        return remaining
    return 1 - remaining / counted["baseline_m2"].groupby(groups).sum(skipna=False)


def _limits(values: np.ndarray[Any, np.dtype[np.float64]], scheme: str, classes: int) -> list[float]:
    """Upper limits of the classes; as many as there are different values when these are few."""
    different = np.unique(values)
    if len(different) <= classes:
        return [float(value) for value in different]
    try:
        import mapclassify
    except ImportError as error:
        raise HazardDataError("classes are made by mapclassify", hint="pip install mapclassify") from error
    classifier = getattr(mapclassify, scheme, None)
    if classifier is None:
        raise HazardDataError(f"mapclassify has no scheme {scheme!r}", hint="FisherJenks and Quantiles are two it has")
    with warnings.catch_warnings():
        # Without numba it is slower, which a hundred places don't feel.
        warnings.filterwarnings("ignore", message="Numba not installed")
        bins = classifier(values, k=classes).bins
    return [float(limit) for limit in np.unique(bins)]
