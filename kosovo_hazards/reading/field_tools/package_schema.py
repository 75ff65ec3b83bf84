"""What a GeoPackage keeps beside its records: words for codes, names that people see, and which records have curves."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import numpy as np
import pyproj
import shapely

from kosovo_hazards.reading.field_tools.coded_values import code_key, with_aliases, with_words
from kosovo_hazards.reading.source_records import Records

__all__ = ["with_package_curves", "with_package_words"]

# CircularString to MultiSurface, Curve and Surface; thousands tell of heights and measures.
_CURVES = frozenset({8, 9, 10, 11, 12, 13, 14})
_ENVELOPES = (0, 32, 48, 48, 64)
_HEAD = 8 + 64 + 5
# Chords of a quarter of a degree, as GDAL draws them here, lie this far within an arc of 4 km.
_MARGIN_M = 0.01
_METRES_PER_DEGREE = 111_320.0 * 0.5


def with_package_words(records: Records, database: sqlite3.Connection) -> Records:
    """Records with the words of enumerations and the names of columns that the package's schema gives.

    Parameters
    ----------
    records
        The records of a layer, which is their label.
    database
        The package.

    Notes
    -----
    OGC GeoPackage 1.3, extension Schema: ``gpkg_data_columns`` and ``gpkg_data_column_constraints``.
    """
    aliases: dict[str, str] = {}
    domains: dict[str, dict[str, str]] = {}
    try:
        said = database.execute(
            "SELECT column_name, name, title, constraint_name FROM gpkg_data_columns WHERE table_name = ?",
            (records.label,),
        ).fetchall()
        for column, name, title, constraint in said:
            if title or name:
                aliases[str(column)] = str(title or name)
            words = database.execute(
                "SELECT value, description FROM gpkg_data_column_constraints "
                "WHERE constraint_name = ? AND constraint_type = 'enum'",
                (constraint,),
            ).fetchall()
            domains[str(column)] = {code_key(value): str(word) for value, word in words if word}
    except sqlite3.OperationalError as error:
        if "no such" not in str(error):
            raise
        return records
    table, notes = with_words(records.table, domains)
    table, renamed = with_aliases(table, aliases)
    return replace(records, table=table, notes=(*records.notes, *notes, *renamed))


def with_package_curves(records: Records, database: sqlite3.Connection) -> Records:
    """Records whose true curves, which come as chords, reach round all their ground.

    Parameters
    ----------
    records
        The records of a layer, all of them in its order.
    database
        The package.
    """
    curved = _curved(records, database)
    if records.shapes is None or not curved.any():
        return records
    margin = _MARGIN_M / _METRES_PER_DEGREE if _in_degrees(records.crs) else _MARGIN_M
    shapes, within, repairs = records.shapes.copy(), records.shapes.copy(), records.repairs.copy()
    shapes[curved], within[curved] = (
        shapely.buffer(records.shapes[curved], width, join_style="mitre") for width in (margin, -margin)
    )
    repairs[curved] = "curves drawn with straight lines at most 0.1 m beside them"
    note = (
        f"curves of {curved.sum():,} records were drawn with straight lines at most 0.1 m beside them: round all "
        "ground of hazards, and within that of releases"
    )
    return replace(records, shapes=shapes, within=within, repairs=repairs, notes=(*records.notes, note))


def _in_degrees(crs: pyproj.CRS | None) -> bool:
    return crs is not None and crs.is_geographic


def _curved(records: Records, database: sqlite3.Connection) -> np.ndarray:
    none = np.zeros(len(records), dtype=bool)
    try:
        column = database.execute(
            "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (records.label,)
        ).fetchone()
        if column is None:
            return none
        geometry, table = (name.replace('"', '""') for name in (str(column[0]), records.label))
        heads = database.execute(f'SELECT substr("{geometry}", 1, {_HEAD}) FROM "{table}"').fetchall()  # noqa: S608 - quoted
    except sqlite3.OperationalError as error:
        if "no such" not in str(error):
            raise
        return none
    found = np.array([_is_curve(head) for (head,) in heads], dtype=bool)
    return found if len(found) == len(records) else none


def _is_curve(head: object) -> bool:
    if not isinstance(head, bytes) or len(head) < 13 or head[:2] != b"GP":
        return False
    start = 8 + _ENVELOPES[min(head[3] >> 1 & 0b111, len(_ENVELOPES) - 1)]
    if len(head) < start + 5:
        return False
    number = head[start + 1 : start + 5]
    # The first byte says which comes first, the lesser or the greater bytes.
    code = int.from_bytes(number if head[start] != 1 else number[::-1], "big") & 0x0FFF_FFFF
    return code % 1000 in _CURVES
