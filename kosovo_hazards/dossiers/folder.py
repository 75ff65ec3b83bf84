"""A folder with what teams take along: a page to print, GPX and KML for each area, and the list of all."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from kosovo_hazards._arrays import Positions
from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument, doing
from kosovo_hazards.cells import texts
from kosovo_hazards.charts import address_of, area_map, lines_in_grid, locator_map, svg_of
from kosovo_hazards.dossiers.corners import corners_of
from kosovo_hazards.dossiers.handheld import gpx_of
from kosovo_hazards.dossiers.history import Earlier, history_of
from kosovo_hazards.dossiers.nearby import AROUND_M, evidence_of, neighbours_of, releases_of
from kosovo_hazards.dossiers.sheet import Area, Setting, list_of, sheet_of
from kosovo_hazards.gazetteer import BoundarySource, default_places, places_drawn
from kosovo_hazards.geometry import area_m2, covering, crs_named, cut_at_antimeridian, joined_coverage
from kosovo_hazards.land_release import Day, as_day
from kosovo_hazards.language import Catalogue, catalogue, retold
from kosovo_hazards.pages import browsers, print_pages, sources_line
from kosovo_hazards.provenance import any_synthetic
from kosovo_hazards.reading import ReadResult, accepted, rejected_positions
from kosovo_hazards.schema import CRS, RELEASED_STATUSES
from kosovo_hazards.surroundings import Context, context_lines
from kosovo_hazards.tiles import write_phone_tiles
from kosovo_hazards.validation import in_degrees, require_columns
from kosovo_hazards.writing import NOTICE, WritingWarning, about, whole_folder, write_gis, write_manifest

__all__ = ["grid_of", "stems_of", "write_dossiers"]

_NO_NAME = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 80
_MOST_DECLINATION_DEG = 180.0
_ID_OF_MAPS = "area"


def write_dossiers(
    hazards: gpd.GeoDataFrame | ReadResult,
    folder: str | os.PathLike[str],
    *,
    releases: pd.DataFrame | ReadResult | None = None,
    evidence: gpd.GeoDataFrame | ReadResult | None = None,
    earlier: Earlier | None = None,
    ids: Iterable[str] | None = None,
    grid: str = "EPSG:9141",
    declination_deg: float | None = None,
    as_of: Day | None = None,
    pdf: bool = False,
    maps: bool = False,
    places: BoundarySource | bool | None = None,
    language: str | Path = "en",
    context: Context = None,
    overwrite: bool = False,
) -> Path:
    """Write what a team takes along to each area: a page of A4 to print, and GPX and KML for handheld receivers.

    Parameters
    ----------
    hazards
        Hazardous areas in any CRS, or what `read_hazards` gave; then rejected records near an area are on its page, and
        all of them in the list. Areas that are closed or handed over get no page.
    folder
        Where to; the folder around it must be there.
    releases, evidence
        What was released so far, and points of evidence.
    earlier
        Earlier exports of the register by their day, such as ``{"2023-12-31": kh.read_hazards("2023.gpkg")}``, for the
        history of each area; `as_of` must be given then.
    ids
        Areas that are wanted; by default all.
    grid
        CRS of eastings and northings in metres, ``"EPSG:9141"`` is the national grid of Kosovo.
    declination_deg
        How far magnetic north lies east of true north, negative to the west; without it bearings are true ones only.
    as_of
        Day of the register, for the page.
    pdf
        Whether each page is written as PDF too, by Chromium, Chrome or Edge, one of which must be on the computer.
    maps
        Whether all areas that stand, and rejected records, are written into two files more: ``areas.gpkg``, a
        GeoPackage with a QGIS project in it, and ``areas.mbtiles``, vector tiles for QField and other apps of phones.
    places
        A places table or a boundary file, for the small map that shows where in the country an area lies. None takes
        the shipped municipalities of Kosovo where areas lie among them; False draws none.
    language
        ``"en"``, ``"sq"``, ``"sr"``, or the path of a catalogue of your own. Fields to sign are in all three.
    context
        Rivers and roads, ``{"rivers": …, "roads": …}``, each a table or a file: thin lines under the areas on the maps.
    overwrite
        Whether a folder that was written so before is replaced.

    Returns
    -------
    The folder. ``index.html`` lists the pages, and records of which none could be made, with the reason; each area has
    files named after its id. A page has a map on the grid with scale bar and north, the turning points in degrees,
    grid and MGRS with bearing and distance to the next, area and perimeter, what lies within 200 m, releases,
    history, a QR code with the place of the first turning point, and fields to sign. It loads and runs nothing.

    Raises
    ------
    HazardDataError
        If a table has no ids, geometry or CRS, an id is unknown, the grid is none in metres, an earlier export has no
        day before the register's, the folder is there, or no browser is there for PDF.

    Notes
    -----
    Bearings and distances are geodesics on WGS 84.

    Examples
    --------
    >>> import tempfile, kosovo_hazards as kh
    >>> hazards, releases = kh.demo_data("2024-12-31")
    >>> place = Path(tempfile.mkdtemp()) / "dossiers"
    >>> folder = write_dossiers(hazards, place, releases=releases, ids=["SYN-N-05"], declination_deg=4.9)
    >>> sorted(path.name for path in folder.iterdir())
    ['SYN-N-05.gpx', 'SYN-N-05.html', 'SYN-N-05.kml', 'about.json', 'index.html']
    """
    laid = grid_of(grid)
    if declination_deg is not None and not abs(declination_deg) <= _MOST_DECLINATION_DEG:
        raise UsageError(f"{argument('declination_deg', declination_deg)} is no declination", hint="give degrees")
    if pdf:
        browsers()  # None there is told before the work, not after it.
    frame = _standing(hazards)
    rows, missing = _wanted(frame, hazards, ids, catalogue(language, report=True))
    areas = frame.iloc[rows].reset_index(drop=True)
    lost = rejected_positions(hazards)
    unplaced = sum(int((table.geometry.isna() | table.geometry.is_empty).sum()) for table in (frame, lost))
    setting = _setting(
        frame, laid, declination_deg, as_of, unplaced, places_drawn(places, frame), catalogue(language, report=True)
    )
    setting = replace(setting, context=context_lines(context))
    doing(f"Looking round {len(areas):,} areas")
    told = {
        "neighbours": neighbours_of(areas, rows, frame, lost) if len(areas) else pd.DataFrame(columns=["area"]),
        "evidence": evidence_of(areas, evidence) if len(areas) else pd.DataFrame(columns=["area"]),
        "releases": releases_of(areas, releases) if len(areas) else pd.DataFrame(columns=["area"]),
        "history": history_of(areas, hazards, earlier, releases, as_of),
    }
    around = _around(frame, hazards, laid)
    stems = stems_of(areas["hazard_id"])
    with whole_folder(folder, overwrite=overwrite) as part:
        for row, stem in enumerate(stems):
            doing(f"Drawing area {row + 1:,} of {len(stems):,}")
            own = {name: table[table["area"] == row] for name, table in told.items()}
            _write(part / stem, areas.iloc[[row]], own, around[around["row"] != rows[row]], setting)
        if pdf:
            print_pages([part / f"{stem}.html" for stem in stems])
        whole: dict[str, str] = {}
        if maps:
            given = {"releases": releases, "evidence": evidence, "as_of": as_of, "language": language}
            whole = _write_maps(part, hazards, frame, setting, given)
        kinds = {"HTML": "html", **({"PDF": "pdf"} if pdf else {}), "GPX": "gpx", "KML": "kml"}
        files = [{kind: f"{stem}.{ending}" for kind, ending in kinds.items()} for stem in stems]
        _save(part / "index.html", list_of([*zip(areas["hazard_id"], files, strict=True)], missing, setting, whole))
        write_manifest(part, about([areas]))
    return Path(folder)


def grid_of(name: str) -> pyproj.CRS:
    """A grid in metres, by its name.

    Parameters
    ----------
    name
        As PROJ knows it.
    """
    grid = crs_named(name)
    if not grid.is_projected or any(axis.unit_name != "metre" for axis in grid.axis_info[:2]):
        raise UsageError(f"{grid.name} is no grid in metres", hint=f"give one such as {argument('grid', 'EPSG:9141')}")
    return grid


# --- which areas -----------------------------------------------------------------------------------------------------


def _standing(hazards: gpd.GeoDataFrame | ReadResult) -> gpd.GeoDataFrame:
    """Areas that are not closed, in degrees, valid, with ids and areas."""
    given = accepted(hazards)
    require_columns(given, ["hazard_id"], purpose="to write dossiers")
    frame = in_degrees(given, "hazards", purpose="to write dossiers")
    if "status" in frame.columns:
        frame = frame[~frame["status"].isin(RELEASED_STATUSES)]
    frame = frame.reset_index(drop=True)
    rows = "row " + pd.Series(range(1, len(frame) + 1)).astype("str")
    shapes, _ = cut_at_antimeridian(frame.geometry.to_numpy())
    frame = frame.assign(hazard_id=texts(frame["hazard_id"]).astype("str").fillna(rows))
    frame = frame.set_geometry(gpd.GeoSeries(covering(shapes), index=frame.index, crs=CRS))
    computed = area_m2(frame)
    known = frame["area_m2"] if "area_m2" in frame.columns else computed
    return frame.assign(area_m2=known.fillna(computed))


def _wanted(
    frame: gpd.GeoDataFrame, hazards: gpd.GeoDataFrame | ReadResult, ids: Iterable[str] | None, t: Catalogue
) -> tuple[Positions, list[tuple[str, str]]]:
    """Rows of the areas to be drawn, and records that can't be, with the reason."""
    drawn = shapely.get_type_id(frame.geometry.to_numpy())
    can = ((drawn == 3) | (drawn == 6)) & ~frame.geometry.is_empty.to_numpy()
    lost = rejected_positions(hazards)
    missing = [(str(name), t("sheet.no_polygon")) for name in frame["hazard_id"][~can]]
    records = zip(lost["row"], lost["record_id"], retold(lost["reason"], t), strict=True)
    missing += [(f"{name} ({row})", reason) for row, name, reason in records]
    names = frame["hazard_id"].to_numpy(dtype=object)
    if ids is not None:
        wanted = [str(one) for one in ids]
        unknown = sorted(set(wanted) - set(names[can]))
        if unknown:
            listed = ", ".join(unknown[:10])
            raise UsageError(f"no open area with a polygon has the id {listed}", hint="look the ids up in the register")
        can &= np.isin(names, wanted)
    return np.flatnonzero(can), missing


def _setting(
    frame: gpd.GeoDataFrame,
    grid: pyproj.CRS,
    declination_deg: float | None,
    as_of: Day | None,
    unplaced: int,
    units: gpd.GeoDataFrame | None,
    t: Catalogue,
) -> Setting:
    day = as_day(as_of)
    return Setting(
        t=t,
        grid=grid,
        declination_deg=declination_deg,
        as_of="" if pd.isna(day) else t.day(day.date()),
        unplaced=unplaced,
        synthetic=any_synthetic(frame),
        sources=sources_line(t, frame, places=units),
        country=None if units is None else joined_coverage(units.to_crs(CRS).geometry.to_numpy()),
        made=t("sheet.made", date=t.day(datetime.now(UTC).date())),
    )


def _around(frame: gpd.GeoDataFrame, hazards: gpd.GeoDataFrame | ReadResult, grid: pyproj.CRS) -> gpd.GeoDataFrame:
    """All areas and rejected records in the grid, as maps name them."""
    lost = rejected_positions(hazards)
    label = pd.concat([frame["hazard_id"], lost["record_id"].astype("str")], ignore_index=True)
    kind = frame["hazard_type"] if "hazard_type" in frame.columns else pd.Series(None, index=frame.index, dtype="str")
    both = gpd.GeoDataFrame(
        {
            "label": label,
            "hazard_type": pd.concat([kind, pd.Series([None] * len(lost), dtype="str")], ignore_index=True),
            "rejected": [False] * len(frame) + [True] * len(lost),
            "row": [*range(len(frame)), *[-1] * len(lost)],
        },
        geometry=gpd.GeoSeries([*frame.geometry, *lost.geometry], crs=CRS),
    )
    there = both.geometry.notna() & ~both.geometry.is_empty
    return both[there].to_crs(grid).reset_index(drop=True)


def stems_of(ids: pd.Series) -> list[str]:
    """Names of files, each once also where capitals are no other letters.

    Parameters
    ----------
    ids
        Ids of areas.
    """
    taken = {"index", "about", "areas"}
    stems = []
    for name in ids:
        stem = _NO_NAME.sub("_", str(name)).strip("._")[:_LONGEST_NAME] or _ID_OF_MAPS
        found, number = stem, 2
        while found.casefold() in taken:
            found, number = f"{stem}_{number}", number + 1
        taken.add(found.casefold())
        stems.append(found)
    return stems


# --- one area --------------------------------------------------------------------------------------------------------


def _write(stem: Path, one: gpd.GeoDataFrame, told: dict[str, Any], around: gpd.GeoDataFrame, setting: Setting) -> None:
    record = one.iloc[0]
    corners = corners_of(record["geometry"], setting.grid, setting.declination_deg)
    shape = one.geometry.to_crs(setting.grid).iloc[0]
    reach = max(AROUND_M, 2.0 * max(shape.bounds[2] - shape.bounds[0], shape.bounds[3] - shape.bounds[1]))
    seen = around.iloc[around.sindex.query(shapely.box(*shapely.buffer(shape, reach).bounds))]
    lines = lines_in_grid(setting.context, shapely.buffer(shape, reach).bounds, setting.grid)
    drawn = area_map(
        shape, record.get("hazard_type"), corners[["east", "north"]].to_numpy(), corners["point"].tolist(), seen,
        setting.t, context=lines,
    )  # fmt: skip
    area = Area(
        record=record, corners=corners, picture=address_of(svg_of(drawn)), locator=_locator(record, setting), **told
    )
    # Names may have points of their own, so no ending is replaced.
    _save(stem.with_name(f"{stem.name}.html"), sheet_of(area, setting))
    notice = NOTICE if setting.synthetic else ""
    _save(stem.with_name(f"{stem.name}.gpx"), gpx_of(str(record["hazard_id"]), corners, notice))
    with warnings.catch_warnings():
        # What KML has no room for stands on the page.
        warnings.simplefilter("ignore", WritingWarning)
        write_gis(one, stem.with_name(f"{stem.name}.kml"))


def _write_maps(
    part: Path,
    hazards: gpd.GeoDataFrame | ReadResult,
    frame: gpd.GeoDataFrame,
    setting: Setting,
    given: dict[str, Any],
) -> dict[str, str]:
    """All that stands and what was rejected, as a GeoPackage with a project and as tiles; what the files are called."""
    doing(f"Writing maps of {len(frame):,} areas")
    t = setting.t
    all_of_it = replace(hazards, data=frame) if isinstance(hazards, ReadResult) else frame
    units = default_places(frame)
    write_gis(all_of_it, part / "areas.gpkg", crs=setting.grid.to_string(), places=units, qgis_project=True, **given)
    told = [t("notice.synthetic")] if setting.synthetic else []
    told += [t("head.as_of", date=setting.as_of)] if setting.as_of else []
    notes = ". ".join([*(line.rstrip(".") for line in told), t("notice.outside")])
    lost = rejected_positions(hazards)
    tiles = part / "areas.mbtiles"
    write_phone_tiles(frame, lost, tiles, name=t("head.title"), notes=notes, sources=setting.sources)
    return {"GeoPackage (QGIS)": "areas.gpkg", "MBTiles (QField)": tiles.name}


def _locator(record: pd.Series, setting: Setting) -> str:
    """Where in the country it lies, as an address; empty where no borders are known."""
    return "" if setting.country is None else address_of(svg_of(locator_map(setting.country, record["geometry"])))


def _save(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
