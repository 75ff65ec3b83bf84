"""What a register holds, what releases take off it and what remains: the one set of totals that every output tells."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kosovo_hazards.land_release.applying import LandRelease
from kosovo_hazards.language import Catalogue
from kosovo_hazards.schema import Product

__all__ = ["ReleaseTotals", "totals_of"]


@dataclass(frozen=True)
class ReleaseTotals:
    """Totals of a register with its releases, in square metres; the hazards summed one by one, as registers do.

    Attributes
    ----------
    register_m2
        Ground of the register that is not closed without a release.
    taken_off_m2
        What releases take off it.
    remaining_m2
        What is left: the first less the second.
    undated
        How many releases have no date.
    undated_m2
        What of `taken_off_m2` is theirs.
    sliver_m2
        What of `remaining_m2` is strips between two surveys of one line: it is counted, but in no polygon.
    """

    register_m2: float
    taken_off_m2: float
    remaining_m2: float
    undated: int
    undated_m2: float
    sliver_m2: float = 0.0

    def said(self, t: Catalogue) -> str:
        """The totals as a line of a title.

        Parameters
        ----------
        t
            The words.
        """
        line = t("release.totals", **{name: t.area(m2) for name, m2 in self._areas().items()})
        return "; ".join(filter(None, (line, self.notes(t))))

    def rows(self, t: Catalogue) -> list[tuple[str, str]]:
        """The same as rows of a legend: what, and how much.

        Parameters
        ----------
        t
            The words.
        """
        return [(t(f"totals.{name}"), t.area(m2)) for name, m2 in self._areas().items()]

    def notes(self, t: Catalogue) -> str:
        """What else has to be said: releases without a date, and strips where they make a difference that is seen.

        Parameters
        ----------
        t
            The words.
        """
        told = []
        # Areas of polygons are summed elsewhere on the page: where both sums look alike, nothing needs explaining.
        if t.area(self.remaining_m2) != t.area(self.remaining_m2 - self.sliver_m2):
            told.append(t("release.slivers", m2=t.area(self.sliver_m2)))
        if self.undated:
            told.append(t("release.undated", n=t.number(self.undated), m2=t.area(self.undated_m2)))
        return "; ".join(told)

    def _areas(self) -> dict[str, float]:
        return {"register": self.register_m2, "taken": self.taken_off_m2, "remaining": self.remaining_m2}


def totals_of(result: LandRelease) -> ReleaseTotals:
    """The totals of what `apply_releases` gave.

    Parameters
    ----------
    result
        Remaining land, ledger and shares.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> totals = totals_of(kh.apply_releases(kh.demo_data(2023)[0], kh.demo_data(2024)[1]))
    >>> round(totals.register_m2 - totals.taken_off_m2 - totals.remaining_m2), totals.undated
    (0, 0)
    """
    sums = result.balance()["polygons_m2"]
    ledger, shares = result.ledger, result.shares
    dates = pd.to_datetime(ledger["completed"]) if "completed" in ledger.columns else pd.Series(pd.NaT, ledger.index)
    ids = ledger["release_id"][dates.isna()]
    undated_m2 = float(shares.loc[shares["release_id"].isin(ids), "ground_m2"].sum())
    taken = float(sums[[str(product) for product in Product]].sum())
    register = float(sums["baseline"] - sums["closed without a release"])
    return ReleaseTotals(register, taken, float(sums["remaining"]), len(ids), undated_m2, float(sums["slivers"]))
