"""From tables to the map: the request is checked, what is shown is gathered, and the page is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyproj

from kosovo_hazards._errors import UsageError, missing_crs
from kosovo_hazards._wording import argument, doing
from kosovo_hazards.evidence import accuracy_margins
from kosovo_hazards.gazetteer import BoundarySource, level_words, reader_names
from kosovo_hazards.language import Catalogue, catalogue
from kosovo_hazards.maps import content, place_content, rank_content, shading
from kosovo_hazards.maps.context_content import context_content, relief_content
from kosovo_hazards.maps.grid import grid_content, grid_in_use
from kosovo_hazards.maps.point_content import point_content
from kosovo_hazards.maps.rejected_content import rejected_content, rejected_sentence, with_near
from kosovo_hazards.maps.states import Earlier, earlier_states, in_one_table, newest_day
from kosovo_hazards.pages import Validity, sources_line
from kosovo_hazards.priorities import Ranking
from kosovo_hazards.provenance import any_synthetic
from kosovo_hazards.reading import ReadResult, accepted, rejected_positions, sha256_of, with_rejected_ground
from kosovo_hazards.schema import CRS, HAZARDS, RELEASES, Table
from kosovo_hazards.sharing import MIN_AREAS, Detail, detail_of, public_places
from kosovo_hazards.surroundings import Context, Relief
from kosovo_hazards.validation import require_columns, require_table, with_shapes

if TYPE_CHECKING:
    import folium

    from kosovo_hazards.maps.page import HazardMap

__all__ = ["hazard_map"]

_STEPS = ("year", "month")


def hazard_map(
    hazards: gpd.GeoDataFrame | ReadResult,
    releases: gpd.GeoDataFrame | ReadResult | None = None,
    *,
    places: BoundarySource | bool | None = None,
    basemap: str | folium.TileLayer | None = None,
    language: str | Path = "en",
    title: str | None = None,
    as_of: str | date | None = None,
    sources: str | None = None,
    detail: str = "full",
    cell_km: int = 1,
    min_areas: int = MIN_AREAS,
    shade: str | None = None,
    shade_by: str = "municipality",
    scheme: str = "FisherJenks",
    classes: int = 5,
    time: str | None = "year",
    previous: Earlier = None,
    columns: Sequence[str] = (),
    locate: bool = False,
    grid: str | int | pyproj.CRS | None = None,
    margin: bool = False,
    expires: str | date | None = None,
    evidence: gpd.GeoDataFrame | ReadResult | None = None,
    accidents: gpd.GeoDataFrame | ReadResult | None = None,
    items: gpd.GeoDataFrame | ReadResult | None = None,
    context: Context = None,
    relief: Relief = None,
    ranking: Ranking | None = None,
) -> HazardMap:
    """Draw hazardous areas and released land on a map that opens anywhere, without a network.

    Parameters
    ----------
    hazards
        The hazards table, in any CRS, or the remaining land of `apply_releases`. Records without a polygon are counted
        and listed beside the map. Given what `read_hazards` gave, the map shows rejected records too: where it is known
        where they lie, by a sign at every zoom that says "position known, extent unknown"; all are counted and listed.
    releases
        The releases table, or what `read_releases` gave; drawn under the hazards, by product.
    places
        A places table, or a boundary file or table, for outlines and names. None takes the shipped municipalities of
        Kosovo where hazards lie among them; False draws none.
    basemap
        None makes no request at all. A name that folium knows (``"OpenStreetMap"``, ``"CartoDB positron"``) or a tile
        layer loads tiles from its host, which then sees what part of the map is looked at.
    language
        ``en``, ``sq``, ``sr``, or the path of a catalogue (JSON) of your own.
    title
        Title of the map; without it, one in the language.
    as_of
        Reference date of the register, ``YYYY-MM-DD``.
    sources
        What the map names as its sources; without it, the `source` column.
    detail
        ``full``, or ``public``: no outline, id, name or area, but cells of a kilometre grid that cover the hazards.
    cell_km
        Edge of those cells in whole kilometres, at least 1.
    min_areas
        On a public map, places with fewer areas are not distinguished from those without any.
    shade
        What places are shaded by: ``area`` (m² of hazards that are not closed), ``count``, ``remaining`` (m² not yet
        released) or ``progress`` (share released); the last two need what `apply_releases` gives.
    shade_by
        ``municipality``, ``district`` or ``region``: the column that says where a record counts.
    scheme
        How classes are made: a classifier of mapclassify, such as ``FisherJenks`` or ``Quantiles``.
    classes
        Number of classes.
    time
        Step of the slider that shows the register and the released land as of a date: ``year``, ``month``, or None. It
        appears when releases have dates.
    previous
        Earlier states of the register by day, ``{"2023-12-31": …}``: the slider then shows the register of the date it
        is moved to, not today's without what was recorded later.
    columns
        Further columns of the tables for the popups.
    locate
        Whether there is a button that shows the viewer's own position.
    grid
        Projected CRS whose easting and northing the page tells. Without it, that of the hazards table where it is a
        national grid; else that of Kosovo (EPSG:9141) on a map of Kosovo, and UTM anywhere else.
    margin
        Whether a thin band shows how far outside its outline each area may reach by the accuracy of its survey, as
        `accuracy_margins` tells it from `accuracy_m` and `survey_method`; the band is in no total.
    expires
        Last day on which the page holds, ``YYYY-MM-DD``; after it the page itself says that it is too old. A public
        page holds for a year if nothing is said.
    evidence, accidents, items
        Points as `read_evidence`, `read_accidents` and `read_items` give them, each drawn by a sign of its own, with
        counts in the legend and a switch; a public map shows none of them.
    context
        Lines for orientation, ``{"rivers": …, "roads": …}``, each a table or a file: drawn thinly under all that the
        map tells, simplified, and only near the first view.
    relief
        A GeoTIFF of heights: pale hills under all that the map tells, as a picture of at most 720 kB.
    ranking
        What `prioritise` gave for these areas: they are then filled by their rank, the darker the more urgent,
        confirmed areas plain and suspected ones hatched; the first ones bear its number, and popups tell rank, score
        and how stable the rank is.

    Returns
    -------
    A `folium.Map` in EPSG:3857: add markers, tile layers and plugins, then ``save``. What is added may need a network
    and is allowed by name in the page's Content-Security-Policy; nothing else is.

    Raises
    ------
    HazardDataError
        If a table has no CRS or lacks its id and type, or an option is unknown.

    Notes
    -----
    Symbols: GICHD Technical Note 07.11/01, *Land Release Symbology*. Coordinates are kept to 1e-7 degree (8 mm), or
    of registers with millions of turning points to 2.2 m, which the title then says; hazards only ever grow by that, as
    by what is simplified for a zoom level, and releases shrink.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> field = shapely.box(21.00, 42.60, 21.01, 42.61)
    >>> hazards = gpd.GeoDataFrame({"hazard_id": ["KS-1"], "hazard_type": ["CHA"]}, geometry=[field], crs="EPSG:4326")
    >>> page = hazard_map(hazards, as_of="2024-12-31").get_root().render()
    >>> "https://cdn" in page
    False
    """
    words = catalogue(language)
    public = detail_of(detail) is Detail.PUBLIC
    # A page that is passed on says of which file it was made; on others the line would take room from the map.
    validity = Validity.of(expires, sha256=sha256_of(hazards) if public else "", public=public)
    rejected, without = rejected_positions(hazards), rejected_positions(releases)
    hazards, releases = (
        accepted(hazards),
        None if releases is None else with_shapes(accepted(releases), purpose="to draw a map"),
    )
    given = {} if public else {"evidence": evidence, "accidents": accidents, "items": items}
    points = {name: accepted(table) for name, table in given.items() if table is not None}
    _refuse_unknown(time, columns, public=public, shade=shade)
    rank_content.refuse_beside(ranking, public=public, shade=shade)
    _require(hazards, ("hazard_id", "hazard_type"))
    if releases is not None:
        _require(releases, ("release_id", "product"))
    when = _day(as_of)
    units = reader_names.places_drawn(places, with_near(hazards.to_crs(CRS), rejected))
    home = reader_names.is_home(units, hazards.to_crs(CRS))
    if not home:
        # The North of another country is not called as Kosovo's.
        words = Catalogue(words.code, {key: text for key, text in words.texts.items() if not key.startswith("region.")})
    counted = hazards
    if public and shade is not None:
        # Numbers by place must not tell where in its cells an area lies.
        counted = public_places(hazards, units, cell_km=cell_km, min_areas=min_areas, levels=(shade_by,))
        words = Catalogue(words.code, {**words.texts, "shade.none": words("shade.few")})
    if margin and previous:
        raise UsageError(
            "a map draws how far areas may reach or earlier states, not both",
            hint=f"leave out {argument('margin')} or {argument('previous')}",
        )
    if ranking is not None:
        hazards = rank_content.with_ranks(hazards, ranking, catalogue(language, report=True))
        columns = [*columns, *rank_content.RANKED]
    wider = accuracy_margins(hazards) if margin and not public else None
    hazards = hazards if wider is None else hazards.assign(margin_m=wider["margin_m"])
    ground = with_rejected_ground(hazards, rejected) if public else hazards
    drawn = len(ground) + (0 if releases is None else len(releases))
    doing(f"Drawing {drawn:,} records on the map")
    layers = _layers(ground, releases, public=public, cell_km=cell_km, columns=columns)
    head = content.subtitle(layers[0], hazards, when, words)
    days: list[pd.Timestamp] = []
    if not public and time is not None:
        layers, days = _with_states(layers, previous, when, columns)
    refused = rejected_sentence(rejected, words, public=public, why=True)
    coarse = words("head.coarse") if content.is_coarse(layers[0]) else ""
    always = " · ".join(filter(None, (refused, coarse)))
    shown: dict[str, Any] = {
        "title": title or words("head.title"),
        "subtitle": " · ".join(filter(None, (head, always))),
        # What the title says at every date.
        "always": always,
        "rejected": rejected_content(rejected, without, words, public=public),
        "synthetic": any_synthetic(hazards, releases, *points.values()),
        "public": public,
        "sources": sources_line(words, hazards, releases, places=units, stated=sources, public=public),
        "validity": validity.said(words),
        "expiry": validity.content(words),
        "asOf": when.isoformat() if when else None,
        "hazards": content.layer_content(layers[0], None if wider is None else wider.geometry.to_numpy()),
        "releases": None if layers[1] is None else content.layer_content(layers[1]),
        "places": None if units is None else place_content.place_content(units, words.code),
        "levelWords": level_words(units),
        "placeNames": reader_names.place_names(units, words.code, home=home),
        "points": point_content(points),
        "symbols": content.symbol_content(),
        "shade": shading.shade_content(
            counted, units, shade, by=shade_by, scheme=scheme, classes=classes, few=min_areas if public else None
        ),
        "ranking": None if ranking is None else rank_content.rank_content(ranking),
        "time": None if public else content.time_steps(layers, time, days),
        "locate": locate,
    }
    view = content.bounds_of(
        [layers[0] if public else with_near(layers[0], rejected), layers[1], *points.values()], units
    )
    shown["context"] = context_content(context, view)
    shown["relief"] = relief_content(relief, view)
    in_use = grid if grid is not None else grid_in_use(hazards, home=home)
    shown["grid"] = None if in_use is None else grid_content(in_use, view)
    # folium takes a while to start, which only those who draw a map shall wait for.
    from kosovo_hazards.maps.page import HazardMap

    tiles = _tile_layer(basemap) if isinstance(basemap, str) else basemap
    return HazardMap(shown, words, view, basemap=tiles)


def _refuse_unknown(time: str | None, columns: Sequence[str], *, public: bool, shade: str | None) -> None:
    if time is not None and time not in _STEPS:
        raise UsageError(
            f"time is {time!r}", hint=f"pass {argument('time')} one of {', '.join(_STEPS)}, or None for no slider"
        )
    if shade is not None and shade not in shading.MEASURES:
        raise UsageError(f"shade is {shade!r}", hint=f"pass {argument('shade')} one of {', '.join(shading.MEASURES)}")
    if public and columns:
        raise UsageError(
            "a public map tells no further columns",
            hint=f"leave out {argument('columns')}, or pass {argument('detail', 'full')}",
        )


def _require(table: gpd.GeoDataFrame, names: Sequence[str]) -> None:
    require_columns(table, names, purpose="to draw a map")
    require_table(table, purpose="to draw a map", geometry=True)
    if table.crs is None:
        raise missing_crs("the table", "table")


def _day(as_of: str | date | None) -> date | None:
    try:
        return None if as_of is None else pd.Timestamp(as_of).date()
    except ValueError as error:
        raise UsageError(f"as_of is {as_of!r}, not a date", hint='write it as "2024-12-31"') from error


def _layers(
    hazards: gpd.GeoDataFrame,
    releases: gpd.GeoDataFrame | None,
    *,
    public: bool,
    cell_km: int,
    columns: Sequence[str],
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame | None]:
    def layer(table: gpd.GeoDataFrame, kind: Table) -> gpd.GeoDataFrame:
        return content.cells(table, cell_km=cell_km) if public else content.records(table, kind, columns=columns)

    return layer(hazards, HAZARDS), None if releases is None else layer(releases, RELEASES)


def _with_states(
    layers: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame | None],
    previous: Earlier,
    when: date | None,
    columns: Sequence[str],
) -> tuple[tuple[gpd.GeoDataFrame, gpd.GeoDataFrame | None], list[pd.Timestamp]]:
    """The layers with earlier states of the register, and the days on which the register is known."""
    stated = pd.NaT if when is None else pd.Timestamp(when)
    if not previous:
        return layers, [] if pd.isna(stated) else [stated]
    newest = newest_day(stated, *layers)
    earlier = earlier_states(previous, newest)
    shown = {day: content.records(table, HAZARDS, columns=columns) for day, table in earlier.items()}
    return (in_one_table(layers[0], shown, newest), layers[1]), [*earlier, newest]


def _tile_layer(name: str) -> folium.TileLayer:
    import folium

    try:
        return folium.TileLayer(name)
    except ValueError as error:
        raise UsageError(
            f"basemap {name!r}: {error}", hint="pass folium.TileLayer(url, attr=…) for tiles of your own"
        ) from error
