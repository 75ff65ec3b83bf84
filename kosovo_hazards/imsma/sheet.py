"""IMSMA's Excel sheet for geospatial data: polygons written so that the program can take them in."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from kosovo_hazards._arrays import Texts
from kosovo_hazards._errors import UsageError, missing_crs
from kosovo_hazards.schema import CRS, HAZARDS
from kosovo_hazards.validation import require_columns
from kosovo_hazards.writing import WritingWarning, printable, whole_file

__all__ = ["write_imsma_sheet"]

_MOST_SHOWN = 5
# Rows of an Excel sheet, less that of the headings.
_MOST_ROWS = 2**20 - 1


def write_imsma_sheet(hazards: gpd.GeoDataFrame, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
    """Write the polygons of hazards as the Excel sheet from which IMSMA takes geospatial data in.

    Parameters
    ----------
    hazards
        The hazards table, in any CRS.
    path
        The file, ``.xlsx``.
    overwrite
        Whether a file that is there already is replaced.

    Returns
    -------
    The path.

    Raises
    ------
    HazardDataError
        If the table names no CRS or holds no hazards, one has no polygon, or the file can't be written.

    Notes
    -----
    One row a point: ``PolyID`` (id of the record, with the number of the part where it has several), ``PointNo`` (1 is
    the start point), ``PointID``, ``Longitude``, ``Latitude`` (degrees of WGS 84, not rounded) and ``Local ID``. The
    sheet knows no holes: they are filled, so that no hazardous ground is lost, and a `WritingWarning` names the areas.
    Columns as GICHD's IMSMA wiki has them
    ("Import Geospatial Data from Excel").

    Examples
    --------
    >>> import pandas as pd, kosovo_hazards as kh, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = kh.write_imsma_sheet(kh.demo_data()[0].head(1), f"{folder}/corrected.xlsx")
    ...     pd.read_excel(path)[["PolyID", "PointNo"]].head(2).to_numpy().tolist()
    [['SYN-N-01', 1], ['SYN-N-01', 2]]
    """
    require_columns(hazards, [HAZARDS.key], purpose="to write their polygons")
    if hazards.crs is None:
        raise missing_crs("the hazards", "hazards")
    if Path(path).suffix.lower() != ".xlsx":
        raise UsageError(f"{path} does not end with .xlsx, which the sheet is", hint="name it so")
    shapes = shapely.force_2d(hazards.geometry.to_crs(CRS).to_numpy())
    parts, owner = shapely.get_parts(shapes, return_index=True)
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, owner = parts[areal], owner[areal]
    ids = hazards[HAZARDS.key].astype("str").to_numpy(dtype=object)
    number = pd.Series(owner).groupby(owner).cumcount().to_numpy() + 1
    several = np.bincount(owner, minlength=len(ids))[owner] > 1
    each = zip(owner, number, several, strict=True)
    names = np.array([f"{ids[at]}/{n}" if more else ids[at] for at, n, more in each], dtype=object)
    _refuse(np.setdiff1d(np.arange(len(ids)), owner), ids, int(shapely.get_num_coordinates(parts).sum()))
    if holes := sorted(set(ids[owner[shapely.get_num_interior_rings(parts) > 0]])):
        text = f"the sheet knows no holes; those of {len(holes):,} areas are filled: {', '.join(holes[:_MOST_SHOWN])}"
        warnings.warn(WritingWarning(text), stacklevel=2)
    places, ring = shapely.get_coordinates(shapely.get_exterior_ring(parts), return_index=True)
    # The program closes polygons itself.
    last = np.r_[ring[1:] != ring[:-1], True] if len(ring) else np.array([], dtype=bool)
    places, ring = places[~last], ring[~last]
    point = pd.Series(ring).groupby(ring).cumcount().to_numpy() + 1
    table = pd.DataFrame(
        {
            "PolyID": names[ring] if len(ring) else [],
            "PointNo": point,
            "PointID": [f"TP{n}" if n > 1 else "SP" for n in point],
            "Longitude": places[:, 0],
            "Latitude": places[:, 1],
            "Local ID": ids[owner[ring]],
        }
    )
    with whole_file(path, overwrite=overwrite) as part:
        _save(table, part)
    return Path(path)


def _refuse(undrawn: NDArray[np.intp], ids: Texts, points: int) -> None:
    """Refuse what a sheet can't hold, instead of leaving it out."""
    if len(undrawn):
        shown = ", ".join(ids[undrawn[:_MOST_SHOWN]])
        raise UsageError(f"{len(undrawn):,} areas have no polygon to write: {shown}", hint="leave them out first")
    if points > _MOST_ROWS:
        raise UsageError(f"{points:,} points are more than a sheet holds ({_MOST_ROWS:,})", hint="write several sheets")


def _save(table: pd.DataFrame, part: Path) -> None:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Geospatial data")
    sheet.append(list(table.columns))

    def text(value: str) -> WriteOnlyCell:
        # An id that begins with = is no formula.
        cell = WriteOnlyCell(sheet, printable(value))
        cell.data_type = "s"
        return cell

    for poly, number, point, x, y, local in table.itertuples(index=False):
        sheet.append([text(poly), number, point, x, y, text(local)])
    book.save(part)
