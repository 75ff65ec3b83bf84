"""Languages: what a caller's own file of texts may hold, and that none of it runs in a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kosovo_hazards as kh
from kosovo_hazards.language import catalogues

RUNS = "<img src=x onerror=\"document.title='run'\"></script><script>document.title='run'</script>"
WORDS = Path(catalogues.__file__).parent / "words"


def english() -> dict[str, str]:
    return {
        key: text
        for folder in ("maps", "reports")
        for key, text in json.loads((WORDS / folder / "en.json").read_text(encoding="utf-8")).items()
    }


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{", "is no catalogue"),
        (b"[1]", "is no catalogue"),
        (b'{"language.name": "\xff"}', "is no catalogue"),
        (b"[" * 100_000, "is no catalogue"),
        (b'{"language.name": 3}', "is no catalogue"),
        (b'{"language.name": null}', "is no catalogue"),
        (b'{"language.name": {"a": "b"}}', "is no catalogue"),
        (b'{"date.pattern": "{day} {moon}"}', "'date.pattern' has the value {moon}"),
        (b'{"date.months": "January"}', "'date.months' is 'January'"),
        (b'{"language.code": "../x"}', "'language.code' is '../x'"),
        (b'{"language.code": "\\" onload=\\"x"}', "'language.code'"),
        (b'{"number.decimal": "7"}', "'number.decimal' is '7'"),
    ],
)
def test_a_file_that_is_no_catalogue_is_told(content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / "own.json").write_bytes(content)
    hazards, releases = kh.demo_data()
    for use in (
        lambda path: kh.hazard_map(hazards, language=path),
        lambda path: kh.progress_chart(kh.progress(hazards, releases), language=path),
        lambda path: kh.write_report(hazards, releases, tmp_path / "report", language=path),
    ):
        with pytest.raises(kh.HazardDataError) as caught:
            use(tmp_path / "own.json")
        assert told in str(caught.value)
    assert not (tmp_path / "report").exists()


# Titles of charts grow too long to leave room for the chart.
@pytest.mark.filterwarnings("ignore:constrained_layout")
def test_texts_of_a_catalogue_never_run(open_map: Callable[..., Any], tmp_path: Path) -> None:
    known = english()
    kept = ("language.code", "number.thousands", "number.decimal", "date.months")
    own = {key: text if key in kept else RUNS + text for key, text in known.items()}
    (tmp_path / "own.json").write_text(json.dumps(own), encoding="utf-8")
    hazards, releases = kh.demo_data()
    written = kh.write_report(
        hazards, releases, tmp_path / "report", as_of="2024-12-31", language=tmp_path / "own.json"
    )
    shown = open_map(kh.hazard_map(hazards, releases, language=tmp_path / "own.json"))
    for tab in shown.page.locator("[data-kh-tab]").all():
        tab.evaluate("tab => tab.click()")  # so long a name lies under the map
    assert RUNS in shown.page.locator(".kh").inner_text()
    assert shown.page.locator(".kh img").count() == 0
    assert shown.page.title() != "run"
    assert (shown.requests, shown.errors) == ([], [])
    text = written.page.read_text(encoding="utf-8")
    assert "<img src=x" not in text
    assert "&lt;img src=x" in text
