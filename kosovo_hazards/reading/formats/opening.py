"""Files of every usual format opened, recognised by content and name, each record accounted for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from kosovo_hazards.reading.exchange.maxml import read_maxml
from kosovo_hazards.reading.field_tools.dxf import read_dxf
from kosovo_hazards.reading.field_tools.gpx import read_gpx
from kosovo_hazards.reading.field_tools.lines import with_lines_closed
from kosovo_hazards.reading.field_tools.mapinfo import read_mapinfo
from kosovo_hazards.reading.files.failures import in_words
from kosovo_hazards.reading.files.limits import Kind, ReadingLimits, Request
from kosovo_hazards.reading.files.paths import data_set, local_paths, stem
from kosovo_hazards.reading.formats.databases import read_flatgeobuf, read_geodatabase, read_sqlite
from kosovo_hazards.reading.formats.geojson import read_geojson
from kosovo_hazards.reading.formats.gml import read_gml
from kosovo_hazards.reading.formats.kml import read_kml, read_kmz
from kosovo_hazards.reading.formats.parquet import read_parquet
from kosovo_hazards.reading.formats.shapefile import read_shapefile
from kosovo_hazards.reading.formats.spreadsheet import read_csv, read_sheet
from kosovo_hazards.reading.source_records import Records, TableSource, records_of_frame

__all__ = ["open_records"]


def open_records(
    source: TableSource,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    limits: ReadingLimits | None = None,
    close_lines: bool = False,
    wanted: str = "",
) -> Records:
    """Read all records of a file, a folder, a zip archive or a table.

    Parameters
    ----------
    source
        Path, paths of pages, or table; never an address on a network or of a database.
    layer
        Layer, table or sheet, where the source has several.
    encoding
        Encoding of the text of a shapefile or CSV file that does not say it rightly.
    limits
        How much it may hold; the defaults if left out.
    close_lines
        Whether open lines, and waypoints in their order, are outlines of areas.
    wanted
        ``hazard`` or ``release``, where a file that holds both tells them apart.

    Raises
    ------
    HazardDataError
        If there is no such file, it can't be read, or it has several layers and none is named.
    """
    limits = limits or ReadingLimits()
    if isinstance(source, pd.DataFrame):
        limits.require("columns", source.shape[1], "the table", "columns")
        return _closed(records_of_frame(source), close_lines=close_lines)
    path, *others = local_paths(source)
    with in_words(path.name, "a file"), data_set(path, limits) as (found, kind):
        files = (path, *others) if others else found
        several = files if len(files) > 1 else ()
        request = Request(files[0], kind, path.name, layer, encoding, limits, close_lines, wanted, several)
        with in_words(path.name, kind.value, layer=layer):
            records = _closed(_READERS[kind](request), close_lines=close_lines)
    return replace(records, name=stem(path), label=repr(path.name))


def _closed(records: Records, *, close_lines: bool) -> Records:
    return with_lines_closed(records) if close_lines else records


_READERS: dict[Kind, Callable[[Request], Records]] = {
    Kind.GEOJSON: read_geojson,
    Kind.GPKG: read_sqlite,
    Kind.SHAPEFILE: read_shapefile,
    Kind.GDB: read_geodatabase,
    Kind.KML: read_kml,
    Kind.KMZ: read_kmz,
    Kind.GML: read_gml,
    Kind.GPX: read_gpx,
    Kind.MAXML: read_maxml,
    Kind.DXF: read_dxf,
    Kind.TAB: read_mapinfo,
    Kind.MIF: read_mapinfo,
    Kind.FLATGEOBUF: read_flatgeobuf,
    Kind.PARQUET: read_parquet,
    Kind.CSV: read_csv,
    Kind.XLSX: read_sheet,
    Kind.ODS: read_sheet,
}
