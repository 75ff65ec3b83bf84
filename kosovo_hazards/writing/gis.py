"""Hazards and all that belongs to them handed on as the files that GIS programs and spreadsheets read."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyproj
import shapely
from pyproj.exceptions import CRSError, ProjError

from kosovo_hazards._errors import NotWrittenError, UsageError, missing_crs
from kosovo_hazards._wording import argument
from kosovo_hazards.gazetteer import COLUMNS as PLACE_COLUMNS
from kosovo_hazards.gazetteer import BoundarySource, is_shipped, units_of
from kosovo_hazards.geometry import horizontal, to_degrees
from kosovo_hazards.land_release import Day, ReleaseTotals, as_day
from kosovo_hazards.language import Catalogue, catalogue
from kosovo_hazards.reading import ReadResult, accepted, rejected_positions, with_rejected_ground
from kosovo_hazards.schema import CRS
from kosovo_hazards.sharing import Detail, detail_of, public_findings
from kosovo_hazards.validation import require_table
from kosovo_hazards.writing.gdal import write_flatgeobuf
from kosovo_hazards.writing.geojson import write_geojson
from kosovo_hazards.writing.geopackage import add_project, write_geopackage
from kosovo_hazards.writing.kml import write_kml, write_kmz
from kosovo_hazards.writing.layers import Layer, WritingWarning, about, layer_of
from kosovo_hazards.writing.plain_tables import plain
from kosovo_hazards.writing.shapefile import write_shapefile, write_zipped_shapefile
from kosovo_hazards.writing.spreadsheet import write_csv, write_xlsx
from kosovo_hazards.writing.whole_files import whole_file

__all__ = ["ENDINGS", "write_gis", "write_layers"]

_TEXTS = {
    "hazards": "Hazardous areas as the register records them",
    "remaining": "Land that remains hazardous after what was released",
    "releases": "Land released by survey and clearance",
    "findings": "What the checks of the register found",
    "places": "Administrative units; boundaries and names express no opinion on status",
    "evidence": "Points of evidence; the ground between them is not thereby safe",
    "accidents": "Accidents with explosive ordnance",
    "items": "Items of explosive ordnance found",
    "rejected": "Rejected records: position known, extent unknown. They are in no sum; the ground is not thereby safe",
}
_PUBLIC_TEXTS = {
    **_TEXTS,
    "hazards": "Cells of a kilometre grid that hazardous areas touch",
    "remaining": "Cells of a kilometre grid that remaining hazardous land touches",
    "releases": "Cells of a kilometre grid that released land touches",
    "findings": "Number of findings by check and severity",
}

Many = Callable[[Sequence[Layer], Path, Mapping[str, Any], Mapping[str, str]], list[str] | None]
_OF_MANY_LAYERS: dict[str, Many] = {
    ".gpkg": write_geopackage,
    ".kml": write_kml,
    ".kmz": write_kmz,
    ".xlsx": write_xlsx,
}
_OF_ONE_LAYER = (".geojson", ".json", ".shp", ".zip", ".fgb", ".parquet", ".geoparquet", ".csv")
ENDINGS = (*_OF_MANY_LAYERS, *_OF_ONE_LAYER)
"""Endings of the files that can be written."""

_OF_POINTS = ("evidence", "accidents", "items")
# The stated accuracy of datum shifts in use is 1 to 10 m.
_MOST_DISPLACED_M = 20.0
_DEGREES_ONLY = (".geojson", ".json", ".kml", ".kmz")


def write_gis(
    hazards: gpd.GeoDataFrame | ReadResult,
    path: str | os.PathLike[str],
    *,
    remaining: gpd.GeoDataFrame | None = None,
    releases: gpd.GeoDataFrame | ReadResult | None = None,
    findings: pd.DataFrame | None = None,
    places: BoundarySource | None = None,
    evidence: gpd.GeoDataFrame | ReadResult | None = None,
    accidents: gpd.GeoDataFrame | ReadResult | None = None,
    items: gpd.GeoDataFrame | ReadResult | None = None,
    totals: ReleaseTotals | None = None,
    crs: str = CRS,
    detail: str = "full",
    qgis_project: bool | str = False,
    as_of: Day | None = None,
    language: str | Path = "en",
    overwrite: bool = False,
) -> Path:
    """Write hazards, and what belongs to them, in the format that the name of the file ends with.

    ============== ========================================================================================
    ``.gpkg``      GeoPackage: every table a layer, with the standard symbols as QGIS's default style
    ``.geojson``   RFC 7946, as `write_geojson`
    ``.shp``       Shapefile; ``.shp.zip`` or ``.zip`` the same in one archive. It cuts names and text, and reports it
    ``.kml``       for Google Earth, with folders by district; ``.kmz`` the same, packed
    ``.fgb``       FlatGeobuf; sorted by place
    ``.parquet``   GeoParquet 1.1
    ``.csv``       the shapes as well-known text in the column ``WKT``
    ``.xlsx``      every table a sheet, the shapes as in CSV
    ============== ========================================================================================

    Parameters
    ----------
    hazards
        Hazardous areas, in any CRS, or what `read_hazards` gave: then rejected records make a layer called rejected, at
        the public level the cells they touch count as touched, and a format of one table warns that it lacks them.
        `area_m2` is computed where it is missing. Releases given here alone make a layer called releases.
    path
        The file to write. Its folder must be there.
    remaining
        Remaining land, as `kh.apply_releases` gives it.
    releases
        Releases; polygons may be missing.
    findings
        What `kh.check` gave.
    places
        Units, as `kh.places` gives them, or a boundary file.
    evidence, accidents, items
        Points, as `kh.read_evidence`, `kh.read_accidents` and `kh.read_items` give them; a public file holds none.
    totals
        What the register holds, what was taken off it and what remains, for the facts that a file tells of itself.
    crs
        CRS of the file: ``EPSG:4326``, ``EPSG:9141`` for the national grid of Kosovo, or any other that PROJ knows.
        GeoJSON and KML are in EPSG:4326 alone.
    detail
        ``full``; or ``public``, which replaces every table by the kilometre cells it touches
        (`kosovo_hazards.sharing.generalise`), findings by their number, and leaves out what is not of the places table.
    qgis_project
        Whether a GeoPackage holds a project for QGIS too, called map: all layers in the standard symbols, hazards over
        what was released, rejected ground where its position is known, and a layout of A4 to print. QGIS finds the
        layers by the name of the file: where that is renamed afterwards, give its final name.
    as_of
        Day of the register, which file and project tell.
    language
        Language of the project: ``"en"``, ``"sq"``, ``"sr"``, or the path of a catalogue of your own.
    overwrite
        Whether a file that is there already is replaced.

    Returns
    -------
    The path written. GeoJSON holds 9 decimals of a degree (0.1 mm), by which the area of a polygon may differ by its
    perimeter times a tenth of a millimetre; all other formats hold every digit.

    Raises
    ------
    HazardDataError
        If the ending is unknown, the format holds one table and more are given, a table has no CRS, the format knows
        no other CRS than EPSG:4326, the file is there already or open elsewhere, or it could not be written whole.

    Warns
    -----
    WritingWarning
        If the format can't hold something; the message says what.

    Notes
    -----
    The file is written beside its place, read again, and moved there when whole, so a crash or a full disk leaves an
    older file as it was. Source, date, version of the library, sharing level and whether records are synthetic stand in
    the file; for CSV and shapefiles in ``….about.txt`` beside it. Text that a spreadsheet would run gets an apostrophe
    before it in CSV and XLSX, which `kosovo_hazards.writing.plain_tables.as_written` takes away again.

    Examples
    --------
    >>> import tempfile, kosovo_hazards as kh
    >>> hazards, releases = kh.demo_data()
    >>> path = kh.write_gis(hazards, Path(tempfile.mkdtemp()) / "kosovo.gpkg", releases=releases, places=kh.places())
    >>> gpd.read_file(path, layer="hazards").shape[0]
    35
    """
    ending = _ending(path)
    level = detail_of(detail)
    table, rejected = accepted(hazards), rejected_positions(hazards)
    require_table(table, purpose="to write", geometry=True)
    _refuse_displacing(table, crs)
    released = None if releases is None else accepted(releases)
    found = {} if level is Detail.PUBLIC else {"evidence": evidence, "accidents": accidents, "items": items}
    points = {name: None if each is None else accepted(each) for name, each in found.items()}
    if places is not None and not isinstance(places, gpd.GeoDataFrame):
        places = units_of(places)
    given = _given(table, remaining=remaining, releases=released, findings=findings, places=places, **points)
    _refuse_what_it_cannot_hold(ending, given, crs)
    words = _words(ending, language) if qgis_project else None
    given, losses = _with_rejected(given, rejected, ending, level)
    if ending in (".geojson", ".json"):
        written = write_geojson(given.get("hazards", table), path, detail=detail, overwrite=overwrite)
        _warn(Path(path).name, losses)
        return written
    _refuse_if_open(Path(path))
    texts = _PUBLIC_TEXTS if level is Detail.PUBLIC else _TEXTS
    with whole_file(path, overwrite=overwrite) as part:
        metadata = {**about(list(given.values()), detail=level), "crs": crs, **_day(as_of)}
        if isinstance(places, gpd.GeoDataFrame) and places.crs is not None and is_shipped(places):
            metadata["boundaries"] = catalogue("en")("foot.boundaries")
        if totals is not None and level is Detail.FULL:
            metadata["totals"] = totals.said(catalogue("en"))
        layers = [_layer(name, table, level, crs) for name, table in given.items()]
        if ending in _OF_MANY_LAYERS:
            descriptions = {name: _description(text, metadata) for name, text in texts.items()}
            losses += _OF_MANY_LAYERS[ending](layers, part, metadata, descriptions) or []
            if words is not None:
                name = qgis_project if isinstance(qgis_project, str) else Path(path).name
                add_project(part, layers, name, metadata, words)
        else:
            losses += _write_one(ending, layers[0], part, metadata, _description(texts[layers[0].name], metadata))
    _warn(Path(path).name, losses)
    return Path(path)


def write_layers(
    tables: Mapping[str, pd.DataFrame], path: str | os.PathLike[str], *, texts: Mapping[str, str], crs: str = CRS
) -> Path:
    """Write tables of any kind as the layers of one GeoPackage.

    Parameters
    ----------
    tables
        By the name of the layer; those with geometry in any CRS.
    path
        The file, which must not be there.
    texts
        What each layer is, in a sentence.
    crs
        CRS of the file.
    """
    metadata = {**about(list(tables.values())), "crs": crs}
    kinds = ["hazards" if "hazard_type" in table.columns else "findings" for table in tables.values()]
    layers = [_layer(kind, table, Detail.FULL, crs) for kind, table in zip(kinds, tables.values(), strict=True)]
    named = [replace(layer, name=name) for layer, name in zip(layers, tables, strict=True)]
    with whole_file(path, overwrite=False) as part:
        write_geopackage(named, part, metadata, {name: _description(texts[name], metadata) for name in tables})
    return Path(path)


def _warn(name: str, losses: Sequence[str]) -> None:
    if losses:
        lines = [f"{name} can't hold everything; a .gpkg can:", *losses]
        warnings.warn(WritingWarning("\n  ".join(lines)), stacklevel=3)


def _with_rejected(
    given: dict[str, Any], rejected: gpd.GeoDataFrame, ending: str, level: Detail
) -> tuple[dict[str, Any], list[str]]:
    """The tables and the rejected records: a layer, or cells that count as touched; and what the format lacks."""
    if rejected.empty:
        return given, []
    if level is Detail.PUBLIC:
        hazardous = {name: given[name] for name in ("hazards", "remaining") if name in given}
        return {**given, **{name: with_rejected_ground(table, rejected) for name, table in hazardous.items()}}, []
    if ending in _OF_MANY_LAYERS:
        return {**given, "rejected": rejected}, []
    return given, [f"{len(rejected):,} rejected records are not in it, and their ground is not thereby safe"]


def _given(first: gpd.GeoDataFrame, **others: Any) -> dict[str, Any]:
    """The tables by the name of their layer; releases handed over alone are not called hazards."""
    given = {name: table for name, table in others.items() if table is not None}
    return {"releases" if not given and "product" in first.columns else "hazards": first, **given}


def _ending(path: str | os.PathLike[str]) -> str:
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        hint = f"one of {', '.join(ENDINGS)}"
        raise UsageError(f"{Path(path).name!r} ends with no format that can be written", hint=hint)
    return ending


def _words(ending: str, language: str | Path) -> Catalogue:
    if ending != ".gpkg":
        raise UsageError(f"a {ending} file holds no project of QGIS", hint="write a .gpkg")
    return catalogue(language, report=True)


def _day(as_of: Day | None) -> dict[str, str]:
    day = as_day(as_of)
    return {} if pd.isna(day) else {"as_of": str(day.date())}


def _refuse_what_it_cannot_hold(ending: str, given: Mapping[str, Any], crs: str) -> None:
    if len(given) > 1 and ending not in _OF_MANY_LAYERS:
        raise UsageError(
            f"a {ending} file holds one table, not {', '.join(given)}",
            hint=f"write {', '.join(_OF_MANY_LAYERS)}, or a file for each",
        )
    try:
        wanted = pyproj.CRS(crs)
    except CRSError as error:
        raise UsageError(f"crs is {crs!r}, which PROJ does not know", hint="name one as EPSG:9141") from error
    horizontal(wanted)
    if ending in _DEGREES_ONLY and not wanted.equals(CRS, ignore_axis_order=True):
        raise UsageError(
            f"a {ending} file is in {CRS}, not in {crs}", hint=f"leave {argument('crs')} out, or write a .gpkg"
        )


def _refuse_displacing(hazards: gpd.GeoDataFrame, crs: str) -> None:
    """Refuse a CRS into which PROJ moves these places elsewhere than out of which the library reads them."""
    ground = hazards.geometry[~(hazards.geometry.isna() | hazards.geometry.is_empty)]
    if ground.empty or ground.crs is None:
        return
    middle = ground.to_crs(CRS).total_bounds.reshape(2, 2).mean(axis=0)
    try:
        there = gpd.GeoSeries([shapely.Point(middle)], crs=CRS).to_crs(crs)
    except CRSError:
        return  # reported elsewhere, in its own words
    except ProjError as error:
        raise UsageError(
            f"PROJ knows no way from {hazards.crs.name} to {crs}", hint="write EPSG:4326 or EPSG:9141"
        ) from error
    back = shapely.get_coordinates(to_degrees(there.to_numpy(), pyproj.CRS(crs))[0])[0]
    off_m = pyproj.Geod(ellps="WGS84").inv(*middle, *back)[2]
    if not off_m < _MOST_DISPLACED_M:
        raise NotWrittenError(
            f"PROJ would write these places into {crs} some {off_m:,.0f} m off: "
            "its preferred datum shift is wrong there",
            hint="write EPSG:4326 or EPSG:9141 and let the program that needs the old grid transform it",
        )


def _refuse_if_open(target: Path) -> None:
    """A GeoPackage that another program is writing to has a journal beside it, which would spoil the new file."""
    for journal in (target.with_name(f"{target.name}-wal"), target.with_name(f"{target.name}-journal")):
        if journal.exists() and journal.stat().st_size:
            hint = f"close it there first; if no program has it open, remove {journal.name}"
            raise NotWrittenError(f"{target} is open in another program", hint=hint)


def _layer(name: str, table: Any, level: Detail, crs: str) -> Layer:
    if name == "rejected":
        return Layer(name, plain(_of_one_kind(table).to_crs(crs)))
    if name not in ("findings", "places", *_OF_POINTS):
        return layer_of(name, table, detail=level, crs=crs)
    if level is Detail.PUBLIC and name == "findings":
        return Layer(name, plain(public_findings(table)))
    if level is Detail.PUBLIC:
        table = table[[column for column in table.columns if column in PLACE_COLUMNS]]
    spatial = isinstance(table, gpd.GeoDataFrame) and table.active_geometry_name is not None
    if spatial and table.crs is None:
        raise missing_crs(f"the {name}", "table")
    return Layer(name, plain(table.to_crs(crs) if spatial else pd.DataFrame(table)))


def _of_one_kind(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """With a row for each part of a record that draws shapes of several kinds: QGIS draws no such mixture."""
    mixed = shapely.get_type_id(table.geometry.to_numpy()) == shapely.GeometryType.GEOMETRYCOLLECTION
    if not mixed.any():
        return table
    while mixed.any():
        table = pd.concat([table[~mixed], table[mixed].explode(index_parts=False)]).sort_index(kind="stable")
        mixed = shapely.get_type_id(table.geometry.to_numpy()) == shapely.GeometryType.GEOMETRYCOLLECTION
    return table.reset_index(drop=True)


def _description(text: str, metadata: Mapping[str, Any]) -> str:
    return ". ".join(filter(None, (text, metadata.get("notice"), metadata["note"])))


def _write_one(ending: str, layer: Layer, part: Path, metadata: Mapping[str, Any], text: str) -> list[str]:
    if ending == ".shp":
        return write_shapefile(layer, part, metadata)
    if ending == ".zip":
        return write_zipped_shapefile(layer, part, metadata)
    if ending == ".csv":
        write_csv(layer, part, metadata)
    elif ending == ".fgb":
        write_flatgeobuf(layer, part, metadata, text)
    else:
        _write_parquet(layer, part, metadata, text)
    return []


def _write_parquet(layer: Layer, part: Path, metadata: Mapping[str, Any], text: str) -> None:
    """GeoParquet 1.1 with a column of boxes that lets readers skip what is far; the facts are a key of the file."""
    import pyarrow.parquet as pq

    # Days alone would come back as a type that few programs calculate with.
    days = [name for name, dtype in layer.table.dtypes.items() if isinstance(dtype, pd.ArrowDtype)]
    held = layer.table.astype(dict.fromkeys(days, "datetime64[us]"))
    held.to_parquet(part, index=False, schema_version="1.1.0", write_covering_bbox=True)
    table = pq.read_table(part)
    described = {b"kosovo_hazards": json.dumps({**metadata, "description": text}, ensure_ascii=False).encode("utf-8")}
    pq.write_table(table.replace_schema_metadata({**(table.schema.metadata or {}), **described}), part)
