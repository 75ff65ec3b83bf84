"""True curves in GML, GeoParquet and well-known bytes: lines round the ground of hazards, within that of releases.

Layouts: WKB of ISO 13249-3 as GDAL and PostGIS write it (CircularString, CompoundCurve, CurvePolygon, MultiSurface,
with heights and measures); GML 3.2 (OGC 07-036) segments Arc, Circle, ArcString and CircleByCenterPoint.
"""

from __future__ import annotations

import json
import sqlite3
import struct
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import kosovo_hazards as kh
from kosovo_hazards.reading.field_tools.curved_bytes import are_curved, curved_geometry
from kosovo_hazards.reading.formats.outlines import NoPositions, shapes_of

pytestmark = pytest.mark.filterwarnings("ignore")

X, Y, R = 500_000.0, 4_712_000.0, 500.0
WEST, NORTH, EAST, SOUTH = (X - R, Y), (X, Y + R), (X + R, Y), (X, Y - R)
ANGLES = np.linspace(0, 2 * np.pi, 20_001)
CIRCLE = shapely.Polygon(np.stack([X + R * np.cos(ANGLES), Y + R * np.sin(ANGLES)], axis=1))
HALF = shapely.Polygon(np.stack([X + R * np.cos(ANGLES[:10_001]), Y + R * np.sin(ANGLES[:10_001])], axis=1))


def line(kind: int, places: list[tuple[float, ...]], order: str = "<") -> bytes:
    numbers = [number for place in places for number in place]
    width = len(places[0])
    code = kind + {2: 0, 3: 1000, 4: 3000}[width]
    return struct.pack(f"{order}BII{len(numbers)}d", order == "<", code, len(places), *numbers)


def holding(kind: int, *parts: bytes) -> bytes:
    return struct.pack("<BII", 1, kind, len(parts)) + b"".join(parts)


WHOLE = [WEST, NORTH, EAST, SOUTH, WEST]
HOLE = [(X - 100, Y), (X, Y + 100), (X + 100, Y), (X, Y - 100), (X - 100, Y)]
RING_OF_HOLE = shapely.Polygon(np.stack([X + 100 * np.cos(ANGLES), Y + 100 * np.sin(ANGLES)], axis=1))
CASES = {
    "arcs": (holding(10, line(8, WHOLE)), CIRCLE),
    "against the clock": (holding(10, line(8, WHOLE[::-1])), CIRCLE),
    "greater bytes first": (holding(10, line(8, WHOLE, ">")), CIRCLE),
    "heights": (holding(1010, line(8, [(*place, 5.0) for place in WHOLE])), CIRCLE),
    "heights and measures": (holding(3010, line(8, [(*place, 5.0, 1.0) for place in WHOLE])), CIRCLE),
    "whole circle by two places": (holding(10, line(8, [WEST, EAST, WEST])), CIRCLE),
    "hole": (holding(10, line(8, WHOLE), line(8, HOLE)), CIRCLE.difference(RING_OF_HOLE)),
    "compound": (holding(10, holding(9, line(8, [EAST, NORTH, WEST]), line(2, [WEST, EAST]))), HALF),
    "surfaces": (
        holding(
            12, holding(10, line(8, WHOLE)), holding(3, line(2, [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0)])[5:])
        ),
        shapely.union_all([CIRCLE, shapely.Polygon([(0, 0), (0, 1), (1, 1)])]),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_curves_are_drawn_round_and_within_their_ground(case: str) -> None:
    cell, true = CASES[case]
    assert are_curved(np.array([cell, None, b"", shapely.to_wkb(true)], dtype=object)).tolist() == [True, *[False] * 3]
    outer, inner = shapes_of([curved_geometry(cell, outward=outward)[0] for outward in (True, False)])[0]
    assert outer.is_valid
    assert inner.is_valid
    assert true.difference(outer.buffer(1e-4)).is_empty
    assert inner.difference(true.buffer(1e-4)).is_empty
    assert outer.difference(true.buffer(0.1)).is_empty
    assert true.buffer(-0.1).difference(inner.buffer(1e-9)).is_empty


def test_curves_in_collections_are_found_and_straight_ones_left_alone() -> None:
    inner = holding(7, holding(7, CASES["arcs"][0]), shapely.to_wkb(shapely.Point(0, 0)))
    straight = shapely.to_wkb(shapely.from_wkt("GEOMETRYCOLLECTION (POLYGON ((0 0, 1 0, 1 1, 0 0)), POINT (8 9))"))
    assert are_curved(np.array([inner, straight], dtype=object)).tolist() == [True, False]
    (drawn,) = shapes_of([curved_geometry(inner, outward=True)[0]])[0]
    assert CIRCLE.difference(drawn.buffer(1e-4)).is_empty


def test_a_collection_with_a_circle_keeps_its_ground_in_a_geopackage(tmp_path: Path) -> None:
    """GDAL would give it with chords, which lie within the circle."""
    square = shapely.box(X + 2_000, Y, X + 2_100, Y + 100)
    table = gpd.GeoDataFrame({"hazard_id": ["A"], "hazard_type": "CHA"}, geometry=[square], crs=32634)
    table.to_file(tmp_path / "a.gpkg", layer="areas", SPATIAL_INDEX="NO")
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        (blob,) = database.execute("SELECT geom FROM areas").fetchone()
        head = blob[: 8 + (0, 32, 48, 48, 64)[blob[3] >> 1 & 7]]
        both = holding(7, CASES["arcs"][0], shapely.to_wkb(square))
        database.execute("UPDATE areas SET geom = ?", (head + both,))
        database.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRY'")
    database.close()
    result = kh.read_hazards(tmp_path / "a.gpkg")
    drawn = gpd.GeoSeries(result.data.geometry, crs="EPSG:4326").to_crs(32634).item()
    assert CIRCLE.difference(drawn.buffer(1e-4)).is_empty
    assert square.difference(drawn.buffer(1e-4)).is_empty


@given(st.sampled_from(sorted(CASES)), st.data())
def test_damaged_bytes_are_no_positions_and_nothing_else(case: str, data: st.DataObject) -> None:
    cell = bytearray(CASES[case][0])
    for _ in range(data.draw(st.integers(1, 3))):
        cell[data.draw(st.integers(0, len(cell) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(cell[: data.draw(st.integers(0, len(cell)))])
    for outward in (True, False):
        try:
            drawn, _ = curved_geometry(cut, outward=outward)
        except NoPositions:
            continue
        assert all(np.isfinite(ring).all() for rings in drawn.polygons for ring in rings)


def test_straight_polygons_kept_as_a_kind_for_curves_are_not_said_to_have_any(tmp_path: Path) -> None:
    square = shapely.box(X, Y, X + 100, Y + 100)
    result = kh.read_hazards(as_parquet(tmp_path / "a.parquet", holding(12, shapely.to_wkb(square))))
    assert result.data["hazard_id"].tolist() == ["A", "B"]
    assert result.repairs.empty
    assert not any("curve" in note for note in result.notes)
    back = result.data.to_crs(32634).geometry.iloc[0]
    assert back.symmetric_difference(square).area < 1e-3


def as_parquet(path: Path, cell: bytes) -> Path:
    utm = json.loads(pyproj.CRS(32634).to_json())
    said = {"encoding": "WKB", "geometry_types": [], "crs": utm}
    about = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": said}}
    plain = shapely.to_wkb(shapely.box(X + 2_000, Y, X + 2_100, Y + 100))
    table = pa.table({"hazard_id": ["A", "B", "C"], "hazard_type": ["CHA"] * 3, "geometry": [cell, plain, cell[:40]]})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(about)}), path)
    return path


def test_curves_in_geoparquet_take_no_other_record_with_them(tmp_path: Path) -> None:
    result = kh.read_hazards(as_parquet(tmp_path / "a.parquet", CASES["hole"][0]))
    assert result.data["hazard_id"].tolist() == ["A", "B"]
    assert result.repairs["record_id"].tolist() == ["A"]
    assert "has curves that can't be drawn" in result.rejected["reason"].item()
    assert kh.area_m2(result.data)[0] > np.pi * (R**2 - 100**2) / 0.9996**2


def as_gml(path: Path, segments: str, system: str = "urn:ogc:def:crs:EPSG::32634") -> Path:
    path.write_text(
        "<ogr:FeatureCollection xmlns:ogr='http://ogr.maptools.org/' xmlns:gml='http://www.opengis.net/gml/3.2' "
        "gml:id='c'><ogr:featureMember><ogr:area gml:id='a.0'><ogr:hazard_id>A</ogr:hazard_id>"
        "<ogr:hazard_type>CHA</ogr:hazard_type><ogr:product>cleared</ogr:product><ogr:geometryProperty>"
        f"<gml:Surface srsName='{system}'><gml:patches><gml:PolygonPatch><gml:exterior><gml:Ring><gml:curveMember>"
        f"<gml:Curve><gml:segments>{segments}</gml:segments></gml:Curve></gml:curveMember></gml:Ring></gml:exterior>"
        "</gml:PolygonPatch></gml:patches></gml:Surface></ogr:geometryProperty></ogr:area></ogr:featureMember>"
        "</ogr:FeatureCollection>",
        encoding="utf-8",
    )
    return path


def said(*places: tuple[float, float]) -> str:
    return f"<gml:posList>{' '.join(f'{x} {y}' for x, y in places)}</gml:posList>"


STRAIGHT = f"<gml:LineStringSegment>{said(WEST, EAST)}</gml:LineStringSegment>"
RADIUS = f"<gml:radius uom='m'>{R}</gml:radius>"
GML = {
    "Arc": (
        f"<gml:Arc>{said(EAST, NORTH, WEST)}</gml:Arc>{STRAIGHT}",
        HALF,
    ),
    "Circle": (f"<gml:Circle>{said(WEST, NORTH, EAST)}</gml:Circle>", CIRCLE),
    "ArcString": (f"<gml:ArcString>{said(*WHOLE)}</gml:ArcString>", CIRCLE),
    "CircleByCenterPoint": (
        f"<gml:CircleByCenterPoint numArc='1'><gml:pos>{X} {Y}</gml:pos>{RADIUS}</gml:CircleByCenterPoint>",
        CIRCLE,
    ),
}


@pytest.mark.parametrize("kind", GML)
def test_arcs_of_gml_are_drawn_round_hazards_and_within_releases(kind: str, tmp_path: Path) -> None:
    segments, true = GML[kind]
    file = as_gml(tmp_path / "a.gml", segments)
    hazard, release = kh.read_hazards(file), kh.read_releases(file)
    outer, inner = (gpd.GeoSeries(one.data.geometry, crs="EPSG:4326").to_crs(32634).item() for one in (hazard, release))
    assert true.difference(outer.buffer(1e-4)).is_empty
    assert inner.difference(true.buffer(1e-4)).is_empty
    assert outer.difference(true.buffer(0.11)).is_empty
    assert hazard.repairs["what"].tolist() == ["curves drawn with straight lines at most 0.1 m beside them"]


def test_a_circle_by_its_centre_in_degrees_is_rejected_in_words(tmp_path: Path) -> None:
    circle = GML["CircleByCenterPoint"][0].replace(f"{X} {Y}", "42.5 21")
    arc = (
        "<gml:Arc><gml:posList>42.5 21 42.6 21.05 42.5 21.1</gml:posList></gml:Arc>"
        "<gml:LineStringSegment><gml:posList>42.5 21.1 42.5 21</gml:posList></gml:LineStringSegment>"
    )
    file = as_gml(tmp_path / "a.gml", circle, "urn:ogc:def:crs:EPSG::4326")
    text = file.read_text(encoding="utf-8")
    start, end = text.index("<gml:Surface"), text.index("</gml:Surface>") + len("</gml:Surface>")
    one = text[start:end]
    both = "".join(f"<gml:surfaceMember>{part}</gml:surfaceMember>" for part in (one, one.replace(circle, arc)))
    for drawn in (one, f"<gml:MultiSurface srsName='urn:ogc:def:crs:EPSG::4326'>{both}</gml:MultiSurface>"):
        file.write_text(text[:start] + drawn + text[end:], encoding="utf-8")
        result = kh.read_hazards(file)
        assert "has a circle given by its centre in degrees" in result.rejected["reason"].item()
