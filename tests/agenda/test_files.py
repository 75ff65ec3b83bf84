"""Rankings and plans as pages, workbooks, tables and layers: what is in them, in three languages, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

import kosovo_hazards as kh

RUNS = "<img src=x onerror=\"document.title='run'\">"


@pytest.fixture(scope="module")
def read() -> kh.ReadResult:
    """The demonstration register, of which one record is rejected and one priority unknown."""
    hazards = kh.demo_data()[0]
    hazards.loc[4, "priority"] = None
    return kh.read_hazards(pd.concat([hazards, hazards.head(1).assign(hazard_id="BAD-1", hazard_type="burnt")]))


@pytest.fixture(scope="module")
def ranking(read: kh.ReadResult) -> kh.Ranking:
    return kh.prioritise(read, criteria=kh.strategy_criteria())


@pytest.fixture(scope="module")
def plan(read: kh.ReadResult, ranking: kh.Ranking) -> kh.Plan:
    return kh.plan(read, kh.Capacity(21, 168), ranking, start=2025, cost_eur_per_m2=2.5)


@pytest.fixture
def opened(browser: Any) -> Any:
    contexts = []

    def open_page(path: Path, *, width: int = 1280, scheme: str = "light") -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.faults, page.asked = [], []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda line: page.faults.append(line.text) if line.type in ("error", "warning") else None)
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(path.as_uri())
        page.frame_locator("iframe").locator(".kh-ready").wait_for(timeout=60_000)
        return page

    yield open_page
    for context in contexts:
        context.close()


def serious(page: Any) -> list[str]:
    from axe_playwright_python.base import AXE_FILE_PATH

    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": Path(AXE_FILE_PATH).read_text(encoding="utf-8")})
    # The map has a test of its own.
    found = page.evaluate("axe.run({ exclude: ['iframe'] }, { resultTypes: ['violations'], iframes: false })")
    return [fault["id"] for fault in found["violations"] if fault["impact"] in ("serious", "critical")]


WORDS = {
    "en": ("The rule of the strategy", "not met", "What comes first", "By rank"),
    "sq": ("Rregulli i strategjisë", "nuk plotësohet", "Çfarë vjen e para", "Sipas vendit"),
    "sr": ("Pravilo strategije", "nije ispunjeno", "Šta je prvo", "Po redosledu"),
}


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", 1280, "dark"), ("sq", 390, "light"), ("sr", 390, "dark")]
)
def test_the_page_of_a_plan_is_whole_and_asks_for_nothing(
    language: str,
    width: int,
    scheme: str,
    plan: kh.Plan,
    read: kh.ReadResult,
    tmp_path: Path,
    opened: Callable[..., Any],
) -> None:
    path = kh.write_plan(plan, tmp_path / "plan.html", read, language=language, as_of="2024-12-31")
    page = opened(path, width=width, scheme=scheme)
    rule, verdict, first, by_rank = WORDS[language]
    headings = page.locator("h2").all_inner_texts()
    assert rule in headings
    assert first in headings
    assert verdict in page.locator("#rule").inner_text()
    assert page.locator("#rule tbody tr").count() == len(plan.places)
    # The charts stand as tables beside the pictures, for those who can't see them.
    readers = page.locator(".for-readers table")
    assert [table.locator("tbody tr").count() for table in readers.all()] == [35, 35]
    assert page.locator("figure img").count() == 3
    assert page.locator(".rejected").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert by_rank in page.frame_locator("iframe").locator(".kh-panel-legend").text_content()
    assert serious(page) == []
    assert [url for url in page.asked if not url.startswith(("data:", "file:", "about:"))] == []
    assert page.faults == []


def test_the_page_of_a_ranking_in_another_country_with_hostile_names(
    tmp_path: Path, opened: Callable[..., Any]
) -> None:
    names = [RUNS, "Общ № 1", "حقل ألغام", 'a"b', "</script><script>document.title='run'</script>"]
    hazards = gpd.GeoDataFrame(
        {"hazard_id": names, "hazard_type": "SHA", "municipality": [RUNS, "Srebrenica", None, "x", "y"]},
        geometry=[shapely.box(18 + i / 10, 44, 18.01 + i / 10, 44.01) for i in range(5)], crs="EPSG:4326",
    )  # fmt: skip
    layer = gpd.GeoDataFrame(geometry=[shapely.Point(18.005, 44.02)], crs="EPSG:4326")
    criteria = kh.strategy_criteria(development={RUNS: layer})
    ranking = kh.prioritise(hazards, criteria=criteria)
    path = kh.write_ranking(ranking, tmp_path / "first.html", hazards, title=RUNS)
    page = opened(path)
    assert page.title() == RUNS
    assert page.locator("img[src=x]").count() == 0
    text = page.locator("#rank").inner_text()
    assert all(name in text for name in names)
    assert page.faults == []


def test_a_table_has_the_library_s_names_and_says_that_it_is_synthetic(
    ranking: kh.Ranking, plan: kh.Plan, read: kh.ReadResult, tmp_path: Path
) -> None:
    first = pd.read_csv(kh.write_ranking(ranking, tmp_path / "first.csv", read), encoding="utf-8-sig")
    assert first["score"].tolist() == pytest.approx(ranking.table["score"].tolist())
    assert first.columns[:3].tolist() == ["hazard_id", "rank", "ties"]
    assert first["municipality"].notna().all()
    work = pd.read_csv(kh.write_plan(plan, tmp_path / "plan.csv", read), encoding="utf-8-sig")
    assert work["rule"].tolist() == plan.table["rule"].tolist()
    for table in (first, work):
        assert set(table["notice"]) == {"synthetic demonstration data – not real locations"}
        assert len(table) == 35


def test_layers_hold_every_area_and_the_rejected_records(
    ranking: kh.Ranking, plan: kh.Plan, read: kh.ReadResult, tmp_path: Path
) -> None:
    for path, layer in (
        (kh.write_ranking(ranking, tmp_path / "first.gpkg", read), "ranking"),
        (kh.write_plan(plan, tmp_path / "plan.gpkg", read), "plan"),
    ):
        table = pyogrio.read_dataframe(path, layer=layer)
        assert set(table["hazard_id"]) == set(read.data["hazard_id"])
        ranks = table.set_index("hazard_id")["rank"]
        assert ranks.to_dict() == ranking.table.set_index("hazard_id")["rank"].to_dict()
        assert len(pyogrio.read_dataframe(path, layer="rejected")) == 1


@pytest.mark.parametrize("language", ["en", "sq", "sr"])
def test_a_workbook_speaks_the_language(language: str, plan: kh.Plan, read: kh.ReadResult, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(kh.write_plan(plan, tmp_path / "plan.xlsx", read, language=language))
    assert len(book.sheetnames) == 7
    cells = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert WORDS[language][1] in cells
    assert language == "en" or "not met" not in cells


def test_the_test_of_the_strategy_is_written_as_table_and_workbook(read: kh.ReadResult, tmp_path: Path) -> None:
    found = kh.tolerability(read, as_of="2024-12-31", language="sq")
    table = pd.read_csv(kh.write_tolerability(found, tmp_path / "t.csv", read), encoding="utf-8-sig")
    assert table["tolerable"].tolist() == found["tolerable"].tolist()
    book = openpyxl.load_workbook(kh.write_tolerability(found, tmp_path / "t.xlsx", read, language="sq"))
    cells = [cell for row in book.worksheets[1].iter_rows(values_only=True) for cell in row]
    assert "nuk plotësohet" in cells
    assert "not met" not in cells


def test_wrong_endings_other_areas_and_files_that_are_there_are_refused(
    ranking: kh.Ranking, read: kh.ReadResult, tmp_path: Path
) -> None:
    with pytest.raises(kh.UsageError, match=r"\.html"):
        kh.write_ranking(ranking, tmp_path / "first.pdf", read)
    with pytest.raises(kh.BadRecordsError):
        kh.write_ranking(ranking, tmp_path / "first.html", read.data.head(3))
    (tmp_path / "first.csv").write_text("precious", encoding="utf-8")
    with pytest.raises(kh.NotWrittenError):
        kh.write_ranking(ranking, tmp_path / "first.csv", read)
    kh.write_ranking(ranking, tmp_path / "first.csv", read, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["first.csv"]
