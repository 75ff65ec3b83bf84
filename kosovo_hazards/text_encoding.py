"""Which encoding a text has that does not say: letters of Albanian and Serbian must not turn into others unseen."""

from __future__ import annotations

import codecs
from typing import NamedTuple

__all__ = ["Decoded", "decode"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Bytes of š ž Š Ž: below A0 in CP1250, above in ISO-8859-2, where CP1250 has signs that no name contains.
_ONLY_CP1250 = frozenset(b"\x8a\x8e\x9a\x9e\x8d\x8f\x9d\x9f")
_ONLY_ISO_8859_2 = frozenset(b"\xa9\xae\xb9\xbe")
# è æ ð È Æ Ð in Western European encodings stand where CP1250 has č ć đ Č Ć Đ.
WESTERN_LOOKALIKES = frozenset("èæðÈÆÐ")


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
            return Decoded(raw.decode(name), name, guessed=False)
        except (UnicodeDecodeError, LookupError):
            continue
    name = _likeliest(raw)
    return Decoded(raw.decode(name, errors="replace"), name, guessed=True)


def _likeliest(raw: bytes) -> str:
    used = frozenset(raw)
    if used & _ONLY_ISO_8859_2 and not used & _ONLY_CP1250:
        return "iso8859-2"
    return "cp1250"
