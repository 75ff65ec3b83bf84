"""How figures are set on pages: a figure and its unit stay in one line, with a thin space between them."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

__all__ = ["UNIT_STYLE", "with_units"]

# A figure as languages group it, in points, commas or spaces that don't break; or a day.
_MEASURE = re.compile(
    r"[−+≥≤~]?\d[\d.,\u00a0\u202f]*(?: million| milion\w*)? (?:k?m²|ha|[kcm]?m|kg|EUR|€)(?!\w)|\b\d{4}-\d\d-\d\d\b"
)

UNIT_STYLE = ".unit { white-space: nowrap; word-spacing: -0.1em; }\n"
"""What `with_units` needs in a style sheet."""


def with_units(text: object) -> Markup:
    """Text for a page in which no line ends between a figure and its unit, or inside of a day.

    Read aloud or copied it is as before.

    Parameters
    ----------
    text
        Any text; it is escaped.

    Examples
    --------
    >>> str(with_units("6.27 km² of <b>"))
    '<span class="unit">6.27 km²</span> of &lt;b&gt;'
    """
    escaped = str(escape(text))
    return Markup(_MEASURE.sub(lambda found: f'<span class="unit">{found[0]}</span>', escaped))  # noqa: S704
