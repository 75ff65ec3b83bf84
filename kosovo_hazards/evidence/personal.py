"""Columns that tell who a person is or how to reach one: told and left out, unless the caller names them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from kosovo_hazards._wording import argument
from kosovo_hazards.cells import texts
from kosovo_hazards.language import personal_words, spelling_key
from kosovo_hazards.reading import Records
from kosovo_hazards.schema import ACCIDENTS, Table

__all__ = ["without_personal_data"]

# As people write telephone numbers: with a sign or a nought before, or parted by blanks and strokes.
_TELEPHONE = re.compile(r"(?:\+|00|0)[1-9]\d{0,3}(?:[\s/().-]*\d){5,12}")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
_MOST = 0.5
_NUMBERED = re.compile(r"[\s\d]+$")


def without_personal_data(records: Records, table: Table, asked: Collection[str]) -> Records:
    """Records without the columns whose headings or cells look like names of persons or ways to reach them.

    Parameters
    ----------
    records
        What a source holds.
    table
        The table that they are for.
    asked
        Headings that the caller named: those are taken over.

    Returns
    -------
    The records, and a note that names each column left out.
    """
    left = [name for name in records.table.columns if name not in asked and _is_personal(name, records.table, table)]
    if not left:
        return records
    note = (
        f"columns left out, as they look like names of persons or ways to reach them: {', '.join(map(repr, left))}; "
        f"to take one over, name it: {argument('personal', [left[0]])}"
    )
    return replace(records, table=records.table.drop(columns=left), notes=(*records.notes, note))


def _is_personal(name: str, source: pd.DataFrame, table: Table) -> bool:
    return _heading_is_personal(name, table) or _cells_are_personal(source[name])


def _heading_is_personal(name: str, table: Table) -> bool:
    words = personal_words()
    key = spelling_key(_parted(name))
    tokens = set(key.split())
    if _NUMBERED.sub("", key) in words["alone"] or _holds(key, words["contact"] | words["person name"]):
        return True
    if not tokens & words["name"]:
        return False
    # The name of an accident is that of the person it happened to.
    return bool(tokens & words["person"]) or (table is ACCIDENTS and _NUMBERED.sub("", key) in words["name"])


def _parted(name: str) -> str:
    """A heading with its words apart, also where only capitals part them."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)


def _holds(key: str, phrases: Collection[str]) -> bool:
    return any(f" {phrase} " in f" {key} " for phrase in phrases)


def _cells_are_personal(column: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_datetime64_any_dtype(column.dtype):
        return False
    if pd.api.types.infer_dtype(column, skipna=True) not in ("string", "mixed"):
        return False
    cells = texts(column.head(1_000)).dropna()
    found = cells.str.fullmatch(_TELEPHONE.pattern) | cells.str.fullmatch(_MAIL.pattern)
    return bool(len(cells)) and float(found.mean()) > _MOST
