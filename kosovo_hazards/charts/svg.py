"""Figures as pictures that a page holds inside."""

from __future__ import annotations

import io
from base64 import b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["address_of", "svg_of"]


def svg_of(figure: Figure) -> bytes:
    """Give a figure as SVG whose letters are outlines, so that it looks alike everywhere.

    Parameters
    ----------
    figure
        A chart or map.
    """
    import matplotlib as mpl

    buffer = io.BytesIO()
    # Without the date the same report gives the same file.
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "kosovo_hazards"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "kosovo_hazards"})
    # Its parts have their places now; finding them again for another format would take as long as drawing.
    figure.set_layout_engine("none")
    return buffer.getvalue()


def address_of(drawn: bytes) -> str:
    """Give a picture as an address that a page holds inside.

    Parameters
    ----------
    drawn
        The picture as SVG.
    """
    return "data:image/svg+xml;base64," + b64encode(drawn).decode("ascii")
