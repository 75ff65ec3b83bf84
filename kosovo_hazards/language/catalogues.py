"""The words that maps, charts and reports write, one catalogue file a language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from kosovo_hazards._errors import UsageError

__all__ = ["READER", "Catalogue", "Note", "catalogue", "languages"]

_OF_MAPS = Path(__file__).parent / "words" / "maps"
_OF_REPORTS = Path(__file__).parent / "words" / "reports"
_OF_CHECKS = Path(__file__).parent / "words" / "checks"
_OF_READING = Path(__file__).parent / "words" / "reading"
# Keys of texts that are said before a page is made.
READER = "reader."
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

    def counted(self, key: str, n: float, **values: object) -> str:
        """Text that counts: the form that the language has for the number, which is filled in as ``{n}``."""
        return self(self.counted_key(key, n), n=self.number(n), **values)

    def counted_key(self, key: str, n: float) -> str:
        """Key of the form for a number, such as ``…|one``; the key itself where there are no forms."""
        keys = (f"{key}|{_form(self.code, float(n))}", f"{key}|other", key)
        return next((form for form in keys if form in self.texts), key)

    def of_page(self) -> dict[str, str]:
        """The texts that a page brings along, as its program says them."""
        return {key: text for key, text in self.texts.items() if not key.startswith(READER)}

    def number(self, value: float, decimals: int = 0) -> str:
        """Number with the language's separators."""
        return self.numbers([value], decimals)[0]

    def numbers(self, values: Iterable[float], decimals: int = 0) -> list[str]:
        """Numbers with the language's separators."""
        texts = [f"{value:,.{decimals}f}" for value in values]
        # What rounds to nought has no sign.
        return [self.localised(text if text.strip("-0,.") else text.removeprefix("-")) for text in texts]

    def localised(self, number: str) -> str:
        """A number as Python writes it, with the language's separators."""
        return number.translate(self._signs)

    @cached_property
    def _signs(self) -> dict[int, str]:
        signs = {",": self("number.thousands"), ".": self("number.decimal"), "-": "−"}
        return {ord(sign): local for sign, local in signs.items()}

    def percent(self, share: float, decimals: int = 0, *, signed: bool = False) -> str:
        """A share, 1 being the whole, as per cent."""
        number = self.localised(f"{100 * share:{'+' if signed else ''},.{decimals}f}")
        return f"{number}%"

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
        counted = self.given.get("n")
        key = t.counted_key(self.key, counted) if isinstance(counted, int | float) else self.key
        return t(key, **{name: self._shown(value, t) for name, value in self.given.items()})

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
        Whether the words of charts, reports and findings are wanted too, which a map has no use for.

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
    for folder in (_OF_MAPS, _OF_READING, *((_OF_REPORTS, _OF_CHECKS) if report else ())):
        texts |= _read(folder / f"{_FALLBACK}.json") | ({} if own else _read(folder / f"{language}.json"))
    if own:
        given = _own(Path(language), texts)
        # A text of the caller's stands for all the English forms of it.
        texts = {key: text for key, text in texts.items() if key.split("|")[0] not in _without_forms(given)} | given
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
        like = next((one for one in (key, f"{key.split('|')[0]}|other", key.split("|")[0]) if one in english), None)
        unknown = set(_VALUE.findall(text)) - set(_VALUE.findall(english[like] if like else text))
        if unknown:
            raise UsageError(
                f"{path}: the text of {key!r} has the value {{{min(unknown)}}}, which the English one has not",
                hint=f"the English text is {english[like or key]!r}",
            )
        if key in _FORMS and not _FORMS[key].fullmatch(text):
            raise UsageError(f"{path}: {key!r} is {text[:80]!r}", hint=f"write it like {english[key]!r}")
    return texts


def _without_forms(keys: Iterable[str]) -> set[str]:
    return {key.split("|")[0] for key in keys}


@lru_cache(maxsize=4096)
def _form(code: str, number: float) -> str:
    """Which form of the plural a language has for a number, by the rules of CLDR."""
    # Loaded where something is counted.
    from babel import Locale, UnknownLocaleError

    try:
        rule = Locale.parse(code, sep="-").plural_form
    except (UnknownLocaleError, ValueError):
        return "other"
    return str(rule(int(number) if number.is_integer() else number))


@lru_cache(maxsize=16)
def _read(path: Path) -> dict[str, str]:
    return dict(json.loads(path.read_text(encoding="utf-8")))
