"""What readers say in English, told in Serbian and Albanian."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kosovo_hazards as kh
from kosovo_hazards.language import catalogue, retelling, retold

PACKAGE = Path(kh.__file__).parent
# Rooms that open files, place what is in them, or name places; results of theirs carry notes and warnings.
ROOMS = ("reading", "geometry", "imsma", "evidence", "gazetteer", "scale")
# Names under which notes are gathered, and functions that give them.
GATHERED = {"note", "notes", "told", "hint", "summary", "more", "remark", "said", "messages", "message", "renamed",
            "differences", "unknown", "lines", "remarks"}  # fmt: skip
GIVES = re.compile(r"_?(notes?_on|.*notes?|_?on_.*|advice|_?told|_told_.*|_oddities|_rows|messages|_system|_say_.*)")
SENTENCE = re.compile(r"(?:[\w'\"{}]+[,:]? ){2}.*[a-z]{3}", re.DOTALL)
# Pieces of texts that are only put together later, and what stands beside notes: errors, queries, and values.
PIECES = re.compile(
    r"'7' values of '7' could not be taken over.*|its coordinates lie far outside .*|records? '7'.* lies?|"
    r"the file's list( of fields)?|the file gives|boxes (found positive|not searched)|read the file with .*|SELECT .*|"
    r"they were made from its name and the row'7'|no column with the names of the units .*"
)


def made(node: ast.AST) -> Iterator[ast.AST]:
    """Where notes are made: what is gathered under their names, appended to them, or given by their functions."""
    for part in ast.walk(node):
        if isinstance(part, ast.keyword) and part.arg == "notes":
            yield part.value
        if isinstance(part, ast.Assign | ast.AnnAssign | ast.AugAssign) and part.value is not None:
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            names = {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
            if names & GATHERED:
                yield part.value
        if isinstance(part, ast.Call):
            called, on = getattr(part.func, "attr", ""), getattr(getattr(part.func, "value", None), "id", "")
            if (called == "append" and on in GATHERED) or getattr(part.func, "id", "") == "PlacesWarning":
                yield part.args[0]
        if isinstance(part, ast.FunctionDef) and GIVES.fullmatch(part.name):
            yield from (
                inner.value
                for inner in ast.walk(part)
                if isinstance(inner, ast.Return | ast.Yield) and inner.value is not None
            )


def texts_in(node: ast.AST) -> Iterator[str]:
    """The texts of an expression, with '7' for each value in them."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "'7'" for part in node.values)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for part in ast.iter_child_nodes(node):
        yield from texts_in(part)


def notes() -> set[str]:
    """Every clause of every note in the source."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for room in ROOMS for path in (PACKAGE / room).rglob("*.py")]
    given = {text for tree in trees for place in made(tree) for text in texts_in(place) if SENTENCE.match(text)}
    clauses = {clause.strip() for text in given for clause in retelling._parted(text, retelling._BETWEEN)[::2]}
    return {clause for clause in clauses if SENTENCE.match(clause) and not PIECES.fullmatch(clause)}


@pytest.mark.parametrize("language", ["sq", "sr"])
def test_every_note_in_the_source_is_told_in_every_language(language: str) -> None:
    clauses = sorted(notes())
    told = retold(clauses, catalogue(language))
    assert len(clauses) > 120
    assert [clause for clause, said in zip(clauses, told, strict=True) if clause == said] == []


@pytest.mark.parametrize(
    ("note", "serbian", "albanian"),
    [
        (
            "1 rows between others have nothing in them and were left out",
            "1 red između drugih je prazan i izostavljen",
            "1 rresht mes të tjerëve është i zbrazët dhe u la jashtë",
        ),
        (
            "22 rows between others have nothing in them and were left out",
            "22 reda između drugih su prazna i izostavljena",
            "22 rreshta mes të tjerëve janë të zbrazët dhe u lanë jashtë",
        ),
        (
            "1,005 rows between others have nothing in them and were left out",
            "1.005 redova između drugih je prazno i izostavljeno",
            "1\u00a0005 rreshta mes të tjerëve janë të zbrazët dhe u lanë jashtë",
        ),
    ],
)
def test_what_a_note_counts_stands_in_the_form_for_its_number(note: str, serbian: str, albanian: str) -> None:
    assert retold([note], catalogue("sr")) == [serbian]
    assert retold([note], catalogue("sq")) == [albanian]


def test_lists_in_notes_are_told_item_by_item_and_names_in_them_are_kept() -> None:
    notes = [
        "columns taken: hazard_id from 'Nr, from here', product from 'M' by the words that it holds",
        "columns left as they are, not recognised: 'left out', 'b' and 1,203 more",
        (
            "12 values of established could not be taken over (see unread): row 1 'x, row 2; – y' is not a number, "
            "row 2 'z' may be metres or centimetres – give unit=\"m\" and 10 more"
        ),
        "left out, as they are no records: 1 tours, 3 links to other files, which are not fetched",
        "the records of 3 folders were joined (North from Ibar, 4 photos, no folder); column 'folder' says which",
        "row 3: The last point of shape A repeats the first. (The same kind in row 4, row 5 and 3 more.)",
        (
            "2 recorded places need a look; all were left as recorded\n  record 1: municipality no municipality "
            "is called 'X'; near names: Istog"
        ),
    ]
    assert retold(notes, catalogue("sr")) == [
        "preuzete kolone: hazard_id iz 'Nr, from here', product iz 'M', po rečima u njoj",
        "kolone ostavljene kakve jesu, neprepoznate: 'left out', 'b' i još 1.203",
        (
            "12 vrednosti kolone established nije moglo da se preuzme (videti unread): red 1: 'x, row 2; – y' nije "
            "broj, red 2: 'z' mogu biti metri ili centimetri – upišite unit=\"m\" i još 10"
        ),
        "izostavljeno, jer nisu zapisi: 1 obilazak, 3 veze ka drugim datotekama, koje se ne preuzimaju",
        "zapisi iz 3 fascikle su spojeni (North from Ibar, 4 photos, bez fascikle); kolona 'folder' kaže kojeg",
        "red 3: Poslednja tačka oblika A ponavlja prvu. (Isto u: red 4, red 5 i još 3.)",
        (
            "2 upisana mesta treba pogledati; sve je ostavljeno kako je upisano\n  zapis 1: opština: ništa se ne zove "
            "'X' (opština); slični nazivi: Istog"
        ),
    ]


def test_a_note_that_nobody_knows_is_kept_whole() -> None:
    strange = "the moon was full; 3 wolves howled – perhaps at it"
    assert retold([strange, ""], catalogue("sq")) == [strange, ""]


@pytest.mark.parametrize(
    ("reason", "serbian"),
    [
        (
            "product is missing – give cancelled or reduced or cleared",
            "nedostaje product – upišite cancelled ili reduced ili cleared",
        ),
        (
            "evidence_kinds 'x' is not one of mine signs or fencing, other",
            "evidence_kinds 'x' nije nijedno od: mine signs or fencing, other",
        ),
        (
            "the two are probably swapped, as it would then lie in Kosovo: pass --x (or --y if they are right)",
            "verovatno su zamenjene, jer bi tada ležao na području: Kosovo: navedite --x (ili --y ako su ispravne)",
        ),
    ],
)
def test_choices_are_joined_in_the_language_but_words_that_hold_an_or_are_kept(reason: str, serbian: str) -> None:
    assert retold([reason], catalogue("sr")) == [serbian]
