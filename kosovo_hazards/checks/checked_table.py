"""Findings: what is wrong with which record, how badly, where to look and what to do; and the records they are on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Floats, Mask, Positions, Shapes, Texts
from kosovo_hazards._errors import UsageError, missing_crs
from kosovo_hazards.geometry import area_m2, cut_at_antimeridian, misplaced, repaired, without_hollows
from kosovo_hazards.schema import CRS, Product, Status, Table
from kosovo_hazards.validation import require_columns

__all__ = ["Records", "Severity", "collected", "listed"]


COLUMNS = ("check", "severity", "table", "record_id", "other_id", "message", "value", "unit", "geometry")

# Most checks find nothing, and to make a table takes time.
_NOTHING = pd.DataFrame(columns=[name for name in COLUMNS if name != "unit"])
# Near enough (0.3 %) for distances that are held against a threshold.
# Coordinates alike to the centimetre are the same point.
_SAME_DECIMALS = 7
_MOST_LISTED = 5


class Severity(StrEnum):
    """How much a finding matters: ``error`` is wrong, ``warning`` is probably wrong, ``note`` is worth knowing.

    Examples
    --------
    >>> [word.value for word in Severity], Severity.ERROR == "error"
    (['error', 'warning', 'note'], True)
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Records:
    """A table as the checks need it: in degrees, in order of its rows, whatever is wrong with it.

    Attributes
    ----------
    table
        `HAZARDS` or `RELEASES`.
    frame
        The columns without the geometry, on positions from 0.
    drawn
        The shapes in EPSG:4326 as they were drawn, without heights; None where there is none or it is empty.
    missing, empty, not_numbers
        Whether there is no geometry, an empty one, or one whose coordinates are not numbers.
    """

    table: Table
    frame: pd.DataFrame
    drawn: Shapes
    missing: Mask
    empty: Mask
    not_numbers: Mask

    @classmethod
    def of(cls, frame: pd.DataFrame, table: Table) -> Records:
        """Take over a table with all its faults; raise for a missing key column, geometry column or CRS only."""
        require_columns(frame, [table.key], purpose=f"to check {table.name}s")
        shapes = _in_degrees(frame, table)
        columns = pd.DataFrame(frame).loc[:, ~frame.columns.duplicated()].reset_index(drop=True)
        geometry = frame.columns[frame.dtypes == "geometry"]
        flat = without_hollows(shapely.force_2d(shapes))
        missing, empty = shapely.is_missing(flat), shapely.is_empty(flat)
        points, owner = shapely.get_coordinates(flat, return_index=True)
        not_numbers = np.isin(np.arange(len(flat)), owner[~np.isfinite(points).all(axis=1)])
        flat[empty | not_numbers] = None
        return cls(table, columns.drop(columns=list(geometry)), flat, missing, empty, not_numbers)

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def name(self) -> str:
        """What a record is called at the beginning of a sentence."""
        return self.table.name

    @cached_property
    def _texts(self) -> dict[str, Texts]:
        return {}

    @cached_property
    def ids(self) -> Texts:
        """Id of each record as text; None where it is missing."""
        return self.texts(self.table.key)

    @cached_property
    def labels(self) -> Texts:
        """Id of each record, or its row where it has none."""
        rows = np.arange(1, len(self) + 1).astype(str).astype(object)
        labels: Texts = np.where(pd.isna(self.ids), "row " + rows, self.ids)
        return labels

    @cached_property
    def not_degrees(self) -> Mask:
        """Whether a shape lies beyond 180 degrees of longitude or 90 of latitude."""
        points, owner = shapely.get_coordinates(self.drawn, return_index=True)
        beyond = (np.abs(points) > [180.0, 90.0]).any(axis=1)
        return np.isin(np.arange(len(self)), owner[beyond])

    @cached_property
    def odd_place(self) -> Texts:
        """Why a shape can't lie where it is said to; empty where it can."""
        return misplaced(self.drawn).problems

    @cached_property
    def ground(self) -> Shapes:
        """Valid polygons, broken ones repaired to the safe side; None where there is none or nobody knows where."""
        ground, _ = cut_at_antimeridian(self.drawn)
        ground[self.odd_place != ""] = None
        kinds = shapely.get_type_id(ground)
        areal = (kinds == shapely.GeometryType.POLYGON) | (kinds == shapely.GeometryType.MULTIPOLYGON)
        amiss = np.flatnonzero(~shapely.is_missing(ground) & ~(areal & shapely.is_valid(ground)))
        ground[amiss] = repaired(ground[amiss], self.table.direction).shapes
        return ground

    @cached_property
    def has_ground(self) -> Mask:
        """Whether there is ground."""
        there: Mask = ~shapely.is_missing(self.ground)
        return there

    @cached_property
    def area_m2(self) -> Floats:
        """Area of the ground, m²; NaN where there is none."""
        area: Floats = area_m2(gpd.GeoSeries(self.ground, crs=CRS)).to_numpy()
        return area

    @cached_property
    def first(self) -> Positions:
        """Position of the first record drawn with the same points, in whatever order; its own where there is none."""
        points, owner = shapely.get_coordinates(self.drawn, return_index=True)
        points = np.round(points, _SAME_DECIMALS) + 0.0
        order = np.lexsort((points[:, 1], points[:, 0], owner))
        points, owner = points[order], owner[order]
        again = np.r_[False, (points[1:] == points[:-1]).all(axis=1) & (owner[1:] == owner[:-1])] if len(owner) else []
        points, owner = points[~np.asarray(again, dtype=bool)], owner[~np.asarray(again, dtype=bool)]
        rows, start = np.unique(owner, return_index=True)
        keys = [chunk.tobytes() for chunk in np.split(points, start[1:])] if len(rows) else []
        groups, _ = pd.factorize(np.array(keys, dtype=object))
        first = np.arange(len(self))
        _, first_of_group = np.unique(groups, return_index=True)
        first[rows] = rows[first_of_group[groups]] if len(rows) else rows
        return first

    @cached_property
    def gone(self) -> Mask:
        """Whether a hazard is closed or handed over."""
        return np.isin(self.texts("status").astype(str), [Status.CLOSED.value, Status.HANDED_OVER.value])

    def has(self, column: str) -> bool:
        """Whether the table has a column with at least one value in it."""
        return column in self.frame.columns and bool(pd.notna(self.texts(column)).any())

    def texts(self, column: str) -> Texts:
        """A column as texts; None where it is missing or blank."""
        if column not in self.frame.columns:
            return np.full(len(self), None, dtype=object)
        if column not in self._texts:
            self._texts[column] = _texts_of(self.frame[column])
        return self._texts[column].copy()

    def numbers(self, column: str) -> Floats:
        """A column as numbers; NaN where it is missing or no number."""
        if column not in self.frame.columns:
            return np.full(len(self), np.nan)
        values = self.frame[column]
        numeric = pd.to_numeric(values if values.dtype.kind in "iuf" else self.texts(column), errors="coerce")
        numbers: Floats = pd.Series(numeric).to_numpy(dtype=np.float64, na_value=np.nan)
        return numbers

    def dates(self, column: str) -> pd.Series:
        """A column as days; NaT where it is missing or no date."""
        if column not in self.frame.columns:
            return pd.Series(np.datetime64("NaT"), index=self.frame.index, dtype="datetime64[us]")
        values = self.frame[column]
        if values.dtype.kind != "M":
            values = pd.to_datetime(pd.Series(self.texts(column)), format="ISO8601", errors="coerce", utc=True)
        days = values.dt.tz_localize(None).dt.normalize().astype("datetime64[us]")
        # Years that no calendar of Python's has can't be written down.
        return days.where(days.dt.year.between(1, 9999))

    def recorded_m2(self) -> Floats:
        """Area as the source says, else as stored, m²."""
        reported = self.numbers("reported_area_m2")
        return np.where(np.isnan(reported), self.numbers("area_m2"), reported)

    def found(
        self,
        check: str,
        rows: Positions | Mask,
        messages: Sequence[str] | str,
        *,
        value: object = np.nan,
        other: Any = None,
        at: Any = None,
        severity: object = None,
    ) -> pd.DataFrame:
        """One finding for each row: `other` names a second record, `at` is what to look at instead of the shape."""
        rows = np.flatnonzero(rows) if np.asarray(rows).dtype == bool else np.asarray(rows, dtype=np.intp)
        if not len(rows):
            return _NOTHING
        return pd.DataFrame(
            {
                "check": check,
                "severity": severity,
                "table": self.table.name,
                "record_id": self.labels[rows],
                "other_id": other,
                "message": messages,
                "value": value,
                "geometry": self.drawn[rows] if at is None else at,
            },
            index=rows,
        )

    def found_in_table(
        self, check: str, message: str, *, value: float = np.nan, severity: object = None
    ) -> pd.DataFrame:
        """One finding on the table as a whole."""
        return self.found(check, np.array([0]), [message], value=value, severity=severity, at=[None]).assign(
            record_id=None
        )


def collected(batches: Sequence[pd.DataFrame], severity: dict[str, str], unit: dict[str, str]) -> gpd.GeoDataFrame:
    """All findings as one table, sorted by severity, check and record.

    Parameters
    ----------
    batches
        What `Records.found` gave.
    severity, unit
        Of each check; a finding's own severity counts first.
    """
    full = [batch for batch in batches if len(batch)]
    rows = np.concatenate([batch.index.to_numpy() for batch in full]) if full else np.array([], dtype=np.intp)

    def joined(column: str) -> Texts:
        values = [batch[column].to_numpy(dtype=object) for batch in full]
        return np.concatenate(values) if values else np.array([], dtype=object)

    checks, own = joined("check"), joined("severity")
    severities = [given or severity[check] for given, check in zip(own, checks, strict=True)]
    found = gpd.GeoDataFrame(
        {
            "check": pd.array(checks, dtype="str"),
            "severity": pd.array([str(word) for word in severities], dtype="str"),
            **{name: pd.array(joined(name), dtype="str") for name in ("table", "record_id", "other_id", "message")},
            "value": joined("value").astype(np.float64),
            "unit": pd.array([unit.get(check) for check in checks], dtype="str"),
        },
        geometry=joined("geometry"),
        crs=CRS,
    )
    rank = found["severity"].map({word.value: rank for rank, word in enumerate(Severity)}).to_numpy()
    keys = (rows, found["record_id"].fillna("").astype(object), found["table"], found["check"])
    order = np.lexsort((*(pd.factorize(key, sort=True)[0] for key in keys), rank))
    return found.iloc[order].reset_index(drop=True)[list(COLUMNS)]


def listed(names: Sequence[object]) -> str:
    """The first few names, and how many more there are."""
    more = f" and {len(names) - _MOST_LISTED:,} more" if len(names) > _MOST_LISTED else ""
    return ", ".join(str(name) for name in names[:_MOST_LISTED]) + more


def products(releases: Records) -> Texts:
    """Product of each release as text; empty where it is missing or unknown."""
    texts = releases.texts("product")
    return np.where(np.isin(texts.astype(str), [word.value for word in Product]), texts, "")


def _in_degrees(frame: pd.DataFrame, table: Table) -> Shapes:
    active = getattr(frame, "active_geometry_name", None)
    if active is None and table.geometry_required:
        raise UsageError(
            f"the {table.name} table has no geometry", hint='name its column: frame.set_geometry("geometry")'
        )
    if active is None:
        return np.full(len(frame), None, dtype=object)
    series = frame.geometry
    if series.crs is None and series.notna().any():
        raise missing_crs(f"the {table.name} table", "frame")
    same = series.crs is None or series.crs.equals(CRS, ignore_axis_order=True)
    shapes: Shapes = (series if same else series.to_crs(CRS)).to_numpy().copy()
    return shapes


def _texts_of(values: pd.Series) -> Texts:
    texts = np.empty(len(values), dtype=object)
    if values.dtype == object:
        texts[:] = [_text(value) for value in values]
        return texts
    # A column of one kind repeats itself: each value is written once.
    codes, known = pd.factorize(values)
    written = np.array([*(_text(value) for value in known), None], dtype=object)
    texts[:] = written[codes]
    return texts


def _text(value: object) -> str | None:
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return text if text.strip() else None
