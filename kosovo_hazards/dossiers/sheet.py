"""The page for one area: map, turning points, what lies round it, and fields to sign."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyproj
import shapely

from kosovo_hazards import pages
from kosovo_hazards.charts import address_of
from kosovo_hazards.dossiers.corners import perimeter_m
from kosovo_hazards.dossiers.nearby import AROUND_M
from kosovo_hazards.language import Catalogue, catalogue, languages
from kosovo_hazards.symbols import glyphs

if TYPE_CHECKING:
    import jinja2

__all__ = ["Area", "Setting", "geo_of", "grid_name", "list_of", "sheet_of", "sheet_style"]

_ASSETS = Path(__file__).parent / "assets"
# Less than this is rounding.
_LEAST_M2 = 0.5
_FIGURES = ("longitude", "latitude", "east", "north", "mgrs", "bearing", "magnetic", "distance")


@dataclass(frozen=True)
class Setting:
    """What all sheets share.

    Attributes
    ----------
    t
        The words.
    grid
        The grid of eastings and northings.
    declination_deg
        As it was given, None where it was not.
    as_of
        Day of the register, empty where it is not known.
    unplaced
        How many records of the register lie nobody knows where, and may lie beside any area.
    synthetic
        Whether the records are made up.
    sources, made
        Where they come from, and when the sheet was made.
    country
        Ground of all places in degrees; None where it is not known.
    context
        Rivers and roads in degrees.
    """

    t: Catalogue
    grid: pyproj.CRS
    declination_deg: float | None
    as_of: str
    unplaced: int
    synthetic: bool
    sources: str
    made: str
    country: shapely.Geometry | None = None
    context: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Area:
    """What is told of an area.

    Attributes
    ----------
    record
        Its record.
    corners
        What `corners_of` gave.
    neighbours, evidence, releases
        What lies round it.
    history
        What earlier exports hold of it.
    picture, locator
        Its map, and where in the country it lies, as addresses; no locator where no borders are known.
    """

    record: pd.Series
    corners: pd.DataFrame
    neighbours: pd.DataFrame
    evidence: pd.DataFrame
    releases: pd.DataFrame
    history: pd.DataFrame
    picture: str
    locator: str = ""


def sheet_of(area: Area, setting: Setting) -> str:
    """Write the page.

    Parameters
    ----------
    area
        The area.
    setting
        What all share.

    Returns
    -------
    HTML that loads nothing and runs nothing.
    """
    t = setting.t
    geo = geo_of(area.corners)
    given = setting.declination_deg
    return _page(
        "sheet.html",
        setting,
        title=t("sheet.title", id=area.record["hazard_id"]),
        facts=_facts(area, setting),
        glyph=_glyph(area.record),
        picture=area.picture,
        locator=area.locator,
        grid=grid_name(setting.grid),
        declination=t("sheet.no_declination") if given is None else t("sheet.declination", degrees=t.number(given, 1)),
        headings=[t("sheet.point"), *(_heading(name, t) for name in _shown(setting))],
        rows=_rows(area.corners, setting),
        holes=_holes(area.corners, t),
        lists=[_neighbours(area, setting), _evidence(area, t), _releases(area, t), _history(area, t)],
        geo=geo,
        qr=_code(geo),
        sign=_sign(),
    )


def list_of(
    sheets: Sequence[tuple[str, Mapping[str, str]]],
    missing: Sequence[tuple[str, str]],
    setting: Setting,
    whole: Mapping[str, str],
) -> str:
    """Write the page that lists all sheets, and the records of which none could be made.

    Parameters
    ----------
    sheets
        Id of each, and its files by what they are called.
    missing
        Id and reason.
    setting
        What all share.
    whole
        Files of all areas by what they are called.
    """
    return _page("list.html", setting, sheets=sheets, missing=missing, whole=whole)


def geo_of(corners: pd.DataFrame) -> str:
    """The first turning point as an address that phones open in their map (RFC 5870).

    Parameters
    ----------
    corners
        What `corners_of` gave.
    """
    first = corners.iloc[0]
    return f"geo:{first['latitude']:.7f},{first['longitude']:.7f}"


def _page(name: str, setting: Setting, **values: Any) -> str:
    same = {"synthetic": setting.synthetic, "sources": setting.sources, "made": setting.made}
    text = _template(name).render(t=setting.t, style=sheet_style(), **same, **values)
    return text.replace("<!--policy-->", pages.policy(text), 1)


@lru_cache(maxsize=2)
def _template(name: str) -> jinja2.Template:
    import jinja2

    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["with_units"] = pages.with_units
    return environment.from_string((_ASSETS / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def sheet_style() -> str:
    """Style sheet of the pages."""
    return (_ASSETS / "sheet.css").read_text(encoding="utf-8") + pages.UNIT_STYLE


def _code(text: str) -> str:
    """A text as a QR code, an address of a picture."""
    import segno

    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=4, border=2))


# --- facts -----------------------------------------------------------------------------------------------------------


def _facts(area: Area, setting: Setting) -> list[tuple[str, str]]:
    t, record = setting.t, area.record
    place = ", ".join(str(record[name]) for name in ("municipality", "district") if pd.notna(record.get(name)))
    facts = [
        (t("column.kind"), _word(t, "hazard_type", record)),
        (t("column.status"), _word(t, "status", record)),
        (t("column.contamination"), _word(t, "contamination", record)),
        (t("column.priority"), _word(t, "priority", record)),
        (t("sheet.place"), place or t("unknown")),
        (t("sheet.operator"), _text(t, record.get("operator"))),
        (t("sheet.established"), _day(t, record.get("established"))),
        (t("sheet.as_of"), setting.as_of or t("unknown")),
        (t("sheet.area"), _m2(t, record.get("area_m2"))),
        (t("sheet.reported"), _m2(t, record.get("reported_area_m2"))),
        (t("sheet.perimeter"), f"{t.number(perimeter_m(area.corners))} m"),
        (t("sheet.start"), str(area.corners["mgrs"].iloc[0])),
    ]
    return [(name, value) for name, value in facts if value]


def _glyph(record: pd.Series) -> str:
    """The sign that maps have for the contamination, as an address; empty where it is not known."""
    own = glyphs().get(str(record.get("contamination")))
    return "" if own is None else address_of(own.svg().encode())


def _word(t: Catalogue, column: str, record: pd.Series) -> str:
    value = record.get(column)
    return t("unknown") if pd.isna(value) else t.texts.get(f"{column}.{value}", str(value))


def _text(t: Catalogue, value: Any) -> str:
    return t("unknown") if pd.isna(value) else str(value)


def _day(t: Catalogue, value: Any) -> str:
    return t("unknown") if pd.isna(value) else t.day(pd.Timestamp(value).date())


def _m2(t: Catalogue, value: Any) -> str:
    return t("unknown") if pd.isna(value) else f"{t.number(float(value))} m²"


def grid_name(grid: pyproj.CRS) -> str:
    """Name of a grid, with its code.

    Parameters
    ----------
    grid
        The grid.
    """
    code = grid.to_epsg()
    return f"{grid.name} (EPSG:{code})" if code else grid.name


# --- turning points --------------------------------------------------------------------------------------------------


def _shown(setting: Setting) -> list[str]:
    return [name for name in _FIGURES if name != "magnetic" or setting.declination_deg is not None]


def _heading(name: str, t: Catalogue) -> str:
    return "MGRS" if name == "mgrs" else t(f"sheet.{name}")


def _rows(corners: pd.DataFrame, setting: Setting) -> list[list[str]]:
    t = setting.t
    # Degrees of seven decimals are a centimetre.
    columns = {
        "longitude": [f"{value:.7f}°" for value in corners["longitude"]],
        "latitude": [f"{value:.7f}°" for value in corners["latitude"]],
        "east": t.numbers(corners["east"], 2),
        "north": t.numbers(corners["north"], 2),
        "mgrs": corners["mgrs"].tolist(),
        "bearing": [f"{text}°" for text in t.numbers(corners["bearing_deg"], 1)],
        "magnetic": [f"{text}°" for text in t.numbers(corners["magnetic_deg"].fillna(0), 1)],
        "distance": t.numbers(corners["distance_m"], 1),
    }
    return [list(row) for row in zip(corners["point"], *(columns[name] for name in _shown(setting)), strict=True)]


def _holes(corners: pd.DataFrame, t: Catalogue) -> str:
    """Which points go round holes; empty where none do."""
    names = [
        f"{ring['point'].iloc[0]} – {ring['point'].iloc[-1]}" for _, ring in corners[corners["hole"]].groupby("ring")
    ]
    return t("sheet.holes", points=", ".join(names)) if names else ""


# --- lists -----------------------------------------------------------------------------------------------------------


def _away(t: Catalogue, name: str, distance_m: float, key: str) -> str:
    """A name with its distance, rounded down."""
    if distance_m == 0:
        return t(key, id=name)
    if distance_m < 1:
        return t("near.touching", id=name)
    return t("near.away", id=name, m=t.number(math.floor(distance_m)))


def _neighbours(area: Area, setting: Setting) -> tuple[str, list[str]]:
    t = setting.t
    items = [
        _away(t, t("near.rejected", id=name) if rejected else str(name), distance, "sheet.overlaps")
        for name, rejected, distance in area.neighbours[["hazard_id", "rejected", "distance_m"]].itertuples(index=False)
    ]
    heading = t("sheet.neighbours" if items else "sheet.no_neighbours", m=t.number(AROUND_M))
    return t("near.unplaced", verdict=heading, n=t.number(setting.unplaced)) if setting.unplaced else heading, items


def _evidence(area: Area, t: Catalogue) -> tuple[str, list[str]]:
    items = []
    for name, kind, date, distance in area.evidence[["evidence_id", "kind", "date", "distance_m"]].itertuples(
        index=False
    ):
        told = [_away(t, str(name), distance, "near.inside")]
        told += [] if pd.isna(kind) else [t.texts.get(f"kind.{kind}", str(kind))]
        told += [] if pd.isna(date) else [_day(t, date)]
        items.append(", ".join(told))
    return t("sheet.evidence" if items else "sheet.no_evidence", m=t.number(AROUND_M)), items


def _releases(area: Area, t: Catalogue) -> tuple[str, list[str]]:
    items = []
    for release in area.releases.to_dict("records"):
        m2 = release.get("reported_area_m2") if pd.isna(release.get("area_m2")) else release.get("area_m2")
        product = release.get("product")
        told = [str(release["release_id"])]
        told += [] if pd.isna(product) else [t.texts.get(f"product.{product}.short", str(product))]
        told += [] if pd.isna(release.get("completed")) else [_day(t, release["completed"])]
        told += [] if pd.isna(release.get("status")) else [t.texts.get(f"status.{release['status']}", "")]
        items.append(", ".join([*filter(None, told), _m2(t, m2)]))
    return t("sheet.releases" if items else "sheet.no_releases"), items


def _history(area: Area, t: Catalogue) -> tuple[str, list[str]]:
    record = area.record
    told: list[tuple[pd.Timestamp, str]] = []
    for name, value in record.items():
        # Further days that the register keeps count too.
        if isinstance(value, pd.Timestamp | dt.date) and not pd.isna(value):
            key = "sheet.recorded" if name == "established" else "sheet.dated"
            told.append((pd.Timestamp(value), t(key, column=name, date=_day(t, value))))
    for day, states in area.history.groupby("day", sort=True):
        said = t.day(pd.Timestamp(day).date())
        told += [(pd.Timestamp(day), text) for text in _states(t, said, states, record["hazard_id"])]
    items = [text for _, text in sorted(told, key=lambda one: one[0])]
    return t("sheet.history" if items else "sheet.no_history"), items


def _states(t: Catalogue, day: str, states: pd.DataFrame, own: Any) -> list[str]:
    """What an earlier export says of an area, and what changed since."""
    known = states[states["hazard_id"].notna()].to_dict("records")
    if not known:
        return [t("sheet.not_recorded", date=day)]
    items = []
    for state in known:
        other = [] if state["hazard_id"] == own else [str(state["hazard_id"])]
        words = [_short(t, name, state[name]) for name in ("hazard_type", "status") if not pd.isna(state[name])]
        items.append(f"{day} – {', '.join([*other, *words, _m2(t, state['area_m2'])])}")
    gained, lost, released = (float(known[0][name]) for name in ("gained_m2", "lost_m2", "released_m2"))
    told = [t("sheet.more", m2=t.number(gained))] if gained >= _LEAST_M2 else []
    told += [t("sheet.less", m2=t.number(lost), released=t.number(released))] if lost >= _LEAST_M2 else []
    items[-1] += "; " + (t("sheet.since", what=", ".join(told)) if told else t("sheet.same"))
    return items


def _short(t: Catalogue, column: str, value: Any) -> str:
    return t.texts.get(f"{column}.{value}.short", t.texts.get(f"{column}.{value}", str(value)))


def _sign() -> dict[str, Any]:
    """Fields to sign, in every language that ships: who signs may read another than who printed."""
    words = [catalogue(code, report=True) for code in sorted(languages(), key=lambda code: code != "en")]

    def each(key: str) -> str:
        return " / ".join(dict.fromkeys(t(key) for t in words))

    return {
        "title": each("sheet.sign"),
        "headings": [each(f"sheet.{name}") for name in ("name", "day", "signature")],
        "roles": [each(f"sheet.{name}") for name in ("leader", "quality", "owner")],
    }
