"""Checks on what a record says: ids, mandatory fields, words, numbers, dates and areas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from kosovo_hazards.checks.areas import area_findings
from kosovo_hazards.checks.checked_table import Records, Severity, products
from kosovo_hazards.checks.limits import Days, Limits
from kosovo_hazards.language import (
    compact,
    headings,
    numbers,
    sentence,
    sentences,
    spoken,
    spoken_words,
    words,
)
from kosovo_hazards.provenance import synthetic_records
from kosovo_hazards.reading import CORNERS_GIVEN_TO
from kosovo_hazards.schema import COUNT, FINDS, HAZARDS, NUMBER, RELEASES, SEVERAL, Column, Product

__all__ = ["synthetic_findings", "value_findings"]

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

# GICHD's draft of minimum data for IMAS 05.10, as far as the tables have columns for them.
_MINIMUM = {
    "hazard": {
        "hazard_type": ERROR, "status": WARNING, "contamination": WARNING, "established": NOTE, "municipality": NOTE,
    },
    "release": {"product": ERROR, "completed": WARNING, "operator": NOTE},
}  # fmt: skip
_ESSENTIAL = ("hazard_type", "product")
_DAY_ZERO = pd.to_datetime(["1899-12-30", "1900-01-01", "1970-01-01"])
_OTHER_METHOD_WORDS = {
    Product.CANCELLED: ("non-technical survey", "non technical survey", "NTS", "general survey"),
    Product.REDUCED: ("technical survey", "TS", "CMRS", "area reduction"),
    Product.CLEARED: ("clearance", "BAC", "battle area clearance", "manual clearance", "demining", "mine clearance"),
}


def value_findings(records: Records, limits: Limits, days: Days) -> Iterator[pd.DataFrame]:
    """What is wrong with the columns of one table.

    Parameters
    ----------
    records
        Hazards or releases.
    limits
        The thresholds.
    days
        Today and the day of the register.
    """
    yield from _ids(records)
    yield from _shape_ids(records)
    yield from _missing(records)
    for column in records.table.columns:
        if column.vocabulary:
            yield from _words_unknown(records, column)
        elif column.dtype in (NUMBER, COUNT):
            yield from _numbers(records, column, limits)
    yield from _dates(records, "established" if records.table is HAZARDS else "completed", limits, days)
    yield from area_findings(records, limits)
    yield _operators(records)
    yield _given_coarsely(records)
    if records.table is RELEASES:
        yield _methods(records)
        yield _finds_on_cancelled(records)


def synthetic_findings(tables: Sequence[Records]) -> Iterator[pd.DataFrame]:
    """Made-up records among real ones, within a table or between two.

    Parameters
    ----------
    tables
        Hazards, and releases if there are any.
    """
    for records in (table for table in tables if "synthetic" in table.frame.columns):
        made_up = synthetic_records(records.frame)
        if 0 < made_up.sum() < len(records):
            odd = made_up if made_up.sum() <= len(records) / 2 else ~made_up
            which = "synthetic-mixed.made-up" if odd is made_up else "synthetic-mixed.real"
            yield records.found("synthetic-mixed", odd, sentence(which, n=float((~odd).sum())), value=float(odd.sum()))
    kinds = {bool(synthetic_records(table.frame).all()) for table in tables if len(table)}
    mixed_within = any(0 < synthetic_records(table.frame).sum() < len(table) for table in tables)
    if len(kinds) > 1 and not mixed_within:
        text = sentence("synthetic-mixed.table")
        yield tables[-1].found_in_table("synthetic-mixed", text, value=float(len(tables[-1])))


# --- ids and fields --------------------------------------------------------------------------------------------------


def _ids(records: Records) -> Iterator[pd.DataFrame]:
    missing = pd.isna(records.ids)
    yield records.found("missing-id", missing, sentence("missing-id"))
    ids = pd.Series(records.ids)
    count = ids.map(ids.value_counts())
    rows = np.flatnonzero(ids.duplicated() & ~missing)
    text = sentences("duplicate-id", id=_quoted(ids[rows]), n=count[rows].to_numpy(), row=numbers(rows + 1))
    yield records.found("duplicate-id", rows, text, value=count[rows].to_numpy(), other=records.ids[rows])
    yield _similar(records, "similar-id", ids)


def _similar(records: Records, check: str, texts: pd.Series, more: str = "", **given: str) -> pd.DataFrame:
    """Spellings that become one without blanks and case (and what else `more` is a pattern of)."""
    each = texts.dropna().drop_duplicates()
    keys = each.astype(str).str.casefold().str.replace(rf"\s+{more}", "", regex=True)
    before = each.groupby(keys).transform("first")
    odd = keys.duplicated()
    rows = each.index[odd].to_numpy(dtype=np.intp)
    text = sentences(check, one=_quoted(before[odd]), other=_quoted(each[odd]), **given)
    others = before[odd].to_numpy(dtype=object) if check == "similar-id" else None
    return records.found(check, rows, text, other=others)


def _quoted(texts: Iterable[object]) -> list[str]:
    return [repr(str(text)) for text in texts]


def _shape_ids(records: Records) -> Iterator[pd.DataFrame]:
    """Ids of polygons, of which a record may have several, in the columns that IMSMA and its kin have for them."""
    roles = headings("shape")
    for column in records.frame.columns:
        key = compact(column)
        if "shape_id" not in roles.get(key, {}) or not key.endswith(("id", "guid")) or column == records.table.key:
            continue
        ids = pd.Series(records.texts(column), dtype=object).str.split(r",\s*", regex=True).explode().dropna()
        again = ids[ids.duplicated()].groupby(level=0).first()
        rows, first = again.index.to_numpy(dtype=np.intp), ids.drop_duplicates()
        holder = {name: records.labels[row] for row, name in first.items()}
        other = [holder[name] for name in again]
        text = sentences("duplicate-shape-id", column=str(column), id=_quoted(again), other=other)
        yield records.found("duplicate-shape-id", rows, text, other=other)
        yield _similar(records, "similar-shape-id", first.groupby(level=0).first(), column=str(column))


def _operators(records: Records) -> pd.DataFrame:
    return _similar(records, "operator-spelt-differently", pd.Series(records.texts("operator")), r"|[.,_-]+")


def _missing(records: Records) -> Iterator[pd.DataFrame]:
    for name, severity in _MINIMUM[records.name].items():
        empty = pd.isna(records.texts(name))
        label = spoken().texts[f"meaning.{name}"]
        if empty.all() and len(records):
            which = "missing-column.empty" if name in records.frame.columns else "missing-column.absent"
            text = sentence(which, column=name, label=label, n=len(records))
            yield records.found_in_table("missing-column", text, value=float(len(records)), severity=severity)
        else:
            text = sentence("missing-field", column=name, label=label)
            yield records.found("missing-field", empty, text, severity=severity)


def _words_unknown(records: Records, column: Column) -> Iterator[pd.DataFrame]:
    texts = records.texts(column.name)
    fine = np.isin(texts.astype(str), column.vocabulary)
    if column.several:
        fine = np.array([set(text.split(SEVERAL)) <= set(column.vocabulary) for text in texts.astype(str)], dtype=bool)
    rows = np.flatnonzero(~pd.isna(texts) & ~fine)
    known, written = words(column.spellings or column.name), list(set(texts[rows]))
    meant = [known.get(compact(text), "") for text in written]
    said = sentences(
        ["unknown-word.meant" if word else "unknown-word.allowed" for word in meant],
        column=column.name, text=_quoted(written), meant=_quoted(meant), allowed=", ".join(column.vocabulary),
    )  # fmt: skip
    messages = dict(zip(written, said, strict=True))
    severity = ERROR if column.name in _ESSENTIAL else WARNING
    yield records.found("unknown-word", rows, [messages[text] for text in texts[rows]], severity=severity)


# --- numbers and dates -----------------------------------------------------------------------------------------------


def _numbers(records: Records, column: Column, limits: Limits) -> Iterator[pd.DataFrame]:
    if column.name not in records.frame.columns:
        return
    texts, amounts = records.texts(column.name), records.numbers(column.name)
    wrong = ~pd.isna(texts) & ~np.isfinite(amounts)
    text = sentences("not-a-number", column=column.name, text=_quoted(texts[wrong]))
    yield records.found("not-a-number", wrong, text)
    below = amounts < column.lowest
    text = sentences("negative-number", column=column.name, number=numbers(amounts[below]))
    yield records.found("negative-number", below, text, value=amounts[below])
    if column.dtype == COUNT:
        broken = amounts % 1 != 0
        # A whole town may benefit; no release finds so many items.
        many = (amounts > limits.most_items) & (column.name in FINDS)
        odd = np.isfinite(amounts) & (many | broken) & ~below
        text = sentences(
            [f"implausible-count.{'broken' if part else 'many'}" for part in broken[odd]],
            column=column.name, number=[spoken().localised(f"{value:,.10g}") for value in amounts[odd]],
            most=spoken().number(limits.most_items),
        )  # fmt: skip
        yield records.found("implausible-count", odd, text, value=amounts[odd])


def _dates(records: Records, column: str, limits: Limits, days: Days) -> Iterator[pd.DataFrame]:
    dates, texts = records.dates(column), records.texts(column)
    wrong = dates.isna().to_numpy() & ~pd.isna(texts)
    text = sentences("unreadable-date", column=column, text=_quoted(texts[wrong]))
    yield records.found("unreadable-date", wrong, text)
    today = days.today
    late = (dates > today).to_numpy()
    ahead = (dates[late] - today).dt.days.to_numpy(dtype=np.float64)
    text = sentences("future-date", column=column, date=_iso(dates[late]), n=ahead, today=f"{today:%Y-%m-%d}")
    yield records.found("future-date", late, text, value=ahead)
    yield _after_register(records, column, dates, days)
    early = ((dates < pd.Timestamp(limits.earliest_date)) | dates.isin(_DAY_ZERO)).to_numpy()
    text = sentences("implausible-date", column=column, date=_iso(dates[early]))
    yield records.found("implausible-date", early, text)


def _iso(dates: pd.Series) -> list[str]:
    """Days as they are to be written in a table."""
    return [f"{date:%Y-%m-%d}" for date in dates]


def _after_register(records: Records, column: str, dates: pd.Series, days: Days) -> pd.DataFrame:
    """Hazards recorded after the day of the register that holds them; releases may well be later."""
    after = (dates > days.register).to_numpy() & (records.table is HAZARDS)
    ahead = (dates[after] - days.register).dt.days.to_numpy(dtype=np.float64)
    register = "" if pd.isna(days.register) else f"{days.register:%Y-%m-%d}"
    text = sentences("recorded-after-register", column=column, date=_iso(dates[after]), n=ahead, register=register)
    return records.found("recorded-after-register", after, text, value=ahead)


# --- product and method ----------------------------------------------------------------------------------------------


def _methods(records: Records) -> pd.DataFrame:
    product, methods = products(records), records.texts("method")
    gives = {compact(word): kind.value for kind, spellings in _OTHER_METHOD_WORDS.items() for word in spellings}
    means = np.array([gives.get(compact(text), "") if text else "" for text in methods], dtype=object)
    rows = np.flatnonzero((means != "") & (product != "") & (means != product))
    text = sentences(
        "method-does-not-fit", method=_quoted(methods[rows]), gives=spoken_words("product", means[rows]),
        product=spoken_words("product", product[rows]),
    )  # fmt: skip
    return records.found("method-does-not-fit", rows, text)


def _finds_on_cancelled(records: Records) -> pd.DataFrame:
    items = np.nansum([records.numbers(name).clip(0) for name in FINDS], axis=0)
    rows = np.flatnonzero((products(records) == Product.CANCELLED.value) & (items > 0))
    text = sentences("finds-on-cancelled-land", n=items[rows])
    return records.found("finds-on-cancelled-land", rows, text, value=items[rows])


def _given_coarsely(records: Records) -> pd.DataFrame:
    """What a reader saw of the corners as they were written."""
    metres = records.numbers(CORNERS_GIVEN_TO)
    rows = np.flatnonzero(metres > 0)
    which = "coarse-corners.hazard" if records.table is HAZARDS else "coarse-corners.release"
    texts = sentences(which, metres=numbers(metres[rows]))
    return records.found("coarse-corners", rows, texts, value=metres[rows])
