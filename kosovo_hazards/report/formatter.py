"""How a table is told: headings, words, figures and days in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from kosovo_hazards.forecasting import percent
from kosovo_hazards.gazetteer import place_names
from kosovo_hazards.land_release import ITEMS
from kosovo_hazards.language import Catalogue
from kosovo_hazards.schema import Product
from kosovo_hazards.sharing import FEW
from kosovo_hazards.summaries import TOTALS, UNKNOWN

__all__ = ["OFTEN_EMPTY", "Formatter", "ReportTable", "kind_of", "missing"]

OFTEN_EMPTY = ("other_id", "record_id")
"""Columns whose cells are empty because there is nothing to say, not because it is unknown."""

_ENDINGS = {"_km2": "km2", "_m2": "m2", "_share": "share", "_year": "year", "_day": "day", "_records": "count"}
_KINDS = {
    "m2_per_year": "m2", "m2_per_submunition": "m2", "years": "decimal", "value": "decimal", "year": "year",
    "chance_by_deadline": "chance", "meets_deadline": "flag",
    **dict.fromkeys(("chas", "shas", "total_areas", "unknown_area", "releases", "areas", "findings", "uncounted",
                     "total", "records", "row", *ITEMS, *Product), "count"),
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
    """

    name: str
    frame: pd.DataFrame
    total: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    shown: pd.DataFrame | None = None


class Formatter:
    """Says cells and headings in a language.

    Parameters
    ----------
    t
        The words.
    units
        Places with further names; None for those of the gazetteer.
    """

    def __init__(self, t: Catalogue, units: gpd.GeoDataFrame | None = None) -> None:
        self.t = t
        self.names = place_names(units, t.code)
        self.others = place_names(units, "sq" if t.code == "sr" else "sr")

    def heading(self, table: ReportTable, column: str) -> str:
        """Heading of a column."""
        known = (f"column.{table.name}.{column}", f"told.{column}")
        heading = next((self.t(key) for key in known if key in self.t.texts), column)
        return table.labels.get(column, heading)

    def beside(self, column: str, value: object) -> str:
        """The name of a place in the other language, where it differs."""
        text = "" if missing(value) else str(value)
        if column not in ("district", "municipality") or text in (TOTALS, UNKNOWN, FEW, ""):
            return ""
        shown, other = self.names.get(text, text), self.others.get(text, text)
        return "" if other == shown else other

    def word(self, column: str, value: object) -> str:
        """A word of the data in the reader's language."""
        text = str(value)
        if text == TOTALS:
            return self.t("totals")
        if text == UNKNOWN:
            return self.t("unknown")
        if text == FEW:
            return self.t("few_areas")
        if column in ("district", "municipality"):
            return self.names.get(text, text)
        for key in (f"{column}.{text}.short", f"{column}.{text}"):
            if key in self.t.texts:
                return self.t(key)
        return text

    def cell(self, column: str, value: object) -> str:
        """A cell as the page prints it."""
        kind = kind_of(column)
        if missing(value):
            blank = {"km2": self.t("not_given"), "text": "" if column in OFTEN_EMPTY else self.t("unknown")}
            return blank.get(kind, self.t("unknown"))
        return self.word(column, value) if kind == "text" else self._told(kind, value)

    def _told(self, kind: str, value: Any) -> str:
        decimals = 1 if kind in ("decimal", "km2") else 0
        words = {
            "year": lambda: str(int(value)),
            "flag": lambda: self.t("yes") if value else self.t("no"),
            "day": lambda: self.t.day(pd.Timestamp(value).date()),
            "share": lambda: f"{self.t.number(float(value) * 100, 1)}%",
            "chance": lambda: self.t("chance.alone", chance=percent(float(value))),
        }
        return words.get(kind, lambda: self.t.number(float(value), decimals))()


def missing(value: object) -> bool:
    """Whether a cell holds nothing.

    Parameters
    ----------
    value
        What stands in it.
    """
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def kind_of(column: str) -> str:
    """What sort of figures a column holds: m2, km2, count, share, chance, year, day, decimal, flag or text.

    Parameters
    ----------
    column
        Its name in the library.
    """
    found = _KINDS.get(column) or next((kind for end, kind in _ENDINGS.items() if column.endswith(end)), "text")
    return str(found)
