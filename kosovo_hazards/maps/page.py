"""The page: a folium map in one file, with all it needs inside and a policy that lets nothing else in."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, cast

import folium
import jinja2
from branca.element import CssLink, Element, Figure, JavascriptLink
from folium.template import Template

from kosovo_hazards.land_release import ReleaseTotals
from kosovo_hazards.language import Catalogue
from kosovo_hazards.maps.leaflet import leaflet_icons, leaflet_script, leaflet_style
from kosovo_hazards.pages import UNIT_STYLE, image_hosts, json_for_page, policy, with_units
from kosovo_hazards.writing import whole_file

__all__ = ["HazardMap"]

_ASSETS = Path(__file__).parent / "assets"

# What folium links on every map and only some of its elements use: a word in their scripts tells which.
_NEEDS = (
    (r"\$\(|jQuery", ("jquery",), ()),
    (r"AwesomeMarkers", ("jquery", "bootstrap", "awesome_markers"),
     ("bootstrap_css", "glyphicons_css", "awesome_markers_font_css", "awesome_markers_css", "awesome_rotate_css")),
)  # fmt: skip


class _Text(Element):
    """Text as it is: an ordinary element takes its text for a template and would run what stands in a title."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: Any) -> str:
        return self.text


class HazardFigure(Figure):
    """A page in its language whose policy is worked out last, when all that is on it is known.

    Parameters
    ----------
    title
        Title of the page.
    language
        Language code.
    """

    _template = Template(
        "<!DOCTYPE html>\n"
        '<html lang="{{ this.language|e }}">\n<head>\n<meta charset="utf-8">\n<!--policy-->\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        "<title>{{ this.title|e }}</title>\n{{ this.header.render(**kwargs) }}\n</head>\n"
        "<body>\n{{ this.html.render(**kwargs) }}\n<script>\n{{ this.script.render(**kwargs) }}\n</script>\n"
        "</body>\n</html>\n"
    )

    def __init__(self, title: str, language: str) -> None:
        super().__init__(title=title, ratio="70%")
        self.language = language
        self.header.add_child(_Text(""), name="meta_http")

    def render(self, **kwargs: Any) -> str:
        """Give the whole page."""
        # Browsers read all line ends as \n; the hashes must be of what they read.
        page = super().render(**kwargs).replace("\r\n", "\n").replace("\r", "\n")
        elements = [element for child in self._children.values() for element in _walk(child)]
        plain = {name for child in self._children.values() for name in _plain_parts(child)} | {"meta_http"}
        added = bool({*self.header._children, *self.html._children, *self.script._children} - plain)
        return page.replace("<!--policy-->", policy(page, hosts=image_hosts(elements), added=added), 1)


class HazardMap(folium.Map):
    """A map of hazardous areas; everything that can be added to a `folium.Map` can be added to it.

    Parameters
    ----------
    content
        What the page shows, ready for JSON.
    texts
        The words of its language.
    bounds
        South-west and north-east corner of the first view, (latitude, longitude).
    basemap
        A tile layer under everything, or None.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium declares it so
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    own_parts = ("leaflet_inside",)
    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = kosovoHazards.start({{ this.get_name()|tojson }}, {"
        "center: {{ this.location|tojson }}, crs: L.CRS.{{ this.crs }}, ...{{ this.options|tojavascript }} });\n"
        "{% for thing in this.objects_to_stay_in_front %}"
        '{{ this.get_name() }}.on("overlayadd", function () { {{ thing.get_name() }}.bringToFront(); });\n'
        "{% endfor %}{% endmacro %}"
    )

    def __init__(
        self,
        content: Mapping[str, Any],
        texts: Catalogue,
        bounds: list[list[float]],
        *,
        basemap: folium.TileLayer | None = None,
    ) -> None:
        # Tiles are drawn for whole zoom levels; without them the view may fit more closely.
        snap = {"zoom_snap": 1} if basemap is not None else {"zoom_snap": 0.05}
        super().__init__(tiles=basemap, zoom_control=False, max_zoom=20, min_zoom=3, attribution_control=False, **snap)
        self.content = dict(content)
        self.texts = texts
        self.first_view = bounds
        HazardFigure(str(content["title"]), texts.code).add_child(self)

    def say_totals(self, totals: ReleaseTotals) -> None:
        """Say in title and legend what the register holds, what releases take off it and what remains.

        Parameters
        ----------
        totals
            As `totals_of` gives them.
        """
        self.content["subtitle"] = " · ".join(filter(None, (self.content["subtitle"], totals.said(self.texts))))
        self.content["totals"] = {"rows": totals.rows(self.texts), "note": totals.notes(self.texts)}

    def frame(self) -> str:
        """Markup of the page's body."""
        data = {**self.content, "bounds": self.first_view, "texts": self.texts.of_page(), "icons": leaflet_icons()}
        return _frame().render(name=self.get_name(), content=self.content, t=self.texts, data=json_for_page(data))

    def save(
        self,
        outfile: str | bytes | os.PathLike[str] | BinaryIO,
        close_file: bool = True,
        *,
        overwrite: bool = False,
        **kwargs: Any,
    ) -> None:
        """Save the page, whole or not at all.

        Parameters
        ----------
        outfile
            Where to, or a binary file that is open.
        close_file
            Whether a file that was open is closed.
        overwrite
            Whether a file that is there already is replaced.
        **kwargs
            As folium takes them.

        Raises
        ------
        NotWrittenError
            If the file is there already, its folder is not, or the system can't write it.

        Examples
        --------
        >>> import tempfile, kosovo_hazards as kh
        >>> path = Path(tempfile.mkdtemp()) / "map.html"
        >>> kh.hazard_map(kh.demo_data()[0], places=False).save(path)
        >>> kh.hazard_map(kh.demo_data()[0], places=False).save(path, overwrite=True)
        """
        page = str(self.get_root().render(**kwargs)).encode("utf-8", "replace")
        if isinstance(outfile, str | bytes | os.PathLike):
            with whole_file(os.fsdecode(outfile), overwrite=overwrite) as part:
                part.write_bytes(page)
            return
        outfile.write(page)
        if close_file:
            outfile.close()

    # Like every folium map it writes into its page and gives nothing back.
    def render(self, **kwargs: Any) -> None:  # type: ignore[override]
        """Put the map, Leaflet and what else it needs into its page."""
        page = cast("Figure", self.get_root())
        inside = (
            f"<style>{leaflet_style()}\n{style()}</style>\n<script>{leaflet_script()}</script>\n"
            f"<script>L_NO_TOUCH = {json.dumps(self.global_switches.no_touch)}; "
            f"L_DISABLE_3D = {json.dumps(self.global_switches.disable_3d)};</script>\n<script>{script()}</script>"
        )
        page.header.add_child(_Text(inside), name="leaflet_inside")
        page.html.add_child(_Text(self.frame()), name=self.get_name())
        super().render(**kwargs)  # type: ignore[no-untyped-call]
        self._link_what_is_needed(page)

    def _link_what_is_needed(self, page: Figure) -> None:
        """Link the libraries that added elements call, as folium does, before the plugins that build on them."""
        others = [part for name, part in page.script._children.items() if name != self.get_name()]
        called = "\n".join(part.render() for part in others)
        for pattern, scripts, styles in reversed(_NEEDS):
            if re.search(pattern, called):
                for links, kind, names in (
                    (folium.Map.default_js, JavascriptLink, scripts),
                    (folium.Map.default_css, CssLink, styles),
                ):
                    for name, url in reversed([link for link in links if link[0] in names]):
                        after_leaflet = list(page.header._children).index("leaflet_inside") + 1
                        page.header.add_child(kind(url), name=name, index=after_leaflet)


def _walk(element: Element) -> Iterator[Element]:
    yield element
    for child in element._children.values():
        yield from _walk(child)


def _plain_parts(element: Element) -> Iterator[str]:
    """Names of what a map and its tile layers put into a page; anything else there was added by the user."""
    if isinstance(element, HazardMap):
        yield from (element.get_name(), *element.own_parts)
        for child in element._children.values():
            yield from _plain_parts(child)
    elif isinstance(element, folium.TileLayer):
        yield from (part.get_name() for part in _walk(element))


@lru_cache(maxsize=1)
def _frame() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["with_units"] = with_units
    return environment.from_string((_ASSETS / "frame.html").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def style() -> str:
    """Style sheet of the page."""
    return (_ASSETS / "page.css").read_text(encoding="utf-8") + UNIT_STYLE


@lru_cache(maxsize=1)
def script() -> str:
    """The page's program: one file, built from the modules of ``js/src`` and not to be edited by hand."""
    return (_ASSETS / "map.js").read_text(encoding="utf-8")
