"""Where a survey form keeps its places: traces and shapes in one cell, and points parted into groups of columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Mask
from kosovo_hazards.cells import texts

__all__ = ["FormPlaces", "places_of_form"]

# ODK and KoboToolbox: latitude, longitude, height and accuracy parted by blanks, points by semicolons.
_POINT = r"-?\d{1,2}(?:\.\d+)?[ ,]+-?\d{1,3}(?:\.\d+)?(?:[ ,]+-?\d+(?:\.\d+)?){0,2}"
_GEOPOINT = re.compile(rf"\s*{_POINT}\s*")
_TRACE = re.compile(rf"\s*{_POINT}\s*(?:;\s*{_POINT}\s*)+;?\s*")
_LAT = "latitude|lat|northing|north|y"
_LON = "longitude|long|lng|lon|easting|east|x"
_PARTS = {**dict.fromkeys(_LAT.split("|"), "y"), **dict.fromkeys(_LON.split("|"), "x")}
# Corner 1 Lat, _corner_1_latitude (KoboToolbox), corner1-Latitude (ODK Central); and Lat 1, X_1.
_PART_LAST = re.compile(
    rf"(?P<stem>.*?)(?:[\s_./:-]+(?P<part>{_LAT}|{_LON})|(?P<whole>latitude|longitude))", re.I | re.S
)
_PART_FIRST = re.compile(rf"(?P<part>{_LAT}|{_LON})[\s_./:-]*(?P<number>\d{{1,3}})", re.I)
_NUMBERED = re.compile(r"(?P<stem>.*?)[\s_./:-]*(?P<number>\d{1,3})", re.S)
_MOST = 0.5
_CORNERS = 3
_LONGEST_HEADING = 200
_SAMPLE = 200
_LISTED = "points of the form"


@dataclass(frozen=True)
class FormPlaces:
    """A table and the columns in which its places stand.

    Attributes
    ----------
    table
        The attributes, perhaps with a column that lists the points of each row.
    roles
        ``coordinate``, or ``longitude`` and ``latitude``; empty if the table holds no places of a form.
    lists
        Whether each cell lists all points of its row.
    notes
        What to tell of it.
    """

    table: pd.DataFrame
    roles: Mapping[str, str] = field(default_factory=dict)
    lists: bool = False
    notes: tuple[str, ...] = ()


def places_of_form(table: pd.DataFrame, *, lists_only: bool = False) -> FormPlaces:
    """Find the places that a survey form recorded.

    Parameters
    ----------
    table
        The attributes as they were exported.
    lists_only
        Whether only traces and shapes are looked for, as another column holds points already.

    Examples
    --------
    >>> cell = "42.60 21.00 540 4.5;42.60 21.01 541 5;42.61 21.01 542 4;42.60 21.00 540 4.5"
    >>> places_of_form(pd.DataFrame({"field/outline": [cell]})).roles
    {'coordinate': 'field/outline'}
    """
    if (found := _traces(table)) is not None or lists_only:
        return found or FormPlaces(table)
    for find in (_numbered, _parted, _geopoints):
        if (found := find(table)) is not None:
            return found
    return FormPlaces(table)


def _texts(column: pd.Series) -> pd.Series | None:
    return None if pd.api.types.is_numeric_dtype(column.dtype) else texts(column.dropna().head(_SAMPLE)).dropna()


def _share(column: pd.Series, pattern: re.Pattern[str]) -> float:
    cells = _texts(column)
    return 0.0 if cells is None or cells.empty else float(cells.str.fullmatch(pattern).mean())


def _traces(table: pd.DataFrame) -> FormPlaces | None:
    """Columns most of whose first cells hold a trace or shape; shapes, which close, come before traces."""
    names = [name for name in table.columns if _share(table[name], _TRACE) > _MOST]
    if not names:
        return None
    closes = {name: float(np.mean(_closes(table[name]))) for name in names}
    best = max(names, key=lambda name: (closes[name] >= _MOST, int(table[name].notna().sum())))
    notes = []
    if others := [name for name in names if name != best]:
        notes.append(f"columns {', '.join(map(repr, others))} hold traces or shapes too, and were left as they are")
    opened = int((~_closes(table[best])).sum())
    if opened:
        notes.append(f"{opened:,} traces in {best!r} end where they did not begin; a straight line closes each")
    return FormPlaces(table, {"coordinate": best}, True, tuple(notes))


def _closes(column: pd.Series) -> Mask:
    cells = texts(column).dropna()
    ends = cells.str.strip("; ").str.split(";")
    return np.array([_place(points[0]) == _place(points[-1]) for points in ends], dtype=bool)


def _place(point: str) -> list[str]:
    return re.split(r"[ ,]+", point.strip())[:2]


# --- points parted into columns --------------------------------------------------------------------------------------


def _groups(table: pd.DataFrame) -> dict[str, dict[str, str]]:
    """For each stem of a heading the columns of its x and y."""
    found: dict[str, dict[str, str]] = {}
    for name in map(str, table.columns):
        if len(name) > _LONGEST_HEADING:
            continue
        if match := _PART_FIRST.fullmatch(name):
            stem, part = match["number"], match["part"]
        elif match := _PART_LAST.fullmatch(name):
            stem, part = match["stem"], match["part"] or match["whole"]
        else:
            continue
        found.setdefault(stem.casefold(), {}).setdefault(_PARTS[part.casefold()], name)
    return {stem: parts for stem, parts in found.items() if len(parts) == 2}


def _numbered(table: pd.DataFrame) -> FormPlaces | None:
    """Points 1, 2, 3 … of each row, listed in one cell."""
    series: dict[str, dict[int, dict[str, str]]] = {}
    for stem, parts in _groups(table).items():
        if match := _NUMBERED.fullmatch(stem):
            series.setdefault(match["stem"], {})[int(match["number"])] = parts
    long = {stem: numbers for stem, numbers in series.items() if len(numbers) >= _CORNERS}
    if not long:
        return None
    stem = max(long, key=lambda one: len(long[one]))
    numbers = long[stem]
    ordered = [numbers[number] for number in sorted(numbers)]
    used = [name for parts in ordered for name in parts.values()]
    cells = pd.Series([_listed(row, ordered) for row in table[used].to_dict("records")], index=table.index, dtype="str")
    name = _LISTED if _LISTED not in table.columns else f"{_LISTED} (2)"
    first, last = ordered[0]["y"], ordered[-1]["y"]
    notes = [f"the points of each row were taken from groups of columns, {first!r} to {last!r}, in their order"]
    notes += [f"points in {one!r} and the columns like it were left as they are" for one in long if one != stem]
    made = table.drop(columns=used).assign(**{name: cells})
    return FormPlaces(made, {"coordinate": name}, True, tuple(notes))


def _listed(row: Mapping[Any, Any], ordered: list[dict[str, str]]) -> str | None:
    """The points of a row as one cell; one with half a point keeps the half, so that it is refused."""
    points = list(_points(row, ordered))
    return "; ".join(points) or None


def _points(row: Mapping[Any, Any], ordered: list[dict[str, str]]) -> Iterator[str]:
    for parts in ordered:
        x, y = (_cell(row[parts[axis]]) for axis in ("x", "y"))
        if x or y:
            yield f"{x} {y}" if _is_metres(x) and _is_metres(y) else f"lat {y} lon {x}"


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    return str(value).strip()


def _is_metres(text: str) -> bool:
    digits = text.replace(" ", "").replace(",", ".")
    return digits.replace(".", "", 1).lstrip("-").isdigit() and abs(float(digits)) > 180


def _parted(table: pd.DataFrame) -> FormPlaces | None:
    """One point a row, in the columns of a group."""
    groups = [parts for stem, parts in _groups(table).items() if stem.strip(" _-./:")]
    filled = [parts for parts in groups if table[list(parts.values())].notna().all(axis=1).any()]
    if not filled:
        return None
    best = max(filled, key=lambda parts: int(table[parts["x"]].notna().sum()))
    others = [parts["y"] for parts in filled if parts is not best]
    notes = [f"points in {', '.join(map(repr, others))} and beside were left as they are"] if others else []
    return FormPlaces(table, {"longitude": best["x"], "latitude": best["y"]}, False, tuple(notes))


def _geopoints(table: pd.DataFrame) -> FormPlaces | None:
    """One point a row, in one cell: latitude, longitude, height, accuracy."""
    names = [name for name in table.columns if _share(table[name], _GEOPOINT) > _MOST]
    return FormPlaces(table, {"coordinate": names[0]}) if names else None
