"""Cells of a register turned into numbers, dates and text; what is ambiguous is left, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

__all__ = ["Parsed", "by_value", "dates", "flags", "is_missing", "metres_of", "numbers", "texts", "unit_factor"]

_MISSING = frozenset({"", "na", "n/a", "nan", "none", "null", "-", "--", "<null>", "nil", "#n/a", "nat", "<na>"})
# What people write where they know nothing; a vocabulary may have a word of its own for it.
_NOT_KNOWN = frozenset(
    {"unknown", "not known", "unk", "n.a.", "?", "e panjohur", "i panjohur", "panjohur", "nuk dihet", "nepoznato",
     "nepoznata", "nepoznat", "nije poznato", "непознато", "непозната", "непознат"}
)  # fmt: skip
_UNITS = {"m2": 1.0, "sqm": 1.0, "sq m": 1.0, "ha": 10_000.0, "hectares": 10_000.0, "hectare": 10_000.0,
          "hektar": 10_000.0, "hektare": 10_000.0, "hektara": 10_000.0, "hektarë": 10_000.0,
          "km2": 1_000_000.0, "sqkm": 1_000_000.0, "sq km": 1_000_000.0}  # fmt: skip
_LENGTHS = {"m": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0, "mtr": 1.0, "metra": 1.0,
            "cm": 0.01, "cms": 0.01, "centimetres": 0.01, "centimeters": 0.01, "mm": 0.001, "millimetres": 0.001,
            "in": 0.0254, "inch": 0.0254, "inches": 0.0254, "ft": 0.3048, "feet": 0.3048, "м": 1.0, "цм": 0.01,
            "см": 0.01}  # fmt: skip
_CELL = re.compile(r"^([-+]?[\d.,'’\s]*\d)\s*([^\d\s].*)?$")
_GROUPS = re.compile(r"^\d{1,3}(?:[.,]\d{3})+$")
_BLANKS = re.compile(r"[\s'’]+")

# Day 0 of the numbers by which spreadsheets keep dates, and the range that stands for 1954 to 2064.
_SPREADSHEET_EPOCH = "1899-12-30"
_SPREADSHEET_DAYS = (20_000, 60_000)
# Years in which a register can have dates, and those of the Persian and Islamic calendars and of the Buddhist one.
_YEARS = (1900, 2100)
_PERSIAN_OR_ISLAMIC = (1300, 1500)
_BUDDHIST = (2443, 2643)
# Milliseconds since 1970, as ArcGIS services give dates; below that a number is no date.
_EPOCH_MS = 100_000_000_000

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janar januar",
            "feb february shkurt februar",
            "mar march mars mart",
            "apr april prill",
            "may maj",
            "jun june qershor juni",
            "jul july korrik juli",
            "aug august gusht avgust avg",
            "sep sept september shtator septembar",
            "oct october tetor oktobar okt",
            "nov november nëntor nentor novembar",
            "dec december dhjetor decembar",
        ),
        start=1,
    )
    for name in names.split()
}
_YEAR_FIRST = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$")
_COMPACT = re.compile(r"^(19|20)(\d{2})(\d{2})(\d{2})$")
_DAY_OR_MONTH_FIRST = re.compile(r"^(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4})\.?(?: .*)?$")
_NAMED_MONTH = re.compile(r"^(\d{1,2})[-. ]+([^\W\d]+)[-., ]+(\d{4})$")
_NAMED_MONTH_FIRST = re.compile(r"^([^\W\d]+)\.? (\d{1,2}),? (\d{4})$")


class Parsed(NamedTuple):
    """Values of one column, and why a cell could not be taken (empty where it could)."""

    cells: pd.Series
    problems: pd.Series


def texts(column: pd.Series, *, unknown: bool = False) -> pd.Series:
    """Text without blanks around it, whole numbers without decimals, and missing for all ways of writing nothing.

    Parameters
    ----------
    column
        Any values.
    unknown
        Whether "unknown" and its like are values of the column, as in a vocabulary; else they are missing too.

    Examples
    --------
    >>> texts(pd.Series([" KS-1 ", "n/a", 7.0, "E panjohur"])).tolist()
    ['KS-1', nan, '7', nan]
    """
    if pd.api.types.is_float_dtype(column.dtype):
        whole = column.dropna()
        if (whole == whole.round()).all() and (whole.abs() < 2**53).all():
            column = column.astype("Int64")
    known = column.notna()
    if column.dtype == object:
        column = column.map(lambda value: f"{value:.0f}" if isinstance(value, float) and value.is_integer() else value)
    text = column.astype("str").str.strip()
    nothing = _MISSING if unknown else _MISSING | _NOT_KNOWN
    return text.where(known & ~text.str.lower().isin(nothing), None).astype("str")


def by_value(column: pd.Series, made_of: Callable[[Any], Any]) -> pd.Series:
    """What is made of each cell, asked once for each different value; missing where the cell is.

    Parameters
    ----------
    column
        Cells that can be keys, such as texts.
    made_of
        What to make of a value; None for nothing.

    Examples
    --------
    >>> by_value(pd.Series(["a", None, "b", "a"]), {"a": 1}.get).tolist()
    [1.0, nan, nan, 1.0]
    """
    codes, values = pd.factorize(column)
    made = pd.Series([made_of(value) for value in values], dtype=None if len(values) else object)
    return made.reindex(codes).set_axis(column.index).rename(column.name)


def is_missing(column: pd.Series) -> pd.Series:
    """Whether each cell says nothing: it is missing or blank, or a word such as "unknown", "n/a" or "Nepoznato".

    Parameters
    ----------
    column
        Any values; they stay as they are.

    Examples
    --------
    >>> is_missing(pd.Series(["Prizren", " ", "nan", "unknown", None])).tolist()
    [False, True, True, True, True]
    """
    if pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_datetime64_any_dtype(column.dtype):
        return column.isna()
    return texts(column).isna()


def unit_factor(unit: str) -> float | None:
    """Square metres of one unit; None if it is not a unit of area.

    Examples
    --------
    >>> unit_factor("ha"), unit_factor("Km²"), unit_factor("m")
    (10000.0, 1000000.0, None)
    """
    return _UNITS.get(unit.strip(" ().[]").lower().replace("²", "2").replace("^", ""))


def metres_of(unit: str) -> float | None:
    """Metres of one unit; None if it is not a unit of length.

    Examples
    --------
    >>> metres_of("cm"), metres_of("(m)"), metres_of("ha")
    (0.01, 1.0, None)
    """
    return _LENGTHS.get(unit.strip(" ().[]").lower())


def numbers(
    column: pd.Series,
    *,
    factor: float = 1.0,
    whole: bool = False,
    unit: Callable[[str], float | None] = unit_factor,
) -> Parsed:
    """Numbers, whichever way thousands and decimals are marked, in the unit of the heading or of the cell.

    Parameters
    ----------
    column
        Numbers or text.
    factor
        What a number without a unit of its own is multiplied by.
    whole
        Whether only whole numbers are meant, so that a lone mark before three digits parts thousands.
    unit
        What a number with a unit of its own is multiplied by, by that unit.

    Examples
    --------
    >>> numbers(pd.Series(["1.234.567,5", "12.345", "2,5 ha"])).cells.tolist()
    [1234567.5, 12345.0, 25000.0]
    >>> numbers(pd.Series(["12.345"])).problems.tolist()
    ["'12.345' may be 12,345 or 12.345"]
    """
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        plain = column.astype("float64") * factor
        problems = pd.Series("", index=column.index, dtype=object)
        problems[np.isinf(plain)] = "is not finite"
        return Parsed(plain.where(np.isfinite(plain)), problems)
    text = texts(column)
    known = {cell: _split(cell) for cell in text.dropna().unique()}
    decimal = _decimal_mark([parts[0] for parts in known.values() if parts])
    read = {cell: _number(cell, parts, decimal, factor, whole=whole, unit=unit) for cell, parts in known.items()}
    values = text.map({cell: value for cell, (value, _) in read.items()}).astype("float64")
    return Parsed(values, _problems_of(text, read))


def _problems_of(text: pd.Series, read: Mapping[str, tuple[Any, str]]) -> pd.Series:
    problems = [read[cell][1] if cell in read else "" for cell in text]
    return pd.Series(problems, index=text.index, dtype=object)


def _split(cell: str) -> tuple[str, str] | None:
    """Digits with their marks, and the unit behind them."""
    match = _CELL.match(cell)
    return (_BLANKS.sub("", match.group(1)), (match.group(2) or "").strip()) if match else None


def _decimal_mark(cells: list[str]) -> str | None:
    """The decimal mark that the cells agree on, None if they show none or both."""
    marks = {mark for cell in cells if (mark := _shown_mark(cell.lstrip("+-")))}
    return marks.pop() if len(marks) == 1 else None


def _shown_mark(digits: str) -> str | None:
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return "." if digits.rfind(".") > digits.rfind(",") else ","
    if points + commas == 0:
        return None
    mark, other = (".", ",") if points else (",", ".")
    if digits.count(mark) > 1:
        return other
    return None if _GROUPS.match(digits) and not digits.startswith("0") else mark


def _number(
    cell: str,
    parts: tuple[str, str] | None,
    decimal: str | None,
    factor: float,
    *,
    whole: bool,
    unit: Callable[[str], float | None],
) -> tuple[float, str]:
    scale = None if parts is None else unit(parts[1]) if parts[1] else factor
    if parts is None or scale is None:
        return np.nan, f"{cell!r} is not a number"
    digits = parts[0]
    own = _shown_mark(digits.lstrip("+-"))
    lone = own is None and bool(re.search(r"[.,]", digits))
    if lone and not whole and decimal is None:
        point = re.sub(r"[.,]", ".", digits)
        return np.nan, f"{cell!r} may be {re.sub(r'[.,]', ',', digits)} or {point}"
    mark = own or (None if whole else decimal)
    plain = re.sub(r"[.,]" if mark is None else rf"[.,](?<!{re.escape(mark)})", "", digits)
    try:
        return float(plain.replace(",", ".")) * scale, ""
    except ValueError:
        return np.nan, f"{cell!r} is not a number"


def dates(column: pd.Series, *, day_first: bool | None = None) -> Parsed:
    """Dates in the usual orders; day and month that could be either way round are left.

    Parameters
    ----------
    column
        Dates, text, or the numbers by which spreadsheets and ArcGIS keep dates.
    day_first
        How to read dates such as 03/04/2024; None leaves them. With points between, the day comes first.

    Examples
    --------
    >>> parsed = dates(pd.Series(["2024-03-31", "31.3.2024", "3/31/2024", "03/04/2024", "12 mars 2024"]))
    >>> parsed.cells.dt.strftime("%d %b").tolist()
    ['31 Mar', '31 Mar', '31 Mar', nan, '12 Mar']
    >>> parsed.problems[3]
    "'03/04/2024' may be 3 April or 4 March"
    >>> dates(pd.Series(["2567-05-12"])).problems[0]
    "'2567-05-12' is not a date of the Gregorian calendar; in the Buddhist one the year 2567 is 2024"
    """
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        local = column.dt.tz_localize(None) if getattr(column.dt, "tz", None) is not None else column
        problems = pd.Series("", index=column.index, dtype=object)
        odd = local.notna() & ~local.dt.year.between(*_YEARS)
        problems[odd] = [_odd_year(f"{day:%Y-%m-%d}", day.year) for day in local[odd]]
        return Parsed(local.mask(odd).astype("datetime64[us]"), problems)
    text = texts(column)
    read = {cell: _date(cell, day_first) for cell in text.dropna().unique()}
    iso = text.map({cell: value for cell, (value, _) in read.items()})
    values = pd.to_datetime(iso, format="%Y-%m-%d", errors="coerce").astype("datetime64[us]")
    problems = _problems_of(text, read)
    impossible = values.isna() & text.notna() & (problems == "")
    problems[impossible] = [f"{cell!r} is not a date" for cell in text[impossible]]
    return Parsed(values, problems)


def _date(cell: str, day_first: bool | None) -> tuple[str | None, str]:
    iso, problem = _any_date(cell, day_first)
    if iso is not None and not _YEARS[0] <= int(iso[:4]) <= _YEARS[1]:
        return None, _odd_year(cell, int(iso[:4]))
    return iso, problem


def _odd_year(cell: str, year: int) -> str:
    """Why a date of a year that no register has is not taken."""
    if _PERSIAN_OR_ISLAMIC[0] <= year <= _PERSIAN_OR_ISLAMIC[1]:
        # A year of the Persian calendar begins in March, one of the Islamic calendar has some 354.37 days.
        islamic = int(year * 0.970224 + 621.57)
        persian = f"{year + 621}/{(year + 622) % 100:02d}"
        return (
            f"{cell!r} is not a date of the Gregorian calendar: the year {year} is {persian} in the Persian one and "
            f"about {islamic} in the Islamic one"
        )
    if _BUDDHIST[0] <= year <= _BUDDHIST[1]:
        return f"{cell!r} is not a date of the Gregorian calendar; in the Buddhist one the year {year} is {year - 543}"
    return f"{cell!r} is in the year {year}, and dates from {_YEARS[0]} to {_YEARS[1]} are read"


def _any_date(cell: str, day_first: bool | None) -> tuple[str | None, str]:
    if match := _YEAR_FIRST.match(cell) or None:
        return _iso(match.group(1), match.group(2), match.group(3))
    if match := _COMPACT.match(cell):
        return _iso(match.group(1) + match.group(2), match.group(3), match.group(4))
    if match := _DAY_OR_MONTH_FIRST.match(cell):
        return _day_or_month_first(cell, match, day_first)
    if match := _NAMED_MONTH.match(cell):
        return _iso(match.group(3), _MONTHS.get(match.group(2).lower(), 0), match.group(1))
    if match := _NAMED_MONTH_FIRST.match(cell):
        return _iso(match.group(3), _MONTHS.get(match.group(1).lower(), 0), match.group(2))
    return _counted_date(cell)


def _iso(year: str, month: str | int, day: str | int) -> tuple[str, str]:
    return f"{year}-{int(month):02d}-{int(day):02d}", ""


def _day_or_month_first(cell: str, match: re.Match[str], day_first: bool | None) -> tuple[str | None, str]:
    first, mark, second, year = int(match.group(1)), match.group(2), int(match.group(3)), match.group(4)
    if mark == "." or first > 12 or first == second or (day_first and second <= 12):
        return _iso(year, second, first)
    if second > 12 or day_first is False:
        return _iso(year, first, second)
    names = pd.to_datetime([f"2000-{second:02d}-01", f"2000-{first:02d}-01"]).month_name()
    return None, f"{cell!r} may be {first} {names[0]} or {second} {names[1]}"


def _counted_date(cell: str) -> tuple[str | None, str]:
    try:
        count = float(cell)
    except ValueError:
        return None, f"{cell!r} is not a date"
    if _SPREADSHEET_DAYS[0] <= count <= _SPREADSHEET_DAYS[1]:
        moment = pd.Timestamp(_SPREADSHEET_EPOCH) + pd.Timedelta(days=int(count))
    elif _EPOCH_MS <= count < 4 * 10**12:
        moment = pd.Timestamp(int(count), unit="ms")
    else:
        return None, f"{cell!r} is not a date"
    return moment.strftime("%Y-%m-%d"), ""


def flags(column: pd.Series) -> Parsed:
    """Yes or no.

    Examples
    --------
    >>> flags(pd.Series(["true", "0", "maybe"])).problems.tolist()
    ['', '', "'maybe' is neither yes nor no"]
    """
    known = {"true": True, "1": True, "yes": True, "y": True, "t": True, "po": True, "da": True,
             "false": False, "0": False, "no": False, "n": False, "f": False, "jo": False, "ne": False}  # fmt: skip
    text = texts(column)
    values = text.str.lower().map(known)
    bad = text.notna() & values.isna()
    problems = pd.Series("", index=column.index, dtype=object)
    problems[bad] = [f"{cell!r} is neither yes nor no" for cell in text[bad]]
    return Parsed(values.astype("boolean"), problems)
