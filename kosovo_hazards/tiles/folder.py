"""The folder of a tiled map: the archive, its parts, and the page that draws them."""

from __future__ import annotations

import os
from dataclasses import dataclass
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
from kosovo_hazards.schema import CRS
from kosovo_hazards.tiles.archive import PART_BYTES, write_archive, write_parts
from kosovo_hazards.tiles.pyramid import FINEST, Drawn, Ground, levels
from kosovo_hazards.tiles.records import Told, bounds_of, records_of, told_of
from kosovo_hazards.validation import require_columns
from kosovo_hazards.writing import about, whole_folder, write_manifest

__all__ = ["Content", "write_folder", "write_tile_map"]

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
        `hazard_type`.

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
    rejected, table = rejected_positions(hazards), accepted(hazards)
    require_columns(table, ("hazard_id", "hazard_type"), purpose="to draw a map")
    shown = records_of(table)
    content = Content(
        ground=Drawn.of(shown), told=told_of(table, shown), rejected=rejected, places=places, language=language,
        title=title, as_of=as_of, expires=expires, sha256=sha256_of(hazards),
    )  # fmt: skip
    return write_folder(content, folder, overwrite=overwrite)


@dataclass(frozen=True)
class Content:
    """What a map of tiles shows: its areas, what is told of them, and what `write_tile_map` takes."""

    ground: Ground
    told: Told
    rejected: gpd.GeoDataFrame
    places: BoundarySource | bool | None
    language: str | Path
    title: str | None
    as_of: str | None
    expires: str | None
    sha256: str = ""


def write_folder(content: Content, folder: str | os.PathLike[str], *, overwrite: bool) -> Path:
    """Write the folder of a map of tiles.

    Parameters
    ----------
    content
        What it shows.
    folder, overwrite
        As `write_tile_map` takes them.

    Raises
    ------
    HazardDataError
        As from `write_tile_map`.
    """
    words, told, rejected = catalogue(content.language), content.told, content.rejected
    validity = Validity.of(content.expires, sha256=content.sha256, public=False)
    bounds = bounds_of(told.reach, rejected)
    units = reader_names.places_drawn(content.places, told.reach)
    name = content.title or words("head.title")
    with whole_folder(folder, overwrite=overwrite) as part:
        doing(f"Writing tiles of {told.records:,} areas")
        shown = levels(content.ground, rejected, coarsest=_COARSEST)
        write_archive(shown, part / _ARCHIVE, bounds=bounds, name=name)
        doing("Writing the page")
        count = write_parts(part / _ARCHIVE, part / _PARTS)
        data = {
            "archive": _ARCHIVE, "parts": _PARTS, "partBytes": PART_BYTES, "count": count,
            "size": (part / _ARCHIVE).stat().st_size, "bounds": bounds, "finest": FINEST, "coarsest": _COARSEST,
            "texts": words.of_page(), "expiry": validity.content(words), "places": _outlines(units, words),
        }  # fmt: skip
        page = _template().render(
            t=words, validity=validity.said(words), title=name, subtitle=_subtitle(content, words),
            synthetic=any_synthetic(told.origins), leaflet_style=leaflet_style(), style=_asset("tiles.css"),
            sources=sources_line(words, told.origins, None, places=units, stated=None, public=False),
            leaflet=leaflet_script(), script=_asset("tiles.js"), data=json_for_page(data),
        )  # fmt: skip
        page = page.replace("<!--policy-->", policy(page, beside=True), 1)
        (part / _PAGE).write_text(page, encoding="utf-8", newline="\n")
        write_manifest(part, {**about([told.origins]), "records": told.records})
    return Path(folder)


def _subtitle(content: Content, words: Catalogue) -> str:
    told, as_of = content.told, content.as_of
    counts = {"chas": words.number(told.chas), "shas": words.number(told.shas)}
    when = words("head.as_of", date=words.day(pd.Timestamp(as_of).date())) if as_of else words("head.as_of_unknown")
    parts = [when, words.counted("head.areas", told.areas, **counts), words.area(told.area_m2)]
    if told.unknown:
        parts.append(words("head.area_unknown", n=words.number(told.unknown)))
    if told.undrawn:
        parts.append(words("tiles.undrawn", n=words.number(told.undrawn)))
    return " · ".join(filter(None, [*parts, rejected_sentence(content.rejected, words, public=False, why=True)]))


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


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_asset("tiles.html"))


@lru_cache(maxsize=4)
def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")
