"""JSON that stands inside a page and can neither end nor open anything there."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kosovo_hazards._errors import UsageError

__all__ = ["json_for_page"]


def json_for_page(value: Any) -> str:
    r"""JSON that can't end or open anything in a page.

    Parameters
    ----------
    value
        Texts, numbers, flags, lists and mappings with texts as keys. Whatever is missing (None, NaN, NaT, ``pd.NA``)
        becomes null.

    Raises
    ------
    HazardDataError
        If there is anything else in it, an infinite number too; the error names where.

    Examples
    --------
    >>> json_for_page({"name": "</script>", "area": float("nan")})
    '{"name":"\\u003c/script\\u003e","area":null}'
    """
    # All in ASCII: browsers then hold a country's coordinates in half the memory and read them faster.
    text = json.dumps(_plain(value, "page"), separators=(",", ":"), allow_nan=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _plain(value: Any, where: str) -> Any:
    """The value as JSON knows it; what stands for "missing" in tables is null."""
    if isinstance(value, np.generic) and not isinstance(value, (np.datetime64, np.timedelta64)):
        value = value.item()
    if value is None or isinstance(value, (str, bool, int)):
        # Enumerations of words are texts, of which JSON takes the value.
        return value
    if isinstance(value, float):
        if math.isinf(value):
            raise UsageError(f"{where} is infinite, which a page can't show")
        return None if math.isnan(value) else value
    if isinstance(value, Mapping):
        return {_key(key, where): _plain(entry, f"{where}.{key}") for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry, f"{where}[{at}]") for at, entry in enumerate(value)]
    if value is pd.NA or value is pd.NaT or (isinstance(value, (np.datetime64, np.timedelta64)) and np.isnat(value)):
        return None
    raise UsageError(f"{where} is a {type(value).__name__}, which a page can't show", hint="pass it as text")


def _key(key: Any, where: str) -> str:
    if not isinstance(key, str):
        raise UsageError(f"{where} has the key {key!r}, which is no text")
    return key
