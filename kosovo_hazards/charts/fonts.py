"""Letters of scripts that the usual font lacks: each taken from a font on this computer that has it."""

from __future__ import annotations

import contextlib
import unicodedata
import warnings
from functools import cache

from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.text import Text

__all__ = ["LettersMissingWarning", "with_letters_found"]

# Tried before other fonts, because their letters go well with the usual ones.
_PREFERRED = ("Noto Sans", "Khmer OS", "Segoe UI", "Arial")
_USUAL = "DejaVu Sans"
_WEIGHTS = (400, "normal", "regular", "book")
# It has a box for each letter.
_BOXES = "Last Resort"


class LettersMissingWarning(UserWarning):
    """A picture has letters that no font on this computer has."""


def with_letters_found(figure: Figure) -> None:
    """Give each text of a figure the fonts that have its letters.

    Parameters
    ----------
    figure
        A chart or map about to be drawn.

    Warns
    -----
    LettersMissingWarning
        If no font on this computer has some letters, which are then drawn as boxes.
    """
    lacking: set[str] = set()
    usual = _letters_of(str(font_manager.findfont(_USUAL)))
    for text in figure.findobj(Text):
        signs = (sign for sign in set(text.get_text()) if ord(sign) not in usual)
        missing = frozenset(sign for sign in signs if unicodedata.category(sign)[0] not in "CZ")
        if missing:
            families, lost = _families_for(missing)
            lacking |= lost
            text.set_fontfamily([_USUAL, *families])
    if lacking:
        scripts = ", ".join(sorted({unicodedata.name(sign, "?").split()[0].capitalize() for sign in lacking}))
        warnings.warn(
            f"no font on this computer has {len(lacking)} of the letters in the picture ({scripts}), drawn as "
            "boxes; install one that has them, for instance Noto Sans for that script",
            LettersMissingWarning,
            stacklevel=2,
        )


@cache
def _families_for(missing: frozenset[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Fonts that together have these letters, and the letters that none has."""
    families: list[str] = []
    for name, path in _installed():
        if not missing:
            break
        found = {sign for sign in missing if ord(sign) in _letters_of(path)}
        if found:
            families.append(name)
            missing -= found
    return tuple(families), missing


@cache
def _installed() -> tuple[tuple[str, str], ...]:
    """Upright fonts of usual weight, the preferred ones first and then by name: the same each time."""
    manager = font_manager.fontManager
    # Matplotlib keeps a list from when it was first used; fonts installed since are not in it.
    for path in sorted(set(font_manager.findSystemFonts()) - {entry.fname for entry in manager.ttflist}):
        with contextlib.suppress(OSError, RuntimeError, ValueError):
            manager.addfont(path)
    entries = {
        (entry.name, entry.fname)
        for entry in manager.ttflist
        if entry.style == "normal" and entry.weight in _WEIGHTS and not entry.name.startswith(_BOXES)
    }
    return tuple(sorted(entries, key=lambda one: (_rank(one[0]), one)))


def _rank(family: str) -> int:
    return min((at for at, name in enumerate(_PREFERRED) if family.startswith(name)), default=len(_PREFERRED))


@cache
def _letters_of(path: str) -> frozenset[int]:
    try:
        return frozenset(font_manager.get_font(path).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()
