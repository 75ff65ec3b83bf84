"""Boxes of technical survey: squares found positive, negative or not searched, and the ground they make suspect."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from kosovo_hazards._arrays import Shapes
from kosovo_hazards._errors import BadRecordsError, Fault, UsageError, missing_crs
from kosovo_hazards._wording import argument
from kosovo_hazards.evidence.personal import without_personal_data
from kosovo_hazards.evidence.polygons import components, discs, joined, on_earth
from kosovo_hazards.geometry import area_m2, crs_named, cut_at_antimeridian, unions
from kosovo_hazards.reading import LimitsLike, OnError, Options, ReadResult, TableSource, Values, limits_of, read_points
from kosovo_hazards.schema import BOXES, CRS, HAZARDS, BoxResult, HazardType
from kosovo_hazards.validation import conform, require_columns

__all__ = ["polygons_from_boxes", "read_boxes"]

_LARGEST_M = 10_000.0
_FARTHEST_M = 5_000.0
_EARTH_M = 6_371_000.0
# Beyond what moving between grid and degrees bends: boxes that touch on the ground overlap a little.
_LEAST_M = 0.01
_ALIKE = 0.05
_HAZARDOUS = (BoxResult.POSITIVE.value, BoxResult.NOT_SEARCHED.value)


def read_boxes(
    source: TableSource,
    *,
    size_m: float,
    at: Literal["centre", "south-west"] = "centre",
    grid: str | None = None,
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
    values: Values | None = None,
    defaults: Mapping[str, Any] | None = None,
    crs: str | None = None,
    on_error: OnError = "quarantine",
    swap_xy: bool | None = None,
    day_first: bool | None = None,
    encoding: str | None = None,
    personal: Collection[str] = (),
    limits: LimitsLike = None,
    sandbox: bool = False,
) -> ReadResult:
    """Read boxes of technical survey; every record is accepted or rejected with the reason.

    Parameters
    ----------
    source
        Path, DataFrame or GeoDataFrame: a polygon or a point each, or a table with a place in each row.
    size_m
        Edge of a box, m.
    at
        Which place of the box a point is.
    grid
        Projected CRS along whose axes the boxes lie. By default that of the coordinates, or, where they are degrees,
        the zone of UTM they lie in, which a note says.
    layer, columns, values, defaults, crs, on_error, swap_xy, day_first, encoding, personal, limits, sandbox
        As for `read_evidence`.

    Returns
    -------
    `ReadResult`. `data` has one row a box, a polygon in EPSG:4326 that covers it, with `result` positive, negative or
    not searched. A box that does not say its result counts as not searched.

    Raises
    ------
    HazardDataError
        As `read_evidence` does, and if the size or the grid can't be used.

    Examples
    --------
    >>> import pandas as pd
    >>> import kosovo_hazards as kh
    >>> sheet = pd.DataFrame(
    ...     {"Box": ["A1", "A2"], "Result": ["Positive", None], "X": [491000, 491050], "Y": [4716000, 4716000]}
    ... )
    >>> read = read_boxes(sheet, size_m=50, crs="EPSG:32634")
    >>> read.data["result"].tolist(), kh.area_m2(read.data).round(-1).tolist()
    (['positive', 'not searched'], [2500.0, 2500.0])
    """
    if not 0 < size_m <= _LARGEST_M:
        raise UsageError(f"{argument('size_m', size_m)}: a box is more than 0 and at most {_LARGEST_M:,.0f} m long")
    if at not in ("centre", "south-west"):
        raise UsageError(f'{argument("at", at)} is neither "centre" nor "south-west"')
    axes = None if grid is None else _projected(grid)
    options = Options(
        layer=layer, columns=columns, values=values, defaults=defaults, crs=crs, on_error=on_error, swap_xy=swap_xy,
        day_first=day_first, encoding=encoding, limits=limits_of(limits), sandbox=sandbox,
    )  # fmt: skip
    asked = {*personal, *(columns or {}).values()}
    read, of_source = read_points(source, BOXES, options, lambda records: without_personal_data(records, BOXES, asked))
    own = of_source if of_source is not None and of_source.is_projected else None
    squares, notes = _squares(read.data, size_m, at, axes or own)
    unsaid = squares["result"].isna()
    if unsaid.any():
        notes.append(f"{unsaid.sum():,} boxes do not say what was found; they count as not searched")
    data = squares.assign(result=squares["result"].fillna(BoxResult.NOT_SEARCHED.value))
    return replace(read, data=data, notes=(*read.notes, *notes))


def polygons_from_boxes(boxes: gpd.GeoDataFrame, *, fade_out_m: float = 0.0) -> gpd.GeoDataFrame:
    """Suggest hazardous areas of survey boxes that were found positive, and of those that were not searched.

    Parameters
    ----------
    boxes
        Boxes in any CRS, as `read_boxes` gives them.
    fade_out_m
        How far round a positive box ground is still suspected, m.

    Returns
    -------
    A hazards table, EPSG:4326: `hazard_type` is SHA always, `estimated` true; `box_ids` (separated by semicolons),
    `boxes`, `outcome` (positive or not searched), `fade_out_m`, `suggested_type` (CHA for positive ones) and
    `suggestion_reasons`. Boxes of one outcome whose ground meets, if only in a corner, make one area. Negative boxes
    make none.

    Raises
    ------
    MissingCRSError
        If the boxes have no CRS.
    UsageError
        If the distance is less than 0 or more than 5 km, or a column is not there.
    BadRecordsError
        If a box is no polygon; the message names each.

    Examples
    --------
    >>> cells = shapely.box([20.9, 20.901, 20.902], 42.6, [20.901, 20.902, 20.903], 42.601)
    >>> said = {"box_id": list("abc"), "result": ["positive", "positive", "negative"]}
    >>> boxes = gpd.GeoDataFrame(said, geometry=cells, crs=4326)
    >>> polygons_from_boxes(boxes)[["box_ids", "suggested_type"]].values.tolist()
    [['a; b', 'CHA']]
    """
    if not 0 <= fade_out_m <= _FARTHEST_M:
        raise UsageError(f"{argument('fade_out_m', fade_out_m)} must be from 0 to {_FARTHEST_M:,.0f} m")
    require_columns(boxes, ["box_id", "result"], purpose="to make polygons of boxes")
    if boxes.crs is None:
        raise missing_crs("the table of boxes", "boxes")
    known = boxes.assign(result=boxes["result"].fillna(BoxResult.NOT_SEARCHED.value))
    kept = known[known["result"].isin(_HAZARDOUS)].to_crs(CRS)
    _require_polygons(kept)
    ground = kept.geometry.to_numpy().copy()
    positive = kept["result"].eq(BoxResult.POSITIVE).to_numpy()
    if fade_out_m:
        ground[positive] = _widened(ground[positive], fade_out_m)
    first, second = shapely.STRtree(ground).query(ground, predicate="intersects")
    alike = positive[first] == positive[second]
    group = components(first[alike], second[alike], len(kept))
    order, shapes = unions(ground, group)
    shapes = on_earth(shapes)
    ids = joined(kept["box_id"].astype("str").to_numpy(dtype=object), group)
    facts = pd.DataFrame({"positive": positive, "group": group}).groupby("group")["positive"].agg(["size", "first"])
    return _as_hazards(ids, facts.loc[order], shapes, fade_out_m, kept)


def _require_polygons(boxes: gpd.GeoDataFrame) -> None:
    kinds = shapely.get_type_id(boxes.geometry.to_numpy())
    bad = np.flatnonzero(~np.isin(kinds, (3, 6)) | shapely.is_empty(boxes.geometry.to_numpy()))
    if len(bad):
        hint = f"read the file with kh.read_boxes(…, {argument('size_m', 50)})"
        faults = [Fault(str(boxes["box_id"].iloc[row]), "geometry", None, "is no polygon", hint) for row in bad]
        raise BadRecordsError(f"{len(bad):,} of {len(boxes):,} boxes can't be used", faults)


def _widened(shapes: Shapes, distance_m: float) -> Shapes:
    """Each box with all ground within a distance: the hull of discs round its corners, which covers it."""
    places, box = shapely.get_coordinates(shapes, return_index=True)
    corners = shapely.multipoints(shapely.points(places), indices=box)
    owner, round_each = discs(corners, np.full(len(shapes), distance_m))
    hulls: Shapes = shapely.convex_hull(shapely.geometrycollections(round_each, indices=owner))
    return hulls


def _projected(name: str) -> pyproj.CRS:
    system = crs_named(name)
    if not system.is_projected:
        raise UsageError(f"{argument('grid', name)} is in degrees", hint="name a projected CRS, such as EPSG:32634")
    return system


def _squares(
    data: gpd.GeoDataFrame, size_m: float, at: str, axes: pyproj.CRS | None
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """The boxes as polygons; those that are polygons already stay."""
    shapes = data.geometry.to_numpy().copy()
    points = np.isin(shapely.get_type_id(shapes), (0, 4))
    notes = []
    drawn = area_m2(data[~points])
    odd = int((np.abs(drawn / size_m**2 - 1) > _ALIKE).sum())
    if odd:
        notes.append(f"{odd:,} boxes are drawn smaller or larger than {size_m:g} m × {size_m:g} m; they stay as drawn")
    if points.any():
        places = data[points].geometry
        if axes is None:
            axes = places.estimate_utm_crs()
            notes.append(f"boxes were drawn along the axes of {axes.name}; name another with {argument('grid')}")
        shapes[points] = _drawn(places, size_m, at, axes)
    return data.set_geometry(gpd.GeoSeries(shapes, index=data.index, crs=CRS)), notes


def _drawn(places: gpd.GeoSeries, size_m: float, at: str, axes: pyproj.CRS) -> Shapes:
    """Squares along the axes of a grid that cover the box also where straight lines in degrees run beside its edges."""
    steepest = float(np.abs(np.tan(np.radians(places.bounds[["miny", "maxy"]].to_numpy()))).max())
    pad = _LEAST_M + 2 * size_m**2 * (1 + steepest) / (8 * _EARTH_M)
    metres, owner = shapely.get_coordinates(places.to_crs(axes).to_numpy(), return_index=True)
    low = metres - (size_m / 2 if at == "centre" else 0) - pad
    squares = shapely.box(*low.T, *(low + size_m + 2 * pad).T)
    whole = np.full(len(places), None, dtype=object)
    shapely.multipolygons(squares, indices=owner, out=whole)
    degrees: Shapes = gpd.GeoSeries(whole, crs=axes).to_crs(CRS).to_numpy()
    single = shapely.get_num_geometries(degrees) == 1
    degrees[single] = shapely.get_geometry(degrees[single], 0)
    return cut_at_antimeridian(degrees)[0]


def _as_hazards(
    ids: Any, facts: pd.DataFrame, shapes: Shapes, fade_out_m: float, boxes: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    positive = facts["first"].to_numpy(dtype=bool)
    synthetic = bool(boxes["synthetic"].fillna(False).any()) if "synthetic" in boxes.columns else False
    outcome = np.where(positive, BoxResult.POSITIVE.value, BoxResult.NOT_SEARCHED.value)
    told = np.where(positive, "boxes found positive", "boxes not searched")
    table = gpd.GeoDataFrame(
        {
            "hazard_id": [f"BOX-{name.split('; ')[0]}" for name in ids],
            "hazard_type": HazardType.SHA.value,
            "source": "survey boxes",
            "synthetic": synthetic,
            "estimated": True,
            "box_ids": ids,
            "boxes": facts["size"].to_numpy(),
            "outcome": outcome,
            "fade_out_m": np.where(positive, fade_out_m, 0.0),
            "suggested_type": np.where(positive, HazardType.CHA.value, HazardType.SHA.value),
            "suggestion_reasons": [f"{n} {what}" for n, what in zip(facts["size"], told, strict=True)],
        },
        geometry=shapes,
        crs=CRS,
    )
    return conform(table.assign(area_m2=area_m2(table)), HAZARDS)
