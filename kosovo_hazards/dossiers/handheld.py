"""An area as GPX, for handheld receivers: its turning points and the way round it."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape as escaped

import pandas as pd

__all__ = ["gpx_of"]

# XML has no way to write these.
_NO_TEXT = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def gpx_of(name: str, corners: pd.DataFrame, notice: str) -> str:
    """Write GPX 1.1: a waypoint for each turning point, a closed track for each ring.

    Parameters
    ----------
    name
        Id of the area.
    corners
        What `corners_of` gave.
    notice
        What everyone should know of the data.

    Examples
    --------
    >>> table = pd.DataFrame({"point": ["TP1"], "ring": [0], "longitude": [21.0], "latitude": [42.0]})
    >>> '<wpt lat="42.000000000" lon="21.000000000"><name>A&amp;B TP1</name></wpt>' in gpx_of("A&B", table, "")
    True
    """
    title = escape(name)
    waypoints = [
        f"  <wpt {_at(lon, lat)}><name>{title} {escape(point)}</name></wpt>"
        for point, lon, lat in corners[["point", "longitude", "latitude"]].itertuples(index=False)
    ]
    segments = []
    for _, ring in corners.groupby("ring", sort=True):
        closed = pd.concat([ring, ring.head(1)])
        points = [f"<trkpt {_at(lon, lat)}/>" for lon, lat in closed[["longitude", "latitude"]].itertuples(index=False)]
        segments.append("    <trkseg>" + "".join(points) + "</trkseg>")
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gpx version="1.1" creator="kosovo_hazards" xmlns="http://www.topografix.com/GPX/1/1">',
        f"  <metadata><name>{title}</name><desc>{escape(notice)}</desc></metadata>",
        *waypoints,
        f"  <trk><name>{title}</name>",
        *segments,
        "  </trk>",
        "</gpx>",
    ]
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """Text as XML can hold it."""
    return escaped(_NO_TEXT.sub("", text))


def _at(lon: float, lat: float) -> str:
    return f'lat="{lat:.9f}" lon="{lon:.9f}"'
