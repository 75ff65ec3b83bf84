"""What a GeoPackage keeps beside its records: words for codes, and names that people see."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from kosovo_hazards.reading.field_tools.coded_values import code_key, with_aliases, with_words
from kosovo_hazards.reading.source_records import Records

__all__ = ["with_package_words"]


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
