"""Words from the form that made a table: the choice lists and labels of an XLSForm."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import pandas as pd

from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards.cells import texts
from kosovo_hazards.language import compact, not_hazardous_areas, words
from kosovo_hazards.reading.field_tools.coded_values import code_key, with_aliases, with_words
from kosovo_hazards.reading.files.failures import in_words
from kosovo_hazards.reading.files.kinds import kind_of
from kosovo_hazards.reading.files.limits import Kind, ReadingLimits, Request
from kosovo_hazards.reading.files.paths import local_path
from kosovo_hazards.reading.files.staging import staged
from kosovo_hazards.reading.formats.gdal import read_layer
from kosovo_hazards.reading.formats.sheet_text import plain_sheets
from kosovo_hazards.reading.source_records import Records
from kosovo_hazards.schema import HAZARDS, RELEASES

__all__ = ["FormWords", "read_form", "with_form_words"]

_SELECT = re.compile(r"(?P<how>select_one|select_multiple|rank)(?:_external|_from_file)?\s+(?P<list>\S+)", re.I)
_LABEL = re.compile(r"label(?:\s*::?\s*(?P<language>.+))?", re.I | re.S)
_ENGLISH = re.compile(r"english|\ben\b", re.I)
_SEPARATORS = re.compile(r"[,;\s]+")
_LISTS = ("choices", "external_choices")


@dataclass(frozen=True)
class FormWords:
    """What a form says of its questions.

    Attributes
    ----------
    name
        Of the file.
    words
        For each question with choices the word of each code.
    several
        Questions that take several choices.
    labels
        For each question what people see.
    """

    name: str
    words: Mapping[str, Mapping[str, str]]
    several: frozenset[str]
    labels: Mapping[str, str]


def read_form(source: str | os.PathLike[str], limits: ReadingLimits) -> FormWords:
    """Read the questions and choice lists of an XLSForm.

    Parameters
    ----------
    source
        Path of the workbook, with the sheets ``survey`` and ``choices``.
    limits
        How much it may hold.

    Raises
    ------
    UnreadableSourceError
        If it is no workbook, or has no sheet ``survey`` with the columns ``type`` and ``name``.
    """
    path = local_path(source)
    with in_words(path.name, "an XLSForm"):
        if not path.is_file() or kind_of(path) is not Kind.XLSX:
            raise UnreadableSourceError(f"{path.name!r} is no XLSForm, which is a workbook (.xlsx)", hint=_HINT)
        request = Request(path, Kind.XLSX, path.name, limits=limits)
        with plain_sheets(request) as (plain, filled), staged(replace(request, path=plain)) as place:
            sheets = {name.strip().lower(): name for name, rows in filled.items() if rows}
            tables = {key: _table(request, place, sheets[key]) for key in ("survey", *_LISTS) if key in sheets}
    survey = tables.get("survey", pd.DataFrame())
    if not {"type", "name"} <= set(survey.columns):
        raise UnreadableSourceError(
            f"{path.name!r} has no sheet 'survey' with the columns 'type' and 'name', as an XLSForm has", hint=_HINT
        )
    lists = dict(_lists([tables[key] for key in _LISTS if key in tables]))
    return _form(path.name, survey, lists)


_HINT = "give the form from which the survey was made (Survey123, KoboToolbox, ODK)"


def _table(request: Request, place: Path, sheet: str) -> pd.DataFrame:
    """A sheet with its first row as headings; an XLSForm has nothing above them."""
    raw = read_layer(replace(request, layer=sheet), place, HEADERS="DISABLE", FIELD_TYPES="STRING").table
    if not len(raw):
        return pd.DataFrame()
    body = raw.iloc[1:].apply(texts).reset_index(drop=True)
    headings = [str(cell).strip() if isinstance(cell, str) else "" for cell in raw.iloc[0]]
    return body.set_axis([name.lower() if not _LABEL.fullmatch(name) else name for name in headings], axis=1)


def _labels(table: pd.DataFrame) -> list[str]:
    """The columns with labels: English first, then that without a language, then the others."""
    found = [(name, _LABEL.fullmatch(name)) for name in map(str, table.columns)]
    ranked = [
        (0 if match["language"] and _ENGLISH.search(match["language"]) else 1 if not match["language"] else 2, name)
        for name, match in found
        if match
    ]
    return [name for _, name in sorted(ranked)]


def _lists(tables: list[pd.DataFrame]) -> Iterator[tuple[str, dict[str, str]]]:
    for table in tables:
        key = next((name for name in ("list_name", "list name") if name in table.columns), None)
        code = next((name for name in ("name", "value") if name in table.columns), None)
        if key is None or code is None:
            continue
        labels = _labels(table)
        known = table.dropna(subset=[key, code])
        for name, rows in known.groupby(key, sort=False):
            said = rows[labels].itertuples(index=False) if labels else [()] * len(rows)
            yield str(name), {code_key(one): _word(one, labels) for one, labels in zip(rows[code], said, strict=True)}


def _word(code: str, labels: tuple[object, ...]) -> str:
    """The label that the library understands, else the first; the code itself where there is none."""
    given = [label for label in labels if isinstance(label, str)]
    return next((label for label in given if compact(label) in _known_words()), given[0] if given else code)


@lru_cache(maxsize=1)
def _known_words() -> frozenset[str]:
    columns = [column for table in (HAZARDS, RELEASES) for column in table.columns if column.vocabulary]
    spelled = [words(column.spellings or column.name) for column in columns]
    own = [{compact(word) for word in column.vocabulary} for column in columns]
    return frozenset().union(*spelled, *own, not_hazardous_areas(), words("device_category"))


def _form(name: str, survey: pd.DataFrame, lists: Mapping[str, Mapping[str, str]]) -> FormWords:
    found: dict[str, Mapping[str, str]] = {}
    several, labels = set(), {}
    columns = _labels(survey)
    for row in survey.dropna(subset=["type", "name"]).to_dict("records"):
        question = str(row["name"])
        said = [row[column] for column in columns if isinstance(row[column], str)]
        labels.update({question: said[0]} if said else {})
        if (match := _SELECT.match(str(row["type"]))) is None:
            continue
        found[question] = lists.get(match["list"], {})
        if match["how"].lower() != "select_one":
            several.add(question)
    return FormWords(name, found, frozenset(several), labels)


def with_form_words(records: Records, form: FormWords) -> Records:
    """Records with the words of a form for its codes, and its labels for headings that say nothing by themselves.

    Parameters
    ----------
    records
        What a source holds; its columns are called as the questions, in any group of them.
    form
        The form.

    Notes
    -----
    Codes that the form's lists don't have stay as they are, and are told.
    """
    questions = {compact(question): question for question in form.labels.keys() | form.words.keys()}
    asked = {
        column: questions[key]
        for column in map(str, records.table.columns)
        if (key := next((one for one in _keys(column) if one in questions), None)) is not None
    }
    if not asked:
        note = f"no column is called as a question of the form {form.name!r}"
        return replace(records, notes=(*records.notes, note))
    table = records.table
    each = {column: form.words[question] for column, question in asked.items() if question in form.words}
    lists = {column: words for column, words in each.items() if asked[column] in form.several}
    for column, known in lists.items():
        table = table.assign(**{column: table[column].map(lambda cell, k=known: _several(cell, k), na_action="ignore")})
    table, notes = with_words(table, {column: known for column, known in each.items() if column not in lists})
    aliases = {column: form.labels[question] for column, question in asked.items() if question in form.labels}
    table, renamed = with_aliases(table, aliases)
    said = f"the form {form.name!r}"
    told = [note.replace("the file gives", f"{said} gives").replace("the file's list of fields", said)
            .replace("the file's list", said) for note in (*notes, *renamed)]  # fmt: skip
    if lists:
        told.append(f"lists of codes in {', '.join(map(repr, lists))} were replaced by the words that {said} gives")
    return replace(records, table=table, notes=(*records.notes, *told))


def _keys(column: str) -> tuple[str, str]:
    """A heading, and it without the names of groups before it."""
    return compact(column), compact(re.split(r"[/-]", column)[-1])


def _several(cell: object, known: Mapping[str, str]) -> object:
    """Words for a list of codes; the cell as it is if it holds anything else."""
    codes = [code_key(part) for part in _SEPARATORS.split(str(cell).strip()) if part]
    return ", ".join(known[code] for code in codes) if codes and set(codes) <= set(known) else cell
