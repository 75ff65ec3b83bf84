"""The words that maps, charts and reports write, one catalogue file a language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from kosovo_hazards._errors import UsageError

__all__ = ["Catalogue", "Note", "catalogue", "languages"]

_OF_MAPS = Path(__file__).parent / "words" / "maps"
_OF_REPORTS = Path(__file__).parent / "words" / "reports"
_FALLBACK = "en"
_VALUE = re.compile(r"\{(\w+)\}")
# Texts that programs read.
_FORMS = {
    "language.code": re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*"),
    "date.months": re.compile(r"\S+( \S+){11}"),
    "number.decimal": re.compile(r"[^\d\w]"),
    "number.thousands": re.compile(r"[^\d\w]?"),
}


class Catalogue:
    """The texts of one language.

    Parameters
    ----------
    code
        Language code, as in HTML.
    texts
        Text by key; ``{name}`` stands for a value.
    """

    def __init__(self, code: str, texts: Mapping[str, str]) -> None:
        self.code = code
        self.texts = dict(texts)

    def __call__(self, key: str, **values: object) -> str:
        """Text of a key with its values filled in."""
        text = self.texts[key]
        for name, value in values.items():
            text = text.replace("{" + name + "}", str(value))
        return text

    def number(self, value: float, decimals: int = 0) -> str:
        """Number with the language's separators."""
        return self.numbers([value], decimals)[0]

    def numbers(self, values: Iterable[float], decimals: int = 0) -> list[str]:
        """Numbers with the language's separators."""
        signs = {",": self("number.thousands"), ".": self("number.decimal"), "-": "−"}
        table = {ord(sign): local for sign, local in signs.items()}
        texts = [f"{value:,.{decimals}f}" for value in values]
        # What rounds to nought has no sign.
        return [(text if text.strip("-0,.") else text.removeprefix("-")).translate(table) for text in texts]

    def area(self, area_m2: float) -> str:
        """Area in m², or in km² from one square kilometre on."""
        return f"{self.number(area_m2 / 1e6, 2)} km²" if area_m2 >= 1e6 else f"{self.number(area_m2)} m²"

    def day(self, day: date) -> str:
        """Date as a reader of the language writes it."""
        month = self("date.months").split(" ")[day.month - 1]
        return self("date.pattern", day=day.day, month=month, number=day.month, year=day.year)


@dataclass(frozen=True)
class Note:
    """A sentence to be said in any language: something assumed, left out or not known.

    Attributes
    ----------
    key
        Its key in the catalogues.
    given
        Numbers, days and words that are filled in.
    """

    key: str
    given: Mapping[str, Any]

    def said(self, t: Catalogue) -> str:
        """The sentence."""
        return t(self.key, **{name: self._shown(value, t) for name, value in self.given.items()})

    @staticmethod
    def _shown(value: Any, t: Catalogue) -> str:
        if isinstance(value, date):
            return t.day(value)
        return t.number(value) if isinstance(value, float) else str(value)


def catalogue(language: str | Path, *, report: bool = False) -> Catalogue:
    """Catalogue of a language, or one that the caller made.

    Parameters
    ----------
    language
        Code of a shipped language, or the path of a JSON file with the same keys; what it lacks stays English.
    report
        Whether the words of charts and reports are wanted too, which a map has no use for.

    Raises
    ------
    HazardDataError
        If there is no such language or file, or the file is no catalogue: not JSON, a text that is none, a value that
        the English text does not have.

    Examples
    --------
    >>> catalogue("sq")("hazard_type.CHA.short")
    'ZRK'
    """
    own = str(language).endswith(".json")
    if not (Path(language) if own else _OF_MAPS / f"{language}.json").is_file():
        raise UsageError(
            f"there is no {'report' if report else 'map'} in the language {str(language)!r}",
            hint=f"choose one of {', '.join(languages())}, or give the path of a catalogue file",
        )
    texts: dict[str, str] = {}
    for folder in (_OF_MAPS, _OF_REPORTS) if report else (_OF_MAPS,):
        texts |= _read(folder / f"{_FALLBACK}.json") | ({} if own else _read(folder / f"{language}.json"))
    texts |= _own(Path(language), texts) if own else {}
    return Catalogue(texts["language.code"], texts)


def languages() -> list[str]:
    """Codes of the languages that ship."""
    return sorted(path.stem for path in _OF_MAPS.glob("*.json"))


def _own(path: Path, english: Mapping[str, str]) -> dict[str, str]:
    """The texts of a caller's file, or an error that says which of them can't be used."""
    try:
        texts = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no catalogue: {error}", hint="write a JSON object of keys and texts") from error
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise UsageError(f"{path} is no catalogue", hint="write a JSON object of keys and texts")
    for key, text in texts.items():
        unknown = set(_VALUE.findall(text)) - set(_VALUE.findall(english.get(key, text)))
        if unknown:
            raise UsageError(
                f"{path}: the text of {key!r} has the value {{{min(unknown)}}}, which the English one has not",
                hint=f"the English text is {english[key]!r}",
            )
        if key in _FORMS and not _FORMS[key].fullmatch(text):
            raise UsageError(f"{path}: {key!r} is {text[:80]!r}", hint=f"write it like {english[key]!r}")
    return texts


@lru_cache(maxsize=16)
def _read(path: Path) -> dict[str, str]:
    return dict(json.loads(path.read_text(encoding="utf-8")))
