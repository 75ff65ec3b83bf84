"""The map of what changed: the register as it is, its outlines as they were, and the changed ground by cause."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from kosovo_hazards.deciding import Cause, Comparison
from kosovo_hazards.gazetteer import BoundarySource
from kosovo_hazards.geometry import covering
from kosovo_hazards.language import Catalogue, catalogue
from kosovo_hazards.maps import hazard_map
from kosovo_hazards.reading import ReadResult, accepted
from kosovo_hazards.schema import CRS, RELEASED_STATUSES

if TYPE_CHECKING:
    import folium

__all__ = ["changes_map"]

# Colours that the colour-blind tell apart (Okabe and Ito 2008), none of them a hazard's.
_COLOURS = {
    Cause.NEW: "#0072b2",
    Cause.OUTWARD: "#56b4e9",
    Cause.RELEASED: "#009e73",
    Cause.UNRELEASED: "#000000",
    Cause.INWARD: "#cc79a7",
}
_BEFORE = "#505050"
# Small enough to leave the ground of a phone's map to be seen.
_STYLE = """<style>
.leaflet-control-layers-expanded { padding: 4px 8px; font-size: 12px; line-height: 1.35; opacity: 0.93 }
.leaflet-control-layers-overlays label { display: block; margin: 0 }
@media (max-width: 640px) { .leaflet-control-layers-expanded { font-size: 11px } }
</style>"""


def changes_map(
    found: Comparison,
    before: gpd.GeoDataFrame | ReadResult,
    after: gpd.GeoDataFrame | ReadResult,
    *,
    places: BoundarySource | bool | None = None,
    language: str | Path = "en",
    title: str | None = None,
) -> folium.Map:
    """Draw what changed: the register after, the outlines before, and the changed ground by cause, each to be hidden.

    Parameters
    ----------
    found
        What `kh.compare` said of the two.
    before, after
        The registers compared.
    places, language
        As `kh.hazard_map` takes them.
    title
        Title of the map; by default how the total changed.

    Returns
    -------
    A map to save with ``.save("changes.html")``. Ground too small to be seen has a ring round it at every zoom.

    Raises
    ------
    HazardDataError
        As `kh.hazard_map` does.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> before, (after, releases) = kh.demo_data("2023-12-31")[0], kh.demo_data("2024-12-31")
    >>> drawn = changes_map(kh.compare(before, after, releases), before, after)
    >>> "Removed with a release" in drawn.get_root().render()
    True
    """
    import folium

    t = catalogue(language)
    drawn = hazard_map(after, places=places, language=language, title=_title(found, t) if title is None else title)
    layers = [_layer(_name(found, cause, t), _COLOURS[cause], _of(found, cause), t) for cause in _COLOURS]
    layers.append(_outlines(t("changes.before"), accepted(before)))
    for layer in layers:
        if layer is not None:
            layer.add_to(drawn)
    folium.LayerControl(collapsed=False, position="bottomright").add_to(drawn)
    page: Any = drawn.get_root()
    page.header.add_child(folium.Element(_STYLE))
    return drawn


def _title(found: Comparison, t: Catalogue) -> str:
    figures = (f"{t.number(m2 / 1e6, 2)} km²" for m2 in (found.before_m2, found.after_m2))
    return t("changes.title", **dict(zip(("before", "after"), figures, strict=True)))


def _name(found: Comparison, cause: Cause, t: Catalogue) -> str:
    said = t(f"changes.{cause.name.lower()}") if found.owners is None else _of_owners(found)[cause]
    m2 = found.ground.loc[found.ground["cause"] == _of_owners(found)[cause], "area_m2"].sum()
    return f"{said}: {t.number(m2 / 1e6, 2)} km²"


def _of_owners(found: Comparison) -> dict[Cause, str]:
    """What the comparison calls each cause."""
    return dict(zip(Cause, found.causes.index, strict=True))


def _of(found: Comparison, cause: Cause) -> gpd.GeoDataFrame:
    ground = found.ground[found.ground["cause"] == _of_owners(found)[cause]]
    return ground[~ground.geometry.is_empty]


def _layer(name: str, colour: str, ground: gpd.GeoDataFrame, t: Catalogue) -> Any:
    """A group with the ground of one cause and rings round it; None where there is none."""
    import folium

    if ground.empty:
        return None
    sign = f'<span style="color:{colour}">■</span> '
    group = folium.FeatureGroup(name=sign + html.escape(name))
    ids = ground["before_id"].where(ground["before_id"].notna(), ground["after_id"])
    said = [
        html.escape(f"{one}: {t.number(m2)} m²")
        for one, m2 in zip(ids.fillna(t("unknown")), ground["area_m2"], strict=True)
    ]
    shapes = gpd.GeoDataFrame({"said": said}, geometry=ground.geometry.to_numpy(), crs=CRS)
    style = {"color": colour, "weight": 2, "fillColor": colour, "fillOpacity": 0.55}
    tooltip = folium.GeoJsonTooltip(["said"], labels=False)
    folium.GeoJson(shapes, style_function=lambda _: style, tooltip=tooltip).add_to(group)
    places = shapely.get_coordinates(shapely.point_on_surface(ground.geometry.to_numpy()))
    for (longitude, latitude), text in zip(places, said, strict=True):
        folium.CircleMarker((latitude, longitude), radius=9, color=colour, weight=3, fill=False, tooltip=text).add_to(
            group
        )
    return group


def _outlines(name: str, before: gpd.GeoDataFrame) -> Any:
    import folium

    closed = before["status"].isin(RELEASED_STATUSES) if "status" in before.columns else pd.Series(False, before.index)
    shapes = before.geometry[~closed & before.geometry.notna()]
    if shapes.empty:
        return None
    group = folium.FeatureGroup(name=f'<span style="color:{_BEFORE}">┄</span> {html.escape(name)}')
    edges = gpd.GeoSeries(covering((shapes if shapes.crs is None else shapes.to_crs(CRS)).to_numpy()), crs=CRS)
    style = {"color": _BEFORE, "weight": 1.5, "dashArray": "5 4", "fill": False}
    folium.GeoJson(gpd.GeoDataFrame(geometry=edges.boundary), style_function=lambda _: style).add_to(group)
    return group
