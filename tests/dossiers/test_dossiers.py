"""What a team takes along: places that are those of the register in every notation and file, and what lies near."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

import kosovo_hazards as kh
from kosovo_hazards.dossiers.corners import corners_of
from kosovo_hazards.dossiers.mgrs import mgrs

GEOD = pyproj.Geod(ellps="WGS84")
METRE = 1 / 111_320
GRID = pyproj.CRS("EPSG:9141")
TWO_PARTS = "SYN-C-05"
HOLED = "SYN-N-05"


def square(lon: float, lat: float, metres: float = 100.0) -> shapely.Geometry:
    high, wide = metres * METRE / 2, metres * METRE / 2 / np.cos(np.radians(lat))
    return shapely.box(lon - wide, lat - high, lon + wide, lat + high)


def register(**shapes: shapely.Geometry | None) -> gpd.GeoDataFrame:
    table = {"hazard_id": list(shapes), "hazard_type": "SHA", "status": "open"}
    return gpd.GeoDataFrame(table, geometry=list(shapes.values()), crs="EPSG:4326")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    hazards, releases = kh.demo_data("2024-12-31")
    place = tmp_path_factory.mktemp("dossiers") / "all"
    return kh.write_dossiers(
        hazards, place, releases=releases, ids=[HOLED, TWO_PARTS], declination_deg=4.9, as_of="2024-12-31"
    )


def of_register(name: str) -> np.ndarray:
    hazards = kh.demo_data("2024-12-31")[0].set_index("hazard_id")
    rings = shapely.get_rings(shapely.get_parts(hazards.loc[name, "geometry"]))
    return np.concatenate([shapely.get_coordinates(ring)[:-1] for ring in rings])


def apart_m(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.max(GEOD.inv(*one.T, *other.T)[2]))


def cells(page: str) -> list[list[str]]:
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [html.unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in body.split("<tr>")[1:]
    ]


# --- turning points ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [HOLED, TWO_PARTS])
def test_turning_points_on_the_page_are_those_of_the_register(name: str, folder: Path) -> None:
    wanted = of_register(name)
    rows = cells((folder / f"{name}.html").read_text(encoding="utf-8"))
    assert len(rows) == len(wanted)
    degrees = np.array([[float(row[1].rstrip("°")), float(row[2].rstrip("°"))] for row in rows])
    assert apart_m(degrees, wanted) < 0.01
    grid = np.array([[float(cell.replace(",", "")) for cell in row[3:5]] for row in rows])
    back = pyproj.Transformer.from_crs(GRID, "EPSG:4326", always_xy=True).transform(*grid.T)
    assert apart_m(np.column_stack(back), wanted) < 0.01
    # The library's reader of MGRS shares no code with the writer; a square is a metre wide.
    squares = pd.DataFrame({"Name": [row[0] for row in rows], "MGRS": [row[5] for row in rows]})
    read = kh.read_routes(squares, columns={"coordinate": "MGRS"})
    assert len(read.data) == len(wanted)
    assert apart_m(shapely.get_coordinates(read.data.geometry.to_numpy()), wanted) < 1.5


@pytest.mark.parametrize("name", [HOLED, TWO_PARTS])
@pytest.mark.parametrize("ending", ["gpx", "kml"])
def test_files_for_receivers_hold_the_same_ground(name: str, ending: str, folder: Path) -> None:
    options: dict[str, Any] = {"layer": "tracks", "close_lines": True} if ending == "gpx" else {}
    read = kh.read_hazards(folder / f"{name}.{ending}", defaults={"hazard_type": "SHA"}, **options)
    assert len(read.data) == 1
    wanted = of_register(name)
    drawn = shapely.get_coordinates(read.data.geometry.iloc[0])
    if ending == "kml":
        nearest = np.array([apart_to(place, drawn) for place in wanted])
        assert nearest.max() < 0.01
        assert read.data["hazard_id"].tolist() == [name]
    else:
        # A reader of tracks can't know that an inner one is a hole, and takes all that is enclosed.
        marks = kh.read_routes(folder / f"{name}.gpx", layer="waypoints")
        assert apart_m(shapely.get_coordinates(marks.data.geometry.to_numpy()), wanted) < 0.01


def apart_to(place: np.ndarray, others: np.ndarray) -> float:
    return float(np.min(GEOD.inv(*np.full_like(others, place).T, *others.T)[2]))


def test_bearings_and_distances_lead_round_the_area_and_back() -> None:
    area = kh.demo_data()[0].geometry.iloc[3]
    corners = corners_of(area, GRID, 4.9)
    for _, ring in corners.groupby("ring"):
        lon, lat, _ = GEOD.fwd(
            ring["longitude"].to_numpy(), ring["latitude"].to_numpy(), ring["bearing_deg"].to_numpy(),
            ring["distance_m"].to_numpy(),
        )  # fmt: skip
        following = np.roll(ring[["longitude", "latitude"]].to_numpy(), -1, axis=0)
        assert apart_m(np.c_[lon, lat], following) < 0.001
    # Where magnetic north lies east of the true one, a compass shows less.
    assert ((corners["bearing_deg"] - corners["magnetic_deg"]) % 360).to_numpy() == pytest.approx(4.9)
    assert corners_of(area, GRID, None)["magnetic_deg"].isna().all()


def test_squares_of_the_military_grid_in_zones_that_are_irregular_and_in_the_south() -> None:
    places = np.array(
        [[44.4, 33.3], [5.0, 60.0], [10.0, 78.0], [18.5, -33.9], [-180.0, 0.0], [21.0, 84.5], [21.0, -80.1]]
    )
    found = mgrs(places)
    # UTM of the first: 444140.54 E, 3684706.36 N, by the manual of GeographicLib's GeoConvert.
    assert found[0] == "38S MB 44140 84706"
    assert [text[:3].strip() for text in found[1:5]] == ["32V", "33X", "34H", "1N"]
    assert found[5:].tolist() == ["", ""]
    read = kh.read_routes(pd.DataFrame({"MGRS": found[:4]}), columns={"coordinate": "MGRS"})
    assert apart_m(shapely.get_coordinates(read.data.geometry.to_numpy()), places[:4]) < 1.5


# --- what lies round an area ------------------------------------------------------------------------------------------


def lists(folder: Path, name: str) -> str:
    page = (folder / f"{name}.html").read_text(encoding="utf-8")
    lists = re.sub(r"</?span[^>]*>", "", page.partition('class="lists"')[2].partition('class="sign"')[0])
    text = html.unescape(re.sub(r"<[^>]+>", " ", lists))
    return " ".join(text.split())


def test_neighbours_rejected_records_evidence_and_releases_are_told(tmp_path: Path) -> None:
    step = 100 / np.cos(np.radians(42.6)) * METRE
    drawn = register(
        A=square(20.9, 42.6), touching=square(20.9 + step, 42.6), far=square(20.9 + 3.5 * step, 42.6),
        near=square(20.9 + 2.5 * step, 42.6), lost=shapely.Point(20.9, 42.6 + 100 * METRE), nowhere=None,
    )  # fmt: skip
    releases = gpd.GeoDataFrame(
        {
            "release_id": ["R1", "R2", "R3"],
            "hazard_id": ["A", None, "far"],
            "product": "cleared",
            "area_m2": [500.0] * 3,
        },
        geometry=[None, square(20.9, 42.6, 20), None],
        crs="EPSG:4326",
    )
    evidence = pd.DataFrame({"Evidence no": ["E1", "E2"], "Latitude": [42.6, 42.6], "Longitude": [20.9, 20.95]})
    found = kh.read_evidence(evidence, crs="EPSG:4326")
    folder = kh.write_dossiers(
        kh.read_hazards(drawn), tmp_path / "out", releases=releases, evidence=found, ids=["A", "far"]
    )
    told = lists(folder, "A")
    assert "Records of the register without a usable position, which may lie here too: 1" in told
    assert "touching (meets or overlaps it)" in told
    assert re.search(r"near \((149|150) m\)", told)
    assert "far (" not in told
    assert "rejected record lost, extent unknown (49 m)" in told
    assert "E1 (inside)" in told
    assert "E2" not in told
    assert "R1, cleared, 500 m²" in told
    assert "R2, cleared" in told
    assert "R3" not in told
    assert "No evidence was given or known within 200 m" in lists(folder, "far")
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert "lost (5): is a point, not a polygon" in index
    assert "nowhere (6): has no polygon" in index


def test_two_records_with_one_id_are_neighbours_of_each_other(tmp_path: Path) -> None:
    drawn = register(A=square(20.9, 42.6), B=square(20.9005, 42.6))
    drawn["hazard_id"] = "A"
    folder = kh.write_dossiers(drawn, tmp_path / "out")
    for name in ("A", "A_2"):
        assert "A (meets or overlaps it)" in lists(folder, name)


def test_ids_that_are_no_names_of_files_and_closed_areas(tmp_path: Path) -> None:
    ids = ["A/1", "a_1", "<script>alert(1)</script>", "Зона 7", "gone"]
    drawn = register(**{name: square(20.9 + i * 0.01, 42.6) for i, name in enumerate(ids)})
    drawn.loc[4, "status"] = "handed over"
    folder = kh.write_dossiers(drawn, tmp_path / "out")
    pages = sorted(path.name for path in folder.glob("*.html"))
    assert pages == ["A_1.html", "a_1_2.html", "index.html", "script_alert_1_script.html", "Зона_7.html"]
    for path in folder.glob("*.html"):
        assert "<script" not in path.read_text(encoding="utf-8")
    assert len(list(folder.glob("*.gpx"))) == len(list(folder.glob("*.kml"))) == 4


def test_what_cannot_be_is_refused(tmp_path: Path) -> None:
    hazards = kh.demo_data()[0]
    with pytest.raises(kh.UsageError, match="has the id KS-0"):
        kh.write_dossiers(hazards, tmp_path / "a", ids=["KS-0"])
    with pytest.raises(kh.UsageError, match="no grid in metres"):
        kh.write_dossiers(hazards, tmp_path / "b", grid="EPSG:4326")
    with pytest.raises(kh.UsageError, match="no declination"):
        kh.write_dossiers(hazards, tmp_path / "c", declination_deg=float("nan"))
    assert not list(tmp_path.iterdir())


def test_a_small_map_tells_where_in_the_country_if_its_borders_are_known(browser: Any, tmp_path: Path) -> None:
    """The ring stands east in the box of a country of two squares, and in no country without borders."""
    hazards = register(A=square(105.95, 14.85))
    units = gpd.GeoDataFrame(
        {"name": ["Villabuli", "<b>Sepon"]},
        geometry=[shapely.box(105.0, 14.8, 105.5, 15.0), shapely.box(105.5, 14.8, 106.0, 15.0)],
        crs="EPSG:4326",
    )
    folder = kh.write_dossiers(hazards, tmp_path / "with", grid="EPSG:32648", places=units)
    page = browser.new_page()
    page.goto((folder / "A.html").as_uri())
    seen = np.asarray(Image.open(io.BytesIO(page.locator(".locator").screenshot())).convert("RGB")).astype(int)
    page.close()
    # The margin is 6 % of the width on either side, the place 95 % of the country's width from its west.
    red = np.flatnonzero(((seen[..., 0] - seen[..., 1]) > 90).any(axis=0))
    assert abs((red.min() + red.max()) / 2 / seen.shape[1] - (0.054 + 0.95 * 0.893)) < 0.02
    for name, places in (("none", None), ("off", False)):
        folder = kh.write_dossiers(hazards, tmp_path / name, grid="EPSG:32648", places=places)
        assert "locator" not in (folder / "A.html").read_text("utf-8").partition("<body>")[2]


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "sq", "sr"])
def test_pages_load_nothing_fit_a_sheet_and_can_be_used_by_all(language: str, browser: Any, tmp_path: Path) -> None:
    hazards = kh.demo_data("2024-12-31")[0]
    name = hazards["hazard_id"][(shapely.get_num_coordinates(hazards.geometry.to_numpy()) <= 12)].iloc[0]
    folder = kh.write_dossiers(hazards, tmp_path / language, ids=[name], language=language, declination_deg=4.9)
    page = browser.new_page(viewport={"width": 390, "height": 800})
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on(
        "request", lambda request: told.append(request.url) if not request.url.startswith(("file:", "data:")) else None
    )
    for path in (folder / f"{name}.html", folder / "index.html"):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        grave = [
            one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")
        ]
        assert grave == []
        pdf = page.pdf(prefer_css_page_size=True, print_background=True)
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    assert told == []
    page.goto((folder / f"{name}.html").as_uri())
    assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 50)")
    assert "Team leader / Udhëheqësi i ekipit / Vođa tima" in page.locator(".sign").inner_text()
    assert page.locator(".qr img").first.get_attribute("alt") == page.locator(".qr div").inner_text().split("\n")[-1]
    page.close()
