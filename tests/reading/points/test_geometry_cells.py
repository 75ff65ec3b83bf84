"""Geometry in cells, in every form: one that can't be read costs its record, with the cause."""

from __future__ import annotations

import struct
from pathlib import Path

import pandas as pd
import pytest
import shapely

from kosovo_hazards import HazardDataError
from kosovo_hazards.reading.registers import read_hazards
from kosovo_hazards.reading.result import ReadResult

FIELD = shapely.box(20.9, 42.6, 20.91, 42.61)
CIRCLE = "CURVEPOLYGON (CIRCULARSTRING (20.9 42.6, 20.91 42.61, 20.92 42.6, 20.91 42.59, 20.9 42.6))"
# The same as WKB: a curve polygon (10) of one circular string (8).
CIRCLE_WKB = (
    struct.pack("<BII", 1, 10, 1)
    + struct.pack("<BII", 1, 8, 5)
    + struct.pack("<10d", 20.9, 42.6, 20.91, 42.61, 20.92, 42.6, 20.91, 42.59, 20.9, 42.6)
)


def read(*cells: object, crs: str | None = "EPSG:4326", **columns: object) -> ReadResult:
    ids = [chr(ord("A") + i) for i in range(len(cells))]
    table = pd.DataFrame({"hazard_id": ids, "hazard_type": "CHA", "wkt": pd.Series(cells, dtype=object), **columns})
    return read_hazards(table, crs=crs)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("n/a", "has no polygon"),
        ("-", "has no polygon"),
        (None, "has no polygon"),
        ("see the map", "'see the map' is neither WKT nor WKB nor GeoJSON"),
        ("POLYGON ((20.9 42.6, 20.91 42", "is cut off or damaged"),
        (f"{FIELD.wkt[:40]}", "is cut off or damaged"),
        ('{"type": "Polygon", "coordinates": [[[20.9, 42', "is cut off or damaged"),
        ("0103000000", "is cut off or damaged"),
        (CIRCLE, "it has curves; write it with straight lines"),
        (CIRCLE_WKB, "it has curves; write it with straight lines"),
        (CIRCLE_WKB.hex(), "it has curves; write it with straight lines"),
        (b"\x00\x01\x02", "its bytes are no WKB"),
        ("SRID=123456;" + FIELD.wkt, "names 'ESRI:123456' as its coordinate reference system, which PROJ does not"),
        (7, "'7' is no geometry"),
    ],
)
def test_one_stray_cell_costs_its_record_only(cell: object, reason: str) -> None:
    result = read(FIELD.wkt, cell, FIELD.wkt)
    assert result.data["hazard_id"].tolist() == ["A", "C"]
    assert reason in result.rejected["reason"][0]


def test_a_stray_cell_in_a_csv_file(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    rows = [f"A;CHA;{FIELD.wkt}", "B;CHA;n/a", "C;SHA;not drawn yet", f"D;CHA;{FIELD.wkt}"]
    path.write_text("\n".join(["hazard_id;hazard_type;WKT", *rows]), encoding="utf-8")
    result = read_hazards(path, crs="EPSG:4326")
    assert result.data["hazard_id"].tolist() == ["A", "D"]
    assert result.rejected["row"].tolist() == [2, 3]


def geopackage_blob(shape: shapely.Geometry, code: int, *, bounds: bool) -> bytes:
    """As the standard of GeoPackage has it: magic, version, flags, SRID, perhaps bounds, WKB."""
    minx, miny, maxx, maxy = shape.bounds
    box = struct.pack("<4d", minx, maxx, miny, maxy) if bounds else b""
    return b"GP\x00" + bytes([0b11 if bounds else 0b01]) + struct.pack("<i", code) + box + shape.wkb


@pytest.mark.parametrize(
    "cell",
    [
        shapely.to_wkb(shapely.set_srid(FIELD, 4326), include_srid=True),
        shapely.to_wkb(shapely.set_srid(FIELD, 4326), include_srid=True, hex=True),
        shapely.to_wkb(shapely.set_srid(FIELD, 4326), include_srid=True, byte_order=0),
        shapely.to_wkb(shapely.set_srid(FIELD, 4326), include_srid=True, byte_order=0, hex=True),
        f"SRID=4326;{FIELD.wkt}",
        f"srid=4326; {FIELD.wkt.lower()}",
        geopackage_blob(FIELD, 4326, bounds=False),
        geopackage_blob(FIELD, 4326, bounds=True),
    ],
)
def test_a_geometry_that_names_its_crs_needs_no_other(cell: object) -> None:
    result = read(cell, crs=None)
    assert result.rejected["reason"].tolist() == []
    assert result.data.geometry.iloc[0].equals(FIELD)


@pytest.mark.parametrize(
    "cell", [FIELD.wkb, FIELD.wkb_hex, FIELD.wkt, shapely.to_geojson(FIELD), "SRID=0;" + FIELD.wkt]
)
def test_a_geometry_that_names_no_crs_needs_one(cell: object) -> None:
    assert read(cell).data.geometry.iloc[0].equals(FIELD)
    with pytest.raises(HazardDataError, match="names no coordinate reference system"):
        read(cell, crs=None)


def test_several_reference_systems_in_one_column_are_each_read_in_their_own() -> None:
    metres = "SRID=32634;POLYGON ((491800 4716400, 492600 4716400, 492600 4717500, 491800 4717500, 491800 4716400))"
    result = read(f"SRID=4326;{FIELD.wkt}", metres, FIELD.wkt, crs=None)
    assert result.data["hazard_id"].tolist() == ["A", "B"]
    assert result.data.geometry.iloc[1].intersects(FIELD)
    assert "names no coordinate reference system while others do" in result.rejected["reason"][0]
    assert any("shapes name 2 coordinate reference systems" in note for note in result.notes)
    # Where the caller says one for all, what contradicts is not moved.
    result = read(f"SRID=4326;{FIELD.wkt}", metres, FIELD.wkt, crs="EPSG:4326")
    assert result.data["hazard_id"].tolist() == ["A", "C"]
    assert "names EPSG:32634, while" in result.rejected["reason"][0]


def test_the_crs_may_stand_in_a_column_beside_the_geometry() -> None:
    result = read(FIELD.wkt, FIELD.wkt, crs=None, CRS=["WGS 84", "Martian grid"])
    assert result.data["hazard_id"].tolist() == ["A"]
    assert "names 'Martian grid' as its coordinate reference system" in result.rejected["reason"][0]
