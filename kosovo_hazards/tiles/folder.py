"""The folder of a tiled map: the archive, its parts, and the page that draws them."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import jinja2
import pandas as pd
import shapely

from kosovo_hazards._wording import doing
from kosovo_hazards.gazetteer import BoundarySource, reader_names
from kosovo_hazards.language import Catalogue, catalogue
from kosovo_hazards.maps import leaflet_script, leaflet_style, rejected_sentence
from kosovo_hazards.pages import Validity, json_for_page, policy, sources_line
from kosovo_hazards.provenance import any_synthetic
from kosovo_hazards.reading import ReadResult, accepted, rejected_positions, sha256_of
from kosovo_hazards.schema import CRS, RELEASED_STATUSES, HazardType
from kosovo_hazards.tiles.archive import PART_BYTES, write_archive, write_parts
from kosovo_hazards.tiles.pyramid import FINEST, levels
from kosovo_hazards.tiles.records import bounds_of, records_of
from kosovo_hazards.validation import require_columns
from kosovo_hazards.writing import about, whole_folder, write_manifest

__all__ = ["write_tile_map"]

_ASSETS = Path(__file__).parent / "assets"
_ARCHIVE, _PARTS, _PAGE = "hazards.pmtiles", "parts", "index.html"
_COARSEST = 3
_MOST_PLACES = 500
_ROUGH_DEG = 0.001


def write_tile_map(
    hazards: gpd.GeoDataFrame | ReadResult,
    folder: str | os.PathLike[str],
    *,
    places: BoundarySource | bool | None = None,
    language: str | Path = "en",
    title: str | None = None,
    as_of: str | None = None,
    expires: str | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a map of any number of areas as vector tiles, with a page that opens from a folder or any web server.

    Parameters
    ----------
    hazards
        The hazards table, in any CRS, or what `read_hazards` gave: then rejected records are shown by a sign where they
        lie, at every zoom, and all are counted.
    folder
        Where to; the folder around it must be there.
    places, language, title
        As `kh.hazard_map` takes them.
    as_of
        Reference date of the register, ``YYYY-MM-DD``.
    expires
        Last day on which the page holds, ``YYYY-MM-DD``; after it the page itself says that it is too old.
    overwrite
        Whether a folder that was written so before is replaced.

    Returns
    -------
    The folder. ``index.html`` is the page; ``hazards.pmtiles`` holds the tiles (layers `cells`, `hazards` and
    `rejected`), which a static server hands on by ranges of bytes and which QGIS and other programs open too; ``parts``
    holds the same for a page that is opened from the folder, without a server.

    Raises
    ------
    HazardDataError
        If the folder is there already or can't be written, the table has no CRS or lacks `hazard_id` or
        `hazard_type`, or the extra ``tiles`` is missing.

    Notes
    -----
    Far out, where a tile would hold more than 12,000 areas, cells stand for them: every cell that the bounds of an area
    touch. Nearer, outlines are simplified for each zoom and rounded to its steps, and first moved outwards by more
    than that takes off: on screen by half a pixel, at the last zoom by some 5 m. No ground is lost at any zoom.

    Examples
    --------
    >>> import tempfile
    >>> import kosovo_hazards as kh
    >>> folder = kh.write_tile_map(kh.demo_data()[0], Path(tempfile.mkdtemp()) / "map")
    >>> sorted(path.name for path in folder.iterdir())
    ['about.json', 'hazards.pmtiles', 'index.html', 'parts']
    """
    words = catalogue(language)
    rejected, table = rejected_positions(hazards), accepted(hazards)
    require_columns(table, ("hazard_id", "hazard_type"), purpose="to draw a map")
    shown = records_of(table)
    validity = Validity.of(expires, sha256=sha256_of(hazards), public=False)
    bounds = bounds_of(shown, rejected)
    units = reader_names.places_drawn(places, shown)
    name = title or words("head.title")
    with whole_folder(folder, overwrite=overwrite) as part:
        doing(f"Writing tiles of {len(shown):,} areas")
        write_archive(levels(shown, rejected, coarsest=_COARSEST), part / _ARCHIVE, bounds=bounds, name=name)
        doing("Writing the page")
        count = write_parts(part / _ARCHIVE, part / _PARTS)
        data = {
            "archive": _ARCHIVE, "parts": _PARTS, "partBytes": PART_BYTES, "count": count,
            "size": (part / _ARCHIVE).stat().st_size, "bounds": bounds, "finest": FINEST, "coarsest": _COARSEST,
            "texts": words.of_page(), "expiry": validity.content(words), "places": _outlines(units, words),
        }  # fmt: skip
        page = _page(words, name, _subtitle(shown, rejected, as_of, words), table, units, validity, data)
        (part / _PAGE).write_text(page, encoding="utf-8", newline="\n")
        write_manifest(part, about([table]))
    return Path(folder)


def _subtitle(shown: gpd.GeoDataFrame, rejected: gpd.GeoDataFrame, as_of: str | None, words: Catalogue) -> str:
    standing = shown[~shown["status"].isin(RELEASED_STATUSES)] if "status" in shown.columns else shown
    kinds = standing["hazard_type"]
    counts = {
        "chas": words.number(int((kinds == HazardType.CHA.value).sum())),
        "shas": words.number(int((kinds == HazardType.SHA.value).sum())),
    }
    when = words("head.as_of", date=words.day(pd.Timestamp(as_of).date())) if as_of else words("head.as_of_unknown")
    undrawn = int((standing.geometry.isna() | standing.geometry.is_empty).sum())
    unknown = int(standing["area_m2"].isna().sum())
    parts = [when, words.counted("head.areas", len(standing), **counts), words.area(float(standing["area_m2"].sum()))]
    if unknown:
        parts.append(words("head.area_unknown", n=words.number(unknown)))
    if undrawn:
        parts.append(words("tiles.undrawn", n=words.number(undrawn)))
    return " · ".join(filter(None, [*parts, rejected_sentence(rejected, words, public=False, why=True)]))


def _outlines(units: gpd.GeoDataFrame | None, words: Catalogue) -> list[dict[str, Any]]:
    """Lines and names of places, drawn under the tiles: simplified, for nothing hangs on them."""
    if units is None or len(units) > _MOST_PLACES:
        return []
    degrees = units.to_crs(CRS)
    names = reader_names.place_names(units, words.code, home=reader_names.is_home(units, degrees))
    simple = degrees.geometry.simplify(_ROUGH_DEG)
    inside = shapely.get_coordinates(simple.representative_point().to_numpy()).round(4).tolist()
    lines = [
        [shapely.get_coordinates(ring)[:, ::-1].round(4).tolist() for ring in shapely.get_rings(shape)]
        for shape in simple
    ]
    return [
        {"name": names.get(name, name), "at": [latitude, longitude], "lines": rings}
        for name, (longitude, latitude), rings in zip(degrees["name"].astype(str), inside, lines, strict=True)
    ]


def _page(
    words: Catalogue,
    title: str,
    subtitle: str,
    table: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame | None,
    validity: Validity,
    data: dict[str, Any],
) -> str:
    page = _template().render(
        t=words, validity=validity.said(words), title=title, subtitle=subtitle, synthetic=any_synthetic(table),
        sources=sources_line(words, table, None, places=units, stated=None, public=False),
        leaflet_style=leaflet_style(), style=_asset("tiles.css"), leaflet=leaflet_script(), script=_asset("tiles.js"),
        data=json_for_page(data),
    )  # fmt: skip
    return page.replace("<!--policy-->", policy(page, beside=True), 1)


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_asset("tiles.html"))


@lru_cache(maxsize=4)
def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")
