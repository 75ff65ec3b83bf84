"""Leaflet from its PyPI package, to stand inside a page."""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from pathlib import Path

__all__ = ["leaflet_icons", "leaflet_script", "leaflet_style"]


def _leaflet(*parts: str) -> Path:
    from xstatic.pkg import leaflet

    return Path(leaflet.BASE_DIR, *parts)


@lru_cache(maxsize=1)
def leaflet_script() -> str:
    """Leaflet's script without the address of its source map."""
    text = _leaflet("leaflet.js").read_text(encoding="utf-8")
    return re.sub(r"//# sourceMappingURL=\S+\s*$", "", text)


@lru_cache(maxsize=1)
def leaflet_style() -> str:
    """Leaflet's style sheet with its pictures inside."""
    text = _leaflet("leaflet.css").read_text(encoding="utf-8")
    return re.sub(r"url\(\"?images/([\w.-]+)\"?\)", lambda match: f"url({_picture(match[1])})", text)


@lru_cache(maxsize=1)
def leaflet_icons() -> dict[str, str]:
    """Leaflet's own marker as data, so that `folium.Marker` needs no file."""
    files = {"iconUrl": "marker-icon", "iconRetinaUrl": "marker-icon-2x", "shadowUrl": "marker-shadow"}
    return {option: _picture(f"{name}.png") for option, name in files.items()}


def _picture(name: str) -> str:
    data = base64.b64encode(_leaflet("images", name).read_bytes()).decode("ascii")
    return f"data:image/png;base64,{data}"
