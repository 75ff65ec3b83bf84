"""Whether opening figure, new areas, releases and closing figure agree, and what they leave unexplained."""

from __future__ import annotations

import math
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from kosovo_hazards._errors import BadRecordsError, Fault, UsageError
from kosovo_hazards.land_release.applying import LandRelease, apply_releases
from kosovo_hazards.land_release.history import first_extent, recorded_m2, standing
from kosovo_hazards.land_release.ledger import PARTS, by_product
from kosovo_hazards.validation import in_degrees

__all__ = ["Reconciliation", "reconcile"]

_ROUNDING_M2 = 1.0


@dataclass(frozen=True, eq=False, repr=False)
class Reconciliation:
    """Opening, plus new, less released, against closing; all in m².

    Attributes
    ----------
    opening_m2, closing_m2, released_m2, added_m2
        The four figures.
    outside_m2, released_before_m2, recorded_later_m2, not_located_m2
        Of the released area, what lay outside every recorded hazard; on ground released before; in a hazard recorded
        after the release; without a polygon and without a hazard to take it off. None for bare figures, which can't
        tell.
    shared_m2
        Ground that several hazards share and that one release took off all of them. None for bare figures.
    by_hazard
        For registers, one row a hazard: `opening_m2`, `added_m2`, `released_m2`, `closing_m2`, `unexplained_m2`. None
        for bare figures.
    ledger
        For registers, one row a release, as `apply_releases` gives it: which one lay where. None for bare figures.
    without_area
        Records whose area is not known, which count in no sum.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> kh.reconcile(8_000_000, 6_000_000, 1_500_000).unexplained_m2
    -500000.0
    """

    opening_m2: float
    closing_m2: float
    released_m2: float
    added_m2: float = 0.0
    outside_m2: float | None = None
    released_before_m2: float | None = None
    recorded_later_m2: float | None = None
    not_located_m2: float | None = None
    shared_m2: float | None = None
    by_hazard: pd.DataFrame | None = None
    ledger: pd.DataFrame | None = None
    without_area: int = 0

    @property
    def expected_m2(self) -> float:
        """What the closing figure would be if all released ground had been in the register."""
        return self.opening_m2 + self.added_m2 - self.released_m2

    @property
    def unexplained_m2(self) -> float:
        """Closing less expected: released, but still in the register; negative: gone from it without a release."""
        return self.closing_m2 - self.expected_m2

    @property
    def left_m2(self) -> float:
        """What remains unexplained once everything known of the releases is taken into account."""
        known = (self.outside_m2, self.released_before_m2, self.recorded_later_m2, self.not_located_m2)
        return self.unexplained_m2 - sum(part or 0.0 for part in known) + (self.shared_m2 or 0.0)

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        sums = (
            f"{self.opening_m2:,.0f} m² at the opening + {self.added_m2:,.0f} m² newly recorded - "
            f"{self.released_m2:,.0f} m² released = {self.expected_m2:,.0f} m²; "
            f"the closing figure is {self.closing_m2:,.0f} m²"
        )
        if self.without_area:
            sums = f"{self.without_area:,} records have no area and count in no sum. {sums}"
        if abs(self.unexplained_m2) < _ROUNDING_M2:
            return f"{sums}: the figures agree."
        kind = "released but not gone from the register" if self.unexplained_m2 > 0 else "gone without a release"
        lines = [f"{sums}: {abs(self.unexplained_m2):,.0f} m² unexplained, {kind}."]
        outside = "of the released area lay outside every recorded hazard"
        if self.ledger is not None:
            outside += by_product(self.ledger, "outside_m2")
        parts = [
            f"{part:,.0f} m² {what}"
            for part, what in (
                (self.outside_m2, outside),
                (self.released_before_m2, "on ground released before"),
                (self.recorded_later_m2, "in hazards recorded after the release"),
                (self.not_located_m2, "had no polygon and no hazard to take it off"),
                (self.shared_m2, "was released once and taken off several overlapping hazards"),
            )
            if part is not None and part >= _ROUNDING_M2
        ]
        if self.by_hazard is not None:
            left = f"{self.left_m2:,.0f}".replace("-0", "0")
            lines.append("; ".join([*parts, f"{left} m² remain unexplained"]) + ".")
        return "\n".join(lines)


def reconcile(
    opening_m2: float | gpd.GeoDataFrame,
    closing_m2: float | gpd.GeoDataFrame,
    released_m2: float | pd.DataFrame,
    added_m2: float | gpd.GeoDataFrame = 0.0,
) -> Reconciliation:
    """Say what opening, closing, released and newly recorded area leave unexplained.

    Parameters
    ----------
    opening_m2, closing_m2
        Square metres, or two hazards tables as the register stood at both ends of the period; areas that it keeps as
        closed or handed over are none of it.
    released_m2
        Square metres, or the releases table of the period.
    added_m2
        Square metres newly recorded in the period, or a hazards table of them as they were recorded. Left at 0 with two
        registers, the hazards that only the closing one has count, with the ground of the releases that name them.

    Returns
    -------
    `Reconciliation`: printed it is a sentence; `unexplained_m2` = closing - opening - added + released, so a positive
    figure was reported as released but is not gone from the register. With tables it also says what of the released
    area lay outside every recorded hazard.

    Raises
    ------
    HazardDataError
        If a figure is negative or not a number, or figures and tables are mixed.

    Examples
    --------
    >>> print(reconcile(8_780_000, 6_270_000, 7_130_000, 150_000))
    8,780,000 m² at the opening + 150,000 m² newly recorded - 7,130,000 m² released = 1,800,000 m²; the closing figure
    is 6,270,000 m²: 4,470,000 m² unexplained, released but not gone from the register.
    """
    tables = [isinstance(value, pd.DataFrame) for value in (opening_m2, closing_m2, released_m2)]
    if all(tables):
        return _of_registers(opening_m2, closing_m2, released_m2, added_m2)
    if any(tables) or isinstance(added_m2, pd.DataFrame):
        raise UsageError(
            "figures and tables can't be mixed", hint="give square metres for all, or tables for the first three"
        )
    figures = {"opening_m2": opening_m2, "closing_m2": closing_m2, "released_m2": released_m2, "added_m2": added_m2}
    faults = [
        Fault(None, name, value, f"is {value!r}", "give square metres, 0 or more")
        for name, value in figures.items()
        if not (isinstance(value, int | float) or hasattr(value, "__float__")) or not 0 <= float(value) < math.inf
    ]
    if faults:
        raise UsageError("these figures can't be reconciled", faults)
    return Reconciliation(float(opening_m2), float(closing_m2), float(released_m2), float(added_m2))


def _of_registers(
    opening: gpd.GeoDataFrame, closing: gpd.GeoDataFrame, releases: pd.DataFrame, added: float | gpd.GeoDataFrame
) -> Reconciliation:
    # Each may come in another CRS and call its shapes otherwise.
    opening, closing = (in_degrees(standing(each), "hazards", purpose="to reconcile") for each in (opening, closing))
    if getattr(releases, "active_geometry_name", None) is not None:
        releases = in_degrees(releases, "releases", purpose="to reconcile")
    if isinstance(added, pd.DataFrame):
        new = in_degrees(standing(added), "hazards", purpose="to reconcile")
    else:
        new = first_extent(closing, opening, releases)
    known = new["hazard_id"].isin(opening["hazard_id"])
    if known.any():
        faults = [
            Fault(
                str(hazard),
                "hazard_id",
                hazard,
                "is newly recorded and in the opening register",
                "it is one or the other",
            )
            for hazard in new.loc[known, "hazard_id"]
        ]
        raise BadRecordsError("areas can't be new and there before", faults)
    result = apply_releases(pd.concat([opening, new], ignore_index=True), releases, sliver_width_m=0)
    registers = {"opening_m2": recorded_m2(opening), "added_m2": recorded_m2(new), "closing_m2": recorded_m2(closing)}
    by_hazard = _by_hazard(registers, result)
    unknown = [*registers.values(), result.ledger["area_m2"]]
    given = isinstance(added, pd.DataFrame) or added == 0
    parts = result.ledger[list(PARTS)].sum()
    return Reconciliation(
        opening_m2=float(by_hazard["opening_m2"].sum()),
        closing_m2=float(by_hazard["closing_m2"].sum()),
        released_m2=float((result.ledger["area_m2"] - result.ledger["not_applied_m2"]).sum()),
        added_m2=float(by_hazard["added_m2"].sum()) if given else float(added),
        outside_m2=float(parts["outside_m2"]),
        released_before_m2=float(parts["released_before_m2"]),
        recorded_later_m2=float(parts["recorded_later_m2"]),
        not_located_m2=float(parts["not_located_m2"]),
        shared_m2=float(max(result.shares["ground_m2"].sum() - result.ledger["inside_m2"].sum(), 0)),
        by_hazard=by_hazard,
        ledger=result.ledger,
        without_area=sum(int(area.isna().sum()) for area in unknown),
    )


def _by_hazard(registers: dict[str, pd.Series], result: LandRelease) -> pd.DataFrame:
    released = result.shares.groupby("hazard_id")["ground_m2"].sum()
    table = pd.DataFrame({**registers, "released_m2": released}).fillna(0.0)
    table = table[["opening_m2", "added_m2", "released_m2", "closing_m2"]]
    table["unexplained_m2"] = table["closing_m2"] - table["opening_m2"] - table["added_m2"] + table["released_m2"]
    return table.rename_axis("hazard_id")
