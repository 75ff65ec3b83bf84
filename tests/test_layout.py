"""The plan of the house: rooms, the direction of imports, and how much stands in each."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import kosovo_hazards as kh

PACKAGE = Path(kh.__file__).parent

# Lowest first; what stands on one line may not import from each other.
FLOORS = (
    ("_wording",),
    ("_errors", "_data", "_arrays", "_version"),
    ("provenance", "schema", "symbols"),
    ("validation", "cells"),
    ("demo", "language"),
    ("geometry",),
    ("repeats", "sharing", "summaries"),
    ("reading",),
    ("gazetteer", "evidence"),
    ("inspection",),
    ("checks", "land_release", "minimum_data"),
    ("forecasting", "deciding", "nearness"),
    ("priorities",),
    ("published", "writing"),
    ("pages", "surroundings"),
    ("charts",),
    ("maps",),
    ("tiles",),
    ("report", "changes", "scale", "dossiers", "imsma"),
    ("agenda",),
    ("handover",),
    ("cli",),
    ("__main__",),
)
FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}
MOST_MODULES = 14
MOST_LINES = 400


@cache
def modules() -> dict[str, Path]:
    """Every module by its name below the package."""
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if path.name != "__init__.py"]
    return {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in paths}


@cache
def imports(name: str) -> set[str]:
    """Modules of the package that a module imports anywhere, also inside functions."""
    known = modules()
    found = set()
    for node in ast.walk(ast.parse(known[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE.name:
            room = (node.module or "").removeprefix(PACKAGE.name).removeprefix(".")
            for alias in node.names:
                inner = f"{room}.{alias.name}".removeprefix(".")
                found.add(inner if inner in known else room)
    return found - {""}


def deep_imports_of_other_rooms(name: str) -> list[str]:
    """Imports that pass by the door of another room."""
    tree = ast.parse(modules()[name].read_text(encoding="utf-8"))
    sources = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    parts = [source.split(".") for source in sources if source.startswith(f"{PACKAGE.name}.")]
    return [".".join(part) for part in parts if len(part) > 2 and part[1] != room_of(name)]


def room_of(name: str) -> str:
    return name.split(".")[0]


def test_every_room_has_its_floor() -> None:
    assert {room_of(name) for name in modules()} == set(FLOOR)


def test_no_import_goes_upwards() -> None:
    upward = [
        f"{name} imports {other}"
        for name in modules()
        for other in imports(name)
        if room_of(other) != room_of(name) and FLOOR[room_of(other)] >= FLOOR[room_of(name)]
    ]
    assert upward == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    left = {name: imports(name) & set(modules()) for name in modules()}
    while free := [name for name, others in left.items() if not others & set(left)]:
        for name in free:
            del left[name]
    assert sorted(left) == []


def test_no_room_is_crowded_and_no_module_long() -> None:
    crowded = Counter(path.parent.relative_to(PACKAGE).as_posix() for path in modules().values())
    assert {room: count for room, count in crowded.items() if count > MOST_MODULES} == {}
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules().items()}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_room_hides_a_public_function() -> None:
    rooms = {path.parent.name for path in PACKAGE.rglob("__init__.py")} - {"published"}
    assert rooms & set(kh.__all__) == set()
    assert {name.split(".")[-1] for name in modules() if "." not in name} & set(kh.__all__) == set()


def test_rooms_are_entered_by_their_door() -> None:
    passed_by = {name: found for name in modules() if (found := deep_imports_of_other_rooms(name))}
    assert passed_by == {}


def test_every_room_says_what_it_owns() -> None:
    for path in PACKAGE.rglob("__init__.py"):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_tests_lie_in_folders_of_the_same_names() -> None:
    folders = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*") if (path / "__init__.py").is_file()}
    here = Path(__file__).parent
    lying = {path.parent.relative_to(here).as_posix() for path in here.rglob("test_*.py")} - {"."}
    # What is tried on all formats together, and slow second ways to the same figures, lie by themselves.
    assert lying - {"fuzz", "reference"} <= folders
