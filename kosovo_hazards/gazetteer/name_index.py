"""Units and the index that finds them by any spelling of their names; no data of any country."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import pandas as pd

from kosovo_hazards._data import geodata_path
from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.language import lookup_keys, spelling_key

__all__ = ["LEVELS", "Place", "PlaceIndex", "PlacesWarning"]

LEVELS = ("municipality", "district", "region")
"""The levels of units, smallest first; a name that means several is taken for the first."""

# "Pejë/Peć", "Gjakovë (Đakovica)", "Peja | Peć", "Prizren - Призрен": one place named twice.
_BETWEEN_NAMES = re.compile(r"\s*[/|;()]\s*|\s+[-–—]\s+")


# How alike (difflib's ratio, 0 to 1) a name must be to be suggested.
_NEAR = 0.7


class PlacesWarning(UserWarning):
    """Something about places that the caller should look at; nothing was dropped or changed for it.

    Attributes
    ----------
    names
        The names, units or records it is about.

    Examples
    --------
    >>> str(PlacesWarning("in no district, so left out: Atlantis", ["Atlantis"]))
    'in no district, so left out: Atlantis'
    """

    def __init__(self, message: str, names: Iterable[str] = ()) -> None:
        self.names = tuple(names)
        super().__init__(message)


@dataclass(frozen=True)
class Place:
    """One administrative unit.

    Attributes
    ----------
    level
        ``municipality``, ``district`` or ``region``.
    name
        Canonical name: Albanian for municipalities and districts, KMAC's English word for regions.
    district, region
        What it lies in; its own name at that level, None above it or where unknown.
    sq, sr, sr_cyrl, en
        Its name in Albanian, Serbian (Latin and Cyrillic) and English.
    aliases
        Further spellings: definite forms, former and alternative names.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> place = kh.resolve_place("Ђаковица")
    >>> place.level, place.name, place.sr
    ('municipality', 'Gjakovë', 'Đakovica')
    """

    level: str
    name: str
    district: str | None = None
    region: str | None = None
    sq: str | None = None
    sr: str | None = None
    sr_cyrl: str | None = None
    en: str | None = None
    aliases: tuple[str, ...] = field(default=(), repr=False)

    @property
    def municipality(self) -> str | None:
        """Its name if it is a municipality."""
        return self.name if self.level == "municipality" else None

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every spelling on record, the canonical name first, each once."""
        names = (self.name, self.sq, self.sr, self.sr_cyrl, self.en, *self.aliases)
        return tuple(dict.fromkeys(name for name in names if name))


class PlaceIndex:
    """Looks places up by any of their spellings.

    Parameters
    ----------
    places
        The units that can be found; the first of two with the same spelling on one level makes that spelling ambiguous.

    Examples
    --------
    >>> PlaceIndex([Place("municipality", "Kampong Speu")]).find("KAMPONG-SPEU").name
    'Kampong Speu'
    """

    def __init__(self, places: Iterable[Place]) -> None:
        self._found: dict[tuple[str, str], set[Place]] = {}
        self._written: dict[str, dict[str, str]] = {level: {} for level in LEVELS}
        for place in places:
            spellings = place.spellings
            for spelling, keys in zip(spellings, lookup_keys(spellings), strict=True):
                self._written[place.level].setdefault(keys[0], spelling)
                for key in keys:
                    self._found.setdefault((place.level, key), set()).add(place)

    def find(self, name: object, level: str | None = None) -> Place | None:
        """Give the unit of that name, or None if there is not exactly one on the first level that knows the name."""
        found = self.candidates(name, level)
        return found[0] if len(found) == 1 else None

    def candidates(self, name: object, level: str | None = None) -> list[Place]:
        """Give every unit that a name can mean, on the first level that knows it."""
        if not isinstance(name, str):
            return []
        levels = [level] if level else list(LEVELS)
        return (
            self._by_key(spelling_key(name), levels)
            or self._without_unit_words(spelling_key(name), level)
            or self._named_twice(name, level)
        )

    def resolve(self, name: str, level: str | None = None) -> Place:
        """Give the unit of that name, or raise an error that lists near names."""
        if level is not None and level not in LEVELS:
            raise UsageError(f"level {level!r} is not one of {', '.join(LEVELS)}")
        if not isinstance(name, str) or not spelling_key(name):
            raise UsageError(f"a place name is wanted, got {name!r}")
        found = self.candidates(name, level)
        if len(found) == 1:
            return found[0]
        raise UsageError(self._complaint(name, level, found))

    def resolve_all(self, names: pd.Series, level: str | None = None) -> pd.Series:
        """Give the unit of each name, None where it is missing or unknown; each different name is looked up once."""
        known = {name: self.find(name, level) for name in names.dropna().unique()}
        return names.map(known).astype(object).where(names.notna(), None)

    def near(self, name: str, level: str | None = None, *, most: int = 3) -> list[str]:
        """List near names, each with the unit that it means."""
        key = _bare(spelling_key(name))
        written = {
            (close, level_): self._written[level_][close]
            for level_ in ([level] if level else LEVELS)
            for close in difflib.get_close_matches(key, self._written[level_], n=most, cutoff=_NEAR)
        }
        ranked = sorted(written, key=lambda item: -difflib.SequenceMatcher(None, key, item[0]).ratio())
        near: dict[Place, str] = {}
        for close, level_ in ranked:
            for place in self._found[level_, close]:
                near.setdefault(place, f"{written[close, level_]} ({place.level} {place.name})")
        return list(near.values())[:most]

    def _by_key(self, key: str, levels: Sequence[str]) -> list[Place]:
        for level in levels:
            if (level, key) in self._found:
                return sorted(self._found[level, key], key=lambda place: (place.name, place.district or ""))
        return []

    def _without_unit_words(self, key: str, level: str | None) -> list[Place]:
        for words, levels in unit_words():
            bare = key.removeprefix(words + " ").removesuffix(" " + words)
            if bare != key:
                wanted = [level] if level else list(levels)
                found = self._by_key(bare, wanted) or self._without_unit_words(bare, level or _only(levels))
                if found:
                    return found
        return []

    def _named_twice(self, name: str, level: str | None) -> list[Place]:
        parts = [part for part in _BETWEEN_NAMES.split(name) if spelling_key(part)]
        if len(parts) < 2:
            return []
        found = [self.candidates(part, level) for part in parts]
        return list(dict.fromkeys(place for places in found for place in places)) if all(found) else []

    def _complaint(self, name: str, level: str | None, found: list[Place]) -> str:
        if found:
            units = "; ".join(f"{place.level} {place.name} in {place.district or place.region}" for place in found)
            return f"{name!r} can mean more than one place: {units}; name one of them"
        elsewhere = self.find(name) if level else None
        if elsewhere:
            kind = f"the {elsewhere.level} {elsewhere.name}, not a {level}"
            return f"{name!r} is {kind}; leave {argument('level')} out or correct it"
        near = self.near(name, level)
        return f"no {level or 'place'} is called {name!r}; " + (
            f"near names: {', '.join(near)}" if near else "no name comes near it; kh.places() lists the units"
        )


def _bare(key: str) -> str:
    """Key without words like "municipality of"."""
    for words, _ in unit_words():
        key = key.removeprefix(words + " ").removesuffix(" " + words)
    return key


def _only(levels: Sequence[str]) -> str | None:
    return levels[0] if len(levels) == 1 else None


@lru_cache(maxsize=1)
def unit_words() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Words that stand beside a name, longest first, with the levels that they speak of."""
    table = pd.read_csv(geodata_path("places", "unit_words.csv"), encoding="utf-8", keep_default_na=False)
    words = {
        spelling_key(row.words): tuple(row.level.split(";")) if row.level else LEVELS
        for row in table.itertuples(index=False)
    }
    return tuple(sorted(words.items(), key=lambda item: -len(item[0])))
