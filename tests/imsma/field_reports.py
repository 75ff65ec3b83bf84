"""Field reports as maXML, in several of the layouts that programmes have.

What frames a report (``MineActionFieldReport``, ``FieldReport``, ``DocumentHeader``, ``FieldReportInfo``, ``Hazard``,
``HazardReduction``, ``GeospatialInfo``) is as GICHD's IMSMA wiki has it ("MineActionFieldReport", "DocumentHeader
Element", "FieldReportInfo Artifact", "IMSMA and maXML"). Names within a report differ between programmes; those here
are the columns of IMSMA NG's tables (GICHD's *geocheck*) in the case of XML.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import geopandas as gpd
import pandas as pd
import shapely

TYPES = {"CHA": "Confirmed Hazardous Area", "SHA": "Suspected Hazardous Area"}
METHODS = {"cancelled": "Non-technical survey", "reduced": "Technical survey", "cleared": "Clearance"}
HEADER = """<DocumentHeader><DocumentName>export</DocumentName><SchemaVersion>5.0</SchemaVersion>
<FileCreationInfo><FileCreationDateTime>2024-12-31T08:00:00</FileCreationDateTime></FileCreationInfo>
<DocumentCoordinateReferenceSystem><CoordinateSystem>Geographic</CoordinateSystem><Datum>WGS 84</Datum>
</DocumentCoordinateReferenceSystem></DocumentHeader>"""
INFO = """<FieldReportInfo><FieldReportName>Hazard report</FieldReportName><ReportingOrg>NPA</ReportingOrg>
</FieldReportInfo>"""


def element(name: str, value: object) -> str:
    return "" if value is None or pd.isna(value) else f"<{name}>{escape(str(value))}</{name}>"


def point(number: object, x: object, y: object, *more: str) -> str:
    inner = element("PointNo", number) + element("Latitude", y) + element("Longitude", x) + "".join(more)
    return f"<GeoPoint>{inner}</GeoPoint>"


def spatial(points: Iterable[str], *, kind: str | None = "Polygon", prop: str | None = None, shape: str = "") -> str:
    said = element("ShapeID", shape or None) + element("ShapeEnum", kind) + element("PolygonProperty", prop)
    return f"<GeospatialInfo>{said}{''.join(points)}</GeospatialInfo>"


def ring(corners: Sequence[tuple[float, float]], **more: str | None) -> str:
    return spatial([point(at, repr(float(x)), repr(float(y))) for at, (x, y) in enumerate(corners, 1)], **more)


def drawn(shape: shapely.Geometry | None) -> str:
    parts = [] if shape is None else shapely.get_parts(shape)
    texts = [ring(part.exterior.coords[:-1]) for part in parts]
    return "".join(texts + [ring(hole.coords[:-1], prop="Hole") for part in parts for hole in part.interiors])


def report(kind: str, inner: str) -> str:
    return f"<FieldReport>{INFO}<{kind}>{inner}</{kind}></FieldReport>"


def save(path: Path, reports: Iterable[str], header: str = HEADER) -> Path:
    body = "\n".join(reports)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<MineActionFieldReport>{header}{body}</MineActionFieldReport>'
    path.write_text(text, encoding="utf-8")
    return path


def of_register(hazards: gpd.GeoDataFrame, releases: gpd.GeoDataFrame, path: Path) -> Path:
    texts = []
    for row in hazards.itertuples():
        values = (
            ("LocalID", row.hazard_id), ("AreaType", TYPES[row.hazard_type]), ("Status", row.status),
            ("Priority", row.priority), ("Contamination", row.contamination), ("HazardName", row.name),
            ("AreaSize", row.reported_area_m2), ("DateEstablished", f"{row.established:%Y-%m-%d}"),
            ("Synthetic", "true"),
        )  # fmt: skip
        texts.append(report("Hazard", "".join(element(*pair) for pair in values) + drawn(row.geometry)))
    for row in releases.itertuples():
        values = (
            ("LocalID", row.release_id), ("HazreducType", METHODS[row.product]), ("AreaSize", row.reported_area_m2),
            ("EndDate", f"{row.completed:%Y-%m-%d}"), ("Synthetic", "true"),
        )  # fmt: skip
        inner = "".join(element(*pair) for pair in values)
        if not pd.isna(row.hazard_id):
            inner += f"<Hazard>{element('LocalID', row.hazard_id)}</Hazard>"
        counts = (
            ("Submunition", row.submunitions), ("Anti-personnel mine", row.ap_mines),
            ("Anti-vehicle mine", row.av_mines), ("UXO", row.other_uxo),
        )  # fmt: skip
        for category, count in counts:
            if not pd.isna(count):
                inner += f"<Device>{element('Category', category)}{element('Quantity', int(count))}</Device>"
        texts.append(report("HazardReduction", inner + drawn(row.geometry)))
    return save(path, texts)
