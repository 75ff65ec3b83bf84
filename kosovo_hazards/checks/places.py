"""Checks on where a record lies: recorded places against the polygon, borders, and the country."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Floats, Mask, Positions, Shapes
from kosovo_hazards._wording import argument
from kosovo_hazards.cells import is_missing
from kosovo_hazards.checks.checked_table import Records
from kosovo_hazards.checks.limits import Limits
from kosovo_hazards.gazetteer import LEVELS, BoundarySource, PlaceIndex, index_of, shares_of_ground, units_of
from kosovo_hazards.geometry import difference, in_metres, middle_latitude, union_all
from kosovo_hazards.language import numbers, percents, sentence, sentences, spoken
from kosovo_hazards.schema import CRS

__all__ = ["Units", "not_fitting", "place_findings", "places_do_not_fit"]

# Fewer records than this may well all be misplaced.
_ENOUGH = 4


@dataclass(frozen=True)
class Units:
    """The units of the places, ready to be compared with.

    Attributes
    ----------
    frame
        As `places` gives them.
    index
        Finds them by any spelling.
    position
        Of each unit's name in `frame`.
    accuracy_m
        How far the boundary of each may be off.
    latitude
        Of the middle of each.
    metric
        Their polygons in metres at that latitude.
    country
        All of them together, widened by what they may be off, in degrees.
    """

    frame: gpd.GeoDataFrame
    index: PlaceIndex
    position: dict[str, int]
    accuracy_m: Floats
    latitude: Floats
    metric: Shapes
    country: shapely.Geometry

    @classmethod
    def of(cls, places: BoundarySource | None, limits: Limits) -> Units:
        """Read the places, or take those given."""
        frame = units_of(places)
        known = frame.get("boundary_accuracy_m", pd.Series(np.nan, index=frame.index))
        accuracy = known.astype("float64").fillna(limits.boundary_accuracy_m).to_numpy()
        shapes = frame.geometry.to_numpy()
        latitude = middle_latitude(shapes)
        metric = in_metres(shapes, latitude)
        wider = in_metres(shapely.buffer(metric, accuracy), latitude, back=True)
        position = {str(name): row for row, name in enumerate(frame["name"])}
        return cls(frame, index_of(frame), position, accuracy, latitude, metric, union_all(wider))


def place_findings(records: Records, units: Units, limits: Limits) -> Iterator[pd.DataFrame]:
    """What is wrong with the places of one table.

    Parameters
    ----------
    records
        Hazards or releases.
    units
        The places.
    limits
        The thresholds.
    """
    meant = {level: _meant(records, units, level) for level in LEVELS}
    for level in LEVELS:
        yield _unknown(records, units, level, meant[level])
    yield from _contradictions(records, meant)
    rows = np.flatnonzero(records.has_ground)
    shares = shares_of_ground(gpd.GeoSeries(records.ground[rows], crs=CRS), units.frame)
    shares["row"] = rows[shares["row"]]
    outside, beyond = _beyond(records, units, shares)
    if places_do_not_fit(int(outside.sum()), len(rows), limits):
        text = not_fitting(int(outside.sum()), len(rows))
        yield records.found_in_table("places-do-not-fit", text, value=float(outside.sum()))
    else:
        yield from _abroad(records, units, outside, beyond, limits)
    yield _elsewhere(records, units, shares, meant["municipality"])
    yield _across(records, units, shares, limits)


def places_do_not_fit(outside: int, drawn: int, limits: Limits) -> bool:
    """Whether so many records lie outside all places that these are taken for those of another country.

    Parameters
    ----------
    outside, drawn
        How many records lie outside, and how many have ground.
    limits
        The thresholds.
    """
    return drawn >= _ENOUGH and outside > drawn * limits.foreign_share


def not_fitting(outside: int, drawn: int) -> str:
    """The sentence that says so.

    Parameters
    ----------
    outside, drawn
        As `places_do_not_fit` takes them.
    """
    return sentence(
        "places-do-not-fit", count=spoken().number(outside), all=spoken().number(drawn), argument=argument("places")
    )


# --- what the register says ------------------------------------------------------------------------------------------


def _meant(records: Records, units: Units, level: str) -> pd.Series:
    """The unit that each recorded name means; None where it is missing or unknown."""
    return units.index.resolve_all(pd.Series(records.texts(level), dtype=object), level)


def _unknown(records: Records, units: Units, level: str, meant: pd.Series) -> pd.DataFrame:
    names = records.texts(level)
    # "Unknown" in the reader's words is no name of a place.
    rows = np.flatnonzero(~is_missing(pd.Series(names)).to_numpy() & meant.isna().to_numpy())
    near = {name: ", ".join(units.index.near(name, level)) for name in set(names[rows])}
    texts = sentences(
        [f"unknown-place.{'near' if near[name] else 'none'}" for name in names[rows]],
        level=spoken().texts[f"level.{level}"], name=[repr(name) for name in names[rows]],
        near=[near[name] for name in names[rows]],
    )  # fmt: skip
    return records.found("unknown-place", rows, texts)


def _contradictions(records: Records, meant: dict[str, pd.Series]) -> Iterator[pd.DataFrame]:
    for below, above in (("municipality", "district"), ("municipality", "region"), ("district", "region")):
        lies_in = meant[below].map(lambda place, above=above: getattr(place, above) if place else None)
        said = meant[above].map(lambda place: place.name if place else None)
        odd = (lies_in.notna() & said.notna() & (lies_in != said)).to_numpy()
        levels = spoken().texts
        texts = sentences(
            "places-contradict", below=levels[f"level.{below}"], place=[place.name for place in meant[below][odd]],
            should=lies_in[odd].tolist(), above=levels[f"level.{above}"], name=said[odd].tolist(),
        )  # fmt: skip
        yield records.found("places-contradict", odd, texts)


# --- what the polygon says -------------------------------------------------------------------------------------------


def _beyond(records: Records, units: Units, shares: pd.DataFrame) -> tuple[Mask, Floats]:
    """Whether a record lies wholly beyond the country, and which share of it does."""
    inside = np.bincount(shares["row"], shares["share"], minlength=len(records))
    rows = np.flatnonzero(records.has_ground & (inside < 1 - 1e-6))
    abroad = difference(records.ground[rows], np.full(len(rows), units.country))
    beyond = np.zeros(len(records))
    beyond[rows] = shapely.area(abroad) / shapely.area(records.ground[rows])
    return beyond > 1 - 1e-9, beyond


def _abroad(records: Records, units: Units, outside: Mask, beyond: Floats, limits: Limits) -> Iterator[pd.DataFrame]:
    rows = np.flatnonzero(outside)
    nearest, metres = _nearest(records.ground[rows], units)
    names = units.frame["name"].to_numpy()[nearest]
    texts = sentences("outside-country", metres=numbers(metres), place=names.tolist())
    yield records.found("outside-country", rows, texts, value=metres)
    rows = np.flatnonzero((beyond >= limits.border_share) & ~outside)
    texts = sentences("across-country-border", share=percents(beyond[rows]))
    yield records.found("across-country-border", rows, texts, value=100 * beyond[rows])


def _nearest(shapes: Shapes, units: Units) -> tuple[Positions, Floats]:
    if not len(shapes):
        return np.zeros(0, dtype=np.intp), np.zeros(0)
    nearest = shapely.STRtree(units.frame.geometry.to_numpy()).query_nearest(shapes, all_matches=False)[1]
    return nearest, _distance_m(shapes, nearest, units)


def _distance_m(shapes: Shapes, unit: Positions, units: Units) -> Floats:
    metres: Floats = shapely.distance(in_metres(shapes, units.latitude[unit]), units.metric[unit])
    return metres


def _elsewhere(records: Records, units: Units, shares: pd.DataFrame, meant: pd.Series) -> pd.DataFrame:
    """Records whose middle lies farther from the recorded municipality than its boundary may be off."""
    unit = np.array([units.position.get(place.name, -1) if place else -1 for place in meant], dtype=np.intp)
    actual = shares.drop_duplicates("row").set_index("row")["unit"].reindex(range(len(records))).fillna(-1)
    actual_unit = actual.to_numpy(dtype=np.intp)
    own = shares[shares["unit"].to_numpy() == unit[shares["row"]]]
    in_own = np.bincount(own["row"], own["share"], minlength=len(records))
    rows = np.flatnonzero((unit >= 0) & (actual_unit >= 0) & (in_own < 0.5))
    metres = _distance_m(shapely.centroid(records.ground[rows]), unit[rows], units)
    far = metres > np.maximum(units.accuracy_m[unit[rows]], units.accuracy_m[actual_unit[rows]])
    rows, metres = rows[far], metres[far]
    names = units.frame["name"].to_numpy()
    texts = sentences(
        "other-municipality", said=names[unit[rows]].tolist(), place=names[actual_unit[rows]].tolist(),
        metres=numbers(metres),
    )  # fmt: skip
    return records.found("other-municipality", rows, texts, value=metres)


def _across(records: Records, units: Units, shares: pd.DataFrame, limits: Limits) -> pd.DataFrame:
    large = shares[shares["share"] >= limits.border_share]
    large = large[large["row"].duplicated(keep=False)]
    names = units.frame["name"].to_numpy()[large["unit"]]
    shares = pd.Series(
        [f"{name} {share}" for share, name in zip(percents(large["share"]), names, strict=True)], dtype=object
    )
    grouped = shares.groupby(large["row"].to_numpy()).agg(", ".join)
    rest = 1 - large.groupby("row")["share"].first()
    text = sentences("across-municipalities", places=grouped.tolist())
    return records.found("across-municipalities", grouped.index.to_numpy(), text, value=100 * rest.to_numpy())
