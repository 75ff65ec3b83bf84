"""When an area is finished: figures worked out by hand, and never closed while ground remains."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given, settings
from hypothesis import strategies as st

import kosovo_hazards as kh

WEST, EAST = 21.00, 21.01
WHOLE = shapely.box(WEST, 42.60, EAST, 42.61)
HALVES = [shapely.box(WEST, 42.60, 21.005, 42.61), shapely.box(21.005, 42.60, EAST, 42.61)]


def register(**columns: Any) -> gpd.GeoDataFrame:
    data = {"hazard_id": ["A"], "hazard_type": ["CHA"], "status": ["open"], **columns}
    return gpd.GeoDataFrame(data, geometry=[WHOLE], crs="EPSG:4326")


def work(*shapes: shapely.Geometry, **columns: Any) -> gpd.GeoDataFrame:
    count = len(shapes)
    data = {
        "release_id": [f"R{number + 1}" for number in range(count)],
        "product": ["cleared"] * count,
        "completed": pd.to_datetime([f"2024-0{number + 1}-15" for number in range(count)]),
        "depth_cleared_cm": [60.0] * count,
        "samples_taken": [10] * count,
        "samples_passed": [10] * count,
        "submunitions": [2] * count, "ap_mines": [0] * count, "av_mines": [0] * count, "other_uxo": [1] * count,
        **columns,
    }  # fmt: skip
    return gpd.GeoDataFrame(data, geometry=list(shapes), crs="EPSG:4326")


def found(hazards: gpd.GeoDataFrame, releases: gpd.GeoDataFrame, **options: Any) -> pd.Series:
    return kh.completion(hazards, releases, **options).areas.iloc[0]


# --- figures ---------------------------------------------------------------------------------------------------------


def test_a_finished_area_tells_what_was_done() -> None:
    area = found(
        register(women=[7], girls=[None]),
        work(*HALVES, product=["cleared", "reduced"], depth_cleared_cm=[56.0, None], started=["2023-11-02", None],
             women=[1, 1], men=[2, 3], girls=[4, None]),
        handed_over={"A": "2024-03-01"},
    )  # fmt: skip
    assert area["finished"]
    assert area["new_status"] == "handed over"
    assert area["open_points"] == ""
    assert area["remaining_m2"] == pytest.approx(0, abs=0.5)
    half = float(kh.area_m2(register()).iloc[0]) / 2
    assert area[["cleared_m2", "reduced_m2"]].tolist() == pytest.approx([half, half], rel=1e-3)
    assert area[["submunitions", "ap_mines", "other_uxo", "samples_taken", "samples_passed"]].tolist() == [
        4,
        0,
        2,
        20,
        20,
    ]
    assert (area["shallowest_cm"], area["depth"], area["quality"]) == (56.0, "met", "met")
    # What the register says of beneficiaries goes before the releases; where it says nothing, they are summed.
    assert area[["women", "men", "girls"]].tolist() == [7, 5, 4]
    assert pd.isna(area["boys"])
    assert (area["started"], area["last_release"]) == (pd.Timestamp("2023-11-02"), pd.Timestamp("2024-02-15"))


def test_an_area_is_not_closed_while_ground_remains() -> None:
    done = kh.completion(register(), work(HALVES[0]), handed_over={"A": "2024-03-01"})
    area = done.areas.iloc[0]
    assert not area["finished"]
    assert area["new_status"] == "worked on"
    assert area["open_points"].split("; ")[:2] == ["ground remains", "handed over while ground remains"]
    # The register after it has the half that is left.
    assert done.register["area_m2"].tolist() == pytest.approx([float(kh.area_m2(register()).iloc[0]) / 2], rel=1e-3)
    assert done.register.geometry.iloc[0].contains(HALVES[1].buffer(-1e-7))


@settings(max_examples=25, deadline=None)
@given(
    cut=st.floats(0.05, 0.95), status=st.sampled_from(["open", "worked on", None]),
    product=st.sampled_from(["cleared", "reduced", "cancelled"]),
)  # fmt: skip
def test_whatever_part_is_released_the_rest_keeps_the_area_open(cut: float, status: str | None, product: str) -> None:
    edge = WEST + cut * (EAST - WEST)
    done = kh.completion(
        register(status=[status]), work(shapely.box(WEST, 42.60, edge, 42.61), product=[product]),
        handed_over={"A": "2024-05-01"},
    )  # fmt: skip
    assert done.areas["new_status"].tolist() == ["worked on"]
    left = shapely.difference(WHOLE, shapely.box(WEST, 42.60, edge, 42.61))
    assert shapely.difference(left, done.register.geometry.iloc[0]).area < 1e-12


def test_an_area_that_the_register_closed_without_a_release_is_not_finished() -> None:
    area = found(register(status=["handed over"]), work(HALVES[0]))
    assert not area["finished"]
    assert area["closed_m2"] > 1
    assert "closed without a release" in area["open_points"]
    assert "handed over while ground remains" in area["open_points"]


def test_what_lay_outside_is_told_once() -> None:
    beyond = shapely.box(WEST, 42.60, 21.02, 42.61)
    area = found(register(), work(beyond))
    assert area["outside_m2"] == pytest.approx(float(kh.area_m2(register()).iloc[0]), rel=1e-3)
    two = pd.concat([register(), register(hazard_id=["B"]).set_geometry([shapely.box(21.03, 42.6, 21.04, 42.61)])])
    both = kh.completion(two, work(shapely.box(WEST, 42.60, 21.04, 42.61))).areas
    once = kh.apply_releases(two, work(shapely.box(WEST, 42.60, 21.04, 42.61))).ledger["outside_m2"].sum()
    assert both["outside_m2"].sum() == pytest.approx(once)
    assert both["finished"].all()


# --- what lacks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("depths", "verdict", "status"),
    [
        ([56, 60], "met", "closed"),
        ([55.9, 60], "not met", "worked on"),
        ([None, 60], "unknown", "closed"),
        ([None, 50], "not met", "worked on"),
    ],
)
def test_depth_is_held_against_the_national_requirement(depths: list[Any], verdict: str, status: str) -> None:
    area = found(register(), work(*HALVES, depth_cleared_cm=depths))
    assert (area["depth"], area["new_status"]) == (verdict, status)
    elsewhere = found(register(), work(*HALVES, depth_cleared_cm=depths), required_depth_cm=13)
    assert elsewhere["depth"] == ("unknown" if None in depths else "met")


@pytest.mark.parametrize(
    ("taken", "passed", "verdict"),
    [
        ([5, 5], [5, 5], "met"),
        ([5, 5], [5, 4], "not met"),
        ([5, None], [5, None], "unknown"),
        ([5, 0], [5, 0], "unknown"),
        ([5, 5], [5, 6], "unknown"),
    ],
)
def test_samples_pass_only_if_every_release_says_so(taken: list[Any], passed: list[Any], verdict: str) -> None:
    area = found(register(), work(*HALVES, samples_taken=taken, samples_passed=passed))
    assert area["quality"] == verdict
    assert (area["new_status"] == "closed") == (verdict != "not met")


def test_samples_of_a_table_go_before_the_columns() -> None:
    samples = pd.DataFrame({"release_id": ["R1", "R1"], "samples_taken": [3, 2], "samples_passed": [3, 1]})
    area = found(register(), work(WHOLE), samples=samples)
    assert area[["samples_taken", "samples_passed", "quality"]].tolist() == [5, 4, "not met"]
    with pytest.raises(kh.HazardDataError, match="samples_passed"):
        found(register(), work(WHOLE), samples=samples.drop(columns="samples_passed"))


def test_without_columns_everything_is_unknown_and_nothing_is_zero() -> None:
    bare = gpd.GeoDataFrame({"release_id": ["R"], "product": ["cleared"]}, geometry=[WHOLE], crs="EPSG:4326")
    area = found(register().drop(columns="status"), bare)
    assert area[["submunitions", "samples_taken", "women", "shallowest_cm"]].isna().all()
    assert area["open_points"] == "depth unknown; samples unknown; finds not counted; day of handover unknown"
    assert area["new_status"] == "closed"


def test_a_find_deeper_than_was_cleared_is_told() -> None:
    items = gpd.GeoDataFrame(
        {"item_id": ["I", "J"], "release_id": ["R1", "R1"], "device_category": "submunition", "device_model": "KB-1",
         "depth_cm": [5.0, 62.0]},
        geometry=[WHOLE.centroid] * 2, crs="EPSG:4326",
    )  # fmt: skip
    done = kh.completion(register(), work(WHOLE), items=items)
    assert done.areas["deepest_cm"].tolist() == [62.0]
    assert "find below the cleared depth" in done.areas["open_points"].iloc[0]
    assert done.items[["hazard_id", "device_model", "quantity"]].to_numpy().tolist() == [["A", "KB-1", 2]]


def test_items_that_name_no_area_belong_to_their_release_or_to_the_ground_that_they_lie_in() -> None:
    # Columns as a team's GPS list has them: some rows know the task, some the release, most only a position.
    east = shapely.box(21.02, 42.60, 21.03, 42.61)
    both = pd.concat([register(), register().assign(hazard_id="B", geometry=[east])], ignore_index=True)
    spans = work(shapely.box(21.00, 42.60, 21.03, 42.61))
    inside, there, outside = WHOLE.centroid, east.centroid, shapely.Point(21.5, 42.6)
    items = gpd.GeoDataFrame(
        {
            "item_id": [f"I{n}" for n in range(7)],
            "hazard_id": [None, "gone", "A", None, None, None, None],
            "release_id": [None, None, "R1", "R1", "R1", "unheard of", None],
            "device_model": ["by ground", "wrong id", "by id", "by both", "by release", "nowhere", "nowhere"],
            "quantity": [1, 2, 4, 8, 16, None, 64],
        },
        geometry=[inside, there, there, there, None, outside, None], crs="EPSG:4326",
    ).to_crs("EPSG:9141")  # fmt: skip
    listed = kh.completion(both, spans, items=items).items.fillna({"hazard_id": "none"})
    assert sorted(listed[["hazard_id", "device_model", "quantity"]].itertuples(index=False, name=None)) == [
        ("A", "by ground", 1), ("A", "by id", 4), ("A", "by release", 16),
        ("B", "by both", 8), ("B", "by release", 16), ("B", "wrong id", 2), ("none", "nowhere", 65),
    ]  # fmt: skip


def test_ids_that_a_spreadsheet_turned_into_decimals_are_the_same_ids(tmp_path: Path) -> None:
    # One empty cell in a column of numbers, and pandas reads 7 as 7.0.
    east = shapely.box(21.02, 42.60, 21.03, 42.61)
    both = pd.concat([register(), register().assign(geometry=[east])], ignore_index=True).assign(hazard_id=[7.0, 8.0])
    items = gpd.GeoDataFrame({"item_id": ["I"], "depth_cm": [62.0]}, geometry=[WHOLE.centroid], crs="EPSG:4326")
    done = kh.completion(both, work(WHOLE, hazard_id=["7"]), items=items, handed_over={"7": "2024-03-01"})
    assert done.areas["hazard_id"].tolist() == ["7", "8"]
    assert done.areas["new_status"].tolist() == ["handed over", "open"]
    assert done.areas["deepest_cm"].iloc[0] == 62.0
    assert done.items["hazard_id"].tolist() == ["7"]
    folder = kh.write_completion_reports(both, work(WHOLE), tmp_path / "out", items=items)
    assert (folder / "7.html").is_file()


def test_an_item_found_after_the_last_release_keeps_the_area_from_being_closed() -> None:
    def area(day: str | None) -> pd.Series:
        items = gpd.GeoDataFrame({"item_id": ["I"], "date": [day]}, geometry=[WHOLE.centroid], crs="EPSG:4326")
        return kh.completion(register(), work(WHOLE), items=items).areas.iloc[0]

    last = area(None)["last_release"]
    assert (area(None)["new_status"], area(str(last.date()))["new_status"]) == ("closed", "closed")
    late = area(str((last + pd.Timedelta(days=1)).date()))
    assert "find after the last release" in late["open_points"]
    assert late["new_status"] == "worked on"
    # In ground that is left to be worked on nothing was missed.
    items = gpd.GeoDataFrame({"item_id": ["I"], "date": ["2030-01-01"]}, geometry=[WHOLE.centroid], crs="EPSG:4326")
    half = kh.completion(register(), work(HALVES[0]), items=items).areas.iloc[0]
    assert "find after" not in half["open_points"]


def test_the_list_names_items_of_no_area_and_what_was_not_accepted(tmp_path: Path) -> None:
    sheet = pd.DataFrame(
        {"Item id": ["I-1", "<b>I-2"], "Model": ["KB-1", "M77"], "Quantity": [3, 1], "X": [25, 1000], "Y": [42.6, 42.6]}
    )
    items = kh.read_items(sheet, crs="EPSG:4326")
    lost = kh.read_releases(
        pd.DataFrame({"release_id": ["R9"], "product": ["cleared"], "completed": ["31 February"], "area_m2": [-1]})
    )
    assert (len(items.data), len(items.rejected), len(lost.rejected)) == (1, 1, 1)
    folder = kh.write_completion_reports(register(), replace(lost, data=work(WHOLE)), tmp_path / "out", items=items)
    page = (folder / "index.html").read_text(encoding="utf-8")
    for told in ("belong to no area of the register", "KB-1: 3", "&lt;b&gt;I-2 (2): ", "R9 (1): ", "not accepted"):
        assert told in page


def test_work_that_is_not_finished_counts_nowhere() -> None:
    area = found(register(), work(*HALVES, status=["completed", "in progress"]))
    assert not area["finished"]
    assert area["releases"] == 1
    assert area["submunitions"] == 2
    later = found(register(), work(*HALVES), as_of="2024-01-31")
    assert (later["releases"], later["new_status"]) == (1, "worked on")


def test_areas_that_nobody_worked_on_stay_as_they_are() -> None:
    areas = kh.completion(*kh.demo_data("2024-12-31"), register_date="2024-12-31").areas
    assert areas["new_status"].tolist() == areas["status"].tolist()


def test_ids_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(kh.HazardDataError, match="no area has the id X"):
        kh.completion(register(), work(WHOLE), handed_over={"X": "2024-01-01"})
    with pytest.raises(kh.HazardDataError, match="no area has the id Y"):
        kh.write_completion_reports(register(), work(WHOLE), tmp_path / "out", ids=["Y"])
    with pytest.raises(kh.HazardDataError, match="is no depth"):
        kh.completion(register(), work(WHOLE), required_depth_cm=float("nan"))
    assert not (tmp_path / "out").exists()


# --- pages -----------------------------------------------------------------------------------------------------------


def text_of(page: Path) -> str:
    body = page.read_text(encoding="utf-8").partition("<body>")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def hostile() -> tuple[kh.ReadResult, gpd.GeoDataFrame]:
    both = pd.concat([register(hazard_id=['<script>alert("x")</script>'], municipality=["Вучитрн"]),
                      register(hazard_id=["منطقة ١"]), register(hazard_id=["lost"])], ignore_index=True)  # fmt: skip
    both = both.set_geometry([WHOLE, shapely.box(21.02, 42.6, 21.03, 42.61), shapely.Point(21.05, 42.6)])
    releases = work(
        WHOLE, HALVES[0], operator=['"><img src=x onerror=alert(1)>', "O'Neil & Söhne"], team=["Екипа 1", None]
    )
    return kh.read_hazards(both), releases.set_geometry([WHOLE, shapely.box(21.02, 42.6, 21.025, 42.61)])


def test_pages_say_what_the_table_says_and_nothing_runs(tmp_path: Path, browser: Any) -> None:
    hazards, releases = hostile()
    folder = kh.write_completion_reports(hazards, releases, tmp_path / "out", handed_over={"منطقة ١": "2024-02-01"})
    # Only the finished area has a page; the list has all three, the rejected one too.
    pages = sorted(path.name for path in folder.glob("*.html") if path.name != "index.html")
    assert len(pages) == 1
    listed = text_of(folder / "index.html")
    assert "Finished: 1 of 2 areas" in listed
    assert "منطقة ١" in listed
    assert "lost" in listed.partition("not accepted")[2]
    table = pd.read_csv(folder / "completion.csv", encoding="utf-8-sig")
    assert table["finished"].tolist() == [True, False]
    after = kh.read_hazards(folder / "register.gpkg", layer="hazards").data
    assert after["status"].tolist() == ["closed", "worked on"]
    shown = text_of(folder / pages[0])
    for told in ("Вучитрн", "Екипа 1", "10 of 10 passed", "56 cm", "60 cm", "2029", "Handover / Dorëzimi / Predaja"):
        assert told in shown
    requests: list[str] = []
    page = browser.new_context().new_page()
    page.on("request", lambda request: requests.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto((folder / pages[0]).as_uri())
    assert page.locator("script, img[onerror]").count() == 0
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    grave = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
    assert grave == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.context.close()


def test_the_page_of_an_area_with_ground_left_says_so_in_every_language(tmp_path: Path) -> None:
    for language, told in (("en", "remains hazardous"), ("sq", "mbetet e rrezikshme"), ("sr", "dalje je opasno")):
        folder = kh.write_completion_reports(
            register(), work(HALVES[0]), tmp_path / language, ids=["A"], language=language
        )
        shown = text_of(folder / "A.html")
        assert told in shown
        assert (
            kh.write_completion_reports(
                register(), work(HALVES[0]), folder, ids=["A"], language=language, overwrite=True
            )
            == folder
        )


def test_another_country_hears_nothing_of_kosovo(tmp_path: Path) -> None:
    field = shapely.box(35.7, 33.3, 35.71, 33.31)
    folder = kh.write_completion_reports(
        register().set_geometry([field]), work(field), tmp_path / "out", grid="EPSG:32636", required_depth_cm=20
    )
    shown = text_of(folder / "A.html")
    assert "authority for mine action" in shown
    assert not {"KMAC", "Kosovo", "2030"} & set(re.findall(r"\w+", shown.partition("kosovo_hazards")[0]))
    own = kh.write_completion_reports(
        register().set_geometry([field]), work(field), tmp_path / "own", grid="EPSG:32636", residual_note="Ask <LMAC>."
    )
    assert "Ask <LMAC>." in text_of(own / "A.html")


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    kh.write_completion_reports(register(), work(WHOLE), tmp_path / "out")
    with pytest.raises(kh.HazardDataError, match="overwrite"):
        kh.write_completion_reports(register(), work(WHOLE), tmp_path / "out")
