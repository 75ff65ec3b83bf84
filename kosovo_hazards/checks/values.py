"""Checks on what a record says: ids, mandatory fields, words, numbers, dates and areas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from kosovo_hazards.checks.areas import area_findings
from kosovo_hazards.checks.checked_table import Records, Severity, products
from kosovo_hazards.checks.limits import Days, Limits
from kosovo_hazards.language import compact, headings, words
from kosovo_hazards.provenance import synthetic_records
from kosovo_hazards.reading import CORNERS_GIVEN_TO
from kosovo_hazards.schema import COUNT, HAZARDS, METHOD, NUMBER, RELEASES, Column, Product

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
            what = "made up for demonstration" if odd is made_up else "marked as real"
            others = f"the other {int((~odd).sum()):,} records are {'not' if odd is made_up else 'made up'}"
            text = f"This record is {what}, but {others}; keep made-up and real records in separate files."
            yield records.found("synthetic-mixed", odd, text, value=float(odd.sum()))
    kinds = {bool(synthetic_records(table.frame).all()) for table in tables if len(table)}
    mixed_within = any(0 < synthetic_records(table.frame).sum() < len(table) for table in tables)
    if len(kinds) > 1 and not mixed_within:
        text = "One table is made up for demonstration and the other is not; results of the two mean nothing together."
        yield tables[-1].found_in_table("synthetic-mixed", text, value=float(len(tables[-1])))


# --- ids and fields --------------------------------------------------------------------------------------------------


def _ids(records: Records) -> Iterator[pd.DataFrame]:
    name = records.name
    missing = pd.isna(records.ids)
    yield records.found("missing-id", missing, f"This {name} has no id; give it one of its own.")
    ids = pd.Series(records.ids)
    count = ids.map(ids.value_counts())
    rows = np.flatnonzero(ids.duplicated() & ~missing)
    text = [
        f"The id {ids[row]!r} stands {count[row]:,.0f} times, here in row {row + 1:,}; give each {name} an id of its "
        "own or leave out what is repeated."
        for row in rows
    ]
    yield records.found("duplicate-id", rows, text, value=count[rows].to_numpy(), other=records.ids[rows])
    yield _similar(records, "similar-id", ids, "The ids {} and {} differ only by blanks or case; write them alike if "
                   "they are one, otherwise choose another.", "")  # fmt: skip


def _similar(records: Records, check: str, texts: pd.Series, message: str, more: str) -> pd.DataFrame:
    """Spellings that become one without blanks and case (and what else `more` is a pattern of)."""
    each = texts.dropna().drop_duplicates()
    keys = each.astype(str).str.casefold().str.replace(rf"\s+{more}", "", regex=True)
    before = each.groupby(keys).transform("first")
    odd = keys.duplicated()
    rows = each.index[odd].to_numpy(dtype=np.intp)
    text = [message.format(repr(str(old)), repr(str(new))) for old, new in zip(before[odd], each[odd], strict=True)]
    others = before[odd].to_numpy(dtype=object) if check == "similar-id" else None
    return records.found(check, rows, text, other=others)


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
        text = [
            f"{column} {name!r} is that of a polygon of {holder[name]} too; give each polygon an id of its own."
            for name in again
        ]
        yield records.found("duplicate-shape-id", rows, text, other=[holder[name] for name in again])
        message = f"In {column}, {{}} and {{}} differ only by blanks or case; write them alike if they are one."
        yield _similar(records, "similar-shape-id", first.groupby(level=0).first(), message, "")


def _operators(records: Records) -> pd.DataFrame:
    message = "The operators {} and {} differ only by blanks, case or punctuation; write them alike."
    return _similar(records, "operator-spelt-differently", pd.Series(records.texts("operator")), message, r"|[.,_-]+")


def _missing(records: Records) -> Iterator[pd.DataFrame]:
    for name, severity in _MINIMUM[records.name].items():
        empty = pd.isna(records.texts(name))
        meaning = records.table[name].meaning
        if empty.all() and len(records):
            what = "is empty" if name in records.frame.columns else "is not there"
            text = f"The column {name} ({meaning}) {what}, so {len(records):,} records lack it; add it."
            yield records.found_in_table("missing-column", text, value=float(len(records)), severity=severity)
        else:
            text = f"{name} ({meaning}) is missing; it is part of the minimum data, so find it out and enter it."
            yield records.found("missing-field", empty, text, severity=severity)


def _words_unknown(records: Records, column: Column) -> Iterator[pd.DataFrame]:
    texts = records.texts(column.name)
    rows = np.flatnonzero(~pd.isna(texts) & ~np.isin(texts.astype(str), column.vocabulary))
    known, allowed = words(column.name), ", ".join(column.vocabulary)
    messages = {text: _says(column.name, text, known.get(compact(text)), allowed) for text in set(texts[rows])}
    severity = ERROR if column.name in _ESSENTIAL else WARNING
    yield records.found("unknown-word", rows, [messages[text] for text in texts[rows]], severity=severity)


def _says(column: str, text: str, meant: str | None, allowed: str) -> str:
    if meant:
        return f"{column} is {text!r}, which seems to mean {meant!r}; write it so."
    return f"{column} is {text!r}, but it can only be one of: {allowed}."


# --- numbers and dates -----------------------------------------------------------------------------------------------


def _numbers(records: Records, column: Column, limits: Limits) -> Iterator[pd.DataFrame]:
    if column.name not in records.frame.columns:
        return
    texts, numbers = records.texts(column.name), records.numbers(column.name)
    wrong = ~pd.isna(texts) & ~np.isfinite(numbers)
    text = [f"{column.name} is {text!r}, which is no number; enter digits only." for text in texts[wrong]]
    yield records.found("not-a-number", wrong, text)
    below = numbers < 0
    text = [f"{column.name} is {value:,.0f}, below 0; enter what was found." for value in numbers[below]]
    yield records.found("negative-number", below, text, value=numbers[below])
    if column.dtype == COUNT:
        odd = np.isfinite(numbers) & ((numbers > limits.most_items) | (numbers % 1 != 0)) & ~below
        text = [
            f"{column.name} is {value:,.10g}; {_odd_count(value, limits)}, so look it up in the completion report."
            for value in numbers[odd]
        ]
        yield records.found("implausible-count", odd, text, value=numbers[odd])


def _odd_count(value: float, limits: Limits) -> str:
    if value % 1:
        return "items are counted in whole numbers"
    return f"more than {limits.most_items:,} in one record are unlikely"


def _dates(records: Records, column: str, limits: Limits, days: Days) -> Iterator[pd.DataFrame]:
    dates, texts = records.dates(column), records.texts(column)
    wrong = dates.isna().to_numpy() & ~pd.isna(texts)
    text = [f"{column} is {text!r}, which is no date; write it like 2024-12-31." for text in texts[wrong]]
    yield records.found("unreadable-date", wrong, text)
    today = days.today
    late = (dates > today).to_numpy()
    ahead = (dates[late] - today).dt.days.to_numpy(dtype=np.float64)
    text = [
        f"{column} is {date:%Y-%m-%d}, {number:,.0f} days after {today:%Y-%m-%d}; correct the date."
        for date, number in zip(dates[late], ahead, strict=True)
    ]
    yield records.found("future-date", late, text, value=ahead)
    yield _after_register(records, column, dates, days)
    early = ((dates < pd.Timestamp(limits.earliest_date)) | dates.isin(_DAY_ZERO)).to_numpy()
    text = [f"{column} is {date:%Y-%m-%d}, which stands for no date or a slip; look it up." for date in dates[early]]
    yield records.found("implausible-date", early, text)


def _after_register(records: Records, column: str, dates: pd.Series, days: Days) -> pd.DataFrame:
    """Hazards recorded after the day of the register that holds them; releases may well be later."""
    after = (dates > days.register).to_numpy() & (records.table is HAZARDS)
    number = (dates[after] - days.register).dt.days.to_numpy(dtype=np.float64)
    text = [
        f"{column} is {date:%Y-%m-%d}, {ahead:,.0f} days after the register's own date, {days.register:%Y-%m-%d}; "
        "correct one of the two."
        for date, ahead in zip(dates[after], number, strict=True)
    ]
    return records.found("recorded-after-register", after, text, value=number)


# --- product and method ----------------------------------------------------------------------------------------------


def _methods(records: Records) -> pd.DataFrame:
    product, methods = products(records), records.texts("method")
    gives = {compact(word): kind.value for kind, spellings in _OTHER_METHOD_WORDS.items() for word in spellings}
    means = np.array([gives.get(compact(text), "") if text else "" for text in methods], dtype=object)
    rows = np.flatnonzero((means != "") & (product != "") & (means != product))
    text = [
        f"The method is {methods[row]!r}, which gives land {means[row]}, but the product is {product[row]!r}, which "
        f"comes of {METHOD[Product(product[row])]}; mend one of them."
        for row in rows
    ]
    return records.found("method-does-not-fit", rows, text)


def _finds_on_cancelled(records: Records) -> pd.DataFrame:
    counts = [column.name for column in records.table.columns if column.dtype == COUNT]
    items = np.nansum([records.numbers(name).clip(0) for name in counts], axis=0)
    rows = np.flatnonzero((products(records) == Product.CANCELLED.value) & (items > 0))
    text = [
        f"{items[row]:,.0f} items were destroyed on land that was cancelled for want of evidence; was it cleared or "
        "reduced, and is the ground around it still to be searched?"
        for row in rows
    ]
    return records.found("finds-on-cancelled-land", rows, text, value=items[rows])


def _given_coarsely(records: Records) -> pd.DataFrame:
    """What a reader saw of the corners as they were written."""
    metres = records.numbers(CORNERS_GIVEN_TO)
    rows = np.flatnonzero(metres > 0)
    what = "hazardous ground may reach" if records.table is HAZARDS else "the ground that was released may end"
    side = "outside of" if records.table is HAZARDS else "within"
    texts = [
        f"Its corners are given only to {metres[row]:,.0f} m, so {what} as far {side} the outline; survey them anew, "
        "or keep a margin of that width."
        for row in rows
    ]
    return records.found("coarse-corners", rows, texts, value=metres[rows])
