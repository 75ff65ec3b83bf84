"""Places shaded by what lies in them: values, classes and what is not known."""

from __future__ import annotations

import warnings
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards._wording import argument, only_in_python
from kosovo_hazards.geometry import area_m2
from kosovo_hazards.schema import RELEASED_STATUSES
from kosovo_hazards.validation import require_columns

__all__ = ["MEASURES", "shade_content"]

MEASURES = ("area", "count", "remaining", "progress")
"""What places can be shaded by."""


def shade_content(
    hazards: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame | None,
    measure: str | None,
    *,
    by: str,
    scheme: str,
    classes: int,
    public: bool = False,
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
    public
        Whether values are told to two digits only, areas upwards: a place with one area would tell its size.

    Returns
    -------
    `measure`, `by`, the upper `limits` of the classes, `unplaced`: how many records lie in none of the places, and per
    place its `values` (None where unknown) and `classes` (-1 unknown, -2 no record there).

    Raises
    ------
    HazardDataError
        If there are no places, a column is missing, or mapclassify has no such scheme.
    """
    if measure is None:
        return None
    if units is None:
        raise HazardDataError(
            "nothing to shade: there are no places",
            hint=only_in_python(
                "pass places=kh.places(source=…)", otherwise=f"name a boundary file with {argument('places')}"
            ),
        )
    counted = _counted(hazards, measure, by)
    values = _values(counted, measure, by)
    if public:
        values = _coarse(values, up=measure != "progress")
    names = (units[by] if by in units.columns else units["name"]).dropna().unique()
    known = values[values.index.isin(names)].dropna().to_numpy(dtype=float)
    limits = _limits(known, scheme, classes)
    return {
        "measure": measure,
        "by": by,
        "limits": limits,
        "unplaced": int((~counted[by].isin(names)).sum()),
        "places": {str(name): _cell(values, str(name), limits) for name in names},
    }


def _cell(values: pd.Series, name: str, limits: list[float]) -> dict[str, Any]:
    if name not in values.index:
        return {"value": None, "class": -2}
    value = values[name]
    if pd.isna(value):
        return {"value": None, "class": -1}
    return {"value": float(value), "class": min(int(np.searchsorted(limits, value)), len(limits) - 1)}


def _counted(hazards: gpd.GeoDataFrame, measure: str, by: str) -> gpd.GeoDataFrame:
    needed = {"remaining": ["remaining_m2"], "progress": ["remaining_m2", "baseline_m2"]}.get(measure, [])
    require_columns(hazards, [by, *needed], purpose=f"to shade by {measure}")
    if measure in ("area", "count") and "status" in hazards.columns:
        return hazards[~hazards["status"].isin(RELEASED_STATUSES)]
    return hazards


def _values(counted: gpd.GeoDataFrame, measure: str, by: str) -> pd.Series:
    """Value by place; where one record's is unknown, so is the sum: it must not look small."""
    groups = counted[by]
    if measure == "count":
        return groups.value_counts().astype("float64")
    if measure == "area":
        return area_m2(counted).groupby(groups).sum(skipna=False)
    remaining = counted["remaining_m2"].groupby(groups).sum(skipna=False)
    if measure == "remaining":
        return remaining
    return 1 - remaining / counted["baseline_m2"].groupby(groups).sum(skipna=False)


def _coarse(values: pd.Series, *, up: bool) -> pd.Series:
    """Two digits of each value, areas and numbers upwards and progress downwards, so that no hazard is made small."""
    whole = values.clip(lower=0).to_numpy(dtype=float)
    size = 10.0 ** (np.floor(np.log10(np.where(whole > 0, whole, 1))) - 1)
    step = np.maximum(size, 1) if up else np.full(len(whole), 0.01)
    return pd.Series((np.ceil if up else np.floor)(np.round(whole / step, 9)) * step, index=values.index)


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
