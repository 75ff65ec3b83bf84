"""What a map shows, as data for its page: records, places, words of the head and foot."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Shapes
from kosovo_hazards.geometry import area_m2, usable
from kosovo_hazards.language import Catalogue, compact, unfinished, words
from kosovo_hazards.maps.coding import encode_columns, encode_shapes, order_for_coding, step_for
from kosovo_hazards.schema import CRS, HAZARDS, RELEASED_STATUSES, RELEASES, Direction, HazardType, Table
from kosovo_hazards.sharing import generalise
from kosovo_hazards.symbols import glyphs, symbols_for
from kosovo_hazards.validation import conform

__all__ = ["bounds_of", "cells", "is_coarse", "layer_content", "records", "subtitle", "symbol_content", "time_steps"]

# Always shown in a popup, "unknown" where missing; the others only where a record has them.
_ALWAYS = {
    HAZARDS.name: ("hazard_id", "hazard_type", "status", "contamination", "priority", "municipality", "area_m2"),
    RELEASES.name: ("release_id", "product", "completed", "municipality", "area_m2"),
}
_OF_SURVEY = ("margin_m",)
_OF_REMAINING_LAND = ("baseline_m2", "cancelled_m2", "reduced_m2", "cleared_m2", "remaining_m2", "progress")
_LEAST_VIEW_DEG = 4e-4
_EMPTY_VIEW = [[41.85, 20.0], [43.27, 21.8]]
_MOST_STEPS = 240


def records(table: gpd.GeoDataFrame, kind: Table, *, columns: Sequence[str] = ()) -> gpd.GeoDataFrame:
    """Records as the map shows them: every column of the schema that is always shown or that some record has.

    Parameters
    ----------
    table
        Hazards or releases in any CRS.
    kind
        `HAZARDS` or `RELEASES`.
    columns
        Further columns of the table for the popup.

    Returns
    -------
    EPSG:4326; `area_m2` computed from the polygon, or else as reported. What is not a polygon has no shape, nor has a
    release that is not finished.
    """
    shown = conform(table.to_crs(CRS), kind)
    shapes = usable(shown.geometry.to_numpy(), kind.direction)
    areal = np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes)
    if kind is RELEASES:
        # Work that is not finished has released nothing, so it must not look like released ground.
        areal &= unfinished(shown) == ""
    shapes[~areal] = None
    shown = shown.set_geometry(gpd.GeoSeries(shapes, index=shown.index, crs=CRS))
    shown["area_m2"] = area_m2(shown).fillna(shown["reported_area_m2"])
    shown = _in_known_words(shown)
    further = [name for name in (*_OF_SURVEY, *_OF_REMAINING_LAND, *columns) if name in shown.columns]
    there = [name for name in kind.names if name in shown.columns]
    names = [n for n in there if n in _ALWAYS[kind.name] or (n != "synthetic" and shown[n].notna().any())]
    return shown[[*dict.fromkeys([*names, *further]), "geometry"]]


def cells(table: gpd.GeoDataFrame, *, cell_km: int) -> gpd.GeoDataFrame:
    """Cells of the kilometre grid that records touch, and nothing finer.

    Parameters
    ----------
    table
        Hazards or releases in any CRS.
    cell_km
        Edge of a cell, km.
    """
    shown = generalise(table, cell_km=cell_km)
    return _in_known_words(shown.drop(columns=["synthetic", "cell_km"]))


def _in_known_words(shown: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """With each kind of contamination by our word for it, also where a table that was not read names several."""
    if "contamination" not in shown.columns:
        return shown
    known = words("contamination")
    said = {
        # A mark of doubt is no spelling.
        cell: "; ".join(part if "?" in part else known.get(compact(part), part) for part in cell.split("; "))
        for cell in shown["contamination"].dropna().astype("str").unique()
    }
    return shown.assign(contamination=shown["contamination"].map(said, na_action="ignore").astype("str"))


def layer_content(shown: gpd.GeoDataFrame, margins: Shapes | None = None) -> dict[str, Any]:
    """Records as the page reads them, neighbours beside each other.

    Parameters
    ----------
    shown
        What `records` or `cells` gave.
    margins
        The ground of each record widened by the accuracy of its survey, where that is to be drawn.
    """
    order = order_for_coding(shown.geometry.to_numpy())
    ordered = shown.iloc[order]
    step = step_for(ordered.geometry.to_numpy())
    wider = {} if margins is None else {"margins": encode_shapes(margins[order], step=step)}
    # Shapely and zlib work without holding up Python: the columns are coded meanwhile.
    with ThreadPoolExecutor(max_workers=1) as beside:
        released = "product" in shown.columns and "hazard_type" not in shown.columns
        direction = Direction.INWARD if released else Direction.OUTWARD
        shapes = beside.submit(encode_shapes, ordered.geometry.to_numpy(), direction, step)
        columns = pd.DataFrame(ordered.drop(columns=ordered.geometry.name))
        for name in columns.columns[columns.columns.str.endswith("_m2")]:
            columns[name] = columns[name].round()
        return {"columns": encode_columns(columns), "shapes": shapes.result(), **wider}


def is_coarse(shown: gpd.GeoDataFrame) -> bool:
    """Whether so much is drawn that outlines are written coarsely.

    Parameters
    ----------
    shown
        What `records` or `cells` gave.
    """
    return step_for(shown.geometry.to_numpy()) > 1


def bounds_of(tables: Sequence[gpd.GeoDataFrame | None], units: gpd.GeoDataFrame | None = None) -> list[list[float]]:
    """South-west and north-east corner of the first view, degrees.

    Parameters
    ----------
    tables
        In EPSG:4326; the first that has shapes decides.
    units
        The places table, in any CRS: a register that spans half of the country or more is shown with all of it.
    """
    boxes = [_box(table) for table in tables if table is not None]
    box = next((found for found in boxes if np.isfinite(found).all()), None)
    country = np.full(4, np.nan) if units is None else _box(units.to_crs(CRS))
    if np.isfinite(country).all():
        spans = box is not None and ((box[2:] - box[:2]) >= (country[2:] - country[:2]) / 2).any()
        if box is None:
            box = country
        elif spans:
            box = np.r_[np.minimum(box[:2], country[:2]), np.maximum(box[2:], country[2:])]
    if box is None:
        return _EMPTY_VIEW
    # A view without any width shows nothing at all.
    short = np.tile(np.maximum(_LEAST_VIEW_DEG - (box[2:] - box[:2]), 0) / 2, 2)
    west, south, east, north = (box + short * [-1, -1, 1, 1]).round(4).tolist()
    return [[south, west], [north, east]]


def _box(table: gpd.GeoDataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.asarray(table.total_bounds, dtype=float)


def subtitle(shown: gpd.GeoDataFrame, hazards: pd.DataFrame, as_of: date | None, t: Catalogue) -> str:
    """Reference date, number and area of what is still hazardous, and what could not be drawn.

    Parameters
    ----------
    shown
        What `records` gave, or the cells of a public map.
    hazards
        The hazards as the caller gave them.
    as_of
        The reference date.
    t
        The words.
    """
    when = t("head.as_of", date=t.day(as_of)) if as_of else t("head.as_of_unknown")
    if "cell_id" in shown.columns:
        number = int(shown["cell_id"].notna().sum())
        return " · ".join([when, t.counted("head.cells", len(hazards), cells=t.number(number))])
    open_ones = shown[~shown["status"].isin(RELEASED_STATUSES)]
    kinds = open_ones["hazard_type"].value_counts()
    count = t.counted(
        "head.areas",
        len(open_ones),
        chas=t.number(int(kinds.get(HazardType.CHA.value, 0))),
        shas=t.number(int(kinds.get(HazardType.SHA.value, 0))),
    )
    parts = [when, count, t.area(float(open_ones["area_m2"].sum()))]
    unknown, undrawn = int(open_ones["area_m2"].isna().sum()), int(open_ones.geometry.isna().sum())
    if unknown:
        parts.append(t("head.area_unknown", n=t.number(unknown)))
    if undrawn:
        parts.append(t("head.undrawn", n=t.number(undrawn)))
    return " · ".join(parts)


def symbol_content() -> dict[str, Any]:
    """The standard symbols by word, ready for the page; the empty word stands for any other."""
    hazards, releases = symbols_for(["hazard_type", "status"]), symbols_for(["product"])
    outlines = {(s.conditions[1].value if len(s.conditions) > 1 else ""): s.outline for s in hazards}
    return {
        "type": {symbol.conditions[0].value: _mark(symbol.fill) for symbol in hazards},
        "status": {word: _mark(mark) for word, mark in outlines.items()},
        "product": {symbol.conditions[0].value: _mark(symbol.fill) for symbol in releases},
        "contamination": {word: glyph.parts for word, glyph in glyphs().items()},
    }


def time_steps(
    shown: Sequence[gpd.GeoDataFrame | None], step: str | None, known: Sequence[pd.Timestamp] = ()
) -> dict[str, Any] | None:
    """Ends of the years or months from the first to the last release, if there are at least two.

    Parameters
    ----------
    shown
        Hazards and releases as `records` gave them.
    step
        ``year``, ``month`` or None for no slider.
    known
        Days on which the register is known; those of earlier states are stops too.
    """
    releases = shown[1]
    if step is None or releases is None or "completed" not in releases.columns:
        return None
    days = releases["completed"].dropna()
    if not len(days):
        return None
    ends = pd.date_range(
        days.min() - pd.DateOffset(years=1),
        days.max() + pd.offsets.YearEnd(0),
        freq={"year": "YE", "month": "ME"}[step],
    )[-_MOST_STEPS:]
    stops = ends.normalize().union(pd.DatetimeIndex(known[:-1]))
    return {"step": step, "days": _epoch_days(stops), "known": _epoch_days(known)} if len(stops) > 1 else None


def _epoch_days(days: Sequence[pd.Timestamp]) -> list[int]:
    whole: list[int] = (pd.DatetimeIndex(days).astype("datetime64[s]").astype("int64") // 86_400).tolist()
    return whole


def _mark(mark: Any) -> dict[str, Any]:
    return {"colour": mark.colour, "opacity": mark.opacity, "pattern": mark.pattern}
