"""Criteria by which areas are judged: each gives every area a value from 0 (least urgent) to 1, or tells it unknown.

The scales are assumptions, stated here and to be replaced: what a mine is worse than, no table can tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Floats, Positions, Shapes
from kosovo_hazards._errors import Fault, UsageError, missing_crs
from kosovo_hazards.cells import texts
from kosovo_hazards.geometry import in_metres, middle_latitude, usable
from kosovo_hazards.language import Catalogue
from kosovo_hazards.schema import CRS, Contamination, Direction, HazardType, Priority
from kosovo_hazards.summaries import ground_m2

__all__ = [
    "Criterion",
    "combined",
    "count_within",
    "criterion_name",
    "from_column",
    "names_said",
    "near_to",
    "of_register",
]

_DEGREE_M = 110_000.0
_TYPES = {HazardType.CHA.value: 1.0, HazardType.SHA.value: 0.5}
_PRIORITIES = {Priority.HIGH.value: 1.0, Priority.MEDIUM.value: 0.5, Priority.LOW.value: 0.0}
# Mines harm whoever steps on them, submunitions whoever touches them.
_CONTAMINATION = {
    Contamination.ANTI_PERSONNEL_MINES.value: 1.0,
    Contamination.MIXED.value: 1.0,
    Contamination.CLUSTER_MUNITION_REMNANTS.value: 0.8,
    Contamination.ANTI_VEHICLE_MINES.value: 0.6,
    Contamination.OTHER_ERW.value: 0.4,
}
_DAYS_A_YEAR = 365.25
_NOTHING_GIVEN = "no layer was given, so it is unknown of every area"


@dataclass(frozen=True)
class Criterion:
    """What an area is judged by.

    Attributes
    ----------
    name
        A short name, which heads the column of its contributions.
    scale
        How a value comes about, as a sentence.
    values
        Gives the hazards table (in EPSG:4326) a number from 0 to 1 for each row, 1 being most urgent; NaN is unknown.
    parts
        Criteria of which it is the mean, as `kh.combined` makes it; none otherwise.
    told
        The scale in the language of a catalogue; `scale` in every language if None.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> slope = kh.Criterion("flat ground", "1 where a machine can work", lambda hazards: hazards["flat"].astype(float))
    >>> slope.name
    'flat ground'
    """

    name: str
    scale: str
    values: Callable[[gpd.GeoDataFrame], pd.Series]
    parts: tuple[Criterion, ...] = ()
    told: Callable[[Catalogue], str] | None = None

    def said(self, t: Catalogue) -> str:
        """The scale in a language.

        Parameters
        ----------
        t
            The words of reports.

        Examples
        --------
        >>> import kosovo_hazards as kh
        >>> from kosovo_hazards.language import catalogue
        >>> kh.of_register()["recorded priority"].said(catalogue("sr", report=True))
        'visok 1, srednji 0,5, nizak 0'
        """
        return self.scale if self.told is None else self.told(t)


def combined(name: str, parts: Sequence[Criterion]) -> Criterion:
    """Make one criterion of several: their mean.

    Parameters
    ----------
    name
        Its name.
    parts
        Criteria that weigh the same in it. One that is unknown of an area counts as most urgent there and is named.

    Returns
    -------
    The criterion, for `kh.prioritise`; without parts it is unknown of every area.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> register = kh.of_register()
    >>> kh.combined("risk", [register["type"], register["recorded priority"]]).scale
    'mean of type (CHA 1, SHA 0.5) and recorded priority (high 1, medium 0.5, low 0)'
    """
    each = tuple(parts)
    names = [part.name for part in each]
    twice = sorted({one for one in names if names.count(one) > 1})
    if twice:
        raise UsageError(f"the parts of {name} can't be told apart", [Fault(None, one, None, "twice") for one in twice])
    texts = [f"{part.name} ({part.scale})" for part in each]
    listed = " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)

    def values(hazards: gpd.GeoDataFrame) -> pd.Series:
        if not each:
            return pd.Series(np.nan, index=hazards.index)
        # An unknown part makes the whole unknown here; `kh.prioritise` counts part by part.
        return pd.Series(np.mean([part.values(hazards) for part in each], axis=0), index=hazards.index)

    def told(t: Catalogue) -> str:
        said = [f"{criterion_name(part.name, t)} ({part.said(t)})" for part in each]
        return t("scale.mean", parts=", ".join(said)) if said else t("scale.nothing_given")

    return Criterion(name, f"mean of {listed}" if each else _NOTHING_GIVEN, values, each, told)


def criterion_name(name: str, t: Catalogue) -> str:
    """The name of a criterion in a language; one that the library does not know as it is.

    Parameters
    ----------
    name
        Its name.
    t
        The words of reports.
    """
    return t.texts.get(f"criterion.{name}", name)


def names_said(names: str, t: Catalogue) -> str:
    """Names of criteria as `Ranking` lists them, in a language.

    Parameters
    ----------
    names
        Names behind commas, those of parts in brackets.
    t
        The words of reports.
    """
    return re.sub(r"[^,()]*[^,() ]", lambda found: _name_said(found[0], t), names)


def _name_said(name: str, t: Catalogue) -> str:
    lead = len(name) - len(name.lstrip())
    return name[:lead] + criterion_name(name[lead:], t)


def of_register(*, as_of: str | None = None) -> dict[str, Criterion]:
    """The criteria that a register itself gives: by name, to be chosen from.

    Parameters
    ----------
    as_of
        Day up to which the age of a record counts, ``YYYY-MM-DD``; today if None.

    Returns
    -------
    ``type``, ``contamination``, ``recorded priority``, ``size`` and ``age``.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> list(kh.of_register())
    ['type', 'contamination', 'recorded priority', 'size', 'age']
    """
    day = pd.Timestamp.today().normalize() if as_of is None else pd.Timestamp(as_of)
    made = (
        from_column("hazard_type", _TYPES, name="type"),
        from_column("contamination", _CONTAMINATION),
        from_column("priority", _PRIORITIES, name="recorded priority"),
        Criterion(
            "size",
            "area in m², by its logarithm from the smallest (0) to the largest (1)",
            _size,
            told=lambda t: t("scale.size"),
        ),
        Criterion(
            "age",
            f"years on record up to {day:%Y-%m-%d} ÷ those of the oldest record",
            lambda hazards: _age(hazards, day),
            told=lambda t: t("scale.age", date=t.day(day.date())),
        ),
    )
    return {criterion.name: criterion for criterion in made}


def from_column(column: str, scores: Mapping[str, float], *, name: str | None = None) -> Criterion:
    """Judge areas by what a column says.

    Parameters
    ----------
    column
        A column of the hazards table.
    scores
        For each of its values a number from 0 (least urgent) to 1; any other value is unknown.
    name
        Name of the criterion; that of the column if None.

    Returns
    -------
    The criterion, for `kh.prioritise`.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> kh.from_column("access", {"road": 1, "track": 0.5, "none": 0}).scale
    'road 1, track 0.5, none 0'
    """
    odd = [Fault(None, value, score, "is not from 0 to 1") for value, score in scores.items() if not 0 <= score <= 1]
    if odd:
        raise UsageError(f"the scores of {column} can't be used", odd)
    scale = ", ".join(f"{value} {score:g}" for value, score in scores.items())

    def values(hazards: gpd.GeoDataFrame) -> pd.Series:
        if column not in hazards.columns:
            return pd.Series(np.nan, index=hazards.index)
        said = texts(hazards[column]).astype(object)
        return said.map(lambda value: scores.get(value, np.nan)).astype("float64")

    def told(t: Catalogue) -> str:
        return ", ".join(
            f"{_word(column, str(value), t)} {t.localised(f'{score:g}')}" for value, score in scores.items()
        )

    return Criterion(name or column, scale, values, told=told)


def near_to(layer: gpd.GeoDataFrame, name: str, *, within_m: float) -> Criterion:
    """Judge areas by how near the nearest of something is: roads, schools, fields, accidents.

    Parameters
    ----------
    layer
        Points, lines or polygons, in any CRS.
    name
        What it holds.
    within_m
        Metres from the edge of the area: 1 at 0 m, falling evenly to 0 at this distance and beyond. Distances are right
        to 0.3 %.

    Returns
    -------
    The criterion, for `kh.prioritise`.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> school = gpd.GeoDataFrame(geometry=[shapely.Point(21.1, 42.6)], crs="EPSG:4326")
    >>> kh.near_to(school, "schools", within_m=500).scale
    'nearest of schools: 1 at 0 m, 0 from 500 m on'
    """
    shapes = _degrees(layer, name)

    def values(hazards: gpd.GeoDataFrame) -> pd.Series:
        grounds = usable(hazards.geometry.to_numpy(), Direction.OUTWARD)
        left, _, metres = _within(grounds, shapes, within_m)
        nearest = np.full(len(grounds), within_m)
        np.minimum.at(nearest, left, metres)
        return _known(1 - nearest / within_m, grounds, hazards)

    def told(t: Catalogue) -> str:
        return t("scale.near", name=criterion_name(name, t), metres=t.number(within_m))

    return Criterion(name, f"nearest of {name}: 1 at 0 m, 0 from {within_m:g} m on", values, told=told)


def count_within(
    layer: gpd.GeoDataFrame, name: str, *, within_m: float, most: float, column: str | None = None
) -> Criterion:
    """Judge areas by how many of something lie within a distance: buildings, people, accidents.

    Parameters
    ----------
    layer
        Points, lines or polygons, in any CRS.
    name
        What it holds.
    within_m
        Metres from the edge of the area.
    most
        From so many on an area is judged 1; fewer count in proportion.
    column
        Column with a number for each, such as its people; each counts 1 if None.

    Returns
    -------
    The criterion, for `kh.prioritise`.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> houses = gpd.GeoDataFrame(geometry=[shapely.Point(21.1, 42.6)], crs="EPSG:4326")
    >>> kh.count_within(houses, "houses", within_m=300, most=20).scale
    'houses within 300 m: 0 with none, 1 from 20 on'
    """
    if most <= 0:
        raise UsageError(f"most is {most!r}", hint="give the number from which an area is judged 1")
    shapes = _degrees(layer, name)
    each = np.ones(len(layer)) if column is None else layer[column].astype("float64").fillna(0).to_numpy()

    def values(hazards: gpd.GeoDataFrame) -> pd.Series:
        grounds = usable(hazards.geometry.to_numpy(), Direction.OUTWARD)
        left, right, _ = _within(grounds, shapes, within_m)
        count = np.bincount(left, each[right], minlength=len(grounds))
        return _known(np.minimum(count / most, 1.0), grounds, hazards)

    def told(t: Catalogue) -> str:
        return t("scale.count", name=criterion_name(name, t), metres=t.number(within_m), most=t.localised(f"{most:g}"))

    return Criterion(name, f"{name} within {within_m:g} m: 0 with none, 1 from {most:g} on", values, told=told)


def _word(column: str, value: str, t: Catalogue) -> str:
    keys = (f"{column}.{value}.short", f"{column}.{value}")
    return next((t.texts[key] for key in keys if key in t.texts), value)


def _size(hazards: gpd.GeoDataFrame) -> pd.Series:
    size = np.log(ground_m2(hazards).where(lambda m2: m2 > 0))
    low, high = size.min(), size.max()
    return (size - low) / (high - low) if high > low else size * 0 + 1


def _age(hazards: gpd.GeoDataFrame, day: pd.Timestamp) -> pd.Series:
    if "established" not in hazards.columns:
        return pd.Series(np.nan, index=hazards.index)
    years = (day - pd.to_datetime(hazards["established"], errors="coerce")).dt.days / _DAYS_A_YEAR
    years = years.clip(lower=0)
    return years / years.max() if years.max() > 0 else years


def _degrees(layer: gpd.GeoDataFrame, name: str) -> Shapes:
    if layer.crs is None:
        raise missing_crs(f"the layer of {name}", "layer")
    shapes: Shapes = layer.to_crs(CRS).geometry.to_numpy()
    return shapes


def _within(grounds: Shapes, shapes: Shapes, metres: float) -> tuple[Positions, Positions, Floats]:
    """Pairs that are not farther apart, and how far they are; 0 where they meet."""
    latitude = middle_latitude(grounds)
    bounds = shapely.bounds(grounds)
    north = metres / _DEGREE_M
    east = north / np.cos(np.radians(np.abs(latitude) + north).clip(0, 1.55))
    boxes = shapely.box(bounds[:, 0] - east, bounds[:, 1] - north, bounds[:, 2] + east, bounds[:, 3] + north)
    left, right = shapely.STRtree(shapes).query(boxes)
    apart = shapely.distance(in_metres(grounds[left], latitude[left]), in_metres(shapes[right], latitude[left]))
    near = apart <= metres
    return left[near], right[near], apart[near]


def _known(values: Floats, grounds: Shapes, hazards: gpd.GeoDataFrame) -> pd.Series:
    nowhere = shapely.is_missing(grounds) | shapely.is_empty(grounds)
    return pd.Series(np.where(nowhere, np.nan, values), index=hazards.index)
