"""A figure of matplotlib that a notebook shows as it is, without pyplot and its windows, and that is saved whole."""

from __future__ import annotations

import io
import os
import warnings
from pathlib import Path
from typing import IO, Any

import matplotlib as mpl
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure

from kosovo_hazards.charts.fonts import with_letters_found
from kosovo_hazards.writing import whole_file

__all__ = ["ShownFigure"]


class ShownFigure(Figure):
    """A figure that belongs to no window, draws itself where a notebook shows it, and finds letters of any script."""

    def draw(self, renderer: RendererBase) -> None:
        """Draw the figure, with each text in fonts that have its letters."""
        with_letters_found(self)
        with warnings.catch_warnings():
            # What no font has was just told in words.
            warnings.filterwarnings("ignore", "Glyph .* missing from font")
            super().draw(renderer)

    def _repr_png_(self) -> bytes:
        drawn = io.BytesIO()
        super().savefig(drawn, format="png")
        return drawn.getvalue()

    def savefig(self, fname: str | os.PathLike[str] | IO[Any], *, overwrite: bool = False, **kwargs: Any) -> None:
        """Save the figure, whole or not at all.

        Parameters
        ----------
        fname
            Where to; the ending names the format. Or a file that is open.
        overwrite
            Whether a file that is there already is replaced.
        **kwargs
            As matplotlib takes them.

        Raises
        ------
        NotWrittenError
            If the file is there already, its folder is not, or the system can't write it.

        Examples
        --------
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "chart.svg"
        >>> ShownFigure().savefig(path)
        >>> path.is_file()
        True
        """
        if not isinstance(fname, str | os.PathLike):
            super().savefig(fname, **kwargs)
            return
        path = Path(fname)
        if not (path.suffix or kwargs.get("format")):
            path = path.with_suffix(f".{mpl.rcParams['savefig.format']}")
        chosen = kwargs.pop("format", None) or path.suffix[1:].lower()
        with whole_file(path, overwrite=overwrite) as part:
            super().savefig(part, format=chosen, **kwargs)
