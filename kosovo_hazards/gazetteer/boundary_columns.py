"""Which columns of a boundary file hold the names of its units and of what they lie in, whoever made the file.

Known layouts come first (``geodata/places/name_columns.csv``), then headings that name an administrative level in some
language (``level_words.csv``), then the values themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
import pandas as pd

from kosovo_hazards._data import geodata_path
from kosovo_hazards._errors import UnreadableSourceError, UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.gazetteer.name_index import LEVELS
from kosovo_hazards.language import spelling_key

__all__ = ["KnownNames", "NameColumns", "chosen_columns", "recognised_columns", "text_of"]

# Administrative levels that a file can hold side by side; GADM goes down to 5.
_DEEPEST_LEVEL = 5
# This share of a column's values must be known names before its content alone decides.
_KNOWN_SHARE = 0.8
# Words of headings that say nothing about the level.
_FILLERS = frozenset(
    [
        "name",
        "names",
        "naziv",
        "naziva",
        "ime",
        "emri",
        "emertimi",
        "nom",
        "nombre",
        "nome",
        "title",
        "of",
        "de",
        "en",
        "sq",
        "sr",
        "local",
    ]
)
_CODES = frozenset(["code", "codes", "id", "ids", "kod", "kodi", "pcode", "gid", "iso", "sifra", "nr", "no"])
_SAMPLES = 3

KnownNames = Callable[[pd.Series], float]
"""Gives the share of values that are names of known places."""


@dataclass(frozen=True)
class NameColumns:
    """Columns of a boundary file, by what they hold.

    Attributes
    ----------
    names
        Columns with the name of the unit, the best first.
    parents
        Columns with the units above it, the nearest first.
    others
        Columns with its other names.
    labels
        The file's own word for each level, the smallest first; empty where it has none.
    note
        How they were recognised, where no known layout did.
    """

    names: tuple[str, ...]
    parents: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    note: str = ""


def chosen_columns(table: gpd.GeoDataFrame, columns: Mapping[str, str], level: str) -> NameColumns:
    """Columns that the caller names.

    Parameters
    ----------
    table
        The boundary file.
    columns
        Column by level: by our names of levels, or by the country's own, the smallest first.
    level
        The level of the rows, where our names are used.

    Raises
    ------
    UsageError
        If a column is not there, or none is given for the rows themselves.
    """
    ours = set(columns) <= set(LEVELS)
    absent = [column for column in columns.values() if column not in table.columns]
    if absent or not columns or (ours and level not in columns):
        raise UsageError(
            f"{argument('columns', dict(columns))} can't be used: it must name the column of the "
            f"{level if ours else 'units'} (the smallest level first, or {', '.join(LEVELS)}), and its columns "
            f"be among {', '.join(map(str, table.columns))}"
        )
    levels = [name for name in LEVELS[LEVELS.index(level) :] if name in columns] if ours else list(columns)
    # A level left out in the middle keeps its place, or a region would be taken for a district.
    depth = LEVELS[LEVELS.index(level) : LEVELS.index(levels[-1]) + 1] if ours else levels
    above = tuple(columns.get(name, "") for name in depth[1:])
    return NameColumns((columns[levels[0]],), above, (), () if ours else tuple(levels))


def recognised_columns(table: gpd.GeoDataFrame, known: KnownNames) -> NameColumns:
    """Recognise the columns by layout, by headings, or by what they hold.

    Parameters
    ----------
    table
        The boundary file.
    known
        Tells names of known places.

    Raises
    ------
    UnreadableSourceError
        If no column can be taken for the names; the message lists those that might be.
    """
    return _numbered(table) or _plain(table) or _by_level_words(table) or _by_content(table, known)


# --- known layouts ---------------------------------------------------------------------------------------------------


def _numbered(table: gpd.GeoDataFrame) -> NameColumns | None:
    """Layouts that number their levels (GADM, COD-AB): the deepest that has names counts."""
    present = _present(table)
    for depth in range(_DEEPEST_LEVEL, 0, -1):
        names = [column for column in _of_layout(present, "name", depth) if _has_text(table, column)]
        if names:
            above = [n for n in range(depth - 1, 0, -1) if _of_layout(present, "name", n)]
            parents = tuple(_of_layout(present, "name", n)[0] for n in above)
            labels = [_level_label(table, present, n) for n in (depth, *above)]
            return NameColumns(tuple(names), parents, tuple(_of_layout(present, "other", depth)), tuple(labels))
    return None


def _level_label(table: gpd.GeoDataFrame, present: Mapping[str, str], depth: int) -> str:
    """The word that most units of a level have in GADM's column of types, else the number of the level."""
    for heading in (f"engtype_{depth}", f"type_{depth}"):
        if heading in present and _has_text(table, present[heading]):
            texts = text_of(table[present[heading]])
            return str(texts[texts != ""].mode().iloc[0])
    return f"ADM{depth}"


def _plain(table: gpd.GeoDataFrame) -> NameColumns | None:
    present = _present(table)
    names = [column for column in _of_layout(present, "name", 0) if _has_text(table, column)]
    if not names:
        return None
    others = tuple(_of_layout(present, "other", 0))
    levels = _finest_first(table, [c for c in _level_columns(table) if c not in (*names, *others)])
    own = text_of(table[names[0]])
    parents = tuple(column for column in levels if not (text_of(table[column]) == own).all())
    same = [column for column in levels if column not in parents]
    word = names[0] if _level_word(names[0]) else same[0] if same else ""
    label = _word_shown(word) if word else _shape_type(table, present)
    labels = (label, *map(_word_shown, parents)) if label or parents else ()
    return NameColumns(tuple(names), parents, others, labels)


def _shape_type(table: gpd.GeoDataFrame, present: Mapping[str, str]) -> str:
    """What geoBoundaries says of the level of its units."""
    if "shapetype" not in present:
        return ""
    texts = text_of(table[present["shapetype"]])
    return str(texts.iloc[0]) if len(texts) and (texts == texts.iloc[0]).all() else ""


def _of_layout(present: Mapping[str, str], holds: str, depth: int) -> list[str]:
    """Columns of that kind: of a layout that numbers levels at `depth`, of any other at depth 0."""
    patterns = _layouts()[holds]
    numbered = [p.format(n=depth).casefold() for p in patterns if "{n}" in p]
    plain = [p.casefold() for p in patterns if "{n}" not in p]
    wanted = numbered if depth else [*plain, *numbered]
    return [present[column] for column in wanted if column in present]


@lru_cache(maxsize=1)
def _layouts() -> dict[str, list[str]]:
    table = pd.read_csv(geodata_path("places", "name_columns.csv"), encoding="utf-8")
    return {str(holds): list(group["column"]) for holds, group in table.groupby("holds")}


# --- headings that name a level --------------------------------------------------------------------------------------


def _by_level_words(table: gpd.GeoDataFrame) -> NameColumns | None:
    found = _finest_first(table, _level_columns(table))
    if not found:
        return None
    note = f"taken as names of the units: column {found[0]!r}"
    note += f"; as what they lie in: {', '.join(map(repr, found[1:]))}" if found[1:] else ""
    return NameColumns((found[0],), tuple(found[1:]), (), tuple(map(_word_shown, found)), note)


def _level_columns(table: gpd.GeoDataFrame) -> list[str]:
    return [column for column in _text_columns(table) if _level_word(column) and _has_text(table, column)]


def _finest_first(table: gpd.GeoDataFrame, columns: list[str]) -> list[str]:
    """Levels from the smallest unit up: by the usual rank of the word, then by how many different names there are."""
    return sorted(columns, key=lambda column: (_rank(column), -text_of(table[column]).nunique()))


def _rank(heading: str) -> int:
    return _level_words().get(spelling_key(_level_word(heading)), 0)


def _level_word(heading: str) -> str:
    """The word of a heading that names a level, or nothing."""
    words = _words(heading)
    if any(spelling_key(word) in _CODES for word in words):
        return ""
    return next((word for word in words if spelling_key(word) in _level_words()), "")


def _words(heading: str) -> list[str]:
    """Words of a heading, also where only capitals part them: ``NazivOpstine``, ``mun_name``, ``Municipal``."""
    parted = re.sub(r"(?<=[a-zçëšđčćž])(?=[A-ZÇËŠĐČĆŽ])", " ", str(heading))
    return [word for word in re.split(r"[\W\d_]+", parted) if word and word.casefold() not in _FILLERS]


def _word_shown(heading: str) -> str:
    word = _level_word(heading) or str(heading)
    return word[:1].upper() + (word[1:].lower() if word.isupper() else word[1:])


@lru_cache(maxsize=1)
def _level_words() -> dict[str, int]:
    """Rank of each word that names a level, small units first."""
    table = pd.read_csv(geodata_path("places", "level_words.csv"), encoding="utf-8", keep_default_na=False)
    return {spelling_key(word): int(rank) for word, rank in zip(table["word"], table["rank"], strict=True)}


# --- what the columns hold -------------------------------------------------------------------------------------------


def _by_content(table: gpd.GeoDataFrame, known: KnownNames) -> NameColumns:
    texts = {column: text_of(table[column]) for column in _text_columns(table)}
    filled = {column: text for column, text in texts.items() if (text != "").all() and len(text)}
    shares = {column: known(text) for column, text in filled.items()}
    best = max(shares, key=lambda column: (shares[column], filled[column].nunique()), default=None)
    if best is not None and shares[best] >= _KNOWN_SHARE:
        return NameColumns((best,), note=f"taken as names of the units: column {best!r}, which holds known names")
    unique = [column for column, text in filled.items() if text.is_unique and not text.str.contains(r"\d").any()]
    if len(unique) == 1:
        (only,) = unique
        note = f"taken as names of the units: column {only!r}, the only one with a different text in each row"
        return NameColumns((only,), note=note)
    raise UnreadableSourceError(_proposal(table, unique or list(texts)))


def _proposal(table: gpd.GeoDataFrame, candidates: list[str]) -> str:
    every = ", ".join(str(column) for column in table.columns if column != table.geometry.name)
    message = f"no column with the names of the units is recognised among {every}"
    if not candidates:
        return f"{message}; add one"
    samples = [f"{column!r} ({', '.join(text_of(table[column]).head(_SAMPLES))}, …)" for column in candidates[:10]]
    proposal = argument("columns", {"municipality": candidates[0]})
    return f"{message}; it may be {' or '.join(samples)}: say which, as in {proposal}"


def _text_columns(table: gpd.GeoDataFrame) -> list[str]:
    return [
        str(column)
        for column in table.columns
        if column != table.geometry.name and pd.api.types.infer_dtype(table[column], skipna=True) == "string"
    ]


def _present(table: gpd.GeoDataFrame) -> dict[str, str]:
    return {str(column).casefold(): column for column in table.columns if column != table.geometry.name}


def _has_text(table: gpd.GeoDataFrame, column: str) -> bool:
    return bool((text_of(table[column]) != "").any())


def text_of(column: pd.Series) -> pd.Series:
    """Texts of a column, empty where it has none; GADM writes NA there.

    Parameters
    ----------
    column
        Any column.
    """
    return column.astype("str").where(column.notna() & (column != "NA"), "").str.strip()
