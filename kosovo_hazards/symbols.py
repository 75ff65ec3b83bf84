"""The standard symbols of land release, as every map format draws them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import pandas as pd

from kosovo_hazards._data import geodata_path

__all__ = ["Condition", "Glyph", "Mark", "Symbol", "glyphs", "symbols_for"]


@dataclass(frozen=True)
class Mark:
    """A fill or an outline.

    Attributes
    ----------
    colour
        ``#rrggbb``.
    opacity
        0 to 1.
    pattern
        Fill: ``solid``, ``hatched`` or ``horizontal``; outline: ``continuous``, ``broken`` or ``dotted``.
    """

    colour: str
    opacity: float
    pattern: str

    @property
    def rgba(self) -> tuple[int, int, int, int]:
        """Red, green, blue and opacity, 0 to 255."""
        red, green, blue = (int(self.colour[at : at + 2], 16) for at in (1, 3, 5))
        return red, green, blue, int(self.opacity * 255 + 0.5)


@dataclass(frozen=True)
class Condition:
    """What a record must say to be drawn with a symbol.

    Attributes
    ----------
    column
        The column.
    value
        The value it must have; empty when it must have none of `known`.
    known
        The values that have symbols of their own.
    """

    column: str
    value: str
    known: tuple[str, ...]

    def holds(self, found: object) -> bool:
        """Tell whether a record with this value meets it.

        Parameters
        ----------
        found
            The value of the record.
        """
        return found == self.value if self.value else found not in self.known


@dataclass(frozen=True)
class Symbol:
    """How one kind of record is drawn.

    Attributes
    ----------
    label
        What the legend says.
    conditions
        All that a record must meet.
    fill
        None where only the outline is drawn.
    outline
        Colour and pattern of the outline.
    """

    label: str
    conditions: tuple[Condition, ...]
    fill: Mark | None
    outline: Mark


@dataclass(frozen=True)
class Glyph:
    """What stands inside the sign of an area that is too small to be seen, for its contamination.

    Attributes
    ----------
    parts
        Each a letter with numbers, in a square from -1 to 1 whose y goes down: ``o`` a disc (x, y, radius), ``l`` a
        line through points, ``p`` a filled outline.
    """

    parts: tuple[tuple[str, tuple[float, ...]], ...]

    def svg(self, *, ink: str = "#1A0D00") -> str:
        """Draw it as a picture of its own, 64 units wide.

        Parameters
        ----------
        ink
            Its colour.
        """
        drawn = "".join(_svg_part(kind, numbers) for kind, numbers in self.parts)
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="-1.25 -1.25 2.5 2.5">'
            f'<g fill="{ink}" stroke="{ink}" stroke-width="0">{drawn}</g></svg>'
        )


def glyphs() -> dict[str, Glyph]:
    """Give the glyph of each contamination; the empty word stands for whatever is unknown.

    Notes
    -----
    No standard settles them; they stand in ``geodata/symbols/contamination.csv``.

    Examples
    --------
    >>> glyphs()["mixed"].parts
    (('l', (0.0, -0.9, 0.0, 0.9)), ('l', (-0.9, 0.0, 0.9, 0.0)))
    """
    table = pd.read_csv(
        geodata_path("symbols", "contamination.csv"), dtype=str, keep_default_na=False, encoding="utf-8"
    )
    return {
        value: Glyph(tuple(_part(part) for part in glyph.split(";")))
        for value, glyph in zip(table["value"], table["glyph"], strict=True)
    }


def _part(text: str) -> tuple[str, tuple[float, ...]]:
    kind, *numbers = text.split()
    return kind, tuple(map(float, numbers))


def _svg_part(kind: str, numbers: tuple[float, ...]) -> str:
    if kind == "o":
        return '<circle cx="{:g}" cy="{:g}" r="{:g}"/>'.format(*numbers)
    points = " ".join(f"{number:g}" for number in numbers)
    if kind == "p":
        return f'<polygon points="{points}"/>'
    return f'<polyline points="{points}" fill="none" stroke-width="0.4"/>'


def symbols_for(columns: Iterable[str]) -> tuple[Symbol, ...]:
    """Give the symbols of a layer; each record meets the conditions of exactly one.

    Parameters
    ----------
    columns
        The columns of the layer: hazards are drawn by `hazard_type` and `status`, releases by `product`, findings by
        `severity`, anything else by its outline.

    Notes
    -----
    GICHD Technical Note 07.11/01, *Land Release Symbology*; what that does not settle is marked as ours in
    ``geodata/symbols/symbols.csv``.

    Examples
    --------
    >>> [symbol.label for symbol in symbols_for(["hazard_type"])]
    ['CHA', 'SHA', 'type not known']
    >>> symbols_for(["hazard_type", "status"])[0].fill
    Mark(colour='#FF0000', opacity=0.5, pattern='solid')
    """
    have = set(columns)
    column = next((name for name in ("hazard_type", "product", "severity") if name in have), None)
    if column is None:
        return (Symbol("place", (), None, _marks("outline", "place")[0][2]),)
    by = "status" if column == "hazard_type" else column
    outlines = _marks("outline", by)
    if by not in have or by == column:
        outlines = [(None, "", outlines[-1][2])]
    return tuple(
        Symbol(", ".join(filter(None, (what, state))), tuple(filter(None, (condition, further))), fill, outline)
        for (condition, what, fill), (further, state, outline) in product(_marks("fill", column), outlines)
    )


def _marks(part: str, column: str) -> list[tuple[Condition | None, str, Mark]]:
    table = _table()
    rows = table[(table["part"] == part) & (table["column"] == column)]
    known = tuple(rows["value"][rows["value"] != ""])
    return [
        (Condition(column, row.value, known), row.label, Mark(row.colour, float(row.opacity), row.pattern))
        for row in rows.itertuples()
    ]


@lru_cache(maxsize=1)
def _table() -> pd.DataFrame:
    return pd.read_csv(geodata_path("symbols", "symbols.csv"), dtype=str, keep_default_na=False, encoding="utf-8")
