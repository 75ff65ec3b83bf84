"""Land release: what is left of each hazardous area, and where each released square metre lay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from kosovo_hazards._arrays import Column, Floats, Objects, Positions
from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import doing
from kosovo_hazards.geometry import area_m2, drawn_area, footprint_m2, sums
from kosovo_hazards.land_release.inputs import Applied, Day, HazardInput, ReleaseInput, as_day, dates_of, read_inputs
from kosovo_hazards.land_release.ledger import PARTS, by_product, ledger_of
from kosovo_hazards.land_release.older_releases import older_releases, older_releases_told
from kosovo_hazards.land_release.partition import Partition, narrow, partition
from kosovo_hazards.repeats import Repeats, repeats_among
from kosovo_hazards.schema import RELEASED_STATUSES, Product, Status
from kosovo_hazards.validation import require_table

__all__ = ["SLIVER_WIDTH_M", "LandRelease", "apply_releases"]


SLIVER_WIDTH_M = 1.0
"""Two surveys of one line differ by up to about this; ground that is left on purpose is wider."""

# Figures without a polygon are recorded in whole square metres, so less than one is rounding.
_ROUNDING_M2 = 1.0
_BOTH = "both"


@dataclass(frozen=True, eq=False, repr=False)
class LandRelease:
    """What is left of the hazardous areas, and what became of each release; unpacks as ``remaining, ledger``.

    Attributes
    ----------
    remaining
        Every hazard, on the caller's index, with `baseline_m2`, `cancelled_m2`, `reduced_m2`, `cleared_m2`,
        `remaining_m2` (baseline less the three), `sliver_m2` (what of it is listed in `slivers`), `progress` (released
        share of the baseline), `last_release`, `release_basis` (spatial, recorded area, both; missing: nothing
        released), `status` (closed where nothing is left) and `area_m2` (of the polygon as now drawn). Where nothing is
        left the polygon is empty. `closed_m2` is what no release accounts for of a hazard that the register keeps as
        closed or handed over: it is none of what remains.
    ledger
        Every release, on the caller's index, with `release_basis`, `area_m2` and the parts it falls into: `inside_m2`
        (recorded hazards, for the first time), `recorded_later_m2` (in a hazard recorded after the release, so not
        taken off), `released_before_m2`, `outside_m2` (every recorded hazard), `not_located_m2` (no polygon, and no
        named hazard with that much left), `not_applied_m2` (after `as_of`, up to `register_date`, in the future, or
        not finished by its `status`). `lies_in` names
        the hazards, `repeats` the earlier release that it doubles, `may_repeat` one that it is like without being the
        same in all, so that both count, and `note` what a reader should know.
    shares
        One row for each release and hazard that it took ground from: `release_id`, `hazard_id`, `product`,
        `ground_m2`, `basis`.
    slivers
        Strips left between the edge of a hazard and that of a release: `hazard_id`, `area_m2`, geometry.
    later
        Hazards recorded after `as_of`, which are in none of the others.
    messages
        What a reader should know of the tables together: releases that are older than the register, which lacks their
        ground already.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> remaining, ledger = kh.apply_releases(*kh.demo_data("2024-12-31"))
    >>> len(remaining) == len(kh.demo_data("2024-12-31")[0])
    True
    """

    remaining: gpd.GeoDataFrame
    ledger: pd.DataFrame
    shares: pd.DataFrame
    slivers: gpd.GeoDataFrame
    later: gpd.GeoDataFrame
    messages: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[pd.DataFrame]:
        return iter((self.remaining, self.ledger))

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        polygons, sums = self.balance()["polygons_m2"], self.ledger[list(PARTS)].sum()
        parts = [
            f"{m2:,.0f} m² {part.removesuffix('_m2').replace('_', ' ')}{by_product(self.ledger, part)}"
            for part, m2 in sums.items()
            if m2 >= _ROUNDING_M2
        ]
        whole = f"{polygons['baseline']:,.0f} m² in {len(self.remaining):,} hazardous areas; "
        left = f"{polygons['remaining']:,.0f} m² left in {len(self.register):,}"
        released = f"{self.ledger['area_m2'].sum():,.0f} m² released in {len(self.ledger):,} records: "
        lines = [whole + left, released + (", ".join(parts) or "none of it ground")]
        if unknown := int(self.ledger["area_m2"].isna().sum()):
            lines.append(f"{unknown:,} of these releases have no area and count in no sum")
        if polygons["closed without a release"] >= _ROUNDING_M2:
            lines.append(f"{polygons['closed without a release']:,.0f} m² closed in the register without a release")
        if len(self.later):
            lines.append(f"{len(self.later):,} hazardous areas were recorded later and are left out")
        return "\n".join([*lines, *self.messages])

    @property
    def register(self) -> gpd.GeoDataFrame:
        """The hazards table as it now stands: those that still have ground and are neither closed nor handed over."""
        return self.remaining[~self.remaining["status"].isin(RELEASED_STATUSES)]

    def balance(self) -> pd.DataFrame:
        """Totals: baseline, less each product and what was closed without a release, gives what remains.

        Returns
        -------
        Rows `baseline`, `cancelled`, `reduced`, `cleared`, `closed without a release`, `remaining` and `slivers` (part
        of what remains). Columns, in square metres: `polygons_m2` sums the hazards one by one, as registers do;
        `ground_m2` counts ground that several hazards share once.
        """
        products = [f"{product}_m2" for product in Product]
        polygons = self.remaining[["baseline_m2", *products, "closed_m2", "remaining_m2", "sliver_m2"]].sum()
        fields = polygons.copy()
        fields[products] = self.ledger.groupby("product")["inside_m2"].sum().reindex(list(Product), fill_value=0.0)
        left = self._once(self.remaining)
        fields["remaining_m2"] = self._once(self.remaining[self.remaining["closed_m2"] == 0])
        fields["closed_m2"] = left - fields["remaining_m2"]
        fields["baseline_m2"] = left + fields[products].sum()
        table = pd.DataFrame({"polygons_m2": polygons, "ground_m2": fields})
        table.index = table.index.str.removesuffix("_m2").str.replace("sliver", "slivers")
        return table.rename(index={"closed": "closed without a release"})

    @staticmethod
    def _once(hazards: gpd.GeoDataFrame) -> float:
        """What is left of some hazards, ground that they share counted once."""
        left = (hazards["remaining_m2"] + hazards["closed_m2"]).sum()
        return float(left - hazards["area_m2"].sum() + footprint_m2(hazards))


def apply_releases(
    hazards: gpd.GeoDataFrame,
    releases: pd.DataFrame,
    as_of: Day | None = None,
    *,
    register_date: Day | None = None,
    sliver_width_m: float = SLIVER_WIDTH_M,
) -> LandRelease:
    """Take released ground off the hazardous areas, each square metre once.

    Parameters
    ----------
    hazards
        The hazards table, in any CRS: `hazard_id` and valid polygons; `status`, `established` and `reported_area_m2`
        are used where they are there.
    releases
        The releases table in the same CRS: `release_id`, `product`, and polygons where there are any. A release without
        a polygon is taken off the hazard that its `hazard_id` names, by `reported_area_m2`. Of an outline that can be
        read in several ways only the ground counts that all of them give. One whose `status` says that it is not
        finished, or says what nobody understands, takes nothing off.
    as_of
        A day, or a year for its last day. Releases completed after it are left out, undated ones too, and hazards
        `established` after it, which stand in `later`. By default all count but releases dated in the future.
    register_date
        The day whose state the hazards table shows. Releases completed up to then are in it already and are not
        taken off again, undated ones neither. By default every release counts: harmless for one with a polygon, since
        ground that the register has already lost is outside it, but one without a polygon would be taken off twice.
    sliver_width_m
        A part left beside released ground that is nowhere as wide as this is digitising noise, not a hazardous area:
        it is listed in `slivers` and counted in `remaining_m2`, but not drawn. 0 keeps every part in the polygon. The
        default of 1 m is about what two surveys of one line with a good receiver differ by.

    Returns
    -------
    `LandRelease`, which unpacks as ``remaining, ledger``. Figures are square metres.

    Raises
    ------
    HazardDataError
        If an id is missing or repeated, a product or date is not one, the polygon of a hazard is invalid or one is
        not cut at the antimeridian, an area that is needed is negative or no number, or the two tables are not in one
        CRS; the message names every record.

    Notes
    -----
    Overlapping releases are credited in the order of `completed` (undated last), on one day the stronger product first
    (cleared, reduced, cancelled), then by `release_id`: the order of the rows changes nothing.

    Where a polygon and a `hazard_id` disagree the polygon decides. A release older than the day on which a hazard was
    `established` does not touch that hazard, for the later record is the better knowledge.

    A release that tells the same as another in every column but its id and source (day, hazard, product, area,
    operator, finds, …) is the same one reported twice: without a polygon it takes nothing off. One that is merely like
    another counts, and the ledger names the other in `may_repeat`; undated figures are never more than that.

    A hazard that the register keeps as closed or handed over has a history like any other: its baseline is that of its
    polygon, or without one the reported area, and releases are credited to it. What no release accounts for is
    `closed_m2`, not `remaining_m2`.

    Hazards that overlap are each computed on their own polygon; a release counts ground that they share once in
    `inside_m2`, and in `shares` once for each. Released areas without a polygon are taken off after those with one,
    at most what is left, and never change a polygon, unless nothing is left.

    Areas are those of `area_m2`, with geodesic edges. Each hazard balances exactly, and so does each release; between
    the two, and where edges of over 1 km are cut, some 1e-5 of an area may be left, for a geodesic bends where it is
    cut: what a hazard lost is its baseline less the polygon that remains, shared out among the releases on it.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> field = gpd.GeoDataFrame(
    ...     {"hazard_id": ["KS-1"]}, geometry=[shapely.box(21.00, 42.60, 21.01, 42.61)], crs="EPSG:4326"
    ... )
    >>> work = gpd.GeoDataFrame(
    ...     {"release_id": ["R-1"], "product": ["cleared"], "completed": ["2024-06-30"]},
    ...     geometry=[shapely.box(20.995, 42.60, 21.005, 42.61)],
    ...     crs="EPSG:4326",
    ... )
    >>> remaining, ledger = apply_releases(field, work)
    >>> remaining[["baseline_m2", "cleared_m2", "remaining_m2"]].round(-2).to_numpy().tolist()
    [[911600.0, 455800.0, 455800.0]]
    >>> ledger[["inside_m2", "outside_m2"]].round(-2).to_numpy().tolist()
    [[455800.0, 455800.0]]
    """
    for table in (hazards, releases):
        require_table(table, purpose="to take released ground off")
    doing(f"Taking {len(releases):,} releases off {len(hazards):,} areas")
    if not 0 <= sliver_width_m < np.inf:
        raise UsageError(f"sliver_width_m is {sliver_width_m!r}", hint="give metres, 0 or more")
    hazards, later = _known_on(as_day(as_of), hazards)
    fields, given = read_inputs(hazards, releases, as_of=as_of, register_date=register_date)
    crs = hazards.crs
    drawn, polygons = gpd.GeoSeries(fields.shapes, crs=crs), gpd.GeoSeries(given.usable, crs=crs)
    cut = partition(drawn, fields.established, polygons, given.completed)
    left = _split_slivers(fields, given, cut, sliver_width_m, crs=crs)
    # Equal polygons have the number of the first of them.
    same_ground = np.where(cut.repeats >= 0, cut.repeats, np.arange(len(cut.repeats)))
    repeats = repeats_among(
        releases.iloc[given.rows],
        given.area_m2,
        np.where(given.has_polygon, same_ground, -1),
        given.withheld == "",
    )
    shares = _spatial_shares(fields, cut, left)
    shares = pd.concat([shares, _recorded_shares(fields, given, repeats, shares)], ignore_index=True)
    result = _remaining(hazards, fields, given, left, shares)
    slivers = gpd.GeoDataFrame(
        {"hazard_id": fields.ids[left.owner], "area_m2": left.strip_m2}, geometry=list(left.strips), crs=crs
    )
    older = older_releases(fields.shapes, given, cut.inside, cut.later)
    told = older_releases_told(given, older)
    ledger = ledger_of(releases, fields, given, cut, repeats, shares, older=older)
    named = pd.DataFrame(
        {
            "release_id": given.ids[shares["release"]],
            "hazard_id": fields.ids[shares["hazard"]],
            "product": given.products[shares["release"]],
            "ground_m2": shares["m2"],
            "basis": shares["basis"],
        }
    )
    return LandRelease(result, ledger, named, slivers, later, () if told is None else (told,))


def _known_on(day: pd.Timestamp, hazards: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """The hazards that were recorded by a day, or nobody knows when, and those that were recorded later."""
    if pd.isna(day) or "hazard_id" not in hazards.columns:
        return hazards, hazards.iloc[:0]
    late = (dates_of(hazards, "established", "hazard_id") > day).to_numpy()
    return hazards[~late], hazards[late]


@dataclass(frozen=True)
class _Left:
    """What releases leave of each hazard: its polygon and its area, and apart from them its slivers."""

    shapes: Objects
    drawn_m2: Floats
    owner: Positions
    strips: Objects
    strip_m2: Floats

    @property
    def sliver_m2(self) -> Floats:
        return sums(self.owner, self.strip_m2, len(self.shapes))


def _spatial_shares(fields: HazardInput, cut: Partition, left: _Left) -> pd.DataFrame:
    """Square metres that each release took from each hazard by its polygon: in all, what the hazard lost."""
    lost = np.maximum(fields.area_m2 - np.nan_to_num(left.drawn_m2) - left.sliver_m2, 0)
    pieces = sums(cut.hazard, cut.piece, len(lost))
    m2 = cut.piece * np.divide(lost, pieces, out=np.zeros(len(lost)), where=pieces > 0)[cut.hazard]
    return pd.DataFrame({"release": cut.release, "hazard": cut.hazard, "m2": m2, "basis": Applied.SPATIAL.value})


def _recorded_shares(fields: HazardInput, given: ReleaseInput, repeats: Repeats, spatial: pd.DataFrame) -> pd.DataFrame:
    """Square metres taken off the named hazard where there is no polygon, at most what is left of it."""
    release = np.flatnonzero(given.recorded & (given.named >= 0) & (repeats.same < 0) & ~np.isnan(given.area_m2))
    release = release[~(given.completed[release] < fields.established[given.named[release]])]
    hazard = given.named[release]
    taken = sums(spatial["hazard"].to_numpy(), spatial["m2"].to_numpy(), len(fields.ids))
    left = np.nan_to_num(fields.area_m2 - taken).clip(0)[hazard]
    wanted = pd.Series(given.area_m2[release])
    up_to = wanted.groupby(hazard).cumsum().to_numpy()
    m2 = np.minimum(up_to, left) - np.minimum(up_to - wanted.to_numpy(), left)
    return pd.DataFrame({"release": release, "hazard": hazard, "m2": m2, "basis": Applied.RECORDED.value})[m2 > 0]


def _remaining(
    hazards: gpd.GeoDataFrame, fields: HazardInput, given: ReleaseInput, left: _Left, shares: pd.DataFrame
) -> gpd.GeoDataFrame:
    columns = _balance_of_hazards(fields, given, shares)
    remaining_m2 = columns["remaining_m2"] + np.nan_to_num(columns["closed_m2"])
    sliver_m2 = np.minimum(left.sliver_m2, remaining_m2)
    by_figure = np.isin(columns["release_basis"].astype(str), [Applied.RECORDED, _BOTH])
    touched = np.isin(np.arange(len(remaining_m2)), shares["hazard"])
    rounding = by_figure & (remaining_m2 - sliver_m2 < _ROUNDING_M2)
    nothing = touched & (rounding | shapely.is_empty(left.shapes))
    gone = pd.Series(fields.status).isin(RELEASED_STATUSES).to_numpy()
    columns["sliver_m2"] = np.where(nothing, remaining_m2, sliver_m2)
    columns["status"] = np.where(nothing & ~gone, Status.CLOSED.value, fields.status)
    columns["area_m2"] = np.where(nothing, 0.0, left.drawn_m2)
    shapes = left.shapes.copy()
    shapes[nothing] = shapely.Polygon()
    result = hazards.copy()
    caller = np.argsort(fields.rows)
    result[hazards.geometry.name] = gpd.GeoSeries(shapes[caller], index=hazards.index, crs=hazards.crs)
    for name, values in columns.items():
        result[name] = pd.Series(values[caller], index=hazards.index)
    return result.astype({"status": "str", "release_basis": "str"})


def _balance_of_hazards(fields: HazardInput, given: ReleaseInput, shares: pd.DataFrame) -> dict[str, Column]:
    count = len(fields.ids)
    columns: dict[str, Column] = {"baseline_m2": fields.area_m2}
    products = given.products[shares["release"]]
    for product in Product:
        own = shares[products == product]
        columns[f"{product}_m2"] = sums(own["hazard"].to_numpy(), own["m2"].to_numpy(), count)
    released = sum(columns[f"{product}_m2"] for product in Product)
    gone, left = pd.Series(fields.status).isin(RELEASED_STATUSES).to_numpy(), np.maximum(fields.area_m2 - released, 0)
    columns["closed_m2"], columns["remaining_m2"] = np.where(gone, left, 0.0), np.where(gone, 0.0, left)
    with np.errstate(invalid="ignore", divide="ignore"):
        columns["progress"] = 1 - left / fields.area_m2
    last = pd.Series(given.completed[shares["release"]]).groupby(shares["hazard"].to_numpy()).max()
    columns["last_release"] = last.reindex(range(count)).to_numpy()
    columns["release_basis"] = _basis(shares, count)
    return columns


def _basis(shares: pd.DataFrame, count: int) -> Objects:
    basis: Objects = np.full(count, None, dtype=object)
    by_polygon, by_record = (shares.loc[shares["basis"] == word, "hazard"].unique() for word in Applied)
    basis[by_polygon], basis[by_record] = Applied.SPATIAL.value, Applied.RECORDED.value
    basis[np.intersect1d(by_polygon, by_record)] = _BOTH
    return basis


def _split_slivers(
    fields: HazardInput, given: ReleaseInput, cut: Partition, width_m: float, *, crs: pyproj.CRS
) -> _Left:
    touched = np.unique(cut.hazard)
    parts, owner = shapely.get_parts(cut.remaining[touched], return_index=True)
    thin = narrow(parts, width_m, crs=crs)
    # A strip that no release touches was drawn as it is, and stays.
    met = shapely.STRtree(given.usable).query(parts[thin], predicate="intersects")[0]
    sliver = np.isin(np.arange(len(parts)), np.flatnonzero(thin)[met])
    shapes, owner = cut.remaining.copy(), touched[owner]
    affected = np.unique(owner[sliver])
    shapes[affected] = shapely.MultiPolygon()
    kept = np.isin(owner, affected) & ~sliver
    shapely.multipolygons(parts[kept], indices=owner[kept], out=shapes)
    drawn_m2 = fields.drawn_m2.copy()
    drawn_m2[touched] = area_m2(gpd.GeoSeries(shapes[touched], crs=crs))
    # A strip's share of the hazard: its geodesic area would be mostly the bending of its long edges.
    whole = drawn_area(fields.shapes[owner[sliver]], crs=crs)
    strip_m2 = drawn_area(parts[sliver], crs=crs) / whole * fields.drawn_m2[owner[sliver]]
    return _Left(shapes, drawn_m2, owner[sliver], parts[sliver], strip_m2)
