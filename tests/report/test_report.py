"""The report: its figures are the published ones, it opens and prints anywhere, and it is whole or not there."""

from __future__ import annotations

import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards import published
from kosovo_hazards.writing.whole_folder import whole_folder
from tests.command_line import run

AS_OF = "2024-12-31"
DESK, PHONE = {"width": 1366, "height": 900}, {"width": 390, "height": 844}
HOSTILE = [
    "<script>document.title='run'</script>", '"><img src=x onerror="document.title=\'run\'">', "=1+1", "@SUM(A1)",
    "{{ 7 * 7 }}", "</iframe><script>document.title='run'</script>", "$\\frac{1}{0}$ $", "a\x00b\x1fc", "Ђаковица",
    "' onmouseover='document.title=1", "]]>", "&lt;b&gt;",
]  # fmt: skip


@pytest.fixture(scope="module")
def demo() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]:
    return *kh.demo_data(2024), kh.demo_data(2023)[0]


@pytest.fixture(scope="module")
def reports(demo: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The demo's report in a language, written once."""
    hazards, releases, before = demo
    folder, made = tmp_path_factory.mktemp("reports"), {}

    def report(language: str) -> Path:
        if language not in made:
            made[language] = kh.write_report(
                hazards, releases, folder / language, as_of=AS_OF, previous=before, language=language
            ).path
        return made[language]

    return report


@pytest.fixture(scope="module")
def report(reports: Callable[[str], Path]) -> Path:
    return reports("en")


@pytest.fixture(scope="module")
def public(demo: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    hazards, releases, before = demo
    folder = tmp_path_factory.mktemp("public") / "report"
    return kh.write_report(hazards, releases, folder, as_of=AS_OF, previous=before, detail="public").path


def text_of(page: Path) -> str:
    """What a reader sees, without the map and the pictures."""
    text = re.sub(r'srcdoc="[^"]*"|src="data:[^"]*"', "", page.read_text(encoding="utf-8"))
    text = re.sub(r"<(style|head)>.*?</\1>", "", text, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "tables" / f"{name}.csv", encoding="utf-8-sig")


def printed(name: str, row: str, column: str) -> float:
    """A figure of a printed table."""
    cells = published.table(name)
    cell = cells.loc[cells.iloc[:, 0] == row, column].iloc[0]
    return float(cell.replace(",", ""))


# --- the published figures -------------------------------------------------------------------------------------------


def test_hazards_by_region_are_table_1(report: Path) -> None:
    found = table(report, "hazards_by_region").set_index("region").round()
    cells = published.table("mar-2025-table-1").set_index("District")
    for region in ("North", "South", "Centre", "East", "West"):
        figures = [float(cell.replace(",", "")) for cell in cells.loc[region]]
        assert found.loc[region].drop("notice").astype(float).tolist() == figures
    # Sum of the printed rows; the printed grand total differs by 4,000 m²
    assert found.loc["Totals", ["chas", "shas", "total_m2"]].tolist() == [22, 13, 6_265_292]


@pytest.mark.parametrize(
    ("name", "product", "column", "places"),
    [
        ("mar-2025-table-5", "cancelled", "Area cancelled (m²)", {"Leposavic": "Leposaviq", "Mitrovica": "Mitrovicë"}),
        ("mar-2025-table-6", "reduced", "Area reduced (m²)", {"Pejë": "Pejë", "Prizren": "Prizren"}),
        ("mar-2025-table-7", "cleared", "Area cleared (m²)", {"East": "Viti", "South": "Suharekë", "Pejë": "Pejë"}),
    ],
)  # fmt: skip
def test_releases_of_the_year_are_tables_5_to_7(
    report: Path, name: str, product: str, column: str, places: dict[str, str]
) -> None:
    found = table(report, product)
    total = "Totals" if name.endswith("7") else "Total"
    assert found["area_m2"].iloc[-1].round() == printed(name, total, column)
    for place, municipality in places.items():
        area = found.loc[found["municipality"] == municipality, "area_m2"]
        assert area.round().tolist() == [printed(name, place, column)]


def test_items_and_areas_cleared_are_those_of_table_7(report: Path) -> None:
    last = table(report, "cleared").iloc[-1]
    columns = {
        "areas": "Areas cleared", "submunitions": "Submunitions destroyed", "ap_mines": "AP mines destroyed",
        "other_uxo": "Other UXO destroyed",
    }  # fmt: skip
    for ours, theirs in columns.items():
        assert last[ours] == printed("mar-2025-table-7", "Totals", theirs)


def test_ground_cleared_without_a_submunition_is_table_8(report: Path) -> None:
    found = table(report, "without_submunitions").set_index("operator")["area_m2"].round()
    for operator in ("NPA", "HALO", "KSF", "Total"):
        ours = "Totals" if operator == "Total" else operator
        assert found[ours] == printed("mar-2025-table-8", operator, "Area cleared (m²)")


def test_output_by_year_is_table_9(report: Path) -> None:
    found = table(report, "progress").set_index("year")["cleared_m2"]
    for year in range(2020, 2025):
        assert round(found[year] / 1e6, 2) == printed("mar-2025-table-9", str(year), "Area cleared (km²)")


def test_key_figures_say_what_the_chapter_says(report: Path) -> None:
    text = text_of(report / "report.html")
    for figure in (
        "22 3.84 km² down 2 since the end of 2023", "13 2.42 km² down 1 since the end of 2023",
        "6.27 km² 6,265,292 m² down 2.51 km² since the end of 2023",
        "cleared 1.51 km² reduced 0.08 km² cancelled 5.54 km²",
        "Submunitions destroyed 89", "down 107 on 2023", "16,967 m² up 7,154 m² on 2023", "198,252 m² 13.1%",
    ):  # fmt: skip
        assert figure in text, figure


def test_reconciliation_leaves_what_the_chapter_leaves(report: Path) -> None:
    figures = table(report, "reconciliation").set_index("balance")["area_m2"].div(1e6).round(2)
    # Paragraph 1 of "Understanding of contamination": 8.78 - 7.13 = 1.65, yet 6.27 remain; 0.15 were newly recorded
    assert figures["unexplained"] == 4.47
    assert figures["unexplained_without_added"] == 4.62
    assert figures["left"] == 0


def test_workbook_holds_the_same_figures_as_numbers(report: Path) -> None:
    book = openpyxl.load_workbook(report / "tables.xlsx")
    assert "not real locations" in " ".join(str(cell.value) for row in book["About"] for cell in row)
    sheet = book["By region"]
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[1]][:2] == ["Region", "CHAs"]
    last = sheet[sheet.max_row]
    assert [cell.value for cell in last] == ["Totals", 22, 3_841_614, 13, 2_423_678, 35, 6_265_292]
    assert last[6].number_format == "#,##0"
    assert book["Forecast by priority"]["E2"].number_format == "0.0%"


def test_every_table_is_in_the_workbook_and_as_csv(report: Path) -> None:
    book = openpyxl.load_workbook(report / "tables.xlsx")
    files = list((report / "tables").glob("*.csv"))
    assert len(book.sheetnames) == len(files) + 1
    for file in files:
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")
        assert (table(report, file.stem)["notice"] == "synthetic demonstration data – not real locations").all()


def test_pictures_are_valid_and_there_twice(report: Path) -> None:
    from PIL import Image

    for name in ("map", "progress", "districts"):
        root = ET.parse(report / "charts" / f"{name}.svg").getroot()  # noqa: S314 - made by ourselves
        assert root.tag.endswith("svg")
        with Image.open(report / "charts" / f"{name}.png") as picture:
            assert min(picture.size) > 500


def test_gis_file_holds_every_layer(report: Path) -> None:
    layers = {name for name, _ in pyogrio.list_layers(report / "hazards.gpkg")}
    assert {"hazards", "releases", "findings", "places"} <= layers
    assert len(pyogrio.read_dataframe(report / "hazards.gpkg", layer="hazards")) == 35


def test_about_lists_every_file(report: Path) -> None:
    told = json.loads((report / "about.json").read_text(encoding="utf-8"))
    there = {file.relative_to(report).as_posix() for file in report.rglob("*") if file.is_file()}
    assert set(told["files"]) | {"about.json"} == there
    assert (told["synthetic"], told["detail"], told["as_of"]) == (True, "full", AS_OF)


# --- in the browser and on paper -------------------------------------------------------------------------------------


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """A page in the browser with the requests it made and the errors it had."""
    contexts = []

    def opened(path: Path, **size: int) -> Any:
        context = browser.new_context(viewport=size or DESK)
        contexts.append(context)
        page = context.new_page()
        page.requests, page.faults = [], []
        own = path.as_uri()
        page.on("request", lambda request: page.requests.append(request.url) if request.url != own else None)
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda line: page.faults.append(line.text) if line.type in ("error", "warning") else None)
        page.goto(own)
        return page

    yield opened
    for context in contexts:
        context.close()


HEADINGS = {
    "en": [
        "Key figures",
        "Map",
        "Hazardous areas",
        "Land released",
        "Progress over time",
        "What changed since the previous register",
    ],
    "sq": ["Shifrat kryesore", "Harta", "Zonat e rrezikshme", "Toka e liruar", "Ecuria me kalimin e kohës"],
    "sr": ["Ključni podaci", "Karta", "Opasne površine", "Oslobođeno zemljište", "Napredak kroz vreme"],
}
FIGURES = {"en": "6,265,292", "sq": "6\u00a0265\u00a0292", "sr": "6.265.292"}


@pytest.mark.parametrize("language", ["en", "sq", "sr"])
def test_the_page_opens_without_a_request_in_each_language(
    reports: Callable[[str], Path], open_page: Callable[..., Any], language: str
) -> None:
    page = open_page(reports(language) / "report.html", **(PHONE if language == "en" else DESK))
    frame = page.frame_locator("iframe")
    frame.locator(".kh-ready").wait_for(timeout=60_000)
    assert page.evaluate("document.documentElement.lang") == language
    headings = page.locator("h2").all_inner_texts()
    assert headings[: len(HEADINGS[language])] == HEADINGS[language]
    assert FIGURES[language] in page.locator("#hazards").inner_text().replace("\u202f", "\u00a0")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    drawn = [image.evaluate("i => i.complete && i.naturalWidth > 0") for image in page.locator("img").all()]
    assert all(drawn)
    assert len(drawn) == 3
    assert [url for url in page.requests if not url.startswith("data:")] == []
    assert page.faults == []


def test_the_page_has_no_serious_fault_of_accessibility_in_light_and_dark(
    report: Path, open_page: Callable[..., Any]
) -> None:
    from axe_playwright_python.base import AXE_FILE_PATH

    page = open_page(report / "report.html", **PHONE)
    # The page's own policy lets no foreign script in, so the checker comes in by the debugger.
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": Path(AXE_FILE_PATH).read_text(encoding="utf-8")})
    brightness = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        # The map has a test of its own.
        found = page.evaluate("axe.run({ exclude: ['iframe'] }, { resultTypes: ['violations'], iframes: false })")
        assert [fault["id"] for fault in found["violations"] if fault["impact"] in ("serious", "critical")] == []
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        brightness[scheme] = sum(map(int, re.findall(r"\d+", paper)[:3]))
    assert brightness["light"] == 765
    assert brightness["dark"] < 150


def test_no_table_has_a_lone_row_before_a_page_break(report: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(report / "report.html")
    page.emulate_media(media="print")
    breaks = page.evaluate(
        "[...document.querySelectorAll('tbody')].filter(body => body.rows.length > 3)"
        ".map(body => [body.rows[0], body.rows[1], body.rows[body.rows.length - 2]]"
        ".map(row => getComputedStyle(row).breakAfter))"
    )
    assert len(breaks) > 5
    assert {tuple(one) for one in breaks} == {("avoid", "avoid", "avoid")}


def test_who_hears_the_page_is_led_from_each_chart_to_its_figures(report: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(report / "report.html")
    charts = page.locator("figure .chart img").all()
    assert len(charts) == 2
    for chart in charts:
        title = page.locator(f"#{chart.get_attribute('aria-details')}").inner_text()
        assert title.split(" ", 2)[2] in chart.get_attribute("alt")
    # Remaining ground at the end of each year, and what was released in it, are cells of those tables.
    assert "6,265,292" in page.locator("#progress table").first.inner_text()


def test_the_map_in_the_page_can_be_used(report: Path, open_page: Callable[..., Any]) -> None:
    frame = open_page(report / "report.html").frame_locator("iframe")
    frame.locator(".kh-ready").wait_for(timeout=60_000)
    frame.locator("[data-kh-tab=areas]").click()
    assert "SYN-N-01" in frame.locator(".kh-table").inner_text()


def test_the_report_prints_to_few_pages_with_a_map_for_paper(
    report: Path, open_page: Callable[..., Any], tmp_path: Path
) -> None:
    page = open_page(report / "report.html")
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert 5 <= pages <= 12
    page.emulate_media(media="print")
    assert not page.locator("iframe").is_visible()
    assert page.locator(".paper img").is_visible()
    if shutil.which("pdftotext"):
        (tmp_path / "report.pdf").write_bytes(pdf)
        text = subprocess.run(["pdftotext", "-layout", tmp_path / "report.pdf", "-"], capture_output=True, check=True)
        told = text.stdout.decode("utf-8")
        assert "6,265,292" in told
        assert re.search(rf"{pages} ?/ ?{pages}", told)
        assert len(re.findall(r"^ *Municipality +CHAs", told, re.M)) >= 1


# --- languages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["sq", "sr"])
def test_findings_are_told_in_the_language_of_the_report(reports: Callable[[str], Path], language: str) -> None:
    text = text_of(reports(language) / "report.html")
    said = {"sq": "është pjesë e të dhënave minimale", "sr": "spada u minimum podataka"}[language]
    tests = {"sq": "një regjistrimi i mungon diçka", "sr": "zapisu nedostaje nešto"}[language]
    assert said in text
    assert tests in text
    assert "it is part of the minimum data" not in text


@pytest.mark.parametrize("language", ["sq", "sr"])
def test_nothing_english_is_left_in_headings(reports: Callable[[str], Path], language: str) -> None:
    text = (reports(language) / "report.html").read_text(encoding="utf-8")
    heads = " ".join(re.findall(r"<(?:th scope=\"col\"|dt|h2)[^>]*>(.*?)</", text, re.S)).lower()
    for english in ("area", "municipality", "released", "unknown", "year", "record", "severity", "figure"):
        assert not re.search(rf"\b{english}", heads), english


# --- what is not known ------------------------------------------------------------------------------------------------


def test_without_releases_what_was_released_is_unknown(demo: Any, tmp_path: Path) -> None:
    path = kh.write_report(demo[0], None, tmp_path / "report", as_of=AS_OF)
    text = text_of(path / "report.html")
    assert "Released in 2024 unknown" in text
    assert "What was released is unknown, not zero." in text
    assert "figure for the end of 2023 not known" in text
    assert not (path / "tables" / "released.csv").exists()


def test_last_years_register_is_cut_by_this_years_releases(demo: Any, tmp_path: Path) -> None:
    _, releases, before = demo
    path = kh.write_report(before, releases, tmp_path / "report", as_of=AS_OF)
    assert "The register was taken to be dated 31 December 2023" in text_of(path / "report.html")
    left = table(path, "hazards_by_region").set_index("region").loc["Totals", "total_m2"]
    released = kh.progress(before, releases, register_date="2023-12-31").loc["2024", "taken_off_m2"]
    assert left == pytest.approx(8_780_000 - released, abs=1)


def test_a_register_of_another_country_without_places_is_told(demo: Any, tmp_path: Path) -> None:
    def moved(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        away = shapely.transform(frame.geometry.to_numpy(), lambda points: points + np.array([-3.0, 1.5]))
        return frame.drop(columns=["municipality", "district", "region"]).set_geometry(gpd.GeoSeries(away, crs=4326))

    path = kh.write_report(moved(demo[0]), moved(demo[1]), tmp_path / "report", as_of=AS_OF)
    text = text_of(path / "report.html")
    assert "there are no tables by place" in text
    assert "KMAC" not in text


def test_empty_register_is_not_called_safe_nor_done(demo: Any, tmp_path: Path) -> None:
    path = kh.write_report(demo[0].iloc[:0], demo[1], tmp_path / "report", as_of=AS_OF)
    text = text_of(path / "report.html")
    assert "The register holds no areas. That does not mean that there are none." in text
    assert "Chance of finishing" not in text


def test_two_years_are_no_ground_for_a_forecast(demo: Any, tmp_path: Path) -> None:
    late = demo[1][demo[1]["completed"] >= "2023"]
    path = kh.write_report(demo[0], late, tmp_path / "report", as_of=AS_OF)
    assert "Results are known for 2 whole years" in text_of(path / "report.html")
    assert not (path / "tables" / "forecast.csv").exists()


def test_what_is_needed_meets_the_deadline(report: Path) -> None:
    needed = table(report, "forecast").set_index("scenario").loc["needed"]
    assert (needed["completion_year"], bool(needed["meets_deadline"])) == (2030, True)


def test_rejected_and_repaired_records_are_told(tmp_path: Path) -> None:
    good, bow = (
        shapely.box(21.0, 42.6, 21.01, 42.61),
        shapely.Polygon([(21.1, 42.6), (21.11, 42.61), (21.11, 42.6), (21.1, 42.61)]),
    )
    frame = gpd.GeoDataFrame(
        {"hazard_id": ["KS-1", "KS-2", "KS-3"], "hazard_type": ["CHA", "SHA", "nonsense"]},
        geometry=[good, bow, good],
        crs="EPSG:4326",
    )
    path = kh.write_report(kh.read_hazards(frame), None, tmp_path / "report")
    assert table(path, "reading").iloc[0, 1:].tolist() == [3, 2, 1, 1]
    assert "nonsense" in table(path, "rejected_hazards")["reason"][0]
    assert "nonsense" in text_of(path / "report.html")


# --- hostile data -----------------------------------------------------------------------------------------------------


def test_hostile_texts_run_nowhere(demo: Any, open_page: Callable[..., Any], tmp_path: Path) -> None:
    hazards, releases, before = (frame.copy() for frame in demo)
    for frame, key in ((hazards, "hazard_id"), (releases, "release_id")):
        count = len(HOSTILE)
        frame.loc[frame.index[:count], key] = HOSTILE
        for column in ("operator", "source", "municipality", "district"):
            frame.loc[frame.index[-count:], column] = HOSTILE
    title = "".join(HOSTILE)
    with pytest.warns(kh.PlacesWarning):
        path = kh.write_report(hazards, releases, tmp_path / "report", as_of=AS_OF, previous=before, title=title)
    page = open_page(path / "report.html")
    page.frame_locator("iframe").locator(".kh-ready").wait_for(timeout=60_000)
    assert page.title() != "run"
    assert page.locator("iframe").count() == 1
    assert page.faults == []
    for svg in (path / "charts").glob("*.svg"):
        ET.parse(svg)  # noqa: S314 - made by ourselves
    for name in ("tables.xlsx", "article_7.xlsx"):
        for sheet in openpyxl.load_workbook(path / name):
            assert all(cell.data_type != "f" for row in sheet for cell in row)
    for file in (path / "tables").glob("*.csv"):
        cells = pd.read_csv(file, encoding="utf-8-sig", dtype=str).to_numpy().ravel()
        assert not [cell for cell in cells if isinstance(cell, str) and cell.startswith(("=", "@"))]


# --- sharing level ----------------------------------------------------------------------------------------------------


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Contents of every file; workbooks unpacked."""
    found = {}
    for file in folder.rglob("*"):
        if file.suffix == ".xlsx":
            with zipfile.ZipFile(file) as book:
                found |= {f"{file.name}/{name}": book.read(name) for name in book.namelist()}
        elif file.is_file():
            found[file.relative_to(folder).as_posix()] = file.read_bytes()
    return found


def test_public_report_tells_no_place_size_or_name(public: Path, demo: Any) -> None:
    contents = bytes_of(public)
    for frame, key in ((demo[0], "hazard_id"), (demo[1], "release_id")):
        points = shapely.get_coordinates(frame.geometry.to_numpy())
        patterns = {struct.pack("<d", number) for number in np.unique(points)}
        named = [column for column in (key, "name") if column in frame.columns]
        patterns |= {str(value).encode() for column in named for value in frame[column].dropna()}
        sizes = frame["reported_area_m2"].dropna().astype(int)
        # Round figures occur in any file by chance, as in the colours of a workbook.
        telling = sizes[(sizes >= 100_000) & (sizes % 1000 > 0)]
        patterns |= {text.encode() for size in telling for text in (f"{size}", f"{size:,}")}
        for name, content in contents.items():
            if not name.endswith(".png"):
                assert [pattern for pattern in patterns if pattern in content] == [], name


def test_public_layers_are_cells_of_the_grid(public: Path) -> None:
    for layer in ("hazards", "releases"):
        cells = pyogrio.read_dataframe(public / "hazards.gpkg", layer=layer).dropna(subset=["geometry"])
        # Released cells are those wholly released; the demonstration register has none.
        assert len(cells) or layer == "releases"
        corners = shapely.get_coordinates(cells.to_crs("EPSG:9141").geometry.to_numpy()) / 1000
        assert np.abs(corners - corners.round()).max(initial=0) < 1e-4


def test_public_tables_number_areas_and_measure_only_the_whole(public: Path) -> None:
    names = {file.stem for file in (public / "tables").glob("*.csv")}
    assert not names & {"cleared", "reduced", "cancelled", "findings", "without_submunitions", "reconciliation_by_area"}
    for level in ("region", "district", "municipality"):
        assert not [name for name in table(public, f"hazards_by_{level}").columns if "m2" in name]
    released = table(public, "released").set_index("product")["area_km2"]
    assert released.to_dict() == {"cancelled": 5.5, "reduced": 0.1, "cleared": 1.5, "Totals": 7.1}
    assert not list(public.glob("article_7*"))


def test_public_tables_tell_places_with_few_areas_together(public: Path, demo: Any) -> None:
    for level in ("municipality", "district", "region"):
        numbers = table(public, f"hazards_by_{level}").set_index(level)["total_areas"]
        assert (numbers >= 3).all(), level
        assert numbers["Totals"] == len(demo[0])
    assert "places with fewer than 3 areas are counted together" in text_of(public / "report.html")


def test_public_report_of_one_area_gives_no_area(demo: Any, tmp_path: Path) -> None:
    path = kh.write_report(demo[0].head(1), demo[1].head(1), tmp_path / "report", as_of="2020-12-31", detail="public")
    text = text_of(path / "report.html")
    assert "Total hazardous area not given" in text
    assert "km²" not in re.sub(r"Area, km²|km² \w+ before|a tenth of a square kilometre|\w+, km²", "", text)
    # An area whose size is not given is not an area of no size.
    assert "is not known or not given here, so there is no forecast" in text
    assert "nothing to forecast" not in text


def test_public_report_of_little_ground_does_not_say_none(demo: Any, tmp_path: Path) -> None:
    small = demo[0].head(3).copy()
    small["geometry"] = small.geometry.to_crs("EPSG:9141").centroid.buffer(50).to_crs("EPSG:4326")
    path = kh.write_report(small, None, tmp_path / "report", as_of="2024-12-31", detail="public")
    # Three areas of some 7,800 m² each.
    assert "Total hazardous area 0.1 km²" in text_of(path / "report.html")


# --- whole or not at all ----------------------------------------------------------------------------------------------


def state(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_killed_half_way_leaves_the_old_report(report: Path, tmp_path: Path) -> None:
    target = tmp_path / "report"
    shutil.copytree(report, target)
    before = state(target)
    code = (
        "import os, sys, kosovo_hazards as kh\n"
        "die = lambda name: os._exit(9) if name == 'files' else None\n"
        "kh.write_report(*kh.demo_data(2023), sys.argv[1], as_of='2023-12-31', overwrite=True, step=die)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(target)], check=False).returncode == 9
    assert state(target) == before


def test_an_error_leaves_the_old_report_and_no_rest(report: Path, demo: Any, tmp_path: Path) -> None:
    target = tmp_path / "report"
    shutil.copytree(report, target)
    before = state(target)

    def full(name: str) -> None:
        if name == "tables":
            raise OSError(28, "No space left on device")

    with pytest.raises(kh.HazardDataError, match="No space"):
        kh.write_report(demo[0], demo[1], target, as_of=AS_OF, overwrite=True, step=full)
    assert state(target) == before
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_report_is_replaced_only_when_asked_and_other_files_never(tmp_path: Path) -> None:
    def write(folder: Path, text: str, **options: bool) -> None:
        with whole_folder(folder, **{"overwrite": False, **options}) as part:
            (part / "report.html").write_text(text, encoding="utf-8")
            (part / "about.json").write_text('{"files": ["report.html"]}', encoding="utf-8")

    folder = tmp_path / "report"
    folder.mkdir()
    write(folder, "first")
    with pytest.raises(kh.HazardDataError, match="overwrite=True"):
        write(folder, "second")
    write(folder, "second", overwrite=True)
    assert (folder / "report.html").read_text(encoding="utf-8") == "second"
    (folder / "minutes.docx").write_text("mine", encoding="utf-8")
    with pytest.raises(kh.HazardDataError, match=r"no report wrote: minutes\.docx"):
        write(folder, "third", overwrite=True)
    assert (folder / "minutes.docx").read_text(encoding="utf-8") == "mine"
    with pytest.raises(kh.HazardDataError, match="is not there"):
        write(tmp_path / "missing" / "report", "x")


def test_a_folder_put_aside_by_a_killed_writer_comes_back(tmp_path: Path) -> None:
    aside = tmp_path / ".report.before"
    aside.mkdir()
    (aside / "report.html").write_text("old", encoding="utf-8")
    with pytest.raises(kh.HazardDataError, match="overwrite"), whole_folder(tmp_path / "report", overwrite=False):
        pass
    assert (tmp_path / "report" / "report.html").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"language": "xx"}, "no report in the language"),
        ({"detail": "secret"}, "detail is 'secret'"),
        ({"as_of": "yesterday-ish"}, "date"),
        ({"previous": {"2025-12-31": "later"}}, "not before"),
    ],
)
def test_wrong_use_is_told_and_leaves_nothing(demo: Any, tmp_path: Path, change: Any, message: str) -> None:
    options = {"as_of": AS_OF, **change}
    if isinstance(options.get("previous"), dict):
        options["previous"] = dict.fromkeys(options["previous"], demo[2])
    with pytest.raises(kh.HazardDataError, match=message):
        kh.write_report(demo[0], demo[1], tmp_path / "report", **options)
    assert list(tmp_path.iterdir()) == []


# --- command line -----------------------------------------------------------------------------------------------------


def test_what_comes_back_counts_findings_and_names_files_and_stands_for_the_folder(demo: Any, tmp_path: Path) -> None:
    hazards = pd.concat([demo[0].head(2), demo[0].head(1)])
    written = kh.write_report(hazards, None, str(tmp_path / "report"), as_of=AS_OF)
    # The id stands twice and the polygon too.
    assert written.counts["error"] == 2
    assert set(written.findings.query("severity == 'error'")["check"]) == {"duplicate-id", "duplicate-polygon"}
    assert set(written.files) == {path for path in (tmp_path / "report").rglob("*") if path.is_file()}
    assert sorted(os.listdir(written)) == sorted(path.name for path in written.path.iterdir())  # noqa: PTH208
    assert (written / "report.html") == written.page


def test_command_writes_the_report_and_ends_with_1_for_rejected_records(demo: Any, tmp_path: Path) -> None:
    hazards, releases, before = demo
    kh.write_geojson(hazards.assign(hazard_type=["odd", *hazards["hazard_type"][1:]]), tmp_path / "register.geojson")
    kh.write_geojson(releases, tmp_path / "released.geojson")
    kh.write_geojson(before, tmp_path / "before.geojson")
    arguments = ["report", "register.geojson", "--releases", "released.geojson", "--previous", "before.geojson",
                 "--as-of", AS_OF, "--language", "sq", "--out", "raporti"]  # fmt: skip
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert Path(done.stdout.split()[-1]) == Path("raporti", "report.html")
    assert "REFUZUARA: 1 zonë e rrezikshme" in done.stdout
    assert 'lang="sq"' in (tmp_path / "raporti" / "report.html").read_text(encoding="utf-8")
    again = run(*arguments, cwd=tmp_path)
    assert again.returncode == 2
    assert "is there already" in again.stderr
