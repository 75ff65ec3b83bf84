"""What a file is, before anything is made of it: records, shapes, columns, and how it would be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import Any

import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards.cells import texts
from kosovo_hazards.evidence import read_accidents, read_evidence, read_items
from kosovo_hazards.reading import (
    Profile,
    ReadResult,
    Records,
    TableSource,
    limits_of,
    opened,
    read_hazards,
    read_releases,
)

__all__ = ["Inspection", "inspect_source"]

_SAMPLES = 3
_OTHERWISE = "used otherwise or left out"
_LONGEST_SAMPLE = 40
# How a file is read safely is for who reads it to say, not for a profile.
_NOT_OF_THE_FILE = ("limits", "profile", "sandbox")


@dataclass(frozen=True)
class Inspection:
    """What a source is and how it would be read.

    Attributes
    ----------
    records
        Number of records.
    shapes
        How many records have which kind of geometry; "none" where it is missing, empty if the source has no geometry.
    crs
        Name of its coordinate reference system, None if it names none.
    bounds
        West, south, east, north in that system; None where nothing has a position.
    columns
        One row a column: `column`, `filled` (records that have a value), `samples`, `taken_for` (our column, missing
        where none) and `how`.
    kind
        ``hazards``, ``releases``, ``evidence``, ``accidents`` or ``items``: what the records are, as far as words,
        columns and shapes tell.
    result
        How it would be read so.
    notes
        What there is to know of the file itself.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> kh.inspect_source(kh.demo_data("2024-12-31")[0]).records
    35
    """

    records: int
    shapes: Mapping[str, int]
    crs: str | None
    bounds: tuple[float, float, float, float] | None
    columns: pd.DataFrame
    kind: str
    result: ReadResult
    notes: tuple[str, ...]

    def profile(self, options: Mapping[str, Any] | None = None) -> Profile:
        """The profile by which the source is read as here, also when headings or vocabularies change.

        Parameters
        ----------
        options
            Keywords of the reader with which it was inspected.
        """
        taken = self.columns[self.columns["taken_for"].notna()]
        columns = dict(zip(taken["taken_for"], taken["column"], strict=True))
        given = {
            name: value
            for name, value in (options or {}).items()
            if name not in _NOT_OF_THE_FILE and value not in (None, False)
        }
        section = {**given, "columns": {**columns, **given.get("columns", {})}}
        return Profile(**{self.kind: section})


def inspect_source(source: TableSource, **options: Any) -> Inspection:
    """Tell what a file is, what would be recognised and what would be rejected.

    Parameters
    ----------
    source
        Path, DataFrame or GeoDataFrame, as for `read_hazards`.
    **options
        Keywords of `read_hazards`, to try them out; `limits` and `sandbox` among them.

    Returns
    -------
    `Inspection`. Nothing is written or changed.

    Raises
    ------
    HazardDataError
        If the source can't be read at all, or has several layers and none is named.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> table = {"hazard no": ["K1"], "typeArea": ["Suspect Areas"]}
    >>> drawn = gpd.GeoDataFrame(table, geometry=[shapely.box(21, 42, 21.1, 42.1)], crs="EPSG:4326")
    >>> seen = inspect_source(drawn)
    >>> seen.kind, dict(seen.shapes), seen.columns["taken_for"].tolist()
    ('hazards', {'Polygon': 1}, ['hazard_id', 'hazard_type'])
    """
    opening = {
        name: options[name] for name in ("layer", "encoding", "close_lines", "sandbox") if options.get(name) is not None
    }
    records = opened(source, **opening, limits=limits_of(options.get("limits")))
    kind, result = _best(source, options)
    return Inspection(
        len(records),
        _shapes(records),
        None if records.crs is None else records.crs.name,
        _bounds(records),
        _columns(records, result, shown=kind in _REGISTERS),
        kind,
        result,
        records.notes,
    )


_REGISTERS: dict[str, Callable[..., ReadResult]] = {"hazards": read_hazards, "releases": read_releases}
_POINTS: dict[str, Callable[..., ReadResult]] = {
    "evidence": read_evidence, "accidents": read_accidents, "items": read_items,
}  # fmt: skip


def _best(source: TableSource, options: Mapping[str, Any]) -> tuple[str, ReadResult]:
    """Read the source as each kind of records; the one counts by which more are taken, then more columns.

    Points are asked for only where no register can be taken: a register may have a point beside each polygon.
    """
    read, errors = _read(source, options, _REGISTERS)
    if not any(len(result.data) for result in read.values()):
        points, _ = _read(source, options, _POINTS)
        read |= {kind: result for kind, result in points.items() if result.data.geometry.notna().any()}
    if not read:
        raise errors[0]
    return max(read.items(), key=lambda item: (len(item[1].data), int(item[1].recognised["column"].notna().sum())))


def _read(
    source: TableSource, options: Mapping[str, Any], readers: Mapping[str, Callable[..., ReadResult]]
) -> tuple[dict[str, ReadResult], list[HazardDataError]]:
    read: dict[str, ReadResult] = {}
    errors = []
    for kind, reader in readers.items():
        known = signature(reader).parameters
        try:
            read[kind] = reader(source, **{name: value for name, value in options.items() if name in known})
        except HazardDataError as error:
            errors.append(error)
    return read, errors


def _shapes(records: Records) -> dict[str, int]:
    if records.shapes is None:
        return {}
    kinds = shapely.get_type_id(records.shapes)
    names = [shapely.GeometryType(int(kind)).name.title() if kind >= 0 else "none" for kind in kinds]
    counts = pd.Series(names, dtype="str").value_counts()
    return {str(name): int(count) for name, count in counts.items()}


def _bounds(records: Records) -> tuple[float, float, float, float] | None:
    if records.shapes is None or not len(records):
        return None
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(records.shapes))
    return (west, south, east, north) if np.isfinite([west, south, east, north]).all() else None


def _columns(records: Records, result: ReadResult, *, shown: bool) -> pd.DataFrame:
    """What each column holds; unless `shown`, nothing of one that a reader left out, for it may name persons."""
    known = result.recognised.set_index("source_column")
    names = list(records.table.columns)
    return pd.DataFrame(
        {
            "column": names,
            "filled": [int(records.table[name].notna().sum()) for name in names],
            "samples": [_samples(records.table[name]) if shown or name in known.index else "" for name in names],
            "taken_for": pd.array([known["column"].get(name) for name in names], dtype="str"),
            "how": [known["how"].get(name, _OTHERWISE) for name in names],
        }
    )


def _samples(column: pd.Series) -> str:
    found = texts(column.dropna().head(1_000)).dropna().unique()[:_SAMPLES]
    return "; ".join(text if len(text) <= _LONGEST_SAMPLE else f"{text[:_LONGEST_SAMPLE]}…" for text in map(str, found))
