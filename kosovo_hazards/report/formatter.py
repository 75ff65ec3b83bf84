"""How a table is worded: headings, words, figures and days in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards.forecasting import percent
from kosovo_hazards.gazetteer import level_words, place_names
from kosovo_hazards.land_release import ITEMS
from kosovo_hazards.language import Catalogue, retold
from kosovo_hazards.schema import Product
from kosovo_hazards.sharing import FEW
from kosovo_hazards.summaries import TOTALS, UNKNOWN

__all__ = ["OFTEN_EMPTY", "Formatter", "ReportTable", "kind_of", "missing"]

OFTEN_EMPTY = ("other_id", "record_id")
"""Columns whose cells are empty because there is nothing to say, not because it is unknown."""

_PLACES = ("district", "municipality")
# What readers said, which tables keep in English.
_OF_READERS = ("reason", "what")
_NO_PLACES = (TOTALS, UNKNOWN, FEW, "")
_ENDINGS = {
    "_km2": "km2",
    "_m2": "m2",
    "_share": "share",
    "_year": "year",
    "_day": "day",
    "_records": "count",
    "_eur": "m2",
    "_score": "score",
}
_KINDS = {
    "m2_per_year": "m2", "m2_per_submunition": "m2", "years": "decimal", "value": "decimal", "year": "year",
    "score": "score", "within_budget": "flag", "rank": "count", "ties": "count",
    "deepest_cm": "decimal",
    "chance_by_deadline": "chance", "meets_deadline": "flag",
    **dict.fromkeys(("chas", "shas", "total_areas", "unknown_area", "releases", "areas", "findings", "uncounted",
                     "total", "records", "filled", "row", "points", "killed", "injured", "quantity", *ITEMS, *Product),
                    "count"),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class ReportTable:
    """One table of the report.

    Attributes
    ----------
    name
        Name of its file, and key of its words.
    frame
        Columns by their names in the library, figures as numbers, missing where not known.
    total
        Whether the last row sums the others.
    labels
        Headings that no catalogue knows, by column.
    shown
        What the page prints of it where that is less; the files hold all.
    more
        Key of the line that says how many rows are not printed.
    """

    name: str
    frame: pd.DataFrame
    total: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    shown: pd.DataFrame | None = None
    more: str = "table.more"


class Formatter:
    """Says cells and headings in a language.

    Parameters
    ----------
    t
        The words.
    units
        Places with further names and the country's own words for its levels; None for those of the gazetteer.
    home
        Whether it is about Kosovo, whose names are known in three languages.
    """

    def __init__(self, t: Catalogue, units: gpd.GeoDataFrame | None = None, *, home: bool = True) -> None:
        self.t, self.home = t, home
        self.levels = level_words(units)
        self.names = place_names(units, t.code, home=home)
        self.others = place_names(units, "sq" if t.code == "sr" else "sr", home=home)

    def title(self, kind: str, name: str) -> str:
        """Title of a table, sheet or picture, with the country's own word where it goes by a level of places."""
        level = self.levels.get("district" if name == "districts" else name.removeprefix("hazards_by_"))
        return self.t(f"{kind}.by_level", level=level) if level else self.t(f"{kind}.{name}")

    def headings(self, table: ReportTable) -> list[str]:
        """Heading of each column of a table."""
        return [self._heading(table, str(column)) for column in table.frame.columns]

    def cells(self, column: str, values: pd.Series) -> list[str]:
        """The cells of a column as the page prints them."""
        kind = kind_of(column)
        unknown = (
            "" if kind == "text" and column in OFTEN_EMPTY else self.t("not_given" if kind == "km2" else "unknown")
        )
        known = ~np.fromiter(map(missing, values), dtype=bool, count=len(values))
        texts = iter(self._shown(column, kind, [value for value, there in zip(values, known, strict=True) if there]))
        return [next(texts) if there else unknown for there in known]

    def beside(self, column: str, values: pd.Series) -> list[str]:
        """The name of each place in the other language, where it differs."""
        if column not in _PLACES:
            return [""] * len(values)
        names = ["" if missing(value) else str(value) for value in values]
        pairs = [(self.names.get(name, name), self.others.get(name, name)) for name in names]
        return ["" if other == shown or name in _NO_PLACES else other
                for name, (shown, other) in zip(names, pairs, strict=True)]  # fmt: skip

    def _heading(self, table: ReportTable, column: str) -> str:
        keys = (f"column.{table.name}.{column}", f"told.{column}")
        text = next((self.t.texts[key] for key in keys if key in self.t.texts), column)
        return table.labels.get(column) or self.levels.get(column) or text

    def _shown(self, column: str, kind: str, values: list[Any]) -> list[str]:
        t = self.t
        if column in _OF_READERS:
            return retold(map(str, values), t)
        if kind == "text":
            return self._words(column, [str(value) for value in values])
        single: dict[str, Callable[[Any], str]] = {
            "year": lambda value: str(int(value)),
            "flag": lambda value: t.texts["yes" if value else "no"],
            "day": lambda value: t.day(pd.Timestamp(value).date()),
            "chance": lambda value: t("chance.alone", chance=percent(float(value))),
        }
        if kind in single:
            return [single[kind](value) for value in values]
        if kind == "share":
            return [f"{text}%" for text in t.numbers([float(value) * 100 for value in values], 1)]
        decimals = {"decimal": 1, "km2": 1, "score": 2}
        return t.numbers([float(value) for value in values], decimals.get(kind, 0))

    def _words(self, column: str, texts: list[str]) -> list[str]:
        """Words of the data in the reader's language."""
        own = {TOTALS: "totals", UNKNOWN: "unknown", FEW: "few_areas"}
        said = {text: self.t.texts[own[text]] for text in own}
        if column in _PLACES:
            return [said.get(text) or self.names.get(text, text) for text in texts]
        for text in set(texts) - set(said):
            said[text] = "; ".join(self._word(column, word) for word in text.split("; "))
        return [said[text] for text in texts]

    def _word(self, column: str, word: str) -> str:
        keys = (f"{column}.{word}.short", f"{column}.{word}")
        return next((self.t.texts[key] for key in keys if key in self.t.texts), word)


def missing(value: object) -> bool:
    """Whether a cell holds nothing.

    Parameters
    ----------
    value
        What stands in it.
    """
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


@lru_cache(maxsize=256)
def kind_of(column: str) -> str:
    """What sort of figures a column holds: m2, km2, count, share, chance, year, day, decimal, score, flag or text.

    Parameters
    ----------
    column
        Its name in the library.
    """
    found = _KINDS.get(column) or next((kind for end, kind in _ENDINGS.items() if column.endswith(end)), "text")
    return str(found)
