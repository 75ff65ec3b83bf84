"""How messages name what a caller can change: an argument in Python, an option on the command line.

Messages name an argument with its value as data, by `argument`; the surface that is being spoken to writes it. And how
long work tells what it is doing, by `doing`, to the surface that listens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

__all__ = ["Python", "Surface", "argument", "doing", "only_in_python", "speaking_to", "telling"]


class Surface(Protocol):
    """What a person works with, which has its own way to write an argument."""

    def argument(self, name: str, values: tuple[object, ...]) -> str:
        """An argument of a function of the library, with a value or none."""

    def only_in_python(self, text: str, otherwise: str, /) -> str:
        """Advice that is code, or what stands for it elsewhere."""


class Python:
    """Scripts and notebooks: keywords."""

    def argument(self, name: str, values: tuple[object, ...]) -> str:
        """A keyword, as ``crs="EPSG:9141"``; without a value ``crs=``."""
        return f"{name}=" + ", ".join(map(_literal, values))

    def only_in_python(self, text: str, _otherwise: str, /) -> str:
        """The code."""
        return text


_SURFACE: ContextVar[Surface] = ContextVar("surface", default=Python())  # noqa: B039 - it has no state


def argument(name: str, *value: object) -> str:
    """An argument as the surface writes it.

    Parameters
    ----------
    name
        Name of the argument.
    value
        A value that it may have, or none; … in a mapping stands for what the caller knows.

    Examples
    --------
    >>> argument("crs", "EPSG:9141"), argument("layer"), argument("defaults", {"hazard_type": "SHA"})
    ('crs="EPSG:9141"', 'layer=', 'defaults={"hazard_type": "SHA"}')
    """
    return _SURFACE.get().argument(name, value)


def only_in_python(text: str, *, otherwise: str = "") -> str:
    """Advice that is code, where the reader writes code.

    Parameters
    ----------
    text
        The advice with code in it.
    otherwise
        What to say on other surfaces.
    """
    return _SURFACE.get().only_in_python(text, otherwise)


@contextmanager
def speaking_to(surface: Surface) -> Iterator[None]:
    """Word messages for a surface as long as the block runs, in this thread or task only.

    Parameters
    ----------
    surface
        The command line, for instance.
    """
    token = _SURFACE.set(surface)
    try:
        yield
    finally:
        _SURFACE.reset(token)


_LISTENER: ContextVar[Callable[[str], None] | None] = ContextVar("listener", default=None)


def doing(what: str) -> None:
    """Tell whoever waits for it which long step begins; nobody, unless a block of `telling` runs.

    Parameters
    ----------
    what
        The step with its counts, as ``Repairing 12,400 shapes``.
    """
    listener = _LISTENER.get()
    if listener is not None:
        listener(what)


@contextmanager
def telling(listener: Callable[[str], None]) -> Iterator[None]:
    """Hear of each long step as long as the block runs, in this thread or task only.

    Parameters
    ----------
    listener
        Called with what begins.

    Examples
    --------
    >>> with telling(print):
    ...     doing("Repairing 12,400 shapes")
    Repairing 12,400 shapes
    """
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def _literal(value: object) -> str:
    if value is ...:
        return "…"
    if isinstance(value, str):
        return repr(value) if '"' in value or "\\" in value else f'"{value}"'
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_literal(key)}: {_literal(item)}" for key, item in value.items()) + "}"
    return repr(value)
