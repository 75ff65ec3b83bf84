"""Docstrings say what is returned in sentences (numpydoc allows that); mkdocstrings wants the type before them."""

from __future__ import annotations

import re

from griffe import Extension, Function

_SECTION = re.compile(r"^(Returns|Yields)\n-+\n(?P<text>.*?)(?=\n\n[A-Z][a-z ]+\n-+\n|\Z)", re.M | re.S)


class TypedReturns(Extension):
    """Put the annotation of the function above the sentences of its section Returns."""

    def on_function_instance(self, *, func: Function, **_: object) -> None:
        """Rewrite one docstring.

        Parameters
        ----------
        func
            A function as griffe collected it.
        """
        if func.docstring is None or func.returns is None:
            return

        def typed(section: re.Match[str]) -> str:
            sentences = section["text"].replace("\n", "\n    ")
            return f"{section[1]}\n{'-' * len(section[1])}\n{func.returns}\n    {sentences}"

        func.docstring.value = _SECTION.sub(typed, func.docstring.value)
