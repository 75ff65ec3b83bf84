"""GeoPackages of ArcGIS and QGIS: enumerations give the words, titles the headings, and curves keep their ground.

Layouts: OGC GeoPackage 1.3, extension Schema (www.geopackage.org/spec130/#extension_schema) as GDAL's field domains and
ArcGIS Pro write it; curves as WKB of ISO 13249-3 in the geometry column (extension Non-Linear Geometry Types).
"""

from __future__ import annotations

import sqlite3
import struct
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

import kosovo_hazards as kh

pytestmark = pytest.mark.filterwarnings("ignore")

X, Y, R = 500_000.0, 4_712_000.0, 500.0
RING = [(X - R, Y), (X, Y + R), (X + R, Y), (X, Y - R), (X - R, Y)]


def package(path: Path, table: dict[str, list[object]]) -> sqlite3.Connection:
    count = len(next(iter(table.values())))
    drawn = gpd.GeoDataFrame(table, geometry=[shapely.Polygon(RING)] * count, crs="EPSG:32634")
    drawn.to_file(path, layer="areas", SPATIAL_INDEX="NO")
    database = sqlite3.connect(path)
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f'DROP TRIGGER "{name}"')
    return database


def test_words_of_enumerations_and_titles_of_columns_are_understood(tmp_path: Path) -> None:
    file = tmp_path / "areas.gpkg"
    with package(file, {"f_1": ["KS-1", "KS-2"], "f_2": [1, 2], "state": ["a", "z"]}) as database:
        database.execute(
            "CREATE TABLE gpkg_data_columns (table_name TEXT, column_name TEXT, name TEXT, title TEXT, "
            "description TEXT, mime_type TEXT, constraint_name TEXT)"
        )
        database.execute(
            "CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT, constraint_type TEXT, value TEXT, "
            "min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT)"
        )
        database.executemany(
            "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, NULL, NULL, ?)",
            [
                ("areas", "f_1", "f_1", "Hazard ID", None),
                ("areas", "f_2", "f_2", "Hazard type", "types"),
                ("areas", "state", "Status", None, "states"),
            ],
        )
        database.executemany(
            "INSERT INTO gpkg_data_column_constraints VALUES (?, 'enum', ?, NULL, NULL, NULL, NULL, ?)",
            [("types", "1", "Confirmed hazardous area"), ("types", "2", "SHA"), ("states", "a", "Open")],
        )
    database.close()
    result = kh.read_hazards(file)
    assert result.data[["hazard_id", "hazard_type"]].to_numpy().tolist() == [["KS-1", "CHA"], ["KS-2", "SHA"]]
    assert result.data["status"].tolist()[0] == "open"
    assert "codes in 'state' without a word in the file's list stay as they are: z" in result.notes


@pytest.mark.parametrize("east", [0.0, 1_000.0])
def test_true_curves_are_drawn_outside_of_hazards_and_inside_of_releases(east: float, tmp_path: Path) -> None:
    file = tmp_path / "areas.gpkg"
    ring = [(x + east, y) for x, y in RING]
    arc = struct.pack("<BII", 1, 8, len(ring)) + b"".join(struct.pack("<dd", *place) for place in ring)
    with package(file, {"id": ["KS-1"], "hazard_type": ["SHA"], "product": ["cleared"]}) as database:
        (blob,) = database.execute("SELECT geom FROM areas").fetchone()
        envelope = (0, 32, 48, 48, 64)[blob[3] >> 1 & 7]
        curve = blob[: 8 + envelope] + struct.pack("<BII", 1, 10, 1) + arc
        database.execute("UPDATE areas SET geom = ?", (curve,))
        database.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'CURVEPOLYGON'")
    database.close()
    hazards = kh.read_hazards(file)
    to = [gpd.GeoSeries(r.data.geometry, crs="EPSG:4326").to_crs(32634)[0] for r in (hazards, kh.read_releases(file))]
    at = np.linspace(0, 2 * np.pi, 20_001)
    true = shapely.Polygon(np.stack([X + east + R * np.cos(at), Y + R * np.sin(at)], axis=1))
    assert to[0].area > true.area > to[1].area
    assert true.difference(to[0].buffer(1e-4)).is_empty
    assert to[1].difference(true.buffer(1e-4)).is_empty
    assert max(shapely.hausdorff_distance(one, true) for one in to) < 2.5  # vertices lie 2.2 m apart along the arc
    assert max(one.symmetric_difference(true).area for one in to) < 0.1 * 2 * np.pi * R
    assert hazards.repairs["what"].tolist() == ["curves drawn with straight lines at most 0.1 m beside them"]
