"""What else a team takes along: PDF, maps of all areas, the history of each, and codes that phones read."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pyproj
import pytest
import shapely
import zxingcpp

import kosovo_hazards as kh
from kosovo_hazards.pages import printing
from tests.dossiers.test_dossiers import lists, register, square

GEOD = pyproj.Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two areas of which one is in the far east and south, with a hostile id."""
    drawn = register(**{"A": square(20.9, 42.6), '<b>&"': square(-179.2, -16.5)})
    place = tmp_path_factory.mktemp("along") / "out"
    return kh.write_dossiers(drawn, place, grid="EPSG:32634", maps=True)


# --- codes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "lon", "lat"), [("A", 20.9, 42.6), ("b", -179.2, -16.5)])
def test_a_phone_reads_the_start_point_from_the_code(
    name: str, lon: float, lat: float, folder: Path, browser: object, tmp_path: Path
) -> None:
    page = browser.new_page()  # type: ignore[attr-defined]
    page.goto((folder / f"{name}.html").as_uri())
    picture = page.locator(".qr img").first.screenshot(path=tmp_path / "code.png")
    page.close()
    assert picture
    from matplotlib.image import imread

    pixels = (imread(tmp_path / "code.png")[..., :3].mean(axis=-1) * 255).astype(np.uint8)
    (found,) = zxingcpp.read_barcodes(np.ascontiguousarray(pixels))
    match = re.fullmatch(r"geo:(-?\d+\.\d{7}),(-?\d+\.\d{7})", found.text)
    assert match
    corner = shapely.get_coordinates(square(lon, lat))[0]
    assert GEOD.inv(float(match[2]), float(match[1]), *corner)[2] < 0.01


# --- PDF --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "sq", "sr"])
def test_each_page_is_a_sheet_of_pdf(language: str, tmp_path: Path) -> None:
    if not any(map(shutil.which, printing._NAMES)):
        pytest.skip("no browser that prints is on this computer")
    hazards, releases = kh.demo_data("2024-12-31")
    folder = kh.write_dossiers(
        hazards, tmp_path / "out", releases=releases, ids=["SYN-N-01"], pdf=True, language=language, as_of="2024-12-31",
        earlier={"2023-12-31": kh.demo_data("2023-12-31")[0]} if language == "en" else None,
    )  # fmt: skip
    pdf = (folder / "SYN-N-01.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    assert re.search(rb"/MediaBox\s*\[\s*0 0 59[45]\S* 84[12]", pdf)
    assert 'href="SYN-N-01.pdf"' in (folder / "index.html").read_text(encoding="utf-8")
    if shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", "-layout", folder / "SYN-N-01.pdf", "-"], capture_output=True, text=True, check=True
        ).stdout
        row = kh.demo_data("2024-12-31")[0].set_index("hazard_id").loc["SYN-N-01"]
        first = shapely.get_coordinates(row["geometry"])[0]
        assert f"{first[0]:.7f}" in text
        assert f"{first[1]:.7f}" in text
        assert "Team leader / Udh\u00ebheq\u00ebsi i ekipit / Vo\u0111a" in text


def test_without_a_browser_that_is_said_and_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "_NAMES", ("no-such-browser",))
    monkeypatch.setattr(printing, "_PLACES", {})
    with pytest.raises(kh.UsageError, match="no browser on this computer"):
        kh.write_dossiers(register(A=square(20.9, 42.6)), tmp_path / "out", pdf=True)
    assert not list(tmp_path.iterdir())


def test_a_browser_that_prints_nothing_is_told_and_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "_NAMES", ("false",))
    monkeypatch.setattr(printing, "_PLACES", {})
    if not shutil.which("false"):
        pytest.skip("no program called false is here")
    with pytest.raises(kh.NotWrittenError, match=r"made no PDF of A\.html"):
        kh.write_dossiers(register(A=square(20.9, 42.6)), tmp_path / "out", pdf=True)
    assert not list(tmp_path.iterdir())


# --- maps -------------------------------------------------------------------------------------------------------------


def test_maps_hold_all_that_stands_and_what_was_rejected_whatever_was_asked_for(tmp_path: Path) -> None:
    drawn = register(A=square(20.9, 42.6), B=square(20.95, 42.6), gone=square(21, 42.6), lost=shapely.Point(20.9, 42.7))
    drawn.loc[2, "status"] = "closed"
    folder = kh.write_dossiers(kh.read_hazards(drawn), tmp_path / "out", ids=["A"], maps=True, as_of="2024-12-31")
    assert gpd.read_file(folder / "areas.gpkg", layer="hazards")["hazard_id"].tolist() == ["A", "B"]
    assert gpd.read_file(folder / "areas.gpkg", layer="rejected")["record_id"].tolist() == ["lost"]
    assert gpd.read_file(folder / "areas.gpkg", layer="hazards").crs == "EPSG:9141"
    tiles = set(pyogrio.list_layers(folder / "areas.mbtiles")[:, 0])
    assert tiles == {"hazards", "rejected"}
    index = (folder / "index.html").read_text(encoding="utf-8")
    for name in ("areas.gpkg", "areas.mbtiles", "A.html", "A.gpx", "A.kml"):
        assert f'href="{name}"' in index


def test_an_area_called_as_the_maps_does_not_replace_them(tmp_path: Path) -> None:
    folder = kh.write_dossiers(register(areas=square(20.9, 42.6)), tmp_path / "out", maps=True)
    assert {"areas.gpkg", "areas_2.html", "areas_2.kml"} <= {path.name for path in folder.iterdir()}


# --- history ----------------------------------------------------------------------------------------------------------


def test_history_tells_days_states_and_what_changed_since(tmp_path: Path) -> None:
    now = register(A=square(20.9, 42.6, 100), renamed=square(20.95, 42.6), new=square(21, 42.6))
    now["surveyed"] = np.array(["2024-05-01", "NaT", "NaT"], dtype="datetime64[us]")
    now["established"] = np.array(["2015-03-01", "NaT", "NaT"], dtype="datetime64[us]")
    before = register(A=square(20.9, 42.6, 200), old=square(20.95, 42.6))
    before["hazard_type"] = ["CHA", "SHA"]
    # 30,000 m² less, of which a release names and covers one strip of 200 by 50 m.
    west, south, east, _ = square(20.9, 42.6, 200).bounds
    strip = shapely.box(west, south, east, south + (square(20.9, 42.6, 200).bounds[3] - south) / 4)
    releases = gpd.GeoDataFrame(
        {"release_id": ["R1"], "hazard_id": ["A"], "product": ["cleared"], "completed": ["2024-06-01"]},
        geometry=[strip], crs="EPSG:4326",
    )  # fmt: skip
    read = kh.read_releases(releases)
    folder = kh.write_dossiers(now, tmp_path / "out", releases=read, earlier={"2023-12-31": before}, as_of="2024-12-31")
    told = lists(folder, "A").partition("History")[2]
    assert (
        told.index("1 March 2015 – recorded")
        < told.index("31 December 2023 – CHA, open")
        < told.index("surveyed: 1 May")
    )
    found = re.search(r"since then ([\d,]+) m² less, ([\d,]+) m² of it with a release", told)
    assert found
    assert [int(each.replace(",", "")) for each in found.groups()] == pytest.approx([30_000, 10_000], rel=0.01)
    assert "31 December 2023 – old, SHA, open" in lists(folder, "renamed")
    assert "the same ground since" in lists(folder, "renamed")
    assert "31 December 2023 – not in the register" in lists(folder, "new")
    plain = kh.write_dossiers(register(A=square(20.9, 42.6)), tmp_path / "plain")
    assert "No earlier state is known" in lists(plain, "A")


def test_an_export_without_a_day_or_of_a_later_one_is_refused(tmp_path: Path) -> None:
    now = register(A=square(20.9, 42.6))
    for earlier, as_of in (({"2023-12-31": now}, None), ({"2025-12-31": now}, "2024-12-31")):
        with pytest.raises(kh.UsageError, match="needs a day before the register's own"):
            kh.write_dossiers(now, tmp_path / "out", earlier=earlier, as_of=as_of)
    assert not list(tmp_path.iterdir())
