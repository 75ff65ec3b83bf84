"""The sheet of a demining record: its columns, its points, and where those lie that are given by coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Floats
from kosovo_hazards._errors import UnreadableSourceError, UsageError, missing_crs
from kosovo_hazards._wording import argument
from kosovo_hazards.cells import numbers, texts
from kosovo_hazards.geometry import judged, to_degrees
from kosovo_hazards.language import compact
from kosovo_hazards.reading.points.axes import angles
from kosovo_hazards.reading.points.columns import (
    kind_of_point,
    recognised_roles,
    written_points,
)
from kosovo_hazards.reading.points.systems import placed_points, systems_of

__all__ = ["Known", "Sheet", "known_degrees"]


_ROLES = (
    "shape_id", "point_no", "point_type", "from_point", "bearing", "distance", "longitude", "latitude", "coordinate",
    "crs", "zone", "north_south", "east_west",
)  # fmt: skip


class Sheet:
    """The columns of the table that matter, as arrays."""

    def __init__(self, table: pd.DataFrame, columns: Mapping[str, str] | None) -> None:
        roles = _roles(table, columns)
        self.table, self.roles = table.reset_index(drop=True), roles
        count = len(table)
        ids = texts(self.table[roles["shape_id"]]).ffill() if "shape_id" in roles else pd.Series(["1"] * count)
        self.shape, names = pd.factorize(ids.fillna(""))
        self.shape_ids = [str(name) for name in names]
        kinds = self._text("point_type")
        labels = self._text("point_no")
        self.kind = np.array(
            [kind_of_point(kind or label) for kind, label in zip(kinds, labels, strict=True)], dtype=object
        )
        self.label = np.array([compact(label or kind or "") for kind, label in zip(kinds, labels, strict=True)], object)
        self.origin = np.array([compact(name or "") for name in self._text("from_point")], dtype=object)
        self.bearing = self._number("bearing", angles)
        self.distance = self._number("distance", lambda column: numbers(column).cells)

    def _text(self, role: str) -> list[str | None]:
        if role not in self.roles:
            return [None] * len(self.table)
        return [None if pd.isna(cell) else cell for cell in texts(self.table[self.roles[role]])]

    def _number(self, role: str, read: Any) -> Floats:
        if role not in self.roles:
            return np.full(len(self.table), np.nan)
        values: Floats = read(self.table[self.roles[role]]).to_numpy(dtype=np.float64, na_value=np.nan)
        return values


def _roles(table: pd.DataFrame, columns: Mapping[str, str] | None) -> dict[str, str]:
    roles = dict(columns or {})
    wrong = [name for name in roles if name not in _ROLES] + [name for name in roles.values() if name not in table]
    if wrong:
        raise UsageError(
            f"{argument('columns', roles)} can't be used: {', '.join(map(repr, wrong))} is no column",
            hint=f"ours are {', '.join(_ROLES)}; the table has {', '.join(map(str, table.columns))}",
        )
    roles = recognised_roles(table.columns, roles, _ROLES)
    if not ({"bearing", "distance"} <= set(roles) or {"longitude", "latitude"} <= set(roles) or "coordinate" in roles):
        raise UnreadableSourceError(
            f"no columns with coordinates or with bearing and distance among {', '.join(map(str, table.columns))}",
            hint=f"name them, for instance {argument('columns', {'longitude': 'X', 'latitude': 'Y'})}",
        )
    return roles


@dataclass(frozen=True)
class Known:
    """Longitude and latitude of the points given by coordinates (NaN for others), and why some can't lie there."""

    points: Floats
    problems: NDArray[np.object_]
    notes: tuple[str, ...] = ()


def known_degrees(sheet: Sheet, crs: str | None) -> Known:
    """Where the points lie that are given by coordinates."""
    written = written_points(sheet.table, sheet.roles)
    points = written.points
    rows = np.array([row for row, point in enumerate(points) if point is not None], dtype=np.intp)
    known = Known(np.full((len(points), 2), np.nan), np.array(written.problems, dtype=object))
    if not len(rows):
        return known
    systems = systems_of(sheet.table, sheet.roles, crs)
    placed = placed_points(
        [point for point in points if point is not None], [systems[row] for row in rows], sheet.shape[rows]
    )
    if placed.crs is None:
        raise missing_crs("the coordinates")
    drawn = shapely.points(placed.points)
    moved, note = to_degrees(drawn, placed.crs)
    judgement = judged(drawn, moved, placed.crs, check_swapped=False).problems
    problems = np.where(placed.problems != "", placed.problems, judgement)
    fine = problems == ""
    known.points[rows[fine]] = shapely.get_coordinates(moved)[fine]
    known.problems[rows] = problems
    return replace(known, notes=tuple(filter(None, (*written.notes, *placed.notes, note))))
