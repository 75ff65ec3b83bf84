"""What stands inside the signs of a map for paper: the contamination of each area, by shape."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from textwrap import fill
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from kosovo_hazards._arrays import Floats
from kosovo_hazards.language import Catalogue
from kosovo_hazards.schema import Contamination
from kosovo_hazards.symbols import Glyph, glyphs

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.path import Path

__all__ = ["contamination_of", "draw_glyphs", "glyph_legend"]

_INK = "#1a0d00"
_SIZE_PT2 = 15
_LINE = 0.2
_CORNERS = np.linspace(0, 2 * np.pi, 17)


def contamination_of(drawn: gpd.GeoDataFrame) -> pd.Series | None:
    """Contamination of each area, "unknown" where it has none of the known words; None where no area knows any.

    Parameters
    ----------
    drawn
        The areas.
    """
    if "contamination" not in drawn.columns:
        return None
    known = [word.value for word in Contamination]
    words = drawn["contamination"].where(drawn["contamination"].isin(known), Contamination.UNKNOWN.value)
    return words if (words != Contamination.UNKNOWN.value).any() else None


def draw_glyphs(axes: Axes, places: Floats, words: pd.Series, *, zorder: float) -> None:
    """Draw the contamination into signs.

    Parameters
    ----------
    axes
        The map.
    places
        Middle of each sign.
    words
        The contamination of each.
    zorder
        How far up.
    """
    for word in words.unique():
        own = places[(words == word).to_numpy()]
        axes.scatter(
            own[:, 0], own[:, 1], s=_SIZE_PT2, marker=_path(_glyph(word)), facecolor=_INK, linewidth=0, zorder=zorder,
            gid=f"contamination-{word}",
        )  # fmt: skip


def glyph_legend(axes: Axes, words: Iterable[str], t: Catalogue) -> None:
    """Say what the signs hold, above the scale bar.

    Parameters
    ----------
    axes
        The map.
    words
        Contaminations that occur.
    t
        The words.
    """
    from matplotlib.legend_handler import HandlerTuple
    from matplotlib.lines import Line2D

    def handle(word: str) -> Any:
        ring = Line2D([], [], linestyle="", marker="o", markerfacecolor="white", markeredgecolor=_INK, markersize=7)
        own = Line2D([], [], linestyle="", marker=_path(_glyph(word)), color=_INK, markeredgewidth=0, markersize=4)
        return ring, own

    there = set(words)
    listed = [word.value for word in Contamination if word.value in there]
    if not listed:
        return
    legend = axes.legend(
        [handle(word) for word in listed], [fill(t(f"contamination.{word}"), 30) for word in listed],
        title=t("legend.contamination"), loc="lower right", bbox_to_anchor=(1.0, 0.1), fontsize=8, title_fontsize=8,
        alignment="left", frameon=False, handlelength=1.2, borderpad=0.2, labelspacing=0.6,
        handler_map={tuple: HandlerTuple(ndivide=1)},
    )  # fmt: skip
    # The legend that comes next would take its place.
    axes.add_artist(legend)


def _glyph(word: str) -> Glyph:
    known = glyphs()
    return known.get(word, known[""])


def _path(glyph: Glyph) -> Path:
    from matplotlib.path import Path

    # The corners of the whole square keep all glyphs at one scale.
    frame = Path([(-1, -1), (1, 1)], [Path.MOVETO, Path.MOVETO])
    rings = [ring for kind, numbers in glyph.parts for ring in _rings(kind, np.array(numbers))]
    return Path.make_compound_path(frame, *[Path(np.vstack([ring, ring[:1]]) * [1, -1], closed=True) for ring in rings])


def _rings(kind: str, numbers: Floats) -> list[Floats]:
    if kind == "o":
        x, y, radius = numbers
        return [np.column_stack([x + radius * np.cos(_CORNERS), y + radius * np.sin(_CORNERS)])[:-1]]
    points = numbers.reshape(-1, 2)
    return [points] if kind == "p" else [_bar(*ends) for ends in pairwise(points)]


def _bar(start: Floats, end: Floats) -> Floats:
    """A line as an outline, turned the way of discs so that they fill each other."""
    along = (end - start) / np.hypot(*(end - start)) * _LINE
    across = np.array([-along[1], along[0]])
    start, end = start - along / 2, end + along / 2
    return np.array([start + across, start - across, end - across, end + across])
