"""Files for other people's tools: what every file has in common, and GeoJSON that keeps to its standard."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from kosovo_hazards._errors import HazardDataError
from kosovo_hazards._version import __version__
from kosovo_hazards.measure import area_m2
from kosovo_hazards.plain_tables import plain
from kosovo_hazards.schema import CRS
from kosovo_hazards.sharing import PUBLIC_NOTE, Detail, detail_of, generalise

__all__ = [
    "GROUND_NOTE",
    "NOTICE",
    "Layer",
    "WritingWarning",
    "about",
    "facts_as_text",
    "layer_of",
    "sweep",
    "whole_file",
    "write_facts_beside",
    "write_geojson",
]

NOTICE = "synthetic demonstration data – not real locations"
"""What every file made from synthetic records says."""

GROUND_NOTE = "Ground outside the polygons is not thereby safe."
"""What every file and map says about the ground it does not show."""

# A tenth of a millimetre: the area of no field of a few kilometres of edge changes by a square metre.
_DECIMALS = 9
_GRID = 10.0**-_DECIMALS
# What a writer that was killed left behind is swept away once it is this old.
_ABANDONED_S = 3600


class WritingWarning(UserWarning):
    """Something that the chosen format can't hold; the message names it."""


@dataclass(frozen=True)
class Layer:
    """One table on its way into a file: at its sharing level, in the CRS of the file, with plain columns.

    Attributes
    ----------
    name
        Name of the layer: hazards, remaining, releases, findings or places.
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


def write_geojson(
    hazards: gpd.GeoDataFrame, path: str | os.PathLike[str], *, detail: str = "full", overwrite: bool = False
) -> Path:
    """Write hazards or releases as GeoJSON after RFC 7946, one feature per record.

    Parameters
    ----------
    hazards
        The hazards or releases table, in any CRS; every column but the geometry becomes a property. `area_m2` is
        reckoned anew where it is missing.
    path
        The file to write, usually ``….geojson``.
    detail
        ``full`` writes the records; ``public`` writes the kilometre cells they touch and nothing finer, see
        `kosovo_hazards.sharing.generalise`.
    overwrite
        Whether a file that is there already is replaced.

    Returns
    -------
    The path written. Coordinates are WGS 84 longitude and latitude with at most 9 decimals (0.1 mm), outer rings
    run counter-clockwise, missing values are null, dates are ISO 8601 text.

    Raises
    ------
    HazardDataError
        If the table has no CRS, `detail` is unknown, the file is there already, or its folder is not.

    Notes
    -----
    The file is written beside its place and moved there when whole, so a crash leaves an older file as it was. Rounding
    moves no vertex by more than 0.1 mm, and a shape that it would make cross itself is written 0.1 mm larger instead.
    `area_m2` in the file is that of the polygon before rounding, which may change it by the perimeter times a
    tenth of a millimetre.

    Examples
    --------
    >>> import tempfile, kosovo_hazards as kh
    >>> hazards, _ = kh.demo_data()
    >>> kh.write_geojson(hazards, Path(tempfile.mkdtemp()) / "hazards.geojson").name
    'hazards.geojson'
    """
    level = detail_of(detail)
    with whole_file(path, overwrite=overwrite) as part:
        layer = layer_of("hazards", hazards, detail=level)
        facts = about([hazards], detail=level)
        head = _json({"type": "FeatureCollection", **facts, "features": []}).removesuffix("]}")
        features = ",\n".join(_features(layer))
        part.write_text(f"{head}\n{features}\n]}}\n", encoding="utf-8", newline="\n")
    return Path(path)


# --- what goes into a file -------------------------------------------------------------------------------------------


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
    The layer; `area_m2` is reckoned where it is missing, the geometry column is last and called `geometry`.

    Raises
    ------
    HazardDataError
        If the table has no CRS.
    """
    if detail is Detail.PUBLIC:
        return Layer(name, plain(generalise(_spatial(table), crs=crs)))
    return Layer(name, plain(_with_area(_spatial(table)).to_crs(crs)))


def _spatial(table: pd.DataFrame) -> gpd.GeoDataFrame:
    if isinstance(table, gpd.GeoDataFrame) and table.active_geometry_name is not None:
        return table
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(None, index=table.index, crs=CRS))


def _with_area(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
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
    Facts by name, ready for JSON: `generator`, `date` (UTC), `source` (unless public: a name of a file may tell a
    place), `records`, `detail`, `synthetic`, the `notice` on synthetic records, and the `note` on the ground outside.
    """
    synthetic = any("synthetic" in table.columns and bool(table["synthetic"].any()) for table in tables)
    sources = {str(name) for table in tables if "source" in table.columns for name in table["source"].dropna()}
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


def _rounded(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Coordinates at 9 decimals; what this would break grows by a step of that grid and is snapped to it."""
    rounded: NDArray[np.object_] = shapely.transform(shapes, lambda points: np.round(points, _DECIMALS))
    broken = shapely.is_valid(shapes) & ~shapely.is_valid(rounded)
    # Two grid cells wide, no neck or sliver collapses, so no ground is lost.
    grown = shapely.buffer(shapes[broken], _GRID, join_style="mitre")
    rounded[broken] = shapely.set_precision(grown, _GRID)
    return rounded


def _features(layer: Layer) -> list[str]:
    """The JSON text of each record; shapely writes coordinates as text far faster than Python would."""
    shapes = shapely.orient_polygons(_rounded(layer.table.geometry.to_numpy()))
    columns = {name: _json_values(values) for name, values in layer.attributes.items()}
    names = list(columns)
    rows: Iterator[tuple[Any, ...]] = zip(*columns.values(), strict=True) if names else iter([()] * len(shapes))
    return [
        f'{{"type":"Feature","geometry":{geometry or "null"},"properties":{_json(dict(zip(names, row, strict=True)))}}}'
        for geometry, row in zip(shapely.to_geojson(shapes), rows, strict=True)
    ]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _json_values(values: pd.Series) -> list[Any]:
    """Values that JSON knows: dates as ISO text, anything missing or infinite as null."""
    missing = values.isna()
    if pd.api.types.is_float_dtype(values.dtype):
        missing |= np.isinf(values.astype("float64"))
    return [
        None if unknown else value.isoformat() if hasattr(value, "isoformat") else value
        for value, unknown in zip(values.tolist(), missing, strict=True)
    ]


def facts_as_text(facts: Mapping[str, Any]) -> dict[str, str]:
    """Facts as text, for formats that hold nothing else.

    Parameters
    ----------
    facts
        What `about` gave.
    """
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in facts.items()}


def write_facts_beside(part: Path, facts: Mapping[str, Any]) -> None:
    """Write the facts as ``….about.txt`` beside a file of a format that has no room for them.

    Parameters
    ----------
    part
        The file.
    facts
        What `about` gave.
    """
    text = "".join(f"{name}: {value}\n" for name, value in facts_as_text(facts).items())
    part.with_name(f"{part.name}.about.txt").write_text(text, encoding="utf-8", newline="\n")


# --- whole or not at all ---------------------------------------------------------------------------------------------


@contextmanager
def whole_file(path: str | os.PathLike[str], *, overwrite: bool) -> Iterator[Path]:
    """Give a path to write to; what was written there moves into its place when all went well.

    Parameters
    ----------
    path
        Where the file shall be.
    overwrite
        Whether a file that is there already is replaced.

    Yields
    ------
    A path of the same name in a folder beside the target. Files that are put beside it move with it.

    Raises
    ------
    HazardDataError
        If the file, or one that comes with it, is there already, or the folder is not.
    """
    target = Path(path)
    _refuse(target, overwrite=overwrite)
    # A link stays a link: what it points to is replaced.
    target = target.resolve()
    sweep(target)
    folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=_prefix(target), suffix=".part"))
    try:
        yield folder / target.name
        _move(folder, target, overwrite=overwrite)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refuse(target: Path, *, overwrite: bool) -> None:
    if target.is_dir():
        raise HazardDataError(f"{target} is a folder", hint="name a file in it")
    if target.exists() and not overwrite:
        raise HazardDataError(f"{target} is there already", hint="pass overwrite=True, or name another file")
    if not target.parent.is_dir():
        raise HazardDataError(f"the folder {target.parent} is not there", hint="make it first, or name another one")


def _prefix(target: Path) -> str:
    return f".{target.name[:60]}."


def sweep(target: Path) -> None:
    """Remove what a writer of this file or folder left when it was killed: it may hold true outlines.

    Parameters
    ----------
    target
        What it was to become.
    """
    for left in target.parent.glob(f"{_glob_literal(_prefix(target))}*.part"):
        if left.is_dir() and time.time() - left.stat().st_mtime > _ABANDONED_S:
            shutil.rmtree(left, ignore_errors=True)


def _glob_literal(text: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in text)


def _move(folder: Path, target: Path, *, overwrite: bool) -> None:
    # The file itself goes last: when it is there, what belongs to it is there too.
    parts = sorted(folder.iterdir(), key=lambda part: part.name == target.name)
    for part in parts:
        _refuse(target.with_name(part.name), overwrite=overwrite)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
    for part in parts:
        part.replace(target.with_name(part.name))
