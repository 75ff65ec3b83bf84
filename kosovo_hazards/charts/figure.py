"""A figure of matplotlib that a notebook shows as it is, without pyplot and its windows, and that is saved whole."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import IO, Any

import matplotlib as mpl
from matplotlib.figure import Figure

from kosovo_hazards.writing import whole_file

__all__ = ["ShownFigure"]


class ShownFigure(Figure):
    """A figure that belongs to no window, and draws itself where a notebook shows it."""

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
