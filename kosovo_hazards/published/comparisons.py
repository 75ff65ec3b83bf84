"""Published figures against each other: declared comparisons, computed with the rounding of what is printed."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from fractions import Fraction
from functools import cached_property

import pandas as pd

from kosovo_hazards._errors import Fault, UnreadableSourceError
from kosovo_hazards.validation import require_columns

__all__ = ["Interval", "Verdict", "compare", "judge"]

Number = Fraction | float  # float only for an open end

_M2 = {"km2": 1_000_000}  # areas are computed in square metres, whatever they are printed in
_REFERENCE = re.compile(r"\[([^\]]+)\]")
_COLUMNS = ["where", "what", "printed", "recomputed", "difference", "unit", "verdict", "remark", "sources"]
_UNLISTED = "Not explained by rounding, and not among the differences listed."
_FURTHER = ["comparison", "kind", "relation", "finding"]


class Verdict(StrEnum):
    """What a comparison came to."""

    AGREES = "agrees"
    ROUNDING = "rounding"
    DIFFERS = "differs"


@dataclass(frozen=True)
class Interval:
    """A number and the bounds within which the true one lies; exact arithmetic.

    Attributes
    ----------
    low, high
        Bounds; infinite for "more than" without a last digit to go by.
    value
        The number as printed or computed from those printed.
    """

    low: Number
    value: Fraction
    high: Number

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.value + other.value, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.value - other.value, self.high - other.low)

    def __mul__(self, other: Interval) -> Interval:
        corners = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(corners), self.value * other.value, max(corners))

    def __truediv__(self, other: Interval) -> Interval:
        if other.low <= 0 <= other.high:
            raise UnreadableSourceError(
                "a published figure is divided by one that may be zero", hint="mend comparisons.csv"
            )
        corners = [a / b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(corners), self.value / other.value, max(corners))

    def holds(self, number: Number) -> bool:
        """Whether the number lies within the bounds."""
        return self.low <= number <= self.high

    def meets(self, other: Interval) -> bool:
        """Whether some number lies within both."""
        return self.low <= other.high and other.low <= self.high


def _base_units(unit: str) -> Fraction:
    return Fraction(_M2.get(unit, 1))


def exact(number: float | Fraction) -> Interval:
    """An interval without width."""
    value = Fraction(str(number))
    return Interval(value, value, value)


def bounds(value: Fraction, rounded_to: Fraction, qualifier: str) -> Interval:
    """What a printed figure may stand for.

    Parameters
    ----------
    value
        The number printed.
    rounded_to
        The unit of its last digit; 0 for an exact count.
    qualifier
        "exact" allows half a unit either way, "approximate" a whole one; "more than" and "at least" a unit upwards,
        "almost" and "less than" one downwards, and without a unit as far as it goes.
    """
    if qualifier in ("more than", "at least"):
        return Interval(value, value, value + rounded_to if rounded_to else math.inf)
    if qualifier in ("almost", "less than"):
        return Interval(value - rounded_to if rounded_to else -math.inf, value, value)
    width = rounded_to if qualifier == "approximate" else rounded_to / 2
    return Interval(value - width, value, value + width)


_ORDERS: dict[str, tuple[Callable[[Number, Number], bool], Callable[[Interval, Interval], bool]]] = {
    "<": (operator.lt, lambda left, right: left.low < right.high),
    "<=": (operator.le, lambda left, right: left.low <= right.high),
    ">": (operator.gt, lambda left, right: left.high > right.low),
    ">=": (operator.ge, lambda left, right: left.high >= right.low),
}


def judge(
    printed: Interval, recomputed: Interval, *, relation: str = "=", precision: Interval | None = None
) -> Verdict:
    """Whether a printed figure and the recomputed one keep a relation.

    Parameters
    ----------
    printed, recomputed
        What either may stand for.
    relation
        One of = < <= > >=.
    precision
        What counts as equal to the printed figure; by default its bounds.

    Returns
    -------
    Agrees, rounding (the bounds leave room for the relation), or differs.

    Examples
    --------
    >>> total, first, second = (bounds(Fraction(text), Fraction("0.01"), "exact") for text in ("6.27", "3.84", "2.42"))
    >>> str(judge(total, first + second))
    'rounding'
    >>> str(judge(total, exact(6.26)))
    'differs'
    """
    if relation == "=":
        agrees, possible = (precision or printed).holds(recomputed.value), printed.meets(recomputed)
    else:
        order, leaves_room = _ORDERS[relation]
        agrees, possible = order(printed.value, recomputed.value), leaves_room(printed, recomputed)
    if agrees:
        return Verdict.AGREES
    return Verdict.ROUNDING if possible else Verdict.DIFFERS


@dataclass(frozen=True)
class Figure:
    """One published figure, ready to be computed with."""

    id: str
    source: str
    paragraph: str
    row: str
    column: str
    measure: str
    printed: str
    value: float
    unit: str
    rounded_to: float
    qualifier: str
    period: str
    attested: str

    @cached_property
    def interval(self) -> Interval:
        """What it may stand for, in base units."""
        return self._bounds(self.qualifier)

    @cached_property
    def precision(self) -> Interval:
        """What counts as equal to it at the printed precision, in base units."""
        return self._bounds("exact" if self.qualifier == "approximate" else self.qualifier)

    def _bounds(self, qualifier: str) -> Interval:
        return bounds(Fraction(str(self.value)), Fraction(str(self.rounded_to)), qualifier) * exact(
            _base_units(self.unit)
        )

    @property
    def months(self) -> frozenset[str]:
        """The months that its period covers, as YYYY-MM."""
        first, last = self._periods()
        return frozenset(pd.period_range(first.start_time, last.end_time, freq="M").astype(str))

    @property
    def years(self) -> int:
        """How many calendar years its period touches."""
        first, last = self._periods()
        return int(last.end_time.year - first.start_time.year + 1)

    @property
    def end(self) -> Interval:
        """The last day of its period."""
        return _day(self._periods()[1])

    @property
    def cited(self) -> Interval:
        """The day of the latest source cited for it."""
        return _day(pd.Period(self.attested))

    def _periods(self) -> tuple[pd.Period, pd.Period]:
        parts = self.period.split("/")
        return pd.Period(parts[0]), pd.Period(parts[-1])


class _Book:
    """The figures by id, for the expressions of the comparisons."""

    def __init__(self, data: pd.DataFrame) -> None:
        fields = list(Figure.__dataclass_fields__)
        require_columns(data, fields, purpose="to compare published figures")
        _require_distinct(data["id"])
        known = data.loc[data["value"].notna(), fields].fillna(
            {name: "" for name in fields if data[name].dtype == "str"}
        )
        self._figures = {record["id"]: Figure(**record) for record in known.to_dict("records")}

    def find(self, pattern: str) -> list[Figure]:
        if "*" not in pattern:
            found = [self._figures[pattern]] if pattern in self._figures else []
        else:
            found = [figure for key, figure in self._figures.items() if fnmatchcase(key, pattern)]
        if not found:
            raise KeyError(pattern)
        return found

    def used(self, *expressions: str) -> list[Figure]:
        patterns = [pattern for expression in expressions for pattern in _REFERENCE.findall(expression)]
        return [figure for pattern in patterns for figure in self.find(pattern)]

    def evaluate(self, expression: str) -> Interval:
        """Reckon an expression: [id] is a figure, name[pattern] a function of all figures that match."""
        return self._node(ast.parse(_REFERENCE.sub(r'("\1")', expression).strip(), mode="eval").body)

    def _node(self, node: ast.expr) -> Interval:
        match node:
            case ast.Constant(value=str(key)):
                return self.find(key)[0].interval
            case ast.Constant(value=int(number)):
                return exact(number)
            case ast.BinOp(left=left, op=sign, right=right):
                return _SIGNS[type(sign)](self._node(left), self._node(right))
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return _FUNCTIONS[name](*(self._group(argument) for argument in arguments))
        raise UnreadableSourceError(f"{ast.unparse(node)!r} can't be reckoned", hint="mend comparisons.csv")

    def _group(self, node: ast.expr) -> list[Figure]:
        return self.find(str(ast.literal_eval(node)))


_SIGNS: dict[type[ast.operator], Callable[[Interval, Interval], Interval]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def _sum(figures: list[Figure]) -> Interval:
    return sum((figure.interval for figure in figures), start=exact(0))


def _monthly_mean(figures: list[Figure]) -> Interval:
    """The mean over the months the figures cover, each month counting once."""
    weighted = (figure.interval * exact(len(figure.months)) for figure in figures)
    return sum(weighted, start=exact(0)) / exact(sum(len(figure.months) for figure in figures))


def _all_months(figures: list[Figure]) -> frozenset[str]:
    return frozenset[str]().union(*(figure.months for figure in figures))


_FUNCTIONS: dict[str, Callable[..., Interval]] = {
    "sum": _sum,
    "count": lambda figures: exact(len(figures)),
    "positive": lambda figures: exact(sum(figure.value > 0 for figure in figures)),
    "monthly_mean": _monthly_mean,
    "months": lambda figures: exact(len(_all_months(figures))),
    "shared_months": lambda left, right: exact(len(_all_months(left) & _all_months(right))),
    "years": lambda figures: exact(figures[0].years),
    "end": lambda figures: figures[0].end,
    "cited": lambda figures: figures[0].cited,
}


def compare(data: pd.DataFrame, comparisons: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """Evaluate every declared comparison; see `kosovo_hazards.published.audit`.

    Parameters
    ----------
    data
        Figures, as `kosovo_hazards.published.figures` returns them.
    comparisons
        The declarations: what is printed, what relation it should keep to which expression.
    findings
        The differences known to be real, with the comparisons that show each.

    Raises
    ------
    HazardDataError
        If figures that the comparisons name are missing.
    """
    book = _Book(data)
    declared = [item for row in comparisons.fillna("").to_dict("records") for item in _expanded(row)]
    _require_figures(book, declared)
    result = pd.DataFrame([_compared(item, book) for item in declared])
    known = findings.assign(comparison=findings["comparisons"].str.split()).explode("comparison")
    known = known.set_index("comparison")
    differs = result["verdict"] == Verdict.DIFFERS
    result["finding"] = result["comparison"].map(known["finding"]).where(differs)
    statement = result["comparison"].map(known["statement"]).fillna(_UNLISTED)
    result["remark"] = result["remark"].mask(differs, statement)
    return result[[*_COLUMNS, *_FURTHER]]


def _expanded(row: dict[str, str]) -> Iterator[dict[str, str]]:
    """One comparison for each item of `each`, put in where {} stands."""
    if not row["each"]:
        yield row
        return
    for item in row["each"].split("|"):
        filled = {key: row[key].replace("{}", item) for key in ("printed", "recomputed", "what")}
        # A total has no label of its own in the id, and a name there must not end in a slash.
        name = row["comparison"].replace("{}", item or "totals/")
        yield {**row, **filled, "comparison": name}


def _require_distinct(ids: pd.Series) -> None:
    twice = ids[ids.duplicated()].unique()
    if len(twice):
        faults = [Fault(name, "id", name, "stands more than once", "ids must be unique") for name in twice]
        raise UnreadableSourceError(f"{len(twice)} ids of published figures are not unique", faults)


def _require_figures(book: _Book, declared: list[dict[str, str]]) -> None:
    faults = []
    for item in declared:
        try:
            book.used(item["printed"], item["recomputed"])
        except KeyError as missing:
            faults.append(Fault(item["comparison"], None, None, f"needs the figure {missing}", "add it to the table"))
    if faults:
        raise UnreadableSourceError(f"{len(faults)} comparisons of published figures lack a figure", faults)


def _compared(item: dict[str, str], book: _Book) -> dict[str, object]:
    left = book.used(item["printed"])
    alone = left[0] if item["printed"] == f"[{left[0].id}]" else None
    printed, recomputed = book.evaluate(item["printed"]), book.evaluate(item["recomputed"])
    verdict = judge(printed, recomputed, relation=item["relation"], precision=alone.precision if alone else None)
    unit = item["unit"] or left[0].unit
    scale = _base_units(unit)
    used = dict.fromkeys(figure.source for figure in book.used(item["printed"], item["recomputed"]))
    return {
        "where": f"{left[0].source}: {left[0].paragraph}",
        "what": _named(item["what"], left[0]),
        "printed": alone.printed if alone else _text(printed.value / scale, unit, left[0]),
        "recomputed": _text(recomputed.value / scale, unit, left[0]),
        "difference": float((printed.value - recomputed.value) / scale),
        "unit": unit,
        "verdict": verdict.value,
        "remark": item["remark"] or ("Explained by rounding." if verdict == Verdict.ROUNDING else ""),
        "sources": ", ".join(used),
        **{key: item[key] for key in ("comparison", "kind", "relation")},
    }


def _named(what: str, figure: Figure) -> str:
    return what.format(row=figure.row, column=figure.column, measure=figure.measure)


def _text(number: Fraction, unit: str, figure: Figure) -> str:
    """The number as a document would print it, with two digits more where it does not come out even."""
    if unit == "date":
        return date.fromordinal(int(number)).isoformat()
    if unit == "year":
        return str(int(number))
    if number.denominator == 1:
        return f"{int(number):,}"
    rounded_to = figure.rounded_to or 1
    decimals = max(0, round(-math.log10(rounded_to))) + 2
    return f"{float(number):,.{decimals}f}".rstrip("0").rstrip(".")


def _day(period: pd.Period) -> Interval:
    return exact(period.end_time.date().toordinal())
