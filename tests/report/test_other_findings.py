"""Findings of another source than the checks stand in the report with theirs, in its language, the worst first."""

from __future__ import annotations

import pandas as pd
import pytest

import kosovo_hazards as kh
from kosovo_hazards.language import catalogue, speaking
from kosovo_hazards.reading import Notebook, findings_of
from kosovo_hazards.report.results import gather
from kosovo_hazards.report.tables import tables_of


@pytest.mark.parametrize(
    ("language", "message", "tests"),
    [
        ("en", "There are shapes of this key, but no hazard.", "there are shapes without a record"),
        ("sq", "Ka figura me këtë çelës, por asnjë hazard.", "ka figura pa regjistrim"),
        ("sr", "Postoje oblici sa ovim ključem, ali nema hazard.", "ima oblika bez zapisa"),
    ],
)
def test_findings_of_structure_are_listed_in_the_language_of_the_report(
    language: str, message: str, tests: str
) -> None:
    book = Notebook("hazard")
    book.tell("shape-replaced", "note", "KS-1", "2 shapes no longer in use are left out.", value=2)
    book.tell("record-missing", "error", "{GONE}", "There are shapes of this key, but no hazard.")
    hazards = kh.demo_data()[0].head(3)
    with speaking(catalogue(language, report=True)):
        results = gather(hazards, None, as_of="2024-12-31", findings=findings_of(book))
        tables = {table.name: table.frame for table in tables_of(results, public=False)}
    first = results.findings.iloc[0]
    assert first[["check", "record_id", "message"]].tolist() == ["record-missing", "{GONE}", message]
    assert results.findings["severity"].tolist() == sorted(
        results.findings["severity"], key=["error", "warning", "note"].index
    )
    counted = tables["findings_by_check"].set_index("check")["tests"]
    assert counted["record-missing"] == tests
    assert pd.notna(counted).all()
