"""Headings and words in English, Albanian, Serbian and IMSMA's own; ambiguous cells are left and told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from kosovo_hazards import HazardDataError
from kosovo_hazards._data import geodata_path
from kosovo_hazards.cells import dates, numbers
from kosovo_hazards.language.headings import compact
from kosovo_hazards.reading import column_matching
from kosovo_hazards.reading.column_matching import match_columns
from kosovo_hazards.reading.registers import read_hazards, read_releases
from kosovo_hazards.reading.result import ReadResult
from kosovo_hazards.schema import HAZARDS, RELEASES

FIELD = shapely.box(21.00, 42.60, 21.01, 42.61)


def read(options: dict[str, Any] | None = None, **columns: Any) -> ReadResult:
    """Hazards with these columns, each with a field."""
    frame = pd.DataFrame(columns)
    shapes = [shapely.box(21 + i / 50, 42.6, 21.01 + i / 50, 42.61) for i in range(len(frame))]
    return read_hazards(gpd.GeoDataFrame(frame, geometry=shapes, crs=4326), **(options or {}))


# --- headings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (
            ["Hazard ID", "Type", "Status", "Contamination", "Priority", "Commune", "Date recorded"],
            ["hazard_id", "hazard_type", "status", "contamination", "priority", "municipality", "established"],
        ),
        (
            ["Nr. i zonës", "Lloji", "Statusi", "Kontaminimi", "Prioriteti", "Komuna", "Data", "Organizata", "Fshati"],
            [
                "hazard_id", "hazard_type", "status", "contamination", "priority", "municipality", "established",
                "operator", "name",
            ],
        ),
        (
            ["Šifra", "Vrsta", "Stanje", "Zagađenje", "Prioritet", "Opština", "Datum", "Operater", "Naziv"],
            [
                "hazard_id", "hazard_type", "status", "contamination", "priority", "municipality", "established",
                "operator", "name",
            ],
        ),
        (["Шифра", "Врста", "Стање", "Општина"], ["hazard_id", "hazard_type", "status", "municipality"]),
        (
            ["hazard_localid", "areatype_enum", "status_enum", "priorityenum", "organisation_name_text", "areasize"],
            ["hazard_id", "hazard_type", "status", "priority", "operator", "reported_area_m2"],
        ),
        (["globalid", "hazard_classification", "status_code"], ["hazard_id", "hazard_type", "status"]),
        (
            ["hazard_id", "hazard_typ", "contaminat", "municipali", "establishe", "reported_a"],
            ["hazard_id", "hazard_type", "contamination", "municipality", "established", "reported_area_m2"],
        ),
    ],
    ids=["en", "sq", "sr", "sr_cyrl", "imsma", "core", "cut"],
)  # fmt: skip
def test_usual_headings_are_recognised(headings: list[str], expected: list[str]) -> None:
    found, _ = match_columns(headings, HAZARDS)
    assert {theirs: ours for ours, theirs in found.items()} == dict(zip(headings, expected, strict=True))


def test_every_heading_of_the_vocabulary_finds_its_column() -> None:
    rows = pd.read_csv(geodata_path("vocabulary", "columns.csv"), encoding="utf-8")
    for table in (HAZARDS, RELEASES):
        own = set(table.names) | {compact(name) for name in table.names}
        wanted = rows[rows["table"].isin([f"{table.name}s", "*"]) & rows["column"].isin(table.names)]
        for column, heading in wanted[["column", "heading"]].itertuples(index=False):
            found, _ = match_columns([heading], table)
            # A heading with two meanings goes to the first that is listed; one that is a column's own name to that.
            others = set(wanted["column"][wanted["heading"].map(compact) == compact(heading)])
            assert set(found) <= others | own
            assert found, f"{heading} stands for no column"
            assert column in others


def test_the_better_heading_wins_and_the_other_column_stays() -> None:
    result = read(type=["x"], hazard_type=["SHA"], id=["a"], hazard_id=["KS-1"])
    assert result.data["hazard_type"].tolist() == ["SHA"]
    assert result.data[["type", "id"]].to_numpy().tolist() == [["x", "a"]]
    report = result.recognised.set_index("source_column")
    assert report.loc["hazard_type", "how"] == "its own name"
    assert report.loc["type", "how"] == "left as it is"


def test_columns_overrules_what_is_recognised_and_must_exist() -> None:
    result = read({"columns": {"hazard_id": "Ref", "name": "id"}}, Ref=["KS-1"], id=["Meadow"], type=["CHA"])
    assert result.data[["hazard_id", "name"]].to_numpy().tolist() == [["KS-1", "Meadow"]]
    with pytest.raises(HazardDataError, match="the source has no such column") as caught:
        read({"columns": {"hazard_id": "Nr", "colour": "id"}, "defaults": {"size": 3}}, id=["x"])
    assert len(caught.value.faults) == 3


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("CHA", "CHA"),
        ("cha", "CHA"),
        (" Confirmed  Hazardous Area ", "CHA"),
        ("C.H.A.", "CHA"),
        ("Zonë e konfirmuar e rrezikshme", "CHA"),
        ("ZONE E KONFIRMUAR", "CHA"),
        ("Potvrđena opasna zona", "CHA"),
        ("Потврђена опасна зона", "CHA"),
        ("Suspected", "SHA"),
        ("Zonë e dyshuar", "SHA"),
        ("Sumnjivo područje", "SHA"),
    ],
)
def test_kinds_of_area_are_recognised(word: str, expected: str) -> None:
    assert read(type=[word]).data["hazard_type"].tolist() == [expected]


@pytest.mark.parametrize("word", ["CHA?", "SHA/CHA", "yes", "1"])
def test_what_is_not_sure_is_rejected_until_the_caller_says(word: str) -> None:
    assert f"{word!r} is not one of CHA, SHA" in read(type=[word]).rejected["reason"][0]
    assert len(read({"values": {word: "CHA"}}, type=[word]).data) == 1
    assert len(read({"values": {"hazard_type": {word: "confirmed"}}}, type=[word]).data) == 1


def test_land_that_is_no_hazardous_area_is_told() -> None:
    result = read(type=["EOD spot task", "Indication", "SHA"])
    assert result.rejected["reason"].tolist() == [
        "is a spot task, not a hazardous area",
        "is an indication, not yet a hazardous area",
    ]


def test_unknown_words_of_lesser_weight_do_not_cost_the_record() -> None:
    result = read(id=["a", "b"], type=["CHA", "SHA"], status=["Hapur", "half way"], priority=["i lartë", None])
    assert result.data["status"].tolist()[0] == "open"
    assert result.data["status"].isna().tolist() == [False, True]
    assert result.data["status_in_source"].tolist()[1] == "half way"
    assert result.data["priority"].tolist()[0] == "high"
    (told,) = result.unread.to_dict("records")
    assert (told["record_id"], told["row"], told["column"], told["value"]) == ("b", 2, "status", "half way")
    assert "is not one of open, worked on, closed, handed over" in told["problem"]


def test_several_kinds_of_ordnance_in_a_cell_are_mixed() -> None:
    result = read(type=["CHA"] * 3, contamination=["AP mines, AT mines", "CMR; Cluster bombs", "AP mines, hay"])
    assert result.data["contamination"].tolist()[:2] == ["mixed", "cluster munition remnants"]
    assert result.unread["value"].tolist() == ["AP mines, hay"]


def test_values_and_defaults_must_fit_our_words() -> None:
    with pytest.raises(HazardDataError, match="maps 'x' to words that are not in use"):
        read({"values": {"hazard_type": {"x": "perhaps"}}}, type=["x"])
    with pytest.raises(HazardDataError, match="not one of CHA, SHA"):
        read({"defaults": {"hazard_type": "perhaps"}}, id=["a"])


def test_defaults_fill_only_what_is_missing() -> None:
    result = read({"defaults": {"hazard_type": "suspected", "operator": "KSF"}}, id=["a", "b"], type=["CHA", None])
    assert result.data["hazard_type"].tolist() == ["CHA", "SHA"]
    assert set(result.data["operator"]) == {"KSF"}


@pytest.mark.parametrize(
    ("word", "product"),
    [
        ("Cancelled land", "cancelled"), ("NTS", "cancelled"), ("Hulumtim joteknik", "cancelled"),
        ("Area reduction", "reduced"), ("Technical survey", "reduced"), ("Tehničko izviđanje", "reduced"),
        ("BAC", "cleared"), ("Pastrim", "cleared"), ("Čišćenje", "cleared"), ("Cleared Areas", "cleared"),
    ],
)  # fmt: skip
def test_products_of_release_are_recognised(word: str, product: str) -> None:
    table = pd.DataFrame({"id": ["a"], "activity type": [word], "area": ["12"]})
    assert read_releases(table).data["product"].tolist() == [product]


# --- numbers and dates -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1,234,567.8", "12"], [1234567.8, 12]),
        (["1.234.567,8", "12"], [1234567.8, 12]),
        (["1 234 567,8", "1\u00a0000"], [1234567.8, 1000]),
        (["1'234'567.8", "12.345"], [1234567.8, 12.345]),  # the point is decimal in this column
        (["2.5", "12,345"], [2.5, 12345]),
        (["2,5", "12.345"], [2.5, 12345]),
        (["0.125", "0,5"], [0.125, 0.5]),
        (["1e3", "x"], [None, None]),
        (["5 ha", "0,25 km²", "700 m2", "3 acres"], [50000, 250000, 700, None]),
    ],
)
def test_numbers_with_either_mark(cells: list[str], expected: list[float | None]) -> None:
    parsed = numbers(pd.Series(cells))
    assert [None if pd.isna(value) else value for value in parsed.cells] == expected
    assert (parsed.problems != "").tolist() == [value is None for value in expected]


def test_a_number_that_may_be_two_is_left_and_told() -> None:
    result = read(type=["CHA", "CHA"], **{"Area m2": ["12.345", "678"]})
    assert result.data["reported_area_m2"].isna().tolist() == [True, False]
    assert result.unread["problem"].tolist() == ["'12.345' may be 12,345 or 12.345"]
    assert result.data["reported_area_m2_in_source"].tolist()[0] == "12.345"


@pytest.mark.parametrize(
    ("heading", "factor"),
    [
        ("Area", 1),
        ("area_ha", 1e4),
        ("Area (km2)", 1e6),
        ("Sipërfaqja [ha]", 1e4),
        ("Površina km²", 1e6),
        ("area m²", 1),
    ],
)
def test_areas_are_in_the_unit_of_their_heading(heading: str, factor: float) -> None:
    assert read(type=["CHA"], **{heading: [1.5]}).data["reported_area_m2"].tolist() == [1.5 * factor]


def test_areas_in_the_projection_of_a_web_map_are_not_taken_for_ground() -> None:
    result = read(type=["CHA"], Shape__Area=[1_650_000.0])
    assert result.data["reported_area_m2"].isna().all()
    assert result.data["Shape__Area"].tolist() == [1_650_000.0]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024-03-31", "2024-03-31"), ("2024/3/31", "2024-03-31"), ("20240331", "2024-03-31"),
        ("31.03.2024", "2024-03-31"), ("3.4.2024.", "2024-04-03"), ("31/03/2024", "2024-03-31"),
        ("03/31/2024", "2024-03-31"), ("4/4/2024", "2024-04-04"), ("31 mars 2024", "2024-03-31"),
        ("31-Mar-2024", "2024-03-31"), ("March 31, 2024", "2024-03-31"), ("31. maj 2024", "2024-05-31"),
        ("2024-03-31T00:00:00Z", "2024-03-31"), ("45382", "2024-03-31"), ("1711843200000", "2024-03-31"),
    ],
)  # fmt: skip
def test_dates_in_the_usual_orders(cell: str, day: str) -> None:
    parsed = dates(pd.Series([cell]))
    assert parsed.cells.dt.strftime("%Y-%m-%d").tolist() == [day]
    assert parsed.problems.tolist() == [""]


@pytest.mark.parametrize("cell", ["03/04/2024", "2024-02-31", "2015", "soon", "13/13/2024", "31 foo 2024"])
def test_dates_that_are_none_or_two_are_left_and_told(cell: str) -> None:
    result = read(type=["CHA"], established=[cell])
    assert result.data["established"].isna().all()
    assert result.unread["value"].tolist() == [cell]


def test_the_caller_says_which_comes_first() -> None:
    assert dates(pd.Series(["03/04/2024"]), day_first=True).cells[0] == pd.Timestamp("2024-04-03")
    assert dates(pd.Series(["03/04/2024"]), day_first=False).cells[0] == pd.Timestamp("2024-03-04")


def test_counts_are_whole_and_unknown_stays_unknown() -> None:
    table = pd.DataFrame(
        {
            "id": list("abcd"),
            "product": "BAC",
            "area": 5,
            "submunitions": ["1.234", None, "2.5", "-1"],
            "APM": [0, 1, 2, 3],
        }
    )
    result = read_releases(table)
    assert result.data["submunitions"].tolist()[0] == 1234
    assert result.data["submunitions"].isna().tolist() == [False, True, True, True]
    assert result.data["ap_mines"].sum() == 6
    assert sorted(result.unread["problem"]) == ["is negative", "is not a whole number"]


def test_columns_are_matched_once_on_the_way_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Points to polygons, parts joined, values taken: all go by one match."""
    rows = [(n, "SHA", 21.0 + dx, 42.6 + dy) for n in (1, 1, 2) for dx, dy in ((0, 0), (0.01, 0), (0.01, 0.01))]
    pd.DataFrame(rows, columns=["Nr", "Lloji", "lon", "lat"]).to_csv(tmp_path / "pikat.csv", index=False)
    looked_at = []
    claims = column_matching._claims

    def counting(name: str, *rest: object) -> object:
        looked_at.append(name)
        return claims(name, *rest)

    monkeypatch.setattr(column_matching, "_claims", counting)
    found = read_hazards(tmp_path / "pikat.csv", columns={"hazard_id": "Nr"}, crs="EPSG:4326", join_parts=True)
    assert sorted(found.data["hazard_id"]) == ["1", "2"]
    assert sorted(looked_at) == ["Lloji", "Nr", "lat", "lon"]
