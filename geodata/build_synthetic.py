"""Draw the synthetic register: invented strike footprints that carry the areas of the plan to the square metre.

Run with ``python geodata/build_synthetic.py``. The plan (``geodata/synthetic/plan_*.csv``, edited by hand) says which
invented hazardous area lies in which municipality and how much of it was released when. Each strike is a long footprint
cut across into the plan's pieces; neighbouring pieces share their vertices, so subtracting a release leaves exactly the
next piece. The seed is fixed: the same plan and boundaries give the same files.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

import kosovo_hazards as kh
from kosovo_hazards.writing.geojson import write_geojson
from kosovo_hazards.writing.layers import NOTICE

FOLDER = Path(__file__).with_name("synthetic")
DATES = ("2022-12-31", "2023-12-31", "2024-12-31")
SOURCE = "kosovo_hazards synthetic register"
COUNTS = ["areas_cleared", "submunitions", "ap_mines", "av_mines", "other_uxo"]
SEED = 20241231
PLANE = "+proj=laea +lat_0=42.6 +lon_0=20.9 +ellps=WGS84 +units=m"
GRID = 10_000_000  # units of 1e-7 degree, about 1 cm
FROM_BORDER_M = (1_300, 900, 500)
APART_M = 120.0
SAME_AREA_M = 900.0
NUDGE = 80  # grid units that a vertex may move to make an area whole


@dataclass
class Chain:
    """One side of a footprint: stations from 0 to 1 along it, and its distance from the axis there."""

    station: np.ndarray
    width: np.ndarray
    points: np.ndarray | None = None

    def away_from(self, added: np.ndarray) -> Chain:
        """The side without its turning points close to those that cutting adds."""
        far = np.abs(self.station[:, None] - added).min(axis=1, initial=1.0) > 0.04
        far[[0, -1]] = True
        return Chain(self.station[far], self.width[far])

    def insert(self, stations: np.ndarray) -> None:
        """Add vertices on the side as it runs."""
        new = np.setdiff1d(stations, self.station)
        width = np.interp(new, self.station, self.width)
        order = np.argsort(np.r_[self.station, new])
        self.station, self.width = np.r_[self.station, new][order], np.r_[self.width, width][order]


@dataclass
class Strike:
    """A footprint: two sides, the stations where it is cut, perhaps a hole; all points in grid units once placed."""

    left: Chain
    right: Chain
    cuts: np.ndarray
    length_m: float
    bend: float
    slant: float
    hole: np.ndarray | None = None
    hole_piece: int = -1

    def outline(self, first: int, last: int) -> BaseGeometry:
        """Ground of the pieces from `first` to `last`, both counted."""
        start, end = self.cuts[first], self.cuts[last + 1]
        sides = [side.points[(side.station >= start) & (side.station <= end)] for side in (self.right, self.left)]
        ring = np.r_[sides[0], sides[1][::-1]] / GRID
        holes = [self.hole / GRID] if self.hole is not None and first <= self.hole_piece <= last else []
        return shapely.Polygon(ring, holes)


def main(folder: Path = FOLDER) -> None:
    """Draw every strike and write the registers and the releases."""
    hazards, pieces, releases = plan("hazards"), plan("pieces"), plan("releases")
    pieces["hazard_id"] = pieces["strike"].str.split("/").str[0].where(pieces["strike"].str.startswith("SYN"))
    pieces = pieces.merge(releases[["release_id", "completed"]], how="left", on="release_id")
    strikes = draw(hazards.set_index("hazard_id"), pieces)
    for date in DATES:
        write(register(hazards, pieces, strikes, date), f"hazards_{date}.geojson", folder)
    write(released(hazards, pieces, releases, strikes), "releases.geojson", folder)


def plan(name: str) -> pd.DataFrame:
    """One of the hand-edited tables."""
    return pd.read_csv(FOLDER / f"plan_{name}.csv", encoding="utf-8", keep_default_na=True)


# --- shapes ----------------------------------------------------------------------------------------------------------


def draw(hazards: pd.DataFrame, pieces: pd.DataFrame) -> dict[str, Strike]:
    """Give each strike a shape and a place, and make the areas of its pieces whole."""
    rng = np.random.default_rng(SEED)
    units = kh.places().set_index("municipality").geometry.to_crs(PLANE)
    bearing = pd.Series(rng.uniform(0, np.pi, len(units)), index=units.index)
    strikes: dict[str, Strike] = {}
    taken: list[BaseGeometry] = []
    # The largest are placed first, while there is room.
    for name in pieces.groupby("strike")["area_m2"].sum().sort_values(ascending=False, kind="stable").index:
        part = pieces[pieces["strike"] == name].sort_values("piece")
        known = hazards.loc[part["hazard_id"].iloc[0]] if part["hazard_id"].notna().all() else None
        municipality = name.split("/")[0] if known is None else known["municipality"]
        features = "" if known is None or pd.isna(known["features"]) else known["features"]
        strike = shape(part, 3.0 if known is None else known["aspect"], features, rng)
        sibling = strikes.get(name.split("/")[0]) if known is not None else None
        near = None if sibling is None else on_plane(sibling.outline(0, len(sibling.cuts) - 2)).centroid
        place(strike, units[municipality], bearing[municipality] + rng.normal(0, 0.1), taken, near, rng)
        make_whole(strike, part["area_m2"].to_numpy(float))
        taken.append(on_plane(strike.outline(0, len(part) - 1)))
        strikes[name] = strike
    return strikes


def shape(part: pd.DataFrame, aspect: float, features: str, rng: np.random.Generator) -> Strike:
    """A long footprint of turning points, cut into pieces of the planned areas."""
    areas = part["area_m2"].to_numpy(float)
    left, right = side(aspect, rng), side(aspect, rng)
    if "notch" in features:
        left.width[len(left.width) // 2] *= 0.3
    kept = np.flatnonzero(part["release_id"].isna().to_numpy())
    hole_m2 = 0.02 * areas[kept[-1]] if "hole" in features else 0.0
    filled = areas.copy()
    filled[kept[-1:]] += hole_m2
    cuts = np.r_[0, np.cumsum(filled)] / filled.sum()
    strike = Strike(left, right, cuts, float(np.sqrt(filled.sum() * aspect)), 0.0, rng.uniform(-0.25, 0.25))
    strike.bend = rng.uniform(0.12, 0.2) * rng.choice([-1, 1]) if "bend" in features else rng.uniform(-0.04, 0.04)
    cut(strike, filled, rng.uniform(0.35, 0.65, len(areas)))
    if hole_m2:
        strike.hole_piece = int(kept[-1])
        middle = strike.cuts[strike.hole_piece : strike.hole_piece + 2].mean()
        angle = -np.sort((np.arange(6) + rng.uniform(0, 0.7, 6)) * np.pi / 3)
        ring = np.c_[np.cos(angle), np.sin(angle)]
        ring *= np.sqrt(hole_m2 / shapely.Polygon(ring).area) / strike.length_m
        strike.hole = np.add(ring, (middle, 0.0))
    return strike


def cut(strike: Strike, areas: np.ndarray, free: np.ndarray) -> None:
    """Find the stations of the cuts, then without turning points that would make edges of a few metres beside them."""
    left, right = strike.left, strike.right
    settle_cuts(strike, left, right, areas, free)
    added = np.r_[strike.cuts[1:-1], strike.cuts[:-1] + free * np.diff(strike.cuts)]
    left, right = (chain.away_from(added) for chain in (left, right))
    settle_cuts(strike, left, right, areas, free)


def settle_cuts(strike: Strike, left: Chain, right: Chain, areas: np.ndarray, free: np.ndarray) -> None:
    """Find the length and the stations of the cuts that give the pieces their areas, to a square metre."""
    for _ in range(300):
        strike.left, strike.right = (cut_side(chain, strike.cuts, free) for chain in (left, right))
        drawn = np.array([in_frame(strike, piece).area for piece in range(len(areas))]) * strike.length_m**2
        if np.abs(drawn - areas).max() < 1.0:
            return
        strike.length_m *= float(np.sqrt(areas.sum() / drawn.sum()))
        missing = np.cumsum(areas / areas.sum() - drawn / drawn.sum())[:-1]
        across = sum(np.interp(strike.cuts[1:-1], side.station, side.width) for side in (left, right))
        strike.cuts[1:-1] += 0.5 * missing * drawn.sum() / strike.length_m**2 / across
    raise SystemExit(f"the cuts of a strike do not settle: {drawn} for {areas}")


def cut_side(chain: Chain, cuts: np.ndarray, free: np.ndarray) -> Chain:
    """The side with a vertex at each cut, and one between neighbouring cuts that is free to move."""
    side = Chain(chain.station, chain.width)
    side.insert(cuts)
    side.insert(cuts[:-1] + free * np.diff(cuts))
    return side


def in_frame(strike: Strike, piece: int) -> BaseGeometry:
    """One piece in the frame of the strike, whose length is 1."""
    start, end = strike.cuts[piece], strike.cuts[piece + 1]
    sides = []
    for chain, sign in ((strike.right, -1), (strike.left, 1)):
        mine = (chain.station >= start) & (chain.station <= end)
        sides.append(sheared(strike, chain.station[mine], sign * chain.width[mine]))
    return shapely.Polygon(np.r_[sides[0], sides[1][::-1]])


def side(aspect: float, rng: np.random.Generator) -> Chain:
    """Turning points of one side: narrow at the ends, uneven between."""
    count = int(rng.integers(4, 8))
    inner = (np.arange(1, count + 1) + rng.uniform(-0.3, 0.3, count)) / (count + 1)
    station = np.r_[0.0, inner, 1.0]
    width = (0.35 + 0.65 * np.sin(np.pi * station) ** 0.7) * rng.uniform(0.75, 1.2, len(station)) / aspect / 2
    return Chain(station, width)


# --- places ----------------------------------------------------------------------------------------------------------


def place(
    strike: Strike,
    unit: BaseGeometry,
    bearing: float,
    taken: list[BaseGeometry],
    near: shapely.Point | None,
    rng: np.random.Generator,
) -> None:
    """Put the strike where it lies well inside its municipality and apart from the others, near another part of it."""
    for margin_m in FROM_BORDER_M:
        room = unit.buffer(-margin_m) if near is None else unit.buffer(-margin_m) & near.buffer(SAME_AREA_M)
        if room.is_empty:
            continue
        west, south, east, north = room.bounds
        for _ in range(4_000):
            centre = rng.uniform((west, south), (east, north))
            outline = shapely.Polygon(
                np.r_[
                    metres(strike, strike.right, -1, centre, bearing),
                    metres(strike, strike.left, 1, centre, bearing)[::-1],
                ]
            )
            if room.covers(outline) and not any(outline.dwithin(other, APART_M) for other in taken):
                for chain, sign in ((strike.left, 1), (strike.right, -1)):
                    chain.points = on_grid(metres(strike, chain, sign, centre, bearing))
                if strike.hole is not None:
                    strike.hole = on_grid(turned(strike, strike.hole[:, 0], strike.hole[:, 1], centre, bearing))
                return
    raise SystemExit(f"no room for a strike of {strike.length_m:,.0f} m")


def metres(strike: Strike, chain: Chain, sign: int, centre: np.ndarray, bearing: float) -> np.ndarray:
    """One side of the footprint in metres on the plane."""
    return turned(strike, chain.station, sign * chain.width, centre, bearing)


def turned(strike: Strike, station: np.ndarray, width: np.ndarray, centre: np.ndarray, bearing: float) -> np.ndarray:
    """Frame of the strike to metres."""
    axis = np.array([[np.cos(bearing), np.sin(bearing)], [-np.sin(bearing), np.cos(bearing)]])
    return centre + strike.length_m * sheared(strike, station, width) @ axis


def sheared(strike: Strike, station: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Slant and bend a footprint."""
    along = station - 0.5 + strike.slant * width
    return np.c_[along, width + strike.bend * (along**2 * 4 - 0.3)]


def on_grid(points: np.ndarray) -> np.ndarray:
    """Metres on the plane to grid units of longitude and latitude."""
    degrees = gpd.GeoSeries(shapely.points(points), crs=PLANE).to_crs("EPSG:4326")
    return np.round(np.c_[degrees.x, degrees.y] * GRID).astype(np.int64)


def on_plane(outline: BaseGeometry) -> BaseGeometry:
    """Degrees to metres on the plane."""
    return gpd.GeoSeries([outline], crs="EPSG:4326").to_crs(PLANE)[0]


# --- whole square metres ---------------------------------------------------------------------------------------------


def make_whole(strike: Strike, areas: np.ndarray) -> None:
    """Move one vertex of each piece by centimetres until the piece has its planned area."""
    steps = np.stack(np.meshgrid(np.arange(-NUDGE, NUDGE + 1), np.arange(-NUDGE, NUDGE + 1)), axis=-1).reshape(-1, 2)
    for piece, planned in enumerate(areas):
        chain, vertex = widest_free_vertex(strike, piece)
        sign = 1 if chain is strike.right else -1
        for _ in range(8):
            outline = strike.outline(piece, piece)
            missing = planned - kh.area_m2(gpd.GeoSeries([outline], crs="EPSG:4326"))[0]
            if abs(missing) < 0.05:
                break
            per_unit = kh.area_m2(gpd.GeoSeries([outline], crs="EPSG:4326"))[0] / (outline.area * GRID**2)
            chord = (chain.points[vertex + 1] - chain.points[vertex - 1]) * sign
            gain = 0.5 * per_unit * (steps[:, 0] * chord[1] - steps[:, 1] * chord[0])
            chain.points[vertex] += steps[np.argmin(np.abs(gain - missing) + 1e-6 * np.abs(steps).sum(axis=1))]
        else:
            raise SystemExit(f"a piece of {planned:,.0f} m² stays {missing:.2f} m² off")


def widest_free_vertex(strike: Strike, piece: int) -> tuple[Chain, int]:
    """The vertex that belongs to this piece alone and moves its area most."""
    start, end = strike.cuts[piece], strike.cuts[piece + 1]
    candidates = [
        (np.abs(chain.points[i + 1] - chain.points[i - 1]).sum(), number, i)
        for number, chain in enumerate((strike.left, strike.right))
        for i in np.flatnonzero((chain.station > start) & (chain.station < end))
    ]
    _, number, vertex = max(candidates)
    return (strike.left, strike.right)[number], int(vertex)


# --- tables ----------------------------------------------------------------------------------------------------------


def register(hazards: pd.DataFrame, pieces: pd.DataFrame, strikes: dict[str, Strike], date: str) -> gpd.GeoDataFrame:
    """The areas that stand open on a date, each with its ground of that date."""
    gone = pieces["completed"] <= date
    standing = pieces[(pieces["in_register"] == "yes") & ~gone & pieces["hazard_id"].notna()]
    touched = set(pieces.loc[(pieces["in_register"] == "yes") & gone, "hazard_id"])
    table = hazards[(hazards["established"] <= date) & hazards["hazard_id"].isin(standing["hazard_id"])].copy()
    table["status"] = np.where(table["hazard_id"].isin(touched), "worked on", "open")
    table["contamination"] = "cluster munition remnants"
    table["name"] = "Invented strike " + table["hazard_id"].str.removeprefix("SYN-")
    shapes = {key: ground(part, strikes) for key, part in standing.groupby("hazard_id")}
    return finished(table, table["hazard_id"].map(shapes), table.drop(columns=["aspect", "features"]).columns)


def released(
    hazards: pd.DataFrame, pieces: pd.DataFrame, releases: pd.DataFrame, strikes: dict[str, Strike]
) -> gpd.GeoDataFrame:
    """Every release with its ground; a survey that cancelled nothing has none."""
    parts = pieces.dropna(subset="release_id").groupby("release_id")
    home = parts["hazard_id"].agg(lambda ids: ids.dropna().iloc[0] if ids.notna().any() else None)
    municipality = hazards.set_index("hazard_id")["municipality"]
    table = releases.astype(dict.fromkeys(COUNTS, "Int64"))
    first = table["release_id"].map(parts["strike"].first())
    inside = first.str.split("/").str[0]
    table["hazard_id"] = table["release_id"].map(home)
    table["municipality"] = inside.map(municipality).fillna(inside)
    table["municipality"] = table["municipality"].fillna(table["published_place"].map({"Gracanica": "Graçanicë"}))
    # Ground released before 2023 lay outside every register there is, so it belongs to no area of one.
    table.loc[table["completed"] <= DATES[0], "hazard_id"] = None
    shapes = {key: ground(part, strikes) for key, part in parts}
    return finished(table, table["release_id"].map(shapes), table.columns)


def ground(part: pd.DataFrame, strikes: dict[str, Strike]) -> BaseGeometry:
    """Ground of pieces: one ring for a run of neighbours, several for runs apart."""
    runs = []
    for name, of_strike in part.groupby("strike"):
        numbers = np.sort(of_strike["piece"].to_numpy()) - 1
        for run in np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1):
            runs += [strikes[name].outline(int(run[0]), int(run[-1]))]
    return runs[0] if len(runs) == 1 else shapely.MultiPolygon(runs)


def finished(table: pd.DataFrame, shapes: pd.Series, columns: pd.Index) -> gpd.GeoDataFrame:
    """The table with its ground, places and areas."""
    frame = gpd.GeoDataFrame(table[columns], geometry=gpd.GeoSeries(shapes, crs="EPSG:4326"))
    units = kh.places().set_index("municipality")
    frame["district"] = frame["municipality"].map(units["district"])
    frame["region"] = frame["municipality"].map(units["region"])
    area = kh.area_m2(frame)
    # A survey that cancelled nothing released nothing: that is known.
    frame["area_m2"] = area.fillna(0.0).round(2)
    frame["reported_area_m2"] = area.fillna(0.0).round()
    frame["source"], frame["synthetic"] = SOURCE, True
    return frame


def write(table: gpd.GeoDataFrame, name: str, folder: Path) -> None:
    """Write one file, a record a line, without the day on which it was written."""
    with tempfile.TemporaryDirectory() as scratch:
        written = json.loads(write_geojson(table, Path(scratch) / name).read_text(encoding="utf-8"))
    lines = (json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in written["features"])
    head = json.dumps({"type": "FeatureCollection", "notice": NOTICE}, ensure_ascii=False)
    text = head[:-1] + ', "features": [\n' + ",\n".join(lines) + "\n]}\n"
    (folder / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"{name}: {len(table)} records, {table['area_m2'].sum():,.0f} m²")


if __name__ == "__main__":
    main()
