"""The words that a map writes, one catalogue file a language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

from kosovo_hazards._errors import HazardDataError

__all__ = ["Catalogue", "catalogue", "languages"]

_FOLDER = Path(__file__).parent / "assets" / "languages"
_FALLBACK = "en"


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
        text = f"{value:,.{decimals}f}"
        return text.translate({ord(","): self("number.thousands"), ord("."): self("number.decimal")})

    def area(self, area_m2: float) -> str:
        """Area in m², or in km² from one square kilometre on."""
        return f"{self.number(area_m2 / 1e6, 2)} km²" if area_m2 >= 1e6 else f"{self.number(area_m2)} m²"

    def day(self, day: date) -> str:
        """Date as a reader of the language writes it."""
        month = self("date.months").split(" ")[day.month - 1]
        return self("date.pattern", day=day.day, month=month, number=day.month, year=day.year)


def catalogue(language: str | Path) -> Catalogue:
    """Catalogue of a language, or one that the caller made.

    Parameters
    ----------
    language
        Code of a shipped language, or the path of a JSON file with the same keys; what it lacks stays English.

    Raises
    ------
    HazardDataError
        If there is no such language or file.

    Examples
    --------
    >>> catalogue("sq")("hazard_type.CHA.short")
    'ZRK'
    """
    path = Path(language) if str(language).endswith(".json") else _FOLDER / f"{language}.json"
    if not path.is_file():
        raise HazardDataError(
            f"there is no map in the language {str(language)!r}",
            hint=f"choose one of {', '.join(languages())}, or give the path of a catalogue file",
        )
    texts = {**_read(_FOLDER / f"{_FALLBACK}.json"), **_read(path)}
    return Catalogue(texts["language.code"], texts)


def languages() -> list[str]:
    """Codes of the languages that ship."""
    return sorted(path.stem for path in _FOLDER.glob("*.json"))


@lru_cache(maxsize=16)
def _read(path: Path) -> dict[str, str]:
    return dict(json.loads(path.read_text(encoding="utf-8")))
