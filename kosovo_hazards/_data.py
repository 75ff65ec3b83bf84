"""Where the data that ship with the library lie."""

from __future__ import annotations

from pathlib import Path

__all__ = ["geodata_path"]

_INSTALLED = Path(__file__).parent / "geodata"
_CHECKOUT = Path(__file__).parent.parent / "geodata"


def geodata_path(*parts: str) -> Path:
    """Path of a shipped data file, in an installed wheel as in a checkout.

    Parameters
    ----------
    *parts
        Path below ``geodata``, for instance ``"places", "gazetteer.csv"``.

    Raises
    ------
    FileNotFoundError
        If the installation lacks the file.

    Examples
    --------
    >>> geodata_path("places", "gazetteer.csv").name
    'gazetteer.csv'
    """
    root = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    path = root.joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"shipped data file {'/'.join(parts)!r} is missing; reinstall kosovo-hazards")
    return path
