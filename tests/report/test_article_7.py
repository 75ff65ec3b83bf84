"""Tables for a voluntary Article 7 report: the published figures, of this convention alone, nothing invented."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards import published

YEAR = 2024


@pytest.fixture(scope="module")
def tables() -> kh.Article7:
    return kh.article_7_tables(*kh.demo_data(2024), year=YEAR, opening=kh.demo_data(2023)[0])


def fields(**columns: Any) -> gpd.GeoDataFrame:
    count = len(next(iter(columns.values())))
    shapes = [shapely.box(21 + 0.1 * n, 42.6, 21.01 + 0.1 * n, 42.61) for n in range(count)]
    ids = [f"KS-{n}" for n in range(count)]
    return gpd.GeoDataFrame({"hazard_id": ids, "hazard_type": "CHA", **columns}, geometry=shapes, crs="EPSG:4326")


def test_contaminated_areas_are_those_of_table_1(tables: kh.Article7) -> None:
    # Sum of the rows of table 1; the printed grand total differs by 4,000 m²
    last = tables.contaminated.iloc[-1]
    assert (last["areas"], round(last["area_m2"])) == (35, 6_265_292)
    by_type = tables.contaminated.iloc[:-1].groupby("hazard_type")["areas"].sum()
    cells = published.table("mar-2025-table-1").set_index("District").loc["Totals"]
    assert by_type.to_dict() == {"CHA": int(cells["CHAs"]), "SHA": int(cells["SHAs"])}
    assert len(tables.areas) == 35
    assert tables.areas["area_m2"].sum() == pytest.approx(last["area_m2"])


def test_released_areas_are_those_of_tables_5_to_7(tables: kh.Article7) -> None:
    by_product = tables.released.iloc[:-1].groupby("product")["area_m2"].sum().round()
    for product, table, total in (
        ("cancelled", "mar-2025-table-5", "Total"),
        ("reduced", "mar-2025-table-6", "Total"),
        ("cleared", "mar-2025-table-7", "Totals"),
    ):
        row = published.table(table).set_index("District").loc[total]
        assert by_product[product] == float(row[f"Area {product} (m²)"].replace(",", ""))


def test_items_destroyed_are_those_of_table_7(tables: kh.Article7) -> None:
    items = tables.items.set_index("item")
    row = published.table("mar-2025-table-7").set_index("District").loc["Totals"]
    assert items.loc["submunitions", "cleared"] == int(row["Submunitions destroyed"])
    assert items.loc["ap_mines", "cleared"] == int(row["AP mines destroyed"])
    assert items.loc["other_uxo", "cleared"] == int(row["Other UXO destroyed"])
    # No source counts what technical survey found beside submunitions
    assert pd.isna(items.loc["other_uxo", "reduced"])
    assert items.loc["other_uxo", "uncounted"] == 2


def test_status_gives_the_balance_of_the_year(tables: kh.Article7) -> None:
    status = tables.status.set_index("step")["area_m2"].round()
    assert status["opening"] == 8_780_000
    assert status["added"] == 151_914
    assert status["closing"] == 6_265_292
    assert status["closing_CHA"] + status["closing_SHA"] == status["closing"]


def test_what_is_not_given_is_missing_and_told() -> None:
    tables = kh.article_7_tables(kh.demo_data()[0], year=YEAR)
    status = tables.status.set_index("step")["area_m2"]
    assert status[["opening", "added", "cleared", "reduced", "cancelled"]].isna().all()
    assert tables.released.empty
    assert "article.no_releases" in {note.key for note in tables.notes}


def test_mines_alone_are_of_other_conventions_and_their_number_is_told() -> None:
    register = fields(contamination=["cluster munition remnants", "anti-personnel mines", "mixed", None])
    work = register.rename(columns={"contamination": "found"}).assign(
        release_id=register["hazard_id"], product="cleared", completed=pd.Timestamp("2024-05-01")
    )
    tables = kh.article_7_tables(register, work, year=YEAR)
    assert tables.areas["hazard_id"].tolist() == ["KS-0", "KS-2", "KS-3"]
    assert tables.released["releases"].iloc[-1] == 3
    notes = {note.key: note.given for note in tables.notes}
    assert (notes["article.others"], notes["article.other_releases"]) == ({"n": 1}, {"n": 1})
    assert notes["article.unclear"] == {"n": 1}


def test_closed_areas_and_other_years_do_not_count() -> None:
    register = fields(status=["open", "closed", "handed over"])
    work = register.head(2).drop(columns="status").assign(
        release_id=["R-1", "R-2"], product="cleared", completed=pd.to_datetime(["2023-05-01", "2024-05-01"])
    )  # fmt: skip
    tables = kh.article_7_tables(register, work, year=YEAR)
    assert tables.contaminated["areas"].iloc[-1] == 1
    assert tables.released["releases"].iloc[-1] == 1


def test_ground_released_twice_counts_once() -> None:
    register = fields(status=["open"])
    work = (
        pd.concat([register, register], ignore_index=True)
        .drop(columns="status")
        .assign(release_id=["R-1", "R-2"], product="cleared", completed=pd.to_datetime(["2024-03-01", "2024-05-01"]))
    )
    tables = kh.article_7_tables(register, work, year=YEAR)
    assert tables.released["area_m2"].iloc[-1] == pytest.approx(kh.area_m2(register).sum())


def test_an_empty_register_gives_empty_tables() -> None:
    hazards, releases = kh.demo_data()
    tables = kh.article_7_tables(hazards.iloc[:0], releases.iloc[:0], year=YEAR)
    assert tables.areas.empty
    assert tables.status.set_index("step").loc["closing", "areas"] == 0


@pytest.mark.parametrize("language", ["en", "sq", "sr"])
def test_page_says_what_it_is_modelled_on_and_claims_no_conformity(
    tables: kh.Article7, language: str, tmp_path: Path
) -> None:
    path = kh.write_article_7(tables, tmp_path / "article_7.html", language=language)
    page = path.read_text(encoding="utf-8")
    assert f'lang="{language}"' in page
    assert "CCM/MSP/2010/PM/10" in page
    assert "SYN-N-01" in page
    assert "default-src &#x27;none&#x27;" in page
    if language == "en":
        assert "claim no conformity" in page
        assert "Synthetic demonstration data" in page


def test_workbook_has_a_sheet_a_table(tables: kh.Article7, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(kh.write_article_7(tables, tmp_path / "article_7.xlsx"))
    assert book.sheetnames == [
        "About", "Status and progress", "Contaminated areas", "Released areas", "Items destroyed", "Areas one by one",
    ]  # fmt: skip
    last = [cell.value for cell in book["Released areas"][book["Released areas"].max_row]]
    assert 7_133_032 in last
    assert "conformity" in " ".join(str(cell.value) for row in book["About"] for cell in row)


def test_wrong_use_is_told(tables: kh.Article7, tmp_path: Path) -> None:
    with pytest.raises(kh.HazardDataError, match=r"neither \.html nor \.xlsx"):
        kh.write_article_7(tables, tmp_path / "article_7.docx")
    kh.write_article_7(tables, tmp_path / "article_7.xlsx")
    with pytest.raises(kh.HazardDataError, match="is there already"):
        kh.write_article_7(tables, tmp_path / "article_7.xlsx")
    with pytest.raises(kh.HazardDataError, match="coordinate reference system"):
        kh.article_7_tables(fields(status=["open"]).set_crs(None, allow_override=True), year=YEAR)
