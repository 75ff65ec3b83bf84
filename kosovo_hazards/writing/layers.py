"""What goes into every file: a table at its sharing level in the CRS of the file, and facts about the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._version import __version__
from kosovo_hazards.geometry import area_m2, usable
from kosovo_hazards.provenance import any_synthetic, source_names
from kosovo_hazards.schema import CRS, table_of
from kosovo_hazards.sharing import PUBLIC_NOTE, Detail, generalise
from kosovo_hazards.writing.plain_tables import plain, readable

__all__ = [
    "GROUND_NOTE",
    "NOTICE",
    "Layer",
    "WritingWarning",
    "about",
    "layer_of",
    "metadata_as_text",
    "write_metadata_beside",
]

NOTICE = "synthetic demonstration data – not real locations"
"""What every file made from synthetic records says."""

GROUND_NOTE = "Ground outside the polygons is not thereby safe."
"""What every file and map says about the ground it does not show."""


class WritingWarning(UserWarning):
    """Something that the chosen format can't hold; the message names it.

    Examples
    --------
    >>> str(WritingWarning("KML holds no times"))
    'KML holds no times'
    """


@dataclass(frozen=True)
class Layer:
    """One table on its way into a file: at its sharing level, in the CRS of the file, with plain columns.

    Attributes
    ----------
    name
        Name of the layer: hazards, remaining, releases, findings, places or rejected.
    table
        The records; a table without geometry stays one.
    """

    name: str
    table: pd.DataFrame | gpd.GeoDataFrame

    @property
    def spatial(self) -> bool:
        """Whether the table has a geometry column."""
        return isinstance(self.table, gpd.GeoDataFrame) and self.table.active_geometry_name is not None

    @property
    def attributes(self) -> pd.DataFrame:
        """The columns without the geometry."""
        return pd.DataFrame(self.table).drop(columns="geometry") if self.spatial else pd.DataFrame(self.table)


def layer_of(name: str, table: pd.DataFrame, *, detail: Detail = Detail.FULL, crs: str = CRS) -> Layer:
    """Prepare a table for a file.

    Parameters
    ----------
    name
        Name of the layer.
    table
        Hazards, remaining land or releases. It is not changed.
    detail
        The sharing level.
    crs
        The CRS of the file.

    Returns
    -------
    The layer; `area_m2` is computed where it is missing, the geometry column is last and called `geometry`. Outlines
    that cross themselves are repaired: hazards keep all the ground they enclose, releases only what is sure.

    Raises
    ------
    HazardDataError
        If the table has no CRS.
    """
    if detail is Detail.PUBLIC:
        return Layer(name, plain(generalise(_spatial(table), crs=crs)))
    return Layer(name, plain(_with_area(_repaired(_spatial(table))).to_crs(crs)))


# Points, lines and rings, also several of them.
_NO_AREA = (0, 1, 2, 4, 5)


def _repaired(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """With outlines that programs read in different ways repaired to the safe side, so that all read the same."""
    shapes = table.geometry.to_numpy()
    fixed = usable(shapes, table_of(table.columns).direction)
    # A polygon that encloses nothing stays as it was drawn.
    areal = np.isin(shapely.get_type_id(fixed), (3, 6))
    fixed[~areal] = shapes[~areal]
    return table.set_geometry(gpd.GeoSeries(fixed, index=table.index, crs=table.crs))


def _spatial(table: pd.DataFrame) -> gpd.GeoDataFrame:
    if isinstance(table, gpd.GeoDataFrame) and table.active_geometry_name is not None:
        return table
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(None, index=table.index, crs=CRS))


def _with_area(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    kinds = shapely.get_type_id(table.geometry.to_numpy())
    drawn = kinds[kinds >= 0]
    # What is only points and lines has no area to tell, not even none.
    if "area_m2" not in table.columns and len(drawn) and np.isin(drawn, _NO_AREA).all():
        return table
    computed = area_m2(table)
    known = table["area_m2"].astype("float64") if "area_m2" in table.columns else computed
    return table.assign(area_m2=known.fillna(computed))


def about(tables: Sequence[pd.DataFrame], *, detail: Detail = Detail.FULL) -> dict[str, Any]:
    """Tell what a file is: where its records come from, when and by what it was written, and what it does not say.

    Parameters
    ----------
    tables
        What goes into the file, as the caller gave it.
    detail
        The sharing level.

    Returns
    -------
    Metadata by name, ready for JSON: `generator`, `date` (UTC), `source` (unless public: a name of a file may tell a
    place), `records`, `detail`, `synthetic`, the `notice` on synthetic records, and the `note` on the ground outside.
    """
    synthetic = any_synthetic(*tables)
    sources = {readable(name) for name in source_names(*tables)}
    public = detail is Detail.PUBLIC
    return {
        "generator": f"kosovo_hazards {__version__}",
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        **({"source": "; ".join(sorted(sources))} if sources and not public else {}),
        "records": len(tables[0]),
        "detail": detail.value,
        "synthetic": synthetic,
        **({"notice": NOTICE} if synthetic else {}),
        "note": f"{GROUND_NOTE} {PUBLIC_NOTE}" if public else GROUND_NOTE,
    }


def metadata_as_text(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Metadata as text, for formats that hold nothing else.

    Parameters
    ----------
    metadata
        What `about` gave.
    """
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in metadata.items()}


def write_metadata_beside(part: Path, metadata: Mapping[str, Any]) -> None:
    """Write the facts as ``….about.txt`` beside a file of a format that has no room for them.

    Parameters
    ----------
    part
        The file.
    metadata
        What `about` gave.
    """
    text = "".join(f"{name}: {value}\n" for name, value in metadata_as_text(metadata).items())
    part.with_name(f"{part.name}.about.txt").write_text(text, encoding="utf-8", newline="\n")
