"""Tables on contaminated areas and clearance, as the Convention on Cluster Munitions requires them in Article 7."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._errors import missing_crs
from kosovo_hazards.land_release import ITEMS, apply_releases, dates_of
from kosovo_hazards.language import Note
from kosovo_hazards.provenance import any_synthetic
from kosovo_hazards.schema import RELEASED_STATUSES, Contamination, Product, Status
from kosovo_hazards.summaries import TOTALS, UNKNOWN, ground_m2, group_labels
from kosovo_hazards.validation import require_columns

__all__ = ["Article7", "article_7_tables"]

_PLACES = ["region", "district", "municipality"]
# Ground with anything else than cluster munition remnants in it is of other conventions.
_OF_OTHERS = (Contamination.ANTI_PERSONNEL_MINES, Contamination.ANTI_VEHICLE_MINES, Contamination.OTHER_ERW)


@dataclass(frozen=True, eq=False)
class Article7:
    """The tables of one calendar year; areas in m².

    Attributes
    ----------
    year
        The reporting year.
    contaminated
        One row a place, type and contamination, and totals: `areas`, `area_m2`, `unknown_area` (areas of unknown size),
        `recorded_from_year` and `recorded_to_year` (when they were recorded, not when the munitions were used).
    areas
        One row a contaminated area: `hazard_id`, places, `hazard_type`, `contamination`, `status`, `priority`,
        `area_m2`, `recorded_day`.
    released
        One row a place, product and operator, and totals: `releases`, `area_m2`, and items destroyed.
    items
        One row a kind of item: numbers destroyed in `cleared`, `reduced` and `cancelled` ground and in all, and
        `uncounted`: releases on which nothing is recorded.
    status
        Opening, newly recorded, released and closing figures of the year: `step`, `area_m2`, `areas`.
    notes
        What was left out, assumed or is not known.
    synthetic
        Whether a record is made up.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> tables = kh.article_7_tables(*kh.demo_data("2024-12-31"), year=2024)
    >>> tables.year, tables.synthetic
    (2024, True)
    """

    year: int
    contaminated: pd.DataFrame
    areas: pd.DataFrame
    released: pd.DataFrame
    items: pd.DataFrame
    status: pd.DataFrame
    notes: tuple[Note, ...]
    synthetic: bool


def article_7_tables(
    hazards: gpd.GeoDataFrame,
    releases: pd.DataFrame | None = None,
    *,
    year: int,
    opening: gpd.GeoDataFrame | None = None,
) -> Article7:
    """Fill the tables that an Article 7 report requires on contaminated areas and on clearance.

    Parameters
    ----------
    hazards
        The hazards table as it stood at the end of the year, in any CRS; closed and handed-over areas are left out.
    releases
        The releases table in the same CRS, of any time; None if there is none, and what was released is not known.
    year
        The calendar year reported on.
    opening
        The hazards table at the end of the year before; without it the opening figure is not known.

    Returns
    -------
    `Article7`. Areas are those of the polygons, m²; ground released twice counts once. What is not recorded is missing,
    not 0.

    Raises
    ------
    HazardDataError
        If a table lacks its key columns or can't be read.

    Notes
    -----
    Modelled on Article 7, paragraph 1 (h) and (i), of the Convention on Cluster Munitions (2008): size and location of
    contaminated areas, with type and quantity of remnants and when they were used; status and progress of clearance,
    size and location of the area cleared, and the quantity of each type of remnant destroyed. Paragraph 2 requires it
    by 30 April on the calendar year before. The reporting formats of 2010 (CCM/MSP/2010/PM/10) put both into Form F,
    "Contaminated areas and clearance". Neither the columns of that form nor the form adapted later could be read when
    this was written, so no conformity is claimed: the tables are what a register can tell, to be carried into the form
    in force. A register tells neither the quantity of remnants left nor when they were used, and not their models.

    Areas recorded to hold only mines or other remnants of war are not of this convention: they are left out, and their
    number is reported. Those of mixed or unknown contamination are in.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> tables = kh.article_7_tables(*kh.demo_data(), year=2024)
    >>> tables.released.iloc[-1][["area_m2", "submunitions"]].astype(float).round().tolist()
    [7133032.0, 89.0]
    """
    require_columns(hazards, ["hazard_id", "hazard_type"], purpose="for an Article 7 report")
    _refuse_no_crs(hazards)
    register, others = _of_convention(hazards)
    before = None if opening is None else _of_convention(opening)[0]
    output, late = _output(releases, hazards)
    of_year = output[output["year"] == year]
    notes = [Note("article.others", {"n": others})] if others else []
    notes += [Note("article.other_releases", {"n": late})] if late else []
    if undated := int(output["year"].isna().sum()):
        notes.append(Note("article.undated", {"n": undated}))
    if releases is None:
        notes.append(Note("article.no_releases", {}))
    unclear = int((register["contamination"] == UNKNOWN).sum())
    notes += [Note("article.unclear", {"n": unclear})] if unclear else []
    return Article7(
        year=year,
        contaminated=_contaminated(register),
        areas=_areas(register),
        released=_released(of_year),
        items=_items(of_year),
        status=_status(register, before, of_year, known=releases is not None),
        notes=tuple(notes),
        synthetic=any_synthetic(hazards, releases),
    )


def _refuse_no_crs(hazards: gpd.GeoDataFrame) -> None:
    if hazards.crs is None:
        raise missing_crs("the hazards table", "hazards")


# --- contaminated areas -----------------------------------------------------------------------------------------------


def _of_convention(hazards: gpd.GeoDataFrame) -> tuple[pd.DataFrame, int]:
    """Areas that hold or may hold cluster munition remnants, as plain columns; and how many others there are."""
    table = pd.DataFrame({"hazard_id": hazards["hazard_id"].astype(object), "hazard_type": hazards["hazard_type"]})
    for name in (*_PLACES, "contamination", "status", "priority"):
        values = hazards[name] if name in hazards.columns else pd.Series(None, hazards.index)
        table[name] = group_labels(values)
    table["area_m2"] = ground_m2(hazards)
    table["recorded_day"] = dates_of(hazards, "established", "hazard_id")
    table = table[~table["status"].isin(list(RELEASED_STATUSES))]
    other = table["contamination"].isin([word.value for word in _OF_OTHERS])
    return table[~other].reset_index(drop=True), int(other.sum())


def _contaminated(register: pd.DataFrame) -> pd.DataFrame:
    results = register.assign(
        areas=1, unknown_area=register["area_m2"].isna().astype("int64"), recorded=register["recorded_day"].dt.year
    )
    keys = [*_PLACES, "hazard_type", "contamination"]
    sums = {
        "areas": ("areas", "sum"),
        "area_m2": ("area_m2", "sum"),
        "unknown_area": ("unknown_area", "sum"),
        "recorded_from_year": ("recorded", "min"),
        "recorded_to_year": ("recorded", "max"),
    }
    table = results.groupby(keys, sort=True).agg(**sums).reset_index()
    totals = results.assign(every=TOTALS).groupby("every").agg(**sums)
    return pd.concat([table, _total_row(totals, keys)], ignore_index=True)


def _total_row(totals: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return totals.reset_index(drop=True).assign(**{**dict.fromkeys(keys, ""), keys[0]: TOTALS})


def _areas(register: pd.DataFrame) -> pd.DataFrame:
    names = ["hazard_id", *_PLACES, "hazard_type", "contamination", "status", "priority", "area_m2", "recorded_day"]
    return register.sort_values([*_PLACES, "hazard_type", "hazard_id"], kind="stable")[names].reset_index(drop=True)


# --- clearance --------------------------------------------------------------------------------------------------------


def _output(releases: pd.DataFrame | None, hazards: gpd.GeoDataFrame) -> tuple[pd.DataFrame, int]:
    """One row a release, its area counted once; and how many are left out for they are of mines alone."""
    columns = ["year", "product", "operator", *_PLACES, "area_m2", *ITEMS]
    if releases is None or not len(releases):
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(ITEMS, "Int64")), 0
    require_columns(releases, ["release_id", "product"], purpose="for an Article 7 report")
    given = pd.DataFrame(releases).reset_index(drop=True)
    ledger = apply_releases(_nothing(hazards, releases), releases).ledger.reset_index(drop=True)
    again = ledger["repeats"].notna()
    output = pd.DataFrame(
        {
            "product": given["product"],
            "area_m2": ledger["area_m2"] - ledger["released_before_m2"] - ledger["not_applied_m2"],
        }
    )
    output["year"] = dates_of(given, "completed", "release_id").dt.year
    for name in ("operator", *_PLACES):
        values = given[name] if name in given.columns else pd.Series(None, given.index)
        output[name] = group_labels(values)
    for item in ITEMS:
        counts = given[item] if item in given.columns else pd.Series(pd.NA, given.index)
        output[item] = counts.astype("Int64").mask(again)
    other = _contamination_of(given, hazards).isin([word.value for word in _OF_OTHERS])
    return output[~other], int(other.sum())


def _nothing(hazards: gpd.GeoDataFrame, releases: pd.DataFrame) -> gpd.GeoDataFrame:
    """No hazard at all, in the CRS of the releases: only the releases themselves are counted."""
    crs = getattr(releases, "crs", None) if isinstance(releases, gpd.GeoDataFrame) else None
    none = hazards.iloc[:0]
    return none.to_crs(crs) if crs is not None else none


def _contamination_of(releases: pd.DataFrame, hazards: gpd.GeoDataFrame) -> pd.Series:
    """The release's own, else that of the hazard it names."""
    own = releases["contamination"] if "contamination" in releases.columns else pd.Series(None, releases.index)
    if "hazard_id" not in releases.columns or "contamination" not in hazards.columns:
        return own.astype(object)
    known = hazards.drop_duplicates("hazard_id").set_index("hazard_id")["contamination"]
    return own.astype(object).where(own.notna(), releases["hazard_id"].map(known))


def _released(output: pd.DataFrame) -> pd.DataFrame:
    keys = [*_PLACES, "product", "operator"]
    counted = output.assign(releases=1)
    columns = ["releases", "area_m2", *ITEMS]
    table = counted.groupby(keys, sort=True)[columns].sum(min_count=1).reset_index()
    totals = counted.assign(every=TOTALS).groupby("every")[columns].sum(min_count=1)
    return pd.concat([table, _total_row(totals, keys)], ignore_index=True).astype({"releases": "int64"})


def _items(output: pd.DataFrame) -> pd.DataFrame:
    """Numbers destroyed by kind of item and product; missing where no release has a count."""
    rows = []
    for item in ITEMS:
        by_product = {
            str(product): output.loc[output["product"] == product, item].sum(min_count=1) for product in Product
        }
        uncounted = int(output[item].isna().sum())
        rows.append({"item": item, **by_product, "total": output[item].sum(min_count=1), "uncounted": uncounted})
    return pd.DataFrame(rows).astype(dict.fromkeys((*Product, "total"), "Int64"))


def _status(register: pd.DataFrame, before: pd.DataFrame | None, output: pd.DataFrame, *, known: bool) -> pd.DataFrame:
    """The year's balance; figures that need the register before or the releases are missing without them."""
    new = None if before is None else register[~register["hazard_id"].isin(before["hazard_id"])]
    rows: list[tuple[str, float, float]] = [
        ("opening", *_sums(before)),
        ("added", *_sums(new)),
        *((str(product), *_released_sums(output, product, known=known)) for product in Product),
        ("closing", *_sums(register)),
        *((f"closing_{kind}", *_sums(register[register["hazard_type"] == kind])) for kind in ("CHA", "SHA")),
        ("worked_on", *_sums(register[register["status"] == Status.WORKED_ON.value])),
    ]
    return pd.DataFrame(rows, columns=["step", "area_m2", "areas"]).astype({"areas": "Int64"})


def _sums(register: pd.DataFrame | None) -> tuple[float, float]:
    return (np.nan, np.nan) if register is None else (float(register["area_m2"].sum()), float(len(register)))


def _released_sums(output: pd.DataFrame, product: Product, *, known: bool) -> tuple[float, float]:
    own = output[output["product"] == product]
    return (float(own["area_m2"].sum()), float(len(own))) if known else (np.nan, np.nan)
