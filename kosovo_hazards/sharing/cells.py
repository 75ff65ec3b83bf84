"""What may be shown to everyone: cells of a kilometre or more that hold the hazards, and nothing finer."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

from kosovo_hazards._errors import BadRecordsError, UsageError, missing_crs
from kosovo_hazards._wording import argument
from kosovo_hazards.geometry import intersection, unions, usable
from kosovo_hazards.language import unfinished
from kosovo_hazards.provenance import synthetic_records
from kosovo_hazards.schema import CRS, Contamination, Direction, HazardType, Product, Status

__all__ = ["PUBLIC_NOTE", "Detail", "detail_of", "generalise", "grid_of", "public_findings", "squares", "touched_cells"]

PUBLIC_NOTE = (
    "Generalised for sharing: each cell is touched by at least one area, somewhere in it. A cell is not hazardous "
    "throughout, and no true outline, size, name or id of an area is given."
)
"""What every public file says beside its note on the ground outside."""

# EPSG:9141, the national grid, is used where a register lies within its area of use and this much round it.
_NATIONAL_GRID = "EPSG:9141"
_ROUND_DEG = 0.25
# Elsewhere the grid is centred on a multiple of this, so that one more record does not shift it.
_CENTRE_STEP_DEG = 10
_MOST_CELLS = 2_000_000
# Edges of a field are straight in degrees, edges of a cell in metres; at 200 m they part by less than a millimetre.
_LONGEST_EDGE_DEG = 0.002

# A cell with one open area is open, however many closed ones it holds; a status that is not known may be open.
_STATUS_FIRST = (Status.OPEN.value, Status.WORKED_ON.value, "", Status.HANDED_OVER.value, Status.CLOSED.value)


class Detail(StrEnum):
    """How much a map or file shows."""

    FULL = "full"
    PUBLIC = "public"


def detail_of(word: str) -> Detail:
    """Give the sharing level that a caller named.

    Parameters
    ----------
    word
        ``full`` or ``public``.

    Raises
    ------
    HazardDataError
        If it is neither; a misspelt level must not give the finer one.
    """
    if word not in tuple(Detail):
        raise UsageError(
            f"detail is {word!r}", hint=f"pass {argument('detail', 'full')} or {argument('detail', 'public')}"
        )
    return Detail(word)


def generalise(
    table: gpd.GeoDataFrame, *, cell_km: int = 1, grid_crs: str | None = None, crs: str = CRS
) -> gpd.GeoDataFrame:
    """Replace hazards by the cells of a fixed kilometre grid that they touch, releases by those that they cover wholly.

    Parameters
    ----------
    table
        Hazards, remaining land or releases, in any CRS.
    cell_km
        Edge of a cell in whole kilometres, at least 1.
    grid_crs
        CRS in metres whose kilometres the cells follow. Without it EPSG:9141 in and around Kosovo; elsewhere the
        Lambert azimuthal equal-area projection centred on the nearest multiple of ten degrees, so that a cell is 1 km²
        there too.
    crs
        CRS of the result.

    Returns
    -------
    One row a cell, sorted by place: `cell_id` (kilometres east and north of its south-west corner), `cell_km`; for
    hazards `hazard_type` (CHA if any), `status` (of what is left to do: open before worked on before unknown before
    handed over and closed), `contamination` (all that occur), the numbers `areas`, `chas`, `shas` of areas that touch
    the cell; for releases `product` and the numbers `releases`, `cancelled`, `reduced`, `cleared`; `synthetic`. Records
    without ground are counted in a last row without cell. Names, ids, dates, sizes, places and further columns are left
    out: each could tell where in a cell the ground lies.

    Raises
    ------
    HazardDataError
        If the table has no CRS, `cell_km` is not a whole number from 1, the grid is not in metres, or there would be
        millions of cells.

    Notes
    -----
    The cells cover all hazardous ground: what comes within a metre of a cell (more for larger cells, whose straight
    edges bend when they are converted) counts as touching it. A cell of which only a part was released would look free:
    of releases only cells stand that all of them together cover, with a metre around; the others are counted in the row
    without cell, and so is work that is not finished. Cells of two different grids tell more together than each
    alone, so publish a register in one grid.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> field = shapely.box(21.0013, 42.6021, 21.0027, 42.6033)
    >>> hazards = gpd.GeoDataFrame({"hazard_id": ["KS-1"], "hazard_type": ["CHA"]}, geometry=[field], crs="EPSG:4326")
    >>> generalise(hazards)[["cell_id", "hazard_type", "areas"]].values.tolist()
    [['E7500N4718', 'CHA', 1]]
    """
    if table.crs is None:
        raise missing_crs("the table", "table")
    if isinstance(cell_km, bool) or int(cell_km) != cell_km or cell_km < 1:
        raise UsageError(f"cell_km is {cell_km}", hint="cells have a whole number of kilometres, from 1")
    direction = Direction.INWARD if "product" in table.columns else Direction.OUTWARD
    shapes = usable(table.geometry.to_crs(CRS).to_numpy(), direction)
    grid = grid_of(shapes) if grid_crs is None else _metric(grid_crs)
    if direction is Direction.INWARD:
        shapes[unfinished(table) != ""] = None
    touched = touched_cells(shapes, grid, int(cell_km), direction)
    cells = _described(touched, _public_values(table))
    return _drawn(cells, grid, int(cell_km)).to_crs(crs)


def public_findings(findings: pd.DataFrame) -> pd.DataFrame:
    """Count findings by check and severity; messages, ids and shapes tell places and stay away.

    Parameters
    ----------
    findings
        What `kh.check` gave.

    Returns
    -------
    One row a check and severity with the number of `findings`.
    """
    kinds = [name for name in ("check", "severity") if name in findings.columns]
    if not kinds:
        return pd.DataFrame({"findings": [len(findings)]})
    return pd.DataFrame(findings)[kinds].groupby(kinds, dropna=False).size().rename("findings").reset_index()


# --- the grid --------------------------------------------------------------------------------------------------------


def grid_of(shapes: NDArray[np.object_]) -> pyproj.CRS:
    """Give the grid in which a table is shown to everyone.

    Parameters
    ----------
    shapes
        Its shapes, in EPSG:4326.
    """
    national = pyproj.CRS(_NATIONAL_GRID)
    drawn = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if not len(drawn):
        return national
    west, south, east, north = shapely.total_bounds(drawn)
    use = national.area_of_use
    fits = use is not None and (
        west >= use.west - _ROUND_DEG
        and east <= use.east + _ROUND_DEG
        and south >= use.south - _ROUND_DEG
        and north <= use.north + _ROUND_DEG
    )
    if fits:
        return national
    centre = [
        _CENTRE_STEP_DEG * round(middle / _CENTRE_STEP_DEG) for middle in ((west + east) / 2, (south + north) / 2)
    ]
    return pyproj.CRS(f"+proj=laea +lon_0={centre[0]} +lat_0={centre[1]} +datum=WGS84 +units=m")


def _metric(name: str) -> pyproj.CRS:
    try:
        grid = pyproj.CRS(name)
    except CRSError as error:
        raise UsageError(f"grid_crs is {name!r}, which PROJ does not know", hint="name one as EPSG:9141") from error
    if not grid.is_projected or any(axis.unit_name != "metre" for axis in grid.axis_info):
        raise UsageError(f"grid_crs {name} is not in metres", hint="name a projected CRS, such as EPSG:9141")
    return grid


def touched_cells(
    shapes: NDArray[np.object_], grid: pyproj.CRS, cell_km: int, direction: Direction = Direction.OUTWARD
) -> pd.DataFrame:
    """Every pair of a cell (`east`, `north`: multiples of its size) and a record (`row`) that touches it.

    Parameters
    ----------
    shapes
        Shapes of the records, in EPSG:4326.
    grid
        The grid.
    cell_km
        Edge of a cell, km.
    direction
        Inward, only cells that all records together cover.
    """
    rows = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    ground = gpd.GeoSeries(shapely.segmentize(shapes[rows], _LONGEST_EDGE_DEG), crs=CRS).to_crs(grid).to_numpy()
    size_m = cell_km * 1000
    margin_m = 1 + size_m**2 / 1e7
    bounds = shapely.bounds(ground)
    if not np.isfinite(bounds).all():
        raise BadRecordsError(f"some coordinates have no place in {grid.name}", hint="check them, or name grid_crs")
    first = np.floor((bounds[:, :2] - margin_m) / size_m).astype(np.int64)
    count = np.floor((bounds[:, 2:] + margin_m) / size_m).astype(np.int64) - first + 1
    many = count.prod(axis=1)
    if many.sum() > _MOST_CELLS:
        raise UsageError(f"the records spread over {many.sum():,} cells of {cell_km} km", hint="pass larger cell_km")
    owner = np.repeat(np.arange(len(rows)), many)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(many) - many, many)
    east = first[owner, 0] + number % count[owner, 0]
    north = first[owner, 1] + number // count[owner, 0]
    shapely.prepare(ground)
    near = shapely.dwithin(ground[owner], squares(east, north, size_m), margin_m)
    if direction is Direction.INWARD:
        near[near] = _covered(ground[owner[near]], east[near], north[near], size_m, margin_m)
    return pd.DataFrame({"row": rows[owner][near], "east": east[near], "north": north[near]})


def _covered(
    ground: NDArray[np.object_], east: NDArray[np.int64], north: NDArray[np.int64], size_m: int, margin_m: float
) -> NDArray[np.bool_]:
    """Whether the cell of each pair lies wholly, with a margin, in the ground of all its pairs together."""
    cells, cell = np.unique(np.column_stack([east, north]), axis=0, return_inverse=True)
    wider = shapely.buffer(squares(cells[:, 0], cells[:, 1], size_m), margin_m, join_style="mitre")
    # Only a cell whose records are large enough together needs to be looked at.
    enough = np.bincount(cell.ravel(), shapely.area(ground), minlength=len(cells)) >= shapely.area(wider)
    pairs = enough[cell.ravel()]
    near = shapely.buffer(wider, margin_m, join_style="mitre")[cell.ravel()[pairs]]
    owners, joined = unions(intersection(ground[pairs], near, grow=False), cell.ravel()[pairs], grow=False)
    inside = np.zeros(len(cells), dtype=bool)
    inside[owners] = shapely.covers(joined, wider[owners])
    return inside[cell.ravel()]


def squares(east: NDArray[np.int64], north: NDArray[np.int64], size_m: int) -> NDArray[np.object_]:
    """Cells as shapes in their grid.

    Parameters
    ----------
    east, north
        Their place, in multiples of their size.
    size_m
        Edge of a cell, metres.
    """
    shapes: NDArray[np.object_] = shapely.box(east * size_m, north * size_m, (east + 1) * size_m, (north + 1) * size_m)
    return shapes


def _drawn(cells: pd.DataFrame, grid: pyproj.CRS, cell_km: int) -> gpd.GeoDataFrame:
    known = cells["east"].notna().to_numpy()
    east, north = (cells.loc[known, side].to_numpy(dtype=np.int64) for side in ("east", "north"))
    geometry = np.full(len(cells), None, dtype=object)
    geometry[known] = squares(east, north, cell_km * 1000)
    names = np.full(len(cells), None, dtype=object)
    names[known] = [f"E{e}N{n}" for e, n in zip(east * cell_km, north * cell_km, strict=True)]
    public = cells.drop(columns=["east", "north"])
    public.insert(0, "cell_id", pd.Series(names, index=cells.index, dtype="str"))
    public.insert(1, "cell_km", cell_km)
    return gpd.GeoDataFrame(public, geometry=geometry, crs=grid)


# --- what a cell says ------------------------------------------------------------------------------------------------


def _public_values(table: gpd.GeoDataFrame) -> pd.DataFrame:
    """The few columns that may be shown, on positions; a word outside its vocabulary could tell anything."""
    values = {"synthetic": synthetic_records(table)}
    if "product" in table.columns:
        values["product"] = _words(table, "product", Product)
        return pd.DataFrame(values)
    for name, vocabulary in (("hazard_type", HazardType), ("status", Status), ("contamination", Contamination)):
        values[name] = _words(table, name, vocabulary)
    return pd.DataFrame(values)


def _words(table: gpd.GeoDataFrame, name: str, vocabulary: type[StrEnum]) -> Any:
    if name not in table.columns:
        return np.full(len(table), "", dtype=object)
    values = table[name].astype(object)
    return values.where(values.isin([word.value for word in vocabulary]), "").to_numpy(dtype=object)


def _described(touched: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """One row a cell, in order of place, and one for the records without ground if there are any."""
    nowhere = pd.DataFrame({"row": np.setdiff1d(np.arange(len(values)), touched["row"]), "east": pd.NA, "north": pd.NA})
    pairs = pd.concat([touched.astype("Int64"), nowhere.astype("Int64")], ignore_index=True)
    pairs["cell"] = pairs.groupby(["east", "north"], dropna=False, sort=True).ngroup()
    pairs = pairs.join(values, on="row")
    cells = pairs.drop_duplicates("cell").set_index("cell").sort_index()[["east", "north"]]
    columns = _of_releases(pairs) if "product" in values.columns else _of_hazards(pairs)
    return cells.assign(**columns, synthetic=pairs["synthetic"].groupby(pairs["cell"]).any()).reset_index(drop=True)


def _of_hazards(pairs: pd.DataFrame) -> dict[str, pd.Series]:
    chas, shas = (_number(pairs, "hazard_type", word) for word in (HazardType.CHA, HazardType.SHA))
    surest = np.select([chas > 0, shas > 0], [HazardType.CHA.value, HazardType.SHA.value], "")
    rank = pairs["status"].map({word: rank for rank, word in enumerate(_STATUS_FIRST)})
    return {
        "hazard_type": _known(pd.Series(surest, index=chas.index)),
        "status": _known(rank.groupby(pairs["cell"]).min().map(dict(enumerate(_STATUS_FIRST)))),
        "contamination": _all_that_occur(pairs, "contamination"),
        "areas": pairs.groupby("cell").size(),
        "chas": chas,
        "shas": shas,
    }


def _of_releases(pairs: pd.DataFrame) -> dict[str, pd.Series]:
    counts = {word.value: _number(pairs, "product", word) for word in Product}
    return {"product": _all_that_occur(pairs, "product"), "releases": pairs.groupby("cell").size(), **counts}


def _number(pairs: pd.DataFrame, column: str, word: str) -> pd.Series:
    return (pairs[column] == str(word)).groupby(pairs["cell"]).sum().astype("int64")


def _all_that_occur(pairs: pd.DataFrame, column: str) -> pd.Series:
    words = pairs[["cell", column]].drop_duplicates().sort_values(["cell", column])
    joined = words[words[column] != ""].groupby("cell")[column].agg("; ".join)
    return joined.astype("str").reindex(pd.RangeIndex(pairs["cell"].nunique()))


def _known(words: pd.Series) -> pd.Series:
    return words.astype("str").where(words != "")
