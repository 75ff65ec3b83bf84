"""What may be said of a place: what lies near, or that no hazard is known there; never that it is safe."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Floats, Mask, Positions, Texts
from kosovo_hazards.language import Catalogue
from kosovo_hazards.nearness.known import Known
from kosovo_hazards.nearness.outlines import Pairs

__all__ = ["Wording"]

_MOST_NAMED = 5


@dataclass(frozen=True)
class Wording:
    """How verdicts are worded.

    Attributes
    ----------
    t
        The language.
    known
        The hazards.
    buffer_m
        Within which they are told, in metres.
    as_of
        Day of the register.
    """

    t: Catalogue
    known: Known
    buffer_m: float
    as_of: pd.Timestamp

    def verdicts(self, within: Pairs, outside: Mask, is_point: Mask) -> Texts:
        """The verdict on each place.

        Parameters
        ----------
        within
            The areas within the buffer.
        outside
            Which places lie outside the coverage.
        is_point
            Which are points, that lie inside what routes cross.
        """
        day, m = self.t.day(self.as_of.date()), self._buffer()
        said: Texts = np.full(len(outside), self.t("near.none", m=m, date=day), dtype=object)
        said[outside] = self.t("near.outside")
        for place, areas in self._named(within, is_point).items():
            text = self.t("near.within", m=m, date=day, areas=areas)
            said[place] = f"{said[place]}. {text}" if outside[place] else text
        if self.known.unplaced:
            number = self.t.number(self.known.unplaced)
            said = np.array([self.t("near.unplaced", verdict=text, n=number) for text in said], dtype=object)
        return said

    def _named(self, within: Pairs, is_point: Mask) -> dict[int, str]:
        """For each place the areas near it, the nearest first, with their distances."""
        order = np.lexsort((within.area, within.distance_m, within.asked))
        asked = within.asked[order]
        rank = np.arange(len(asked)) - np.searchsorted(asked, asked)
        first = order[rank < _MOST_NAMED]
        texts = self._each(within.area[first], within.distance_m[first], is_point[within.asked[first]])
        named: dict[int, list[str]] = {}
        for place, text in zip(within.asked[first].tolist(), texts, strict=True):
            named.setdefault(place, []).append(text)
        for place, number in enumerate((np.bincount(within.asked) - _MOST_NAMED).tolist()):
            if number > 0:
                named[place].append(self.t("near.more", n=self.t.number(number)))
        return {place: ", ".join(areas) for place, areas in named.items()}

    def _each(self, area: Positions, distance_m: Floats, is_point: Mask) -> list[str]:
        """Each area with its distance, rounded down."""
        whole, at = np.unique(np.floor(distance_m), return_inverse=True)
        metres = self.t.numbers(whole)
        how = np.select([distance_m > 0, is_point], ["", "near.inside"], "near.crossed")
        how = np.where((distance_m > 0) & (distance_m < 1), "near.touching", np.where(how == "", "near.away", how))
        return [
            self.t(key, id=self.label(one), m=metres[number])
            for key, one, number in zip(how.tolist(), area.tolist(), at.tolist(), strict=True)
        ]

    def label(self, area: int) -> str:
        """What an area is called; a rejected record is said to be one."""
        name = str(self.known.ids[area])
        return self.t("near.rejected", id=name) if self.known.rejected[area] else name

    def _buffer(self) -> str:
        """The buffer in metres; with hundredths, rounded down, if it has any."""
        whole = math.floor(self.buffer_m)
        if whole == self.buffer_m:
            return self.t.number(whole)
        return self.t.number(math.floor(self.buffer_m * 100) / 100, 2)
