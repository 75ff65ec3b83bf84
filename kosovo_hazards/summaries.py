"""The tables that reports print: hazardous areas counted and measured by place or by anything else."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
import shapely

from kosovo_hazards._errors import BadRecordsError, UsageError
from kosovo_hazards._wording import argument, only_in_python
from kosovo_hazards.cells import is_missing
from kosovo_hazards.geometry import area_m2, footprint_m2
from kosovo_hazards.schema import RELEASED_STATUSES, HazardType, Priority
from kosovo_hazards.validation import require_columns, require_table

__all__ = [
    "TOTALS",
    "UNKNOWN",
    "counted_twice_m2",
    "ground_m2",
    "group_labels",
    "group_order",
    "group_sums",
    "groups_counted",
    "summarise",
    "summary_table",
    "worth_telling",
]

TOTALS = "Totals"
"""Label of the last row."""

_ROUNDING_M2 = 1.0
# Rounding of sums, as a share of the total.
_OF_SUMS = 1e-9

UNKNOWN = "unknown"
"""Label of the group of records that have no value to group by."""


def summarise(
    hazards: gpd.GeoDataFrame,
    by: str | Sequence[str] = "district",
    *,
    released: bool = False,
) -> pd.DataFrame:
    """Number and area of confirmed and suspected hazardous areas, group by group.

    Parameters
    ----------
    hazards
        The hazards table, in any CRS. Areas are computed anew from the polygons; for a record without one the reported
        area counts.
    by
        A column to group by, or several. Records without a value there are the group "unknown".
    released
        Whether areas that are closed or handed over count too.

    Returns
    -------
    One row a group, priorities from high to low, other groups by name, and a last row "Totals": `chas`, `cha_m2`,
    `shas`, `sha_m2`, `total_areas`, `total_m2` (square metres, float64) and, only when there are any, `unknown_area`:
    how many areas have neither polygon nor reported area and so count in no sum of square metres. Where polygons of the
    table overlap `footprint_m2` stands beside the sum: the ground itself, what several areas share counted once.

    Raises
    ------
    HazardDataError
        If a column to group by or `hazard_type` is missing, or a type is neither CHA nor SHA.

    Notes
    -----
    The layout is that of the table of contaminated area in Mine Action Review, *Clearing Cluster Munition Remnants*.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> hazards, _ = kh.demo_data()
    >>> kh.summarise(hazards, by="region").round().astype(int).loc["South"].tolist()
    [3, 346168, 3, 436400, 6, 782568]
    """
    keys, counted, labels = groups_counted(hazards, by, released=released)
    whole = counted_twice_m2(counted)
    twice = _twice_by_group(counted, labels) if whole else None
    return summary_table(group_sums(counted, labels), keys, whole_twice_m2=whole, twice_m2=twice)


def groups_counted(
    hazards: gpd.GeoDataFrame, by: str | Sequence[str], *, released: bool
) -> tuple[list[str], gpd.GeoDataFrame, list[pd.Series]]:
    """The columns to group by, the records that count, and the label of each in each column.

    Parameters
    ----------
    hazards, by, released
        As `summarise` takes them.

    Raises
    ------
    HazardDataError
        As from `summarise`.
    """
    keys = [by] if isinstance(by, str) else list(by)
    if not keys:
        raise UsageError("by is empty; name one column to group by, for instance by='district'")
    require_table(hazards, purpose="to summarise", geometry=True)
    require_columns(hazards, [*keys, "hazard_type"], purpose="to summarise")
    counted = (
        hazards if released or "status" not in hazards.columns else hazards[~hazards["status"].isin(RELEASED_STATUSES)]
    )
    _refuse_other_types(counted)
    return keys, counted, [group_labels(counted[key]) for key in keys]


def group_sums(counted: gpd.GeoDataFrame, labels: list[pd.Series]) -> pd.DataFrame:
    """Sum of each column of the table for each group; sums of several parts of a register add up.

    Parameters
    ----------
    counted, labels
        What `groups_counted` gave.
    """
    return _facts(counted).groupby(labels, sort=True).sum()


def summary_table(
    groups: pd.DataFrame, keys: Sequence[str], *, whole_twice_m2: float, twice_m2: pd.Series | None
) -> pd.DataFrame:
    """The table of `summarise` from the sums of its groups.

    Parameters
    ----------
    groups
        What `group_sums` gave.
    keys
        The columns grouped by.
    whole_twice_m2, twice_m2
        Square metres that all together, and each group by itself, count more than once.
    """
    totals = groups.sum().to_frame().T.astype(groups.dtypes)
    groups = groups.sort_index(key=lambda level: level.map(lambda label: group_order(str(level.name), label)))
    totals.index = (
        pd.Index([TOTALS]) if len(keys) == 1 else pd.MultiIndex.from_tuples([(TOTALS, *[""] * len(keys[1:]))])
    )
    table = pd.concat([groups, totals])
    table.index.names = list(keys)
    if twice_m2 is not None:
        twice = twice_m2.reindex(table.index).fillna(0.0)
        twice.iloc[-1] = whole_twice_m2
        table.insert(table.columns.get_loc("total_m2") + 1, "footprint_m2", table["total_m2"] - twice)
    return table if table["unknown_area"].any() else table.drop(columns="unknown_area")


def group_labels(values: pd.Series) -> pd.Series:
    """Labels to group by; everything that says nothing is the one group "unknown".

    Parameters
    ----------
    values
        A column.
    """
    return values.astype(object).where(~is_missing(values), UNKNOWN)


def counted_twice_m2(hazards: gpd.GeoDataFrame) -> float:
    """What a sum of areas counts more than once because polygons overlap, m²; 0 for less than a square metre.

    Parameters
    ----------
    hazards
        The hazards table, in any CRS.
    """
    polygons = hazards.geometry
    total = float(area_m2(polygons).sum())
    return worth_telling(total - footprint_m2(polygons), total)


def worth_telling(twice_m2: float, total_m2: float) -> float:
    """What is counted twice, or 0 where that is the rounding of a square metre or of sums.

    Parameters
    ----------
    twice_m2
        What a sum of areas counts more than once.
    total_m2
        The sum.
    """
    return twice_m2 if twice_m2 >= max(_ROUNDING_M2, total_m2 * _OF_SUMS) else 0.0


def _twice_by_group(hazards: gpd.GeoDataFrame, labels: list[pd.Series]) -> pd.Series:
    plain = [label.reset_index(drop=True) for label in labels]
    positions = pd.Series(range(len(hazards))).groupby(plain, sort=False)
    return positions.apply(lambda rows: counted_twice_m2(hazards.iloc[rows.to_numpy()]))


def group_order(column: str, label: object) -> tuple[bool, int, str]:
    """Where a group stands in a table: priorities from high to low, others by name, "unknown" last.

    Parameters
    ----------
    column
        The column grouped by.
    label
        The group.
    """
    ranks = [priority.value for priority in Priority] if column == "priority" else []
    return label == UNKNOWN, ranks.index(str(label)) if str(label) in ranks else len(ranks), str(label)


def _facts(hazards: gpd.GeoDataFrame) -> pd.DataFrame:
    """What one record adds to each column of the table."""
    ground = ground_m2(hazards)
    columns: dict[str, pd.Series] = {}
    for column, chosen in (
        ("cha", hazards["hazard_type"] == HazardType.CHA),
        ("sha", hazards["hazard_type"] == HazardType.SHA),
    ):
        columns[f"{column}s"] = chosen.astype("int64")
        columns[f"{column}_m2"] = ground.where(chosen, 0.0)
    columns["total_areas"] = pd.Series(1, index=hazards.index, dtype="int64")
    columns["total_m2"] = ground
    columns["unknown_area"] = ground.isna().astype("int64")
    return pd.DataFrame(columns)


def _refuse_other_types(hazards: gpd.GeoDataFrame) -> None:
    odd = ~hazards["hazard_type"].isin(list(HazardType))
    if odd.any():
        found = ", ".join(repr(value) for value in hazards.loc[odd, "hazard_type"].unique()[:5])
        raise BadRecordsError(
            f"{odd.sum():,} of {len(hazards):,} records have a hazard_type that is neither CHA nor SHA: {found}",
            hint=f"correct them, or map them with {argument('values')}{only_in_python(' of kh.read_hazards')}; "
            "leaving them out would hide ground",
        )


def ground_m2(hazards: gpd.GeoDataFrame) -> pd.Series:
    """Area computed from the polygon, or else as reported, m²; NaN where neither is known.

    Parameters
    ----------
    hazards
        The hazards table, in any CRS.
    """
    computed = area_m2(hazards)
    # A missing or empty polygon says nothing of the ground, so its area is unknown, not 0.
    shapes = hazards.geometry.to_numpy()
    computed = computed.mask(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    return computed.fillna(hazards["reported_area_m2"]) if "reported_area_m2" in hazards.columns else computed
