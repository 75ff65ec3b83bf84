"""Words for the codes of a survey from the form that it was made with.

Layout: XLSForm (xlsform.org): sheets ``survey`` (type, name, label, label::Language) and ``choices`` (list_name, name,
label …); exports of Survey123 (doc.arcgis.com/en/survey123/) hold the names of choices, several parted by commas; the
questions are some of the hazardous area form that a programme of IMSMA Core documents.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

import kosovo_hazards as kh
from kosovo_hazards.cli import app

SURVEY = [
    ["type", "name", "label::English (en)", "label::Arabic (ar)"],
    ["text", "id_ha_sy", "Report ID", "رقم التقرير"],
    ["select_one hatype", "ha_1", "Classification", "التصنيف"],
    ["select_one hastatus", "status_ha", "Status of the hazardous area", "حالة المنطقة الخطرة"],
    ["select_multiple mines", "eo_mine_type", "Contamination", None],
    ["select_one_external comlist", "community_code", "Community", None],
    ["geoshape", "outline", "Outline", None],
    [None, None, None, None],
    ["begin repeat", "rep", "Repeat", None],
]
CHOICES = [
    ["list_name", "name", "label::Arabic (ar)", "label::English (en)"],
    ["hatype", "1", "منطقة خطرة مؤكدة", "Confirmed hazardous area"],
    ["hatype", "2", "منطقة خطرة مشتبه بها", "Suspected hazardous area"],
    ["hatype", "3", None, "Special zone"],
    ["hastatus", "st_a", "مفتوح", "Open"],
    ["hastatus", "st_b", "مغلق", "Closed"],
    ["mines", "ap", None, "Anti-personnel mines"],
    ["mines", "av", None, "Anti-vehicle mines"],
    [None, None, None, None],
]
RING = "42.60 21.00 540 4;42.60 21.01 541 5;42.61 21.01 542 4;42.60 21.00 540 4"
ROWS = [
    ["id_ha_sy", "ha_1", "status_ha", "eo_mine_type", "outline"],
    ["ORG-HA-1", "1", "st_a", "ap,av", RING],
    ["ORG-HA-2", "2", "st_b", "av", RING.replace("21.0", "21.1")],
]


def form(path: Path, survey: Sequence[Sequence[Any]] = SURVEY, choices: Sequence[Sequence[Any]] = CHOICES) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    for row in survey:
        sheet.append(row)
    for name, rows in (
        ("choices", choices),
        ("external_choices", [["list_name", "name", "label"], ["comlist", "C1", "Село"]]),
    ):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def export(path: Path, rows: Sequence[Sequence[Any]] = ROWS) -> Path:
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_choice_lists_give_the_words_and_labels_the_headings(tmp_path: Path, ending: str) -> None:
    result = kh.read_hazards(export(tmp_path / f"survey{ending}"), form=form(tmp_path / "form.xlsx"))
    assert result.data[["hazard_id", "hazard_type", "status", "contamination"]].to_numpy().tolist() == [
        ["ORG-HA-1", "CHA", "open", "mixed"],
        ["ORG-HA-2", "SHA", "closed", "anti-vehicle mines"],
    ]
    told = "\n".join(result.notes)
    assert "'ha_1' is called 'Classification' in the form 'form.xlsx'" in told
    assert "codes in 'ha_1', 'status_ha' were replaced by the words that the form 'form.xlsx' gives" in told


def test_without_the_form_nothing_is_guessed(tmp_path: Path) -> None:
    result = kh.read_hazards(export(tmp_path / "survey.csv"))
    assert len(result.data) == 0
    assert len(result.rejected) == 2


def test_codes_without_a_word_and_words_that_nobody_knows_are_told(tmp_path: Path) -> None:
    rows = [*ROWS, ["ORG-HA-3", "3", "st_z", "ap other", RING], ["ORG-HA-4", "9", "st_a", "ap av", RING]]
    result = kh.read_hazards(export(tmp_path / "survey.csv", rows), form=form(tmp_path / "form.xlsx"))
    assert "'Special zone' is not one of CHA, SHA" in result.rejected["reason"][0]
    assert "'9' is not one of CHA, SHA" in result.rejected["reason"][1]
    told = "\n".join(result.notes)
    assert "codes in 'ha_1' without a word in the form 'form.xlsx' stay as they are: 9" in told
    known = kh.read_hazards(
        tmp_path / "survey.csv", form=tmp_path / "form.xlsx", values={"hazard_type": {"Special zone": "SHA"}}
    )
    row = known.data.set_index("hazard_id").loc["ORG-HA-3"]
    assert row[["status", "contamination"]].isna().all()
    assert row["status_in_source"] == "st_z"
    assert "other" in row["device_categories"]


def test_labels_in_one_other_language_are_understood_too(tmp_path: Path) -> None:
    survey = [
        ["type", "name", "label"],
        ["select_one t", "ha_1", "Lloji i zonës"],
        ["select_one s", "status_ha", "Statusi"],
    ]
    choices = [["list_name", "name", "label"], ["t", "1", "Zonë e konfirmuar"], ["t", "2", "Zonë e dyshuar"],
               ["s", "st_a", "I hapur"], ["s", "st_b", "Мbyllur"]]  # fmt: skip
    made = form(tmp_path / "form.xlsx", survey, choices)
    result = kh.read_hazards(export(tmp_path / "survey.csv"), form=made)
    assert result.data["hazard_type"].tolist() == ["CHA", "SHA"]


def test_the_command_line_takes_the_form(tmp_path: Path) -> None:
    made, rows = form(tmp_path / "form.xlsx"), export(tmp_path / "survey.csv")
    shown = CliRunner().invoke(app, ["inspect", str(rows), "--form", str(made)])
    assert "2 accepted, 0 rejected" in shown.output
    assert "--form" in shown.output
    done = CliRunner().invoke(app, ["convert", str(rows), str(tmp_path / "out.geojson"), "--form", str(made)])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("what", ["no form", "missing", "a table", "damaged"])
def test_what_is_no_form_is_refused_in_words(tmp_path: Path, what: str) -> None:
    rows = export(tmp_path / "survey.csv")
    path = tmp_path / "form.xlsx"
    if what == "no form":
        export(path)
    elif what == "a table":
        path = shutil.copy(rows, tmp_path / "other.csv")
    elif what == "damaged":
        form(path)
        path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(kh.HazardDataError, match=r"XLSForm|no file|form\.xlsx"):
        kh.read_hazards(rows, form=path)


def test_a_form_of_another_survey_says_so(tmp_path: Path) -> None:
    other = form(tmp_path / "form.xlsx", [["type", "name", "label"], ["text", "victim", "Victim"]])
    result = kh.read_hazards(export(tmp_path / "survey.csv"), form=other)
    assert "no column is called as a question of the form 'form.xlsx'" in result.notes
