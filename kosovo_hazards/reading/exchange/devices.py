"""Devices counted by category: submunitions, mines, other ordnance, and what is none of these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kosovo_hazards.language import compact, words
from kosovo_hazards.reading.exchange.notebook import Notebook
from kosovo_hazards.schema import DeviceCategory

__all__ = ["COUNTS", "counted_devices"]

COUNTS = ("submunitions", "ap_mines", "av_mines", "other_uxo", "other_devices", "unknown_devices")
"""Columns of counts; the last two are no columns of releases and stand behind them."""

_COLUMN_OF = {
    DeviceCategory.SUBMUNITION: "submunitions",
    DeviceCategory.AP_MINE: "ap_mines",
    DeviceCategory.AV_MINE: "av_mines",
    DeviceCategory.UXO: "other_uxo",
    DeviceCategory.AXO: "other_uxo",
    DeviceCategory.UNKNOWN: "unknown_devices",
}


def counted_devices(
    devices: pd.DataFrame, key: str, ids: Mapping[Any, str], given: Mapping[str, str], book: Notebook
) -> pd.DataFrame:
    """Count the devices of each record.

    Parameters
    ----------
    devices
        One row each: `key`, `qty`, `category`, `subcategory`, `model`.
    key
        Column that names the record.
    ids
        Id of each record by that name, for what is told.
    given
        Words of the caller for categories, by `compact` spelling.
    book
        Takes what was found.

    Returns
    -------
    `COUNTS` by record, missing where nothing is said. Rows that stand twice count as often as they stand.
    """
    said = devices.dropna(subset=[key]).copy()
    again = said[said.duplicated([key, "ordnance_guid", "qty"])]
    for record, rows in again.groupby(key):
        text = f"{len(rows)} rows of devices stand twice; they count as often as they stand – look whether they should."
        book.tell("devices-twice", "warning", ids.get(record, record), text, value=len(rows))
    quantity = pd.to_numeric(said["qty"], errors="coerce")
    lost = said[quantity.isna() | (quantity < 0)]
    for record, rows in lost.groupby(key):
        text = f"{len(rows)} rows of devices say no usable number and are not counted."
        book.tell("devices-without-number", "warning", ids.get(record, record), text, value=len(rows))
    known = {**words("device_category"), **{compact(word.value): word.value for word in DeviceCategory}, **given}
    # The finer category says more: a submunition may stand below "UXO".
    fine, rough = (said[name].map(lambda text: known.get(compact(text)), na_action="ignore") for name in _LEVELS)
    counted = fine.map(_COLUMN_OF, na_action="ignore")
    named = rough.map(_column, na_action="ignore").where(counted.isna(), counted).fillna("unknown_devices")
    for text, rows in said[rough.isna() & fine.isna() & said["category"].notna()].groupby("category"):
        book.tell(
            "unknown-category", "warning", None,
            f"{len(rows)} rows of devices have the category {text!r}, which is not known; they are counted as unknown.",
            value=str(text),
        )  # fmt: skip
    table = said.assign(column=named, quantity=quantity.where(quantity >= 0)).dropna(subset=["quantity"])
    counts = table.pivot_table(index=key, columns="column", values="quantity", aggfunc="sum")
    return counts.reindex(columns=list(COUNTS))


_LEVELS = ("subcategory", "category")


def _column(category: str) -> str:
    return _COLUMN_OF.get(DeviceCategory(category), "other_devices")
