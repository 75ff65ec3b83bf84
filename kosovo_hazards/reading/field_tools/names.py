"""Names of what is drawn taken for ids, where a file has no better ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from kosovo_hazards.language import compact, headings, words
from kosovo_hazards.reading.source_records import Records
from kosovo_hazards.schema import HAZARDS, RELEASES

__all__ = ["meaning_of", "with_names_as_ids"]

# Ids that programs give on saving: ID_00012 (ArcGIS), hazards.7 (GDAL), 0F2C77A1B92D5D4E5C5E (Google Earth).
_MADE_BY_PROGRAMS = re.compile(r"ID_\d+|[\w-]+\.\d+|kml_?\d+|[0-9A-F]{16,}|feat_?\d+|\d", re.IGNORECASE)


def meaning_of(names: Sequence[str], otherwise: str) -> str:
    """The column that names of folders or layers stand for: type or product if each of them is a word for one.

    Parameters
    ----------
    names
        The names.
    otherwise
        What they are called else.

    Examples
    --------
    >>> meaning_of(["CHA", "SHA"], "folder"), meaning_of(["cleared"], "folder"), meaning_of(["North"], "folder")
    ('hazard_type', 'product', 'folder')
    """
    for table, name in ((HAZARDS, "hazard_type"), (RELEASES, "product")):
        column = next(one for one in table.columns if one.name == name)
        known = {*words(name), *map(compact, column.vocabulary)}
        if names and all(compact(one) in known for one in names):
            return name
    return otherwise


def with_names_as_ids(records: Records, name: str) -> Records:
    """Records with an id column made of their names, if every record has one, no two the same, and no ids are given.

    Parameters
    ----------
    records
        What a file holds.
    name
        The column with names. Ids in column ``id`` that a program made up give way to names.

    Returns
    -------
    The same with a column ``id``; made-up ids stand under ``id in file``.

    Examples
    --------
    >>> import numpy as np
    >>> from kosovo_hazards.reading.source_records import records_of
    >>> with_names_as_ids(records_of(pd.DataFrame({"Name": ["KS-1", "KS-2"]}), None, None), "Name").table["id"].tolist()
    ['KS-1', 'KS-2']
    """
    table = records.table
    if name not in table.columns or not len(table):
        return records
    known = [str(column) for column in table.columns if _is_id(str(column))]
    made_up = known == ["id"] and table["id"].dropna().map(_MADE_BY_PROGRAMS.fullmatch).map(bool).all()
    names = table[name]
    if (known and not made_up) or names.isna().any() or names.duplicated().any():
        return records
    if made_up:
        table = table.rename(columns={"id": "id in file"})
    table = pd.concat([names.rename("id"), table], axis=1)
    note = f"names in {name!r} were taken for ids, as no two are the same and the file has no other"
    return replace(records, table=table, notes=(*records.notes, note))


def _is_id(heading: str) -> bool:
    key = compact(heading)
    found = {**headings("hazard").get(key, {}), **headings("release").get(key, {})}
    return bool({"hazard_id", "release_id"} & set(found))
