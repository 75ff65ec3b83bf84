"""Make the sample files: a register as it should not be, points of evidence, and a country that does not exist.

Run with ``python geodata/build_samples.py``. All is invented. The seed is fixed: the same script
gives the same files.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

import kosovo_hazards as kh
from kosovo_hazards.writing import NOTICE

FOLDER = Path(__file__).with_name("samples")
DECIMALS = 7  # about 1 cm
PLANE = "EPSG:9141"
SEED = 20250401

# The invented country lies in the open South Pacific, more than a thousand kilometres from any land.
CORNER = (-121.0, -46.0)
SEATS = {
    ("Highland", "Arlen"): (0.3, 0.9), ("Highland", "Brond"): (0.9, 1.0), ("Highland", "Newbridge"): (0.6, 0.6),
    ("Riverside", "Corvale"): (1.2, 0.6), ("Riverside", "Dunmor"): (1.7, 0.8), ("Riverside", "Eskar"): (1.5, 0.3),
    ("Coast", "Fendal"): (0.2, 0.2), ("Coast", "Newbridge"): (0.8, 0.15),
}  # fmt: skip
COUNTRY_AREAS = 48
COUNTRY_RELEASES = 24
# A tour past an area of the synthetic register.
TOUR = (("Camp", 42.9, 20.85), ("Mill", 42.92, 20.87), ("Bridge", 42.95, 20.87))


def main(folder: Path = FOLDER) -> None:
    """Write every file.

    Parameters
    ----------
    folder
        Where to.
    """
    save(messy_register(), folder / "register-messy.geojson")
    save(evidence(), folder / "evidence.geojson")
    save_tour(folder / "tour.gpx")
    random = np.random.default_rng(SEED)
    districts = country_boundaries(random)
    register = country_register(random, districts)
    save(districts, folder / "country-boundaries.geojson")
    save(register, folder / "country-register.geojson")
    save(country_releases(random, register), folder / "country-releases.geojson")


# --- a register as it may arrive --------------------------------------------------------------------------------------


def messy_register() -> gpd.GeoDataFrame:
    """The synthetic register of the north with the faults that registers have, each of them once or twice.

    Headings are Albanian, places in three languages and several spellings, dates the European way round.
    """
    clean = kh.demo_data("2024-12-31")[0].head(12)
    shapes, areas, ids = (clean[name].tolist() for name in ("geometry", "reported_area_m2", "hazard_id"))
    types = ["Confirmed Hazardous Area", "CHA", "konfirmuar", "CHA", "C.H.A?", "SHA", "SHA", *["CHA"] * 5]
    dates = clean["established"].dt.strftime("%d.%m.%Y").tolist()
    places = "Mitrovica,Kosovska Mitrovica,Zubin Potok,Зубин Поток,Zvečan,Leposavić,Leposaviqi,Zubin-Potok"
    places = [*places.split(","), "Priština", "PRISHTINA", "Pristina", "Podujevë/Podujevo"]
    statuses = clean["status"].tolist()
    # Digitised in the wrong order, so that the outline crosses itself.
    shapes[1] = shapely.Polygon([(20.901, 42.9512), (20.9098, 42.9603), (20.9097, 42.9511), (20.9011, 42.9604)])
    shapes[3] = None
    shapes[5] = shapely.transform(shapes[5], lambda points: points[:, ::-1])
    shapes[7] = shapely.Point(20.7, 42.9)
    ids[9] = ids[8]
    areas[10] *= 10
    # A copy under a new id, a neighbour surveyed anew with its line a little off, and one whose place is another one's.
    for new_id, shape, day, place in (
        ("SYN-N-90", shapes[0], "03.02.2024", "Mitrovica"),
        ("SYN-N-91", beside(shapes[2]), "14.05.2024", "Zubin Potok"),
        ("SYN-N-92", shapely.box(21.15, 42.655, 21.153, 42.657), "31.12.2042", "Prizren"),
    ):
        ids.append(new_id)
        shapes.append(shape)
        dates.append(day)
        places.append(place)
        types.append("SHA")
        statuses.append("open")
        areas.append(round(float(kh.area_m2(gpd.GeoSeries([shape], crs=4326)).iloc[0])))
    columns = {"ID": ids, "Lloji": types, "Statusi": statuses, "Komuna": places, "Data": dates, "Sip. (m2)": areas}
    return gpd.GeoDataFrame({**columns, "synthetic": True}, geometry=shapes, crs="EPSG:4326")


def beside(shape: shapely.Geometry) -> shapely.Geometry:
    """A field that leaves a strip of a few metres to an area west of it: one line, surveyed twice."""
    flat = gpd.GeoSeries([shape], crs="EPSG:4326").to_crs(PLANE).iloc[0]
    west, south, east, north = flat.bounds
    reach = shapely.affinity.translate(flat, xoff=1.2)
    moved = shapely.union_all([shapely.affinity.translate(reach, xoff=step) for step in range(0, 121, 20)])
    field = moved.difference(flat.buffer(1.2, join_style="mitre")).intersection(
        shapely.box(east - (east - west) / 3, south, east + 130, north)
    )
    largest = max(shapely.get_parts(field), key=shapely.area)
    return gpd.GeoSeries([largest], crs=PLANE).to_crs("EPSG:4326").iloc[0]


# --- points of evidence -----------------------------------------------------------------------------------------------


def evidence() -> gpd.GeoDataFrame:
    """Finds of three invented strikes: each a line of flight with items scattered round it."""
    random = np.random.default_rng(SEED + 1)
    strikes = [
        ("S-1", "BLU-97", (20.55, 42.71), 70),
        ("S-2", "BL755", (20.61, 42.73), 20),
        ("S-3", "MK-4", (20.58, 42.68), 110),
    ]
    frames = []
    for strike, model, (lon, lat), bearing in strikes:
        count = int(random.integers(14, 22))
        along, across = random.uniform(-350, 350, count), random.normal(0, 45, count)
        turn = np.radians(bearing)
        east = along * np.sin(turn) + across * np.cos(turn)
        north = along * np.cos(turn) - across * np.sin(turn)
        at = shapely.points(lon + east / (111_320 * np.cos(np.radians(lat))), lat + north / 111_320)
        days = pd.Timestamp("2024-04-02") + pd.to_timedelta(np.sort(random.integers(0, 180, count)), unit="D")
        frames.append(
            gpd.GeoDataFrame(
                {
                    "evidence_id": [f"{strike}-{number + 1:02}" for number in range(count)],
                    "strike": strike,
                    "device_model": model,
                    "date": days.strftime("%Y-%m-%d"),
                    "accuracy_m": random.choice([3.0, 5.0, 10.0], count),
                    "synthetic": True,
                },
                geometry=at,
                crs="EPSG:4326",
            )
        )
    return pd.concat(frames, ignore_index=True)


# --- a country that does not exist ------------------------------------------------------------------------------------


def country_boundaries(random: np.random.Generator) -> gpd.GeoDataFrame:
    """Eight districts in three provinces, two of them of one name, that meet without gap or overlap."""
    lon, lat = CORNER
    seats = np.array(list(SEATS.values())) + CORNER
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seats)))
    angle = np.arange(72) * 2 * np.pi / 72
    reach = 1 + random.uniform(-0.06, 0.06, 72)
    coast = shapely.Polygon(
        np.column_stack([lon + 1 + 1.05 * reach * np.cos(angle), lat + 0.6 + 0.66 * reach * np.sin(angle)])
    )
    owner = shapely.STRtree(cells).query(shapely.points(seats), predicate="within")[1]
    land = shapely.set_precision(shapely.intersection(cells[owner], coast), 10.0**-DECIMALS)
    provinces, districts = zip(*SEATS, strict=True)
    codes = {name: f"SX{number + 1:02}" for number, name in enumerate(dict.fromkeys(provinces))}
    pcodes = [f"{codes[province]}{number + 1:02}" for number, province in enumerate(provinces)]
    return gpd.GeoDataFrame(
        {
            "ADM0_EN": "Sarmonia (invented)",
            "ADM1_EN": provinces,
            "ADM1_PCODE": [codes[province] for province in provinces],
            "ADM2_EN": districts,
            "ADM2_PCODE": pcodes,
            "synthetic": True,
        },
        geometry=land,
        crs="EPSG:4326",
    )


def country_register(random: np.random.Generator, districts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Mined areas without recorded places, each wholly in a district."""
    inner = districts.geometry.to_numpy()
    owner = np.sort(random.integers(0, len(inner), COUNTRY_AREAS))
    middles = np.array([point_in(random, shapely.buffer(inner[place], -0.02)) for place in owner])
    shapes = [field(random, middle) for middle in middles]
    days = pd.Timestamp("2016-03-01") + pd.to_timedelta(random.integers(0, 1_900, COUNTRY_AREAS), unit="D")
    frame = gpd.GeoDataFrame(
        {
            "hazard_id": [f"SX-{number + 1:03}" for number in range(COUNTRY_AREAS)],
            "hazard_type": random.choice(["CHA", "SHA"], COUNTRY_AREAS, p=[0.6, 0.4]),
            "status": random.choice(["open", "worked on"], COUNTRY_AREAS, p=[0.8, 0.2]),
            "contamination": random.choice(["anti-personnel mines", "mixed"], COUNTRY_AREAS, p=[0.8, 0.2]),
            "priority": random.choice(["high", "medium", "low"], COUNTRY_AREAS),
            "established": days.strftime("%Y-%m-%d"),
            "operator": "Sarmonia Mine Action",
            "synthetic": True,
        },
        geometry=shapes,
        crs="EPSG:4326",
    )
    frame["reported_area_m2"] = kh.area_m2(frame).round().astype("int64")
    return frame


def country_releases(random: np.random.Generator, register: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Part of an area, or all of it, released between 2021 and 2024; of two nobody wrote down the day."""
    rows = np.sort(random.choice(len(register), COUNTRY_RELEASES, replace=False))
    of = register.iloc[rows]
    west, south, east, north = of.bounds.to_numpy().T
    share = random.choice([0.35, 0.6, 1.0], COUNTRY_RELEASES)
    halves = shapely.box(west, south, west + share * (east - west), north)
    shapes = shapely.set_precision(shapely.intersection(of.geometry.to_numpy(), halves), 10.0**-DECIMALS)
    # Of what is cut in pieces the largest was released.
    shapes = np.array([max(shapely.get_parts(shape), key=shapely.area) for shape in shapes])
    days = pd.Timestamp("2021-04-01") + pd.to_timedelta(np.sort(random.integers(0, 1_360, COUNTRY_RELEASES)), unit="D")
    completed: list[str | None] = days.strftime("%Y-%m-%d").tolist()
    completed[5] = completed[17] = None
    frame = gpd.GeoDataFrame(
        {
            "release_id": [f"SXR-{number + 1:03}" for number in range(COUNTRY_RELEASES)],
            "hazard_id": of["hazard_id"].tolist(),
            "product": random.choice(["cleared", "reduced"], COUNTRY_RELEASES, p=[0.8, 0.2]),
            "completed": completed,
            "operator": "Sarmonia Mine Action",
            "ap_mines": random.poisson(6, COUNTRY_RELEASES),
            "synthetic": True,
        },
        geometry=shapes,
        crs="EPSG:4326",
    )
    frame["reported_area_m2"] = kh.area_m2(frame).round().astype("int64")
    return frame


def point_in(random: np.random.Generator, ground: shapely.Geometry) -> tuple[float, float]:
    """A point somewhere in a polygon."""
    west, south, east, north = ground.bounds
    while True:
        x, y = random.uniform(west, east), random.uniform(south, north)
        if shapely.contains_xy(ground, x, y):
            return x, y


def field(random: np.random.Generator, middle: Sequence[float]) -> shapely.Polygon:
    """A field as deminers draw it: seven to eleven turning points round a middle."""
    corners = int(random.integers(7, 12))
    angle = np.sort((np.arange(corners) + random.uniform(0, 0.8, corners)) * 2 * np.pi / corners)
    radius = np.exp(random.uniform(np.log(90), np.log(420))) * random.uniform(0.65, 1, corners)
    lon = middle[0] + radius * np.cos(angle) / (111_320 * np.cos(np.radians(middle[1])))
    return shapely.Polygon(np.column_stack([lon, middle[1] + radius * np.sin(angle) / 111_320]).round(DECIMALS))


# --- files ------------------------------------------------------------------------------------------------------------


def save(table: gpd.GeoDataFrame, path: Path) -> None:
    """Write GeoJSON: one record a line, so that a change can be read, and what the file is at its head."""
    attributes = pd.DataFrame(table.drop(columns="geometry")).astype(object)
    rows = attributes.where(attributes.notna(), None).to_dict("records")
    features = [
        text({"type": "Feature", "geometry": shape_of(shape), "properties": row})
        for shape, row in zip(shapely.orient_polygons(table.geometry.to_numpy()), rows, strict=True)
    ]
    head = f'{{"type": "FeatureCollection", "notice": {text(NOTICE)}, "licence": "CC0 1.0", "features": [\n'
    path.write_text(head + ",\n".join(features) + "\n]}\n", encoding="utf-8", newline="\n")


def save_tour(path: Path) -> None:
    """Write GPX: a waypoint where the tour begins, and a route."""
    waypoint, *_ = (f'<wpt lat="{lat}" lon="{lon}"><name>{name}</name></wpt>' for name, lat, lon in TOUR)
    stops = "\n".join(f'    <rtept lat="{lat}" lon="{lon}"><name>{name}</name></rtept>' for name, lat, lon in TOUR)
    path.write_text(
        f"""<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="kosovo_hazards" xmlns="http://www.topografix.com/GPX/1/1">
  <metadata><desc>{NOTICE}; CC0 1.0</desc></metadata>
  {waypoint}
  <rte><name>Tour</name>
{stops}
  </rte>
</gpx>
""",
        encoding="utf-8",
        newline="\n",
    )


def shape_of(shape: shapely.Geometry | None) -> dict[str, Any] | None:
    """A shape as GeoJSON has it, rounded."""
    if shape is None:
        return None

    def rounded(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return points.round(DECIMALS)

    made: dict[str, Any] = json.loads(shapely.to_geojson(shapely.transform(shape, rounded)))
    return made


def text(value: Any) -> str:
    """JSON, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main()
