"""Which encoding a text has that does not say: letters of Albanian and Serbian must not turn into others unseen."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from kosovo_hazards._wording import argument

__all__ = ["Decoded", "decode", "encoding_notes", "without_half_letter"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Bytes of š ž Š Ž: below A0 in CP1250, above in ISO-8859-2, where CP1250 has signs that no name contains.
_ONLY_CP1250 = frozenset(b"\x8a\x8e\x9a\x9e\x8d\x8f\x9d\x9f")
_ONLY_ISO_8859_2 = frozenset(b"\xa9\xae\xb9\xbe")
# Latin words don't have four letters with marks in a row; Cyrillic ones in CP1251 have nothing else.
_CYRILLIC = re.compile(rb"[\xc0-\xff]{4}")
# Western European encodings have è æ ð È Æ Ð where CP1250 has č ć đ Č Ć Đ, and ¹ ¾ © ® where ISO-8859-2 has š ž Š Ž.
_WESTERN_LOOKALIKES = frozenset("èæðÈÆÐ¹¾©®")
# Control signs that no text contains; letters of CP1250 read as ISO-8859 become such.
_CONTROLS = re.compile("[\x80-\x84\x86-\x9f]")
_HALF_LETTER = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})$")


class Decoded(NamedTuple):
    """A text, the encoding it was read in, and whether that had to be guessed."""

    text: str
    encoding: str
    guessed: bool


def decode(raw: bytes, encoding: str | None = None) -> Decoded:
    """Read bytes in the encoding named, else in that of their mark, else in UTF-8, else in the likeliest one.

    Parameters
    ----------
    raw
        The bytes of a text.
    encoding
        An encoding that Python knows; bytes that it has no letter for make the text be guessed.

    Examples
    --------
    >>> decode("Gjakovë / Đakovica".encode("cp1250"))
    Decoded(text='Gjakovë / Đakovica', encoding='cp1250', guessed=True)
    """
    candidates = [encoding] if encoding else []
    candidates += [name for mark, name in _MARKS if raw.startswith(mark)] + ["utf-8"]
    for name in candidates:
        try:
            text = raw.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        if not _CONTROLS.search(text):
            return Decoded(text, name, guessed=False)
    name = _likeliest(raw)
    return Decoded(raw.decode(name, errors="replace"), name, guessed=True)


def _likeliest(raw: bytes) -> str:
    used = frozenset(raw)
    if _CYRILLIC.search(raw):
        return "cp1251"
    if used & _ONLY_ISO_8859_2 and not used & _ONLY_CP1250:
        return "iso8859-2"
    return "cp1250"


def without_half_letter(raw: bytes) -> bytes:
    """Bytes of UTF-8 without a letter at the end that was cut."""
    return _HALF_LETTER.sub(b"", raw)


def encoding_notes(name: str, decoded: Decoded, stated: str | None) -> list[str]:
    """What the user should know about the letters of a file.

    Parameters
    ----------
    name
        Name of the file.
    decoded
        Its text.
    stated
        The encoding that the file or the caller named.
    """
    if decoded.text.isascii():
        return []
    if decoded.guessed:
        said = f"{name} says {stated}, which its text is not" if stated else f"{name} does not say its encoding"
        return [f"{said}; its text was read as {decoded.encoding}: check the names, or pass {argument('encoding')}"]
    if stated not in (None, "utf-8") and _WESTERN_LOOKALIKES & set(decoded.text):
        remedy = argument("encoding", "cp1250")
        return [f"{name} says {stated}; letters like è, æ or ð may stand for č, ć, đ: if so, pass {remedy}"]
    return []
