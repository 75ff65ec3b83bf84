"""A folder of completion reports: a page to sign for each area, the list of all, and the register after them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import doing
from kosovo_hazards.cells import texts
from kosovo_hazards.charts import address_of, area_map, svg_of
from kosovo_hazards.dossiers import corners_of, grid_name, grid_of, stems_of
from kosovo_hazards.gazetteer import is_home
from kosovo_hazards.geometry import usable
from kosovo_hazards.handover.completing import REQUIRED_DEPTH_CM, Completion, completion
from kosovo_hazards.handover.page import Finished, Shared, list_page, page_of
from kosovo_hazards.land_release import Day, as_day
from kosovo_hazards.language import Catalogue, catalogue, retold
from kosovo_hazards.pages import browsers, print_pages, sources_line
from kosovo_hazards.provenance import any_synthetic
from kosovo_hazards.reading import ReadResult, accepted, rejected_positions
from kosovo_hazards.schema import CRS, Direction
from kosovo_hazards.writing import about, save_csv, whole_folder, write_gis, write_manifest

__all__ = ["write_completion_reports"]

_NO_CORNERS = pd.DataFrame(columns=["east", "north", "point", "mgrs", "distance_m"])


def write_completion_reports(
    hazards: gpd.GeoDataFrame | ReadResult,
    releases: pd.DataFrame | ReadResult,
    folder: str | os.PathLike[str],
    *,
    ids: Iterable[str] | None = None,
    as_of: Day | None = None,
    register_date: Day | None = None,
    required_depth_cm: float = REQUIRED_DEPTH_CM,
    samples: pd.DataFrame | None = None,
    items: gpd.GeoDataFrame | ReadResult | None = None,
    handed_over: Mapping[str, str | date] | None = None,
    residual_note: str | None = None,
    grid: str = "EPSG:9141",
    pdf: bool = False,
    language: str | Path = "en",
    overwrite: bool = False,
) -> Path:
    """Write the completion report of each finished area, a page of A4 to sign, and the register after it.

    Parameters
    ----------
    hazards, releases
        As for `completion`.
    folder
        Where to; the folder around it must be there.
    ids
        Areas that are wanted; by default the finished ones. The page of an area that is not finished says so.
    as_of, register_date, required_depth_cm, samples, items, handed_over
        As for `completion`.
    residual_note
        What is said of the risk that remains; by default that of Kosovo's strategy there, a general one elsewhere.
    grid
        CRS of the grid on the map in metres.
    pdf
        Whether each page comes as PDF too, which Chromium, Chrome or Edge prints.
    language
        ``"en"``, ``"sq"``, ``"sr"``, or the path of a catalogue of your own. Fields to sign are in all three.
    overwrite
        Whether a folder that was written so before is replaced.

    Returns
    -------
    The folder: ``index.html`` lists every area with its new status and what lacks, and the rejected records; a page
    named after its id for each area; ``completion.csv`` the figures; ``register.gpkg`` the register after it.

    Raises
    ------
    HazardDataError
        As `completion` does; also if an id is unknown, the grid is none in metres, the folder is there, or no browser
        is there for PDF.

    Examples
    --------
    >>> import tempfile, geopandas as gpd, shapely, kosovo_hazards as kh
    >>> field = shapely.box(21.00, 42.60, 21.01, 42.61)
    >>> hazards = gpd.GeoDataFrame({"hazard_id": ["KS-1"], "hazard_type": ["CHA"]}, geometry=[field], crs="EPSG:4326")
    >>> work = {"release_id": ["R"], "product": ["cleared"], "completed": ["2024-06-30"]}
    >>> releases = gpd.GeoDataFrame(work, geometry=[field], crs="EPSG:4326")
    >>> folder = kh.write_completion_reports(hazards, releases, Path(tempfile.mkdtemp()) / "handover")
    >>> sorted(path.name for path in folder.iterdir())
    ['KS-1.html', 'about.json', 'completion.csv', 'index.html', 'register.gpkg']
    """
    laid, t = grid_of(grid), catalogue(language, report=True)
    if pdf:
        browsers()  # None there is told before the work, not after it.
    found = completion(
        hazards, releases, as_of=as_of, register_date=register_date, required_depth_cm=required_depth_cm,
        samples=samples, items=items, handed_over=handed_over,
    )  # fmt: skip
    chosen = _chosen(found, ids)
    shared = _shared(found, hazards, releases, laid, as_of, residual_note, t)
    lost = rejected_positions(hazards)
    stems = dict(zip(chosen["hazard_id"], stems_of(chosen["hazard_id"]), strict=True))
    around = _around(found, lost, laid)
    work = _drawn(accepted(releases), laid)
    with whole_folder(folder, overwrite=overwrite) as part:
        for number, (name, stem) in enumerate(stems.items(), start=1):
            doing(f"Drawing area {number:,} of {len(stems):,}")
            one = chosen[chosen["hazard_id"] == name]
            _save(part / f"{stem}.html", page_of(_finished(one, found, around, work, laid, t), shared))
        if pdf:
            print_pages([part / f"{stem}.html" for stem in stems.values()])
        _save(part / "index.html", list_page(found, stems, _rejected(hazards, releases, items, t), shared))
        save_csv(pd.DataFrame(found.areas.drop(columns="geometry")), part / "completion.csv")
        write_gis(found.register, part / "register.gpkg")
        write_manifest(part, about([found.register]))
    return Path(folder)


def _rejected(
    hazards: gpd.GeoDataFrame | ReadResult,
    releases: pd.DataFrame | ReadResult,
    items: gpd.GeoDataFrame | ReadResult | None,
    t: Catalogue,
) -> dict[str, list[str]]:
    """Rejected records of each table with their reasons, by the heading that they stand under."""
    given = {
        "completion.rejected": hazards,
        "completion.releases_rejected": releases,
        "completion.items_rejected": items,
    }
    told = {}
    for heading, table in given.items():
        lost = rejected_positions(table)
        reasons = retold(lost["reason"].astype("str"), t)
        told[heading] = [
            f"{name} ({row}): {reason or t('unknown')}"
            for name, row, reason in zip(lost["record_id"], lost["row"], reasons, strict=True)
        ]
    return {heading: lines for heading, lines in told.items() if lines}


def _chosen(found: Completion, ids: Iterable[str] | None) -> gpd.GeoDataFrame:
    areas = found.areas
    if ids is None:
        return areas[areas["finished"]]
    wanted = [str(one) for one in ids]
    unknown = sorted(set(wanted) - set(areas["hazard_id"]))
    if unknown:
        raise UsageError(f"no area has the id {', '.join(unknown[:10])}", hint="look the ids up in the register")
    return areas[areas["hazard_id"].isin(wanted)]


def _shared(
    found: Completion,
    hazards: gpd.GeoDataFrame | ReadResult,
    releases: pd.DataFrame | ReadResult,
    grid: pyproj.CRS,
    as_of: Day | None,
    residual_note: str | None,
    t: Catalogue,
) -> Shared:
    day, given = as_day(as_of), accepted(hazards)
    home = is_home(None, found.areas.to_crs(CRS))
    return Shared(
        t=t,
        grid=grid_name(grid),
        as_of="" if pd.isna(day) else t.day(day.date()),
        required_depth_cm=found.required_depth_cm,
        residual=residual_note or t("completion.residual_home" if home else "completion.residual_elsewhere"),
        synthetic=any_synthetic(given, accepted(releases)),
        sources=sources_line(t, given, accepted(releases), places=None),
        made=t("sheet.made", date=t.day(datetime.now(UTC).date())),
    )


def _around(found: Completion, lost: gpd.GeoDataFrame, grid: pyproj.CRS) -> gpd.GeoDataFrame:
    """What other areas have left, and rejected records, in the grid, as maps name them."""
    left = found.register[~found.areas["finished"].to_numpy()].to_crs(CRS)
    kind = left["hazard_type"] if "hazard_type" in left.columns else pd.Series(None, index=left.index, dtype="str")
    both = gpd.GeoDataFrame(
        {
            "label": [*texts(left["hazard_id"]), *lost["record_id"].astype("str")],
            "hazard_type": [*kind, *[None] * len(lost)],
            "rejected": [False] * len(left) + [True] * len(lost),
        },
        geometry=gpd.GeoSeries([*left.geometry, *lost.geometry], crs=CRS),
    )
    return both[both.geometry.notna() & ~both.geometry.is_empty].to_crs(grid).reset_index(drop=True)


def _drawn(releases: pd.DataFrame, grid: pyproj.CRS) -> gpd.GeoDataFrame:
    """Ground that is surely released, in the grid."""
    if getattr(releases, "active_geometry_name", None) is None:
        return gpd.GeoDataFrame({"release_id": [], "product": []}, geometry=[], crs=grid)
    shapes = usable(releases.geometry.to_numpy(), Direction.INWARD)
    table = gpd.GeoDataFrame(
        {"release_id": releases["release_id"].astype("str").to_numpy(), "product": releases["product"].to_numpy()},
        geometry=shapes, crs=releases.crs,
    )  # fmt: skip
    return table[table.geometry.notna() & ~table.geometry.is_empty].to_crs(grid)


def _finished(
    one: gpd.GeoDataFrame,
    found: Completion,
    around: gpd.GeoDataFrame,
    work: gpd.GeoDataFrame,
    grid: pyproj.CRS,
    t: Catalogue,
) -> Finished:
    area = one.iloc[0]
    name = area["hazard_id"]
    releases = found.releases[found.releases["hazard_id"] == name]
    items = found.items[found.items["hazard_id"] == name]
    shape = area["geometry"]
    if shape is None or shapely.get_type_id(shape) not in (3, 6) or shapely.is_empty(shape):
        return Finished(area, releases, items, _NO_CORNERS, _blank())
    corners = corners_of(one.geometry.to_crs(CRS).iloc[0], grid, None)
    in_grid = one.geometry.to_crs(grid).iloc[0]
    others = around[around["label"] != name]
    seen = others.iloc[others.sindex.query(shapely.box(*in_grid.buffer(_reach_m(in_grid)).bounds))]
    own_left = found.register[(found.areas["hazard_id"] == name).to_numpy()]
    left = None if area["finished"] else own_left.geometry.to_crs(grid).iloc[0]
    own = work[work["release_id"].isin(releases["release_id"])]
    drawn = area_map(
        in_grid, area.get("hazard_type"), corners[["east", "north"]].to_numpy(), corners["point"].tolist(), seen, t,
        released=own, remaining=left,
    )  # fmt: skip
    return Finished(area, releases, items, corners, address_of(svg_of(drawn)))


def _reach_m(shape: Any) -> float:
    west, south, east, north = shape.bounds
    return float(np.maximum(200.0, 2.0 * max(east - west, north - south)))


def _blank() -> str:
    """A picture of nothing, where nobody knows where the area lies."""
    return "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 1'/%3E"


def _save(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
