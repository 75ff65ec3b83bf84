"""Whether a table keeps to the schema: columns, types, allowed words, ids and polygons."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Mask
from kosovo_hazards._errors import BadRecordsError, Fault, MissingCRSError, UsageError, missing_crs
from kosovo_hazards._wording import argument
from kosovo_hazards.schema import COUNT, CRS, FLAG, NUMBER, SEVERAL, Column, Table

if TYPE_CHECKING:
    import pandera.pandas as pa

__all__ = ["conform", "faults_in", "in_degrees", "require_columns", "require_table", "validate", "with_shapes"]


_TABLES = "give a GeoDataFrame, such as kh.read_hazards(source).data"


def conform(frame: gpd.GeoDataFrame, table: Table) -> gpd.GeoDataFrame:
    """A copy with every column of the table, in order and of its type; further columns follow.

    Parameters
    ----------
    frame
        Records with whatever columns they have; the values must be of the right kind already.
    table
        `HAZARDS` or `RELEASES`.

    Returns
    -------
    Missing columns are there and empty (`synthetic` false), but for optional ones; the geometry is last.

    Raises
    ------
    HazardDataError
        If a column holds values that its type can't take.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from kosovo_hazards.schema import HAZARDS
    >>> one = gpd.GeoDataFrame({"hazard_id": ["KS-1"]}, geometry=[shapely.box(21, 42, 21.1, 42.1)], crs="EPSG:4326")
    >>> conform(one, HAZARDS).dtypes[["hazard_id", "established", "area_m2"]].astype(str).tolist()
    ['str', 'datetime64[us]', 'float64']
    """
    columns: dict[str, pd.Series] = {}
    faults = []
    for column in table.columns:
        if column.optional and column.name not in frame.columns:
            continue
        try:
            columns[column.name] = _cast(frame, column)
        except (TypeError, ValueError):
            faults.append(Fault(None, column.name, None, f"holds values that are not {column.dtype}", column.meaning))
    if faults:
        raise BadRecordsError(f"this {table.name} table has columns of the wrong type", faults)
    extra = [name for name in frame.columns if name not in table.names and name != frame.geometry.name]
    data = pd.concat([pd.DataFrame(columns, index=frame.index), pd.DataFrame(frame)[extra]], axis=1)
    return gpd.GeoDataFrame(data, geometry=frame.geometry.rename("geometry"), crs=frame.crs)


def _cast(frame: gpd.GeoDataFrame, column: Column) -> pd.Series:
    if column.name in frame.columns:
        values = frame[column.name]
        if column.dtype == FLAG:
            values = values.astype("boolean").fillna(value=False)
        return values.astype(column.dtype)
    if column.dtype == FLAG:
        return pd.Series(data=False, index=frame.index, dtype=FLAG)
    return pd.Series(pd.NA if column.dtype == COUNT else None, index=frame.index, dtype=column.dtype)


def faults_in(frame: gpd.GeoDataFrame, table: Table, *, geometry: bool = True) -> list[tuple[int, Fault]]:
    """Everything in a conformed table that breaks its rules, with the position of the record.

    Parameters
    ----------
    frame
        What `conform` returned, with a unique index.
    table
        `HAZARDS` or `RELEASES`.
    geometry
        Whether shapes are looked at; no need where they were just repaired.

    Returns
    -------
    Position and fault, in order of position; empty when the table is right.
    """
    by_position = frame.reset_index(drop=True)
    found = [*_value_faults(by_position, table), *(_geometry_faults(by_position, table) if geometry else ())]
    return sorted(found, key=lambda item: item[0])


def validate(frame: gpd.GeoDataFrame, table: Table) -> gpd.GeoDataFrame:
    """The conformed table, or an error that names every bad record.

    Parameters
    ----------
    frame
        Records in EPSG:4326.
    table
        `HAZARDS` or `RELEASES`.

    Raises
    ------
    HazardDataError
        If a record has a missing id, a word outside the vocabulary, a repeated id, a bad polygon, or the CRS is not
        EPSG:4326.
    """
    if frame.crs is None or not frame.crs.equals(CRS, ignore_axis_order=True):
        raise MissingCRSError(
            f"the {table.name} table is in {frame.crs or 'no coordinate reference system'}, not in {CRS}",
            hint=f'convert it with frame.to_crs("{CRS}"), or name its CRS with frame.set_crs(…)',
        )
    conformed = conform(frame, table)
    faults = [fault for _, fault in faults_in(conformed, table)]
    if faults:
        records = len({fault.record for fault in faults})
        raise BadRecordsError(f"{records} of {len(frame):,} {table.name} records break the rules", faults)
    return conformed


def require_table(given: object, *, purpose: str, geometry: bool = False) -> None:
    """Raise an error that says what to give instead of something that is no table.

    Parameters
    ----------
    given
        What a caller gave.
    purpose
        What the table is needed for, as in "to summarise".
    geometry
        Whether its records must have geometry.

    Raises
    ------
    HazardDataError
        If it is something else.
    """
    if not isinstance(given, pd.DataFrame) or (geometry and getattr(given, "active_geometry_name", None) is None):
        raise UsageError(
            f"a table{' with geometry' if geometry else ''} is needed {purpose}, not {type(given).__name__}",
            hint="give its .data" if hasattr(given, "data") and hasattr(given, "rejected") else _TABLES,
        )


def in_degrees(given: object, name: str, *, purpose: str) -> gpd.GeoDataFrame:
    """A table in EPSG:4326 with its shapes in the column ``geometry``, or an error that says what to give instead.

    Parameters
    ----------
    given
        What a caller gave; a column that is called ``geometry`` and holds no shapes gets another name.
    name
        What the table is called, as in "hazards".
    purpose
        What it is needed for, as in "to summarise".

    Raises
    ------
    HazardDataError
        If it is no table with geometry, or names no CRS though it has shapes.
    """
    require_table(given, purpose=purpose, geometry=True)
    table = cast("gpd.GeoDataFrame", given)
    if table.crs is None and table.geometry.notna().any():
        raise missing_crs(f"the {name}", name)
    table = table.set_crs(CRS) if table.crs is None else table.to_crs(CRS)
    if table.active_geometry_name == "geometry":
        return table
    return table.rename(columns={"geometry": "geometry_in_source"}).rename_geometry("geometry")


def with_shapes(given: object, *, purpose: str) -> gpd.GeoDataFrame:
    """Releases with shapes, missing ones where they are figures only.

    Parameters
    ----------
    given
        What a caller gave.
    purpose
        What it is needed for.

    Raises
    ------
    HazardDataError
        If it is no table, or a plain one whose shapes are in a CRS that nobody knows.
    """
    require_table(given, purpose=purpose)
    table = cast("gpd.GeoDataFrame", given)
    if getattr(table, "active_geometry_name", None) is not None:
        return table
    loose = table.get("geometry", pd.Series(dtype=object)).to_numpy(dtype=object)
    require_table(table, purpose=purpose, geometry=bool(shapely.is_geometry(loose).any()))
    shapes = gpd.GeoSeries([None] * len(table), index=table.index, crs=CRS)
    return gpd.GeoDataFrame(table.drop(columns="geometry", errors="ignore"), geometry=shapes)


def require_columns(frame: pd.DataFrame, names: Sequence[str], *, purpose: str) -> None:
    """Raise an error that lists the columns a function needs and the table lacks.

    Parameters
    ----------
    frame
        Any table.
    names
        The columns needed.
    purpose
        What they are needed for, as in "to summarise".

    Raises
    ------
    HazardDataError
        If one is missing, or what is given is no table.
    """
    require_table(frame, purpose=purpose)
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise UsageError(
            f"{', '.join(missing)} needed {purpose}, but the table has {', '.join(map(str, frame.columns))}",
            hint="read the file with kh.read_hazards or kh.read_releases, or rename the columns",
        )


def _value_faults(frame: gpd.GeoDataFrame, table: Table) -> list[tuple[int, Fault]]:
    schema, known = _schema(table), [name for name in table.names if name in frame.columns]
    try:
        schema.validate(pd.DataFrame(frame)[known], lazy=True)
    except _pandera().errors.SchemaErrors as errors:
        cases = errors.failure_cases.drop_duplicates(["column", "index", "check"])
    else:
        return []
    keys = frame[table.key]
    return [
        (int(index), _fault(table[column], keys.iloc[int(index)], int(index), case, check))
        for column, check, case, index in cases[["column", "check", "failure_case", "index"]].itertuples(index=False)
    ]


def _fault(column: Column, key: object, position: int, value: object, check: str) -> Fault:
    record = _record(key, position)
    if check == "not_nullable":
        return Fault(record, column.name, value, "is missing", _way_out(column))
    if check == "field_uniqueness":
        return Fault(record, column.name, value, f"{value!r} stands more than once", "ids must be unique")
    if column.vocabulary:
        allowed = ", ".join(column.vocabulary)
        return Fault(
            record,
            column.name,
            value,
            f"{value!r} is not one of {allowed}",
            f"correct it or map it with {argument('values')}",
        )
    if column.lowest < 0:
        limits = f"{column.lowest:g} to {column.highest:g}"
        return Fault(record, column.name, value, f"{value!r} is not within {limits}", f"give {column.meaning}")
    return Fault(record, column.name, value, f"{value!r} is negative", "areas and counts start at 0")


def _way_out(column: Column) -> str:
    """What to do where a value must be given; one that holds for a whole file need not be written into it."""
    if not column.vocabulary:
        return f"give the {column.meaning}"
    return (
        f"give {' or '.join(column.vocabulary)}; if one holds for all, pass {argument('defaults', {column.name: ...})}"
    )


def _record(key: object, position: int) -> str:
    return str(key) if pd.notna(key) else f"in row {position + 1}"


_LOADING = Lock()


def _pandera() -> ModuleType:
    """The library that looks at values; it takes half a second, which who only asks for help need not wait for."""
    # Its modules import each other, at which two threads would wait for one another for ever.
    with _LOADING:
        import pandera.pandas as pa

        return pa


@lru_cache(maxsize=8)
def _schema(table: Table) -> pa.DataFrameSchema:
    columns = {column.name: _pandera_column(column, table) for column in table.columns}
    schema: pa.DataFrameSchema = _pandera().DataFrameSchema(columns)
    return schema


def _pandera_column(column: Column, table: Table) -> pa.Column:
    loaded, checks = _pandera(), []
    if column.several:
        checks.append(loaded.Check(partial(_holds_words, words=set(column.vocabulary)), name="vocabulary"))
    elif column.vocabulary:
        checks.append(loaded.Check.isin(list(column.vocabulary), name="vocabulary"))
    if column.dtype in (NUMBER, COUNT):
        checks.append(loaded.Check.in_range(column.lowest, column.highest, name="in_range"))
    made: pa.Column = loaded.Column(
        checks=checks,
        nullable=not column.required,
        unique=column.name == table.key,
        name=column.name,
        required=not column.optional,
    )
    return made


def _holds_words(cells: pd.Series, words: set[str]) -> pd.Series:
    """Whether each cell holds words of the vocabulary only."""
    return cells.map(lambda cell: set(str(cell).split(SEVERAL)) <= words)


def _geometry_faults(frame: gpd.GeoDataFrame, table: Table) -> list[tuple[int, Fault]]:
    shapes = frame.geometry.to_numpy()
    missing = shapely.is_missing(shapes)
    kinds = shapely.get_type_id(shapes)
    areal = (kinds == shapely.GeometryType.POLYGON) | (kinds == shapely.GeometryType.MULTIPOLYGON)
    if table.of_points:
        points = np.isin(kinds, (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT))
        points |= table.or_polygons & np.isin(kinds, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
        return _faults_of_shapes(frame, table, ((~missing & ~points, "is not a point", "give the place itself"),))
    problems = (
        (missing & table.geometry_required, "is missing", "draw the polygon or leave the record out"),
        (~missing & shapely.is_empty(shapes), "is empty", "draw the polygon or leave the record out"),
        (~missing & ~areal, "is not a polygon", "hazardous areas and released land are polygons"),
        (areal & ~shapely.is_valid(shapes), "crosses itself", "redraw it, or read the file with kh.read_hazards"),
    )
    return _faults_of_shapes(frame, table, problems)


def _faults_of_shapes(
    frame: gpd.GeoDataFrame, table: Table, problems: Sequence[tuple[Mask, str, str]]
) -> list[tuple[int, Fault]]:
    keys = frame[table.key]
    return [
        (int(row), Fault(_record(keys.iloc[row], int(row)), "geometry", None, problem, remedy))
        for mask, problem, remedy in problems
        for row in mask.nonzero()[0]
    ]
