"""JSON that stands inside a page and can neither end nor open anything there."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["json_for_page"]


def json_for_page(value: Any) -> str:
    r"""JSON that can't end or open anything in a page.

    Parameters
    ----------
    value
        Anything JSON knows.

    Examples
    --------
    >>> json_for_page({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    # All in ASCII: browsers then hold a country's coordinates in half the memory and read them faster.
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
