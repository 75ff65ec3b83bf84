"""Texts built at random from the grammar of a format, with the number of records in each."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pandas as pd


def some_json(rng: random.Random, depth: int = 0) -> object:
    kind = rng.randrange(9 if depth < 3 else 6)
    if kind == 6:
        return [some_json(rng, depth + 1) for _ in range(rng.randrange(4))]
    if kind > 6:
        keys = ["type", "id", "crs", "name", "coordinates", "attributes", "geometry", "x" * rng.randrange(3)]
        return {rng.choice(keys): some_json(rng, depth + 1) for _ in range(rng.randrange(4))}
    return rng.choice([None, True, 0, -1.5, 10**30, "", "CHA", "Đ", "\ud800", "2024-01-01", "Polygon", float("inf")])


def some_ring(rng: random.Random) -> list[object]:
    x, y = rng.uniform(20, 21), rng.uniform(42, 43)
    ring: list[object] = [[x, y], [x + 0.01, y], [x + 0.01, y + 0.01], [x, y]]
    if rng.random() < 0.2:
        ring = ring[: rng.randrange(5)]
    if rng.random() < 0.1:
        ring.insert(rng.randrange(len(ring) + 1), some_json(rng))
    return ring


def some_geometry(rng: random.Random, depth: int = 0) -> object:
    kind = rng.randrange(7)
    rings = [some_ring(rng) for _ in range(rng.randrange(1, 3))]
    if kind < 3:
        return {"type": "Polygon", "coordinates": rings}
    if kind == 3:
        return {"type": "MultiPolygon", "coordinates": [rings, [some_ring(rng)]]}
    if kind == 4 and depth < 4:
        parts = [some_geometry(rng, depth + 1) for _ in range(rng.randrange(4))]
        return {"type": "GeometryCollection", "geometries": parts}
    if kind == 5:
        return {"type": "LineString", "coordinates": some_ring(rng)}
    return some_json(rng)


def random_geojson(rng: random.Random) -> tuple[bytes, int]:
    """A collection whose elements may be anything; each is a record."""
    elements: list[object] = []
    for i in range(rng.randrange(12)):
        feature: dict[str, object] = {
            "type": "Feature",
            "properties": {"id": f"J-{i}", "type": "CHA", "x": some_json(rng)},
        }
        feature["geometry"] = some_geometry(rng)
        if rng.random() < 0.2:
            feature[rng.choice(["properties", "id", "geometry", "attributes"])] = some_json(rng)
        elements.append(feature if rng.random() < 0.85 else some_json(rng))
    return json.dumps({"type": "FeatureCollection", "features": elements}).encode(), len(elements)


def random_wkt(rng: random.Random, depth: int = 0) -> str:
    x, y = rng.uniform(20, 21), rng.uniform(42, 43)
    ring = f"({x} {y}, {x + 0.01} {y}, {x + 0.01} {y + 0.01}, {x} {y})"
    kind = rng.randrange(9)
    if kind < 4:
        return f"POLYGON {rng.choice(['', 'Z ', ''])}({ring})"
    if kind == 4:
        return f"MULTIPOLYGON (({ring}), ({ring}))"
    if kind == 5 and depth < 5:
        return f"GEOMETRYCOLLECTION ({random_wkt(rng, depth + 1)}, {random_wkt(rng, depth + 1)})"
    return rng.choice(["POLYGON EMPTY", "POINT (1 2)", "n/a", "", f"POLYGON ({ring}", f"SRID=4326;POLYGON ({ring})",
                       "GEOMETRYCOLLECTION (" * 300, "CURVEPOLYGON (CIRCULARSTRING (0 0, 1 1, 0 0))"])  # fmt: skip


def random_csv(rng: random.Random) -> tuple[bytes, int]:
    """A table with outlines as text; each row is a record."""
    rows = [
        {
            "hazard_id": f"C-{i}",
            "hazard_type": rng.choice(["CHA", "SHA", "x", 'a "b"', "a;b\nc"]),
            "wkt": random_wkt(rng),
        }
        for i in range(rng.randrange(1, 12))
    ]
    if not any(str(row["wkt"]).startswith("POLYGON (") for row in rows[:1]):
        rows[0]["wkt"] = "POLYGON ((20 42, 20.01 42, 20.01 42.01, 20 42))"
    text = pd.DataFrame(rows).to_csv(index=False, sep=rng.choice(",;\t|"), lineterminator=rng.choice(["\n", "\r\n"]))
    return text.encode(rng.choice(["utf-8", "utf-8-sig", "utf-16"])), len(rows)


def random_kml(rng: random.Random) -> tuple[bytes, int]:
    """Folders in folders; each placemark is a record, overlays and links are none."""
    count = 0

    def polygon() -> str:
        x, y = rng.uniform(20, 21), rng.uniform(42, 43)
        places = f"{x},{y},0 {x + 0.01},{y},0 {x + 0.01},{y + 0.01},0 {x},{y},0"
        ring = f"<LinearRing><coordinates>{rng.choice([places] * 8 + ['', 'x', '1,2'])}</coordinates></LinearRing>"
        return f"<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>"

    def geometry(depth: int) -> str:
        if depth < 4 and rng.random() < 0.3:
            return f"<MultiGeometry>{''.join(geometry(depth + 1) for _ in range(rng.randrange(4)))}</MultiGeometry>"
        return rng.choice([polygon(), polygon(), "<Point><coordinates>21,42</coordinates></Point>", "<Model/>", ""])

    def inside(depth: int) -> str:
        nonlocal count
        parts = []
        for _ in range(rng.randrange(1, 5)):
            kind = rng.randrange(6)
            if kind == 0 and depth < 4:
                parts.append(f"<Folder><name>{rng.choice(['CHA', 'North', ''])}</name>{inside(depth + 1)}</Folder>")
            elif kind == 1:
                parts.append(rng.choice(["<GroundOverlay/>", "<NetworkLink/>", "<ScreenOverlay/>", "<!-- x -->"]))
            else:
                count += 1
                data = f'<ExtendedData><Data name="hazard_id"><value>K-{count}</value></Data></ExtendedData>'
                parts.append(f"<Placemark><name>a{count}</name>{data}{geometry(0)}</Placemark>")
        return "".join(parts)

    text = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inside(0)}</Document></kml>'
    return text.encode(), count


RANDOM: dict[str, tuple[str, Callable[[random.Random], tuple[bytes, int]]]] = {
    "random geojson": ("geojson", random_geojson),
    "random csv": ("csv", random_csv),
    "random kml": ("kml", random_kml),
}
