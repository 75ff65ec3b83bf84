"""Published figures: kept as printed, traceable, and audited without missing or inventing a difference."""

from __future__ import annotations

import importlib.util
import re
from fractions import Fraction
from types import ModuleType

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kosovo_hazards import HazardDataError, published
from kosovo_hazards._data import geodata_path
from kosovo_hazards.published.comparisons import Interval, bounds, exact, judge
from kosovo_hazards.schema import HazardType, Product

# Worked out by hand from the documents: printed, recomputed, printed less recomputed.
DIFFERS = {
    "t1-column-total_m2": ("6,269,292", "6,265,292", 4000),
    "t1-area-totals": ("6,269,292", "6,265,292", 4000),
    "t2-share-npa/women": ("27 (35%)", "35.53", 35 - 2700 / 76),
    "t3-halo-months": ("8", "6", 2),  # May and June, July and August stand in one note only
    "t3-personnel-npa": ("80", "67", 13),
    "t3-personnel-npa-staff": ("80", "76", 4),
    "balance-2024": ("6.27km2", "1.8019", 6.27 - (8.78 - 7.13 + 0.151914)),
    "balance-2024-explained": ("6.27km2", "7.3419", 6.27 - (8.78 - 1.51 - 0.08 + 0.151914)),
    "balance-2023": ("8.78km2", "7.79", 8.78 - (10.02 - 1.92 - 0.31)),
    "strikes-submunitions": ("more than 295,700 submunitions", "295,000", 700),
    "chas-before-2022": ("130 confirmed hazardous areas (CHAs)", "0", 130),
    "chas-2012": ("total of 48 CHAs and suspected hazardous areas (SHAs)", "0", 48),
    "text-cleared-2023-key": ("over 1.93km²", "1.92", 0.01),
    "text-cleared-2023-t9": ("over 1.93km²", "1.92", 0.01),
    "text-cleared-2023-product": ("over 1.93km²", "1.9233", 1.93 - 9813 * 196 / 1e6),
    "per-submunition-2023-text": ("1 for every 9,813m²", "9,846.94", 9813 - 1.93e6 / 196),
    "npa-items": ("795 cluster munitions remnants and other explosive ordnance", "800", -5),
    "recognition-2014": ("110 states and Taiwan", "108", 2),
    "cited-mar/understanding/end-2023": ("2023-04-24", "2023-12-31", -251),
    "cited-profile/casualties/2013": ("2013-06-25", "2013-12-31", -189),
    "cited-profile/casualties/all": ("2013-09-30", "2013-12-31", -92),
}
ROUNDING = {"text-area-sum": ("6.27km2", "6.26"), "per-submunition-2023": ("1 for every 9,813m²", "9,795.92")}
FINDINGS = [
    "grand-total",
    "balance-2024",
    "balance-2023",
    "cleared-2023",
    "share-npa-women",
    "npa-personnel",
    "halo-months",
    "npa-items",
    "strike-submunitions",
    "recognition",
    "classification",
    "source-end-2023",
    "source-casualties-2013",
    "source-casualties-all",
]
WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
WORDS |= {"a": 1, "no": 0, "zero": 0, "single": 1, "fourth": 1, "double": 2, "half": 0.5, "third": 33.3}
LISTS = {
    "operators",
    "municipalities",
    "places surveyed",
    "working season",
}  # counted from names, not printed as numbers


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    return published.figures()


@pytest.fixture(scope="module")
def audit() -> pd.DataFrame:
    return published.audit().set_index("comparison")


def planted(figures: pd.DataFrame, key: str, value: float) -> pd.DataFrame:
    """The audit of a copy in which one figure was changed."""
    assert (figures["id"] == key).sum() == 1
    copy = figures.copy()
    copy.loc[copy["id"] == key, "value"] = value
    return published.audit(copy).set_index("comparison")


# --- the figures as a table


def test_every_figure_says_where_it_stands(figures: pd.DataFrame) -> None:
    assert figures["id"].is_unique
    assert set(figures["source"]) == set(published.sources()["source"])
    assert figures["paragraph"].notna().all()
    assert set(figures["table"].dropna()) == set(published.tables())
    assert len(figures) > 370


def test_every_number_has_unit_precision_and_qualifier(figures: pd.DataFrame) -> None:
    numbers = figures[figures["value"].notna()]
    assert numbers[["unit", "rounded_to", "qualifier", "printed", "measure"]].notna().all(axis=None)
    words = {"exact", "approximate", "more than", "at least", "almost", "less than"}
    assert set(numbers["qualifier"]) <= words
    assert (numbers["rounded_to"] >= 0).all()


def test_words_are_those_of_the_schema(figures: pd.DataFrame) -> None:
    assert set(figures["product"].dropna()) == set(Product)
    assert set(figures["hazard_type"].dropna()) == set(HazardType)


def test_the_parsed_value_is_the_one_printed(figures: pd.DataFrame) -> None:
    numbers = figures[figures["value"].notna() & ~figures["measure"].isin(LISTS)]
    wrong = [
        (row.id, row.printed, row.value) for row in numbers.itertuples() if row.value not in numbers_in(row.printed)
    ]
    assert wrong == []


def numbers_in(text: str) -> set[float]:
    plain = text.replace("10,3 km²", "10.3 km²").lower()
    digits = [float(found.replace(",", "")) for found in re.findall(r"\d[\d,]*(?:\.\d+)?", plain)]
    found = {*digits, *(WORDS[word] for word in re.findall(r"[a-z]+", plain) if word in WORDS)}
    scale = 1e6 if "million" in plain else 10 if "decades" in plain else 1
    return found | {number * scale for number in found}


def test_areas_in_km2_are_as_precise_as_their_last_digit(figures: pd.DataFrame) -> None:
    areas = figures[(figures["unit"] == "km2") & (figures["value"] > 0)]
    decimals = areas["printed"].str.extract(r"\d+[.,](\d+)")[0].str.len()
    assert (10.0**-decimals).tolist() == pytest.approx(areas["rounded_to"].tolist())


def test_periods_and_dates_can_be_read(figures: pd.DataFrame) -> None:
    for text in [*figures["period"].dropna(), *figures["attested"].dropna()]:
        first, last = (pd.Period(part) for part in (text.split("/")[0], text.split("/")[-1]))
        assert first.start_time <= last.end_time


def test_place_labels_say_what_they_denote(figures: pd.DataFrame) -> None:
    assert figures.loc[figures["place"].notna(), "place_kind"].notna().all()
    kinds = figures.drop_duplicates("place").set_index("place")["place_kind"]
    assert kinds["North"] == "region"
    assert kinds["Zubin Potok"] == "municipality"
    assert kinds["Pejë"] == "municipality or district"


def test_table_1_reads_as_printed() -> None:
    assert published.table("mar-2025-table-1").to_numpy().tolist() == [
        ["South", "3", "346,168", "3", "436,400", "6", "782,568"],
        ["North", "5", "2,062,880", "3", "1,391,903", "8", "3,454,783"],
        ["Centre", "5", "363,952", "0", "0", "5", "363,952"],
        ["East", "1", "320,000", "0", "0", "1", "320,000"],
        ["West", "8", "748,614", "7", "595,375", "15", "1,343,989"],
        ["Totals", "22", "3,841,614", "13", "2,423,678", "35", "6,269,292"],
    ]


def test_a_cell_with_two_figures_is_one_cell_in_print(figures: pd.DataFrame) -> None:
    halo = published.table("mar-2025-table-2").set_index("Operator").loc["HALO*"]
    assert halo.tolist() == ["155", "42 (27%)", "28", "6 21%)", "134", "36 (27%)"]
    women = figures[figures["printed"] == "42 (27%)"].set_index("unit")["value"]
    assert women.to_dict() == {"persons": 42, "%": 27}


def test_a_table_has_the_caption_and_source_with_it() -> None:
    table = published.table("mar-2025-table-8")
    assert table.attrs["source"] == "mar-2025"
    assert table.attrs["caption"].startswith("Table 8: Area cleared in 2024")
    assert table.columns.tolist() == ["Operator", "Area cleared (m²)", "Comments"]


@pytest.mark.parametrize("name", published.tables())
def test_every_table_can_be_had_wide_with_all_its_cells(name: str, figures: pd.DataFrame) -> None:
    cells = figures[figures["table"] == name]
    shown = set(published.table(name).astype(str).to_numpy().ravel())
    assert set(cells["printed"].dropna()) | set(cells["row"].dropna()) <= shown


@pytest.mark.parametrize(
    ("name", "columns"),
    [("monitor-profile-2014-clearance-2013", 6), ("monitor-profile-2014-contributions-2008-2012", 2)],
)
def test_a_table_whose_cells_are_lost_is_empty_not_zero(name: str, columns: int) -> None:
    table = published.table(name)
    assert table.shape == (0, columns)
    assert published.figures(table=name)["value"].isna().all()
    assert "empty" in table.attrs["note"]


def test_figures_can_be_filtered_and_summed() -> None:
    cleared = published.figures(table="mar-2025-table-7", operator="HALO", measure="area released", product="cleared")
    assert cleared["value"].sum() == 217_186 + 18_522 + 64_572 + 128_212


@pytest.mark.parametrize("column", ["source", "table", "measure", "place", "operator", "product"])
def test_an_unknown_filter_value_names_those_there_are(column: str) -> None:
    known = published.figures()[column].dropna().iloc[0]
    with pytest.raises(HazardDataError, match=re.escape(known)):
        published.figures(**{column: "nowhere"})


def test_an_unknown_table_names_those_there_are() -> None:
    with pytest.raises(HazardDataError, match="mar-2025-table-9"):
        published.table("table 10")


@pytest.mark.parametrize(
    "given_out", [published.sources, published.figures, lambda: published.table("mar-2025-table-1")]
)
def test_what_is_given_out_can_be_changed_without_changing_the_next(given_out: object) -> None:
    first = given_out()
    first.iloc[0, 0] = "changed"
    assert given_out().iloc[0, 0] != "changed"


# --- the audit


def test_the_real_differences_are_found_and_none_is_invented(audit: pd.DataFrame) -> None:
    found = audit[audit["verdict"] == "differs"]
    assert set(found.index) == set(DIFFERS)
    for name, (printed, recomputed, difference) in DIFFERS.items():
        assert (found.loc[name, "printed"], found.loc[name, "recomputed"]) == (printed, recomputed)
        assert found.loc[name, "difference"] == pytest.approx(difference)


def test_rounding_is_told_as_rounding(audit: pd.DataFrame) -> None:
    found = audit[audit["verdict"] == "rounding"]
    assert {name: (row["printed"], row["recomputed"]) for name, row in found.iterrows()} == ROUNDING


def test_every_comparison_says_what_it_compares(audit: pd.DataFrame) -> None:
    assert len(audit) > 200
    assert audit.index.is_unique
    told = ["where", "what", "printed", "recomputed", "difference", "unit", "verdict", "sources", "kind"]
    assert audit[told].notna().all(axis=None)
    assert not audit["what"].str.contains("[{}]", regex=True).any()


@pytest.mark.parametrize(
    "name",
    [
        "t7-column-area", "t7-column-submunitions", "t9-total", "t5-total", "t6-total", "t8-total", "t3-column-teams",
        "text-decrease", "text-released", "per-submunition-2024", "scorpion", "funding", "funding-belgium",
        "budget-kmac", "casualties-share", "t2-share-npa/women_managers", "t2-share-halo/women", "npa-area",
        "halo-contamination", "text-no-finds", "text-cleared-t7", "t3-halo-teams", "t3-halo-personnel",
        "strikes-bombs", "trend-majority", "npa-staff-shares", "text-areas", "key-cleared-2023-product",
    ],
)  # fmt: skip
def test_figures_that_add_up_agree(audit: pd.DataFrame, name: str) -> None:
    assert audit.loc[name, "verdict"] == "agrees"


def test_each_difference_is_listed_with_its_meaning(audit: pd.DataFrame) -> None:
    listed = published.differences()
    assert listed["finding"].tolist() == FINDINGS
    assert listed[["where", "what", "statement", "meaning"]].notna().all(axis=None)
    assert listed["comparisons"].sum() == len(DIFFERS)
    assert set(audit["finding"].dropna()) == set(FINDINGS)
    assert audit.loc[audit["verdict"] != "differs", "finding"].isna().all()


def test_the_readme_lists_what_the_audit_finds() -> None:
    writer = load_script("write_differences")
    readme = geodata_path("README.md").read_text(encoding="utf-8")
    shown = readme.split(writer.BEGIN)[1].split(writer.END)[0].strip()
    assert shown == writer.section(), "run python geodata/published/write_differences.py"


def load_script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, geodata_path("published", f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("t1/north/cha_m2", 2_062_890, ["t1-column-cha_m2", "t1-area-north"]),
        ("t1/west/shas", 8, ["t1-column-shas", "t1-count-west"]),
        ("t2/ksf/women_percent", 26, ["t2-share-ksf/women"]),
        ("t2/managers", 50, ["t2-column-managers"]),
        ("t3/npa/personnel", 70, ["t3-column-personnel"]),
        ("t3/note-teams/1", 3, ["t3-halo-teams"]),
        ("t5/leposavic/area", 1_831_658, ["t5-total"]),
        ("t7/gjakove/submunitions", 39, ["t7-column-submunitions"]),
        ("t8/halo/area", 128_122, ["t8-total", "t8-t7-halo"]),
        ("t9/2021/area", 1.40, ["t9-total"]),
        ("mar/clearance/area", 1.52, ["text-cleared-t7"]),
        ("mar/clearance/per-submunition", 16_976, ["per-submunition-2024"]),
        ("mar/clearance/no-finds", 0.1, ["text-no-finds"]),
        ("mar/understanding/decrease", 2.61, ["text-decrease"]),
        ("mar/funding/annual", 4_500_000, ["funding"]),
        ("mar/standards/large-loop", 92, ["scorpion"]),
        ("kd/clearance/2024", 2.51, ["trend-clearance", "key-clearance-table"]),
        ("npa/programme/area", 10.5, ["npa-area"]),
        ("npa/2023/items", 801, ["npa-2023-items"]),
        ("profile/casualties/killed", 116, ["casualties-text", "casualties-text-killed"]),
        ("profile/casualties/1999-2000-percent", 76, ["casualties-share"]),
        ("profile/contributions/eur", 1.2958, ["funding-belgium"]),
        ("profile/support/budget-usd", 1_430_000, ["budget-kmac"]),
        ("halo/contamination", 8_000_000, ["halo-contamination"]),
    ],
)
def test_a_planted_error_is_found(figures: pd.DataFrame, key: str, value: float, found: list[str]) -> None:
    result = planted(figures, key, value)
    assert (result.loc[found, "verdict"] == "differs").all()
    assert result.loc[found, "remark"].str.startswith("Not explained by rounding").all()


@pytest.mark.parametrize("key", ["t1/chas", "t2/staff", "t3/teams", "t5/area", "t6/area", "t7/other_uxo", "t8/area"])
@pytest.mark.parametrize("off", [-2, 2])
def test_a_total_off_by_two_is_found(figures: pd.DataFrame, key: str, off: int) -> None:
    # Two in the last place: square metres are rounded, and an error within their rounding is none.
    value = figures.set_index("id").loc[key, "value"] + (off * 3 if key.endswith("area") else off)
    assert (planted(figures, key, value)["verdict"] == "differs").sum() > len(DIFFERS)


def test_a_mended_figure_is_no_longer_a_difference(figures: pd.DataFrame) -> None:
    result = planted(figures, "t1/total_m2", 6_265_292)
    assert (result.loc[["t1-column-total_m2", "t1-area-totals"], "verdict"] == "agrees").all()
    assert "grand-total" not in set(result["finding"])


def test_the_audit_leaves_the_figures_alone_and_ignores_their_order(figures: pd.DataFrame) -> None:
    before = figures.copy()
    shuffled = published.audit(figures.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(figures, before)
    pd.testing.assert_frame_equal(shuffled.drop(columns="sources"), published.audit().drop(columns="sources"))


def test_every_missing_figure_is_named_at_once(figures: pd.DataFrame) -> None:
    lacking = figures[~figures["id"].isin(["t9/2020/area", "t6/area", "mar/funding/total"])]
    with pytest.raises(HazardDataError, match="lack a figure") as error:
        published.audit(lacking)
    assert {"funding", "t6-total"} <= {fault.record for fault in error.value.faults}


def test_a_figure_given_twice_is_refused(figures: pd.DataFrame) -> None:
    with pytest.raises(HazardDataError, match=r"t1/total_m2.*stands more than once"):
        published.audit(pd.concat([figures, figures[figures["id"] == "t1/total_m2"]]))


def test_a_table_without_the_columns_is_refused(figures: pd.DataFrame) -> None:
    with pytest.raises(HazardDataError, match="rounded_to"):
        published.audit(figures.drop(columns="rounded_to"))


# --- rounding: what a document prints is the rounded truth, so an honest document never differs

truths = st.lists(st.fractions(min_value=0, max_value=10_000, max_denominator=10_000), min_size=1, max_size=8)
decimals = st.integers(min_value=0, max_value=3)


def rounded(truth: Fraction, places: int) -> Interval:
    unit = Fraction(1, 10**places)
    return bounds(round(truth / unit) * unit, unit, "exact")


def summed(terms: list[Interval]) -> Interval:
    return sum(terms, start=exact(0))


@given(truths, decimals, decimals)
def test_a_rounded_total_of_rounded_rows_never_differs(rows: list[Fraction], places: int, total_places: int) -> None:
    printed = rounded(sum(rows, start=Fraction(0)), total_places)
    assert judge(printed, summed([rounded(row, places) for row in rows])) != "differs"


@given(truths, decimals, st.fractions(min_value="0.01", max_value=5, max_denominator=100))
def test_a_total_beyond_all_rounding_always_differs(rows: list[Fraction], places: int, beyond: Fraction) -> None:
    terms = [rounded(row, places) for row in rows]
    unit = Fraction(1, 10**places)
    off = summed(terms).value + unit * (len(rows) + 1) / 2 + unit * beyond
    assert judge(bounds(off, unit, "exact"), summed(terms)) == "differs"
    assert judge(bounds(2 * summed(terms).value - off, unit, "exact"), summed(terms)) == "differs"


@given(
    st.fractions(min_value=0, max_value=5000, max_denominator=1000),
    st.fractions(min_value=20, max_value=5000, max_denominator=1000),
    decimals,
    decimals,
)
def test_a_rounded_ratio_difference_or_product_never_differs(
    first: Fraction, second: Fraction, places: int, printed_places: int
) -> None:
    a, b = rounded(first, places), rounded(second, places)
    assert judge(rounded(first / second, printed_places), a / b) != "differs"
    assert judge(rounded(first - second, printed_places), a - b) != "differs"
    assert judge(rounded(first * second, printed_places), a * b) != "differs"


@given(st.integers(min_value=0, max_value=500), st.integers(min_value=1, max_value=500))
def test_a_share_of_exact_counts_agrees_when_rounded_and_differs_one_point_off(part: int, whole: int) -> None:
    share = Fraction(100 * part, whole)
    recomputed = exact(100) * exact(part) / exact(whole)
    assert judge(rounded(share, 0), recomputed) == "agrees"
    off = bounds(Fraction(round(share) + 2), Fraction(1), "exact")
    assert judge(off, recomputed) == "differs"


@given(truths, truths, decimals)
def test_a_true_order_never_differs_when_rounded(left: list[Fraction], right: list[Fraction], places: int) -> None:
    smaller, larger = sorted([sum(left, start=Fraction(0)), sum(right, start=Fraction(0))])
    assert judge(rounded(smaller, places), rounded(larger, places), relation="<=") == "agrees"
    assert judge(rounded(larger, places), rounded(smaller, places), relation=">=") == "agrees"
    if larger > smaller:
        assert judge(rounded(smaller, places), rounded(larger, places), relation="<") != "differs"
        assert judge(rounded(larger, places), rounded(smaller, places), relation=">") != "differs"


@pytest.mark.parametrize(
    ("qualifier", "recomputed", "verdict"),
    [
        ("exact", "1.505", "agrees"),  # a half may be rounded either way
        ("exact", "1.5051", "differs"),
        ("approximate", "1.509", "rounding"),
        ("approximate", "1.511", "differs"),
        ("more than", "1.509", "agrees"),
        ("more than", "1.499", "differs"),
        ("at least", "1.5", "agrees"),
        ("almost", "1.495", "agrees"),
        ("almost", "1.501", "differs"),
        ("less than", "1.489", "differs"),
    ],
)
def test_words_beside_a_figure_are_taken_at_their_word(qualifier: str, recomputed: str, verdict: str) -> None:
    unit = Fraction("0.01")
    precision = bounds(Fraction("1.5"), unit, "exact" if qualifier == "approximate" else qualifier)
    printed = bounds(Fraction("1.5"), unit, qualifier)
    assert judge(printed, exact(Fraction(recomputed)), precision=precision) == verdict


def test_more_than_without_a_last_digit_has_no_upper_end() -> None:
    assert judge(bounds(Fraction(2), Fraction(0), "more than"), exact(1000)) == "agrees"
    assert judge(bounds(Fraction(2), Fraction(0), "less than"), exact(-1000)) == "agrees"
    assert judge(bounds(Fraction(2), Fraction(0), "more than"), exact(Fraction("1.99"))) == "differs"


def test_dividing_by_what_may_be_zero_is_refused() -> None:
    with pytest.raises(HazardDataError, match="may be zero"):
        exact(1) / bounds(Fraction(0), Fraction(1), "exact")


def test_figures_of_a_time_have_their_period() -> None:
    periods = published.figures().set_index("id")["period"]
    assert periods["mar/planning/areas"] == periods["mar/planning/plan-2024"] == "2024"  # 14 of the 38, in one sentence
    assert periods["mar/funding/annual"] == periods["mar/funding/total"] == "2025/2030"
