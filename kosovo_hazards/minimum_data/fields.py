"""What the minimum data are, to which records each applies, and when a record has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Mask
from kosovo_hazards.cells import is_missing
from kosovo_hazards.schema import BENEFICIARIES, FINDS, Product

__all__ = ["FIELDS", "Field"]

Test = Callable[[pd.DataFrame], Mask]

_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Field:
    """One of the minimum data.

    Attributes
    ----------
    name
        Its name, and key of its words.
    table
        The table that has it: hazard, release, accident or item.
    columns
        Where it stands.
    has
        Which records have it.
    applies
        To which records it applies.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    has: Test
    applies: Test


def _all(frame: pd.DataFrame) -> Mask:
    return np.ones(len(frame), dtype=bool)


def _known(frame: pd.DataFrame, column: str) -> Mask:
    """Whether cells say something, which "unknown" does not."""
    if column not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    empty = is_missing(frame[column]).to_numpy(dtype=bool)
    return np.asarray(~empty & (frame[column].astype("str") != _UNKNOWN).to_numpy(dtype=bool))


def _every(*columns: str) -> Test:
    return lambda frame: np.logical_and.reduce([_known(frame, name) for name in columns])


def _some(*columns: str) -> Test:
    return lambda frame: np.logical_or.reduce([_known(frame, name) for name in columns])


def _drawn(frame: pd.DataFrame) -> Mask:
    shapes = frame["geometry"].to_numpy() if "geometry" in frame.columns else np.full(len(frame), None, dtype=object)
    return np.asarray(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))


def _of(*products: Product) -> Test:
    words = [product.value for product in products]
    return lambda frame: (
        frame["product"].isin(words).to_numpy(dtype=bool) if "product" in frame.columns else _all(frame)
    )


def _finds(frame: pd.DataFrame) -> Mask:
    """Releases in which something was found; what counts nothing may have found anything."""
    counts = frame.reindex(columns=list(FINDS)).apply(pd.to_numeric, errors="coerce")
    nothing = (counts.fillna(1) == 0).all(axis=1).to_numpy(dtype=bool)
    return np.asarray(_of(Product.REDUCED, Product.CLEARED)(frame) & ~nothing)


def _located(frame: pd.DataFrame) -> Mask:
    return np.asarray(_drawn(frame) | _BENCHMARKED(frame))


_BENCHMARK = ("benchmark_longitude", "benchmark_latitude")
_BENCHMARKED = _every(*_BENCHMARK)
_DEVICES = ("device_categories", "contamination")
_WORKED = _of(Product.REDUCED, Product.CLEARED)

FIELDS = (
    Field("benchmark", "hazard", _BENCHMARK, _BENCHMARKED, _all),
    Field("perimeter", "hazard", ("geometry",), _drawn, _all),
    Field("status", "hazard", ("status",), _every("status"), _all),
    Field("type", "hazard", ("hazard_type",), _every("hazard_type"), _all),
    Field("devices", "hazard", _DEVICES, _some(*_DEVICES), _all),
    Field("evidence", "hazard", ("evidence", "evidence_kinds"), _some("evidence", "evidence_kinds"), _all),
    Field("beneficiaries", "hazard", BENEFICIARIES, _every(*BENEFICIARIES), _all),
    Field("benchmark", "release", _BENCHMARK, _BENCHMARKED, _all),
    Field("perimeter", "release", ("geometry",), _drawn, _all),
    Field("product", "release", ("product",), _every("product"), _all),
    Field("depth_cleared", "release", ("depth_cleared_cm",), _every("depth_cleared_cm"), _of(Product.CLEARED)),
    Field("finds", "release", FINDS, _every(*FINDS), _WORKED),
    Field("models", "release", ("device_models",), _every("device_models"), _finds),
    Field("depth_found", "release", ("depth_found_cm",), _every("depth_found_cm"), _finds),
    Field("place", "release", ("geometry", *_BENCHMARK), _located, _all),
    Field("operator", "release", ("operator",), _every("operator"), _all),
    Field("method", "release", ("operational_method",), _every("operational_method"), _all),
    Field("started", "release", ("started",), _every("started"), _all),
    Field("completed", "release", ("completed",), _every("completed"), _all),
    Field("work_status", "release", ("status",), _every("status"), _all),
    Field("beneficiaries", "release", BENEFICIARIES, _every(*BENEFICIARIES), _all),
    Field("position", "item", ("geometry",), _drawn, _all),
    Field("category", "item", ("device_category",), _every("device_category"), _all),
    Field("model", "item", ("device_model",), _every("device_model"), _all),
    Field("condition", "item", ("condition",), _every("condition"), _all),
    Field("depth", "item", ("depth_cm",), _every("depth_cm"), _all),
    Field("position", "accident", ("geometry",), _drawn, _all),
    Field("date", "accident", ("date",), _every("date"), _all),
    Field("category", "accident", ("device_category",), _every("device_category"), _all),
    Field("kind", "accident", ("kind",), _every("kind"), _all),
)
"""The minimum data as GICHD proposes them beside IMSMA Core (GICHD/mdr, "Minimum Data Requirements").

Of persons only numbers are among them: whose accident it was is none of the register's business.
"""
