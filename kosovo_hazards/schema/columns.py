"""What a column and a table of the library are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kosovo_hazards.schema.words import Direction

__all__ = ["COUNT", "DATE", "FLAG", "NUMBER", "SEVERAL", "TEXT", "Column", "Table"]

TEXT, NUMBER, COUNT, DATE, FLAG = "str", "float64", "Int64", "datetime64[us]", "bool"

SEVERAL = "; "
"""What parts the words of a column that may hold several."""


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name
        Its name, with the unit where it has one.
    dtype
        The pandas dtype.
    meaning
        What it holds, in a clause.
    required
        Whether every record must have a value.
    vocabulary
        The values allowed; empty when any are.
    spellings
        Where the spellings of these values stand, if not under the column's name.
    optional
        Whether a table has the column only where a source does.
    several
        Whether a cell may hold several words of the vocabulary, parted by `SEVERAL`.
    lowest, highest
        Between which numbers lie, both included.
    """

    name: str
    dtype: str
    meaning: str
    required: bool = False
    vocabulary: tuple[str, ...] = ()
    spellings: str = ""
    optional: bool = False
    several: bool = False
    lowest: float = 0.0
    highest: float = math.inf


@dataclass(frozen=True)
class Table:
    """The columns that a kind of table has.

    Attributes
    ----------
    name
        What one record is called.
    key
        The column that names each record once.
    columns
        All columns but the geometry, in order.
    geometry_required
        Whether every record must have a polygon.
    direction
        To which side its ground may err.
    of_points
        Whether its shapes are points instead of polygons; or, with `or_polygons`, either.
    """

    name: str
    key: str
    columns: tuple[Column, ...]
    geometry_required: bool
    direction: Direction
    of_points: bool = False
    or_polygons: bool = False

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)
