"""Items found: to which area each belongs, by its id, its release, or the ground that it lies in."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards.cells import texts
from kosovo_hazards.geometry import usable
from kosovo_hazards.land_release import dates_of
from kosovo_hazards.reading import ReadResult, accepted
from kosovo_hazards.schema import CRS, ITEMS, UNKNOWN, Direction
from kosovo_hazards.validation import in_degrees

__all__ = ["items_of"]

_KIND = ["hazard_id", "device_category", "device_model"]
_COLUMNS = [*_KIND, "quantity", "deepest_cm", "last_found"]


def items_of(items: gpd.GeoDataFrame | ReadResult | None, found: pd.DataFrame, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Items found in each area by category and model.

    Parameters
    ----------
    items
        What `read_items` gave.
    found
        What `releases_of` gave.
    areas
        The register before any release, with outlines.

    Returns
    -------
    `hazard_id` (missing for items of no area), `device_category`, `device_model`, `quantity` (one where an item gives
    none), `deepest_cm` and `last_found`.

    Notes
    -----
    An item belongs to the area that it names; else to that of its release, where there are several to those that it
    lies in, or to each if it lies in none; else to each area in which it lies, border included.
    """
    if items is None:
        return pd.DataFrame(columns=_COLUMNS)
    table = accepted(items).reset_index(drop=True)
    facts = pd.DataFrame(table).reindex(
        columns=["hazard_id", "release_id", *_KIND[1:], "quantity", "depth_cm", "item_id", "date"]
    )
    ids = texts(areas["hazard_id"])
    named = pd.DataFrame({"item": facts.index, "hazard_id": texts(facts["hazard_id"])})
    named = named[named["hazard_id"].isin(ids)]
    lies = _lies_in(table, areas.geometry, ids)
    of_release = pd.DataFrame({"item": facts.index, "release_id": texts(facts["release_id"])}).merge(
        found[["release_id", "hazard_id"]].dropna().drop_duplicates(), on="release_id"
    )[["item", "hazard_id"]]  # fmt: skip
    in_both = of_release.merge(lies, on=["item", "hazard_id"])
    pairs = named
    # From the surest to the least sure; who has an area by a surer way keeps it.
    for less_sure in (in_both, of_release, lies, pd.DataFrame({"item": facts.index, "hazard_id": None})):
        pairs = pd.concat([pairs, less_sure[~less_sure["item"].isin(pairs["item"])]])
    pairs = pairs.drop_duplicates()
    each = pd.DataFrame(
        {
            **{name: texts(facts[name]).fillna(UNKNOWN) for name in _KIND[1:]},
            "quantity": pd.to_numeric(facts["quantity"], errors="coerce").fillna(1),
            "depth_cm": pd.to_numeric(facts["depth_cm"], errors="coerce"),
            "date": dates_of(facts, "date", ITEMS.key),
        }
    )
    rows = each.loc[pairs["item"]].assign(hazard_id=pairs["hazard_id"].to_numpy(dtype=object))
    grouped = rows.groupby(_KIND, dropna=False)
    return grouped.agg(
        quantity=("quantity", "sum"), deepest_cm=("depth_cm", "max"), last_found=("date", "max")
    ).reset_index()[_COLUMNS]  # fmt: skip


def _lies_in(table: pd.DataFrame, outlines: gpd.GeoSeries, ids: pd.Series) -> pd.DataFrame:
    """Items with each area whose outline they meet."""
    if getattr(table, "active_geometry_name", None) is None:
        return pd.DataFrame({"item": np.empty(0, dtype=np.intp), "hazard_id": np.empty(0, dtype=object)})
    places = in_degrees(table, "items", purpose="to complete areas").geometry.to_numpy()
    ground = usable(outlines.to_crs(CRS).to_numpy(), Direction.OUTWARD)
    item, area = shapely.STRtree(ground).query(places, predicate="intersects")
    return pd.DataFrame({"item": item, "hazard_id": ids.to_numpy()[area]})
