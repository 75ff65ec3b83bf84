"""Places shaded by what lies in them: values, classes and what is not known."""

from __future__ import annotations

import warnings
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument, only_in_python
from kosovo_hazards.geometry import area_m2
from kosovo_hazards.maps.place_content import levels_above, place_keys, place_level
from kosovo_hazards.schema import RELEASED_STATUSES
from kosovo_hazards.sharing import FEW
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
    few: int | None = None,
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
    few
        At the public level, the number of areas below which a place looks like one without any; values are shown to
        two digits only then, areas upwards. `hazards` must have the places that `public_places` gave.

    Returns
    -------
    `measure`, `by`, the upper `limits` of the classes, `unplaced`: how many records lie in none of the places, and
    `places`: for each unit, in their order, its `value` (None where unknown) and `class` (-1 unknown, -2 no record
    there). Where several places have one name, a record counts in the one whose parents are its own.

    Raises
    ------
    HazardDataError
        If there are no places, a column is missing, or mapclassify has no such scheme.
    """
    if measure is None:
        return None
    if units is None:
        raise UsageError(
            "nothing to shade: there are no places",
            hint=only_in_python(
                "pass places=kh.places(source=…)", otherwise=f"name a boundary file with {argument('places')}"
            ),
        )
    counted = _counted(hazards, measure, by)
    unit_keys, record_keys = _keys(counted, units, by)
    values = _values(counted, pd.Series(record_keys, index=counted.index, dtype=object), measure)
    if few is not None:
        values = _coarse(values, up=measure != "progress")
    limits = _limits(values.dropna().to_numpy(dtype=float), scheme, classes)
    return {
        "measure": measure,
        "by": by,
        "limits": limits,
        "unplaced": sum(key is None and name != FEW for key, name in zip(record_keys, counted[by], strict=True)),
        "places": [_cell(values, key, limits) for key in unit_keys],
    }


def _keys(counted: pd.DataFrame, units: pd.DataFrame, by: str) -> tuple[list[Any], list[Any]]:
    """What tells the places apart, as texts: of each unit, and of the unit in which each record counts, or None."""
    own = "name" if by == place_level(units) or by not in units.columns else by
    parents = tuple(upper for upper in levels_above(by) if upper in units.columns and upper in counted.columns)
    unit_keys, record_keys = place_keys(units, own, parents), place_keys(counted, by, parents)
    by_name: dict[str, list[tuple[str, ...]]] = {}
    for key in dict.fromkeys(filter(None, unit_keys)):
        by_name.setdefault(key[0], []).append(key)
    found = {key: _place_of(key, by_name.get(key[0], [])) for key in set(filter(None, record_keys))}
    return [_text(key) for key in unit_keys], [None if key is None else _text(found[key]) for key in record_keys]


def _place_of(record: tuple[str, ...], places: list[tuple[str, ...]]) -> tuple[str, ...] | None:
    """The one place of a name, or the one of several whose known parents are the record's."""
    if record in places or len(places) == 1:
        return record if record in places else places[0]
    fits = [
        place
        for place in places
        if any(record[1:]) and all(a == b or not a or not b for a, b in zip(record[1:], place[1:], strict=True))
    ]
    return fits[0] if len(fits) == 1 else None


def _text(key: tuple[str, ...] | None) -> str | None:
    return None if key is None else "\n".join(key)


def _cell(values: pd.Series, key: str | None, limits: list[float]) -> dict[str, Any]:
    if key is None or key not in values.index:
        return {"value": None, "class": -2}
    value = values[key]
    if pd.isna(value):
        return {"value": None, "class": -1}
    return {"value": float(value), "class": min(int(np.searchsorted(limits, value)), len(limits) - 1)}


def _counted(hazards: gpd.GeoDataFrame, measure: str, by: str) -> gpd.GeoDataFrame:
    needed = {"remaining": ["remaining_m2"], "progress": ["remaining_m2", "baseline_m2"]}.get(measure, [])
    require_columns(hazards, [by, *needed], purpose=f"to shade by {measure}")
    if measure in ("area", "count") and "status" in hazards.columns:
        return hazards[~hazards["status"].isin(RELEASED_STATUSES)]
    return hazards


def _values(counted: gpd.GeoDataFrame, groups: pd.Series, measure: str) -> pd.Series:
    """Value by place; where one record's is unknown, so is the sum: it must not look small."""
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
        raise UsageError("classes are made by mapclassify", hint="pip install mapclassify") from error
    classifier = getattr(mapclassify, scheme, None)
    if classifier is None:
        raise UsageError(f"mapclassify has no scheme {scheme!r}", hint="FisherJenks and Quantiles are two it has")
    with warnings.catch_warnings():
        # Without numba it is slower, which a hundred places don't feel.
        warnings.filterwarnings("ignore", message="Numba not installed")
        bins = classifier(values, k=classes).bins
    return [float(limit) for limit in np.unique(bins)]
