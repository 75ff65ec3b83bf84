"""Languages: what a caller's own file of texts may hold, and that none of it runs in a page."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

import kosovo_hazards as kh
from kosovo_hazards.checks.catalogue import CHECKS
from kosovo_hazards.language import catalogue, catalogues, not_hazardous_areas, retelling, retold, sentences, speaking

RUNS = "<img src=x onerror=\"document.title='run'\"></script><script>document.title='run'</script>"
WORDS = Path(catalogues.__file__).parent / "words"


def english() -> dict[str, str]:
    return {
        key: text
        for folder in ("maps", "reports", "checks", "reading")
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


# --- what every language has ------------------------------------------------------------------------------------------

ALIKE_WORDS = {"Region", "region", "Scenario", "Status"}
# Words of data and names of tables are looked up behind the column in which they stand.
OF_DATA = {
    "balance", "condition", "contamination", "device_categories", "device_category", "directness", "evidence",
    "evidence_kinds", "item", "kind", "picture", "priority", "read", "scenario", "severity", "sheet", "step", "tab",
    "table",
}  # fmt: skip
LANGUAGES = sorted(path.stem for path in (WORDS / "maps").glob("*.json"))
# What people of the three languages write alike: names, abbreviations, patterns and international words.
ALIKE = re.compile(r"[\W\d]*|[A-Z]{2,4}|(\W*\{\w+\}\W*(m²?|km²)?\W*)+|.*kosovo_hazards.*|GeoPackage|UTM")


def read(language: str) -> dict[str, str]:
    return {
        key: text
        for folder in sorted(WORDS.iterdir())
        for key, text in json.loads((folder / f"{language}.json").read_text(encoding="utf-8")).items()
    }


def values(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def bases(texts: dict[str, str]) -> dict[str, dict[str, str]]:
    """The forms of each text; "" for one that has none."""
    found: dict[str, dict[str, str]] = {}
    for key, text in texts.items():
        base, _, form = key.partition("|")
        found.setdefault(base, {})[form] = text
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything_with_the_same_values(language: str) -> None:
    english, texts = bases(read("en")), bases(read(language))
    # What checks test stands in English beside their reasons.
    english |= {f"tests.{kind.name}": {"": kind.tests} for kind in CHECKS if language != "en"}
    assert set(texts) == set(english)
    for key, forms in texts.items():
        if key != "date.pattern":
            given = set.union(*map(values, english[key].values()))
            assert all(values(text) == given for text in forms.values()), key
    # Excel cuts names of sheets, which are short titles of the tables.
    sheets = [key for key in texts if key.startswith("sheet.") and key.replace("sheet.", "table.") in texts]
    assert len(sheets) > 30
    assert all(len(texts[key][""]) <= 31 for key in sheets)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_counts_has_the_forms_of_cldr(language: str) -> None:
    needed = {"one", "few", "other"} if language == "sr" else {"one", "other"}
    # The rules of CLDR, https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html
    assert needed == set(Locale.parse(language).plural_form.tags) | {"other"}
    for key, forms in bases(read(language)).items():
        assert set(forms) in ({""}, needed), key


def test_a_text_with_forms_is_only_asked_for_with_its_number() -> None:
    package = Path(kh.__file__).parent
    source = "\n".join(
        path.read_text(encoding="utf-8") for end in ("*.py", "*.js", "*.html") for path in package.rglob(end)
    )
    counts = [key for key, forms in bases(read("en")).items() if "" not in forms and not key.startswith("finding.")]
    asked = {name for key in counts for name in re.findall(rf"""(\w+)\(\s*["']{re.escape(key)}["']""", source)}
    assert len(counts) > 4
    # A note looks up the form of its number by itself.
    assert asked == {"counted", "Note"}


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_no_text_is_left_in_english(language: str) -> None:
    english, texts = read("en"), read(language)
    same = {key for key, text in texts.items() if text == english.get(key) and not ALIKE.fullmatch(text)}
    assert {texts[key] for key in same} <= ALIKE_WORDS


def pattern(text: ast.JoinedStr, value: str) -> str:
    """An f-string as a pattern, with `value` for what stands in braces."""
    parts = getattr(text, "values")  # noqa: B009 - no array's
    return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else value for part in parts)


def literals() -> tuple[set[str], list[re.Pattern[str]]]:
    """All texts in the source, and those with values in them as patterns."""
    whole: set[str] = set()
    patterns: list[str] = []
    package = Path(kh.__file__).parent
    for path in package.rglob("*.py"):
        if path.name == "catalogue.py" and path.parent.name == "checks":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr):
                patterns.append(pattern(node, ".+"))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "spoken_words":
                patterns.append(rf"{ast.literal_eval(node.args[0])}\..+")
    for path in package.glob("*/assets/*"):
        text = path.read_text(encoding="utf-8")
        whole |= set(re.findall(r"""["']([\w. -]+)["']""", text))
        patterns += [
            re.sub(r"\\\$\\\{[^`]*?\\\}", ".+", re.escape(one)) for one in re.findall(r"`([\w.]+\$\{[^`]+)`", text)
        ]
    # A pattern has to name a group of texts, or any text would match it.
    return whole, [re.compile(one) for one in set(patterns) if re.match(r"[a-z]+(\\?[.-]|_)|\.\+\\\.[a-z]", one)]


def test_every_text_is_shown_somewhere() -> None:
    whole, patterns = literals()

    def asked(key: str) -> bool:
        group, _, word = key.partition(".")
        names = {key, key.removeprefix("finding."), word if group in OF_DATA else key}
        return bool(names & whole) or any(one.fullmatch(name) for one in patterns for name in names)

    # What the language calls itself tells translators which file they have. Texts of readers are found by what
    # they say, some of which is put together from pieces.
    texts = bases(read("en"))
    assert [key for key in texts if not key.startswith("reader.") and not asked(key)] == ["language.name"]
    said = {filled(text) for text in literals_of(".")}
    # Names of columns are said with blanks.
    said |= set(not_hazardous_areas().values()) | {text.replace("_", " ") for text in said}
    pieces = {text: re.split(r"\{\w+\}|: |, |\b(?:latitude|longitude|is|are)\b", text) for text in READER.values()}
    assert [text for text, each in pieces.items() if not all(any(p.strip() in one for one in said) for p in each)] == []


def test_every_sentence_of_a_finding_is_there_with_the_values_that_it_is_given() -> None:
    english, seen = bases(read("en")), set()
    for path in (Path(kh.__file__).parent / "checks").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("sentence", "sentences")):
                continue
            given = {str(keyword.arg) for keyword in node.keywords}
            for key in keys_in(node.args[0]):
                forms = [text for base, text in english.items() if re.fullmatch(rf"finding\.{key}", base)]
                assert forms, key
                seen.add(key)
                assert all(values(text) <= given for texts in forms for text in texts.values()), key
    assert len(seen) > 60


def keys_in(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant):
        return [re.escape(str(node.value))]
    if isinstance(node, ast.JoinedStr):
        return [pattern(node, "[a-z-]+")]
    if isinstance(node, ast.ListComp):
        return keys_in(node.elt)
    if isinstance(node, ast.IfExp):
        return [*keys_in(node.body), *keys_in(node.orelse)]
    return []


# --- what readers say -------------------------------------------------------------------------------------------------

READER = {key: text for key, text in read("en").items() if key.startswith("reader.")}
# How a reason begins, in sentences whose subject is the record.
REASON = re.compile(r"(has|is|are|names|lies|holds|goes|spans|encloses|fixes|does not close|was shortened)\b(?! it )")
# Such beginnings of notes, of errors on shapes, and of what is only put together later.
NO_REASON = re.compile(
    r"names (in|of) .*|is called \{!r\}.*|goes round a pole|'7'|"
    r"(is|lies at x) '7'.*|has '7' for .*|.* coordinates of '7'"
)


def literals_of(room: str) -> set[str]:
    """All texts in the source of a room, with braces for values."""
    found: set[str] = set()
    for path in (Path(kh.__file__).parent / room).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
        inner = {id(part) for node in joined for part in getattr(node, "values")}  # noqa: B009 - no array's
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = getattr(node, "values")  # noqa: B009 - no array's
                found.add("".join(str(part.value) if isinstance(part, ast.Constant) else "{x}" for part in parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
                found.add(node.value)
    return found


def filled(text: str) -> str:
    return text.replace("{x}", "'7'")


@pytest.mark.parametrize("language", ["sq", "sr"])
def test_every_reason_that_readers_give_is_told_in_every_language(language: str) -> None:
    rooms = ("reading", "geometry", "imsma")
    reasons = {filled(text) for room in rooms for text in literals_of(room) if REASON.match(text)}
    t = catalogue(language)
    clauses = {clause for text in reasons for clause in retelling._parted(text, retelling._BETWEEN)[::2]}
    left = [
        clause
        for clause, said in zip(clauses, retold(clauses, t), strict=True)
        if clause == said and not NO_REASON.fullmatch(clause)
    ]
    assert len(reasons) > 100
    assert sorted(left) == []


def test_what_nobody_knows_stays_and_values_with_signs_of_clauses_are_kept() -> None:
    t = catalogue("sr")
    hostile = "hazard_type 'a; b – \"c\" <script>' is not one of CHA, SHA – correct it or map it with values="
    told = "hazard_type 'a; b – \"c\" <script>' nije nijedno od: CHA, SHA – ispravite ili prevedite sa values="
    both = ["burnt by the wind; encloses no ground", "burnt by the wind; ne zatvara nikakvo zemljište"]
    known = [
        "row 7 (X 42,5 s, Y nan) has 60 or more minutes or seconds",
        "red 7 (X 42,5 s, Y nan) ima 60 ili više minuta ili sekundi",
    ]
    assert retold([hostile, both[0], "", known[0]], t) == [told, both[1], "", known[1]]
    assert retold([hostile], catalogue("en")) == [hostile]


def test_ten_thousand_reasons_are_told_at_once() -> None:
    reasons = [
        f"id 'K-{n}' is that of row {n:,} too – give each its own, or pass join_parts=True" for n in range(10_000)
    ]
    said = retold(reasons, catalogue("sq"))
    assert (
        said[1_234]
        == "ID-ja 'K-1234' është edhe e rreshtit 1\u00a0234 – jepini secilit të vetën, ose jepni join_parts=True"
    )


# --- as people write --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "locale"), [("en", "en_GB"), ("sq", "sq"), ("sr", "sr_Latn")])
def test_dates_and_numbers_are_written_as_cldr_has_them(language: str, locale: str) -> None:
    t = catalogue(language)
    for month in range(1, 13):
        day = date(2026, month, 25)
        written = format_date(day, "long", locale=locale)
        if language == "sr":
            # CLDR names months of Serbian in the nominative; a date has them in the genitive: novembar, 25. novembra.
            written = re.sub(r"bar ", "bra ", re.sub(r"(?<!ba)([a-z]) ", r"\1a ", written))
        assert t.day(day) == written
    numbers = [0, 7, 1234, 9_876_543]
    assert [plain(t.number(n)) for n in numbers] == [plain(format_decimal(n, locale=locale)) for n in numbers]
    assert t.number(1234.5, 1)[-2:] == format_decimal(1234.5, locale=locale)[-2:]
    assert t.percent(0.45) == format_percent(0.45, locale=locale)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_ends_in_two_full_stops(language: str) -> None:
    texts = read(language)
    if texts["date.pattern"].endswith("."):
        assert [key for key, text in texts.items() if "{date}." in text] == []
    assert [key for key, text in texts.items() if re.search(r"[.,;]\s*[.,;]|\s[.,;]|\S  +\S", text)] == []


def plain(number: str) -> str:
    """A number with one kind of blank: ours don't break a line either."""
    return re.sub(r"\s", " ", number)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", {1: "1 edge is", 2: "2 edges are", 21: "21 edges are"}),
        ("sq", {1: "1 brinjë është", 5: "5 brinjë janë"}),
        ("sr", {1: "1 stranica je duža", 3: "3 stranice su duže", 5: "5 stranica je", 21: "21 stranica je duža",
                22: "22 stranice su", 1012: "1.012 stranica je"}),
    ],
)  # fmt: skip
def test_what_is_counted_stands_in_the_form_for_its_number(language: str, said: dict[int, str]) -> None:
    with speaking(catalogue(language, report=True)):
        told = sentences("long-edge", n=list(said), limit="5000", metres="6000")
    assert [text.startswith(begins) for text, begins in zip(told, said.values(), strict=True)] == [True] * len(said)


def test_a_language_of_the_callers_has_its_own_forms(tmp_path: Path) -> None:
    # Polish has four: 1 obszar, 2 obszary, 5 obszarów, and parts.
    own = {"language.code": "pl", "head.areas|one": "{n} obszar", "head.areas|few": "{n} obszary",
           "head.areas|many": "{n} obszarów", "head.areas|other": "{n} obszaru",
           "head.cells": "obszary: {n}"}  # fmt: skip
    (tmp_path / "pl.json").write_text(json.dumps(own), encoding="utf-8")
    t = catalogue(tmp_path / "pl.json")
    told = [t.counted("head.areas", n, chas=0, shas=0) for n in (1, 3, 5, 22)]
    assert told == ["1 obszar", "3 obszary", "5 obszarów", "22 obszary"]
    # One text without forms stands for all the forms that English has.
    assert [t.counted("head.cells", n, cells=1) for n in (1, 5)] == ["obszary: 1", "obszary: 5"]


def test_findings_are_said_in_every_language_of_the_same_records() -> None:
    hazards, releases = kh.demo_data("2024-12-31")
    twice = pd.concat([hazards, hazards.head(1)])
    found = {code: kh.check(twice, releases, as_of="2025-01-01", language=code) for code in LANGUAGES}
    same = ["check", "severity", "record_id", "other_id", "value"]
    for code in ("sq", "sr"):
        pd.testing.assert_frame_equal(pd.DataFrame(found[code][same]), pd.DataFrame(found["en"][same]))
        assert (found[code]["message"] != found["en"]["message"]).all()
        assert not found[code]["message"].str.contains(r"[{}]").any()
    # No language is left behind in what is said next.
    assert kh.check(twice)["message"].isin(found["en"]["message"]).any()
